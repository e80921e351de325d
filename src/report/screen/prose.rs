//! Sentences broken into lines between words, some words in colour.

use super::Look;
use super::ink::Ink;
use crate::diagnostic::plain_line;
use crate::text::cells;

/// Sentences. Words carry their ink, so that a line can end anywhere between two of them.
#[derive(Debug, Default)]
pub(super) struct Prose {
    words: Vec<Word>,
    /// Whether what comes next is glued to the last word, as a full stop is.
    is_glued: bool,
}

/// Pieces of text without a space between them.
type Word = Vec<(String, Ink)>;

impl Prose {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn say(self, text: &str) -> Self {
        self.inked(text, Ink::PLAIN)
    }

    /// White space separates words; text without any at its border is glued to its neighbour.
    pub(super) fn inked(mut self, text: &str, ink: Ink) -> Self {
        let text = plain_line(text);
        if text.is_empty() {
            return self;
        }
        self.is_glued &= !text.starts_with(char::is_whitespace);
        for fragment in text.split_whitespace() {
            let piece = (fragment.to_owned(), ink);
            match self.words.last_mut().filter(|_| self.is_glued) {
                Some(word) => word.push(piece),
                None => self.words.push(vec![piece]),
            }
            self.is_glued = false;
        }
        self.is_glued = !text.ends_with(char::is_whitespace);
        self
    }

    /// A short sentence that stays on one line.
    pub(super) fn unbroken(mut self, text: &str) -> Self {
        let text = plain_line(text);
        if !text.trim().is_empty() {
            self.words.push(vec![(text.trim().to_owned(), Ink::PLAIN)]);
            self.is_glued = false;
        }
        self
    }

    /// Lines as wide as the screen, each with its end.
    pub(super) fn fill(self, look: &Look) -> String {
        self.fill_indented(look, 0, 0)
    }

    /// The same with so many spaces before the first line and before the others.
    pub(super) fn fill_indented(self, look: &Look, first: usize, others: usize) -> String {
        let mut lines = vec![Line::indented(first)];
        let room = look.width.saturating_sub(first.max(others)).max(1);
        for word in self.words.into_iter().flat_map(|word| broken(word, room)) {
            let width = word.iter().map(|(text, _)| cells(text)).sum::<usize>();
            if lines.last().is_some_and(|line| !line.has_room(width, look.width)) {
                lines.push(Line::indented(others));
            }
            if let Some(line) = lines.last_mut() {
                line.push(word, width);
            }
        }
        lines.iter().map(|line| line.drawn(look.colour) + "\n").collect()
    }
}

/// One line: runs of text of one ink each.
struct Line {
    indent: usize,
    runs: Word,
    width: usize,
}

impl Line {
    const fn indented(indent: usize) -> Self {
        Self { indent, runs: Vec::new(), width: indent }
    }

    fn has_room(&self, width: usize, of: usize) -> bool {
        self.runs.is_empty() || self.width + 1 + width <= of
    }

    fn push(&mut self, word: Word, width: usize) {
        let mut is_first = !self.runs.is_empty();
        self.width += usize::from(is_first) + width;
        for (text, ink) in word {
            let space = if std::mem::take(&mut is_first) { " " } else { "" };
            match self.runs.last_mut() {
                Some((run, same)) if *same == ink => run.extend([space, &text]),
                Some((run, _)) => {
                    run.push_str(space);
                    self.runs.push((text, ink));
                }
                None => self.runs.push((text, ink)),
            }
        }
    }

    fn drawn(&self, colour: bool) -> String {
        let runs = self.runs.iter().map(|(text, ink)| if colour { ink.paint(text) } else { text.clone() });
        " ".repeat(self.indent) + &runs.collect::<String>()
    }
}

/// A word that is wider than a line becomes several; all others stay whole.
fn broken(word: Word, room: usize) -> Vec<Word> {
    if word.iter().map(|(text, _)| cells(text)).sum::<usize>() <= room {
        return vec![word];
    }
    let mut words: Vec<Word> = vec![Vec::new()];
    let mut width = 0;
    for (text, ink) in word {
        for letter in text.chars() {
            let own = cells(letter.encode_utf8(&mut [0; 4]));
            if width + own > room {
                words.push(Vec::new());
                width = 0;
            }
            width += own;
            match words.last_mut().and_then(|word| word.last_mut()) {
                Some((run, same)) if *same == ink => run.push(letter),
                _ => {
                    if let Some(word) = words.last_mut() {
                        word.push((letter.to_string(), ink));
                    }
                }
            }
        }
    }
    words
}
