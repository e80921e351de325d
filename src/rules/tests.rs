//! Packs with planted mistakes: each must be told, in its place, and none may hide another.

use super::load::{Checked, Pack, check, load};
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::{Languages, LexiconId, Reading, Scratch};

const TEN: &str = include_str!("../../tests/packs/ten/friday-calls.yml");

/// A rule that is right, to plant something in.
const RIGHT: &str = "\
id: friday-calls
title: Calls on Friday evenings
category: communication
side: client
founded_on: expert
look_at: messages
where: { from: client, channel: phone }
within: 3 months
levels:
  - { when: { count: { at_least: 2 } }, points: 3 }
  - { when: { count: { at_least: 4 } }, points: 5 }
ladder: [state-hours, set-boundary]
tests:
  - name: three calls
    as_of: 2026-06-30
    record: { messages: [ { repeat: 3, at: \"2026-06-26T20:00:00Z\", from: client, channel: phone } ] }
    expect: { finding: fired, level: 1 }
";

fn files(files: &[(&str, &str)]) -> Vec<Pack> {
    let files = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    vec![Pack::BuiltIn, Pack::Files { name: "mine".to_owned(), files }]
}

fn checked(text: &str) -> Checked {
    check(&files(&[("friday-calls.yml", text)]), None)
}

/// The line, the marked text (from which the columns follow), what is wrong and what is right, of each.
fn lines(told: &[Diagnostic], text: &str) -> Vec<String> {
    let line = |told: &Diagnostic| {
        let place = told.span.map_or_else(String::new, |span| {
            let written = text.lines().nth(span.start.line as usize - 1).unwrap_or_default();
            let length = if span.end.line == span.start.line { span.end.column - span.start.column } else { 0 };
            let marked: String = written.chars().skip(span.start.column as usize - 1).take(length as usize).collect();
            format!("{} `{marked}` ", span.start.line)
        });
        let suggestion = told.suggestion.as_ref().map(|word| format!(" -> {word}")).unwrap_or_default();
        format!("{place}{}{suggestion}", told.code)
    };
    told.iter().map(line).collect()
}

/// What is told of the right rule after one of its parts was changed.
fn after(part: &str, instead: &str) -> Vec<String> {
    assert!(RIGHT.contains(part), "{part}");
    let text = RIGHT.replacen(part, instead, 1);
    lines(&checked(&text).diagnostics, &text)
}

#[test]
fn ten_planted_mistakes_are_all_told_in_one_run_with_place_and_suggestion() {
    let told = lines(&checked(TEN).diagnostics, TEN);
    assert_eq!(
        told,
        [
            "3 `comunication` unknown-word -> communication",
            "5 `fuonded_on` unknown-key -> founded_on",
            "6 `mesages` unknown-list -> messages",
            "7 `outside_hour` unknown-field -> outside_hours",
            "7 `weekend` unknown-field",
            "8 `3 moons` not-a-duration",
            "10 `cuont` unknown-key -> count",
            "11 `five` bad-points -> 5",
            "12 `atleast` unknown-key -> at_least",
            "13 `contract.valeu` unknown-fact -> contract.value",
            "14 `state-hour` unknown-action -> state-hours",
            "19 `chanel` unknown-key -> channel",
        ]
    );
    // Scoring tells the same, and does not begin.
    let refused = load(&files(&[("friday-calls.yml", TEN)]), None).expect_err("twelve mistakes");
    assert_eq!(lines(&refused, TEN), told);
}

#[test]
fn a_right_rule_has_nothing_to_be_told() {
    let checked = checked(RIGHT);
    assert_eq!(lines(&checked.diagnostics, RIGHT), [""; 0]);
    assert!(checked.loaded.is_some_and(|loaded| loaded.rulebook.rule("friday-calls").is_some()));
}

#[test]
fn what_makes_no_sense_is_told() {
    for (part, instead, told) in [
        ("points: 5", "points: 3", "11 `3` points-do-not-rise"),
        ("points: 3", "points: 0", "10 `0` bad-points"),
        ("points: 3", "points: 0.25", "10 `0.25` bad-points"),
        ("{ at_least: 2 }", "{ at_least: 5, at_most: 2 }", "10 `{ at_least: 5, at_most: 2 }` never"),
        ("count: { at_least: 2 }", "count: { less_than: 0 }", "10 `{ less_than: 0 }` never"),
        ("count: { at_least: 2 }", "share: { at_least: 130% }", "10 `{ at_least: 130% }` never"),
        ("count: { at_least: 2 }", "count: { at_least: 0 }", "10 `{ at_least: 0 }` always"),
        ("count: { at_least: 2 }", "count: { at_least: 5 }, out_of: { at_most: 4 }", "10 `{ at_least: 5 }` never"),
        ("{ count: { at_least: 2 } }", "{ }", "10 `{ }` empty"),
        ("count: { at_least: 2 }", "any: []", "10 `any` empty"),
        ("channel: phone }", "channel: phone }\namong: { from: me }", "7 `client` never"),
        ("channel: phone", "channel: { one_of: [] }", "7 `[]` never"),
        ("channel: phone }", "text: { mentions_any: { en: [\"/x*/\"] } } }", "7 `/x*/` bad-phrase"),
        ("channel: phone }", "text: { mentions_any: { en: [ok] } } }", "7 `ok` short-phrase"),
        ("channel: phone }", "text: { mentions_any: { zh: [贵] } } }", "7 `贵` short-phrase"),
        ("channel: phone }", "text: { mentions_any: { english: [call me] } } }", "7 `english` unknown-language -> en"),
        ("points: 5 }", "points: 5, beyond_repair: yes }", "11 `beyond_repair` ladder-does-not-end"),
        ("level: 1", "level: 3", "17 `3` never"),
        ("fired, level: 1", "quiet, level: 1", "17 `level` never"),
    ] {
        let found = after(part, instead);
        assert!(found.contains(&told.to_owned()), "{instead}: {found:?} has no {told}");
    }
}

#[test]
fn short_phrases_are_no_doubt_where_they_say_enough() {
    for phrases in ["en: [sue, call me, pay*]", "zh: [太贵, 律师]", "en: [\"/\\\\bok\\\\b/\"]"] {
        let told = after("channel: phone }", &format!("text: {{ mentions_any: {{ {phrases} }} }} }}"));
        assert!(!told.iter().any(|line| line.contains("short-phrase")), "{phrases}: {told:?}");
    }
}

#[test]
fn a_rule_without_tests_is_doubtful_and_can_be_used() {
    let text = RIGHT.split("tests:").next().unwrap_or_default();
    let checked = checked(text);
    assert_eq!(lines(&checked.diagnostics, text), ["1 `friday-calls` no-tests"]);
    assert_eq!(checked.diagnostics[0].severity, Severity::Warning);
    assert!(checked.loaded.is_some());
    let loaded = load(&files(&[("friday-calls.yml", text)]), None).expect("it can be used");
    assert!(loaded.warnings.is_empty());
}

#[test]
fn an_id_that_exists_twice_shows_both_places() {
    let twice = check(&files(&[("a.yml", RIGHT), ("b.yml", RIGHT)]), None);
    let [told] = twice.diagnostics.as_slice() else { panic!("{:?}", lines(&twice.diagnostics, RIGHT)) };
    assert_eq!((told.code, told.file.as_str()), ("same-id", "b.yml"));
    let other = told.elsewhere.first().expect("the other place");
    assert_eq!((other.file.as_deref(), other.span.start.line), (Some("a.yml"), 1));

    let built_in = RIGHT.replacen("id: friday-calls", "id: late-payments", 1);
    let told = checked(&built_in).diagnostics;
    let other = told.iter().find(|told| told.code == "same-id").and_then(|told| told.elsewhere.first()).expect("the other place");
    assert_eq!(other.file.as_deref(), Some("built-in/payment/late-payments.yml"));
    let replacing = built_in.replacen("title:", "replaces: built-in\ntitle:", 1);
    assert_eq!(lines(&checked(&replacing).diagnostics, &replacing), [""; 0]);
}

#[test]
fn mistakes_come_file_by_file_and_line_by_line() {
    let action = "id: wait-a-day\ntitle: Wait a day.\nhow: do nothing today.\navoid: doing it.\ndrastic: 12\nstagse: [active]\n";
    let scoring = "index: { base_odds: 9, doubles_every: 10 }\nbands: { watch: 50, high: 40, critical: 70 }\n";
    let config = "rules:\n  late-payment: { off: yes }\n  late-payments: { points: [3, 2] }\nset_asid: []\ncaps: { payments: 3 }\n";
    let packs = files(&[("friday-calls.yml", TEN), ("actions/wait-a-day.yml", action), ("scoring.yml", scoring)]);
    let told = check(&packs, Some(("clientcheck.yml", config))).diagnostics;
    let places: Vec<(&str, u32)> = told.iter().map(|told| (told.file.as_str(), told.span.map_or(0, |span| span.start.line))).collect();
    let files: Vec<&str> = places.iter().map(|(file, _)| *file).fold(Vec::new(), |mut files, file| {
        if files.last() != Some(&file) {
            files.push(file);
        }
        files
    });
    assert_eq!(files, ["friday-calls.yml", "actions/wait-a-day.yml", "scoring.yml", "clientcheck.yml"]);
    assert!(places.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].1 <= pair[1].1), "{places:?}");
    let of = |file: &str, text: &str| lines(&told.iter().filter(|told| told.file == file).cloned().collect::<Vec<_>>(), text);
    assert_eq!(of("actions/wait-a-day.yml", action), ["5 `12` out-of-range", "6 `stagse` unknown-key -> stages"]);
    assert!(of("scoring.yml", scoring).contains(&"2 `40` does-not-rise".to_owned()), "{:?}", of("scoring.yml", scoring));
    assert_eq!(
        of("clientcheck.yml", config),
        [
            "2 `late-payment` unknown-rule -> late-payments",
            "3 `[3, 2]` bad-points",
            "4 `set_asid` unknown-key -> set_aside",
            "5 `payments` unknown-key -> payment"
        ]
    );
}

#[test]
fn what_stands_behind_a_misspelt_name_is_checked_as_what_was_meant() {
    let told = after("where: { from: client, channel: phone }", "wher: { form: cleint, channel: { atleast: 1 } }");
    assert_eq!(
        told,
        [
            "7 `wher` unknown-key -> where",
            "7 `form` unknown-field -> from",
            "7 `cleint` unknown-word -> client",
            "7 `channel` wrong-type",
            "7 `atleast` unknown-key -> at_least"
        ]
    );
}

#[test]
fn a_percentage_names_the_fact_that_was_probably_meant_and_marks_only_it() {
    let told = after("count: { at_least: 2 }", "contract.value: { at_least: \"15% of quote.amuont\" }");
    assert_eq!(told, ["10 `quote.amuont` unknown-fact -> quote.amount"]);
}

#[test]
fn ids_in_conditions_have_to_exist() {
    let told = after(
        "look_at: messages\nwhere: { from: client, channel: phone }",
        "look_at: actions_taken\nwhere: { action: send-remindr, for: late-payment }",
    );
    assert_eq!(told, ["7 `send-remindr` unknown-word -> send-reminder", "7 `late-payment` unknown-word -> late-payments"]);
}

/// What is told of settings, and the weight that a text then has in a built-in lexicon.
fn weighed(config: &str, lexicon: &str, text: &str) -> (Vec<String>, Option<i32>) {
    let checked = check(&[Pack::BuiltIn], Some(("clientcheck.yml", config)));
    let told = lines(&checked.diagnostics, config);
    let weight = checked.loaded.map(|loaded| {
        let book = loaded.rulebook;
        let place = book.lexicons.iter().position(|name| name == lexicon).expect("a built-in lexicon");
        let mut reading = Reading::default();
        book.reader.read(text, Languages::ALL, &mut Scratch::default(), &mut reading);
        reading.score(LexiconId(place as u32))
    });
    (told, weight)
}

#[test]
fn users_add_change_and_take_out_single_entries_of_lexicons() {
    let text = "What a MUPPET, you idiot.";
    let before = weighed("me: {}", "hostility", text).1.expect("the built-in pack is right");
    let after = |entries: &str| weighed(&format!("lexicons: {{ hostility: {{ en: {{ {entries} }} }} }}"), "hostility", text);
    assert!(before >= 30);
    assert_eq!(after("muppet: 3"), (vec![], Some(before + 30)));
    assert_eq!(after("\"Idiot*\": 0"), (vec![], Some(before - 40)));
    assert_eq!(after("\"idiot*\": 1.5, muppet: -0.5"), (vec![], Some(before - 40 + 15 - 5)));
}

#[test]
fn a_change_of_a_lexicon_that_matches_nothing_is_told() {
    let told = |config: &str| weighed(config, "hostility", "").0;
    assert_eq!(told("lexicons: { hostilty: { en: { golf: 1 } } }"), ["1 `hostilty` unknown-lexicon -> hostility"]);
    assert_eq!(told("lexicons: { hostility: { eng: { golf: 1 } } }"), ["1 `eng` unknown-language -> en"]);
    assert_eq!(told("lexicons: { hostility: { en: { \"morron*\": 0 } } }"), ["1 `\"morron*\"` unknown-entry -> moron*"]);
    assert_eq!(told("lexicons: { hostility: { en: { golf: a lot, \"a\": 3 } } }"), ["1 `a lot` bad-weight", "1 `\"a\"` bad-phrase"]);
}

#[test]
fn what_is_wrong_with_a_language_is_told() {
    let file = "language: fi\ncommon: [ja, että on]\nnot: [ei, \"\"]\nswering: [vittu*]\n";
    let told = check(&files(&[("languages/fi.yml", file)]), None).diagnostics;
    assert_eq!(lines(&told, file), ["2 `että on` bad-phrase", "3 `\"\"` bad-phrase", "4 `swering` unknown-key -> swearing"]);
}
