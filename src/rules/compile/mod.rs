//! From a rule file to a checked rule. Every list, field, operator, action and id is looked up here, and all that is
//! wrong is told at once: a rule that can never fire silently is the worst bug of every rule engine.

mod checks;
mod questions;
mod says;

use std::collections::BTreeSet;

use super::file::{Condition, Plain, Question, RuleFile, Sequence};
use super::problem::{Problem, Problems, unknown};
use super::rule::{Check, Clause, Follow, Level, Order, Rule, Selection};
use crate::diagnostic::Path;
use crate::facts::{self, Duration, Field, Kind, List};
use crate::record::Stage;
use crate::text::ReaderBuilder;

/// What rules share while they are compiled: the reader of texts, the lexicons and the actions that exist.
pub(super) struct Workshop<'a> {
    pub reader: ReaderBuilder,
    pub next_set: u32,
    pub lexicons: Vec<String>,
    pub text_fields: Vec<(List, &'static Field)>,
    pub actions: &'a BTreeSet<String>,
    pub sources: &'a super::settings::Sources,
}

/// Checks a rule file. What is wrong goes to `problems`; the rule is only given if nothing was.
pub(super) fn compile(file: &RuleFile, pack: &str, workshop: &mut Workshop<'_>, problems: &mut Problems) -> Option<Rule> {
    let before_count = problems.len();
    let mut compiler =
        Compiler { file, workshop, problems, selections: Vec::new(), has_list: false, mentions: 0, languages: BTreeSet::new() };
    let rule = compiler.rule(pack);
    (problems.len() == before_count).then_some(rule)
}

struct Compiler<'a, 'b> {
    file: &'a RuleFile,
    workshop: &'a mut Workshop<'b>,
    problems: &'a mut Problems,
    selections: Vec<Selection>,
    has_list: bool,
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

impl Compiler<'_, '_> {
    fn rule(&mut self, pack: &str) -> Rule {
        let file = self.file;
        let root = Path::default();
        self.id(&file.id, root.key("id"));
        if file.title.trim().is_empty() {
            self.problems.add(Problem::at(root.key("title"), "empty", "the title is empty").label("say the sign in a few words"));
        }
        for (index, key) in file.sources.iter().enumerate() {
            let sources = self.workshop.sources;
            if !sources.articles.contains_key(key) && !sources.studies.contains_key(key) {
                let known = sources.articles.keys().chain(sources.studies.keys()).map(String::as_str);
                self.problems.add(unknown(root.key("sources").index(index), "source", key, known));
            }
        }
        self.main_selection();
        let before = self.duration(file.before.as_deref(), &root.key("before"));
        if before.is_some() && file.within.is_none() {
            self.problems.add(Problem::at(
                root.key("before"),
                "missing-key",
                "`before` is the stretch just before `within`, which is missing",
            ));
        }
        let levels: Vec<Level> =
            file.levels.iter().enumerate().map(|(index, level)| self.level(level, &root.key("levels").index(index))).collect();
        if levels.is_empty() {
            self.problems.add(Problem::at(root.key("levels"), "empty", "there are no levels").note("this rule would never fire"));
        }
        for (index, pair) in levels.windows(2).enumerate() {
            if pair[1].points <= pair[0].points {
                let path = root.key("levels").index(index + 1).key("points");
                self.problems.add(
                    Problem::at(path, "points-do-not-rise", "the points do not rise from level to level")
                        .label("the last level that holds counts, so this one must weigh more"),
                );
            }
        }
        for (index, action) in file.ladder.iter().enumerate() {
            if !self.workshop.actions.contains(action) {
                let known = self.workshop.actions.iter().map(String::as_str);
                self.problems.add(
                    unknown(root.key("ladder").index(index), "action", action, known).note("this step of the ladder could not be advised"),
                );
            }
        }
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
            pack: pack.to_owned(),
            is_overridden: false,
            languages: std::mem::take(&mut self.languages).into_iter().collect(),
        }
    }

    fn id(&mut self, id: &str, path: Path) {
        let is_plain = !id.is_empty()
            && id.split('-').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
        if !is_plain {
            self.problems.add(
                Problem::at(path, "bad-id", format!("`{id}` cannot be an id"))
                    .label("ids are small letters, digits and single hyphens, like late-payments"),
            );
        }
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
        for (key, is_there) in [("among", file.among.is_some()), ("where", file.matching.is_some()), ("within", file.within.is_some())] {
            if is_there {
                self.problems.add(
                    Problem::at(root.key(key), "missing-key", format!("`{key}` needs `look_at`"))
                        .label("which list?")
                        .allow(List::ALL.map(List::word)),
                );
            }
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
        let within = self.duration(within, &path.key("within"));
        Selection { list: list.unwrap_or(List::Invoices), among, matching, within, pool: 0 }
    }

    fn list(&mut self, name: &str, path: Path) -> Option<List> {
        let found = List::ALL.into_iter().find(|list| list.word() == name);
        if found.is_some() {
            return found;
        }
        let problem = unknown(path, "list", name, List::ALL.map(List::word)).note("this rule would never fire");
        // What stands behind it is checked against the list that was probably meant.
        let meant = problem.suggestion.as_deref().and_then(|word| List::ALL.into_iter().find(|list| list.word() == word));
        self.problems.add(problem);
        meant
    }

    fn duration(&mut self, text: Option<&str>, path: &Path) -> Option<Duration> {
        let text = text?;
        let read = text.parse().ok();
        if read.is_none() {
            self.problems.add(
                Problem::at(path.clone(), "not-a-duration", format!("`{text}` is not a length of time"))
                    .label("write a number and a unit: 10 days, 3 weeks, 24 months, 2 years"),
            );
        }
        read
    }

    fn condition(&mut self, list: Option<List>, condition: &Condition, path: &Path, place: Place) -> Clause {
        let mut clause = Clause::default();
        if let Some(list) = list {
            for (name, test) in &condition.tests {
                let path = path.key(name);
                let Some(field) = facts::field(list, name) else {
                    let mut known: Vec<&str> = list.fields().iter().map(|field| field.name).collect();
                    known.extend(["any", "none", "followed_by", "not_followed_by", "preceded_by"]);
                    let kind = format!("field of {list}");
                    self.problems.add(unknown(path, &kind, name, known).on_key().note("this condition would never hold"));
                    continue;
                };
                if let Some(check) =
                    self.check(Subject { name, kind: field.kind, text: Some((list, field)), may_look_before: false }, test, &path)
                {
                    clause.tests.push((field, check));
                }
            }
        }
        let inner = |place_inside: Place, conditions: &Option<Vec<Condition>>, key: &str, this: &mut Self| -> Vec<Clause> {
            let conditions = conditions.iter().flatten().enumerate();
            conditions.map(|(index, condition)| this.condition(list, condition, &path.key(key).index(index), place_inside)).collect()
        };
        clause.any = inner(place, &condition.any, "any", self);
        clause.none = inner(if place == Place::Among { Place::Among } else { Place::None }, &condition.none, "none", self);
        let sequences = [
            (Order::FollowedBy, &condition.followed_by),
            (Order::NotFollowedBy, &condition.not_followed_by),
            (Order::PrecededBy, &condition.preceded_by),
        ];
        for (order, sequence) in sequences {
            let Some(sequence) = sequence else { continue };
            let key = match order {
                Order::FollowedBy => "followed_by",
                Order::NotFollowedBy => "not_followed_by",
                Order::PrecededBy => "preceded_by",
            };
            let path = path.key(key);
            if place != Place::Where {
                let message = format!("`{key}` cannot stand in `{}`", if place == Place::Among { "among" } else { "none" });
                self.problems.add(Problem::at(path.clone(), "misplaced", message).on_key().label("it belongs into `where`"));
            }
            clause.sequences.extend(self.sequence(order, sequence, &path));
        }
        // What was read in the texts is known already and seldom holds: asked first, it spares the other tests.
        clause.tests.sort_by_key(|(_, check)| !matches!(check, Check::Text { .. }));
        clause
    }

    fn sequence(&mut self, order: Order, sequence: &Sequence, path: &Path) -> Option<Follow> {
        let list = self.list(&sequence.look_at, path.key("look_at"));
        let matching = sequence
            .matching
            .as_ref()
            .map(|condition| self.condition(list, condition, &path.key("where"), Place::None))
            .unwrap_or_default();
        let within = self.duration(Some(&sequence.within), &path.key("within"));
        Some(Follow { order, list: list?, matching, within: within? })
    }
}

impl Question {
    fn asks_nothing(&self) -> bool {
        self.tests.is_empty() && self.of_field.is_empty() && self.any.iter().chain(&self.none).flatten().next().is_none()
    }
}

/// What is tested.
#[derive(Clone, Copy)]
struct Subject<'a> {
    name: &'a str,
    kind: Kind,
    /// The text field, if it is one.
    text: Option<(List, &'static Field)>,
    /// Whether `N% of before` may stand.
    may_look_before: bool,
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
