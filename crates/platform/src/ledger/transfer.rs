//! Transfers, holds and what the owner of an account sees of them.

use super::AccountId;
use crate::Timestamp;
use crate::db::{Changed, One, Result, Tx};
use crate::money::{Currency, Money};

/// One movement of money, or the intent of one ([`hold`]).
#[derive(Debug, Clone, Copy)]
pub struct Transfer<'a, C> {
    /// The operation this is a leg of. Derived from the intent, so that a repeated intent meets
    /// itself: `(op, leg)` is unique for ever.
    pub op: &'a str,
    /// Its number within the operation.
    pub leg: i64,
    /// What it is for, in the words of the market: `take`, `refund`, …
    pub kind: &'a str,
    /// Who gives.
    pub debit: &'a AccountId,
    /// Who receives.
    pub credit: &'a AccountId,
    /// How much; more than nothing.
    pub amount: Money<C>,
    /// A JSON object for the statement; no personal data, because it is sealed for ever.
    pub meta: &'a str,
}

/// What becomes of a hold.
#[derive(Debug, Clone, Copy)]
pub struct Resolution<'a> {
    /// As in [`Transfer`]; not the operation of the hold.
    pub op: &'a str,
    /// Its number within the operation.
    pub leg: i64,
    /// As in [`Transfer`].
    pub kind: &'a str,
    /// The transfer that [`hold`] returned.
    pub hold: i64,
    /// As in [`Transfer`].
    pub meta: &'a str,
}

crate::row! {
    /// One line of an account's statement: a transfer that changed its balance.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Line {
        /// Position in the statement, from 1 without gaps.
        pub seq: i64,
        /// The transfer.
        pub transfer_id: i64,
        /// [`Transfer::kind`].
        pub kind: String,
        /// Minor units; negative when they went out.
        pub amount: i64,
        /// The balance with this line included.
        pub balance_after: i64,
        /// [`Transfer::meta`].
        pub meta: String,
        /// [`Transfer::op`].
        pub op: String,
        /// When it happened.
        pub at: Timestamp,
    }
}

crate::sql! {
    fn insert(
        op: &str, leg: i64, kind: &str, currency: &str, debit: &AccountId, credit: &AccountId,
        amount: i64, state: &str, meta: &str, at: Timestamp,
    ) -> () =
        "INSERT INTO platform_transfers
             (op_id, leg, kind, currency, debit_id, credit_id, amount, state, meta, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    fn insert_returning(
        op: &str, leg: i64, kind: &str, currency: &str, debit: &AccountId, credit: &AccountId,
        amount: i64, state: &str, meta: &str, at: Timestamp,
    ) -> One<i64> =
        "INSERT INTO platform_transfers
             (op_id, leg, kind, currency, debit_id, credit_id, amount, state, meta, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id";
    fn insert_post(
        op: &str, leg: i64, kind: &str, amount: i64, currency: &str, hold: i64, meta: &str,
        at: Timestamp,
    ) -> Changed =
        "INSERT INTO platform_transfers (op_id, leg, kind, currency, debit_id, credit_id, amount,
             state, hold_id, meta, created_at)
         SELECT $1, $2, $3, currency, debit_id, credit_id, $4, 'post', id, $7, $8
         FROM platform_transfers WHERE id = $6 AND state = 'hold' AND currency = $5";
    fn insert_void(
        op: &str, leg: i64, kind: &str, hold: i64, meta: &str, at: Timestamp,
    ) -> Changed =
        "INSERT INTO platform_transfers (op_id, leg, kind, currency, debit_id, credit_id, amount,
             state, hold_id, meta, created_at)
         SELECT $1, $2, $3, currency, debit_id, credit_id, amount, 'void', id, $5, $6
         FROM platform_transfers WHERE id = $4 AND state = 'hold'";
    fn select_amount(op: &str, leg: i64) -> Option<i64> =
        "SELECT amount FROM platform_transfers WHERE op_id = $1 AND leg = $2";
    fn select_lines(account: &AccountId, before: i64, limit: i64) -> Vec<Line> =
        "SELECT l.seq, l.transfer_id, t.kind, l.amount, l.balance_after, t.meta, t.op_id AS op,
             t.created_at AS at
         FROM platform_account_lines l JOIN platform_transfers t ON t.id = l.transfer_id
         WHERE l.account_id = $1 AND l.seq < $2 ORDER BY l.seq DESC LIMIT $3";
}

/// Moves money. The accounts of users must be locked by this unit ([`super::open_user`]) and
/// found to have enough: a refusal by the database is a defect of the caller, and on PostgreSQL
/// it surfaces only at a later statement or at the commit.
///
/// # Errors
/// [`crate::db::Error::Constraint`] when a bounded account would go below zero, is closed, or
/// the amount is not positive; [`crate::db::Error::Unique`] for a second `(op, leg)`;
/// [`crate::db::Error::Refused`] for accounts that do not exist in this currency.
pub fn transfer<C: Currency>(tx: &mut Tx<'_>, t: &Transfer<'_, C>) -> Result<()> {
    let (now, amount) = (tx.now(), t.amount.minor());
    insert(
        tx,
        t.op,
        t.leg,
        t.kind,
        C::CODE,
        t.debit,
        t.credit,
        amount,
        "posted",
        t.meta,
        now,
    )
}

/// As [`transfer`], and waits for the number of the transfer and for any refusal.
///
/// # Errors
/// As [`transfer`].
pub fn transfer_returning_id<C: Currency>(tx: &mut Tx<'_>, t: &Transfer<'_, C>) -> Result<i64> {
    insert_in(tx, t, "posted")
}

/// Sets money aside: it cannot be spent until [`post`] or [`void`] resolves the hold, whose
/// number is returned.
///
/// # Errors
/// As [`transfer`].
pub fn hold<C: Currency>(tx: &mut Tx<'_>, t: &Transfer<'_, C>) -> Result<i64> {
    insert_in(tx, t, "hold")
}

fn insert_in<C: Currency>(tx: &mut Tx<'_>, t: &Transfer<'_, C>, state: &str) -> Result<i64> {
    let (now, amount) = (tx.now(), t.amount.minor());
    let One(id) = insert_returning(
        tx,
        t.op,
        t.leg,
        t.kind,
        C::CODE,
        t.debit,
        t.credit,
        amount,
        state,
        t.meta,
        now,
    )?;
    Ok(id)
}

/// Resolves a hold by moving `amount`, which may be less than was held; the rest is free again.
///
/// # Errors
/// [`crate::db::Error::Stale`] when there is no such hold in `C`, [`crate::db::Error::Unique`]
/// when it is resolved already, [`crate::db::Error::Refused`] when `amount` is more than it.
pub fn post<C: Currency>(tx: &mut Tx<'_>, r: &Resolution<'_>, amount: Money<C>) -> Result<()> {
    let (now, amount) = (tx.now(), amount.minor());
    insert_post(
        tx,
        r.op,
        r.leg,
        r.kind,
        amount,
        C::CODE,
        r.hold,
        r.meta,
        now,
    )
    .map(drop)
}

/// Resolves a hold by giving all of it back.
///
/// # Errors
/// [`crate::db::Error::Stale`] when there is no such hold, [`crate::db::Error::Unique`] when it
/// is resolved already.
pub fn void(tx: &mut Tx<'_>, r: &Resolution<'_>) -> Result<()> {
    let now = tx.now();
    insert_void(tx, r.op, r.leg, r.kind, r.hold, r.meta, now).map(drop)
}

/// How much a leg of an operation has moved, in minor units; `None` when it was never written.
/// For those who must know whether an intent has met itself before they do more than the ledger.
///
/// # Errors
/// What the database refuses.
pub fn amount_of(tx: &mut Tx<'_>, op: &str, leg: i64) -> Result<Option<i64>> {
    select_amount(tx, op, leg)
}

/// The statement of an account, newest line first; the next page starts `before` the last `seq`
/// of this one. Hot accounts have none.
///
/// # Errors
/// What the database refuses.
pub fn lines(
    tx: &mut Tx<'_>,
    account: &AccountId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Line>> {
    select_lines(tx, account, before.unwrap_or(i64::MAX), limit)
}
