//! Maps: what a table's columns are called, and what its words mean. A preset is a map that comes along.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::super::Kind;
use crate::diagnostic::{Format, Mistake};
use crate::record::{Currency, decode, words};

words! {
    /// What 03/04/2025 means.
    DateOrder {
        /// The third of April.
        DayFirst = "dmy",
        /// The fourth of March.
        MonthFirst = "mdy",
    }
}
words! {
    /// How decimals are written.
    NumberStyle {
        /// 1,234.56 or 1 234.56.
        Point = "point",
        /// 1.234,56 or 1 234,56.
        Comma = "comma",
    }
}
words! {
    /// What one row is.
    RowIs {
        /// An invoice, a payment or an entry of hours, as the kind says.
        Item = "item",
        /// A line of an invoice; all with one number are one invoice.
        LineItem = "line-item",
        /// An entry of a ledger: above 0 an invoice, below 0 a payment on the invoice it names.
        Entry = "entry",
    }
}
words! {
    /// What a row with a single cell is.
    Heading {
        /// The client of the rows below it.
        Client = "client",
        /// Nothing that matters here.
        Ignored = "ignored",
    }
}
words! {
    /// How readily a map is chosen.
    Fits {
        /// When the columns of its header are there.
        Exactly = "exactly",
        /// Only when no other map fits.
        Loosely = "loosely",
    }
}
words! {
    /// Whose clock the times in date columns are.
    Clock {
        /// The user's own, or none at all.
        Local = "local",
        /// UTC.
        Utc = "utc",
    }
}
words! {
    /// What a status means.
    StatusIs {
        /// Not sent yet: left out.
        Draft = "draft",
        /// Cancelled.
        Void = "void",
        /// Given up.
        WrittenOff = "written_off",
        /// Paid in full.
        Paid = "paid",
        /// A payment that went back.
        Refund = "refund",
    }
}
words! {
    /// What became of a part of an invoice that is neither paid nor open.
    Rest {
        /// It was credited.
        Credit = "credit",
        /// It was given up.
        WrittenOff = "written_off",
    }
}
words! {
    /// Something that a column may hold.
    Field {
        /// The client's name.
        Client = "client",
        /// The client's id in its system.
        ClientId = "client_id",
        /// The client's mail address.
        Email = "email",
        /// The item's own id in its system.
        Id = "id",
        /// An invoice's number.
        Number = "number",
        /// When an invoice was sent.
        IssueDate = "issue_date",
        /// When it is due.
        DueDate = "due_date",
        /// What is asked for or paid, tax included.
        Amount = "amount",
        /// A part of an invoice's amount; the lines are added up.
        LineAmount = "line_amount",
        /// The tax of a line that may or may not be in its amount.
        LineTax = "line_tax",
        /// How much of an invoice was paid.
        Paid = "paid",
        /// How much of it is open.
        Open = "open",
        /// When it was paid, or paid last.
        PaidOn = "paid_on",
        /// The currency.
        Currency = "currency",
        /// The days to pay.
        NetDays = "net_days",
        /// A status.
        Status = "status",
        /// When it was cancelled.
        VoidedOn = "voided_on",
        /// When it was given up.
        WrittenOffOn = "written_off_on",
        /// How much of it was given up.
        WrittenOff = "written_off",
        /// Whether the client contests it.
        Disputed = "disputed",
        /// The invoice that a credit note is for.
        CreditFor = "credit_for",
        /// The day of a payment or of work.
        Date = "date",
        /// The invoice that a payment names.
        Invoice = "invoice",
        /// What the payer wrote.
        Text = "text",
        /// How much of a payment went back.
        Refunded = "refunded",
        /// Money that went out, in a column of its own.
        Spent = "spent",
        /// Hours, as a number or as h:mm:ss.
        Hours = "hours",
        /// What the hours were for.
        About = "about",
    }
}

/// One name, or several of which any will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Names;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name, or a list of names")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Names, E> {
                Ok(Names(vec![name.to_owned()]))
            }
            fn visit_u64<E: serde::de::Error>(self, name: u64) -> Result<Names, E> {
                Ok(Names(vec![name.to_string()]))
            }
            fn visit_bool<E: serde::de::Error>(self, name: bool) -> Result<Names, E> {
                Ok(Names(vec![name.to_string()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(Names(mut name)) = seq.next_element()? {
                    names.append(&mut name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

impl JsonSchema for Names {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "names".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "array"], "items": { "type": "string" } })
    }
}

/// Rows that are left out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SkipIf {
    /// The column that is looked at.
    pub column: Names,
    /// The words that leave a row out. Left out here: every row that has none of the words of `is_not`.
    pub is: Option<Names>,
    /// The only words that do not leave it out.
    pub is_not: Option<Names>,
    /// Why, in a word or two, for the summary.
    pub because: String,
}

/// A map: which columns of a table hold what, and what its words mean. Columns go by their name; case, a leading `*` and
/// spaces around it make no difference.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Its name, for `--preset`.
    pub name: String,
    /// Which export it is for.
    pub about: Option<String>,
    /// What it reads: invoices, payments or hours.
    pub kind: Kind,
    /// The program that writes such files; stands in `source`. Left out: the name.
    pub system: Option<String>,
    /// The columns by which the header is found, all of them; a list in it names several of which one will do.
    #[serde(default)]
    pub header: Vec<Names>,
    /// Columns that none of these tables has: one with such a column is something else.
    #[serde(default)]
    pub unless: Names,
    /// `loosely`: chosen only when no other map fits. Left out: exactly.
    pub fits: Option<Fits>,
    /// Which column holds what; several columns are looked at in their order, and the first one with something in it counts.
    #[schemars(schema_with = "by_field")]
    pub columns: BTreeMap<Field, Names>,
    /// What a row is. Left out: item.
    pub rows: Option<RowIs>,
    /// What a row with a single cell is. Left out: a mistake.
    pub headings: Option<Heading>,
    /// Rows that are left out.
    #[serde(default)]
    pub skip_if: Vec<SkipIf>,
    /// What the words of the status column mean.
    #[serde(default)]
    #[schemars(schema_with = "by_status")]
    pub status: BTreeMap<StatusIs, Names>,
    /// Rows that are credit notes, by a word in a column. Amounts below 0 are without it.
    pub credit_notes: Option<WordIn>,
    /// Rows that are payments among invoices, by a word in a column.
    pub payments: Option<WordIn>,
    /// What became of a part of an invoice that is neither paid nor open: credit or written_off. Left out: credit.
    pub rest: Option<Rest>,
    /// dmy or mdy. Left out: what the dates of the file show.
    pub dates: Option<DateOrder>,
    /// utc where the times in date columns are. Left out: local, unless the column's name says UTC.
    pub times: Option<Clock>,
    /// point or comma. Left out: what the numbers of the file show.
    pub numbers: Option<NumberStyle>,
    /// The currency of all amounts, for tables that do not say.
    pub currency: Option<Currency>,
}

/// A word in a column.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WordIn {
    /// The column.
    pub column: Names,
    /// The words.
    pub is: Names,
}

fn by_field(generator: &mut SchemaGenerator) -> Schema {
    by_word(generator, &Field::ALL.map(Field::word), "nothing would be read from that column")
}

fn by_status(generator: &mut SchemaGenerator) -> Schema {
    by_word(generator, &StatusIs::ALL.map(StatusIs::word), "no row would have that status")
}

fn by_word(generator: &mut SchemaGenerator, words: &[&str], consequence: &str) -> Schema {
    let names = generator.subschema_for::<Names>().to_value();
    let keys: serde_json::Map<String, serde_json::Value> = words.iter().map(|word| ((*word).to_owned(), names.clone())).collect();
    json_schema!({ "type": "object", "properties": keys, "additionalProperties": false, "x-consequence": consequence })
}

/// Reads a map, every mistake at once.
///
/// # Errors
/// Every mistake in the text, in the order of its lines.
pub fn read_map(text: &str) -> Result<Map, Vec<Mistake>> {
    let map: Map = decode(text, Format::Yaml)?;
    let missing = map.missing();
    if missing.is_empty() {
        return Ok(map);
    }
    let needs = |need: &&[Field]| {
        let words = need.iter().map(|field| format!("`{}`", field.word())).collect::<Vec<_>>().join(" or ");
        Mistake::error("missing-column", None, format!("`columns` needs {words}"))
            .with_note(format!("without it no row of {} can be read", map.kind))
    };
    Err(missing.iter().map(needs).collect())
}

impl Map {
    /// The program that writes such files.
    #[must_use]
    pub fn system(&self) -> &str {
        self.system.as_deref().unwrap_or(&self.name)
    }

    /// What a row is.
    #[must_use]
    pub fn row_is(&self) -> RowIs {
        self.rows.unwrap_or(RowIs::Item)
    }

    /// The fields without which no row can be read; of each group one is enough.
    #[must_use]
    pub fn needs(&self) -> &'static [&'static [Field]] {
        match self.kind {
            Kind::Invoices => &[&[Field::Amount, Field::LineAmount], &[Field::IssueDate, Field::DueDate]],
            Kind::Payments => &[&[Field::Amount], &[Field::Date]],
            Kind::Hours => &[&[Field::Hours], &[Field::Date]],
        }
    }

    fn missing(&self) -> Vec<&'static [Field]> {
        self.needs().iter().filter(|need| !need.iter().any(|field| self.columns.contains_key(field))).copied().collect()
    }
}
