//! `clientcheck config show`: every setting in force, and the file and line that it comes from. What nobody set is shown
//! too, with what holds then.

use std::path::Path as FilePath;

use serde_json::{Value as Json, json};

use super::args::{ConfigArgs, ConfigCommand, ShowArgs};
use crate::cli::args::DataFormat;
use crate::cli::output::{look_at, write};
use crate::cli::packs::{InForce, Library, read};
use crate::cli::{DONE, FAILED};
use crate::diagnostic::{Format, Path, Tree};
use crate::record::decode;
use crate::report::screen::{self, Setting};
use crate::report::to_json;
use crate::rules::BUILT_IN;

/// What can be said of me, and what holds where nothing is.
const ABOUT_ME: [(&str, Option<&str>); 5] =
    [("emails", None), ("timezone", Some("UTC")), ("working_hours", Some("days: mon-fri")), ("languages", None), ("a_year", None)];

/// Runs `config`; the exit code.
///
/// # Errors
/// If the answer cannot be written.
pub fn run(args: &ConfigArgs) -> anyhow::Result<u8> {
    match &args.command {
        ConfigCommand::Show(args) => show(args),
    }
}

fn show(args: &ShowArgs) -> anyhow::Result<u8> {
    let Ok(book) = Library::new(&args.rules).for_record(args.record.as_deref()) else { return Ok(FAILED) };
    let record = match args.record.as_deref() {
        None => None,
        Some(path) => match written_in_record(path) {
            Some(written) => Some(written),
            None => return Ok(FAILED),
        },
    };
    let settings = book.settings.as_ref().map(|(file, text)| Written::new(file, text));
    let rows = in_force(&book, settings.as_ref(), record.as_ref(), args);
    match args.shown.format {
        DataFormat::Json => {
            let settings: Vec<Json> =
                rows.iter().map(|row| json!({ "setting": row.name, "value": row.value, "from": row.from, "line": row.line })).collect();
            let file = book.settings.as_ref().map(|(file, _)| file);
            write(&(to_json(&json!({ "schema_version": 1, "config": file, "settings": settings }), true) + "\n"))?;
        }
        DataFormat::Table => {
            let look = look_at(args.shown.color, false);
            let file = book.settings.as_ref().map(|(file, _)| file.as_str());
            write(&screen::settings(file, &rows, &look))?;
        }
    }
    Ok(DONE)
}

/// A record, for what it says of me. What is wrong in it is told by `score`.
fn written_in_record(path: &FilePath) -> Option<Written> {
    let text = read(path).ok()?;
    Some(Written::new(&path.display().to_string(), &text))
}

/// A file as it was written: its values, and where each of them stands.
struct Written {
    file: String,
    value: Json,
    tree: Option<Tree>,
}

impl Written {
    fn new(file: &str, text: &str) -> Self {
        let format = if file.ends_with(".json") { Format::Json } else { Format::Yaml };
        let value = decode::<Json>(text, format).unwrap_or_default();
        Self { file: file.to_owned(), value, tree: Tree::parse(text, format).ok() }
    }

    fn line(&self, path: &Path) -> Option<u32> {
        let tree = self.tree.as_ref()?;
        tree.key_span(path).or_else(|| tree.span(path)).map(|span| span.start.line)
    }

    /// The setting at a path, if it was written.
    fn at(&self, keys: &[&str]) -> Option<Setting> {
        let value = keys.iter().try_fold(&self.value, |value, key| value.get(key))?;
        let path = keys.iter().fold(Path::root(), |path, key| path.key(*key));
        Some(Setting { name: keys.join("."), value: value.clone(), from: self.file.clone(), line: self.line(&path) })
    }

    /// What stands below a key, each leaf as one setting.
    fn below(&self, key: &str) -> Vec<Setting> {
        let mut rows = Vec::new();
        if let Some(value) = self.value.get(key) {
            self.leaves(value, &Path::of([key]), key, &mut rows);
        }
        rows
    }

    fn leaves(&self, value: &Json, path: &Path, name: &str, rows: &mut Vec<Setting>) {
        match value {
            Json::Object(keys) => keys.iter().for_each(|(key, value)| self.leaves(value, &path.key(key), &format!("{name}.{key}"), rows)),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
                rows.push(Setting { name: name.to_owned(), value: value.clone(), from: self.file.clone(), line: self.line(path) })
            }
        }
    }
}

fn in_force(book: &InForce, settings: Option<&Written>, record: Option<&Written>, args: &ShowArgs) -> Vec<Setting> {
    let mut rows = packs(book, settings, args);
    rows.extend(ABOUT_ME.map(|(key, otherwise)| {
        let written = [record, settings].into_iter().flatten().find_map(|file| file.at(&["me", key]));
        written.unwrap_or_else(|| Setting::new(format!("me.{key}"), otherwise.map_or(Json::Null, Json::from), "not set"))
    }));
    rows.extend(settings.iter().flat_map(|settings| ["rules", "lexicons"].into_iter().flat_map(|key| settings.below(key))));
    let scoring = serde_json::to_value(&book.loaded.rulebook.scoring).unwrap_or_default();
    let from = if book.loaded.scoring_file.starts_with(BUILT_IN) { "built in" } else { book.loaded.scoring_file.as_str() };
    let scoring = Written { file: from.to_owned(), value: scoring, tree: None };
    for part in scoring.value.as_object().into_iter().flat_map(|parts| parts.keys()) {
        for row in scoring.below(part) {
            let keys: Vec<&str> = row.name.split('.').collect();
            let changed = settings.and_then(|settings| settings.at(&keys));
            rows.push(changed.map_or(row, |changed| changed));
        }
    }
    let asides = settings.and_then(|settings| settings.value.get("set_aside")).and_then(Json::as_array);
    for (index, aside) in asides.into_iter().flatten().enumerate() {
        let path = Path::of(["set_aside"]).index(index);
        let part = |key: &str| aside.get(key).and_then(Json::as_str).unwrap_or_default();
        let name = format!("set_aside.{}.{}", part("client"), part("rule"));
        let value = json!(format!("until {}: {}", part("until"), part("reason")));
        let file = settings.map_or("", |file| file.file.as_str());
        rows.push(Setting { line: settings.and_then(|file| file.line(&path)), ..Setting::new(name, value, file) });
    }
    rows
}

/// The packs, in their order, with where each was named.
fn packs(book: &InForce, settings: Option<&Written>, args: &ShowArgs) -> Vec<Setting> {
    let named = settings.and_then(|settings| settings.value.get("extends")).and_then(Json::as_array);
    let extended = named.map_or(0, |packs| packs.iter().filter(|pack| *pack != BUILT_IN).count());
    let mut others = 0;
    let row = |(pack, rules): &(String, usize)| {
        let value = json!(format!("{pack} ({rules} rules)"));
        let line = |index: usize| settings.and_then(|settings| settings.line(&Path::of(["extends"]).index(index)));
        if pack == BUILT_IN {
            let place = named.and_then(|packs| packs.iter().position(|pack| pack == BUILT_IN));
            return match (settings, place) {
                (Some(file), Some(place)) => Setting { line: line(place), ..Setting::new("extends", value, &file.file) },
                _ => Setting::new("extends", value, "not set"),
            };
        }
        others += 1;
        let own = named.and_then(|packs| packs.iter().enumerate().filter(|(_, pack)| *pack != BUILT_IN).nth(others - 1));
        match (settings, own) {
            (Some(file), Some((index, _))) if others <= extended => {
                Setting { line: line(index), ..Setting::new("extends", value, &file.file) }
            }
            _ => Setting::new("extends", value, "--rules"),
        }
    };
    let mut rows: Vec<Setting> = book.loaded.rulebook.packs.iter().map(row).collect();
    rows.extend(args.rules.no_built_in.then(|| Setting::new("extends", json!("without built-in"), "--no-built-in")));
    rows
}
