//! The shop behind its real router, with the operator at hand.

use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use torg_platform::config::Section as _;
use torg_platform::ctx::Ctx;
use torg_platform::module::Module;
use torg_platform::payments::Providers;
use torg_shop::{Config, Shop};
use torg_testkit::{ADMIN_SECRET, Answer, Request, TestApp, TestDb};

pub(crate) use crate::app::MIGRATIONS;

/// The settings of the package, changed.
pub(crate) fn config(change: impl FnOnce(&mut Config)) -> Config {
    let defaults: BTreeMap<String, Config> = toml::from_str(Config::DEFAULTS).unwrap();
    let mut config = defaults["shop"].clone();
    change(&mut config);
    config
}

/// The market without anybody who takes money.
pub(crate) fn module(ctx: &Ctx, config: Config) -> Module {
    let shop = Shop::new(ctx.clone(), config, Providers::new(Vec::new()), None);
    torg_shop::module(shop.unwrap(), crate::app::links())
}

pub(crate) async fn start(t: TestDb) -> TestApp {
    TestApp::start(t, async |ctx| vec![module(ctx, config(|_| {}))]).await
}

/// A request of the operator.
pub(crate) fn admin(app: &TestApp, method: Method, path: &str) -> Request {
    app.request(method, path)
        .header("x-admin-secret", ADMIN_SECRET)
}

pub(crate) async fn post(app: &TestApp, path: &str, body: Value) -> Answer {
    admin(app, Method::POST, path).json(body).send().await
}

pub(crate) async fn patch(app: &TestApp, id: &str, body: Value) -> Answer {
    let path = format!("/admin/products/{id}");
    admin(app, Method::PATCH, &path).json(body).send().await
}

/// A product as it is made; returns its id.
pub(crate) async fn made(app: &TestApp, body: Value) -> String {
    let answer = post(app, "/admin/products", body).await;
    answer.ok(201)["id"].as_str().unwrap().to_owned()
}

/// A mug, with so many units.
pub(crate) async fn mug(app: &TestApp, stock: i64) -> String {
    made(
        app,
        json!({"name": "Mug", "price": "199.90", "stock": stock}),
    )
    .await
}

pub(crate) async fn get(app: &TestApp, path: &str) -> Value {
    app.get(path).send().await.ok(200)
}

pub(crate) async fn product(app: &TestApp, id: &str) -> Value {
    get(app, &format!("/products/{id}")).await
}

pub(crate) async fn adjust(app: &TestApp, id: &str, delta: i64) -> Answer {
    let path = format!("/admin/products/{id}/stock");
    post(app, &path, json!({"delta": delta, "reason": "counted"})).await
}

pub(crate) async fn import(app: &TestApp, table: impl Into<String>) -> Answer {
    let request = admin(app, Method::POST, "/admin/products/import");
    request.body("text/csv", table.into()).send().await
}

pub(crate) async fn export(app: &TestApp) -> Answer {
    let request = admin(app, Method::GET, "/admin/products.csv");
    let answer = request.send().await;
    assert_eq!(answer.status, 200);
    answer
}

/// Every page of a list, beginning with `path`; `between` runs before each next page.
pub(crate) async fn pages(app: &TestApp, path: &str, between: impl AsyncFn()) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next {
        let answer = admin(app, Method::GET, &path).send().await;
        let page = answer.ok(200);
        all.extend(page.as_array().unwrap().iter().cloned());
        next = answer.headers.get("link").map(|link| {
            let link = link.to_str().unwrap();
            let (path, rest) = link.trim_start_matches('<').split_once('>').unwrap();
            assert_eq!(rest, "; rel=\"next\"");
            path.to_owned()
        });
        between().await;
    }
    all
}

/// The values of one field.
pub(crate) fn all<'a>(list: &'a [Value], field: &str) -> Vec<&'a str> {
    let value = |item: &'a Value| item[field].as_str().unwrap();
    list.iter().map(value).collect()
}

/// The wrong fields of a refusal.
pub(crate) fn fields(refusal: &Value) -> Vec<&str> {
    all(refusal["fields"].as_array().unwrap(), "field")
}
