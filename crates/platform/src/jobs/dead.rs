//! Jobs that were given up, for an operator to look at.

use super::queue::SIGNAL;
use super::store;
pub use super::store::DeadJob;
use crate::db::Tx;
use crate::{Error, Kind, Result};

/// Dead jobs after number `after`, oldest first.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<DeadJob>> {
    Ok(store::dead_jobs(tx, after, limit)?)
}

/// Jobs still to be done, and dead ones.
///
/// # Errors
/// The database's.
pub fn counts(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    let pending = store::count_jobs(tx, "pending")?.0;
    Ok((pending, store::count_jobs(tx, "dead")?.0))
}

/// Puts a dead job back into the queue, with a fresh budget of attempts.
///
/// # Errors
/// `dead_job_not_found`; `job_key_taken` while another job with the same key is open, which does
/// the same.
pub fn retry(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    tx.signal(SIGNAL);
    let now = tx.now();
    store::dead_job(tx, id)?.ok_or_else(missing)?;
    match store::revive(tx, id, now)? {
        0 => Err(Error::new(
            Kind::Conflict,
            "job_key_taken",
            "A job with the same key is waiting already",
        )),
        _ => Ok(()),
    }
}

/// Deletes a dead job for good.
///
/// # Errors
/// `dead_job_not_found`.
pub fn drop_job(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    match store::drop_dead(tx, id)? {
        0 => Err(missing()),
        _ => Ok(()),
    }
}

fn missing() -> Error {
    Error::new(Kind::Missing, "dead_job_not_found", "No such dead job")
}
