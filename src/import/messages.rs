//! Messages, from whatever people have them in: mailboxes, single mails, chats.
//!
//! In go the bytes of one file after another, and which kind each is. Out come messages, one by one through a sink, since a
//! mailbox may be larger than the memory, and for each file an account in which each of its messages stands once. Who is
//! me and who is a client is for the caller to find; what is needed to propose it is gathered in `Writers`.

use std::io::{self, BufRead, Read, Seek};
use std::ops::ControlFlow;

use chrono_tz::Tz;

use super::chat::{self, Slack};
use super::item::{Account, MessageItem};
use super::ledger::Intake;
use super::mail::{self, Mails};
use super::writers::Writers;
use crate::diagnostic::Mistake;

/// What a file with messages is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageSource {
    /// Many mails one after another: Gmail Takeout, Thunderbird, Apple Mail.
    Mbox,
    /// One mail: a file of a Maildir, or one that was dragged out of a mail program.
    Eml,
    /// The text of an exported WhatsApp chat.
    WhatsApp,
    /// A file of a Slack export.
    Slack,
    /// `result.json` of Telegram Desktop.
    Telegram,
    /// A ZIP with one of the others in it: see [`MessageReader::read_archive`].
    Archive,
}

/// How many first bytes [`recognise`] wants to see, if there are so many.
pub const RECOGNISED_BY: usize = 64 * 1024;

/// The kind of a file, by what it begins with; its name decides only where the content does not. `None` if it holds no
/// messages that can be read.
#[must_use]
pub fn recognise(first_bytes: &[u8], file_name: &str) -> Option<MessageSource> {
    if first_bytes.starts_with(b"PK\x03\x04") || first_bytes.starts_with(b"PK\x05\x06") {
        return Some(MessageSource::Archive);
    }
    let text = mail::detect(first_bytes);
    let text = text.trim_start_matches(['\u{FEFF}', '\r', '\n', ' ', '\t']);
    let mut lines = text.split(['\n', '\r']).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    // iPhones write a bracket before the date: `[20.06.21, 14:30:00] Ann: ...`.
    if text.starts_with(['{', '[']) && chat::Head::read(first).is_none() {
        return recognise_json(text, file_name);
    }
    if mail::is_separator(first.as_bytes()) {
        return Some(MessageSource::Mbox);
    }
    if std::iter::once(first).chain(lines.clone()).take(LOOKED_AT_LINES).any(|line| chat::Head::read(line).is_some()) {
        return Some(MessageSource::WhatsApp);
    }
    // Apple Mail puts the length of the mail above it.
    let is_length = first.trim().bytes().all(|byte| byte.is_ascii_digit());
    let header = std::iter::once(first).filter(|_| !is_length).chain(lines);
    is_mail(header).then_some(MessageSource::Eml)
}

/// A chat begins within so many lines.
const LOOKED_AT_LINES: usize = 20;

/// Fields of which every mail has some.
const MAIL_FIELDS: [&str; 12] = [
    "from",
    "to",
    "date",
    "subject",
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "content-type",
    "delivered-to",
    "reply-to",
    "sender",
];

/// Whether lines are the header of a mail: fields and their further lines, and at least two that mails have.
fn is_mail<'t>(lines: impl Iterator<Item = &'t str>) -> bool {
    let mut known = 0;
    for line in lines.take(200) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        if !mail::begins_header(line.as_bytes()) {
            break;
        }
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        known += usize::from(MAIL_FIELDS.contains(&name.as_str()));
    }
    known >= 2
}

fn recognise_json(text: &str, file_name: &str) -> Option<MessageSource> {
    let has = |word: &str| text.contains(word);
    if text.starts_with('{') && (has("\"date_unixtime\"") || (has("\"messages\"") && has("\"type\"")) || has("\"personal_information\"")) {
        return Some(MessageSource::Telegram);
    }
    let is_slack = text.starts_with('[') && (has("\"ts\"") || has("\"profile\"") || has("\"members\""));
    (is_slack || chat::rank(file_name) == Some(0)).then_some(MessageSource::Slack)
}

/// The order of day and month in dates that are all digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// 31/12/2025
    Dmy,
    /// 12/31/2025
    Mdy,
    /// 2025/12/31
    Ymd,
}

/// What the user may say about how messages are to be read.
#[derive(Debug, Clone, Copy)]
pub struct MessageOptions {
    /// The zone of times that carry no offset: `me.timezone`.
    pub zone: Tz,
    /// The order of dates in chats; found out from the whole file if it is not said.
    pub dates: Option<DateOrder>,
    /// Mails of mailing lists are read too.
    pub with_lists: bool,
}

impl Default for MessageOptions {
    fn default() -> Self {
        Self { zone: Tz::UTC, dates: None, with_lists: false }
    }
}

/// Takes the messages, one by one in the order of the file; on `Break` the rest of the file is not read.
pub type Sink<'s> = dyn FnMut(MessageItem) -> ControlFlow<()> + 's;

/// Why a file could not be read at all. What could not be read inside of it stands in the account.
#[derive(Debug)]
pub enum Unreadable {
    /// The reader that was handed over failed.
    Io(io::Error),
    /// It is not what it was taken for, or cannot be understood without help.
    Mistake(Box<Mistake>),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Mistake> for Unreadable {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(Box::new(mistake))
    }
}

/// Reads the files of one import, one after another. It remembers across them which messages it has seen, so that a mail
/// that lies in two folders comes out once.
#[derive(Debug)]
pub struct MessageReader {
    options: MessageOptions,
    writers: Writers,
    mails: Mails,
    slack: Slack,
}

impl MessageReader {
    /// A reader that has seen nothing yet.
    #[must_use]
    pub fn new(options: MessageOptions) -> Self {
        Self { options, writers: Writers::default(), mails: Mails::new(), slack: Slack::default() }
    }

    /// Reads one file that is not an archive. `name` is its name without folders or, for a Maildir, that of the mailbox
    /// (`Sent`); of a file of a Slack export, its path in the export (`general/2025-05-03.json`). Those that
    /// [`slack_rank`] puts first must be read first.
    ///
    /// # Errors
    /// If the input fails, or is not such a file.
    pub fn read(&mut self, source: MessageSource, input: &mut dyn BufRead, name: &str, sink: &mut Sink<'_>) -> Result<Account, Unreadable> {
        let mut intake = Intake::new(&self.options, &mut self.writers, sink);
        let _ = read_one(&mut self.mails, &mut self.slack, source, input, name, &mut intake)?;
        Ok(intake.ledger.finish())
    }

    /// Reads a ZIP: a WhatsApp chat, a Slack or Telegram export, a Takeout, or a folder of mails. Nothing is unpacked onto
    /// the disk; the lines of the account are those of the file inside.
    ///
    /// # Errors
    /// If the input fails, is no ZIP, is made to fill the memory, or holds no messages.
    pub fn read_archive<R: Read + Seek>(&mut self, input: R, name: &str, sink: &mut Sink<'_>) -> Result<Account, Unreadable> {
        let mut intake = Intake::new(&self.options, &mut self.writers, sink);
        chat::read_archive(input, |source, inner, file| {
            let last = inner.rsplit('/').next().unwrap_or(inner);
            // A chat in an archive is named by the archive, if at all.
            let shown = match source {
                MessageSource::WhatsApp if last == "_chat.txt" => name,
                MessageSource::Slack => inner,
                MessageSource::WhatsApp | MessageSource::Mbox | MessageSource::Eml | MessageSource::Telegram | MessageSource::Archive => {
                    last
                }
            };
            let going_on = read_one(&mut self.mails, &mut self.slack, source, file, shown, &mut intake)?;
            Ok(going_on.is_continue())
        })?;
        Ok(intake.ledger.finish())
    }

    /// Who wrote, and what speaks for their being me.
    #[must_use]
    pub fn writers(&self) -> &Writers {
        &self.writers
    }
}

fn read_one(
    mails: &mut Mails,
    slack: &mut Slack,
    source: MessageSource,
    input: &mut dyn BufRead,
    name: &str,
    intake: &mut Intake<'_, '_>,
) -> Result<ControlFlow<()>, Unreadable> {
    match source {
        MessageSource::Mbox => mails.mbox(input, name, intake)?,
        MessageSource::Eml => mails.eml(input, name, intake)?,
        MessageSource::WhatsApp => chat::whatsapp(input, name, intake)?,
        MessageSource::Telegram => chat::telegram(input, intake)?,
        MessageSource::Slack => return slack.read(input, name, intake),
        MessageSource::Archive => {
            return Err(Mistake::error("archive-inside", None, "a ZIP inside of another is not read").into());
        }
    }
    Ok(if intake.is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
}

/// The place of a file in the order in which an unpacked Slack export must be read, by its path in the export; `None` if
/// it is not read at all. Read the files by rank, those of one rank by path.
#[must_use]
pub fn slack_rank(path: &str) -> Option<u8> {
    chat::rank(path)
}

/// Why a file of a Maildir is left out, by the flags in its name: drafts and trash.
#[must_use]
pub fn left_out_of_maildir(file_name: &str) -> Option<&'static str> {
    let (_, flags) = file_name.rsplit_once(":2,").or_else(|| file_name.rsplit_once(";2,"))?;
    if flags.contains('D') {
        Some("draft")
    } else if flags.contains('T') {
        Some("trash")
    } else {
        None
    }
}
