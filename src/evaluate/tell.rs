//! Tests of single values, with three answers.

use std::cmp::Ordering;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::facts::{Answer, Facts, Missing, Need, Value};
use crate::rules::{Bounds, Check, Limit};

/// A number that may not be known exactly: it lies between two ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The least that it can be; none if there is no least.
    pub low: Option<Decimal>,
    /// The most that it can be; none if there is no most.
    pub high: Option<Decimal>,
    /// What is missing to know it exactly.
    pub missing: Missing,
}

impl Range {
    /// A number that is known.
    #[must_use]
    pub const fn exactly(number: Decimal) -> Self {
        Self { low: Some(number), high: Some(number), missing: Missing::NOTHING }
    }
    /// Nothing at all is known.
    #[must_use]
    pub const fn unknown(missing: Missing) -> Self {
        Self { low: None, high: None, missing }
    }
    /// The number, if it is known.
    #[must_use]
    pub fn exact(&self) -> Option<Decimal> {
        self.low.filter(|low| self.high == Some(*low))
    }
}

/// What a limit amounts to: a number, or what is missing to know it.
pub(super) enum Amount {
    Number(Decimal),
    Unknown(Missing),
    /// The question does not apply, so nothing passes the test.
    Never,
}

/// Compares a range with bounds: yes if every number of it passes, no if none does.
pub(super) fn compare(range: &Range, bounds: &Bounds, amount_of: &mut dyn FnMut(&Limit) -> Amount) -> Answer {
    let lower = bounds.lower.iter().map(|bound| (bound, Ordering::Greater, range.low, range.high));
    let upper = bounds.upper.iter().map(|bound| (bound, Ordering::Less, range.high, range.low));
    let mut answer = Answer::Yes;
    for (bound, beyond, worst, best) in lower.chain(upper) {
        answer = answer.and(match amount_of(&bound.limit) {
            Amount::Never => Answer::No,
            Amount::Unknown(missing) => Answer::CannotTell(missing.and(range.missing)),
            Amount::Number(limit) => {
                let passes = |number: Decimal| {
                    let order = number.cmp(&limit);
                    order == beyond || (order == Ordering::Equal && bound.is_inclusive)
                };
                if worst.is_some_and(passes) {
                    Answer::Yes
                } else if best.is_some_and(|best| !passes(best)) {
                    Answer::No
                } else {
                    Answer::CannotTell(range.missing)
                }
            }
        });
    }
    answer
}

/// A test of one value that is no text search.
pub(super) fn check(value: Value<'_>, check: &Check, amount_of: &mut dyn FnMut(&Limit) -> Amount) -> Answer {
    if let Value::NotKnown(need) = value {
        return Answer::CannotTell(Missing::one(need));
    }
    match check {
        Check::Is(expected) => match value {
            Value::YesNo(answer) => Answer::of(answer == *expected),
            Value::Nothing => Answer::of(!*expected),
            Value::NotApplicable | Value::NotKnown(_) => Answer::No,
            Value::Number(_) | Value::Money(_) | Value::Word(_) | Value::Words(_) | Value::Text(_) | Value::Day(_) => Answer::of(*expected),
        },
        Check::OneOf(atoms) => Answer::of(atoms.iter().any(|atom| atom.is(value))),
        Check::Bounds(bounds) => value.amount().map_or(Answer::No, |amount| compare(&Range::exactly(amount), bounds, amount_of)),
        Check::Lacks { at_least, of } => {
            let Value::Words(words) = value else { return Answer::No };
            Answer::of(of.iter().filter(|word| !words.contains(&word.as_str())).count() >= *at_least)
        }
        Check::Text { .. } => Answer::No,
    }
}

/// What a limit amounts to for a value of a kind; money of another currency is not known, never converted.
pub(super) fn amount<'a>(facts: &'a Facts<'a>, limit: &Limit, beside: Value<'_>) -> Amount {
    match limit {
        Limit::Number(number) => Amount::Number(*number),
        Limit::ShareOf(share, fact) => match ((fact.read)(facts), beside) {
            (Value::Number(number), _) => number.checked_mul(*share).map_or(Amount::Never, Amount::Number),
            (Value::Money(money), Value::Money(other)) if !money.is_comparable(other) => Amount::Unknown(Missing::one(Need::OneCurrency)),
            (Value::Money(money), _) => money.amount.checked_mul(*share).map_or(Amount::Never, Amount::Number),
            (Value::NotKnown(need), _) => Amount::Unknown(Missing::one(need)),
            _ => Amount::Never,
        },
        Limit::ShareOfBefore(_) => Amount::Never,
    }
}

/// Whether a day lies in a stretch of time back from another.
pub(super) fn lies_within(day: Option<NaiveDate>, after: NaiveDate, up_to: NaiveDate, need: Need) -> Answer {
    day.map_or(Answer::CannotTell(Missing::one(need)), |day| Answer::of(day > after && day <= up_to))
}
