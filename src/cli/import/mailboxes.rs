//! Files with messages as they lie on the disk: single ones, folders of mails, unpacked exports, standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use walkdir::WalkDir;

use super::Stop;
use crate::cli::output::tell;
use crate::diagnostic::plain_line;
use crate::import::{
    Account, MessageItem, MessageReader, MessageSource, RECOGNISED_BY, Skipped, Unreadable, left_out_of_maildir, recognise, slack_rank,
};

/// Something that holds messages.
#[derive(Debug)]
pub enum Mailbox {
    /// One file.
    File(PathBuf),
    /// The files of a folder, each with the name that says what it is.
    Folder(Vec<(PathBuf, String)>),
    /// Standard input.
    Standard,
}

type Sink<'s> = dyn FnMut(MessageItem) -> ControlFlow<()> + 's;

/// Looks at what was named.
///
/// # Errors
/// If there is nothing.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Mailbox>, Stop> {
    let one = |path: &PathBuf| {
        if path.as_os_str() == "-" {
            return Ok(Mailbox::Standard);
        }
        if path.is_dir() {
            let files = files_of(path);
            if files.is_empty() {
                return Err(Stop::because(format!("there are no files in {}", shown(path))));
            }
            return Ok(Mailbox::Folder(files));
        }
        Ok(Mailbox::File(path.clone()))
    };
    paths.iter().map(one).collect()
}

fn shown(path: &Path) -> String {
    plain_line(&path.display().to_string()).into_owned()
}

/// The files of a folder in the order in which they are read.
fn files_of(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files: Vec<PathBuf> = entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect();
    let inside = |file: &Path| file.strip_prefix(folder).unwrap_or(file).to_string_lossy().replace('\\', "/");
    if folder.join("users.json").is_file() || folder.join("channels.json").is_file() {
        let mut ranked: Vec<(u8, String, PathBuf)> =
            files.into_iter().filter_map(|file| Some((slack_rank(&inside(&file))?, inside(&file), file))).collect();
        ranked.sort();
        return ranked.into_iter().map(|(_, name, file)| (file, name)).collect();
    }
    files.into_iter().filter(|file| !is_left_out(file)).map(|file| (file.clone(), mailbox_name(&file, folder))).collect()
}

/// Mails that are only being delivered, indexes of mail programs, and what systems leave behind.
fn is_left_out(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let is_index = [".msf", ".dat", ".html", ".ds_store"].iter().any(|end| name.ends_with(end));
    let is_bookkeeping = ["dovecot", "subscriptions", "maildirfolder", "courierimap"].iter().any(|begin| name.starts_with(begin));
    is_index || is_bookkeeping || parent_name(file).as_deref() == Some("tmp")
}

fn parent_name(file: &Path) -> Option<String> {
    Some(file.parent()?.file_name()?.to_string_lossy().into_owned())
}

/// The name of the mailbox that a file of a Maildir lies in, like `Sent`; of another file its own name.
fn mailbox_name(file: &Path, folder: &Path) -> String {
    let own = || file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !is_of_maildir(file) {
        return own();
    }
    let mailbox = file.parent().and_then(Path::parent).filter(|mailbox| *mailbox != folder);
    let name = mailbox.and_then(Path::file_name).map(|name| name.to_string_lossy().trim_start_matches('.').to_owned());
    name.unwrap_or_else(|| "INBOX".to_owned())
}

fn is_of_maildir(file: &Path) -> bool {
    matches!(parent_name(file).as_deref(), Some("cur" | "new"))
}

impl Mailbox {
    /// Reads it; the account of each file is added.
    ///
    /// # Errors
    /// If it cannot be read, or holds no messages.
    pub fn read(&self, reader: &mut MessageReader, accounts: &mut Vec<(String, Account)>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        match self {
            Self::File(path) => {
                let file = File::open(path).with_context(|| format!("cannot read {}", shown(path)))?;
                let size = file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let bar = progress(size);
                let account = read_file(reader, file, &name, path, &bar, sink);
                bar.finish_and_clear();
                accounts.push((path.display().to_string(), account?));
            }
            Self::Folder(files) => {
                let bar = progress(files.len() as u64);
                for (path, name) in files {
                    bar.inc(1);
                    accounts.push((path.display().to_string(), read_of_folder(reader, path, name, sink)?));
                }
                bar.finish_and_clear();
            }
            Self::Standard => {
                let mut input = BufReader::new(io::stdin().lock());
                let mut first = Vec::new();
                let cannot = || "cannot read standard input".to_owned();
                (&mut input).take(RECOGNISED_BY as u64).read_to_end(&mut first).with_context(cannot)?;
                let source = recognise(&first, "").ok_or_else(|| unknown("standard input"))?;
                let mut whole = Cursor::new(first).chain(input);
                let account = if source == MessageSource::Archive {
                    let mut file = tempfile::tempfile().context("cannot make a temporary file")?;
                    io::copy(&mut whole, &mut file).with_context(cannot)?;
                    file.seek(SeekFrom::Start(0)).with_context(cannot)?;
                    reader.read_archive(file, "", sink)
                } else {
                    reader.read(source, &mut whole, "", sink)
                };
                accounts.push(("-".to_owned(), account.map_err(|error| unreadable("standard input", error))?));
            }
        }
        Ok(())
    }
}

fn progress(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent} % read, {eta} left") {
        bar.set_style(style);
    }
    bar
}

fn read_file(
    reader: &mut MessageReader,
    mut file: File,
    name: &str,
    path: &Path,
    bar: &ProgressBar,
    sink: &mut Sink<'_>,
) -> Result<Account, Stop> {
    let cannot = || format!("cannot read {}", shown(path));
    let mut first = Vec::new();
    (&mut file).take(RECOGNISED_BY as u64).read_to_end(&mut first).with_context(cannot)?;
    let source = recognise(&first, name).ok_or_else(|| unknown(&shown(path)))?;
    file.seek(SeekFrom::Start(0)).with_context(cannot)?;
    let account = if source == MessageSource::Archive {
        reader.read_archive(file, name, sink)
    } else {
        reader.read(source, &mut BufReader::with_capacity(1 << 17, bar.wrap_read(file)), name, sink)
    };
    account.map_err(|error| unreadable(&shown(path), error))
}

/// A file of a folder: what holds no messages is left out, and told.
fn read_of_folder(reader: &mut MessageReader, path: &Path, name: &str, sink: &mut Sink<'_>) -> Result<Account, Stop> {
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let left_out = |reason: &str| Account {
        rows: 1,
        skipped: vec![Skipped { reason: reason.to_owned(), rows: 1, first_line: 1 }],
        ..Account::default()
    };
    if is_of_maildir(path) {
        if let Some(reason) = left_out_of_maildir(&file_name) {
            return Ok(left_out(reason));
        }
        let file = File::open(path).with_context(|| format!("cannot read {}", shown(path)))?;
        let account = reader.read(MessageSource::Eml, &mut BufReader::new(file), name, sink);
        return account.map_err(|error| unreadable(&shown(path), error));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", shown(path)))?;
    let mut input = BufReader::with_capacity(RECOGNISED_BY, file);
    let source = if slack_rank(name).is_some() && name.contains('/') || is_slack_list(name) {
        Some(MessageSource::Slack)
    } else {
        recognise(input.fill_buf().with_context(|| format!("cannot read {}", shown(path)))?, name)
    };
    match source {
        Some(MessageSource::Archive) => {
            let file = File::open(path).with_context(|| format!("cannot read {}", shown(path)))?;
            reader.read_archive(file, name, sink).map_err(|error| unreadable(&shown(path), error))
        }
        Some(source) => reader.read(source, &mut input, name, sink).map_err(|error| unreadable(&shown(path), error)),
        None => {
            tell(&format!("left out: {} (no messages that can be read)", shown(path)));
            Ok(Account::default())
        }
    }
}

/// The files at the top of a Slack export, which say who is who.
fn is_slack_list(name: &str) -> bool {
    ["users.json", "channels.json", "groups.json", "dms.json", "mpims.json"].contains(&name)
}

fn unknown(name: &str) -> Stop {
    Stop::because(format!(
        "{name} is nothing that messages are read from: a mailbox (mbox), a mail, a WhatsApp, Slack or Telegram export, or a ZIP with one"
    ))
}

fn unreadable(name: &str, error: Unreadable) -> Stop {
    match error {
        Unreadable::Io(error) => anyhow::Error::new(error).context(format!("cannot read {name}")).into(),
        Unreadable::Mistake(mistake) => {
            let notes: String = mistake.notes.iter().map(|note| format!("\n  {}", plain_line(note))).collect();
            Stop::because(format!("{name}: {}{notes}", plain_line(&mistake.message)))
        }
    }
}
