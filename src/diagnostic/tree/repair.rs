//! A way round a mistake of syntax: the smallest change of the text with which the reader can go on, so that one mistake
//! hides no other. Nothing of it is shown; places are always those of the text as it was written.

use super::builder::{line_end, line_start};
use crate::diagnostic::Mistake;
use crate::diagnostic::place::{Lines, Position, Span};

/// A change of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// Where, in bytes.
    pub at: usize,
    /// So many bytes go.
    pub removed: usize,
    /// This comes in their place.
    pub added: String,
}

impl Edit {
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { at, removed: 0, added: text.into() }
    }

    pub(super) fn replace(range: std::ops::Range<usize>, text: impl Into<String>) -> Self {
        Self { at: range.start, removed: range.len(), added: text.into() }
    }

    fn is_bracket(&self) -> bool {
        matches!(self.added.as_str(), "}" | "]" | "[")
    }

    /// Spaces in place of something.
    pub(super) fn blank(range: std::ops::Range<usize>) -> Self {
        let spaces = " ".repeat(range.len());
        Self::replace(range, spaces)
    }
}

/// Where the reader could not go on, and a way round it, if there is one.
#[derive(Debug)]
pub(super) struct Stumble {
    pub mistake: Mistake,
    pub way_round: Vec<Edit>,
}

impl Stumble {
    pub(super) fn round(mistake: Mistake, edit: Edit) -> Self {
        Self { mistake, way_round: vec![edit] }
    }
}

impl From<Mistake> for Stumble {
    fn from(mistake: Mistake) -> Self {
        Self { mistake, way_round: Vec::new() }
    }
}

/// The text as it was written, and what was changed in it since.
#[derive(Debug, Clone)]
pub(super) struct AsWritten {
    text: Box<str>,
    lines: Lines,
    edits: Vec<Edit>,
}

impl AsWritten {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.into(), lines: Lines::of(text), edits: Vec::new() }
    }

    /// Changes the text, which has been changed so far as was noted here.
    pub(super) fn change(&mut self, text: &mut String, edits: Vec<Edit>) {
        for edit in edits {
            let end = edit.at + edit.removed;
            if text.is_char_boundary(edit.at) && text.is_char_boundary(end) {
                text.replace_range(edit.at..end, &edit.added);
                // The whole text as long as before: no place has moved.
                if edit.removed < text.len() || edit.removed != edit.added.len() {
                    self.edits.push(edit);
                }
            }
        }
    }

    /// The span between two offsets of the changed text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        self.lines.span(&self.text, self.before(start, self.edits.len()), self.before(end, self.edits.len()))
    }

    /// A mistake whose places are those of the changed text.
    pub(super) fn moved(&self, mut mistake: Mistake, text: &str, lines: &Lines) -> Mistake {
        let offset = |at: Position| lines.offset(text, at).unwrap_or(text.len());
        let moved = |span: Span| self.span(offset(span.start), offset(span.end));
        mistake.span = mistake.span.map(moved);
        mistake.elsewhere.iter_mut().for_each(|place| place.span = moved(place.span));
        mistake
    }

    /// Whether something but a bracket was changed within a stretch of one line.
    pub(super) fn was_changed_in(&self, span: Span) -> bool {
        span.start.line == span.end.line
            && self.edits.iter().enumerate().filter(|(_, edit)| !edit.is_bracket()).any(|(index, edit)| {
                let at = self.lines.position(&self.text, self.before(edit.at, index));
                span.start < at && at <= span.end
            })
    }

    /// Whether a bracket was added in a line: which keys belong into it is a guess.
    pub(super) fn was_closed_in(&self, line: u32) -> bool {
        let line_of = |index: usize, edit: &Edit| self.lines.position(&self.text, self.before(edit.at, index)).line;
        self.edits.iter().enumerate().any(|(index, edit)| edit.removed == 0 && edit.is_bracket() && line_of(index, edit) == line)
    }

    /// Where an offset was before all but the first `edits` changes.
    fn before(&self, offset: usize, edits: usize) -> usize {
        self.edits.iter().take(edits).rev().fold(offset, |offset, edit| {
            let end = edit.at + edit.added.len();
            if offset >= end { offset - edit.added.len() + edit.removed } else { offset.min(edit.at + edit.removed) }
        })
    }
}

/// Where a value in brackets that begin at an offset should have ended: behind what is indented deeper than its line.
pub(super) fn end_of_brackets(text: &str, open: usize) -> usize {
    let indent = |line: usize| text[line..].bytes().take_while(|&byte| byte == b' ').count();
    let own = indent(line_start(text, open));
    let mut end = line_end(text, open);
    while let Some(next) = text.get(end..).and_then(|rest| rest.find(|c: char| !matches!(c, '\r' | '\n' | ' '))) {
        let line = line_start(text, end + next);
        if indent(line) <= own {
            break;
        }
        end = line_end(text, end + next);
    }
    end_of_value(text, open, end)
}

/// How the brackets of a stretch of text stand.
pub(super) enum Brackets {
    /// These are open at its end, the outermost first.
    Open(Vec<usize>),
    /// Here one closes what is not open, or what another one opened.
    Wrong(usize),
}

/// Goes through the brackets of a stretch of text, but not those in quotes.
pub(super) fn brackets(text: &str, from: usize, to: usize) -> Brackets {
    let mut open: Vec<(usize, u8)> = Vec::new();
    let mut quote: Option<u8> = None;
    let mut before = b' ';
    for (index, &byte) in text.as_bytes()[..to].iter().enumerate().skip(from) {
        match (quote, byte) {
            (Some(closing), _) if byte == closing => quote = None,
            (Some(_), _) => {}
            // Within a word it is an apostrophe.
            (None, b'"' | b'\'') if !before.is_ascii_alphanumeric() => quote = Some(byte),
            (None, b'{' | b'[') => open.push((index, if byte == b'{' { b'}' } else { b']' })),
            (None, b'}' | b']') => match open.pop() {
                Some((_, closing)) if closing == byte => {}
                _ => return Brackets::Wrong(index),
            },
            (None, _) => {}
        }
        before = byte;
    }
    Brackets::Open(open.into_iter().map(|(index, _)| index).collect())
}

/// The end of what stands in a line up to an offset, without spaces and a comment behind it.
pub(super) fn end_of_value(text: &str, start: usize, end: usize) -> usize {
    let start = line_start(text, end).max(start);
    let line = &text[start..end];
    let line = line.find(" #").map_or(line, |comment| &line[..comment]);
    start + line.trim_end().len()
}

/// Of a file with more lines that begin with tabs only the first is told, and nothing behind it.
const MOST_TABS: usize = 500;

/// The tabs in front of all lines as spaces: as many as the file indents by.
pub(super) fn without_tabs(text: &str) -> Vec<Edit> {
    let indents = || text.lines().map(|line| line.bytes().take_while(|&byte| byte == b' ').count()).filter(|&count| count > 0);
    let step = " ".repeat(indents().min().unwrap_or(2));
    let mut edits = Vec::new();
    let mut grown = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let blank = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if line[..blank].contains('\t') {
            let spaces = line[..blank].replace('\t', &step);
            let added = spaces.len();
            edits.push(Edit::replace(start + grown..start + grown + blank, spaces));
            grown = grown + added - blank;
        }
        start += line.len();
    }
    if edits.len() > MOST_TABS { Vec::new() } else { edits }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    #[test]
    fn places_are_those_of_the_text_as_it_was_written() {
        let mut text = "a: [1\n\tb: 2\nc: 3".to_owned();
        let mut written = AsWritten::new(&text);
        written.change(&mut text, vec![Edit::insert(5, "]")]);
        written.change(&mut text, vec![Edit::replace(7..8, "    "), Edit::insert(0, "_")]);
        assert_eq!(text, "_a: [1]\n    b: 2\nc: 3");
        let b = text.find('b').expect("it is there");
        assert_eq!(written.span(b, b + 1), Span { start: at(2, 2), end: at(2, 3) });
        let c = text.find('c').expect("it is there");
        assert_eq!(written.span(c, c + 1).start, at(3, 1));
        assert!(written.was_changed_in(Span { start: at(2, 1), end: at(2, 3) }) || written.was_closed_in(1));
        assert!(!written.was_changed_in(Span { start: at(3, 1), end: at(3, 5) }));
    }

    #[test]
    fn brackets_end_before_what_stands_no_deeper() {
        let text = "x:\n  a: [1,\n    2  # two\n  b: 3\n";
        assert_eq!(&text[..end_of_brackets(text, 8)], "x:\n  a: [1,\n    2");
    }

    #[test]
    fn tabs_become_as_many_spaces_as_the_file_indents_by() {
        let mut text = "a:\n    b: 1\n\tc: 2\n\t\td: 3\n".to_owned();
        let edits = without_tabs(&text);
        AsWritten::new(&text.clone()).change(&mut text, edits);
        assert_eq!(text, "a:\n    b: 1\n    c: 2\n        d: 3\n");
    }
}
