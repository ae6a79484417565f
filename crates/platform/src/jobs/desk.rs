//! `/api/admin/jobs`: what runs by itself, for the operator to look at, to stop and to start.

use super::directory::{Directory, JobKind};
use super::{board, next_tick, queue, store};
use crate::audit::By;
use crate::auth::Role;
use crate::clock::Timestamp;
use crate::db::{Db, Tx};
use crate::error::{Error, Kind, Result};
use crate::http::{Api, Json, Path, Policy, ReasonBody, operations};
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Clone)]
struct Desk {
    db: Db,
    jobs: Directory,
}

/// The routes: all of the staff may look, owners may act.
pub(super) fn api(db: &Db, jobs: Directory) -> Api {
    let owner = Policy::Role(Role::Owner);
    let desk = Desk {
        db: db.clone(),
        jobs,
    };
    Api::new()
        .routes(Policy::Admin, operations!(list_jobs))
        .routes(owner, operations!(pause_job))
        .routes(owner, operations!(resume_job))
        .routes(owner, operations!(run_job))
        .with_state(desk)
}

impl Desk {
    fn find(&self, name: &str) -> Result<(&'static str, JobKind)> {
        let missing = || Error::new(Kind::Missing, "job_not_found", "No such job");
        self.jobs.find(name).ok_or_else(missing)
    }
}

/// Who has stopped a job.
#[derive(Debug, Serialize, ToSchema)]
struct JobPause {
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    #[schema(example = "user/7")]
    by: String,
    reason: String,
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
struct JobView {
    #[schema(example = "services.close_due")]
    name: &'static str,
    kind: JobKind,
    /// Null while it runs.
    paused: Option<JobPause>,
    /// When it ran last, a few seconds late; null for a queue.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_ran_at: Option<Timestamp>,
    /// When something is due next; null when nothing is.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_due_at: Option<Timestamp>,
    /// What waits in its queue.
    waiting: i64,
    /// What was given up in its queue.
    dead: i64,
    /// What its last run said, when it failed.
    last_error: Option<String>,
    /// How long what is due has waited; null when nothing is due.
    lag_seconds: Option<u64>,
}

/// Everything that runs by itself.
#[derive(Debug, Serialize, ToSchema)]
struct JobList {
    jobs: Vec<JobView>,
}

/// List what runs by itself
#[utoipa::path(
    get,
    path = "/api/admin/jobs",
    tag = "admin",
    responses((status = 200, description = "All jobs of the program, by name", body = JobList))
)]
async fn list_jobs(State(desk): State<Desk>) -> Result<Json<JobList>> {
    let jobs = desk.jobs;
    let look = move |tx: &mut Tx<'_>| look(tx, &jobs);
    let jobs = desk.db.read("platform.list_jobs", look).await?;
    Ok(Json(JobList { jobs }))
}

fn look(tx: &mut Tx<'_>, jobs: &Directory) -> Result<Vec<JobView>> {
    let now = tx.now();
    let mut runs: BTreeMap<String, store::Run> = store::runs(tx)?
        .into_iter()
        .map(|r| (r.job.clone(), r))
        .collect();
    let mut paused: BTreeMap<String, store::Paused> = store::paused(tx)?
        .into_iter()
        .map(|p| (p.job.clone(), p))
        .collect();
    let mut waiting: BTreeMap<String, store::Waiting> = store::waiting(tx)?
        .into_iter()
        .map(|w| (w.kind.clone(), w))
        .collect();
    let mut views = Vec::new();
    for (name, kind) in jobs.names() {
        let run = runs.remove(name);
        let pause = paused.remove(name).map(|p| JobPause {
            since: p.paused_at,
            by: p.paused_by,
            reason: p.reason,
        });
        let (last, error) = run.map_or((None, None), |r| (r.last_ran_at, r.last_error));
        views.push(JobView {
            name,
            kind,
            paused: pause,
            last_ran_at: last,
            next_due_at: None,
            waiting: 0,
            dead: 0,
            last_error: error,
            lag_seconds: None,
        });
    }
    for view in &mut views {
        let last = view.last_ran_at;
        view.next_due_at = match view.kind {
            JobKind::Reconciler => {
                let job = jobs.reconcilers.iter().find(|job| job.name() == view.name);
                job.map_or(Ok(None), |job| job.next_due(tx))?
            }
            JobKind::Periodic => {
                let job = jobs.periodic.iter().find(|job| job.name() == view.name);
                last.zip(job)
                    .map(|(last, job)| next_tick(last, job.period()))
            }
            JobKind::Poller => {
                let job = jobs.pollers.iter().find(|job| job.name() == view.name);
                last.zip(job).map(|(last, job)| last.plus(job.period()))
            }
            JobKind::Queue => {
                let queued = waiting.remove(view.name);
                view.waiting = queued.as_ref().map_or(0, |queued| queued.pending);
                view.dead = queued.as_ref().map_or(0, |queued| queued.dead);
                view.last_error = store::last_error_of(tx, view.name)?;
                queued.and_then(|queued| queued.due_at)
            }
        };
        let due = view.next_due_at.filter(|due| *due <= now);
        view.lag_seconds = due.map(|due| now.since(due).as_secs());
    }
    views.sort_by_key(|view| view.name);
    Ok(views)
}

/// Stop a job
///
/// What it is doing at this moment it finishes.
#[utoipa::path(
    post,
    path = "/api/admin/jobs/{name}/pause",
    tag = "admin",
    params(("name" = String, Path, example = "services.close_due")),
    request_body = ReasonBody,
    responses(
        (status = 204, description = "It does not run any more"),
        (status = 404, description = "No such job"),
    )
)]
async fn pause_job(
    State(desk): State<Desk>,
    by: By,
    Path(name): Path<String>,
    Json(body): Json<ReasonBody>,
) -> Result<StatusCode> {
    let ((name, _), reason) = (desk.find(&name)?, body.check()?);
    let pause = move |tx: &mut Tx<'_>| {
        super::pause(tx, name, &by.actor, &reason)?;
        note(tx, &by, "platform.job.pause", name)
    };
    desk.db.write("platform.pause_job", pause).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a stopped job run again
#[utoipa::path(
    post,
    path = "/api/admin/jobs/{name}/resume",
    tag = "admin",
    params(("name" = String, Path, example = "services.close_due")),
    responses(
        (status = 204, description = "It runs"),
        (status = 404, description = "No such job"),
    )
)]
async fn resume_job(
    State(desk): State<Desk>,
    by: By,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    let (name, _) = desk.find(&name)?;
    let resume = move |tx: &mut Tx<'_>| {
        super::resume(tx, name)?;
        tx.signal(name);
        tx.signal(queue::SIGNAL);
        note(tx, &by, "platform.job.resume", name)
    };
    desk.db.write("platform.resume_job", resume).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Run a job as soon as possible
///
/// In whichever process does it. For a queue: what waits for a later attempt is tried at once.
#[utoipa::path(
    post,
    path = "/api/admin/jobs/{name}/run",
    tag = "admin",
    params(("name" = String, Path, example = "services.close_due")),
    responses(
        (status = 202, description = "It will run"),
        (status = 404, description = "No such job"),
        (status = 409, description = "It is stopped"),
    )
)]
async fn run_job(State(desk): State<Desk>, by: By, Path(name): Path<String>) -> Result<StatusCode> {
    let (name, kind) = desk.find(&name)?;
    let ask = move |tx: &mut Tx<'_>| {
        if store::is_paused(tx, name)?.is_some() {
            let text = "The job is stopped; let it run again first";
            return Err(Error::new(Kind::Conflict, "job_paused", text));
        }
        match kind {
            JobKind::Queue => queue::bring_forward(tx, name)?,
            JobKind::Reconciler | JobKind::Periodic | JobKind::Poller => {
                store::ask(tx, name)?;
                tx.signal(board::ASKED);
            }
        }
        note(tx, &by, "platform.job.run", name)
    };
    desk.db.write("platform.ask_job", ask).await?;
    Ok(StatusCode::ACCEPTED)
}

fn note(tx: &mut Tx<'_>, by: &By, action: &'static str, name: &str) -> Result<()> {
    Ok(by.did(tx, action, &format!("job/{name}"), "{}")?)
}
