//! What a fact may say: a number, money, a word, text, yes or no, a day; that there is none, that the question does not
//! apply, or that it is not known.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use super::needs::Need;
use crate::record::Currency;

/// An amount with its currency. Where none is known, that is a currency of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// The amount.
    pub amount: Decimal,
    /// The currency.
    pub currency: Option<Currency>,
}

impl Money {
    /// Whether two amounts may be compared or added: the same currency, or nothing at all on one side.
    #[must_use]
    pub fn is_comparable(self, other: Self) -> bool {
        self.currency == other.currency || self.amount.is_zero() || other.amount.is_zero()
    }
}

/// Adds amounts of one currency; none if there are two. Nothing adds up to zero of the fallback's currency.
pub fn sum_of_one_currency(amounts: impl IntoIterator<Item = Money>, fallback: Option<Currency>) -> Option<Money> {
    let mut sum: Option<Money> = None;
    for money in amounts {
        match &mut sum {
            None => sum = Some(money),
            Some(sum) if sum.currency == money.currency => sum.amount += money.amount,
            Some(_) => return None,
        }
    }
    Some(sum.unwrap_or(Money { amount: Decimal::ZERO, currency: fallback }))
}

/// What a field of an item, or a single fact, says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// A number in the unit of its field; a share is 0 to 1.
    Number(Decimal),
    /// Money.
    Money(Money),
    /// A word of a closed list.
    Word(&'a str),
    /// Several words of a closed list.
    Words(&'a [&'static str]),
    /// Free text.
    Text(&'a str),
    /// Yes or no.
    YesNo(bool),
    /// A day.
    Day(NaiveDate),
    /// It is known that there is none.
    Nothing,
    /// The question does not apply: every test fails.
    NotApplicable,
    /// Not known for want of this.
    NotKnown(Need),
}

impl<'a> Value<'a> {
    /// The number, or the amount of money.
    #[must_use]
    pub const fn amount(&self) -> Option<Decimal> {
        if let Self::Number(amount) | Self::Money(Money { amount, .. }) = self { Some(*amount) } else { None }
    }
    /// The money.
    #[must_use]
    pub const fn as_money(&self) -> Option<Money> {
        if let Self::Money(money) = self { Some(*money) } else { None }
    }
    /// The text or word.
    #[must_use]
    pub const fn words(&self) -> Option<&'a str> {
        if let Self::Text(words) | Self::Word(words) = self { Some(words) } else { None }
    }
    /// A text, or what is missing.
    pub fn text(text: Option<&'a str>, need: Need) -> Self {
        text.map_or(Self::NotKnown(need), Self::Text)
    }
    /// A text, or that there is none.
    pub fn text_or_nothing(text: Option<&'a str>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
    /// A number, or what is missing.
    pub fn number(number: Option<Decimal>, need: Need) -> Self {
        number.map_or(Self::NotKnown(need), Self::Number)
    }
    /// Money, or what is missing.
    pub fn money(money: Option<Money>, need: Need) -> Self {
        money.map_or(Self::NotKnown(need), Self::Money)
    }
}

/// The kind of a value; it decides which tests may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Number,
    /// A share, 0 to 1, compared with percents.
    Share,
    /// Money.
    Money,
    /// A word of a closed list, which is given (empty: rule or action ids).
    Word(&'static [&'static str]),
    /// Several words of a closed list.
    Words(&'static [&'static str]),
    /// Free text.
    Text,
    /// Yes or no.
    YesNo,
    /// A day.
    Day,
}

impl Kind {
    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Share => "share",
            Self::Money => "money",
            Self::Word(_) => "word",
            Self::Words(_) => "words",
            Self::Text => "text",
            Self::YesNo => "yes/no",
            Self::Day => "day",
        }
    }
}

impl fmt::Display for Money {
    /// `EUR 2,850.00`, with the cents of its currency; `2,850.00` where the currency is not known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.currency {
            Some(currency) => write!(f, "{} {}", currency.code(), grouped(self.amount, currency.cents())),
            None => f.write_str(&grouped(self.amount, 2)),
        }
    }
}

/// A number with its decimals and commas between thousands.
fn grouped(amount: Decimal, decimals: u32) -> String {
    let text = format!("{:.*}", decimals as usize, amount.abs().round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero));
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::from(if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// A value as people read it: `12`, `44%`, `EUR 2,850.00`, `yes`, `2026-11-22`, `-` where it is not known.
#[must_use]
pub fn in_words(value: Value<'_>, kind: Kind) -> String {
    match value {
        Value::Number(share) if kind == Kind::Share => format!("{}%", (share * Decimal::ONE_HUNDRED).round()),
        Value::Number(number) => number.round_dp(1).normalize().to_string(),
        Value::Money(money) => money.to_string(),
        Value::Word(word) => word.to_owned(),
        Value::Words([]) => "none".to_owned(),
        Value::Words(words) => words.join(", "),
        Value::Text(text) => text.to_owned(),
        Value::YesNo(answer) => if answer { "yes" } else { "no" }.to_owned(),
        Value::Day(day) => day.to_string(),
        Value::Nothing => "no".to_owned(),
        Value::NotApplicable => "does not apply".to_owned(),
        Value::NotKnown(_) => "-".to_owned(),
    }
}
