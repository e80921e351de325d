//! From a rule file to a checked rule. Every list, field, operator, action and id is looked up here, and all that is
//! wrong is told at once: a rule that can never fire silently is the worst bug of every rule engine. What stands behind
//! a misspelt name is checked against the name that was probably meant.

mod conditions;
mod numbers;
mod questions;
mod says;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::file::{Condition, LevelFile, Plain, RuleFile};
use super::problem::{Problem, Problems, unknown};
use super::rule::{Level, Rule, Selection, Tenths};
use super::settings::Sources;
use crate::diagnostic::{Path, closest};
use crate::facts::{Duration, Field, Kind, List};
use crate::record::Stage;
use crate::text::ReaderBuilder;
pub(super) use numbers::number_meant;

/// What rules share while they are compiled: the reader of texts, and the names that exist.
pub(super) struct Workshop<'a> {
    pub reader: ReaderBuilder,
    pub next_set: u32,
    /// The sets that the reader held before any rule was compiled, by rule.
    pub prepared_sets: BTreeMap<String, u32>,
    pub lexicons: Vec<String>,
    pub text_fields: Vec<(List, &'static Field)>,
    pub actions: &'a BTreeSet<String>,
    pub rules: &'a BTreeSet<String>,
    pub sources: &'a Sources,
}

/// Checks a rule file. What is wrong goes to `problems`; the rule is only given if nothing was.
pub(super) fn compile(file: &RuleFile, pack: &str, workshop: &mut Workshop<'_>, problems: &mut Problems) -> Option<Rule> {
    let before_count = problems.len();
    let mut compiler = Compiler {
        file,
        pack,
        workshop,
        problems,
        selections: Vec::new(),
        has_list: false,
        lacks_list: false,
        mentions: 0,
        languages: BTreeSet::new(),
    };
    let rule = compiler.rule();
    (problems.len() == before_count).then_some(rule)
}

/// Whether a text can be an id: small letters, digits and single hyphens.
#[must_use]
pub fn is_id(id: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    id.split('-').all(is_part)
}

/// `yes`, `no`, `true` and `false`, however the file's format reads them.
pub(super) fn as_yes_or_no(plain: &Plain) -> Option<bool> {
    match plain {
        Plain::Bool(answer) => Some(*answer),
        Plain::Text(text) => match text.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        Plain::Number(_) => None,
    }
}

struct Compiler<'a, 'b> {
    file: &'a RuleFile,
    pack: &'a str,
    workshop: &'a mut Workshop<'b>,
    problems: &'a mut Problems,
    selections: Vec<Selection>,
    has_list: bool,
    /// Whether it was told that there is no list.
    lacks_list: bool,
    mentions: usize,
    languages: BTreeSet<String>,
}

/// Where a condition stands decides what it may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Among,
    Where,
    None,
}

/// What is tested.
#[derive(Clone, Copy)]
struct Subject<'a> {
    name: &'a str,
    kind: Kind,
    /// The field, if it is one of a list.
    field: Option<(List, &'static Field)>,
    /// The least and the most that it can ever be, where that is known.
    ends: (Option<Decimal>, Option<Decimal>),
    /// Whether `N% of before` may stand.
    may_look_before: bool,
}

impl Compiler<'_, '_> {
    fn rule(&mut self) -> Rule {
        let file = self.file;
        let root = Path::default();
        if !is_id(&file.id) {
            self.problems.add(
                Problem::at(root.key("id"), "bad-id", format!("`{}` cannot be an id", file.id))
                    .label("ids are small letters, digits and single hyphens, like late-payments"),
            );
        }
        if file.title.trim().is_empty() {
            self.problems.add(Problem::at(root.key("title"), "empty", "the title is empty").label("say the sign in a few words"));
        }
        self.sources();
        self.limits();
        self.main_selection();
        let before = self.duration(file.before.as_deref(), &root.key("before"));
        if before.is_some() && file.within.is_none() {
            self.problems.add(
                Problem::at(root.key("before"), "missing-key", "`before` is the stretch just before `within`, which is missing")
                    .unless_wrong(root.key("within")),
            );
        }
        let levels = self.levels();
        self.ladder();
        let says = file.says.as_deref().map(|says| self.says(says, &root.key("says")));
        Rule {
            id: file.id.clone(),
            title: file.title.trim().to_owned(),
            category: file.category,
            side: file.side,
            about: file.about.as_deref().unwrap_or_default().trim().to_owned(),
            sources: file.sources.clone(),
            founded_on: file.founded_on,
            says,
            stages: file.stages.clone().filter(|stages| stages.len() < Stage::ALL.len()),
            selections: std::mem::take(&mut self.selections),
            has_list: self.has_list,
            before,
            first_level_asks: levels.first().map(|level| level.when.asks()).unwrap_or_default(),
            levels,
            fades: self.duration(file.fades.as_deref(), &root.key("fades")),
            ladder: file.ladder.clone(),
            pack: self.pack.to_owned(),
            is_overridden: false,
            languages: std::mem::take(&mut self.languages).into_iter().collect(),
        }
    }

    fn sources(&mut self) {
        let known = self.workshop.sources;
        for (index, key) in self.file.sources.iter().enumerate() {
            if !known.articles.contains_key(key) && !known.studies.contains_key(key) {
                let path = Path::of(["sources"]).index(index);
                let words = known.articles.keys().chain(known.studies.keys()).map(String::as_str);
                self.problems.add(
                    unknown(path, "unknown-source", format!("there is no source `{key}`"), key, words)
                        .note("sources stand in sources.yml, by their keys"),
                );
            }
        }
    }

    fn ladder(&mut self) {
        let path = Path::of(["ladder"]);
        for (index, action) in self.file.ladder.iter().enumerate() {
            if !self.workshop.actions.contains(action) {
                let known = self.workshop.actions.iter().map(String::as_str);
                let message = format!("there is no action `{action}`");
                self.problems.add(
                    unknown(path.index(index), "unknown-action", message, action, known)
                        .note("this step of the ladder could not be advised"),
                );
            }
        }
    }

    fn levels(&mut self) -> Vec<Level> {
        let root = Path::of(["levels"]);
        if self.file.levels.is_empty() {
            self.problems.add(Problem::at(root.clone(), "empty", "there are no levels").note("this rule would never fire"));
        }
        let mut levels = Vec::with_capacity(self.file.levels.len());
        let mut below: Option<Tenths> = None;
        for (index, level) in self.file.levels.iter().enumerate() {
            let path = root.index(index);
            let points = self.points(&level.points, path.key("points"));
            if let (Some(below), Some(points)) = (below, points)
                && points <= below
            {
                self.problems.add(
                    Problem::at(path.key("points"), "points-do-not-rise", "the points do not rise from level to level")
                        .label("the last level that holds counts, so this one must weigh more"),
                );
            }
            below = points.or(below);
            levels.push(self.level(level, points.unwrap_or(1), &path));
        }
        levels
    }

    fn level(&mut self, level: &LevelFile, points: Tenths, path: &Path) -> Level {
        let beyond_repair =
            level.beyond_repair.as_ref().is_some_and(|plain| self.yes_or_no(plain, path.key("beyond_repair")).unwrap_or(false));
        let inherited = self.has_list.then_some(0);
        let when = self.question(&level.when, inherited, &path.key("when"));
        Level { when, points, at_least_band: level.at_least_band, beyond_repair }
    }

    fn points(&mut self, points: &Plain, path: Path) -> Option<Tenths> {
        let tenths = match points {
            Plain::Number(number) => number.checked_mul(Decimal::TEN).unwrap_or(Decimal::MAX).normalize(),
            Plain::Bool(_) | Plain::Text(_) => Decimal::ZERO,
        };
        let whole = tenths.to_i64().filter(|whole| tenths.scale() == 0 && (1..=1000).contains(whole));
        if whole.is_none() {
            let problem = Problem::at(path, "bad-points", format!("`{points}` cannot be points"));
            let meant = match points {
                Plain::Text(text) => number_meant(text),
                Plain::Bool(_) | Plain::Number(_) => None,
            };
            let how = "points are more than 0 and at most 100, in whole tenths: 3 or 7.5";
            self.problems.add(match meant.filter(|number| *number > Decimal::ZERO) {
                Some(number) => problem.suggest(number.to_string()).note(how),
                None => problem.label(how),
            });
        }
        whole
    }

    fn yes_or_no(&mut self, plain: &Plain, path: Path) -> Option<bool> {
        let answer = as_yes_or_no(plain);
        if answer.is_none() {
            self.problems.add(Problem::at(path, "wrong-type", format!("`{plain}` is neither yes nor no")).allow(["yes", "no"]));
        }
        answer
    }

    fn main_selection(&mut self) {
        let root = Path::default();
        let file = self.file;
        if let Some(name) = &file.look_at {
            self.has_list = true;
            // The place is kept even for an unknown list, so that nothing behind a misspelt name is hidden.
            let list = self.list(name, root.key("look_at"));
            let selection = self.selection(list, (&file.among, &file.matching, file.within.as_deref()), &root);
            self.selections.insert(0, selection);
            return;
        }
        let keys = [("among", file.among.is_some()), ("where", file.matching.is_some()), ("within", file.within.is_some())];
        if let Some((key, _)) = keys.into_iter().find(|(_, is_there)| *is_there) {
            self.lacks_list = true;
            self.problems.add(
                Problem::at(root.key(key), "missing-key", format!("`{key}` needs `look_at`"))
                    .on_key()
                    .unless_wrong(root.key("look_at"))
                    .label("of which list? add `look_at`")
                    .note("this rule would never fire")
                    .allow(List::ALL.map(List::word)),
            );
        }
    }

    fn selection(
        &mut self,
        list: Option<List>,
        (among, matching, within): (&Option<Condition>, &Option<Condition>, Option<&str>),
        path: &Path,
    ) -> Selection {
        let among = among.as_ref().map(|condition| self.condition(list, condition, &path.key("among"), Place::Among)).unwrap_or_default();
        let matching =
            matching.as_ref().map(|condition| self.condition(list, condition, &path.key("where"), Place::Where)).unwrap_or_default();
        self.cannot_both(&among, &matching, &path.key("where"), "`among` leaves no entry for which this holds");
        let within = self.duration(within, &path.key("within"));
        Selection { list: list.unwrap_or(List::Invoices), among, matching, within, pool: 0 }
    }

    fn list(&mut self, name: &str, path: Path) -> Option<List> {
        let by_word = |word: &str| List::ALL.into_iter().find(|list| list.word() == word);
        if let Some(found) = by_word(name) {
            return Some(found);
        }
        let message = format!("a record has no list `{name}`");
        let problem = unknown(path, "unknown-list", message, name, List::ALL.map(List::word)).note("this rule would never fire");
        let meant = problem.suggestion.as_deref().and_then(by_word);
        self.problems.add(problem);
        meant
    }

    fn duration(&mut self, text: Option<&str>, path: &Path) -> Option<Duration> {
        let text = text?;
        let read = text.parse().ok();
        if read.is_none() {
            let problem = Problem::at(path.clone(), "not-a-duration", format!("`{text}` is not a length of time"));
            let how = "write a number and a unit: 10 days, 3 weeks, 24 months, 2 years";
            self.problems.add(match duration_meant(text) {
                Some(meant) => problem.suggest(meant),
                None => problem.label(how),
            });
        }
        read
    }
}

/// The length of time that was probably meant: `three months`, `6mo`, `10 dayz`, and `6 month`, which is read all the same.
pub(super) fn duration_meant(text: &str) -> Option<String> {
    const UNITS: [(&str, &[&str]); 4] =
        [("days", &["d", "day"]), ("weeks", &["w", "week", "wk"]), ("months", &["m", "mo", "month"]), ("years", &["y", "yr", "year"])];
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = if digits == 0 { text.split_once(' ')? } else { text.split_at(digits) };
    let number = number_meant(number).filter(|number| *number > Decimal::ZERO)?;
    let unit = unit.trim().to_lowercase();
    let (plural, _) = UNITS.into_iter().find(|(plural, short)| short.contains(&unit.as_str()) || *plural == unit).or_else(|| {
        let near = closest(&unit, UNITS.map(|(plural, _)| plural))?;
        UNITS.into_iter().find(|(plural, _)| *plural == near)
    })?;
    let unit = if number == Decimal::ONE { plural.trim_end_matches('s') } else { plural };
    Some(format!("{number} {unit}"))
}
