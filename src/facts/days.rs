//! Stretches of time: durations as rules write them, windows back from a day, and hours of working days.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;

use crate::record::{Period, Weekdays};

/// A length of time as rules write it: `10 days`, `3 weeks`, `24 months`, `2 years`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration {
    count: u32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Duration {
    /// So many days.
    #[must_use]
    pub const fn days(count: u32) -> Self {
        Self { count, unit: Unit::Day }
    }
    /// So many months of the calendar.
    #[must_use]
    pub const fn months(count: u32) -> Self {
        Self { count, unit: Unit::Month }
    }
    /// The day that lies this long before another; the calendar's first day if there is none.
    #[must_use]
    pub fn before(self, day: NaiveDate) -> NaiveDate {
        match self.calendar() {
            Calendar::Days(days) => day.checked_sub_days(days),
            Calendar::Months(months) => day.checked_sub_months(months),
        }
        .unwrap_or(NaiveDate::MIN)
    }
    /// The day that lies this long after another; the calendar's last day if there is none.
    #[must_use]
    pub fn after(self, day: NaiveDate) -> NaiveDate {
        match self.calendar() {
            Calendar::Days(days) => day.checked_add_days(days),
            Calendar::Months(months) => day.checked_add_months(months),
        }
        .unwrap_or(NaiveDate::MAX)
    }
    /// Its length in days, a month being a twelfth of 365.25 days: for half-lives only, where the calendar does not matter.
    #[must_use]
    pub fn mean_days(self) -> f64 {
        let days = match self.unit {
            Unit::Day => 1.0,
            Unit::Week => 7.0,
            Unit::Month => 365.25 / 12.0,
            Unit::Year => 365.25,
        };
        f64::from(self.count) * days
    }

    fn calendar(self) -> Calendar {
        match self.unit {
            Unit::Day => Calendar::Days(Days::new(self.count.into())),
            Unit::Week => Calendar::Days(Days::new(u64::from(self.count) * 7)),
            Unit::Month => Calendar::Months(Months::new(self.count)),
            Unit::Year => Calendar::Months(Months::new(self.count.saturating_mul(12))),
        }
    }
}

enum Calendar {
    Days(Days),
    Months(Months),
}

impl FromStr for Duration {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (count, unit) = text.trim().split_once(' ').ok_or(())?;
        let count: u32 = count.parse().map_err(drop)?;
        let unit = match unit.trim() {
            "day" | "days" => Unit::Day,
            "week" | "weeks" => Unit::Week,
            "month" | "months" => Unit::Month,
            "year" | "years" => Unit::Year,
            _ => return Err(()),
        };
        // Longer than a thousand years is a slip of the pen.
        if count == 0 || count > 366_000 { Err(()) } else { Ok(Self { count, unit }) }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        };
        write!(f, "{} {unit}{}", self.count, if self.count == 1 { "" } else { "s" })
    }
}

/// Days as a decimal number: from one day to another, negative if the second comes first.
#[must_use]
pub fn days_between(from: NaiveDate, to: NaiveDate) -> Decimal {
    Decimal::from((to - from).num_days())
}

/// Whether a period covers all days from one to another, both included.
#[must_use]
pub fn covers(period: Option<Period>, from: NaiveDate, to: NaiveDate) -> bool {
    period.is_some_and(|period| period.from.0 <= from && to <= period.to.0)
}

/// Hours between two moments that fall on working days; a working day counts with all its 24 hours, other days with none.
#[must_use]
pub fn working_hours_between(from: NaiveDateTime, to: NaiveDateTime, days: Weekdays) -> Decimal {
    let minutes = working_minutes(to, days) - working_minutes(from, days);
    (Decimal::from(minutes) / Decimal::from(60)).round_dp(1)
}

/// Minutes of working days from a Monday long ago to the moment.
fn working_minutes(moment: NaiveDateTime, days: Weekdays) -> i64 {
    const WEEK: [chrono::Weekday; 7] = [
        chrono::Weekday::Mon,
        chrono::Weekday::Tue,
        chrono::Weekday::Wed,
        chrono::Weekday::Thu,
        chrono::Weekday::Fri,
        chrono::Weekday::Sat,
        chrono::Weekday::Sun,
    ];
    let epoch = NaiveDate::MIN;
    let day = (moment.date() - epoch).num_days();
    let (weeks, rest) = (day / 7, day % 7);
    let first = chrono::Datelike::weekday(&epoch).num_days_from_monday() as i64;
    let is_working =
        |offset: i64| usize::try_from((first + offset) % 7).ok().and_then(|index| WEEK.get(index)).is_some_and(|day| days.contains(*day));
    let full =
        weeks * (0..7).filter(|offset| is_working(*offset)).count() as i64 + (0..rest).filter(|offset| is_working(*offset)).count() as i64;
    let today = if is_working(rest) { (moment.time() - NaiveTime::MIN).num_minutes() } else { 0 };
    full * 24 * 60 + today
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time in a test")
    }

    #[test]
    fn a_weekend_adds_nothing_to_a_reply_time() {
        // Friday evening to Monday morning.
        let hours = working_hours_between(at("2026-11-20 18:00"), at("2026-11-23 09:30"), Weekdays::MON_FRI);
        assert_eq!(hours, Decimal::new(155, 1));
    }

    #[test]
    fn two_weeks_of_working_days_are_ten_days() {
        let hours = working_hours_between(at("2026-11-02 12:00"), at("2026-11-16 12:00"), Weekdays::MON_FRI);
        assert_eq!(hours, Decimal::from(240));
    }

    #[test]
    fn a_duration_stops_at_the_ends_of_the_calendar() {
        let years: Duration = "9000 years".parse().expect("a duration");
        let first = NaiveDate::from_ymd_opt(1, 1, 1).expect("a day");
        assert!(years.before(first) < first);
        assert!("0 days".parse::<Duration>().is_err());
        assert_eq!("1 week".parse::<Duration>().map(|week| week.to_string()), Ok("1 week".to_owned()));
    }
}
