//! The operator's staff: who has which role. Each change is in the audit trail.

use super::role::Role;
use super::store::{self, Grant};
use crate::audit;
use crate::db::Tx;
use crate::error::Result;
use crate::http::request;
use crate::ids::UserId;

/// Gives a role; whether they did not have it. [`super::Auth::forget`] after the commit makes
/// this process notice at once. `by` is the actor of the audit trail.
///
/// # Errors
/// The database's.
pub fn grant(tx: &mut Tx<'_>, user: UserId, role: Role, by: &str) -> Result<bool> {
    let now = tx.now();
    let is_new = store::grant(tx, user, role, now, by)? == 1;
    if is_new {
        note(tx, "platform.role.grant", user, Some(role), by)?;
    }
    Ok(is_new)
}

/// Takes a role away; whether they had it.
///
/// # Errors
/// The database's.
pub fn revoke(tx: &mut Tx<'_>, user: UserId, role: Role, by: &str) -> Result<bool> {
    let was_there = store::revoke_role(tx, user, role)? == 1;
    if was_there {
        note(tx, "platform.role.revoke", user, Some(role), by)?;
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
    by: &str,
) -> Result<()> {
    let details = role.map_or_else(
        || "{}".to_owned(),
        |r| format!(r#"{{"role":"{}"}}"#, r.as_str()),
    );
    let context = request::current();
    let entry = audit::Entry {
        actor: by,
        action,
        subject: &format!("user/{user}"),
        details: &details,
        request_id: context.as_ref().map_or("", |context| context.id().as_str()),
    };
    Ok(audit::record(tx, &entry)?)
}
