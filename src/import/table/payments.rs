//! Rows of payments: money that came in, or went back.

use rust_decimal::Decimal;

use super::super::{Batch, Item, PaymentItem};
use super::cells::{Fault, Faults, Reading, Row, is_nothing};
use super::map::{Field, StatusIs};
use super::tally::{Often, RowKind, Tally};
use super::{Collect, cells};

/// The payments so far.
#[derive(Debug, Default)]
pub(super) struct Payments {
    items: Vec<Item>,
    heading: Option<String>,
    /// Rows that are equal to the one before them, in a table that gives no ids.
    repeated: Often,
    last_row: String,
}

impl Collect for Payments {
    fn take(&mut self, row: &Row<'_>, reading: &Reading<'_>, tally: &mut Tally) -> Result<(), Faults> {
        let status = reading.status(row);
        if let Some(reason) = not_a_payment(status) {
            tally.skip(reason, row.place.line);
            return Ok(());
        }
        let mut faults = Faults::default();
        let money = reading.money(row, Field::Amount, &mut faults);
        let back = reading.amount(row, Field::Refunded, &mut faults).unwrap_or_default().abs();
        let spent = reading.amount(row, Field::Spent, &mut faults).filter(|spent| !spent.is_zero());
        let item = payment(row, reading, money, self.heading.as_deref(), &mut faults);
        if faults.is_empty() && item.date.is_none() && reading.has(Field::Date) && !reading.has(Field::Invoice) {
            faults.push(Fault::of_row("no-date", "this row has no date"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        match (money.map(|money| money.amount), spent) {
            (None, None) => Err(Fault::of_row("no-amount", "this row has no amount").into()),
            (_, Some(_)) => tally.leave_out("money that went out", row.place.line),
            (Some(amount), None) if amount.is_zero() => tally.leave_out("nothing paid", row.place.line),
            (Some(amount), None) if amount == back => tally.leave_out("paid back", row.place.line),
            (Some(amount), None) => self.add(item, amount - back, status, row, reading, tally),
        }
    }

    fn heading(&mut self, client: &str) {
        self.heading = Some(cells::one_line(client));
    }

    fn finish(self, _: &Reading<'_>, mut tally: Tally) -> Batch {
        let several = |rows| format!("{rows} rows are equal to the one before them, and nothing tells them apart");
        let one = "this row is equal to the one before it, and nothing tells them apart";
        tally.doubts.extend(self.repeated.told("repeated", one, several));
        Batch { items: self.items, account: tally.account(), ..Batch::default() }
    }
}

fn not_a_payment(status: Option<StatusIs>) -> Option<&'static str> {
    match status? {
        StatusIs::Draft => Some("not completed"),
        StatusIs::Void | StatusIs::WrittenOff => Some("cancelled"),
        StatusIs::Paid | StatusIs::Refund => None,
    }
}

/// A payment of a row; its amount is as written.
pub(super) fn payment(
    row: &Row<'_>,
    reading: &Reading<'_>,
    money: Option<cells::Money>,
    heading: Option<&str>,
    faults: &mut Faults,
) -> PaymentItem {
    let mut party = reading.party(row);
    if party.name.is_none() {
        party.name = heading.map(str::to_owned);
    }
    let invoice = reading.first(row, Field::Invoice).filter(|(_, text)| !is_nothing(text)).map(|(_, text)| cells::one_line(text));
    PaymentItem {
        party,
        invoice,
        text: reading.joined(row, Field::Text),
        date: reading.day(row, Field::Date, faults),
        amount: money.map_or(Decimal::ZERO, |money| money.amount),
        currency: reading.currency(row, money, faults),
        origin: reading.origin(row),
    }
}

impl Payments {
    fn add(
        &mut self,
        mut item: PaymentItem,
        amount: Decimal,
        status: Option<StatusIs>,
        row: &Row<'_>,
        reading: &Reading<'_>,
        tally: &mut Tally,
    ) -> Result<(), Faults> {
        let is_refund = status == Some(StatusIs::Refund) || reading.is_credit_note(row);
        // Where a table can name refunds, other money that went out is what I spent.
        let names_refunds = reading.found.map.credit_notes.is_some() || reading.found.map.status.contains_key(&StatusIs::Refund);
        if amount.is_sign_negative() && names_refunds && !is_refund {
            tally.skip("money that went out", row.place.line);
            return Ok(());
        }
        item.amount = if is_refund { -amount.abs() } else { amount };
        let text = row.place.raw.trim_end();
        if item.origin.id.is_none() && self.last_row == text {
            self.repeated.add(reading.span(row));
        }
        text.clone_into(&mut self.last_row);
        tally.count(RowKind::Payment);
        self.items.push(Item::Payment(item));
        Ok(())
    }
}
