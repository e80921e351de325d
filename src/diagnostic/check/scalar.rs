//! Checks one word, number or text.

use serde_json::Value;

use super::{At, Checker, ScalarMistake};
use crate::diagnostic::Mistake;
use crate::diagnostic::place::Span;
use crate::diagnostic::plain::shown;
use crate::diagnostic::schema::{Layers, Types, words};
use crate::diagnostic::tree::Format;

/// What a scalar could be, going by how it is written. In YAML, what it is depends on who reads it: 12 may be a text.
pub(super) fn shape(text: &str, quoted: bool, format: Format) -> Types {
    match (format, quoted) {
        (Format::Json, true) => Types::TEXT,
        (Format::Yaml, false) if matches!(text, "" | "~" | "null" | "Null" | "NULL") => Types::NULL,
        (Format::Yaml, _) => Types::SCALAR,
        (Format::Json, false) => match text {
            "null" | "" => Types::NULL,
            "true" | "false" => Types::YES_NO,
            number if number.contains(['.', 'e', 'E']) => Types::NUMBER,
            _ => Types::INTEGER,
        },
    }
}

impl<'c> Checker<'c> {
    /// Whether a scalar is right.
    pub(super) fn judge(&self, at: At<'c>, layers: &Layers<'c>) -> Result<(), Box<Mistake>> {
        let types = layers.types();
        let shape = self.shape(at.node);
        if !types.meets(shape) {
            return Err(Box::new(self.not_of_type(at, layers)));
        }
        if shape == Types::NULL {
            return Ok(());
        }
        let text = self.tree.scalar(at.node).unwrap_or_default();
        if let Some(listed) = layers.words() {
            if listed.iter().any(|word| is_word(word, text)) {
                return Ok(());
            }
            let listed: Vec<String> = listed.into_iter().map(written).collect();
            let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
            return Err(Box::new(self.unknown_word(at, text, &listed)));
        }
        if let Some(kind) = layers.text(words::KIND) {
            return self.ask(at, kind, text);
        }
        if types.meets(Types::TEXT) {
            self.length(at, layers, text)?;
            return layers.text("format").map_or(Ok(()), |kind| self.ask(at, kind, text));
        }
        self.number(at, layers, types, text)
    }

    fn ask(&self, at: At<'c>, kind: &str, text: &str) -> Result<(), Box<Mistake>> {
        (self.scalar)(kind, text, self.tree.is_quoted(at.node)).map_err(|mistake| {
            let ScalarMistake { code, message, label, notes, suggestion } = mistake;
            Box::new(Mistake { label, notes, suggestion, ..Mistake::error(code, self.inside_quotes(at), message) })
        })
    }

    fn length(&self, at: At<'c>, layers: &Layers<'c>, text: &str) -> Result<(), Box<Mistake>> {
        let length = text.chars().count();
        if let Some(least) = layers.size("minLength").filter(|&least| length < least) {
            let message = if length == 0 { format!("{} is empty", at.subject()) } else { format!("{} is too short", at.subject()) };
            let label = if least == 1 { "write a text".to_owned() } else { format!("at least {least} characters are expected") };
            return Err(Box::new(Mistake::error("too-short", self.place(at), message).with_label(label)));
        }
        if let Some(most) = layers.size("maxLength").filter(|&most| length > most) {
            let message = format!("{} is too long", at.subject());
            let label = format!("at most {most} characters are expected");
            return Err(Box::new(Mistake::error("too-long", self.inside_quotes(at), message).with_label(label)));
        }
        Ok(())
    }

    /// Numbers, and `true` and `false`.
    fn number(&self, at: At<'c>, layers: &Layers<'c>, types: Types, text: &str) -> Result<(), Box<Mistake>> {
        if types.meets(Types::YES_NO) && ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return Ok(());
        }
        let number = if types.meets(Types::NUMBER) { decimal(text) } else { whole(text) };
        match number.filter(|_| types.meets(Types::NUMBER.or(Types::INTEGER))) {
            Some(number) => self.within(at, layers, text, number),
            None => Err(Box::new(self.not_of_type(at, layers))),
        }
    }

    fn within(&self, at: At<'c>, layers: &Layers<'c>, text: &str, number: f64) -> Result<(), Box<Mistake>> {
        let (lowest, highest) = layers.text("format").and_then(bounds).unwrap_or((f64::MIN, f64::MAX));
        let least = layers.number("minimum").unwrap_or(lowest).max(lowest);
        let most = layers.number("maximum").unwrap_or(highest).min(highest);
        let above = layers.number("exclusiveMinimum");
        let below = layers.number("exclusiveMaximum");
        let (size, label) = if number < least {
            ("small", format!("at least {least} is expected"))
        } else if number > most {
            ("large", format!("at most {most} is expected"))
        } else if let Some(bound) = above.filter(|&bound| number <= bound) {
            ("small", format!("more than {bound} is expected"))
        } else if let Some(bound) = below.filter(|&bound| number >= bound) {
            ("large", format!("less than {bound} is expected"))
        } else {
            return Ok(());
        };
        let message = format!("{} is too {size} for {}", shown(text), at.subject());
        Err(Box::new(Mistake::error("out-of-range", self.inside_quotes(at), message).with_label(label)))
    }

    pub(super) fn unknown_word(&self, at: At<'c>, text: &str, listed: &[&str]) -> Mistake {
        let mistake = self.cannot_be(at, text);
        match listed {
            [only] => mistake.with_label(format!("only `{only}` is allowed")).with_suggestion(*only),
            _ => mistake.with_closest(text, listed.iter().copied()),
        }
    }

    pub(super) fn cannot_be(&self, at: At<'c>, text: &str) -> Mistake {
        Mistake::error("unknown-word", self.inside_quotes(at), format!("{} cannot be `{}`", at.subject(), shown(text)))
    }

    /// The place of a scalar, without its quotes.
    pub(super) fn inside_quotes(&self, at: At<'c>) -> Span {
        let node = self.tree.node(at.node);
        let (start, end) = (node.start as usize, node.end as usize);
        let written = self.tree.written(start..end);
        let is_quoted = self.tree.is_quoted(at.node) && written.starts_with(['"', '\'']) && written.len() > 2;
        if is_quoted { self.tree.span_between(start + 1, end - 1) } else { self.place(at) }
    }
}

fn is_word(word: &Value, text: &str) -> bool {
    match word.as_str() {
        Some(word) => word == text,
        // Numbers and the like, as they are written.
        None => written(word) == text.trim(),
    }
}

fn written(word: &Value) -> String {
    word.as_str().map_or_else(|| word.to_string(), str::to_owned)
}

/// A whole number as the decoder reads it: also `0x1f` and `1_000`, but no leading zeros.
fn whole(text: &str) -> Option<f64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.replace('_', "");
    let number = match digits.get(..2) {
        Some("0x") => i128::from_str_radix(&digits[2..], 16).ok(),
        Some("0o") => i128::from_str_radix(&digits[2..], 8).ok(),
        Some("0b") => i128::from_str_radix(&digits[2..], 2).ok(),
        Some(other) if other.starts_with('0') => None,
        _ if digits.starts_with(|c: char| c.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    };
    // Bounds are compared as floats; the last digits of giant numbers do not matter for that.
    #[allow(clippy::cast_precision_loss, reason = "only compared with bounds")]
    number.map(|number: i128| (sign * number) as f64)
}

fn decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_written_out = text.contains(|c: char| c.is_ascii_digit()) && !text.contains('_');
    let is_named = matches!(text.trim_start_matches(['-', '+']), ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN");
    if is_named {
        return Some(0.0);
    }
    text.parse().ok().filter(|number: &f64| is_written_out && number.is_finite())
}

/// The range of a Rust number, by the name that schemars gives its format.
fn bounds(format: &str) -> Option<(f64, f64)> {
    let (sign, bits) = match (format.strip_prefix("uint"), format.strip_prefix("int")) {
        (Some(bits), _) => (false, bits),
        (None, Some(bits)) => (true, bits),
        (None, None) => return None,
    };
    let bits: i32 = if bits.is_empty() { 64 } else { bits.parse().ok()? };
    Some(if sign { (-(2f64.powi(bits - 1)), 2f64.powi(bits - 1) - 1.0) } else { (0.0, 2f64.powi(bits) - 1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_as_the_decoder_reads_them() {
        for (text, number) in
            [("12", 12.0), ("+12", 12.0), ("-3", -3.0), ("0x1F", 31.0), ("0o17", 15.0), ("1_000", 1000.0), (" 12 ", 12.0), ("0", 0.0)]
        {
            assert_eq!(whole(text), Some(number), "{text}");
        }
        for text in ["12.0", "1e3", "007", "", "-", "x", "1,000", "0x", "--1", "é1"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn decimals_are_read_as_the_decoder_reads_them() {
        for text in ["12", "1.5", ".5", "5.", "1e3", "007", ".inf", "-.inf", ".nan"] {
            assert!(decimal(text).is_some(), "{text}");
        }
        for text in ["nan", "inf", "infinity", "1_000", "0x1F", "1e400", "", "1,5"] {
            assert!(decimal(text).is_none(), "{text}");
        }
    }
}
