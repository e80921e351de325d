//! `clientcheck rules check`: every mistake of every file in one run. The mistakes are the answer, so they go to
//! standard output.

use std::io;

use serde::Serialize;

use super::args::CheckArgs;
use super::files::{Gathered, gather};
use crate::cli::args::DataFormat;
use crate::cli::output::{tell, uses_colour, write};
use crate::cli::{DONE, FAILED, GATE};
use crate::diagnostic::{Diagnostic, Severity, draw, plain_line};
use crate::report::screen::counted;
use crate::report::{DiagnosticReport, to_json};
use crate::rules;

/// Runs `rules check`; the exit code.
///
/// # Errors
/// If the answer cannot be written.
pub fn run(args: &CheckArgs) -> anyhow::Result<u8> {
    let Ok(gathered) = gather(&args.rules, &args.paths) else { return Ok(FAILED) };
    let config = gathered.config.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
    let checked = rules::check(&gathered.packs, config);
    let (asked, others): (Vec<Diagnostic>, Vec<Diagnostic>) =
        together(checked.diagnostics, &gathered.told).into_iter().partition(|told| gathered.is_asked(&told.file));
    let (errors, warnings) = counts(&asked);
    match args.shown.format {
        DataFormat::Json => {
            let diagnostics: Vec<DiagnosticReport> = asked.iter().map(DiagnosticReport::from).collect();
            let answer = Answer { schema_version: 1, files: gathered.files_asked(), errors, warnings, diagnostics };
            write(&(to_json(&answer, true) + "\n"))?;
        }
        DataFormat::Table => write(&table(args, &gathered, &asked))?,
    }
    let elsewhere = others.iter().filter(|told| told.severity == Severity::Error).count();
    if elsewhere > 0 {
        tell(&format!("{} in other files that are in force: clientcheck rules check", counted(elsewhere, "mistake")));
    }
    if errors == 0 {
        return Ok(DONE);
    }
    tell(&format!("\n{}", place(&asked, errors)));
    Ok(GATE)
}

/// The answer for scripts.
#[derive(Serialize)]
struct Answer {
    schema_version: u8,
    files: usize,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<DiagnosticReport>,
}

/// What else is wrong comes in its place among what is told of the same file.
fn together(mut told: Vec<Diagnostic>, more: &[Diagnostic]) -> Vec<Diagnostic> {
    for one in more {
        let last = told.iter().rposition(|other| other.file == one.file && other.span <= one.span);
        let first = told.iter().position(|other| other.file == one.file);
        let place = last.map(|last| last + 1).or(first).unwrap_or(told.len());
        told.insert(place, one.clone());
    }
    told
}

fn counts(told: &[Diagnostic]) -> (usize, usize) {
    let errors = told.iter().filter(|told| told.severity == Severity::Error).count();
    (errors, told.len() - errors)
}

fn table(args: &CheckArgs, gathered: &Gathered, told: &[Diagnostic]) -> String {
    let drawn = draw(told, &|file| gathered.text_of(file), uses_colour(args.shown.color, &io::stdout()));
    let drawn = drawn.trim_end();
    let (errors, warnings) = counts(told);
    if errors > 0 {
        return drawn.to_owned() + "\n";
    }
    let files = gathered.files_asked();
    let closing = match (files, warnings) {
        (0, _) => "Only the built-in rules are in force; there is nothing of yours to check.".to_owned(),
        (_, 0) => format!("{} checked: no mistakes.", counted(files, "file")),
        (_, warnings) => format!("{} checked: no mistakes, {}.", counted(files, "file"), counted(warnings, "warning")),
    };
    if drawn.is_empty() { closing + "\n" } else { format!("{drawn}\n\n{closing}\n") }
}

/// `4 mistakes in my-rules/friday-calls.yml`.
fn place(told: &[Diagnostic], errors: usize) -> String {
    let mut files: Vec<&str> = told.iter().filter(|told| told.severity == Severity::Error).map(|told| told.file.as_str()).collect();
    files.dedup();
    let place = match files.as_slice() {
        [one] => plain_line(one).into_owned(),
        several => format!("{} files", several.len()),
    };
    format!("{} in {place}", counted(errors, "mistake"))
}
