//! What every handler and job of this market shares.

use super::accounts;
use super::recent::Recent;
use crate::config::{Config, Tunable};
use crate::domain::{PayWith, Refusal};
use crate::metrics::Metrics;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use torg_platform::config::Secret;
use torg_platform::ctx::Ctx;
use torg_platform::db::Tx;
use torg_platform::limits::{Rule, Window};
use torg_platform::outbound::configured::Transport;
use torg_platform::payments::{HttpClient, Payees, Providers};
use torg_platform::settings::Gate;
use torg_platform::{Error, Result};

/// The market: the kernel's parts and its own. Clones share them.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The kernel.
    pub ctx: Ctx,
    /// Settings.
    pub config: Arc<Config>,
    /// Counters.
    pub metrics: Metrics,
    /// Lists of products that were made a moment ago; to be told when stock has changed.
    pub(crate) recent: Arc<Recent>,
    /// What can be set while the program runs.
    pub(crate) tunable: Arc<Tunable>,
    /// Who takes the money.
    pub(crate) providers: Providers,
    /// Who is told that it is there: this market alone.
    pub(crate) payees: Payees,
    /// The company behind the test provider, when it is switched on.
    pub(crate) fake: Option<Arc<FakeCompany>>,
    prepared: Arc<OnceCell<()>>,
}

/// The payment company that the test provider plays.
#[derive(Debug, Clone)]
pub struct FakeCompany {
    /// Where this program answers its own calls.
    pub base_url: String,
    /// Key of its notices.
    pub secret: Secret,
    /// How long it thinks.
    pub delay: Duration,
    /// Payments of a million that succeed.
    pub success_per_million: u64,
    client: HttpClient,
}

impl FakeCompany {
    /// A company that lets a share `success_rate`, from 0 to 1, of all payments succeed, and calls
    /// back over `network`.
    ///
    /// # Errors
    /// When that is no share.
    pub fn new(
        base_url: String,
        secret: Secret,
        delay: Duration,
        success_rate: f64,
        network: Arc<dyn Transport>,
    ) -> Result<Self> {
        // A share of a second in microseconds is a share of a million without any arithmetic.
        let share = Duration::try_from_secs_f64(success_rate).map_err(Error::internal)?;
        Ok(Self {
            base_url,
            secret,
            delay,
            success_per_million: u64::try_from(share.as_micros()).map_err(Error::internal)?,
            client: HttpClient::new(network),
        })
    }

    pub(crate) fn client(&self) -> &HttpClient {
        &self.client
    }
}

/// How often one person may do things.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) create: Window,
    pub(crate) list: Rule,
}

impl Shop {
    /// The market, paid through `providers`; `fake` plays the company behind the test provider.
    ///
    /// # Errors
    /// When it is opened twice.
    pub fn new(
        ctx: Ctx,
        config: Config,
        providers: Providers,
        fake: Option<FakeCompany>,
    ) -> Result<Self> {
        let metrics = Metrics::new(&ctx.metrics)?;
        let payee = super::settle_payment::ShopPayee {
            counters: metrics.counters.clone(),
        };
        let (clock, moved) = (ctx.clock.clone(), metrics.counters.moved.clone());
        let recent = Recent::new(clock, config.list_kept(), moved);
        Ok(Self {
            recent: Arc::new(recent),
            tunable: Arc::new(Tunable::new(&config)),
            payees: Payees::new(vec![Arc::new(payee)]),
            prepared: Arc::default(),
            config: Arc::new(config),
            fake: fake.map(Arc::new),
            providers,
            metrics,
            ctx,
        })
    }

    /// Opens the accounts that this market moves money through, once per process. Whoever moves
    /// money calls it first.
    ///
    /// # Errors
    /// The database's; then the next call tries again.
    pub async fn prepare(&self) -> Result<()> {
        let open = || async {
            let work = |tx: &mut Tx<'_>| accounts::open_accounts(tx);
            self.ctx.db.write("shop.open_accounts", work).await
        };
        self.prepared.get_or_try_init(open).await?;
        Ok(())
    }

    /// How often one person may do things now.
    pub(crate) fn limits(&self) -> Limits {
        let per = Duration::from_secs(60);
        let create = self.ctx.settings.integer(&self.tunable.create_per_minute);
        Limits {
            create: Window {
                name: "shop.create",
                max: u32::try_from(create).unwrap_or(u32::MAX),
                per,
            },
            list: Rule {
                name: "shop.list",
                max: self.config.list_per_minute,
                per,
            },
        }
    }

    /// How long the stock of an order that is made now is promised.
    pub(crate) fn kept(&self) -> Duration {
        let minutes = self.ctx.settings.integer(&self.tunable.reservation_minutes);
        Duration::from_secs(u64::try_from(minutes).unwrap_or(0).saturating_mul(60))
    }

    /// Below how many units a new product is short whose mark nobody has set; none for never.
    pub(crate) fn low_stock(&self) -> Option<i64> {
        let mark = self.ctx.settings.integer(&self.tunable.low_stock);
        (mark > 0).then_some(mark)
    }

    /// The door that is shut while this market is paused.
    pub(crate) fn gate(&self) -> Gate {
        self.ctx.settings.gate("shop")
    }

    /// How an order is paid whose customer has not said how.
    pub(crate) fn default_pay_with(&self) -> Option<PayWith> {
        let test = || {
            self.providers
                .get(PayWith::Test.as_str())
                .map(|_| PayWith::Test)
        };
        self.config.pay_with().or_else(test)
    }

    /// Whether orders can be paid that way here.
    ///
    /// # Errors
    /// [`Refusal::PaymentMethodUnavailable`].
    pub(crate) fn check_pay_with(&self, way: PayWith) -> Result<(), Refusal> {
        if way == PayWith::Balance || self.providers.get(way.as_str()).is_some() {
            Ok(())
        } else {
            Err(Refusal::PaymentMethodUnavailable)
        }
    }
}
