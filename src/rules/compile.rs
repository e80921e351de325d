//! From a rule file to a checked rule. Every list, field, operator, action and id is looked up here, and all that is
//! wrong is told at once: a rule that can never fire silently is the worst bug of every rule engine.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::file::{Condition, FIELD_MEASURES, LevelFile, MEASURES, Plain, Question, RuleFile, Sequence, Test, TestForm};
use super::problem::{Problem, Problems, unknown};
use super::rule::{Atom, Bound, Bounds, Check, Clause, Follow, Level, Limit, Measure, Order, Query, Rule, Says, Selection, Tenths};
use crate::diagnostic::Path;
use crate::facts::{self, Duration, FACTS, Field, Kind, List};
use crate::record::{Day, Stage};
use crate::text::{LexiconId, ReaderBuilder, SetId};

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

    fn level(&mut self, level: &LevelFile, path: &Path) -> Level {
        let points = self.points(&level.points, path.key("points"));
        let beyond_repair =
            level.beyond_repair.as_ref().is_some_and(|plain| self.yes_or_no(plain, path.key("beyond_repair")).unwrap_or(false));
        let inherited = self.has_list.then_some(0);
        let when = self.question(&level.when, inherited, &path.key("when"));
        // A misspelt question is told where it stands.
        if level.when.asks_nothing() {
            self.problems.add(Problem::at(path.key("when"), "empty", "nothing is asked here").note("this level would always hold"));
        }
        Level { when, points, at_least_band: level.at_least_band, beyond_repair }
    }

    fn points(&mut self, points: &Plain, path: Path) -> Tenths {
        let tenths = match points {
            Plain::Number(number) => (number * Decimal::TEN).normalize(),
            Plain::Bool(_) | Plain::Text(_) => Decimal::ZERO,
        };
        match tenths.to_i64() {
            Some(whole) if tenths.scale() == 0 && whole > 0 && whole <= 1000 => whole,
            _ => {
                let problem = Problem::at(path, "bad-points", format!("`{points}` cannot be points"));
                self.problems.add(problem.label("points are more than 0 and at most 100, in whole tenths: 3 or 7.5"));
                1
            }
        }
    }

    fn yes_or_no(&mut self, plain: &Plain, path: Path) -> Option<bool> {
        let answer = as_yes_or_no(plain);
        if answer.is_none() {
            self.problems.add(Problem::at(path, "wrong-type", format!("`{plain}` is neither yes nor no")).allow(["yes", "no"]));
        }
        answer
    }

    fn question(&mut self, question: &Question, inherited: Option<usize>, path: &Path) -> Query {
        let own = match &question.look_at {
            Some(name) => {
                let list = self.list(name, path.key("look_at"));
                let selection = self.selection(list, (&question.among, &question.matching, question.within.as_deref()), path);
                self.selections.push(selection);
                Some(self.selections.len() - 1)
            }
            None => {
                for (key, is_there) in
                    [("among", question.among.is_some()), ("where", question.matching.is_some()), ("within", question.within.is_some())]
                {
                    if is_there {
                        self.problems.add(
                            Problem::at(path.key(key), "missing-key", format!("`{key}` needs a `look_at` beside it"))
                                .label("a question with a list of its own inherits nothing"),
                        );
                    }
                }
                inherited
            }
        };
        let mut query = Query::default();
        for (name, test) in &question.tests {
            let path = path.key(name);
            let plain_measure = match name.as_str() {
                "count" => Some(Measure::Count),
                "share" => Some(Measure::Share),
                "out_of" => Some(Measure::OutOf),
                "days_since_last" => Some(Measure::DaysSinceLast),
                _ => None,
            };
            if let Some(measure) = plain_measure {
                let kind = if matches!(measure, Measure::Share) { Kind::Share } else { Kind::Number };
                query.measures.extend(self.measure(own, measure, (name, kind), test, &path));
            } else if let Some(fact) = facts::fact(name) {
                if let Some(check) = self.check(Subject { name, kind: fact.kind, text: None, may_look_before: false }, test, &path) {
                    query.facts.push((fact, check));
                }
            } else {
                let known = MEASURES
                    .into_iter()
                    .chain(FIELD_MEASURES)
                    .chain(["any", "none", "look_at", "among", "where", "within"])
                    .chain(FACTS.iter().map(|fact| fact.name));
                self.problems.add(unknown(path, "measure or fact", name, known).on_key().note("this level would never hold"));
            }
        }
        for (measure, name, test) in &question.of_field {
            let path = path.key(measure).key(name);
            let Some(list) = own.and_then(|index| self.selections.get(index)).map(|selection| selection.list) else {
                self.needs_list(&path);
                continue;
            };
            let Some(field) = facts::field(list, name) else {
                let known = list.fields().iter().map(|field| field.name);
                self.problems.add(unknown(path, &format!("field of {list}"), name, known).on_key().note("this level would never hold"));
                continue;
            };
            let is_number = matches!(field.kind, Kind::Number | Kind::Share | Kind::Money);
            let (measure, kind) = match measure.as_str() {
                "sum_of" => (Measure::SumOf(field), field.kind),
                "share_of" => (Measure::ShareOf(field), Kind::Share),
                "largest" => (Measure::Largest(field), field.kind),
                "median" => (Measure::Median(field), field.kind),
                _ => (Measure::Distinct(field), Kind::Number),
            };
            if !is_number && !matches!(measure, Measure::Distinct(_)) {
                let problem =
                    Problem::at(path, "wrong-type", format!("`{name}` is a {}, which has no sum, median or largest", field.kind.name()));
                self.problems.add(problem.on_key().label("only `distinct` may be asked of it"));
                continue;
            }
            query.measures.extend(self.measure(own, measure, (name, kind), test, &path));
        }
        let inner = |questions: &Option<Vec<Question>>, key: &str, this: &mut Self| -> Vec<Query> {
            let questions = questions.iter().flatten().enumerate();
            questions.map(|(index, question)| this.question(question, own, &path.key(key).index(index))).collect()
        };
        query.any = inner(&question.any, "any", self);
        query.none = inner(&question.none, "none", self);
        query
    }

    fn needs_list(&mut self, path: &Path) {
        self.problems.add(
            Problem::at(path.clone(), "missing-key", "a measure needs a list")
                .on_key()
                .label("add `look_at` to the rule or to this question")
                .allow(List::ALL.map(List::word)),
        );
    }

    fn measure(
        &mut self,
        selection: Option<usize>,
        measure: Measure,
        (name, kind): (&str, Kind),
        test: &Test,
        path: &Path,
    ) -> Option<(usize, Measure, Bounds)> {
        let Some(selection) = selection else {
            self.needs_list(path);
            return None;
        };
        let may_look_before = self.file.before.is_some() && self.has_list && selection == 0;
        match self.check(Subject { name, kind, text: None, may_look_before }, test, path)? {
            Check::Bounds(bounds) => Some((selection, measure, bounds)),
            Check::OneOf(atoms) => match atoms.as_slice() {
                [Atom::Number(number)] => {
                    let bound = || vec![Bound { is_inclusive: true, limit: Limit::Number(*number) }];
                    Some((selection, measure, Bounds { lower: bound(), upper: bound() }))
                }
                _ => None,
            },
            Check::Is(_) | Check::Lacks { .. } | Check::Text { .. } => None,
        }
    }

    fn check(&mut self, subject: Subject<'_>, test: &Test, path: &Path) -> Option<Check> {
        match test {
            Test::Value(plain) => self.value(subject, plain, path),
            Test::Form(form) => self.form(subject, form, path),
        }
    }

    fn value(&mut self, subject: Subject<'_>, plain: &Plain, path: &Path) -> Option<Check> {
        let may_be_asked_for = matches!(subject.kind, Kind::Day | Kind::Text | Kind::Word(_) | Kind::YesNo | Kind::Money);
        match as_yes_or_no(plain) {
            Some(answer) if may_be_asked_for => Some(Check::Is(answer)),
            _ => self.atom(subject, plain, path).map(|atom| Check::OneOf(vec![atom])),
        }
    }

    fn atom(&mut self, subject: Subject<'_>, plain: &Plain, path: &Path) -> Option<Atom> {
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

    fn form(&mut self, subject: Subject<'_>, form: &TestForm, path: &Path) -> Option<Check> {
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

    fn bounds(&mut self, subject: Subject<'_>, forms: [(&Option<Plain>, &str, bool); 2], path: &Path) -> Vec<Bound> {
        let mut bounds = Vec::new();
        for (plain, key, is_inclusive) in forms {
            let limit = plain.as_ref().and_then(|plain| self.limit(subject, plain, &path.key(key)));
            bounds.extend(limit.map(|limit| Bound { is_inclusive, limit }));
        }
        bounds
    }

    fn limit(&mut self, subject: Subject<'_>, plain: &Plain, path: &Path) -> Option<Limit> {
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

    fn text(&mut self, subject: Subject<'_>, form: &TestForm, path: &Path) -> Option<Check> {
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

    fn says(&mut self, template: &str, path: &Path) -> Vec<Says> {
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some(start) = rest.find('{') {
            let Some(length) = rest[start..].find('}') else {
                self.problems.add(Problem::at(path.clone(), "unclosed", "a placeholder is not closed").label("write it like {count}"));
                break;
            };
            parts.push(Says::Words(rest[..start].to_owned()));
            let name = &rest[start + 1..start + length];
            parts.extend(self.placeholder(name, path));
            rest = &rest[start + length + 1..];
        }
        parts.push(Says::Words(rest.to_owned()));
        parts.retain(|part| !matches!(part, Says::Words(words) if words.is_empty()));
        parts
    }

    fn placeholder(&mut self, name: &str, path: &Path) -> Option<Says> {
        let list = self.selections.first().filter(|_| self.has_list).map(|selection| selection.list);
        let measure = match (name, name.split_once('.'), list) {
            ("count", _, Some(_)) => Some(Measure::Count),
            ("share", _, Some(_)) => Some(Measure::Share),
            ("out_of", _, Some(_)) => Some(Measure::OutOf),
            ("days_since_last", _, Some(_)) => Some(Measure::DaysSinceLast),
            (_, Some((measure, field)), Some(list)) => facts::field(list, field).and_then(|field| match measure {
                "sum_of" => Some(Measure::SumOf(field)),
                "share_of" => Some(Measure::ShareOf(field)),
                "largest" => Some(Measure::Largest(field)),
                "median" => Some(Measure::Median(field)),
                "distinct" => Some(Measure::Distinct(field)),
                _ => None,
            }),
            _ => None,
        };
        let found = measure.map(Says::Measure).or_else(|| facts::fact(name).map(Says::Fact));
        if found.is_none() {
            let known = MEASURES.into_iter().chain(FACTS.iter().map(|fact| fact.name));
            self.problems.add(unknown(path.clone(), "measure or fact", name, known).note("the report would show the bare placeholder"));
        }
        found
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
