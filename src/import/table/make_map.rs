//! A map to begin with, for a table that no preset fits: the closest preset, and each column with a value as an example.

use std::fmt::Write as _;

use csv::StringRecord;

use super::super::{Kind, ReadError};
use super::cells::shown;
use super::header::{Candidate, all_candidates, nearest, widest};
use super::map::{Field, Map};
use super::presets;
use super::rows::Rows;
use crate::diagnostic::plain_line;

/// The text of a map for a table: what the closest preset understands of it, and its columns to fill in the rest.
///
/// # Errors
/// Where the text is no table.
pub fn make_map(text: &str, file: &str) -> Result<String, ReadError> {
    let candidates = all_candidates(text);
    let maps: Vec<&Map> = presets::maps().iter().collect();
    let near = nearest(&candidates, &maps);
    let Some(header) = near.as_ref().map(|(candidate, ..)| *candidate).or_else(|| widest(&candidates)) else {
        return Err(ReadError::Foreign {
            what: "no table: no line has cells between commas, semicolons, tabs or bars",
            advice: "export a CSV file; a map is for tables alone",
        });
    };
    let map = near.map(|(_, map, _)| map);
    Ok(written(header, map, &examples(text, header), file))
}

/// The first value in each column.
fn examples(text: &str, header: &Candidate) -> Vec<String> {
    let mut found = vec![String::new(); header.header.names.len()];
    let mut rows = Rows::new(text, header.delimiter, header.start, header.line);
    let mut cells = StringRecord::new();
    rows.next(&mut cells);
    for _ in 0..20 {
        if rows.next(&mut cells).is_none() {
            break;
        }
        for (place, cell) in found.iter_mut().zip(cells.iter()).filter(|(place, _)| place.is_empty()) {
            *place = shown(cell.trim());
        }
    }
    found
}

fn written(candidate: &Candidate, map: Option<&Map>, examples: &[String], file: &str) -> String {
    let kind = map.map_or(Kind::Invoices, |map| map.kind);
    let header = &candidate.header;
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    line(&format!("# A map for {}: which of its columns holds what.", plain_line(file)));
    line(&format!("# Change it where it is wrong, then: clientcheck import {kind} --map THIS-FILE {}", plain_line(file)));
    if let Some(map) = map {
        line(&format!("# It follows the preset `{}`; `clientcheck import --show-preset {}` shows that one.", map.name, map.name));
    }
    line("name: my-columns");
    line(&format!("kind: {kind}    # invoices, payments or hours"));
    line("");
    line("# The columns of the table, each with a value from it:");
    for (name, example) in header.names.iter().zip(examples).filter(|(name, _)| !name.is_empty()) {
        line(&format!("#   {} = {}", plain_line(name), plain_line(example)));
    }
    line("");
    line("columns:");
    for (field, names) in fields(kind, map, candidate) {
        match names {
            Some(names) => line(&format!("  {field}: {names}")),
            None => line(&format!("  # {field}: ")),
        }
    }
    line("");
    line("# rows: line-item       # several rows with one number are one invoice");
    line("# dates: dmy            # or mdy; without it the dates of the file decide");
    line("# numbers: comma        # for 1.234,56, or point for 1,234.56");
    line("# currency: EUR         # where no column says it");
    if kind == Kind::Invoices {
        line("# status: { draft: Draft, void: Cancelled, paid: Paid, written_off: Bad debt }");
    }
    line("# skip_if: [ { column: Type, is: Estimate, because: not an invoice } ]");
    out
}

/// The fields of a kind with the columns that were found for them.
fn fields(kind: Kind, map: Option<&Map>, candidate: &Candidate) -> Vec<(&'static str, Option<String>)> {
    use Field as F;
    let of_kind: &[Field] = match kind {
        Kind::Invoices => &[
            F::Client,
            F::Email,
            F::Id,
            F::Number,
            F::IssueDate,
            F::DueDate,
            F::Amount,
            F::Paid,
            F::Open,
            F::PaidOn,
            F::Currency,
            F::Status,
        ],
        Kind::Payments => &[F::Client, F::Email, F::Id, F::Date, F::Amount, F::Currency, F::Invoice, F::Text],
        Kind::Hours => &[F::Client, F::Id, F::Date, F::Hours, F::About],
    };
    let columns = |field: &Field| {
        let found = candidate.header.find_all(map?.columns.get(field)?);
        let names: Vec<String> = found.iter().filter_map(|index| candidate.header.names.get(*index)).map(|name| quoted(name)).collect();
        match names.as_slice() {
            [] => None,
            [only] => Some(only.clone()),
            several => Some(format!("[{}]", several.join(", "))),
        }
    };
    of_kind.iter().map(|field| (field.word(), columns(field))).collect()
}

/// A name as YAML takes it whatever is in it.
fn quoted(name: &str) -> String {
    let mut out = String::from("\"");
    for c in name.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
