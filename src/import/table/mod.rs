//! Tables: from the text of a CSV file to a batch, by a map that says which column holds what. Presets are such maps.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Kind;
use crate::diagnostic::{Format, Mistake};
use crate::record::{decode, words};

words! {
    /// What 03/04/2025 means.
    DateOrder {
        /// The third of April.
        DayFirst = "dmy",
        /// The fourth of March.
        MonthFirst = "mdy",
    }
}

/// A map: which columns of a table hold what.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Its name.
    pub name: String,
}

/// A preset in a few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresetInfo {
    /// Its name, for `--preset`.
    pub name: &'static str,
    /// What it reads.
    pub kind: Kind,
    /// Which export it is for.
    pub about: &'static str,
}

/// Reads a map of the user, every mistake at once.
///
/// # Errors
/// Every mistake in the text, in the order of its lines.
pub fn read_map(text: &str) -> Result<Map, Vec<Mistake>> {
    decode(text, Format::Yaml)
}

/// The presets by kind and name.
#[must_use]
pub fn presets() -> Vec<PresetInfo> {
    Vec::new()
}

/// The text of a preset, which is a map that users can copy and change.
#[must_use]
pub fn preset_text(_name: &str) -> Option<&'static str> {
    None
}
