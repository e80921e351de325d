//! `clientcheck rules list`: the rules in force; and over some records, which of them ever fired.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde_json::{Value as Json, json};

use super::args::ListArgs;
use crate::cli::args::DataFormat;
use crate::cli::output::{look_at, tell, tell_mistakes, write};
use crate::cli::packs::{InForce, Library};
use crate::cli::records::{Input, add_me, find_inputs, further_down, load_file};
use crate::cli::score::day_for;
use crate::cli::{DONE, FAILED};
use crate::diagnostic::{Diagnostic, plain_line};
use crate::evaluate::{Outcome, evaluate};
use crate::facts::Facts;
use crate::record::{Record, decode_line};
use crate::report::screen::{self, Firings, Listed};
use crate::report::to_json;

/// What was counted over some records.
#[derive(Debug, Default)]
struct Counted {
    records: usize,
    failures: usize,
    /// By rule id; rules that never came up are not in it.
    firings: BTreeMap<String, Firings>,
}

/// Runs `rules list`; the exit code.
///
/// # Errors
/// If the answer cannot be written.
pub fn run(args: &ListArgs) -> anyhow::Result<u8> {
    let Ok(book) = Library::new(&args.rules).for_record(None) else { return Ok(FAILED) };
    let counted = (!args.fired_in.is_empty()).then(|| count(args, &book));
    let firings = |id: &str| counted.as_ref().map(|counted| counted.firings.get(id).copied().unwrap_or_default());
    let rules: Vec<Listed<'_>> = book.loaded.rulebook.rules.iter().map(|rule| Listed { rule, firings: firings(&rule.id) }).collect();
    let off = &book.loaded.off;
    match args.shown.format {
        DataFormat::Json => {
            let rules: Vec<Json> = rules.iter().map(|listed| as_json(*listed, &book)).collect();
            let records = counted.as_ref().map(|counted| counted.records);
            write(&(to_json(&json!({ "schema_version": 1, "records": records, "rules": rules, "off": off }), true) + "\n"))?;
        }
        DataFormat::Table => {
            let look = look_at(args.shown.color, false);
            let mut text = match &counted {
                Some(counted) => screen::rules_fired(&rules, counted.records, &look),
                None => screen::rules_list(&rules, &look) + "\n",
            };
            if !off.is_empty() {
                text += &format!("Off: {}.\n", off.join(", "));
            }
            text += "One of them: clientcheck explain RULE\n";
            write(&text)?;
        }
    }
    let is_broken = counted.is_some_and(|counted| counted.failures > 0 || counted.records == 0);
    Ok(if is_broken { FAILED } else { DONE })
}

fn as_json(Listed { rule, firings }: Listed<'_>, book: &InForce) -> Json {
    let points: Vec<f64> = rule.levels.iter().map(|level| level.points as f64 / 10.0).collect();
    let mut json = json!({
        "id": rule.id, "title": rule.title, "category": rule.category.word(), "side": rule.side.word(), "points": points,
        "languages": rule.languages, "pack": rule.pack, "file": book.loaded.files.get(&rule.id), "overridden": rule.is_overridden,
    });
    if let (Some(firings), Json::Object(keys)) = (firings, &mut json) {
        let counts =
            [("fired", firings.fired), ("quiet", firings.quiet), ("not_evaluated", firings.not_told), ("other_stage", firings.other_stage)];
        keys.extend(counts.map(|(key, count)| (key.to_owned(), json!(count))));
    }
    json
}

fn count(args: &ListArgs, book: &InForce) -> Counted {
    let inputs = find_inputs(&args.fired_in, &args.rules.rules);
    let mut counted = Counted { failures: inputs.failures, ..Counted::default() };
    for input in &inputs.list {
        match input {
            Input::File(path, format) => match load_file(path, *format) {
                Ok(loaded) => counted.record(loaded.record, args, book),
                Err(unreadable) => counted.fail(&unreadable.mistakes, &|file| unreadable.text_of(file)),
            },
            Input::Lines(path) => counted.lines(path, args, book),
            Input::Standard => {
                tell("error: rules list reads records from files and folders, not from standard input");
                counted.failures += 1;
            }
        }
    }
    counted
}

impl Counted {
    fn record(&mut self, mut record: Record, args: &ListArgs, book: &InForce) {
        add_me(&mut record, book.config.me.as_ref());
        let facts = Facts::new(&record, day_for(&record, args.as_of));
        self.records += 1;
        for evaluation in evaluate(&book.loaded.rulebook, &facts, None) {
            let firings = self.firings.entry(evaluation.rule.id.clone()).or_default();
            match evaluation.outcome {
                Outcome::Fired(_) => firings.fired += 1,
                Outcome::Quiet => firings.quiet += 1,
                Outcome::NotEvaluated(_) => firings.not_told += 1,
                Outcome::OtherStage => firings.other_stage += 1,
            }
        }
    }

    fn fail(&mut self, mistakes: &[Diagnostic], text_of: &dyn Fn(&str) -> Option<String>) {
        tell_mistakes(mistakes, text_of);
        self.failures += 1;
    }

    /// One record a line.
    fn lines(&mut self, path: &Path, args: &ListArgs, book: &InForce) {
        let name = path.display().to_string();
        let unreadable = |error: io::Error| tell(&format!("error: cannot read {}: {error}", plain_line(&name)));
        let mut input = match File::open(path) {
            Ok(file) => BufReader::new(file),
            Err(error) => {
                unreadable(error);
                self.failures += 1;
                return;
            }
        };
        let (mut line, mut number) = (Vec::new(), 0);
        loop {
            line.clear();
            match input.read_until(b'\n', &mut line) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => {
                    unreadable(error);
                    self.failures += 1;
                    return;
                }
            }
            let text = if number == 0 { line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line) } else { &line };
            if !text.iter().all(u8::is_ascii_whitespace) {
                match decode_line(text) {
                    Ok(record) => self.record(record, args, book),
                    Err(mistakes) => {
                        let mistakes: Vec<Diagnostic> =
                            mistakes.into_iter().map(|mistake| further_down(mistake, number).in_file(&name)).collect();
                        self.fail(&mistakes, &|_| None);
                    }
                }
            }
            number += 1;
        }
    }
}
