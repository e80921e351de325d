//! The record: what the freelancer wrote down, or imported, about one client.
//! Text comes in, typed values go out, with every mistake of a file told at once. It knows nothing of rules,
//! of scoring, or of where in a file a value stood.

mod check;
mod decode;
mod scalars;

use schemars::JsonSchema;
use serde::Deserialize;

pub use check::{Warning, warnings};
pub use decode::{MAX_RECORD_BYTES, decode, decode_line, decode_message, not_utf8, salvaged, schema};
pub use scalars::{Amount, Currency, Day, FormatVersion, Moment, OrNo, Quantity, Scalar, TimeOfDay, Weekdays, Zone, check_scalar};

/// One client's record, format 1.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The format of this file, which is 1.
    pub clientcheck: Option<FormatVersion>,
    /// Who the client is. Only `name` is required.
    pub client: Client,
    /// Where the relationship stands. Left out: active if anything was signed, invoiced or delivered, or hours logged, else prospect.
    pub stage: Option<Stage>,
    /// The contract in force.
    pub contract: Option<Contract>,
    /// Contracts that were in force before.
    pub earlier_contracts: Option<Vec<Contract>>,
    /// What was offered.
    pub quote: Option<Quote>,
    /// What the client said it can pay, and by when it wants it.
    pub client_wants: Option<ClientWants>,
    /// What is to be delivered, and what was.
    pub milestones: Option<Vec<Milestone>>,
    /// Changes and extras, asked for by either side.
    pub change_orders: Option<Vec<ChangeOrder>>,
    /// Invoices with their payments.
    pub invoices: Option<Vec<Invoice>>,
    /// A file of messages beside this one (JSON, one message a line); written by import.
    pub messages_file: Option<String>,
    /// What was written, by both sides.
    pub messages: Option<Vec<Message>>,
    /// Praise, requests and complaints about the work.
    pub feedback: Option<Vec<Feedback>>,
    /// What you saw or heard yourself, on a call for example.
    pub observations: Option<Vec<Observation>>,
    /// Hours worked for this client.
    pub hours: Option<Vec<Hours>>,
    /// What you have done about it so far.
    pub actions_taken: Option<Vec<ActionTaken>>,
    /// Which lists hold everything, and over which time; written by import.
    pub complete: Option<Complete>,
    /// You. Usually in clientcheck.yml, for all clients.
    pub me: Option<Me>,
    /// Anything worth remembering; never read by a rule.
    pub notes: Option<String>,
}

/// Who the client is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The client's name.
    pub name: String,
    /// A short name for scripts. Left out: the file's name.
    pub id: Option<String>,
    /// Other names, as they stand in exports.
    pub aliases: Option<Vec<String>>,
    /// Addresses the client writes from; `*@acme.example` for a whole domain.
    pub emails: Option<Vec<String>>,
    /// The client's time zone, like Europe/Berlin.
    pub timezone: Option<Zone>,
    /// Since when you know the client.
    pub since: Option<Day>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// Declares a closed list of words, as they stand in files.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }
        impl $name {
            /// All of them, in the order of the documentation.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];
            /// The word in files.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Where the relationship stands.
    Stage {
        /// Nothing is signed yet.
        Prospect = "prospect",
        /// Work is going on or may at any time.
        Active = "active",
        /// Work rests for now.
        Paused = "paused",
        /// It is over.
        Ended = "ended",
    }
}
words! {
    /// How the work is billed.
    Billing { /// One price for all of it.
        Fixed = "fixed", /// By the hour or day.
        Hourly = "hourly", /// A sum for each month.
        Retainer = "retainer" }
}
words! {
    /// From when the days of a payment term count.
    TermStart { /// The day of issue.
        Issue = "issue", /// The last day of the month of issue.
        EndOfMonth = "end_of_month" }
}
words! {
    /// How often a late fee is charged.
    FeePeriod { /// Once.
        Once = "once", /// For each day.
        Day = "day", /// For each week.
        Week = "week", /// For each month.
        Month = "month", /// For each year, as interest is.
        Year = "year" }
}
words! {
    /// What a rate is paid for.
    RateUnit { /// An hour.
        Hour = "hour", /// A day of eight hours.
        Day = "day", /// A month.
        Month = "month" }
}
words! {
    /// What a contract says something about.
    Term { /// What it costs.
        Price = "price", /// What is delivered when, and billed.
        Milestones = "milestones", /// How many rounds of changes are included.
        Revisions = "revisions", /// What happens if either side stops.
        Cancellation = "cancellation", /// What haste costs.
        RushFee = "rush_fee", /// Who owns the work, and from when.
        Ownership = "ownership" }
}
words! {
    /// Where people talk.
    Channel { /// Mail.
        Email = "email", /// A call.
        Phone = "phone", /// In person or by video.
        Meeting = "meeting", /// WhatsApp.
        Whatsapp = "whatsapp", /// Slack.
        Slack = "slack", /// Telegram.
        Telegram = "telegram", /// Text messages.
        Sms = "sms", /// A project portal or ticket system.
        Portal = "portal", /// Anything else.
        Other = "other" }
}
words! {
    /// Through whom a milestone came late.
    LateCause { /// The client.
        Client = "client", /// You.
        Me = "me", /// Somebody else.
        ThirdParty = "third_party" }
}
words! {
    /// How far a change has come.
    ChangeStatus { /// Asked for.
        Requested = "requested", /// Agreed, with its price.
        Approved = "approved", /// Not agreed.
        Declined = "declined", /// Done, and not paid for.
        DoneUnpaid = "done_unpaid", /// Done and paid.
        Paid = "paid" }
}
words! {
    /// One of the two sides.
    Party { /// The client.
        Client = "client", /// You.
        Me = "me" }
}
words! {
    /// Who wrote a message.
    Sender { /// The client.
        Client = "client", /// You.
        Me = "me", /// Somebody else in the thread.
        Other = "other" }
}
words! {
    /// What a piece of feedback is.
    FeedbackKind { /// It was liked.
        Praise = "praise", /// A change is asked for.
        Request = "request", /// Something is wrong.
        Complaint = "complaint" }
}
words! {
    /// How much a complaint is about.
    Size { /// A small thing.
        Small = "small", /// A large one.
        Large = "large" }
}
words! {
    /// What hours went into.
    HoursKind { /// The work itself.
        Delivery = "delivery", /// Extras that nobody pays.
        UnpaidExtra = "unpaid_extra", /// Rounds of changes.
        Revision = "revision", /// Arguing.
        Conflict = "conflict", /// Everything around it.
        Admin = "admin" }
}

/// A contract.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// The day it was signed; `no` = there is none; left out = not known.
    pub signed_on: Option<OrNo<Day>>,
    /// The name of the statement of work; `no` = there is none.
    pub statement_of_work: Option<OrNo<String>>,
    /// fixed, hourly or retainer.
    pub billing: Option<Billing>,
    /// The currency of every amount in this record that names none, like EUR.
    pub currency: Option<Currency>,
    /// What it is worth, net of tax.
    pub value: Option<Amount>,
    /// When to pay, and what a delay costs.
    pub payment_terms: Option<PaymentTerms>,
    /// What an hour, a day or a month costs, net of tax.
    pub rate: Option<Rate>,
    /// How many rounds of changes are included.
    pub revision_rounds_included: Option<Quantity>,
    /// Within how many hours of working days you promised to answer.
    pub reply_within_hours: Option<Quantity>,
    /// What it says something about: price, milestones, revisions, cancellation, rush_fee, ownership.
    pub covers: Option<Vec<Term>>,
    /// The agreed place for decisions; `no` = none was agreed.
    pub channel: Option<OrNo<Channel>>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// When to pay, and what a delay costs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "net_days": 30 }]))]
pub struct PaymentTerms {
    /// Days until an invoice is due.
    pub net_days: Option<u16>,
    /// From when they count: issue (default) or end_of_month.
    pub from: Option<TermStart>,
    /// The late fee in percent.
    pub late_fee_percent: Option<Quantity>,
    /// How often it is charged: once, day, week, month or year.
    pub late_fee_per: Option<FeePeriod>,
    /// How much is paid in advance, in percent; 0 = nothing.
    pub deposit_percent: Option<Quantity>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// What an hour, a day or a month costs.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The amount, net of tax.
    pub amount: Amount,
    /// hour, day or month.
    pub per: RateUnit,
    /// Its currency, if not the contract's.
    pub currency: Option<Currency>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// What was offered.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// The price, net of tax.
    pub amount: Option<Amount>,
    /// Its currency, if not the contract's.
    pub currency: Option<Currency>,
    /// When it was sent.
    pub sent_on: Option<Day>,
    /// By when the work would be done.
    pub due_date: Option<Day>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// What the client said it can pay, and by when it wants it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientWants {
    /// The budget that was named.
    pub budget: Option<Amount>,
    /// Its currency, if not the contract's.
    pub currency: Option<Currency>,
    /// The day that was named.
    pub by: Option<Day>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// Where an imported item came from.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The program or service it was exported from.
    pub system: String,
    /// Its name there.
    pub id: Option<String>,
}

/// A part of the work that is delivered.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// A short name, for other entries to refer to.
    pub id: Option<String>,
    /// What is delivered.
    pub deliverable: Option<String>,
    /// When it is due.
    pub due_date: Option<Day>,
    /// When it was delivered.
    pub delivered_on: Option<Day>,
    /// When the client accepted it.
    pub accepted_on: Option<Day>,
    /// How many rounds of changes it took.
    pub revision_rounds: Option<Quantity>,
    /// Through whom it came late: client, me or third_party. Left out: me.
    pub late_cause: Option<LateCause>,
    /// Written by import, to know the item again.
    pub key: Option<String>,
    /// Where it came from.
    pub source: Option<Source>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// A change or an extra.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOrder {
    /// A short name, for invoices to refer to.
    pub id: Option<String>,
    /// When it was asked for.
    pub requested_on: Option<Day>,
    /// Who asked: client (default) or me.
    pub requested_by: Option<Party>,
    /// What it is.
    pub title: Option<String>,
    /// The milestone that it changes.
    pub milestone: Option<String>,
    /// How many hours it takes.
    pub hours: Option<Quantity>,
    /// What it costs, net of tax.
    pub amount: Option<Amount>,
    /// Its currency, if not the contract's.
    pub currency: Option<Currency>,
    /// requested (default), approved, declined, done_unpaid or paid.
    pub status: Option<ChangeStatus>,
    /// When it was agreed.
    pub approved_on: Option<Day>,
    /// Written by import, to know the item again.
    pub key: Option<String>,
    /// Where it came from.
    pub source: Option<Source>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// An invoice.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// Its number, as text in quotes: 0000001 must not become 1.
    pub number: Option<String>,
    /// When it was sent.
    pub issue_date: Option<Day>,
    /// When it is due. Left out: issue_date and net_days of the contract.
    pub due_date: Option<Day>,
    /// What it asks for, tax included.
    pub amount: Option<Amount>,
    /// Its currency, if not the contract's.
    pub currency: Option<Currency>,
    /// The milestone that it is for.
    pub milestone: Option<String>,
    /// The change order that it is for.
    pub change_order: Option<String>,
    /// What was paid, and when.
    pub payments: Option<Vec<Payment>>,
    /// Credit notes for it.
    pub credits: Option<Vec<Payment>>,
    /// When it was cancelled by you.
    pub voided_on: Option<Day>,
    /// When you gave up on it.
    pub written_off_on: Option<Day>,
    /// Whether and why the client contests it.
    pub disputed: Option<Dispute>,
    /// Written by import, to know the item again.
    pub key: Option<String>,
    /// Where it came from.
    pub source: Option<Source>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// A payment or a credit. Without a date it was made on a day not known.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// The day.
    pub date: Option<Day>,
    /// The amount.
    pub amount: Amount,
    /// Its currency, if not the invoice's.
    pub currency: Option<Currency>,
    /// Written by import, to know the item again.
    pub key: Option<String>,
    /// Where it came from.
    pub source: Option<Source>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// That a client contests an invoice.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dispute {
    /// Since when.
    pub date: Option<Day>,
    /// The reason that was given.
    pub reason: Option<String>,
    /// When it was settled.
    pub resolved_on: Option<Day>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// Something written, by either side.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// When: "2026-02-28T14:30:00+02:00", without an offset in me.timezone, or the day alone.
    pub at: Moment,
    /// Who wrote it: client, me or other.
    pub from: Sender,
    /// Where: email, phone, meeting, whatsapp, slack, telegram, sms, portal or other.
    pub channel: Option<Channel>,
    /// The thread that it belongs to.
    pub thread: Option<String>,
    /// The words.
    pub text: Option<String>,
    /// Written by import, to know the item again.
    pub key: Option<String>,
    /// Where it came from.
    pub source: Option<Source>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// What was said of the work.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// When.
    pub date: Option<Day>,
    /// praise, request or complaint.
    pub kind: FeedbackKind,
    /// The milestone that it is about.
    pub about: Option<String>,
    /// The words.
    pub text: Option<String>,
    /// How much a complaint is about: small or large.
    pub size: Option<Size>,
    /// When a complaint was settled.
    pub resolved_on: Option<Day>,
    /// Written by import, to know the item again.
    pub key: Option<String>,
    /// Where it came from.
    pub source: Option<Source>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// What you saw or heard yourself.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// When.
    pub date: Option<Day>,
    /// The rule that it is a case of, by its id.
    pub rule: String,
    /// What happened.
    pub note: Option<String>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// Hours worked.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// When.
    pub date: Option<Day>,
    /// How many.
    pub hours: Quantity,
    /// On what: delivery (default), unpaid_extra, revision, conflict or admin.
    pub kind: Option<HoursKind>,
    /// Written by import, to know the item again.
    pub key: Option<String>,
    /// Where it came from.
    pub source: Option<Source>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// Something you did about it.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionTaken {
    /// When.
    pub date: Option<Day>,
    /// Which, by the action's id, like set-boundary.
    pub action: String,
    /// For which rule. Left out: for none in particular.
    #[serde(rename = "for")]
    pub rule: Option<String>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// Which lists hold everything, and over which time.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Complete {
    /// All messages of both sides.
    pub messages: Option<Period>,
    /// All hours.
    pub hours: Option<Period>,
    /// All feedback.
    pub feedback: Option<Period>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// A time from one day to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// You.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Me {
    /// Addresses you write from.
    pub emails: Option<Vec<String>>,
    /// Your time zone, like Europe/Helsinki: whose days are meant. Left out: UTC.
    pub timezone: Option<Zone>,
    /// When you work.
    pub working_hours: Option<WorkingHours>,
    /// The languages you work in, like en or fi.
    pub languages: Option<Vec<String>>,
    /// What you work and earn in a year, over all clients.
    pub a_year: Option<AYear>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

impl Me {
    /// These settings, and where they say nothing, the other ones.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            emails: self.emails.or_else(|| other.emails.clone()),
            timezone: self.timezone.or(other.timezone),
            working_hours: self.working_hours.or_else(|| other.working_hours.clone()),
            languages: self.languages.or_else(|| other.languages.clone()),
            a_year: self.a_year.or_else(|| other.a_year.clone()),
            notes: self.notes,
        }
    }
}

/// When you work.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkingHours {
    /// The days, like mon-fri (default).
    pub days: Option<Weekdays>,
    /// From this time of day.
    pub from: TimeOfDay,
    /// To this time of day.
    pub to: TimeOfDay,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// What you work and earn in a year.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AYear {
    /// Hours worked.
    pub hours: Option<Quantity>,
    /// Income, tax included, as on your invoices.
    pub income: Option<Amount>,
    /// The income's currency.
    pub currency: Option<Currency>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}
