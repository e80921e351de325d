//! Text of strangers made safe to show: what would move the cursor, hide or turn text round is written out.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Makes text safe for a terminal: controls, direction marks, invisible characters and the like become visible
/// escapes such as `\u{202e}`. Line ends and tabs stay as they are.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    escaped(text, false)
}

/// The same for one line: line ends and tabs become a space.
#[must_use]
pub fn plain_line(text: &str) -> Cow<'_, str> {
    escaped(text, true)
}

fn escaped(text: &str, one_line: bool) -> Cow<'_, str> {
    let changes = |character: char| is_unsafe(character) || (one_line && matches!(character, '\n' | '\t'));
    let Some(first) = text.find(changes) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(&text[..first]);
    let mut rest = text[first..].chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' | '\t' if one_line => out.push(' '),
            other => push_plain(&mut out, other),
        }
    }
    Cow::Owned(out)
}

/// Appends one character, escaped where it has to be.
pub(super) fn push_plain(out: &mut String, character: char) {
    if is_unsafe(character) {
        write!(out, "\\u{{{:x}}}", u32::from(character)).expect("writing into a String cannot fail");
    } else {
        out.push(character);
    }
}

/// Characters that a terminal obeys or hides instead of showing them.
pub(super) fn is_unsafe(character: char) -> bool {
    match character {
        '\n' | '\t' | ' '..='~' => false,
        // C0, DEL and C1 controls.
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        // Soft hyphen, grapheme joiner, Arabic letter mark, Hangul fillers, Mongolian selectors and separator.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => true,
        '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' => true,
        // Zero-width characters, direction marks, line and paragraph separators, embeddings and overrides.
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        // Word joiner, invisible operators, isolates, deprecated format characters.
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' => true,
        // Variation selectors other than the two that choose between text and picture; they can carry hidden bytes.
        '\u{fe00}'..='\u{fe0d}' => true,
        // Invisible musical and shorthand controls, tags, and the supplement of the variation selectors.
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

/// How many characters of a stranger's word are repeated in a message.
const SHOWN: usize = 60;

/// A stranger's text for use inside a message: cut where it is long, on one line, not escaped yet.
pub(super) fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(SHOWN).map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        out.truncate(out.trim_end().len());
        out.push_str("...");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_text_is_not_touched() {
        let text = "Café Löwe, 星河科技, 👍🏽 ❤️ \"ok\"\nnext\tcell";
        assert!(matches!(plain(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(plain("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(plain("a\u{202e}b\u{2066}c\u{200d}d\u{9b}e\u{7f}"), "a\\u{202e}b\\u{2066}c\\u{200d}d\\u{9b}e\\u{7f}");
        assert_eq!(plain("x\u{e0041}\u{2028}"), "x\\u{e0041}\\u{2028}");
    }

    #[test]
    fn one_line_stays_one_line() {
        assert_eq!(plain_line("a\nb\tc\r\nd\re"), "a b c d\\u{d}e");
        assert_eq!(plain("a\r\nb"), "a\nb");
    }

    #[test]
    fn a_long_word_is_cut_in_messages() {
        assert_eq!(shown("short\nword"), "short word");
        assert_eq!(shown(&"x".repeat(100)).len(), 63);
    }

    proptest! {
        #[test]
        fn nothing_unsafe_is_left(text in any::<String>()) {
            prop_assert!(!plain(&text).chars().any(is_unsafe));
            prop_assert!(!plain_line(&text).chars().any(|c| is_unsafe(c) || c == '\n' || c == '\t'));
        }
    }
}
