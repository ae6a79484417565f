//! Writes down what time has decided: hours that are over, silence that is refunded.
//!
//! Nobody waits for it to see the truth, which is decided from the stored times; only the money
//! waits. Twice is once: an order leaves its state together with its refunds, and a refund is
//! named after its take.

use super::announce::{self, Concerns};
use super::refunds::{REFUND, refund_all, refund_details};
use super::subject;
use crate::domain::Command;
use crate::error::Result;
use crate::events;
use crate::store::orders::{self, Stored};
use torg_platform::db::{Locked, Tx};
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId, audit};

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
    let refunded = refund_all(tx, &silent, None)?;
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
