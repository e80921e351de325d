//! Rows of hours: how long was worked, when, for whom and on what.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::super::{Batch, HoursItem, Item};
use super::cells::{self, Fault, Faults, Reading, Row};
use super::map::Field;
use super::tally::{RowKind, Tally};
use super::{Collect, numbers};
use crate::record::{Day, Period};

/// The hours so far.
#[derive(Debug, Default)]
pub(super) struct HoursRows {
    items: Vec<Item>,
    heading: Option<String>,
    days: Option<(NaiveDate, NaiveDate)>,
}

/// Nobody works longer than this in one entry; a longer one is in another unit.
const MOST_HOURS: i64 = 1000;

impl Collect for HoursRows {
    fn take(&mut self, row: &Row<'_>, reading: &Reading<'_>, tally: &mut Tally) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let hours = hours(row, reading, &mut faults);
        let date = reading.day(row, Field::Date, &mut faults);
        if faults.is_empty() && hours.is_none() {
            faults.push(Fault::of_row("no-hours", "this row has no hours"));
        }
        if faults.is_empty() && date.is_none() {
            faults.push(Fault::of_row("no-date", "this row has no date"));
        }
        let (Some(hours), Some(date), true) = (hours, date, faults.is_empty()) else { return Err(faults) };
        let (first, last) = self.days.unwrap_or((date, date));
        self.days = Some((first.min(date), last.max(date)));
        if hours.is_zero() {
            tally.skip("no time in it", row.place.line);
            return Ok(());
        }
        let mut party = reading.party(row);
        if party.name.is_none() {
            party.name.clone_from(&self.heading);
        }
        let about = reading.joined(row, Field::About);
        let item = HoursItem { party, date: Some(date), hours, kind: None, about, origin: reading.origin(row) };
        tally.count(RowKind::Hours);
        self.items.push(Item::Hours(item));
        Ok(())
    }

    fn heading(&mut self, client: &str) {
        self.heading = Some(cells::one_line(client));
    }

    fn finish(self, _: &Reading<'_>, tally: Tally) -> Batch {
        // A report of hours holds all of them from its first day to its last, if all of it could be read.
        let covers = self.days.filter(|_| tally.mistakes.is_empty()).map(|(from, to)| Period { from: Day(from), to: Day(to) });
        Batch { items: self.items, account: tally.account(), covers, ..Batch::default() }
    }
}

/// Hours as `1.5`, `1:30`, `1:30:00` or `1h 30m`.
fn hours(row: &Row<'_>, reading: &Reading<'_>, faults: &mut Faults) -> Option<Decimal> {
    let (index, text) = reading.first(row, Field::Hours).filter(|(_, text)| !cells::is_nothing(text))?;
    let read = if text.contains(':') || text.ends_with(['h', 'm', 's', 'n']) {
        clock(text)
    } else {
        numbers::Written::read(text).and_then(|written| written.value(reading.numbers))
    };
    let hours = read.map(|hours| if hours.scale() > 4 { hours.round_dp(4).normalize() } else { hours });
    let hours = hours.filter(|hours| !hours.is_sign_negative() || hours.is_zero());
    if hours.is_none() {
        faults.push(reading.fault(index, "not-hours", format!("`{}` is not a number of hours", cells::shown(text))));
    }
    if hours.is_some_and(|hours| hours > Decimal::from(MOST_HOURS)) {
        let fault = reading.fault(index, "not-hours", format!("`{}` is more than {MOST_HOURS} hours", cells::shown(text)));
        faults.push(fault.with_note("is it in minutes or seconds? only hours can be read"));
    }
    hours
}

/// `1:30`, `01:30:15`, `1h 30m 15s`, `90 min`.
fn clock(text: &str) -> Option<Decimal> {
    let mut seconds: u64 = 0;
    if text.contains(':') {
        let parts: Vec<&str> = text.split(':').collect();
        if !(2..=3).contains(&parts.len()) {
            return None;
        }
        for (part, unit) in parts.iter().zip([3600, 60, 1]) {
            let number: u64 = part.trim().parse().ok().filter(|number| unit == 3600 || *number < 60)?;
            seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        }
    } else {
        let mut rest = text.trim();
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let number: u64 = rest[..digits].parse().ok()?;
            rest = rest[digits..].trim_start();
            let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let unit = match &rest[..letters] {
                "h" => 3600,
                "m" | "min" => 60,
                "s" => 1,
                _ => return None,
            };
            seconds = seconds.checked_add(number.checked_mul(unit)?)?;
            rest = rest[letters..].trim_start();
        }
    }
    let hours = Decimal::from(seconds) / Decimal::from(3600);
    Some(hours.round_dp(4).normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_a_clock_are_decimals() {
        let read = |text| clock(text).map(|hours| hours.to_string());
        assert_eq!(read("01:30:00").as_deref(), Some("1.5"));
        assert_eq!(read("0:20").as_deref(), Some("0.3333"));
        assert_eq!(read("1h 45m").as_deref(), Some("1.75"));
        assert_eq!(read("90 min").as_deref(), Some("1.5"));
        assert_eq!(read("1:75"), None);
        assert_eq!(read("1:2:3:4"), None);
        assert_eq!(read("99999999999999999999h"), None);
    }
}
