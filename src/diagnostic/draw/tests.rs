//! What mistakes look like.

use proptest::prelude::*;

use super::*;
use crate::diagnostic::plain::is_unsafe;
use crate::diagnostic::tree::tests::pieces;
use crate::diagnostic::{Format, Mistake, Tree};

fn span(line: u32, start: u32, end: u32) -> Span {
    Span { start: Position { line, column: start }, end: Position { line, column: end } }
}

fn drawn(mistake: Mistake, text: &str) -> String {
    draw(&[mistake.in_file("kupari.yaml")], &|_| Some(text), false)
}

#[test]
fn a_mistake_shows_the_line_what_was_meant_and_what_would_come_of_it() {
    let text = "client:\n  name: Kupari\n  id: kupari\n  email: \"*@kupari.example\"\n";
    let mistake = Mistake::error("unknown-key", span(4, 3, 8), "`client` has no key `email`")
        .with_label("did you mean `emails`? it is a list")
        .with_note("a key that is not known would be passed over in silence")
        .with_allowed("email", ["name", "id", "aliases", "emails", "timezone", "since"])
        .with_correction("  emails: [\"*@kupari.example\"]");
    let expected = "\
error[unknown-key]: `client` has no key `email`
 --> kupari.yaml:4:3
  |
4 |   email: \"*@kupari.example\"
  |   ^^^^^ did you mean `emails`? it is a list
  |
  = note: a key that is not known would be passed over in silence
          allowed: name, id, aliases, emails, timezone, since
help: write
  |
4 -   email: \"*@kupari.example\"
4 +   emails: [\"*@kupari.example\"]
  |
";
    assert_eq!(drawn(mistake, text), expected);
}

#[test]
fn long_lists_of_words_are_broken_under_their_beginning() {
    let text = "id: friday-calls\n\ncategory: comunication\n";
    let words = ["payment", "pricing", "scope", "clarity", "conduct", "communication", "trust", "groundwork", "delivery", "strengths"];
    let mistake = Mistake::error("unknown-word", span(3, 11, 23), "there is no category `comunication`")
        .with_note("no cap would hold for this rule")
        .with_closest("comunication", words);
    let expected = "\
error[unknown-word]: there is no category `comunication`
 --> kupari.yaml:3:11
  |
3 | category: comunication
  |           ^^^^^^^^^^^^ did you mean `communication`?
  |
  = note: no cap would hold for this rule
          allowed: payment, pricing, scope, clarity, conduct, communication,
          trust, groundwork, delivery, strengths
";
    assert_eq!(drawn(mistake, text), expected);
}

#[test]
fn several_mistakes_stand_apart_and_none_draw_nothing() {
    let one = Mistake::warning("odd", span(1, 1, 2), "odd").in_file("a.yaml");
    let two = Mistake::error("not-utf8", None, "this file is not text").with_label("save it as UTF-8").in_file("b.yaml");
    let expected = "\
warning[odd]: odd
 --> a.yaml:1:1
  |
1 | x: 1
  | ^

error[not-utf8]: this file is not text
--> b.yaml
 = note: save it as UTF-8
";
    assert_eq!(draw(&[one, two], &|_| Some("x: 1\n"), false), expected);
    assert_eq!(draw(&[], &|_| None, true), "");
}

#[test]
fn a_second_place_is_shown_in_the_same_line_in_another_or_in_another_file() {
    let same = Mistake::error("duplicate-key", span(1, 9, 10), "twice").with_label("again").with_elsewhere(span(1, 3, 4), "first");
    let expected = "\
error[duplicate-key]: twice
 --> kupari.yaml:1:9
  |
1 | { a: 1, a: 2 }
  |   -     ^ again
  |   |
  |   first
";
    assert_eq!(drawn(same, "{ a: 1, a: 2 }\n"), expected);
    let files =
        Mistake::error("same-id", span(1, 5, 6), "twice").with_label("here").with_elsewhere_in("other.yml", span(2, 5, 6), "and here");
    let expected = "\
error[same-id]: twice
 --> mine.yml:1:5
  |
1 | id: a
  |     ^ here
  |
 ::: other.yml:2:5
  |
2 | id: b
  |     - and here
";
    let source = |file: &str| if file == "mine.yml" { Some("id: a\n") } else { Some("#\nid: b\n") };
    assert_eq!(draw(&[files.clone().in_file("mine.yml")], &source, false), expected);
    let unknown = draw(&[files.in_file("mine.yml")], &|file| (file == "mine.yml").then_some("id: a\n"), false);
    assert!(unknown.contains("= note: and here: other.yml:2:5"), "{unknown}");
}

#[test]
fn what_a_stranger_wrote_is_escaped_and_the_column_stays_right() {
    let text = "\u{feff}a\u{202e}\u{1b}b: \"x\u{200b}\"\n";
    let mistake = Mistake::error("unknown-key", span(1, 1, 5), "no key `a\u{202e}\u{1b}b`").with_label("\u{1b}[31m");
    let expected = "\
error[unknown-key]: no key `a\\u{202e}\\u{1b}b`
 --> kupari.yaml:1:1
  |
1 | a\\u{202e}\\u{1b}b: \"x\\u{200b}\"
  | ^^^^^^^^^^^^^^^^ \\u{1b}[31m
";
    assert_eq!(drawn(mistake, text), expected);
    let behind = Mistake::error("odd", span(1, 7, 10), "odd");
    assert!(drawn(behind, text).contains("--> kupari.yaml:1:7\n"));
}

#[test]
fn wide_characters_and_tabs_keep_the_mark_under_its_word() {
    let text = "星: é\twrong\n";
    let expected = "\
error[odd]: odd
 --> kupari.yaml:1:6
  |
1 | 星: é    wrong
  |          ^^^^^ here
";
    assert_eq!(drawn(Mistake::error("odd", span(1, 6, 11), "odd").with_label("here"), text), expected);
}

#[test]
fn of_a_line_of_megabytes_only_what_lies_round_the_mark_is_drawn() {
    let text = format!("{{\"a\": \"{}\", \"emial\": 1, \"b\": \"{}\"}}", "x".repeat(1 << 20), "y".repeat(1 << 20));
    let at = u32::try_from(text.find("emial").expect("it was just written") + 1).expect("the text is short");
    let drawn = drawn(Mistake::error("unknown-key", span(1, at, at + 5), "no").with_label("did you mean `emails`?"), &text);
    let expected = format!(
        "\
error[unknown-key]: no
 --> kupari.yaml:1:{at}
  |
1 | ...xxxxxxxxxxxxxxxxxxxx\", \"emial\": 1, \"b\": \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...
  |                            ^^^^^ did you mean `emails`?
"
    );
    assert_eq!(drawn, expected);
}

#[test]
fn a_mistake_over_several_lines_is_marked_in_the_first() {
    let text = "invoices:\n  number: 1\n  amount: 2\n";
    let over = Span { start: Position { line: 2, column: 3 }, end: Position { line: 3, column: 12 } };
    assert!(drawn(Mistake::error("wrong-type", over, "no"), text).contains("2 |   number: 1\n  |   ^^^^^^^^^\n"));
}

#[test]
fn without_the_file_the_place_is_still_named() {
    let mistake = Mistake::error("unknown-key", span(4, 3, 8), "no key").with_label("did you mean `emails`?").in_file("gone.yaml");
    let drawn = draw(&[mistake], &|_| None, false);
    assert!(drawn.contains("--> gone.yaml:4:3\n") && drawn.contains("= note: did you mean `emails`?"), "{drawn}");
}

#[test]
fn colour_changes_nothing_but_the_colour() {
    let text = "client:\n  email: x\n";
    let mistake = Mistake::error("unknown-key", span(2, 3, 8), "no key").with_label("no").with_note("so").with_correction("  emails: [x]");
    let diagnostics = [mistake.in_file("a.yaml")];
    let coloured = draw(&diagnostics, &|_| Some(text), true);
    assert!(coloured.contains("\u{1b}[31m"));
    assert_eq!(without_colour(&coloured), draw(&diagnostics, &|_| Some(text), false));
}

fn without_colour(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |all, piece| all + piece.split_once('m').map_or("", |(_, rest)| rest))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_mistake_in_any_text_is_drawn_safely(
        text in pieces(), message in any::<String>(), label in any::<String>(), file in any::<String>(),
        lines in (1u32..6, 0u32..3), columns in (1u32..30, 1u32..30), correction in any::<Option<String>>(),
    ) {
        let (start, end) = (Position { line: lines.0, column: columns.0 }, Position { line: lines.0 + lines.1, column: columns.1 });
        let span = Span { start: start.min(end), end: start.max(end) };
        let mistake = Mistake::error("odd", span, message).with_label(&label).with_note(label.clone()).with_elsewhere(span, label);
        let diagnostic = Mistake { correction, ..mistake }.in_file(&file);
        let drawn = draw(&[diagnostic], &|_| Some(text.as_str()), false);
        prop_assert!(!drawn.chars().any(|c| is_unsafe(c) || c == '\t'), "{drawn:?}");
    }

    #[test]
    fn the_mistakes_of_any_text_are_drawn_safely(text in pieces()) {
        let found = Tree::parse(&text, Format::Yaml).err().unwrap_or_default();
        let diagnostics: Vec<_> = found.into_iter().map(|one| one.in_file("a.yaml")).collect();
        let drawn = draw(&diagnostics, &|_| Some(text.as_str()), false);
        prop_assert!(!drawn.chars().any(|c| is_unsafe(c) || c == '\t'), "{drawn:?}");
    }
}
