//! The platform's own accounts of this market.

use super::recharge::clearing_account;
use crate::error::Result;
use torg_platform::db::Tx;
use torg_platform::ledger::{self, AccountId};
use torg_platform::money::{Currency as _, Rub};

/// Where the money of takes goes, and where refunds come from. What may still be refunded is not
/// told apart there: the takes say it, by `refunded_at`.
pub fn revenue() -> AccountId {
    AccountId::platform("services_revenue", Rub::CODE)
}

/// Opens them if they are not open yet. They take part in everybody's takes and payments, so they
/// are hot: nobody waits for their rows, and nothing bounds them.
///
/// # Errors
/// The database's.
pub fn open_accounts(tx: &mut Tx<'_>) -> Result<()> {
    Ok(ledger::ensure_platform_accounts(
        tx,
        &[
            (&revenue(), false, true),
            (&clearing_account(), false, true),
        ],
    )?)
}
