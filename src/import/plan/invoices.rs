//! Invoices of an export beside those of a record: which are known, what is new of them, and where the two differ. What
//! stands in the record stays; a difference is told.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{InvoiceDay, Outcome, Plan, amount};
use crate::import::{InvoiceItem, Settlement};
use crate::record::{Currency, Day, Dispute, Invoice, Payment, Source};

/// The invoices of a record, by all that they may be known again by.
#[derive(Debug, Default)]
pub struct InvoiceBook {
    by_id: FxHashMap<(String, String), usize>,
    by_number: FxHashMap<String, Vec<usize>>,
    by_look: FxHashMap<(Option<NaiveDate>, Decimal), Vec<usize>>,
    /// Those that were found by their look: the second of two equal ones is another.
    seen: FxHashSet<usize>,
}

/// Many count their invoices anew each year: one number so many days apart is two invoices.
const NUMBERED_ANEW: i64 = 180;

/// How an invoice was known again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KnownBy {
    Id,
    Number,
    Look,
}

impl InvoiceBook {
    /// The invoices of a record.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mut book = Self::default();
        for (place, invoice) in plan.invoices().iter().enumerate() {
            book.add(place, invoice);
        }
        book
    }

    fn add(&mut self, place: usize, invoice: &Invoice) {
        if let Some(Source { system, id: Some(id) }) = &invoice.source {
            self.by_id.insert((system.clone(), id.clone()), place);
        }
        if let Some(number) = &invoice.number {
            self.by_number.entry(number.trim().to_owned()).or_default().push(place);
        }
        if let Some(amount) = invoice.amount {
            self.by_look.entry((invoice.issue_date.map(|day| day.0), amount.0)).or_default().push(place);
        }
    }

    /// The invoices of a number.
    #[must_use]
    pub fn with_number(&self, number: &str) -> &[usize] {
        self.by_number.get(number.trim()).map(Vec::as_slice).unwrap_or_default()
    }

    fn find(&self, plan: &Plan, item: &InvoiceItem, system: &str) -> Result<Option<(usize, KnownBy)>, &'static str> {
        let all = plan.invoices();
        if let Some(id) = &item.origin.id {
            let by_source = self.by_id.get(&(system.to_owned(), id.clone())).copied();
            let by_key = || all.iter().position(|invoice| invoice.key.as_ref() == Some(id));
            // Keys are rare, and those of a large record are looked for only if it has any.
            let has_keys = self.by_id.len() < all.len();
            if let Some(place) = by_source.or_else(|| if has_keys { by_key() } else { None }) {
                return Ok(Some((place, KnownBy::Id)));
            }
        }
        let is_other = |place: &usize| {
            let source = all.get(*place).and_then(|invoice| invoice.source.as_ref());
            source.is_some_and(|source| source.system == system && source.id.is_some() && item.origin.id.is_some())
        };
        let days_apart = |place: &usize| {
            let known = all.get(*place).and_then(|invoice| invoice.issue_date);
            known.zip(item.issue_date).map_or(0, |(Day(known), day)| (day - known).num_days().abs())
        };
        if let Some(number) = &item.number {
            let found = self.with_number(number).iter().copied();
            let mut found: Vec<usize> = found.filter(|place| !is_other(place) && days_apart(place) <= NUMBERED_ANEW).collect();
            if found.iter().any(|place| days_apart(place) == 0) {
                found.retain(|place| days_apart(place) == 0);
            }
            match found.as_slice() {
                [] => {}
                [one] => return Ok(Some((*one, KnownBy::Number))),
                several => {
                    let of_amount = |place: &&usize| all.get(**place).and_then(|it| it.amount) == amount(item.amount);
                    return match several.iter().filter(of_amount).collect::<Vec<_>>().as_slice() {
                        [one] => Ok(Some((**one, KnownBy::Number))),
                        _ => Err("several invoices of the record have its number"),
                    };
                }
            }
        }
        let look = (item.issue_date, item.amount.round_dp(4).normalize());
        let currency = item.currency.or(plan.currency());
        let fits = |place: &&usize| {
            let Some(invoice) = all.get(**place) else { return false };
            let has_own_number = invoice.number.is_some() && item.number.is_some();
            !has_own_number && !is_other(place) && !self.seen.contains(*place) && plan.currency_of(invoice) == currency
        };
        Ok(self.by_look.get(&look).and_then(|all| all.iter().find(fits)).map(|place| (*place, KnownBy::Look)))
    }
}

/// Adds an invoice to a plan, or what is new of one that is known.
pub fn add_invoice(plan: &mut Plan, book: &mut InvoiceBook, item: &InvoiceItem, system: &str) -> Outcome {
    let Some(total) = amount(item.amount) else { return Outcome::Left("too large".to_owned()) };
    match book.find(plan, item, system) {
        Err(why) => {
            plan.notes.push(format!("{}: left out: {why}", name_of(item)));
            Outcome::Left("not clear".to_owned())
        }
        Ok(Some((place, by))) => {
            if by == KnownBy::Look {
                book.seen.insert(place);
                plan.notes.push(format!("{}: taken for the one of the same day and amount", name_of(item)));
            }
            update(plan, place, item, system)
        }
        Ok(None) => {
            let invoice = new_invoice(plan, item, total, system);
            let place = plan.push_invoice(invoice);
            if let Some(invoice) = plan.invoices().get(place) {
                book.add(place, invoice);
            }
            if item.number.is_none() && item.origin.id.is_none() {
                book.seen.insert(place);
            }
            Outcome::New
        }
    }
}

/// How an invoice is called in what is told.
fn name_of(item: &InvoiceItem) -> String {
    match (&item.number, item.issue_date) {
        (Some(number), _) => format!("invoice {number}"),
        (None, Some(day)) => format!("invoice of {day} over {}", item.amount),
        (None, None) => format!("invoice over {}", item.amount),
    }
}

fn new_invoice(plan: &Plan, item: &InvoiceItem, total: crate::record::Amount, system: &str) -> Invoice {
    let settled = |all: &[Settlement]| {
        let list: Vec<Payment> = all.iter().filter_map(|it| payment_of(it, system)).collect();
        Some(list).filter(|list| !list.is_empty())
    };
    Invoice {
        number: item.number.clone(),
        issue_date: item.issue_date.map(Day),
        due_date: item.due_date.map(Day),
        amount: Some(total),
        currency: item.currency.filter(|own| plan.currency() != Some(*own)),
        payments: settled(&item.payments),
        credits: settled(&item.credits),
        voided_on: item.voided_on.map(Day),
        written_off_on: item.written_off_on.map(Day),
        // A note, since no rule reads those: nobody said these words.
        disputed: item.is_disputed.then(|| Dispute { notes: Some(format!("marked as disputed in {system}")), ..Dispute::default() }),
        source: Some(Source { system: system.to_owned(), id: item.origin.id.clone() }),
        ..Invoice::default()
    }
}

fn payment_of(settlement: &Settlement, system: &str) -> Option<Payment> {
    Some(Payment {
        date: settlement.date.map(Day),
        amount: amount(settlement.amount)?,
        currency: None,
        key: None,
        source: settlement.id.clone().map(|id| Source { system: system.to_owned(), id: Some(id) }),
        notes: None,
    })
}

fn update(plan: &mut Plan, place: usize, item: &InvoiceItem, system: &str) -> Outcome {
    let Some(before) = plan.invoices().get(place).cloned() else { return Outcome::Unchanged };
    let mut is_changed = false;
    let mut kept = Vec::new();
    for (which, yours, theirs) in [
        (InvoiceDay::Issued, before.issue_date, item.issue_date),
        (InvoiceDay::Due, due(plan, &before), item.due_date),
        (InvoiceDay::Voided, before.voided_on, item.voided_on),
        (InvoiceDay::WrittenOff, before.written_off_on, item.written_off_on),
    ] {
        let written = match which {
            InvoiceDay::Due => before.due_date,
            InvoiceDay::Issued | InvoiceDay::Voided | InvoiceDay::WrittenOff => yours,
        };
        match (written, theirs) {
            (_, None) => {}
            (Some(Day(yours)), Some(theirs)) if yours != theirs => kept.push(differs(which.key(), &yours, &theirs)),
            (Some(_), Some(_)) => {}
            (None, Some(theirs)) if yours == Some(Day(theirs)) => {}
            (None, Some(theirs)) => {
                plan.set_day(place, which, Day(theirs));
                is_changed = true;
            }
        }
    }
    let total = amount(item.amount);
    if let Some(yours) = before.amount.filter(|yours| Some(*yours) != total) {
        kept.push(differs("amount", &yours.0, &item.amount));
    }
    if let (Some(yours), Some(theirs)) = (plan.currency_of(&before), item.currency)
        && yours != theirs
    {
        kept.push(differs("currency", &yours.code(), &theirs.code()));
    } else {
        is_changed |= settle(plan, place, &item.payments, system, Side::Paid, &mut kept);
        is_changed |= settle(plan, place, &item.credits, system, Side::Credited, &mut kept);
    }
    if item.is_disputed && before.disputed.is_none() {
        kept.push("the export says that it is disputed; write down since when and why".to_owned());
    }
    plan.notes.extend(kept.into_iter().map(|kept| format!("{}: {kept}", name_of(item))));
    if is_changed { Outcome::Updated } else { Outcome::Unchanged }
}

/// When an invoice is due, also where only the contract says so.
fn due(plan: &Plan, invoice: &Invoice) -> Option<Day> {
    let derived = || {
        let terms = plan.after().contract.as_ref()?.payment_terms.as_ref()?;
        let from_issue = terms.from.is_none_or(|from| from == crate::record::TermStart::Issue);
        let days = chrono::Days::new(u64::from(terms.net_days.filter(|_| from_issue)?));
        invoice.issue_date?.0.checked_add_days(days).map(Day)
    };
    invoice.due_date.or_else(derived)
}

fn differs(key: &str, yours: &dyn std::fmt::Display, theirs: &dyn std::fmt::Display) -> String {
    format!("kept yours: {key} {yours} (export says {theirs})")
}

/// Which list of an invoice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Paid,
    Credited,
}

/// Adds what the export knows of payments beyond the record: single ones that are not there, and of sums only what is
/// missing. Whether anything was added.
fn settle(plan: &mut Plan, place: usize, theirs: &[Settlement], system: &str, side: Side, kept: &mut Vec<String>) -> bool {
    let yours: Vec<Payment> = match (plan.invoices().get(place), side) {
        (Some(invoice), Side::Paid) => invoice.payments.clone().unwrap_or_default(),
        (Some(invoice), Side::Credited) => invoice.credits.clone().unwrap_or_default(),
        (None, _) => return false,
    };
    let mut free: Vec<bool> = vec![true; yours.len()];
    let mut take = |fits: &dyn Fn(&Payment) -> bool| {
        let found = yours.iter().enumerate().position(|(nth, payment)| free[nth] && fits(payment));
        found.inspect(|nth| free[*nth] = false)
    };
    let mut is_changed = false;
    let mut rest = Vec::new();
    for settlement in theirs {
        let same_amount = |payment: &Payment| Some(payment.amount) == amount(settlement.amount);
        let by_id = settlement.id.as_ref().and_then(|id| take(&|payment| is_known_as(payment, system, id)));
        let known = by_id.or_else(|| take(&|payment| same_amount(payment) && payment.date.map(|day| day.0) == settlement.date));
        let known = known.or_else(|| if settlement.date.is_none() { take(&same_amount) } else { None });
        if known.is_none() {
            rest.push(settlement);
        }
    }
    let sum = |amounts: &mut dyn Iterator<Item = Decimal>| amounts.fold(Decimal::ZERO, Decimal::saturating_add);
    let mut missing = sum(&mut theirs.iter().map(|it| it.amount)) - sum(&mut yours.iter().map(|it| it.amount.0));
    for settlement in rest {
        let same_amount = |payment: &Payment| Some(payment.amount) == amount(settlement.amount);
        if let (Some(day), Side::Paid) = (settlement.date, side)
            && let Some(nth) = take(&|payment| payment.date.is_none() && same_amount(payment))
        {
            let source = settlement.id.clone().map(|id| Source { system: system.to_owned(), id: Some(id) });
            plan.set_paid_on(place, nth, Day(day), source);
            is_changed = true;
            continue;
        }
        let new = settlement.amount.min(missing);
        if new <= Decimal::ZERO {
            let day = settlement.date.map(|day| format!(" on {day}")).unwrap_or_default();
            let what = if side == Side::Paid { "payments" } else { "credits" };
            kept.push(format!("kept yours: {what} (export says {}{day})", settlement.amount));
            continue;
        }
        missing -= new;
        let Some(payment) = payment_of(&Settlement { amount: new, ..settlement.clone() }, system) else { continue };
        match side {
            Side::Paid => plan.push_payment(place, payment),
            Side::Credited => plan.push_credit(place, payment),
        }
        is_changed = true;
    }
    is_changed
}

/// Whether a payment has an id of a system.
pub(super) fn is_known_as(payment: &Payment, system: &str, id: &str) -> bool {
    let by_source = payment.source.as_ref().is_some_and(|source| source.system == system && source.id.as_deref() == Some(id));
    by_source || payment.key.as_deref() == Some(id)
}

/// What an invoice still asks for, on all that is known, and in which currency.
pub(super) fn open_amount(plan: &Plan, invoice: &Invoice) -> (Decimal, Option<Currency>) {
    let settled = invoice.payments.iter().flatten().chain(invoice.credits.iter().flatten()).map(|it| it.amount.0);
    let settled = settled.fold(Decimal::ZERO, Decimal::saturating_add);
    let open = invoice.amount.map_or(Decimal::ZERO, |it| it.0) - settled;
    let is_closed = invoice.voided_on.is_some();
    (if is_closed { Decimal::ZERO } else { open.max(Decimal::ZERO) }, plan.currency_of(invoice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Format;
    use crate::record::decode;

    fn plan(invoices: &str) -> Plan {
        Plan::new(decode(&format!("client: {{ name: A }}\ncontract: {{ currency: EUR }}\n{invoices}"), Format::Yaml).expect("a record"))
    }

    fn day(text: &str) -> NaiveDate {
        Day::parse(text).expect("a day")
    }

    fn item(number: &str, amount: i64) -> InvoiceItem {
        let number = Some(number.to_owned()).filter(|number| !number.is_empty());
        InvoiceItem { number, issue_date: Some(day("2025-05-02")), amount: amount.into(), ..InvoiceItem::default() }
    }

    fn paid(date: &str, amount: i64) -> Settlement {
        Settlement { date: Day::parse(date), amount: amount.into(), id: None }
    }

    fn add(plan: &mut Plan, item: &InvoiceItem) -> Outcome {
        let mut book = InvoiceBook::of(plan);
        add_invoice(plan, &mut book, item, "stripe")
    }

    #[test]
    fn the_same_export_again_adds_nothing() {
        let mut plan = plan("");
        let first = InvoiceItem { payments: vec![paid("2025-06-01", 100), paid("", 50)], ..item("1", 200) };
        assert_eq!(add(&mut plan, &first), Outcome::New);
        assert_eq!(add(&mut plan, &first), Outcome::Unchanged);
        assert_eq!((plan.invoices().len(), plan.notes.len()), (1, 0));
    }

    #[test]
    fn leading_zeros_make_another_number() {
        let mut plan = plan("invoices: [{ number: '0014', amount: 5 }]");
        assert_eq!(add(&mut plan, &item("14", 200)), Outcome::New);
        assert_eq!(add(&mut plan, &item("0014", 5)), Outcome::Updated, "it gets its date");
    }

    #[test]
    fn numbers_that_begin_anew_each_year_are_other_invoices() {
        let mut plan = plan("invoices: [{ number: '1', issue_date: 2024-05-02, amount: 5 }]");
        let next = InvoiceItem { payments: vec![paid("2025-06-01", 5)], ..item("1", 5) };
        assert_eq!((add(&mut plan, &next), add(&mut plan, &next)), (Outcome::New, Outcome::Unchanged));
        let last = InvoiceItem { issue_date: Some(day("2024-05-02")), ..item("1", 5) };
        assert_eq!(add(&mut plan, &last), Outcome::Unchanged);
        assert!(plan.invoices()[0].payments.is_none() && plan.notes.is_empty());
    }

    #[test]
    fn an_id_goes_before_a_number() {
        let mut plan = plan("invoices: [{ number: A-1, amount: 5, source: { system: stripe, id: in_1 } }]");
        let renamed = InvoiceItem { origin: crate::import::Origin { id: Some("in_1".to_owned()), line: 2 }, ..item("A-1-final", 5) };
        assert_eq!(add(&mut plan, &renamed), Outcome::Updated);
        let other = InvoiceItem { origin: crate::import::Origin { id: Some("in_2".to_owned()), line: 2 }, ..item("A-1", 5) };
        assert_eq!(add(&mut plan, &other), Outcome::New);
    }

    #[test]
    fn what_differs_stays_and_is_told() {
        let mut plan = plan("invoices: [{ number: '1', issue_date: 2025-05-02, due_date: 2025-06-15, amount: 200 }]");
        let theirs = InvoiceItem { due_date: Some(day("2025-06-01")), ..item("1", 250) };
        assert_eq!(add(&mut plan, &theirs), Outcome::Unchanged);
        assert_eq!(
            plan.notes,
            ["invoice 1: kept yours: due_date 2025-06-15 (export says 2025-06-01)", "invoice 1: kept yours: amount 200 (export says 250)"]
        );
        assert!(plan.is_empty());
    }

    #[test]
    fn of_a_sum_only_what_is_missing_is_added() {
        let mut plan =
            plan("invoices: [{ number: '1', issue_date: 2025-05-02, amount: 300, payments: [{ date: 2025-06-01, amount: 100 }] }]");
        let theirs = InvoiceItem { payments: vec![paid("2025-07-01", 300)], ..item("1", 300) };
        assert_eq!(add(&mut plan, &theirs), Outcome::Updated);
        let payments = plan.invoices()[0].payments.clone().unwrap_or_default();
        assert_eq!(payments.iter().map(|it| it.amount.0).collect::<Vec<_>>(), [100.into(), 200.into()]);
        assert_eq!(add(&mut plan, &theirs), Outcome::Unchanged);
    }

    #[test]
    fn a_settlement_without_a_day_gets_it_later() {
        let mut plan = plan("invoices: [{ number: '1', issue_date: 2025-05-02, amount: 300, payments: [{ amount: 300 }] }]");
        let theirs = InvoiceItem { payments: vec![paid("2025-07-01", 300)], ..item("1", 300) };
        assert_eq!(add(&mut plan, &theirs), Outcome::Updated);
        assert_eq!(plan.invoices()[0].payments.as_ref().map(Vec::len), Some(1));
        assert_eq!(plan.invoices()[0].payments.as_ref().and_then(|all| all[0].date), Some(Day(day("2025-07-01"))));
    }

    #[test]
    fn invoices_without_a_number_are_known_by_day_and_amount_and_equal_ones_are_counted() {
        let mut plan = plan("invoices: [{ issue_date: 2025-05-02, amount: 300 }]");
        let mut book = InvoiceBook::of(&plan);
        let outcomes: Vec<Outcome> = (0..2).map(|_| add_invoice(&mut plan, &mut book, &item("", 300), "x")).collect();
        assert_eq!(outcomes, [Outcome::Unchanged, Outcome::New]);
        let mut book = InvoiceBook::of(&plan);
        let again: Vec<Outcome> = (0..2).map(|_| add_invoice(&mut plan, &mut book, &item("", 300), "x")).collect();
        assert_eq!(again, [Outcome::Unchanged, Outcome::Unchanged]);
    }
}
