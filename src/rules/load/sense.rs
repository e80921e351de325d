//! What the types of actions, lexicons and scoring cannot say: numbers that must rise, ids, phrases.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::diagnostic::Path;
use crate::facts::Duration;
use crate::record::Quantity;
use crate::rules::compile::{is_id, number_meant};
use crate::rules::file::Plain;
use crate::rules::languages::unknown_language;
use crate::rules::problem::{Problem, Problems, bad_phrase};
use crate::rules::settings::{Action, Bands, LanguageFile, LexiconFile, Scoring};
use crate::text::{ReaderBuilder, check_phrase};

/// How drastic actions can be.
const DRASTIC: std::ops::RangeInclusive<u8> = 1..=9;

/// What is wrong with an action.
pub(super) fn action(action: &Action) -> Problems {
    let mut problems = Problems::default();
    if !is_id(&action.id) {
        problems.add(
            Problem::at(Path::of(["id"]), "bad-id", format!("`{}` cannot be an id", action.id))
                .label("ids are small letters, digits and single hyphens, like send-reminder"),
        );
    }
    if !DRASTIC.contains(&action.drastic) {
        let message = format!("{} is not between {} and {}", action.drastic, DRASTIC.start(), DRASTIC.end());
        problems.add(Problem::at(Path::of(["drastic"]), "out-of-range", message).label("1 is mild, 9 ends the work together"));
    }
    for (key, text) in [("title", &action.title), ("how", &action.how), ("avoid", &action.avoid)] {
        if text.trim().is_empty() {
            problems.add(Problem::at(Path::of([key]), "empty", format!("`{key}` is empty")).label("say it in a calm sentence"));
        }
    }
    problems
}

/// What is wrong with a lexicon; entries that cannot be used are taken out.
pub(super) fn lexicon(lexicon: &mut LexiconFile) -> Problems {
    let mut problems = Problems::default();
    problems.0.extend(unknown_language(&lexicon.language, Path::of(["language"])));
    if lexicon.entries.is_empty() {
        problems.add(Problem::at(Path::of(["entries"]), "empty", "there are no entries").note("this lexicon would never be found"));
    }
    lexicon.entries.retain(|phrase, weight| {
        let path = Path::of(["entries"]).key(phrase.as_str());
        let is_nothing = tenths(weight) == Some(0);
        if is_nothing {
            problems.add(bad_weight(weight, path.clone()));
        }
        entry(phrase, weight, path, &mut problems).is_some_and(|_| !is_nothing)
    });
    problems
}

/// The weight of an entry in tenths, if the entry can be used.
pub(super) fn entry(phrase: &str, weight: &Plain, path: Path, problems: &mut Problems) -> Option<i32> {
    let tenths = tenths(weight);
    if tenths.is_none() {
        problems.add(bad_weight(weight, path.clone()));
    }
    let mistake = check_phrase(phrase).err();
    let is_good = mistake.is_none();
    problems.0.extend(mistake.map(|mistake| bad_phrase(path, phrase, mistake.to_string()).on_key()));
    tenths.filter(|_| is_good)
}

fn bad_weight(weight: &Plain, path: Path) -> Problem {
    let problem = Problem::at(path, "bad-weight", format!("`{weight}` is not a weight"));
    let meant = match weight {
        Plain::Text(text) => number_meant(text),
        Plain::Bool(_) | Plain::Number(_) => None,
    };
    match meant.filter(|number| !number.is_zero()) {
        Some(number) => problem.suggest(number.to_string()),
        None => problem.label("write a number like 2 or -0.5, in whole tenths and no further from 0 than 100"),
    }
}

/// A weight in tenths: no part of one is passed over, and what weighs more than any points is a slip.
pub(super) fn tenths(weight: &Plain) -> Option<i32> {
    match weight {
        Plain::Number(number) if number.abs() <= Decimal::ONE_HUNDRED && number.round_dp(1) == *number => {
            number.checked_mul(Decimal::TEN).and_then(|tenths| tenths.to_i32())
        }
        Plain::Number(_) => None,
        Plain::Bool(_) | Plain::Text(_) => None,
    }
}

/// What is wrong with what is known of a language.
pub(super) fn language(file: &LanguageFile) -> Problems {
    let mut problems = Problems::default();
    problems.0.extend(unknown_language(&file.language, Path::of(["language"])));
    let mut reader = ReaderBuilder::new();
    let language = reader.language(&file.language);
    for (kind, key, words) in file.kinds() {
        for (index, word) in words.iter().enumerate() {
            if let Err(mistake) = reader.known(language, kind, word) {
                problems.add(bad_phrase(Path::of([key]).index(index), word, mistake.to_string()));
            }
        }
    }
    problems
}

/// What is wrong with the numbers of the scoring.
pub(super) fn scoring(scoring: &Scoring) -> Problems {
    let mut problems = Problems::default();
    let root = Path::root();
    bands(&scoring.bands, &root.key("bands"), &mut problems);
    let severities = &scoring.severities;
    let steps = [("clear", &severities.clear), ("serious", &severities.serious), ("grave", &severities.grave)];
    rising(&steps, &root.key("severities"), &mut problems);
    for (key, number) in [("base_odds", &scoring.index.base_odds), ("doubles_every", &scoring.index.doubles_every)] {
        if number.0 <= Decimal::ZERO {
            let message = format!("`{key}` has to be more than 0");
            problems.add(Problem::at(root.key("index").key(key), "out-of-range", message).note("there would be no index"));
        }
    }
    for (category, cap) in &scoring.caps {
        at_least_nothing(cap, root.key("caps").key(category.word()), &mut problems);
    }
    if scoring.confidence.floor.0 < Decimal::ZERO || scoring.confidence.floor.0 > Decimal::ONE {
        let path = root.key("confidence").key("floor");
        problems.add(Problem::at(path, "out-of-range", "the confidence goes from 0 to 1").label("write a number like 0.15"));
    }
    let enough = &scoring.confidence.enough;
    let counts = [
        ("invoices", enough.invoices),
        ("messages", enough.messages),
        ("milestones", enough.milestones),
        ("hours", enough.hours),
        ("feedback", enough.feedback),
        ("others", enough.others),
    ];
    for (key, _) in counts.into_iter().filter(|(_, count)| *count == 0) {
        let path = root.key("confidence").key("enough").key(key);
        problems.add(Problem::at(path, "out-of-range", "no entry at all is never enough").label("write 1 or more"));
    }
    if scoring.steps.tried_within.parse::<Duration>().is_err() {
        let message = format!("`{}` is not a length of time", scoring.steps.tried_within);
        let path = root.key("steps").key("tried_within");
        problems.add(Problem::at(path, "not-a-duration", message).label("write a number and a unit, like 12 months"));
    }
    problems
}

/// Where bands begin.
fn bands(bands: &Bands, path: &Path, problems: &mut Problems) {
    rising(&[("watch", &bands.watch), ("high", &bands.high), ("critical", &bands.critical)], path, problems);
    if bands.critical.0 > Decimal::ONE_HUNDRED {
        problems.add(beyond_the_index(path));
    }
}

pub(super) fn beyond_the_index(bands: &Path) -> Problem {
    Problem::at(bands.key("critical"), "out-of-range", "the index ends at 100").note("this band would never be reached")
}

fn rising(steps: &[(&str, &Quantity)], path: &Path, problems: &mut Problems) {
    for pair in steps.windows(2) {
        if let [(below, low), (above, high)] = pair
            && high.0 <= low.0
        {
            let message = format!("`{above}` does not begin above `{below}`");
            problems.add(Problem::at(path.key(*above), "does-not-rise", message).label(format!("write more than {}", low.0.normalize())));
        }
    }
}

/// A cap takes nothing away from a risk.
pub(super) fn at_least_nothing(cap: &Quantity, path: Path, problems: &mut Problems) {
    if cap.0 < Decimal::ZERO {
        problems.add(Problem::at(path, "out-of-range", "a cap cannot be below 0").label("write 0 to count nothing of this category"));
    }
}
