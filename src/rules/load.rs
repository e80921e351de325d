//! Packs of files become one rulebook: built in first, then the user's packs, then the user's changes to single rules.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Rulebook;
use super::compile::{Workshop, as_yes_or_no, compile};
use super::file::{Condition, Plain, Question, RuleFile, RuleTest, Test};
use super::problem::{Problem, Problems, unknown};
use super::settings::{Action, Config, LexiconFile, Override, Scoring, Sources};
use crate::diagnostic::{Diagnostic, Format, Path, Severity, Tree};
use crate::record;
use crate::text::{LexiconId, ReaderBuilder};

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
    /// The tests inside the rule files, by rule id; the built-in pack carries none.
    pub tests: Vec<(String, RuleTest)>,
    /// Warnings: overrides that match nothing, set-asides that are over.
    pub warnings: Vec<Diagnostic>,
}

/// The built-in pack as the build prepared it: all files in one JSON text, without their tests.
static BUILT_IN_PACK: &str = include_str!(concat!(env!("OUT_DIR"), "/built-in.json"));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prepared {
    rules: Vec<RuleFile>,
    actions: Vec<Action>,
    lexicons: Vec<LexiconFile>,
    scoring: Option<Scoring>,
    sources: Option<Sources>,
}

/// A decoded file with its text, for the places of what is wrong in it.
struct Sourced<T> {
    content: T,
    pack: String,
    file: String,
    text: Option<String>,
}

impl<T> Sourced<T> {
    /// Tells what is wrong with the places in the file.
    fn tell(&self, problems: Problems) -> Vec<Diagnostic> {
        if problems.0.is_empty() {
            return Vec::new();
        }
        let tree = self.text.as_deref().and_then(|text| Tree::parse(text, Format::Yaml).ok());
        let mut told: Vec<Diagnostic> = problems.0.into_iter().map(|problem| problem.diagnostic(&self.file, tree.as_ref())).collect();
        told.sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.start.line, span.start.column)));
        told
    }
}

#[derive(Default)]
struct Shelf {
    rules: Vec<Sourced<RuleFile>>,
    actions: BTreeMap<String, Action>,
    lexicons: Vec<LexiconFile>,
    scoring: Option<Scoring>,
    sources: Sources,
    errors: Vec<Diagnostic>,
    packs: Vec<String>,
}

/// Decodes a configuration.
///
/// # Errors
/// Every mistake in the file.
pub fn decode_config(file: &str, text: &str) -> Result<Config, Vec<Diagnostic>> {
    // An empty file says nothing, which is allowed here.
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Config::default());
    }
    decode(file, text)
}

fn decode<T: DeserializeOwned + JsonSchema>(file: &str, text: &str) -> Result<T, Vec<Diagnostic>> {
    record::decode(text, Format::Yaml).map_err(|mistakes| mistakes.into_iter().map(|mistake| mistake.in_file(file)).collect())
}

/// Loads packs in their order, applies the user's settings, and checks everything.
///
/// # Errors
/// Every mistake in every file. With a rule missing every score would be wrong, so one mistake is enough.
pub fn load(packs: &[Pack], config: Option<(&str, &str, &Config)>) -> Result<Loaded, Vec<Diagnostic>> {
    let mut shelf = Shelf::default();
    for pack in packs {
        shelf.put(pack);
    }
    shelf.one_rule_for_each_id();
    let mut warnings = Vec::new();
    let mut overridden = BTreeSet::new();
    if let Some((file, text, config)) = config {
        let mut problems = Problems::default();
        let mut unmatched = Problems::default();
        shelf.apply(config, &mut overridden, &mut problems, &mut unmatched);
        let source = Sourced { content: (), pack: String::new(), file: file.to_owned(), text: Some(text.to_owned()) };
        shelf.errors.extend(source.tell(problems));
        warnings.extend(source.tell(unmatched).into_iter().map(|diagnostic| Diagnostic { severity: Severity::Warning, ..diagnostic }));
    }
    shelf.compile(config.map(|(_, _, config)| config), &overridden, warnings)
}

impl Shelf {
    fn put(&mut self, pack: &Pack) {
        match pack {
            Pack::BuiltIn => self.put_built_in(),
            Pack::Files { name, files } => {
                self.packs.push(name.clone());
                for (file, text) in files {
                    self.put_file(name, file, text);
                }
            }
        }
    }

    fn put_built_in(&mut self) {
        let prepared: Prepared = serde_json::from_str(BUILT_IN_PACK).expect("the built-in pack was checked by the tests of this program");
        self.packs.push(BUILT_IN.to_owned());
        let source = |content: RuleFile| Sourced {
            pack: BUILT_IN.to_owned(),
            file: format!("rules/{}/{}.yml", content.category, content.id),
            text: None,
            content,
        };
        self.rules.extend(prepared.rules.into_iter().map(source));
        self.actions.extend(prepared.actions.into_iter().map(|action| (action.id.clone(), action)));
        self.lexicons.extend(prepared.lexicons);
        self.scoring = prepared.scoring.or(self.scoring.take());
        self.sources = prepared.sources.unwrap_or_default();
    }

    /// What a file is, its folder or name says, as in the built-in pack.
    fn put_file(&mut self, pack: &str, file: &str, text: &str) {
        let parts: Vec<&str> = file.split(['/', '\\']).collect();
        let name = parts.last().copied().unwrap_or_default();
        let folder = parts.len().checked_sub(2).and_then(|index| parts.get(index)).copied().unwrap_or_default();
        let outcome = match (folder, name) {
            ("actions", _) => decode::<Action>(file, text).map(|action| drop(self.actions.insert(action.id.clone(), action))),
            ("lexicons", _) => decode::<LexiconFile>(file, text).map(|lexicon| self.lexicons.push(lexicon)),
            (_, "scoring.yml" | "scoring.yaml") => decode(file, text).map(|scoring| self.scoring = Some(scoring)),
            (_, "sources.yml" | "sources.yaml") => decode::<Sources>(file, text).map(|sources| {
                self.sources.articles.extend(sources.articles);
                self.sources.studies.extend(sources.studies);
            }),
            _ => decode(file, text).map(|content| {
                self.rules.push(Sourced { content, pack: pack.to_owned(), file: file.to_owned(), text: Some(text.to_owned()) });
            }),
        };
        if let Err(mistakes) = outcome {
            self.errors.extend(mistakes);
        }
    }

    /// The same id twice is an error, unless the later one says which pack's rule it replaces.
    fn one_rule_for_each_id(&mut self) {
        let mut kept: Vec<Sourced<RuleFile>> = Vec::with_capacity(self.rules.len());
        for rule in std::mem::take(&mut self.rules) {
            let mut problems = Problems::default();
            let earlier = kept.iter().position(|other| other.content.id == rule.content.id);
            match (earlier, &rule.content.replaces) {
                (Some(index), Some(pack)) if kept[index].pack == *pack => {
                    kept.remove(index);
                }
                (Some(index), replaces) => {
                    let other = &kept[index];
                    let message = format!("there is already a rule `{}` in {}: {}", rule.content.id, other.pack, other.file);
                    let problem = Problem::at(Path::default().key("id"), "same-id", message).label(match replaces {
                        Some(pack) => format!("it is not from the pack `{pack}` that `replaces` names"),
                        None => format!("add `replaces: {}` to take its place, or choose another id", other.pack),
                    });
                    problems.add(problem);
                }
                (None, Some(pack)) => {
                    let known: Vec<&str> = kept.iter().filter(|other| other.pack == *pack).map(|other| other.content.id.as_str()).collect();
                    problems.add(unknown(Path::default().key("replaces"), &format!("rule of {pack}"), &rule.content.id, known));
                }
                (None, None) => {}
            }
            self.errors.extend(rule.tell(problems));
            kept.push(rule);
        }
        kept.sort_by(|a, b| (a.content.category, &a.content.id).cmp(&(b.content.category, &b.content.id)));
        self.rules = kept;
    }

    /// The user's changes to single rules.
    fn apply(&mut self, config: &Config, overridden: &mut BTreeSet<String>, problems: &mut Problems, unmatched: &mut Problems) {
        let root = Path::default().key("rules");
        for (id, change) in &config.rules {
            let path = root.key(id);
            let Some(index) = self.rules.iter().position(|rule| rule.content.id == *id) else {
                let known = self.rules.iter().map(|rule| rule.content.id.as_str());
                unmatched.add(unknown(path, "rule", id, known).on_key().note("this change has no effect"));
                continue;
            };
            overridden.insert(id.clone());
            if change.off.as_ref().and_then(as_yes_or_no) == Some(true) {
                self.rules.remove(index);
                continue;
            }
            change_rule(&mut self.rules[index].content, change, &path, problems);
        }
        for (index, aside) in config.set_aside.iter().enumerate() {
            if !self.rules.iter().any(|rule| rule.content.id == aside.rule) {
                let known = self.rules.iter().map(|rule| rule.content.id.as_str());
                unmatched.add(
                    unknown(Path::default().key("set_aside").index(index).key("rule"), "rule", &aside.rule, known)
                        .note("nothing is set aside"),
                );
            }
        }
    }

    fn compile(
        mut self,
        config: Option<&Config>,
        overridden: &BTreeSet<String>,
        warnings: Vec<Diagnostic>,
    ) -> Result<Loaded, Vec<Diagnostic>> {
        let actions: BTreeSet<String> = self.actions.keys().cloned().collect();
        let (reader, lexicons) = self.read_lexicons();
        let mut workshop = Workshop { reader, next_set: 0, lexicons, text_fields: Vec::new(), actions: &actions, sources: &self.sources };
        let (mut rules, mut tests) = (Vec::with_capacity(self.rules.len()), Vec::new());
        for source in &mut self.rules {
            let mut problems = Problems::default();
            let rule = compile(&source.content, &source.pack, &mut workshop, &mut problems);
            rules.extend(rule.map(|rule| super::Rule { is_overridden: overridden.contains(&rule.id), ..rule }));
            self.errors.extend(source.tell(problems));
            let own_tests = std::mem::take(&mut source.content.tests);
            tests.extend(own_tests.into_iter().map(|test| (source.content.id.clone(), test)));
        }
        let (reader, lexicons, text_fields) = (workshop.reader, workshop.lexicons, workshop.text_fields);
        let Some(mut scoring) = self.scoring else {
            let missing = Problem::at(Path::default(), "missing-file", "there is no scoring.yml in any pack")
                .label("without the built-in pack a pack needs one of its own");
            self.errors.push(missing.diagnostic("scoring.yml", None));
            return Err(self.errors);
        };
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        if let Some(config) = config {
            scoring.caps.extend(config.caps.clone());
            if let Some(bands) = &config.bands {
                scoring.bands = bands.clone();
            }
        }
        let pools = share_pools(&mut rules);
        let count = |pack: &String| (pack.clone(), rules.iter().filter(|rule: &&super::Rule| rule.pack == *pack).count());
        let rulebook = Rulebook {
            pools,
            packs: self.packs.iter().map(count).collect(),
            rules,
            actions: self.actions,
            scoring,
            sources: self.sources,
            reader: reader.build(),
            text_fields,
            lexicons,
            set_aside: config.map(|config| config.set_aside.clone()).unwrap_or_default(),
        };
        Ok(Loaded { rulebook, tests, warnings })
    }

    /// Lexicons of one name are one lexicon, over all languages; a later pack's weight replaces an earlier one's.
    fn read_lexicons(&mut self) -> (ReaderBuilder, Vec<String>) {
        let mut reader = ReaderBuilder::new();
        let mut merged: BTreeMap<String, BTreeMap<String, Plain>> = BTreeMap::new();
        for file in std::mem::take(&mut self.lexicons) {
            merged.entry(file.lexicon).or_default().extend(file.entries);
        }
        for (index, (name, entries)) in merged.iter().enumerate() {
            let id = LexiconId(u32::try_from(index).unwrap_or(u32::MAX));
            for (phrase, weight) in entries {
                let tenths = match weight {
                    Plain::Number(number) => (number * Decimal::TEN).to_i32(),
                    Plain::Bool(_) | Plain::Text(_) => None,
                };
                let outcome = match tenths {
                    Some(tenths) => reader.entry(id, phrase, tenths).map_err(|mistake| mistake.to_string()),
                    None => Err(format!("`{weight}` is not a weight; weights are numbers like 2 or -0.5")),
                };
                if let Err(message) = outcome {
                    let path = Path::default().key("entries").key(phrase);
                    let problem = Problem::at(path, "bad-phrase", format!("the entry `{phrase}` of the lexicon {name}: {message}"));
                    self.errors.push(problem.diagnostic(&format!("lexicons/{name}"), None));
                }
            }
        }
        (reader, merged.into_keys().collect())
    }
}

/// Selections that consider the same items get the same pool; how many pools there are.
fn share_pools(rules: &mut [super::Rule]) -> usize {
    let mut pools: Vec<super::Selection> = Vec::new();
    for selection in rules.iter_mut().flat_map(|rule| &mut rule.selections) {
        let is_same =
            |pool: &super::Selection| pool.list == selection.list && pool.within == selection.within && pool.among == selection.among;
        selection.pool = pools.iter().position(is_same).unwrap_or_else(|| {
            pools.push(super::Selection { matching: super::Clause::default(), ..selection.clone() });
            pools.len() - 1
        });
    }
    pools.len()
}

fn change_rule(rule: &mut RuleFile, change: &Override, path: &Path, problems: &mut Problems) {
    if let Some(points) = &change.points {
        if points.0.len() == rule.levels.len() {
            for (level, points) in rule.levels.iter_mut().zip(&points.0) {
                level.points = Plain::Number(*points);
            }
        } else {
            let message = format!("`{}` has {} levels, and there are points for {}", rule.id, rule.levels.len(), points.0.len());
            problems.add(Problem::at(path.key("points"), "bad-points", message).label("write one number for each level, like [3, 7, 13]"));
        }
    }
    for (name, limit) in &change.limits {
        if rule.limits.contains_key(name) {
            rule.limits.insert(name.clone(), limit.clone());
        } else {
            let known = rule.limits.keys().map(String::as_str);
            problems.add(unknown(path.key("limits").key(name), &format!("limit of {}", rule.id), name, known).on_key());
        }
    }
    if !change.add_phrases.is_empty() && !add_phrases(rule, &change.add_phrases) {
        problems.add(Problem::at(path.key("add_phrases"), "misplaced", format!("`{}` searches no text for phrases", rule.id)).on_key());
    }
}

/// Adds phrases to the rule's one `mentions_any`, wherever it stands.
fn add_phrases(rule: &mut RuleFile, phrases: &BTreeMap<String, Vec<Plain>>) -> bool {
    fn in_condition(condition: &mut Condition, phrases: &BTreeMap<String, Vec<Plain>>) -> bool {
        let own = condition.tests.iter_mut().find_map(|(_, test)| match test {
            Test::Form(form) => form.mentions_any.as_mut(),
            Test::Value(_) => None,
        });
        if let Some(by_language) = own {
            for (language, more) in phrases {
                by_language.entry(language.clone()).or_default().extend(more.iter().cloned());
            }
            return true;
        }
        condition.any.iter_mut().chain(condition.none.iter_mut()).flatten().any(|inner| in_condition(inner, phrases))
    }
    fn in_question(question: &mut Question, phrases: &BTreeMap<String, Vec<Plain>>) -> bool {
        question.among.iter_mut().chain(question.matching.iter_mut()).any(|condition| in_condition(condition, phrases))
            || question.any.iter_mut().chain(question.none.iter_mut()).flatten().any(|inner| in_question(inner, phrases))
    }
    rule.among.iter_mut().chain(rule.matching.iter_mut()).any(|condition| in_condition(condition, phrases))
        || rule.levels.iter_mut().any(|level| in_question(&mut level.when, phrases))
}
