//! Dead letters: deliveries that were given up, for an operator to look at.

pub use super::store::DeadLetter;
use super::{DELIVERIES, store};
use crate::db::{Changed, Error as DbError, Tx};
use crate::{Error, Kind, Result};

/// Dead letters after number `after`, oldest first.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<DeadLetter>> {
    Ok(store::dead_letters(tx, after, limit)?)
}

/// Replaces the payload of a dead letter before it is tried again.
///
/// # Errors
/// `dead_letter_not_found`; `validation_error` when `payload` is not JSON.
pub fn edit(tx: &mut Tx<'_>, id: i64, payload: &str) -> Result<()> {
    serde_json::from_str::<serde::de::IgnoredAny>(payload)
        .map_err(|e| Error::field("payload", e.to_string()))?;
    found(store::edit(tx, id, payload))
}

/// Puts a dead letter back into its queue, with a fresh budget of attempts.
///
/// # Errors
/// `dead_letter_not_found`.
pub fn retry(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    tx.signal(DELIVERIES);
    let now = tx.now();
    found(store::revive(tx, id, now))
}

/// Deletes a dead letter for good.
///
/// # Errors
/// `dead_letter_not_found`.
pub fn drop_letter(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    found(store::drop_dead(tx, id))
}

/// Deletes everything that stands in `queue`, parked or not, because there is nobody any more to
/// take it; returns how much that was.
///
/// # Errors
/// The database's.
pub fn drop_queue(tx: &mut Tx<'_>, queue: &str) -> Result<u64> {
    Ok(store::delete_queue(tx, queue)?)
}

/// Events not yet relayed, deliveries not yet made, and dead letters.
///
/// # Errors
/// The database's.
pub fn counts(tx: &mut Tx<'_>) -> Result<(i64, i64, i64)> {
    let waiting = store::count_waiting(tx)?.0;
    let pending = store::count_deliveries(tx, "pending")?.0;
    Ok((waiting, pending, store::count_deliveries(tx, "dead")?.0))
}

fn found(result: Result<Changed, DbError>) -> Result<()> {
    match result {
        Ok(Changed) => Ok(()),
        Err(DbError::Stale(_)) => Err(Error::new(
            Kind::Missing,
            "dead_letter_not_found",
            "No such dead letter",
        )),
        Err(error) => Err(error.into()),
    }
}
