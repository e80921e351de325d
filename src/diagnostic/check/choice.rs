//! Decides which of several alternatives a value was meant to be.

use std::cmp::Reverse;

use serde_json::Value;

use super::{At, Checker, wording};
use crate::diagnostic::closest;
use crate::diagnostic::schema::{Layers, words};
use crate::diagnostic::tree::{Kind, NodeId};

/// One alternative.
struct Branch<'c> {
    schema: &'c Value,
    layers: Layers<'c>,
}

/// Alternatives within alternatives that are looked at for a word, at most.
const MAX_LEAVES: usize = 64;

impl<'c> Checker<'c> {
    pub(super) fn choose(&mut self, at: At<'c>, layers: &Layers<'c>, branches: &'c [Value], depth: usize) {
        let shape = self.shape(at.node);
        let root = self.root;
        let mut fitting: Vec<Branch> = branches
            .iter()
            .map(|schema| Branch { schema, layers: layers.choosing(schema, root) })
            .filter(|branch| branch.layers.all_types(root).meets(shape))
            .collect();
        if fitting.is_empty() {
            return self.wrong_type(at, layers, depth);
        }
        if fitting.len() == 1 {
            return self.check(at, &fitting.remove(0).layers, depth + 1);
        }
        match self.tree.node(at.node).kind {
            Kind::Mapping => self.choose_block(at, fitting, depth),
            Kind::Sequence => {
                let best = self.best(at, &fitting, depth, |_| 0);
                self.check(at, &fitting.swap_remove(best).layers, depth + 1);
            }
            Kind::Plain | Kind::Quoted | Kind::Cooked { .. } | Kind::Alias => self.choose_scalar(at, &fitting),
        }
    }

    /// The alternative with no mistakes, else the highest rank, else the fewest mistakes.
    fn best(&mut self, at: At<'c>, fitting: &[Branch<'c>], depth: usize, rank: impl Fn(&Branch<'c>) -> usize) -> usize {
        let mut best = (0, (false, 0, Reverse(usize::MAX)));
        for (place, branch) in fitting.iter().enumerate() {
            let count = self.probe(at.node, branch.schema, |this| this.check(at, &branch.layers, depth + 1));
            let score = (count == 0, rank(branch), Reverse(count));
            if score > best.1 {
                best = (place, score);
            }
        }
        best.0
    }

    fn choose_block(&mut self, at: At<'c>, mut fitting: Vec<Branch<'c>>, depth: usize) {
        let mut told = None;
        match self.by_tag(at.node, &fitting) {
            Tag::Matches(place) => return self.check(at, &fitting.swap_remove(place).layers, depth + 1),
            Tag::Unknown { key, value, words } => {
                let inside = At { node: value, key: None, name: Some(key), in_list: false };
                let mistake = self.unknown_word(inside, self.tree.scalar(value).unwrap_or_default(), &words);
                self.tell(|| mistake);
                told = Some(key);
            }
            Tag::Missing { key, words } => {
                self.missing_tag(at, key, &words);
                told = Some(key);
            }
            Tag::None => {}
        }
        let keys: Vec<&str> = self.tree.pairs(at.node).filter_map(|(key, _)| self.tree.key_text(key)).collect();
        // A key that is known counts more than one that is nearly spelt like a known one.
        let rank = |branch: &Branch<'c>| {
            let known = |name: &str| branch.layers.keys().any(|(known, _)| known == name);
            let near = |name: &str| closest(name, branch.layers.keys().map(|(known, _)| known)).is_some();
            keys.iter().map(|&name| if known(name) { keys.len() + 1 } else { usize::from(near(name)) }).sum()
        };
        let best = self.best(at, &fitting, depth, rank);
        let chosen = fitting.swap_remove(best);
        if chosen.layers.choice().is_some() {
            return self.check(at, &chosen.layers, depth + 1);
        }
        let others: Vec<Layers> = fitting.into_iter().map(|branch| branch.layers).collect();
        self.block(at, &chosen.layers, &others, told, depth);
    }

    /// Looks for a key whose value says which alternative is meant.
    fn by_tag(&self, node: NodeId, fitting: &[Branch<'c>]) -> Tag<'c> {
        let mut unknown = self.missing_by_tag(node, fitting);
        for (key, value) in self.tree.pairs(node) {
            let (Some(name), Some(text)) = (self.tree.key_text(key), self.tree.key_text(value)) else { continue };
            let tags: Vec<Option<&'c str>> = fitting.iter().map(|branch| branch.layers.tag(name)).collect();
            if let Some(place) = tags.iter().position(|tag| *tag == Some(text)) {
                return Tag::Matches(place);
            }
            if tags.iter().all(Option::is_some) {
                unknown = Tag::Unknown { key: name, value, words: tags.into_iter().flatten().collect() };
            }
        }
        unknown
    }

    /// A key that tells all alternatives apart, and that is not there.
    fn missing_by_tag(&self, node: NodeId, fitting: &[Branch<'c>]) -> Tag<'c> {
        let is_there = |name: &str| self.tree.pairs(node).any(|(key, _)| self.tree.key_text(key) == Some(name));
        let words = |name: &str| fitting.iter().map(|branch| branch.layers.tag(name)).collect::<Option<Vec<&'c str>>>();
        let mut keys = fitting.iter().take(1).flat_map(|branch| branch.layers.keys()).map(|(key, _)| key);
        let missing = keys.find_map(|key| Some((key, words(key)?))).filter(|(key, _)| !is_there(key));
        missing.map_or(Tag::None, |(key, words)| Tag::Missing { key, words })
    }

    fn choose_scalar(&mut self, at: At<'c>, fitting: &[Branch<'c>]) {
        let mut leaves = Vec::new();
        for branch in fitting {
            self.leaves(&branch.layers, &mut leaves);
        }
        let shape = self.shape(at.node);
        leaves.retain(|leaf| leaf.types().meets(shape));
        let mut mistakes = Vec::new();
        for leaf in &leaves {
            match self.judge(at, leaf) {
                Ok(()) => return,
                Err(mistake) => mistakes.push((leaf, mistake)),
            }
        }
        let text = self.tree.scalar(at.node).unwrap_or_default();
        let listed: Vec<&str> = leaves.iter().filter_map(Layers::words).flatten().filter_map(Value::as_str).collect();
        let only_words = leaves.iter().all(|leaf| leaf.words().is_some());
        if only_words {
            let mistake = self.unknown_word(at, text, &listed);
            return self.tell(|| mistake);
        }
        if let Some(meant) = closest(text, listed.iter().copied()) {
            let others = wording::expected(leaves.iter().filter(|leaf| leaf.words().is_none()));
            let mistake = self.cannot_be(at, text).with_label(format!("did you mean `{meant}`?")).with_suggestion(meant);
            return self.tell(|| mistake.with_note(format!("or write {others}")));
        }
        // The caller's check knows best what is wrong; after it, a check for numbers and the like.
        let has_kind = |leaf: &Layers| leaf.get(words::KIND).is_some() || leaf.get("format").is_some();
        mistakes.sort_by_key(|(leaf, _)| (leaf.words().is_some(), !has_kind(leaf)));
        let Some((leaf, mistake)) = mistakes.into_iter().next() else { return };
        if !has_kind(leaf) && leaves.len() > 1 {
            let mistake = self.not_one_of(at, &leaves);
            return self.tell(|| mistake);
        }
        // Words that would also be right stand behind the caller's own notes.
        self.tell(|| if listed.is_empty() { *mistake } else { mistake.with_note(format!("or write {}", wording::words(&listed))) });
    }

    /// All alternatives within alternatives, as far as they are for words.
    pub(super) fn leaves(&self, layers: &Layers<'c>, into: &mut Vec<Layers<'c>>) {
        let mut waiting = vec![layers.clone()];
        while let Some(next) = waiting.pop() {
            if into.len() + waiting.len() >= MAX_LEAVES {
                return;
            }
            match next.choice() {
                Some(branches) => waiting.extend(branches.iter().rev().map(|branch| next.choosing(branch, self.root))),
                None => into.push(next),
            }
        }
    }
}

/// What the key says by which a schema tells its alternatives apart.
enum Tag<'c> {
    None,
    Matches(usize),
    Missing { key: &'c str, words: Vec<&'c str> },
    Unknown { key: &'c str, value: NodeId, words: Vec<&'c str> },
}
