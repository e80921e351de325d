//! An exported WhatsApp chat: its lines become messages.
//!
//! The text of a chat comes in, with the name of its file. Out go the messages that people typed; what the program wrote
//! itself, and media that an export only names, are counted. The export has no ids and no zone: a message is known again
//! by its minute, its author and its words.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, BufRead, Read as _};

use chrono::{NaiveDate, NaiveDateTime};
use sha2::{Digest, Sha256};

use super::whatsapp_dates::{Order, order};
use super::whatsapp_lines::{Head, is_mark};
use super::{MOST_BYTES, MOST_RECEIVERS};
use crate::diagnostic::Mistake;
use crate::import::item::{MessageItem, Person};
use crate::import::ledger::{Intake, at_line};
use crate::import::mail::{detect, tidy};
use crate::import::messages::Unreadable;
use crate::import::times::in_zone;
use crate::record::Channel;

/// A longer name is no name: here the program tells something with a colon in it.
const LONGEST_NAME: usize = 80;

/// What begins the name of an exported file, before the name of the chat.
const FILE_NAMES: [&str; 14] = [
    "WhatsApp Chat with ",
    "WhatsApp Chat - ",
    "WhatsApp-Chat mit ",
    "WhatsApp Chat mit ",
    "Discussion WhatsApp avec ",
    "Chat de WhatsApp con ",
    "Chat WhatsApp con ",
    "WhatsApp-chat met ",
    "Conversa do WhatsApp com ",
    "WhatsApp-chatt med ",
    "WhatsApp-keskustelu: ",
    "Czat WhatsApp z ",
    "与",
    "WhatsApp ",
];

/// What a message says that its author took back.
const DELETED: [&str; 16] = [
    "this message was deleted",
    "you deleted this message",
    "diese nachricht wurde gelöscht",
    "du hast diese nachricht gelöscht",
    "ce message a été supprimé",
    "vous avez supprimé ce message",
    "se eliminó este mensaje",
    "eliminaste este mensaje",
    "questo messaggio è stato eliminato",
    "dit bericht is verwijderd",
    "esta mensagem foi apagada",
    "mensagem apagada",
    "tämä viesti poistettiin",
    "ta wiadomość została usunięta",
    "此消息已删除",
    "您删除了此消息",
];

/// What iPhones write in place of media: a kind, and that it was left out.
const MEDIA: [&str; 12] =
    ["image", "video", "audio", "sticker", "gif", "document", "contact card", "bild", "kuva", "imagen", "afbeelding", "immagine"];
const OMITTED: [&str; 11] =
    ["omitted", "weggelassen", "absente", "omitida", "omitido", "omessa", "omesso", "weggelaten", "jätetty pois", "utelämnad", "pominięto"];

/// Reads a chat.
pub(in crate::import) fn whatsapp(input: impl BufRead, file_name: &str, intake: &mut Intake<'_, '_>) -> Result<(), Unreadable> {
    let mut bytes = Vec::new();
    input.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(Unreadable::from)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Mistake::error("chat-too-large", None, "this chat is larger than 64 MB").into());
    }
    let text = detect(&bytes);
    let entries = entries(&text);
    if entries.is_empty() {
        return Err(Mistake::error("no-chat", None, "no line of this file begins as those of a WhatsApp chat do")
            .with_note("a chat is exported in WhatsApp under More, Export chat")
            .into());
    }
    let heads: Vec<Head<'_>> = entries.iter().map(|entry| entry.head).collect();
    let order = match intake.options.dates {
        Some(said) => Order::of(said),
        None => order(&heads).map_err(|orders| undecided(&entries, &orders))?,
    };
    let chat = Chat { order, conversation: conversation(file_name), authors: authors(&entries) };
    let mut seen = HashMap::new();
    for entry in &entries {
        if chat.pass(entry, &mut seen, intake)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// One message, or one line that the program wrote.
struct Entry<'t> {
    line: u64,
    head: Head<'t>,
    /// Further lines, below the first.
    more: &'t str,
}

fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut start = 0;
    let mut more_from = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.len();
        match Head::read(line.trim_end_matches(['\r', '\n'])) {
            Some(head) => {
                more_from = end;
                entries.push(Entry { line: index as u64 + 1, head, more: "" });
            }
            None => {
                if let Some(entry) = entries.last_mut() {
                    entry.more = &text[more_from..end];
                }
            }
        }
        start = end;
    }
    entries
}

impl<'t> Entry<'t> {
    /// Who wrote it, and what. `None` if the program did.
    fn parts(&self) -> Option<(&'t str, &'t str)> {
        let rest = self.head.rest;
        let (author, text) =
            rest.split_once(": ").or_else(|| rest.split_once(":\u{200E}")).or_else(|| Some((rest.strip_suffix(':')?, "")))?;
        let author = author.trim_matches(|c: char| is_mark(c) || c.is_whitespace() || c == '~' || c == '\u{202F}');
        (!author.is_empty() && author.len() <= LONGEST_NAME && !author.contains(['"', '“', '„', '«'])).then_some((author, text))
    }
}

fn authors<'t>(entries: &[Entry<'t>]) -> BTreeSet<&'t str> {
    entries.iter().filter_map(Entry::parts).filter(|(_, text)| !text.starts_with('\u{200E}')).map(|(author, _)| author).collect()
}

struct Chat<'t> {
    order: Order,
    conversation: Option<String>,
    authors: BTreeSet<&'t str>,
}

impl Chat<'_> {
    fn pass(
        &self,
        entry: &Entry<'_>,
        seen: &mut HashMap<[u8; 32], u32>,
        intake: &mut Intake<'_, '_>,
    ) -> Result<std::ops::ControlFlow<()>, io::Error> {
        let go_on = Ok(std::ops::ControlFlow::Continue(()));
        let Some((author, first)) = entry.parts() else {
            intake.ledger.skip("system line", entry.line);
            return go_on;
        };
        let text = match typed(first, entry.more) {
            Ok(text) => text,
            Err(reason) => {
                intake.ledger.skip(reason, entry.line);
                return go_on;
            }
        };
        let Some(day) = self.order.day(entry.head.numbers) else {
            let [one, two, three] = entry.head.numbers;
            intake.ledger.fail(
                entry.line,
                Mistake::error(
                    "no-such-day",
                    at_line(entry.line),
                    format!("there is no day {one}/{two}/{three} in this order of day and month"),
                )
                .with_note("the other order is asked for with --dates dmy or --dates mdy"),
            );
            return go_on;
        };
        let local = day.and_time(entry.head.time);
        let person = |name: &str| Person { name: Some(name.to_owned()), address: None };
        let to: Vec<Person> = self.authors.iter().filter(|other| **other != author).take(MOST_RECEIVERS).map(|name| person(name)).collect();
        if let Some(writer) = intake.writers.of(&person(author)) {
            writer.written += 1;
        }
        Ok(intake.pass(
            "message",
            MessageItem {
                at: in_zone(local, intake.options.zone),
                author: person(author),
                to,
                conversation: self.conversation.clone(),
                channel: Channel::Whatsapp,
                thread: None,
                key: key(local, author, &text, seen),
                text,
                is_sent: false,
            },
        ))
    }
}

/// What was typed, or the reason why nothing was.
fn typed(first: &str, more: &str) -> Result<String, &'static str> {
    // What iPhones do not let type themselves begins with a mark.
    let is_programs = first.starts_with('\u{200E}');
    // Behind the mark stands what an iPhone adds: a file, or that the text was changed.
    let own = if is_programs { "" } else { first.split("\u{200E}<").next().unwrap_or(first) };
    let plain = first.trim_matches(|c: char| is_mark(c) || c.is_whitespace());
    let lower = plain.to_lowercase();
    let bare = lower.trim_end_matches('.');
    let reason = if DELETED.contains(&bare) {
        Some("deleted")
    } else if is_media(plain, &lower) {
        Some("media")
    } else if is_programs {
        Some("system line")
    } else {
        None
    };
    let more = more.trim_end();
    let text = match (reason, more.is_empty()) {
        (Some(reason), true) => return Err(reason),
        // Below the name of a picture stands what was written under it.
        (Some("media"), false) => tidy(more),
        (Some(reason), false) => return Err(reason),
        (None, _) => tidy(&format!("{own}\n{more}")),
    };
    let text: String = text.chars().filter(|c| !is_mark(*c)).collect();
    let text = without_edit_mark(text.trim());
    if text.is_empty() { Err("media") } else { Ok(text.to_owned()) }
}

/// Androids write that a message was changed behind it.
fn without_edit_mark(text: &str) -> &str {
    for mark in
        ["<This message was edited>", "<Diese Nachricht wurde bearbeitet.>", "<Ce message a été modifié>", "<Se editó este mensaje.>"]
    {
        if let Some(before) = text.strip_suffix(mark) {
            return before.trim_end();
        }
    }
    text
}

fn is_media(plain: &str, lower: &str) -> bool {
    // `<Media omitted>`, in whatever language.
    let is_bracketed = plain.len() > 8
        && plain.len() < 100
        && plain.starts_with('<')
        && plain.ends_with('>')
        && !plain[1..plain.len() - 1].contains(['<', '>']);
    let is_omitted =
        lower == "null" || MEDIA.iter().any(|kind| lower.strip_prefix(kind).is_some_and(|rest| OMITTED.contains(&rest.trim())));
    // `IMG-20210620-WA0001.jpg (file attached)`
    let is_file = plain.ends_with([')', '）'])
        && plain.split_once(['(', '（']).is_some_and(|(name, _)| {
            let extension = name.trim_end().rsplit_once('.').map_or("", |(_, extension)| extension);
            (2..=5).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    is_bracketed || is_omitted || is_file
}

fn key(at: NaiveDateTime, author: &str, text: &str, seen: &mut HashMap<[u8; 32], u32>) -> String {
    let mut hash = Sha256::new();
    hash.update(at.format("%Y-%m-%dT%H:%M\0").to_string());
    hash.update(author);
    hash.update(b"\0");
    hash.update(text);
    let base = hash.finalize();
    let nth = seen.entry(base.into()).or_default();
    *nth += 1;
    let mut key = "whatsapp:".to_owned();
    for byte in base.iter().take(16) {
        key.push_str(&format!("{byte:02x}"));
    }
    if *nth > 1 {
        key.push_str(&format!("-{nth}"));
    }
    key
}

/// The name of a chat, from that of its file.
fn conversation(file_name: &str) -> Option<String> {
    let name = file_name.strip_suffix(".txt").or_else(|| file_name.strip_suffix(".zip")).unwrap_or(file_name);
    let name = FILE_NAMES.iter().find_map(|beginning| name.strip_prefix(beginning)).unwrap_or(name).trim();
    (!name.is_empty() && name != "_chat").then(|| name.to_owned())
}

fn undecided(entries: &[Entry<'_>], orders: &[Order]) -> Mistake {
    let line = entries.first().map_or(1, |entry| entry.line);
    let mut mistake = Mistake::error("date-order", at_line(line), "day and month of the dates in this chat cannot be told apart")
        .with_note("say which comes first: --dates dmy or --dates mdy");
    for entry in entries.iter().take(3) {
        let days: Vec<String> = orders
            .iter()
            .filter_map(|order| order.day(entry.head.numbers))
            .map(|day: NaiveDate| day.format("%-d %B %Y").to_string())
            .collect();
        mistake = mistake.with_note(format!("line {} is of {}", entry.line, days.join(" or ")));
    }
    mistake
}

#[cfg(test)]
mod tests;
