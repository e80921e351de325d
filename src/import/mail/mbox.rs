//! A mailbox in one file, cut into its mails.
//!
//! Bytes come in, and one mail after another goes out, with the line that it begins at. The format has no escape that all
//! programs keep to: a mail begins at a line `From sender weekday month …` behind a blank line, and what follows it is a
//! header. A mail that is too large is passed over, so that the memory does not depend on the mailbox.

use std::io::{self, BufRead};

/// A larger mail is passed over. Mail services stop at a third of it.
pub(super) const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A buffer that once held a large mail is not kept.
const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// A longer line separates no mails.
const SEPARATOR_BYTES: usize = 512;

/// One mail of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut<'b> {
    /// Its bytes, without the line that separates it from the one before.
    Mail(&'b [u8]),
    /// It is too large.
    TooLarge,
}

/// Cuts a mailbox into its mails.
pub(super) struct Cutter<R> {
    input: R,
    /// What ends a line: `\n`, or `\r` in files of old Macs.
    end: Option<u8>,
    /// The mail so far; of one that is too large, only the line that was read last.
    mail: Vec<u8>,
    /// The beginning of the next mail, read already.
    next: Vec<u8>,
    line: u64,
    most_bytes: usize,
}

impl<R: BufRead> Cutter<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, end: None, mail: Vec::new(), next: Vec::new(), line: 0, most_bytes: MOST_BYTES }
    }

    /// The next mail, and the line that it begins at. `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Cut<'_>)>> {
        if self.mail.capacity() > KEPT_BYTES {
            self.mail = Vec::new();
        }
        self.mail.clear();
        self.mail.append(&mut self.next);
        let mut is_too_large = false;
        let mut has_begun = !self.mail.is_empty();
        // Of a mail that has begun, the separator and the line behind it are read.
        let mut begins_at = self.line.saturating_sub(1).max(1);
        let mut before = Before::of(if has_begun { Before::Line } else { Before::Blank }, false);
        loop {
            if is_too_large {
                self.mail.clear();
            }
            let start = self.mail.len();
            let Some(whole) = self.read_line()? else { break };
            is_too_large |= !whole;
            let line = &self.mail[start..];
            // A header behind a separator: here the next mail begins.
            if let Before::Separator { at } = before
                && begins_header(line)
            {
                if !has_begun {
                    self.mail.drain(..start);
                    begins_at = self.line - 1;
                    has_begun = true;
                    before = Before::Line;
                    continue;
                }
                self.next.extend_from_slice(line);
                self.mail.truncate(if is_too_large { 0 } else { at });
                return Ok(Some((begins_at, if is_too_large { Cut::TooLarge } else { Cut::Mail(&self.mail) })));
            }
            let is_blank = line.iter().all(u8::is_ascii_whitespace);
            if !has_begun && is_blank {
                self.mail.clear();
                continue;
            }
            before = match before {
                Before::Blank if whole && is_separator(line) => Before::Separator { at: start },
                Before::Blank | Before::Line | Before::Separator { .. } => Before::of(Before::Line, is_blank),
            };
            if !has_begun && !matches!(before, Before::Separator { .. }) {
                // A file that begins in the middle of a mailbox, or with a mail.
                begins_at = self.line;
                has_begun = true;
            }
            self.unquote(start);
        }
        // A separator at the end of a file that was cut off.
        if let Before::Separator { at } = before {
            self.mail.truncate(at);
        }
        let is_nothing = !is_too_large && self.mail.iter().all(u8::is_ascii_whitespace);
        Ok((!is_nothing).then_some((begins_at, if is_too_large { Cut::TooLarge } else { Cut::Mail(&self.mail) })))
    }

    /// Appends a line with its end to the mail; whether all of it found room. `None` at the end of the file.
    fn read_line(&mut self) -> io::Result<Option<bool>> {
        let start = self.mail.len();
        let mut whole = true;
        let mut has_bytes = false;
        loop {
            let read = match self.input.fill_buf() {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if read.is_empty() {
                break;
            }
            has_bytes = true;
            let end = *self.end.get_or_insert_with(|| line_end(read));
            let (line, is_ended) = match memchr::memchr(end, read) {
                Some(at) => (&read[..=at], true),
                None => (read, false),
            };
            whole &= self.mail.len() + line.len() <= self.most_bytes;
            if !whole {
                // What a line begins with is known even if there is no room for it.
                let room = SEPARATOR_BYTES.saturating_sub(self.mail.len() - start);
                self.mail.extend_from_slice(&line[..line.len().min(room)]);
            } else {
                self.mail.extend_from_slice(line);
                if is_ended && end == b'\r' {
                    self.mail.pop();
                    self.mail.push(b'\n');
                }
            }
            let used = line.len();
            self.input.consume(used);
            if is_ended {
                break;
            }
        }
        self.line += u64::from(has_bytes);
        Ok(has_bytes.then_some(whole))
    }

    /// Takes back one `>` of a line that was quoted because it begins with `From `.
    fn unquote(&mut self, start: usize) {
        let line = &self.mail[start..];
        if line.first() == Some(&b'>') {
            let quotes = line.iter().take_while(|byte| **byte == b'>').count();
            if line[quotes..].starts_with(b"From ") {
                self.mail.remove(start);
            }
        }
    }
}

/// What stands before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing, or a blank line.
    Blank,
    Line,
    /// What may be the first line of the next mail, at this place.
    Separator {
        at: usize,
    },
}

impl Before {
    fn of(otherwise: Self, is_blank: bool) -> Self {
        if is_blank { Self::Blank } else { otherwise }
    }
}

fn line_end(beginning: &[u8]) -> u8 {
    if memchr::memchr(b'\n', beginning).is_none() && memchr::memchr(b'\r', beginning).is_some() { b'\r' } else { b'\n' }
}

/// Whether a line separates mails: `From sender Mon Jan 15 09:30:00 +0000 2024`, the zone as in Takeout or left out. Of the
/// sender nothing is asked: it may be `-`, and archives of lists write `ann at studio.example`.
pub(in crate::import) fn is_separator(line: &[u8]) -> bool {
    const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
    const MONTHS: [&[u8]; 12] = [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    if !line.starts_with(b"From ") || line.len() > SEPARATOR_BYTES {
        return false;
    }
    let words = || line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let Some(day) = words().zip(words().skip(1)).skip(1).position(|(day, month)| WEEKDAYS.contains(&day) && MONTHS.contains(&month)) else {
        return false;
    };
    let has = |is_it: fn(&[u8]) -> bool| words().skip(day + 2).any(is_it);
    has(|word| word.contains(&b':') && word.iter().all(|byte| byte.is_ascii_digit() || *byte == b':'))
        && has(|word| word.len() == 4 && word.iter().all(u8::is_ascii_digit))
}

/// Whether a line is one of a mail's header: a name, then a colon. Some programs write a second `>From ` line above.
pub(in crate::import) fn begins_header(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b':').count();
    (name > 0 && line.get(name) == Some(&b':')) || line.starts_with(b">From ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(mailbox: &[u8]) -> Vec<(u64, String)> {
        let mut cutter = Cutter { most_bytes: 200, ..Cutter::new(mailbox) };
        let mut mails = Vec::new();
        while let Some((line, cut)) = cutter.next().expect("a slice can be read") {
            mails.push((
                line,
                match cut {
                    Cut::Mail(mail) => String::from_utf8_lossy(mail).into_owned(),
                    Cut::TooLarge => "too large".to_owned(),
                },
            ));
        }
        mails
    }

    #[test]
    fn a_mail_begins_at_a_separator_behind_a_blank_line() {
        let mailbox = b"From 178@xxx Mon Jan 15 09:30:00 +0000 2024\nA: 1\n\nFrom now on\n\nFrom Monday on, Jan 5, 9:30, in 2024\n\n\
            From - Tue Jan 16 09:30:00 2024\nB: 2\n\n>From me\n>>From you\n";
        assert_eq!(
            cut(mailbox),
            [
                (1, "A: 1\n\nFrom now on\n\nFrom Monday on, Jan 5, 9:30, in 2024\n\n".to_owned()),
                (8, "B: 2\n\nFrom me\n>From you\n".to_owned())
            ]
        );
    }

    #[test]
    fn a_separator_without_a_header_behind_it_is_text() {
        let mailbox = b"From a Mon Jan 15 09:30:00 2024\nA: 1\n\nFrom b Mon Jan 15 09:30:00 2024\nis how mailboxes look.\n";
        assert_eq!(cut(mailbox).len(), 1);
    }

    #[test]
    fn line_ends_of_all_systems_are_read() {
        for end in ["\n", "\r\n", "\r"] {
            let mailbox = "From a Mon Jan 15 09:30:00 2024|A: 1||x||From b Mon Jan 15 09:30:00 2024|B: 2||y|".replace('|', end);
            let mails = cut(mailbox.as_bytes());
            assert_eq!(mails.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 6], "{end:?}");
            assert!(mails[1].1.contains("B: 2"));
        }
    }

    #[test]
    fn a_mail_that_is_too_large_is_passed_over() {
        let mailbox = format!(
            "From a Mon Jan 15 09:30:00 2024\nA: 1\n\n{}\n\nFrom b Mon Jan 15 09:30:00 2024\nB: 2\n\ny\n\nFrom c Mon Jan 15 09:30:00 2024\nC: 3\n",
            "x\n".repeat(300)
        );
        let mails = cut(mailbox.as_bytes());
        assert_eq!(mails[0], (1, "too large".to_owned()));
        assert_eq!(mails[1], (306, "B: 2\n\ny\n\n".to_owned()));
        assert_eq!(mails[2], (311, "C: 3\n".to_owned()));
        let long_line = format!("From a Mon Jan 15 09:30:00 2024\nA: {}\n\nFrom b Mon Jan 15 09:30:00 2024\nB: 2\n", "x".repeat(500));
        assert_eq!(cut(long_line.as_bytes()), [(1, "too large".to_owned()), (4, "B: 2\n".to_owned())]);
    }

    #[test]
    fn a_mailbox_that_is_cut_off_gives_what_is_there() {
        assert_eq!(cut(b"A: 1\n\nx\n"), [(1, "A: 1\n\nx\n".to_owned())]);
        assert_eq!(cut(b"From a Mon Jan 15 09:30:00 2024\nA: 1\n\nx\n\nFrom b Mon Jan 15 09:30:00 2024\n").len(), 1);
        assert_eq!(cut(b""), []);
        assert_eq!(cut(b"\n\n  \n"), []);
    }
}
