//! Damaged files, and files that are something else.

use clientcheck::import::{Kind, ReadError, read};

use super::{account, adds_up, batch, lines, options, refusal};

const HEAD: &str = "Client,Invoice Number,Invoice Date,Due Date,Amount,Paid Amount\n";

fn refused(bytes: &[u8]) -> String {
    match read(bytes, "invoices.csv", &options(Kind::Invoices)) {
        Ok(batch) => panic!("this was read as {}", batch.system),
        Err(error) => error.to_string(),
    }
}

#[test]
fn other_files_are_called_what_they_are() {
    assert!(refused(b"\x89PNG\r\n\x1a\n0000").starts_with("this is an image (PNG)"));
    assert!(refused(b"%PDF-1.7 ...").starts_with("this is a PDF"));
    assert!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").starts_with("this is an old Excel"));
    assert!(refused(b"<!DOCTYPE html><html><body>Log in</body></html>").contains("log in"));
    assert!(refused(b"From jo@x Mon Jan  1 00:00:00 2025\nSubject: hi\n\nhello").contains("clientcheck import messages"));
    assert!(refused(b"{\"messages\": []}").contains("JSON"));
    assert!(refused(&(0..=255).cycle().take(5000).collect::<Vec<u8>>()).contains("no text"));
    assert!(refused(&[0; 5000]).contains("no text"));
    assert!(refused(b"just a line of prose").contains("no table"));
}

#[test]
fn nothing_is_empty() {
    for bytes in [&b""[..], b"\n\n  \n", b"\xef\xbb\xbf"] {
        assert_eq!(read(bytes, "x.csv", &options(Kind::Payments)).expect_err("nothing"), ReadError::Empty);
    }
}

#[test]
fn rows_with_other_columns_are_told() {
    let found = batch(
        Kind::Invoices,
        &format!(
            "{HEAD}A,1,2025-01-02,2025-02-01,5.00,0\nB,2,2025-01-02\nC,3,2025-01-02,2025-02-01,1,234,50\nD,4,2025-01-02,2025-02-01,5.00,0,,,\n"
        ),
    );
    assert_eq!(account(&found), "4 rows: 2 invoice, 2 mistakes");
    assert_eq!(found.account.mistakes[0].message, "this row has 3 columns, the header 6");
    assert_eq!(found.account.mistakes[1].span.expect("a place").start.line, 4);
}

#[test]
fn a_file_that_was_cut_off_loses_its_last_row_alone() {
    let found = batch(Kind::Invoices, &format!("{HEAD}A,1,2025-01-02,2025-02-01,5.00,0\nB,2,2025-01-02,2025-02-01,5.0"));
    assert_eq!(account(&found), "2 rows: 1 invoice, 1 mistakes");
    assert!(found.account.mistakes[0].notes[0].contains("cut off"));
}

#[test]
fn a_lone_quote_does_not_swallow_the_rows_below_it() {
    let found = batch(
        Kind::Invoices,
        &format!("{HEAD}A,1,2025-01-02,2025-02-01,5.00,0\n\"B,2,2025-01-02,2025-02-01,5.00,0\nC,3,2025-01-02,2025-02-01,5.00,0\n"),
    );
    assert_eq!(account(&found), "3 rows: 2 invoice, 1 mistakes");
    assert_eq!(found.account.mistakes[0].span.expect("a place").start.line, 3);
    assert!(adds_up(&found));
}

#[test]
fn a_header_may_stand_twice() {
    let found = batch(Kind::Invoices, &format!("{HEAD}A,1,2025-01-02,2025-02-01,5.00,0\n{HEAD}C,3,2025-01-02,2025-02-01,5.00,0\n"));
    assert_eq!(account(&found), "3 rows: 2 invoice, 1 repeated header");
}

#[test]
fn bytes_that_are_no_text_cost_their_row() {
    let found = batch(Kind::Invoices, &format!("{HEAD}A\0,1,2025-01-02,2025-02-01,5.00,0\nC,3,2025-01-02,2025-02-01,5.00,0\n"));
    assert_eq!(account(&found), "2 rows: 1 invoice, 1 mistakes");
}

#[test]
fn a_huge_field_is_refused_with_its_line() {
    let huge = "x".repeat(50 << 20);
    let found = batch(
        Kind::Invoices,
        &format!("{HEAD}A,1,2025-01-02,2025-02-01,5.00,0\n\"{huge}\",2,2025-01-02,2025-02-01,5.00,0\nC,3,2025-01-02,2025-02-01,5.00,0\n"),
    );
    assert_eq!(account(&found), "3 rows: 2 invoice, 1 mistakes");
    assert_eq!(found.account.mistakes[0].message, "this row has 50 MB in 1 lines");
    assert_eq!(found.account.mistakes[0].span.expect("a place").start.line, 3);
}

#[test]
fn one_line_of_an_invoice_that_cannot_be_read_spoils_its_sum_and_no_other() {
    let head = "Client Name,Invoice #,Date Issued,Invoice Status,Date Paid,Line Total,Currency\n";
    let rows = "A,1,2025-02-01,sent,,100.00,USD\nA,1,2025-02-01,sent,,lots,USD\nA,1,2025-02-01,sent,,1.00,USD\nA,2,2025-02-01,sent,,lots,USD\nA,2,2025-02-01,sent,,5.00,USD\nA,3,2025-02-01,sent,,7.00,USD\n";
    let found = batch(Kind::Invoices, &format!("{head}{rows}"));
    assert_eq!(lines(&found), ["3 of A: 2025-02-01 to ?, 7.00 USD"]);
    assert_eq!(account(&found), "6 rows: 1 invoice, 3 skipped (row of an invoice with a mistake), 2 mistakes");
}

#[test]
fn a_table_that_no_preset_knows_is_shown_with_a_way_out() {
    let refused = refusal(Kind::Invoices, "ContactName,InvoiceNumber,InvoiceDate,Reference\nA,1,2025-01-02,x\n");
    assert_eq!(
        refused.to_string(),
        "no preset for invoices fits this table\n  \
         its columns are, in line 1: `ContactName`, `InvoiceNumber`, `InvoiceDate`, `Reference`\n  \
         the closest is `xero`, which needs 4 columns and misses `Total`\n  \
         to say yourself what its columns are: clientcheck import --make-map export.csv > my-columns.yaml"
    );
}

#[test]
fn a_preset_that_does_not_exist_or_does_not_fit_is_told() {
    let mut options = options(Kind::Invoices);
    options.preset = Some("xerro".to_owned());
    let text = format!("{HEAD}A,1,2025-01-02,2025-02-01,5.00,0\n");
    let refused = read(text.as_bytes(), "x.csv", &options).expect_err("no such preset");
    assert_eq!(refused.mistake().suggestion.as_deref(), Some("xero"));
    options.preset = Some("xero".to_owned());
    assert!(matches!(read(text.as_bytes(), "x.csv", &options), Err(ReadError::NoPreset { closest: Some(_), .. })));
}
