//! The README is true: its screens are run, its records and rules are read, its JSON is the report's.

use clientcheck::diagnostic::Format;
use clientcheck::record::{Day, Record, decode};
use clientcheck::report::{assess, to_json};
use clientcheck::rules::{Pack, decode_config, load};

use super::project::text;

/// The fenced blocks of a language, without their fences.
fn blocks(language: &str) -> Vec<String> {
    let readme = text("README.md");
    let fence = format!("```{language}\n");
    let found: Vec<String> =
        readme.split(&fence).skip(1).filter_map(|rest| rest.split("\n```").next()).map(|block| format!("{block}\n")).collect();
    assert!(!found.is_empty(), "the README has no {language}");
    found
}

#[test]
fn the_screens_of_the_readme_are_what_the_program_prints() {
    trycmd::TestCases::new().case("README.md").run();
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

#[test]
fn the_json_of_the_readme_begins_as_the_report_does() {
    let mut record: Record = decode(&text("examples/orchid.yaml"), Format::Yaml).expect("an example");
    record.client.id = Some("orchid".to_owned());
    let loaded = load(&[Pack::BuiltIn], None).expect("the built-in rules");
    let mut report = assess(&record, &loaded.rulebook, Day::parse("2026-11-22").expect("a day"));
    report.file = "examples/orchid.yaml".to_owned();
    let json = to_json(&report, true);
    for block in blocks("json") {
        assert!(
            json.starts_with(block.trim_end().trim_end_matches("...").trim_end()),
            "{block}\nagainst\n{}",
            json.chars().take(1500).collect::<String>()
        );
    }
}
