//! `clientcheck schema`: JSON Schemas of all files and of the report, from the same types that read and write them and
//! from the facts table, made good to edit with. What they refuse, the program refuses too.

mod grammar;
mod polish;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::DONE;
use super::args::{SchemaArgs, SchemaKind};
use super::output::Output;
use crate::record::{self, Record, Stage};
use crate::report::{Report, to_json};
use crate::rules::{Action, Category, Config, LexiconFile, Pack, RuleFile, Rulebook, Scoring, load};

/// A length of time, as rules and scoring write it.
const DURATION: &str = "^[0-9]+ +(days?|weeks?|months?|years?)$";
/// An id of a rule or an action.
const ID: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// Runs `schema`; the exit code.
///
/// # Errors
/// If it cannot be written.
pub fn run(args: &SchemaArgs) -> anyhow::Result<u8> {
    let mut output = Output::open(None)?;
    output.write((to_json(&schema_of(args.kind), true) + "\n").as_bytes())?;
    output.finish()?;
    Ok(DONE)
}

/// The schema of a kind of file.
fn schema_of(kind: SchemaKind) -> Value {
    let built_in = load(&[Pack::BuiltIn], None).expect("the built-in rules are checked by the tests of this program").rulebook;
    let mut schema = match kind {
        SchemaKind::Record => record_schema(&built_in),
        SchemaKind::Rule => rule(&built_in),
        SchemaKind::Action => action(),
        SchemaKind::Scoring => scoring(),
        SchemaKind::Config => config(&built_in),
        SchemaKind::Report => report(),
        SchemaKind::Lexicon => lexicon(),
    };
    polish::titles(&mut schema);
    put(&mut schema, "", &json!({ "title": title(kind), "$schema": "https://json-schema.org/draft/2020-12/schema" }));
    schema
}

fn title(kind: SchemaKind) -> &'static str {
    match kind {
        SchemaKind::Record => "A client record of clientcheck",
        SchemaKind::Rule => "A rule of clientcheck",
        SchemaKind::Action => "An action of clientcheck",
        SchemaKind::Scoring => "The scoring of clientcheck",
        SchemaKind::Config => "The settings of clientcheck",
        SchemaKind::Report => "A report of clientcheck",
        SchemaKind::Lexicon => "A lexicon of clientcheck",
    }
}

fn derived<T: JsonSchema>() -> Value {
    polish::polish(record::schema::<T>())
}

/// Adds keywords to the schema at a JSON pointer, in place of those of the same name.
fn put(schema: &mut Value, pointer: &str, keywords: &Value) {
    let place = schema.pointer_mut(pointer).and_then(Value::as_object_mut);
    debug_assert!(place.is_some(), "the schema has no {pointer}");
    if let (Some(place), Some(keywords)) = (place, keywords.as_object()) {
        place.extend(keywords.clone());
    }
}

fn rule_ids(book: &Rulebook) -> Value {
    book.rules.iter().map(|rule| rule.id.as_str()).collect()
}

fn action_ids(book: &Rulebook) -> Value {
    book.actions.keys().map(String::as_str).collect()
}

fn record_schema(book: &Rulebook) -> Value {
    let mut schema = derived::<Record>();
    put(&mut schema, "", &json!({ "required": ["client"] }));
    put(&mut schema, "/$defs/Observation/properties/rule", &json!({ "examples": rule_ids(book) }));
    put(&mut schema, "/$defs/ActionTaken/properties/for", &json!({ "examples": rule_ids(book) }));
    put(&mut schema, "/$defs/ActionTaken/properties/action", &json!({ "examples": action_ids(book) }));
    schema
}

fn rule(book: &Rulebook) -> Value {
    let mut schema = derived::<RuleFile>();
    let duration = json!({ "pattern": DURATION, "patternErrorMessage": "Write a number and a unit, like 24 months.", "examples": ["12 months"] });
    for key in ["within", "before", "fades"] {
        put(&mut schema, &format!("/properties/{key}"), &duration);
    }
    put(&mut schema, "/$defs/Sequence/properties/within", &duration);
    put(&mut schema, "/properties/id", &json!({ "pattern": ID }));
    put(&mut schema, "/properties/ladder/items", &json!({ "examples": action_ids(book) }));
    let sources: Value = book.sources.articles.keys().chain(book.sources.studies.keys()).map(String::as_str).collect();
    put(&mut schema, "/properties/sources/items", &json!({ "examples": sources }));
    put(&mut schema, "/properties/replaces", &json!({ "examples": ["built-in"] }));
    put(&mut schema, "/properties/levels", &json!({ "minItems": 1 }));
    grammar::add(&mut schema, &record_schema(book), &book.lexicons);
    schema
}

/// Keys that are words of a closed list, each with what it means.
fn keyed_by<T: Copy + JsonSchema>(words: &[T], word: fn(T) -> &'static str, value: &Value) -> Value {
    let listed = derived::<T>();
    let meanings = listed["enumDescriptions"].as_array().cloned().unwrap_or_default();
    let key = |(one, meaning): (&T, Value)| {
        let mut key = value.clone();
        put(&mut key, "", &json!({ "description": meaning }));
        (word(*one).to_owned(), key)
    };
    let keys: Map<String, Value> = words.iter().zip(meanings).map(key).collect();
    json!({ "properties": keys, "additionalProperties": false })
}

fn action() -> Value {
    let mut schema = derived::<Action>();
    put(&mut schema, "/properties/id", &json!({ "pattern": ID }));
    put(&mut schema, "/properties/drastic", &json!({ "minimum": 1, "maximum": 9 }));
    put(&mut schema, "/properties/titles", &keyed_by(&Stage::ALL, Stage::word, &json!({ "type": "string" })));
    schema
}

fn caps() -> Value {
    keyed_by(&Category::ALL, Category::word, &json!({ "type": ["number", "string"], "minimum": 0 }))
}

fn scoring() -> Value {
    let mut schema = derived::<Scoring>();
    put(&mut schema, "/properties/caps", &caps());
    put(&mut schema, "/$defs/StepSettings/properties/tried_within", &json!({ "pattern": DURATION, "examples": ["12 months"] }));
    schema
}

fn config(book: &Rulebook) -> Value {
    let mut schema = derived::<Config>();
    put(&mut schema, "/properties/caps", &caps());
    put(&mut schema, "/properties/extends/items", &json!({ "examples": ["built-in", "./rules"] }));
    put(&mut schema, "/$defs/SetAside/properties/rule", &json!({ "examples": rule_ids(book) }));
    put(&mut schema, "/$defs/Override/properties/off", &grammar::yes_or_no());
    let rule = |rule: &crate::rules::Rule| {
        let points: Vec<String> = rule.levels.iter().map(|level| format!("{}", level.points as f64 / 10.0)).collect();
        let said = format!("{} (built in: points {}).", rule.title, points.join(", "));
        (rule.id.clone(), json!({ "$ref": "#/$defs/Override", "type": "object", "description": said }))
    };
    let rules: Map<String, Value> = book.rules.iter().map(rule).collect();
    put(&mut schema, "/properties/rules", &json!({ "properties": rules }));
    schema
}

fn lexicon() -> Value {
    let mut schema = derived::<LexiconFile>();
    let weight = json!({ "type": "number", "description": "Its weight, like 2 or -0.5." });
    put(&mut schema, "/properties/entries", &json!({ "additionalProperties": weight }));
    schema
}

/// A report stands alone, or with others in `clients`; in NDJSON a record that could not be read has a line of its own.
fn report() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = polish::polish(settings.into_generator().into_root_schema_for::<Report<'static>>().to_value());
    let version = json!({ "const": 1, "description": "The version of this format, which is 1." });
    put(&mut schema, "/properties/schema_version", &version);
    let severities = ["error", "warning"];
    put(&mut schema, "/$defs/DiagnosticReport/properties/severity", &json!({ "enum": severities }));
    let Value::Object(mut one) = schema else { return schema };
    let mut defs = one.remove("$defs").unwrap_or_default();
    one.remove("$schema");
    let several = json!({
        "type": "object", "description": "The reports of several records.", "required": ["schema_version", "clients"],
        "properties": { "schema_version": version, "clients": { "type": "array", "description": "One report a record, in the order of the input.", "items": { "$ref": "#/$defs/Report" } } },
    });
    let unread = json!({
        "type": "object", "description": "The line of NDJSON that stands for a record that could not be read.", "required": ["schema_version", "file", "line", "error"],
        "properties": {
            "schema_version": version,
            "file": { "type": "string", "description": "The file; `-` for standard input." },
            "line": { "type": "integer", "minimum": 1, "description": "The line of the record, or of the mistake in it, from 1." },
            "error": { "type": "string", "description": "Why it could not be read." },
        },
    });
    put(&mut defs, "", &json!({ "Report": one, "Reports": several, "Unread": unread }));
    json!({ "anyOf": [{ "$ref": "#/$defs/Report" }, { "$ref": "#/$defs/Reports" }, { "$ref": "#/$defs/Unread" }], "$defs": defs })
}

#[cfg(test)]
mod tests;
