//! The screens of rules, outcomes and facts, with the built-in rules and a small record.

use chrono::NaiveDate;

use super::{LONG, SHORT, in_colour, is_tidy, stripped};
use crate::facts::Facts;
use crate::record::Record;
use crate::report::assess;
use crate::report::screen::sample::day;
use crate::report::screen::{Look, facts_of, facts_table, outcome, rule};
use crate::rules::{Pack, Rulebook, load, words_of};

/// A small record, read as JSON.
fn record() -> Record {
    let text = r#"{ "client": { "name": "Acme GmbH" }, "contract": { "signed_on": "2026-01-07", "currency": "EUR", "payment_terms": { "net_days": 14 } },
        "invoices": [
            { "number": "1", "issue_date": "2026-02-01", "amount": "900.00", "payments": [ { "date": "2026-03-20", "amount": "900.00" } ] },
            { "number": "2", "issue_date": "2026-05-01", "amount": "1200.00", "payments": [ { "date": "2026-06-20", "amount": "1200.00" } ] },
            { "number": "3", "issue_date": "2026-09-01", "amount": "700.00" } ],
        "messages": [ { "at": "2026-10-12T21:40:00+02:00", "from": "client", "text": "Are you stupid, or do you just not read what I send?" } ] }"#;
    crate::record::decode_line(text.replace('\n', " ").as_bytes()).expect("the record of the test is sound")
}

fn built_in() -> Rulebook {
    load(&[Pack::BuiltIn], None).expect("the built-in rules are sound").rulebook
}

#[test]
fn every_rule_is_explained_with_and_without_a_record() {
    let (book, record) = (built_in(), record());
    let as_of: NaiveDate = day("2026-11-22");
    let facts = Facts::new(&record, as_of);
    let report = assess(&record, &book, as_of);
    let all = crate::evaluate::Look::new(&book, &facts);
    let line_of = |path: &crate::diagnostic::Path| Some(format!("clients/of/two/thousand/twenty-six/acme.yaml:{}", path.steps().len()));
    for one in &book.rules {
        let explained = crate::evaluate::explain(&crate::evaluate::RuleLook::new(&all, one));
        let words = words_of(one, &[Pack::BuiltIn], None);
        for look in [SHORT, LONG, Look { width: 60, ..SHORT }] {
            let (alone, with_record) = (rule(one, &words, &book, &look), outcome(&report, one, &explained, &facts, &line_of, &look));
            is_tidy(&alone, look.width);
            is_tidy(&with_record, look.width);
            assert_eq!(alone, stripped(&rule(one, &words, &book, &in_colour(look))));
            assert_eq!(with_record, stripped(&outcome(&report, one, &explained, &facts, &line_of, &in_colour(look))));
        }
    }
}

#[test]
fn an_outcome_shows_each_entry_each_level_and_the_sum() {
    let (book, record) = (built_in(), record());
    let facts = Facts::new(&record, day("2026-11-22"));
    let report = assess(&record, &book, facts.as_of());
    let all = crate::evaluate::Look::new(&book, &facts);
    let shown = |id: &str| {
        let one = book.rule(id).expect("the rule is built in");
        let explained = crate::evaluate::explain(&crate::evaluate::RuleLook::new(&all, one));
        outcome(&report, one, &explained, &facts, &|path| Some(format!("acme.yaml:{}", path.steps().len())), &SHORT)
    };
    let late = shown("late-payments");
    assert!(late.starts_with("late-payments fired for Acme GmbH on 2026-11-22: level "), "{late}");
    assert!(late.contains("Looked at 3 of 3 invoices: those of the last "), "{late}");
    assert!(late.contains("yes, this counts"), "{late}");
    let unknown = shown("drama-drain");
    assert!(unknown.starts_with("drama-drain could not be told for Acme GmbH on 2026-11-22."), "{unknown}");
    assert!(unknown.contains("Missing in the record: hours"), "{unknown}");
    let quiet = shown("legal-threat");
    assert!(quiet.starts_with("legal-threat is quiet for Acme GmbH on 2026-11-22."), "{quiet}");
    assert!(quiet.contains("It would take "), "{quiet}");
}

#[test]
fn facts_are_told_with_their_values_and_what_is_not_known() {
    let record = record();
    let facts = Facts::new(&record, day("2026-11-22"));
    for look in [SHORT, Look { width: 60, ..SHORT }, Look { width: 100, ..SHORT }] {
        let (table, values) = (facts_table(&look), facts_of("Acme\u{1b} GmbH", &facts, &look));
        is_tidy(&table, look.width);
        is_tidy(&values, look.width);
        assert_eq!(values, stripped(&facts_of("Acme\u{1b} GmbH", &facts, &in_colour(look))));
    }
    let values = facts_of("Acme GmbH", &facts, &SHORT);
    let line = |name: &str| values.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} is missing:\n{values}"));
    assert!(line("overdue ").contains("  EUR 700.00  "));
    assert!(line("contract.value ").contains("  -  "));
    assert!(line("invoices ").contains("  3  "));
    assert!(line("  days_late ").contains(" to "));
    assert!(line("hours ").contains("  -  "));
}
