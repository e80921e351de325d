//! Rule files as they are written: the grammar of format 1 as types that serde reads. Nothing is checked here but the
//! shape; names are checked when the file is compiled.

mod conditions;
mod tests;
mod values;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::record::{Stage, words};

pub use conditions::{Condition, Question, Sequence};
pub(super) use conditions::{FIELD_MEASURES, MEASURES};
pub use tests::{Expected, RuleTest};
pub use values::{Lacks, Plain, Test, TestForm};

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
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// The rule's name in files and on the command line; it names the problem, never the cure.
    #[schemars(extend("examples" = ["friday-calls"]))]
    pub id: String,
    /// The sign in a few words.
    #[schemars(extend("examples" = ["Calls on Friday evenings"]))]
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
    #[serde(default, deserialize_with = "something")]
    #[schemars(with = "Vec<Stage>")]
    pub stages: Option<Vec<Stage>>,
    /// The pack whose rule of the same id this one replaces.
    pub replaces: Option<String>,
    /// The list that it looks at. Left out: it asks single facts only.
    pub look_at: Option<String>,
    /// Which entries are considered. Left out: all.
    #[serde(default, deserialize_with = "something")]
    #[schemars(with = "Condition")]
    pub among: Option<Condition>,
    /// Which of those match. Left out: all.
    #[serde(default, rename = "where", deserialize_with = "something")]
    #[schemars(with = "Condition")]
    pub matching: Option<Condition>,
    /// Only entries whose last day lies in this time, back from as-of.
    #[serde(default, deserialize_with = "something")]
    #[schemars(with = "String")]
    pub within: Option<String>,
    /// The stretch just before `within`, for `N% of before`.
    #[serde(default, deserialize_with = "something")]
    #[schemars(with = "String")]
    pub before: Option<String>,
    /// Numbers that users may want to change, by name.
    #[serde(default)]
    pub limits: BTreeMap<String, Plain>,
    /// How bad it is: level 1 is the sign; the last that holds counts.
    pub levels: Vec<LevelFile>,
    /// After this time half of the points are gone. Left out: they stay.
    #[serde(default, deserialize_with = "something")]
    #[schemars(with = "String")]
    pub fades: Option<String>,
    /// The actions in the order in which they are tried.
    #[schemars(extend("examples" = [["state-hours", "let-go"]]))]
    pub ladder: Vec<String>,
    /// Its tests.
    #[serde(default)]
    pub tests: Vec<RuleTest>,
}

/// A key may be left out, but not left empty: an empty `where` would count everything.
fn something<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// One level of a rule.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelFile {
    /// When it holds.
    pub when: Question,
    /// How much it counts: +10 doubles the odds of trouble.
    #[schemars(extend("x-expects" = "a number, like 3 or 7.5"))]
    pub points: Plain,
    /// The band that the client is in at least while this holds.
    pub at_least_band: Option<Band>,
    /// Whether no milder step than ending it makes sense.
    pub beyond_repair: Option<Plain>,
}
