//! The work as of a day: milestones, changes, feedback, hours, observations and actions.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::days::days_between;
use super::{Facts, Field, Kind, Need, Span, Value};
use crate::record::{ChangeOrder, ChangeStatus, Day, Feedback, FeedbackKind, HoursKind, LateCause, Milestone, Party, Size};
use crate::text;

/// A milestone as of a day.
#[derive(Debug)]
pub(super) struct SeenMilestone<'r> {
    pub raw: &'r Milestone,
    pub index: usize,
    pub span: Span,
    pub delivered_on: Option<NaiveDate>,
    pub accepted_on: Option<NaiveDate>,
}

/// A change order as of a day.
#[derive(Debug)]
pub(super) struct SeenChange<'r> {
    pub raw: &'r ChangeOrder,
    pub index: usize,
    pub requested_on: Option<NaiveDate>,
    pub status: ChangeStatus,
}

/// A piece of feedback as of a day.
#[derive(Debug)]
pub(super) struct SeenFeedback<'r> {
    pub raw: &'r Feedback,
    pub index: usize,
    pub span: Span,
}

/// An entry of which only the day depends on the day that is looked at.
#[derive(Debug)]
pub(super) struct Simple {
    pub index: usize,
    pub date: Option<NaiveDate>,
}

/// A day, if it had come by then.
fn by(day: Option<Day>, as_of: NaiveDate) -> Option<NaiveDate> {
    day.map(|day| day.0).filter(|day| *day <= as_of)
}

pub(super) fn see_milestones(raw: &[Milestone], as_of: NaiveDate) -> Vec<SeenMilestone<'_>> {
    let mut seen: Vec<_> = raw
        .iter()
        .enumerate()
        .map(|(index, raw)| {
            let due = raw.due_date.map(|day| day.0);
            // Accepted without a delivery date: it was delivered by then.
            let accepted_on = by(raw.accepted_on, as_of);
            let delivered_on = by(raw.delivered_on, as_of).or(accepted_on);
            let is_open = delivered_on.is_none() && due.is_some_and(|due| due < as_of);
            let last = if is_open { Some(as_of) } else { delivered_on.or(due) };
            SeenMilestone { raw, index, span: Span { first: due.or(delivered_on), last, is_open }, delivered_on, accepted_on }
        })
        .collect();
    seen.sort_by_key(|item| (item.span.first.unwrap_or(NaiveDate::MAX), item.index));
    seen
}

pub(super) fn see_changes(raw: &[ChangeOrder], as_of: NaiveDate) -> Vec<SeenChange<'_>> {
    let mut seen: Vec<_> = raw
        .iter()
        .enumerate()
        .filter(|(_, raw)| raw.requested_on.is_none_or(|day| day.0 <= as_of))
        .map(|(index, raw)| {
            let told = raw.status.unwrap_or(ChangeStatus::Requested);
            let is_settled = matches!(told, ChangeStatus::Approved | ChangeStatus::Paid);
            // Approved later than the day that is looked at.
            let is_later = is_settled && raw.approved_on.is_some_and(|day| day.0 > as_of);
            let status = if is_later { ChangeStatus::Requested } else { told };
            SeenChange { raw, index, requested_on: raw.requested_on.map(|day| day.0), status }
        })
        .collect();
    seen.sort_by_key(|item| (item.requested_on.unwrap_or(NaiveDate::MAX), item.index));
    seen
}

pub(super) fn see_feedback(raw: &[Feedback], as_of: NaiveDate) -> Vec<SeenFeedback<'_>> {
    let mut seen: Vec<_> = raw
        .iter()
        .enumerate()
        .filter(|(_, raw)| raw.date.is_none_or(|day| day.0 <= as_of))
        .map(|(index, raw)| {
            let first = raw.date.map(|day| day.0);
            let resolved = by(raw.resolved_on, as_of);
            let is_open = raw.kind == FeedbackKind::Complaint && resolved.is_none();
            let last = match raw.kind {
                FeedbackKind::Complaint if is_open => first.map(|_| as_of),
                FeedbackKind::Complaint => resolved,
                FeedbackKind::Praise | FeedbackKind::Request => first,
            };
            SeenFeedback { raw, index, span: Span { first, last, is_open } }
        })
        .collect();
    seen.sort_by_key(|item| (item.span.first.unwrap_or(NaiveDate::MAX), item.index));
    seen
}

pub(super) fn see_simple(dates: impl Iterator<Item = Option<Day>>, as_of: NaiveDate) -> Vec<Simple> {
    let mut seen: Vec<_> = dates
        .enumerate()
        .filter(|(_, date)| date.is_none_or(|day| day.0 <= as_of))
        .map(|(index, date)| Simple { index, date: date.map(|day| day.0) })
        .collect();
    seen.sort_by_key(|item| (item.date.unwrap_or(NaiveDate::MAX), item.index));
    seen
}

/// Whether a named milestone came late through me.
pub(super) trait LateBecauseOfMe {
    /// True if the milestone is known, late, and nobody else caused it.
    fn is_late_through_me(&self, milestone: Option<&str>) -> bool;
}

impl LateBecauseOfMe for Facts<'_> {
    fn is_late_through_me(&self, milestone: Option<&str>) -> bool {
        milestone.and_then(|id| self.milestone(id)).is_some_and(|milestone| {
            milestone.raw.late_cause.unwrap_or(LateCause::Me) == LateCause::Me
                && matches!(milestone.days_late(self.as_of), Value::Number(days) if days > Decimal::ZERO)
        })
    }
}

impl<'r> SeenMilestone<'r> {
    fn days_late(&self, as_of: NaiveDate) -> Value<'r> {
        match (self.raw.due_date, self.delivered_on) {
            (None, _) => Value::NotKnown(Need::MilestoneDueDate),
            (Some(due), Some(delivered)) => Value::Number(days_between(due.0, delivered)),
            (Some(due), None) if due.0 < as_of => Value::Number(days_between(due.0, as_of)),
            (Some(_), None) => Value::NotApplicable,
        }
    }
}

impl<'r> Facts<'r> {
    /// A change order by its id.
    pub(super) fn change(&self, id: &str) -> Option<&SeenChange<'r>> {
        self.changes.iter().flatten().find(|change| change.raw.id.as_deref() == Some(id))
    }
}

fn with_milestone<'a>(facts: &'a Facts<'a>, index: usize, read: impl FnOnce(&'a SeenMilestone<'a>) -> Value<'a>) -> Value<'a> {
    facts.milestones.as_ref().and_then(|items| items.get(index)).map_or(Value::NotKnown(Need::Milestones), read)
}

fn with_change<'a>(facts: &'a Facts<'a>, index: usize, read: impl FnOnce(&'a SeenChange<'a>) -> Value<'a>) -> Value<'a> {
    facts.changes.as_ref().and_then(|items| items.get(index)).map_or(Value::NotKnown(Need::ChangeOrders), read)
}

fn with_feedback<'a>(facts: &'a Facts<'a>, index: usize, read: impl FnOnce(&'a SeenFeedback<'a>) -> Value<'a>) -> Value<'a> {
    facts.feedback.as_ref().and_then(|items| items.get(index)).map_or(Value::NotKnown(Need::Feedback), read)
}

fn day_or_nothing<'a>(day: Option<NaiveDate>) -> Value<'a> {
    day.map_or(Value::Nothing, Value::Day)
}

fn day<'a>(day: Option<NaiveDate>, need: Need) -> Value<'a> {
    day.map_or(Value::NotKnown(need), Value::Day)
}

/// The words of a closed list, in a place that lives as long as the program.
macro_rules! all_words {
    ($name:ident, $type:ty) => {
        static $name: [&str; <$type>::ALL.len()] = {
            let mut words = [""; <$type>::ALL.len()];
            let mut index = 0;
            while index < words.len() {
                words[index] = <$type>::ALL[index].word();
                index += 1;
            }
            words
        };
    };
}
pub(super) use all_words;
all_words!(LATE_CAUSES, LateCause);
all_words!(PARTIES, Party);
all_words!(STATUSES, ChangeStatus);
all_words!(FEEDBACK_KINDS, FeedbackKind);
all_words!(SIZES, Size);
all_words!(HOURS_KINDS, HoursKind);

const NOT_KNOWN: &str = "not known";

/// The fields of a milestone.
pub(super) static MILESTONE_FIELDS: &[Field] = &[
    Field {
        name: "id",
        kind: Kind::Text,
        meaning: "its short name",
        absent: NOT_KNOWN,
        read: |facts, i| with_milestone(facts, i, |it| Value::text(it.raw.id.as_deref(), Need::MilestoneId)),
    },
    Field {
        name: "deliverable",
        kind: Kind::Text,
        meaning: "what is delivered",
        absent: NOT_KNOWN,
        read: |facts, i| with_milestone(facts, i, |it| Value::text(it.raw.deliverable.as_deref(), Need::MilestoneDeliverable)),
    },
    Field {
        name: "due_date",
        kind: Kind::Day,
        meaning: "when it is due",
        absent: NOT_KNOWN,
        read: |facts, i| with_milestone(facts, i, |it| day(it.raw.due_date.map(|it| it.0), Need::MilestoneDueDate)),
    },
    Field {
        name: "delivered_on",
        kind: Kind::Day,
        meaning: "when it was delivered",
        absent: "not delivered yet",
        read: |facts, i| with_milestone(facts, i, |it| day_or_nothing(it.delivered_on)),
    },
    Field {
        name: "accepted_on",
        kind: Kind::Day,
        meaning: "when the client accepted it",
        absent: "not accepted yet",
        read: |facts, i| with_milestone(facts, i, |it| day_or_nothing(it.accepted_on)),
    },
    Field {
        name: "days_late",
        kind: Kind::Number,
        meaning: "days from the due date to the delivery, or to today while it is open past due; below 0 is early; does not apply before it is due",
        absent: "not known without a due date",
        read: |facts, i| with_milestone(facts, i, |it| it.days_late(facts.as_of)),
    },
    Field {
        name: "late_cause",
        kind: Kind::Word(&LATE_CAUSES),
        meaning: "through whom it came late",
        absent: "me",
        read: |facts, i| with_milestone(facts, i, |it| Value::Word(it.raw.late_cause.unwrap_or(LateCause::Me).word())),
    },
    Field {
        name: "delivered",
        kind: Kind::YesNo,
        meaning: "it was delivered",
        absent: "no",
        read: |facts, i| with_milestone(facts, i, |it| Value::YesNo(it.delivered_on.is_some())),
    },
    Field {
        name: "accepted",
        kind: Kind::YesNo,
        meaning: "it was accepted",
        absent: "no",
        read: |facts, i| with_milestone(facts, i, |it| Value::YesNo(it.accepted_on.is_some())),
    },
    Field {
        name: "days_to_accept",
        kind: Kind::Number,
        meaning: "days from the delivery to the acceptance; does not apply unless both have happened",
        absent: "does not apply",
        read: |facts, i| {
            with_milestone(facts, i, |it| match (it.delivered_on, it.accepted_on) {
                (Some(delivered), Some(accepted)) => Value::Number(days_between(delivered, accepted)),
                _ => Value::NotApplicable,
            })
        },
    },
    Field {
        name: "days_unaccepted",
        kind: Kind::Number,
        meaning: "days since the delivery of what is not accepted yet; does not apply to others",
        absent: "does not apply",
        read: |facts, i| {
            with_milestone(facts, i, |it| match (it.delivered_on, it.accepted_on) {
                (Some(delivered), None) => Value::Number(days_between(delivered, facts.as_of)),
                _ => Value::NotApplicable,
            })
        },
    },
    Field {
        name: "revision_rounds",
        kind: Kind::Number,
        meaning: "rounds of changes that it took",
        absent: NOT_KNOWN,
        read: |facts, i| with_milestone(facts, i, |it| Value::number(it.raw.revision_rounds.map(|it| it.0), Need::RevisionRounds)),
    },
    Field {
        name: "revision_rounds_over",
        kind: Kind::Number,
        meaning: "revision_rounds less contract.revision_rounds_included; below 0 is within",
        absent: "not known without both",
        read: |facts, i| {
            with_milestone(facts, i, |it| {
                match (it.raw.revision_rounds, facts.record.contract.as_ref().and_then(|contract| contract.revision_rounds_included)) {
                    (Some(rounds), Some(included)) => Value::Number(rounds.0 - included.0),
                    (None, _) => Value::NotKnown(Need::RevisionRounds),
                    (_, None) => Value::NotKnown(Need::RevisionsIncluded),
                }
            })
        },
    },
];

/// The fields of a change order.
pub(super) static CHANGE_FIELDS: &[Field] = &[
    Field {
        name: "id",
        kind: Kind::Text,
        meaning: "its short name",
        absent: NOT_KNOWN,
        read: |facts, i| with_change(facts, i, |it| Value::text(it.raw.id.as_deref(), Need::ChangeId)),
    },
    Field {
        name: "title",
        kind: Kind::Text,
        meaning: "what it is",
        absent: NOT_KNOWN,
        read: |facts, i| with_change(facts, i, |it| Value::text(it.raw.title.as_deref(), Need::ChangeTitle)),
    },
    Field {
        name: "milestone",
        kind: Kind::Text,
        meaning: "the milestone that it changes",
        absent: "none",
        read: |facts, i| with_change(facts, i, |it| Value::text_or_nothing(it.raw.milestone.as_deref())),
    },
    Field {
        name: "requested_on",
        kind: Kind::Day,
        meaning: "when it was asked for",
        absent: NOT_KNOWN,
        read: |facts, i| with_change(facts, i, |it| day(it.requested_on, Need::ChangeRequestedOn)),
    },
    Field {
        name: "approved_on",
        kind: Kind::Day,
        meaning: "when it was agreed",
        absent: "none",
        read: |facts, i| with_change(facts, i, |it| day_or_nothing(by(it.raw.approved_on, facts.as_of))),
    },
    Field {
        name: "requested_by",
        kind: Kind::Word(&PARTIES),
        meaning: "who asked",
        absent: "client",
        read: |facts, i| with_change(facts, i, |it| Value::Word(it.raw.requested_by.unwrap_or(Party::Client).word())),
    },
    Field {
        name: "status",
        kind: Kind::Word(&STATUSES),
        meaning: "how far it has come",
        absent: "requested",
        read: |facts, i| with_change(facts, i, |it| Value::Word(it.status.word())),
    },
    Field {
        name: "hours",
        kind: Kind::Number,
        meaning: "hours that it takes",
        absent: NOT_KNOWN,
        read: |facts, i| with_change(facts, i, |it| Value::number(it.raw.hours.map(|it| it.0), Need::ChangeHours)),
    },
    Field {
        name: "amount",
        kind: Kind::Money,
        meaning: "what it costs, net of tax, as contract.value is",
        absent: NOT_KNOWN,
        read: |facts, i| {
            with_change(facts, i, |it| Value::money(it.raw.amount.map(|amount| facts.money(amount.0, it.raw.currency)), Need::ChangeAmount))
        },
    },
    Field {
        name: "days_after_signing",
        kind: Kind::Number,
        meaning: "days from the signature to the request; does not apply while unsigned or before",
        absent: NOT_KNOWN,
        read: |facts, i| with_change(facts, i, |it| facts.days_after_signing(it.requested_on, Need::ChangeRequestedOn)),
    },
    Field {
        name: "days_after_acceptance",
        kind: Kind::Number,
        meaning: "days from the acceptance of its milestone to the request; does not apply before acceptance",
        absent: "not known if no milestone is named",
        read: |facts, i| {
            with_change(facts, i, |it| {
                facts.days_after_acceptance(it.raw.milestone.as_deref(), it.requested_on, Need::ChangeMilestone, Need::ChangeRequestedOn)
            })
        },
    },
    Field {
        name: "days_to_approve",
        kind: Kind::Number,
        meaning: "days from the request to the approval; does not apply to what is not approved",
        absent: "not known without approved_on",
        read: |facts, i| {
            with_change(facts, i, |it| match (it.status, it.requested_on, by(it.raw.approved_on, facts.as_of)) {
                (ChangeStatus::Requested | ChangeStatus::Declined | ChangeStatus::DoneUnpaid, ..) => Value::NotApplicable,
                (_, Some(requested), Some(approved)) => Value::Number(days_between(requested, approved)),
                (_, None, _) => Value::NotKnown(Need::ChangeRequestedOn),
                (_, _, None) => Value::NotKnown(Need::ChangeApprovedOn),
            })
        },
    },
];

/// The fields of a piece of feedback.
pub(super) static FEEDBACK_FIELDS: &[Field] = &[
    Field {
        name: "kind",
        kind: Kind::Word(&FEEDBACK_KINDS),
        meaning: "what it is",
        absent: "it must be there",
        read: |facts, i| with_feedback(facts, i, |it| Value::Word(it.raw.kind.word())),
    },
    Field {
        name: "text",
        kind: Kind::Text,
        meaning: "the words",
        absent: NOT_KNOWN,
        read: |facts, i| with_feedback(facts, i, |it| Value::text(it.raw.text.as_deref(), Need::FeedbackText)),
    },
    Field {
        name: "about",
        kind: Kind::Text,
        meaning: "the milestone that it is about",
        absent: "none",
        read: |facts, i| with_feedback(facts, i, |it| Value::text_or_nothing(it.raw.about.as_deref())),
    },
    Field {
        name: "size",
        kind: Kind::Word(&SIZES),
        meaning: "how much a complaint is about",
        absent: NOT_KNOWN,
        read: |facts, i| {
            with_feedback(facts, i, |it| it.raw.size.map_or(Value::NotKnown(Need::FeedbackSize), |size| Value::Word(size.word())))
        },
    },
    Field {
        name: "open",
        kind: Kind::YesNo,
        meaning: "a complaint that is not resolved",
        absent: "open without resolved_on",
        read: |facts, i| with_feedback(facts, i, |it| Value::YesNo(it.span.is_open)),
    },
    Field {
        name: "days_open",
        kind: Kind::Number,
        meaning: "days from a complaint to its end, or to today; does not apply to other feedback",
        absent: "not known without a date",
        read: |facts, i| {
            with_feedback(facts, i, |it| match (it.raw.kind, it.span.first, it.span.last) {
                (FeedbackKind::Praise | FeedbackKind::Request, ..) => Value::NotApplicable,
                (_, Some(first), Some(last)) => Value::Number(days_between(first, last)),
                _ => Value::NotKnown(Need::FeedbackDate),
            })
        },
    },
    Field {
        name: "words",
        kind: Kind::Number,
        meaning: "how many words",
        absent: "not known without the text",
        read: |facts, i| {
            with_feedback(facts, i, |it| {
                Value::number(it.raw.text.as_deref().map(|words| Decimal::from(text::figures(words).words)), Need::FeedbackText)
            })
        },
    },
    Field {
        name: "days_after_acceptance",
        kind: Kind::Number,
        meaning: "days from the acceptance of the milestone that it is about; does not apply before acceptance",
        absent: "not known if no milestone is named",
        read: |facts, i| {
            with_feedback(facts, i, |it| {
                facts.days_after_acceptance(it.raw.about.as_deref(), it.span.first, Need::FeedbackAbout, Need::FeedbackDate)
            })
        },
    },
];

/// The fields of an observation.
pub(super) static OBSERVATION_FIELDS: &[Field] = &[
    Field {
        name: "rule",
        kind: Kind::Word(&[]),
        meaning: "the id of the rule that it is a case of",
        absent: "it must be there",
        read: |facts, i| facts.observation(i).map_or(Value::NotKnown(Need::Observations), |it| Value::Word(&it.rule)),
    },
    Field {
        name: "note",
        kind: Kind::Text,
        meaning: "what happened",
        absent: NOT_KNOWN,
        read: |facts, i| Value::text(facts.observation(i).and_then(|it| it.note.as_deref()), Need::ObservationNote),
    },
];

/// The fields of hours.
pub(super) static HOURS_FIELDS: &[Field] = &[
    Field {
        name: "hours",
        kind: Kind::Number,
        meaning: "how many",
        absent: "it must be there",
        read: |facts, i| facts.hours_entry(i).map_or(Value::NotKnown(Need::Hours), |it| Value::Number(it.hours.0)),
    },
    Field {
        name: "kind",
        kind: Kind::Word(&HOURS_KINDS),
        meaning: "on what",
        absent: "delivery",
        read: |facts, i| {
            facts.hours_entry(i).map_or(Value::NotKnown(Need::Hours), |it| Value::Word(it.kind.unwrap_or(HoursKind::Delivery).word()))
        },
    },
    Field {
        name: "overdue_days_then",
        kind: Kind::Number,
        meaning: "age in days, on that day, of the oldest invoice that was overdue; 0 if none was",
        absent: "not known without invoices",
        read: |facts, i| match (facts.overdue_timeline(), facts.hours.as_ref().and_then(|items| items.get(i)).and_then(|it| it.date)) {
            (None, _) => Value::NotKnown(Need::Invoices),
            (_, None) => Value::NotKnown(Need::HoursDate),
            (Some(timeline), Some(day)) => timeline.age_on(day),
        },
    },
];

/// The fields of an action taken.
pub(super) static ACTION_FIELDS: &[Field] = &[
    Field {
        name: "action",
        kind: Kind::Word(&[]),
        meaning: "the id of the action",
        absent: "it must be there",
        read: |facts, i| facts.action_taken(i).map_or(Value::NotKnown(Need::ActionsTaken), |it| Value::Word(&it.action)),
    },
    Field {
        name: "for",
        kind: Kind::Word(&[]),
        meaning: "the id of the rule that it was taken for",
        absent: "for none in particular",
        read: |facts, i| match facts.action_taken(i) {
            None => Value::NotKnown(Need::ActionsTaken),
            Some(it) => it.rule.as_deref().map_or(Value::Nothing, Value::Word),
        },
    },
];
