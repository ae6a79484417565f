//! The two proofs that initData is Telegram's, and what follows once one of them holds.

use super::error::InitDataError;
use super::key::{SecretKey, TelegramKey};
use super::query::Fields;
use super::user::User;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::time::Duration;
use torg_platform::Timestamp;

/// More than this is refused unread; real initData is under 1 KiB.
pub const MAX_BYTES: usize = 8 * 1024;
/// How far Telegram's clock may be ahead of ours.
pub const FUTURE_SKEW: Duration = Duration::from_secs(60);

/// What genuine initData says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitData {
    /// Who opened the Mini App.
    pub user: User,
    /// When it was opened; clients hand over the same data for as long as it stays open.
    pub auth_date: Timestamp,
    /// Parameter of the link it was opened by. Anyone can write such a link: hostile text.
    pub start_param: Option<String>,
    /// For answering through `answerWebAppQuery`.
    pub query_id: Option<String>,
    /// The chat it was opened from, as a number that says nothing else.
    pub chat_instance: Option<String>,
    /// Type of that chat: `sender`, `private`, `group`, `supergroup`, `channel`.
    pub chat_type: Option<String>,
    /// The same for the same data however it is spelled, different for any other: the key of a
    /// table that lets initData be exchanged only once.
    pub fingerprint: [u8; 32],
}

/// Checks initData against the bot's own token and reads it.
///
/// `max_age` counts from `auth_date` and includes its last second.
///
/// # Errors
/// The reason for the refusal. Which genuine data it was is decided only after the hash holds,
/// so [`InitDataError::Expired`] does mean that opening the app again helps.
pub fn verify(
    raw: &str,
    key: &SecretKey,
    now: Timestamp,
    max_age: Duration,
) -> Result<InitData, InitDataError> {
    let fields = parse(raw)?;
    let claimed = fields.get("hash").ok_or(InitDataError::HashMissing)?;
    let auth_date = auth_date(&fields)?;
    let hash = key
        .check(&fields, claimed)
        .ok_or(InitDataError::HashMismatch)?;
    read(&fields, auth_date, hash, now, max_age)
}

/// Checks initData of the bot `bot_id` by Telegram's signature, without the bot's token.
///
/// # Errors
/// As [`verify`], with the reasons about the signature in place of those about the hash.
pub fn verify_third_party(
    raw: &str,
    bot_id: i64,
    key: &TelegramKey,
    now: Timestamp,
    max_age: Duration,
) -> Result<InitData, InitDataError> {
    let fields = parse(raw)?;
    let claimed = fields
        .get("signature")
        .ok_or(InitDataError::SignatureMissing)?;
    let auth_date = auth_date(&fields)?;
    let signature = URL_SAFE_NO_PAD
        .decode(claimed)
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    let signature = signature.ok_or(InitDataError::SignatureInvalid)?;
    let mut message = format!("{bot_id}:WebAppData\n").into_bytes();
    fields.check_string(&["hash", "signature"], |bytes| {
        message.extend_from_slice(bytes)
    });
    if !key.signed(&message, &signature) {
        return Err(InitDataError::SignatureMismatch);
    }
    read(
        &fields,
        auth_date,
        Sha256::digest(&message).into(),
        now,
        max_age,
    )
}

fn parse(raw: &str) -> Result<Fields<'_>, InitDataError> {
    if raw.len() > MAX_BYTES {
        Err(InitDataError::TooLong)
    } else {
        Fields::parse(raw)
    }
}

/// Digits only and no more than an `i64`: a number that overflows is refused, not wrapped.
fn auth_date(fields: &Fields<'_>) -> Result<Timestamp, InitDataError> {
    let text = fields
        .get("auth_date")
        .ok_or(InitDataError::AuthDateMissing)?;
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    seconds
        .map(Timestamp::from_seconds)
        .ok_or(InitDataError::AuthDateInvalid)
}

/// Reads fields whose hash or signature holds.
fn read(
    fields: &Fields<'_>,
    auth_date: Timestamp,
    fingerprint: [u8; 32],
    now: Timestamp,
    max_age: Duration,
) -> Result<InitData, InitDataError> {
    if auth_date > now.plus(FUTURE_SKEW) {
        return Err(InitDataError::FutureAuthDate);
    }
    if now.since(auth_date) > max_age {
        return Err(InitDataError::Expired);
    }
    let user = fields.get("user").ok_or(InitDataError::UserMissing)?;
    let text = |key| fields.get(key).map(str::to_owned);
    Ok(InitData {
        user: User::from_json(user).ok_or(InitDataError::UserInvalid)?,
        auth_date,
        start_param: text("start_param"),
        query_id: text("query_id"),
        chat_instance: text("chat_instance"),
        chat_type: text("chat_type"),
        fingerprint,
    })
}
