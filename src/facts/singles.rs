//! Single facts: one value for the whole record, as of a day.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::days::days_between;
use super::value::sum_of_one_currency;
use super::{Duration, Facts, List, Money, Need, Value};
use crate::record::{ActionTaken, ChangeStatus, Contract, Day, Hours, HoursKind, Observation, OrNo, Party, RateUnit, Record, Stage, Term};

/// A working day is taken to have eight hours where a rate is for a day.
const HOURS_OF_A_DAY: i64 = 8;

/// What the contract says something about: what `covers` names, and what other fields show that it says.
pub(super) fn covered_terms(record: &Record) -> Vec<&'static str> {
    let Some(contract) = &record.contract else { return Vec::new() };
    let Some(named) = &contract.covers else { return Vec::new() };
    let shown = |term: Term| match term {
        Term::Price => contract.value.is_some() || contract.rate.is_some(),
        Term::Milestones => record.milestones.as_ref().is_some_and(|milestones| !milestones.is_empty()),
        Term::Revisions => contract.revision_rounds_included.is_some(),
        Term::Cancellation | Term::RushFee | Term::Ownership => false,
    };
    Term::ALL.into_iter().filter(|term| named.contains(term) || shown(*term)).map(Term::word).collect()
}

impl<'r> Facts<'r> {
    pub(super) fn observation(&self, index: usize) -> Option<&'r Observation> {
        let seen = self.observations.as_ref()?.get(index)?;
        self.record.observations.as_ref()?.get(seen.index)
    }

    pub(super) fn hours_entry(&self, index: usize) -> Option<&'r Hours> {
        let seen = self.hours.as_ref()?.get(index)?;
        self.record.hours.as_ref()?.get(seen.index)
    }

    pub(super) fn action_taken(&self, index: usize) -> Option<&'r ActionTaken> {
        let seen = self.actions.as_ref()?.get(index)?;
        self.record.actions_taken.as_ref()?.get(seen.index)
    }

    pub(super) fn contract<'a>(&'a self, need: Need, read: impl FnOnce(&'a Contract) -> Option<Value<'a>>) -> Value<'a> {
        self.record.contract.as_ref().and_then(read).unwrap_or(Value::NotKnown(need))
    }

    /// Money that is past due, and how old the oldest of it is, for each currency.
    #[must_use]
    pub fn overdue_by_currency(&self) -> Vec<(Money, Decimal)> {
        let mut sums: Vec<(Money, Decimal)> = Vec::new();
        for invoice in self.invoices.iter().flatten().filter(|invoice| invoice.is_overdue()) {
            let (Some(open), Some(due)) = (invoice.open, invoice.due) else { continue };
            let age = days_between(due, self.as_of);
            match sums.iter_mut().find(|(sum, _)| sum.currency == open.currency) {
                Some((sum, oldest)) => {
                    sum.amount += open.amount;
                    *oldest = age.max(*oldest);
                }
                None => sums.push((open, age)),
            }
        }
        sums.sort_by_key(|(sum, _)| sum.currency.map(|currency| currency.code()));
        sums
    }

    pub(super) fn overdue(&self) -> Value<'r> {
        if self.invoices.is_none() {
            return Value::NotKnown(Need::Invoices);
        }
        let sum = sum_of_one_currency(self.overdue_by_currency().into_iter().map(|(money, _)| money), self.currency());
        Value::money(sum, Need::OneCurrency)
    }

    pub(super) fn oldest_overdue_days(&self) -> Value<'r> {
        let Some(invoices) = &self.invoices else { return Value::NotKnown(Need::Invoices) };
        let oldest = invoices.iter().filter(|invoice| invoice.is_overdue()).filter_map(|invoice| invoice.due).min();
        Value::Number(oldest.map_or(Decimal::ZERO, |due| days_between(due, self.as_of)))
    }

    pub(super) fn billed(&self) -> Value<'r> {
        let Some(invoices) = &self.invoices else { return Value::NotKnown(Need::Invoices) };
        let mut amounts = Vec::with_capacity(invoices.len());
        for invoice in invoices.iter().filter(|invoice| invoice.settlement != super::invoices::Settlement::Cancelled) {
            let Some(amount) = invoice.amount else { return Value::NotKnown(Need::InvoiceAmount) };
            amounts.push(amount);
        }
        Value::money(sum_of_one_currency(amounts, self.currency()), Need::OneCurrency)
    }

    /// Money received; within the last twelve months, or ever.
    pub(super) fn received(&self, within_a_year: bool) -> Value<'r> {
        let Some(payments) = &self.payments else { return Value::NotKnown(Need::Invoices) };
        if within_a_year && payments.iter().any(|payment| payment.date.is_none()) {
            return Value::NotKnown(Need::PaymentDate);
        }
        let counted = payments.iter().filter(|payment| !within_a_year || payment.date.is_some_and(|day| self.is_within_a_year(day)));
        Value::money(sum_of_one_currency(counted.map(super::invoices::SeenPayment::money), self.currency()), Need::OneCurrency)
    }

    /// Hours of the last twelve months, if all of them are in the record.
    fn hours_of_a_year(&self) -> Result<Decimal, Need> {
        let Some(hours) = &self.hours else { return Err(Need::Hours) };
        let window = Duration::months(12).before(self.as_of).succ_opt().unwrap_or(self.as_of);
        let known_since = self.record.client.since.map_or(NaiveDate::MIN, |day| day.0);
        if !self.is_complete(List::Hours, window.max(known_since), self.as_of) {
            return Err(Need::CompleteHours);
        }
        let within = hours.iter().filter(|item| item.date.is_some_and(|day| self.is_within_a_year(day)));
        Ok(within.filter_map(|item| self.record.hours.as_ref()?.get(item.index)).map(|item| item.hours.0).sum())
    }

    pub(super) fn effective_rate(&self) -> Value<'r> {
        let hours = match self.hours_of_a_year() {
            Ok(hours) => hours,
            Err(need) => return Value::NotKnown(need),
        };
        let received = self.received(true);
        let Value::Money(money) = received else { return received };
        match money.amount.checked_div(hours) {
            Some(amount) => Value::Money(Money { amount: amount.round_dp(2), ..money }),
            None => Value::NotKnown(Need::Hours),
        }
    }

    /// What an hour costs by the contract.
    pub(super) fn rate(&self) -> Value<'r> {
        self.contract(Need::Rate, |contract| {
            let rate = contract.rate.as_ref()?;
            let hours = match rate.per {
                RateUnit::Hour => 1,
                RateUnit::Day => HOURS_OF_A_DAY,
                RateUnit::Month => return Some(Value::NotApplicable),
            };
            let money = self.money(rate.amount.0, rate.currency);
            Some(Value::Money(Money { amount: money.amount / Decimal::from(hours), ..money }))
        })
        .detached()
    }

    pub(super) fn share_of_my_hours(&self) -> Value<'r> {
        let of_mine = self.me().and_then(|me| me.a_year.as_ref()?.hours).map(|hours| hours.0);
        match (self.hours_of_a_year(), of_mine) {
            (Err(need), _) => Value::NotKnown(need),
            (Ok(_), None) => Value::NotKnown(Need::YearHours),
            (Ok(hours), Some(all)) => hours.checked_div(all).map_or(Value::NotKnown(Need::YearHours), Value::Number),
        }
    }

    pub(super) fn share_of_my_income(&self) -> Value<'r> {
        let Some(year) = self.me().and_then(|me| me.a_year.as_ref()) else { return Value::NotKnown(Need::YearIncome) };
        let Some(income) = year.income else { return Value::NotKnown(Need::YearIncome) };
        let received = self.received(true);
        let Value::Money(money) = received else { return received };
        if !money.is_comparable(Money { amount: income.0, currency: year.currency.or_else(|| self.currency()) }) {
            return Value::NotKnown(Need::OneCurrency);
        }
        money.amount.checked_div(income.0).map_or(Value::NotKnown(Need::YearIncome), Value::Number)
    }

    pub(super) fn unpaid_additions(&self) -> Value<'r> {
        let Some(changes) = &self.changes else { return Value::NotKnown(Need::ChangeOrders) };
        let unpaid = changes.iter().filter(|change| {
            change.raw.requested_by.unwrap_or(Party::Client) == Party::Client
                && matches!(change.status, ChangeStatus::Requested | ChangeStatus::DoneUnpaid)
        });
        let mut amounts = Vec::new();
        for change in unpaid {
            let Some(amount) = change.raw.amount else { return Value::NotKnown(Need::ChangeAmount) };
            amounts.push(self.money(amount.0, change.raw.currency));
        }
        Value::money(sum_of_one_currency(amounts, self.currency()), Need::ChangeCurrency)
    }

    pub(super) fn work_started(&self) -> Value<'r> {
        let is_work = |index: usize| {
            self.record.hours.as_ref().and_then(|hours| hours.get(index)).is_some_and(|hours| {
                matches!(hours.kind.unwrap_or(HoursKind::Delivery), HoursKind::Delivery | HoursKind::Revision | HoursKind::UnpaidExtra)
            })
        };
        let has_hours = self.hours.iter().flatten().any(|item| is_work(item.index));
        let has_delivered = self.milestones.iter().flatten().any(|milestone| milestone.delivered_on.is_some());
        match (has_hours || has_delivered, &self.milestones, &self.hours) {
            (true, ..) => Value::YesNo(true),
            (false, Some(_), _) | (false, _, Some(_)) => Value::YesNo(false),
            (false, None, None) => Value::NotKnown(Need::Milestones),
        }
    }

    pub(super) fn work_going_on(&self) -> Value<'r> {
        if self.stage().0 == Stage::Ended {
            return Value::YesNo(false);
        }
        if self.milestones.iter().flatten().any(|milestone| milestone.delivered_on.is_none()) {
            return Value::YesNo(true);
        }
        let month = Duration::days(30).before(self.as_of);
        if self.hours.iter().flatten().any(|item| item.date.is_some_and(|day| day > month)) {
            return Value::YesNo(true);
        }
        let all_delivered = self.milestones.as_ref().is_some_and(|milestones| !milestones.is_empty());
        let no_hours = self.hours.is_some() && self.is_complete(List::Hours, month.succ_opt().unwrap_or(month), self.as_of);
        if all_delivered || no_hours { Value::YesNo(false) } else { Value::NotKnown(Need::Milestones) }
    }

    fn first_day(&self) -> Option<NaiveDate> {
        let contracts = self.record.contract.iter().chain(self.record.earlier_contracts.iter().flatten());
        let signed = contracts.filter_map(|contract| match contract.signed_on {
            Some(OrNo::Is(Day(day))) => Some(day),
            Some(OrNo::No) | None => None,
        });
        let issued = self.invoices.iter().flatten().filter_map(|invoice| invoice.raw.issue_date.or(invoice.raw.due_date)).map(|day| day.0);
        let delivered = self.milestones.iter().flatten().filter_map(|milestone| milestone.delivered_on);
        let spans = [List::Messages, List::Hours, List::Feedback, List::ChangeOrders].into_iter().filter_map(|list| {
            // Entries stand in the order of their first day.
            self.len(list).filter(|count| *count > 0).and_then(|_| self.span(list, 0).first)
        });
        let quoted = self.record.quote.as_ref().and_then(|quote| quote.sent_on).map(|day| day.0);
        signed.chain(issued).chain(delivered).chain(spans).chain(quoted).filter(|day| *day <= self.as_of).min()
    }

    /// Since when the client is known: what the record says, else the first dated thing in it.
    #[must_use]
    pub fn known_since(&self) -> Option<NaiveDate> {
        self.record.client.since.map(|day| day.0).or_else(|| self.first_day())
    }

    pub(super) fn days_known(&self) -> Value<'r> {
        self.known_since().map_or(Value::NotKnown(Need::Since), |day| Value::Number(days_between(day, self.as_of).max(Decimal::ZERO)))
    }
}

impl Value<'_> {
    /// The same value, if it borrows nothing: numbers, money, days, yes and no.
    fn detached<'b>(self) -> Value<'b> {
        match self {
            Value::Number(number) => Value::Number(number),
            Value::Money(money) => Value::Money(money),
            Value::YesNo(answer) => Value::YesNo(answer),
            Value::Day(day) => Value::Day(day),
            Value::Nothing => Value::Nothing,
            Value::NotKnown(need) => Value::NotKnown(need),
            Value::NotApplicable | Value::Word(_) | Value::Words(_) | Value::Text(_) => Value::NotApplicable,
        }
    }
}
