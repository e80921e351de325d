//! Payments of each program.

use clientcheck::import::{Item, Kind, ReadError};

use super::{account, batch, lines, refusal};

#[test]
fn quickbooks_groups_payments_below_their_client() {
    let text = "Studio Elm,,,,,\nInvoices and Received Payments,,,,,\n\"January 1 - June 30, 2026\",,,,,\n\n\
                ,Date,Transaction type,Memo/Description,Transaction number,Amount\n\
                Birch LLC,,,,,\n\
                ,02/20/2026,Payment,Wire,,\"1,250.00\"\n\
                ,01/19/2026,Invoice,,1001,\"1,250.00\"\n\
                Alder Inc,,,,,\n\
                ,03/15/2026,Payment,,,80.00\n\n\n\n\
                \" Monday, July 06, 2026 08:00 AM GMT-04:00\",,,,,\n";
    let found = batch(Kind::Payments, text);
    assert_eq!(lines(&found), ["2026-02-20 1250.00 ? by Birch LLC for ?: Wire", "2026-03-15 80.00 ? by Alder Inc for ?: "]);
    assert_eq!(account(&found), "6 rows: 2 payment, 2 heading, 1 footer, 1 skipped (an invoice)");
    let invoices = batch(Kind::Invoices, text);
    assert_eq!(
        lines(&invoices),
        [
            "1001 of Birch LLC: 2026-01-19 to ?, 1250.00 ?",
            "2026-02-20 1250.00 ? by Birch LLC for ?: Wire",
            "2026-03-15 80.00 ? by Alder Inc for ?: ",
        ]
    );
}

const PAYPAL: &str = "\"Date\",\"Time\",\"TimeZone\",\"Name\",\"Type\",\"Status\",\"Currency\",\"Gross\",\"Fee\",\"Net\",\"From Email Address\",\"To Email Address\",\"Transaction ID\",\"Invoice Number\",\"Subject\",\"Balance Impact\"\n";

#[test]
fn of_paypal_only_completed_money_from_others_counts() {
    let rows = "\"25/02/2025\",\"10:00:00\",\"CET\",\"Jo Reed\",\"General Payment\",\"Completed\",\"EUR\",\"1.250,00\",\"-30,00\",\"1.220,00\",\"Jo@Reed.example\",\"me@x.example\",\"T1\",\"R-7\",\"Web site\",\"Credit\"\n\
                \"26/02/2025\",\"10:00:00\",\"CET\",\"Jo Reed\",\"Payment Refund\",\"Completed\",\"EUR\",\"-50,00\",\"0,00\",\"-50,00\",\"me@x.example\",\"jo@reed.example\",\"T2\",\"R-7\",\"\",\"Debit\"\n\
                \"27/02/2025\",\"10:00:00\",\"CET\",\"Hosting\",\"PreApproved Payment\",\"Completed\",\"EUR\",\"-9,00\",\"0,00\",\"-9,00\",\"me@x.example\",\"h@x.example\",\"T3\",\"\",\"\",\"Debit\"\n\
                \"27/02/2025\",\"10:00:00\",\"CET\",\"\",\"General Withdrawal\",\"Completed\",\"EUR\",\"-900,00\",\"0,00\",\"-900,00\",\"\",\"\",\"T4\",\"\",\"\",\"Debit\"\n\
                \"28/02/2025\",\"10:00:00\",\"CET\",\"Al Fir\",\"General Payment\",\"Pending\",\"EUR\",\"10,00\",\"0,00\",\"10,00\",\"al@fir.example\",\"\",\"T5\",\"\",\"\",\"Memo\"\n";
    let found = batch(Kind::Payments, &format!("{PAYPAL}{rows}"));
    assert_eq!(lines(&found), ["2025-02-25 1250.00 EUR by Jo Reed for R-7: Web site", "2025-02-26 -50.00 EUR by Jo Reed for R-7: "]);
    let Item::Payment(first) = &found.items[0] else { panic!("a payment") };
    assert_eq!((first.origin.id.as_deref(), first.party.emails.as_slice()), (Some("T1"), ["jo@reed.example".to_owned()].as_slice()));
    assert_eq!(found.account.rows, 5);
}

#[test]
fn upwork_fees_are_no_payments() {
    let found = batch(
        Kind::Payments,
        "Date,Ref ID,Type,Description,Agency,Freelancer,Team,Account Name,PO,Amount,ExchangeRate,Currency,Balance\n\
         \"Jan 15, 2026\",900,Hourly,Week of Jan 5,,Me,Pine Labs,,,500.00,,USD,500.00\n\
         \"Jan 15, 2026\",901,Service Fee,Fee,,Me,Pine Labs,,,-50.00,,USD,450.00\n\
         \"Jan 20, 2026\",902,Withdrawal,To bank,,Me,,,,-450.00,,USD,0.00\n",
    );
    assert_eq!(lines(&found), ["2026-01-15 500.00 USD by Pine Labs for ?: Week of Jan 5"]);
}

#[test]
fn invoice_ninja_writes_unpaid_where_nothing_was_paid() {
    let found = batch(
        Kind::Payments,
        "Client Name,Payment Date,Payment Amount,Payment Currency,Payment Number,Payment Transaction Reference\n\
         Heath Oy,2025-05-01,60.00,EUR,0003,wire\nHeath Oy,,Unpaid,EUR,,\n",
    );
    assert_eq!(lines(&found), ["2025-05-01 60.00 EUR by Heath Oy for ?: wire"]);
    assert_eq!(account(&found), "2 rows: 1 payment, 1 skipped (an unpaid invoice)");
    let four = batch(
        Kind::Payments,
        "\"Invoice Ninja v4.5.20 - March 3, 2021 9:00 am\",,,\n,,,\nPayments,,,\nClient,Invoice Number,Amount,Date\n\
         Heath Oy,9,$13.50 ,2/25/2021\nHeath Oy,9,($3.50),2/26/2021\n",
    );
    assert_eq!(lines(&four), ["2021-02-25 13.50 ? by Heath Oy for 9: ", "2021-02-26 -3.50 ? by Heath Oy for 9: "]);
}

#[test]
fn the_balance_of_stripe_holds_charges_refunds_and_transfers_to_the_bank() {
    let found = batch(
        Kind::Payments,
        "\"balance_transaction_id\",\"created_utc\",\"available_on_utc\",\"currency\",\"gross\",\"fee\",\"net\",\"reporting_category\",\"description\"\n\
         \"txn_1\",\"2025-01-23 08:26:29\",\"2025-01-27 00:00:00\",\"eur\",\"12.00\",\"0.30\",\"11.70\",\"charge\",\"Invoice R-7\"\n\
         \"txn_2\",\"2025-01-24 08:26:29\",\"2025-01-27 00:00:00\",\"eur\",\"-2.00\",\"0.00\",\"-2.00\",\"refund\",\"\"\n\
         \"txn_3\",\"2025-01-25 08:26:29\",\"2025-01-27 00:00:00\",\"eur\",\"-9.70\",\"0.00\",\"-9.70\",\"payout\",\"\"\n",
    );
    assert_eq!(lines(&found), ["2025-01-23 12.00 EUR by ? for ?: Invoice R-7", "2025-01-24 -2.00 EUR by ? for ?: "]);
}

#[test]
fn a_list_of_bookings_has_money_in_and_out() {
    let found = batch(
        Kind::Payments,
        "Buchungstag;Auftraggeber;Verwendungszweck;Betrag;Währung\n\
         31.01.2025;Löwe GmbH;Rechnung R-1;1.190,00;EUR\n01.02.2025;Vermieter;Miete;-800,00;EUR\n",
    );
    assert_eq!(lines(&found), ["2025-01-31 1190.00 EUR by Löwe GmbH for ?: Rechnung R-1"]);
    let two_columns = batch(
        Kind::Payments,
        "Date,Description,Debit,Credit,Balance\n2025-01-30,Rent,800.00,,100.00\n2025-01-31,ACME INV 7,,1190.00,1290.00\n",
    );
    assert_eq!(lines(&two_columns), ["2025-01-31 1190.00 ? by ? for ?: ACME INV 7"]);
}

#[test]
fn a_list_of_invoices_is_not_taken_for_payments_nor_the_other_way_round() {
    let invoices = "Client,Invoice Number,Date,Due Date,Amount\nA,1,2025-01-02,2025-02-01,5.00\n";
    assert!(matches!(refusal(Kind::Payments, invoices), ReadError::NoPreset { .. } | ReadError::OtherKind { found: Kind::Invoices, .. }));
    let bookings = "Date,Description,Amount\n2025-01-31,ACME,1190.00\n";
    assert!(matches!(refusal(Kind::Invoices, bookings), ReadError::OtherKind { found: Kind::Payments, .. }));
    let paypal = format!(
        "{PAYPAL}\"25/02/2025\",\"10:00:00\",\"CET\",\"Jo\",\"Payment\",\"Completed\",\"EUR\",\"1,00\",\"0\",\"1\",\"\",\"\",\"T1\",\"\",\"\",\"Credit\"\n"
    );
    let refused = refusal(Kind::Invoices, &paypal);
    assert_eq!(refused.to_string().lines().last(), Some("  to read it: clientcheck import payments export.csv"));
}
