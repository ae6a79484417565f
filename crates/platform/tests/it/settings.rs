//! Settings that change while the program runs, through the real router: who may, what is
//! remembered, who is too late; and the pause of a market.

use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use torg_platform::auth::{Role, staff};
use torg_platform::db::Tx;
use torg_platform::http::Api;
use torg_platform::ledger;
use torg_platform::module::Module;
use torg_platform::money::{Money, Rub};
use torg_platform::settings::{Setting, Settings};
use torg_platform::{Error, UserId};
use torg_testkit::{ADMIN_SECRET, Answer, Person, TestApp, TestDb, both_engines};

const PRICE: &str = "/api/admin/settings/lab.price";
const PAUSE: &str = "/api/admin/markets/lab/pause";

torg_platform::sql! {
    fn audited(action: &str) -> Vec<(String, String)> =
        "SELECT subject, details FROM platform_audit WHERE action = $1 ORDER BY id";
}

fn price() -> Setting {
    let range = Money::<Rub>::from_minor(100)..=Money::from_minor(10_000);
    let (step, now) = (Money::from_minor(100), Money::from_minor(200));
    Setting::amount("lab.price", range, step, now)
}

fn lab() -> Module {
    Module {
        name: "lab",
        api: Api::new(),
        reconcilers: Vec::new(),
        periodic: Vec::new(),
        handlers: Vec::new(),
        sinks: Vec::new(),
        payees: Vec::new(),
        waiting: Vec::new(),
        cards: Vec::new(),
        settings: vec![
            price(),
            Setting::integer("lab.minutes", "minutes", 5..=60, 15),
            Setting::text("lab.contact", 20, "@lab"),
            Setting::switch("lab.open", true),
        ],
    }
}

async fn start(t: TestDb) -> TestApp {
    TestApp::start(t, async |_| vec![lab()]).await
}

/// Asks as whoever knows the secret.
async fn ask(app: &TestApp, method: Method, path: &str, body: Option<Value>) -> Answer {
    let request = app.request(method, path);
    let request = request.header("x-admin-secret", ADMIN_SECRET);
    match body {
        Some(body) => request.json(body).send().await,
        None => request.send().await,
    }
}

async fn member(app: &TestApp, id: i64, role: Role) -> Person {
    let grant = move |tx: &mut Tx<'_>| staff::grant(tx, UserId(id), role, "test");
    app.t.db.write("grant", grant).await.unwrap();
    app.forget(UserId(id));
    app.person(id)
}

fn change(value: &Value, version: i64) -> Value {
    json!({"value": value, "reason": "a test of it", "version": version})
}

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn a_change_acts_and_is_remembered(t: TestDb) {
        let app = start(t).await;
        let owner = member(&app, 7, Role::Owner).await;
        let all = app.get("/api/admin/settings").by(&owner).send().await.ok(200);
        assert_eq!(all["settings"][0], json!({
            "name": "lab.price", "market": "lab", "kind": "amount", "unit": null,
            "currency": "RUB", "min": "1.00", "max": "100.00", "step": "1.00", "value": "2.00",
            "default": "2.00", "version": 0, "changed_at": null, "changed_by": null,
        }));
        assert_eq!(all["settings"][1]["unit"], "minutes");
        assert_eq!(all["settings"][3]["value"], true);

        let now = app.now();
        let set = app.put(PRICE).by(&owner).json(change(&json!("3.00"), 0)).send().await.ok(200);
        assert_eq!((&set["value"], &set["version"]), (&json!("3.00"), &json!(1)));
        assert_eq!((&set["changed_by"], &set["changed_at"]), (&json!("user/7"), &json!(now)));
        assert_eq!(app.ctx.settings.amount::<Rub>(&price()), Money::from_minor(300));
        let reset = json!({"reason": "back again", "version": 1});
        let back = app.delete(PRICE).by(&owner).json(reset).send().await.ok(200);
        assert_eq!((&back["value"], &back["version"]), (&json!("2.00"), &json!(2)));
        assert_eq!(app.ctx.settings.amount::<Rub>(&price()), Money::from_minor(200));

        let history = format!("{PRICE}/history?limit=1");
        let first = app.get(&history).by(&owner).send().await.ok(200);
        assert_eq!(first["changes"][0]["from"], "3.00");
        assert_eq!((&first["changes"][0]["to"], &first["changes"][0]["reason"]),
            (&Value::Null, &json!("back again")));
        let next = format!("{history}&cursor={}", first["next_cursor"].as_str().unwrap());
        let second = app.get(&next).by(&owner).send().await.ok(200);
        assert_eq!((&second["changes"][0]["to"], &second["changes"][0]["from"]),
            (&json!("3.00"), &Value::Null));
        assert!(second.get("next_cursor").is_none());
        let seen = app.t.db.read("audit", |tx| {
            Ok::<_, Error>((audited(tx, "platform.setting.change")?,
                audited(tx, "platform.setting.reset")?))
        }).await.unwrap();
        assert_eq!(seen.0, [("setting/lab.price".to_owned(), r#"{"version":1}"#.to_owned())]);
        assert_eq!(seen.1, [("setting/lab.price".to_owned(), r#"{"version":2}"#.to_owned())]);
    }

    async fn what_is_not_allowed_is_said(t: TestDb) {
        let app = start(t).await;
        for (path, value) in [("lab.price", json!("2.50")), ("lab.minutes", json!(61)),
            ("lab.contact", json!("@".repeat(21))), ("lab.open", json!("yes"))] {
            let path = format!("/api/admin/settings/{path}");
            let said = ask(&app, Method::PUT, &path, Some(change(&value, 0))).await;
            assert_eq!(said.refused(422, "validation_error")["fields"][0]["field"], "value");
        }
        let short = json!({"value": "3.00", "reason": " x ", "version": 0});
        ask(&app, Method::PUT, PRICE, Some(short)).await.refused(422, "validation_error");
        let unknown = "/api/admin/settings/lab.nothing";
        let body = Some(change(&json!(1), 0));
        ask(&app, Method::PUT, unknown, body).await.refused(404, "setting_not_found");
        let history = format!("{unknown}/history");
        ask(&app, Method::GET, &history, None).await.refused(404, "setting_not_found");
        let nowhere = "/api/admin/markets/nowhere/pause";
        let why = Some(json!({"reason": "a rest"}));
        ask(&app, Method::PUT, nowhere, why).await.refused(404, "market_not_found");
        // A value that a newer version of the program does not allow counts as not set.
        let wrong = json!({"value": 15, "reason": "in between", "version": 0});
        ask(&app, Method::PUT, "/api/admin/settings/lab.minutes", Some(wrong)).await.ok(200);
        let narrow = Setting::integer("lab.minutes", "minutes", 20..=60, 30);
        assert_eq!(app.ctx.settings.integer(&narrow), 30);
    }

    async fn only_who_may(t: TestDb) {
        let app = start(t).await;
        let (moderator, reader) =
            (member(&app, 8, Role::Moderator).await, member(&app, 9, Role::ReadOnly).await);
        app.get("/api/admin/settings").by(&reader).send().await.ok(200);
        app.get(&format!("{PRICE}/history")).by(&reader).send().await.ok(200);
        let body = change(&json!("3.00"), 0);
        app.put(PRICE).by(&moderator).json(body).send().await.refused(403, "role_required");
        let why = json!({"reason": "we count the stock"});
        app.put(PAUSE).by(&reader).json(why.clone()).send().await.refused(403, "role_required");
        app.put(PAUSE).by(&moderator).json(why).send().await.ok(204);
        app.delete(PAUSE).by(&reader).send().await.refused(403, "role_required");
        app.delete(PAUSE).by(&moderator).send().await.ok(204);
        app.get("/api/admin/settings").by(&app.person(1)).send().await.ok(403);
    }

    async fn of_many_who_change_one_setting_one_does(t: TestDb) {
        let app = start(t).await;
        for round in 0..3 {
            let tries = (0..32).map(|n| {
                let value = json!(format!("{}.00", n + 3));
                ask(&app, Method::PUT, PRICE, Some(change(&value, round)))
            });
            let answers = join_all(tries).await;
            let done = answers.iter().filter(|a| a.status == 200).count();
            let late = answers.iter().filter(|a| a.status == 412).count();
            assert_eq!((done, late), (1, 31), "{round}");
            let stale = answers.iter().find(|a| a.status == 412).unwrap();
            stale.refused(412, "stale_version");
            let winner = answers.iter().find(|a| a.status == 200).unwrap().json();
            let all = ask(&app, Method::GET, "/api/admin/settings", None).await.ok(200);
            assert_eq!(all["settings"][0]["value"], winner["value"]);
        }
        let changes = ask(&app, Method::GET, &format!("{PRICE}/history"), None).await.ok(200);
        assert_eq!(changes["changes"].as_array().unwrap().len(), 3);
    }

    async fn another_process_hears_of_it_within_a_second(t: TestDb) {
        let app = start(t).await;
        let other = Settings::default();
        let watch = tokio::spawn(other.clone().watch(app.t.db.clone()));
        ask(&app, Method::PUT, PRICE, Some(change(&json!("9.00"), 0))).await.ok(200);
        ask(&app, Method::PUT, PAUSE, Some(json!({"reason": "a rest"}))).await.ok(204);
        let heard = async {
            while other.paused("lab").is_none() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(1), heard).await.unwrap();
        assert_eq!(other.amount::<Rub>(&price()), Money::from_minor(900));
        // What is older than what is known changes nothing.
        app.ctx.settings.refresh(&app.t.db).await.unwrap();
        assert_eq!(app.ctx.settings.amount::<Rub>(&price()), Money::from_minor(900));
        watch.abort();
    }

    async fn a_pause_has_a_reason_and_a_history(t: TestDb) {
        let app = start(t).await;
        let since = app.now();
        ask(&app, Method::PUT, PAUSE, Some(json!({"reason": " we count the stock "}))).await.ok(204);
        app.advance_asleep(Duration::from_secs(60));
        ask(&app, Method::PUT, PAUSE, Some(json!({"reason": "still counting"}))).await.ok(204);
        let pause = app.ctx.settings.paused("lab").unwrap();
        assert_eq!((pause.reason.as_str(), pause.since), ("still counting", since));
        assert!(app.ctx.settings.paused("shop").is_none());
        let open = |settings: Settings| move |tx: &mut Tx<'_>| settings.open(tx, "lab");
        let refused = app.t.db.read("open", open(app.ctx.settings.clone())).await.unwrap_err();
        assert_eq!((refused.code(), refused.detail()),
            ("market_paused", "Closed for a while: still counting"));
        ask(&app, Method::DELETE, PAUSE, None).await.ok(204);
        ask(&app, Method::DELETE, PAUSE, None).await.ok(204);
        app.t.db.read("open", open(app.ctx.settings.clone())).await.unwrap();
        let history = "/api/admin/settings/lab.paused/history";
        let changes = ask(&app, Method::GET, history, None).await.ok(200);
        let changes = changes["changes"].as_array().unwrap();
        assert_eq!(changes.len(), 3, "an open market is not opened");
        assert_eq!((&changes[0]["to"], &changes[0]["by"]), (&Value::Null, &json!("admin-secret")));
        assert_eq!(changes[1]["to"], json!({"reason": "still counting", "since": since}));
    }

    /// Each unit opens an account; what it did counts as begun after the pause when it is
    /// committed after the answer.
    async fn after_the_answer_nothing_new_is_begun(t: TestDb) {
        let app = start(t).await;
        let answered = Arc::new(AtomicBool::new(false));
        let begin = |user: i64| {
            let (gate, db) = (app.ctx.settings.gate("lab"), app.t.db.clone());
            let answered = answered.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(10 * user.unsigned_abs())).await;
                let unit = move |tx: &mut Tx<'_>| {
                    let open = gate.open(tx);
                    // Long enough that the pause comes in between.
                    let (_kept, nothing) = std::sync::mpsc::channel::<()>();
                    let _elapsed = nothing.recv_timeout(Duration::from_millis(5));
                    open?;
                    ledger::open_user::<Rub>(tx, UserId(user)).map(drop).map_err(Error::from)
                };
                let done = db.write("begin", unit).await.is_ok();
                (done, done && answered.load(Ordering::SeqCst))
            }
        };
        let pause = async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            ask(&app, Method::PUT, PAUSE, Some(json!({"reason": "a rest"}))).await.ok(204);
            // What is in the tables now is all that there ever will be.
            let begun = app.t.db.read("count", accounts).await.unwrap();
            answered.store(true, Ordering::SeqCst);
            begun
        };
        let (units, begun) = tokio::join!(join_all((1..=64).map(begin)), pause);
        let done = units.iter().filter(|(done, _)| *done).count();
        assert!(done < 64, "the pause came too late to show anything");
        let after = app.t.db.read("count", accounts).await.unwrap();
        assert_eq!((begun, after), (i64::try_from(done).unwrap(), begun));
    }
}

torg_platform::sql! {
    fn count_accounts() -> torg_platform::db::One<i64> =
        "SELECT count(*) FROM platform_accounts WHERE owner IS NOT NULL";
}

fn accounts(tx: &mut Tx<'_>) -> torg_platform::Result<i64> {
    Ok(count_accounts(tx)?.0)
}
