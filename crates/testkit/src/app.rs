//! Kernel and modules behind the real router, on a private database, without a socket.

use crate::people::BOT_TOKEN;
use crate::request::Request;
use crate::{Person, TestDb};
use axum::Router;
use http::Method;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use torg_platform::admin::Panel;
use torg_platform::auth::{self, Auth, AuthOptions};
use torg_platform::cache::Cache;
use torg_platform::config::Secret;
use torg_platform::ctx::Ctx;
use torg_platform::http::{Api, EdgeOptions, Route, edge};
use torg_platform::jobs::{Reconciler, Worker};
use torg_platform::limits::Limiter;
use torg_platform::live::Live;
use torg_platform::module::Module;
use torg_platform::observe::Metrics;
use torg_platform::outbox::Sink;
use torg_platform::payments::{self, Payees, Providers, Refunds, RetryNotices};
use torg_platform::settings::{self, Settings};
use torg_platform::{Timestamp, UserId};
use torg_telegram::OneBot;

/// Value of `X-Admin-Secret` in tests.
pub const ADMIN_SECRET: &str = "the-admin-secret-of-every-test";
const DAY: Duration = Duration::from_hours(24);

/// A program under test.
///
/// ```text
/// let app = TestApp::start(t, async |ctx| vec![torg_services::module(ctx, config)?]).await;
/// let anna = app.person(1);
/// let order = app.post("/api/orders").by(&anna).json(json!({…})).send().await.ok(201);
/// app.advance(Duration::from_secs(900)).await;
/// app.post("/api/orders/x/take").by(&anna).send().await.refused(404, "order_not_found");
/// ```
pub struct TestApp {
    /// The database below it; keep what else was needed of it.
    pub t: TestDb,
    /// What the modules were given.
    pub ctx: Ctx,
    /// Sessions and roles; call `forget` after a change of a role past the API.
    pub auth: Auth,
    /// Every route with its policy, for matrices.
    pub routes: Vec<Route>,
    /// The document that the routes make.
    pub openapi: utoipa::openapi::OpenApi,
    worker: Worker,
    router: Router,
}

impl TestApp {
    /// Starts with what `modules` builds around the kernel, and without limits.
    pub async fn start(t: TestDb, modules: impl AsyncFnOnce(&Ctx) -> Vec<Module>) -> Self {
        Self::start_with(t, false, async |_| Providers::default(), modules).await
    }

    /// Starts with ways to pay.
    pub async fn start_paying(
        t: TestDb,
        providers: impl AsyncFnOnce(&Ctx) -> Providers,
        modules: impl AsyncFnOnce(&Ctx) -> Vec<Module>,
    ) -> Self {
        Self::start_with(t, false, providers, modules).await
    }

    /// Starts with limits as in production.
    pub async fn start_limited(t: TestDb, modules: impl AsyncFnOnce(&Ctx) -> Vec<Module>) -> Self {
        Self::start_with(t, true, async |_| Providers::default(), modules).await
    }

    async fn start_with(
        t: TestDb,
        limited: bool,
        providers: impl AsyncFnOnce(&Ctx) -> Providers,
        modules: impl AsyncFnOnce(&Ctx) -> Vec<Module>,
    ) -> Self {
        let ctx = context(&t, limited);
        let auth = Auth::new(
            ctx.db.clone(),
            ctx.rng.clone(),
            auth_options(),
            OneBot::new(&Secret::new(BOT_TOKEN)),
        )
        .expect("the keys of the tests");
        let mut modules = modules(&ctx).await;
        let (providers, payees) = (providers(&ctx).await, Payees::of_modules(&modules));
        let panel = Panel::new(&ctx, &modules, Vec::new());
        panel.prepare().await.expect("the accounts of the panel");
        let worker =
            worker(&ctx, &mut modules, &providers, &payees).reconcilers(panel.reconcilers());
        let kernel = (auth::api(&auth))
            .merge(payments::api(&ctx.db, &providers, &payees))
            .merge(settings::api(&ctx, &modules, Vec::new()))
            .merge(auth::code_api(&auth, &ctx.limits))
            .merge(panel.api());
        let api = modules
            .into_iter()
            .fold(kernel, |api: Api, module| api.merge(module.api));
        let info = utoipa::openapi::Info::new("Tests", "0");
        let built = api.build(info, &auth).expect("the routes fit together");
        let options = EdgeOptions::default();
        let router = edge(built.router, options, ctx.metrics.clone(), ctx.rng.clone());
        Self {
            t,
            ctx,
            auth,
            routes: built.routes,
            openapi: built.openapi,
            worker,
            router,
        }
    }

    /// Somebody with this id.
    pub fn person(&self, id: i64) -> Person {
        Person::new(id)
    }

    /// The moment it is for everybody.
    pub fn now(&self) -> Timestamp {
        self.ctx.clock.now()
    }

    /// Moves the clock and does all background work that has become due.
    pub async fn advance(&self, by: Duration) {
        self.advance_asleep(by);
        self.settle().await;
    }

    /// Moves the clock while the workers sleep.
    pub fn advance_asleep(&self, by: Duration) {
        self.t.advance(by);
    }

    /// Does all background work that is due: reconcilers, ticks, jobs, outbox.
    pub async fn settle(&self) {
        self.worker.run_due().await.expect("the background work");
    }

    /// The background work, to be started or stepped by hand.
    pub fn worker(&self) -> &Worker {
        &self.worker
    }

    /// Makes the next request of `user` read their roles again.
    pub fn forget(&self, user: UserId) {
        self.auth.forget(user);
    }

    /// A request for `path` with any method.
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(self.router.clone(), self.now(), method, path)
    }

    /// A GET.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// A POST.
    pub fn post(&self, path: &str) -> Request {
        self.request(Method::POST, path)
    }

    /// A PUT.
    pub fn put(&self, path: &str) -> Request {
        self.request(Method::PUT, path)
    }

    /// A DELETE.
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// The router itself, to listen with.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp")
            .field("t", &self.t)
            .finish_non_exhaustive()
    }
}

fn context(t: &TestDb, limited: bool) -> Ctx {
    let (db, clock, rng) = (t.db.clone(), t.clock.clone(), t.rng.clone());
    Ctx {
        limits: Limiter::new(limited, clock.clone(), None),
        cache: Cache::new(clock.clone(), 1 << 24, None),
        live: Live::new(rng.clone(), None),
        metrics: Metrics::new(&clock).expect("metrics"),
        settings: Settings::default(),
        stopping: CancellationToken::new(),
        db,
        clock,
        rng,
    }
}

fn auth_options() -> AuthOptions {
    AuthOptions {
        bot_token: Secret::new(BOT_TOKEN),
        bot_id: 7_000_000_001,
        jwt_secret: Secret::new("the-key-of-the-sessions-of-every-test"),
        admin_secret: Secret::new(ADMIN_SECRET),
        session_ttl: DAY,
        init_data_max_age: DAY,
        session_init_data_max_age: Duration::from_hours(1),
    }
}

fn worker(ctx: &Ctx, modules: &mut [Module], providers: &Providers, payees: &Payees) -> Worker {
    let mut reconcilers: Vec<Arc<dyn Reconciler>> = Vec::new();
    let (mut periodic, mut handlers) = (Vec::new(), Vec::new());
    let mut sinks: Vec<Arc<dyn Sink>> = Vec::new();
    reconcilers.push(Arc::new(RetryNotices(payees.clone())));
    sinks.push(Arc::new(Refunds::new(ctx.db.clone(), providers.clone())));
    for module in modules {
        reconcilers.append(&mut module.reconcilers);
        periodic.append(&mut module.periodic);
        handlers.append(&mut module.handlers);
        sinks.append(&mut module.sinks);
    }
    let (db, live, rng) = (ctx.db.clone(), ctx.live.clone(), ctx.rng.clone());
    Worker::new(db, live, rng, Arc::new(sinks), ctx.metrics.clone())
        .reconcilers(reconcilers)
        .periodic(periodic)
        .handlers(Arc::new(handlers))
}
