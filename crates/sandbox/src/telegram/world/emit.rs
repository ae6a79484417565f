//! What happens in chats, and who learns of it: bots by updates, people by news.

use super::render::Viewer;
use super::{Chat, ChatId, Draft, Kind, Member, Message, Sender, Status, World};
use serde_json::{Value, json};

impl World {
    /// The private chat of a person and a bot, made if there is none.
    pub(in crate::telegram) fn private_chat(&mut self, bot: i64, user: i64) -> ChatId {
        let id = ChatId::Private { bot, user };
        if self.chats.get(&id).is_none() {
            let mut chat = Chat::new(id, Kind::Private, String::new());
            for side in [bot, user] {
                chat.members.insert(side, Member::new(Status::Member));
            }
            self.chats.put(id, chat);
            self.tell_chat(id);
        }
        id
    }

    /// Puts a message into a chat and tells everybody whom it reaches. Returns its id.
    fn post(&mut self, chat: ChatId, author: i64, draft: Draft) -> i64 {
        let (date, sender) = (self.date(), self.sender_for(author, chat));
        let Some(room) = self.chats.edit(&chat) else {
            return 0;
        };
        room.last_message = room.last_message.saturating_add(1);
        let id = room.last_message;
        let protected = draft.protected || room.protected;
        // Who writes has read what came before.
        room.read.insert(author, id);
        let message = Message {
            chat,
            id,
            sender,
            author,
            date,
            edit_date: None,
            content: draft.content,
            reply_to: draft.reply_to,
            reply_markup: draft.reply_markup,
            forward_origin: draft.forward_origin,
            protected,
            invoice: draft.invoice,
            deleted: None,
        };
        self.messages.put((chat, id), message);
        id
    }

    /// Tells phones of a message: a new one or a changed one.
    pub(in crate::telegram) fn tell_message(&mut self, chat: ChatId, id: i64, kind: &'static str) {
        for person in self.audience(chat) {
            if let Some(message) = self.message(chat, id) {
                let shown = self.render(message, Viewer::Person(person));
                let data = json!({ "chat": chat.for_person(), "message": shown });
                self.tell(person, kind, data);
            }
        }
    }

    /// Posts what a bot sends: phones learn of it, other bots do not.
    pub(in crate::telegram) fn post_by_bot(&mut self, bot: i64, chat: ChatId, draft: Draft) -> i64 {
        let id = self.post(chat, bot, draft);
        self.tell_message(chat, id, "message");
        if matches!(self.sender_for(bot, chat), Sender::Channel(_)) {
            // Other administrators of a channel see its posts, whoever made them.
            self.update_message(chat, id, bot, "channel_post");
        }
        id
    }

    /// Posts what a person sends.
    pub(in crate::telegram) fn post_by_person(
        &mut self,
        person: i64,
        chat: ChatId,
        draft: Draft,
    ) -> i64 {
        let id = self.post(chat, person, draft);
        self.tell_message(chat, id, "message");
        let kind = match self.sender_for(person, chat) {
            Sender::User(_) => "message",
            Sender::Channel(_) => "channel_post",
        };
        self.update_message(chat, id, person, kind);
        id
    }

    /// In a channel everything is the channel's.
    pub(in crate::telegram) fn sender_for(&self, user: i64, chat: ChatId) -> Sender {
        match (chat, self.chats.get(&chat).map(|chat| chat.kind)) {
            (ChatId::Shared(id), Some(Kind::Channel)) => Sender::Channel(id),
            (ChatId::Shared(_) | ChatId::Private { .. }, _) => Sender::User(user),
        }
    }

    /// Sends an update of a message to all bots of the chat but `except`.
    pub(in crate::telegram) fn update_message(
        &mut self,
        chat: ChatId,
        id: i64,
        except: i64,
        kind: &'static str,
    ) {
        for bot in self.bots_of(chat) {
            let Some(message) = self.message(chat, id) else {
                return;
            };
            if bot == except || !self.reaches(bot, chat, message) {
                continue;
            }
            let shown = self.render(message, Viewer::Bot);
            self.push_update(bot, kind, shown, chat.for_bot());
        }
    }

    /// Whether a bot gets this message: in groups, with privacy mode on, only what is for it
    /// (core.telegram.org/bots/features#privacy-mode).
    fn reaches(&self, bot: i64, chat: ChatId, message: &Message) -> bool {
        let Some(room) = self.chats.get(&chat) else {
            return false;
        };
        let Some(robot) = self.bots.get(&bot) else {
            return false;
        };
        match room.kind {
            Kind::Private => true,
            Kind::Channel => room.status(bot).is_admin(),
            Kind::Group | Kind::Supergroup => {
                let text = message.text();
                let (command, _) = text.split_once([' ', '\n']).unwrap_or((text, ""));
                let addressee = command.split_once('@').map(|(_, name)| name);
                let is_command = command.starts_with('/')
                    && addressee.is_none_or(|name| name.eq_ignore_ascii_case(&robot.username));
                let answered = message.reply_to.and_then(|id| self.message(chat, id));
                robot.reads_groups
                    || room.status(bot).is_admin()
                    || message.is_service()
                    || is_command
                    || answered.is_some_and(|answered| answered.is_by(bot))
            }
        }
    }

    /// The bots in a chat.
    pub(in crate::telegram) fn bots_of(&self, chat: ChatId) -> Vec<i64> {
        let Some(room) = self.chats.get(&chat) else {
            return Vec::new();
        };
        let present = room.present();
        present.filter(|id| self.bots.get(id).is_some()).collect()
    }

    /// The people whose phones show a chat.
    pub(in crate::telegram) fn audience(&self, chat: ChatId) -> Vec<i64> {
        let Some(room) = self.chats.get(&chat) else {
            return Vec::new();
        };
        let present = room.present();
        present.filter(|id| self.people.get(id).is_some()).collect()
    }

    /// Tells phones that a chat is new or has changed.
    pub(in crate::telegram) fn tell_chat(&mut self, chat: ChatId) {
        for person in self.audience(chat) {
            self.tell_chat_to(chat, person);
        }
    }

    /// Tells one phone that a chat is new or has changed.
    pub(in crate::telegram) fn tell_chat_to(&mut self, chat: ChatId, person: i64) {
        if let Some(room) = self.chats.get(&chat) {
            let card = self.phone_chat(room, person);
            self.tell(person, "chat", json!({ "chat": card }));
        }
    }

    /// Tells phones that messages are gone.
    pub(in crate::telegram) fn tell_deleted(&mut self, chat: ChatId, ids: &[i64]) {
        for person in self.audience(chat) {
            let data = json!({ "chat": chat.for_person(), "message_ids": ids });
            self.tell(person, "deleted", data);
        }
    }

    /// Makes somebody something in a chat and tells the bots that may know: the one it is about,
    /// and those of administrators.
    pub(in crate::telegram) fn set_member(
        &mut self,
        chat: ChatId,
        by: i64,
        user: i64,
        member: Member,
    ) {
        let Some(room) = self.chats.get(&chat) else {
            return;
        };
        let old = self.member(room, user);
        let mut after = room.clone();
        after.members.insert(user, member);
        let new = self.member(&after, user);
        if let Some(room) = self.chats.edit(&chat) {
            room.members = after.members;
        }
        if old == new {
            return;
        }
        let event = json!({
            "chat": self.chat_card(chat, Viewer::Bot),
            "from": self.user(by),
            "date": self.date(),
            "old_chat_member": old,
            "new_chat_member": new,
        });
        self.spread_member(chat, user, &event);
    }

    fn spread_member(&mut self, chat: ChatId, user: i64, event: &Value) {
        if self.bots.get(&user).is_some() {
            self.push_update(user, "my_chat_member", event.clone(), chat.for_bot());
        }
        for bot in self.bots_of(chat) {
            let room = self.chats.get(&chat);
            let is_admin = room.is_some_and(|room| room.status(bot).is_admin());
            if bot != user && is_admin {
                self.push_update(bot, "chat_member", event.clone(), chat.for_bot());
            }
        }
    }
}
