//! What a person chooses in the chat, where no button has room for it: what they look for, and the
//! coupon for their cart.

use crate::domain::{Cart, CouponCode, Refusal, Totals};
use crate::error::Result;
use crate::store::{chats, coupons};
use torg_platform::UserId;
use torg_platform::db::Tx;

/// What `user` looked for last.
///
/// # Errors
/// The database's.
pub(crate) fn searched(tx: &mut Tx<'_>, user: UserId) -> Result<Option<String>> {
    Ok(chats::find(tx, user)?.and_then(|chosen| chosen.search))
}

/// Remembers what `user` looks for.
///
/// # Errors
/// The database's.
pub(crate) fn search_for(tx: &mut Tx<'_>, user: UserId, query: Option<&str>) -> Result<()> {
    Ok(chats::set_search(tx, user, query)?)
}

/// The coupon that `user` wants to use with the cart.
///
/// # Errors
/// The database's.
pub(crate) fn coupon(tx: &mut Tx<'_>, user: UserId) -> Result<Option<CouponCode>> {
    Ok(chats::find(tx, user)?.and_then(|chosen| chosen.coupon_code))
}

/// Remembers a coupon for the cart of `user`, or forgets it. It is used with the order and not
/// before, so the order may still be refused for it.
///
/// # Errors
/// The database's.
pub(crate) fn choose_coupon(
    tx: &mut Tx<'_>,
    user: UserId,
    code: Option<&CouponCode>,
) -> Result<()> {
    Ok(chats::set_coupon(tx, user, code)?)
}

/// What `cart` would come to with this coupon.
///
/// # Errors
/// [`Refusal::CouponUnknown`], [`Refusal::CouponUsedUp`], [`Refusal::CouponMinimum`],
/// [`Refusal::TooExpensive`].
pub(crate) fn totals(tx: &mut Tx<'_>, cart: &Cart, code: Option<&CouponCode>) -> Result<Totals> {
    let prices = || cart.lines.iter().map(|line| (line.quantity, line.price));
    let plain = Totals::of(prices(), None)?;
    let Some(code) = code else {
        return Ok(plain);
    };
    let coupon = coupons::find(tx, code)?.ok_or(Refusal::CouponUnknown)?;
    let discount = coupon.apply(plain.items, tx.now())?;
    Ok(Totals::of(prices(), Some(&discount))?)
}
