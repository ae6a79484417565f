//! Asks Telegram for updates, for who has no public address.

use super::{KINDS, receive};
use crate::api::{ApiError, ApiErrorKind, BotApi, DeleteWebhook, RawUpdate};
use crate::lease::Lease;
use crate::store::updates;
use parking_lot::Mutex;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use torg_platform::ctx::Ctx;
use torg_platform::db::{Db, Tx};
use torg_platform::jobs::{Look, Poller, Step};
use torg_platform::{Clock, Result};

/// How long Telegram waits for something to tell.
const WAIT: Duration = Duration::from_secs(25);
/// The longest pause after failures.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// After a week without updates Telegram goes on with another number, which may be lower. Asking
/// from our place would confirm those unseen, so after six days we ask from the beginning.
const SILENCE: Duration = Duration::from_hours(6 * 24);

/// Fetches updates into the inbox.
#[derive(Debug)]
pub struct Fetch {
    db: Db,
    clock: Clock,
    stopping: CancellationToken,
    api: BotApi,
    lease: Lease,
    failures: Mutex<u32>,
    wait: Duration,
}

impl Fetch {
    /// Fetches the updates of `api`'s bot.
    pub fn new(ctx: &Ctx, api: BotApi) -> Self {
        Self {
            lease: Lease::new("telegram.fetch", &ctx.db, &ctx.rng),
            clock: ctx.clock.clone(),
            db: ctx.db.clone(),
            stopping: ctx.stopping.clone(),
            api,
            failures: Mutex::default(),
            wait: WAIT,
        }
    }

    /// The same without waiting for updates that are not there yet.
    #[must_use]
    pub fn without_waiting(self) -> Self {
        Self {
            wait: Duration::ZERO,
            ..self
        }
    }

    /// Asks once and stores what came; how many updates that were.
    ///
    /// # Errors
    /// The database's. What Telegram refuses is told to the log, and the next look waits longer.
    pub async fn fetch(&self) -> Result<usize> {
        if !self.lease.hold().await? {
            return Ok(0);
        }
        let Some(offset) = self.offset().await? else {
            return Ok(0);
        };
        let asked = self.api.get_updates(offset, self.wait, &KINDS);
        let answer = tokio::select! {
            answer = asked => answer,
            () = self.stopping.cancelled() => return Ok(0),
        };
        match answer {
            Ok(updates) => {
                *self.failures.lock() = 0;
                self.store(updates.0).await
            }
            Err(error) => {
                self.recover(&error).await;
                Ok(0)
            }
        }
    }

    /// Which number to ask from: `Some(None)` from the beginning, `None` when another process has
    /// taken over.
    async fn offset(&self) -> Result<Option<Option<i64>>> {
        let (position, bot_id) = (self.lease.position(), self.api.bot_id());
        let read = move |tx: &mut Tx<'_>| {
            let Some(position) = position(tx)? else {
                return Ok(None);
            };
            let last = updates::received_at(tx, bot_id, position.saturating_sub(1))?;
            let is_fresh = last.is_some_and(|at| tx.now().since(at) < SILENCE);
            Ok::<_, torg_platform::Error>(Some(is_fresh.then_some(position)))
        };
        self.db.write("telegram.fetch_position", read).await
    }

    /// Into the inbox, together with the place up to which Telegram may forget them.
    async fn store(&self, fetched: Vec<RawUpdate>) -> Result<usize> {
        let Some(last) = fetched.iter().map(|update| update.update_id).max() else {
            return Ok(0);
        };
        let count = fetched.len();
        let (lease, position, bot_id) =
            (self.lease.clone(), self.lease.position(), self.api.bot_id());
        let write = move |tx: &mut Tx<'_>| {
            if position(tx)?.is_none() {
                return Ok(());
            }
            for update in &fetched {
                receive(tx, bot_id, update.update_id, update.raw.get())?;
            }
            lease.advance(tx, last.saturating_add(1))
        };
        self.db.write("telegram.store_updates", write).await?;
        Ok(count)
    }

    async fn recover(&self, error: &ApiError) {
        let failures = {
            let mut failures = self.failures.lock();
            *failures = failures.saturating_add(1);
            *failures
        };
        if failures == 1 || failures.checked_rem(20) == Some(0) {
            tracing::warn!(%error, failures, "updates could not be fetched");
        }
        if error.kind == ApiErrorKind::Conflict && error.description.contains("webhook") {
            // The operator has chosen to fetch.
            let deleted = self.api.delete_webhook(&DeleteWebhook::default()).await;
            if deleted.is_ok() {
                return;
            }
        }
        let doublings = failures.saturating_sub(1).min(8);
        let pause = Duration::from_millis(500).saturating_mul(2_u32.saturating_pow(doublings));
        let pause = error.retry_after().unwrap_or_else(|| pause.min(PAUSE_MAX));
        let until = self.clock.now().plus(pause);
        tokio::select! {
            () = self.clock.sleep_until(until) => {}
            () = self.stopping.cancelled() => {}
        }
    }
}

impl Poller for Fetch {
    fn name(&self) -> &'static str {
        "telegram.fetch"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn look(&self) -> Look<'_> {
        Box::pin(async {
            if self.stopping.is_cancelled() || !self.lease.hold().await? {
                return Ok(Step::Done);
            }
            // Telegram itself waits until there is something: asked again at once.
            self.fetch().await?;
            Ok(Step::More)
        })
    }
}
