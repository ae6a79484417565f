//! New messages.

use super::{method, with};
use crate::api::{ChatRef, InlineKeyboard, Message, MessageId};
use serde::Serialize;

/// How mark-up is written in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ParseMode {
    /// A few HTML tags; `<`, `>` and `&` are escaped.
    #[serde(rename = "HTML")]
    Html,
    /// Telegram's second Markdown.
    MarkdownV2,
}

/// What a message answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReplyParameters {
    /// The message.
    pub message_id: i64,
    /// Its chat, when it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<ChatRef>,
    /// Whether to send all the same when it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_sending_without_reply: Option<bool>,
}

/// What is shown of a link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LinkPreviewOptions {
    /// Nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_disabled: Option<bool>,
    /// Another link than the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// A small picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefer_small_media: Option<bool>,
    /// Before the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_above_text: Option<bool>,
}

/// A text, 1 to 4096 characters after its mark-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SendMessage {
    /// To whom.
    pub chat_id: ChatRef,
    /// What.
    pub text: String,
    /// How mark-up is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parse_mode: Option<ParseMode>,
    /// What is shown of links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_preview_options: Option<LinkPreviewOptions>,
    /// Without a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_notification: Option<bool>,
    /// It cannot be forwarded or saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_content: Option<bool>,
    /// What it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_parameters: Option<ReplyParameters>,
    /// Its buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<InlineKeyboard>,
}

method! {
    /// Sends a text.
    send_message(SendMessage) = "sendMessage" -> Message
}

impl SendMessage {
    /// A plain text.
    pub fn new(chat: impl Into<ChatRef>, text: impl Into<String>) -> Self {
        Self {
            chat_id: chat.into(),
            text: text.into(),
            parse_mode: None,
            link_preview_options: None,
            disable_notification: None,
            protect_content: None,
            reply_parameters: None,
            reply_markup: None,
        }
    }

    with! {
        /// With HTML in the text.
        html: parse_mode = ParseMode::Html;
        /// With buttons.
        keyboard: reply_markup = keyboard, keyboard: InlineKeyboard;
        /// Without a sound.
        silent: disable_notification = true;
        /// Not to be forwarded or saved.
        protected: protect_content = true;
        /// Without a picture of its link.
        without_preview: link_preview_options = LinkPreviewOptions {
            is_disabled: Some(true),
            ..LinkPreviewOptions::default()
        };
        /// As an answer to a message of the same chat, if it is still there.
        reply_to: reply_parameters = ReplyParameters {
            message_id,
            chat_id: None,
            allow_sending_without_reply: Some(true),
        }, message_id: i64;
    }
}

/// Forwards a message, with its author's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForwardMessage {
    /// To whom.
    pub chat_id: ChatRef,
    /// Where it is.
    pub from_chat_id: ChatRef,
    /// Which.
    pub message_id: i64,
    /// Without a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_notification: Option<bool>,
    /// It cannot be forwarded or saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_content: Option<bool>,
}

method! {
    /// Forwards a message.
    forward_message(ForwardMessage) = "forwardMessage" -> Message
}

/// Sends a copy of a message, which names no author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyMessage {
    /// To whom.
    pub chat_id: ChatRef,
    /// Where it is.
    pub from_chat_id: ChatRef,
    /// Which.
    pub message_id: i64,
    /// Another caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// How mark-up is written in the caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parse_mode: Option<ParseMode>,
    /// Without a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_notification: Option<bool>,
    /// It cannot be forwarded or saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_content: Option<bool>,
    /// What it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_parameters: Option<ReplyParameters>,
    /// Its buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<InlineKeyboard>,
}

method! {
    /// Copies a message. Telegram may answer from a memory of half an hour: this proves nothing
    /// about whether the message is still there.
    copy_message(CopyMessage) = "copyMessage" -> MessageId
}

impl ForwardMessage {
    /// The message `message_id` of `from`, to `to`.
    pub fn new(to: impl Into<ChatRef>, from: impl Into<ChatRef>, message_id: i64) -> Self {
        Self {
            chat_id: to.into(),
            from_chat_id: from.into(),
            message_id,
            disable_notification: None,
            protect_content: None,
        }
    }

    with! {
        /// Without a sound.
        silent: disable_notification = true;
    }
}

impl CopyMessage {
    /// The message `message_id` of `from`, to `to`.
    pub fn new(to: impl Into<ChatRef>, from: impl Into<ChatRef>, message_id: i64) -> Self {
        Self {
            chat_id: to.into(),
            from_chat_id: from.into(),
            message_id,
            caption: None,
            parse_mode: None,
            disable_notification: None,
            protect_content: None,
            reply_parameters: None,
            reply_markup: None,
        }
    }

    with! {
        /// With buttons.
        keyboard: reply_markup = keyboard, keyboard: InlineKeyboard;
        /// Without a sound.
        silent: disable_notification = true;
    }
}
