//! Evidence in words: what a piece is, and what it says in a few words or the other person's own.

use rust_decimal::Decimal;

use super::data::EvidenceReport;
use crate::evaluate::{Evidence, Piece};
use crate::facts::{self, Facts, List, Value, in_words};
use crate::rules::{Check, Clause, Rule, Rulebook};
use crate::text::{self, Languages, Wanted};

/// The widest quote in terminal cells; screens cut it further.
const QUOTE_CELLS: usize = 160;

pub(super) fn describe(book: &Rulebook, rule: &Rule, facts: &Facts<'_>, evidence: &Evidence) -> EvidenceReport {
    match evidence.piece {
        Piece::Fact(fact) => EvidenceReport {
            label: fact.name.to_owned(),
            date: None,
            quote: Some(in_words((fact.read)(facts), fact.kind)),
            file: None,
            line: None,
            path: fact.path.parse().unwrap_or_default(),
            is_verbatim: false,
            focus: None,
        },
        Piece::Item(list, index) | Piece::LastItem(list, index) => {
            let (mut label, quote, is_verbatim) = item(book, rule, facts, list, index);
            if matches!(evidence.piece, Piece::LastItem(..)) {
                label.push_str(", none since");
            }
            if let Some((other, partner)) = evidence.partner {
                let (beside, _, _) = item(book, rule, facts, other, partner);
                let when = facts.span(other, partner).first.map(|day| format!(" of {day}")).unwrap_or_default();
                label.push_str(&format!(", beside {beside}{when}"));
            }
            let focus = quote.as_deref().filter(|_| is_verbatim).and_then(|quote| focus((book, facts), rule, list, quote));
            EvidenceReport { label, date: evidence.first, quote, file: None, line: None, path: facts.path(list, index), is_verbatim, focus }
        }
    }
}

/// Label, quote, and whether the quote is somebody's own words.
fn item(book: &Rulebook, rule: &Rule, facts: &Facts<'_>, list: List, index: usize) -> (String, Option<String>, bool) {
    let value = |name: &str| facts::field(list, name).map_or(Value::Nothing, |field| (field.read)(facts, index));
    let words = |name: &str| value(name).words().map(str::to_owned);
    let number = |name: &str| value(name).amount();
    let money = |name: &str| value(name).as_money().filter(|money| !money.amount.is_zero()).map(|money| money.to_string());
    let said = |name: &str| value(name).words().map(|text| quoted((book, facts), rule, list, text));
    let joined = |parts: Vec<Option<String>>| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    };
    match list {
        List::Invoices => {
            let open = number("days_overdue").and_then(|_| money("open_amount")).map(|open| format!("{open} open"));
            let label = words("number").map_or_else(|| "invoice".to_owned(), |number| format!("invoice {number}"));
            (label, joined(vec![number("days_late").map(lateness), open]), false)
        }
        List::Payments => {
            let label = words("invoice").map_or_else(|| "payment".to_owned(), |number| format!("payment of invoice {number}"));
            (label, joined(vec![money("amount"), number("days_after_due").map(lateness)]), false)
        }
        List::Milestones => {
            let name = joined(vec![words("id"), words("deliverable")]).unwrap_or_default().replacen(", ", " ", 1);
            let over = number("revision_rounds").map(|rounds| format!("{} rounds of changes", rounds.normalize()));
            (format!("milestone {name}").trim_end().to_owned(), joined(vec![number("days_late").map(lateness), over]), false)
        }
        List::ChangeOrders => {
            let label = words("id").unwrap_or_else(|| "change".to_owned());
            let hours = number("hours").map(|hours| format!("{} h", hours.normalize()));
            (label, joined(vec![words("title"), hours, money("amount"), words("status").map(|status| status.replace('_', " "))]), false)
        }
        List::Messages => {
            let label = match words("from").as_deref() {
                Some("me") => "my message",
                Some("client") => "message from the client",
                _ => "message",
            };
            (label.to_owned(), said("text"), true)
        }
        List::Feedback => {
            let about = words("about").map(|about| format!(" about {about}")).unwrap_or_default();
            (format!("{}{about}", words("kind").unwrap_or_default()), said("text"), true)
        }
        List::Observations => ("your observation".to_owned(), said("note"), true),
        List::Hours => {
            let hours = number("hours").unwrap_or(Decimal::ZERO).normalize();
            (format!("{hours} h {}", words("kind").unwrap_or_default().replace('_', " ")), None, false)
        }
        List::ActionsTaken => (words("action").unwrap_or_default(), words("for").map(|rule| format!("for {rule}")), false),
    }
}

fn lateness(days: Decimal) -> String {
    let plural = if days.abs() == Decimal::ONE { "" } else { "s" };
    match days {
        days if days.is_zero() => "on time".to_owned(),
        days if days.is_sign_negative() => format!("{} day{plural} early", days.abs()),
        days => format!("{days} day{plural} late"),
    }
}

/// The words round what the rule found, or the beginning.
fn quoted(book: (&Rulebook, &Facts<'_>), rule: &Rule, list: List, text: &str) -> String {
    text::quote(text, focus(book, rule, list, text), QUOTE_CELLS)
}

/// Where in a text of an entry the words stand that the rule found.
fn focus((book, facts): (&Rulebook, &Facts<'_>), rule: &Rule, list: List, text: &str) -> Option<std::ops::Range<usize>> {
    let of_list = rule.selections.iter().filter(|selection| selection.list == list);
    of_list.into_iter().find_map(|selection| found_in(book, book.understood(facts.languages()), &selection.matching, text))
}

fn found_in(book: &Rulebook, understood: Languages, clause: &Clause, text: &str) -> Option<std::ops::Range<usize>> {
    let own = clause.tests.iter().find_map(|(_, check)| {
        let Check::Text { phrases, lexicon, .. } = check else { return None };
        let by_phrase = phrases.and_then(|set| book.reader.find(text, understood, Wanted::Set(set)).into_iter().next());
        let of_lexicon = || lexicon.as_ref().map(|weight| book.reader.find(text, understood, Wanted::Lexicon(weight.lexicon)));
        let heaviest = || of_lexicon()?.into_iter().max_by_key(|found| found.tenths);
        by_phrase.or_else(heaviest).map(|found| found.place)
    });
    own.or_else(|| clause.any.iter().find_map(|inner| found_in(book, understood, inner, text)))
}
