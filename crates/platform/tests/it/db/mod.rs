//! The conformance suite of `platform::db`: both engines, one behaviour.

mod child;
mod crash;
mod disk;
mod nested;
mod outage;
mod proxy;
mod queue;
mod round_trips;
mod schema;
mod statements;
mod units;
mod values;

use std::sync::mpsc;
use torg_platform::db::{Db, Error};

/// A unit of work that keeps its thread until it is let go: the writer of SQLite, or a
/// connection of PostgreSQL.
struct Held {
    release: mpsc::Sender<()>,
    unit: tokio::task::JoinHandle<Result<(), Error>>,
}

impl Held {
    /// Returns when the unit is running.
    async fn start(db: &Db) -> Self {
        let (release, released) = mpsc::channel::<()>();
        let (started, mut running) = tokio::sync::mpsc::unbounded_channel();
        let db = db.clone();
        let unit = tokio::spawn(async move {
            db.write("held", move |_| {
                started.send(()).ok();
                released.recv().ok();
                Ok(())
            })
            .await
        });
        running.recv().await.expect("the unit runs");
        Self { release, unit }
    }

    async fn let_go(self) {
        drop(self.release);
        self.unit.await.unwrap().unwrap();
    }
}
