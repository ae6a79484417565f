//! The keys that initData is checked against, and the bot's id.

use super::query::Fields;
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;

/// The public key with which Telegram signs for every bot, in hex.
pub const PRODUCTION_KEY: &str = "e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d";
/// The same for Telegram's test servers.
pub const TEST_KEY: &str = "40055058a4ee38156a06562e52eece92a771bcd8346a8c4615cb7376eddf72ec";

/// What a bot's token is reduced to for initData. Made once at start; a request then costs one
/// HMAC over its data. Prints as `***`.
#[derive(Clone)]
pub struct SecretKey(Hmac<Sha256>);

impl SecretKey {
    /// Derives the key from a bot token.
    pub fn from_token(token: &str) -> Self {
        let mut secret = keyed(b"WebAppData");
        secret.update(token.as_bytes());
        Self(keyed(&secret.finalize().into_bytes()))
    }

    /// The `hash` that belongs to a data-check-string, in lower-case hex.
    pub fn hash_hex(&self, check_string: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(check_string.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    /// The hash of `fields` if it is `claimed`. Only lower-case hex counts, as Telegram writes
    /// it: one piece of data has one spelling of its hash.
    pub(super) fn check(&self, fields: &Fields<'_>, claimed: &str) -> Option<[u8; 32]> {
        let mut mac = self.0.clone();
        fields.check_string(&["hash"], |bytes| mac.update(bytes));
        let hash: [u8; 32] = mac.finalize().into_bytes().into();
        let mut text = [0_u8; 64];
        hex::encode_to_slice(hash, &mut text).ok()?;
        bool::from(text.ct_eq(claimed.as_bytes())).then_some(hash)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(***)")
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    Hmac::new_from_slice(key).expect("a key of any length")
}

/// A public key of Telegram's, for checking initData without the bot's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TelegramKey(VerifyingKey);

impl TelegramKey {
    /// Reads a key such as [`PRODUCTION_KEY`]; `None` when it is not 32 bytes in hex, no
    /// Ed25519 key, or a weak one with which anybody could sign.
    pub fn try_from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0_u8; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        VerifyingKey::from_bytes(&bytes)
            .ok()
            .filter(|key| !key.is_weak())
            .map(Self)
    }

    pub(super) fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0
            .verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    }
}

/// The bot's id, which is the number before the colon of its token.
pub fn bot_id(token: &str) -> Option<i64> {
    let (id, secret) = token.split_once(':')?;
    let digits = !secret.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    id.parse().ok().filter(|id| digits && *id > 0)
}
