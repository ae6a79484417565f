//! Guards of the database that would make a plant harmless.

use super::Plant;

/// The writer of balances as it is in `0001_ledger.sql`, but that a hold that is posted in part
/// keeps the rest.
const DRIFTING: &str = "CREATE TRIGGER platform_transfers_apply AFTER INSERT ON platform_transfers
BEGIN
    UPDATE platform_accounts SET
        debits_posted = debits_posted + CASE WHEN NEW.state IN ('posted', 'post') THEN NEW.amount ELSE 0 END,
        debits_held = debits_held + CASE NEW.state
            WHEN 'posted' THEN 0 WHEN 'hold' THEN NEW.amount ELSE -NEW.amount END,
        lines = lines + CASE WHEN NEW.state IN ('posted', 'post') THEN 1 - hot ELSE 0 END,
        last_transfer_id = NEW.id
    WHERE id = NEW.debit_id AND currency = NEW.currency;
    UPDATE platform_accounts SET
        credits_posted = credits_posted + CASE WHEN NEW.state IN ('posted', 'post') THEN NEW.amount ELSE 0 END,
        credits_held = credits_held + CASE NEW.state
            WHEN 'posted' THEN 0 WHEN 'hold' THEN NEW.amount ELSE -NEW.amount END,
        lines = lines + CASE WHEN NEW.state IN ('posted', 'post') THEN 1 - hot ELSE 0 END,
        last_transfer_id = NEW.id
    WHERE id = NEW.credit_id AND currency = NEW.currency;
END";
const NO_APPLY: &str = "DROP TRIGGER IF EXISTS platform_transfers_apply";
/// For this connection, which is the writer's.
const NO_CHECKS: &str = "PRAGMA ignore_check_constraints = ON";

/// What is run on the writer's connection of a database that was just opened on SQLite, while
/// `plant` is active.
pub const fn sabotage_sql(plant: Plant) -> &'static [&'static str] {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most guards stand in the code, and their plants need nothing here"
    )]
    match plant {
        Plant::StockUnchecked | Plant::BalanceUnchecked | Plant::RefundUnlimited => &[NO_CHECKS],
        Plant::BalanceDrifts => &[NO_APPLY, DRIFTING],
        Plant::BalanceApart => &[NO_APPLY],
        Plant::ForkUnclaimed => &[NO_CHECKS, "DROP INDEX IF EXISTS platform_transfers_hold"],
        _ => &[],
    }
}
