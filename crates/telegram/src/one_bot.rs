//! The kernel's port for initData, on the side that knows how Telegram signs it.

use crate::init_data::{self, SecretKey};
use std::time::Duration;
use torg_platform::Timestamp;
use torg_platform::auth::{Identity, Person, VerifyInitData};
use torg_platform::config::Secret;

/// Accepts the initData of one bot.
#[derive(Debug)]
pub struct OneBot(SecretKey);

impl OneBot {
    /// The bot with this token.
    pub fn new(token: &Secret) -> Self {
        Self(SecretKey::from_token(token.expose()))
    }
}

impl VerifyInitData for OneBot {
    fn verify(
        &self,
        raw: &str,
        now: Timestamp,
        max_age: Duration,
    ) -> torg_platform::Result<Identity> {
        let data = init_data::verify(raw, &self.0, now, max_age)?;
        let person = Person {
            id: data.user.id,
            first_name: data.user.first_name,
            last_name: data.user.last_name,
            username: data.user.username,
            language: data.user.language_code,
        };
        Ok(Identity {
            person,
            auth_date: data.auth_date,
        })
    }
}
