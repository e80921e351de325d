//! What people write in four languages, and what is found in it: tables, read with the languages as they are known to
//! the built-in pack and a few phrases of each.

use super::*;

const HOSTILE: [(&str, &[&str]); 4] = [
    ("en", &["idiot*", "stupid", "moron*", "fuck*", "shit*", "you … clown", "sad little", "🖕"]),
    ("fi", &["idioot*", "tyhm*", "vittu*", "ääliö*", "sinä … pelle", "väärä mies", "nainen"]),
    ("pl", &["idiot*", "głup*", "kurw*", "żałosn*", "ty … klaun*", "sąd", "debil*"]),
    ("zh", &["白痴", "傻", "废物", "你 … 骗子", "sb"]),
];

/// The lists of `rules/languages`, as far as they matter here.
fn reader() -> Reader {
    let mut builder = ReaderBuilder::new();
    let lists: [(&str, &str, [&[&str]; 6]); 4] = [
        (
            "en",
            "",
            [
                &["the", "and", "is", "are", "you", "your", "this", "that", "was", "have", "to", "of", "it", "he", "what", "for", "will"],
                &["not", "never", "aren't", "don't think"],
                &["not just", "or not"],
                &["i'm an", "i am an", "called me", "i'm such"],
                &["a", "an", "so", "that", "you", "are", "you are"],
                &["fuck*", "shit*"],
            ],
        ),
        (
            "fi",
            "äö",
            [
                &["ja", "ei", "että", "olet", "se", "tämä", "niin", "kun", "mitä", "oli", "nyt", "vielä", "sinä"],
                &["ei", "en", "et", "älä"],
                &[],
                &["olen", "kutsui minua"],
                &["ole", "mikään", "niin", "sinä"],
                &["vittu*"],
            ],
        ),
        (
            "pl",
            "ąćęłńóśźż",
            [
                &["nie", "się", "że", "jest", "jesteś", "jak", "ale", "tak", "czy", "pan", "co", "już"],
                &["nie"],
                &[],
                &["jestem", "nazwał mnie"],
                &["jesteś", "jest", "pan", "taki"],
                &["kurw*"],
            ],
        ),
        ("zh", "", [&[], &["不", "没", "不是"], &["是不是", "难道不"], &["我是", "骂我"], &["是", "个", "你"], &[]]),
    ];
    for (code, letters, kinds) in lists {
        let language = builder.language(code);
        builder.letters(language, letters);
        let names = [Known::Common, Known::Not, Known::DeniesNothing, Known::AboutMe, Known::Between, Known::Swearing];
        for (kind, words) in names.into_iter().zip(kinds) {
            for words in words {
                builder.known(language, kind, words).expect("good words");
            }
        }
    }
    for (code, phrases) in HOSTILE {
        let language = builder.language(code);
        for phrase in phrases {
            builder.entry(LexiconId(0), language, phrase, 10).expect("a good phrase");
            builder.phrase(SetId(0), language, phrase).expect("a good phrase");
        }
    }
    builder.build()
}

fn score(reader: &Reader, text: &str) -> i32 {
    let mut reading = Reading::default();
    reader.read(text, Languages::ALL, &mut Scratch::default(), &mut reading);
    let found = reader.find(text, Languages::ALL, Wanted::Lexicon(LexiconId(0)));
    assert_eq!(reading.score(LexiconId(0)), found.iter().map(|found| found.tenths).sum::<i32>(), "{text}");
    reading.score(LexiconId(0))
}

/// Checks that each text is hostile, or that each is not.
fn all(texts: &[&str], hostile: bool) {
    let reader = reader();
    let wrong: Vec<&&str> = texts.iter().filter(|text| (score(&reader, text) > 0) != hostile).collect();
    assert!(wrong.is_empty(), "should {}be found: {wrong:?}", if hostile { "" } else { "not " });
}

#[test]
fn an_insult_is_found_in_each_language() {
    all(&["You are an idiot", "Olet idiootti", "Jesteś idiotą", "你是白痴", "ok idiot", "🖕🏽"], true);
}

#[test]
fn what_is_denied_does_not_count() {
    all(
        &[
            "You are not stupid",
            "You are not a clown",
            "I don't think you are stupid",
            "Et ole idiootti",
            "En ole idiootti",
            "Et sinä ole mikään pelle",
            "Nie jesteś głupi",
            "Pan nie jest idiotą",
            "不是白痴",
            "你不是骗子",
        ],
        false,
    );
}

#[test]
fn a_no_to_something_else_denies_nothing() {
    all(
        &[
            "No, idiot",
            "Not now, idiot!",
            "That is not what I asked for, idiot",
            "You are not stupid, you are an idiot",
            "En maksa. Idiootti!",
            "Nie, idioto!",
            "不，白痴",
            "Do not fuck this up",
            "Nie kurwa",
            "Not just stupid",
            "你是不是傻",
            "难道不是白痴",
        ],
        true,
    );
}

#[test]
fn what_is_said_of_oneself_is_no_attack() {
    all(
        &[
            "I'm an idiot",
            "Sorry, I am an idiot",
            "He called me \"an idiot\"",
            "Olen idiootti",
            "Hän kutsui minua idiootiksi",
            "Jestem idiotą",
            "Nazwał mnie idiotą",
            "我是白痴",
            "他骂我白痴",
        ],
        false,
    );
    all(&["I'm done with you, idiot", "Jestem zmęczony, idioto"], true);
}

#[test]
fn a_stretched_word_is_found() {
    all(&["stuuupid", "You STUUUPID", "idioootti", "Olet tyhmäääää", "kuurrrwa to nie", "kuuuurwa", "głuuupi", "傻傻傻"], true);
    all(&["stuupidd", "coooool", "sooo sad"], false);
}

#[test]
fn a_masked_word_is_found() {
    all(
        &[
            "f**k",
            "F*ck off",
            "f***",
            "sh1t",
            "$hit",
            "sh!t",
            "v1ttu",
            "v*ttu",
            "k***a",
            "k*rwa",
            "idi0t",
            "m0ron",
            "s t u p i d",
            "you i.d.i.o.t",
            "s-t-u-p-i-d!",
        ],
        true,
    );
    all(&["a * b * c", "2*3", "char**", "M1 is done", "options A B C D", "$100", "50%"], false);
}

#[test]
fn emphasis_and_invisible_characters_hide_nothing() {
    all(
        &[
            "*stupid*",
            "_stupid_",
            "**stupid**",
            "~~stupid~~",
            "st\u{200B}upid",
            "ｓｔｕｐｉｄ",
            "\u{202E}stupid\u{202C}",
            "白\u{200B}痴",
            "白 痴",
        ],
        true,
    );
}

#[test]
fn marks_may_be_left_out_in_typing() {
    all(&["jestes glupi", "to zalosne", "olet aalio", "tyhmä", "TYHMA"], true);
    all(&["the sad dog", "sad"], false);
    // Somebody who types ä means a here.
    all(&["Tämä on väärä mies"], true);
    all(&["Tämä ei ole niin että vaara mies"], false);
}

#[test]
fn a_phrase_without_marks_does_not_find_words_with_them() {
    let mut builder = ReaderBuilder::new();
    let polish = builder.language("pl");
    builder.phrase(SetId(0), polish, "lodz").expect("a good phrase");
    let reader = builder.build();
    assert_eq!(reader.find("Łódź", Languages::ALL, Wanted::Set(SetId(0))), []);
    assert_eq!(reader.find("lodz", Languages::ALL, Wanted::Set(SetId(0))).len(), 1);
}

#[test]
fn traditional_characters_are_the_same_words() {
    all(&["你這個廢物", "你是騙子"], true);
}

#[test]
fn a_word_of_another_language_does_not_count() {
    // "Nainen" is a woman, "sb" somebody, "sad" an orchard: each is an entry of another language here.
    all(
        &[
            "Is this the nainen that you have?",
            "To jest nie tak, nainen się",
            "Will you ask sb for it and the rest",
            "Mitä se oli kun sad little",
        ],
        false,
    );
}

#[test]
fn a_short_or_mixed_text_is_read_in_all_languages_that_are_understood() {
    let reader = reader();
    let read = |text: &str, codes: &[&str]| {
        let mut reading = Reading::default();
        reader.read(text, reader.languages(codes.iter().copied()), &mut Scratch::default(), &mut reading);
        reading.score(LexiconId(0))
    };
    assert_eq!(read("debil", &["en", "pl"]), 10);
    assert_eq!(read("debil", &["en", "fi"]), 0);
    assert_eq!(read("Pan jest debil, czy co", &["en", "fi"]), 10, "it tells itself that it is Polish");
    assert_eq!(read("ok idiot", &["en", "pl"]), 10, "one word counts once");
    assert_eq!(read("You are the one, ja sinä olet idiootti", &["en", "fi"]), 10);
    assert_eq!(read("你是白痴", &["en"]), 10, "characters tell the script");
}

#[test]
fn a_set_is_found_behind_a_negator_too() {
    let reader = reader();
    assert_eq!(reader.find("You are not stupid", Languages::ALL, Wanted::Set(SetId(0))).len(), 1);
}

#[test]
fn japanese_is_not_chinese() {
    all(&["これは白痴という小説です"], false);
}

#[test]
fn hostile_texts_are_read_in_the_time_of_their_length() {
    let reader = reader();
    let letters = "e".to_owned() + &"\u{301}".repeat(100_000);
    let patterns =
        ["stuuuupid ", "f**k ", "a b c d e ", "$", "*", "not ", "aaaa", "\u{200B}", "id\u{202E}iot ", "不", "𝐢", "@@@!", "1a", "i'm an "];
    for text in patterns.iter().map(|pattern| pattern.repeat(200_000 / pattern.len())).chain([letters]) {
        // A square of the length would take minutes here.
        score(&reader, &text);
    }
}

#[test]
fn zero_width_characters_by_the_thousand_hide_nothing() {
    all(&[&format!("st{}upid", "\u{200B}".repeat(10_000)), &format!("{}stupid", "\u{300}".repeat(10_000))], true);
}
