//! Exports of all kinds, from their bytes to what would be added to a record. All samples are made up.

mod backup;
mod bank;
mod damage;
mod doubt;
mod hours;
mod invoices;
mod maps;
mod payments;
mod random;

use chrono::NaiveDate;
use chrono_tz::Tz;
use clientcheck::import::{Batch, InvoiceItem, Item, Kind, PaymentItem, ReadError, Settlement, TableOptions, read};

fn options(kind: Kind) -> TableOptions {
    let today = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
    TableOptions { kind, map: None, preset: None, dates: None, zone: Tz::UTC, today }
}

fn batch(kind: Kind, text: &str) -> Batch {
    read(text.as_bytes(), "export.csv", &options(kind)).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(kind: Kind, text: &str) -> ReadError {
    match read(text.as_bytes(), "export.csv", &options(kind)) {
        Ok(batch) => panic!("this was read as {}: {:#?}", batch.system, batch.items),
        Err(error) => error,
    }
}

fn day(date: Option<NaiveDate>) -> String {
    date.map_or_else(|| "?".to_owned(), |date| date.to_string())
}

fn settled(word: &str, list: &[Settlement]) -> String {
    list.iter().map(|one| format!(" {word} {} {}", day(one.date), one.amount)).collect()
}

fn invoice_line(item: &InvoiceItem) -> String {
    let mut line = format!(
        "{} of {}: {} to {}, {} {}",
        item.number.as_deref().unwrap_or("?"),
        item.party.name.as_deref().unwrap_or("?"),
        day(item.issue_date),
        day(item.due_date),
        item.amount,
        item.currency.map_or("?", |currency| currency.code()),
    );
    line += &settled("paid", &item.payments);
    line += &settled("credited", &item.credits);
    for (word, date) in [("voided", item.voided_on), ("written off", item.written_off_on)] {
        line += &date.map(|date| format!(" {word} {date}")).unwrap_or_default();
    }
    line
}

fn payment_line(item: &PaymentItem) -> String {
    format!(
        "{} {} {} by {} for {}: {}",
        day(item.date),
        item.amount,
        item.currency.map_or("?", |currency| currency.code()),
        item.party.name.as_deref().unwrap_or("?"),
        item.invoice.as_deref().unwrap_or("?"),
        item.text.as_deref().unwrap_or(""),
    )
}

/// The items of a batch, a line each.
fn lines(batch: &Batch) -> Vec<String> {
    let line = |item: &Item| match item {
        Item::Invoice(item) => invoice_line(item),
        Item::Payment(item) => payment_line(item),
        Item::Hours(item) => format!(
            "{} {} for {}: {}",
            day(item.date),
            item.hours,
            item.party.name.as_deref().unwrap_or("?"),
            item.about.as_deref().unwrap_or("")
        ),
    };
    batch.items.iter().map(line).collect()
}

/// The account of a batch in one line.
fn account(batch: &Batch) -> String {
    let account = &batch.account;
    let kinds = account.kinds.iter().map(|(word, rows)| format!("{rows} {word}"));
    let skipped = account.skipped.iter().map(|skipped| format!("{} skipped ({})", skipped.rows, skipped.reason));
    let mistakes = (!account.mistakes.is_empty()).then(|| format!("{} mistakes", account.mistakes.len()));
    let parts: Vec<String> = kinds.chain(skipped).chain(mistakes).collect();
    format!("{} rows: {}", account.rows, parts.join(", "))
}

/// Whether every row stands in the account once.
fn adds_up(batch: &Batch) -> bool {
    let account = &batch.account;
    let kinds: u64 = account.kinds.iter().map(|(_, rows)| rows).sum();
    let skipped: u64 = account.skipped.iter().map(|skipped| skipped.rows).sum();
    account.rows == kinds + skipped + account.mistakes.len() as u64
}
