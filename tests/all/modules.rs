//! The shape of the code: data flows one way, so each module imports only from those before it.

use std::collections::BTreeSet;
use std::path::Path;

use super::project::{files_ending, text};

/// The pipeline. A module may use those before it, and itself.
const ORDER: [&str; 11] = ["diagnostic", "text", "record", "import", "facts", "rules", "evaluate", "score", "advise", "report", "cli"];

/// Modules that are ground for others and know nothing of the rest.
const USES_NOTHING: [&str; 2] = ["diagnostic", "text"];

/// Stands beside the pipeline: the command line alone knows it.
const BESIDE: &str = "import";

/// The modules that a line of code names by `crate::…`, also in a group like `crate::{a, b::c}`.
fn named_in(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = Vec::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(group) => {
                let mut depth = 0;
                let mut start = true;
                for (index, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        _ if start && !c.is_whitespace() => {
                            names.push(word(&group[index..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
            None => names.push(word(after)),
        }
    }
    // `crate::Thing` is the crate's own; modules are in small letters. Macros stand in the crate's root too.
    names.retain(|name| name.chars().next().is_some_and(char::is_lowercase));
    names
}

/// The module of a file below `src`.
fn module_of(file: &Path) -> Option<String> {
    let inner = file.strip_prefix("src").ok()?;
    let first = inner.components().next()?.as_os_str().to_str()?;
    Some(first.trim_end_matches(".rs").to_owned()).filter(|name| name != "main" && name != "lib")
}

#[test]
fn modules_import_one_way() {
    let place = |name: &str| ORDER.iter().position(|module| *module == name);
    let mut wrong = Vec::new();
    for file in files_ending("src", &["rs"]) {
        let Some(module) = module_of(&file) else { continue };
        let Some(own) = place(&module) else {
            wrong.push(format!("{}: the module `{module}` has no place in the order", file.display()));
            continue;
        };
        for (index, line) in text(&file).lines().enumerate() {
            for name in named_in(line).into_iter().filter(|name| *name != module) {
                let is_allowed = place(&name).is_some_and(|other| other < own)
                    && !USES_NOTHING.contains(&module.as_str())
                    && (name != BESIDE || module == "cli");
                if !is_allowed {
                    wrong.push(format!("{}:{}: `{module}` uses `{name}`", file.display(), index + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "against the order of the modules:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_order_exists() {
    let there: BTreeSet<String> = files_ending("src", &["rs"]).iter().filter_map(|file| module_of(file)).collect();
    assert_eq!(there, ORDER.map(str::to_owned).into_iter().collect());
}

#[test]
fn a_group_of_imports_is_seen_as_its_modules() {
    assert_eq!(named_in("use crate::{text, rules::{Band, Side}, score::Score};"), ["text", "rules", "score"]);
    assert_eq!(named_in("    let words: crate::text::Words = crate::facts::words(); // crate::cli"), ["text", "facts"]);
}

#[test]
fn only_the_command_line_prints_or_reads_files() {
    let telling =
        ["println!", "print!(", "stdout()", "stderr()", "std::fs", "fs::read", "File::open", "Utc::now", "Local::now", "env::var"];
    let mut wrong = Vec::new();
    for file in files_ending("src", &["rs"]) {
        if matches!(module_of(&file).as_deref(), None | Some("cli")) {
            continue;
        }
        let text = text(&file);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (index, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            wrong.extend(
                telling.iter().filter(|word| line.contains(**word)).map(|word| format!("{}:{}: {word}", file.display(), index + 1)),
            );
        }
    }
    wrong.retain(|place| !place.contains("/tests.rs:"));
    assert!(wrong.is_empty(), "only `cli` reads files, asks the clock and prints:\n{}", wrong.join("\n"));
}
