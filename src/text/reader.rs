//! The reader: all phrases of all rules and lexicons, found in one pass over a text.
//!
//! Behind the pass it is known in which languages the text is read; what was found in others does not count. Of several
//! languages a lexicon takes the one in which most was found, so that one word is not counted twice.

use std::collections::hash_map;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::cutter;
use super::figures::Figures;
use super::languages::{Known, Language, Languages};
use super::own;
use super::patterns::{Patterns, Trail, Way};
use super::phrase::{Phrase, PhraseMistake, Step, read_phrase, read_words};
use super::regexes::CheckedRegex;
use super::vocabulary::{Scaffold, without_marks};
use super::words::{LONGEST, Word};
use super::{Found, LexiconId, SetId, Wanted};

/// A phrase of one word that is shorter without the marks on its letters is found only with them.
const FEWEST_PLAIN_LETTERS: usize = 4;

/// Takes phrases in, and makes a reader of them.
#[derive(Debug)]
pub struct ReaderBuilder {
    reader: Reader,
    rest: Rest,
    /// A prepared rest that was not needed yet.
    unread: &'static [u8],
    /// Nothing was added since the reader was completed.
    is_complete: bool,
    steps: Vec<Step>,
}

/// What building takes beside the reader.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Rest {
    targets: FxHashMap<(Wanted, Language), u32>,
    /// For each regular expression and what it is for, its entry.
    regexes: FxHashMap<(Wanted, Language, String), u32>,
    /// The lexicons whose entries count behind a negator too.
    denied: FxHashSet<(LexiconId, Language)>,
    scaffold: Scaffold,
}

impl Default for ReaderBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl ReaderBuilder {
    /// Begins with no phrases.
    pub fn new() -> Self {
        let reader = Reader {
            patterns: Patterns::new(),
            ends: Vec::new(),
            entries: Vec::new(),
            phrases: String::new(),
            gates: Vec::new(),
            regexes: Vec::new(),
            targets: 0,
        };
        Self { reader, rest: Rest::default(), unread: &[], is_complete: false, steps: Vec::new() }
    }

    /// What was added so far, in a form that [`resumed`](Self::resumed) reads many times faster than phrases are read.
    ///
    /// # Errors
    /// None but those of the library that writes it.
    pub fn prepared(mut self) -> postcard::Result<Vec<u8>> {
        self.complete();
        self.rest.scaffold = std::mem::take(self.reader.patterns.scaffold());
        postcard::to_extend(&self.rest, postcard::to_allocvec(&self.reader)?)
    }

    /// Goes on where [`prepared`](Self::prepared) ended. What only more phrases would need is not read until there are some.
    ///
    /// # Errors
    /// If these bytes are not from there.
    pub fn resumed(bytes: &'static [u8]) -> postcard::Result<Self> {
        let (reader, unread) = postcard::take_from_bytes(bytes)?;
        Ok(Self { reader, rest: Rest::default(), unread, is_complete: true, steps: Vec::new() })
    }

    /// What building takes, from now on.
    fn build_on(&mut self) {
        if !self.unread.is_empty() {
            self.rest =
                postcard::from_bytes(std::mem::take(&mut self.unread)).expect("it was written with the reader, which could be read");
            *self.reader.patterns.scaffold() = std::mem::take(&mut self.rest.scaffold);
        }
    }

    /// A language by its code, like `en`.
    pub fn language(&mut self, code: &str) -> Language {
        self.reader.patterns.tongues.language(code)
    }

    /// Adds what is known of a language: one word, or words, of a kind.
    pub fn known(&mut self, language: Language, kind: Known, words: &str) -> Result<(), PhraseMistake> {
        read_words(words, &mut self.steps)?;
        self.build_on();
        self.is_complete = false;
        let patterns = &mut self.reader.patterns;
        match (kind, self.steps.as_slice()) {
            (Known::Common, [Step::Word(word)]) => patterns.add_telling(word, language),
            (Known::Swearing, [Step::Word(word)]) => patterns.swearing.add(word, false, language),
            (Known::Swearing, [Step::Stem(stem)]) => patterns.swearing.add(stem, true, language),
            (Known::Swearing, steps) if steps.iter().all(Step::is_ideograph) => patterns.swearing.add_characters(steps, language),
            (Known::Common | Known::Swearing, _) => return Err(PhraseMistake::NotOneWord),
            (Known::Not | Known::AboutMe, steps) => patterns.add_sparing(steps, language),
            (Known::Between, steps) => patterns.add_between(steps, language),
            (Known::DeniesNothing, steps) => patterns.add_not_sparing(steps, language),
        }
        Ok(())
    }

    /// The letters that tell a language, and that are often typed without their marks.
    pub fn letters(&mut self, language: Language, letters: &str) {
        self.build_on();
        self.is_complete = false;
        self.reader.patterns.tongues.add_letters(language, letters);
    }

    /// Adds a phrase to a set.
    pub fn phrase(&mut self, set: SetId, language: Language, phrase: &str) -> Result<(), PhraseMistake> {
        self.add(Wanted::Set(set), language, phrase, 0)
    }

    /// Entries of a lexicon that are added behind this count behind a negator too.
    pub fn count_denied(&mut self, lexicon: LexiconId, language: Language) {
        self.build_on();
        self.rest.denied.insert((lexicon, language));
    }

    /// Adds an entry to a lexicon, with its weight in tenths. If the lexicon has an entry of this language that reads
    /// the same, this one takes its place; one that weighs nothing is never found.
    pub fn entry(&mut self, lexicon: LexiconId, language: Language, phrase: &str, tenths: i32) -> Result<(), PhraseMistake> {
        self.add(Wanted::Lexicon(lexicon), language, phrase, tenths)
    }

    /// The reader of all that was added.
    pub fn build(mut self) -> Reader {
        self.complete();
        self.reader
    }

    fn complete(&mut self) {
        if !self.is_complete {
            self.reader.patterns.complete();
            self.reader.ends.resize(self.reader.patterns.nodes_end(), End::default());
            self.is_complete = true;
        }
    }

    fn add(&mut self, wanted: Wanted, language: Language, phrase: &str, tenths: i32) -> Result<(), PhraseMistake> {
        let read = read_phrase(phrase, &mut self.steps)?;
        self.build_on();
        let targets = self.rest.targets.len() as u32;
        let target = *self.rest.targets.entry((wanted, language)).or_insert(targets);
        self.reader.targets = self.rest.targets.len();
        let reader = &mut self.reader;
        let size = reader.patterns.size();
        let start = reader.phrases.len();
        reader.phrases.push_str(phrase);
        let needs_marks = matches!(self.steps.as_slice(), [Step::Word(word) | Step::Stem(word)]
            if without_marks(word).is_some_and(|plain| plain.len < FEWEST_PLAIN_LETTERS));
        let counts_denied = match wanted {
            Wanted::Set(_) => true,
            Wanted::Lexicon(lexicon) => self.rest.denied.contains(&(lexicon, language)),
        };
        let entry = Entry { wanted, language, target, tenths, counts_denied, needs_marks, phrase: start..reader.phrases.len(), next: None };
        let number = reader.entries.len() as u32;
        match read {
            Phrase::Regex(regex) => match self.rest.regexes.entry((wanted, language, phrase.trim().to_string())) {
                hash_map::Entry::Occupied(same) => reader.entries[*same.get() as usize] = entry,
                hash_map::Entry::Vacant(new) => {
                    new.insert(number);
                    reader.entries.push(entry);
                    reader.add_regex(*regex, number);
                }
            },
            Phrase::Steps => {
                let node = reader.patterns.add(&self.steps);
                let end = reader.end_at(node).entry;
                let is_same = |entry: &Entry| (entry.wanted, entry.language) == (wanted, language);
                let same = reader.entries_from(end).find(|&number| is_same(&reader.entries[number as usize]));
                if let Some(same) = same {
                    let next = reader.entries[same as usize].next;
                    reader.entries[same as usize] = Entry { next, ..entry };
                } else {
                    reader.entries.push(Entry { next: end, ..entry });
                    reader.end_at(node).entry = Some(number);
                }
            }
        }
        self.is_complete &= reader.patterns.size() == size;
        Ok(())
    }
}

/// Finds all phrases of all rules and lexicons in one pass. It does not change, and may be shared between threads.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reader {
    patterns: Patterns,
    /// For each node of the patterns, what ends there.
    ends: Vec<End>,
    entries: Vec<Entry>,
    gates: Vec<Gate>,
    /// All phrases as they were written, one behind the other.
    phrases: String,
    /// With the entry of each.
    regexes: Vec<(CheckedRegex, u32)>,
    /// How many sets and lexicons there are, counted for each language.
    targets: usize,
}

/// What ends at a node: the first of its entries, and the first of its gates.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct End {
    entry: Option<u32>,
    gate: Option<u32>,
}

/// A word that a text must have so that a regular expression can match.
#[derive(Debug, Serialize, Deserialize)]
struct Gate {
    regex: u32,
    /// Which of its gates, as a bit.
    bit: u8,
    /// The next gate that ends at the same node.
    next: Option<u32>,
}

/// One phrase of a set, or one entry of a lexicon.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    wanted: Wanted,
    language: Language,
    /// The number of its set or lexicon in its language among all.
    target: u32,
    tenths: i32,
    /// A negator right before it changes nothing.
    counts_denied: bool,
    /// Without the marks on its letters it is too short to mean anything.
    needs_marks: bool,
    phrase: Range<usize>,
    /// The next entry that ends at the same node.
    next: Option<u32>,
}

impl Entry {
    /// Whether it counts at all: the user takes an entry out of a lexicon by weighing it with nothing.
    fn weighs(&self) -> bool {
        self.tenths != 0 || matches!(self.wanted, Wanted::Set(_))
    }
}

/// An entry that was found.
#[derive(Debug, Clone)]
struct Hit {
    entry: u32,
    /// It was typed without marks, which counts only in a text that was typed so.
    is_plain: bool,
    /// In a text that is read in one of these, it is denied.
    spared: Languages,
    place: Range<usize>,
}

impl Reader {
    /// Those of some languages, by their codes, in which there are phrases.
    pub fn languages<'c>(&self, codes: impl IntoIterator<Item = &'c str>) -> Languages {
        self.patterns.tongues.languages(codes)
    }

    /// Reads one text, and leaves in `reading` what was found in its sender's own words; what was there is forgotten.
    /// A text whose language cannot be told is read in those that are `understood`.
    /// Allocates nothing once `scratch` and `reading` have grown to what such texts need.
    pub fn read(&self, text: &str, understood: Languages, scratch: &mut Scratch, reading: &mut Reading) {
        self.visit(text, understood, scratch, &mut reading.figures);
        reading.found.clear();
        let mut tally = Tally { found: &mut reading.found, places: std::mem::take(&mut scratch.places), now: scratch.reads };
        tally.places.resize(tally.places.len().max(self.targets), Place::default());
        for hit in &scratch.hits {
            tally.add(&self.entries[hit.entry as usize]);
        }
        for (regex, entry) in self.regexes_for(scratch) {
            // A set needs to be found once only.
            let settled = matches!(entry.wanted, Wanted::Set(_)) && tally.has(entry);
            if !settled && scratch.parts.iter().any(|part| regex.regex().is_match(&text[part.clone()])) {
                tally.add(entry);
            }
        }
        scratch.places = tally.places;
    }

    /// Where the phrases of a set or a lexicon stand in a text: each entry that counts once, at the first place where it
    /// is complete, in the order of the text. For evidence; it takes as long as reading, and allocates.
    pub fn find(&self, text: &str, understood: Languages, wanted: Wanted) -> Vec<Found<'_>> {
        let mut scratch = Scratch::default();
        self.visit(text, understood, &mut scratch, &mut Figures::default());
        let found = |entry: &Entry, place| Found { place, phrase: self.phrases[entry.phrase.clone()].trim(), tenths: entry.tenths };
        let mut all: Vec<(Language, Found<'_>)> = Vec::new();
        for hit in &scratch.hits {
            let entry = &self.entries[hit.entry as usize];
            if entry.wanted == wanted {
                all.push((entry.language, found(entry, hit.place.clone())));
            }
        }
        for (regex, entry) in self.regexes_for(&scratch).filter(|(_, entry)| entry.wanted == wanted) {
            let first =
                |part: &Range<usize>| regex.regex().find(&text[part.clone()]).map(|hit| part.start + hit.start()..part.start + hit.end());
            all.extend(scratch.parts.iter().find_map(first).map(|place| (entry.language, found(entry, place))));
        }
        if let Wanted::Lexicon(_) = wanted {
            let sum = |language: Language| -> i64 {
                all.iter().filter(|(other, _)| *other == language).map(|(_, found)| i64::from(found.tenths)).sum()
            };
            let best = all.iter().map(|(language, _)| *language).max_by_key(|language| (sum(*language), std::cmp::Reverse(*language)));
            all.retain(|(language, _)| Some(*language) == best);
        }
        let mut all: Vec<Found<'_>> = all.into_iter().map(|(_, found)| found).collect();
        all.sort_by_key(|found| (found.place.start, found.place.end));
        all
    }

    /// Walks through a text, and leaves in `scratch` each entry of words that counts, with the first place where it is
    /// complete, and the languages in which the text is read.
    fn visit(&self, text: &str, understood: Languages, scratch: &mut Scratch, figures: &mut Figures) {
        *figures = Figures::default();
        scratch.reads += 1;
        let Scratch { trail, word, parts, seen, passed, hits, reads, .. } = scratch;
        seen.resize(seen.len().max(self.entries.len()), Seen::default());
        passed.clear();
        passed.resize(self.regexes.len(), 0);
        hits.clear();
        own::find_own_words(text, parts);
        let mut walk = self.patterns.walk(text, trail, |node, place: Range<usize>, way| {
            let end = self.ends[node as usize];
            for number in self.entries_from(end.entry) {
                let way = if way.is_sure() { way } else { self.way_of(number, text, &place, way) };
                if seen[number as usize].is_news(*reads, way.is_sure()) {
                    hits.push(Hit { entry: number, is_plain: way.is_plain, spared: way.spared, place: place.clone() });
                }
            }
            let mut gate = end.gate;
            while let Some(&Gate { regex, bit, next }) = gate.map(|gate| &self.gates[gate as usize]) {
                passed[regex as usize] |= bit;
                gate = next;
            }
        });
        for part in parts.iter() {
            cutter::cut(text, part.clone(), word, figures, &mut walk);
            walk.forget();
        }
        let tongues = &self.patterns.tongues;
        scratch.languages = tongues.decide(&scratch.trail.signs, figures.words, understood);
        if !scratch.hits.is_empty() {
            let plainly = tongues.typed_plainly(&scratch.trail.signs);
            self.settle(scratch, plainly);
        }
    }

    /// How an entry was read: a negator does not concern a phrase of a set, nor some lexicons, nor an entry that swears.
    #[inline(never)]
    fn way_of(&self, number: u32, text: &str, place: &Range<usize>, way: Way) -> Way {
        let entry = &self.entries[number as usize];
        let counts_all_the_same = way.spared.is_none() || entry.counts_denied || self.swears(entry.language, &text[place.clone()]);
        if counts_all_the_same { Way { spared: Languages::NONE, ..way } } else { way }
    }

    #[inline(never)]
    fn swears(&self, language: Language, words: &str) -> bool {
        let mut has = false;
        let mut characters = String::new();
        let mut listener = Words(|word: &Word| {
            let mut buffer = [0; LONGEST];
            let letters = word.text(&mut buffer);
            has |= self.patterns.swearing.has(letters, language);
            characters.push_str(if word.is_ideograph { letters } else { " " });
        });
        cutter::cut(words, 0..words.len(), &mut Word::default(), &mut Figures::default(), &mut listener);
        has || self.patterns.swearing.is_in(&characters, language)
    }

    /// Takes out the hits that do not count: in other languages, denied, without marks in a text that was typed with
    /// them, and all but the first of an entry.
    fn settle(&self, scratch: &mut Scratch, plainly: Languages) {
        let Scratch { hits, seen, languages, .. } = scratch;
        hits.retain(|hit| {
            let entry = &self.entries[hit.entry as usize];
            let is_spelled = !hit.is_plain || (plainly.has(entry.language) && !entry.needs_marks);
            entry.weighs()
                && languages.has(entry.language)
                && is_spelled
                && hit.spared.both(*languages).is_none()
                && !std::mem::replace(&mut seen[hit.entry as usize].is_counted, true)
        });
    }

    fn entries_from(&self, first: Option<u32>) -> impl Iterator<Item = u32> {
        std::iter::successors(first, |&number| self.entries[number as usize].next)
    }

    /// The regular expressions that may match the text that was walked through with `scratch`, with their entries.
    fn regexes_for(&self, scratch: &Scratch) -> impl Iterator<Item = (&CheckedRegex, &Entry)> {
        let passes =
            |(regex, passed): &(&(CheckedRegex, u32), &u8)| scratch.trail.odd || u32::from(**passed) + 1 == 1 << regex.0.gates.len();
        let possible = self.regexes.iter().zip(&scratch.passed).filter(passes);
        let with_entry = possible.map(|((regex, number), _)| (regex, &self.entries[*number as usize]));
        with_entry.filter(|(_, entry)| scratch.languages.has(entry.language) && entry.weighs())
    }

    fn add_regex(&mut self, regex: CheckedRegex, entry: u32) {
        let number = self.regexes.len() as u32;
        for (at, gate) in regex.gates.iter().enumerate() {
            for stem in gate {
                let node = self.patterns.add(&[Step::Stem(stem.clone())]);
                let gate = self.gates.len() as u32;
                let next = self.end_at(node).gate.replace(gate);
                self.gates.push(Gate { regex: number, bit: 1 << at, next });
            }
        }
        self.regexes.push((regex, entry));
    }

    fn end_at(&mut self, node: u32) -> &mut End {
        let node = node as usize;
        self.ends.resize(self.ends.len().max(node + 1), End::default());
        &mut self.ends[node]
    }
}

/// Hears of words alone.
struct Words<F>(F);

impl<F: FnMut(&Word)> cutter::Listener for Words<F> {
    fn word(&mut self, word: &Word) {
        (self.0)(word);
    }
    fn sentence_end(&mut self) {}
}

/// What a reader needs while it reads. One for each thread, used for text after text, with any reader.
#[derive(Debug, Default)]
pub struct Scratch {
    trail: Trail,
    word: Word,
    /// The sender's own words in the text read last.
    parts: Vec<Range<usize>>,
    /// For each entry, how the last reading found it.
    seen: Vec<Seen>,
    /// What was found in the text read last.
    hits: Vec<Hit>,
    /// In which languages that text is read.
    languages: Languages,
    /// For each regular expression, the gates that the text passed.
    passed: Vec<u8>,
    /// For each set and lexicon, its place in the last reading that found it.
    places: Vec<Place>,
    /// How many readings there have been; marks of older ones do not count.
    reads: u64,
}

/// So many hits of an entry that may not count are kept while none that surely counts is found.
const MOST_UNSURE: u8 = 4;

/// The last reading that found an entry, and how.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    reading: u64,
    unsure: u8,
    is_sure: bool,
    is_counted: bool,
}

impl Seen {
    /// Whether it had not been found like this.
    #[inline]
    fn is_news(&mut self, now: u64, is_sure: bool) -> bool {
        if self.reading != now {
            *self = Self { reading: now, ..Self::default() };
        }
        if self.is_sure || (!is_sure && self.unsure == MOST_UNSURE) {
            return false;
        }
        self.is_sure = is_sure;
        self.unsure += u8::from(!is_sure);
        true
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    reading: u64,
    at: usize,
}

/// What was found in one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// A handful at most: each set that is mentioned, and each lexicon with its score in a language.
    found: Vec<(Wanted, i32)>,
    figures: Figures,
}

impl Reading {
    /// Whether some phrase of the set is there.
    pub fn mentions(&self, set: SetId) -> bool {
        self.found.iter().any(|(wanted, _)| *wanted == Wanted::Set(set))
    }

    /// The sum over the lexicon's entries that are there, each counted once, in tenths; in the language in which it is
    /// the highest.
    pub fn score(&self, lexicon: LexiconId) -> i32 {
        let scores = self.found.iter().filter(|(wanted, _)| *wanted == Wanted::Lexicon(lexicon));
        scores.map(|(_, tenths)| *tenths).max().unwrap_or(0)
    }

    /// The figures of the text.
    pub fn figures(&self) -> Figures {
        self.figures
    }
}

/// Adds up what is found.
struct Tally<'r> {
    found: &'r mut Vec<(Wanted, i32)>,
    places: Vec<Place>,
    now: u64,
}

impl Tally<'_> {
    fn has(&self, entry: &Entry) -> bool {
        self.places[entry.target as usize].reading == self.now
    }

    fn add(&mut self, entry: &Entry) {
        if self.has(entry) {
            let score = &mut self.found[self.places[entry.target as usize].at].1;
            *score = score.saturating_add(entry.tenths);
        } else {
            self.places[entry.target as usize] = Place { reading: self.now, at: self.found.len() };
            self.found.push((entry.wanted, entry.tenths));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(phrase: &str, text: &str) -> bool {
        let mut builder = ReaderBuilder::new();
        let language = builder.language("en");
        builder.phrase(SetId(7), language, phrase).expect("a good phrase");
        let mut reading = Reading::default();
        builder.build().read(text, Languages::ALL, &mut Scratch::default(), &mut reading);
        reading.mentions(SetId(7))
    }

    #[test]
    fn case_and_white_space_do_not_matter_and_word_borders_do() {
        assert!(finds("will pay", "I WILL\n   pay, soon"));
        assert!(finds("will pay", "(Will-pay)"));
        assert!(!finds("will pay", "will repay"));
        assert!(!finds("will pay", "will payment"));
        assert!(!finds("will pay", "I will. Pay me"));
        assert!(finds("äläkää", "ÄLÄKÄÄ nyt"));
        assert!(finds("łódź", "ŁÓDŹ"));
    }

    #[test]
    fn a_star_takes_any_ending() {
        for text in ["idiot", "idiots!", "Idiotic_", "idiot's"] {
            assert!(finds("idiot*", text), "{text}");
        }
        assert!(!finds("idiot*", "idio"));
        assert!(finds("mock-up*", "two mock-ups"));
        assert!(finds("follow-up", "follow up") && finds("follow-up", "a Follow‑up"));
        assert!(finds("x-ray*", &format!("x-ray{}", "x".repeat(1000))));
    }

    #[test]
    fn a_gap_takes_up_to_four_words_of_one_sentence() {
        assert!(finds("pay … tomorrow", "pay tomorrow"));
        assert!(finds("pay...tomorrow", "pay the whole sum, I think, tomorrow") ^ true);
        assert!(finds("pay … tomorrow", "pay all of it, really, tomorrow"));
        assert!(!finds("pay … tomorrow", "pay one two three four five tomorrow"));
        assert!(!finds("pay … tomorrow", "I did pay. Come tomorrow"));
        assert!(!finds("pay … tomorrow", "pay\n\ntomorrow"));
        assert!(finds("pay … tomorrow", "pay 3.5 e.g.\ntomorrow"));
        assert!(finds("pay … tomorrow", "pay shop.example Mr. Ek tomorrow"));
        assert!(finds("a … b … c", "a a x b x x x x c") && !finds("a … b … c", "a b x x x x x c"));
        assert!(finds("太贵 … 便宜", "太贵了吧能便宜") && !finds("太贵 … 便宜", "太贵了。便宜"));
    }

    #[test]
    fn apostrophes_come_in_many_kinds() {
        for text in ["I don't know", "I DON’T know", "i dont know", "I don`t know"] {
            assert!(finds("don't know", text), "{text}");
        }
        assert!(finds("lawyer", "my lawyer's letter") && finds("it", "It’s late"));
        assert!(!finds("hell", "he'll come") && !finds("we're done", "we were done"));
    }

    #[test]
    fn nothing_hides_a_word() {
        for text in [
            "id\u{200B}iot",
            "i\u{336}d\u{336}i\u{336}o\u{336}t\u{336}",
            "𝐢𝐝𝐢𝐨𝐭",
            "ＩＤＩＯＴ",
            "*idiot*",
            "\u{202E}idiot\u{202C}",
            "_idiot_",
            "“idiot”",
            "idi\u{AD}ot",
        ] {
            assert!(finds("idiot", text), "{text}");
        }
        assert!(finds("näin", "na\u{308}in"), "a letter and its mark are one");
        assert!(finds("na\u{308}in", "NÄIN"));
        assert!(finds("näin", "nain") && !finds("nain", "näin"));
    }

    #[test]
    fn each_chinese_character_is_a_word() {
        assert!(finds("太贵", "这个太贵了"));
        assert!(finds("太贵", "太 贵"));
        assert!(!finds("太贵", "贵太"));
        assert!(finds("用photoshop做", "请用Photoshop做"));
    }

    #[test]
    fn quoted_words_do_not_count() {
        assert!(!finds("idiot", "See below.\n> you idiot\n"));
        assert!(!finds("you … see", "you\n> quoted\nsee"));
    }

    #[test]
    fn all_phrases_are_found_even_inside_each_other() {
        let mut builder = ReaderBuilder::new();
        let english = builder.language("en");
        for (number, phrase) in ["you are", "are", "you are an idiot", "an … idiot", "an idiot*", "/ID[aeiou]+T/"].iter().enumerate() {
            builder.phrase(SetId(number as u32), english, phrase).expect("a good phrase");
        }
        let mut reading = Reading::default();
        builder.build().read("You are an idiot", Languages::ALL, &mut Scratch::default(), &mut reading);
        assert!((0..6).all(|set| reading.mentions(SetId(set))), "{reading:?}");
        assert!(!reading.mentions(SetId(6)));
    }

    #[test]
    fn a_lexicon_counts_each_entry_once() {
        let mut builder = ReaderBuilder::new();
        let english = builder.language("en");
        let lexicon = LexiconId(3);
        for (phrase, tenths) in [("idiot*", 30), ("stupid", 20), ("not stupid", -20), ("thank*", -5), ("STUPID", 25), ("/st[ou]pid/", 1)] {
            builder.entry(lexicon, english, phrase, tenths).expect("a good phrase");
        }
        let reader = builder.build();
        let mut reading = Reading::default();
        let mut scratch = Scratch::default();
        reader.read("Stupid idiots, idiot. Stupid!", Languages::ALL, &mut scratch, &mut reading);
        assert_eq!(reading.score(lexicon), 56);
        assert_eq!(reading.figures().words, 4);
        reader.read("not stupid", Languages::ALL, &mut scratch, &mut reading);
        assert_eq!((reading.score(lexicon), reading.score(LexiconId(0))), (6, 0));
        reader.read("fine", Languages::ALL, &mut scratch, &mut reading);
        assert_eq!(reading.score(lexicon), 0);
    }

    #[test]
    fn places_are_told_with_the_phrase_as_it_was_written() {
        let mut builder = ReaderBuilder::new();
        let english = builder.language("en");
        for phrase in ["you … idiot*", "/sue\\b/", "Fool"] {
            builder.entry(LexiconId(0), english, phrase, 10).expect("a good phrase");
        }
        let reader = builder.build();
        let text = "> you fool\nYou said: you IDIOTS, I sue you, fools. Fool! Fool!";
        let found = reader.find(text, Languages::ALL, Wanted::Lexicon(LexiconId(0)));
        let told: Vec<_> = found.iter().map(|found| (found.phrase, &text[found.place.clone()])).collect();
        assert_eq!(told, [("you … idiot*", "you IDIOTS"), ("/sue\\b/", "sue"), ("Fool", "Fool")]);
        assert!(found[0].place.start > 12, "the nearer of two beginnings");
        assert_eq!(reader.find(text, Languages::ALL, Wanted::Set(SetId(0))), []);
    }
}
