//! Tables: a header with one thin rule under it, two spaces between columns, no frame. One column of each gives way in
//! width, the others keep that of their content. Drawn by comfy-table, which wraps and pads.

use std::ops::Range;

use comfy_table::{Cell, CellAlignment, ColumnConstraint, LineStyle, Table, TableStyle, Width as Cells};

use super::Look;
use super::ink::Ink;
use crate::diagnostic::plain_line;
use crate::text::{cells, quote};

/// The spaces between two columns.
const GAP: usize = 2;
/// The column that gives way keeps so many cells. Before it gets fewer, the bounded columns are made narrower, down to
/// these; then rather the line grows too wide.
const LEAST: usize = 10;
const LEAST_BOUNDED: usize = 6;
const LEAST_OF_WORDS: usize = 12;

/// One column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    title: String,
    alignment: CellAlignment,
    width: Width,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    /// As wide as its content.
    Content,
    /// As wide as its content, up to this.
    AtMost(usize),
    /// The same, but as wide as its longest word: for names and amounts of our own, which are not broken.
    Words(usize),
    /// What is left.
    GivesWay,
    /// As wide as its content, up to what is left.
    Yields,
}

/// Text at the left, as wide as its content.
pub(super) fn left(title: impl Into<String>) -> Column {
    Column { title: title.into(), alignment: CellAlignment::Left, width: Width::Content }
}

/// Numbers at the right, as wide as their content.
pub(super) fn right(title: impl Into<String>) -> Column {
    Column { title: title.into(), alignment: CellAlignment::Right, width: Width::Content }
}

/// Text at the left that takes what width is left.
pub(super) fn gives_way(title: impl Into<String>) -> Column {
    Column { title: title.into(), alignment: CellAlignment::Left, width: Width::GivesWay }
}

/// Text at the left, as wide as its content if there is room.
pub(super) fn yields(title: impl Into<String>) -> Column {
    Column { title: title.into(), alignment: CellAlignment::Left, width: Width::Yields }
}

impl Column {
    pub(super) fn at_most(self, cells: usize) -> Self {
        Self { width: Width::AtMost(cells), ..self }
    }
    pub(super) fn at_most_or_a_word(self, cells: usize) -> Self {
        Self { width: Width::Words(cells), ..self }
    }
}

/// What stands in one cell.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    content: Content,
    ink: Ink,
}

#[derive(Debug, Clone)]
enum Content {
    Lines(Vec<String>),
    /// Somebody's own words, cut to the width of the column.
    Quote(String, Option<Range<usize>>),
    /// As many of these names behind a word as fit on one line, and how many more there are.
    Names(&'static str, Vec<String>),
}

impl Spot {
    pub(super) fn lines(lines: Vec<String>) -> Self {
        Self { content: Content::Lines(lines), ink: Ink::PLAIN }
    }
    /// Somebody's own words; where they have to be cut, what stands at the place is kept.
    pub(super) fn quote(words: &str, focus: Option<Range<usize>>) -> Self {
        let shown = tidy(words);
        // Where escapes changed the words, the place is no longer the same.
        let focus = focus.filter(|_| shown == words);
        Self { content: Content::Quote(shown, focus), ink: Ink::PLAIN }
    }
    pub(super) fn names(word: &'static str, names: &[&str]) -> Self {
        Self { content: Content::Names(word, names.iter().map(|name| tidy(name)).collect()), ink: Ink::PLAIN }
    }
    pub(super) fn inked(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// The lines as they are shown: escaped, with single spaces.
    fn written(&self, width: usize) -> String {
        match &self.content {
            Content::Lines(lines) => lines.iter().map(|line| tidy(line)).collect::<Vec<_>>().join("\n"),
            Content::Quote(words, focus) => format!("\"{}\"", quote(words, focus.clone(), width.saturating_sub(2))),
            Content::Names(word, names) => {
                let fitting = (1..=names.len()).rev().map(|count| some_of(word, names, count)).find(|line| cells(line) <= width);
                fitting.unwrap_or_else(|| some_of(word, names, 1))
            }
        }
    }

    fn longest_word(&self) -> usize {
        match &self.content {
            Content::Lines(lines) => lines.iter().flat_map(|line| line.split_whitespace()).map(cells).max().unwrap_or(0),
            Content::Quote(..) | Content::Names(..) => 0,
        }
    }

    fn width(&self) -> usize {
        match &self.content {
            Content::Lines(lines) => lines.iter().map(|line| cells(&tidy(line))).max().unwrap_or(0),
            Content::Quote(words, _) => cells(words) + 2,
            Content::Names(word, names) => cells(&some_of(word, names, names.len())),
        }
    }
}

impl From<String> for Spot {
    fn from(text: String) -> Self {
        Self::lines(vec![text])
    }
}

impl From<&str> for Spot {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

/// `Good: deposit, praise and 2 more`.
fn some_of(word: &str, names: &[String], count: usize) -> String {
    let more = names.len().saturating_sub(count);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{word} {}{more}", names.iter().take(count).map(String::as_str).collect::<Vec<_>>().join(", "))
}

/// Escaped, on one line, with single spaces but for an indent: then a coloured cell has no spaces at its end that a
/// plain one has not.
fn tidy(text: &str) -> String {
    let indent = text.len() - text.trim_start_matches(' ').len();
    " ".repeat(indent) + &plain_line(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A table that is being filled.
#[derive(Debug)]
pub(super) struct Sheet {
    columns: Vec<Column>,
    rows: Vec<Vec<Spot>>,
}

impl Sheet {
    pub(super) fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, row: impl IntoIterator<Item = Spot>) {
        self.rows.push(row.into_iter().collect());
    }

    /// A row in bold, as totals are.
    pub(super) fn bold_row(&mut self, row: impl IntoIterator<Item = Spot>) {
        self.row(row.into_iter().map(|spot| spot.inked(Ink::BOLD)));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as lines, each with its end.
    pub(super) fn draw(&self, look: &Look) -> String {
        let widths = self.widths(look.width);
        let mut table = Table::new();
        table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─'))).force_no_tty();
        if look.colour {
            table.enforce_styling().style_text_only();
        }
        if self.columns.iter().any(|column| !column.title.is_empty()) {
            table.set_header(self.columns.iter().map(|column| cell(&Spot::from(column.title.as_str()).inked(Ink::BOLD), 0)));
        }
        for row in &self.rows {
            table.add_row(row.iter().zip(&widths).map(|(spot, width)| cell(spot, *width)));
        }
        let last = self.columns.len().saturating_sub(1);
        for ((column, described), width) in table.column_iter_mut().zip(&self.columns).zip(&widths) {
            let padding = (u16::from(column.index > 0), u16::from(column.index < last));
            let padded = u16::try_from(*width).unwrap_or(u16::MAX).saturating_add(padding.0 + padding.1);
            column.set_padding(padding).set_constraint(ColumnConstraint::Absolute(Cells::Fixed(padded)));
            column.set_cell_alignment(described.alignment);
        }
        table.lines().map(|line| line.trim_end_matches(' ').to_owned() + "\n").collect()
    }

    fn widths(&self, of: usize) -> Vec<usize> {
        let contents: Vec<usize> = (0..self.columns.len()).map(|index| self.content(index, Spot::width)).collect();
        let wanted = |(index, column): (usize, &Column)| match column.width {
            Width::Content => contents[index],
            Width::AtMost(most) => contents[index].min(most),
            Width::Words(most) => contents[index].min(most.max(self.content(index, Spot::longest_word))),
            Width::GivesWay | Width::Yields => LEAST,
        };
        let mut widths: Vec<usize> = self.columns.iter().enumerate().map(wanted).collect();
        let gaps = GAP * self.columns.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > of && self.narrow(&mut widths) {}
        let rest = of.saturating_sub(widths.iter().sum::<usize>() + gaps);
        for (index, column) in self.columns.iter().enumerate() {
            match column.width {
                Width::GivesWay => widths[index] += rest,
                Width::Yields => widths[index] = contents[index].min(widths[index] + rest),
                Width::Content | Width::AtMost(_) | Width::Words(_) => {}
            }
        }
        widths
    }

    /// The widest of what a column holds, its title included.
    fn content(&self, column: usize, measured: fn(&Spot) -> usize) -> usize {
        let rows = self.rows.iter().filter_map(|row| row.get(column)).map(measured);
        let title = self.columns.get(column).map_or(0, |column| cells(&column.title));
        rows.chain([title, 1]).max().unwrap_or(1)
    }

    /// Takes a cell from the bounded column that has most to give; false if none has any.
    fn narrow(&self, widths: &mut [usize]) -> bool {
        let spare = |(index, column): (usize, &Column)| match column.width {
            Width::AtMost(_) => widths[index].saturating_sub(LEAST_BOUNDED),
            Width::Words(_) => widths[index].saturating_sub(self.content(index, Spot::longest_word).min(LEAST_OF_WORDS)),
            Width::Content | Width::GivesWay | Width::Yields => 0,
        };
        let (most, index) = self.columns.iter().enumerate().map(|column| (spare(column), column.0)).max().unwrap_or_default();
        if most > 0 {
            widths[index] -= 1;
        }
        most > 0
    }
}

/// An empty cell stays without ink: there is nothing to set off, and its codes would hide the end of the line.
fn cell(spot: &Spot, width: usize) -> Cell {
    let text = spot.written(width);
    let cell = Cell::new_owned(text.clone());
    if text.trim().is_empty() { cell } else { spot.ink.cell(cell) }
}
