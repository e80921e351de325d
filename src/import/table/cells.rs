//! One row of a table: its cells by field, read as what they are. What cannot be read is a fault of the row; all faults of
//! a row become one mistake.

use chrono::NaiveDate;
use chrono_tz::Tz;
use csv::StringRecord;
use rust_decimal::Decimal;

use super::super::{Origin, Party};
use super::columns::folded;
use super::header::Found;
use super::map::{Clock, DateOrder, Field, Names, NumberStyle, StatusIs};
use super::rows::{Place, span};
use super::{dates, numbers};
use crate::diagnostic::{Mistake, Span};
use crate::record::{Currency, Scalar as _};

/// How the cells of a file are read, once all of them were seen.
#[derive(Debug)]
pub(super) struct Reading<'f> {
    pub found: &'f Found,
    pub order: DateOrder,
    pub numbers: NumberStyle,
    pub zone: Tz,
}

/// A row with its place.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    pub place: Place<'r>,
    pub cells: &'r StringRecord,
}

/// What is wrong with a row.
#[derive(Debug)]
pub(super) struct Fault {
    cell: Option<usize>,
    code: &'static str,
    message: String,
    notes: Vec<String>,
}

impl Fault {
    pub fn of_row(code: &'static str, message: impl Into<String>) -> Self {
        Self { cell: None, code, message: message.into(), notes: Vec::new() }
    }
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// All that is wrong with a row.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// One mistake that tells all of them; the first one's place is its place.
    pub fn into_mistake(self, row: &Row<'_>, delimiter: u8) -> Option<Mistake> {
        let mut faults = self.0.into_iter();
        let first = faults.next()?;
        let mut mistake = Mistake::error(first.code, span(&row.place, delimiter, first.cell), first.message);
        mistake.notes = first.notes;
        mistake.notes.extend(faults.map(|fault| format!("also, {}", fault.message)));
        Some(mistake)
    }
}

/// An amount and the currency that stands beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Money {
    pub amount: Decimal,
    pub currency: Option<Currency>,
}

/// How much of a cell is repeated in a message.
const SHOWN: usize = 40;

pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// What stands in cells that hold nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    const WORDS: [&str; 8] = ["-", "--", "\u{2013}", "\u{2014}", "n/a", "null", "none", "0000-00-00"];
    text.is_empty() || (text.len() <= 10 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

/// A cell as one line of text, without controls.
pub(super) fn one_line(text: &str) -> String {
    if !text.contains(|c: char| c.is_control()) {
        return text.to_owned();
    }
    text.split(char::is_control).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

impl<'r> Row<'r> {
    pub fn cell(&self, index: usize) -> &'r str {
        self.cells.get(index).unwrap_or_default().trim()
    }
    /// How many cells hold something, and the first of them.
    pub fn filled(&self) -> (usize, &'r str) {
        let mut filled = self.cells.iter().map(str::trim).filter(|cell| !cell.is_empty());
        let first = filled.next().unwrap_or_default();
        (usize::from(!first.is_empty()) + filled.count(), first)
    }
}

impl Reading<'_> {
    pub fn span(&self, row: &Row<'_>) -> Span {
        span(&row.place, self.found.delimiter, None)
    }

    /// The first column of a field that holds something.
    pub fn first<'r>(&self, row: &Row<'r>, field: Field) -> Option<(usize, &'r str)> {
        self.found.layout.columns(field).iter().map(|index| (*index, row.cell(*index))).find(|(_, cell)| !cell.is_empty())
    }

    pub fn has(&self, field: Field) -> bool {
        self.found.layout.has(field)
    }

    pub fn text(&self, row: &Row<'_>, field: Field) -> Option<String> {
        self.first(row, field).map(|(_, cell)| one_line(cell)).filter(|text| !text.is_empty())
    }

    /// All columns of a field that hold something, in one line.
    pub fn joined(&self, row: &Row<'_>, field: Field) -> Option<String> {
        let cells = self.found.layout.columns(field).iter().map(|index| one_line(row.cell(*index)));
        let joined = cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(", ");
        (!joined.is_empty()).then_some(joined)
    }

    fn column(&self, index: usize) -> &str {
        self.found.header.names.get(index).map_or("", String::as_str)
    }

    pub fn fault(&self, cell: usize, code: &'static str, message: String) -> Fault {
        Fault { cell: Some(cell), code, message, notes: vec![format!("in column `{}`", self.column(cell))] }
    }

    pub fn is_utc(&self, index: usize) -> bool {
        self.found.map.times == Some(Clock::Utc) || self.found.header.is_utc(index)
    }

    /// The day in a field, if there is one.
    pub fn day(&self, row: &Row<'_>, field: Field, faults: &mut Faults) -> Option<NaiveDate> {
        let (index, text) = self.first(row, field).filter(|(_, text)| !is_nothing(text))?;
        let written = dates::Written::read(text);
        let day = written.and_then(|written| written.day(self.order, self.is_utc(index), self.zone));
        if day.is_none() {
            let fault = self.fault(index, "not-a-date", format!("`{}` is not a date", shown(text)));
            faults.push(match (written, self.order) {
                (None, _) => fault,
                (Some(_), DateOrder::DayFirst) => fault.with_note("the day comes first in this file"),
                (Some(_), DateOrder::MonthFirst) => fault.with_note("the month comes first in this file"),
            });
        }
        day
    }

    /// The number in a field, if there is one.
    pub fn money(&self, row: &Row<'_>, field: Field, faults: &mut Faults) -> Option<Money> {
        let (index, text) = self.first(row, field).filter(|(_, text)| !is_nothing(text))?;
        let written = numbers::Written::read(text);
        let value = written.and_then(|written| Some((written.value(self.numbers)?, written.currency)));
        let Some((amount, currency)) = value else {
            faults.push(self.fault(index, "not-an-amount", format!("`{}` is not an amount", shown(text))));
            return None;
        };
        let Some(amount) = in_range(amount) else {
            let fault = self.fault(index, "not-an-amount", format!("`{}` has too many digits", shown(text)));
            faults.push(fault.with_note("at most 12 digits before the point and 4 after it can be read"));
            return None;
        };
        Some(Money { amount, currency: currency.or_else(|| self.found.header.currency(index)) })
    }

    pub fn amount(&self, row: &Row<'_>, field: Field, faults: &mut Faults) -> Option<Decimal> {
        self.money(row, field, faults).map(|money| money.amount)
    }

    /// The currency of a row: its own column's, then the amount's, then the map's.
    pub fn currency(&self, row: &Row<'_>, beside: Option<Money>, faults: &mut Faults) -> Option<Currency> {
        if let Some((index, text)) = self.first(row, Field::Currency).filter(|(_, text)| !is_nothing(text)) {
            match currency(text) {
                Ok(Some(currency)) => return Some(currency),
                Ok(None) => {}
                Err(()) => faults.push(self.fault(index, "unknown-currency", format!("`{}` is not a currency", shown(text)))),
            }
        }
        beside.and_then(|money| money.currency).or(self.found.map.currency)
    }

    pub fn party(&self, row: &Row<'_>) -> Party {
        let emails = self.found.layout.columns(Field::Email).iter().flat_map(|index| addresses(row.cell(*index)));
        Party { id: self.text(row, Field::ClientId), name: self.text(row, Field::Client), emails: emails.collect() }
    }

    pub fn origin(&self, row: &Row<'_>) -> Origin {
        Origin { id: self.text(row, Field::Id), line: row.place.line }
    }

    /// What the status of a row means; a word that the map does not know means nothing.
    pub fn status(&self, row: &Row<'_>) -> Option<StatusIs> {
        if self.found.map.status.is_empty() {
            return None;
        }
        let (_, text) = self.first(row, Field::Status)?;
        self.found.map.status.iter().find(|(_, names)| is_one_of(text, names)).map(|(status, _)| *status)
    }

    /// Why the map leaves a row out.
    pub fn skipped_because(&self, row: &Row<'_>) -> Option<&str> {
        let skips = self.found.map.skip_if.iter().zip(&self.found.layout.skip_if);
        let fitting = skips.filter(|(_, columns)| !columns.is_empty()).find(|(skip, columns)| {
            let text = columns.iter().map(|index| row.cell(*index)).find(|cell| !cell.is_empty()).unwrap_or_default();
            skip.is.as_ref().is_some_and(|names| is_one_of(text, names))
                || skip.is_not.as_ref().is_some_and(|names| !is_one_of(text, names))
        });
        fitting.map(|(skip, _)| skip.because.as_str())
    }

    pub fn is_credit_note(&self, row: &Row<'_>) -> bool {
        let Some(word) = &self.found.map.credit_notes else { return false };
        self.found.layout.credit_notes.iter().any(|index| is_one_of(row.cell(*index), &word.is))
    }

    pub fn is_payment(&self, row: &Row<'_>) -> bool {
        let Some(word) = &self.found.map.payments else { return false };
        self.found.layout.payments.iter().any(|index| is_one_of(row.cell(*index), &word.is))
    }
}

/// Whether a cell is one of some words, whatever their case; `Refund*` takes any ending, `*` anything.
pub(super) fn is_one_of(text: &str, names: &Names) -> bool {
    let quick = |name: &String| name.len() == text.len() && name.eq_ignore_ascii_case(text);
    if names.0.iter().any(quick) {
        return true;
    }
    let text = folded(text);
    names.0.iter().any(|name| match name.strip_suffix('*') {
        Some(beginning) => !text.is_empty() && text.starts_with(&folded(beginning)),
        None => text == folded(name),
    })
}

/// An amount that a record can hold; zeros at the end beyond the fourth digit are no digits.
fn in_range(amount: Decimal) -> Option<Decimal> {
    let amount = if amount.scale() > 4 { amount.normalize() } else { amount };
    (amount.scale() <= 4 && amount.abs() < Decimal::from(1_000_000_000_000_i64)).then_some(amount)
}

/// `EUR`, `eur`, `Euro - EUR`, `€`. None for signs that several currencies share.
fn currency(text: &str) -> Result<Option<Currency>, ()> {
    let last = text.rsplit([' ', '-', '(']).next().unwrap_or(text).trim_end_matches(')');
    match text {
        "€" => Currency::read("EUR").map(Some).map_err(drop),
        "£" => Currency::read("GBP").map(Some).map_err(drop),
        "$" | "kr" | "¥" => Ok(None),
        _ => Currency::read(&last.to_uppercase()).map(Some).map_err(drop),
    }
}

/// The addresses in a cell, in small letters.
fn addresses(cell: &str) -> impl Iterator<Item = String> {
    let parts = cell.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>'));
    parts.filter(|part| part.contains('@') && part.len() > 2 && !part.contains(char::is_control)).map(str::to_lowercase)
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}
