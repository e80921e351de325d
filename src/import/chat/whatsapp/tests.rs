use chrono_tz::Europe::Helsinki;

use super::*;
use crate::import::item::Account;
use crate::import::messages::MessageOptions;
use crate::import::writers::Writers;

fn read(chat: &str) -> (Vec<MessageItem>, Result<Account, Unreadable>) {
    let options = MessageOptions { zone: Helsinki, ..MessageOptions::default() };
    let (mut writers, mut messages) = (Writers::default(), Vec::new());
    let mut sink = |message| {
        messages.push(message);
        std::ops::ControlFlow::Continue(())
    };
    let mut intake = Intake::new(&options, &mut writers, &mut sink);
    let outcome = whatsapp(chat.as_bytes(), "WhatsApp Chat with Ann.txt", &mut intake);
    let account = intake.ledger.finish();
    (messages, outcome.map(|()| account))
}

const CHAT: &str = "\u{FEFF}20/06/2021, 14:30 - Messages and calls are end-to-end encrypted. Tap to learn more.\n\
20/06/2021, 14:30 - Ann Ek: Is the logo\r\n\r\nready: or not?\r\n\
20/06/2021, 14:31 - Ann Ek: <Media omitted>\n\
20/06/2021, 14:31 - Bo: IMG-20210620-WA0001.jpg (file attached)\nHere it is\n\
20/06/2021, 14:32 - Bo: \u{200E}image omitted\n\
20/06/2021, 14:32 - Ann Ek: This message was deleted\n\
20/06/2021, 14:33 - Ann Ek: ok\n\
20/06/2021, 14:33 - Ann Ek: ok\n\
20/06/2021, 14:34 - Ann Ek changed the subject to \"Logo: new\"\n";

#[test]
fn each_line_of_a_chat_is_a_message_or_accounted_for() {
    let (messages, account) = read(CHAT);
    let account = account.expect("a chat");
    let texts: Vec<&str> = messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["Is the logo\n\nready: or not?", "Here it is", "ok", "ok"]);
    assert_eq!(account.rows, 9);
    assert_eq!(account.kinds, [("message", 4)]);
    let skipped: Vec<(&str, u64)> = account.skipped.iter().map(|skipped| (skipped.reason.as_str(), skipped.rows)).collect();
    assert_eq!(skipped, [("system line", 2), ("media", 2), ("deleted", 1)]);
    assert_eq!(messages[0].at.to_rfc3339(), "2021-06-20T14:30:00+03:00");
    assert_eq!(messages[0].author.name.as_deref(), Some("Ann Ek"));
    assert_eq!(messages[0].to, [Person { name: Some("Bo".into()), address: None }]);
    assert_eq!(messages[0].conversation.as_deref(), Some("Ann"));
}

#[test]
fn equal_messages_of_a_minute_have_keys_of_their_own_and_the_same_ones_again() {
    let keys = |chat: &str| read(chat).0.into_iter().map(|message| message.key).collect::<Vec<_>>();
    let first = keys(CHAT);
    assert_eq!(first, keys(CHAT));
    let mut unique = first.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), first.len());
}

#[test]
fn a_chat_whose_dates_can_be_read_in_two_ways_is_refused_with_both() {
    let (_, outcome) = read("03/04/2021, 14:30 - Ann: Hi\n");
    let Err(Unreadable::Mistake(mistake)) = outcome else { panic!("it was read") };
    assert!(mistake.notes.iter().any(|note| note.contains("3 April 2021 or 4 March 2021")), "{:?}", mistake.notes);
    assert!(mistake.notes.iter().any(|note| note.contains("--dates dmy")));
}

#[test]
fn what_is_no_chat_is_refused() {
    assert!(read("Dear diary\n").1.is_err());
    assert!(read("").1.is_err());
}
