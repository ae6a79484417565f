//! The audit: who did what to what, written in the same unit of work as the effect, never
//! changed, and sealed ([`crate::seal`]).

use crate::Timestamp;
use crate::db::{Result, Tx};

/// One act to remember.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Who: `user/123`, `admin/7`, `job/expire`, `provider/…`.
    pub actor: &'a str,
    /// What, as a stable word: `services.order.take`.
    pub action: &'static str,
    /// To what: `order/abc`.
    pub subject: &'a str,
    /// A JSON object; no personal data, because it is sealed for ever.
    pub details: &'a str,
    /// The request it came with; empty for acts of the system itself.
    pub request_id: &'a str,
}

crate::sql! {
    fn insert(
        at: Timestamp, actor: &str, action: &str, subject: &str, details: &str, request_id: &str,
    ) -> () =
        "INSERT INTO platform_audit (at, actor, action, subject, details, request_id)
         VALUES ($1, $2, $3, $4, $5, $6)";
}

/// Remembers an act together with its effect: both are kept or neither.
///
/// # Errors
/// What the database refuses; on PostgreSQL at a later statement or at the commit.
pub fn record(tx: &mut Tx<'_>, entry: &Entry<'_>) -> Result<()> {
    let now = tx.now();
    insert(
        tx,
        now,
        entry.actor,
        entry.action,
        entry.subject,
        entry.details,
        entry.request_id,
    )
}

/// Who acts in a request of the staff, for entries that are written on another thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// See [`Entry::actor`].
    pub actor: String,
    /// See [`Entry::request_id`].
    pub request_id: String,
}

impl From<&str> for By {
    /// Somebody without a request: the command line, a job.
    fn from(actor: &str) -> Self {
        Self::system(actor)
    }
}

impl From<&Self> for By {
    fn from(by: &Self) -> Self {
        by.clone()
    }
}

impl By {
    /// The program itself.
    pub fn system(part: &str) -> Self {
        Self {
            actor: part.to_owned(),
            request_id: String::new(),
        }
    }

    /// Remembers an act of theirs.
    ///
    /// # Errors
    /// See [`record`].
    pub fn did(
        &self,
        tx: &mut Tx<'_>,
        action: &'static str,
        subject: &str,
        details: &str,
    ) -> Result<()> {
        let entry = Entry {
            actor: &self.actor,
            action,
            subject,
            details,
            request_id: &self.request_id,
        };
        record(tx, &entry)
    }
}
