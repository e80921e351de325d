//! Import: from the files that people have to what would be added to a record.
//!
//! Bytes of an export come in. What goes out is a batch: items in the words of the record, each with the party it belongs
//! to, and an account in which every row of the file stands. Then the owner of each item is found among the records, and
//! a plan says what would be added to which of them. Nothing here reads the disk, asks, prints, or knows of rules.

mod backup;
mod bank;
mod chat;
mod edit;
mod foreign;
mod item;
mod ledger;
mod mail;
mod messages;
mod names;
mod packed;
mod plan;
mod read;
mod refusal;
mod route;
mod sides;
mod table;
mod times;
mod writers;

pub use edit::{Refused, edit, new_record};
pub use item::{Account, Batch, HoursItem, InvoiceItem, Item, MessageItem, Origin, Party, PaymentItem, Person, Settlement, Skipped};
pub use mail::MAILING_LIST;
pub use messages::{
    DateOrder as ChatDates, MessageOptions, MessageReader, MessageSource, RECOGNISED_BY, Sink, Unreadable, left_out_of_maildir, recognise,
    slack_rank,
};
pub use names::{PlainName, fits, own_domain, slug};
pub use plan::{Change, Covered, InvoiceBook, Loose, Outcome, Plan, Tally, add_hours, add_invoice, place_payments};
pub use read::{Kind, MAX_EXPORT_BYTES, TableOptions, make_map, read};
pub use refusal::{Closest, ReadError, TwoReadings};
pub use route::{Clients, Owner, new_client};
pub use sides::{Myself, Seen, line, owners, side};
pub use table::text as export_text;
pub use table::{DateOrder, Map, PresetInfo, preset_text, presets, read_map};
pub use writers::{Writer, Writers};

#[cfg(test)]
mod properties;
