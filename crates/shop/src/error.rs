//! What this market answers when it does not do what was asked.

use crate::domain::Refusal;

/// Every way in which a use case of this market ends without its effect.
pub type Error = torg_platform::refusal::MarketError<Refusal>;

/// Result with this market's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;
