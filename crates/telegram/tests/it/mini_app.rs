//! What a Mini App begins with, and the language that its person chooses.

use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use torg_platform::admin::{Queue, Waiting};
use torg_platform::auth::{Role, block, staff};
use torg_platform::db::Tx;
use torg_platform::http::Api;
use torg_platform::module::Module;
use torg_platform::{Error, Result, UserId};
use torg_telegram::messages::Undelivered;
use torg_telegram::mini_app::{Features, MiniApp};
use torg_telegram::people;
use torg_telegram::texts::Lang;
use torg_testkit::{ADMIN_SECRET, TestApp, TestDb, both_engines};

const ALL: &[torg_platform::db::Migrations] =
    &[torg_platform::MIGRATIONS, torg_telegram::MIGRATIONS];
const FEATURES: Features = Features {
    test_provider: true,
    dev_recharge: false,
    stars: true,
    ton: false,
};

fn module(name: &'static str, api: Api, waiting: Vec<Arc<dyn Waiting>>) -> Module {
    Module {
        name,
        api,
        reconcilers: Vec::new(),
        periodic: Vec::new(),
        handlers: Vec::new(),
        sinks: Vec::new(),
        payees: Vec::new(),
        waiting,
        cards: Vec::new(),
        settings: Vec::new(),
    }
}

async fn start(t: TestDb) -> TestApp {
    TestApp::start(t, async |ctx| {
        let app = MiniApp::new(ctx, vec!["stall"], "torg_bot", FEATURES);
        let undelivered: Vec<Arc<dyn Waiting>> = vec![Arc::new(Undelivered)];
        vec![module("stall", app.api(), undelivered)]
    })
    .await
}

async fn language(app: &TestApp, user: UserId) -> Lang {
    let read = move |tx: &mut Tx<'_>| people::language(tx, user);
    app.t.db.read("test.language", read).await.unwrap()
}

torg_platform::sql! {
    fn failed(state: &str, at: torg_platform::Timestamp) -> () =
        "INSERT INTO telegram_messages (key, chat_id, content, version, shown, state, once, due_at,
             attempts, created_at, changed_at)
         VALUES ($1, 7, '{}', 1, 0, $1, TRUE, $2, 1, $2, $2)";
    fn chat(at: torg_platform::Timestamp) -> () =
        "INSERT INTO telegram_chats (chat_id, next_at) VALUES (7, $1)";
}

both_engines! { ALL =>
    async fn a_stranger_learns_of_the_place_and_a_person_of_themselves(t: TestDb) {
        let app = start(t).await;
        let units = || app.t.db.stats().units;
        let before = units();
        let place = app.get("/api/app").send().await.ok(200);
        assert_eq!(place["markets"], json!([{ "name": "stall", "paused": null }]));
        assert_eq!((&place["bot_username"], &place["currency"]), (&json!("torg_bot"), &json!("RUB")));
        let features = json!({
            "test_provider": true, "dev_recharge": false, "stars": true, "ton": false,
        });
        assert_eq!((&place["features"], &place["me"]), (&features, &Value::Null));
        assert_eq!(units(), before, "the database is not asked");
        let broken = app.get("/api/app").bearer("not a token").send().await.ok(200);
        assert_eq!(broken["me"], Value::Null);

        let mut anna = app.person(7);
        anna.user.language_code = Some("de".to_owned());
        let me = app.get("/api/app").by(&anna).send().await.ok(200)["me"].clone();
        let before = units();
        app.get("/api/app").by(&anna).send().await.ok(200);
        assert_eq!(units(), before.saturating_add(1), "one read");
        let expected = json!({
            "id": 7, "first_name": "Person 7", "last_name": null, "username": "person_7",
            "language": "en", "roles": [],
        });
        assert_eq!(me, expected);
        let grant = |tx: &mut Tx<'_>| staff::grant(tx, UserId(7), Role::Support, "test");
        app.t.db.write("test", grant).await.unwrap();
        app.forget(UserId(7));
        let me = app.get("/api/app").by(&anna).send().await.ok(200)["me"].clone();
        assert_eq!(me["roles"], json!(["support"]));
        let shut = |tx: &mut Tx<'_>| block(tx, UserId(7), None, "test");
        app.t.db.write("test", shut).await.unwrap();
        app.forget(UserId(7));
        let me = app.get("/api/app").by(&anna).send().await.ok(200)["me"].clone();
        assert_eq!(me, Value::Null);
    }

    async fn the_language_is_chosen_for_the_bot_too(t: TestDb) {
        let app = start(t).await;
        let mut anna = app.person(7);
        anna.user.language_code = Some("ru".to_owned());
        let choose = async |body: Value| {
            app.put("/api/me/language").by(&anna).json(body).send().await
        };
        for wrong in [json!({ "language": "de" }), json!({ "language": "" }), json!({})] {
            choose(wrong).await.refused(422, "validation_error");
        }
        let nobody = app.put("/api/me/language").json(json!({ "language": "en" }));
        nobody.send().await.refused(401, "missing_credentials");
        assert_eq!(language(&app, UserId(7)).await, Lang::Ru);
        choose(json!({ "language": "en" })).await.ok(204);
        assert_eq!(language(&app, UserId(7)).await, Lang::En);
        let me = app.get("/api/app").by(&anna).send().await.ok(200)["me"].clone();
        assert_eq!(me["language"], "en");
        choose(json!({ "language": "ru" })).await.ok(204);
        assert_eq!(language(&app, UserId(7)).await, Lang::Ru);
    }

    async fn a_pause_is_told(t: TestDb) {
        let app = start(t).await;
        let pause = app.request(Method::PUT, "/api/admin/markets/stall/pause");
        let pause = pause.header("x-admin-secret", ADMIN_SECRET);
        pause.json(json!({ "reason": "we count the apples" })).send().await.ok(204);
        let place = app.get("/api/app").send().await.ok(200);
        assert_eq!(place["markets"][0]["paused"]["reason"], "we count the apples");
    }

    async fn undelivered_messages_wait_for_a_person(t: TestDb) {
        let app = start(t).await;
        let look = |tx: &mut Tx<'_>| -> Result<Queue> { Undelivered.look(tx) };
        let none = app.t.db.read("test", look).await.unwrap();
        assert_eq!(none, Queue::default());
        let at = app.now();
        let write = move |tx: &mut Tx<'_>| {
            chat(tx, at)?;
            failed(tx, "held", at)?;
            failed(tx, "dead", at)?;
            Ok::<_, Error>(())
        };
        app.t.db.write("test", write).await.unwrap();
        let two = app.t.db.read("test", look).await.unwrap();
        assert_eq!(two, Queue { count: 2, oldest_at: Some(at) });
    }
}
