//! The operator's staff: who has which role. Each change is in the audit trail.

use super::role::Role;
use super::store::{self, Grant};
use crate::audit::By;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::UserId;

/// Gives a role; whether they did not have it. [`super::Auth::forget`] after the commit makes
/// this process notice at once.
///
/// # Errors
/// The database's.
pub fn grant(tx: &mut Tx<'_>, user: UserId, role: Role, by: impl Into<By>) -> Result<bool> {
    let (now, by) = (tx.now(), by.into());
    let is_new = store::grant(tx, user, role, now, &by.actor)? == 1;
    if is_new {
        note(tx, "platform.role.grant", user, Some(role), &by)?;
    }
    Ok(is_new)
}

/// Takes a role away; whether they had it.
///
/// # Errors
/// The database's.
pub fn revoke(tx: &mut Tx<'_>, user: UserId, role: Role, by: impl Into<By>) -> Result<bool> {
    let was_there = store::revoke_role(tx, user, role)? == 1;
    if was_there {
        note(tx, "platform.role.revoke", user, Some(role), &by.into())?;
    }
    Ok(was_there)
}

/// Everybody who has a role.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Grant>> {
    Ok(store::grants(tx)?)
}

/// Writes what was done to a person into the audit trail.
pub(super) fn note(
    tx: &mut Tx<'_>,
    action: &'static str,
    user: UserId,
    role: Option<Role>,
    by: &By,
) -> Result<()> {
    let details = role.map_or_else(
        || "{}".to_owned(),
        |r| format!(r#"{{"role":"{}"}}"#, r.as_str()),
    );
    Ok(by.did(tx, action, &format!("user/{user}"), &details)?)
}
