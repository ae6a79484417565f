//! Whether an order has to go somewhere, and where the last one went.

use crate::domain::{OrderId, ProductId, Refusal};
use crate::error::Result;
use crate::store::{carts, orders, products};
use torg_platform::UserId;
use torg_platform::db::Tx;

/// Whether there are goods in the cart that somebody has to bring.
///
/// # Errors
/// The database's.
pub(crate) fn cart_has_goods(tx: &mut Tx<'_>, user: UserId) -> Result<bool> {
    Ok(carts::has_goods(tx, user)?.0)
}

/// Whether a product has to be brought; keys are not.
///
/// # Errors
/// [`Refusal::ProductNotFound`].
pub(crate) fn is_goods(tx: &mut Tx<'_>, id: &ProductId) -> Result<bool> {
    let product = products::find(tx, id)?.ok_or(Refusal::ProductNotFound)?;
    Ok(!product.is_digital)
}

/// The newest order of `user` that had an address, and that address.
///
/// # Errors
/// The database's.
pub(crate) fn last_address(tx: &mut Tx<'_>, user: UserId) -> Result<Option<(OrderId, String)>> {
    Ok(orders::last_address(tx, user)?)
}
