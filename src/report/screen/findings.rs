//! The signs that were found, as an invoice is read: a row for each, caps, strengths, the sum.

use super::ink::Ink;
use super::layout::{Sheet, Spot, gives_way, left, right};
use super::prose::Prose;
use super::words::{counted, index, place, points, signed};
use super::{Detail, Look};
use crate::report::{EvidenceReport, FindingReport, Report};
use crate::rules::{Category, Tenths};

/// So many pieces of evidence are told for a sign under `-v`; JSON has all.
const PIECES: usize = 5;
const PIECES_IN_WORDS: &str = "five";

/// The table of the short screen.
pub(super) fn short(report: &Report<'_>, look: &Look, detail: Detail, head: &str) -> String {
    let mut sheet = sheet(head);
    few(&mut sheet, &report.findings, detail, "sign");
    caps(&mut sheet, report, |category| category != Category::Strengths);
    if report.findings.is_empty() {
        few(&mut sheet, &report.strengths, detail, "strength");
    } else if let Some(first) = report.strengths.first() {
        let names: Vec<&str> = report.strengths.iter().map(|strength| strength.rule).collect();
        sheet.row([sum_of(&report.strengths).into(), "".into(), Spot::names("Good:", &names), newest_place(first)]);
    }
    caps(&mut sheet, report, |category| category == Category::Strengths);
    finished(sheet, report, look)
}

/// The table of `-v`, with every sum.
pub(super) fn all(report: &Report<'_>, look: &Look) -> String {
    let mut sheet = sheet("Why");
    for finding in &report.findings {
        whole(&mut sheet, finding);
    }
    caps(&mut sheet, report, |category| category != Category::Strengths);
    for strength in &report.strengths {
        whole(&mut sheet, strength);
    }
    caps(&mut sheet, report, |category| category == Category::Strengths);
    finished(sheet, report, look)
}

fn sheet(head: &str) -> Sheet {
    Sheet::new([right("Points"), left("Side"), gives_way(head), left("Evidence")])
}

/// The sum, the total, and what was set aside.
fn finished(mut sheet: Sheet, report: &Report<'_>, look: &Look) -> String {
    let mut aside = String::new();
    for finding in &report.set_aside {
        let words = format!("Set aside until {}: {}, {} (\"{}\")", finding.until, finding.rule, signed(finding.points), finding.reason);
        aside += &Prose::new().say(&words).fill(look);
    }
    if sheet.is_empty() {
        return aside;
    }
    sheet.row(["─────".into(), "".into(), "".into(), "".into()]);
    let total = format!("in all: a risk of {}", index(report.risk.index, look));
    sheet.bold_row([points(report.risk.points).into(), "".into(), total.into(), "".into()]);
    sheet.draw(look) + &aside
}

/// The weightiest in two rows, the next in one, the rest together.
fn few(sheet: &mut Sheet, findings: &[FindingReport<'_>], detail: Detail, thing: &str) {
    // One row for a single smaller one would take the room of the sign itself.
    let shown = if findings.len() <= detail.signs.saturating_add(1) { findings.len() } else { detail.signs };
    let (shown, smaller) = findings.split_at(shown);
    for (place, finding) in shown.iter().enumerate() {
        sheet.row([signed(finding.points).into(), finding.side.word().into(), finding.title.into(), newest_place(finding)]);
        if place < detail.told_signs {
            let more = finding.evidence_total.saturating_sub(1);
            let more = if more == 0 { String::new() } else { format!("and {more} more") };
            if let Some(fact) = fact(finding).or_else(|| (!more.is_empty()).then(|| "".into())) {
                sheet.row(["".into(), "".into(), fact, Spot::from(more).inked(Ink::DIM)]);
            }
        }
    }
    if !smaller.is_empty() {
        sheet.row([
            sum_of(smaller).into(),
            "".into(),
            format!("and {}", counted(smaller.len(), &format!("smaller {thing}"))).into(),
            "".into(),
        ]);
    }
}

fn sum_of(findings: &[FindingReport<'_>]) -> String {
    signed(findings.iter().map(|finding| finding.points).sum())
}

/// The fact of a sign in a line: what its rule says, else the newest words or thing that were found.
fn fact(finding: &FindingReport<'_>) -> Option<Spot> {
    if let Some(says) = &finding.says {
        return Some(says.as_str().into());
    }
    let newest = finding.evidence.first()?;
    match &newest.quote {
        Some(quote) if newest.is_verbatim => Some(Spot::quote(quote, newest.focus.clone())),
        Some(quote) => Some(format!("{}: {quote}", newest.label).into()),
        None => Some(newest.label.as_str().into()),
    }
}

fn newest_place(finding: &FindingReport<'_>) -> Spot {
    finding.evidence.first().map_or_else(|| "".into(), |newest| place(newest.file.as_deref(), newest.line).into())
}

/// What is over a cap does not count: a row of its own says so, and the sum adds up by hand.
fn caps(sheet: &mut Sheet, report: &Report<'_>, is_asked: impl Fn(Category) -> bool) {
    for category in report.categories.iter().filter(|category| is_asked(category.id) && category.over_cap > 0) {
        let (change, words) = over_cap(category.id, category.over_cap, category.cap);
        sheet.row([signed(change).into(), "".into(), words.into(), "".into()]);
    }
}

/// What a cap changes, and in words.
pub(super) fn over_cap(category: Category, over: Tenths, cap: Tenths) -> (Tenths, String) {
    if category == Category::Strengths {
        (over, format!("strengths take off {} at most", points(cap)))
    } else {
        (-over, format!("{category} counts {} at most", points(cap)))
    }
}

/// A sign with its level, its sum, and its newest evidence.
fn whole(sheet: &mut Sheet, finding: &FindingReport<'_>) {
    sheet.row([signed(finding.points).into(), finding.side.word().into(), finding.title.into(), "".into()]);
    let level = if finding.levels > 1 { format!(", level {} of {}", finding.level, finding.levels) } else { String::new() };
    let mut lines = vec![format!("{}{level}", finding.rule), fading(finding)];
    match finding.lifts_to {
        Some((band, true)) => lines.push(format!("lifts the band to {band} at least")),
        Some((band, false)) => lines.push(format!("no longer lifts the band to {band}: its points have halved")),
        None => {}
    }
    let told = finding.evidence.len().min(PIECES);
    let newest = match finding.evidence_total {
        total if total <= told => None,
        total => Some(format!("the {} newest of {total}:", if told == PIECES { PIECES_IN_WORDS.to_owned() } else { told.to_string() })),
    };
    lines.extend(finding.says.clone());
    lines.extend(newest);
    for line in lines {
        sheet.row(["".into(), "".into(), line.into(), "".into()]);
    }
    for piece in finding.evidence.iter().take(PIECES) {
        sheet.row(["".into(), "".into(), in_a_line(piece).into(), place(piece.file.as_deref(), piece.line).into()]);
    }
}

/// How its points of today come about: `16.0 x 0.5^(24 days / 6 months)`.
pub(super) fn fading(finding: &FindingReport<'_>) -> String {
    let full = points(finding.points_before_fading);
    match &finding.fading {
        None => format!("{full}, does not fade"),
        Some((0, _)) => format!("{full}, 0 days old, so nothing fades"),
        Some((days, half_life)) => format!("{full} x 0.5^({} / {half_life})", counted_days(*days)),
    }
}

fn counted_days(days: i64) -> String {
    format!("{days} day{}", if days == 1 { "" } else { "s" })
}

/// `2026-10-29 invoice 2026-052: 24 days late`, or the other person's own words.
fn in_a_line(piece: &EvidenceReport) -> String {
    let day = piece.date.map(|day| format!("{day} ")).unwrap_or_default();
    match &piece.quote {
        Some(quote) if piece.is_verbatim => format!("{day}\"{quote}\""),
        Some(quote) => format!("{day}{}: {quote}", piece.label),
        None => format!("{day}{}", piece.label),
    }
}
