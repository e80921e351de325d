//! Measures of the matched items of a selection: how many, what share, what sum. Where single items cannot be told, a
//! measure is a range, so that a test can still be decided when it holds, or fails, over all of it.

use std::cell::OnceCell;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::items::{Look, Pool};
use super::tell::Range;
use crate::facts::{Answer, Field, List, Missing, Money, Need, Value};
use crate::rules::{Measure, Rule, Selection};

/// "Never" in days since the last one: more than any calendar has.
const NEVER: i64 = 10_000_000;

/// What a rule sees of one record: how the items stand to each of its selections.
pub struct RuleLook<'l, 'a> {
    /// The look at the record.
    pub look: &'l Look<'a>,
    /// The rule.
    pub rule: &'l Rule,
    /// Observations that name the rule, by their place among the facts.
    pub observations: Vec<usize>,
    tallies: SmallVec<[OnceCell<Tally>; 2]>,
    before: OnceCell<(Pool, Tally)>,
}

/// How many items stand how to a selection.
#[derive(Debug, Default)]
pub struct Tally {
    /// The items that match, or may, by their place among the facts.
    pub matches: Vec<(usize, Answer)>,
    /// Considered for certain.
    considered: u32,
    /// Considered, or perhaps.
    maybe_considered: u32,
    matched: u32,
    maybe_matched: u32,
    missing: Missing,
    is_absent: bool,
}

impl Tally {
    fn of(pool: &Pool, matches: Vec<(usize, Answer)>, absent: Option<Need>) -> Self {
        let all = u32::try_from(pool.entries.len()).unwrap_or(u32::MAX);
        let mut tally =
            Self { is_absent: absent.is_some(), considered: pool.certain, maybe_considered: all, missing: pool.missing, ..Self::default() };
        if let Some(need) = absent {
            tally.missing = Missing::one(need);
        }
        for (_, answer) in &matches {
            match answer {
                Answer::Yes => tally.matched += 1,
                Answer::No => {}
                Answer::CannotTell(missing) => {
                    tally.missing = tally.missing.and(*missing);
                    tally.maybe_matched += 1;
                }
            }
        }
        tally.matches = matches;
        tally
    }

    /// Perhaps considered; since that is not certain, none of them is a certain match.
    fn doubtful(&self) -> u32 {
        self.maybe_considered - self.considered
    }
}

impl<'l, 'a> RuleLook<'l, 'a> {
    /// A rule's look at a record.
    #[must_use]
    pub fn new(look: &'l Look<'a>, rule: &'l Rule) -> Self {
        let count = look.facts.len(List::Observations).unwrap_or(0);
        let main = rule.selections.first().filter(|_| rule.has_list && count > 0);
        let window = main.and_then(|selection| look.stretch(selection.within));
        let names_rule = |index: &usize| {
            let names = List::Observations
                .fields()
                .first()
                .is_some_and(|field| matches!((field.read)(look.facts, *index), Value::Word(id) if id == rule.id));
            let day = look.facts.span(List::Observations, *index).first;
            names && window.is_none_or(|(after, _)| day.is_none_or(|day| day > after))
        };
        let observations = (0..count).filter(names_rule).collect();
        Self { look, rule, observations, tallies: rule.selections.iter().map(|_| OnceCell::new()).collect(), before: OnceCell::new() }
    }

    /// How the items stand to one of the rule's selections.
    #[must_use]
    pub fn tally(&self, selection: usize) -> &Tally {
        // The compiler hands out only indices of selections that it made.
        self.tallies[selection].get_or_init(|| {
            let selection = &self.rule.selections[selection];
            self.tally_of(selection, self.look.pool(selection))
        })
    }

    /// How many items one of the rule's selections considers for certain.
    pub(super) fn considered(&self, selection: usize) -> u32 {
        self.look.pool(&self.rule.selections[selection]).certain
    }

    fn tally_of(&self, selection: &Selection, pool: &Pool) -> Tally {
        let absent = self.look.facts.len(selection.list).is_none().then(|| selection.list.need());
        Tally::of(pool, self.look.matches(selection, pool), absent)
    }

    /// The same selection in the stretch before `within`.
    fn tally_before(&self) -> &(Pool, Tally) {
        self.before.get_or_init(|| {
            let selection = &self.rule.selections[0];
            let after_within = selection.within.map_or(NaiveDate::MIN, |within| within.before(self.look.facts.as_of()));
            let stretch = self.rule.before.map(|before| (before.before(after_within), after_within));
            let pool = self.look.make_pool(selection, stretch);
            let tally = self.tally_of(selection, &pool);
            (pool, tally)
        })
    }

    /// A measure, with a value beside it that carries its currency.
    #[must_use]
    pub fn measure(&self, selection: usize, measure: Measure) -> (Range, Value<'static>) {
        // Only the rule's own list is added to by observations.
        let extra = if self.rule.has_list && selection == 0 { self.observations.len() } else { 0 };
        let pool = self.look.pool(&self.rule.selections[selection]);
        self.measured(selection, (pool, self.tally(selection)), measure, u32::try_from(extra).unwrap_or(u32::MAX))
    }

    /// The same measure in the stretch before.
    pub(super) fn measure_before(&self, measure: Measure) -> Range {
        let (pool, tally) = self.tally_before();
        self.measured(0, (pool, tally), measure, 0).0
    }

    fn measured(&self, selection: usize, (pool, tally): (&Pool, &Tally), measure: Measure, extra: u32) -> (Range, Value<'static>) {
        let list = self.rule.selections[selection].list;
        let plain = |range: Range| (range, Value::Nothing);
        if tally.is_absent {
            let low = matches!(measure, Measure::Count | Measure::OutOf).then(|| extra.into());
            return plain(Range { low, high: None, missing: tally.missing });
        }
        let span = |low: u32, high: u32| Range { low: Some(low.into()), high: Some(high.into()), missing: tally.missing };
        match measure {
            Measure::Count => plain(span(tally.matched + extra, tally.matched + tally.maybe_matched + extra)),
            Measure::OutOf => plain(span(tally.considered + extra, tally.maybe_considered + extra)),
            Measure::Share => plain(self.share(tally, extra, list)),
            Measure::DaysSinceLast => plain(self.days_since_last(tally, list)),
            Measure::Distinct(field) => plain(self.distinct(tally, field)),
            Measure::SumOf(field) => self.sum(tally, field),
            Measure::ShareOf(field) => plain(self.share_of(pool, tally, field, list)),
            Measure::Largest(field) => self.ordered(tally, field, list, |values| values.last().copied()),
            Measure::Median(field) => self.ordered(tally, field, list, median),
        }
    }

    fn share(&self, tally: &Tally, extra: u32, list: List) -> Range {
        if tally.maybe_considered + extra == 0 {
            return Range::unknown(Missing::one(list.need()));
        }
        let ratio = |part: u32, whole: u32| Decimal::from(part).checked_div(whole.into());
        // At worst every doubtful item is considered and does not match; at best every one of them matches.
        let low = ratio(tally.matched + extra, tally.considered + tally.doubtful() + extra);
        let best = tally.matched + tally.maybe_matched + extra;
        let certain_misses = (tally.considered + extra).saturating_sub(best.min(tally.considered + extra));
        let high = ratio(best, best + certain_misses);
        Range { low: low.or(Some(Decimal::ZERO)), high: high.or(Some(Decimal::ONE)), missing: tally.missing }
    }

    fn days_since_last(&self, tally: &Tally, list: List) -> Range {
        let facts = self.look.facts;
        let as_of = facts.as_of();
        let last_of = |is: &dyn Fn(Answer) -> bool| {
            let items = tally.matches.iter().filter(|(_, answer)| is(*answer));
            items.filter_map(|(index, _)| facts.span(list, *index).last).map(|day| day.min(as_of)).max()
        };
        let observed = self.observations.iter().filter_map(|index| facts.span(List::Observations, *index).last).max();
        let last = last_of(&|answer| answer == Answer::Yes).max(observed);
        let perhaps = last_of(&|answer| matches!(answer, Answer::CannotTell(_)));
        let days = |day: NaiveDate| Decimal::from((as_of - day).num_days());
        let incomplete = Missing::one(list.completeness_need()).and(tally.missing);
        let Some(last) = last else {
            // Nothing at all: for so long as the list is known to hold everything.
            let since = facts.completeness(list).filter(|period| period.to.0 >= as_of).map(|period| period.from.0);
            let is_always_complete = !matches!(list, List::Messages | List::Hours | List::Feedback);
            let low = if is_always_complete { Some(NEVER.into()) } else { since.map(days) };
            let low = if perhaps.is_some() { None } else { low };
            return Range { low, high: None, missing: incomplete };
        };
        let certain = perhaps.is_none_or(|day| day <= last) && facts.is_complete(list, last, as_of);
        if certain { Range::exactly(days(last)) } else { Range { low: Some(Decimal::ZERO), high: Some(days(last)), missing: incomplete } }
    }

    /// The values of a field over some items: certain ones, doubtful ones, and what is missing for others.
    fn values(&self, items: &[(usize, Answer)], field: &'static Field) -> Values<'a> {
        let mut values = Values { certain: Vec::new(), doubtful: Vec::new(), unknown: Missing::NOTHING };
        for (index, answer) in items {
            match (field.read)(self.look.facts, *index) {
                Value::NotKnown(need) => values.unknown = values.unknown.and(Missing::one(need)),
                Value::NotApplicable | Value::Nothing => {}
                value @ (Value::Number(_)
                | Value::Money(_)
                | Value::Word(_)
                | Value::Words(_)
                | Value::Text(_)
                | Value::YesNo(_)
                | Value::Day(_)) => {
                    if *answer == Answer::Yes {
                        values.certain.push(value)
                    } else {
                        values.doubtful.push(value)
                    }
                }
            }
        }
        values
    }

    fn distinct(&self, tally: &Tally, field: &'static Field) -> Range {
        let values = self.values(&tally.matches, field);
        let mut different: Vec<Value<'_>> = Vec::new();
        for value in &values.certain {
            if !different.contains(value) {
                different.push(*value);
            }
        }
        let low = Decimal::from(different.len());
        let is_certain = values.doubtful.is_empty() && values.unknown.is_empty();
        Range { low: Some(low), high: is_certain.then_some(low), missing: tally.missing.and(values.unknown) }
    }

    fn sum(&self, tally: &Tally, field: &'static Field) -> (Range, Value<'static>) {
        let values = self.values(&tally.matches, field);
        let Some((sum, beside)) = total(&values.certain) else { return (Range::unknown(Missing::one(Need::OneCurrency)), Value::Nothing) };
        // Amounts and hours are not negative, so what is doubtful or unknown can only add.
        let doubtful = total(&values.doubtful).map(|(sum, _)| sum);
        let high = if values.unknown.is_empty() { doubtful.and_then(|more| sum.checked_add(more)) } else { None };
        (Range { low: Some(sum), high, missing: tally.missing.and(values.unknown) }, beside)
    }

    fn share_of(&self, pool: &Pool, tally: &Tally, field: &'static Field, list: List) -> Range {
        let matched = self.values(&tally.matches, field);
        let considered = self.values(&pool.entries, field);
        let unknown = considered.unknown.and(tally.missing);
        if !matched.doubtful.is_empty() || !considered.doubtful.is_empty() || !considered.unknown.is_empty() {
            return Range::unknown(unknown);
        }
        match (total(&matched.certain), total(&considered.certain)) {
            (Some((part, a)), Some((whole, b)))
                if matches!((a, b), (Value::Money(a), Value::Money(b)) if !a.is_comparable(b)) || whole.is_zero() =>
            {
                Range::unknown(Missing::one(if whole.is_zero() && part.is_zero() { list.need() } else { Need::OneCurrency }))
            }
            (Some((part, _)), Some((whole, _))) => part.checked_div(whole).map_or(Range::unknown(unknown), Range::exactly),
            _ => Range::unknown(Missing::one(Need::OneCurrency)),
        }
    }

    fn ordered(
        &self,
        tally: &Tally,
        field: &'static Field,
        list: List,
        pick: impl Fn(&[Decimal]) -> Option<Decimal>,
    ) -> (Range, Value<'static>) {
        let values = self.values(&tally.matches, field);
        let (Some((_, beside)), Some(_)) = (total(&values.certain), total(&values.doubtful)) else {
            return (Range::unknown(Missing::one(Need::OneCurrency)), Value::Nothing);
        };
        let numbers = |values: &[Value<'_>]| {
            let mut numbers: Vec<Decimal> = values.iter().filter_map(|value| value.amount()).collect();
            numbers.sort();
            numbers
        };
        let certain = numbers(&values.certain);
        let missing = tally.missing.and(values.unknown);
        if values.doubtful.is_empty() && values.unknown.is_empty() {
            return (pick(&certain).map_or_else(|| Range::unknown(Missing::one(list.need()).and(missing)), Range::exactly), beside);
        }
        // Any part of the doubtful ones may belong to it: then it lies between the extremes of all.
        let doubtful = numbers(&values.doubtful);
        let all = || certain.iter().chain(&doubtful).copied();
        let is_bounded = values.unknown.is_empty() && !certain.is_empty();
        let bound = |end: Option<Decimal>| if is_bounded { end } else { None };
        // What is largest among the certain ones is a floor for the largest of all.
        let floor = pick(&certain).filter(|picked| certain.last() == Some(picked));
        (Range { low: floor.or(bound(all().min())), high: bound(all().max()), missing }, beside)
    }
}

struct Values<'a> {
    certain: Vec<Value<'a>>,
    doubtful: Vec<Value<'a>>,
    unknown: Missing,
}

/// The sum of numbers, or of money of one currency; none if there are two currencies.
fn total(values: &[Value<'_>]) -> Option<(Decimal, Value<'static>)> {
    let mut sum = Decimal::ZERO;
    let mut currency = None;
    for value in values {
        if let Value::Money(money) = value
            && *currency.get_or_insert(money.currency) != money.currency
        {
            return None;
        }
        sum = sum.checked_add(value.amount().unwrap_or_default())?;
    }
    let beside = currency.map_or(Value::Nothing, |currency| Value::Money(Money { amount: sum, currency }));
    Some((sum, beside))
}

fn median(sorted: &[Decimal]) -> Option<Decimal> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(upper) } else { Some((*sorted.get(middle.checked_sub(1)?)? + upper) / Decimal::TWO) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        let numbers: Vec<Decimal> = [1, 2, 5, 9].into_iter().map(Decimal::from).collect();
        assert_eq!(median(&numbers), Some(Decimal::new(35, 1)));
        assert_eq!(median(&[]), None);
    }
}
