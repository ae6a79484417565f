//! Changes, each in one unit of work with its line of the history and of the audit trail.
//!
//! Twice the same change: the second has seen an older version and is refused. Half a change
//! there is not: value, history and audit are one unit.

use super::Pause;
use super::store::{self, Stored};
use crate::audit::By;
use crate::db::Tx;
use crate::{Error, Kind, Result};

/// Sets `name` to `value`, or back to what is configured. `seen` is the version that the caller
/// has looked at, 0 when it was never changed.
///
/// # Errors
/// 412 `stale_version` when somebody else has changed it since.
pub(super) fn set(
    tx: &mut Tx<'_>,
    name: &str,
    seen: i64,
    value: Option<&str>,
    by: &By,
    reason: &str,
) -> Result<Stored> {
    let known = store::lock(tx, name)?;
    let version = known.as_ref().map_or(0, |row| row.version);
    if version != seen {
        return Err(stale(version));
    }
    let (old, now) = (known.and_then(|row| row.value.clone()), tx.now());
    let written = match seen {
        0 => store::insert(tx, name, value, now, &by.actor)?,
        seen => store::update(tx, name, value, seen, now, &by.actor)?,
    };
    if written == 0 {
        // Two first changes at once: once more from the start, where the other one is seen.
        tx.outdated();
        return Err(stale(version));
    }
    let version = version.saturating_add(1);
    let old = old.as_deref();
    store::remember(tx, name, version, now, &by.actor, old, value, reason)?;
    let details = format!(r#"{{"version":{version}}}"#);
    let action = match value {
        Some(_) => "platform.setting.change",
        None => "platform.setting.reset",
    };
    by.did(tx, action, &format!("setting/{name}"), &details)?;
    Ok(Stored {
        name: name.to_owned(),
        value: value.map(str::to_owned),
        version,
        changed_at: now,
        changed_by: by.actor.clone(),
    })
}

/// Pauses, or changes the reason of a pause.
pub(super) fn pause(tx: &mut Tx<'_>, name: &str, by: &By, reason: &str) -> Result<Stored> {
    let known = store::lock(tx, name)?;
    let version = known.as_ref().map_or(0, |row| row.version);
    let before = known.as_ref().and_then(|row| row.value.as_deref());
    let before = before.and_then(|json| serde_json::from_str::<Pause>(json).ok());
    let pause = Pause {
        reason: reason.to_owned(),
        since: before.map_or(tx.now(), |before| before.since),
    };
    let value = serde_json::to_string(&pause).map_err(Error::internal)?;
    set(tx, name, version, Some(&value), by, reason)
}

/// Ends a pause; nothing when there is none.
pub(super) fn resume(tx: &mut Tx<'_>, name: &str, by: &By) -> Result<Option<Stored>> {
    match store::lock(tx, name)? {
        Some(row) if row.value.is_some() => set(tx, name, row.version, None, by, "").map(Some),
        Some(_) | None => Ok(None),
    }
}

fn stale(version: i64) -> Error {
    let text = format!("Somebody has changed it since: the version is {version} now");
    Error::new(Kind::Stale, "stale_version", text)
}
