//! Doubt is told, not guessed: days and months, numbers.

use clientcheck::import::{DateOrder, Kind, ReadError, read};

use super::{account, adds_up, batch, lines, options, refusal};

fn table(rows: &[&str]) -> String {
    format!("Client,Invoice Number,Invoice Date,Due Date,Paid Date,Amount\n{}\n", rows.join("\n"))
}

fn first_day(rows: &[&str]) -> String {
    lines(&batch(Kind::Invoices, &table(rows)))[0].chars().skip_while(|c| *c != ':').skip(2).take(10).collect()
}

#[test]
fn one_day_above_twelve_decides_for_the_whole_file() {
    assert_eq!(first_day(&["A,1,03/04/2025,04/04/2025,,10.00", "A,2,13/05/2025,14/05/2025,,10.00"]), "2025-04-03");
    assert_eq!(first_day(&["A,1,03/04/2025,04/04/2025,,10.00", "A,2,05/13/2025,05/14/2025,,10.00"]), "2025-03-04");
}

#[test]
fn nothing_is_due_or_paid_before_it_is_sent() {
    // Month first, the second would be due in March and sent in April.
    assert_eq!(first_day(&["A,1,05/01/2025,08/01/2025,,10.00", "A,2,04/02/2025,03/03/2025,,10.00"]), "2025-01-05");
}

#[test]
fn a_usual_term_in_every_row_shows_the_order() {
    assert_eq!(first_day(&["A,1,01/03/2025,08/03/2025,,10.00", "A,2,02/05/2025,09/05/2025,,10.00"]), "2025-03-01");
    assert_eq!(first_day(&["A,1,02/05/2025,03/07/2025,,10.00"]), "2025-02-05");
}

#[test]
fn nothing_was_sent_in_the_future() {
    assert_eq!(first_day(&["A,1,05/12/2026,,,10.00"]), "2026-05-12");
}

#[test]
fn without_evidence_both_readings_are_shown_with_the_flag() {
    let text = table(&["A,1,01/02/2025,,,10.00", "A,2,01/03/2025,,,10.00", "A,3,01/04/2025,,,10.00", "A,4,01/05/2025,,,10.00"]);
    let refused = refusal(Kind::Invoices, &text);
    assert!(matches!(&refused, ReadError::DoubtfulDates { rows } if rows.len() == 3), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        "nothing in this file shows whether the day or the month comes first\n  \
         line 2, Invoice Date `01/02/2025`: 2025-02-01 with the day first, 2025-01-02 with the month first\n  \
         line 3, Invoice Date `01/03/2025`: 2025-03-01 with the day first, 2025-01-03 with the month first\n  \
         line 4, Invoice Date `01/04/2025`: 2025-04-01 with the day first, 2025-01-04 with the month first\n  \
         say which: --dates dmy for the day first, --dates mdy for the month first"
    );
    let told = clientcheck::import::TableOptions { dates: Some(DateOrder::MonthFirst), ..options(Kind::Invoices) };
    let found = read(text.as_bytes(), "x.csv", &told).expect("a batch");
    assert!(lines(&found)[0].contains("2025-01-02"));
}

#[test]
fn a_file_that_mixes_both_orders_is_refused_unless_the_order_is_given() {
    let text = table(&["A,1,13/04/2025,14/04/2025,,10.00", "A,2,04/13/2025,04/14/2025,,10.00"]);
    assert!(matches!(refusal(Kind::Invoices, &text), ReadError::MixedDates { .. }));
    let told = clientcheck::import::TableOptions { dates: Some(DateOrder::DayFirst), ..options(Kind::Invoices) };
    let found = read(text.as_bytes(), "x.csv", &told).expect("a batch");
    assert_eq!(account(&found), "2 rows: 1 invoice, 1 mistakes");
    assert_eq!(found.account.mistakes[0].message, "`04/13/2025` is not a date");
}

#[test]
fn points_between_the_parts_mean_that_the_day_comes_first() {
    assert_eq!(first_day(&["A,1,03.04.2025,,,10.00"]), "2025-04-03");
}

#[test]
fn years_first_and_months_by_name_are_certain() {
    assert_eq!(first_day(&["A,1,2025/03/04,,,10.00"]), "2025-03-04");
    assert_eq!(first_day(&["A,1,4-Mar-2025,,,10.00"]), "2025-03-04");
    assert_eq!(first_day(&["A,1,4. März 2025,,,10.00"]), "2025-03-04");
    assert_eq!(first_day(&["A,1,20250304,,,10.00"]), "2025-03-04");
}

#[test]
fn numbers_are_read_in_the_style_of_the_whole_file() {
    let amounts = |text: &str| -> Vec<String> {
        let rows: Vec<String> = text.split('|').map(|amount| format!("A,1,2025-01-02,,,\"{amount}\"")).collect();
        let found = batch(Kind::Invoices, &table(&rows.iter().map(String::as_str).collect::<Vec<_>>()));
        lines(&found).iter().map(|line| line.split(", ").nth(1).unwrap_or_default().replace(" ?", "")).collect()
    };
    assert_eq!(amounts("1.234|5,60"), ["1234", "5.60"]);
    assert_eq!(amounts("1,234|5.60"), ["1234", "5.60"]);
    assert_eq!(amounts("1.234.567"), ["1234567"]);
    assert_eq!(amounts("12,34,567.50"), ["1234567.50"]);
    assert_eq!(amounts("1'234.50"), ["1234.50"]);
    assert_eq!(amounts("0.125"), ["0.125"]);
    assert_eq!(amounts("100,-"), ["100"]);
    assert_eq!(amounts("999999999999.99"), ["999999999999.99"]);
}

#[test]
fn a_number_that_may_be_two_is_not_guessed() {
    let refused = refusal(Kind::Invoices, &table(&["A,1,2025-01-02,,,1.234"]));
    assert!(refused.to_string().starts_with("`1.234` in column `Amount` may be 1234 or 1.234"), "{refused}");
    let mixed = table(&["A,1,2025-01-02,,,1.50", "A,2,2025-01-02,,,\"1,50\""]);
    assert!(matches!(refusal(Kind::Invoices, &mixed), ReadError::MixedNumbers { .. }));
}

#[test]
fn rows_that_cannot_be_read_are_told_with_their_place_and_the_rest_is_read() {
    let found = batch(
        Kind::Invoices,
        &table(&["A,1,2025-01-02,2025-02-01,,10.00", "A,2,2025-01-33,never,,ten", "A,3,2025-01-02,,,", "A,4,2025-01-05,,,10.00 QQQ"]),
    );
    assert_eq!(found.items.len(), 1);
    assert!(adds_up(&found));
    let told: Vec<String> = found
        .account
        .mistakes
        .iter()
        .map(|mistake| {
            let place = mistake.span.expect("a place").start;
            format!("{}:{} {}", place.line, place.column, mistake.message)
        })
        .collect();
    assert_eq!(told, ["3:5 `2025-01-33` is not a date", "4:1 this row has no amount", "5:18 `10.00 QQQ` is not an amount"]);
    assert_eq!(
        found.account.mistakes[0].notes,
        ["in column `Invoice Date`", "also, `never` is not a date", "also, `ten` is not an amount"]
    );
}

#[test]
fn hours_are_never_thousands() {
    let found = batch(Kind::Hours, "Date,Client,Project,Task,Hours\n2025-01-02,A,B,C,\"1,125\"\n");
    assert_eq!(lines(&found), ["2025-01-02 1.125 for A: B, C"]);
}

#[test]
fn months_have_names_in_many_languages() {
    assert_eq!(first_day(&["A,1,4 marraskuu 2025,,,10.00"]), "2025-11-04");
    assert_eq!(first_day(&["A,1,4 lokakuu 2025,,,10.00"]), "2025-10-04");
    assert_eq!(first_day(&["A,1,4 d\u{e9}c. 2025,,,10.00"]), "2025-12-04");
    assert_eq!(first_day(&["A,1,\"Tuesday, March 4, 2025\",,,10.00"]), "2025-03-04");
}

#[test]
fn signs_of_currencies_are_no_part_of_the_number() {
    let amount = |text: &str| {
        lines(&batch(Kind::Invoices, &table(&[&format!("A,1,2025-01-02,,,\"{text}\"")])))[0].split(", ").nth(1).map(str::to_owned)
    };
    assert_eq!(amount("Rs.500").as_deref(), Some("500 ?"));
    assert_eq!(amount("US$ 5.50").as_deref(), Some("5.50 ?"));
    assert_eq!(amount("5,50 \u{20ac}").as_deref(), Some("5.50 EUR"));
    assert_eq!(amount("$.50").as_deref(), Some("0.50 ?"));
}
