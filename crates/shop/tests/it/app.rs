//! The shop behind the real router, and what its customers and its payment company do.

use http::Method;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use torg_platform::config::Secret;
use torg_platform::db::{Migrations, Tx};
use torg_platform::http::Api;
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::module::Module;
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::payments::{Payees, Provider, Providers, TestProvider, TestProviderOptions};
use torg_platform::{Error, UserId, signature};
use torg_shop::app::settle_payment::PURPOSE;
use torg_shop::{Config, FakeCompany};
use torg_telegram::bot::Bot;
use torg_telegram::links::Links;

use torg_testkit::{ADMIN_SECRET, Answer, Request, TestApp, TestDb};

pub(crate) const MIGRATIONS: &[Migrations] = &[
    torg_platform::MIGRATIONS,
    torg_telegram::MIGRATIONS,
    torg_shop::MIGRATIONS,
];
/// Key of the company's notices.
const SECRET: &str = "the-webhook-secret-of-every-test";
/// How long the company thinks.
pub(crate) const DELAY: Duration = Duration::from_secs(3);

/// Numbers for names that must differ.
pub(crate) fn number() -> i64 {
    static N: AtomicI64 = AtomicI64::new(1);
    N.fetch_add(1, Ordering::SeqCst)
}

pub(crate) struct Shop {
    pub(crate) app: TestApp,
}

/// The bot as a part of the program: it takes updates out of the inbox.
fn chat(bot: Bot) -> Module {
    Module {
        name: "telegram",
        api: Api::new(),
        reconcilers: Vec::new(),
        periodic: Vec::new(),
        handlers: Vec::new(),
        sinks: vec![std::sync::Arc::new(bot)],
        payees: Vec::new(),
        waiting: Vec::new(),
        cards: Vec::new(),
        settings: Vec::new(),
    }
}

/// Where the bot of the tests is.
pub(crate) fn links() -> Links {
    Links::new("torg_bot", None)
}

impl Shop {
    /// Notices of the payment company are believed; no payment begins by itself.
    pub(crate) async fn start(t: TestDb) -> Self {
        Self::build(t, false, None).await
    }

    /// The same, with limits as in production.
    pub(crate) async fn limited(t: TestDb) -> Self {
        Self::build(t, true, None).await
    }

    /// Payments begin by themselves, over a real socket, and this share of them succeeds.
    pub(crate) async fn paying(t: TestDb, success_rate: f64) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shop = Self::build(
            t,
            false,
            Some((success_rate, listener.local_addr().unwrap())),
        )
        .await;
        let router = shop.app.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        shop
    }

    async fn build(t: TestDb, limited: bool, paying: Option<(f64, std::net::SocketAddr)>) -> Self {
        let (rate, base_url) = match paying {
            Some((rate, address)) => (rate, format!("http://{address}")),
            None => (1.0, "http://127.0.0.1:9".to_owned()),
        };
        let mut all: Vec<std::sync::Arc<dyn Provider>> = Vec::new();
        if paying.is_some() {
            let options = TestProviderOptions {
                base_url: base_url.clone(),
                public_url: base_url.clone(),
                secret: Secret::new(SECRET),
                started: vec![PURPOSE],
                pages: Vec::new(),
            };
            let test = TestProvider::new(options, torg_testkit::network());
            all.push(std::sync::Arc::new(test));
        }
        let providers = Providers::new(all);
        let config = Config {
            create_per_minute: 5,
            list_per_minute: 300,
            list_cache_ms: 1_000,
            pay_with: String::new(),
        };
        let modules = async |ctx: &torg_platform::ctx::Ctx| {
            let (url, secret) = (base_url.clone(), Secret::new(SECRET));
            let company =
                FakeCompany::new(url, secret, DELAY, rate, torg_testkit::network()).unwrap();
            let shop = torg_shop::Shop::new(
                ctx.clone(),
                config.clone(),
                providers.clone(),
                Some(company),
            );
            let shop = shop.unwrap();
            shop.prepare().await.unwrap();
            let links = links();
            let bot = Bot::new(
                ctx,
                links.clone(),
                vec![torg_shop::bot(&shop)],
                Payees::new(Vec::new()),
                Secret::default(),
            );
            vec![torg_shop::module(shop, links), chat(bot.unwrap())]
        };
        let app = if limited {
            TestApp::start_limited(t, modules).await
        } else {
            TestApp::start_paying(t, async |_| providers.clone(), modules).await
        };
        let outside = |tx: &mut Tx<'_>| {
            let outside = AccountId::platform("outside", Rub::CODE);
            Ok::<_, Error>(ledger::ensure_platform_accounts(
                tx,
                &[(&outside, false, true)],
            )?)
        };
        app.t.db.write("open", outside).await.unwrap();
        Self { app }
    }

    /// A product at 100.00 ₽ with this many units, past the API; returns its id.
    pub(crate) async fn product(&self, stock: i64) -> String {
        self.product_at(10_000, stock).await
    }

    /// A product at this many kopecks.
    pub(crate) async fn product_at(&self, price: i64, stock: i64) -> String {
        let number = number();
        let id = uuid::Uuid::from_u128(u128::from(number.unsigned_abs())).to_string();
        let (at, yes, no) = match self.app.t.engine() {
            torg_platform::db::Engine::Sqlite => ("0", "1", "0"),
            torg_platform::db::Engine::Postgres => ("now()", "TRUE", "FALSE"),
        };
        let mut sql = format!(
            "INSERT INTO shop_products (id, name, name_key, images, price_minor, is_active,
                 is_digital, on_hand, reserved, version, created_at, updated_at)
             VALUES ('{id}', 'Product {number}', 'product {number}', '[]', {price}, {yes}, {no},
                 {stock}, 0, 1, {at}, {at});"
        );
        if stock > 0 {
            sql.push_str(&format!(
                "INSERT INTO shop_stock_movements
                     (product_id, delta, kind, reason, by_whom, on_hand_after, created_at)
                 VALUES ('{id}', {stock}, 'initial', '', 'test', {stock}, {at});"
            ));
        }
        self.app.t.raw(&sql).await.unwrap();
        id
    }

    /// Makes a product digital and gives it this many keys.
    pub(crate) async fn digital(&self, keys: i64) -> String {
        let id = self.product(keys).await;
        let (at, yes) = match self.app.t.engine() {
            torg_platform::db::Engine::Sqlite => ("0", "1"),
            torg_platform::db::Engine::Postgres => ("now()", "TRUE"),
        };
        let mut sql = format!("UPDATE shop_products SET is_digital = {yes} WHERE id = '{id}';");
        for n in 0..keys {
            sql.push_str(&format!(
                "INSERT INTO shop_keys (product_id, secret, added_at) VALUES ('{id}', 'key-{n}', {at});"
            ));
        }
        self.app.t.raw(&sql).await.unwrap();
        id
    }

    /// A request of person `who`, or of a guest (0).
    pub(crate) fn request(&self, who: i64, method: Method, path: &str) -> Request {
        let request = self.app.request(method, path);
        if who == 0 {
            request
        } else {
            request.by(&self.app.person(who))
        }
    }

    /// Orders; a guest (0) is anna@example.com.
    pub(crate) async fn try_order(&self, who: i64, key: &str, lines: &[(&str, i64)]) -> Answer {
        self.try_order_with(who, key, lines, json!({})).await
    }

    /// Orders with further fields.
    pub(crate) async fn try_order_with(
        &self,
        who: i64,
        key: &str,
        lines: &[(&str, i64)],
        more: Value,
    ) -> Answer {
        let line = |(id, quantity): &(&str, i64)| json!({"product_id": id, "quantity": quantity});
        let mut body = json!({ "items": lines.iter().map(line).collect::<Vec<_>>() });
        if who == 0 {
            body["user_email"] = json!("anna@example.com");
        }
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.request(who, Method::POST, "/orders")
            .key(key)
            .json(body)
            .send()
            .await
    }

    /// Orders with a key of its own; returns the order's id.
    pub(crate) async fn order(&self, who: i64, lines: &[(&str, i64)]) -> String {
        let key = format!("order-{}", number());
        let order = self.try_order(who, &key, lines).await.ok(201);
        order["id"].as_str().unwrap().to_owned()
    }

    /// The order as the operator sees it.
    pub(crate) async fn look(&self, id: &str) -> Value {
        let request = self
            .app
            .get(&format!("/orders/{id}"))
            .header("x-admin-secret", ADMIN_SECRET);
        request.send().await.ok(200)
    }

    pub(crate) async fn status(&self, id: &str) -> String {
        self.look(id).await["status"].as_str().unwrap().to_owned()
    }

    /// Something that the operator does with an order.
    pub(crate) async fn manage(&self, id: &str, what: &str, body: Value) -> Answer {
        let request = self.app.post(&format!("/admin/orders/{id}/{what}"));
        let request = request.header("x-admin-secret", ADMIN_SECRET);
        request
            .key(&format!("admin-{}", number()))
            .json(body)
            .send()
            .await
    }

    /// The company reports about a payment; `more` goes into its notice.
    pub(crate) async fn report(
        &self,
        payment: &str,
        order: &str,
        status: &str,
        more: Value,
    ) -> Answer {
        let mut body = json!({ "payment_id": payment, "order_id": order, "status": status });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let body = body.to_string();
        let signed = signature::hex(&Secret::new(SECRET), body.as_bytes()).unwrap();
        let request = self
            .app
            .post("/payments/callback")
            .header("x-signature", &signed);
        request.body("application/json", body).send().await
    }

    /// The company reports that an order is paid, or that its payment failed.
    pub(crate) async fn notice(&self, order: &str, status: &str) -> Answer {
        self.report(&format!("p-{}", number()), order, status, json!({}))
            .await
    }

    /// What can be ordered of a product, what is promised and what is in the store.
    pub(crate) async fn stock(&self, product: &str) -> (i64, i64, i64) {
        let product = product.to_owned();
        let read = move |tx: &mut Tx<'_>| {
            let (on_hand, reserved) = units(tx, &product)?.0;
            Ok::<_, Error>((on_hand - reserved, reserved, on_hand))
        };
        self.app.t.db.read("stock", read).await.unwrap()
    }

    /// Puts kopecks on a balance.
    pub(crate) async fn fund(&self, user: i64, kopecks: i64) {
        let op = format!("test:{}", number());
        let fund = move |tx: &mut Tx<'_>| {
            ledger::open_user::<Rub>(tx, UserId(user))?;
            let transfer = Transfer {
                op: &op,
                leg: 0,
                kind: "test",
                debit: &AccountId::platform("outside", Rub::CODE),
                credit: &AccountId::user(UserId(user), Rub::CODE),
                amount: Money::<Rub>::from_minor(kopecks),
                meta: "{}",
            };
            ledger::transfer(tx, &transfer)
        };
        self.app.t.db.write("fund", fund).await.unwrap();
    }

    /// Kopecks.
    pub(crate) async fn balance(&self, user: i64) -> i64 {
        self.account(AccountId::user(UserId(user), Rub::CODE)).await
    }

    /// What orders have brought and was not given back, in kopecks.
    pub(crate) async fn revenue(&self) -> i64 {
        self.account(torg_shop::app::accounts::revenue()).await
    }

    async fn account(&self, account: AccountId) -> i64 {
        let read = move |tx: &mut Tx<'_>| ledger::balance(tx, &account);
        self.app.t.db.read("balance", read).await.unwrap()
    }

    /// Everything that must add up does.
    pub(crate) async fn assert_books(&self) {
        let read = |tx: &mut Tx<'_>| {
            let mut wrong = torg_shop::app::check_books::check_books(tx)?;
            wrong.extend(ledger::verify(tx)?.differences);
            Ok::<_, Error>(wrong)
        };
        let wrong = self.app.t.db.read("books", read).await.unwrap();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

torg_platform::sql! {
    fn units(product: &str) -> torg_platform::db::One<(i64, i64)> =
        "SELECT on_hand, reserved FROM shop_products WHERE id = $1";
}
