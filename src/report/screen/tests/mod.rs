//! What holds for every screen: sums that add up, widths, colours, and text of strangers that does no harm.

mod explained;
mod invariants;
mod reports;

use rust_decimal::Decimal;

use super::Look;
use crate::rules::Tenths;
use crate::text::cells;

pub(super) const SHORT: Look = Look { width: 80, colour: false, verbose: false };
pub(super) const LONG: Look = Look { verbose: true, ..SHORT };

/// The text without its escape codes.
pub(super) fn stripped(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

pub(super) fn in_colour(look: Look) -> Look {
    Look { colour: true, ..look }
}

/// The points of the rows above the sum line, and the total below it.
pub(super) fn column_of_points(screen: &str) -> (Tenths, Tenths) {
    let tenths = |line: &str| -> Option<Tenths> {
        let number: Decimal = line.get(..6)?.trim().parse().ok()?;
        i64::try_from((number * Decimal::TEN).mantissa() / 10_i128.pow((number * Decimal::TEN).scale())).ok()
    };
    let mut rows = screen.lines().skip_while(|line| !line.starts_with("Points")).skip(2);
    let above = rows.by_ref().take_while(|line| !line.trim().starts_with('─')).filter_map(tenths).sum();
    (above, rows.next().and_then(tenths).expect("a total stands under the sum line"))
}

/// Whether a screen ends its last line, and no line is too wide or has spaces at its end.
pub(super) fn is_tidy(screen: &str, width: usize) {
    assert!(screen.ends_with('\n'));
    for line in screen.lines() {
        assert!(cells(line) <= width, "{} cells at {width}: {line}", cells(line));
        assert_eq!(line, line.trim_end_matches(' '));
    }
}
