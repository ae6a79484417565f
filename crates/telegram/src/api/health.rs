//! How the last calls went.

use super::error::{ApiError, ApiErrorKind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use torg_platform::observe::Check;
use torg_platform::{Error, Kind, Result};

/// Calls in a row without an answer of Telegram after which it counts as away.
const FAILURES: u32 = 3;

/// What is remembered of the calls. Any answer of Telegram, a refusal too, shows that it is there.
#[derive(Debug, Default)]
pub(super) struct Record {
    failures: AtomicU32,
    token_refused: AtomicBool,
}

impl Record {
    pub(super) fn note(&self, error: Option<&ApiError>) {
        match error.map(|error| error.kind) {
            Some(
                ApiErrorKind::Server | ApiErrorKind::NoAnswer { .. } | ApiErrorKind::Malformed,
            ) => {
                self.failures.fetch_add(1, Ordering::Relaxed);
            }
            Some(ApiErrorKind::Unauthorized) => {
                self.failures.store(0, Ordering::Relaxed);
                self.token_refused.store(true, Ordering::Relaxed);
            }
            Some(
                ApiErrorKind::Flood { .. }
                | ApiErrorKind::Forbidden(_)
                | ApiErrorKind::BadRequest(_)
                | ApiErrorKind::Conflict
                | ApiErrorKind::NotFound,
            )
            | None => {
                self.failures.store(0, Ordering::Relaxed);
                self.token_refused.store(false, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn check(&self) -> Result<Check> {
        let away = |code, text| Err(Error::new(Kind::Unavailable, code, text));
        if self.token_refused.load(Ordering::Relaxed) {
            return away("telegram_token_refused", "Telegram refuses the bot's token");
        }
        if self.failures.load(Ordering::Relaxed) >= FAILURES {
            return away("telegram_unavailable", "Telegram does not answer");
        }
        Ok(Check::Up)
    }
}
