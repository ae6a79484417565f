//! `platform_withdrawals` and who has agreed to them.

use crate::db::{Changed, Locked, One};
use crate::money::{Money, Ton};
use crate::wallet::state::{Approval, WithdrawalState};
use crate::wallet::withdrawal::{ReturnedFor, Withdrawal};
use crate::{Timestamp, UserId};

crate::sql! {
    pub(in crate::wallet) fn insert(
        id: &str, chain: &str, user: Option<UserId>, deposit: Option<i64>, destination: &str,
        comment: Option<&str>, amount: Money<Ton>, fee: Money<Ton>, state: WithdrawalState,
        amount_hold: i64, fee_hold: Option<i64>, now: Timestamp, not_before: Timestamp,
        approval: Approval,
    ) -> () =
        "INSERT INTO platform_withdrawals (id, chain, user_id, deposit_id, destination, comment,
             amount, fee, state, amount_hold, fee_hold, requested_at, not_before, approval)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    pub(in crate::wallet) fn find(id: &str) -> Option<Withdrawal> =
        "SELECT id, chain, user_id, deposit_id, destination, comment, amount, fee, state,
             amount_hold, fee_hold, requested_at, not_before, approval, decided_by, decided_at,
             note, batch, attempts, sending_at, confirmed_at, tx_hash, failure, returned_at,
             returned_for
         FROM platform_withdrawals WHERE id = $1";
    pub(in crate::wallet) fn lock(id: &str) -> Option<Locked<Withdrawal>> =
        "SELECT id, chain, user_id, deposit_id, destination, comment, amount, fee, state,
             amount_hold, fee_hold, requested_at, not_before, approval, decided_by, decided_at,
             note, batch, attempts, sending_at, confirmed_at, tx_hash, failure, returned_at,
             returned_for
         FROM platform_withdrawals WHERE id = $1 FOR UPDATE";
    pub(in crate::wallet) fn lock_payable(chain: &str, now: Timestamp, limit: i64)
        -> Vec<Locked<Withdrawal>> =
        "SELECT id, chain, user_id, deposit_id, destination, comment, amount, fee, state,
             amount_hold, fee_hold, requested_at, not_before, approval, decided_by, decided_at,
             note, batch, attempts, sending_at, confirmed_at, tx_hash, failure, returned_at,
             returned_for
         FROM platform_withdrawals
         WHERE chain = $1 AND state = 'approved' AND not_before <= $2
         ORDER BY requested_at, id LIMIT $3 FOR UPDATE SKIP LOCKED";
    pub(in crate::wallet) fn of_batch(batch: &str) -> Vec<Withdrawal> =
        "SELECT id, chain, user_id, deposit_id, destination, comment, amount, fee, state,
             amount_hold, fee_hold, requested_at, not_before, approval, decided_by, decided_at,
             note, batch, attempts, sending_at, confirmed_at, tx_hash, failure, returned_at,
             returned_for
         FROM platform_withdrawals WHERE batch = $1 ORDER BY requested_at, id";
    pub(in crate::wallet) fn next_payable(chain: &str) -> Option<Timestamp> =
        "SELECT not_before FROM platform_withdrawals
         WHERE chain = $1 AND state = 'approved' ORDER BY not_before LIMIT 1";
    pub(in crate::wallet) fn next_cooled() -> Option<Timestamp> =
        "SELECT not_before FROM platform_withdrawals
         WHERE state = 'requested' AND approval = 'automatic' ORDER BY not_before LIMIT 1";
    pub(in crate::wallet) fn lock_cooled(now: Timestamp, limit: i64) -> Vec<Locked<Withdrawal>> =
        "SELECT id, chain, user_id, deposit_id, destination, comment, amount, fee, state,
             amount_hold, fee_hold, requested_at, not_before, approval, decided_by, decided_at,
             note, batch, attempts, sending_at, confirmed_at, tx_hash, failure, returned_at,
             returned_for
         FROM platform_withdrawals
         WHERE state = 'requested' AND approval = 'automatic' AND not_before <= $1
         ORDER BY not_before LIMIT $2 FOR UPDATE SKIP LOCKED";
    pub(in crate::wallet) fn next_failed() -> Option<Timestamp> =
        "SELECT requested_at FROM platform_withdrawals WHERE state = 'failed' LIMIT 1";
    pub(in crate::wallet) fn lock_failed() -> Option<Locked<Withdrawal>> =
        "SELECT id, chain, user_id, deposit_id, destination, comment, amount, fee, state,
             amount_hold, fee_hold, requested_at, not_before, approval, decided_by, decided_at,
             note, batch, attempts, sending_at, confirmed_at, tx_hash, failure, returned_at,
             returned_for
         FROM platform_withdrawals WHERE state = 'failed' LIMIT 1 FOR UPDATE SKIP LOCKED";

    pub(in crate::wallet) fn approve(
        id: &str, from: WithdrawalState, by: &str, at: Timestamp, note: Option<&str>,
    ) -> Changed =
        "UPDATE platform_withdrawals
         SET state = 'approved', decided_by = $3, decided_at = $4, note = coalesce($5, note)
         WHERE id = $1 AND state = $2";
    pub(in crate::wallet) fn send(id: &str, batch: &str, at: Timestamp) -> Changed =
        "UPDATE platform_withdrawals SET state = 'sending', batch = $2, sending_at = $3
         WHERE id = $1 AND state = 'approved'";
    pub(in crate::wallet) fn confirm(id: &str, tx_hash: &str, at: Timestamp) -> Changed =
        "UPDATE platform_withdrawals SET state = 'confirmed', tx_hash = $2, confirmed_at = $3
         WHERE id = $1 AND state = 'sending'";
    pub(in crate::wallet) fn give_up(
        id: &str, to: WithdrawalState, attempts: i64, failure: &str,
    ) -> Changed =
        "UPDATE platform_withdrawals SET state = $2, attempts = $3, failure = $4
         WHERE id = $1 AND state = 'sending'";
    pub(in crate::wallet) fn give_back(
        id: &str, from: WithdrawalState, at: Timestamp, why: ReturnedFor, by: &str,
        note: Option<&str>,
    ) -> Changed =
        "UPDATE platform_withdrawals
         SET state = 'returned', returned_at = $3, returned_for = $4, decided_by = $5,
             decided_at = $3, note = coalesce($6, note)
         WHERE id = $1 AND state = $2";

    pub(in crate::wallet) fn agree(id: &str, staff: &str, at: Timestamp, note: Option<&str>)
        -> u64 =
        "INSERT INTO platform_withdrawal_approvals (withdrawal_id, staff, at, note)
         VALUES ($1, $2, $3, $4) ON CONFLICT (withdrawal_id, staff) DO NOTHING";
    pub(in crate::wallet) fn agreed(id: &str) -> One<i64> =
        "SELECT count(*) FROM platform_withdrawal_approvals WHERE withdrawal_id = $1";

    pub(in crate::wallet) fn sum_since(user: UserId, since: Timestamp) -> One<Money<Ton>> =
        "SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM platform_withdrawals
         WHERE user_id = $1 AND requested_at > $2 AND state <> 'returned'";
    pub(in crate::wallet) fn of_user(user: UserId, before: &str, limit: i64)
        -> Vec<Withdrawal> =
        "SELECT id, chain, user_id, deposit_id, destination, comment, amount, fee, state,
             amount_hold, fee_hold, requested_at, not_before, approval, decided_by, decided_at,
             note, batch, attempts, sending_at, confirmed_at, tx_hash, failure, returned_at,
             returned_for
         FROM platform_withdrawals WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    pub(in crate::wallet) fn in_state(state: WithdrawalState, after: &str, limit: i64)
        -> Vec<Withdrawal> =
        "SELECT id, chain, user_id, deposit_id, destination, comment, amount, fee, state,
             amount_hold, fee_hold, requested_at, not_before, approval, decided_by, decided_at,
             note, batch, attempts, sending_at, confirmed_at, tx_hash, failure, returned_at,
             returned_for
         FROM platform_withdrawals WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3";
    pub(in crate::wallet) fn held() -> One<Money<Ton>> =
        "SELECT CAST(coalesce(sum(amount + fee), 0) AS BIGINT) FROM platform_withdrawals
         WHERE state NOT IN ('confirmed', 'returned')";
}
