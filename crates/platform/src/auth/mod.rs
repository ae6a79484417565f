//! Who is asking, and what they may do.
//!
//! A request brings raw initData or a session token from `POST /api/auth/telegram`. Checking
//! either costs one HMAC; the database is asked only about what this process has not looked up
//! within [`FRESH`]. So a block, a role or a revoked session takes effect at once in the process
//! that makes the change (for requests that begin after it), and within [`FRESH`] in every other.
//!
//! People are written down when they are first seen and when their names have changed, never
//! otherwise: a request of a known person writes nothing.

mod actor;
mod api;
mod codes;
mod credential;
mod guard;
mod identity;
mod operators;
mod people;
pub mod role;
mod session;
pub mod staff;
mod store;
mod token;

pub use actor::{Actor, MaybeActor, MaybeStaff, Roles, Staff, missing_credentials};
pub use api::{SignIn, SignedIn};
pub use codes::code_api;
pub use identity::{Identity, Person, VerifyInitData};
pub use people::{block, meet, person, roles, shut_out, unblock};
pub use role::Role;
pub use session::PurgeSessions;
pub use store::Grant;

use crate::clock::{Clock, Timestamp};
use crate::config::{Config, Secret};
use crate::db::Db;
use crate::error::{Error, Kind, Result};
use crate::ids::UserId;
use crate::rng::Rng;
use credential::Credential;
use http::HeaderMap;
use moka::sync::Cache;
use people::Known;
use session::SessionState;
use std::hash::RandomState;
use std::sync::Arc;
use std::time::Duration;
use token::Tokens;

/// How long a process believes what it has looked up about a person or a session.
pub const FRESH: Duration = Duration::from_secs(5);
/// People and sessions that a process remembers; the rest is looked up again.
const REMEMBERED: u64 = 100_000;

/// What authentication is told at start.
#[derive(Debug, Clone)]
pub struct AuthOptions {
    /// The bot's token, from which its id and, without a key, the key of sessions are taken.
    pub bot_token: Secret,
    /// The bot that sessions are bound to.
    pub bot_id: i64,
    /// Key of sessions.
    pub jwt_secret: Secret,
    /// Value of `X-Admin-Secret`; empty when there is none.
    pub admin_secret: Secret,
    /// Length of a session.
    pub session_ttl: Duration,
    /// Oldest initData of a request.
    pub init_data_max_age: Duration,
    /// Oldest initData of an exchange.
    pub session_init_data_max_age: Duration,
}

impl AuthOptions {
    /// As configured.
    pub fn from_config(config: &Config) -> Self {
        Self {
            bot_token: config.telegram.bot_token.clone(),
            bot_id: config.telegram.bot_id().unwrap_or_default(),
            jwt_secret: config.auth.jwt_secret.clone(),
            admin_secret: config.admin.secret.clone(),
            session_ttl: config.auth.session_ttl,
            init_data_max_age: config.telegram.init_data_max_age,
            session_init_data_max_age: config.telegram.session_init_data_max_age,
        }
    }
}

/// Authentication. Clones share what they remember.
#[derive(Clone)]
pub struct Auth(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    rng: Rng,
    options: AuthOptions,
    verifier: Box<dyn VerifyInitData>,
    tokens: Tokens,
    hasher: RandomState,
    people: Cache<UserId, Known>,
    sessions: Cache<Arc<str>, SessionState>,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth")
    }
}

/// The routes of authentication and of the operator's staff.
pub fn api(auth: &Auth) -> crate::http::Api {
    api::api(auth).merge(operators::api(auth))
}

impl Auth {
    /// Starts with nothing remembered.
    ///
    /// # Errors
    /// [`Kind::Internal`] when the keys cannot be used.
    pub fn new(
        db: Db,
        rng: Rng,
        options: AuthOptions,
        verifier: impl VerifyInitData,
    ) -> Result<Self> {
        let tokens = Tokens::new(&options.jwt_secret, &options.bot_token, options.bot_id)?;
        Ok(Self(Arc::new(Inner {
            clock: db.clock().clone(),
            db,
            rng,
            options,
            verifier: Box::new(verifier),
            tokens,
            hasher: RandomState::new(),
            people: Cache::new(REMEMBERED),
            sessions: Cache::new(REMEMBERED),
        })))
    }

    /// Who sends a request with these headers.
    ///
    /// # Errors
    /// [`Kind::Unauthenticated`] with a code that says why; [`Kind::Denied`] `user_blocked`;
    /// the database's when it had to be asked.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Actor> {
        let now = self.0.clock.now();
        let (user, known, session) = match Credential::from_headers(headers)? {
            Credential::InitData(raw) => {
                let max_age = self.0.options.init_data_max_age;
                let identity = self.0.verifier.verify(raw, now, max_age)?;
                let user = identity.person.id;
                (user, self.visit(identity, now).await?, None)
            }
            Credential::Token(token) => {
                let verified = self.0.tokens.verify(token, now)?;
                let known = self.resume(&verified, now).await?;
                (verified.user, known, Some(verified.session))
            }
        };
        if known.blocked {
            return Err(blocked());
        }
        Ok(Actor {
            user,
            roles: known.roles,
            session,
        })
    }

    /// Makes the next request of `user` look at the database again. Called after a change to
    /// them was committed.
    pub fn forget(&self, user: UserId) {
        self.0.people.invalidate(&user);
    }
}

/// Whether what was looked up at `read_at` still counts. A clock that went back does not make
/// it count for longer.
fn is_fresh(read_at: Timestamp, now: Timestamp) -> bool {
    read_at <= now && now.since(read_at) < FRESH
}

fn blocked() -> Error {
    Error::new(Kind::Denied, "user_blocked", "This account is blocked")
}
