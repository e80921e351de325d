//! Levels and their questions: measures of lists, single facts, and what holds of any or none.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::file::{FIELD_MEASURES, LevelFile, MEASURES, Plain, Question, Test};
use super::super::problem::{Problem, unknown};
use super::super::rule::{Atom, Bound, Bounds, Check, Level, Limit, Measure, Query, Tenths};
use crate::diagnostic::Path;
use crate::facts::{self, FACTS, Kind, List};

use super::{Compiler, Subject, as_yes_or_no};

impl Compiler<'_, '_> {
    pub(super) fn level(&mut self, level: &LevelFile, path: &Path) -> Level {
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

    pub(super) fn points(&mut self, points: &Plain, path: Path) -> Tenths {
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

    pub(super) fn yes_or_no(&mut self, plain: &Plain, path: Path) -> Option<bool> {
        let answer = as_yes_or_no(plain);
        if answer.is_none() {
            self.problems.add(Problem::at(path, "wrong-type", format!("`{plain}` is neither yes nor no")).allow(["yes", "no"]));
        }
        answer
    }

    pub(super) fn question(&mut self, question: &Question, inherited: Option<usize>, path: &Path) -> Query {
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

    pub(super) fn needs_list(&mut self, path: &Path) {
        self.problems.add(
            Problem::at(path.clone(), "missing-key", "a measure needs a list")
                .on_key()
                .label("add `look_at` to the rule or to this question")
                .allow(List::ALL.map(List::word)),
        );
    }

    pub(super) fn measure(
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
}
