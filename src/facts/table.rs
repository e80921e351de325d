//! What rules may ask of a record as a whole: the table of single facts.

use rust_decimal::Decimal;

use super::days::days_between;
use super::work::all_words;
use super::{Facts, Kind, Need, Value};
use crate::record::{Billing, Channel, OrNo, Stage, Term};

/// One single fact: a row of the facts table.
#[derive(Debug)]
pub struct Fact {
    /// Its name in rules.
    pub name: &'static str,
    /// What kind of value it has.
    pub kind: Kind,
    /// What it means, with its unit.
    pub meaning: &'static str,
    /// What it means if the record does not have it.
    pub absent: &'static str,
    /// The path of the record where it stands, or from which it is derived.
    pub path: &'static str,
    /// How it is read.
    pub read: for<'a> fn(&'a Facts<'a>) -> Value<'a>,
}

/// Facts stand once in their table, so the same fact is the same place.
impl PartialEq for Fact {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

fn share<'a>(part: Value<'a>, whole: Value<'a>) -> Value<'a> {
    match (part, whole) {
        (Value::Money(part), Value::Money(whole)) if part.is_comparable(whole) => part
            .amount
            .checked_div(whole.amount)
            .map_or(if part.amount.is_zero() { Value::Number(Decimal::ZERO) } else { Value::NotApplicable }, Value::Number),
        (Value::Money(_), Value::Money(_)) => Value::NotKnown(Need::OneCurrency),
        (Value::Money(_), other) | (other, _) => other,
    }
}

fn contract_value<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    facts.contract(Need::ContractValue, |contract| contract.value.map(|value| Value::Money(facts.money(value.0, None))))
}

all_words!(STAGES, Stage);
all_words!(BILLINGS, Billing);
all_words!(TERMS, Term);
all_words!(CHANNELS, Channel);

const NOT_KNOWN: &str = "not known";

/// All single facts.
pub static FACTS: &[Fact] = &[
    Fact {
        name: "stage",
        kind: Kind::Word(&STAGES),
        meaning: "where the relationship stands",
        absent: "derived: active once anything was signed, invoiced, delivered or logged, else prospect",
        path: "stage",
        read: |facts| Value::Word(facts.stage().0.word()),
    },
    Fact {
        name: "signed",
        kind: Kind::YesNo,
        meaning: "a contract is signed",
        absent: "no for a prospect, else not known",
        path: "contract.signed_on",
        read: |facts| facts.is_signed().map_or(Value::NotKnown(Need::SignedOn), Value::YesNo),
    },
    Fact {
        name: "contract.signed_on",
        kind: Kind::Day,
        meaning: "when the contract was signed",
        absent: NOT_KNOWN,
        path: "contract.signed_on",
        read: |facts| match (facts.signed_on(), facts.is_signed()) {
            (Some(day), _) => Value::Day(day),
            (None, Some(false)) => Value::Nothing,
            (None, _) => Value::NotKnown(Need::SignedOn),
        },
    },
    Fact {
        name: "contract.statement_of_work",
        kind: Kind::Text,
        meaning: "the name of the statement of work",
        absent: NOT_KNOWN,
        path: "contract.statement_of_work",
        read: |facts| {
            facts.contract(Need::StatementOfWork, |contract| {
                contract.statement_of_work.as_ref().map(|sow| match sow {
                    OrNo::No => Value::Nothing,
                    OrNo::Is(name) => Value::Text(name),
                })
            })
        },
    },
    Fact {
        name: "contract.billing",
        kind: Kind::Word(&BILLINGS),
        meaning: "how the work is billed",
        absent: NOT_KNOWN,
        path: "contract.billing",
        read: |facts| facts.contract(Need::Billing, |contract| contract.billing.map(|billing| Value::Word(billing.word()))),
    },
    Fact {
        name: "contract.value",
        kind: Kind::Money,
        meaning: "what the contract is worth, net of tax; never compared with invoices",
        absent: NOT_KNOWN,
        path: "contract.value",
        read: contract_value,
    },
    Fact {
        name: "contract.net_days",
        kind: Kind::Number,
        meaning: "days until an invoice is due",
        absent: NOT_KNOWN,
        path: "contract.payment_terms.net_days",
        read: |facts| {
            facts.contract(Need::NetDays, |contract| contract.payment_terms.as_ref()?.net_days.map(|days| Value::Number(days.into())))
        },
    },
    Fact {
        name: "contract.late_fee_percent",
        kind: Kind::Number,
        meaning: "the late fee in percent",
        absent: NOT_KNOWN,
        path: "contract.payment_terms.late_fee_percent",
        read: |facts| {
            facts.contract(Need::LateFee, |contract| {
                contract.payment_terms.as_ref()?.late_fee_percent.map(|percent| Value::Number(percent.0))
            })
        },
    },
    Fact {
        name: "contract.deposit_percent",
        kind: Kind::Number,
        meaning: "percent paid in advance; 0 is nothing",
        absent: NOT_KNOWN,
        path: "contract.payment_terms.deposit_percent",
        read: |facts| {
            facts.contract(Need::Deposit, |contract| {
                contract.payment_terms.as_ref()?.deposit_percent.map(|percent| Value::Number(percent.0))
            })
        },
    },
    Fact {
        name: "contract.rate",
        kind: Kind::Money,
        meaning: "what an hour costs, net of tax; a day counts as 8 hours; does not apply to a rate per month",
        absent: NOT_KNOWN,
        path: "contract.rate",
        read: |facts| facts.rate(),
    },
    Fact {
        name: "contract.revision_rounds_included",
        kind: Kind::Number,
        meaning: "rounds of changes included",
        absent: NOT_KNOWN,
        path: "contract.revision_rounds_included",
        read: |facts| {
            facts.contract(Need::RevisionsIncluded, |contract| contract.revision_rounds_included.map(|rounds| Value::Number(rounds.0)))
        },
    },
    Fact {
        name: "contract.reply_within_hours",
        kind: Kind::Number,
        meaning: "hours of working days within which you promised to answer",
        absent: NOT_KNOWN,
        path: "contract.reply_within_hours",
        read: |facts| facts.contract(Need::ReplyWithin, |contract| contract.reply_within_hours.map(|hours| Value::Number(hours.0))),
    },
    Fact {
        name: "contract.covers",
        kind: Kind::Words(&TERMS),
        meaning: "what the contract says something about; a value or rate covers price, a milestone milestones, revision_rounds_included revisions",
        absent: "not known without covers",
        path: "contract.covers",
        read: |facts| facts.contract(Need::Covers, |contract| contract.covers.as_ref().map(|_| Value::Words(&facts.covers))),
    },
    Fact {
        name: "contract.channel",
        kind: Kind::Word(&CHANNELS),
        meaning: "the agreed place for decisions; `no` is none",
        absent: NOT_KNOWN,
        path: "contract.channel",
        read: |facts| {
            facts.contract(Need::Channel, |contract| {
                contract.channel.as_ref().map(|channel| match channel {
                    OrNo::No => Value::Nothing,
                    OrNo::Is(channel) => Value::Word(channel.word()),
                })
            })
        },
    },
    Fact {
        name: "quote.amount",
        kind: Kind::Money,
        meaning: "the price that was offered, net of tax",
        absent: NOT_KNOWN,
        path: "quote.amount",
        read: |facts| {
            Value::money(
                facts.record.quote.as_ref().and_then(|quote| Some(facts.money(quote.amount?.0, quote.currency))),
                Need::QuoteAmount,
            )
        },
    },
    Fact {
        name: "quote.sent_on",
        kind: Kind::Day,
        meaning: "when the offer was sent",
        absent: NOT_KNOWN,
        path: "quote.sent_on",
        read: |facts| {
            facts
                .record
                .quote
                .as_ref()
                .and_then(|quote| quote.sent_on)
                .filter(|day| day.0 <= facts.as_of)
                .map_or(Value::NotKnown(Need::QuoteSentOn), |day| Value::Day(day.0))
        },
    },
    Fact {
        name: "quote.due_date",
        kind: Kind::Day,
        meaning: "by when the offer says the work is done",
        absent: NOT_KNOWN,
        path: "quote.due_date",
        read: |facts| {
            facts
                .record
                .quote
                .as_ref()
                .and_then(|quote| quote.due_date)
                .map_or(Value::NotKnown(Need::QuoteDueDate), |day| Value::Day(day.0))
        },
    },
    Fact {
        name: "client_wants.budget",
        kind: Kind::Money,
        meaning: "the budget that the client named",
        absent: NOT_KNOWN,
        path: "client_wants.budget",
        read: |facts| {
            Value::money(
                facts.record.client_wants.as_ref().and_then(|wants| Some(facts.money(wants.budget?.0, wants.currency))),
                Need::Budget,
            )
        },
    },
    Fact {
        name: "client_wants.by",
        kind: Kind::Day,
        meaning: "the day that the client named",
        absent: NOT_KNOWN,
        path: "client_wants.by",
        read: |facts| {
            facts.record.client_wants.as_ref().and_then(|wants| wants.by).map_or(Value::NotKnown(Need::WantedBy), |day| Value::Day(day.0))
        },
    },
    Fact {
        name: "days_wanted_early",
        kind: Kind::Number,
        meaning: "days by which client_wants.by comes before quote.due_date; 0 if it does not",
        absent: "not known without both",
        path: "client_wants.by",
        read: |facts| match (
            facts.record.quote.as_ref().and_then(|quote| quote.due_date),
            facts.record.client_wants.as_ref().and_then(|wants| wants.by),
        ) {
            (Some(due), Some(wanted)) => Value::Number(days_between(wanted.0, due.0).max(Decimal::ZERO)),
            (None, _) => Value::NotKnown(Need::QuoteDueDate),
            (_, None) => Value::NotKnown(Need::WantedBy),
        },
    },
    Fact {
        name: "days_known",
        kind: Kind::Number,
        meaning: "days since you know the client",
        absent: "since the first dated thing in the record",
        path: "client.since",
        read: |facts| facts.days_known(),
    },
    Fact {
        name: "work_started",
        kind: Kind::YesNo,
        meaning: "hours of work were logged, or a milestone was delivered",
        absent: "not known without hours and milestones",
        path: "hours",
        read: |facts| facts.work_started(),
    },
    Fact {
        name: "work_going_on",
        kind: Kind::YesNo,
        meaning: "a milestone is not delivered yet, or hours were logged within 30 days",
        absent: "no only if milestones or complete hours say so",
        path: "milestones",
        read: |facts| facts.work_going_on(),
    },
    Fact {
        name: "recent_days_late",
        kind: Kind::Number,
        meaning: "days late, early counted as 0, one delay as 60 at most, half the weight for each ten invoices since; without disputes and delays of your own",
        absent: "not known before an invoice was due",
        path: "invoices",
        read: |facts| Value::number(facts.lateness().and_then(|lateness| lateness.recent), Need::Invoices),
    },
    Fact {
        name: "days_beyond_terms",
        kind: Kind::Number,
        meaning: "days late weighted by money, early counted as 0, over 12 months",
        absent: "not known without amounts of one currency",
        path: "invoices",
        read: |facts| {
            facts
                .lateness()
                .map_or(Value::NotKnown(Need::Invoices), |lateness| lateness.beyond_terms.map_or_else(Value::NotKnown, Value::Number))
        },
    },
    Fact {
        name: "days_late_change",
        kind: Kind::Number,
        meaning: "mean days late of the last three invoices less that of those before",
        absent: "not known under six invoices",
        path: "invoices",
        read: |facts| Value::number(facts.lateness().and_then(|lateness| lateness.change), Need::Invoices),
    },
    Fact {
        name: "overdue",
        kind: Kind::Money,
        meaning: "not paid and past the due date",
        absent: "not known without invoices, or in two currencies",
        path: "invoices",
        read: |facts| facts.overdue(),
    },
    Fact {
        name: "oldest_overdue_days",
        kind: Kind::Number,
        meaning: "age in days of the oldest of these; 0 if none",
        absent: "not known without invoices",
        path: "invoices",
        read: |facts| facts.oldest_overdue_days(),
    },
    Fact {
        name: "overdue_share",
        kind: Kind::Share,
        meaning: "the same money as a share of all that was billed",
        absent: "not known without amounts of one currency",
        path: "invoices",
        read: |facts| share(facts.overdue(), facts.billed()),
    },
    Fact {
        name: "billed",
        kind: Kind::Money,
        meaning: "all invoices together, tax included",
        absent: "not known without amounts of one currency",
        path: "invoices",
        read: |facts| facts.billed(),
    },
    Fact {
        name: "received",
        kind: Kind::Money,
        meaning: "all payments together",
        absent: "not known without invoices, or in two currencies",
        path: "invoices",
        read: |facts| facts.received(false),
    },
    Fact {
        name: "unpaid_additions",
        kind: Kind::Money,
        meaning: "the client's changes that are requested or done, and not paid, net of tax",
        absent: "not known without their amounts",
        path: "change_orders",
        read: |facts| facts.unpaid_additions(),
    },
    Fact {
        name: "unpaid_additions_share",
        kind: Kind::Share,
        meaning: "the same as a share of contract.value",
        absent: "not known without both",
        path: "change_orders",
        read: |facts| share(facts.unpaid_additions(), contract_value(facts)),
    },
    Fact {
        name: "effective_rate",
        kind: Kind::Money,
        meaning: "money received for each hour worked, over 12 months, tax included",
        absent: "not known unless hours are complete over that time",
        path: "hours",
        read: |facts| facts.effective_rate(),
    },
    Fact {
        name: "share_of_my_hours",
        kind: Kind::Share,
        meaning: "hours of 12 months, of me.a_year.hours",
        absent: "not known unless hours are complete over that time",
        path: "hours",
        read: |facts| facts.share_of_my_hours(),
    },
    Fact {
        name: "share_of_my_income",
        kind: Kind::Share,
        meaning: "money received in 12 months, of me.a_year.income",
        absent: "not known without both in one currency",
        path: "me.a_year",
        read: |facts| facts.share_of_my_income(),
    },
];
