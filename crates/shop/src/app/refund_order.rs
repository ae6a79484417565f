//! Money goes back to where it came from: all of it, or a part.
//!
//! Never more than was paid, however often and at the same time it is asked for: the order's row
//! is locked, its constraint counts, and the ledger knows each refund by the version of the order
//! that it made.

use super::announce;
use super::{By, accounts, stock};
use crate::domain::{Command, Order, OrderId, Refusal, Status};
use crate::error::Result;
use crate::events;
use crate::store::orders;
use torg_platform::db::{Locked, Tx};
use torg_platform::ledger::{self, AccountId};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::payments::{self, NewRefund};

/// Give money back.
#[derive(Debug, Clone)]
pub struct RefundOrder {
    /// Of which order.
    pub id: OrderId,
    /// Who decides so.
    pub by: By,
    /// How much; all that is left of it when absent.
    pub amount: Option<Money<Rub>>,
    /// Why, for the history.
    pub reason: String,
    /// Whether the goods come back into the store with the last of the money; when absent, if they
    /// have not gone out.
    pub restock: Option<bool>,
}

/// Refunds an order.
///
/// # Errors
/// [`Refusal::OrderNotFound`], [`Refusal::IllegalStep`], [`Refusal::RefundTooLarge`].
pub(crate) fn refund_order(tx: &mut Tx<'_>, cmd: &RefundOrder) -> Result<Order> {
    let order = orders::lock(tx, &cmd.id)?.ok_or(Refusal::OrderNotFound)?;
    let refundable = order.refundable();
    let amount = cmd.amount.unwrap_or(refundable);
    let (next, topic) = decide(tx, &order, amount, cmd)?;
    let op = format!("shop.refund:{}:{}", order.id, next.version);
    if let Some(payment_id) = order.payment_id.as_deref().filter(|_| amount.is_positive()) {
        let payment = payments::lock(tx, payment_id)?;
        let payment = payment.ok_or_else(|| torg_platform::Error::internal("no payment"))?;
        let refund = NewRefund {
            op: &op,
            amount_minor: amount.minor(),
            reason: &cmd.reason,
            by: &cmd.by.actor,
        };
        payments::refund(tx, &payment, &refund)?;
        let clearing = payments::clearing_account(&payment.provider, Rub::CODE);
        accounts::book_refund(tx, &next, &op, &clearing, amount)?;
    }
    let ends = next.status == Status::Refunded;
    if ends && cmd.restock.unwrap_or(order.status == Status::Paid) {
        let items = orders::items(tx, &order.id)?;
        stock::bring_back(tx, &order.id, &items)?;
    }
    orders::save(tx, &order, &next)?;
    // The reason is in the history only: people write names into it, and what is published goes out,
    // and what is audited stays for ever.
    announce::publish(tx, topic, &next, &[], "")?;
    let details = serde_json::json!({ "amount_minor": amount.minor() });
    let subject = announce::subject(&next);
    cmd.by
        .did(tx, "shop.refund_order", &subject, &details.to_string())?;
    // The customer's account comes last in the order of locks.
    if let (None, Some(user)) = (&order.payment_id, order.customer)
        && amount.is_positive()
    {
        ledger::open_user::<Rub>(tx, user)?;
        let account = AccountId::user(user, Rub::CODE);
        accounts::book_refund(tx, &next, &op, &account, amount)?;
    }
    Ok(next)
}

/// The order with `amount` given back: over with the last of the money, else one line longer.
fn decide(
    tx: &Tx<'_>,
    order: &Locked<Order>,
    amount: Money<Rub>,
    cmd: &RefundOrder,
) -> Result<(Order, &'static str)> {
    let (now, refundable) = (tx.now(), order.refundable());
    if order.status.apply(Command::Refund).is_none() {
        return Err(Refusal::IllegalStep {
            from: order.status_at(now),
        }
        .into());
    }
    let refunded = order.refunded.checked_add(amount);
    let refunded = refunded
        .filter(|_| amount >= Money::ZERO && amount <= refundable)
        .ok_or(Refusal::RefundTooLarge { refundable })?;
    let text = format!("{amount}: {}", cmd.reason);
    let (mut next, topic) = if amount == refundable {
        (
            order.step(Command::Refund, now, text)?,
            events::ORDER_REFUNDED,
        )
    } else {
        let next = order.note(now, "partly_refunded", text);
        (next, events::ORDER_PARTLY_REFUNDED)
    };
    next.refunded = refunded;
    Ok((next, topic))
}
