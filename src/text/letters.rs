//! Single characters: what part they play in a text, and what they are when case, width and style do not matter.
//!
//! ASCII never comes here on the fast path; `words` handles it by table.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

pub(super) use super::traditional::simplified;
use super::words::Shape;

/// The part that a character outside ASCII plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Belongs to a word.
    Letter,
    /// A word of its own: Chinese characters and Japanese syllables, which are written without word borders.
    Ideograph,
    /// Stands on the letter before it.
    Mark,
    /// Cannot be seen; inside a word it is skipped, so that it hides nothing.
    Invisible,
    /// One of the many signs that stand for '.
    Apostrophe,
    /// Ends a sentence.
    Stop(Stop),
    /// A small picture. It may be a phrase, and stands between words if it is none.
    Picture,
    /// Anything between words.
    Other,
}

/// How a sentence ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// With a full stop, a semicolon or the end of a paragraph.
    Plain,
    /// With a question mark.
    Question,
    /// With an exclamation mark.
    Exclamation,
}

/// The part that `c` plays; `c` is outside ASCII.
pub(super) fn part(c: char) -> Part {
    match c {
        '\u{4E00}'..='\u{9FFF}' => Part::Ideograph,
        // The Latin letters of Europe, by far the most frequent of the rest.
        'À'..='ɏ' => match c {
            '×' | '÷' => Part::Other,
            _ => Part::Letter,
        },
        '\u{80}'..='¿' => match c {
            '\u{AD}' => Part::Invisible,
            '´' => Part::Apostrophe,
            'ª' | '²' | '³' | 'µ' | '¹' | 'º' | '¼'..='¾' => Part::Letter,
            _ => Part::Other,
        },
        '‘' | '’' | '‛' | '′' | 'ʹ' | 'ʼ' | 'ˈ' | '＇' => Part::Apostrophe,
        '。' | '｡' | '．' | '；' | '\u{2029}' => Part::Stop(Stop::Plain),
        '？' | '⁇' | '❓' | '❔' | '؟' => Part::Stop(Stop::Question),
        '！' | '‼' | '❗' | '❕' => Part::Stop(Stop::Exclamation),
        // Shades of skin belong to the picture before them.
        '\u{1F3FB}'..='\u{1F3FF}' => Part::Invisible,
        '\u{1F300}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' => Part::Picture,
        c if is_invisible(c) => Part::Invisible,
        c if is_ideograph(c) => Part::Ideograph,
        c if is_mark(c) => Part::Mark,
        c if c.is_alphanumeric() => Part::Letter,
        _ => Part::Other,
    }
}

/// Whether `c` is a Chinese character of the main block.
pub(super) fn is_character(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// Whether `c` is written without word borders beside it.
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9D}'
        | '\u{20000}'..='\u{3FFFD}')
}

/// Whether `c` is drawn as nothing: joiners, soft hyphens, direction controls, selectors of glyphs, tags.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_mark(c: char) -> bool {
    c >= '\u{300}' && (matches!(c, '\u{20D0}'..='\u{20F0}') || canonical_combining_class(c) != 0)
}

/// The letter that `letter` and the mark after it make together, if there is one (a and ¨ make ä).
/// A mark that makes no letter with it is decoration, and is dropped.
pub(super) fn compose(letter: char, mark: char) -> Option<char> {
    unicode_normalization::char::compose(letter, mark)
}

/// Hands out what `c` is when case, width and style do not matter: Ä is ä, ß is ss, Ｆ and 𝐅 are f, ﬁ is fi.
pub(super) fn fold(c: char, mut each: impl FnMut(char)) {
    match c {
        'ß' | 'ẞ' => {
            each('s');
            each('s');
        }
        'ς' => each('σ'),
        '\u{80}'..='ž' => match char::from_u32(lower_latin(u32::from(c))) {
            // Superscripts, fractions and the like.
            Some(same) if c < 'À' => compatible(same, each),
            Some(lower) => each(lower),
            None => each(c),
        },
        'ƀ'..='ʯ' | 'Ͱ'..='ԯ' => c.to_lowercase().filter(|&c| !is_mark(c)).for_each(each),
        '\u{4E00}'..='\u{9FFF}' => each(simplified(c)),
        _ => compatible(c, each),
    }
}

/// The letter without its marks, as people type it who lack the key: ä is a, ł is l. None if it has none.
pub(super) fn plain(c: char) -> Option<char> {
    match c {
        'ł' => Some('l'),
        'ø' => Some('o'),
        'đ' => Some('d'),
        c if c.is_ascii() => None,
        _ => std::iter::once(c).nfd().next().filter(char::is_ascii_alphabetic),
    }
}

/// What the figures ask of a character that plays the part of a letter.
pub(super) fn shape(c: char) -> Shape {
    let (letter, capital, small) = match c {
        'À'..='ž' => {
            let capital = lower_latin(u32::from(c)) != u32::from(c);
            (true, capital, !capital)
        }
        _ => (c.is_alphabetic(), c.is_uppercase(), c.is_lowercase()),
    };
    let mut shape = Shape::default();
    shape.add_letter(letter, capital, small);
    shape
}

fn compatible(c: char, each: impl FnMut(char)) {
    let kept = |c: &char| c.is_alphanumeric() && !is_mark(*c);
    std::iter::once(c).nfkc().flat_map(char::to_lowercase).filter(kept).for_each(each);
}

/// Lower case in Latin-1 and Latin Extended-A, where pairs stand side by side.
fn lower_latin(code: u32) -> u32 {
    match code {
        0xD7 | 0x130 | 0x131 | 0x138 | 0x149 => {
            if code == 0x130 {
                0x69
            } else {
                code
            }
        }
        0xC0..=0xDE => code + 0x20,
        0x100..=0x137 | 0x14A..=0x177 => code | 1,
        0x139..=0x148 | 0x179..=0x17E => code + (code & 1),
        0x178 => 0xFF,
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::Upto2;
    use super::*;

    fn folded(text: &str) -> String {
        let mut out = String::new();
        for c in text.chars() {
            fold(c, |c| out.push(c));
        }
        out
    }

    #[test]
    fn latin_letters_fold_as_unicode_says() {
        for code in 0xC0..0x17F_u32 {
            let c = char::from_u32(code).expect("no surrogates below U+017F");
            if matches!(c, '×' | '÷' | 'ß' | 'ŉ' | 'İ') {
                continue;
            }
            assert_eq!(folded(&c.to_string()), c.to_lowercase().to_string(), "U+{code:04X}");
        }
    }

    #[test]
    fn shapes_are_as_unicode_says() {
        for c in ('\u{80}'..'ɐ').filter(|c| part(*c) == Part::Letter) {
            let is = |count| count != Upto2::None;
            let told = shape(c);
            let told = (is(told.letters), is(told.capitals), told.small);
            assert_eq!(told, (c.is_alphabetic(), c.is_uppercase(), c.is_lowercase()), "{c}");
        }
    }

    #[test]
    fn style_and_width_do_not_matter() {
        assert_eq!(folded("ＩＤＩＯＴ"), "idiot");
        assert_eq!(folded("𝐢𝒹𝕚𝖔𝚝"), "idiot");
        assert_eq!(folded("ﬁne"), "fine");
        assert_eq!(folded("STRAẞE Straße"), "strassestrasse");
        assert_eq!(folded("ŁÓDŹ ΣΑΣ Σας ЖАЛЬ"), "łódźσασσασжаль");
    }

    #[test]
    fn letters_without_their_marks() {
        assert_eq!("ąćęłńóśźżäöå".chars().filter_map(plain).collect::<String>(), "acelnoszzaoa");
        assert_eq!("aлй太".chars().filter_map(plain).count(), 0);
    }

    #[test]
    fn characters_play_their_parts() {
        assert_eq!(part('ä'), Part::Letter);
        assert_eq!(part('太'), Part::Ideograph);
        assert_eq!(part('\u{336}'), Part::Mark);
        assert_eq!(part('\u{200B}'), Part::Invisible);
        assert_eq!(part('’'), Part::Apostrophe);
        assert_eq!(part('？'), Part::Stop(Stop::Question));
        assert_eq!(part('—'), Part::Other);
        assert_eq!(part('\u{A0}'), Part::Other);
        assert_eq!(part('🖕'), Part::Picture);
        assert_eq!(part('\u{1F3FD}'), Part::Invisible);
    }
}
