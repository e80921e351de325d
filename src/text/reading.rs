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

/// Sets and lexicons that were found, with scores.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Handful {
    /// Most texts have so few that they take no memory of their own.
    all: SmallVec<[(Wanted, i32); 8]>,
    /// A bit for each, which several share: nearly all that is asked for is not there, and a look at one number tells.
    bits: u64,
}

impl Handful {
    fn bit(wanted: Wanted) -> u64 {
        match wanted {
            Wanted::Set(SetId(id)) => 1 << (id % 64),
            // The sets are counted from 0 up, so the lexicons are from the other end down.
            Wanted::Lexicon(LexiconId(id)) => 1 << (63 - id % 64),
        }
    }

    /// Forgets them all.
    pub(super) fn clear(&mut self) {
        self.all.clear();
        self.bits = 0;
    }

    /// The scores of one that is wanted: of a lexicon, one for each language.
    fn of(&self, wanted: Wanted) -> impl Iterator<Item = i32> {
        let all = if self.bits & Self::bit(wanted) == 0 { &[] } else { self.all.as_slice() };
        all.iter().filter(move |(found, _)| *found == wanted).map(|(_, tenths)| *tenths)
    }

    fn score_mut(&mut self, wanted: Wanted) -> Option<&mut i32> {
        let all = if self.bits & Self::bit(wanted) == 0 { &mut [] } else { self.all.as_mut_slice() };
        all.iter_mut().find(|(found, _)| *found == wanted).map(|(_, tenths)| tenths)
    }

    fn push(&mut self, wanted: Wanted, tenths: i32) {
        self.all.push((wanted, tenths));
        self.bits |= Self::bit(wanted);
    }
}

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
        self.found.of(Wanted::Set(set)).next().is_some()
    }

    /// The sum over the lexicon's entries that are there, each counted once, in tenths; in the language in which it is
    /// the highest.
    pub fn score(&self, lexicon: LexiconId) -> i32 {
        self.found.of(Wanted::Lexicon(lexicon)).max().unwrap_or(0)
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
    found: Handful,
}

impl Said {
    /// Whether some text mentions the set.
    #[must_use]
    pub fn mentions(&self, set: SetId) -> bool {
        self.found.of(Wanted::Set(set)).next().is_some()
    }

    /// No text has a higher score in the lexicon.
    #[must_use]
    pub fn score(&self, lexicon: LexiconId) -> i32 {
        self.found.of(Wanted::Lexicon(lexicon)).next().unwrap_or(0)
    }
}

impl<'r> FromIterator<&'r Reading> for Said {
    fn from_iter<I: IntoIterator<Item = &'r Reading>>(readings: I) -> Self {
        let mut said = Self::default();
        for (wanted, tenths) in readings.into_iter().flat_map(|reading| &reading.found.all) {
            match said.found.score_mut(*wanted) {
                Some(highest) => *highest = (*highest).max(*tenths),
                // A text in which nothing is found scores 0.
                None => said.found.push(*wanted, (*tenths).max(0)),
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
            let score = &mut self.found.all[self.places[entry.target as usize].at].1;
            *score = score.saturating_add(entry.tenths);
        } else {
            self.places[entry.target as usize] = Place { reading: self.now, at: self.found.all.len() };
            self.found.push(entry.wanted, entry.tenths);
        }
    }
}
