//! Checks a tree against a schema and tells every mistake at once.
//!
//! In: a tree, a JSON Schema, and a check of scalars that the caller brings along. Out: mistakes in the order of the
//! lines. A misspelt key hides nothing: what stands below it is checked as if it were spelt right. Where a value may be
//! one of several things, the one that it fits best is taken, and the mistakes of that one are told.

mod block;
mod choice;
mod scalar;
mod wording;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::Mistake;
use super::plain::shown;
use super::schema::{Layers, Types};
use super::tree::{Kind, NodeId, Tree};

/// What is wrong with one word or text, as the caller's check tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalarMistake {
    /// A word for scripts, like `not-a-day`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Beside the mark: what was probably meant.
    pub label: String,
    /// What would have come of it, and what else helps.
    pub notes: Vec<String>,
    /// What to put in place of the text.
    pub suggestion: Option<String>,
}

/// A check of scalars: the kind that the schema names, the text, and whether it is written in quotes.
type ScalarCheck<'c> = &'c dyn Fn(&str, &str, bool) -> Result<(), ScalarMistake>;

/// Compares a file with what its schema allows.
///
/// Understood are `type`, `properties`, `required`, `additionalProperties`, `items`, `prefixItems`, `enum`, `const`, `anyOf`,
/// `oneOf`, `allOf`, `$ref`, the bounds of numbers, texts and lists, and three words of our own: `x-kind` names a check of
/// `scalar` (`format` does so too, for texts; in JSON a value has to be of the declared type first), `x-expects` says in words what is expected ("a day, like 2026-02-28"), and
/// `x-consequence` what would come of an unknown key or word. Of a file with more than 500 mistakes the first 500 are told.
pub fn check(tree: &Tree, schema: &Value, scalar: &dyn Fn(&str, &str, bool) -> Result<(), ScalarMistake>) -> Vec<Mistake> {
    let mut checker = Checker {
        tree,
        root: schema,
        scalar,
        mistakes: Vec::new(),
        found: 0,
        probing: false,
        seen: HashSet::new(),
        counts: HashMap::new(),
        layers: HashMap::new(),
        steps_left: MIN_STEPS + STEPS_PER_NODE * tree.count(),
    };
    checker.visit(At::root(), schema, 0);
    let mut mistakes = checker.mistakes;
    let had_too_many = mistakes.len() >= MOST_TOLD;
    mistakes.sort_by_key(|mistake| mistake.span);
    // What an alias stands for may have been told for each place where it stands.
    let mut told = HashSet::new();
    mistakes.retain(|mistake| told.insert((mistake.span, mistake.code, mistake.label.clone())));
    if had_too_many {
        mistakes.push(Mistake::error("too-many", None, format!("there are more mistakes than these {MOST_TOLD}")));
    }
    mistakes
}

/// Nobody reads more; and each costs time and memory.
const MOST_TOLD: usize = 500;

/// How deep values may lie below each other when aliases are followed; more than a tree allows without them.
const MAX_DEPTH: usize = 200;

/// An end to files made to take forever; honest files need a step or two for each node.
const STEPS_PER_NODE: usize = 50;
const MIN_STEPS: usize = 100_000;

/// A value in the tree, and what to call it.
#[derive(Debug, Clone, Copy)]
struct At<'c> {
    node: NodeId,
    /// The key in front of it.
    key: Option<NodeId>,
    /// The nearest key above.
    name: Option<&'c str>,
    /// Whether it is an entry of a list of that name.
    in_list: bool,
}

impl<'c> At<'c> {
    fn root() -> At<'c> {
        At { node: Tree::ROOT, key: None, name: None, in_list: false }
    }

    /// What it is called in a sentence.
    fn subject(&self) -> String {
        match (self.name, self.in_list) {
            (Some(name), false) => format!("`{}`", shown(name)),
            (Some(name), true) => format!("an entry of `{}`", shown(name)),
            (None, false) => "this file".to_owned(),
            (None, true) => "an entry of this file".to_owned(),
        }
    }
}

struct Checker<'c> {
    tree: &'c Tree,
    root: &'c Value,
    scalar: ScalarCheck<'c>,
    mistakes: Vec<Mistake>,
    /// How many mistakes were found; while probing, how many in what is probed.
    found: usize,
    /// While an alternative is only tried, mistakes are counted and not told.
    probing: bool,
    /// Where aliases led, so that what they stand for is told once, and circles end.
    seen: HashSet<(NodeId, Origin)>,
    /// How many mistakes a value has under a schema, so that nothing is tried twice.
    counts: HashMap<(NodeId, Origin), usize>,
    /// Each schema laid flat, once.
    layers: HashMap<Origin, Rc<Layers<'c>>>,
    steps_left: usize,
}

/// A schema, told apart from others by where it lies in memory; it is only ever compared.
type Origin = *const Value;

impl<'c> Checker<'c> {
    /// Checks a value, through its alias if it is one.
    fn visit(&mut self, at: At<'c>, schema: &'c Value, depth: usize) {
        if depth > MAX_DEPTH || self.is_done() {
            return;
        }
        let Some(target) = self.tree.target(at.node) else { return };
        let resolved = At { node: target, ..at };
        let is_alias = target != at.node;
        let root = self.root;
        let layers = self.layers.entry(schema).or_insert_with(|| Rc::new(Layers::of(schema, root))).clone();
        if !is_alias {
            self.check(resolved, &layers, depth);
        } else if self.probing {
            self.found += self.probe(target, schema, |this| this.check(resolved, &layers, depth + 1));
        } else if self.seen.insert((target, schema)) {
            self.check(resolved, &layers, depth + 1);
        }
    }

    fn check(&mut self, at: At<'c>, layers: &Layers<'c>, depth: usize) {
        let node = self.tree.node(at.node);
        if node.tagged || depth > MAX_DEPTH {
            return;
        }
        if let Some(branches) = layers.choice() {
            return self.choose(at, layers, branches, depth);
        }
        if !layers.types().meets(self.shape(at.node)) {
            return self.wrong_type(at, layers, depth);
        }
        match node.kind {
            Kind::Mapping => self.block(at, layers, &[], None, depth),
            Kind::Sequence => self.list(at, layers, depth),
            Kind::Plain | Kind::Quoted | Kind::Cooked { .. } | Kind::Alias => {
                if let Err(mistake) = self.judge(at, layers) {
                    self.tell(|| *mistake);
                }
            }
        }
    }

    fn list(&mut self, at: At<'c>, layers: &Layers<'c>, depth: usize) {
        let size = self.tree.node(at.node).data as usize;
        if let Some(least) = layers.size("minItems").filter(|&least| size < least) {
            self.tell_size(at, "too-few", size, &format!("at least {least}"));
        }
        if let Some(most) = layers.size("maxItems").filter(|&most| size > most) {
            self.tell_size(at, "too-many", size, &format!("at most {most}"));
        }
        for (index, node) in self.tree.children(at.node).enumerate() {
            if self.is_done() {
                return;
            }
            if let Some(schema) = layers.entry(index) {
                self.visit(At { node, key: None, name: at.name, in_list: true }, schema, depth + 1);
            }
        }
    }

    fn tell_size(&mut self, at: At<'c>, code: &'static str, size: usize, bound: &str) {
        let span = self.tree.node_span(at.node);
        let entries = if size == 1 { "entry" } else { "entries" };
        self.tell(|| {
            Mistake::error(code, span, format!("{} has {size} {entries}", at.subject())).with_label(format!("{bound} are expected"))
        });
    }

    /// Counts a step; whether it was the last, or enough mistakes have been found.
    fn is_done(&mut self) -> bool {
        self.steps_left = self.steps_left.saturating_sub(1);
        self.steps_left == 0 || self.found >= MOST_TOLD
    }

    /// Adds a mistake; while probing it is only counted, and not even made.
    fn tell(&mut self, mistake: impl FnOnce() -> Mistake) {
        self.found += 1;
        if !self.probing {
            self.mistakes.push(mistake());
        }
    }

    /// How many mistakes a value has under a schema, found out without telling them.
    fn probe(&mut self, node: NodeId, schema: &'c Value, run: impl FnOnce(&mut Self)) -> usize {
        let name = (node, std::ptr::from_ref(schema));
        if let Some(&count) = self.counts.get(&name) {
            return count;
        }
        // Until it is known, a value that holds itself counts as right.
        self.counts.insert(name, 0);
        let before = (self.probing, self.found);
        (self.probing, self.found) = (true, 0);
        run(self);
        let count = self.found;
        (self.probing, self.found) = before;
        self.counts.insert(name, count);
        count
    }

    /// What a value could be, going by how it is written.
    fn shape(&self, node: NodeId) -> Types {
        match self.tree.node(node).kind {
            Kind::Mapping => Types::MAPPING,
            Kind::Sequence => Types::SEQUENCE,
            Kind::Plain | Kind::Quoted | Kind::Cooked { .. } | Kind::Alias => {
                scalar::shape(self.tree.scalar(node).unwrap_or_default(), self.tree.is_quoted(node), self.tree.format())
            }
        }
    }
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
