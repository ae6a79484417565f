//! What a disk holds after a cut: whether SQLite can read it, whether everything acknowledged is
//! there, and whether what is there is whole.

use super::disk::Image;
use rusqlite::Connection;
use std::collections::HashSet;
use std::path::Path;

/// What was found on one image.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Keys with a stored answer.
    pub(crate) present: HashSet<String>,
    /// Why it cannot be read.
    pub(crate) corrupt: Option<String>,
    /// Half effects, or money that does not add up.
    pub(crate) unbalanced: Vec<String>,
}

/// The database's file.
pub(crate) const DATABASE: &str = "torg.db";

/// Each of these counts something that is not as it must be.
const WRONG: [(&str, &str); 7] = [
    (
        "accounts that are not the sum of their transfers",
        "SELECT count(*) FROM platform_accounts a
         LEFT JOIN (SELECT credit_id AS id, sum(amount) AS sum FROM platform_transfers
            WHERE state IN ('posted', 'post') GROUP BY credit_id) c ON c.id = a.id
         LEFT JOIN (SELECT debit_id AS id, sum(amount) AS sum FROM platform_transfers
            WHERE state IN ('posted', 'post') GROUP BY debit_id) d ON d.id = a.id
         WHERE a.credits_posted <> coalesce(c.sum, 0) OR a.debits_posted <> coalesce(d.sum, 0)",
    ),
    (
        "kopecks too many or too few",
        "SELECT coalesce(sum(credits_posted - debits_posted), 0) FROM platform_accounts",
    ),
    (
        "transfers of the writer without their answer, or the other way round",
        "SELECT (SELECT count(*) FROM platform_transfers WHERE kind = 'prove.transfer')
              - (SELECT count(*) FROM platform_requests WHERE scope = 'prove')",
    ),
    (
        "recharges without their answer, or the other way round",
        "SELECT (SELECT count(*) FROM platform_transfers WHERE kind = 'services.recharge')
              - (SELECT count(*) FROM platform_requests
                 WHERE scope LIKE '%:services.recharge' AND status = 200)",
    ),
    (
        "takes without their answer, or the other way round",
        "SELECT (SELECT count(*) FROM services_takes)
              - (SELECT count(*) FROM platform_requests
                 WHERE scope LIKE '%:services.take' AND status = 200)",
    ),
    (
        "orders without their answer, or the other way round",
        "SELECT (SELECT count(*) FROM services_orders)
              - (SELECT count(*) FROM platform_requests
                 WHERE scope LIKE '%:services.create' AND status = 201)",
    ),
    (
        "shop orders without their answer, or the other way round",
        "SELECT (SELECT count(*) FROM shop_orders)
              - (SELECT count(*) FROM platform_requests
                 WHERE scope LIKE '%:shop.create_order' AND status = 201)",
    ),
];

/// Writes `image` into `folder` in place of what is there, and looks.
///
/// # Errors
/// When the image cannot be written; what is wrong with it is in [`Found`].
pub(crate) fn look(image: &Image, folder: &Path) -> Result<Found, String> {
    lay(image, folder)?;
    let mut found = Found::default();
    if let Err(error) = read(&folder.join(DATABASE), &mut found) {
        found.corrupt = Some(error);
    }
    Ok(found)
}

/// Writes `image` into `folder` in place of what is there.
pub(crate) fn lay(image: &Image, folder: &Path) -> Result<(), String> {
    drop(std::fs::remove_dir_all(folder));
    std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    for (name, bytes) in image {
        std::fs::write(folder.join(name), bytes).map_err(|e| e.to_string())?;
    }
    Ok(())
}

fn read(path: &Path, found: &mut Found) -> Result<(), String> {
    let db = Connection::open(path).map_err(|e| e.to_string())?;
    // What is checked here is what the cut left, not this connection.
    db.execute_batch("PRAGMA synchronous = OFF")
        .map_err(|e| e.to_string())?;
    let mut statement = db
        .prepare("PRAGMA integrity_check")
        .map_err(|e| e.to_string())?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0));
    let rows: Result<Vec<String>, _> = rows.map_err(|e| e.to_string())?.collect();
    let rows = rows.map_err(|e| e.to_string())?;
    if rows != ["ok"] {
        return Err(rows.join("; "));
    }
    if missing(&db, "platform_requests")? {
        // Before its first migration: nothing can be acknowledged yet, and the caller sees that.
        return Ok(());
    }
    let mut statement = db
        .prepare("SELECT key FROM platform_requests")
        .map_err(|e| e.to_string())?;
    let keys = statement.query_map([], |row| row.get::<_, String>(0));
    let keys: Result<_, _> = keys.map_err(|e| e.to_string())?.collect();
    found.present = keys.map_err(|e| e.to_string())?;
    if missing(&db, "services_takes")? || missing(&db, "shop_orders")? {
        return Ok(());
    }
    for (what, sql) in WRONG {
        let wrong = db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let wrong = wrong.map_err(|e| format!("{what}: {e}"))?;
        if wrong != 0 {
            found.unbalanced.push(format!("{wrong} {what}"));
        }
    }
    Ok(())
}

fn missing(db: &Connection, table: &str) -> Result<bool, String> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    let count = db.query_row(sql, [table], |row| row.get::<_, i64>(0));
    Ok(count.map_err(|e| e.to_string())? == 0)
}
