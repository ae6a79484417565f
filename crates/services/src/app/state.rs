//! What every handler and job of this market shares.

use super::accounts;
use super::recent::Recent;
use super::top_up::BalancePayee;
use crate::config::{Config, Tunable};
use crate::domain::Cities;
use crate::metrics::Metrics;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use torg_platform::ctx::Ctx;
use torg_platform::db::Tx;
use torg_platform::limits::Rule;
use torg_platform::money::{Money, Rub};
use torg_platform::payments::{Payees, Provider, Providers, TestProvider};
use torg_platform::settings::Gate;
use torg_platform::{Error, Kind, Result};

/// The market: the kernel's parts and its own. Clones share them.
#[derive(Debug, Clone)]
pub struct Services {
    /// The kernel.
    pub ctx: Ctx,
    /// Settings.
    pub config: Arc<Config>,
    /// Counters.
    pub metrics: Metrics,
    /// Names to choose from.
    pub cities: Arc<Cities>,
    /// Lists that were made a moment ago.
    pub(crate) recent: Arc<Recent>,
    /// What can be set while the program runs.
    pub(crate) tunable: Arc<Tunable>,
    /// Ways to pay.
    pub(crate) providers: Providers,
    /// Ourselves, for notices that we take ourselves.
    pub(crate) payees: Payees,
    prepared: Arc<OnceCell<()>>,
}

/// How often one person may do things.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) create: Rule,
    pub(crate) list: Rule,
    pub(crate) take: Rule,
}

impl Services {
    /// The market. Invoices are paid through one of `providers`: the one that the client names,
    /// else that of the settings, else the first.
    ///
    /// # Errors
    /// When the operator's list of cities cannot be read, or the market is opened twice.
    pub fn new(ctx: Ctx, config: Config, providers: Providers) -> Result<Self> {
        let cities = if config.cities_file.is_empty() {
            Cities::russia()
        } else {
            let text = std::fs::read_to_string(&config.cities_file).map_err(Error::internal)?;
            Cities::from_lines(&text)
        };
        Ok(Self {
            recent: Arc::new(Recent::new(ctx.clock.clone(), config.list_kept())),
            metrics: Metrics::new(&ctx.metrics)?,
            tunable: Arc::new(Tunable::new(&config)),
            prepared: Arc::default(),
            config: Arc::new(config),
            cities: Arc::new(cities),
            payees: Payees::new(vec![Arc::new(BalancePayee)]),
            providers,
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
            let providers = self.providers.clone();
            let work = move |tx: &mut Tx<'_>| accounts::open_accounts(tx, &providers);
            self.ctx.db.write("services.open_accounts", work).await
        };
        self.prepared.get_or_try_init(open).await?;
        Ok(())
    }

    /// What a take costs now.
    pub(crate) fn price(&self) -> Money<Rub> {
        self.ctx.settings.amount(&self.tunable.take_price)
    }

    /// How often one person may do things now.
    pub(crate) fn limits(&self) -> Limits {
        let rule = |name, max| Rule {
            name,
            max,
            per: Duration::from_secs(60),
        };
        let set = |setting| u32::try_from(self.ctx.settings.integer(setting)).unwrap_or(u32::MAX);
        Limits {
            create: rule("services.create", set(&self.tunable.create_per_minute)),
            list: rule("services.list", self.config.list_per_minute),
            take: rule("services.take", set(&self.tunable.take_per_minute)),
        }
    }

    /// The door that is shut while this market is paused.
    pub(crate) fn gate(&self) -> Gate {
        self.ctx.settings.gate("services")
    }

    /// The provider of invoices, or why there is none: the one that the client wants, else the one
    /// of the settings, else the first of all.
    pub(crate) fn provider(&self, wanted: Option<&str>) -> Result<&Arc<dyn Provider>> {
        if let Some(wanted) = wanted {
            let unavailable = || {
                let text = "It cannot be paid that way here";
                Error::new(Kind::Invalid, "payment_method_unavailable", text)
            };
            return self.providers.get(wanted).ok_or_else(unavailable);
        }
        let found = match self.config.invoice_provider.as_str() {
            "" => self.providers.iter().next(),
            name => self.providers.get(name),
        };
        found.ok_or_else(not_configured)
    }

    /// The provider of invoices in the chat: Stars where there are some, which are paid without
    /// leaving it.
    pub(crate) fn provider_in_chat(&self) -> Result<&Arc<dyn Provider>> {
        match self.providers.get(torg_telegram::stars::NAME) {
            Some(stars) => Ok(stars),
            None => self.provider(None),
        }
    }

    /// The test provider, or why there is none.
    pub(crate) fn test_provider(&self) -> Result<&Arc<dyn Provider>> {
        let test = self.providers.get(TestProvider::NAME);
        test.ok_or_else(not_configured)
    }
}

fn not_configured() -> Error {
    Error::new(
        Kind::Unavailable,
        "payments_not_configured",
        "No payment provider is set up",
    )
}
