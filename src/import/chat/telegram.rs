//! `result.json` of Telegram Desktop: one chat, or all of them.
//!
//! Bytes come in and are read as they come, so that an export may be larger than the memory. Out go the messages that were
//! typed; calls, joins, media and what was passed on are counted. A message that is odd is told and does not stop the rest.

use std::fmt;
use std::io::BufRead;
use std::ops::ControlFlow;

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::diagnostic::Mistake;
use crate::import::item::{MessageItem, Person};
use crate::import::ledger::Intake;
use crate::import::mail::tidy;
use crate::import::messages::Unreadable;
use crate::import::times::in_zone;
use crate::record::Channel;

/// Reads an export.
pub(in crate::import) fn telegram(input: impl BufRead, intake: &mut Intake<'_, '_>) -> Result<(), Unreadable> {
    let mut export = Export { intake, me: None, has_messages: false, is_over: false };
    let mut json = serde_json::Deserializer::from_reader(input);
    let outcome = json.deserialize_any(Node { export: &mut export, level: Level::Whole });
    match outcome {
        // A `Break` leaves the rest unread by way of an error.
        _ if export.is_over => Ok(()),
        Ok(()) if export.has_messages => Ok(()),
        Ok(()) => Err(Mistake::error("no-chat", None, "this JSON holds no chats of Telegram")
            .with_note("in Telegram Desktop they are exported under Settings, Advanced, Export Telegram data, as machine-readable JSON")
            .into()),
        Err(error) if error.is_io() => Err(Unreadable::Io(error.into())),
        Err(error) => {
            let line = u64::try_from(error.line()).unwrap_or(u64::MAX);
            let mistake = Mistake::error("broken-json", crate::import::ledger::at_line(line), "the file is cut off or broken here");
            if export.has_messages {
                export
                    .intake
                    .ledger
                    .doubt(Mistake { severity: crate::diagnostic::Severity::Warning, ..mistake }.with_note("what stands before was read"));
                Ok(())
            } else {
                Err(mistake.into())
            }
        }
    }
}

struct Export<'i, 'r, 's> {
    intake: &'i mut Intake<'r, 's>,
    /// My id, if the export is of all chats.
    me: Option<String>,
    has_messages: bool,
    is_over: bool,
}

/// The chat that is being read.
#[derive(Debug, Clone, Default)]
struct Chat {
    id: String,
    name: Option<String>,
    kind: String,
}

/// Where in the export something stands.
#[derive(Clone, Copy)]
enum Level {
    /// The file: a chat, or something with `chats`.
    Whole,
    /// `chats`, with a `list`.
    Chats,
    /// The list of chats.
    List,
}

struct Node<'e, 'i, 'r, 's> {
    export: &'e mut Export<'i, 'r, 's>,
    level: Level,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_, '_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an export of Telegram")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut chat = Chat::default();
        while let Some(name) = map.next_key::<String>()? {
            match (self.level, name.as_str()) {
                (Level::Whole, "chats" | "left_chats") => map.next_value_seed(Node { export: &mut *self.export, level: Level::Chats })?,
                (Level::Chats, "list") => map.next_value_seed(Node { export: &mut *self.export, level: Level::List })?,
                (Level::Whole, "personal_information") => {
                    let information: Value = map.next_value()?;
                    self.export.me = information.get("user_id").map(|id| format!("user{}", word(id)));
                }
                (Level::Whole | Level::List, "messages") => map.next_value_seed(Messages { export: &mut *self.export, chat: &chat })?,
                (Level::Whole | Level::List, "name" | "id" | "type") => {
                    let value: Value = map.next_value()?;
                    let text = word(&value);
                    match name.as_str() {
                        "name" => chat.name = Some(text).filter(|text| !text.is_empty()),
                        "id" => chat.id = text,
                        _ => chat.kind = text,
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Node { export: &mut *self.export, level: Level::List })?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
}

struct Messages<'e, 'c, 'i, 'r, 's> {
    export: &'e mut Export<'i, 'r, 's>,
    chat: &'c Chat,
}

impl<'de> DeserializeSeed<'de> for Messages<'_, '_, '_, '_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Messages<'_, '_, '_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.export.has_messages = true;
        while let Some(message) = list.next_element::<Value>()? {
            if self.export.take(&message, self.chat).is_break() {
                self.export.is_over = true;
                return Err(serde::de::Error::custom("enough was read"));
            }
        }
        Ok(())
    }
}

impl Export<'_, '_, '_> {
    fn take(&mut self, message: &Value, chat: &Chat) -> ControlFlow<()> {
        let field = |name: &str| message.get(name).map(word).filter(|text| !text.is_empty());
        let text = tidy(&text(message.get("text").unwrap_or(&Value::Null)));
        let reason = if field("type").is_some_and(|kind| kind != "message") {
            Some("service message")
        } else if chat.kind == "saved_messages" {
            Some("note to myself")
        } else if chat.kind == "bot_chat" || field("via_bot").is_some() {
            Some("bot")
        } else if field("forwarded_from").is_some() || field("forwarded_from_id").is_some() {
            Some("forward")
        } else if text.is_empty() {
            Some("media")
        } else {
            None
        };
        // A line would be that of the JSON, which nobody has seen; the id is what helps.
        if let Some(reason) = reason {
            self.intake.ledger.skip(reason, 1);
            return ControlFlow::Continue(());
        }
        let (Some(id), Some(at)) = (field("id"), self.at(message)) else {
            let told = field("id").map_or_else(|| "a message without id".to_owned(), |id| format!("message {id}"));
            let name = chat.name.as_deref().unwrap_or("a chat without name");
            let mistake =
                Mistake::error("message-without-date", None, format!("{told} of {name} has no date or no id")).with_note("it was left out");
            self.intake.ledger.fail(1, mistake);
            return ControlFlow::Continue(());
        };
        let author = Person { name: field("from"), address: field("from_id") };
        let other = (chat.kind == "personal_chat" && chat.name != author.name).then(|| Person { name: chat.name.clone(), address: None });
        let is_sent = self.me.is_some() && author.address == self.me;
        if let Some(writer) = self.intake.writers.of(&author) {
            writer.written += 1;
            writer.sent += u64::from(is_sent);
        }
        self.intake.pass(
            "message",
            MessageItem {
                at,
                author,
                to: other.into_iter().collect(),
                conversation: chat.name.clone(),
                channel: Channel::Telegram,
                thread: None,
                text,
                key: format!("telegram:{}:{id}", chat.id),
                is_sent,
            },
        )
    }

    fn at(&self, message: &Value) -> Option<DateTime<FixedOffset>> {
        let zone = self.intake.options.zone;
        if let Some(seconds) = message.get("date_unixtime").and_then(|value| word(value).parse::<i64>().ok()) {
            return DateTime::from_timestamp(seconds, 0).map(|at| at.with_timezone(&zone).fixed_offset());
        }
        let date = word(message.get("date")?);
        NaiveDateTime::parse_from_str(&date, "%Y-%m-%dT%H:%M:%S").ok().map(|local| in_zone(local, zone))
    }
}

/// A text, which is a string, or a list of strings and of pieces with a `text` of their own.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(pieces) => {
            pieces.iter().map(|piece| piece.as_str().or_else(|| piece.get("text")?.as_str()).unwrap_or_default()).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
    }
}

/// A string or a number, as text.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}
