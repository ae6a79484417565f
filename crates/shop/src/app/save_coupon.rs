//! The operator makes coupons, and switches them off and on. What a coupon takes off is never
//! changed: orders were made with it.

use super::{By, record};
use crate::domain::{Coupon, CouponCode, Discount, NewCoupon, Refusal};
use crate::error::Result;
use crate::store::coupons;
use torg_platform::db::Tx;

/// Makes a coupon.
///
/// # Errors
/// [`Refusal::CouponExists`].
pub(crate) fn create_coupon(tx: &mut Tx<'_>, new: &NewCoupon, by: &By) -> Result<Coupon> {
    if !coupons::insert(tx, new)? {
        return Err(Refusal::CouponExists.into());
    }
    let (percent, amount) = match new.discount {
        Discount::Percent(bps) => (Some(bps), None),
        Discount::Amount(amount) => (None, Some(amount.minor())),
    };
    let details = serde_json::json!({
        "percent_bps": percent, "amount_minor": amount, "min_total_minor": new.min_total.minor(),
        "uses_max": new.uses_max, "starts_at": new.starts_at, "ends_at": new.ends_at,
    });
    let subject = subject(&new.code);
    record(tx, by, "shop.create_coupon", &subject, &details.to_string())?;
    Ok(coupons::find(tx, &new.code)?.ok_or(Refusal::CouponNotFound)?)
}

/// Lets people use a coupon, or no longer.
///
/// # Errors
/// [`Refusal::CouponNotFound`].
pub(crate) fn set_coupon_active(
    tx: &mut Tx<'_>,
    code: &CouponCode,
    is_active: bool,
    by: &By,
) -> Result<Coupon> {
    let now = tx.now();
    if coupons::set_active(tx, code, is_active, now)? == 0 {
        return Err(Refusal::CouponNotFound.into());
    }
    let details = serde_json::json!({ "is_active": is_active });
    record(
        tx,
        by,
        "shop.set_coupon_active",
        &subject(code),
        &details.to_string(),
    )?;
    Ok(coupons::find(tx, code)?.ok_or(Refusal::CouponNotFound)?)
}

fn subject(code: &CouponCode) -> String {
    format!("shop.coupon/{code}")
}
