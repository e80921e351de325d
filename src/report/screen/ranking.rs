//! Several clients, the worst first, and why the biggest changes came about.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use super::Look;
use super::answer::verdict_in_words;
use super::ink::Ink;
use super::layout::{Sheet, Spot, gives_way, left, right};
use super::prose::Prose;
use super::sums::{Kind, kind};
use super::words::{amounts, counted, cut, index, listed, percent, safe, short_path};
use crate::advise::Verdict;
use crate::facts::Money;
use crate::report::{MoneyReport, Report};
use crate::rules::Band;

/// Smaller changes than this are not told.
const TELLING_CHANGE: Decimal = Decimal::from_parts(5, 0, 0, false, 0);
/// So many changes are told, and so many reasons for each.
const CHANGES: usize = 3;
const REASONS: usize = 3;
/// So many clients without enough evidence are told what to record.
const WITHOUT_EVIDENCE: usize = 3;

/// The worst first; those without enough evidence last.
#[must_use]
pub fn ranked<'r, 'b>(reports: &'r [Report<'b>]) -> Vec<&'r Report<'b>> {
    let mut ranked: Vec<&Report<'b>> = reports.iter().collect();
    ranked.sort_by_cached_key(|report| rank(report));
    ranked
}

/// A table of all clients, the worst first, and why the biggest changes came about.
#[must_use]
pub fn ranking(reports: &[Report<'_>], look: &Look) -> String {
    let ranked = ranked(reports);
    super::screen([
        head(&ranked, look),
        clients(&ranked, look),
        if look.verbose { main_signs(&ranked, look) } else { String::new() },
        changes(&ranked, look),
        without_evidence(&ranked, look) + &closing(&ranked, look),
    ])
}

/// By band, then risk, then whether money is overdue and how much of one currency, then by name.
type Rank = (bool, Reverse<Band>, Reverse<Decimal>, bool, Option<&'static str>, Reverse<Decimal>, String, String);

fn rank(report: &Report<'_>) -> Rank {
    let overdue = report.money.first();
    (
        waits(report),
        Reverse(report.risk.band),
        Reverse(report.risk.index),
        overdue.is_none(),
        overdue.and_then(|overdue| overdue.currency),
        Reverse(overdue.map_or(Decimal::ZERO, |overdue| overdue.money.amount)),
        report.client.name.clone(),
        report.file.clone(),
    )
}

fn waits(report: &Report<'_>) -> bool {
    report.verdict == Verdict::NotEnoughEvidence
}

fn head(ranked: &[&Report<'_>], look: &Look) -> String {
    let day = ranked.first().map(|report| format!(" on {}", report.as_of)).unwrap_or_default();
    let bad = ranked.iter().filter(|report| !waits(report) && report.risk.band >= Band::High).count();
    let bad = match bad {
        0 => "none is high or critical.".to_owned(),
        1 => "1 is high or critical.".to_owned(),
        many => format!("{many} are high or critical."),
    };
    let worst = ranked.first().filter(|report| !waits(report) && report.risk.band >= Band::High);
    let worst = worst.map(|report| format!(" See to {} first.", safe(&report.client.name))).unwrap_or_default();
    let overdue = overdue_in_all(ranked);
    let overdue = if overdue.is_empty() { "Nothing is overdue.".to_owned() } else { format!("Overdue in all: {}.", amounts(&overdue)) };
    let first = format!("{}{day}: {bad}{worst}", counted(ranked.len(), "client"));
    Prose::new().inked(&first, Ink::BOLD).fill(look) + &Prose::new().say(&overdue).fill(look)
}

/// Overdue money of all clients, by currency.
fn overdue_in_all(ranked: &[&Report<'_>]) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for money in ranked.iter().flat_map(|report| &report.money).map(|overdue| overdue.money) {
        match sums.iter_mut().find(|sum| sum.currency == money.currency) {
            Some(sum) => sum.amount += money.amount,
            None => sums.push(money),
        }
    }
    sums.sort_by_key(|sum| sum.currency.map(|currency| currency.code()));
    sums
}

fn clients(ranked: &[&Report<'_>], look: &Look) -> String {
    let is_compared = ranked.iter().any(|report| report.since.is_some());
    let was = is_compared.then(|| right("Was"));
    let columns = [right("Risk")].into_iter().chain(was);
    let columns = columns.chain([left("Band"), gives_way("Client"), left("Verdict"), right("Overdue"), right("Days")]);
    let mut sheet = Sheet::new(columns);
    for report in ranked {
        let risk = if waits(report) { "?".to_owned() } else { index(report.risk.index, look) };
        let before = is_compared.then(|| Spot::from(before(report, look)));
        let band: Spot = if waits(report) { "-".into() } else { Spot::from(report.risk.band.word()).inked(Ink::of_band(report.risk.band)) };
        let verdict = Spot::from(verdict_in_words(report.verdict)).inked(Ink::of_verdict(report.verdict));
        let overdue = per_currency(&report.money, |overdue| overdue.money.to_string());
        let days = per_currency(&report.money, |overdue| overdue.oldest_days.to_string());
        let row = [risk.into()].into_iter().chain(before).chain([band, report.client.name.as_str().into(), verdict, overdue, days]);
        sheet.row(row);
    }
    sheet.draw(look)
}

fn before(report: &Report<'_>, look: &Look) -> String {
    match &report.since {
        _ if waits(report) => "?".to_owned(),
        Some(since) if since.was_known => index(since.index, look),
        Some(_) | None => "-".to_owned(),
    }
}

/// One line for each currency.
fn per_currency(money: &[MoneyReport], shown: impl Fn(&MoneyReport) -> String) -> Spot {
    if money.is_empty() { "-".into() } else { Spot::lines(money.iter().map(shown).collect()) }
}

/// The weightiest sign of each client and the file, for `-v`; beside the other columns there is no room for them.
fn main_signs(ranked: &[&Report<'_>], look: &Look) -> String {
    let mut sheet = Sheet::new([left("Client").at_most(24), gives_way("Main sign"), left("File")]);
    for report in ranked {
        let sign = report.findings.first().map_or("-", |finding| finding.title);
        sheet.row([report.client.name.as_str().into(), sign.into(), short_path(&report.file).into()]);
    }
    sheet.draw(look)
}

/// The biggest changes, with the findings that went the same way.
fn changes(ranked: &[&Report<'_>], look: &Look) -> String {
    let change = |report: &Report<'_>| {
        let since = report.since.as_ref().filter(|since| since.was_known && !waits(report))?;
        Some(cut(report.risk.index) - cut(since.index))
    };
    let mut changed: Vec<(Decimal, &Report<'_>)> = ranked.iter().filter_map(|report| Some((change(report)?, *report))).collect();
    changed.retain(|(change, _)| change.abs() >= TELLING_CHANGE);
    changed.sort_by_key(|(change, _)| Reverse(change.abs()));
    let Some(since) = changed.first().and_then(|(_, report)| report.since.as_ref()) else { return String::new() };
    let mut sheet = Sheet::new([right("Change"), left("Client").at_most(24), gives_way(format!("Because, since {}", since.as_of))]);
    for (change, report) in changed.into_iter().take(CHANGES) {
        let sign = if change.is_sign_positive() { "+" } else { "" };
        sheet.row([format!("{sign}{change}").into(), report.client.name.as_str().into(), reasons(report, change).into()]);
    }
    sheet.draw(look)
}

fn reasons(report: &Report<'_>, change: Decimal) -> String {
    let same_way = report.since.iter().flat_map(|since| &since.changed).filter(|one| (one.to > one.from) == change.is_sign_positive());
    let reasons: Vec<String> = same_way
        .take(REASONS)
        .map(|one| {
            let way = match kind(one) {
                Kind::New => "new",
                Kind::Gone => "gone",
                Kind::More => "up",
                Kind::Less => "down",
            };
            format!("{} {way}", one.rule)
        })
        .collect();
    reasons.join(", ")
}

fn without_evidence(ranked: &[&Report<'_>], look: &Look) -> String {
    let waiting: Vec<&&Report<'_>> = ranked.iter().filter(|report| waits(report)).collect();
    let mut lines = String::new();
    for report in waiting.iter().take(WITHOUT_EVIDENCE) {
        let lists: Vec<&str> = report.confidence.record_next.iter().map(|next| next.record).collect();
        let first = report.confidence.record_next.first();
        let raised = first.map(|next| format!("; {} alone: {}", next.record, percent(next.confidence))).unwrap_or_default();
        let record = if lists.is_empty() { "not enough evidence".to_owned() } else { format!("record {}", listed(&lists)) };
        let words = format!("{}: {record} (confidence {}{raised}).", safe(&report.client.name), percent(report.confidence.overall));
        lines += &Prose::new().say(&words).fill(look);
    }
    if waiting.len() > WITHOUT_EVIDENCE {
        let words = format!("And {} without enough evidence.", counted(waiting.len() - WITHOUT_EVIDENCE, "more client"));
        lines += &Prose::new().say(&words).fill(look);
    }
    lines
}

fn closing(ranked: &[&Report<'_>], look: &Look) -> String {
    let was = ranked.iter().find_map(|report| report.since.as_ref()).map(|since| format!(" Was: the risk on {}.", since.as_of));
    let words = format!("Points are expert judgement, not measured odds.{}", was.unwrap_or_default());
    Prose::new().inked(&words, Ink::DIM).fill(look)
}
