//! The screens for people: a report, a rule or facts come in, and text for a terminal goes out, in the width and the
//! colours that it is told. It decides nothing: what counts, in which order, and what to do about it is in the report.
//! It prints nothing, and no text of a stranger leaves it unescaped.

mod answer;
mod facts;
mod findings;
mod ink;
mod kit;
mod layout;
mod outcome;
mod prose;
mod ranking;
mod rule;
mod settings;
mod steps;
mod sums;
mod unknown;
mod words;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use super::Report;
use crate::advise::Verdict;

pub use facts::{facts_of, facts_table};
pub use kit::{Firings, Listed, Tried, failed_test, rules_fired, rules_list};
pub use outcome::outcome;
pub use ranking::{ranked, ranking};
pub use rule::rule;
pub use settings::{Setting, settings};
pub use words::counted;

use prose::Prose;

/// How a screen is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The width in terminal cells, 60 to 100.
    pub width: usize,
    /// Whether it is coloured. Without, the text is the same byte for byte.
    pub colour: bool,
    /// Whether to show all sums, more evidence, and what was looked for.
    pub verbose: bool,
}

/// With the prompt, an ordinary client fits a terminal of 40 lines.
const MOST_LINES: usize = 38;

/// How much the short screen shows of signs and of steps.
#[derive(Debug, Clone, Copy)]
struct Detail {
    /// Signs with a second line, which tells the fact.
    told_signs: usize,
    /// Signs with a row of their own.
    signs: usize,
    /// Steps with a second line, which tells why.
    told_steps: usize,
    /// Steps with a row of their own.
    steps: usize,
}

/// From the ordinary to the shortest; the first that fits is taken, so that a client with many signs still fits a screen.
const DETAILS: [Detail; 11] = [
    Detail { told_signs: 4, signs: 8, told_steps: 4, steps: usize::MAX },
    Detail { told_signs: 4, signs: 8, told_steps: 4, steps: 6 },
    Detail { told_signs: 4, signs: 8, told_steps: 3, steps: 5 },
    Detail { told_signs: 4, signs: 6, told_steps: 3, steps: 5 },
    Detail { told_signs: 4, signs: 6, told_steps: 2, steps: 5 },
    Detail { told_signs: 4, signs: 5, told_steps: 2, steps: 4 },
    Detail { told_signs: 3, signs: 6, told_steps: 2, steps: 4 },
    Detail { told_signs: 2, signs: 6, told_steps: 2, steps: 4 },
    Detail { told_signs: 2, signs: 6, told_steps: 1, steps: 3 },
    Detail { told_signs: 1, signs: 6, told_steps: 1, steps: 3 },
    Detail { told_signs: 1, signs: 5, told_steps: 1, steps: 2 },
];

/// The answer in one sentence: name, verdict, what it means. One line without its end, plain, also for `-q`.
#[must_use]
pub fn first_line(report: &Report<'_>) -> String {
    answer::first_line(report)
}

/// The report on one client.
#[must_use]
pub fn score(report: &Report<'_>, look: &Look) -> String {
    if look.verbose {
        return everything(report, look);
    }
    let mut screen = String::new();
    for detail in DETAILS {
        screen = short(report, look, detail);
        if screen.lines().count() <= MOST_LINES {
            break;
        }
    }
    screen
}

fn short(report: &Report<'_>, look: &Look, detail: Detail) -> String {
    let closing = closing("Points are expert judgement, not measured odds. All sums: clientcheck score -v", look);
    if report.verdict == Verdict::NotEnoughEvidence {
        return screen([
            answer::head_without_evidence(report, look),
            unknown::record_first(report, look),
            findings::short(report, look, detail, "Found so far"),
            steps::steps(report, look, detail),
            closing,
        ]);
    }
    screen([
        answer::head(report, look),
        findings::short(report, look, detail, "Why"),
        steps::steps(report, look, detail),
        unknown::sentence(report, look),
        closing,
    ])
}

fn everything(report: &Report<'_>, look: &Look) -> String {
    let all = Detail { told_signs: usize::MAX, signs: usize::MAX, told_steps: usize::MAX, steps: usize::MAX };
    let waits = report.verdict == Verdict::NotEnoughEvidence;
    let head = if waits { answer::head_without_evidence(report, look) } else { answer::head(report, look) };
    screen([
        head + &answer::read(report, look),
        if waits { unknown::record_first(report, look) } else { String::new() },
        findings::all(report, look),
        sums::categories(report, look),
        sums::changed(report, look),
        steps::steps(report, look, all),
        unknown::not_told(report, look),
        unknown::looked_for(report, look),
        unknown::other_stage(report, look),
        closing("Points are expert judgement, not measured odds: clientcheck explain RULE.", look),
    ])
}

/// The honest line about the points.
fn closing(text: &str, look: &Look) -> String {
    Prose::new().inked(text, ink::Ink::DIM).fill(look)
}

/// Blocks with an empty line between them; a block without a line is left out.
fn screen(blocks: impl IntoIterator<Item = String>) -> String {
    let blocks: Vec<String> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
    blocks.join("\n")
}
