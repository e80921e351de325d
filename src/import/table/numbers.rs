//! Amounts as exports write them, from their digits and never through a float. Whether `1.234` is more than a thousand or
//! a little more than one is told by the other numbers of the file, or not at all.

use rust_decimal::Decimal;

use super::super::ReadError;
use super::map::NumberStyle;
use crate::record::{Amount, Currency, Scalar as _};

/// An amount as written, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written<'t> {
    /// From the first digit to the last.
    core: &'t str,
    is_negative: bool,
    /// The currency that stands beside it; signs like `$` that many currencies share are none.
    pub currency: Option<Currency>,
    /// What its own signs say of the style.
    pub style: Shown,
}

/// What one number says of the style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing: it has no sign in it, or only spaces.
    Nothing,
    /// It can only be this.
    Only(NumberStyle),
    /// It can be both, with different values.
    Either,
}

/// An amount with a point before its decimals and nothing else, as statements and JSON write it, with its digits kept.
pub(in super::super) fn as_written(text: &str) -> Option<Decimal> {
    Amount::read(text).ok()?;
    let amount: Decimal = text.parse().ok()?;
    Some(if amount.scale() > 4 { amount.normalize() } else { amount })
}

/// More digits than any amount of money has.
const MOST_DIGITS: usize = 24;

/// Signs of money that name no single currency.
const SHARED_SIGNS: [&str; 14] = ["$", "US$", "kr", "kr.", "Kr", "¥", "R$", "A$", "C$", "CA$", "AU$", "NZ$", "Rs", "Rs."];

fn currency_of_sign(sign: &str) -> Result<Option<Currency>, ()> {
    let code = match sign {
        "€" => "EUR",
        "£" => "GBP",
        "zł" => "PLN",
        "Kč" => "CZK",
        "₹" => "INR",
        "" => return Ok(None),
        shared if SHARED_SIGNS.contains(&shared) => return Ok(None),
        other => other,
    };
    Currency::read(&code.to_uppercase()).map(Some).map_err(drop)
}

fn is_group_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}')
}

impl<'t> Written<'t> {
    /// Takes an amount apart. None if it is no amount in any style.
    pub fn read(text: &'t str) -> Option<Self> {
        let text = text.trim();
        let mut first = text.find(|c: char| c.is_ascii_digit())?;
        let last = text.rfind(|c: char| c.is_ascii_digit())?;
        // `.50`, but not the point of `Rs.500`.
        if text[..first].strip_suffix(['.', ',']).is_some_and(|before| !before.ends_with(char::is_alphabetic)) {
            first -= 1;
        }
        let core = &text[first..=last];
        let (is_negative, currency) = around(&text[..first], &text[last + 1..])?;
        let style = shape(core)?;
        Some(Self { core, is_negative, currency, style })
    }

    /// Its value in a style. None if it cannot be written so.
    pub fn value(&self, style: NumberStyle) -> Option<Decimal> {
        let (decimal, group) = match style {
            NumberStyle::Point => ('.', ','),
            NumberStyle::Comma => (',', '.'),
        };
        let (whole, part) = self.core.split_once(decimal).unwrap_or((self.core, ""));
        let grouped = |c: char| c == group || is_group_space(c);
        if !part.bytes().all(|byte| byte.is_ascii_digit()) || !groups_fit(whole, &grouped) {
            return None;
        }
        let mut mantissa: i128 = 0;
        for byte in whole.bytes().chain(part.bytes()).filter(u8::is_ascii_digit) {
            mantissa = mantissa * 10 + i128::from(byte - b'0');
        }
        let scale = u32::try_from(part.len()).ok()?;
        let value = Decimal::try_from_i128_with_scale(if self.is_negative { -mantissa } else { mantissa }, scale).ok()?;
        Some(value)
    }
}

/// The sign and the currency that stand around the digits. None if something else does.
fn around(before: &str, after: &str) -> Option<(bool, Option<Currency>)> {
    let is_sign = |c: char| matches!(c, '-' | '\u{2212}' | '\u{2013}');
    let opened = before.contains('(');
    if opened != after.contains(')') {
        return None;
    }
    // `100,-` and `100.-` have no cents.
    let after = after.strip_prefix(",-").or_else(|| after.strip_prefix(".-")).unwrap_or(after);
    let signs = before.chars().chain(after.chars()).filter(|c| is_sign(*c)).count();
    if signs + usize::from(opened) > 1 {
        return None;
    }
    let word = |side: &str| -> String {
        side.chars().filter(|c| !is_sign(*c) && !c.is_whitespace() && !matches!(c, '(' | ')' | '+' | '\u{200e}' | '\u{200f}')).collect()
    };
    let (before, after) = (currency_of_sign(&word(before)).ok()?, currency_of_sign(&word(after)).ok()?);
    Some((opened || signs == 1, before.or(after)))
}

fn shape(core: &str) -> Option<Shown> {
    let digits = core.bytes().filter(u8::is_ascii_digit).count();
    let known = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',') || is_group_space(c);
    if digits > MOST_DIGITS || !core.chars().all(known) {
        return None;
    }
    let count = |sign: u8| core.bytes().filter(|byte| *byte == sign).count();
    let has_spaces = core.chars().any(is_group_space);
    let shown = match (count(b'.'), count(b','), core.rfind(['.', ','])) {
        (0, 0, _) | (_, _, None) => Shown::Nothing,
        (1, 0, Some(place)) => single(core, place, has_spaces, NumberStyle::Point),
        (0, 1, Some(place)) => single(core, place, has_spaces, NumberStyle::Comma),
        (_, 0, _) => Shown::Only(NumberStyle::Comma),
        (0, _, _) => Shown::Only(NumberStyle::Point),
        (_, _, Some(place)) if core[place..].starts_with('.') => Shown::Only(NumberStyle::Point),
        (_, _, Some(_)) => Shown::Only(NumberStyle::Comma),
    };
    let styles = match shown {
        Shown::Nothing => [Some(NumberStyle::Point), None],
        Shown::Only(style) => [Some(style), None],
        Shown::Either => [Some(NumberStyle::Point), Some(NumberStyle::Comma)],
    };
    let written = Written { core, is_negative: false, currency: None, style: shown };
    styles.into_iter().flatten().all(|style| written.value(style).is_some()).then_some(shown)
}

/// What a number with a single sign shows: three digits after one to three may be a group.
fn single(core: &str, place: usize, has_spaces: bool, as_decimal: NumberStyle) -> Shown {
    let (before, after) = (&core[..place], &core[place + 1..]);
    let may_be_group = after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0') && !has_spaces;
    if may_be_group { Shown::Either } else { Shown::Only(as_decimal) }
}

/// Whether the groups of a whole number are groups: the last has three digits, the others three, or two as in India.
fn groups_fit(whole: &str, is_group: &impl Fn(char) -> bool) -> bool {
    let mut parts = whole.rsplit(is_group);
    let last = parts.next().unwrap_or_default();
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut rest = parts.peekable();
    if rest.peek().is_none() {
        return all_digits(last);
    }
    let mut fits = last.len() == 3 && all_digits(last);
    while let Some(part) = rest.next() {
        let length = if rest.peek().is_none() { 1..=3 } else { 2..=3 };
        fits &= all_digits(part) && length.contains(&part.len());
    }
    fits
}

/// A number with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    line: u64,
    column: String,
    text: String,
}

/// What all numbers of a file say of their style.
#[derive(Debug, Default)]
pub(super) struct NumberEvidence {
    point: Option<Seen>,
    comma: Option<Seen>,
    either: Option<Seen>,
}

impl NumberEvidence {
    /// Takes in one more number. One that is always small, as hours are, has no groups of thousands.
    pub fn add(&mut self, line: u64, column: &str, text: &str, is_small: bool) {
        let Some(written) = Written::read(text) else { return };
        let style = match written.style {
            Shown::Either if is_small && written.core.contains('.') => Shown::Only(NumberStyle::Point),
            Shown::Either if is_small => Shown::Only(NumberStyle::Comma),
            shown @ (Shown::Nothing | Shown::Only(_) | Shown::Either) => shown,
        };
        let place = match style {
            Shown::Nothing => return,
            Shown::Only(NumberStyle::Point) => &mut self.point,
            Shown::Only(NumberStyle::Comma) => &mut self.comma,
            Shown::Either => &mut self.either,
        };
        if place.is_none() {
            *place = Some(Seen { line, column: column.to_owned(), text: text.trim().to_owned() });
        }
    }

    /// The style of the whole file.
    ///
    /// # Errors
    /// Where the numbers show neither style, or both.
    pub fn decide(self, map: &str) -> Result<NumberStyle, ReadError> {
        let map = map.to_owned();
        match (self.point, self.comma, self.either) {
            (Some(point), Some(comma), _) => {
                Err(ReadError::MixedNumbers { map, point: (point.line, point.text), comma: (comma.line, comma.text) })
            }
            (Some(_), None, _) | (None, None, None) => Ok(NumberStyle::Point),
            (None, Some(_), _) => Ok(NumberStyle::Comma),
            (None, None, Some(Seen { line, column, text })) => {
                let digits = text.chars().filter(|c| c.is_ascii_digit()).collect::<String>();
                let small = text.replace(',', ".").chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
                Err(ReadError::DoubtfulNumber { map, line, column, written: text, readings: Box::new((digits, small)) })
            }
        }
    }
}
