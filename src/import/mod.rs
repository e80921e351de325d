//! Import: from the files that people have to what would be added to a record.
//!
//! Bytes of an export come in. What goes out is a batch: items in the words of the record, each with the party it belongs
//! to, and an account in which every row of the file stands. Then the owner of each item is found among the records, and
//! a plan says what would be added to which of them. Nothing here reads the disk, asks, prints, or knows of rules.

mod chat;
mod item;
mod ledger;
mod mail;
mod messages;
mod times;
mod writers;

pub use item::{Account, Batch, HoursItem, InvoiceItem, Item, MessageItem, Origin, Party, PaymentItem, Person, Settlement, Skipped};
pub use messages::{
    DateOrder, MessageOptions, MessageReader, MessageSource, RECOGNISED_BY, Sink, Unreadable, left_out_of_maildir, recognise, slack_rank,
};
pub use writers::{Writer, Writers};

#[cfg(test)]
mod properties;
