//! What holds for any record whatever: generated records are read as JSON, scored with the default rules, and compared.

use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use clientcheck::diagnostic::Format;
use clientcheck::record::{Record, decode};
use clientcheck::report::{Report, assess, to_json};
use clientcheck::rules::{Band, Pack, Rulebook, Tenths, load};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use serde_json::{Map, Value, json};

/// Enough to meet most pairs of entries; each case scores with all rules.
const CASES: u32 = 96;

fn book() -> Rulebook {
    load(&[Pack::BuiltIn], None).expect("the built-in rules").rulebook
}

static BOOK: LazyLock<Rulebook> = LazyLock::new(book);

/// The day that is looked at.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day")
}

/// A day, so many days after today; before it if negative.
fn day(offset: i64) -> String {
    let days = Days::new(offset.unsigned_abs());
    let day = if offset < 0 { today().checked_sub_days(days) } else { today().checked_add_days(days) };
    day.expect("a day of this century").to_string()
}

/// What people write: harmless, pleased, vague, hostile, haggling, threatening, shouting, nothing.
const TEXTS: [&str; 24] = [
    "",
    "Thank you, this looks wonderful!",
    "Could you send me the second version by Friday? And where are the files?",
    "Here are the final files.",
    "Why so expensive? Somebody else would do it for much less.",
    "Please do the first one for free, it will be great for your portfolio.",
    "Are you stupid? You are useless, an idiot could do this.",
    "I will sue you. You will hear from my lawyer.",
    "Pay me back or I will leave bad reviews everywhere.",
    "I WANT THIS TODAY AND I WILL NOT SAY IT AGAIN!!!",
    "I guarantee that it will never break.",
    "Make it pop. I don't like it.",
    "Start now, I'll send the details later.",
    "I never approved that.",
    "We will pay tomorrow, I promise.",
    "I want my money back.",
    "I no longer trust you with this.",
    "That is not what I asked for.",
    "Sorry for the wait, I had two other launches.",
    "You never told me. That is your own fault, not mine.",
    "While you're at it, could you just add one more page?",
    "\u{202e}evil\u{7f} 你好 ☕\u{0} Ärger",
    "> You wrote this.\n\nYes.\n-- \nMaija",
    "It is urgent, I need it by tomorrow, everything else can wait.",
];

/// An object without the keys that are null.
fn without_nulls(value: Value) -> Value {
    let Value::Object(keys) = value else { return value };
    Value::Object(keys.into_iter().filter(|(_, value)| !value.is_null()).collect())
}

fn amount() -> impl Strategy<Value = String> {
    (1u32..2_000_000).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100))
}

/// From a year and a half ago to four months ahead.
fn when() -> impl Strategy<Value = i64> {
    -540i64..120
}

fn milestone_id() -> impl Strategy<Value = &'static str> {
    select(vec!["M1", "M2", "M3", "M4"])
}

fn invoice() -> impl Strategy<Value = Value> {
    let payment = (weighted(0.9, -10i64..150), 10u32..=110);
    let dispute = (0i64..60, of(1i64..60));
    (
        (weighted(0.9, when()), weighted(0.6, 0i64..45), weighted(0.95, 100u32..900_000), vec(payment, 0..3)),
        (weighted(0.1, dispute), weighted(0.05, 0i64..200), weighted(0.05, 0i64..200), weighted(0.3, milestone_id())),
        (weighted(0.1, select(vec!["USD", "EUR"])), 0u32..40),
    )
        .prop_map(|((issued, net, cents, payments), (dispute, voided, written_off, milestone), (currency, number))| {
            let from = issued.unwrap_or(-100);
            let money = |percent: u32| {
                let cents = u64::from(cents.unwrap_or(10_000)) * u64::from(percent) / 100;
                format!("{}.{:02}", cents / 100, cents % 100)
            };
            let payments: Vec<Value> = payments
                .into_iter()
                .map(|(paid, percent)| without_nulls(json!({ "date": paid.map(|after| day(from + after)), "amount": money(percent) })))
                .collect();
            without_nulls(json!({
                "number": format!("2026-{number:03}"),
                "issue_date": issued.map(day),
                "due_date": net.map(|net| day(from + net)),
                "amount": cents.map(|_| money(100)),
                "currency": currency,
                "milestone": milestone,
                "payments": payments,
                "disputed": dispute.map(|(after, settled)| without_nulls(
                    json!({ "date": day(from + after), "reason": "Hours", "resolved_on": settled.map(|later| day(from + after + later)) })
                )),
                "voided_on": voided.map(|after| day(from + after)),
                "written_off_on": written_off.map(|after| day(from + after)),
            }))
        })
}

fn message() -> impl Strategy<Value = Value> {
    let channels = vec!["email", "phone", "whatsapp", "slack", "portal"];
    (when(), 0u32..24, 0u32..60, select(vec!["client", "client", "me", "me", "other"]), select(channels), select(TEXTS.to_vec())).prop_map(
        |(offset, hour, minute, from, channel, text)| {
            json!({ "at": format!("{}T{hour:02}:{minute:02}:00Z", day(offset)), "from": from, "channel": channel, "text": text })
        },
    )
}

fn milestone() -> impl Strategy<Value = Value> {
    (
        (milestone_id(), weighted(0.9, when()), weighted(0.8, -20i64..60), weighted(0.7, 0i64..40)),
        (weighted(0.7, 0u32..7), weighted(0.5, select(vec!["client", "me", "third_party"]))),
    )
        .prop_map(|((id, due, delivered, accepted), (rounds, cause))| {
            let delivered = delivered.map(|late| due.unwrap_or(-60) + late);
            without_nulls(json!({
                "id": id,
                "deliverable": "A part of the work",
                "due_date": due.map(day),
                "delivered_on": delivered.map(day),
                "accepted_on": delivered.zip(accepted).map(|(from, after)| day(from + after)),
                "revision_rounds": rounds,
                "late_cause": cause,
            }))
        })
}

fn change_order() -> impl Strategy<Value = Value> {
    let status = vec!["requested", "approved", "declined", "done_unpaid", "paid"];
    (when(), select(status), weighted(0.5, 0i64..40), weighted(0.8, 1u32..40), weighted(0.8, amount()), of(milestone_id())).prop_map(
        |(asked, status, approved, hours, amount, milestone)| {
            let is_agreed = matches!(status, "approved" | "paid");
            without_nulls(json!({
                "requested_on": day(asked),
                "title": "One more thing",
                "hours": hours,
                "amount": amount,
                "status": status,
                "approved_on": approved.filter(|_| is_agreed).map(|after| day(asked + after)),
                "milestone": milestone,
            }))
        },
    )
}

fn feedback() -> impl Strategy<Value = Value> {
    let kinds = vec!["praise", "request", "complaint"];
    (when(), select(kinds), of(milestone_id()), select(TEXTS.to_vec()), of(select(vec!["small", "large"])), of(0i64..50)).prop_map(
        |(said, kind, about, text, size, resolved)| {
            let resolved = resolved.filter(|_| kind == "complaint").map(|after| day(said + after));
            without_nulls(json!({ "date": day(said), "kind": kind, "about": about, "text": text, "size": size, "resolved_on": resolved }))
        },
    )
}

fn hours() -> impl Strategy<Value = Value> {
    let kinds = vec!["delivery", "unpaid_extra", "revision", "conflict", "admin"];
    (when(), 1u32..90, select(kinds))
        .prop_map(|(on, tenths, kind)| json!({ "date": day(on), "hours": f64::from(tenths) / 10.0, "kind": kind }))
}

fn observation() -> impl Strategy<Value = Value> {
    let rules = vec!["bullying", "smear", "verbal-abuse", "vague-feedback", "unresponsive"];
    (when(), select(rules)).prop_map(|(on, rule)| json!({ "date": day(on), "rule": rule, "note": "On a call" }))
}

fn action_taken() -> impl Strategy<Value = Value> {
    let actions = vec!["send-reminder", "set-boundary", "apologize", "pause-work", "change-order", "hold-price", "formal-notice"];
    (when(), select(actions)).prop_map(|(on, action)| json!({ "date": day(on), "action": action }))
}

fn contract() -> impl Strategy<Value = Value> {
    let covers = vec!["price", "milestones", "revisions", "cancellation", "rush_fee", "ownership"];
    (
        (of(-540i64..-60), weighted(0.8, amount()), weighted(0.8, 0u32..60), of(0u32..50)),
        (of(0u32..5), of(1u32..100), proptest::sample::subsequence(covers, 0..=6), of(select(vec!["fixed", "hourly", "retainer"]))),
    )
        .prop_map(|((signed, value, net_days, deposit), (rounds, reply, covers, billing))| {
            let terms = without_nulls(json!({ "net_days": net_days, "deposit_percent": deposit }));
            without_nulls(json!({
                "signed_on": signed.map(day),
                "currency": "EUR",
                "value": value,
                "payment_terms": terms,
                "revision_rounds_included": rounds,
                "reply_within_hours": reply,
                "covers": covers,
                "billing": billing,
            }))
        })
}

/// A record; each list may be missing, empty or filled.
fn record() -> impl Strategy<Value = Value> {
    let lists = (
        weighted(0.9, vec(invoice(), 0..9)),
        weighted(0.9, vec(message(), 0..25)),
        weighted(0.8, vec(milestone(), 0..5)),
        weighted(0.7, vec(change_order(), 0..6)),
        weighted(0.7, vec(feedback(), 0..6)),
        weighted(0.7, vec(hours(), 0..8)),
        weighted(0.3, vec(observation(), 0..3)),
        weighted(0.5, vec(action_taken(), 0..5)),
    );
    let rest = (
        weighted(0.8, contract()),
        weighted(0.5, (-540i64..-100, 0i64..400)),
        weighted(0.3, select(vec!["prospect", "active", "paused", "ended"])),
        weighted(0.5, Just(json!({ "working_hours": { "from": "09:00", "to": "17:00" } }))),
    );
    (lists, rest).prop_map(
        |((invoices, messages, milestones, changes, feedback, hours, observations, actions), (contract, complete, stage, me))| {
            without_nulls(json!({
                "client": { "name": "A client" },
                "invoices": invoices,
                "messages": messages,
                "milestones": milestones,
                "change_orders": changes,
                "feedback": feedback,
                "hours": hours,
                "observations": observations,
                "actions_taken": actions,
                "contract": contract,
                "complete": complete.map(|(from, days)| json!({ "messages": { "from": day(from), "to": day(from + days) } })),
                "stage": stage,
                "me": me,
            }))
        },
    )
}

fn read(record: &Value) -> Record {
    decode(&record.to_string(), Format::Json).unwrap_or_else(|mistakes| panic!("{mistakes:#?}\n{record}"))
}

fn report(record: &Value) -> Report<'static> {
    assess(&read(record), &BOOK, today())
}

fn points_of(rule: &str, record: &Value) -> Tenths {
    report(record).findings.iter().find(|finding| finding.rule == rule).map_or(0, |finding| finding.points)
}

/// The record as it would have been written on the day that is looked at: no event after it. What was planned stays.
fn as_of_today(record: &Value) -> Value {
    let today = today().to_string();
    let is_later =
        |item: &Value, key: &str| item.get(key).and_then(Value::as_str).is_some_and(|date| date.get(..10) > Some(today.as_str()));
    let mut record = record.clone();
    // An entry that is an event itself.
    let events = [
        ("messages", "at"),
        ("feedback", "date"),
        ("hours", "date"),
        ("observations", "date"),
        ("actions_taken", "date"),
        ("change_orders", "requested_on"),
        ("invoices", "issue_date"),
    ];
    for (list, key) in events {
        if let Some(items) = record.get_mut(list).and_then(Value::as_array_mut) {
            items.retain(|item| !is_later(item, key));
        }
    }
    // An event of an entry.
    let forget = |item: &mut Value, keys: &[&str]| {
        let later: Vec<&str> = keys.iter().copied().filter(|key| is_later(item, key)).collect();
        let item: &mut Map<String, Value> = item.as_object_mut().expect("an entry");
        later.iter().for_each(|key| drop(item.remove(*key)));
        !later.is_empty()
    };
    let entries =
        |record: &mut Value, list: &str| record.get_mut(list).and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    for list in ["invoices", "milestones", "feedback", "change_orders"] {
        let mut items = entries(&mut record, list);
        for item in &mut items {
            match list {
                "invoices" => {
                    forget(item, &["voided_on", "written_off_on"]);
                    if let Some(payments) = item.get_mut("payments").and_then(Value::as_array_mut) {
                        payments.retain(|payment| !is_later(payment, "date"));
                    }
                    if item.get("disputed").is_some_and(|dispute| is_later(dispute, "date")) {
                        drop(item.as_object_mut().expect("an entry").remove("disputed"));
                    } else if let Some(dispute) = item.get_mut("disputed") {
                        forget(dispute, &["resolved_on"]);
                    }
                }
                "milestones" => drop(forget(item, &["delivered_on", "accepted_on"])),
                "feedback" => drop(forget(item, &["resolved_on"])),
                _ => {
                    if forget(item, &["approved_on"]) {
                        item["status"] = "requested".into();
                    }
                }
            }
        }
        if record.get(list).is_some() {
            record[list] = items.into();
        }
    }
    record
}

/// The record with one more entry in a list.
fn with(record: &Value, list: &str, item: &Value) -> Value {
    let mut record = record.clone();
    match record.get_mut(list).and_then(Value::as_array_mut) {
        Some(items) => items.push(item.clone()),
        None => record[list] = json!([item]),
    }
    record
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_record_gives_the_same_bytes(record in record()) {
        let again = to_json(&assess(&read(&record), book_read_again(), today()), true);
        prop_assert_eq!(to_json(&report(&record), true), again);
    }

    #[test]
    fn no_event_after_the_day_changes_anything(record in record()) {
        let known_then = as_of_today(&record);
        prop_assert_eq!(to_json(&report(&record), true), to_json(&report(&known_then), true));
    }

    #[test]
    fn sums_add_up(record in record()) {
        let report = report(&record);
        for finding in &report.findings {
            prop_assert!(finding.points >= 0 && finding.points <= finding.points_before_fading, "{}: {}", finding.rule, finding.points);
        }
        for strength in &report.strengths {
            prop_assert!(strength.points <= 0, "{}: {}", strength.rule, strength.points);
        }
        for category in &report.categories {
            let all = report.findings.iter().chain(&report.strengths).filter(|finding| finding.category == category.id);
            let sum: Tenths = all.map(|finding| finding.points.abs()).sum();
            prop_assert_eq!(category.points.abs() + category.over_cap, sum, "{}", category.id);
            prop_assert!(category.points.abs() <= category.cap, "{}", category.id);
            prop_assert!(category.evaluated <= category.of, "{}", category.id);
        }
        prop_assert_eq!(report.categories.iter().map(|category| category.points).sum::<Tenths>(), report.risk.points);
        let sides = [report.sides.client, report.sides.me, report.sides.both];
        let sum = sides.iter().sum::<rust_decimal::Decimal>();
        let has_points = report.findings.iter().any(|finding| finding.points > 0);
        prop_assert_eq!(sum, rust_decimal::Decimal::from(u8::from(has_points)));
        prop_assert!(sides.iter().all(|side| !side.is_sign_negative()));
    }

    #[test]
    fn the_band_follows_the_index_unless_it_was_lifted(record in record()) {
        let report = report(&record);
        let index = report.risk.index;
        prop_assert!(index >= 0.into() && index <= 100.into(), "{index}");
        let own = BOOK.scoring.band(index);
        match &report.risk.lifted {
            None => prop_assert_eq!(report.risk.band, own),
            Some(lifted) => {
                prop_assert!(lifted.band > own, "{} is not above {own}", lifted.band);
                prop_assert_eq!(report.risk.band, lifted.band);
                prop_assert!(report.findings.iter().any(|finding| finding.rule == lifted.rule));
            }
        }
        let overall = report.confidence.overall;
        prop_assert!(overall >= 0.into() && overall <= 1.into(), "{overall}");
        prop_assert!(report.confidence.record_next.len() <= 3 && report.confidence.record_next.iter().all(|next| next.confidence > overall));
    }

    #[test]
    fn every_rule_has_one_outcome(record in record()) {
        let report = report(&record);
        let fired = report.findings.iter().chain(&report.strengths).map(|finding| finding.rule);
        let not_evaluated = report.not_evaluated.iter().map(|outcome| outcome.rule);
        let outcomes = fired.chain(report.quiet.iter().copied()).chain(not_evaluated).chain(report.other_stage.iter().copied());
        let mut outcomes: Vec<&str> = outcomes.collect();
        outcomes.sort_unstable();
        let mut rules: Vec<&str> = BOOK.rules.iter().map(|rule| rule.id.as_str()).collect();
        rules.sort_unstable();
        prop_assert_eq!(outcomes, rules);
        prop_assert!(report.not_evaluated.iter().all(|outcome| !outcome.needs.is_empty()), "something is not told for want of nothing");
    }

    #[test]
    fn nothing_is_healthy_in_a_high_band(record in record()) {
        let report = report(&record);
        let is_calm = matches!(report.verdict.word(), "healthy" | "not-enough-evidence");
        prop_assert!(!is_calm || report.risk.band == Band::Low, "{} in the band {}", report.verdict, report.risk.band);
    }

    /// Rules that ask only how many: a threat, a wish for free work.
    #[test]
    fn one_more_message_of_the_day_never_lowers_the_points(record in record(), offset in -300i64..=0, which in 0usize..2) {
        let (rule, text) = [("legal-threat", TEXTS[7]), ("free-work-request", TEXTS[5])][which];
        let message = json!({ "at": format!("{}T10:00:00Z", day(offset)), "from": "client", "text": text });
        let once = with(&record, "messages", &message);
        let twice = with(&once, "messages", &message);
        let (none, once, twice) = (points_of(rule, &record), points_of(rule, &once), points_of(rule, &twice));
        prop_assert!(none <= once && once <= twice, "{rule}: {none} without, {once} with one more, {twice} with two more");
        prop_assert!(once > 0, "{rule} did not fire: the test tries nothing");
    }

    /// A rule that asks for a sum.
    #[test]
    fn more_hours_of_the_day_never_lower_the_points(record in record(), offset in -80i64..=0, tenths in 1u32..200) {
        let record = with(&record, "invoices", &json!({ "number": "1", "due_date": day(-120), "amount": "500.00" }));
        let entry = json!({ "date": day(offset), "hours": f64::from(tenths) / 10.0, "kind": "delivery" });
        let once = with(&record, "hours", &entry);
        let twice = with(&once, "hours", &entry);
        let rule = "working-while-unpaid";
        prop_assert!(points_of(rule, &once) <= points_of(rule, &twice));
    }
}

/// A second reading of the same rules, with other seeds in every hash table.
fn book_read_again() -> &'static Rulebook {
    static AGAIN: LazyLock<Rulebook> = LazyLock::new(book);
    &AGAIN
}

#[test]
fn the_generated_records_meet_what_they_are_for() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let records: Vec<Value> = (0..60).map(|_| record().new_tree(&mut runner).expect("a record").current()).collect();
    let reports: Vec<Report<'_>> = records.iter().map(report).collect();
    let is_met = |what: &str, test: &dyn Fn(&Report<'_>) -> bool| assert!(reports.iter().any(test), "no generated record is {what}");
    is_met("critical", &|report| report.risk.band == Band::Critical);
    is_met("low", &|report| report.risk.band == Band::Low);
    is_met("lifted", &|report| report.risk.lifted.is_some());
    is_met("over a cap", &|report| report.categories.iter().any(|category| category.over_cap > 0));
    is_met("of both sides", &|report| report.sides.me > 0.into() && report.sides.client > 0.into());
    is_met("partly untold", &|report| report.not_evaluated.len() > 5);
    assert!(records.iter().any(|record| as_of_today(record) != *record), "no generated record has later events");
}
