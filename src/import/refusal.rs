//! Why an export cannot be read as a whole: as data, with all that a clear text needs, and that text.
//! Rows that cannot be read are mistakes in the account of a batch, never one of these.

use std::fmt;

use crate::diagnostic::{Mistake, plain_line};

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

/// Why nothing of an export can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is nothing in it.
    Empty,
}

impl ReadError {
    /// The same as a mistake of the file: what is wrong, and what to do in its notes.
    #[must_use]
    pub fn mistake(&self) -> Mistake {
        match self {
            Self::Empty => Mistake::error("empty", None, "the file is empty"),
        }
    }
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
