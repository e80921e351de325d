//! Phrases as a tree of steps, and the walk that follows all of them through a text at once.
//!
//! A walk remembers the nodes that the words so far have led to. Each node has one parent and one step that leads to
//! it, so a word reaches it at most once; an open gap is kept once, however often it was opened. So the work for a
//! word is bounded by the phrases, whatever the text.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::cutter::Listener;
use super::phrase::Step;
use super::vocabulary::{SENTENCE_END, Symbol, Vocabulary};
use super::words::Word;

/// A gap takes up to this many words.
const GAP_WORDS: u64 = 4;

/// Marks the number of a gap where else the number of a node stands.
const GAP: u32 = 1 << 31;

/// All phrases, by their steps.
#[derive(Debug)]
pub(super) struct Patterns {
    vocabulary: Vocabulary,
    /// The node behind each first word, by its symbol; 0 is none.
    roots: Vec<u32>,
    /// The node behind a node, or behind a gap, and a symbol.
    children: FxHashMap<u64, u32>,
    nodes: Vec<Node>,
    /// For each gap, which symbols may lead on from it.
    gaps: Vec<Signs>,
}

/// A set of symbols that may hold more than was put into it: a look at one number, before a search among the
/// children that mostly finds nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Signs(u64);

impl Signs {
    fn add(&mut self, symbol: Symbol) {
        self.0 |= 1 << (symbol % 64);
    }

    fn may_have(self, symbol: Symbol) -> bool {
        self.0 >> (symbol % 64) & 1 == 1
    }
}

/// A place in the tree.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// Which symbols may follow at once.
    next: Signs,
    /// The gap behind it with `GAP` set; 0 is none.
    gap: u32,
    /// Phrases end here.
    ends: bool,
}

/// What a walk remembers between words; kept from text to text, so that nothing is allocated anew.
#[derive(Debug, Default)]
pub(super) struct Trail {
    symbols: Vec<Symbol>,
    here: Vec<Reached>,
    next: Vec<Reached>,
    open_gaps: Vec<u32>,
    opened: Vec<Reached>,
    gaps: Vec<OpenGap>,
    /// A word was odd: see `Word`.
    pub odd: bool,
    /// Counts the words of all texts, so that an old gap is over without being closed.
    clock: u64,
}

/// A node or gap, and where the phrase began that led there.
#[derive(Debug, Clone, Copy)]
struct Reached {
    place: u32,
    start: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct OpenGap {
    /// The last word that may end it.
    until: u64,
    start: usize,
}

impl Patterns {
    pub(super) fn new() -> Self {
        // Node 0 is nowhere.
        Self {
            vocabulary: Vocabulary::new(),
            roots: Vec::new(),
            children: FxHashMap::default(),
            nodes: vec![Node::default()],
            gaps: Vec::new(),
        }
    }

    /// Every node's number is less than this.
    pub(super) fn nodes_end(&self) -> usize {
        self.nodes.len()
    }

    /// Adds a phrase; its end is the node returned.
    pub(super) fn add(&mut self, steps: &[Step]) -> u32 {
        let mut place = 0;
        for step in steps {
            place = match step {
                Step::Word(word) => {
                    let symbol = self.vocabulary.add_word(word);
                    self.node_behind(place, symbol)
                }
                Step::Stem(stem) => {
                    let symbol = self.vocabulary.add_stem(stem);
                    self.node_behind(place, symbol)
                }
                Step::SentenceEnd => self.node_behind(place, SENTENCE_END),
                Step::Gap => self.gap_behind(place),
            };
        }
        if let Some(node) = self.nodes.get_mut(place as usize) {
            node.ends = true;
        }
        place
    }

    fn node_behind(&mut self, place: u32, symbol: Symbol) -> u32 {
        let new = self.nodes.len() as u32;
        let slot = if place == 0 {
            self.roots.resize(self.roots.len().max(self.vocabulary.symbols_end() as usize), 0);
            &mut self.roots[symbol as usize]
        } else {
            match self.nodes.get_mut(place as usize) {
                Some(node) => node.next.add(symbol),
                None => self.gaps[(place & !GAP) as usize].add(symbol),
            }
            self.children.entry(key(place, symbol)).or_default()
        };
        if *slot == 0 {
            *slot = new;
            self.nodes.push(Node::default());
            return new;
        }
        *slot
    }

    fn gap_behind(&mut self, place: u32) -> u32 {
        let node = &mut self.nodes[place as usize];
        if node.gap == 0 {
            node.gap = GAP | self.gaps.len() as u32;
            self.gaps.push(Signs::default());
        }
        node.gap
    }

    /// To be called once all phrases are there.
    pub(super) fn complete(&mut self) {
        self.vocabulary.complete();
        self.roots.resize(self.vocabulary.symbols_end() as usize, 0);
    }

    /// Begins a walk, at the beginning of a text.
    pub(super) fn walk<'w, F: FnMut(u32, Range<usize>)>(&'w self, trail: &'w mut Trail, found: F) -> Walk<'w, F> {
        trail.gaps.resize(trail.gaps.len().max(self.gaps.len()), OpenGap::default());
        trail.odd = false;
        let mut walk = Walk { patterns: self, trail, found };
        walk.forget();
        walk
    }
}

/// Nodes and gaps are numbered by u32, and there are fewer symbols than bytes in the rules.
fn key(place: u32, symbol: Symbol) -> u64 {
    u64::from(place) << 32 | u64::from(symbol)
}

/// Follows all phrases through one text, and calls `found` with the node where one ends and its place in the text.
pub(super) struct Walk<'w, F> {
    patterns: &'w Patterns,
    trail: &'w mut Trail,
    found: F,
}

impl<F: FnMut(u32, Range<usize>)> Walk<'_, F> {
    /// Nothing that was begun goes on behind this.
    pub(super) fn forget(&mut self) {
        self.trail.here.clear();
        self.trail.open_gaps.clear();
        self.trail.clock += GAP_WORDS + 2;
    }

    /// Goes one word on, which stands for `symbols`.
    fn step(&mut self, symbols: &[Symbol], place: Range<usize>) {
        for &symbol in symbols {
            for reached in 0..self.trail.here.len() {
                let Reached { place: node, start } = self.trail.here[reached];
                if self.patterns.nodes[node as usize].next.may_have(symbol)
                    && let Some(&child) = self.patterns.children.get(&key(node, symbol))
                {
                    self.reach(child, start..place.end);
                }
            }
            let mut open = 0;
            while let Some(&gap) = self.trail.open_gaps.get(open) {
                let OpenGap { until, start } = self.trail.gaps[(gap & !GAP) as usize];
                if until < self.trail.clock {
                    self.trail.open_gaps.swap_remove(open);
                    continue;
                }
                open += 1;
                if self.patterns.gaps[(gap & !GAP) as usize].may_have(symbol)
                    && let Some(&child) = self.patterns.children.get(&key(gap, symbol))
                {
                    self.reach(child, start..place.end);
                }
            }
            if let Some(&root) = self.patterns.roots.get(symbol as usize).filter(|&&root| root != 0) {
                self.reach(root, place.clone());
            }
        }
        // Gaps stay open until their time is over.
        std::mem::swap(&mut self.trail.here, &mut self.trail.next);
        self.trail.next.clear();
        // Only now, so that one word does not both open a gap and end it.
        for Reached { place: gap, start } in self.trail.opened.drain(..) {
            let open = &mut self.trail.gaps[(gap & !GAP) as usize];
            // If it was over, the list above lost it.
            if open.until < self.trail.clock {
                self.trail.open_gaps.push(gap);
            }
            *open = OpenGap { until: self.trail.clock + GAP_WORDS + 1, start };
        }
    }

    #[inline]
    fn reach(&mut self, number: u32, place: Range<usize>) {
        let node = self.patterns.nodes[number as usize];
        if node.next.0 != 0 {
            self.trail.next.push(Reached { place: number, start: place.start });
        }
        if node.gap != 0 {
            self.trail.opened.push(Reached { place: node.gap, start: place.start });
        }
        if node.ends {
            (self.found)(number, place);
        }
    }
}

impl<F: FnMut(u32, Range<usize>)> Listener for Walk<'_, F> {
    #[inline]
    fn word(&mut self, word: &Word) {
        self.trail.clock += 1;
        self.trail.odd |= word.odd;
        let patterns = self.patterns;
        if let Some(known) = patterns.vocabulary.known(word) {
            return self.step(known, word.start..word.end);
        }
        let mut symbols = std::mem::take(&mut self.trail.symbols);
        symbols.clear();
        patterns.vocabulary.by_beginning(word, &mut symbols);
        self.step(&symbols, word.start..word.end);
        self.trail.symbols = symbols;
    }

    fn sentence_end(&mut self) {
        if self.trail.here.is_empty() {
            return self.forget();
        }
        let here = self.trail.here.first().map_or(0, |reached| reached.start);
        self.trail.open_gaps.clear();
        self.step(&[SENTENCE_END], here..here);
        self.trail.clock += GAP_WORDS + 2;
    }
}
