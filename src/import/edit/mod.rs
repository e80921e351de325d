//! Extending the text of a record: the text and a plan come in, a text goes out in which everything that was there still
//! stands as it was, comments and layout included, and what the plan adds stands where it belongs.
//!
//! Text is only inserted; replaced are an empty list and the ends of a covered time, which import itself wrote. The new text
//! is read again: unless it is exactly the old record and the plan, it is refused. Nothing here touches a file.

mod place;
#[cfg(test)]
mod tests;
mod write;

use super::plan::{Change, Plan};
use crate::diagnostic::{Format, Part, Span, Style, Tree};
use crate::record::{Client, MAX_RECORD_BYTES, Record, decode};
use place::{Edits, Halt};
use write::Member;
pub(super) use write::{Value, member_on_one_line};

/// Why a text cannot be extended; nothing is lost, since nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where, if there is one place.
    pub span: Option<Span>,
    /// In plain words.
    pub message: String,
}

/// The text of a record with what a plan adds.
///
/// # Errors
/// If the text is laid out so that nothing can be added safely.
pub fn edit(text: &str, format: Format, plan: &Plan) -> Result<String, Refused> {
    if plan.is_empty() {
        return Ok(text.to_owned());
    }
    let unreadable = |_| Refused { span: None, message: "it cannot be read".to_owned() };
    let tree = Tree::parse(text, format).map_err(unreadable)?;
    let mut edits = Edits::new(text, format);
    insert(&mut edits, Part::top(&tree), plan).map_err(Halt::in_words)?;
    let new = edits.applied();
    if new.len() > MAX_RECORD_BYTES {
        let message = format!("it would become larger than the {} MB that a record may have", MAX_RECORD_BYTES >> 20);
        return Err(Refused { span: None, message });
    }
    match decode::<Record>(&new, format) {
        Ok(record) if record == *plan.after() => Ok(new),
        // A text without a last line end may end in a text block, which now has one.
        Ok(record) if !text.ends_with('\n') && is_equal_but_for_line_ends(record.clone(), plan.after()) => Ok(new),
        Ok(_) | Err(_) => Err(Refused {
            span: None,
            message: "nothing can be added without changing what is there: aliases, merged keys or an unusual layout stand in the way"
                .to_owned(),
        }),
    }
}

fn is_equal_but_for_line_ends(mut record: Record, after: &Record) -> bool {
    let trim = |notes: &mut Option<String>| {
        if let Some(text) = notes {
            text.truncate(text.trim_end_matches('\n').len());
        }
    };
    let mut after = after.clone();
    trim(&mut record.notes);
    trim(&mut after.notes);
    record == after
}

/// The beginning of a record that import makes.
#[must_use]
pub fn new_record(client: &Client, made_by: &str) -> String {
    let texts = |all: &Option<Vec<String>>| {
        let list = all.iter().flatten().map(|text| Value::Text(text.clone()).on_one_line(Format::Yaml)).collect::<Vec<_>>();
        (!list.is_empty()).then(|| format!("[{}]", list.join(", ")))
    };
    let text = |value: &String| Value::Text(value.clone()).on_one_line(Format::Yaml);
    let mut out = format!(
        "# Begun by `{made_by}`. What you write here is yours: an import only adds what is new.\nclientcheck: 1\nclient:\n  name: {}\n",
        text(&client.name)
    );
    for (key, value) in [("id", client.id.as_ref().map(text)), ("aliases", texts(&client.aliases)), ("emails", texts(&client.emails))] {
        if let Some(value) = value {
            out.push_str(&format!("  {key}: {value}\n"));
        }
    }
    out
}

fn insert(edits: &mut Edits<'_>, top: Part<'_>, plan: &Plan) -> Result<(), Halt> {
    let currency = plan.currency();
    let mut missing: Vec<Member> = Vec::new();
    missing.extend(plan.new_contract().map(|contract| ("contract", write::contract(contract))));
    let invoices: Vec<Value> = plan.new_invoices().iter().map(|invoice| write::invoice(invoice, currency)).collect();
    change_invoices(edits, top, plan)?;
    add_to_list(edits, top, "invoices", (invoices, 1), &mut missing)?;
    missing.extend(plan.new_messages_file().map(|name| ("messages_file", Value::Text(name.to_owned()))));
    add_to_list(edits, top, "hours", (plan.new_hours().iter().map(write::hours).collect(), 1), &mut missing)?;
    cover(edits, top, plan, &mut missing)?;
    edits.add_members(top, &missing, 0)
}

/// Adds entries to a list of a block; if there is no such list, it becomes one of the members that are missing.
fn add_to_list(
    edits: &mut Edits<'_>,
    block: Part<'_>,
    key: &'static str,
    (entries, depth): (Vec<Value>, u8),
    missing: &mut Vec<Member>,
) -> Result<(), Halt> {
    if entries.is_empty() {
        return Ok(());
    }
    match block.members().into_iter().find(|(written, _)| written.text() == Some(key)) {
        None => {
            missing.push((key, Value::List(entries)));
            Ok(())
        }
        Some((written, list)) => edits.add_entries((block, written), list, &entries, depth),
    }
}

fn change_invoices(edits: &mut Edits<'_>, top: Part<'_>, plan: &Plan) -> Result<(), Halt> {
    let mut written: Option<Vec<Part<'_>>> = None;
    for (place, change) in plan.changes() {
        let all = match &written {
            Some(all) => all,
            None => {
                let list = top.member("invoices").ok_or_else(|| Halt::at(top, "the invoices are not written here themselves"))?;
                written.insert(list.entries())
            }
        };
        let block = *all.get(place).ok_or_else(|| Halt::at(top, "the invoices are not written here themselves"))?;
        let currency = plan.invoices().get(place).and_then(|invoice| plan.currency_of(invoice));
        change_invoice(edits, block, change, currency)?;
    }
    Ok(())
}

fn change_invoice(edits: &mut Edits<'_>, block: Part<'_>, change: &Change, currency: Option<crate::record::Currency>) -> Result<(), Halt> {
    let mut missing: Vec<Member> = change.days.iter().map(|(which, day)| (which.key(), write::day(*day))).collect();
    let values = |all: &[crate::record::Payment]| all.iter().map(|it| write::payment(it, currency)).collect();
    for (place, day, source) in &change.paid_on {
        let payment = block.member("payments").and_then(|list| list.entries().get(*place).copied());
        let payment = payment.ok_or_else(|| Halt::at(block, "its payments are not written here themselves"))?;
        edits.add_in_front(payment, &[("date", write::day(*day))])?;
        let source: Vec<Member> = source.iter().map(|source| ("source", write::source(source))).collect();
        edits.add_members(payment, &source, 4)?;
    }
    // A key that stands there without a value is filled, not written twice.
    add_to_list(edits, block, "payments", (values(&change.payments), 3), &mut missing)?;
    add_to_list(edits, block, "credits", (values(&change.credits), 3), &mut missing)?;
    let mut new = Vec::new();
    for (key, value) in missing {
        match block.members().into_iter().find(|(written, _)| written.text() == Some(key)) {
            Some((written, empty)) => edits.fill(written, empty, &value)?,
            None => new.push((key, value)),
        }
    }
    edits.add_members(block, &new, 2)
}

fn cover(edits: &mut Edits<'_>, top: Part<'_>, plan: &Plan, missing: &mut Vec<Member>) -> Result<(), Halt> {
    let mut new: Vec<Member> = Vec::new();
    let complete = top.members().into_iter().find(|(key, _)| key.text() == Some("complete"));
    for (list, period) in plan.complete() {
        let written = complete.and_then(|(_, block)| block.members().into_iter().find(|(key, _)| key.text() == Some(list.key())));
        match written {
            Some((_, old)) if matches!(old.style(), Style::Block | Style::Braces) => {
                edits.replace_day(old, "from", period.from)?;
                edits.replace_day(old, "to", period.to)?;
            }
            Some((key, empty)) => edits.fill(key, empty, &write::period(*period))?,
            None => new.push((list.key(), write::period(*period))),
        }
    }
    match complete {
        _ if new.is_empty() => Ok(()),
        None => {
            missing.push(("complete", Value::Long(new)));
            Ok(())
        }
        Some((_, block)) if matches!(block.style(), Style::Block | Style::Braces) => edits.add_members(block, &new, 1),
        Some((key, empty)) => edits.fill(key, empty, &Value::Short(new)),
    }
}
