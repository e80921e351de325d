//! The JSON backup of Invoice Ninja, the richest export there is: invoices, and each payment with its day and with what of
//! it went to which invoice. Numbers are read from their digits, never through a float.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::table::{RowKind, Tally, as_written};
use super::{Batch, InvoiceItem, Item, Kind, Origin, Party, PaymentItem, ReadError, Settlement, TableOptions};
use crate::diagnostic::{Mistake, Position, Span};
use crate::record::{Currency, Day, Scalar as _};

const WHAT: &str = "an Invoice Ninja backup";

/// Whether a text is such a backup.
pub fn is_backup(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains("\"invoices\"") && text.contains("\"clients\"")
}

#[derive(Deserialize)]
struct Backup<'t> {
    #[serde(borrow, default)]
    clients: Vec<&'t RawValue>,
    #[serde(borrow, default)]
    invoices: Vec<&'t RawValue>,
    #[serde(borrow, default)]
    payments: Vec<&'t RawValue>,
}

/// A scalar with its digits as written.
#[derive(Deserialize, Default)]
#[serde(transparent)]
struct Raw<'t>(#[serde(borrow)] Option<&'t RawValue>);

#[derive(Deserialize)]
struct Client<'t> {
    #[serde(borrow, default)]
    hashed_id: Raw<'t>,
    #[serde(borrow, default)]
    name: Raw<'t>,
    #[serde(borrow, default)]
    contacts: Option<Vec<Contact<'t>>>,
    #[serde(borrow, default)]
    settings: Option<&'t RawValue>,
}

#[derive(Deserialize)]
struct Contact<'t> {
    #[serde(borrow, default)]
    email: Raw<'t>,
}

#[derive(Deserialize)]
struct Settings<'t> {
    #[serde(borrow, default)]
    currency_id: Raw<'t>,
}

#[derive(Deserialize)]
struct Invoice<'t> {
    #[serde(borrow, default)]
    hashed_id: Raw<'t>,
    #[serde(borrow, default)]
    client_id: Raw<'t>,
    #[serde(borrow, default)]
    number: Raw<'t>,
    #[serde(borrow, default)]
    date: Raw<'t>,
    #[serde(borrow, default)]
    due_date: Raw<'t>,
    #[serde(borrow, default)]
    amount: Raw<'t>,
    #[serde(borrow, default)]
    paid_to_date: Raw<'t>,
    #[serde(borrow, default)]
    status_id: Raw<'t>,
    #[serde(borrow, default)]
    is_deleted: Raw<'t>,
}

#[derive(Deserialize)]
struct Payment<'t> {
    #[serde(borrow, default)]
    hashed_id: Raw<'t>,
    #[serde(borrow, default)]
    number: Raw<'t>,
    #[serde(borrow, default)]
    client_id: Raw<'t>,
    #[serde(borrow, default)]
    date: Raw<'t>,
    #[serde(borrow, default)]
    amount: Raw<'t>,
    #[serde(borrow, default)]
    refunded: Raw<'t>,
    #[serde(borrow, default)]
    transaction_reference: Raw<'t>,
    #[serde(borrow, default)]
    status_id: Raw<'t>,
    #[serde(borrow, default)]
    is_deleted: Raw<'t>,
    #[serde(borrow, default)]
    paymentables: Option<Vec<Part<'t>>>,
}

/// What of a payment went to one invoice.
#[derive(Deserialize)]
struct Part<'t> {
    #[serde(borrow, default)]
    paymentable_id: Raw<'t>,
    #[serde(borrow, default)]
    paymentable_type: Raw<'t>,
    #[serde(borrow, default)]
    amount: Raw<'t>,
    #[serde(borrow, default)]
    refunded: Raw<'t>,
}

/// Currencies by their number in Invoice Ninja, from 1 on; they have not changed since its first version.
const CURRENCIES: [&str; 80] = [
    "USD", "GBP", "EUR", "ZAR", "DKK", "ILS", "SEK", "KES", "CAD", "PHP", "INR", "AUD", "SGD", "NOK", "NZD", "VND", "CHF", "GTQ", "MYR",
    "BRL", "THB", "NGN", "ARS", "BDT", "AED", "HKD", "IDR", "MXN", "EGP", "COP", "XOF", "CNY", "RWF", "TZS", "ANG", "TTD", "XCD", "GHS",
    "BGN", "AWG", "TRY", "RON", "HRK", "SAR", "JPY", "MVR", "CRC", "PKR", "PLN", "LKR", "CZK", "UYU", "NAD", "TND", "RUB", "MZN", "OMR",
    "UAH", "MOP", "TWD", "DOP", "CLP", "ISK", "PGK", "JOD", "MMK", "PEN", "BWP", "HUF", "UGX", "BBD", "BND", "GEL", "QAR", "HNL", "SRD",
    "BHD", "VES", "KRW", "MAD",
];

impl Raw<'_> {
    /// Its text, without quotes; none for null, an empty text, a list or a block.
    fn text(&self) -> Option<String> {
        let raw = self.0?.get().trim();
        let text = if raw.starts_with('"') { serde_json::from_str::<String>(raw).ok()? } else { raw.to_owned() };
        let text = text.trim();
        (!text.is_empty() && text != "null" && !raw.starts_with(['{', '['])).then(|| text.to_owned())
    }

    fn is_yes(&self) -> bool {
        self.text().is_some_and(|text| text == "true" || text == "1")
    }

    fn amount(&self, what: &str) -> Result<Option<Decimal>, String> {
        let Some(text) = self.text() else { return Ok(None) };
        as_written(&text).map(Some).ok_or_else(|| format!("{what} `{text}` is not an amount"))
    }

    fn day(&self, what: &str) -> Result<Option<NaiveDate>, String> {
        let Some(text) = self.text().filter(|text| !text.starts_with("0000")) else { return Ok(None) };
        text.get(..10).and_then(Day::parse).map(Some).ok_or_else(|| format!("{what} `{text}` is not a date"))
    }
}

/// Reads a backup.
///
/// # Errors
/// Where it is cut off or no JSON.
pub fn read(text: &str, file: &str, options: &TableOptions) -> Result<Batch, ReadError> {
    if options.kind == Kind::Hours {
        let (asked, found) = (options.kind, Kind::Invoices);
        return Err(ReadError::OtherKind { file: file.to_owned(), asked, found, as_what: WHAT.to_owned() });
    }
    let backup: Backup<'_> = serde_json::from_str(text).map_err(|error| ReadError::Broken {
        what: WHAT,
        line: error.line() as u64,
        problem: if error.is_eof() { "it ends in the middle".to_owned() } else { "it is not valid JSON".to_owned() },
    })?;
    let mut reading = Reading { text, lines: Lines::default(), tally: Tally::default(), parties: BTreeMap::new() };
    for raw in &backup.clients {
        reading.client(raw);
    }
    let is_asked = options.kind == Kind::Invoices;
    let invoices: Vec<Known> = backup.invoices.iter().filter_map(|raw| reading.invoice(raw, is_asked)).collect();
    let payments: Vec<Paid<'_>> = backup.payments.iter().filter_map(|raw| reading.payment(raw)).collect();
    let items = match options.kind {
        Kind::Invoices => reading.with_payments(invoices, payments),
        Kind::Payments | Kind::Hours => reading.payments_alone(&invoices, payments),
    };
    Ok(Batch { system: "invoice-ninja".to_owned(), items, account: reading.tally.account(), covers: None })
}

/// An invoice by its own id, with what the backup says was paid on it in all.
struct Known {
    id: Option<String>,
    item: InvoiceItem,
    paid_to_date: Option<Decimal>,
    /// Drafts and cancelled ones only serve to name payments.
    is_left_out: bool,
}

struct Reading<'t> {
    text: &'t str,
    lines: Lines,
    tally: Tally,
    parties: BTreeMap<String, (Party, Option<Currency>)>,
}

/// Counts lines while going forward.
#[derive(Default)]
struct Lines {
    seen: usize,
    newlines: u64,
}

impl<'t> Reading<'t> {
    fn line(&mut self, raw: &RawValue) -> u64 {
        let start = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len());
        if start < self.lines.seen {
            self.lines = Lines::default();
        }
        let between = self.text.as_bytes().get(self.lines.seen..start).unwrap_or_default();
        self.lines.newlines += between.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.lines.seen = start;
        self.lines.newlines + 1
    }

    fn wrong(&mut self, line: u64, message: String) {
        let at = Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 };
        let span = Span { start: at, end: Position { line: at.line, column: 2 } };
        self.tally.mistake(Mistake::error("unreadable", span, message));
    }

    fn client(&mut self, raw: &RawValue) {
        let Ok(client) = serde_json::from_str::<Client<'_>>(raw.get()) else { return };
        let Some(id) = client.hashed_id.text() else { return };
        let settings = client.settings.and_then(|settings| serde_json::from_str::<Settings<'_>>(settings.get()).ok());
        let number = settings.and_then(|settings| settings.currency_id.text()).and_then(|number| number.parse::<usize>().ok());
        let code = number.and_then(|number| CURRENCIES.get(number.checked_sub(1)?));
        let currency = code.and_then(|code| Currency::read(code).ok());
        let contacts = client.contacts.unwrap_or_default();
        let emails = contacts.iter().filter_map(|contact| contact.email.text()).map(|email| email.to_lowercase()).collect();
        self.parties.insert(id.clone(), (Party { id: Some(id), name: client.name.text(), emails }, currency));
    }

    fn party(&self, id: &Raw<'_>) -> (Party, Option<Currency>) {
        let id = id.text();
        let known = id.as_ref().and_then(|id| self.parties.get(id)).cloned();
        known.unwrap_or_else(|| (Party { id, ..Party::default() }, None))
    }

    /// An invoice, if it can be read. It is accounted for only where invoices are asked for.
    fn invoice(&mut self, raw: &RawValue, is_asked: bool) -> Option<Known> {
        let line = self.line(raw);
        let read = serde_json::from_str::<Invoice<'_>>(raw.get()).map_err(|error| error.to_string());
        match read.and_then(|invoice| self.known(&invoice, line)) {
            Ok((known, None)) => Some(known),
            Ok((known, Some(reason))) => {
                if is_asked {
                    self.tally.skip(reason, line);
                }
                Some(known)
            }
            Err(message) => {
                if is_asked {
                    self.wrong(line, format!("this invoice cannot be read: {message}"));
                }
                None
            }
        }
    }

    fn known(&self, invoice: &Invoice<'_>, line: u64) -> Result<(Known, Option<&'static str>), String> {
        let amount = invoice.amount.amount("its amount")?.unwrap_or_default();
        let left_out = match (invoice.is_deleted.is_yes(), invoice.status_id.text().as_deref()) {
            (true, _) => Some("deleted"),
            (false, Some("1")) => Some("draft"),
            (false, Some("5" | "6")) => Some("void"),
            (false, _) if amount.is_zero() => Some("nothing to pay"),
            (false, _) if amount.is_sign_negative() => Some("invoice below 0"),
            (false, _) => None,
        };
        let (party, currency) = self.party(&invoice.client_id);
        let id = invoice.hashed_id.text();
        let item = InvoiceItem {
            party,
            number: invoice.number.text(),
            issue_date: invoice.date.day("its date")?,
            due_date: invoice.due_date.day("its due date")?,
            amount,
            currency,
            origin: Origin { id: id.clone(), line },
            ..InvoiceItem::default()
        };
        if left_out.is_none() && item.issue_date.is_none() && item.due_date.is_none() {
            return Err("it has no date".to_owned());
        }
        let paid_to_date = invoice.paid_to_date.amount("its paid amount")?;
        Ok((Known { id, item, paid_to_date, is_left_out: left_out.is_some() }, left_out))
    }

    fn payment<'r>(&mut self, raw: &'r RawValue) -> Option<Paid<'r>> {
        let line = self.line(raw);
        let payment = match serde_json::from_str::<Payment<'r>>(raw.get()) {
            Ok(payment) => payment,
            Err(error) => {
                self.wrong(line, format!("this payment cannot be read: {error}"));
                return None;
            }
        };
        let reason = match (payment.is_deleted.is_yes(), payment.status_id.text().as_deref()) {
            (true, _) => Some("deleted"),
            (false, Some("1")) => Some("not completed"),
            (false, Some("2" | "3")) => Some("cancelled"),
            (false, _) => None,
        };
        if let Some(reason) = reason {
            self.tally.skip(reason, line);
            return None;
        }
        let read = || -> Result<Paid<'r>, String> {
            let amount = payment.amount.amount("its amount")?.unwrap_or_default();
            let refunded = payment.refunded.amount("its refund")?.unwrap_or_default();
            let mut parts = Vec::new();
            for part in payment.paymentables.iter().flatten() {
                let is_invoice = part.paymentable_type.text().is_some_and(|kind| kind.to_lowercase().contains("invoice"));
                let Some(id) = part.paymentable_id.text().filter(|_| is_invoice) else { continue };
                let back = part.refunded.amount("its refund")?.unwrap_or_default();
                parts.push((id, part.amount.amount("a part of it")?.unwrap_or_default() - back));
            }
            Ok(Paid { date: payment.date.day("its date")?, amount: amount - refunded, parts, line, payment: None })
        };
        match read() {
            Ok(paid) => Some(Paid { payment: Some(payment), ..paid }),
            Err(message) => {
                self.wrong(line, format!("this payment cannot be read: {message}"));
                None
            }
        }
    }

    /// Invoices, each with what was paid on it.
    fn with_payments(&mut self, mut invoices: Vec<Known>, payments: Vec<Paid<'_>>) -> Vec<Item> {
        let by_id: BTreeMap<String, usize> =
            invoices.iter().enumerate().filter_map(|(index, known)| Some((known.id.clone()?, index))).collect();
        let mut loose = Vec::new();
        for paid in payments {
            self.tally.count(RowKind::Payment);
            let mut rest = paid.amount;
            for (id, amount) in &paid.parts {
                let Some(known) = by_id.get(id).and_then(|index| invoices.get_mut(*index)) else { continue };
                rest -= *amount;
                if *amount > Decimal::ZERO {
                    known.item.payments.push(Settlement { date: paid.date, amount: *amount, id: paid.id() });
                }
            }
            if rest > Decimal::ZERO {
                loose.push(Item::Payment(self.item(&paid, rest, None)));
            }
        }
        let mut items = Vec::with_capacity(invoices.len());
        for mut known in invoices.into_iter().filter(|known| !known.is_left_out) {
            self.tally.count(RowKind::Invoice);
            let paid: Decimal = known.item.payments.iter().map(|payment| payment.amount).sum();
            let missing = known.paid_to_date.unwrap_or_default() - paid;
            if missing > Decimal::ZERO {
                known.item.payments.push(Settlement { date: None, amount: missing, id: None });
            }
            items.push(Item::Invoice(known.item));
        }
        items.append(&mut loose);
        items
    }

    /// Payments, each with the number of its invoice.
    fn payments_alone(&mut self, invoices: &[Known], payments: Vec<Paid<'_>>) -> Vec<Item> {
        let numbers: BTreeMap<&str, Option<String>> =
            invoices.iter().filter_map(|known| Some((known.id.as_deref()?, known.item.number.clone()))).collect();
        let mut items = Vec::new();
        for paid in payments {
            self.tally.count(RowKind::Payment);
            let mut rest = paid.amount;
            for (id, amount) in &paid.parts {
                rest -= *amount;
                if *amount > Decimal::ZERO {
                    items.push(Item::Payment(self.item(&paid, *amount, numbers.get(id.as_str()).cloned().flatten())));
                }
            }
            if rest > Decimal::ZERO {
                items.push(Item::Payment(self.item(&paid, rest, None)));
            }
        }
        items
    }

    fn item(&self, paid: &Paid<'_>, amount: Decimal, invoice: Option<String>) -> PaymentItem {
        let (party, currency) = paid.payment.as_ref().map(|payment| self.party(&payment.client_id)).unwrap_or_default();
        let text = paid.payment.as_ref().and_then(|payment| payment.transaction_reference.text());
        PaymentItem { party, invoice, text, date: paid.date, amount, currency, origin: Origin { id: paid.id(), line: paid.line } }
    }
}

/// A payment with what of it went where.
struct Paid<'t> {
    payment: Option<Payment<'t>>,
    date: Option<NaiveDate>,
    /// Without what was paid back.
    amount: Decimal,
    /// Invoices by their own ids.
    parts: Vec<(String, Decimal)>,
    line: u64,
}

impl Paid<'_> {
    fn id(&self) -> Option<String> {
        let payment = self.payment.as_ref()?;
        payment.hashed_id.text().or_else(|| payment.number.text())
    }
}
