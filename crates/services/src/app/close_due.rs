//! Writes down what time has decided: hours that are over, silence that is refunded.
//!
//! Nobody waits for it to see the truth, which is decided from the stored times; only the money
//! waits. Twice is once: an order leaves its state together with its refunds, and a refund is
//! named after its take.

use super::accounts::revenue;
use super::announce::{self, Concerns};
use super::subject;
use crate::domain::{Command, Order, Take};
use crate::error::Result;
use crate::events;
use crate::store::orders::{self, Stored};
use crate::store::takes;
use torg_platform::db::{Locked, Tx};
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::{Timestamp, UserId, audit};

/// Kind of the transfer in the ledger.
pub const REFUND: &str = "services.refund";

/// Orders of one unit of work.
const BATCH: i64 = 100;

/// When something will be due.
///
/// # Errors
/// The database's.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    Ok(orders::next_deadline(tx)?)
}

/// Writes down up to a hundred orders that are due; whether there may be more.
///
/// # Errors
/// The database's.
pub fn close_due(tx: &mut Tx<'_>, price: Money<Rub>) -> Result<bool> {
    let due = orders::lock_due(tx, BATCH)?;
    let full = i64::try_from(due.len()).unwrap_or(i64::MAX) >= BATCH;
    settle(tx, &due, price)?;
    Ok(full)
}

/// Writes down what time has decided about these orders.
pub(super) fn settle(tx: &mut Tx<'_>, due: &[Locked<Stored>], price: Money<Rub>) -> Result<()> {
    let now = tx.now();
    let commands: Vec<(&Locked<Stored>, Command)> = due
        .iter()
        .filter_map(|stored| Some((stored, stored.order.due(now)?)))
        .collect();
    let silent: Vec<&Locked<Stored>> = commands
        .iter()
        .filter(|(_, command)| *command == Command::CloseSilent)
        .map(|(stored, _)| *stored)
        .collect();
    let refunded = refund(tx, &silent)?;
    for (stored, _) in commands.iter().filter(|(_, c)| *c == Command::Expire) {
        end(tx, stored, events::ORDER_EXPIRED, &[], price)?;
    }
    for (stored, to) in silent.iter().zip(&refunded) {
        end(tx, stored, events::ORDER_CLOSED, to, price)?;
        let (subject, details) = (subject(&stored.order.id), refund_details(to));
        let entry = audit::Entry {
            actor: "job/services.close_due",
            action: REFUND,
            subject: &subject,
            details: &details,
            request_id: "",
        };
        audit::record(tx, &entry)?;
    }
    Ok(())
}

/// What the audit trail says about refunds.
pub(super) fn refund_details(to: &[UserId]) -> String {
    let to = serde_json::to_string(to).unwrap_or_default();
    format!(r#"{{"refunded":{to}}}"#)
}

/// Writes the state that the order has by now and tells so.
fn end(
    tx: &mut Tx<'_>,
    stored: &Locked<Stored>,
    topic: &str,
    refunded: &[UserId],
    price: Money<Rub>,
) -> Result<()> {
    let mut after = Stored::clone(stored);
    after.order.status = stored.order.status_at(tx.now());
    orders::save_state(tx, stored, &after.order)?;
    let concerns = Concerns {
        refunded,
        ..Concerns::default()
    };
    announce::publish(tx, topic, &after, price, concerns)
}

/// Pays back every take of these orders and returns to whom, order by order.
///
/// Accounts are credited in one order over the whole batch, so that two batches never wait for
/// each other; a take waits for one account only.
pub(super) fn refund(tx: &mut Tx<'_>, of: &[&Locked<Stored>]) -> Result<Vec<Vec<UserId>>> {
    let mut to: Vec<Vec<UserId>> = Vec::with_capacity(of.len());
    let mut all: Vec<(AccountId, &Order, Take)> = Vec::new();
    for stored in of {
        let takes = takes::of(tx, &stored.order.id)?;
        to.push(takes.iter().map(|take| take.executor).collect());
        all.extend(takes.into_iter().map(|take| {
            let account = AccountId::user(take.executor, Rub::CODE);
            (account, &stored.order, take)
        }));
    }
    all.sort_by(|(a, x, _), (b, y, _)| (a, &x.id).cmp(&(b, &y.id)));
    let revenue = revenue();
    for (account, order, take) in all.iter().filter(|(_, _, take)| take.price.is_positive()) {
        let transfer = Transfer {
            op: &format!("services.refund:{}:{}", order.id, take.executor),
            leg: 0,
            kind: REFUND,
            debit: &revenue,
            credit: account,
            amount: take.price,
            meta: &format!(r#"{{"order_id":"{}"}}"#, order.id),
        };
        ledger::transfer(tx, &transfer)?;
    }
    for stored in of {
        takes::mark_refunded(tx, &stored.order.id)?;
    }
    Ok(to)
}
