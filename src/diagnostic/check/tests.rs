//! What is told of files that are well written but not what they should be.

use proptest::prelude::*;
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use serde_json::json;

use super::testing::{kinds, schema};
use super::*;
use crate::diagnostic::tree::Format;
use crate::diagnostic::tree::tests::{lies_within, pieces};

/// All mistakes in a record, as `line:column code message | label`.
fn told(text: &str) -> Vec<String> {
    told_of(text, Format::Yaml, &schema())
}

fn told_of(text: &str, format: Format, schema: &Value) -> Vec<String> {
    let tree = Tree::parse(text, format).expect("the text can be read");
    check(&tree, schema, &kinds).iter().map(in_a_line).collect()
}

fn in_a_line(mistake: &Mistake) -> String {
    let at = mistake.span.map_or("-".to_owned(), |span| format!("{}:{}", span.start.line, span.start.column));
    let label = if mistake.label.is_empty() { String::new() } else { format!(" | {}", mistake.label) };
    format!("{at} {} {}{label}", mistake.code, mistake.message)
}

/// The only mistake.
fn only(text: &str) -> Mistake {
    let tree = Tree::parse(text, Format::Yaml).expect("the text can be read");
    let mut found = check(&tree, &schema(), &kinds);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

#[test]
fn a_right_record_has_no_mistakes() {
    let text = "\
clientcheck: 1
client: { name: Acme, emails: ['*@acme.example'], since: 2025-02-01 }
stage: active
contract: { signed_on: no, value: \"12000.00\", deposit_percent: 30 }
invoices:
  - { number: \"1\", amount: 12.50, disputed: no, payments: [{ date: 2025-06-19, amount: 1 }] }
limits: { many: 6 }
test: { at_least: 3 }
questions: [{ any: [{ all: [] }, [{ any: [], count: 3 }]] }]
shape: { kind: circle, radius: 2 }
";
    assert_eq!(told(text), Vec::<String>::new());
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_lines() {
    let text = "\
client:
  name: Kupari
  email: \"*@kupari.example\"
stage: activ
invoices:
  - number: \"1\"
    issue_date: 2026-02-30
    amount: \"1.900,00\"
    amout: 5
";
    assert_eq!(
        told(text),
        [
            "3:3 unknown-key `client` has no key `email` | did you mean `emails`? it is a list",
            "4:8 unknown-word `stage` cannot be `activ` | did you mean `active`?",
            "7:17 not-a-day `2026-02-30` is not a day",
            "8:14 not-an-amount `1.900,00` is not an amount | 1900.00, or 1.90? this is not guessed",
            "9:5 unknown-key an entry of `invoices` has no key `amout` | `amount` stands here already",
        ]
    );
}

#[test]
fn a_misspelt_key_hides_nothing_below_it() {
    let text = "client: { name: x }\ninvoicse:\n  - { numbr: \"1\", amount: x, paymnets: [{ dat: 2026-13-01, amount: 1 }] }\n";
    assert_eq!(
        told(text),
        [
            "2:1 unknown-key this file has no key `invoicse` | did you mean `invoices`?",
            "3:7 unknown-key an entry of `invoices` has no key `numbr` | did you mean `number`?",
            "3:27 not-an-amount `x` is not an amount | 1900.00, or 1.90? this is not guessed",
            "3:30 unknown-key an entry of `invoices` has no key `paymnets` | did you mean `payments`?",
            "3:43 unknown-key an entry of `payments` has no key `dat` | did you mean `date`?",
            "3:48 not-a-day `2026-13-01` is not a day",
        ]
    );
}

#[test]
fn an_unknown_key_says_what_would_come_of_it_and_what_is_allowed() {
    let found = only("client: { name: x, email: [] }\n");
    assert_eq!(found.notes, ["a key that is not known would be passed over in silence"]);
    assert_eq!(found.suggestion.as_deref(), Some("emails"));
    assert_eq!((found.allowed.len(), found.allowed_more), (6, 0));
    let own = json!({ "properties": { "count": {} }, "additionalProperties": false, "x-consequence": "this level would never hold" });
    let tree = Tree::parse("cuont: 1", Format::Yaml).expect("the text can be read");
    assert_eq!(check(&tree, &own, &kinds)[0].notes, ["this level would never hold"]);
}

#[test]
fn a_word_where_a_list_belongs_is_shown_in_brackets() {
    assert_eq!(
        only("client:\n  name: x\n  emails: \"a@b.example\" # mine\n").correction.as_deref(),
        Some("  emails: [\"a@b.example\"] # mine")
    );
    assert_eq!(only("client:\n  name: x\n  email: a@b.example\n").correction.as_deref(), Some("  emails: [a@b.example]"));
    assert_eq!(only("client: { name: x, emails: { a: b } }\n").correction, None);
    assert_eq!(only("client:\n  name: x\n  emails: |\n    a@b.example\n").correction, None);
}

#[test]
fn a_wrong_type_says_what_was_found_and_how_to_write_what_is_expected() {
    for (text, expected) in [
        (
            "client: x\n",
            "1:9 wrong-type `client` is a text, but it has to be a block of keys and values | write a block of keys and values",
        ),
        ("client: { name: [x] }\n", "1:17 wrong-type `name` is a list, but it has to be a text | write a text, like \"some text\""),
        ("client: { name: }\n", "1:11 wrong-type `name` is empty, but it has to be a text | write a text, like \"some text\""),
        ("client: { name: x, since: [1] }\n", "1:27 wrong-type `since` is a list, but it has to be a day | write a day, like 2026-02-28"),
        (
            "client: { name: x }\nclientcheck: one\n",
            "2:14 wrong-type `clientcheck` is a text, but it has to be a whole number | write a whole number, like 12",
        ),
        (
            "client: { name: x }\nlimits: { a: \"b\" }\n",
            "2:14 wrong-type `a` is a text in quotes, but it has to be a number | write a number, like 12.5",
        ),
        (
            "client: { name: x }\ninvoices: [5]\n",
            "2:12 wrong-type an entry of `invoices` is a number, but it has to be a block of keys and values | write a block of keys and values",
        ),
        (
            "client:name\n",
            "1:1 wrong-type this file is a text, but it has to be a block of keys and values | write a space behind the colon: `client: ...`",
        ),
        ("", "- empty there is nothing in this file"),
        (
            "client: { name: x }\ncontract: { signed_on: [] }\n",
            "2:24 wrong-type `signed_on` is a list, but it has to be a day or `no` | write a day, like 2026-02-28, or `no`",
        ),
    ] {
        assert_eq!(told(text), [expected], "{text}");
    }
}

#[test]
fn a_list_without_dashes_is_recognised_and_its_entry_checked() {
    assert_eq!(
        told("client: { name: x }\ninvoices:\n  number: \"1\"\n  amonut: 3\n"),
        [
            "3:3 wrong-type `invoices` is a block of keys and values, but it has to be a list | write `- ` in front of the first key of each entry",
            "4:3 unknown-key `invoices` has no key `amonut` | did you mean `amount`?",
        ]
    );
    assert_eq!(told("client:\n  - name: x\n    nmae: y\n").len(), 2);
}

#[test]
fn a_missing_key_is_told_at_the_block_that_needs_it() {
    assert_eq!(told("stage: active\n"), ["1:1 missing-key this file needs the key `client` | add `client`: a block of keys and values"]);
    assert_eq!(told("client:\n  id: x\n"), ["1:1 missing-key `client` needs the key `name` | add `name`: a text, like \"some text\""]);
    assert_eq!(
        told("client: { name: x }\ninvoices:\n  - number: \"1\"\n"),
        ["3:5 missing-key an entry of `invoices` needs the key `amount` | add `amount`: an amount, like 1900.00"]
    );
}

#[test]
fn numbers_are_held_to_their_bounds() {
    for (text, expected) in [
        ("contract: { deposit_percent: 120 }", "out-of-range 120 is too large for `deposit_percent` | at most 100 is expected"),
        ("contract: { deposit_percent: -1 }", "out-of-range -1 is too small for `deposit_percent` | at least 0 is expected"),
        ("clientcheck: 300", "out-of-range 300 is too large for `clientcheck` | at most 255 is expected"),
        (
            "contract: { revision_rounds_included: -1 }",
            "out-of-range -1 is too small for `revision_rounds_included` | at least 0 is expected",
        ),
        (
            "contract: { revision_rounds_included: 5000000000 }",
            "out-of-range 5000000000 is too large for `revision_rounds_included` | at most 4294967295 is expected",
        ),
    ] {
        let found = told(&format!("client: {{ name: x }}\n{text}\n"));
        assert!(found.len() == 1 && found[0].ends_with(expected), "{found:?}");
    }
}

#[test]
fn of_several_alternatives_the_one_that_fits_best_is_told() {
    for (text, expected) in [
        ("test: { at_leest: 3 }", "2:9 unknown-key `test` has no key `at_leest` | did you mean `at_least`?"),
        ("test: { at_least: x }", "2:19 wrong-type `at_least` is a text, but it has to be a number | write a number, like 12.5"),
        ("test: { one_of: x }", "2:17 wrong-type `one_of` is a text, but it has to be a list | write a list, like [a, b]"),
        ("test: { one_of: [x], at_least: 3 }", "2:22 unknown-key `at_least` cannot stand beside `one_of` | only one of the two"),
        ("contract: { signed_on: non }", "2:24 unknown-word `signed_on` cannot be `non` | did you mean `no`?"),
        ("contract: { signed_on: 2026-02-30 }", "2:24 not-a-day `2026-02-30` is not a day"),
        ("shape: { kind: circle, side: 2, radius: 1 }", "2:24 unknown-key `shape` has no key `side`"),
        ("shape: { kind: circel, radius: 1 }", "2:16 unknown-word `kind` cannot be `circel` | did you mean `circle`?"),
        ("shape: { radius: 1 }", "2:1 missing-key `shape` needs the key `kind` | add `kind`: `circle` or `square`"),
        (
            "questions: [{ any: [{ all: [{ any: [], cuont: 3 }] }] }]",
            "2:40 unknown-key an entry of `all` has no key `cuont` | did you mean `count`?",
        ),
    ] {
        assert_eq!(told(&format!("client: {{ name: x }}\n{text}\n")), [expected], "{text}");
    }
}

#[test]
fn words_that_would_also_be_right_stand_behind_the_check_of_the_caller() {
    let found = only("client: { name: x }\ncontract: { signed_on: 2026-02-30 }\n");
    assert_eq!(found.notes, ["days are written year-month-day, like 2026-02-28", "or write `no`"]);
}

#[test]
fn in_json_a_text_needs_quotes_and_a_number_must_not_have_them() {
    let told = |text: &str| told_of(text, Format::Json, &schema());
    assert_eq!(
        told("{\"client\": {\"name\": 5}}"),
        ["1:21 wrong-type `name` is a number, but it has to be a text | write a text, like \"some text\""]
    );
    assert_eq!(
        told("{\"client\": {\"name\": \"x\"}, \"clientcheck\": \"1\"}"),
        ["1:42 wrong-type `clientcheck` is a text in quotes, but it has to be a whole number | write a whole number, like 12"]
    );
    assert_eq!(
        told("{\"client\": {\"name\": \"x\", \"emial\": []}}"),
        ["1:27 unknown-key `client` has no key `emial` | did you mean `emails`?"]
    );
}

#[test]
fn what_an_alias_stands_for_is_told_once() {
    assert_eq!(told("client: { name: x, emails: [&a [1], *a, *a, *a] }\n").len(), 1);
    assert_eq!(told("client: &c { name: x, <<: *c }\n"), Vec::<String>::new());
    assert_eq!(told("client: { <<: { nmae: x } }\n"), ["1:17 unknown-key `client` has no key `nmae` | did you mean `name`?"]);
    assert_eq!(
        told("client: { name: x, <<: y }\n"),
        ["1:24 wrong-type `<<` brings in the keys of another block | name a block, like `*defaults`"]
    );
}

#[test]
fn a_schema_that_offers_itself_again_and_again_ends() {
    let list = |inner: &str| json!({ "type": "array", "items": { "$ref": inner } });
    let either = json!({ "anyOf": [list("#/$defs/A"), list("#/$defs/B"), { "type": "integer" }] });
    let schema = json!({ "$ref": "#/$defs/A", "$defs": { "A": either, "B": either } });
    let deep = "[".repeat(99) + "x" + &"]".repeat(99);
    assert_eq!(told_of(&deep, Format::Yaml, &schema).len(), 1);
    let chain: String = (1..5000).map(|n| format!("a{n}: &a{n} [*a{}]\n", n - 1)).collect();
    let table = json!({ "additionalProperties": { "$ref": "#/$defs/A" }, "$defs": schema["$defs"] });
    assert_eq!(told_of(&format!("a0: &a0 [x]\n{chain}"), Format::Yaml, &table).len(), 1);
    let circle = json!({ "anyOf": [{ "$ref": "#" }, { "$ref": "#" }] });
    assert_eq!(told_of("a: 1", Format::Yaml, &circle).len(), 0);
}

#[test]
fn of_very_many_mistakes_the_first_are_told() {
    let text: String = (0..2000).map(|n| format!("wrong{n}: 1\n")).collect();
    let found = told(&text);
    assert!(found.len() <= 502);
    assert_eq!(found.last().map(String::as_str), Some("- too-many there are more mistakes than these 500"));
}

/// A block of everything that the decoder and the schema have to agree on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only whether it decodes is of interest")]
struct Everything {
    text: String,
    whole: Option<i16>,
    #[serde(default)]
    number: f64,
    sure: Option<bool>,
    #[serde(default)]
    list: Vec<String>,
    word: Option<Word>,
    #[serde(default)]
    table: std::collections::BTreeMap<String, u8>,
    inner: Option<Box<Everything>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Word {
    One,
    /// Two.
    TwoWords,
}

fn values() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "x",
        "12",
        "-3",
        "+4",
        "1.5",
        "1e3",
        "007",
        "0x1F",
        "1_000",
        "70000",
        "true",
        "False",
        "yes",
        "null",
        "~",
        "",
        "''",
        "\"12\"",
        "'true'",
        "one",
        "two_words",
        "One",
        ".inf",
        ".nan",
        "inf",
    ])
    .prop_map(str::to_owned);
    scalar.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|all| format!("[{}]", all.into_iter().filter(|one| !one.is_empty()).collect::<Vec<_>>().join(", "))),
            prop::collection::vec((keys(), inner), 0..4).prop_map(|all| block(&all)),
        ]
    })
}

fn json_values() -> impl Strategy<Value = Value> {
    let scalars = vec![json!("x"), json!("12"), json!("one"), json!(12), json!(-3), json!(1.5), json!(70_000), json!(true), json!(null)];
    let inner = prop::sample::select(scalars).prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(keys().prop_map(str::to_owned), inner, 0..4).prop_map(|all| all.into_iter().collect()),
        ]
    });
    prop::collection::btree_map(keys().prop_map(str::to_owned), inner, 0..6).prop_map(|all| all.into_iter().collect())
}

fn keys() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["text", "text", "whole", "number", "sure", "list", "word", "table", "inner", "txet", "other"])
}

fn block(pairs: &[(&str, String)]) -> String {
    let all: std::collections::BTreeMap<_, _> = pairs.iter().cloned().collect();
    format!("{{{}}}", all.into_iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_file_has_mistakes_exactly_when_it_does_not_decode(pairs in prop::collection::vec((keys(), values()), 0..6)) {
        let text = block(&pairs);
        let tree = Tree::parse(&text, Format::Yaml).expect("it is well written");
        let found = check(&tree, &schema_for!(Everything).to_value(), &|_, _, _| Ok(()));
        let options = serde_yaml::options! { strict_booleans: true };
        let decoded = serde_yaml::from_str_with_options::<Everything>(&text, options);
        prop_assert_eq!(decoded.is_ok(), found.is_empty(), "{} {:?} {:?}", text, decoded.err().map(|e| e.to_string()), found);
    }

    #[test]
    fn so_it_is_in_json(value in json_values()) {
        let text = value.to_string();
        let tree = Tree::parse(&text, Format::Json).expect("it is well written");
        let found = check(&tree, &schema_for!(Everything).to_value(), &|_, _, _| Ok(()));
        let decoded = serde_json::from_str::<Everything>(&text);
        prop_assert_eq!(decoded.is_ok(), found.is_empty(), "{} {:?} {:?}", text, decoded.err(), found);
    }

    #[test]
    fn any_text_is_checked_and_every_place_lies_within_it(text in pieces(), is_json in any::<bool>()) {
        let format = if is_json { Format::Json } else { Format::Yaml };
        if let Ok(tree) = Tree::parse(&text, format) {
            let found = check(&tree, &schema(), &kinds);
            prop_assert!(found.is_sorted_by_key(|one| one.span) || found.len() > 500);
            for mistake in found {
                for span in mistake.span.iter().chain(mistake.elsewhere.iter().map(|one| &one.span)) {
                    prop_assert!(lies_within(&text, *span), "{mistake:?}");
                }
            }
        }
    }
}
