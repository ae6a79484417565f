//! Looks at coupons: one, or a page of them in the order of their codes.

use crate::domain::{Coupon, CouponCode, Refusal};
use crate::error::Result;
use crate::store::coupons;
use torg_platform::db::Tx;

/// The coupon of that code.
///
/// # Errors
/// [`Refusal::CouponNotFound`].
pub(crate) fn get_coupon(tx: &mut Tx<'_>, code: &CouponCode) -> Result<Coupon> {
    Ok(coupons::find(tx, code)?.ok_or(Refusal::CouponNotFound)?)
}

/// Coupons after this code, and the code of the last of them if there are more.
///
/// # Errors
/// The database's.
pub(crate) fn list_coupons(
    tx: &mut Tx<'_>,
    after: &str,
    limit: i64,
) -> Result<(Vec<Coupon>, Option<CouponCode>)> {
    let mut page = coupons::list(tx, after, limit.saturating_add(1))?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let full = page.len() > wanted;
    page.truncate(wanted);
    let last = page.last().filter(|_| full);
    let next = last.map(|coupon| coupon.code.clone());
    Ok((page, next))
}
