//! What became of an invoice, from what a table says of it: amounts paid and open, days, a word. Where two of these
//! contradict each other, that is told; where nothing says when, the day stays unknown.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::super::{InvoiceItem, Settlement};
use super::map::StatusIs;

/// What a row says of the state of its invoice.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub paid: Option<Decimal>,
    pub open: Option<Decimal>,
    pub paid_on: Option<NaiveDate>,
    pub voided_on: Option<NaiveDate>,
    pub written_off_on: Option<NaiveDate>,
    pub written_off: Option<Decimal>,
    pub status: Option<StatusIs>,
    /// Whether what is neither paid nor open was given up.
    pub is_rest_written_off: bool,
    /// Whether the table's words can say "paid", and this row has another one.
    pub is_said_unpaid: bool,
}

/// Puts into an invoice what its state says. What is odd comes back as words for a doubt.
pub(super) fn settle(item: &mut InvoiceItem, state: &State) -> Vec<String> {
    let mut odd = Vec::new();
    if state.status == Some(StatusIs::Void) || state.voided_on.is_some() {
        item.voided_on = state.voided_on;
    }
    let written_off = state.written_off.unwrap_or_default();
    let total = item.amount;
    let paid = paid(state, total, written_off, &mut odd);
    if paid > Decimal::ZERO {
        item.payments.push(Settlement { date: state.paid_on, amount: paid, id: None });
    }
    if paid > total {
        odd.push(format!("{paid} was paid, which is more than the {total} it asks for"));
    }
    let rest = credited(state, total, paid);
    let is_given_up =
        (state.is_rest_written_off && rest.is_some()) || state.status == Some(StatusIs::WrittenOff) || written_off > Decimal::ZERO;
    if is_given_up || state.written_off_on.is_some() {
        item.written_off_on = state.written_off_on;
        if item.written_off_on.is_none() {
            odd.push("it was given up on a day that the export does not say; add `written_off_on` to it".to_owned());
        }
    } else if let Some(rest) = rest {
        item.credits.push(Settlement { date: None, amount: rest, id: None });
        odd.push(format!("{rest} of it is neither paid nor open; taken as a credit"));
    }
    odd
}

/// How much was paid.
fn paid(state: &State, total: Decimal, written_off: Decimal, odd: &mut Vec<String>) -> Decimal {
    let said = state.paid.or_else(|| state.open.map(|open| total - open - written_off));
    match said {
        Some(said) if said.is_sign_negative() && !said.is_zero() => {
            odd.push("more is open than it asks for".to_owned());
            Decimal::ZERO
        }
        Some(said) if said.is_zero() && state.status == Some(StatusIs::Paid) && state.open.is_none() => {
            odd.push("its status says that it is paid, its paid amount is 0; taken as paid".to_owned());
            total
        }
        Some(said) => said,
        None if state.status == Some(StatusIs::Paid) => total,
        None if state.paid_on.is_some() && state.is_said_unpaid => {
            odd.push("a part of it was paid, and the export does not say how much".to_owned());
            Decimal::ZERO
        }
        None if state.paid_on.is_some() => total,
        None => Decimal::ZERO,
    }
}

/// What is neither paid nor open.
fn credited(state: &State, total: Decimal, paid: Decimal) -> Option<Decimal> {
    let open = match (state.open, state.status) {
        (Some(open), _) => open,
        (None, Some(StatusIs::Paid)) => Decimal::ZERO,
        (None, _) => return None,
    };
    let rest = total - paid - open;
    (rest > Decimal::ZERO && open >= Decimal::ZERO).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Decimal {
        text.parse().expect("an amount")
    }

    fn settled(total: &str, state: State) -> (InvoiceItem, Vec<String>) {
        let mut item = InvoiceItem { amount: amount(total), ..InvoiceItem::default() };
        let odd = settle(&mut item, &state);
        (item, odd)
    }

    #[test]
    fn what_is_not_open_any_more_was_paid_on_a_day_not_known() {
        let (item, odd) = settled("100.00", State { open: Some(amount("30.00")), ..State::default() });
        assert_eq!(item.payments, [Settlement { date: None, amount: amount("70.00"), id: None }]);
        assert!(odd.is_empty());
    }

    #[test]
    fn a_word_or_a_day_alone_says_that_all_was_paid() {
        let (item, _) = settled("100", State { status: Some(StatusIs::Paid), ..State::default() });
        assert_eq!(item.payments.len(), 1);
        let day = NaiveDate::from_ymd_opt(2025, 5, 2);
        let (item, _) = settled("100", State { paid_on: day, ..State::default() });
        assert_eq!(item.payments[0].date, day);
        let (item, odd) = settled("100", State { paid_on: day, is_said_unpaid: true, ..State::default() });
        assert!(item.payments.is_empty() && odd.len() == 1);
    }

    #[test]
    fn what_was_written_off_is_not_paid() {
        let day = NaiveDate::from_ymd_opt(2025, 5, 2);
        let state = State { open: Some(Decimal::ZERO), written_off: Some(amount("40")), written_off_on: day, ..State::default() };
        let (item, _) = settled("100", state);
        assert_eq!((item.payments[0].amount, item.written_off_on), (amount("60"), day));
    }

    #[test]
    fn a_rest_that_is_neither_paid_nor_open_is_a_credit_and_told() {
        let (item, odd) = settled("100", State { paid: Some(amount("80")), open: Some(Decimal::ZERO), ..State::default() });
        assert_eq!((item.credits[0].amount, odd.len()), (amount("20"), 1));
    }
}
