//! The README is true: its screens are run, its records and rules are read, its JSON is the report's.

use std::path::Path;
use std::process::Command;

use clientcheck::diagnostic::Format;
use clientcheck::record::{Record, decode};
use clientcheck::rules::{Pack, decode_config, load};

use super::project::text;
use super::stories::NO_SETTINGS;

/// The fenced blocks of a language, without their fences.
fn blocks(language: &str) -> Vec<String> {
    let readme = text("README.md");
    let fence = format!("```{language}\n");
    let found: Vec<String> =
        readme.split(&fence).skip(1).filter_map(|rest| rest.split("\n```").next()).map(|block| format!("{block}\n")).collect();
    assert!(!found.is_empty(), "the README has no {language}");
    found
}

/// One test for both, since both can write the README anew.
#[test]
fn the_screens_and_the_json_of_the_readme_are_what_the_program_prints() {
    trycmd::TestCases::new().env("XDG_CONFIG_HOME", NO_SETTINGS).case("README.md").run();
    compare_the_json();
}

#[test]
fn the_yaml_of_the_readme_is_read_as_what_it_is() {
    for block in blocks("yaml") {
        let outcome = if block.starts_with("client:") {
            decode::<Record>(&block, Format::Yaml).map(drop).map_err(|mistakes| format!("{mistakes:#?}"))
        } else if block.starts_with("id:") {
            let pack = Pack::Files { name: "readme".to_owned(), files: vec![("rule.yml".to_owned(), block.clone())] };
            load(&[Pack::BuiltIn, pack], None).map(drop).map_err(|mistakes| format!("{mistakes:#?}"))
        } else {
            let config = decode_config("clientcheck.yml", &block);
            let loaded = config.and_then(|config| load(&[Pack::BuiltIn], Some(("clientcheck.yml", &block, &config))));
            loaded
                .map_err(|mistakes| format!("{mistakes:#?}"))
                .and_then(|loaded| if loaded.warnings.is_empty() { Ok(()) } else { Err(format!("{:#?}", loaded.warnings)) })
        };
        assert_eq!(outcome, Ok(()), "{block}");
    }
}

/// The section of the README under a heading.
fn section(heading: &str) -> String {
    let readme = text("README.md");
    let rest = readme.split(&format!("\n{heading}\n")).nth(1).unwrap_or_else(|| panic!("the README has no {heading}"));
    rest.split("\n## ").next().unwrap_or_default().to_owned()
}

/// What a command of the README prints to standard output in a folder.
fn printed(command: &str, folder: &Path) -> String {
    let arguments = command.strip_prefix("clientcheck ").unwrap_or_else(|| panic!("{command} is no command of ours"));
    let output = Command::new(env!("CARGO_BIN_EXE_clientcheck"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", NO_SETTINGS)
        .output()
        .expect("the program runs");
    assert_ne!(output.status.code(), Some(2), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// From the first command of the section to its last, in a folder of its own; what stands behind a `#` is printed.
#[test]
fn a_sign_of_ones_own_is_written_as_the_readme_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let section = section("### Write your own sign in five minutes");
    let rule = folder.path().join("my-rules/friday-calls.yml");
    let record = blocks("yaml").into_iter().find(|block| block.starts_with("client:")).expect("a record");
    std::fs::write(folder.path().join("acme.yaml"), record).expect("it can be written");
    let mut written = String::new();
    for block in section.split("\n```").skip(1).step_by(2) {
        let (language, block) = block.split_once('\n').expect("a language");
        match language {
            "yaml" => {
                written = block.to_owned() + "\n";
                std::fs::write(&rule, &written).expect("it can be written");
            }
            "text" => {
                std::fs::write(&rule, written.replace("outside_hours", "outside_hour")).expect("it can be written");
                assert_eq!(printed("clientcheck rules check my-rules", folder.path()).trim_end(), block);
            }
            _ => {
                for line in block.lines() {
                    let (command, shown) = line.split_once('#').unwrap_or((line, ""));
                    let printed = printed(command.trim_end(), folder.path());
                    assert!(printed.contains(shown.trim()) && !printed.is_empty(), "{line}\n{printed}");
                }
            }
        }
    }
}

/// The README's JSON is so wide at most.
const WIDTH: usize = 150;

/// JSON as a person would lay it out: what fits on a line stands on one, and plain values fill their lines.
fn laid_out(json: &str, indent: usize) -> String {
    let pad = " ".repeat(indent + 2);
    let Some(inner) = json.strip_prefix(['{', '[']).and_then(|rest| rest.strip_suffix(['}', ']'])) else { return json.to_owned() };
    let spaced = |member: &str| member.replace("\":", "\": ").replace("\",\"", "\", \"").replace(",\"", ", \"").replace("},{", "}, {");
    if indent > 0 && indent + json.len() + json.matches([',', ':']).count() <= WIDTH {
        return spaced(json);
    }
    let one = |member: &str| match member.strip_prefix('"').and_then(|rest| rest.split_once("\":")) {
        Some((key, value)) if !member.ends_with('"') || value.starts_with('"') => format!("\"{key}\": {}", laid_out(value, indent + 2)),
        _ => laid_out(member, indent + 2),
    };
    let lines = filled(members(inner).into_iter().map(one), pad.len());
    let (open, close) = (&json[..1], &json[json.len() - 1..]);
    format!("{open}\n{pad}{}\n{}{close}", lines.join(&format!(",\n{pad}")), " ".repeat(indent))
}

/// Members on lines: plain ones share a line as long as they fit, all others have their own.
fn filled(members: impl Iterator<Item = String>, indent: usize) -> Vec<String> {
    let is_plain = |member: &str| !member.ends_with(['}', ']']);
    let mut lines: Vec<String> = Vec::new();
    for member in members {
        match lines.last_mut() {
            Some(line) if is_plain(line) && is_plain(&member) && indent + line.chars().count() + member.chars().count() + 3 <= WIDTH => {
                line.push_str(&format!(", {member}"));
            }
            _ => lines.push(member),
        }
    }
    lines
}

/// The members of a JSON object or list: what stands between the commas that are in no text and in nothing deeper.
fn members(inner: &str) -> Vec<&str> {
    let (mut depth, mut in_text, mut is_escaped, mut start) = (0, false, false, 0);
    let mut members = Vec::new();
    for (index, c) in inner.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if in_text => is_escaped = true,
            '"' => in_text = !in_text,
            '{' | '[' if !in_text => depth += 1,
            '}' | ']' if !in_text => depth -= 1,
            ',' if !in_text && depth == 0 => {
                members.push(&inner[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    members.push(&inner[start..]);
    members
}

fn compare_the_json() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_clientcheck"))
        .args(["score", "examples/kupari.yaml", "--as-of", "2026-11-22", "-f", "ndjson"])
        .env("XDG_CONFIG_HOME", NO_SETTINGS)
        .output()
        .expect("the program runs");
    let report = String::from_utf8(output.stdout).expect("UTF-8");
    let report = laid_out(report.trim_end(), 0) + "\n";
    let shown = blocks("json").remove(0);
    if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
        std::fs::write("README.md", text("README.md").replace(&shown, &report)).expect("the README can be written");
        return;
    }
    assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).ok(), serde_json::from_str(&report).ok(), "not the same report");
    assert_eq!(shown, report, "not laid out in the same way");
}
