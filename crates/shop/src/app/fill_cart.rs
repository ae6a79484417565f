//! Products are put into a cart and taken out again. Each of these done twice is done once.

use crate::domain::{Cart, LINES_MAX, ProductId, Refusal};
use crate::error::Result;
use crate::store::{carts, products};
use torg_platform::UserId;
use torg_platform::db::Tx;

/// Puts `quantity` units of a product into the cart of `user`, in place of what was there of it,
/// at the price that it has now: the answer shows it.
///
/// # Errors
/// [`Refusal::ProductUnavailable`], [`Refusal::CartFull`].
pub(crate) fn put_into_cart(
    tx: &mut Tx<'_>,
    user: UserId,
    id: &ProductId,
    quantity: i64,
) -> Result<Cart> {
    let cart = carts::lock(tx, user)?;
    let product = products::find(tx, id)?.filter(|product| product.is_active);
    let product = product.ok_or_else(|| Refusal::ProductUnavailable {
        products: vec![id.clone()],
    })?;
    let others = carts::others(tx, &cart, id)?;
    if usize::try_from(others).is_ok_and(|others| others >= LINES_MAX) {
        return Err(Refusal::CartFull.into());
    }
    carts::put(tx, &cart, id, quantity, product.price)?;
    Ok(carts::find(tx, user)?)
}

/// Takes a product out of the cart of `user`, if it is there.
///
/// # Errors
/// The database's.
pub(crate) fn take_from_cart(tx: &mut Tx<'_>, user: UserId, id: &ProductId) -> Result<Cart> {
    let cart = carts::lock(tx, user)?;
    carts::remove(tx, &cart, id)?;
    Ok(carts::find(tx, user)?)
}

/// Takes everything out of the cart of `user`.
///
/// # Errors
/// The database's.
pub(crate) fn clear_cart(tx: &mut Tx<'_>, user: UserId) -> Result<Cart> {
    let cart = carts::lock(tx, user)?;
    carts::clear(tx, &cart)?;
    Ok(Cart::default())
}
