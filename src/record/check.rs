//! What is odd in a record though it can be read: numbers used twice, payments before their invoice, names that lead
//! nowhere. Each is a warning; the record is scored all the same.

use std::collections::BTreeMap;

use super::{Day, Record};
use crate::diagnostic::{Path, closest};

/// Something odd, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The place in the record.
    pub path: Path,
    /// A short name of the kind of warning, for scripts.
    pub code: &'static str,
    /// What is odd.
    pub message: String,
    /// What was probably meant, or what follows from it.
    pub hint: String,
}

/// Everything that is odd in a record, in the order of its keys.
#[must_use]
pub fn warnings(record: &Record) -> Vec<Warning> {
    let mut found = Warnings::default();
    if record.client.name.trim().is_empty() {
        found.add(Path::of(["client", "name"]), "empty-name", "the client has no name".into(), "the report calls it \"(no name)\"".into());
    }
    names_that_lead_nowhere(record, &mut found);
    invoices(record, &mut found);
    orders_of_days(record, &mut found);
    found.0
}

#[derive(Default)]
struct Warnings(Vec<Warning>);

impl Warnings {
    fn add(&mut self, path: Path, code: &'static str, message: String, hint: String) {
        self.0.push(Warning { path, code, message, hint });
    }
}

fn item(list: &str, index: usize, key: &str) -> Path {
    Path::of([list]).index(index).key(key)
}

fn names_that_lead_nowhere(record: &Record, found: &mut Warnings) {
    let milestones: Vec<&str> = record.milestones.iter().flatten().filter_map(|milestone| milestone.id.as_deref()).collect();
    let orders: Vec<&str> = record.change_orders.iter().flatten().filter_map(|order| order.id.as_deref()).collect();
    let mut look_up = |known: &[&str], name: Option<&String>, path: Path, kind: &str| {
        if let Some(name) = name.filter(|name| !known.contains(&name.as_str())) {
            let hint = closest(name, known.iter().copied())
                .map_or_else(|| format!("no entry of {kind} has this id"), |word| format!("did you mean `{word}`?"));
            found.add(path, "unknown-id", format!("there is no `{name}` in {kind}"), hint);
        }
    };
    for (index, order) in record.change_orders.iter().flatten().enumerate() {
        look_up(&milestones, order.milestone.as_ref(), item("change_orders", index, "milestone"), "milestones");
    }
    for (index, invoice) in record.invoices.iter().flatten().enumerate() {
        look_up(&milestones, invoice.milestone.as_ref(), item("invoices", index, "milestone"), "milestones");
        look_up(&orders, invoice.change_order.as_ref(), item("invoices", index, "change_order"), "change_orders");
    }
    if record.milestones.is_some() {
        for (index, feedback) in record.feedback.iter().flatten().enumerate() {
            look_up(&milestones, feedback.about.as_ref(), item("feedback", index, "about"), "milestones");
        }
    }
}

fn invoices(record: &Record, found: &mut Warnings) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, invoice) in record.invoices.iter().flatten().enumerate() {
        if let Some(number) = invoice.number.as_deref()
            && let Some(first) = seen.insert(number, index)
        {
            let hint = format!("invoices[{first}] has it too; both are counted");
            found.add(item("invoices", index, "number"), "same-number", format!("two invoices have the number {number}"), hint);
        }
        let Some(Day(issued)) = invoice.issue_date else { continue };
        if invoice.due_date.is_some_and(|Day(due)| due < issued) {
            found.add(
                item("invoices", index, "due_date"),
                "due-before-issue",
                "due before it was sent".into(),
                format!("issue_date is {issued}"),
            );
        }
        for (nth, payment) in invoice.payments.iter().flatten().enumerate() {
            if payment.date.is_some_and(|Day(paid)| paid < issued) {
                let path = item("invoices", index, "payments").index(nth).key("date");
                found.add(
                    path,
                    "paid-before-issue",
                    "paid before the invoice was sent".into(),
                    format!("issue_date is {issued}; counted as paid early"),
                );
            }
        }
    }
}

/// A day that must not come before another one of the same entry.
fn orders_of_days(record: &Record, found: &mut Warnings) {
    let mut after = |list: &str, index: usize, (key, day): (&str, Option<Day>), (before, first): (&str, Option<Day>)| {
        if let (Some(Day(day)), Some(Day(first))) = (day, first)
            && day < first
        {
            found.add(item(list, index, key), "order-of-days", format!("{key} is before {before}"), format!("{before} is {first}"));
        }
    };
    for (index, milestone) in record.milestones.iter().flatten().enumerate() {
        after("milestones", index, ("accepted_on", milestone.accepted_on), ("delivered_on", milestone.delivered_on));
    }
    for (index, order) in record.change_orders.iter().flatten().enumerate() {
        after("change_orders", index, ("approved_on", order.approved_on), ("requested_on", order.requested_on));
    }
    for (index, feedback) in record.feedback.iter().flatten().enumerate() {
        after("feedback", index, ("resolved_on", feedback.resolved_on), ("date", feedback.date));
    }
    let periods = record
        .complete
        .iter()
        .flat_map(|complete| [("messages", complete.messages), ("hours", complete.hours), ("feedback", complete.feedback)]);
    for (name, period) in periods {
        if let Some(period) = period
            && period.to < period.from
        {
            found.add(Path::of(["complete", name, "to"]), "order-of-days", "to is before from".into(), "this time is empty".into());
        }
    }
}
