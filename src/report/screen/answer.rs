//! The first lines of a report: the answer, the risk with its direction, whose doing it is, money, confidence.

use rust_decimal::Decimal;

use super::Look;
use super::ink::Ink;
use super::prose::Prose;
use super::unknown::signs;
use super::words::{amounts, counted, index, percent, safe, short_path};
use crate::advise::Verdict;
use crate::facts::{Money, Need};
use crate::record::Stage;
use crate::report::Report;
use crate::rules::Tenths;

/// Whoever did half of it or more did most of it.
const HALF: Decimal = Decimal::from_parts(5, 0, 0, false, 1);

pub(super) fn first_line(report: &Report<'_>) -> String {
    format!("{}: {}. {}", safe(&report.client.name), verdict_in_words(report.verdict), meaning(report))
}

/// The first lines of an ordinary report.
pub(super) fn head(report: &Report<'_>, look: &Look) -> String {
    answer(report, look) + &risk(report, look) + &doing(report, look)
}

/// The first lines where the verdict waits for evidence.
pub(super) fn head_without_evidence(report: &Report<'_>, look: &Look) -> String {
    let (told, of) = signs(report);
    let confidence = format!(
        "Confidence: {} (a verdict takes {}): {told} of {} could be told.",
        percent(report.confidence.overall),
        percent(report.confidence_floor),
        counted(of, "sign"),
    );
    let risk = format!(
        "Risk so far, on {}: {} of 100 (100 is worst); everybody starts at {}.",
        report.as_of,
        index(report.risk.index, look),
        start(report)
    );
    answer(report, look) + &Prose::new().say(&confidence).fill(look) + &Prose::new().say(&risk).fill(look)
}

/// What was read, and with which rules; for `-v`.
pub(super) fn read(report: &Report<'_>, look: &Look) -> String {
    let mut files = vec![if report.file == "-" { "standard input".to_owned() } else { short_path(&report.file) }];
    let evidence = report.findings.iter().chain(&report.strengths).flat_map(|finding| &finding.evidence);
    for file in evidence.filter_map(|piece| piece.file.as_deref()).map(short_path) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let stage = match (report.stage, report.stage_is_told) {
        (Stage::Prospect, true) => " (a prospect)",
        (Stage::Prospect, false) => " (a prospect: nothing is signed, billed or delivered)",
        (Stage::Paused, _) => " (paused)",
        (Stage::Ended, _) => " (ended)",
        (Stage::Active, _) => "",
    };
    let (packs, changed) = report.packs;
    let packs: Vec<String> = packs
        .iter()
        .map(|(pack, rules)| if pack == "built-in" { format!("{rules} built in") } else { format!("{rules} from {pack}") })
        .collect();
    let changed = if changed == 0 { "none changed".to_owned() } else { format!("{changed} changed") };
    Prose::new().say(&format!("Read: {}{stage}. Rules: {}, {changed}.", files.join(", "), packs.join(", "))).fill(look)
}

fn answer(report: &Report<'_>, look: &Look) -> String {
    let words = Prose::new().inked(&safe(&report.client.name), Ink::BOLD).inked(": ", Ink::BOLD);
    let words = words.inked(verdict_in_words(report.verdict), Ink::of_verdict(report.verdict).in_bold());
    words.inked(". ", Ink::BOLD).inked(&meaning(report), Ink::BOLD).fill(look)
}

pub(super) const fn verdict_in_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Healthy => "healthy",
        Verdict::Watch => "watch",
        Verdict::Repair => "repair",
        Verdict::SetLimits => "set limits",
        Verdict::Pause => "pause",
        Verdict::LetGo => "let go",
        Verdict::WalkAway => "walk away",
        Verdict::NotEnoughEvidence => "not enough evidence",
    }
}

fn meaning(report: &Report<'_>) -> String {
    let overdue: Vec<Money> = report.money.iter().map(|overdue| overdue.money).collect();
    let steps_wait = report.actions.iter().any(|step| !step.is_under_way);
    match report.verdict {
        // Nothing needs doing only where no step follows below.
        Verdict::Healthy if !steps_wait => "Nothing needs doing.".to_owned(),
        Verdict::Healthy | Verdict::Watch => "Nothing is urgent.".to_owned(),
        Verdict::Repair if report.sides.me >= HALF => "Begin with your own side: most of it is yours.".to_owned(),
        Verdict::Repair => "Begin with your own side: that is what you can change.".to_owned(),
        Verdict::SetLimits => "Say calmly what is not on, and hold to it.".to_owned(),
        Verdict::Pause if overdue.is_empty() => "Do no new work until this is settled.".to_owned(),
        Verdict::Pause => format!("Do no new work until {} {} paid.", amounts(&overdue), if overdue.len() == 1 { "is" } else { "are" }),
        Verdict::LetGo => let_go(report, &overdue),
        Verdict::WalkAway => "Nothing is signed, so leaving costs least now.".to_owned(),
        Verdict::NotEnoughEvidence => "That is neither a good nor a bad sign.".to_owned(),
    }
}

/// What is over cannot be ended: then it says what the action says of an ended relationship.
fn let_go(report: &Report<'_>, overdue: &[Money]) -> String {
    let last_step = report.actions.iter().find(|step| step.is_final);
    match last_step {
        Some(step) if report.stage == Stage::Ended => safe(step.title),
        _ if overdue.is_empty() => "End it calmly, in writing.".to_owned(),
        _ => format!("End it calmly, in writing; settle {} first.", amounts(overdue)),
    }
}

fn risk(report: &Report<'_>, look: &Look) -> String {
    let risk = &report.risk;
    let shown = index(risk.index, look);
    let words = Prose::new().say(&format!("Risk {shown} of 100 on {} (100 is worst): ", report.as_of));
    let words = words.inked(risk.band.word(), Ink::of_band(risk.band));
    let words = match &risk.lifted {
        Some(lifted) => words.say(&format!(", lifted from {} by {}. ", risk.own_band, lifted.rule)),
        None => words.say(". "),
    };
    words.unbroken(&before(report, look)).fill(look)
}

/// What the risk was, or since when there is one.
fn before(report: &Report<'_>, look: &Look) -> String {
    match (&report.since, report.known_since) {
        (Some(since), _) if since.was_known => format!("It was {} on {}.", index(since.index, look), since.as_of),
        (Some(_), Some(day)) if day <= report.as_of => format!("New since {day}."),
        (Some(_) | None, _) => String::new(),
    }
}

fn doing(report: &Report<'_>, look: &Look) -> String {
    let sides = report.sides;
    let is_mixed = sides.client + sides.me + sides.both > Decimal::ZERO;
    let both = (!sides.both.is_zero()).then(|| format!("both {}", percent(sides.both)));
    let parts =
        [format!("client {}", percent(sides.client)), format!("me {}", percent(sides.me))].into_iter().chain(both).collect::<Vec<_>>();
    let doing = if is_mixed { format!("Whose doing: {}. ", parts.join(", ")) } else { String::new() };
    let overdue: Vec<Money> = report.money.iter().map(|overdue| overdue.money).collect();
    // Where no invoices are kept, nobody knows what is overdue.
    let is_known = !report.not_evaluated.iter().any(|rule| rule.needs.iter().any(|need| need == Need::Invoices));
    let money = match &*overdue {
        [] if is_known => "Nothing is overdue. ".to_owned(),
        [] => String::new(),
        overdue => format!("Overdue: {}. ", amounts(overdue)),
    };
    let confidence = format!("Confidence: {}.", percent(report.confidence.overall));
    Prose::new().say(&format!("{doing}{money}")).unbroken(&confidence).fill(look)
}

/// The index of somebody about whom nothing is known.
fn start(report: &Report<'_>) -> Decimal {
    let (base_odds, _) = report.formula;
    Decimal::ONE_HUNDRED.checked_div(Decimal::ONE + base_odds).unwrap_or_default().round_dp(1).normalize()
}

/// The formula of the index with the points of this report: `100 / (1 + 9 x 2^(-40.8/10)) = 65.3`.
pub(super) fn formula(report: &Report<'_>) -> String {
    let (base_odds, doubles_every) = report.formula;
    let minus: Tenths = -report.risk.points;
    let power = super::words::points(minus);
    format!("100 / (1 + {} x 2^({power}/{})) = {:.1}", base_odds.normalize(), doubles_every.normalize(), report.risk.index)
}
