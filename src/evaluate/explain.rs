//! Why a rule says what it says: every question with its value here, and every item with the tests that it passed or not.

use rust_decimal::Decimal;

use super::measures::RuleLook;
use super::outlook::{Fall, fall};
use super::{Outcome, range_in_words};
use crate::diagnostic::Path;
use crate::facts::{Answer, Field, Kind, List, Value, in_words};
use crate::rules::{Atom, Bounds, Check, Clause, Follow, Limit, Measure, Order, Query, Tenths, Weight};
use crate::text::Wanted;

/// Why a rule says what it says.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Its levels, lowest first.
    pub levels: Vec<LevelAnswer>,
    /// The list that it looks at.
    pub list: Option<List>,
    /// How many entries the list has; none if it is not in the record.
    pub total: Option<usize>,
    /// The names of the tests of `where`, for the head of a table.
    pub tests: Vec<String>,
    /// The entries that are considered, or may be.
    pub items: Vec<ItemAnswer>,
    /// When it will weigh less, if it fired and nothing new comes.
    pub fall: Option<Fall>,
}

/// A level with its answer.
#[derive(Debug, Clone)]
pub struct LevelAnswer {
    /// Its points.
    pub points: Tenths,
    /// Whether it holds.
    pub answer: Answer,
    /// What it asks, with the values here.
    pub asked: Vec<Asked>,
}

/// One question with its value.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is asked, as rule files write it: `count at least 2`.
    pub question: String,
    /// The value here.
    pub here: String,
    /// Whether it holds.
    pub answer: Answer,
    /// How deep it stands under `any` or `none`.
    pub depth: usize,
}

/// An entry with what was asked of it.
#[derive(Debug, Clone)]
pub struct ItemAnswer {
    /// Its place among the facts.
    pub index: usize,
    /// Its place in the record.
    pub path: Path,
    /// Value and answer for each test of `where`.
    pub tests: Vec<(String, Answer)>,
    /// Whether it counts.
    pub counts: Answer,
    /// The phrases that were found in its texts.
    pub found: Vec<FoundWords>,
}

/// A phrase that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundWords {
    /// The phrase as its author wrote it.
    pub phrase: String,
    /// The words of the text.
    pub words: String,
    /// The lexicon, and the phrase's weight in it in tenths; none if it is a phrase of the rule.
    pub weight: Option<(String, i32)>,
}

impl Explained {
    /// The entries that would count if one single test of `where` came out otherwise: each with that test's place.
    pub fn nearly_counted(&self) -> impl Iterator<Item = (&ItemAnswer, usize)> {
        self.items.iter().filter(|item| item.counts == Answer::No).filter_map(|item| Some((item, item.only_failing()?)))
    }
}

impl ItemAnswer {
    /// The one test that it does not pass, if it passes all others.
    #[must_use]
    pub fn only_failing(&self) -> Option<usize> {
        let mut failing = self.tests.iter().enumerate().filter(|(_, (_, answer))| *answer != Answer::Yes).map(|(place, _)| place);
        failing.next().filter(|_| failing.next().is_none())
    }
}

impl LevelAnswer {
    /// The questions that keep it from holding, with those under an `any` of which none holds, and those under a `none`
    /// that hold: what would have to be different.
    #[must_use]
    pub fn in_the_way(&self) -> Vec<&Asked> {
        let mut found = Vec::new();
        // Which connective the questions of a depth stand under, and whether it is itself in the way.
        let mut above: Vec<(bool, bool)> = vec![(false, true)];
        for asked in &self.asked {
            above.truncate(asked.depth + 1);
            let Some((is_unwanted, is_open)) = above.last().copied() else { continue };
            let is_in_the_way = is_open && if is_unwanted { asked.answer != Answer::No } else { asked.answer != Answer::Yes };
            match asked.question.as_str() {
                "any of:" => above.push((is_unwanted, is_in_the_way && !self.is_met_beside(asked))),
                "none of:" => above
                    .push((!is_unwanted, is_open && if is_unwanted { asked.answer != Answer::Yes } else { asked.answer != Answer::No })),
                _ if is_in_the_way => found.push(asked),
                _ => {}
            }
        }
        found
    }

    /// Whether another alternative of the same `any` holds.
    fn is_met_beside(&self, alternative: &Asked) -> bool {
        let Some(place) = self.asked.iter().position(|asked| std::ptr::eq(asked, alternative)) else { return false };
        let (before, after) = self.asked.split_at(place);
        let beside = |asked: &&Asked| asked.depth >= alternative.depth;
        let is_met =
            |asked: &Asked| asked.depth == alternative.depth && asked.question == alternative.question && asked.answer == Answer::Yes;
        before.iter().rev().take_while(beside).any(is_met) || after.iter().take_while(beside).any(is_met)
    }
}

/// Explains a rule's outcome.
#[must_use]
pub fn explain(look: &RuleLook<'_, '_>) -> Explained {
    let rule = look.rule;
    let main = rule.selections.first().filter(|_| rule.has_list);
    let list = main.map(|selection| selection.list);
    let tests = main.map(|selection| clause_in_words(&selection.matching)).unwrap_or_default();
    let items = main.map(|selection| items(look, selection.list, &selection.matching)).unwrap_or_default();
    let levels = rule.levels.iter().map(|level| {
        let mut asked = Vec::new();
        ask(look, &level.when, 0, &mut asked);
        LevelAnswer { points: level.points, answer: look.answer(&level.when), asked }
    });
    let fall = match look.outcome() {
        Outcome::Fired(fired) if rule.applies_in(look.look.facts.stage().0) => fall(look, fired.level),
        Outcome::Fired(_) | Outcome::Quiet | Outcome::NotEvaluated(_) | Outcome::OtherStage => None,
    };
    Explained { levels: levels.collect(), total: list.and_then(|list| look.look.facts.len(list)), list, tests, items, fall }
}

fn items(look: &RuleLook<'_, '_>, list: List, matching: &Clause) -> Vec<ItemAnswer> {
    let matches = &look.tally(0).matches;
    let counts = |index: usize| matches.binary_search_by_key(&index, |(matched, _)| *matched).map_or(Answer::No, |place| matches[place].1);
    let item = |(index, _): &(usize, Answer)| ItemAnswer {
        index: *index,
        path: look.look.facts.path(list, *index),
        tests: answers(look, list, matching, *index),
        counts: counts(*index),
        found: found(look, matching, *index),
    };
    look.look.pool(&look.rule.selections[0]).entries.iter().map(item).collect()
}

/// What the searches of a condition found in the texts of an entry, each search once.
fn found(look: &RuleLook<'_, '_>, clause: &Clause, index: usize) -> Vec<FoundWords> {
    let mut searches = Vec::new();
    collect_searches(clause, &mut searches);
    let mut found = Vec::new();
    for (field, wanted) in searches {
        let Value::Text(text) = (field.read)(look.look.facts, index) else { continue };
        found.extend(look.look.find(text, wanted).into_iter().map(|piece| FoundWords {
            phrase: piece.phrase.to_owned(),
            words: text.get(piece.place).unwrap_or_default().to_owned(),
            weight: match wanted {
                Wanted::Set(_) => None,
                Wanted::Lexicon(lexicon) => look.look.book.lexicons.get(lexicon.0 as usize).map(|name| (name.clone(), piece.tenths)),
            },
        }));
    }
    found
}

fn collect_searches(clause: &Clause, searches: &mut Vec<(&'static Field, Wanted)>) {
    for (field, check) in &clause.tests {
        let Check::Text { phrases, lexicon, .. } = check else { continue };
        let wanted = phrases.map(Wanted::Set).into_iter().chain(lexicon.as_ref().map(|weight| Wanted::Lexicon(weight.lexicon)));
        for wanted in wanted {
            if !searches.iter().any(|(_, other)| *other == wanted) {
                searches.push((field, wanted));
            }
        }
    }
    clause.any.iter().chain(&clause.none).for_each(|inner| collect_searches(inner, searches));
}

/// A condition in words, one text for each of its tests: `words at most 200`.
#[must_use]
pub fn clause_in_words(clause: &Clause) -> Vec<String> {
    let own = clause.tests.iter().map(|(field, check)| format!("{} {}", field.name, check_in_words(check, field.kind)));
    let all = |inner: &Clause| clause_in_words(inner).join(" and ");
    let any = clause.any.iter().map(all).collect::<Vec<_>>().join(", or ");
    let any = (!any.is_empty()).then(|| format!("either {any}"));
    let none = clause.none.iter().map(|inner| format!("not: {}", all(inner)));
    own.chain(any).chain(none).chain(clause.sequences.iter().map(follow_in_words)).collect()
}

fn answers(look: &RuleLook<'_, '_>, list: List, clause: &Clause, index: usize) -> Vec<(String, Answer)> {
    let single = |inner: Clause| look.look.clause(list, &inner, index);
    let own = clause.tests.iter().map(|(field, check)| {
        let is_text = matches!(check, Check::Text { .. });
        let value = if is_text { String::new() } else { in_words((field.read)(look.look.facts, index), field.kind) };
        (value, single(Clause { tests: vec![(field, check.clone())], ..Clause::default() }))
    });
    let any = clause.any.iter().fold(Answer::No, |any, inner| any.or(look.look.clause(list, inner, index)));
    let any = (!clause.any.is_empty()).then(|| (String::new(), any));
    let none = clause.none.iter().map(|inner| (String::new(), look.look.clause(list, inner, index).not()));
    let sequences = clause.sequences.iter().map(|follow| (String::new(), look.look.follows(list, follow, index).0));
    own.chain(any).chain(none).chain(sequences).collect()
}

fn ask(look: &RuleLook<'_, '_>, query: &Query, depth: usize, asked: &mut Vec<Asked>) {
    for (fact, check) in &query.facts {
        let value = (fact.read)(look.look.facts);
        asked.push(Asked {
            question: format!("{} {}", fact.name, check_in_words(check, fact.kind)),
            here: in_words(value, fact.kind),
            answer: look.look.fact(value, check),
            depth,
        });
    }
    for (selection, measure, bounds) in &query.measures {
        let (range, beside) = look.measure(*selection, *measure);
        let answer = look.look.compare(&range, beside, bounds, &mut || look.measure_before(*measure));
        let is_share = matches!(measure, Measure::Share | Measure::ShareOf(_));
        let list =
            if look.rule.has_list && *selection == 0 { String::new() } else { format!("{}: ", look.rule.selections[*selection].list) };
        let kind = if is_share { Kind::Share } else { Kind::Number };
        let question = format!("{list}{} {}", measure.name(), bounds_in_words(bounds, kind));
        asked.push(Asked { question, here: range_in_words(&range, beside, is_share), answer, depth });
    }
    for (word, inner) in query.any.iter().map(|inner| ("any", inner)).chain(query.none.iter().map(|inner| ("none", inner))) {
        let answer = look.answer(inner);
        asked.push(Asked { question: format!("{word} of:"), here: String::new(), answer, depth });
        ask(look, inner, depth + 1, asked);
    }
}

/// A test in the words of rule files.
#[must_use]
pub fn check_in_words(check: &Check, kind: Kind) -> String {
    match check {
        Check::Is(answer) => format!("is {}", if *answer { "yes" } else { "no" }),
        Check::OneOf(atoms) => {
            let words: Vec<String> = atoms
                .iter()
                .map(|atom| match atom {
                    Atom::Word(word) => word.clone(),
                    Atom::Number(number) => number.normalize().to_string(),
                    Atom::Day(day) => day.to_string(),
                })
                .collect();
            format!("is {}", words.join(" or "))
        }
        Check::Bounds(bounds) => bounds_in_words(bounds, kind),
        Check::Lacks { at_least, of } => format!("lacks at least {at_least} of {}", of.join(", ")),
        Check::Text { phrases, lexicon, .. } => {
            let phrases = phrases.map(|_| "mentions one of its phrases".to_owned());
            let weighs =
                |weight: &Weight| format!("weighs at least {} in {}", Decimal::new(weight.at_least.into(), 1).normalize(), weight.name);
            phrases.into_iter().chain(lexicon.as_ref().map(weighs)).collect::<Vec<_>>().join(" and ")
        }
    }
}

/// Bounds in words: `at least 2`, `more than 15% of contract.value and at most 30`.
#[must_use]
pub fn bounds_in_words(bounds: &Bounds, kind: Kind) -> String {
    let limit = |limit: &Limit| match limit {
        Limit::Number(number) if kind == Kind::Share => format!("{}%", (number * Decimal::ONE_HUNDRED).normalize()),
        Limit::Number(number) => number.normalize().to_string(),
        Limit::ShareOf(share, fact) => format!("{}% of {}", (share * Decimal::ONE_HUNDRED).normalize(), fact.name),
        Limit::ShareOfBefore(share) => format!("{}% of before", (share * Decimal::ONE_HUNDRED).normalize()),
    };
    let lower =
        bounds.lower.iter().map(|bound| format!("{} {}", if bound.is_inclusive { "at least" } else { "more than" }, limit(&bound.limit)));
    let upper =
        bounds.upper.iter().map(|bound| format!("{} {}", if bound.is_inclusive { "at most" } else { "less than" }, limit(&bound.limit)));
    let all: Vec<String> = lower.chain(upper).collect();
    match all.as_slice() {
        [lower, upper] if lower.starts_with("at least ") && lower.strip_prefix("at least ") == upper.strip_prefix("at most ") => {
            lower.replacen("at least", "exactly", 1)
        }
        _ => all.join(" and "),
    }
}

/// A sequence in words: `followed by payments within 10 days`.
#[must_use]
pub fn follow_in_words(follow: &Follow) -> String {
    let order = match follow.order {
        Order::FollowedBy => "followed by",
        Order::NotFollowedBy => "not followed by",
        Order::PrecededBy => "preceded by",
    };
    let which = clause_in_words(&follow.matching).join(", ");
    let which = if which.is_empty() { String::new() } else { format!(" ({which})") };
    format!("{order} {}{which} within {}", follow.list, follow.within)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(asked: &[(&str, usize, Answer)]) -> LevelAnswer {
        let one = |(question, depth, answer): &(&str, usize, Answer)| Asked {
            question: (*question).to_owned(),
            here: String::new(),
            answer: *answer,
            depth: *depth,
        };
        LevelAnswer { points: 10, answer: Answer::No, asked: asked.iter().map(one).collect() }
    }

    fn in_the_way(asked: &[(&str, usize, Answer)]) -> Vec<String> {
        level(asked).in_the_way().into_iter().map(|asked| asked.question.clone()).collect()
    }

    #[test]
    fn what_keeps_a_level_from_holding_is_found_at_every_depth() {
        use Answer::{No, Yes};
        assert_eq!(in_the_way(&[("count", 0, Yes), ("share", 0, No)]), ["share"]);
        assert_eq!(in_the_way(&[("any of:", 0, No), ("a", 1, No), ("any of:", 0, No), ("b", 1, No), ("c", 1, Yes)]), ["a", "b"]);
        assert_eq!(in_the_way(&[("any of:", 0, No), ("a", 1, No), ("any of:", 0, Yes), ("b", 1, Yes), ("c", 0, No)]), ["c"]);
        assert_eq!(in_the_way(&[("none of:", 0, Yes), ("a", 1, Yes), ("none of:", 0, No), ("b", 1, No)]), ["a"]);
    }

    #[test]
    fn an_entry_nearly_counts_if_one_test_alone_fails() {
        use Answer::{No, Yes};
        let item = |tests: &[Answer]| ItemAnswer {
            index: 0,
            path: Path::root(),
            tests: tests.iter().map(|answer| (String::new(), *answer)).collect(),
            found: Vec::new(),
            counts: tests.iter().fold(Yes, |all, one| all.and(*one)),
        };
        let items = vec![item(&[Yes, Yes]), item(&[Yes, No]), item(&[No, No])];
        let explained = Explained { levels: Vec::new(), list: None, total: None, tests: Vec::new(), items, fall: None };
        assert_eq!(explained.nearly_counted().map(|(_, test)| test).collect::<Vec<_>>(), [1]);
    }
}
