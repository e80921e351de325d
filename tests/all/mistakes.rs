//! Files with planted mistakes of every kind: each mistake is told in one run, in its place, with what was probably meant,
//! and none hides another or makes one up.

use std::process::Command;

use serde_json::Value;

use super::project::text;
use super::stories::NO_SETTINGS;

/// Of each mistake in a file its line, column, marked text, kind, and what was probably meant.
fn told(arguments: &[&str], file: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_clientcheck"))
        .args(arguments)
        .args([file, "-f", "json"])
        .env("XDG_CONFIG_HOME", NO_SETTINGS)
        .output()
        .expect("the program runs");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let lines: Vec<String> = text(file).lines().map(str::to_owned).collect();
    let number = |told: &Value, key: &str| told[key].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default();
    let line = |told: &Value| {
        let (line, column, end) = (number(told, "line"), number(told, "column"), number(told, "end"));
        let marked: String = lines[line - 1].chars().skip(column - 1).take(end.saturating_sub(column)).collect();
        let meant = told["suggestion"].as_str().map(|word| format!(" -> {word}")).unwrap_or_default();
        format!("{line}:{column} `{marked}` {}{meant}", told["code"].as_str().unwrap_or_default())
    };
    answer["diagnostics"].as_array().expect("mistakes").iter().map(line).collect()
}

#[test]
fn ten_mistakes_in_a_rule_are_told_in_one_run() {
    assert_eq!(
        told(&["rules", "check"], "tests/packs/ten/friday-calls.yml"),
        [
            "3:11 `comunication` unknown-word -> communication",
            "5:1 `fuonded_on` unknown-key -> founded_on",
            "6:10 `mesages` unknown-list -> messages",
            "7:24 `outside_hour` unknown-field -> outside_hours",
            "7:43 `weekend` unknown-field",
            "8:9 `3 moons` not-a-duration",
            "10:15 `cuont` unknown-key -> count",
            "11:49 `five` bad-points -> 5",
            "12:24 `atleast` unknown-key -> at_least",
            "13:74 `contract.valeu` unknown-fact -> contract.value",
            "14:10 `state-hour` unknown-action -> state-hours",
            "19:74 `chanel` unknown-key -> channel",
        ]
    );
}

#[test]
fn values_of_the_wrong_kind_hide_nothing() {
    assert_eq!(
        told(&["rules", "check"], "tests/planted/shapes/friday-calls.yml"),
        [
            "1:5 `Friday calls` bad-id",
            "2:8 `[Calls, on, Fridays]` wrong-type",
            "4:7 `customer` unknown-word -> client",
            "5:1 `side` duplicate-key",
            "7:9 `cuont` unknown-fact -> count",
            "9:8 `[from, client]` wrong-type",
            "10:10 `days_late` unknown-field",
            "10:53 `maybe` wrong-type",
            "10:60 `followd_by` unknown-key -> followed_by",
            "10:83 `mesages` unknown-list -> messages",
            "10:100 `three days` not-a-duration -> 3 days",
            "11:1 `within` wrong-type",
            "13:34 `two` not-a-number -> 2",
            "13:52 `3` bad-points -> 3",
            "14:24 `greater_than` unknown-key -> more_than",
            "15:34 `0.3` not-a-share -> 30%",
            "15:69 `hihg` unknown-word -> high",
            "16:9 `state-hours` wrong-type",
            "19:12 `2026-06-31` not-a-date",
            "20:37 `none` wrong-type",
            "20:77 `cleint` unknown-word -> client",
            "21:24 `fird` unknown-word -> fired",
            "21:37 `one` wrong-type",
        ]
    );
}

#[test]
fn mistakes_of_syntax_hide_nothing() {
    assert_eq!(
        told(&["rules", "check"], "tests/planted/syntax/friday-calls.yml"),
        [
            "2:13 `:` syntax",
            "3:11 `comunication` unknown-word -> communication",
            "4:1 `side:client` syntax",
            "6:7 `\"{count} of {out_of} messages` syntax",
            "7:10 `mesages` unknown-list -> messages",
            "8:8 `{` syntax",
            "9:9 `3 dayz` not-a-duration -> 3 days",
            "11:5 `{` syntax",
            "12:1 `\t` syntax",
            "12:23 `atleast` unknown-key -> at_least",
            "13:40 `}` syntax",
            "14:9 `[` syntax",
            "14:23 `set-boundry` unknown-action -> set-boundary",
            "16:15 `s Friday'` syntax",
            "17:6 `as_of: 2026-06-30` syntax",
            "18:57 `form` unknown-key -> from",
            "19:31 `levl` unknown-key -> level",
        ]
    );
}

#[test]
fn what_makes_no_sense_is_told_beside_what_is_misspelt() {
    assert_eq!(
        told(&["rules", "check"], "tests/planted/sense/friday-calls.yml"),
        [
            "6:17 `four` not-a-number -> 4",
            "9:16 `me` never",
            "9:39 `[]` never",
            "9:74 `ok` short-phrase",
            "9:79 `/x*/` bad-phrase",
            "9:87 `a(b` short-phrase",
            "10:9 `6 month` odd-unit -> 6 months",
            "12:22 `{ at_least: 5, at_most: 2 }` never",
            "12:61 `0` bad-points",
            "13:34 `mny` unknown-limit -> many",
            "13:48 `{ at_least: 130% }` never",
            "14:13 `{ }` empty",
            "14:26 `5` points-do-not-rise",
            "14:29 `beyond_repair` ladder-does-not-end",
            "15:23 `send-remindr` unknown-action -> send-reminder",
            "15:37 `state-hours` same-step",
            "20:31 `level` never",
            "20:38 `4` never",
        ]
    );
}

#[test]
fn an_action_is_checked_like_a_rule() {
    assert_eq!(
        told(&["rules", "check"], "tests/planted/action/actions/wait-a-day.yml"),
        [
            "1:5 `Wait a day` bad-id",
            "2:1 `titel` unknown-key -> title",
            "3:1 `how` wrong-type",
            "4:8 `[doing, it]` wrong-type",
            "5:10 `twelve` wrong-type",
            "6:10 `activ` unknown-word -> active",
            "6:17 `over` unknown-word",
            "7:7 `3 moons` wrong-type",
            "8:1 `protects_money` unknown-key -> protects",
            "8:17 `on` unknown-word -> money",
        ]
    );
}

#[test]
fn a_lexicon_is_checked_like_a_rule() {
    assert_eq!(
        told(&["rules", "check"], "tests/planted/lexicon/lexicons/rude.en.yml"),
        [
            "1:1 `lexcon` unknown-key -> lexicon",
            "1:9 `rude` unused-lexicon",
            "2:11 `english` unknown-language -> en",
            "4:9 `two` bad-weight -> 2",
            "5:3 `\"\"` bad-phrase",
            "6:3 `\"/x*/\"` bad-phrase",
            "7:9 `0` bad-weight",
            "8:3 `\"… off\"` bad-phrase",
            "9:3 `damn` duplicate-key",
            "10:11 `yes` bad-weight",
            "11:9 `2.55` bad-weight",
            "12:8 `1000` bad-weight",
        ]
    );
}

#[test]
fn a_lexicon_that_no_rule_asks_for_is_told() {
    assert_eq!(
        told(&["rules", "check"], "tests/planted/unused/lexicons/hostilty.en.yml"),
        ["1:10 `hostilty` unused-lexicon -> hostility", "4:12 `2,5` bad-weight -> 2.5"]
    );
}

#[test]
fn scoring_tells_as_much_of_wrong_settings_as_a_check_of_them() {
    let settings = "tests/planted/settings/clientcheck.yml";
    assert_eq!(told(&["score", "examples/loewe.yaml", "--config"], settings), told(&["rules", "check"], settings));
}

#[test]
fn the_scoring_is_checked_like_a_rule() {
    assert_eq!(
        told(&["rules", "check"], "tests/planted/scoring/scoring.yml"),
        [
            "1:21 `nine` not-a-number",
            "1:27 `doubles_evry` unknown-key -> doubles_every",
            "2:27 `40` does-not-rise",
            "2:41 `170` out-of-range",
            "3:34 `3` does-not-rise",
            "3:44 `[17]` wrong-type",
            "4:9 `payments` unknown-key -> payment",
            "4:30 `-3` not-a-number",
            "6:3 `flor` unknown-key -> floor",
            "6:9 `1.5` out-of-range",
            "7:23 `0` out-of-range",
            "7:36 `forty` wrong-type",
            "8:24 `12 moons` not-a-duration",
            "10:1 `colour` unknown-key",
        ]
    );
}

#[test]
fn the_settings_are_checked_like_a_rule() {
    assert_eq!(
        told(&["rules", "check"], "tests/planted/settings/clientcheck.yml"),
        [
            "1:17 `Europe/Helsinky` unknown-timezone -> Europe/Helsinki",
            "1:57 `mon-fry` not-weekdays",
            "1:73 `9:00` not-a-time",
            "2:21 `./nothing-here` unknown-pack",
            "4:3 `late-payment` unknown-rule -> late-payments",
            "5:36 `of` unknown-key -> off",
            "6:33 `eight` wrong-type",
            "7:45 `/x*/` bad-phrase",
            "7:53 `xx` unknown-language",
            "9:27 `slow-reply` unknown-rule -> slow-replies",
            "9:59 `untill` unknown-key -> until",
            "9:67 `2026-13-01` not-a-date",
            "10:9 `payments` unknown-key -> payment",
            "10:29 `many` not-a-number",
            "11:27 `20` does-not-rise",
        ]
    );
}

#[test]
fn a_record_is_checked_like_a_rule() {
    assert_eq!(
        told(&["score"], "tests/planted/record.yaml"),
        [
            "1:23 `email` unknown-key -> emails",
            "1:55 `2025-02-30` not-a-date",
            "2:8 `activ` unknown-word -> active",
            "4:13 `EURO` unknown-currency -> EUR",
            "5:10 `1.200,00` not-an-amount",
            "6:30 `thirty` wrong-type",
            "6:38 `form` unknown-key -> from",
            "8:18 `issue_dat` unknown-key -> issue_date",
            "8:67 `{ date: 2025-06-19, amount: 20 }` wrong-type",
            "10:11 `yesterday` not-a-time",
            "10:28 `clint` unknown-word -> client",
            "10:41 `[hello]` wrong-type",
            "11:1 `stage` duplicate-key",
            "13:32 `six` not-a-number",
            "13:43 `delivry` unknown-word -> delivery",
            "14:11 `{` syntax",
            "14:13 `mesages` unknown-key -> messages",
            "14:46 `2025-02-30` not-a-date",
        ]
    );
}
