//! `platform_adjustments`, and whether they agree with the ledger.

use crate::{Timestamp, UserId};

crate::row! {
    /// A correction of a balance.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(in crate::admin) struct AdjustmentRow {
        pub(in crate::admin) id: String,
        pub(in crate::admin) currency: String,
        pub(in crate::admin) amount_minor: i64,
        pub(in crate::admin) balance_after: i64,
        pub(in crate::admin) reason: String,
        pub(in crate::admin) staff: String,
        pub(in crate::admin) at: Timestamp,
        pub(in crate::admin) transfer_id: i64,
    }
}

crate::sql! {
    pub(in crate::admin) fn insert(
        id: &str, user: UserId, currency: &str, amount_minor: i64, balance_after: i64,
        reason: &str, staff: &str, at: Timestamp, transfer_id: i64,
    ) -> () =
        "INSERT INTO platform_adjustments (id, user_id, currency, amount_minor, balance_after,
             reason, staff, at, transfer_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    pub(in crate::admin) fn of_user(user: UserId, before: i64, limit: i64)
        -> Vec<AdjustmentRow> =
        "SELECT id, currency, amount_minor, balance_after, reason, staff, at, transfer_id
         FROM platform_adjustments WHERE user_id = $1 AND transfer_id < $2
         ORDER BY transfer_id DESC LIMIT $3";

    pub(in crate::admin) fn without_money(limit: i64) -> Vec<String> =
        "SELECT 'adjustment ' || a.id FROM platform_adjustments a
         LEFT JOIN platform_transfers t ON t.id = a.transfer_id
             AND t.op_id = 'adjustment/' || a.id AND t.leg = 0 AND t.state = 'posted'
             AND t.kind = 'adjustment' AND t.currency = a.currency
             AND t.amount = abs(a.amount_minor)
             AND CASE WHEN a.amount_minor > 0 THEN t.debit_id ELSE t.credit_id END
                 = 'platform/adjustments/' || a.currency
             AND CASE WHEN a.amount_minor > 0 THEN t.credit_id ELSE t.debit_id END
                 = 'user/' || a.user_id || '/' || a.currency
         WHERE t.id IS NULL LIMIT $1";
    pub(in crate::admin) fn money_without(limit: i64) -> Vec<String> =
        "SELECT 'transfer ' || t.id FROM platform_transfers t
         LEFT JOIN platform_adjustments a ON a.transfer_id = t.id
         WHERE a.id IS NULL AND (t.debit_id LIKE 'platform/adjustments/%'
             OR t.credit_id LIKE 'platform/adjustments/%' OR t.kind = 'adjustment')
         LIMIT $1";
    pub(in crate::admin) fn wrong_balances(limit: i64) -> Vec<String> =
        "SELECT 'adjustment ' || a.id FROM platform_adjustments a
         JOIN platform_account_lines l
             ON l.account_id = 'user/' || a.user_id || '/' || a.currency
             AND l.transfer_id = a.transfer_id
         WHERE l.balance_after <> a.balance_after LIMIT $1";
}
