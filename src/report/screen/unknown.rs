//! What could not be told and what to record for it, what was looked for and not found, and what does not apply.

use std::collections::BTreeMap;

use super::Look;
use super::ink::Ink;
use super::layout::{Sheet, Spot, gives_way, left, right};
use super::prose::Prose;
use super::words::{counted, listed, percent, short_path};
use crate::facts::Need;
use crate::record::Stage;
use crate::report::{CategoryReport, RecordNextReport, Report};
use crate::rules::Category;

/// So many names stand beside a list in a sentence; `-v` has all.
const NAMES: usize = 3;

/// How many signs could be told, and how many apply. Strengths are no signs.
pub(super) fn signs(report: &Report<'_>) -> (usize, usize) {
    told_of(report.categories.iter().filter(|category| category.id != Category::Strengths))
}

fn told_of<'r>(categories: impl Iterator<Item = &'r CategoryReport>) -> (usize, usize) {
    categories.fold((0, 0), |(told, of), category| (told + category.evaluated, of + category.of))
}

/// One or two sentences for the short screen.
pub(super) fn sentence(report: &Report<'_>, look: &Look) -> String {
    let (told, of) = signs(report);
    let unknown = of - told;
    let applying = match report.stage {
        Stage::Prospect => format!("the {of} signs that apply before a contract"),
        Stage::Active | Stage::Paused | Stage::Ended => counted(of, "sign"),
    };
    let could_not = if unknown == 1 { "1 of".to_owned() } else { format!("{unknown} of") };
    let told = match (report.findings.is_empty() && report.set_aside.is_empty(), unknown) {
        (true, 0) => format!("None of {applying} was found."),
        (true, unknown) => format!("None of {applying} was found; {unknown} could not be told."),
        (false, 0) => return String::new(),
        (false, _) => format!("{could_not} {applying} could not be told."),
    };
    let record = if unknown == 0 { String::new() } else { what_to_record(report, unknown) };
    Prose::new().say(&format!("{told} {record}")).fill(look)
}

fn what_to_record(report: &Report<'_>, unknown: usize) -> String {
    let them = if unknown == 1 { "it" } else { "them" };
    if report.confidence.record_next.is_empty() {
        // No single list would do: then the names of what is missing, the most frequent first.
        let missing = most_missing(report);
        return if missing.is_empty() { String::new() } else { format!("To tell {them}, record {}.", listed(&missing)) };
    }
    let entries: Vec<String> = report.confidence.record_next.iter().enumerate().map(|(place, next)| entry(next, place == 0)).collect();
    format!("To tell {them}, record {}.", listed(&entries))
}

/// `hours (3 signs)`, `milestones.accepted_on (3)`, `contract (2: covers, channel)`.
fn entry(next: &RecordNextReport, is_first: bool) -> String {
    let signs = if is_first { counted(next.signs, "sign") } else { next.signs.to_string() };
    match &*next.paths {
        [] => format!("{} ({signs})", next.record),
        [path] => format!("{path} ({signs})"),
        paths if paths.contains(&next.record) => format!("{} ({signs})", next.record),
        paths => {
            let inside =
                |path: &&'static str| path.strip_prefix(next.record).and_then(|rest| rest.strip_prefix('.')).unwrap_or(path).to_owned();
            let mut names: Vec<String> = paths.iter().take(NAMES).map(inside).collect();
            if paths.len() > NAMES {
                names.push("...".to_owned());
            }
            format!("{} ({signs}: {})", next.record, names.join(", "))
        }
    }
}

fn most_missing(report: &Report<'_>) -> Vec<&'static str> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for need in report.not_evaluated.iter().flat_map(|rule| rule.needs.iter()) {
        *counts.entry(need.path()).or_default() += 1;
    }
    let mut needs: Vec<(&'static str, usize)> = counts.into_iter().collect();
    needs.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    needs.into_iter().take(NAMES).map(|(need, _)| need).collect()
}

/// What to record first, where the verdict waits for it.
pub(super) fn record_first(report: &Report<'_>, look: &Look) -> String {
    let next = &report.confidence.record_next;
    if next.is_empty() {
        let missing = most_missing(report);
        let words = if missing.is_empty() { String::new() } else { format!("Record {} first.", listed(&missing)) };
        return if words.is_empty() { words } else { Prose::new().say(&words).fill(look) };
    }
    let mut sheet =
        Sheet::new([right(""), gives_way(if next.len() == 1 { "Record this first" } else { "Record these first" }), right("Confidence")]);
    let file = if report.file == "-" { String::new() } else { format!(" in {}", short_path(&report.file)) };
    for (place, entry) in next.iter().enumerate() {
        let what = meaning(entry.record).map(|what| format!(": {what}")).unwrap_or_default();
        let words = format!("{}{what} ({})", entry.record, counted(entry.signs, "sign"));
        sheet.row([(place + 1).to_string().into(), words.into(), format!("-> {}", percent(entry.confidence)).into()]);
        let is_whole_list = entry.paths.is_empty() || entry.paths.contains(&entry.record);
        let below =
            if is_whole_list { format!("under {}{file}", entry.record) } else { format!("missing{file}: {}", entry.paths.join(", ")) };
        sheet.row(["".into(), Spot::from(below).inked(Ink::DIM), "".into()]);
    }
    sheet.draw(look)
}

/// What a list or block of the record holds, for somebody who has not written it yet.
fn meaning(record: &str) -> Option<&'static str> {
    match record {
        "messages" => Some("what both of you wrote"),
        "invoices" => Some("due dates and payments"),
        "milestones" => Some("when due, when delivered"),
        "change_orders" => Some("changes and extras, with hours and price"),
        "feedback" => Some("praise and complaints"),
        "observations" => Some("what you saw or heard"),
        "hours" => Some("what you worked, by day"),
        "actions_taken" => Some("what you tried already"),
        "contract" => Some("what was agreed and signed"),
        "quote" => Some("what you offered"),
        "client_wants" => Some("their budget and their date"),
        "client" => Some("since when you know them"),
        "me" => Some("your working hours and your year"),
        _ => None,
    }
}

/// All rules that could not be told, by what they wait for; for `-v`.
pub(super) fn not_told(report: &Report<'_>, look: &Look) -> String {
    if report.not_evaluated.is_empty() {
        return String::new();
    }
    let (told, of) = signs(report);
    let strengths = report.not_evaluated.len().saturating_sub(of - told);
    let strengths = if strengths == 0 { String::new() } else { format!(" and {}", counted(strengths, "strength")) };
    let head = format!("Could not tell {} of {}{strengths}", of - told, counted(of, "sign"));
    let mut sheet = Sheet::new([gives_way(head), left("Record").at_most_or_a_word(28), right("Confidence")]);
    for (lists, rules, needs) in waiting_for(report) {
        let with = report.confidence.record_next.iter().find(|next| *lists == [next.record]);
        let confidence = with.map(|next| format!("-> {}", percent(next.confidence))).unwrap_or_default();
        sheet.row([rules.join(", ").into(), needs.join(", ").into(), confidence.into()]);
    }
    sheet.draw(look)
}

/// Rules by the lists that they wait for, the most rules first.
fn waiting_for<'r>(report: &'r Report<'_>) -> Vec<(Vec<&'static str>, Vec<&'r str>, Vec<&'static str>)> {
    let mut groups: BTreeMap<Vec<&'static str>, (Vec<&'r str>, Vec<&'static str>)> = BTreeMap::new();
    for rule in &report.not_evaluated {
        let mut lists: Vec<&'static str> = rule.needs.iter().map(|need| list_of(need.path())).collect();
        lists.sort_unstable();
        lists.dedup();
        let (rules, needs) = groups.entry(lists).or_default();
        rules.push(rule.rule);
        needs.extend(rule.needs.iter().map(Need::path));
    }
    let mut groups: Vec<_> = groups.into_iter().map(|(lists, (rules, needs))| (lists, rules, without_repeats(needs))).collect();
    groups.sort_by_key(|(_, rules, _)| std::cmp::Reverse(rules.len()));
    groups
}

/// The list or block of the record that a need belongs to; completeness belongs to its list.
fn list_of(need: &'static str) -> &'static str {
    let need = need.strip_prefix("complete.").unwrap_or(need);
    need.split_once('.').map_or(need, |(list, _)| list)
}

fn without_repeats(needs: Vec<&'static str>) -> Vec<&'static str> {
    let mut once: Vec<&'static str> = Vec::with_capacity(needs.len());
    for need in needs {
        if !once.contains(&need) {
            once.push(need);
        }
    }
    once
}

/// The signs that were looked for and not found, by category; for `-v`.
pub(super) fn looked_for(report: &Report<'_>, look: &Look) -> String {
    let quiet = || report.quiet.iter().zip(&report.quiet_categories).filter(|(_, category)| **category != Category::Strengths);
    if quiet().next().is_none() {
        return String::new();
    }
    let mut sheet = Sheet::new([left(""), gives_way(format!("Looked for and not found ({})", quiet().count()))]);
    for category in Category::ALL {
        let rules: Vec<&str> = quiet().filter(|(_, of)| **of == category).map(|(rule, _)| *rule).collect();
        if !rules.is_empty() {
            sheet.row([category.word().into(), rules.join(", ").into()]);
        }
    }
    sheet.draw(look)
}

/// The rules that are for another stage; for `-v`.
pub(super) fn other_stage(report: &Report<'_>, look: &Look) -> String {
    let rules = report.other_stage.len();
    if rules == 0 {
        return String::new();
    }
    let when = match report.stage {
        Stage::Prospect => "before a contract",
        Stage::Active => "while work is going on",
        Stage::Paused => "while work is paused",
        Stage::Ended => "once it has ended",
    };
    let words = format!("The other {rules} of {} do not apply {when}.", counted(report.rules_in_all, "rule"));
    Prose::new().say(&words).fill(look)
}
