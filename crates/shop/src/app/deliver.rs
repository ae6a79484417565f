//! What happens to the goods at the moment of payment: keys are handed out, each once and for
//! ever; an order of nothing but keys is thereby fulfilled.

use crate::domain::{Command, Item, Order};
use crate::error::Result;
use crate::store::keys;
use torg_platform::Error;
use torg_platform::db::Tx;

/// What the history of an order says whose keys were all it was about.
pub(crate) const KEYS_HANDED: &str = "keys handed out";

/// Hands out the keys of a paid order.
pub(crate) fn deliver(tx: &mut Tx<'_>, paid: Order, items: &[Item]) -> Result<Order> {
    for item in items.iter().filter(|item| item.is_digital) {
        let handed = keys::hand_out(tx, &item.product, &paid.id, item.quantity)?;
        // There is a key for each unit on hand, and the units were promised to this order.
        if i64::try_from(handed).unwrap_or(i64::MAX) != item.quantity {
            let text = format!("{handed} keys instead of {}", item.quantity);
            return Err(Error::internal(text).into());
        }
    }
    if items.iter().any(|item| !item.is_digital) {
        return Ok(paid);
    }
    let now = tx.now();
    Ok(paid.step(Command::Fulfil, now, KEYS_HANDED)?)
}
