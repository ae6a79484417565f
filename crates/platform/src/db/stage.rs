//! A database whose units run where they are asked for, one after another, in an order that a
//! [`Stage`] decides: for simulations, in which the same seed must give the same world.
//!
//! It is SQLite with the writer's own code, so a unit commits, is refused and is run again as in a
//! server. What differs is who decides when: there are no threads, and between a caller and its
//! unit stands the stage.

use super::sqlite::{self, SqliteConnection, Writer};
use super::unit::Unit;
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use std::sync::Arc;

/// What becomes of a unit that is about to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It runs.
    Run,
    /// It runs, and its commit fails: nothing has happened, and its caller is told so.
    Fail,
    /// It is refused as by a database that is not there: nothing has happened.
    Refuse,
}

/// Stands between the callers of a simulated world and its database.
///
/// A process that dies is a future that never ends: before the unit nothing has happened, after it
/// nobody hears that it has.
pub trait Stage: Send + Sync + 'static {
    /// `unit` has been asked for. Callers that wait here are overtaken by others.
    fn before(&self, unit: &'static str, read_only: bool) -> BoxFuture<'static, Fate>;
    /// `unit` has run; what it changed is durable, and its caller does not know yet.
    fn after(&self, unit: &'static str, read_only: bool) -> BoxFuture<'static, ()>;
}

/// The connections of a staged database.
pub(crate) struct Staged {
    pub(crate) stage: Arc<dyn Stage>,
    pub(crate) writer: Writer,
    pub(crate) write: Mutex<SqliteConnection>,
    pub(crate) read: Mutex<SqliteConnection>,
}

impl Staged {
    /// Runs `unit` at once; unless it is `kept`, all that it did is undone again.
    pub(crate) fn run(&self, unit: Box<dyn Unit>, read_only: bool, kept: bool) {
        if !kept {
            self.writer.run_in_vain(&mut self.write.lock(), unit);
        } else if read_only {
            let (clock, signals) = (&self.writer.clock, &self.writer.signals);
            sqlite::read_one(&mut self.read.lock(), unit, clock, signals);
        } else {
            self.writer.run_one(&mut self.write.lock(), unit);
        }
    }
}
