//! What a call's answer means for what waits.

use super::pace;
use crate::api::{ApiError, ApiErrorKind, BadRequest, Forbidden};
use crate::store::messages::Message;
use crate::store::{calls, chats, messages};
use crate::{FAILED, messages::SIGNAL};
use serde_json::json;
use std::time::Duration;
use torg_platform::db::Tx;
use torg_platform::{Result, Timestamp, outbox};

/// The delay before the second attempt; each later one is double the last.
const DELAY_FIRST: Duration = Duration::from_secs(1);
/// The longest delay between two attempts.
const DELAY_MAX: Duration = Duration::from_mins(5);
/// How long a message is tried, and how often at least.
const BUDGET: (Duration, i64) = (Duration::from_hours(24), 20);
/// No message has this number.
const NONE: i64 = 0;
/// The first delay of a call that somebody waits for.
const CALL_DELAY: Duration = Duration::from_millis(500);

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The chat shows it.
    Shown,
    /// Not before this time has passed; the chat is left alone as long.
    Wait(Duration),
    /// Again, later.
    Again,
    /// What was to be edited is not there: send it anew.
    Anew,
    /// Nothing can be sent there.
    Unreachable(&'static str),
    /// The group is another chat now.
    Moved(i64),
    /// It may have arrived, and must not arrive twice.
    Hold,
    /// It never will.
    Dead,
}

fn verdict(message: &Message, result: Result<(), &ApiError>) -> Verdict {
    let Err(error) = result else {
        return Verdict::Shown;
    };
    let is_edit = message.message_id.is_some();
    match error.kind {
        ApiErrorKind::Flood { retry_after } => Verdict::Wait(retry_after),
        ApiErrorKind::Forbidden(why) => Verdict::Unreachable(match why {
            Forbidden::Blocked => "blocked",
            Forbidden::NotStarted => "not_started",
            Forbidden::Deactivated => "deactivated",
            Forbidden::Kicked => "kicked",
            Forbidden::NoRights => "no_rights",
            Forbidden::Other => "forbidden",
        }),
        ApiErrorKind::BadRequest(why) => match why {
            BadRequest::NotModified => Verdict::Shown,
            BadRequest::ChatNotFound => Verdict::Unreachable("not_found"),
            BadRequest::MessageNotFound | BadRequest::CantBeEdited if is_edit => Verdict::Anew,
            BadRequest::Migrated { to } => Verdict::Moved(to),
            BadRequest::MessageNotFound
            | BadRequest::CantBeEdited
            | BadRequest::QueryTooOld
            | BadRequest::CantParse
            | BadRequest::ChargeAlreadyRefunded
            | BadRequest::Other => Verdict::Dead,
        },
        _ if error.outcome_unknown() && message.once && !is_edit => Verdict::Hold,
        ApiErrorKind::Unauthorized
        | ApiErrorKind::Conflict
        | ApiErrorKind::NotFound
        | ApiErrorKind::Server
        | ApiErrorKind::NoAnswer { .. }
        | ApiErrorKind::Malformed => Verdict::Again,
    }
}

/// Writes down what came of showing a message; `Ok` carries the name that Telegram gave it. An
/// answer that comes when the chat was given to another process changes nothing.
pub(super) fn message(
    tx: &mut Tx<'_>,
    message: &Message,
    epoch: i64,
    result: Result<i64, &ApiError>,
) -> Result<()> {
    let (id, now) = (message.id, tx.now());
    let Some(chat) = chats::lock(tx, message.chat_id)? else {
        return Ok(());
    };
    if chat.epoch != epoch || chat.flight != Some(id) {
        tracing::warn!(key = message.key, "a late answer was refused");
        return Ok(());
    }
    let said = result.err().map(ToString::to_string).unwrap_or_default();
    let mut next_at = now.plus(pace::of_chat(message.chat_id));
    match verdict(message, result.map(drop)) {
        Verdict::Shown => {
            // What was not modified has its name already.
            let name = result.ok().or(message.message_id).unwrap_or_default();
            messages::shown(tx, id, message.version, name, now)?;
        }
        Verdict::Wait(time) => {
            next_at = now.plus(time);
            messages::postpone(tx, id, next_at, &said)?;
        }
        Verdict::Again if spent(message, now) => fail(tx, message, "dead", &said)?,
        Verdict::Again => {
            messages::postpone(
                tx,
                id,
                now.plus(delay(DELAY_FIRST, message.attempts)),
                &said,
            )?;
        }
        Verdict::Anew => messages::lose(tx, id)?,
        Verdict::Unreachable(why) => {
            chats::set_unreachable(tx, message.chat_id, why, now)?;
            messages::strand(tx, message.chat_id, NONE, now)?;
        }
        Verdict::Moved(to) => {
            chats::open(tx, to, now)?;
            messages::move_waiting(tx, message.chat_id, to)?;
            chats::wake(tx, to, now)?;
        }
        Verdict::Hold => fail(tx, message, "held", &said)?,
        Verdict::Dead => fail(tx, message, "dead", &said)?,
    }
    let head = messages::head(tx, message.chat_id)?;
    let due = head.map(|head| head.due_at.max(next_at));
    chats::rest(tx, message.chat_id, next_at, due)?;
    tx.signal(SIGNAL);
    Ok(())
}

/// Gives a message up, and tells whoever wants to know.
fn fail(tx: &mut Tx<'_>, message: &Message, state: &str, said: &str) -> Result<()> {
    let now = tx.now();
    if messages::end(tx, message.id, message.version, state, said, now)? == 0 {
        return Ok(());
    }
    let payload = json!({
        "id": message.id, "key": message.key, "chat_id": message.chat_id,
        "state": state, "error": said,
    });
    let event = outbox::Event {
        topic: FAILED,
        aggregate: &format!("telegram_message/{}", message.id),
        payload: &payload.to_string(),
    };
    Ok(outbox::publish(tx, &event)?)
}

/// Whether it was tried for long enough.
fn spent(message: &Message, now: Timestamp) -> bool {
    let (time, attempts) = BUDGET;
    now.since(message.created_at) >= time && message.attempts >= attempts
}

fn delay(first: Duration, attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(16);
    first
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(DELAY_MAX)
}

/// Writes down what came of a call that shows nothing.
pub(super) fn call(
    tx: &mut Tx<'_>,
    id: i64,
    epoch: i64,
    attempts: i64,
    result: Result<(), &ApiError>,
) -> Result<()> {
    let again = match result.map_err(|error| error.kind) {
        Ok(())
        | Err(ApiErrorKind::Forbidden(_) | ApiErrorKind::BadRequest(_) | ApiErrorKind::NotFound) => {
            None
        }
        Err(ApiErrorKind::Flood { retry_after }) => Some(retry_after),
        Err(
            ApiErrorKind::Unauthorized
            | ApiErrorKind::Conflict
            | ApiErrorKind::Server
            | ApiErrorKind::NoAnswer { .. }
            | ApiErrorKind::Malformed,
        ) => Some(delay(CALL_DELAY, attempts)),
    };
    match again {
        None => calls::done(tx, id, epoch)?,
        Some(time) => {
            let due = tx.now().plus(time);
            calls::postpone(tx, id, epoch, due)?
        }
    };
    tx.signal(SIGNAL);
    Ok(())
}
