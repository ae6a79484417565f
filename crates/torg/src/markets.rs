//! THE list of markets: the only place that names them. A new market is one line here.

use std::future::Future;
use std::pin::Pin;
use torg_platform::Result;
use torg_platform::config::{Config, SectionSpec};
use torg_platform::ctx::Ctx;
use torg_platform::db::Migrations;
use torg_platform::module::Module;

/// What the program needs to know of a market before it can start it.
pub(crate) struct Market {
    /// Its settings.
    pub(crate) section: SectionSpec,
    /// Its tables.
    pub(crate) migrations: Option<Migrations>,
    /// Puts it together; only asks the database for something later.
    pub(crate) start: Option<Start>,
}

/// Where the program can be reached.
pub(crate) struct Place {
    /// Its address as people see it, without a slash at its end.
    pub(crate) public_url: String,
}

/// Puts a market together.
pub(crate) type Start = fn(&Ctx, &Config, &Place) -> Result<Started>;

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
    vec![market::<torg_services::Config>()]
}

fn market<C: torg_platform::config::Section>() -> Market {
    Market {
        section: SectionSpec::of::<C>(),
        migrations: None,
        start: None,
    }
}
