//! Questions about a whole record: measures of the matched entries, and single facts.

use rust_decimal::Decimal;

use super::conditions::lists_with;
use super::{Compiler, Subject};
use crate::diagnostic::{Path, Step};
use crate::facts::{self, FACTS, Field, Kind, List};
use crate::rules::file::{FIELD_MEASURES, MEASURES, Question, Test};
use crate::rules::problem::{Problem, unknown};
use crate::rules::rule::{Atom, Bound, Bounds, Check, Limit, Measure, Query};

/// What a question may hold beside measures and facts.
const CONNECTIVES: [&str; 6] = ["any", "none", "look_at", "among", "where", "within"];

impl Compiler<'_, '_> {
    pub(super) fn question(&mut self, question: &Question, inherited: Option<usize>, path: &Path) -> Query {
        let own = match &question.look_at {
            Some(name) => {
                let list = self.list(name, path.key("look_at"));
                let selection = self.selection(list, (&question.among, &question.matching, question.within.as_deref()), path);
                self.selections.push(selection);
                Some(self.selections.len() - 1)
            }
            None => {
                self.nothing_without_a_list(question, path);
                inherited
            }
        };
        let before = self.problems.len();
        let mut query = Query::default();
        for (name, test) in &question.tests {
            self.named(name, test, own, &path.key(name), &mut query);
        }
        for (measure, name, test) in &question.of_field {
            query.measures.extend(self.of_field(measure, name, test, own, &path.key(measure)));
        }
        self.more_than_there_are(&query, path);
        let mut inner = |questions: &Option<Vec<Question>>, key: &str| -> Vec<Query> {
            if questions.as_ref().is_some_and(Vec::is_empty) {
                self.problems.add(Problem::at(path.key(key), "empty", format!("there is nothing in `{key}`")).on_key());
            }
            let questions = questions.iter().flatten().enumerate();
            questions.map(|(index, question)| self.question(question, own, &path.key(key).index(index))).collect()
        };
        query.any = inner(&question.any, "any");
        query.none = inner(&question.none, "none");
        let is_empty = query.measures.is_empty() && query.facts.is_empty() && query.any.is_empty() && query.none.is_empty();
        if is_empty && self.problems.len() == before && !self.lacks_list {
            self.problems.add(Problem::at(path.clone(), "empty", "nothing is asked here").note("this level would always hold"));
        }
        query
    }

    fn nothing_without_a_list(&mut self, question: &Question, path: &Path) {
        for (key, is_there) in
            [("among", question.among.is_some()), ("where", question.matching.is_some()), ("within", question.within.is_some())]
        {
            if is_there {
                self.problems.add(
                    Problem::at(path.key(key), "missing-key", format!("`{key}` needs a `look_at` beside it"))
                        .on_key()
                        .unless_wrong(path.key("look_at"))
                        .label("a question with a list of its own inherits nothing"),
                );
            }
        }
    }

    /// A measure or a single fact, by its name.
    fn named(&mut self, name: &str, test: &Test, own: Option<usize>, path: &Path, query: &mut Query) {
        if self.known(name, test, own, path, query) {
            return;
        }
        let known = || MEASURES.into_iter().chain(FIELD_MEASURES).chain(CONNECTIVES).chain(FACTS.iter().map(|fact| fact.name));
        let holder = match path.steps() {
            [.., Step::Key(key), Step::Key(_)] => format!("`{key}`"),
            [.., Step::Key(key), Step::Index(_), Step::Key(_)] => format!("an entry of `{key}`"),
            _ => "a question".to_owned(),
        };
        let message = format!("{holder} has no key `{name}`");
        let problem = unknown(path.clone(), "unknown-key", message, name, known()).on_key().note("this level would never hold");
        let meant = problem.suggestion.clone();
        self.problems.add(problem);
        if let Some(meant) = meant {
            self.known(&meant, test, own, path, query);
        }
    }

    /// Whether there is a measure or fact of this name, which then has been added.
    fn known(&mut self, name: &str, test: &Test, own: Option<usize>, path: &Path, query: &mut Query) -> bool {
        let measure = match name {
            "count" => Measure::Count,
            "share" => Measure::Share,
            "out_of" => Measure::OutOf,
            "days_since_last" => Measure::DaysSinceLast,
            _ => {
                let Some(fact) = facts::fact(name) else { return false };
                let subject = Subject { name, kind: fact.kind, field: None, ends: (None, None), may_look_before: false };
                query.facts.extend(self.check(subject, test, path).map(|check| (fact, check)));
                return true;
            }
        };
        let kind = if matches!(measure, Measure::Share) { Kind::Share } else { Kind::Number };
        query.measures.extend(self.measure(own, measure, (name, kind), test, path));
        true
    }

    fn of_field(&mut self, measure: &str, name: &str, test: &Test, own: Option<usize>, path: &Path) -> Option<(usize, Measure, Bounds)> {
        let path = path.key(name);
        let Some(list) = own.and_then(|index| self.selections.get(index)).map(|selection| selection.list) else {
            self.needs_list(&path);
            return None;
        };
        let field =
            self.field(list, name, &path, &format!("`{measure}` needs a field, like {measure}: {{ amount: {{ at_least: 500 }} }}"))?;
        let is_number = matches!(field.kind, Kind::Number | Kind::Share | Kind::Money);
        let (measure, kind) = match measure {
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
            return None;
        }
        self.measure(own, measure, (name, kind), test, &path)
    }

    /// A field of a list; the one that was probably meant, if the name is not known.
    pub(super) fn field(&mut self, list: List, name: &str, path: &Path, hint: &str) -> Option<&'static Field> {
        let found = facts::field(list, name);
        if found.is_some() {
            return found;
        }
        let known = list.fields().iter().map(|field| field.name);
        let message = format!("an entry of {list} has no field `{name}`");
        let mut problem = unknown(path.clone(), "unknown-field", message, name, known).on_key().note("this level would never hold");
        if problem.suggestion.is_none() {
            problem = problem.label(lists_with(name).unwrap_or_else(|| hint.to_owned()));
        }
        let meant = problem.suggestion.as_deref().and_then(|meant| facts::field(list, meant));
        self.problems.add(problem);
        meant
    }

    fn needs_list(&mut self, path: &Path) {
        // It is told once.
        if std::mem::replace(&mut self.lacks_list, true) {
            return;
        }
        self.problems.add(
            Problem::at(path.clone(), "missing-key", "a measure needs a list")
                .on_key()
                .unless_wrong(Path::of(["look_at"]))
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
        let ends = match measure {
            Measure::Count | Measure::OutOf | Measure::DaysSinceLast | Measure::Distinct(_) => (Some(Decimal::ZERO), None),
            Measure::Share => (Some(Decimal::ZERO), Some(Decimal::ONE)),
            Measure::SumOf(_) | Measure::ShareOf(_) | Measure::Largest(_) | Measure::Median(_) => (None, None),
        };
        match self.check(Subject { name, kind, field: None, ends, may_look_before }, test, path)? {
            Check::Bounds(bounds) => Some((selection, measure, bounds)),
            Check::OneOf(atoms) => match atoms.as_slice() {
                [Atom::Number(number)] => {
                    let bound = || vec![Bound { is_inclusive: true, limit: Limit::Number(*number) }];
                    Some((selection, measure, Bounds { lower: bound(), upper: bound() }))
                }
                _ => {
                    self.problems.add(
                        Problem::at(path.clone(), "misplaced", "a measure is compared with numbers only")
                            .label("write it with `at_least` and `at_most`"),
                    );
                    None
                }
            },
            Check::Is(_) | Check::Lacks { .. } | Check::Text { .. } => None,
        }
    }

    /// More matched entries than considered ones.
    fn more_than_there_are(&mut self, query: &Query, path: &Path) {
        let count = query.measures.iter().find(|(_, measure, _)| matches!(measure, Measure::Count));
        let out_of = query.measures.iter().find(|(_, measure, _)| matches!(measure, Measure::OutOf));
        let (Some((_, _, count)), Some((_, _, out_of))) = (count, out_of) else { return };
        let literal = |bound: &Bound| match bound.limit {
            Limit::Number(number) => Some(number),
            Limit::ShareOf(..) | Limit::ShareOfBefore(_) => None,
        };
        let least = count.lower.iter().filter_map(literal).max();
        let most = out_of.upper.iter().filter_map(literal).min();
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            self.problems.add(
                Problem::at(path.key("count"), "never", format!("{least} cannot match of at most {most}"))
                    .note("this level would never hold"),
            );
        }
    }
}
