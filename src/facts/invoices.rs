//! Invoices and their payments as of a day: what is settled, since when, how late, and what was overdue on any day.

use chrono::{Datelike, Days, NaiveDate};
use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::days::days_between;
use super::{Money, Need, Span, Value};
use crate::record::{Contract, Currency, Dispute, Invoice, Payment, PaymentTerms, TermStart};

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
    pub due: Option<NaiveDate>,
    pub number: Option<&'r str>,
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
    // An invoice is rarely paid in more parts.
    let mut pieces: SmallVec<[(Option<NaiveDate>, Decimal, bool); 4]> = SmallVec::new();
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

    pub(super) fn short_by_percent(&self, as_of: NaiveDate) -> Value<'r> {
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
