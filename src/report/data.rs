//! The report as data. The fields that are serialised are version 1 of the JSON report; the skipped ones serve the screens.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use super::evidence::describe;
use super::json::{as_day, as_number};
use crate::advise::{Step, Verdict, advise};
use crate::diagnostic::{Diagnostic, Mistake, Path, Severity as DiagnosticSeverity};
use crate::evaluate::{TextsRead, evaluate};
use crate::facts::{Facts, Missing, Money, Need};
use crate::record::{Record, Stage};
use crate::rules::{Action, Band, Category, Rulebook, SetAside, Side, Tenths};
use crate::score::{Finding, Score, Severity, score};

/// Everything that was found out about one client.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Report<'b> {
    /// The version of this format, which is 1.
    pub schema_version: u8,
    /// The program that made it.
    pub tool: Tool,
    /// The day at whose end it holds.
    #[serde(serialize_with = "as_day")]
    #[schemars(with = "String")]
    pub as_of: NaiveDate,
    /// The file of the record; `-` for standard input.
    pub file: String,
    /// Who the client is.
    pub client: ClientReport,
    /// Where the relationship stands.
    pub stage: Stage,
    /// One word for the whole client.
    pub verdict: Verdict,
    /// How risky the client is.
    pub risk: Risk<'b>,
    /// How much of what the rules could have looked at was there.
    pub confidence: ConfidenceReport,
    /// Whose doing it is; together 1, or all 0.
    pub sides: SidesReport,
    /// Points by category; strengths are negative, so that all add up to the points of the risk.
    pub categories: Vec<CategoryReport>,
    /// Signs that were found, most points first.
    pub findings: Vec<FindingReport<'b>>,
    /// Strengths that were found; their points are negative.
    pub strengths: Vec<FindingReport<'b>>,
    /// Rules that looked and found nothing.
    pub quiet: Vec<&'b str>,
    /// Rules that could not be told.
    pub not_evaluated: Vec<NotEvaluated<'b>>,
    /// Findings that the user set aside.
    pub set_aside: Vec<SetAsideReport<'b>>,
    /// What to do, in its order.
    pub actions: Vec<ActionReport<'b>>,
    /// Money that is overdue, by currency.
    pub money: Vec<MoneyReport>,
    /// What it was on an earlier day, and what changed since.
    pub since: Option<Since<'b>>,
    /// Mistakes and oddities in the record.
    pub diagnostics: Vec<DiagnosticReport>,
    /// What is odd in the settings, seen from this client; also among the diagnostics.
    #[serde(skip)]
    pub doubts: Vec<Diagnostic>,
    /// Whether the stage was told, or derived.
    #[serde(skip)]
    pub stage_is_told: bool,
    /// Since when the client is known.
    #[serde(skip)]
    pub known_since: Option<NaiveDate>,
    /// The categories of the quiet rules, in the same order.
    #[serde(skip)]
    pub quiet_categories: Vec<Category>,
    /// Rules that are for another stage.
    #[serde(skip)]
    pub other_stage: Vec<&'b str>,
    /// How many rules there are.
    #[serde(skip)]
    pub rules_in_all: usize,
    /// Below this confidence nothing is called healthy.
    #[serde(skip)]
    pub confidence_floor: Decimal,
    /// The numbers of the formula: base odds, and how many points double them.
    #[serde(skip)]
    pub formula: (Decimal, Decimal),
    /// Packs with the number of their rules, and how many rules the user changed.
    #[serde(skip)]
    pub packs: (&'b [(String, usize)], usize),
}

/// The program.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// Who the client is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ClientReport {
    /// The short name.
    pub id: String,
    /// The name.
    pub name: String,
}

/// How risky the client is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Risk<'b> {
    /// 0 (good) to 100 (bad), one decimal.
    #[serde(serialize_with = "as_number")]
    #[schemars(with = "f64")]
    pub index: Decimal,
    /// The band, after overrides.
    pub band: Band,
    /// All points together.
    #[serde(serialize_with = "as_points")]
    #[schemars(with = "f64")]
    pub points: Tenths,
    /// The rule that lifted the band.
    #[serde(rename = "override")]
    pub lifted: Option<Override<'b>>,
    /// The band of the index alone.
    #[serde(skip)]
    pub own_band: Band,
}

/// A rule that lifts the band.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Override<'b> {
    /// The rule.
    pub rule: &'b str,
    /// The band.
    pub band: Band,
}

/// How much of what the rules could have looked at was there.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConfidenceReport {
    /// 0 to 1, two decimals.
    #[serde(serialize_with = "as_number")]
    #[schemars(with = "f64")]
    pub overall: Decimal,
    /// The lists that would raise it most.
    pub record_next: Vec<RecordNextReport>,
}

/// A list that would make more signs tellable.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordNextReport {
    /// The list or block of the record.
    pub record: &'static str,
    /// The confidence with it.
    #[serde(serialize_with = "as_number")]
    #[schemars(with = "f64")]
    pub confidence: Decimal,
    /// How many signs could then be told.
    #[serde(skip)]
    pub signs: usize,
    /// What exactly is missing there.
    #[serde(skip)]
    pub paths: Vec<&'static str>,
}

/// Whose doing it is.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct SidesReport {
    /// The client's part.
    #[serde(serialize_with = "as_number")]
    #[schemars(with = "f64")]
    pub client: Decimal,
    /// My part.
    #[serde(serialize_with = "as_number")]
    #[schemars(with = "f64")]
    pub me: Decimal,
    /// What both did.
    #[serde(serialize_with = "as_number")]
    #[schemars(with = "f64")]
    pub both: Decimal,
}

/// The points of a category.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct CategoryReport {
    /// The category.
    pub id: Category,
    /// What counts, within the cap.
    #[serde(serialize_with = "as_points")]
    #[schemars(with = "f64")]
    pub points: Tenths,
    /// What is over the cap.
    #[serde(serialize_with = "as_points")]
    #[schemars(with = "f64")]
    pub over_cap: Tenths,
    /// The cap.
    #[serde(serialize_with = "as_points")]
    #[schemars(with = "f64")]
    pub cap: Tenths,
    /// How many of its rules could be told.
    pub evaluated: usize,
    /// How many apply.
    pub of: usize,
}

/// A sign, or a strength, that was found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingReport<'b> {
    /// The rule.
    pub rule: &'b str,
    /// The sign in a few words.
    pub title: &'b str,
    /// Its category.
    pub category: Category,
    /// Whose behaviour it is.
    pub side: Side,
    /// How grave it is.
    pub severity: Severity,
    /// The level that counts.
    pub level: usize,
    /// Its points today.
    #[serde(serialize_with = "as_points")]
    #[schemars(with = "f64")]
    pub points: Tenths,
    /// The points of its level.
    #[serde(serialize_with = "as_points")]
    #[schemars(with = "f64")]
    pub points_before_fading: Tenths,
    /// How many pieces of evidence there are.
    pub evidence_total: usize,
    /// The newest of them.
    pub evidence: Vec<EvidenceReport>,
    /// The fact in a line.
    #[serde(skip)]
    pub says: Option<String>,
    /// How many levels the rule has.
    #[serde(skip)]
    pub levels: usize,
    /// Days since the latest evidence, and the time in which half of the points go, if it fades.
    #[serde(skip)]
    pub fading: Option<(i64, String)>,
    /// The band that it lifts the client to, and whether that is still in force.
    #[serde(skip)]
    pub lifts_to: Option<(Band, bool)>,
}

/// A piece of evidence.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EvidenceReport {
    /// What it is.
    pub label: String,
    /// Its first day.
    #[serde(serialize_with = "super::json::as_day_or_null")]
    #[schemars(with = "Option<String>")]
    pub date: Option<NaiveDate>,
    /// What it says, in a few words or the other person's own.
    pub quote: Option<String>,
    /// The file.
    pub file: Option<Arc<str>>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// Where it stands in the record.
    #[serde(skip)]
    pub path: Path,
    /// Whether the quote is somebody's own words.
    #[serde(skip)]
    pub is_verbatim: bool,
    /// Where in the quote the words stand that the rule found.
    #[serde(skip)]
    pub focus: Option<std::ops::Range<usize>>,
}

/// A rule that could not be told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NotEvaluated<'b> {
    /// The rule.
    pub rule: &'b str,
    /// What is missing.
    #[serde(serialize_with = "as_paths")]
    #[schemars(with = "Vec<String>")]
    pub needs: Missing,
}

/// A finding that the user set aside.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SetAsideReport<'b> {
    /// The rule.
    pub rule: &'b str,
    /// What it would count.
    #[serde(serialize_with = "as_points")]
    #[schemars(with = "f64")]
    pub points: Tenths,
    /// Why.
    pub reason: &'b str,
    /// The last day.
    #[serde(serialize_with = "as_day")]
    #[schemars(with = "String")]
    pub until: NaiveDate,
}

/// A step to take.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ActionReport<'b> {
    /// The action.
    pub id: &'b str,
    /// What to do, in one sentence.
    pub title: &'b str,
    /// Because of which findings.
    pub because: Vec<&'b str>,
    /// Its place on the ladder.
    pub step: usize,
    /// What was tried before it.
    pub tried: Vec<&'b str>,
    /// Since when it is under way; then it is not advised again.
    #[serde(serialize_with = "super::json::as_day_or_null")]
    #[schemars(with = "Option<String>")]
    pub under_way_since: Option<NaiveDate>,
    /// The index if it works.
    #[serde(serialize_with = "as_number")]
    #[schemars(with = "f64")]
    pub index_if_it_works: Decimal,
    /// How to do it, what to avoid, and the rest of the action.
    #[serde(skip)]
    pub action: &'b Action,
    /// The days on which the steps before it were tried.
    #[serde(skip)]
    pub tried_on: Vec<(&'b str, Option<NaiveDate>)>,
    /// Whether it is about my own side.
    #[serde(skip)]
    pub is_mine: bool,
    /// Whether it was tried and has not failed.
    #[serde(skip)]
    pub is_under_way: bool,
    /// Whether it ends the relationship, or does not begin it.
    #[serde(skip)]
    pub is_final: bool,
    /// The money that is at stake.
    #[serde(skip)]
    pub at_stake: Vec<Money>,
}

/// Overdue money of one currency.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MoneyReport {
    /// The currency; null where it is not known.
    pub currency: Option<&'static str>,
    /// The amount, as text.
    pub overdue: String,
    /// The age of the oldest of it in days.
    pub oldest_days: i64,
    /// The amount with its currency.
    #[serde(skip)]
    pub money: Money,
}

/// What it was on an earlier day.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Since<'b> {
    /// That day.
    #[serde(serialize_with = "as_day")]
    #[schemars(with = "String")]
    pub as_of: NaiveDate,
    /// The index then.
    #[serde(serialize_with = "as_number")]
    #[schemars(with = "f64")]
    pub index: Decimal,
    /// The band then.
    pub band: Band,
    /// The points then.
    #[serde(serialize_with = "as_points")]
    #[schemars(with = "f64")]
    pub points: Tenths,
    /// The findings and strengths whose points changed, the largest change first.
    pub changed: Vec<Change<'b>>,
    /// Whether there was anything in the record on that day.
    #[serde(skip)]
    pub was_known: bool,
    /// The categories then, for the change of what caps take off.
    #[serde(skip)]
    pub categories: Vec<CategoryReport>,
}

/// A finding whose points changed.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Change<'b> {
    /// The rule.
    pub rule: &'b str,
    /// Its points then.
    #[serde(serialize_with = "as_points")]
    #[schemars(with = "f64")]
    pub from: Tenths,
    /// Its points now.
    #[serde(serialize_with = "as_points")]
    #[schemars(with = "f64")]
    pub to: Tenths,
}

/// A mistake or an oddity in a file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiagnosticReport {
    /// error or warning.
    pub severity: &'static str,
    /// The kind.
    pub code: &'static str,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
    /// The column behind its end.
    pub end: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl From<&Diagnostic> for DiagnosticReport {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            severity: match diagnostic.severity {
                DiagnosticSeverity::Error => "error",
                DiagnosticSeverity::Warning => "warning",
            },
            code: diagnostic.code,
            file: diagnostic.file.clone(),
            line: diagnostic.span.map(|span| span.start.line),
            column: diagnostic.span.map(|span| span.start.column),
            end: diagnostic.span.map(|span| span.end.column),
            message: diagnostic.message.clone(),
            suggestion: diagnostic.suggestion.clone(),
        }
    }
}

/// Serialises points as a number with one decimal.
fn as_points<S: serde::Serializer>(points: &Tenths, serializer: S) -> Result<S::Ok, S::Error> {
    #[allow(clippy::cast_precision_loss, reason = "a few thousand tenths")]
    serializer.serialize_f64(*points as f64 / 10.0)
}

/// Serialises what is missing as paths of the record.
fn as_paths<S: serde::Serializer>(missing: &Missing, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(missing.iter().map(Need::path))
}

/// The pure core: a record, a rulebook and a day become a report. No clock, no files, no printing.
#[must_use]
pub fn assess<'b>(record: &Record, book: &'b Rulebook, as_of: NaiveDate) -> Report<'b> {
    assess_on(record, book, as_of, None)
}

/// The same, compared with an earlier day.
#[must_use]
pub fn assess_since<'b>(record: &Record, book: &'b Rulebook, as_of: NaiveDate, earlier: NaiveDate) -> Report<'b> {
    let texts = TextsRead::default();
    let mut report = assess_on(record, book, as_of, Some(&texts));
    let facts = Facts::new(record, earlier);
    let then = score_on(record, book, &facts, Some(&texts));
    report.since = Some(compare(&report, &facts, &then));
    report
}

fn score_on<'b>(record: &Record, book: &'b Rulebook, facts: &Facts<'_>, texts: Option<&TextsRead>) -> Score<'b> {
    score(book, evaluate(book, facts, texts), &[id_of(record), &record.client.name], facts.as_of())
}

fn id_of(record: &Record) -> &str {
    record.client.id.as_deref().unwrap_or_else(|| name_of(record))
}

fn name_of(record: &Record) -> &str {
    if record.client.name.trim().is_empty() { "(no name)" } else { &record.client.name }
}

fn assess_on<'b>(record: &Record, book: &'b Rulebook, as_of: NaiveDate, texts: Option<&TextsRead>) -> Report<'b> {
    let facts = Facts::new(record, as_of);
    let id = id_of(record);
    let score = score_on(record, book, &facts, texts);
    let advice = advise(book, &facts, &score);
    let (stage, stage_is_told) = facts.stage();
    let doubts: Vec<Diagnostic> = score.no_longer_aside.iter().map(|aside| no_longer_aside(aside)).collect();
    Report {
        schema_version: 1,
        tool: Tool { name: "clientcheck", version: env!("CARGO_PKG_VERSION") },
        as_of,
        file: "-".to_owned(),
        client: ClientReport { id: id.to_owned(), name: name_of(record).to_owned() },
        stage,
        verdict: advice.verdict,
        risk: risk(book, &score),
        confidence: ConfidenceReport {
            overall: score.confidence.overall,
            record_next: score
                .confidence
                .record_next
                .iter()
                .map(|next| RecordNextReport {
                    record: next.record,
                    confidence: next.confidence,
                    signs: next.signs,
                    paths: next.paths.clone(),
                })
                .collect(),
        },
        sides: SidesReport { client: score.sides.client, me: score.sides.me, both: score.sides.both },
        categories: categories(&score),
        findings: score.findings.iter().map(|finding| finding_report(book, &facts, finding, 1)).collect(),
        strengths: score.strengths.iter().map(|finding| finding_report(book, &facts, finding, -1)).collect(),
        quiet: score.quiet.iter().map(|rule| rule.id.as_str()).collect(),
        not_evaluated: score.not_evaluated.iter().map(|(rule, missing)| NotEvaluated { rule: &rule.id, needs: *missing }).collect(),
        set_aside: score
            .set_aside
            .iter()
            .map(|(finding, aside)| SetAsideReport {
                rule: &finding.rule.id,
                points: finding.points,
                reason: &aside.reason,
                until: aside.until.0,
            })
            .collect(),
        actions: advice.steps.into_iter().map(|step| action_report(step, stage)).collect(),
        money: facts.overdue_by_currency().into_iter().map(|(money, oldest)| money_report(money, oldest)).collect(),
        since: None,
        diagnostics: doubts.iter().map(DiagnosticReport::from).collect(),
        doubts,
        stage_is_told,
        known_since: facts.known_since(),
        quiet_categories: score.quiet.iter().map(|rule| rule.category).collect(),
        other_stage: score.other_stage.iter().map(|rule| rule.id.as_str()).collect(),
        rules_in_all: book.rules.len(),
        confidence_floor: book.scoring.confidence.floor.0,
        formula: (book.scoring.index.base_odds.0, book.scoring.index.doubles_every.0),
        packs: (&book.packs, book.rules.iter().filter(|rule| rule.is_overridden).count()),
    }
}

fn no_longer_aside(aside: &SetAside) -> Diagnostic {
    let (file, span) = aside.place.as_ref().map_or(("clientcheck.yml", None), |place| (place.file.as_str(), Some(place.until)));
    let message = format!("`{}` of {} is no longer set aside, so it counts again", aside.rule, aside.client);
    Mistake::warning("set-aside-over", span, message)
        .with_label(format!("this day has passed; it was set aside because: {}", aside.reason))
        .with_note("set a later day if the reason still holds, or take the entry out")
        .in_file(file)
}

fn risk<'b>(book: &Rulebook, score: &Score<'b>) -> Risk<'b> {
    let lifted = score.lifted.map(|(rule, band)| Override { rule: &rule.id, band });
    Risk { index: score.index, band: score.band, points: score.points, lifted, own_band: book.scoring.band(score.index) }
}

fn categories(score: &Score<'_>) -> Vec<CategoryReport> {
    let report = |category: &crate::score::CategoryScore| CategoryReport {
        id: category.category,
        points: category.points,
        over_cap: category.over_cap,
        cap: category.cap,
        evaluated: category.evaluated,
        of: category.of,
    };
    score.categories.iter().map(report).collect()
}

fn finding_report<'b>(book: &Rulebook, facts: &Facts<'_>, finding: &Finding<'b>, sign: Tenths) -> FindingReport<'b> {
    let rule = finding.rule;
    let shown = finding.fired.evidence.iter().take(book.scoring.evidence_shown);
    FindingReport {
        rule: &rule.id,
        title: &rule.title,
        category: rule.category,
        side: rule.side,
        severity: finding.severity,
        level: finding.fired.level,
        points: sign * finding.points,
        points_before_fading: sign * finding.full_points,
        evidence_total: finding.fired.evidence.len(),
        evidence: shown.map(|piece| describe(book, rule, facts, piece)).collect(),
        says: finding.fired.says.clone(),
        levels: rule.levels.len(),
        fading: finding.age_days.zip(rule.fades.map(|fades| fades.to_string())),
        lifts_to: rule.levels.get(finding.fired.level - 1).and_then(|level| level.at_least_band).map(|band| (band, finding.is_in_force)),
    }
}

fn action_report(step: Step<'_>, stage: Stage) -> ActionReport<'_> {
    ActionReport {
        id: &step.action.id,
        title: step.action.title_in(stage),
        step: step.step,
        tried: step.tried.iter().map(|(id, _)| *id).collect(),
        under_way_since: step.under_way_since,
        index_if_it_works: step.index_if_it_works,
        action: step.action,
        is_mine: step.is_mine,
        is_under_way: step.is_under_way,
        is_final: step.is_final(),
        at_stake: step.at_stake,
        tried_on: step.tried,
        because: step.because,
    }
}

fn money_report(money: Money, oldest: Decimal) -> MoneyReport {
    let cents = money.currency.map_or(2, |currency| currency.cents());
    MoneyReport {
        currency: money.currency.map(|currency| currency.code()),
        overdue: format!("{:.*}", cents as usize, money.amount),
        oldest_days: i64::try_from(oldest.mantissa()).unwrap_or(i64::MAX),
        money,
    }
}

/// What a report is beside the score of an earlier day, of the same record.
fn compare<'b>(now: &Report<'b>, facts: &Facts<'_>, then: &Score<'b>) -> Since<'b> {
    let strengths = then.strengths.iter().map(|finding| (finding.rule.id.as_str(), -finding.points));
    let before: BTreeMap<&'b str, Tenths> =
        then.findings.iter().map(|finding| (finding.rule.id.as_str(), finding.points)).chain(strengths).collect();
    let after: BTreeMap<&'b str, Tenths> =
        now.findings.iter().chain(&now.strengths).map(|finding| (finding.rule, finding.points)).collect();
    let rules: BTreeSet<&'b str> = before.keys().chain(after.keys()).copied().collect();
    let change = |rule: &'b str| Change { rule, from: before.get(rule).copied().unwrap_or(0), to: after.get(rule).copied().unwrap_or(0) };
    let mut changed: Vec<Change<'b>> = rules.into_iter().map(change).filter(|change| change.from != change.to).collect();
    changed.sort_by_key(|change| (std::cmp::Reverse((change.to - change.from).abs()), change.rule));
    Since {
        as_of: facts.as_of(),
        index: then.index,
        band: then.band,
        points: then.points,
        changed,
        was_known: facts.known_since().is_some_and(|since| since <= facts.as_of()),
        categories: categories(then),
    }
}
