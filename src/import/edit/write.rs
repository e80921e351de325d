//! What is added to a record, as text: YAML on lines of its own, or within brackets, or JSON.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::diagnostic::Format;
use crate::record::{Contract, Currency, Day, Hours, Invoice, Payment, Period, Source};

/// A value to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A day, a number, a word of the format: never in quotes in YAML.
    Word(String),
    /// A number in JSON too.
    Number(String),
    /// Text: in quotes where it could be taken for something else.
    Text(String),
    /// Text that is always in quotes: amounts and numbers of invoices.
    Quoted(String),
    /// Keys and values on one line, in braces.
    Short(Vec<Member>),
    /// Keys and values, each on its own line where there may be lines.
    Long(Vec<Member>),
    /// A list, each entry on its own line where there may be lines.
    List(Vec<Value>),
}

/// A key with its value.
pub type Member = (&'static str, Value);

impl Value {
    /// The value on one line.
    pub fn on_one_line(&self, format: Format) -> String {
        let mut out = String::new();
        self.write_short(format, &mut out);
        out
    }

    fn write_short(&self, format: Format, out: &mut String) {
        match self {
            Self::Number(text) => out.push_str(text),
            Self::Word(text) if format == Format::Yaml => out.push_str(text),
            Self::Text(text) if format == Format::Yaml && can_stand_alone(text) => out.push_str(text),
            Self::Word(text) | Self::Text(text) | Self::Quoted(text) => quote(text, out),
            Self::Short(members) | Self::Long(members) => {
                let texts = members.iter().map(|(key, value)| member_on_one_line(key, value, format));
                enclose(["{ ", " }"], texts, out);
            }
            Self::List(entries) => enclose(["[ ", " ]"], entries.iter().map(|entry| entry.on_one_line(format)), out),
        }
    }
}

fn enclose(ends: [&str; 2], texts: impl Iterator<Item = String>, out: &mut String) {
    out.push_str(ends[0]);
    for (place, text) in texts.enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        out.push_str(&text);
    }
    out.push_str(ends[1]);
}

/// `key: value`, on one line.
pub fn member_on_one_line(key: &str, value: &Value, format: Format) -> String {
    let value = value.on_one_line(format);
    match format {
        Format::Yaml => format!("{key}: {value}"),
        Format::Json => format!("\"{key}\": {value}"),
    }
}

/// Lines of YAML for one more member of a block; `indent` is the column of its keys.
pub fn member_lines(key: &str, value: &Value, indent: usize, line_end: &str, out: &mut String) {
    push_spaces(indent, out);
    push_member(key, value, indent, line_end, out);
}

/// Lines of YAML for one more entry of a list; `indent` is the column of its dash.
pub fn entry_lines(value: &Value, indent: usize, line_end: &str, out: &mut String) {
    push_spaces(indent, out);
    out.push_str("- ");
    let Value::Long(members) = value else {
        let _ = write!(out, "{}{line_end}", value.on_one_line(Format::Yaml));
        return;
    };
    for (place, (key, value)) in members.iter().enumerate() {
        if place > 0 {
            push_spaces(indent + 2, out);
        }
        push_member(key, value, indent + 2, line_end, out);
    }
}

/// A member whose indent stands there already.
fn push_member(key: &str, value: &Value, indent: usize, line_end: &str, out: &mut String) {
    match value {
        Value::Long(members) => {
            let _ = write!(out, "{key}:{line_end}");
            for (key, value) in members {
                member_lines(key, value, indent + 2, line_end, out);
            }
        }
        Value::List(entries) => {
            let _ = write!(out, "{key}:{line_end}");
            for entry in entries {
                entry_lines(entry, indent + 2, line_end, out);
            }
        }
        Value::Word(_) | Value::Number(_) | Value::Text(_) | Value::Quoted(_) | Value::Short(_) => {
            let _ = write!(out, "{key}: {}{line_end}", value.on_one_line(Format::Yaml));
        }
    }
}

fn push_spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}

/// Whether YAML takes a text for nothing but text, also within brackets and without quotes.
fn can_stand_alone(text: &str) -> bool {
    const WORDS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"];
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/');
    text.starts_with(char::is_alphabetic)
        && text.ends_with(|c: char| c.is_alphanumeric() || c == '.')
        && text.chars().all(is_inside)
        && !text.contains("  ")
        && !text.contains(" -")
        && !WORDS.contains(&text.to_lowercase().as_str())
}

/// Text in double quotes, as both YAML and JSON read it. What a terminal would obey is written as an escape.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_invisible(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{ffff}')
}

/// A day.
pub fn day(day: Day) -> Value {
    Value::Word(day.0.to_string())
}

/// An amount with the cents of its currency, two where that is not known.
pub fn amount(amount: Decimal, currency: Option<Currency>) -> Value {
    let mut shown = amount.normalize();
    let cents = currency.map_or(2, Currency::cents);
    if shown.scale() < cents {
        shown.rescale(cents);
    }
    Value::Quoted(shown.to_string())
}

/// An invoice. `currency` is that of amounts without one.
pub fn invoice(invoice: &Invoice, currency: Option<Currency>) -> Value {
    let own = invoice.currency.or(currency);
    let mut members = Vec::new();
    let mut add = |key, value: Option<Value>| members.extend(value.map(|value| (key, value)));
    add("number", invoice.number.clone().map(Value::Quoted));
    add("issue_date", invoice.issue_date.map(day));
    add("due_date", invoice.due_date.map(day));
    add("amount", invoice.amount.map(|it| amount(it.0, own)));
    add("currency", invoice.currency.map(word_of_currency));
    add("payments", invoice.payments.as_deref().map(|all| payments(all, own)));
    add("credits", invoice.credits.as_deref().map(|all| payments(all, own)));
    add("voided_on", invoice.voided_on.map(day));
    add("written_off_on", invoice.written_off_on.map(day));
    let dispute = invoice.disputed.as_ref().and_then(|dispute| dispute.notes.clone());
    add("disputed", dispute.map(|notes| Value::Short(vec![("notes", Value::Text(notes))])));
    add("source", invoice.source.as_ref().map(source));
    add("key", invoice.key.clone().map(Value::Text));
    add("notes", invoice.notes.clone().map(Value::Text));
    Value::Long(members)
}

fn payments(all: &[Payment], currency: Option<Currency>) -> Value {
    Value::List(all.iter().map(|it| payment(it, currency)).collect())
}

/// A payment or a credit. `currency` is that of its invoice.
pub fn payment(payment: &Payment, currency: Option<Currency>) -> Value {
    let mut members = Vec::new();
    let mut add = |key, value: Option<Value>| members.extend(value.map(|value| (key, value)));
    add("date", payment.date.map(day));
    add("amount", Some(amount(payment.amount.0, payment.currency.or(currency))));
    add("currency", payment.currency.map(word_of_currency));
    add("source", payment.source.as_ref().map(source));
    add("key", payment.key.clone().map(Value::Text));
    add("notes", payment.notes.clone().map(Value::Text));
    Value::Short(members)
}

/// Hours.
pub fn hours(hours: &Hours) -> Value {
    let mut members = Vec::new();
    let mut add = |key, value: Option<Value>| members.extend(value.map(|value| (key, value)));
    add("date", hours.date.map(day));
    add("hours", Some(Value::Number(hours.hours.0.normalize().to_string())));
    add("kind", hours.kind.map(|kind| Value::Word(kind.word().to_owned())));
    add("source", hours.source.as_ref().map(source));
    add("key", hours.key.clone().map(Value::Text));
    add("notes", hours.notes.clone().map(Value::Text));
    Value::Short(members)
}

/// Where an item came from.
pub fn source(source: &Source) -> Value {
    let mut members = vec![("system", Value::Text(source.system.clone()))];
    members.extend(source.id.clone().map(|id| ("id", Value::Text(id))));
    Value::Short(members)
}

/// A time from one day to another.
pub fn period(period: Period) -> Value {
    Value::Short(vec![("from", day(period.from)), ("to", day(period.to))])
}

/// What an export can tell of a contract.
pub fn contract(contract: &Contract) -> Value {
    let mut members = Vec::new();
    members.extend(contract.currency.map(|currency| ("currency", word_of_currency(currency))));
    let net_days = contract.payment_terms.as_ref().and_then(|terms| terms.net_days);
    members.extend(net_days.map(|days| ("payment_terms", Value::Short(vec![("net_days", Value::Number(days.to_string()))]))));
    Value::Long(members)
}

fn word_of_currency(currency: Currency) -> Value {
    Value::Word(currency.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stands_without_quotes_only_where_nothing_else_can_be_read() {
        for (text, written) in [
            ("in_1PQ", "in_1PQ"),
            ("Löwe GmbH", "Löwe GmbH"),
            ("no", "\"no\""),
            ("Null", "\"Null\""),
            ("007", "\"007\""),
            ("a: b", "\"a: b\""),
            ("Smith, Ltd", "\"Smith, Ltd\""),
            ("x # y", "\"x # y\""),
            ("", "\"\""),
            ("tab\there \"and\" \u{1b}[31m \u{202e}", "\"tab\\there \\\"and\\\" \\u001b[31m \\u202e\""),
        ] {
            assert_eq!(Value::Text(text.to_owned()).on_one_line(Format::Yaml), written);
        }
    }

    #[test]
    fn amounts_have_the_cents_of_their_currency() {
        let shown = |amount: &str, code: &str| {
            let currency = iso_currency::Currency::from_code(code).map(Currency);
            super::amount(amount.parse().expect("a number"), currency).on_one_line(Format::Json)
        };
        assert_eq!(shown("500", ""), "\"500.00\"");
        assert_eq!(shown("500.5", "EUR"), "\"500.50\"");
        assert_eq!(shown("500.00", "JPY"), "\"500\"");
        assert_eq!(shown("0.1250", "EUR"), "\"0.125\"");
    }
}
