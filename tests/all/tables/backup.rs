//! Invoice Ninja backups, plain and packed.

use std::io::{Cursor, Write as _};

use clientcheck::import::{Item, Kind, ReadError, read};
use zip::write::SimpleFileOptions;

use super::{account, adds_up, batch, lines, options};

const BACKUP: &str = r#"{
 "clients": [
  {"hashed_id": "c1", "name": "Heath Oy", "contacts": [{"email": "Bo@Heath.example"}], "settings": {"currency_id": "3"}},
  {"hashed_id": "c2", "name": "Dune Ltd", "contacts": [], "settings": {}}
 ],
 "invoices": [
  {"hashed_id": "i1", "client_id": "c1", "number": "0001", "date": "2025-01-10", "due_date": "2025-02-09", "amount": 1234567.10, "paid_to_date": "34567.10", "balance": 1200000, "status_id": "3", "is_deleted": false},
  {"hashed_id": "i2", "client_id": "c2", "number": "0002", "date": "2025-01-11", "due_date": "", "amount": "50.000000", "paid_to_date": "20", "status_id": 2, "is_deleted": 0},
  {"hashed_id": "i3", "client_id": "c2", "number": null, "date": "2025-01-11", "amount": 5, "status_id": "1"},
  {"hashed_id": "i4", "client_id": "c2", "number": "0004", "date": "2025-13-11", "amount": 5, "status_id": "2"}
 ],
 "payments": [
  {"hashed_id": "p1", "number": "9", "client_id": "c1", "date": "2025-03-01", "amount": 30000, "refunded": 0, "status_id": "4",
   "paymentables": [{"paymentable_id": "i1", "paymentable_type": "invoices", "amount": 30000.00}]},
  {"hashed_id": "p2", "client_id": "c1", "date": "2025-04-01", "amount": "4600.10", "refunded": "33.00",
   "paymentables": [{"paymentable_id": "i1", "paymentable_type": "App\\Models\\Invoice", "amount": 4600.10, "refunded": 33.00}]},
  {"hashed_id": "p3", "client_id": "c2", "date": "2025-04-01", "amount": 8, "is_deleted": true, "paymentables": []},
  {"hashed_id": "p4", "client_id": "c2", "date": "2025-04-02", "amount": 9.5, "transaction_reference": "wire", "paymentables": []}
 ],
 "quotes": [{"anything": [1, {"else": true}]}]
}"#;

#[test]
fn a_backup_has_every_partial_payment_with_its_day() {
    let found = batch(Kind::Invoices, BACKUP);
    assert_eq!(
        lines(&found),
        [
            "0001 of Heath Oy: 2025-01-10 to 2025-02-09, 1234567.10 EUR paid 2025-03-01 30000.00 paid 2025-04-01 4567.10",
            "0002 of Dune Ltd: 2025-01-11 to ?, 50 ? paid ? 20",
            "2025-04-02 9.5 ? by Dune Ltd for ?: wire",
        ]
    );
    assert_eq!(account(&found), "8 rows: 2 invoice, 3 payment, 1 skipped (draft), 1 skipped (deleted), 1 mistakes");
    assert_eq!(found.account.mistakes[0].span.expect("a place").start.line, 10);
    let Item::Invoice(first) = &found.items[0] else { panic!("an invoice") };
    assert_eq!((first.party.emails[0].as_str(), first.payments[1].id.as_deref()), ("bo@heath.example", Some("p2")));
}

#[test]
fn its_payments_alone_name_their_invoices() {
    let found = batch(Kind::Payments, BACKUP);
    assert_eq!(
        lines(&found),
        [
            "2025-03-01 30000.00 EUR by Heath Oy for 0001: ",
            "2025-04-01 4567.10 EUR by Heath Oy for 0001: ",
            "2025-04-02 9.5 ? by Dune Ltd for ?: wire",
        ]
    );
    assert!(adds_up(&found));
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a file begins");
        archive.write_all(content).expect("a file is written");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn a_packed_backup_is_the_same() {
    let bytes = packed(&[("../../backup.json", BACKUP.as_bytes()), ("documents/logo.png", b"\x89PNG")]);
    let found = read(&bytes, "backup.zip", &options(Kind::Invoices)).expect("a batch");
    assert_eq!(lines(&found), lines(&batch(Kind::Invoices, BACKUP)));
}

#[test]
fn a_zip_with_another_ending_is_known_by_its_content() {
    let csv = "Client,Invoice Number,Invoice Date,Due Date,Amount\nA,1,2025-01-02,2025-02-01,5.00\n";
    let found = read(&packed(&[("a.csv", csv.as_bytes())]), "invoices.csv", &options(Kind::Invoices)).expect("a batch");
    assert_eq!(found.items.len(), 1);
    let two = packed(&[("a.csv", csv.as_bytes()), ("b.csv", csv.as_bytes())]);
    assert!(matches!(read(&two, "x.zip", &options(Kind::Invoices)), Err(ReadError::Packed { .. })));
    let sheet = packed(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")]);
    let refused = read(&sheet, "x.csv", &options(Kind::Invoices)).expect_err("a spreadsheet");
    assert!(refused.to_string().contains("XLSX"), "{refused}");
    let none = packed(&[("readme.md", b"hello")]);
    assert!(matches!(read(&none, "x.zip", &options(Kind::Invoices)), Err(ReadError::Packed { .. })));
    let cut = packed(&[("a.csv", csv.as_bytes())]);
    assert!(matches!(read(&cut[..cut.len() / 2], "x.zip", &options(Kind::Invoices)), Err(ReadError::Packed { .. })));
}

#[test]
fn a_small_zip_cannot_fill_the_memory() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bomb.csv", SimpleFileOptions::default()).expect("a file begins");
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..129 {
        archive.write_all(&zeros).expect("a file is written");
    }
    let bytes = archive.finish().expect("an archive").into_inner();
    let refused = read(&bytes, "x.zip", &options(Kind::Invoices)).expect_err("too much");
    assert!(matches!(refused, ReadError::TooLarge { is_unpacked: true, .. }), "{refused}");
}

#[test]
fn a_backup_that_is_cut_off_is_refused_with_its_line() {
    let refused = read(&BACKUP.as_bytes()[..900], "b.json", &options(Kind::Invoices)).expect_err("cut off");
    assert!(matches!(refused, ReadError::Broken { line: 13, .. }), "{refused:?}");
}
