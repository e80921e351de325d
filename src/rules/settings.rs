//! The other files of a rule pack: actions, scoring, lexicons and sources, and the user's own configuration.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::file::{Band, Category, Plain};
use crate::diagnostic::Span;
use crate::record::{Day, FormatVersion, Me, Quantity, Stage, words};
use crate::text::Known;

words! {
    /// What an action protects.
    Protects { /// Money that is owed.
        Money = "money" }
}

words! {
    /// What a negator right before an entry of a lexicon does, or words about oneself.
    BehindNot { /// The entry counts all the same: "not very fast" is as vague as "very fast".
        Counts = "counts" }
}

/// One remedy.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Its name in ladders.
    pub id: String,
    /// What to do, in one calm sentence.
    pub title: String,
    /// How to do it.
    pub how: String,
    /// What to avoid.
    pub avoid: String,
    /// How drastic it is, 1 to 9.
    pub drastic: u8,
    /// In which stages it can be done. Left out: in all.
    pub stages: Option<Vec<Stage>>,
    /// Days until a step that did not help counts as failed. Left out: the default of scoring.yml.
    pub wait: Option<u32>,
    /// What it protects.
    pub protects: Option<Protects>,
    /// Other words for it in some stages.
    #[serde(default)]
    #[schemars(schema_with = "by_stage")]
    pub titles: BTreeMap<Stage, String>,
}

/// A map whose keys are the categories: each is named, so that another one is told.
fn by_category(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    by_word(generator.subschema_for::<Quantity>(), Category::ALL.map(Category::word), "no cap would be changed")
}

/// A map whose keys are the stages.
fn by_stage(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    by_word(generator.subschema_for::<String>(), Stage::ALL.map(Stage::word), "no title would be changed")
}

fn by_word<const N: usize>(schema: schemars::Schema, words: [&str; N], consequence: &str) -> schemars::Schema {
    let keys: serde_json::Map<String, serde_json::Value> =
        words.into_iter().map(|word| (word.to_owned(), schema.clone().to_value())).collect();
    schemars::json_schema!({ "type": "object", "properties": keys, "additionalProperties": false, "x-consequence": consequence })
}

impl Action {
    /// What to do, in one sentence, in a stage.
    #[must_use]
    pub fn title_in(&self, stage: Stage) -> &str {
        self.titles.get(&stage).unwrap_or(&self.title)
    }
}

/// All numbers of the scoring.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// The format of this file, which is 1.
    #[serde(skip_serializing)]
    pub clientcheck: Option<FormatVersion>,
    /// From points to the index.
    pub index: IndexFormula,
    /// From which index on a band begins.
    pub bands: Bands,
    /// From how many points on a finding has a severity.
    pub severities: Severities,
    /// The most that the findings of a category can add up to.
    #[schemars(schema_with = "by_category")]
    pub caps: BTreeMap<Category, Quantity>,
    /// How much of a record makes it certain.
    pub confidence: ConfidenceSettings,
    /// When a step counts as tried, and as failed.
    pub steps: StepSettings,
    /// How many pieces of evidence a finding shows at most.
    pub evidence_shown: usize,
}

/// index = 100 / (1 + base_odds * 2^(-points / doubles_every))
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexFormula {
    /// The odds against trouble with no points.
    pub base_odds: Quantity,
    /// So many points double the odds of trouble.
    pub doubles_every: Quantity,
}

/// From which index on a band begins.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// watch begins here.
    pub watch: Quantity,
    /// high begins here.
    pub high: Quantity,
    /// critical begins here.
    pub critical: Quantity,
}

/// Bands that begin elsewhere.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BandsChange {
    /// watch begins here.
    pub watch: Option<Quantity>,
    /// high begins here.
    pub high: Option<Quantity>,
    /// critical begins here.
    pub critical: Option<Quantity>,
}

impl BandsChange {
    /// The bands with what is changed.
    #[must_use]
    pub fn applied_to(&self, bands: &Bands) -> Bands {
        Bands {
            watch: self.watch.unwrap_or(bands.watch),
            high: self.high.unwrap_or(bands.high),
            critical: self.critical.unwrap_or(bands.critical),
        }
    }
}

/// From how many points on a finding has a severity; below the first it is mild.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Severities {
    /// clear begins here.
    pub clear: Quantity,
    /// serious begins here.
    pub serious: Quantity,
    /// grave begins here.
    pub grave: Quantity,
}

/// How much of a record makes it certain.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfidenceSettings {
    /// Below this nothing is called healthy.
    pub floor: Quantity,
    /// How many entries of a list are enough.
    pub enough: Enough,
}

/// How many entries of a list are enough.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enough {
    /// Invoices, and their payments.
    pub invoices: u32,
    /// Messages.
    pub messages: u32,
    /// Milestones.
    pub milestones: u32,
    /// Entries of hours.
    pub hours: u32,
    /// Pieces of feedback.
    pub feedback: u32,
    /// Any other list.
    pub others: u32,
}

/// When a step counts as tried, and as failed.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepSettings {
    /// Older ones are forgotten.
    pub tried_within: String,
    /// Days until a step that did not help has failed, where the action does not say.
    pub wait_days: u32,
}

/// Weighted words and phrases of one language.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LexiconFile {
    /// Its name in rules.
    #[schemars(extend("examples" = ["hostility"]))]
    pub lexicon: String,
    /// Its language, like en.
    #[schemars(extend("examples" = ["en"]))]
    pub language: String,
    /// Whether an entry counts behind a negator too. Left out: it does not.
    pub behind_not: Option<BehindNot>,
    /// Phrase to weight. What was found in a text is added up, each entry once.
    pub entries: BTreeMap<String, Plain>,
}

/// What is known of a language beside the words that rules look for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LanguageFile {
    /// The language, like en.
    pub language: String,
    /// Letters that tell it from others, and that people leave the marks off.
    #[serde(default)]
    pub letters: String,
    /// Small words that every text in it has; a text is told by them.
    #[serde(default)]
    pub common: Vec<String>,
    /// Negators: a lexicon's entry right behind one does not count.
    #[serde(default)]
    pub not: Vec<String>,
    /// Words that hold a negator and deny nothing.
    #[serde(default)]
    pub denies_nothing: Vec<String>,
    /// Words by which people speak of themselves: a lexicon's entry right behind them does not count.
    #[serde(default)]
    pub about_me: Vec<String>,
    /// Small words that may stand between those and the entry.
    #[serde(default)]
    pub between: Vec<String>,
    /// Swear words: they count behind a negator too, and are found with stars for their letters.
    #[serde(default)]
    pub swearing: Vec<String>,
}

/// Where the signs come from.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// The articles, by their letter.
    pub articles: BTreeMap<String, String>,
    /// Studies and surveys, by a short key.
    pub studies: BTreeMap<String, String>,
}

/// The user's own settings, clientcheck.yml.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The format of this file, which is 1.
    pub clientcheck: Option<FormatVersion>,
    /// The packs in force, in order: `built-in`, or folders beside this file. Left out: built-in.
    pub extends: Option<Vec<String>>,
    /// You, for all clients.
    pub me: Option<Me>,
    /// Changes to single rules, by id.
    #[serde(default)]
    pub rules: BTreeMap<String, Override>,
    /// Changes to lexicons: by name, by language, phrase to weight. It adds an entry or changes its weight; 0 takes it out.
    #[serde(default)]
    pub lexicons: BTreeMap<String, BTreeMap<String, BTreeMap<String, Plain>>>,
    /// Other caps, by category.
    #[serde(default)]
    #[schemars(schema_with = "by_category")]
    pub caps: BTreeMap<Category, Quantity>,
    /// Other bands; those that are left out stay as they are.
    pub bands: Option<BandsChange>,
    /// Findings that do not count for one client, for a while.
    #[serde(default)]
    pub set_aside: Vec<SetAside>,
    /// Anything worth remembering.
    pub notes: Option<String>,
}

/// A change to one rule.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// Other points: one number for each level, or one for a rule of one level.
    pub points: Option<PointsOverride>,
    /// Leaves the rule out.
    pub off: Option<Plain>,
    /// More phrases, by language.
    #[serde(default)]
    pub add_phrases: BTreeMap<String, Vec<Plain>>,
    /// Other limits, by name.
    #[serde(default)]
    pub limits: BTreeMap<String, Plain>,
}

/// One number, or one for each level.
#[derive(Debug, Clone, PartialEq)]
pub struct PointsOverride(pub Vec<Decimal>);

impl<'de> Deserialize<'de> for PointsOverride {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Points;
        impl<'de> serde::de::Visitor<'de> for Points {
            type Value = PointsOverride;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number, or a list of numbers")
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<PointsOverride, E> {
                Ok(PointsOverride(vec![value.into()]))
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<PointsOverride, E> {
                Ok(PointsOverride(vec![value.into()]))
            }
            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<PointsOverride, E> {
                Decimal::try_from(value).map(|points| PointsOverride(vec![points])).map_err(E::custom)
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<PointsOverride, A::Error> {
                let mut points = Vec::new();
                while let Some(Quantity(number)) = seq.next_element()? {
                    points.push(number);
                }
                Ok(PointsOverride(points))
            }
        }
        deserializer.deserialize_any(Points)
    }
}

impl JsonSchema for PointsOverride {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "points".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["number", "array"], "items": { "type": "number" } })
    }
}

/// A finding that does not count for one client, for a while.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAside {
    /// The client's id or name.
    pub client: String,
    /// The rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The last day on which it is set aside.
    pub until: Day,
    /// Where it stands in the settings.
    #[serde(skip)]
    pub place: Option<AsidePlace>,
}

/// Where a finding is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsidePlace {
    /// The file of settings.
    pub file: String,
    /// Where the client is named.
    pub client: Span,
    /// Where the last day stands.
    pub until: Span,
}

impl LanguageFile {
    /// Its words, by what is known of them and under which key.
    pub fn kinds(&self) -> impl Iterator<Item = (Known, &'static str, &[String])> {
        Known::ALL.into_iter().map(|(kind, key)| {
            let words = match kind {
                Known::Common => &self.common,
                Known::Not => &self.not,
                Known::DeniesNothing => &self.denies_nothing,
                Known::AboutMe => &self.about_me,
                Known::Between => &self.between,
                Known::Swearing => &self.swearing,
            };
            (kind, key, words.as_slice())
        })
    }
}

impl SetAside {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        day <= self.until.0
    }

    /// Whether it is about a client known by these names.
    #[must_use]
    pub fn is_about(&self, names: &[&str]) -> bool {
        names.contains(&self.client.as_str())
    }
}

impl Scoring {
    /// The band of an index.
    #[must_use]
    pub fn band(&self, index: Decimal) -> Band {
        if index >= self.bands.critical.0 {
            Band::Critical
        } else if index >= self.bands.high.0 {
            Band::High
        } else if index >= self.bands.watch.0 {
            Band::Watch
        } else {
            Band::Low
        }
    }
}
