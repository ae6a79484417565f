//! The ledger, read: what moved, and what stands where.

use crate::Timestamp;
use crate::ledger::AccountId;

crate::row! {
    /// Money that moved.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(in crate::admin) struct TransferRow {
        pub(in crate::admin) id: i64,
        pub(in crate::admin) op: String,
        pub(in crate::admin) at: Timestamp,
        pub(in crate::admin) debit: AccountId,
        pub(in crate::admin) credit: AccountId,
        pub(in crate::admin) currency: String,
        pub(in crate::admin) amount: i64,
        pub(in crate::admin) kind: String,
        pub(in crate::admin) meta: String,
    }
}

crate::row! {
    /// A line of a person's statement.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(in crate::admin) struct LineRow {
        pub(in crate::admin) id: i64,
        pub(in crate::admin) at: Timestamp,
        pub(in crate::admin) currency: String,
        pub(in crate::admin) amount: i64,
        pub(in crate::admin) balance_after: i64,
        pub(in crate::admin) kind: String,
        pub(in crate::admin) op: String,
        pub(in crate::admin) meta: String,
    }
}

crate::row! {
    /// An account of the platform with what it has.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(in crate::admin) struct BalanceRow {
        pub(in crate::admin) id: AccountId,
        pub(in crate::admin) currency: String,
        pub(in crate::admin) balance: i64,
        pub(in crate::admin) held: i64,
    }
}

crate::sql! {
    /// Of the `scan` newest transfers between two numbers those that moved money and fit, the
    /// newest first. A text that is empty fits everything.
    pub(in crate::admin) fn page(
        before: i64, after: i64, scan: i64, limit: i64, account: &str, kind: &str,
        from: Timestamp, to: Timestamp,
    ) -> Vec<TransferRow> =
        "SELECT id, op_id AS op, created_at AS at, debit_id AS debit, credit_id AS credit,
             currency, amount, kind, meta
         FROM (
             SELECT id, op_id, created_at, debit_id, credit_id, currency, amount, kind, meta, state
             FROM platform_transfers WHERE id < $1 AND id > $2 ORDER BY id DESC LIMIT $3
         ) s WHERE state IN ('posted', 'post')
             AND ($5 = '' OR debit_id = $5 OR credit_id = $5)
             AND ($6 = '' OR kind = $6)
             AND created_at >= $7 AND created_at < $8
         ORDER BY id DESC LIMIT $4";
    /// As `page`, of the accounts named from $5 on and before $6: those keep statements.
    pub(in crate::admin) fn page_of(
        before: i64, after: i64, limit: i64, account: &str, first: &str, end: &str, kind: &str,
        from: Timestamp, to: Timestamp,
    ) -> Vec<TransferRow> =
        "SELECT t.id, t.op_id AS op, t.created_at AS at, t.debit_id AS debit,
             t.credit_id AS credit, t.currency, t.amount, t.kind, t.meta
         FROM platform_account_lines l JOIN platform_transfers t ON t.id = l.transfer_id
         WHERE l.account_id >= $5 AND l.account_id < $6
             AND l.transfer_id < $1 AND l.transfer_id > $2
             AND ($4 = '' OR t.debit_id = $4 OR t.credit_id = $4)
             AND ($7 = '' OR t.kind = $7)
             AND t.created_at >= $8 AND t.created_at < $9
         ORDER BY l.transfer_id DESC LIMIT $3";
    /// The last of the `scan` newest transfers between two numbers, if there are so many; $3 is
    /// one less than `scan`.
    pub(in crate::admin) fn end_of_scan(before: i64, after: i64, skip: i64) -> Option<i64> =
        "SELECT id FROM platform_transfers WHERE id < $1 AND id > $2
         ORDER BY id DESC LIMIT 1 OFFSET $3";
    pub(in crate::admin) fn newest(up_to: i64) -> Option<(i64, Timestamp)> =
        "SELECT id, created_at FROM platform_transfers WHERE id <= $1 ORDER BY id DESC LIMIT 1";

    /// Lines of the accounts named from $1 on and before $2, the newest first.
    pub(in crate::admin) fn lines(first: &str, end: &str, before: i64, limit: i64)
        -> Vec<LineRow> =
        "SELECT l.transfer_id AS id, t.created_at AS at, t.currency, l.amount, l.balance_after,
             t.kind, t.op_id AS op, t.meta
         FROM platform_account_lines l JOIN platform_transfers t ON t.id = l.transfer_id
         WHERE l.account_id >= $1 AND l.account_id < $2 AND l.transfer_id < $3
         ORDER BY l.transfer_id DESC LIMIT $4";

    /// Every account of the platform, with what waits to be rolled up. What is held is what open
    /// holds may still bring it, less what they may take.
    pub(in crate::admin) fn balances() -> Vec<BalanceRow> =
        "SELECT a.id, a.currency,
             CAST(a.credits_posted - a.debits_posted + coalesce(d.posted, 0) AS BIGINT) AS balance,
             CAST(a.credits_held - a.debits_held + coalesce(d.held, 0) AS BIGINT) AS held
         FROM platform_accounts a LEFT JOIN (
             SELECT account_id, sum(credits_posted - debits_posted) AS posted,
                 sum(credits_held - debits_held) AS held
             FROM platform_ledger_deltas GROUP BY account_id
         ) d ON d.account_id = a.id
         WHERE a.id >= 'platform/' AND a.id < 'platform0'
         ORDER BY a.currency, a.id";
}
