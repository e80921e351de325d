//! The part of a line that is drawn, escaped, with the mark moved along.

use std::ops::Range;

use crate::diagnostic::place::{Lines, Span};
use crate::diagnostic::plain::push_plain;

/// A line that is no wider than this is drawn whole.
const WHOLE: usize = 100;

/// So much of a wider line is drawn in front of the mark, and from its start on.
const BEFORE: usize = 24;
const FROM_MARK: usize = 64;

/// Where a line is cut.
const CUT: &str = "...";

/// What is drawn of one line.
pub(super) struct Excerpt {
    /// The line number.
    pub number: usize,
    /// The text, safe to show.
    pub text: String,
    /// The marked bytes of it.
    pub mark: Range<usize>,
    /// Whether a part of the line is missing.
    pub is_cut: bool,
}

impl Excerpt {
    /// The first line of a span. `None` if the text has no such line.
    pub fn of(text: &str, lines: &Lines, span: Span) -> Option<Excerpt> {
        let line = lines.line(text, span.start.line)?;
        let start = lines.offset(text, span.start)?;
        let end = if span.end.line > span.start.line { line.end } else { lines.offset(text, span.end)?.max(start) };
        // Spaces at the end of the line are not what is wrong.
        let end = start + text.get(start..end)?.trim_end().len();
        let (before, marked, after) = (text.get(line.start..start)?, text.get(start..end)?, text.get(end..line.end)?);
        let is_short = !head(&text[line.clone()], WHOLE).1;
        let (room_before, room) = if is_short { (usize::MAX, usize::MAX) } else { (BEFORE, FROM_MARK) };
        let (before, cut_before) = tail(before, room_before);
        let (marked, cut_mark) = head(marked, room);
        let (after, cut_after) = head(after, if cut_mark { 0 } else { room.saturating_sub(marked.chars().count()) });
        let mut shown = String::new();
        if cut_before {
            shown.push_str(CUT);
        }
        shown.push_str(&before);
        let mark = shown.len()..shown.len() + marked.len();
        shown.push_str(&marked);
        shown.push_str(&after);
        let cut_after = cut_mark || cut_after;
        if cut_after {
            shown.push_str(CUT);
        }
        Some(Excerpt { number: span.start.line as usize, text: shown, mark, is_cut: cut_before || cut_after })
    }
}

/// The beginning of a text, escaped, in at most so many characters; and whether something is missing.
fn head(text: &str, room: usize) -> (String, bool) {
    let mut out = String::new();
    let mut used = 0;
    for character in text.chars() {
        let before = out.len();
        push_plain(&mut out, character);
        used += out[before..].chars().count();
        if used > room {
            out.truncate(before);
            return (out, true);
        }
    }
    (out, false)
}

/// The end of a text, escaped, in at most so many characters; and whether something is missing.
fn tail(text: &str, room: usize) -> (String, bool) {
    let mut pieces = Vec::new();
    let mut used = 0;
    for character in text.chars().rev() {
        let mut piece = String::new();
        push_plain(&mut piece, character);
        used += piece.chars().count();
        if used > room {
            return (pieces.into_iter().rev().collect(), true);
        }
        pieces.push(piece);
    }
    (pieces.into_iter().rev().collect(), false)
}
