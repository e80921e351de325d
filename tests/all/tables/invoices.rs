//! Invoices of each program.

use clientcheck::import::{Item, Kind};

use super::{account, adds_up, batch, lines};

#[test]
fn stripe_invoices_are_read_by_name_whatever_columns_are_shown() {
    let found = batch(
        Kind::Invoices,
        "id,Number,Customer,Customer Name,Status,Currency,Amount Due,Amount Paid,Total,Due Date (UTC),Finalized At (UTC),Paid At (UTC),Voided At (UTC),Marked Uncollectible At (UTC)\n\
         in_1,A-1,cus_1,Lumi Oy,paid,eur,100.00,100.00,100.00,2025-05-31 10:00,2025-05-01 10:00,2025-06-02 23:30,,\n\
         in_2,A-2,cus_1,Lumi Oy,open,eur,50.00,0.00,50.00,2025-06-30 10:00,2025-06-01 10:00,,,\n\
         in_3,A-3,cus_2,Vine Ltd,draft,gbp,70.00,0.00,70.00,,2025-06-01 10:00,,,\n\
         in_4,A-4,cus_2,Vine Ltd,void,gbp,70.00,0.00,70.00,2025-06-30 10:00,2025-06-01 10:00,,2025-06-05 09:00,\n\
         in_5,A-5,cus_2,Vine Ltd,uncollectible,gbp,80.00,0.00,80.00,2025-03-30 10:00,2025-03-01 10:00,,,2025-09-01 09:00\n",
    );
    assert_eq!(found.system, "stripe");
    assert_eq!(
        lines(&found),
        [
            "A-1 of Lumi Oy: 2025-05-01 to 2025-05-31, 100.00 EUR paid 2025-06-02 100.00",
            "A-2 of Lumi Oy: 2025-06-01 to 2025-06-30, 50.00 EUR",
            "A-4 of Vine Ltd: 2025-06-01 to 2025-06-30, 70.00 GBP voided 2025-06-05",
            "A-5 of Vine Ltd: 2025-03-01 to 2025-03-30, 80.00 GBP written off 2025-09-01",
        ]
    );
    assert_eq!(account(&found), "5 rows: 4 invoice, 1 skipped (draft)");
    let Item::Invoice(first) = &found.items[0] else { panic!("an invoice") };
    assert_eq!((first.origin.id.as_deref(), first.party.id.as_deref()), (Some("in_1"), Some("cus_1")));
}

#[test]
fn the_day_of_a_utc_time_is_the_day_in_my_zone() {
    let mut options = super::options(Kind::Invoices);
    options.zone = chrono_tz::Europe::Helsinki;
    let text = "id,Number,Customer Name,Status,Currency,Total,Date (UTC),Due Date (UTC),Paid At (UTC)\n\
                in_1,A-1,Lumi Oy,paid,eur,100.00,2025-05-01 22:30,2025-05-31 22:30,2025-06-02 23:30\n";
    let found = clientcheck::import::read(text.as_bytes(), "s.csv", &options).expect("a batch");
    assert_eq!(lines(&found), ["A-1 of Lumi Oy: 2025-05-02 to 2025-06-01, 100.00 EUR paid 2025-06-03 100.00"]);
}

const XERO: &str = "ContactName,EmailAddress,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,InvoiceAmountPaid,InvoiceAmountDue,Description,LineAmount,Currency,Type,Sent,Status\n";

#[test]
fn xero_has_a_row_for_each_line_and_no_day_of_payment() {
    let rows = "Vine Ltd,ann@vine.example,INV-1,,15/01/2025,14/02/2025,300.00,100.00,200.00,Design,200.00,NZD,Sales invoice,Sent,Awaiting Payment\n\
                Vine Ltd,ann@vine.example,INV-1,,15/01/2025,14/02/2025,300.00,100.00,200.00,Copy,100.00,NZD,Sales invoice,Sent,Awaiting Payment\n\
                Vine Ltd,ann@vine.example,CN-1,INV-1,20/01/2025,,-50.00,0.00,0.00,Sorry,-50.00,NZD,Sales credit note,Sent,Paid\n\
                Vine Ltd,ann@vine.example,CN-2,,20/01/2025,,-70.00,0.00,0.00,Sorry,-70.00,NZD,Sales credit note,Sent,Paid\n\
                Paper Co,,B-9,,16/01/2025,16/01/2025,20.00,20.00,0.00,Paper,20.00,NZD,Bill,,Paid\n\
                Vine Ltd,,INV-2,,16/01/2025,15/02/2025,20.00,0.00,20.00,X,20.00,NZD,Sales invoice,,Draft\n";
    let found = batch(Kind::Invoices, &format!("{XERO}{rows}"));
    assert_eq!(lines(&found), ["INV-1 of Vine Ltd: 2025-01-15 to 2025-02-14, 300.00 NZD paid ? 100.00 credited 2025-01-20 50.00"]);
    assert_eq!(
        account(&found),
        "6 rows: 1 invoice, 1 line item, 1 credit, 1 skipped (credit note), 1 skipped (a bill to you), 1 skipped (draft)"
    );
    assert!(found.account.doubts[0].message.contains("CN-2"), "{:?}", found.account.doubts);
}

#[test]
fn the_header_of_quickbooks_stands_below_three_lines_and_its_report_ends_with_totals_and_a_time() {
    let found = batch(
        Kind::Invoices,
        "Studio Elm,,,,,,,\r\nInvoice List by Date,,,,,,,\r\n\"January 1 - June 30, 2026\",,,,,,,\r\n\r\n\
         Date,Transaction type,Num,Name,Memo,Due date,Amount,Open balance\r\n\
         1/19/2026,Invoice,1001,Birch LLC,,2/18/2026,\"1,250.00\",0.00\r\n\
         2/2/2026,Invoice,1002,Birch LLC:Shop,,3/4/2026,300.00,120.00\r\n\
         2/3/2026,Credit Memo,1002,Birch LLC:Shop,,,-20.00,0.00\r\n\
         TOTAL,,,,,,\"$1,530.00\",$120.00\r\n\r\n\r\n\r\n\" Tuesday, September 29, 2026 09:30 PM GMT-04:00\",,,,,,,\r\n",
    );
    assert_eq!(
        lines(&found),
        [
            "1001 of Birch LLC: 2026-01-19 to 2026-02-18, 1250.00 ? paid ? 1250.00",
            "1002 of Birch LLC:Shop: 2026-02-02 to 2026-03-04, 300.00 ? paid ? 180.00 credited 2026-02-03 20.00",
        ]
    );
    assert_eq!(account(&found), "5 rows: 2 invoice, 1 credit, 1 total, 1 footer");
}

#[test]
fn an_aging_report_of_quickbooks_has_groups_that_are_no_clients() {
    let found = batch(
        Kind::Invoices,
        "Studio Elm,,,,,,,\nA/R Aging Detail,,,,,,,\n\"As of June 30, 2026\",,,,,,,\n\n\
         ,Date,Transaction type,Num,Customer full name,Due date,Amount,Open balance\n\
         91 or more days past due,,,,,,,\n\
         ,01/15/2026,Invoice,1004,Birch LLC,02/14/2026,500.00,250.00\n\
         Total for 91 or more days past due,,,,,,\"$500.00\",\"$250.00\"\n\
         CURRENT,,,,,,,\n\
         ,06/20/2026,Invoice,1009,Alder Inc,07/20/2026,80.00,80.00\n\
         TOTAL,,,,,,\"$580.00\",\"$330.00\"\n",
    );
    assert_eq!(
        lines(&found),
        ["1004 of Birch LLC: 2026-01-15 to 2026-02-14, 500.00 ? paid ? 250.00", "1009 of Alder Inc: 2026-06-20 to 2026-07-20, 80.00 ?",]
    );
    assert_eq!(account(&found), "6 rows: 2 invoice, 2 heading, 2 total");
}

#[test]
fn freshbooks_lines_are_added_up_and_unclear_tax_is_told() {
    let head = "Client Name,Invoice #,Date Issued,Invoice Status,Date Paid,Item Name,Line Subtotal,Tax 1 Type,Tax 1 Amount,Tax 2 Type,Tax 2 Amount,Line Total,Currency\n";
    let rows = "Rook & Sons,0000007,2025-02-01,paid,2025-03-05,Design,100.00,,0.00,,0.00,100.00,USD\n\
                Rook & Sons,0000007,2025-02-01,paid,2025-03-05,Discount,-10.00,,0.00,,0.00,-10.00,USD\n\
                Rook & Sons,0000008,2025-03-01,partial,2025-03-05,Design,50.00,VAT,12.00,,0.00,62.00,USD\n";
    let found = batch(Kind::Invoices, &format!("{head}{rows}"));
    assert_eq!(
        lines(&found),
        ["0000007 of Rook & Sons: 2025-02-01 to ?, 90.00 USD paid 2025-03-05 90.00", "0000008 of Rook & Sons: 2025-03-01 to ?, 62.00 USD",]
    );
    let told: Vec<&str> = found.account.doubts.iter().map(|doubt| doubt.code).collect();
    assert_eq!(told, ["odd-invoice", "tax-not-known"]);
}

#[test]
fn zoho_knows_terms_and_what_was_written_off() {
    let head = "Invoice Date,Invoice ID,Invoice Number,Invoice Status,Customer Name,Customer ID,Due Date,Currency Code,Item Name,Item Total,Total,Balance,Payment Terms,Payment Terms Label,Last Payment Date,WriteOff Date,WriteOff Amount\n";
    let rows = "2025-01-10,77,INV-9,Closed,Moss BV,5,2025-02-09,EUR,A,60.00,100.00,0.00,30,Net 30,2025-02-20,2025-06-01,40.00\n\
                2025-01-10,77,INV-9,Closed,Moss BV,5,2025-02-09,EUR,B,40.00,100.00,0.00,30,Net 30,2025-02-20,2025-06-01,40.00\n\
                2025-01-11,78,INV-10,Void,Moss BV,5,2025-02-09,EUR,B,40.00,40.00,0.00,0,Due on Receipt,,,0.00\n";
    let found = batch(Kind::Invoices, &format!("{head}{rows}"));
    assert_eq!(lines(&found), ["INV-9 of Moss BV: 2025-01-10 to 2025-02-09, 100.00 EUR paid 2025-02-20 60.00 written off 2025-06-01"]);
    assert_eq!(account(&found), "3 rows: 1 invoice, 1 line item, 1 skipped (void)");
    let Item::Invoice(first) = &found.items[0] else { panic!("an invoice") };
    assert_eq!(first.net_days, Some(30));
}

#[test]
fn harvest_writes_numbers_and_currencies_in_its_own_way() {
    let found = batch(
        Kind::Invoices,
        "Issue Date,Last Payment Date,ID,PO Number,Client,Subject,Invoice Amount,Paid Amount,Balance,Subtotal,Discount,Tax,Tax2,Currency,Currency Symbol,Document Type,Client Address\n\
         2025-01-31,2025-03-02,44,,Fjord AB,Web,\"20 160,0\",\"20 160,0\",\"0,0\",,,,,Swedish Krona - SEK,kr,Invoice,\n\
         2025-02-28,,45,,Fjord AB,Web,\"1 000,5\",\"0,0\",\"1 000,5\",,,,,Swedish Krona - SEK,kr,Invoice,\n\
         2025-02-28,2025-03-10,46,,Fjord AB,Web,\"500,0\",\"300,0\",\"0,0\",,,,,Swedish Krona - SEK,kr,Invoice,\n",
    );
    assert_eq!(
        lines(&found),
        [
            "44 of Fjord AB: 2025-01-31 to ?, 20160.0 SEK paid 2025-03-02 20160.0",
            "45 of Fjord AB: 2025-02-28 to ?, 1000.5 SEK",
            "46 of Fjord AB: 2025-02-28 to ?, 500.0 SEK paid 2025-03-10 300.0",
        ]
    );
    assert!(found.account.doubts[0].message.contains("given up"), "{:?}", found.account.doubts);
}

#[test]
fn invoice_ninja_is_read_in_both_versions() {
    let five = batch(
        Kind::Invoices,
        "Client Name,Client Currency,Invoice Invoice Number,Invoice Amount,Invoice Balance,Invoice Paid to Date,Invoice Date,Invoice Due Date,Invoice Status\n\
         Heath Oy,EUR,0007,100,40,60,2025-04-01,2025-04-15,Partial\n\
         Heath Oy,EUR,0008,100,100,0,2025-04-01,2025-04-15,Cancelled\n",
    );
    assert_eq!(lines(&five), ["0007 of Heath Oy: 2025-04-01 to 2025-04-15, 100 EUR paid ? 60"]);
    let four = batch(
        Kind::Invoices,
        "\"Invoice Ninja v4.5.20 - March 3, 2021 9:00 am\",,,,,,,\n,,,,,,,\nINVOICES,,,,,,,\n\
         Client,Email,Invoice Number,Amount,Paid,Status,Invoice Date,Due Date\n\
         Heath Oy,bo@heath.example,9,$13.50,$5.00,Partial,2021-01-10,2021-02-10\n\
         Heath Oy,bo@heath.example,9,$13.50,$5.00,Partial,2021-01-10,2021-02-10\n",
    );
    assert_eq!(lines(&four), ["9 of Heath Oy: 2021-01-10 to 2021-02-10, 13.50 ? paid ? 5.00"]);
    assert_eq!(account(&four), "2 rows: 1 invoice, 1 line item");
}

#[test]
fn wave_writes_invoices_and_payments_into_one_account() {
    let found = batch(
        Kind::Invoices,
        "Transaction ID,Transaction Date,Account Name,Amount (One column), ,Customer,Invoice Number,Account Type\n\
         1,2025-01-05,Sales,900.00,,Dune Ltd,12,Income\n\
         1,2025-01-05,Accounts Receivable,900.00,,Dune Ltd,12,System Receivable Invoice\n\
         2,2025-02-20,Accounts Receivable,-400.00,,Dune Ltd,12,System Receivable Invoice\n\
         2,2025-02-20,Cash,400.00,,,,Cash and Bank\n\
         3,2025-03-20,Accounts Receivable,-500.00,,Dune Ltd,12,System Receivable Invoice\n\
         4,2025-03-20,Accounts Receivable,-10.00,,Dune Ltd,3,System Receivable Invoice\n",
    );
    assert_eq!(
        lines(&found),
        [
            "12 of Dune Ltd: 2025-01-05 to ?, 900.00 ? paid 2025-02-20 400.00 paid 2025-03-20 500.00",
            "2025-03-20 10.00 ? by Dune Ltd for 3: ",
        ]
    );
    assert_eq!(account(&found), "6 rows: 1 invoice, 3 payment, 2 skipped (another account)");
    let other = batch(
        Kind::Invoices,
        "Invoice Date,Customer Name,Invoice Number,Due Date,Invoice Total,Invoice Tax Total,Invoice Paid,Last Payment Date\n\
         27-01-2025,Dune Ltd,5,26-02-2025,120.00,20.00,120.00,01-03-2025\n",
    );
    assert_eq!(lines(&other), ["5 of Dune Ltd: 2025-01-27 to 2025-02-26, 120.00 ? paid 2025-03-01 120.00"]);
}

#[test]
fn a_plain_ledger_is_read_by_the_usual_names() {
    let found = batch(
        Kind::Invoices,
        "customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate\n\
         55-AB,000123,1/2/2013,2/1/2013,55.94,No,1/15/2013\n\
         55-AB,000124,1/26/2013,2/25/2013,61.74,Yes,\n",
    );
    assert_eq!(
        lines(&found),
        ["000123 of 55-AB: 2013-01-02 to 2013-02-01, 55.94 ? paid 2013-01-15 55.94", "000124 of 55-AB: 2013-01-26 to 2013-02-25, 61.74 ?",]
    );
    let disputed: Vec<bool> = found.items.iter().map(|item| matches!(item, Item::Invoice(item) if item.is_disputed)).collect();
    assert_eq!(disputed, [false, true]);
}

#[test]
fn invoicely_writes_months_by_name() {
    let found = batch(
        Kind::Invoices,
        "\"Date\",\"Due\",\"Details\",\"Client\",\"Status\",\"Total\"\n\"Feb 3 2025\",\"Mar 5 2025\",\"INV-3\",\"Reed AG\",\"Paid\",\"1,020.00\"\n",
    );
    assert_eq!(lines(&found), ["INV-3 of Reed AG: 2025-02-03 to 2025-03-05, 1020.00 ? paid ? 1020.00"]);
}

#[test]
fn german_tables_have_semicolons_commas_and_old_encodings() {
    let text = "Kunde;Rechnungsnummer;Rechnungsdatum;Fällig am;Betrag;Währung;Bezahlt am\n\
                Löwe GmbH;R-1;01.02.2025;03.03.2025;1.234,50;EUR;05.03.2025\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let found = clientcheck::import::read(&bytes, "r.csv", &super::options(Kind::Invoices)).expect("a batch");
    assert_eq!(lines(&found), ["R-1 of Löwe GmbH: 2025-02-01 to 2025-03-03, 1234.50 EUR paid 2025-03-05 1234.50"]);
    let utf_16: Vec<u8> =
        "\u{feff}".chars().chain(text.replace(';', "\t").chars()).collect::<String>().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = clientcheck::import::read(&utf_16, "r.csv", &super::options(Kind::Invoices)).expect("a batch");
    assert_eq!(found.items.len(), 1);
}

#[test]
fn the_currency_may_stand_in_the_name_of_a_column_or_beside_the_amount_but_a_dollar_sign_is_none() {
    let text = "Client,Invoice Number,Invoice Date,Due Date,Amount (EUR)\nA,1,2025-01-02,2025-02-01,5.00\n";
    assert!(lines(&batch(Kind::Invoices, text))[0].ends_with("5.00 EUR"));
    let text = "Client,Invoice Number,Invoice Date,Due Date,Amount\nA,1,2025-01-02,2025-02-01,€5.00\nA,2,2025-01-02,2025-02-01,$6.00\nA,3,2025-01-02,2025-02-01,CHF 7.00\n";
    let found = lines(&batch(Kind::Invoices, text));
    assert!(found[0].ends_with("5.00 EUR") && found[1].ends_with("6.00 ?") && found[2].ends_with("7.00 CHF"), "{found:?}");
}

#[test]
fn a_ledger_names_the_invoice_of_a_credit_note_or_has_it_listed() {
    let text = "Client,Invoice Number,Invoice Date,Due Date,Amount,Credit For,Type\n\
                A,1,2025-01-02,2025-02-01,100.00,,Invoice\n\
                A,C1,2025-01-05,,25.00,1,Credit Note\n\
                A,1,2025-01-09,,(10.00),,Invoice\n\
                A,C2,2025-01-09,,-5.00,,Invoice\n";
    let found = batch(Kind::Invoices, text);
    assert_eq!(lines(&found), ["1 of A: 2025-01-02 to 2025-02-01, 100.00 ? credited 2025-01-05 25.00 credited 2025-01-09 10.00"]);
    assert_eq!(account(&found), "4 rows: 1 invoice, 2 credit, 1 skipped (invoice below 0)");
    assert!(adds_up(&found));
}

#[test]
fn a_header_alone_is_an_export_with_nothing_in_it() {
    let found = batch(Kind::Invoices, "Client,Invoice Number,Invoice Date,Due Date,Amount\n");
    assert_eq!((found.items.len(), found.account.rows), (0, 0));
}

#[test]
fn a_balance_detail_of_quickbooks_names_the_client_above_its_invoices() {
    let found = batch(
        Kind::Invoices,
        "Studio Elm,,,,,,,\nCustomer Balance Detail,,,,,,,\n\n,Date,Transaction Type,Num,Due Date,Amount,Open Balance,Balance\nBirch LLC,,,,,,,\n\
         ,15/01/2025,Invoice,7,14/02/2025,100.00,40.00,40.00\n,20/01/2025,Payment,,20/01/2025,-60.00,0.00,40.00\nTotal for Birch LLC,,,,,$40.00,$40.00,\n",
    );
    assert_eq!(lines(&found), ["7 of Birch LLC: 2025-01-15 to 2025-02-14, 100.00 ? paid ? 60.00"]);
}
