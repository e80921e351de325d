//! Payments whose invoice is still to be found: by the number that a payment names, then by the open amount and the payer.
//! Never by guess: what fits two invoices, or none, is told and left to the user.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};

use super::invoices::open_amount;
use super::{Outcome, Plan, amount};
use crate::import::PaymentItem;
use crate::record::{Amount, Currency, Day, Invoice, Payment, Source};

/// A payment, and the record of who paid, if there is one.
#[derive(Debug, Clone, Copy)]
pub struct Loose<'a> {
    /// The payment.
    pub item: &'a PaymentItem,
    /// The place of the payer among the plans.
    pub payer: Option<usize>,
}

/// An invoice: the place of its record among the plans, and its own in the list.
type Place = (usize, usize);

/// One way of finding what a payment is; none if it says nothing.
type Step<'a> = fn(&mut Ledger<'a>, &mut [Plan], Loose<'_>) -> Option<(Outcome, Option<String>)>;

/// Adds payments to the invoices that they are for; what became of each, in their order, and why where it was left.
pub fn place_payments(plans: &mut [Plan], items: &[Loose<'_>], system: &str) -> Vec<(Outcome, Option<String>)> {
    let mut ledger = Ledger::of(plans, system);
    let mut outcomes: Vec<Option<(Outcome, Option<String>)>> = vec![None; items.len()];
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|nth| (items[*nth].item.date.is_none(), items[*nth].item.date));
    let steps: [Step<'_>; 3] = [Ledger::known, Ledger::by_number, Ledger::by_amount];
    for step in steps {
        for nth in order.iter().copied() {
            if outcomes[nth].is_none() {
                outcomes[nth] = step(&mut ledger, plans, items[nth]);
            }
        }
    }
    let told = |(outcome, loose): (Option<(Outcome, Option<String>)>, &Loose<'_>)| {
        outcome.unwrap_or_else(|| left(loose.item, "without an invoice", "no open invoice fits"))
    };
    outcomes.into_iter().zip(items).map(told).collect()
}

fn left(item: &PaymentItem, reason: &str, why: &str) -> (Outcome, Option<String>) {
    let day = item.date.map(|day| format!(" on {day}")).unwrap_or_default();
    let payer = item.party.name.as_ref().or(item.party.emails.first()).map(|name| format!(" from {name}")).unwrap_or_default();
    let message = format!("line {}: {}{day}{payer}: {why}", item.origin.line, item.amount);
    (Outcome::Left(reason.to_owned()), Some(message))
}

/// A day and an amount in a record.
type Look = (usize, Option<NaiveDate>, Decimal);

/// The invoices and payments of all records, by what payments are known by.
struct Ledger<'a> {
    system: &'a str,
    by_id: FxHashMap<String, Vec<(usize, usize, usize)>>,
    by_number: FxHashMap<String, Vec<Place>>,
    /// Numbers with a space in them, which no single word of a text can be.
    spaced: Vec<String>,
    by_look: FxHashMap<Look, Vec<(usize, usize)>>,
    /// Payments that one of the export was found to be.
    seen: FxHashSet<(usize, usize, usize)>,
}

impl<'a> Ledger<'a> {
    fn of(plans: &[Plan], system: &'a str) -> Self {
        let mut ledger = Self {
            system,
            by_id: FxHashMap::default(),
            by_number: FxHashMap::default(),
            spaced: Vec::new(),
            by_look: FxHashMap::default(),
            seen: FxHashSet::default(),
        };
        for (record, plan) in plans.iter().enumerate() {
            for (place, invoice) in plan.invoices().iter().enumerate() {
                ledger.add(record, place, invoice);
            }
        }
        ledger
    }

    fn add(&mut self, record: usize, place: usize, invoice: &Invoice) {
        if let Some(number) = invoice.number.as_ref().map(|number| number.trim().to_lowercase()).filter(|number| !number.is_empty()) {
            if number.contains(' ') {
                self.spaced.push(number.clone());
            }
            self.by_number.entry(number).or_default().push((record, place));
        }
        for (nth, payment) in invoice.payments.iter().flatten().enumerate() {
            let own = payment.source.as_ref().filter(|source| source.system == self.system).and_then(|source| source.id.clone());
            if let Some(id) = own.or_else(|| payment.key.clone()) {
                self.by_id.entry(id).or_default().push((record, place, nth));
            }
            let look = (record, payment.date.map(|day| day.0), payment.amount.0);
            self.by_look.entry(look).or_default().push((place, nth));
        }
    }

    /// Money that went back, what is too large, and payments whose id is known.
    fn known(&mut self, _: &mut [Plan], loose: Loose<'_>) -> Option<(Outcome, Option<String>)> {
        let item = loose.item;
        if item.amount <= Decimal::ZERO {
            return Some(left(item, "not money that came in", "money went back; write it as a credit of its invoice, if it is one"));
        }
        if amount(item.amount).is_none() {
            return Some(left(item, "too large", "no record can hold such an amount"));
        }
        let known = self.by_id.get(item.origin.id.as_ref()?)?;
        self.seen.extend(known.iter().copied());
        Some((Outcome::Unchanged, None))
    }

    fn by_number(&mut self, plans: &mut [Plan], loose: Loose<'_>) -> Option<(Outcome, Option<String>)> {
        let item = loose.item;
        let named = item.invoice.as_ref().map(|number| number.trim().to_lowercase()).filter(|number| !number.is_empty());
        let own = named.as_ref().and_then(|number| self.by_number.get(number)).cloned();
        let is_in_text = own.is_none();
        let mut found = match own {
            Some(found) => found,
            None => {
                let text = [named.as_deref(), item.text.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
                self.in_text(&text, &|place| open_of(plans, place).0 == item.amount)
            }
        };
        if found.iter().any(|(record, _)| Some(*record) == loose.payer) {
            found.retain(|(record, _)| Some(*record) == loose.payer);
        }
        let numbers: BTreeSet<String> = found.iter().filter_map(|place| number_of(plans, *place)).collect();
        match found.as_slice() {
            [] => None,
            [one] => Some(self.pay(plans, *one, item)),
            several if is_in_text && numbers.len() == several.len() => Some(self.pay_several(plans, several, item)),
            several => Some(left(item, "not clear", &format!("{} invoices have the number that it names", several.len()))),
        }
    }

    /// The invoices whose numbers stand in a text as whole words. A short number may be a date or a count: it is one only
    /// where the amount fits too.
    fn in_text(&self, text: &str, fits_amount: &dyn Fn(Place) -> bool) -> Vec<Place> {
        const SHORT: usize = 5;
        let text = text.to_lowercase();
        let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
        let mut found: BTreeSet<Place> = BTreeSet::new();
        let mut look_up = |word: &str| {
            let Some(places) = self.by_number.get(word) else { return false };
            let is_short = word.len() < SHORT && word.bytes().all(|byte| byte.is_ascii_digit());
            found.extend(places.iter().copied().filter(|place| !is_short || fits_amount(*place)));
            true
        };
        for word in text.split(|c| !is_inside(c)) {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            if !bare.is_empty() && !look_up(word) && !look_up(bare) && bare.contains('/') {
                bare.split('/').for_each(|part| {
                    look_up(part);
                });
            }
        }
        for number in &self.spaced {
            let is_whole = |at: usize| {
                let before = text[..at].chars().next_back().is_none_or(|c| !is_inside(c));
                before && text[at + number.len()..].chars().next().is_none_or(|c| !is_inside(c))
            };
            if text.match_indices(number.as_str()).any(|(at, _)| is_whole(at)) {
                look_up(number);
            }
        }
        found.into_iter().collect()
    }

    fn by_amount(&mut self, plans: &mut [Plan], loose: Loose<'_>) -> Option<(Outcome, Option<String>)> {
        let item = loose.item;
        let payer = loose.payer?;
        let total = amount(item.amount)?;
        if let Some((place, nth)) = self.unseen(payer, item.date, total) {
            self.seen.insert((payer, place, nth));
            return Some((Outcome::Unchanged, None));
        }
        let plan = plans.get(payer)?;
        let fits = |(_, invoice): &(usize, &Invoice)| {
            let is_sent = invoice.issue_date.is_none_or(|Day(issued)| item.date.is_none_or(|paid| issued <= paid));
            let (open, currency) = open_amount(plan, invoice);
            let waits = || invoice.payments.iter().flatten().any(|it| it.date.is_none() && it.amount == total);
            let is_live = invoice.voided_on.is_none() && invoice.written_off_on.is_none();
            is_sent && is_live && is_same_currency(item.currency, currency) && (open == total.0 || item.date.is_some() && waits())
        };
        let found: Vec<usize> = plan.invoices().iter().enumerate().filter(fits).map(|(place, _)| place).collect();
        match found.as_slice() {
            [] => Some(left(item, "without an invoice", "no open invoice of this client asks for so much")),
            [one] => Some(self.pay(plans, (payer, *one), item)),
            several => {
                const SHOWN: usize = 5;
                let names: Vec<String> = several.iter().take(SHOWN).filter_map(|place| number_of(plans, (payer, *place))).collect();
                let why = format!("fits {} invoices ({}); write it into the one that it is for", several.len(), names.join(", "));
                Some(left(item, "not clear", &why))
            }
        }
    }

    /// A payment of a day and amount in a record that nothing of the export was found to be yet.
    fn unseen(&self, record: usize, date: Option<NaiveDate>, total: Amount) -> Option<(usize, usize)> {
        let all = self.by_look.get(&(record, date, total.0))?;
        all.iter().copied().find(|(place, nth)| !self.seen.contains(&(record, *place, *nth)))
    }

    /// Adds a payment to its invoice, unless it is there.
    fn pay(&mut self, plans: &mut [Plan], (record, place): Place, item: &PaymentItem) -> (Outcome, Option<String>) {
        let name = number_of(plans, (record, place)).unwrap_or_default();
        let (Some(plan), Some(total)) = (plans.get_mut(record), amount(item.amount)) else { return (Outcome::Unchanged, None) };
        let Some(invoice) = plan.invoices().get(place) else { return (Outcome::Unchanged, None) };
        let payments = invoice.payments.clone().unwrap_or_default();
        let (open, currency) = open_amount(plan, invoice);
        if !is_same_currency(item.currency, currency) {
            return left(item, "in another currency", &format!("invoice {name} is in another currency"));
        }
        let mut free = payments.iter().enumerate().filter(|(nth, it)| it.amount == total && !self.seen.contains(&(record, place, *nth)));
        let same_day = free.clone().find(|(_, it)| it.date.map(|day| day.0) == item.date);
        let undated = free.clone().find(|(_, it)| it.date.is_none());
        let source = item.origin.id.clone().map(|id| Source { system: self.system.to_owned(), id: Some(id) });
        if let Some((nth, _)) = same_day {
            self.seen.insert((record, place, nth));
            return (Outcome::Unchanged, None);
        }
        if let (Some((nth, _)), Some(day)) = (undated, item.date) {
            plan.set_paid_on(place, nth, Day(day), source);
            self.seen.insert((record, place, nth));
            return (Outcome::Updated, None);
        }
        if open < total.0
            && let Some((nth, known)) = free.next()
        {
            self.seen.insert((record, place, nth));
            let yours = known.date.map_or_else(|| "on a day not known".to_owned(), |day| format!("on {}", day.0));
            let theirs = item.date.map_or_else(|| "no day".to_owned(), |day| day.to_string());
            plan.notes.push(format!("invoice {name}: kept yours: {total} paid {yours} (export says {theirs})", total = total.0));
            return (Outcome::Unchanged, None);
        }
        if open.is_zero() {
            return left(item, "without an open invoice", &format!("invoice {name} is settled already"));
        }
        if open < total.0 {
            plan.notes.push(format!("invoice {name}: {} were paid, and only {open} were open", total.0));
        }
        plan.push_payment(place, payment(item, total, source));
        self.seen.insert((record, place, payments.len()));
        (Outcome::New, None)
    }

    /// One payment for several invoices: theirs if it is exactly what they ask for together.
    fn pay_several(&mut self, plans: &mut [Plan], places: &[Place], item: &PaymentItem) -> (Outcome, Option<String>) {
        let opens: Vec<(Decimal, Option<Currency>)> = places.iter().map(|place| open_of(plans, *place)).collect();
        let together = opens.iter().fold(Decimal::ZERO, |sum, (open, _)| sum.saturating_add(*open));
        let is_one_currency = opens.iter().all(|(_, currency)| is_same_currency(item.currency, *currency));
        if together == item.amount && is_one_currency {
            for ((record, place), (open, _)) in places.iter().zip(opens).filter(|(_, (open, _))| !open.is_zero()) {
                let (Some(plan), Some(part)) = (plans.get_mut(*record), amount(open)) else { continue };
                let source = item.origin.id.clone().map(|id| Source { system: self.system.to_owned(), id: Some(id) });
                plan.push_payment(*place, payment(item, part, source));
            }
            return (Outcome::New, None);
        }
        let paid_that_day = |(record, place): &Place| {
            let invoice = plans.get(*record).and_then(|plan| plan.invoices().get(*place));
            let payments = invoice.into_iter().flat_map(|invoice| invoice.payments.iter().flatten());
            payments.filter(|it| it.date.map(|day| day.0) == item.date).fold(Decimal::ZERO, |sum, it| sum.saturating_add(it.amount.0))
        };
        if places.iter().map(paid_that_day).fold(Decimal::ZERO, Decimal::saturating_add) == item.amount {
            return (Outcome::Unchanged, None);
        }
        let names: Vec<String> = places.iter().filter_map(|place| number_of(plans, *place)).collect();
        left(
            item,
            "not clear",
            &format!("names {}, which ask for {together} together; write down how much is for which", names.join(" and ")),
        )
    }
}

fn payment(item: &PaymentItem, amount: Amount, source: Option<Source>) -> Payment {
    Payment { date: item.date.map(Day), amount, currency: None, key: None, source, notes: None }
}

fn open_of(plans: &[Plan], (record, place): Place) -> (Decimal, Option<Currency>) {
    let invoice = plans.get(record).and_then(|plan| Some((plan, plan.invoices().get(place)?)));
    invoice.map_or((Decimal::ZERO, None), |(plan, invoice)| open_amount(plan, invoice))
}

fn number_of(plans: &[Plan], (record, place): Place) -> Option<String> {
    let invoice = plans.get(record)?.invoices().get(place)?;
    invoice.number.clone().or_else(|| invoice.issue_date.map(|day| format!("of {}", day.0)))
}

fn is_same_currency(one: Option<Currency>, other: Option<Currency>) -> bool {
    one.is_none() || other.is_none() || one == other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Format;
    use crate::record::decode;

    fn plan(invoices: &str) -> Plan {
        let text = format!("client: {{ name: A }}\ncontract: {{ currency: EUR }}\ninvoices:\n{invoices}");
        Plan::new(decode(&text, Format::Yaml).expect("a record"))
    }

    fn item(date: &str, amount: i64, text: &str) -> PaymentItem {
        PaymentItem { date: Day::parse(date), amount: amount.into(), text: Some(text.to_owned()), ..PaymentItem::default() }
    }

    fn place(plans: &mut [Plan], items: &[PaymentItem]) -> Vec<String> {
        let loose: Vec<Loose<'_>> = items.iter().map(|item| Loose { item, payer: Some(0) }).collect();
        let in_words = |(outcome, _): (Outcome, Option<String>)| match outcome {
            Outcome::Left(why) => why,
            other @ (Outcome::New | Outcome::Updated | Outcome::Unchanged) => format!("{other:?}"),
        };
        place_payments(plans, &loose, "bank").into_iter().map(in_words).collect()
    }

    #[test]
    fn a_number_in_the_text_is_a_whole_word_with_its_zeros() {
        let mut plans = [plan(
            "  - { number: \"2025-014\", amount: 100 }\n  - { number: \"00017\", amount: 100 }\n  - { number: 2025-01, amount: 70 }",
        )];
        let items = [
            item("2025-06-01", 40, "Invoice 2025-014, thanks"),
            item("2025-06-02", 10, "RE 2025-0141"),
            item("2025-06-03", 10, "No. 17"),
            item("2025-06-04", 10, "no. 00017."),
            item("2025-06-05", 10, "on 2025-01-14"),
        ];
        assert_eq!(place(&mut plans, &items), ["New", "without an invoice", "without an invoice", "New", "without an invoice"]);
    }

    #[test]
    fn a_year_in_the_text_is_no_number_unless_the_amount_fits() {
        let mut plans = [plan("  - { number: \"2025\", amount: 100 }\n  - { number: \"2026\", amount: 70 }")];
        let items = [item("2025-06-01", 40, "Work in May 2025"), item("2025-06-01", 70, "2026")];
        assert_eq!(place(&mut plans, &items), ["without an invoice", "New"]);
    }

    #[test]
    fn what_fits_two_invoices_is_left_to_the_user() {
        let mut plans =
            [plan("  - { number: A, issue_date: 2025-01-01, amount: 100 }\n  - { number: B, issue_date: 2025-02-01, amount: 100 }")];
        assert_eq!(place(&mut plans, &[item("2025-02-10", 100, "")]), ["not clear"]);
        assert!(plans[0].is_empty());
        // Before the second was sent, it can only be for the first; and then only the second is open.
        assert_eq!(place(&mut plans, &[item("2025-02-10", 100, ""), item("2025-01-20", 100, "")]), ["New", "New"]);
    }

    #[test]
    fn without_a_known_payer_an_amount_says_nothing() {
        let mut plans = [plan("  - { number: A, amount: 100 }")];
        let item = item("2025-02-10", 100, "thanks");
        let outcomes = place_payments(&mut plans, &[Loose { item: &item, payer: None }], "bank");
        assert_eq!(outcomes[0].0, Outcome::Left("without an invoice".to_owned()));
    }

    #[test]
    fn a_settlement_without_a_day_gets_its_day_and_no_second_payment() {
        for text in ["for 2025-014", ""] {
            let mut plans = [plan("  - { number: \"2025-014\", amount: \"500.00\", payments: [ { amount: \"500.00\" } ] }")];
            let mut paid = item("2025-06-19", 500, text);
            paid.origin.id = Some("E2E-1".to_owned());
            assert_eq!(place(&mut plans, std::slice::from_ref(&paid)), ["Updated"]);
            let payments = plans[0].invoices()[0].payments.clone().unwrap_or_default();
            assert_eq!(payments.len(), 1);
            assert_eq!(payments[0].date, item("2025-06-19", 500, "").date.map(Day));
            assert_eq!(place(&mut plans, &[paid]), ["Unchanged"]);
        }
    }

    #[test]
    fn the_same_statement_again_adds_nothing_also_without_ids() {
        let mut plans = [plan("  - { number: A-100, amount: 200 }\n  - { number: B-100, amount: 70 }")];
        let items = [item("2025-06-01", 100, "A-100"), item("2025-06-01", 100, "A-100"), item("2025-06-02", 70, "")];
        assert_eq!(place(&mut plans, &items), ["New", "New", "New"]);
        assert_eq!(place(&mut plans, &items), ["Unchanged", "Unchanged", "Unchanged"]);
    }

    #[test]
    fn one_payment_for_two_invoices_is_shared_only_if_it_is_exact() {
        let mut plans = [plan("  - { number: A-100, amount: 200 }\n  - { number: B-100, amount: 70 }")];
        assert_eq!(place(&mut plans, &[item("2025-06-01", 250, "A-100/B-100")]), ["not clear"]);
        assert_eq!(place(&mut plans, &[item("2025-06-01", 270, "A-100/B-100")]), ["New"]);
        assert_eq!(place(&mut plans, &[item("2025-06-01", 270, "A-100/B-100")]), ["Unchanged"]);
    }

    #[test]
    fn what_is_settled_or_in_another_currency_is_left_alone() {
        let mut plans = [plan(
            "  - { number: A-100, amount: 200, payments: [ { date: 2025-05-30, amount: 200 } ] }\n  - { number: B-100, amount: 70 }",
        )];
        assert_eq!(place(&mut plans, &[item("2025-06-01", 200, "A-100")]), ["Unchanged"], "two days apart: the file's day stays");
        assert_eq!(plans[0].notes, ["invoice A-100: kept yours: 200 paid on 2025-05-30 (export says 2025-06-01)"]);
        assert_eq!(
            place(&mut plans, &[item("2025-07-01", 90, "A-100"), item("2025-07-01", -5, "A-100")]),
            ["without an open invoice", "not money that came in"]
        );
        let mut dollars = item("2025-07-01", 70, "B-100");
        dollars.currency = iso_currency::Currency::from_code("USD").map(Currency);
        assert_eq!(place(&mut plans, &[dollars]), ["in another currency"]);
        assert!(plans[0].is_empty());
    }
}
