//! Rule files as they are written: the grammar of format 1 as types that serde reads. Nothing is checked here but the
//! shape; names are checked when the file is compiled.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize as Derive;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};

use crate::record::{Day, Stage, words};

words! {
    /// What a rule is about. Each category has a cap on its points.
    Category {
        /// Late, missing or disputed money.
        Payment = "payment",
        /// What the work may cost.
        Pricing = "pricing",
        /// What belongs to the work.
        Scope = "scope",
        /// Whether it is clear what is wanted.
        Clarity = "clarity",
        /// How people are treated.
        Conduct = "conduct",
        /// How people reach each other.
        Communication = "communication",
        /// What both think of each other.
        Trust = "trust",
        /// What was agreed before the work began.
        Groundwork = "groundwork",
        /// What I delivered, and how.
        Delivery = "delivery",
        /// What goes well; takes points off.
        Strengths = "strengths",
    }
}
words! {
    /// Whose behaviour a sign describes.
    Side { /// The client's.
        Client = "client", /// My own.
        Me = "me", /// Both sides'.
        Both = "both" }
}
words! {
    /// What the points of a rule rest on.
    FoundedOn { /// Expert judgement.
        Expert = "expert", /// A survey.
        Survey = "survey", /// A study.
        Study = "study" }
}
words! {
    /// How risky a client is, in one word.
    Band { /// Below the first threshold.
        Low = "low", /// Worth an eye.
        Watch = "watch", /// Something has to change.
        High = "high", /// It cannot go on like this.
        Critical = "critical" }
}
words! {
    /// What a test of a rule expects.
    Outcome { /// The sign is there.
        Fired = "fired", /// The sign is not there.
        Quiet = "quiet", /// It cannot be told.
        NotEvaluated = "not-evaluated" }
}

/// One rule: one warning sign, or one strength.
#[derive(Debug, Clone, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// The rule's name in files and on the command line; it names the problem, never the cure.
    pub id: String,
    /// The sign in a few words.
    pub title: String,
    /// What it is about; decides which cap holds.
    pub category: Category,
    /// Whose behaviour it describes.
    pub side: Side,
    /// What it is and why it matters, in a few sentences.
    pub about: Option<String>,
    /// Which articles of the catalogue know it, and which studies it rests on, by their keys in sources.yml.
    #[serde(default)]
    pub sources: Vec<String>,
    /// What its points rest on.
    pub founded_on: FoundedOn,
    /// The fact in a line, with placeholders like {count}.
    pub says: Option<String>,
    /// In which stages it applies. Left out: in all.
    pub stages: Option<Vec<Stage>>,
    /// The pack whose rule of the same id this one replaces.
    pub replaces: Option<String>,
    /// The list that it looks at. Left out: it asks single facts only.
    pub look_at: Option<String>,
    /// Which entries are considered. Left out: all.
    pub among: Option<Condition>,
    /// Which of those match. Left out: all.
    #[serde(rename = "where")]
    pub matching: Option<Condition>,
    /// Only entries whose last day lies in this time, back from as-of.
    pub within: Option<String>,
    /// The stretch just before `within`, for `N% of before`.
    pub before: Option<String>,
    /// Numbers that users may want to change, by name.
    #[serde(default)]
    pub limits: BTreeMap<String, Plain>,
    /// How bad it is: level 1 is the sign; the last that holds counts.
    pub levels: Vec<LevelFile>,
    /// After this time half of the points are gone. Left out: they stay.
    pub fades: Option<String>,
    /// The actions in the order in which they are tried.
    pub ladder: Vec<String>,
    /// Its tests.
    #[serde(default)]
    pub tests: Vec<RuleTest>,
}

/// One level of a rule.
#[derive(Debug, Clone, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelFile {
    /// When it holds.
    pub when: Question,
    /// How much it counts: +10 doubles the odds of trouble.
    pub points: Plain,
    /// The band that the client is in at least while this holds.
    pub at_least_band: Option<Band>,
    /// Whether no milder step than ending it makes sense.
    pub beyond_repair: Option<Plain>,
}

/// A test of a rule: a record, a day, and what must come out.
#[derive(Debug, Clone, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTest {
    /// What is tried, as a sentence.
    pub name: String,
    /// The day.
    pub as_of: Day,
    /// The record; `client` may be left out, and `repeat: N` stands for N equal items.
    pub record: serde_json::Value,
    /// What must come out.
    pub expect: Expected,
}

/// What must come out of a test.
#[derive(Debug, Clone, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// fired, quiet or not-evaluated.
    pub finding: Outcome,
    /// The level, counted from 1.
    pub level: Option<usize>,
    /// How many pieces of evidence.
    pub evidence: Option<usize>,
}

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
#[derive(Debug, Clone, Derive, JsonSchema)]
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

/// A test of one value.
#[derive(Debug, Clone)]
pub enum Test {
    /// It is this.
    Value(Plain),
    /// It stands in a relation to something.
    Form(Box<TestForm>),
}

/// The forms of a test.
#[derive(Debug, Clone, Default, Derive, JsonSchema)]
#[serde(deny_unknown_fields)]
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

/// How many words of a list may be missing.
#[derive(Debug, Clone, Derive, JsonSchema)]
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
        json_schema!({ "anyOf": [{ "type": ["string", "number", "boolean"] }, form] })
    }
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
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (test, sequence, many) =
            (generator.subschema_for::<Test>(), generator.subschema_for::<Sequence>(), generator.subschema_for::<Vec<Self>>());
        json_schema!({
            "type": "object",
            "description": "A condition on one item; all of it must hold.",
            "properties": { "any": many, "none": many, "followed_by": sequence, "not_followed_by": sequence, "preceded_by": sequence },
            "additionalProperties": test,
        })
    }
}

/// The measures of the matched items as a whole.
pub(super) const MEASURES: [&str; 4] = ["count", "share", "out_of", "days_since_last"];
/// The measures of one of their fields.
pub(super) const FIELD_MEASURES: [&str; 5] = ["sum_of", "share_of", "largest", "median", "distinct"];

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
        json_schema!({
            "type": "object",
            "description": "A question about the whole record; all of it must hold.",
            "properties": {
                "any": many, "none": many, "look_at": { "type": "string" }, "among": condition, "where": condition, "within": { "type": "string" },
                "sum_of": by_field, "share_of": by_field, "largest": by_field, "median": by_field, "distinct": by_field,
            },
            "additionalProperties": test,
        })
    }
}
