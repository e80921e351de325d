//! Who wrote how much, and what speaks for somebody's being me.

use std::collections::BTreeMap;

use super::item::Person;

/// More are not counted: the one whose mailbox it is was seen long before.
const MOST_WRITERS: usize = 100_000;

/// What was seen of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writer {
    /// The name, as it was first seen.
    pub name: Option<String>,
    /// Messages that they wrote.
    pub written: u64,
    /// Of these, those that a folder or a label calls sent.
    pub sent: u64,
    /// Mails that their mailbox says were delivered to them.
    pub delivered: u64,
    /// Messages that were written to them.
    pub received: u64,
}

/// Everybody who wrote or was written to, by address; in chats without addresses by name.
#[derive(Debug, Clone, Default)]
pub struct Writers {
    known: BTreeMap<String, Writer>,
}

impl Writers {
    /// All of them, by address.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Writer)> {
        self.known.iter().map(|(key, writer)| (key.as_str(), writer))
    }

    /// Who may be me, the likeliest first, at most `most`: those who wrote what is called sent; if nobody, those to whom mail was
    /// delivered; if nobody, those who appear in most messages. To be asked about, never to be assumed.
    #[must_use]
    pub fn likely_me(&self, most: usize) -> Vec<&str> {
        let by = |figure: fn(&Writer) -> u64| {
            let mut found: Vec<(u64, &str)> =
                self.all().map(|(key, writer)| (figure(writer), key)).filter(|(count, _)| *count > 0).collect();
            found.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
            found.truncate(most);
            found.into_iter().map(|(_, key)| key).collect::<Vec<&str>>()
        };
        let figures: [fn(&Writer) -> u64; 3] = [|writer| writer.sent, |writer| writer.delivered, |writer| writer.written + writer.received];
        figures.into_iter().map(by).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// What is known of `person`, to be counted up. `None` if the person has neither address nor name, or there are too many.
    pub(super) fn of(&mut self, person: &Person) -> Option<&mut Writer> {
        let key = person.address.as_ref().or(person.name.as_ref())?;
        if !self.known.contains_key(key) {
            if self.known.len() >= MOST_WRITERS {
                return None;
            }
            self.known.insert(key.clone(), Writer { name: person.name.clone(), ..Writer::default() });
        }
        self.known.get_mut(key)
    }

    /// A mailbox says that something was delivered to `address`.
    pub(super) fn delivered(&mut self, address: &str) {
        if let Some(writer) = self.of(&Person { name: None, address: Some(address.to_owned()) }) {
            writer.delivered += 1;
        }
    }
}
