//! What became of each message of a file, while it is being read.

use std::ops::ControlFlow;

use super::item::{Account, MessageItem, Skipped};
use super::messages::{MessageOptions, Sink};
use super::writers::Writers;
use crate::diagnostic::{Mistake, Position, Span};

/// So many mistakes are told one by one; of a file with more, the rest is only counted.
const TOLD_ONE_BY_ONE: usize = 200;

/// The reason of those that are only counted.
const NOT_TOLD: &str = "unreadable, not listed";

/// An account while it is being written.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    account: Account,
}

impl Ledger {
    /// One more that was read.
    pub(super) fn read(&mut self, kind: &'static str) {
        self.account.rows += 1;
        match self.account.kinds.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, count)) => *count += 1,
            None => self.account.kinds.push((kind, 1)),
        }
    }

    /// One more that was left out on purpose.
    pub(super) fn skip(&mut self, reason: &str, line: u64) {
        self.account.rows += 1;
        match self.account.skipped.iter_mut().find(|skipped| skipped.reason == reason) {
            Some(skipped) => skipped.rows += 1,
            None => self.account.skipped.push(Skipped { reason: reason.to_owned(), rows: 1, first_line: line }),
        }
    }

    /// One more that could not be read.
    pub(super) fn fail(&mut self, line: u64, mistake: Mistake) {
        if self.account.mistakes.len() >= TOLD_ONE_BY_ONE {
            return self.skip(NOT_TOLD, line);
        }
        self.account.rows += 1;
        self.account.mistakes.push(mistake);
    }

    /// Something odd about a message that stands in the account already, or about the file.
    pub(super) fn doubt(&mut self, doubt: Mistake) {
        if self.account.doubts.len() < TOLD_ONE_BY_ONE {
            self.account.doubts.push(doubt);
        }
    }

    /// The account, with the most frequent reason first.
    pub(super) fn finish(mut self) -> Account {
        self.account.skipped.sort_by(|one, other| other.rows.cmp(&one.rows).then(one.first_line.cmp(&other.first_line)));
        self.account
    }
}

/// Where what one file holds goes.
pub(super) struct Intake<'r, 's> {
    pub(super) options: &'r MessageOptions,
    pub(super) writers: &'r mut Writers,
    pub(super) ledger: Ledger,
    /// The sink wants no more.
    pub(super) is_over: bool,
    sink: &'r mut Sink<'s>,
}

impl<'r, 's> Intake<'r, 's> {
    pub(super) fn new(options: &'r MessageOptions, writers: &'r mut Writers, sink: &'r mut Sink<'s>) -> Self {
        Self { options, writers, ledger: Ledger::default(), is_over: false, sink }
    }

    /// Passes on a message, and counts it.
    pub(super) fn pass(&mut self, kind: &'static str, message: MessageItem) -> ControlFlow<()> {
        self.ledger.read(kind);
        let going_on = (self.sink)(message);
        self.is_over = going_on.is_break();
        going_on
    }
}

/// The first character of a line, counted from 1.
pub(super) fn at_line(line: u64) -> Span {
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    Span { start: Position { line, column: 1 }, end: Position { line, column: 2 } }
}
