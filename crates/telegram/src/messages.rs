//! What chats are to show: written in a unit of work, sent afterwards by [`crate::sender`].
//!
//! A message has a key, the name of its intent. [`send`] shows it once, whatever how often it is
//! asked for; [`show`] keeps one message up to date, which is edited in place. Neither waits for
//! anybody: a unit of work never talks to Telegram. Several chats of one unit are written in the
//! order of their ids, so that two units never wait for each other.

pub use crate::store::messages::FailedMessage;

use crate::content::Content;
use crate::store::{broadcasts, chats, messages, people};
use std::time::Duration;
use torg_platform::admin::{Queue, Waiting};
use torg_platform::db::{One, Tx};
use torg_platform::{Error, Result, Timestamp, UserId};

/// Wakes the sender.
pub(crate) const SIGNAL: &str = "telegram.send";

/// A chat: a person's private one has the person's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChatId(pub i64);

impl From<UserId> for ChatId {
    fn from(user: UserId) -> Self {
        Self(user.0)
    }
}

/// What to do with a message besides showing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// Of no use from then on.
    pub expires_at: Option<Timestamp>,
    /// When nobody knows whether it was sent, a person decides; otherwise it is sent again, and
    /// may stand there twice.
    pub once: bool,
}

impl Terms {
    /// Of no use after `time`.
    pub fn within(tx: &Tx<'_>, time: Duration) -> Self {
        Self {
            expires_at: Some(tx.now().plus(time)),
            once: false,
        }
    }
}

/// Shows `content` in `chat` once; `false` when this key was used before.
///
/// # Errors
/// The database's.
pub fn send(
    tx: &mut Tx<'_>,
    chat: impl Into<ChatId>,
    key: &str,
    content: &Content,
    terms: Terms,
) -> Result<bool> {
    let (chat, now) = (open(tx, chat.into())?, tx.now());
    let json = to_json(content)?;
    let Terms { expires_at, once } = terms;
    let is_new = messages::insert(tx, key, chat.0, &json, once, expires_at, now)? == 1;
    if is_new {
        wake(tx, chat)?;
    }
    Ok(is_new)
}

/// Shows the message `key` of `broadcast` once, after everything else that the chat is to show, and
/// never twice, whatever is known of it.
pub(crate) fn send_broadcast(
    tx: &mut Tx<'_>,
    chat: impl Into<ChatId>,
    (key, broadcast): (&str, i64),
    content: &Content,
    expires_at: Timestamp,
) -> Result<()> {
    let (chat, now) = (open(tx, chat.into())?, tx.now());
    let json = to_json(content)?;
    if broadcasts::insert_message(tx, key, chat.0, &json, broadcast, expires_at, now)? == 1 {
        wake(tx, chat)?;
    }
    Ok(())
}

/// Keeps the message `key` in `chat` up to date: sent the first time, edited in place when it
/// says something else; `false` when it says so already.
///
/// # Errors
/// The database's.
pub fn show(
    tx: &mut Tx<'_>,
    chat: impl Into<ChatId>,
    key: &str,
    content: &Content,
) -> Result<bool> {
    let (chat, now) = (open(tx, chat.into())?, tx.now());
    let json = to_json(content)?;
    let is_new = messages::show(tx, key, chat.0, &json, None, now)? == 1;
    if is_new {
        wake(tx, chat)?;
    }
    Ok(is_new)
}

/// Changes what the message `key` says where the chat shows it. One that was not sent by now is of
/// no use any more and never is; one that does not exist is not made. `false` when nothing changes.
///
/// # Errors
/// The database's.
pub fn amend(tx: &mut Tx<'_>, key: &str, content: &Content) -> Result<bool> {
    let Some(message) = messages::find(tx, key)? else {
        return Ok(false);
    };
    let (chat, now) = (open(tx, ChatId(message.chat_id))?, tx.now());
    let json = to_json(content)?;
    // The end of its use is looked at only before a message is sent for the first time.
    let is_new = messages::show(tx, key, chat.0, &json, Some(now), now)? == 1;
    if is_new {
        wake(tx, chat)?;
    }
    Ok(is_new)
}

/// Takes the buttons away from the message `key`, if it was ever to be shown.
///
/// # Errors
/// The database's.
pub fn retire(tx: &mut Tx<'_>, key: &str) -> Result<()> {
    let Some(message) = messages::find(tx, key)? else {
        return Ok(());
    };
    let mut content: Content = serde_json::from_str(&message.content).map_err(Error::internal)?;
    if content.buttons.is_empty() {
        return Ok(());
    }
    content.buttons.clear();
    show(tx, ChatId(message.chat_id), key, &content).map(drop)
}

/// What the message `key` is to say now.
///
/// # Errors
/// The database's.
pub fn content_of(tx: &mut Tx<'_>, key: &str) -> Result<Option<Content>> {
    let Some(message) = messages::find(tx, key)? else {
        return Ok(None);
    };
    let content = serde_json::from_str(&message.content).map_err(Error::internal)?;
    Ok(Some(content))
}

/// The key of our message that `chat` shows under `message_id`.
///
/// # Errors
/// The database's.
pub fn key_at(tx: &mut Tx<'_>, chat: impl Into<ChatId>, message_id: i64) -> Result<Option<String>> {
    Ok(messages::key_at(tx, chat.into().0, message_id)?)
}

/// [`show`] for a message that Telegram knows and this queue perhaps does not.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    chat: ChatId,
    message_id: i64,
    content: &Content,
) -> Result<()> {
    if let Some(key) = messages::key_at(tx, chat.0, message_id)? {
        return show(tx, chat, &key, content).map(drop);
    }
    let (chat, now) = (open(tx, chat)?, tx.now());
    let key = format!("telegram.adopted/{}/{message_id}", chat.0);
    let json = to_json(content)?;
    if messages::adopt(tx, &key, chat.0, message_id, &json, now)? == 1 {
        wake(tx, chat)?;
    }
    Ok(())
}

/// Whether the bot may write to this person: they have started it and not blocked it since.
///
/// # Errors
/// The database's.
pub fn can_reach(tx: &mut Tx<'_>, user: UserId) -> Result<bool> {
    if !people::is_started(tx, user)?.0 {
        return Ok(false);
    }
    let chat = chats::read(tx, user.0)?;
    Ok(chat.is_none_or(|chat| chat.unreachable.is_none()))
}

/// Messages that were given up, after number `after`, oldest first.
///
/// # Errors
/// The database's.
pub fn failed(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<FailedMessage>> {
    Ok(messages::failed(tx, after, limit)?)
}

/// Sends a message again that was given up; whether there is one.
///
/// # Errors
/// The database's.
pub fn retry(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    let now = tx.now();
    let Some(message) = messages::by_id(tx, id)? else {
        return Ok(false);
    };
    let chat = open(tx, ChatId(message.chat_id))?;
    let revived = messages::revive(tx, id, now)? == 1;
    if revived {
        wake(tx, chat)?;
    }
    Ok(revived)
}

/// Deletes a message that was given up; whether there was one.
///
/// # Errors
/// The database's.
pub fn drop_failed(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    Ok(messages::drop_failed(tx, id)? == 1)
}

/// How many messages wait to be sent.
///
/// # Errors
/// The database's.
pub fn waiting(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(messages::count_waiting(tx)?.0)
}

fn open(tx: &mut Tx<'_>, chat: ChatId) -> Result<ChatId> {
    let now = tx.now();
    if chats::lock(tx, chat.0)?.is_none() {
        chats::open(tx, chat.0, now)?;
    }
    Ok(chat)
}

fn wake(tx: &mut Tx<'_>, chat: ChatId) -> Result<()> {
    let now = tx.now();
    chats::wake(tx, chat.0, now)?;
    tx.signal(SIGNAL);
    Ok(())
}

fn to_json(content: &Content) -> Result<String> {
    serde_json::to_string(content).map_err(Error::internal)
}

/// Messages that were not delivered, for whoever looks at what waits for a person.
#[derive(Debug, Clone, Copy)]
pub struct Undelivered;

impl Waiting for Undelivered {
    fn name(&self) -> &'static str {
        "telegram.undelivered"
    }

    fn look(&self, tx: &mut Tx<'_>) -> Result<Queue> {
        let One((count, oldest_at)) = messages::count_failed(tx)?;
        Ok(Queue { count, oldest_at })
    }
}
