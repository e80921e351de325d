//! The phrase language: plain words, `word*`, `a … b` and `/…/`, read into steps or refused with the reason.

use std::fmt;

use super::cutter::{self, Listener};
use super::figures::Figures;
use super::letters;
use super::regexes::{self, CheckedRegex};
use super::words::{LONGEST, Word};

/// Fewer letters before a `*` match too much of a language, if nothing else is asked for.
const STEM_LETTERS: usize = 3;

/// And fewer than these among other words.
const STEM_LETTERS_AMONG_OTHERS: usize = 2;

/// Why a phrase cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhraseMistake {
    /// There is no word in it.
    Empty,
    /// It is a single letter.
    TooShort,
    /// A `*` after fewer than three letters, or after a single one among other words.
    StemTooShort,
    /// A word of more than 64 bytes.
    WordTooLong,
    /// A `*` that does not stand at the end of a word.
    StarInsideWord,
    /// A `…` with no word before or after it.
    GapAtTheEdge,
    /// Two `…` with no word between.
    GapBesideGap,
    /// A `…` beside the end of a sentence, which it does not cross.
    GapBesideSentenceEnd,
    /// More than one word, where one is asked for.
    NotOneWord,
    /// It begins with `/` and does not end with one.
    UnclosedRegex,
    /// Not a regular expression.
    BadRegex {
        /// What is wrong with it.
        message: String,
    },
    /// A regular expression that is found in every text, since it matches no letters at all.
    RegexMatchesNothing,
    /// A regular expression that takes too much memory.
    ExplodingRegex {
        /// About how many bytes.
        size: usize,
    },
}

impl fmt::Display for PhraseMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no word in this phrase"),
            Self::TooShort => f.write_str("a single letter would be found nearly everywhere"),
            Self::StemTooShort => {
                write!(f, "a * needs at least {STEM_LETTERS} letters before it, or {STEM_LETTERS_AMONG_OTHERS} among other words")
            }
            Self::WordTooLong => write!(f, "a word is longer than {LONGEST} bytes"),
            Self::StarInsideWord => f.write_str("a * may stand only at the end of a word"),
            Self::GapAtTheEdge => f.write_str("a … needs a word before and after it"),
            Self::GapBesideGap => f.write_str("two … need a word between them"),
            Self::GapBesideSentenceEnd => f.write_str("a … does not cross the end of a sentence"),
            Self::NotOneWord => f.write_str("this has to be one word"),
            Self::UnclosedRegex => f.write_str("a regular expression begins and ends with /, and the last / is missing"),
            Self::BadRegex { message } => write!(f, "not a regular expression: {message}"),
            Self::RegexMatchesNothing => f.write_str("this regular expression matches the empty text, so it would be found everywhere"),
            Self::ExplodingRegex { size } => {
                let (takes, allowed) = (size >> 10, regexes::MOST_BYTES >> 10);
                write!(f, "this regular expression takes about {takes} KB of memory, and {allowed} KB are allowed; repeat less in it")
            }
        }
    }
}

impl std::error::Error for PhraseMistake {}

/// Whether `phrase` can be used, without using it.
pub fn check_phrase(phrase: &str) -> Result<(), PhraseMistake> {
    read_phrase(phrase, &mut Vec::new()).map(|_| ())
}

/// What a phrase is.
#[derive(Debug)]
pub(super) enum Phrase {
    /// Steps, to be walked word by word.
    Steps,
    /// A regular expression.
    Regex(Box<CheckedRegex>),
}

/// One step of a phrase.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// This word.
    Word(Word),
    /// A word that begins like this.
    Stem(Word),
    /// Up to four words.
    Gap,
    /// The end of a sentence.
    SentenceEnd,
}

impl Step {
    /// Whether it is one character of a script without word borders.
    pub(super) fn is_ideograph(&self) -> bool {
        match self {
            Self::Word(word) => word.is_ideograph,
            Self::Stem(_) | Self::Gap | Self::SentenceEnd => false,
        }
    }
}

/// Reads `phrase`; its steps are left in `steps`.
pub(super) fn read_phrase(phrase: &str, steps: &mut Vec<Step>) -> Result<Phrase, PhraseMistake> {
    steps.clear();
    let phrase = phrase.trim();
    if phrase.len() > 1 && phrase.starts_with('/') {
        let inner = phrase[1..].strip_suffix('/').ok_or(PhraseMistake::UnclosedRegex)?;
        return CheckedRegex::new(inner).map(|regex| Phrase::Regex(Box::new(regex)));
    }
    let mut collector = Collector { phrase: phrase.as_bytes(), steps, mistake: None, stars: 0 };
    let mut word = Word::default();
    let mut start = 0;
    while let Some((end, next)) = next_gap(phrase, start) {
        cutter::cut(phrase, start..end, &mut word, &mut Figures::default(), &mut collector);
        collector.gap();
        start = next;
    }
    cutter::cut(phrase, start..phrase.len(), &mut word, &mut Figures::default(), &mut collector);
    collector.finish()?;
    check_steps(steps)?;
    Ok(Phrase::Steps)
}

/// Reads words that are known of a language, which may be as short as they like; none if there is more to it.
pub(super) fn read_words(words: &str, steps: &mut Vec<Step>) -> Result<(), PhraseMistake> {
    match read_phrase(words, steps) {
        Ok(Phrase::Steps) | Err(PhraseMistake::TooShort | PhraseMistake::StemTooShort) => Ok(()),
        Ok(Phrase::Regex(_)) => Err(PhraseMistake::Empty),
        Err(mistake) => Err(mistake),
    }
}

/// The next `…` or `...` at or after `from`: where it starts and ends.
fn next_gap(phrase: &str, from: usize) -> Option<(usize, usize)> {
    let start = from
        + phrase[from..].match_indices(['…', '.']).map(|(at, _)| at).find(|&at| {
            let rest = &phrase[from + at..];
            rest.starts_with('…') || rest.starts_with("...")
        })?;
    let rest = &phrase[start..];
    let behind = if rest.starts_with('…') { rest.trim_start_matches('…') } else { rest.trim_start_matches('.') };
    Some((start, phrase.len() - behind.len()))
}

struct Collector<'a> {
    phrase: &'a [u8],
    steps: &'a mut Vec<Step>,
    mistake: Option<PhraseMistake>,
    stars: usize,
}

impl Collector<'_> {
    fn blame(&mut self, mistake: PhraseMistake) {
        self.mistake.get_or_insert(mistake);
    }

    fn gap(&mut self) {
        match self.steps.last() {
            None => self.blame(PhraseMistake::GapAtTheEdge),
            Some(Step::Gap) => self.blame(PhraseMistake::GapBesideGap),
            Some(Step::SentenceEnd) => self.blame(PhraseMistake::GapBesideSentenceEnd),
            Some(Step::Word(_) | Step::Stem(_)) => self.steps.push(Step::Gap),
        }
    }

    fn finish(mut self) -> Result<(), PhraseMistake> {
        match self.steps.last() {
            Some(Step::SentenceEnd) => {
                self.steps.pop();
            }
            Some(Step::Gap) => self.blame(PhraseMistake::GapAtTheEdge),
            Some(Step::Word(_) | Step::Stem(_)) | None => {}
        }
        if self.phrase.iter().filter(|&&byte| byte == b'*').count() > self.stars {
            self.blame(PhraseMistake::StarInsideWord);
        }
        self.mistake.map_or(Ok(()), Err)
    }
}

impl Listener for Collector<'_> {
    fn word(&mut self, word: &Word) {
        if word.cut_off {
            self.blame(PhraseMistake::WordTooLong);
        }
        if self.phrase.get(word.end) != Some(&b'*') {
            return self.steps.push(Step::Word(word.clone()));
        }
        self.stars += 1;
        let goes_on = |&byte: &u8| byte.is_ascii_alphanumeric() || byte == b'*' || byte >= 0x80;
        if self.phrase.get(word.end + 1).is_some_and(goes_on) && !self.phrase[word.end + 1..].starts_with("…".as_bytes()) {
            self.blame(PhraseMistake::StarInsideWord);
        }
        let letters = word.letters();
        match letters.chars().next() {
            // Nothing to leave open: such a character is a whole word.
            Some(only) if letters::is_ideograph(only) => self.steps.push(Step::Word(word.clone())),
            _ if letters.chars().count() < STEM_LETTERS_AMONG_OTHERS => self.blame(PhraseMistake::StemTooShort),
            _ => self.steps.push(Step::Stem(word.clone())),
        }
    }

    fn sentence_end(&mut self) {
        self.steps.push(Step::SentenceEnd);
    }

    fn picture(&mut self, picture: &Word) {
        self.steps.push(Step::Word(picture.clone()));
    }
}

fn check_steps(steps: &[Step]) -> Result<(), PhraseMistake> {
    match steps {
        [] => Err(PhraseMistake::Empty),
        [Step::Stem(stem)] if stem.letters().chars().count() < STEM_LETTERS => Err(PhraseMistake::StemTooShort),
        [Step::Word(word)] => {
            let letters = word.letters();
            let mut letters = letters.chars();
            match (letters.next(), letters.next()) {
                (Some(only), None) if only.is_alphanumeric() && !letters::is_ideograph(only) => Err(PhraseMistake::TooShort),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_phrases_are_taken() {
        for phrase in [
            "will pay",
            "pay*",
            "pay you … tomorrow",
            "a...b",
            "don't",
            "太贵",
            "贵",
            "/sue (you|us)/",
            "e.g. this",
            "you'll have … money",
            "wow. just wow",
            "free mock-up*",
        ] {
            assert_eq!(check_phrase(phrase), Ok(()), "{phrase}");
        }
    }

    #[test]
    fn bad_phrases_are_refused_with_their_reason() {
        use PhraseMistake as M;
        let long = "x".repeat(65);
        for (phrase, mistake) in [
            ("", M::Empty),
            (" ?! ", M::Empty),
            ("a", M::TooShort),
            ("ab*", M::StemTooShort),
            ("you a*", M::StemTooShort),
            (long.as_str(), M::WordTooLong),
            ("id*ot", M::StarInsideWord),
            ("*idiot", M::StarInsideWord),
            ("idiot**", M::StarInsideWord),
            ("… now", M::GapAtTheEdge),
            ("now ...", M::GapAtTheEdge),
            ("…", M::GapAtTheEdge),
            ("a … … b", M::GapBesideGap),
            ("a. … b", M::GapBesideSentenceEnd),
            ("/abc", M::UnclosedRegex),
            ("/a*/", M::RegexMatchesNothing),
            ("//", M::RegexMatchesNothing),
        ] {
            assert_eq!(check_phrase(phrase), Err(mistake), "{phrase}");
        }
        assert!(matches!(check_phrase("/(a/"), Err(M::BadRegex { message }) if message == "unclosed group"));
    }

    #[test]
    fn a_regex_that_would_explode_is_refused_with_its_size() {
        let mistake = check_phrase(r"/((\w{100}){100}){100}/").expect_err("a million letters of 140,000 kinds");
        assert!(matches!(mistake, PhraseMistake::ExplodingRegex { size } if size > 1 << 30));
        assert!(mistake.to_string().contains("1024 KB are allowed"), "{mistake}");
    }
}
