//! Webhooks against receivers that really listen, and what becomes of what they do not take.

mod deliver;
mod endpoints;
mod letters;
mod receiver;
mod roles;

use http::Method;
use receiver::{Heard, Receiver};
use serde_json::{Value, json};
use std::sync::Arc;
use torg_platform::Error;
use torg_platform::config::Secret;
use torg_platform::ctx::Ctx;
use torg_platform::db::{Db, Tx};
use torg_platform::jobs;
use torg_platform::jobs::queue::Handler;
use torg_platform::module::Module;
use torg_platform::outbound::{Outbound, Reach};
use torg_platform::outbox::{self, Event};
use torg_platform::webhooks::Webhooks;
use torg_testkit::{ADMIN_SECRET, Answer, TestApp, TestDb};

/// What the kernel adds to the program, as a module of its own.
fn module(ctx: &Ctx, reach: Reach, handlers: Vec<Arc<dyn Handler>>) -> Module {
    let outbound = Outbound::new(reach).unwrap();
    let webhooks = Webhooks::new(ctx.db.clone(), ctx.rng.clone(), outbound);
    Module {
        name: "platform",
        api: (webhooks.api())
            .merge(outbox::api(&ctx.db))
            .merge(jobs::api(&ctx.db, jobs::Directory::default())),
        reconcilers: Vec::new(),
        periodic: Vec::new(),
        handlers,
        payees: Vec::new(),
        waiting: Vec::new(),
        cards: Vec::new(),
        settings: Vec::new(),
        sinks: vec![webhooks.sink()],
    }
}

async fn start(t: TestDb) -> TestApp {
    TestApp::start(t, async |ctx| {
        vec![module(ctx, Reach::Anywhere, Vec::new())]
    })
    .await
}

/// Asks as the owner of the place.
async fn admin(app: &TestApp, method: Method, path: &str, body: Option<Value>) -> Answer {
    let path = format!("/api/admin/{path}");
    let request = app.request(method, &path);
    let request = request.header("x-admin-secret", ADMIN_SECRET);
    match body {
        Some(body) => request.json(body).send().await,
        None => request.send().await,
    }
}

/// A registered endpoint.
struct Hook {
    id: String,
    secret: Secret,
}

async fn register(app: &TestApp, url: &str, topics: &[&str]) -> Hook {
    let body = json!({ "url": url, "topics": topics });
    let created = admin(app, Method::POST, "webhooks", Some(body)).await;
    let created = created.ok(201);
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    Hook {
        id: text("id"),
        secret: Secret::new(text("secret")),
    }
}

async fn publish(db: &Db, topic: &'static str, aggregate: &str, payload: Value) {
    let (aggregate, payload) = (aggregate.to_owned(), payload.to_string());
    let write = move |tx: &mut Tx<'_>| {
        let event = Event {
            topic,
            aggregate: &aggregate,
            payload: &payload,
        };
        Ok::<_, Error>(outbox::publish(tx, &event)?)
    };
    db.write("test.publish", write).await.unwrap();
}

async fn counts(app: &TestApp) -> (i64, i64) {
    let counts = admin(app, Method::GET, "outbox", None).await.ok(200);
    assert_eq!(counts["waiting"], 0);
    let number = |name: &str| counts[name].as_i64().unwrap();
    (number("pending"), number("dead"))
}

/// What is among the dead letters: number, queue, reason.
async fn dead(app: &TestApp) -> Vec<(i64, String, String)> {
    let page = admin(app, Method::GET, "outbox/dead-letters", None).await;
    let page = page.ok(200);
    let letters = page["dead_letters"].as_array().unwrap();
    letters
        .iter()
        .map(|l| {
            let text = |name: &str| l[name].as_str().unwrap().to_owned();
            (l["id"].as_i64().unwrap(), text("queue"), text("last_error"))
        })
        .collect()
}

/// The payloads that a receiver has taken, of one aggregate.
fn taken(receiver: &Receiver, aggregate: &str) -> Vec<Value> {
    let of = |heard: &&Heard| heard.status == 200 && heard.body["aggregate"] == aggregate;
    let heard = receiver.heard();
    heard
        .iter()
        .filter(of)
        .map(|h| h.body["data"].clone())
        .collect()
}

torg_platform::sql! {
    fn trail() -> Vec<String> =
        "SELECT actor || ' ' || action || ' ' || details FROM platform_audit ORDER BY id";
    fn requests() -> Vec<String> = "SELECT request_id FROM platform_audit ORDER BY id";
}

async fn audit(app: &TestApp) -> Vec<String> {
    let read = |tx: &mut Tx<'_>| Ok::<_, Error>(trail(tx)?);
    app.t.db.read("test.audit", read).await.unwrap()
}
