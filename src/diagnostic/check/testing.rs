//! A small record for tests, with the words that real ones have.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};
use serde_json::Value;

use super::ScalarMistake;

macro_rules! scalar {
    ($name:ident, $schema:tt) => {
        #[allow(dead_code, reason = "only its schema is used")]
        pub struct $name(String);
        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

scalar!(Day, { "type": "string", "x-kind": "day", "x-expects": "a day, like 2026-02-28" });
scalar!(Amount, { "type": ["string", "number"], "x-kind": "amount", "examples": ["1900.00"] });
scalar!(YesNo, { "type": ["string", "boolean"], "x-kind": "yes-no", "x-expects": "yes or no" });

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Record {
    clientcheck: Option<u8>,
    client: Client,
    stage: Option<Stage>,
    contract: Option<Contract>,
    #[serde(default)]
    invoices: Vec<Invoice>,
    #[serde(default)]
    limits: BTreeMap<String, f64>,
    test: Option<Test>,
    #[serde(default)]
    questions: Vec<Question>,
    shape: Option<Shape>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Client {
    name: String,
    id: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    emails: Vec<String>,
    timezone: Option<String>,
    since: Option<Day>,
}

/// Where things stand.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "only its schema is used")]
enum Stage {
    Prospect,
    /// Work is going on.
    Active,
    Paused,
    Ended,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Contract {
    signed_on: Option<DayOrNo>,
    value: Option<Amount>,
    #[schemars(range(min = 0, max = 100))]
    deposit_percent: Option<f64>,
    revision_rounds_included: Option<u32>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum DayOrNo {
    Day(Day),
    No(No),
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "only its schema is used")]
enum No {
    No,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Invoice {
    number: String,
    issue_date: Option<Day>,
    due_date: Option<Day>,
    amount: Amount,
    disputed: Option<YesNo>,
    #[serde(default)]
    payments: Vec<Payment>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Payment {
    date: Option<Day>,
    amount: Amount,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum Test {
    Number(f64),
    OneOf(OneOf),
    Range(Range),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct OneOf {
    one_of: Vec<String>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Range {
    at_least: Option<f64>,
    at_most: Option<f64>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum Question {
    Any(Any),
    All(All),
    Several(Vec<Question>),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Any {
    any: Vec<Question>,
    count: Option<Test>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct All {
    all: Vec<Question>,
    count: Option<Test>,
}

#[derive(JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
enum Shape {
    Circle { radius: f64 },
    Square { side: f64 },
}

/// The schema of the small record.
pub fn schema() -> Value {
    schema_for!(Record).to_value()
}

/// The checks that a caller would bring along.
pub fn kinds(kind: &str, text: &str, quoted: bool) -> Result<(), ScalarMistake> {
    let wrong = |code, message: String, label: &str, note: &str| {
        Err(ScalarMistake { code, message, label: label.to_owned(), notes: vec![note.to_owned()], suggestion: None })
    };
    match kind {
        "day" if text.parse::<Shortened>().is_err() => {
            wrong("not-a-day", format!("`{text}` is not a day"), "", "days are written year-month-day, like 2026-02-28")
        }
        "amount" if text.parse::<f64>().is_err() => wrong(
            "not-an-amount",
            format!("`{text}` is not an amount"),
            "1900.00, or 1.90? this is not guessed",
            "amounts have a point before the cents and nothing else: \"1900.00\"",
        ),
        "yes-no" if quoted || !matches!(text, "yes" | "no" | "true" | "false") => {
            wrong("not-yes-or-no", format!("`{text}` is neither yes nor no"), "write yes or no", "")
        }
        _ => Ok(()),
    }
}

/// Enough of a calendar for tests.
struct Shortened;

impl std::str::FromStr for Shortened {
    type Err = ();

    fn from_str(text: &str) -> Result<Shortened, ()> {
        let parts: Vec<u32> = text.split('-').map(|part| part.parse().map_err(|_| ())).collect::<Result<_, ()>>()?;
        match parts.as_slice() {
            [1000..=9999, 1..=12, day] if *day >= 1 && *day <= if parts[1] == 2 { 28 } else { 31 } => Ok(Shortened),
            _ => Err(()),
        }
    }
}
