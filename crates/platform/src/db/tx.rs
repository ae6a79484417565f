//! What a unit of work holds while it runs.

use super::error::{Error, Result};
use super::row::Row;
use super::sql::Statement;
use super::value::Param;
use crate::Timestamp;
use prometheus::IntCounter;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

/// Receives each row of a result.
pub(crate) type OnRow<'f> = dyn FnMut(&Row<'_>) -> Result<()> + 'f;

/// What an engine's connection can do inside a transaction.
pub(crate) trait Connection {
    fn query(
        &mut self,
        s: &'static Statement,
        params: &[Param<'_>],
        on: &mut OnRow<'_>,
    ) -> Result<()>;
    fn execute(&mut self, s: &'static Statement, params: &[Param<'_>]) -> Result<u64>;
    /// May be sent later, but before any later statement of this connection.
    fn defer(&mut self, s: &'static Statement, params: &[Param<'_>]) -> Result<()>;
    fn savepoint(&mut self) -> Result<()>;
    fn release(&mut self) -> Result<()>;
    fn rollback_to(&mut self) -> Result<()>;
}

/// How badly a statement failed, which decides what becomes of the whole unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    /// Only the statement failed.
    None,
    /// Running the unit again may succeed: deadlock, serialization failure, a twin's key.
    Transient,
    /// The transaction cannot be kept, whatever the closure says: full disk, I/O error,
    /// lost connection.
    Fatal,
}

/// What a unit of work leaves to be done once it is durable.
#[derive(Debug, Default)]
pub(crate) struct After {
    /// Whom to wake.
    pub(crate) signals: Vec<&'static str>,
    /// What to raise.
    pub(crate) counts: Vec<IntCounter>,
    /// What to let go of, also if nothing comes of the unit.
    pub(crate) held: Vec<Arc<dyn Any + Send + Sync>>,
}

/// One unit of work's view of the database. Everything done through it is kept together or not
/// at all; what it returns is answered only after it is durable.
#[must_use]
pub struct Tx<'c> {
    conn: &'c mut dyn Connection,
    now: Timestamp,
    after: After,
    damage: Damage,
    /// The engine refused a statement and no enclosing savepoint has undone it since.
    /// PostgreSQL will not commit after that, so neither do we on SQLite.
    refused: bool,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl<'c> Tx<'c> {
    pub(crate) fn new(conn: &'c mut dyn Connection, now: Timestamp) -> Self {
        Self {
            conn,
            now,
            after: After::default(),
            damage: Damage::None,
            refused: false,
        }
    }

    /// The moment at which this unit happens; the same through the whole unit.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Wakes whoever waits for `name` ([`super::Signals`]) once this unit is durable.
    pub fn signal(&mut self, name: &'static str) {
        if !self.after.signals.contains(&name) {
            self.after.signals.push(name);
        }
    }

    /// Raises `counter` by one once this unit is durable; not at all if it comes to nothing.
    pub fn count(&mut self, counter: &IntCounter) {
        self.after.counts.push(counter.clone());
    }

    /// Keeps `what` alive until this unit is durable or undone, so that somebody else can wait
    /// for the end of those who hold it.
    pub(crate) fn hold(&mut self, what: Arc<dyn Any + Send + Sync>) {
        self.after.held.push(what);
    }

    /// Runs `f` so that its error undoes only its own changes.
    ///
    /// On PostgreSQL a statement of `f` that returns `()` may be refused only later, when its
    /// answer is read; by then the savepoint is gone and the whole unit fails. To contain a
    /// refusal, let the statement return its count.
    ///
    /// # Errors
    /// What `f` returns, or the engine's error.
    pub fn nested<T, E: From<Error>>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.note(|c| c.savepoint())?;
        let before = (self.after.signals.len(), self.after.counts.len());
        let refused = self.refused;
        let result = catch_unwind(AssertUnwindSafe(|| f(self)));
        if let Ok(Ok(value)) = result {
            self.note(|c| c.release())?;
            return Ok(value);
        }
        self.after.signals.truncate(before.0);
        self.after.counts.truncate(before.1);
        let undone = self.note(|c| c.rollback_to());
        match result {
            // Whoever catches it further out must find the savepoint closed.
            Err(panic) => resume_unwind(panic),
            Ok(result) => {
                undone?;
                self.refused = refused;
                result
            }
        }
    }

    /// Runs the whole unit again from the start, because what it read is already outdated: a
    /// twin has used the same key first. Counts as a retry.
    pub(crate) fn outdated(&mut self) {
        self.damage = self.damage.max_of(Damage::Transient);
    }

    pub(crate) fn query(
        &mut self,
        s: &'static Statement,
        params: &[Param<'_>],
        on: &mut OnRow<'_>,
    ) -> Result<()> {
        self.note(|c| storable(s, params).and_then(|()| c.query(s, params, on)))
    }

    pub(crate) fn execute(&mut self, s: &'static Statement, params: &[Param<'_>]) -> Result<u64> {
        self.note(|c| storable(s, params).and_then(|()| c.execute(s, params)))
    }

    pub(crate) fn defer(&mut self, s: &'static Statement, params: &[Param<'_>]) -> Result<()> {
        self.note(|c| storable(s, params).and_then(|()| c.defer(s, params)))
    }

    /// What is to be done after the commit, damage, and whether a refused statement was passed
    /// over.
    pub(crate) fn into_parts(self) -> (After, Damage, bool) {
        (self.after, self.damage, self.refused)
    }

    /// Remembers how bad an error was, even if the closure goes on as if nothing had happened.
    fn note<T>(&mut self, f: impl FnOnce(&mut dyn Connection) -> Result<T>) -> Result<T> {
        if self.damage == Damage::Fatal {
            // On SQLite the transaction may be gone, and each further statement would be stored
            // by itself.
            return Err(Error::Unavailable("a statement before failed".to_owned()));
        }
        let result = f(self.conn);
        if let Err(error) = &result {
            self.damage = self.damage.max_of(damage_of(error));
            self.refused |= refused_by_engine(error);
        }
        result
    }
}

/// SQLite would store a zero byte in a text, PostgreSQL would not.
fn storable(s: &'static Statement, params: &[Param<'_>]) -> Result<()> {
    let zero = |p: &Param<'_>| matches!(p, Param::Text(text) if text.as_bytes().contains(&0));
    if params.iter().any(zero) {
        return Err(Error::ZeroByte(s.name));
    }
    Ok(())
}

impl Damage {
    pub(crate) fn max_of(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fatal, _) | (_, Self::Fatal) => Self::Fatal,
            (Self::Transient, _) | (_, Self::Transient) => Self::Transient,
            (Self::None, Self::None) => Self::None,
        }
    }
}

pub(crate) fn damage_of(error: &Error) -> Damage {
    match error {
        Error::Contention(_) => Damage::Transient,
        Error::Unavailable(_) | Error::UnknownOutcome => Damage::Fatal,
        Error::Overloaded
        | Error::Engine { .. }
        | Error::Panicked(_)
        | Error::Stale(_)
        | Error::NoRow(_)
        | Error::Unique { .. }
        | Error::Constraint { .. }
        | Error::Refused { .. }
        | Error::LockTimeout(_)
        | Error::Decode { .. }
        | Error::Stored { .. }
        | Error::ZeroByte(_)
        | Error::Migration(_)
        | Error::InUse(_) => Damage::None,
    }
}

fn refused_by_engine(error: &Error) -> bool {
    match error {
        Error::Unique { .. }
        | Error::Constraint { .. }
        | Error::Refused { .. }
        | Error::Contention(_)
        | Error::LockTimeout(_)
        | Error::Unavailable(_)
        | Error::UnknownOutcome
        | Error::ZeroByte(_)
        | Error::Engine { .. } => true,
        Error::Overloaded
        | Error::Panicked(_)
        | Error::Stale(_)
        | Error::NoRow(_)
        | Error::Decode { .. }
        | Error::Stored { .. }
        | Error::Migration(_)
        | Error::InUse(_) => false,
    }
}
