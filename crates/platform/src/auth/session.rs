//! Sessions: opened in exchange for young initData, ended by time, by the person or by us.

use super::identity::Person;
use super::people::{self, Known};
use super::store;
use super::token::{self, Verified};
use super::{Auth, blocked, is_fresh};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Error, Kind, Result};
use crate::ids::random_token;
use crate::jobs::Periodic;
use std::sync::Arc;
use std::time::Duration;

/// What a process remembers of a session that exists.
#[derive(Debug, Clone, Copy)]
pub(super) struct SessionState {
    revoked: bool,
    read_at: Timestamp,
}

impl SessionState {
    /// Of a session that was opened just now.
    pub(super) fn opened(now: Timestamp) -> Self {
        Self {
            revoked: false,
            read_at: now,
        }
    }
}

/// An opened session.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) token: String,
    pub(super) expires_at: Timestamp,
    pub(super) person: Person,
}

impl Auth {
    /// Exchanges initData for a session.
    pub(super) async fn open_session(&self, init_data: &str) -> Result<Opened> {
        let inner = &self.0;
        let now = inner.clock.now();
        let max_age = inner.options.session_init_data_max_age;
        let identity = Arc::new(inner.verifier.verify(init_data, now, max_age)?);
        let (user, bot_id) = (identity.person.id, inner.options.bot_id);
        // 22 characters of 6 bits.
        let id: Arc<str> = random_token(&inner.rng, 22).into();
        let expires_at = Timestamp::from_seconds(now.plus(inner.options.session_ttl).seconds());
        let token = inner.tokens.sign(user, &id, now, expires_at)?;
        let (session, saved) = (Arc::clone(&id), Arc::clone(&identity));
        let write = inner.db.write("platform.open_session", move |tx| {
            people::save(tx, &saved)?;
            let (row, roles) = people::state(tx, user)?;
            let row = row.ok_or_else(|| Error::internal("a saved person is not there"))?;
            if row.blocked_at.is_some() {
                return Err(blocked());
            }
            store::open_session(tx, &session, user, bot_id, now, expires_at)?;
            Ok((row, roles))
        });
        let (row, roles) = write.await?;
        inner.people.insert(user, self.known(row, roles, now));
        inner.sessions.insert(id, SessionState::opened(now));
        Ok(Opened {
            token,
            expires_at,
            person: identity.person.clone(),
        })
    }

    /// The person behind a token whose signature holds, unless the session was revoked.
    pub(super) async fn resume(&self, verified: &Verified, now: Timestamp) -> Result<Known> {
        let inner = &self.0;
        let session = inner.sessions.get(&verified.session);
        let session = session.filter(|session| is_fresh(session.read_at, now));
        let (session, known) = match (session, self.remembered(verified.user, now)) {
            (Some(session), Some(known)) => (session, known),
            _ => self.look_up_session(verified, now).await?,
        };
        if session.revoked {
            Err(revoked())
        } else {
            Ok(known)
        }
    }

    async fn look_up_session(
        &self,
        verified: &Verified,
        now: Timestamp,
    ) -> Result<(SessionState, Known)> {
        let inner = &self.0;
        let (id, user) = (Arc::clone(&verified.session), verified.user);
        let bot_id = inner.options.bot_id;
        let read = inner.db.read("platform.find_session", move |tx| {
            // A token of a database that was restored from before it.
            let row = store::session(tx, &id)?.ok_or_else(token::invalid)?;
            if row.user_id != user || row.bot_id != bot_id {
                return Err(token::invalid());
            }
            let (person, roles) = people::state(tx, user)?;
            let person = person.ok_or_else(token::invalid)?;
            Ok((row.revoked_at.is_some(), person, roles))
        });
        let (revoked, person, roles) = read.await?;
        let known = self.known(person, roles, now);
        let state = SessionState {
            revoked,
            read_at: now,
        };
        inner.people.insert(user, known);
        inner.sessions.insert(Arc::clone(&verified.session), state);
        Ok((state, known))
    }

    /// Ends a session. Ending it twice is no error.
    pub(super) async fn close_session(&self, session: &Arc<str>) -> Result<()> {
        let id = Arc::clone(session);
        let write = self.0.db.write("platform.close_session", move |tx| {
            let now = tx.now();
            store::revoke_session(tx, &id, now)
        });
        write.await.map_err(Error::from)?;
        self.0.sessions.invalidate(session);
        Ok(())
    }
}

fn revoked() -> Error {
    Error::new(
        Kind::Unauthenticated,
        "session_revoked",
        "The session has ended, open the app again",
    )
}

/// Deletes sessions and codes that have expired; their tokens are refused for their date alone.
#[derive(Debug, Clone, Copy)]
pub struct PurgeSessions;

impl Periodic for PurgeSessions {
    fn name(&self) -> &'static str {
        "platform.purge_sessions"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(3600)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let now = tx.now();
        store::delete_expired_sessions(tx, now)?;
        store::delete_expired_codes(tx, now)?;
        Ok(())
    }
}
