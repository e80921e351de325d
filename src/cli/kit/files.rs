//! Which files a command of the kit is about: those that were named, or those in force; and what they need around them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::cli::args::RuleArgs;
use crate::cli::output::tell;
use crate::cli::packs::{CONFIG_FILE, Refused, config_in_force, extended, plain_path, read, read_pack, unknown_pack};
use crate::diagnostic::{Diagnostic, plain_line};
use crate::rules::{BUILT_IN, Pack, built_in_text};

/// Packs with everything that they need, and which of their files are asked about.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The packs, in their order.
    pub packs: Vec<Pack>,
    /// The settings, by name and text.
    pub config: Option<(String, String)>,
    /// The files that are asked about; none if all of them are.
    asked: Option<BTreeSet<String>>,
    /// What is wrong with the names of packs in the settings.
    pub told: Vec<Diagnostic>,
    /// The name that each file was read by, by its true path.
    names: BTreeMap<PathBuf, String>,
}

impl Gathered {
    /// Whether a file is asked about.
    pub fn is_asked(&self, file: &str) -> bool {
        self.asked.as_ref().is_none_or(|asked| asked.contains(file))
    }

    /// How many files are asked about, but not those of the built-in pack.
    pub fn files_asked(&self) -> usize {
        let all = || self.packs.iter().map(files_of).map(<[_]>::len).sum::<usize>() + usize::from(self.config.is_some());
        self.asked.as_ref().map_or_else(all, BTreeSet::len)
    }

    /// The text of a file, to draw its lines.
    pub fn text_of(&self, file: &str) -> Option<&str> {
        let mut files = self.packs.iter().flat_map(files_of).chain(&self.config);
        files.find(|(name, _)| name == file).map(|(_, text)| text.as_str()).or_else(|| built_in_text(file))
    }

    /// Whether the built-in pack is among the packs.
    pub fn has_built_in(&self) -> bool {
        self.packs.iter().any(|pack| matches!(pack, Pack::BuiltIn))
    }

    fn add_pack(&mut self, path: &Path) -> Result<(), Refused> {
        let path = &plain_path(path);
        let files = read_pack(path)?;
        self.remember(&files);
        self.packs.push(Pack::Files { name: path.display().to_string(), files });
        Ok(())
    }

    fn remember(&mut self, files: &[(String, String)]) {
        for (name, _) in files {
            self.names.insert(true_path(Path::new(name)), name.clone());
        }
    }
}

fn files_of(pack: &Pack) -> &[(String, String)] {
    match pack {
        Pack::BuiltIn => &[],
        Pack::Files { files, .. } => files,
    }
}

fn true_path(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Finds the files at the given paths, or those in force if there are none. What was named joins what is in force, so
/// that its actions and lexicons are known; a whole pack stands alone.
///
/// # Errors
/// If a file cannot be read; that was told.
pub fn gather(args: &RuleArgs, paths: &[PathBuf]) -> Result<Gathered, Refused> {
    let mut gathered = Gathered::default();
    let own_config = |path: &PathBuf| {
        let path = plain_path(path);
        let inside = path.join(CONFIG_FILE);
        if is_config(&path) { Some(path) } else { Some(inside).filter(|inside| inside.is_file()) }
    };
    let named_config = paths.iter().find_map(own_config);
    let config = named_config.clone().or_else(|| config_in_force(args, None));
    if let Some(path) = &config {
        gathered.config = Some((path.display().to_string(), read(path)?));
    }
    packs_in_force(args, config.as_deref(), &mut gathered)?;
    if paths.is_empty() {
        return Ok(gathered);
    }
    let mut asked: BTreeSet<String> = named_config.iter().map(|path| path.display().to_string()).collect();
    for path in paths.iter().filter(|path| !is_config(path)) {
        named(&plain_path(path), named_config.is_some(), &mut gathered, &mut asked)?;
    }
    gathered.asked = Some(asked);
    Ok(gathered)
}

/// Settings are told by their name, and by their keys under another one.
fn is_config(path: &Path) -> bool {
    let reads_so = || std::fs::read_to_string(path).is_ok_and(|text| has_keys_of_settings(&text));
    path.is_file() && (path.file_name().is_some_and(|name| name == CONFIG_FILE) || reads_so())
}

/// Keys that nothing but settings has.
const OF_SETTINGS: [&str; 7] = ["extends", "me", "rules", "lexicons", "caps", "bands", "set_aside"];

fn has_keys_of_settings(text: &str) -> bool {
    let has_one = |keys: &[&str]| keys.iter().any(|key| has_key(text, key));
    has_one(&OF_SETTINGS) && !has_one(&OF_A_RULE) && !has_one(&["client", "index", "entries"])
}

/// The packs that the settings and the flags name.
fn packs_in_force(args: &RuleArgs, config: Option<&Path>, gathered: &mut Gathered) -> Result<(), Refused> {
    let folder = config.and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
    let (name, text) = gathered.config.clone().unwrap_or_default();
    let extends = extended(&text);
    let has_built_in = extends.as_ref().is_none_or(|packs| packs.iter().any(|pack| pack == BUILT_IN));
    if has_built_in && !args.no_built_in {
        gathered.packs.push(Pack::BuiltIn);
    }
    for (index, pack) in extends.iter().flatten().enumerate().filter(|(_, pack)| *pack != BUILT_IN) {
        let path = folder.join(pack);
        if path.exists() {
            gathered.add_pack(&path)?;
            continue;
        }
        gathered.told.push(unknown_pack(index, pack, &name, &text));
    }
    for path in &args.rules {
        gathered.add_pack(path)?;
    }
    Ok(())
}

/// A path that was named: what of it is not in force yet becomes a pack.
fn named(path: &Path, has_config: bool, gathered: &mut Gathered, asked: &mut BTreeSet<String>) -> Result<(), Refused> {
    if has_config && path.is_dir() && !holds_yaml_beside_settings(path) {
        return Ok(());
    }
    let named = true_path(path);
    if let Some(whole) = whole_pack_around(path).filter(|whole| !gathered.names.keys().any(|file| file.starts_with(true_path(whole)))) {
        gathered.packs.retain(|pack| !matches!(pack, Pack::BuiltIn));
        gathered.add_pack(&whole)?;
        let name = plain_line(&whole.display().to_string()).into_owned();
        tell(&format!("{name} is a whole pack, with actions and a scoring of its own, so the built-in one is left out"));
    }
    let mut new = Vec::new();
    for (name, text) in read_pack(path)? {
        match gathered.names.get(&true_path(Path::new(&name))) {
            Some(known) => drop(asked.insert(known.clone())),
            None if !named.is_dir() && is_record(&text) => {
                let name = plain_line(&name).into_owned();
                tell(&format!("error: {name} is a record, not a rule; what is wrong in it is told by: clientcheck score {name}"));
                return Err(Refused::default());
            }
            None if named.is_dir() && !may_be_of_a_pack(&name, &text) => {
                tell(&format!("left out: {} (neither a rule nor anything else of a pack)", plain_line(&name)));
            }
            None => new.push((name, text)),
        }
    }
    if !new.is_empty() {
        asked.extend(new.iter().map(|(name, _)| name.clone()));
        gathered.remember(&new);
        gathered.packs.push(Pack::Files { name: path.display().to_string(), files: new });
    }
    Ok(())
}

/// The folder of a pack that needs no other one: it has actions and a scoring of its own.
fn whole_pack_around(path: &Path) -> Option<PathBuf> {
    /// `rules/actions/let-go.yml` lies so deep.
    const FOLDERS: usize = 3;
    let is_whole = |folder: &&Path| folder.join("scoring.yml").is_file() && folder.join("actions").is_dir();
    path.ancestors().take(FOLDERS).filter(|folder| !folder.as_os_str().is_empty()).find(is_whole).map(Path::to_owned)
}

fn holds_yaml_beside_settings(folder: &Path) -> bool {
    let is_yaml = |path: &Path| path.extension().is_some_and(|end| end == "yml" || end == "yaml");
    let entries = walkdir::WalkDir::new(folder).follow_links(true).into_iter().filter_map(Result::ok);
    entries.filter(|entry| entry.file_type().is_file()).any(|entry| is_yaml(entry.path()) && !is_config(entry.path()))
}

/// Keys at least one of which a rule has, whatever else is wrong in it.
const OF_A_RULE: [&str; 6] = ["id", "category", "side", "levels", "ladder", "look_at"];

fn has_key(text: &str, key: &str) -> bool {
    text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')))
}

fn is_record(text: &str) -> bool {
    has_key(text, "client") && !OF_A_RULE.iter().any(|key| has_key(text, key))
}

/// Whether a file of a folder is more than a record or some other YAML that happens to lie there.
fn may_be_of_a_pack(name: &str, text: &str) -> bool {
    let name = name.replace('\\', "/");
    let is_named_so = ["/actions/", "/lexicons/", "/languages/"].iter().any(|folder| name.contains(folder))
        || ["scoring.yml", "scoring.yaml", "sources.yml", "sources.yaml"].iter().any(|file| name.ends_with(file));
    is_named_so || (!has_key(text, "client") && OF_A_RULE.iter().any(|key| has_key(text, key)))
}
