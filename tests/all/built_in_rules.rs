//! The default rules, by the tests inside their own files.

use std::fs;
use std::path::{Path, PathBuf};

use clientcheck::evaluate::try_rule;
use clientcheck::rules::{Loaded, Pack, load};

fn rule_files() -> Vec<(String, String)> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder of rules").flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, files)
            } else if path.extension().is_some_and(|end| end == "yml") {
                files.push(path)
            }
        }
    }
    let mut files = Vec::new();
    collect(Path::new("rules"), &mut files);
    files.sort();
    files.iter().map(|file| (file.display().to_string(), fs::read_to_string(file).expect("a rule file"))).collect()
}

fn loaded() -> Loaded {
    let files = rule_files();
    load(&[Pack::Files { name: "built-in".to_owned(), files: files.clone() }], None).unwrap_or_else(|mistakes| {
        let text = |name: &str| files.iter().find(|(file, _)| file == name).map(|(_, text)| text.as_str());
        panic!("{}", clientcheck::diagnostic::draw(&mistakes, &text, false))
    })
}

#[test]
fn every_test_inside_a_rule_file_passes() {
    let loaded = loaded();
    let failures: Vec<String> = loaded
        .tests
        .iter()
        .filter_map(|(id, test)| try_rule(&loaded.rulebook, id, test).failure.map(|failure| format!("{id}, \"{}\": {failure}", test.name)))
        .collect();
    assert!(failures.is_empty(), "{} of {} tests failed:\n{}", failures.len(), loaded.tests.len(), failures.join("\n"));
}
