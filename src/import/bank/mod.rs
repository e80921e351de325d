//! Bank statements: from their text to the money that came in. camt (ISO 20022) and OFX are told apart by their content.

mod camt;
mod ofx;

use chrono::NaiveDate;

use super::table::{RowKind, Tally, as_written};
use super::{Batch, Item, PaymentItem, ReadError};
use crate::diagnostic::{Mistake, Position, Span};
use crate::record::{Currency, Day, Period, Scalar as _};

pub use camt::read as read_camt;
pub use ofx::read as read_ofx;

/// Whether a text is a camt statement, report or notification.
pub fn is_camt(beginning: &str) -> bool {
    ["BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"].iter().any(|word| beginning.contains(word))
}

/// Whether a text is OFX, 1 or 2.
pub fn is_ofx(beginning: &str) -> bool {
    beginning.contains("<OFX>") || beginning.contains("<?OFX") || beginning.trim_start().starts_with("OFXHEADER")
}

/// A booking as the statement writes it; both formats become this.
#[derive(Debug, Default)]
struct Booking {
    line: u64,
    amount: String,
    currency: String,
    is_reversal: bool,
    /// Whether the money went out.
    is_debit: bool,
    /// Why it does not count, where it does not.
    skip: Option<&'static str>,
    date: String,
    id: Option<String>,
    payer: Option<String>,
    text: Vec<String>,
    invoice: Option<String>,
}

fn line_span(line: u64) -> Span {
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    Span { start: Position { line, column: 1 }, end: Position { line, column: 2 } }
}

/// The bookings of a statement as they come.
#[derive(Debug, Default)]
struct Bookings {
    items: Vec<Item>,
    tally: Tally,
}

impl Bookings {
    fn add(&mut self, booking: Booking) {
        let line = booking.line;
        if let Some(reason) = booking.skip {
            return self.tally.skip(reason, line);
        }
        match (booking.is_debit, booking.is_reversal) {
            (true, false) => return self.tally.skip("money that went out", line),
            (false, true) => return self.tally.skip("your own payment came back", line),
            (true, true) | (false, false) => {}
        }
        match payment(booking) {
            Ok(item) => {
                self.tally.count(RowKind::Payment);
                self.items.push(Item::Payment(item));
            }
            Err(mistake) => self.tally.mistake(*mistake),
        }
    }

    /// What can be used of a statement that breaks off at a line.
    fn broken_off(&mut self, what: &'static str, line: u64, problem: &str) -> Result<(), ReadError> {
        if self.items.is_empty() {
            return Err(ReadError::Broken { what, line, problem: problem.to_owned() });
        }
        let mistake = Mistake::error("broken", line_span(line), format!("the statement breaks here: {problem}"));
        self.tally.mistake(mistake.with_note("what stands before it was read; download it again for the rest"));
        Ok(())
    }

    fn batch(self, system: &str, covers: Option<Period>) -> Batch {
        let covers = covers.filter(|_| self.tally.mistakes.is_empty());
        Batch { system: system.to_owned(), items: self.items, account: self.tally.account(), covers }
    }
}

fn payment(booking: Booking) -> Result<PaymentItem, Box<Mistake>> {
    let wrong = |code, message: String| Box::new(Mistake::error(code, line_span(booking.line), message));
    let written = booking.amount.trim().trim_start_matches('+').replace(',', ".");
    let Some(amount) = as_written(&written) else {
        return Err(wrong("not-an-amount", format!("`{}` is not an amount", booking.amount)));
    };
    let Some(date) = day(&booking.date) else {
        return Err(wrong("not-a-date", format!("`{}` is not a date", booking.date)));
    };
    let currency = match booking.currency.trim() {
        "" => None,
        code => match Currency::read(code) {
            Ok(currency) => Some(currency),
            Err(_) => return Err(wrong("unknown-currency", format!("`{code}` is not a currency"))),
        },
    };
    let mut item = PaymentItem {
        invoice: booking.invoice,
        date: Some(date),
        amount: if booking.is_debit { -amount.abs() } else { amount },
        currency,
        ..PaymentItem::default()
    };
    item.party.name = booking.payer;
    item.text = Some(booking.text.join(" ")).filter(|text| !text.is_empty());
    item.origin.id = booking.id;
    item.origin.line = booking.line;
    Ok(item)
}

/// `2025-01-31`, `2025-01-31T12:00:00+01:00`, `20250131`, `20250131120000[-5:EST]`: the day as the bank writes it.
fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    if let Some(day) = text.get(..10).and_then(Day::parse) {
        return Some(day);
    }
    let digits = text.get(..8).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Day::parse(&format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]))
}

fn period(from: &str, to: &str) -> Option<Period> {
    let (from, to) = (day(from)?, day(to)?);
    (from <= to).then_some(Period { from: Day(from), to: Day(to) })
}

/// Both periods, if nothing lies between them.
fn joined(one: Option<Period>, other: Option<Period>) -> Option<Period> {
    let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
    let next = |day: Day| day.0.succ_opt().map_or(day, Day);
    let touch = one.from <= next(other.to) && other.from <= next(one.to);
    touch.then(|| Period { from: one.from.min(other.from), to: one.to.max(other.to) })
}

/// Text of a bank as one line; none if nothing is left of it.
fn cleaned(text: &str) -> Option<String> {
    let text = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}
