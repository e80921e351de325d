//! Exports that come packed. Nothing is unpacked onto the disk, and names are only compared, so that one like `../../x` is
//! a name like any other. What unpacks to far more than it was packed from is refused.

use std::io::{self, BufReader, Read, Seek};

use zip::ZipArchive;

use crate::diagnostic::Mistake;
use crate::import::messages::{MessageSource, Unreadable};

/// A file that grows to more than so many times its size was made to fill the memory; chats grow to ten times theirs.
const MOST_GROWTH: u64 = 250;

/// What any file may grow by.
const FREE_BYTES: u64 = 4 * 1024 * 1024;

/// More files than that are no export.
const MOST_FILES: usize = 500_000;

/// Reads the files of an archive that belong to an export: `read` gets one after another, in the order in which they must
/// be read, and says whether to go on.
pub(in crate::import) fn read_archive<R: Read + Seek>(
    input: R,
    mut read: impl FnMut(MessageSource, &str, &mut dyn io::BufRead) -> Result<bool, Unreadable>,
) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(input).map_err(refused)?;
    if archive.len() > MOST_FILES {
        return Err(Mistake::error("archive-too-large", None, "this archive holds more files than an export does").into());
    }
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let wanted = wanted(&names);
    if wanted.is_empty() {
        return Err(nothing_found(&names).into());
    }
    for (source, name) in wanted {
        let file = archive.by_name(name).map_err(refused)?;
        let most = file.compressed_size().saturating_mul(MOST_GROWTH).saturating_add(FREE_BYTES);
        let mut bounded = BufReader::with_capacity(128 * 1024, Bounded { input: file, left: most });
        if !read(source, name, &mut bounded)? {
            break;
        }
    }
    Ok(())
}

/// Whether a file is of a kind, by its name in small letters.
type IsIt = fn(&str) -> bool;

/// The files to read, in order.
fn wanted(names: &[String]) -> Vec<(MessageSource, &str)> {
    let of = |source: MessageSource, is_it: IsIt| {
        let mut found: Vec<(MessageSource, &str)> = names
            .iter()
            .map(String::as_str)
            .filter(|name| is_it(&name.to_lowercase()) && !is_hidden(name))
            .map(|name| (source, name))
            .collect();
        found.sort_by_key(|(_, name)| *name);
        found
    };
    if names.iter().any(|name| super::rank(name) == Some(0)) {
        let mut files = of(MessageSource::Slack, |name| super::rank(name).is_some());
        files.sort_by_key(|(_, name)| (super::rank(name), *name));
        return files;
    }
    let kinds: [(MessageSource, IsIt); 4] = [
        (MessageSource::Telegram, |name| name == "result.json" || name.ends_with("/result.json")),
        (MessageSource::Mbox, |name| name.ends_with(".mbox")),
        (MessageSource::WhatsApp, |name| name.ends_with(".txt")),
        (MessageSource::Eml, |name| name.ends_with(".eml")),
    ];
    kinds.into_iter().map(|(source, is_it)| of(source, is_it)).find(|files| !files.is_empty()).unwrap_or_default()
}

/// What a Mac puts beside the files.
fn is_hidden(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.rsplit('/').next().is_some_and(|last| last.starts_with("._"))
}

/// Gives no more than so many bytes.
struct Bounded<R> {
    input: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "the archive unpacks to far more than an export does, as if made to fill the memory")
        })?;
        Ok(read)
    }
}

fn refused(error: zip::result::ZipError) -> Unreadable {
    if let zip::result::ZipError::Io(error) = error {
        return Unreadable::Io(error);
    }
    Mistake::error("broken-archive", None, format!("this ZIP cannot be read: {error}"))
        .with_note("it may be cut off, or locked with a password")
        .into()
}

fn nothing_found(names: &[String]) -> Mistake {
    let mut some: Vec<&str> = names.iter().map(String::as_str).collect();
    some.sort_unstable();
    some.truncate(3);
    let mistake = Mistake::error("no-messages", None, "this ZIP holds no messages that can be read")
        .with_note("it may hold a WhatsApp chat, a Slack or Telegram export, or mailboxes (.mbox, .eml)");
    if some.is_empty() { mistake } else { mistake.with_note(format!("it holds {}", some.join(", "))) }
}
