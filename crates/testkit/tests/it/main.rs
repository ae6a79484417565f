//! The harness itself: what it puts together answers as the program does.
#![expect(clippy::unwrap_used, reason = "test code fails loudly")]

use http::Method;
use serde_json::json;
use std::time::Duration;
use torg_platform::MIGRATIONS;
use torg_platform::auth::Actor;
use torg_platform::http::{Api, Policy};
use torg_platform::module::Module;
use torg_testkit::{TestApp, TestDb, assert_migration_files, both_engines};

/// A module with one route that says who asks.
fn whoami() -> Module {
    let who = async |actor: Actor| actor.user.to_string();
    Module {
        name: "who",
        api: Api::new().undocumented(Policy::User, Method::GET, "/who", who),
        reconcilers: Vec::new(),
        periodic: Vec::new(),
        handlers: Vec::new(),
        sinks: Vec::new(),
        payees: Vec::new(),
        waiting: Vec::new(),
        cards: Vec::new(),
        settings: Vec::new(),
    }
}

both_engines! { &[MIGRATIONS] =>
    async fn people_are_who_their_telegram_says(t: TestDb) {
        let app = TestApp::start(t, async |_| vec![whoami()]).await;
        let (anna, boris) = (app.person(1), app.person(2));
        assert_eq!(app.get("/who").by(&anna).send().await.text, "1");
        assert_eq!(app.get("/who").by(&boris).send().await.text, "2");
        app.get("/who").send().await.ok(401);
        let forged = anna.init_data(app.now()).replace("person_1", "person_2");
        app.get("/who").bearer(&forged).send().await.ok(401);

        let body = json!({"init_data": anna.init_data(app.now())});
        let session = app.post("/api/auth/telegram").json(body).send().await.ok(200);
        let token = session["token"].as_str().unwrap();
        assert_eq!(app.get("/who").bearer(token).send().await.text, "1");
        app.advance(Duration::from_hours(25)).await;
        app.get("/who").bearer(token).send().await.ok(401);
        assert_eq!(app.get("/who").by(&anna).send().await.text, "1");
    }
}

#[test]
fn the_kernels_migrations_are_complete() {
    let kernel = concat!(env!("CARGO_MANIFEST_DIR"), "/../platform");
    assert_migration_files(kernel, &MIGRATIONS);
}
