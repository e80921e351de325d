//! What to do, in its order: each step with the reason for it, what was tried before, and the risk if it works.

use super::ink::Ink;
use super::layout::{Sheet, Spot, gives_way, right};
use super::prose::Prose;
use super::words::{amounts, counted, index, listed, paragraphs};
use super::{Detail, Look};
use crate::advise::Verdict;
use crate::facts::Money;
use crate::record::Stage;
use crate::report::{ActionReport, Report};

/// The steps, and below them what is under way.
pub(super) fn steps(report: &Report<'_>, look: &Look, detail: Detail) -> String {
    let (waiting, ahead): (Vec<_>, Vec<_>) = report.actions.iter().partition(|step| step.is_under_way);
    let table = if ahead.is_empty() { String::new() } else { table(report, look, detail, &ahead) };
    let mut below: String = waiting.iter().map(|step| Prose::new().say(&waits(report, step)).fill(look)).collect();
    if report.actions.is_empty() && report.verdict == Verdict::Healthy {
        below = Prose::new().say(nothing_to_do(report)).fill(look);
    }
    table + &below
}

fn nothing_to_do(report: &Report<'_>) -> &'static str {
    match report.stage {
        Stage::Active | Stage::Paused if !report.strengths.is_empty() => {
            "Do next: nothing. A short thank-you keeps a client like this one."
        }
        Stage::Active | Stage::Paused | Stage::Prospect | Stage::Ended => "Do next: nothing.",
    }
}

fn table(report: &Report<'_>, look: &Look, detail: Detail, ahead: &[&ActionReport<'_>]) -> String {
    let head = match (ahead.len(), report.verdict) {
        (1, _) => "Do next",
        (_, Verdict::Healthy) => "Worth doing, in this order",
        _ => "Do next, in this order",
    };
    let mut sheet = Sheet::new([right(""), gives_way(head), right("Risk")]);
    // One row for a single step that is left would take the room of the step itself.
    let shown = if ahead.len() <= detail.steps.saturating_add(1) { ahead.len() } else { detail.steps };
    for (place, step) in ahead.iter().take(shown).enumerate() {
        sheet.row([(place + 1).to_string().into(), step.title.into(), if_it_works(step, look).into()]);
        let below = if look.verbose { told_in_full(report, step, place == 0) } else { vec![reason(step, place == 0)] };
        if place < detail.told_steps {
            for (number, line) in below.into_iter().enumerate() {
                let ink = if number == 0 { Ink::DIM } else { Ink::PLAIN };
                sheet.row(["".into(), Spot::from(line).inked(ink), "".into()]);
            }
        }
        let is_end = step.is_final && matches!(report.verdict, Verdict::LetGo | Verdict::WalkAway);
        if is_end && place + 1 < shown {
            sheet.row(["".into(), only_if(report.stage).into(), "".into()]);
        }
    }
    if shown < ahead.len() {
        let left = format!("and {}: clientcheck score -v", counted(ahead.len() - shown, "more step"));
        sheet.row(["".into(), Spot::from(left).inked(Ink::DIM), "".into()]);
    }
    sheet.draw(look)
}

const fn only_if(stage: Stage) -> &'static str {
    match stage {
        Stage::Prospect => "Only if they come back with a real offer:",
        Stage::Active | Stage::Paused | Stage::Ended => "Only if they come back:",
    }
}

fn if_it_works(step: &ActionReport<'_>, look: &Look) -> String {
    if step.is_final { "ends".to_owned() } else { format!("-> {}", index(step.index_if_it_works, look)) }
}

/// `pause-work for overdue-now, after send-reminder; EUR 2,850.00`.
fn reason(step: &ActionReport<'_>, is_first: bool) -> String {
    let because = step.because.first().map(|rule| format!(" for {rule}")).unwrap_or_default();
    let after = step.tried.last().map(|tried| format!(", after {tried}")).unwrap_or_default();
    let others = step.because.len().saturating_sub(1);
    let others = if others == 0 { String::new() } else { format!(", and {others} more") };
    let stake = if step.at_stake.is_empty() { String::new() } else { format!("; {}", amounts(&step.at_stake)) };
    format!("{}{because}{after}{others}{}{stake}", step.id, mine_first(step, is_first))
}

const fn mine_first(step: &ActionReport<'_>, is_first: bool) -> &'static str {
    if step.is_mine && is_first { "; your own side comes first" } else { "" }
}

/// The same with everything: all reasons, days, money, how to do it and what to avoid.
fn told_in_full(report: &Report<'_>, step: &ActionReport<'_>, is_first: bool) -> Vec<String> {
    let tried: Vec<String> =
        step.tried_on.iter().map(|(id, day)| day.map_or_else(|| (*id).to_owned(), |day| format!("{id} ({day})"))).collect();
    let because = if step.because.is_empty() { String::new() } else { format!(" for {}", listed(&step.because)) };
    let after = if tried.is_empty() { String::new() } else { format!(", after {}", listed(&tried)) };
    let mut lines = vec![format!("{}{because}{after}{}", step.id, mine_first(step, is_first))];
    if !step.at_stake.is_empty() {
        let stake: Vec<String> = step.at_stake.iter().map(|money| stake(report, money)).collect();
        lines.push(format!("At stake: {}.", listed(&stake)));
    }
    let mut how = paragraphs(&step.action.how);
    if let Some(first) = how.first_mut() {
        first.insert_str(0, "How: ");
    }
    lines.append(&mut how);
    lines.push(format!("Avoid: {}", step.action.avoid));
    lines
}

fn stake(report: &Report<'_>, money: &Money) -> String {
    match report.money.iter().find(|overdue| overdue.money == *money) {
        Some(overdue) => format!("{money}, {} day{} overdue", overdue.oldest_days, if overdue.oldest_days == 1 { "" } else { "s" }),
        None => money.to_string(),
    }
}

/// `Waiting: set-boundary of 2026-10-14 for verbal-abuse; quiet since (39 days).`
fn waits(report: &Report<'_>, step: &ActionReport<'_>) -> String {
    let because = if step.because.is_empty() { String::new() } else { format!(" for {}", listed(&step.because)) };
    match step.under_way_since {
        Some(day) => {
            let days = (report.as_of - day).num_days();
            let plural = if days == 1 { "" } else { "s" };
            format!("Waiting: {} of {day}{because}; quiet since ({days} day{plural}).", step.id)
        }
        None => format!("Waiting: {}{because}; quiet since.", step.id),
    }
}
