//! What people see of the bot itself.

use super::method;
use crate::api::{ChatRef, User, WebAppInfo};
use serde::Serialize;

/// Asks who the bot is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GetMe {}

method! {
    /// Who the bot is.
    get_me(GetMe) = "getMe" -> User
}

/// A command in the bot's menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BotCommand {
    /// 1 to 32 of `a-z0-9_`, without the `/`.
    pub command: String,
    /// 1 to 256 characters.
    pub description: String,
}

/// Who sees a menu of commands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CommandScope {
    /// Whoever sees no other.
    Default,
    /// People in private chats.
    AllPrivateChats,
    /// Everybody in groups.
    AllGroupChats,
    /// One chat.
    Chat {
        /// Which.
        chat_id: ChatRef,
    },
}

/// Sets the menu of commands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SetMyCommands {
    /// 100 at most.
    pub commands: Vec<BotCommand>,
    /// For whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<CommandScope>,
    /// For people whose app speaks this: `ru`; else for everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
}

method! {
    /// Sets the menu of commands.
    set_my_commands(SetMyCommands) = "setMyCommands" -> bool
}

/// The button left of where people write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MenuButton {
    /// What is set for everybody.
    Default,
    /// The commands.
    Commands,
    /// A Mini App.
    WebApp {
        /// What is written on it.
        text: String,
        /// What it opens.
        web_app: WebAppInfo,
    },
}

/// Sets the button left of where people write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SetChatMenuButton {
    /// In whose private chat; for everybody when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<i64>,
    /// Which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menu_button: Option<MenuButton>,
}

method! {
    /// Sets the button left of where people write.
    set_chat_menu_button(SetChatMenuButton) = "setChatMenuButton" -> bool
}

/// Sets what people see before they start the bot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SetMyDescription {
    /// Up to 512 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// For people whose app speaks this: `ru`; else for everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
}

method! {
    /// Sets what people see before they start the bot.
    set_my_description(SetMyDescription) = "setMyDescription" -> bool
}
