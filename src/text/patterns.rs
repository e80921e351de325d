//! Phrases as a tree of steps: words, stems, gaps and sentence ends. Each node has one parent and one step that leads
//! to it. A walk follows it through a text; the tree knows nothing of texts.

use serde::{Deserialize, Serialize};

use super::disguise::Swearing;
use super::languages::{Language, Languages, Tongues};
use super::phrase::Step;
use super::rows::{Rows, Table, row};
use super::vocabulary::{SENTENCE_END, Scaffold, Symbol, Vocabulary};
use super::words::Word;

/// Marks the number of a gap where else the number of a node stands.
pub(super) const GAP: u32 = 1 << 31;

/// All phrases, by their steps.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Patterns {
    pub(super) vocabulary: Vocabulary,
    /// The node behind each first word, by its symbol; 0 is none.
    pub(super) roots: Rows<u32>,
    /// The node behind a node, or behind a gap, and a symbol.
    pub(super) children: Table<u64, u32>,
    pub(super) nodes: Rows<Node>,
    /// For each gap, which symbols may lead on from it.
    pub(super) gaps: Rows<MayFollow>,
    /// What words like negators do to what stands behind them, for the nodes where they end.
    pub(super) spares: Rows<Spares>,
    pub(super) tongues: Tongues,
    pub(super) swearing: Swearing,
}

/// What words that end at a node do to the ones behind them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spares {
    /// In these languages what follows at once is spared.
    pub begins: Languages,
    /// In these languages the words may stand between.
    pub goes_on: Languages,
    /// In these languages the negators in the words are none.
    pub ends: Languages,
}

row!(Spares { begins: Languages, goes_on: Languages, ends: Languages });

/// A set of symbols that may hold more than was put into it: a look at one number, before a search among the
/// children that mostly finds nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MayFollow(pub u64);

row!(MayFollow { 0: u64 });

impl MayFollow {
    fn add(&mut self, symbol: Symbol) {
        self.0 |= 1 << (symbol % 64);
    }

    #[inline]
    pub(super) fn may_have(self, symbol: Symbol) -> bool {
        self.0 >> (symbol % 64) & 1 == 1
    }
}

/// A place in the tree.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Node {
    /// Which symbols may follow at once.
    pub next: MayFollow,
    /// The gap behind it with `GAP` set; 0 is none.
    pub gap: u32,
    /// Where in `spares`, counted from 1; 0 is nowhere.
    pub spares: u16,
    /// Phrases end here.
    pub ends: bool,
}

row!(Node { next: MayFollow, gap: u32, spares: u16, ends: bool });

impl Patterns {
    pub(super) fn new() -> Self {
        let mut nodes = Rows::default();
        // Node 0 is nowhere.
        nodes.push(Node::default());
        Self {
            vocabulary: Vocabulary::new(),
            roots: Rows::default(),
            children: Table::default(),
            nodes,
            gaps: Rows::default(),
            spares: Rows::default(),
            tongues: Tongues::default(),
            swearing: Swearing::default(),
        }
    }

    /// What only building takes.
    pub(super) fn scaffold(&mut self) -> &mut Scaffold {
        self.vocabulary.scaffold()
    }

    /// How much has been put in: nodes, gaps, words.
    pub(super) fn size(&self) -> (usize, usize, u32) {
        (self.nodes.len(), self.gaps.len(), self.vocabulary.symbols_end())
    }

    /// Every node's number is less than this.
    pub(super) fn nodes_end(&self) -> usize {
        self.nodes.len()
    }

    /// Adds a phrase; its end is the node returned.
    pub(super) fn add(&mut self, steps: &[Step]) -> u32 {
        let place = self.path(steps);
        if (place as usize) < self.nodes.len() {
            self.nodes.change(place as usize, |node| node.ends = true);
        }
        place
    }

    fn path(&mut self, steps: &[Step]) -> u32 {
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
        place
    }

    /// What follows these words at once is spared in a language.
    pub(super) fn add_sparing(&mut self, steps: &[Step], language: Language) {
        self.change_spares(steps, |spares| spares.begins = spares.begins.and(Languages::of(language)));
    }

    /// These words may stand between.
    pub(super) fn add_between(&mut self, steps: &[Step], language: Language) {
        self.change_spares(steps, |spares| spares.goes_on = spares.goes_on.and(Languages::of(language)));
    }

    /// The negators in these words spare nothing.
    pub(super) fn add_not_sparing(&mut self, steps: &[Step], language: Language) {
        self.change_spares(steps, |spares| spares.ends = spares.ends.and(Languages::of(language)));
    }

    fn change_spares(&mut self, steps: &[Step], change: impl FnOnce(&mut Spares)) {
        let place = self.path(steps) as usize;
        let mut number = self.nodes.at(place).spares;
        if number == 0 {
            self.spares.push(Spares::default());
            number = u16::try_from(self.spares.len()).unwrap_or(u16::MAX);
            self.nodes.change(place, |node| node.spares = number);
        }
        self.spares.change(usize::from(number) - 1, change);
    }

    /// A small word that tells a language.
    pub(super) fn add_telling(&mut self, word: &Word, language: Language) {
        self.vocabulary.add_telling(word, Languages::of(language));
    }

    fn node_behind(&mut self, place: u32, symbol: Symbol) -> u32 {
        let new = self.nodes.len() as u32;
        let new_or_known = |slot: &mut u32| {
            *slot = if *slot == 0 { new } else { *slot };
            *slot
        };
        let node = if place == 0 {
            self.roots.grow_to(self.vocabulary.symbols_end() as usize);
            self.roots.change(symbol as usize, new_or_known)
        } else {
            if place & GAP == 0 {
                self.nodes.change(place as usize, |node| node.next.add(symbol));
            } else {
                self.gaps.change((place & !GAP) as usize, |gap| gap.add(symbol));
            }
            self.children.change(key(place, symbol), new_or_known)
        };
        if node == new {
            self.nodes.push(Node::default());
        }
        node
    }

    fn gap_behind(&mut self, place: u32) -> u32 {
        let new = GAP | self.gaps.len() as u32;
        let gap = self.nodes.change(place as usize, |node| {
            node.gap = if node.gap == 0 { new } else { node.gap };
            node.gap
        });
        if gap == new {
            self.gaps.push(MayFollow::default());
        }
        gap
    }

    /// To be called once all phrases are there.
    pub(super) fn complete(&mut self) {
        self.vocabulary.complete(&mut self.tongues);
        self.roots.grow_to(self.vocabulary.symbols_end() as usize);
    }
}

/// Nodes and gaps are numbered by u32, and there are fewer symbols than bytes in the rules.
#[inline]
pub(super) fn key(place: u32, symbol: Symbol) -> u64 {
    u64::from(place) << 32 | u64::from(symbol)
}
