//! Runs the tests that stand inside rule files: a record, a day, and what must come out.

use std::fmt;

use super::items::Look;
use super::measures::RuleLook;
use super::{Explained, Outcome, explain};
use crate::facts::Facts;
use crate::rules::{self, RuleTest, Rulebook};

/// What came out of a test.
#[derive(Debug)]
pub struct Trial {
    /// What is wrong, or nothing.
    pub failure: Option<Failure>,
}

/// Why a test failed.
#[derive(Debug)]
pub struct Failure {
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub got: String,
    /// `noisy`: it fired though it should be quiet; `missing`: the other way round; else `different`.
    pub kind: &'static str,
    /// Question by question; none if the record could not be read.
    pub explained: Option<Explained>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.kind, self.expected, self.got)?;
        for level in self.explained.iter().flat_map(|explained| &explained.levels) {
            for asked in &level.asked {
                write!(f, "\n    {}{}: {} -> {:?}", "  ".repeat(asked.depth), asked.question, asked.here, asked.answer)?;
            }
        }
        Ok(())
    }
}

/// Runs one test of a rule.
#[must_use]
pub fn try_rule(book: &Rulebook, id: &str, test: &RuleTest) -> Trial {
    let expected = described(test.expect.finding, test.expect.level, test.expect.evidence);
    let failed = |got: String, kind, explained| Trial { failure: Some(Failure { expected: expected.clone(), got, kind, explained }) };
    let Some(rule) = book.rule(id) else { return failed("no such rule".to_owned(), "missing", None) };
    let record = match test.record() {
        Ok(record) => record,
        Err(error) => return failed(format!("a record that cannot be read: {error}"), "different", None),
    };
    let facts = Facts::new(&record, test.as_of.0);
    let look = Look::new(book, &facts);
    let look = RuleLook::new(&look, rule);
    let outcome = if rule.applies_in(facts.stage().0) { look.outcome() } else { Outcome::OtherStage };
    let (finding, level, evidence) = match &outcome {
        Outcome::Fired(fired) => (rules::Outcome::Fired, Some(fired.level), Some(fired.evidence.len())),
        Outcome::Quiet => (rules::Outcome::Quiet, None, None),
        Outcome::NotEvaluated(_) | Outcome::OtherStage => (rules::Outcome::NotEvaluated, None, None),
    };
    let is_met = finding == test.expect.finding
        && test.expect.level.is_none_or(|expected| level == Some(expected))
        && test.expect.evidence.is_none_or(|expected| evidence == Some(expected));
    if is_met {
        return Trial { failure: None };
    }
    let kind = match (finding, test.expect.finding) {
        (rules::Outcome::Fired, rules::Outcome::Quiet | rules::Outcome::NotEvaluated) => "noisy",
        (rules::Outcome::Quiet | rules::Outcome::NotEvaluated, rules::Outcome::Fired) => "missing",
        _ => "different",
    };
    let got = match &outcome {
        Outcome::OtherStage => format!("not-evaluated: the record's stage is {}", facts.stage().0),
        Outcome::NotEvaluated(missing) => {
            format!("not-evaluated for want of {}", missing.iter().map(crate::facts::Need::path).collect::<Vec<_>>().join(", "))
        }
        Outcome::Fired(_) | Outcome::Quiet => described(finding, level, evidence),
    };
    failed(got, kind, Some(explain(&look)))
}

fn described(finding: rules::Outcome, level: Option<usize>, evidence: Option<usize>) -> String {
    let mut text = finding.to_string();
    if let Some(level) = level {
        text.push_str(&format!(", level {level}"));
    }
    if let Some(evidence) = evidence {
        text.push_str(&format!(", evidence {evidence}"));
    }
    text
}
