//! Prices of takes go back to whoever paid them.
//!
//! Once per take, whoever decides and however many do so at once: the order's row is locked, the
//! take says that it was refunded, and the ledger knows the transfer by the name of the take.

use super::accounts::revenue;
use crate::domain::{Order, RefundKind, Take};
use crate::error::Result;
use crate::store::orders::Stored;
use crate::store::takes;
use torg_platform::UserId;
use torg_platform::db::{Locked, Tx};
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::money::{Currency as _, Rub};
use torg_platform::planted::{self, Plant};

/// Kind of the transfer in the ledger.
pub const REFUND: &str = "services.refund";

/// What the audit trail says about refunds.
pub(super) fn refund_details(to: &[UserId]) -> String {
    let to = serde_json::to_string(to).unwrap_or_default();
    format!(r#"{{"refunded":{to}}}"#)
}

/// Pays back every take of these orders that was not paid back before, and returns to whom, order
/// by order. `why` is none for silence.
///
/// Accounts are credited in one order over the whole batch, so that two batches never wait for
/// each other; a take waits for one account only.
pub(super) fn refund_all(
    tx: &mut Tx<'_>,
    of: &[&Locked<Stored>],
    why: Option<RefundKind>,
) -> Result<Vec<Vec<UserId>>> {
    let mut to: Vec<Vec<UserId>> = Vec::with_capacity(of.len());
    let mut all: Vec<(&Order, Take)> = Vec::new();
    for stored in of {
        let mut takes = takes::of(tx, &stored.order.id)?;
        takes.retain(|take| take.refunded_at.is_none() || planted::is(Plant::RefundAgain));
        to.push(takes.iter().map(|take| take.executor).collect());
        all.extend(takes.into_iter().map(|take| (&stored.order, take)));
    }
    pay_back(tx, all, why)?;
    for stored in of {
        takes::mark_refunded(tx, &stored.order.id)?;
    }
    Ok(to)
}

/// Pays back one take, which was not paid back before.
pub(super) fn refund_one(
    tx: &mut Tx<'_>,
    of: &Locked<Stored>,
    take: Take,
    why: RefundKind,
) -> Result<()> {
    pay_back(tx, vec![(&of.order, take)], Some(why))?;
    Ok(takes::mark_one_refunded(tx, &of.order.id, &take)?)
}

/// Moves the money.
fn pay_back(tx: &mut Tx<'_>, of: Vec<(&Order, Take)>, why: Option<RefundKind>) -> Result<()> {
    let account = |take: &Take| AccountId::user(take.executor, Rub::CODE);
    let mut of: Vec<_> = of
        .into_iter()
        .map(|(order, take)| (account(&take), order, take))
        .collect();
    of.sort_by(|(a, x, _), (b, y, _)| (a, &x.id).cmp(&(b, &y.id)));
    let revenue = revenue();
    for (account, order, take) in of.iter().filter(|(_, _, take)| take.price.is_positive()) {
        let mut meta = serde_json::json!({ "order_id": order.id.as_str() });
        if let Some(why) = why {
            meta["why"] = why.as_str().into();
        }
        let mut op = format!("services.refund:{}:{}", order.id, take.executor);
        if planted::is(Plant::RefundAgain) && take.refunded_at.is_some() {
            op.push_str(":again");
        }
        let mut transfer = Transfer {
            op: &op,
            leg: 0,
            kind: REFUND,
            debit: &revenue,
            credit: account,
            amount: take.price,
            meta: &meta.to_string(),
        };
        ledger::transfer(tx, &transfer)?;
        if planted::is(Plant::RefundTwice) {
            transfer.leg = 1;
            ledger::transfer(tx, &transfer)?;
        }
    }
    Ok(())
}
