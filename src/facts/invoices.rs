//! Invoices and their payments as of a day: what is settled, since when, how late, and what was overdue on any day.

use chrono::{Datelike, Days, NaiveDate};
use rust_decimal::Decimal;

use super::days::days_between;
use super::work::LateBecauseOfMe;
use super::{Facts, Field, Kind, Money, Need, Span, Value};
use crate::record::{ChangeStatus, Contract, Currency, Dispute, Invoice, Payment, PaymentTerms, TermStart};

/// How an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settlement {
    /// Nothing or too little was paid.
    Open,
    /// All was paid, the last of it on this day.
    On(NaiveDate),
    /// All was paid, on a day that is not known.
    OnSomeDay,
    /// It was voided or credited in full, on this day if that is known.
    Cancelled,
    /// It was given up on this day: it was never paid.
    WrittenOff(NaiveDate),
    /// It cannot be told whether it is settled.
    NotKnown(Need),
}

/// An invoice as of a day.
#[derive(Debug)]
pub(super) struct SeenInvoice<'r> {
    pub raw: &'r Invoice,
    pub index: usize,
    pub span: Span,
    pub due: Option<NaiveDate>,
    /// Whether the due date was derived from the contract's terms.
    pub due_is_derived: bool,
    pub settlement: Settlement,
    pub amount: Option<Money>,
    /// What is still to be paid; zero once settled.
    pub open: Option<Money>,
    pub paid: Decimal,
    /// The day of the last payment; none if there is none or it is undated.
    pub last_paid_on: Option<NaiveDate>,
}

/// A payment of an invoice.
#[derive(Debug)]
pub(super) struct SeenPayment<'r> {
    pub raw: &'r Payment,
    /// The invoice in the record, and the payment in the invoice.
    pub invoice: usize,
    pub index: usize,
    pub date: Option<NaiveDate>,
    due: Option<NaiveDate>,
    number: Option<&'r str>,
    currency: Option<Currency>,
}

/// The invoices that were sent by a day, in the order of their due dates.
pub(super) fn see<'r>(raw: &'r [Invoice], contract: Option<&Contract>, as_of: NaiveDate) -> Vec<SeenInvoice<'r>> {
    let mut seen: Vec<_> = raw
        .iter()
        .enumerate()
        .filter(|(_, invoice)| invoice.issue_date.is_none_or(|issued| issued.0 <= as_of))
        .map(|(index, invoice)| see_one(index, invoice, contract, as_of))
        .collect();
    seen.sort_by_key(|invoice| (invoice.due.unwrap_or(NaiveDate::MAX), invoice.index));
    seen
}

fn see_one<'r>(index: usize, raw: &'r Invoice, contract: Option<&Contract>, as_of: NaiveDate) -> SeenInvoice<'r> {
    let currency = raw.currency.or_else(|| contract.and_then(|contract| contract.currency));
    let amount = raw.amount.map(|amount| Money { amount: amount.0, currency });
    let derived = raw.issue_date.and_then(|issued| due_by_terms(issued.0, contract?.payment_terms.as_ref()?));
    let due = raw.due_date.map(|due| due.0).or(derived);
    let payments = || seen_of(raw.payments.as_deref(), as_of);
    let last_paid_on = if payments().any(|payment| payment.date.is_none()) {
        None
    } else {
        payments().filter_map(|payment| payment.date).map(|day| day.0).max()
    };
    let settlement = settle(raw, currency, as_of);
    let paid: Decimal = payments().map(|payment| payment.amount.0).sum();
    let credited: Decimal = seen_of(raw.credits.as_deref(), as_of).map(|credit| credit.amount.0).sum();
    let open = match settlement {
        Settlement::Open => amount.map(|money| Money { amount: money.amount - paid - credited, ..money }),
        Settlement::On(_) | Settlement::OnSomeDay | Settlement::Cancelled | Settlement::WrittenOff(_) => {
            Some(Money { amount: Decimal::ZERO, currency })
        }
        Settlement::NotKnown(_) => None,
    };
    let is_open = settlement == Settlement::Open && due.is_some_and(|due| due < as_of);
    let last = match settlement {
        Settlement::On(day) | Settlement::WrittenOff(day) => Some(day),
        Settlement::Open if is_open => Some(as_of),
        Settlement::Open | Settlement::Cancelled => due,
        Settlement::OnSomeDay | Settlement::NotKnown(_) => None,
    };
    let span = Span { first: due, last: due.and(last), is_open };
    SeenInvoice {
        raw,
        index,
        span,
        due,
        due_is_derived: raw.due_date.is_none() && due.is_some(),
        settlement,
        amount,
        open,
        paid,
        last_paid_on,
    }
}

fn due_by_terms(issued: NaiveDate, terms: &PaymentTerms) -> Option<NaiveDate> {
    let from = match terms.from {
        Some(TermStart::EndOfMonth) => issued.with_day(1)?.checked_add_months(chrono::Months::new(1))?.pred_opt()?,
        Some(TermStart::Issue) | None => issued,
    };
    from.checked_add_days(Days::new(terms.net_days?.into()))
}

/// Payments or credits that had been made by a day; undated ones are taken as made.
fn seen_of(payments: Option<&[Payment]>, as_of: NaiveDate) -> impl Iterator<Item = &Payment> {
    payments.unwrap_or_default().iter().filter(move |payment| payment.date.is_none_or(|day| day.0 <= as_of))
}

fn settle(raw: &Invoice, currency: Option<Currency>, as_of: NaiveDate) -> Settlement {
    if raw.voided_on.is_some_and(|day| day.0 <= as_of) {
        return Settlement::Cancelled;
    }
    let mut pieces: Vec<(Option<NaiveDate>, Decimal, bool)> = Vec::new();
    for (list, is_credit) in [(&raw.payments, false), (&raw.credits, true)] {
        for piece in seen_of(list.as_deref(), as_of) {
            if piece.currency.is_some_and(|own| Some(own) != currency) {
                return Settlement::NotKnown(Need::OneCurrency);
            }
            pieces.push((piece.date.map(|day| day.0), piece.amount.0, is_credit));
        }
    }
    // Dated ones first and in order: what is undated only counts where the dated ones do not suffice.
    pieces.sort_by_key(|(day, ..)| day.unwrap_or(NaiveDate::MAX));
    let (mut sum, mut is_paid, mut settled) = (Decimal::ZERO, false, None);
    for (day, amount, is_credit) in pieces {
        sum += amount;
        is_paid |= !is_credit;
        if let Some(asked) = raw.amount
            && sum >= asked.0
            && settled.is_none()
        {
            settled = Some(day);
        } else if raw.amount.is_some_and(|asked| sum < asked.0) {
            // A payment that was taken back opens the invoice again.
            settled = None;
        }
    }
    match (settled, raw.amount) {
        (Some(_), _) if !is_paid => Settlement::Cancelled,
        (Some(Some(day)), _) => Settlement::On(day),
        (Some(None), _) => Settlement::OnSomeDay,
        (None, None) if is_paid => Settlement::NotKnown(Need::InvoiceAmount),
        (None, _) => match raw.written_off_on {
            Some(day) if day.0 <= as_of => Settlement::WrittenOff(day.0),
            _ => Settlement::Open,
        },
    }
}

/// All payments that had been made by a day, in the order of their days.
pub(super) fn see_payments<'r>(invoices: &[SeenInvoice<'r>], as_of: NaiveDate) -> Vec<SeenPayment<'r>> {
    let mut seen: Vec<_> = invoices
        .iter()
        .flat_map(|invoice| {
            let payments = invoice.raw.payments.as_deref().unwrap_or_default();
            payments.iter().enumerate().filter(move |(_, payment)| payment.date.is_none_or(|day| day.0 <= as_of)).map(|(index, payment)| {
                SeenPayment {
                    raw: payment,
                    invoice: invoice.index,
                    index,
                    date: payment.date.map(|day| day.0),
                    due: invoice.due,
                    number: invoice.raw.number.as_deref(),
                    currency: payment.currency.or_else(|| invoice.amount.and_then(|money| money.currency)),
                }
            })
        })
        .collect();
    seen.sort_by_key(|payment| (payment.date.unwrap_or(NaiveDate::MAX), payment.invoice, payment.index));
    seen
}

impl SeenPayment<'_> {
    pub(super) const fn money(&self) -> Money {
        Money { amount: self.raw.amount.0, currency: self.currency }
    }
}

impl<'r> SeenInvoice<'r> {
    /// That it is contested, if that had begun by the day that is looked at; it stays so when it is resolved.
    pub(super) fn dispute(&self, as_of: NaiveDate) -> Option<&'r Dispute> {
        self.raw.disputed.as_ref().filter(|dispute| dispute.date.is_none_or(|date| date.0 <= as_of))
    }

    /// Days from the due date to the settlement, or to the day that is looked at while it is open past due.
    pub(super) fn days_late(&self, as_of: NaiveDate) -> Value<'r> {
        let Some(due) = self.due else { return Value::NotKnown(Need::InvoiceDueDate) };
        match self.settlement {
            Settlement::On(day) | Settlement::WrittenOff(day) => Value::Number(days_between(due, day)),
            Settlement::Open if due < as_of => Value::Number(days_between(due, as_of)),
            Settlement::Open | Settlement::Cancelled => Value::NotApplicable,
            Settlement::OnSomeDay => Value::NotKnown(Need::PaymentDate),
            Settlement::NotKnown(need) => Value::NotKnown(need),
        }
    }

    /// Whether it is past its due date and not paid.
    pub(super) const fn is_overdue(&self) -> bool {
        self.span.is_open
    }

    fn short_by_percent(&self, as_of: NaiveDate) -> Value<'r> {
        match self.settlement {
            Settlement::On(_) | Settlement::OnSomeDay | Settlement::Cancelled => return Value::Number(Decimal::ZERO),
            Settlement::NotKnown(need) => return Value::NotKnown(need),
            Settlement::Open | Settlement::WrittenOff(_) => {}
        }
        if self.paid.is_zero() {
            return Value::NotApplicable;
        }
        // Two weeks, since an invoice may well be paid in two parts.
        match (self.last_paid_on, self.amount, self.open) {
            (None, ..) => Value::NotKnown(Need::PaymentDate),
            (Some(day), ..) if days_between(day, as_of) < Decimal::from(14) => Value::NotApplicable,
            (Some(_), Some(asked), _) if !asked.amount.is_zero() => {
                let credited: Decimal = seen_of(self.raw.credits.as_deref(), as_of).map(|credit| credit.amount.0).sum();
                Value::Number(((asked.amount - self.paid - credited) * Decimal::ONE_HUNDRED / asked.amount).round_dp(1))
            }
            _ => Value::NotKnown(Need::InvoiceAmount),
        }
    }
}

/// What was overdue on any day, as it was known on that day.
#[derive(Debug)]
pub(super) struct OverdueTimeline {
    /// From each day on: the due date of the oldest invoice that is overdue, and whether there may be an older one
    /// whose day of payment is not known.
    steps: Vec<(NaiveDate, Option<NaiveDate>, bool)>,
}

impl OverdueTimeline {
    pub(super) fn new(invoices: &[SeenInvoice<'_>], as_of: NaiveDate) -> Self {
        // (day, due date, +1 or -1, is it certain)
        let mut events: Vec<(NaiveDate, NaiveDate, bool, bool)> = Vec::new();
        for invoice in invoices {
            let Some(due) = invoice.due else { continue };
            let (end, is_certain) = match invoice.settlement {
                Settlement::Open => (None, true),
                Settlement::On(day) | Settlement::WrittenOff(day) => (Some(day), true),
                Settlement::OnSomeDay | Settlement::NotKnown(_) => (None, false),
                Settlement::Cancelled => continue,
            };
            let first = due.succ_opt().unwrap_or(due).max(invoice.raw.issue_date.map_or(NaiveDate::MIN, |day| day.0));
            if first <= as_of && end.is_none_or(|end| end > first) {
                events.push((first, due, true, is_certain));
                events.extend(end.map(|end| (end, due, false, is_certain)));
            }
        }
        events.sort();
        let (mut certain, mut maybe) = (std::collections::BTreeMap::<NaiveDate, u32>::new(), 0u32);
        let mut steps: Vec<(NaiveDate, Option<NaiveDate>, bool)> = Vec::with_capacity(events.len());
        for (day, due, begins, is_certain) in events {
            match (begins, is_certain) {
                (true, true) => *certain.entry(due).or_default() += 1,
                (true, false) => maybe += 1,
                (false, _) => {
                    if let Some(count) = certain.get_mut(&due) {
                        *count -= 1;
                        if *count == 0 {
                            certain.remove(&due);
                        }
                    }
                }
            }
            let step = (day, certain.keys().next().copied(), maybe > 0);
            match steps.last_mut() {
                Some(last) if last.0 == day => *last = step,
                _ => steps.push(step),
            }
        }
        Self { steps }
    }

    fn on(&self, day: NaiveDate) -> (Option<NaiveDate>, bool) {
        let after = self.steps.partition_point(|(from, ..)| *from <= day);
        after.checked_sub(1).and_then(|index| self.steps.get(index)).map_or((None, false), |(_, oldest, maybe)| (*oldest, *maybe))
    }

    /// The age in days of the oldest overdue invoice on a day, 0 if none was.
    pub(super) fn age_on<'a>(&self, day: NaiveDate) -> Value<'a> {
        match self.on(day) {
            (Some(due), _) => Value::Number(days_between(due, day)),
            (None, true) => Value::NotKnown(Need::PaymentDate),
            (None, false) => Value::Number(Decimal::ZERO),
        }
    }

    /// Whether any invoice was overdue on a day.
    pub(super) fn is_overdue_on<'a>(&self, day: NaiveDate) -> Value<'a> {
        match self.on(day) {
            (Some(_), _) => Value::YesNo(true),
            (None, true) => Value::NotKnown(Need::PaymentDate),
            (None, false) => Value::YesNo(false),
        }
    }
}

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
