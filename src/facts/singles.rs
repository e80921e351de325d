//! Single facts: one value for the whole record, as of a day.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::days::days_between;
use super::value::sum_of_one_currency;
use super::work::all_words;
use super::{Duration, Facts, Kind, List, Money, Need, Value};
use crate::record::{
    ActionTaken, Billing, ChangeStatus, Channel, Contract, Day, Hours, HoursKind, Observation, OrNo, Party, RateUnit, Record, Stage, Term,
};

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

    fn contract<'a>(&'a self, need: Need, read: impl FnOnce(&'a Contract) -> Option<Value<'a>>) -> Value<'a> {
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

    fn overdue(&self) -> Value<'r> {
        if self.invoices.is_none() {
            return Value::NotKnown(Need::Invoices);
        }
        let sum = sum_of_one_currency(self.overdue_by_currency().into_iter().map(|(money, _)| money), self.currency());
        Value::money(sum, Need::OneCurrency)
    }

    fn oldest_overdue_days(&self) -> Value<'r> {
        let Some(invoices) = &self.invoices else { return Value::NotKnown(Need::Invoices) };
        let oldest = invoices.iter().filter(|invoice| invoice.is_overdue()).filter_map(|invoice| invoice.due).min();
        Value::Number(oldest.map_or(Decimal::ZERO, |due| days_between(due, self.as_of)))
    }

    fn billed(&self) -> Value<'r> {
        let Some(invoices) = &self.invoices else { return Value::NotKnown(Need::Invoices) };
        let mut amounts = Vec::with_capacity(invoices.len());
        for invoice in invoices.iter().filter(|invoice| invoice.settlement != super::invoices::Settlement::Cancelled) {
            let Some(amount) = invoice.amount else { return Value::NotKnown(Need::InvoiceAmount) };
            amounts.push(amount);
        }
        Value::money(sum_of_one_currency(amounts, self.currency()), Need::OneCurrency)
    }

    /// Money received; within the last twelve months, or ever.
    fn received(&self, within_a_year: bool) -> Value<'r> {
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

    fn effective_rate(&self) -> Value<'r> {
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
    fn rate(&self) -> Value<'r> {
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

    fn share_of_my_hours(&self) -> Value<'r> {
        let of_mine = self.me().and_then(|me| me.a_year.as_ref()?.hours).map(|hours| hours.0);
        match (self.hours_of_a_year(), of_mine) {
            (Err(need), _) => Value::NotKnown(need),
            (Ok(_), None) => Value::NotKnown(Need::YearHours),
            (Ok(hours), Some(all)) => hours.checked_div(all).map_or(Value::NotKnown(Need::YearHours), Value::Number),
        }
    }

    fn share_of_my_income(&self) -> Value<'r> {
        let Some(year) = self.me().and_then(|me| me.a_year.as_ref()) else { return Value::NotKnown(Need::YearIncome) };
        let Some(income) = year.income else { return Value::NotKnown(Need::YearIncome) };
        let received = self.received(true);
        let Value::Money(money) = received else { return received };
        if !money.is_comparable(Money { amount: income.0, currency: year.currency.or_else(|| self.currency()) }) {
            return Value::NotKnown(Need::OneCurrency);
        }
        money.amount.checked_div(income.0).map_or(Value::NotKnown(Need::YearIncome), Value::Number)
    }

    fn unpaid_additions(&self) -> Value<'r> {
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

    fn work_started(&self) -> Value<'r> {
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

    fn work_going_on(&self) -> Value<'r> {
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

    fn days_known(&self) -> Value<'r> {
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
