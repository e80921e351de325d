//! From the bytes of a text to its letters, whatever the mail says of them.
//!
//! In go bytes, and the name of an encoding if there is one. Names are wrong or missing often enough that the bytes decide
//! where they can: valid UTF-8 with letters beyond ASCII is UTF-8, whatever encoding of single bytes was named.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// So many bytes are enough to know an encoding by.
const DETECTED_BY: usize = 64 * 1024;

/// The letters of `bytes`, whose encoding is said to be `named`.
pub(in crate::import) fn decode<'b>(bytes: &'b [u8], named: Option<&str>) -> Cow<'b, str> {
    let named = named.map(str::trim).filter(|name| !name.is_empty());
    if named.is_some_and(|name| name.eq_ignore_ascii_case("utf-7"))
        && let Some(decoder) = charset_decoder(b"utf-7")
    {
        return Cow::Owned(decoder(bytes));
    }
    let encoding = named.and_then(|name| Encoding::for_label(name.as_bytes()));
    // What calls itself ASCII and holds more was not told its encoding.
    let is_told = encoding.is_some() && !named.is_some_and(|name| name.to_ascii_lowercase().ends_with("ascii"));
    match encoding.filter(|_| is_told) {
        Some(encoding) if encoding.is_single_byte() || encoding == UTF_8 => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) if encoding == UTF_8 => detect(bytes),
            Err(_) => encoding.decode_without_bom_handling(bytes).0,
        },
        Some(encoding) => {
            let (text, _, has_errors) = encoding.decode(bytes);
            if has_errors { detect(bytes) } else { text }
        }
        None => detect(bytes),
    }
}

/// The letters of `bytes`, of whose encoding nothing is said.
pub(in crate::import) fn detect(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0;
    }
    let is_ascii_alone = !bytes.contains(&0x1B);
    match std::str::from_utf8(bytes) {
        Ok(text) if is_ascii_alone || !text.is_ascii() => return Cow::Borrowed(text),
        // A text that was cut off within its last letter.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => return String::from_utf8_lossy(bytes),
        Ok(_) | Err(_) => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(DETECTED_BY)], true);
    let found = detector.guess(None, Utf8Detection::Deny);
    let (text, has_errors) = found.decode_without_bom_handling(bytes);
    if has_errors { WINDOWS_1252.decode_without_bom_handling(bytes).0 } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_encoding_is_used_if_it_can_be() {
        assert_eq!(decode(b"M\xFCller", Some("iso-8859-1")), "Müller");
        assert_eq!(decode(b"za\xBF\xF3\xB3\xE6", Some("ISO-8859-2")), "zażółć");
        assert_eq!(decode(b"\xC4\xE3\xBA\xC3", Some("gb2312")), "你好");
        assert_eq!(decode(b"Hi Mom +Jjo-!", Some("utf-7")), "Hi Mom ☺!");
    }

    #[test]
    fn a_wrong_or_missing_name_does_no_harm() {
        let text = "Rückfrage: Größe für später, müssen wir klären";
        assert_eq!(decode(text.as_bytes(), Some("iso-8859-1")), text);
        assert_eq!(decode(text.as_bytes(), Some("us-ascii")), text);
        assert_eq!(decode(text.as_bytes(), Some("no-such-thing")), text);
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        for named in [None, Some("us-ascii"), Some("utf-8"), Some("x-unknown")] {
            assert_eq!(decode(&latin, named), text, "{named:?}");
        }
        let (chinese, ..) = encoding_rs::GBK.encode("这个项目的付款已经晚了三个星期，请尽快处理。");
        assert_eq!(detect(&chinese), "这个项目的付款已经晚了三个星期，请尽快处理。");
    }

    #[test]
    fn any_bytes_are_some_text() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert!(!detect(&bytes).is_empty());
        assert_eq!(detect(b""), "");
    }
}
