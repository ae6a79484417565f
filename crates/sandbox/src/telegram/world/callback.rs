//! Buttons that were pressed and wait for the bot's answer.

use super::{ChatId, World};
use crate::telegram::error::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::Timestamp;

/// For so long an answer is taken.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// A press.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::telegram) struct Callback {
    pub(in crate::telegram) bot: i64,
    pub(in crate::telegram) user: i64,
    pub(in crate::telegram) chat: ChatId,
    pub(in crate::telegram) message: i64,
    pub(in crate::telegram) at: Timestamp,
}

impl World {
    /// A new press: its id.
    pub(in crate::telegram) fn add_callback(&mut self, press: Callback) -> String {
        let number = self.number();
        let id = format!("{}{number:09}", press.user);
        self.callbacks.put(id.clone(), press);
        id
    }

    /// `answerCallbackQuery`: once, and in time.
    pub(in crate::telegram) fn answer_callback(
        &mut self,
        bot: i64,
        id: &str,
        mut answer: Value,
    ) -> Result<(), ApiError> {
        let key = id.to_owned();
        let past = self.now().minus(PATIENCE);
        let is_own = |press: &Callback| press.bot == bot && press.at > past;
        let press = match self.callbacks.get(&key).is_some_and(is_own) {
            true => self.callbacks.take(&key),
            false => None,
        };
        let press = press.ok_or_else(too_old)?;
        super::render::put(&mut answer, "callback_query_id", json!(id));
        self.tell(press.user, "answer", answer);
        Ok(())
    }

    pub(super) fn forget_callbacks(&mut self) {
        let past = self.now().minus(PATIENCE);
        self.callbacks.retain(|_, press| press.at > past);
    }
}

/// What is said of a query that is unknown, answered or too old.
pub(in crate::telegram) fn too_old() -> ApiError {
    ApiError::bad("query is too old and response timeout expired or query ID is invalid")
}
