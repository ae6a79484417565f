//! What takes time: a long poll, and a payment that waits for the bot.

use super::LocalTelegram;
use super::error::{ApiError, Refusal};
use super::methods;
use super::params::Params;
use super::world::CONSENT;
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::{Clock, Timestamp};

/// Seconds that a long poll lasts at most.
const LONGEST_POLL: i64 = 50;

impl LocalTelegram {
    pub(super) fn look_for_updates(
        &self,
        bot: i64,
        params: &Params,
        first: bool,
    ) -> Result<Value, ApiError> {
        let limit = params.int("limit").unwrap_or(100).clamp(1, 100);
        let limit = usize::try_from(limit).unwrap_or(100);
        // Only the first look confirms: what comes while one waits was not seen.
        let offset = if first {
            params.int("offset").unwrap_or(0)
        } else {
            0
        };
        self.change(|world| {
            if first {
                methods::allow_updates(world, bot, params);
            }
            let updates = world.take_updates(bot, offset, limit)?;
            Ok(world.handed_out(bot, &updates))
        })
    }

    /// `getUpdates`: waits for up to `timeout` seconds.
    pub(super) async fn get_updates(&self, bot: i64, params: &Params) -> Result<Value, ApiError> {
        let own = self.new_poll(bot);
        let timeout = params.int("timeout").unwrap_or(0).clamp(0, LONGEST_POLL);
        let timeout = Duration::from_secs(timeout.unsigned_abs());
        let end = tokio::time::Instant::now().checked_add(timeout);
        let mut changed = self.changes();
        let mut first = true;
        loop {
            changed.mark_unchanged();
            if !self.is_latest_poll(bot, own) {
                return Err(ApiError::conflict(
                    "terminated by other getUpdates request; \
                     make sure that only one bot instance is running",
                ));
            }
            let updates = self.look_for_updates(bot, params, first);
            let updates = updates.map_err(|error| match first {
                true => error,
                false => ApiError::conflict("terminated by setWebhook request"),
            })?;
            first = false;
            let now = tokio::time::Instant::now();
            if updates != json!([]) || end.is_none_or(|end| now >= end) {
                return Ok(updates);
            }
            let due = self.look(|world| world.next_due(bot));
            let rest = end.unwrap_or(now);
            tokio::select! {
                _ = changed.changed() => {}
                () = tokio::time::sleep_until(rest) => {}
                () = wait_for(self.clock(), due) => {}
            }
        }
    }

    pub(super) async fn pay(
        &self,
        person: i64,
        link: Option<&str>,
        place: Option<(i64, i64)>,
    ) -> Result<Value, Refusal> {
        let failed = |error: &str| json!({ "status": "failed", "error": error });
        let begun = self.change(|world| {
            let slug = world.invoice_of(person, link, place)?;
            world.begin_payment(person, &slug)
        });
        let id = match begun {
            Ok(id) => id,
            Err(refusal) if refusal.code.starts_with("unknown") => return Err(refusal),
            Err(refusal) => return Ok(failed(refusal.code)),
        };
        let until = self.clock().now().plus(CONSENT);
        let answered = self.until(|world| {
            world
                .checkouts
                .get(&id)
                .is_none_or(|checkout| checkout.outcome.is_some())
        });
        tokio::select! {
            () = answered => {}
            () = self.clock().sleep_until(until) => {}
        }
        self.change(|world| world.give_up_payment(&id));
        let outcome = self.look(|world| world.checkouts.get(&id)?.outcome.clone());
        Ok(match outcome {
            Some(Ok(())) => json!({ "status": "paid" }),
            Some(Err(error)) => failed(&error),
            None => json!({ "status": "cancelled" }),
        })
    }
}

async fn wait_for(clock: &Clock, due: Option<Timestamp>) {
    match due {
        Some(due) => clock.sleep_until(due).await,
        None => std::future::pending().await,
    }
}
