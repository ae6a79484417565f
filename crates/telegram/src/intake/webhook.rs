//! Where Telegram brings updates to.

use super::receive;
use crate::api::RawUpdates;
use axum::extract::State;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use serde::Serialize;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use torg_platform::config::Secret;
use torg_platform::db::{Db, Tx};
use torg_platform::http::{Api, Json, Policy, RawBody, operations};
use torg_platform::{Error, Kind, Result};
use utoipa::ToSchema;

/// Path of the webhook.
pub const PATH: &str = "/telegram/webhook";
/// Header with which Telegram shows that it is Telegram.
const SECRET: &str = "x-telegram-bot-api-secret-token";
/// Largest update.
const UPDATE_MAX: usize = 1024 * 1024;

/// What Telegram is told to show: made from the bot's token, so that every process knows it and
/// nobody has to keep it.
pub fn secret_of(token: &Secret) -> Secret {
    let key = token.expose().as_bytes();
    if key.is_empty() {
        return Secret::default();
    }
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Secret::default();
    };
    mac.update(b"torg webhook 1");
    Secret::new(hex::encode(mac.finalize().into_bytes()))
}

/// Takes updates.
#[derive(Debug, Clone)]
pub struct Webhook {
    db: Db,
    bot_id: i64,
    secret: Secret,
}

impl Webhook {
    /// For the bot with this token and id.
    pub fn new(db: &Db, bot_id: i64, token: &Secret) -> Self {
        Self {
            db: db.clone(),
            bot_id,
            secret: secret_of(token),
        }
    }

    /// The route.
    pub fn api(&self) -> Api {
        Api::new()
            .routes_with_body_limit(Policy::Signed, UPDATE_MAX, operations!(take_update))
            .with_state(self.clone())
    }
}

/// What Telegram is told.
#[derive(Debug, Serialize, ToSchema)]
struct UpdateTaken {
    /// Always true: there is no need to bring it again.
    ok: bool,
}

/// Take an update from Telegram
///
/// For Telegram alone, which shows the secret that it was given with `setWebhook`. The update is
/// stored and handled later; the same update again changes nothing.
#[utoipa::path(post, path = "/telegram/webhook", tag = "telegram",
    params(("x-telegram-bot-api-secret-token" = Option<String>, Header,
        description = "The secret that Telegram was given")),
    request_body(content = Object, description = "An update of the Bot API"),
    responses((status = 200, description = "Stored", body = UpdateTaken),
        (status = 401, description = "Not Telegram"),
        (status = 422, description = "Not an update")))]
async fn take_update(
    State(webhook): State<Webhook>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Json<UpdateTaken>> {
    let shown = headers
        .get(SECRET)
        .map_or(&[][..], |value| value.as_bytes());
    let expected = webhook.secret.expose().as_bytes();
    if expected.is_empty() || !bool::from(shown.ct_eq(expected)) {
        let text = "The secret token is missing or wrong";
        return Err(Error::new(Kind::Unauthenticated, "webhook_secret", text));
    }
    let text = String::from_utf8(body.into())
        .map_err(|error| Error::field("body", "is not UTF-8").with_source(error))?;
    // A body that is one update reads as a list of one.
    let updates: RawUpdates = serde_json::from_str(&format!("[{text}]"))
        .map_err(|error| Error::field("body", error.to_string()))?;
    let [update] = updates.0.as_slice() else {
        return Err(Error::field("body", "is not one update with a number"));
    };
    let (bot_id, id) = (webhook.bot_id, update.update_id);
    let raw = update.raw.get().to_owned();
    let write = move |tx: &mut Tx<'_>| receive(tx, bot_id, id, &raw);
    webhook.db.write("telegram.store_update", write).await?;
    Ok(Json(UpdateTaken { ok: true }))
}
