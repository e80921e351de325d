//! Bounds on numbers, and what cannot be true of them.

use rust_decimal::Decimal;

use super::{Compiler, Subject};
use crate::diagnostic::Path;
use crate::facts::{self, FACTS, Kind};
use crate::rules::file::Plain;
use crate::rules::problem::{Problem, unknown};
use crate::rules::rule::{Atom, Bound, Bounds, Check, Clause, Limit};

/// The number that was probably meant by a text: `two`, `"2"`, `2 days`, `>= 2`, `2,5`.
pub(in crate::rules) fn number_meant(text: &str) -> Option<Decimal> {
    const WORDS: [&str; 13] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let text = text.trim().trim_start_matches(['>', '<', '=', '+', ' ']).to_lowercase();
    if let Some(number) = WORDS.iter().position(|word| *word == text) {
        return Some(Decimal::from(number));
    }
    let digits = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '-')).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let is_unit = unit.trim().chars().all(|c| c.is_alphabetic() || c == '%');
    number.replacen(',', ".", 1).parse().ok().filter(|_| is_unit)
}

/// Whether something can be a limit: a number or a percentage.
fn is_limit(plain: &Plain) -> bool {
    match plain {
        Plain::Number(_) => true,
        Plain::Bool(_) => false,
        Plain::Text(text) => text.split_once('%').is_some_and(|(percent, _)| percent.trim().parse::<Decimal>().is_ok()),
    }
}

impl Compiler<'_, '_> {
    pub(super) fn bounds(&mut self, subject: Subject<'_>, forms: [(&Option<Plain>, &str, bool); 2], path: &Path) -> Vec<Bound> {
        let mut bounds = Vec::new();
        for (plain, key, is_inclusive) in forms {
            let limit = plain.as_ref().and_then(|plain| self.limit(subject, plain, &path.key(key)));
            bounds.extend(limit.map(|limit| Bound { is_inclusive, limit }));
        }
        bounds
    }

    pub(super) fn limit(&mut self, subject: Subject<'_>, plain: &Plain, path: &Path) -> Option<Limit> {
        let text = match plain {
            Plain::Number(number) if subject.kind == Kind::Share && !number.is_zero() => {
                // 0.3 was probably meant as 30 %.
                let percent = if *number <= Decimal::ONE { number * Decimal::ONE_HUNDRED } else { *number }.normalize();
                self.problems.add(
                    Problem::at(path.clone(), "not-a-share", format!("`{}` is a share, and is compared with percents", subject.name))
                        .suggest(format!("{percent}%")),
                );
                return None;
            }
            Plain::Number(number) => return Some(Limit::Number(*number)),
            Plain::Bool(_) => {
                self.not_a_number(plain, "a number is expected", path);
                return None;
            }
            Plain::Text(text) => text.trim(),
        };
        if let Some((percent, of)) = text.split_once('%') {
            return self.percent(subject, plain, (percent.trim(), of.trim()), path);
        }
        match self.file.limits.get(text) {
            // What is wrong with a limit is told where it stands.
            Some(limit) if !is_limit(limit) => Some(Limit::Number(Decimal::ONE)),
            Some(limit) => self.limit(subject, &limit.clone(), path),
            None => {
                let problem = self.no_such_limit(subject, text, path);
                self.problems.add(problem);
                None
            }
        }
    }

    fn no_such_limit(&self, subject: Subject<'_>, text: &str, path: &Path) -> Problem {
        let known = self.file.limits.keys().map(String::as_str);
        let problem = unknown(path.clone(), "unknown-limit", format!("there is no limit `{text}`"), text, known);
        if problem.suggestion.is_some() {
            return problem;
        }
        let problem = Problem::at(path.clone(), "not-a-number", format!("`{text}` is not a number"));
        let problem = match number_meant(text) {
            Some(number) if subject.kind == Kind::Share => problem.suggest(format!("{number}%")),
            Some(number) => problem.suggest(number.to_string()),
            None if subject.kind == Kind::Share => problem.label("a percentage is expected, like 30%"),
            None => problem.label("a number is expected, like 3 or 7.5"),
        };
        if self.file.limits.is_empty() { problem } else { problem.note("or a name from `limits`") }
    }

    /// Numbers that users may change have to be numbers.
    pub(super) fn limits(&mut self) {
        for (name, limit) in self.file.limits.iter().filter(|(_, limit)| !is_limit(limit)) {
            let path = Path::of(["limits"]).key(name.as_str());
            let problem = Problem::at(path, "not-a-number", format!("`{limit}` is not a number"));
            let meant = match limit {
                Plain::Text(text) => number_meant(text),
                Plain::Bool(_) | Plain::Number(_) => None,
            };
            self.problems.add(match meant {
                Some(number) => problem.suggest(number.to_string()),
                None => problem.label("write a number, or a percentage like 30%"),
            });
        }
    }

    fn not_a_number(&mut self, plain: &Plain, label: &str, path: &Path) {
        let message = format!("`{plain}` is not a number that can stand here");
        self.problems.add(Problem::at(path.clone(), "not-a-number", message).label(label));
    }

    /// `30%`, `15% of contract.value` or `50% of before`.
    fn percent(&mut self, subject: Subject<'_>, plain: &Plain, (percent, of): (&str, &str), path: &Path) -> Option<Limit> {
        let share = percent.parse::<Decimal>().ok().and_then(|percent| percent.checked_div(Decimal::ONE_HUNDRED));
        let Some(share) = share else {
            self.not_a_number(plain, "write it like 30% or 15% of contract.value", path);
            return None;
        };
        let name = match of.strip_prefix("of ").map(str::trim) {
            Some(name) => name,
            None if of.is_empty() && subject.kind == Kind::Share => return Some(Limit::Number(share)),
            None if of.is_empty() => {
                let message = format!("`{plain}` is not a number that can stand here");
                self.problems.add(
                    Problem::at(path.clone(), "not-a-number", message)
                        .label("a percentage of what? write `15% of contract.value`")
                        .note("only shares are compared with plain percents"),
                );
                return None;
            }
            None => {
                self.not_a_number(plain, "write it like 30% or 15% of contract.value", path);
                return None;
            }
        };
        if name == "before" {
            if !subject.may_look_before {
                self.not_a_number(plain, "`before` needs `within` and `before` in this rule, and a measure of its own list", path);
            }
            return subject.may_look_before.then_some(Limit::ShareOfBefore(share));
        }
        let meant = facts::fact(name).or_else(|| {
            let known = FACTS.iter().filter(|fact| fact.kind == subject.kind).map(|fact| fact.name).chain(["before"]);
            let problem = unknown(path.clone(), "unknown-fact", format!("there is no fact `{name}`"), name, known).on_part(name);
            let meant = problem.suggestion.as_deref().and_then(facts::fact);
            self.problems.add(problem.note("this condition would never hold"));
            meant
        })?;
        if meant.kind == subject.kind {
            return Some(Limit::ShareOf(share, meant));
        }
        let (one, other) = (subject.kind.name(), meant.kind.name());
        self.not_a_number(plain, &format!("`{}` is a {one}, but `{}` is a {other}", subject.name, meant.name), path);
        None
    }

    /// Tells bounds that no number meets, and a single one that every number meets.
    pub(super) fn must_be_possible(&mut self, subject: Subject<'_>, bounds: &Bounds, path: &Path) {
        let (least, most) = subject.ends;
        let ends = Bounds {
            lower: least.map(|number| Bound { is_inclusive: true, limit: Limit::Number(number) }).into_iter().collect(),
            upper: most.map(|number| Bound { is_inclusive: true, limit: Limit::Number(number) }).into_iter().collect(),
        };
        let shown = |number: Decimal| {
            if subject.kind == Kind::Share {
                format!("{}%", (number * Decimal::ONE_HUNDRED).normalize())
            } else {
                number.normalize().to_string()
            }
        };
        if let Some((low, high)) = gap(bounds, bounds) {
            let message = format!("nothing is above {} and below {}", shown(low), shown(high));
            self.problems.add(Problem::at(path.clone(), "never", message).note("this condition would never hold"));
        } else if gap(bounds, &ends).is_some() {
            let message = match (least, most) {
                (Some(least), Some(most)) => format!("`{}` lies between {} and {}", subject.name, shown(least), shown(most)),
                (Some(least), None) => format!("`{}` is never below {}", subject.name, shown(least)),
                _ => format!("`{}` is never that", subject.name),
            };
            self.problems.add(Problem::at(path.clone(), "never", message).note("this condition would never hold"));
        } else if let ([Bound { is_inclusive: true, limit: Limit::Number(number) }], []) = (&*bounds.lower, &*bounds.upper)
            && least.is_some_and(|least| *number <= least)
        {
            let message = format!("`{}` is always at least {}", subject.name, shown(*number));
            self.problems.add(Problem::at(path.clone(), "always", message).note("this condition would always hold"));
        }
    }

    /// Tells tests of one field that cannot hold together.
    pub(super) fn cannot_both(&mut self, one: &Clause, other: &Clause, path: &Path, why: &str) {
        for (field, check) in &other.tests {
            let clashes = |(known, first): &&(&'static facts::Field, Check)| std::ptr::eq(*known, *field) && clash(first, check);
            if one.tests.iter().any(|test| clashes(&test)) {
                let message = format!("`{}` cannot be both this and what is asked before", field.name);
                self.problems.add(Problem::at(path.key(field.name), "never", message).label(why).note("this condition would never hold"));
            }
        }
    }
}

/// A lower bound of either that lies above an upper bound of the other, or on it where one of them is not included.
fn gap(one: &Bounds, other: &Bounds) -> Option<(Decimal, Decimal)> {
    let pairs = |low: &Bounds, high: &Bounds| -> Option<(Decimal, Decimal)> {
        low.lower.iter().flat_map(|low| high.upper.iter().map(move |high| (low, high))).find_map(|(low, high)| {
            let (Limit::Number(least), Limit::Number(most)) = (&low.limit, &high.limit) else { return None };
            let is_empty = least > most || (least == most && !(low.is_inclusive && high.is_inclusive));
            is_empty.then_some((*least, *most))
        })
    };
    pairs(one, other).or_else(|| pairs(other, one))
}

/// Whether no value passes both.
fn clash(one: &Check, other: &Check) -> bool {
    match (one, other) {
        (Check::Is(one), Check::Is(other)) => one != other,
        (Check::Bounds(one), Check::Bounds(other)) => gap(one, other).is_some(),
        (Check::OneOf(one), Check::OneOf(other)) => !one.is_empty() && !other.is_empty() && !one.iter().any(|atom| other.contains(atom)),
        (Check::Bounds(bounds), Check::OneOf(atoms)) | (Check::OneOf(atoms), Check::Bounds(bounds)) => {
            !atoms.is_empty()
                && atoms.iter().all(|atom| match atom {
                    Atom::Number(number) => {
                        let exactly = || vec![Bound { is_inclusive: true, limit: Limit::Number(*number) }];
                        gap(bounds, &Bounds { lower: exactly(), upper: exactly() }).is_some()
                    }
                    Atom::Word(_) | Atom::Day(_) => false,
                })
        }
        // `no` is not one of the words of a list; `yes` may be any of them.
        (Check::Is(false), Check::OneOf(_)) | (Check::OneOf(_), Check::Is(false)) => true,
        _ => false,
    }
}
