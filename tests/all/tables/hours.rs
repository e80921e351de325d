//! Hours of each program.

use chrono::NaiveDate;
use clientcheck::import::Kind;

use super::{account, batch, lines};

#[test]
fn toggl_has_a_mark_before_its_header_and_two_names_for_the_end() {
    for end in ["End", "Stop"] {
        let found = batch(
            Kind::Hours,
            &format!(
                "\u{feff}User,Email,Client,Project,Task,Description,Billable,Start date,Start time,{end} date,{end} time,Duration,Tags,Amount (EUR)\n\
                 Me,me@x.example,Lumi Oy,Shop,,Checkout,Yes,2025-03-04,10:00:00,2025-03-04,11:30:00,01:30:00,,150.00\n\
                 Me,me@x.example,Lumi Oy,Shop,,Nothing,No,2025-03-06,10:00:00,2025-03-06,10:00:00,00:00:00,,\n"
            ),
        );
        assert_eq!(lines(&found), ["2025-03-04 1.5 for Lumi Oy: Shop, Checkout"]);
        assert_eq!(account(&found), "2 rows: 1 hours entry, 1 skipped (no time in it)");
        let covers = found.covers.expect("a period");
        assert_eq!(
            (covers.from.0, covers.to.0),
            (NaiveDate::from_ymd_opt(2025, 3, 4).expect("a day"), NaiveDate::from_ymd_opt(2025, 3, 6).expect("a day"))
        );
    }
}

#[test]
fn clockify_ends_with_a_total() {
    let found = batch(
        Kind::Hours,
        "\"Project\",\"Client\",\"Description\",\"Task\",\"User\",\"Email\",\"Tags\",\"Billable\",\"Start Date\",\"Start Time\",\"End Date\",\"End Time\",\"Duration (h)\",\"Duration (decimal)\",\"Billable Rate (USD)\"\n\
         \"Shop\",\"Lumi Oy\",\"Checkout\",\"\",\"Me\",\"\",\"\",\"Yes\",\"09/23/2025\",\"01:00:00 PM\",\"09/23/2025\",\"02:15:00 PM\",\"01:15:00\",\"1.25\",\"90.00\"\n\
         \"Total\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"01:15:00\",\"1.25\",\"\"\n",
    );
    assert_eq!(lines(&found), ["2025-09-23 1.25 for Lumi Oy: Shop, Checkout"]);
    assert_eq!(account(&found), "2 rows: 1 hours entry, 1 total");
}

#[test]
fn harvest_hours_have_commas_in_some_countries() {
    let found = batch(
        Kind::Hours,
        "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,Approved?,First Name,Last Name,Department,Employee?\n\
         26.01.2025,Fjord AB,Web,,Design,First draft,\"7,5\",Yes,No,No,Me,X,,Yes\n",
    );
    assert_eq!(lines(&found), ["2025-01-26 7.5 for Fjord AB: Web, Design, First draft"]);
}

#[test]
fn kimai_is_read_in_english_and_german() {
    let english = batch(
        Kind::Hours,
        "Date,From,To,Duration,Currency,Price,Name,User,Customer,Project,Activity,Description,Billable,Tags\n\
         2025-05-05,09:00,10:45,1:45,EUR,150,Me,me,Moss BV,Site,Coding,Forms,Yes,\n",
    );
    assert_eq!(lines(&english), ["2025-05-05 1.75 for Moss BV: Site, Coding, Forms"]);
    let german = batch(
        Kind::Hours,
        "Datum;Von;Bis;Dauer;Währung;Preis;Name;Benutzer;Kunde;Projekt;Tätigkeit;Beschreibung;Abrechenbar\n\
         05.05.2025;09:00;10:45;1,75;EUR;150;Ich;ich;Moos GmbH;Seite;Programmieren;;Ja\n",
    );
    assert_eq!(lines(&german), ["2025-05-05 1.75 for Moos GmbH: Seite, Programmieren"]);
}
