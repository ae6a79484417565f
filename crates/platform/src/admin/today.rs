//! `/api/admin/today`: what waits for a person, everywhere.

use super::Panel;
use super::hooks::{Queue, Waiting};
use super::store::waiting;
use crate::db::{self, One, Tx};
use crate::http::{Api, Json, Policy, operations};
use crate::settings::Pause;
use crate::{Result, Timestamp};
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Something that waits.
#[derive(Debug, Serialize, ToSchema)]
struct QueueView {
    /// What it is.
    #[schema(value_type = String, example = "platform.flagged_payments")]
    name: &'static str,
    /// Where: a market, or `platform`, `telegram`.
    #[schema(value_type = String, example = "platform")]
    market: &'static str,
    /// How many; above 0.
    count: i64,
    /// Since when the first of them waits, where that is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Timestamp>,
}

/// A market in which nothing new is begun.
#[derive(Debug, Serialize, ToSchema)]
struct PausedView {
    #[schema(value_type = String, example = "shop")]
    market: &'static str,
    /// What people are told.
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// What waits for the staff.
#[derive(Debug, Serialize, ToSchema)]
struct TodayView {
    queue: Vec<QueueView>,
    paused: Vec<PausedView>,
    /// The moment at which it was so.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// The routes.
pub(super) fn api() -> Api<Panel> {
    Api::new().routes(Policy::Admin, operations!(get_today))
}

/// What waits for a person
#[utoipa::path(get, path = "/api/admin/today", tag = "admin", operation_id = "get_today",
    responses((status = 200, body = TodayView)))]
async fn get_today(State(panel): State<Panel>) -> Result<Json<TodayView>> {
    let of = panel.clone();
    let work = move |tx: &mut Tx<'_>| look(tx, &of);
    Ok(Json(panel.ctx().db.read("platform.today", work).await?))
}

fn look(tx: &mut Tx<'_>, panel: &Panel) -> Result<TodayView> {
    let mut queue = Vec::new();
    for waiting in panel.waiting() {
        let Queue { count, oldest_at } = waiting.look(tx)?;
        if count > 0 {
            let name = waiting.name();
            queue.push(QueueView {
                name,
                market: name.split_once('.').map_or(name, |(market, _)| market),
                count,
                oldest_at,
            });
        }
    }
    let paused = |market: &&'static str| {
        let Pause { reason, since } = panel.ctx().settings.paused(market)?;
        Some(PausedView {
            market,
            reason,
            since,
        })
    };
    Ok(TodayView {
        queue,
        paused: panel.markets().iter().filter_map(paused).collect(),
        at: tx.now(),
    })
}

/// Counts, and finds the first.
type Look = fn(&mut Tx<'_>) -> db::Result<One<(i64, Option<Timestamp>)>>;

/// What waits in a table of the kernel.
struct Table {
    name: &'static str,
    look: Look,
}

impl Waiting for Table {
    fn name(&self) -> &'static str {
        self.name
    }

    fn look(&self, tx: &mut Tx<'_>) -> Result<Queue> {
        let One((count, oldest_at)) = (self.look)(tx)?;
        Ok(Queue { count, oldest_at })
    }
}

/// What waits in the kernel.
pub(super) fn of_kernel() -> Vec<Arc<dyn Waiting>> {
    let table = |name, look: Look| -> Arc<dyn Waiting> { Arc::new(Table { name, look }) };
    vec![
        table("platform.flagged_payments", waiting::flagged),
        table("platform.withdrawals_to_approve", waiting::withdrawals),
        table("platform.deposits_in_suspense", waiting::suspense),
        table("platform.dead_letters", waiting::dead_letters),
        table("platform.dead_jobs", waiting::dead_jobs),
    ]
}
