//! Words as people disguise them: stretched (stuuupid), with digits for letters (idi0t), with stars in swear words (f**k).
//!
//! In comes a word that no phrase has, or a token of letters and signs; out come the words that it may stand for.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::languages::Language;
use super::phrase::Step;
use super::words::{LONGEST, Word};

/// So many of the same letter in a row are a stretch; two are spelling.
const STRETCH: usize = 3;

/// So many letters of a stretched word are tried in both ways, single and double; the rest single.
const MOST_STRETCHES: usize = 3;

/// Shorter words have digits for other reasons (a4, mp3).
const FEWEST_BYTES_WITH_DIGITS: usize = 4;

/// Whether digits may stand in a folded word: never no where they do.
#[inline]
pub(super) fn has_digits(word: &Word) -> bool {
    // Digits lack this bit, and so do the apostrophe and half of what follows in characters outside ASCII.
    const LETTER: u64 = 0x4040_4040_4040_4040;
    let chunks = word.len.div_ceil(8).max(1);
    let last = word.len - (chunks - 1) * 8;
    let missing = |chunk: u64, len: usize| !chunk & LETTER & u64::MAX.checked_shr(64 - len as u32 * 8).unwrap_or(0);
    // Bytes of other characters have the highest bit.
    let digit = |chunk: u64, len: usize| missing(chunk, len) & !(chunk >> 1) != 0;
    word.chunks[..chunks - 1].iter().any(|chunk| digit(*chunk, 8)) || digit(word.chunks[chunks - 1], last)
}

/// Whether a letter stands three times in a row in a folded word.
#[inline]
pub(super) fn is_stretched(word: &Word) -> bool {
    if word.len < STRETCH {
        return false;
    }
    if word.wide {
        return has_run(word.text(&mut [0; LONGEST]).chars());
    }
    if word.len > 8 {
        return has_run(word.bytes());
    }
    let chunk = word.chunks[0];
    // Zero where a byte is the same as the two behind it; those that have no two behind them are never.
    let behind = u64::MAX.checked_shl((word.len as u32 - 2) * 8).unwrap_or(0);
    let differ = (chunk ^ chunk >> 8) | (chunk ^ chunk >> 16) | behind;
    differ.wrapping_sub(0x0101_0101_0101_0101) & !differ & 0x8080_8080_8080_8080 != 0
}

fn has_run<T: PartialEq>(letters: impl Iterator<Item = T>) -> bool {
    let mut last = None;
    let mut count = 0;
    for letter in letters {
        let letter = Some(letter);
        count = if letter == last { count + 1 } else { 1 };
        if count == STRETCH {
            return true;
        }
        last = letter;
    }
    false
}

/// The words of which `word` may be a stretched form, none if it has no stretch.
pub(super) fn unstretched(word: &Word, mut each: impl FnMut(Word)) {
    let mut runs: SmallVec<[(char, usize); 24]> = SmallVec::new();
    for c in word.text(&mut [0; LONGEST]).chars() {
        match runs.last_mut() {
            Some((last, count)) if *last == c => *count += 1,
            Some(_) | None => runs.push((c, 1)),
        }
    }
    if runs.iter().all(|(_, count)| *count < STRETCH) {
        return;
    }
    // Who stretches one letter doubles others.
    let open = runs.iter().filter(|(_, count)| *count > 1).count();
    for doubled in 0..1_u32 << open.min(MOST_STRETCHES) {
        let mut short = Word::default();
        let mut nth = 0;
        for (c, count) in &runs {
            let times = if *count == 1 {
                1
            } else {
                nth += 1;
                1 + usize::from(nth <= MOST_STRETCHES && doubled >> (nth - 1) & 1 == 1)
            };
            (0..times).for_each(|_| short.push(*c));
        }
        each(short);
    }
}

/// The word with letters for its digits, if digits stand inside it as if they were some.
pub(super) fn without_digits(word: &Word) -> Option<Word> {
    let mut buffer = [0; LONGEST];
    let bytes = word.text(&mut buffer).as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let ends = bytes.first().zip(bytes.last()).is_some_and(|(first, last)| !first.is_ascii_digit() && !last.is_ascii_digit());
    if digits == 0 || !ends || bytes.len() < FEWEST_BYTES_WITH_DIGITS || digits * 2 > bytes.len() {
        return None;
    }
    let mut plain = Word::default();
    for &byte in bytes {
        plain.push_ascii(if byte.is_ascii_digit() { letter_of_digit(byte)? } else { byte });
    }
    Some(plain)
}

fn letter_of_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0' => Some(b'o'),
        b'1' => Some(b'i'),
        b'3' => Some(b'e'),
        b'4' => Some(b'a'),
        b'5' => Some(b's'),
        b'7' => Some(b't'),
        _ => None,
    }
}

/// The swear words of all languages.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Swearing {
    words: Vec<SwearWord>,
    /// With which ASCII letters any begins, a bit for each.
    beginnings: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct SwearWord {
    letters: String,
    /// Any ending may follow.
    is_stem: bool,
    language: Language,
}

impl Swearing {
    pub(super) fn add(&mut self, word: &Word, is_stem: bool, language: Language) {
        let first = word.bytes().next().unwrap_or_default().wrapping_sub(b'a');
        self.beginnings |= 1_u32.checked_shl(first.into()).unwrap_or(0);
        self.words.push(SwearWord { letters: word.letters(), is_stem, language });
    }

    /// A swear word of several characters, each a word of its own.
    pub(super) fn add_characters(&mut self, steps: &[Step], language: Language) {
        let letters = steps.iter().map(|step| match step {
            Step::Word(word) => word.letters(),
            Step::Stem(_) | Step::Gap | Step::SentenceEnd => String::new(),
        });
        self.words.push(SwearWord { letters: letters.collect(), is_stem: false, language });
    }

    /// Whether a swear word of several characters stands in these.
    pub(super) fn is_in(&self, characters: &str, language: Language) -> bool {
        let own = self.words.iter().filter(|swear| swear.language == language && !swear.letters.is_ascii());
        !characters.is_ascii() && own.into_iter().any(|swear| characters.contains(&swear.letters))
    }

    /// Whether a folded word is a swear word of the language.
    pub(super) fn has(&self, word: &str, language: Language) -> bool {
        let is_it = |swear: &SwearWord| word == swear.letters || (swear.is_stem && word.starts_with(&swear.letters));
        self.words.iter().any(|swear| swear.language == language && is_it(swear))
    }

    /// The swear word that a token hides behind signs and digits: the first that fits, sign by sign.
    pub(super) fn unmask(&self, token: &str) -> Option<Word> {
        let token = token.as_bytes();
        let first = match token.first()? {
            b'$' => b's',
            b'@' => b'a',
            letter => letter.to_ascii_lowercase(),
        };
        if self.beginnings.checked_shr(u32::from(first.wrapping_sub(b'a'))).unwrap_or(0) & 1 == 0 {
            return None;
        }
        let fits = |swear: &&SwearWord| {
            let letters = swear.letters.as_bytes();
            let same_length = letters.len() == token.len() || (swear.is_stem && letters.len() < token.len());
            letters.first() == Some(&first)
                && same_length
                && letters.iter().zip(token).skip(1).all(|(letter, byte)| stands_for(*byte, *letter))
        };
        let swear = self.words.iter().find(fits)?;
        let mut word = Word::from_letters(&swear.letters);
        for byte in &token[swear.letters.len()..] {
            // An ending of letters; one behind stars may be any.
            if byte.is_ascii_alphabetic() {
                word.push_ascii(byte.to_ascii_lowercase());
            }
        }
        Some(word)
    }
}

/// Whether a byte of a token may be this letter.
fn stands_for(byte: u8, letter: u8) -> bool {
    if byte.is_ascii_alphabetic() {
        return byte.eq_ignore_ascii_case(&letter);
    }
    match byte {
        b'1' | b'!' => matches!(letter, b'i' | b'l') || byte == b'!',
        digit @ b'0'..=b'9' => letter_of_digit(digit) == Some(letter),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::languages::Tongues;
    use super::*;

    fn words(word: &str) -> Vec<String> {
        let mut all = Vec::new();
        unstretched(&Word::from_letters(word), |word| all.push(word.letters()));
        all
    }

    #[test]
    fn a_stretch_is_one_letter_or_two() {
        assert_eq!(words("stuuupid"), ["stupid", "stuupid"]);
        assert_eq!(words("idioootti"), ["idioti", "idiooti", "idiotti", "idiootti"]);
        assert_eq!(words("tyhmäää"), ["tyhmä", "tyhmää"]);
        assert_eq!(words("sooo"), ["so", "soo"]);
        assert_eq!(words("idiootti"), Vec::<String>::new());
        assert_eq!(words("aaabbbcccddd").len(), 8);
    }

    #[test]
    fn a_stretch_is_seen_at_a_glance() {
        for (word, may_be) in [("sooo", true), ("ooo", true), ("aa", false), ("oosoo", false), ("abcdeeee", true), ("hello", false)] {
            assert_eq!(is_stretched(&Word::from_letters(word)), may_be, "{word}");
        }
    }

    #[test]
    fn digits_stand_for_letters_only_inside_words() {
        let plain = |word: &str| without_digits(&Word::from_letters(word)).map(|word| word.letters());
        assert_eq!(plain("idi0t").as_deref(), Some("idiot"));
        assert_eq!(plain("v1ttu").as_deref(), Some("vittu"));
        for word in ["a4", "mp3", "2day", "covid19", "m1", "x9x9", "idiot"] {
            assert_eq!(plain(word), None, "{word}");
        }
        for (word, has) in
            [("idiot", false), ("idi0t", true), ("internationalis", false), ("internationali5", true), ("vääräpää", false), ("v4ärä", true)]
        {
            assert_eq!(has_digits(&Word::from_letters(word)), has, "{word}");
        }
    }

    #[test]
    fn signs_hide_swear_words_and_nothing_else() {
        let mut swearing = Swearing::default();
        let english = Tongues::default().language("en");
        swearing.add(&Word::from_letters("fuck"), true, english);
        swearing.add(&Word::from_letters("shit"), true, english);
        swearing.add(&Word::from_letters("kurwa"), false, english);
        swearing.add(&Word::from_letters("asshole"), false, english);
        let unmasked = |token: &str| swearing.unmask(token).map(|word| word.letters());
        for (token, word) in [
            ("f**k", "fuck"),
            ("F*CKING", "fucking"),
            ("f***", "fuck"),
            ("$hit", "shit"),
            ("sh!t", "shit"),
            ("k***a", "kurwa"),
            ("@sshole", "asshole"),
        ] {
            assert_eq!(unmasked(token).as_deref(), Some(word), "{token}");
        }
        for token in ["a*b", "k***", "f@x", "char**", "sh1p", "R&D"] {
            assert_eq!(unmasked(token), None, "{token}");
        }
        assert!(swearing.has("fucking", english) && swearing.has("kurwa", english) && !swearing.has("kurwas", english));
    }
}
