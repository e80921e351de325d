//! Rules: files come in, a checked rulebook goes out. It holds everything that deciding takes: rules, actions, scoring,
//! the reader of texts, what the user changed and set aside. Behind this module nothing knows of files or settings.

mod built_in;
mod compile;
mod doubts;
mod file;
mod languages;
mod load;
mod problem;
mod rule;
mod schemas;
mod settings;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::facts::{Field, List};
use crate::text::{Languages, Reader};

pub use built_in::{built_in_files, built_in_text};
pub use compile::is_id;
pub use file::{
    Band, Category, Condition, Expected, FoundedOn, LevelFile, Outcome, Plain, Question, RuleFile, RuleTest, Sequence, Side, Test, TestForm,
};
pub use load::{BUILT_IN, Checked, Loaded, Pack, WordList, check, decode_config, load, words_of};
pub use rule::{Atom, Bound, Bounds, Check, Clause, Follow, Level, Limit, Measure, Order, Query, Rule, Says, Selection, Tenths, Weight};
pub use schemas::{FileKind, editor_schema, published};
pub use settings::{Action, AsidePlace, Config, LanguageFile, LexiconFile, Override, Protects, Scoring, SetAside, Sources};

/// Everything that deciding takes.
#[derive(Debug)]
pub struct Rulebook {
    /// The rules, by category and id.
    pub rules: Vec<Rule>,
    /// The actions, by id.
    pub actions: BTreeMap<String, Action>,
    /// The numbers of the scoring.
    pub scoring: Scoring,
    /// Where signs and figures come from.
    pub sources: Sources,
    /// Finds all phrases of all rules in one pass.
    pub reader: Reader,
    /// The text fields that any rule searches.
    pub text_fields: Vec<(List, &'static Field)>,
    /// How many pools of considered items the selections of all rules have.
    pub pools: usize,
    /// The lexicons, by name.
    pub lexicons: Vec<String>,
    /// Findings that the user set aside.
    pub set_aside: Vec<SetAside>,
    /// How many rules are from each pack, in the order of the packs.
    pub packs: Vec<(String, usize)>,
}

impl Rulebook {
    /// The languages in which a text is read if it does not tell its own: these, or all if there are none.
    #[must_use]
    pub fn understood(&self, codes: Option<&[String]>) -> Languages {
        codes.map_or(Languages::ALL, |codes| self.reader.languages(codes.iter().map(String::as_str)))
    }

    /// A rule by its id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}
