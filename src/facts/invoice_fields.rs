//! What rules may ask of an invoice and of a payment: the table of their fields.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::days::days_between;
use super::invoices::{SeenInvoice, SeenPayment, Settlement};
use super::work::LateBecauseOfMe;
use super::{Facts, Field, Kind, Need, Value};
use crate::record::{ChangeStatus, Currency, Dispute};

fn with<'a>(facts: &'a Facts<'a>, index: usize, read: impl FnOnce(&'a SeenInvoice<'a>) -> Value<'a>) -> Value<'a> {
    facts.invoices.as_ref().and_then(|items| items.get(index)).map_or(Value::NotKnown(Need::Invoices), read)
}

fn with_payment<'a>(facts: &'a Facts<'a>, index: usize, read: impl FnOnce(&'a SeenPayment<'a>) -> Value<'a>) -> Value<'a> {
    facts.payments.as_ref().and_then(|items| items.get(index)).map_or(Value::NotKnown(Need::Invoices), read)
}

fn day<'a>(day: Option<NaiveDate>, need: Need) -> Value<'a> {
    day.map_or(Value::NotKnown(need), Value::Day)
}

const NOT_KNOWN: &str = "not known";

/// The fields of an invoice.
pub(super) static INVOICE_FIELDS: &[Field] = &[
    Field {
        name: "number",
        kind: Kind::Text,
        meaning: "as written on the invoice",
        absent: NOT_KNOWN,
        read: |facts, i| with(facts, i, |it| Value::text(it.raw.number.as_deref(), Need::InvoiceNumber)),
    },
    Field {
        name: "issue_date",
        kind: Kind::Day,
        meaning: "the day it was sent",
        absent: NOT_KNOWN,
        read: |facts, i| with(facts, i, |it| day(it.raw.issue_date.map(|it| it.0), Need::InvoiceIssueDate)),
    },
    Field {
        name: "due_date",
        kind: Kind::Day,
        meaning: "the day it is due",
        absent: "issue_date and net_days of the contract, else not known",
        read: |facts, i| with(facts, i, |it| day(it.due, Need::InvoiceDueDate)),
    },
    Field {
        name: "due_date_derived",
        kind: Kind::YesNo,
        meaning: "its due date is not in the record, but follows from the contract's terms",
        absent: "no",
        read: |facts, i| with(facts, i, |it| Value::YesNo(it.due_is_derived)),
    },
    Field {
        name: "amount",
        kind: Kind::Money,
        meaning: "what it asks for, tax included; never compared with contract.value, which is net",
        absent: NOT_KNOWN,
        read: |facts, i| with(facts, i, |it| Value::money(it.amount, Need::InvoiceAmount)),
    },
    Field {
        name: "open_amount",
        kind: Kind::Money,
        meaning: "what is still to be paid; 0 once settled",
        absent: NOT_KNOWN,
        read: |facts, i| with(facts, i, |it| Value::money(it.open, Need::InvoiceAmount)),
    },
    Field {
        name: "currency",
        kind: Kind::Text,
        meaning: "its currency",
        absent: "the contract's",
        read: |facts, i| with(facts, i, |it| Value::text(it.amount.and_then(|it| it.currency).map(Currency::code), Need::OneCurrency)),
    },
    Field {
        name: "days_late",
        kind: Kind::Number,
        meaning: "days from the due date to the payment, or to today while it is open; below 0 is early; does not apply before it is due or if it was voided or credited",
        absent: "not known without a due date, or if it was paid on a day not known",
        read: |facts, i| with(facts, i, |it| it.days_late(facts.as_of)),
    },
    Field {
        name: "days_overdue",
        kind: Kind::Number,
        meaning: "days past the due date of an invoice that is open; does not apply to others",
        absent: NOT_KNOWN,
        read: |facts, i| {
            with(facts, i, |it| match it.settlement {
                Settlement::Open if it.is_overdue() => it.days_late(facts.as_of),
                Settlement::Open if it.due.is_none() => Value::NotKnown(Need::InvoiceDueDate),
                Settlement::NotKnown(need) => Value::NotKnown(need),
                Settlement::Open | Settlement::On(_) | Settlement::OnSomeDay | Settlement::Cancelled | Settlement::WrittenOff(_) => {
                    Value::NotApplicable
                }
            })
        },
    },
    Field {
        name: "days_open",
        kind: Kind::Number,
        meaning: "days from the issue date to the payment, or to today",
        absent: "not known without an issue date",
        read: |facts, i| {
            with(facts, i, |it| match (it.raw.issue_date, it.settlement) {
                (None, _) => Value::NotKnown(Need::InvoiceIssueDate),
                (Some(issued), Settlement::On(day) | Settlement::WrittenOff(day)) => Value::Number(days_between(issued.0, day)),
                (Some(issued), Settlement::Open) => Value::Number(days_between(issued.0, facts.as_of)),
                (_, Settlement::OnSomeDay) => Value::NotKnown(Need::PaymentDate),
                (_, Settlement::NotKnown(need)) => Value::NotKnown(need),
                (_, Settlement::Cancelled) => Value::NotApplicable,
            })
        },
    },
    Field {
        name: "age_days",
        kind: Kind::Number,
        meaning: "days since the issue date",
        absent: "not known without an issue date",
        read: |facts, i| {
            with(facts, i, |it| {
                it.raw
                    .issue_date
                    .map_or(Value::NotKnown(Need::InvoiceIssueDate), |issued| Value::Number(days_between(issued.0, facts.as_of)))
            })
        },
    },
    Field {
        name: "settled",
        kind: Kind::YesNo,
        meaning: "paid, credited or voided",
        absent: NOT_KNOWN,
        read: |facts, i| {
            with(facts, i, |it| match it.settlement {
                Settlement::On(_) | Settlement::OnSomeDay | Settlement::Cancelled => Value::YesNo(true),
                Settlement::Open | Settlement::WrittenOff(_) => Value::YesNo(false),
                Settlement::NotKnown(need) => Value::NotKnown(need),
            })
        },
    },
    Field {
        name: "partly_paid",
        kind: Kind::YesNo,
        meaning: "something was paid, but not all",
        absent: NOT_KNOWN,
        read: |facts, i| {
            with(facts, i, |it| match it.settlement {
                Settlement::Open | Settlement::WrittenOff(_) => Value::YesNo(it.paid > Decimal::ZERO),
                Settlement::NotKnown(need) => Value::NotKnown(need),
                Settlement::On(_) | Settlement::OnSomeDay | Settlement::Cancelled => Value::YesNo(false),
            })
        },
    },
    Field {
        name: "short_by_percent",
        kind: Kind::Number,
        meaning: "percent still missing, told from 14 days after the last payment; 0 when settled or credited; does not apply before any payment",
        absent: "not known if a payment has no date",
        read: |facts, i| with(facts, i, |it| it.short_by_percent(facts.as_of)),
    },
    Field {
        name: "written_off",
        kind: Kind::YesNo,
        meaning: "given up: it was never paid",
        absent: "no",
        read: |facts, i| with(facts, i, |it| Value::YesNo(matches!(it.settlement, Settlement::WrittenOff(_)))),
    },
    Field {
        name: "voided",
        kind: Kind::YesNo,
        meaning: "cancelled by you",
        absent: "no",
        read: |facts, i| with(facts, i, |it| Value::YesNo(it.raw.voided_on.is_some_and(|it| it.0 <= facts.as_of))),
    },
    Field {
        name: "disputed",
        kind: Kind::YesNo,
        meaning: "contested, even if that was resolved later",
        absent: "no",
        read: |facts, i| with(facts, i, |it| Value::YesNo(it.dispute(facts.as_of).is_some())),
    },
    Field {
        name: "dispute_open",
        kind: Kind::YesNo,
        meaning: "contested and not resolved",
        absent: "no",
        read: |facts, i| {
            with(facts, i, |it| {
                let is_open = |dispute: &Dispute| dispute.resolved_on.is_none_or(|day| day.0 > facts.as_of);
                Value::YesNo(it.dispute(facts.as_of).is_some_and(is_open))
            })
        },
    },
    Field {
        name: "dispute_reason",
        kind: Kind::Text,
        meaning: "the reason that was given",
        absent: "not known",
        read: |facts, i| {
            with(facts, i, |it| match it.dispute(facts.as_of) {
                None => Value::Nothing,
                Some(dispute) => Value::text(dispute.reason.as_deref(), Need::InvoiceDispute),
            })
        },
    },
    Field {
        name: "dispute_days_after_acceptance",
        kind: Kind::Number,
        meaning: "days from the acceptance of its milestone to the dispute; does not apply without a dispute or before acceptance",
        absent: "not known if no milestone is named",
        read: |facts, i| {
            with(facts, i, |it| match it.dispute(facts.as_of) {
                Some(dispute) => facts.days_after_acceptance(
                    it.raw.milestone.as_deref(),
                    dispute.date.map(|date| date.0),
                    Need::InvoiceMilestone,
                    Need::InvoiceDispute,
                ),
                None => Value::NotApplicable,
            })
        },
    },
    Field {
        name: "delay_is_mine",
        kind: Kind::YesNo,
        meaning: "its milestone came late through you, so a late payment does not count against the client",
        absent: "no",
        read: |facts, i| with(facts, i, |it| Value::YesNo(facts.is_late_through_me(it.raw.milestone.as_deref()))),
    },
    Field {
        name: "for_unapproved_change",
        kind: Kind::YesNo,
        meaning: "it charges for a change order that was not approved",
        absent: "no",
        read: |facts, i| {
            with(facts, i, |it| {
                Value::YesNo(
                    it.raw
                        .change_order
                        .as_deref()
                        .and_then(|id| facts.change(id))
                        .is_some_and(|change| matches!(change.status, ChangeStatus::Requested | ChangeStatus::Declined)),
                )
            })
        },
    },
    Field {
        name: "days_after_signing",
        kind: Kind::Number,
        meaning: "days from the signature to the issue date; does not apply while unsigned",
        absent: NOT_KNOWN,
        read: |facts, i| with(facts, i, |it| facts.days_after_signing(it.raw.issue_date.map(|it| it.0), Need::InvoiceIssueDate)),
    },
    Field {
        name: "milestone",
        kind: Kind::Text,
        meaning: "the milestone that it is for",
        absent: "none",
        read: |facts, i| with(facts, i, |it| Value::text_or_nothing(it.raw.milestone.as_deref())),
    },
    Field {
        name: "change_order",
        kind: Kind::Text,
        meaning: "the change order that it is for",
        absent: "none",
        read: |facts, i| with(facts, i, |it| Value::text_or_nothing(it.raw.change_order.as_deref())),
    },
];

/// The fields of a payment.
pub(super) static PAYMENT_FIELDS: &[Field] = &[
    Field {
        name: "date",
        kind: Kind::Day,
        meaning: "the day",
        absent: "paid on a day not known",
        read: |facts, i| with_payment(facts, i, |it| day(it.date, Need::PaymentDate)),
    },
    Field {
        name: "amount",
        kind: Kind::Money,
        meaning: "what was paid",
        absent: "it must be there",
        read: |facts, i| with_payment(facts, i, |it| Value::Money(it.money())),
    },
    Field {
        name: "invoice",
        kind: Kind::Text,
        meaning: "the number of its invoice",
        absent: NOT_KNOWN,
        read: |facts, i| with_payment(facts, i, |it| Value::text(it.number, Need::InvoiceNumber)),
    },
    Field {
        name: "days_after_due",
        kind: Kind::Number,
        meaning: "days from the due date of its invoice to the payment; below 0 is early",
        absent: "not known without both days",
        read: |facts, i| {
            with_payment(facts, i, |it| match (it.due, it.date) {
                (Some(due), Some(date)) => Value::Number(days_between(due, date)),
                (None, _) => Value::NotKnown(Need::InvoiceDueDate),
                (_, None) => Value::NotKnown(Need::PaymentDate),
            })
        },
    },
];
