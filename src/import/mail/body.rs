//! The text of a mail, among all that a mail can carry.
//!
//! The bytes of a body come in, with what the header says of them. Out goes the text that a person reads, and whether
//! there is more. Attachments are passed over without decoding them, and every loop has a limit: nesting, parts, text.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use memchr::memmem;

use super::header::{self, Content, HeaderParser, Transfer};
use super::{charset, html};

/// Deeper nesting is nobody's mail.
const DEEPEST: u32 = 32;

/// More parts than that are not looked at.
const MOST_PARTS: u32 = 2000;

/// Longer texts are cut: nobody writes a million letters by hand, and own words stand at the top.
const MOST_TEXT_BYTES: usize = 1024 * 1024;

/// A plain part that is a thousandth of the HTML beside it says that there is HTML.
const PLACEHOLDER_BYTES: usize = 200;

/// What a body holds.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: String,
    /// Files, and mails that were passed on as files.
    pub(super) attachments: u32,
    /// An answer to an invitation, written by a calendar.
    pub(super) is_calendar_reply: bool,
    /// Of a part, more than the limit was there.
    pub(super) is_cut: bool,
}

/// Reads the body of a mail whose header says `content`.
pub(super) fn read(bytes: &[u8], content: &Content, headers: &HeaderParser) -> Body {
    let mut search = Search { headers, body: Body::default(), parts: 0 };
    let text = search.part(bytes, content, 0);
    search.body.text = text.map(Text::into_text).unwrap_or_default();
    search.body
}

/// The text of one part.
enum Text {
    Plain(String),
    Html(String),
}

impl Text {
    fn into_text(self) -> String {
        match self {
            Self::Plain(text) => text,
            Self::Html(html) => html::text(&html),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Plain(text) | Self::Html(text) => text.len(),
        }
    }
}

struct Search<'h> {
    headers: &'h HeaderParser,
    body: Body,
    parts: u32,
}

impl Search<'_> {
    fn part(&mut self, bytes: &[u8], content: &Content, depth: u32) -> Option<Text> {
        self.parts += 1;
        let kind = content.kind.as_str();
        if let (Some(boundary), true) = (&content.boundary, kind.starts_with("multipart/")) {
            if depth >= DEEPEST {
                self.body.is_cut = true;
                return None;
            }
            return match kind {
                "multipart/alternative" => self.best(bytes, boundary, depth),
                "multipart/related" | "multipart/signed" => self.first(bytes, boundary, depth),
                _ => self.all(bytes, boundary, depth),
            };
        }
        match kind {
            "text/calendar" => {
                self.body.is_calendar_reply |= content.method.as_deref().is_some_and(|method| method.eq_ignore_ascii_case("reply"));
                None
            }
            // A multipart whose boundary is missing is read as it stands.
            "" | "text/plain" | "multipart/mixed" | "multipart/alternative" if !content.is_attachment => {
                Some(Text::Plain(self.decode(bytes, content)))
            }
            "text/html" if !content.is_attachment => Some(Text::Html(self.decode(bytes, content))),
            _ => {
                self.body.attachments += 1;
                None
            }
        }
    }

    /// The part that is nearest to what was typed: plain text, unless it only says that there is HTML.
    fn best(&mut self, bytes: &[u8], boundary: &str, depth: u32) -> Option<Text> {
        let (mut plain, mut html) = (None, None);
        for part in Parts::of(bytes, boundary) {
            match self.inner(part, depth) {
                Some(Text::Plain(text)) if plain.is_none() => plain = Some(text),
                Some(Text::Html(text)) if html.is_none() => html = Some(text),
                _ => {}
            }
        }
        match (plain.map(Text::Plain), html.map(Text::Html)) {
            (Some(plain), Some(html)) if is_placeholder(&plain, &html) => Some(html),
            (plain, html) => plain.or(html),
        }
    }

    fn first(&mut self, bytes: &[u8], boundary: &str, depth: u32) -> Option<Text> {
        let mut found = None;
        for part in Parts::of(bytes, boundary) {
            let text = self.inner(part, depth);
            found = found.or(text);
        }
        found
    }

    /// Some programs cut a text where a picture stands.
    fn all(&mut self, bytes: &[u8], boundary: &str, depth: u32) -> Option<Text> {
        let mut found: Option<Text> = None;
        for part in Parts::of(bytes, boundary) {
            let Some(text) = self.inner(part, depth) else { continue };
            found = Some(match found.take() {
                None => text,
                Some(before) if before.bytes() + text.bytes() > MOST_TEXT_BYTES => {
                    self.body.is_cut = true;
                    before
                }
                Some(before) => {
                    let mut joined = before.into_text();
                    joined.push('\n');
                    joined.push_str(&text.into_text());
                    Text::Plain(joined)
                }
            });
        }
        found
    }

    fn inner(&mut self, part: &[u8], depth: u32) -> Option<Text> {
        if self.parts >= MOST_PARTS {
            self.body.is_cut = true;
            return None;
        }
        let (head, bytes) = header::split(part);
        if head.len() > header::MOST_BYTES {
            self.body.is_cut = true;
            return None;
        }
        let content = self.headers.of_part(head);
        self.part(bytes, &content, depth + 1)
    }

    fn decode(&mut self, bytes: &[u8], content: &Content) -> String {
        let most = match content.transfer {
            Transfer::AsTheyAre => MOST_TEXT_BYTES,
            Transfer::Base64 => MOST_TEXT_BYTES / 3 * 4,
            Transfer::QuotedPrintable => MOST_TEXT_BYTES * 3,
        };
        self.body.is_cut |= bytes.len() > most;
        let bytes = &bytes[..bytes.len().min(most)];
        let decoded = match content.transfer {
            Transfer::AsTheyAre => Cow::Borrowed(bytes),
            Transfer::Base64 => Cow::Owned(from_base64(bytes)),
            Transfer::QuotedPrintable => Cow::Owned(from_quoted_printable(bytes)),
        };
        let named = content.charset.as_deref().or_else(|| (content.kind == "text/html").then(|| named_in_html(&decoded)).flatten());
        charset::decode(&decoded, named).into_owned()
    }
}

fn is_placeholder(plain: &Text, html: &Text) -> bool {
    let Text::Plain(text) = plain else { return false };
    let words = text.trim();
    words.is_empty() || (words.len() < PLACEHOLDER_BYTES && words.to_ascii_lowercase().contains("html") && html.bytes() > 5 * words.len())
}

/// The encoding that a page names itself.
fn named_in_html(html: &[u8]) -> Option<&str> {
    let head = &html[..html.len().min(2048)];
    let at = memmem::find(head, b"charset=")? + b"charset=".len();
    let name = head[at..].strip_prefix(b"\"").or_else(|| head[at..].strip_prefix(b"'")).unwrap_or(&head[at..]);
    let end = name.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))).unwrap_or(name.len());
    std::str::from_utf8(&name[..end]).ok()
}

/// Base64, of which lines that are something else are left out: lists put their footers there.
fn from_base64(bytes: &[u8]) -> Vec<u8> {
    base64_decode(bytes).unwrap_or_else(|| {
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| line.iter().all(is_letter));
        base64_decode(&lines.flatten().copied().collect::<Vec<u8>>()).unwrap_or_default()
    })
}

/// Quoted-printable, in which what is wrong stands for itself, as the standard advises.
fn from_quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii_end();
        let (text, is_joined) = match text.strip_suffix(b"=") {
            Some(text) if line.ends_with(b"\n") => (text, true),
            _ => (text, false),
        };
        let mut rest = text;
        while let Some(at) = memchr::memchr(b'=', rest) {
            decoded.extend_from_slice(&rest[..at]);
            let code =
                rest.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
            match code {
                Some(byte) => decoded.push(byte),
                None => decoded.push(b'='),
            }
            rest = &rest[at + if code.is_some() { 3 } else { 1 }..];
        }
        decoded.extend_from_slice(rest);
        if !is_joined && line.ends_with(b"\n") {
            decoded.push(b'\n');
        }
    }
    decoded
}

/// The parts between the lines of a boundary. The last may lack its end.
struct Parts<'b> {
    rest: Option<&'b [u8]>,
    line: Vec<u8>,
}

impl<'b> Parts<'b> {
    fn of(bytes: &'b [u8], boundary: &str) -> Self {
        let mut parts = Self { rest: Some(bytes), line: format!("--{boundary}").into_bytes() };
        // What stands above the first line is for programs that know no parts.
        parts.next();
        parts
    }
}

impl<'b> Iterator for Parts<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        let bytes = self.rest?;
        let found = memmem::find_iter(bytes, &self.line).find(|at| {
            let behind = &bytes[at + self.line.len()..];
            (*at == 0 || bytes[at - 1] == b'\n')
                && behind.first().is_none_or(|byte| byte.is_ascii_whitespace() || behind.starts_with(b"--"))
        });
        let Some(at) = found else {
            self.rest = None;
            return Some(bytes);
        };
        let behind = &bytes[at + self.line.len()..];
        self.rest = if behind.starts_with(b"--") { None } else { memchr::memchr(b'\n', behind).map(|end| &behind[end + 1..]) };
        let part = &bytes[..at];
        // The line end before a boundary belongs to it.
        let part = part.strip_suffix(b"\n").unwrap_or(part);
        Some(part.strip_suffix(b"\r").unwrap_or(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(mail: &str) -> Body {
        let headers = HeaderParser::new();
        let (head, bytes) = header::split(mail.as_bytes());
        read(bytes, &headers.of_part(head), &headers)
    }

    #[test]
    fn plain_text_goes_before_html_and_attachments_are_passed_over() {
        let mail = "Content-Type: multipart/mixed; boundary=outer\n\nold\n--outer\nContent-Type: multipart/alternative; boundary=\"outer-in\"\n\n\
            --outer-in\nContent-Type: text/plain\n\nPlain\n--outer-in\nContent-Type: text/html\n\n<p>Html</p>\n--outer-in--\n\
            --outer\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nAAAA\n\
            --outer\nContent-Type: text/plain; name=\"log.txt\"\n\nlog\n--outer\n\nmore\n--outer--\nafter";
        let body = body(mail);
        assert_eq!(body.text, "Plain\nmore");
        assert_eq!(body.attachments, 2);
    }

    #[test]
    fn html_is_read_if_the_plain_part_says_nothing() {
        for plain in ["", "  \n", "Your program cannot show HTML."] {
            let html = format!("<p>Hello {}</p>", "world ".repeat(50));
            let mail = format!(
                "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--"
            );
            assert!(body(&mail).text.starts_with("Hello world"), "{plain}");
        }
    }

    #[test]
    fn text_is_decoded_however_it_is_written() {
        assert_eq!(body("Content-Transfer-Encoding: base64\n\nR3LDvMOfZQ==\n").text, "Grüße");
        assert_eq!(body("Content-Transfer-Encoding: base64\n\nR3LDvMOfZQ==\n-- \nThe list\n").text, "Grüße");
        let quoted = "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe und =\nmehr = 5 =ZZ=  \n";
        assert_eq!(body(quoted).text, "Grüße und mehr = 5 =ZZ");
        assert_eq!(body("Content-Type: text/html\n\n<meta charset=\"iso-8859-1\"><p>x").text, "x");
    }

    #[test]
    fn parts_that_are_cut_off_or_nested_without_end_are_read_as_far_as_they_go() {
        let mail = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello";
        assert_eq!(body(mail).text, "Hello");
        assert_eq!(body("Content-Type: multipart/mixed\n\nHello").text, "Hello");
        let mut deep = String::new();
        for level in 0..1000 {
            deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
        }
        assert!(body(&deep).is_cut);
        let rfc822 = "Content-Type: message/rfc822\n\n".repeat(10_000);
        assert_eq!(body(&rfc822).attachments, 1);
    }

    #[test]
    fn an_answer_of_a_calendar_is_known() {
        let mail =
            "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\n--b--";
        assert!(body(mail).is_calendar_reply);
        assert!(!body(&mail.replace("REPLY", "REQUEST")).is_calendar_reply);
    }
}
