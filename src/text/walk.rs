//! The walk that follows all phrases through a text at once.
//!
//! A walk remembers the nodes that the words so far have led to. A word reaches a node at most once, since one step leads
//! to it; an open gap is kept once, however often it was opened. So the work for a word is bounded by the phrases,
//! whatever the text.
//!
//! It also knows where a negator stands right before a word: what begins there is found as spared in its languages.

use std::ops::Range;

use super::cutter::Listener;
use super::disguise;
use super::languages::{Languages, Signs};
use super::patterns::{GAP, Patterns, key};
use super::vocabulary::{PLAIN, SENTENCE_END, Symbol};
use super::words::{LONGEST, Word};

/// A gap takes up to this many words.
const GAP_WORDS: u64 = 4;

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
    fn step(&mut self, symbols: impl ExactSizeIterator<Item = Symbol>, place: Range<usize>) {
        if symbols.len() == 0 {
            // Gaps stay open until their time is over.
            self.trail.here.clear();
            self.trail.spared = Languages::NONE;
        } else {
            self.step_on(symbols, place);
        }
    }

    fn step_on(&mut self, symbols: impl Iterator<Item = Symbol>, place: Range<usize>) {
        let spared = self.spared_now(place.start);
        self.trail.spared = Languages::NONE;
        for symbol in symbols {
            let is_plain = symbol & PLAIN != 0;
            let symbol = symbol & !PLAIN;
            for reached in 0..self.trail.here.len() {
                let Reached { place: node, way } = self.trail.here[reached];
                if self.patterns.nodes.at(node as usize).next.may_have(symbol)
                    && let Some(child) = self.patterns.children.get(key(node, symbol))
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
                if self.patterns.gaps.at((gap & !GAP) as usize).may_have(symbol)
                    && let Some(child) = self.patterns.children.get(key(gap, symbol))
                {
                    // Only what began inside the gap: the negator may be a word of the phrase itself.
                    let opened = until - GAP_WORDS - 1;
                    let inside = if self.trail.spared_since > opened { spared } else { Languages::NONE };
                    let way = Way { is_plain: way.is_plain | is_plain, spared: way.spared.and(inside), ..way };
                    self.reach(child, place.end, way, spared);
                }
            }
            if let Some(root) = self.patterns.roots.get(symbol as usize).filter(|&root| root != 0) {
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
        let node = self.patterns.nodes.at(number as usize);
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
        let spares = self.patterns.spares.at(usize::from(number) - 1);
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
        self.step(symbols.iter().copied(), word.start..word.end);
        self.trail.symbols = symbols;
    }

    #[inline(never)]
    fn disguised(&self, word: &Word, symbols: &mut Vec<Symbol>) {
        if word.cut_off {
            return;
        }
        let vocabulary = &self.patterns.vocabulary;
        let mut add = |word: &Word| match vocabulary.known(word) {
            Some(known) => symbols.extend(vocabulary.symbols_of(known)),
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
                self.step(patterns.vocabulary.symbols_of(known), word.start..word.end);
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
        self.step(std::iter::once(SENTENCE_END), here..here);
        self.trail.clock += GAP_WORDS + 2;
    }

    #[inline]
    fn character(&mut self, c: char, place: Range<usize>) -> bool {
        self.trail.clock += 1;
        self.trail.signs.ideographs += 1;
        match self.patterns.vocabulary.character(c) {
            0 => self.step(std::iter::empty(), place),
            symbol => self.step(std::iter::once(symbol), place),
        }
        true
    }

    fn picture(&mut self, picture: &Word) {
        let patterns = self.patterns;
        if let Some(known) = patterns.vocabulary.known(picture) {
            self.trail.clock += 1;
            self.step(patterns.vocabulary.symbols_of(known), picture.start..picture.end);
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
