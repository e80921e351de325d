//! An explanation as data: every question with its value here, and the entries that nearly counted.

use serde_json::{Value as Json, json};

use crate::evaluate::{Explained, Fall, FoundWords, ItemAnswer, LevelAnswer};
use crate::facts::{Answer, Facts};
use crate::rules::{Rule, Tenths, WordList};

/// Every level with its questions.
#[must_use]
pub fn levels(explained: &Explained) -> Vec<Json> {
    explained.levels.iter().map(level).collect()
}

fn level(level: &LevelAnswer) -> Json {
    let question = |asked: &crate::evaluate::Asked| json!({ "question": asked.question, "here": asked.here, "holds": word(asked.answer), "depth": asked.depth });
    let asked: Vec<Json> = level.asked.iter().map(question).collect();
    let in_the_way: Vec<&str> = level.in_the_way().into_iter().map(|asked| asked.question.as_str()).collect();
    json!({ "points": tenths(level.points), "holds": word(level.answer), "asked": asked, "in_the_way": in_the_way })
}

/// The entries that would count if one single test came out otherwise, and which.
#[must_use]
pub fn nearly_counted(explained: &Explained) -> Vec<Json> {
    let near = explained.nearly_counted().map(|(item, place)| {
        let here = item.tests.get(place).map(|(value, _)| value.as_str());
        json!({ "path": item.path.to_string(), "but_for": explained.tests.get(place), "here": here })
    });
    near.collect()
}

/// What the searches for words found in each entry, and what it weighs.
#[must_use]
pub fn words_found(explained: &Explained) -> Vec<Json> {
    let one = |found: &FoundWords| {
        let (lexicon, weight) = found.weight.as_ref().map(|(lexicon, weight)| (lexicon, tenths((*weight).into()))).unzip();
        json!({ "words": found.words, "phrase": found.phrase, "lexicon": lexicon, "weight": weight })
    };
    let entry = |item: &ItemAnswer| json!({ "entry": item.path.to_string(), "counts": word(item.counts), "found": item.found.iter().map(one).collect::<Vec<_>>() });
    explained.items.iter().filter(|item| !item.found.is_empty()).map(entry).collect()
}

/// What a rule is, with all its words.
#[must_use]
pub fn rule(rule: &Rule, words: &[WordList]) -> Json {
    let entry =
        |(phrase, weight): &(String, Option<i32>)| json!({ "phrase": phrase, "weight": weight.map(|weight| tenths(weight.into())) });
    let list = |list: &WordList| json!({ "lexicon": list.lexicon, "language": list.language, "entries": list.entries.iter().map(entry).collect::<Vec<_>>() });
    json!({
        "schema_version": 1,
        "rule": rule.id,
        "title": rule.title,
        "category": rule.category.word(),
        "side": rule.side.word(),
        "about": rule.about,
        "stages": rule.stages.as_ref().map(|stages| stages.iter().map(|stage| stage.word()).collect::<Vec<_>>()),
        "points": rule.levels.iter().map(|level| tenths(level.points)).collect::<Vec<_>>(),
        "fades": rule.fades.map(|fades| fades.to_string()),
        "words": words.iter().map(list).collect::<Vec<_>>(),
        "sources": rule.sources,
        "founded_on": rule.founded_on.word(),
        "ladder": rule.ladder,
        "pack": rule.pack
    })
}

/// The day on which the sign weighs less if nothing new comes, and because of which entry.
#[must_use]
pub fn fall(fall: &Fall, rule: &Rule, facts: &Facts<'_>) -> Json {
    let (list, index) = fall.entry;
    let level = fall.level.and_then(|level| rule.levels.get(level - 1));
    let points = tenths(level.map_or(0, |level| level.points));
    json!({ "on": fall.on.to_string(), "level": fall.level, "points": points, "entry": facts.path(list, index).to_string(), "older_than": fall.within.to_string() })
}

#[allow(clippy::cast_precision_loss, reason = "at most a thousand tenths")]
fn tenths(points: Tenths) -> f64 {
    points as f64 / 10.0
}

const fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::CannotTell(_) => "cannot-tell",
    }
}
