//! Advice: a score becomes one word for the whole client and steps in the order in which to take them, each knowing
//! what was tried before it. The verdict is a list of questions, the first that holds decides.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use crate::facts::{self, Duration, Facts, List, Money, Value};
use crate::record::{Stage, words};
use crate::rules::{Action, Band, Category, Protects, Rulebook, Side, Tenths};
use crate::score::{Finding, Score, index_without};

words! {
    /// One word for the whole client.
    Verdict {
        /// Nothing needs doing.
        Healthy = "healthy",
        /// Nothing is urgent.
        Watch = "watch",
        /// Begin with your own side.
        Repair = "repair",
        /// Say what is not on.
        SetLimits = "set-limits",
        /// Do no new work for now.
        Pause = "pause",
        /// End it.
        LetGo = "let-go",
        /// Do not begin it.
        WalkAway = "walk-away",
        /// Too little is known to say that all is well.
        NotEnoughEvidence = "not-enough-evidence",
    }
}

/// The action that ends a relationship, and the one that never begins it.
const LET_GO: &str = "let-go";
const WALK_AWAY: &str = "walk-away";
const PAUSE_WORK: &str = "pause-work";

/// What to do.
#[derive(Debug, Clone)]
pub struct Advice<'b> {
    /// One word for the whole client.
    pub verdict: Verdict,
    /// Steps to take, in their order.
    pub steps: Vec<Step<'b>>,
}

/// One step: an action, because of one or more findings.
#[derive(Debug, Clone)]
pub struct Step<'b> {
    /// The action.
    pub action: &'b Action,
    /// The ids of the rules that lead to it, the weightiest first.
    pub because: Vec<&'b str>,
    /// Whether it is about my own side.
    pub is_mine: bool,
    /// Its place on the ladder of the weightiest finding, from 1.
    pub step: usize,
    /// The steps before it that were tried, with their days.
    pub tried: Vec<(&'b str, Option<NaiveDate>)>,
    /// Since when it is under way; then it is not advised again.
    pub under_way_since: Option<NaiveDate>,
    /// Whether it was tried and nothing came of it since, though the day is not known.
    pub is_under_way: bool,
    /// The index without the findings that it answers.
    pub index_if_it_works: Decimal,
    /// The money that is at stake.
    pub at_stake: Vec<Money>,
}

impl Step<'_> {
    /// Whether it ends the relationship, or does not begin it.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self.action.id.as_str(), LET_GO | WALK_AWAY)
    }
}

/// Where a finding stands on its ladder.
struct Rung<'b> {
    action: &'b Action,
    step: usize,
    tried: Vec<(&'b str, Option<NaiveDate>)>,
    under_way: Option<Option<NaiveDate>>,
    has_failed_step: bool,
}

/// An action that was taken, by the day that is looked at.
struct Taken<'a> {
    action: &'a str,
    rule: Option<&'a str>,
    day: Option<NaiveDate>,
}

/// Decides the verdict and the steps.
#[must_use]
pub fn advise<'b>(book: &'b Rulebook, facts: &Facts<'_>, score: &Score<'b>) -> Advice<'b> {
    let stage = facts.stage().0;
    let taken = taken(book, facts);
    let rungs: Vec<Option<Rung<'b>>> = score.findings.iter().map(|finding| rung(book, stage, finding, &taken, facts.as_of())).collect();
    let verdict = verdict(book, stage, score, &rungs);
    let mut steps = merge(book, facts, score, &rungs);
    add_missing_end(book, facts, score, verdict, &mut steps);
    order(verdict, &mut steps);
    Advice { verdict, steps }
}

fn taken<'a>(book: &Rulebook, facts: &'a Facts<'a>) -> Vec<Taken<'a>> {
    let within = book.scoring.steps.tried_within.parse().unwrap_or(Duration::months(12)).before(facts.as_of());
    let word = |field: &str, index: usize| match facts::field(List::ActionsTaken, field).map(|field| (field.read)(facts, index)) {
        Some(Value::Word(word)) => Some(word),
        _ => None,
    };
    (0..facts.len(List::ActionsTaken).unwrap_or(0))
        .filter_map(|index| {
            Some(Taken { action: word("action", index)?, rule: word("for", index), day: facts.span(List::ActionsTaken, index).first })
        })
        .filter(|taken| taken.day.is_none_or(|day| day > within))
        .collect()
}

/// The ladder of a rule in a stage: a prospect is not let go but walked away from, and what cannot be done is left out.
fn ladder<'b>(book: &'b Rulebook, stage: Stage, steps: &'b [String]) -> Vec<&'b Action> {
    let mut ladder: Vec<&Action> = Vec::with_capacity(steps.len());
    for id in steps {
        let id = if stage == Stage::Prospect && id == LET_GO { WALK_AWAY } else { id };
        let Some(action) = book.actions.get(id) else { continue };
        let can_be_done = action.stages.as_ref().is_none_or(|stages| stages.contains(&stage));
        if can_be_done && !ladder.iter().any(|known| known.id == action.id) {
            ladder.push(action);
        }
    }
    ladder
}

fn rung<'b>(book: &'b Rulebook, stage: Stage, finding: &Finding<'b>, taken: &[Taken<'_>], as_of: NaiveDate) -> Option<Rung<'b>> {
    let ladder = ladder(book, stage, &finding.rule.ladder);
    let last = ladder.len().checked_sub(1)?;
    // The latest day on which each step was tried: none if it was not, none inside if the day is not known.
    let tried_on: Vec<Option<Option<NaiveDate>>> = ladder
        .iter()
        .map(|action| {
            let is_it = |taken: &&Taken<'_>| taken.action == action.id && taken.rule.is_none_or(|rule| rule == finding.rule.id);
            taken.iter().filter(is_it).map(|taken| taken.day).max()
        })
        .collect();
    let has_failed = |index: usize| {
        let Some(Some(Some(day))) = tried_on.get(index) else { return false };
        let wait = ladder.get(index).and_then(|action| action.wait).unwrap_or(book.scoring.steps.wait_days);
        let patience_is_over = day.checked_add_days(Days::new(wait.into())).is_some_and(|end| end <= as_of);
        finding.fired.evidence.iter().any(|piece| piece.first.is_some_and(|first| first > *day) || (piece.is_open && patience_is_over))
    };
    let failed = (0..ladder.len()).rev().find(|index| has_failed(*index));
    let furthest_tried = (0..ladder.len()).rev().find(|index| tried_on[*index].is_some());
    let current = if finding.is_beyond_repair() {
        last
    } else {
        // The step after the furthest failed one; a later one that is under way already is not gone back from.
        failed.map_or(0, |index| index + 1).max(furthest_tried.unwrap_or(0)).min(last)
    };
    let under_way = tried_on[current].filter(|_| !has_failed(current));
    let tried = (0..current).filter_map(|index| tried_on[index].map(|day| (ladder[index].id.as_str(), day))).collect();
    Some(Rung { action: ladder[current], step: current + 1, tried, under_way, has_failed_step: failed.is_some() })
}

/// The first question that holds gives the verdict.
fn verdict(book: &Rulebook, stage: Stage, score: &Score<'_>, rungs: &[Option<Rung<'_>>]) -> Verdict {
    // A missing contract is a risk that I took, not a wrong that I did: groundwork does not turn the abused into the guilty.
    let points = |side: Side| {
        let found = score.findings.iter().filter(|finding| finding.rule.side == side && finding.rule.category != Category::Groundwork);
        found.map(|finding| finding.points).sum::<Tenths>()
    };
    let (client, me, both) = (points(Side::Client), points(Side::Me), points(Side::Both));
    let of_client = || score.findings.iter().zip(rungs).filter(|(finding, _)| finding.rule.side == Side::Client);
    let client_step = |id: &str| of_client().any(|(_, rung)| rung.as_ref().is_some_and(|rung| rung.action.id == id));
    let let_go_after_failure =
        of_client().any(|(_, rung)| rung.as_ref().is_some_and(|rung| rung.action.id == LET_GO && rung.has_failed_step));
    let beyond_repair = of_client().any(|(finding, _)| finding.is_beyond_repair());
    let client_lift = of_client().filter_map(|(finding, _)| finding.lifts_to()).max();
    let is_high = score.band >= Band::High;
    if stage == Stage::Prospect && client > me && (beyond_repair || is_high || client_step(WALK_AWAY)) {
        Verdict::WalkAway
    } else if stage != Stage::Prospect && beyond_repair {
        Verdict::LetGo
    } else if score.band >= Band::Watch && me >= client && me + both > 0 && client_lift.is_none_or(|band| band < Band::High) {
        Verdict::Repair
    } else if stage != Stage::Prospect && is_high && client > me && let_go_after_failure {
        Verdict::LetGo
    } else if is_high && client_step(PAUSE_WORK) {
        Verdict::Pause
    } else if is_high || client_lift.is_some() {
        Verdict::SetLimits
    } else if score.band == Band::Watch {
        Verdict::Watch
    } else if score.confidence.overall < book.scoring.confidence.floor.0 {
        Verdict::NotEnoughEvidence
    } else {
        Verdict::Healthy
    }
}

/// Steps of several findings that are the same action become one.
fn merge<'b>(book: &'b Rulebook, facts: &Facts<'_>, score: &Score<'b>, rungs: &[Option<Rung<'b>>]) -> Vec<Step<'b>> {
    let mut by_action: BTreeMap<(&str, bool), Vec<(&Finding<'b>, &Rung<'b>)>> = BTreeMap::new();
    for (finding, rung) in score.findings.iter().zip(rungs) {
        if let Some(rung) = rung {
            by_action.entry((rung.action.id.as_str(), rung.under_way.is_some())).or_default().push((finding, rung));
        }
    }
    let make = |because: Vec<(&Finding<'b>, &Rung<'b>)>| {
        // Findings come with the most points first, and so do the ones of a step.
        let (_, first) = because.first()?;
        let rules: Vec<&'b str> = because.iter().map(|(finding, _)| finding.rule.id.as_str()).collect();
        Some(Step {
            action: first.action,
            is_mine: because.iter().any(|(finding, _)| finding.rule.side == Side::Me),
            step: first.step,
            tried: first.tried.clone(),
            is_under_way: first.under_way.is_some(),
            under_way_since: because.iter().filter_map(|(_, rung)| rung.under_way.flatten()).max(),
            index_if_it_works: index_without(&book.scoring, score, |finding| rules.contains(&finding.rule.id.as_str())),
            at_stake: at_stake(facts, because.iter().map(|(finding, _)| finding.rule.category)),
            because: rules,
        })
    };
    by_action.into_values().filter_map(make).collect()
}

fn at_stake(facts: &Facts<'_>, categories: impl Iterator<Item = Category>) -> Vec<Money> {
    let mut has = (false, false);
    for category in categories {
        has.0 |= category == Category::Payment;
        has.1 |= category == Category::Scope;
    }
    let mut stake: Vec<Money> = if has.0 { facts.overdue_by_currency().into_iter().map(|(money, _)| money).collect() } else { Vec::new() };
    if has.1
        && let Some(Value::Money(money)) = facts::fact("unpaid_additions").map(|fact| (fact.read)(facts))
        && !money.amount.is_zero()
    {
        stake.push(money);
    }
    stake
}

/// A verdict that ends it says so in a step, also where no ladder has come that far.
fn add_missing_end<'b>(book: &'b Rulebook, facts: &Facts<'_>, score: &Score<'b>, verdict: Verdict, steps: &mut Vec<Step<'b>>) {
    let id = match verdict {
        Verdict::LetGo => LET_GO,
        Verdict::WalkAway => WALK_AWAY,
        Verdict::Healthy | Verdict::Watch | Verdict::Repair | Verdict::SetLimits | Verdict::Pause | Verdict::NotEnoughEvidence => return,
    };
    let Some(action) = book.actions.get(id).filter(|_| !steps.iter().any(|step| step.action.id == id)) else { return };
    let because: Vec<&str> = score
        .findings
        .iter()
        .filter(|finding| finding.rule.side == Side::Client && finding.rule.category != Category::Groundwork)
        .map(|finding| finding.rule.id.as_str())
        .collect();
    steps.push(Step {
        action,
        is_mine: false,
        step: 1,
        tried: Vec::new(),
        is_under_way: false,
        under_way_since: None,
        index_if_it_works: index_without(&book.scoring, score, |finding| because.contains(&finding.rule.id.as_str())),
        at_stake: at_stake(facts, std::iter::once(Category::Payment)),
        because,
    });
}

/// My own side first; then what gives the verdict its name, before it what protects money; then by how far each brings
/// the risk down. What is under way comes last.
fn order(verdict: Verdict, steps: &mut [Step<'_>]) {
    let named_by_verdict = match verdict {
        Verdict::Pause => PAUSE_WORK,
        Verdict::LetGo => LET_GO,
        Verdict::WalkAway => WALK_AWAY,
        Verdict::Healthy | Verdict::Watch | Verdict::Repair | Verdict::SetLimits | Verdict::NotEnoughEvidence => "",
    };
    let rank = |step: &Step<'_>| match step {
        step if step.is_under_way => 5,
        step if step.is_mine => 0,
        step if named_by_verdict == LET_GO && step.action.protects == Some(Protects::Money) => 1,
        step if step.action.id == named_by_verdict => 2,
        // What ends it waits until the rest was tried, unless the verdict says otherwise.
        step if step.is_final() => 4,
        _ => 3,
    };
    steps.sort_by(|a, b| {
        let by_effect = a.index_if_it_works.cmp(&b.index_if_it_works).then(a.action.drastic.cmp(&b.action.drastic));
        rank(a).cmp(&rank(b)).then(by_effect).then_with(|| a.action.id.cmp(&b.action.id))
    });
}
