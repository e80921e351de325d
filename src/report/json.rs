//! The report as JSON, version 1: compact lines for NDJSON, indented for one report. Characters that could play tricks
//! on a terminal are written as escapes; everything else is as it was.

use std::io;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Serialize, Serializer};
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter};

/// `2026-11-22`, written digit by digit: the general way of writing days is slow, and reports are full of them.
fn day_text(day: NaiveDate) -> Option<[u8; 10]> {
    let (year, month, date) = (u32::try_from(day.year()).ok().filter(|year| *year <= 9999)?, day.month(), day.day());
    let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or(0);
    let year = [year / 1000, year / 100, year / 10, year].map(digit);
    let [month, date] = [month, date].map(|number| [number / 10, number].map(digit));
    Some([year[0], year[1], year[2], year[3], b'-', month[0], month[1], b'-', date[0], date[1]])
}

pub(super) fn as_day<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    match day_text(*day) {
        Some(text) => serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default()),
        None => serializer.collect_str(day),
    }
}

pub(super) fn as_day_or_null<S: Serializer>(day: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
    match day {
        Some(day) => as_day(day, serializer),
        None => serializer.serialize_none(),
    }
}

pub(super) fn as_number<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(number.to_f64().unwrap_or_default())
}

/// A value as JSON text without a line end: on one line, or indented.
#[must_use]
pub fn to_json<T: Serialize>(value: &T, is_indented: bool) -> String {
    let mut bytes = Vec::with_capacity(8 * 1024);
    add_json(&mut bytes, value, is_indented);
    String::from_utf8(bytes).expect("serde_json writes UTF-8")
}

/// The same, behind other text.
pub fn add_json<T: Serialize>(bytes: &mut Vec<u8>, value: &T, is_indented: bool) {
    let outcome = if is_indented {
        value.serialize(&mut serde_json::Serializer::with_formatter(bytes, Safe(PrettyFormatter::new())))
    } else {
        value.serialize(&mut serde_json::Serializer::with_formatter(bytes, Safe(CompactFormatter)))
    };
    outcome.expect("a report has only text keys and finite numbers, and memory does not refuse writing");
}

/// The line that stands for a record that could not be read.
#[must_use]
pub fn error_line(file: &str, line: usize, error: &str) -> String {
    #[derive(Serialize)]
    struct ErrorLine<'a> {
        schema_version: u8,
        file: &'a str,
        line: usize,
        error: &'a str,
    }
    to_json(&ErrorLine { schema_version: 1, file, line, error }, false)
}

/// Escapes what JSON allows but a terminal may obey: U+007F to U+009F, direction controls, line and paragraph separators.
struct Safe<F>(F);

fn is_unsafe(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl<F: Formatter> Formatter for Safe<F> {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Nearly all are short; no search is as quick as a look at each byte.
        if fragment.bytes().fold(true, |is_plain, byte| is_plain & (byte < 0x7f)) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            write!(writer, "\\u{:04x}", u32::from(c))?;
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
    fn write_char_escape<W: ?Sized + io::Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }
    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }
    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }
    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_chrono_writes_them() {
        for text in ["0001-01-01", "2026-11-22", "9999-12-31"] {
            let day: NaiveDate = text.parse().expect("a day");
            assert_eq!(day_text(day).as_ref().map(|day| day.as_slice()), Some(day.to_string().as_bytes()));
        }
    }

    #[test]
    fn direction_controls_are_escaped_and_letters_are_not() {
        assert_eq!(to_json(&"Café \u{202e}evil \u{9b}31m", false), "\"Café \\u202eevil \\u009b31m\"");
    }
}
