//! Building a reader: phrases come in one by one, or as the build of this program prepared them, and a reader goes out.

use std::collections::hash_map;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::entries::{Entry, Gate};
use super::languages::{Known, Language};
use super::patterns::Patterns;
use super::phrase::{Phrase, PhraseMistake, Step, read_phrase, read_words};
use super::reader::Reader;
use super::regexes::{CheckedRegex, steps_of_gate};
use super::rows::Rows;
use super::vocabulary::{Scaffold, without_marks};
use super::{LexiconId, SetId, Wanted};

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
            ends: Rows::default(),
            entries: Rows::default(),
            phrases: Rows::default(),
            gates: Rows::default(),
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
            self.reader.ends.grow_to(self.reader.patterns.nodes_end());
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
        let from = reader.phrases.len() as u32;
        reader.phrases.push_text(phrase);
        let to = reader.phrases.len() as u32;
        let needs_marks = matches!(self.steps.as_slice(), [Step::Word(word) | Step::Stem(word)]
            if without_marks(word).is_some_and(|plain| plain.len < FEWEST_PLAIN_LETTERS));
        let counts_denied = match wanted {
            Wanted::Set(_) => true,
            Wanted::Lexicon(lexicon) => self.rest.denied.contains(&(lexicon, language)),
        };
        let entry = Entry { wanted, language, target, tenths, counts_denied, needs_marks, from, to, next: None };
        let number = reader.entries.len() as u32;
        match read {
            Phrase::Regex(regex) => match self.rest.regexes.entry((wanted, language, phrase.trim().to_string())) {
                hash_map::Entry::Occupied(same) => reader.entries.change(*same.get() as usize, |same| *same = entry),
                hash_map::Entry::Vacant(new) => {
                    new.insert(number);
                    reader.entries.push(entry);
                    reader.add_regex(*regex, number);
                }
            },
            Phrase::Steps => {
                let node = reader.patterns.add(&self.steps);
                reader.add_end(node, entry);
            }
        }
        self.is_complete &= reader.patterns.size() == size;
        Ok(())
    }
}

impl Reader {
    /// Puts an entry where its phrase ends; it takes the place of one for the same that reads the same.
    fn add_end(&mut self, node: u32, entry: Entry) {
        let node = node as usize;
        self.ends.grow_to(node + 1);
        let end = self.ends.at(node).entry;
        let is_same = |other: Entry| (other.wanted, other.language) == (entry.wanted, entry.language);
        let same = self.entries_from(end).find(|&number| is_same(self.entry(number)));
        if let Some(same) = same {
            return self.entries.change(same as usize, |same| *same = Entry { next: same.next, ..entry });
        }
        let number = self.entries.len() as u32;
        self.entries.push(Entry { next: end, ..entry });
        self.ends.change(node, |end| end.entry = Some(number));
    }

    fn add_regex(&mut self, regex: CheckedRegex, entry: u32) {
        let number = self.regexes.len() as u32;
        for (at, gate) in regex.gates.iter().enumerate() {
            for letters in gate {
                let node = self.patterns.add(&steps_of_gate(letters)) as usize;
                let gate = self.gates.len() as u32;
                self.ends.grow_to(node + 1);
                let next = self.ends.change(node, |end| end.gate.replace(gate));
                self.gates.push(Gate { regex: number, bit: 1 << at, next });
            }
        }
        self.regexes.push((regex, entry));
    }
}
