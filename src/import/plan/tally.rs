//! What became of the items of an import, counted, so that every row is accounted for.

use std::collections::BTreeMap;

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It is new.
    New,
    /// It was known, and something was added to it.
    Updated,
    /// It was known as it is.
    Unchanged,
    /// It is left to the user, and why: the words of a list, like `of other clients`.
    Left(String),
}

/// How many items came to what.
#[derive(Debug, Clone, Default)]
pub struct Tally(BTreeMap<Outcome, u64>);

impl Tally {
    /// Counts an item.
    pub fn count(&mut self, outcome: Outcome) {
        *self.0.entry(outcome).or_default() += 1;
    }

    /// How many were added or added to.
    #[must_use]
    pub fn changed(&self) -> u64 {
        [Outcome::New, Outcome::Updated].iter().filter_map(|outcome| self.0.get(outcome)).sum()
    }

    /// How many items there were.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.0.values().sum()
    }

    /// `3 new, 2 updated, 26 unchanged`, and what was left.
    #[must_use]
    pub fn in_words(&self) -> String {
        let one = |(outcome, count): (&Outcome, &u64)| match outcome {
            Outcome::New => format!("{count} new"),
            Outcome::Updated => format!("{count} updated"),
            Outcome::Unchanged => format!("{count} unchanged"),
            Outcome::Left(why) => format!("{count} {why}"),
        };
        self.0.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}
