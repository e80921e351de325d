//! Messages on their way from a mailbox to the files beside records. A mailbox may be larger than the memory, so that only
//! where each message lies, when it was written and what it is known by are kept there.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

use super::Stop;
use super::store::replace;
use super::target::Held;
use crate::cli::output::tell_mistakes;
use crate::cli::records::{MAX_MESSAGES_BYTES, further_down};
use crate::diagnostic::plain_line;
use crate::record::{Message, Moment, Sender, decode_message};

/// What a message is known by.
type Key = [u8; 16];

/// One line of the spool.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The client, by place among the records.
    pub owner: usize,
    /// Which message of the import it is; one for two clients is one message.
    pub nth: u64,
    /// Seconds since 1970.
    pub at: i64,
    /// Who wrote it.
    pub from: Sender,
    key: Key,
    offset: u64,
    bytes: u32,
}

/// Lines in a file without a name, which is gone when the program ends.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<File>,
    end: u64,
    /// In the order in which they came.
    pub entries: Vec<Entry>,
}

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// If there is no place for temporary files.
    pub fn new() -> anyhow::Result<Self> {
        let file = tempfile::tempfile().context("cannot make a temporary file")?;
        Ok(Self { file: BufWriter::with_capacity(1 << 16, file), end: 0, entries: Vec::new() })
    }

    /// Adds a line.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn add(&mut self, owner: usize, nth: u64, at: i64, from: Sender, key: &str, line: &str) -> io::Result<()> {
        self.file.write_all(line.as_bytes())?;
        self.file.write_all(b"\n")?;
        let bytes = line.len() as u64 + 1;
        let entry = Entry { owner, nth, at, from, key: hash(key), offset: self.end, bytes: u32::try_from(bytes).unwrap_or(u32::MAX) };
        self.entries.push(entry);
        self.end += bytes;
        Ok(())
    }

    /// Everything is on the disk, so that it can be read.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    fn copy(&self, entries: &[Entry], out: &mut dyn Write) -> io::Result<()> {
        let mut file = self.file.get_ref();
        for entry in entries {
            file.seek(SeekFrom::Start(entry.offset))?;
            io::copy(&mut file.take(u64::from(entry.bytes)), out)?;
        }
        Ok(())
    }
}

fn hash(key: &str) -> Key {
    let mut short = Key::default();
    short.copy_from_slice(&Sha256::digest(key.as_bytes())[..16]);
    short
}

/// The file of messages beside a record, with what is added to it.
#[derive(Debug)]
pub struct Beside {
    /// Its name.
    pub name: String,
    path: PathBuf,
    old: Vec<u8>,
    is_new: bool,
    new: Vec<Entry>,
    spool: std::rc::Rc<Spool>,
    /// How many messages are added.
    pub added: u64,
}

/// What is in the file beside a record already.
#[derive(Debug, Default)]
pub struct Known {
    name: String,
    path: PathBuf,
    bytes: Vec<u8>,
    is_new: bool,
    keys: HashSet<Key>,
    /// Messages that have no key, by the minute and the sender: those that a person wrote down.
    by_hand: HashSet<(i64, &'static str)>,
    /// Where the messages were written.
    pub channels: HashSet<&'static str>,
}

impl Known {
    /// Reads it, and the messages in the record itself.
    ///
    /// # Errors
    /// If it cannot be read; that was told.
    pub fn of(held: &Held) -> Result<Self, Stop> {
        let stem = held.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let name = held.record.messages_file.clone().unwrap_or_else(|| format!("{stem}.messages.jsonl"));
        if !Path::new(&name).components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(Stop::because(format!("{}: its messages_file must lie beside it", plain_line(&held.path.display().to_string()))));
        }
        let path = held.path.parent().unwrap_or(Path::new("")).join(&name);
        let shown = path.display().to_string();
        let (bytes, is_new) = match File::open(&path) {
            Ok(file) => {
                let mut bytes = Vec::new();
                file.take(MAX_MESSAGES_BYTES + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {}", plain_line(&shown)))?;
                (bytes, false)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Vec::new(), true),
            Err(error) => return Err(anyhow::Error::new(error).context(format!("cannot read {}", plain_line(&shown))).into()),
        };
        let mut known = Self { name, path, is_new, ..Self::default() };
        for message in held.record.messages.iter().flatten() {
            known.add(message);
        }
        let mut mistakes = Vec::new();
        for (nth, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = if nth == 0 { line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line) } else { line };
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match decode_message(line.strip_suffix(b"\r").unwrap_or(line)) {
                Ok(message) => known.add(&message),
                Err(found) => mistakes.extend(found.into_iter().map(|mistake| further_down(mistake, nth).in_file(&shown))),
            }
        }
        if !mistakes.is_empty() {
            tell_mistakes(&mistakes, &|_| Some(String::from_utf8_lossy(&bytes).into_owned()));
            return Err(Stop::because("mend this file of messages first; nothing was imported"));
        }
        known.bytes = bytes;
        Ok(known)
    }

    fn add(&mut self, message: &Message) {
        self.channels.extend(message.channel.map(|channel| channel.word()));
        match (&message.key, message.at) {
            (Some(key), _) => drop(self.keys.insert(hash(key))),
            (None, Moment::Zoned(at)) => drop(self.by_hand.insert((at.timestamp() / 60, message.from.word()))),
            (None, Moment::Local(_) | Moment::Day(_)) => {}
        }
    }

    fn holds(&self, entry: &Entry) -> bool {
        self.keys.contains(&entry.key) || self.by_hand.contains(&(entry.at / 60, entry.from.word()))
    }

    /// What is new of one client's messages, in the order of time, as far as there is room: the newest first. Also how many
    /// did not fit.
    #[must_use]
    pub fn with(self, entries: &[Entry], spool: &std::rc::Rc<Spool>) -> (Beside, u64) {
        let mut new: Vec<Entry> = entries.iter().filter(|entry| !self.holds(entry)).copied().collect();
        new.sort_by_key(|entry| (entry.at, entry.nth));
        let mut room = MAX_MESSAGES_BYTES.saturating_sub(self.bytes.len() as u64 + 1);
        let fitting = new.iter().rev().take_while(|entry| {
            let fits = u64::from(entry.bytes) <= room;
            room = room.saturating_sub(u64::from(entry.bytes));
            fits
        });
        let left = new.len() - fitting.count();
        new.drain(..left);
        let added = new.len() as u64;
        let beside =
            Beside { name: self.name, path: self.path, old: self.bytes, is_new: self.is_new, new, spool: std::rc::Rc::clone(spool), added };
        (beside, left as u64)
    }
}

impl Beside {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The new messages.
    #[must_use]
    pub fn added_entries(&self) -> &[Entry] {
        &self.new
    }

    /// Whether there is a file already, which a record may then name.
    #[must_use]
    pub fn is_there(&self) -> bool {
        !self.is_new
    }

    /// Knows the outcome again.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.old);
        for entry in &self.new {
            hash.update(entry.key);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Writes it.
    ///
    /// # Errors
    /// If it cannot be written; the old file is then untouched.
    pub fn put(&self) -> Result<(), Stop> {
        if self.new.is_empty() {
            return Ok(());
        }
        replace(&super::store::real(&self.path), self.is_new, &mut |out| {
            out.write_all(&self.old)?;
            if !self.old.is_empty() && !self.old.ends_with(b"\n") {
                out.write_all(b"\n")?;
            }
            self.spool.copy(&self.new, out)
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    fn spool(lines: &[(i64, &str)]) -> Rc<Spool> {
        let mut spool = Spool::new().expect("a temporary file");
        for (nth, (at, line)) in lines.iter().enumerate() {
            spool.add(0, nth as u64, *at, Sender::Me, line, line).expect("room");
        }
        spool.flush().expect("room");
        Rc::new(spool)
    }

    fn copied(beside: &Beside) -> String {
        let mut out = Vec::new();
        beside.spool.copy(&beside.new, &mut out).expect("room");
        String::from_utf8(out).expect("a text")
    }

    #[test]
    fn messages_come_out_in_the_order_of_time_and_known_ones_not_at_all() {
        let spool = spool(&[(30, "c"), (10, "a"), (20, "b")]);
        let known = Known { keys: HashSet::from([hash("b")]), ..Known::default() };
        let (beside, left) = known.with(&spool.entries, &spool);
        assert_eq!((copied(&beside).as_str(), beside.added, left), ("a\nc\n", 2, 0));
    }

    #[test]
    fn where_there_is_no_room_the_newest_are_kept() {
        let spool = spool(&[(30, "newest"), (10, "oldest"), (20, "older")]);
        let full = usize::try_from(MAX_MESSAGES_BYTES).expect("a size") - 14;
        let known = Known { bytes: vec![b' '; full], ..Known::default() };
        let (beside, left) = known.with(&spool.entries, &spool);
        assert_eq!((copied(&beside).as_str(), left), ("older\nnewest\n", 1));
    }
}
