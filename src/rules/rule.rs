//! A rule as it is evaluated: every name resolved, every number read, every phrase handed to the one reader of texts.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::file::{Band, Category, FoundedOn, Side};
use crate::facts::{Duration, Fact, Field, List, Value};
use crate::record::Stage;
use crate::text::{LexiconId, SetId};

/// A checked rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// The sign in a few words.
    pub title: String,
    /// Its category.
    pub category: Category,
    /// Whose behaviour it describes.
    pub side: Side,
    /// What it is and why it matters.
    pub about: String,
    /// The articles that know it and the studies that it rests on, by their keys in sources.yml.
    pub sources: Vec<String>,
    /// What its points rest on.
    pub founded_on: FoundedOn,
    /// The fact in a line.
    pub says: Option<Vec<Says>>,
    /// The stages in which it applies; none means all.
    pub stages: Option<Vec<Stage>>,
    /// What it looks at: its own list first, if it has one, then those of questions with a list of their own.
    pub selections: Vec<Selection>,
    /// Whether the first selection is the rule's own.
    pub has_list: bool,
    /// The stretch before `within`.
    pub before: Option<Duration>,
    /// Its levels.
    pub levels: Vec<Level>,
    /// The selections that level 1 asks of.
    pub first_level_asks: Vec<usize>,
    /// The time in which half of the points go.
    pub fades: Option<Duration>,
    /// Its ladder, by action ids.
    pub ladder: Vec<String>,
    /// The pack that it is from.
    pub pack: String,
    /// Whether the user's configuration changes it.
    pub is_overridden: bool,
    /// The languages of its phrases.
    pub languages: Vec<String>,
}

impl Rule {
    /// Whether it applies in a stage.
    #[must_use]
    pub fn applies_in(&self, stage: Stage) -> bool {
        self.stages.as_ref().is_none_or(|stages| stages.contains(&stage))
    }
    /// The points of its highest level.
    #[must_use]
    pub fn top_points(&self) -> Tenths {
        self.levels.iter().map(|level| level.points).max().unwrap_or_default()
    }
}

/// Points in whole tenths, so that every sum is exact.
pub type Tenths = i64;

/// One level of a rule.
#[derive(Debug, Clone)]
pub struct Level {
    /// When it holds.
    pub when: Query,
    /// How much it counts.
    pub points: Tenths,
    /// The band that it lifts the client to.
    pub at_least_band: Option<Band>,
    /// Whether only the end is left.
    pub beyond_repair: bool,
}

/// A part of the one-line fact.
#[derive(Debug, Clone)]
pub enum Says {
    /// Words.
    Words(String),
    /// A measure of the rule's own list.
    Measure(Measure),
    /// A single fact.
    Fact(&'static Fact),
}

/// Which items of a list are considered, and which of those match.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The list.
    pub list: List,
    /// Which are considered.
    pub among: Clause,
    /// Which of those match.
    pub matching: Clause,
    /// Only those of this time.
    pub within: Option<Duration>,
    /// Selections of one pool consider the same items, so that these are looked for once for all rules.
    pub pool: usize,
}

/// A checked condition on one item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clause {
    /// Tests of fields.
    pub tests: Vec<(&'static Field, Check)>,
    /// At least one must hold, if there are any.
    pub any: Vec<Clause>,
    /// None may hold.
    pub none: Vec<Clause>,
    /// What comes before or after.
    pub sequences: Vec<Follow>,
}

impl Clause {
    /// Whether it asks nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty() && self.any.is_empty() && self.none.is_empty() && self.sequences.is_empty()
    }
}

/// Which way a sequence looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Something comes after.
    FollowedBy,
    /// Nothing comes after.
    NotFollowedBy,
    /// Something came before.
    PrecededBy,
}

/// Something that comes before or after an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Follow {
    /// Which way.
    pub order: Order,
    /// The list.
    pub list: List,
    /// Which entries.
    pub matching: Clause,
    /// Within which time.
    pub within: Duration,
}

/// A checked test of one value.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// Yes or no, or whether there is one.
    Is(bool),
    /// One of these.
    OneOf(Vec<Atom>),
    /// Within these bounds.
    Bounds(Bounds),
    /// At least so many of these words are missing.
    Lacks {
        /// How many.
        at_least: usize,
        /// The words.
        of: Vec<String>,
    },
    /// A text with one of these phrases and, or, words of a lexicon.
    Text {
        /// Which text field of the rulebook.
        slot: usize,
        /// The phrases.
        phrases: Option<SetId>,
        /// The lexicon whose words must weigh enough.
        lexicon: Option<Weight>,
    },
}

/// How much the words of a lexicon must weigh in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// The lexicon.
    pub lexicon: LexiconId,
    /// Its name in rule files.
    pub name: String,
    /// At least so much, in tenths.
    pub at_least: i32,
}

/// A value that a field may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Atom {
    /// A word or a text.
    Word(String),
    /// A number.
    Number(Decimal),
    /// A day.
    Day(NaiveDate),
}

impl Atom {
    /// Whether a value is this.
    #[must_use]
    pub fn is(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Word(word), Value::Word(is) | Value::Text(is)) => word == is,
            (Self::Number(number), Value::Number(is)) => *number == is,
            (Self::Number(number), Value::Money(is)) => *number == is.amount,
            (Self::Day(day), Value::Day(is)) => *day == is,
            _ => false,
        }
    }
}

/// Bounds on a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bounds {
    /// The lower ones; all of them hold.
    pub lower: Vec<Bound>,
    /// The upper ones; all of them hold.
    pub upper: Vec<Bound>,
}

/// One bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// Whether the bound itself is in.
    pub is_inclusive: bool,
    /// What it is.
    pub limit: Limit,
}

/// What a bound is.
#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    /// A number in the unit of the field; a share is 0 to 1.
    Number(Decimal),
    /// A share of a single fact.
    ShareOf(Decimal, &'static Fact),
    /// A share of the same measure in the stretch before.
    ShareOfBefore(Decimal),
}

/// A measure of the matched items.
#[derive(Debug, Clone, Copy)]
pub enum Measure {
    /// How many match.
    Count,
    /// How many match, of those considered.
    Share,
    /// How many are considered.
    OutOf,
    /// Days since the last one that matches.
    DaysSinceLast,
    /// The sum of a field.
    SumOf(&'static Field),
    /// The same, of the sum of those considered.
    ShareOf(&'static Field),
    /// The largest value of a field.
    Largest(&'static Field),
    /// The median of a field.
    Median(&'static Field),
    /// How many different values a field has.
    Distinct(&'static Field),
}

impl Measure {
    /// Its name in rule files.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Count => "count".to_owned(),
            Self::Share => "share".to_owned(),
            Self::OutOf => "out_of".to_owned(),
            Self::DaysSinceLast => "days_since_last".to_owned(),
            Self::SumOf(field) => format!("sum_of.{}", field.name),
            Self::ShareOf(field) => format!("share_of.{}", field.name),
            Self::Largest(field) => format!("largest.{}", field.name),
            Self::Median(field) => format!("median.{}", field.name),
            Self::Distinct(field) => format!("distinct.{}", field.name),
        }
    }
}

impl Query {
    /// The selections that it asks of, each once.
    #[must_use]
    pub fn asks(&self) -> Vec<usize> {
        fn collect(query: &Query, asked: &mut Vec<usize>) {
            for (selection, ..) in &query.measures {
                if !asked.contains(selection) {
                    asked.push(*selection);
                }
            }
            query.any.iter().chain(&query.none).for_each(|inner| collect(inner, asked));
        }
        let mut asked = Vec::new();
        collect(self, &mut asked);
        asked
    }
}

/// A checked question about a whole record; all of it must hold.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Tests of measures.
    pub measures: Vec<(usize, Measure, Bounds)>,
    /// Tests of single facts.
    pub facts: Vec<(&'static Fact, Check)>,
    /// At least one must hold, if there are any.
    pub any: Vec<Query>,
    /// None may hold.
    pub none: Vec<Query>,
}
