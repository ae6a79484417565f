//! Messages that change and go.

use super::messages::{LinkPreviewOptions, ParseMode};
use super::{method, with};
use crate::api::{ChatRef, InlineKeyboard, Posted};
use serde::Serialize;

/// Gives a message another text. Buttons that are not sent again are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditMessageText {
    /// Where it is.
    pub chat_id: ChatRef,
    /// Which.
    pub message_id: i64,
    /// What it says from now on.
    pub text: String,
    /// How mark-up is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parse_mode: Option<ParseMode>,
    /// What is shown of links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_preview_options: Option<LinkPreviewOptions>,
    /// Its buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<InlineKeyboard>,
}

method! {
    /// Gives a message another text.
    edit_message_text(EditMessageText) = "editMessageText" -> Posted
}

impl EditMessageText {
    /// A plain text for the message.
    pub fn new(chat: impl Into<ChatRef>, message_id: i64, text: impl Into<String>) -> Self {
        Self {
            chat_id: chat.into(),
            message_id,
            text: text.into(),
            parse_mode: None,
            link_preview_options: None,
            reply_markup: None,
        }
    }

    with! {
        /// With HTML in the text.
        html: parse_mode = ParseMode::Html;
        /// With buttons.
        keyboard: reply_markup = keyboard, keyboard: InlineKeyboard;
        /// Without a picture of its link.
        without_preview: link_preview_options = LinkPreviewOptions {
            is_disabled: Some(true),
            ..LinkPreviewOptions::default()
        };
    }
}

/// Gives a message other buttons; none when there is no `reply_markup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditMessageReplyMarkup {
    /// Where it is.
    pub chat_id: ChatRef,
    /// Which.
    pub message_id: i64,
    /// Its buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<InlineKeyboard>,
}

method! {
    /// Gives a message other buttons.
    edit_message_reply_markup(EditMessageReplyMarkup) = "editMessageReplyMarkup" -> Posted
}

impl EditMessageReplyMarkup {
    /// Takes the buttons away.
    pub fn new(chat: impl Into<ChatRef>, message_id: i64) -> Self {
        Self {
            chat_id: chat.into(),
            message_id,
            reply_markup: None,
        }
    }

    with! {
        /// These buttons.
        keyboard: reply_markup = keyboard, keyboard: InlineKeyboard;
    }
}

/// Deletes a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeleteMessage {
    /// Where it is.
    pub chat_id: ChatRef,
    /// Which.
    pub message_id: i64,
}

method! {
    /// Deletes a message. "Done" is said of messages that are long gone, too.
    delete_message(DeleteMessage) = "deleteMessage" -> bool
}

impl DeleteMessage {
    /// The message of this chat.
    pub fn new(chat: impl Into<ChatRef>, message_id: i64) -> Self {
        Self {
            chat_id: chat.into(),
            message_id,
        }
    }
}
