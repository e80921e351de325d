//! What becomes of a sign if nothing new happens: the day on which it falls to a lower level, or goes, because what it
//! rests on is then too old.

use chrono::NaiveDate;

use super::Outcome;
use super::items::{Look, TextsRead};
use super::measures::RuleLook;
use crate::facts::{Answer, Duration, Facts, List};

/// Further days are not looked at: each takes as long as the first look.
const MOST_DAYS: usize = 60;

/// A sign that will weigh less on a later day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fall {
    /// That day.
    pub on: NaiveDate,
    /// Its level then, from 1; none if it is gone.
    pub level: Option<usize>,
    /// The entry that is then too old, by its place among the facts of today.
    pub entry: (List, usize),
    /// Older than this.
    pub within: Duration,
}

/// When a rule that fired at a level will weigh less, if nothing new comes; none if it will not, or more first.
#[must_use]
pub fn fall(look: &RuleLook<'_, '_>, level: usize) -> Option<Fall> {
    let mut ends = ends(look);
    ends.sort_by_key(|(day, list, index, _)| (*day, std::cmp::Reverse((*list as u8, *index))));
    ends.dedup_by_key(|(day, ..)| *day);
    let texts = TextsRead::default();
    for (on, list, index, within) in ends.into_iter().take(MOST_DAYS) {
        let later = level_on(look, on, &texts)?;
        if later != Some(level) {
            // What changed before that day did not change because of it.
            let is_fall = later < Some(level) && level_on(look, on.pred_opt()?, &texts)? == Some(level);
            return is_fall.then_some(Fall { on, level: later, entry: (list, index), within });
        }
    }
    None
}

/// The days on which entries that count are too old for the first time, with the entries.
fn ends(look: &RuleLook<'_, '_>) -> Vec<(NaiveDate, List, usize, Duration)> {
    let facts = look.look.facts;
    let mut ends = Vec::new();
    for (place, selection) in look.rule.selections.iter().enumerate() {
        let Some(within) = selection.within else { continue };
        let own = look.tally(place).matches.iter().filter(|(_, answer)| *answer == Answer::Yes).map(|(index, _)| (selection.list, *index));
        let observed = look.observations.iter().filter(|_| place == 0).map(|index| (List::Observations, *index));
        for (list, index) in own.chain(observed) {
            let span = facts.span(list, index);
            if let Some(day) = span.last.filter(|_| !span.is_open).and_then(|last| first_day_out(last, within)) {
                ends.push((day, list, index, within));
            }
        }
    }
    ends.retain(|(day, ..)| *day > facts.as_of());
    ends
}

/// The first day that looks back less far than to `last`.
fn first_day_out(last: NaiveDate, within: Duration) -> Option<NaiveDate> {
    /// Months have different lengths, so a day that lies a month behind another may lie more than that before it.
    const MOST_DAYS_BESIDE: usize = 4;
    let near = within.after(last).checked_sub_days(chrono::Days::new(MOST_DAYS_BESIDE as u64))?;
    near.iter_days().take(2 * MOST_DAYS_BESIDE + 1).find(|day| within.before(*day) >= last)
}

/// The level on a day, and none if the sign is not there then; nothing if that cannot be told.
#[allow(clippy::option_option, reason = "not there, and nobody knows, are two things")]
fn level_on(look: &RuleLook<'_, '_>, day: NaiveDate, texts: &TextsRead) -> Option<Option<usize>> {
    let facts = Facts::new(look.look.facts.record(), day);
    if !look.rule.applies_in(facts.stage().0) {
        return None;
    }
    let later = Look::sharing(look.look.book, &facts, Some(texts));
    match RuleLook::new(&later, look.rule).outcome() {
        Outcome::Fired(fired) => Some(Some(fired.level)),
        Outcome::Quiet => Some(None),
        Outcome::NotEvaluated(_) | Outcome::OtherStage => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::record::decode_line;
    use crate::rules::{Pack, Rulebook, load};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day in a test")
    }

    static BOOK: LazyLock<Rulebook> = LazyLock::new(|| load(&[Pack::BuiltIn], None).expect("the built-in rules are right").rulebook);

    /// What a rule says of a record on a day, and when it falls.
    fn seen(record: &str, rule: &str, on: &str) -> (Option<usize>, Option<Fall>) {
        let record = decode_line(record.as_bytes()).expect("the record is right");
        let facts = Facts::new(&record, day(on));
        let look = Look::new(&BOOK, &facts);
        let look = RuleLook::new(&look, BOOK.rule(rule).expect("a built-in rule"));
        match look.outcome() {
            Outcome::Fired(fired) => (Some(fired.level), fall(&look, fired.level)),
            Outcome::Quiet | Outcome::NotEvaluated(_) | Outcome::OtherStage => (None, None),
        }
    }

    const LATE: &str = r#"{"clientcheck":1,"client":{"name":"x"},"contract":{"signed_on":"2024-01-01"},"invoices":[
        {"number":"1","issue_date":"2025-01-01","due_date":"2025-01-31","amount":"100","payments":[{"date":"2025-02-20","amount":"100"}]},
        {"number":"2","issue_date":"2025-02-01","due_date":"2025-03-03","amount":"100","payments":[{"date":"2025-03-30","amount":"100"}]},
        {"number":"3","issue_date":"2025-03-01","due_date":"2025-03-31","amount":"100","payments":[{"date":"2025-03-31","amount":"100"}]},
        {"number":"4","issue_date":"2025-05-01","due_date":"2025-05-31","amount":"100","payments":[{"date":"2025-06-20","amount":"100"}]}]}"#;

    #[test]
    fn the_day_that_is_told_is_the_first_on_which_the_sign_weighs_less() {
        let record = LATE.replace('\n', " ");
        let mut today = day("2025-07-01");
        let (Some(mut level), mut told) = seen(&record, "late-payments", "2025-07-01") else { panic!("it fired") };
        let mut falls = 0;
        for _ in 0..900 {
            today = today.succ_opt().expect("the calendar goes on");
            let (now, next) = seen(&record, "late-payments", &today.to_string());
            let Some(fall) = told else { break };
            if today < fall.on {
                assert_eq!(now, Some(level), "{today}");
                continue;
            }
            assert_eq!(now, fall.level, "{today}");
            falls += 1;
            let Some(now) = now else { break };
            (level, told) = (now, next);
        }
        assert!(falls > 0, "it falls with time");
        assert_eq!(seen(&record, "late-payments", &today.to_string()).0, None, "and is gone in the end");
    }

    #[test]
    fn what_is_still_open_does_not_grow_too_old() {
        let record = r#"{"clientcheck":1,"client":{"name":"x"},"invoices":[{"number":"1","issue_date":"2025-01-01","due_date":"2025-01-31","amount":"100"}]}"#;
        let (level, fall) = seen(record, "overdue-now", "2025-07-01");
        assert!(level.is_some() && fall.is_none());
    }

    #[test]
    fn a_day_is_out_when_the_window_no_longer_reaches_it() {
        for (last, within, out) in [
            ("2026-01-31", "1 month", "2026-03-01"),
            ("2026-02-28", "1 month", "2026-03-28"),
            ("2024-02-29", "12 months", "2025-03-01"),
            ("2026-11-02", "10 days", "2026-11-12"),
        ] {
            let within: Duration = within.parse().expect("a duration");
            assert_eq!(first_day_out(day(last), within), Some(day(out)), "{last} {within}");
            assert!(within.before(day(out)) >= day(last) && within.before(day(out).pred_opt().expect("a day")) < day(last));
        }
    }
}
