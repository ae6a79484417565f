//! Session tokens: HS256, signed with a key of ours, bound to one bot, revocable by their row.

use crate::clock::Timestamp;
use crate::config::Secret;
use crate::error::{Error, Kind};
use crate::ids::UserId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::sync::Arc;

/// Longest token that is looked at; ours have about 250 bytes.
const MAX_BYTES: usize = 1024;

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    /// The person, as text, as RFC 7519 wants it.
    sub: String,
    /// The session.
    sid: String,
    /// The bot.
    bot: i64,
    iat: i64,
    exp: i64,
}

/// A token that holds; its session may still have been revoked.
#[derive(Debug)]
pub(super) struct Verified {
    pub(super) user: UserId,
    pub(super) session: Arc<str>,
}

/// Signs and checks tokens.
pub(super) struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    bot_id: i64,
}

impl Tokens {
    /// With the configured key, or, when there is none, one derived from the bot's token: whoever
    /// knows that can sign initData anyway.
    pub(super) fn new(secret: &Secret, bot_token: &Secret, bot_id: i64) -> Result<Self, Error> {
        let key = if secret.is_empty() {
            let mac = Hmac::<Sha256>::new_from_slice(bot_token.expose().as_bytes());
            let mac = mac.map_err(Error::internal)?;
            mac.chain_update(b"torg session")
                .finalize()
                .into_bytes()
                .to_vec()
        } else {
            secret.expose().as_bytes().to_vec()
        };
        let mut validation = Validation::new(Algorithm::HS256);
        // The library would ask the system's clock; ours decides, in `verify`.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims::<&str>(&[]);
        Ok(Self {
            encoding: EncodingKey::from_secret(&key),
            decoding: DecodingKey::from_secret(&key),
            validation,
            bot_id,
        })
    }

    /// A token for a session.
    pub(super) fn sign(
        &self,
        user: UserId,
        session: &str,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<String, Error> {
        let claims = Claims {
            sub: user.to_string(),
            sid: session.to_owned(),
            bot: self.bot_id,
            iat: now.seconds(),
            exp: expires.seconds(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map_err(Error::internal)
    }

    /// Checks signature, bot and time.
    pub(super) fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, Error> {
        if token.len() > MAX_BYTES {
            return Err(invalid());
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|e| invalid().with_source(e))?
            .claims;
        let user = claims
            .sub
            .parse()
            .map(UserId)
            .map_err(|e| invalid().with_source(e))?;
        if claims.bot != self.bot_id {
            return Err(invalid());
        }
        if now.seconds() >= claims.exp {
            return Err(Error::new(
                Kind::Unauthenticated,
                "session_expired",
                "The session has expired, open the app again",
            ));
        }
        Ok(Verified {
            user,
            session: claims.sid.into(),
        })
    }
}

/// The token is not one of ours.
pub(super) fn invalid() -> Error {
    Error::new(
        Kind::Unauthenticated,
        "session_invalid",
        "The session token is not valid",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use std::time::Duration;

    const NOW: Timestamp = Timestamp::from_seconds(1_750_000_000);

    fn tokens(secret: &str, bot_id: i64) -> Tokens {
        Tokens::new(&Secret::new(secret), &Secret::new("100:x"), bot_id).unwrap()
    }

    fn code(tokens: &Tokens, token: &str, now: Timestamp) -> Result<i64, &'static str> {
        tokens
            .verify(token, now)
            .map(|v| v.user.0)
            .map_err(|e| e.code())
    }

    #[test]
    fn holds_for_its_bot_key_and_time_only() {
        let expires = NOW.plus(Duration::from_secs(60));
        let token = tokens("k", 100).sign(UserId(7), "s", NOW, expires).unwrap();
        let last = expires.minus(Duration::from_secs(1));
        assert_eq!(code(&tokens("k", 100), &token, last), Ok(7));
        assert_eq!(
            code(&tokens("k", 100), &token, expires),
            Err("session_expired")
        );
        assert_eq!(code(&tokens("k", 101), &token, NOW), Err("session_invalid"));
        assert_eq!(code(&tokens("l", 100), &token, NOW), Err("session_invalid"));
        assert_eq!(code(&tokens("", 100), &token, NOW), Err("session_invalid"));
    }

    #[test]
    fn without_a_key_the_bots_token_gives_one() {
        let token = tokens("", 100)
            .sign(UserId(7), "s", NOW, NOW.plus(Duration::MAX))
            .unwrap();
        assert_eq!(code(&tokens("", 100), &token, NOW), Ok(7));
    }

    #[test]
    fn other_algorithms_and_noise_are_refused() {
        let tokens = tokens("k", 100);
        let claims = r#"{"sub":"7","sid":"s","bot":100,"iat":0,"exp":9999999999}"#;
        let forge = |header: &str, end: &str| {
            let (header, claims) = (
                URL_SAFE_NO_PAD.encode(header),
                URL_SAFE_NO_PAD.encode(claims),
            );
            format!("{header}.{claims}.{end}")
        };
        for token in [
            forge(r#"{"alg":"none"}"#, ""),
            forge(r#"{"alg":"none","typ":"JWT"}"#, "AAAA"),
            forge(r#"{"alg":"RS256"}"#, "AAAA"),
            forge(r#"{"alg":"HS256"}"#, "AAAA"),
            "a.b.c".to_owned(),
            "..".to_owned(),
            "x".repeat(5000),
        ] {
            assert_eq!(
                code(&tokens, &token, NOW),
                Err("session_invalid"),
                "{token}"
            );
        }
    }
}
