//! What came of the orders of a stretch of time, by hours or days.

use crate::error::Result;
use crate::store::panel;
use serde::Serialize;
use torg_platform::Timestamp;
use torg_platform::admin::Chart;
use torg_platform::db::Tx;
use torg_platform::money::{Currency as _, Money, Rub};
use utoipa::ToSchema;

/// A chart of the shop.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShopAnalytics {
    /// In order, without gaps.
    buckets: Vec<ShopBucket>,
    /// Of every revenue.
    currency: &'static str,
}

/// What came of the orders that were made in an hour or a day, as far as it is known by now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShopBucket {
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Orders made.
    orders: i64,
    /// Of those, paid at some time, the refunded ones included.
    paid: i64,
    /// Given up before they were paid.
    canceled: i64,
    /// Not paid in time.
    expired: i64,
    /// Paid, and all of the money given back.
    refunded: i64,
    /// What they brought, less what was given back.
    #[schema(example = "1990.00")]
    revenue: String,
}

/// Counts.
///
/// # Errors
/// The database's.
pub(crate) fn analytics(tx: &mut Tx<'_>, chart: &Chart) -> Result<ShopAnalytics> {
    let (from, to, now) = (chart.from(), chart.to(), tx.now());
    let rows = panel::orders_by_time(tx, from, to, chart.bucket_hours(), now)?;
    let rows = rows.into_iter().map(|row| (row.bucket, row));
    let bucket = |(at, of): (Timestamp, panel::OrdersOf)| ShopBucket {
        at,
        orders: of.orders,
        paid: of.paid,
        canceled: of.canceled,
        expired: of.expired,
        refunded: of.refunded,
        revenue: Money::<Rub>::from_minor(of.revenue_minor).to_decimal(),
    };
    Ok(ShopAnalytics {
        buckets: chart.fill(rows).map(bucket).collect(),
        currency: Rub::CODE,
    })
}
