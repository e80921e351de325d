//! The screens of one client and of several, with what they say.

use rust_decimal::Decimal;

use super::{LONG, SHORT, column_of_points};
use crate::advise::Verdict;
use crate::facts::{Missing, Need};
use crate::record::Stage;
use crate::report::screen::sample::{day, overdue, report, sign, since, step, troubled};
use crate::report::screen::{Look, MOST_LINES, first_line, ranking, score};
use crate::report::{Change, NotEvaluated, Override, RecordNextReport, SetAsideReport, SidesReport};
use crate::rules::{Band, Category};

#[test]
fn the_first_line_is_the_answer() {
    let with = |verdict| {
        let mut report = report(vec![sign("a-sign", "A sign", Category::Payment, 100)], vec![]);
        report.verdict = verdict;
        report
    };
    assert_eq!(first_line(&with(Verdict::Healthy)), "Acme GmbH: healthy. Nothing needs doing.");
    assert_eq!(first_line(&with(Verdict::Watch)), "Acme GmbH: watch. Nothing is urgent.");
    assert_eq!(first_line(&with(Verdict::SetLimits)), "Acme GmbH: set limits. Say calmly what is not on, and hold to it.");
    assert_eq!(first_line(&with(Verdict::Pause)), "Acme GmbH: pause. Do no new work until this is settled.");
    assert_eq!(first_line(&with(Verdict::LetGo)), "Acme GmbH: let go. End it calmly, in writing.");
    assert_eq!(first_line(&with(Verdict::WalkAway)), "Acme GmbH: walk away. Nothing is signed, so leaving costs least now.");
    assert_eq!(first_line(&with(Verdict::NotEnoughEvidence)), "Acme GmbH: not enough evidence. That is neither a good nor a bad sign.");
    let mut owing = with(Verdict::Pause);
    owing.money = vec![overdue("EUR", Decimal::new(285_000, 2))];
    assert_eq!(first_line(&owing), "Acme GmbH: pause. Do no new work until EUR 2,850.00 is paid.");
    owing.money.push(overdue("USD", Decimal::new(120_000, 2)));
    assert_eq!(first_line(&owing), "Acme GmbH: pause. Do no new work until EUR 2,850.00 and USD 1,200.00 are paid.");
    owing.verdict = Verdict::LetGo;
    assert_eq!(first_line(&owing), "Acme GmbH: let go. End it calmly, in writing; settle EUR 2,850.00 and USD 1,200.00 first.");
}

#[test]
fn repair_blames_nobody_for_most_of_it_without_need() {
    let mut mine = report(vec![], vec![]);
    mine.verdict = Verdict::Repair;
    mine.sides = SidesReport { client: Decimal::new(40, 2), me: Decimal::new(60, 2), both: Decimal::ZERO };
    assert!(first_line(&mine).ends_with("most of it is yours."));
    mine.sides = SidesReport { client: Decimal::new(30, 2), me: Decimal::new(30, 2), both: Decimal::new(40, 2) };
    assert!(first_line(&mine).ends_with("that is what you can change."));
}

#[test]
fn what_has_ended_is_not_ended_again() {
    let mut over = report(vec![], vec![]);
    (over.verdict, over.stage) = (Verdict::LetGo, Stage::Ended);
    over.actions = vec![step("let-go", "Do not take on again; settle what is open.", &[])];
    over.actions[0].is_final = true;
    assert_eq!(first_line(&over), "Acme GmbH: let go. Do not take on again; settle what is open.");
}

#[test]
fn the_index_is_cut_and_never_rounded_up() {
    let mut report = troubled();
    report.risk.index = Decimal::new(696, 1);
    assert!(score(&report, &SHORT).contains("Risk 69 of 100 "));
    assert!(score(&report, &SHORT).contains("in all: a risk of 69\n"));
    assert!(score(&report, &LONG).contains("Risk 69.6 of 100 "));
}

#[test]
fn the_direction_is_told_with_both_numbers_and_days() {
    let mut now = troubled();
    assert!(!score(&now, &SHORT).contains("It was"));
    now.since = Some(since(&report(vec![], vec![]), vec![]));
    assert!(score(&now, &SHORT).contains("It was 10 on 2026-10-23."));
    now.since.as_mut().expect("it was just set").was_known = false;
    assert!(score(&now, &SHORT).contains("New since 2025-08-11."));
}

#[test]
fn a_lifted_band_names_its_rule() {
    let mut report = report(vec![sign("review-blackmail", "Uses a bad review as a threat", Category::Conduct, 100)], vec![]);
    report.risk.own_band = Band::Watch;
    report.risk.lifted = Some(Override { rule: "review-blackmail", band: Band::High });
    assert!(score(&report, &SHORT).replace('\n', " ").contains("high, lifted from watch by review-blackmail."));
}

#[test]
fn a_troubled_client_fits_a_screen() {
    for width in [60, 80, 100] {
        let screen = score(&troubled(), &Look { width, ..SHORT });
        if width >= 80 {
            assert!(screen.lines().count() <= MOST_LINES, "{} lines at {width}:\n{screen}", screen.lines().count());
        }
        let (above, total) = column_of_points(&screen);
        assert_eq!(above, total, "{screen}");
    }
}

#[test]
fn an_ordinary_client_is_shown_with_all_signs_and_steps() {
    let signs = vec![sign("late-payments", "Pays late", Category::Payment, 146), sign("scope-creep", "Extras", Category::Scope, 84)];
    let mut report = report(signs, vec![sign("praise", "Praises the work", Category::Strengths, -16)]);
    report.actions = vec![step("send-reminder", "Send a reminder.", &["late-payments"])];
    report.actions[0].tried = vec!["listen"];
    let expected = "\
Acme GmbH: pause. Do no new work until this is settled.
Risk 44 of 100 on 2026-11-22 (100 is worst): high.
Whose doing: client 85%, me 15%. Nothing is overdue. Confidence: 88%.

Points  Side    Why                                                 Evidence
────────────────────────────────────────────────────────────────────────────────
 +14.6  client  Pays late                                           acme.yaml:70
                invoice 2026-052: 24 days late
  +8.4  client  Extras                                              acme.yaml:70
                invoice 2026-052: 24 days late
  -1.6          Good: praise                                        acme.yaml:70
 ─────
  21.4          in all: a risk of 32

   Do next                                                                  Risk
────────────────────────────────────────────────────────────────────────────────
1  Send a reminder.                                                        -> 53
   send-reminder for late-payments, after listen

9 of 63 signs could not be told. To tell them, record hours (3 signs).

Points are expert judgement, not measured odds. All sums: clientcheck score -v
";
    let screen = score(&report, &SHORT);
    assert_eq!(screen, expected.replace("Risk 44", &format!("Risk {}", report.risk.index.trunc())));
}

#[test]
fn after_the_end_the_other_steps_wait_for_their_return() {
    let mut report = troubled();
    report.verdict = Verdict::LetGo;
    report.actions = vec![step("let-go", "End it calmly.", &["never-paid"]), step("clarify", "Ask for the goal.", &["mind-changes"])];
    report.actions[0].is_final = true;
    let screen = score(&report, &SHORT);
    let end = screen.lines().find(|line| line.starts_with("1  End it calmly.")).expect("the end is the first step");
    assert!(end.ends_with("  ends"));
    assert!(screen.contains("   Only if they come back:\n2  Ask for the goal."));
}

#[test]
fn what_is_under_way_waits_below_the_steps() {
    let mut report = troubled();
    report.actions = vec![step("set-boundary", "Say what is not on.", &["verbal-abuse"])];
    report.actions[0].is_under_way = true;
    report.actions[0].under_way_since = Some(day("2026-10-14"));
    let screen = score(&report, &SHORT);
    assert!(screen.contains("Waiting: set-boundary of 2026-10-14 for verbal-abuse; quiet since (39 days).\n"));
    assert!(!screen.contains("Do next"));
}

#[test]
fn what_was_set_aside_stands_after_the_total() {
    let mut report = troubled();
    report.set_aside = vec![SetAsideReport { rule: "scattered-channels", points: 32, reason: "agreed with Ann", until: day("2026-12-31") }];
    assert!(score(&report, &SHORT).contains("\nSet aside until 2026-12-31: scattered-channels, +3.2 (\"agreed with Ann\")\n"));
}

#[test]
fn where_evidence_is_missing_what_to_record_comes_first() {
    let mut report = report(vec![sign("no-statement-of-work", "No statement of work", Category::Groundwork, 40)], vec![]);
    report.verdict = Verdict::NotEnoughEvidence;
    report.confidence.record_next = vec![
        RecordNextReport { record: "messages", confidence: Decimal::new(58, 2), signs: 39, paths: vec!["messages"] },
        RecordNextReport {
            record: "contract",
            confidence: Decimal::new(22, 2),
            signs: 6,
            paths: vec!["contract.covers", "contract.channel"],
        },
    ];
    let screen = score(&report, &SHORT);
    let place = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text} is missing:\n{screen}"));
    assert!(place("Record these first") < place("Found so far"));
    assert!(screen.contains("1  messages: what both of you wrote (39 signs)"));
    assert!(screen.contains("missing in acme.yaml: contract.covers, contract.channel"));
    assert!(screen.contains("everybody starts at 10."));
}

#[test]
fn nothing_is_called_paid_where_no_invoices_are_kept() {
    let mut report = report(vec![], vec![]);
    assert!(score(&report, &SHORT).contains("Nothing is overdue."));
    report.not_evaluated.push(NotEvaluated { rule: "overdue-now", needs: Missing::one(Need::Invoices) });
    assert!(!score(&report, &SHORT).contains("overdue."));
}

#[test]
fn changes_add_up_with_those_of_caps() {
    let then =
        report(vec![sign("late-payments", "Pays late", Category::Payment, 240)], vec![sign("praise", "Praise", Category::Strengths, -20)]);
    let signs = vec![sign("late-payments", "Pays late", Category::Payment, 260), sign("overdue-now", "Overdue", Category::Payment, 60)];
    let mut now = report(signs, vec![sign("praise", "Praise", Category::Strengths, -70)]);
    let change = |rule, from, to| Change { rule, from, to };
    now.since = Some(since(&then, vec![change("overdue-now", 0, 60), change("praise", -20, -70), change("late-payments", 240, 260)]));
    let screen = score(&now, &LONG);
    let table: String = screen.lines().skip_while(|line| !line.starts_with("Changed")).take(9).collect::<Vec<_>>().join("\n");
    let expected = "\
Changed  Since 2026-10-23
────────────────────────────────────────────────────────────────────────────────
   +6.0  overdue-now: new
   +2.0  late-payments: 24.0 -> 26.0, new on 2026-10-29
   -5.0  praise: -2.0 -> -7.0, new on 2026-10-29
   -7.0  payment counts 25.0 at most
   +1.0  strengths take off 6.0 at most
  ─────
   -3.0  22.0 -> 19.0 points";
    assert_eq!(table, expected);
}

#[test]
fn clients_are_ranked_and_those_without_evidence_come_last() {
    let named = |name: &str, index: i64, band, verdict| {
        let mut report = report(vec![sign("late-payments", "Pays late", Category::Payment, 100)], vec![]);
        report.client.name = name.to_owned();
        (report.risk.index, report.risk.band, report.verdict) = (Decimal::new(index, 1), band, verdict);
        report
    };
    let mut owing = named("Nordlicht Media", 889, Band::Critical, Verdict::LetGo);
    owing.money = vec![overdue("EUR", Decimal::new(656_000, 2)), overdue("USD", Decimal::new(120_000, 2))];
    owing.since = Some(since(&report(vec![], vec![]), vec![Change { rule: "late-payments", from: 0, to: 100 }]));
    let reports = [
        named("Orchid Labs", 128, Band::Low, Verdict::NotEnoughEvidence),
        named("Café Löwe", 69, Band::Low, Verdict::Healthy),
        named("星河科技 Xinghe", 364, Band::Watch, Verdict::Repair),
        owing,
    ];
    let expected = "\
4 clients on 2026-11-22: 1 is high or critical. See to Nordlicht Media first.
Overdue in all: EUR 6,560.00 and USD 1,200.00.

Risk  Was  Band      Client              Verdict                   Overdue  Days
────────────────────────────────────────────────────────────────────────────────
  88   10  critical  Nordlicht Media     let go               EUR 6,560.00    24
                                                              USD 1,200.00    24
  36    -  watch     星河科技 Xinghe     repair                          -     -
   6    -  low       Café Löwe           healthy                         -     -
   ?    ?  -         Orchid Labs         not enough evidence             -     -

Change  Client           Because, since 2026-10-23
────────────────────────────────────────────────────────────────────────────────
   +78  Nordlicht Media  late-payments new

Orchid Labs: record hours (confidence 88%; hours alone: 94%).
Points are expert judgement, not measured odds. Was: the risk on 2026-10-23.
";
    assert_eq!(ranking(&reports, &SHORT), expected);
}
