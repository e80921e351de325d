//! The lines of an exported WhatsApp chat, in the forms of all languages.
//!
//! A line comes in; out go the three numbers of its date, its time, and what stands behind. Which number is the day is not
//! known here.

use chrono::NaiveTime;

/// Between date and time stand a comma, a word like `klo`, or the half of the day; no more.
const MOST_BETWEEN: usize = 24;

/// How a line begins that is the first of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct Head<'t> {
    pub(super) numbers: [u32; 3],
    /// The number with four digits, which is the year.
    pub(super) year_at: Option<usize>,
    pub(super) has_dots: bool,
    pub(super) time: NaiveTime,
    /// The author and the text, or what the program tells.
    pub(super) rest: &'t str,
}

/// Marks of the writing direction, which programs put everywhere.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '\u{3000}') || is_mark(c)
}

impl<'t> Head<'t> {
    pub(in crate::import) fn read(line: &'t str) -> Option<Self> {
        let mut at = Place { rest: line };
        at.skip(is_space);
        let has_bracket = at.take(|c| c == '[');
        let mut numbers = [0; 3];
        let mut year_at = None;
        let mut has_dots = true;
        for (index, place) in numbers.iter_mut().enumerate() {
            let (number, digits) = at.number(4)?;
            *place = number;
            match digits {
                1 | 2 => {}
                4 => year_at = Some(index),
                _ => return None,
            }
            if index < 2 {
                at.skip(is_space);
                has_dots &= at.rest.starts_with('.');
                if !at.take(|c| matches!(c, '/' | '.' | '-' | '\u{2010}'..='\u{2013}' | '年' | '月' | '년' | '월')) {
                    return None;
                }
                at.skip(is_space);
            }
        }
        let between = at.until_digit()?;
        let is_apart = between.starts_with(|c: char| is_space(c) || matches!(c, ',' | '.' | '日' | '일' | '،'));
        if !is_apart || between.len() > MOST_BETWEEN {
            return None;
        }
        let (hour, _) = at.number(2)?;
        let mut parts = [0, 0];
        for (index, part) in parts.iter_mut().enumerate() {
            if at.rest.starts_with([':', '.']) && at.rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
                at.take(|_| true);
                *part = at.number(2)?.0;
            } else if index == 0 {
                return None;
            }
        }
        let behind = at.half_of_day(has_bracket, between.contains('오'))?;
        let half = half(between).or_else(|| half(behind));
        let hour = match half {
            Some(Half::First) if hour == 12 => 0,
            Some(Half::Second) if hour < 12 => hour + 12,
            Some(Half::First | Half::Second) | None => hour,
        };
        let time = NaiveTime::from_hms_opt(hour, parts[0], parts[1])?;
        Some(Self { numbers, year_at, has_dots, time, rest: at.rest })
    }
}

#[derive(Debug, Clone, Copy)]
enum Half {
    First,
    Second,
}

/// The half of the day that a word tells.
fn half(words: &str) -> Option<Half> {
    let letters: String = words.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    match letters.trim_start_matches(['日', '일']) {
        "am" | "上午" | "凌晨" | "早上" | "清晨" | "오전" | "午前" | "πμ" | "de" | "vm" | "ap" | "fm" => Some(Half::First),
        "pm" | "下午" | "晚上" | "中午" | "오후" | "午後" | "μμ" | "du" | "nm" | "ip" | "em" => Some(Half::Second),
        _ => None,
    }
}

struct Place<'t> {
    rest: &'t str,
}

impl<'t> Place<'t> {
    fn skip(&mut self, is_it: fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(is_it);
    }

    fn take(&mut self, is_it: fn(char) -> bool) -> bool {
        let mut letters = self.rest.chars();
        let is_there = letters.next().is_some_and(is_it);
        if is_there {
            self.rest = letters.as_str();
        }
        is_there
    }

    fn number(&mut self, most_digits: usize) -> Option<(u32, usize)> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > most_digits {
            return None;
        }
        let number = self.rest[..digits].parse().ok()?;
        self.rest = &self.rest[digits..];
        Some((number, digits))
    }

    fn until_digit(&mut self) -> Option<&'t str> {
        let end = self.rest.find(|c: char| c.is_ascii_digit())?;
        let (before, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(before)
    }

    /// What stands between the time and what follows it: nothing, or the half of the day. Behind it begins the rest. Only
    /// Korean, whose halves of the day stand before the time, puts a comma there.
    fn half_of_day(&mut self, has_bracket: bool, has_comma: bool) -> Option<&'t str> {
        let is_end =
            |c: char| if has_bracket { c == ']' } else { matches!(c, '-' | '\u{2013}' | '\u{2014}' | ':') || c == ',' && has_comma };
        let end = self.rest.find(is_end).filter(|end| *end <= MOST_BETWEEN)?;
        let words = &self.rest[..end];
        if words.contains(|c: char| c.is_ascii_digit()) || (!words.trim_matches(is_space).is_empty() && half(words).is_none()) {
            return None;
        }
        self.rest = &self.rest[end..];
        self.take(|_| true);
        // One space belongs to the form; marks behind it tell who wrote the text.
        self.take(is_space);
        Some(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_all_languages_are_read() {
        for (line, numbers, time) in [
            ("20/06/2021, 14:30 - Ann: Hi", [20, 6, 2021], "14:30:00"),
            ("6/20/21, 2:30\u{202F}PM - Ann: Hi", [6, 20, 21], "14:30:00"),
            ("20/06/2021, 2:30 p. m. - Ann: Hi", [20, 6, 2021], "14:30:00"),
            ("\u{200E}[20/06/2021, 14:30:05] Ann: Hi", [20, 6, 2021], "14:30:05"),
            ("[20.06.21, 14:30:05] Ann: Hi", [20, 6, 21], "14:30:05"),
            ("[12.3.2022 klo 14.08.18] Ann: Hi", [12, 3, 2022], "14:08:18"),
            ("12.3.2022 klo 14.08 - Ann: Hi", [12, 3, 2022], "14:08:00"),
            ("2024-12-31, 21:41 - Ann: Hi", [2024, 12, 31], "21:41:00"),
            ("2024-12-31 21:41 \u{2013} Ann: Hi", [2024, 12, 31], "21:41:00"),
            ("[2024/12/31 下午9:41:00] Ann: Hi", [2024, 12, 31], "21:41:00"),
            ("2024年12月31日 21:41 - Ann: Hi", [2024, 12, 31], "21:41:00"),
            ("2024. 12. 31. 오후 9:41 - Ann: Hi", [2024, 12, 31], "21:41:00"),
            ("2024년 12월 31일 오후 9:41, Ann: Hi", [2024, 12, 31], "21:41:00"),
            ("2024年12月31日 下午9:41 - Ann: Hi", [2024, 12, 31], "21:41:00"),
            ("31/12/2014, 21:41: Ann: Hi", [31, 12, 2014], "21:41:00"),
            ("[31-12-14 12:41 AM] Ann: Hi", [31, 12, 14], "00:41:00"),
            ("31.12.14 um 21:41 - Ann: Hi", [31, 12, 14], "21:41:00"),
        ] {
            let head = Head::read(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((head.numbers, head.time.to_string().as_str(), head.rest), (numbers, time, "Ann: Hi"), "{line}");
        }
    }

    #[test]
    fn other_lines_are_text() {
        for line in [
            "",
            "Hello",
            "1/2/3",
            "10:30 - at the door",
            "20/06/2021, 14:30",
            "192.168.1.1, 14:30 - x",
            "99/99, 1:2 - a",
            "1/2/2021 at 14:30 or 15:30 - x",
            "[x] 1/2/3",
            "20/06/2021, 25:30 - Ann: Hi",
        ] {
            assert_eq!(Head::read(line), None, "{line}");
        }
    }
}
