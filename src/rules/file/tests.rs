//! The tests that stand inside rule files.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Outcome;
use crate::record::{Day, Record};

/// A test of a rule: a record, a day, and what must come out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTest {
    /// What is tried, as a sentence.
    pub name: String,
    /// The day.
    pub as_of: Day,
    /// The record; `client` may be left out, and `repeat: N` stands for N equal items.
    #[schemars(schema_with = "record_of_a_test")]
    pub record: Value,
    /// What must come out.
    pub expect: Expected,
}

/// What must come out of a test.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// fired, quiet or not-evaluated.
    pub finding: Outcome,
    /// The level, counted from 1.
    pub level: Option<usize>,
    /// How many pieces of evidence.
    pub evidence: Option<usize>,
}

impl RuleTest {
    /// The record, with a client and with every item as often as it is meant.
    ///
    /// # Errors
    /// If it is no record.
    pub fn record(&self) -> Result<Record, serde_json::Error> {
        let is_odd = |item: &Value| item.get("repeat").is_some_and(|times| times.as_u64().is_none_or(|times| times == 0));
        let lists = self.record.as_object().into_iter().flat_map(Map::values).filter_map(Value::as_array);
        if lists.flatten().any(is_odd) {
            return Err(serde::de::Error::custom("`repeat` has to be a whole number from 1 on"));
        }
        serde_json::from_value(complete(self.record.clone()))
    }
}

/// A test's record may leave out the client, and `repeat: N` stands for N equal items.
fn complete(record: Value) -> Value {
    let Value::Object(mut keys) = record else { return record };
    if !keys.contains_key("client") {
        keys.insert("client".to_owned(), json!({ "name": "the client of a test" }));
    }
    for (_, value) in &mut keys {
        if let Value::Array(items) = value {
            *items = std::mem::take(items).into_iter().flat_map(repeated).collect();
        }
    }
    Value::Object(keys)
}

fn repeated(mut item: Value) -> Vec<Value> {
    /// More equal items than this prove nothing more.
    const MOST: u64 = 10_000;
    let times = item.as_object_mut().and_then(|keys| keys.remove("repeat")).and_then(|times| times.as_u64()).unwrap_or(1);
    let times = usize::try_from(times.min(MOST)).unwrap_or(1);
    vec![item; times]
}

/// The schema of records, with what only tests may do. A rule's schema has no other records.
fn record_of_a_test(generator: &mut SchemaGenerator) -> Schema {
    let record = generator.subschema_for::<Record>();
    let name_of = |schema: &Value| Some(schema.get("$ref")?.as_str()?.rsplit('/').next()?.to_owned());
    let Some(name) = name_of(record.as_value()) else { return record };
    let definitions = generator.definitions_mut();
    let keys = definitions.get(&name).and_then(|definition| definition.get("properties")).and_then(Value::as_object);
    let lists: Vec<String> = keys.into_iter().flat_map(Map::values).filter_map(|key| name_of(key.get("items")?)).collect();
    if let Some(Value::Array(required)) = definitions.get_mut(&name).and_then(|definition| definition.get_mut("required")) {
        required.retain(|key| key != "client");
    }
    for list in lists {
        if let Some(Value::Object(keys)) = definitions.get_mut(&list).and_then(|definition| definition.get_mut("properties")) {
            let repeat = json!({ "type": "integer", "minimum": 1, "description": "Stands for so many equal entries." });
            keys.insert("repeat".to_owned(), repeat);
        }
    }
    record
}
