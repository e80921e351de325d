//! Small words: plurals, lists, points, money, shares, names of files.

use rust_decimal::Decimal;

use super::Look;
use crate::diagnostic::plain_line;
use crate::facts::Money;
use crate::rules::Tenths;
use crate::text::cells;

/// A path that is wider is cut to the name of its file.
const WIDEST_PATH: usize = 24;

/// Text of a stranger on one line, escaped, with single spaces.
pub(super) fn safe(text: &str) -> String {
    plain_line(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `1 sign`, `3 signs`.
#[must_use]
pub fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed<T: AsRef<str>>(things: &[T]) -> String {
    match things {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => format!("{} and {}", first.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "), last.as_ref()),
    }
}

/// `14.6`, `-5.6`.
pub(super) fn points(tenths: Tenths) -> String {
    format!("{}{}.{}", if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
}

/// `+14.6`, `-5.6`, `0.0`.
pub(super) fn signed(tenths: Tenths) -> String {
    if tenths > 0 { format!("+{}", points(tenths)) } else { points(tenths) }
}

/// An index: cut in the short screen and never rounded up, since that might be another band; with its tenth in `-v`.
pub(super) fn index(index: Decimal, look: &Look) -> String {
    if look.verbose { format!("{index:.1}") } else { cut(index).to_string() }
}

/// An index without its decimals.
pub(super) fn cut(index: Decimal) -> Decimal {
    index.trunc().normalize()
}

/// A share as whole percents.
pub(super) fn percent(share: Decimal) -> String {
    format!("{}%", (share * Decimal::ONE_HUNDRED).round().normalize())
}

/// `EUR 2,850.00 and USD 1,200.00`: two currencies are never added.
pub(super) fn amounts<'m>(amounts: impl IntoIterator<Item = &'m Money>) -> String {
    listed(&amounts.into_iter().map(Money::to_string).collect::<Vec<_>>())
}

/// A path, cut to the name of its file where it is wide.
pub(super) fn short_path(path: &str) -> String {
    let path = safe(path);
    if cells(&path) <= WIDEST_PATH {
        return path;
    }
    path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

/// `acme.yaml:70`, as a terminal or an editor opens it.
pub(super) fn place(file: Option<&str>, line: Option<u32>) -> String {
    match (file, line) {
        (Some(file), Some(line)) => format!("{}:{line}", short_path(file)),
        (Some(file), None) => short_path(file),
        (None, _) => String::new(),
    }
}

/// Lines of a text joined to paragraphs: an empty line begins a new one.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let plain = text.replace("\r\n", "\n");
    plain.split("\n\n").map(safe).filter(|paragraph| !paragraph.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHORT: Look = Look { width: 80, colour: false, verbose: false };

    #[test]
    fn small_words_fit_their_numbers() {
        assert_eq!((counted(1, "sign"), counted(3, "sign")), ("1 sign".to_owned(), "3 signs".to_owned()));
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!((signed(146), signed(-56), signed(0), points(-4)), ("+14.6".into(), "-5.6".into(), "0.0".into(), "-0.4".into()));
    }

    #[test]
    fn a_wide_path_is_cut_to_its_file_and_the_line_stays() {
        assert_eq!(place(Some("clients/2026/autumn/acme.yaml"), Some(70)), "acme.yaml:70");
        assert_eq!(place(Some("clients/acme.yaml"), Some(70)), "clients/acme.yaml:70");
        assert_eq!(place(Some("a/very-very-long-name-of-a-client.yaml"), Some(7)), "very-very-long-name-of-a-client.yaml:7");
    }

    #[test]
    fn one_index_in_two_looks() {
        assert_eq!(index(Decimal::new(696, 1), &SHORT), "69");
        assert_eq!(index(Decimal::new(700, 1), &Look { verbose: true, ..SHORT }), "70.0");
    }

    proptest! {
        #[test]
        fn the_index_is_cut_and_never_rounded_up(tenths in 0_i64..=1000) {
            let shown: i64 = index(Decimal::new(tenths, 1), &SHORT).parse().expect("a whole number is shown");
            prop_assert_eq!(shown, tenths / 10);
        }
    }
}
