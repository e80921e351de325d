//! `clientcheck init`: a first record, or first settings, with comments that teach. Both are right as they stand.

use std::path::{Path, PathBuf};

use super::args::InitArgs;
use crate::cli::output::{quoted, write, write_new};
use crate::cli::packs::CONFIG_FILE;
use crate::cli::{DONE, FAILED};
use crate::diagnostic::plain_line;
use crate::import::slug;

const RECORD: &str = include_str!("record.yaml");
const SETTINGS: &str = include_str!("settings.yml");

/// Runs `init`; the exit code.
///
/// # Errors
/// If the file cannot be written.
pub fn run(args: &InitArgs) -> anyhow::Result<u8> {
    let text = if args.settings { SETTINGS.to_owned() } else { record(&args.name) };
    let name = || if args.settings { CONFIG_FILE.to_owned() } else { slug(&args.name) + ".yaml" };
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(name()));
    if path == Path::new("-") {
        write(&text)?;
        return Ok(DONE);
    }
    if !write_new(&path, &text)? {
        return Ok(FAILED);
    }
    let shown = plain_line(&path.display().to_string()).into_owned();
    let next = if args.settings { "clientcheck config show".to_owned() } else { format!("clientcheck score {}", quoted(&shown)) };
    write(&format!("Written: {shown}\nOpen it in an editor, fill in what you know, then:  {next}\n"))?;
    Ok(DONE)
}

fn record(name: &str) -> String {
    // What is good JSON text is good YAML text too, whatever is in a name.
    RECORD.replace("{name}", &serde_json::Value::from(name.trim()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Format;
    use crate::record::{Record, decode, warnings};
    use crate::rules::Config;

    /// The template with every commented key put in force.
    fn uncommented(template: &str) -> String {
        let is_key = |line: &str| {
            let inner = line.trim_start_matches(' ');
            inner.split_once(':').is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
                || inner.starts_with("- ")
        };
        let shown = |line: &str| {
            let start = line.len() - line.trim_start().len();
            match line.trim_start().strip_prefix("# ") {
                Some(rest) if is_key(rest) || line.starts_with("#   ") => format!("{}{rest}\n", &line[..start]),
                _ => format!("{line}\n"),
            }
        };
        template.lines().map(shown).collect()
    }

    #[test]
    fn a_new_record_is_right_whatever_the_name() {
        for name in ["Acme GmbH", "O'Neil \"the\" #1: [x]", "星河科技", "tab\tand\u{1b}[31m", "yes", "no: yes"] {
            let record: Record = decode(&record(name), Format::Yaml).expect("a good record");
            assert_eq!(record.client.name, name);
            assert!(warnings(&record).is_empty());
        }
    }

    #[test]
    fn everything_that_the_comments_teach_is_right() {
        let all: Record = decode(&uncommented(&record("Acme")), Format::Yaml).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
        assert!(all.contract.is_some() && all.invoices.is_some() && all.complete.is_some() && all.notes.is_some());
        let settings: Config = decode(&uncommented(SETTINGS), Format::Yaml).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
        assert!(settings.me.is_some() && settings.bands.is_some() && !settings.set_aside.is_empty());
        assert!(decode::<Config>(SETTINGS, Format::Yaml).is_ok());
    }

    #[test]
    fn a_name_becomes_the_name_of_a_file() {
        for (name, file) in [
            ("Acme GmbH", "acme-gmbh"),
            ("Café Löwe", "cafe-lowe"),
            ("../../etc", "etc"),
            ("星河 科技", "星河-科技"),
            ("!!", "client"),
            ("CON", "client-con"),
        ] {
            assert_eq!(slug(name), file);
        }
    }
}
