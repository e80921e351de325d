//! The presets: maps in `src/import/presets`, which come along with the program. Users write maps in the same form.

use std::sync::LazyLock;

use super::super::Kind;
use super::map::{Map, read_map};

/// A preset in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetInfo {
    /// Its name, for `--preset`.
    pub name: String,
    /// What it reads.
    pub kind: Kind,
    /// Which export it is for.
    pub about: String,
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => { &[$(($name, include_str!(concat!("../presets/", $name, ".yml")))),+] };
}

/// Names and texts. Of two that fit equally well, the first is taken.
static FILES: &[(&str, &str)] = files![
    "stripe",
    "xero",
    "quickbooks-invoice-list",
    "quickbooks-aging",
    "quickbooks-balance-detail",
    "quickbooks-invoices-and-payments",
    "freshbooks",
    "zoho",
    "harvest",
    "invoice-ninja",
    "invoice-ninja-v4",
    "wave",
    "wave-invoices",
    "invoicely",
    "ledger",
    "quickbooks-received-payments",
    "quickbooks-transactions",
    "paypal",
    "upwork",
    "invoice-ninja-payments",
    "invoice-ninja-v4-payments",
    "stripe-balance",
    "stripe-payments",
    "bank",
    "toggl",
    "clockify",
    "harvest-hours",
    "kimai",
    "kimai-de",
    "timesheet",
];

/// The maps in them, in the same order.
static MAPS: LazyLock<Vec<Map>> = LazyLock::new(|| FILES.iter().filter_map(|(_, text)| read_map(text).ok()).collect());

/// The presets, in the order of preference.
#[must_use]
pub fn presets() -> Vec<PresetInfo> {
    let info = |map: &Map| PresetInfo { name: map.name.clone(), kind: map.kind, about: map.about.clone().unwrap_or_default() };
    MAPS.iter().map(info).collect()
}

/// The text of a preset, which is a map that users can copy and change.
#[must_use]
pub fn preset_text(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(other, _)| *other == name).map(|(_, text)| *text)
}

/// The names of all presets.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    FILES.iter().map(|(name, _)| *name)
}

/// A preset by its name.
pub(super) fn map(name: &str) -> Option<&'static Map> {
    maps().iter().find(|map| map.name == name)
}

/// All presets.
pub(super) fn maps() -> &'static [Map] {
    &MAPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_can_be_read_and_is_called_like_its_file() {
        for (name, text) in FILES {
            let map = read_map(text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"));
            assert_eq!(map.name, *name);
            assert!(map.about.is_some_and(|about| !about.is_empty()), "{name} says what it is for");
        }
    }
}
