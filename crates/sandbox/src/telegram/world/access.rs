//! Which chats a bot may do what in, and how it is refused.
//!
//! Texts and order of the checks are those of the open server
//! (github.com/tdlib/telegram-bot-api, `check_chat_access`); who has not started a bot is refused
//! by Telegram itself.

use super::{Chat, ChatId, Kind, Status, World};
use crate::telegram::error::ApiError;

/// What a call is going to do with the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::telegram) enum Need {
    /// Only look.
    Read,
    /// Change what is there.
    Edit,
    /// Add something.
    Write,
}

impl World {
    /// The chat that a bot means by `text`: an id or `@name`.
    pub(in crate::telegram) fn find_chat(&self, bot: i64, text: &str) -> Result<ChatId, ApiError> {
        if text.is_empty() {
            return Err(ApiError::bad("chat_id is empty"));
        }
        let missing = || ApiError::bad("chat not found");
        if let Some(name) = text.strip_prefix('@') {
            return self.chat_by_username(name).ok_or_else(missing);
        }
        let id: i64 = text.trim().parse().map_err(|_no_number| missing())?;
        if id < 0 {
            let chat = ChatId::Shared(id);
            return self.chats.get(&chat).map(|_| chat).ok_or_else(missing);
        }
        // A bot may only know those who have met it; ids of others are none to it.
        self.people.get(&id).ok_or_else(missing)?;
        Ok(ChatId::Private { bot, user: id })
    }

    /// The chat, if the bot may do there what it needs.
    pub(in crate::telegram) fn reach(
        &self,
        bot: i64,
        text: &str,
        need: Need,
    ) -> Result<ChatId, ApiError> {
        let id = self.find_chat(bot, text)?;
        self.allow(bot, id, need)?;
        Ok(id)
    }

    fn allow(&self, bot: i64, id: ChatId, need: Need) -> Result<(), ApiError> {
        let chat = self.chats.get(&id);
        if id.is_private() {
            return match chat {
                Some(chat) if chat.blocked && need != Need::Read => {
                    Err(ApiError::forbidden("bot was blocked by the user"))
                }
                Some(chat) if chat.started || need == Need::Read => Ok(()),
                None if need == Need::Read => Err(ApiError::bad("chat not found")),
                Some(_) | None => Err(ApiError::forbidden(
                    "bot can't initiate conversation with a user",
                )),
            };
        }
        let chat = chat.ok_or_else(|| ApiError::bad("chat not found"))?;
        let status = chat.status(bot);
        let name = match chat.kind {
            Kind::Private | Kind::Group => "group",
            Kind::Supergroup => "supergroup",
            Kind::Channel => "channel",
        };
        // The past of a group can be read by who has left it, and a public place by everybody.
        let open = chat.kind == Kind::Group || chat.is_public();
        let looks = open && need == Need::Read;
        if status == Status::Kicked && (need != Need::Read || chat.kind != Kind::Group) {
            return Err(ApiError::forbidden(format!(
                "bot was kicked from the {name} chat"
            )));
        }
        if !status.is_in() && !looks {
            return Err(ApiError::forbidden(format!(
                "bot is not a member of the {name} chat"
            )));
        }
        Ok(())
    }

    /// Whether a bot may send there. It may be in a channel and still not post.
    pub(in crate::telegram) fn may_send(&self, bot: i64, id: ChatId) -> Result<(), ApiError> {
        let Some(chat) = self.chats.get(&id) else {
            return Ok(());
        };
        if chat.kind == Kind::Channel && !chat.may(bot, "can_post_messages") {
            return Err(ApiError::bad(
                "need administrator rights in the channel chat",
            ));
        }
        Ok(())
    }

    /// Whether a bot sees the messages of a chat at all. Of a public channel that it is not in it
    /// does not, though the chat itself is there (`have_message_access` of the open server).
    pub(in crate::telegram) fn sees_messages(&self, bot: i64, id: ChatId) -> bool {
        match self.chats.get(&id) {
            Some(chat) if matches!(chat.kind, Kind::Supergroup | Kind::Channel) => {
                chat.status(bot).is_in()
            }
            Some(_) => true,
            None => false,
        }
    }

    /// The chat itself.
    pub(in crate::telegram) fn chat(&self, id: ChatId) -> Result<&Chat, ApiError> {
        let chat = self.chats.get(&id);
        chat.ok_or_else(|| ApiError::bad("chat not found"))
    }
}
