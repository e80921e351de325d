//! What holds for every text, tried on many.

use std::sync::LazyLock;

use proptest::prelude::*;
use regex::{Regex, RegexBuilder};

use super::*;

const PHRASES: [&str; 14] = [
    "pay",
    "pay you",
    "you … pay",
    "you … pay … now",
    "idiot*",
    "don't",
    "don't … now",
    "pay now. you",
    "太贵",
    "you … 太",
    "now … now",
    "pay*  you",
    "i'll pay",
    "e.g. you",
];

const REGEXES: [&str; 16] = [
    r"\byou\W+idiots?\b",
    r"^\W*(pay|now)\b",
    "o.?y",
    r"\b(pays|nows) (it )?you$",
    r"now+[^a-z]*don",
    r"\w'l",
    r"\b(pay|now) you (now|太)? ?[0-9]",
    r"\bll pay (now|you)\b",
    r"\b(t|you|re) pay",
    "[' ](t|no) pay you",
    r"\byou pay ([a-z]+ ){0,2}no [0-9.]+",
    "太贵",
    "([太贵]|pay)(you|太)?贵",
    "now( +pay| you)+ no",
    r"\byou\b ?[.!] ?pay no",
    r"\b(no|pays) (no|pays) [^a-z]",
];

/// All phrases as sets 0.., and as entries of lexicon 0; all regular expressions as sets 100.., and in lexicon 1.
static READER: LazyLock<Reader> = LazyLock::new(|| {
    let mut builder = ReaderBuilder::new();
    let english = builder.language("en");
    for (number, phrase) in PHRASES.iter().enumerate() {
        builder.phrase(SetId(number as u32), english, phrase).expect("a good phrase");
        builder.entry(LexiconId(0), english, phrase, 1 << number).expect("a good phrase");
    }
    for (number, regex) in REGEXES.iter().enumerate() {
        builder.phrase(SetId(100 + number as u32), english, &format!("/{regex}/")).expect("a good expression");
        builder.entry(LexiconId(1), english, &format!("/{regex}/"), 1 << number).expect("a good expression");
    }
    builder.build()
});

/// The same expressions, to be tried without gates.
static PREPARED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let prepare = |source: &&str| RegexBuilder::new(source).case_insensitive(true).build().expect("a good expression");
    REGEXES.iter().map(prepare).collect()
});

fn read(reader: &Reader, text: &str) -> Reading {
    let mut reading = Reading::default();
    reader.read(text, Languages::ALL, &mut Scratch::default(), &mut reading);
    reading
}

fn all_wanted() -> impl Iterator<Item = Wanted> {
    let sets = (0..PHRASES.len() as u32).chain(100..100 + REGEXES.len() as u32).map(|id| Wanted::Set(SetId(id)));
    sets.chain([0, 1].map(|id| Wanted::Lexicon(LexiconId(id))))
}

/// Words of the phrases, and whatever may stand between and inside words.
fn lively(lines: bool) -> impl Strategy<Value = String> {
    let words = [
        "pay", "Pay", "you", "now", "idiot", "IDIOTS", "don't", "dont", "don’t", "i'll", "no", "e.g", "etc", "pays", "you're", "o'you",
        "太", "贵", "ä", "½", "3.5",
    ];
    let between =
        [" ", " ", " ", " ", " ", ", ", ". ", ".", "! ", "?", "...", " … ", "-", "'", "’", "\u{301}", "\u{200D}", "。", "_", "\t", "; "];
    let ends = ["\n", "\n\n", "\n> ", "\n-- \n", "\n    ", "\n```\n", "\nOn 1 May 2025, a@b wrote:\n", "\nFrom: a@b\nSent: now\n", "\r\n"];
    let piece = prop_oneof![
        6 => proptest::sample::select(words.to_vec()),
        6 => proptest::sample::select(between.to_vec()),
        u32::from(lines) => proptest::sample::select(ends.to_vec()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn reading_and_finding_agree(text in prop_oneof![lively(true), any::<String>()]) {
        let reading = read(&READER, &text);
        for wanted in all_wanted() {
            let found = READER.find(&text, Languages::ALL, wanted);
            for found in &found {
                prop_assert!(!text[found.place.clone()].is_empty());
            }
            match wanted {
                Wanted::Set(set) => prop_assert_eq!(reading.mentions(set), !found.is_empty()),
                Wanted::Lexicon(lexicon) => prop_assert_eq!(reading.score(lexicon), found.iter().map(|found| found.tenths).sum::<i32>()),
            }
        }
        prop_assert_eq!(reading.figures(), figures(&text));
    }

    #[test]
    fn a_used_scratch_reads_like_a_new_one(texts in proptest::collection::vec(lively(true), 1..6)) {
        let (mut scratch, mut reading) = (Scratch::default(), Reading::default());
        for text in &texts {
            READER.read(text, Languages::ALL, &mut scratch, &mut reading);
            prop_assert_eq!(&reading, &read(&READER, text));
        }
    }

    #[test]
    fn case_does_not_matter(text in lively(false)) {
        let upper = read(&READER, &text.to_ascii_uppercase());
        let lower = read(&READER, &text.to_ascii_lowercase());
        for wanted in all_wanted() {
            match wanted {
                Wanted::Set(set) => prop_assert_eq!(upper.mentions(set), lower.mentions(set)),
                Wanted::Lexicon(lexicon) => prop_assert_eq!(upper.score(lexicon), lower.score(lexicon)),
            }
        }
    }

    #[test]
    fn gates_let_every_match_through(text in lively(true)) {
        let reading = read(&READER, &text);
        for (number, regex) in PREPARED.iter().enumerate() {
            let matches = own_words(&text).any(|part| regex.is_match(&text[part]));
            prop_assert_eq!(reading.mentions(SetId(100 + number as u32)), matches, "{}", regex);
        }
    }

    #[test]
    fn own_words_are_parts_in_order(text in prop_oneof![lively(true), any::<String>()]) {
        let mut end = 0;
        for part in own_words(&text) {
            prop_assert!(part.start >= end && text.get(part.clone()).is_some());
            end = part.end;
        }
        let all: String = own_words(&text).map(|part| &text[part]).collect();
        prop_assert_eq!(all.trim_ascii().is_empty(), text.trim_ascii().is_empty());
    }

    #[test]
    fn a_quote_is_as_wide_as_it_may_be(text in prop_oneof![lively(true), any::<String>()], start in 0..200_usize, len in 0..50_usize, width in 0..60_usize) {
        let quoted = quote(&text, Some(start..start + len), width);
        prop_assert!(cells(&quoted) <= width, "{} cells: {:?}", cells(&quoted), quoted);
        prop_assert!(!quoted.contains(char::is_control));
    }

    #[test]
    fn phrases_never_panic(phrase in prop_oneof![any::<String>(), lively(false), "[a-c.…*/ ]{0,12}"]) {
        let _ = check_phrase(&phrase);
    }

    #[test]
    fn phrases_are_found_as_by_hand(
        text in proptest::collection::vec((0..4_usize, proptest::sample::select(vec![" ", " ", " ", ", ", ". "])), 0..30),
        phrase in proptest::collection::vec((0..4_usize, any::<bool>(), proptest::sample::select(vec![" ", " … "])), 1..5),
    ) {
        const WORDS: [&str; 4] = ["one", "ones", "two", "onetwo"];
        let written: String = text.iter().map(|(word, between)| WORDS[*word].to_string() + between).collect();
        let last = phrase.len() - 1;
        let asked: String = phrase.iter().enumerate()
            .map(|(at, (word, star, next))| format!("{}{}{}", WORDS[*word], if *star { "*" } else { "" }, if at == last { "" } else { next }))
            .collect();
        let mut builder = ReaderBuilder::new();
        let english = builder.language("en");
        builder.phrase(SetId(0), english, &asked).expect("a good phrase");
        let by_hand = (0..text.len()).any(|start| found_by_hand(&text, start, &phrase, &WORDS));
        prop_assert_eq!(read(&builder.build(), &written).mentions(SetId(0)), by_hand, "{:?} in {:?}", asked, written);
    }
}

/// Whether the rest of a phrase begins at a word, by trying everything.
fn found_by_hand(text: &[(usize, &str)], at: usize, phrase: &[(usize, bool, &str)], words: &[&str]) -> bool {
    let Some(((word, star, next), rest)) = phrase.split_first() else { return true };
    let Some((here, _)) = text.get(at) else { return false };
    let fits = if *star { words[*here].starts_with(words[*word]) } else { here == word };
    let ends_sentence = |at: usize| text[at].1 == ". ";
    let reach = if *next == " " { 1 } else { 5 };
    fits && (rest.is_empty()
        || (1..=reach)
            .take_while(|step| at + step < text.len() && !ends_sentence(at + step - 1))
            .any(|step| found_by_hand(text, at + step, rest, words)))
}
