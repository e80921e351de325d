//! Dates as exports write them. Day and month are told apart once for a whole file, by all of its dates together, and
//! never by one alone; where the file does not show it, nothing is read.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::super::{ReadError, TwoReadings};
use super::map::DateOrder;

/// A date as written, before it is known whether the day or the month comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    day: Parts,
    time: Option<NaiveTime>,
    offset: Option<FixedOffset>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// Year first, or the month by its name.
    Certain(NaiveDate),
    /// Two numbers and a year.
    Either { first: u32, second: u32, year: i32, is_dotted: bool },
}

/// Months by the beginning of their names, in the languages that exports are written in: English, German, French, Spanish,
/// Italian, Dutch, Finnish, Polish, Portuguese, Swedish. The longest fitting beginning counts: marraskuu is not in March.
#[rustfmt::skip]
const MONTHS: &[(&str, u32)] = &[
    ("jan", 1), ("jän", 1), ("ene", 1), ("gen", 1), ("sty", 1), ("tammi", 1), ("feb", 2), ("fév", 2), ("fev", 2), ("lut", 2), ("helmi", 2),
    ("mar", 3), ("mär", 3), ("mrz", 3), ("mrt", 3), ("maa", 3), ("apr", 4), ("avr", 4), ("abr", 4), ("kwi", 4), ("huhti", 4),
    ("may", 5), ("mai", 5), ("mei", 5), ("maj", 5), ("mag", 5), ("touko", 5), ("jun", 6), ("juin", 6), ("giu", 6), ("cze", 6), ("kesä", 6),
    ("jul", 7), ("juil", 7), ("lug", 7), ("lip", 7), ("heinä", 7), ("aug", 8), ("ago", 8), ("aoû", 8), ("sie", 8), ("elo", 8),
    ("sep", 9), ("set", 9), ("wrz", 9), ("syys", 9), ("oct", 10), ("okt", 10), ("ott", 10), ("out", 10), ("paź", 10), ("loka", 10),
    ("nov", 11), ("lis", 11), ("marras", 11), ("dec", 12), ("dez", 12), ("dic", 12), ("déc", 12), ("gru", 12), ("joulu", 12),
];

fn month(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    let fitting = MONTHS.iter().filter(|(beginning, _)| word.starts_with(beginning));
    fitting.max_by_key(|(beginning, _)| beginning.len()).map(|(_, month)| *month)
}

/// The rest of a text that is being read from its beginning.
struct Rest<'t>(&'t str);

impl<'t> Rest<'t> {
    fn while_is(&mut self, is: impl Fn(char) -> bool) -> &'t str {
        let end = self.0.find(|c| !is(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }
    fn digits(&mut self) -> Option<(u32, usize)> {
        let digits = self.while_is(|c| c.is_ascii_digit());
        Some((digits.parse().ok().filter(|_| digits.len() <= 8)?, digits.len()))
    }
    fn word(&mut self) -> &'t str {
        self.while_is(char::is_alphabetic)
    }
    fn takes(&mut self, c: char) -> bool {
        let rest = self.0.strip_prefix(c);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }
    fn spaces(&mut self) {
        self.while_is(char::is_whitespace);
    }
}

/// Years of two digits: 70 to 99 are of the last century.
fn full_year(year: u32, digits: usize) -> Option<i32> {
    let year = i32::try_from(year).ok()?;
    match digits {
        4 if year >= 1900 => Some(year),
        2 if year < 70 => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

impl Written {
    /// Reads a date with or without a time. None if it is no date in any reading.
    pub fn read(text: &str) -> Option<Self> {
        let mut rest = Rest(text.trim());
        let day = if rest.0.starts_with(|c: char| c.is_ascii_digit()) { numeric(&mut rest)? } else { month_first_by_name(&mut rest)? };
        let (time, offset) = time_of_day(&mut rest)?;
        let written = Self { day, time, offset };
        let is_possible = [DateOrder::DayFirst, DateOrder::MonthFirst].into_iter().any(|order| written.plain_day(order).is_some());
        (rest.0.is_empty() && is_possible).then_some(written)
    }

    /// The day as written, with the order given.
    fn plain_day(&self, order: DateOrder) -> Option<NaiveDate> {
        match (self.day, order) {
            (Parts::Certain(day), _) => Some(day),
            (Parts::Either { first, second, year, .. }, DateOrder::DayFirst) => NaiveDate::from_ymd_opt(year, second, first),
            (Parts::Either { first, second, year, .. }, DateOrder::MonthFirst) => NaiveDate::from_ymd_opt(year, first, second),
        }
    }

    /// The day in a zone. A time without an offset is taken as it stands, unless it `is_utc`.
    pub fn day(&self, order: DateOrder, is_utc: bool, zone: Tz) -> Option<NaiveDate> {
        let day = self.plain_day(order)?;
        let offset = self.offset.or(is_utc.then(|| Utc.fix()));
        let (Some(time), Some(offset)) = (self.time, offset) else { return Some(day) };
        let at = offset.from_local_datetime(&NaiveDateTime::new(day, time)).single()?;
        Some(at.with_timezone(&zone).date_naive())
    }
}

fn numeric(rest: &mut Rest<'_>) -> Option<Parts> {
    let (first, first_digits) = rest.digits()?;
    if first_digits == 8 {
        let day = NaiveDate::from_ymd_opt(i32::try_from(first / 10_000).ok()?, first / 100 % 100, first % 100)?;
        return (first >= 19_000_101).then_some(Parts::Certain(day));
    }
    let separator = rest.while_is(|c| matches!(c, '-' | '/' | '.' | ' ' | ','));
    if rest.0.starts_with(char::is_alphabetic) {
        let month = month(rest.word())?;
        rest.while_is(|c| matches!(c, '-' | '/' | '.' | ' ' | ','));
        let (year, digits) = rest.digits()?;
        return NaiveDate::from_ymd_opt(full_year(year, digits)?, month, first).map(Parts::Certain);
    }
    let sign = separator.trim();
    let (second, second_digits) = rest.digits().filter(|(_, digits)| *digits <= 2)?;
    let again = rest.while_is(|c| matches!(c, '-' | '/' | '.' | ' '));
    if !matches!(sign, "-" | "/" | ".") || again.trim() != sign || second_digits == 0 {
        return None;
    }
    let (third, third_digits) = rest.digits()?;
    if first_digits == 4 {
        let day = (third_digits <= 2).then(|| NaiveDate::from_ymd_opt(i32::try_from(first).ok()?, second, third)).flatten()?;
        return (first >= 1900).then_some(Parts::Certain(day));
    }
    // 24-03-04 may well begin with the year.
    let may_be_year = sign == "-" && third_digits == 2 && first >= 20;
    if first_digits > 2 || may_be_year {
        return None;
    }
    Some(Parts::Either { first, second, year: full_year(third, third_digits)?, is_dotted: sign == "." })
}

/// `Jan 15, 2026`, also behind the name of a weekday.
fn month_first_by_name(rest: &mut Rest<'_>) -> Option<Parts> {
    let mut word = rest.word();
    if rest.takes(',') || month(word).is_none() {
        rest.spaces();
        if rest.0.starts_with(|c: char| c.is_ascii_digit()) {
            return numeric(rest);
        }
        word = rest.word();
    }
    let month = month(word)?;
    rest.while_is(|c| matches!(c, '.' | ' ' | '-'));
    let (day, _) = rest.digits()?;
    rest.while_is(|c| matches!(c, ',' | ' ' | '-' | '.'));
    let (year, digits) = rest.digits()?;
    NaiveDate::from_ymd_opt(full_year(year, digits)?, month, day).map(Parts::Certain)
}

type Time = (Option<NaiveTime>, Option<FixedOffset>);

/// What may follow a date. None if it is something else.
fn time_of_day(rest: &mut Rest<'_>) -> Option<Time> {
    if rest.0.is_empty() {
        return Some((None, None));
    }
    if !rest.takes('T') {
        rest.while_is(|c| c == ',' || c.is_whitespace());
    }
    let (hour, _) = rest.digits()?;
    if !rest.takes(':') {
        return None;
    }
    let (minute, _) = rest.digits()?;
    let second = if rest.takes(':') { rest.digits()?.0 } else { 0 };
    if rest.takes('.') {
        rest.while_is(|c| c.is_ascii_digit());
    }
    rest.spaces();
    let mut hour = hour;
    let mut offset = None;
    if rest.0.starts_with(char::is_alphabetic) {
        let word = rest.word();
        match word.to_ascii_uppercase().as_str() {
            "AM" if hour <= 12 => hour %= 12,
            "PM" if hour <= 12 => hour = hour % 12 + 12,
            "Z" | "UTC" | "GMT" => offset = Some(Utc.fix()),
            _ => return None,
        }
        rest.spaces();
        if offset.is_none() && matches!(rest.0, "Z" | "UTC" | "GMT") {
            rest.0 = "";
            offset = Some(Utc.fix());
        }
    }
    if let Some(sign) = rest.0.chars().next().filter(|c| matches!(c, '+' | '-')) {
        rest.takes(sign);
        offset = Some(offset_after(rest, sign)?);
    }
    Some((Some(NaiveTime::from_hms_opt(hour, minute, second.min(59))?), offset))
}

fn offset_after(rest: &mut Rest<'_>, sign: char) -> Option<FixedOffset> {
    let (mut hours, digits) = rest.digits()?;
    let minutes = if rest.takes(':') {
        rest.digits()?.0
    } else if digits == 4 {
        let minutes = hours % 100;
        hours /= 100;
        minutes
    } else {
        0
    };
    let seconds = i32::try_from(hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?).ok()?;
    if sign == '-' { FixedOffset::west_opt(seconds) } else { FixedOffset::east_opt(seconds) }
}

/// A date cell with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated<'t> {
    pub line: u64,
    pub column: &'t str,
    pub text: &'t str,
    pub written: Written,
}

/// The dates of one row that say something about each other.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowDates<'t> {
    /// When an invoice was sent.
    pub issued: Option<Dated<'t>>,
    /// When it is due: the only one that may lie ahead.
    pub due: Option<Dated<'t>>,
    /// When it was paid, or when a payment or work was done.
    pub done: Option<Dated<'t>>,
    /// Any other day that has passed.
    pub others: [Option<Dated<'t>>; 2],
}

/// The terms, in days, that are usual.
const USUAL_TERMS: [i64; 11] = [0, 7, 10, 14, 15, 21, 28, 30, 45, 60, 90];

/// What the rows so far say of one reading.
#[derive(Debug, Clone, Copy, Default)]
struct Reading {
    /// Rows in which something was due or paid before it was sent.
    backwards: u64,
    /// The days from issue to due date, while all rows have the same.
    term: Option<i64>,
    terms_differ: bool,
    lies_ahead: bool,
}

impl Reading {
    fn has_usual_term(&self) -> bool {
        !self.terms_differ && self.term.is_some_and(|term| USUAL_TERMS.contains(&term))
    }
}

/// How many rows are shown in two readings.
const SHOWN: usize = 3;

/// What all dates of a file say about whether the day or the month comes first.
#[derive(Debug, Default)]
pub(super) struct DateEvidence {
    day_first: Reading,
    month_first: Reading,
    only_day_first: Option<(u64, String)>,
    only_month_first: Option<(u64, String)>,
    is_dotted: bool,
    doubtful: Vec<TwoReadings>,
}

impl DateEvidence {
    /// Takes in the dates of one more row.
    pub fn add(&mut self, row: &RowDates<'_>, today: NaiveDate) {
        let all = [row.issued, row.due, row.done, row.others[0], row.others[1]];
        let mut is_open = false;
        for dated in all.into_iter().flatten() {
            is_open |= self.add_one(&dated);
        }
        if !is_open {
            return;
        }
        for (order, reading) in [(DateOrder::DayFirst, &mut self.day_first), (DateOrder::MonthFirst, &mut self.month_first)] {
            let day = |dated: Option<Dated<'_>>| dated.and_then(|dated| dated.written.plain_day(order));
            let (issued, due, done) = (day(row.issued), day(row.due), day(row.done));
            let passed = [issued, done, day(row.others[0]), day(row.others[1])];
            reading.lies_ahead |= passed.into_iter().flatten().any(|day| day > today);
            let Some(issued) = issued else { continue };
            reading.backwards += u64::from(due.is_some_and(|due| due < issued) || done.is_some_and(|done| done < issued));
            if let Some(due) = due {
                let term = (due - issued).num_days();
                reading.terms_differ |= reading.term.is_some_and(|other| other != term);
                reading.term = Some(term);
            }
        }
    }

    /// Whether the date can be read in two ways as far as it alone says.
    fn add_one(&mut self, dated: &Dated<'_>) -> bool {
        let Parts::Either { is_dotted, first, second, .. } = dated.written.day else { return false };
        let [day_first, month_first] = [DateOrder::DayFirst, DateOrder::MonthFirst].map(|order| dated.written.plain_day(order));
        let place = || (dated.line, dated.text.trim().to_owned());
        match (day_first, month_first) {
            (Some(_), None) => drop(self.only_day_first.get_or_insert_with(place)),
            (None, Some(_)) => drop(self.only_month_first.get_or_insert_with(place)),
            (Some(day_first), Some(month_first)) if first != second && !is_dotted => {
                let shown = self.doubtful.last().is_none_or(|last| last.line != dated.line) && self.doubtful.len() < SHOWN;
                if shown {
                    self.doubtful.push(TwoReadings {
                        line: dated.line,
                        column: dated.column.to_owned(),
                        written: dated.text.trim().to_owned(),
                        day_first: day_first.to_string(),
                        month_first: month_first.to_string(),
                    });
                }
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
        self.is_dotted |= is_dotted;
        true
    }

    /// The order of the whole file.
    ///
    /// # Errors
    /// Where the dates show neither order, or both.
    pub fn decide(self) -> Result<DateOrder, ReadError> {
        match (self.only_day_first, self.only_month_first) {
            (Some(day_first), Some(month_first)) => return Err(ReadError::MixedDates { day_first, month_first }),
            (Some(_), None) => return Ok(DateOrder::DayFirst),
            (None, Some(_)) => return Ok(DateOrder::MonthFirst),
            (None, None) if self.doubtful.is_empty() => return Ok(DateOrder::DayFirst),
            (None, None) => {}
        }
        let (day, month) = (&self.day_first, &self.month_first);
        let votes = [
            prefers(self.is_dotted, false),
            prefers(day.backwards == 0, month.backwards == 0),
            prefers(day.has_usual_term(), month.has_usual_term()),
            prefers(!day.lies_ahead, !month.lies_ahead),
        ];
        let mut clear = votes.into_iter().flatten();
        match clear.next() {
            // Two that disagree show nothing.
            Some(order) if clear.all(|other| other == order) => Ok(order),
            Some(_) | None => Err(ReadError::DoubtfulDates { rows: self.doubtful }),
        }
    }
}

fn prefers(day_first: bool, month_first: bool) -> Option<DateOrder> {
    match (day_first, month_first) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        (true, true) | (false, false) => None,
    }
}
