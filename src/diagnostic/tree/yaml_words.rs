//! What the YAML reader stumbled over, in plain words: what was probably meant, and where it really went wrong.
//!
//! The reader names the spot at which it could not go on, which often lies behind the mistake: an open bracket shows at
//! the next key, a missing colon a line later. The text around the spot tells which of them it was.

use granit_parser::ErrorKind;

use super::builder::{Builder, control_character, line_end, line_start};
use super::{Kind, Node};
use crate::diagnostic::Mistake;
use crate::diagnostic::place::whole_character;
use crate::diagnostic::plain::shown;

/// The mistake behind an error of the reader at an offset.
#[allow(clippy::wildcard_enum_match_arm, reason = "the reader's list of errors is open")]
pub(super) fn tell(build: &Builder, kind: &ErrorKind, at: usize) -> Mistake {
    use ErrorKind as E;
    let near = Near { build, at };
    match kind {
        E::RecursionLimitExceeded => build.too_deep(at),
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabAtBlockScalarStart | E::TabInPlainScalar => near.tab(),
        E::MappingValueNotAllowed => near.colon(),
        E::SimpleKeyExpected | E::InvalidSimpleKey => near.no_colon(at),
        E::UnclosedFlowCollection { open } => near.unclosed(at, *open),
        E::MismatchedFlowCollectionEnd { open, close } => near.mismatched(*open, *close),
        E::MisplacedFlowCollectionEnd => near.told(1, format!("this `{}` closes nothing", near.character()), "remove it"),
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
        E::UnexpectedCharacter { character } if character.is_control() => control_character(build, at, *character),
        E::BomInsideDocument => control_character(build, at, '\u{feff}'),
        E::CommentInterceptedScalar => near.told(0, "a comment cuts this text in two".into(), "put the text in quotes"),
        E::CommentNotSeparated => near.told(1, "a space is missing before the `#`".into(), "write ` #`, or put the text in quotes"),
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
        E::InvalidQuotedScalarIndent | E::InvalidBlockScalarIndent => near.indentation(),
        E::InvalidBlockScalarHeader => near.told(0, "the text behind `|` or `>` begins in the next line".into(), "move it down"),
        E::InvalidMappingValueWhitespace | E::ExpectedWhitespace | E::InvalidBlockEntryWhitespace => {
            near.told(1, "a space is missing here".into(), "write a space")
        }
        _ => near.told(1, "this cannot be read as YAML".into(), "put texts with special characters in quotes"),
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

    fn tab(&self) -> Mistake {
        let rest = &self.text()[self.at..];
        let start = self.at + rest.find('\t').unwrap_or(0);
        // The spot may lie behind the first of several tabs.
        let start = self.text()[..start].trim_end_matches('\t').len();
        let length = self.text()[start..].bytes().take_while(|&byte| byte == b'\t').count();
        self.marked(start, start + length, "a tab cannot be used to indent", "write spaces")
            .with_note("YAML sees by the number of spaces what belongs together, and a tab has no width of its own")
    }

    /// `: ` where a value has begun already.
    fn colon(&self) -> Mistake {
        let Some(last) = self.build.last_scalar() else {
            return self.told(1, "a colon is not expected here".into(), "put a text with a colon in quotes");
        };
        let start = last.start as usize;
        if start >= self.line_start() {
            return self.colon_in_text(start);
        }
        // The text before runs over several lines, and this one was not meant to belong to it.
        let key_before = self.text()[line_start(self.text(), start)..start].contains(':');
        if key_before {
            let key = self.line_start() + (self.before().len() - self.before().trim_start().len());
            self.marked(
                key,
                self.at,
                "this key stands deeper than the one above it, which has a value already",
                "begin it where the key above begins",
            )
            .with_elsewhere(self.build.span(start, line_end(self.text(), start)), "its value")
        } else {
            self.no_colon(start)
        }
    }

    fn colon_in_text(&self, start: usize) -> Mistake {
        let mistake = self
            .told(1, "a colon stands in a text without quotes".into(), "put the text in quotes")
            .with_note("a colon and a space begin a new value");
        self.with_quotes(mistake, start, self.line_end())
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

    fn no_colon(&self, start: usize) -> Mistake {
        let end = line_end(self.text(), start);
        let line = self.text()[start..end].trim_end();
        self.marked(start, start + line.len(), "this line has no key and no colon", "write it as `key: value`")
            .with_note("a colon needs a space behind it")
    }

    fn unclosed(&self, start: usize, bracket: char) -> Mistake {
        let missing = if bracket == '{' { '}' } else { ']' };
        self.marked(start, start + 1, format!("this `{bracket}` is never closed"), format!("a `{missing}` is missing"))
    }

    fn mismatched(&self, open: char, close: char) -> Mistake {
        let right = if open == '{' { '}' } else { ']' };
        self.told(1, format!("this `{open}` is closed by a `{close}`"), &format!("it has to be closed by `{right}`"))
    }

    /// Something that cannot stand inside brackets.
    fn in_brackets(&self) -> Mistake {
        let Some(open) = self.build.open.iter().rev().find(|open| open.flow) else {
            return self.told(1, "this is not expected inside brackets".into(), "is a comma or a bracket missing?");
        };
        let start = self.build.node(open.id).start as usize;
        let bracket = if self.build.node(open.id).kind == Kind::Mapping { '{' } else { '[' };
        let indent = |line: usize| self.text()[line..].bytes().take_while(|&byte| byte == b' ').count();
        let outdented = self.line_start() > start && indent(self.line_start()) <= indent(line_start(self.text(), start));
        if outdented || self.text()[self.at..].trim().is_empty() {
            return self.unclosed(start, bracket);
        }
        match self.build.last_scalar() {
            Some(last) if self.character() == ':' => self.colon_in_brackets(last),
            _ => self.told(1, "a comma is missing".into(), "write `,` between two entries"),
        }
    }

    /// `{b: 1 c: 2}` lacks a comma, `{b: c: 2}` lacks quotes.
    fn colon_in_brackets(&self, last: Node) -> Mistake {
        let (start, end) = (last.start as usize, last.end as usize);
        let written = &self.text()[start..end.max(start)];
        match written.split_once(char::is_whitespace) {
            Some((first, _)) if last.kind != Kind::Quoted => {
                self.marked(start, start + first.len(), "a comma is missing", "write `,` behind it")
            }
            _ => self.told(1, "a colon stands in a text without quotes".into(), "put the text in quotes"),
        }
    }

    fn unclosed_quote(&self) -> Mistake {
        let quote = self.character();
        self.told(0, "this quote is never closed".into(), &format!("a closing `{quote}` is missing"))
    }

    fn behind_quote(&self, how: &str) -> Mistake {
        self.told(0, "the text goes on behind its closing quote".into(), how)
            .with_note("it may also be that a quote further up was never closed")
    }

    /// The reader marks the quote; what it could not read is an escape further on.
    fn escape(&self) -> Mistake {
        let text = self.text();
        let mut at = self.at + 1;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
            let start = at + found;
            let Some(letter) = text[start + 1..].chars().next() else { break };
            let (good, length) = read_escape(&text[start..], letter);
            if !good {
                let end = whole_character(text, start + length);
                let message = format!("`{}` cannot be read as a character", shown(&text[start..end]));
                return self
                    .marked(start, end, message, "write `\\\\` if a backslash is meant")
                    .with_note("or put the text in single quotes, where a backslash is a backslash");
            }
            at = start + length;
        }
        self.told(1, "a backslash in this text cannot be read".into(), "put the text in single quotes")
    }

    fn list_on_key_line(&self) -> Mistake {
        self.told(0, "a list cannot begin behind its key".into(), "begin it in the next line, or write it as `[a, b]`")
    }

    /// Text that begins with a character to which YAML gives a meaning of its own.
    fn special_beginning(&self) -> Mistake {
        let rest = &self.text()[self.at..self.line_end()];
        let in_flow = self.build.open.last().is_some_and(|open| open.flow);
        let ends = |c: char| c.is_whitespace() || (in_flow && matches!(c, ',' | ']' | '}'));
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        if word.is_empty() {
            return self.told(1, "a value is missing here".into(), "write it, or remove the line");
        }
        let message = format!("a text without quotes cannot begin with `{}`", self.character());
        let mistake = self.marked(self.at, self.at + word.len(), message, "put it in quotes");
        // In brackets only the word is quoted, else everything up to the end of the line.
        let end = if in_flow { self.at + word.len() } else { self.line_end() };
        if self.build.awaits_key() { mistake } else { self.with_quotes(mistake, self.at, end) }
    }

    fn indentation(&self) -> Mistake {
        let before = self.before().trim();
        if before.is_empty() || before == "-" {
            let mistake = self.told(0, "this line is not indented like the ones that it belongs to".into(), "");
            return match self.columns() {
                Some(columns) => mistake.with_label(format!("begin it in column {columns}")),
                None => mistake.with_label("begin it where the lines above begin"),
            };
        }
        self.told(0, "this is not expected here".into(), "put texts with special characters in quotes")
    }

    /// The columns in which the line could go on with what is open, or with the line above: "1 or 5".
    fn columns(&self) -> Option<String> {
        let is_entry = self.text()[self.at..].starts_with("- ") || self.before().trim() == "-";
        let kind = if is_entry { Kind::Sequence } else { Kind::Mapping };
        let open = self.build.open.iter().filter(|open| !open.flow && self.build.node(open.id).kind == kind);
        let mut columns: Vec<u32> = open.map(|open| self.column(self.build.node(open.id).start as usize)).collect();
        columns.extend(self.column_above(is_entry));
        columns.sort_unstable();
        columns.dedup();
        let columns: Vec<String> = columns.iter().map(u32::to_string).collect();
        if columns.is_empty() || columns.len() > 3 { None } else { Some(columns.join(" or ")) }
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
