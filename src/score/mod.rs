//! Scoring: what the rules say becomes points, an index, a band, whose doing it is, and how much of it is certain.
//! All numbers come from scoring.yml. It knows nothing of what to do about it.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::evaluate::{Evaluation, Fired, Outcome, Parts, WHOLE};
use crate::facts::Missing;
use crate::rules::{Band, Category, Rule, Rulebook, Scoring, SetAside, Side, Tenths};

/// A record's score.
#[derive(Debug, Clone)]
pub struct Score<'b> {
    /// 0 (good) to 100 (bad), one decimal.
    pub index: Decimal,
    /// The band, after overrides.
    pub band: Band,
    /// The finding that lifted the band, and to which.
    pub lifted: Option<(&'b Rule, Band)>,
    /// All points together.
    pub points: Tenths,
    /// Points by category, in the order of the categories; strengths are negative.
    pub categories: Vec<CategoryScore>,
    /// Signs that were found, most points first.
    pub findings: Vec<Finding<'b>>,
    /// Strengths that were found, most points first; their points are positive here.
    pub strengths: Vec<Finding<'b>>,
    /// Findings that the user set aside.
    pub set_aside: Vec<(Finding<'b>, &'b SetAside)>,
    /// What was set aside until a day that has passed: these findings count again.
    pub no_longer_aside: Vec<&'b SetAside>,
    /// Rules that were quiet.
    pub quiet: Vec<&'b Rule>,
    /// Rules that could not be told, and for want of what.
    pub not_evaluated: Vec<(&'b Rule, Missing)>,
    /// Rules that are for another stage.
    pub other_stage: Vec<&'b Rule>,
    /// Whose doing it is; each two decimals, together 1, or all 0.
    pub sides: Sides,
    /// How much of what the rules could have looked at was there.
    pub confidence: Confidence,
}

/// The points of one category.
#[derive(Debug, Clone, Copy)]
pub struct CategoryScore {
    /// The category.
    pub category: Category,
    /// What counts, within the cap; negative for strengths.
    pub points: Tenths,
    /// What is over the cap and does not count.
    pub over_cap: Tenths,
    /// The cap.
    pub cap: Tenths,
    /// How many of its rules could be told.
    pub evaluated: usize,
    /// How many of its rules apply.
    pub of: usize,
}

/// A rule that fired, with its points.
#[derive(Debug, Clone)]
pub struct Finding<'b> {
    /// The rule.
    pub rule: &'b Rule,
    /// Its level, evidence and words.
    pub fired: Fired,
    /// Its points today.
    pub points: Tenths,
    /// The points of its level.
    pub full_points: Tenths,
    /// Days since its latest evidence; none if nothing fades.
    pub age_days: Option<i64>,
    /// Whether its override is still in force.
    pub is_in_force: bool,
    /// How grave the level is.
    pub severity: Severity,
}

impl Finding<'_> {
    /// The band that it lifts the client to, if that is in force.
    #[must_use]
    pub fn lifts_to(&self) -> Option<Band> {
        self.level().at_least_band.filter(|_| self.is_in_force)
    }
    /// Whether only the end is left, and that is in force.
    #[must_use]
    pub fn is_beyond_repair(&self) -> bool {
        self.level().beyond_repair && self.is_in_force
    }
    fn level(&self) -> &crate::rules::Level {
        // A finding's level was found among the levels of its rule.
        &self.rule.levels[self.fired.level - 1]
    }
}

crate::record::words! {
    /// How grave a finding is, by the points of its level.
    Severity { /// 2 to 4 points.
        Mild = "mild", /// 5 to 9 points.
        Clear = "clear", /// 10 to 16 points.
        Serious = "serious", /// 17 points and more.
        Grave = "grave" }
}

/// Whose doing it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sides {
    /// The client's part.
    pub client: Decimal,
    /// My part.
    pub me: Decimal,
    /// What both did.
    pub both: Decimal,
}

/// How much of what the rules could have looked at was there.
#[derive(Debug, Clone)]
pub struct Confidence {
    /// 0 to 1, two decimals.
    pub overall: Decimal,
    /// The three lists that would raise it most, and to what; with the number of signs that wait for them.
    pub record_next: Vec<RecordNext>,
}

/// A list that would make more signs tellable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordNext {
    /// The list or block of the record.
    pub record: &'static str,
    /// The confidence with it.
    pub confidence: Decimal,
    /// How many signs could then be told.
    pub signs: usize,
    /// Which paths are missing there.
    pub paths: Vec<&'static str>,
}

/// Scores what the rules say, as of a day, for a client known by these names.
#[must_use]
pub fn score<'b>(book: &'b Rulebook, evaluations: Vec<Evaluation<'b>>, names: &[&str], as_of: NaiveDate) -> Score<'b> {
    let scoring = &book.scoring;
    let caps = Category::ALL.map(|category| scoring.caps.get(&category).map(|cap| tenths(cap.0)));
    let confidence = confidence(&caps, &evaluations);
    let mut counts = [(0, 0); Category::ALL.len()];
    let (mut findings, mut strengths, mut set_aside, mut no_longer_aside) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let rules = evaluations.len();
    let (mut quiet, mut not_evaluated, mut other_stage) = (Vec::with_capacity(rules), Vec::with_capacity(rules), Vec::new());
    for evaluation in evaluations {
        let rule = evaluation.rule;
        let (evaluated, of) = &mut counts[rule.category as usize];
        if !matches!(evaluation.outcome, Outcome::OtherStage) {
            *of += 1;
        }
        match evaluation.outcome {
            Outcome::OtherStage => other_stage.push(rule),
            Outcome::NotEvaluated(missing) => not_evaluated.push((rule, missing)),
            Outcome::Quiet => {
                *evaluated += 1;
                quiet.push(rule);
            }
            Outcome::Fired(fired) => {
                *evaluated += 1;
                let finding = weigh(scoring, rule, fired, as_of);
                let mut asides = book.set_aside.iter().filter(|aside| aside.rule == rule.id && aside.is_about(names));
                if let Some(aside) = asides.clone().find(|aside| aside.holds_on(as_of)) {
                    set_aside.push((finding, aside));
                    continue;
                }
                no_longer_aside.extend(asides.next_back());
                if rule.category == Category::Strengths {
                    strengths.push(finding);
                } else {
                    findings.push(finding);
                }
            }
        }
    }
    let by_weight = |a: &Finding<'_>, b: &Finding<'_>| b.points.cmp(&a.points).then_with(|| a.rule.id.cmp(&b.rule.id));
    findings.sort_by(by_weight);
    strengths.sort_by(by_weight);
    let categories: Vec<CategoryScore> = categories(&caps, &findings, &strengths, &counts);
    let points = categories.iter().map(|category| category.points).sum();
    let index = index(scoring, points);
    let own_band = scoring.band(index);
    let lifted = findings
        .iter()
        .filter_map(|finding| Some((finding.rule, finding.lifts_to()?)))
        .max_by(|(a, x), (b, y)| x.cmp(y).then_with(|| b.id.cmp(&a.id)));
    let lifted = lifted.filter(|(_, band)| *band > own_band);
    Score {
        index,
        band: lifted.map_or(own_band, |(_, band)| band),
        lifted,
        points,
        categories,
        sides: sides(&findings),
        findings,
        strengths,
        set_aside,
        no_longer_aside,
        quiet,
        not_evaluated,
        other_stage,
        confidence,
    }
}

fn weigh<'b>(scoring: &Scoring, rule: &'b Rule, fired: Fired, as_of: NaiveDate) -> Finding<'b> {
    let full_points = rule.levels.get(fired.level - 1).map_or(0, |level| level.points);
    // What is open, or has no day, is as true today as ever.
    let is_timeless = fired.evidence.is_empty() || fired.evidence.iter().any(|piece| piece.is_open || piece.last.is_none());
    let latest = fired.evidence.iter().filter_map(|piece| piece.last).max();
    let age_days = latest.filter(|_| !is_timeless).map(|day| (as_of - day).num_days().max(0));
    let halves = match (rule.fades, age_days) {
        #[allow(clippy::cast_precision_loss, reason = "a number of days")]
        (Some(fades), Some(age)) => age as f64 / fades.mean_days(),
        _ => 0.0,
    };
    let severity = |limit: Decimal| Decimal::new(full_points, 1) >= limit;
    let severity = match &scoring.severities {
        limits if severity(limits.grave.0) => Severity::Grave,
        limits if severity(limits.serious.0) => Severity::Serious,
        limits if severity(limits.clear.0) => Severity::Clear,
        _ => Severity::Mild,
    };
    Finding {
        rule,
        points: faded(full_points, halves),
        full_points,
        age_days: age_days.filter(|_| rule.fades.is_some()),
        is_in_force: halves < 1.0,
        severity,
        fired,
    }
}

/// points x 0.5^halves, in whole tenths.
fn faded(points: Tenths, halves: f64) -> Tenths {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "at most a thousand tenths")]
    if halves == 0.0 { points } else { (points as f64 * (-halves).exp2()).round() as Tenths }
}

/// The cap of each category, in their order.
type Caps = [Option<Tenths>; Category::ALL.len()];

/// Points as tenths of a file's number.
fn tenths(number: Decimal) -> Tenths {
    (number * Decimal::TEN).round().to_i64().unwrap_or(Tenths::MAX)
}

fn categories(
    caps: &Caps,
    findings: &[Finding<'_>],
    strengths: &[Finding<'_>],
    counts: &[(usize, usize); Category::ALL.len()],
) -> Vec<CategoryScore> {
    Category::ALL
        .into_iter()
        .map(|category| {
            let found = findings.iter().chain(strengths).filter(|finding| finding.rule.category == category);
            let sum: Tenths = found.map(|finding| finding.points).sum();
            let cap = caps[category as usize].unwrap_or(Tenths::MAX);
            let counted = sum.min(cap);
            let (evaluated, of) = counts[category as usize];
            let points = if category == Category::Strengths { -counted } else { counted };
            CategoryScore { category, points, over_cap: sum - counted, cap, evaluated, of }
        })
        .collect()
}

/// 100 / (1 + base_odds * 2^(-points / doubles_every)), one decimal.
#[must_use]
pub fn index(scoring: &Scoring, points: Tenths) -> Decimal {
    let (odds, doubles) = (scoring.index.base_odds.0.to_f64().unwrap_or(9.0), scoring.index.doubles_every.0.to_f64().unwrap_or(10.0));
    #[allow(clippy::cast_precision_loss, reason = "a few thousand tenths")]
    let points = points as f64 / 10.0;
    let index = 100.0 / (1.0 + odds * (-points / doubles).exp2());
    #[allow(clippy::cast_possible_truncation, reason = "at most a thousand")]
    Decimal::new((index * 10.0).round() as i64, 1)
}

/// The index without some of the findings, the caps applied anew.
#[must_use]
pub fn index_without(scoring: &Scoring, score: &Score<'_>, is_left_out: impl Fn(&Finding<'_>) -> bool) -> Decimal {
    let points: Tenths = score
        .categories
        .iter()
        .map(|category| {
            if category.category == Category::Strengths {
                return category.points;
            }
            let kept = score.findings.iter().filter(|finding| finding.rule.category == category.category && !is_left_out(finding));
            kept.map(|finding| finding.points).sum::<Tenths>().min(category.cap)
        })
        .sum();
    index(scoring, points)
}

/// Points by side as parts of their sum, in hundredths that add up: the largest remainders are rounded up.
fn sides(findings: &[Finding<'_>]) -> Sides {
    let of = |side: Side| findings.iter().filter(|finding| finding.rule.side == side).map(|finding| finding.points).sum::<Tenths>();
    let parts = [of(Side::Client), of(Side::Me), of(Side::Both)];
    let total: Tenths = parts.iter().sum();
    if total <= 0 {
        return Sides::default();
    }
    let mut hundredths = parts.map(|part| part * 100 / total);
    let mut order = [0, 1, 2];
    order.sort_by_key(|index| std::cmp::Reverse(parts[*index] * 100 % total));
    let left = 100 - hundredths.iter().sum::<Tenths>();
    for index in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        hundredths[index] += 1;
    }
    let [client, me, both] = hundredths.map(|part| Decimal::new(part, 2));
    Sides { client, me, both }
}

/// For each category, in their order: what was seen, weighted by points, and what could have been.
#[derive(Clone, Copy, Default)]
struct Seen {
    seen: [Parts; Category::ALL.len()],
    of: [Parts; Category::ALL.len()],
}

impl Seen {
    /// Categories weighted by their caps; two decimals.
    fn confidence(&self, caps: &Caps) -> Decimal {
        /// Shares are rounded to this part of one before they are weighted.
        const FINE: i64 = 1_000_000;
        let (mut sum, mut weights) = (0, 0);
        for (index, cap) in caps.iter().enumerate() {
            if let Some(share) = (self.seen[index] * FINE).checked_div(self.of[index]) {
                let weight = cap.unwrap_or(10);
                sum += share * weight;
                weights += weight;
            }
        }
        // In hundredths, half of one rounded up.
        let fine = sum.checked_div(weights).unwrap_or(0);
        Decimal::new((fine + FINE / 200) / (FINE / 100), 2)
    }
}

/// How certain the score is, and which lists would make it more so.
fn confidence(caps: &Caps, evaluations: &[Evaluation<'_>]) -> Confidence {
    let mut all = Seen::default();
    // What would be seen in addition, by the list that alone is waited for.
    let mut waiting: Vec<(RecordNext, Seen)> = Vec::new();
    for evaluation in evaluations {
        let index = evaluation.rule.category as usize;
        let is_left_out = matches!(evaluation.rule.category, Category::Groundwork | Category::Strengths);
        if is_left_out || matches!(evaluation.outcome, Outcome::OtherStage) {
            continue;
        }
        let top = evaluation.rule.top_points();
        all.seen[index] += top * evaluation.seen;
        all.of[index] += top * WHOLE;
        let Outcome::NotEvaluated(missing) = evaluation.outcome else { continue };
        let mut needs = missing.iter();
        let Some(list) = needs.next().map(crate::facts::Need::list).filter(|list| needs.all(|need| need.list() == *list)) else { continue };
        let known = waiting.iter().position(|(next, _)| next.record == list).unwrap_or_else(|| {
            waiting.push((RecordNext { record: list, confidence: Decimal::ZERO, signs: 0, paths: Vec::new() }, Seen::default()));
            waiting.len() - 1
        });
        let (next, more) = &mut waiting[known];
        next.signs += 1;
        more.seen[index] += top * WHOLE;
        for need in missing.iter() {
            if !next.paths.contains(&need.path()) {
                next.paths.push(need.path());
            }
        }
    }
    let overall = all.confidence(caps);
    let with = |(mut next, more): (RecordNext, Seen)| {
        let mut told = all;
        for (seen, more) in told.seen.iter_mut().zip(more.seen) {
            *seen += more;
        }
        next.confidence = told.confidence(caps);
        next
    };
    let mut record_next: Vec<RecordNext> = waiting.into_iter().map(with).filter(|next| next.confidence > overall).collect();
    record_next.sort_by(|a, b| b.confidence.cmp(&a.confidence).then_with(|| a.record.cmp(b.record)));
    record_next.truncate(LISTS_TO_RECORD);
    Confidence { overall, record_next }
}

/// So many lists are named that would raise the confidence most.
const LISTS_TO_RECORD: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_halved_after_the_fading_time_and_stay_whole_tenths() {
        assert_eq!(faded(160, 0.0), 160);
        assert_eq!(faded(160, 1.0), 80);
        assert_eq!(faded(30, 0.5), 21);
    }
}
