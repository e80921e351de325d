//! Finds the rules and settings in force: packs on the command line, `clientcheck.yml`, and what it extends.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use walkdir::WalkDir;

use super::args::RuleArgs;
use super::output::{tell, tell_mistakes};
use crate::diagnostic::{self, Diagnostic, Format, Mistake, Severity, Tree, closest};
use crate::record::decode;
use crate::rules::{BUILT_IN, Config, Loaded, Pack, check, decode_config, load};

/// The name of the user's settings.
pub const CONFIG_FILE: &str = "clientcheck.yml";

/// What is in force for a record.
#[derive(Debug)]
pub struct InForce {
    /// The rulebook, its tests and warnings.
    pub loaded: Loaded,
    /// The packs, in their order.
    pub packs: Vec<Pack>,
    /// The settings.
    pub config: Config,
    /// Their file and its text, where there is one.
    pub settings: Option<(String, String)>,
}

/// Files by name, with their texts.
type Texts = Vec<(String, String)>;

/// Loads what is in force, once for each configuration.
pub struct Library<'a> {
    args: &'a RuleArgs,
    known: HashMap<Option<PathBuf>, Rc<InForce>>,
}

/// Something in the rules is wrong; it was told. Nothing is scored then. Holds the mistakes that stand in files.
#[derive(Debug, Default)]
pub struct Refused(pub Vec<Diagnostic>);

impl InForce {
    /// The settings with their file and its text, where there is one.
    #[must_use]
    pub fn settings_read(&self) -> Option<(&str, &str, &Config)> {
        self.settings.as_ref().map(|(name, text)| (name.as_str(), text.as_str(), &self.config))
    }
}

impl<'a> Library<'a> {
    /// An empty library.
    #[must_use]
    pub fn new(args: &'a RuleArgs) -> Self {
        Self { args, known: HashMap::new() }
    }

    /// What is in force for a record, or for the working folder.
    ///
    /// # Errors
    /// If any file is wrong; all mistakes have then been told.
    pub fn for_record(&mut self, record: Option<&Path>) -> Result<Rc<InForce>, Refused> {
        let config = config_in_force(self.args, record);
        if let Some(known) = self.known.get(&config) {
            return Ok(Rc::clone(known));
        }
        let loaded = Rc::new(self.load(config.as_deref())?);
        self.known.insert(config, Rc::clone(&loaded));
        Ok(loaded)
    }

    fn load(&self, path: Option<&Path>) -> Result<InForce, Refused> {
        let (name, text) = match path {
            None => (String::new(), String::new()),
            Some(path) => (path.display().to_string(), read(path)?),
        };
        let (packs, mut sources, unknown) = self.packs(path, &name, &text)?;
        sources.push((name.clone(), text.clone()));
        let config = match decode_config(&name, &text) {
            Ok(config) if unknown.is_empty() => config,
            Ok(_) | Err(_) => return Err(refuse(&everything_wrong(&packs, &name, &text, unknown), &sources)),
        };
        let settings = path.map(|_| (name.as_str(), text.as_str(), &config));
        let loaded = load(&packs, settings).map_err(|mistakes| refuse(&mistakes, &sources))?;
        tell_mistakes(&loaded.warnings, &|file| sources.iter().find(|(name, _)| name == file).map(|(_, text)| text.clone()));
        Ok(InForce { loaded, packs, config, settings: path.map(|_| (name, text)) })
    }

    /// The packs in force, their texts, and what is wrong with the names of packs in the settings.
    fn packs(&self, config_path: Option<&Path>, name: &str, text: &str) -> Result<(Vec<Pack>, Texts, Vec<Diagnostic>), Refused> {
        let folder = config_path.and_then(Path::parent).unwrap_or(Path::new(""));
        let mut packs = Vec::new();
        let mut sources = Vec::new();
        let mut unknown = Vec::new();
        let mut add = |path: &Path| -> Result<(), Refused> {
            let files = read_pack(path)?;
            sources.extend(files.iter().cloned());
            packs.push(Pack::Files { name: path.display().to_string(), files });
            Ok(())
        };
        let extends = extended(text);
        let has_built_in = extends.as_ref().is_none_or(|packs| packs.iter().any(|pack| pack == BUILT_IN));
        for (index, pack) in extends.iter().flatten().enumerate().filter(|(_, pack)| *pack != BUILT_IN) {
            let path = folder.join(pack);
            if path.exists() { add(&plain_path(&path))? } else { unknown.push(unknown_pack(index, pack, name, text)) }
        }
        for path in &self.args.rules {
            add(&plain_path(path))?;
        }
        if has_built_in && !self.args.no_built_in {
            packs.insert(0, Pack::BuiltIn);
        }
        if packs.is_empty() && unknown.is_empty() {
            tell("error: there are no rules: the built-in ones are left out, and no others are named with --rules");
            return Err(Refused::default());
        }
        Ok((packs, sources, unknown))
    }
}

/// The packs that settings name, even if something else in them is wrong.
#[must_use]
pub fn extended(text: &str) -> Option<Vec<String>> {
    let settings = decode::<serde_json::Value>(text, Format::Yaml).ok()?;
    let packs = settings.get("extends")?.as_array()?;
    Some(packs.iter().filter_map(serde_json::Value::as_str).map(str::to_owned).collect())
}

/// What is wrong with the name of a pack in the settings.
#[must_use]
pub fn unknown_pack(index: usize, pack: &str, name: &str, text: &str) -> Diagnostic {
    let place = diagnostic::Path::of(["extends"]).index(index);
    let span = Tree::parse(text, Format::Yaml).ok().and_then(|tree| tree.span(&place));
    let mistake = Mistake::error("unknown-pack", span, format!("there is no pack `{pack}`"));
    let mistake = match closest(pack, [BUILT_IN]) {
        Some(word) => mistake.with_label(format!("did you mean `{word}`?")).with_suggestion(word),
        None => mistake.with_label("no file or folder of this name lies beside these settings"),
    };
    mistake.in_file(name)
}

/// Mistakes in the settings hide none behind them, and none in the rules beside them. Where a pack is missing, nobody can
/// say which rules there are.
fn everything_wrong(packs: &[Pack], name: &str, text: &str, unknown: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let told = check(packs, Some((name, text))).diagnostics;
    let is_whole = unknown.is_empty();
    let may_come_of_it = |one: &Diagnostic| one.code == "missing-file" || one.code == "unknown-rule" && one.suggestion.is_none();
    let told = told.into_iter().filter(|one| is_whole || !may_come_of_it(one));
    let (mut own, mut others): (Vec<_>, Vec<_>) = told.partition(|one| one.file == name);
    own.extend(unknown);
    own.sort_by_key(|one| one.span);
    others.retain(|one| one.severity == Severity::Error);
    others.extend(own);
    others
}

/// Tells mistakes in rules and settings, and that nothing is scored.
fn refuse(mistakes: &[Diagnostic], sources: &[(String, String)]) -> Refused {
    tell_mistakes(mistakes, &|file| sources.iter().find(|(name, _)| name == file).map(|(_, text)| text.clone()));
    let files: std::collections::BTreeSet<&str> = mistakes.iter().map(|mistake| mistake.file.as_str()).collect();
    let errors = mistakes.iter().filter(|mistake| mistake.severity == Severity::Error).count();
    let count = if errors == 1 { "1 mistake".to_owned() } else { format!("{errors} mistakes") };
    let place = match files.into_iter().collect::<Vec<_>>().as_slice() {
        [one] => format!("in {}", crate::diagnostic::plain_line(one)),
        several => format!("in {} files", several.len()),
    };
    tell(&format!("\n{count} {place}, so nothing was scored:\nwith a rule missing, every score would be wrong."));
    Refused(mistakes.to_vec())
}

/// The settings in force for a record, or for the working folder.
#[must_use]
pub fn config_in_force(args: &RuleArgs, record: Option<&Path>) -> Option<PathBuf> {
    args.config.clone().or_else(|| nearest_config(record)).or_else(users_config)
}

/// A path without the `.` that joining leaves in it, so that messages name files as one would write them.
#[must_use]
pub fn plain_path(path: &Path) -> PathBuf {
    let plain: PathBuf = path.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect();
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

/// The text of a file; what keeps it from being read was told.
///
/// # Errors
/// If it cannot be read, or is not UTF-8.
pub fn read(path: &Path) -> Result<String, Refused> {
    let bytes = fs::read(path).map_err(|error| {
        tell(&format!("error: cannot read {}: {error}", crate::diagnostic::plain_line(&path.display().to_string())));
        Refused::default()
    })?;
    String::from_utf8(bytes).map_err(|_| {
        tell(&format!("error: {} is not UTF-8 text", crate::diagnostic::plain_line(&path.display().to_string())));
        Refused::default()
    })
}

/// The files of a pack: one file, or all YAML files of a folder but hidden ones and the settings.
///
/// # Errors
/// If there is nothing, or something cannot be read; that was told.
pub fn read_pack(path: &Path) -> Result<Vec<(String, String)>, Refused> {
    if !path.exists() {
        tell(&format!("error: there are no rules at {}", crate::diagnostic::plain_line(&path.display().to_string())));
        return Err(Refused::default());
    }
    let mut files = Vec::new();
    let is_hidden = |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
    let entries = WalkDir::new(path)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !is_hidden(entry))
        .filter_map(Result::ok);
    for entry in entries.filter(|entry| entry.file_type().is_file()) {
        let is_yaml = entry.path().extension().is_some_and(|end| end == "yml" || end == "yaml");
        let is_record = entry.depth() > 0 && entry.file_name().to_str() == Some(CONFIG_FILE);
        if is_yaml && !is_record || entry.depth() == 0 {
            files.push((entry.path().display().to_string(), read(entry.path())?));
        }
    }
    if files.is_empty() {
        tell(&format!("error: there are no .yml files in {}", crate::diagnostic::plain_line(&path.display().to_string())));
        return Err(Refused::default());
    }
    Ok(files)
}

/// The nearest settings upwards from a record, or from the working folder.
fn nearest_config(record: Option<&Path>) -> Option<PathBuf> {
    let start = match record {
        Some(record) => record.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned(),
        None => PathBuf::from("."),
    };
    let own = start.join(CONFIG_FILE);
    if own.is_file() {
        // As the user would write it, so that messages name it so.
        return Some(own.strip_prefix(".").map(Path::to_owned).unwrap_or(own));
    }
    let absolute = start.canonicalize().ok()?;
    let found = absolute.ancestors().skip(1).map(|folder| folder.join(CONFIG_FILE)).find(|file| file.is_file())?;
    // Below the working folder without the way to there, as one would name it.
    let here = std::env::current_dir().and_then(|folder| folder.canonicalize());
    let below = here.ok().and_then(|here| found.strip_prefix(here).map(Path::to_owned).ok());
    Some(below.unwrap_or(found))
}

/// The settings in the user's configuration folder.
fn users_config() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| std::env::home_dir().map(|home| home.join(".config")))?;
    Some(folder.join("clientcheck").join(CONFIG_FILE)).filter(|file| file.is_file())
}
