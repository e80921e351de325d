//! Where in a text something is inserted, and with which indent. A text and the places of its values come in, a list of
//! insertions grows; when all are known the new text is put together in one pass.

use super::write::{Member, Value, entry_lines, member_lines, member_on_one_line};
use super::{Refused, write};
use crate::diagnostic::{Format, Part, Span, Style};
use crate::record::Day;

/// Why something cannot be inserted, and into what.
#[derive(Debug)]
pub struct Halt {
    span: Span,
    why: &'static str,
}

impl Halt {
    pub fn at(part: Part<'_>, why: &'static str) -> Self {
        Self { span: part.span(), why }
    }

    pub fn in_words(self) -> Refused {
        Refused { span: Some(self.span), message: self.why.to_owned() }
    }
}

const ALIAS: &str = "an alias (`*name`) stands here; write the list out, so that something can be added to it";
const TABS: &str = "this is indented with tabs, or stands behind something else on its line, like an anchor (`&name`)";
const NO_BLOCK: &str = "a block of keys and values is expected here";
const NO_LIST: &str = "a list is expected here";

/// Deeper than everything: the value right behind its key.
const DEEPEST: u8 = u8::MAX;

/// Something to insert.
#[derive(Debug)]
struct Edit {
    at: usize,
    /// So many bytes from there on are replaced.
    removed: usize,
    /// Of two insertions at one place, what lies deeper comes first.
    depth: u8,
    text: String,
}

/// The insertions into one text.
#[derive(Debug)]
pub struct Edits<'a> {
    text: &'a str,
    format: Format,
    line_end: &'static str,
    list: Vec<Edit>,
}

impl<'a> Edits<'a> {
    pub fn new(text: &'a str, format: Format) -> Self {
        let is_crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
        Self { text, format, line_end: if is_crlf { "\r\n" } else { "\n" }, list: Vec::new() }
    }

    /// The new text.
    pub fn applied(mut self) -> String {
        self.list.sort_by_key(|edit| (edit.at, std::cmp::Reverse(edit.depth)));
        let mut new = String::with_capacity(self.text.len() + self.list.iter().map(|edit| edit.text.len()).sum::<usize>());
        let mut done = 0;
        for edit in &self.list {
            new.push_str(self.text.get(done..edit.at).unwrap_or_default());
            let is_own_line = edit.text.ends_with('\n');
            if is_own_line && !new.is_empty() && !new.ends_with('\n') {
                new.push_str(self.line_end);
            }
            new.push_str(&edit.text);
            done = done.max(edit.at + edit.removed);
        }
        new.push_str(self.text.get(done..).unwrap_or_default());
        new
    }

    /// Adds entries to a list that is written; `key` and `block` are where it stands, and `depth` tells how deep.
    pub fn add_entries(&mut self, (block, key): (Part<'_>, Part<'_>), list: Part<'_>, entries: &[Value], depth: u8) -> Result<(), Halt> {
        match list.style() {
            Style::Dashes => self.add_behind_dashes(list, entries, depth),
            Style::Brackets if list.entries().is_empty() && block.style() == Style::Block && self.is_on_one_line(list) => {
                self.begin_list(key, list, entries, depth)
            }
            Style::Brackets => {
                let last = list.entries().last().map(|entry| (entry.range().start, entry.range().end));
                let texts: Vec<String> = entries.iter().map(|entry| entry.on_one_line(self.format)).collect();
                self.add_between(list, last, &texts, depth)
            }
            Style::Scalar => match block.style() {
                Style::Block => self.begin_list(key, list, entries, depth),
                Style::Dashes | Style::Braces | Style::Brackets | Style::Scalar | Style::Alias => {
                    self.fill(key, list, &Value::List(entries.to_vec()))
                }
            },
            Style::Alias => Err(Halt::at(list, ALIAS)),
            Style::Block | Style::Braces => Err(Halt::at(list, NO_LIST)),
        }
    }

    /// Adds keys and values to a block that is written. `depth` tells how deep it lies.
    pub fn add_members(&mut self, block: Part<'_>, members: &[Member], depth: u8) -> Result<(), Halt> {
        if members.is_empty() {
            return Ok(());
        }
        match block.style() {
            Style::Block => {
                let (first, _) = block.members().first().copied().ok_or_else(|| Halt::at(block, NO_BLOCK))?;
                let indent = self.column(first)?;
                let at = if depth == 0 { self.end_of_all(block) } else { self.behind(block, indent)? };
                let mut text = String::new();
                for (key, value) in members {
                    member_lines(key, value, indent, self.line_end, &mut text);
                }
                self.list.push(Edit { at, removed: 0, depth, text });
                Ok(())
            }
            Style::Braces => {
                let last = match block.members().last() {
                    Some((key, value)) if value.range().is_empty() => Some((key.range().start, self.behind_colon(*key)?)),
                    Some((key, value)) => Some((key.range().start, value.range().end)),
                    None => None,
                };
                let texts: Vec<String> = members.iter().map(|(key, value)| member_on_one_line(key, value, self.format)).collect();
                self.add_between(block, last, &texts, depth)
            }
            Style::Alias => Err(Halt::at(block, ALIAS)),
            Style::Dashes | Style::Brackets | Style::Scalar => Err(Halt::at(block, NO_BLOCK)),
        }
    }

    /// Adds keys and values before the first ones of a block.
    pub fn add_in_front(&mut self, block: Part<'_>, members: &[Member]) -> Result<(), Halt> {
        let texts: Vec<String> = members.iter().map(|(key, value)| member_on_one_line(key, value, self.format)).collect();
        let (first, _) = block.members().first().copied().ok_or_else(|| Halt::at(block, NO_BLOCK))?;
        let between = match block.style() {
            Style::Braces => ", ".to_owned(),
            Style::Block => format!("{}{}", self.line_end, " ".repeat(self.column(first)?)),
            Style::Alias => return Err(Halt::at(block, ALIAS)),
            Style::Dashes | Style::Brackets | Style::Scalar => return Err(Halt::at(block, NO_BLOCK)),
        };
        let text = texts.iter().map(|text| format!("{text}{between}")).collect();
        self.list.push(Edit { at: first.range().start, removed: 0, depth: 0, text });
        Ok(())
    }

    /// Gives a key that stands there without a value its value, on the same line.
    pub fn fill(&mut self, key: Part<'_>, empty: Part<'_>, value: &Value) -> Result<(), Halt> {
        let written = self.text.get(empty.range()).unwrap_or_default();
        let is_nothing = matches!(written, "" | "~" | "null" | "Null" | "NULL" | "[]" | "{}");
        if !is_nothing {
            return Err(Halt::at(empty, "something else stands here than is expected"));
        }
        let value = value.on_one_line(self.format);
        let (at, text) = if written.is_empty() { (self.behind_colon(key)?, format!(" {value}")) } else { (empty.range().start, value) };
        self.list.push(Edit { at, removed: written.len(), depth: DEEPEST, text });
        Ok(())
    }

    /// Puts another day in the place of one that import wrote.
    pub fn replace_day(&mut self, block: Part<'_>, key: &str, day: Day) -> Result<(), Halt> {
        let value = block.member(key).filter(|value| value.text().and_then(Day::parse).is_some());
        let value = value.ok_or_else(|| Halt::at(block, "the days of this time are not written here themselves"))?;
        if value.text().and_then(Day::parse) == Some(day.0) {
            return Ok(());
        }
        let written = self.text.get(value.range()).unwrap_or_default();
        let quote = written.chars().next().filter(|c| matches!(c, '"' | '\'')).map(String::from).unwrap_or_default();
        let text = format!("{quote}{}{quote}", write::day(day).on_one_line(Format::Yaml));
        self.list.push(Edit { at: value.range().start, removed: written.len(), depth: 0, text });
        Ok(())
    }

    fn add_behind_dashes(&mut self, list: Part<'_>, entries: &[Value], depth: u8) -> Result<(), Halt> {
        let last = list.entries().last().copied().ok_or_else(|| Halt::at(list, NO_LIST))?;
        let indent = self.dash_column(last)?;
        let at = self.behind(list, indent)?;
        self.push_entries(at, indent, entries, depth);
        Ok(())
    }

    /// Begins a list on the lines below its key. An empty pair of brackets behind the key goes.
    fn begin_list(&mut self, key: Part<'_>, list: Part<'_>, entries: &[Value], depth: u8) -> Result<(), Halt> {
        let written = self.text.get(list.range()).unwrap_or_default();
        if !matches!(written, "" | "~" | "null" | "Null" | "NULL") && list.style() == Style::Scalar {
            return Err(Halt::at(list, NO_LIST));
        }
        let indent = self.column(key)?;
        let colon = self.behind_colon(key)?;
        if !written.is_empty() {
            let start = list.range().start;
            // Also the space before it, so that none is left at the end of the line.
            let gap = self.text.get(colon..start).unwrap_or_default();
            let from = if gap.chars().all(|c| c == ' ') { colon } else { start };
            self.list.push(Edit { at: from, removed: list.range().end - from, depth, text: String::new() });
        }
        let at = self.line_behind(list.range().end.max(colon)).ok_or_else(|| Halt::at(list, TABS))?;
        self.push_entries(at, indent + 2, entries, depth);
        Ok(())
    }

    fn push_entries(&mut self, at: usize, indent: usize, entries: &[Value], depth: u8) {
        let mut text = String::new();
        for entry in entries {
            entry_lines(entry, indent, self.line_end, &mut text);
        }
        self.list.push(Edit { at, removed: 0, depth, text });
    }

    /// Inserts into brackets or braces, behind the last that stands in them: on lines of their own if that one has one, and
    /// below the comment behind it.
    fn add_between(&mut self, holder: Part<'_>, last: Option<(usize, usize)>, texts: &[String], depth: u8) -> Result<(), Halt> {
        let Some((start, end)) = last else {
            let inner = texts.join(", ");
            let pad = if self.format == Format::Yaml { " " } else { "" };
            let text = format!("{pad}{inner}{pad}");
            self.list.push(Edit { at: holder.range().start + 1, removed: 0, depth, text });
            return Ok(());
        };
        let line = self.text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let before = self.text.get(line..start).unwrap_or_default();
        let has_own_line = line > holder.range().start && before.chars().all(|c| matches!(c, ' ' | '\t'));
        if has_own_line && let Some((has_comma, at)) = self.behind_comment(end) {
            if !has_comma {
                self.list.push(Edit { at: end, removed: 0, depth, text: ",".to_owned() });
            }
            let last_comma = if has_comma { "," } else { "" };
            let lines = texts.iter().map(|text| format!("{before}{text}")).collect::<Vec<_>>().join(&format!(",{}", self.line_end));
            self.list.push(Edit { at, removed: 0, depth, text: format!("{lines}{last_comma}{}", self.line_end) });
            return Ok(());
        }
        let between = if has_own_line { format!(",{}{before}", self.line_end) } else { ", ".to_owned() };
        let text = texts.iter().map(|text| format!("{between}{text}")).collect();
        self.list.push(Edit { at: end, removed: 0, depth, text });
        Ok(())
    }

    /// Whether a comma stands behind an offset, and where the next line begins, if otherwise only a comment does.
    fn behind_comment(&self, end: usize) -> Option<(bool, usize)> {
        let line = self.text.get(end..)?.split_inclusive('\n').next()?;
        let bare = line.trim_start();
        let has_comma = bare.starts_with(',');
        let comment = bare.strip_prefix(',').unwrap_or(bare).trim_start();
        (self.format == Format::Yaml && comment.starts_with('#') && line.ends_with('\n')).then_some((has_comma, end + line.len()))
    }

    fn is_on_one_line(&self, part: Part<'_>) -> bool {
        self.text.get(part.range()).is_some_and(|written| !written.contains(['\n', '\r', '#']))
    }

    /// The column of a key, if only spaces and dashes stand before it on its line.
    fn column(&self, key: Part<'_>) -> Result<usize, Halt> {
        let (start, before) = self.line_before(key.range().start);
        let before = if start == 0 { before.trim_start_matches('\u{feff}') } else { before };
        if before.chars().all(|c| matches!(c, ' ' | '-')) { Ok(before.len()) } else { Err(Halt::at(key, TABS)) }
    }

    /// The column of the dash before an entry, which may stand on an earlier line.
    fn dash_column(&self, entry: Part<'_>) -> Result<usize, Halt> {
        let (mut start, mut line) = self.line_before(entry.range().start);
        loop {
            let line_text = line.trim_start_matches('\u{feff}');
            let bare = without_properties(line_text);
            if bare.contains('\t') {
                break;
            }
            if let Some(indent) = bare.rfind('-').filter(|_| bare.chars().all(|c| matches!(c, ' ' | '-'))) {
                return Ok(indent);
            }
            let content = bare.trim_start();
            let is_passed = content.is_empty() || content.starts_with('#');
            if !is_passed && let Some(indent) = line_text.find("- #") {
                return Ok(indent);
            }
            if !is_passed || start == 0 {
                break;
            }
            (start, line) = self.line_before(start - 1);
        }
        Err(Halt::at(entry, TABS))
    }

    /// Where the line of an offset begins, and what stands between the two.
    fn line_before(&self, at: usize) -> (usize, &'a str) {
        let before = self.text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        (start, before.get(start..).unwrap_or_default())
    }

    /// The beginning of the next line, if nothing but a comment stands between it and the offset.
    fn line_behind(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        let bare = line.trim_start();
        (bare.is_empty() || bare.starts_with('#')).then_some(at + line.len())
    }

    /// Where something is added behind a block: below its last line and the comments that belong to it, which stand right
    /// below and not further left.
    fn behind(&self, block: Part<'_>, indent: usize) -> Result<usize, Halt> {
        let mut at = self.line_behind(self.end_of(block)).ok_or_else(|| Halt::at(block, TABS))?;
        while let Some(line) = self.text.get(at..).and_then(|rest| rest.split_inclusive('\n').next()) {
            let bare = line.trim_start_matches([' ', '\t']);
            let is_left = || !line.starts_with('\t') && line.len() - bare.len() < indent.max(1);
            if !bare.starts_with('#') || is_left() {
                break;
            }
            at += line.len();
        }
        Ok(at)
    }

    /// The end of the last thing in a block that is more than nothing: the end of a value that is left out lies anywhere.
    fn end_of(&self, block: Part<'_>) -> usize {
        let mut part = block;
        loop {
            let (key, last) = match part.style() {
                Style::Block => part.members().last().map(|(key, value)| (Some(*key), *value)).unzip(),
                Style::Dashes => (None, part.entries().last().copied()),
                Style::Braces | Style::Brackets | Style::Scalar | Style::Alias => (None, None),
            };
            match last {
                None => return part.range().end,
                Some(value) if value.range().is_empty() => {
                    let behind_key = key.flatten().and_then(|key| self.behind_colon(key).ok());
                    return behind_key.unwrap_or(value.range().end);
                }
                Some(value) => part = value,
            }
        }
    }

    fn behind_colon(&self, key: Part<'_>) -> Result<usize, Halt> {
        let rest = self.text.get(key.range().end..).unwrap_or_default();
        let gap = rest.len() - rest.trim_start_matches(' ').len();
        if rest[gap..].starts_with(':') { Ok(key.range().end + gap + 1) } else { Err(Halt::at(key, TABS)) }
    }

    /// Where keys are added to the whole record: at the end of the file, or before the mark that ends the document.
    fn end_of_all(&self, top: Part<'_>) -> usize {
        let mut at = self.line_behind(self.end_of(top)).unwrap_or(self.text.len());
        while let Some(line) = self.text.get(at..).and_then(|rest| rest.split_inclusive('\n').next()) {
            if line.starts_with("...") || line.starts_with("---") {
                break;
            }
            at += line.len();
        }
        at
    }
}

/// A line up to an entry, without the anchor (`&name`) and the tag (`!!map`) behind its dash.
fn without_properties(line: &str) -> &str {
    let bare = line.trim_end();
    let dash = bare.len() - bare.trim_start_matches([' ', '-', '\u{feff}']).len();
    let (before, words) = bare.split_at(dash);
    if words.split(' ').all(|word| word.starts_with(['&', '!'])) { before.trim_end() } else { bare }
}
