//! Signing in where there is no Telegram: whoever is signed in asks for a code, and types it into
//! the other device within two minutes. It opens one session, once.

use super::api::SignedIn;
use super::session::SessionState;
use super::{Actor, Auth, blocked, people, store};
use crate::audit::By;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Error, Kind, Result};
use crate::http::{Api, Json, Origin, Policy, operations};
use crate::ids::{UserId, random_token};
use crate::limits::{Limiter, Rule};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// How long a code opens something.
const LIVES: Duration = Duration::from_secs(120);
/// Letters and digits that nobody takes for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code, of 5 bits each: nobody tries out 2^50 in two minutes.
const LENGTH: usize = 10;
/// How often somebody may ask for a code.
const ASK: Rule = Rule {
    name: "auth.code",
    max: 10,
    per: Duration::from_secs(600),
};
/// How often an address may try one.
const TRY: Rule = Rule {
    name: "auth.redeem",
    max: 10,
    per: Duration::from_secs(60),
};

/// A code for another device.
#[derive(Serialize, ToSchema)]
struct SignInCode {
    /// For a person to type: upper or lower case, with or without the hyphen.
    #[schema(example = "7K3QX-0ZB4M")]
    code: String,
    /// From then on it opens nothing.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl std::fmt::Debug for SignInCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInCode(***)")
    }
}

/// A code that somebody has typed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RedeemCode {
    #[schema(min_length = 1, max_length = 40, example = "7K3QX-0ZB4M")]
    code: String,
}

impl std::fmt::Debug for RedeemCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedeemCode(***)")
    }
}

#[derive(Debug, Clone)]
struct Desk {
    auth: Auth,
    limits: Limiter,
}

/// The routes.
pub fn code_api(auth: &Auth, limits: &Limiter) -> Api {
    let desk = Desk {
        auth: auth.clone(),
        limits: limits.clone(),
    };
    Api::new()
        .routes(Policy::User, operations!(create_code))
        .routes(Policy::Public, operations!(redeem_code))
        .with_state(desk)
}

/// Ask for a code for another device
///
/// It lives for two minutes and opens one session. A new one takes the place of the old one.
#[utoipa::path(post, path = "/api/auth/code", tag = "auth", operation_id = "create_sign_in_code",
    responses((status = 201, description = "The code", body = SignInCode)))]
async fn create_code(
    State(desk): State<Desk>,
    actor: Actor,
) -> Result<(StatusCode, Json<SignInCode>)> {
    let user = actor.user;
    desk.limits.check(&ASK, &user.to_string()).await?;
    let inner = &desk.auth.0;
    let mut bytes = [0_u8; LENGTH];
    inner.rng.fill(&mut bytes);
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte & 31)]);
    let code: String = bytes.iter().map(letter).collect();
    let hash = digest(&code);
    let write = move |tx: &mut Tx<'_>| {
        let expires_at = tx.now().plus(LIVES);
        store::save_code(tx, user, &hash, expires_at)?;
        Ok::<_, Error>(expires_at)
    };
    let expires_at = inner.db.write("platform.create_code", write).await?;
    let (first, second) = code.split_at(LENGTH.div_euclid(2));
    let code = format!("{first}-{second}");
    Ok((StatusCode::CREATED, Json(SignInCode { code, expires_at })))
}

/// Exchange a code for a session
#[utoipa::path(post, path = "/api/auth/redeem", tag = "auth", operation_id = "redeem_sign_in_code",
    request_body = RedeemCode,
    responses((status = 200, description = "The session", body = SignedIn),
        (status = 401, description = "`code_invalid`: no such code, used, or too late"),
        (status = 403, description = "The account is blocked")))]
async fn redeem_code(
    State(desk): State<Desk>,
    origin: Origin,
    Json(body): Json<RedeemCode>,
) -> Result<Json<SignedIn>> {
    desk.limits.check(&TRY, &origin.peer).await?;
    let code = typed(&body.code).ok_or_else(invalid)?;
    let signed_in = desk.auth.redeem(&code, origin.request_id).await?;
    Ok(Json(signed_in))
}

impl Auth {
    /// Opens the session that a code is for, and uses the code up.
    async fn redeem(&self, code: &str, request_id: String) -> Result<SignedIn> {
        let inner = &self.0;
        let (now, hash) = (inner.clock.now(), digest(code));
        let id: Arc<str> = random_token(&inner.rng, 22).into();
        let expires_at = Timestamp::from_seconds(now.plus(inner.options.session_ttl).seconds());
        let (session, bot_id) = (Arc::clone(&id), inner.options.bot_id);
        let write = inner.db.write("platform.redeem_code", move |tx| {
            let user: UserId = store::take_code(tx, &hash, now)?.ok_or_else(invalid)?;
            let (row, roles) = people::state(tx, user)?;
            let row = row.ok_or_else(invalid)?;
            if row.blocked_at.is_some() {
                return Err(blocked());
            }
            store::open_session(tx, &session, user, bot_id, now, expires_at)?;
            let by = By {
                actor: format!("user/{user}"),
                request_id: request_id.clone(),
            };
            by.did(
                tx,
                "platform.sign_in_by_code",
                &format!("user/{user}"),
                "{}",
            )?;
            Ok((row, roles))
        });
        let (row, roles) = write.await?;
        let user = row.clone().into_person();
        let token = inner.tokens.sign(user.id, &id, now, expires_at)?;
        inner.people.insert(user.id, self.known(row, roles, now));
        inner.sessions.insert(id, SessionState::opened(now));
        Ok(SignedIn {
            token,
            expires_at,
            user,
        })
    }
}

/// The code in what somebody has typed; none when it cannot be one.
fn typed(text: &str) -> Option<String> {
    let mut code = String::with_capacity(LENGTH);
    for c in text.chars().filter(|c| *c != '-' && !c.is_whitespace()) {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        if code.len() == LENGTH || !u8::try_from(c).is_ok_and(|byte| ALPHABET.contains(&byte)) {
            return None;
        }
        code.push(c);
    }
    (code.len() == LENGTH).then_some(code)
}

fn digest(code: &str) -> Vec<u8> {
    Sha256::digest(code).to_vec()
}

fn invalid() -> Error {
    let text = "This code opens nothing: it was used, it is too old, or there never was one";
    Error::new(Kind::Unauthenticated, "code_invalid", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = Some("7K3QX0ZB41".to_owned());
        for text in ["7K3QX-0ZB41", "7k3qx0zb41", " 7K3QX OZB4l ", "7k3qx-ozb4I"] {
            assert_eq!(typed(text), code, "{text}");
        }
        let many = "7".repeat(1000);
        for text in [
            "",
            "7K3QX-0ZB4",
            "7K3QX-0ZB411",
            "7K3QX-0ZB4U",
            "7K3QX-0ZB4Ж",
            &many,
        ] {
            assert_eq!(typed(text), None, "{text}");
        }
    }
}
