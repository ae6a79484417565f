//! `/_clock`: time in the hand of demo and tests. Not there with the real clock.

use axum::extract::State;
use http::Method;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use torg_platform::http::{Api, Json, Policy};
use torg_platform::jobs::Worker;
use torg_platform::{Clock, Error, Result, Timestamp};

/// A move may be this long at most: ten years.
const LONGEST: i64 = 10 * 366 * 86_400;

/// Called after each move with the whole time moved so far.
pub(crate) type OnMove = Arc<dyn Fn(Duration) + Send + Sync>;

/// What moves when time does.
#[derive(Clone)]
pub(crate) struct Hand {
    pub(crate) clock: Clock,
    /// Catches up before the answer, so that whoever moved the clock sees what it has brought.
    pub(crate) worker: Option<Worker>,
    pub(crate) on_move: Option<OnMove>,
}

#[derive(Serialize)]
struct Now {
    now: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance_seconds: i64,
}

/// The routes, unless nobody may move this clock.
pub(crate) fn api(hand: Hand) -> Api {
    match hand.clock {
        Clock::Real => Api::new(),
        Clock::Manual(_) | Clock::Shifted(_) => Api::new()
            .undocumented(Policy::Public, Method::GET, "/_clock", show)
            .undocumented(Policy::Public, Method::POST, "/_clock", advance)
            .with_state(hand),
    }
}

async fn show(State(hand): State<Hand>) -> Json<Now> {
    Json(Now {
        now: hand.clock.now(),
    })
}

async fn advance(State(hand): State<Hand>, Json(body): Json<Move>) -> Result<Json<Now>> {
    let seconds = Some(body.advance_seconds).filter(|seconds| (0..=LONGEST).contains(seconds));
    let seconds = seconds
        .and_then(|seconds| u64::try_from(seconds).ok())
        .ok_or_else(|| {
            Error::field(
                "advance_seconds",
                "must be from 0 to ten years: time does not go back",
            )
        })?;
    let by = Duration::from_secs(seconds);
    let now = hand.clock.advance(by).unwrap_or_else(|| hand.clock.now());
    if let Some(on_move) = &hand.on_move {
        on_move(by);
    }
    if let Some(worker) = &hand.worker {
        worker.run_due().await?;
    }
    Ok(Json(Now { now }))
}
