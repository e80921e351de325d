//! What trees know of places, and in which words they refuse what cannot be read.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::diagnostic::Position;

fn yaml(text: &str) -> Tree {
    Tree::parse(text, Format::Yaml).expect("the text is right")
}

fn json(text: &str) -> Tree {
    Tree::parse(text, Format::Json).expect("the text is right")
}

fn path(text: &str) -> Path {
    text.parse().expect("the path is right")
}

/// The place as a terminal would name it: line, column, and the column behind the end.
fn place(span: Option<Span>) -> (u32, u32, u32) {
    span.map_or((0, 0, 0), |span| (span.start.line, span.start.column, span.end.column))
}

fn mistakes(text: &str, format: Format) -> Vec<Mistake> {
    Tree::parse(text, format).err().unwrap_or_default()
}

/// The first mistake as `line:column code message`.
fn told(text: &str, format: Format) -> String {
    let mistakes = mistakes(text, format);
    let Some(first) = mistakes.first() else { return "no mistake".to_owned() };
    let at = first.span.map_or("-".to_owned(), |span| format!("{}:{}", span.start.line, span.start.column));
    format!("{at} {} {}", first.code, first.message)
}

const RECORD: &str = "\
client: { name: Acme GmbH, emails: [a@b.example] }
contract:
  value: \"12000.00\"
invoices:
  - number: \"2025-014\"
    amount: 3420.00   # gross
  - number: 'it''s'
    payments:
    - { date: 2025-06-19, amount: \"2000.00\" }
about: |
  two
  lines
stage:
";

#[test]
fn a_path_leads_to_its_value_and_its_key() {
    let tree = yaml(RECORD);
    assert_eq!(place(tree.span(&path("client.name"))), (1, 17, 26));
    assert_eq!(place(tree.key_span(&path("client.name"))), (1, 11, 15));
    assert_eq!(place(tree.span(&path("invoices[0].amount"))), (6, 13, 20));
    assert_eq!(place(tree.span(&path("invoices[1].payments[0].date"))), (9, 15, 25));
    assert_eq!(place(tree.span(&path("client.emails"))), (1, 36, 49));
    assert_eq!(place(tree.key_span(&path("stage"))), (13, 1, 6));
    assert_eq!(tree.key_span(&path("invoices[0]")), None);
    assert_eq!(tree.key_span(&path("nothing")), None);
    assert!(tree.holds(&path("invoices[1].payments")) && !tree.holds(&path("invoices[2]")));
}

#[test]
fn a_path_that_goes_too_deep_leads_to_the_nearest_value_above() {
    let tree = yaml(RECORD);
    assert_eq!(tree.span(&path("invoices[0].due_date")), tree.span(&path("invoices[0]")));
    assert_eq!(tree.span(&path("invoices[7].due_date")), tree.span(&path("invoices")));
    assert_eq!(place(tree.span(&path("invoices[0].due_date"))).0, 5);
    assert_eq!(tree.span(&path("client.name.first")), tree.span(&path("client.name")));
}

#[test]
fn a_block_ends_with_its_last_value_and_not_at_the_next_key() {
    let tree = yaml(RECORD);
    let end = |name: &str| tree.span(&path(name)).map(|span| (span.end.line, span.end.column));
    assert_eq!(end("contract"), Some((3, 20)));
    assert_eq!(end("invoices"), Some((9, 46)));
    assert_eq!(end("about"), Some((12, 8)));
}

#[test]
fn texts_are_what_the_decoder_sees() {
    let tree = yaml(RECORD);
    assert_eq!(tree.text(&path("contract.value")), Some("12000.00"));
    assert_eq!(tree.text(&path("invoices[1].number")), Some("it's"));
    assert_eq!(tree.text(&path("about")), Some("two\nlines\n"));
    assert_eq!(tree.text(&path("stage")), Some(""));
    assert_eq!(tree.text(&path("client")), None);
    assert_eq!(yaml("a: \"x\\ty\"\nb: one\n  two\n").text(&path("b")), Some("one two"));
}

#[test]
fn json_gives_the_same_tree_as_yaml() {
    let text = "{\n\t\"client\": {\"name\": \"A\\u00e9\\/\\ud83d\\ude00\"},\n\t\"invoices\": [{\"amount\": 12.5}, {\"amount\": null}]\n}";
    let tree = json(text);
    assert_eq!(tree.text(&path("client.name")), Some("Aé/😀"));
    assert_eq!(place(tree.span(&path("invoices[0].amount"))), (3, 26, 30));
    assert_eq!(place(tree.key_span(&path("invoices[1].amount"))), (3, 34, 42));
    let same = yaml("{\"client\": {\"name\": \"x\"}, \"invoices\": [1, true]}");
    let other = json("{\"client\": {\"name\": \"x\"}, \"invoices\": [1, true]}");
    for name in ["client", "client.name", "invoices", "invoices[0]", "invoices[1]"] {
        assert_eq!(same.span(&path(name)), other.span(&path(name)), "{name}");
        assert_eq!(same.text(&path(name)), other.text(&path(name)), "{name}");
    }
}

#[test]
fn an_alias_leads_to_what_it_stands_for() {
    let tree = yaml("a: &x { k: 1 }\nb: *x\nc: { <<: *x, l: 2 }\nd: { <<: [*x] }\n");
    assert_eq!(place(tree.span(&path("b"))), (2, 4, 6));
    assert_eq!(tree.span(&path("b.k")), tree.span(&path("a.k")));
    assert_eq!(tree.span(&path("c.k")), tree.span(&path("a.k")));
    assert_eq!(tree.text(&path("d.k")), Some("1"));
}

#[test]
fn an_alias_of_itself_ends() {
    let tree = yaml("a: &x [*x]\nb: &y { <<: *y }\n");
    assert_eq!(tree.text(&path("a[0][0][0][0]")), None);
    assert_eq!(tree.span(&path("b.k")), tree.span(&path("b")));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_move_no_column() {
    for text in ["\u{feff}a: 1\r\nb: x\r\n", "a: 1\r\nb: x\r\n"] {
        let tree = yaml(text);
        assert_eq!(place(tree.span(&path("a"))), (1, 4, 5));
        assert_eq!(place(tree.span(&path("b"))), (2, 4, 5));
    }
    assert_eq!(place(json("\u{feff}{\"a\":1}").span(&path("a"))), (1, 6, 7));
}

#[test]
fn all_equal_keys_are_told_with_both_places() {
    let found = mistakes("a: 1\nb: { c: 1, c: 2, c: 3 }\na: 2\n", Format::Yaml);
    let places: Vec<_> =
        found.iter().map(|one| (one.code, place(one.span).0, place(one.elsewhere.first().map(|first| first.span)).1)).collect();
    assert_eq!(places, [("duplicate-key", 2, 6), ("duplicate-key", 2, 6), ("duplicate-key", 3, 1)]);
    let many: String = (0..20).map(|n| format!("k{n}: 1\n")).chain(["k7: 2\n".to_owned()]).collect();
    assert_eq!(told(&many, Format::Yaml), "21:1 duplicate-key the key `k7` stands here twice");
    assert_eq!(told("{\"a\":1,\"a\":2}", Format::Json), "1:8 duplicate-key the key `a` stands here twice");
    assert_eq!(told("a: &x { k: 1 }\nb: { <<: *x, <<: *x }\n", Format::Yaml), "no mistake");
}

#[test]
fn yaml_mistakes_are_told_in_plain_words() {
    for (text, expected) in [
        ("a:\n\tb: 1\n", "2:1 syntax a tab cannot be used to indent"),
        ("a:\n  b: 1\n\tc: 2\n", "3:1 syntax a tab cannot be used to indent"),
        ("r: Note: this\n", "1:8 syntax a colon stands in a text without quotes"),
        ("a: 1\n  b: 2\n", "2:3 syntax this key stands deeper than the one above it, which has a value already"),
        ("a b\nc: 1\n", "1:1 syntax this line has no key and no colon"),
        ("a: 1\nb c\nd: 1\n", "2:1 syntax this line has no key and no colon"),
        ("a: [1, 2\nb: 3\n", "1:4 syntax this `[` is never closed"),
        ("a: {b: 1, c\n", "1:4 syntax this `{` is never closed"),
        ("a: {b: 1]\n", "1:4 syntax this `{` is closed by a `]`"),
        ("a: ]\n", "1:4 syntax this `]` closes nothing"),
        ("a: {b: 1 c: 2}\n", "1:8 syntax a comma is missing"),
        ("a: {\n  b: 1\n  c: 2\n}\n", "2:6 syntax a comma is missing"),
        ("a: {b: c: 2}\n", "1:9 syntax a colon stands in a text without quotes"),
        ("a: \"open\nb: 3\n", "1:4 syntax this quote is never closed"),
        ("a: 'it's'\n", "1:8 syntax the text goes on behind its closing quote"),
        ("a: \"C:\\Users\"\n", "1:7 syntax `\\Users` cannot be read as a character"),
        ("a: \"\\\\ \\q\"\n", "1:8 syntax `\\q` cannot be read as a character"),
        ("a: \"\\ud83d\"\n", "1:5 syntax `\\ud83d` cannot be read as a character"),
        ("a:\n    b: 1\n  c: 2\n", "3:3 syntax this line is not indented like the ones that it belongs to"),
        ("a: - b\n", "1:4 syntax a list cannot begin behind its key"),
        ("e: [*@acme.example]\n", "1:5 syntax a text without quotes cannot begin with `*`"),
        ("a: @b\n", "1:4 syntax a text without quotes cannot begin with `@`"),
        ("a: x #c\n  y\n", "1:6 syntax a comment cuts this text in two"),
        ("a: 1\n---\nb: 2\n", "2:1 second-document a second document begins here"),
        ("a: 1\n...\nfoo\n", "3:1 second-document a second document begins here"),
        ("a: \"x\u{1}\"\n", "1:6 control-character the invisible character `\\u{1}` is not allowed"),
        ("a: x\u{0}\n", "1:5 control-character the invisible character `\\u{0}` is not allowed"),
        ("a: 1\n\u{feff}b: 2\n", "2:1 control-character the invisible character `\\u{feff}` is not allowed"),
    ] {
        assert_eq!(told(text, Format::Yaml), expected, "{text}");
    }
}

#[test]
fn json_mistakes_are_told_in_plain_words() {
    for (text, expected) in [
        ("{\"a\": 1,}", "1:8 syntax a comma stands behind the last entry"),
        ("[1,]", "1:3 syntax a comma stands behind the last entry"),
        ("[1 2]", "1:4 syntax a comma is missing"),
        ("{\"a\" 1}", "1:6 syntax a colon is expected here"),
        ("{a: 1}", "1:2 syntax a key in quotes is expected here"),
        ("{'a': 1}", "1:2 syntax JSON knows no single quotes"),
        ("{\"a\": yes}", "1:7 syntax the text `yes` has no quotes"),
        ("{\"a\": 01}", "1:7 syntax `01` is not a number"),
        ("{\"a\": 1", "1:1 syntax this `{` is never closed"),
        ("{\"a\": 1]", "1:8 syntax `{` cannot be closed by `]`"),
        ("{\"a\": 1}}", "1:9 syntax this `}` closes nothing"),
        ("{\"a\": \"x", "1:7 syntax this quote is never closed"),
        ("{\"a\": \"x\ny\"}", "1:7 syntax this quote is never closed"),
        ("{\"a\": \"x\\q\"}", "1:9 syntax `\\q` cannot be read as a character"),
        ("{\"a\": \"\\ud83d\"}", "1:8 syntax `\\ud83d` cannot be read as a character"),
        ("{\"a\": \"\\\\\\n\\uD83D\\u0041\"}", "1:12 syntax `\\uD83D` cannot be read as a character"),
        ("{\"a\": \"\u{1}\"}", "1:8 control-character the invisible character `\\u{1}` is not allowed"),
        ("// x\n{}", "1:1 syntax JSON knows no comments"),
        ("{} {}", "1:4 second-document a second value begins here"),
        ("", "- empty there is nothing in this file"),
    ] {
        assert_eq!(told(text, Format::Json), expected, "{text}");
    }
}

#[test]
fn a_line_that_lacks_quotes_is_shown_with_them() {
    let correction = |text: &str| mistakes(text, Format::Yaml).remove(0).correction;
    assert_eq!(correction("c:\n  r: Note: this\n").as_deref(), Some("  r: \"Note: this\""));
    assert_eq!(correction("e: [*@acme.example, b]\n").as_deref(), Some("e: [\"*@acme.example\", b]"));
    assert_eq!(correction("r: Note: \"this\"\n").as_deref(), Some("r: 'Note: \"this\"'"));
    assert_eq!(correction("r: Note: this # really\n"), None);
}

#[test]
fn hostile_files_cost_no_more_than_their_length() {
    let nested = |open: &str| open.repeat(100_000);
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let bomb =
        many(40, &|n| if n == 0 { "a0: &a0 [x]\n".into() } else { format!("a{n}: &a{n} [{}]\n", format!("*a{}, ", n - 1).repeat(10)) });
    let quadratic = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(20_000), "*a, ".repeat(20_000));
    for (name, text, format) in [
        ("brackets", nested("["), Format::Yaml),
        ("braces", nested("{a: "), Format::Yaml),
        ("dashes", nested("- "), Format::Yaml),
        ("questions", nested("? "), Format::Yaml),
        ("tags", nested("!a "), Format::Yaml),
        ("json", nested("[{\"a\":"), Format::Json),
        ("one long line", "a: ".to_owned() + &"x".repeat(16 << 20), Format::Yaml),
        ("one long text", format!("{{\"a\": \"{}\"}}", "ä".repeat(8 << 20)), Format::Json),
        ("many escapes", format!("{{\"a\": \"{}\\q\"}}", "\\\\".repeat(200_000)), Format::Json),
        ("bomb", bomb, Format::Yaml),
        ("quadratic bomb", quadratic, Format::Yaml),
        ("zeros", "\0".repeat(1 << 20), Format::Yaml),
        ("equal keys", "k: x\n".repeat(50_000), Format::Yaml),
    ] {
        let begun = Instant::now();
        drop(Tree::parse(&text, format));
        // Measured 0.5 s at most without optimisation; the limit only tells hanging from working.
        assert!(begun.elapsed() < Duration::from_secs(5), "{name}");
    }
    for (text, format) in
        [(nested("["), Format::Yaml), (nested("{a: "), Format::Yaml), (nested("- "), Format::Yaml), (nested("["), Format::Json)]
    {
        assert_eq!(mistakes(&text, format)[0].code, "too-deep");
    }
}

#[test]
fn a_hundred_blocks_within_each_other_are_read_and_one_more_is_not() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for format in [Format::Yaml, Format::Json] {
        assert!(Tree::parse(&nested(100), format).is_ok());
        assert_eq!(mistakes(&nested(101), format)[0].code, "too-deep");
    }
}

/// Text of the pieces that make YAML and JSON interesting.
pub(in crate::diagnostic) fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "a",
            "b: ",
            "client",
            "name: x",
            ": ",
            ":",
            "- ",
            "-",
            "[",
            "]",
            "{",
            "}",
            ",",
            "\n",
            "\n  ",
            "\n    ",
            "\r\n",
            "\r",
            "\t",
            " ",
            "\"",
            "'",
            "\\",
            "\\u00e9",
            "\\ud83d",
            "\\q",
            "|\n  ",
            ">",
            "#",
            " # ",
            "&a ",
            "*a",
            "<<: ",
            "!t ",
            "? ",
            "---\n",
            "...\n",
            "%",
            "@",
            "`",
            "null",
            "true",
            "12",
            "1.5",
            "é",
            "😀",
            "\u{feff}",
            "\u{202e}",
            "\u{0}",
            "\u{85}",
            "\u{2028}",
            "\"a\": ",
            "invoices: ",
            "emails",
            "/",
            "//",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Whether a span begins and ends at places that the text has, and in this order.
pub(in crate::diagnostic) fn lies_within(text: &str, span: Span) -> bool {
    let lines = Lines::of(text);
    let exists =
        |at: Position| lines.line(text, at.line).is_some_and(|line| at.column >= 1 && at.column as usize <= text[line].chars().count() + 2);
    span.start <= span.end && exists(span.start) && exists(span.end)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_text_is_read_or_refused_and_every_place_lies_within_it(text in pieces(), is_json in any::<bool>()) {
        let format = if is_json { Format::Json } else { Format::Yaml };
        match Tree::parse(&text, format) {
            Ok(tree) => {
                for node in 0..tree.count() {
                    let id = u32::try_from(node).expect("the text is short");
                    prop_assert!(lies_within(&text, tree.node_span(id)));
                    prop_assert!(tree.node(id).next as usize <= tree.count());
                    let _ = tree.children(id).count();
                }
            }
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty());
                for mistake in mistakes {
                    for span in mistake.span.iter().chain(mistake.elsewhere.iter().map(|one| &one.span)) {
                        prop_assert!(lies_within(&text, *span), "{mistake:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn any_text_is_read_round_its_mistakes_and_every_place_lies_within_it(text in pieces(), is_json in any::<bool>()) {
        let format = if is_json { Format::Json } else { Format::Yaml };
        let salvaged = Tree::salvage(&text, format).expect("it is small");
        let told = salvaged.mistakes.iter().flat_map(|mistake| mistake.span.iter().chain(mistake.elsewhere.iter().map(|one| &one.span)));
        let spans: Vec<Span> = told.copied().collect();
        prop_assert_eq!(salvaged.mistakes.is_empty(), Tree::parse(&text, format).is_ok());
        for node in 0..salvaged.tree.count() {
            let span = salvaged.tree.node_span(u32::try_from(node).expect("the text is short"));
            prop_assert!(lies_within(&text, span), "{span:?}");
        }
        prop_assert!(spans.iter().all(|span| lies_within(&text, *span)), "{spans:?}");
        let _ = salvaged.tree.value();
    }

    #[test]
    fn json_is_read_exactly_when_serde_json_reads_it(text in pieces()) {
        let read = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        let is_ours = Tree::parse(&text, Format::Json).err().is_none_or(|found| found.iter().all(|one| one.code == "duplicate-key"));
        // A byte-order mark is skipped here; the caller skips it for the decoder.
        prop_assert!(text.starts_with('\u{feff}') || read == is_ours, "{read} {is_ours}");
    }
}
