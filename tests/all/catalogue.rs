//! The catalogue of warning signs: each is one rule file, in its category, with tests that show it and tests that do not.

use std::collections::{BTreeMap, BTreeSet};

use clientcheck::diagnostic::Format;
use clientcheck::record::decode;
use clientcheck::rules::{Action, Outcome, RuleFile, Side};

use super::project::{files_ending, text};

/// Every sign that the default rules must know, by category.
const SIGNS: [(&str, &[&str]); 9] = [
    ("payment", &["late-payments", "overdue-now", "never-paid", "broken-payment-promise", "partial-payments", "disputed-after-delivery"]),
    (
        "pricing",
        &[
            "sticker-shock",
            "persistent-haggling",
            "cheaper-elsewhere",
            "free-work-request",
            "discount-after-agreement",
            "unrealistic-budget-or-deadline",
            "refund-demand",
        ],
    ),
    ("scope", &["scope-creep", "extras-after-price", "revision-overrun", "change-after-approval", "free-extras-given"]),
    (
        "clarity",
        &["vague-requirements", "vague-feedback", "unanswered-questions", "mind-changes", "no-compromise", "compromise-pleases-nobody"],
    ),
    (
        "conduct",
        &["verbal-abuse", "disproportionate-reaction", "bullying", "legal-threat", "review-blackmail", "smear", "boundary-crossing"],
    ),
    (
        "communication",
        &[
            "unresponsive",
            "disappears",
            "after-hours-contact",
            "rush-without-scope",
            "start-now-details-later",
            "denies-agreement",
            "scattered-channels",
            "anxious-questions",
            "constant-fault-finding",
            "unresolved-complaint",
        ],
    ),
    ("trust", &["turned-sour", "lost-trust", "made-client-look-bad", "misunderstanding", "know-it-all", "drama-drain", "crowding-out"]),
    (
        "groundwork",
        &[
            "no-signed-contract",
            "contract-gaps",
            "no-statement-of-work",
            "no-deposit-or-milestones",
            "working-while-unpaid",
            "no-one-channel",
        ],
    ),
    (
        "delivery",
        &[
            "missed-deadlines",
            "slow-replies",
            "silence",
            "surprise-costs",
            "guarantee-words",
            "complacency",
            "arguing-back",
            "after-hours-replies",
            "oversharing",
        ],
    ),
];

/// Signs of my own side: groundwork and delivery, and these.
const MINE: [&str; 2] = ["free-extras-given", "made-client-look-bad"];

fn rules() -> BTreeMap<String, (String, RuleFile)> {
    let read = |file: &std::path::PathBuf| {
        let name = file.display().to_string();
        let rule: RuleFile = decode(&text(file), Format::Yaml).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"));
        (rule.id.clone(), (name, rule))
    };
    let categories = SIGNS.iter().map(|(category, _)| *category).chain(["strengths"]);
    categories.flat_map(|category| files_ending(&format!("rules/{category}"), &["yml"])).map(|file| read(&file)).collect()
}

/// Signs of our own beside the catalogue.
const BESIDE: [&str; 1] = ["harsh-words"];

#[test]
fn every_sign_of_the_catalogue_is_a_rule_in_its_category() {
    let rules = rules();
    for (category, signs) in SIGNS {
        for sign in signs {
            let (file, rule) = rules.get(*sign).unwrap_or_else(|| panic!("there is no rule for the sign `{sign}`"));
            assert_eq!(rule.category.word(), category, "{file}");
            assert_eq!(*file, format!("rules/{category}/{sign}.yml"));
        }
    }
}

#[test]
fn every_rule_is_a_sign_of_the_catalogue_or_a_strength() {
    let signs: BTreeSet<&str> = SIGNS.iter().flat_map(|(_, signs)| signs.iter().copied()).collect();
    let rules = rules();
    let of_no_sign = rules
        .iter()
        .filter(|(id, (_, rule))| !signs.contains(id.as_str()) && rule.category.word() != "strengths" && !BESIDE.contains(&id.as_str()));
    assert_eq!(of_no_sign.map(|(id, _)| id).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn every_rule_is_tested_where_it_fires_and_where_it_stays_quiet() {
    for (file, rule) in rules().values() {
        for outcome in [Outcome::Fired, Outcome::Quiet] {
            let is_tested = rule.tests.iter().any(|test| test.expect.finding == outcome);
            assert!(is_tested, "{file} has no test that expects `{outcome}`");
        }
    }
}

#[test]
fn every_rule_says_what_it_is_and_where_it_comes_from() {
    for (file, rule) in rules().values() {
        assert!(rule.about.as_ref().is_some_and(|about| about.len() > 80), "{file} does not say what it is about");
        assert!(!rule.sources.is_empty() || rule.category.word() == "strengths", "{file} names no source");
        assert!(!rule.ladder.is_empty() || rule.category.word() == "strengths", "{file} leads to nothing");
    }
}

#[test]
fn my_own_signs_never_end_the_relationship() {
    for (file, rule) in rules().values().filter(|(_, rule)| rule.category.word() != "strengths") {
        let is_mine = matches!(rule.category.word(), "groundwork" | "delivery") || MINE.contains(&rule.id.as_str());
        assert_eq!(rule.side == Side::Me, is_mine, "{file}: whose side is it?");
        if is_mine {
            assert!(!rule.ladder.iter().any(|step| step == "let-go" || step == "walk-away"), "{file} ends what I did wrong myself");
        }
    }
}

#[test]
fn every_action_is_a_step_of_some_rule() {
    let used: BTreeSet<String> = rules().into_values().flat_map(|(_, rule)| rule.ladder).collect();
    for file in files_ending("rules/actions", &["yml"]) {
        let action: Action = decode(&text(&file), Format::Yaml).unwrap_or_else(|mistakes| panic!("{}: {mistakes:#?}", file.display()));
        assert!(used.contains(&action.id), "no rule leads to {}", action.id);
        assert_eq!(file, std::path::Path::new(&format!("rules/actions/{}.yml", action.id)));
    }
}
