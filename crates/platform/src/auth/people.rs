//! Everybody who ever opened the app.

use super::identity::{Identity, Person};
use super::staff;
use super::store::{self, UserRow};
use super::{Auth, Roles, is_fresh};
use crate::audit::By;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::UserId;
use std::sync::Arc;

/// What a process remembers of a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// Of the names that are stored.
    fingerprint: u64,
    /// Date of the initData that they are from.
    seen_at: Timestamp,
    pub(super) blocked: bool,
    pub(super) roles: Roles,
    pub(super) read_at: Timestamp,
}

impl UserRow {
    pub(super) fn into_person(self) -> Person {
        Person {
            id: self.id,
            first_name: self.first_name,
            last_name: self.last_name,
            username: self.username,
            language: self.language,
        }
    }
}

/// The person with this id, if they ever came.
///
/// # Errors
/// The database's.
pub fn person(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Person>> {
    Ok(store::user(tx, user)?.map(UserRow::into_person))
}

/// Writes down a person who came by another door than HTTP: the bot. Returns whether they are let
/// in, that is, not blocked by the operator.
///
/// # Errors
/// The database's.
pub fn meet(tx: &mut Tx<'_>, identity: &Identity) -> Result<bool> {
    save(tx, identity)?;
    let row = store::user(tx, identity.person.id)?;
    Ok(row.is_none_or(|row| row.blocked_at.is_none()))
}

/// The roles of a person in the operator's staff.
///
/// # Errors
/// The database's.
pub fn roles(tx: &mut Tx<'_>, user: UserId) -> Result<Roles> {
    Ok(store::roles(tx, user)?.into_iter().collect())
}

/// Who is shut out, of those with numbers above `after` and up to `last`.
///
/// # Errors
/// The database's.
pub fn shut_out(tx: &mut Tx<'_>, after: UserId, last: UserId) -> Result<Vec<UserId>> {
    Ok(store::shut_out(tx, after, last)?)
}

/// Shuts a person out; whether they were let in before. Their sessions end with it. The reason is
/// for the staff, and gone when they are let in again.
/// [`Auth::forget`] after the commit makes this process notice at once.
///
/// # Errors
/// The database's.
pub fn block(
    tx: &mut Tx<'_>,
    user: UserId,
    reason: Option<&str>,
    by: impl Into<By>,
) -> Result<bool> {
    let (now, by) = (tx.now(), by.into());
    store::revoke_sessions_of(tx, user, now)?;
    let was_in = store::block(tx, user, now, &by.actor, reason)? == 1;
    if was_in {
        staff::note(tx, "platform.user.block", user, None, &by)?;
    }
    Ok(was_in)
}

/// Lets a person in again; whether they were shut out.
///
/// # Errors
/// The database's.
pub fn unblock(tx: &mut Tx<'_>, user: UserId, by: impl Into<By>) -> Result<bool> {
    let was_out = store::unblock(tx, user)? == 1;
    if was_out {
        staff::note(tx, "platform.user.unblock", user, None, &by.into())?;
    }
    Ok(was_out)
}

/// Writes a person down, unless newer names are stored already.
pub(super) fn save(tx: &mut Tx<'_>, identity: &Identity) -> Result<()> {
    let (person, now) = (&identity.person, tx.now());
    store::save_user(
        tx,
        person.id,
        &person.first_name,
        person.last_name.as_deref(),
        person.username.as_deref(),
        person.language.as_deref(),
        now,
        identity.auth_date,
        &person.folded(),
    )?;
    Ok(())
}

impl Auth {
    /// The person behind genuine initData; written down when new or renamed.
    pub(super) async fn visit(&self, identity: Identity, now: Timestamp) -> Result<Known> {
        let fingerprint = identity.person.fingerprint(&self.0.hasher);
        // initData of an app that was opened before the newest renaming changes nothing.
        let says_nothing_new =
            |k: &Known| k.fingerprint == fingerprint || identity.auth_date <= k.seen_at;
        let user = identity.person.id;
        let known = match self.remembered(user, now) {
            Some(known) => Some(known),
            None => self.look_up(user, now).await?,
        };
        if let Some(known) = known.filter(says_nothing_new) {
            return Ok(known);
        }
        let identity = Arc::new(identity);
        let saved = self.0.db.write("platform.save_user", move |tx| {
            save(tx, &identity)?;
            let (row, roles) = state(tx, user)?;
            let row = row.ok_or_else(|| Error::internal("a saved person is not there"))?;
            Ok::<_, Error>((row, roles))
        });
        let (row, roles) = saved.await?;
        let known = self.known(row, roles, now);
        self.0.people.insert(user, known);
        Ok(known)
    }

    pub(super) fn remembered(&self, user: UserId, now: Timestamp) -> Option<Known> {
        self.0
            .people
            .get(&user)
            .filter(|known| is_fresh(known.read_at, now))
    }

    async fn look_up(&self, user: UserId, now: Timestamp) -> Result<Option<Known>> {
        let read = self.0.db.read("platform.find_user", move |tx| {
            let (row, roles) = state(tx, user)?;
            Ok::<_, Error>(row.map(|row| (row, roles)))
        });
        let known = read.await?.map(|(row, roles)| self.known(row, roles, now));
        if let Some(known) = known {
            self.0.people.insert(user, known);
        }
        Ok(known)
    }

    pub(super) fn known(&self, row: UserRow, roles: Roles, now: Timestamp) -> Known {
        Known {
            blocked: row.blocked_at.is_some(),
            seen_at: row.seen_at,
            fingerprint: row.into_person().fingerprint(&self.0.hasher),
            roles,
            read_at: now,
        }
    }
}

/// A person and their roles, as the database has them.
pub(super) fn state(tx: &mut Tx<'_>, user: UserId) -> Result<(Option<UserRow>, Roles)> {
    let row = store::user(tx, user)?;
    let roles = store::roles(tx, user)?.into_iter().collect();
    Ok((row, roles))
}
