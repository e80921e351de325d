//! Checks a block of keys and values: keys that are not known, keys that are missing, and what the others hold.

use std::collections::HashSet;

use serde_json::Value;

use super::{At, Checker, wording};
use crate::diagnostic::plain::shown;
use crate::diagnostic::schema::{Layers, words};
use crate::diagnostic::tree::{Kind, NodeId};
use crate::diagnostic::{Mistake, closest};

/// What would come of an unknown key, unless the schema says something better.
const PASSED_OVER: &str = "a key that is not known would be passed over in silence";

/// A key that is not known, and its value.
#[derive(Clone, Copy)]
struct Unknown<'c> {
    key: NodeId,
    value: NodeId,
    name: &'c str,
}

impl<'c> Checker<'c> {
    /// Checks a block. `others` are the alternatives that were not taken, for words that only they know; `told` is a key
    /// whose value has been told already.
    pub(super) fn block(&mut self, at: At<'c>, layers: &Layers<'c>, others: &[Layers<'c>], told: Option<&str>, depth: usize) {
        let tree = self.tree;
        let mut blocks = vec![at.node];
        if tree.pairs(at.node).any(|(key, _)| tree.is_merge(key)) {
            blocks.extend(tree.brought_in(at.node));
            // Whoever brings the same large block into many others pays for each of them.
            let size: usize = blocks.iter().map(|&block| tree.node(block).data as usize).sum();
            self.steps_left = self.steps_left.saturating_sub(size);
        }
        let names = blocks.iter().flat_map(|&block| tree.pairs(block)).filter_map(|(key, _)| tree.key_text(key));
        let mut present: HashSet<&'c str> = names.filter(|name| layers.key(name).is_some()).collect();
        for &block in &blocks {
            // What several blocks bring in is told once.
            if block == at.node || (!self.probing && self.seen.insert((block, std::ptr::from_ref(self.root)))) {
                self.pairs(At { node: block, ..at }, layers, others, told, &mut present, depth);
            }
        }
        for name in layers.required() {
            if !present.contains(name) && told != Some(name) {
                self.missing_key(at, layers, name);
            }
        }
    }

    fn pairs(
        &mut self,
        at: At<'c>,
        layers: &Layers<'c>,
        others: &[Layers<'c>],
        told: Option<&str>,
        present: &mut HashSet<&'c str>,
        depth: usize,
    ) {
        for (key, value) in self.tree.pairs(at.node) {
            if self.is_done() {
                return;
            }
            let Some(name) = self.tree.key_text(key) else {
                self.key_is_no_word(key);
                continue;
            };
            let inside = At { node: value, key: Some(key), name: Some(name), in_list: false };
            if self.tree.is_merge(key) {
                self.merge(inside);
            } else if told == Some(name) {
                // Told already.
            } else if let Some(schema) = layers.key(name) {
                self.visit(inside, schema, depth + 1);
            } else if let Some((meant, schema)) = layers.other_keys().and_then(|other| layers.key_of_its_own_kind(name, other)) {
                self.misspelt_key(inside, meant, layers);
                self.visit(At { name: Some(meant), ..inside }, schema, depth + 1);
            } else if let Some(schema) = layers.other_keys() {
                if let Some(names) = layers.get("propertyNames") {
                    self.visit(At { node: key, key: None, ..at }, names, depth + 1);
                }
                self.visit(inside, schema, depth + 1);
            } else if layers.is_closed() {
                self.unknown_key(at, Unknown { key, value, name }, layers, others, present, depth);
            }
        }
    }

    /// A key among free ones that is near to one that means something else.
    fn misspelt_key(&mut self, at: At<'c>, meant: &str, layers: &Layers<'c>) {
        let (Some(key), Some(name)) = (at.key, at.name) else { return };
        let span = self.inside_quotes(At { node: key, key: None, ..at });
        let note = layers.text(words::CONSEQUENCE).unwrap_or(PASSED_OVER);
        self.tell(|| {
            Mistake::error("unknown-key", span, format!("there is no `{}` here", shown(name)))
                .with_label(format!("did you mean `{meant}`?"))
                .with_suggestion(meant)
                .with_note(note)
        });
    }

    fn unknown_key(
        &mut self,
        at: At<'c>,
        unknown: Unknown<'c>,
        layers: &Layers<'c>,
        others: &[Layers<'c>],
        present: &mut HashSet<&'c str>,
        depth: usize,
    ) {
        let Unknown { key, value, name } = unknown;
        if !present.is_empty() && others.iter().any(|other| other.key(name).is_some()) {
            return self.keys_do_not_mix(at, unknown, present);
        }
        // While no key says which alternative is meant, the words of all of them count.
        let mut known: Vec<(&'c str, &'c Value)> = layers.keys().collect();
        if present.is_empty() {
            known.extend(others.iter().flat_map(Layers::keys));
        }
        let mut listed = HashSet::new();
        known.retain(|(word, _)| listed.insert(*word));
        let words = || known.iter().map(|(word, _)| *word);
        let free = closest(name, words().filter(|word| !present.contains(word)));
        let meant = free.or_else(|| closest(name, words()));
        let schema = meant.and_then(|meant| known.iter().find(|(word, _)| *word == meant)).map(|(_, schema)| *schema);
        let span = self.inside_quotes(At { node: key, key: None, ..at });
        let message = || match name {
            "" => "there is a colon without a key".to_owned(),
            name => format!("{} has no key `{}`", at.subject(), shown(name)),
        };
        let note = layers.text(words::CONSEQUENCE).unwrap_or(PASSED_OVER);
        let mistake = || Mistake::error("unknown-key", span, message()).with_note(note).with_allowed(name, words());
        if let Some(meant) = wording::key_without_space(name).and_then(|meant| words().find(|word| *word == meant)) {
            present.insert(meant);
            return self.tell(|| mistake().with_label(format!("write a space behind the colon: `{meant}: ...`")));
        }
        let (Some(meant), Some(schema)) = (meant, schema) else {
            return self.tell(mistake);
        };
        if !present.insert(meant) {
            return self.tell(|| mistake().with_label(format!("`{meant}` stands here already")));
        }
        let inside = At { node: value, key: Some(key), name: Some(meant), in_list: false };
        let expected = Layers::of(schema, self.root);
        if self.fits_roughly(value, &expected) {
            self.tell(|| mistake().with_label(format!("did you mean `{meant}`?")).with_suggestion(meant));
            self.visit(inside, schema, depth + 1);
        } else {
            let line = self.corrected(inside, Some(meant), &expected);
            let noun = self.noun(&expected);
            self.tell(|| Mistake {
                correction: line,
                ..mistake().with_label(format!("did you mean `{meant}`? it is {noun}")).with_suggestion(meant)
            });
        }
    }

    /// Two keys that belong to different alternatives.
    fn keys_do_not_mix(&mut self, at: At<'c>, unknown: Unknown<'c>, present: &HashSet<&'c str>) {
        let beside = self.tree.pairs(at.node).find(|&(key, _)| self.tree.key_text(key).is_some_and(|name| present.contains(name)));
        let span = self.tree.node_span(unknown.key);
        let first = beside.map(|(key, _)| (self.tree.node_span(key), self.tree.key_text(key).unwrap_or_default()));
        self.tell(|| match first {
            Some((place, first)) => {
                Mistake::error("unknown-key", span, format!("`{}` cannot stand beside `{}`", shown(unknown.name), shown(first)))
                    .with_label("only one of the two")
                    .with_elsewhere(place, "the other")
            }
            None => Mistake::error("unknown-key", span, format!("`{}` cannot stand here", shown(unknown.name))),
        });
    }

    fn missing_key(&mut self, at: At<'c>, layers: &Layers<'c>, name: &str) {
        let span = at.key.map_or_else(|| self.start_of(at.node), |key| self.tree.node_span(key));
        let expected = layers.key(name).map(|schema| self.how_to_write(&Layers::of(schema, self.root)));
        self.tell(|| {
            Mistake::error("missing-key", span, format!("{} needs the key `{name}`", at.subject())).with_label(match expected {
                Some(how) if !how.is_empty() => format!("add `{name}`: {how}"),
                _ => format!("add `{name}`"),
            })
        });
    }

    /// The key is missing that says which of several alternatives is meant.
    pub(super) fn missing_tag(&mut self, at: At<'c>, name: &str, listed: &[&str]) {
        let span = at.key.map_or_else(|| self.start_of(at.node), |key| self.tree.node_span(key));
        self.tell(|| {
            Mistake::error("missing-key", span, format!("{} needs the key `{name}`", at.subject()))
                .with_label(format!("add `{name}`: {}", wording::words(listed)))
        });
    }

    /// The value of `<<`.
    fn merge(&mut self, at: At<'c>) {
        let is_block = |&node: &NodeId| self.tree.node(node).kind == Kind::Mapping;
        let is_empty = self.tree.scalar(at.node).is_some_and(|text| matches!(text, "" | "~" | "null"));
        let merged = self.tree.merged(at.node);
        if !is_empty && (merged.is_empty() || !merged.iter().all(is_block)) {
            let span = self.tree.node_span(at.node);
            self.tell(|| {
                Mistake::error("wrong-type", span, "`<<` brings in the keys of another block").with_label("name a block, like `*defaults`")
            });
        }
    }

    fn key_is_no_word(&mut self, key: NodeId) {
        let span = self.tree.node_span(key);
        self.tell(|| {
            Mistake::error("wrong-type", span, "a key has to be a word").with_label("put a text with special characters in quotes")
        });
    }
}
