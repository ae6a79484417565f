//! The PostgreSQL engine: worker threads, each with one connection and its own small runtime.
//!
//! Statements whose result nobody reads wait in `deferred` and travel together with the next
//! statement that must be answered, or with COMMIT, so that a unit costs few round trips.

use super::error::{Error, Result};
use super::row::{Row, RowOf};
use super::signals::Signals;
use super::sql::Statement;
use super::stats::Stats;
use super::tx::{Connection, Damage, OnRow, damage_of};
use super::unit::{Ran, Unit};
use super::value::{OwnedParam, Param, SqlType};
use crate::planted::{self, Plant};
use crate::{Clock, Timestamp};
use crossbeam_channel::Receiver;
use futures_util::future::{join, join_all, try_join_all};
use std::collections::HashMap;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, NoTls, Statement as Prepared};

/// A unit is run again this often after a conflict with others or a lost connection.
const RETRIES_MAX: u32 = 3;
/// Statements that may wait before they are sent anyway.
const DEFERRED_MAX: usize = 24;
/// Microseconds from the Unix epoch to PostgreSQL's, 2000-01-01.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
/// Limits of a session: nobody waits or works for ever.
///
/// A plan is kept, and a table that was empty when it was made may have thousands of rows when it is
/// used: then a scan of all rows is the worst choice, so it is the last one here. Compiling a plan
/// takes longer than any of ours runs.
const SESSION: &str = "SET statement_timeout = '30s'; SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '10s'; SET client_min_messages = 'warning';
    SET enable_seqscan = off; SET jit = off";
/// After this time all plans are made anew, for what the tables have become.
const PLANS_KEPT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// TIMESTAMPTZ as microseconds.
pub(crate) struct PgTime(pub(crate) Timestamp);

impl<'a> FromSql<'a> for PgTime {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        Ok(Self(Timestamp::from_micros(
            micros.saturating_add(EPOCH_MICROS),
        )))
    }
    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMPTZ
    }
}

/// Any column, read only to see whether it is NULL.
pub(crate) struct Anything;

impl<'a> FromSql<'a> for Anything {
    fn from_sql(_: &Type, _: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

#[derive(Debug)]
struct Bound<'a>(Param<'a>);

impl Bound<'_> {
    fn erased(&self) -> &(dyn ToSql + Sync) {
        self
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self.0 {
            Param::Null => Ok(IsNull::Yes),
            Param::Int(v) if *ty == Type::INT8 => v.to_sql(ty, out),
            Param::Float(v) if *ty == Type::FLOAT8 => v.to_sql(ty, out),
            Param::Text(v) if *ty == Type::TEXT => v.to_sql(ty, out),
            Param::Bytes(v) if *ty == Type::BYTEA => v.to_sql(ty, out),
            Param::Bool(v) if *ty == Type::BOOL => v.to_sql(ty, out),
            Param::Time(v) if *ty == Type::TIMESTAMPTZ => v
                .micros()
                .saturating_sub(EPOCH_MICROS)
                .to_sql(&Type::INT8, out),
            Param::Int(_)
            | Param::Float(_)
            | Param::Text(_)
            | Param::Bytes(_)
            | Param::Bool(_)
            | Param::Time(_) => Err(format!("{:?} bound to a {ty}", self.0).into()),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

/// Begins a read: all its statements see one moment.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Savepoints by depth. Each has its own name, because the RELEASE of an inner one may still be
/// waiting when an outer one is rolled back.
const SAVEPOINTS: [[&str; 2]; 4] = [
    ["SAVEPOINT nested_1", "RELEASE SAVEPOINT nested_1"],
    ["SAVEPOINT nested_2", "RELEASE SAVEPOINT nested_2"],
    ["SAVEPOINT nested_3", "RELEASE SAVEPOINT nested_3"],
    ["SAVEPOINT nested_4", "RELEASE SAVEPOINT nested_4"],
];
/// Prepared before the first unit: preparing fails in a transaction that is aborted already.
const CONTROL: [&str; 6] = [
    "BEGIN",
    BEGIN_READ,
    "COMMIT",
    "ROLLBACK",
    SAVEPOINTS[0][0],
    SAVEPOINTS[0][1],
];

struct Deferred {
    name: &'static str,
    statement: Prepared,
    params: Vec<OwnedParam>,
}

pub(crate) struct PgConnection {
    runtime: tokio::runtime::Runtime,
    client: Client,
    prepared: HashMap<&'static str, Prepared>,
    deferred: Vec<Deferred>,
    /// Open savepoints: where in `deferred` each begins, or `None` once it was sent.
    savepoints: Vec<Option<usize>>,
    /// Something of the running transaction has reached the server.
    sent: bool,
    /// Since when plans are kept.
    planned: Instant,
    /// Its transaction could not be ended; nobody may begin another one on it.
    broken: bool,
}

impl PgConnection {
    pub(crate) fn open(config: &tokio_postgres::Config) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| Error::engine("runtime", e))?;
        let mut config = config.clone();
        config
            .connect_timeout(CONNECT_TIMEOUT)
            .application_name("torg");
        let (client, prepared) = runtime.block_on(async {
            let (client, connection) = config.connect(NoTls).await.map_err(away)?;
            tokio::spawn(connection);
            client.batch_execute(SESSION).await.map_err(away)?;
            let control = try_join_all(CONTROL.map(|text| client.prepare(text)));
            let control = control.await.map_err(away)?;
            Ok::<_, Error>((client, CONTROL.into_iter().zip(control).collect()))
        })?;
        Ok(Self {
            runtime,
            client,
            prepared,
            deferred: Vec::new(),
            savepoints: Vec::new(),
            sent: false,
            planned: Instant::now(),
            broken: false,
        })
    }

    /// Whether the server is still there, as far as this side has been told. The socket is read
    /// only while somebody waits, so news that came in the meantime is taken in first.
    fn alive(&self) -> bool {
        if self.broken {
            return false;
        }
        self.runtime.block_on(async {
            // One turn to see the socket, one for the connection's task, one to come back.
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
        });
        !self.client.is_closed()
    }

    /// Whether the next unit may run on it, with plans that are not too old.
    fn is_fit(&mut self) -> bool {
        if !self.alive() {
            return false;
        }
        if self.planned.elapsed() < PLANS_KEPT {
            return true;
        }
        self.planned = Instant::now();
        self.batch("DISCARD PLANS").is_ok()
    }

    /// Several statements at once, outside of any unit: migrations.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.runtime
            .block_on(self.client.batch_execute(sql))
            .map_err(|e| classify("batch", e))
    }

    /// The server's view of a statement, for the test that prepares all of them.
    pub(crate) fn describe(&mut self, text: &str) -> Result<Prepared> {
        self.runtime
            .block_on(self.client.prepare(text))
            .map_err(|e| classify("prepare", e))
    }

    fn prepare(&mut self, name: &'static str, text: &'static str) -> Result<Prepared> {
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        // Preparing takes part in the transaction; what waits goes first, so that its errors
        // are not blamed on this statement.
        self.flush()?;
        let prepared = self.runtime.block_on(self.client.prepare(text));
        let statement = prepared.map_err(|e| classify(name, e))?;
        self.prepared.insert(text, statement.clone());
        Ok(statement)
    }

    fn control(&mut self, text: &'static str) -> Result<()> {
        let statement = self.prepare(text, text)?;
        self.deferred.push(Deferred {
            name: text,
            statement,
            params: Vec::new(),
        });
        Ok(())
    }

    /// Sends what waits together with `last`, in order, and waits for all answers. The first
    /// error is the cause; what follows it only reports that the transaction is aborted.
    fn send<T>(
        &mut self,
        name: &'static str,
        last: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T> {
        self.sent = true;
        self.savepoints.fill(None);
        let deferred = std::mem::take(&mut self.deferred);
        let client = &self.client;
        let waiting = deferred.iter().map(async |d| {
            let params: Vec<_> = d.params.iter().map(|p| Bound(p.borrow())).collect();
            let answer = client.execute_raw(&d.statement, params.iter()).await;
            answer.map(drop).map_err(|e| classify(d.name, e))
        });
        let (before, last) = self.runtime.block_on(join(join_all(waiting), last(client)));
        before.into_iter().collect::<Result<()>>()?;
        last.map_err(|e| classify(name, e))
    }

    pub(crate) fn flush(&mut self) -> Result<()> {
        if self.deferred.is_empty() {
            return Ok(());
        }
        self.send("flush", async |_| Ok(()))
    }

    fn begin(&mut self, read_only: bool) -> Result<()> {
        self.deferred.clear();
        self.savepoints.clear();
        self.control(if read_only { BEGIN_READ } else { "BEGIN" })?;
        self.sent = false;
        Ok(())
    }

    /// An error of a statement that waited until now turns COMMIT into ROLLBACK by itself.
    fn commit(&mut self) -> Result<()> {
        if !self.sent && self.deferred.len() <= 1 {
            self.deferred.clear();
            return Ok(());
        }
        if !self.alive() {
            return Err(Error::Unavailable("the connection was lost".to_owned()));
        }
        self.control("COMMIT")?;
        let Err(error) = self.flush() else {
            return Ok(());
        };
        // An answer to ROLLBACK proves that the server has read COMMIT, and refused it.
        let answered = self.rollback().is_ok();
        let lost = matches!(error, Error::Unavailable(_) | Error::Engine { .. });
        Err(if lost && !answered {
            Error::UnknownOutcome
        } else {
            error
        })
    }

    fn rollback(&mut self) -> Result<()> {
        self.deferred.clear();
        self.savepoints.clear();
        if !self.sent {
            return Ok(());
        }
        let undone = self.control("ROLLBACK").and_then(|()| self.flush());
        self.broken |= undone.is_err();
        undone
    }
}

/// What the client would refuse to send. An error there would not reach the server, which would
/// then commit what was sent around it.
fn fits(name: &'static str, statement: &Prepared, params: &[Param<'_>]) -> Result<()> {
    let types = statement.params();
    let fit = |(param, ty): (&Param<'_>, &Type)| match param {
        Param::Null => true,
        Param::Int(_) => *ty == Type::INT8,
        Param::Float(_) => *ty == Type::FLOAT8,
        Param::Text(_) => *ty == Type::TEXT,
        Param::Bytes(_) => *ty == Type::BYTEA,
        Param::Bool(_) => *ty == Type::BOOL,
        Param::Time(_) => *ty == Type::TIMESTAMPTZ,
    };
    if types.len() == params.len() && params.iter().zip(types).all(fit) {
        return Ok(());
    }
    Err(Error::engine(
        name,
        format!("{params:?} bound to {types:?}"),
    ))
}

fn type_of(sql_type: SqlType) -> Type {
    match sql_type {
        SqlType::Int => Type::INT8,
        SqlType::Float => Type::FLOAT8,
        SqlType::Text => Type::TEXT,
        SqlType::Bytes => Type::BYTEA,
        SqlType::Bool => Type::BOOL,
        SqlType::Time => Type::TIMESTAMPTZ,
    }
}

impl Connection for PgConnection {
    fn query(
        &mut self,
        s: &'static Statement,
        params: &[Param<'_>],
        on: &mut OnRow<'_>,
    ) -> Result<()> {
        let text = planted::unlocked(s.text);
        let params: Vec<_> = params.iter().map(|p| Bound(*p)).collect();
        let rows = if s.is_planned_anew() {
            let types = s.params.iter().map(|spec| type_of(spec.sql_type));
            let typed: Vec<_> = params.iter().map(Bound::erased).zip(types).collect();
            // Without a name, so that the server plans it for these values and this moment.
            self.send(s.name, async |client| {
                client.query_typed(text, &typed).await
            })?
        } else {
            let statement = self.prepare(s.name, text)?;
            let params: Vec<_> = params.iter().map(Bound::erased).collect();
            self.send(s.name, async |client| {
                client.query(&statement, &params).await
            })?
        };
        for row in &rows {
            on(&Row {
                statement: s.name,
                inner: RowOf::Postgres(row),
            })?;
        }
        Ok(())
    }

    fn execute(&mut self, s: &'static Statement, params: &[Param<'_>]) -> Result<u64> {
        let statement = self.prepare(s.name, s.text)?;
        let params: Vec<_> = params.iter().map(|p| Bound(*p)).collect();
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(Bound::erased).collect();
        self.send(s.name, async |client| {
            client.execute(&statement, &params).await
        })
    }

    fn defer(&mut self, s: &'static Statement, params: &[Param<'_>]) -> Result<()> {
        let statement = self.prepare(s.name, s.text)?;
        fits(s.name, &statement, params)?;
        let params = params.iter().map(OwnedParam::from).collect();
        self.deferred.push(Deferred {
            name: s.name,
            statement,
            params,
        });
        if self.deferred.len() >= DEFERRED_MAX {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn savepoint(&mut self) -> Result<()> {
        let [savepoint, _] = SAVEPOINTS
            .get(self.savepoints.len())
            .ok_or_else(|| Error::engine("SAVEPOINT", "nested too deeply"))?;
        // Prepared first: preparing may send what waits.
        self.prepare(savepoint, savepoint)?;
        self.savepoints.push(Some(self.deferred.len()));
        self.control(savepoint)
    }

    fn release(&mut self) -> Result<()> {
        self.savepoints.pop();
        match SAVEPOINTS.get(self.savepoints.len()) {
            Some([_, release]) => self.control(release),
            None => Err(Error::engine("RELEASE", "not in a savepoint")),
        }
    }

    fn rollback_to(&mut self) -> Result<()> {
        match self.savepoints.pop().flatten() {
            // Nothing of it has been sent: forget it.
            Some(start) => self.deferred.truncate(start),
            None => {
                self.deferred.clear();
                // Preparing fails in an aborted transaction, so this text is never prepared.
                let depth = self.savepoints.len().saturating_add(1);
                self.batch(&format!(
                    "ROLLBACK TO SAVEPOINT nested_{depth}; RELEASE SAVEPOINT nested_{depth}"
                ))?;
            }
        }
        Ok(())
    }
}

fn away(error: tokio_postgres::Error) -> Error {
    Error::Unavailable(match error.as_db_error() {
        Some(db) => db.message().to_owned(),
        None => format!("PostgreSQL: {error}"),
    })
}

fn classify(statement: &'static str, error: tokio_postgres::Error) -> Error {
    let Some(db) = error.as_db_error() else {
        let lost = error.is_closed() || error.source().is_some_and(|s| s.is::<std::io::Error>());
        return if lost {
            away(error)
        } else {
            Error::engine(statement, error)
        };
    };
    let code = db.code().clone();
    let detail = db.constraint().unwrap_or(db.message()).to_owned();
    match code.code() {
        "40001" | "40P01" => Error::Contention(statement),
        "55P03" => Error::LockTimeout(statement),
        "23505" => Error::Unique { statement, detail },
        "P0001" => Error::Refused {
            statement,
            detail: db.message().to_owned(),
        },
        // Integrity constraint violations, and values that do not fit their type.
        c if c.starts_with("23") || c == SqlState::NUMERIC_VALUE_OUT_OF_RANGE.code() => {
            Error::Constraint { statement, detail }
        }
        // No resources, shut down by the operator or by a timeout, connection trouble.
        c if c.starts_with("53") || c.starts_with("57") || c.starts_with("08") => away(error),
        // "in failed transaction": the cause was reported by the statement before.
        _ => Error::engine(statement, error),
    }
}

pub(crate) struct Worker {
    pub(crate) config: tokio_postgres::Config,
    pub(crate) clock: Clock,
    pub(crate) signals: Signals,
    pub(crate) stats: Arc<Stats>,
    /// Spreads the retries of neighbours apart.
    pub(crate) index: u64,
}

/// A unit of work and the way it wants to be run.
pub(crate) struct Job {
    pub(crate) unit: Box<dyn Unit>,
    pub(crate) read_only: bool,
}

impl Worker {
    /// Runs until every sender of `queue` is gone and the queue is empty.
    pub(crate) fn run(&self, queue: &Receiver<Job>) {
        let mut conn = None;
        while let Ok(mut job) = queue.recv() {
            let started = Instant::now();
            self.answer(&mut conn, &mut job);
            self.stats.unit(job.unit.name(), started.elapsed());
            job.unit.finish(&self.signals);
        }
    }

    /// Runs a unit until it is decided; leaves no connection behind when it was lost.
    fn answer(&self, slot: &mut Option<PgConnection>, job: &mut Job) {
        let mut attempt = 0_u32;
        loop {
            let kept = slot
                .take()
                .and_then(|mut conn| conn.is_fit().then_some(conn));
            let conn = match kept {
                Some(conn) => Ok(conn),
                None => PgConnection::open(&self.config),
            };
            let mut conn = match conn {
                Ok(conn) => conn,
                Err(error) => return job.unit.fail(error),
            };
            let again = self.attempt(&mut conn, job);
            *slot = Some(conn);
            if !again || attempt >= RETRIES_MAX {
                return;
            }
            attempt = attempt.saturating_add(1);
            self.stats.retry();
            self.pause(attempt);
        }
    }

    /// One run in one transaction; `true` when running it again may succeed and cannot repeat
    /// an effect.
    fn attempt(&self, conn: &mut PgConnection, job: &mut Job) -> bool {
        if let Err(error) = conn.begin(job.read_only) {
            let again = damage_of(&error) == Damage::Fatal;
            job.unit.fail(error);
            return again;
        }
        let ran = job.unit.run(conn, self.clock.now());
        match ran {
            Ran::Keep => match conn.commit() {
                Ok(()) => false,
                Err(error) => {
                    let lost = conn.broken || conn.client.is_closed();
                    // COMMIT was not sent, or it was only the end of a read.
                    let nothing_done = matches!(error, Error::Unavailable(_)) || job.read_only;
                    let nothing_done = nothing_done || planted::is(Plant::CommitRetried);
                    let again = damage_of(&error) == Damage::Transient || (lost && nothing_done);
                    job.unit.fail(error);
                    again
                }
            },
            Ran::Undo | Ran::Again | Ran::Lost => {
                // COMMIT was never sent, so nothing of this run can have been kept.
                let undone = conn.rollback();
                ran == Ran::Again
                    || (ran == Ran::Lost && (undone.is_err() || conn.client.is_closed()))
            }
        }
    }

    /// Waits a few milliseconds, longer each time and not the same on each worker.
    fn pause(&self, attempt: u32) {
        let millis = u64::from(attempt).saturating_mul(self.index.saturating_add(1));
        let over = crossbeam_channel::after(Duration::from_millis(millis));
        // The channel only carries the time at which it fires.
        let _ = over.recv();
    }
}
