//! Records and where they come from: files, folders, standard input. A record is read with the messages beside it, and
//! remembers its text, so that a report can name lines.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

use walkdir::WalkDir;

use super::output::tell;
use super::packs::CONFIG_FILE;
use crate::diagnostic::{self, Diagnostic, Format, Mistake, Position, Span, Step, Tree, plain_line};
use crate::record::{MAX_RECORD_BYTES, Me, Record, decode, decode_message, not_utf8, warnings};
use crate::rules::Rulebook;

/// Something that may hold records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One record in YAML or JSON.
    File(PathBuf, Format),
    /// A record on each line.
    Lines(PathBuf),
    /// Whatever is on standard input.
    Standard,
}

/// What was found at the given paths.
#[derive(Debug, Default)]
pub struct Inputs {
    /// In the order of the paths, files of a folder by name.
    pub list: Vec<Input>,
    /// Whether anything but one file was named: then there may be several records.
    pub is_several: bool,
    /// Paths where there is nothing to read.
    pub failures: usize,
    /// Files that are no records are left out without a word.
    pub is_silent: bool,
}

/// Looks for records at the given paths.
#[must_use]
pub fn find_inputs(paths: &[PathBuf], packs: &[PathBuf]) -> Inputs {
    let mut inputs = Inputs { is_several: paths.len() > 1, ..Inputs::default() };
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.list.push(Input::Standard);
        } else if path.is_dir() {
            inputs.is_several = true;
            let before = inputs.list.len();
            find_in_folder(path, packs, &mut inputs);
            if inputs.list.len() == before {
                tell(&format!("error: there are no records in {}", plain_line(&path.display().to_string())));
                tell("records are .yaml, .yml and .json files with `client:`, and .ndjson files");
                inputs.failures += 1;
            }
        } else if ends_with(path, &["ndjson"]) {
            inputs.is_several = true;
            inputs.list.push(Input::Lines(path.clone()));
        } else {
            let format = if ends_with(path, &["json"]) { Format::Json } else { Format::Yaml };
            inputs.list.push(Input::File(path.clone(), format));
        }
    }
    inputs
}

fn ends_with(path: &Path, ends: &[&str]) -> bool {
    path.extension().and_then(|end| end.to_str()).is_some_and(|end| ends.contains(&end.to_ascii_lowercase().as_str()))
}

/// Looks for records in a folder and those within it.
pub fn find_in_folder(folder: &Path, packs: &[PathBuf], inputs: &mut Inputs) {
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    let is_left_out = |entry: &walkdir::DirEntry| {
        let is_hidden = entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
        let is_pack =
            packs.iter().any(|pack| pack.canonicalize().is_ok_and(|pack| entry.path().canonicalize().is_ok_and(|path| path == pack)));
        is_hidden || is_pack
    };
    let entries = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter().filter_entry(|entry| !is_left_out(entry));
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            // A link that goes in a circle leads to nothing new.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                tell(&format!("error: {}", plain_line(&error.to_string())));
                inputs.failures += 1;
                continue;
            }
        };
        let path = entry.path();
        if !entry.file_type().is_file() || entry.file_name().to_str() == Some(CONFIG_FILE) {
            continue;
        }
        // What a link leads back to is the same record, and counts once.
        if path.canonicalize().is_ok_and(|path| !known.insert(path)) {
            continue;
        }
        if ends_with(path, &["ndjson"]) {
            inputs.list.push(Input::Lines(path.to_owned()));
        } else if ends_with(path, &["yaml", "yml", "json"]) {
            let format = if ends_with(path, &["json"]) { Format::Json } else { Format::Yaml };
            if has_client(path, format) {
                inputs.list.push(Input::File(path.to_owned(), format));
            } else if !inputs.is_silent {
                tell(&format!("left out: {} (no `client:` in it)", plain_line(&path.display().to_string())));
            }
        }
    }
}

/// Whether the top level of a file has `client`. What cannot be read is left in, so that its mistakes are told.
fn has_client(path: &Path, format: Format) -> bool {
    let Ok(Ok(text)) = read_limited(path).map(String::from_utf8) else { return true };
    if format == Format::Yaml && text.lines().any(|line| line.starts_with("client:")) {
        return true;
    }
    match Tree::parse(&text, format) {
        Ok(tree) => tree.key_span(&diagnostic::Path::of(["client"])).is_some(),
        Err(_) => text.contains("client"),
    }
}

/// Reads a file up to one byte over the limit, so that a huge one costs no memory.
///
/// # Errors
/// If it cannot be read.
pub fn read_limited(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_RECORD_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A record with what is needed to name places in it.
#[derive(Debug)]
pub struct Loaded {
    /// The record, with the messages beside it and `me` of the settings.
    pub record: Record,
    /// Where its parts stand.
    pub source: Source,
    /// What is odd in it.
    pub warnings: Vec<Diagnostic>,
}

/// Where the parts of a record stand.
#[derive(Debug)]
pub struct Source {
    /// The file, as the user named it; `-` for standard input.
    pub file: String,
    text: String,
    format: Format,
    tree: OnceLock<Option<Tree>>,
    messages: Option<MessagesFile>,
}

/// A file, whose name is shared by all places in it, and the line, from 1.
pub type SharedPlace = (Arc<str>, u32);

/// The messages beside a record.
#[derive(Debug)]
struct MessagesFile {
    file: String,
    text: String,
    /// How many messages stand in the record itself, before these.
    first: usize,
    /// The line of each message.
    lines: Vec<u32>,
}

/// What keeps a record from being read.
#[derive(Debug)]
pub struct Unreadable {
    /// Its mistakes.
    pub mistakes: Vec<Diagnostic>,
    /// The text of the files that they are in.
    pub texts: Vec<(String, String)>,
}

impl Unreadable {
    fn alone(mistake: Diagnostic) -> Self {
        Self { mistakes: vec![mistake], texts: Vec::new() }
    }

    /// The text of a file, to draw its lines.
    #[must_use]
    pub fn text_of(&self, file: &str) -> Option<String> {
        self.texts.iter().find(|(name, _)| name == file).map(|(_, text)| text.clone())
    }
}

impl Source {
    /// The file and line of a path of the record; the line of `client` for what stands nowhere.
    #[must_use]
    pub fn place(&self, path: &diagnostic::Path) -> Option<(&str, u32)> {
        if let (Some(messages), [Step::Key(list), Step::Index(index), ..]) = (&self.messages, path.steps())
            && list == "messages"
            && let Some(line) = index.checked_sub(messages.first).and_then(|index| messages.lines.get(index))
        {
            return Some((&messages.file, *line));
        }
        let span = self.span(path)?;
        Some((&self.file, span.start.line))
    }

    /// The same, with a name to keep.
    #[must_use]
    pub fn shared_place(&self, path: &diagnostic::Path) -> Option<SharedPlace> {
        self.place(path).map(|(file, line)| (file.into(), line))
    }

    /// The places of the file, read when they are first asked for.
    fn tree(&self) -> Option<&Tree> {
        self.tree.get_or_init(|| Tree::parse(&self.text, self.format).ok()).as_ref()
    }

    /// Does something, and for a large file reads its places meanwhile.
    pub fn while_reading_places<T>(&self, something: impl FnOnce() -> T) -> T {
        /// Below this a thread costs more than it spares.
        const LARGE_BYTES: usize = 256 * 1024;
        std::thread::scope(|scope| {
            if self.text.len() >= LARGE_BYTES {
                scope.spawn(|| self.tree());
            }
            something()
        })
    }

    fn span(&self, path: &diagnostic::Path) -> Option<Span> {
        let tree = self.tree()?;
        let mut path = path.clone();
        while !path.is_root() {
            if let Some(span) = tree.key_span(&path) {
                return Some(span);
            }
            if tree.holds(&path) {
                return tree.span(&path);
            }
            path.pop();
        }
        tree.key_span(&diagnostic::Path::of(["client"]))
    }

    /// The text of a file of this record.
    #[must_use]
    pub fn text_of(&self, file: &str) -> Option<String> {
        if file == self.file {
            return Some(self.text.clone());
        }
        self.messages.as_ref().filter(|messages| messages.file == file).map(|messages| messages.text.clone())
    }
}

/// Reads a record from a file, with the messages beside it.
///
/// # Errors
/// Every mistake in the file and in the messages beside it.
pub fn load_file(path: &Path, format: Format) -> Result<Loaded, Unreadable> {
    let name = path.display().to_string();
    let refuse = |code, message: String| Unreadable::alone(Mistake::error(code, None, message).in_file(&name));
    let size = fs::metadata(path).map_err(|error| refuse("unreadable", format!("cannot read it: {error}")))?.len();
    let bytes = read_limited(path).map_err(|error| refuse("unreadable", format!("cannot read it: {error}")))?;
    if bytes.len() > MAX_RECORD_BYTES {
        return Err(refuse(
            "too-large",
            format!(
                "{} MB is more than the {} MB that a record may have",
                size.max(bytes.len() as u64).div_ceil(1 << 20),
                MAX_RECORD_BYTES >> 20
            ),
        ));
    }
    let mut loaded = load_bytes(bytes, format, &name)?;
    if loaded.record.client.id.is_none() {
        loaded.record.client.id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    }
    if let Some(file) = loaded.record.messages_file.clone() {
        read_messages(&mut loaded, path, &file)?;
    }
    Ok(loaded)
}

/// Reads a record from bytes that were read before.
///
/// # Errors
/// Every mistake in it.
pub fn load_bytes(bytes: Vec<u8>, format: Format, name: &str) -> Result<Loaded, Unreadable> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            return Err(Unreadable::alone(not_utf8(error.as_bytes(), valid).in_file(name)));
        }
    };
    let is_comment = |line: &str| format == Format::Yaml && line.starts_with('#');
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    if lines.peek().is_none() || lines.all(is_comment) {
        let message = if text.contains('#') { "there are only comments in this file" } else { "the file is empty" };
        let empty = Mistake::error("empty", None, message).with_note("a record needs at least `client: { name: ... }`");
        return Err(Unreadable::alone(empty.in_file(name)));
    }
    match decode::<Record>(&text, format) {
        Ok(record) => {
            let source = Source { file: name.to_owned(), text, format, tree: OnceLock::new(), messages: None };
            let warnings = odd(&record, &source);
            Ok(Loaded { record, source, warnings })
        }
        Err(mistakes) => {
            let mistakes = mistakes.into_iter().map(|mistake| mistake.in_file(name)).collect();
            Err(Unreadable { mistakes, texts: vec![(name.to_owned(), text)] })
        }
    }
}

fn odd(record: &Record, source: &Source) -> Vec<Diagnostic> {
    let tell = |warning: crate::record::Warning| {
        let span = source.span(&warning.path);
        Mistake::warning(warning.code, span, warning.message).with_label(warning.hint).in_file(&source.file)
    };
    warnings(record).into_iter().map(tell).collect()
}

/// The largest file of messages: those of many years.
pub const MAX_MESSAGES_BYTES: u64 = 64 * 1024 * 1024;

/// Reads the messages beside a record. They lie in its folder, and nothing that a record says leads out of it.
fn read_messages(loaded: &mut Loaded, record: &Path, file: &str) -> Result<(), Unreadable> {
    let place = loaded.source.span(&diagnostic::Path::of(["messages_file"]));
    let texts = |source: &Source| vec![(source.file.clone(), source.text.clone())];
    let refuse = |source: &Source, code, message: String, label: &str| Unreadable {
        mistakes: vec![Mistake::error(code, place, message).with_label(label).in_file(&source.file)],
        texts: texts(source),
    };
    let folder = record.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_plain = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
    let path = folder.join(file);
    let stays = is_plain && !matches!((path.canonicalize(), folder.canonicalize()), (Ok(path), Ok(folder)) if !path.starts_with(&folder));
    if !stays {
        return Err(refuse(
            &loaded.source,
            "outside",
            format!("`{}` leads out of the record's folder", plain_line(file)),
            "it must lie beside the record",
        ));
    }
    let size = fs::metadata(&path).map(|metadata| metadata.len());
    let bytes = match size {
        Ok(size) if size > MAX_MESSAGES_BYTES => {
            return Err(refuse(
                &loaded.source,
                "too-large",
                format!("`{}` is larger than {} MB", plain_line(file), MAX_MESSAGES_BYTES >> 20),
                "",
            ));
        }
        Ok(_) => fs::read(&path),
        Err(error) => Err(error),
    };
    let bytes = bytes.map_err(|error| {
        refuse(&loaded.source, "unreadable", format!("cannot read `{}`: {error}", plain_line(file)), "the messages are expected there")
    })?;
    let name = path.strip_prefix(".").unwrap_or(&path).display().to_string();
    let (mut messages, mut lines, mut mistakes) = (Vec::new(), Vec::new(), Vec::new());
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if index == 0 { line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line) } else { line };
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match decode_message(line) {
            Ok(message) => {
                messages.push(message);
                lines.push(u32::try_from(index + 1).unwrap_or(u32::MAX));
            }
            Err(found) => mistakes.extend(found.into_iter().map(|mistake| further_down(mistake, index).in_file(&name))),
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if !mistakes.is_empty() {
        return Err(Unreadable { mistakes, texts: vec![(name, text)] });
    }
    let own = loaded.record.messages.get_or_insert_default();
    loaded.source.messages = Some(MessagesFile { file: name, text, first: own.len(), lines });
    own.append(&mut messages);
    Ok(())
}

/// A mistake of one line, as a mistake of its file.
pub fn further_down(mut mistake: Mistake, lines: usize) -> Mistake {
    let whole = Span { start: Position { line: 1, column: 1 }, end: Position { line: 1, column: 2 } };
    mistake.span.get_or_insert(whole);
    mistake.moved_down(u32::try_from(lines).unwrap_or(u32::MAX))
}

/// Adds what the settings say of me.
pub fn add_me(record: &mut Record, settings: Option<&Me>) {
    if let Some(settings) = settings {
        record.me = Some(record.me.take().unwrap_or_default().or(settings));
    }
}

/// Ids of rules and actions in a record that lead nowhere: such an entry would count for nothing, in silence. `off` are
/// rules that the user left out on purpose.
#[must_use]
pub fn unknown_ids(loaded: &Loaded, book: &Rulebook, off: &[String]) -> Vec<Diagnostic> {
    let rules: Vec<&str> = book.rules.iter().map(|rule| rule.id.as_str()).chain(off.iter().map(String::as_str)).collect();
    let actions: Vec<&str> = book.actions.keys().map(String::as_str).collect();
    let tell = |list: &str, index: usize, key: &str, word: &str, (kind, known): (&str, &[&str])| {
        if known.contains(&word) {
            return None;
        }
        let path = diagnostic::Path::of([list]).index(index).key(key);
        let span = loaded.source.tree().and_then(|tree| tree.span(&path));
        let mistake = Mistake::warning("unknown-id", span, format!("there is no {kind} `{word}`"));
        Some(mistake.with_closest(word, known.iter().copied()).with_note("this entry counts for nothing").in_file(&loaded.source.file))
    };
    let observed = loaded.record.observations.iter().flatten().enumerate();
    let observed = observed.filter_map(|(index, seen)| tell("observations", index, "rule", &seen.rule, ("rule", &rules)));
    let taken = loaded.record.actions_taken.iter().flatten().enumerate().flat_map(|(index, taken)| {
        let rule = taken.rule.as_deref().and_then(|rule| tell("actions_taken", index, "for", rule, ("rule", &rules)));
        tell("actions_taken", index, "action", &taken.action, ("action", &actions)).into_iter().chain(rule)
    });
    observed.chain(taken).collect()
}
