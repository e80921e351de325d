//! The reader: all phrases of all rules and lexicons, found in one pass over a text.
//!
//! Behind the pass it is known in which languages the text is read; what was found in others does not count. Of several
//! languages a lexicon takes the one in which most was found, so that one word is not counted twice.

use std::cell::LazyCell;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::cutter;
use super::entries::{End, Entry, Gate};
use super::figures::Figures;
use super::languages::{Language, Languages};
use super::own;
use super::patterns::Patterns;
use super::reading::{Hit, Place, Reading, Scratch, Seen, Tally};
use super::regexes::CheckedRegex;
use super::rows::Rows;
use super::walk::Way;
use super::words::{LONGEST, Word};
use super::{Found, Wanted};

/// Finds all phrases of all rules and lexicons in one pass. It does not change, and may be shared between threads.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Reader {
    pub(super) patterns: Patterns,
    /// For each node of the patterns, what ends there.
    pub(super) ends: Rows<End>,
    pub(super) entries: Rows<Entry>,
    pub(super) gates: Rows<Gate>,
    /// All phrases as they were written, one behind the other.
    pub(super) phrases: Rows<u8>,
    /// With the entry of each.
    pub(super) regexes: Vec<(CheckedRegex, u32)>,
    /// How many sets and lexicons there are, counted for each language.
    pub(super) targets: usize,
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
            tally.add(self.entry(hit.entry));
        }
        for (regex, entry) in self.regexes_for(text, scratch) {
            // A set needs to be found once only.
            let settled = matches!(entry.wanted, Wanted::Set(_)) && tally.has(&entry);
            if !settled && scratch.parts.iter().any(|part| regex.regex().is_match(&text[part.clone()])) {
                tally.add(entry);
            }
        }
        scratch.places = tally.places;
    }

    /// Where the phrases of a set or a lexicon stand in a text: each entry that counts once, at the first place where it
    /// is complete, in the order of the text. For evidence; it takes as long as reading, and allocates.
    pub fn find(&self, text: &str, understood: Languages, wanted: Wanted) -> Vec<Found<'_>> {
        Scratch::lend(|scratch| self.find_with(scratch, text, understood, wanted))
    }

    fn find_with(&self, scratch: &mut Scratch, text: &str, understood: Languages, wanted: Wanted) -> Vec<Found<'_>> {
        self.visit(text, understood, scratch, &mut Figures::default());
        let phrase = |entry: &Entry| self.phrases.text(entry.from as usize..entry.to as usize).trim();
        let found = |entry: &Entry, place| Found { place, phrase: phrase(entry), tenths: entry.tenths };
        let mut all: Vec<(Language, Found<'_>)> = Vec::new();
        for hit in &scratch.hits {
            let entry = self.entry(hit.entry);
            if entry.wanted == wanted {
                all.push((entry.language, found(&entry, hit.place.clone())));
            }
        }
        for (regex, entry) in self.regexes_for(text, scratch).filter(|(_, entry)| entry.wanted == wanted) {
            let first =
                |part: &Range<usize>| regex.regex().find(&text[part.clone()]).map(|hit| part.start + hit.start()..part.start + hit.end());
            all.extend(scratch.parts.iter().find_map(first).map(|place| (entry.language, found(&entry, place))));
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
            let end = self.ends.at(node as usize);
            for number in self.entries_from(end.entry) {
                let way = if way.is_sure() { way } else { self.way_of(number, text, &place, way) };
                if seen[number as usize].is_news(*reads, way.is_sure()) {
                    hits.push(Hit { entry: number, is_plain: way.is_plain, spared: way.spared, place: place.clone() });
                }
            }
            let mut gate = end.gate;
            while let Some(Gate { regex, bit, next }) = gate.map(|gate| self.gates.at(gate as usize)) {
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
        let entry = self.entry(number);
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
            let entry = self.entry(hit.entry);
            let is_spelled = !hit.is_plain || (plainly.has(entry.language) && !entry.needs_marks);
            entry.weighs()
                && languages.has(entry.language)
                && is_spelled
                && hit.spared.both(*languages).is_none()
                && !std::mem::replace(&mut seen[hit.entry as usize].is_counted, true)
        });
    }

    /// An entry by its number, which the reader gave out.
    #[inline]
    pub(super) fn entry(&self, number: u32) -> Entry {
        self.entries.at(number as usize)
    }

    /// This entry, and all that end at the same node behind it.
    pub(super) fn entries_from(&self, first: Option<u32>) -> impl Iterator<Item = u32> {
        std::iter::successors(first, |&number| self.entry(number).next)
    }

    /// The regular expressions that may match `text`, which was walked through with `scratch`, with their entries.
    fn regexes_for<'r>(&'r self, text: &str, scratch: &Scratch) -> impl Iterator<Item = (&'r CheckedRegex, Entry)> {
        let has_digits = LazyCell::new(|| text.bytes().any(|byte| byte.is_ascii_digit()));
        let passes = move |regex: &CheckedRegex, passed: u8| {
            (scratch.trail.odd || u32::from(passed) + 1 == 1 << regex.gates.len()) && (!regex.has_digit || *has_digits)
        };
        let possible = self.regexes.iter().zip(&scratch.passed).filter(move |((regex, _), passed)| passes(regex, **passed));
        let with_entry = possible.map(|((regex, number), _)| (regex, self.entry(*number)));
        with_entry.filter(|(_, entry)| scratch.languages.has(entry.language) && entry.weighs())
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

#[cfg(test)]
mod tests {
    use super::super::{LexiconId, ReaderBuilder, SetId};
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
    fn a_dot_behind_a_character_ends_a_sentence_whatever_was_read_before() {
        let mut builder = ReaderBuilder::new();
        let chinese = builder.language("zh");
        builder.phrase(SetId(0), chinese, "太贵").expect("a good phrase");
        let reader = builder.build();
        let (mut scratch, mut reading) = (Scratch::default(), Reading::default());
        for text in ["etcpay", "太. 贵"] {
            reader.read(text, Languages::ALL, &mut scratch, &mut reading);
        }
        assert!(!reading.mentions(SetId(0)));
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
