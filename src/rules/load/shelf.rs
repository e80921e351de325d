//! All files of all packs, read and put in their place, until they become a rulebook.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Deserialize;

use super::{BUILT_IN, Loaded, Pack};
use super::{sense, words};
use crate::diagnostic::{Diagnostic, Path, Severity};
use crate::rules::compile::{Workshop, compile};
use crate::rules::doubts;
use crate::rules::file::RuleFile;
use crate::rules::problem::{Problem, Problems, unknown};
use crate::rules::settings::{Action, Bands, Config, LanguageFile, LexiconFile, Scoring, SetAside, Sources};
use crate::rules::source::{Source, Sourced};
use crate::rules::{Clause, Rule, Rulebook, Selection};
use crate::text::{LexiconId, ReaderBuilder};

/// The built-in pack as the build prepared it: all files in one JSON text, without their tests.
static BUILT_IN_PACK: &str = include_str!(concat!(env!("OUT_DIR"), "/built-in.json"));

/// The same without phrases and lexicons, and these as the reader of texts.
static PREPARED_PACK: &str = include_str!(concat!(env!("OUT_DIR"), "/prepared.json"));
static PHRASES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/phrases.bin"));

/// What is known of languages. It is no rule, so it is there without the built-in pack too.
static LANGUAGES: &str = include_str!(concat!(env!("OUT_DIR"), "/languages.json"));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prepared {
    rules: Vec<RuleFile>,
    actions: Vec<Action>,
    lexicons: Vec<LexiconFile>,
    scoring: Option<Scoring>,
    sources: Option<Sources>,
    /// The lexicons that the reader holds, by their numbers.
    #[serde(default)]
    prepared_lexicons: Vec<String>,
    /// The sets that it holds, by rule.
    #[serde(default)]
    prepared_sets: BTreeMap<String, u32>,
}

/// How the built-in pack is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// As it was prepared: what is in it was checked before.
    Prepared,
    /// With every phrase, so that each can be looked at.
    Whole,
}

/// What one file holds.
enum Held<'a> {
    Rule(Box<Sourced<'a, RuleFile>>),
    Action(Box<Sourced<'a, Action>>),
    Lexicon(Sourced<'a, LexiconFile>),
    Language(Box<Sourced<'a, LanguageFile>>),
    Scoring(Box<Sourced<'a, Scoring>>),
    Sources(Sources),
    /// Nothing that can be used.
    Nothing,
}

/// Files that are read but not yet a rulebook.
#[derive(Default)]
pub(super) struct Shelf<'a> {
    pub rules: Vec<Sourced<'a, RuleFile>>,
    actions: BTreeMap<String, Sourced<'a, Action>>,
    pub lexicons: Vec<LexiconFile>,
    /// The name of each lexicon that has a file, with the file.
    lexicon_sources: Vec<(String, Source<'a>)>,
    /// The names of the lexicons, and the sets of rules, that the prepared reader holds.
    pub prepared_lexicons: Vec<String>,
    prepared_sets: Option<BTreeMap<String, u32>>,
    /// What the user changed in lexicons: name, language, phrase, weight in tenths.
    pub lexicon_changes: Vec<(String, String, String, i32)>,
    /// By their codes.
    languages: BTreeMap<String, LanguageFile>,
    scoring: Option<Scoring>,
    /// The file that it is from.
    scoring_file: String,
    sources: Sources,
    /// Rules that the user changed.
    pub overridden: BTreeSet<String>,
    /// Rules that the user left out.
    pub off: Vec<String>,
    /// Findings that the user set aside.
    pub set_aside: Vec<SetAside>,
    /// What is wrong or doubtful.
    pub told: Vec<Diagnostic>,
    /// The files, in the order in which what is told of them comes.
    pub order: Vec<&'a str>,
    packs: Vec<String>,
}

impl<'a> Shelf<'a> {
    /// Reads all files, and sees to it that there is one rule for each id.
    pub(super) fn filled(packs: &'a [Pack], depth: Depth) -> Self {
        let mut shelf = Self::default();
        let languages: Vec<LanguageFile> =
            serde_json::from_str(LANGUAGES).expect("the languages were checked by the tests of this program");
        shelf.languages.extend(languages.into_iter().map(|file| (file.language.clone(), file)));
        for pack in packs {
            match pack {
                Pack::BuiltIn => shelf.put_built_in(if knows_languages(packs) { Depth::Whole } else { depth }),
                Pack::Files { name, files } => shelf.put_files(name, files),
            }
        }
        shelf.one_rule_for_each_id();
        shelf
    }

    /// The bands of the packs.
    pub(super) fn bands(&self) -> Option<&Bands> {
        self.scoring.as_ref().map(|scoring| &scoring.bands)
    }

    fn put_built_in(&mut self, depth: Depth) {
        let pack = if depth == Depth::Prepared { PREPARED_PACK } else { BUILT_IN_PACK };
        let prepared: Prepared = serde_json::from_str(pack).expect("the built-in pack was checked by the tests of this program");
        self.prepared_sets = (depth == Depth::Prepared).then_some(prepared.prepared_sets);
        self.prepared_lexicons = prepared.prepared_lexicons;
        self.packs.push(BUILT_IN.to_owned());
        let source = |file: String| Source { pack: BUILT_IN, file: Cow::Owned(file), text: None, mended: None };
        self.rules.extend(prepared.rules.into_iter().map(|content| {
            let file = format!("{BUILT_IN}/{}/{}.yml", content.category, content.id);
            Sourced { content, source: source(file) }
        }));
        self.actions.extend(prepared.actions.into_iter().map(|content| {
            let file = format!("{BUILT_IN}/actions/{}.yml", content.id);
            (content.id.clone(), Sourced { content, source: source(file) })
        }));
        self.lexicons.extend(prepared.lexicons);
        self.scoring = prepared.scoring.or(self.scoring.take());
        self.scoring_file = format!("{BUILT_IN}/scoring.yml");
        self.sources = prepared.sources.unwrap_or_default();
    }

    fn put_files(&mut self, pack: &'a str, files: &'a [(String, String)]) {
        /// So few are read faster than they are handed to several threads.
        const FEW: usize = 8;
        self.packs.push(pack.to_owned());
        self.order.extend(files.iter().map(|(file, _)| file.as_str()));
        let read = |(file, text): &'a (String, String)| {
            let mut told = Vec::new();
            (read(Source::file(pack, file, text), &mut told), told)
        };
        let held: Vec<(Held<'a>, Vec<Diagnostic>)> =
            if files.len() <= FEW { files.iter().map(read).collect() } else { files.par_iter().map(read).collect() };
        for (held, told) in held {
            self.told.extend(told);
            self.put(held);
        }
    }

    fn put(&mut self, held: Held<'a>) {
        match held {
            Held::Rule(rule) => self.rules.push(*rule),
            Held::Action(action) => self.put_action(*action),
            Held::Lexicon(mut lexicon) => {
                let problems = sense::lexicon(&mut lexicon.content);
                self.told.extend(lexicon.source.tell(problems));
                self.lexicon_sources.push((lexicon.content.lexicon.clone(), lexicon.source));
                self.lexicons.push(lexicon.content);
            }
            Held::Language(language) => {
                let problems = sense::language(&language.content);
                self.told.extend(language.source.tell(problems));
                self.languages.insert(language.content.language.clone(), language.content);
            }
            Held::Scoring(scoring) => {
                self.told.extend(scoring.source.tell(sense::scoring(&scoring.content)));
                self.scoring_file = scoring.source.file.to_string();
                self.scoring = Some(scoring.content);
            }
            Held::Sources(sources) => {
                self.sources.articles.extend(sources.articles);
                self.sources.studies.extend(sources.studies);
            }
            Held::Nothing => {}
        }
    }

    /// A later pack's action replaces an earlier one's; in one pack there is one of each.
    fn put_action(&mut self, action: Sourced<'a, Action>) {
        let mut problems = sense::action(&action.content);
        if let Some(other) = self.actions.get(&action.content.id).filter(|other| other.source.pack == action.source.pack) {
            let id = Path::of(["id"]);
            let message = format!("there is already an action `{}` in {}", action.content.id, other.source.file);
            problems.add(
                Problem::at(id.clone(), "same-id", message).label("choose another id").beside(other.source.place(&id, "the other one")),
            );
        }
        self.told.extend(action.source.tell(problems));
        self.actions.insert(action.content.id.clone(), action);
    }

    /// The same id twice is an error, unless the later one says which pack's rule it replaces.
    fn one_rule_for_each_id(&mut self) {
        let mut kept: Vec<Option<Sourced<'a, RuleFile>>> = Vec::with_capacity(self.rules.len());
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for rule in std::mem::take(&mut self.rules) {
            let mut problems = Problems::default();
            let place = places.get(&rule.content.id).copied();
            let earlier = place.and_then(|place| kept.get(place)).and_then(Option::as_ref);
            let mut is_replaced = false;
            match (earlier, &rule.content.replaces) {
                (Some(other), Some(pack)) if is_named(other.source.pack, pack) => is_replaced = true,
                (Some(other), replaces) => problems.add(same_id(&rule, other, replaces.as_deref())),
                (None, Some(pack)) => {
                    let of_pack = kept.iter().flatten().filter(|other| is_named(other.source.pack, pack));
                    let known: Vec<&str> = of_pack.map(|other| other.content.id.as_str()).collect();
                    let message = if known.is_empty() {
                        format!("there is no pack `{pack}` before this one")
                    } else {
                        format!("the pack `{pack}` has no rule `{}`", rule.content.id)
                    };
                    let id = rule.content.id.as_str();
                    let problem = match known.is_empty() {
                        true => unknown(Path::of(["replaces"]), "unknown-pack", message, pack, self.packs.iter().map(String::as_str)),
                        false => unknown(Path::of(["id"]), "unknown-rule", message, id, known),
                    };
                    problems.add(problem.note("there would be nothing to replace"));
                }
                (None, None) => {}
            }
            self.told.extend(rule.source.tell(problems));
            if let Some(slot) = place.filter(|_| is_replaced).and_then(|place| kept.get_mut(place)) {
                *slot = None;
            }
            places.insert(rule.content.id.clone(), kept.len());
            kept.push(Some(rule));
        }
        self.rules = kept.into_iter().flatten().collect();
        self.rules.sort_by(|a, b| (a.content.category, &a.content.id).cmp(&(b.content.category, &b.content.id)));
    }

    /// A reader that knows the languages and no phrases. What cannot be used was told when the file was read.
    fn empty_reader(&self) -> ReaderBuilder {
        let mut reader = ReaderBuilder::new();
        for (code, file) in &self.languages {
            let language = reader.language(code);
            reader.letters(language, &file.letters);
            for (kind, _, words) in file.kinds() {
                for words in words {
                    let _ = reader.known(language, kind, words);
                }
            }
        }
        reader
    }

    /// Lexicons of one name are one lexicon, over all languages; a later pack's weight replaces an earlier one's, and the
    /// user's replaces both. Gives their names, by their numbers.
    fn read_lexicons(&self, reader: &mut ReaderBuilder) -> Vec<String> {
        let mut names = self.prepared_lexicons.clone();
        let more: BTreeSet<&str> = self.lexicons.iter().map(|file| file.lexicon.as_str()).collect();
        names.extend(more.into_iter().filter(|name| !self.prepared_lexicons.iter().any(|known| known == name)).map(str::to_owned));
        let id_of = |name: &str| {
            let place = names.iter().position(|known| known == name)?;
            u32::try_from(place).ok().map(LexiconId)
        };
        for file in &self.lexicons {
            let Some(id) = id_of(&file.lexicon) else { continue };
            let language = reader.language(&file.language);
            if file.behind_not.is_some() {
                reader.count_denied(id, language);
            }
            for (phrase, weight) in &file.entries {
                // What cannot be used was told when the file was read.
                let _ = sense::tenths(weight).map(|tenths| reader.entry(id, language, phrase, tenths));
            }
        }
        for (name, language, phrase, tenths) in &self.lexicon_changes {
            let language = reader.language(language);
            let _ = id_of(name).map(|id| reader.entry(id, language, phrase, *tenths));
        }
        names
    }

    /// Tells doubts about rules, and what is wrong with their tests.
    pub(super) fn doubt(&mut self) {
        let told: Vec<Vec<Diagnostic>> = self.rules.par_iter().map(|rule| doubts::tell(&rule.content, &rule.source)).collect();
        self.told.extend(told.into_iter().flatten());
        let asked: BTreeSet<&str> = self.rules.iter().flat_map(|rule| words::lexicons_of(&rule.content)).collect();
        for (name, source) in self.lexicon_sources.iter().filter(|(name, source)| source.text.is_some() && !asked.contains(name.as_str())) {
            let message = format!("no rule asks for the lexicon `{name}`");
            let problem = unknown(Path::of(["lexicon"]), "unused-lexicon", message, name, asked.iter().copied());
            let told = source.tell(Problems(vec![problem.note("its words would never count").into_doubt()]));
            self.told.extend(told);
        }
    }

    /// The rulebook.
    ///
    /// # Errors
    /// All that was told, if any of it is an error.
    pub(super) fn compile(mut self, config: Option<&Config>) -> Result<Loaded, Vec<Diagnostic>> {
        let actions: BTreeSet<String> = self.actions.keys().cloned().collect();
        let ids: BTreeSet<String> = self.rules.iter().map(|rule| rule.content.id.clone()).chain(self.overridden.iter().cloned()).collect();
        let mut reader = match &self.prepared_sets {
            Some(_) => ReaderBuilder::resumed(PHRASES).expect("the build prepared it"),
            None => self.empty_reader(),
        };
        let prepared_sets = self.prepared_sets.take().unwrap_or_default();
        let lexicons = self.read_lexicons(&mut reader);
        let mut workshop = Workshop {
            reader,
            next_set: prepared_sets.len() as u32,
            prepared_sets,
            lexicons,
            text_fields: Vec::new(),
            actions: &actions,
            rules: &ids,
            sources: &self.sources,
        };
        let (mut rules, mut tests, mut files) = (Vec::with_capacity(self.rules.len()), Vec::new(), BTreeMap::new());
        for Sourced { content, source } in &mut self.rules {
            let mut problems = Problems::default();
            let rule = compile(content, source.pack, &mut workshop, &mut problems);
            rules.extend(rule.map(|rule| Rule { is_overridden: self.overridden.contains(&rule.id), ..rule }));
            self.told.extend(source.tell(problems));
            let own_tests = std::mem::take(&mut content.tests);
            tests.extend(own_tests.into_iter().map(|test| (content.id.clone(), test)));
            files.insert(content.id.clone(), source.file.to_string());
        }
        let (reader, lexicons, text_fields) = (workshop.reader, workshop.lexicons, workshop.text_fields);
        if self.scoring.is_none() && !self.order.iter().any(|file| kind_of(file) == Kind::Scoring) {
            let missing = Problem::at(Path::default(), "missing-file", "there is no scoring.yml in any pack")
                .label("without the built-in pack a pack needs one of its own");
            self.told.push(missing.diagnostic("scoring.yml", None));
        }
        let place = |file: &str| self.order.iter().position(|other| *other == file).unwrap_or(usize::MAX);
        self.told.sort_by_cached_key(|told| (place(&told.file), told.span));
        let is_wrong = self.told.iter().any(|told| told.severity == Severity::Error);
        let Some(mut scoring) = self.scoring.filter(|_| !is_wrong) else { return Err(self.told) };
        if let Some(config) = config {
            scoring.caps.extend(config.caps.clone());
            if let Some(bands) = &config.bands {
                scoring.bands = bands.applied_to(&scoring.bands);
            }
        }
        let pools = share_pools(&mut rules);
        let count = |pack: &String| (pack.clone(), rules.iter().filter(|rule: &&Rule| rule.pack == *pack).count());
        let rulebook = Rulebook {
            pools,
            packs: self.packs.iter().map(count).collect(),
            rules,
            actions: self.actions.into_iter().map(|(id, action)| (id, action.content)).collect(),
            scoring,
            sources: self.sources,
            reader: reader.build(),
            text_fields,
            lexicons,
            set_aside: self.set_aside,
        };
        Ok(Loaded { rulebook, tests, files, scoring_file: self.scoring_file, off: self.off, warnings: self.told })
    }
}

/// What a file is, as its folder or name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rule,
    Action,
    Lexicon,
    Language,
    Scoring,
    Sources,
}

fn kind_of(file: &str) -> Kind {
    let mut parts = file.rsplit(['/', '\\']);
    let name = parts.next().unwrap_or_default();
    match (parts.next().unwrap_or_default(), name) {
        ("actions", _) => Kind::Action,
        ("lexicons", _) => Kind::Lexicon,
        ("languages", _) => Kind::Language,
        (_, "scoring.yml" | "scoring.yaml") => Kind::Scoring,
        (_, "sources.yml" | "sources.yaml") => Kind::Sources,
        _ => Kind::Rule,
    }
}

fn read<'a>(source: Source<'a>, told: &mut Vec<Diagnostic>) -> Held<'a> {
    let held = match kind_of(&source.file) {
        Kind::Action => source.read(told).map(|action| Held::Action(Box::new(action))),
        Kind::Lexicon => source.read(told).map(Held::Lexicon),
        Kind::Language => source.read(told).map(|language| Held::Language(Box::new(language))),
        Kind::Scoring => source.read(told).map(|scoring| Held::Scoring(Box::new(scoring))),
        Kind::Sources => source.read(told).map(|sources| Held::Sources(sources.content)),
        Kind::Rule => source.read(told).map(|rule| Held::Rule(Box::new(rule))),
    };
    held.unwrap_or(Held::Nothing)
}

/// Whether `replaces` means this pack: by its name, or by the last part of its path.
fn is_named(pack: &str, name: &str) -> bool {
    let last = |path: &str| path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    pack == name || (pack != BUILT_IN && !last(name).is_empty() && last(pack) == last(name))
}

fn same_id(rule: &Sourced<'_, RuleFile>, other: &Sourced<'_, RuleFile>, replaces: Option<&str>) -> Problem {
    let id = Path::of(["id"]);
    let message = format!("there is already a rule `{}` in {}", rule.content.id, other.source.file);
    let problem = Problem::at(id.clone(), "same-id", message).beside(other.source.place(&id, "the other one"));
    problem.label(match replaces {
        Some(pack) => format!("it is not from the pack `{pack}` that `replaces` names, but from `{}`", other.source.pack),
        None if other.source.pack == rule.source.pack => "choose another id".to_owned(),
        None => format!("add `replaces: {}` to take its place, or choose another id", other.source.pack),
    })
}

/// Whether some pack says what is known of a language; then nothing that was prepared holds.
fn knows_languages(packs: &[Pack]) -> bool {
    packs.iter().any(|pack| match pack {
        Pack::BuiltIn => false,
        Pack::Files { files, .. } => files.iter().any(|(file, _)| kind_of(file) == Kind::Language),
    })
}

/// The lexicons of the built-in pack, as they were written.
pub(super) fn built_in_lexicons() -> Vec<LexiconFile> {
    let whole: Prepared = serde_json::from_str(BUILT_IN_PACK).expect("the built-in pack was checked by the tests of this program");
    whole.lexicons
}

/// Selections that consider the same items get the same pool; how many pools there are.
fn share_pools(rules: &mut [Rule]) -> usize {
    let mut pools: Vec<Selection> = Vec::new();
    for selection in rules.iter_mut().flat_map(|rule| &mut rule.selections) {
        let is_same = |pool: &Selection| pool.list == selection.list && pool.within == selection.within && pool.among == selection.among;
        selection.pool = pools.iter().position(is_same).unwrap_or_else(|| {
            pools.push(Selection { matching: Clause::default(), ..selection.clone() });
            pools.len() - 1
        });
    }
    pools.len()
}
