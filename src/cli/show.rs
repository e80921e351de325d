//! `clientcheck explain` and `clientcheck facts`: what rules are and ask about, and what they see in a record.

use std::path::Path;
use std::rc::Rc;

use serde_json::{Map, Value as Json, json};

use super::args::{DataFormat, ExplainArgs, FactsArgs, RuleArgs};
use super::explained;
use super::output::{self, look_at, tell, tell_mistakes};
use super::packs::{InForce, Library};
use super::records::{Loaded, add_me, load_bytes, load_file};
use super::score::{day_for, report_on};
use super::{DONE, FAILED};
use crate::diagnostic::{Format, closest, plain_line};
use crate::evaluate::{Look, Outcome, RuleLook, explain};
use crate::facts::{FACTS, Facts, Kind, List, Value, in_words};
use crate::report::{screen, to_json};
use crate::rules::words_of;

fn write(text: &str) -> anyhow::Result<u8> {
    output::write(text).map(|()| DONE)
}

/// Reads one record for a command that takes one; none if it cannot be read, which was told.
fn one_record(path: &Path, book: &InForce) -> Option<Loaded> {
    if path.is_dir() {
        tell(&format!("error: {} is a folder: name one record in it", plain_line(&path.display().to_string())));
        return None;
    }
    let format = if path.extension().is_some_and(|end| end == "json") { Format::Json } else { Format::Yaml };
    let outcome = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        match std::io::Read::read_to_end(
            &mut std::io::Read::take(std::io::stdin().lock(), crate::record::MAX_RECORD_BYTES as u64 + 1),
            &mut bytes,
        ) {
            Ok(_) => {
                let is_json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
                load_bytes(bytes, if is_json { Format::Json } else { Format::Yaml }, "-")
            }
            Err(error) => {
                tell(&format!("error: cannot read standard input: {error}"));
                return None;
            }
        }
    } else {
        load_file(path, format)
    };
    match outcome {
        Ok(mut loaded) => {
            tell_mistakes(&loaded.warnings, &|file| loaded.source.text_of(file));
            add_me(&mut loaded.record, book.config.me.as_ref());
            Some(loaded)
        }
        Err(unreadable) => {
            tell_mistakes(&unreadable.mistakes, &|file| unreadable.text_of(file));
            None
        }
    }
}

fn in_force(args: &RuleArgs, record: Option<&Path>) -> Option<Rc<InForce>> {
    Library::new(args).for_record(record.filter(|path| path.as_os_str() != "-")).ok()
}

/// Runs `explain`; the exit code.
///
/// # Errors
/// If the answer cannot be written.
pub fn run_explain(args: &ExplainArgs) -> anyhow::Result<u8> {
    let Some(book) = in_force(&args.rules, args.record.as_deref()) else { return Ok(FAILED) };
    let rulebook = &book.loaded.rulebook;
    let Some(rule) = rulebook.rule(&args.rule) else {
        let meant = closest(&args.rule, rulebook.rules.iter().map(|rule| rule.id.as_str()));
        let meant = meant.map_or_else(|| other_meaning(&args.rule, &book), |id| format!("did you mean `{id}`?"));
        tell(&format!("error: there is no rule `{}`: {meant}", plain_line(&args.rule)));
        return Ok(FAILED);
    };
    let look = look_at(args.shown.color, args.verbose);
    let Some(path) = &args.record else {
        let words = words_of(rule, &book.packs, book.settings_read());
        return match args.shown.format {
            DataFormat::Table => write(&screen::rule(rule, &words, rulebook, &look)),
            DataFormat::Json => write(&(to_json(&explained::rule(rule, &words), true) + "\n")),
        };
    };
    let Some(loaded) = one_record(path, &book) else { return Ok(FAILED) };
    let as_of = day_for(&loaded.record, args.as_of);
    let facts = Facts::new(&loaded.record, as_of);
    let seen = Look::new(rulebook, &facts);
    let seen = RuleLook::new(&seen, rule);
    let explained = explain(&seen);
    let line_of = |path: &crate::diagnostic::Path| loaded.source.place(path).map(|(file, line)| format!("{file}:{line}"));
    let mut report = report_on(&loaded.record, rulebook, as_of, None, &|path| loaded.source.shared_place(path));
    report.file.clone_from(&loaded.source.file);
    match args.shown.format {
        DataFormat::Table => write(&screen::outcome(&report, rule, &explained, &facts, &line_of, &look)),
        DataFormat::Json => {
            let outcome = if rule.applies_in(facts.stage().0) { seen.outcome() } else { Outcome::OtherStage };
            let (outcome, level) = match &outcome {
                Outcome::Fired(fired) => ("fired", Some(fired.level)),
                Outcome::Quiet => ("quiet", None),
                Outcome::NotEvaluated(_) => ("not-evaluated", None),
                Outcome::OtherStage => ("other-stage", None),
            };
            let finding = report.findings.iter().chain(&report.strengths).find(|finding| finding.rule == rule.id);
            let finding = finding.map(|finding| serde_json::to_value(finding).unwrap_or_default());
            write(
                &(to_json(
                    &json!({ "schema_version": 1, "rule": rule.id, "client": report.client.name, "as_of": as_of.to_string(), "outcome": outcome, "level": level, "levels": explained::levels(&explained), "nearly_counted": explained::nearly_counted(&explained), "words_found": explained::words_found(&explained), "falls": explained.fall.map(|fall| explained::fall(&fall, rule, &facts)), "finding": finding }),
                    true,
                ) + "\n"),
            )
        }
    }
}

/// What a word is that is no rule's id, and where the ids are.
fn other_meaning(word: &str, book: &InForce) -> String {
    let rulebook = &book.loaded.rulebook;
    let what = if book.loaded.off.iter().any(|off| off == word) {
        "it is switched off in clientcheck.yml; "
    } else if rulebook.actions.contains_key(word) {
        "that is an action; "
    } else if rulebook.lexicons.iter().any(|lexicon| lexicon == word) {
        "that is a lexicon; "
    } else {
        ""
    };
    format!("{what}`clientcheck rules list` shows all rules")
}

/// Runs `facts`; the exit code.
///
/// # Errors
/// If the answer cannot be written.
pub fn run_facts(args: &FactsArgs) -> anyhow::Result<u8> {
    let look = look_at(args.shown.color, false);
    let Some(path) = &args.record else {
        return match args.shown.format {
            DataFormat::Table => write(&screen::facts_table(&look)),
            DataFormat::Json => write(&(to_json(&table_as_json(), true) + "\n")),
        };
    };
    let rules = RuleArgs { rules: Vec::new(), no_built_in: false, config: args.config.clone() };
    let Some(book) = in_force(&rules, Some(path)) else { return Ok(FAILED) };
    let Some(loaded) = one_record(path, &book) else { return Ok(FAILED) };
    let facts = Facts::new(&loaded.record, day_for(&loaded.record, args.as_of));
    match args.shown.format {
        DataFormat::Table => write(&screen::facts_of(&loaded.record.client.name, &facts, &look)),
        DataFormat::Json => write(&(to_json(&values_as_json(&facts), true) + "\n")),
    }
}

fn table_as_json() -> Json {
    let facts: Vec<Json> = FACTS
        .iter()
        .map(|fact| json!({ "fact": fact.name, "kind": fact.kind.name(), "meaning": fact.meaning, "absent": fact.absent }))
        .collect();
    let field = |field: &crate::facts::Field| json!({ "field": field.name, "kind": field.kind.name(), "meaning": field.meaning, "absent": field.absent });
    let lists: Vec<Json> = List::ALL
        .into_iter()
        .map(
            |list| json!({ "list": list.word(), "meaning": list.meaning(), "fields": list.fields().iter().map(field).collect::<Vec<_>>() }),
        )
        .collect();
    json!({ "schema_version": 1, "facts": facts, "lists": lists })
}

fn values_as_json(facts: &Facts<'_>) -> Json {
    let singles: Map<String, Json> =
        FACTS.iter().map(|fact| (fact.name.to_owned(), value_as_json((fact.read)(facts), fact.kind))).collect();
    let mut lists = Map::new();
    for list in List::ALL {
        let Some(count) = facts.len(list) else {
            lists.insert(list.word().to_owned(), Json::Null);
            continue;
        };
        let items = (0..count).map(|index| {
            list.fields()
                .iter()
                .map(|field| (field.name.to_owned(), value_as_json((field.read)(facts, index), field.kind)))
                .collect::<Map<_, _>>()
        });
        lists.insert(list.word().to_owned(), Json::Array(items.map(Json::Object).collect()));
    }
    json!({ "schema_version": 1, "as_of": facts.as_of().to_string(), "facts": singles, "lists": lists })
}

/// A value as data; null where it is not known or does not apply.
fn value_as_json(value: Value<'_>, kind: Kind) -> Json {
    match value {
        Value::NotKnown(_) | Value::NotApplicable => Json::Null,
        Value::Nothing => json!(false),
        Value::YesNo(answer) => json!(answer),
        Value::Words(words) => json!(words),
        Value::Number(number) => number.to_string().parse::<f64>().map_or(Json::Null, |number| json!(number)),
        Value::Money(money) => json!({ "currency": money.currency.map(|currency| currency.code()), "amount": money.amount.to_string() }),
        Value::Word(_) | Value::Text(_) | Value::Day(_) => json!(in_words(value, kind)),
    }
}
