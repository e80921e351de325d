//! Reading what people wrote: messages, feedback, reasons of disputes.
//!
//! In go the phrases of all rules and lexicons, once, and then text after text. Out come the phrase sets that a text
//! mentions, its lexicon scores, figures about its words, and, for evidence, the places. A text here is always the
//! sender's own words: quoted replies, signatures and code are left out by everything in this module.
//! It knows nothing of records, rules or messages; a set and a lexicon are numbers that the caller gave out. What it knows
//! of languages (small words, negators, swear words) the caller tells it too.

mod builder;
mod cutter;
mod disguise;
mod eight;
mod entries;
mod figures;
mod languages;
mod letters;
mod own;
mod patterns;
mod phrase;
mod quote;
mod reader;
mod reading;
mod regexes;
mod replies;
mod rows;
mod spelled;
mod traditional;
mod vocabulary;
mod walk;
mod words;

#[cfg(test)]
mod four_languages;
#[cfg(test)]
mod properties;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use builder::ReaderBuilder;
pub use figures::{Figures, figures};
pub use languages::{Known, Language, Languages};
pub use own::{Left, OwnWords, left_of, own_words};
pub use phrase::{PhraseMistake, check_phrase};
pub use quote::{cells, quote};
pub use reader::Reader;
pub use reading::{Reading, Said, Scratch};

/// A set of phrases that mean the same to a rule: one `mentions_any`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SetId(pub u32);

/// A lexicon: words and phrases that each carry a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LexiconId(pub u32);

/// What to look for in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Wanted {
    /// The phrases of one set.
    Set(SetId),
    /// The entries of one lexicon.
    Lexicon(LexiconId),
}

/// A phrase that was found, at the first place where it is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'r> {
    /// Where it stands, in bytes of the text.
    pub place: Range<usize>,
    /// The phrase as its author wrote it.
    pub phrase: &'r str,
    /// Its weight in tenths; 0 for a phrase of a set.
    pub tenths: i32,
}
