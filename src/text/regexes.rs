//! Regular expressions among the phrases: checked when they are added, prepared when a text first needs them.
//!
//! To prepare one takes up to a millisecond, and a rule file has several; to run one over every text would slow down
//! reading by half. So each has gates: sets of words of which a text must have one, or it cannot match. They are
//! found with the phrases, in the same pass, and only a text that passes all gates of an expression is searched; for
//! one of amounts, only if there is a digit in it.

use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look};
use regex_syntax::{Parser, ParserBuilder};
use serde::{Deserialize, Serialize};

use super::cutter::CONTRACTED;
use super::letters;
use super::phrase::{PhraseMistake, Step};
use super::words::{LONGEST, Word};

/// A regular expression may take about this much memory once it is prepared. `\w` alone takes 18 KB, so this allows
/// some fifty of them; what needs more is a counted repetition that somebody did not think through.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// Shorter beginnings of words are in every text, and are no gates.
const GATE_LETTERS: usize = 3;

/// So many gates tell enough.
const MOST_GATES: usize = 4;

/// More ways than this to go through a gate are not followed up.
const MOST_WAYS: usize = 64;

/// And longer ones are not either: a few words tell enough.
const MOST_BYTES_OF_A_WAY: usize = 4 * LONGEST;

/// A regular expression that is known to be good.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CheckedRegex {
    source: String,
    #[serde(skip)]
    prepared: OnceLock<Regex>,
    /// Every text that matches has, for each of these, one of it: words, of which the last is whole only if a space
    /// stands behind it, or Chinese characters.
    pub gates: Vec<Vec<String>>,
    /// Every match has a digit in it.
    pub has_digit: bool,
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
        gates.walk(&hir, Before::Anything, false);
        gates.end(false);
        let mut gates = gates.found;
        gates.sort_by_key(|gate| std::cmp::Reverse(shortest(gate)));
        gates.truncate(MOST_GATES);
        Ok(Self { source: source.to_string(), prepared: OnceLock::new(), gates, has_digit: has_digit(&hir) })
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

/// The steps that lead to one of a gate: words, and the beginning of one if nothing closes it.
pub(super) fn steps_of_gate(gate: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut letters = String::new();
    for c in gate.chars() {
        let is_character = letters::is_character(c);
        if (is_character || c == ' ') && !letters.is_empty() {
            steps.push(Step::Word(Word::from_letters(&std::mem::take(&mut letters))));
        }
        if is_character {
            steps.push(Step::Word(Word::from_letters(c.encode_utf8(&mut [0; 4]))));
        } else if c != ' ' {
            letters.push(c);
        }
    }
    steps.extend(Some(letters).filter(|letters| !letters.is_empty()).map(|letters| Step::Stem(Word::from_letters(&letters))));
    steps
}

/// Whether every match has one of the digits 0 to 9.
fn has_digit(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().any(u8::is_ascii_digit),
        HirKind::Class(Class::Unicode(class)) => class.iter().all(|range| range.start() >= '0' && range.end() <= '9'),
        HirKind::Class(Class::Bytes(class)) => class.iter().all(|range| range.start() >= b'0' && range.end() <= b'9'),
        HirKind::Repetition(repetition) => repetition.min > 0 && has_digit(&repetition.sub),
        HirKind::Capture(capture) => has_digit(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(has_digit),
        HirKind::Alternation(parts) => parts.iter().all(has_digit),
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

/// Whether a letter that comes next begins a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Before {
    /// It does.
    Border,
    /// It does, or it stands behind an apostrophe: then it is contracted, or the word is odd.
    Edge,
    /// Nobody knows.
    Anything,
}

/// Looks for words, or beginnings of words, that every match contains.
#[derive(Debug, Default)]
struct Gates {
    found: Vec<Vec<String>>,
    /// What is being read, in each way that it may be: letters that began at the border of a word, Chinese characters,
    /// which have one on either side, and spaces.
    reading: Vec<String>,
    /// It began at an edge.
    is_at_edge: bool,
}

impl Gates {
    /// Reads on, and tells what stands before whatever follows. `is_closed` is whether a space surely follows.
    fn walk(&mut self, hir: &Hir, before: Before, is_closed: bool) -> Before {
        if let Some(ways) = ways(hir) {
            return self.read_on(&ways, before, begins_with_space(hir));
        }
        match hir.kind() {
            HirKind::Empty => before,
            HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().fold(before, |before, c| match way(c) {
                Some(way) => self.read_on(&[way], before, c == ' '),
                None => {
                    self.end(false);
                    Before::Edge
                }
            }),
            HirKind::Class(Class::Unicode(class)) => {
                self.end(false);
                if is_between_words(class) { Before::Edge } else { Before::Anything }
            }
            HirKind::Class(Class::Bytes(_)) => {
                self.end(false);
                Before::Anything
            }
            HirKind::Look(look) => {
                self.end(false);
                if matches!(look, Look::Start | Look::StartLF | Look::StartCRLF) {
                    Before::Border
                } else if matches!(look, Look::WordUnicode | Look::WordStartUnicode) {
                    // An edge before a letter; before anything else it does not matter.
                    before.min(Before::Edge)
                } else {
                    before
                }
            }
            HirKind::Repetition(repetition) => {
                self.end(begins_with_space(hir));
                let mut inner = Self::default();
                let after = inner.walk(&repetition.sub, before, false);
                inner.end(false);
                if repetition.min > 0 {
                    self.found.append(&mut inner.found);
                    return after;
                }
                before.max(after)
            }
            HirKind::Capture(capture) => self.walk(&capture.sub, before, is_closed),
            HirKind::Concat(parts) => parts.iter().enumerate().fold(before, |before, (nth, part)| {
                let is_closed = parts.get(nth + 1).map_or(is_closed, begins_with_space);
                self.walk(part, before, is_closed)
            }),
            HirKind::Alternation(parts) => {
                self.end(begins_with_space(hir));
                let mut after = Before::Border;
                let mut together = Some(Vec::new());
                for part in parts {
                    let mut inner = Self::default();
                    after = after.max(inner.walk(part, before, is_closed));
                    inner.end(is_closed);
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

    /// Reads what may go on in these ways; `begins_with_space` is whether all of them do.
    fn read_on(&mut self, ways: &[String], before: Before, begins_with_space: bool) -> Before {
        if self.reading.is_empty() {
            self.is_at_edge = before == Before::Edge;
            self.reading = if before == Before::Anything {
                // What stands before the first border may be the end of any word.
                let border = |c: char| c == ' ' || letters::is_character(c);
                let known = |way: &String| way.find(border).map(|at| way[at..].to_owned());
                ways.iter().map(known).collect::<Option<_>>().unwrap_or_default()
            } else {
                ways.to_vec()
            };
        } else {
            match product(&self.reading, ways) {
                Some(product) => self.reading = product,
                None => {
                    self.end(begins_with_space);
                    return self.read_on(ways, before, begins_with_space);
                }
            }
        }
        let after = |way: &String| match way.chars().next_back() {
            None => before,
            Some(c) if c == ' ' || letters::is_character(c) => Before::Border,
            Some(_) => Before::Anything,
        };
        ways.iter().map(after).max().unwrap_or(before)
    }

    /// What was read makes a gate if it tells something. If it is closed, the last word is a whole one.
    fn end(&mut self, is_closed: bool) {
        let gate = std::mem::take(&mut self.reading).into_iter().map(|read| {
            let mut read = read.trim_start().to_owned() + if is_closed { " " } else { "" };
            let first = read.find(' ').unwrap_or(read.len());
            if self.is_at_edge && CONTRACTED.contains(&&read[..first]) {
                read.drain(..read.len().min(first + 1));
            }
            // A single letter that some word begins with tells nothing.
            let mut last = read.chars().rev();
            if last.next().is_some_and(|c| c != ' ' && !letters::is_character(c))
                && last.next().is_some_and(|c| c == ' ' || letters::is_character(c))
            {
                read.pop();
            }
            let tells = read.chars().count() >= GATE_LETTERS || read.chars().any(letters::is_character);
            let is_short = read.split(' ').all(|word| word.len() <= LONGEST);
            (tells && is_short).then_some(read)
        });
        self.found.extend(gate.collect::<Option<Vec<_>>>().filter(|gate| !gate.is_empty()));
    }
}

/// All that an expression may match when case does not matter, if that is letters and spaces, and not too many.
fn ways(hir: &Hir) -> Option<Vec<String>> {
    let ways = match hir.kind() {
        HirKind::Empty => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8_lossy(&literal.0).chars().map(way).collect::<Option<_>>()?],
        HirKind::Class(Class::Unicode(class)) => only_letter(class).map(|letter| vec![letter.into()]).or_else(|| only_characters(class))?,
        HirKind::Repetition(repetition) if repetition.max == Some(1) => {
            let mut ways = ways(&repetition.sub)?;
            ways.extend((repetition.min == 0).then(String::new));
            ways
        }
        HirKind::Repetition(repetition) if repetition.min > 0 && ways(&repetition.sub)? == [" "] => vec![" ".to_owned()],
        HirKind::Capture(capture) => ways(&capture.sub)?,
        HirKind::Concat(parts) => parts.iter().try_fold(vec![String::new()], |before, part| product(&before, &ways(part)?))?,
        HirKind::Alternation(parts) => parts.iter().map(ways).collect::<Option<Vec<_>>>()?.concat(),
        HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) | HirKind::Repetition(_) => return None,
    };
    (ways.len() <= MOST_WAYS).then_some(ways)
}

/// A letter or a space.
fn way(c: char) -> Option<String> {
    let mut folded = String::new();
    if c == ' ' {
        folded.push(c)
    } else {
        letters::fold(c, |c| folded.push(c))
    }
    (c == ' ' || c.is_alphanumeric()).then_some(folded)
}

/// Each of these with each of those behind it, if that is neither too many nor too long.
fn product(before: &[String], behind: &[String]) -> Option<Vec<String>> {
    let longest = |ways: &[String]| ways.iter().map(String::len).max().unwrap_or(0);
    let is_small = before.len() * behind.len() <= MOST_WAYS && longest(before) + longest(behind) <= MOST_BYTES_OF_A_WAY;
    let of = |first: &String| behind.iter().map(|second| format!("{first}{second}")).collect::<Vec<_>>();
    is_small.then(|| before.iter().flat_map(of).collect())
}

/// Whether every match begins with a space.
fn begins_with_space(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.first() == Some(&b' '),
        HirKind::Repetition(repetition) => repetition.min > 0 && begins_with_space(&repetition.sub),
        HirKind::Capture(capture) => begins_with_space(&capture.sub),
        HirKind::Concat(parts) => parts.first().is_some_and(begins_with_space),
        HirKind::Alternation(parts) => parts.iter().all(begins_with_space),
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => false,
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

/// The Chinese characters of a class that has nothing else.
fn only_characters(class: &ClassUnicode) -> Option<Vec<String>> {
    let is_only = class.ranges().iter().all(|range| letters::is_character(range.start()) && letters::is_character(range.end()));
    let all = || class.iter().flat_map(|range| range.start()..=range.end()).take(MOST_WAYS + 1);
    (is_only && all().count() <= MOST_WAYS).then(|| all().map(|c| letters::simplified(c).to_string()).collect())
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
        regex.gates
    }

    #[test]
    fn gates_are_words_that_every_match_has() {
        assert_eq!(gates(r"^\W*why( +\w+){0,4} +(remov|chang|add)\w*"), [vec!["why"], vec!["remov", "chang", "add"]]);
        assert_eq!(
            gates(r"\b(offer|give) you (only |just )?£ ?[0-9]"),
            [vec!["offer you only ", "offer you just ", "offer you ", "give you only ", "give you just ", "give you "]]
        );
        assert_eq!(gates(r"\b(do|say|settle for|agree  to) [0-9]+"), [vec!["do ", "say ", "settle for ", "agree  to "]]);
        assert_eq!(gates(r"\byou(.?d)? ([a-z]+ ){0,4}take( it)* x"), [vec!["take"], vec!["you"]]);
        assert_eq!(gates(r"\bagree on a[bc]"), [vec!["agree on "]]);
        assert_eq!(gates(r"\bit's broken"), [vec!["broken"]]);
        assert_eq!(gates(r"\bJalkapallo"), [vec!["jalkapallo"]]);
        assert_eq!(gates(r"\bt pay x"), [vec!["pay "]]);
    }

    #[test]
    fn what_may_stand_inside_a_word_is_no_gate() {
        for source in ["[a-z]+sue", r"(?-u:\b)sue", r".sue", "(x|-)sue", r"(\bsue you)?x", "sue", "sue|.", r"\bab", "[xy]yes"] {
            assert_eq!(gates(source), Vec::<Vec<String>>::new(), "{source}");
        }
    }

    #[test]
    fn chinese_characters_are_gates_wherever_they_stand() {
        assert_eq!(gates("想你了([^解]|$)"), [vec!["想你了"]]);
        assert_eq!(
            gates("(最多|就)(能)?[给付]?你"),
            [vec![
                "最多能付你",
                "最多能给你",
                "最多能你",
                "最多付你",
                "最多给你",
                "最多你",
                "就能付你",
                "就能给你",
                "就能你",
                "就付你",
                "就给你",
                "就你"
            ]]
        );
        assert_eq!(gates("[a-z]貴x"), [vec!["贵"]]);
        assert_eq!(gates("用photoshop做"), [vec!["用photoshop做"]]);
        assert_eq!(gates("[^，]要(元|？)"), [vec!["要"]]);
    }

    #[test]
    fn a_gate_is_no_longer_than_a_few_words() {
        let long = "pay me now ".repeat(1000);
        let found = gates(&format!(r"\b{long}[a-z]"));
        assert!(!found.is_empty() && found.iter().flatten().all(|gate| gate.len() <= MOST_BYTES_OF_A_WAY + 1), "{found:?}");
        assert_eq!(gates(&format!("({}|x[ab])y", "a".repeat(10_000))), Vec::<Vec<String>>::new());
    }

    #[test]
    fn a_digit_is_needed_where_every_way_has_one() {
        let has_digit = |source: &str| CheckedRegex::new(source).expect("a good expression").has_digit;
        assert!(has_digit(r"for ([$€£] ?[0-9]|[1-9][0-9.,]* ?euro)") && has_digit("x[0-9]+") && has_digit("(a1|2b)"));
        assert!(!has_digit("x[0-9]*") && !has_digit("[0-9.]") && !has_digit(r"(1|a)") && !has_digit(r"x\d"));
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
