//! Forwarding and copying.
//!
//! They differ in what they read. Forwarding asks Telegram for the message as it is; copying
//! takes what the server has in its cache, for half an hour after a person deleted it.

use super::{Answer, Call};
use crate::telegram::error::ApiError;
use crate::telegram::keyboard::{self, Place};
use crate::telegram::world::{ChatId, Draft, Message, Need, Sender, Viewer};
use serde_json::{Value, json};

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Forward,
    Copy,
}

impl How {
    const fn verb(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Copy => "copy",
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Forward => "forwarded",
            Self::Copy => "copied",
        }
    }
}

impl Call<'_> {
    /// Both chats: where to and where from.
    fn ends(&self, how: How) -> Result<(ChatId, ChatId), ApiError> {
        let from = self.params.text("from_chat_id").unwrap_or_default();
        let from = self.world.reach(self.bot, from, Need::Read)?;
        let to = self.chat(Need::Write)?;
        self.world.may_send(self.bot, to)?;
        if !self.world.sees_messages(self.bot, from) {
            return Err(missing(how));
        }
        Ok((to, from))
    }

    fn source(&self, from: ChatId, id: i64, how: How) -> Result<Message, ApiError> {
        let message = match how {
            How::Forward => self.world.message(from, id),
            How::Copy => self.world.cached(from, id),
        };
        let message = message.ok_or_else(|| missing(how))?;
        let protected = message.protected || self.world.chat(from)?.protected;
        if protected && how == How::Forward {
            return Err(ApiError::bad(
                "Message has protected content and can't be forwarded",
            ));
        }
        let uncopied = how == How::Copy && message.invoice.is_some();
        if protected || uncopied || message.is_service() {
            return Err(ApiError::bad(format!("message can't be {}", how.done())));
        }
        Ok(message.clone())
    }

    fn place_copy(&mut self, to: ChatId, source: &Message, how: How) -> Result<i64, ApiError> {
        let mut draft = Draft {
            content: source.content.clone(),
            protected: self.params.flag("protect_content"),
            ..Draft::default()
        };
        match how {
            How::Forward => {
                draft.forward_origin = Some(self.origin(source));
                draft.reply_markup = links_only(source.reply_markup.as_ref());
            }
            How::Copy => {
                let place = Place {
                    private: to.is_private(),
                    invoice: false,
                };
                draft.reply_markup = keyboard::of(self.params, place)?;
                if self.params.text("caption").is_some() {
                    let words = self.words("caption")?;
                    draft.content.remove("caption_entities");
                    draft.content.extend(words);
                }
            }
        }
        Ok(self.world.post_by_bot(self.bot, to, draft))
    }

    /// `MessageOrigin`: of a forwarded message it is that of the first one.
    fn origin(&self, source: &Message) -> Value {
        if let Some(origin) = &source.forward_origin {
            return origin.clone();
        }
        match source.sender {
            Sender::User(user) => json!({
                "type": "user",
                "sender_user": self.world.user(user),
                "date": source.date,
            }),
            Sender::Channel(channel) => json!({
                "type": "channel",
                "chat": self.world.chat_card(ChatId::Shared(channel), Viewer::Bot),
                "message_id": source.id,
                "date": source.date,
            }),
        }
    }

    fn one(&mut self, how: How) -> Result<(ChatId, i64), ApiError> {
        let id = self.params.message()?;
        let (to, from) = self.ends(how)?;
        let source = self.source(from, id, how)?;
        self.not_too_fast(to, 1)?;
        Ok((to, self.place_copy(to, &source, how)?))
    }

    fn many(&mut self, how: How) -> Answer {
        let ids = self.params.messages()?;
        let (to, from) = self.ends(how)?;
        // What is not there is skipped, unless nothing is there.
        let sources: Vec<Message> = ids
            .iter()
            .filter_map(|id| self.source(from, *id, how).ok())
            .collect();
        if sources.is_empty() {
            let verb = how.verb();
            return Err(ApiError::bad(format!("there are no messages to {verb}")));
        }
        self.not_too_fast(to, sources.len())?;
        let mut made = Vec::new();
        for source in &sources {
            let id = self.place_copy(to, source, how)?;
            made.push(json!({ "message_id": id }));
        }
        Ok(json!(made))
    }
}

fn missing(how: How) -> ApiError {
    ApiError::bad(format!("message to {} not found", how.verb()))
}

/// A forwarded message keeps its keyboard if all it does is open addresses.
fn links_only(markup: Option<&Value>) -> Option<Value> {
    let rows = markup?.get("inline_keyboard")?.as_array()?;
    let mut buttons = rows.iter().filter_map(Value::as_array).flatten();
    let only = buttons.all(|button| button.get("url").is_some());
    only.then(|| json!({ "inline_keyboard": rows }))
}

/// `forwardMessage`.
pub(super) fn forward(call: &mut Call<'_>) -> Answer {
    let (to, id) = call.one(How::Forward)?;
    Ok(call.shown(to, id))
}

/// `forwardMessages`.
pub(super) fn forward_many(call: &mut Call<'_>) -> Answer {
    call.many(How::Forward)
}

/// `copyMessage`.
pub(super) fn copy(call: &mut Call<'_>) -> Answer {
    let (_, id) = call.one(How::Copy)?;
    Ok(json!({ "message_id": id }))
}

/// `copyMessages`.
pub(super) fn copy_many(call: &mut Call<'_>) -> Answer {
    call.many(How::Copy)
}
