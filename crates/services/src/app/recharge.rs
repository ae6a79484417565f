//! Money onto the balance: that of a payment or, for demo and development, out of nothing.

use crate::error::{Error, Result};
use torg_platform::db::{Error as DbError, Tx};
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::{Kind, UserId, audit};

/// Kind of the ledger lines that put money on a balance.
pub(crate) const KIND: &str = "services.recharge";

/// What a recharge left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recharged {
    pub(crate) transaction_id: i64,
    pub(crate) new_balance: Money<Rub>,
}

/// Credits `amount` from `from` to `user` under the unique name `op`. A second time with the same name is a
/// conflict: the ledger remembers names for ever, longer than answers to keyed requests are kept.
/// A twin that comes too late by a moment meets it as well, and is then run again to find the
/// answer.
pub(crate) fn recharge(
    tx: &mut Tx<'_>,
    user: UserId,
    amount: Money<Rub>,
    op: &str,
    method: &str,
    from: &AccountId,
    request_id: &str,
) -> Result<Recharged> {
    let account = ledger::open_user::<Rub>(tx, user)?;
    let meta = serde_json::json!({ "method": method }).to_string();
    let transfer = Transfer {
        op,
        leg: 1,
        kind: KIND,
        debit: from,
        credit: &AccountId::user(user, Rub::CODE),
        amount,
        meta: &meta,
    };
    let transaction_id = match ledger::transfer_returning_id(tx, &transfer) {
        Err(DbError::Unique { .. }) => return Err(credited_before()),
        other => other?,
    };
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

fn credited_before() -> Error {
    let text = "The balance was topped up under this name before";
    torg_platform::Error::new(Kind::Conflict, "idempotency_key_reuse", text).into()
}
