//! The reader: all phrases of all rules and lexicons, found in one pass over a text.

use std::collections::hash_map;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::cutter;
use super::figures::Figures;
use super::own;
use super::patterns::{Patterns, Trail};
use super::phrase::{Phrase, PhraseMistake, Step, read_phrase};
use super::regexes::CheckedRegex;
use super::words::Word;
use super::{Found, LexiconId, SetId, Wanted};

/// Takes phrases in, and makes a reader of them.
#[derive(Debug)]
pub struct ReaderBuilder {
    reader: Reader,
    targets: FxHashMap<Wanted, u32>,
    /// For each regular expression and what it is for, its entry.
    regexes: FxHashMap<(Wanted, String), u32>,
    steps: Vec<Step>,
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
        Self { reader, targets: FxHashMap::default(), regexes: FxHashMap::default(), steps: Vec::new() }
    }

    /// Adds a phrase to a set.
    pub fn phrase(&mut self, set: SetId, phrase: &str) -> Result<(), PhraseMistake> {
        self.add(Wanted::Set(set), phrase, 0)
    }

    /// Adds an entry to a lexicon, with its weight in tenths. If the lexicon has an entry that reads the same, this
    /// one takes its place.
    pub fn entry(&mut self, lexicon: LexiconId, phrase: &str, tenths: i32) -> Result<(), PhraseMistake> {
        self.add(Wanted::Lexicon(lexicon), phrase, tenths)
    }

    /// The reader of all that was added.
    pub fn build(mut self) -> Reader {
        self.reader.patterns.complete();
        self.reader.ends.resize(self.reader.patterns.nodes_end(), End::default());
        self.reader
    }

    fn add(&mut self, wanted: Wanted, phrase: &str, tenths: i32) -> Result<(), PhraseMistake> {
        let read = read_phrase(phrase, &mut self.steps)?;
        let targets = self.targets.len() as u32;
        let target = *self.targets.entry(wanted).or_insert(targets);
        self.reader.targets = self.targets.len();
        let reader = &mut self.reader;
        let start = reader.phrases.len();
        reader.phrases.push_str(phrase);
        let entry = Entry { wanted, target, tenths, phrase: start..reader.phrases.len(), next: None };
        let number = reader.entries.len() as u32;
        match read {
            Phrase::Regex(regex) => match self.regexes.entry((wanted, phrase.trim().to_string())) {
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
                let same = reader.entries_from(end).find(|&number| reader.entries[number as usize].wanted == wanted);
                if let Some(same) = same {
                    let next = reader.entries[same as usize].next;
                    reader.entries[same as usize] = Entry { next, ..entry };
                } else {
                    reader.entries.push(Entry { next: end, ..entry });
                    reader.end_at(node).entry = Some(number);
                }
            }
        }
        Ok(())
    }
}

/// Finds all phrases of all rules and lexicons in one pass. It does not change, and may be shared between threads.
#[derive(Debug)]
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
    targets: usize,
}

/// What ends at a node: the first of its entries, and the first of its gates.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    entry: Option<u32>,
    gate: Option<u32>,
}

/// A word that a text must have so that a regular expression can match.
#[derive(Debug)]
struct Gate {
    regex: u32,
    /// Which of its gates, as a bit.
    bit: u8,
    /// The next gate that ends at the same node.
    next: Option<u32>,
}

/// One phrase of a set, or one entry of a lexicon.
#[derive(Debug)]
struct Entry {
    wanted: Wanted,
    /// The number of its set or lexicon among all.
    target: u32,
    tenths: i32,
    phrase: Range<usize>,
    /// The next entry that ends at the same node.
    next: Option<u32>,
}

impl Reader {
    /// Reads one text, and leaves in `reading` what was found in its sender's own words; what was there is forgotten.
    /// Allocates nothing once `scratch` and `reading` have grown to what such texts need.
    pub fn read(&self, text: &str, scratch: &mut Scratch, reading: &mut Reading) {
        let Reading { found, figures } = reading;
        found.clear();
        let mut tally = Tally { found, places: std::mem::take(&mut scratch.places), now: scratch.reads + 1 };
        tally.places.resize(tally.places.len().max(self.targets), Place::default());
        *figures = self.visit(text, scratch, |entry, _| tally.add(entry));
        for (regex, entry) in self.regexes_for(scratch) {
            // A set needs to be found once only.
            let settled = matches!(entry.wanted, Wanted::Set(_)) && tally.has(entry);
            if !settled && scratch.parts.iter().any(|part| regex.regex().is_match(&text[part.clone()])) {
                tally.add(entry);
            }
        }
        scratch.places = tally.places;
    }

    /// Where the phrases of a set or a lexicon stand in a text: each entry once, at the first place where it is
    /// complete, in the order of the text. For evidence; it takes as long as reading, and allocates.
    pub fn find(&self, text: &str, wanted: Wanted) -> Vec<Found<'_>> {
        let mut scratch = Scratch::default();
        let mut all = Vec::new();
        let found = |entry: &Entry, place| Found { place, phrase: self.phrases[entry.phrase.clone()].trim(), tenths: entry.tenths };
        self.visit(text, &mut scratch, |entry, place| {
            if entry.wanted == wanted {
                all.push(found(entry, place));
            }
        });
        for (regex, entry) in self.regexes_for(&scratch).filter(|(_, entry)| entry.wanted == wanted) {
            let first =
                |part: &Range<usize>| regex.regex().find(&text[part.clone()]).map(|hit| part.start + hit.start()..part.start + hit.end());
            all.extend(scratch.parts.iter().find_map(first).map(|place| found(entry, place)));
        }
        all.sort_by_key(|found| (found.place.start, found.place.end));
        all
    }

    /// Walks through a text, and calls `each` with each entry of words the first time that it is complete.
    fn visit(&self, text: &str, scratch: &mut Scratch, mut each: impl FnMut(&Entry, Range<usize>)) -> Figures {
        let mut figures = Figures::default();
        scratch.reads += 1;
        let Scratch { trail, word, parts, seen, passed, reads, .. } = scratch;
        seen.resize(seen.len().max(self.entries.len()), 0);
        passed.clear();
        passed.resize(self.regexes.len(), 0);
        own::find_own_words(text, parts);
        let mut walk = self.patterns.walk(trail, |node, place: Range<usize>| {
            let end = self.ends[node as usize];
            for number in self.entries_from(end.entry) {
                if std::mem::replace(&mut seen[number as usize], *reads) != *reads {
                    each(&self.entries[number as usize], place.clone());
                }
            }
            let mut gate = end.gate;
            while let Some(&Gate { regex, bit, next }) = gate.map(|gate| &self.gates[gate as usize]) {
                passed[regex as usize] |= bit;
                gate = next;
            }
        });
        for part in parts.iter() {
            cutter::cut(text, part.clone(), word, &mut figures, &mut walk);
            walk.forget();
        }
        figures
    }

    fn entries_from(&self, first: Option<u32>) -> impl Iterator<Item = u32> {
        std::iter::successors(first, |&number| self.entries[number as usize].next)
    }

    /// The regular expressions that may match the text that was walked through with `scratch`, with their entries.
    fn regexes_for(&self, scratch: &Scratch) -> impl Iterator<Item = (&CheckedRegex, &Entry)> {
        let passes =
            |(regex, passed): &(&(CheckedRegex, u32), &u8)| scratch.trail.odd || u32::from(**passed) + 1 == 1 << regex.0.gates.len();
        let possible = self.regexes.iter().zip(&scratch.passed).filter(passes);
        possible.map(|((regex, number), _)| (regex, &self.entries[*number as usize]))
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

/// What a reader needs while it reads. One for each thread, used for text after text, with any reader.
#[derive(Debug, Default)]
pub struct Scratch {
    trail: Trail,
    word: Word,
    /// The sender's own words in the text read last.
    parts: Vec<Range<usize>>,
    /// For each entry, the last reading that found it.
    seen: Vec<u64>,
    /// For each regular expression, the gates that the text passed.
    passed: Vec<u8>,
    /// For each set and lexicon, its place in the last reading that found it.
    places: Vec<Place>,
    /// How many readings there have been; marks of older ones do not count.
    reads: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    reading: u64,
    at: usize,
}

/// What was found in one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// A handful at most: each set that is mentioned, and each lexicon with its score.
    found: Vec<(Wanted, i32)>,
    figures: Figures,
}

impl Reading {
    /// Whether some phrase of the set is there.
    pub fn mentions(&self, set: SetId) -> bool {
        self.found.iter().any(|(wanted, _)| *wanted == Wanted::Set(set))
    }

    /// The sum over the lexicon's entries that are there, each counted once, in tenths.
    pub fn score(&self, lexicon: LexiconId) -> i32 {
        self.found.iter().find(|(wanted, _)| *wanted == Wanted::Lexicon(lexicon)).map_or(0, |(_, tenths)| *tenths)
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
        builder.phrase(SetId(7), phrase).expect("a good phrase");
        let mut reading = Reading::default();
        builder.build().read(text, &mut Scratch::default(), &mut reading);
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
        assert!(!finds("näin", "nain"));
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
        for (number, phrase) in ["you are", "are", "you are an idiot", "an … idiot", "an idiot*", "/ID[aeiou]+T/"].iter().enumerate() {
            builder.phrase(SetId(number as u32), phrase).expect("a good phrase");
        }
        let mut reading = Reading::default();
        builder.build().read("You are an idiot", &mut Scratch::default(), &mut reading);
        assert!((0..6).all(|set| reading.mentions(SetId(set))), "{reading:?}");
        assert!(!reading.mentions(SetId(6)));
    }

    #[test]
    fn a_lexicon_counts_each_entry_once() {
        let mut builder = ReaderBuilder::new();
        let lexicon = LexiconId(3);
        for (phrase, tenths) in [("idiot*", 30), ("stupid", 20), ("not stupid", -20), ("thank*", -5), ("STUPID", 25), ("/st[ou]pid/", 1)] {
            builder.entry(lexicon, phrase, tenths).expect("a good phrase");
        }
        let reader = builder.build();
        let mut reading = Reading::default();
        let mut scratch = Scratch::default();
        reader.read("Stupid idiots, idiot. Stupid!", &mut scratch, &mut reading);
        assert_eq!(reading.score(lexicon), 56);
        assert_eq!(reading.figures().words, 4);
        reader.read("not stupid", &mut scratch, &mut reading);
        assert_eq!((reading.score(lexicon), reading.score(LexiconId(0))), (6, 0));
        reader.read("fine", &mut scratch, &mut reading);
        assert_eq!(reading.score(lexicon), 0);
    }

    #[test]
    fn places_are_told_with_the_phrase_as_it_was_written() {
        let mut builder = ReaderBuilder::new();
        for phrase in ["you … idiot*", "/sue\\b/", "Fool"] {
            builder.entry(LexiconId(0), phrase, 10).expect("a good phrase");
        }
        let reader = builder.build();
        let text = "> you fool\nYou said: you IDIOTS, I sue you, fools. Fool! Fool!";
        let found = reader.find(text, Wanted::Lexicon(LexiconId(0)));
        let told: Vec<_> = found.iter().map(|found| (found.phrase, &text[found.place.clone()])).collect();
        assert_eq!(told, [("you … idiot*", "you IDIOTS"), ("/sue\\b/", "sue"), ("Fool", "Fool")]);
        assert!(found[0].place.start > 12, "the nearer of two beginnings");
        assert_eq!(reader.find(text, Wanted::Set(SetId(0))), []);
    }
}
