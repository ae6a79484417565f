//! Coupons and who used them.

use super::column;
use crate::domain::{Coupon, CouponCode, Discount, NewCoupon, OrderId};
use torg_platform::Timestamp;
use torg_platform::db::{
    Changed, Column, Error, FromColumn, FromRow, Locked, Param, Result, Row, SqlType, ToParam, Tx,
};
use torg_platform::money::{Money, Rub};

impl ToParam for CouponCode {
    const TYPE: SqlType = SqlType::Text;
    fn to_param(&self) -> Param<'_> {
        Param::Text(self.as_str())
    }
}

impl FromColumn for CouponCode {
    const TYPE: SqlType = SqlType::Text;
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        let text = row.text(index)?.ok_or_else(|| row.null(index))?;
        Self::parse(text).ok_or_else(|| super::stored("CouponCode", text))
    }
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT code, percent_bps, amount_minor, min_total_minor, uses_max, used, starts_at, \
             ends_at, is_active FROM shop_coupons ",
            $rest
        )
    };
}

torg_platform::sql! {
    /// The coupon of that code.
    pub(crate) fn find(code: &CouponCode) -> Option<Coupon> = columns!("WHERE code = $1");
    /// The coupon of that code, to be used.
    pub(crate) fn lock(code: &CouponCode) -> Option<Locked<Coupon>> =
        columns!("WHERE code = $1 FOR NO KEY UPDATE");
    /// Coupons after this code, in the order of their codes.
    pub(crate) fn list(after: &str, limit: i64) -> Vec<Coupon> =
        columns!("WHERE code > $1 ORDER BY code LIMIT $2");

    fn insert_row(
        code: &CouponCode, percent_bps: Option<i64>, amount: Option<Money<Rub>>,
        min_total: Money<Rub>, uses_max: Option<i64>, starts_at: Option<Timestamp>,
        ends_at: Option<Timestamp>, at: Timestamp,
    ) -> u64 =
        "INSERT INTO shop_coupons (code, percent_bps, amount_minor, min_total_minor, uses_max,
            used, starts_at, ends_at, is_active, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7, TRUE, $8, $8) ON CONFLICT (code) DO NOTHING";
    /// Lets people use a coupon, or no longer.
    pub(crate) fn set_active(code: &CouponCode, is_active: bool, at: Timestamp) -> u64 =
        "UPDATE shop_coupons SET is_active = $2, updated_at = $3 WHERE code = $1";

    fn add_use(code: &CouponCode) -> u64 =
        "UPDATE shop_coupons SET used = used + 1
         WHERE code = $1 AND (uses_max IS NULL OR used < uses_max)";
    fn take_use(code: &CouponCode) -> Changed =
        "UPDATE shop_coupons SET used = used - 1 WHERE code = $1 AND used > 0";
    fn insert_use(order: &OrderId, code: &CouponCode, at: Timestamp) -> () =
        "INSERT INTO shop_coupon_uses (order_id, code, used_at) VALUES ($1, $2, $3)";
    fn return_use(order: &OrderId, at: Timestamp) -> u64 =
        "UPDATE shop_coupon_uses SET returned_at = $2 WHERE order_id = $1 AND returned_at IS NULL";
    fn renew_use(order: &OrderId) -> Changed =
        "UPDATE shop_coupon_uses SET returned_at = NULL
         WHERE order_id = $1 AND returned_at IS NOT NULL";
}

/// Stores a new coupon; false when there is one of its code.
pub(crate) fn insert(tx: &mut Tx<'_>, new: &NewCoupon) -> Result<bool> {
    let now = tx.now();
    let (percent, amount) = match new.discount {
        Discount::Percent(bps) => (Some(i64::from(bps)), None),
        Discount::Amount(amount) => (None, Some(amount)),
    };
    let inserted = insert_row(
        tx,
        &new.code,
        percent,
        amount,
        new.min_total,
        new.uses_max,
        new.starts_at,
        new.ends_at,
        now,
    )?;
    Ok(inserted == 1)
}

/// Uses a coupon that was locked and found to count, for a new order. The caller stores the order
/// first.
pub(crate) fn consume(tx: &mut Tx<'_>, coupon: &Locked<Coupon>, order: &OrderId) -> Result<bool> {
    if add_use(tx, &coupon.code)? == 0 {
        return Ok(false);
    }
    let now = tx.now();
    insert_use(tx, order, &coupon.code, now)?;
    Ok(true)
}

/// Gives back what an order used, once.
pub(crate) fn give_back(tx: &mut Tx<'_>, order: &OrderId, code: &CouponCode) -> Result<()> {
    let now = tx.now();
    // The coupon first: that is the order of locks.
    lock(tx, code)?;
    if return_use(tx, order, now)? == 1 {
        take_use(tx, code)?;
    }
    Ok(())
}

/// Uses again what an order gave back; false when others have used it up since.
pub(crate) fn consume_again(tx: &mut Tx<'_>, order: &OrderId, code: &CouponCode) -> Result<bool> {
    if add_use(tx, code)? == 0 {
        return Ok(false);
    }
    renew_use(tx, order)?;
    Ok(true)
}

impl FromRow for Coupon {
    const COLUMNS: &'static [Column] = &[
        column::<CouponCode>("code"),
        column::<Option<i64>>("percent_bps"),
        column::<Option<Money<Rub>>>("amount_minor"),
        column::<Money<Rub>>("min_total_minor"),
        column::<Option<i64>>("uses_max"),
        column::<i64>("used"),
        column::<Option<Timestamp>>("starts_at"),
        column::<Option<Timestamp>>("ends_at"),
        column::<bool>("is_active"),
    ];

    fn from_row(row: &Row<'_>) -> Result<Self> {
        let percent: Option<i64> = Option::from_column(row, 1)?;
        let amount: Option<Money<Rub>> = Option::from_column(row, 2)?;
        let discount = match (percent, amount) {
            (Some(bps), _) => Discount::percent(bps),
            (None, amount) => amount.map(Discount::Amount),
        };
        Ok(Self {
            code: CouponCode::from_column(row, 0)?,
            discount: discount.ok_or_else(|| Error::Stored {
                what: "discount",
                value: format!("{percent:?} {amount:?}"),
            })?,
            min_total: Money::from_column(row, 3)?,
            uses_max: Option::from_column(row, 4)?,
            used: i64::from_column(row, 5)?,
            starts_at: Option::from_column(row, 6)?,
            ends_at: Option::from_column(row, 7)?,
            is_active: bool::from_column(row, 8)?,
        })
    }
}
