//! What an export holds, in the words of the record, before anybody knows which record it belongs to.

use chrono::{DateTime, FixedOffset, NaiveDate};
use rust_decimal::Decimal;

use crate::diagnostic::Mistake;
use crate::record::{Channel, Currency, HoursKind, Period};

/// All that one table, statement or backup held.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// The program or service it was exported from, like `stripe`.
    pub system: String,
    /// In the order of the file.
    pub items: Vec<Item>,
    /// What became of each row.
    pub account: Account,
    /// The time over which the export says that it holds everything, where it can be told.
    pub covers: Option<Period>,
}

/// One thing that a record can hold.
#[derive(Debug, Clone)]
pub enum Item {
    /// An invoice with what was paid on it.
    Invoice(InvoiceItem),
    /// A payment whose invoice is still to be found.
    Payment(PaymentItem),
    /// Hours worked.
    Hours(HoursItem),
}

/// The other side of an item, as the export names it. The record it belongs to is found by the first of these that fits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Party {
    /// Its id in the system it comes from, like `cus_Q1a2`.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its addresses, in small letters.
    pub emails: Vec<String>,
}

/// Where an item came from, and how it is known again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The item's own id in its system, where the export has one.
    pub id: Option<String>,
    /// The line of the file that it begins at, counted from 1.
    pub line: u64,
}

/// An invoice. Amounts are what the client must pay, tax included.
#[derive(Debug, Clone, Default)]
pub struct InvoiceItem {
    /// Whom it was sent to.
    pub party: Party,
    /// Its number as written: 0000001 stays 0000001.
    pub number: Option<String>,
    /// When it was sent.
    pub issue_date: Option<NaiveDate>,
    /// When it is due; none if the export does not say.
    pub due_date: Option<NaiveDate>,
    /// What it asks for.
    pub amount: Decimal,
    /// None where the export does not say: the contract's then.
    pub currency: Option<Currency>,
    /// What was paid.
    pub payments: Vec<Settlement>,
    /// What was credited.
    pub credits: Vec<Settlement>,
    /// When it was cancelled.
    pub voided_on: Option<NaiveDate>,
    /// When it was given up.
    pub written_off_on: Option<NaiveDate>,
    /// The days to pay that the export names for it.
    pub net_days: Option<u16>,
    /// Whether the export says that the client contests it; it never says since when or why.
    pub is_disputed: bool,
    /// Where it came from.
    pub origin: Origin,
}

/// A part of an invoice that was paid or credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The day; none where the export says that, but not when.
    pub date: Option<NaiveDate>,
    /// How much, in the invoice's currency.
    pub amount: Decimal,
    /// Its own id in its system.
    pub id: Option<String>,
}

/// Money that came in, whose invoice is still to be found.
#[derive(Debug, Clone, Default)]
pub struct PaymentItem {
    /// Who paid.
    pub party: Party,
    /// The invoice it names in a field of its own.
    pub invoice: Option<String>,
    /// What the payer wrote, in which a number may stand.
    pub text: Option<String>,
    /// The day; none where the export does not say.
    pub date: Option<NaiveDate>,
    /// How much; below 0 it went back.
    pub amount: Decimal,
    /// Its currency, where the export says.
    pub currency: Option<Currency>,
    /// Where it came from.
    pub origin: Origin,
}

/// Hours worked.
#[derive(Debug, Clone, Default)]
pub struct HoursItem {
    /// For whom.
    pub party: Party,
    /// When.
    pub date: Option<NaiveDate>,
    /// How many.
    pub hours: Decimal,
    /// On what; none where the export does not say: delivery then.
    pub kind: Option<HoursKind>,
    /// The project, task or description, in which a person knows the entry again.
    pub about: Option<String>,
    /// Where it came from.
    pub origin: Origin,
}

/// Somebody who wrote, or was written to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Person {
    /// The name shown.
    pub name: Option<String>,
    /// An address in small letters, or the id of a chat service.
    pub address: Option<String>,
}

/// Something written. Messages are passed on one by one, since a mailbox may be larger than the memory.
#[derive(Debug, Clone)]
pub struct MessageItem {
    /// When, with the offset that the sender's program wrote. A chat without one is read in `me.timezone`.
    pub at: DateTime<FixedOffset>,
    /// Who wrote it.
    pub author: Person,
    /// To whom, as far as it is said; in a chat the others in it.
    pub to: Vec<Person>,
    /// The name of the chat or channel that it stands in, for services that have one.
    pub conversation: Option<String>,
    /// Where it was written.
    pub channel: Channel,
    /// The thread that it belongs to.
    pub thread: Option<String>,
    /// The sender's own words: no quoted replies, signatures or forwards.
    pub text: String,
    /// Knows it again: the message's id, or a hash of what it is.
    pub key: String,
    /// The folder or label says that I sent it.
    pub is_sent: bool,
}

/// What became of each row or message of a file: all of them stand here, each once.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// How many rows or messages the file has.
    pub rows: u64,
    /// What they were and how many: `("invoice", 31), ("line item", 11), ("total", 1)`. In the order of the summary.
    pub kinds: Vec<(&'static str, u64)>,
    /// What was left out on purpose, and why.
    pub skipped: Vec<Skipped>,
    /// What could not be read, each with its line.
    pub mistakes: Vec<Mistake>,
    /// What was read, and is odd.
    pub doubts: Vec<Mistake>,
}

/// Rows left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// In a word or two: `draft`, `automatic mail`.
    pub reason: String,
    /// How many.
    pub rows: u64,
    /// The line of the first of them, counted from 1.
    pub first_line: u64,
}
