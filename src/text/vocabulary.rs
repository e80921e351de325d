//! The words that phrases are made of, and which of them a word of a text is.
//!
//! Each different word of the phrases gets a symbol, and each stem (`word*`) one of its own. A word of a text has a
//! handful of symbols at most: its own, those of its stems, and those of the spellings that pass for it: without its
//! apostrophe, and, marked as such, without the marks on its letters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::languages::{Languages, Tongues};
use super::letters;
use super::rows::{Rows, row};
use super::spelled::Spelled;
use super::words::{LONGEST, Word};

/// Stands for a word of the phrases, or for a stem. 0 is none.
pub(super) type Symbol = u32;

/// The symbol of a sentence end.
pub(super) const SENTENCE_END: Symbol = 1;

/// Set in a symbol that a word has only if the marks on its letters were left out in typing.
pub(super) const PLAIN: Symbol = 1 << 31;

/// Without their apostrophe these are other, common words: "we were" must not be found as "we're".
const NOT_WITHOUT_APOSTROPHE: [&str; 7] = ["we're", "we'll", "he'll", "she'll", "we'd", "she'd", "who're"];

/// Where the main block of Chinese characters begins, and how many there are.
const FIRST_CHARACTER: u32 = 0x4E00;
const CHARACTERS: usize = 0x5200;

/// Stems are looked up by their first three bytes. The few of two bytes are kept apart.
const STEM_BUCKETS: usize = 1 << 13;

/// All words and stems of the phrases.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Vocabulary {
    words: Spelled<WordForm>,
    stems: Spelled<StemForm>,
    /// For words whose first bytes fall into a bucket: bit n is set if there is a stem of n + 1 bytes among them.
    stem_lengths: Rows<u64>,
    /// The stems of two bytes.
    short_stems: Rows<u16>,
    /// Stems spelled without marks: the symbol, and where the next one of the same spelling stands.
    plain_stems: Rows<PlainStem>,
    /// The symbols of Chinese characters, from U+4E00 on; 0 is none.
    characters: Rows<Symbol>,
    /// All that the forms stand for, one behind the other.
    known: Rows<Symbol>,
    symbols: u32,
    #[serde(skip)]
    scaffold: Scaffold,
}

/// What only building takes.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Scaffold {
    /// Words with an apostrophe, spelled without it; words with marks on their letters, without them.
    other_spellings: Vec<(Word, Symbol)>,
    /// The small words that tell a language.
    telling: BTreeMap<String, Languages>,
}

/// What a word of one spelling stands for.
#[derive(Debug, Clone, Copy, Default)]
struct WordForm {
    /// The word of a phrase that is spelled like this.
    word: Symbol,
    /// All its symbols: where in `known`.
    first: u32,
    count: u16,
    /// What it tells of the language: see `Tongues`.
    tell: u8,
}

row!(WordForm { word: Symbol, first: u32, count: u16, tell: u8 });

/// What a beginning of one spelling stands for.
#[derive(Debug, Clone, Copy, Default)]
struct StemForm {
    stem: Symbol,
    /// The first of the stems that are spelled like this without their marks, counted from 1.
    plain: u32,
}

row!(StemForm { stem: Symbol, plain: u32 });

/// A stem that is spelled without marks.
#[derive(Debug, Clone, Copy, Default)]
struct PlainStem {
    stem: Symbol,
    /// The next one of the same spelling, counted from 1.
    next: u32,
}

row!(PlainStem { stem: Symbol, next: u32 });

/// What a word of a text is to the phrases.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownWord {
    first: u32,
    count: u16,
    /// What it tells of the language.
    pub tell: u8,
}

impl Vocabulary {
    pub(super) fn new() -> Self {
        let mut stem_lengths = Rows::default();
        stem_lengths.grow_to(STEM_BUCKETS);
        Self {
            words: Spelled::new(),
            stems: Spelled::new(),
            stem_lengths,
            short_stems: Rows::default(),
            plain_stems: Rows::default(),
            scaffold: Scaffold::default(),
            characters: Rows::default(),
            known: Rows::default(),
            symbols: SENTENCE_END + 1,
        }
    }

    /// What only building takes; it goes into no prepared form of the reader.
    pub(super) fn scaffold(&mut self) -> &mut Scaffold {
        &mut self.scaffold
    }

    /// Every symbol is less than this.
    pub(super) fn symbols_end(&self) -> u32 {
        self.symbols
    }

    /// The symbol of a word of a phrase.
    pub(super) fn add_word(&mut self, word: &Word) -> Symbol {
        let next = self.symbols;
        let known = self.words.get(word, word.len).map_or(0, |form| form.word);
        if known != 0 {
            return known;
        }
        self.words.change(word, |form| form.word = next);
        self.symbols += 1;
        self.note_character(word, next);
        if word.bytes().any(|byte| byte == b'\'') {
            let letters = word.letters();
            if !NOT_WITHOUT_APOSTROPHE.contains(&letters.as_str()) {
                self.scaffold.other_spellings.push((Word::from_letters(&letters.replace('\'', "")), next));
            }
        }
        if let Some(plain) = without_marks(word) {
            self.scaffold.other_spellings.push((plain, next | PLAIN));
        }
        next
    }

    fn note_character(&mut self, word: &Word, symbol: Symbol) {
        let mut buffer = [0; LONGEST];
        let mut letters = word.text(&mut buffer).chars();
        if let (Some(c), None) = (letters.next(), letters.next())
            && letters::is_character(c)
        {
            self.characters.grow_to(CHARACTERS);
            self.characters.change((u32::from(c) - FIRST_CHARACTER) as usize, |known| *known = symbol);
        }
    }

    /// The symbol of a Chinese character of the main block; 0 if no phrase has it.
    #[inline]
    pub(super) fn character(&self, c: char) -> Symbol {
        self.characters.get(u32::from(c).wrapping_sub(FIRST_CHARACTER) as usize).unwrap_or(0)
    }

    /// A small word that tells a language.
    pub(super) fn add_telling(&mut self, word: &Word, language: Languages) {
        let languages = self.scaffold.telling.entry(word.letters()).or_default();
        *languages = languages.and(language);
    }

    /// The symbol of a stem of a phrase, which has at least two bytes.
    pub(super) fn add_stem(&mut self, stem: &Word) -> Symbol {
        let next = self.symbols;
        let known = self.stems.get(stem, stem.len).map_or(0, |form| form.stem);
        if known != 0 {
            return known;
        }
        self.stems.change(stem, |form| form.stem = next);
        self.symbols += 1;
        self.note_stem(stem);
        if let Some(plain) = without_marks(stem) {
            let place = self.plain_stems.len() as u32 + 1;
            let before = self.stems.change(&plain, |form| std::mem::replace(&mut form.plain, place));
            self.plain_stems.push(PlainStem { stem: next | PLAIN, next: before });
            self.note_stem(&plain);
        }
        next
    }

    /// Sees to it that words that begin like this are looked up.
    fn note_stem(&mut self, stem: &Word) {
        if stem.len == 2 {
            self.short_stems.push(first_two(stem));
        } else {
            self.stem_lengths.change(bucket(stem), |lengths| *lengths |= 1 << (stem.len - 1));
        }
    }

    /// Works out what each spelling stands for and tells, once all words and stems are there.
    pub(super) fn complete(&mut self, tongues: &mut Tongues) {
        self.complete_telling(tongues);
        self.known.clear();
        self.scaffold.other_spellings.sort_by_key(|(spelling, _)| spelling.chunks);
        let others = std::mem::take(&mut self.scaffold.other_spellings);
        for (spelling, _) in &others {
            self.words.change(spelling, |_| ());
        }
        let mut symbols = Vec::new();
        for word in self.words.words() {
            symbols.clear();
            self.by_beginning(&word, &mut symbols);
            let form = self.words.get(&word, word.len).unwrap_or_default();
            symbols.extend(Some(form.word).filter(|&symbol| symbol != 0));
            self.keep_symbols(&word, &symbols);
        }
        for same in others.chunk_by(|(one, _), (other, _)| one.chunks == other.chunks) {
            let Some((spelling, _)) = same.first() else { continue };
            symbols.clear();
            symbols.extend(self.known(spelling).into_iter().flat_map(|known| self.symbols_of(known)));
            symbols.extend(same.iter().map(|(_, symbol)| *symbol));
            self.keep_symbols(spelling, &symbols);
        }
        self.scaffold.other_spellings = others;
    }

    fn keep_symbols(&mut self, word: &Word, symbols: &[Symbol]) {
        let first = self.known.len() as u32;
        symbols.iter().for_each(|symbol| self.known.push(*symbol));
        self.words.change(word, |form| (form.first, form.count) = (first, symbols.len() as u16));
    }

    fn complete_telling(&mut self, tongues: &mut Tongues) {
        let telling = std::mem::take(&mut self.scaffold.telling);
        for (letters, languages) in &telling {
            let word = Word::from_letters(letters);
            let tell = tongues.tell(*languages);
            self.words.change(&word, |form| form.tell = tell);
            // Typed without marks it tells the same, unless that is another word.
            if let Some(plain) = without_marks(&word) {
                self.words.change(&plain, |form| form.tell = if form.tell == 0 { tell } else { form.tell });
            }
        }
        self.scaffold.telling = telling;
    }

    /// All that `word` stands for, if it is spelled like a word of the phrases.
    #[inline]
    pub(super) fn known(&self, word: &Word) -> Option<KnownWord> {
        let form = self.words.get(word, word.len).filter(|_| !word.cut_off)?;
        Some(KnownWord { first: form.first, count: form.count, tell: form.tell })
    }

    /// The symbols of such a word.
    #[inline]
    pub(super) fn symbols_of(&self, word: KnownWord) -> impl ExactSizeIterator<Item = Symbol> {
        self.known.slice(word.first as usize, word.count.into())
    }

    /// Adds to `symbols` what a word stands for by its beginning: stems, and the owner before 's.
    #[inline]
    pub(super) fn by_beginning(&self, word: &Word, symbols: &mut Vec<Symbol>) {
        let mut lengths = self.stem_lengths.at(bucket(word));
        if lengths != 0 {
            lengths &= u64::MAX.checked_shr(64 - word.len as u32).unwrap_or(0);
            while lengths != 0 {
                let len = lengths.trailing_zeros() as usize + 1;
                lengths &= lengths - 1;
                self.add_stems(self.stems.get(word, len), symbols);
            }
        }
        if self.short_stems.iter().any(|stem| stem == first_two(word)) {
            self.add_stems(self.stems.get(word, 2), symbols);
        }
        if let Some(form) = word.owner.and_then(|len| self.words.get(word, len)) {
            symbols.extend(Some(form.word).filter(|&symbol| symbol != 0));
        }
    }

    #[inline]
    fn add_stems(&self, form: Option<StemForm>, symbols: &mut Vec<Symbol>) {
        let Some(form) = form else { return };
        symbols.extend(Some(form.stem).filter(|&stem| stem != 0));
        let mut next = form.plain;
        while let Some(plain) = next.checked_sub(1).and_then(|place| self.plain_stems.get(place as usize)) {
            symbols.push(plain.stem);
            next = plain.next;
        }
    }
}

/// The word without the marks on its letters, if that is another one.
pub(super) fn without_marks(word: &Word) -> Option<Word> {
    if word.bytes().all(|byte| byte.is_ascii()) {
        return None;
    }
    let mut is_other = false;
    let mut plain = Word::default();
    for c in word.letters().chars() {
        let letter = letters::plain(c);
        is_other |= letter.is_some();
        plain.push(letter.unwrap_or(c));
    }
    is_other.then_some(plain)
}

fn bucket(word: &Word) -> usize {
    const LOW_THREE: u64 = 0xFF_FFFF;
    // The multiplier of Fibonacci hashing; the highest bits are the best mixed.
    ((word.chunks[0] & LOW_THREE).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - STEM_BUCKETS.ilog2())) as usize
}

fn first_two(word: &Word) -> u16 {
    (word.chunks[0] & 0xFFFF) as u16
}

#[cfg(test)]
mod tests {
    use super::super::phrase::{Step, read_phrase};
    use super::*;

    fn word(text: &str) -> Word {
        let mut steps = Vec::new();
        read_phrase(text, &mut steps).expect("a good phrase");
        match steps.swap_remove(0) {
            Step::Word(word) | Step::Stem(word) => word,
            Step::Gap | Step::SentenceEnd => Word::default(),
        }
    }

    fn symbols(vocabulary: &Vocabulary, text: &str) -> Vec<Symbol> {
        let word = word(text);
        let mut by_beginning = Vec::new();
        vocabulary.by_beginning(&word, &mut by_beginning);
        vocabulary.known(&word).map_or(by_beginning, |known| vocabulary.symbols_of(known).collect())
    }

    #[test]
    fn a_word_stands_for_itself_and_its_stems() {
        let mut vocabulary = Vocabulary::new();
        let idiot = vocabulary.add_word(&word("idiot"));
        let idio = vocabulary.add_stem(&word("idio*"));
        let idiots = vocabulary.add_stem(&word("idiot*"));
        let long = vocabulary.add_stem(&word("internationalisation*"));
        let up = vocabulary.add_stem(&Word::from_letters("up"));
        assert_eq!(vocabulary.add_word(&word("IDIOT")), idiot);
        vocabulary.complete(&mut Tongues::default());
        assert_eq!(symbols(&vocabulary, "Idiot"), [idio, idiots, idiot]);
        assert_eq!(symbols(&vocabulary, "idiom"), [idio]);
        assert_eq!(symbols(&vocabulary, "internationalisations"), [long]);
        assert_eq!(symbols(&vocabulary, "internationalisatio"), Vec::<Symbol>::new());
        assert_eq!(symbols(&vocabulary, "ups"), [up]);
        assert_eq!(symbols(&vocabulary, "up"), [up]);
    }

    #[test]
    fn marks_may_be_missing_on_letters() {
        let mut vocabulary = Vocabulary::new();
        let stupid = vocabulary.add_word(&word("głupi"));
        let stem = vocabulary.add_stem(&word("tyhmä*"));
        let other = vocabulary.add_word(&word("vaara"));
        let wrong = vocabulary.add_word(&word("väärä"));
        let (one, two) = (vocabulary.add_stem(&word("żal*")), vocabulary.add_stem(&word("zał*")));
        vocabulary.complete(&mut Tongues::default());
        assert_eq!(symbols(&vocabulary, "głupi"), [stupid]);
        assert_eq!(symbols(&vocabulary, "glupi"), [stupid | PLAIN]);
        assert_eq!(symbols(&vocabulary, "TYHMÄT"), [stem]);
        assert_eq!(symbols(&vocabulary, "tyhmat"), [stem | PLAIN]);
        assert_eq!(symbols(&vocabulary, "vaara"), [other, wrong | PLAIN]);
        assert_eq!(symbols(&vocabulary, "väärä"), [wrong]);
        assert_eq!(symbols(&vocabulary, "zalu"), [two | PLAIN, one | PLAIN]);
    }

    #[test]
    fn apostrophes_may_be_missing_where_no_other_word_comes_of_it() {
        let mut vocabulary = Vocabulary::new();
        let dont = vocabulary.add_word(&word("don't"));
        let were = vocabulary.add_word(&word("we're"));
        let hell = vocabulary.add_word(&word("hell"));
        vocabulary.complete(&mut Tongues::default());
        assert_eq!(symbols(&vocabulary, "dont"), [dont]);
        assert_eq!(symbols(&vocabulary, "don’t"), [dont]);
        assert_eq!(symbols(&vocabulary, "were"), Vec::<Symbol>::new());
        assert_eq!(symbols(&vocabulary, "we`re"), [were]);
        assert_eq!(symbols(&vocabulary, "he'll"), Vec::<Symbol>::new());
        assert_eq!(symbols(&vocabulary, "hell's"), [hell]);
    }
}
