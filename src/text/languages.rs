//! Languages: what is known of each, and in which of them a text is read.
//!
//! A text is told from itself: by the small words that every sentence has, and by letters that other languages lack.
//! What is too short for that, or mixed, is read in each of the languages that its reader understands.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::rows::row;
use super::words::Word;

/// More languages than this are not told apart; a pack in each language of Europe has fewer.
const MOST: usize = 32;

/// So many words of a language tell it at least.
const FEWEST_TELLING: u32 = 2;

/// One word in so many is a small word or has a letter of the language, in any text in it.
const ONE_IN: u32 = 8;

/// So many words with letters of its own show that a text was typed with them.
const TYPED_WITH_LETTERS: u32 = 2;

/// One kana among so many Chinese characters, and the text is Japanese.
const KANA_ONE_IN: u32 = 8;

/// A language, as a builder numbered it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Language(u8);

row!(Language { 0: u8 });

/// A set of languages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Languages(u32);

row!(Languages { 0: u32 });

impl Languages {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self(u32::MAX);

    pub(super) fn of(language: Language) -> Self {
        Self(1 << language.0)
    }

    pub(super) fn has(self, language: Language) -> bool {
        self.0 >> language.0 & 1 == 1
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// What may be known of a language beside the phrases of rules and lexicons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// A small word that tells the language.
    Common,
    /// A negator: an entry of a lexicon right behind it does not count.
    Not,
    /// Words that hold a negator and deny nothing: "why don't you".
    DeniesNothing,
    /// Words behind which somebody speaks of himself; an entry right behind them does not count either.
    AboutMe,
    /// A small word that may stand between those and the entry.
    Between,
    /// A swear word: it counts behind a negator too, and it is found where stars hide its letters.
    Swearing,
}

impl Known {
    /// All kinds, with the keys under which files of languages list them.
    pub const ALL: [(Self, &str); 6] = [
        (Self::Common, "common"),
        (Self::Not, "not"),
        (Self::DeniesNothing, "denies_nothing"),
        (Self::AboutMe, "about_me"),
        (Self::Between, "between"),
        (Self::Swearing, "swearing"),
    ];
}

/// All languages of a reader.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Tongues {
    codes: Vec<String>,
    /// The letters that tell a language.
    letters: FxHashMap<char, Languages>,
    with_letters: Languages,
    /// For each kind of word that tells something, the languages that it is of. The first tells nothing.
    tells: Vec<Languages>,
    /// Those that can be told by words.
    tellable: Languages,
}

impl Tongues {
    /// The number of a language.
    pub(super) fn language(&mut self, code: &str) -> Language {
        let place = self.codes.iter().position(|known| known == code).unwrap_or_else(|| {
            self.codes.push(code.to_owned());
            self.codes.len() - 1
        });
        Language(place.min(MOST - 1) as u8)
    }

    /// Those of these that there are.
    pub(super) fn languages<'c>(&self, codes: impl IntoIterator<Item = &'c str>) -> Languages {
        let places = codes.into_iter().filter_map(|code| self.codes.iter().position(|known| known == code));
        places.fold(Languages::NONE, |all, place| all.and(Languages::of(Language(place.min(MOST - 1) as u8))))
    }

    /// How many kinds of telling words there are.
    pub(super) fn tells(&self) -> usize {
        self.tells.len()
    }

    pub(super) fn add_letters(&mut self, language: Language, letters: &str) {
        for c in letters.chars().flat_map(char::to_lowercase) {
            let languages = self.letters.entry(c).or_default();
            *languages = languages.and(Languages::of(language));
        }
        self.with_letters = self.with_letters.and(Languages::of(language));
    }

    /// The number under which words of these languages are counted.
    pub(super) fn tell(&mut self, languages: Languages) -> u8 {
        if self.tells.is_empty() {
            self.tells.push(Languages::NONE);
        }
        self.tellable = self.tellable.and(languages);
        let place = self.tells.iter().position(|known| *known == languages).unwrap_or_else(|| {
            self.tells.push(languages);
            self.tells.len() - 1
        });
        // With more kinds of words than this the rest tells nothing.
        u8::try_from(place).unwrap_or_default()
    }

    /// The languages whose own letters stand in a folded word.
    pub(super) fn by_letters(&self, word: &str) -> Languages {
        let own = word.chars().filter(|c| !c.is_ascii()).filter_map(|c| self.letters.get(&c));
        own.fold(Languages::NONE, |all, languages| all.and(*languages))
    }

    /// In which languages a text with these signs is read.
    pub(super) fn decide(&self, signs: &Signs, words: u32, understood: Languages) -> Languages {
        let chinese = self.languages(["zh"]);
        let by_script = match signs.ideographs {
            0 => Languages::NONE,
            ideographs if signs.kana > 0 && signs.kana >= ideographs / KANA_ONE_IN => Languages::NONE,
            _ => chinese,
        };
        let latin_words = words.saturating_sub(signs.ideographs + signs.kana);
        let (mut best, mut second) = ((Languages::NONE, 0), 0);
        for number in 0..self.codes.len().min(MOST) as u8 {
            let language = Languages::of(Language(number));
            let count = signs.count(&self.tells, language);
            if count > best.1 {
                (best, second) = ((language, count), best.1);
            } else {
                second = second.max(count);
            }
        }
        let is_told = best.1 >= FEWEST_TELLING && best.1 > second * 2 && best.1 * ONE_IN >= latin_words;
        let latin = match is_told {
            true => best.0,
            // Between Chinese characters a word or two are of any language but need not be.
            false => understood,
        };
        if signs.ideographs > 0 && by_script.is_none() { latin.without(chinese) } else { latin.and(by_script) }
    }

    /// The languages in which letters with marks count as typed without them.
    pub(super) fn typed_plainly(&self, signs: &Signs) -> Languages {
        let with_marks = (0..self.codes.len().min(MOST) as u8)
            .map(|number| Languages::of(Language(number)))
            .filter(|language| !self.with_letters.both(*language).is_none() && signs.with_letters_of(*language) >= TYPED_WITH_LETTERS);
        with_marks.fold(Languages::ALL, Languages::without)
    }
}

/// What a text shows of its language, counted word by word.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// How many words tell something, by the number of what they tell.
    pub told: Vec<u32>,
    /// How many words have letters of these languages.
    pub letters: Vec<(Languages, u32)>,
    pub ideographs: u32,
    pub kana: u32,
}

impl Signs {
    pub(super) fn clear(&mut self, tells: usize) {
        self.told.clear();
        self.told.resize(tells.max(1), 0);
        self.letters.clear();
        (self.ideographs, self.kana) = (0, 0);
    }

    /// A word with letters of these languages.
    pub(super) fn add_letters(&mut self, languages: Languages) {
        match self.letters.iter_mut().find(|(known, _)| *known == languages) {
            Some((_, count)) => *count += 1,
            None => self.letters.push((languages, 1)),
        }
    }

    /// A Chinese character or a Japanese syllable.
    pub(super) fn ideograph(&mut self, word: &Word) {
        // The syllables are U+3041 to U+30FF, folded from their narrow forms too.
        let is_kana = matches!(word.chunks[0] & 0xFFFF, 0x81E3 | 0x82E3 | 0x83E3);
        if is_kana { self.kana += 1 } else { self.ideographs += 1 }
    }

    fn with_letters_of(&self, language: Languages) -> u32 {
        self.letters.iter().filter(|(languages, _)| !languages.both(language).is_none()).map(|(_, count)| count).sum()
    }

    fn count(&self, tells: &[Languages], language: Languages) -> u32 {
        let told = tells.iter().zip(&self.told).filter(|(languages, _)| !languages.both(language).is_none());
        told.map(|(_, count)| count).sum::<u32>() + self.with_letters_of(language)
    }
}
