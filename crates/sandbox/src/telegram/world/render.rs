//! What is shown of chats and messages, to a bot and to a person.

use super::{Chat, ChatId, Kind, Message, Sender, World};
use serde_json::{Value, json};

/// Messages of a chat that a phone is given, at most.
const SHOWN: usize = 100;

/// Who looks: private chats are called by the other side's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::telegram) enum Viewer {
    /// Any bot.
    Bot,
    /// This person.
    Person(i64),
}

impl World {
    /// The Bot API's `Chat`.
    pub(in crate::telegram) fn chat_card(&self, id: ChatId, viewer: Viewer) -> Value {
        match id {
            ChatId::Private { bot, user } => {
                let other = match viewer {
                    Viewer::Bot => self.user(user),
                    Viewer::Person(_) => self.user(bot),
                };
                let mut card = json!({ "type": "private" });
                for name in ["id", "first_name", "last_name", "username"] {
                    if let Some(value) = other.get(name) {
                        put(&mut card, name, value.clone());
                    }
                }
                card
            }
            ChatId::Shared(number) => {
                let mut card = json!({ "id": number });
                if let Some(chat) = self.chats.get(&id) {
                    put(&mut card, "title", json!(chat.title));
                    put(&mut card, "type", json!(chat.kind.name()));
                    if let Some(username) = &chat.username {
                        put(&mut card, "username", json!(username));
                    }
                    if chat.kind == Kind::Group {
                        put(&mut card, "all_members_are_administrators", json!(false));
                        put(&mut card, "accepted_gift_types", gifts_of_a_group());
                    }
                }
                card
            }
        }
    }

    /// The Bot API's `Message`, with the message that it answers but not what that one answers.
    pub(in crate::telegram) fn render(&self, message: &Message, viewer: Viewer) -> Value {
        let mut shown = self.render_alone(message, viewer);
        if let Some(answered) = message
            .reply_to
            .and_then(|id| self.message(message.chat, id))
        {
            let answered = self.render_alone(answered, viewer);
            put(&mut shown, "reply_to_message", answered);
        }
        shown
    }

    fn render_alone(&self, message: &Message, viewer: Viewer) -> Value {
        let mut shown = json!({
            "message_id": message.id,
            "chat": self.chat_card(message.chat, viewer),
            "date": message.date,
        });
        match message.sender {
            Sender::User(user) => put(&mut shown, "from", self.user(user)),
            Sender::Channel(channel) => {
                let card = self.chat_card(ChatId::Shared(channel), viewer);
                put(&mut shown, "sender_chat", card);
            }
        }
        for (name, value) in &message.content {
            put(&mut shown, name, value.clone());
        }
        if let Some(pinned) = message
            .content
            .get("pinned_message")
            .and_then(Value::as_i64)
        {
            let pinned = match self.message(message.chat, pinned) {
                Some(pinned) => self.render_alone(pinned, viewer),
                None => self.gone(message.chat, pinned, viewer),
            };
            put(&mut shown, "pinned_message", pinned);
        }
        let more = [
            ("edit_date", message.edit_date.map(|date| json!(date))),
            ("forward_origin", message.forward_origin.clone()),
            ("reply_markup", self.shown_markup(message, viewer)),
            (
                "has_protected_content",
                message.protected.then_some(Value::Bool(true)),
            ),
        ];
        for (name, value) in more {
            if let Some(value) = value {
                put(&mut shown, name, value);
            }
        }
        if let Viewer::Person(person) = viewer
            && message.author == person
        {
            put(&mut shown, "out", json!(true));
        }
        shown
    }

    /// Bots see inline keyboards only; a phone needs the other ones, too.
    fn shown_markup(&self, message: &Message, viewer: Viewer) -> Option<Value> {
        let markup = message.reply_markup.as_ref()?;
        let shown = viewer != Viewer::Bot || markup.get("inline_keyboard").is_some();
        shown.then(|| markup.clone())
    }

    /// `InaccessibleMessage`.
    pub(in crate::telegram) fn gone(&self, chat: ChatId, id: i64, viewer: Viewer) -> Value {
        json!({ "chat": self.chat_card(chat, viewer), "message_id": id, "date": 0 })
    }

    /// Whether a person may write into a chat.
    pub(in crate::telegram) fn can_post(&self, chat: &Chat, person: i64) -> bool {
        match chat.kind {
            Kind::Private => true,
            Kind::Group | Kind::Supergroup => chat.status(person).is_in(),
            Kind::Channel => chat.may(person, "can_post_messages"),
        }
    }

    /// The contract's `Chat`, without its messages.
    pub(in crate::telegram) fn phone_chat(&self, chat: &Chat, person: i64) -> Value {
        let title = match chat.id {
            ChatId::Private { bot, .. } => {
                let language = self.people.get(&person).map_or("", |p| p.language());
                let bot = self.bots.get(&bot);
                bot.map(|bot| bot.name(language).to_owned())
                    .unwrap_or_default()
            }
            ChatId::Shared(_) => chat.title.clone(),
        };
        let mut card = json!({
            "id": chat.id.for_person(),
            "type": chat.kind.name(),
            "title": title,
            "can_post": self.can_post(chat, person),
            "unread": self.unread(chat, person),
        });
        let username = match chat.id {
            ChatId::Private { bot, .. } => self.bots.get(&bot).map(|bot| bot.username.clone()),
            ChatId::Shared(_) => chat.username.clone(),
        };
        if let Some(username) = username {
            put(&mut card, "username", json!(username));
        }
        if chat.id.is_private() {
            put(&mut card, "bot", json!(true));
            put(&mut card, "started", json!(chat.started));
            put(&mut card, "blocked", json!(chat.blocked));
        }
        card
    }

    /// Unread messages of a person in all chats.
    pub(in crate::telegram) fn all_unread(&self, person: i64) -> usize {
        let mine = self.chats_of(person);
        mine.map(|chat| self.unread(chat, person)).sum()
    }

    fn chats_of(&self, person: i64) -> impl Iterator<Item = &Chat> {
        self.chats.values().filter(move |chat| match chat.id {
            ChatId::Private { user, .. } => user == person,
            ChatId::Shared(_) => chat.status(person).is_in(),
        })
    }

    fn unread(&self, chat: &Chat, person: i64) -> usize {
        let seen = chat
            .read
            .get(&person)
            .copied()
            .unwrap_or(0)
            .saturating_add(1);
        let newer = self.messages.range((chat.id, seen)..=(chat.id, i64::MAX));
        newer
            .filter(|(_, m)| m.deleted.is_none() && m.author != person)
            .count()
    }

    /// The contract's state, without `seq`.
    pub(in crate::telegram) fn phone_state(&self, person: i64) -> Option<Value> {
        let who = self.people.get(&person)?;
        let mut me = who.card();
        put(&mut me, "stars", json!(who.stars));
        let chats: Vec<Value> = self
            .chats_of(person)
            .map(|chat| {
                let mut card = self.phone_chat(chat, person);
                let messages: Vec<Value> = self
                    .history(chat.id, SHOWN)
                    .into_iter()
                    .map(|message| self.render(message, Viewer::Person(person)))
                    .collect();
                put(&mut card, "messages", json!(messages));
                card
            })
            .collect();
        Some(json!({ "me": me, "bots": self.bot_cards(who), "chats": chats }))
    }
}

/// Sets a field of an object.
pub(in crate::telegram) fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// Nobody gives gifts to a group.
fn gifts_of_a_group() -> Value {
    json!({
        "unlimited_gifts": false,
        "limited_gifts": false,
        "unique_gifts": false,
        "premium_subscription": false,
        "gifts_from_channels": false,
    })
}
