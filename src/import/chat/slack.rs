//! A Slack export: its files become messages.
//!
//! The files come in one by one, each with its path in the export: first those that say who and where, then the days of
//! the channels. Out go the messages that people typed, with names in place of ids. What the program wrote is counted.

use std::collections::BTreeMap;
use std::io::{BufRead, Read as _};
use std::ops::ControlFlow;

use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use serde_json::Value;

use super::{MOST_BYTES, MOST_RECEIVERS};
use crate::diagnostic::Mistake;
use crate::import::item::{MessageItem, Person};
use crate::import::ledger::{Intake, at_line};
use crate::import::mail::tidy;
use crate::import::messages::Unreadable;
use crate::record::Channel;
use crate::text::{Left, left_of};

/// Files that say who takes part, and where.
const ABOUT: [&str; 6] = ["users.json", "org_users.json", "channels.json", "groups.json", "dms.json", "mpims.json"];

/// Kinds of messages that people type; all others the program writes.
const TYPED: [&str; 4] = ["thread_broadcast", "me_message", "file_share", "reply_broadcast"];

/// The order in which the files of an export are read; `None` for those that hold nothing of interest.
pub(in crate::import) fn rank(path: &str) -> Option<u8> {
    let mut parts = path.rsplit(['/', '\\']);
    let name = parts.next()?;
    if ABOUT.contains(&name) {
        return Some(0);
    }
    let day = name.strip_suffix(".json")?;
    (parts.next().is_some() && chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok()).then_some(1)
}

/// What the first files said.
#[derive(Debug, Default)]
pub(in crate::import) struct Slack {
    people: BTreeMap<String, Person>,
    /// Channels and chats, by the name of their folder.
    places: BTreeMap<String, Place>,
}

#[derive(Debug, Clone)]
struct Place {
    id: String,
    name: Option<String>,
    members: Vec<String>,
}

impl Slack {
    /// Reads one file of an export.
    pub(in crate::import) fn read(
        &mut self,
        input: impl BufRead,
        path: &str,
        intake: &mut Intake<'_, '_>,
    ) -> Result<ControlFlow<()>, Unreadable> {
        let mut bytes = Vec::new();
        input.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(Unreadable::from)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Mistake::error("chat-too-large", None, "this file of a Slack export is larger than 64 MB").into());
        }
        let entries: Vec<Value> = serde_json::from_slice(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)).map_err(|error| {
            let line = u64::try_from(error.line()).unwrap_or(u64::MAX);
            Mistake::error(
                "broken-json",
                at_line(line),
                "this is no list in JSON, as the files of a Slack export are, or it is cut off here",
            )
        })?;
        let mut parts = path.rsplit(['/', '\\']);
        let name = parts.next().unwrap_or_default();
        if matches!(name, "users.json" | "org_users.json") {
            self.people.extend(entries.iter().filter_map(person));
        } else if ABOUT.contains(&name) {
            self.places.extend(entries.iter().filter_map(place));
        } else {
            let folder = parts.next().unwrap_or_default();
            for message in &entries {
                if self.take(message, folder, intake).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn take(&self, message: &Value, folder: &str, intake: &mut Intake<'_, '_>) -> ControlFlow<()> {
        let field = |name: &str| message.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let text = self.plain(field("text").unwrap_or_default());
        let mut own = String::new();
        let left = left_of(&text);
        let is_quoted = matches!(left, Left::OnlyQuoted);
        if let Left::Words(parts) = left {
            parts.for_each(|part| own.push_str(&text[part]));
        }
        let own = tidy(&own);
        let reason = match field("subtype") {
            Some("bot_message") => Some("bot"),
            Some("tombstone") => Some("deleted"),
            Some(subtype) if !TYPED.contains(&subtype) => Some("service message"),
            _ if field("bot_id").is_some() || field("user") == Some("USLACKBOT") => Some("bot"),
            _ if is_quoted => Some("forward"),
            _ if own.is_empty() => Some("media"),
            _ => None,
        };
        if let Some(reason) = reason {
            intake.ledger.skip(reason, 1);
            return ControlFlow::Continue(());
        }
        let Some((ts, at)) = field("ts").and_then(|ts| Some((ts, moment(ts, intake.options.zone)?))) else {
            let mistake = Mistake::error("message-without-date", None, format!("a message in `{folder}` has no time (`ts`)"))
                .with_note("it was left out");
            intake.ledger.fail(1, mistake);
            return ControlFlow::Continue(());
        };
        let user = field("user").unwrap_or_default();
        let author = self.person(user, message.get("user_profile"));
        if let Some(writer) = intake.writers.of(&author) {
            writer.written += 1;
        }
        let place = self.places.get(folder);
        let id = place.map_or(folder, |place| place.id.as_str());
        let members = place.map(|place| place.members.as_slice()).unwrap_or_default();
        intake.pass(
            "message",
            MessageItem {
                at,
                author,
                to: members.iter().filter(|member| *member != user).take(MOST_RECEIVERS).map(|member| self.person(member, None)).collect(),
                conversation: Some(self.name_of(folder)),
                channel: Channel::Slack,
                thread: Some(format!("slack:{id}:{}", field("thread_ts").unwrap_or(ts))),
                text: own,
                key: format!("slack:{id}:{ts}"),
                is_sent: false,
            },
        )
    }

    fn person(&self, id: &str, profile: Option<&Value>) -> Person {
        if let Some(person) = self.people.get(id) {
            return person.clone();
        }
        let name = profile.and_then(|profile| ["real_name", "display_name", "name"].iter().find_map(|field| text_of(profile.get(field))));
        Person { name, address: Some(id.to_owned()).filter(|id| !id.is_empty()) }
    }

    /// The name of a channel; of a chat, those of its members.
    fn name_of(&self, folder: &str) -> String {
        let Some(place) = self.places.get(folder) else { return folder.to_owned() };
        if let Some(name) = &place.name {
            return name.clone();
        }
        let names: Vec<String> = place
            .members
            .iter()
            .take(8)
            .map(|member| self.people.get(member).and_then(|one| one.name.clone()).unwrap_or_else(|| member.clone()))
            .collect();
        if names.is_empty() { folder.to_owned() } else { names.join(", ") }
    }

    /// A text without Slack's marks: names for ids, words for links, letters for entities.
    fn plain(&self, text: &str) -> String {
        let mut plain = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            plain.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let Some(end) = rest.find('>') else {
                plain.push('<');
                break;
            };
            let (inner, label) = rest[..end].split_once('|').map_or((&rest[..end], None), |(inner, label)| (inner, Some(label)));
            match (inner.chars().next(), label) {
                (Some('@'), label) => {
                    let name = self.people.get(&inner[1..]).and_then(|one| one.name.as_deref()).or(label).unwrap_or(&inner[1..]);
                    plain.push('@');
                    plain.push_str(name);
                }
                (Some('#'), label) => {
                    plain.push('#');
                    plain.push_str(label.filter(|label| !label.is_empty()).unwrap_or(&inner[1..]));
                }
                (Some('!'), None) => {
                    plain.push('@');
                    plain.push_str(inner[1..].split('^').next().unwrap_or_default());
                }
                (_, Some(label)) => plain.push_str(label),
                (_, None) => plain.push_str(inner.strip_prefix("mailto:").unwrap_or(inner)),
            }
            rest = &rest[end + 1..];
        }
        plain.push_str(rest);
        plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }
}

fn text_of(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn person(user: &Value) -> Option<(String, Person)> {
    let id = text_of(user.get("id"))?;
    let profile = user.get("profile").unwrap_or(&Value::Null);
    let name = text_of(profile.get("real_name"))
        .or_else(|| text_of(user.get("real_name")))
        .or_else(|| text_of(profile.get("display_name")))
        .or_else(|| text_of(user.get("name")));
    // An address finds the client; without one the id is all there is.
    let address = text_of(profile.get("email")).map_or_else(|| id.clone(), |email| email.to_lowercase());
    Some((id, Person { name, address: Some(address) }))
}

fn place(entry: &Value) -> Option<(String, Place)> {
    let id = text_of(entry.get("id"))?;
    let name = text_of(entry.get("name"));
    let members = entry.get("members").and_then(Value::as_array).into_iter().flatten().filter_map(|member| text_of(Some(member))).collect();
    Some((name.clone().unwrap_or_else(|| id.clone()), Place { id, name, members }))
}

/// `1700000000.000100`: seconds, and what makes it the only one in its channel.
fn moment(ts: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let seconds = ts.split('.').next()?.parse().ok()?;
    DateTime::from_timestamp(seconds, 0).map(|at| at.with_timezone(&zone).fixed_offset())
}
