//! Maps of the user, and maps to begin with.

use clientcheck::import::{Kind, make_map, preset_text, presets, read, read_map};

use super::{account, lines, options};

const TABLE: &str =
    "Wer;Beleg;Vom;Zahlbar bis;Soll;Art\nReed AG;7;01.02.2025;03.03.2025;100,00;RE\nReed AG;8;01.02.2025;03.03.2025;50,00;AN\n";

#[test]
fn a_map_names_columns_that_no_preset_knows() {
    let map = read_map(
        "name: mine\nkind: invoices\nsystem: books\ncurrency: EUR\n\
         columns: { client: Wer, number: Beleg, issue_date: Vom, due_date: [Fällig, Zahlbar bis], amount: Soll }\n\
         skip_if: [ { column: Art, is: AN, because: an offer } ]\n",
    )
    .expect("a map");
    let mut options = options(Kind::Invoices);
    options.map = Some(map);
    let found = read(TABLE.as_bytes(), "x.csv", &options).expect("a batch");
    assert_eq!(found.system, "books");
    assert_eq!(lines(&found), ["7 of Reed AG: 2025-02-01 to 2025-03-03, 100.00 EUR"]);
    assert_eq!(account(&found), "2 rows: 1 invoice, 1 skipped (an offer)");
}

#[test]
fn every_mistake_of_a_map_is_told_at_once() {
    let mistakes = read_map("name: mine\nkind: invoice\ncolums: {}\ncolumns: { cliet: Wer }\ndates: dym\n").expect_err("mistakes");
    let told: Vec<(u32, Option<&str>)> =
        mistakes.iter().map(|mistake| (mistake.span.map_or(0, |span| span.start.line), mistake.suggestion.as_deref())).collect();
    assert_eq!(told, [(2, Some("invoices")), (3, None), (4, Some("client")), (5, Some("dmy"))], "{mistakes:#?}");
    let mistakes = read_map("name: mine\nkind: hours\ncolumns: { date: Day }\n").expect_err("a mistake");
    assert_eq!(mistakes[0].message, "`columns` needs `hours`");
}

#[test]
fn the_map_to_begin_with_reads_what_the_closest_preset_understands() {
    let text = "ContactName,InvoiceNumber,InvoiceDate,Sum\nReed AG,7,2025-02-01,5.00\n";
    let map = make_map(text.as_bytes(), "odd list.csv").expect("a map");
    assert!(map.contains("#   Sum = 5.00\n") && map.contains("  client: \"ContactName\"\n") && map.contains("  # amount: \n"), "{map}");
    let map = read_map(&map.replace("  # amount: ", "  amount: Sum")).expect("a map that can be read");
    let mut options = options(Kind::Invoices);
    options.map = Some(map);
    assert_eq!(lines(&read(text.as_bytes(), "x.csv", &options).expect("a batch")), ["7 of Reed AG: 2025-02-01 to ?, 5.00 ?"]);
}

#[test]
fn presets_are_maps_that_can_be_shown() {
    let all = presets();
    assert!(all.len() >= 25 && Kind::ALL.iter().all(|kind| all.iter().any(|preset| preset.kind == *kind)));
    for preset in all {
        assert!(preset_text(&preset.name).is_some_and(|text| read_map(text).is_ok()), "{}", preset.name);
    }
    assert!(preset_text("../xero").is_none());
}
