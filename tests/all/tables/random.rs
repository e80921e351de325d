//! Whatever the bytes, nothing panics, and every row stands in the account once.

use clientcheck::import::{DateOrder, Kind, TableOptions, make_map, read};
use proptest::prelude::*;

use super::{adds_up, options};

fn every_kind(bytes: &[u8]) -> Result<(), TestCaseError> {
    for kind in Kind::ALL {
        for dates in [None, Some(DateOrder::MonthFirst)] {
            if let Ok(batch) = read(bytes, "x.csv", &TableOptions { dates, ..options(kind) }) {
                prop_assert!(adds_up(&batch), "{:?}", batch.account);
            }
        }
    }
    let _ = make_map(bytes, "x.csv");
    Ok(())
}

const HEADERS: [&str; 6] = [
    "Client,Invoice Number,Invoice Date,Due Date,Amount,Paid Amount,Status",
    "Client Name,Invoice #,Date Issued,Invoice Status,Date Paid,Line Total,Currency",
    "ContactName,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,Type",
    "Transaction ID,Transaction Date,Amount (One column),Customer,Invoice Number,Account Type,Currency",
    "Date,Description,Debit,Credit,Name,Currency,Invoice",
    "Date,Client,Project,Task,Hours,Notes,x",
];

const CELLS: [&str; 24] = [
    "",
    "A",
    "B",
    "1",
    "2",
    "2025-01-02",
    "03/04/2025",
    "13/04/2025",
    "04/13/2025",
    "10.00",
    "-10.00",
    "1,5",
    "1.234",
    "(3)",
    "Draft",
    "Paid",
    "Total",
    "\"",
    "\"x\ny\"",
    "System Receivable Invoice",
    "Sales credit note",
    "EUR",
    "1:30",
    "Löwe\0",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        every_kind(&bytes)?;
    }

    #[test]
    fn random_text_is_refused_or_read(text in "[a-z0-9,;\"\n\r\t|<>/{}\\[\\]:.€ -]{0,200}") {
        every_kind(text.as_bytes())?;
        every_kind(format!("<OFX><STMTTRN>{text}").as_bytes())?;
        every_kind(format!("<Document><BkToCstmrStmt><Stmt><Ntry>{text}").as_bytes())?;
        every_kind(format!("{{\"clients\": [], \"invoices\": [{text}]}}").as_bytes())?;
    }

    #[test]
    fn every_row_of_a_random_table_is_accounted_for(
        header in prop::sample::select(HEADERS.to_vec()),
        rows in prop::collection::vec(prop::collection::vec(prop::sample::select(CELLS.to_vec()), 1..9), 0..12),
    ) {
        let rows: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
        every_kind(format!("{header}\n{}", rows.join("\n")).as_bytes())?;
    }
}
