//! Regular expressions among the phrases: checked when they are added, prepared when a text first needs them.
//!
//! To prepare one takes up to a millisecond, and a rule file has several; to run one over every text would slow down
//! reading by half. So each has gates: sets of words of which a text must have one, or it cannot match. They are
//! found with the phrases, in the same pass, and only a text that passes all gates of an expression is searched.

use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look};
use regex_syntax::{Parser, ParserBuilder};
use serde::{Deserialize, Serialize};

use super::letters;
use super::phrase::PhraseMistake;
use super::words::Word;

/// A regular expression may take about this much memory once it is prepared. `\w` alone takes 18 KB, so this allows
/// some fifty of them; what needs more is a counted repetition that somebody did not think through.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// Shorter beginnings of words are in every text, and are no gates.
const GATE_LETTERS: usize = 3;

/// So many gates tell enough.
const MOST_GATES: usize = 4;

/// A regular expression that is known to be good.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CheckedRegex {
    source: String,
    #[serde(skip)]
    prepared: OnceLock<Regex>,
    /// Every text that matches has, for each of these, a word that begins with one of it.
    pub gates: Vec<Vec<Word>>,
}

impl CheckedRegex {
    /// Checks `source`, which stands between the slashes.
    pub(super) fn new(source: &str) -> Result<Self, PhraseMistake> {
        let hir = ParserBuilder::new().case_insensitive(true).build().parse(source).map_err(|error| {
            let message = match error {
                regex_syntax::Error::Parse(error) => error.kind().to_string(),
                regex_syntax::Error::Translate(error) => error.kind().to_string(),
                other => other.to_string(),
            };
            PhraseMistake::BadRegex { message }
        })?;
        let size = size_of(&hir);
        if size > MOST_BYTES {
            return Err(PhraseMistake::ExplodingRegex { size });
        }
        if hir.properties().minimum_len().is_none_or(|bytes| bytes == 0) {
            return Err(PhraseMistake::RegexMatchesNothing);
        }
        let mut gates = Gates::default();
        gates.walk(&hir, Before::Anything);
        gates.end_of_letters();
        let mut gates = gates.found;
        gates.sort_by_key(|gate| std::cmp::Reverse(shortest(gate)));
        gates.truncate(MOST_GATES);
        let gates = gates.into_iter().map(|gate| gate.iter().map(|stem| Word::from_letters(stem)).collect()).collect();
        Ok(Self { source: source.to_string(), prepared: OnceLock::new(), gates })
    }

    /// The expression, ready to search.
    pub(super) fn regex(&self) -> &Regex {
        self.prepared.get_or_init(|| {
            RegexBuilder::new(&self.source)
                .case_insensitive(true)
                .size_limit(usize::MAX)
                .build()
                .expect("it was parsed by the same parser and found small enough when it was added")
        })
    }
}

/// About how many bytes the expression takes once it is prepared, from below: measured on classes of many sizes.
fn size_of(hir: &Hir) -> usize {
    const STATE_BYTES: usize = 24;
    const RANGE_BYTES: usize = 24;
    // Characters of two, three and four bytes each need states of their own.
    const WIDE_BYTES: usize = 500;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE_BYTES,
        HirKind::Literal(literal) => literal.0.len() * STATE_BYTES,
        HirKind::Class(Class::Unicode(class)) => {
            let wide = if class.is_ascii() { 0 } else { WIDE_BYTES };
            STATE_BYTES + wide + class.ranges().len() * RANGE_BYTES
        }
        HirKind::Class(Class::Bytes(class)) => STATE_BYTES + class.ranges().len() * RANGE_BYTES,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.map_or(repetition.min.saturating_add(1), |max| max.max(1));
            size_of(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Capture(capture) => size_of(&capture.sub).saturating_add(2 * STATE_BYTES),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(size_of).fold(STATE_BYTES, usize::saturating_add),
    }
}

/// Whether a letter that comes next surely begins a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Border,
    Anything,
}

/// Looks for words, or beginnings of words, that every match contains.
#[derive(Debug, Default)]
struct Gates {
    found: Vec<Vec<String>>,
    /// The letters that are being read, if they began at the border of a word.
    letters: String,
}

impl Gates {
    /// Reads on, and tells what stands before whatever follows.
    fn walk(&mut self, hir: &Hir, before: Before) -> Before {
        match hir.kind() {
            HirKind::Empty => before,
            HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().fold(before, |before, c| self.character(c, before)),
            HirKind::Class(Class::Unicode(class)) => match only_letter(class) {
                Some(letter) => self.character(letter, before),
                None => {
                    self.end_of_letters();
                    if is_between_words(class) { Before::Border } else { Before::Anything }
                }
            },
            HirKind::Class(Class::Bytes(_)) => {
                self.end_of_letters();
                Before::Anything
            }
            HirKind::Look(look) => {
                self.end_of_letters();
                // A border before a letter; before anything else it does not matter.
                let borders = matches!(look, Look::Start | Look::StartLF | Look::StartCRLF | Look::WordUnicode | Look::WordStartUnicode);
                if borders { Before::Border } else { before }
            }
            HirKind::Repetition(repetition) => {
                self.end_of_letters();
                let mut inner = Self::default();
                let after = inner.walk(&repetition.sub, before);
                inner.end_of_letters();
                if repetition.min > 0 {
                    self.found.append(&mut inner.found);
                    return after;
                }
                if before == after { before } else { Before::Anything }
            }
            HirKind::Capture(capture) => self.walk(&capture.sub, before),
            HirKind::Concat(parts) => parts.iter().fold(before, |before, part| self.walk(part, before)),
            HirKind::Alternation(parts) => {
                self.end_of_letters();
                let mut after = Before::Border;
                let mut together = Some(Vec::new());
                for part in parts {
                    let mut inner = Self::default();
                    if inner.walk(part, before) == Before::Anything {
                        after = Before::Anything;
                    }
                    inner.end_of_letters();
                    let best = inner.found.into_iter().max_by_key(|gate| shortest(gate));
                    together = together.zip(best).map(|(mut together, best)| {
                        together.extend(best);
                        together
                    });
                }
                self.found.extend(together);
                after
            }
        }
    }

    fn character(&mut self, c: char, before: Before) -> Before {
        if !c.is_alphanumeric() {
            self.end_of_letters();
            return Before::Border;
        }
        if before == Before::Border || !self.letters.is_empty() {
            letters::fold(c, |c| self.letters.push(c));
        }
        Before::Anything
    }

    fn end_of_letters(&mut self) {
        let letters = std::mem::take(&mut self.letters);
        if letters.chars().count() >= GATE_LETTERS {
            self.found.push(vec![letters]);
        }
    }
}

fn shortest(gate: &[String]) -> usize {
    gate.iter().map(String::len).min().unwrap_or(0)
}

/// The one letter that a class stands for when case does not matter.
fn only_letter(class: &ClassUnicode) -> Option<char> {
    let mut all = class.iter().flat_map(|range| range.start()..=range.end());
    let mut first = None;
    // No letter has more than four forms.
    for c in all.by_ref().take(4) {
        let mut folded = String::new();
        letters::fold(c, |c| folded.push(c));
        let mut folded = folded.chars();
        match (folded.next(), folded.next(), first) {
            (Some(letter), None, None) => first = Some(letter),
            (Some(letter), None, Some(other)) if letter == other => {}
            _ => return None,
        }
    }
    first.filter(|_| all.next().is_none())
}

/// Whether no character of the class belongs to a word.
fn is_between_words(class: &ClassUnicode) -> bool {
    static WORD: LazyLock<ClassUnicode> = LazyLock::new(|| match Parser::new().parse(r"\w").map(Hir::into_kind) {
        Ok(HirKind::Class(Class::Unicode(word))) => word,
        // Should another version of the parser see it otherwise, everything may belong to a word.
        _ => ClassUnicode::new([ClassUnicodeRange::new('\0', char::MAX)]),
    });
    // Most classes that have a letter have one of these, and a short look tells.
    let letters = |range: &ClassUnicodeRange| range.start().is_ascii_lowercase() || range.end().is_ascii_lowercase();
    if class.ranges().iter().take(8).any(letters) {
        return false;
    }
    let mut both = class.clone();
    both.intersect(&WORD);
    both.ranges().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gates(source: &str) -> Vec<Vec<String>> {
        let regex = CheckedRegex::new(source).expect("a good expression");
        regex.gates.iter().map(|gate| gate.iter().map(Word::letters).collect()).collect()
    }

    #[test]
    fn gates_are_words_that_every_match_has() {
        assert_eq!(gates(r"^\W*why( +\w+){0,4} +(remov|chang|add)\w*"), [vec!["why"], vec!["remov", "chang", "add"]]);
        assert_eq!(gates(r"\b(offer|give) you (only |just )?£ ?[0-9]"), [vec!["offer", "give"], vec!["you"]]);
        assert_eq!(gates(r"\bit's broken"), [vec!["broken"]]);
        assert_eq!(gates(r"\bJalkapallo"), [vec!["jalkapallo"]]);
    }

    #[test]
    fn what_may_stand_inside_a_word_is_no_gate() {
        for source in ["[a-z]+sue", r"(?-u:\b)sue", r".sue", "(x|-)sue", r"(\bsue you)?x", "sue", "sue|.", r"\bab", "[xy]yes"] {
            assert_eq!(gates(source), Vec::<Vec<String>>::new(), "{source}");
        }
    }

    #[test]
    fn sizes_are_about_right() {
        for source in [r"\w{20}", r"[a-z]{200}", r"\W*why( +\w+){0,4}", r"(abc|def){50}", r".{100}"] {
            let told = size_of(&ParserBuilder::new().case_insensitive(true).build().parse(source).expect("a good expression"));
            let limit = |bytes| RegexBuilder::new(source).case_insensitive(true).size_limit(bytes).build().is_ok();
            assert!(limit(told * 6), "{source} takes more than six times {told}");
            assert!(!limit(told / 3), "{source} takes less than a third of {told}");
        }
    }
}
