//! Where something stands in a text: lines and columns from 1, counted as an editor counts them.
//!
//! In: a text and byte offsets into it. Out: positions. A byte-order mark at the start has no column, and `\r\n` is
//! one line end, as is a lone `\r` (YAML says so, and old exports have them).

/// A place in a text. Both numbers start at 1; the column counts characters, not bytes and not screen cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character in that line.
    pub column: u32,
}

/// A stretch of text; the end is the first place that no longer belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first character.
    pub start: Position,
    /// The place behind the last character.
    pub end: Position,
}

impl Span {
    /// The same stretch, `lines` further down: for a record that is one line of a larger file.
    #[must_use]
    pub fn moved_down(self, lines: u32) -> Span {
        let moved = |at: Position| Position { line: at.line.saturating_add(lines), column: at.column };
        Span { start: moved(self.start), end: moved(self.end) }
    }
}

/// How many bytes lie between two remembered character counts. Small enough that a column costs nothing, even in a
/// line of megabytes; large enough that the counts weigh nothing.
const STRIDE: usize = 1024;

/// The lines of a text, so that an offset becomes a position, and back, without reading the text again.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    /// Byte offset at which each line starts; never empty.
    starts: Vec<u32>,
    /// Characters that begin before each multiple of `STRIDE`; empty if the text is ASCII.
    counts: Vec<u32>,
}

impl Lines {
    /// Reads the text once. The text must be shorter than 4 GiB, which `Tree::parse` sees to.
    pub(super) fn of(text: &str) -> Lines {
        let bytes = text.as_bytes();
        let mut starts = vec![small(skipped(text))];
        for (at, &byte) in bytes.iter().enumerate() {
            let ends_line = byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends_line {
                starts.push(small(at + 1));
            }
        }
        let mut counts = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for block in bytes.chunks(STRIDE) {
                counts.push(count);
                count += small(characters(block));
            }
            counts.push(count);
        }
        Lines { starts, counts }
    }

    /// The position of a byte offset. Offsets behind the end, or inside a character, are moved back.
    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let offset = whole_character(text, offset.max(skipped(text)));
        let line = self.starts.partition_point(|&start| start as usize <= offset).max(1);
        let start = self.starts[line - 1] as usize;
        let column = self.characters_before(text, offset) - self.characters_before(text, start);
        Position { line: small(line), column: small(column + 1) }
    }

    /// The span between two byte offsets.
    pub(super) fn span(&self, text: &str, start: usize, end: usize) -> Span {
        Span { start: self.position(text, start), end: self.position(text, end.max(start)) }
    }

    /// The byte range of a line, without its line end. `None` if there is no such line.
    pub(super) fn line(&self, text: &str, line: u32) -> Option<std::ops::Range<usize>> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)? as usize;
        let end = self.starts.get(index + 1).map_or(text.len(), |&next| next as usize);
        let shown = text.get(start..end)?;
        let shown = shown.strip_suffix('\n').unwrap_or(shown);
        let shown = shown.strip_suffix('\r').unwrap_or(shown);
        Some(start..start + shown.len())
    }

    /// The byte offset of a position, moved back to the end of its line where the line is shorter.
    pub(super) fn offset(&self, text: &str, at: Position) -> Option<usize> {
        let line = self.line(text, at.line)?;
        let wanted = self.characters_before(text, line.start) + (at.column as usize).saturating_sub(1);
        let block = self.counts.partition_point(|&count| count as usize <= wanted).saturating_sub(1);
        let (mut offset, known) = match self.counts.get(block) {
            Some(&count) => (whole_character(text, block * STRIDE), count as usize),
            None => return Some(wanted.min(line.end)),
        };
        // The boundary may have moved back by one character, which then was not counted yet.
        let mut left = wanted - known + usize::from(offset < block * STRIDE);
        for character in text[offset..].chars() {
            if left == 0 || offset >= line.end {
                break;
            }
            offset += character.len_utf8();
            left -= 1;
        }
        Some(offset.clamp(line.start, line.end))
    }

    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let block = offset / STRIDE;
        match self.counts.get(block) {
            Some(&count) => count as usize + characters(&text.as_bytes()[block * STRIDE..offset]),
            None => offset,
        }
    }
}

/// The bytes of a byte-order mark at the start.
pub(super) fn skipped(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// The offset itself, or the start of the character that it lies in; at most the end of the text.
pub(super) fn whole_character(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Counts the bytes that begin a character.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// Offsets are kept in 32 bits; a larger text has been refused, so cutting off here cannot happen.
fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    #[test]
    fn a_byte_order_mark_has_no_column() {
        let text = "\u{feff}ab\ncd";
        let lines = Lines::of(text);
        assert_eq!(lines.position(text, 3), at(1, 1));
        assert_eq!(lines.position(text, 4), at(1, 2));
        assert_eq!(lines.position(text, 6), at(2, 1));
        assert_eq!(lines.line(text, 1), Some(3..5));
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let text = "a\r\nb\rc\nd";
        let lines = Lines::of(text);
        assert_eq!(lines.starts.len(), 4);
        assert_eq!(lines.position(text, 3), at(2, 1));
        assert_eq!(lines.position(text, 5), at(3, 1));
        assert_eq!(lines.position(text, 7), at(4, 1));
        assert_eq!(lines.line(text, 1), Some(0..1));
    }

    #[test]
    fn columns_count_characters_even_far_into_a_long_line() {
        let text = "é".repeat(5000) + "x";
        let lines = Lines::of(&text);
        assert_eq!(lines.position(&text, 10_000), at(1, 5001));
        assert_eq!(lines.offset(&text, at(1, 5001)), Some(10_000));
    }

    #[test]
    fn a_span_moves_down_with_its_line() {
        let span = Span { start: at(1, 2), end: at(1, 5) };
        assert_eq!(span.moved_down(6), Span { start: at(7, 2), end: at(7, 5) });
    }

    proptest! {
        #[test]
        fn offsets_and_positions_lead_to_each_other(text in "[a-zäß€😀\r\n\u{feff}]{0,40}", long in 0usize..3000) {
            let text = format!("{text}{}{text}", "ö".repeat(long));
            let lines = Lines::of(&text);
            for (offset, character) in text.char_indices().filter(|&(offset, _)| offset >= skipped(&text)) {
                let position = lines.position(&text, offset);
                if !matches!(character, '\r' | '\n') {
                    prop_assert_eq!(lines.offset(&text, position), Some(offset));
                }
            }
        }
    }
}
