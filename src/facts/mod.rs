//! Facts: the named values that rules may ask about. A record and a day come in; lists with derived fields and single
//! values come out, each described once in a table from which the schemas, the suggestions and `clientcheck facts` are
//! made. It knows nothing of rules or points. Only what had happened by the end of the day is seen.

mod days;
mod invoice_fields;
mod invoices;
mod lateness;
mod messages;
mod needs;
mod singles;
mod table;
mod value;
mod work;

use std::cell::OnceCell;

use chrono::NaiveDate;
use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::diagnostic::Path;
use crate::record::{Currency, Day, Me, OrNo, Period, Record, Stage, Weekdays};

pub use days::Duration;
pub use needs::{Answer, Missing, Need};
pub use table::{FACTS, Fact};
pub use value::{Kind, Money, Value, in_words};

use invoices::{OverdueTimeline, SeenInvoice, SeenPayment};
use lateness::Lateness;
use messages::SeenMessage;
use work::{SeenChange, SeenFeedback, SeenMilestone, Simple};

crate::record::words! {
    /// The lists that rules may look at.
    List {
        /// One entry for each invoice.
        Invoices = "invoices",
        /// One entry for each payment of an invoice.
        Payments = "payments",
        /// One entry for each part of the work.
        Milestones = "milestones",
        /// One entry for each change or extra.
        ChangeOrders = "change_orders",
        /// One entry for each message.
        Messages = "messages",
        /// One entry for each piece of feedback.
        Feedback = "feedback",
        /// One entry for each thing seen or heard.
        Observations = "observations",
        /// One entry for each piece of work.
        Hours = "hours",
        /// One entry for each remedy that was tried.
        ActionsTaken = "actions_taken",
    }
}

impl List {
    /// What is missing where the list is not in the record.
    #[must_use]
    pub const fn need(self) -> Need {
        match self {
            Self::Invoices | Self::Payments => Need::Invoices,
            Self::Milestones => Need::Milestones,
            Self::ChangeOrders => Need::ChangeOrders,
            Self::Messages => Need::Messages,
            Self::Feedback => Need::Feedback,
            Self::Observations => Need::Observations,
            Self::Hours => Need::Hours,
            Self::ActionsTaken => Need::ActionsTaken,
        }
    }
    /// What is missing where an entry has no day.
    #[must_use]
    pub const fn day_need(self) -> Need {
        match self {
            Self::Invoices => Need::InvoiceDueDate,
            Self::Payments => Need::PaymentDate,
            Self::Milestones => Need::MilestoneDueDate,
            Self::ChangeOrders => Need::ChangeRequestedOn,
            Self::Messages => Need::MessageTime,
            Self::Feedback => Need::FeedbackDate,
            Self::Observations => Need::ObservationDate,
            Self::Hours => Need::HoursDate,
            Self::ActionsTaken => Need::ActionDate,
        }
    }
    /// What is missing where it is not known whether the list is complete.
    #[must_use]
    pub const fn completeness_need(self) -> Need {
        match self {
            Self::Hours => Need::CompleteHours,
            Self::Feedback => Need::CompleteFeedback,
            Self::Messages => Need::CompleteMessages,
            Self::Invoices | Self::Payments | Self::Milestones | Self::ChangeOrders | Self::Observations | Self::ActionsTaken => {
                self.need()
            }
        }
    }
    /// What one entry is, and by which days it goes.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Invoices => "one entry per invoice, from its due date to the day it was settled",
            Self::Payments => "one entry per payment of an invoice, by its date",
            Self::Milestones => "one entry per part of the work, from its due date to its delivery",
            Self::ChangeOrders => "one entry per change or extra, by requested_on",
            Self::Messages => "one entry per message, by at",
            Self::Feedback => "one entry per piece of feedback, by date; a complaint until resolved_on",
            Self::Observations => "one entry per thing that you saw or heard, by date",
            Self::Hours => "one entry per piece of work, by date",
            Self::ActionsTaken => "one entry per remedy that you tried, by date",
        }
    }
    /// The fields of its entries.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Invoices => invoice_fields::INVOICE_FIELDS,
            Self::Payments => invoice_fields::PAYMENT_FIELDS,
            Self::Milestones => work::MILESTONE_FIELDS,
            Self::ChangeOrders => work::CHANGE_FIELDS,
            Self::Messages => messages::MESSAGE_FIELDS,
            Self::Feedback => work::FEEDBACK_FIELDS,
            Self::Observations => work::OBSERVATION_FIELDS,
            Self::Hours => work::HOURS_FIELDS,
            Self::ActionsTaken => work::ACTION_FIELDS,
        }
    }
}

/// Reads one field of one entry.
pub type ReadField = for<'a> fn(&'a Facts<'a>, usize) -> Value<'a>;

/// One field of a list: a row of the facts table.
#[derive(Debug)]
pub struct Field {
    /// Its name in rules.
    pub name: &'static str,
    /// What kind of value it has.
    pub kind: Kind,
    /// What it means, with its unit.
    pub meaning: &'static str,
    /// What it means if the record does not have it.
    pub absent: &'static str,
    /// How it is read.
    pub read: ReadField,
}

/// Fields stand once in their table, so the same field is the same place.
impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// When an entry began and ended, as of the day that is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// Its first day; none if it is undated.
    pub first: Option<NaiveDate>,
    /// Its last day: the day that is looked at while it is open.
    pub last: Option<NaiveDate>,
    /// Whether it is still open.
    pub is_open: bool,
}

impl Span {
    /// One day, or none.
    const fn day(day: Option<NaiveDate>) -> Self {
        Self { first: day, last: day, is_open: false }
    }
}

/// The facts of one record as of the end of one day.
#[derive(Debug)]
pub struct Facts<'r> {
    record: &'r Record,
    as_of: NaiveDate,
    invoices: Option<Vec<SeenInvoice<'r>>>,
    payments: Option<Vec<SeenPayment<'r>>>,
    milestones: Option<Vec<SeenMilestone<'r>>>,
    changes: Option<Vec<SeenChange<'r>>>,
    messages: Option<Vec<SeenMessage<'r>>>,
    feedback: Option<Vec<SeenFeedback<'r>>>,
    observations: Option<Vec<Simple>>,
    hours: Option<Vec<Simple>>,
    actions: Option<Vec<Simple>>,
    covers: Vec<&'static str>,
    overdue: OnceCell<OverdueTimeline>,
    lateness: OnceCell<Lateness>,
    replies: OnceCell<Vec<messages::Reply>>,
}

impl<'r> Facts<'r> {
    /// Everything that a record says of a client by the end of a day.
    #[must_use]
    pub fn new(record: &'r Record, as_of: NaiveDate) -> Self {
        let zone = record.me.as_ref().and_then(|me| me.timezone).map_or(Tz::UTC, |zone| zone.0);
        let milestones = record.milestones.as_deref().map(|raw| work::see_milestones(raw, as_of));
        let changes = record.change_orders.as_deref().map(|raw| work::see_changes(raw, as_of));
        let invoices = record.invoices.as_deref().map(|raw| invoices::see(raw, record.contract.as_ref(), as_of));
        let payments = invoices.as_ref().map(|invoices| invoices::see_payments(invoices, as_of));
        Self {
            record,
            as_of,
            payments,
            invoices,
            covers: singles::covered_terms(record),
            messages: record.messages.as_deref().map(|raw| messages::see(raw, zone, as_of)),
            feedback: record.feedback.as_deref().map(|raw| work::see_feedback(raw, as_of)),
            observations: record.observations.as_deref().map(|raw| work::see_simple(raw.iter().map(|item| item.date), as_of)),
            hours: record.hours.as_deref().map(|raw| work::see_simple(raw.iter().map(|item| item.date), as_of)),
            actions: record.actions_taken.as_deref().map(|raw| work::see_simple(raw.iter().map(|item| item.date), as_of)),
            milestones,
            changes,
            overdue: OnceCell::new(),
            lateness: OnceCell::new(),
            replies: OnceCell::new(),
        }
    }

    /// The record that they are facts of.
    #[must_use]
    pub const fn record(&self) -> &'r Record {
        self.record
    }

    /// The day at whose end they hold.
    #[must_use]
    pub const fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// How many entries of a list are seen; none if the list is not in the record.
    #[must_use]
    pub fn len(&self, list: List) -> Option<usize> {
        match list {
            List::Invoices => self.invoices.as_ref().map(Vec::len),
            List::Payments => self.payments.as_ref().map(Vec::len),
            List::Milestones => self.milestones.as_ref().map(Vec::len),
            List::ChangeOrders => self.changes.as_ref().map(Vec::len),
            List::Messages => self.messages.as_ref().map(Vec::len),
            List::Feedback => self.feedback.as_ref().map(Vec::len),
            List::Observations => self.observations.as_ref().map(Vec::len),
            List::Hours => self.hours.as_ref().map(Vec::len),
            List::ActionsTaken => self.actions.as_ref().map(Vec::len),
        }
    }

    /// The days of an entry. Entries stand in the order of their first day, undated ones last.
    #[must_use]
    pub fn span(&self, list: List, index: usize) -> Span {
        let span = match list {
            List::Invoices => self.invoices.as_ref().and_then(|items| items.get(index)).map(|item| item.span),
            List::Payments => self.payments.as_ref().and_then(|items| items.get(index)).map(|item| Span::day(item.date)),
            List::Milestones => self.milestones.as_ref().and_then(|items| items.get(index)).map(|item| item.span),
            List::ChangeOrders => self.changes.as_ref().and_then(|items| items.get(index)).map(|item| Span::day(item.requested_on)),
            List::Messages => self.messages.as_ref().and_then(|items| items.get(index)).map(|item| Span::day(Some(item.day))),
            List::Feedback => self.feedback.as_ref().and_then(|items| items.get(index)).map(|item| item.span),
            List::Observations => self.observations.as_ref().and_then(|items| items.get(index)).map(|item| Span::day(item.date)),
            List::Hours => self.hours.as_ref().and_then(|items| items.get(index)).map(|item| Span::day(item.date)),
            List::ActionsTaken => self.actions.as_ref().and_then(|items| items.get(index)).map(|item| Span::day(item.date)),
        };
        span.unwrap_or_default()
    }

    /// Where an entry stands in the record.
    #[must_use]
    pub fn path(&self, list: List, index: usize) -> Path {
        let raw = match list {
            List::Invoices => self.invoices.as_ref().and_then(|items| items.get(index)).map(|item| item.index),
            List::Payments => {
                let payment = self.payments.as_ref().and_then(|items| items.get(index));
                return payment.map_or_else(
                    || Path::dotted("invoices"),
                    |item| Path::entry("invoices", item.invoice).key("payments").index(item.index),
                );
            }
            List::Milestones => self.milestones.as_ref().and_then(|items| items.get(index)).map(|item| item.index),
            List::ChangeOrders => self.changes.as_ref().and_then(|items| items.get(index)).map(|item| item.index),
            List::Messages => self.messages.as_ref().and_then(|items| items.get(index)).map(|item| item.index),
            List::Feedback => self.feedback.as_ref().and_then(|items| items.get(index)).map(|item| item.index),
            List::Observations => self.observations.as_ref().and_then(|items| items.get(index)).map(|item| item.index),
            List::Hours => self.hours.as_ref().and_then(|items| items.get(index)).map(|item| item.index),
            List::ActionsTaken => self.actions.as_ref().and_then(|items| items.get(index)).map(|item| item.index),
        };
        raw.map_or_else(|| Path::dotted(list.word()), |raw| Path::entry(list.word(), raw))
    }

    /// Whether a list holds everything from one day to another, both included. Money, milestones, changes and actions
    /// always do; messages, hours and feedback only over the time that `complete` names.
    #[must_use]
    pub fn is_complete(&self, list: List, from: NaiveDate, to: NaiveDate) -> bool {
        match list {
            List::Messages | List::Hours | List::Feedback => days::covers(self.completeness(list), from, to),
            List::Invoices | List::Payments | List::Milestones | List::ChangeOrders | List::Observations | List::ActionsTaken => {
                self.len(list).is_some()
            }
        }
    }

    /// The time over which messages, hours or feedback are complete.
    #[must_use]
    pub fn completeness(&self, list: List) -> Option<Period> {
        let complete = self.record.complete.as_ref()?;
        match list {
            List::Messages => complete.messages,
            List::Hours => complete.hours,
            List::Feedback => complete.feedback,
            List::Invoices | List::Payments | List::Milestones | List::ChangeOrders | List::Observations | List::ActionsTaken => None,
        }
    }

    /// Where the relationship stands, and whether that was told or derived.
    #[must_use]
    pub fn stage(&self) -> (Stage, bool) {
        if let Some(stage) = self.record.stage {
            return (stage, true);
        }
        let has_begun = self.signed_on().is_some()
            || self.invoices.as_ref().is_some_and(|invoices| !invoices.is_empty())
            || self.hours.as_ref().is_some_and(|hours| !hours.is_empty())
            || self.milestones.iter().flatten().any(|milestone| milestone.delivered_on.is_some());
        (if has_begun { Stage::Active } else { Stage::Prospect }, false)
    }

    /// The day on which the contract in force was signed, if that has happened.
    fn signed_on(&self) -> Option<NaiveDate> {
        match self.record.contract.as_ref()?.signed_on {
            Some(OrNo::Is(Day(day))) => Some(day).filter(|day| *day <= self.as_of),
            Some(OrNo::No) | None => None,
        }
    }

    /// Whether a contract is signed; none if that is not known.
    fn is_signed(&self) -> Option<bool> {
        match self.record.contract.as_ref().and_then(|contract| contract.signed_on.as_ref()) {
            Some(OrNo::Is(Day(day))) => Some(*day <= self.as_of),
            Some(OrNo::No) => Some(false),
            None if self.stage().0 == Stage::Prospect => Some(false),
            None => None,
        }
    }

    /// Days from the signature to another day; does not apply while unsigned.
    fn days_after_signing(&self, day: Option<NaiveDate>, need: Need) -> Value<'r> {
        let is_told = self.record.contract.as_ref().is_some_and(|contract| contract.signed_on.is_some())
            || self.record.stage == Some(Stage::Prospect);
        match (self.signed_on(), day) {
            (Some(signed), Some(day)) if day >= signed => Value::Number(days::days_between(signed, day)),
            (Some(_), None) => Value::NotKnown(need),
            // That a record shows nothing signed does not tell when it was signed.
            (None, _) if !is_told => Value::NotKnown(Need::SignedOn),
            (Some(_), Some(_)) | (None, _) => Value::NotApplicable,
        }
    }

    /// Days from the acceptance of the named milestone to another day.
    fn days_after_acceptance(&self, milestone: Option<&str>, day: Option<NaiveDate>, named_by: Need, dated_by: Need) -> Value<'r> {
        let Some(id) = milestone else { return Value::NotKnown(named_by) };
        let Some(milestone) = self.milestone(id) else { return Value::NotKnown(named_by) };
        match (milestone.accepted_on, day) {
            (None, _) => Value::NotApplicable,
            (Some(_), None) => Value::NotKnown(dated_by),
            (Some(accepted), Some(day)) if day >= accepted => Value::Number(days::days_between(accepted, day)),
            (Some(_), Some(_)) => Value::NotApplicable,
        }
    }

    fn milestone(&self, id: &str) -> Option<&SeenMilestone<'r>> {
        self.milestones.iter().flatten().find(|milestone| milestone.raw.id.as_deref() == Some(id))
    }

    /// Who I am, where that is known.
    fn me(&self) -> Option<&'r Me> {
        self.record.me.as_ref()
    }

    /// The languages that I understand, by their codes; none if the record does not say.
    #[must_use]
    pub fn languages(&self) -> Option<&[String]> {
        self.me().and_then(|me| me.languages.as_deref()).filter(|languages| !languages.is_empty())
    }

    /// The days of the week on which I work.
    fn working_days(&self) -> Weekdays {
        self.me().and_then(|me| me.working_hours.as_ref()).and_then(|hours| hours.days).unwrap_or(Weekdays::MON_FRI)
    }

    /// The currency of amounts that name none.
    fn currency(&self) -> Option<Currency> {
        self.record.contract.as_ref().and_then(|contract| contract.currency)
    }

    /// An amount in its own currency, else in the contract's.
    fn money(&self, amount: Decimal, currency: Option<Currency>) -> Money {
        Money { amount, currency: currency.or_else(|| self.currency()) }
    }

    /// Whether a day lies in the stretch of a year back from the day that is looked at.
    fn is_within_a_year(&self, day: NaiveDate) -> bool {
        day > Duration::months(12).before(self.as_of) && day <= self.as_of
    }

    fn overdue_timeline(&self) -> Option<&OverdueTimeline> {
        let invoices = self.invoices.as_ref()?;
        Some(self.overdue.get_or_init(|| OverdueTimeline::new(invoices, self.as_of)))
    }
}

/// A field of a list by its name.
#[must_use]
pub fn field(list: List, name: &str) -> Option<&'static Field> {
    list.fields().iter().find(|field| field.name == name)
}

/// A single fact by its name.
#[must_use]
pub fn fact(name: &str) -> Option<&'static Fact> {
    FACTS.iter().find(|fact| fact.name == name)
}
