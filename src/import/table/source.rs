//! From bytes to text, whatever a spreadsheet made of it: UTF-8, UTF-16, or one of the old eight-bit encodings.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a file is looked at to tell UTF-16 without a mark.
const SAMPLE: usize = 4096;

/// The text of a file, with `\n` where it only has the `\r` of old Macs, and without a mark at its beginning.
#[must_use]
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    let text = decoded(bytes);
    if text.contains('\r') && !text.contains('\n') {
        return Cow::Owned(text.replace('\r', "\n"));
    }
    text
}

fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return encoding.decode_without_bom_handling(rest).0;
    }
    if let Some(encoding) = utf_16(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // A file that was cut in the middle of a letter is still UTF-8.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => UTF_8.decode_without_bom_handling(bytes).0,
        Err(_) => eight_bit(bytes).decode_without_bom_handling(bytes).0,
    }
}

/// Text in UTF-16 is mostly ASCII in exports, so every second byte is 0.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..bytes.len().min(SAMPLE) & !1).filter(|sample| sample.len() >= 8)?;
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    if odd * 10 > half * 7 && even * 10 < half {
        Some(UTF_16LE)
    } else if even * 10 > half * 7 && odd * 10 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn eight_bit(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_not_part_of_the_text() {
        assert_eq!(text(b"\xef\xbb\xbfDate,Amount"), "Date,Amount");
    }

    #[test]
    fn utf_16_is_read_with_and_without_a_mark() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        assert_eq!(text(&wide("Kunde;Betrag\nLöwe;1")), "Kunde;Betrag\nLöwe;1");
        assert_eq!(text(&wide("\u{feff}Kunde;Betrag\nLöwe;1")), "Kunde;Betrag\nLöwe;1");
    }

    #[test]
    fn windows_1252_is_told_from_utf_8() {
        assert_eq!(text(b"Kunde;W\xe4hrung\nM\xfcller B\xe4ckerei;EUR \x80\n"), "Kunde;Währung\nMüller Bäckerei;EUR €\n");
        assert_eq!(text("Müller".as_bytes()), "Müller");
    }

    #[test]
    fn the_line_ends_of_old_macs_are_line_ends() {
        assert_eq!(text(b"a,b\r1,2"), "a,b\n1,2");
        assert_eq!(text(b"a,b\r\n1,2"), "a,b\r\n1,2");
    }
}
