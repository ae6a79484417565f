//! A customer orders what is in his cart, at the prices that he has agreed to.
//!
//! The order and the empty cart are one unit: if it stops half way nothing has happened; if it
//! comes twice, the second finds the first one's answer by its key, or an empty cart.

use super::create_order::{CreateOrder, create_order};
use crate::domain::{Item, Order, Refusal};
use crate::error::Result;
use crate::metrics::Counters;
use crate::store::carts;
use torg_platform::db::Tx;

/// Makes an order of the cart of its customer. `cmd` has no lines yet, and names for as many as a
/// cart can hold.
///
/// # Errors
/// [`Refusal::CartEmpty`]; those of [`create_order`], [`Refusal::PricesChanged`] among them.
pub(crate) fn checkout(
    tx: &mut Tx<'_>,
    cmd: &CreateOrder,
    counters: &Counters,
) -> Result<(Order, Vec<Item>)> {
    let user = cmd.new.customer.ok_or(Refusal::CartEmpty)?;
    // The cart comes before everything else that is locked.
    let owner = carts::lock(tx, user)?;
    let cart = carts::find(tx, user)?;
    if cart.lines.is_empty() {
        return Err(Refusal::CartEmpty.into());
    }
    let (lines, seen) = cart.wanted();
    let mut cmd = cmd.clone();
    cmd.new.lines = lines;
    cmd.seen = Some(seen);
    let made = create_order(tx, &cmd, counters)?;
    carts::clear(tx, &owner)?;
    Ok(made)
}
