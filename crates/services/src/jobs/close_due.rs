//! `services.close_due`: ends orders whose time is over and refunds silence.

use crate::app::close_due;
use crate::app::state::Services;
use torg_platform::db::Tx;
use torg_platform::jobs::{Reconciler, Step};
use torg_platform::{Result, Timestamp};

/// The scribe of time: see [`crate::app::close_due`].
#[derive(Debug, Clone)]
pub struct CloseDue(pub Services);

impl Reconciler for CloseDue {
    fn name(&self) -> &'static str {
        "services.close_due"
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(close_due::next_due(tx)?)
    }

    fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
        let more = close_due::close_due(tx, self.0.price())?;
        Ok(if more { Step::More } else { Step::Done })
    }
}
