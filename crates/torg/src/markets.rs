//! THE list of markets: the only place that names them. A new market is one line here.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use torg_platform::config::{Config, Section, SectionSpec};
use torg_platform::ctx::Ctx;
use torg_platform::db::Migrations;
use torg_platform::module::Module;
use torg_platform::payments::{Provider, Providers, TestProvider, TestProviderOptions};
use torg_platform::{Error, Result};

/// What the program needs to know of a market before it can start it.
pub(crate) struct Market {
    /// Its settings.
    pub(crate) section: SectionSpec,
    /// Its tables.
    pub(crate) migrations: Migrations,
    /// Puts it together; only asks the database for something later.
    pub(crate) start: Start,
}

/// Where the program can be reached.
pub(crate) struct Place {
    /// Its address as people see it, without a slash at its end.
    pub(crate) public_url: String,
    /// Its address as it sees itself, in plain HTTP.
    pub(crate) local_url: String,
}

/// Puts a market together.
pub(crate) type Start = fn(&Ctx, &Config, &Place, &Providers) -> Result<Started>;

/// A market that has been put together.
pub(crate) struct Started {
    pub(crate) module: Module,
    /// What it does once, before anybody is served; doing it again is harmless.
    pub(crate) prepare: Prepare,
}

/// Work in the database before the first request.
pub(crate) type Prepare = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// All markets.
pub(crate) fn markets() -> Vec<Market> {
    vec![market::<torg_services::Config>(
        torg_services::MIGRATIONS,
        services,
    )]
}

/// The ways to pay that are set up, the preferred one first.
pub(crate) fn providers(config: &Config, place: &Place) -> Providers {
    let mut all: Vec<Arc<dyn Provider>> = Vec::new();
    if config.payments.test_provider {
        all.push(Arc::new(TestProvider::new(TestProviderOptions {
            base_url: place.local_url.clone(),
            public_url: place.public_url.clone(),
            secret: config.payments.webhook_secret.clone(),
            started: vec!["shop.order"],
            pages: vec![torg_services::TEST_PAGE],
        })));
    }
    Providers::new(all)
}

fn market<C: Section>(migrations: Migrations, start: Start) -> Market {
    Market {
        section: SectionSpec::of::<C>(),
        migrations,
        start,
    }
}

fn services(ctx: &Ctx, config: &Config, _place: &Place, providers: &Providers) -> Result<Started> {
    let section = config.section().map_err(Error::internal)?;
    let services = torg_services::Services::new(ctx.clone(), section, providers.clone())?;
    let prepared = services.clone();
    Ok(Started {
        module: torg_services::module(services),
        prepare: Box::pin(async move { prepared.prepare().await }),
    })
}
