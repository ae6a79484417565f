//! Looks into a cart. Looking agrees to nothing: prices that were seen before stay so.

use crate::domain::Cart;
use crate::error::Result;
use crate::store::carts;
use torg_platform::UserId;
use torg_platform::db::Tx;

/// What is in the cart of `user`, as it can be had now.
///
/// # Errors
/// The database's.
pub(crate) fn get_cart(tx: &mut Tx<'_>, user: UserId) -> Result<Cart> {
    Ok(carts::find(tx, user)?)
}
