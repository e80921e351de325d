//! The files of the project: how other tests find them, and what none of them may say.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder, sorted, without what Cargo and version control keep there.
pub fn files(folder: &str) -> Vec<PathBuf> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten() {
            let path = entry.path();
            let is_kept_elsewhere = matches!(entry.file_name().to_str(), Some("target" | ".git"));
            if path.is_dir() && !is_kept_elsewhere {
                collect(&path, files);
            } else if path.is_file() && !is_kept_elsewhere {
                files.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(Path::new(folder), &mut found);
    found.sort();
    found
}

/// Those of them with one of these endings.
pub fn files_ending(folder: &str, ends: &[&str]) -> Vec<PathBuf> {
    let has_end = |path: &PathBuf| path.extension().and_then(|end| end.to_str()).is_some_and(|end| ends.contains(&end));
    files(folder).into_iter().filter(has_end).collect()
}

/// The text of a file.
pub fn text(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn no_file_names_a_path_of_somebodys_machine() {
    // Put together here, so that this file does not name any itself.
    let folders = ["work", "home", "root", "tmp", "farm", "Users", "private"].map(|folder| format!("/{folder}/"));
    let drives = ["C", "D"].map(|drive| format!("{drive}:\\Users"));
    let named = |line: &str| folders.iter().chain(&drives).find(|path| line.contains(path.as_str())).cloned();
    let mut found = Vec::new();
    for file in files(".") {
        let bytes = fs::read(&file).unwrap_or_default();
        for (index, line) in String::from_utf8_lossy(&bytes).lines().enumerate() {
            found.extend(named(line).map(|path| format!("{}:{}: {path}", file.display(), index + 1)));
        }
    }
    assert!(found.is_empty(), "paths of a machine:\n{}", found.join("\n"));
}
