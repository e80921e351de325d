//! Mails: from the bytes of a mailbox, or of one mail, to messages.
//!
//! A mail comes in, and one thing of it goes out: a message with its sender's own words, or the reason why there is none.
//! Nothing is guessed: a mail without a date is told with its line. Attachments are never decoded.

mod body;
mod charset;
mod folder;
mod header;
mod html;
mod mbox;

pub(in crate::import) use charset::detect;

use std::collections::HashSet;
use std::io::{self, BufRead, Read as _};
use std::ops::ControlFlow;

use sha2::{Digest, Sha256};

use super::item::MessageItem;
use super::ledger::{Intake, at_line};
use super::writers::Writers;
use crate::diagnostic::Mistake;
use crate::record::Channel;
use crate::text::{Left, left_of};

use body::Body;
use folder::Folder;
use header::{Header, HeaderParser};
use mbox::{Cut, Cutter};

pub(in crate::import) use mbox::{begins_header, is_separator};

/// Why mails of mailing lists are left out, unless they are asked for.
pub const MAILING_LIST: &str = "mailing list";

/// Reads mails, and remembers which it has seen.
pub(super) struct Mails {
    headers: HeaderParser,
    /// Hashes of the keys of all mails so far.
    seen: HashSet<u128>,
}

impl std::fmt::Debug for Mails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mails").field("seen", &self.seen.len()).finish_non_exhaustive()
    }
}

/// What becomes of a mail.
enum Fate {
    Message(Box<MessageItem>),
    LeftOut(&'static str),
    Unreadable(Mistake),
}

impl Mails {
    pub(super) fn new() -> Self {
        Self { headers: HeaderParser::new(), seen: HashSet::new() }
    }

    /// Reads a mailbox in one file; `name` is that of its folder, as far as it is known.
    pub(super) fn mbox(&mut self, input: impl BufRead, name: &str, intake: &mut Intake<'_, '_>) -> io::Result<()> {
        let folder = Folder::named(name);
        let mut cutter = Cutter::new(input);
        while let Some((line, cut)) = cutter.next()? {
            match cut {
                Cut::Mail(mail) => {
                    if self.take(mail, line, folder, intake).is_break() {
                        break;
                    }
                }
                Cut::TooLarge => intake.ledger.fail(line, too_large(line)),
            }
        }
        Ok(())
    }

    /// Reads a file that is one mail.
    pub(super) fn eml(&mut self, input: impl BufRead, name: &str, intake: &mut Intake<'_, '_>) -> io::Result<()> {
        let mut mail = Vec::new();
        input.take(mbox::MOST_BYTES as u64 + 1).read_to_end(&mut mail)?;
        if mail.len() > mbox::MOST_BYTES {
            intake.ledger.fail(1, too_large(1));
        } else {
            // There is no second mail that a `Break` could keep from being read.
            let _ = self.take(without_envelope(&mail), 1, Folder::named(name), intake);
        }
        Ok(())
    }

    fn take(&mut self, mail: &[u8], line: u64, folder: Folder, intake: &mut Intake<'_, '_>) -> ControlFlow<()> {
        match self.fate(mail, line, folder, intake) {
            Fate::LeftOut(reason) => intake.ledger.skip(reason, line),
            Fate::Unreadable(mistake) => intake.ledger.fail(line, mistake),
            Fate::Message(message) => return intake.pass("mail", *message),
        }
        ControlFlow::Continue(())
    }

    fn fate(&mut self, mail: &[u8], line: u64, folder: Folder, intake: &mut Intake<'_, '_>) -> Fate {
        let (head, bytes) = header::split(mail);
        if head.len() > header::MOST_BYTES {
            return Fate::Unreadable(
                Mistake::error("mail-header-too-large", at_line(line), "the header of this mail is larger than 1 MB")
                    .with_note("it was left out"),
            );
        }
        let header = self.headers.of_mail(head, intake.options.zone);
        let folder = header.labels.iter().fold(folder, |folder, label| folder.or(Folder::named(label)));
        count(intake.writers, &header, folder);
        if let Some(reason) = left_out(&header, folder, intake.options.with_lists) {
            return Fate::LeftOut(reason);
        }
        if header.id.as_deref().is_some_and(|id| self.has_seen(id)) {
            return Fate::LeftOut("duplicate");
        }
        let Some(at) = header.at else { return Fate::Unreadable(without_date(&header, line)) };
        let body = body::read(bytes, &header.content, &self.headers);
        if body.is_calendar_reply {
            return Fate::LeftOut("calendar reply");
        }
        if body.is_cut {
            intake.ledger.doubt(
                Mistake::warning("mail-cut", at_line(line), "this mail is too long or too deeply nested to be read whole")
                    .with_note("the beginning of its text was read"),
            );
        }
        let key = match &header.id {
            Some(id) => id.clone(),
            None => {
                let key = hash_of(&header, &body);
                if self.has_seen(&key) {
                    return Fate::LeftOut("duplicate");
                }
                key
            }
        };
        let Some(text) = own_text(&body) else { return Fate::LeftOut("forward") };
        let thread = header.gmail_thread.or(header.first).or(header.answers).unwrap_or_else(|| key.clone());
        Fate::Message(Box::new(MessageItem {
            at,
            author: header.from.unwrap_or_default(),
            to: header.to,
            conversation: None,
            channel: Channel::Email,
            thread: Some(thread),
            text,
            key,
            is_sent: folder == Folder::Sent,
        }))
    }

    /// Whether a key was seen before; now it was.
    fn has_seen(&mut self, key: &str) -> bool {
        let hash = Sha256::digest(key.as_bytes());
        let short = hash.iter().take(16).fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
        !self.seen.insert(short)
    }
}

/// The reason to leave a mail out that its header tells.
fn left_out(header: &Header, folder: Folder, with_lists: bool) -> Option<&'static str> {
    if let Some(reason) = folder.left_out() {
        return Some(reason);
    }
    let status = header.status;
    if status.is_deleted {
        Some("deleted")
    } else if header.content.kind == "multipart/report" {
        Some("delivery report")
    } else if status.is_list && !with_lists {
        Some(MAILING_LIST)
    } else if status.is_automatic || status.bounces_to_nobody {
        Some("automatic mail")
    } else if status.is_bulk && !with_lists {
        Some("circular")
    } else {
        None
    }
}

/// What the sender wrote. `None` if it is only passed on; empty if there are no words, since also a file that is sent
/// without any is an answer.
fn own_text(body: &Body) -> Option<String> {
    let mut own = String::new();
    match left_of(&body.text) {
        Left::Words(parts) => parts.for_each(|part| own.push_str(&body.text[part])),
        Left::OnlyQuoted if body.attachments == 0 => return None,
        Left::OnlyQuoted | Left::Nothing => {}
    }
    Some(tidy(&own))
}

/// Without control characters, spaces at the ends of lines, and more than one blank line at a time.
pub(super) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut blank_lines = 0;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            blank_lines += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if blank_lines > 0 { "\n\n" } else { "\n" });
        }
        blank_lines = 0;
        tidied.extend(line.chars().filter(|c| *c == '\t' || !(c.is_control() || *c == '\u{FEFF}')));
    }
    tidied
}

/// Counts who takes part in a mail, whatever becomes of it. Drafts, and what nobody wrote, tell nothing.
fn count(writers: &mut Writers, header: &Header, folder: Folder) {
    if folder.left_out().is_some() || header.status.is_automatic {
        return;
    }
    if let Some(writer) = header.from.as_ref().and_then(|from| writers.of(from)) {
        writer.written += 1;
        writer.sent += u64::from(folder == Folder::Sent);
    }
    if let Some(address) = &header.delivered_to {
        writers.delivered(address);
    }
    for person in &header.to {
        if let Some(writer) = writers.of(person) {
            writer.received += 1;
        }
    }
}

/// Knows a mail again that has no id.
fn hash_of(header: &Header, body: &Body) -> String {
    let from = header.from.clone().unwrap_or_default();
    let mut hash = Sha256::new();
    let sender = from.address.or(from.name).unwrap_or_default();
    for part in [header.date.as_deref().unwrap_or_default().trim(), &sender, &header.subject, &body.text] {
        // White space differs between programs.
        for word in part.split_whitespace() {
            hash.update(word.as_bytes());
            hash.update(b" ");
        }
        hash.update(b"\0");
    }
    let mut key = "sha256:".to_owned();
    for byte in hash.finalize() {
        key.push_str(&format!("{byte:02x}"));
    }
    key
}

/// A mail as it lies in a file of its own: without the line that mailboxes put before it, or the length that Apple Mail does.
fn without_envelope(mail: &[u8]) -> &[u8] {
    let mail = mail.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(mail);
    let Some(end) = memchr::memchr(b'\n', mail) else { return mail };
    let (line, rest) = (mail[..end].trim_ascii(), &mail[end + 1..]);
    if is_separator(line) {
        return rest;
    }
    match std::str::from_utf8(line).ok().and_then(|line| line.parse::<usize>().ok()) {
        Some(length) => rest.get(..length).unwrap_or(rest),
        None => mail,
    }
}

fn too_large(line: u64) -> Mistake {
    Mistake::error("mail-too-large", at_line(line), "this mail is larger than 64 MB").with_note("it was left out")
}

fn without_date(header: &Header, line: u64) -> Mistake {
    let message = match &header.date {
        None => "this mail has no date".to_owned(),
        Some(date) => format!("`{}` is not a date that a mail can have", date.chars().take(60).collect::<String>().trim()),
    };
    Mistake::error("mail-without-date", at_line(line), message).with_note("it was left out: when something was written is not guessed")
}
