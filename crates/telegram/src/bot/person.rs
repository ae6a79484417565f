//! Whoever stands behind an update.

use super::plan::Private;
use crate::store::{chats, messages, people};
use crate::texts::Lang;
use std::time::Duration;
use torg_platform::auth::{self, Identity, Person};
use torg_platform::db::Tx;
use torg_platform::{Result, Timestamp, UserId};

/// What is of use for somebody who was away for so long.
const KEPT: Duration = Duration::from_hours(24);

/// A person who has just done something.
pub(super) struct Met {
    pub(super) person: Person,
    pub(super) lang: Lang,
    /// Whether the operator lets them in.
    pub(super) welcome: bool,
}

/// Writes down who it is, and that the bot can write to them: they are there.
pub(super) fn meet(tx: &mut Tx<'_>, private: &Private) -> Result<Met> {
    let (from, now) = (&private.from, tx.now());
    let date = private.date.map_or(now, Timestamp::from_seconds);
    let person = Person {
        id: UserId(from.id),
        first_name: from.first_name.clone(),
        last_name: from.last_name.clone(),
        username: from.username.clone(),
        language: from.language_code.clone(),
    };
    let identity = Identity {
        person: person.clone(),
        auth_date: date,
    };
    let welcome = auth::meet(tx, &identity)?;
    people::start(tx, person.id, now, date)?;
    reach(tx, person.id.0)?;
    let lang = crate::people::language(tx, person.id)?;
    Ok(Met {
        person,
        lang,
        welcome,
    })
}

/// The bot can write there (again): what is still of use goes out.
fn reach(tx: &mut Tx<'_>, chat_id: i64) -> Result<()> {
    if chats::set_reachable(tx, chat_id)? == 0 {
        return Ok(());
    }
    let now = tx.now();
    messages::refloat(tx, chat_id, now.minus(KEPT), now)?;
    chats::wake(tx, chat_id, now)?;
    tx.signal(crate::messages::SIGNAL);
    Ok(())
}

/// The bot belongs to the chat or no longer, as of `date` (seconds since 1970). Older news than
/// what the person has done since changes nothing.
pub(super) fn belongs(tx: &mut Tx<'_>, chat_id: i64, is_in: bool, date: i64) -> Result<()> {
    let now = tx.now();
    if is_in {
        return reach(tx, chat_id);
    }
    let seen = people::choices(tx, UserId(chat_id))?.and_then(|choices| choices.seen_at);
    if seen.is_some_and(|seen| seen > Timestamp::from_seconds(date)) {
        return Ok(());
    }
    let chat = chats::lock(tx, chat_id)?;
    if chat.is_none() {
        chats::open(tx, chat_id, now)?;
    }
    let flight = chat.and_then(|chat| chat.flight).unwrap_or_default();
    chats::set_unreachable(tx, chat_id, "blocked", now)?;
    messages::strand(tx, chat_id, flight, now)?;
    Ok(())
}
