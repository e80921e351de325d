//! How fast a mailbox is read, beside the fastest that any program could: looking at each line end once.
//!
//! `cargo bench --bench mail`; the ratio is what to compare, since times differ between machines.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use clientcheck::import::{MessageOptions, MessageReader, MessageSource};

/// A mailbox as people have them: most mails are short answers, and most bytes are attachments.
fn mailbox(bytes: usize) -> Vec<u8> {
    let mut mailbox = Vec::with_capacity(bytes + 100_000);
    let mut number = 0;
    while mailbox.len() < bytes {
        number += 1;
        let attachment = if number % 10 == 0 {
            "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx\n".repeat(1000)
        } else {
            String::new()
        };
        let html = "<p>Thank you for the draft. The second page is not what we spoke about.</p>\n".repeat(20);
        let received = "Received: from a.example by b.example with ESMTPS id 1; Mon, 15 Jan 2024 09:30:00 +0000\n".repeat(6);
        mailbox.extend_from_slice(
            format!(
                "From {number}@xxx Mon Jan 15 09:30:00 +0000 2024\nX-GM-THRID: {number}\nX-Gmail-Labels: Inbox\n{received}From: Ann <ann@acme.example>\n\
                 To: me@studio.example\nDate: Mon, 15 Jan 2024 09:30:00 +0000\nMessage-ID: <{number}@acme.example>\nSubject: Draft {number}\n\
                 Content-Type: multipart/mixed; boundary=\"m\"\n\n--m\nContent-Type: multipart/alternative; boundary=\"a\"\n\n--a\n\
                 Content-Type: text/plain; charset=utf-8\n\nThank you for the draft.\nThe second page is not what we spoke about.\n\n\
                 On Mon, Jan 15, 2024 at 9:30 AM, Me <me@studio.example> wrote:\n> Here it is.\n\n--a\nContent-Type: text/html; charset=utf-8\n\n{html}\n--a--\n\
                 --m\nContent-Type: application/pdf; name=draft.pdf\nContent-Transfer-Encoding: base64\n\n{attachment}\n--m--\n\n"
            )
            .as_bytes(),
        );
    }
    mailbox
}

fn best_of(rounds: u32, mut run: impl FnMut()) -> Duration {
    let time = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..rounds).map(|_| time(&mut run)).min().unwrap_or_default()
}

fn main() {
    let mailbox = mailbox(64 * 1024 * 1024);
    let megabytes = f64::from(u32::try_from(mailbox.len()).unwrap_or(u32::MAX)) / 1e6;
    let mut lines = 0;
    let scan = best_of(5, || lines = memchr::memchr_iter(b'\n', &mailbox).count());
    let mut mails = 0_u32;
    let read = best_of(5, || {
        mails = 0;
        let mut reader = MessageReader::new(MessageOptions::default());
        let outcome = reader.read(MessageSource::Mbox, &mut Cursor::new(&mailbox), "Inbox", &mut |_| {
            mails += 1;
            ControlFlow::Continue(())
        });
        assert!(outcome.is_ok());
    });
    #[expect(clippy::print_stdout, reason = "what a bench is for")]
    {
        println!("{megabytes:.0} MB, {lines} lines, {mails} mails");
        println!("line ends alone  {:8.1} MB/s", megabytes / scan.as_secs_f64());
        println!(
            "mailbox          {:8.1} MB/s, {:.1} times as long",
            megabytes / read.as_secs_f64(),
            read.as_secs_f64() / scan.as_secs_f64()
        );
    }
}
