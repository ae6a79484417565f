//! The port through which Telegram's word about a person comes in. The kernel does not know how
//! initData is checked; the application plugs in whoever does.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::ids::UserId;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// A person as Telegram describes them. Names are chosen by the person: hostile text until
/// escaped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
pub struct Person {
    /// Telegram's id.
    #[schema(value_type = i64)]
    pub id: UserId,
    /// First name; may be blank.
    pub first_name: String,
    /// Last name, when they have one.
    pub last_name: Option<String>,
    /// Public name without `@`, when they have one.
    pub username: Option<String>,
    /// Language of their Telegram, for example `ru`.
    pub language: Option<String>,
}

/// Longest text by which a person is searched, in characters; an index takes no longer ones.
const FOLDED_MAX: usize = 200;

impl Person {
    /// The names as they are searched: one after another, folded, the username with its `@`.
    pub(crate) fn folded(&self) -> String {
        let (last, username) = (self.last_name.as_deref(), self.username.as_deref());
        let mut names = format!("{} {}", self.first_name, last.unwrap_or_default());
        if let Some(username) = username {
            names.push_str(" @");
            names.push_str(username);
        }
        crate::fold(&names).chars().take(FOLDED_MAX).collect()
    }

    /// A number that differs, all but certainly, between any two descriptions.
    pub(super) fn fingerprint(&self, state: &RandomState) -> u64 {
        state.hash_one(self)
    }
}

/// What genuine initData proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who opened the app.
    pub person: Person,
    /// When.
    pub auth_date: Timestamp,
}

/// Checks initData. Called on every request that brings some: no network, no database.
pub trait VerifyInitData: Send + Sync + 'static {
    /// Who `raw` proves to have opened the app, at most `max_age` before `now`.
    ///
    /// # Errors
    /// [`crate::Kind::Unauthenticated`] with a code that says why; never with any of the data.
    fn verify(&self, raw: &str, now: Timestamp, max_age: Duration) -> Result<Identity, Error>;
}
