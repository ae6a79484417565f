//! `shop.expire_orders`: ends orders that were not paid in time.

use crate::app::expire_orders;
use crate::app::state::Shop;
use torg_platform::db::Tx;
use torg_platform::jobs::{Reconciler, Step};
use torg_platform::{Result, Timestamp};

/// The scribe of time: see [`crate::app`].
#[derive(Debug, Clone)]
pub struct ExpireOrders(pub Shop);

impl Reconciler for ExpireOrders {
    fn name(&self) -> &'static str {
        "shop.expire_orders"
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(expire_orders::next_due(tx)?)
    }

    fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
        let more = expire_orders::expire_orders(tx, &self.0.metrics.counters)?;
        Ok(if more { Step::More } else { Step::Done })
    }
}
