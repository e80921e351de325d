//! From the bytes of an export to a batch, whatever its format: tables, bank statements, backups, and a ZIP that holds
//! one of them. What a file is, its content says; its name is repeated in messages and never used as a path.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::table::{self, DateOrder, Map};
use super::{Batch, ReadError, backup, bank, foreign, packed};
use crate::record::words;

/// The largest export that is read, in bytes, also after unpacking. 100,000 invoices are about 20 MB.
pub const MAX_EXPORT_BYTES: usize = 128 << 20;

words! {
    /// What an export is read for: the word of the command.
    Kind {
        /// Invoices with what was paid on them.
        Invoices = "invoices",
        /// Money that came in.
        Payments = "payments",
        /// Hours worked.
        Hours = "hours",
    }
}

/// How an export is read.
#[derive(Debug, Clone)]
pub struct TableOptions {
    /// What is looked for.
    pub kind: Kind,
    /// The user's own map of columns, from `--map`; see [`read_map`](super::read_map).
    pub map: Option<Map>,
    /// The name of a preset, from `--preset`.
    pub preset: Option<String>,
    /// What 03/04/2025 means, from `--dates`.
    pub dates: Option<DateOrder>,
    /// `me.timezone`: the day of a time stamp is the day there.
    pub zone: Tz,
    /// The day of the import. No invoice was issued and nothing was paid after it.
    pub today: NaiveDate,
}

/// Reads an export. `file_name` stands in messages only, in the commands that they propose.
///
/// # Errors
/// Why nothing of it can be read. Single rows that cannot be read are no error: they stand in the account of the batch.
pub fn read(bytes: &[u8], file_name: &str, options: &TableOptions) -> Result<Batch, ReadError> {
    if bytes.len() > MAX_EXPORT_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len(), is_unpacked: false });
    }
    if packed::is_zip(bytes) {
        return packed::read(bytes, file_name, options);
    }
    read_plain(bytes, file_name, options)
}

/// How much of a text is looked at to tell what it is.
const BEGINNING: usize = 4096;

/// Reads an export that is not packed.
pub(super) fn read_plain(bytes: &[u8], file_name: &str, options: &TableOptions) -> Result<Batch, ReadError> {
    if let Some((what, advice)) = foreign::binary(bytes) {
        return Err(ReadError::Foreign { what, advice });
    }
    let text = table::text(bytes);
    let beginning = beginning(&text);
    if beginning.is_empty() {
        return Err(ReadError::Empty);
    }
    let bank = if bank::is_camt(beginning) {
        Some(("a camt statement", bank::read_camt as fn(&str) -> Result<Batch, ReadError>))
    } else if bank::is_ofx(beginning) {
        Some(("an OFX statement", bank::read_ofx as fn(&str) -> Result<Batch, ReadError>))
    } else {
        None
    };
    if let Some((as_what, read)) = bank {
        if options.kind != Kind::Payments {
            let (asked, found) = (options.kind, Kind::Payments);
            return Err(ReadError::OtherKind { file: file_name.to_owned(), asked, found, as_what: as_what.to_owned() });
        }
        return read(&text);
    }
    if backup::is_backup(&text) {
        return backup::read(&text, file_name, options);
    }
    if let Some((what, advice)) = foreign::text(beginning) {
        return Err(ReadError::Foreign { what, advice });
    }
    table::read(&text, file_name, options)
}

/// The beginning of a text, without blanks before it.
fn beginning(text: &str) -> &str {
    let text = text.trim_start();
    let mut end = text.len().min(BEGINNING);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The text of a map for a table that no preset fits: the closest preset, and each column with a value as an example.
///
/// # Errors
/// Why the file is no table.
pub fn make_map(bytes: &[u8], file_name: &str) -> Result<String, ReadError> {
    if let Some((what, advice)) = foreign::binary(bytes) {
        return Err(ReadError::Foreign { what, advice });
    }
    let text = table::text(bytes);
    let beginning = beginning(&text);
    if beginning.is_empty() {
        return Err(ReadError::Empty);
    }
    if let Some((what, advice)) = foreign::text(beginning) {
        return Err(ReadError::Foreign { what, advice });
    }
    table::make_map(&text, file_name)
}
