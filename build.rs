//! Prepares the built-in rules. Every YAML file under `rules/` becomes a piece of one JSON text, without the tests, which a
//! program reads many times faster than YAML; and all phrases become the reader of texts, in a form that is read many
//! times faster than phrases. For that it brings in the module `text`, which knows nothing of the library; of rules it
//! knows no types, and the library checks them.
//! The files themselves are listed too, for `rules export`; at start-up nobody reads that list.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Map, Value};
use text::{Known, LexiconId, ReaderBuilder, SetId};

#[allow(dead_code, unused_imports)]
#[path = "src/text/mod.rs"]
mod text;

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/text");
    let mut files = Vec::new();
    collect(Path::new("rules"), &mut files);
    files.sort();
    write("built-in-files.rs", listed(&files).as_bytes());
    let pack = Pack::of(&files);
    write("languages.json", Value::from(pack.languages.clone()).to_string().as_bytes());
    write("built-in.json", pack.content.to_string().as_bytes());
    let (prepared, phrases) = pack.prepared();
    write("prepared.json", prepared.to_string().as_bytes());
    write("phrases.bin", &phrases);
}

/// All files, each as what it holds.
struct Pack {
    languages: Vec<Value>,
    /// Rules, actions, lexicons, scoring and sources.
    content: Value,
}

impl Pack {
    fn of(files: &[PathBuf]) -> Self {
        let mut languages = Vec::new();
        let mut content: Map<String, Value> =
            ["rules", "actions", "lexicons"].map(|kind| (kind.to_owned(), Value::Array(Vec::new()))).into_iter().collect();
        for file in files {
            let name = file.to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut held: Value = serde_yaml::from_str_with_options(&text, serde_yaml::options! { strict_booleans: true })
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let kind = match name.split('/').nth(1).unwrap_or_default() {
                "actions" => "actions",
                "lexicons" => "lexicons",
                "languages" => {
                    languages.push(held);
                    continue;
                }
                "scoring.yml" => "scoring",
                "sources.yml" => "sources",
                _ => "rules",
            };
            if let Some(rule) = held.as_object_mut() {
                rule.remove("tests");
            }
            match content.get_mut(kind) {
                Some(Value::Array(list)) => list.push(held),
                _ => drop(content.insert(kind.to_owned(), held)),
            }
        }
        Self { languages, content: Value::Object(content) }
    }

    /// The content without its phrases, and the reader that holds them. What cannot be used is left out: the tests of
    /// the library check the files.
    fn prepared(&self) -> (Value, Vec<u8>) {
        let mut reader = ReaderBuilder::new();
        self.languages.iter().for_each(|file| add_language(file, &mut reader));
        let mut content = self.content.clone();
        let names: BTreeSet<String> = list(&content["lexicons"]).iter().map(|file| text(&file["lexicon"])).collect();
        for file in list(&content["lexicons"]) {
            let place = names.iter().position(|name| *name == text(&file["lexicon"])).unwrap_or_default();
            add_lexicon(file, LexiconId(place as u32), &mut reader);
        }
        let mut sets = BTreeMap::new();
        for rule in content["rules"].as_array_mut().into_iter().flatten() {
            let set = SetId(sets.len() as u32);
            if take_phrases(rule, set, &mut reader) > 0 {
                sets.insert(text(&rule["id"]), set.0);
            }
        }
        if let Some(content) = content.as_object_mut() {
            content.insert("lexicons".to_owned(), Value::Array(Vec::new()));
            content.insert("prepared_lexicons".to_owned(), names.into_iter().collect());
            content.insert("prepared_sets".to_owned(), sets.into_iter().map(|(id, set)| (id, Value::from(set))).collect());
        }
        (content, reader.prepared().unwrap_or_else(|error| panic!("the phrases: {error}")))
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn add_language(file: &Value, reader: &mut ReaderBuilder) {
    let language = reader.language(&text(&file["language"]));
    reader.letters(language, &text(&file["letters"]));
    for (kind, key) in Known::ALL {
        for words in list(&file[key]) {
            let _ = reader.known(language, kind, &text(words));
        }
    }
}

fn add_lexicon(file: &Value, id: LexiconId, reader: &mut ReaderBuilder) {
    let language = reader.language(&text(&file["language"]));
    if !file["behind_not"].is_null() {
        reader.count_denied(id, language);
    }
    for (phrase, weight) in file["entries"].as_object().into_iter().flatten() {
        if let Some(weight) = weight.as_f64() {
            let _ = reader.entry(id, language, phrase, (weight * 10.0).round() as i32);
        }
    }
}

/// Moves the phrases of a rule into a set, and tells how many lists of them it had. The languages stay.
fn take_phrases(value: &mut Value, set: SetId, reader: &mut ReaderBuilder) -> usize {
    let list_of = |(key, inner): (&String, &mut Value)| {
        if key != "mentions_any" {
            return take_phrases(inner, set, reader);
        }
        for (code, phrases) in inner.as_object_mut().into_iter().flatten() {
            let language = reader.language(code);
            for phrase in list(phrases) {
                let _ = reader.phrase(set, language, &text(phrase));
            }
            *phrases = Value::Array(Vec::new());
        }
        1
    };
    match value {
        Value::Object(map) => map.iter_mut().map(list_of).sum(),
        Value::Array(list) => list.iter_mut().map(|inner| take_phrases(inner, set, reader)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// A slice of paths and texts in Rust; the texts are brought in when the library is compiled.
fn listed(files: &[PathBuf]) -> String {
    let one = |file: &PathBuf| {
        let name = file.to_string_lossy().replace('\\', "/");
        let below = name.strip_prefix("rules/").unwrap_or(&name);
        format!("({below:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),\n", format!("/{name}"))
    };
    format!("&[\n{}]\n", files.iter().map(one).collect::<String>())
}

fn write(name: &str, bytes: &[u8]) {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join(name);
    fs::write(out, bytes).expect("the output folder can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            files.push(path);
        }
    }
}
