//! The staff says what came of a complaint. Money is another matter: see [`super::refund_take`].

use super::admin_complaints::{self, ComplaintView};
use crate::domain::Refusal;
use crate::error::Result;
use crate::store::complaints;
use torg_platform::audit::By;
use torg_platform::db::{Changed, Tx};

/// Resolves complaint `id`, once: 404 → 409 resolved before.
///
/// # Errors
/// The first refusal in that order.
pub(crate) fn resolve_complaint(
    tx: &mut Tx<'_>,
    id: i64,
    resolution: &str,
    by: &By,
) -> Result<ComplaintView> {
    let resolved_at = complaints::lock(tx, id)?.ok_or(Refusal::ComplaintNotFound)?;
    if resolved_at.is_some() {
        return Err(Refusal::ComplaintResolved.into());
    }
    let now = tx.now();
    let _one: Changed = complaints::resolve(tx, id, now, &by.actor, resolution)?;
    by.did(
        tx,
        "services.resolve_complaint",
        &format!("complaint/{id}"),
        "{}",
    )?;
    admin_complaints::get(tx, id)
}
