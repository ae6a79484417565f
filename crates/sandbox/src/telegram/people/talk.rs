//! Writing, reading, deleting; starting and blocking bots.

use super::{BotName, Done};
use crate::telegram::error::Refusal;
use crate::telegram::text;
use crate::telegram::world::{ChatId, Draft, Kind, Sender, Status, Viewer, World};
use serde_json::{Value, json};

fn not_allowed(what: &str) -> Refusal {
    Refusal::new("not_allowed", what)
}

impl World {
    fn words(raw: &str) -> Result<Draft, Refusal> {
        let (words, entities) = text::plain(raw);
        if words.is_empty() {
            return Err(Refusal::new("empty_text", "there is nothing to send"));
        }
        if text::units(&words) > text::TEXT {
            return Err(Refusal::new("long_text", "4096 letters at most"));
        }
        let mut draft = Draft::of("text", json!(words));
        if !entities.is_empty() {
            draft.content.insert("entities".to_owned(), json!(entities));
        }
        Ok(draft)
    }

    pub(super) fn write(
        &mut self,
        person: i64,
        chat: i64,
        raw: &str,
        reply_to: Option<i64>,
    ) -> Done {
        let draft = Self::words(raw)?;
        let chat = if self.bots.get(&chat).is_some() {
            // The first word to a bot makes the chat.
            self.private_chat(chat, person)
        } else {
            self.chat_of(person, chat)?
        };
        let room = self
            .chats
            .get(&chat)
            .ok_or_else(|| Refusal::unknown("chat"))?;
        if room.blocked {
            return Err(Refusal::new("bot_blocked", "unblock the bot first"));
        }
        if !self.can_post(room, person) {
            return Err(not_allowed("you cannot write here"));
        }
        if reply_to.is_some_and(|id| self.message(chat, id).is_none()) {
            return Err(Refusal::unknown("message"));
        }
        self.begin(chat);
        let id = self.post_by_person(person, chat, Draft { reply_to, ..draft });
        self.shown_to(person, chat, id)
    }

    /// From now on the bot may write.
    fn begin(&mut self, chat: ChatId) {
        let is_new = chat.is_private() && self.chats.get(&chat).is_some_and(|c| !c.started);
        if is_new {
            if let Some(room) = self.chats.edit(&chat) {
                room.started = true;
            }
            self.tell_chat(chat);
        }
    }

    fn shown_to(&self, person: i64, chat: ChatId, id: i64) -> Done {
        let message = self.message(chat, id);
        let message = message.ok_or_else(|| Refusal::unknown("message"))?;
        let shown = self.render(message, Viewer::Person(person));
        Ok(json!({ "chat": chat.for_person(), "message": shown }))
    }

    pub(super) fn rewrite(&mut self, person: i64, chat: i64, id: i64, raw: &str) -> Done {
        let draft = Self::words(raw)?;
        let chat = self.chat_of(person, chat)?;
        let message = self.message(chat, id);
        let message = message.ok_or_else(|| Refusal::unknown("message"))?;
        let room = self.chats.get(&chat);
        let edits = room.is_some_and(|room| room.may(person, "can_edit_messages"));
        let channel = matches!(message.sender, Sender::Channel(_));
        let own = message.author == person;
        if !(own || channel && edits) || message.is_service() {
            return Err(not_allowed("this is not your message"));
        }
        let date = self.date();
        if let Some(message) = self.messages.edit(&(chat, id)) {
            let name = if message.content.contains_key("text") {
                "text"
            } else {
                "caption"
            };
            let entities = if name == "text" {
                "entities"
            } else {
                "caption_entities"
            };
            message.content.remove(entities);
            for (field, value) in draft.content {
                let field = if field == "text" { name } else { entities };
                message.content.insert(field.to_owned(), value);
            }
            message.edit_date = Some(date);
        }
        self.tell_message(chat, id, "edited");
        let kind = if channel {
            "edited_channel_post"
        } else {
            "edited_message"
        };
        self.update_message(chat, id, person, kind);
        self.shown_to(person, chat, id)
    }

    /// Bots learn nothing of a deletion; what they can find out is in the rules of the cache.
    pub(super) fn delete(&mut self, person: i64, chat: i64, id: i64) -> Done {
        let chat = self.chat_of(person, chat)?;
        let message = self.message(chat, id);
        let message = message.ok_or_else(|| Refusal::unknown("message"))?;
        let room = self.chats.get(&chat);
        let may = chat.is_private()
            || message.author == person
            || room.is_some_and(|room| room.may(person, "can_delete_messages"));
        if !may {
            return Err(not_allowed("this is not your message"));
        }
        let now = self.now();
        if let Some(message) = self.messages.edit(&(chat, id)) {
            message.deleted = Some(now);
        }
        self.tell_deleted(chat, &[id]);
        Ok(json!({}))
    }

    pub(super) fn read(&mut self, person: i64, chat: i64) -> Done {
        let chat = self.chat_of(person, chat)?;
        if let Some(room) = self.chats.edit(&chat) {
            let last = room.last_message;
            room.read.insert(person, last);
        }
        self.tell_chat_to(chat, person);
        Ok(json!({}))
    }

    pub(super) fn start(&mut self, person: i64, bot: &BotName, payload: Option<&str>) -> Done {
        let bot = self.bot_of(bot)?;
        let payload = payload.filter(|payload| !payload.is_empty());
        let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if payload.is_some_and(|payload| payload.len() > 64 || !payload.chars().all(good)) {
            return Err(Refusal::new(
                "bad_payload",
                "up to 64 of the characters A-Z, a-z, 0-9, _ and -",
            ));
        }
        let chat = self.private_chat(bot, person);
        self.set_blocked(person, bot, false);
        self.begin(chat);
        let command = match payload {
            Some(payload) => format!("/start {payload}"),
            None => "/start".to_owned(),
        };
        self.write(person, bot, &command, None)
    }

    /// `Telegram.WebApp.sendData`: the bot gets it as a message of the person.
    pub(super) fn send_app_data(
        &mut self,
        person: i64,
        bot: &BotName,
        button_text: &str,
        data: &str,
    ) -> Done {
        if data.is_empty() || data.len() > 4096 {
            return Err(Refusal::new("bad_data", "from 1 to 4096 bytes"));
        }
        let bot = self.bot_of(bot)?;
        let chat = ChatId::Private { bot, user: person };
        let room = self.chats.get(&chat);
        if room.is_none_or(|room| room.blocked) {
            return Err(Refusal::new("bot_blocked", "unblock the bot first"));
        }
        let content = json!({ "button_text": button_text, "data": data });
        let id = self.post_by_person(person, chat, Draft::of("web_app_data", content));
        self.shown_to(person, chat, id)
    }

    pub(super) fn block(&mut self, person: i64, bot: &BotName, blocked: bool) -> Done {
        let bot = self.bot_of(bot)?;
        self.private_chat(bot, person);
        self.set_blocked(person, bot, blocked);
        Ok(json!({}))
    }

    fn set_blocked(&mut self, person: i64, bot: i64, blocked: bool) {
        let chat = ChatId::Private { bot, user: person };
        let Some(room) = self
            .chats
            .edit(&chat)
            .filter(|room| room.blocked != blocked)
        else {
            return;
        };
        room.blocked = blocked;
        let member = |status: Status| {
            let mut shown = json!({ "user": self.user(bot), "status": status.name() });
            if status == Status::Kicked {
                crate::telegram::world::put(&mut shown, "until_date", json!(0));
            }
            shown
        };
        let (old, new) = match blocked {
            true => (member(Status::Member), member(Status::Kicked)),
            false => (member(Status::Kicked), member(Status::Member)),
        };
        let event: Value = json!({
            "chat": self.chat_card(chat, Viewer::Bot),
            "from": self.user(person),
            "date": self.date(),
            "old_chat_member": old,
            "new_chat_member": new,
        });
        self.push_update(bot, "my_chat_member", event, chat.for_bot());
        self.tell_chat(chat);
    }

    pub(super) fn add_stars(&mut self, person: i64, amount: i64) -> Done {
        if !(1..=1_000_000).contains(&amount) {
            return Err(Refusal::new("bad_amount", "from 1 to 1000000 Stars"));
        }
        let stars = self.move_stars(person, amount);
        let stars = stars.map_err(|error| Refusal::new("bad_amount", error.description))?;
        Ok(json!({ "stars": stars }))
    }

    pub(super) fn set_language(&mut self, person: i64, language: &str) -> Done {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if !(2..=8).contains(&language.len()) || !language.chars().all(good) {
            return Err(Refusal::new("bad_language", "for example ru or pt-br"));
        }
        let Some(me) = self.people.edit(&person) else {
            return Err(Refusal::unknown("person"));
        };
        language.clone_into(&mut me.language_code);
        let me = me.clone();
        let bots = self.bot_cards(&me);
        self.tell(person, "bots", json!({ "bots": bots }));
        let mut card = me.card();
        crate::telegram::world::put(&mut card, "stars", json!(me.stars));
        Ok(json!({ "me": card }))
    }

    /// Whether a chat is a channel.
    pub(super) fn is_channel(&self, chat: ChatId) -> bool {
        self.chats
            .get(&chat)
            .is_some_and(|room| room.kind == Kind::Channel)
    }
}
