//! Which items of a list are considered, and which of those match: conditions on single items, with what comes before
//! and after them.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::tell::{self, Amount, Range};
use crate::facts::{Answer, Duration, Facts, List, Missing, Value};
use crate::rules::{Check, Clause, Follow, Limit, Order, Rulebook, Selection};
use crate::text::{Found, Languages, Reading, Said, Scratch, Wanted};

/// What was found in the texts of a record, by the place of each in memory: a second look at the same record, on an earlier
/// day, finds the same in them.
#[derive(Debug, Default)]
pub struct TextsRead(RefCell<FxHashMap<(usize, usize), Reading>>);

/// What is shared while the rules look at one record.
pub struct Look<'a> {
    /// The rulebook.
    pub book: &'a Rulebook,
    /// The facts.
    pub facts: &'a Facts<'a>,
    /// The languages that the freelancer understands.
    understood: Languages,
    texts: Option<&'a TextsRead>,
    readings: Vec<OnceCell<FieldRead>>,
    pools: Vec<OnceCell<Pool>>,
    followers: RefCell<FxHashMap<*const Follow, Rc<Followers>>>,
}

/// What was read in a text field of a list.
struct FieldRead {
    /// Entry by entry; none where the text is missing.
    readings: Vec<Option<Reading>>,
    /// What any of them says, if no text is missing: what is missing cannot be told, which is not the same as nothing.
    said: Option<Said>,
}

/// The entries of a list that are considered, or may be, in their order.
#[derive(Debug, Default)]
pub struct Pool {
    /// Each by its place among the facts, with whether it is considered: yes, or it cannot be told.
    pub entries: Vec<(usize, Answer)>,
    /// How many are considered for certain.
    pub certain: u32,
    /// What is missing to tell of the others.
    pub missing: Missing,
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
        Self::sharing(book, facts, None)
    }

    /// A look that keeps what it reads in texts for another look at the same record, on another day.
    pub(super) fn sharing(book: &'a Rulebook, facts: &'a Facts<'a>, texts: Option<&'a TextsRead>) -> Self {
        Self {
            book,
            facts,
            understood: book.understood(facts.languages()),
            texts,
            readings: book.text_fields.iter().map(|_| OnceCell::new()).collect(),
            pools: (0..book.pools).map(|_| OnceCell::new()).collect(),
            followers: RefCell::new(FxHashMap::default()),
        }
    }

    /// What was read in a text field, entry by entry; every text is read once for all rules.
    fn readings(&self, slot: usize) -> &FieldRead {
        // The slots were given out when the rules were loaded.
        let (list, field) = &self.book.text_fields[slot];
        self.readings[slot].get_or_init(|| {
            let read_now = |text: &str| {
                let mut reading = Reading::default();
                Scratch::lend(|scratch| self.book.reader.read(text, self.understood, scratch, &mut reading));
                reading
            };
            let read = |text: &str| match self.texts {
                Some(texts) => texts.0.borrow_mut().entry((text.as_ptr() as usize, text.len())).or_insert_with(|| read_now(text)).clone(),
                None => read_now(text),
            };
            let read_entry = |index: usize| {
                let Value::Text(text) = (field.read)(self.facts, index) else { return None };
                let reading = read(text);
                // The words were counted on the way.
                if *list == List::Messages {
                    self.facts.keep_figures(index, reading.figures());
                }
                Some(reading)
            };
            let readings: Vec<Option<Reading>> = (0..self.facts.len(*list).unwrap_or(0)).map(read_entry).collect();
            let said = readings.iter().map(Option::as_ref).collect();
            FieldRead { readings, said }
        })
    }

    /// Where phrases stand in a text, each once.
    pub(super) fn find(&self, text: &str, wanted: Wanted) -> Vec<Found<'a>> {
        self.book.reader.find(text, self.understood, wanted)
    }

    /// The entries that a selection considers, found once for all selections of its pool.
    pub(super) fn pool(&self, selection: &Selection) -> &Pool {
        // The pools were counted when the rules were loaded.
        self.pools[selection.pool].get_or_init(|| self.make_pool(selection, self.stretch(selection.within)))
    }

    /// The entries that a selection considers in a stretch of time.
    pub(super) fn make_pool(&self, selection: &Selection, stretch: Option<(NaiveDate, NaiveDate)>) -> Pool {
        let list = selection.list;
        let is_considered = |index: usize| {
            let in_time = match stretch {
                None => Answer::Yes,
                Some((after, up_to)) => tell::lies_within(self.facts.span(list, index).last, after, up_to, list.day_need()),
            };
            if in_time == Answer::No { in_time } else { in_time.and(self.clause(list, &selection.among, index)) }
        };
        let count = self.facts.len(list).unwrap_or(0);
        let mut pool = Pool { entries: Vec::with_capacity(count), ..Pool::default() };
        for index in 0..count {
            let considered = is_considered(index);
            match considered {
                Answer::No => continue,
                Answer::Yes => pool.certain += 1,
                Answer::CannotTell(missing) => pool.missing = pool.missing.and(missing),
            }
            pool.entries.push((index, considered));
        }
        pool
    }

    /// The entries of a pool that match as well, or may.
    pub(super) fn matches(&self, selection: &Selection, pool: &Pool) -> Vec<(usize, Answer)> {
        if selection.matching.tests.iter().any(|(_, check)| self.is_nowhere(check)) {
            return Vec::new();
        }
        let matched = pool
            .entries
            .iter()
            .map(|(index, considered)| (*index, considered.and(self.clause(selection.list, &selection.matching, *index))));
        matched.filter(|(_, answer)| *answer != Answer::No).collect()
    }

    /// Whether a search for words finds nothing in any text of the list, which spares asking each.
    fn is_nowhere(&self, check: &Check) -> bool {
        let Check::Text { slot, phrases, lexicon } = check else { return false };
        let is_said = |said: &Said| {
            phrases.is_none_or(|set| said.mentions(set))
                && lexicon.as_ref().is_none_or(|weight| said.score(weight.lexicon) >= weight.at_least)
        };
        self.readings(*slot).said.as_ref().is_some_and(|said| !is_said(said))
    }

    /// The stretch of a selection's `within`, back from the day that is looked at.
    pub(super) fn stretch(&self, within: Option<Duration>) -> Option<(NaiveDate, NaiveDate)> {
        within.map(|within| (within.before(self.facts.as_of()), self.facts.as_of()))
    }

    /// Whether a condition holds of an entry.
    pub(super) fn clause(&self, list: List, clause: &Clause, index: usize) -> Answer {
        let mut answer = Answer::Yes;
        for (field, check) in &clause.tests {
            answer = answer.and(self.check((field.read)(self.facts, index), check, index));
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

    fn check(&self, value: Value<'_>, check: &Check, index: usize) -> Answer {
        match (check, value) {
            (Check::Text { slot, phrases, lexicon }, Value::Text(_)) => {
                let Some(Some(reading)) = self.readings(*slot).readings.get(index) else { return Answer::No };
                let mentions = phrases.is_none_or(|set| reading.mentions(set));
                Answer::of(mentions && lexicon.as_ref().is_none_or(|weight| reading.score(weight.lexicon) >= weight.at_least))
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
                if is_over || found == Answer::Yes { (found.not(), partner) } else { (Answer::No, None) }
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
}
