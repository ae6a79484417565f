//! Migrations: embedded, forward only, the same file names for both engines.

/// The migrations of one package, in order. Made by [`crate::migrations!`].
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    /// Owner; table names start with it.
    pub package: &'static str,
    /// Name and text for SQLite.
    pub sqlite: &'static [(&'static str, &'static str)],
    /// Name and text for PostgreSQL.
    pub postgres: &'static [(&'static str, &'static str)],
}

/// Embeds `migrations/{sqlite,postgres}/NAME.sql` of the calling package.
#[macro_export]
macro_rules! migrations {
    ($package:literal: $($name:literal),+ $(,)?) => {
        $crate::db::Migrations {
            package: $package,
            sqlite: &[$(($name, include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite/", $name, ".sql")))),+],
            postgres: &[$(($name, include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/migrations/postgres/", $name, ".sql")))),+],
        }
    };
}

use super::error::{Error, Result};
use sha2::{Digest as _, Sha256};

/// The table that remembers what was applied; its text is the same on both engines but for
/// the type of time.
pub(crate) const TABLE_SQLITE: &str = "CREATE TABLE IF NOT EXISTS platform_migrations (
    package TEXT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL, PRIMARY KEY (package, name)) STRICT";
pub(crate) const TABLE_POSTGRES: &str = "CREATE TABLE IF NOT EXISTS platform_migrations (
    package TEXT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL, PRIMARY KEY (package, name))";

crate::row! {
    pub(crate) struct Applied { package: String, name: String, checksum: String }
}

crate::sql! {
    pub(crate) fn applied() -> Vec<Applied> =
        "SELECT package, name, checksum FROM platform_migrations";
    pub(crate) fn record(package: &str, name: &str, checksum: &str, at: crate::Timestamp) -> () =
        "INSERT INTO platform_migrations (package, name, checksum, applied_at)
         VALUES ($1, $2, $3, $4)";
}

/// What is still to do, after checking that what was done is what we would do.
pub(crate) struct Step {
    pub(crate) package: &'static str,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) checksum: String,
}

pub(crate) fn pending(
    all: &[Migrations],
    texts: impl Fn(&Migrations) -> &'static [(&'static str, &'static str)],
    done: &[Applied],
) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for set in all {
        for &(name, text) in texts(set) {
            let checksum = hex::encode(Sha256::digest(text.as_bytes()));
            match done
                .iter()
                .find(|d| d.package == set.package && d.name == name)
            {
                Some(d) if d.checksum == checksum => {}
                Some(_) => {
                    return Err(Error::Migration(format!(
                        "{}/{name} was changed after it was applied",
                        set.package
                    )));
                }
                None => steps.push(Step {
                    package: set.package,
                    name,
                    text,
                    checksum,
                }),
            }
        }
    }
    let known = |d: &Applied| {
        all.iter()
            .any(|s| s.package == d.package && texts(s).iter().any(|(n, _)| *n == d.name))
    };
    match done.iter().find(|d| !known(d)) {
        Some(d) => Err(Error::Migration(format!(
            "{}/{} was applied by a newer version; this one does not know it",
            d.package, d.name
        ))),
        None => Ok(steps),
    }
}

pub(crate) fn sqlite(
    conn: &mut super::sqlite::SqliteConnection,
    now: crate::Timestamp,
    all: &[Migrations],
) -> Result<()> {
    conn.batch(TABLE_SQLITE)?;
    let done = applied(&mut super::Tx::new(conn, now))?;
    for step in pending(all, |m| m.sqlite, &done)? {
        tracing::info!(package = step.package, name = step.name, "migrating");
        conn.batch("BEGIN IMMEDIATE")?;
        let result = conn.batch(step.text).and_then(|()| {
            let tx = &mut super::Tx::new(conn, now);
            record(tx, step.package, step.name, &step.checksum, now)
        });
        finish(result, &step, |end| conn.batch(end))?;
    }
    Ok(())
}

pub(crate) fn postgres(
    conn: &mut super::postgres::PgConnection,
    now: crate::Timestamp,
    all: &[Migrations],
) -> Result<()> {
    // One instance migrates, the others wait and then find nothing to do.
    conn.batch(
        "SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock(7463, 1)",
    )?;
    conn.batch(TABLE_POSTGRES)?;
    let done = applied(&mut super::Tx::new(conn, now))?;
    for step in pending(all, |m| m.postgres, &done)? {
        tracing::info!(package = step.package, name = step.name, "migrating");
        conn.batch("BEGIN")?;
        let result = conn.batch(step.text).and_then(|()| {
            let tx = &mut super::Tx::new(conn, now);
            record(tx, step.package, step.name, &step.checksum, now)
        });
        let result = result.and_then(|()| conn.flush());
        finish(result, &step, |end| conn.batch(end))?;
    }
    conn.batch("SELECT pg_advisory_unlock(7463, 1)")
}

fn finish(result: Result<()>, step: &Step, mut end: impl FnMut(&str) -> Result<()>) -> Result<()> {
    match result {
        Ok(()) => end("COMMIT"),
        Err(error) => {
            // The error that stopped the migration matters, not that of its rollback.
            drop(end("ROLLBACK"));
            Err(Error::Migration(format!(
                "{}/{}: {error}",
                step.package, step.name
            )))
        }
    }
}
