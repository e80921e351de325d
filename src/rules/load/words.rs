//! The words that a rule looks for, as their authors wrote them: its own phrases and the entries of its lexicons.
//! Scoring does not need them, so they are read again only when somebody asks.

use super::shelf::{Depth, Shelf};
use super::{Pack, sense};
use crate::rules::file::{Condition, Plain, Question, RuleFile};
use crate::rules::settings::Config;
use crate::rules::source::Source;
use crate::rules::{Check, Clause, Rule};

/// Phrases of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordList {
    /// The lexicon; none if they are the rule's own.
    pub lexicon: Option<String>,
    /// The language, like en.
    pub language: String,
    /// Each phrase, with its weight in tenths if it has one.
    pub entries: Vec<(String, Option<i32>)>,
}

/// The words of a rule: its own first, then lexicon by lexicon, each language by language. What the settings change is
/// changed in them too.
#[must_use]
pub fn words_of(rule: &Rule, packs: &[Pack], config: Option<(&str, &str, &Config)>) -> Vec<WordList> {
    let mut names = Vec::new();
    for selection in &rule.selections {
        lexicons(&selection.among, &mut names);
        lexicons(&selection.matching, &mut names);
    }
    let has_phrases = !rule.languages.is_empty();
    if names.is_empty() && !has_phrases {
        return Vec::new();
    }
    let mut shelf = Shelf::filled(packs, Depth::Whole);
    if let Some((file, text, config)) = config {
        shelf.apply(config, &Source::file("", file, text));
    }
    let mut found = shelf.rules.iter().find(|file| file.content.id == rule.id).map(|file| own(&file.content)).unwrap_or_default();
    for name in names {
        let mut lists: Vec<WordList> = Vec::new();
        for file in shelf.lexicons.iter().filter(|file| file.lexicon == name) {
            let entries = file.entries.iter().map(|(phrase, weight)| (phrase.clone(), sense::tenths(weight)));
            list(&mut lists, Some(&name), &file.language).entries.extend(entries);
        }
        for (_, language, phrase, tenths) in shelf.lexicon_changes.iter().filter(|(lexicon, ..)| *lexicon == name) {
            let entries = &mut list(&mut lists, Some(&name), language).entries;
            entries.retain(|(other, _)| other != phrase);
            if *tenths != 0 {
                entries.push((phrase.clone(), Some(*tenths)));
            }
        }
        lists.sort_by(|one, other| one.language.cmp(&other.language));
        found.extend(lists);
    }
    found
}

/// The list of a language, begun if there is none yet.
fn list<'l>(lists: &'l mut Vec<WordList>, lexicon: Option<&str>, language: &str) -> &'l mut WordList {
    let place = lists.iter().position(|list| list.language == language).unwrap_or_else(|| {
        lists.push(WordList { lexicon: lexicon.map(str::to_owned), language: language.to_owned(), entries: Vec::new() });
        lists.len() - 1
    });
    &mut lists[place]
}

/// The lexicons that a condition weighs words by, each once.
fn lexicons(clause: &Clause, names: &mut Vec<String>) {
    for (_, check) in &clause.tests {
        if let Check::Text { lexicon: Some(weight), .. } = check
            && !names.contains(&weight.name)
        {
            names.push(weight.name.clone());
        }
    }
    clause.any.iter().chain(&clause.none).for_each(|inner| lexicons(inner, names));
    clause.sequences.iter().for_each(|follow| lexicons(&follow.matching, names));
}

/// The lexicons that a rule file asks for.
pub(super) fn lexicons_of(rule: &RuleFile) -> Vec<&str> {
    let mut names = Vec::new();
    every_condition(rule, &mut |condition| names.extend(condition.tests.iter().filter_map(|(_, test)| test.lexicon())));
    names
}

fn own(rule: &RuleFile) -> Vec<WordList> {
    let mut lists = Vec::new();
    every_condition(rule, &mut |condition| {
        for (language, phrases) in condition.tests.iter().filter_map(|(_, test)| test.mentions()).flatten() {
            let texts = phrases.iter().filter_map(|phrase| match phrase {
                Plain::Text(text) => Some((text.clone(), None)),
                Plain::Bool(_) | Plain::Number(_) => None,
            });
            list(&mut lists, None, language).entries.extend(texts);
        }
    });
    lists
}

/// Visits all conditions of a rule, those inside others too.
fn every_condition<'r>(rule: &'r RuleFile, visit: &mut impl FnMut(&'r Condition)) {
    rule.among.iter().chain(&rule.matching).for_each(|condition| of_condition(condition, visit));
    rule.levels.iter().for_each(|level| of_question(&level.when, visit));
}

fn of_question<'r>(question: &'r Question, visit: &mut impl FnMut(&'r Condition)) {
    question.among.iter().chain(&question.matching).for_each(|condition| of_condition(condition, visit));
    question.any.iter().chain(&question.none).flatten().for_each(|inner| of_question(inner, visit));
}

fn of_condition<'r>(condition: &'r Condition, visit: &mut impl FnMut(&'r Condition)) {
    visit(condition);
    condition.any.iter().chain(&condition.none).flatten().for_each(|inner| of_condition(inner, visit));
    let sequences = [&condition.followed_by, &condition.not_followed_by, &condition.preceded_by];
    let inside = sequences.into_iter().flatten().filter_map(|sequence| sequence.matching.as_ref());
    inside.for_each(|inner| of_condition(inner, visit));
}
