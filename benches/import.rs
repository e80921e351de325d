//! How fast exports are read, as ratios against plain CSV parsing of the same bytes: `cargo bench --bench import`. Times on
//! a busy machine drift; ratios of neighbours in one run drift less. Each figure is the best of several rounds.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use clientcheck::import::{Kind, TableOptions, read};

/// As many as the largest freelancer will ever have.
const ROWS: u32 = 100_000;

fn main() {
    // `cargo test --benches` only wants to see that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    compare("100,000 invoices, one a row", Kind::Invoices, &ledger());
    compare("100,000 lines of 25,000 invoices", Kind::Invoices, &line_items());
    compare("100,000 payments", Kind::Payments, &payments());
    compare("100,000 entries of hours", Kind::Hours, &hours());
}

fn day(row: u32, add: u32) -> (u32, u32, u32) {
    let days = row % 330 + add;
    (2015 + row % 10 + days / 360, days % 360 / 30 + 1, days % 30 % 28 + 1)
}

fn ledger() -> String {
    let mut text = "Client,Email,Invoice Number,Invoice Date,Due Date,Amount,Paid Amount,Paid Date,Currency,Status,Notes\n".to_owned();
    for row in 0..ROWS {
        let ((y, m, d), (dy, dm, dd), (py, pm, pd)) = (day(row, 0), day(row, 30), day(row, 41));
        let _ = writeln!(
            text,
            "Client {},ann@client{}.example,INV-{row:06},{m}/{d}/{y},{dm}/{dd}/{dy},\"{},{:03}.{:02}\",{}.50,{pm}/{pd}/{py},EUR,Open,\"some words, {row}\"",
            row % 500,
            row % 500,
            row % 90 + 1,
            row % 1000,
            row % 100,
            row % 999 + 1,
        );
    }
    text
}

fn line_items() -> String {
    let mut text = "ContactName,EmailAddress,InvoiceNumber,InvoiceDate,DueDate,Total,InvoiceAmountPaid,InvoiceAmountDue,Description,Quantity,UnitAmount,LineAmount,Currency,Type,Status\n".to_owned();
    for row in 0..ROWS {
        let invoice = row / 4;
        let ((y, m, d), (dy, dm, dd)) = (day(invoice, 0), day(invoice, 30));
        let _ = writeln!(
            text,
            "Client {},ann@client.example,INV-{invoice:06},{d:02}/{m:02}/{y},{dd:02}/{dm:02}/{dy},400.00,100.00,300.00,Work {row},1,100.00,100.00,NZD,Sales invoice,Awaiting Payment",
            invoice % 300
        );
    }
    text
}

fn payments() -> String {
    let mut text = "Date,Name,Description,Amount,Currency\n".to_owned();
    for row in 0..ROWS {
        let (y, m, d) = day(row, 0);
        let _ = writeln!(text, "{y}-{m:02}-{d:02},Payer {},Invoice INV-{row:06},{}.25,EUR", row % 500, row % 5000 + 1);
    }
    text
}

fn hours() -> String {
    let mut text = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\n".to_owned();
    for row in 0..ROWS {
        let (y, m, d) = day(row, 0);
        let _ = writeln!(
            text,
            "Me,me@x.example,Client {},Site,,Task {row},Yes,{y}-{m:02}-{d:02},09:00:00,{y}-{m:02}-{d:02},10:30:00,01:30:00,",
            row % 50
        );
    }
    text
}

fn compare(what: &str, kind: Kind, text: &str) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
    let options = TableOptions { kind, map: None, preset: None, dates: None, zone: chrono_tz::Tz::UTC, today };
    let mut items = 0;
    let ours = || {
        let batch = read(text.as_bytes(), "export.csv", &options).unwrap_or_else(|error| panic!("{error}"));
        assert!(batch.account.mistakes.is_empty(), "{:?}", batch.account.mistakes.first());
        items = batch.items.len();
    };
    let plain = || {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut cells = 0;
        while reader.read_record(&mut record).unwrap_or(false) {
            cells += record.len();
        }
        assert!(cells > 0);
    };
    let (one, other) = best(5, ours, plain);
    let mut line = String::new();
    let _ = writeln!(
        line,
        "{what} ({:.1} MB, {items} items): {:.0} ms, {:.1} times plain CSV parsing ({:.0} ms); the aim is 2000 ms",
        text.len() as f64 / 1e6,
        one.as_secs_f64() * 1e3,
        one.as_secs_f64() / other.as_secs_f64(),
        other.as_secs_f64() * 1e3
    );
    let _ = std::io::stdout().write_all(line.as_bytes());
}

/// The best time of each side over some rounds, the sides in turn.
fn best(rounds: usize, mut one: impl FnMut(), mut other: impl FnMut()) -> (Duration, Duration) {
    let time = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..rounds).fold((Duration::MAX, Duration::MAX), |(a, b), _| (a.min(time(&mut one)), b.min(time(&mut other))))
}
