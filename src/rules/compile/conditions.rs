//! Conditions on one entry of a list, and the tests of one value.

use super::{Compiler, Place, Subject, as_yes_or_no};
use crate::diagnostic::Path;
use crate::facts::{self, Kind, List};
use crate::record::Day;
use crate::rules::file::{Condition, Lacks, Plain, Sequence, Test, TestForm};
use crate::rules::problem::{Problem, unknown};
use crate::rules::rule::{Atom, Bounds, Check, Clause, Follow, Limit, Order};

/// What a condition may hold beside fields.
const CONNECTIVES: [&str; 5] = ["any", "none", "followed_by", "not_followed_by", "preceded_by"];

/// Which other lists have a field, in words.
pub(super) fn lists_with(name: &str) -> Option<String> {
    let lists: Vec<&str> = List::ALL.into_iter().filter(|list| facts::field(*list, name).is_some()).map(List::word).collect();
    (!lists.is_empty()).then(|| format!("it is a field of {}", lists.join(", ")))
}

/// Whether a test can be meant for a value of a kind.
pub(super) fn may_ask(kind: Kind, test: &Test) -> bool {
    let Test::Form(form) = test else { return true };
    let is_number = matches!(kind, Kind::Number | Kind::Share | Kind::Money);
    if form.mentions_any.is_some() || form.lexicon.is_some() {
        kind == Kind::Text
    } else if form.lacks.is_some() {
        matches!(kind, Kind::Words(_))
    } else if form.one_of.is_some() {
        true
    } else {
        is_number
    }
}

/// `yes` or `no`, where another word for it was written.
fn answer_meant(plain: &Plain) -> Option<&'static str> {
    match plain.to_string().to_lowercase().as_str() {
        "yes" | "y" | "true" | "on" | "1" => Some("yes"),
        "no" | "n" | "false" | "off" | "0" => Some("no"),
        _ => None,
    }
}

impl Compiler<'_, '_> {
    pub(super) fn condition(&mut self, list: Option<List>, condition: &Condition, path: &Path, place: Place) -> Clause {
        let mut clause = Clause::default();
        for (name, test) in &condition.tests {
            let path = path.key(name);
            // Without a list there are no fields, and which were meant cannot be told; phrases can be looked at all the same.
            let Some(list) = list else {
                self.phrases_of(test, &path);
                continue;
            };
            let Some(field) = self.field_or_connective(list, name, test, &path) else { continue };
            let subject =
                Subject { name: field.name, kind: field.kind, field: Some((list, field)), ends: (None, None), may_look_before: false };
            clause.tests.extend(self.check(subject, test, &path).map(|check| (field, check)));
        }
        let inside_none = if place == Place::Among { Place::Among } else { Place::None };
        clause.any = self.alternatives(list, &condition.any, &path.key("any"), place);
        clause.none = self.alternatives(list, &condition.none, &path.key("none"), inside_none);
        for (index, alternative) in clause.any.iter().enumerate() {
            self.cannot_both(
                &clause,
                alternative,
                &path.key("any").index(index),
                "what stands beside `any` leaves nothing for which this holds",
            );
        }
        let sequences = [
            (Order::FollowedBy, "followed_by", &condition.followed_by),
            (Order::NotFollowedBy, "not_followed_by", &condition.not_followed_by),
            (Order::PrecededBy, "preceded_by", &condition.preceded_by),
        ];
        for (order, key, sequence) in sequences {
            let Some(sequence) = sequence else { continue };
            let path = path.key(key);
            if place != Place::Where {
                let message = format!("`{key}` cannot stand in `{}`", if place == Place::Among { "among" } else { "none" });
                self.problems.add(Problem::at(path.clone(), "misplaced", message).on_key().label("it belongs into `where`"));
            }
            clause.sequences.extend(self.sequence(order, sequence, &path));
        }
        clause
    }

    fn field_or_connective(&mut self, list: List, name: &str, test: &Test, path: &Path) -> Option<&'static facts::Field> {
        let found = facts::field(list, name);
        if found.is_some() {
            return found;
        }
        // Only a field of which this can be asked can have been meant.
        let known = || list.fields().iter().filter(|field| may_ask(field.kind, test)).map(|field| field.name).chain(CONNECTIVES);
        let message = format!("an entry of {list} has no field `{name}`");
        let mut problem = unknown(path.clone(), "unknown-field", message, name, known()).on_key().note("this condition would never hold");
        if problem.suggestion.is_none() {
            problem.label = lists_with(name).unwrap_or_default();
        }
        let meant = problem.suggestion.as_deref().and_then(|meant| facts::field(list, meant));
        self.problems.add(problem);
        meant
    }

    fn alternatives(&mut self, list: Option<List>, conditions: &Option<Vec<Condition>>, path: &Path, place: Place) -> Vec<Clause> {
        if conditions.as_ref().is_some_and(Vec::is_empty) {
            self.problems.add(Problem::at(path.clone(), "empty", "there is nothing to choose from here").on_key());
        }
        let conditions = conditions.iter().flatten().enumerate();
        conditions.map(|(index, condition)| self.condition(list, condition, &path.index(index), place)).collect()
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

    pub(super) fn check(&mut self, subject: Subject<'_>, test: &Test, path: &Path) -> Option<Check> {
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
            (Kind::Word(_), Plain::Text(word)) => return self.word(subject, word, path),
            (Kind::Text, Plain::Text(text)) => return Some(Atom::Word(text.clone())),
            (Kind::Number | Kind::Money, Plain::Number(number)) => return Some(Atom::Number(*number)),
            (Kind::Number | Kind::Money | Kind::Share, Plain::Text(_) | Plain::Number(_)) => {
                return match self.limit(subject, plain, path)? {
                    Limit::Number(number) => Some(Atom::Number(number)),
                    Limit::ShareOf(..) | Limit::ShareOfBefore(_) => {
                        self.problems.add(
                            Problem::at(path.clone(), "misplaced", format!("`{}` is hardly ever exactly this", subject.name))
                                .label(format!("write {{ at_least: {plain} }}")),
                        );
                        None
                    }
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
        let problem = match (subject.kind, answer_meant(plain)) {
            (Kind::YesNo, answer) => {
                let problem = Problem::at(path.clone(), "wrong-type", format!("`{}` is yes or no, not `{plain}`", subject.name));
                answer.map_or_else(|| problem.clone().allow(["yes", "no"]), |answer| problem.clone().suggest(answer))
            }
            (kind, _) => {
                let message = format!("`{}` is a {}, and `{plain}` is none", subject.name, kind.name());
                Problem::at(path.clone(), "wrong-type", message).label(format!("expected: {expected}"))
            }
        };
        self.problems.add(problem);
        None
    }

    /// A word of a closed list; for the ids of rules and actions, one that exists.
    fn word(&mut self, subject: Subject<'_>, word: &str, path: &Path) -> Option<Atom> {
        let Kind::Word(listed) = subject.kind else { return None };
        let ids = match subject.field {
            Some((List::Observations, field)) if field.name == "rule" => Some(self.workshop.rules),
            Some((List::ActionsTaken, field)) if field.name == "for" => Some(self.workshop.rules),
            Some((List::ActionsTaken, field)) if field.name == "action" => Some(self.workshop.actions),
            _ => None,
        };
        let known: Vec<&str> = listed.iter().copied().chain(ids.into_iter().flatten().map(String::as_str)).collect();
        if known.is_empty() || known.contains(&word) {
            return Some(Atom::Word(word.to_owned()));
        }
        let message = format!("`{}` cannot be `{word}`", subject.name);
        self.problems.add(unknown(path.clone(), "unknown-word", message, word, known).note("this condition would never hold"));
        None
    }

    fn form(&mut self, subject: Subject<'_>, form: &TestForm, path: &Path) -> Option<Check> {
        if form.mentions_any.is_some() || form.lexicon.is_some() {
            return self.text(subject, form, path);
        }
        let lower = self.bounds(subject, [(&form.at_least, "at_least", true), (&form.more_than, "more_than", false)], path);
        let upper = self.bounds(subject, [(&form.at_most, "at_most", true), (&form.less_than, "less_than", false)], path);
        let has_bounds = form.at_least.is_some() || form.more_than.is_some() || form.at_most.is_some() || form.less_than.is_some();
        let forms = usize::from(has_bounds) + usize::from(form.lacks.is_some()) + usize::from(form.one_of.is_some());
        if forms > 1 {
            let message = "`one_of`, `lacks` and bounds cannot stand beside each other";
            self.problems.add(Problem::at(path.clone(), "misplaced", message).on_key().label("only one of them"));
            return None;
        }
        if let Some(lacks) = &form.lacks {
            return self.lacks(subject, lacks, &path.key("lacks"));
        }
        if let Some(values) = &form.one_of {
            return self.one_of(subject, values, &path.key("one_of"));
        }
        if !has_bounds {
            let known = ["at_least", "more_than", "at_most", "less_than", "one_of"];
            self.problems.add(Problem::at(path.clone(), "empty", "this test asks nothing").label("add one of these").allow(known));
            return None;
        }
        if !matches!(subject.kind, Kind::Number | Kind::Share | Kind::Money) {
            let message = format!("`{}` is a {}, which is neither more nor less than anything", subject.name, subject.kind.name());
            self.problems.add(Problem::at(path.clone(), "wrong-type", message).on_key());
            return None;
        }
        let bounds = Bounds { lower, upper };
        self.must_be_possible(subject, &bounds, path);
        (!bounds.lower.is_empty() || !bounds.upper.is_empty()).then_some(Check::Bounds(bounds))
    }

    fn one_of(&mut self, subject: Subject<'_>, values: &[Plain], path: &Path) -> Option<Check> {
        if values.is_empty() {
            self.problems
                .add(Problem::at(path.clone(), "never", "there is nothing to choose from").note("this condition would never hold"));
        }
        let atoms = values.iter().enumerate().filter_map(|(index, plain)| self.atom(subject, plain, &path.index(index))).collect();
        Some(Check::OneOf(atoms))
    }

    fn lacks(&mut self, subject: Subject<'_>, lacks: &Lacks, path: &Path) -> Option<Check> {
        let Kind::Words(known) = subject.kind else {
            let message = format!("`{}` is a {}, not a list of words", subject.name, subject.kind.name());
            self.problems.add(Problem::at(path.clone(), "wrong-type", message).on_key());
            return None;
        };
        for (index, word) in lacks.of.iter().enumerate().filter(|(_, word)| !known.contains(&word.as_str())) {
            let message = format!("`{}` never holds `{word}`", subject.name);
            self.problems.add(unknown(path.key("of").index(index), "unknown-word", message, word, known.iter().copied()));
        }
        if lacks.at_least == 0 || lacks.at_least > lacks.of.len() {
            let problem = Problem::at(
                path.key("at_least"),
                "never-or-always",
                format!("of {} words, {} cannot decide anything", lacks.of.len(), lacks.at_least),
            );
            self.problems.add(problem.unless_wrong(path.key("of")));
        }
        Some(Check::Lacks { at_least: lacks.at_least, of: lacks.of.clone() })
    }
}
