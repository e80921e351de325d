//! What was found and what is expected, in words, and the line as it should be.

use serde_json::Value;

use super::{At, Checker};
use crate::diagnostic::place::Span;
use crate::diagnostic::plain::shown;
use crate::diagnostic::schema::{Layers, Types, words};
use crate::diagnostic::tree::{Kind, NodeId, Tree};
use crate::diagnostic::{LISTED, Mistake};

/// Longer lines are not drawn twice.
const LONGEST_CORRECTION: usize = 120;

/// Of the words that are allowed, as many as this fit into a sentence.
const IN_A_SENTENCE: usize = 4;

impl<'c> Checker<'c> {
    /// Tells that a value is of another type than expected, and checks what it holds nevertheless.
    pub(super) fn wrong_type(&mut self, at: At<'c>, layers: &Layers<'c>, depth: usize) {
        let mistake = self.not_of_type(at, layers);
        self.tell(|| mistake);
        let types = layers.all_types(self.root);
        match self.tree.node(at.node).kind {
            // One entry without its dash, or without its list.
            Kind::Mapping if types.meets(Types::SEQUENCE) => {
                if let Some(schema) = self.entry_for_block(layers) {
                    self.visit(at, schema, depth + 1);
                }
            }
            Kind::Sequence if types.meets(Types::MAPPING) => {
                for node in self.tree.children(at.node) {
                    if self.tree.node(node).kind == Kind::Mapping {
                        self.check(At { node, key: None, name: at.name, in_list: true }, layers, depth + 1);
                    }
                }
            }
            Kind::Mapping | Kind::Sequence | Kind::Plain | Kind::Quoted | Kind::Cooked { .. } | Kind::Alias => {}
        }
    }

    /// What the entries of an expected list have to obey, if a block can be one of them.
    fn entry_for_block(&self, layers: &Layers<'c>) -> Option<&'c Value> {
        layers.entry(0).filter(|schema| Layers::of(schema, self.root).all_types(self.root).meets(Types::MAPPING))
    }

    pub(super) fn not_of_type(&self, at: At<'c>, layers: &Layers<'c>) -> Mistake {
        if at.node == Tree::ROOT && self.tree.is_empty() {
            return Mistake::error("empty", None, "there is nothing in this file");
        }
        let noun = self.noun(layers);
        let message = match self.shape(at.node) {
            Types::NULL => format!("{} is empty, but it has to be {noun}", at.subject()),
            _ => format!("{} is {}, but it has to be {noun}", at.subject(), self.found(at.node)),
        };
        let mistake = Mistake::error("wrong-type", self.place(at), message);
        let types = layers.all_types(self.root);
        let text = self.tree.scalar(at.node).unwrap_or_default();
        let unspaced = key_without_space(text).filter(|_| types.meets(Types::MAPPING) && !self.tree.is_quoted(at.node));
        if let Some(key) = unspaced {
            return mistake.with_label(format!("write a space behind the colon: `{key}: ...`"));
        }
        let node = self.tree.node(at.node);
        if types.meets(Types::SEQUENCE) && node.kind == Kind::Mapping && self.entry_for_block(layers).is_some() {
            let is_in_braces = self.tree.written(node.start as usize..node.start as usize + 1) == "{";
            return mistake.with_label(if is_in_braces {
                "write `[` and `]` round it"
            } else {
                "write `- ` in front of the first key of each entry"
            });
        }
        if let Some(key) = layers.text(words::LIST_UNDER).filter(|_| node.kind == Kind::Sequence) {
            let list = self.tree.written(node.start as usize..node.end as usize);
            let is_short = !list.contains('\n') && list.starts_with('[');
            return mistake.with_label(format!("write {{ {key}: {} }}", if is_short { list } else { "[...]" }));
        }
        let mistake = Mistake { correction: self.corrected(at, None, layers), ..mistake };
        let keys: Vec<&str> = if types.meets(Types::MAPPING) { layers.keys().map(|(key, _)| key).collect() } else { Vec::new() };
        let how = self.how_to_write(layers);
        let mistake = match keys.len() {
            1..=LISTED => mistake.with_note(format!("its keys are {}", keys.join(", "))),
            _ => mistake,
        };
        if how.is_empty() { mistake } else { mistake.with_label(format!("write {how}")) }
    }

    /// A word that none of several kinds accepts.
    pub(super) fn not_one_of(&self, at: At<'c>, leaves: &[Layers<'c>]) -> Mistake {
        let nouns = expected(leaves.iter());
        let text = self.tree.scalar(at.node).unwrap_or_default();
        Mistake::error("wrong-type", self.inside_quotes(at), format!("{} cannot be `{}`", at.subject(), shown(text)))
            .with_label(format!("write {nouns}"))
    }

    /// Whether a value could become right without changing its form.
    pub(super) fn fits_roughly(&self, value: NodeId, expected: &Layers<'c>) -> bool {
        self.tree.target(value).is_none_or(|target| expected.all_types(self.root).meets(self.shape(target)))
    }

    /// What is expected, as a noun with its article: "a list", "text or nothing".
    pub(super) fn noun(&self, layers: &Layers<'c>) -> String {
        let mut leaves = Vec::new();
        self.leaves(layers, &mut leaves);
        expected(leaves.iter())
    }

    /// How to write what is expected; empty where nothing helpful can be said.
    pub(super) fn how_to_write(&self, layers: &Layers<'c>) -> String {
        let mut leaves = Vec::new();
        self.leaves(layers, &mut leaves);
        leaves.retain(|leaf| leaf.types() != Types::NULL);
        let Some((first, rest)) = leaves.split_first() else { return String::new() };
        let first = match (joined(nouns(first)), example(first)) {
            (noun, Some(example)) => format!("{noun}, like {example}"),
            (noun, None) => noun,
        };
        if rest.is_empty() { first } else { format!("{first}, or {}", expected(rest.iter())) }
    }

    /// What a value is, as a noun.
    fn found(&self, node: NodeId) -> &'static str {
        match self.tree.node(node).kind {
            Kind::Mapping => "a block of keys and values",
            Kind::Sequence => "a list",
            Kind::Quoted | Kind::Cooked { quoted: true } => "a text in quotes",
            Kind::Plain | Kind::Cooked { quoted: false } | Kind::Alias => {
                let text = self.tree.scalar(node).unwrap_or_default();
                match text {
                    "true" | "false" => "`true` or `false`",
                    text if text.parse::<f64>().is_ok() => "a number",
                    _ => "a text",
                }
            }
        }
    }

    /// Where to point: at the value, or at its key where the value is empty.
    pub(super) fn place(&self, at: At<'c>) -> Span {
        let node = self.tree.node(at.node);
        match at.key {
            Some(key) if node.start == node.end => self.tree.node_span(key),
            _ => self.tree.node_span(at.node),
        }
    }

    /// The first key of a block or its bracket, the whole of anything else.
    pub(super) fn start_of(&self, node: NodeId) -> Span {
        let start = self.tree.node(node).start as usize;
        let is_bracket = self.tree.written(start..start + 1).starts_with(['{', '[']);
        match self.tree.children(node).next() {
            Some(first) if !is_bracket => self.tree.node_span(first),
            _ if is_bracket => self.tree.span_between(start, start + 1),
            _ => self.tree.node_span(node),
        }
    }

    /// The line with brackets round a value where a list is expected, and with its key spelt right.
    pub(super) fn corrected(&self, at: At<'c>, meant: Option<&str>, expected: &Layers<'c>) -> Option<String> {
        let types = expected.all_types(self.root);
        let node = self.tree.node(at.node);
        let entry = expected.entry(0).map(|schema| Layers::of(schema, self.root).all_types(self.root));
        let is_one_entry = types.meets(Types::SEQUENCE) && entry.is_some_and(|entry| entry.meets(self.shape(at.node)));
        let is_word = matches!(node.kind, Kind::Plain | Kind::Quoted | Kind::Cooked { .. }) && node.end > node.start;
        if !is_one_entry || !is_word {
            return None;
        }
        let (start, line) = self.tree.line_around(node.start);
        let value = (node.start as usize).checked_sub(start)?..(node.end as usize).checked_sub(start)?;
        let (before, written, after) = (line.get(..value.start)?, line.get(value.clone())?, line.get(value.end..)?);
        let is_quoted = self.tree.is_quoted(at.node) && written.starts_with(['"', '\'']);
        let is_plain = !self.tree.is_quoted(at.node) && !written.contains([',', '[', ']', '{', '}']);
        if !(is_plain || is_quoted) || line.chars().count() > LONGEST_CORRECTION {
            return None;
        }
        let before = match (meant, at.key) {
            (Some(meant), Some(key)) => {
                let key = self.tree.node(key);
                let range = (key.start as usize).checked_sub(start)?..(key.end as usize).checked_sub(start)?;
                let quote = line.get(range.start..)?.chars().next().filter(|c| matches!(c, '"' | '\'')).map_or(String::new(), String::from);
                format!("{}{quote}{meant}{quote}{}", line.get(..range.start)?, before.get(range.end..)?)
            }
            _ => before.to_owned(),
        };
        Some(format!("{before}[{written}]{after}"))
    }
}

/// What one alternative expects, as nouns.
fn nouns(leaf: &Layers) -> Vec<String> {
    if let Some(expects) = leaf.text(words::EXPECTS) {
        return vec![split_example(expects).0.to_owned()];
    }
    if let Some(listed) = leaf.words() {
        let words: Vec<String> = listed.iter().filter(|word| !word.is_null()).map(|word| quoted(word)).collect();
        return if words.len() <= IN_A_SENTENCE { words } else { vec!["one of certain words".to_owned()] };
    }
    if let Some(kind) = leaf.text(words::KIND) {
        return vec![with_article(&kind.replace(['-', '_'], " "))];
    }
    let types = leaf.types();
    let all = [
        (Types::MAPPING, "a block of keys and values"),
        (Types::SEQUENCE, "a list"),
        (Types::TEXT, "a text"),
        (Types::NUMBER, "a number"),
        (Types::INTEGER, "a whole number"),
        (Types::YES_NO, "`true` or `false`"),
    ];
    // A number may be whole without saying so.
    let fits = |&&(one, _): &&(Types, &str)| types.meets(one) && !(one == Types::INTEGER && types.meets(Types::NUMBER));
    all.iter().filter(fits).map(|(_, noun)| (*noun).to_owned()).collect()
}

/// What several alternatives expect, in words.
pub(super) fn expected<'l, 's: 'l>(leaves: impl Iterator<Item = &'l Layers<'s>>) -> String {
    joined(leaves.flat_map(nouns).collect())
}

/// "a day, like 2026-02-28" says what is expected, and gives an example.
fn split_example(expects: &str) -> (&str, Option<&str>) {
    let parts = expects.split_once(", like ").or_else(|| expects.split_once(" like "));
    parts.map_or((expects, None), |(noun, example)| (noun, Some(example)))
}

/// Words in a sentence: "`yes` or `no`"; of many only the first.
pub(super) fn words(listed: &[&str]) -> String {
    let more = (listed.len() > IN_A_SENTENCE).then(|| "another word".to_owned());
    joined(listed.iter().take(IN_A_SENTENCE).map(|word| format!("`{word}`")).chain(more).collect())
}

/// A value as one writes it on one line: `{ net_days: 30 }`.
fn in_a_line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(entries) => format!("[{}]", entries.iter().map(in_a_line).collect::<Vec<_>>().join(", ")),
        Value::Object(keys) => {
            let members = keys.iter().map(|(key, value)| format!("{key}: {}", in_a_line(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// An example of what a schema expects.
fn example(leaf: &Layers) -> Option<String> {
    let given = leaf.get("examples").and_then(Value::as_array).and_then(|examples| examples.first());
    if let Some(given) = given {
        return Some(in_a_line(given));
    }
    if let Some(expects) = leaf.text(words::EXPECTS) {
        return split_example(expects).1.map(str::to_owned);
    }
    if leaf.get(words::KIND).is_some() || leaf.words().is_some() {
        return None;
    }
    let types = leaf.types();
    [(Types::SEQUENCE, "[a, b]"), (Types::TEXT, "\"some text\""), (Types::NUMBER, "12.5"), (Types::INTEGER, "12")]
        .iter()
        .find(|&&(one, _)| types.meets(one))
        .map(|(_, example)| (*example).to_owned())
}

/// `a:1`, read as a text where a key and a value were meant.
pub(super) fn key_without_space(text: &str) -> Option<&str> {
    let (key, _) = text.split_once(':')?;
    let is_word = !key.is_empty() && key.len() <= 40 && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    is_word.then_some(key)
}

fn quoted(word: &Value) -> String {
    match word.as_str() {
        Some(word) => format!("`{word}`"),
        None => format!("`{word}`"),
    }
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// "one, two or three", each once.
fn joined(mut words: Vec<String>) -> String {
    let mut seen = std::collections::BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    match words.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
