//! The stream that live subscribers resume from.

use super::store;
use crate::db::{Result, Tx};
use crate::live::Event;
use std::time::Duration;

/// How long a client may be away and still resume.
pub const KEPT: Duration = Duration::from_hours(24);

/// Events after `id`, oldest first.
///
/// # Errors
/// The database's.
pub fn after(tx: &mut Tx<'_>, id: i64, limit: i64) -> Result<Vec<Event>> {
    Ok(store::streamed_after(tx, id, limit)?
        .into_iter()
        .map(|row| Event {
            id: row.id,
            topic: row.aggregate.into(),
            kind: row.topic.into(),
            data: row.payload.into(),
            at: row.created_at,
        })
        .collect())
}

/// Id of the newest event; 0 before the first.
///
/// # Errors
/// The database's.
pub fn last_id(tx: &mut Tx<'_>) -> Result<i64> {
    store::last_stream_id(tx).map(|id| id.0)
}

/// Whether everything after `id` is still kept, so that resuming from it loses nothing.
///
/// # Errors
/// The database's.
pub fn reaches_back_to(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    let last = last_id(tx)?;
    let first = store::first_stream_id(tx)?.unwrap_or(last.saturating_add(1));
    Ok(id <= last && first <= id.saturating_add(1))
}

/// Deletes what is older than [`KEPT`]; returns how many events.
///
/// # Errors
/// The database's.
pub fn forget_old(tx: &mut Tx<'_>) -> Result<u64> {
    let before = tx.now().minus(KEPT);
    store::delete_streamed_before(tx, before)
}
