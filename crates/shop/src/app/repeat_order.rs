//! Once more what was ordered before, as far as it is still for sale: into the cart, because
//! prices have changed and the customer shall see them.

use super::fill_cart::put_into_cart;
use crate::domain::{OrderId, Refusal};
use crate::error::Result;
use crate::store::orders;
use torg_platform::UserId;
use torg_platform::db::Tx;

/// Puts the lines of an order of `user` into the cart, in place of what was there of the same
/// products. Returns how many lines are not for sale any more.
///
/// # Errors
/// [`Refusal::OrderNotFound`], also for somebody else's; [`Refusal::CartFull`].
pub(crate) fn repeat_order(tx: &mut Tx<'_>, user: UserId, id: &OrderId) -> Result<i64> {
    let order = orders::find(tx, id)?.filter(|order| order.is_of(user));
    let order = order.ok_or(Refusal::OrderNotFound)?;
    let mut gone = 0_i64;
    for item in orders::items(tx, &order.id)? {
        let put = put_into_cart(tx, user, &item.product, item.quantity);
        match put {
            Ok(_) => {}
            Err(error) => match error.refusal() {
                Some(Refusal::ProductUnavailable { .. }) => gone = gone.saturating_add(1),
                Some(_) | None => return Err(error),
            },
        }
    }
    Ok(gone)
}
