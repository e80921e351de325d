//! The user's settings: changes to single rules, and findings that are set aside. A change that matches nothing is told.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::sense;
use super::shelf::{Shelf, built_in_lexicons};
use crate::diagnostic::Path;
use crate::rules::compile::as_yes_or_no;
use crate::rules::file::{Condition, Plain, Question, RuleFile, Test};
use crate::rules::languages::unknown_language;
use crate::rules::problem::{Problem, Problems, bad_phrase, unknown};
use crate::rules::settings::{AsidePlace, BandsChange, Config, LexiconFile, Override, SetAside};
use crate::rules::source::Source;
use crate::text::check_phrase;

impl Shelf<'_> {
    /// Changes the rules as the settings say, and tells what is wrong with that.
    pub(super) fn apply(&mut self, config: &Config, source: &Source<'_>) {
        let mut problems = Problems::default();
        if let Some(bands) = &config.bands {
            self.change_bands(bands, &mut problems);
        }
        for (category, cap) in &config.caps {
            sense::at_least_nothing(cap, Path::of(["caps"]).key(category.word()), &mut problems);
        }
        for (id, change) in &config.rules {
            let path = Path::of(["rules"]).key(id);
            let Some(index) = self.rules.iter().position(|rule| rule.content.id == *id) else {
                problems.add(self.unknown_rule(id, path).on_key().note("this change has no effect").into_doubt());
                continue;
            };
            self.overridden.insert(id.clone());
            let off = change.off.as_ref().map(|off| (off, as_yes_or_no(off)));
            match off {
                Some((_, Some(true))) => self.off.push(self.rules.remove(index).content.id),
                Some((off, None)) => {
                    problems.add(Problem::at(path.key("off"), "wrong-type", format!("`{off}` is neither yes nor no")).allow(["yes", "no"]))
                }
                Some((_, Some(false))) | None => {
                    if let Some(rule) = self.rules.get_mut(index) {
                        change_rule(&mut rule.content, change, &path, &mut problems);
                    }
                }
            }
        }
        self.change_lexicons(config, &mut problems);
        for (index, aside) in config.set_aside.iter().enumerate() {
            let is_known = self.overridden.contains(&aside.rule) || self.rules.iter().any(|rule| rule.content.id == aside.rule);
            if !is_known {
                let path = Path::of(["set_aside"]).index(index).key("rule");
                problems.add(self.unknown_rule(&aside.rule, path).note("nothing is set aside").into_doubt());
            }
        }
        self.told.extend(source.tell(problems));
        self.set_aside = with_places(&config.set_aside, source);
    }

    /// Bands still begin one above the other, those of the settings and those that stay. What is wrong is told of one that
    /// was written.
    fn change_bands(&self, change: &BandsChange, problems: &mut Problems) {
        let Some(bands) = self.bands() else { return };
        let path = Path::of(["bands"]);
        let whole = change.applied_to(bands);
        let steps = [("watch", &change.watch, &whole.watch), ("high", &change.high, &whole.high)];
        let above = [("high", &change.high, &whole.high), ("critical", &change.critical, &whole.critical)];
        for ((below, _, low), (above, written, high)) in steps.into_iter().zip(above).filter(|((.., low), (.., high))| high.0 <= low.0) {
            problems.add(match written {
                Some(_) => Problem::at(path.key(above), "does-not-rise", format!("`{above}` does not begin above `{below}`"))
                    .label(format!("write more than {}", low.0.normalize())),
                None => Problem::at(path.key(below), "does-not-rise", format!("`{below}` does not begin below `{above}`"))
                    .label(format!("write less than {}, or another `{above}` beside it", high.0.normalize())),
            });
        }
        if change.critical.as_ref().is_some_and(|critical| critical.0 > Decimal::ONE_HUNDRED) {
            problems.add(sense::beyond_the_index(&path));
        }
    }

    fn change_lexicons(&mut self, config: &Config, problems: &mut Problems) {
        if config.lexicons.is_empty() {
            return;
        }
        let prepared = if self.prepared_lexicons.is_empty() { Vec::new() } else { built_in_lexicons() };
        let files: Vec<&LexiconFile> = prepared.iter().chain(&self.lexicons).collect();
        let mut changes = Vec::new();
        for (name, by_language) in &config.lexicons {
            let path = Path::of(["lexicons"]).key(name);
            if !files.iter().any(|file| file.lexicon == *name) {
                let known: BTreeSet<&str> = files.iter().map(|file| file.lexicon.as_str()).collect();
                let problem = unknown(path, "unknown-lexicon", format!("there is no lexicon `{name}`"), name, known);
                problems.add(problem.on_key().note("this change has no effect").into_doubt());
                continue;
            }
            for (language, entries) in by_language {
                let path = path.key(language);
                problems.0.extend(unknown_language(language, path.clone()).map(Problem::on_key));
                let of_language = || {
                    let files = files.iter().filter(|file| file.lexicon == *name && file.language == *language);
                    files.flat_map(|file| file.entries.keys()).map(String::as_str)
                };
                for (phrase, weight) in entries {
                    let path = path.key(phrase);
                    let tenths = sense::entry(phrase, weight, path.clone(), problems);
                    if tenths == Some(0) && !of_language().any(|other| reads_the_same(other, phrase)) {
                        let message = format!("`{name}` has no entry `{phrase}` in this language to take out");
                        let problem = unknown(path, "unknown-entry", message, phrase, of_language());
                        problems.add(problem.on_key().note("this change has no effect").into_doubt());
                    }
                    let change = tenths.map(|tenths| (name.clone(), language.clone(), phrase.clone(), tenths));
                    changes.extend(change);
                }
            }
        }
        self.lexicon_changes = changes;
    }

    fn unknown_rule(&self, id: &str, path: Path) -> Problem {
        let known: BTreeSet<&str> = self.rules.iter().map(|rule| rule.content.id.as_str()).collect();
        unknown(path, "unknown-rule", format!("there is no rule `{id}`"), id, known)
    }
}

/// The findings that are set aside, each with the place of its day.
fn with_places(set_aside: &[SetAside], source: &Source<'_>) -> Vec<SetAside> {
    let tree = if set_aside.is_empty() { None } else { source.tree() };
    let place = |index: usize| {
        let path = Path::of(["set_aside"]).index(index);
        let span = |key: &str| tree.as_ref()?.span(&path.key(key));
        Some(AsidePlace { file: source.file.to_string(), client: span("client")?, until: span("until")? })
    };
    let placed = |(index, aside): (usize, &SetAside)| SetAside { place: place(index), ..aside.clone() };
    set_aside.iter().enumerate().map(placed).collect()
}

/// Whether two phrases differ in case and white space only.
fn reads_the_same(one: &str, other: &str) -> bool {
    one.to_lowercase().split_whitespace().eq(other.to_lowercase().split_whitespace())
}

fn change_rule(rule: &mut RuleFile, change: &Override, path: &Path, problems: &mut Problems) {
    if let Some(points) = &change.points {
        change_points(rule, &points.0, &path.key("points"), problems);
    }
    for (name, limit) in &change.limits {
        let path = path.key("limits").key(name);
        if !rule.limits.contains_key(name) {
            let known = rule.limits.keys().map(String::as_str);
            let message = format!("`{}` has no limit `{name}`", rule.id);
            problems.add(unknown(path, "unknown-limit", message, name, known).on_key().note("this change has no effect"));
        } else if matches!(limit, Plain::Bool(_)) || matches!(limit, Plain::Text(text) if !text.contains('%')) {
            problems.add(Problem::at(path, "not-a-number", format!("`{limit}` is not a number")).label("write a number, or a percentage"));
        } else {
            rule.limits.insert(name.clone(), limit.clone());
        }
    }
    if change.add_phrases.is_empty() {
        return;
    }
    let path = path.key("add_phrases");
    let mut good = change.add_phrases.clone();
    for (language, phrases) in &mut good {
        let path = path.key(language);
        problems.0.extend(unknown_language(language, path.clone()).map(Problem::on_key));
        let mut index = 0;
        phrases.retain(|phrase| {
            let mistake = match phrase {
                Plain::Text(text) => check_phrase(text).err().map(|mistake| mistake.to_string()),
                Plain::Bool(_) | Plain::Number(_) => Some("a phrase is text; put it in quotes".to_owned()),
            };
            let is_good = mistake.is_none();
            problems.0.extend(mistake.map(|mistake| bad_phrase(path.index(index), &phrase.to_string(), mistake)));
            index += 1;
            is_good
        });
    }
    good.retain(|language, phrases| !phrases.is_empty() && unknown_language(language, Path::default()).is_none());
    if !add_phrases(rule, &good) {
        problems.add(Problem::at(path, "misplaced", format!("`{}` searches no text for phrases", rule.id)).on_key());
    }
}

fn change_points(rule: &mut RuleFile, points: &[Decimal], path: &Path, problems: &mut Problems) {
    if points.len() != rule.levels.len() {
        let levels = if rule.levels.len() == 1 { "1 level".to_owned() } else { format!("{} levels", rule.levels.len()) };
        let message = format!("`{}` has {levels}, and there are points for {}", rule.id, points.len());
        problems.add(Problem::at(path.clone(), "bad-points", message).label("write one number for each level, like [3, 7, 13]"));
        return;
    }
    let is_good = |points: &Decimal| *points > Decimal::ZERO && *points <= Decimal::ONE_HUNDRED && points.round_dp(1) == *points;
    if let Some(bad) = points.iter().find(|points| !is_good(points)) {
        problems.add(
            Problem::at(path.clone(), "bad-points", format!("`{}` cannot be points", bad.normalize()))
                .label("points are more than 0 and at most 100, in whole tenths: 3 or 7.5"),
        );
    } else if points.windows(2).any(|pair| pair[1] <= pair[0]) {
        problems.add(
            Problem::at(path.clone(), "points-do-not-rise", "the points do not rise from level to level")
                .label("the last level that holds counts, so each must weigh more than the one before"),
        );
    } else {
        for (level, points) in rule.levels.iter_mut().zip(points) {
            level.points = Plain::Number(*points);
        }
    }
}

/// Adds phrases to the rule's one `mentions_any`, wherever it stands.
fn add_phrases(rule: &mut RuleFile, phrases: &BTreeMap<String, Vec<Plain>>) -> bool {
    fn in_condition(condition: &mut Condition, phrases: &BTreeMap<String, Vec<Plain>>) -> bool {
        let own = condition.tests.iter_mut().find_map(|(_, test)| match test {
            Test::Form(form) => form.mentions_any.as_mut(),
            Test::Value(_) => None,
        });
        if let Some(by_language) = own {
            for (language, more) in phrases {
                by_language.entry(language.clone()).or_default().extend(more.iter().cloned());
            }
            return true;
        }
        let sequences = [&mut condition.followed_by, &mut condition.not_followed_by, &mut condition.preceded_by];
        let inside = sequences.into_iter().flatten().filter_map(|sequence| sequence.matching.as_mut());
        condition.any.iter_mut().chain(condition.none.iter_mut()).flatten().chain(inside).any(|inner| in_condition(inner, phrases))
    }
    fn in_question(question: &mut Question, phrases: &BTreeMap<String, Vec<Plain>>) -> bool {
        question.among.iter_mut().chain(question.matching.iter_mut()).any(|condition| in_condition(condition, phrases))
            || question.any.iter_mut().chain(question.none.iter_mut()).flatten().any(|inner| in_question(inner, phrases))
    }
    rule.among.iter_mut().chain(rule.matching.iter_mut()).any(|condition| in_condition(condition, phrases))
        || rule.levels.iter_mut().any(|level| in_question(&mut level.when, phrases))
}
