//! A YAML or JSON file as a tree that keeps positions.
//!
//! In: a text. Out: nodes in one row, in the order of the text, each with its byte range; or the mistakes that keep the
//! text from being read. It refuses to know what the values mean. Nothing here recurses, aliases are links to a node
//! and never copies, so a hostile file costs no more than its length.

mod builder;
mod json;
mod part;
mod repair;
mod salvage;
mod value;
mod yaml;
mod yaml_words;

use std::collections::HashSet;

pub use part::{Part, Style};

use super::Mistake;
use super::path::{Path, Step};
use super::place::{Lines, Span};
use builder::Builder;
use repair::AsWritten;

pub use salvage::Salvaged;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON, strictly: no comments, no trailing commas.
    Json,
}

/// Blocks and lists within each other, at most. Records nest five deep, rules ten.
pub(super) const MAX_DEPTH: usize = 100;

/// How many steps through aliases are followed before they count as a circle.
const MAX_LINKS: usize = 100;

/// So many blocks may be brought into one by `<<`. More are only found in files made to take forever.
const MAX_MERGED: usize = 256;

/// The place of a node in the row.
pub(super) type NodeId = u32;

/// What a node is, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Keys and values by turns, right behind this node.
    Mapping,
    /// Entries, right behind this node.
    Sequence,
    /// Text without quotes, exactly the byte range.
    Plain,
    /// Text in quotes without escapes: the byte range without its ends.
    Quoted,
    /// Text that differs from what is written (escapes, several lines); `data` says where it is kept.
    Cooked {
        /// Whether it stands in quotes, or as a block after `|` or `>`.
        quoted: bool,
    },
    /// A YAML alias; `data` is the node that it stands for.
    Alias,
}

/// One node of the row. Small, since a file of megabytes has hundreds of thousands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// Byte offset of the first character.
    pub start: u32,
    /// Byte offset behind the last character.
    pub end: u32,
    /// The first node behind this one and everything in it.
    pub next: NodeId,
    /// How many children a block or list has; for the rest see [`Kind`].
    pub data: u32,
    /// What it is.
    pub kind: Kind,
    /// Whether it carries a tag such as `!name`, so that only the decoder knows what it is.
    pub tagged: bool,
}

/// A file as a tree that keeps positions.
#[derive(Debug, Clone)]
pub struct Tree {
    text: Box<str>,
    format: Format,
    lines: Lines,
    nodes: Vec<Node>,
    cooked: Cooked,
    /// The text as it was written, if it had to be changed to be read.
    as_written: Option<Box<AsWritten>>,
}

/// Texts that differ from what is written, one behind the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Cooked {
    buffer: String,
    ends: Vec<u32>,
}

impl Cooked {
    fn get(&self, index: u32) -> &str {
        let index = index as usize;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.buffer.get(start as usize..end as usize).unwrap_or_default()
    }

    fn add(&mut self, text: &str) -> Option<u32> {
        let index = u32::try_from(self.ends.len()).ok()?;
        self.buffer.push_str(text);
        self.ends.push(u32::try_from(self.buffer.len()).ok()?);
        Some(index)
    }
}

impl Tree {
    /// Reads a file.
    ///
    /// # Errors
    /// The mistakes that keep it from being read, in plain words and with their places: all equal keys and all control
    /// characters, and of the others the first, since nothing behind it can be trusted. Blocks within each other deeper
    /// than 100 are refused as `too-deep`, texts of 4 GiB as `too-large`.
    pub fn parse(text: &str, format: Format) -> Result<Tree, Vec<Mistake>> {
        if u32::try_from(text.len()).is_err() {
            return Err(vec![Mistake::error("too-large", None, "the file is larger than 4 GiB")]);
        }
        let lines = Lines::of(text);
        let mut build = Builder::of(text, &lines, format);
        let stumble = build.stumble.take();
        let (nodes, cooked, mut mistakes) = build.finish();
        mistakes.extend(stumble.map(|stumble| stumble.mistake));
        if mistakes.is_empty() {
            return Ok(Tree { text: text.into(), format, lines, nodes, cooked, as_written: None });
        }
        mistakes.sort_by_key(|mistake| mistake.span);
        Err(mistakes)
    }

    /// Whether the file is a block with at least one key and its value.
    #[must_use]
    pub fn holds_keys(&self) -> bool {
        self.pairs(Tree::ROOT).next().is_some()
    }

    /// Whether a mistake may only come of what was changed so that the file could be read: that was told.
    #[must_use]
    pub fn may_come_of_a_change(&self, code: &str, suggestion: Option<&str>, span: Span) -> bool {
        // A key that is near to another one was rather misspelt than put into the wrong block.
        let is_about_keys = code == "missing-key" || (code == "unknown-key" && suggestion.is_none());
        self.as_written
            .as_ref()
            .is_some_and(|written| written.was_changed_in(span) || (is_about_keys && written.was_closed_in(span.start.line)))
    }

    /// Where a value stands: the whole value, for a block from its first key to its last value. If the file does not
    /// hold the path, the nearest value above that it does hold.
    #[must_use]
    pub fn span(&self, path: &Path) -> Option<Span> {
        let mut found = Tree::ROOT;
        for step in path.steps() {
            match self.step(found, step) {
                Some((_, value)) => found = value,
                None => break,
            }
        }
        Some(self.node_span(found))
    }

    /// Where the last key of a path stands. `None` if the file does not hold the path, or if it ends in a list.
    #[must_use]
    pub fn key_span(&self, path: &Path) -> Option<Span> {
        self.follow(path)?.0.map(|key| self.node_span(key))
    }

    /// Whether the file holds a path.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        self.follow(path).is_some()
    }

    /// The text of a value as the decoder would see it. `None` for blocks, lists and what is not there.
    #[must_use]
    pub fn text(&self, path: &Path) -> Option<&str> {
        self.scalar(self.target(self.follow(path)?.1)?)
    }

    /// The key and the value at the end of a path.
    fn follow(&self, path: &Path) -> Option<(Option<NodeId>, NodeId)> {
        path.steps().iter().try_fold((None, Tree::ROOT), |(_, from), step| self.step(from, step))
    }

    /// The first node.
    pub(super) const ROOT: NodeId = 0;

    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn node(&self, id: NodeId) -> Node {
        self.nodes[id as usize]
    }

    pub(super) fn count(&self) -> usize {
        self.nodes.len()
    }

    /// The node itself, or the one that its aliases lead to. `None` for aliases in a circle.
    pub(super) fn target(&self, mut id: NodeId) -> Option<NodeId> {
        for _ in 0..MAX_LINKS {
            if self.node(id).kind != Kind::Alias {
                return Some(id);
            }
            id = self.node(id).data;
        }
        None
    }

    /// The text of a scalar; `None` for everything else.
    pub(super) fn scalar(&self, id: NodeId) -> Option<&str> {
        scalar(&self.text, &self.cooked, self.node(id))
    }

    /// Whether a scalar is written so that it can only be text.
    pub(super) fn is_quoted(&self, id: NodeId) -> bool {
        matches!(self.node(id).kind, Kind::Quoted | Kind::Cooked { quoted: true })
    }

    /// The children of a block or list, from left to right; of a block the keys and values by turns.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let node = self.node(id);
        let holds = matches!(node.kind, Kind::Mapping | Kind::Sequence);
        let mut at = id + 1;
        (0..if holds { node.data } else { 0 }).map(move |_| {
            let child = at;
            at = self.node(child).next;
            child
        })
    }

    /// The keys and values of a block as written, without what `<<` brings in.
    pub(super) fn pairs(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let is_mapping = self.node(id).kind == Kind::Mapping;
        let mut children = self.children(id);
        std::iter::from_fn(move || if is_mapping { Some((children.next()?, children.next()?)) } else { None })
    }

    /// Whether a key is YAML's `<<`, which brings in the keys of other blocks.
    pub(super) fn is_merge(&self, key: NodeId) -> bool {
        self.format == Format::Yaml && self.node(key).kind == Kind::Plain && self.scalar(key) == Some("<<")
    }

    /// The blocks that the value of a `<<` brings in.
    pub(super) fn merged(&self, value: NodeId) -> Vec<NodeId> {
        let Some(target) = self.target(value) else { return Vec::new() };
        match self.node(target).kind {
            Kind::Mapping => vec![target],
            Kind::Sequence => self.children(target).take(MAX_MERGED).filter_map(|child| self.target(child)).collect(),
            Kind::Plain | Kind::Quoted | Kind::Cooked { .. } | Kind::Alias => Vec::new(),
        }
    }

    /// Where a node stands.
    pub(super) fn node_span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        self.span_between(node.start as usize, node.end as usize)
    }

    /// The span between two offsets.
    pub(super) fn span_between(&self, start: usize, end: usize) -> Span {
        match &self.as_written {
            Some(as_written) => as_written.span(start, end),
            None => self.lines.span(&self.text, start, end),
        }
    }

    /// The text between two offsets, as written.
    pub(super) fn written(&self, range: std::ops::Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// The line in which an offset stands, without its end, and where it begins.
    pub(super) fn line_around(&self, offset: u32) -> (usize, &str) {
        let line = self.lines.position(&self.text, offset as usize).line;
        let range = self.lines.line(&self.text, line).unwrap_or_default();
        (range.start, self.written(range))
    }

    /// Whether the file holds nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.len() == 1 && self.node(Tree::ROOT).start == self.node(Tree::ROOT).end && !self.is_quoted(Tree::ROOT)
    }

    /// One step down; also the key, where there is one.
    fn step(&self, from: NodeId, step: &Step) -> Option<(Option<NodeId>, NodeId)> {
        let holder = self.target(from)?;
        match step {
            Step::Index(index) if self.node(holder).kind == Kind::Sequence => self.children(holder).nth(*index).map(|entry| (None, entry)),
            Step::Index(_) => None,
            Step::Key(key) => self.find(holder, key).map(|(key, value)| (Some(key), value)),
        }
    }

    /// A key of a block, also one that `<<` brings in.
    fn find(&self, mapping: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        let in_block = |block| self.pairs(block).find(|&(written, _)| self.key_text(written) == Some(key));
        in_block(mapping).or_else(|| self.brought_in(mapping).into_iter().find_map(in_block))
    }

    /// All blocks that `<<` brings into a block, also over several steps; the nearest first, each once.
    pub(super) fn brought_in(&self, mapping: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut known = HashSet::from([mapping]);
        let mut next = vec![mapping];
        let mut left = MAX_MERGED;
        while let Some(block) = next.pop() {
            let merges = self.pairs(block).filter(|&(key, _)| self.is_merge(key));
            let mut blocks: Vec<NodeId> = merges.flat_map(|(_, value)| self.merged(value)).take(left).collect();
            left -= blocks.len();
            blocks.retain(|&block| known.insert(block));
            found.extend_from_slice(&blocks);
            next.extend(blocks.into_iter().rev());
        }
        found
    }

    /// The text of a key; `None` if it is a block or a list.
    pub(super) fn key_text(&self, key: NodeId) -> Option<&str> {
        self.target(key).and_then(|target| self.scalar(target))
    }
}

/// The text of a scalar node.
fn scalar<'a>(text: &'a str, cooked: &'a Cooked, node: Node) -> Option<&'a str> {
    let (start, end) = (node.start as usize, node.end as usize);
    match node.kind {
        Kind::Plain => text.get(start..end),
        Kind::Quoted => text.get(start + 1..end.checked_sub(1)?),
        Kind::Cooked { .. } => Some(cooked.get(node.data)),
        Kind::Mapping | Kind::Sequence | Kind::Alias => None,
    }
}

#[cfg(test)]
pub(in crate::diagnostic) mod tests;
