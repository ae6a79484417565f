//! People who open the Mini App: their Telegram signs who they are, as production checks it.

use torg_platform::{Timestamp, UserId};
use torg_telegram::init_data::{SecretKey, User, sign};

/// The bot of every test; its token opens nothing anywhere.
pub const BOT_TOKEN: &str = "7000000001:AAtestsandnothingbuttests-0000000000";

/// Somebody with a Telegram account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// As Telegram describes them.
    pub user: User,
}

impl Person {
    /// Somebody with this id, a name and a username.
    pub fn new(id: i64) -> Self {
        let mut user = User::new(UserId(id), format!("Person {id}"));
        user.username = Some(format!("person_{id}"));
        Self { user }
    }

    /// Their id.
    pub fn id(&self) -> UserId {
        self.user.id
    }

    /// What their Mini App sends when it was opened at `at`.
    pub fn init_data(&self, at: Timestamp) -> String {
        sign(&self.user, at, &[], &SecretKey::from_token(BOT_TOKEN))
    }
}
