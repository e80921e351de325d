//! What a sign is: everything that its file and the files of its actions say, in words.

use super::Look;
use super::ink::Ink;
use super::layout::{Sheet, Spot, gives_way, left, right};
use super::prose::Prose;
use super::words::{listed, paragraphs, points, safe, signed};
use crate::evaluate::{bounds_in_words, check_in_words, clause_in_words, follow_in_words};
use crate::facts::Kind;
use crate::record::Stage;
use crate::rules::{Category, Check, Clause, FoundedOn, Level, Measure, Query, Rule, Rulebook, Selection, Side, Tenths, WordList};
use crate::score::Severity;

/// A condition is written in so many cells; a longer one takes more lines.
const CONDITION_CELLS: usize = 38;
/// Where conditions begin, below the sentence that they end.
const CONDITIONS_BEGIN: usize = 3;
/// So many phrases and words of each language are shown.
const SOME_WORDS: usize = 4;

/// What a rule looks for and why, where from, and what it leads to.
#[must_use]
pub fn rule(rule: &Rule, words: &[WordList], book: &Rulebook, look: &Look) -> String {
    let about: Vec<String> = paragraphs(&rule.about).iter().map(|paragraph| Prose::new().say(paragraph).fill(look)).collect();
    let mut blocks = vec![head(rule, look)];
    blocks.extend(about);
    blocks.push(looks_at(rule, look));
    blocks.push(vocabulary(rule, words, look));
    blocks.push(levels(rule, book, look));
    blocks.push(ladder(rule, book, look));
    blocks.push(sureness(rule, book, look));
    blocks.push(Prose::new().inked(&format!("In one client's record: clientcheck explain {} FILE", rule.id), Ink::DIM).fill(look));
    super::screen(blocks)
}

fn head(rule: &Rule, look: &Look) -> String {
    let side = match rule.side {
        Side::Client => "the client's side",
        Side::Me => "your own side",
        Side::Both => "both sides",
    };
    let (least, most) = (rule.levels.first().map_or(0, |level| level.points), rule.top_points());
    let range = if least == most { plain_points(most) } else { format!("{} to {}", plain_points(least), plain_points(most)) };
    let counts = if rule.category == Category::Strengths { format!("takes off {range} points") } else { format!("{range} points") };
    let pack = if rule.pack == "built-in" { "built in".to_owned() } else { format!("from {}", rule.pack) };
    let changed = if rule.is_overridden { ", changed by you" } else { "" };
    let title = Prose::new().inked(&format!("{}: {}", rule.id, rule.title), Ink::BOLD).fill(look);
    title + &Prose::new().say(&format!("{}, {side}, {counts}, {pack}{changed}", rule.category)).fill(look)
}

/// Points without a decimal that says nothing: `8`, `3.5`.
pub(super) fn plain_points(tenths: Tenths) -> String {
    let shown = points(tenths);
    shown.strip_suffix(".0").map(str::to_owned).unwrap_or(shown)
}

/// Which lists it looks at, what it considers there and what it counts.
fn looks_at(rule: &Rule, look: &Look) -> String {
    let mut text = String::new();
    if rule.selections.is_empty() {
        text += &Prose::new().say("It asks single facts only; each level below says which.").fill(look);
    }
    let is_new = |place: usize| !rule.selections.iter().take(place).any(|other| is_same(other, &rule.selections[place]));
    for (place, selection) in rule.selections.iter().enumerate().filter(|(place, _)| is_new(*place)) {
        let also = if place > 0 { "also " } else { "" };
        let time = selection.within.map(|within| format!(" of the last {within}")).unwrap_or_default();
        let list = in_words(selection);
        text += &match (selection.among.is_empty(), selection.matching.is_empty()) {
            (true, true) => Prose::new().say(&format!("It {also}looks at {list}{time}, and counts them all.")).fill(look),
            (true, false) => Prose::new().say(&format!("It {also}looks at {list}{time}, and counts those where")).fill(look),
            (false, _) => Prose::new().say(&format!("It {also}looks at {list}{time} where")).fill(look),
        };
        if !selection.among.is_empty() {
            text += &conditions(&selection.among, look);
            let counts = if selection.matching.is_empty() { "and counts all of these." } else { "and counts those where" };
            text += &Prose::new().say(counts).fill(look);
        }
        if !selection.matching.is_empty() {
            text += &conditions(&selection.matching, look);
        }
    }
    if let Some(before) = rule.before {
        text += &Prose::new().say(&format!("It compares them with the {before} before.")).fill(look);
    }
    if let Some(stages) = &rule.stages {
        text += &Prose::new().say(&format!("It applies while the stage is {}.", either(stages))).fill(look);
    }
    text
}

/// Whether two levels ask of the same entries.
fn is_same(one: &Selection, other: &Selection) -> bool {
    one.pool == other.pool && one.matching == other.matching
}

fn in_words(selection: &Selection) -> String {
    selection.list.word().replace('_', " ")
}

pub(super) fn either(stages: &[Stage]) -> String {
    let words: Vec<&str> = stages.iter().map(|stage| stage.word()).collect();
    match &*words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        words => words.join(", "),
    }
}

/// One row for each test, with the meaning of its field; then the alternatives and what comes before or after.
fn conditions(clause: &Clause, look: &Look) -> String {
    let mut sheet = Sheet::new([left("").at_most(1), left("").at_most(CONDITION_CELLS), gives_way("")]);
    for (field, check) in &clause.tests {
        sheet.row(["".into(), format!("{} {}", field.name, check_in_words(check, field.kind)).into(), field.meaning.into()]);
    }
    let mut text = if sheet.is_empty() { String::new() } else { sheet.draw(look) };
    let mut say = |words: &str, indent: usize| text += &Prose::new().say(words).fill_indented(look, indent, indent + 2);
    for (word, inner) in [("any of", &clause.any), ("none of", &clause.none)] {
        if !inner.is_empty() {
            say(word, CONDITIONS_BEGIN);
        }
        for alternative in inner {
            say(&format!("- {}", clause_in_words(alternative).join(" and ")), CONDITIONS_BEGIN);
        }
    }
    clause.sequences.iter().for_each(|follow| say(&follow_in_words(follow), CONDITIONS_BEGIN));
    text
}

/// Some of the phrases and words that it looks for, by language.
fn vocabulary(rule: &Rule, words: &[WordList], look: &Look) -> String {
    if words.is_empty() {
        return String::new();
    }
    let least = |name: &str| rule.selections.iter().filter_map(|selection| least_weight(&selection.matching, name)).min();
    let mut sheet = Sheet::new([left("Words"), left("Language"), gives_way("Some of them")]);
    let mut before = None;
    for list in words {
        let name = list.lexicon.as_deref().unwrap_or("its phrases");
        let shown = some_of(list, list.lexicon.as_deref().and_then(least));
        let more = list.entries.len().saturating_sub(shown.len());
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        let title = if before.replace(name) == Some(name) { "".into() } else { safe(name).into() };
        sheet.row([title, safe(&list.language).into(), (shown.join(", ") + &more).into()]);
    }
    let has_weights = words.iter().any(|list| list.lexicon.is_some());
    let weights = "The number behind a word is its weight; what is found in one text is added up.";
    let weights = if has_weights { Prose::new().inked(weights, Ink::DIM).fill(look) } else { String::new() };
    sheet.draw(look) + &weights
}

/// A few phrases from everywhere in a list; of a lexicon among those that are enough alone, or else among the heaviest.
fn some_of(list: &WordList, enough: Option<i32>) -> Vec<String> {
    let weight = |entry: &&(String, Option<i32>)| entry.1.unwrap_or_default();
    let heaviest = list.entries.iter().map(|entry| weight(&entry)).max().unwrap_or_default();
    let bar = enough.map_or(i32::MIN, |enough| enough.min(heaviest));
    let eligible: Vec<_> = list.entries.iter().filter(|entry| weight(entry) >= bar).collect();
    let step = (eligible.len() / SOME_WORDS).max(1);
    let shown = eligible.iter().skip((step - 1) / 2).step_by(step).take(SOME_WORDS);
    shown
        .map(|(phrase, weight)| {
            let weight = weight.map(|tenths| format!(" {}", signed(tenths.into()))).unwrap_or_default();
            format!("\"{}\"{weight}", safe(phrase))
        })
        .collect()
}

/// How much the words of a lexicon must weigh for a condition, in tenths.
fn least_weight(clause: &Clause, name: &str) -> Option<i32> {
    let own = clause.tests.iter().filter_map(|(_, check)| match check {
        Check::Text { lexicon: Some(weight), .. } if weight.name == name => Some(weight.at_least),
        Check::Is(_) | Check::OneOf(_) | Check::Bounds(_) | Check::Lacks { .. } | Check::Text { .. } => None,
    });
    own.chain(clause.any.iter().filter_map(|inner| least_weight(inner, name))).min()
}

/// What each level asks, and how much it counts.
fn levels(rule: &Rule, book: &Rulebook, look: &Look) -> String {
    let mut sheet = Sheet::new([right("Points"), gives_way("When (the highest that holds counts)"), left("Severity")]);
    for level in &rule.levels {
        let severity = if rule.category == Category::Strengths { "" } else { severity(level, book).word() };
        let mut questions = Vec::new();
        ask(rule, &level.when, 0, &mut questions);
        questions.extend(level.at_least_band.map(|band| format!("lifts the band to {band} at least")));
        questions.extend(level.beyond_repair.then(|| "is beyond repair: only the end is left".to_owned()));
        sheet.row([points(level.points).into(), Spot::lines(questions), severity.into()]);
    }
    let fading = match rule.fades {
        Some(fades) => format!("Half of the points are gone {fades} after the latest evidence."),
        None => "The points do not fade.".to_owned(),
    };
    sheet.draw(look) + &Prose::new().say(&fading).fill(look)
}

fn severity(level: &Level, book: &Rulebook) -> Severity {
    let points = rust_decimal::Decimal::new(level.points, 1);
    match &book.scoring.severities {
        limits if points >= limits.grave.0 => Severity::Grave,
        limits if points >= limits.serious.0 => Severity::Serious,
        limits if points >= limits.clear.0 => Severity::Clear,
        _ => Severity::Mild,
    }
}

fn ask(rule: &Rule, query: &Query, depth: usize, questions: &mut Vec<String>) {
    let dashes = "- ".repeat(depth);
    for (selection, measure, bounds) in &query.measures {
        let is_own = rule.has_list && *selection == 0;
        let list = rule.selections.get(*selection).filter(|_| !is_own).map(|other| format!("{}: ", other.list)).unwrap_or_default();
        let kind = if matches!(measure, Measure::Share | Measure::ShareOf(_)) { Kind::Share } else { Kind::Number };
        questions.push(format!("{dashes}{list}{} {}", measure.name(), bounds_in_words(bounds, kind)));
    }
    for (fact, check) in &query.facts {
        questions.push(format!("{dashes}{} {}", fact.name, check_in_words(check, fact.kind)));
    }
    for (word, inner) in [("any of", &query.any), ("none of", &query.none)] {
        if inner.is_empty() {
            continue;
        }
        questions.push(format!("{dashes}{word}"));
        for alternative in inner {
            let is_single = alternative.measures.len() + alternative.facts.len() + alternative.any.len() + alternative.none.len() == 1;
            if is_single {
                ask(rule, alternative, depth + 1, questions);
            } else {
                questions.push(format!("{dashes}- all of"));
                ask(rule, alternative, depth + 2, questions);
            }
        }
    }
}

fn ladder(rule: &Rule, book: &Rulebook, look: &Look) -> String {
    if rule.ladder.is_empty() {
        return String::new();
    }
    let mut sheet = Sheet::new([right(""), left("Leads to"), gives_way("(in this order)")]);
    for (place, id) in rule.ladder.iter().enumerate() {
        let title = book.actions.get(id).map_or("", |action| action.title.as_str());
        sheet.row([(place + 1).to_string().into(), id.as_str().into(), title.into()]);
    }
    sheet.draw(look)
}

/// What the rule rests on, and from where it is known.
fn sureness(rule: &Rule, book: &Rulebook, look: &Look) -> String {
    let how = match rule.founded_on {
        FoundedOn::Expert => "How sure: expert judgement.",
        FoundedOn::Survey => "How sure: a survey. The points themselves are expert judgement.",
        FoundedOn::Study => "How sure: a study. The points themselves are expert judgement.",
    };
    let mut text = Prose::new().say(how).fill(look);
    for key in &rule.sources {
        let source = match (book.sources.studies.get(key), book.sources.articles.get(key)) {
            (Some(study), _) => format!("- {study}"),
            (None, Some(article)) => format!("- article {key}: {article}"),
            (None, None) => format!("- {key}"),
        };
        text += &Prose::new().say(&source).fill_indented(look, 0, 2);
    }
    let reads = reads(rule);
    if !reads.is_empty() {
        text += &Prose::new().say(&format!("From the record it reads {}.", listed(&reads))).fill(look);
    }
    text
}

/// The lists and single entries of the record that it needs or may use.
fn reads(rule: &Rule) -> Vec<&'static str> {
    let mut reads: Vec<&'static str> = Vec::new();
    let mut add = |path: &'static str| {
        if !path.is_empty() && !reads.contains(&path) {
            reads.push(path);
        }
    };
    for selection in &rule.selections {
        add(selection.list.word());
    }
    for level in &rule.levels {
        facts_of(&level.when, &mut add);
    }
    reads
}

fn facts_of(query: &Query, add: &mut impl FnMut(&'static str)) {
    for (fact, _) in &query.facts {
        add(fact.path);
    }
    for inner in query.any.iter().chain(&query.none) {
        facts_of(inner, add);
    }
}
