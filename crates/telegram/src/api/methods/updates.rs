//! How updates come: fetched, or brought.

use super::method;
use crate::api::{ApiResult, BotApi, Method, RawUpdates, WebhookInfo};
use serde::{Serialize, Serializer};
use std::time::Duration;
use torg_platform::config::Secret;

/// What the answer may take beyond the time that a poll waits.
pub const POLL_MARGIN: Duration = Duration::from_secs(10);

/// Fetches updates; those before `offset` are forgotten by Telegram.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GetUpdates {
    /// The first number that is wanted: one more than the last that was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// At most so many, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// For how many seconds Telegram waits for the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// Which kinds; Telegram remembers them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_updates: Option<Vec<String>>,
}

impl Method for GetUpdates {
    const NAME: &'static str = "getUpdates";
    type Answer = RawUpdates;
}

impl BotApi {
    /// Waits up to `timeout` for updates from `offset` on.
    ///
    /// # Errors
    /// See [`ApiErrorKind`](crate::api::ApiErrorKind); a conflict when somebody else fetches, or
    /// a webhook is set.
    pub async fn get_updates(
        &self,
        offset: Option<i64>,
        timeout: Duration,
        allowed_updates: &[&str],
    ) -> ApiResult<RawUpdates> {
        let request = GetUpdates {
            offset,
            limit: None,
            timeout: Some(timeout.as_secs()),
            allowed_updates: Some(allowed_updates.iter().map(|&kind| kind.into()).collect()),
        };
        let within = timeout.saturating_add(POLL_MARGIN);
        self.ask_within(&request, within).await
    }
}

/// Has updates brought to an address.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SetWebhook {
    /// Where, https.
    pub url: String,
    /// What Telegram sends in `X-Telegram-Bot-Api-Secret-Token`: 1 to 256 of `A-Za-z0-9_-`.
    #[serde(skip_serializing_if = "Secret::is_empty", serialize_with = "exposed")]
    pub secret_token: Secret,
    /// The address's IP, to spare Telegram the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// Connections at once, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_connections: Option<u32>,
    /// Which kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_updates: Option<Vec<String>>,
    /// Whether to forget what waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_pending_updates: Option<bool>,
}

method! {
    /// Has updates brought to an address; they cannot be fetched then.
    set_webhook(SetWebhook) = "setWebhook" -> bool
}

fn exposed<S: Serializer>(secret: &Secret, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(secret.expose())
}

/// Has updates brought no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DeleteWebhook {
    /// Whether to forget what waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_pending_updates: Option<bool>,
}

method! {
    /// Has updates brought no longer: they can be fetched.
    delete_webhook(DeleteWebhook) = "deleteWebhook" -> bool
}

/// Asks for the webhook's state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GetWebhookInfo {}

method! {
    /// The webhook's state.
    get_webhook_info(GetWebhookInfo) = "getWebhookInfo" -> WebhookInfo
}
