//! One word of a text, folded, as the cutter hands it on and the vocabulary looks it up.

use serde::{Deserialize, Serialize};

/// Longer words are kept to this many bytes, and match only phrases with `*`. No word of a language is longer.
pub(super) const LONGEST: usize = 64;

/// One word, folded.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Word {
    /// Its bytes, eight to a chunk, first byte lowest; behind the last byte the chunk is zero.
    pub chunks: [u64; LONGEST / 8],
    /// How many bytes of the folded word are kept.
    pub len: usize,
    /// It was longer than what is kept.
    pub cut_off: bool,
    /// The length before a closing 's: the lawyer in "lawyer's".
    pub owner: Option<usize>,
    /// Something inside it is more than letters: a regular expression may see two words where this is one.
    pub odd: bool,
    /// A letter outside ASCII is in it.
    pub wide: bool,
    /// It is one character of a script without word borders.
    pub is_ideograph: bool,
    /// Where it stands in the text.
    pub start: usize,
    /// Where it ends in the text.
    pub end: usize,
    pub shape: Shape,
}

/// What the figures ask of a word.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Shape {
    pub letters: Upto2,
    pub capitals: Upto2,
    pub small: bool,
}

/// Counts 0, 1, 2 and more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Upto2 {
    #[default]
    None,
    One,
    More,
}

impl Upto2 {
    fn one_more(self) -> Self {
        match self {
            Self::None => Self::One,
            Self::One | Self::More => Self::More,
        }
    }
}

impl Word {
    /// The word of these folded letters.
    pub(super) fn from_letters(letters: &str) -> Self {
        let mut word = Self::default();
        letters.chars().for_each(|c| word.push(c));
        word
    }

    /// The word whose bytes are these, zeros at the end left out.
    pub(super) fn from_chunks(chunks: &[u64]) -> Self {
        let mut word = Self::default();
        let bytes = chunks.iter().flat_map(|chunk| chunk.to_le_bytes());
        bytes.take_while(|&byte| byte != 0).for_each(|byte| word.push_ascii(byte));
        let ends_in_s = word.bytes().skip(word.len.saturating_sub(2)).eq(*b"'s");
        word.owner = ends_in_s.then_some(word.len.saturating_sub(2));
        word
    }

    /// The folded word, byte by byte.
    pub(super) fn bytes(&self) -> impl Iterator<Item = u8> {
        self.chunks.iter().flat_map(|chunk| chunk.to_le_bytes()).take(self.len)
    }

    pub(super) fn begin(&mut self, start: usize) {
        self.start = start;
        self.len = 0;
        self.chunks[0] = 0;
        self.shape = Shape::default();
    }

    /// The folded word, as text.
    pub(super) fn letters(&self) -> String {
        self.text(&mut [0; LONGEST]).to_owned()
    }

    /// The folded word, as text in `buffer`.
    pub(super) fn text<'b>(&self, buffer: &'b mut [u8; LONGEST]) -> &'b str {
        for (eight, chunk) in buffer.chunks_exact_mut(8).zip(&self.chunks).take(self.len.div_ceil(8)) {
            eight.copy_from_slice(&chunk.to_le_bytes());
        }
        // Words are put together from whole characters.
        std::str::from_utf8(&buffer[..self.len]).unwrap_or_default()
    }

    pub(super) fn push(&mut self, c: char) {
        let mut bytes = [0; 4];
        let bytes = c.encode_utf8(&mut bytes).as_bytes();
        self.cut_off |= self.len + bytes.len() > LONGEST;
        if !self.cut_off {
            bytes.iter().for_each(|&byte| self.push_ascii(byte));
        }
    }

    pub(super) fn push_ascii(&mut self, byte: u8) {
        self.cut_off |= self.len == LONGEST;
        if self.cut_off {
            return;
        }
        let chunk = &mut self.chunks[self.len / 8];
        if self.len.is_multiple_of(8) {
            *chunk = 0;
        }
        *chunk |= u64::from(byte) << (self.len % 8 * 8);
        self.len += 1;
    }

    pub(super) fn pop(&mut self, bytes: usize) {
        if self.cut_off {
            return;
        }
        for _ in 0..bytes {
            self.len -= 1;
            self.chunks[self.len / 8] &= !(0xFF << (self.len % 8 * 8));
        }
    }

    /// The last letter, if it is ASCII: only those are pushed without being remembered as characters.
    pub(super) fn last_ascii(&self) -> Option<char> {
        let last = self.len.checked_sub(1)?;
        let byte = self.chunks[last / 8].to_le_bytes()[last % 8];
        byte.is_ascii().then_some(char::from(byte))
    }
}

impl Shape {
    pub(super) fn add(&mut self, more: Self) {
        for _ in 0..more.letters as u8 {
            self.letters = self.letters.one_more();
        }
        for _ in 0..more.capitals as u8 {
            self.capitals = self.capitals.one_more();
        }
        self.small |= more.small;
    }

    pub(super) fn add_letter(&mut self, letter: bool, capital: bool, small: bool) {
        if letter {
            self.letters = self.letters.one_more();
        }
        if capital {
            self.capitals = self.capitals.one_more();
        }
        self.small |= small;
    }
}
