//! The small values of a record: days, moments, amounts, currencies, and "no" as an answer of its own.
//! Each is read from its text in one place, which serves the decoder, the schema and the messages alike.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};

use crate::diagnostic::{ScalarMistake, closest};

/// A value written as one piece of text: a day, an amount, a time zone.
pub trait Scalar: Sized {
    /// The name of the kind, as schemas carry it in `x-kind`.
    const KIND: &'static str;
    /// What a reader is told to write, with an example.
    const EXPECTED: &'static str;
    /// The JSON Schema without its kind.
    fn json_schema() -> Schema;
    /// Reads the text as it stands in the file.
    ///
    /// # Errors
    /// What is wrong with it, in words for the person who wrote it.
    fn read(text: &str) -> Result<Self, ScalarMistake>;
}

/// Checks a scalar by the name of its kind; kinds that are not known have nothing to check.
///
/// # Errors
/// What is wrong with the text.
pub fn check_scalar(kind: &str, text: &str, _quoted: bool) -> Result<(), ScalarMistake> {
    fn check<T: Scalar>(text: &str) -> Result<(), ScalarMistake> {
        T::read(text).map(drop)
    }
    match kind {
        Day::KIND => check::<Day>(text),
        Moment::KIND => check::<Moment>(text),
        Amount::KIND => check::<Amount>(text),
        Quantity::KIND => check::<Quantity>(text),
        Currency::KIND => check::<Currency>(text),
        Zone::KIND => check::<Zone>(text),
        Weekdays::KIND => check::<Weekdays>(text),
        TimeOfDay::KIND => check::<TimeOfDay>(text),
        "day-or-no" => check::<OrNo<Day>>(text),
        "text-or-no" => check::<OrNo<String>>(text),
        "channel-or-no" => check::<OrNo<super::Channel>>(text),
        _ => Ok(()),
    }
}

/// A mistake in a scalar, with the code of its kind.
pub(crate) fn mistake(code: &'static str, message: String, label: impl Into<String>, note: &str) -> ScalarMistake {
    ScalarMistake {
        code,
        message,
        label: label.into(),
        notes: if note.is_empty() { Vec::new() } else { vec![note.to_owned()] },
        suggestion: None,
    }
}

struct ScalarVisitor<T>(std::marker::PhantomData<T>);

impl<T: Scalar> Visitor<'_> for ScalarVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        T::read(text).map_err(|mistake| E::custom(mistake.message))
    }
    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<T, E> {
        self.visit_str(if value { "true" } else { "false" })
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<T, E> {
        self.visit_str(&value.to_string())
    }
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<T, E> {
        self.visit_str(&value.to_string())
    }
    /// A number without quotes has gone through a float. Up to fifteen digits come out as they were written
    /// (that many survive the way there and back); beyond that the digits are lost, so it is refused.
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<T, E> {
        let text = value.to_string();
        if text.bytes().filter(u8::is_ascii_digit).count() > 15 {
            return Err(E::custom(format!("`{text}` has too many digits to stand without quotes")));
        }
        self.visit_str(&text)
    }
}

/// Gives a scalar its `Deserialize` and `JsonSchema`, both from [`Scalar`].
macro_rules! scalar {
    ($($type:ty),+) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(ScalarVisitor(std::marker::PhantomData))
            }
        }
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                <$type as Scalar>::KIND.into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let mut schema = <$type as Scalar>::json_schema();
                schema.insert("x-kind".to_owned(), <$type as Scalar>::KIND.into());
                schema.insert("x-expects".to_owned(), <$type as Scalar>::EXPECTED.into());
                schema
            }
        }
    )+};
}
scalar!(Day, Moment, Amount, Quantity, Currency, Zone, Weekdays, TimeOfDay);

/// A calendar day, written year-month-day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub NaiveDate);

impl Day {
    /// Reads `2026-02-28` and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<NaiveDate> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().try_fold(0u32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
        };
        let year = i32::try_from(number(0..4)?).ok().filter(|year| *year > 0)?;
        NaiveDate::from_ymd_opt(year, number(5..7)?, number(8..10)?)
    }
}

impl Scalar for Day {
    const KIND: &'static str = "day";
    const EXPECTED: &'static str = "a day like 2026-02-28";
    fn json_schema() -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
    fn read(text: &str) -> Result<Self, ScalarMistake> {
        Self::parse(text).map(Self).ok_or_else(|| {
            let label = impossible_day(text).unwrap_or_else(|| "a day is expected here".to_owned());
            mistake("not-a-date", format!("`{text}` is not a day"), label, "days are written year-month-day, like 2026-02-28")
        })
    }
}

/// Says why a text of the right shape is no day: "February 2026 has 28 days".
fn impossible_day(text: &str) -> Option<String> {
    let mut parts = text.splitn(3, '-');
    let year: i32 = parts.next().filter(|part| part.len() == 4)?.parse().ok()?;
    let month: u32 = parts.next().filter(|part| part.len() == 2)?.parse().ok()?;
    let _day: u32 = parts.next().filter(|part| part.len() == 2)?.parse().ok()?;
    if year == 0 {
        return Some("years begin at 0001".to_owned());
    }
    let Some(first) = NaiveDate::from_ymd_opt(year, month, 1) else {
        return Some("months go from 01 to 12".to_owned());
    };
    let last = first + chrono::Months::new(1) - chrono::Days::new(1);
    Some(format!("{} has {} days", first.format("%B %Y"), last.format("%-d")))
}

/// When something was written or said: a day, or a day with its time, with or without an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The day alone.
    Day(NaiveDate),
    /// A local time in `me.timezone`.
    Local(NaiveDateTime),
    /// A time with its offset.
    Zoned(DateTime<FixedOffset>),
}

impl Moment {
    /// The day and, where it is known, the time of day, both in the given zone.
    #[must_use]
    pub fn in_zone(self, zone: Tz) -> (NaiveDate, Option<NaiveTime>) {
        match self {
            Self::Day(day) => (day, None),
            Self::Local(at) => (at.date(), Some(at.time())),
            Self::Zoned(at) => {
                // Only near the ends of the calendar does a shift leave it; then the offset as written will do.
                let local = if zone == Tz::UTC { at.naive_utc() } else { at.with_timezone(&zone).naive_local() };
                (local.date(), Some(local.time()))
            }
        }
    }
}

impl Scalar for Moment {
    const KIND: &'static str = "moment";
    const EXPECTED: &'static str = "a time like \"2026-02-28T14:30:00+02:00\", or a day";
    fn json_schema() -> Schema {
        json_schema!({ "type": "string" })
    }
    fn read(text: &str) -> Result<Self, ScalarMistake> {
        if let Some(day) = Day::parse(text) {
            return Ok(Self::Day(day));
        }
        let year_known = text.get(..4).is_some_and(|year| year != "0000" && year.bytes().all(|byte| byte.is_ascii_digit()));
        if year_known {
            if let Ok(at) = DateTime::parse_from_rfc3339(text) {
                return Ok(Self::Zoned(at));
            }
            for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
                if let Ok(at) = NaiveDateTime::parse_from_str(text, format) {
                    return Ok(Self::Local(at));
                }
            }
        }
        let label = text.get(..10).and_then(impossible_day).filter(|_| text.get(..10).is_some_and(|day| Day::parse(day).is_none()));
        Err(mistake(
            "not-a-time",
            format!("`{text}` is not a time"),
            label.unwrap_or_else(|| "a day with its time is expected here".to_owned()),
            "times are written like \"2026-02-28T14:30:00+02:00\", \"2026-02-28T14:30\" or 2026-02-28",
        ))
    }
}

/// A decimal amount of money, read from its digits. At most twelve digits before the point and four after it,
/// so that no sum and no product of amounts can leave the range of the decimal type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub Decimal);

impl Scalar for Amount {
    const KIND: &'static str = "amount";
    const EXPECTED: &'static str = "an amount like \"1234.50\"";
    fn json_schema() -> Schema {
        json_schema!({ "type": ["string", "number"] })
    }
    fn read(text: &str) -> Result<Self, ScalarMistake> {
        const SHAPE: &str = "amounts have a point before the cents and nothing else: \"1234.50\"";
        let wrong = |label: String| mistake("not-an-amount", format!("`{}` is not an amount", shortened(text)), label, SHAPE);
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(cents) || digits.ends_with('.') {
            return Err(wrong(amount_readings(text)));
        }
        if whole.trim_start_matches('0').len() > 12 || cents.trim_end_matches('0').len() > 4 {
            return Err(wrong("at most 12 digits before the point and 4 after it".to_owned()));
        }
        let cents = cents.get(..cents.len().min(4)).unwrap_or_default();
        let sign = if text.starts_with('-') { "-" } else { "" };
        Decimal::from_str(&format!("{sign}{whole}.{cents}0"))
            .map(|amount| Self(amount.normalize()))
            .map_err(|_| wrong("too many digits".to_owned()))
    }
}

/// What `1.900,00` may have meant. It is told, never guessed.
fn amount_readings(text: &str) -> String {
    let plain: String = text.chars().filter(|c| c.is_ascii_digit()).collect();
    match (text.rfind(','), text.rfind('.')) {
        _ if plain.is_empty() || plain.len() > 15 => "an amount is expected here".to_owned(),
        (Some(comma), _) if text.len() - comma == 3 => {
            format!("{}.{} is probably meant; this is not guessed", &plain[..plain.len() - 2], &plain[plain.len() - 2..])
        }
        (Some(_), _) => format!("{plain}.00, or a comma for the cents? this is not guessed"),
        (None, _) => "only digits and one point belong here; the currency stands in `currency`".to_owned(),
    }
}

fn shortened(text: &str) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &text[..end]).into(),
        None => text.into(),
    }
}

/// A plain number that is not money: hours, percent, rounds. Never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(pub Decimal);

impl serde::Serialize for Quantity {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0.is_integer().then(|| self.0.to_u64()).flatten(), self.0.to_f64()) {
            (Some(whole), _) => serializer.serialize_u64(whole),
            (None, Some(number)) => serializer.serialize_f64(number),
            (None, None) => serializer.collect_str(&self.0),
        }
    }
}

impl Scalar for Quantity {
    const KIND: &'static str = "quantity";
    const EXPECTED: &'static str = "a number like 6.5";
    fn json_schema() -> Schema {
        json_schema!({ "type": ["number", "string"] })
    }
    fn read(text: &str) -> Result<Self, ScalarMistake> {
        match Amount::read(text) {
            Ok(Amount(number)) if !number.is_sign_negative() && number < Decimal::new(1_000_000_000, 0) => Ok(Self(number)),
            _ => Err(mistake(
                "not-a-number",
                format!("`{}` is not a number that can stand here", shortened(text)),
                "a number of zero or more is expected",
                "numbers have a point before the decimals and no unit: 6.5",
            )),
        }
    }
}

/// A currency of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(pub iso_currency::Currency);

impl Currency {
    /// Its three letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }
    /// How many digits its cents have (JPY 0, EUR 2, KWD 3).
    #[must_use]
    pub fn cents(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(2))
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl Scalar for Currency {
    const KIND: &'static str = "currency";
    const EXPECTED: &'static str = "a currency like EUR";
    fn json_schema() -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$" })
    }
    fn read(text: &str) -> Result<Self, ScalarMistake> {
        iso_currency::Currency::from_code(text).map(Self).ok_or_else(|| {
            const COMMON: [&str; 14] = ["EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CNY", "JPY", "CAD", "AUD", "INR"];
            let upper = text.to_uppercase();
            let suggestion = match text {
                "€" => Some("EUR".to_owned()),
                "£" => Some("GBP".to_owned()),
                _ if iso_currency::Currency::from_code(&upper).is_some() => Some(upper),
                _ => closest(&upper, COMMON).map(str::to_owned),
            };
            let label = suggestion
                .as_ref()
                .map_or_else(|| "three capital letters of ISO 4217".to_owned(), |word| format!("did you mean `{word}`?"));
            ScalarMistake {
                suggestion,
                ..mistake(
                    "unknown-currency",
                    format!("`{}` is not a currency", shortened(text)),
                    label,
                    "currencies are written as in ISO 4217: EUR, USD, GBP",
                )
            }
        })
    }
}

/// A time zone by its name in the tz database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(pub Tz);

impl Scalar for Zone {
    const KIND: &'static str = "timezone";
    const EXPECTED: &'static str = "a time zone like Europe/Berlin";
    fn json_schema() -> Schema {
        json_schema!({ "type": "string" })
    }
    fn read(text: &str) -> Result<Self, ScalarMistake> {
        Tz::from_str(text).map(Self).map_err(|_| {
            let suggestion = closest(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())).map(str::to_owned);
            let label = suggestion
                .as_ref()
                .map_or_else(|| "a name like Europe/Berlin is expected".to_owned(), |word| format!("did you mean `{word}`?"));
            ScalarMistake {
                suggestion,
                ..mistake(
                    "unknown-timezone",
                    format!("there is no time zone `{}`", shortened(text)),
                    label,
                    "time zones are named as in the tz database: Europe/Helsinki, America/New_York, UTC",
                )
            }
        })
    }
}

/// The days of a week on which somebody works, like `mon-fri` or `mon, wed-fri`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekdays([bool; 7]);

impl Weekdays {
    /// Monday to Friday.
    pub const MON_FRI: Self = Self([true, true, true, true, true, false, false]);

    /// Whether this is one of the days.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0[day.num_days_from_monday() as usize]
    }
}

impl Scalar for Weekdays {
    const KIND: &'static str = "weekdays";
    const EXPECTED: &'static str = "days of the week like mon-fri";
    fn json_schema() -> Schema {
        json_schema!({ "type": "string" })
    }
    fn read(text: &str) -> Result<Self, ScalarMistake> {
        let index =
            |name: &str| ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|day| *day == name.trim().to_ascii_lowercase());
        let mut days = [false; 7];
        let read = text.split(',').try_for_each(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (index(first)?, index(last)?);
            // A range may run over the weekend: sun-thu.
            (0..7).map(|step| (first + step) % 7).find(|day| {
                days[*day] = true;
                *day == last
            })?;
            Some(())
        });
        read.map(|()| Self(days)).ok_or_else(|| {
            mistake(
                "not-weekdays",
                format!("`{}` are not days of the week", shortened(text)),
                "days like mon-fri are expected",
                "write mon, tue, wed, thu, fri, sat, sun, with `-` for a range and `,` between: mon-thu, sat",
            )
        })
    }
}

/// A time of day, hours and minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay(pub NaiveTime);

impl Scalar for TimeOfDay {
    const KIND: &'static str = "time-of-day";
    const EXPECTED: &'static str = "a time of day like \"09:00\"";
    fn json_schema() -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$" })
    }
    fn read(text: &str) -> Result<Self, ScalarMistake> {
        NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5).map(Self).ok_or_else(|| {
            mistake(
                "not-a-time",
                format!("`{}` is not a time of day", shortened(text)),
                "a time like \"09:00\" is expected",
                "times of day are written with two digits each, in quotes: \"09:00\"",
            )
        })
    }
}

/// An answer that may be "there is none". Where the key is absent it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrNo<T> {
    /// `no`: there is none.
    No,
    /// There is one, and this is it.
    Is(T),
}

/// What may stand beside `no`.
pub trait BesideNo: Sized {
    /// The kind of the pair, for schemas.
    const PAIR: &'static str;
    /// Reads the value itself.
    ///
    /// # Errors
    /// What is wrong with the text.
    fn read_beside(text: &str) -> Result<Self, ScalarMistake>;
}

impl BesideNo for Day {
    const PAIR: &'static str = "day-or-no";
    fn read_beside(text: &str) -> Result<Self, ScalarMistake> {
        <Self as Scalar>::read(text).map_err(|mut mistake| {
            mistake.notes.push("or `no`, if there is none".to_owned());
            mistake
        })
    }
}

impl BesideNo for String {
    const PAIR: &'static str = "text-or-no";
    fn read_beside(text: &str) -> Result<Self, ScalarMistake> {
        match text {
            "yes" | "true" => {
                Err(mistake("wrong-type", format!("`{text}` does not say which"), "its name or number is expected, or `no`", ""))
            }
            _ => Ok(text.to_owned()),
        }
    }
}

impl BesideNo for super::Channel {
    const PAIR: &'static str = "channel-or-no";
    fn read_beside(text: &str) -> Result<Self, ScalarMistake> {
        Self::ALL.into_iter().find(|channel| channel.word() == text).ok_or_else(|| {
            let words = Self::ALL.map(Self::word);
            let suggestion = closest(text, words).map(str::to_owned);
            let label = suggestion
                .as_ref()
                .map_or_else(|| "one of the channels is expected, or `no`".to_owned(), |word| format!("did you mean `{word}`?"));
            ScalarMistake {
                suggestion,
                ..mistake(
                    "unknown-word",
                    format!("there is no channel `{}`", shortened(text)),
                    label,
                    &format!("allowed: no, {}", words.join(", ")),
                )
            }
        })
    }
}

impl<T: BesideNo> Scalar for OrNo<T> {
    const KIND: &'static str = T::PAIR;
    const EXPECTED: &'static str = "a value, or `no` if there is none";
    fn json_schema() -> Schema {
        json_schema!({ "type": ["string", "boolean"] })
    }
    fn read(text: &str) -> Result<Self, ScalarMistake> {
        match text {
            "no" | "false" => Ok(Self::No),
            _ => T::read_beside(text).map(Self::Is),
        }
    }
}

impl<'de, T: BesideNo> Deserialize<'de> for OrNo<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor(std::marker::PhantomData))
    }
}

impl<T: BesideNo> JsonSchema for OrNo<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::PAIR.into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = <Self as Scalar>::json_schema();
        schema.insert("x-kind".to_owned(), T::PAIR.into());
        schema.insert("x-expects".to_owned(), <Self as Scalar>::EXPECTED.into());
        schema
    }
}

/// The format version, which is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatVersion;

impl<'de> Deserialize<'de> for FormatVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            other => Err(D::Error::custom(format!("format {other} is not known; this program reads format 1"))),
        }
    }
}

impl JsonSchema for FormatVersion {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "format".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": 1, "description": "The format of this file, which is 1." })
    }
}
