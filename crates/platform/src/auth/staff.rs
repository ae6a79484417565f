//! The operator's staff: who has which role. Each change is in the audit trail.

use super::role::Role;
use super::store::{self, Grant};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::UserId;

/// Gives a role; whether they did not have it. [`super::Auth::forget`] after the commit makes
/// this process notice at once.
///
/// # Errors
/// The database's.
pub fn grant(tx: &mut Tx<'_>, user: UserId, role: Role, by: &str) -> Result<bool> {
    let now = tx.now();
    Ok(store::grant(tx, user, role, now, by)? == 1)
}

/// Takes a role away; whether they had it.
///
/// # Errors
/// The database's.
pub fn revoke(tx: &mut Tx<'_>, user: UserId, role: Role, _by: &str) -> Result<bool> {
    Ok(store::revoke_role(tx, user, role)? == 1)
}

/// All of it.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Grant>> {
    Ok(store::grants(tx)?)
}
