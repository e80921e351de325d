//! The screens of the rule author's kit: the rules in force, and why a test of a rule failed.

use super::Look;
use super::ink::Ink;
use super::layout::{Sheet, Spot, gives_way, left, right};
use super::outcome::{holds, question};
use super::prose::Prose;
use super::rule::plain_points;
use super::words::{counted, listed, points, safe};
use crate::evaluate::{Explained, Failure};
use crate::rules::{BUILT_IN, Category, Rule};
use crate::text::cells;

/// How often a rule fired, was quiet and so on, over some records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Firings {
    /// In so many records it fired.
    pub fired: usize,
    /// In so many it was quiet.
    pub quiet: usize,
    /// In so many it could not be told.
    pub not_told: usize,
    /// So many were of another stage.
    pub other_stage: usize,
}

/// A rule in a list.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'b> {
    /// The rule.
    pub rule: &'b Rule,
    /// How often it fired, where records were counted.
    pub firings: Option<Firings>,
}

/// All rules, by category, with their titles.
#[must_use]
pub fn rules_list(rules: &[Listed<'_>], look: &Look) -> String {
    let rows: Vec<[String; 4]> = rules.iter().map(|listed| described(listed.rule)).collect();
    // The title breaks within its column, under its own beginning.
    let titles = ["Side", "Points", "Language", "From"];
    let width = |column: usize| rows.iter().map(|row| cells(&row[column])).chain([cells(titles[column])]).max().unwrap_or(0);
    let others = width(0) + width(1) + width(2).min(LANGUAGE_CELLS) + width(3).min(FROM_CELLS) + 2 * titles.len();
    let room = look.width.saturating_sub(others + INDENT).max(INDENT);
    let mut sheet = Sheet::new([
        gives_way("Rule"),
        left(titles[0]),
        right(titles[1]),
        left(titles[2]).at_most(LANGUAGE_CELLS),
        left(titles[3]).at_most(FROM_CELLS),
    ]);
    let mut category: Option<Category> = None;
    for (Listed { rule, .. }, row) in rules.iter().zip(rows) {
        if category.replace(rule.category) != Some(rule.category) {
            let name = Spot::from(rule.category.word()).inked(Ink::BOLD);
            sheet.row([name, "".into(), "".into(), "".into(), "".into()]);
        }
        let name = std::iter::once(rule.id.clone()).chain(broken(&rule.title, room).into_iter().map(|line| " ".repeat(INDENT) + &line));
        sheet.row(std::iter::once(Spot::lines(name.collect())).chain(row.into_iter().map(Spot::from)));
    }
    sheet.draw(look)
}

/// How often each rule fired, by category, and which never did.
#[must_use]
pub fn rules_fired(rules: &[Listed<'_>], records: usize, look: &Look) -> String {
    let mut sheet = Sheet::new([gives_way("Rule"), left("Category"), right("Points"), right("Fired"), right("Quiet"), right("Not told")]);
    for Listed { rule, firings } in rules {
        let firings = firings.unwrap_or_default();
        let counts = [firings.fired, firings.quiet, firings.not_told + firings.other_stage];
        let row = [Spot::from(rule.id.as_str()), rule.category.word().into(), range(rule).into()];
        sheet.row(row.into_iter().chain(counts.map(|count| Spot::from(count.to_string()))));
    }
    sheet.draw(look) + "\n" + &fired_in(rules, records, look)
}

/// Before the lines of a title.
const INDENT: usize = 2;
const LANGUAGE_CELLS: usize = 8;
const FROM_CELLS: usize = 16;

fn described(rule: &Rule) -> [String; 4] {
    let changed = if rule.is_overridden { ", changed" } else { "" };
    let pack = if rule.pack == BUILT_IN { "built in" } else { rule.pack.as_str() };
    [rule.side.word().to_owned(), range(rule), rule.languages.join(", "), format!("{}{changed}", safe(pack))]
}

/// A text as lines of so many cells.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in safe(text).split(' ') {
        match lines.last_mut().filter(|line| cells(line) + 1 + cells(word) <= width) {
            Some(line) => line.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// `3 to 13`, and for strengths `-2`.
fn range(rule: &Rule) -> String {
    let sign = if rule.category == Category::Strengths { "-" } else { "" };
    let (least, most) = (rule.levels.first().map_or(0, |level| level.points), rule.top_points());
    let (least, most) = (plain_points(least), plain_points(most));
    if least == most { format!("{sign}{most}") } else { format!("{sign}{least} to {sign}{most}") }
}

fn fired_in(rules: &[Listed<'_>], records: usize, look: &Look) -> String {
    let never: Vec<&str> = rules
        .iter()
        .filter(|listed| listed.firings.is_some_and(|firings| firings.fired == 0))
        .map(|listed| listed.rule.id.as_str())
        .collect();
    let fired = rules.len() - never.len();
    let mut text = Prose::new()
        .say(&format!("Over {}: {} of {} fired at least once.", counted(records, "record"), fired, counted(rules.len(), "rule")))
        .fill(look);
    if !never.is_empty() {
        text += &Prose::new().say(&format!("Never: {}.", listed(&never))).fill(look);
    }
    text
}

/// Where a test stands and what it tries.
#[derive(Debug, Clone, Copy)]
pub struct Tried<'t> {
    /// The rule.
    pub rule: &'t str,
    /// What is tried.
    pub name: &'t str,
    /// The file and line, `rules/friday-calls.yml:20`.
    pub place: &'t str,
}

/// So many entries that nearly counted are named.
const NEARLY: usize = 5;

/// Why a test failed: what was expected, what came out, question by question, and which entries nearly counted.
#[must_use]
pub fn failed_test(tried: Tried<'_>, failure: &Failure, look: &Look) -> String {
    let title = format!("{}: {}, \"{}\"", failure.kind, safe(tried.rule), safe(tried.name));
    let mut text = Prose::new().inked(&title, Ink::BOLD).fill(look);
    let place = format!("({})", safe(tried.place));
    text += &Prose::new().inked(&place, Ink::DIM).fill_indented(look, 2, 2);
    text += &Prose::new().say(&format!("expected {}, got {}", failure.expected, safe(&failure.got))).fill_indented(look, 2, 4);
    if let Some(explained) = &failure.explained {
        text += &questions(explained, look);
        text += &nearly(explained, look);
    }
    text
}

fn questions(explained: &Explained, look: &Look) -> String {
    let mut sheet = Sheet::new([left(""), right("Points"), gives_way("When"), left("Here").at_most(20), left("Holds")]);
    for level in &explained.levels {
        for (number, asked) in level.asked.iter().enumerate() {
            let points = if number == 0 { points(level.points) } else { String::new() };
            let (question, answer) = question(asked, level.asked.get(..number).unwrap_or_default());
            sheet.row(["".into(), points.into(), question.into(), asked.here.as_str().into(), holds(answer).into()]);
        }
    }
    if sheet.is_empty() { String::new() } else { sheet.draw(look) }
}

/// The entries that would count if one test came out otherwise, and which.
fn nearly(explained: &Explained, look: &Look) -> String {
    let all: Vec<String> = explained
        .nearly_counted()
        .map(|(item, place)| {
            let test = explained.tests.get(place).map_or("", String::as_str);
            let here = item.tests.get(place).map(|(value, _)| value.as_str()).filter(|value| !value.is_empty());
            let here = here.map(|value| format!(" (here: {})", safe(value))).unwrap_or_default();
            format!("{} but for: {}{here}", item.path, safe(test))
        })
        .collect();
    let mut text = String::new();
    for line in all.iter().take(NEARLY) {
        text += &Prose::new().say(&format!("nearly counted: {line}")).fill_indented(look, 2, 4);
    }
    if all.len() > NEARLY {
        text += &Prose::new().say(&format!("and {} more", all.len() - NEARLY)).fill_indented(look, 2, 4);
    }
    text
}
