//! Which items of a list are considered, and which of those match: conditions on single items, with what comes before
//! and after them.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::tell::{self, Amount, Range};
use crate::facts::{Answer, Duration, Facts, List, Missing, Value};
use crate::rules::{Check, Clause, Follow, Limit, Order, Rulebook, Selection};
use crate::text::{Reading, Scratch};

/// What is shared while the rules look at one record.
pub struct Look<'a> {
    /// The rulebook.
    pub book: &'a Rulebook,
    /// The facts.
    pub facts: &'a Facts<'a>,
    readings: Vec<OnceCell<Vec<Option<Reading>>>>,
    scratch: RefCell<Scratch>,
    followers: RefCell<HashMap<*const Follow, Rc<Followers>>>,
}

/// How an item stands to a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Whether it is considered.
    pub considered: Answer,
    /// Whether it matches as well.
    pub matched: Answer,
}

/// For one sequence: which entries of the other list match, and where the next and the previous one is.
struct Followers {
    /// The first entry from here on that matches, and the first that may.
    next_yes: Vec<Option<usize>>,
    next_maybe: Vec<Option<usize>>,
    /// The last entry up to here that matches, and the last that may.
    last_yes: Vec<Option<usize>>,
    last_maybe: Vec<Option<usize>>,
    /// How many stand in the order of days; undated ones come after them.
    dated: usize,
    has_undated_match: bool,
    missing: Missing,
}

impl<'a> Look<'a> {
    /// A look at one record.
    #[must_use]
    pub fn new(book: &'a Rulebook, facts: &'a Facts<'a>) -> Self {
        Self {
            book,
            facts,
            readings: book.text_fields.iter().map(|_| OnceCell::new()).collect(),
            scratch: RefCell::new(Scratch::default()),
            followers: RefCell::new(HashMap::new()),
        }
    }

    /// What was read in a text field, entry by entry; every text is read once for all rules.
    fn reading(&self, slot: usize, index: usize) -> Option<&Reading> {
        let (list, field) = self.book.text_fields.get(slot)?;
        let all = self.readings.get(slot)?.get_or_init(|| {
            let mut scratch = self.scratch.borrow_mut();
            (0..self.facts.len(*list).unwrap_or(0))
                .map(|index| match (field.read)(self.facts, index) {
                    Value::Text(text) => {
                        let mut reading = Reading::default();
                        self.book.reader.read(text, &mut scratch, &mut reading);
                        Some(reading)
                    }
                    _ => None,
                })
                .collect()
        });
        all.get(index)?.as_ref()
    }

    /// How every entry of a selection's list stands to it, for the stretch `within` or another one.
    pub(super) fn marks(&self, selection: &Selection, stretch: Option<(NaiveDate, NaiveDate)>) -> Vec<Mark> {
        let count = self.facts.len(selection.list).unwrap_or(0);
        (0..count).map(|index| self.mark(selection, stretch, index)).collect()
    }

    fn mark(&self, selection: &Selection, stretch: Option<(NaiveDate, NaiveDate)>, index: usize) -> Mark {
        let list = selection.list;
        let in_time = match stretch {
            None => Answer::Yes,
            Some((after, up_to)) => tell::lies_within(self.facts.span(list, index).last, after, up_to, list.day_need()),
        };
        let considered = if in_time == Answer::No { Answer::No } else { in_time.and(self.clause(list, &selection.among, index)) };
        let matched = if considered == Answer::No { Answer::No } else { considered.and(self.clause(list, &selection.matching, index)) };
        Mark { considered, matched }
    }

    /// The stretch of a selection's `within`, back from the day that is looked at.
    pub(super) fn stretch(&self, within: Option<Duration>) -> Option<(NaiveDate, NaiveDate)> {
        within.map(|within| (within.before(self.facts.as_of()), self.facts.as_of()))
    }

    /// Whether a condition holds of an entry.
    pub(super) fn clause(&self, list: List, clause: &Clause, index: usize) -> Answer {
        let mut answer = Answer::Yes;
        for (field, check) in &clause.tests {
            answer = answer.and(self.check(list, (field.read)(self.facts, index), check, index));
            if answer == Answer::No {
                return answer;
            }
        }
        if !clause.any.is_empty() {
            answer = answer.and(clause.any.iter().fold(Answer::No, |any, inner| any.or(self.clause(list, inner, index))));
        }
        for inner in &clause.none {
            answer = answer.and(self.clause(list, inner, index).not());
        }
        for follow in &clause.sequences {
            if answer == Answer::No {
                return answer;
            }
            answer = answer.and(self.follows(list, follow, index).0);
        }
        answer
    }

    fn check(&self, _list: List, value: Value<'_>, check: &Check, index: usize) -> Answer {
        match (check, value) {
            (Check::Text { slot, phrases, lexicon }, Value::Text(_)) => {
                let Some(reading) = self.reading(*slot, index) else { return Answer::No };
                let mentions = phrases.is_none_or(|set| reading.mentions(set));
                Answer::of(mentions && lexicon.is_none_or(|(lexicon, at_least)| reading.score(lexicon) >= at_least))
            }
            _ => tell::check(value, check, &mut |limit| tell::amount(self.facts, limit, value)),
        }
    }

    /// Whether a single fact passes a test.
    pub(super) fn fact(&self, value: Value<'_>, check: &Check) -> Answer {
        tell::check(value, check, &mut |limit| tell::amount(self.facts, limit, value))
    }

    /// Compares a measure with its bounds.
    pub(super) fn compare(
        &self,
        range: &Range,
        beside: Value<'_>,
        bounds: &crate::rules::Bounds,
        before: &mut dyn FnMut() -> Range,
    ) -> Answer {
        tell::compare(range, bounds, &mut |limit| match limit {
            Limit::ShareOfBefore(share) => {
                let before = before();
                match before.exact().and_then(|number| number.checked_mul(*share)) {
                    Some(number) => Amount::Number(number),
                    None => Amount::Unknown(before.missing),
                }
            }
            Limit::Number(_) | Limit::ShareOf(..) => tell::amount(self.facts, limit, beside),
        })
    }

    /// Whether something comes before or after an entry, and the entry of the other list that does.
    pub(super) fn follows(&self, list: List, follow: &Follow, index: usize) -> (Answer, Option<usize>) {
        let Some(day) = self.facts.span(list, index).first else {
            return (Answer::CannotTell(Missing::one(list.day_need())), None);
        };
        if self.facts.len(follow.list).is_none() {
            return (Answer::CannotTell(Missing::one(follow.list.need())), None);
        }
        let followers = self.followers_of(follow);
        match follow.order {
            Order::PrecededBy => self.preceded(list, follow, index, day, &followers),
            Order::FollowedBy => self.followed(list, follow, index, day, &followers),
            Order::NotFollowedBy => {
                let (found, partner) = self.followed(list, follow, index, day, &followers);
                // While the time is not over it has not happened yet; that it will not, nobody knows.
                let is_over = follow.within.after(day) <= self.facts.as_of();
                match found {
                    Answer::No if is_over => (Answer::Yes, None),
                    Answer::No => (Answer::No, None),
                    Answer::CannotTell(_) if !is_over => (Answer::No, None),
                    answer => (answer.not(), partner),
                }
            }
        }
    }

    fn followed(&self, list: List, follow: &Follow, index: usize, day: NaiveDate, followers: &Followers) -> (Answer, Option<usize>) {
        let until = follow.within.after(day);
        // In one list the next entry comes after; in another list, what is of the same day does.
        let from = if list == follow.list { index + 1 } else { self.first_from(follow.list, followers.dated, day) };
        let within = |entry: Option<usize>| {
            entry.filter(|entry| *entry < followers.dated && self.facts.span(follow.list, *entry).first.is_some_and(|first| first <= until))
        };
        if let Some(found) = within(followers.next_yes.get(from).copied().flatten()) {
            return (Answer::Yes, Some(found));
        }
        if within(followers.next_maybe.get(from).copied().flatten()).is_some() || followers.has_undated_match {
            return (Answer::CannotTell(followers.missing), None);
        }
        let is_complete = self.facts.is_complete(follow.list, day, until.min(self.facts.as_of()));
        (if is_complete { Answer::No } else { Answer::CannotTell(Missing::one(follow.list.completeness_need())) }, None)
    }

    fn preceded(&self, list: List, follow: &Follow, index: usize, day: NaiveDate, followers: &Followers) -> (Answer, Option<usize>) {
        let since = follow.within.before(day);
        // What I did on the same day is taken as the answer to it, not as what came before.
        let first_after = if follow.list == List::ActionsTaken { day } else { day.succ_opt().unwrap_or(day) };
        let up_to = if list == follow.list { index } else { self.first_from(follow.list, followers.dated, first_after) };
        let within =
            |entry: Option<usize>| entry.filter(|entry| self.facts.span(follow.list, *entry).first.is_some_and(|first| first >= since));
        let Some(last) = up_to.checked_sub(1) else {
            return self.nothing_before(follow, since, day, followers);
        };
        if let Some(found) = within(followers.last_yes.get(last).copied().flatten()) {
            return (Answer::Yes, Some(found));
        }
        if within(followers.last_maybe.get(last).copied().flatten()).is_some() {
            return (Answer::CannotTell(followers.missing), None);
        }
        self.nothing_before(follow, since, day, followers)
    }

    fn nothing_before(&self, follow: &Follow, since: NaiveDate, day: NaiveDate, followers: &Followers) -> (Answer, Option<usize>) {
        if followers.has_undated_match {
            return (Answer::CannotTell(followers.missing), None);
        }
        let is_complete = self.facts.is_complete(follow.list, since, day);
        (if is_complete { Answer::No } else { Answer::CannotTell(Missing::one(follow.list.completeness_need())) }, None)
    }

    /// The first entry of a list on or after a day.
    fn first_from(&self, list: List, dated: usize, day: NaiveDate) -> usize {
        let (mut low, mut high) = (0, dated);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.facts.span(list, middle).first.is_some_and(|first| first < day) { low = middle + 1 } else { high = middle }
        }
        low
    }

    fn followers_of(&self, follow: &Follow) -> Rc<Followers> {
        let key: *const Follow = follow;
        if let Some(known) = self.followers.borrow().get(&key) {
            return Rc::clone(known);
        }
        let made = Rc::new(self.make_followers(follow));
        self.followers.borrow_mut().insert(key, Rc::clone(&made));
        made
    }

    fn make_followers(&self, follow: &Follow) -> Followers {
        let count = self.facts.len(follow.list).unwrap_or(0);
        let matches: Vec<Answer> = (0..count).map(|index| self.clause(follow.list, &follow.matching, index)).collect();
        let dated = (0..count).take_while(|index| self.facts.span(follow.list, *index).first.is_some()).count();
        let mut missing = Missing::one(follow.list.day_need());
        for answer in &matches {
            if let Answer::CannotTell(more) = answer {
                missing = missing.and(*more);
            }
        }
        let scan = |order: &mut dyn Iterator<Item = usize>, is: &dyn Fn(Answer) -> bool| {
            let mut found = vec![None; count];
            let mut latest = None;
            for index in order {
                if matches.get(index).is_some_and(|answer| is(*answer)) {
                    latest = Some(index);
                }
                if let Some(place) = found.get_mut(index) {
                    *place = latest;
                }
            }
            found
        };
        let (yes, maybe) = (|answer| answer == Answer::Yes, |answer| matches!(answer, Answer::CannotTell(_)));
        Followers {
            next_yes: scan(&mut (0..dated).rev(), &yes),
            next_maybe: scan(&mut (0..dated).rev(), &maybe),
            last_yes: scan(&mut (0..dated), &yes),
            last_maybe: scan(&mut (0..dated), &maybe),
            has_undated_match: matches.get(dated..).unwrap_or_default().iter().any(|answer| *answer != Answer::No),
            dated,
            missing,
        }
    }

    /// A decimal of a field of an entry, if it is a number.
    pub(super) fn number(value: Value<'_>) -> Option<Decimal> {
        match value {
            Value::Number(number) => Some(number),
            Value::Money(money) => Some(money.amount),
            _ => None,
        }
    }
}
