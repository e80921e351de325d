//! Hand-made reports for tests: sums, index and sides are worked out, all else is said by the test.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use crate::advise::Verdict;
use crate::diagnostic::Path;
use crate::facts::{Missing, Money, Need};
use crate::record::{Currency, Stage};
use crate::report::{
    ActionReport, CategoryReport, Change, ClientReport, ConfidenceReport, EvidenceReport, FindingReport, MoneyReport, NotEvaluated,
    RecordNextReport, Report, Risk, SidesReport, Since, Tool,
};
use crate::rules::{Action, Band, Category, Side, Tenths};
use crate::score::Severity;

pub(super) const CAP: Tenths = 250;
pub(super) const CAP_OF_STRENGTHS: Tenths = 60;

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day of a test is a day")
}

/// A sign of the client with one piece of evidence.
pub(super) fn sign(rule: &'static str, title: &'static str, category: Category, points: Tenths) -> FindingReport<'static> {
    FindingReport {
        rule,
        title,
        category,
        side: Side::Client,
        severity: Severity::Clear,
        level: 2,
        points,
        points_before_fading: points,
        evidence_total: 1,
        evidence: vec![evidence("acme.yaml", 70)],
        says: None,
        levels: 3,
        fading: Some((24, "6 months".to_owned())),
        lifts_to: None,
    }
}

pub(super) fn evidence(file: &str, line: u32) -> EvidenceReport {
    EvidenceReport {
        label: "invoice 2026-052".to_owned(),
        date: Some(day("2026-10-29")),
        quote: Some("24 days late".to_owned()),
        file: Some(file.into()),
        line: Some(line),
        path: Path::root(),
        is_verbatim: false,
        focus: None,
    }
}

/// The other person's own words.
pub(super) fn quoted(words: &str) -> EvidenceReport {
    EvidenceReport { quote: Some(words.to_owned()), is_verbatim: true, ..evidence("acme.messages.jsonl", 40) }
}

pub(super) fn step(id: &'static str, title: &'static str, because: &[&'static str]) -> ActionReport<'static> {
    let action = Action {
        id: id.to_owned(),
        title: title.to_owned(),
        how: "say it once.\nThen do it.\n".to_owned(),
        avoid: "saying it twice.".to_owned(),
        drastic: 3,
        stages: None,
        wait: None,
        protects: None,
        titles: BTreeMap::new(),
    };
    ActionReport {
        id,
        title,
        because: because.to_vec(),
        step: 1,
        tried: Vec::new(),
        under_way_since: None,
        index_if_it_works: Decimal::new(538, 1),
        action: Box::leak(Box::new(action)),
        tried_on: Vec::new(),
        is_mine: false,
        is_under_way: false,
        is_final: false,
        at_stake: Vec::new(),
    }
}

/// A report of these findings, with the sums that follow from them.
pub(super) fn report(findings: Vec<FindingReport<'static>>, strengths: Vec<FindingReport<'static>>) -> Report<'static> {
    let categories: Vec<CategoryReport> =
        Category::ALL.into_iter().map(|category| summed(category, findings.iter().chain(&strengths))).collect();
    let points: Tenths = categories.iter().map(|category| category.points).sum();
    let index = index_of(points);
    Report {
        schema_version: 1,
        tool: Tool { name: "clientcheck", version: "0.1.0" },
        as_of: day("2026-11-22"),
        file: "acme.yaml".to_owned(),
        client: ClientReport { id: "acme".to_owned(), name: "Acme GmbH".to_owned() },
        stage: Stage::Active,
        verdict: Verdict::Pause,
        risk: Risk { index, band: Band::High, points, lifted: None, own_band: Band::High },
        confidence: ConfidenceReport {
            overall: Decimal::new(88, 2),
            record_next: vec![RecordNextReport { record: "hours", confidence: Decimal::new(94, 2), signs: 3, paths: vec!["hours"] }],
        },
        sides: SidesReport { client: Decimal::new(85, 2), me: Decimal::new(15, 2), both: Decimal::ZERO },
        categories,
        findings,
        strengths,
        quiet: vec!["bullying"],
        not_evaluated: vec![NotEvaluated { rule: "drama-drain", needs: Missing::one(Need::Hours) }],
        set_aside: Vec::new(),
        doubts: Vec::new(),
        actions: Vec::new(),
        money: Vec::new(),
        since: None,
        diagnostics: Vec::new(),
        stage_is_told: true,
        known_since: Some(day("2025-08-11")),
        quiet_categories: vec![Category::Conduct],
        other_stage: Vec::new(),
        rules_in_all: 74,
        confidence_floor: Decimal::new(15, 2),
        formula: (Decimal::from(9), Decimal::from(10)),
        packs: (&[], 0),
    }
}

fn summed<'f>(category: Category, findings: impl Iterator<Item = &'f FindingReport<'static>>) -> CategoryReport {
    let sum = findings.filter(|finding| finding.category == category).map(|finding| finding.points.abs()).sum::<Tenths>();
    let cap = if category == Category::Strengths { CAP_OF_STRENGTHS } else { CAP };
    let counted = sum.min(cap);
    let points = if category == Category::Strengths { -counted } else { counted };
    CategoryReport { id: category, points, over_cap: sum - counted, cap, evaluated: 6, of: 7 }
}

fn index_of(points: Tenths) -> Decimal {
    let points = points.to_f64().unwrap_or_default() / 10.0;
    Decimal::from_f64(100.0 / (1.0 + 9.0 * (-points / 10.0).exp2())).unwrap_or_default().round_dp(1)
}

/// The report as it was, and what changed.
pub(super) fn since(then: &Report<'static>, changed: Vec<Change<'static>>) -> Since<'static> {
    Since {
        as_of: day("2026-10-23"),
        index: then.risk.index,
        band: then.risk.band,
        points: then.risk.points,
        changed,
        was_known: true,
        categories: then.categories.clone(),
    }
}

pub(super) fn overdue(currency: &'static str, amount: Decimal) -> MoneyReport {
    let money = Money { amount, currency: currency.parse().ok().map(Currency) };
    MoneyReport { currency: Some(currency), overdue: amount.to_string(), oldest_days: 24, money }
}

/// A client with more signs, strengths and steps than a screen can hold.
pub(super) fn troubled() -> Report<'static> {
    let titles = [
        ("late-payments", "Pays late, again and again", Category::Payment),
        ("overdue-now", "Money is overdue now", Category::Payment),
        ("never-paid", "A bill is long overdue and nothing came", Category::Payment),
        ("scope-creep", "Small extras keep piling up", Category::Scope),
        ("verbal-abuse", "Insults in place of criticism", Category::Conduct),
        ("turned-sour", "The warm words have dried up", Category::Trust),
        ("after-hours-contact", "Writes at night and at weekends", Category::Communication),
        ("vague-requirements", "Cannot say what is wanted", Category::Clarity),
        ("cheaper-elsewhere", "Others would do it for less", Category::Pricing),
        ("mind-changes", "Changes course in the middle", Category::Clarity),
        ("know-it-all", "Knows my work better than I do", Category::Trust),
    ];
    let signs = titles.iter().zip([200, 146, 120, 84, 74, 71, 60, 41, 29, 20, 15]);
    let mut signs: Vec<_> = signs.map(|((rule, title, category), points)| sign(rule, title, *category, points)).collect();
    for sign in &mut signs {
        sign.evidence_total = 4;
        sign.says = Some("4 of 9 invoices, 11 to 24 days late, the latest of them by far".to_owned());
    }
    signs[1].says = None;
    signs[1].evidence = vec![quoted("Are you stupid, or do you just not read what I send you every single day?")];
    let strength = |rule, points| sign(rule, "Something good", Category::Strengths, points);
    let mut report = report(signs, vec![strength("signed-contract", -40), strength("deposit-in-place", -20), strength("praise", -16)]);
    report.money = vec![overdue("EUR", Decimal::new(285_000, 2))];
    report.actions = [
        ("apologize", "Say sorry: what went wrong, once, without a \"but\"."),
        ("pause-work", "Stop new work until this is settled; say so in writing."),
        ("charge-late-fee", "Charge the late fee that the contract allows."),
        ("change-order", "Price the extras in one change order; begin when it is signed."),
        ("set-boundary", "Say calmly what is not on, then go back to the work."),
        ("state-hours", "Tell them your office hours, and answer within them."),
        ("clarify", "Ask for the goal, two examples, and how they will know it is done."),
        ("hold-price", "Name your price once, with the reason, and hold it."),
    ]
    .map(|(id, title)| step(id, title, &["late-payments", "overdue-now"]))
    .to_vec();
    report.actions[0].is_mine = true;
    report.actions[1].at_stake = vec![report.money[0].money];
    report
}
