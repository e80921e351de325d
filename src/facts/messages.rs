//! Messages as of a day: in the order of time, with who opens a turn, how long an answer took, and what was so on that day.

use std::cell::OnceCell;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::days::{days_between, working_hours_between};
use super::work::all_words;
use super::{Facts, Field, Kind, List, Need, Value};
use crate::record::{Channel, Message, OrNo, Sender};
use crate::text::{self, Figures};

/// A message as of a day.
#[derive(Debug)]
pub(super) struct SeenMessage<'r> {
    pub raw: &'r Message,
    pub index: usize,
    pub day: NaiveDate,
    pub time: Option<NaiveTime>,
    figures: OnceCell<Figures>,
}

/// Messages that were written by a day, in the order of time; where only the day is known, in the order of the record.
pub(super) fn see(raw: &[Message], zone: Tz, as_of: NaiveDate) -> Vec<SeenMessage<'_>> {
    let mut seen: Vec<_> = raw
        .iter()
        .enumerate()
        .map(|(index, raw)| {
            let (day, time) = raw.at.in_zone(zone);
            SeenMessage { raw, index, day, time, figures: OnceCell::new() }
        })
        .filter(|message| message.day <= as_of)
        .collect();
    seen.sort_by_key(|message| (message.day, message.time.unwrap_or(NaiveTime::MIN), message.index));
    seen
}

impl SeenMessage<'_> {
    fn at(&self) -> Option<NaiveDateTime> {
        self.time.map(|time| self.day.and_time(time))
    }

    fn figures(&self) -> Option<Figures> {
        let words = self.raw.text.as_deref()?;
        Some(*self.figures.get_or_init(|| text::figures(words)))
    }
}

/// How a message stands to the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reply {
    opens_turn: bool,
    /// The message with which the turn of the other side began that this one answers.
    answers: Option<usize>,
}

/// Goes through the messages in order; what others in a thread write belongs to neither side.
fn replies(messages: &[SeenMessage<'_>]) -> Vec<Reply> {
    let mut replies = Vec::with_capacity(messages.len());
    // Whose turn it is, and with which message that turn began.
    let mut turn: Option<(Sender, usize)> = None;
    for (index, message) in messages.iter().enumerate() {
        let reply = match (message.raw.from, turn) {
            (Sender::Other, _) => Reply { opens_turn: false, answers: None },
            (from, Some((side, _))) if side == from => Reply { opens_turn: false, answers: None },
            (from, before) => {
                turn = Some((from, index));
                Reply { opens_turn: true, answers: before.map(|(_, began)| began) }
            }
        };
        replies.push(reply);
    }
    replies
}

impl<'r> Facts<'r> {
    fn message(&self, index: usize) -> Option<&SeenMessage<'r>> {
        self.messages.as_ref().and_then(|items| items.get(index))
    }

    /// Keeps the figures of a message's text that somebody has counted already.
    pub fn keep_figures(&self, index: usize, figures: Figures) {
        if let Some(message) = self.message(index) {
            // If they were counted before, they are the same.
            let _ = message.figures.set(figures);
        }
    }

    fn reply(&self, index: usize) -> Option<Reply> {
        let messages = self.messages.as_ref()?;
        self.replies.get_or_init(|| replies(messages)).get(index).copied()
    }

    fn reply_hours<'a>(&self, index: usize) -> Value<'a> {
        let (Some(reply), Some(message)) = (self.reply(index), self.message(index)) else { return Value::NotKnown(Need::Messages) };
        let Some(asked) = reply.answers.and_then(|began| self.message(began)) else { return Value::NotApplicable };
        // Another thread is another matter.
        if asked.raw.thread.is_some() && message.raw.thread.is_some() && asked.raw.thread != message.raw.thread {
            return Value::NotApplicable;
        }
        if !self.is_complete(List::Messages, asked.day, message.day) {
            return Value::NotKnown(Need::CompleteMessages);
        }
        match (asked.at(), message.at()) {
            (Some(from), Some(to)) => Value::Number(working_hours_between(from, to, self.working_days())),
            _ => Value::NotKnown(Need::MessageTime),
        }
    }

    /// Whether the turn that a message answers asked something.
    fn answers_question<'a>(&self, index: usize) -> Value<'a> {
        let (Some(reply), Some(messages)) = (self.reply(index), &self.messages) else { return Value::NotKnown(Need::Messages) };
        let Some(began) = reply.answers else { return Value::NotApplicable };
        let turn = messages.get(began..index).unwrap_or_default();
        let side = turn.first().map(|message| message.raw.from);
        let mut of_turn = turn.iter().filter(|message| Some(message.raw.from) == side);
        Value::YesNo(of_turn.any(|message| message.figures().is_some_and(|figures| figures.questions > 0)))
    }

    fn is_outside_hours<'a>(&self, message: &SeenMessage<'_>) -> Value<'a> {
        let Some(hours) = self.me().and_then(|me| me.working_hours.as_ref()) else { return Value::NotKnown(Need::WorkingHours) };
        if !self.working_days().contains(chrono::Datelike::weekday(&message.day)) {
            return Value::YesNo(true);
        }
        let Some(time) = message.time else { return Value::NotKnown(Need::MessageTime) };
        let (from, to) = (hours.from.0, hours.to.0);
        // Somebody may work over midnight.
        let is_inside = if from <= to { from <= time && time < to } else { time >= from || time < to };
        Value::YesNo(!is_inside)
    }

    /// Days since the latest of some days of milestones; does not apply before the first.
    fn days_since_milestone<'a>(
        &self,
        message: &SeenMessage<'_>,
        day_of: impl Fn(&super::SeenMilestone<'_>) -> Option<NaiveDate>,
    ) -> Value<'a> {
        let Some(milestones) = &self.milestones else { return Value::NotKnown(Need::Milestones) };
        let latest = milestones.iter().filter_map(day_of).filter(|day| *day <= message.day).max();
        latest.map_or(Value::NotApplicable, |day| Value::Number(days_between(day, message.day)))
    }
}

fn with<'a>(facts: &'a Facts<'a>, index: usize, read: impl FnOnce(&'a SeenMessage<'a>) -> Value<'a>) -> Value<'a> {
    facts.message(index).map_or(Value::NotKnown(Need::Messages), read)
}

fn figure<'a>(facts: &'a Facts<'a>, index: usize, read: impl FnOnce(Figures) -> Value<'a>) -> Value<'a> {
    with(facts, index, |it| it.figures().map_or(Value::NotKnown(Need::MessageText), read))
}

all_words!(SENDERS, Sender);
all_words!(CHANNELS, Channel);

const NOT_KNOWN: &str = "not known";

/// The fields of a message.
pub(super) static MESSAGE_FIELDS: &[Field] = &[
    Field {
        name: "from",
        kind: Kind::Word(&SENDERS),
        meaning: "who wrote it",
        absent: "it must be there",
        read: |facts, i| with(facts, i, |it| Value::Word(it.raw.from.word())),
    },
    Field {
        name: "channel",
        kind: Kind::Word(&CHANNELS),
        meaning: "where",
        absent: NOT_KNOWN,
        read: |facts, i| {
            with(facts, i, |it| it.raw.channel.map_or(Value::NotKnown(Need::MessageChannel), |channel| Value::Word(channel.word())))
        },
    },
    Field {
        name: "thread",
        kind: Kind::Text,
        meaning: "the thread that it belongs to",
        absent: NOT_KNOWN,
        read: |facts, i| with(facts, i, |it| Value::text(it.raw.thread.as_deref(), Need::MessageThread)),
    },
    Field {
        name: "text",
        kind: Kind::Text,
        meaning: "the words; quoted replies and signatures are left out",
        absent: NOT_KNOWN,
        read: |facts, i| with(facts, i, |it| Value::text(it.raw.text.as_deref(), Need::MessageText)),
    },
    Field {
        name: "at",
        kind: Kind::Day,
        meaning: "the day, in me.timezone",
        absent: "it must be there",
        read: |facts, i| with(facts, i, |it| Value::Day(it.day)),
    },
    Field {
        name: "age_days",
        kind: Kind::Number,
        meaning: "days since it was written",
        absent: "it must be there",
        read: |facts, i| with(facts, i, |it| Value::Number(days_between(it.day, facts.as_of))),
    },
    Field {
        name: "words",
        kind: Kind::Number,
        meaning: "how many words",
        absent: "not known without the text",
        read: |facts, i| figure(facts, i, |it| Value::Number(it.words.into())),
    },
    Field {
        name: "questions",
        kind: Kind::Number,
        meaning: "how many questions are asked",
        absent: "not known without the text",
        read: |facts, i| figure(facts, i, |it| Value::Number(it.questions.into())),
    },
    Field {
        name: "exclamations",
        kind: Kind::Number,
        meaning: "how many exclamation marks",
        absent: "not known without the text",
        read: |facts, i| figure(facts, i, |it| Value::Number(it.exclamations.into())),
    },
    Field {
        name: "capitals",
        kind: Kind::Share,
        meaning: "share of its words of two letters or more that are all in capitals; does not apply under four such words",
        absent: "not known without the text",
        read: |facts, i| {
            figure(facts, i, |it| {
                if it.words_of_two_letters < 4 {
                    Value::NotApplicable
                } else {
                    Value::Number(Decimal::from(it.capital_words) / Decimal::from(it.words_of_two_letters))
                }
            })
        },
    },
    Field {
        name: "opens_turn",
        kind: Kind::YesNo,
        meaning: "the first of a run from one side",
        absent: NOT_KNOWN,
        read: |facts, i| facts.reply(i).map_or(Value::NotKnown(Need::Messages), |it| Value::YesNo(it.opens_turn)),
    },
    Field {
        name: "reply_hours",
        kind: Kind::Number,
        meaning: "hours of working days since the other side's turn that it answers began; does not apply to what answers nothing",
        absent: "not known outside complete.messages, or without the time of day",
        read: |facts, i| facts.reply_hours(i),
    },
    Field {
        name: "answers_question",
        kind: Kind::YesNo,
        meaning: "the turn that it answers asked something; does not apply to what answers nothing",
        absent: NOT_KNOWN,
        read: |facts, i| facts.answers_question(i),
    },
    Field {
        name: "outside_hours",
        kind: Kind::YesNo,
        meaning: "written outside me.working_hours",
        absent: "not known without me.working_hours or the time of day",
        read: |facts, i| with(facts, i, |it| facts.is_outside_hours(it)),
    },
    Field {
        name: "money_overdue",
        kind: Kind::YesNo,
        meaning: "some invoice was past due and open on that day",
        absent: "not known without invoices",
        read: |facts, i| {
            with(facts, i, |it| facts.overdue_timeline().map_or(Value::NotKnown(Need::Invoices), |timeline| timeline.is_overdue_on(it.day)))
        },
    },
    Field {
        name: "after_signing",
        kind: Kind::YesNo,
        meaning: "a contract was signed by that day",
        absent: "not known without contract.signed_on",
        read: |facts, i| {
            with(facts, i, |it| match (facts.signed_on(), facts.is_signed()) {
                (Some(signed), _) => Value::YesNo(signed <= it.day),
                (None, Some(_)) => Value::YesNo(false),
                (None, None) => Value::NotKnown(Need::SignedOn),
            })
        },
    },
    Field {
        name: "days_after_signing",
        kind: Kind::Number,
        meaning: "days since the signature; does not apply before it",
        absent: "not known without contract.signed_on",
        read: |facts, i| with(facts, i, |it| facts.days_after_signing(Some(it.day), Need::MessageTime)),
    },
    Field {
        name: "days_after_delivery",
        kind: Kind::Number,
        meaning: "days since the latest delivery of a milestone; does not apply before the first",
        absent: "not known without milestones",
        read: |facts, i| with(facts, i, |it| facts.days_since_milestone(it, |milestone| milestone.delivered_on)),
    },
    Field {
        name: "days_after_acceptance",
        kind: Kind::Number,
        meaning: "days since the latest acceptance of a milestone; does not apply before the first",
        absent: "not known without milestones",
        read: |facts, i| with(facts, i, |it| facts.days_since_milestone(it, |milestone| milestone.accepted_on)),
    },
    Field {
        name: "on_agreed_channel",
        kind: Kind::YesNo,
        meaning: "written where contract.channel says",
        absent: "not known without both channels",
        read: |facts, i| {
            with(facts, i, |it| match (facts.record.contract.as_ref().and_then(|contract| contract.channel.as_ref()), it.raw.channel) {
                (Some(OrNo::Is(agreed)), Some(channel)) => Value::YesNo(*agreed == channel),
                (Some(OrNo::No), _) => Value::NotApplicable,
                (None, _) => Value::NotKnown(Need::Channel),
                (_, None) => Value::NotKnown(Need::MessageChannel),
            })
        },
    },
];
