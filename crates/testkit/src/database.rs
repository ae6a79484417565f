//! A private database per test, gone when the test ends.

use crate::postgres;
use std::time::Duration;
use torg_platform::db::{Db, Engine, Migrations, Options};
use torg_platform::rng::Rng;
use torg_platform::{Clock, Timestamp};

/// The moment at which every test begins: 2026-01-02T03:04:05Z.
pub const START: Timestamp = Timestamp::from_seconds(1_767_323_045);

/// An open database of its own, with a clock that stands still and randomness that repeats.
#[derive(Debug)]
pub struct TestDb {
    /// The database, migrated.
    pub db: Db,
    /// Stands at [`START`] until it is moved.
    pub clock: Clock,
    /// The same bytes in every run.
    pub rng: Rng,
    /// How [`Self::db`] was opened; open a second one with it.
    pub options: Options,
    /// What [`Self::db`] was migrated with.
    pub migrations: Vec<Migrations>,
    place: Place,
}

/// Removes the database when it is dropped.
#[derive(Debug)]
enum Place {
    Sqlite(#[expect(dead_code, reason = "held until the end")] tempfile::TempDir),
    Postgres(postgres::Database),
}

impl TestDb {
    /// A fresh database with `migrations`.
    pub async fn start(engine: Engine, migrations: &[Migrations]) -> Self {
        Self::start_with(engine, migrations, |_| {}).await
    }

    /// The same, with other options than the defaults.
    pub async fn start_with(
        engine: Engine,
        migrations: &[Migrations],
        change: impl FnOnce(&mut Options),
    ) -> Self {
        #[cfg(feature = "planted")]
        torg_platform::planted::activate_from_environment().expect("TORG_PLANT names a plant");
        let migrations = migrations.to_vec();
        let all = migrations.clone();
        // Both the servers' client and the files block.
        let made = tokio::task::spawn_blocking(move || match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let path = folder.path().join("torg.db");
                (
                    format!("sqlite://{}", path.display()),
                    Place::Sqlite(folder),
                )
            }
            Engine::Postgres => {
                let database = postgres::Database::create(&all);
                (database.url().to_owned(), Place::Postgres(database))
            }
        });
        let (url, place) = made.await.expect("a place for the database");
        let mut options = Options::new(url);
        change(&mut options);
        let clock = Clock::manual(START);
        let db = open(&options, &clock, &migrations).await;
        Self {
            db,
            clock,
            rng: Rng::from_seed(1),
            options,
            migrations,
            place,
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// Moves the clock forward; returns the new time.
    pub fn advance(&self, by: Duration) -> Timestamp {
        self.clock.advance(by).expect("the clock is manual")
    }

    /// Closes the database and opens it again, as a restart does.
    pub async fn reopen(&mut self) {
        self.db.close().await;
        self.db = open(&self.options, &self.clock, &self.migrations).await;
    }

    /// Runs SQL on a connection of its own, past the engine: to plant faults and to damage data.
    pub async fn raw(&self, sql: &str) -> Result<(), String> {
        match &self.place {
            Place::Sqlite(_) => {
                let path = self.options.url.trim_start_matches("sqlite://").to_owned();
                let sql = sql.to_owned();
                let done = tokio::task::spawn_blocking(move || {
                    let conn = rusqlite::Connection::open(path)?;
                    conn.busy_timeout(Duration::from_secs(10))?;
                    conn.execute_batch("PRAGMA foreign_keys = ON")?;
                    conn.execute_batch(&sql)
                });
                done.await.expect("no panic").map_err(|e| e.to_string())
            }
            Place::Postgres(database) => {
                let client = postgres::connect(database.url()).await;
                client.batch_execute(sql).await.map_err(|e| {
                    e.as_db_error()
                        .map_or_else(|| e.to_string(), |db| db.message().to_owned())
                })
            }
        }
    }
}

async fn open(options: &Options, clock: &Clock, migrations: &[Migrations]) -> Db {
    let (options, clock) = (options.clone(), clock.clone());
    let migrations = migrations.to_vec();
    tokio::task::spawn_blocking(move || Db::open(&options, clock, &migrations))
        .await
        .expect("no panic")
        .expect("the database opens")
}
