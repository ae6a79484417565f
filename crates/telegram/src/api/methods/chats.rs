//! Groups and channels.

use super::{method, with};
use crate::api::{Chat, ChatMember, ChatRef};
use serde::Serialize;

macro_rules! of_chat {
    ($(#[$doc:meta])* $Request:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        pub struct $Request {
            /// Which chat.
            pub chat_id: ChatRef,
        }

        impl $Request {
            /// Of this chat.
            pub fn new(chat: impl Into<ChatRef>) -> Self {
                Self {
                    chat_id: chat.into(),
                }
            }
        }
    };
}

of_chat! {
    /// Asks about a chat.
    GetChat
}
method! {
    /// About a chat.
    get_chat(GetChat) = "getChat" -> Chat
}

of_chat! {
    /// Asks who has rights in a chat.
    GetChatAdministrators
}
method! {
    /// Who has rights in a chat, bots but this one left out.
    get_chat_administrators(GetChatAdministrators) = "getChatAdministrators" -> Vec<ChatMember>
}

of_chat! {
    /// Asks how many are in a chat.
    GetChatMemberCount
}
method! {
    /// How many are in a chat.
    get_chat_member_count(GetChatMemberCount) = "getChatMemberCount" -> i64
}

of_chat! {
    /// Leaves a chat.
    LeaveChat
}
method! {
    /// Leaves a chat.
    leave_chat(LeaveChat) = "leaveChat" -> bool
}

/// Asks how somebody belongs to a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GetChatMember {
    /// Which chat.
    pub chat_id: ChatRef,
    /// Who.
    pub user_id: i64,
}

method! {
    /// How somebody belongs to a chat.
    get_chat_member(GetChatMember) = "getChatMember" -> ChatMember
}

impl GetChatMember {
    /// This person, in this chat.
    pub fn new(chat: impl Into<ChatRef>, user_id: i64) -> Self {
        Self {
            chat_id: chat.into(),
            user_id,
        }
    }
}

/// Pins a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PinChatMessage {
    /// Where it is.
    pub chat_id: ChatRef,
    /// Which.
    pub message_id: i64,
    /// Without telling everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_notification: Option<bool>,
}

method! {
    /// Pins a message.
    pin_chat_message(PinChatMessage) = "pinChatMessage" -> bool
}

impl PinChatMessage {
    /// The message of this chat.
    pub fn new(chat: impl Into<ChatRef>, message_id: i64) -> Self {
        Self {
            chat_id: chat.into(),
            message_id,
            disable_notification: None,
        }
    }

    with! {
        /// Without telling everybody.
        silent: disable_notification = true;
    }
}
