//! The customer changes the text of an order that nobody has taken yet.

use super::announce::{self, Concerns};
use super::{By, close_due, lock, record};
use crate::domain::{Contact, Order, OrderChange, OrderId, Refusal};
use crate::error::Result;
use crate::events;
use crate::store::orders::{self, Stored};
use torg_platform::db::{Error as DbError, Tx};
use torg_platform::money::{Money, Rub};

/// Change this order.
#[derive(Debug, Clone)]
pub struct EditOrder {
    /// Which.
    pub order: OrderId,
    /// Who.
    pub by: By,
    /// What is new; the rest stays.
    pub change: OrderChange,
    /// What a take costs now.
    pub price: Money<Rub>,
}

/// Changes an order: 404 → 403 not yours → 403 locked → 410 → 409 contact.
///
/// # Errors
/// The first refusal in that order.
pub fn edit_order(tx: &mut Tx<'_>, cmd: &EditOrder) -> Result<(Order, String)> {
    let stored = lock(tx, &cmd.order)?;
    stored.order.decide_edit(cmd.by.user, tx.now())?;
    let mut after = Stored::clone(&stored);
    let change = cmd.change.clone();
    after.order.category = change.category.unwrap_or(after.order.category);
    after.order.description = change.description.unwrap_or(after.order.description);
    if let Some(contact) = change.contact {
        if contact.key() != stored.order.contact.key() {
            free(tx, &contact, cmd.price)?;
        }
        after.order.contact = contact;
    }
    match orders::save_text(tx, &stored, &after.order) {
        Ok(()) => {}
        // Somebody has posted an order with this contact since we looked.
        Err(DbError::Unique { .. }) => return Err(Refusal::DuplicateContact.into()),
        Err(error) => return Err(error.into()),
    }
    let before = Some(stored.order.category).filter(|c| *c != after.order.category);
    let concerns = Concerns {
        before,
        ..Concerns::default()
    };
    announce::publish(tx, events::ORDER_UPDATED, &after, cmd.price, concerns)?;
    record(tx, &cmd.by, "services.edit", &after.order.id, "{}")?;
    Ok((after.order, after.taken_by))
}

/// Refused while an active order has this contact.
fn free(tx: &mut Tx<'_>, contact: &Contact, price: Money<Rub>) -> Result<()> {
    let Some(holder) = orders::lock_holder(tx, contact)? else {
        return Ok(());
    };
    if holder.order.due(tx.now()).is_none() {
        return Err(Refusal::DuplicateContact.into());
    }
    close_due::settle(tx, &[holder], price)
}
