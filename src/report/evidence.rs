//! Evidence in words: what a piece is, and what it says in a few words or the other person's own.

use std::fmt::{self, Display, Formatter, Write};

use rust_decimal::Decimal;

use super::data::EvidenceReport;
use crate::diagnostic::Path;
use crate::evaluate::{Evidence, Piece};
use crate::facts::{self, Facts, List, Money, Value, in_words};
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
            path: Path::dotted(fact.path),
            is_verbatim: false,
            focus: None,
        },
        Piece::Item(list, index) | Piece::LastItem(list, index) => {
            let item = Item { facts, list, index };
            let mut label = item.label();
            if matches!(evidence.piece, Piece::LastItem(..)) {
                label.push_str(", none since");
            }
            if let Some((list, index)) = evidence.partner {
                let when = facts.span(list, index).first.map(|day| format!(" of {day}")).unwrap_or_default();
                label.push_str(&format!(", beside {}{when}", Item { facts, list, index }.label()));
            }
            let own_words = item.own_words();
            let quote = match own_words {
                Some(text) => Some(text::quote(text, focus((book, facts), rule, list, text), QUOTE_CELLS)),
                None => item.said(),
            };
            let focus = quote.as_deref().filter(|_| own_words.is_some()).and_then(|quote| focus((book, facts), rule, list, quote));
            EvidenceReport {
                label,
                date: evidence.first,
                quote,
                file: None,
                line: None,
                path: facts.path(list, index),
                is_verbatim: own_words.is_some(),
                focus,
            }
        }
    }
}

/// What an entry of a list is, in a few words: `invoice 2026-012`.
pub(super) fn label(facts: &Facts<'_>, (list, index): (List, usize)) -> String {
    Item { facts, list, index }.label()
}

/// An entry of a list, to be put into words.
#[derive(Clone, Copy)]
struct Item<'f> {
    facts: &'f Facts<'f>,
    list: List,
    index: usize,
}

impl<'f> Item<'f> {
    fn value(self, name: &str) -> Value<'f> {
        facts::field(self.list, name).map_or(Value::Nothing, |field| (field.read)(self.facts, self.index))
    }

    fn words(self, name: &str) -> Option<&'f str> {
        self.value(name).words()
    }

    fn number(self, name: &str) -> Option<Decimal> {
        self.value(name).amount()
    }

    fn money(self, name: &str) -> Option<Money> {
        self.value(name).as_money().filter(|money| !money.amount.is_zero())
    }

    /// What it is.
    fn label(self) -> String {
        let of_what = |what: &str, name: Option<&str>| name.map_or_else(|| what.to_owned(), |name| format!("{what} {name}"));
        match self.list {
            List::Invoices => of_what("invoice", self.words("number")),
            List::Payments => self.words("invoice").map_or_else(|| "payment".to_owned(), |number| format!("payment of invoice {number}")),
            List::Milestones => {
                let names = [self.words("id"), self.words("deliverable")];
                names.into_iter().flatten().fold("milestone".to_owned(), |label, name| label + " " + name)
            }
            List::ChangeOrders => self.words("id").unwrap_or("change").to_owned(),
            List::Messages => match self.words("from") {
                Some("me") => "my message".to_owned(),
                Some("client") => "message from the client".to_owned(),
                _ => "message".to_owned(),
            },
            List::Feedback => {
                let kind = self.words("kind").unwrap_or_default();
                self.words("about").map_or_else(|| kind.to_owned(), |about| format!("{kind} about {about}"))
            }
            List::Observations => "your observation".to_owned(),
            List::Hours => {
                let hours = self.number("hours").unwrap_or(Decimal::ZERO).normalize();
                format!("{hours} h {}", self.words("kind").unwrap_or_default().replace('_', " "))
            }
            List::ActionsTaken => self.words("action").unwrap_or_default().to_owned(),
        }
    }

    /// Somebody's own words.
    fn own_words(self) -> Option<&'f str> {
        match self.list {
            List::Messages | List::Feedback => self.words("text"),
            List::Observations => self.words("note"),
            List::Invoices | List::Payments | List::Milestones | List::ChangeOrders | List::Hours | List::ActionsTaken => None,
        }
    }

    /// What it says in a few words of ours.
    fn said(self) -> Option<String> {
        let mut said = Said::default();
        match self.list {
            List::Invoices => {
                said.add("", self.number("days_late").map(Lateness), "");
                said.add("", self.number("days_overdue").and_then(|_| self.money("open_amount")), " open");
            }
            List::Payments => {
                said.add("", self.money("amount"), "");
                said.add("", self.number("days_after_due").map(Lateness), "");
            }
            List::Milestones => {
                said.add("", self.number("days_late").map(Lateness), "");
                said.add("", self.number("revision_rounds").map(|rounds| rounds.normalize()), " rounds of changes");
            }
            List::ChangeOrders => {
                said.add("", self.words("title"), "");
                said.add("", self.number("hours").map(|hours| hours.normalize()), " h");
                said.add("", self.money("amount"), "");
                said.add("", self.words("status").map(|status| status.replace('_', " ")), "");
            }
            List::ActionsTaken => said.add("for ", self.words("for"), ""),
            List::Messages | List::Feedback | List::Observations | List::Hours => {}
        }
        said.0
    }
}

/// What an entry says, with commas between.
#[derive(Default)]
struct Said(Option<String>);

impl Said {
    fn add(&mut self, before: &str, what: Option<impl Display>, behind: &str) {
        let Some(what) = what else { return };
        let comma = if self.0.is_some() { ", " } else { "" };
        // Most are no longer than this, and nothing refuses to be written into a text.
        let _ = write!(self.0.get_or_insert_with(|| String::with_capacity(24)), "{comma}{before}{what}{behind}");
    }
}

/// So many days after a due date, in words.
struct Lateness(Decimal);

impl Display for Lateness {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let plural = if self.0.abs() == Decimal::ONE { "" } else { "s" };
        match self.0 {
            days if days.is_zero() => f.write_str("on time"),
            days if days.is_sign_negative() => write!(f, "{} day{plural} early", days.abs()),
            days => write!(f, "{days} day{plural} late"),
        }
    }
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
