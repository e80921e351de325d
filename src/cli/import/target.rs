//! Where an import goes: one record, or a folder of records. Each is held as its text, so that it can be extended.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Stop;
use super::store::real;
use crate::cli::output::tell_mistakes;
use crate::cli::packs::plain_path;
use crate::cli::records::{Input, Inputs, find_in_folder, load_bytes, read_limited};
use crate::diagnostic::{Format, Mistake, plain_line};
use crate::import::{Clients, new_record, slug};
use crate::record::{Client, MAX_RECORD_BYTES, Record, decode};

/// Where an import goes.
#[derive(Debug, Clone)]
pub enum Target {
    /// One record, which may not be there yet.
    File(PathBuf, Format),
    /// A folder of records, which may not be there yet.
    Folder(PathBuf),
}

/// A record as it is.
#[derive(Debug, Clone)]
pub struct Held {
    /// The file, as the user would name it.
    pub path: PathBuf,
    /// How it is written.
    pub format: Format,
    /// Its text; of a new record, its beginning.
    pub text: String,
    /// What the text says.
    pub record: Record,
    /// Whether there is no file yet.
    pub is_new: bool,
}

impl Target {
    /// What `--into` means.
    ///
    /// # Errors
    /// If it can be neither.
    pub fn of(into: &Path) -> Result<Self, Stop> {
        let ends = into.as_os_str().to_string_lossy();
        if let Some(file) = into.ancestors().skip(1).find(|above| above.is_file()) {
            return Err(Stop::because(format!("{} is a file, not a folder", plain_line(&file.display().to_string()))));
        }
        if into.is_dir() || ends.ends_with(['/', std::path::MAIN_SEPARATOR]) {
            if into.is_file() || Path::new(ends.trim_end_matches(['/', '\\'])).is_file() {
                return Err(Stop::because(format!("{} is a file, not a folder", plain_line(&ends))));
            }
            return Ok(Self::Folder(plain_path(into)));
        }
        let format = match into.extension().and_then(|end| end.to_str()).map(str::to_lowercase).as_deref() {
            Some("yaml" | "yml") => Format::Yaml,
            Some("json") => Format::Json,
            _ => {
                let hint = "a record is a .yaml, .yml or .json file; a folder that is not there yet ends with /";
                return Err(Stop::because(format!("--into {}: {hint}", plain_line(&ends))));
            }
        };
        Ok(Self::File(plain_path(into), format))
    }

    /// A file for which the settings are looked up.
    #[must_use]
    pub fn sample(&self) -> PathBuf {
        match self {
            Self::File(path, _) => path.clone(),
            Self::Folder(folder) => folder.join("record.yaml"),
        }
    }

    /// The folders whose files may be written, as they are on the disk.
    #[must_use]
    pub fn folders(&self) -> BTreeSet<PathBuf> {
        let parent = |path: &Path| real(path).parent().map(Path::to_owned);
        match self {
            Self::File(path, _) => parent(path).into_iter().chain(folder_beside(path)).collect(),
            Self::Folder(folder) => {
                let mut all: BTreeSet<PathBuf> = folder.canonicalize().into_iter().collect();
                all.extend(self.files().iter().flat_map(|(path, _)| parent(path).into_iter().chain(folder_beside(path))));
                all
            }
        }
    }

    fn files(&self) -> Vec<(PathBuf, Format)> {
        match self {
            Self::File(path, format) => {
                if path.exists() {
                    vec![(path.clone(), *format)]
                } else {
                    Vec::new()
                }
            }
            Self::Folder(folder) if folder.is_dir() => {
                let mut inputs = Inputs { is_silent: true, ..Inputs::default() };
                find_in_folder(folder, &[], &mut inputs);
                let file = |input| match input {
                    Input::File(path, format) => Some((path, format)),
                    Input::Lines(_) | Input::Standard => None,
                };
                inputs.list.into_iter().filter_map(file).collect()
            }
            Self::Folder(_) => Vec::new(),
        }
    }

    /// Reads all records.
    ///
    /// # Errors
    /// If one of them cannot be read: its client's rows might else begin a second record. All mistakes were told.
    pub fn read(&self) -> Result<Vec<Held>, Stop> {
        let mut held = Vec::new();
        let mut broken = 0;
        for (path, format) in self.files() {
            match read(&path, format) {
                Ok(record) => held.push(record),
                Err(()) => broken += 1,
            }
        }
        match broken {
            0 => Ok(held),
            1 => Err(Stop::because("mend this record first; nothing was imported")),
            many => Err(Stop::because(format!("mend these {many} records first; nothing was imported"))),
        }
    }
}

/// The folder in which the name of a record stands, which is another than the record's own if the name is a link.
fn folder_beside(path: &Path) -> Option<PathBuf> {
    path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.canonicalize().ok()
}

fn read(path: &Path, format: Format) -> Result<Held, ()> {
    let name = path.display().to_string();
    let refuse = |message: String| {
        tell_mistakes(&[Mistake::error("unreadable", None, message).in_file(&name)], &|_| None);
    };
    let bytes = read_limited(path).map_err(|error| refuse(format!("cannot read it: {error}")))?;
    if bytes.len() > MAX_RECORD_BYTES {
        refuse(format!("it is larger than the {} MB that a record may have", MAX_RECORD_BYTES >> 20));
        return Err(());
    }
    match load_bytes(bytes, format, &name) {
        Ok(loaded) => {
            let text = loaded.source.text_of(&name).unwrap_or_default();
            Ok(Held { path: path.to_owned(), format, text, record: loaded.record, is_new: false })
        }
        Err(unreadable) => {
            tell_mistakes(&unreadable.mistakes, &|file| unreadable.text_of(file));
            Err(())
        }
    }
}

/// Begins a record.
///
/// # Errors
/// If the client cannot be written down.
pub fn begin(path: PathBuf, format: Format, client: &Client) -> Result<Held, Stop> {
    let text = match format {
        Format::Yaml => new_record(client, "clientcheck import"),
        Format::Json => {
            let client = serde_json::json!({ "name": client.name, "aliases": client.aliases, "emails": client.emails });
            let client = client.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
            let client: serde_json::Map<String, serde_json::Value> = client.map(|(key, value)| (key.clone(), value.clone())).collect();
            format!("{{\n  \"clientcheck\": 1,\n  \"client\": {}\n}}\n", serde_json::Value::Object(client))
        }
    };
    let unreadable = |_| Stop::because(format!("cannot begin a record for {}", plain_line(&client.name)));
    let record = decode::<Record>(&text, format).map_err(unreadable)?;
    Ok(Held { path, format, text, record, is_new: true })
}

/// A name for the file of a new client that no other file has.
#[must_use]
pub fn free_path(folder: &Path, name: &str, held: &[Held]) -> PathBuf {
    let slug = slug(name);
    let is_taken = |path: &Path| {
        let stem = path.file_stem();
        ["yaml", "yml", "json"].iter().any(|end| path.with_extension(end).exists()) || held.iter().any(|it| it.path.file_stem() == stem)
    };
    let numbered = (2..).map(|nth: u32| folder.join(format!("{slug}-{nth}.yaml")));
    std::iter::once(folder.join(format!("{slug}.yaml")))
        .chain(numbered)
        .find(|path| !is_taken(path))
        .unwrap_or_else(|| folder.join("client.yaml"))
}

/// The clients of records, to look up whose something is.
#[must_use]
pub fn clients(held: &[Held]) -> Clients {
    let mut clients = Clients::default();
    for record in held {
        clients.add(record.record.client.clone());
    }
    clients
}
