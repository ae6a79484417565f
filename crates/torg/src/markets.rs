//! THE list of markets: the only place that names them. A new market is one line here.

use std::future::Future;
use std::pin::Pin;
use torg_platform::config::{Config, Section, SectionSpec};
use torg_platform::ctx::Ctx;
use torg_platform::db::{Migrations, Tx};
use torg_platform::ledger::Difference;
use torg_platform::module::Module;
use torg_platform::{Error, Result};

/// What the program needs to know of a market before it can start it.
pub(crate) struct Market {
    /// Its settings.
    pub(crate) section: SectionSpec,
    /// Its tables.
    pub(crate) migrations: Migrations,
    /// Puts it together; only asks the database for something later.
    pub(crate) start: Start,
    /// Computes again what must come out.
    pub(crate) verify: Verify,
}

/// Where the program can be reached.
pub(crate) struct Place {
    /// Its address as people see it, without a slash at its end.
    pub(crate) public_url: String,
}

/// Puts a market together.
pub(crate) type Start = fn(&Ctx, &Config, &Place) -> Result<Started>;

/// What does not add up in a market: nothing when it is sound. Part of the snapshot in which all
/// are asked, so it only reads.
pub(crate) type Verify = fn(&mut Tx<'_>) -> Result<Vec<Difference>>;

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
        |tx| Ok(torg_services::app::check_books::check_books(tx)?),
    )]
}

fn market<C: Section>(migrations: Migrations, start: Start, verify: Verify) -> Market {
    Market {
        section: SectionSpec::of::<C>(),
        migrations,
        start,
        verify,
    }
}

fn services(ctx: &Ctx, config: &Config, place: &Place) -> Result<Started> {
    let test_payments = config
        .payments
        .test_provider
        .then(|| place.public_url.clone());
    let section = config.section().map_err(Error::internal)?;
    let services = torg_services::Services::new(ctx.clone(), section, test_payments)?;
    let prepared = services.clone();
    Ok(Started {
        module: torg_services::module(services),
        prepare: Box::pin(async move { prepared.prepare().await }),
    })
}
