//! Something has happened at Telegram.

use super::member::ChatMemberUpdated;
use super::message::{CallbackQuery, Message};
use super::payment::PreCheckoutQuery;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// An update of which only the number was looked at, as an inbox keeps it.
#[derive(Debug, Clone)]
pub struct RawUpdate {
    /// Grows; the same number is the same update.
    pub update_id: i64,
    /// All of it, as it came.
    pub raw: Box<RawValue>,
}

/// What `getUpdates` brings. An element without a number is left out (and told to the log): it
/// could be neither kept nor confirmed, and must not hold up the others.
#[derive(Debug, Clone, Default)]
pub struct RawUpdates(pub Vec<RawUpdate>);

impl<'de> Deserialize<'de> for RawUpdates {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let all = Vec::<Box<RawValue>>::deserialize(d)?;
        let numbered = all.into_iter().filter_map(|raw| match number(raw.get()) {
            Ok(update_id) => Some(RawUpdate { update_id, raw }),
            Err(error) => {
                tracing::error!(%error, "an update without a number was left out");
                None
            }
        });
        Ok(Self(numbered.collect()))
    }
}

/// An update that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// Grows; the same number is the same update.
    pub update_id: i64,
    /// What happened.
    pub kind: UpdateKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum UpdateKind {
    /// Somebody wrote, or a service message came: a payment is one.
    Message(Box<Message>),
    /// A message was changed.
    EditedMessage(Box<Message>),
    /// A channel of which the bot is an administrator has a new post.
    ChannelPost(Box<Message>),
    /// A post was changed.
    EditedChannelPost(Box<Message>),
    /// A button was pressed.
    CallbackQuery(Box<CallbackQuery>),
    /// Somebody is about to pay.
    PreCheckoutQuery(Box<PreCheckoutQuery>),
    /// The bot itself belongs to a chat in another way now; in a private chat, it was blocked or
    /// let in again.
    MyChatMember(Box<ChatMemberUpdated>),
    /// Somebody else does.
    ChatMember(Box<ChatMemberUpdated>),
    /// A kind that is unknown here, by its name; empty when the update carries nothing.
    Other(String),
}

/// An update that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct UpdateError {
    /// Which part.
    pub field: String,
    /// In words; may repeat what was sent.
    pub reason: String,
}

impl Update {
    /// Reads an update.
    ///
    /// # Errors
    /// When it is no object with a number, or its known kind lacks what this kind must have.
    pub fn parse(raw: &str) -> Result<Self, UpdateError> {
        let update_id = number(raw)?;
        let fields: BTreeMap<String, &RawValue> =
            serde_json::from_str(raw).map_err(|error| wrong("update", &error))?;
        let mut other = String::new();
        for (name, value) in &fields {
            if let Some(kind) = known(name, value.get())? {
                return Ok(Self { update_id, kind });
            }
            if name != "update_id" {
                other.clone_from(name);
            }
        }
        let kind = UpdateKind::Other(other);
        Ok(Self { update_id, kind })
    }
}

fn known(name: &str, raw: &str) -> Result<Option<UpdateKind>, UpdateError> {
    Ok(Some(match name {
        "message" => UpdateKind::Message(read(name, raw)?),
        "edited_message" => UpdateKind::EditedMessage(read(name, raw)?),
        "channel_post" => UpdateKind::ChannelPost(read(name, raw)?),
        "edited_channel_post" => UpdateKind::EditedChannelPost(read(name, raw)?),
        "callback_query" => UpdateKind::CallbackQuery(read(name, raw)?),
        "pre_checkout_query" => UpdateKind::PreCheckoutQuery(read(name, raw)?),
        "my_chat_member" => UpdateKind::MyChatMember(read(name, raw)?),
        "chat_member" => UpdateKind::ChatMember(read(name, raw)?),
        _ => return Ok(None),
    }))
}

fn read<T: DeserializeOwned>(name: &str, raw: &str) -> Result<Box<T>, UpdateError> {
    serde_json::from_str(raw)
        .map(Box::new)
        .map_err(|error| wrong(name, &error))
}

fn number(raw: &str) -> Result<i64, UpdateError> {
    #[derive(Deserialize)]
    struct Head {
        update_id: i64,
    }
    let head = serde_json::from_str::<Head>(raw);
    head.map(|head| head.update_id)
        .map_err(|error| wrong("update_id", &error))
}

fn wrong(field: &str, error: &serde_json::Error) -> UpdateError {
    UpdateError {
        field: field.to_owned(),
        reason: error.to_string(),
    }
}
