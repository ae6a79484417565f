//! Changing and deleting messages.

use super::{Answer, Call};
use crate::telegram::error::ApiError;
use crate::telegram::keyboard::{self, Place};
use crate::telegram::world::{ChatId, Kind, Message, Need, Sender};
use serde_json::{Map, Value, json};

/// Seconds after which a message stays for others (core.telegram.org/bots/api#deletemessage).
const DELETABLE: i64 = 48 * 60 * 60;
const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply \
                            markup are exactly the same as a current content and reply markup \
                            of the message";

impl Call<'_> {
    /// The message that an edit is about.
    fn editable(&self) -> Result<Message, ApiError> {
        if self.params.text("inline_message_id").is_some() {
            return Err(ApiError::bad("MESSAGE_ID_INVALID"));
        }
        let (id, chat) = (self.params.message()?, self.chat(Need::Edit)?);
        let missing = || ApiError::bad("message to edit not found");
        if !self.world.sees_messages(self.bot, chat) {
            return Err(missing());
        }
        let message = self.world.cached(chat, id).ok_or_else(missing)?;
        if message.deleted.is_some() {
            // The server has it in its cache and asks Telegram, which does not know it any more.
            return Err(ApiError::bad("MESSAGE_ID_INVALID"));
        }
        let room = self.world.chat(chat)?;
        let may = match message.sender {
            Sender::User(user) => user == self.bot,
            Sender::Channel(_) if message.author == self.bot => {
                room.may(self.bot, "can_post_messages") || room.may(self.bot, "can_edit_messages")
            }
            Sender::Channel(_) => room.may(self.bot, "can_edit_messages"),
        };
        if !may || message.forward_origin.is_some() || message.is_service() {
            return Err(ApiError::bad("message can't be edited"));
        }
        Ok(message.clone())
    }

    /// Keeps a changed message, unless it is as it was.
    fn change(&mut self, old: &Message, mut new: Message) -> Answer {
        let same = |name: &str| old.content.get(name) == new.content.get(name);
        let names = [
            "text",
            "entities",
            "caption",
            "caption_entities",
            "link_preview_options",
        ];
        if names.iter().all(|name| same(name)) && old.reply_markup == new.reply_markup {
            return Err(ApiError::bad(NOT_MODIFIED));
        }
        self.not_too_fast_edit(old.chat)?;
        let words = names.iter().any(|name| !same(name));
        if words {
            new.edit_date = Some(self.world.date());
        }
        let (chat, id) = new.key();
        let channel = matches!(new.sender, Sender::Channel(_));
        self.world.messages.put((chat, id), new);
        self.world.tell_message(chat, id, "edited");
        if channel {
            self.world
                .update_message(chat, id, self.bot, "edited_channel_post");
        }
        Ok(self.shown(chat, id))
    }

    /// Edits count in groups; in private chats only their number in all is limited.
    fn not_too_fast_edit(&mut self, chat: ChatId) -> Result<(), ApiError> {
        if chat.is_private() {
            return Ok(());
        }
        self.not_too_fast(chat, 1)
    }

    fn place(message: &Message) -> Place {
        Place {
            private: message.chat.is_private(),
            invoice: message.invoice.is_some(),
        }
    }
}

fn with_words(message: &Message, words: Map<String, Value>, names: [&str; 2]) -> Message {
    let mut new = message.clone();
    for name in names {
        new.content.remove(name);
    }
    new.content.extend(words);
    new
}

/// `editMessageText`.
pub(super) fn text(call: &mut Call<'_>) -> Answer {
    let words = call.words("text")?;
    if words.is_empty() {
        return Err(ApiError::bad("Message text is empty"));
    }
    let old = call.editable()?;
    let reply_markup = keyboard::inline_of(call.params, Call::place(&old))?;
    if !old.content.contains_key("text") {
        return Err(ApiError::bad("there is no text in the message to edit"));
    }
    let mut new = with_words(&old, words, ["text", "entities"]);
    new.reply_markup = reply_markup;
    let preview = call
        .params
        .json("link_preview_options", "link preview options")?;
    match preview {
        Some(preview) => new
            .content
            .insert("link_preview_options".to_owned(), preview),
        None => new.content.remove("link_preview_options"),
    };
    call.change(&old, new)
}

/// `editMessageCaption`.
pub(super) fn caption(call: &mut Call<'_>) -> Answer {
    let words = call.words("caption")?;
    let old = call.editable()?;
    let reply_markup = keyboard::inline_of(call.params, Call::place(&old))?;
    let media = ["photo", "document"];
    if !media.iter().any(|name| old.content.contains_key(*name)) {
        return Err(ApiError::bad("there is no caption in the message to edit"));
    }
    let mut new = with_words(&old, words, ["caption", "caption_entities"]);
    new.reply_markup = reply_markup;
    call.change(&old, new)
}

/// `editMessageReplyMarkup`.
pub(super) fn reply_markup(call: &mut Call<'_>) -> Answer {
    let old = call.editable()?;
    let reply_markup = keyboard::inline_of(call.params, Call::place(&old))?;
    let new = Message {
        reply_markup,
        ..old.clone()
    };
    call.change(&old, new)
}

/// Whether the bot may delete a message, and why not.
fn deletable(call: &Call<'_>, message: &Message) -> Result<(), ApiError> {
    let bot = call.bot;
    let room = call.world.chat(message.chat)?;
    let refused = || ApiError::bad("message can't be deleted");
    let late = call.world.date().saturating_sub(message.date) > DELETABLE;
    match room.kind {
        Kind::Private if late => Err(ApiError::bad("message can't be deleted for everyone")),
        Kind::Private => Ok(()),
        Kind::Channel => {
            let own = message.author == bot && room.may(bot, "can_post_messages");
            let may = own || room.may(bot, "can_delete_messages");
            may.then_some(()).ok_or_else(refused)
        }
        Kind::Group | Kind::Supergroup => {
            let own = message.is_by(bot) && !late;
            let may = own || room.may(bot, "can_delete_messages");
            may.then_some(()).ok_or_else(refused)
        }
    }
}

/// `deleteMessage`. What a person deleted a short while ago is still in the server's cache, and
/// the answer is the same as if the bot had deleted it: this is no way to learn of a deletion.
pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let (id, chat) = (call.params.message()?, call.chat(Need::Write)?);
    let missing = || ApiError::bad("message to delete not found");
    if !call.world.sees_messages(call.bot, chat) {
        return Err(missing());
    }
    let message = call.world.cached(chat, id).cloned().ok_or_else(missing)?;
    if message.deleted.is_some() {
        return Ok(json!(true));
    }
    deletable(call, &message)?;
    call.world.messages.take(&(chat, id));
    call.world.tell_deleted(chat, &[id]);
    Ok(json!(true))
}

/// `deleteMessages`: what is not there is skipped.
pub(super) fn delete_many(call: &mut Call<'_>) -> Answer {
    let (ids, chat) = (call.params.messages()?, call.chat(Need::Write)?);
    if !call.world.sees_messages(call.bot, chat) {
        return Err(ApiError::bad("message to delete not found"));
    }
    let mut there = Vec::new();
    for id in ids {
        if let Some(message) = call.world.message(chat, id).cloned() {
            deletable(call, &message)?;
            there.push(id);
        }
    }
    for id in &there {
        call.world.messages.take(&(chat, *id));
    }
    call.world.tell_deleted(chat, &there);
    Ok(json!(true))
}
