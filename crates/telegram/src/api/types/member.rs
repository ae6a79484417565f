//! Who is in a chat, and what they may do there.

use super::chat::{Chat, User};
use super::names;
use serde::Deserialize;

names! {
    /// How somebody belongs to a chat.
    MemberStatus {
        /// Owns it.
        Creator = "creator",
        /// Has rights there.
        Administrator = "administrator",
        /// Is in it.
        Member = "member",
        /// Has fewer rights than others; see [`ChatMember::is_member`].
        Restricted = "restricted",
        /// Is not in it.
        Left = "left",
        /// Was thrown out, or, of a bot in a private chat, blocked.
        Kicked = "kicked",
    }
}

/// Somebody and a chat.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChatMember {
    /// How they belong.
    pub status: MemberStatus,
    /// Who.
    pub user: User,
    /// Of somebody restricted: whether they are in the chat.
    #[serde(default)]
    pub is_member: bool,
    /// Of an administrator: whether the bot may change their rights.
    #[serde(default)]
    pub can_be_edited: bool,
    /// May do the least that administrators may.
    #[serde(default)]
    pub can_manage_chat: bool,
    /// May post in the channel.
    #[serde(default)]
    pub can_post_messages: bool,
    /// May edit others' posts in the channel.
    #[serde(default)]
    pub can_edit_messages: bool,
    /// May delete others' messages.
    #[serde(default)]
    pub can_delete_messages: bool,
    /// May pin.
    #[serde(default)]
    pub can_pin_messages: bool,
    /// May invite.
    #[serde(default)]
    pub can_invite_users: bool,
    /// May throw people out.
    #[serde(default)]
    pub can_restrict_members: bool,
}

impl ChatMember {
    /// Whether they are in the chat, in whatever role.
    pub fn is_in(&self) -> bool {
        match self.status {
            MemberStatus::Creator | MemberStatus::Administrator | MemberStatus::Member => true,
            MemberStatus::Restricted => self.is_member,
            MemberStatus::Left | MemberStatus::Kicked | MemberStatus::Other(_) => false,
        }
    }

    /// Whether they own the chat or have rights there.
    pub fn is_admin(&self) -> bool {
        matches!(
            self.status,
            MemberStatus::Creator | MemberStatus::Administrator
        )
    }
}

/// Somebody belongs to a chat in another way now. In a private chat: the person has blocked the
/// bot, or lets it write again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChatMemberUpdated {
    /// Where.
    pub chat: Chat,
    /// Who did it.
    pub from: User,
    /// When, in seconds since 1970.
    pub date: i64,
    /// Before.
    pub old_chat_member: ChatMember,
    /// Now.
    pub new_chat_member: ChatMember,
}
