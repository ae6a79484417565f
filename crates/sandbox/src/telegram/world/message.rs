//! Messages.

use super::{ChatId, World};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use torg_platform::Timestamp;

/// Who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::telegram) enum Sender {
    /// A bot or a person.
    User(i64),
    /// A channel's post; who pressed the button is not shown.
    Channel(i64),
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::telegram) struct Message {
    pub(in crate::telegram) chat: ChatId,
    pub(in crate::telegram) id: i64,
    pub(in crate::telegram) sender: Sender,
    /// Who really made it, in a channel, too.
    pub(in crate::telegram) author: i64,
    pub(in crate::telegram) date: i64,
    pub(in crate::telegram) edit_date: Option<i64>,
    /// Fields of the Bot API's `Message` that say what it is: `text`, `entities`, `photo`…
    pub(in crate::telegram) content: Map<String, Value>,
    pub(in crate::telegram) reply_to: Option<i64>,
    pub(in crate::telegram) reply_markup: Option<Value>,
    pub(in crate::telegram) forward_origin: Option<Value>,
    pub(in crate::telegram) protected: bool,
    /// The invoice that its pay button is for.
    pub(in crate::telegram) invoice: Option<String>,
    /// When a person deleted it. It then only answers to what reads the server's cache.
    pub(in crate::telegram) deleted: Option<Timestamp>,
}

impl Message {
    pub(in crate::telegram) const fn key(&self) -> (ChatId, i64) {
        (self.chat, self.id)
    }

    /// Whose it is; a channel's posts are the channel's.
    pub(in crate::telegram) fn is_by(&self, user: i64) -> bool {
        self.sender == Sender::User(user)
    }

    /// Its text, or the text below its picture.
    pub(in crate::telegram) fn text(&self) -> &str {
        let text = self
            .content
            .get("text")
            .or_else(|| self.content.get("caption"));
        text.and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether it says something that is no message of somebody: a pinned message, a payment…
    pub(in crate::telegram) fn is_service(&self) -> bool {
        const SERVICE: [&str; 9] = [
            "new_chat_members",
            "left_chat_member",
            "group_chat_created",
            "channel_chat_created",
            "pinned_message",
            "successful_payment",
            "refunded_payment",
            "gift",
            "web_app_data",
        ];
        SERVICE.iter().any(|name| self.content.contains_key(*name))
    }
}

/// A message that is about to be sent.
#[derive(Debug, Clone, Default)]
pub(in crate::telegram) struct Draft {
    pub(in crate::telegram) content: Map<String, Value>,
    pub(in crate::telegram) reply_to: Option<i64>,
    pub(in crate::telegram) reply_markup: Option<Value>,
    pub(in crate::telegram) forward_origin: Option<Value>,
    pub(in crate::telegram) protected: bool,
    pub(in crate::telegram) invoice: Option<String>,
}

impl Draft {
    /// With one field of content.
    pub(in crate::telegram) fn of(name: &str, value: Value) -> Self {
        let mut content = Map::new();
        content.insert(name.to_owned(), value);
        Self {
            content,
            ..Self::default()
        }
    }
}

impl World {
    /// A message that is there.
    pub(in crate::telegram) fn message(&self, chat: ChatId, id: i64) -> Option<&Message> {
        let message = self.messages.get(&(chat, id))?;
        message.deleted.is_none().then_some(message)
    }

    /// A message that is there or was deleted by a person a short while ago.
    pub(in crate::telegram) fn cached(&self, chat: ChatId, id: i64) -> Option<&Message> {
        let message = self.messages.get(&(chat, id))?;
        let past = self.now().minus(super::CACHE);
        message
            .deleted
            .is_none_or(|at| at > past)
            .then_some(message)
    }

    /// The newest messages of a chat, oldest first.
    pub(in crate::telegram) fn history(&self, chat: ChatId, most: usize) -> Vec<&Message> {
        let range = self.messages.range((chat, 0)..=(chat, i64::MAX));
        let there = range.map(|(_, message)| message).rev();
        let mut newest: Vec<&Message> = there.filter(|m| m.deleted.is_none()).take(most).collect();
        newest.reverse();
        newest
    }
}
