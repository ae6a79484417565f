//! What came of the orders of a stretch of time, by hours or days.

use crate::domain::SILENCE;
use crate::error::Result;
use crate::store::analytics::{self, MoneyOf, OrdersOf};
use serde::Serialize;
use std::collections::HashMap;
use torg_platform::Timestamp;
use torg_platform::admin::Chart;
use torg_platform::db::Tx;
use torg_platform::money::{Currency as _, Money, Rub};
use utoipa::ToSchema;

/// A chart of this market.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServicesAnalytics {
    /// In order, without gaps.
    buckets: Vec<ServicesBucket>,
    /// Of every revenue.
    currency: &'static str,
}

/// What came of the orders that were posted in an hour or a day, as far as it is known by now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServicesBucket {
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Orders posted.
    orders: i64,
    /// Of those, taken at least once.
    taken: i64,
    /// Of those, first taken within five minutes.
    taken_within_5: i64,
    /// Within a quarter of an hour.
    taken_within_15: i64,
    /// Takes of those orders.
    takes: i64,
    /// Orders closed because the customer answered nobody.
    no_response: i64,
    /// Takes whose money went back, for whatever reason.
    refunds: i64,
    /// Orders whose job was done.
    completed: i64,
    /// What the takes brought, without those refunded.
    #[schema(example = "12.00")]
    revenue: String,
}

/// Counts.
///
/// # Errors
/// The database's.
pub(crate) fn analytics(tx: &mut Tx<'_>, chart: &Chart) -> Result<ServicesAnalytics> {
    let (from, to, hours) = (chart.from(), chart.to(), chart.bucket_hours());
    let (now, silent) = (tx.now(), tx.now().minus(SILENCE));
    let orders = analytics::orders(tx, from, to, hours, now, silent)?;
    let money = analytics::money(tx, from, to, hours)?;
    let mut money: HashMap<i64, MoneyOf> = money.into_iter().map(|m| (m.bucket, m)).collect();
    let rows = orders.into_iter().map(|orders| {
        let money = money.remove(&orders.bucket).unwrap_or_default();
        (orders.bucket, (orders, money))
    });
    let buckets = chart
        .fill(rows)
        .map(|(at, (orders, money))| bucket(at, &orders, &money));
    Ok(ServicesAnalytics {
        buckets: buckets.collect(),
        currency: Rub::CODE,
    })
}

fn bucket(at: Timestamp, orders: &OrdersOf, money: &MoneyOf) -> ServicesBucket {
    ServicesBucket {
        at,
        orders: orders.orders,
        taken: orders.taken,
        taken_within_5: orders.taken_within_5,
        taken_within_15: orders.taken_within_15,
        takes: orders.takes,
        no_response: orders.no_response,
        refunds: money.refunds,
        completed: orders.completed,
        revenue: Money::<Rub>::from_minor(money.revenue_minor).to_decimal(),
    }
}
