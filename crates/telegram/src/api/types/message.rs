//! Messages, and presses of their buttons.

use super::chat::{Chat, User};
use super::payment::{RefundedPayment, SuccessfulPayment};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A message. A photo, a document or whatever else it carries is in [`Message::rest`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Message {
    /// Unique in its chat.
    pub message_id: i64,
    /// When, in seconds since 1970; 0 for a message that can no longer be looked at.
    #[serde(default)]
    pub date: i64,
    /// When it was changed last.
    pub edit_date: Option<i64>,
    /// Where it is.
    pub chat: Chat,
    /// Who wrote it; nobody in a channel.
    pub from: Option<User>,
    /// In whose name, when that is a chat.
    pub sender_chat: Option<Chat>,
    /// What it says.
    pub text: Option<String>,
    /// What it says below a picture.
    pub caption: Option<String>,
    /// Commands, links, bold words in the text.
    #[serde(default)]
    pub entities: Vec<Entity>,
    /// The same in the caption.
    #[serde(default)]
    pub caption_entities: Vec<Entity>,
    /// What it answers.
    pub reply_to_message: Option<Box<Message>>,
    /// Its buttons, as they came.
    pub reply_markup: Option<Value>,
    /// Stars or money came in.
    pub successful_payment: Option<SuccessfulPayment>,
    /// Stars went back.
    pub refunded_payment: Option<RefundedPayment>,
    /// The group has this id from now on.
    pub migrate_to_chat_id: Option<i64>,
    /// Every other field, as it came.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A part of a text that means something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Entity {
    /// `bot_command`, `bold`, `text_link` and others.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it begins, in UTF-16 units.
    pub offset: i64,
    /// How long it is, in UTF-16 units.
    pub length: i64,
    /// Where a `text_link` leads.
    pub url: Option<String>,
}

/// The name of a message that was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct MessageId {
    /// Unique in its chat.
    pub message_id: i64,
}

/// What an edit answers: the message, or that it was done, for one that was sent by way of a
/// person.
#[derive(Debug, Clone, PartialEq)]
pub enum Posted {
    /// As it is now.
    Message(Box<Message>),
    /// Done.
    Done,
}

impl<'de> Deserialize<'de> for Posted {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Done(bool),
            Message(Box<Message>),
        }
        match Either::deserialize(d)? {
            Either::Done(true) => Ok(Self::Done),
            Either::Done(false) => Err(serde::de::Error::custom("neither done nor refused")),
            Either::Message(message) => Ok(Self::Message(message)),
        }
    }
}

/// Somebody pressed a button.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CallbackQuery {
    /// For the answer.
    pub id: String,
    /// Who.
    pub from: User,
    /// The message with the button, unless it was sent by way of a person.
    pub message: Option<Message>,
    /// What the button says to the bot; whoever pressed it may have made it up.
    pub data: Option<String>,
}
