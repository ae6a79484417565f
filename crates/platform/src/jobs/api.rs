//! `/api/admin/jobs`: jobs that were given up.

use super::dead::{self, DeadJob};
use super::directory::Directory;
use crate::audit::By;
use crate::auth::Role;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::http::page::{self, PageQuery};
use crate::http::{Api, Json, Path, Policy, Query, operations};
use crate::outbox;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// A job that was given up.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeadJobView {
    id: i64,
    /// What it does.
    #[schema(example = "services.send_digest")]
    kind: String,
    /// At most one job of a kind and key waits at a time.
    key: Option<String>,
    /// What it does it with.
    #[schema(value_type = Object)]
    payload: Box<RawValue>,
    /// Attempts made.
    attempts: i64,
    /// What the last one said.
    last_error: Option<String>,
    /// When it was enqueued.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A page of dead jobs, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeadJobPage {
    dead_jobs: Vec<DeadJobView>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The routes, for `jobs` and for what was given up of them: all of the staff may look, owners may
/// change.
pub fn api(db: &Db, jobs: Directory) -> Api {
    let owner = Policy::Role(Role::Owner);
    Api::new()
        .routes(Policy::Admin, operations!(list_dead_jobs))
        .routes(owner, operations!(drop_dead_job))
        .routes(owner, operations!(retry_dead_job))
        .with_state(db.clone())
        .merge(super::desk::api(db, jobs))
}

fn view(job: DeadJob) -> Result<DeadJobView> {
    Ok(DeadJobView {
        id: job.id,
        kind: job.kind,
        key: job.key,
        payload: outbox::raw(job.payload)?,
        attempts: job.attempts,
        last_error: job.last_error,
        created_at: job.created_at,
    })
}

/// List the jobs that were given up
#[utoipa::path(
    get,
    path = "/api/admin/jobs/dead",
    tag = "admin",
    params(PageQuery),
    responses((status = 200, description = "A page", body = DeadJobPage))
)]
async fn list_dead_jobs(
    State(db): State<Db>,
    Query(query): Query<PageQuery>,
) -> Result<Json<DeadJobPage>> {
    let (after, limit) = query.position()?;
    let read = move |tx: &mut Tx<'_>| dead::list(tx, after, limit.saturating_add(1));
    let rows = db.read("platform.list_dead_jobs", read).await?;
    let (rows, next_cursor) = page::cut(rows, limit, |job| job.id)?;
    Ok(Json(DeadJobPage {
        dead_jobs: rows.into_iter().map(view).collect::<Result<_>>()?,
        next_cursor,
    }))
}

/// Try a job again
///
/// With a fresh budget of attempts.
#[utoipa::path(
    post,
    path = "/api/admin/jobs/dead/{id}/retry",
    tag = "admin",
    params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It will be done"),
        (status = 404, description = "No such dead job"),
        (status = 409, description = "A job with the same key is waiting already"),
    )
)]
async fn retry_dead_job(State(db): State<Db>, by: By, Path(id): Path<i64>) -> Result<StatusCode> {
    let retry = move |tx: &mut Tx<'_>| {
        dead::retry(tx, id)?;
        note(tx, &by, "platform.dead_job.retry", id)
    };
    db.write("platform.retry_dead_job", retry).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a job up for good
#[utoipa::path(
    delete,
    path = "/api/admin/jobs/dead/{id}",
    tag = "admin",
    params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such dead job"),
    )
)]
async fn drop_dead_job(State(db): State<Db>, by: By, Path(id): Path<i64>) -> Result<StatusCode> {
    let drop = move |tx: &mut Tx<'_>| {
        dead::drop_job(tx, id)?;
        note(tx, &by, "platform.dead_job.drop", id)
    };
    db.write("platform.drop_dead_job", drop).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn note(tx: &mut Tx<'_>, by: &By, action: &'static str, id: i64) -> Result<()> {
    Ok(by.did(tx, action, &format!("job/{id}"), "{}")?)
}
