//! Exports of chats, read through the door that the command line uses.

use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;

use super::*;
use crate::import::{Account, MessageItem, MessageOptions, MessageReader, MessageSource, Unreadable, recognise};

fn read(files: &[(MessageSource, &str, &str)]) -> (Vec<MessageItem>, Vec<Account>) {
    let mut reader = MessageReader::new(MessageOptions::default());
    let (mut messages, mut accounts) = (Vec::new(), Vec::new());
    for (source, name, text) in files {
        let account = reader.read(*source, &mut text.as_bytes(), name, &mut |message| {
            messages.push(message);
            ControlFlow::Continue(())
        });
        accounts.push(account.expect("a file that can be read"));
    }
    (messages, accounts)
}

const USERS: &str = r#"[{"id":"U1","name":"ann","profile":{"real_name":"Ann Ek","email":"Ann@Acme.example"}},{"id":"U2","name":"bo","profile":{"display_name":"Bo"}}]"#;
const CHANNELS: &str = r#"[{"id":"C1","name":"general","members":["U1","U2"]}]"#;
const DMS: &str = r#"[{"id":"D1","members":["U1","U2"]}]"#;
const DAY: &str = r#"[
    {"type":"message","user":"U1","text":"Hi <@U2>, see <https://x.example/a|the page> &amp; pay &lt;3","ts":"1746115200.000100","thread_ts":"1746115200.000100"},
    {"type":"message","subtype":"channel_join","user":"U2","text":"<@U2> has joined","ts":"1746115201.000100"},
    {"type":"message","user":"U2","text":"ok","ts":"1746115202.000100","thread_ts":"1746115200.000100"},
    {"type":"message","bot_id":"B1","text":"deployed","ts":"1746115203.000100"},
    {"type":"message","user":"U2","text":"no time"}
]"#;

#[test]
fn a_slack_export_is_read_with_names_and_threads() {
    let (messages, accounts) = read(&[
        (MessageSource::Slack, "users.json", USERS),
        (MessageSource::Slack, "channels.json", CHANNELS),
        (MessageSource::Slack, "dms.json", DMS),
        (MessageSource::Slack, "general/2025-05-01.json", DAY),
        (MessageSource::Slack, "D1/2025-05-02.json", r#"[{"user":"U2","text":"psst","ts":"1746200000.5"}]"#),
    ]);
    assert_eq!(messages[0].text, "Hi @Bo, see the page & pay <3");
    assert_eq!(messages[0].author.address.as_deref(), Some("ann@acme.example"));
    assert_eq!(messages[0].key, "slack:C1:1746115200.000100");
    assert_eq!(messages[0].thread, messages[1].thread);
    assert_eq!((messages[1].conversation.as_deref(), messages[2].conversation.as_deref()), (Some("general"), Some("Ann Ek, Bo")));
    let day = &accounts[3];
    assert_eq!((day.rows, day.kinds.clone(), day.mistakes.len()), (5, vec![("message", 2)], 1));
    assert_eq!(rank("export/general/2025-05-01.json"), Some(1));
    assert_eq!((rank("users.json"), rank("integration_logs.json"), rank("2025-05-01.json")), (Some(0), None, None));
}

const TELEGRAM: &str = r#"{"name":"Ann Ek","type":"personal_chat","id":77,"messages":[
    {"id":1,"type":"service","date":"2025-05-01T18:00:00","date_unixtime":"1746115200","actor":"Ann Ek","action":"phone_call"},
    {"id":2,"type":"message","date":"2025-05-01T18:00:00","date_unixtime":"1746115200","from":"Ann Ek","from_id":"user5","text":["Pay ",{"type":"bold","text":"now"},"!"]},
    {"id":3,"type":"message","date":"2025-05-01T18:00:00","from":"Me","from_id":"user9","text":"No"},
    {"id":4,"type":"message","date":"2025-05-01T18:00:00","from":"Me","from_id":"user9","text":"","photo":"a.jpg"},
    {"id":5,"type":"message","from":"Me","from_id":"user9","text":"when?"},
    7]}"#;

#[test]
fn an_export_of_telegram_is_read_as_one_chat_or_as_all() {
    let (messages, accounts) = read(&[(MessageSource::Telegram, "result.json", TELEGRAM)]);
    assert_eq!(messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>(), ["Pay now!", "No"]);
    assert_eq!((messages[0].at.to_rfc3339().as_str(), messages[0].key.as_str()), ("2025-05-01T16:00:00+00:00", "telegram:77:2"));
    assert_eq!((accounts[0].rows, accounts[0].mistakes.len()), (6, 1));
    let whole = format!(r#"{{"about":"x","personal_information":{{"user_id":9}},"chats":{{"about":"y","list":[{TELEGRAM}]}}}}"#);
    let (messages, _) = read(&[(MessageSource::Telegram, "result.json", &whole)]);
    assert_eq!(messages.iter().map(|message| message.is_sent).collect::<Vec<_>>(), [false, true]);
    let cut_off = &TELEGRAM[..TELEGRAM.len() - 200];
    let (_, accounts) = read(&[(MessageSource::Telegram, "result.json", cut_off)]);
    assert_eq!(accounts[0].doubts.len(), 1);
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated))
            .expect("a new file");
        writer.write_all(bytes).expect("room in the memory");
    }
    writer.finish().expect("room in the memory").into_inner()
}

fn unpacked(files: &[(&str, &[u8])]) -> Result<Vec<MessageItem>, Unreadable> {
    let mut messages = Vec::new();
    MessageReader::new(MessageOptions::default()).read_archive(Cursor::new(packed(files)), "WhatsApp Chat - Ann.zip", &mut |message| {
        messages.push(message);
        ControlFlow::Continue(())
    })?;
    Ok(messages)
}

#[test]
fn exports_are_read_packed_and_names_are_harmless() {
    let chat = b"[20/06/2021, 14:30:05] Ann: Hi\n".as_slice();
    let messages = unpacked(&[("_chat.txt", chat), ("00001-PHOTO.jpg", b"x")]).expect("a chat");
    assert_eq!(messages[0].conversation.as_deref(), Some("Ann"));
    assert_eq!(unpacked(&[("../../_chat.txt", chat)]).expect("a chat").len(), 1);
    let slack =
        unpacked(&[("general/2025-05-01.json", DAY.as_bytes()), ("users.json", USERS.as_bytes()), ("channels.json", CHANNELS.as_bytes())]);
    assert_eq!(slack.expect("an export")[0].author.name.as_deref(), Some("Ann Ek"));
    assert!(matches!(unpacked(&[("photo.jpg", b"x")]), Err(Unreadable::Mistake(_))));
}

#[test]
fn an_archive_that_is_made_to_fill_the_memory_is_refused() {
    let zeros = vec![0_u8; 30_000_000];
    assert!(matches!(unpacked(&[("_chat.txt", &zeros)]), Err(Unreadable::Io(_))));
    let mut broken = packed(&[("_chat.txt", b"x")]);
    broken.truncate(20);
    assert!(
        MessageReader::new(MessageOptions::default())
            .read_archive(Cursor::new(broken), "x.zip", &mut |_| ControlFlow::Continue(()))
            .is_err()
    );
}

#[test]
fn files_are_known_by_what_they_hold() {
    for (text, expected) in [
        ("From a@x Mon Jan 15 09:30:00 2024\nSubject: x\n", Some(MessageSource::Mbox)),
        ("Subject: x\n y\nFrom: a@x\n\nHello", Some(MessageSource::Eml)),
        ("1234\nSubject: x\nFrom: a@x\n\nHello", Some(MessageSource::Eml)),
        ("\u{200E}[20/06/2021, 14:30:05] Ann: Hi\n", Some(MessageSource::WhatsApp)),
        ("[20.06.21, 14:30:05] Ann: Hi\n", Some(MessageSource::WhatsApp)),
        ("[20.6.2021 klo 14.30.18] Ann: Hi\n", Some(MessageSource::WhatsApp)),
        (TELEGRAM, Some(MessageSource::Telegram)),
        (DAY, Some(MessageSource::Slack)),
        (USERS, Some(MessageSource::Slack)),
        ("PK\u{3}\u{4}x", Some(MessageSource::Archive)),
        ("Dear diary,\nhow are you?", None),
        ("Invoice,Amount\n1,2\n", None),
        ("", None),
    ] {
        assert_eq!(recognise(text.as_bytes(), "file"), expected, "{text}");
    }
}
