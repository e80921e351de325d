//! Which side wrote a message, and whose conversation it belongs to: me, the client, or somebody else in the thread.

use std::collections::BTreeMap;

use chrono::{NaiveDate, SecondsFormat};

use super::edit::{Value, member_on_one_line};
use super::names::{PlainName, fits};
use super::{Clients, MessageItem, Person};
use crate::diagnostic::Format;
use crate::record::{Channel, Sender};

/// Who I am: addresses, patterns like `*@studio.example`, and names in chats.
#[derive(Debug, Clone, Default)]
pub struct Myself {
    addresses: Vec<String>,
    names: Vec<PlainName>,
}

impl Myself {
    /// From what the settings and the command line say.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut me = Self::default();
        for word in words.into_iter().map(str::trim).filter(|word| !word.is_empty()) {
            me.addresses.push(word.to_owned());
            if !word.contains('@') {
                me.names.push(PlainName::of(word));
            }
        }
        me
    }

    /// Whether nothing is known of me.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.addresses.is_empty()
    }

    /// Whether somebody is me. A name counts only where there is no address: anybody may call themselves by it.
    #[must_use]
    pub fn is(&self, person: &Person) -> bool {
        match (&person.address, &person.name) {
            (Some(address), _) if self.addresses.iter().any(|own| fits(own, address)) => true,
            (Some(address), _) if address.contains('@') => false,
            (_, Some(name)) => {
                let name = PlainName::of(name);
                self.names.iter().any(|own| own.is_same(&name))
            }
            (_, None) => false,
        }
    }
}

/// The clients whose conversation a message belongs to: those whose addresses or names stand among the people in it, or
/// whose name the chat has. Several if it was written to several.
#[must_use]
pub fn owners(message: &MessageItem, me: &Myself, clients: &Clients) -> Vec<usize> {
    let people = std::iter::once(&message.author).chain(&message.to);
    let mut found: Vec<usize> = people.filter(|person| !me.is(person)).flat_map(|person| clients_of(person, clients)).collect();
    if found.is_empty()
        && let Some(conversation) = &message.conversation
    {
        found = clients.with_name(conversation);
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn clients_of(person: &Person, clients: &Clients) -> Vec<usize> {
    match &person.address {
        Some(address) if address.contains('@') => clients.with_mail(address),
        Some(id) => {
            let by_id = clients.with_address(id);
            if by_id.is_empty() { person.name.iter().flat_map(|name| clients.with_name(name)).collect() } else { by_id }
        }
        None => person.name.iter().flat_map(|name| clients.with_name(name)).collect(),
    }
}

/// Which side wrote a message, seen from one client. In a chat that has the client's name, or between two people, whoever
/// is not me is the client.
#[must_use]
pub fn side(message: &MessageItem, me: &Myself, clients: &Clients, client: usize) -> Sender {
    if me.is(&message.author) {
        return Sender::Me;
    }
    if clients_of(&message.author, clients).contains(&client) {
        return Sender::Client;
    }
    let is_chat = message.author.address.as_ref().is_none_or(|address| !address.contains('@'));
    let named = message.conversation.as_ref().is_some_and(|name| clients.with_name(name).contains(&client));
    let others = message.to.iter().filter(|person| !me.is(person)).count();
    if is_chat && named && others == 0 { Sender::Client } else { Sender::Other }
}

/// A message as one line of a file of messages.
#[must_use]
pub fn line(message: &MessageItem, from: Sender) -> String {
    let mut line = String::from("{");
    let mut add = |key: &str, value: &str| {
        line.push_str(if line.len() > 1 { ", " } else { "" });
        line.push_str(&member_on_one_line(key, &Value::Quoted(value.to_owned()), Format::Json));
    };
    add("at", &message.at.to_rfc3339_opts(SecondsFormat::Secs, false));
    add("from", from.word());
    add("channel", message.channel.word());
    if let Some(thread) = &message.thread {
        add("thread", thread);
    }
    if !message.text.is_empty() {
        add("text", &message.text);
    }
    add("key", &message.key);
    line.push('}');
    line
}

/// What was seen of the messages of one client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Messages by side.
    pub by_me: u64,
    /// Messages of the client.
    pub by_client: u64,
    /// The first and the last day.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Where they were written.
    pub channels: BTreeMap<Channel, u64>,
}

impl Seen {
    /// Counts a message.
    pub fn count(&mut self, from: Sender, day: NaiveDate, channel: Channel) {
        match from {
            Sender::Me => self.by_me += 1,
            Sender::Client => self.by_client += 1,
            Sender::Other => {}
        }
        self.days = Some(self.days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        *self.channels.entry(channel).or_default() += 1;
    }

    /// Whether both sides wrote.
    #[must_use]
    pub fn has_both_sides(&self) -> bool {
        self.by_me > 0 && self.by_client > 0
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::record::{Client, decode_message};

    fn person(name: &str, address: &str) -> Person {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Person { name: some(name), address: some(address) }
    }

    fn message(author: Person, to: &[Person]) -> MessageItem {
        MessageItem {
            at: DateTime::parse_from_rfc3339("2025-05-20T23:02:00+02:00").expect("a time"),
            author,
            to: to.to_vec(),
            conversation: None,
            channel: Channel::Email,
            thread: Some("T-1".to_owned()),
            text: "Two lines,\n\"quoted\" \u{202e}.".to_owned(),
            key: "a@b".to_owned(),
            is_sent: false,
        }
    }

    fn acme() -> Clients {
        let mut clients = Clients::default();
        clients.add(Client { name: "Acme GmbH".to_owned(), emails: Some(vec!["ann@acme.example".to_owned()]), ..Client::default() });
        clients
    }

    #[test]
    fn in_a_thread_of_many_the_rest_are_others() {
        let (me, clients) = (Myself::of(["*@studio.example"]), acme());
        let (ann, bob) = (person("Ann", "ann@acme.example"), person("Bob", "bob@other.example"));
        let myself = person("Jo", "jo@studio.example");
        let colleague = person("Cy", "cy@acme.example");
        for (author, expected) in [(&ann, Sender::Client), (&colleague, Sender::Client), (&myself, Sender::Me), (&bob, Sender::Other)] {
            let message = message(author.clone(), &[ann.clone(), bob.clone(), myself.clone()]);
            assert_eq!(owners(&message, &me, &clients), [0]);
            assert_eq!(side(&message, &me, &clients, 0), expected, "{author:?}");
        }
        assert!(owners(&message(bob, &[myself]), &me, &clients).is_empty());
    }

    #[test]
    fn nobody_is_me_by_name_where_there_is_an_address() {
        let me = Myself::of(["Jo", "jo@studio.example"]);
        assert!(me.is(&person("Jo", "")));
        assert!(me.is(&person("", "Jo@Studio.example")));
        assert!(!me.is(&person("Jo", "thief@elsewhere.example")));
    }

    #[test]
    fn a_chat_is_the_clients_by_its_name() {
        let (me, clients) = (Myself::of(["Jo"]), acme());
        let chat = MessageItem { conversation: Some("Acme".to_owned()), ..message(person("Annie", ""), &[]) };
        assert_eq!(owners(&chat, &me, &clients), [0]);
        assert_eq!(side(&chat, &me, &clients, 0), Sender::Client);
        let group = MessageItem { to: vec![person("Bob", ""), person("Jo", "")], ..chat };
        assert_eq!(side(&group, &me, &clients, 0), Sender::Other);
    }

    #[test]
    fn a_line_is_read_again_as_the_message() {
        let line = line(&message(person("Ann", ""), &[]), Sender::Client);
        assert!(!line.contains('\u{202e}'), "{line}");
        let read = decode_message(line.as_bytes()).expect("a message");
        assert_eq!(read.text.as_deref(), Some("Two lines,\n\"quoted\" \u{202e}."));
        assert_eq!((read.from, read.key.as_deref()), (Sender::Client, Some("a@b")));
    }
}
