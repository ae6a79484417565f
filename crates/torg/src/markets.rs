//! THE list of markets: the only place that names them. A new market is one line here.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use torg_platform::config::{Config, Section, SectionSpec};
use torg_platform::ctx::Ctx;
use torg_platform::db::{Migrations, Tx};
use torg_platform::ledger::Difference;
use torg_platform::module::Module;
use torg_platform::outbound::configured::Transport;
use torg_platform::payments::{Provider, Providers, TestProvider, TestProviderOptions};
use torg_platform::{Error, Result};
use torg_telegram::api::BotApi;
use torg_telegram::bot;
use torg_telegram::links::Links;
use torg_telegram::mini_app::Features;
use torg_telegram::stars::Stars;

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
    /// Its address as it sees itself, in plain HTTP.
    pub(crate) local_url: String,
    /// Where its bot and its Mini App are.
    pub(crate) links: Links,
    /// The way to everybody whose address is in the settings.
    pub(crate) network: Arc<dyn Transport>,
}

/// Puts a market together.
pub(crate) type Start = fn(&Ctx, &Config, &Place, &Providers) -> Result<Started>;

/// What does not add up in a market: nothing when it is sound. Part of the snapshot in which all
/// are asked, so it only reads.
pub(crate) type Verify = fn(&mut Tx<'_>) -> Result<Vec<Difference>>;

/// A market that has been put together.
pub(crate) struct Started {
    pub(crate) module: Module,
    /// Its part of the bot.
    pub(crate) bot: Option<Arc<dyn bot::Market>>,
    /// What it does once, before anybody is served; doing it again is harmless.
    pub(crate) prepare: Prepare,
}

/// Work in the database before the first request.
pub(crate) type Prepare = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// All markets.
pub(crate) fn markets() -> Vec<Market> {
    vec![
        market::<torg_services::Config>(torg_services::MIGRATIONS, services, |tx| {
            Ok(torg_services::app::check_books::check_books(tx)?)
        }),
        market::<torg_shop::Config>(
            torg_shop::MIGRATIONS,
            shop,
            torg_shop::app::check_books::check_books,
        ),
    ]
}

/// What a Mini App may offer here.
pub(crate) fn features(config: &Config, stars: bool, ton: bool) -> Result<Features> {
    let services: torg_services::Config = config.section().map_err(Error::internal)?;
    Ok(Features {
        test_provider: config.payments.test_provider,
        dev_recharge: services.dev_recharge,
        stars,
        ton,
    })
}

/// The ways to pay that are set up, the preferred one first.
pub(crate) fn providers(
    config: &Config,
    ctx: &Ctx,
    place: &Place,
    bot: Option<&BotApi>,
) -> Providers {
    let mut all: Vec<Arc<dyn Provider>> = Vec::new();
    if config.payments.test_provider {
        let options = TestProviderOptions {
            base_url: place.local_url.clone(),
            public_url: place.public_url.clone(),
            secret: config.payments.webhook_secret.clone(),
            started: vec![torg_shop::app::settle_payment::PURPOSE],
            pages: vec![torg_services::TEST_PAGE],
        };
        all.push(Arc::new(TestProvider::new(options, place.network.clone())));
    }
    if let Some(bot) = bot {
        let price = config.telegram.star_price.0;
        all.push(Arc::new(Stars::new(bot.clone(), ctx.db.clone(), price)));
    }
    Providers::new(all)
}

fn market<C: Section>(migrations: Migrations, start: Start, verify: Verify) -> Market {
    Market {
        section: SectionSpec::of::<C>(),
        migrations,
        start,
        verify,
    }
}

fn services(ctx: &Ctx, config: &Config, place: &Place, providers: &Providers) -> Result<Started> {
    let section = config.section().map_err(Error::internal)?;
    let services = torg_services::Services::new(ctx.clone(), section, providers.clone())?;
    let prepared = services.clone();
    Ok(Started {
        bot: Some(torg_services::bot(&services, &place.links)),
        module: torg_services::module(services, &place.links),
        prepare: Box::pin(async move { prepared.prepare().await }),
    })
}

fn shop(ctx: &Ctx, config: &Config, place: &Place, providers: &Providers) -> Result<Started> {
    let section = config.section().map_err(Error::internal)?;
    let payments = &config.payments;
    let company = payments.test_provider.then(|| {
        torg_shop::FakeCompany::new(
            place.local_url.clone(),
            payments.webhook_secret.clone(),
            payments.test_delay,
            payments.test_success_rate,
            place.network.clone(),
        )
    });
    let shop = torg_shop::Shop::new(
        ctx.clone(),
        section,
        providers.clone(),
        company.transpose()?,
    )?;
    let prepared = shop.clone();
    Ok(Started {
        bot: Some(torg_shop::bot(&shop)),
        module: torg_shop::module(shop, place.links.clone()),
        prepare: Box::pin(async move { prepared.prepare().await }),
    })
}
