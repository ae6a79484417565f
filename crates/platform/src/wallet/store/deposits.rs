//! `platform_deposits`.

use crate::db::{Changed, Locked};
use crate::money::{Money, Ton};
use crate::wallet::deposit::Deposit;
use crate::wallet::state::DepositState;
use crate::{Timestamp, UserId};

crate::sql! {
    pub(in crate::wallet) fn insert(
        chain: &str, account: &str, lt: i64, tx_hash: &str, sender: Option<&str>,
        memo: Option<&str>, amount: Money<Ton>, state: DepositState, reason: Option<&str>,
        user: Option<UserId>, chain_time: Timestamp, now: Timestamp,
    ) -> Option<i64> =
        "INSERT INTO platform_deposits (chain, account, lt, tx_hash, sender, memo, amount, state,
             reason, user_id, chain_time, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT DO NOTHING RETURNING id";
    pub(in crate::wallet) fn hash_at(chain: &str, account: &str, lt: i64) -> Option<String> =
        "SELECT tx_hash FROM platform_deposits WHERE chain = $1 AND account = $2 AND lt = $3";
    pub(in crate::wallet) fn find(id: i64) -> Option<Deposit> =
        "SELECT id, chain, account, lt, tx_hash, sender, memo, amount, state, reason, user_id,
             chain_time, created_at, resolved_at, resolved_by, note
         FROM platform_deposits WHERE id = $1";
    pub(in crate::wallet) fn lock(id: i64) -> Option<Locked<Deposit>> =
        "SELECT id, chain, account, lt, tx_hash, sender, memo, amount, state, reason, user_id,
             chain_time, created_at, resolved_at, resolved_by, note
         FROM platform_deposits WHERE id = $1 FOR UPDATE";
    pub(in crate::wallet) fn lock_claimable(chain: &str, sender: &str)
        -> Vec<Locked<Deposit>> =
        "SELECT id, chain, account, lt, tx_hash, sender, memo, amount, state, reason, user_id,
             chain_time, created_at, resolved_at, resolved_by, note
         FROM platform_deposits
         WHERE chain = $1 AND sender = $2 AND state = 'suspense'
             AND reason IN ('memo_missing', 'memo_unknown')
         ORDER BY id FOR UPDATE";
    pub(in crate::wallet) fn settle(
        id: i64, from: DepositState, to: DepositState, user: Option<UserId>,
        at: Option<Timestamp>, by: &str, note: Option<&str>,
    ) -> Changed =
        "UPDATE platform_deposits
         SET state = $3, user_id = $4, resolved_at = $5, resolved_by = $6, note = $7
         WHERE id = $1 AND state = $2";
    pub(in crate::wallet) fn move_return(
        id: i64, to: DepositState, at: Option<Timestamp>,
    ) -> Changed =
        "UPDATE platform_deposits SET state = $2, resolved_at = $3
         WHERE id = $1 AND state = 'returning'";
    pub(in crate::wallet) fn of_user(user: UserId, before: i64, limit: i64) -> Vec<Deposit> =
        "SELECT id, chain, account, lt, tx_hash, sender, memo, amount, state, reason, user_id,
             chain_time, created_at, resolved_at, resolved_by, note
         FROM platform_deposits WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    pub(in crate::wallet) fn in_state(state: DepositState, after: i64, limit: i64)
        -> Vec<Deposit> =
        "SELECT id, chain, account, lt, tx_hash, sender, memo, amount, state, reason, user_id,
             chain_time, created_at, resolved_at, resolved_by, note
         FROM platform_deposits WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3";
}
