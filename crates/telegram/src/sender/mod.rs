//! Sends what chats are to show and makes the calls that wait, within Telegram's limits.
//!
//! A chat has one call in flight at most, so its messages keep their order and one that has to
//! wait holds up its own chat only. Whatever happens to a process, the database says what is to be
//! done: a call that nobody waits for any more counts as lost after a minute and is made again,
//! unless it must not happen twice ([`crate::messages::Terms::once`]).

mod claim;
mod pace;
mod settle;

use crate::api::{ApiError, ApiErrorKind, ApiResult, BotApi, Posted};
use crate::content::Content;
use crate::lease::Lease;
use crate::messages::SIGNAL;
use crate::store::messages::Message;
use pace::Pace;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use torg_platform::ctx::Ctx;
use torg_platform::db::{Db, Tx};
use torg_platform::jobs::{Look, Poller, Step};
use torg_platform::rng::Rng;
use torg_platform::{Clock, Error, Result};

/// Calls at once. At 25 a second that is enough for answers that take most of a second.
const AT_ONCE: usize = 16;
/// Time for a call that shows nothing. Somebody waits for it (Telegram gives a checkout ten
/// seconds), and making it twice does no harm.
const CALL_WITHIN: Duration = Duration::from_secs(4);
/// How long one look goes on before the worker asks whether the job was paused.
const LOOK: Duration = Duration::from_secs(20);

/// Something that was claimed.
#[derive(Debug, Clone)]
enum Work {
    Call {
        id: i64,
        epoch: i64,
        method: String,
        params: String,
        attempts: i64,
    },
    Message {
        message: Message,
        epoch: i64,
    },
}

impl Work {
    /// How long it is in the hand of whoever claimed it.
    const fn lease(&self) -> Duration {
        match self {
            Self::Call { .. } => claim::CALL_LEASE,
            Self::Message { .. } => claim::LEASE,
        }
    }
}

/// Sends. Clones share it.
#[derive(Debug, Clone)]
pub struct Sender(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    clock: Clock,
    stopping: CancellationToken,
    api: BotApi,
    lease: Lease,
    pace: Pace,
    /// What is in flight, and a sign whenever one of them has landed.
    flying: TaskTracker,
    landed: Notify,
}

impl Sender {
    /// Sends through `api`.
    pub fn new(ctx: &Ctx, api: BotApi) -> Self {
        Self::with(&ctx.db, &ctx.rng, ctx.stopping.clone(), api)
    }

    /// The same without the rest of the kernel.
    pub fn with(db: &Db, rng: &Rng, stopping: CancellationToken, api: BotApi) -> Self {
        Self(Arc::new(Inner {
            lease: Lease::new("telegram.send", db, rng),
            clock: db.clock().clone(),
            db: db.clone(),
            stopping,
            api,
            pace: Pace::default(),
            flying: TaskTracker::new(),
            landed: Notify::new(),
        }))
    }

    /// Sends everything that is due at this moment, waits for the answers and returns how many
    /// calls were made.
    ///
    /// # Errors
    /// The database's.
    pub async fn send_due(&self) -> Result<usize> {
        let mut made = 0_usize;
        loop {
            let started = self.start_due().await?;
            if started == 0 && self.0.flying.is_empty() {
                return Ok(made);
            }
            made = made.saturating_add(started);
            self.0.flying.close();
            self.0.flying.wait().await;
            self.0.flying.reopen();
        }
    }

    /// Claims what is due and starts its calls; how many.
    async fn start_due(&self) -> Result<usize> {
        let inner = &self.0;
        let now = inner.clock.now();
        let room = AT_ONCE.saturating_sub(inner.flying.len());
        if room == 0 || now < inner.pace.quiet_until() {
            return Ok(0);
        }
        if inner.next_due().await?.is_none_or(|due| due > now) {
            return Ok(0);
        }
        let work = move |tx: &mut Tx<'_>| claim::claim(tx, room);
        let claimed = inner.db.write("telegram.claim", work).await?;
        let count = claimed.len();
        for work in claimed {
            let inner = self.0.clone();
            let until = now.plus(work.lease());
            self.0.flying.spawn(async move {
                inner.pace.turn(&inner.clock).await;
                // A process that stood still in between no longer has it in hand: who claims it
                // next sends it.
                if inner.clock.now() < until {
                    inner.perform(work).await;
                }
                inner.landed.notify_one();
            });
        }
        Ok(count)
    }

    async fn look_on(&self) -> Result<Step> {
        let inner = &self.0;
        let wake = inner.db.signals().of(SIGNAL);
        let ends = inner.clock.now().plus(LOOK);
        while !inner.stopping.is_cancelled() && inner.clock.now() < ends {
            if !inner.lease.hold().await? {
                return Ok(Step::Done);
            }
            self.start_due().await?;
            let due = inner.next_due().await?.unwrap_or(ends).min(ends);
            let due = due.max(inner.pace.quiet_until());
            let is_full = inner.flying.len() >= AT_ONCE;
            tokio::select! {
                () = inner.stopping.cancelled() => {}
                () = inner.landed.notified() => {}
                () = wake.notified(), if !is_full => {}
                () = inner.clock.sleep_until(due), if !is_full => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
        Ok(Step::Done)
    }
}

impl Inner {
    async fn next_due(&self) -> Result<Option<torg_platform::Timestamp>> {
        self.db.read("telegram.next_due", claim::next_due).await
    }

    async fn perform(&self, work: Work) {
        let settled = match work {
            Work::Call {
                id,
                epoch,
                method,
                params,
                attempts,
            } => {
                let result = self.call(&method, &params).await;
                self.note(result.as_ref().err());
                let settle = move |tx: &mut Tx<'_>| {
                    settle::call(tx, id, epoch, attempts, result.as_ref().map(drop))
                };
                self.db.write("telegram.settle_call", settle).await
            }
            Work::Message { message, epoch } => {
                let result = self.show(&message).await;
                self.note(result.as_ref().err());
                let settle = move |tx: &mut Tx<'_>| {
                    settle::message(tx, &message, epoch, result.as_ref().copied())
                };
                self.db.write("telegram.settle_message", settle).await
            }
        };
        if let Err(error) = settled {
            // Its lease will end, and then it counts as lost.
            tracing::warn!(%error, "an answer of Telegram could not be written down");
        }
    }

    /// Sends or edits; the message's name at Telegram.
    async fn show(&self, message: &Message) -> ApiResult<i64> {
        let content: Content = serde_json::from_str(&message.content)
            .map_err(|error| ApiError::refused_here(&Error::internal(error)))?;
        match message.message_id {
            None => {
                let sent = self.api.ask(&content.to_send(message.chat_id)).await?;
                Ok(sent.message_id)
            }
            Some(known) => {
                let edit = content.to_edit(message.chat_id, known);
                let _as_it_is_now: Posted = self.api.ask(&edit).await?;
                Ok(known)
            }
        }
    }

    async fn call(&self, method: &str, params: &str) -> ApiResult<Box<RawValue>> {
        let params: Box<RawValue> =
            serde_json::from_str(params).map_err(|error| ApiError::refused_here(&error))?;
        self.api.call(method, &params, CALL_WITHIN).await
    }

    fn note(&self, error: Option<&ApiError>) {
        let now = self.clock.now();
        match error.map(|error| error.kind) {
            None | Some(ApiErrorKind::BadRequest(_) | ApiErrorKind::Forbidden(_)) => {
                self.pace.answered();
            }
            Some(ApiErrorKind::Flood { retry_after }) => self.pace.flooded(now, retry_after),
            Some(ApiErrorKind::Unauthorized | ApiErrorKind::NotFound) => self.pace.refused(now),
            Some(
                ApiErrorKind::Conflict
                | ApiErrorKind::Server
                | ApiErrorKind::NoAnswer { .. }
                | ApiErrorKind::Malformed,
            ) => self.pace.failed(now),
        }
    }
}

impl Poller for Sender {
    fn name(&self) -> &'static str {
        SIGNAL
    }

    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn look(&self) -> Look<'_> {
        Box::pin(self.look_on())
    }

    /// What is in flight lands: a call whose answer nobody hears would have to be made again.
    fn finish(&self) -> futures_util::future::BoxFuture<'_, ()> {
        Box::pin(async {
            self.0.flying.close();
            self.0.flying.wait().await;
        })
    }
}
