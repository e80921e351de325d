//! Conditions on one entry of a list, and questions about a whole record.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::values::Test;
use crate::facts::{FACTS, List};

/// A condition on one item; all of it must hold.
#[derive(Debug, Clone, Default)]
pub struct Condition {
    /// Tests by field.
    pub tests: Vec<(String, Test)>,
    /// At least one of these must hold.
    pub any: Option<Vec<Condition>>,
    /// None of these may hold.
    pub none: Option<Vec<Condition>>,
    /// What must have come after the item.
    pub followed_by: Option<Box<Sequence>>,
    /// What must not have come after the item.
    pub not_followed_by: Option<Box<Sequence>>,
    /// What must have come before the item.
    pub preceded_by: Option<Box<Sequence>>,
}

/// Something that comes before or after an item.
#[derive(Debug, Clone, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// The list to look in.
    pub look_at: String,
    /// Which entries of it.
    #[serde(rename = "where")]
    pub matching: Option<Condition>,
    /// Within which time, from the item.
    pub within: String,
}

/// A question about a whole record; all of it must hold.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Tests of measures (`count`, `share` …) and of single facts, by name.
    pub tests: Vec<(String, Test)>,
    /// Tests of measures of a field (`sum_of`, `largest` …): the measure, the field, the test.
    pub of_field: Vec<(String, String, Test)>,
    /// At least one of these must hold.
    pub any: Option<Vec<Question>>,
    /// None of these may hold.
    pub none: Option<Vec<Question>>,
    /// A list of its own; then nothing is inherited.
    pub look_at: Option<String>,
    /// Which entries are considered.
    pub among: Option<Condition>,
    /// Which of those match.
    pub matching: Option<Condition>,
    /// Only entries of this time.
    pub within: Option<String>,
}

/// Sets a key that may stand once.
fn once<T, E: serde::de::Error>(place: &mut Option<T>, value: T, key: &'static str) -> Result<(), E> {
    if place.replace(value).is_some() { Err(E::duplicate_field(key)) } else { Ok(()) }
}

struct ConditionVisitor;

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = Condition;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tests by field, like { days_late: { at_least: 1 } }")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Condition, A::Error> {
        let mut condition = Condition::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "any" => once(&mut condition.any, map.next_value()?, "any")?,
                "none" => once(&mut condition.none, map.next_value()?, "none")?,
                "followed_by" => once(&mut condition.followed_by, map.next_value()?, "followed_by")?,
                "not_followed_by" => once(&mut condition.not_followed_by, map.next_value()?, "not_followed_by")?,
                "preceded_by" => once(&mut condition.preceded_by, map.next_value()?, "preceded_by")?,
                _ => condition.tests.push((key, map.next_value()?)),
            }
        }
        Ok(condition)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ConditionVisitor)
    }
}

impl JsonSchema for Condition {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "condition".into()
    }
    /// The fields of all lists are named, so that an editor can offer them; which of them the list has is told when the
    /// rule is compiled, so other keys are left open here.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (test, sequence, many) =
            (generator.subschema_for::<Test>(), generator.subschema_for::<Sequence>(), generator.subschema_for::<Vec<Self>>());
        let mut keys = Map::new();
        for list in List::ALL {
            for field in list.fields() {
                let meaning = format!("{list}: {} ({})", field.meaning, field.kind.name());
                match keys.get_mut(field.name).and_then(|key: &mut Value| key.get_mut("description")) {
                    Some(Value::String(text)) => text.extend(["\n", &meaning]),
                    _ => drop(keys.insert(field.name.to_owned(), described(&test, &meaning))),
                }
            }
        }
        keys.insert("any".to_owned(), described(&many, "At least one of these must hold."));
        keys.insert("none".to_owned(), described(&many, "None of these may hold."));
        keys.insert("followed_by".to_owned(), described(&sequence, "What must have come after the entry."));
        keys.insert("not_followed_by".to_owned(), described(&sequence, "What must not have come after the entry."));
        keys.insert("preceded_by".to_owned(), described(&sequence, "What must have come before the entry."));
        json_schema!({
            "type": "object",
            "description": "A condition on one entry; all of it must hold.",
            "x-consequence": "this condition would never hold",
            "properties": keys,
            "additionalProperties": test,
        })
    }
}

/// A schema with words for the key that has it.
fn described(schema: &Schema, description: &str) -> Value {
    let mut schema = schema.clone();
    schema.insert("description".to_owned(), description.into());
    schema.to_value()
}

/// The measures of the matched items as a whole.
pub(in crate::rules) const MEASURES: [&str; 4] = ["count", "share", "out_of", "days_since_last"];
/// The measures of one of their fields.
pub(in crate::rules) const FIELD_MEASURES: [&str; 5] = ["sum_of", "share_of", "largest", "median", "distinct"];

struct QuestionVisitor;

impl<'de> Visitor<'de> for QuestionVisitor {
    type Value = Question;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("measures and facts, like { count: { at_least: 2 } }")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Question, A::Error> {
        let mut question = Question::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "any" => once(&mut question.any, map.next_value()?, "any")?,
                "none" => once(&mut question.none, map.next_value()?, "none")?,
                "look_at" => once(&mut question.look_at, map.next_value()?, "look_at")?,
                "among" => once(&mut question.among, map.next_value()?, "among")?,
                "where" => once(&mut question.matching, map.next_value()?, "where")?,
                "within" => once(&mut question.within, map.next_value()?, "within")?,
                measure if FIELD_MEASURES.contains(&measure) => {
                    let fields: BTreeMap<String, Test> = map.next_value()?;
                    question.of_field.extend(fields.into_iter().map(|(field, test)| (key.clone(), field, test)));
                }
                _ => question.tests.push((key, map.next_value()?)),
            }
        }
        Ok(question)
    }
}

impl<'de> Deserialize<'de> for Question {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(QuestionVisitor)
    }
}

impl JsonSchema for Question {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "question".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (test, condition, many) =
            (generator.subschema_for::<Test>(), generator.subschema_for::<Condition>(), generator.subschema_for::<Vec<Self>>());
        let by_field = json_schema!({ "type": "object", "additionalProperties": test });
        let text = json_schema!({ "type": "string" });
        let mut keys = Map::new();
        let mut add = |name: &str, schema: &Schema, meaning: &str| drop(keys.insert(name.to_owned(), described(schema, meaning)));
        add("count", &test, "How many entries match.");
        add("share", &test, "How many match, of those considered, in percent.");
        add("out_of", &test, "How many are considered.");
        add("days_since_last", &test, "Days since the last one that matches.");
        add("sum_of", &by_field, "The sum of a field, over those that match.");
        add("share_of", &by_field, "The same, of the sum over those considered, in percent.");
        add("largest", &by_field, "The largest value of a field.");
        add("median", &by_field, "The median of a field.");
        add("distinct", &by_field, "How many different values a field has.");
        add("any", &many, "At least one of these must hold.");
        add("none", &many, "None of these may hold.");
        add("look_at", &text, "A list of its own; then nothing is inherited.");
        add("among", &condition, "Which entries are considered.");
        add("where", &condition, "Which of those match.");
        add("within", &text, "Only entries of this time, like `24 months`.");
        for fact in FACTS {
            add(fact.name, &test, &format!("{} ({})", fact.meaning, fact.kind.name()));
        }
        json_schema!({
            "type": "object",
            "description": "A question about the whole record; all of it must hold.",
            "properties": keys,
            "additionalProperties": false,
            "x-consequence": "this level would never hold",
        })
    }
}
