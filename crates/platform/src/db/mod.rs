//! The database: synchronous units of work over SQLite (one writer, group commit) or PostgreSQL
//! (worker threads), one SQL text for both.
//!
//! A unit of work is a closure that only touches the database. It may run more than once, and
//! when its answer arrives it is durable. A caller who goes away cannot stop it half way.

mod check;
mod error;
mod migrate;
mod postgres;
mod row;
mod signals;
mod sql;
mod sqlite;
mod stage;
mod stats;
mod tx;
mod unit;
mod value;

pub use check::check_statements;
pub use error::{Error, Result};
pub use migrate::Migrations;
pub use row::Row;
pub use signals::Signals;
pub use sql::{
    Changed, Column, FromRow, Locked, One, Outcome, ParamSpec, Registered, Statement, statements,
};
pub use sqlite::Synchronous;
pub use stage::{Fate, Stage};
pub use stats::{Stats, StatsReading};
pub use tx::Tx;
pub use value::{FromColumn, Param, SqlType, ToParam};

use crate::Clock;
#[cfg(feature = "planted")]
use crate::planted;
use crossbeam_channel::{Sender, bounded};
use parking_lot::{Mutex, RwLock};
use stage::Staged;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;
use unit::{Unit, UnitOf};

/// Which engine stands behind a [`Db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one process.
    Sqlite,
    /// A server, many processes.
    Postgres,
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite://PATH` or `postgres://…`.
    pub url: String,
    /// PostgreSQL connections, or SQLite readers.
    pub pool_size: usize,
    /// Units that may wait; the next one is refused at once.
    pub queue: usize,
    /// SQLite only; FULL unless a test needs the contrast.
    pub synchronous: Synchronous,
}

impl Options {
    /// The defaults for `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            pool_size: 8,
            queue: 1024,
            synchronous: Synchronous::Full,
        }
    }

    /// The engine that the address names.
    ///
    /// # Errors
    /// [`Error::Unavailable`] for an address of no known engine.
    pub fn engine(&self) -> Result<Engine> {
        if self.url.starts_with("sqlite://") {
            Ok(Engine::Sqlite)
        } else if self.url.starts_with("postgres://") || self.url.starts_with("postgresql://") {
            Ok(Engine::Postgres)
        } else {
            Err(Error::Unavailable(
                "the address must be sqlite://PATH or postgres://…".to_owned(),
            ))
        }
    }
}

enum Lanes {
    Sqlite {
        write: Sender<Box<dyn Unit>>,
        read: Sender<Box<dyn Unit>>,
    },
    Postgres {
        jobs: Sender<postgres::Job>,
    },
    Staged(Arc<Staged>),
}

struct Inner {
    engine: Engine,
    /// Emptied by [`Db::close`], which ends the threads once their queues are empty.
    lanes: RwLock<Option<Lanes>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
    clock: Clock,
    signals: Signals,
    stats: Arc<Stats>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db")
            .field("engine", &self.inner.engine)
            .finish_non_exhaustive()
    }
}

impl Db {
    /// Opens the database, applies what is missing of `migrations`, and starts its threads.
    ///
    /// Blocks; call it before the runtime is busy or on a blocking thread.
    ///
    /// # Errors
    /// When it cannot be reached, belongs to another process, or contradicts the migrations.
    pub fn open(options: &Options, clock: Clock, migrations: &[Migrations]) -> Result<Self> {
        match options.engine()? {
            Engine::Sqlite => Self::open_sqlite(options, clock, migrations),
            Engine::Postgres => Self::open_postgres(options, clock, migrations),
        }
    }

    /// Opens SQLite without threads: `stage` decides when its units run. For simulations.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub fn open_staged(
        options: &Options,
        clock: Clock,
        migrations: &[Migrations],
        stage: Arc<dyn Stage>,
    ) -> Result<Self> {
        let (writer, write, file) = Self::open_writer(options, &clock, migrations)?;
        let read = sqlite::reader(&file)?;
        let (signals, stats) = (writer.signals.clone(), writer.stats.clone());
        let staged = Staged {
            stage,
            writer,
            write: Mutex::new(write),
            read: Mutex::new(read),
        };
        let lanes = Lanes::Staged(Arc::new(staged));
        let threads = Vec::new();
        Ok(Self::assemble(
            Engine::Sqlite,
            lanes,
            threads,
            clock,
            signals,
            stats,
        ))
    }

    fn open_writer(
        options: &Options,
        clock: &Clock,
        migrations: &[Migrations],
    ) -> Result<(sqlite::Writer, sqlite::SqliteConnection, sqlite::SqliteFile)> {
        let path = PathBuf::from(options.url.trim_start_matches("sqlite://"));
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| Error::engine("create folder", e))?;
        }
        let lock = sqlite::lock_file(&path)?;
        let file = sqlite::SqliteFile {
            path,
            synchronous: options.synchronous,
        };
        let mut conn = file.open()?;
        migrate::sqlite(&mut conn, clock.now(), migrations)?;
        #[cfg(feature = "planted")]
        for sql in (planted::active().into_iter()).flat_map(|plant| planted::sabotage_sql(plant)) {
            conn.batch(sql)?;
        }
        let writer = sqlite::Writer {
            file: file.clone(),
            _lock: lock,
            clock: clock.clone(),
            signals: Signals::default(),
            stats: Arc::new(Stats::default()),
        };
        Ok((writer, conn, file))
    }

    fn open_sqlite(options: &Options, clock: Clock, migrations: &[Migrations]) -> Result<Self> {
        let (writer, writer_conn, file) = Self::open_writer(options, &clock, migrations)?;
        let (signals, stats) = (writer.signals.clone(), writer.stats.clone());
        let (write, queue) = bounded(options.queue);
        let mut threads = vec![spawn("db-writer", move || writer.run(writer_conn, &queue))?];
        let (read, queue) = bounded(options.queue);
        for _ in 0..options.pool_size.clamp(1, 8) {
            let conn = sqlite::reader(&file)?;
            let (queue, clock) = (queue.clone(), clock.clone());
            let (signals, stats) = (signals.clone(), stats.clone());
            threads.push(spawn("db-reader", move || {
                sqlite::read_loop(conn, &queue, &clock, &signals, &stats);
            })?);
        }
        let lanes = Lanes::Sqlite { write, read };
        Ok(Self::assemble(
            Engine::Sqlite,
            lanes,
            threads,
            clock,
            signals,
            stats,
        ))
    }

    fn open_postgres(options: &Options, clock: Clock, migrations: &[Migrations]) -> Result<Self> {
        let config: tokio_postgres::Config = options
            .url
            .parse()
            .map_err(|e| Error::engine("database url", e))?;
        // The runtime of a connection may not be started inside another one.
        let (signals, stats) = (Signals::default(), Arc::new(Stats::default()));
        let (jobs, queue) = bounded::<postgres::Job>(options.queue);
        let mut threads = Vec::new();
        let migrations = migrations.to_vec();
        let (now, setup) = (clock.now(), config.clone());
        spawn("db-migrate", move || {
            let mut conn = postgres::PgConnection::open(&setup)?;
            migrate::postgres(&mut conn, now, &migrations)
        })?
        .join()
        .map_err(|_panic| Error::Panicked("migrate"))??;
        for index in 0..u64::try_from(options.pool_size.max(1)).unwrap_or(1) {
            let worker = postgres::Worker {
                config: config.clone(),
                clock: clock.clone(),
                signals: signals.clone(),
                stats: stats.clone(),
                index,
            };
            let queue = queue.clone();
            threads.push(spawn("db-worker", move || worker.run(&queue))?);
        }
        let lanes = Lanes::Postgres { jobs };
        Ok(Self::assemble(
            Engine::Postgres,
            lanes,
            threads,
            clock,
            signals,
            stats,
        ))
    }

    fn assemble(
        engine: Engine,
        lanes: Lanes,
        threads: Vec<JoinHandle<()>>,
        clock: Clock,
        signals: Signals,
        stats: Arc<Stats>,
    ) -> Self {
        let inner = Arc::new(Inner {
            engine,
            lanes: RwLock::new(Some(lanes)),
            threads: Mutex::new(threads),
        });
        Self {
            inner,
            clock,
            signals,
            stats,
        }
    }

    /// A database that refuses every unit: for looking at what a program is made of without
    /// starting it.
    pub fn closed(clock: Clock) -> Self {
        let inner = Inner {
            engine: Engine::Sqlite,
            lanes: RwLock::new(None),
            threads: Mutex::new(Vec::new()),
        };
        Self {
            inner: Arc::new(inner),
            clock,
            signals: Signals::default(),
            stats: Arc::new(Stats::default()),
        }
    }

    /// Runs `f` as one unit of work: all of it is durable when this returns `Ok`, none of it
    /// otherwise. `f` may run again and must have no effect but on the database.
    ///
    /// # Errors
    /// What `f` returns, or the engine's refusal: a full queue, a lost connection.
    pub async fn write<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.submit(name, false, f).await
    }

    /// Runs `f` on one consistent snapshot, which includes every unit whose `write` has
    /// returned. Changing anything fails.
    ///
    /// # Errors
    /// What `f` returns, or the engine's refusal.
    pub async fn read<T, E, F>(&self, name: &'static str, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.submit(name, true, f).await
    }

    async fn submit<T, E, F>(&self, name: &'static str, read_only: bool, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let unit: Box<dyn Unit> = Box::new(UnitOf::new(name, f, reply));
        if let Some(staged) = self.staged() {
            match staged.stage.before(name, read_only).await {
                Fate::Run => staged.run(unit, read_only, true),
                Fate::Fail => staged.run(unit, read_only, false),
                Fate::Refuse => {
                    let refused = "the database is not there";
                    return Err(E::from(Error::Unavailable(refused.to_owned())));
                }
            }
            staged.stage.after(name, read_only).await;
            return answer.await.unwrap_or_else(|_| Err(E::from(closed())));
        }
        if let Err(error) = self.enqueue(unit, read_only) {
            return Err(E::from(error));
        }
        answer.await.unwrap_or_else(|_| Err(E::from(closed())))
    }

    fn staged(&self) -> Option<Arc<Staged>> {
        match &*self.inner.lanes.read() {
            Some(Lanes::Staged(staged)) => Some(staged.clone()),
            Some(Lanes::Sqlite { .. } | Lanes::Postgres { .. }) | None => None,
        }
    }

    fn enqueue(&self, unit: Box<dyn Unit>, read_only: bool) -> Result<()> {
        let full = match &*self.inner.lanes.read() {
            None | Some(Lanes::Staged(_)) => return Err(closed()),
            Some(Lanes::Sqlite { write, read }) => {
                let lane = if read_only { read } else { write };
                lane.try_send(unit).map_err(|e| e.is_full())
            }
            Some(Lanes::Postgres { jobs }) => jobs
                .try_send(postgres::Job { unit, read_only })
                .map_err(|e| e.is_full()),
        };
        full.map_err(|full| {
            if full {
                self.stats.overload();
                Error::Overloaded
            } else {
                closed()
            }
        })
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// The clock that units of work see.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Wake-ups fired by committed units.
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// What the engine has done.
    pub fn stats(&self) -> StatsReading {
        self.stats.read()
    }

    /// Refuses new units, finishes those that are queued, and stops the threads.
    pub async fn close(&self) {
        drop(self.inner.lanes.write().take());
        let threads = std::mem::take(&mut *self.inner.threads.lock());
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                if thread.join().is_err() {
                    tracing::error!("a database thread panicked");
                }
            }
        });
        if joined.await.is_err() {
            tracing::error!("the database threads could not be joined");
        }
    }
}

crate::sql! {
    /// Asks the engine for nothing but an answer.
    pub fn ping() -> One<i64> = "SELECT CAST(1 AS BIGINT)";
}

fn closed() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}

fn spawn<T: Send + 'static>(
    name: &str,
    f: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(f)
        .map_err(|e| Error::engine("start thread", e))
}
