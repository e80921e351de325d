//! What mail programs write round a reply: who wrote when, headers, dividers, and which device it was sent from.
//!
//! The words of a person can look like these. So each needs more than one sign: a date or an address beside the
//! verb, two headers that go together. When in doubt a line is the sender's.

use super::own::Line;

/// What introduces a quoted text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Introduction {
    /// Only itself is to be left out, up to this place: the quoted lines behind it are marked.
    Of(usize),
    /// All behind it is quoted, without marks.
    OfAllThatFollows,
}

/// How an introduction begins, in the languages that are not told by an address.
const OPENERS: [&str; 15] =
    ["On ", "Am ", "Le ", "El ", "Il ", "Em ", "Op ", "Den ", "W dniu ", "Dnia ", "Wiadomość ", "在", "于", "2025年", "2026年"];

/// How it ends, before the colon.
const LAST_WORDS: [&str; 16] = [
    "wrote",
    "writes",
    "schrieb",
    "a écrit",
    "escribió",
    "ha scritto",
    "escreveu",
    "schreef",
    "skrev",
    "kirjoitti",
    "napisał",
    "napisała",
    "pisze",
    "написал",
    "написала",
    "写道",
];

/// What else stands in it, if it ends otherwise.
const INNER_WORDS: [&str; 8] = [" schrieb ", " schreef ", " skrev ", " kirjoitti ", " napisał", " a écrit", " wrote ", " napisana przez "];

/// What no mail program writes: here the sender quotes with their own hands.
const BY_HAND: [&str; 6] = ["you wrote", "I wrote", "we wrote", "they wrote", "he wrote", "she wrote"];

/// The text of a divider, between its dashes.
const DIVIDERS: &[&str] = &[
    "Original Message",
    "Original Appointment",
    "Forwarded message",
    "Forwarded by",
    "Begin forwarded message",
    "Ursprüngliche Nachricht",
    "Weitergeleitete Nachricht",
    "Alkuperäinen viesti",
    "Edelleenlähetetty viesti",
    "Wiadomość oryginalna",
    "Oryginalna wiadomość",
    "Message d'origine",
    "Message transféré",
    "Message transmis",
    "Mensaje original",
    "Mensaje reenviado",
    "Messaggio originale",
    "Messaggio inoltrato",
    "Mensagem original",
    "Mensagem encaminhada",
    "Oorspronkelijk bericht",
    "Doorgestuurd bericht",
    "Ursprungligt meddelande",
    "Vidarebefordrat meddelande",
    "Oprindelig meddelelse",
    "Opprinnelig melding",
    "Исходное сообщение",
    "Пересылаемое сообщение",
    "BEGIN PGP SIGNATURE",
    "Przekazana wiadomość",
    "Wiadomość przekazana",
    "Välitetty viesti",
    "原始邮件",
    "转发的邮件",
    "转发邮件信息",
];

const DEVICE_LINES: &[&str] = &[
    "Sent from my ",
    "Sent from Yahoo",
    "Sent from Outlook",
    "Sent from Mail for",
    "Sent via BlackBerry",
    "Sent with Proton",
    "Get Outlook for ",
    "Von meinem ",
    "Gesendet von ",
    "Lähetetty iPhone",
    "Lähetetty iPad",
    "Lähetetty Android",
    "Lähetetty puhelimesta",
    "Lähetetty Outlook",
    "Wysłane z ",
    "Wysłano z ",
    "Envoyé de mon ",
    "Enviado desde mi ",
    "Inviato da ",
    "Verzonden vanaf mijn ",
    "Verstuurd vanaf mijn ",
    "Skickat från min ",
    "Sendt fra min ",
    "Enviado do meu ",
    "Hanki Outlook ",
    "Holen Sie sich Outlook ",
    "发自我的",
    "从我的",
    "发送自",
];

/// A line of a device is short; a longer one is somebody's sentence.
const DEVICE_LINE_BYTES: usize = 60;

/// An introduction is wrapped over so many lines at most.
const INTRODUCTION_LINES: usize = 3;

/// A block of headers is looked through no further.
const HEADER_LINES: usize = 12;

/// Whether `line` introduces a quoted text. `last` is its last byte that is not white space.
pub(super) fn introduction(text: &str, line: Line<'_>, last: u8) -> Option<Introduction> {
    let mut end = line;
    if !ends_with_colon(line.text, last) {
        // A wrapped one: nothing else begins with a date or an address and ends, a line or two on, with a colon.
        if line.text.len() > 200 || !(is_dated(line.text) || OPENERS.iter().any(|opener| line.text.starts_with(opener))) {
            return None;
        }
        for lines in 2.. {
            end = Line::at(text, end.next)?;
            let &last = end.text.trim_ascii_end().as_bytes().last()?;
            if ends_with_colon(end.text, last) {
                break;
            }
            if lines == INTRODUCTION_LINES {
                return None;
            }
        }
    }
    let whole = &text[line.start..end.next.min(text.len())];
    let told = is_introduction(whole)?;
    let quoted = Line::at(text, end.next).and_then(|next| next.first_not_blank(text)).is_some_and(|next| next.is_quoted());
    match (quoted, told) {
        (true, _) => Some(Introduction::Of(end.next)),
        (false, Told::ByAProgram) => Some(Introduction::OfAllThatFollows),
        (false, Told::ByAnybody) => None,
    }
}

/// Who may have written an introduction.
#[derive(Clone, Copy)]
enum Told {
    ByAProgram,
    ByAnybody,
}

fn ends_with_colon(line: &str, last: u8) -> bool {
    last == b':' || (last >= 0x80 && line.trim_ascii_end().ends_with('：'))
}

fn is_introduction(whole: &str) -> Option<Told> {
    // Long lines are no introductions, and are not searched.
    if whole.len() > 600 {
        return None;
    }
    let whole = whole.trim_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '-' | '*' | ':' | '：'));
    let whole = whole.strip_suffix("(a)").unwrap_or(whole);
    let opened = OPENERS.iter().any(|opener| whole.starts_with(opener));
    let has_address = whole.contains('@');
    let ends = LAST_WORDS.iter().any(|word| whole.ends_with(word));
    if !ends && !((opened || has_address) && INNER_WORDS.iter().any(|word| whole.contains(word))) {
        return None;
    }
    let by_hand = BY_HAND.iter().any(|words| whole.ends_with(words));
    Some(if is_dated(whole) && (opened || has_address) && !by_hand { Told::ByAProgram } else { Told::ByAnybody })
}

/// Whether a time, a year or an address stands in it.
fn is_dated(text: &str) -> bool {
    let digit = |byte: &u8| byte.is_ascii_digit();
    text.as_bytes().windows(4).any(|four| match four {
        [b'@', ..] | [_, b'@', ..] => true,
        [b'1', b'9', rest @ ..] | [b'2', b'0', rest @ ..] if rest.iter().all(digit) => true,
        [hour, b':' | b'.', minutes @ ..] => digit(hour) && minutes.iter().all(digit),
        _ => false,
    })
}

/// Whether `trimmed` divides a message from the one that it answers or passes on.
pub(super) fn is_divider(trimmed: &str) -> bool {
    let inner = trimmed.trim_matches(|c: char| matches!(c, '-' | '_' | '=' | ' '));
    inner.len() + 2 <= trimmed.len() && DIVIDERS.iter().any(|divider| starts_with(inner, divider))
}

/// Whether `trimmed` says which device a message was sent from.
pub(super) fn is_device_line(trimmed: &str) -> bool {
    let first = trimmed.as_bytes().first().map_or(0, u8::to_ascii_lowercase);
    matches!(first, b's' | b'g' | b'v' | b'l' | b'w' | b'e' | b'i' | b'h' | 0xE4 | 0xE5)
        && trimmed.len() <= DEVICE_LINE_BYTES
        && DEVICE_LINES.iter().any(|device| starts_with(trimmed, device))
}

fn starts_with(text: &str, beginning: &str) -> bool {
    text.as_bytes().get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning.as_bytes()))
}

/// A header of a mail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Header {
    From,
    Sent,
    Date,
    To,
    Subject,
    Other,
}

const HEADERS: [(Header, &[&str]); 6] = [
    (Header::From, &["From", "Von", "Lähettäjä", "Od", "De", "Da", "Van", "发件人"]),
    (Header::Sent, &["Sent", "Gesendet", "Lähetetty", "Wysłano", "Wysłane", "Envoyé", "Enviado", "Inviato", "Verzonden", "发送时间"]),
    (Header::Date, &["Date", "Datum", "Data", "Päivämäärä", "Päiväys", "Fecha", "日期"]),
    (Header::To, &["To", "An", "Vastaanottaja", "Do", "À", "Para", "A", "Aan", "收件人"]),
    (Header::Subject, &["Subject", "Betreff", "Aihe", "Temat", "Objet", "Asunto", "Oggetto", "Onderwerp", "主题"]),
    (Header::Other, &["Cc", "Bcc", "Kopie", "Kopio", "Kopia", "DW", "Reply-To", "Importance", "Attachments", "抄送"]),
];

/// Longer keys are none of the headers above.
const HEADER_BYTES: usize = 24;

fn header(line: &str) -> Option<Header> {
    let line = line.trim_ascii_start().trim_start_matches('*');
    let near = &line.as_bytes()[..line.len().min(HEADER_BYTES)];
    let colon = match memchr::memchr(b':', near) {
        Some(at) => at,
        None => near.windows(3).position(|three| three == "：".as_bytes())?,
    };
    let key = line[..colon].trim_matches([' ', '*']);
    HEADERS.iter().find(|(_, keys)| keys.iter().any(|other| other.eq_ignore_ascii_case(key))).map(|(header, _)| *header)
}

/// Whether a block of mail headers begins at `line`: who, and when or what about.
pub(super) fn is_header_block(text: &str, line: Line<'_>) -> bool {
    let mut found = [false; HEADERS.len()];
    let mut last = None;
    let mut has_address = false;
    let mut next = Some(line);
    for _ in 0..HEADER_LINES {
        let Some(line) = next else { break };
        let header = header(line.text);
        match (header, last) {
            (Some(header), _) => {
                found[header as usize] = true;
                has_address |= line.text.contains('@');
                last = Some(header);
            }
            // This is no block at all.
            (None, None) => return false,
            // A long list of receivers goes on in the next line.
            (None, Some(Header::To | Header::Other)) if line.text.contains(['@', ';', ',']) => {}
            // Some programs leave lines between them.
            (None, Some(_)) if line.text.trim_ascii().is_empty() => {}
            (None, Some(_)) => break,
        }
        next = Line::at(text, line.next);
    }
    let has = |header: Header| found[header as usize];
    let who = has(Header::From);
    let when = has(Header::Sent);
    let what = has(Header::Subject);
    (who && (when || what))
        || (when && (what || has(Header::To)))
        || (has_address && who && (has(Header::Date) || has(Header::To)))
        // Lotus Notes names the writer and the time above, in lines that look like others.
        || (what && has(Header::To) && has(Header::Other))
}

/// Where the block of headers that begins at `start` really begins: with the writer and the time above it, as Lotus Notes
/// writes them, in one line or two.
pub(super) fn begins_at(text: &str, start: usize) -> usize {
    let mut above = text[..start].rsplit('\n').scan(start, |at, line| {
        let from = *at - line.len();
        *at = from.saturating_sub(1);
        Some((from, line.trim_ascii()))
    });
    // What stands behind the last line end is empty.
    let Some((at, line)) = above.by_ref().filter(|(_, line)| !line.is_empty()).take(1).next() else { return start };
    if line.len() > LOTUS_LINE_BYTES || !has_day_and_time(line) {
        return start;
    }
    let has_name = line.bytes().filter(u8::is_ascii_alphabetic).count() > "PM".len();
    match above.next() {
        Some((name_at, name)) if !has_name && !name.is_empty() && name.len() <= LOTUS_LINE_BYTES => name_at,
        _ => at,
    }
}

/// A longer line above the headers is the sender's.
const LOTUS_LINE_BYTES: usize = 120;

/// Whether both `06/08/2000` and `05:00` stand in it, or are written with dots or dashes.
fn has_day_and_time(line: &str) -> bool {
    let bytes = line.as_bytes();
    let day = bytes
        .windows(4)
        .any(|four| matches!(four, [a, b'/' | b'.' | b'-', c, d] if a.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit()));
    let time =
        bytes.windows(4).any(|four| matches!(four, [a, b':', c, d] if a.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit()));
    day && time
}
