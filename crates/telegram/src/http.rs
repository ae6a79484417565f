//! `/api/admin/telegram`: messages that Telegram did not take, for the operator.

use crate::messages::{self, FailedMessage};
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use torg_platform::audit::By;
use torg_platform::auth::Role;
use torg_platform::db::{Db, Tx};
use torg_platform::http::page::{self, PageQuery};
use torg_platform::http::{Api, Json, Path, Policy, Query, operations};
use torg_platform::{Error, Kind, Result};
use utoipa::ToSchema;

/// A page of messages that were given up, oldest first.
#[derive(Debug, Serialize, ToSchema)]
struct FailedMessagePage {
    messages: Vec<FailedMessage>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The routes: all of the staff may look, support may decide.
pub fn api(db: &Db) -> Api {
    Api::new()
        .routes(Policy::Admin, operations!(list_failed_messages))
        .routes(
            Policy::Role(Role::Support),
            operations!(drop_failed_message),
        )
        .routes(
            Policy::Role(Role::Support),
            operations!(retry_failed_message),
        )
        .with_state(db.clone())
}

/// List messages that were not delivered
///
/// `held`: nobody knows whether Telegram has sent it, and it must not be sent twice. `dead`:
/// Telegram refuses it.
#[utoipa::path(get, path = "/api/admin/telegram/messages", tag = "telegram", params(PageQuery),
    responses((status = 200, description = "A page", body = FailedMessagePage)))]
async fn list_failed_messages(
    State(db): State<Db>,
    Query(query): Query<PageQuery>,
) -> Result<Json<FailedMessagePage>> {
    let (after, limit) = query.position()?;
    let read = move |tx: &mut Tx<'_>| messages::failed(tx, after, limit.saturating_add(1));
    let rows = db.read("telegram.list_failed", read).await?;
    let (messages, next_cursor) = page::cut(rows, limit, |message| message.id)?;
    Ok(Json(FailedMessagePage {
        messages,
        next_cursor,
    }))
}

/// Send a message again that was not delivered
#[utoipa::path(post, path = "/api/admin/telegram/messages/{id}/retry", tag = "telegram",
    params(("id" = i64, Path)),
    responses((status = 204, description = "It waits to be sent"),
        (status = 404, description = "No such message")))]
async fn retry_failed_message(
    State(db): State<Db>,
    by: By,
    Path(id): Path<i64>,
) -> Result<StatusCode> {
    let retry = move |tx: &mut Tx<'_>| {
        found(messages::retry(tx, id)?)?;
        Ok::<_, Error>(by.did(tx, "telegram.retry_message", &subject(id), "{}")?)
    };
    db.write("telegram.retry_message", retry).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Drop a message that was not delivered
#[utoipa::path(delete, path = "/api/admin/telegram/messages/{id}", tag = "telegram",
    params(("id" = i64, Path)),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "No such message")))]
async fn drop_failed_message(
    State(db): State<Db>,
    by: By,
    Path(id): Path<i64>,
) -> Result<StatusCode> {
    let drop_it = move |tx: &mut Tx<'_>| {
        found(messages::drop_failed(tx, id)?)?;
        Ok::<_, Error>(by.did(tx, "telegram.drop_message", &subject(id), "{}")?)
    };
    db.write("telegram.drop_message", drop_it).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn subject(id: i64) -> String {
    format!("telegram_message/{id}")
}

fn found(is_there: bool) -> Result<()> {
    if is_there {
        return Ok(());
    }
    let text = "No such undelivered message";
    Err(Error::new(Kind::Missing, "message_not_found", text))
}
