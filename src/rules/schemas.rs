//! JSON Schemas for editors: what the types of a file say, and beside it what only the facts table and the built-in pack
//! know: which fields the list of a rule has, and the ids of rules, actions and lexicons.
//!
//! They are offers, never limits: an id of one's own pack is right too, so every list of ids leaves other words open.

use serde_json::{Map, Value, json};

use super::Rulebook;
use super::file::{FIELD_MEASURES, RuleFile};
use super::settings::{Action, Config, LanguageFile, LexiconFile, Scoring, Sources};
use crate::facts::{Field, Kind, List};
use crate::record::{Message, Record, schema};

/// The files whose keys an editor can complete and explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// One client.
    Record,
    /// One line of a `messages_file`.
    Message,
    /// One sign.
    Rule,
    /// One remedy.
    Action,
    /// Weighted words.
    Lexicon,
    /// What tells a language, and what undoes words in it.
    Language,
    /// The numbers of the scoring.
    Scoring,
    /// Where signs come from.
    Sources,
    /// The user's settings.
    Config,
}

/// The JSON Schema (2020-12) of a kind of file, with the ids of a rulebook as offers.
#[must_use]
pub fn editor_schema(kind: FileKind, book: &Rulebook) -> Value {
    let ids = Ids::of(book);
    let (title, mut schema) = match kind {
        FileKind::Record => ("A client's record", record(&ids)),
        FileKind::Message => ("A message", schema::<Message>()),
        FileKind::Rule => ("A rule", rule(&ids)),
        FileKind::Action => ("An action", schema::<Action>()),
        FileKind::Lexicon => ("A lexicon", schema::<LexiconFile>()),
        FileKind::Language => ("A language", schema::<LanguageFile>()),
        FileKind::Scoring => ("The scoring", schema::<Scoring>()),
        FileKind::Sources => ("The sources", schema::<Sources>()),
        FileKind::Config => ("Your settings", config(&ids)),
    };
    schema["title"] = title.into();
    published(schema)
}

/// A schema as others read it: without the words that only this program knows.
#[must_use]
pub fn published(schema: Value) -> Value {
    match schema {
        Value::Object(keys) => {
            keys.into_iter().filter(|(key, _)| !key.starts_with("x-")).map(|(key, value)| (key, published(value))).collect()
        }
        Value::Array(entries) => entries.into_iter().map(published).collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

/// Words that an editor offers.
struct Ids<'b> {
    rules: Vec<(&'b str, &'b str)>,
    actions: Vec<&'b str>,
    lexicons: Vec<&'b str>,
    sources: Vec<&'b str>,
}

impl<'b> Ids<'b> {
    fn of(book: &'b Rulebook) -> Self {
        Self {
            rules: book.rules.iter().map(|rule| (rule.id.as_str(), rule.title.as_str())).collect(),
            actions: book.actions.keys().map(String::as_str).collect(),
            lexicons: book.lexicons.iter().map(String::as_str).collect(),
            sources: book.sources.articles.keys().chain(book.sources.studies.keys()).map(String::as_str).collect(),
        }
    }

    fn rules(&self) -> Value {
        offered(self.rules.iter().map(|(id, _)| *id))
    }
}

/// Any text; these words are offered.
fn offered<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    json!({ "anyOf": [{ "enum": words.into_iter().collect::<Vec<_>>() }, { "type": "string" }] })
}

/// Puts words in place of what a key may be; what the key means stays.
fn offer(schema: &mut Value, pointer: &str, offers: Value) {
    let Some(place) = schema.pointer_mut(pointer) else { return };
    let description = place.get("description").cloned();
    *place = offers;
    if let (Some(description), Some(keys)) = (description, place.as_object_mut()) {
        keys.insert("description".to_owned(), description);
    }
}

fn record(ids: &Ids<'_>) -> Value {
    let mut schema = schema::<Record>();
    offer_in_record(&mut schema, ids);
    schema
}

fn offer_in_record(schema: &mut Value, ids: &Ids<'_>) {
    offer(schema, "/$defs/Observation/properties/rule", ids.rules());
    offer(schema, "/$defs/ActionTaken/properties/for", ids.rules());
    offer(schema, "/$defs/ActionTaken/properties/action", offered(ids.actions.iter().copied()));
}

fn config(ids: &Ids<'_>) -> Value {
    let mut schema = schema::<Config>();
    offer(&mut schema, "/$defs/SetAside/properties/rule", ids.rules());
    if let Some(Value::Object(rules)) = schema.pointer_mut("/properties/rules") {
        let change = |title: &str| json!({ "$ref": "#/$defs/Override", "description": title });
        let keys: Map<String, Value> = ids.rules.iter().map(|(id, title)| ((*id).to_owned(), change(title))).collect();
        rules.insert("properties".to_owned(), keys.into());
    }
    schema
}

fn rule(ids: &Ids<'_>) -> Value {
    let mut schema = schema::<RuleFile>();
    offer_in_record(&mut schema, ids);
    offer(&mut schema, "/properties/ladder/items", offered(ids.actions.iter().copied()));
    offer(&mut schema, "/properties/sources/items", offered(ids.sources.iter().copied()));
    offer(&mut schema, "/$defs/TestForm/properties/lexicon", offered(ids.lexicons.iter().copied()));
    fields_by_list(&mut schema);
    // An editor shows the words of the innermost schema that fits: those of the field say more.
    for name in ["test", "TestForm"] {
        if let Some(Value::Object(keys)) = schema.pointer_mut("/$defs").and_then(|definitions| definitions.get_mut(name)) {
            keys.remove("description");
        }
    }
    schema
}

/// Conditions and the measures of fields go by the list that stands in `look_at` beside them: each list has a condition
/// of its own, which has the list's fields and no other.
fn fields_by_list(schema: &mut Value) {
    let lists = List::ALL.map(List::word);
    let has_list = |place: &mut Value, conditions: &[&str], measures: bool| {
        let Some(keys) = place.as_object_mut() else { return };
        if let Some(Value::Object(properties)) = keys.get_mut("properties") {
            for key in conditions {
                if let Some(Value::Object(condition)) = properties.get_mut(*key) {
                    condition.retain(|word, _| word == "description");
                }
            }
            if let Some(Value::Object(look_at)) = properties.get_mut("look_at") {
                look_at.remove("type");
                look_at.insert("enum".to_owned(), lists.iter().copied().map(Value::from).collect());
            }
        }
        let cases: Vec<Value> = List::ALL.into_iter().map(|list| case(list, conditions, measures)).collect();
        keys.insert("allOf".to_owned(), cases.into());
    };
    has_list(schema, &["among", "where"], false);
    if let Some(question) = schema.pointer_mut("/$defs/question") {
        has_list(question, &["among", "where"], true);
    }
    if let Some(sequence) = schema.pointer_mut("/$defs/Sequence") {
        has_list(sequence, &["where"], false);
    }
    if let Some(Value::Object(definitions)) = schema.get_mut("$defs") {
        definitions.remove("condition");
        definitions.extend(List::ALL.into_iter().map(|list| (condition_name(list), condition(list))));
        definitions.extend(List::ALL.into_iter().map(|list| (fields_name(list), fields(list))));
    }
}

fn condition_name(list: List) -> String {
    format!("condition-of-{list}")
}

fn fields_name(list: List) -> String {
    format!("fields-of-{list}")
}

/// A test of one of the fields of a list, for the measures that take a field.
fn fields(list: List) -> Value {
    let fields: Map<String, Value> = list.fields().iter().map(|field| (field.name.to_owned(), test(field))).collect();
    json!({ "type": "object", "properties": fields, "additionalProperties": false })
}

/// What follows if a list is looked at.
fn case(list: List, conditions: &[&str], measures: bool) -> Value {
    let reference = json!({ "$ref": format!("#/$defs/{}", condition_name(list)) });
    let mut then: Map<String, Value> = conditions.iter().map(|key| ((*key).to_owned(), reference.clone())).collect();
    if measures {
        let fields = json!({ "$ref": format!("#/$defs/{}", fields_name(list)) });
        then.extend(FIELD_MEASURES.map(|measure| (measure.to_owned(), fields.clone())));
    }
    json!({
        "if": { "properties": { "look_at": { "const": list.word() } }, "required": ["look_at"] },
        "then": { "properties": then },
    })
}

/// A condition on an entry of a list.
fn condition(list: List) -> Value {
    let many = json!({ "type": "array", "items": { "$ref": format!("#/$defs/{}", condition_name(list)) } });
    let mut keys: Map<String, Value> = list.fields().iter().map(|field| (field.name.to_owned(), test(field))).collect();
    let mut add = |name: &str, schema: &Value, meaning: &str| {
        let mut schema = schema.clone();
        schema["description"] = meaning.into();
        keys.insert(name.to_owned(), schema);
    };
    let sequence = json!({ "$ref": "#/$defs/Sequence" });
    add("any", &many, "At least one of these must hold.");
    add("none", &many, "None of these may hold.");
    add("followed_by", &sequence, "What must have come after the entry.");
    add("not_followed_by", &sequence, "What must not have come after the entry.");
    add("preceded_by", &sequence, "What must have come before the entry.");
    json!({
        "type": "object",
        "description": format!("A condition on one entry of {list}; all of it must hold."),
        "properties": keys,
        "additionalProperties": false,
    })
}

/// What may be asked of a field.
fn test(field: &Field) -> Value {
    let form = json!({ "$ref": "#/$defs/TestForm" });
    let mut schema = match field.kind {
        Kind::Word([]) | Kind::Text => json!({ "anyOf": [{ "type": ["string", "boolean"] }, form] }),
        Kind::Word(words) => json!({ "anyOf": [{ "enum": words }, form] }),
        Kind::Words(_) | Kind::Number | Kind::Share | Kind::Money => {
            json!({ "anyOf": [{ "type": ["string", "number", "boolean"] }, form] })
        }
        Kind::YesNo => json!({ "enum": ["yes", "no", true, false] }),
        Kind::Day => json!({ "anyOf": [{ "enum": ["yes", "no", true, false] }, form] }),
    };
    schema["description"] = format!("{} ({}). If it is missing: {}", field.meaning, field.kind.name(), field.absent).into();
    schema
}
