//! Phrases as a tree of steps, and the walk that follows all of them through a text at once.
//!
//! A walk remembers the nodes that the words so far have led to. Each node has one parent and one step that leads to
//! it, so a word reaches it at most once; an open gap is kept once, however often it was opened. So the work for a
//! word is bounded by the phrases, whatever the text.
//!
//! It also knows where a negator stands right before a word: what begins there is found as spared in its languages.

use std::ops::Range;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::cutter::Listener;
use super::disguise::{self, Swearing};
use super::languages::{Language, Languages, Signs, Tongues};
use super::phrase::Step;
use super::vocabulary::{PLAIN, SENTENCE_END, Scaffold, Symbol, Vocabulary};
use super::words::{LONGEST, Word};

/// A gap takes up to this many words.
const GAP_WORDS: u64 = 4;

/// Marks the number of a gap where else the number of a node stands.
const GAP: u32 = 1 << 31;

/// All phrases, by their steps.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Patterns {
    vocabulary: Vocabulary,
    /// The node behind each first word, by its symbol; 0 is none.
    roots: Vec<u32>,
    /// The node behind a node, or behind a gap, and a symbol.
    children: FxHashMap<u64, u32>,
    nodes: Vec<Node>,
    /// For each gap, which symbols may lead on from it.
    gaps: Vec<MayFollow>,
    /// What words like negators do to what stands behind them, for the nodes where they end.
    spares: Vec<Spares>,
    pub tongues: Tongues,
    pub swearing: Swearing,
}

/// What words that end at a node do to the ones behind them.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Spares {
    /// In these languages what follows at once is spared.
    begins: Languages,
    /// In these languages the words may stand between.
    goes_on: Languages,
    /// In these languages the negators in the words are none.
    ends: Languages,
}

/// A set of symbols that may hold more than was put into it: a look at one number, before a search among the
/// children that mostly finds nothing.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct MayFollow(u64);

impl MayFollow {
    fn add(&mut self, symbol: Symbol) {
        self.0 |= 1 << (symbol % 64);
    }

    fn may_have(self, symbol: Symbol) -> bool {
        self.0 >> (symbol % 64) & 1 == 1
    }
}

/// A place in the tree.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Node {
    /// Which symbols may follow at once.
    next: MayFollow,
    /// The gap behind it with `GAP` set; 0 is none.
    gap: u32,
    /// Where in `spares`, counted from 1; 0 is nowhere.
    spares: u16,
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
    /// What the text shows of its language.
    pub signs: Signs,
    /// The languages in which the next word is spared, where the words end that spare it, and which word began it.
    spared: Languages,
    spared_from: usize,
    spared_since: u64,
    /// What began at the word that is being read, and where.
    sparing: Vec<(usize, Languages)>,
    /// In these languages nothing that began before this place spares anything.
    unspared: Languages,
    unspared_until: usize,
    /// Counts the words of all texts, so that an old gap is over without being closed.
    clock: u64,
}

/// A node or gap, and how the phrase that led there was read.
#[derive(Debug, Clone, Copy)]
struct Reached {
    place: u32,
    way: Way,
}

/// How a phrase was read so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Way {
    /// Where it began.
    pub start: usize,
    /// The languages in which a negator, or words about the writer, stand right before it or in its gap.
    pub spared: Languages,
    /// Marks were missing on some of its letters.
    pub is_plain: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct OpenGap {
    /// The last word that may end it.
    until: u64,
    way: Way,
}

impl Way {
    /// Whether what was read like this counts whatever the language of the text.
    #[inline]
    pub(super) fn is_sure(self) -> bool {
        self.spared.is_none() && !self.is_plain
    }
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
            spares: Vec::new(),
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
        if let Some(node) = self.nodes.get_mut(place as usize) {
            node.ends = true;
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
        let spares = self.spares_behind(steps);
        spares.begins = spares.begins.and(Languages::of(language));
    }

    /// These words may stand between.
    pub(super) fn add_between(&mut self, steps: &[Step], language: Language) {
        let spares = self.spares_behind(steps);
        spares.goes_on = spares.goes_on.and(Languages::of(language));
    }

    /// The negators in these words spare nothing.
    pub(super) fn add_not_sparing(&mut self, steps: &[Step], language: Language) {
        let spares = self.spares_behind(steps);
        spares.ends = spares.ends.and(Languages::of(language));
    }

    fn spares_behind(&mut self, steps: &[Step]) -> &mut Spares {
        let place = self.path(steps) as usize;
        let node = &mut self.nodes[place];
        if node.spares == 0 {
            self.spares.push(Spares::default());
            node.spares = u16::try_from(self.spares.len()).unwrap_or(u16::MAX);
        }
        let place = usize::from(node.spares) - 1;
        &mut self.spares[place]
    }

    /// A small word that tells a language.
    pub(super) fn add_telling(&mut self, word: &Word, language: Language) {
        self.vocabulary.add_telling(word, Languages::of(language));
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
            self.gaps.push(MayFollow::default());
        }
        node.gap
    }

    /// To be called once all phrases are there.
    pub(super) fn complete(&mut self) {
        self.vocabulary.complete(&mut self.tongues);
        self.roots.resize(self.vocabulary.symbols_end() as usize, 0);
    }

    /// Begins a walk, at the beginning of a text.
    pub(super) fn walk<'w, F: FnMut(u32, Range<usize>, Way)>(&'w self, text: &'w str, trail: &'w mut Trail, found: F) -> Walk<'w, F> {
        trail.gaps.resize(trail.gaps.len().max(self.gaps.len()), OpenGap::default());
        trail.odd = false;
        trail.signs.clear(self.tongues.tells());
        let mut walk = Walk { patterns: self, text, trail, found };
        walk.forget();
        walk
    }
}

/// Nodes and gaps are numbered by u32, and there are fewer symbols than bytes in the rules.
fn key(place: u32, symbol: Symbol) -> u64 {
    u64::from(place) << 32 | u64::from(symbol)
}

/// Follows all phrases through one text, and calls `found` with the node where one ends, its place in the text, and how
/// it was read.
pub(super) struct Walk<'w, F> {
    patterns: &'w Patterns,
    text: &'w str,
    trail: &'w mut Trail,
    found: F,
}

impl<F: FnMut(u32, Range<usize>, Way)> Walk<'_, F> {
    /// Nothing that was begun goes on behind this.
    pub(super) fn forget(&mut self) {
        self.trail.here.clear();
        self.trail.open_gaps.clear();
        self.trail.spared = Languages::NONE;
        self.trail.unspared_until = 0;
        self.trail.clock += GAP_WORDS + 2;
    }

    /// Goes one word on, which stands for `symbols`.
    #[inline]
    fn step(&mut self, symbols: &[Symbol], place: Range<usize>) {
        if symbols.is_empty() {
            // Gaps stay open until their time is over.
            self.trail.here.clear();
            self.trail.spared = Languages::NONE;
        } else {
            self.step_on(symbols, place);
        }
    }

    fn step_on(&mut self, symbols: &[Symbol], place: Range<usize>) {
        let spared = self.spared_now(place.start);
        self.trail.spared = Languages::NONE;
        for &symbol in symbols {
            let is_plain = symbol & PLAIN != 0;
            let symbol = symbol & !PLAIN;
            for reached in 0..self.trail.here.len() {
                let Reached { place: node, way } = self.trail.here[reached];
                if self.patterns.nodes[node as usize].next.may_have(symbol)
                    && let Some(&child) = self.patterns.children.get(&key(node, symbol))
                {
                    self.reach(child, place.end, Way { is_plain: way.is_plain | is_plain, ..way }, spared);
                }
            }
            let mut open = 0;
            while let Some(&gap) = self.trail.open_gaps.get(open) {
                let OpenGap { until, way } = self.trail.gaps[(gap & !GAP) as usize];
                if until < self.trail.clock {
                    self.trail.open_gaps.swap_remove(open);
                    continue;
                }
                open += 1;
                if self.patterns.gaps[(gap & !GAP) as usize].may_have(symbol)
                    && let Some(&child) = self.patterns.children.get(&key(gap, symbol))
                {
                    // Only what began inside the gap: the negator may be a word of the phrase itself.
                    let opened = until - GAP_WORDS - 1;
                    let inside = if self.trail.spared_since > opened { spared } else { Languages::NONE };
                    let way = Way { is_plain: way.is_plain | is_plain, spared: way.spared.and(inside), ..way };
                    self.reach(child, place.end, way, spared);
                }
            }
            if let Some(&root) = self.patterns.roots.get(symbol as usize).filter(|&&root| root != 0) {
                self.reach(root, place.end, Way { start: place.start, spared, is_plain }, spared);
            }
        }
        if !self.trail.sparing.is_empty() {
            self.settle_sparing(place.end);
        }
        // Gaps stay open until their time is over.
        std::mem::swap(&mut self.trail.here, &mut self.trail.next);
        self.trail.next.clear();
        // Only now, so that one word does not both open a gap and end it.
        for Reached { place: gap, way } in self.trail.opened.drain(..) {
            let open = &mut self.trail.gaps[(gap & !GAP) as usize];
            // If it was over, the list above lost it.
            if open.until < self.trail.clock {
                self.trail.open_gaps.push(gap);
            }
            *open = OpenGap { until: self.trail.clock + GAP_WORDS + 1, way };
        }
    }

    /// The languages in which a word that begins here is spared by the words before it.
    #[inline]
    fn spared_now(&self, start: usize) -> Languages {
        if self.trail.spared.is_none() || !is_close(self.text.get(self.trail.spared_from..start)) {
            return Languages::NONE;
        }
        self.trail.spared
    }

    /// `before` are the languages in which the word that led here was spared.
    #[inline]
    fn reach(&mut self, number: u32, end: usize, way: Way, before: Languages) {
        let node = self.patterns.nodes[number as usize];
        if node.next.0 != 0 {
            self.trail.next.push(Reached { place: number, way });
        }
        if node.gap != 0 {
            self.trail.opened.push(Reached { place: node.gap, way });
        }
        if node.spares != 0 {
            self.spare(node.spares, way.start, end, before);
        }
        if node.ends {
            (self.found)(number, way.start..end, way);
        }
    }

    #[inline(never)]
    fn spare(&mut self, number: u16, start: usize, end: usize, before: Languages) {
        let spares = self.patterns.spares[usize::from(number) - 1];
        let trail = &mut self.trail;
        if !spares.begins.is_none() {
            trail.spared_since = trail.clock;
        }
        trail.sparing.push((start, spares.begins.and(spares.goes_on.both(before))));
        if !spares.ends.is_none() {
            (trail.unspared, trail.unspared_until) = (spares.ends, end);
        }
    }

    /// Which of what began or went on at the word that ends here spares the next one.
    #[inline(never)]
    fn settle_sparing(&mut self, end: usize) {
        let trail = &mut self.trail;
        for (start, languages) in trail.sparing.drain(..) {
            let denied = if start < trail.unspared_until { trail.unspared } else { Languages::NONE };
            trail.spared = trail.spared.and(languages.without(denied));
        }
        trail.spared_from = end;
    }

    /// A word that is spelled like none of the phrases': by its beginning, or in disguise.
    #[inline]
    fn unknown(&mut self, word: &Word) {
        let mut symbols = std::mem::take(&mut self.trail.symbols);
        symbols.clear();
        self.patterns.vocabulary.by_beginning(word, &mut symbols);
        if disguise::has_digits(word) || disguise::is_stretched(word) {
            self.disguised(word, &mut symbols);
        }
        self.step(&symbols, word.start..word.end);
        self.trail.symbols = symbols;
    }

    #[inline(never)]
    fn disguised(&self, word: &Word, symbols: &mut Vec<Symbol>) {
        if word.cut_off {
            return;
        }
        let vocabulary = &self.patterns.vocabulary;
        let mut add = |word: &Word| match vocabulary.known(word) {
            Some(known) => symbols.extend_from_slice(known.symbols),
            None => vocabulary.by_beginning(word, symbols),
        };
        let plain = disguise::without_digits(word);
        plain.iter().for_each(&mut add);
        disguise::unstretched(plain.as_ref().unwrap_or(word), |short| add(&short));
        // A word leads to a node once.
        symbols.sort_unstable();
        symbols.dedup();
    }
}

/// Whether nothing but white space and marks round words stands between two words, so that they belong together.
fn is_close(between: Option<&str>) -> bool {
    let mark = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '*' | '_' | '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '「' | '」' | '《' | '》')
    };
    between.is_some_and(|between| between.chars().all(mark))
}

impl<F: FnMut(u32, Range<usize>, Way)> Listener for Walk<'_, F> {
    #[inline]
    fn word(&mut self, word: &Word) {
        self.trail.clock += 1;
        self.trail.odd |= word.odd;
        if word.wide {
            let own = self.patterns.tongues.by_letters(word.text(&mut [0; LONGEST]));
            if !own.is_none() {
                self.trail.signs.add_letters(own);
            }
        }
        if word.is_ideograph {
            self.trail.signs.ideograph(word);
        }
        let patterns = self.patterns;
        match patterns.vocabulary.known(word) {
            Some(known) => {
                self.trail.signs.told[usize::from(known.tell)] += 1;
                self.step(known.symbols, word.start..word.end);
            }
            None => self.unknown(word),
        }
    }

    fn sentence_end(&mut self) {
        self.trail.spared = Languages::NONE;
        if self.trail.here.is_empty() {
            return self.forget();
        }
        let here = self.trail.here.first().map_or(0, |reached| reached.way.start);
        self.trail.open_gaps.clear();
        self.step(&[SENTENCE_END], here..here);
        self.trail.clock += GAP_WORDS + 2;
    }

    #[inline]
    fn character(&mut self, c: char, place: Range<usize>) -> bool {
        self.trail.clock += 1;
        self.trail.signs.ideographs += 1;
        match self.patterns.vocabulary.character(c) {
            0 => self.step(&[], place),
            symbol => self.step(&[symbol], place),
        }
        true
    }

    fn picture(&mut self, picture: &Word) {
        let patterns = self.patterns;
        if let Some(known) = patterns.vocabulary.known(picture) {
            self.trail.clock += 1;
            self.step(known.symbols, picture.start..picture.end);
        }
    }

    fn unmask(&mut self, token: &str) -> Option<Word> {
        self.patterns.swearing.unmask(token)
    }

    fn is_word(&mut self, letters: &Word) -> bool {
        let mut symbols = std::mem::take(&mut self.trail.symbols);
        symbols.clear();
        self.patterns.vocabulary.by_beginning(letters, &mut symbols);
        let is_word = !symbols.is_empty() || self.patterns.vocabulary.known(letters).is_some();
        self.trail.symbols = symbols;
        is_word
    }
}
