//! What people are told when something is refused.

use super::texts;
use crate::texts::{Lang, Texts};
use torg_platform::settings::MARKET_PAUSED;
use torg_platform::{Error, Kind};

/// Whether trying again cannot help, so that the person is told; otherwise it is our own fault,
/// and the update is tried again.
pub(super) fn is_refusal(error: &Error) -> bool {
    if error.code() == MARKET_PAUSED {
        return true;
    }
    match error.kind() {
        Kind::Internal | Kind::Unavailable | Kind::Timeout => false,
        Kind::Invalid
        | Kind::Unauthenticated
        | Kind::Unpaid
        | Kind::Denied
        | Kind::Missing
        | Kind::MethodNotAllowed
        | Kind::Conflict
        | Kind::Gone
        | Kind::Stale
        | Kind::TooLarge
        | Kind::Unsupported
        | Kind::Malformed
        | Kind::Limited => true,
    }
}

/// The market's words for it, else the bot's own, else those of the error.
pub(super) fn text(lang: Lang, market: &Texts, error: &Error) -> String {
    if error.code() == MARKET_PAUSED {
        let reason = error.fields().first().map_or("", |f| f.message.as_str());
        return texts().plain(lang, "refusal.market_paused", &[("reason", reason.into())]);
    }
    let key = format!("refusal.{}", error.code());
    if market.has(&key) {
        return market.plain(lang, &key, &[]);
    }
    if texts().has(&key) {
        return texts().plain(lang, &key, &[]);
    }
    error.detail().to_owned()
}

/// The words for a code alone.
pub(super) fn of_code(lang: Lang, market: Option<&Texts>, code: &str) -> String {
    let key = format!("refusal.{code}");
    let known = market.filter(|market| market.has(&key)).unwrap_or(texts());
    if known.has(&key) {
        return known.plain(lang, &key, &[]);
    }
    texts().plain(lang, "refusal.not_payable", &[])
}
