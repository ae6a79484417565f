//! Settings → context → modules → router and worker. Refuses names that clash or that do not say
//! whose they are, before anything starts.

use crate::clock_api::{self, Hand, OnMove};
use crate::markets::{Place, Prepare, features, markets, providers};
use crate::telegram::{self, Telegram};
use crate::ton::Ton;
use crate::{web, worker};
use axum::Router;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use torg_platform::admin::Panel;
use torg_platform::auth::{self, Auth, AuthOptions};
use torg_platform::cache::Cache;
use torg_platform::clock::Clock;
use torg_platform::config::{ClockMode, Config};
use torg_platform::ctx::Ctx;
use torg_platform::db::{self, Db, Migrations};
use torg_platform::http::{Api, Cors, EdgeOptions, Policy, Route, TrustedProxies, edge};
use torg_platform::jobs::{self, Poller, Worker};
use torg_platform::limits::Limiter;
use torg_platform::live::Live;
use torg_platform::module::Module;
use torg_platform::observe::{Check, Health, Metrics};
use torg_platform::outbound::Outbound;
use torg_platform::outbox::{self, Sink};
use torg_platform::payments::{self, Payees, Providers};
use torg_platform::redis_client::Redis;
use torg_platform::rng::Rng;
use torg_platform::settings::{self, Settings};
use torg_platform::wallet::{Wallet, WalletRules};
use torg_platform::webhooks::Webhooks;
use torg_platform::{Error, Result};
use torg_telegram::OneBot;
use torg_telegram::api::BotApi;
use torg_telegram::bot;
use torg_telegram::mini_app::{Features, MiniApp};
use torg_ton::api::TonApi;

/// Memory for answers that may be a moment old.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// The assembled program, not yet listening.
pub(crate) struct App {
    pub(crate) ctx: Ctx,
    /// What people are served.
    pub(crate) public: Router,
    /// What the operator is served on the other listener.
    pub(crate) operations: Router,
    pub(crate) document: utoipa::openapi::OpenApi,
    /// Every route of the public listener, documented or not.
    pub(crate) routes: Vec<Route>,
    pub(crate) worker: Worker,
    /// What talks to Telegram.
    pub(crate) talkers: Vec<Arc<dyn Poller>>,
    /// To be done before the first request and the first job.
    pub(crate) prepare: Vec<Prepare>,
}

/// What a way of running adds.
#[derive(Default)]
pub(crate) struct Extras {
    /// Further pages, beside the API; one of them is at `/`.
    pub(crate) pages: Option<Router>,
    /// Whether the Telegram beside it opens a Mini App that is reached by plain http.
    pub(crate) plain_http: bool,
    /// Further sinks of events.
    pub(crate) sinks: Vec<Arc<dyn Sink>>,
    /// Told when `/_clock` is moved.
    pub(crate) on_move: Option<OnMove>,
}

/// The tables of everybody.
pub(crate) fn migrations() -> Vec<Migrations> {
    let mut all = vec![
        torg_platform::MIGRATIONS,
        torg_telegram::MIGRATIONS,
        torg_ton::MIGRATIONS,
    ];
    all.extend(markets().into_iter().map(|market| market.migrations));
    all
}

/// The clock that is configured; a manual one starts now.
pub(crate) fn clock(config: &Config) -> Clock {
    match config.clock.mode {
        ClockMode::Real => Clock::Real,
        ClockMode::Manual => Clock::manual(Clock::Real.now()),
        ClockMode::Hybrid => Clock::shifted(std::time::Duration::ZERO),
    }
}

/// Opens the configured database and brings its tables up to date. Blocks.
pub(crate) fn open_database(config: &Config, clock: &Clock) -> db::Result<Db> {
    let mut options = db::Options::new(config.database.url.expose());
    options.pool_size = config.database.pool_size;
    options.queue = config.database.queue;
    Db::open(&options, clock.clone(), &migrations())
}

/// What use cases work with.
pub(crate) fn context(config: &Config, db: Db) -> Result<Ctx> {
    context_with(config, db, Rng::from_os())
}

/// The same with the randomness given.
pub(crate) fn context_with(config: &Config, db: Db, rng: Rng) -> Result<Ctx> {
    let clock = db.clock().clone();
    let url = config.redis.url.expose();
    let redis = if url.is_empty() {
        None
    } else {
        Some(Redis::open(url, "torg")?)
    };
    Ok(Ctx {
        limits: Limiter::new(config.limits.enabled, clock.clone(), redis.as_ref()),
        cache: Cache::new(clock.clone(), CACHE_BYTES, redis.as_ref()),
        live: Live::new(rng.clone(), redis.as_ref()),
        metrics: Metrics::new(&clock)?,
        settings: Settings::default(),
        stopping: CancellationToken::new(),
        db,
        clock,
        rng,
    })
}

/// Puts everything together around an open database.
pub(crate) fn assemble(config: &Config, ctx: Ctx, place: &Place, extras: Extras) -> Result<App> {
    let options = AuthOptions::from_config(config);
    let verifier = OneBot::new(&config.telegram.bot_token);
    let auth = Auth::new(ctx.db.clone(), ctx.rng.clone(), options, verifier)?;
    let bot_api = telegram::connect(config, &ctx, place)?;
    let providers = providers(config, &ctx, place, bot_api.as_ref());
    let AllMarkets {
        mut modules,
        bots,
        mut prepare,
    } = AllMarkets::start(config, &ctx, place, &providers)?;
    let payees = Payees::of_modules(&modules);
    let outbound = Outbound::new(config.webhooks.reach())?;
    let webhooks = Webhooks::new(ctx.db.clone(), ctx.rng.clone(), outbound);
    let ton = Ton::open(config, &ctx, place)?;
    let chain = ton.as_ref().and_then(|ton| ton.chain.clone());
    let wallet_is_on = chain.is_some();
    let wallet = Wallet::new(&ctx, WalletRules::from(&config.ton), chain)?;
    let opened = wallet.clone();
    prepare.push(Box::pin(async move { opened.prepare().await }));
    let telegram = Telegram::open(config, &ctx, place, bot_api, bots, &payees)?;
    prepare.push(telegram.prepare(&ctx, config, place));
    prepare.push(know_settings(&ctx));
    let sinks = sinks(&webhooks, &telegram, &ctx, extras.sinks);
    let settings = settings::api(&ctx, &modules, torg_telegram::bot::declared_settings());
    let worker = worker::worker(&ctx, sinks, &mut modules, &providers, &payees)
        .reconcilers(wallet.reconcilers())
        .reconcilers(telegram.reconcilers())
        .periodic(telegram.periodic())
        .pollers(ton.as_ref().and_then(|ton| ton.poller(&ctx, &wallet)));
    let talkers = telegram.pollers(&ctx);
    let features = features(config, telegram.api.is_some(), wallet_is_on)?;
    let mini_app = mini_app(config, &ctx, &modules, features);
    let panel = Panel::new(&ctx, &modules, telegram.waiting());
    let worker = worker.reconcilers(panel.reconcilers());
    prepare.push(prepare_panel(&panel));
    let health = health(config, &ctx, ton.map(|ton| ton.api), telegram.api.clone())?;
    let hand = Hand {
        clock: ctx.clock.clone(),
        worker: Some(worker.clone()),
        on_move: extras.on_move,
    };
    let api = auth::api(&auth)
        .merge(health.api())
        .merge(clock_api::api(hand))
        .merge(payments::api(&ctx.db, &providers, &payees))
        .merge(outbox::api(&ctx.db))
        .merge(jobs::api(&ctx.db, worker.directory(&talkers)))
        .merge(settings)
        .merge(webhooks.api())
        .merge(wallet.api())
        .merge(auth::code_api(&auth, &ctx.limits))
        .merge(panel.api())
        .merge(mini_app.api())
        .merge(telegram.routes(&ctx))
        .merge(ctx.metrics.api(metrics_policy(config)))
        .merge(web::api(extras.pages.is_none())?);
    let api = (modules.into_iter()).fold(api, |api, module| api.merge(module.api));
    let (public, document, routes) = with_pages(api, extras.pages, &auth)?;
    let operations = (health.api().merge(ctx.metrics.api(Policy::Public))).build(info(), &auth)?;
    Ok(App {
        public: around(public, config, &ctx)?,
        operations: around(operations.router, config, &ctx)?,
        ctx,
        document,
        routes,
        worker,
        talkers,
        prepare,
    })
}

/// Where events go beside the markets' own sinks.
fn sinks(
    webhooks: &Webhooks,
    telegram: &Telegram,
    ctx: &Ctx,
    further: Vec<Arc<dyn Sink>>,
) -> Vec<Arc<dyn Sink>> {
    let ours = [webhooks.sink()].into_iter().chain(telegram.sinks(ctx));
    ours.chain(further).collect()
}

/// Every market, put together.
struct AllMarkets {
    modules: Vec<Module>,
    bots: Vec<Arc<dyn bot::Market>>,
    prepare: Vec<Prepare>,
}

impl AllMarkets {
    fn start(config: &Config, ctx: &Ctx, place: &Place, providers: &Providers) -> Result<Self> {
        let (mut modules, mut bots, mut prepare) = (Vec::new(), Vec::new(), Vec::new());
        for market in markets() {
            let started = (market.start)(ctx, config, place, providers)?;
            modules.push(started.module);
            bots.extend(started.bot);
            prepare.push(started.prepare);
        }
        check_names(&modules)?;
        Ok(Self {
            modules,
            bots,
            prepare,
        })
    }
}

/// The panel's own accounts are there before anybody is served.
fn prepare_panel(panel: &Panel) -> Prepare {
    let panel = panel.clone();
    Box::pin(async move { panel.prepare().await })
}

fn mini_app(config: &Config, ctx: &Ctx, modules: &[Module], features: Features) -> MiniApp {
    let names = modules.iter().map(|module| module.name).collect();
    MiniApp::new(ctx, names, &config.telegram.bot_username, features)
}

/// What the operator has set is known before anybody is served.
fn know_settings(ctx: &Ctx) -> Prepare {
    let (settings, db) = (ctx.settings.clone(), ctx.db.clone());
    Box::pin(async move { settings.refresh(&db).await })
}

/// The guarded routes with what describes them and the pages beside them, their document and their
/// table.
fn with_pages(
    api: Api,
    pages: Option<Router>,
    auth: &Auth,
) -> Result<(Router, utoipa::openapi::OpenApi, Vec<Route>)> {
    let built = api.build(info(), auth)?;
    let document = built.openapi.clone();
    let built = built.with_docs(Policy::Public, auth)?;
    let public = match pages {
        Some(pages) => built.router.merge(pages),
        None => built.router,
    };
    Ok((public, document, built.routes))
}

/// On one listener with everybody else, numbers are for those who sit at the machine.
fn metrics_policy(config: &Config) -> Policy {
    let http = &config.http;
    if http.admin_listen.is_some() || !http.listen.ip().is_loopback() {
        Policy::Admin
    } else {
        Policy::Public
    }
}

/// Every name that something is found by begins with the name of its market, and is used once.
fn check_names(modules: &[Module]) -> Result<()> {
    let mut seen = BTreeSet::new();
    for module in modules {
        let names = (module.reconcilers.iter().map(|r| r.name()))
            .chain(module.periodic.iter().map(|p| p.name()))
            .chain(module.handlers.iter().map(|h| h.kind()))
            .chain(module.sinks.iter().map(|s| s.name()))
            .chain(module.payees.iter().map(|p| p.purpose()))
            .chain(module.settings.iter().map(|s| s.name));
        for name in names {
            let owner = name.split('.').next();
            if owner != Some(module.name) {
                let text = format!("{name} does not begin with {}.", module.name);
                return Err(Error::internal(text));
            }
            if !seen.insert(name) {
                return Err(Error::internal(format!("two parts are called {name}")));
            }
        }
        if !seen.insert(module.name) {
            return Err(Error::internal(format!(
                "two markets are called {}",
                module.name
            )));
        }
    }
    Ok(())
}

fn health(
    config: &Config,
    ctx: &Ctx,
    chain: Option<TonApi>,
    bot: Option<BotApi>,
) -> Result<Health> {
    let db = ctx.db.clone();
    let health = Health::new(ctx.stopping.clone()).required("database", move || {
        let db = db.clone();
        async move {
            let answer = db.read("platform.ping", |tx| Ok::<_, Error>(db::ping(tx)?));
            answer.await.map(|_one| Check::Up)
        }
    });
    let health = health.optional("ton", move || {
        let state = match &chain {
            Some(api) => api.health(),
            None => Ok(Check::Off("no chain")),
        };
        std::future::ready(state)
    });
    let health = health.optional("telegram", move || {
        std::future::ready(Telegram::health(bot.as_ref()))
    });
    let url = config.redis.url.expose();
    if url.is_empty() {
        return Ok(health.optional("redis", async || Ok(Check::Off("in process"))));
    }
    let redis = Redis::open(url, "torg")?;
    Ok(health.optional("redis", move || {
        let redis = redis.clone();
        async move { redis.ping().await.map(|_took| Check::Up) }
    }))
}

fn around(router: Router, config: &Config, ctx: &Ctx) -> Result<Router> {
    let http = &config.http;
    let wrong = |text: String| Error::internal(format!("unchecked setting: {text}"));
    let options = EdgeOptions {
        body_limit: http.body_limit_bytes,
        body_timeout: http.body_timeout,
        request_timeout: http.request_timeout,
        max_in_flight: http.max_in_flight,
        cors: Cors::parse(&http.cors_origins).map_err(wrong)?,
        trusted_proxies: TrustedProxies::parse(&http.trusted_proxies).map_err(wrong)?,
        hsts: http.public_url.starts_with("https://"),
        clock: ctx.clock.clone(),
    };
    Ok(edge(router, options, ctx.metrics.clone(), ctx.rng.clone()))
}

fn info() -> utoipa::openapi::Info {
    let mut info = utoipa::openapi::Info::new("Torg", env!("CARGO_PKG_VERSION"));
    info.description = Some("Telegram marketplaces: one API for every market".to_owned());
    info
}
