//! The SQLite engine: one writer thread with group commit, a small pool of readers.
//!
//! The writer opens a transaction, runs every waiting unit in a savepoint of its own, commits
//! once with `synchronous=FULL` and only then answers. Rejections wait for the commit too,
//! because a rejection may rest on a neighbour that is not durable yet.

use super::error::{Error, Result};
use super::row::{Row, RowOf};
use super::signals::Signals;
use super::sql::Statement;
use super::stats::Stats;
use super::tx::{Connection, OnRow};
use super::unit::{Ran, Unit};
use super::value::Param;
use crate::Clock;
use crate::planted::{self, Plant};
use crossbeam_channel::Receiver;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection as Sqlite, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Units in one commit, at most.
const BATCH_MAX: usize = 256;
/// Time that a batch may collect units.
const BATCH_TIME_MAX: Duration = Duration::from_millis(20);
/// SQLite before this version can corrupt a database when its WAL is reset.
const VERSION_MIN: i32 = 3_051_003;

/// How durable a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// A commit that was answered survives a power cut.
    #[default]
    Full,
    /// The last commits may be lost in a power cut. Only for the control run of the tests that
    /// prove the difference.
    Normal,
}

#[derive(Debug, Clone)]
pub(crate) struct SqliteFile {
    pub(crate) path: PathBuf,
    pub(crate) synchronous: Synchronous,
}

impl SqliteFile {
    pub(crate) fn open(&self) -> Result<SqliteConnection> {
        self.connect(false)
    }

    fn connect(&self, read_only: bool) -> Result<SqliteConnection> {
        let fail = |e| Error::engine("open", e);
        if rusqlite::version_number() < VERSION_MIN {
            return Err(Error::Unavailable(format!(
                "SQLite {} is too old",
                rusqlite::version()
            )));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let inner = Sqlite::open_with_flags(&self.path, flags).map_err(fail)?;
        let synchronous = match self.synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
        };
        // INSERT OR REPLACE deletes; only with recursive_triggers does it meet the triggers that
        // forbid deleting.
        inner
            .execute_batch(&format!(
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON;
                 PRAGMA recursive_triggers = ON;
                 PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000;
                 PRAGMA query_only = {};",
                if read_only { "ON" } else { "OFF" },
            ))
            .map_err(fail)?;
        // A plan rests on the text alone. Otherwise a statement with `LIMIT $1` would be planned
        // anew for each value bound to it, which costs as much as reading the page.
        inner
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(fail)?;
        inner.set_prepared_statement_cache_capacity(256);
        Ok(SqliteConnection { inner, depth: 0 })
    }
}

pub(crate) struct SqliteConnection {
    inner: Sqlite,
    depth: u32,
}

struct Bound<'a>(Param<'a>);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Param::Null => ValueRef::Null,
            Param::Int(v) => ValueRef::Integer(v),
            Param::Float(v) => ValueRef::Real(v),
            Param::Text(v) => ValueRef::Text(v.as_bytes()),
            Param::Bytes(v) => ValueRef::Blob(v),
            Param::Bool(v) => ValueRef::Integer(i64::from(v)),
            Param::Time(v) => ValueRef::Integer(v.micros()),
        }))
    }
}

impl SqliteConnection {
    fn control(&mut self, sql: &'static str) -> Result<()> {
        let mut statement = self
            .inner
            .prepare_cached(sql)
            .map_err(|e| Error::engine("transaction control", e))?;
        statement
            .raw_execute()
            .map(drop)
            .map_err(|e| Error::engine("transaction control", e))
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<()> {
        self.inner
            .execute_batch(sql)
            .map_err(|e| Error::engine("batch", e))
    }

    pub(crate) fn inner(&self) -> &Sqlite {
        &self.inner
    }
}

impl SqliteConnection {
    /// What went wrong with `s`. Whatever the reason, a statement that ended the transaction
    /// around it has lost the work of every unit in it.
    fn failed(&self, s: &'static Statement, error: rusqlite::Error) -> Error {
        if self.inner.is_autocommit() {
            Error::Unavailable(error.to_string())
        } else {
            classify(s, error)
        }
    }

    fn bind(&self, s: &'static Statement, params: &[Param<'_>]) -> Result<CachedStatement<'_>> {
        let mut statement = self
            .inner
            .prepare_cached(s.sqlite())
            .map_err(|e| self.failed(s, e))?;
        for (param, index) in params.iter().zip(1_usize..) {
            statement
                .raw_bind_parameter(index, Bound(*param))
                .map_err(|e| self.failed(s, e))?;
        }
        Ok(statement)
    }
}

impl Connection for SqliteConnection {
    fn query(
        &mut self,
        s: &'static Statement,
        params: &[Param<'_>],
        on: &mut OnRow<'_>,
    ) -> Result<()> {
        let mut statement = self.bind(s, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|e| self.failed(s, e))? {
            on(&Row {
                statement: s.name,
                inner: RowOf::Sqlite(row),
            })?;
        }
        Ok(())
    }

    fn execute(&mut self, s: &'static Statement, params: &[Param<'_>]) -> Result<u64> {
        let mut statement = self.bind(s, params)?;
        let changed = statement.raw_execute().map_err(|e| self.failed(s, e))?;
        u64::try_from(changed).map_err(|e| Error::engine(s.name, e))
    }

    fn defer(&mut self, s: &'static Statement, params: &[Param<'_>]) -> Result<()> {
        self.execute(s, params).map(drop)
    }

    fn savepoint(&mut self) -> Result<()> {
        self.control("SAVEPOINT nested")?;
        self.depth = self.depth.saturating_add(1);
        Ok(())
    }

    fn release(&mut self) -> Result<()> {
        self.depth = self.depth.saturating_sub(1);
        self.control("RELEASE nested")
    }

    fn rollback_to(&mut self) -> Result<()> {
        self.depth = self.depth.saturating_sub(1);
        self.control("ROLLBACK TO nested")?;
        self.control("RELEASE nested")
    }
}

fn classify(s: &'static Statement, error: rusqlite::Error) -> Error {
    let statement = s.name;
    let rusqlite::Error::SqliteFailure(code, detail) = &error else {
        return Error::engine(statement, error);
    };
    // Nothing about the statement is wrong; the storage is.
    let storage = matches!(
        code.code,
        ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::OutOfMemory
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::CannotOpen
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::FileLockingProtocolFailed
    );
    if storage {
        return Error::Unavailable(error.to_string());
    }
    if code.code != ErrorCode::ConstraintViolation {
        return Error::engine(statement, error);
    }
    let detail = detail.clone().unwrap_or_default();
    match code.extended_code {
        rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
            Error::Unique { statement, detail }
        }
        rusqlite::ffi::SQLITE_CONSTRAINT_TRIGGER => Error::Refused { statement, detail },
        _ => Error::Constraint { statement, detail },
    }
}

pub(crate) struct Writer {
    pub(crate) file: SqliteFile,
    /// Held until the last unit is answered; see [`lock_file`].
    pub(crate) _lock: std::fs::File,
    pub(crate) clock: Clock,
    pub(crate) signals: Signals,
    pub(crate) stats: Arc<Stats>,
}

impl Writer {
    /// Runs until every sender of `queue` is gone and the queue is empty.
    pub(crate) fn run(&self, mut conn: SqliteConnection, queue: &Receiver<Box<dyn Unit>>) {
        while let Ok(first) = queue.recv() {
            let started = Instant::now();
            let (batch, kept) = self.collect(&mut conn, first, queue);
            let batch = if kept {
                batch
            } else {
                self.rerun(&mut conn, batch)
            };
            self.stats.batch(batch.len(), started.elapsed());
            for unit in batch {
                unit.finish(&self.signals);
            }
        }
    }

    /// Runs one unit where it is asked for, in a transaction of its own.
    pub(crate) fn run_one(&self, conn: &mut SqliteConnection, unit: Box<dyn Unit>) {
        let (batch, kept) = self.collect(conn, unit, &crossbeam_channel::never());
        let batch = if kept { batch } else { self.rerun(conn, batch) };
        for unit in batch {
            unit.finish(&self.signals);
        }
    }

    /// Runs one unit whose commit fails.
    pub(crate) fn run_in_vain(&self, conn: &mut SqliteConnection, mut unit: Box<dyn Unit>) {
        if conn.control("BEGIN IMMEDIATE").is_ok() {
            self.run_in_savepoint(conn, unit.as_mut());
            drop(conn.control("ROLLBACK"));
        }
        unit.fail(Error::Unavailable("the commit failed".to_owned()));
        unit.finish(&self.signals);
    }

    /// Runs waiting units in one transaction; tells whether it was committed.
    fn collect(
        &self,
        conn: &mut SqliteConnection,
        first: Box<dyn Unit>,
        queue: &Receiver<Box<dyn Unit>>,
    ) -> (Vec<Box<dyn Unit>>, bool) {
        let started = Instant::now();
        let mut batch = Vec::with_capacity(32);
        let mut next = Some(first);
        let mut intact = conn.control("BEGIN IMMEDIATE").is_ok();
        while let Some(mut unit) = next.take() {
            intact = intact && self.run_in_savepoint(conn, unit.as_mut());
            batch.push(unit);
            if intact && batch.len() < BATCH_MAX && started.elapsed() < BATCH_TIME_MAX {
                next = queue.try_recv().ok();
            }
        }
        let kept = intact && conn.control("COMMIT").is_ok() && conn.inner.is_autocommit();
        (batch, kept)
    }

    /// Runs one unit; `false` when the transaction around it is gone or cannot be kept.
    fn run_in_savepoint(&self, conn: &mut SqliteConnection, unit: &mut dyn Unit) -> bool {
        if conn.control("SAVEPOINT unit").is_err() {
            return false;
        }
        let started = Instant::now();
        let ran = unit.run(conn, self.clock.now());
        self.stats.unit(unit.name(), started.elapsed());
        conn.depth = 0;
        // SQLite rolls everything back by itself on a full disk or an I/O error. Going on would
        // turn the next SAVEPOINT into a durable transaction of its own.
        if ran == Ran::Lost || conn.inner.is_autocommit() {
            return false;
        }
        match ran {
            Ran::Keep => conn.control("RELEASE unit").is_ok(),
            Ran::Undo if planted::is(Plant::FailedUnitKept) => conn.control("RELEASE unit").is_ok(),
            Ran::Undo | Ran::Again | Ran::Lost => {
                conn.control("ROLLBACK TO unit").is_ok() && conn.control("RELEASE unit").is_ok()
            }
        }
    }

    /// The shared transaction is lost: on a fresh connection every unit runs again alone, so
    /// that only the culprit fails.
    fn rerun(
        &self,
        conn: &mut SqliteConnection,
        mut batch: Vec<Box<dyn Unit>>,
    ) -> Vec<Box<dyn Unit>> {
        self.stats.rerun();
        drop(conn.control("ROLLBACK"));
        match self.file.open() {
            Ok(fresh) => *conn = fresh,
            Err(error) => {
                let text = error.to_string();
                tracing::error!(error = %text, "cannot reopen the database");
                for unit in &mut batch {
                    unit.fail(Error::Unavailable(text.clone()));
                }
                return batch;
            }
        }
        for unit in &mut batch {
            let begun = conn.control("BEGIN IMMEDIATE");
            let kept = begun.is_ok()
                && self.run_in_savepoint(conn, unit.as_mut())
                && conn.control("COMMIT").is_ok();
            if !kept {
                drop(conn.control("ROLLBACK"));
                let name = unit.name();
                tracing::error!(unit = name, "a unit of work could not be stored");
                unit.fail(Error::Unavailable(
                    "the database could not store this".to_owned(),
                ));
            }
        }
        batch
    }
}

/// Answers read units on a connection of its own, each in one consistent snapshot.
pub(crate) fn read_loop(
    mut conn: SqliteConnection,
    queue: &Receiver<Box<dyn Unit>>,
    clock: &Clock,
    signals: &Signals,
    stats: &Stats,
) {
    while let Ok(unit) = queue.recv() {
        let started = Instant::now();
        let name = unit.name();
        read_one(&mut conn, unit, clock, signals);
        stats.unit(name, started.elapsed());
    }
}

/// Answers one read unit in a snapshot.
pub(crate) fn read_one(
    conn: &mut SqliteConnection,
    mut unit: Box<dyn Unit>,
    clock: &Clock,
    signals: &Signals,
) {
    match conn.control("BEGIN") {
        Ok(()) => {
            unit.run(conn, clock.now());
            if conn.control("COMMIT").is_err() {
                drop(conn.control("ROLLBACK"));
            }
        }
        Err(error) => unit.fail(error),
    }
    conn.depth = 0;
    unit.finish(signals);
}

pub(crate) fn reader(file: &SqliteFile) -> Result<SqliteConnection> {
    file.connect(true)
}

/// Holds the file against a second process for as long as it lives.
pub(crate) fn lock_file(path: &Path) -> Result<std::fs::File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|e| Error::engine("lock file", e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse(path.display().to_string())),
        Err(std::fs::TryLockError::Error(e)) => Err(Error::engine("lock file", e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn a_bound_limit_is_planned_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = SqliteFile {
            path: folder.path().join("plan.db"),
            synchronous: Synchronous::Full,
        };
        let conn = file.open().unwrap();
        conn.batch("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT")
            .unwrap();
        let sql = "SELECT a FROM t ORDER BY a LIMIT ?1";
        let mut statement = conn.inner().prepare(sql).unwrap();
        for limit in 1..5 {
            assert!(!statement.exists([limit]).unwrap());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
