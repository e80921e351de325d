//! What an import would add to one record: the record as it is comes in, and grows in memory by what is new. What it was
//! and what was added can be told apart to the end, so that its file can be extended without touching a line that is there.

mod hours;
mod invoices;
mod payments;
mod tally;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::record::{Amount, Contract, Currency, Day, Hours, Invoice, Payment, Period, Record, Source};

pub use hours::add_hours;
pub use invoices::{InvoiceBook, add_invoice};
pub use payments::{Loose, place_payments};
pub use tally::{Outcome, Tally};

/// What would be added to one record.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    after: Record,
    old_invoices: usize,
    old_hours: usize,
    changes: BTreeMap<usize, Change>,
    has_contract: bool,
    has_messages_file: bool,
    complete: Vec<(Covered, Period)>,
    /// What a person should know of it, in plain words.
    pub notes: Vec<String>,
}

/// What is added to an invoice that was there before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// Payments, behind those that are there.
    pub payments: Vec<Payment>,
    /// Credits, behind those that are there.
    pub credits: Vec<Payment>,
    /// Days for payments that had none, and where they are from, by their place.
    pub paid_on: Vec<(usize, Day, Option<Source>)>,
    /// Days that the invoice did not have.
    pub days: Vec<(InvoiceDay, Day)>,
}

/// The days of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceDay {
    /// When it was sent.
    Issued,
    /// When it is due.
    Due,
    /// When it was cancelled.
    Voided,
    /// When it was given up.
    WrittenOff,
}

impl InvoiceDay {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Issued, Self::Due, Self::Voided, Self::WrittenOff];

    /// The key in the file.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Issued => "issue_date",
            Self::Due => "due_date",
            Self::Voided => "voided_on",
            Self::WrittenOff => "written_off_on",
        }
    }

    fn of(self, invoice: &mut Invoice) -> &mut Option<Day> {
        match self {
            Self::Issued => &mut invoice.issue_date,
            Self::Due => &mut invoice.due_date,
            Self::Voided => &mut invoice.voided_on,
            Self::WrittenOff => &mut invoice.written_off_on,
        }
    }
}

/// The lists of which an import can say that they hold everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covered {
    /// All messages of both sides.
    Messages,
    /// All hours.
    Hours,
}

impl Covered {
    /// The key in the file.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Hours => "hours",
        }
    }
}

impl Plan {
    /// Nothing to add yet.
    #[must_use]
    pub fn new(record: Record) -> Self {
        Self {
            old_invoices: record.invoices.as_ref().map_or(0, Vec::len),
            old_hours: record.hours.as_ref().map_or(0, Vec::len),
            has_contract: record.contract.is_some(),
            has_messages_file: record.messages_file.is_some(),
            after: record,
            ..Self::default()
        }
    }

    /// The record with everything added.
    #[must_use]
    pub fn after(&self) -> &Record {
        &self.after
    }

    /// Whether nothing would be added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.new_invoices().is_empty()
            && self.new_hours().is_empty()
            && self.changes.is_empty()
            && self.complete.is_empty()
            && self.new_contract().is_none()
            && self.new_messages_file().is_none()
    }

    /// Invoices that are new.
    #[must_use]
    pub fn new_invoices(&self) -> &[Invoice] {
        self.invoices().get(self.old_invoices..).unwrap_or_default()
    }

    /// Hours that are new.
    #[must_use]
    pub fn new_hours(&self) -> &[Hours] {
        self.after.hours.as_deref().and_then(|all| all.get(self.old_hours..)).unwrap_or_default()
    }

    /// What is added to invoices that were there, by their place in the list.
    pub fn changes(&self) -> impl Iterator<Item = (usize, &Change)> {
        self.changes.iter().map(|(place, change)| (*place, change))
    }

    /// The contract, if there was none.
    #[must_use]
    pub fn new_contract(&self) -> Option<&Contract> {
        self.after.contract.as_ref().filter(|_| !self.has_contract)
    }

    /// The file of messages, if none was named.
    #[must_use]
    pub fn new_messages_file(&self) -> Option<&str> {
        self.after.messages_file.as_deref().filter(|_| !self.has_messages_file)
    }

    /// The times that are covered now, where that is new.
    #[must_use]
    pub fn complete(&self) -> &[(Covered, Period)] {
        &self.complete
    }

    /// All invoices, the new ones too.
    #[must_use]
    pub fn invoices(&self) -> &[Invoice] {
        self.after.invoices.as_deref().unwrap_or_default()
    }

    /// The currency of amounts that name none.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.after.contract.as_ref().and_then(|contract| contract.currency)
    }

    /// The currency of an invoice.
    #[must_use]
    pub fn currency_of(&self, invoice: &Invoice) -> Option<Currency> {
        invoice.currency.or(self.currency())
    }

    /// Adds an invoice; its place in the list.
    pub fn push_invoice(&mut self, invoice: Invoice) -> usize {
        let all = self.after.invoices.get_or_insert_default();
        all.push(invoice);
        all.len() - 1
    }

    /// Adds a payment to an invoice.
    pub fn push_payment(&mut self, place: usize, payment: Payment) {
        if let Some(invoice) = self.invoice_mut(place) {
            invoice.payments.get_or_insert_default().push(payment.clone());
            if place < self.old_invoices {
                self.changes.entry(place).or_default().payments.push(payment);
            }
        }
    }

    /// Adds a credit to an invoice.
    pub fn push_credit(&mut self, place: usize, credit: Payment) {
        if let Some(invoice) = self.invoice_mut(place) {
            invoice.credits.get_or_insert_default().push(credit.clone());
            if place < self.old_invoices {
                self.changes.entry(place).or_default().credits.push(credit);
            }
        }
    }

    /// Gives a payment without a day its day. One that has a day, or was added by this very plan, is only changed in memory.
    pub fn set_paid_on(&mut self, place: usize, payment: usize, day: Day, source: Option<Source>) {
        let Some(known) = self.invoice_mut(place).and_then(|invoice| invoice.payments.as_mut()?.get_mut(payment)) else { return };
        if known.date.is_some() {
            return;
        }
        known.date = Some(day);
        let source = if known.source.is_none() && known.key.is_none() { source } else { None };
        if source.is_some() {
            known.source.clone_from(&source);
        }
        if place >= self.old_invoices {
            return;
        }
        let change = self.changes.entry(place).or_default();
        let added = change.payments.len();
        let before = self.after.invoices.as_ref().and_then(|all| all.get(place)?.payments.as_ref()).map_or(0, Vec::len) - added;
        match payment.checked_sub(before) {
            Some(new) => {
                if let Some(added) = change.payments.get_mut(new) {
                    added.date = Some(day);
                    added.source = source.or(added.source.take());
                }
            }
            None => change.paid_on.push((payment, day, source)),
        }
    }

    /// Gives an invoice a day that it did not have.
    pub fn set_day(&mut self, place: usize, which: InvoiceDay, day: Day) {
        let Some(slot) = self.invoice_mut(place).map(|invoice| which.of(invoice)).filter(|slot| slot.is_none()) else { return };
        *slot = Some(day);
        if place < self.old_invoices {
            self.changes.entry(place).or_default().days.push((which, day));
        }
    }

    /// Adds hours.
    pub fn push_hours(&mut self, hours: Hours) {
        self.after.hours.get_or_insert_default().push(hours);
    }

    /// Writes down what an export tells of a contract, where none is known.
    pub fn set_contract(&mut self, contract: Contract) {
        if self.after.contract.is_none() {
            self.after.contract = Some(contract);
        }
    }

    /// Names the file of messages, if none is named.
    pub fn set_messages_file(&mut self, name: &str) {
        self.after.messages_file.get_or_insert_with(|| name.to_owned());
    }

    /// Notes that a list holds everything over a time. It is put together with a time that was known, if the two touch; else
    /// the newer one stays, and that is told.
    pub fn cover(&mut self, list: Covered, period: Period) {
        let complete = self.after.complete.get_or_insert_default();
        let slot = match list {
            Covered::Messages => &mut complete.messages,
            Covered::Hours => &mut complete.hours,
        };
        let new = match *slot {
            None => period,
            Some(old) if touch(old, period) => Period { from: old.from.min(period.from), to: old.to.max(period.to) },
            Some(old) => {
                let (kept, left) = if period.to > old.to { (period, old) } else { (old, period) };
                self.notes.push(format!(
                    "complete.{}: {} to {} and {} to {} do not touch; the newer one stands",
                    list.key(),
                    left.from.0,
                    left.to.0,
                    kept.from.0,
                    kept.to.0
                ));
                kept
            }
        };
        if *slot != Some(new) {
            *slot = Some(new);
            self.complete.retain(|(other, _)| *other != list);
            self.complete.push((list, new));
        }
    }

    fn invoice_mut(&mut self, place: usize) -> Option<&mut Invoice> {
        self.after.invoices.as_mut()?.get_mut(place)
    }
}

/// Whether two times overlap, or the one begins on the day after the other.
fn touch(one: Period, other: Period) -> bool {
    let day_after = |day: Day| day.0.succ_opt().map_or(day, Day);
    one.from <= day_after(other.to) && other.from <= day_after(one.to)
}

/// An amount as records can hold it: at most twelve digits before the point, and four behind it.
#[must_use]
pub fn amount(amount: Decimal) -> Option<Amount> {
    /// The first that is too large.
    const TOO_LARGE: i64 = 1_000_000_000_000;
    Some(Amount(amount.round_dp(4).normalize())).filter(|it| it.0.abs() < Decimal::from(TOO_LARGE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Format;
    use crate::record::decode;

    fn record(text: &str) -> Record {
        decode(text, Format::Yaml).expect("a record")
    }

    fn period(from: &str, to: &str) -> Period {
        let day = |text: &str| Day(Day::parse(text).expect("a day"));
        Period { from: day(from), to: day(to) }
    }

    #[test]
    fn times_that_touch_become_one() {
        let mut plan = Plan::new(record("client: { name: A }\ncomplete: { hours: { from: 2025-01-01, to: 2025-01-31 } }"));
        plan.cover(Covered::Hours, period("2025-01-15", "2025-01-20"));
        assert!(plan.is_empty(), "it is covered already");
        plan.cover(Covered::Hours, period("2025-02-01", "2025-02-28"));
        assert_eq!(plan.complete(), [(Covered::Hours, period("2025-01-01", "2025-02-28"))]);
        assert!(plan.notes.is_empty());
    }

    #[test]
    fn of_times_that_do_not_touch_the_newer_one_stands_and_that_is_told() {
        let mut plan = Plan::new(record("client: { name: A }\ncomplete: { hours: { from: 2025-01-01, to: 2025-01-31 } }"));
        plan.cover(Covered::Hours, period("2025-03-01", "2025-03-31"));
        assert_eq!(plan.complete(), [(Covered::Hours, period("2025-03-01", "2025-03-31"))]);
        plan.cover(Covered::Hours, period("2024-01-01", "2024-01-31"));
        assert_eq!(plan.after().complete.as_ref().and_then(|it| it.hours), Some(period("2025-03-01", "2025-03-31")));
        assert_eq!(plan.notes.len(), 2);
    }

    #[test]
    fn an_amount_that_no_record_can_hold_is_none() {
        assert_eq!(amount(Decimal::new(1_000_000_000_000, 0)), None);
        assert_eq!(amount(Decimal::new(123_456, 5)), Some(Amount(Decimal::new(12_346, 4))));
    }
}
