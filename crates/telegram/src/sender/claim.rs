//! What is to be sent now: one call per chat at most, and never two processes with the same.

use super::Work;
use crate::store::chats::{self, Chat};
use crate::store::messages::Message;
use crate::store::{calls, messages};
use std::time::Duration;
use torg_platform::Result;
use torg_platform::Timestamp;
use torg_platform::db::{Locked, Tx};

/// A message that is out for longer has nobody who waits for its answer any more.
pub(super) const LEASE: Duration = Duration::from_secs(60);
/// The same of a call: longer than [`super::CALL_WITHIN`], and short enough for a second attempt
/// within the ten seconds that Telegram gives a checkout.
pub(super) const CALL_LEASE: Duration = Duration::from_secs(6);
/// No message has this number.
const NONE: i64 = 0;
/// Messages of one chat that are put aside in one unit of work because they are of no use any more.
const SKIPPED: usize = 100;

/// Claims up to `room` calls: first those that show nothing, then the oldest message of each chat
/// that may be written to.
pub(super) fn claim(tx: &mut Tx<'_>, room: usize) -> Result<Vec<Work>> {
    let now = tx.now();
    let limit = i64::try_from(room).unwrap_or(i64::MAX);
    let mut claimed = Vec::new();
    for call in calls::lock_due(tx, now, limit)? {
        if call.expires_at <= now {
            tracing::warn!(method = call.method, "a call came to nothing in its time");
            calls::done(tx, call.id, call.epoch)?;
            continue;
        }
        let epoch = call.epoch.saturating_add(1);
        calls::claim(tx, call.id, epoch, now.plus(CALL_LEASE))?;
        claimed.push(Work::Call {
            id: call.id,
            epoch,
            method: call.method.clone(),
            params: call.params.clone(),
            attempts: call.attempts,
        });
    }
    let room = room.saturating_sub(claimed.len());
    if room == 0 {
        return Ok(claimed);
    }
    let limit = i64::try_from(room).unwrap_or(i64::MAX);
    for chat in chats::lock_due(tx, now, limit)? {
        if let Some(message) = next(tx, &chat)? {
            let epoch = chat.epoch.saturating_add(1);
            chats::claim(tx, chat.chat_id, epoch, message.id, now.plus(LEASE))?;
            claimed.push(Work::Message { message, epoch });
        }
    }
    Ok(claimed)
}

/// The message that is due in this chat; when there is none, the chat rests until there is.
fn next(tx: &mut Tx<'_>, chat: &Locked<Chat>) -> Result<Option<Message>> {
    let now = tx.now();
    if let Some(lost) = chat.flight {
        give_up_if_once(tx, lost)?;
    }
    if chat.unreachable.is_some() {
        messages::strand(tx, chat.chat_id, NONE, now)?;
        chats::rest(tx, chat.chat_id, chat.next_at, None)?;
        return Ok(None);
    }
    for _ in 0..SKIPPED {
        let Some(message) = messages::head(tx, chat.chat_id)? else {
            chats::rest(tx, chat.chat_id, chat.next_at, None)?;
            return Ok(None);
        };
        if message.shown == 0 && message.expires_at.is_some_and(|end| end <= now) {
            messages::end(tx, message.id, message.version, "expired", "", now)?;
            continue;
        }
        let due = message.due_at.max(chat.next_at);
        if due > now {
            chats::rest(tx, chat.chat_id, chat.next_at, Some(due))?;
            return Ok(None);
        }
        return Ok(Some(message));
    }
    chats::rest(tx, chat.chat_id, chat.next_at, Some(now))?;
    Ok(None)
}

/// The process that was sending it died: nobody knows whether it arrived.
fn give_up_if_once(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    let now = tx.now();
    if let Some(message) = messages::by_id(tx, id)?
        && message.once
        && message.message_id.is_none()
    {
        let why = "the process ended while it was being sent";
        messages::end(tx, id, message.version, "held", why, now)?;
    }
    Ok(())
}

/// When something will be due; none when nothing waits.
pub(super) fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let (call, chat) = (calls::next_due(tx)?, chats::next_due(tx)?);
    Ok([call, chat].into_iter().flatten().min())
}
