//! The screen of the settings in force.

use serde_json::Value;

use super::Look;
use super::ink::Ink;
use super::layout::{Sheet, Spot, gives_way, left};
use super::prose::Prose;

/// A setting in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its keys, with points between.
    pub name: String,
    /// Its value; null if it is not set and nothing holds in its place.
    pub value: Value,
    /// The file or flag that it comes from, or a word for where else.
    pub from: String,
    /// The line in the file.
    pub line: Option<u32>,
}

impl Setting {
    /// A setting without a line.
    #[must_use]
    pub fn new(name: impl Into<String>, value: Value, from: &str) -> Self {
        Self { name: name.into(), value, from: from.to_owned(), line: None }
    }
}

/// All settings, and which file of settings is in force.
#[must_use]
pub fn settings(file: Option<&str>, rows: &[Setting], look: &Look) -> String {
    let head = match file {
        Some(file) => format!("{file} is in force, on top of what is built in."),
        None => "No clientcheck.yml is in force, so everything is as it is built in.".to_owned(),
    };
    let mut sheet = Sheet::new([left("Setting").at_most_or_a_word(40), gives_way("Value"), left("From").at_most(30)]);
    for row in rows {
        let from = row.line.map_or_else(|| row.from.clone(), |line| format!("{}:{line}", row.from));
        let ink = if row.line.is_some() { Ink::BOLD } else { Ink::PLAIN };
        sheet.row([row.name.as_str().into(), Spot::from(in_words(&row.value)).inked(ink), from.into()]);
    }
    let next = match file {
        Some(_) => "A - is not set. To check it: clientcheck rules check",
        None => "A - is not set. To begin one: clientcheck init --settings",
    };
    Prose::new().inked(&head, Ink::BOLD).fill(look) + "\n" + &sheet.draw(look) + "\n" + &Prose::new().inked(next, Ink::DIM).fill(look)
}

/// A value as one would write it on one line.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(answer) => if *answer { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(entries) => entries.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Object(keys) => keys.iter().map(|(key, value)| format!("{key}: {}", in_words(value))).collect::<Vec<_>>().join(", "),
    }
}
