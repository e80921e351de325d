//! The sender's own words in a text: without quoted replies, signatures and code.
//!
//! Works line by line, and looks only a few lines ahead, so that it stays linear on any text. A text of one line, or
//! without anything to leave out, is one range. Which lines mail programs write is in `replies`.

use std::ops::Range;

use super::replies;

/// A text that changes between own and quoted lines more often than this is no reply; the rest counts as own words.
const MOST_PARTS: usize = 4096;

/// A signature under a bare `--` has at most so many lines; a longer text under it is the sender's.
const SIGNATURE_LINES: usize = 10;

/// What begins like a quoted line, and is not: angry faces, and what mailboxes make of a line that begins with "From".
const NOT_QUOTED: [&str; 5] = [">:(", ">:-(", ">.<", ">_<", ">From "];

/// The sender's own words, as ranges of the text's bytes, in order.
#[derive(Debug, Clone)]
pub struct OwnWords {
    parts: std::vec::IntoIter<Range<usize>>,
}

impl Iterator for OwnWords {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Self::Item> {
        self.parts.next()
    }
}

/// The sender's own words: `text` without quoted replies and what introduces them, signatures, and blocks of code.
/// What stands between quoted lines is kept: people answer there. If nothing is left, all of it is.
pub fn own_words(text: &str) -> OwnWords {
    let mut parts = Vec::new();
    find_own_words(text, &mut parts);
    OwnWords { parts: parts.into_iter() }
}

/// What a text holds beside quotes and signatures.
#[derive(Debug, Clone)]
pub enum Left {
    /// The sender's own words.
    Words(OwnWords),
    /// Nothing: all of it is quoted or passed on.
    OnlyQuoted,
    /// Nothing, and nothing is quoted either: the text is empty, or a signature.
    Nothing,
}

/// As [`own_words`], where a text without any must be told from one with some.
pub fn left_of(text: &str) -> Left {
    let mut parts = Vec::new();
    let has_quotes = sieve(text, &mut parts);
    if !is_blank(text, &parts) {
        Left::Words(OwnWords { parts: parts.into_iter() })
    } else if has_quotes {
        Left::OnlyQuoted
    } else {
        Left::Nothing
    }
}

/// As `own_words`, into `parts`.
pub(super) fn find_own_words(text: &str, parts: &mut Vec<Range<usize>>) {
    if memchr::memchr(b'\n', text.as_bytes()).is_none_or(|at| at + 1 == text.len()) {
        parts.clear();
        return parts.push(0..text.len());
    }
    sieve(text, parts);
    if is_blank(text, parts) {
        parts.clear();
        parts.push(0..text.len());
    }
}

fn is_blank(text: &str, parts: &[Range<usize>]) -> bool {
    parts.iter().all(|part| text[part.clone()].trim_ascii().is_empty())
}

/// Finds the sender's own words; whether anything else is quoted, and not a signature or code.
fn sieve(text: &str, parts: &mut Vec<Range<usize>>) -> bool {
    parts.clear();
    let mut sieve = Sieve { text, parts, kept: 0, before: Before::Blank, has_quotes: false };
    sieve.run();
    sieve.has_quotes
}

/// One line, without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    pub text: &'t str,
    pub start: usize,
    /// Where the next one begins; past the end of the text behind the last.
    pub next: usize,
}

impl<'t> Line<'t> {
    /// The line that begins at `start`, if there is one.
    pub(super) fn at(text: &'t str, start: usize) -> Option<Self> {
        if start >= text.len() {
            return None;
        }
        let rest = &text[start..];
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = &rest[..end];
        Some(Self { text: line.strip_suffix('\r').unwrap_or(line), start, next: start + end + 1 })
    }

    fn is_blank(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_whitespace())
    }

    /// Quoted by a `>`, which some programs indent.
    pub(super) fn is_quoted(&self) -> bool {
        let trimmed = self.text.trim_ascii_start();
        trimmed.starts_with('>') && self.text.len() - trimmed.len() <= 3 && !NOT_QUOTED.iter().any(|other| trimmed.starts_with(other))
    }

    fn is_indented(&self) -> bool {
        self.text.starts_with("    ") || self.text.starts_with('\t')
    }

    /// The first line from this one on that is not blank.
    pub(super) fn first_not_blank(self, text: &'t str) -> Option<Self> {
        let mut line = self;
        while line.is_blank() {
            line = Self::at(text, line.next)?;
        }
        Some(line)
    }
}

/// What stands before a line, as far as it decides whether indented lines are code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Blank,
    Text,
    /// An item of a list, whose own lines are indented too; blank lines do not end it.
    Item,
}

/// What is done with a line.
enum Fate {
    Keep,
    /// Leave out everything up to this place.
    LeaveOut(usize),
    /// The same, of what somebody else wrote.
    LeaveOutQuote(usize),
    /// The same, from this place to the end of the text.
    LeaveOutFrom(usize),
}

struct Sieve<'t, 'p> {
    text: &'t str,
    parts: &'p mut Vec<Range<usize>>,
    /// Where the part begins that is being kept.
    kept: usize,
    before: Before,
    has_quotes: bool,
}

impl Sieve<'_, '_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(line) = Line::at(self.text, at) {
            if self.parts.len() >= MOST_PARTS {
                break;
            }
            let fate = self.fate(line);
            self.has_quotes |= matches!(fate, Fate::LeaveOutQuote(_) | Fate::LeaveOutFrom(_));
            match fate {
                Fate::Keep => {
                    at = line.next;
                    self.before = match (self.before, line.is_blank()) {
                        (Before::Item, true) => Before::Item,
                        (Before::Blank | Before::Text, true) => Before::Blank,
                        (Before::Item, false) if line.is_indented() => Before::Item,
                        (_, false) if is_item(line.text) => Before::Item,
                        (_, false) => Before::Text,
                    };
                }
                Fate::LeaveOutFrom(start) => {
                    self.keep_until(start);
                    self.kept = self.text.len();
                    at = self.text.len();
                }
                Fate::LeaveOut(next) | Fate::LeaveOutQuote(next) => {
                    self.keep_until(line.start);
                    self.kept = next.min(self.text.len());
                    self.before = Before::Blank;
                    at = next;
                }
            }
        }
        self.keep_until(self.text.len());
    }

    fn keep_until(&mut self, end: usize) {
        if self.kept < end {
            self.parts.push(self.kept..end);
        }
    }

    fn fate(&self, line: Line<'_>) -> Fate {
        let end = self.text.len();
        if line.is_quoted() {
            return Fate::LeaveOutQuote(line.next);
        }
        // Every check below begins with a look at the first or last byte, since nearly all lines are plain.
        let trimmed = line.text.trim_ascii();
        let (Some(&first), Some(&last)) = (trimmed.as_bytes().first(), trimmed.as_bytes().last()) else {
            return Fate::Keep;
        };
        if first == b'`'
            && let Some(next) = self.fence_end(line)
        {
            return Fate::LeaveOut(next);
        }
        if line.is_indented() {
            return self.code_end(line).map_or(Fate::Keep, Fate::LeaveOut);
        }
        if first == b'-' && self.is_signature(line) {
            return Fate::LeaveOut(end);
        }
        if matches!(first, b'-' | b'_' | b'=') && replies::is_divider(trimmed) {
            return Fate::LeaveOutQuote(end);
        }
        if replies::is_device_line(trimmed) {
            return Fate::LeaveOut(line.next);
        }
        if replies::is_header_block(self.text, line) {
            return Fate::LeaveOutFrom(replies::begins_at(self.text, line.start));
        }
        match replies::introduction(self.text, line, last) {
            Some(replies::Introduction::Of(next)) => Fate::LeaveOutQuote(next),
            Some(replies::Introduction::OfAllThatFollows) => Fate::LeaveOutQuote(end),
            None => Fate::Keep,
        }
    }

    /// Behind the block of code whose fence opens at `line`; an open one goes to the end of the text.
    fn fence_end(&self, line: Line<'_>) -> Option<usize> {
        let opening = line.text.trim_ascii_start();
        let info = opening.trim_start_matches('`');
        let fence = opening.len() - info.len();
        if fence < 3 || info.contains('`') || line.text.len() - opening.len() > 3 {
            return None;
        }
        let mut at = line.next;
        while let Some(line) = Line::at(self.text, at) {
            let closing = line.text.trim_ascii();
            if closing.len() >= fence && closing.bytes().all(|byte| byte == b'`') {
                return Some(line.next);
            }
            at = line.next;
        }
        Some(self.text.len())
    }

    /// Behind the indented block that begins at `line`, if it is code and not a paragraph that somebody indented:
    /// blank lines round it, not inside a list, and most of its lines read like code.
    fn code_end(&self, line: Line<'_>) -> Option<usize> {
        if self.before != Before::Blank {
            return None;
        }
        let mut last = line;
        let mut lines = 1;
        let mut code_lines = usize::from(reads_like_code(line.text));
        while let Some(next) = Line::at(self.text, last.next) {
            if next.is_blank() {
                break;
            }
            if !next.is_indented() {
                return None;
            }
            lines += 1;
            code_lines += usize::from(reads_like_code(next.text));
            last = next;
        }
        (code_lines * 2 >= lines).then_some(last.next)
    }

    fn is_signature(&self, line: Line<'_>) -> bool {
        match line.text {
            // As the standard has it, with the space.
            "-- " => true,
            "--" => {
                let mut at = line.next;
                let mut lines = 0;
                while let Some(line) = Line::at(self.text, at) {
                    lines += usize::from(!line.is_blank());
                    if lines > SIGNATURE_LINES {
                        return false;
                    }
                    at = line.next;
                }
                true
            }
            _ => false,
        }
    }
}

/// Whether signs stand in the line that programs are made of, and letters are not.
fn reads_like_code(line: &str) -> bool {
    line.contains(['{', '}', '[', ']', ';', '=', '<', '>', '$', '\\', '|', '_', '`']) || line.contains("()") || line.contains("::")
}

fn is_item(line: &str) -> bool {
    let line = line.trim_ascii_start();
    let behind = line.trim_start_matches(|c: char| c.is_ascii_digit());
    match line.len() - behind.len() {
        0 => line.starts_with(['-', '*', '+', '•']),
        1..=3 => behind.starts_with(['.', ')']),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> String {
        own_words(text).map(|part| &text[part]).collect()
    }

    #[test]
    fn an_ordinary_text_is_one_range() {
        for text in
            ["", "Hello", "Hello,\n\nplease pay.\r\n\r\nThanks\n", "On Monday:\n- blue\n    - dark blue\n\n    - light", "5 > 3\nand 3 < 5"]
        {
            assert!(own_words(text).eq(std::iter::once(0..text.len())), "{text:?}");
        }
    }

    #[test]
    fn answers_between_quoted_lines_are_kept() {
        let text =
            "On 3 May 2025, at 16:19, Ann <ann@studio.example> wrote:\n\n> Is it blue?\nYes.\n> And round?\n>\n>> Or square?\n\nNo.\n";
        assert_eq!(own(text), "\nYes.\n\nNo.\n");
    }

    #[test]
    fn what_follows_an_unquoted_introduction_is_left_out() {
        for introduction in [
            "On Mon, May 5, 2025 at 6:26 PM, Ann Ek <ann@studio.example> wrote:",
            "On Mon, May 5, 2025 at 6:26 PM, Ann Ek\n<ann@studio.example> wrote:",
            "Am 05.05.2025 um 18:26 schrieb Ann Ek <ann@studio.example>:",
            "ma 5. toukok. 2025 klo 18.26 Ann Ek (ann@studio.example) kirjoitti:",
            "Ann Ek <ann@studio.example> kirjoitti 5.5.2025 kello 18.26:",
            "pon., 5 maj 2025 o 18:26 Ann Ek <ann@studio.example>\nnapisał(a):",
            "W dniu 05.05.2025 o 18:26, Ann Ek pisze:",
            "Ann Ek <ann@studio.example> 于2025年5月5日周一 18:26写道：",
            "Le lun. 5 mai 2025 à 18:26, Ann Ek <ann@studio.example> a écrit :",
            "-----Original Message-----",
            "----- Ursprüngliche Nachricht -----",
            "---------- Forwarded message ---------",
            "From: Ann Ek [mailto:ann@studio.example]\nSent: May-05-25 4:22 PM\nTo: Bo\nSubject: The logo",
            "Von: Ann Ek\nGesendet: Montag, 5. Mai 2025\nAn: Bo",
            "*From:* Ann Ek <ann@studio.example>\n*Date:* 5 May\n*To:* Bo",
            "Lähettäjä: Ann Ek\nLähetetty: maanantai\nAihe: Logo",
            "发件人：Ann Ek\n主题：标志",
            "Ann Ek@STUDIO\n08/08/2000 04:21 PM\nTo: Bo/HEL@STUDIO\ncc: \nSubject: The logo",
            "\tFrom:  Ann Ek                08/08/2000 04:21 PM\n\nTo: Bo/HEL@STUDIO\ncc:\n\nSubject: The logo",
            "-------- Messaggio originale --------",
            "-----BEGIN PGP SIGNATURE-----",
            "-- ",
            "--",
        ] {
            assert_eq!(own(&format!("Fine by me.\n\n{introduction}\n\nYou owe us a logo.\n")), "Fine by me.\n\n", "{introduction}");
        }
    }

    #[test]
    fn own_words_that_look_like_mail_are_kept() {
        for text in [
            "On 3 March you wrote:\nit will be done by Friday.\nThis is a lie.",
            "From: Berlin\nTo: Helsinki\nThat is the trip.",
            "Sent from my office yesterday, by post. Did you get it, and if so when? Let me know today.\nBye",
            "--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11",
            "Subject: newsletter\nDate: 5 May\nPlease write it.",
            "Here is what Ann wrote:\nnothing.",
            "My reasons:\n\n    You were late, and you did\n    not answer (0123 / 456) once\n\nThat is all.",
            "Late again.\n>:(",
        ] {
            assert_eq!(own(text), text);
        }
    }

    #[test]
    fn a_line_of_the_device_is_left_out() {
        assert_eq!(own("Pay me.\n\nSent from my iPhone\n"), "Pay me.\n\n");
        assert_eq!(own("Maksa.\nLähetetty iPhonesta"), "Maksa.\n");
    }

    #[test]
    fn code_is_left_out() {
        assert_eq!(own("See:\n```rust\nkill(child);\n```\nFine?"), "See:\nFine?");
        assert_eq!(own("See:\n\n    kill(child);\n    die();\n\nFine?"), "See:\n\n\nFine?");
        assert_eq!(own("```inline``` code\nis kept"), "```inline``` code\nis kept");
    }

    #[test]
    fn if_nothing_is_left_all_of_it_is() {
        for text in ["> only\n> quoted\n", "\n\n> a\n  \n", "-- \nAnn"] {
            assert_eq!(own(text), text);
        }
    }

    #[test]
    fn a_text_of_endless_changes_stays_small() {
        let text = "a\n>\n".repeat(100_000);
        assert!(own_words(&text).count() <= MOST_PARTS + 1);
    }
}
