//! What must hold for any bytes: nothing panics, and every message stands in the account once.

use std::io::Cursor;
use std::ops::ControlFlow;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Account, MessageOptions, MessageReader, MessageSource, recognise};

const SOURCES: [MessageSource; 5] =
    [MessageSource::Mbox, MessageSource::Eml, MessageSource::WhatsApp, MessageSource::Slack, MessageSource::Telegram];

const MAIL: &str = "From a@x Mon Jan 15 09:30:00 2024\nFrom: =?utf-8?q?J=C3=B6?= <a@x>\nTo: b@x, \"c\" <c@x>\nDate: Mon, 15 Jan 2024 09:30:00 +0100\n\
    Message-ID: <1@x>\nReferences: <0@x>\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\
    Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n\nOn Mon, Jan 15, 2024 at 9:30 AM, Bo <b@x> wrote:\n> Hi\n--b\n\
    Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+SGk8L3A+\n--b--\n\nFrom b@x Mon Jan 15 09:30:00 2024\nSubject: x\n\nBody\n";

/// Reads one file; how many messages came out, and the account.
fn read(source: MessageSource, bytes: &[u8]) -> Option<(u64, Account)> {
    let mut count = 0;
    let mut reader = MessageReader::new(MessageOptions::default());
    let account = reader.read(source, &mut Cursor::new(bytes), "general/2025-05-01.json", &mut |_| {
        count += 1;
        ControlFlow::Continue(())
    });
    account.ok().map(|account| (count, account))
}

fn is_complete(count: u64, account: &Account) -> bool {
    let kinds: u64 = account.kinds.iter().map(|(_, count)| count).sum();
    let skipped: u64 = account.skipped.iter().map(|skipped| skipped.rows).sum();
    kinds == count && kinds + skipped + account.mistakes.len() as u64 == account.rows
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..2000)) {
        let _ = recognise(&bytes, "x");
        for source in SOURCES {
            if let Some((count, account)) = read(source, &bytes) {
                prop_assert!(is_complete(count, &account));
            }
        }
        let _ = MessageReader::new(MessageOptions::default()).read_archive(Cursor::new(&bytes), "x", &mut |_| ControlFlow::Continue(()));
    }

    #[test]
    fn a_mail_that_was_tampered_with_is_read_or_refused(
        changes in vec((0..MAIL.len(), any::<u8>()), 0..12), from in 0..MAIL.len(), length in 0..MAIL.len(), twice in any::<bool>()
    ) {
        let mut bytes = MAIL.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        let piece: Vec<u8> = bytes[from..(from + length).min(bytes.len())].to_vec();
        if twice {
            bytes.splice(from..from, piece);
        } else {
            bytes.drain(from..(from + length).min(MAIL.len()));
        }
        for source in [MessageSource::Mbox, MessageSource::Eml] {
            if let Some((count, account)) = read(source, &bytes) {
                prop_assert!(is_complete(count, &account));
            }
        }
    }

    #[test]
    fn any_text_in_the_forms_of_a_chat_is_accounted_for(lines in vec("[0-3]?[0-9][/.-][01]?[0-9][/.-](20)?2[0-9], ?[0-2]?[0-9]:[0-5][0-9]( PM)? - .{0,30}", 0..30)) {
        if let Some((count, account)) = read(MessageSource::WhatsApp, lines.join("\n").as_bytes()) {
            prop_assert!(is_complete(count, &account));
        }
    }
}

#[test]
fn the_mail_that_is_tampered_with_is_read() {
    let (count, account) = read(MessageSource::Mbox, MAIL.as_bytes()).expect("a mailbox");
    assert_eq!((count, account.rows, account.mistakes.len()), (1, 2, 1));
}
