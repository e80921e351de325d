//! The shipped examples: records that can be read as they stand, and that say what their story says.

use std::path::Path;

use clientcheck::diagnostic::Format;
use clientcheck::record::{Record, decode, decode_message, warnings};

use super::project::{files_ending, text};

fn records() -> Vec<(String, Record)> {
    let decoded = |file: &std::path::PathBuf| {
        let name = file.display().to_string();
        let mut record = decode::<Record>(&text(file), Format::Yaml).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"));
        if let Some(messages) = &record.messages_file {
            let beside = text(file.parent().unwrap_or(Path::new("")).join(messages));
            let messages = beside.lines().map(|line| decode_message(line.as_bytes()).unwrap_or_else(|it| panic!("{name}: {it:#?}")));
            record.messages.get_or_insert_default().extend(messages);
        }
        (name, record)
    };
    files_ending("examples", &["yaml"]).iter().map(decoded).collect()
}

#[test]
fn every_example_is_read_without_a_warning() {
    let records = records();
    assert!(records.len() >= 8, "there are {} examples", records.len());
    for (name, record) in &records {
        assert_eq!(warnings(record), [], "{name}");
    }
}

#[test]
fn every_example_begins_with_its_story() {
    for file in files_ending("examples", &["yaml", "yml"]) {
        let text = text(&file);
        let story = text.lines().take_while(|line| line.starts_with("# ")).count();
        assert!(story >= 1, "{} does not begin with a comment", file.display());
    }
}
