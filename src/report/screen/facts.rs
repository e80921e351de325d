//! What rules may ask about: every list, field and single fact with its meaning, and its values in one record.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Look;
use super::ink::Ink;
use super::layout::{Sheet, Spot, gives_way, left, right};
use super::prose::Prose;
use super::words::{counted, safe};
use crate::facts::{FACTS, Facts, Field, Kind, List, Money, Value, in_words};
use crate::text::quote;

/// So many different words of a field are counted one by one.
const WORDS: usize = 4;
/// Values of single facts are so wide, those of fields so; wider only where a word is.
const VALUE_CELLS: usize = 18;
const SUMMARY_CELLS: usize = 13;
/// A text is cut to so many cells.
const TEXT_CELLS: usize = 18;
/// A narrower screen has no room for the kinds of fields beside their values.
const ROOM_FOR_KINDS: usize = 72;

/// All lists, fields and single facts: kind, meaning, and what it means if the record has no entry.
#[must_use]
pub fn facts_table(look: &Look) -> String {
    let fields: usize = List::ALL.into_iter().map(|list| list.fields().len()).sum();
    let head = format!(
        "{} and {} with {}. Behind each stands what it means if the record lacks it.",
        counted(FACTS.len(), "fact"),
        counted(List::ALL.len(), "list"),
        counted(fields, "field")
    );
    let mut facts = Sheet::new([left("Fact"), left("Kind"), gives_way("What it is")]);
    for fact in FACTS {
        facts.row([fact.name.into(), fact.kind.name().into(), meaning(fact.meaning, fact.kind, fact.absent).into()]);
    }
    let mut lists = Sheet::new([left("List and field"), left("Kind"), gives_way("What it is")]);
    for list in List::ALL {
        lists.row([Spot::from(list.word()).inked(Ink::BOLD), "list".into(), list.meaning().into()]);
        for field in list.fields() {
            lists.row([inside(field), field.kind.name().into(), meaning(field.meaning, field.kind, field.absent).into()]);
        }
    }
    super::screen([Prose::new().inked(&head, Ink::BOLD).fill(look), facts.draw(look), lists.draw(look)])
}

fn inside(field: &Field) -> Spot {
    format!("  {}", field.name).into()
}

/// `how the work is billed: fixed, hourly or retainer; if missing: not known`.
fn meaning(meaning: &str, kind: Kind, absent: &str) -> String {
    let words = match kind {
        Kind::Word([first @ .., last]) | Kind::Words([first @ .., last]) if !first.is_empty() => {
            format!(" ({} or {last})", first.join(", "))
        }
        Kind::Word(_) | Kind::Words(_) | Kind::Number | Kind::Share | Kind::Money | Kind::Text | Kind::YesNo | Kind::Day => String::new(),
    };
    let absent = if absent.is_empty() { String::new() } else { format!("; if missing: {absent}") };
    format!("{meaning}{words}{absent}")
}

/// All facts with their values in one record.
#[must_use]
pub fn facts_of(name: &str, facts: &Facts<'_>, look: &Look) -> String {
    let lists = List::ALL.into_iter().filter(|list| facts.len(*list).is_some()).count();
    let known = FACTS.iter().filter(|fact| !matches!((fact.read)(facts), Value::NotKnown(_))).count();
    let head = format!(
        "{} on {}: {known} of {} and {lists} of {}. A - is not known.",
        safe(name),
        facts.as_of(),
        counted(FACTS.len(), "fact"),
        counted(List::ALL.len(), "list")
    );
    super::screen([Prose::new().inked(&head, Ink::BOLD).fill(look), single_facts(facts, look), lists_of(facts, look)])
}

fn single_facts(facts: &Facts<'_>, look: &Look) -> String {
    let mut sheet = Sheet::new([left("Fact"), right("Value").at_most_or_a_word(VALUE_CELLS), gives_way("What it is")]);
    for fact in FACTS {
        let value = (fact.read)(facts);
        let shown = if let Value::Text(text) = value { quote(&safe(text), None, TEXT_CELLS) } else { in_words(value, fact.kind) };
        sheet.row([fact.name.into(), shown.into(), fact.meaning.into()]);
    }
    sheet.draw(look)
}

fn lists_of(facts: &Facts<'_>, look: &Look) -> String {
    let kind = |kind: &'static str| (look.width >= ROOM_FOR_KINDS).then(|| Spot::from(kind));
    let columns = [left("List and field")].into_iter().chain((look.width >= ROOM_FOR_KINDS).then(|| left("Kind")));
    let mut sheet = Sheet::new(columns.chain([right("Here").at_most_or_a_word(SUMMARY_CELLS), gives_way("What it is")]));
    for list in List::ALL {
        let entries = facts.len(list);
        let here = entries.map_or_else(|| "-".to_owned(), |entries| entries.to_string());
        let name = Spot::from(list.word()).inked(Ink::BOLD);
        sheet.row([name].into_iter().chain(kind("list")).chain([here.into(), list.meaning().into()]));
        let entries = entries.unwrap_or(0);
        for field in list.fields().iter().filter(|_| entries > 0) {
            let here = Spot::lines(summary(facts, field, entries));
            sheet.row([inside(field)].into_iter().chain(kind(field.kind.name())).chain([here, field.meaning.into()]));
        }
    }
    sheet.draw(look)
}

/// What the entries of a list say in one field, by kind.
#[derive(Default)]
struct Summary<'f> {
    numbers: Vec<Decimal>,
    money: Vec<Money>,
    days: Vec<NaiveDate>,
    words: BTreeMap<&'f str, usize>,
    texts: usize,
    yes: usize,
    no: usize,
    nothing: usize,
    not_known: usize,
}

fn summary(facts: &Facts<'_>, field: &Field, entries: usize) -> Vec<String> {
    let mut sum = Summary::default();
    for index in 0..entries {
        match (field.read)(facts, index) {
            Value::Number(number) => sum.numbers.push(number),
            Value::Money(money) => sum.money.push(money),
            Value::Day(day) => sum.days.push(day),
            Value::Word(word) => *sum.words.entry(word).or_default() += 1,
            Value::Words(words) => words.iter().for_each(|word| *sum.words.entry(word).or_default() += 1),
            Value::Text(_) => sum.texts += 1,
            Value::YesNo(true) => sum.yes += 1,
            Value::YesNo(false) => sum.no += 1,
            Value::Nothing => sum.nothing += 1,
            Value::NotApplicable => {}
            Value::NotKnown(_) => sum.not_known += 1,
        }
    }
    sum.in_words(field.kind)
}

impl Summary<'_> {
    fn in_words(&self, kind: Kind) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        lines.extend(range(&self.numbers, |number| in_words(Value::Number(number), kind)));
        lines.extend(self.money_in_words());
        lines.extend(range(&self.days, |day| day.to_string()));
        lines.extend(self.words_in_words());
        for (count, what) in [(self.texts, "text"), (self.yes, "yes"), (self.no, "no"), (self.nothing, "none")] {
            if count > 0 {
                lines.push(if what == "text" { counted(count, what) } else { format!("{count} {what}") });
            }
        }
        match (lines.is_empty(), self.not_known) {
            (true, 0) => lines.push("does not apply".to_owned()),
            (true, _) => lines.push("-".to_owned()),
            (false, 0) => {}
            (false, unknown) => lines.push(format!("{unknown} not known")),
        }
        lines
    }

    /// The sum and the range of each currency.
    fn money_in_words(&self) -> Vec<String> {
        let mut by_currency: BTreeMap<Option<&'static str>, Vec<Money>> = BTreeMap::new();
        for money in &self.money {
            by_currency.entry(money.currency.map(|currency| currency.code())).or_default().push(*money);
        }
        let mut lines = Vec::new();
        for amounts in by_currency.values() {
            let Some(currency) = amounts.first().map(|money| money.currency) else { continue };
            let in_words = |amount: Decimal| Money { amount, currency }.to_string();
            let only: Vec<Decimal> = amounts.iter().map(|money| money.amount).collect();
            lines.extend(range(&only, in_words));
            if only.len() > 1 {
                // A sum that is too large for its type is not shown.
                let sum = only.iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(*amount));
                lines.extend(sum.map(|sum| format!("{} in all", in_words(sum))));
            }
        }
        lines
    }

    fn words_in_words(&self) -> Vec<String> {
        let mut words: Vec<(&str, usize)> = self.words.iter().map(|(word, count)| (*word, *count)).collect();
        words.sort_by_key(|(_, count)| Reverse(*count));
        let mut lines: Vec<String> =
            words.iter().take(WORDS).map(|(word, count)| format!("{count} {}", quote(&safe(word), None, TEXT_CELLS))).collect();
        if words.len() > WORDS {
            lines.push(format!("and {} more", words.len() - WORDS));
        }
        lines
    }
}

/// `-1 to 24`, or the one value that all have.
fn range<T: Ord + Copy>(values: &[T], shown: impl Fn(T) -> String) -> Option<String> {
    let (least, most) = (values.iter().min()?, values.iter().max()?);
    Some(if least == most { shown(*least) } else { format!("{} to {}", shown(*least), shown(*most)) })
}
