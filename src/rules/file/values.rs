//! Values and the tests of one value, as rule files write them.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};

/// A test of one value.
#[derive(Debug, Clone)]
pub enum Test {
    /// It is this.
    Value(Plain),
    /// It stands in a relation to something.
    Form(Box<TestForm>),
}

/// The forms of a test.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-consequence" = "this condition would never hold"))]
pub struct TestForm {
    /// It is one of these.
    pub one_of: Option<Vec<Plain>>,
    /// It is this or more.
    pub at_least: Option<Plain>,
    /// It is more than this.
    pub more_than: Option<Plain>,
    /// It is this or less.
    pub at_most: Option<Plain>,
    /// It is less than this.
    pub less_than: Option<Plain>,
    /// At least so many of these words are not in it.
    pub lacks: Option<Lacks>,
    /// The text has one of these phrases, by language.
    pub mentions_any: Option<BTreeMap<String, Vec<Plain>>>,
    /// The text's words of this lexicon weigh `at_least` so much together.
    pub lexicon: Option<String>,
}

impl Test {
    /// The phrases that it looks for, by language, if it looks for any.
    #[must_use]
    pub fn mentions(&self) -> Option<&BTreeMap<String, Vec<Plain>>> {
        match self {
            Self::Form(form) => form.mentions_any.as_ref(),
            Self::Value(_) => None,
        }
    }

    /// The lexicon that it weighs words by, if it weighs any.
    #[must_use]
    pub fn lexicon(&self) -> Option<&str> {
        match self {
            Self::Form(form) => form.lexicon.as_deref(),
            Self::Value(_) => None,
        }
    }
}

/// How many words of a list may be missing.
#[derive(Debug, Clone, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lacks {
    /// At least so many are missing.
    pub at_least: usize,
    /// The words.
    pub of: Vec<String>,
}

/// A plain value: yes or no, a number, or a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Plain {
    /// `true` or `false`; `yes` and `no` come as text and are read by what is asked.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// Anything else.
    Text(String),
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(answer) => f.write_str(if *answer { "yes" } else { "no" }),
            Self::Number(number) => write!(f, "{}", number.normalize()),
            Self::Text(text) => f.write_str(text),
        }
    }
}

struct PlainVisitor;

impl Visitor<'_> for PlainVisitor {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value: yes, no, a number or a text")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Plain, E> {
        Ok(Plain::Bool(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Plain, E> {
        Ok(Plain::Number(value.into()))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Plain, E> {
        Ok(Plain::Number(value.into()))
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Plain, E> {
        Decimal::from_f64(value).map(Plain::Number).ok_or_else(|| E::custom(format!("{value} is out of range")))
    }
    fn visit_str<E>(self, value: &str) -> Result<Plain, E> {
        Ok(Plain::Text(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Plain, E> {
        Ok(Plain::Text(value))
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor)
    }
}

impl JsonSchema for Plain {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "plain".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

struct TestVisitor;

impl<'de> Visitor<'de> for TestVisitor {
    type Value = Test;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, or a test like { at_least: 3 }")
    }
    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Test, E> {
        PlainVisitor.visit_bool(value).map(Test::Value)
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Test, E> {
        PlainVisitor.visit_u64(value).map(Test::Value)
    }
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Test, E> {
        PlainVisitor.visit_i64(value).map(Test::Value)
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Test, E> {
        PlainVisitor.visit_f64(value).map(Test::Value)
    }
    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Test, E> {
        PlainVisitor.visit_str(value).map(Test::Value)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Test, A::Error> {
        TestForm::deserialize(MapAccessDeserializer::new(map)).map(|form| Test::Form(Box::new(form)))
    }
}

impl<'de> Deserialize<'de> for Test {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TestVisitor)
    }
}

impl JsonSchema for Test {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "test".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let form = generator.subschema_for::<TestForm>();
        json_schema!({ "anyOf": [{ "type": ["string", "number", "boolean"], "x-expects": "a value" }, form], "x-list-under": "one_of" })
    }
}
