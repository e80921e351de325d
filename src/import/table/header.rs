//! Finds the header of a table, and with it the sign between its cells and the map that fits: a header is the row that
//! has the columns of a map.

use csv::StringRecord;

use super::super::refusal::Closest;
use super::super::{Kind, ReadError, TableOptions};
use super::columns::{Fit, Header, Layout};
use super::map::{Fits, Map};
use super::presets;
use super::rows::Rows;

/// What may stand between cells, in the order of how often it does.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// The header stands within so many rows; QuickBooks has it in the fifth line.
const HEADER_WITHIN: usize = 40;

/// So much of a file is searched for its header.
const SEARCHED: usize = 256 << 10;

/// A table whose columns are understood.
#[derive(Debug)]
pub(super) struct Found {
    pub map: Map,
    pub delimiter: u8,
    pub header: Header,
    pub layout: Layout,
    /// The line of the header.
    pub line: u64,
    /// Where the header begins in the text.
    pub start: usize,
}

impl Found {
    fn is_exact(&self) -> bool {
        self.map.fits != Some(Fits::Loosely)
    }
}

/// A row that may be the header.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub header: Header,
    pub delimiter: u8,
    pub line: u64,
    pub start: usize,
}

/// The beginning of a text, cut at the end of a line where it is long.
fn beginning(text: &str) -> &str {
    if text.len() <= SEARCHED {
        return text;
    }
    let mut end = SEARCHED;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = &text[..end];
    cut.rfind('\n').map_or(cut, |end| &cut[..=end])
}

/// The rows that may be the header, for one sign between cells.
fn candidates(text: &str, delimiter: u8) -> Vec<Candidate> {
    let mut rows = Rows::new(text, delimiter, 0, 1);
    let mut cells = StringRecord::new();
    let mut found = Vec::new();
    for _ in 0..HEADER_WITHIN {
        let Some(place) = rows.next(&mut cells) else { break };
        if cells.iter().filter(|cell| !cell.trim().is_empty()).nth(1).is_some() {
            found.push(Candidate { header: Header::of(cells.iter()), delimiter, line: place.line, start: place.start });
        }
    }
    found
}

/// All rows that may be the header.
pub(super) fn all_candidates(text: &str) -> Vec<Candidate> {
    let text = beginning(text);
    DELIMITERS.into_iter().flat_map(|delimiter| candidates(text, delimiter)).collect()
}

/// Finds the header by the user's map, by the preset that was named, or by all presets of the kind.
///
/// # Errors
/// Where no map fits, or one of another kind does.
pub(super) fn find(text: &str, file: &str, options: &TableOptions) -> Result<Found, ReadError> {
    let candidates = all_candidates(text);
    let maps = maps(options)?;
    let own = best(&candidates, &maps);
    let is_certain = own.as_ref().is_some_and(Found::is_exact) || options.map.is_some() || options.preset.is_some();
    // What one preset reads exactly is not read loosely as something else.
    let other = if is_certain { None } else { best(&candidates, &others(options.kind)) };
    match (own, other) {
        (Some(found), other) if is_certain || !other.as_ref().is_some_and(Found::is_exact) => {
            if found.map.kind == options.kind {
                return Ok(found);
            }
            return Err(other_kind(file, options.kind, &found.map));
        }
        (_, Some(other)) => return Err(other_kind(file, options.kind, &other.map)),
        (_, None) => {}
    }
    Err(no_preset(&candidates, &maps, file, options))
}

fn others(kind: Kind) -> Vec<&'static Map> {
    presets::maps().iter().filter(|map| map.kind != kind).collect()
}

fn maps(options: &TableOptions) -> Result<Vec<&Map>, ReadError> {
    if let Some(map) = &options.map {
        return Ok(vec![map]);
    }
    let Some(name) = &options.preset else {
        return Ok(presets::maps().iter().filter(|map| map.kind == options.kind).collect());
    };
    let unknown = || ReadError::UnknownPreset { written: name.clone(), allowed: presets::names().map(str::to_owned).collect() };
    presets::map(name).map(|map| vec![map]).ok_or_else(unknown)
}

fn other_kind(file: &str, asked: Kind, map: &Map) -> ReadError {
    ReadError::OtherKind { file: file.to_owned(), asked, found: map.kind, as_what: map.name.clone() }
}

/// The map that fits best: with the most columns in its header, then with the most fields.
fn best(candidates: &[Candidate], maps: &[&Map]) -> Option<Found> {
    let mut best: Option<((bool, usize, usize), &Candidate, &Map)> = None;
    for candidate in candidates {
        for map in maps {
            let fit = Fit::of(map, &candidate.header);
            if !fit.missing.is_empty() || fit.is_something_else {
                continue;
            }
            let rank = (map.fits != Some(Fits::Loosely), map.header.len(), fit.fields);
            if best.as_ref().is_none_or(|(other, ..)| rank > *other) {
                best = Some((rank, candidate, map));
            }
        }
        if best.as_ref().is_some_and(|((is_exact, ..), ..)| *is_exact) {
            break;
        }
    }
    best.map(|(_, candidate, map)| Found {
        layout: Layout::of(map, &candidate.header),
        map: (*map).clone(),
        delimiter: candidate.delimiter,
        header: candidate.header.clone(),
        line: candidate.line,
        start: candidate.start,
    })
}

/// The candidate and the map that come nearest to each other, by the share of columns that are there.
pub(super) fn nearest<'c, 'm>(candidates: &'c [Candidate], maps: &[&'m Map]) -> Option<(&'c Candidate, &'m Map, Fit)> {
    let mut nearest: Option<(usize, &Candidate, &Map, Fit)> = None;
    for candidate in candidates {
        for map in maps {
            let fit = Fit::of(map, &candidate.header);
            let share = fit.found * 1000 / (fit.found + fit.missing.len()).max(1);
            if share > 0 && nearest.as_ref().is_none_or(|(other, ..)| share > *other) {
                nearest = Some((share, candidate, map, fit));
            }
        }
    }
    nearest.map(|(_, candidate, map, fit)| (candidate, map, fit))
}

/// The row that looks most like a header where no map says: the first of those with the most cells.
pub(super) fn widest(candidates: &[Candidate]) -> Option<&Candidate> {
    let width = |candidate: &Candidate| candidate.header.names.iter().filter(|name| !name.is_empty()).count();
    candidates.iter().rev().max_by_key(|candidate| width(candidate))
}

fn no_preset(candidates: &[Candidate], maps: &[&Map], file: &str, options: &TableOptions) -> ReadError {
    let is_asked_for = options.map.is_some() || options.preset.is_some();
    let nearest = nearest(candidates, maps);
    let Some(header) = nearest.as_ref().map(|(candidate, ..)| *candidate).or_else(|| widest(candidates)) else {
        return ReadError::Foreign {
            what: "no table: no line has cells between commas, semicolons, tabs or bars",
            advice: "export a CSV file, a bank statement (camt.053 or OFX), or an Invoice Ninja backup",
        };
    };
    let only = || Some((*maps.first().filter(|_| is_asked_for)?, Fit::of(maps.first()?, &header.header)));
    let closest = nearest.map(|(_, map, fit)| (map, fit)).or_else(only).map(|(map, fit)| {
        let of = fit.found + fit.missing.len();
        Box::new(Closest { name: map.name.clone(), of, missing: fit.missing })
    });
    ReadError::NoPreset {
        file: file.to_owned(),
        kind: options.kind,
        wanted: maps.first().filter(|_| is_asked_for).map(|map| map.name.clone()),
        line: header.line,
        header: header.header.names.clone(),
        closest,
    }
}
