//! What no text, no colour and no number may break.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{LONG, SHORT, column_of_points, in_colour, is_tidy, stripped};
use crate::advise::Verdict;
use crate::report::screen::sample::{day, evidence, quoted, report, sign, troubled};
use crate::report::screen::{Look, first_line, ranking, score};
use crate::report::{Report, SetAsideReport, SidesReport};
use crate::rules::Category;

/// A report in which every text is this one.
fn saying(text: &str) -> Report<'static> {
    let leaked: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let mut report = troubled();
    report.client.name = text.to_owned();
    report.file = text.to_owned();
    for finding in &mut report.findings {
        finding.says = Some(text.to_owned());
        finding.evidence = vec![quoted(text), evidence("acme.yaml", 7)];
        finding.evidence[1].label = text.to_owned();
    }
    report.findings[0].says = None;
    report.set_aside = vec![SetAsideReport { rule: "scattered-channels", points: 32, reason: leaked, until: day("2026-12-31") }];
    report
}

#[test]
fn text_of_strangers_is_escaped() {
    let report = saying("Evil\u{1b}[2J\u{202e}\u{9b}31m\r\nRisk 0 of 100\u{200b}");
    for look in [SHORT, LONG] {
        for screen in [score(&report, &look), ranking(std::slice::from_ref(&report), &look), first_line(&report) + "\n"] {
            assert!(!screen.chars().any(|c| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{200b}'))), "{screen}");
            assert!(!screen.lines().any(|line| line.starts_with("Risk 0")), "{screen}");
            assert!(screen.contains("Evil\\u{1b}[2J\\u{202e}"), "{screen}");
        }
    }
}

#[test]
fn a_line_is_never_wider_than_the_screen() {
    for text in
        ["星河科技有限公司".repeat(9).as_str(), "Our guests love the new menu ☕ – thank you! 👍🏽❤️ ", &"é".repeat(200), &"word ".repeat(60)]
    {
        for width in [60, 80, 100] {
            for look in [Look { width, ..SHORT }, Look { width, ..LONG }] {
                let report = Report { file: "acme.yaml".to_owned(), ..saying(text) };
                for screen in [score(&report, &look), ranking(std::slice::from_ref(&report), &look)] {
                    is_tidy(&screen, width);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn colour_changes_nothing_but_the_colour(text in any::<String>(), width in 60_usize..=100, verbose in any::<bool>(), verdict in 0..8_usize) {
        let mut report = saying(&text);
        report.verdict = Verdict::ALL[verdict];
        let plain = Look { width, colour: false, verbose };
        prop_assert_eq!(score(&report, &plain), stripped(&score(&report, &in_colour(plain))));
        let several = [report, troubled()];
        prop_assert_eq!(ranking(&several, &plain), stripped(&ranking(&several, &in_colour(plain))));
    }

    #[test]
    fn points_add_up_on_every_screen(signs in prop::collection::vec(0_i64..340, 0..14), strengths in prop::collection::vec(0_i64..50, 0..5), verbose in any::<bool>()) {
        let categories = [Category::Payment, Category::Scope, Category::Conduct];
        let mut signs: Vec<_> = signs.iter().zip(categories.iter().cycle()).map(|(points, category)| sign("a-sign", "A sign", *category, *points)).collect();
        signs.sort_by_key(|sign| std::cmp::Reverse(sign.points));
        let strengths: Vec<_> = strengths.iter().map(|points| sign("a-strength", "A strength", Category::Strengths, -*points)).collect();
        prop_assume!(!(signs.is_empty() && strengths.is_empty()));
        let report = report(signs, strengths);
        let (above, total) = column_of_points(&score(&report, &Look { verbose, ..SHORT }));
        prop_assert_eq!(above, total);
        prop_assert_eq!(total, report.risk.points);
    }

    #[test]
    fn whose_doing_adds_up_to_a_hundred(client in 0_i64..=100, me in 0_i64..=100) {
        prop_assume!(client + me <= 100);
        let mut report = troubled();
        report.sides = SidesReport { client: Decimal::new(client, 2), me: Decimal::new(me, 2), both: Decimal::new(100 - client - me, 2) };
        let screen = score(&report, &SHORT).replace('\n', " ");
        let doing = screen.split_once("Whose doing: ").and_then(|(_, rest)| rest.split_once(". ")).map(|(doing, _)| doing.to_owned());
        let doing = doing.expect("whose doing it is, is told");
        let percents = doing.split([' ', ',']).filter_map(|word| word.strip_suffix('%')).map(|number| number.parse::<i64>().expect("a whole number"));
        prop_assert_eq!(percents.sum::<i64>(), 100);
    }
}
