//! Seals: a hash chain over transfers and over the audit, so that a row that was changed, added,
//! removed or moved behind the back of the program is found, and stays found.
//!
//! # What is hashed
//!
//! A block covers the rows with `last_id of the block before < id <= last_id`, in the order of
//! `id`; the first one begins below every id. Its hash, in lower-case hexadecimal, is SHA-256
//! over these values, one after the other:
//!
//! 1. the text `torg-seal-1`, the chain (`transfers` or `audit`), the number of the block (from
//!    1), `first_id`, `last_id`, the number of rows, the hash of the block before (the empty text
//!    for the first), `sealed_at`;
//! 2. for each row of `transfers`: id, op_id, leg, kind, currency, debit_id, credit_id, amount,
//!    state, hold_id, meta, created_at; of `audit`: id, at, actor, action, subject, details,
//!    request_id.
//!
//! An integer is the byte `i` and 8 bytes, big-endian two's complement; a time is the integer of
//! its microseconds since 1970-01-01 UTC; a text is the byte `t`, the number of its UTF-8 bytes
//! as 8 bytes big-endian, and these bytes; NULL is the byte `n`.
//!
//! # When a row is sealed
//!
//! PostgreSQL hands out ids before rows become visible: while 8 is there, 7 may still be on its
//! way. So a run of the sealer only notes the highest id that it sees, and a run at least
//! [`SETTLE`] later seals up to there. By then every transaction that held a lower id has ended,
//! because none may take half as long. SQLite would not need this; it does the same, so that
//! there is one rule.
//!
//! A chain cannot show that its own end was cut off together with the rows under it. Therefore
//! [`verify()`] also reports the heads; publish them elsewhere and compare.

mod encode;
mod verify;

pub use verify::{Head, Report, verify};

use crate::Timestamp;
use crate::db::{Locked, One, Result, Tx};
use crate::jobs::{Reconciler, Step};
use encode::Block;
use std::time::Duration;

/// How long an id must have been visible before it is sealed. Statements end after 30 seconds.
pub const SETTLE: Duration = Duration::from_secs(60);
/// Rows in one block, at most; one block per unit of work keeps the writer free for others.
const BLOCK_MAX: i64 = 1_000;

/// What is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// `platform_transfers`.
    Transfers,
    /// `platform_audit`.
    Audit,
}

impl Chain {
    /// All chains.
    pub const ALL: [Self; 2] = [Self::Transfers, Self::Audit];

    /// Its name in the database and in the hash.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transfers => "transfers",
            Self::Audit => "audit",
        }
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == text)
    }
}
crate::text_column!(Chain);

crate::row! {
    /// A block as it is stored.
    #[derive(Debug, Clone)]
    struct Seal {
        number: i64,
        first_id: i64,
        last_id: i64,
        rows: i64,
        previous: String,
        hash: String,
        sealed_at: Timestamp,
    }
}

crate::row! {
    struct Mark { high: i64, noted_at: Timestamp }
}

crate::row! {
    struct TransferRow {
        id: i64,
        op_id: String,
        leg: i64,
        kind: String,
        currency: String,
        debit_id: String,
        credit_id: String,
        amount: i64,
        state: String,
        hold_id: Option<i64>,
        meta: String,
        created_at: Timestamp,
    }
}

crate::row! {
    struct AuditRow {
        id: i64,
        at: Timestamp,
        actor: String,
        action: String,
        subject: String,
        details: String,
        request_id: String,
    }
}

crate::sql! {
    fn transfer_rows(after: i64, to: i64, limit: i64) -> Vec<TransferRow> =
        "SELECT id, op_id, leg, kind, currency, debit_id, credit_id, amount, state, hold_id, meta,
             created_at
         FROM platform_transfers WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3";
    fn audit_rows(after: i64, to: i64, limit: i64) -> Vec<AuditRow> =
        "SELECT id, at, actor, action, subject, details, request_id
         FROM platform_audit WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3";
    fn transfer_high() -> One<i64> = "SELECT coalesce(max(id), 0) FROM platform_transfers";
    fn audit_high() -> One<i64> = "SELECT coalesce(max(id), 0) FROM platform_audit";
    fn open_mark(chain: Chain, at: Timestamp) -> () =
        "INSERT INTO platform_seal_marks (chain, high, noted_at) VALUES ($1, 0, $2)
         ON CONFLICT (chain) DO NOTHING";
    fn lock_mark(chain: Chain) -> One<Locked<Mark>> =
        "SELECT high, noted_at FROM platform_seal_marks WHERE chain = $1 FOR NO KEY UPDATE";
    fn set_mark(chain: Chain, high: i64, at: Timestamp) -> () =
        "UPDATE platform_seal_marks SET high = $2, noted_at = $3 WHERE chain = $1";
    fn last_seal(chain: Chain) -> Option<Seal> =
        "SELECT number, first_id, last_id, rows, previous, hash, sealed_at FROM platform_seals
         WHERE chain = $1 ORDER BY number DESC LIMIT 1";
    fn seals_after(chain: Chain, number: i64, limit: i64) -> Vec<Seal> =
        "SELECT number, first_id, last_id, rows, previous, hash, sealed_at FROM platform_seals
         WHERE chain = $1 AND number > $2 ORDER BY number LIMIT $3";
    fn insert_seal(
        chain: Chain, number: i64, first_id: i64, last_id: i64, rows: i64, previous: &str,
        hash: &str, at: Timestamp,
    ) -> () =
        "INSERT INTO platform_seals
             (chain, number, first_id, last_id, rows, previous, hash, sealed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// Seals what has settled, about once a minute.
#[derive(Debug, Clone, Copy)]
pub struct Sealer;

impl Reconciler for Sealer {
    fn name(&self) -> &'static str {
        "platform.seal"
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> crate::Result<Option<Timestamp>> {
        Ok(Some(tx.now().plus(SETTLE)))
    }

    fn step(&self, tx: &mut Tx<'_>) -> crate::Result<Step> {
        Ok(step(tx)?)
    }
}

/// One run of the sealer: at most one block per chain; [`Step::More`] when more has settled.
/// Calling it often, or from several instances, does no harm.
///
/// # Errors
/// What the database refuses.
pub fn step(tx: &mut Tx<'_>) -> Result<Step> {
    let mut next = Step::Done;
    for chain in Chain::ALL {
        if step_chain(tx, chain)? == Step::More {
            next = Step::More;
        }
    }
    Ok(next)
}

fn step_chain(tx: &mut Tx<'_>, chain: Chain) -> Result<Step> {
    let now = tx.now();
    open_mark(tx, chain, now)?;
    let One(mark) = lock_mark(tx, chain)?;
    let settled = now.since(mark.noted_at) >= SETTLE;
    // The first mark promises nothing, so it need not settle.
    if mark.high > 0 && !settled {
        return Ok(Step::Done);
    }
    if seal(tx, chain, mark.high)? == Step::More {
        return Ok(Step::More);
    }
    let One(high) = match chain {
        Chain::Transfers => transfer_high(tx)?,
        Chain::Audit => audit_high(tx)?,
    };
    // An unchanged mark keeps its age.
    if high > mark.high {
        set_mark(tx, chain, high, now)?;
    }
    Ok(Step::Done)
}

/// Seals the next rows up to `high`.
fn seal(tx: &mut Tx<'_>, chain: Chain, high: i64) -> Result<Step> {
    let now = tx.now();
    let last = last_seal(tx, chain)?;
    let after = last.as_ref().map_or(i64::MIN, |s| s.last_id);
    let rows = rows(tx, chain, after, high, BLOCK_MAX)?;
    let (Some(first_id), Some(last_id)) = (rows.first_id, rows.last_id) else {
        return Ok(Step::Done);
    };
    let number = last.as_ref().map_or(0, |s| s.number).saturating_add(1);
    let previous = last.map(|s| s.hash).unwrap_or_default();
    let count = rows.count;
    let hash = Block {
        chain,
        number,
        first_id,
        last_id,
        rows: count,
        previous: &previous,
        sealed_at: now,
    }
    .hash(&rows.bytes);
    insert_seal(
        tx, chain, number, first_id, last_id, count, &previous, &hash, now,
    )?;
    Ok(if count < BLOCK_MAX {
        Step::Done
    } else {
        Step::More
    })
}

/// Rows in their canonical form.
#[derive(Default)]
struct Rows {
    first_id: Option<i64>,
    last_id: Option<i64>,
    count: i64,
    bytes: Vec<u8>,
}

impl Rows {
    fn add(&mut self, id: i64) {
        self.first_id = self.first_id.or(Some(id));
        self.last_id = Some(id);
        self.count = self.count.saturating_add(1);
    }
}

fn rows(tx: &mut Tx<'_>, chain: Chain, after: i64, to: i64, limit: i64) -> Result<Rows> {
    let mut rows = Rows::default();
    match chain {
        Chain::Transfers => {
            for row in transfer_rows(tx, after, to, limit)? {
                rows.add(row.id);
                encode::transfer(&mut rows.bytes, &row);
            }
        }
        Chain::Audit => {
            for row in audit_rows(tx, after, to, limit)? {
                rows.add(row.id);
                encode::audit(&mut rows.bytes, &row);
            }
        }
    }
    Ok(rows)
}
