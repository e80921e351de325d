//! What is found in one text, and what a reader needs while it reads, kept from text to text.

use std::cell::RefCell;
use std::ops::Range;

use smallvec::SmallVec;

use super::entries::Entry;
use super::figures::Figures;
use super::languages::Languages;
use super::walk::Trail;
use super::words::Word;
use super::{LexiconId, SetId, Wanted};

/// An entry that was found.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub entry: u32,
    /// It was typed without marks, which counts only in a text that was typed so.
    pub is_plain: bool,
    /// In a text that is read in one of these, it is denied.
    pub spared: Languages,
    pub place: Range<usize>,
}

/// What a reader needs while it reads. One for each thread, used for text after text, with any reader.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) trail: Trail,
    pub(super) word: Word,
    /// The sender's own words in the text read last.
    pub(super) parts: Vec<Range<usize>>,
    /// For each entry, how the last reading found it.
    pub(super) seen: Vec<Seen>,
    /// What was found in the text read last.
    pub(super) hits: Vec<Hit>,
    /// In which languages that text is read.
    pub(super) languages: Languages,
    /// For each regular expression, the gates that the text passed.
    pub(super) passed: Vec<u8>,
    /// For each set and lexicon, its place in the last reading that found it.
    pub(super) places: Vec<Place>,
    /// How many readings there have been; marks of older ones do not count.
    pub(super) reads: u64,
}

thread_local! {
    /// Making it anew costs more than reading a short text, and what is read leaves no trace in it.
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::default());
}

impl Scratch {
    /// Lends the scratch of this thread to a work that lends none itself.
    pub fn lend<R>(work: impl FnOnce(&mut Self) -> R) -> R {
        SCRATCH.with_borrow_mut(work)
    }
}

/// So many hits of an entry that may not count are kept while none that surely counts is found.
const MOST_UNSURE: u8 = 4;

/// The last reading that found an entry, and how.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    reading: u64,
    unsure: u8,
    is_sure: bool,
    pub is_counted: bool,
}

impl Seen {
    /// Whether it had not been found like this.
    #[inline]
    pub fn is_news(&mut self, now: u64, is_sure: bool) -> bool {
        if self.reading != now {
            *self = Self { reading: now, ..Self::default() };
        }
        if self.is_sure || (!is_sure && self.unsure == MOST_UNSURE) {
            return false;
        }
        self.is_sure = is_sure;
        self.unsure += u8::from(!is_sure);
        true
    }
}

/// Where a set or a lexicon stands among what was found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    reading: u64,
    at: usize,
}

/// Sets and lexicons that were found, with scores. Most texts have so few that they take no memory of their own.
pub(super) type Handful = SmallVec<[(Wanted, i32); 4]>;

/// What was found in one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Each set that is mentioned, and each lexicon with its score in a language.
    pub(super) found: Handful,
    pub(super) figures: Figures,
}

impl Reading {
    /// Whether some phrase of the set is there.
    pub fn mentions(&self, set: SetId) -> bool {
        self.found.iter().any(|(wanted, _)| *wanted == Wanted::Set(set))
    }

    /// The sum over the lexicon's entries that are there, each counted once, in tenths; in the language in which it is
    /// the highest.
    pub fn score(&self, lexicon: LexiconId) -> i32 {
        let scores = self.found.iter().filter(|(wanted, _)| *wanted == Wanted::Lexicon(lexicon));
        scores.map(|(_, tenths)| *tenths).max().unwrap_or(0)
    }

    /// The figures of the text.
    pub fn figures(&self) -> Figures {
        self.figures
    }
}

/// What any of some texts says.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Each set that one of them mentions, and each lexicon with the highest score in one.
    found: Vec<(Wanted, i32)>,
}

impl Said {
    /// Whether some text mentions the set.
    #[must_use]
    pub fn mentions(&self, set: SetId) -> bool {
        self.found.iter().any(|(wanted, _)| *wanted == Wanted::Set(set))
    }

    /// No text has a higher score in the lexicon.
    #[must_use]
    pub fn score(&self, lexicon: LexiconId) -> i32 {
        self.found.iter().find(|(wanted, _)| *wanted == Wanted::Lexicon(lexicon)).map_or(0, |(_, tenths)| *tenths)
    }
}

impl<'r> FromIterator<&'r Reading> for Said {
    fn from_iter<I: IntoIterator<Item = &'r Reading>>(readings: I) -> Self {
        let mut said = Self::default();
        for (wanted, tenths) in readings.into_iter().flat_map(|reading| &reading.found) {
            match said.found.iter_mut().find(|(known, _)| known == wanted) {
                Some((_, highest)) => *highest = (*highest).max(*tenths),
                // A text in which nothing is found scores 0.
                None => said.found.push((*wanted, (*tenths).max(0))),
            }
        }
        said
    }
}

/// Adds up what is found.
pub(super) struct Tally<'r> {
    pub found: &'r mut Handful,
    pub places: Vec<Place>,
    pub now: u64,
}

impl Tally<'_> {
    pub(super) fn has(&self, entry: &Entry) -> bool {
        self.places[entry.target as usize].reading == self.now
    }

    pub(super) fn add(&mut self, entry: Entry) {
        if self.has(&entry) {
            let score = &mut self.found[self.places[entry.target as usize].at].1;
            *score = score.saturating_add(entry.tenths);
        } else {
            self.places[entry.target as usize] = Place { reading: self.now, at: self.found.len() };
            self.found.push((entry.wanted, entry.tenths));
        }
    }
}
