//! A header: which of its columns hold what a map asks for.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::map::{Field, Map, Names, WordIn};
use crate::record::{Currency, Scalar as _};

/// A column's name as names are compared: small letters, no `*` before it, no marks or spaces around it.
pub(super) fn folded(name: &str) -> String {
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '*'));
    let mut out = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

/// The name without a currency at its end, and the currency: `Amount (EUR)`, `Amount in EUR`.
fn split_currency(name: &str) -> Option<(&str, Currency)> {
    let (before, code) = match name.strip_suffix([')', ']']) {
        Some(inner) => inner.rsplit_once(['(', '['])?,
        None => name.rsplit_once(' ')?,
    };
    if code.len() != 3 {
        return None;
    }
    let currency = Currency::read(&code.to_uppercase()).ok()?;
    Some((before.trim_end().trim_end_matches(" in").trim_end(), currency))
}

/// A header, prepared for looking names up.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// As written, without spaces around.
    pub names: Vec<String>,
    folded: Vec<String>,
    /// By folded name, also without a currency at its end; the first column of a name counts.
    places: FxHashMap<String, usize>,
}

impl Header {
    pub fn of<'c>(cells: impl Iterator<Item = &'c str>) -> Self {
        let names: Vec<String> = cells.map(|cell| cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned()).collect();
        let folded: Vec<String> = names.iter().map(|name| folded(name)).collect();
        let mut places = FxHashMap::default();
        for (index, name) in folded.iter().enumerate() {
            places.entry(name.clone()).or_insert(index);
        }
        for (index, name) in folded.iter().enumerate() {
            if let Some((before, _)) = split_currency(name) {
                places.entry(before.to_owned()).or_insert(index);
            }
        }
        Self { names, folded, places }
    }

    /// The column of that name; with a currency after its name if there is none without.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.places.get(&folded(name)).copied()
    }

    /// All columns that go by one of the names, in the order of the names.
    pub fn find_all(&self, names: &Names) -> SmallVec<[usize; 2]> {
        let mut found = SmallVec::new();
        for index in names.0.iter().filter_map(|name| self.find(name)) {
            if !found.contains(&index) {
                found.push(index);
            }
        }
        found
    }

    /// The currency that a column's name carries.
    pub fn currency(&self, index: usize) -> Option<Currency> {
        split_currency(self.folded.get(index)?).map(|(_, currency)| currency)
    }

    /// Whether a column's name says that its times are UTC.
    pub fn is_utc(&self, index: usize) -> bool {
        self.folded.get(index).is_some_and(|name| name.ends_with("(utc)") || name.ends_with("_utc") || name.ends_with(" utc"))
    }

    /// Whether a row repeats the header.
    pub fn is_repeated_by<'c>(&self, mut cells: impl Iterator<Item = &'c str>) -> bool {
        let mut rest = self.folded.iter();
        cells.all(|cell| rest.next().is_some_and(|name| folded(cell) == *name)) && rest.next().is_none()
    }
}

/// How well a header fits a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fit {
    /// How many of the columns that the map needs are there.
    pub found: usize,
    /// The others, as the map writes them.
    pub missing: Vec<String>,
    /// How many fields have a column.
    pub fields: usize,
    /// Whether it has a column that such tables never have.
    pub is_something_else: bool,
}

impl Fit {
    pub fn of(map: &Map, header: &Header) -> Self {
        let mut fit = Self { found: 0, missing: Vec::new(), fields: 0, is_something_else: false };
        let mut need = |is_there: bool, name: String| if is_there { fit.found += 1 } else { fit.missing.push(name) };
        for names in &map.header {
            need(names.0.iter().any(|name| header.find(name).is_some()), listed(names));
        }
        for group in map.needs() {
            let names = Names(group.iter().filter_map(|field| map.columns.get(field)).flat_map(|names| names.0.clone()).collect());
            // A column that the header names too is told once.
            let is_told = map.header.iter().any(|needed| needed.0.iter().any(|name| names.0.contains(name)));
            if !is_told || map.header.is_empty() {
                need(!header.find_all(&names).is_empty(), listed(&names));
            }
        }
        fit.is_something_else = map.unless.0.iter().any(|name| header.find(name).is_some());
        fit.fields = map.columns.values().filter(|names| !header.find_all(names).is_empty()).count();
        fit
    }
}

/// How many names of a column are told.
const TOLD: usize = 3;

fn listed(names: &Names) -> String {
    names.0.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join(" or ")
}

/// Where in a row each field of a map stands.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    by_field: [SmallVec<[usize; 2]>; Field::ALL.len()],
    /// The columns of each `skip_if`.
    pub skip_if: Vec<SmallVec<[usize; 2]>>,
    /// The columns that say whether a row is a credit note.
    pub credit_notes: SmallVec<[usize; 2]>,
    /// The columns that say whether a row is a payment.
    pub payments: SmallVec<[usize; 2]>,
    /// The last column that is looked at.
    pub last: usize,
}

impl Layout {
    pub fn of(map: &Map, header: &Header) -> Self {
        let words = |word: &Option<WordIn>| word.as_ref().map(|word| header.find_all(&word.column)).unwrap_or_default();
        let mut layout = Self {
            by_field: Field::ALL.map(|field| map.columns.get(&field).map(|names| header.find_all(names)).unwrap_or_default()),
            skip_if: map.skip_if.iter().map(|skip| header.find_all(&skip.column)).collect(),
            credit_notes: words(&map.credit_notes),
            payments: words(&map.payments),
            last: 0,
        };
        let looked_at = layout.by_field.iter().chain(&layout.skip_if).chain([&layout.credit_notes, &layout.payments]);
        layout.last = looked_at.flatten().copied().max().unwrap_or_default();
        layout
    }

    /// The columns of a field.
    pub fn columns(&self, field: Field) -> &[usize] {
        &self.by_field[field as usize]
    }

    /// Whether the table has a column for a field.
    pub fn has(&self, field: Field) -> bool {
        !self.columns(field).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_neither_by_case_nor_by_a_star_or_a_mark() {
        let header = Header::of(["\u{feff}*ContactName", " Due  Date ", "Amount (EUR)"].into_iter());
        assert_eq!(header.find("contactname"), Some(0));
        assert_eq!(header.find("due date"), Some(1));
        assert_eq!(header.find("Amount"), Some(2));
        assert_eq!(header.currency(2).map(Currency::code), Some("EUR"));
        assert_eq!(header.find("Total"), None);
    }
}
