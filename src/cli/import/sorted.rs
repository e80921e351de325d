//! Messages sorted by client while a mailbox goes by: each goes to the spool once for every client whose conversation it
//! belongs to, and what was seen of both sides is counted.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::Stop;
use super::spool::{Known, Spool};
use crate::import::{Clients, MessageItem, Myself, Seen, line, owners, side};
use crate::record::{Channel, Contract, Day, OrNo, Period};

/// The messages by client, on the disk.
pub struct Sorted {
    me: Myself,
    /// The clients that have records.
    pub clients: Clients,
    zone: Tz,
    /// Their messages.
    pub spool: Rc<Spool>,
    /// All messages that were read.
    pub messages: u64,
    /// Of each client, what was seen.
    seen: BTreeMap<usize, Seen>,
    /// Mails in each mailbox, from the first to the last day.
    mail_days: BTreeMap<usize, (NaiveDate, NaiveDate)>,
    /// How many messages belong to no client, by whom they are from or to.
    pub strangers: BTreeMap<String, u64>,
    failed: Option<std::io::Error>,
}

impl Sorted {
    /// Nothing yet.
    ///
    /// # Errors
    /// If there is no place for temporary files.
    pub fn new(me: Myself, clients: Clients, zone: Tz) -> Result<Self, Stop> {
        Ok(Self {
            me,
            clients,
            zone,
            spool: Rc::new(Spool::new()?),
            messages: 0,
            seen: BTreeMap::new(),
            mail_days: BTreeMap::new(),
            strangers: BTreeMap::new(),
            failed: None,
        })
    }

    /// Takes a message of a mailbox; `Break` if the disk is full.
    pub fn take(&mut self, mailbox: usize, message: &MessageItem) -> ControlFlow<()> {
        let day = message.at.with_timezone(&self.zone).date_naive();
        let nth = self.messages;
        self.messages += 1;
        if message.channel == Channel::Email {
            let days = self.mail_days.entry(mailbox).or_insert((day, day));
            *days = (days.0.min(day), days.1.max(day));
        }
        let owners = owners(message, &self.me, &self.clients);
        if owners.is_empty() {
            self.stranger(message);
        }
        for owner in owners {
            let from = side(message, &self.me, &self.clients, owner);
            self.seen.entry(owner).or_default().count(from, day, message.channel);
            let added = Rc::get_mut(&mut self.spool)
                .map(|spool| spool.add(owner, nth, message.at.timestamp(), from, &message.key, &line(message, from)));
            if let Some(Err(error)) = added {
                self.failed = Some(error);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    fn stranger(&mut self, message: &MessageItem) {
        /// More are not counted by name: of so many the busiest were seen long before.
        const MOST: usize = 50_000;
        let other = std::iter::once(&message.author).chain(&message.to).find(|person| !self.me.is(person));
        if let Some(name) = other.and_then(|person| person.address.as_ref().or(person.name.as_ref())) {
            if let Some(count) = self.strangers.get_mut(name) {
                *count += 1;
            } else if self.strangers.len() < MOST {
                self.strangers.insert(name.clone(), 1);
            }
        }
    }

    /// All messages were taken.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn finish(mut self) -> Result<Self, Stop> {
        if let Some(error) = self.failed.take() {
            return Err(anyhow::Error::new(error).context("cannot write a temporary file").into());
        }
        if let Some(spool) = Rc::get_mut(&mut self.spool) {
            spool.flush().map_err(|error| anyhow::Error::new(error).context("cannot write a temporary file"))?;
        }
        Ok(self)
    }

    /// The time over which the mailboxes hold everything between me and a client, if they can be taken for whole: both
    /// wrote, neither only now and then, and nothing says that they also talk elsewhere.
    #[must_use]
    pub fn covers(&self, owner: usize, known: &Known, contract: Option<&Contract>) -> Option<Period> {
        /// Who has only what comes in, has a copy of an own mail now and then; who has both, has about as many of each.
        const AT_LEAST_ONE_OF: u64 = 6;
        let seen = self.seen.get(&owner)?;
        let fewer = seen.by_me.min(seen.by_client);
        if !seen.has_both_sides() || fewer * AT_LEAST_ONE_OF < seen.by_me + seen.by_client {
            return None;
        }
        let mut channels = seen.channels.keys();
        let (Some(channel), None) = (channels.next(), channels.next()) else { return None };
        let agreed = contract.and_then(|contract| contract.channel.as_ref());
        let is_agreed = agreed == Some(&OrNo::Is(*channel));
        if !is_agreed && known.channels.iter().any(|other| *other != channel.word()) {
            return None;
        }
        let (from, to) = match channel {
            // A Slack export holds no talk between two, and of the others nobody exports everything.
            Channel::Slack | Channel::Phone | Channel::Meeting | Channel::Sms | Channel::Portal | Channel::Other => return None,
            Channel::Whatsapp | Channel::Telegram => seen.days?,
            // Of what is in two files, only where both have something: what came in may be older than what went out.
            Channel::Email => {
                let first = self.mail_days.values().map(|days| days.0).max()?;
                (first, self.mail_days.values().map(|days| days.1).min()?)
            }
        };
        (from <= to).then_some(Period { from: Day(from), to: Day(to) })
    }
}
