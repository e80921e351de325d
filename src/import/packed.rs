//! A ZIP that holds an export. Only its content is looked at: names in it choose what to try, and are never used as paths.
//! What it unpacks to is bounded, so that a small file cannot fill the memory.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::read::{MAX_EXPORT_BYTES, TableOptions, read_plain};
use super::{Batch, ReadError, foreign};

/// A ZIP with more files in it is no export.
const MAX_FILES: usize = 1000;

/// The endings of exports.
const ENDINGS: [&str; 9] = [".csv", ".tsv", ".txt", ".json", ".xml", ".ofx", ".qfx", ".c53", ".camt"];

/// Whether a file is a ZIP, whatever its name.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

fn wrong(what: impl Into<String>) -> ReadError {
    ReadError::Packed { what: what.into() }
}

/// Reads the one export in a ZIP.
///
/// # Errors
/// Where it holds none, or several, or too much.
pub(super) fn read(bytes: &[u8], file: &str, options: &TableOptions) -> Result<Batch, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| wrong("it is damaged or cut off"))?;
    if archive.len() > MAX_FILES {
        return Err(wrong(format!("it holds {} files", archive.len())));
    }
    let names: Vec<String> = archive.file_names().map(|name| name.map_or_else(|_| String::new(), |name| name.into_owned())).collect();
    if names.iter().any(|name| name == "xl/workbook.xml") {
        return Err(ReadError::Foreign { what: foreign::SPREADSHEET.0, advice: foreign::SPREADSHEET.1 });
    }
    if names.iter().any(|name| name == "META-INF/manifest.xml" || name == "word/document.xml") {
        return Err(ReadError::Foreign { what: foreign::OPEN_DOCUMENT.0, advice: foreign::OPEN_DOCUMENT.1 });
    }
    let mut left = MAX_EXPORT_BYTES;
    let mut found: Option<Batch> = None;
    let mut refused: Option<ReadError> = None;
    for index in 0..archive.len() {
        let Some(content) = content(&mut archive, index, &mut left)? else { continue };
        match read_plain(&content, file, options) {
            Ok(_) if found.is_some() => return Err(wrong("it holds several exports")),
            Ok(batch) => found = Some(batch),
            Err(error) => refused = Some(refused.map_or(error.clone(), |first| more_telling(first, error))),
        }
    }
    found.ok_or_else(|| refused.unwrap_or_else(|| wrong("it holds no export (no CSV, XML, OFX or JSON file)")))
}

/// Of two refusals, the one that is more about the content.
fn more_telling(one: ReadError, other: ReadError) -> ReadError {
    match one {
        ReadError::Empty | ReadError::Foreign { .. } | ReadError::NoPreset { .. } => other,
        ReadError::TooLarge { .. }
        | ReadError::Packed { .. }
        | ReadError::Broken { .. }
        | ReadError::UnknownPreset { .. }
        | ReadError::OtherKind { .. }
        | ReadError::DoubtfulDates { .. }
        | ReadError::MixedDates { .. }
        | ReadError::DoubtfulNumber { .. }
        | ReadError::MixedNumbers { .. } => one,
    }
}

/// What stands in one file of the archive, if it may be an export.
fn content(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, left: &mut usize) -> Result<Option<Vec<u8>>, ReadError> {
    let file = archive.by_index(index).map_err(|error| wrong(error.to_string()))?;
    let name = file.name().map(|name| name.to_lowercase()).unwrap_or_default();
    if file.is_dir() || name.starts_with("__macosx/") || !ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return Ok(None);
    }
    // What it says of its size is a first look; what comes out of it counts.
    if file.size() > *left as u64 {
        return Err(ReadError::TooLarge { bytes: usize::try_from(file.size()).unwrap_or(usize::MAX), is_unpacked: true });
    }
    let mut content = Vec::new();
    file.take(*left as u64 + 1).read_to_end(&mut content).map_err(|_| wrong("a file in it is damaged or cut off"))?;
    if content.len() > *left {
        return Err(ReadError::TooLarge { bytes: content.len(), is_unpacked: true });
    }
    *left -= content.len();
    Ok(Some(content))
}
