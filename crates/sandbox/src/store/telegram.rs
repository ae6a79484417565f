//! The file of the local Telegram: rows of JSON by kind and key, one transaction per change.
//!
//! Not the product's database and not its layer: one SQLite file that only this Telegram opens.
//! What was answered before the process was killed is in it; after a power cut the last moments
//! may be missing, as a demo can bear.

use crate::telegram::Change;
use rusqlite::{Connection, params};
use std::path::Path;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS sandbox_telegram (
        kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key)
    ) STRICT, WITHOUT ROWID;";

/// The open file.
#[derive(Debug)]
pub(crate) struct Store {
    file: Connection,
}

/// A row: kind, key, value.
pub(crate) type Row = (String, String, String);

impl Store {
    /// Opens or makes the file.
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let file = Connection::open(path)?;
        file.pragma_update(None, "journal_mode", "WAL")?;
        file.pragma_update(None, "synchronous", "NORMAL")?;
        // One process at a time: two would make two Telegrams in one file.
        file.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        file.execute_batch(SCHEMA)?;
        Ok(Self { file })
    }

    /// Everything.
    pub(crate) fn load(&self) -> rusqlite::Result<Vec<Row>> {
        let mut query = self
            .file
            .prepare("SELECT kind, key, value FROM sandbox_telegram")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.collect()
    }

    /// Keeps all of `changes` or none.
    pub(crate) fn keep(&mut self, changes: &[Change]) -> rusqlite::Result<()> {
        let tx = self.file.transaction()?;
        {
            let mut put = tx.prepare_cached(
                "INSERT INTO sandbox_telegram (kind, key, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value",
            )?;
            let mut delete =
                tx.prepare_cached("DELETE FROM sandbox_telegram WHERE kind = ?1 AND key = ?2")?;
            for Change { kind, key, value } in changes {
                match value {
                    Some(value) => put.execute(params![kind, key, value])?,
                    None => delete.execute(params![kind, key])?,
                };
            }
        }
        tx.commit()
    }
}
