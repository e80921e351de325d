//! Import: from the files that people have to what would be added to a record.
//!
//! Bytes of an export come in. What goes out is a batch: items in the words of the record, each with the party it belongs
//! to, and an account in which every row of the file stands. Then the owner of each item is found among the records, and
//! a plan says what would be added to which of them. Nothing here reads the disk, asks, prints, or knows of rules.

mod backup;
mod bank;
mod foreign;
mod item;
mod packed;
mod read;
mod refusal;
mod table;

pub use item::{Account, Batch, HoursItem, InvoiceItem, Item, MessageItem, Origin, Party, PaymentItem, Person, Settlement, Skipped};
pub use read::{Kind, MAX_EXPORT_BYTES, TableOptions, make_map, read};
pub use refusal::{Closest, ReadError, TwoReadings};
pub use table::text as export_text;
pub use table::{DateOrder, Map, PresetInfo, preset_text, presets, read_map};
