//! initData: the query string with which Telegram tells a Mini App's server who opened it.
//!
//! Everything in it comes from the client's machine, so nothing is believed, and no JSON is
//! parsed, before the hash ([`verify()`]) or Telegram's own signature ([`verify_third_party`])
//! holds. Both refuse what a signed string could still be abused for: a key given twice, a value
//! that smuggles a line into the signed text, a date that is too old or lies ahead.
//!
//! initData is a credential: it must never reach a log, a URL or an error text.

mod error;
mod key;
mod query;
mod sign;
mod user;
mod verify;

pub use error::InitDataError;
pub use key::{PRODUCTION_KEY, SecretKey, TEST_KEY, TelegramKey, bot_id};
pub use sign::sign;
pub use user::User;
pub use verify::{FUTURE_SKEW, InitData, MAX_BYTES, verify, verify_third_party};
