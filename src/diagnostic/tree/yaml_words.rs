//! What the YAML reader stumbled over, in plain words: what was probably meant, and where it really went wrong.
//!
//! The reader names the spot at which it could not go on, which often lies behind the mistake: an open bracket shows at
//! the next key, a missing colon a line later. The text around the spot tells which of them it was.

use granit_parser::ErrorKind;

use super::builder::{Builder, control_character, line_end, line_start};
use super::repair::{Brackets, Edit, Stumble, brackets, end_of_brackets, end_of_value, without_tabs};
use super::{Kind, Node};
use crate::diagnostic::Mistake;
use crate::diagnostic::place::whole_character;
use crate::diagnostic::plain::shown;

/// The mistake behind an error of the reader at an offset.
#[allow(clippy::wildcard_enum_match_arm, reason = "the reader's list of errors is open")]
pub(super) fn tell(build: &Builder, kind: &ErrorKind, at: usize) -> Stumble {
    use ErrorKind as E;
    let near = Near { build, at };
    match kind {
        E::RecursionLimitExceeded => build.too_deep(at).into(),
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabAtBlockScalarStart | E::TabInPlainScalar => near.tab(),
        E::MappingValueNotAllowed => near.colon(),
        E::SimpleKeyExpected | E::InvalidSimpleKey => near.no_colon(at),
        E::UnclosedFlowCollection { open } => near.unclosed(at, *open),
        E::MismatchedFlowCollectionEnd { open, close } => near.mismatched(*open, *close),
        E::MisplacedFlowCollectionEnd => near.closes_nothing(),
        E::UnexpectedEofFlowSequence
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofImplicitFlowMapping
        | E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator
        | E::InvalidColonPlacement
        | E::BlockEntryInFlowCollection
        | E::InvalidFlowScalarIndent
        | E::FlowMappingValueAdjacentCollection => near.in_brackets(),
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => near.unclosed_quote(),
        E::InvalidTrailingSingleQuotedScalar => near.behind_quote("inside single quotes an apostrophe is written `''`"),
        E::InvalidTrailingDoubleQuotedScalar => near.behind_quote("inside double quotes a quote is written `\\\"`"),
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate
        | E::InvalidUnicodeEscape => near.escape(),
        E::BlockSequenceEntryNotAllowed => near.list_on_key_line(),
        E::UnexpectedCharacter { character } if character.is_control() => near.control_character(*character),
        E::BomInsideDocument => near.control_character('\u{feff}'),
        E::CommentInterceptedScalar => near.told(0, "a comment cuts this text in two".into(), "put the text in quotes").into(),
        E::CommentNotSeparated => near.no_space_before_comment(),
        E::UnexpectedCharacter { .. }
        | E::UnknownAnchor
        | E::MissingAnchorOrAliasName
        | E::PlainScalarStartsWithDashFlowIndicator
        | E::MappingKeyNotAllowed
        | E::ExpectedNodeContent
        | E::UnexpectedEofBlockMapping
        | E::UndeclaredTagHandle
        | E::ExpectedTagBang
        | E::InvalidGlobalTagCharacter
        | E::InvalidTagTerminator
        | E::MissingTagUri
        | E::UnclosedVerbatimTag
        | E::InvalidTagEscape => near.special_beginning(),
        E::ExpectedBlockMappingKey | E::ExpectedBlockSequenceEntry | E::InvalidIndentation => near.indentation(),
        E::InvalidQuotedScalarIndent => near.quote_above().unwrap_or_else(|| near.indentation()),
        E::InvalidBlockScalarIndent => near.indentation(),
        E::InvalidBlockScalarHeader => near.told(0, "the text behind `|` or `>` begins in the next line".into(), "move it down").into(),
        E::InvalidMappingValueWhitespace | E::ExpectedWhitespace | E::InvalidBlockEntryWhitespace => {
            Stumble::round(near.told(1, "a space is missing here".into(), "write a space"), Edit::insert(at, " "))
        }
        _ => near.told(1, "this cannot be read as YAML".into(), "put texts with special characters in quotes").into(),
    }
}

/// The spot at which the reader could not go on.
struct Near<'a, 'b> {
    build: &'a Builder<'b>,
    at: usize,
}

impl Near<'_, '_> {
    fn text(&self) -> &str {
        self.build.text
    }

    fn character(&self) -> char {
        self.text()[self.at..].chars().next().unwrap_or(' ')
    }

    fn line_start(&self) -> usize {
        line_start(self.text(), self.at)
    }

    fn line_end(&self) -> usize {
        line_end(self.text(), self.at)
    }

    /// What stands in the line in front of the spot.
    fn before(&self) -> &str {
        &self.text()[self.line_start()..self.at]
    }

    /// A mistake at the spot that covers some characters, or the rest of the line for 0.
    fn told(&self, characters: usize, message: String, label: &str) -> Mistake {
        let rest = self.text()[self.at..self.line_end()].trim_end();
        let length = rest.chars().take(if characters == 0 { usize::MAX } else { characters }).map(char::len_utf8).sum::<usize>();
        self.marked(self.at, self.at + length, message, label)
    }

    fn marked(&self, start: usize, end: usize, message: impl Into<String>, label: impl Into<String>) -> Mistake {
        Mistake::error("syntax", self.build.span(start, end), message).with_label(label)
    }

    fn control_character(&self, character: char) -> Stumble {
        let mistake = control_character(self.build, self.at, character);
        Stumble::round(mistake, Edit::blank(self.at..self.at + character.len_utf8()))
    }

    fn closes_nothing(&self) -> Stumble {
        let mistake = self.told(1, format!("this `{}` closes nothing", self.character()), "remove it");
        Stumble::round(mistake, Edit::blank(self.at..self.at + 1))
    }

    fn no_space_before_comment(&self) -> Stumble {
        let mistake = self.told(1, "a space is missing before the `#`".into(), "write ` #`, or put the text in quotes");
        Stumble::round(mistake, Edit::insert(self.at, " "))
    }

    fn tab(&self) -> Stumble {
        let rest = &self.text()[self.at..];
        let start = self.at + rest.find('\t').unwrap_or(0);
        // The spot may lie behind the first of several tabs.
        let start = self.text()[..start].trim_end_matches('\t').len();
        let length = self.text()[start..].bytes().take_while(|&byte| byte == b'\t').count();
        let mistake = self
            .marked(start, start + length, "a tab cannot be used to indent", "write spaces")
            .with_note("YAML sees by the number of spaces what belongs together, and a tab has no width of its own");
        // All lines with tabs are one mistake.
        let way_round = without_tabs(self.text());
        let mistake = match way_round.len() {
            0 | 1 => mistake,
            2 => mistake.with_note("one more line begins with a tab"),
            lines => mistake.with_note(format!("{} more lines begin with a tab", lines - 1)),
        };
        Stumble { mistake, way_round }
    }

    /// `: ` where a value has begun already.
    fn colon(&self) -> Stumble {
        let Some(last) = self.build.last_scalar() else {
            return self.told(1, "a colon is not expected here".into(), "put a text with a colon in quotes").into();
        };
        let start = last.start as usize;
        if start >= self.line_start() {
            return self.colon_in_text(start);
        }
        // The text before runs over several lines, and this one was not meant to belong to it.
        let key_before = self.text()[line_start(self.text(), start)..start].contains(':');
        if key_before {
            let key = self.line_start() + (self.before().len() - self.before().trim_start().len());
            let mistake = self
                .marked(
                    key,
                    self.at,
                    "this key stands deeper than the one above it, which has a value already",
                    "begin it where the key above begins",
                )
                .with_elsewhere(self.build.span(start, line_end(self.text(), start)), "its value");
            let above = self.build.open.iter().rev().find(|open| self.build.node(open.id).kind == Kind::Mapping);
            let Some(above) = above else { return mistake.into() };
            let column = self.column(self.build.node(above.id).start as usize) as usize - 1;
            Stumble::round(mistake, Edit::replace(self.line_start()..key, " ".repeat(column)))
        } else {
            self.no_colon(start)
        }
    }

    fn colon_in_text(&self, start: usize) -> Stumble {
        let mistake = self
            .told(1, "a colon stands in a text without quotes".into(), "put the text in quotes")
            .with_note("a colon and a space begin a new value");
        let rest = self.text()[self.at..self.line_end()].replace(':', ".");
        Stumble::round(self.with_quotes(mistake, start, self.line_end()), Edit::replace(self.at..self.line_end(), rest))
    }

    /// Adds the line with quotes round a value, where that can be done without guessing.
    fn with_quotes(&self, mistake: Mistake, start: usize, end: usize) -> Mistake {
        let value = self.text()[start..end].trim_end();
        let begins_quoted = value.starts_with(['"', '\'']);
        if value.is_empty() || begins_quoted || value.contains(" #") || value.chars().any(char::is_control) {
            return mistake;
        }
        let quoted = if value.contains(['"', '\\']) { format!("'{}'", value.replace('\'', "''")) } else { format!("\"{value}\"") };
        let rest = &self.text()[start + value.len()..line_end(self.text(), start)];
        let line = format!("{}{quoted}{rest}", &self.text()[line_start(self.text(), start)..start]);
        mistake.with_correction(line.trim_end().to_owned())
    }

    fn no_colon(&self, start: usize) -> Stumble {
        let end = line_end(self.text(), start);
        let line = self.text()[start..end].trim_end();
        let mistake = self
            .marked(start, start + line.len(), "this line has no key and no colon", "write it as `key: value`")
            .with_note("a colon needs a space behind it");
        // `key:value` lacks the space, `key value` the colon.
        let word = line.find(|c: char| c == ':' || c.is_whitespace()).unwrap_or(line.len());
        let edit = match line[word..].starts_with(':') {
            true => Edit::insert(start + word + 1, " "),
            false => Edit::insert(start + word, ":"),
        };
        Stumble::round(mistake, edit)
    }

    fn unclosed(&self, start: usize, bracket: char) -> Stumble {
        let missing = if bracket == '{' { '}' } else { ']' };
        let mistake = self.marked(start, start + 1, format!("this `{bracket}` is never closed"), format!("a `{missing}` is missing"));
        Stumble::round(mistake, Edit::insert(end_of_brackets(self.text(), start), missing))
    }

    fn mismatched(&self, open: char, close: char) -> Stumble {
        let right = if open == '{' { '}' } else { ']' };
        let mistake = self.told(1, format!("this `{open}` is closed by a `{close}`"), &format!("it has to be closed by `{right}`"));
        match brackets(self.text(), self.at, self.text().len()) {
            Brackets::Wrong(at) => Stumble::round(mistake, Edit::replace(at..at + 1, right)),
            Brackets::Open(_) => mistake.into(),
        }
    }

    /// Something that cannot stand inside brackets.
    fn in_brackets(&self) -> Stumble {
        // What may still become a key has not been put among the nodes yet.
        let ahead = match brackets(self.text(), self.build.last_end(), self.at) {
            Brackets::Open(open) => open.first().copied(),
            Brackets::Wrong(_) => None,
        };
        let known = self.build.open.iter().rev().find(|open| open.flow).map(|open| self.build.node(open.id).start as usize);
        let Some(start) = known.or(ahead) else {
            return self.told(1, "this is not expected inside brackets".into(), "is a comma or a bracket missing?").into();
        };
        let bracket = self.text()[start..].chars().next().unwrap_or('{');
        let indent = |line: usize| self.text()[line..].bytes().take_while(|&byte| byte == b' ').count();
        let outdented = self.line_start() > start && indent(self.line_start()) <= indent(line_start(self.text(), start));
        if outdented || self.text()[self.at..].trim().is_empty() {
            return self.unclosed(start, bracket);
        }
        match self.build.last_scalar() {
            Some(last) if self.character() == ':' => self.colon_in_brackets(last),
            _ => {
                let mistake = self.told(1, "a comma is missing".into(), "write `,` between two entries");
                Stumble::round(mistake, Edit::insert(self.at, ","))
            }
        }
    }

    /// `{b: 1 c: 2}` lacks a comma, `{b: c: 2}` lacks quotes.
    fn colon_in_brackets(&self, last: Node) -> Stumble {
        let (start, end) = (last.start as usize, last.end as usize);
        let written = &self.text()[start..end.max(start)];
        match written.split_once(char::is_whitespace) {
            Some((first, _)) if last.kind != Kind::Quoted => {
                let mistake = self.marked(start, start + first.len(), "a comma is missing", "write `,` behind it");
                Stumble::round(mistake, Edit::insert(start + first.len(), ","))
            }
            _ => {
                let mistake = self.told(1, "a colon stands in a text without quotes".into(), "put the text in quotes");
                Stumble::round(mistake, Edit::replace(self.at..self.at + 1, "."))
            }
        }
    }

    fn unclosed_quote(&self) -> Stumble {
        let quote = self.character();
        let mistake = self.told(0, "this quote is never closed".into(), &format!("a closing `{quote}` is missing"));
        let end = end_of_value(self.text(), self.at + 1, self.line_end());
        let in_flow = self.build.open.last().is_some_and(|open| open.flow);
        // In brackets it is taken to end where the entry would.
        let entry = self.text()[self.at + 1..end].find([',', ']', '}']).filter(|_| in_flow);
        let text = self.text()[self.at + 1..entry.map_or(end, |length| self.at + 1 + length)].trim_end();
        Stumble::round(mistake, Edit::insert(self.at + 1 + text.len(), quote))
    }

    fn behind_quote(&self, how: &str) -> Stumble {
        if let Some(above) = self.quote_above() {
            return above;
        }
        let mistake = self.told(0, "the text goes on behind its closing quote".into(), how);
        let quote = self.text()[..self.at].trim_end().chars().next_back().unwrap_or('"');
        let rest = &self.text()[self.at..self.line_end()];
        // Everything up to the quote that was meant, or else up to the end of the entry.
        let length = rest.rfind(quote).map_or_else(|| rest.find([',', ']', '}']).unwrap_or(rest.len()), |last| last + 1);
        Stumble::round(mistake, Edit::blank(self.at..self.at + length))
    }

    /// A quote that was opened in a line further up: there its closing quote is missing.
    fn quote_above(&self) -> Option<Stumble> {
        let from = self.build.last_end();
        let opened = from + self.text().get(from..self.at)?.find(['"', '\''])?;
        let is_above = opened < self.line_start();
        is_above.then(|| Near { build: self.build, at: opened }.unclosed_quote())
    }

    /// The reader marks the quote; what it could not read is an escape further on.
    fn escape(&self) -> Stumble {
        let text = self.text();
        let mut at = self.at + 1;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
            let start = at + found;
            let Some(letter) = text[start + 1..].chars().next() else { break };
            let (good, length) = read_escape(&text[start..], letter);
            if !good {
                let end = whole_character(text, start + length);
                let message = format!("`{}` cannot be read as a character", shown(&text[start..end]));
                let mistake = self
                    .marked(start, end, message, "write `\\\\` if a backslash is meant")
                    .with_note("or put the text in single quotes, where a backslash is a backslash");
                return Stumble::round(mistake, Edit::replace(start..start + 1, "_"));
            }
            at = start + length;
        }
        self.told(1, "a backslash in this text cannot be read".into(), "put the text in single quotes").into()
    }

    fn list_on_key_line(&self) -> Stumble {
        let mistake = self.told(0, "a list cannot begin behind its key".into(), "begin it in the next line, or write it as `[a, b]`");
        let end = end_of_value(self.text(), self.at, self.line_end());
        Stumble { mistake, way_round: vec![Edit::insert(end, "]"), Edit::replace(self.at..self.at + 1, "[")] }
    }

    /// Text that begins with a character to which YAML gives a meaning of its own.
    fn special_beginning(&self) -> Stumble {
        let rest = &self.text()[self.at..self.line_end()];
        let in_flow = self.build.open.last().is_some_and(|open| open.flow);
        let ends = |c: char| c.is_whitespace() || (in_flow && matches!(c, ',' | ']' | '}'));
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        if word.is_empty() {
            return self.told(1, "a value is missing here".into(), "write it, or remove the line").into();
        }
        let message = format!("a text without quotes cannot begin with `{}`", self.character());
        let mistake = self.marked(self.at, self.at + word.len(), message, "put it in quotes");
        // In brackets only the word is quoted, else everything up to the end of the line.
        let end = if in_flow { self.at + word.len() } else { self.line_end() };
        let mistake = if self.build.awaits_key() { mistake } else { self.with_quotes(mistake, self.at, end) };
        let first = self.character();
        Stumble::round(mistake, Edit::replace(self.at..self.at + first.len_utf8(), "_"))
    }

    fn indentation(&self) -> Stumble {
        let before = self.before().trim();
        if before.is_empty() || before == "-" {
            let mistake = self.told(0, "this line is not indented like the ones that it belongs to".into(), "");
            let columns = self.columns();
            if columns.is_empty() || columns.len() > 3 {
                return mistake.with_label("begin it where the lines above begin").into();
            }
            let words: Vec<String> = columns.iter().map(u32::to_string).collect();
            let mistake = mistake.with_label(format!("begin it in column {}", words.join(" or ")));
            let indent = self.text()[self.line_start()..].bytes().take_while(|&byte| byte == b' ').count();
            let below = self.text()[self.line_end()..].lines().find(|line| !line.trim().is_empty());
            let below = below.map_or(indent, |line| line.len() - line.trim_start().len());
            // The line below tells best where this one belongs.
            let distance = |column: &usize| (*column != below, column.abs_diff(indent));
            let nearest = columns.iter().map(|&column| column as usize - 1).min_by_key(distance);
            let edit = |column: usize| Edit::replace(self.line_start()..self.line_start() + indent, " ".repeat(column));
            return Stumble { mistake, way_round: nearest.map(edit).into_iter().collect() };
        }
        if before == "-" || before.starts_with('-') && !before.starts_with("- ") {
            let dash = self.line_start() + self.before().len() - self.before().trim_start().len();
            let mistake = self.marked(dash, dash + 1, "a space is missing behind the `-`", "write `- `");
            return Stumble::round(mistake, Edit::insert(dash + 1, " "));
        }
        let end = self.line_start() + self.before().trim_end().len();
        if let Some(bracket) = before.chars().next_back().filter(|last| matches!(last, '}' | ']')) {
            let mistake =
                self.marked(end - 1, end, format!("this `{bracket}` closes too early"), "there is one too many, or its partner is missing");
            return Stumble::round(mistake, Edit::blank(end - 1..end));
        }
        self.told(0, "this is not expected here".into(), "put texts with special characters in quotes").into()
    }

    /// The columns in which the line could go on with what is open, or with the line above.
    fn columns(&self) -> Vec<u32> {
        let is_entry = self.text()[self.at..].starts_with("- ") || self.before().trim() == "-";
        let kind = if is_entry { Kind::Sequence } else { Kind::Mapping };
        let open = self.build.open.iter().filter(|open| !open.flow && self.build.node(open.id).kind == kind);
        let mut columns: Vec<u32> = open.map(|open| self.column(self.build.node(open.id).start as usize)).collect();
        columns.extend(self.column_above(is_entry));
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    fn column(&self, at: usize) -> u32 {
        self.build.span(at, at).start.column
    }

    /// The column of the last dash in front of the line above, or of what stands behind its dashes.
    fn column_above(&self, is_entry: bool) -> Option<u32> {
        let above = self.text()[..self.line_start()].trim_end();
        let start = line_start(above, above.len());
        let dashes = above[start..].bytes().take_while(|byte| matches!(byte, b' ' | b'-')).count();
        let dash = above[start..start + dashes].rfind('-');
        if is_entry { dash.map(|dash| self.column(start + dash)) } else { Some(self.column(start + dashes)) }
    }
}

/// Whether an escape in double quotes can be read, and how many bytes it takes.
fn read_escape(text: &str, letter: char) -> (bool, usize) {
    let digits = match letter {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N' | '_' | 'L' | 'P' | '\n' | '\r' => {
            return (true, 2);
        }
        other => return (false, 1 + other.len_utf8()),
    };
    let number = |at: usize| text.get(at..at + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let length = 2 + digits;
    match number(2) {
        Some(value) if char::from_u32(value).is_some() => (true, length),
        // Half of a character: the other half has to follow.
        Some(0xD800..0xDC00) if letter == 'u' => {
            let paired = text.get(length..length + 2) == Some("\\u") && matches!(number(length + 2), Some(0xDC00..0xE000));
            (paired, if paired { 2 * length } else { length })
        }
        _ => {
            let rest = text[2..].chars().take(digits).take_while(char::is_ascii_alphanumeric).count();
            (false, 2 + rest)
        }
    }
}
