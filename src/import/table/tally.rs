//! Keeps account of rows, so that each of them stands somewhere once.

use super::super::{Account, Skipped};
use crate::diagnostic::{Mistake, Span};

/// What a row was, in the order of the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum RowKind {
    Invoice,
    LineItem,
    Payment,
    Credit,
    Hours,
    Header,
    Heading,
    Total,
    Footer,
}

const KINDS: [(RowKind, &str); 9] = [
    (RowKind::Invoice, "invoice"),
    (RowKind::LineItem, "line item"),
    (RowKind::Payment, "payment"),
    (RowKind::Credit, "credit"),
    (RowKind::Hours, "hours entry"),
    (RowKind::Header, "repeated header"),
    (RowKind::Heading, "heading"),
    (RowKind::Total, "total"),
    (RowKind::Footer, "footer"),
];

/// What happens in many rows and is told once.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Often {
    rows: u64,
    first: Option<Span>,
}

impl Often {
    pub fn add(&mut self, span: Span) {
        self.rows += 1;
        self.first.get_or_insert(span);
    }

    /// One doubt about all of them: the words for one row, and for several.
    pub fn told(self, code: &'static str, one: &str, several: impl Fn(u64) -> String) -> Option<Mistake> {
        let message = if self.rows == 1 { one.to_owned() } else { several(self.rows) };
        (self.rows > 0).then(|| Mistake::warning(code, self.first, message))
    }
}

/// The account while rows are being read.
#[derive(Debug, Default)]
pub(in super::super) struct Tally {
    rows: u64,
    kinds: [u64; KINDS.len()],
    skipped: Vec<Skipped>,
    pub mistakes: Vec<Mistake>,
    pub doubts: Vec<Mistake>,
}

impl Tally {
    pub fn count(&mut self, kind: RowKind) {
        self.rows += 1;
        self.kinds[kind as usize] += 1;
    }

    pub fn skip(&mut self, reason: &str, line: u64) {
        self.rows += 1;
        match self.skipped.iter_mut().find(|skipped| skipped.reason == reason) {
            Some(skipped) => {
                skipped.rows += 1;
                skipped.first_line = skipped.first_line.min(line);
            }
            None => self.skipped.push(Skipped { reason: reason.to_owned(), rows: 1, first_line: line }),
        }
    }

    /// A row that could not be read, with the one mistake that tells all of it.
    pub fn mistake(&mut self, mistake: Mistake) {
        self.rows += 1;
        self.mistakes.push(mistake);
    }

    pub fn account(mut self) -> Account {
        self.skipped.sort_by(|one, other| other.rows.cmp(&one.rows).then(one.first_line.cmp(&other.first_line)));
        let line = |mistake: &Mistake| mistake.span.map_or(0, |span| span.start.line);
        self.mistakes.sort_by_key(line);
        self.doubts.sort_by_key(line);
        let kinds = KINDS.iter().map(|(kind, word)| (*word, self.kinds[*kind as usize])).filter(|(_, rows)| *rows > 0).collect();
        Account { rows: self.rows, kinds, skipped: self.skipped, mistakes: self.mistakes, doubts: self.doubts }
    }
}
