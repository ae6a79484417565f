//! `/api/admin/outbox`: what waits to be delivered, and what was given up.

use super::dead::{self, DeadLetter};
use crate::audit::By;
use crate::auth::Role;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::http::page::{self, PageQuery};
use crate::http::{Api, Json, Path, Policy, Query, operations};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// How much is under way.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OutboxView {
    /// Events that are not yet in anybody's queue.
    waiting: i64,
    /// Deliveries that are still to be made.
    pending: i64,
    /// Deliveries that were given up.
    dead: i64,
}

/// A delivery that was given up.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeadLetterView {
    id: i64,
    /// Who did not take it: a part of the program, after a slash which of its receivers.
    #[schema(example = "platform.webhooks/Zr0oV1nVvJqk")]
    queue: String,
    /// What had happened.
    #[schema(example = "services.order_taken")]
    topic: String,
    /// What it is about.
    #[schema(example = "order/Zr0oV1nVvJqk")]
    aggregate: String,
    /// What is delivered.
    #[schema(value_type = Object)]
    payload: Box<RawValue>,
    /// Attempts made.
    attempts: i64,
    /// What the last one said.
    last_error: Option<String>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A page of dead letters, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeadLetterPage {
    dead_letters: Vec<DeadLetterView>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What is to be delivered instead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditLetter {
    /// The whole payload.
    #[schema(value_type = Object)]
    payload: Box<RawValue>,
}

/// The routes: all of the staff may look, owners may change.
pub fn api(db: &Db) -> Api {
    let owner = Policy::Role(Role::Owner);
    Api::new()
        .routes(Policy::Admin, operations!(show_outbox))
        .routes(Policy::Admin, operations!(list_dead_letters))
        .routes(owner, operations!(edit_dead_letter, drop_dead_letter))
        .routes(owner, operations!(retry_dead_letter))
        .with_state(db.clone())
}

/// JSON as it is stored; what is none, as text.
pub(crate) fn raw(text: String) -> Result<Box<RawValue>> {
    let plain = |text: &str| serde_json::value::to_raw_value(text);
    RawValue::from_string(text.clone())
        .or_else(|_not_json| plain(&text))
        .map_err(crate::Error::internal)
}

fn view(letter: DeadLetter) -> Result<DeadLetterView> {
    Ok(DeadLetterView {
        id: letter.id,
        queue: letter.sink,
        topic: letter.topic,
        aggregate: letter.aggregate,
        payload: raw(letter.payload)?,
        attempts: letter.attempts,
        last_error: letter.last_error,
        created_at: letter.created_at,
    })
}

/// Count what waits and what was given up
#[utoipa::path(
    get,
    path = "/api/admin/outbox",
    tag = "admin",
    responses((status = 200, description = "The counts", body = OutboxView))
)]
async fn show_outbox(State(db): State<Db>) -> Result<Json<OutboxView>> {
    let (waiting, pending, dead) = db.read("platform.show_outbox", dead::counts).await?;
    Ok(Json(OutboxView {
        waiting,
        pending,
        dead,
    }))
}

/// List what was given up
#[utoipa::path(
    get,
    path = "/api/admin/outbox/dead-letters",
    tag = "admin",
    params(PageQuery),
    responses((status = 200, description = "A page", body = DeadLetterPage))
)]
async fn list_dead_letters(
    State(db): State<Db>,
    Query(query): Query<PageQuery>,
) -> Result<Json<DeadLetterPage>> {
    let (after, limit) = query.position()?;
    let read = move |tx: &mut Tx<'_>| dead::list(tx, after, limit.saturating_add(1));
    let rows = db.read("platform.list_dead_letters", read).await?;
    let (rows, next_cursor) = page::cut(rows, limit, |letter| letter.id)?;
    Ok(Json(DeadLetterPage {
        dead_letters: rows.into_iter().map(view).collect::<Result<_>>()?,
        next_cursor,
    }))
}

/// Change what will be delivered
///
/// It stays where it is until it is tried again.
#[utoipa::path(
    patch,
    path = "/api/admin/outbox/dead-letters/{id}",
    tag = "admin",
    params(("id" = i64, Path)),
    request_body = EditLetter,
    responses(
        (status = 204, description = "It is changed"),
        (status = 404, description = "No such dead letter"),
    )
)]
async fn edit_dead_letter(
    State(db): State<Db>,
    by: By,
    Path(id): Path<i64>,
    Json(body): Json<EditLetter>,
) -> Result<StatusCode> {
    let payload = body.payload;
    change(&db, "platform.edit_dead_letter", move |tx| {
        dead::edit(tx, id, payload.get())?;
        note(tx, &by, "platform.dead_letter.edit", id)
    })
    .await
}

/// Try it again
///
/// With a fresh budget of attempts, behind whatever was delivered in the meantime.
#[utoipa::path(
    post,
    path = "/api/admin/outbox/dead-letters/{id}/retry",
    tag = "admin",
    params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is under way again"),
        (status = 404, description = "No such dead letter"),
    )
)]
async fn retry_dead_letter(
    State(db): State<Db>,
    by: By,
    Path(id): Path<i64>,
) -> Result<StatusCode> {
    change(&db, "platform.retry_dead_letter", move |tx| {
        dead::retry(tx, id)?;
        note(tx, &by, "platform.dead_letter.retry", id)
    })
    .await
}

/// Give it up for good
#[utoipa::path(
    delete,
    path = "/api/admin/outbox/dead-letters/{id}",
    tag = "admin",
    params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such dead letter"),
    )
)]
async fn drop_dead_letter(State(db): State<Db>, by: By, Path(id): Path<i64>) -> Result<StatusCode> {
    change(&db, "platform.drop_dead_letter", move |tx| {
        dead::drop_letter(tx, id)?;
        note(tx, &by, "platform.dead_letter.drop", id)
    })
    .await
}

async fn change(
    db: &Db,
    name: &'static str,
    change: impl Fn(&mut Tx<'_>) -> Result<()> + Send + 'static,
) -> Result<StatusCode> {
    db.write(name, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Payloads may be about people, the trail is for ever: it names the letter only.
fn note(tx: &mut Tx<'_>, by: &By, action: &'static str, id: i64) -> Result<()> {
    Ok(by.did(tx, action, &format!("delivery/{id}"), "{}")?)
}
