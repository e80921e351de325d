//! What goes where: standard output is the report and nothing else, the rest is standard error, and exit codes are three.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::stories::NO_SETTINGS;

fn run_with(input: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_clientcheck"))
        .args(arguments)
        .env("XDG_CONFIG_HOME", NO_SETTINGS)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads its input");
    child.wait_with_output().expect("the program ends")
}

fn run(arguments: &[&str]) -> Output {
    run_with("", arguments)
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

fn last_line_of_errors(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8").lines().last().unwrap_or_default()
}

#[test]
fn warnings_and_mistakes_never_stand_in_the_report() {
    let output = run(&["score", "tests/records", "-f", "json", "--as-of", "2026-06-30"]);
    let report: Value = serde_json::from_str(out(&output)).expect("JSON");
    assert_eq!(report["clients"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["clients"][0]["diagnostics"].as_array().map(Vec::len), Some(2));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_script_is_told_what_is_wrong_with_what_could_not_be_read() {
    let output = run(&["score", "tests/records/many-mistakes.yaml", "-f", "json"]);
    let alone: Value = serde_json::from_str(out(&output)).expect("JSON");
    let told = |report: &Value| report["diagnostics"].as_array().map(Vec::len);
    assert_eq!(told(&alone), Some(5));
    assert_eq!(alone["diagnostics"][1]["suggestion"], "active");
    let among_others = run(&["score", "tests/records", "-f", "json", "--as-of", "2026-06-30"]);
    let several: Value = serde_json::from_str(out(&among_others)).expect("JSON");
    assert!(told(&several) > told(&alone), "{:?}", told(&several));
    assert_eq!(several["diagnostics"][0]["severity"], "error");
}

#[test]
fn a_gate_says_who_crossed_it_in_the_last_line_of_standard_error() {
    let output = run(&["score", "examples", "-q", "--as-of", "2026-11-22", "--fail-on", "high"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(last_line_of_errors(&output).contains("(--fail-on high): Nordlicht Media"), "{}", last_line_of_errors(&output));
    assert!(!out(&output).contains("--fail-on"));
}

#[test]
fn what_could_not_be_done_beats_a_gate() {
    let arguments = ["score", "examples/nordlicht.yaml", "tests/records/tab.yaml", "-q", "--as-of", "2026-11-22", "--fail-on", "watch"];
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(out(&output).lines().count(), 1, "the record that can be scored is scored");
    assert!(last_line_of_errors(&output).starts_with("1 of 2 records scored"), "{}", last_line_of_errors(&output));
}

/// The file, line, column and suggestion of each mistake in a JSON answer without clients.
fn only_mistakes(output: &Output) -> Vec<String> {
    assert_eq!(output.status.code(), Some(2));
    let answer: Value = serde_json::from_str(out(output)).expect("JSON");
    assert_eq!((answer["schema_version"].as_u64(), answer["clients"].as_array().map(Vec::len)), (Some(1), Some(0)));
    let told = answer["diagnostics"].as_array().expect("mistakes");
    let line = |told: &Value| format!("{}:{}:{} {}", told["file"], told["line"], told["column"], told["suggestion"]).replace('"', "");
    told.iter().map(line).collect()
}

#[test]
fn nothing_is_scored_with_a_wrong_rule_and_scripts_are_told_why() {
    assert_eq!(run(&["score", "examples", "-f", "ndjson", "--rules", "tests/packs/wrong"]).stdout, b"");
    let output = run(&["score", "examples", "-f", "json", "--rules", "tests/packs/wrong"]);
    let file = "tests/packs/wrong/friday-calls.yml";
    assert_eq!(
        only_mistakes(&output),
        ["6:10 messages", "7:24 channel", "8:9 null", "10:15 count", "11:10 state-hours"].map(|place| format!("{file}:{place}"))
    );
}

#[test]
fn a_list_is_well_formed_even_where_nothing_could_be_scored_and_says_why() {
    let output = run(&["score", "tests/records/tab.yaml", "tests/records/empty.yaml", "-f", "json"]);
    assert_eq!(only_mistakes(&output), ["tests/records/tab.yaml:2:1 null", "tests/records/empty.yaml:null:null null"]);
    let alone = run(&["score", "tests/records/many-mistakes.yaml", "-f", "json"]);
    assert!(only_mistakes(&alone).len() > 3);
}

#[test]
fn a_broken_record_among_others_stands_beside_the_clients() {
    let output = run(&["score", "examples/acme.yaml", "tests/records/tab.yaml", "-f", "json", "--as-of", "2026-11-22"]);
    let answer: Value = serde_json::from_str(out(&output)).expect("JSON");
    assert_eq!(answer["clients"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["diagnostics"][0]["file"], "tests/records/tab.yaml");
}

#[test]
fn colour_is_used_when_asked_for_and_not_in_a_pipe() {
    let plain = run(&["score", "examples/acme.yaml", "--as-of", "2026-11-22"]);
    let coloured = run(&["score", "examples/acme.yaml", "--as-of", "2026-11-22", "--color", "always"]);
    assert!(!out(&plain).contains('\u{1b}'));
    assert!(out(&coloured).contains("\u{1b}["));
}

#[test]
fn records_on_standard_input_are_told_apart_by_their_first_character() {
    let name = |input: &str| {
        let output = run_with(input, &["score", "-", "-f", "json", "--as-of", "2026-11-22"]);
        assert_eq!(output.status.code(), Some(0), "{input}");
        let report: Value = serde_json::from_str(out(&output)).expect("JSON");
        let one = report.get("clients").map_or(&report, |clients| &clients[0]);
        one["client"]["name"].as_str().map(str::to_owned)
    };
    let names =
        ["client: { name: Ada }\n", "{ \"client\": { \"name\": \"Ada\" } }", "\u{feff}{\n\"client\":\n{\"name\":\"Ada\"}}\r\n"].map(name);
    assert_eq!(names, ["Ada"; 3].map(|name| Some(name.to_owned())));
}

#[test]
fn lines_of_json_keep_their_order_however_many_there_are() {
    let lines: String = (0..5_000).map(|number| format!("{{\"client\":{{\"name\":\"client {number}\"}}}}\n")).collect();
    let output = run_with(&lines, &["score", "-", "-f", "ndjson", "--as-of", "2026-11-22"]);
    let name = |line: &str| {
        let report: Value = serde_json::from_str(line).expect("JSON");
        report["client"]["name"].as_str().map(str::to_owned)
    };
    assert!(out(&output).lines().enumerate().all(|(number, line)| name(line) == Some(format!("client {number}"))));
    assert_eq!(out(&output).lines().count(), 5_000);
}

#[test]
fn a_report_in_a_file_is_the_one_on_the_screen() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/report.txt");
    let arguments = ["score", "examples/acme.yaml", "--as-of", "2026-11-22"];
    let into_a_file = run(&[arguments.as_slice(), &["-o", file]].concat());
    assert_eq!((into_a_file.status.code(), out(&into_a_file)), (Some(0), ""));
    assert_eq!(super::project::text(file), out(&run(&arguments)));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_clientcheck"))
        .args(["score", "examples", "--as-of", "2026-11-22", "-f", "ndjson"])
        .env("XDG_CONFIG_HOME", NO_SETTINGS)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!((output.status.code(), last_line_of_errors(&output)), (Some(0), ""));
}

#[test]
fn what_is_set_aside_for_nobody_is_told_of_a_stream_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = folder.path().join("clientcheck.yml");
    let aside = |client: &str| format!("  - {{ client: {client}, rule: late-payments, reason: a strike, until: 2027-12-31 }}\n");
    std::fs::write(&settings, format!("clientcheck: 1\nset_aside:\n{}{}{}", aside("Acmee"), aside("Other Firm"), aside("Beta")))
        .expect("the settings are written");
    let line = |name: &str| format!("{{\"clientcheck\":1,\"client\":{{\"name\":\"{name}\"}}}}\n");
    let input = ["Acme", "Beta", "Gamma"].map(line).concat();
    for format in ["ndjson", "json", "table"] {
        let config = settings.to_str().expect("a plain path");
        let output = run_with(&input, &["score", "-f", format, "--as-of", "2026-11-22", "--config", config, "-"]);
        let errors = std::str::from_utf8(&output.stderr).expect("UTF-8");
        assert!(errors.contains("called `Acmee`") && errors.contains("did you mean `Acme`?"), "{format}: {errors}");
        assert!(errors.contains("called `Other Firm`") && !errors.contains("called `Beta`"), "{format}: {errors}");
    }
}
