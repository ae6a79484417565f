//! Reminds customers of executors who have paid and wait.
//!
//! The row says when the next reminder is due, so each comes once; an answer takes it away. After
//! a standstill only the newest one comes: four at once would help nobody.

use super::snapshot::{self, Snapshot};
use crate::domain::REMINDERS;
use crate::error::Result;
use crate::store::orders;
use std::time::Duration;
use torg_platform::Timestamp;
use torg_platform::db::Tx;

/// Wakes whoever reminds.
pub(crate) const REMIND: &str = "services.remind";

/// Orders of one unit of work.
const BATCH: i64 = 50;

/// When the next reminder is due.
///
/// # Errors
/// The database's.
pub(crate) fn next_reminder_at(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    Ok(orders::next_reminder(tx)?)
}

/// The reminders that are due, each an order and the number of its reminder from 0 on, written
/// down as made, in the order of their customers; and whether there may be more.
///
/// # Errors
/// The database's.
pub(crate) fn due_reminders(tx: &mut Tx<'_>) -> Result<(Vec<(Snapshot, usize)>, bool)> {
    let now = tx.now();
    let due = orders::lock_to_remind(tx, now, BATCH)?;
    let more = i64::try_from(due.len()).unwrap_or(BATCH) >= BATCH;
    let mut reminders = Vec::new();
    for stored in due {
        let id = &stored.order.id;
        let waits = stored.order.state_at(now).may_refund();
        let Some((first, order)) = stored
            .order
            .first_take_at
            .filter(|_| waits)
            .zip(snapshot::snapshot(tx, id)?)
        else {
            orders::set_reminder(tx, id.as_str(), None)?;
            continue;
        };
        let (made, next) = reminder_at(now.since(first));
        orders::set_reminder(tx, id.as_str(), next.map(|after| first.plus(after)))?;
        reminders.push((order, made));
    }
    reminders.sort_by_key(|(order, _)| order.order.customer);
    Ok((reminders, more))
}

/// Which reminder is the newest one after so much waiting, and when the next one comes.
fn reminder_at(waited: Duration) -> (usize, Option<Duration>) {
    let passed = REMINDERS.iter().filter(|after| **after <= waited).count();
    (passed.saturating_sub(1), REMINDERS.get(passed).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_one_comes_and_the_next_one_is_known() {
        let minutes = Duration::from_mins;
        for (waited, made, next) in [
            (minutes(0), 0, Some(minutes(5))),
            (minutes(4), 0, Some(minutes(5))),
            (minutes(5), 1, Some(minutes(10))),
            (minutes(12), 2, Some(minutes(13))),
            (minutes(14), 3, None),
        ] {
            assert_eq!(reminder_at(waited), (made, next), "{waited:?}");
        }
    }
}
