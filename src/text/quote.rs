//! Short quotes of a text for a report, measured in the cells of a terminal.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::letters::is_ideograph;

/// What stands where a quote was cut.
const CUT: &str = "...";

/// A longer word is cut into pieces of so many characters, so that one endless word can be quoted at all.
const PIECE_CHARS: usize = 40;

/// Emoji of several parts take about so many bytes for a cell; what takes more is marks upon marks.
const MOST_BYTES_A_CELL: usize = 16;

/// The width of `text` in terminal cells.
pub fn cells(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A quote of at most `cells` terminal cells from `text`, round the place `around`, or from the beginning. It is cut
/// between words, with `...` where something is missing; white space and control characters become single spaces, and
/// what would turn the direction of the text is dropped. It reads only what stands near the place.
pub fn quote(text: &str, around: Option<Range<usize>>, cells: usize) -> String {
    let around = around.unwrap_or(0..0);
    let border = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let (start, end) = (border(around.start), border(around.end));
    let mut quote = Quote::at(text, start, cells);
    if quote.width_with_cuts() > cells {
        return quote.part_of_a_piece();
    }
    while quote.taken.end < end && quote.grow_right() {}
    let (mut left, mut right) = (true, true);
    while left || right {
        right = right && quote.grow_right();
        left = left && quote.grow_left();
    }
    quote.written()
}

struct Quote<'t> {
    text: &'t str,
    taken: Range<usize>,
    /// Its width with single spaces.
    width: usize,
    /// The pieces beside what is taken.
    left: Option<Range<usize>>,
    right: Option<Range<usize>>,
    cells: usize,
}

impl<'t> Quote<'t> {
    /// Takes the piece that `at` stands in, or the next.
    fn at(text: &'t str, at: usize, cells: usize) -> Self {
        let mut quote = Self { text, taken: at..at, width: 0, left: None, right: None, cells };
        quote.taken = quote.first_piece(at);
        quote.width = width_of(&text[quote.taken.clone()]);
        quote.left = quote.piece_before(quote.taken.start);
        quote.right = quote.piece_after(quote.taken.end);
        quote
    }

    /// The piece that `at` stands in, or the next.
    fn first_piece(&self, at: usize) -> Range<usize> {
        let begins_inside = self.text[at..].chars().next().is_some_and(|c| !is_blank(c) && !is_ideograph(c));
        let start = if begins_inside { self.piece_before(at).filter(|piece| piece.end == at).map_or(at, |piece| piece.start) } else { at };
        self.piece_after(start).or_else(|| self.piece_before(start)).unwrap_or(at..at)
    }

    fn piece_after(&self, at: usize) -> Option<Range<usize>> {
        let start = at + self.text[at..].find(|c| !is_blank(c))?;
        let mut end = start;
        for (number, c) in self.text[start..].chars().enumerate() {
            let alone = is_ideograph(c);
            if is_blank(c) || (alone && number > 0) || number == PIECE_CHARS {
                break;
            }
            end += c.len_utf8();
            if alone {
                break;
            }
        }
        Some(start..end)
    }

    fn piece_before(&self, at: usize) -> Option<Range<usize>> {
        let before = self.text[..at].trim_end_matches(is_blank);
        let end = before.len();
        let mut start = end;
        for (number, c) in before.chars().rev().enumerate() {
            let alone = is_ideograph(c);
            if is_blank(c) || (alone && number > 0) || number == PIECE_CHARS {
                break;
            }
            start -= c.len_utf8();
            if alone {
                break;
            }
        }
        (start < end).then_some(start..end)
    }

    fn width_with_cuts(&self) -> usize {
        self.width + CUT.len() * (usize::from(self.left.is_some()) + usize::from(self.right.is_some()))
    }

    fn grow_right(&mut self) -> bool {
        let Some(piece) = self.right.clone() else { return false };
        let before = (self.taken.clone(), self.width);
        self.right = self.piece_after(piece.end);
        self.width += usize::from(self.taken.end < piece.start) + width_of(&self.text[piece.clone()]);
        self.taken.end = piece.end;
        let fits = self.fits();
        if !fits {
            (self.taken, self.width) = before;
            self.right = Some(piece);
        }
        fits
    }

    fn grow_left(&mut self) -> bool {
        let Some(piece) = self.left.clone() else { return false };
        let before = (self.taken.clone(), self.width);
        self.left = self.piece_before(piece.start);
        self.width += usize::from(piece.end < self.taken.start) + width_of(&self.text[piece.clone()]);
        self.taken.start = piece.start;
        let fits = self.fits();
        if !fits {
            (self.taken, self.width) = before;
            self.left = Some(piece);
        }
        fits
    }

    /// Whether what is taken is neither too wide nor, by characters without width, too long.
    fn fits(&self) -> bool {
        self.width_with_cuts() <= self.cells && self.taken.len() <= (self.cells + 4) * MOST_BYTES_A_CELL
    }

    /// The first piece alone is too wide; as much of it as there is room for.
    fn part_of_a_piece(mut self) -> String {
        let cut = CUT.len();
        let room = self.cells.saturating_sub(if self.left.is_some() { 2 * cut } else { cut });
        let mut end = self.taken.start;
        for c in self.text[self.taken.clone()].chars() {
            if width_of(&self.text[self.taken.start..end + c.len_utf8()]) > room {
                break;
            }
            end += c.len_utf8();
        }
        if end == self.taken.start || room == 0 {
            return CUT[..self.cells.min(cut)].to_string();
        }
        self.right = Some(end..self.taken.end);
        self.taken.end = end;
        self.written()
    }

    fn written(self) -> String {
        let mut out = String::new();
        if self.left.is_some() {
            out.push_str(CUT);
        }
        let mut after_blank = false;
        for c in self.text[self.taken.clone()].chars() {
            if is_blank(c) {
                after_blank = true;
                continue;
            }
            if std::mem::take(&mut after_blank) {
                out.push(' ');
            }
            out.extend(Some(c).filter(|&c| !turns_direction(c)));
        }
        if self.right.is_some() {
            out.push_str(CUT);
        }
        out
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The width of a piece as it will be written.
fn width_of(piece: &str) -> usize {
    cells(piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_quoted_whole() {
        assert_eq!(quote("Pay  me\n\nnow.\t", None, 40), "Pay me now.");
        assert_eq!(quote("", None, 40), "");
        assert_eq!(quote(" \n ", Some(1..2), 40), "");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        let text = "We have been waiting for three weeks now, and I will sue you if nothing comes by Friday at the latest.";
        assert_eq!(quote(text, None, 20), "We have been...");
        let at = text.find("will sue").expect("it is there");
        assert_eq!(quote(text, Some(at..at + 8), 24), "...I will sue you if...");
        assert_eq!(quote(text, Some(text.len() - 2..text.len()), 24), "...Friday at the latest.");
        assert_eq!(quote(text, Some(at + 1..at + 3), 10), "...will...");
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(cells("太贵了"), 6);
        assert_eq!(quote("这个太贵了，能不能便宜一点", None, 12), "这个太贵...");
        assert_eq!(quote("这个太贵了，能不能便宜一点", Some(6..9), 9), "...太...");
    }

    #[test]
    fn an_endless_word_is_quoted_in_part() {
        let long = "x".repeat(1 << 20);
        assert_eq!(quote(&long, None, 13), "xxxxxxxxxx...");
        assert_eq!(quote(&long, None, 2), "..");
        assert!(quote(&("e".to_string() + &"\u{301}".repeat(1 << 20)), None, 20).len() < 1000);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(quote("a\u{1B}[31m\u{202E}b\u{7}c", None, 40), "a [31mb c");
    }
}
