//! Rows of invoices: one a row, several rows for the lines of one, or entries of a ledger; and credit notes, which belong
//! to the invoice that they name.

use std::fmt::Write as _;

use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::{Batch, InvoiceItem, Item, PaymentItem, Settlement};
use super::Collect;
use super::cells::{self, Fault, Faults, Reading, Row};
use super::map::{Field, Rest, RowIs, StatusIs};
use super::payments::payment;
use super::settle::{State, settle};
use super::tally::{Often, RowKind, Tally};
use crate::diagnostic::{Mistake, Span};

/// An invoice while its rows are being read.
#[derive(Debug)]
struct Draft {
    item: InvoiceItem,
    state: State,
    first: Span,
    /// How many rows it has.
    rows: u64,
    /// Tax stands in a column of its own, and may or may not be in the amount.
    has_line_tax: bool,
    /// One of its rows could not be read, so that its sum would be wrong.
    is_spoilt: bool,
}

/// A credit note, or a row below 0, whose invoice may still come.
#[derive(Debug)]
struct CreditRow {
    key: String,
    named: Option<String>,
    credit: Settlement,
    number: Option<String>,
    what: &'static str,
    line: u64,
    span: Span,
}

/// A payment among invoices.
#[derive(Debug)]
struct PaymentRow {
    key: Option<String>,
    item: PaymentItem,
}

/// The invoices so far.
#[derive(Debug)]
pub(super) struct Invoices {
    row_is: RowIs,
    drafts: Vec<Draft>,
    /// By what knows an invoice again: its client and number.
    by_key: FxHashMap<String, usize>,
    credits: Vec<CreditRow>,
    payments: Vec<PaymentRow>,
    heading: Option<String>,
    due_before_issue: Often,
    twice: Often,
    /// Invoices of which no further row counts, since one of them was no good.
    spoilt: FxHashSet<String>,
    key: String,
}

/// What a row of an invoice says.
struct InvoiceRow {
    item: InvoiceItem,
    state: State,
    has_line_tax: bool,
}

impl Invoices {
    pub fn new(reading: &Reading<'_>) -> Self {
        Self {
            row_is: reading.found.map.row_is(),
            drafts: Vec::new(),
            by_key: FxHashMap::default(),
            credits: Vec::new(),
            payments: Vec::new(),
            heading: None,
            due_before_issue: Often::default(),
            twice: Often::default(),
            spoilt: FxHashSet::default(),
            key: String::new(),
        }
    }
}

/// Writes what knows an invoice again: its client and its number. Without a number there is nothing.
fn write_key(key: &mut String, row: &Row<'_>, reading: &Reading<'_>, number: &str) {
    key.clear();
    let client = reading.first(row, Field::ClientId).or_else(|| reading.first(row, Field::Client)).map_or("", |(_, text)| text);
    key.extend(client.chars().flat_map(char::to_lowercase));
    key.push('\u{1f}');
    key.push_str(number);
}

impl Collect for Invoices {
    fn take(&mut self, row: &Row<'_>, reading: &Reading<'_>, tally: &mut Tally) -> Result<(), Faults> {
        let mut key = std::mem::take(&mut self.key);
        let number = reading.first(row, Field::Number).map_or("", |(_, text)| text);
        write_key(&mut key, row, reading, number);
        if number.is_empty() && self.row_is == RowIs::LineItem {
            // Lines of one invoice without a number share all that is said of the invoice.
            for field in [Field::Id, Field::IssueDate, Field::DueDate, Field::Amount] {
                let _ = write!(key, "\u{1f}{}", reading.first(row, field).map_or("", |(_, text)| text));
            }
        }
        let taken = self.take_keyed(row, reading, tally, &key, !number.is_empty());
        if taken.is_err() && self.row_is == RowIs::LineItem {
            match self.by_key.get(&key).and_then(|index| self.drafts.get_mut(*index)) {
                Some(draft) => draft.is_spoilt = true,
                None => drop(self.spoilt.insert(key.clone())),
            }
        }
        self.key = key;
        taken
    }

    fn heading(&mut self, client: &str) {
        self.heading = Some(cells::one_line(client));
    }

    fn finish(mut self, _: &Reading<'_>, mut tally: Tally) -> Batch {
        self.settle_all(&mut tally);
        let mut loose = self.put_payments(&mut tally);
        self.put_credits(&mut tally);
        let several = |rows| format!("in {rows} invoices the due date is before the day of issue");
        tally.doubts.extend(self.due_before_issue.told("due-before-issue", "the due date is before the day of issue", several));
        let several = |rows| format!("{rows} invoices have the client and the number of one above them");
        tally.doubts.extend(self.twice.told("same-number", "an invoice of this client with this number stands above", several));
        let mut items = Vec::with_capacity(self.drafts.len());
        for draft in self.drafts {
            if draft.is_spoilt {
                for _ in 0..draft.rows {
                    tally.skip("row of an invoice with a mistake", draft.item.origin.line);
                }
                continue;
            }
            tally.count(RowKind::Invoice);
            for _ in 1..draft.rows {
                tally.count(RowKind::LineItem);
            }
            items.push(Item::Invoice(draft.item));
        }
        items.append(&mut loose);
        Batch { items, account: tally.account(), ..Batch::default() }
    }
}

impl Invoices {
    fn take_keyed(&mut self, row: &Row<'_>, reading: &Reading<'_>, tally: &mut Tally, key: &str, has_number: bool) -> Result<(), Faults> {
        let line = row.place.line;
        match reading.status(row) {
            Some(StatusIs::Draft) => return tally.leave_out("draft", line),
            Some(StatusIs::Void) if reading.first(row, Field::VoidedOn).is_none() => return tally.leave_out("void", line),
            Some(StatusIs::Void | StatusIs::WrittenOff | StatusIs::Paid | StatusIs::Refund) | None => {}
        }
        if reading.is_payment(row) {
            return self.take_payment(row, reading, key, has_number);
        }
        let InvoiceRow { mut item, state, has_line_tax } = invoice_row(row, reading)?;
        if item.party.name.is_none() {
            item.party.name.clone_from(&self.heading);
        }
        let is_credit = reading.is_credit_note(row);
        let is_below_zero = item.amount.is_sign_negative() && !item.amount.is_zero();
        if is_below_zero && self.row_is == RowIs::Entry && !is_credit {
            return self.take_payment(row, reading, key, has_number);
        }
        let sums_lines = self.row_is == RowIs::LineItem && reading.has(Field::LineAmount);
        if is_credit || (is_below_zero && !sums_lines) {
            self.take_credit(item, row, reading, key, is_credit);
            return Ok(());
        }
        if item.amount.is_zero() && !sums_lines {
            return tally.leave_out("nothing to pay", line);
        }
        match (self.row_is, self.by_key.get(key).copied()) {
            (RowIs::LineItem, Some(index)) => return self.add_line(index, &item, has_line_tax, sums_lines),
            (RowIs::Entry, Some(_)) if has_number => {
                self.twice.add(reading.span(row));
                return tally.leave_out("second entry of an invoice", line);
            }
            (RowIs::Item, Some(_)) if has_number => self.twice.add(reading.span(row)),
            _ => {}
        }
        if has_number || self.row_is == RowIs::LineItem {
            self.by_key.entry(key.to_owned()).or_insert(self.drafts.len());
        }
        let is_spoilt = self.spoilt.contains(key);
        self.drafts.push(Draft { item, state, first: reading.span(row), rows: 1, has_line_tax, is_spoilt });
        Ok(())
    }

    /// One more line of an invoice.
    fn add_line(&mut self, index: usize, line: &InvoiceItem, has_line_tax: bool, sums: bool) -> Result<(), Faults> {
        let Some(draft) = self.drafts.get_mut(index) else { return Ok(()) };
        if !sums && draft.item.amount != line.amount {
            let message = format!("this line says {} for invoice {}", line.amount, draft.item.number.as_deref().unwrap_or_default());
            let note = format!("line {} says {}; none of its rows was read", draft.item.origin.line, draft.item.amount);
            return Err(Fault::of_row("two-amounts", message).with_note(note).into());
        }
        if sums {
            draft.item.amount = draft.item.amount.checked_add(line.amount).unwrap_or(draft.item.amount);
        }
        draft.has_line_tax |= has_line_tax;
        draft.rows += 1;
        Ok(())
    }

    fn take_payment(&mut self, row: &Row<'_>, reading: &Reading<'_>, key: &str, has_number: bool) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let money = reading.money(row, Field::Amount, &mut faults);
        let mut item = payment(row, reading, money, self.heading.as_deref(), &mut faults);
        let Some(money) = money else {
            faults.push(Fault::of_row("no-amount", "this row has no amount"));
            return Err(faults);
        };
        item.date = item.date.or_else(|| reading.day(row, Field::IssueDate, &mut faults));
        if !faults.is_empty() {
            return Err(faults);
        }
        // A ledger has payments below 0, a list of transactions above.
        item.amount = if self.row_is == RowIs::Entry { -money.amount } else { money.amount };
        if has_number {
            item.invoice = item.invoice.or_else(|| reading.text(row, Field::Number));
        }
        self.payments.push(PaymentRow { key: has_number.then(|| key.to_owned()), item });
        Ok(())
    }

    fn take_credit(&mut self, item: InvoiceItem, row: &Row<'_>, reading: &Reading<'_>, key: &str, is_credit: bool) {
        let client_end = key.find('\u{1f}').map_or(0, |end| end + '\u{1f}'.len_utf8());
        let named = reading.text(row, Field::CreditFor).map(|number| format!("{}{number}", &key[..client_end]));
        self.credits.push(CreditRow {
            key: key.to_owned(),
            named,
            credit: Settlement { date: item.issue_date, amount: item.amount.abs(), id: item.origin.id },
            number: item.number,
            what: if is_credit { "credit note" } else { "invoice below 0" },
            line: row.place.line,
            span: reading.span(row),
        });
    }

    fn settle_all(&mut self, tally: &mut Tally) {
        for draft in self.drafts.iter_mut().filter(|draft| !draft.is_spoilt) {
            let Draft { item, state, first, has_line_tax, .. } = draft;
            for odd in settle(item, state) {
                tally.doubts.push(Mistake::warning("odd-invoice", *first, format!("{}: {odd}", called(item.number.as_deref()))));
            }
            if *has_line_tax {
                let message =
                    format!("{}: whether its tax is in its line totals is not said; they were added up", called(item.number.as_deref()));
                tally.doubts.push(Mistake::warning("tax-not-known", *first, message));
            }
            if item.issue_date.zip(item.due_date).is_some_and(|(issued, due)| due < issued) {
                self.due_before_issue.add(*first);
            }
        }
    }

    /// Payments on invoices of the same table go to them; the others are items of their own.
    fn put_payments(&mut self, tally: &mut Tally) -> Vec<Item> {
        let mut loose = Vec::new();
        for PaymentRow { key, item } in std::mem::take(&mut self.payments) {
            tally.count(RowKind::Payment);
            let draft = key.and_then(|key| self.by_key.get(&key)).and_then(|index| self.drafts.get_mut(*index));
            match draft.filter(|draft| !draft.is_spoilt) {
                Some(draft) => draft.item.payments.push(Settlement { date: item.date, amount: item.amount, id: item.origin.id }),
                None => loose.push(Item::Payment(item)),
            }
        }
        loose
    }

    /// Credits of invoices of the same table go to them; the others are listed.
    fn put_credits(&mut self, tally: &mut Tally) {
        for CreditRow { key, named, credit, number, what, line, span } in std::mem::take(&mut self.credits) {
            let index = named.and_then(|named| self.by_key.get(&named)).or_else(|| self.by_key.get(&key));
            let draft = index.and_then(|index| self.drafts.get_mut(*index)).filter(|draft| !draft.is_spoilt);
            if let Some(draft) = draft {
                tally.count(RowKind::Credit);
                draft.item.credits.push(credit);
                continue;
            }
            tally.skip(what, line);
            let number = number.map(|number| format!(" {number}")).unwrap_or_default();
            let message = format!("{what}{number} of {} names no invoice of this file", credit.amount);
            tally.doubts.push(Mistake::warning("loose-credit", span, message).with_note("add it to the `credits` of its invoice by hand"));
        }
    }
}

fn called(number: Option<&str>) -> String {
    number.map_or_else(|| "this invoice".to_owned(), |number| format!("invoice {}", cells::shown(number)))
}

fn invoice_row(row: &Row<'_>, reading: &Reading<'_>) -> Result<InvoiceRow, Faults> {
    let mut faults = Faults::default();
    let mut day = |field| reading.day(row, field, &mut faults);
    let (issue_date, due_date, paid_on) = (day(Field::IssueDate), day(Field::DueDate), day(Field::PaidOn));
    let (voided_on, written_off_on) = (day(Field::VoidedOn), day(Field::WrittenOffOn));
    let amount_field = if reading.has(Field::LineAmount) { Field::LineAmount } else { Field::Amount };
    let money = reading.money(row, amount_field, &mut faults);
    let mut amount = |field| reading.amount(row, field, &mut faults);
    let (paid, open, written_off) = (amount(Field::Paid), amount(Field::Open), amount(Field::WrittenOff));
    let has_line_tax = amount(Field::LineTax).is_some_and(|tax| !tax.is_zero());
    let currency = reading.currency(row, money, &mut faults);
    let Some(money) = money.filter(|_| faults.is_empty()) else {
        if faults.is_empty() {
            faults.push(Fault::of_row("no-amount", "this row has no amount"));
        }
        return Err(faults);
    };
    if issue_date.is_none() && due_date.is_none() {
        return Err(Fault::of_row("no-date", "this row has neither a day of issue nor a due date").into());
    }
    let status = reading.status(row);
    let says_paid = reading.found.map.status.contains_key(&StatusIs::Paid);
    let has_status = reading.first(row, Field::Status).is_some();
    let item = InvoiceItem {
        party: reading.party(row),
        number: reading.text(row, Field::Number),
        issue_date,
        due_date,
        amount: money.amount,
        currency,
        net_days: net_days(row, reading),
        is_disputed: reading.first(row, Field::Disputed).is_some_and(|(_, text)| is_yes(text)),
        origin: reading.origin(row),
        ..InvoiceItem::default()
    };
    let is_said_unpaid = says_paid && has_status && status != Some(StatusIs::Paid);
    let state = State {
        paid,
        open,
        paid_on,
        voided_on,
        written_off_on,
        written_off: written_off.map(|off: Decimal| off.abs()),
        status,
        is_said_unpaid,
        is_rest_written_off: reading.found.map.rest == Some(Rest::WrittenOff),
    };
    Ok(InvoiceRow { item, state, has_line_tax })
}

fn is_yes(text: &str) -> bool {
    ["yes", "true", "1", "y", "ja", "oui", "disputed"].iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// `30`, `Net 30`, `Due on Receipt`.
fn net_days(row: &Row<'_>, reading: &Reading<'_>) -> Option<u16> {
    let (_, text) = reading.first(row, Field::NetDays)?;
    if super::columns::folded(text).contains("receipt") {
        return Some(0);
    }
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok().filter(|days| *days <= 366)
}
