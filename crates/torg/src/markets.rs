//! THE list of markets: the only place that names them. A new market is one line here.

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
    /// Starts it.
    pub(crate) module: Option<fn(&Ctx, &Config) -> torg_platform::Result<Module>>,
}

/// All markets.
pub(crate) fn markets() -> Vec<Market> {
    vec![market::<torg_services::Config>()]
}

fn market<C: torg_platform::config::Section>() -> Market {
    Market {
        section: SectionSpec::of::<C>(),
        migrations: None,
        module: None,
    }
}
