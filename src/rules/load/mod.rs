//! Packs of files become one rulebook: built in first, then the user's packs, then the user's changes to single rules.

mod changes;
mod sense;
mod shelf;
mod words;

use std::collections::BTreeMap;

use super::Rulebook;
use super::file::RuleTest;
use super::settings::Config;
use super::source::Source;
use crate::diagnostic::{Diagnostic, Format, Severity};
use crate::record;
use shelf::{Depth, Shelf};
pub use words::{WordList, words_of};

/// The name of the pack that comes with the program.
pub const BUILT_IN: &str = "built-in";

/// A pack of rule files.
#[derive(Debug, Clone)]
pub enum Pack {
    /// The one that comes with the program.
    BuiltIn,
    /// A folder's or a single file's content.
    Files {
        /// Its name, for `replaces` and messages.
        name: String,
        /// Each file's path as the user knows it, and its text.
        files: Vec<(String, String)>,
    },
}

/// A rulebook with what is worth telling about it.
#[derive(Debug)]
pub struct Loaded {
    /// The rulebook.
    pub rulebook: Rulebook,
    /// The tests inside the rule files, by rule id, in their order; the built-in pack carries none.
    pub tests: Vec<(String, RuleTest)>,
    /// The file of each rule, by its id.
    pub files: BTreeMap<String, String>,
    /// The file of the numbers of the scoring.
    pub scoring_file: String,
    /// Rules that the user's settings leave out.
    pub off: Vec<String>,
    /// Warnings: overrides and set-asides that match nothing.
    pub warnings: Vec<Diagnostic>,
}

/// Files that were looked at to tell everything about them.
#[derive(Debug)]
pub struct Checked {
    /// Mistakes and doubts, file by file in the order in which they were read, each file in the order of its lines.
    pub diagnostics: Vec<Diagnostic>,
    /// The rulebook, if there are no mistakes that keep it from being used.
    pub loaded: Option<Loaded>,
}

impl Checked {
    /// How many mistakes there are, and how many doubts.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let errors = self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        (errors, self.diagnostics.len() - errors)
    }
}

/// Decodes a configuration.
///
/// # Errors
/// Every mistake in the file.
pub fn decode_config(file: &str, text: &str) -> Result<Config, Vec<Diagnostic>> {
    if says_nothing(text) {
        return Ok(Config::default());
    }
    record::decode(text, Format::Yaml).map_err(|mistakes| mistakes.into_iter().map(|mistake| mistake.in_file(file)).collect())
}

/// An empty file of settings says nothing, which is allowed there.
fn says_nothing(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// Loads packs in their order, applies the user's settings, and checks everything.
///
/// # Errors
/// Every mistake in every file. With a rule missing every score would be wrong, so one mistake is enough.
pub fn load(packs: &[Pack], config: Option<(&str, &str, &Config)>) -> Result<Loaded, Vec<Diagnostic>> {
    let mut shelf = Shelf::filled(packs, Depth::Prepared);
    if let Some((file, text, config)) = config {
        shelf.apply(config, &Source::file("", file, text));
    }
    shelf.compile(config.map(|(_, _, config)| config))
}

/// Looks at packs and settings, and tells everything: the mistakes that [`load`] tells, doubts, and what is wrong with
/// the tests. What stands behind a mistake is looked at too.
#[must_use]
pub fn check(packs: &[Pack], config: Option<(&str, &str)>) -> Checked {
    let mut shelf = Shelf::filled(packs, Depth::Whole);
    shelf.doubt();
    let read = config.filter(|(_, text)| !says_nothing(text)).and_then(|(file, text)| {
        shelf.order.push(file);
        Source::file("", file, text).read::<Config>(&mut shelf.told)
    });
    if let Some(read) = &read {
        shelf.apply(&read.content, &read.source);
    }
    match shelf.compile(read.as_ref().map(|read| &read.content)) {
        Ok(mut loaded) => Checked { diagnostics: std::mem::take(&mut loaded.warnings), loaded: Some(loaded) },
        Err(diagnostics) => Checked { diagnostics, loaded: None },
    }
}
