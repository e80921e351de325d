//! Prepares the built-in rules: every YAML file under `rules/` becomes a piece of one JSON text, without the tests,
//! which a program reads many times faster than YAML. It knows no types of the library; the library checks them.
//! The files themselves are listed too, for `rules export`; at start-up nobody reads that list.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Map, Value};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    collect(Path::new("rules"), &mut files);
    files.sort();
    write("built-in-files.rs", &listed(&files));
    let mut languages = Vec::new();
    let mut pack: Map<String, Value> =
        ["rules", "actions", "lexicons"].map(|kind| (kind.to_owned(), Value::Array(Vec::new()))).into_iter().collect();
    for file in files {
        let name = file.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut content: Value = serde_yaml::from_str_with_options(&text, serde_yaml::options! { strict_booleans: true })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let kind = match name.split('/').nth(1).unwrap_or_default() {
            "actions" => "actions",
            "lexicons" => "lexicons",
            "languages" => {
                languages.push(content);
                continue;
            }
            "scoring.yml" => "scoring",
            "sources.yml" => "sources",
            _ => "rules",
        };
        if let Some(rule) = content.as_object_mut() {
            rule.remove("tests");
        }
        match pack.get_mut(kind) {
            Some(Value::Array(list)) => list.push(content),
            _ => drop(pack.insert(kind.to_owned(), content)),
        }
    }
    write("languages.json", &Value::Array(languages).to_string());
    write("built-in.json", &Value::Object(pack).to_string());
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

fn write(name: &str, text: &str) {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join(name);
    fs::write(out, text).expect("the output folder can be written");
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
