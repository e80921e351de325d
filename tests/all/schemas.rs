//! The JSON Schemas that editors are given: everything that is shipped obeys them, by the word of another validator, and
//! what is wrong does not.

use std::path::Path;

use chrono::NaiveDate;
use clientcheck::diagnostic::Format;
use clientcheck::record::{Record, decode, schema};
use clientcheck::report::{Report, assess_since, to_json};
use clientcheck::rules::{FileKind, Pack, Rulebook, editor_schema, load, published};
use jsonschema::Validator;
use serde_json::{Value, json};

use super::project::{files_ending, text};

fn book() -> Rulebook {
    load(&[Pack::BuiltIn], None).expect("good rules").rulebook
}

fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).expect("a good schema")
}

fn of(kind: FileKind) -> Validator {
    validator(&editor_schema(kind, &book()))
}

fn read(path: impl AsRef<Path>) -> Value {
    let format = if path.as_ref().extension().is_some_and(|end| end == "json") { Format::Json } else { Format::Yaml };
    decode(&text(&path), format).unwrap_or_else(|mistakes| panic!("{}: {mistakes:?}", path.as_ref().display()))
}

fn wrong(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path)).collect()
}

fn kind_of(file: &Path) -> FileKind {
    let name = file.to_string_lossy().replace('\\', "/");
    match name.split('/').nth(1) {
        Some("actions") => FileKind::Action,
        Some("lexicons") => FileKind::Lexicon,
        Some("languages") => FileKind::Language,
        Some("scoring.yml") => FileKind::Scoring,
        Some("sources.yml") => FileKind::Sources,
        _ => FileKind::Rule,
    }
}

#[test]
fn every_file_of_the_built_in_pack_obeys_its_schema() {
    let kinds = [FileKind::Rule, FileKind::Action, FileKind::Lexicon, FileKind::Language, FileKind::Scoring, FileKind::Sources];
    let validators = kinds.map(|kind| (kind, of(kind)));
    let mut found = Vec::new();
    for file in files_ending("rules", &["yml"]) {
        let kind = kind_of(&file);
        let (_, validator) = validators.iter().find(|(known, _)| *known == kind).expect("a schema of each kind");
        found.extend(wrong(validator, &read(&file)).into_iter().map(|error| format!("{}: {error}", file.display())));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_example_obeys_its_schema() {
    let (record, config, message) = (of(FileKind::Record), of(FileKind::Config), of(FileKind::Message));
    let mut found = Vec::new();
    for file in files_ending("examples", &["yaml", "yml"]) {
        let validator = if file.ends_with("clientcheck.yml") { &config } else { &record };
        found.extend(wrong(validator, &read(&file)).into_iter().map(|error| format!("{}: {error}", file.display())));
    }
    found.extend(wrong(&config, &read("tests/cmd/settings.in/clientcheck.yml")));
    for line in text("examples/acme.messages.jsonl").lines() {
        found.extend(wrong(&message, &serde_json::from_str(line).expect("a message")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_report_obeys_its_schema() {
    let (book, validator) = (book(), validator(&published(schema::<Report<'static>>())));
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let mut found = Vec::new();
    for file in files_ending("examples", &["yaml"]) {
        let record: Record = decode(&text(&file), Format::Yaml).expect("a good record");
        let report = assess_since(&record, &book, day("2026-11-22"), day("2026-10-23"));
        let report: Value = serde_json::from_str(&to_json(&report, true)).expect("JSON");
        found.extend(wrong(&validator, &report).into_iter().map(|error| format!("{}: {error}", file.display())));
    }
    let readme = text("README.md");
    let shown = readme.split("```json\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("a report in the README");
    found.extend(wrong(&validator, &serde_json::from_str(shown).expect("JSON")));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_is_wrong_does_not_obey() {
    let good = json!({
        "id": "a", "title": "A", "category": "payment", "side": "client", "founded_on": "expert", "ladder": ["my-own-action"],
        "look_at": "invoices", "where": { "days_late": { "at_least": 1 } },
        "levels": [{ "when": { "count": { "at_least": 1 }, "contract.value": { "more_than": 5 } }, "points": 3 }],
    });
    let rule = of(FileKind::Rule);
    assert_eq!(wrong(&rule, &good), Vec::<String>::new());
    let spoilt = |pointer: &str, value: Value| {
        let mut rule = good.clone();
        *rule.pointer_mut(pointer).expect("a place") = value;
        rule
    };
    for (pointer, value) in [
        ("/category", json!("paymnet")),
        ("/look_at", json!("invoice")),
        // A field of another list.
        ("/where", json!({ "text": { "mentions_any": { "en": ["x"] } } })),
        ("/where", json!({ "days_late": { "atleast": 1 } })),
        ("/where", json!({ "any": [{ "days_late": 1 }, { "outside_hours": true }] })),
        ("/levels/0/when", json!({ "cuont": { "at_least": 1 } })),
        ("/levels/0/when", json!({ "look_at": "hours", "sum_of": { "days_late": { "at_least": 1 } } })),
        ("/ladder", json!("send-reminder")),
    ] {
        assert!(!rule.is_valid(&spoilt(pointer, value.clone())), "{pointer}: {value}");
    }
    assert!(!of(FileKind::Record).is_valid(&json!({ "client": { "name": "A", "email": "a@b.example" } })));
    assert!(!of(FileKind::Record).is_valid(&json!({ "stage": "active" })));
    assert!(!of(FileKind::Config).is_valid(&json!({ "rules": { "late-payments": { "of": true } } })));
    assert!(of(FileKind::Config).is_valid(&json!({ "rules": { "my-own": { "off": true } } })));
}

#[test]
fn an_editor_can_explain_every_key() {
    fn look(schema: &Value, place: &str, bare: &mut Vec<String>) {
        let Some(keys) = schema.as_object() else { return };
        if let Some(properties) = keys.get("properties").and_then(Value::as_object) {
            let explained = |value: &Value| value.get("description").is_some();
            bare.extend(properties.iter().filter(|(_, value)| !explained(value)).map(|(key, _)| format!("{place}.{key}")));
        }
        for (name, definition) in keys.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            look(definition, name, bare);
        }
    }
    let book = book();
    let kinds = [FileKind::Record, FileKind::Message, FileKind::Rule, FileKind::Action, FileKind::Lexicon, FileKind::Language];
    let mut bare = Vec::new();
    for kind in kinds.into_iter().chain([FileKind::Scoring, FileKind::Sources, FileKind::Config]) {
        look(&editor_schema(kind, &book), &format!("{kind:?}"), &mut bare);
    }
    look(&published(schema::<Report<'static>>()), "Report", &mut bare);
    bare.retain(|key| !key.starts_with("Config.caps") && !key.starts_with("Scoring.caps"));
    assert!(bare.is_empty(), "without an explanation:\n{}", bare.join("\n"));
}
