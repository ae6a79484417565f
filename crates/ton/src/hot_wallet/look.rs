//! Looks at the chain again and again.

use super::scan::Sight;
use super::{HotWallet, Paid};
use std::time::Duration;
use torg_platform::Result;
use torg_platform::jobs::{Look, Poller, Step};
use torg_platform::wallet::PAYOUTS;

/// Name of the poller.
pub const LOOK: &str = "ton.watch_hot_wallet";

impl HotWallet {
    /// Books what is new, then sends what is to go out; whether there is more to do at once.
    ///
    /// # Errors
    /// As [`HotWallet::scan`] and [`HotWallet::pay`].
    pub async fn turn(&self) -> Result<Step> {
        match self.scan().await? {
            Sight::Behind => Ok(Step::More),
            Sight::Waiting => Ok(Step::Done),
            Sight::Level(level) => match self.pay(&level).await? {
                Paid::Nothing | Paid::Lagging | Paid::Sent | Paid::InFlight => Ok(Step::Done),
            },
        }
    }
}

impl Poller for HotWallet {
    fn name(&self) -> &'static str {
        LOOK
    }

    fn signal(&self) -> &'static str {
        PAYOUTS
    }

    fn period(&self) -> Duration {
        self.0.settings.period
    }

    fn look(&self) -> Look<'_> {
        Box::pin(self.turn())
    }
}
