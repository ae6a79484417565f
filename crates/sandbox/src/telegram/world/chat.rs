//! Chats and who is in them.

use super::World;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Which chat. A private chat has no id of its own: each side calls it by the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(in crate::telegram) enum ChatId {
    /// A person's chat with a bot.
    Private {
        /// The bot.
        bot: i64,
        /// The person.
        user: i64,
    },
    /// A group, supergroup or channel, with the id that everybody calls it by.
    Shared(i64),
}

impl ChatId {
    /// How a bot calls it.
    pub(in crate::telegram) const fn for_bot(self) -> i64 {
        match self {
            Self::Private { user, .. } => user,
            Self::Shared(id) => id,
        }
    }

    /// How a person calls it.
    pub(in crate::telegram) const fn for_person(self) -> i64 {
        match self {
            Self::Private { bot, .. } => bot,
            Self::Shared(id) => id,
        }
    }

    pub(in crate::telegram) const fn is_private(self) -> bool {
        matches!(self, Self::Private { .. })
    }
}

/// What a chat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::telegram) enum Kind {
    Private,
    Group,
    Supergroup,
    Channel,
}

impl Kind {
    pub(in crate::telegram) const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Supergroup => "supergroup",
            Self::Channel => "channel",
        }
    }
}

/// What somebody is in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::telegram) enum Status {
    Creator,
    Administrator,
    Member,
    Left,
    Kicked,
}

impl Status {
    pub(in crate::telegram) const fn name(self) -> &'static str {
        match self {
            Self::Creator => "creator",
            Self::Administrator => "administrator",
            Self::Member => "member",
            Self::Left => "left",
            Self::Kicked => "kicked",
        }
    }

    pub(in crate::telegram) const fn is_in(self) -> bool {
        matches!(self, Self::Creator | Self::Administrator | Self::Member)
    }

    pub(in crate::telegram) const fn is_admin(self) -> bool {
        matches!(self, Self::Creator | Self::Administrator)
    }
}

/// Rights of an administrator by their name in the Bot API: `can_post_messages` and so on.
pub(in crate::telegram) type Rights = BTreeMap<String, bool>;

/// Rights that an administrator has or not, everywhere; then those of channels, of all groups,
/// and of supergroups (`json_store_administrator_rights` of the open server). Clients demand every
/// one of them.
const RIGHTS: [&str; 11] = [
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
];
const CHANNEL_RIGHTS: [&str; 3] = [
    "can_post_messages",
    "can_edit_messages",
    "can_manage_direct_messages",
];
const GROUP_RIGHTS: [&str; 2] = ["can_pin_messages", "can_manage_tags"];
const SUPERGROUP_RIGHTS: [&str; 3] = ["can_pin_messages", "can_manage_tags", "can_manage_topics"];

/// Somebody in a chat, or who was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::telegram) struct Member {
    pub(in crate::telegram) status: Status,
    #[serde(default)]
    pub(in crate::telegram) rights: Rights,
}

impl Member {
    pub(in crate::telegram) const fn new(status: Status) -> Self {
        Self {
            status,
            rights: Rights::new(),
        }
    }

    /// Whether they may do what the right is for.
    pub(in crate::telegram) fn may(&self, right: &str) -> bool {
        match self.status {
            Status::Creator => true,
            Status::Administrator => self.rights.get(right).copied().unwrap_or(false),
            Status::Member | Status::Left | Status::Kicked => false,
        }
    }
}

/// A chat.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::telegram) struct Chat {
    pub(in crate::telegram) id: ChatId,
    pub(in crate::telegram) kind: Kind,
    pub(in crate::telegram) title: String,
    pub(in crate::telegram) username: Option<String>,
    pub(in crate::telegram) members: BTreeMap<i64, Member>,
    /// The last message's id; ids are never given twice.
    pub(in crate::telegram) last_message: i64,
    pub(in crate::telegram) pinned: Option<i64>,
    /// Nothing may be forwarded or copied out of it.
    pub(in crate::telegram) protected: bool,
    /// The person has written to the bot.
    pub(in crate::telegram) started: bool,
    /// The person has blocked the bot.
    pub(in crate::telegram) blocked: bool,
    /// The newest message that each person has seen.
    pub(in crate::telegram) read: BTreeMap<i64, i64>,
    /// What it is about.
    pub(in crate::telegram) description: Option<String>,
}

impl Chat {
    pub(in crate::telegram) const fn new(id: ChatId, kind: Kind, title: String) -> Self {
        Self {
            id,
            kind,
            title,
            username: None,
            members: BTreeMap::new(),
            last_message: 0,
            pinned: None,
            protected: false,
            started: false,
            blocked: false,
            read: BTreeMap::new(),
            description: None,
        }
    }

    /// What somebody is here.
    pub(in crate::telegram) fn status(&self, user: i64) -> Status {
        let member = self.members.get(&user);
        member.map_or(Status::Left, |member| member.status)
    }

    /// Whether somebody may do what the right is for.
    pub(in crate::telegram) fn may(&self, user: i64, right: &str) -> bool {
        self.members.get(&user).is_some_and(|m| m.may(right))
    }

    /// Those who are in it.
    pub(in crate::telegram) fn present(&self) -> impl Iterator<Item = i64> {
        let present = self.members.iter().filter(|(_, m)| m.status.is_in());
        present.map(|(id, _)| *id)
    }

    pub(in crate::telegram) const fn is_public(&self) -> bool {
        self.username.is_some()
    }

    /// Names of the rights that an administrator has or not here.
    fn right_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        let more: &[&'static str] = match self.kind {
            Kind::Channel => &CHANNEL_RIGHTS,
            Kind::Private | Kind::Group => &GROUP_RIGHTS,
            Kind::Supergroup => &SUPERGROUP_RIGHTS,
        };
        RIGHTS.iter().chain(more).copied()
    }

    /// The whole rights of an administrator here: what `given` names, and no others.
    pub(in crate::telegram) fn rights(&self, given: &Map<String, Value>) -> Rights {
        let has = |name: &str| {
            // Every administrator has this one.
            name == "can_manage_chat" || given.get(name).and_then(Value::as_bool).unwrap_or(false)
        };
        let names = self.right_names();
        names.map(|name| (name.to_owned(), has(name))).collect()
    }
}

impl World {
    /// The Bot API's `ChatMember`.
    pub(in crate::telegram) fn member(&self, chat: &Chat, user: i64) -> Value {
        let missing = Member::new(Status::Left);
        let member = chat.members.get(&user).unwrap_or(&missing);
        let mut shown = json!({ "user": self.user(user), "status": member.status.name() });
        let Some(fields) = shown.as_object_mut() else {
            return shown;
        };
        match member.status {
            Status::Creator => {
                fields.insert("is_anonymous".to_owned(), json!(false));
            }
            Status::Administrator => {
                fields.insert("can_be_edited".to_owned(), json!(false));
                fields.insert("is_anonymous".to_owned(), json!(false));
                for name in chat.right_names() {
                    fields.insert(name.to_owned(), json!(member.may(name)));
                }
            }
            Status::Kicked => {
                fields.insert("until_date".to_owned(), json!(0));
            }
            Status::Member | Status::Left => {}
        }
        shown
    }

    /// The chat with this public name, without `@`.
    pub(in crate::telegram) fn chat_by_username(&self, name: &str) -> Option<ChatId> {
        let same = |chat: &&Chat| {
            let username = chat.username.as_deref();
            username.is_some_and(|username| username.eq_ignore_ascii_case(name))
        };
        self.chats.values().find(same).map(|chat| chat.id)
    }
}
