//! Groups and channels that people make.

use super::Done;
use crate::telegram::error::Refusal;
use crate::telegram::world::{Chat, ChatId, Draft, Kind, Member, Rights, Status, World};
use serde_json::{Map, Value, json};

fn not_admin() -> Refusal {
    Refusal::new("not_allowed", "only an administrator can do this")
}

impl World {
    fn create(&mut self, person: i64, kind: Kind, title: &str, username: Option<&str>) -> Done {
        let title = title.trim();
        if title.is_empty() || title.chars().count() > 128 {
            return Err(Refusal::new("bad_title", "from 1 to 128 letters"));
        }
        let username = username.map(|name| name.trim_start_matches('@'));
        if let Some(name) = username {
            let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if !(4..=32).contains(&name.len()) || !name.chars().all(good) {
                return Err(Refusal::new(
                    "bad_username",
                    "from 4 to 32 of the characters A-Z, a-z, 0-9 and _",
                ));
            }
            if self.by_username(name).is_some() || self.chat_by_username(name).is_some() {
                return Err(Refusal::new("username_taken", "somebody has this name"));
            }
        }
        let id = ChatId::Shared(self.chat_number(kind != Kind::Group));
        let mut chat = Chat::new(id, kind, title.to_owned());
        chat.username = username.map(str::to_owned);
        chat.members.insert(person, Member::new(Status::Creator));
        self.chats.put(id, chat);
        self.tell_chat(id);
        self.card_of(person, id)
    }

    fn card_of(&self, person: i64, id: ChatId) -> Done {
        let chat = self
            .chats
            .get(&id)
            .ok_or_else(|| Refusal::unknown("chat"))?;
        Ok(json!({ "chat": self.phone_chat(chat, person) }))
    }

    pub(super) fn create_channel(
        &mut self,
        person: i64,
        title: &str,
        username: Option<&str>,
    ) -> Done {
        self.create(person, Kind::Channel, title, username)
    }

    pub(super) fn create_group(&mut self, person: i64, title: &str, supergroup: bool) -> Done {
        let kind = if supergroup {
            Kind::Supergroup
        } else {
            Kind::Group
        };
        self.create(person, kind, title, None)
    }

    /// The chat, if the person may decide who is in it.
    fn ruled(&self, person: i64, chat: i64, user: i64) -> Result<ChatId, Refusal> {
        let id = self.chat_of(person, chat)?;
        let room = self
            .chats
            .get(&id)
            .ok_or_else(|| Refusal::unknown("chat"))?;
        if id.is_private() || !room.status(person).is_admin() {
            return Err(not_admin());
        }
        if self.people.get(&user).is_none() && self.bots.get(&user).is_none() {
            return Err(Refusal::unknown("person"));
        }
        Ok(id)
    }

    pub(super) fn add_member(&mut self, person: i64, chat: i64, user: i64) -> Done {
        let own = person == user;
        let id = match own {
            // Anybody joins a public chat.
            true => self.chat_of(person, chat)?,
            false => self.ruled(person, chat, user)?,
        };
        let room = self
            .chats
            .get(&id)
            .ok_or_else(|| Refusal::unknown("chat"))?;
        if room.status(user).is_in() {
            return self.card_of(person, id);
        }
        if own && room.status(user) == Status::Kicked {
            return Err(not_admin());
        }
        let member = if self.is_channel(id) && self.bots.get(&user).is_some() {
            // In a channel a bot is an administrator or nothing.
            Member {
                status: Status::Administrator,
                rights: room.rights(&Map::new()),
            }
        } else {
            Member::new(Status::Member)
        };
        self.set_member(id, person, user, member);
        if !self.is_channel(id) {
            let newcomers = json!([self.user(user)]);
            self.post_by_person(person, id, Draft::of("new_chat_members", newcomers));
        }
        self.tell_chat(id);
        self.card_of(person, id)
    }

    pub(super) fn set_admin(
        &mut self,
        person: i64,
        chat: i64,
        user: i64,
        rights: Option<&Map<String, Value>>,
    ) -> Done {
        let id = self.ruled(person, chat, user)?;
        let room = self
            .chats
            .get(&id)
            .ok_or_else(|| Refusal::unknown("chat"))?;
        if room.status(user) == Status::Creator {
            return Err(Refusal::new("not_allowed", "the owner has every right"));
        }
        let is_bot = self.bots.get(&user).is_some();
        let member = match rights {
            Some(given) => Member {
                status: Status::Administrator,
                rights: room.rights(given),
            },
            None if is_bot && self.is_channel(id) => Member::new(Status::Left),
            None => Member {
                status: Status::Member,
                rights: Rights::new(),
            },
        };
        self.set_member(id, person, user, member);
        self.tell_chat(id);
        self.card_of(person, id)
    }

    pub(super) fn remove_member(&mut self, person: i64, chat: i64, user: i64) -> Done {
        let id = match person == user {
            true => self.chat_of(person, chat)?,
            false => self.ruled(person, chat, user)?,
        };
        let room = self
            .chats
            .get(&id)
            .ok_or_else(|| Refusal::unknown("chat"))?;
        match room.status(user) {
            Status::Creator => {
                return Err(Refusal::new("not_allowed", "the owner stays"));
            }
            Status::Left | Status::Kicked => return Ok(json!({})),
            Status::Administrator | Status::Member => {}
        }
        // Whom an administrator puts out of a group is banned there; a channel just forgets a
        // bot that is no administrator any more.
        let status = if person == user || self.is_channel(id) {
            Status::Left
        } else {
            Status::Kicked
        };
        let member = Member::new(status);
        if !self.is_channel(id) {
            let left = self.user(user);
            self.post_by_person(person, id, Draft::of("left_chat_member", left));
        }
        self.set_member(id, person, user, member);
        self.tell_chat(id);
        self.tell_chat_to(id, user);
        Ok(json!({}))
    }
}
