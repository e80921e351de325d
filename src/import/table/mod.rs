//! Tables: from the text of a CSV file to a batch, by a map that says which column holds what. Presets are such maps.
//!
//! The rows are read twice. The first time all dates and numbers together show how this file writes them; the second time
//! each row becomes an item, or stands in the account with the reason why not.

mod cells;
mod columns;
mod dates;
mod header;
mod hours;
mod invoices;
mod make_map;
mod map;
mod numbers;
mod payments;
mod presets;
mod rows;
mod settle;
mod source;
mod tally;

use csv::StringRecord;

pub use make_map::make_map;
pub use map::{DateOrder, Map, read_map};
pub(super) use numbers::as_written;
pub use presets::{PresetInfo, preset_text, presets};
pub use source::text;
pub(super) use tally::{RowKind, Tally};

use super::{Batch, Kind, ReadError, TableOptions};
use crate::diagnostic::Mistake;
use cells::{Fault, Faults, Reading, Row, is_nothing};
use dates::{DateEvidence, Dated, RowDates};
use header::Found;
use map::{Field, Heading, NumberStyle};
use numbers::NumberEvidence;
use rows::{MAX_ROW_BYTES, Rows};

/// Reads a table.
///
/// # Errors
/// Where no map fits, or the file does not show how it writes dates or numbers.
pub fn read(text: &str, file: &str, options: &TableOptions) -> Result<Batch, ReadError> {
    let found = header::find(text, file, options)?;
    let (order, numbers) = styles(text, &found, options)?;
    let reading = Reading { found: &found, order, numbers, zone: options.zone };
    let mut batch = match found.map.kind {
        Kind::Invoices => read_rows(text, &reading, invoices::Invoices::new(&reading)),
        Kind::Payments => read_rows(text, &reading, payments::Payments::default()),
        Kind::Hours => read_rows(text, &reading, hours::HoursRows::default()),
    };
    found.map.system().clone_into(&mut batch.system);
    Ok(batch)
}

/// The fields that hold numbers whose style must be known.
const NUMBERS: [Field; 9] = [
    Field::Amount,
    Field::Refunded,
    Field::LineAmount,
    Field::LineTax,
    Field::Paid,
    Field::Open,
    Field::WrittenOff,
    Field::Spent,
    Field::Hours,
];

/// How the file writes dates and numbers, by all of its rows.
fn styles(text: &str, found: &Found, options: &TableOptions) -> Result<(DateOrder, NumberStyle), ReadError> {
    let (mut dates, mut numbers) = (DateEvidence::default(), NumberEvidence::default());
    let mut rows = Rows::new(text, found.delimiter, found.start, found.line);
    let mut cells = StringRecord::new();
    rows.next(&mut cells);
    while let Some(place) = rows.next(&mut cells) {
        if place.is_open || place.raw.len() > MAX_ROW_BYTES {
            continue;
        }
        let row = Row { place, cells: &cells };
        for field in NUMBERS {
            for index in found.layout.columns(field) {
                let column = found.header.names.get(*index).map_or("", String::as_str);
                numbers.add(place.line, column, row.cell(*index), field == Field::Hours);
            }
        }
        dates.add(&row_dates(&row, found), options.today);
    }
    let order = match options.dates.or(found.map.dates) {
        Some(order) => order,
        None => dates.decide()?,
    };
    let style = match found.map.numbers {
        Some(style) => style,
        None => numbers.decide(&found.map.name)?,
    };
    Ok((order, style))
}

fn row_dates<'t>(row: &Row<'t>, found: &'t Found) -> RowDates<'t> {
    let dated = |field: Field| {
        let cells = found.layout.columns(field).iter().map(|index| (*index, row.cell(*index)));
        let (index, text) = { cells }.find(|(_, cell)| !is_nothing(cell))?;
        let column = found.header.names.get(index).map_or("", String::as_str);
        Some(Dated { line: row.place.line, column, text, written: dates::Written::read(text)? })
    };
    RowDates {
        issued: dated(Field::IssueDate),
        due: dated(Field::DueDate),
        done: dated(Field::PaidOn).or_else(|| dated(Field::Date)),
        others: [dated(Field::VoidedOn), dated(Field::WrittenOffOn)],
    }
}

/// What takes the rows of one kind and makes a batch of them.
trait Collect {
    /// Takes one more row. It stands in the account by the end, once.
    fn take(&mut self, row: &Row<'_>, reading: &Reading<'_>, tally: &mut Tally) -> Result<(), Faults>;
    /// The client that the rows below belong to.
    fn heading(&mut self, client: &str);
    /// Makes the batch.
    fn finish(self, reading: &Reading<'_>, tally: Tally) -> Batch;
}

fn read_rows(text: &str, reading: &Reading<'_>, mut collect: impl Collect) -> Batch {
    let found = reading.found;
    let mut tally = Tally::default();
    let mut rows = Rows::new(text, found.delimiter, found.start, found.line);
    let mut cells = StringRecord::new();
    rows.next(&mut cells);
    while let Some(place) = rows.next(&mut cells) {
        let row = Row { place, cells: &cells };
        let (filled, first) = row.filled();
        if filled == 0 {
            continue;
        }
        if let Some(fault) = broken(&row) {
            tally.mistakes_of(fault.into(), &row, reading);
        } else if found.header.is_repeated_by(cells.iter()) {
            tally.count(RowKind::Header);
        } else if is_total(&row, first, reading) {
            tally.count(RowKind::Total);
        } else if filled == 1 && found.map.headings.is_some() {
            let is_footer = is_footer(first);
            if !is_footer && found.map.headings == Some(Heading::Client) {
                collect.heading(first);
            }
            tally.count(if is_footer { RowKind::Footer } else { RowKind::Heading });
        } else if let Some(reason) = reading.skipped_because(&row) {
            tally.skip(reason, place.line);
        } else if let Some(fault) = unequal(&row, found) {
            tally.mistakes_of(fault.into(), &row, reading);
        } else if let Err(faults) = collect.take(&row, reading, &mut tally) {
            tally.mistakes_of(faults, &row, reading);
        }
    }
    collect.finish(reading, tally)
}

impl Tally {
    /// Leaves a row out, and is done with it.
    fn leave_out(&mut self, reason: &str, line: u64) -> Result<(), Faults> {
        self.skip(reason, line);
        Ok(())
    }

    fn mistakes_of(&mut self, faults: Faults, row: &Row<'_>, reading: &Reading<'_>) {
        let unreadable = || Mistake::error("unreadable", reading.span(row), "this row cannot be read");
        self.mistake(faults.into_mistake(row, reading.found.delimiter).unwrap_or_else(unreadable));
    }
}

/// A row that is no row.
fn broken(row: &Row<'_>) -> Option<Fault> {
    let place = &row.place;
    if place.is_open {
        return Some(
            Fault::of_row("open-quote", "a quote begins in this row and is never closed")
                .with_note("this row is left out, and the rest is read from the next line on; is the file complete?"),
        );
    }
    if place.raw.len() > MAX_ROW_BYTES {
        let lines = place.raw.bytes().filter(|byte| *byte == b'\n').count();
        return Some(
            Fault::of_row("too-large", format!("this row has {} MB in {lines} lines", place.raw.len() >> 20))
                .with_note("at most 1 MB is read; a quote that is not closed swallows the rows below it"),
        );
    }
    if place.raw.contains('\0') {
        return Some(Fault::of_row("not-text", "this row has bytes in it that are no text").with_note("the file is damaged here"));
    }
    None
}

/// A row with other columns than the header has.
fn unequal(row: &Row<'_>, found: &Found) -> Option<Fault> {
    let (have, want) = (row.cells.len(), found.header.names.len());
    let is_short = have <= found.layout.last || (row.place.is_cut && have < want);
    let is_long = have > want && row.cells.iter().skip(want).any(|cell| !cell.trim().is_empty());
    if !is_short && !is_long {
        return None;
    }
    let fault = Fault::of_row("wrong-columns", format!("this row has {have} columns, the header {want}"));
    Some(match (is_short, row.place.is_cut) {
        (true, true) => fault.with_note("the file ends here: it was probably cut off"),
        (true, false) => fault.with_note("what is missing cannot be told from what is empty, so the row is left out"),
        (false, _) => fault.with_note("text with the sign between columns in it must stand in quotes"),
    })
}

/// Rows that add up others.
fn is_total(row: &Row<'_>, first: &str, reading: &Reading<'_>) -> bool {
    const WORDS: [&str; 9] = ["total", "totals", "grand total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt"];
    let word = columns::folded(first);
    let word = word.trim_end_matches(':');
    let begins = ["total for ", "total ", "gesamt "].iter().any(|beginning| word.starts_with(beginning));
    if !begins && !WORDS.contains(&word) {
        return false;
    }
    let dates = [Field::IssueDate, Field::DueDate, Field::Date];
    let has_date = dates.iter().filter_map(|field| reading.first(row, *field)).any(|(_, text)| dates::Written::read(text).is_some());
    !has_date
}

/// Reports end with the time at which they were made.
fn is_footer(text: &str) -> bool {
    let text = text.trim();
    let begins = ["accrual basis", "cash basis"].iter().any(|beginning| columns::folded(text).starts_with(beginning));
    begins || (text.contains(':') && (text.contains("GMT") || text.contains("UTC")) && text.contains(|c: char| c.is_ascii_digit()))
}
