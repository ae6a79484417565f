//! The customer agrees to what the products in his cart cost now.

use crate::domain::Cart;
use crate::error::Result;
use crate::store::carts;
use torg_platform::UserId;
use torg_platform::db::Tx;

/// Agrees to the present prices, which are those of the answer: if one of them changes while this
/// happens, the next order of the cart is refused for it.
///
/// # Errors
/// The database's.
pub(crate) fn confirm_cart(tx: &mut Tx<'_>, user: UserId) -> Result<Cart> {
    let owner = carts::lock(tx, user)?;
    let mut cart = carts::find(tx, user)?;
    for line in cart.lines.iter_mut().filter(|line| line.price_changed()) {
        carts::see(tx, &owner, &line.product, line.price)?;
        line.price_seen = line.price;
    }
    Ok(cart)
}
