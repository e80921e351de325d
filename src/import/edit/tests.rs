//! Texts as people write them, and what must still stand in them afterwards.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::import::plan::{Covered, InvoiceBook, InvoiceDay, add_invoice, amount};
use crate::import::{InvoiceItem, Origin, Settlement};
use crate::record::{Amount, Day, Hours, Invoice, Payment, Period, Quantity, Source};

fn day(text: &str) -> Day {
    Day(Day::parse(text).expect("a day"))
}

fn plan_of(text: &str, format: Format) -> Plan {
    Plan::new(decode(text, format).unwrap_or_else(|mistakes| panic!("{text}\n{mistakes:#?}")))
}

fn invoice(number: &str) -> Invoice {
    Invoice {
        number: Some(number.to_owned()),
        issue_date: Some(day("2025-05-02")),
        amount: amount(100.into()),
        source: Some(Source { system: "stripe".to_owned(), id: None }),
        ..Invoice::default()
    }
}

fn add(plan: &mut Plan, invoice: Invoice) {
    let _ = plan.push_invoice(invoice);
}

fn paid(date: &str, sum: i64) -> Payment {
    let date = Day::parse(date).map(Day);
    Payment { date, amount: Amount(sum.into()), currency: None, key: None, source: None, notes: None }
}

fn hours(date: &str) -> Hours {
    Hours { date: Some(day(date)), hours: Quantity(3.into()), kind: None, key: None, source: None, notes: Some("Logo: first".to_owned()) }
}

/// Edits a text, and checks that all its lines still stand in it in their order.
fn edited(text: &str, format: Format, change: impl FnOnce(&mut Plan)) -> Result<String, String> {
    let mut plan = plan_of(text, format);
    change(&mut plan);
    let new = edit(text, format, &plan).map_err(|refused| refused.message)?;
    let mut rest = new.lines();
    for line in text.lines().filter(|line| line.trim_start().starts_with('#')) {
        assert!(rest.any(|new| new == line), "the line {line:?} is gone or moved:\n{new}");
    }
    // Of what is not a comment, only brackets around nothing and words for nothing may go.
    let mut rest = new.chars();
    for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '[' | ']' | '~')) {
        assert!(rest.any(|new| new == c), "{c:?} is gone or moved:\n{new}");
    }
    Ok(new)
}

fn yaml(text: &str, change: impl FnOnce(&mut Plan)) -> String {
    edited(text, Format::Yaml, change).unwrap_or_else(|why| panic!("{why}:\n{text}"))
}

const TWO: &str = "\
# My best client.
client: { name: Acme }   # since 2020

invoices:
  # the old one
  - number: \"1\"   # first
    amount: 950.5    # they promised...
    # ...to pay it soon
  # - number: \"2\"   (not sent)

# What follows is about the work.
notes: |
  Calls work better.

  Really.
";

#[test]
fn comments_stay_where_they_belong_when_an_invoice_is_added() {
    let new = yaml(TWO, |plan| add(plan, invoice("3")));
    let added = "  - number: \"3\"\n    issue_date: 2025-05-02\n    amount: \"100.00\"\n    source: { system: stripe }\n";
    let place = "  # - number: \"2\"   (not sent)\n";
    assert_eq!(new, TWO.replace(place, &format!("{place}{added}")));
}

#[test]
fn a_payment_goes_into_its_invoice_below_its_comments() {
    let new = yaml(TWO, |plan| plan.push_payment(0, paid("2025-06-01", 500)));
    let place = "    # ...to pay it soon\n";
    let added = "    payments:\n      - { date: 2025-06-01, amount: \"500.00\" }\n";
    assert_eq!(new, TWO.replace(place, &format!("{place}{added}")));
}

#[test]
fn all_kinds_of_additions_at_one_place_come_in_order() {
    let text = "client: { name: A }\ninvoices:\n- number: x\n  payments:\n  - amount: 5\n";
    let new = yaml(text, |plan| {
        plan.push_payment(0, paid("2025-06-01", 1));
        plan.set_day(0, InvoiceDay::Voided, day("2025-07-01"));
        plan.push_invoice(invoice("y"));
        plan.push_hours(hours("2025-05-05"));
        plan.set_messages_file("a.messages.jsonl");
        plan.cover(Covered::Hours, Period { from: day("2025-05-01"), to: day("2025-05-31") });
    });
    assert_eq!(
        new,
        format!(
            "{text}  - {{ date: 2025-06-01, amount: \"1.00\" }}\n  voided_on: 2025-07-01\n- number: \"y\"\n  issue_date: 2025-05-02\n  \
             amount: \"100.00\"\n  source: {{ system: stripe }}\nmessages_file: a.messages.jsonl\nhours:\n  - {{ date: 2025-05-05, hours: \
             3, notes: \"Logo: first\" }}\ncomplete:\n  hours: {{ from: 2025-05-01, to: 2025-05-31 }}\n"
        )
    );
}

#[test]
fn a_payment_without_a_day_gets_it_in_front() {
    let text = "client: { name: A }\ninvoices:\n  - { number: x, payments: [ { amount: \"500.00\" } ] }   # Xero\n  - number: y\n    payments:\n      - amount: \"7\"   # half\n";
    let new = yaml(text, |plan| {
        plan.set_paid_on(0, 0, day("2025-06-19"), Some(Source { system: "bank".to_owned(), id: Some("E2E-1".to_owned()) }));
        plan.set_paid_on(1, 0, day("2025-06-20"), None);
    });
    assert!(new.contains("[ { date: 2025-06-19, amount: \"500.00\", source: { system: bank, id: E2E-1 } } ] }   # Xero\n"), "{new}");
    assert!(new.contains("      - date: 2025-06-20\n        amount: \"7\"   # half\n"), "{new}");
}

#[test]
fn lists_that_are_empty_or_missing_begin() {
    for text in [
        "client: { name: A }\ninvoices: []   # none yet\nnotes: x\n",
        "client: { name: A }\ninvoices:\nnotes: x\n",
        "client: { name: A }\ninvoices: ~ # soon\nnotes: x",
        "client: { name: A }\ninvoices: [ ]\n",
        "client: { name: A }\ninvoices: [\n]\n",
        "client: { name: A }\ninvoices:   # none\n  # yet\n",
        "client: { name: A }",
        "client: { name: A }\n...\n",
        "---\nclient:\n  name: A\n# the end\n",
        "{ client: { name: A } }",
        "{ client: { name: A }, invoices: [] }",
        "{ client: { name: A }, invoices: , notes: x }",
        "{\n  client: { name: A },\n  invoices: [ ],\n}",
    ] {
        let mut plan = plan_of(text, Format::Yaml);
        plan.push_invoice(invoice("1"));
        plan.push_invoice(invoice("2"));
        let new = edit(text, Format::Yaml, &plan);
        assert!(new.is_ok(), "{text:?}: {new:?}");
    }
    let new = yaml("client: { name: A }\ninvoices: []   # none yet\nnotes: x\n", |plan| add(plan, invoice("1")));
    assert!(new.contains("invoices:   # none yet\n  - number: \"1\"\n"), "{new}");
}

#[test]
fn a_comment_stays_behind_what_it_is_about() {
    let brackets = "client: { name: A }\ninvoices: [\n  { number: x }, # one\n  { number: y } # two\n  # three\n]\n";
    let new = yaml(brackets, |plan| add(plan, invoice("z")));
    let added = "  { number: \"z\", issue_date: 2025-05-02, amount: \"100.00\", source: { system: stripe } }\n";
    assert_eq!(new, brackets.replace("  { number: y } # two\n", &format!("  {{ number: y }}, # two\n{added}")));
    let tabbed = "client: { name: A }\ninvoices:\n  - number: x\n\t# of x\nstage: active\n";
    let new = yaml(tabbed, |plan| add(plan, invoice("z")));
    assert!(new.starts_with("client: { name: A }\ninvoices:\n  - number: x\n\t# of x\n  - number: \"z\"\n"), "{new}");
    let braces = "client: { name: A }\ninvoices:\n  - {\n    number: x,\n    amount: 5, # five\n  }\n";
    let new = yaml(braces, |plan| plan.push_payment(0, paid("2025-06-01", 1)));
    let added = "    payments: [ { date: 2025-06-01, amount: \"1.00\" } ],\n";
    assert_eq!(new, braces.replace("# five\n", &format!("# five\n{added}")));
}

#[test]
fn nasty_layouts_are_extended() {
    let payment = |plan: &mut Plan| {
        plan.push_payment(0, paid("2025-06-01", 1));
        plan.push_invoice(invoice("new"));
    };
    for text in [
        // No line end at the end of the file, with and without a text block.
        "client: { name: A }\ninvoices:\n  - number: x",
        "client: { name: A }\ninvoices:\n  - number: x\n    notes: |\n      two\n      lines",
        "client: { name: A }\ninvoices:\n  - number: x\nnotes: |\n  two\n  lines",
        "client: { name: A }\ninvoices:\n  - number: x\n    notes: >-\n      two\n\n      lines\n\n\nstage: active\n",
        // Dashes below the key, dashes far out, dashes alone on their line.
        "client: { name: A }\ninvoices:\n- number: x\n# to the left\nhours: []\n",
        "client: { name: A }\ninvoices:\n        -   number: x\n            amount: 5\n",
        "client: { name: A }\ninvoices:\n  -\n    number: x\n    # inside\n",
        "client: { name: A }\ninvoices:\n  - # a comment first\n    number: x\n",
        // Brackets in all ways.
        "client: { name: A }\ninvoices: [ { number: x } ]\n",
        "client: { name: A }\ninvoices: [ { number: x }, ]\n",
        "client: { name: A }\ninvoices: [\n  { number: x, amount: 5 },   # one\n  { number: y }   # two\n]\n",
        "client: { name: A }\ninvoices: [\n  { number: x,\n    amount: 5 }\n  ]   # end\n",
        "client: { name: A }\ninvoices:\n  - { number: x, payments: [] }\n",
        "client: { name: A }\ninvoices:\n  - { number: x, payments: }\n",
        "client: { name: A }\ninvoices:\n  - number: x\n    payments: []\n    amount: 5\n",
        "client: { name: A }\ninvoices:\n  - number: x\n    payments:\n",
        "client: { name: A }\ninvoices:\n  - number: x\n    notes:\n\n\n# far below\nhours:\n",
        // Anchors that nothing refers to, tags, quotes, other words.
        "client: &c { name: A }\ninvoices:\n  - number: 'it''s x'   # 'quoted'\n",
        "client: { name: A }\ninvoices:\n  - number: x\n  - &last { number: y }\n  - !!map &really\n    number: z\n",
        "client: { name: \"Å # no comment\" }\n\"invoices\":\n  - number: \"x\\\"y\"\n",
        "client: { name: A }\ninvoices:\n  - number: 星河\n    notes: \"two\n      lines\"\n",
        "client: { name: A }\ninvoices:\n  - {number: x,notes: \"a # b\"} # c\n",
        "invoices:\n  - number: x\nclient: { name: A }\n",
    ] {
        for (format, text) in [(0, text.to_owned()), (1, text.replace('\n', "\r\n")), (2, format!("\u{feff}{text}"))] {
            let new = edited(&text, Format::Yaml, payment);
            assert!(new.is_ok(), "{format}: {text:?}: {new:?}");
            let new = new.unwrap_or_default();
            assert_eq!(text.contains("\r\n"), new.contains("\r\n"), "{new:?}");
            assert!(!text.contains("\r\n") || !new.replace("\r\n", "").contains('\n'), "one kind of line end: {new:?}");
        }
    }
}

#[test]
fn what_cannot_be_extended_safely_is_refused() {
    let add = |plan: &mut Plan| {
        plan.push_payment(0, paid("2025-06-01", 1));
        plan.push_invoice(invoice("new"));
    };
    for text in [
        // One list under two names would grow in both places.
        "client: { name: A }\ninvoices: &all\n  - &one { number: x }\n  - *one\n",
        "client: { name: A }\nearlier_contracts: [ &c { notes: x } ]\ncontract: *c\ninvoices: [ { <<: { payments: [] }, number: x } ]\n",
        "client: { name: A }\ninvoices:\n  - &a\t{ number: x }\n",
        "? client\n: { name: A }\n? invoices\n: [ { number: x } ]\n",
    ] {
        if let Ok(new) = edited(text, Format::Yaml, add) {
            let mut plan = plan_of(text, Format::Yaml);
            add(&mut plan);
            assert_eq!(decode::<Record>(&new, Format::Yaml).ok().as_ref(), Some(plan.after()), "{text:?}");
        }
    }
    let aliased = "client: { name: A }\ninvoices:\n  - &one { number: x }\n  - *one\n";
    let why = edited(aliased, Format::Yaml, |plan| plan.push_payment(1, paid("2025-06-01", 1))).expect_err("an alias");
    assert!(why.contains("alias"), "{why}");
    let why = edited(aliased, Format::Yaml, |plan| plan.push_payment(0, paid("2025-06-01", 1))).expect_err("an alias to it");
    assert!(why.contains("alias"), "{why}");
}

#[test]
fn json_is_extended_as_json() {
    let compact = r#"{"client":{"name":"A"},"invoices":[{"number":"x"}]}"#;
    let pretty = "{\n  \"client\": { \"name\": \"A\" },\n  \"invoices\": [\n    { \"number\": \"x\" }\n  ],\n  \"hours\": []\n}\n";
    for text in [compact, pretty] {
        let new = edited(text, Format::Json, |plan| {
            plan.push_payment(0, paid("2025-06-01", 1));
            plan.set_day(0, InvoiceDay::Due, day("2025-06-01"));
            plan.push_invoice(invoice("new"));
            plan.push_hours(hours("2025-05-05"));
            plan.cover(Covered::Messages, Period { from: day("2025-05-01"), to: day("2025-05-31") });
        })
        .expect("JSON is extended");
        assert!(serde_json::from_str::<serde_json::Value>(&new).is_ok(), "{new}");
    }
    let new = edited(pretty, Format::Json, |plan| add(plan, invoice("new"))).expect("JSON is extended");
    assert!(new.contains("    { \"number\": \"x\" },\n    { \"number\": \"new\", "), "{new}");
}

#[test]
fn a_covered_time_grows_in_its_place() {
    let text = "client: { name: A }\ncomplete:   # by hand\n  hours: { from: 2025-01-01, to: \"2025-01-31\" }   # all\n  messages:\n    from: 2025-01-01\n    to: 2025-01-31\n";
    let new = plan_of(text, Format::Yaml);
    let mut plan = new;
    plan.cover(Covered::Hours, Period { from: day("2025-02-01"), to: day("2025-02-28") });
    plan.cover(Covered::Messages, Period { from: day("2024-12-01"), to: day("2025-01-01") });
    let new = edit(text, Format::Yaml, &plan).expect("it is extended");
    assert_eq!(new, text.replace("\"2025-01-31\"", "\"2025-02-28\"").replace("    from: 2025-01-01", "    from: 2024-12-01"));
}

#[test]
fn a_new_record_is_read_as_what_was_meant() {
    let client = Client {
        name: "Ann: \"no\" # x \u{202e}".to_owned(),
        aliases: Some(vec!["stripe:cus_1".to_owned(), "no".to_owned()]),
        emails: Some(vec!["*@acme.example".to_owned()]),
        ..Client::default()
    };
    let text = new_record(&client, "clientcheck import");
    assert_eq!(decode::<Record>(&text, Format::Yaml).map(|record| record.client), Ok(client));
    let new = yaml(&text, |plan| add(plan, invoice("1")));
    assert!(new.ends_with("    source: { system: stripe }\n"), "{new}");
}

/// A record as some person might lay it out.
fn any_text() -> impl Strategy<Value = String> {
    let comment = prop_oneof![Just(String::new()), Just("   # a comment".to_owned()), Just(" # - x: [ { ".to_owned())];
    let payments = prop_oneof![
        Just(String::new()),
        Just("payments: []".to_owned()),
        Just("payments: [ { amount: 5 } ]".to_owned()),
        Just("payments:\n  - { amount: 5 }".to_owned()),
        Just("payments:\n- amount: 5\n  date: 2025-01-01".to_owned()),
        Just("payments:".to_owned()),
    ];
    let one = (any::<bool>(), payments, comment, "[a-zA-Z0-9 .#'äß星-]{1,8}", any::<bool>());
    (prop::collection::vec(one, 0..5), 0..4usize, any::<[bool; 6]>()).prop_map(
        |(all, indent, [crlf, last, hours_first, blank, below, bom])| {
            let mut text = String::from("# A story.\nclient: { name: A }\n");
            if hours_first {
                text.push_str("hours:\n  - { hours: 2 }\n");
            }
            text.push_str(if all.is_empty() { "invoices: []\n" } else { "invoices:\n" });
            let pad = " ".repeat(indent);
            for (flow, payments, comment, number, inner) in all {
                let number = number.replace('\'', "''");
                if flow && !payments.contains('\n') {
                    let more = if payments.is_empty() { payments } else { format!(", {payments}") };
                    text.push_str(&format!("{pad}- {{ number: '{number}'{more} }}{comment}\n"));
                } else {
                    text.push_str(&format!("{pad}- number: '{number}'{comment}\n"));
                    for line in payments.lines() {
                        text.push_str(&format!("{pad}  {line}\n"));
                    }
                    if inner {
                        text.push_str(&format!("{pad}  # inside\n"));
                    }
                }
                if blank {
                    text.push('\n');
                }
            }
            if below {
                text.push_str("# below\nnotes: |\n  x\n");
            }
            if last {
                text.truncate(text.trim_end().len());
            }
            let text = if crlf { text.replace('\n', "\r\n") } else { text };
            if bom { format!("\u{feff}{text}") } else { text }
        },
    )
}

proptest! {
    #[test]
    fn the_new_text_is_the_old_record_and_the_plan_and_no_line_is_lost(
        text in any_text(),
        changes in prop::collection::vec((0..5usize, 0..6usize, ".{0,12}"), 1..8),
    ) {
        let result = edited(&text, Format::Yaml, |plan| {
            let known = plan.invoices().len();
            for (place, what, words) in &changes {
                match what {
                    0 | 1 if known > 0 => plan.push_payment(place % known, paid("2025-06-01", 7)),
                    2 if known > 0 => plan.push_credit(place % known, Payment { notes: Some(words.clone()), ..paid("", 7) }),
                    3 if known > 0 => plan.set_day(place % known, InvoiceDay::Due, day("2025-09-09")),
                    4 if known > 0 => plan.set_paid_on(place % known, 0, day("2025-08-08"), None),
                    5 => plan.push_hours(Hours { notes: Some(words.clone()), ..hours("2025-05-05") }),
                    _ => add(plan, invoice(words)),
                }
            }
        });
        prop_assert!(result.is_ok(), "{:?}\n{}", result, text);
    }
}

fn any_item() -> impl Strategy<Value = InvoiceItem> {
    let settlement = (prop::option::of(1..5u32), 1..4i64).prop_map(|(date, sum)| Settlement {
        date: date.and_then(|it| NaiveDate::from_ymd_opt(2025, 7, it)),
        amount: sum.into(),
        id: None,
    });
    let issued = prop::option::of(1..4u32);
    (any::<bool>(), issued, 1..4i64, prop::collection::vec(settlement, 0..3), any::<bool>()).prop_map(
        |(has_number, issued, sum, payments, is_disputed)| {
            let issue_date = issued.and_then(|it| NaiveDate::from_ymd_opt(2025, 6, it));
            let number = has_number.then(String::new);
            InvoiceItem { number, issue_date, amount: sum.into(), payments, is_disputed, ..InvoiceItem::default() }
        },
    )
}

/// An export in which every invoice stands once: all have ids or none, and no two have one number.
fn any_export() -> impl Strategy<Value = Vec<InvoiceItem>> {
    (any::<bool>(), prop::collection::vec(any_item(), 0..6)).prop_map(|(has_ids, mut items)| {
        for (nth, item) in items.iter_mut().enumerate() {
            item.number = item.number.take().map(|_| format!("{nth}"));
            item.origin = Origin { id: has_ids.then(|| format!("in_{nth}")), line: 1 };
        }
        items
    })
}

proptest! {
    #[test]
    fn the_same_export_again_adds_nothing(text in any_text(), items in any_export()) {
        let import = |text: &str| {
            let mut plan = plan_of(text, Format::Yaml);
            let mut book = InvoiceBook::of(&plan);
            for item in &items {
                add_invoice(&mut plan, &mut book, item, "stripe");
            }
            plan
        };
        let plan = import(&text);
        let once = edit(&text, Format::Yaml, &plan).map_err(|refused| TestCaseError::fail(refused.message))?;
        let again = import(&once);
        prop_assert!(again.is_empty(), "{:#?}\n{}", again.changes().collect::<Vec<_>>(), once);
    }
}
