//! Chats: WhatsApp, Slack and Telegram, as their own programs export them.

mod archive;
mod slack;
mod telegram;
mod whatsapp;
mod whatsapp_dates;
mod whatsapp_lines;

pub(super) use archive::read_archive;
pub(super) use slack::{Slack, rank};
pub(super) use telegram::telegram;
pub(super) use whatsapp::whatsapp;
pub(in crate::import) use whatsapp_lines::Head;

/// More members than that are not named as receivers: it is a crowd.
const MOST_RECEIVERS: usize = 50;

/// A larger file of a chat is no chat: years of writing make a tenth of it.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

#[cfg(test)]
mod tests;
