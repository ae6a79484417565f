//! `/api/admin/webhooks`.

use super::store::{self, Endpoint};
use super::{Change, Webhooks, change, create, delete, rotate, topics};
use crate::audit::By;
use crate::auth::Role;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{Api, Json, Path, Policy, operations};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An address that hears of events.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Webhook {
    id: String,
    url: String,
    /// Topics, `PREFIX.*`, or `*` for everything.
    topics: Vec<String>,
    is_active: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    created_by: String,
    /// Why it was switched off by itself: it has answered 410.
    disabled_reason: Option<String>,
}

impl From<Endpoint> for Webhook {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            topics: topics::split(&endpoint.topics),
            id: endpoint.id,
            url: endpoint.url,
            is_active: endpoint.is_active,
            created_at: endpoint.created_at,
            created_by: endpoint.created_by,
            disabled_reason: endpoint.disabled_reason,
        }
    }
}

/// All webhooks, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookList {
    webhooks: Vec<Webhook>,
}

/// A new webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWebhook {
    /// https on its usual port.
    #[schema(example = "https://example.org/torg")]
    url: String,
    /// Topics, `PREFIX.*`, or `*` for everything.
    #[schema(example = json!(["services.*"]))]
    topics: Vec<String>,
}

/// What is to be different; what is not there stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeWebhook {
    /// https on its usual port.
    url: Option<String>,
    /// Topics, `PREFIX.*`, or `*` for everything.
    topics: Option<Vec<String>>,
    /// Switched off it hears of nothing that happens meanwhile.
    is_active: Option<bool>,
}

/// A webhook with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedWebhook {
    #[serde(flatten)]
    webhook: Webhook,
    /// Key of the signatures, `X-Signature: t=…,v1=HMAC-SHA256 of "t.body"`.
    #[schema(example = "whsec_…")]
    secret: String,
}

/// A new secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct RotatedSecret {
    /// Key of the signatures from now on.
    #[schema(example = "whsec_…")]
    secret: String,
}

/// The routes.
pub(super) fn api(webhooks: &Webhooks) -> Api {
    let owner = Policy::Role(Role::Owner);
    Api::new()
        .routes(Policy::Admin, operations!(list_webhooks))
        .routes(owner, operations!(create_webhook))
        .routes(owner, operations!(change_webhook, delete_webhook))
        .routes(owner, operations!(rotate_webhook_secret))
        .with_state(webhooks.clone())
}

/// List the webhooks
#[utoipa::path(
    get,
    path = "/api/admin/webhooks",
    tag = "admin",
    responses((status = 200, description = "All of them", body = WebhookList))
)]
async fn list_webhooks(State(webhooks): State<Webhooks>) -> Result<Json<WebhookList>> {
    let read = |tx: &mut Tx<'_>| Ok::<_, Error>(store::list(tx)?);
    let rows = webhooks.db.read("platform.list_webhooks", read).await?;
    Ok(Json(WebhookList {
        webhooks: rows.into_iter().map(Webhook::from).collect(),
    }))
}

/// Add a webhook
///
/// Each event is posted as `{id, type, created_at, aggregate, data}` with the headers
/// `X-Torg-Event`, `X-Torg-Delivery` (the same in every attempt) and `X-Signature`. Any 2xx means
/// that it was taken; 410 switches the webhook off; everything else, redirects too, is tried again
/// for more than a day. Events about one thing arrive in their order.
#[utoipa::path(
    post,
    path = "/api/admin/webhooks",
    tag = "admin",
    request_body = NewWebhook,
    responses((status = 201, description = "It is there", body = CreatedWebhook))
)]
async fn create_webhook(
    State(webhooks): State<Webhooks>,
    by: By,
    Json(body): Json<NewWebhook>,
) -> Result<(StatusCode, Json<CreatedWebhook>)> {
    let url = webhooks.outbound.target(&body.url, "url")?;
    let topics = topics::join(&body.topics)?;
    let (id, secret) = webhooks.mint();
    let shown = secret.expose().to_owned();
    let write = move |tx: &mut Tx<'_>| create(tx, (&id, &secret), &url, &topics, &by);
    let endpoint = webhooks.db.write("platform.create_webhook", write).await?;
    let created = CreatedWebhook {
        webhook: endpoint.into(),
        secret: shown,
    };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Change a webhook
///
/// What is on its way goes to the new address. What waits for a webhook that is switched off is
/// put among the dead letters.
#[utoipa::path(
    patch,
    path = "/api/admin/webhooks/{id}",
    tag = "admin",
    params(("id" = String, Path)),
    request_body = ChangeWebhook,
    responses(
        (status = 200, description = "As it is now", body = Webhook),
        (status = 404, description = "No such webhook"),
    )
)]
async fn change_webhook(
    State(webhooks): State<Webhooks>,
    by: By,
    Path(id): Path<String>,
    Json(body): Json<ChangeWebhook>,
) -> Result<Json<Webhook>> {
    let target = |url: &String| webhooks.outbound.target(url, "url");
    let wanted = Change {
        url: body.url.as_ref().map(target).transpose()?,
        topics: body.topics.as_deref().map(topics::join).transpose()?,
        is_active: body.is_active,
    };
    let write = move |tx: &mut Tx<'_>| change(tx, &id, &wanted, &by);
    let endpoint = webhooks.db.write("platform.change_webhook", write).await?;
    Ok(Json(endpoint.into()))
}

/// Remove a webhook
///
/// What is on its way to it is dropped.
#[utoipa::path(
    delete,
    path = "/api/admin/webhooks/{id}",
    tag = "admin",
    params(("id" = String, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such webhook"),
    )
)]
async fn delete_webhook(
    State(webhooks): State<Webhooks>,
    by: By,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let write = move |tx: &mut Tx<'_>| delete(tx, &id, &by);
    webhooks.db.write("platform.delete_webhook", write).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a webhook a new secret
///
/// The old one signs nothing any more, not even what is tried again.
#[utoipa::path(
    post,
    path = "/api/admin/webhooks/{id}/rotate",
    tag = "admin",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The new secret", body = RotatedSecret),
        (status = 404, description = "No such webhook"),
    )
)]
async fn rotate_webhook_secret(
    State(webhooks): State<Webhooks>,
    by: By,
    Path(id): Path<String>,
) -> Result<Json<RotatedSecret>> {
    let secret = webhooks.mint_secret();
    let shown = secret.expose().to_owned();
    let write = move |tx: &mut Tx<'_>| rotate(tx, &id, &secret, &by);
    webhooks.db.write("platform.rotate_webhook", write).await?;
    Ok(Json(RotatedSecret { secret: shown }))
}
