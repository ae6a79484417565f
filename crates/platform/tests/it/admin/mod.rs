//! The operator's panel through its routes.

mod adjust;
mod cards;
mod codes;
mod ledger;
mod people;
mod roles;
mod today;
mod trail;

use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use torg_platform::admin::{Card, CardPart, Fact, Item, Queue, Waiting, adjust as books};
use torg_platform::auth::{Role, staff};
use torg_platform::db::Tx;
use torg_platform::http::Api;
use torg_platform::ledger::verify;
use torg_platform::module::Module;
use torg_platform::{Error, Result, UserId};
use torg_testkit::{Answer, Person, TestApp, TestDb, both_engines};

const ALL: &[torg_platform::db::Migrations] = &[torg_platform::MIGRATIONS];
/// Whoever asks in these tests; every role is theirs in turn.
const STAFF: i64 = 900;

/// A market that knows a little of everybody, and has three things to do.
struct Stall;

impl Card for Stall {
    fn name(&self) -> &'static str {
        "stall"
    }

    fn about(&self, tx: &mut Tx<'_>, user: UserId) -> Result<CardPart> {
        Ok(CardPart {
            facts: vec![Fact {
                name: "apples",
                value: user.to_string(),
            }],
            items: vec![Item {
                kind: "order",
                id: "o1".to_owned(),
                title: "Apples".to_owned(),
                state: "paid".to_owned(),
                at: tx.now(),
                amount: Some("1.50".to_owned()),
                currency: Some("RUB"),
            }],
        })
    }
}

impl Waiting for Stall {
    fn name(&self) -> &'static str {
        "stall.apples"
    }

    fn look(&self, tx: &mut Tx<'_>) -> Result<Queue> {
        Ok(Queue {
            count: 3,
            oldest_at: Some(tx.now()),
        })
    }
}

fn stall() -> Module {
    Module {
        name: "stall",
        api: Api::new(),
        reconcilers: Vec::new(),
        periodic: Vec::new(),
        handlers: Vec::new(),
        sinks: Vec::new(),
        payees: Vec::new(),
        waiting: vec![Arc::new(Stall)],
        cards: vec![Arc::new(Stall)],
        settings: Vec::new(),
    }
}

struct World {
    app: TestApp,
    staff: Person,
}

impl World {
    /// With somebody who has `role`.
    async fn start(t: TestDb, role: Role) -> Self {
        let app = TestApp::start(t, async |_| vec![stall()]).await;
        let staff = app.person(STAFF);
        let world = Self { app, staff };
        world.grant(role).await;
        world
    }

    async fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.app.t.db.write("test", f).await.unwrap()
    }

    async fn grant(&self, role: Role) {
        self.write(move |tx| staff::grant(tx, UserId(STAFF), role, "test"))
            .await;
        self.app.forget(UserId(STAFF));
    }

    async fn revoke(&self, role: Role) {
        self.write(move |tx| staff::revoke(tx, UserId(STAFF), role, "test"))
            .await;
        self.app.forget(UserId(STAFF));
    }

    /// Asks as the staff.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.app.request(method, &format!("/api/admin/{path}"));
        let request = request.by(&self.staff);
        match body {
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None).await.ok(200)
    }

    /// Somebody opens the app under these names.
    async fn comes(&self, id: i64, first: &str, last: Option<&str>, username: Option<&str>) {
        let mut person = self.app.person(id);
        first.clone_into(&mut person.user.first_name);
        person.user.last_name = last.map(str::to_owned);
        person.user.username = username.map(str::to_owned);
        let init_data = person.init_data(self.app.now());
        let exchange = json!({ "init_data": init_data });
        let request = self.app.post("/api/auth/telegram").json(exchange);
        request.send().await.ok(200);
    }

    /// Corrects a balance as the staff.
    async fn adjust(&self, user: i64, key: &str, amount: &str) -> Answer {
        let body = json!({ "currency": "RUB", "amount": amount, "reason": "a gift" });
        let path = format!("/api/admin/users/{user}/adjustments");
        let request = self.app.post(&path).by(&self.staff).key(key).json(body);
        request.send().await
    }

    async fn balance(&self, user: i64) -> String {
        let card = self.get(&format!("users/{user}")).await;
        let balances = card["balances"].as_array().unwrap();
        let roubles = balances.iter().find(|b| b["currency"] == "RUB");
        roubles.map_or_else(String::new, |b| b["amount"].as_str().unwrap().to_owned())
    }

    /// What does not add up in ledger and adjustments.
    async fn differences(&self) -> Vec<String> {
        let read = |tx: &mut Tx<'_>| {
            let mut all = verify(tx)?.differences;
            all.extend(books::check_books(tx)?);
            Ok::<_, Error>(all)
        };
        let found = self.app.t.db.read("test.verify", read).await.unwrap();
        let text = |d: torg_platform::ledger::Difference| format!("{}: {}", d.rule, d.subject);
        found.into_iter().map(text).collect()
    }
}

/// The values of a field in a list.
fn column(list: &Value, field: &str) -> Vec<Value> {
    let rows = list.as_array().unwrap();
    rows.iter().map(|row| row[field].clone()).collect()
}
