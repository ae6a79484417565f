//! What must agree between the wallet's tables and the ledger, computed again.

use crate::Result;
use crate::db::{One, Tx};
use crate::ledger::Difference;

/// Differences listed per rule, at most.
const LISTED_MAX: i64 = 100;

crate::sql! {
    fn deposits_without_money(limit: i64) -> Vec<String> =
        "SELECT 'deposit ' || d.id FROM platform_deposits d
         LEFT JOIN platform_transfers t
             ON t.op_id = 'deposit/' || d.chain || '/' || d.account || '/' || d.lt
             AND t.leg = 0 AND t.state = 'posted' AND t.amount = d.amount
             AND t.debit_id = 'platform/ton_hot/TON'
             AND t.credit_id = CASE WHEN d.state = 'credited'
                 THEN 'user/' || d.user_id || '/TON' ELSE 'platform/suspense/TON' END
         WHERE t.id IS NULL LIMIT $1";
    fn owners_without_money(limit: i64) -> Vec<String> =
        "SELECT 'deposit ' || d.id FROM platform_deposits d
         LEFT JOIN platform_transfers t
             ON t.op_id = 'deposit/' || d.chain || '/' || d.account || '/' || d.lt
                 || '/' || d.state
             AND t.leg = 0 AND t.state = 'posted' AND t.amount = d.amount
             AND t.debit_id = 'platform/suspense/TON'
             AND t.credit_id = CASE WHEN d.state = 'kept'
                 THEN 'platform/ton_capital/TON' ELSE 'user/' || d.user_id || '/TON' END
         WHERE d.state IN ('claimed', 'assigned', 'kept') AND t.id IS NULL LIMIT $1";
    fn money_without_deposit(limit: i64) -> Vec<String> =
        "SELECT 'transfer ' || t.id FROM platform_transfers t
         LEFT JOIN platform_deposits d
             ON t.op_id = 'deposit/' || d.chain || '/' || d.account || '/' || d.lt
             OR t.op_id = 'deposit/' || d.chain || '/' || d.account || '/' || d.lt
                 || '/' || d.state
         WHERE t.kind = 'deposit' AND t.currency = 'TON' AND d.id IS NULL
             AND (t.debit_id = 'platform/ton_hot/TON' OR t.debit_id = 'platform/suspense/TON')
         LIMIT $1";
    fn wrong_amount_holds(limit: i64) -> Vec<String> =
        "SELECT 'withdrawal ' || w.id FROM platform_withdrawals w
         LEFT JOIN platform_transfers h ON h.id = w.amount_hold AND h.state = 'hold'
             AND h.amount = w.amount AND h.credit_id = 'platform/ton_hot/TON'
             AND h.debit_id = CASE WHEN w.user_id IS NULL
                 THEN 'platform/suspense/TON' ELSE 'user/' || w.user_id || '/TON' END
         LEFT JOIN platform_transfers r ON r.hold_id = h.id
         WHERE h.id IS NULL
             OR coalesce(r.state, 'open') <> CASE w.state
                 WHEN 'confirmed' THEN 'post' WHEN 'returned' THEN 'void' ELSE 'open' END
             OR coalesce(r.amount, w.amount) <> w.amount
         LIMIT $1";
    fn wrong_fee_holds(limit: i64) -> Vec<String> =
        "SELECT 'withdrawal ' || w.id FROM platform_withdrawals w
         LEFT JOIN platform_transfers h ON h.id = w.fee_hold AND h.state = 'hold'
             AND h.amount = w.fee AND h.credit_id = 'platform/ton_fees/TON'
             AND h.debit_id = CASE WHEN w.user_id IS NULL
                 THEN 'platform/suspense/TON' ELSE 'user/' || w.user_id || '/TON' END
         LEFT JOIN platform_transfers r ON r.hold_id = h.id
         WHERE w.fee > 0 AND (h.id IS NULL
             OR coalesce(r.state, 'open') <> CASE w.state
                 WHEN 'confirmed' THEN 'post' WHEN 'returned' THEN 'void' ELSE 'open' END
             OR coalesce(r.amount, w.fee) <> w.fee)
         LIMIT $1";
    fn holds_without_withdrawal(limit: i64) -> Vec<String> =
        "SELECT 'transfer ' || t.id FROM platform_transfers t
         WHERE t.state = 'hold' AND t.currency = 'TON'
             AND (t.credit_id = 'platform/ton_hot/TON' AND NOT EXISTS (
                     SELECT 1 FROM platform_withdrawals w WHERE w.amount_hold = t.id)
                 OR t.credit_id = 'platform/ton_fees/TON' AND NOT EXISTS (
                     SELECT 1 FROM platform_withdrawals w WHERE w.fee_hold = t.id))
         LIMIT $1";
    fn strange_movements(limit: i64) -> Vec<String> =
        "SELECT 'transfer ' || t.id FROM platform_transfers t
         WHERE (t.debit_id = 'platform/ton_hot/TON' OR t.credit_id = 'platform/ton_hot/TON')
             AND t.kind NOT IN ('deposit', 'withdrawal', 'network_cost', 'capital', 'unexplained')
         LIMIT $1";
    fn wrong_returns(limit: i64) -> Vec<String> =
        "SELECT 'deposit ' || d.id FROM platform_deposits d
         LEFT JOIN platform_withdrawals w ON w.deposit_id = d.id AND w.state <> 'returned'
         WHERE CASE WHEN w.id IS NULL THEN 'none' WHEN w.state = 'confirmed' THEN 'returned'
                 ELSE 'returning' END
             <> CASE WHEN d.state IN ('returning', 'returned') THEN d.state ELSE 'none' END
         LIMIT $1";
    fn in_suspense() -> One<(i64, i64)> =
        "SELECT CAST(coalesce((SELECT sum(amount) FROM platform_deposits
                 WHERE state IN ('suspense', 'dust', 'returning')), 0) AS BIGINT),
             CAST(coalesce((SELECT credits_posted - debits_posted FROM platform_accounts
                 WHERE id = 'platform/suspense/TON'), 0) AS BIGINT)";
}

/// What does not add up: nothing when the wallet is sound. Only reads.
///
/// # Errors
/// The database's.
pub fn check_books(tx: &mut Tx<'_>) -> Result<Vec<Difference>> {
    type Rule = (
        &'static str,
        fn(&mut Tx<'_>, i64) -> crate::db::Result<Vec<String>>,
    );
    let rules: [Rule; 8] = [
        ("a deposit is in the ledger", deposits_without_money),
        ("a settled deposit has its owner", owners_without_money),
        ("what came in is a deposit", money_without_deposit),
        ("a withdrawal holds its amount", wrong_amount_holds),
        ("a withdrawal holds its fee", wrong_fee_holds),
        ("what is held is a withdrawal", holds_without_withdrawal),
        ("the hot wallet moves for a reason", strange_movements),
        ("a deposit goes back once", wrong_returns),
    ];
    let mut differences = Vec::new();
    for (rule, find) in rules {
        let found = find(tx, LISTED_MAX)?.into_iter();
        differences.extend(found.map(|subject| Difference { rule, subject }));
    }
    let One((waiting, balance)) = in_suspense(tx)?;
    if waiting != balance {
        differences.push(Difference {
            rule: "suspense is what waits",
            subject: format!("{waiting} waits, {balance} is there"),
        });
    }
    Ok(differences)
}
