//! Tests of values: what may be asked of a number, a word, a day or a text, and every number that stands in a rule.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::file::{Plain, Test, TestForm};
use super::super::problem::{Problem, unknown};
use super::super::rule::{Atom, Bound, Bounds, Check, Limit};
use crate::diagnostic::Path;
use crate::facts::{self, FACTS, Kind};
use crate::record::Day;
use crate::text::{LexiconId, SetId};

use super::{Compiler, Subject, as_yes_or_no};

impl Compiler<'_, '_> {
    pub(super) fn check(&mut self, subject: Subject<'_>, test: &Test, path: &Path) -> Option<Check> {
        match test {
            Test::Value(plain) => self.value(subject, plain, path),
            Test::Form(form) => self.form(subject, form, path),
        }
    }

    pub(super) fn value(&mut self, subject: Subject<'_>, plain: &Plain, path: &Path) -> Option<Check> {
        let may_be_asked_for = matches!(subject.kind, Kind::Day | Kind::Text | Kind::Word(_) | Kind::YesNo | Kind::Money);
        match as_yes_or_no(plain) {
            Some(answer) if may_be_asked_for => Some(Check::Is(answer)),
            _ => self.atom(subject, plain, path).map(|atom| Check::OneOf(vec![atom])),
        }
    }

    pub(super) fn atom(&mut self, subject: Subject<'_>, plain: &Plain, path: &Path) -> Option<Atom> {
        let expected = match (subject.kind, plain) {
            (Kind::Word(known), Plain::Text(word)) => {
                if !known.is_empty() && !known.contains(&word.as_str()) {
                    self.problems.add(
                        unknown(path.clone(), &format!("value of {}", subject.name), word, known.iter().copied())
                            .note("this condition would never hold"),
                    );
                    return None;
                }
                return Some(Atom::Word(word.clone()));
            }
            (Kind::Text, Plain::Text(text)) => return Some(Atom::Word(text.clone())),
            (Kind::Number | Kind::Money, Plain::Number(number)) => return Some(Atom::Number(*number)),
            (Kind::Number | Kind::Money | Kind::Share, Plain::Text(_) | Plain::Number(_)) => {
                return match self.limit(subject, plain, path)? {
                    Limit::Number(number) => Some(Atom::Number(number)),
                    Limit::ShareOf(..) | Limit::ShareOfBefore(_) => None,
                };
            }
            (Kind::Day, Plain::Text(text)) => match Day::parse(text) {
                Some(day) => return Some(Atom::Day(day)),
                None => "a day like 2026-02-28, or yes or no",
            },
            (Kind::YesNo, _) => "yes or no",
            (Kind::Words(_), _) => "{ lacks: { at_least: 1, of: [...] } }",
            (Kind::Word(_) | Kind::Text, _) => "a word",
            (Kind::Day, _) => "a day like 2026-02-28, or yes or no",
            (Kind::Number | Kind::Money | Kind::Share, Plain::Bool(_)) => "a number",
        };
        self.problems.add(
            Problem::at(path.clone(), "wrong-type", format!("`{}` is a {}, and `{plain}` is none", subject.name, subject.kind.name()))
                .label(format!("expected: {expected}")),
        );
        None
    }

    pub(super) fn form(&mut self, subject: Subject<'_>, form: &TestForm, path: &Path) -> Option<Check> {
        if form.mentions_any.is_some() || form.lexicon.is_some() {
            return self.text(subject, form, path);
        }
        let lower = self.bounds(subject, [(&form.at_least, "at_least", true), (&form.more_than, "more_than", false)], path);
        let upper = self.bounds(subject, [(&form.at_most, "at_most", true), (&form.less_than, "less_than", false)], path);
        if let Some(lacks) = &form.lacks {
            let Kind::Words(known) = subject.kind else {
                self.problems.add(
                    Problem::at(
                        path.key("lacks"),
                        "wrong-type",
                        format!("`{}` is a {}, not a list of words", subject.name, subject.kind.name()),
                    )
                    .on_key(),
                );
                return None;
            };
            for (index, word) in lacks.of.iter().enumerate().filter(|(_, word)| !known.contains(&word.as_str())) {
                self.problems.add(unknown(
                    path.key("lacks").key("of").index(index),
                    &format!("word in {}", subject.name),
                    word,
                    known.iter().copied(),
                ));
            }
            if lacks.at_least == 0 || lacks.at_least > lacks.of.len() {
                self.problems.add(Problem::at(
                    path.key("lacks").key("at_least"),
                    "never-or-always",
                    format!("of {} words, {} cannot decide anything", lacks.of.len(), lacks.at_least),
                ));
            }
            return Some(Check::Lacks { at_least: lacks.at_least, of: lacks.of.clone() });
        }
        if let Some(values) = &form.one_of {
            let atoms: Vec<Atom> = values
                .iter()
                .enumerate()
                .filter_map(|(index, plain)| self.atom(subject, plain, &path.key("one_of").index(index)))
                .collect();
            return Some(Check::OneOf(atoms));
        }
        if lower.is_empty() && upper.is_empty() {
            self.problems.add(Problem::at(path.clone(), "empty", "this test asks nothing").label("add one of these").allow([
                "at_least",
                "more_than",
                "at_most",
                "less_than",
                "one_of",
            ]));
            return None;
        }
        if !matches!(subject.kind, Kind::Number | Kind::Share | Kind::Money) {
            self.problems.add(Problem::at(
                path.clone(),
                "wrong-type",
                format!("`{}` is a {}, which is neither more nor less than anything", subject.name, subject.kind.name()),
            ));
            return None;
        }
        for (low, high) in lower.iter().flat_map(|low| upper.iter().map(move |high| (low, high))) {
            if let (Limit::Number(least), Limit::Number(most)) = (&low.limit, &high.limit)
                && (least > most || (least == most && !(low.is_inclusive && high.is_inclusive)))
            {
                self.problems.add(
                    Problem::at(path.clone(), "never", format!("no number is above {least} and below {most}"))
                        .note("this condition would never hold"),
                );
            }
        }
        Some(Check::Bounds(Bounds { lower, upper }))
    }

    pub(super) fn bounds(&mut self, subject: Subject<'_>, forms: [(&Option<Plain>, &str, bool); 2], path: &Path) -> Vec<Bound> {
        let mut bounds = Vec::new();
        for (plain, key, is_inclusive) in forms {
            let limit = plain.as_ref().and_then(|plain| self.limit(subject, plain, &path.key(key)));
            bounds.extend(limit.map(|limit| Bound { is_inclusive, limit }));
        }
        bounds
    }

    pub(super) fn limit(&mut self, subject: Subject<'_>, plain: &Plain, path: &Path) -> Option<Limit> {
        let number = match plain {
            Plain::Number(number) if subject.kind == Kind::Share && !number.is_zero() => {
                self.problems.add(
                    Problem::at(path.clone(), "not-a-share", format!("`{}` is a share", subject.name))
                        .label(format!("write it in percent, like {}%", number.normalize())),
                );
                return None;
            }
            Plain::Number(number) => return Some(Limit::Number(*number)),
            Plain::Bool(_) => None,
            Plain::Text(text) => Some(text.trim()),
        };
        let wrong =
            |label: &str| Problem::at(path.clone(), "not-a-number", format!("`{plain}` is not a number that can stand here")).label(label);
        let Some(text) = number else {
            self.problems.add(wrong("a number is expected"));
            return None;
        };
        if let Some((percent, of)) = text.split_once('%') {
            let Ok(percent) = percent.trim().parse::<Decimal>() else {
                self.problems.add(wrong("write it like 30% or 15% of contract.value"));
                return None;
            };
            let share = percent / Decimal::ONE_HUNDRED;
            return match of.trim().strip_prefix("of ").map(str::trim) {
                None if of.trim().is_empty() && subject.kind == Kind::Share => Some(Limit::Number(share)),
                None if of.trim().is_empty() => {
                    self.problems.add(
                        wrong("a percentage of what? write `15% of contract.value`").note("only shares are compared with plain percents"),
                    );
                    None
                }
                Some("before") if subject.may_look_before => Some(Limit::ShareOfBefore(share)),
                Some("before") => {
                    self.problems.add(wrong("`before` needs `within` and `before` in this rule, and a measure of its own list"));
                    None
                }
                Some(name) => match facts::fact(name) {
                    Some(fact) if fact.kind == subject.kind => Some(Limit::ShareOf(share, fact)),
                    Some(fact) => {
                        self.problems.add(wrong(&format!(
                            "`{}` is a {}, but `{name}` is a {}",
                            subject.name,
                            subject.kind.name(),
                            fact.kind.name()
                        )));
                        None
                    }
                    None => {
                        self.problems.add(unknown(path.clone(), "fact", name, FACTS.iter().map(|fact| fact.name)));
                        None
                    }
                },
                None => {
                    self.problems.add(wrong("write it like 30% or 15% of contract.value"));
                    None
                }
            };
        }
        match self.file.limits.get(text) {
            Some(limit @ Plain::Text(name)) if name == text => {
                self.problems.add(wrong(&format!("the limit {limit} names itself")));
                None
            }
            Some(limit) => self.limit(subject, &limit.clone(), path),
            None => {
                self.problems.add(
                    unknown(path.clone(), "limit", text, self.file.limits.keys().map(String::as_str))
                        .note("a number, a percentage, or a name from `limits` is expected"),
                );
                None
            }
        }
    }

    pub(super) fn text(&mut self, subject: Subject<'_>, form: &TestForm, path: &Path) -> Option<Check> {
        let Some((list, field)) = subject.text.filter(|_| subject.kind == Kind::Text) else {
            self.problems.add(
                Problem::at(path.clone(), "wrong-type", format!("`{}` is not a text of a list", subject.name))
                    .label("only texts can be searched for words"),
            );
            return None;
        };
        if form.one_of.is_some() || form.lacks.is_some() || form.at_most.is_some() || form.less_than.is_some() || form.more_than.is_some() {
            self.problems.add(Problem::at(
                path.clone(),
                "misplaced",
                "a text is searched with `mentions_any`, or with `lexicon` and `at_least`, and nothing else",
            ));
        }
        let phrases = form.mentions_any.as_ref().map(|by_language| {
            self.mentions += 1;
            if self.mentions > 1 {
                self.problems.add(
                    Problem::at(path.key("mentions_any"), "two-mentions", "a rule has at most one `mentions_any`")
                        .on_key()
                        .note("the evidence could not say which of them it was"),
                );
            }
            let set = SetId(self.workshop.next_set);
            self.workshop.next_set += 1;
            for (language, phrases) in by_language {
                self.languages.insert(language.clone());
                let path = path.key("mentions_any").key(language);
                if language.len() != 2 || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
                    self.problems.add(
                        Problem::at(path.clone(), "unknown-language", format!("`{language}` is not a language"))
                            .on_key()
                            .label("two small letters, like en or fi"),
                    );
                }
                if phrases.is_empty() {
                    self.problems.add(
                        Problem::at(path.clone(), "empty", "there are no phrases").note("this condition would never hold in this language"),
                    );
                }
                for (index, phrase) in phrases.iter().enumerate() {
                    let read = match phrase {
                        Plain::Text(text) => self.workshop.reader.phrase(set, text).map_err(|mistake| mistake.to_string()),
                        Plain::Bool(_) | Plain::Number(_) => Err("a phrase is text; put it in quotes".to_owned()),
                    };
                    if let Err(mistake) = read {
                        self.problems
                            .add(Problem::at(path.index(index), "bad-phrase", format!("`{phrase}` cannot be searched for")).label(mistake));
                    }
                }
            }
            set
        });
        let lexicon = form.lexicon.as_ref().and_then(|name| {
            let Some(index) = self.workshop.lexicons.iter().position(|known| known == name) else {
                self.problems.add(
                    unknown(path.key("lexicon"), "lexicon", name, self.workshop.lexicons.iter().map(String::as_str))
                        .note("this condition would never hold"),
                );
                return None;
            };
            let weight = match form
                .at_least
                .as_ref()
                .map(|plain| self.limit(Subject { kind: Kind::Number, ..subject }, plain, &path.key("at_least")))
            {
                Some(Some(Limit::Number(weight))) => (weight * Decimal::TEN).to_i32().filter(|tenths| *tenths > 0),
                Some(_) | None => None,
            };
            if weight.is_none() {
                self.problems.add(
                    Problem::at(path.key("at_least"), "missing-key", "a lexicon needs `at_least`, a number above 0")
                        .label("how much must the words weigh together?"),
                );
            }
            Some((LexiconId(u32::try_from(index).unwrap_or(u32::MAX)), weight?))
        });
        let fields = &mut self.workshop.text_fields;
        let slot = fields.iter().position(|(known, other)| *known == list && std::ptr::eq(*other, field)).unwrap_or_else(|| {
            fields.push((list, field));
            fields.len() - 1
        });
        Some(Check::Text { slot, phrases, lexicon })
    }
}
