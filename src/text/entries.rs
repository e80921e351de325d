//! What stands at the ends of phrases: the sets and lexicons that they belong to, as rows. A reader finds them.

use super::languages::Language;
use super::rows::{Row, row};
use super::{LexiconId, SetId, Wanted};

/// What ends at a node: the first of its entries, and the first of its gates.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct End {
    pub entry: Option<u32>,
    pub gate: Option<u32>,
}

row!(End { entry: Option<u32>, gate: Option<u32> });

/// A word that a text must have so that a regular expression can match.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gate {
    pub regex: u32,
    /// Which of its gates, as a bit.
    pub bit: u8,
    /// The next gate that ends at the same node.
    pub next: Option<u32>,
}

row!(Gate { regex: u32, bit: u8, next: Option<u32> });

/// One phrase of a set, or one entry of a lexicon.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub wanted: Wanted,
    pub language: Language,
    /// The number of its set or lexicon in its language among all.
    pub target: u32,
    pub tenths: i32,
    /// A negator right before it changes nothing.
    pub counts_denied: bool,
    /// Without the marks on its letters it is too short to mean anything.
    pub needs_marks: bool,
    /// Where its phrase stands among all of them.
    pub from: u32,
    pub to: u32,
    /// The next entry that ends at the same node.
    pub next: Option<u32>,
}

row!(Entry {
    wanted: Wanted,
    language: Language,
    target: u32,
    tenths: i32,
    counts_denied: bool,
    needs_marks: bool,
    from: u32,
    to: u32,
    next: Option<u32>,
});

impl Row for Wanted {
    const BYTES: usize = u32::BYTES;
    fn read(bytes: &[u8]) -> Self {
        match u32::read(bytes) {
            lexicon if lexicon & LEXICON != 0 => Self::Lexicon(LexiconId(lexicon & !LEXICON)),
            set => Self::Set(SetId(set)),
        }
    }
    fn write(self, bytes: &mut [u8]) {
        match self {
            Self::Set(SetId(set)) => set.write(bytes),
            Self::Lexicon(LexiconId(lexicon)) => (lexicon | LEXICON).write(bytes),
        }
    }
}

/// Marks the number of a lexicon where else the number of a set stands.
const LEXICON: u32 = 1 << 31;

impl Entry {
    /// Whether it counts at all: the user takes an entry out of a lexicon by weighing it with nothing.
    pub(super) fn weighs(&self) -> bool {
        self.tenths != 0 || matches!(self.wanted, Wanted::Set(_))
    }
}
