//! camt.053 statements, and camt.052 and .054 beside them, in the versions 02 to 08 and later: the elements that matter
//! have kept their names. One entry may hold several payments.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

use super::{Booking, Bookings, cleaned, joined, period};
use crate::import::{Batch, ReadError};
use crate::record::Period;

const WHAT: &str = "a camt statement";

/// No statement is nested deeper.
const MAX_DEPTH: usize = 64;

/// Longer text than this belongs to no element that matters.
const MAX_TEXT: usize = 64 << 10;

/// What is known of an entry, or of one of its payments.
#[derive(Debug, Default, Clone)]
struct Known {
    amount: Option<(String, String)>,
    direction: Option<String>,
    end_to_end: Option<String>,
    reference: Option<String>,
    payer: Option<String>,
    text: Vec<String>,
    invoice: Option<String>,
}

#[derive(Debug, Default)]
struct Entry {
    line: u64,
    known: Known,
    is_reversal: bool,
    status: String,
    booked: String,
    valued: String,
    details: Vec<Known>,
}

/// Reads a statement.
///
/// # Errors
/// Where it breaks before its first entry.
pub fn read(text: &str) -> Result<Batch, ReadError> {
    let mut statement = Statement::default();
    let mut bookings = Bookings::default();
    if let Err((line, problem)) = statement.walk(text, &mut bookings) {
        bookings.broken_off(WHAT, line, &problem)?;
    }
    Ok(bookings.batch("camt", statement.covers))
}

#[derive(Debug, Default)]
struct Statement {
    path: Vec<String>,
    value: String,
    currency: String,
    entry: Option<Entry>,
    from: String,
    covers: Option<Period>,
}

impl Statement {
    fn walk(&mut self, text: &str, bookings: &mut Bookings) -> Result<(), (u64, String)> {
        let mut reader = Reader::from_str(text);
        let mut lines = Lines { text, seen: 0, line: 1 };
        loop {
            let event = reader.read_event();
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match event.map_err(|error| (lines.up_to(at), error.to_string()))? {
                Event::Start(start) => {
                    if self.path.len() >= MAX_DEPTH {
                        return Err((lines.up_to(at), "it is nested too deep".to_owned()));
                    }
                    let name = start.local_name();
                    let name = AsRef::<str>::as_ref(&name).to_owned();
                    self.open(name, lines.up_to(at));
                    self.currency.clear();
                    if let Ok(Some(currency)) = start.try_get_attribute("Ccy") {
                        self.currency = currency.value.to_string();
                    }
                }
                Event::Text(more) => self.append(&more),
                Event::CData(more) => self.append(&more),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(letter)) => self.append(letter.encode_utf8(&mut [0; 4])),
                    Ok(None) | Err(_) => self.append(resolve_predefined_entity(&reference).unwrap_or_default()),
                },
                Event::End(_) => self.close(bookings),
                Event::Eof if self.path.is_empty() => return Ok(()),
                Event::Eof => return Err((lines.up_to(at), "it ends in the middle".to_owned())),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn append(&mut self, more: &str) {
        if self.value.len() + more.len() <= MAX_TEXT {
            self.value.push_str(more);
        }
    }

    fn open(&mut self, name: String, line: u64) {
        match name.as_str() {
            "Ntry" if self.entry.is_none() => self.entry = Some(Entry { line, ..Entry::default() }),
            "TxDtls" => {
                if let Some(entry) = &mut self.entry {
                    entry.details.push(Known::default());
                }
            }
            _ => {}
        }
        self.path.push(name);
        self.value.clear();
    }

    fn close(&mut self, bookings: &mut Bookings) {
        let value = cleaned(&self.value).unwrap_or_default();
        self.value.clear();
        let inside = self.path.iter().position(|name| name == "Ntry");
        if let (Some(entry), Some(start)) = (&mut self.entry, inside) {
            let inner: Vec<&str> = self.path.iter().skip(start + 1).map(String::as_str).collect();
            entry.take(&inner, value, &self.currency);
        } else {
            let last: Vec<&str> = self.path.iter().rev().take(2).map(String::as_str).collect();
            match last.as_slice() {
                ["FrDtTm" | "FrDt", "FrToDt"] => self.from = value,
                ["ToDtTm" | "ToDt", "FrToDt"] => self.covers = joined(self.covers, period(&self.from, &value)),
                _ => {}
            }
        }
        if self.path.pop().as_deref() == Some("Ntry") && inside == Some(self.path.len()) {
            for booking in self.entry.take().map(Entry::bookings).into_iter().flatten() {
                bookings.add(booking);
            }
        }
    }
}

impl Entry {
    /// Takes one value, by its path inside the entry.
    fn take(&mut self, path: &[&str], value: String, currency: &str) {
        let (known, path) = match (path, self.details.last_mut()) {
            (["NtryDtls", "TxDtls", rest @ ..], Some(details)) => (details, rest),
            _ => (&mut self.known, path),
        };
        match path {
            ["Amt"] => known.amount = Some((value, currency.to_owned())),
            ["AmtDtls", "TxAmt", "Amt"] if known.amount.is_none() => known.amount = Some((value, currency.to_owned())),
            ["CdtDbtInd"] => known.direction = Some(value),
            ["Refs", "EndToEndId"] if value != "NOTPROVIDED" => known.end_to_end = Some(value),
            ["AcctSvcrRef"] | ["Refs", "AcctSvcrRef"] => known.reference = Some(value),
            ["RltdPties", "Dbtr", "Nm"] | ["RltdPties", "Dbtr", "Pty", "Nm"] => known.payer = Some(value),
            ["RltdPties", "UltmtDbtr", "Nm"] | ["RltdPties", "UltmtDbtr", "Pty", "Nm"] if known.payer.is_none() => {
                known.payer = Some(value)
            }
            ["RmtInf", "Ustrd"] | ["AddtlTxInf"] | ["RmtInf", "Strd", "AddtlRmtInf"] => known.text.push(value),
            ["RmtInf", "Strd", "CdtrRefInf", "Ref"] => known.text.push(value),
            ["RmtInf", "Strd", "RfrdDocInf", "Nb"] => known.invoice = Some(value),
            ["RvslInd"] => self.is_reversal |= value == "true" || value == "1",
            ["Sts"] | ["Sts", "Cd" | "Prtry"] if self.status.is_empty() => self.status = value,
            ["BookgDt", "Dt" | "DtTm"] => self.booked = value,
            ["ValDt", "Dt" | "DtTm"] => self.valued = value,
            ["AddtlNtryInf"] => self.known.text.push(value),
            _ => {}
        }
    }

    /// The payments in an entry: its details if they are several with amounts of their own, else the entry itself.
    fn bookings(mut self) -> Vec<Booking> {
        let details = std::mem::take(&mut self.details);
        if details.len() > 1 && details.iter().all(|known| known.amount.is_some()) {
            let several = details.into_iter().enumerate();
            return several.map(|(index, known)| self.booking(known, Some(index))).collect();
        }
        let only = details.into_iter().next().unwrap_or_default();
        let entry = self.known.clone();
        let known = Known {
            amount: entry.amount.or(only.amount),
            direction: entry.direction.or(only.direction),
            end_to_end: only.end_to_end.or(entry.end_to_end),
            reference: entry.reference.or(only.reference),
            payer: only.payer.or(entry.payer),
            text: if only.text.is_empty() { entry.text } else { only.text },
            invoice: only.invoice.or(entry.invoice),
        };
        vec![self.booking(known, None)]
    }

    fn booking(&self, known: Known, index: Option<usize>) -> Booking {
        let (amount, currency) = known.amount.unwrap_or_default();
        let own = |reference: String| index.map_or(reference.clone(), |index| format!("{reference}/{}", index + 1));
        let direction = known.direction.as_ref().or(self.known.direction.as_ref());
        let status = match self.status.as_str() {
            "" | "BOOK" => None,
            "PDNG" => Some("not booked yet"),
            _ => Some("for information only"),
        };
        let reference = known.reference.or_else(|| self.known.reference.clone().filter(|_| index.is_some()).map(own));
        Booking {
            line: self.line,
            amount,
            currency,
            is_reversal: self.is_reversal,
            is_debit: direction.is_some_and(|direction| direction == "DBIT"),
            skip: status,
            date: if self.booked.is_empty() { self.valued.clone() } else { self.booked.clone() },
            id: reference.or(known.end_to_end),
            payer: known.payer,
            text: known.text,
            invoice: known.invoice,
        }
    }
}

/// Counts lines while going forward through a text.
struct Lines<'t> {
    text: &'t str,
    seen: usize,
    line: u64,
}

impl Lines<'_> {
    fn up_to(&mut self, end: usize) -> u64 {
        let end = end.min(self.text.len());
        let newlines = self.text.as_bytes().get(self.seen..end).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        self.seen = self.seen.max(end);
        self.line += newlines as u64;
        self.line
    }
}
