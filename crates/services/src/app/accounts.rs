//! The platform's own accounts of this market.

use crate::error::Result;
use torg_platform::db::Tx;
use torg_platform::ledger::{self, AccountId};
use torg_platform::money::{Currency as _, Rub};
use torg_platform::payments::{self, Providers};

/// Where the money of takes goes, and where refunds come from. What may still be refunded is not
/// told apart there: the takes say it, by `refunded_at`.
pub fn revenue() -> AccountId {
    AccountId::platform("services_revenue", Rub::CODE)
}

/// Where the money of recharges without a payment comes from.
pub(crate) fn nowhere() -> AccountId {
    AccountId::platform("services_clearing", Rub::CODE)
}

/// Where the money that `provider` has received for us enters the books.
pub(crate) fn clearing_of(provider: &str) -> AccountId {
    payments::clearing_account(provider, Rub::CODE)
}

/// Opens them if they are not open yet. They take part in everybody's takes and payments, so they
/// are hot: nobody waits for their rows, and nothing bounds them.
///
/// # Errors
/// The database's.
pub fn open_accounts(tx: &mut Tx<'_>, providers: &Providers) -> Result<()> {
    let mut accounts = vec![revenue(), nowhere()];
    accounts.extend(providers.iter().map(|p| clearing_of(p.name())));
    let accounts: Vec<_> = accounts.iter().map(|id| (id, false, true)).collect();
    Ok(ledger::ensure_platform_accounts(tx, &accounts)?)
}
