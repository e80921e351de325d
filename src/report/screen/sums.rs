//! The sums behind the total: points by category, and what changed since an earlier day.

use super::Look;
use super::answer::formula;
use super::findings::over_cap;
use super::layout::{Sheet, gives_way, left, right, yields};
use super::words::{points, signed};
use crate::report::{CategoryReport, Change, FindingReport, Report, Since};
use crate::rules::{Category, Tenths};

/// Points by category, the weightiest first, with caps and the formula of the index.
pub(super) fn categories(report: &Report<'_>, look: &Look) -> String {
    let mut sheet = Sheet::new([left("Category"), right("Points"), right("Cap"), yields("Signs looked at")]);
    let mut categories: Vec<&CategoryReport> = report.categories.iter().filter(|category| category.of > 0).collect();
    // The sort is stable: what has no points keeps the order of the catalogue.
    categories.sort_by_key(|category| (category.id == Category::Strengths, std::cmp::Reverse(category.points)));
    for category in categories {
        let sign = if category.id == Category::Strengths { -1 } else { 1 };
        let before = if category.over_cap > 0 {
            format!("; {} before the cap", points(category.points + sign * category.over_cap))
        } else {
            String::new()
        };
        let looked_at = format!("{} of {}{before}", category.evaluated, category.of);
        sheet.row([category.id.word().into(), points(category.points).into(), points(sign * category.cap).into(), looked_at.into()]);
    }
    sheet.row(["".into(), "─────".into(), "".into(), "".into()]);
    sheet.bold_row(["in all".into(), points(report.risk.points).into(), "".into(), formula(report).into()]);
    sheet.draw(look)
}

/// What changed since the earlier day, with sums that add up.
pub(super) fn changed(report: &Report<'_>, look: &Look) -> String {
    let Some(since) = report.since.as_ref().filter(|since| since.was_known) else { return String::new() };
    let caps = changes_of_caps(report, since);
    if since.changed.is_empty() && caps.is_empty() {
        return String::new();
    }
    let mut sheet = Sheet::new([right("Changed"), gives_way(format!("Since {}", since.as_of))]);
    let mut changes: Vec<&Change<'_>> = since.changed.iter().collect();
    changes.sort_by_key(|change| (std::cmp::Reverse(change.to - change.from), change.rule));
    for change in changes {
        sheet.row([signed(change.to - change.from).into(), in_words(report, since, change).into()]);
    }
    for (change, words) in caps {
        sheet.row([signed(change).into(), words.into()]);
    }
    sheet.row(["─────".into(), "".into()]);
    let (then, now) = (since.points, report.risk.points);
    sheet.bold_row([signed(now - then).into(), format!("{} -> {} points", points(then), points(now)).into()]);
    sheet.draw(look)
}

/// Where a cap takes off more than then, or less.
fn changes_of_caps(report: &Report<'_>, since: &Since<'_>) -> Vec<(Tenths, String)> {
    let then = |id: Category| since.categories.iter().find(|category| category.id == id).map_or(0, |category| category.over_cap);
    let change = |now: &CategoryReport| {
        let (change, words) = over_cap(now.id, now.over_cap - then(now.id), now.cap);
        (change != 0).then_some((change, words))
    };
    report.categories.iter().filter_map(change).collect()
}

/// `late-payments: 6.1 -> 14.6, new on 2026-10-29`.
fn in_words(report: &Report<'_>, since: &Since<'_>, change: &Change<'_>) -> String {
    let numbers = format!("{} -> {}", points(change.from), points(change.to));
    let finding = report.findings.iter().chain(&report.strengths).find(|finding| finding.rule == change.rule);
    match (kind(change), finding) {
        (Kind::New, _) => format!("{}: new", change.rule),
        (Kind::Gone, _) => format!("{}: gone", change.rule),
        (Kind::More, Some(finding)) => format!("{}: {numbers}{}", change.rule, new_evidence(finding, since)),
        (Kind::Less, Some(finding)) if finding.fading.is_some() && new_evidence(finding, since).is_empty() => {
            format!("{}: {numbers}, fades", change.rule)
        }
        (Kind::More | Kind::Less, _) => format!("{}: {numbers}", change.rule),
    }
}

fn new_evidence(finding: &FindingReport<'_>, since: &Since<'_>) -> String {
    let newest = finding.evidence.iter().filter_map(|piece| piece.date).max();
    newest.filter(|day| *day > since.as_of).map(|day| format!(", new on {day}")).unwrap_or_default()
}

/// Which way a finding went. Those of strengths are negative, and more of a strength is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It was not there.
    New,
    /// It is no longer there.
    Gone,
    /// It weighs more.
    More,
    /// It weighs less.
    Less,
}

pub(super) fn kind(change: &Change<'_>) -> Kind {
    match (change.from, change.to) {
        (0, _) => Kind::New,
        (_, 0) => Kind::Gone,
        (from, to) if to.abs() > from.abs() => Kind::More,
        _ => Kind::Less,
    }
}
