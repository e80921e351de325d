//! Puts nodes in a row as a reader finds them; what both readers have in common.

use std::collections::HashMap;

use super::repair::Stumble;
use super::{Cooked, Format, Kind, MAX_DEPTH, Node, NodeId, json, scalar, yaml};
use crate::diagnostic::Mistake;
use crate::diagnostic::place::{self, Lines, Span};
use crate::diagnostic::plain::shown;

/// Of one sort of mistake, as many as this are told; a file that has more is not a record gone wrong.
const TOLD: usize = 50;

/// Blocks with more keys than this are compared by hashing; below, that costs more than it saves.
const FEW_KEYS: usize = 8;

/// A block or list whose end has not been seen yet.
pub(super) struct Open {
    pub id: NodeId,
    /// Whether it is written in brackets.
    pub flow: bool,
    children: u32,
}

pub(super) struct Builder<'a> {
    pub text: &'a str,
    pub lines: &'a Lines,
    pub open: Vec<Open>,
    pub mistakes: Vec<Mistake>,
    /// Where the reader could not go on.
    pub stumble: Option<Stumble>,
    nodes: Vec<Node>,
    cooked: Cooked,
    /// Where the value that was read last ends.
    last_end: u32,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Plain,
    InQuotes,
    AsBlock,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, lines: &'a Lines) -> Builder<'a> {
        Builder {
            text,
            lines,
            open: Vec::new(),
            mistakes: Vec::new(),
            stumble: None,
            nodes: Vec::new(),
            cooked: Cooked::default(),
            last_end: 0,
        }
    }

    /// Everything that can be read of a text.
    pub(super) fn of(text: &'a str, lines: &'a Lines, format: Format) -> Builder<'a> {
        let mut build = Builder::new(text, lines);
        match format {
            Format::Yaml => yaml::read(&mut build),
            Format::Json => json::read(&mut build),
        }
        build
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        self.lines.span(self.text, start, end)
    }

    pub(super) fn node(&self, id: NodeId) -> Node {
        self.nodes[id as usize]
    }

    /// The node that is added next.
    pub(super) fn next_id(&self) -> NodeId {
        // A node takes at least a byte of text, and texts of 4 GiB are refused.
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    /// The last scalar that was read, if it was the last node of all.
    pub(super) fn last_scalar(&self) -> Option<Node> {
        let node = *self.nodes.last()?;
        matches!(node.kind, Kind::Plain | Kind::Quoted | Kind::Cooked { .. }).then_some(node)
    }

    /// Where the last node ends.
    pub(super) fn last_end(&self) -> usize {
        self.last_end as usize
    }

    /// Whether the innermost open block waits for a key.
    pub(super) fn awaits_key(&self) -> bool {
        self.open.last().is_some_and(|open| self.node(open.id).kind == Kind::Mapping && open.children.is_multiple_of(2))
    }

    pub(super) fn scalar(&mut self, start: usize, end: usize, value: &str, written: Written, tagged: bool) {
        let (kind, end) = match written {
            Written::Plain if self.text.get(start..end) == Some(value) => (Kind::Plain, end),
            // The reader's word for nothing at all.
            Written::Plain if start == end => (Kind::Plain, end),
            Written::Plain => (Kind::Cooked { quoted: false }, end),
            Written::InQuotes if self.text.get(start + 1..end.saturating_sub(1)) == Some(value) => (Kind::Quoted, end),
            Written::InQuotes => (Kind::Cooked { quoted: true }, end),
            Written::AsBlock => {
                let shown = self.text.get(start..end).unwrap_or_default().trim_end().len();
                (Kind::Cooked { quoted: true }, start + shown)
            }
        };
        let data = match kind {
            Kind::Cooked { .. } => self.cooked.add(value).unwrap_or_default(),
            Kind::Plain | Kind::Quoted | Kind::Mapping | Kind::Sequence | Kind::Alias => 0,
        };
        self.add(start, end, kind, data, tagged);
    }

    pub(super) fn alias(&mut self, start: usize, end: usize, target: NodeId) {
        self.add(start, end, Kind::Alias, target, false);
    }

    /// Begins a block or list.
    ///
    /// # Errors
    /// If it would lie too deep.
    pub(super) fn open(&mut self, start: usize, kind: Kind, flow: bool, tagged: bool) -> Result<(), Box<Mistake>> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.too_deep(start).into());
        }
        let id = self.next_id();
        self.add(start, start, kind, 0, tagged);
        self.open.push(Open { id, flow, children: 0 });
        Ok(())
    }

    /// Ends the innermost block or list; `end` is where its bracket ends, if it has one.
    pub(super) fn close(&mut self, end: Option<usize>) {
        let Some(open) = self.open.pop() else { return };
        let next = self.next_id();
        // A block without brackets ends where its last value ends, not where the next key begins.
        let last = (open.children > 0).then_some(self.last_end);
        let node = &mut self.nodes[open.id as usize];
        let end = end.map(offset).or(last).unwrap_or(node.start);
        node.end = end.max(node.start);
        node.next = next;
        node.data = open.children;
        self.last_end = node.end;
        if node.kind == Kind::Mapping {
            self.find_equal_keys(open.id);
        }
    }

    pub(super) fn too_deep(&self, at: usize) -> Mistake {
        Mistake::error("too-deep", self.span(at, at + 1), "too many blocks within each other")
            .with_label(format!("more than {MAX_DEPTH} deep"))
    }

    /// Closes what a mistake left open, and hands everything over.
    pub(super) fn finish(mut self) -> (Vec<Node>, Cooked, Vec<Mistake>) {
        while !self.open.is_empty() {
            self.close(None);
        }
        if self.nodes.is_empty() {
            // An empty file holds one empty value.
            let start = place::skipped(self.text);
            self.add(start, start, Kind::Plain, 0, false);
        }
        (self.nodes, self.cooked, self.mistakes)
    }

    fn add(&mut self, start: usize, end: usize, kind: Kind, data: u32, tagged: bool) {
        if let Some(open) = self.open.last_mut() {
            open.children += 1;
        }
        self.last_end = offset(end);
        let next = self.next_id() + 1;
        self.nodes.push(Node { start: offset(start), end: offset(end), next, data, kind, tagged });
    }

    fn find_equal_keys(&mut self, mapping: NodeId) {
        let node = self.node(mapping);
        let mut keys = Vec::with_capacity(node.data as usize / 2);
        let mut at = mapping + 1;
        for child in 0..node.data {
            if child % 2 == 0 {
                keys.push(at);
            }
            at = self.node(at).next;
        }
        let mut pairs = Vec::new();
        if keys.len() <= FEW_KEYS {
            for (place, &key) in keys.iter().enumerate() {
                let Some(text) = self.text_of(key) else { continue };
                if let Some(&first) = keys[..place].iter().find(|&&other| self.text_of(other) == Some(text)) {
                    pairs.push((first, key));
                }
            }
        } else {
            let mut seen = HashMap::with_capacity(keys.len());
            for &key in &keys {
                let Some(text) = self.text_of(key) else { continue };
                match seen.get(text) {
                    Some(&first) => pairs.push((first, key)),
                    None => {
                        seen.insert(text, key);
                    }
                }
            }
        }
        for (first, second) in pairs {
            self.tell_equal_keys(first, second);
        }
    }

    fn tell_equal_keys(&mut self, first: NodeId, second: NodeId) {
        let text = self.text_of(second).unwrap_or_default();
        let told = self.mistakes.iter().filter(|mistake| mistake.code == "duplicate-key").count();
        // YAML lets `<<` stand several times.
        if told >= TOLD || (text == "<<" && self.node(second).kind == Kind::Plain) {
            return;
        }
        let (one, other) = (self.node(first), self.node(second));
        let first = self.span(one.start as usize, one.end as usize);
        let second = self.span(other.start as usize, other.end as usize);
        let mistake = Mistake::error("duplicate-key", second, format!("the key `{}` stands here twice", shown(text)))
            .with_label("for the second time")
            .with_elsewhere(first, "for the first time")
            .with_note("only one of the two values would count");
        self.mistakes.push(mistake);
    }

    fn text_of(&self, id: NodeId) -> Option<&str> {
        scalar(self.text, &self.cooked, self.node(id))
    }
}

/// Where the line ends in which an offset stands.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find(['\r', '\n'])).map_or(text.len(), |length| at + length)
}

/// Where the line begins in which an offset stands.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind(['\r', '\n'])).map_or(place::skipped(text), |end| end + 1)
}

/// Whether a byte is a control character that YAML refuses wherever it stands.
pub(super) const fn is_control(byte: u8) -> bool {
    (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f
}

/// Control characters that YAML refuses wherever they stand, all of them; they are invisible, so each is shown.
pub(super) fn tell_control_characters(build: &mut Builder) {
    let found = build.text.bytes().enumerate().filter(|&(_, byte)| is_control(byte)).take(TOLD);
    let mistakes: Vec<Mistake> = found.map(|(at, byte)| control_character(build, at, char::from(byte))).collect();
    build.mistakes.extend(mistakes);
}

pub(super) fn control_character(build: &Builder, at: usize, character: char) -> Mistake {
    let name = format!("\\u{{{:x}}}", u32::from(character));
    Mistake::error(
        "control-character",
        build.span(at, at + character.len_utf8()),
        format!("the invisible character `{name}` is not allowed"),
    )
    .with_label("remove it")
}

/// Offsets are kept in 32 bits; a larger text has been refused, so cutting off here cannot happen.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
