//! Why an export cannot be read as a whole: as data, with all that a clear text needs, and that text.
//! Rows that cannot be read are mistakes in the account of a batch, never one of these.

use std::fmt;

use super::Kind;
use crate::diagnostic::{Mistake, Position, Span, plain_line};

/// A row whose date can be read in two ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoReadings {
    /// Its line, counted from 1.
    pub line: u64,
    /// The column that it stands in.
    pub column: String,
    /// The date as written.
    pub written: String,
    /// Day first, as year-month-day.
    pub day_first: String,
    /// Month first, as year-month-day.
    pub month_first: String,
}

/// The preset that fits a table best, though not well enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closest {
    /// Its name.
    pub name: String,
    /// The columns that it needs and the table lacks.
    pub missing: Vec<String>,
    /// How many columns it needs.
    pub of: usize,
}

/// Why nothing of an export can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is nothing in it.
    Empty,
    /// It is larger than what is read.
    TooLarge {
        /// Its size, or how much of it was unpacked before it was given up.
        bytes: usize,
        /// Whether that is the size after unpacking.
        is_unpacked: bool,
    },
    /// It is no export of any kind.
    Foreign {
        /// What it is: `a PNG image`.
        what: &'static str,
        /// What to do instead.
        advice: &'static str,
    },
    /// A ZIP that cannot be read.
    Packed {
        /// What is wrong with it.
        what: String,
    },
    /// A statement or backup that breaks off or is not what it seems to be.
    Broken {
        /// What it is: `a camt.053 statement`.
        what: &'static str,
        /// The line at which it breaks.
        line: u64,
        /// What is wrong there.
        problem: String,
    },
    /// No preset has this name.
    UnknownPreset {
        /// The name as written.
        written: String,
        /// The names there are.
        allowed: Vec<String>,
    },
    /// It is an export, but of something else than what was asked for.
    OtherKind {
        /// The file's name.
        file: String,
        /// What was asked for.
        asked: Kind,
        /// What it holds.
        found: Kind,
        /// As what it was recognised: the name of a preset or a format.
        as_what: String,
    },
    /// A table that no preset fits, or not the one that was asked for.
    NoPreset {
        /// The file's name.
        file: String,
        /// What was asked for.
        kind: Kind,
        /// The preset or map that was asked for.
        wanted: Option<String>,
        /// The line of what looks most like a header.
        line: u64,
        /// Its columns.
        header: Vec<String>,
        /// The preset that fits best.
        closest: Option<Box<Closest>>,
    },
    /// Nothing shows whether the day or the month comes first.
    DoubtfulDates {
        /// At most three rows in both readings.
        rows: Vec<TwoReadings>,
    },
    /// Some dates have the day first, others the month.
    MixedDates {
        /// The line and text of a date that can only have the day first.
        day_first: (u64, String),
        /// The line and text of a date that can only have the month first.
        month_first: (u64, String),
    },
    /// A number that can be read in two ways, and nothing else in the file shows which.
    DoubtfulNumber {
        /// The preset or map that it was read with.
        map: String,
        /// Its line.
        line: u64,
        /// Its column.
        column: String,
        /// The number as written.
        written: String,
        /// What it may be: with its sign between groups, and with it before the decimals.
        readings: Box<(String, String)>,
    },
    /// Some numbers have a point before the decimals, others a comma.
    MixedNumbers {
        /// The preset or map that it was read with.
        map: String,
        /// The line and text of a number that can only have a point.
        point: (u64, String),
        /// The line and text of a number that can only have a comma.
        comma: (u64, String),
    },
}

/// How many columns of a header are shown.
const SHOWN_COLUMNS: usize = 40;

impl ReadError {
    /// The same as a mistake of the file: what is wrong, and what to do in its notes. It repeats words of the file.
    #[must_use]
    pub fn mistake(&self) -> Mistake {
        match self {
            Self::Empty => Mistake::error("empty", None, "the file is empty")
                .with_note("export it again; if it stays empty, the export's period or filter holds nothing"),
            Self::TooLarge { bytes, is_unpacked } => too_large(*bytes, *is_unpacked),
            Self::Foreign { what, advice } => Mistake::error("no-export", None, format!("this is {what}")).with_note(*advice),
            Self::Packed { what } => Mistake::error("bad-zip", None, format!("this ZIP cannot be read: {what}"))
                .with_note("unpack it yourself and import the file inside"),
            Self::Broken { what, line, problem } => Mistake::error("broken", at(*line), format!("this is {what}, but {problem}"))
                .with_note("nothing of it was read; download it again"),
            Self::UnknownPreset { written, allowed } => Mistake::error("unknown-preset", None, format!("there is no preset `{written}`"))
                .with_closest(written, allowed.iter().map(String::as_str))
                .with_note("`clientcheck import --list-presets` lists them"),
            Self::OtherKind { file, asked, found, as_what } => {
                Mistake::error("other-kind", None, format!("this holds {found}, not {asked}: it is read as {as_what}"))
                    .with_note(format!("to read it: clientcheck import {found} {}", quoted(file)))
            }
            Self::NoPreset { file, kind, wanted, line, header, closest } => {
                let message = match wanted {
                    Some(name) => format!("`{name}` does not fit this table"),
                    None => format!("no preset for {kind} fits this table"),
                };
                no_preset(message, file, *line, header, closest.as_deref())
            }
            Self::DoubtfulDates { rows } => doubtful_dates(rows),
            Self::MixedDates { day_first, month_first } => {
                let (line, day) = day_first;
                let (other, month) = month_first;
                Mistake::error("mixed-dates", at((*line).max(*other)), "this file mixes two ways of writing dates")
                    .with_note(format!("line {line}: `{day}` can only have the day first"))
                    .with_note(format!("line {other}: `{month}` can only have the month first"))
                    .with_note(
                        "a spreadsheet may have turned some of them round: export the file again and do not open it in between; \
                         or say which is right with --dates dmy or --dates mdy, and the other rows are listed as mistakes",
                    )
            }
            Self::DoubtfulNumber { map, line, column, written, readings } => {
                let (large, small) = readings.as_ref();
                Mistake::error("doubtful-number", at(*line), format!("`{written}` in column `{column}` may be {large} or {small}"))
                    .with_note("no other number in the file shows which; this is not guessed")
                    .with_note(say_in_a_map(map))
            }
            Self::MixedNumbers { map, point: (line, point), comma: (other, comma) } => {
                Mistake::error("mixed-numbers", at((*line).max(*other)), "this file mixes two ways of writing numbers")
                    .with_note(format!("line {line}: `{point}` has a point before the decimals"))
                    .with_note(format!("line {other}: `{comma}` has a comma before the decimals"))
                    .with_note(say_in_a_map(map))
            }
        }
    }
}

fn at(line: u64) -> Option<Span> {
    let line = u32::try_from(line).unwrap_or(u32::MAX).max(1);
    Some(Span { start: Position { line, column: 1 }, end: Position { line, column: 2 } })
}

fn too_large(bytes: usize, is_unpacked: bool) -> Mistake {
    let most = super::MAX_EXPORT_BYTES >> 20;
    let message = if is_unpacked {
        format!("unpacked this is more than {most} MB, which no export is")
    } else {
        format!("{} MB is more than the {most} MB that an export may have", bytes.div_ceil(1 << 20))
    };
    Mistake::error("too-large", None, message).with_note("export a shorter period, and import one file after the other")
}

fn no_preset(message: String, file: &str, line: u64, header: &[String], closest: Option<&Closest>) -> Mistake {
    let shown = header.iter().take(SHOWN_COLUMNS).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let more = header.len().saturating_sub(SHOWN_COLUMNS);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let mut mistake = Mistake::error("no-preset", at(line), message).with_note(format!("its columns are, in line {line}: {shown}{more}"));
    if let Some(Closest { name, missing, of }) = closest {
        let missing = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        mistake = mistake.with_note(format!("the closest is `{name}`, which needs {of} columns and misses {missing}"));
    }
    mistake.with_note(format!("to say yourself what its columns are: clientcheck import --make-map {} > my-columns.yaml", quoted(file)))
}

fn doubtful_dates(rows: &[TwoReadings]) -> Mistake {
    let first = rows.first().map_or(1, |row| row.line);
    let mut mistake = Mistake::error("doubtful-dates", at(first), "nothing in this file shows whether the day or the month comes first");
    for TwoReadings { line, column, written, day_first, month_first } in rows {
        let note = format!("line {line}, {column} `{written}`: {day_first} with the day first, {month_first} with the month first");
        mistake = mistake.with_note(note);
    }
    mistake.with_note("say which: --dates dmy for the day first, --dates mdy for the month first")
}

/// How the style of numbers is said.
fn say_in_a_map(map: &str) -> String {
    format!(
        "say which: clientcheck import --show-preset {map} > my-columns.yaml, add the line `numbers: point` (1,234.56) \
         or `numbers: comma` (1.234,56), and import with --map my-columns.yaml"
    )
}

/// A file's name as a shell takes it.
fn quoted(file: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '\\' | ':' | '~');
    if !file.is_empty() && file.chars().all(is_plain) && !file.starts_with('-') {
        return file.to_owned();
    }
    format!("'{}'", file.replace('\'', r"'\''"))
}

impl fmt::Display for ReadError {
    /// The text of the mistake with its notes, a line each. Words from the file are made safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mistake = self.mistake();
        f.write_str(&plain_line(&mistake.message))?;
        mistake.notes.iter().try_for_each(|note| write!(f, "\n  {}", plain_line(note)))
    }
}

impl std::error::Error for ReadError {}
