//! Money onto the balance without a payment: for demo and development only.

use crate::error::Result;
use torg_platform::db::Tx;
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::{UserId, audit};

/// Kind of the ledger lines that put money on a balance.
pub(crate) const KIND: &str = "services.recharge";

/// Where money from outside enters the books: what providers owe us, or have paid us.
pub(crate) fn clearing_account() -> AccountId {
    AccountId::platform("services_clearing", Rub::CODE)
}

/// What a recharge left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recharged {
    pub(crate) transaction_id: i64,
    pub(crate) new_balance: Money<Rub>,
}

/// Credits `amount` to `user` under the unique name `op`: a second time with the same name is
/// refused by the ledger.
pub(crate) fn recharge(
    tx: &mut Tx<'_>,
    user: UserId,
    amount: Money<Rub>,
    op: &str,
    method: &str,
    request_id: &str,
) -> Result<Recharged> {
    let account = ledger::open_user::<Rub>(tx, user)?;
    let meta = serde_json::json!({ "method": method }).to_string();
    let transaction_id = ledger::transfer_returning_id(
        tx,
        &Transfer {
            op,
            leg: 1,
            kind: KIND,
            debit: &clearing_account(),
            credit: &AccountId::user(user, Rub::CODE),
            amount,
            meta: &meta,
        },
    )?;
    audit::record(
        tx,
        &audit::Entry {
            actor: &format!("user/{user}"),
            action: KIND,
            subject: &format!("user/{user}"),
            details:
                &serde_json::json!({ "amount_minor": amount.minor(), "method": method, "op": op })
                    .to_string(),
            request_id,
        },
    )?;
    let before = Money::from_minor(account.available());
    let new_balance = before
        .checked_add(amount)
        .ok_or_else(|| torg_platform::Error::internal("a balance beyond all money"))?;
    Ok(Recharged {
        transaction_id,
        new_balance,
    })
}
