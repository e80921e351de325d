//! OFX and QFX, 1.x (SGML, in which values are not closed) and 2.x (XML): of both, only the names and the values after
//! them matter, so both are read in one way.

use super::{Booking, Bookings, cleaned, joined, period};
use crate::import::{Batch, ReadError};

const WHAT: &str = "an OFX statement";

/// A piece of the file: a name that opens, with the value right behind it, or a name that closes.
struct Piece<'t> {
    name: &'t str,
    value: &'t str,
    is_end: bool,
    line: u64,
}

/// The pieces in their order. What is no tag is passed over.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    let mut line = 1;
    std::iter::from_fn(move || {
        loop {
            let open = rest.find('<')?;
            line += newlines(&rest[..open]);
            rest = &rest[open + 1..];
            let close = rest.find('>')?;
            let tag = &rest[..close];
            let begins_at = line;
            line += newlines(tag);
            rest = &rest[close + 1..];
            if tag.starts_with(['?', '!']) {
                continue;
            }
            let is_end = tag.starts_with('/');
            let name = tag.trim_matches(|c: char| c == '/' || c.is_whitespace());
            let name = name.split_whitespace().next().unwrap_or_default();
            let name = name.rsplit(':').next().unwrap_or(name);
            let end = rest.find('<').unwrap_or(rest.len());
            let value = if is_end { "" } else { rest[..end].trim() };
            return Some(Piece { name, value, is_end, line: begins_at });
        }
    })
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

/// Types of bookings that are no payments of clients.
const NOT_CLIENTS: [&str; 4] = ["INT", "DIV", "FEE", "SRVCHG"];

/// Reads a statement.
///
/// # Errors
/// Where it breaks before its first booking.
pub fn read(text: &str) -> Result<Batch, ReadError> {
    let mut bookings = Bookings::default();
    let mut booking: Option<Booking> = None;
    let (mut currency, mut from, mut covers) = (String::new(), String::new(), None);
    let (mut is_complete, mut last_line) = (false, 1);
    for Piece { name, value, is_end, line } in pieces(text) {
        last_line = line;
        match (name, is_end, &mut booking) {
            ("STMTTRN" | "STMTTRNP", false, _) => {
                // In SGML the one before may not have been closed.
                booking.take().into_iter().for_each(|booking| bookings.add(booking));
                let skip = (name == "STMTTRNP").then_some("not booked yet");
                booking = Some(Booking { line, currency: currency.clone(), skip, ..Booking::default() });
            }
            ("STMTTRN" | "STMTTRNP" | "BANKTRANLIST", true, _) => booking.take().into_iter().for_each(|booking| bookings.add(booking)),
            ("OFX", true, _) => is_complete = true,
            ("CURDEF", false, None) => value.clone_into(&mut currency),
            ("DTSTART", false, None) => value.clone_into(&mut from),
            ("DTEND", false, None) => covers = joined(covers, period(&from, value)),
            (_, false, Some(booking)) => take(booking, name, value),
            _ => {}
        }
    }
    if !is_complete || booking.is_some() {
        bookings.broken_off(WHAT, last_line, "it ends in the middle")?;
    }
    Ok(bookings.batch("ofx", covers))
}

fn take(booking: &mut Booking, name: &str, value: &str) {
    let text = || cleaned(&unescaped(value));
    match name {
        "TRNTYPE" if NOT_CLIENTS.contains(&value) => booking.skip = Some("interest or a fee"),
        "TRNAMT" => {
            booking.is_debit = value.starts_with('-');
            value.trim_start_matches('-').clone_into(&mut booking.amount);
        }
        "DTPOSTED" => value.clone_into(&mut booking.date),
        "FITID" => booking.id = text(),
        "CURSYM" => value.clone_into(&mut booking.currency),
        "NAME" => booking.payer = text().or(booking.payer.take()),
        "MEMO" => booking.text.extend(text()),
        _ => {}
    }
}

fn unescaped(value: &str) -> std::borrow::Cow<'_, str> {
    quick_xml::escape::unescape(value).unwrap_or(std::borrow::Cow::Borrowed(value))
}
