//! The market behind its real router, on a database of its own, with the clock in the hand.

use axum::Router;
use axum::body::Body;
use http::request::Parts;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::auth::{Actor, Role, Roles, Staff};
use torg_platform::cache::Cache;
use torg_platform::ctx::Ctx;
use torg_platform::db::Migrations;
use torg_platform::http::{Guard, Policy};
use torg_platform::jobs::Worker;
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::limits::Limiter;
use torg_platform::live::Live;
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::observe::Metrics;
use torg_platform::payments::{Providers, TestProvider, TestProviderOptions};
use torg_platform::settings::Settings;
use torg_platform::{Error, Kind, UserId};
use torg_services::{Config, Services};
use torg_testkit::TestDb;

pub(crate) const MIGRATIONS: &[Migrations] = &[
    torg_platform::MIGRATIONS,
    torg_telegram::MIGRATIONS,
    torg_services::MIGRATIONS,
];

pub(crate) const CUSTOMER: i64 = 1;
pub(crate) const CONTACT: &str = "@canary_contact";

/// Whoever sends `Bearer N` is person N, and of the staff with `x-role`.
#[derive(Clone)]
struct Named;

impl Guard for Named {
    async fn check(&self, policy: Policy, parts: &mut Parts) -> Result<(), Error> {
        let user = parts
            .headers
            .get("authorization")
            .and_then(|v| v.to_str().ok()?.strip_prefix("Bearer ")?.parse().ok());
        let role = parts.headers.get("x-role").and_then(|v| v.to_str().ok());
        let roles: Roles = role.and_then(Role::parse).into_iter().collect();
        if let Some(user) = user {
            let actor = Actor {
                user: UserId(user),
                roles,
                session: None,
            };
            let may = match policy {
                Policy::Admin => !roles.is_empty(),
                Policy::Role(role) => roles.cover(role),
                Policy::AnyOf(any) => any.iter().any(|role| roles.cover(*role)),
                Policy::Public | Policy::User | Policy::Signed => true,
            };
            if !may {
                return Err(Error::new(Kind::Denied, "not_allowed", "not your role"));
            }
            if !roles.is_empty() {
                parts.extensions.insert(Staff::Member(actor.clone()));
            }
            parts.extensions.insert(actor);
        } else if policy != Policy::Public {
            return Err(Error::new(
                Kind::Unauthenticated,
                "missing_credentials",
                "who?",
            ));
        }
        Ok(())
    }
}

pub(crate) struct App {
    pub(crate) t: TestDb,
    pub(crate) services: Services,
    pub(crate) router: Router,
    pub(crate) document: Value,
    pub(crate) worker: Worker,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    /// `status code`, for example `409 order_full`; only the status when it is no refusal.
    pub(crate) fn says(&self) -> String {
        match self.body["code"].as_str() {
            Some(code) => format!("{} {code}", self.status.as_u16()),
            None => self.status.as_u16().to_string(),
        }
    }
}

impl App {
    pub(crate) async fn start(t: TestDb) -> Self {
        Self::with(t, |_| {}, false).await
    }

    /// With the test provider, whose pages are at `https://pay.test`.
    pub(crate) async fn with_payments(t: TestDb) -> Self {
        let test = TestProviderOptions {
            public_url: "https://pay.test".to_owned(),
            pages: vec![torg_services::TEST_PAGE],
            ..TestProviderOptions::default()
        };
        let test = TestProvider::new(test, torg_testkit::network());
        let providers = Providers::new(vec![std::sync::Arc::new(test)]);
        Self::build(t, |_| {}, false, providers).await
    }

    pub(crate) async fn with(t: TestDb, change: impl FnOnce(&mut Config), limits: bool) -> Self {
        Self::build(t, change, limits, Providers::default()).await
    }

    pub(crate) async fn build(
        t: TestDb,
        change: impl FnOnce(&mut Config),
        limits: bool,
        providers: Providers,
    ) -> Self {
        let mut config = config();
        change(&mut config);
        let live = Live::new(t.rng.clone(), None);
        let metrics = Metrics::new(&t.clock).unwrap();
        let ctx = Ctx {
            db: t.db.clone(),
            clock: t.clock.clone(),
            rng: t.rng.clone(),
            limits: Limiter::new(limits, t.clock.clone(), None),
            cache: Cache::new(t.clock.clone(), 1 << 20, None),
            live: live.clone(),
            metrics: metrics.clone(),
            settings: Settings::default(),
            stopping: tokio_util::sync::CancellationToken::new(),
        };
        let services = Services::new(ctx, config, providers).unwrap();
        services.prepare().await.unwrap();
        t.db.write("open", |tx| {
            let outside = AccountId::platform("outside", Rub::CODE);
            ledger::ensure_platform_accounts(tx, &[(&outside, false, true)])
        })
        .await
        .unwrap();
        let module = torg_services::module(services.clone(), &crate::chat::links());
        let worker = Worker::new(
            t.db.clone(),
            live,
            t.rng.clone(),
            // What chats are shown is looked at with a worker of its own: `crate::chat`.
            Vec::new().into(),
            metrics,
        )
        .reconcilers(module.reconcilers);
        let info = utoipa::openapi::Info::new("test", "0");
        let built = module.api.build(info, &Named).unwrap();
        Self {
            t,
            services,
            router: built.router,
            document: serde_json::to_value(&built.openapi).unwrap(),
            worker,
        }
    }

    /// Sends a request as person `who`, or as nobody (0).
    pub(crate) async fn send(
        &self,
        who: i64,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        use tower::ServiceExt as _;
        let mut request = Request::builder().method(method).uri(path);
        if who != 0 {
            request = request.header("authorization", format!("Bearer {who}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
            text,
        }
    }

    pub(crate) async fn get(&self, who: i64, path: &str) -> Answer {
        self.send(who, Method::GET, path, None, &[]).await
    }

    pub(crate) async fn post(&self, who: i64, path: &str, body: Option<Value>) -> Answer {
        self.send(who, Method::POST, path, body, &[]).await
    }

    pub(crate) async fn put(&self, who: i64, path: &str, body: Value) -> Answer {
        self.send(who, Method::PUT, path, Some(body), &[]).await
    }

    /// Sends a request as a member of the staff, person 900.
    pub(crate) async fn staff(
        &self,
        role: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let path = format!("/api/admin/services/{path}");
        self.send(900, method, &path, body, &[("x-role", role)])
            .await
    }

    pub(crate) async fn look(&self, path: &str) -> Answer {
        self.staff("read_only", Method::GET, path, None).await
    }

    pub(crate) async fn remove(&self, id: &str) -> Answer {
        let body = Some(json!({ "reason": "Looks like a fraud" }));
        let path = format!("orders/{id}/remove");
        self.staff("moderator", Method::POST, &path, body).await
    }

    /// Gives the price of a take back, under a key of its own.
    pub(crate) async fn refund(&self, id: &str, executor: i64, key: &str) -> Answer {
        let path = format!("/api/admin/services/orders/{id}/takes/{executor}/refund");
        let body = Some(json!({ "reason": "The customer was rude" }));
        let headers = [("x-role", "finance"), ("idempotency-key", key)];
        self.send(900, Method::POST, &path, body, &headers).await
    }

    pub(crate) async fn act(&self, who: i64, id: &str, what: &str) -> Answer {
        self.post(who, &format!("/api/orders/{id}/{what}"), None)
            .await
    }

    /// Posts an order of [`CUSTOMER`] with [`CONTACT`]; returns its id.
    pub(crate) async fn order(&self) -> String {
        self.order_of(CUSTOMER, CONTACT).await
    }

    pub(crate) async fn order_of(&self, who: i64, contact: &str) -> String {
        let made = self
            .post(who, "/api/orders", Some(new_order(contact)))
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.body["id"].as_str().unwrap().to_owned()
    }

    /// Posts an order under a key.
    pub(crate) async fn order_key(&self, contact: &str, key: &str) -> Answer {
        let (path, body) = ("/api/orders", Some(new_order(contact)));
        let key = [("idempotency-key", key)];
        self.send(CUSTOMER, Method::POST, path, body, &key).await
    }

    /// Puts roubles on a balance.
    pub(crate) async fn fund(&self, user: i64, roubles: i64) {
        static N: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
        let op = format!(
            "test:{}",
            N.fetch_add(1, std::sync::atomic::Ordering::SeqCst)
        );
        let fund = move |tx: &mut torg_platform::db::Tx<'_>| {
            ledger::open_user::<Rub>(tx, UserId(user))?;
            ledger::transfer(
                tx,
                &Transfer {
                    op: &op,
                    leg: 0,
                    kind: "test",
                    debit: &AccountId::platform("outside", Rub::CODE),
                    credit: &AccountId::user(UserId(user), Rub::CODE),
                    amount: Money::<Rub>::from_major(roubles).unwrap(),
                    meta: "{}",
                },
            )
        };
        self.t.db.write("fund", fund).await.unwrap();
    }

    /// Kopecks.
    pub(crate) async fn balance(&self, user: i64) -> i64 {
        let account = AccountId::user(UserId(user), Rub::CODE);
        let read = move |tx: &mut torg_platform::db::Tx<'_>| ledger::balance(tx, &account);
        self.t.db.read("balance", read).await.unwrap()
    }

    pub(crate) async fn revenue(&self) -> i64 {
        let account = torg_services::app::accounts::revenue();
        let read = move |tx: &mut torg_platform::db::Tx<'_>| ledger::balance(tx, &account);
        self.t.db.read("balance", read).await.unwrap()
    }

    pub(crate) fn minutes(&self, minutes: u64) {
        self.t.advance(Duration::from_secs(minutes * 60));
    }

    pub(crate) async fn status(&self, id: &str) -> String {
        let order = self.get(CUSTOMER, &format!("/api/orders/{id}")).await;
        order.body["status"].as_str().unwrap_or("?").to_owned()
    }
}

/// Settings as they are by default.
pub(crate) fn config() -> Config {
    Config {
        dev_recharge: false,
        take_price_kopecks: 200,
        invoice_provider: String::new(),
        cities_file: String::new(),
        list_cache_ms: 1_000,
        create_per_minute: 10,
        list_per_minute: 100,
        take_per_minute: 30,
    }
}

pub(crate) fn new_order(contact: &str) -> Value {
    json!({
        "category": "Сантехника",
        "description": "Течёт кран на кухне, нужна помощь сегодня",
        "city": "Москва",
        "contact": contact,
    })
}
