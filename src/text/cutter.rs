//! Cuts a text into words and sentence ends, in one pass, and counts its figures on the way.
//!
//! A word comes out folded: lower case, one apostrophe, no invisible characters. Words of ASCII letters, nearly all
//! of an English text, are read eight bytes at a time. Texts and phrases are cut by the same code, so that what a
//! rule's author writes and what a client writes cannot be cut differently.

use std::ops::Range;

use super::eight::Eight;
use super::figures::Figures;
use super::letters::{self, Part, Stop};
use super::words::{LONGEST, Shape, Upto2, Word};

/// What hears of the words and the sentence ends, in the order of the text.
pub(super) trait Listener {
    /// A word was read.
    fn word(&mut self, word: &Word);
    /// A sentence ended; never twice without a word between, and never before the first word.
    fn sentence_end(&mut self);
    /// A Chinese character of the main block was read, folded; true if that is all that there is to it.
    fn character(&mut self, _c: char, _place: Range<usize>) -> bool {
        false
    }
    /// A small picture stands between words.
    fn picture(&mut self, _picture: &Word) {}
    /// The word that letters, digits and signs without white space hide, if they hide one.
    fn unmask(&mut self, _token: &str) -> Option<Word> {
        None
    }
    /// Whether letters that stand apart are a word when they are put together.
    fn is_word(&mut self, _letters: &Word) -> bool {
        false
    }
}

/// What stands behind an apostrophe and is no word of its own.
pub(super) const CONTRACTED: [&str; 7] = ["s", "t", "m", "d", "re", "ve", "ll"];

/// What a byte is to the cutter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Between,
    Word,
    Stop,
    Line,
    Wide,
    /// May stand for a letter.
    Sign,
}

static CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Between; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Class::Word,
            b'.' | b'!' | b'?' | b';' => Class::Stop,
            b'\n' => Class::Line,
            0x80.. => Class::Wide,
            b'$' | b'@' => Class::Sign,
            _ => Class::Between,
        };
        byte += 1;
    }
    table
}

/// Reads `part` of `text`, telling `listener` of its words and adding to `figures`. `word` is the buffer to use.
pub(super) fn cut<L: Listener>(text: &str, part: Range<usize>, word: &mut Word, figures: &mut Figures, listener: &mut L) {
    let mut cutter = Cutter { text, bytes: &text.as_bytes()[..part.end], first: part.start, open: false, word, figures, listener };
    cutter.run(part.start);
}

struct Cutter<'a, L> {
    text: &'a str,
    bytes: &'a [u8],
    first: usize,
    /// A word came since the last sentence end.
    open: bool,
    word: &'a mut Word,
    figures: &'a mut Figures,
    listener: &'a mut L,
}

impl<L: Listener> Cutter<'_, L> {
    fn run(&mut self, mut at: usize) {
        // No word has been read yet; what another text left behind must not look like one.
        self.word.end = usize::MAX;
        while let Some(&byte) = self.bytes.get(at) {
            let class = CLASSES[usize::from(byte)];
            // Tests in the order of their likelihood; a jump by table is mispredicted too often.
            at = if class == Class::Word {
                self.ascii_word(at)
            } else if class == Class::Between {
                at + 1
            } else {
                self.other(at, byte, class)
            };
        }
    }

    #[inline(never)]
    fn other(&mut self, at: usize, byte: u8, class: Class) -> usize {
        match class {
            Class::Stop => self.stop(at, byte),
            Class::Line => self.line_end(at),
            Class::Wide => self.wide(at),
            Class::Sign => self.masked(at, at + 1).unwrap_or(at + 1),
            Class::Between | Class::Word => at + 1,
        }
    }

    /// Reads the word that begins with an ASCII letter or digit.
    #[inline]
    fn ascii_word(&mut self, start: usize) -> usize {
        let eight = Eight::load(&self.bytes[start..]);
        let end = start + eight.word_bytes;
        self.word.start = start;
        self.word.len = eight.word_bytes;
        self.word.chunks[0] = eight.folded;
        if eight.word_bytes == 8 || self.may_go_on(end) {
            self.word.shape = eight.shape();
            return self.long_word(end);
        }
        let next = self.bytes.get(end).copied().unwrap_or(b' ');
        if next != b' ' {
            let hidden = if is_mask(next) {
                self.masked(start, end)
            } else if eight.word_bytes == 1 {
                self.spaced(start, next)
            } else {
                None
            };
            if let Some(end) = hidden {
                return end;
            }
        } else if eight.word_bytes == 1
            && let Some(end) = self.spaced(start, next)
        {
            return end;
        }
        self.word.end = end;
        self.open = true;
        let more_than_one = eight.letters & eight.letters.wrapping_sub(1) != 0;
        self.figures.words += 1;
        self.figures.words_of_two_letters += u32::from(more_than_one);
        self.figures.capital_words += u32::from(more_than_one & (eight.small == 0));
        self.listener.word(self.word);
        // Most words are followed by one space.
        end + usize::from(self.bytes.get(end) == Some(&b' '))
    }

    /// Whether what stands at `at`, behind a letter or digit and itself none, may belong to the word all the same.
    fn may_go_on(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(|&byte| byte >= 0x80 || byte == b'\'' || byte == b'`')
    }

    /// Reads on from `at` to the end of a word that is not plain and short.
    fn long_word(&mut self, mut at: usize) -> usize {
        let mut last = None;
        while let Some(&byte) = self.bytes.get(at) {
            match CLASSES[usize::from(byte)] {
                Class::Word if self.word.len.is_multiple_of(8) && self.word.len < LONGEST => {
                    let eight = Eight::load(&self.bytes[at..]);
                    self.word.chunks[self.word.len / 8] = eight.folded;
                    self.word.len += eight.word_bytes;
                    self.word.shape.add(eight.shape());
                    at += eight.word_bytes;
                    last = None;
                }
                Class::Word => {
                    self.word.push_ascii(byte.to_ascii_lowercase());
                    self.word.shape.add_letter(byte.is_ascii_alphabetic(), byte.is_ascii_uppercase(), byte.is_ascii_lowercase());
                    at += 1;
                    last = None;
                }
                Class::Wide => match self.wide_in_word(at, &mut last) {
                    Some(next) => at = next,
                    None => break,
                },
                Class::Between if byte == b'\'' || byte == b'`' => match self.apostrophe(at, 1) {
                    Some(next) => at = next,
                    None => break,
                },
                Class::Between | Class::Stop | Class::Line | Class::Sign => break,
            }
        }
        self.word_done(at)
    }

    /// Takes the character outside ASCII at `at` into the word; `None` if it ends it. `last` is the letter before it,
    /// where that is known.
    fn wide_in_word(&mut self, at: usize, last: &mut Option<char>) -> Option<usize> {
        let c = char_at(self.text, at);
        match letters::part(c) {
            Part::Letter => {
                let word = &mut *self.word;
                letters::fold(c, |c| {
                    word.push(c);
                    *last = Some(c);
                });
                let shape = letters::shape(c);
                word.odd |= shape.letters == Upto2::None;
                word.wide = true;
                word.shape.add(shape);
            }
            Part::Mark => {
                self.word.odd = true;
                let before = last.or_else(|| self.word.last_ascii());
                if let Some(both) = before.and_then(|before| letters::compose(before, c)) {
                    self.word.pop(before.map_or(0, char::len_utf8));
                    self.word.push(both);
                    *last = Some(both);
                }
            }
            Part::Invisible => self.word.odd = true,
            Part::Apostrophe => return self.apostrophe(at, c.len_utf8()),
            Part::Ideograph | Part::Stop(_) | Part::Picture | Part::Other => return None,
        }
        Some(at + c.len_utf8())
    }

    /// An apostrophe belongs to the word only between letters.
    fn apostrophe(&mut self, at: usize, width: usize) -> Option<usize> {
        let next = at + width;
        let letter_follows = self.bytes.get(next).is_some_and(|&byte| match CLASSES[usize::from(byte)] {
            Class::Word => true,
            Class::Wide => letters::part(char_at(self.text, next)) == Part::Letter,
            Class::Between | Class::Stop | Class::Line | Class::Sign => false,
        });
        if !letter_follows {
            return None;
        }
        let before = self.word.len;
        self.word.push_ascii(b'\'');
        let is_end = |at: usize| self.bytes.get(at).is_none_or(|&byte| CLASSES[usize::from(byte)] != Class::Word && byte < 0x80);
        let follows = |ending: &str| {
            let end = next + ending.len();
            self.bytes.get(next..end).is_some_and(|bytes| bytes.eq_ignore_ascii_case(ending.as_bytes())) && is_end(end)
        };
        // "I'll" is one word to everybody, "d'accord" are two to some.
        self.word.odd |= !CONTRACTED.into_iter().any(follows);
        self.word.owner = (!self.word.cut_off && follows("s")).then_some(before);
        Some(next)
    }

    /// Reads letters, digits and signs that hide a word (f**k, $hit) and begin at `start`; `end` is where a plain word
    /// would end. None if they hide nothing.
    #[inline(never)]
    fn masked(&mut self, start: usize, end: usize) -> Option<usize> {
        let near = &self.bytes[start..self.bytes.len().min(start + LONGEST_MASKED)];
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || is_mask(byte);
        let len = near.iter().take_while(|&&byte| is_token(byte)).count();
        let after_letter = start > self.first && is_token(self.bytes[start - 1]);
        if after_letter || len == LONGEST_MASKED {
            return None;
        }
        // Exclamation marks at the end are what they are.
        let token = &self.text[start..start + len].trim_end_matches('!');
        let len = token.len();
        let has_letter_behind = self.bytes[end.min(start + len)..start + len].iter().any(u8::is_ascii_alphabetic);
        let ends_in_stars = token.ends_with("**");
        if !has_letter_behind && !ends_in_stars {
            return None;
        }
        let hidden = self.listener.unmask(token)?;
        *self.word = Word { start, odd: true, shape: Shape { letters: Upto2::More, small: true, ..Shape::default() }, ..hidden };
        Some(self.word_done(start + len))
    }

    /// Reads a word that is spaced out (i d i o t, i.d.i.o.t) and begins with the single letter at `start`, before `sign`.
    #[inline]
    fn spaced(&mut self, start: usize, sign: u8) -> Option<usize> {
        let is_letter = |at: usize| self.bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
        let goes_on = |at: usize| self.bytes.get(at + 1) == Some(&sign) && is_letter(at + 2);
        if !goes_on(start) || !goes_on(start + 2) || !goes_on(start + 4) {
            return None;
        }
        self.spaced_word(start, sign)
    }

    #[inline(never)]
    fn spaced_word(&mut self, start: usize, sign: u8) -> Option<usize> {
        if !matches!(sign, b' ' | b'.' | b'-' | b'_' | b'*') {
            return None;
        }
        let ends = |at: usize| self.bytes.get(at).is_none_or(|&byte| !matches!(CLASSES[usize::from(byte)], Class::Word | Class::Wide));
        let letter = |at: usize| self.bytes.get(at).copied().filter(|byte| byte.is_ascii_alphabetic() && ends(at + 1));
        let mut hidden = Word { start, odd: true, ..Word::default() };
        let mut at = start;
        while let Some(byte) = letter(at).filter(|_| hidden.len < LONGEST_MASKED && (at == start || self.bytes[at - 1] == sign)) {
            hidden.push_ascii(byte.to_ascii_lowercase());
            hidden.shape.add_letter(true, byte.is_ascii_uppercase(), byte.is_ascii_lowercase());
            at += 2;
        }
        if hidden.len < FEWEST_SPACED || !self.listener.is_word(&hidden) {
            return None;
        }
        *self.word = hidden;
        Some(self.word_done(at - 1))
    }

    fn word_done(&mut self, end: usize) -> usize {
        self.word.end = end;
        self.open = true;
        let shape = self.word.shape;
        self.figures.words += 1;
        self.figures.words_of_two_letters += u32::from(shape.letters == Upto2::More);
        self.figures.capital_words += u32::from(shape.capitals == Upto2::More && !shape.small);
        self.listener.word(self.word);
        // A plain word, which comes next most often, has none of these.
        self.word.cut_off = false;
        self.word.odd = false;
        self.word.wide = false;
        self.word.is_ideograph = false;
        self.word.owner = None;
        end
    }

    /// What begins with a character outside ASCII, between words.
    fn wide(&mut self, at: usize) -> usize {
        let c = char_at(self.text, at);
        let end = at + c.len_utf8();
        match letters::part(c) {
            Part::Ideograph => {
                if letters::is_character(c) && self.listener.character(letters::simplified(c), at..end) {
                    self.open = true;
                    self.figures.words += 1;
                    // What the last word was is asked behind it: no short form, whatever was there before.
                    self.word.begin(at);
                    self.word.end = end;
                    return end;
                }
                self.word.begin(at);
                let word = &mut *self.word;
                letters::fold(c, |c| word.push(c));
                self.word.shape = Shape { letters: Upto2::One, ..Shape::default() };
                self.word.is_ideograph = true;
                self.word_done(end)
            }
            Part::Picture => {
                self.word.begin(at);
                self.word.push(c);
                self.word.end = end;
                self.listener.picture(self.word);
                end
            }
            Part::Letter => {
                self.word.begin(at);
                self.long_word(at)
            }
            Part::Stop(stop) => {
                self.count(stop, at, end);
                self.sentence_end();
                end
            }
            Part::Mark | Part::Invisible | Part::Apostrophe | Part::Other => end,
        }
    }

    fn sentence_end(&mut self) {
        if self.open {
            self.open = false;
            self.listener.sentence_end();
        }
    }

    /// Counts a mark that stands at `at..end`.
    fn count(&mut self, stop: Stop, at: usize, end: usize) {
        match stop {
            Stop::Plain => {}
            Stop::Exclamation => self.figures.exclamations += 1,
            Stop::Question => {
                // A run is one question, and a web address asks nothing.
                let goes_on = self.bytes.get(end) == Some(&b'?') || self.bytes[end..].starts_with("？".as_bytes());
                if !goes_on && !self.is_in_address(at) {
                    self.figures.questions += 1;
                }
            }
        }
    }

    /// Whether the ? at `at` opens the query of a web address: followed, before any white space, by name=value.
    fn is_in_address(&self, at: usize) -> bool {
        let rest = &self.bytes[at + 1..];
        // A name longer than this is none that people paste.
        let near = &rest[..rest.len().min(60)];
        near.first().is_some_and(u8::is_ascii_alphanumeric)
            && near.iter().take_while(|byte| !byte.is_ascii_whitespace()).any(|&byte| byte == b'=')
    }

    /// One of . ! ? ;
    fn stop(&mut self, at: usize, byte: u8) -> usize {
        match byte {
            b'.' => {
                let run = self.bytes[at..].iter().take_while(|&&byte| byte == b'.').count();
                // Two dots and more are a pause, not an end.
                if run == 1 && !self.is_within_word(at + 1) && !self.is_abbreviation(at) {
                    self.sentence_end();
                }
                return at + run;
            }
            b'!' => self.count(Stop::Exclamation, at, at + 1),
            b'?' => self.count(Stop::Question, at, at + 1),
            _ => {}
        }
        self.sentence_end();
        at + 1
    }

    /// A dot before a letter or digit is part of a number, an address or a file name.
    fn is_within_word(&self, next: usize) -> bool {
        self.bytes.get(next).is_some_and(|&byte| match CLASSES[usize::from(byte)] {
            Class::Word => true,
            Class::Wide => letters::part(char_at(self.text, next)) == Part::Letter,
            Class::Between | Class::Stop | Class::Line | Class::Sign => false,
        })
    }

    /// Whether the dot at `at` belongs to a short form such as "e.g." or "Mr.".
    fn is_abbreviation(&self, at: usize) -> bool {
        if self.word.end != at {
            return false;
        }
        if self.word.len == 1 && self.word.start > self.first && self.bytes[self.word.start - 1] == b'.' {
            return true;
        }
        let folded = self.word.chunks[0].to_le_bytes();
        match &folded[..self.word.len.min(8)] {
            b"mr" | b"mrs" | b"ms" | b"dr" | b"prof" | b"vs" | b"eg" | b"ie" | b"etc" | b"approx" | b"incl" | b"excl" => true,
            b"bzw" | b"usw" | b"np" | b"itd" | b"tzn" | b"esim" | b"mm" | b"jne" => true,
            // "No. 5", but "I said no. Pay me."
            b"no" | b"nr" | b"fig" | b"vol" | b"art" | b"sec" => {
                self.bytes[at + 1..].iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(u8::is_ascii_digit)
            }
            _ => false,
        }
    }

    /// The end of a line is no end of a sentence, except before an empty line or an item of a list.
    fn line_end(&mut self, at: usize) -> usize {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r');
        let next = at + 1 + self.bytes[at + 1..].iter().take_while(blank).count();
        match self.bytes.get(next) {
            Some(b'\n') => self.sentence_end(),
            Some(b'-' | b'*' | b'+') if matches!(self.bytes.get(next + 1), Some(b' ')) => self.sentence_end(),
            Some(_) | None => {}
        }
        next
    }
}

/// Longer than any word that somebody hides; tokens of this length are keys and addresses.
const LONGEST_MASKED: usize = 24;

/// Fewer single letters in a row are no word that somebody spaced out.
const FEWEST_SPACED: usize = 4;

/// Whether an ASCII sign may stand for a letter inside a word.
fn is_mask(byte: u8) -> bool {
    matches!(byte, b'*' | b'#' | b'$' | b'@' | b'!' | b'%' | b'&')
}

/// The character that begins at `at`; only asked for where a byte of a text was just seen.
fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().expect("a byte was seen here, so a character begins here")
}
