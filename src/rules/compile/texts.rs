//! Searches in texts: phrases by language, and lexicons.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Compiler, Subject};
use crate::diagnostic::Path;
use crate::facts::Kind;
use crate::rules::file::{Plain, Test, TestForm};
use crate::rules::languages;
use crate::rules::load::BUILT_IN;
use crate::rules::problem::{Problem, bad_phrase, unknown};
use crate::rules::rule::{Check, Limit, Weight};
use crate::text::{LexiconId, SetId};

impl Compiler<'_, '_> {
    pub(super) fn text(&mut self, subject: Subject<'_>, form: &TestForm, path: &Path) -> Option<Check> {
        let phrases = form.mentions_any.as_ref().map(|by_language| self.phrases(by_language, &path.key("mentions_any")));
        let lexicon = form.lexicon.as_ref().and_then(|name| self.lexicon(subject, name, form, path));
        let Some((list, field)) = subject.field.filter(|_| subject.kind == Kind::Text) else {
            self.problems.add(
                Problem::at(path.clone(), "wrong-type", format!("`{}` is not a text of a list", subject.name))
                    .on_key()
                    .label("only texts can be searched for words"),
            );
            return None;
        };
        if form.one_of.is_some()
            || form.lacks.is_some()
            || form.at_most.is_some()
            || form.less_than.is_some()
            || form.more_than.is_some()
            || (form.at_least.is_some() && form.lexicon.is_none())
        {
            let message = "a text is searched with `mentions_any`, or with `lexicon` and `at_least`, and nothing else";
            self.problems.add(Problem::at(path.clone(), "misplaced", message).on_key());
        }
        let fields = &mut self.workshop.text_fields;
        let slot = fields.iter().position(|(known, other)| *known == list && std::ptr::eq(*other, field)).unwrap_or_else(|| {
            fields.push((list, field));
            fields.len() - 1
        });
        Some(Check::Text { slot, phrases, lexicon })
    }

    /// Only the phrases of a test, where nothing is known of what is tested.
    pub(super) fn phrases_of(&mut self, test: &Test, path: &Path) {
        if let Test::Form(form) = test
            && let Some(by_language) = &form.mentions_any
        {
            self.phrases(by_language, &path.key("mentions_any"));
        }
    }

    fn phrases(&mut self, by_language: &BTreeMap<String, Vec<Plain>>, path: &Path) -> SetId {
        self.mentions += 1;
        if self.mentions > 1 {
            self.problems.add(
                Problem::at(path.clone(), "two-mentions", "a rule has at most one `mentions_any`")
                    .on_key()
                    .note("the evidence could not say which of them it was"),
            );
        }
        if by_language.is_empty() {
            self.problems.add(
                Problem::at(path.clone(), "empty", "there are no phrases")
                    .on_key()
                    .label("write them by language, like { en: [thank you] }"),
            );
        }
        let prepared = self.workshop.prepared_sets.get(&self.file.id).filter(|_| self.pack == BUILT_IN).copied();
        let set = SetId(prepared.unwrap_or(self.workshop.next_set));
        self.workshop.next_set += u32::from(prepared.is_none());
        for (language, phrases) in by_language {
            self.languages.insert(language.clone());
            let spoken = self.workshop.reader.language(language);
            let path = path.key(language);
            self.problems.0.extend(languages::unknown_language(language, path.clone()).map(Problem::on_key));
            // What was prepared is in the reader; what is left was added by the user.
            if phrases.is_empty() && prepared.is_none() {
                self.problems.add(
                    Problem::at(path.clone(), "empty", "there are no phrases").note("this condition would never hold in this language"),
                );
            }
            for (index, phrase) in phrases.iter().enumerate() {
                let read = match phrase {
                    Plain::Text(text) => self.workshop.reader.phrase(set, spoken, text).map_err(|mistake| mistake.to_string()),
                    Plain::Bool(_) | Plain::Number(_) => Err("a phrase is text; put it in quotes".to_owned()),
                };
                if let Err(mistake) = read {
                    self.problems.add(bad_phrase(path.index(index), &phrase.to_string(), mistake));
                }
            }
        }
        set
    }

    fn lexicon(&mut self, subject: Subject<'_>, name: &str, form: &TestForm, path: &Path) -> Option<Weight> {
        let index = self.workshop.lexicons.iter().position(|known| known == name);
        if index.is_none() {
            let known = self.workshop.lexicons.iter().map(String::as_str);
            let message = format!("there is no lexicon `{name}`");
            self.problems
                .add(unknown(path.key("lexicon"), "unknown-lexicon", message, name, known).note("this condition would never hold"));
        }
        let weight = match &form.at_least {
            Some(plain) => match self.limit(Subject { kind: Kind::Number, ..subject }, plain, &path.key("at_least"))? {
                Limit::Number(weight) => weight.checked_mul(Decimal::TEN).and_then(|tenths| tenths.to_i32()).filter(|tenths| *tenths > 0),
                Limit::ShareOf(..) | Limit::ShareOfBefore(_) => None,
            },
            None => None,
        };
        if weight.is_none() {
            self.problems.add(
                Problem::at(path.key("at_least"), "missing-key", "a lexicon needs `at_least`, a number above 0")
                    .label("how much must the words weigh together?"),
            );
        }
        Some(Weight { lexicon: LexiconId(u32::try_from(index?).unwrap_or(u32::MAX)), name: name.to_owned(), at_least: weight? })
    }
}
