//! `clientcheck rules test`: the tests inside the rules. A failure says what was expected, what came out, and why.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde_json::{Value as Json, json};

use super::args::TestArgs;
use super::files::{Gathered, gather};
use crate::cli::args::DataFormat;
use crate::cli::explained;
use crate::cli::output::{look_at, tell, tell_mistakes, write};
use crate::cli::{DONE, FAILED, GATE};
use crate::diagnostic::{Format, Path, Tree, closest, plain_line};
use crate::evaluate::{Failure, try_rule};
use crate::report::screen::counted;
use crate::report::{screen, to_json};
use crate::rules::{BUILT_IN, Loaded, RuleTest, load};

/// A test that failed.
struct Failed<'t> {
    rule: &'t str,
    test: &'t RuleTest,
    file: String,
    line: Option<u32>,
    failure: Failure,
}

/// Runs `rules test`; the exit code.
///
/// # Errors
/// If the answer cannot be written.
pub fn run(args: &TestArgs) -> anyhow::Result<u8> {
    let Ok(gathered) = gather(&args.rules, &args.paths) else { return Ok(FAILED) };
    // The settings change what is in force, not what a rule is; its tests are about the rule.
    let loaded = match load(&gathered.packs, None) {
        Ok(loaded) if gathered.told.is_empty() => loaded,
        outcome => {
            let mistakes = outcome.err().unwrap_or_default();
            let mistakes: Vec<_> = mistakes.into_iter().chain(gathered.told.iter().cloned()).collect();
            tell_mistakes(&mistakes, &|file| gathered.text_of(file).map(str::to_owned));
            tell(&format!("\n{}, so no test was run.", counted(mistakes.len(), "mistake")));
            return Ok(FAILED);
        }
    };
    let Some(asked) = asked(args, &gathered, &loaded) else { return Ok(FAILED) };
    let tests: Vec<(usize, &str, &RuleTest)> = numbered(&loaded).into_iter().filter(|(_, id, _)| asked.contains(id)).collect();
    let untested: Vec<&str> = asked.iter().copied().filter(|id| !tests.iter().any(|(_, other, _)| other == id)).collect();
    if tests.is_empty() {
        tell(&nothing_to_run(&gathered, &untested));
        return Ok(FAILED);
    }
    let failed: Vec<Failed<'_>> = tests
        .par_iter()
        .filter_map(|(number, rule, test)| {
            let failure = try_rule(&loaded.rulebook, rule, test).failure?;
            Some(placed(&gathered, &loaded, *number, rule, test, failure))
        })
        .collect();
    match args.shown.format {
        DataFormat::Table => write(&table(args, &asked, tests.len(), &failed, &untested))?,
        DataFormat::Json => write(&(to_json(&as_json(&asked, tests.len(), &failed, &untested), true) + "\n"))?,
    }
    if failed.is_empty() {
        return Ok(DONE);
    }
    let rules: BTreeSet<&str> = failed.iter().map(|failed| failed.rule).collect();
    let rules: Vec<&str> = rules.into_iter().collect();
    tell(&format!("{} of {} failed: {}", failed.len(), counted(tests.len(), "test"), rules.join(", ")));
    Ok(GATE)
}

/// The rules whose tests are asked for; none if one is not known, which was told.
fn asked<'l>(args: &TestArgs, gathered: &Gathered, loaded: &'l Loaded) -> Option<BTreeSet<&'l str>> {
    let rules = &loaded.rulebook.rules;
    for id in &args.rule {
        if loaded.rulebook.rule(id).is_none() {
            let meant = closest(id, rules.iter().map(|rule| rule.id.as_str()));
            let meant = meant.map_or_else(|| "clientcheck rules list".to_owned(), |word| format!("did you mean `{word}`?"));
            tell(&format!("error: there is no rule `{}`: {meant}", plain_line(id)));
            return None;
        }
    }
    let is_asked = |id: &str| args.rule.is_empty() || args.rule.iter().any(|asked| asked == id);
    let in_a_file = |id: &str| loaded.files.get(id).is_some_and(|file| gathered.is_asked(file));
    let own = rules.iter().filter(|rule| rule.pack != BUILT_IN && is_asked(&rule.id) && in_a_file(&rule.id));
    Some(own.map(|rule| rule.id.as_str()).collect())
}

/// Each test with its place among those of its rule.
fn numbered(loaded: &Loaded) -> Vec<(usize, &str, &RuleTest)> {
    let mut last: Option<(&str, usize)> = None;
    let mut tests = Vec::with_capacity(loaded.tests.len());
    for (id, test) in &loaded.tests {
        let number = last.filter(|(other, _)| *other == id).map_or(0, |(_, number)| number + 1);
        last = Some((id, number));
        tests.push((number, id.as_str(), test));
    }
    tests
}

fn nothing_to_run(gathered: &Gathered, untested: &[&str]) -> String {
    if !untested.is_empty() {
        return format!("error: no test was run; without a test: {}", untested.join(", "));
    }
    let hint = "the built-in rules come without their tests; `clientcheck rules export` writes them with their tests into a folder, \
                and `clientcheck rules test rules/` runs them there";
    if gathered.has_built_in() { format!("error: no test was run: {hint}") } else { "error: no test was run".to_owned() }
}

fn placed<'t>(gathered: &Gathered, loaded: &Loaded, number: usize, rule: &'t str, test: &'t RuleTest, failure: Failure) -> Failed<'t> {
    let file = loaded.files.get(rule).cloned().unwrap_or_default();
    let tree = gathered.text_of(&file).and_then(|text| Tree::parse(text, Format::Yaml).ok());
    let span = tree.and_then(|tree| tree.span(&Path::of(["tests"]).index(number)));
    Failed { rule, test, file, line: span.map(|span| span.start.line), failure }
}

fn table(args: &TestArgs, asked: &BTreeSet<&str>, tests: usize, failed: &[Failed<'_>], untested: &[&str]) -> String {
    let look = look_at(args.shown.color, false);
    let mut text = String::new();
    for Failed { rule, test, file, line, failure } in failed {
        let place = line.map_or_else(|| file.clone(), |line| format!("{file}:{line}"));
        text += &screen::failed_test(screen::Tried { rule, name: &test.name, place: &place }, failure, &look);
        text.push('\n');
    }
    text += &format!("{}, {}: ", counted(asked.len(), "rule"), counted(tests, "test"));
    let kinds = ["noisy", "missing", "different"].map(|kind| (failed.iter().filter(|failed| failed.failure.kind == kind).count(), kind));
    let kinds: Vec<String> = kinds.into_iter().filter(|(count, _)| *count > 0).map(|(count, kind)| format!("{count} {kind}")).collect();
    text += &if failed.is_empty() {
        "all passed.\n".to_owned()
    } else {
        format!("{} passed, {} failed ({}).\n", tests - failed.len(), failed.len(), kinds.join(", "))
    };
    if !untested.is_empty() {
        text += &format!("Without a test: {}.\n", untested.join(", "));
    }
    text
}

fn as_json(asked: &BTreeSet<&str>, tests: usize, failed: &[Failed<'_>], untested: &[&str]) -> Json {
    let failures: Vec<Json> = failed
        .iter()
        .map(|Failed { rule, test, file, line, failure }| {
            let levels = failure.explained.as_ref().map(explained::levels).unwrap_or_default();
            let nearly = failure.explained.as_ref().map(explained::nearly_counted).unwrap_or_default();
            json!({
                "rule": rule, "test": test.name, "file": file, "line": line, "kind": failure.kind,
                "expected": failure.expected, "got": failure.got, "levels": levels, "nearly_counted": nearly,
            })
        })
        .collect();
    json!({
        "schema_version": 1, "rules": asked.len(), "tests": tests, "passed": tests - failed.len(), "failed": failed.len(),
        "failures": failures, "without_tests": untested,
    })
}
