//! What can go wrong between a unit of work and its engine.

use std::time::Duration;

/// Result of a statement or unit of work.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed statement, unit of work or engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue is full: nothing was done, the caller may try again at once or later.
    #[error("the database queue is full")]
    Overloaded,
    /// The database was closed, or cannot be reached. Nothing was done.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The connection was lost during COMMIT: done or not done, only a look tells. Callers with
    /// an idempotency key get the truth by asking again.
    #[error("the connection was lost during commit; the outcome is unknown")]
    UnknownOutcome,
    /// The unit panicked; its work was rolled back, its neighbours' was not.
    #[error("the unit of work {0} panicked")]
    Panicked(&'static str),
    /// An update expected one row in a given state and did not find it.
    #[error("{0}: the row is not in the expected state")]
    Stale(&'static str),
    /// A statement that always gives one row gave none.
    #[error("{0}: no row")]
    NoRow(&'static str),
    /// UNIQUE or PRIMARY KEY refused a row.
    #[error("{statement}: unique constraint: {detail}")]
    Unique {
        /// The statement.
        statement: &'static str,
        /// The engine's words: the constraint on PostgreSQL, the columns on SQLite.
        detail: String,
    },
    /// CHECK, NOT NULL, a foreign key or a type refused a row.
    #[error("{statement}: constraint: {detail}")]
    Constraint {
        /// The statement.
        statement: &'static str,
        /// The engine's words.
        detail: String,
    },
    /// A trigger of ours refused; the text is the trigger's.
    #[error("{statement}: {detail}")]
    Refused {
        /// The statement.
        statement: &'static str,
        /// The trigger's text.
        detail: String,
    },
    /// Deadlock or serialization failure that persisted over the retries.
    #[error("{0}: gave up after repeated conflicts with other transactions")]
    Contention(&'static str),
    /// Waited too long for a row that somebody else holds.
    #[error("{0}: waited too long for a lock")]
    LockTimeout(&'static str),
    /// A column held something that its Rust type cannot read.
    #[error("{statement}: column {column}: {detail}")]
    Decode {
        /// The statement.
        statement: &'static str,
        /// Position, from 0.
        column: usize,
        /// What was found.
        detail: String,
    },
    /// A stored value that this version does not know (an enum's text, a JSON body).
    #[error("stored value {value:?} is not a {what}")]
    Stored {
        /// Name of the Rust type.
        what: &'static str,
        /// What was stored.
        value: String,
    },
    /// A text with a zero byte, which PostgreSQL cannot store. It came from outside and should
    /// have been refused there.
    #[error("{0}: a text contains a zero byte")]
    ZeroByte(&'static str),
    /// Migrations contradict the database.
    #[error("migration {0}")]
    Migration(String),
    /// Another process owns the SQLite file.
    #[error("{0} is in use by another process")]
    InUse(String),
    /// Anything else that the engine said.
    #[error("{statement}: {source}")]
    Engine {
        /// The statement, or what was being attempted.
        statement: &'static str,
        /// The driver's error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    pub(crate) fn engine(
        statement: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Engine {
            statement,
            source: source.into(),
        }
    }
}

impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        use crate::Kind;
        let second = Duration::from_secs(1);
        match error {
            Error::Overloaded => Self::new(
                Kind::Unavailable,
                "overloaded",
                "Too busy, try again in a moment",
            )
            .with_retry_after(second),
            Error::Unavailable(_) | Error::UnknownOutcome | Error::Contention(_) => Self::new(
                Kind::Unavailable,
                "unavailable",
                "Temporarily unavailable, try again",
            )
            .with_retry_after(second)
            .with_source(error),
            Error::LockTimeout(_) => Self::new(
                Kind::Conflict,
                "in_progress",
                "A request about the same thing is still in progress",
            )
            .with_retry_after(second)
            .with_source(error),
            Error::ZeroByte(_) => {
                Self::new(Kind::Invalid, "invalid_text", "A text contains a zero byte")
                    .with_source(error)
            }
            Error::Panicked(_)
            | Error::Stale(_)
            | Error::NoRow(_)
            | Error::Unique { .. }
            | Error::Constraint { .. }
            | Error::Refused { .. }
            | Error::Decode { .. }
            | Error::Stored { .. }
            | Error::Migration(_)
            | Error::InUse(_)
            | Error::Engine { .. } => Self::internal(error),
        }
    }
}
