//! People, groups and channels.

use super::names;
use serde::Deserialize;

/// A person, or a bot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// For life.
    pub id: i64,
    /// Whether it is a bot.
    #[serde(default)]
    pub is_bot: bool,
    /// As the person likes to be called.
    #[serde(default)]
    pub first_name: String,
    /// More of it.
    pub last_name: Option<String>,
    /// Without the `@`; can change hands.
    pub username: Option<String>,
    /// Of the person's app: `ru`.
    pub language_code: Option<String>,
}

names! {
    /// What kind of a chat it is.
    ChatKind {
        /// With one person.
        Private = "private",
        /// A small group.
        Group = "group",
        /// A group with a history for everybody.
        Supergroup = "supergroup",
        /// Posts for readers.
        Channel = "channel",
    }
}

/// Where messages are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Chat {
    /// A private chat has its person's id; groups and channels are below zero.
    pub id: i64,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ChatKind,
    /// Of a group or channel.
    pub title: Option<String>,
    /// Without the `@`.
    pub username: Option<String>,
    /// Of a person.
    pub first_name: Option<String>,
    /// Of a person.
    pub last_name: Option<String>,
    /// `getChat` only: about the group or channel.
    pub description: Option<String>,
    /// `getChat` only: the first invite link, for administrators.
    pub invite_link: Option<String>,
    /// `getChat` only: a channel's discussion, a discussion's channel.
    pub linked_chat_id: Option<i64>,
    /// `getChat` only: whether messages cannot be forwarded.
    #[serde(default)]
    pub has_protected_content: bool,
}
