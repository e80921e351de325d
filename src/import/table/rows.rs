//! The rows of a table with their places. A quote that is never closed costs its own row, not the rest of the file.

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use crate::diagnostic::{Position, Span};

/// More than this in one row is no row of an export.
pub(super) const MAX_ROW_BYTES: usize = 1 << 20;

/// After so many quotes that are never closed, they are read as the file has them.
const MOST_OPEN_QUOTES: u32 = 20;

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'t> {
    /// The line that it begins at, counted from 1.
    pub line: u64,
    /// Its text, with the end of its last line.
    pub raw: &'t str,
    /// Whether a quote in it is never closed.
    pub is_open: bool,
    /// Whether nothing follows it, not even the end of a line.
    pub is_cut: bool,
    /// Where it begins in the text.
    pub start: usize,
}

/// Reads a table row by row, from one of its lines on.
pub(super) struct Rows<'t> {
    text: &'t str,
    delimiter: u8,
    reader: csv::Reader<&'t [u8]>,
    base: usize,
    base_line: u64,
    open_quotes: u32,
    bytes: ByteRecord,
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

impl<'t> Rows<'t> {
    /// Begins at a byte of the text, which is the first of the line given.
    pub fn new(text: &'t str, delimiter: u8, start: usize, line: u64) -> Self {
        let rest = text.get(start..).unwrap_or_default();
        Self { text, delimiter, reader: reader(rest, delimiter), base: start, base_line: line, open_quotes: 0, bytes: ByteRecord::new() }
    }

    /// The next row that is not blank; its cells go into `cells`.
    pub fn next(&mut self, cells: &mut StringRecord) -> Option<Place<'t>> {
        let mut record = std::mem::take(&mut self.bytes);
        let before = self.reader.position().clone();
        let is_there = self.reader.read_byte_record(&mut record).unwrap_or(false);
        let end = self.base + usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        if !is_there {
            self.bytes = record;
            return None;
        }
        let from = self.base + usize::try_from(before.byte()).unwrap_or(usize::MAX);
        let with_blanks = self.text.get(from..end).unwrap_or_default();
        let raw = with_blanks.trim_start_matches(['\n', '\r']);
        let blanks = &with_blanks[..with_blanks.len() - raw.len()];
        let line = self.base_line + before.line() - 1 + newlines(blanks);
        let start = end - raw.len();
        let is_cut = end >= self.text.len() && !raw.ends_with(['\n', '\r']);
        let is_open = end >= self.text.len() && self.open_quotes < MOST_OPEN_QUOTES && scan(raw, self.delimiter, |_, _| {});
        self.bytes = std::mem::take(cells).into_byte_record();
        // The text is UTF-8 and cells end at ASCII.
        *cells = StringRecord::from_byte_record_lossy(record);
        if is_open {
            self.open_quotes += 1;
            self.go_on_behind_line(start, line);
        }
        Some(Place { line, raw, is_open, is_cut, start })
    }

    fn go_on_behind_line(&mut self, start: usize, line: u64) {
        let rest = self.text.get(start..).unwrap_or_default();
        let next = rest.find('\n').map_or(self.text.len(), |end| start + end + 1);
        self.reader = reader(self.text.get(next..).unwrap_or_default(), self.delimiter);
        self.base = next;
        self.base_line = line + 1;
    }
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

/// Goes through a row as the reader does, and tells each cell's number and first byte. Says whether a quote stays open.
fn scan(raw: &str, delimiter: u8, mut cell: impl FnMut(usize, usize)) -> bool {
    let mut index = 0;
    let mut is_start = true;
    let mut is_quoted = false;
    let mut bytes = raw.bytes().enumerate().peekable();
    cell(0, 0);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' if is_start => is_quoted = true,
            // Two of them are one that does not close.
            b'"' if is_quoted => is_quoted = bytes.next_if(|(_, next)| *next == b'"').is_some(),
            _ if byte == delimiter && !is_quoted => {
                index += 1;
                cell(index, at + 1);
                is_start = true;
                continue;
            }
            _ => {}
        }
        is_start = false;
    }
    is_quoted
}

/// The place of a cell of a row; without one that of the row.
pub(super) fn span(place: &Place<'_>, delimiter: u8, cell: Option<usize>) -> Span {
    let mut start = 0;
    if let Some(wanted) = cell {
        scan(place.raw, delimiter, |index, at| {
            if index == wanted {
                start = at;
            }
        });
    }
    let before = place.raw.get(..start).unwrap_or_default();
    let line = place.line + newlines(before);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let rest = place.raw.get(start..).unwrap_or_default();
    let end = if cell.is_some() { rest.find([char::from(delimiter), '\n', '\r']).unwrap_or(rest.len()) } else { 0 };
    let width = rest.get(..end).map_or(1, |text| text.chars().count()).clamp(1, 80);
    let at = |column: usize| Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) };
    Span { start: at(column), end: at(column + width) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u64, Vec<String>, bool)> {
        let mut rows = Rows::new(text, b',', 0, 1);
        let mut cells = StringRecord::new();
        let mut found = Vec::new();
        while let Some(place) = rows.next(&mut cells) {
            found.push((place.line, cells.iter().map(str::to_owned).collect(), place.is_open));
        }
        found
    }

    #[test]
    fn lines_count_blank_ones_and_those_inside_quotes() {
        let rows = all("a,b\n\r\n\n\"x\ny\",1\r\nlast,2");
        assert_eq!(rows.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [1, 4, 6]);
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_its_own_row() {
        let rows = all("a,b\n\"x,1\ny,2\nz,3\n");
        assert_eq!(rows.len(), 4);
        assert!(rows[1].2);
        assert_eq!(rows[2], (3, vec!["y".to_owned(), "2".to_owned()], false));
    }

    #[test]
    fn a_cell_has_a_place_in_its_line() {
        let place = Place { line: 7, raw: "\"a,b\",é,12.x\n", is_open: false, is_cut: false, start: 0 };
        let found = span(&place, b',', Some(2));
        assert_eq!((found.start.line, found.start.column, found.end.column), (7, 9, 13));
    }
}
