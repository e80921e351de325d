//! Reads JSON, as strictly as the decoder does: what YAML would also allow is a mistake here, told in its own words.
//!
//! `serde_json` reads texts and numbers, so that both agree on escapes; the brackets between them are kept on a list
//! and not on the stack, since files of strangers may nest a hundred thousand deep.

use super::Kind;
use super::builder::{Builder, Written, control_character, line_end};
use crate::diagnostic::Mistake;
use crate::diagnostic::place::skipped;
use crate::diagnostic::plain::shown;

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    /// Behind `[`.
    ValueOrEnd,
    /// Behind a comma in a block.
    Key,
    /// Behind `{`.
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    /// Behind the only value of the file.
    Nothing,
}

/// Fills the builder; where the text cannot be read further is its stumble.
pub(super) fn read(build: &mut Builder) {
    if let Err(mistake) = values(build) {
        build.stumble = Some((*mistake).into());
    }
}

fn values(build: &mut Builder) -> Result<(), Box<Mistake>> {
    let bytes = build.text.as_bytes();
    let mut at = skipped(build.text);
    let mut next = Next::Value;
    loop {
        while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            at += 1;
        }
        let Some(&byte) = bytes.get(at) else { return at_the_end(build, next) };
        (at, next) = match (byte, next) {
            (b'{', Next::Value | Next::ValueOrEnd) => {
                build.open(at, Kind::Mapping, true, false)?;
                (at + 1, Next::KeyOrEnd)
            }
            (b'[', Next::Value | Next::ValueOrEnd) => {
                build.open(at, Kind::Sequence, true, false)?;
                (at + 1, Next::ValueOrEnd)
            }
            (b'}', Next::KeyOrEnd | Next::CommaOrEnd) if holds(build, Kind::Mapping) => close(build, at),
            (b']', Next::ValueOrEnd | Next::CommaOrEnd) if holds(build, Kind::Sequence) => close(build, at),
            (b',', Next::CommaOrEnd) => (at + 1, if holds(build, Kind::Mapping) { Next::Key } else { Next::Value }),
            (b':', Next::Colon) => (at + 1, Next::Value),
            (b'"', Next::Key | Next::KeyOrEnd) => (text(build, at)?, Next::Colon),
            (b'"', Next::Value | Next::ValueOrEnd) => (text(build, at)?, behind_value(build)),
            (_, Next::Value | Next::ValueOrEnd) if is_word(byte) => (word(build, at)?, behind_value(build)),
            _ => return Err(unexpected(build, at, next).into()),
        };
    }
}

fn close(build: &mut Builder, at: usize) -> (usize, Next) {
    build.close(Some(at + 1));
    (at + 1, behind_value(build))
}

fn behind_value(build: &Builder) -> Next {
    if build.open.is_empty() { Next::Nothing } else { Next::CommaOrEnd }
}

fn holds(build: &Builder, kind: Kind) -> bool {
    build.open.last().is_some_and(|open| build.node(open.id).kind == kind)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_' | b'$')
}

/// Reads a text in quotes; gives the offset behind it.
fn text(build: &mut Builder, start: usize) -> Result<usize, Box<Mistake>> {
    let bytes = build.text.as_bytes();
    let mut at = start + 1;
    let mut has_escapes = false;
    loop {
        match bytes.get(at) {
            Some(b'"') => break,
            Some(b'\\') => {
                has_escapes = true;
                at += 2;
            }
            Some(b'\r' | b'\n') | None => {
                let end = line_end(build.text, start);
                let mistake = syntax(build, start, end, "this quote is never closed", "a closing `\"` is missing in this line");
                return Err(mistake.with_note("a line end inside a text is written `\\n`").into());
            }
            Some(&byte) if byte < b' ' => return Err(control_character(build, at, char::from(byte)).into()),
            Some(_) => at += 1,
        }
    }
    let end = at + 1;
    if !has_escapes {
        let value = &build.text[start + 1..at];
        build.scalar(start, end, value, Written::InQuotes, false);
        return Ok(end);
    }
    let written = build.text.get(start..end).unwrap_or_default();
    match serde_json::from_str::<String>(written) {
        Ok(value) => build.scalar(start, end, &value, Written::InQuotes, false),
        Err(_) => return Err(bad_escape(build, start, end).into()),
    }
    Ok(end)
}

/// Finds the escape that cannot be read, by reading up to each of them.
fn bad_escape(build: &Builder, start: usize, end: usize) -> Mistake {
    let written = &build.text[start..end];
    let mut at = 1;
    let mut escapes = Vec::new();
    while let Some(found) = written.get(at..).and_then(|rest| rest.find('\\')) {
        let escape = at + found;
        escapes.push(escape);
        at = escape + 1 + written.get(escape + 1..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    }
    // The text in front of an escape can be read for as long as the bad one lies further on.
    let readable = |&escape: &usize| serde_json::from_str::<String>(&format!("{}\"", &written[..escape])).is_ok();
    let before = escapes.partition_point(readable);
    let bad = escapes.get(before.saturating_sub(1)).copied().unwrap_or_default();
    let length = match written[bad..].chars().nth(1) {
        Some('u') => written[bad..].chars().take(6).take_while(|&c| c != '"').map(char::len_utf8).sum(),
        Some(other) => 1 + other.len_utf8(),
        None => 1,
    };
    let escape = &written[bad..(bad + length).min(written.len())];
    let message = format!("`{}` cannot be read as a character", shown(escape));
    syntax(build, start + bad, start + bad + length, &message, "write `\\\\` if a backslash is meant")
        .with_note("known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits of 0-9 and a-f, in pairs for rare characters")
}

/// Reads a number, `true`, `false` or `null`; gives the offset behind it.
fn word(build: &mut Builder, start: usize) -> Result<usize, Box<Mistake>> {
    let length = build.text.bytes().skip(start).take_while(|&byte| is_word(byte)).count();
    let end = start + length;
    let value = &build.text[start..end];
    let is_number = || {
        value.starts_with(|c: char| c == '-' || c.is_ascii_digit())
            && serde_json::from_str::<serde_json::Value>(value).is_ok_and(|read| read.is_number())
    };
    if matches!(value, "true" | "false" | "null") || is_number() {
        build.scalar(start, end, value, Written::Plain, false);
        return Ok(end);
    }
    if value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        let message = format!("`{}` is not a number", shown(value));
        let mistake = syntax(build, start, end, &message, "put it in quotes if it is a text");
        return Err(mistake.with_note("numbers are written like 12, -3 or 12.5, without leading zeros").into());
    }
    let message = format!("the text `{}` has no quotes", shown(value));
    Err(syntax(build, start, end, &message, &format!("write `\"{}\"`", shown(value))).into())
}

fn at_the_end(build: &Builder, next: Next) -> Result<(), Box<Mistake>> {
    if next == Next::Nothing {
        return Ok(());
    }
    match build.open.last() {
        Some(open) => {
            let start = build.node(open.id).start as usize;
            let (bracket, missing) = if holds(build, Kind::Mapping) { ("{", "}") } else { ("[", "]") };
            let label = format!("a `{missing}` is missing");
            Err(syntax(build, start, start + 1, &format!("this `{bracket}` is never closed"), &label).into())
        }
        None => Err(Mistake::error("empty", None, "there is nothing in this file").into()),
    }
}

fn unexpected(build: &Builder, at: usize, next: Next) -> Mistake {
    let character = build.text[at..].chars().next().unwrap_or_default();
    let end = at + character.len_utf8();
    let comma_before = build.text[..at].trim_end().ends_with(',');
    let told = |message: &str, label: &str| syntax(build, at, end, message, label);
    if character.is_control() {
        return control_character(build, at, character);
    }
    match (character, next) {
        ('}' | ']', Next::Key | Next::Value) if comma_before => {
            let comma = build.text[..at].trim_end().len() - 1;
            syntax(build, comma, comma + 1, "a comma stands behind the last entry", "remove it")
        }
        ('}' | ']', Next::Nothing) => told(&format!("this `{character}` closes nothing"), "remove it"),
        ('}' | ']', Next::CommaOrEnd | Next::ValueOrEnd | Next::KeyOrEnd) => wrong_bracket(build, at, character),
        ('\'', Next::Value | Next::ValueOrEnd | Next::Key | Next::KeyOrEnd) => told("JSON knows no single quotes", "write `\"`"),
        ('/' | '#', _) => told("JSON knows no comments", "remove it, or write the file as YAML"),
        (_, Next::Key | Next::KeyOrEnd) => told("a key in quotes is expected here", "write `\"key\": value`"),
        (_, Next::Colon) => told("a colon is expected here", "write `:` between the key and its value"),
        (_, Next::CommaOrEnd) => told("a comma is missing", "write `,` between two entries"),
        (_, Next::Value | Next::ValueOrEnd) => told("a value is expected here", "write a text in quotes, a number, a list or a block"),
        (_, Next::Nothing) => Mistake::error("second-document", build.span(at, end), "a second value begins here")
            .with_label("one file holds one value")
            .with_note("a file with one record in each line is named .ndjson"),
    }
}

fn wrong_bracket(build: &Builder, at: usize, found: char) -> Mistake {
    let (open, close) = if holds(build, Kind::Mapping) { ('{', '}') } else { ('[', ']') };
    let start = build.open.last().map_or(at, |open| build.node(open.id).start as usize);
    syntax(build, at, at + 1, &format!("`{open}` cannot be closed by `{found}`"), &format!("write `{close}`"))
        .with_elsewhere(build.span(start, start + 1), "opened here")
}

fn syntax(build: &Builder, start: usize, end: usize, message: &str, label: &str) -> Mistake {
    Mistake::error("syntax", build.span(start, end), message).with_label(label)
}
