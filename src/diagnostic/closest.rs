//! What was probably meant: the nearest of the words that are allowed, or none rather than a silly one.

use std::cmp::Ordering;

/// Words longer than this are not typing mistakes of ours, and comparing them costs the product of their lengths.
const LONGEST: usize = 64;

/// Other words that people write for one of ours, each line with the one that is meant; where several are, the first
/// that is allowed.
const SAME: &[(&str, &[&str])] = &[
    ("at_least", &["min", "minimum", "gte", "ge", "not_less_than"]),
    ("at_most", &["max", "maximum", "lte", "le", "up_to", "not_more_than"]),
    ("more_than", &["greater_than", "gt", "above", "over", "exceeds", "bigger_than", "larger_than"]),
    ("less_than", &["lt", "below", "under", "fewer_than", "smaller_than"]),
    ("one_of", &["in", "any_of", "is_in", "either"]),
    ("mentions_any", &["contains", "contains_any", "includes", "matches", "mentions", "phrases"]),
    ("count", &["number", "total", "number_of", "times"]),
    ("share", &["percent", "percentage", "ratio", "fraction"]),
    ("sum_of", &["sum", "total_of"]),
    ("largest", &["max", "maximum", "highest", "biggest"]),
    ("median", &["average", "mean", "avg"]),
    ("distinct", &["unique", "different"]),
    ("none", &["not", "no", "unless"]),
    ("look_at", &["list", "in", "source", "from"]),
    ("where", &["filter", "if", "condition", "conditions", "matching"]),
    ("within", &["period", "last", "window", "timeframe"]),
    ("points", &["weight", "score", "severity", "value"]),
    ("ladder", &["actions", "steps", "remedies"]),
    ("about", &["description", "summary", "why"]),
    ("title", &["name", "label"]),
    ("name", &["title", "description"]),
    ("founded_on", &["based_on", "evidence"]),
    ("client", &["customer", "buyer", "they", "them"]),
    ("me", &["freelancer", "us", "myself", "contractor", "supplier", "vendor"]),
    ("fired", &["triggered", "positive", "matched", "true", "found"]),
    ("quiet", &["silent", "negative", "false", "not-fired", "none"]),
    ("not-evaluated", &["unknown", "cannot-tell", "undecided"]),
];

/// The allowed word that was probably meant. Case, `-`, `_` and spaces make no difference; a plural or a word that is
/// only longer or shorter at the end is near. `None` where nothing is near, or where the word itself is allowed.
pub fn closest<'a>(word: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = folded(word)?;
    let allowed: Vec<&str> = allowed.into_iter().collect();
    allowed
        .iter()
        .copied()
        .filter(|&candidate| candidate != word)
        .filter_map(|candidate| Some((candidate, distance(&written, &folded(candidate)?)?)))
        .min_by(|(_, one), (_, other)| one.partial_cmp(other).unwrap_or(Ordering::Equal))
        .map(|(candidate, _)| candidate)
        .or_else(|| same(&written, &allowed))
}

/// The allowed word that means the same.
fn same<'a>(written: &str, allowed: &[&'a str]) -> Option<&'a str> {
    let means_it = |words: &[&str]| words.iter().any(|word| folded(word).as_deref() == Some(written));
    let mut meant = SAME.iter().filter(|(_, words)| means_it(words)).map(|(word, _)| *word);
    meant.find_map(|word| allowed.iter().copied().find(|candidate| *candidate == word))
}

/// The allowed words, nearest first, whether near or not.
pub(super) fn nearest<'a>(word: &str, allowed: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let written: String = word.chars().take(LONGEST).flat_map(char::to_lowercase).collect();
    let mut ranked: Vec<(&str, f64)> =
        allowed.into_iter().map(|candidate| (candidate, -strsim::jaro_winkler(&written, &candidate.to_lowercase()))).collect();
    ranked.sort_by(|(_, one), (_, other)| one.partial_cmp(other).unwrap_or(Ordering::Equal));
    ranked.into_iter().map(|(candidate, _)| candidate).collect()
}

/// Lower case, and one way of joining words.
fn folded(word: &str) -> Option<String> {
    let word = word.trim();
    if word.is_empty() || word.chars().nth(LONGEST).is_some() {
        return None;
    }
    Some(word.chars().flat_map(char::to_lowercase).map(|c| if matches!(c, '-' | ' ') { '_' } else { c }).collect())
}

/// How far apart two folded words are; `None` if so far that a suggestion would be silly. Smaller is nearer; the second
/// number decides between words that are equally far.
fn distance(written: &str, candidate: &str) -> Option<(usize, f64)> {
    if written == candidate {
        return Some((0, 0.0));
    }
    let likeness = -strsim::jaro_winkler(written, candidate);
    let edits = strsim::damerau_levenshtein(written, candidate);
    let (shorter, longer) = match written.chars().count().cmp(&candidate.chars().count()) {
        Ordering::Greater => (candidate, written),
        Ordering::Less | Ordering::Equal => (written, candidate),
    };
    let length = longer.chars().count();
    // email and emails, reply and replies, since and since_when.
    let stem = shorter.strip_suffix('y').filter(|_| longer.ends_with("ies")).unwrap_or(shorter);
    let goes_on = stem.chars().count() >= 3 && longer.starts_with(stem) && (edits <= 3 || longer[stem.len()..].starts_with('_'));
    // One slip in short words, one in three letters in longer ones; `me` never becomes `we`.
    let near = match length {
        0..=2 => false,
        3..=4 => edits == 1 && same_beginning(written, candidate),
        _ => edits <= length / 3,
    };
    let swapped = edits == 1 && length == 3 && same_letters(written, candidate);
    (near || goes_on || swapped).then_some((edits.min(3), likeness))
}

fn same_beginning(one: &str, other: &str) -> bool {
    one.chars().next() == other.chars().next() || same_letters(one, other)
}

fn same_letters(one: &str, other: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CLIENT: [&str; 6] = ["name", "id", "aliases", "emails", "timezone", "since"];

    #[test]
    fn a_slip_leads_to_the_word_that_was_meant() {
        assert_eq!(closest("email", CLIENT), Some("emails"));
        assert_eq!(closest("Name", CLIENT), Some("name"));
        assert_eq!(closest("nmae", CLIENT), Some("name"));
        assert_eq!(closest("time-zone", CLIENT), Some("timezone"));
        assert_eq!(closest("alias", CLIENT), Some("aliases"));
        assert_eq!(closest("mesages", ["messages", "milestones"]), Some("messages"));
        assert_eq!(closest("cuont", ["count", "share"]), Some("count"));
        assert_eq!(closest("state-hour", ["state-hours", "stand-firm"]), Some("state-hours"));
        assert_eq!(closest("reply", ["replies"]), Some("replies"));
        assert_eq!(closest("dueDate", ["due_date", "issue_date"]), Some("due_date"));
        assert_eq!(closest("Due Date", ["due_date"]), Some("due_date"));
    }

    #[test]
    fn silly_suggestions_are_not_made() {
        assert_eq!(closest("phone", CLIENT), None);
        assert_eq!(closest("x", CLIENT), None);
        assert_eq!(closest("", CLIENT), None);
        assert_eq!(closest("me", ["we", "no"]), None);
        assert_eq!(closest("yes", ["no", "me"]), None);
        assert_eq!(closest("boss", ["client", "me", "both"]), None);
        assert_eq!(closest(&"email".repeat(1000), CLIENT), None);
    }

    #[test]
    fn a_word_that_means_the_same_leads_to_ours() {
        let bounds = ["at_least", "more_than", "at_most", "less_than"];
        assert_eq!(closest("greater_than", bounds), Some("more_than"));
        assert_eq!(closest("min", bounds), Some("at_least"));
        assert_eq!(closest("customer", ["client", "me", "other"]), Some("client"));
        assert_eq!(closest("average", ["count", "largest", "median"]), Some("median"));
        assert_eq!(closest("max", ["count", "largest", "median"]), Some("largest"));
        assert_eq!(closest("average", bounds), None);
    }

    #[test]
    fn the_word_itself_is_no_suggestion() {
        assert_eq!(closest("name", ["name"]), None);
    }

    #[test]
    fn the_nearest_come_first() {
        assert_eq!(nearest("millestone", ["invoices", "milestones", "messages"])[0], "milestones");
    }

    proptest! {
        #[test]
        fn a_suggestion_is_one_of_the_allowed(word in any::<String>(), allowed in prop::collection::vec("[a-z_]{0,9}", 0..9)) {
            if let Some(found) = closest(&word, allowed.iter().map(String::as_str)) {
                prop_assert!(allowed.iter().any(|one| one == found));
            }
        }
    }
}
