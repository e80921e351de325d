//! The header of a mail: who wrote when to whom, what it answers, and whether a person wrote it.
//!
//! Bytes come in; out goes what an import asks for, decoded. `mail-parser` reads the single fields. Nothing else of a mail
//! is handed to it: what is in the body is found by `body`, which has a limit for everything.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use mail_parser::{Address, ContentType, HeaderName, HeaderValue, MessageParser};

use super::charset;
use crate::import::item::Person;
use crate::import::times::in_zone;

/// A longer header is no mail's; a list of a thousand receivers is a tenth of it.
pub(super) const MOST_BYTES: usize = 1024 * 1024;

/// More receivers than that are not kept: it is a circular.
const MOST_RECEIVERS: usize = 1000;

/// Years that a mail can come from. Clocks that were never set say 1904, 1969 or 2036.
const YEARS: std::ops::RangeInclusive<i32> = 1971..=2199;

/// What the fields of a header say.
#[derive(Debug, Clone, Default)]
pub(super) struct Header {
    pub(super) from: Option<Person>,
    pub(super) to: Vec<Person>,
    pub(super) delivered_to: Option<String>,
    pub(super) at: Option<DateTime<FixedOffset>>,
    /// The `Date` field as written, if there is one.
    pub(super) date: Option<String>,
    pub(super) subject: String,
    /// In small letters, without `<>`.
    pub(super) id: Option<String>,
    /// The first mail of the thread, as far as this one says.
    pub(super) first: Option<String>,
    pub(super) answers: Option<String>,
    pub(super) gmail_thread: Option<String>,
    pub(super) labels: Vec<String>,
    pub(super) status: Status,
    pub(super) content: Content,
}

/// What programs wrote into a header about the mail as such.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Status {
    /// Answers and notices that no person wrote.
    pub(super) is_automatic: bool,
    /// Circulars: `Precedence: bulk` or `junk`.
    pub(super) is_bulk: bool,
    pub(super) is_list: bool,
    /// It has no sender that an answer could go to.
    pub(super) bounces_to_nobody: bool,
    /// Thunderbird has deleted it, and not yet removed it from the file.
    pub(super) is_deleted: bool,
}

/// What a part of a mail says of its content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// Like `text/plain`, in small letters; empty if it is not said.
    pub(super) kind: String,
    pub(super) charset: Option<String>,
    pub(super) boundary: Option<String>,
    /// Of a calendar's part.
    pub(super) method: Option<String>,
    pub(super) transfer: Transfer,
    /// It is a file, and no part of the text.
    pub(super) is_attachment: bool,
}

/// How the bytes of a part are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Transfer {
    #[default]
    AsTheyAre,
    Base64,
    QuotedPrintable,
}

/// Where the header ends, and where the body begins. A mail without a blank line is all header.
pub(super) fn split(mail: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    while start < mail.len() {
        let end = memchr::memchr(b'\n', &mail[start..]).map_or(mail.len(), |at| start + at + 1);
        let line = &mail[start..end];
        if line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            return (&mail[..start], &mail[end..]);
        }
        start = end;
    }
    (mail, &[])
}

/// Reads headers of mails and of their parts.
pub(super) struct HeaderParser {
    of_mails: MessageParser,
    of_parts: MessageParser,
}

impl HeaderParser {
    pub(super) fn new() -> Self {
        let raw = [
            HeaderName::Date,
            HeaderName::AutoSubmitted,
            HeaderName::ListId,
            HeaderName::ReturnPath,
            HeaderName::DeliveredTo,
            HeaderName::Other("Precedence".into()),
            HeaderName::Other("X-Autoreply".into()),
            HeaderName::Other("X-Autorespond".into()),
            HeaderName::Other("X-GM-THRID".into()),
            HeaderName::Other("X-Mozilla-Status".into()),
        ];
        let mut of_mails = MessageParser::new()
            .default_header_ignore()
            .with_mime_headers()
            .with_message_ids()
            .header_address(HeaderName::From)
            .header_address(HeaderName::Sender)
            .header_address(HeaderName::To)
            .header_address(HeaderName::Cc)
            .header_address(HeaderName::Bcc)
            .header_text(HeaderName::Subject)
            .header_text(HeaderName::Other("X-Gmail-Labels".into()));
        for name in raw {
            of_mails = of_mails.header_raw(name);
        }
        Self { of_mails, of_parts: MessageParser::new().default_header_ignore().with_mime_headers() }
    }

    /// The header of a mail. A date without an offset is one of `zone`.
    pub(super) fn of_mail(&self, bytes: &[u8], zone: Tz) -> Header {
        let text = readable(bytes);
        let Some(parsed) = self.of_mails.parse_headers(text.as_bytes()) else { return Header::default() };
        let mut header = Header::default();
        let mut sender = None;
        for field in parsed.headers() {
            header.take(&field.name, &field.value, &mut sender);
        }
        header.from = header.from.or(sender);
        header.at = header.date.as_deref().and_then(|text| moment(text, zone));
        header
    }

    /// The header of a part of a mail.
    pub(super) fn of_part(&self, bytes: &[u8]) -> Content {
        let text = readable(bytes);
        let mut content = Content::default();
        if let Some(parsed) = self.of_parts.parse_headers(text.as_bytes()) {
            for field in parsed.headers() {
                content.take(&field.name, &field.value);
            }
        }
        content
    }
}

/// A header in UTF-8, ending with a blank line, without bytes that no header has.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    let text = charset::detect(bytes);
    if text.ends_with("\n\n") { text } else { Cow::Owned(format!("{}\n\n", text.trim_end_matches(['\r', '\n', '\0']))) }
}

impl Header {
    fn take(&mut self, name: &HeaderName<'_>, value: &HeaderValue<'_>, sender: &mut Option<Person>) {
        if let HeaderName::Other(name) = name {
            return self.take_other(name, value);
        }
        let text = || value.as_text().unwrap_or_default();
        match name.as_str() {
            "From" => self.from = self.from.take().or_else(|| people(value).next()),
            "Sender" => *sender = people(value).next(),
            "To" | "Cc" | "Bcc" => {
                for person in people(value) {
                    if self.to.len() < MOST_RECEIVERS && !self.to.contains(&person) {
                        self.to.push(person);
                    }
                }
            }
            "Delivered-To" if self.delivered_to.is_none() => self.delivered_to = address(text()),
            "Date" if self.date.is_none() => self.date = Some(text().to_owned()),
            "Subject" => text().trim().clone_into(&mut self.subject),
            "Message-ID" => self.id = self.id.take().or_else(|| ids(value).next()),
            "References" => self.first = ids(value).next(),
            "In-Reply-To" => self.answers = ids(value).next(),
            "Auto-Submitted" => self.status.is_automatic |= !text().trim_ascii().to_ascii_lowercase().starts_with("no"),
            "List-ID" => self.status.is_list = true,
            "Return-Path" => self.status.bounces_to_nobody |= text().trim_ascii() == "<>",
            _ => self.content.take(name, value),
        }
    }

    fn take_other(&mut self, name: &str, value: &HeaderValue<'_>) {
        let text = value.as_text().unwrap_or_default().trim_ascii();
        let lower = text.to_ascii_lowercase();
        match name.to_ascii_lowercase().as_str() {
            "precedence" => match lower.as_str() {
                "list" => self.status.is_list = true,
                "bulk" | "junk" => self.status.is_bulk = true,
                "auto_reply" | "auto-reply" => self.status.is_automatic = true,
                _ => {}
            },
            "x-autoreply" | "x-autorespond" => self.status.is_automatic |= !matches!(lower.as_str(), "no" | "false"),
            "x-gm-thrid" => self.gmail_thread = Some(text.to_owned()).filter(|text| !text.is_empty()),
            "x-gmail-labels" => self.labels = text.split(',').map(|label| label.trim().trim_matches('"').to_owned()).collect(),
            "x-mozilla-status" => self.status.is_deleted = u32::from_str_radix(text, 16).is_ok_and(|flags| flags & 0x8 != 0),
            _ => {}
        }
    }
}

impl Content {
    fn take(&mut self, name: &HeaderName<'_>, value: &HeaderValue<'_>) {
        match name.as_str() {
            "Content-Type" => {
                if let Some(content) = value.as_content_type() {
                    self.kind = kind(content);
                    let attribute = |name: &str| content.attribute(name).map(str::to_owned).filter(|value| !value.is_empty());
                    self.charset = attribute("charset");
                    self.boundary = attribute("boundary");
                    self.method = attribute("method");
                    self.is_attachment |= content.has_attribute("name");
                }
            }
            "Content-Disposition" => self.is_attachment |= value.as_content_type().is_some_and(ContentType::is_attachment),
            "Content-Transfer-Encoding" => {
                let text = value.as_text().unwrap_or_default().trim_ascii();
                self.transfer = if text.eq_ignore_ascii_case("base64") {
                    Transfer::Base64
                } else if text.eq_ignore_ascii_case("quoted-printable") {
                    Transfer::QuotedPrintable
                } else {
                    Transfer::AsTheyAre
                };
            }
            _ => {}
        }
    }
}

fn kind(content: &ContentType<'_>) -> String {
    match content.subtype() {
        Some(subtype) => format!("{}/{subtype}", content.ctype()).to_ascii_lowercase(),
        // Very old programs write `text` alone.
        None => format!("{}/plain", content.ctype()).to_ascii_lowercase(),
    }
}

fn people<'v>(value: &'v HeaderValue<'v>) -> impl Iterator<Item = Person> + 'v {
    let (list, groups) = match value.as_address() {
        Some(Address::List(list)) => (list.as_slice(), [].as_slice()),
        Some(Address::Group(groups)) => ([].as_slice(), groups.as_slice()),
        None => ([].as_slice(), [].as_slice()),
    };
    list.iter().chain(groups.iter().flat_map(|group| &group.addresses)).filter_map(|one| {
        let address = one.address.as_deref().and_then(address);
        let name = one.name.as_deref().map(|name| name.trim().trim_matches(['"', '\'']).trim()).filter(|name| !name.is_empty());
        // A name that only repeats the address says nothing.
        let name = name.filter(|name| Some(name.to_lowercase()) != address).map(str::to_owned);
        (address.is_some() || name.is_some()).then_some(Person { name, address })
    })
}

/// An address in small letters, without what stands round it.
fn address(text: &str) -> Option<String> {
    let address = text.trim().trim_matches(['<', '>', '"', '\'']).trim();
    let address = address.strip_prefix("mailto:").unwrap_or(address);
    (!address.is_empty()).then(|| address.to_lowercase())
}

fn ids<'v>(value: &'v HeaderValue<'v>) -> impl Iterator<Item = String> + 'v {
    let (one, list) = match value {
        HeaderValue::Text(one) => (Some(one), [].as_slice()),
        HeaderValue::TextList(list) => (None, list.as_slice()),
        HeaderValue::Address(_)
        | HeaderValue::DateTime(_)
        | HeaderValue::ContentType(_)
        | HeaderValue::Received(_)
        | HeaderValue::Empty => (None, [].as_slice()),
    };
    one.into_iter().chain(list).map(|id| id.trim().trim_matches(['<', '>']).to_lowercase()).filter(|id| !id.is_empty())
}

/// A `Date` field. Without an offset it is a time of `zone`; what cannot be read is not guessed.
pub(super) fn moment(text: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    let at = match mail_parser::DateTime::parse_rfc822(text) {
        Some(date) => {
            let seconds = (i32::from(date.tz_hour) * 60 + i32::from(date.tz_minute)) * 60;
            let offset = FixedOffset::east_opt(if date.tz_before_gmt { -seconds } else { seconds })?;
            local(&date)?.and_local_timezone(offset).single()?
        }
        None => match mail_parser::DateTime::parse_rfc822(&format!("{text} +0000")) {
            Some(date) => in_zone(local(&date)?, zone),
            None => other_forms(text, zone)?,
        },
    };
    YEARS.contains(&at.year()).then_some(at)
}

/// Forms that no standard for mail has, and that some programs write.
fn other_forms(text: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    ["%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%:z", "%a %b %d %H:%M:%S %z %Y"]
        .iter()
        .find_map(|form| DateTime::parse_from_str(text, form).ok())
        .or_else(|| {
            let forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%a %b %d %H:%M:%S %Y"];
            forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).map(|at| in_zone(at, zone))
        })
}

fn local(date: &mail_parser::DateTime) -> Option<NaiveDateTime> {
    let day = NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))?;
    // A leap second is the second before.
    day.and_hms_opt(u32::from(date.hour), u32::from(date.minute), u32::from(date.second).min(59))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Header {
        HeaderParser::new().of_mail(text.as_bytes(), chrono_tz::Europe::Helsinki)
    }

    fn at(text: &str) -> Option<String> {
        moment(text, chrono_tz::Europe::Helsinki).map(|at| at.to_rfc3339())
    }

    #[test]
    fn dates_are_read_with_their_offset() {
        for (text, expected) in [
            ("Thu, 1 May 2025 18:02:03 +0200", "2025-05-01T18:02:03+02:00"),
            ("1 May 25 18:02 -0730 (comment)", "2025-05-01T18:02:00-07:30"),
            ("Thu, 1 May 2025 18:02:60 GMT", "2025-05-01T18:02:59+00:00"),
            ("Thu, 1 May 2025 18:02:03 UT", "2025-05-01T18:02:03+00:00"),
            ("Thu, 1 May 2025 18:02:03 Z", "2025-05-01T18:02:03+00:00"),
            ("Thu, 1 May 2025 18:02:03", "2025-05-01T18:02:03+03:00"),
            ("Thu May  1 18:02:03 2025", "2025-05-01T18:02:03+03:00"),
            ("2025-05-01 18:02:03 +0200", "2025-05-01T18:02:03+02:00"),
        ] {
            assert_eq!(at(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "yesterday", "Thu, 31 Feb 2025 18:02:03 +0200", "Thu, 1 Jan 1904 00:00:00 +0000"] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn names_addresses_and_ids_are_decoded() {
        let header = read(
            "From: =?utf-8?q?J=C3=B6rg_M?= <Jo@Studio.example>\nTo: team: a@x.example, \"B, C\" <b@x.example>;\nCc: B@x.example\n\
             Message-ID: <A1@x>\nReferences: <Root@x>\n <b@x>\nIn-Reply-To: <b@x>\nDelivered-To: Me@x.example\n\
             X-Gmail-Labels: =?UTF-8?Q?Gesendet=2CGe=C3=B6ffnet=2CKunden/Acme?=\nX-GM-THRID: 178\nDate: Thu, 1 May 2025 18:02:03 Z\nSubject: Re: x\n",
        );
        assert_eq!(header.from, Some(Person { name: Some("Jörg M".into()), address: Some("jo@studio.example".into()) }));
        assert_eq!(
            header.to.iter().filter_map(|one| one.address.as_deref()).collect::<Vec<_>>(),
            ["a@x.example", "b@x.example", "b@x.example"]
        );
        assert_eq!((header.id.as_deref(), header.first.as_deref(), header.answers.as_deref()), (Some("a1@x"), Some("root@x"), Some("b@x")));
        assert_eq!(header.labels, ["Gesendet", "Geöffnet", "Kunden/Acme"]);
        assert_eq!(header.delivered_to.as_deref(), Some("me@x.example"));
        assert_eq!((header.subject.as_str(), header.gmail_thread.as_deref()), ("Re: x", Some("178")));
    }

    #[test]
    fn bytes_that_are_no_utf8_are_read_in_their_encoding() {
        let mut bytes = b"Subject: x\nFrom: J".to_vec();
        bytes.extend_from_slice(b"\xF6rg M\xFCller, Gesch\xE4ftsf\xFChrer <jo@x.example>\n");
        let header = HeaderParser::new().of_mail(&bytes, Tz::UTC);
        assert!(header.from.and_then(|one| one.name).is_some_and(|name| name.starts_with("Jörg Müller")));
    }

    #[test]
    fn what_programs_write_is_known() {
        assert!(read("Auto-Submitted: auto-replied\n").status.is_automatic);
        assert!(!read("Auto-Submitted: no\nX-Auto-Response-Suppress: All\n").status.is_automatic);
        assert!(read("Precedence: list\n").status.is_list);
        assert!(read("Precedence: bulk\n").status.is_bulk);
        assert!(read("List-Id: <a.x>\n").status.is_list);
        assert!(read("Return-Path: <>\n").status.bounces_to_nobody);
        assert!(!read("Return-Path: <a@x>\n").status.bounces_to_nobody);
        assert!(read("X-Mozilla-Status: 0009\n").status.is_deleted);
        assert!(!read("X-Mozilla-Status: 0001\n").status.is_deleted);
    }

    #[test]
    fn the_body_begins_behind_the_first_blank_line() {
        assert_eq!(split(b"A: 1\r\n\r\nx\n\ny"), (b"A: 1\r\n".as_slice(), b"x\n\ny".as_slice()));
        assert_eq!(split(b"A: 1"), (b"A: 1".as_slice(), b"".as_slice()));
        assert_eq!(split(b"\nx"), (b"".as_slice(), b"x".as_slice()));
    }
}
