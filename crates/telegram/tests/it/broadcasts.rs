//! What the operator tells many people at once: who gets it, in which steps, and never twice.

use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::auth::{self, Identity, Role, staff};
use torg_platform::db::{Engine, One, Tx};
use torg_platform::jobs::{Reconciler as _, Step};
use torg_platform::module::Module;
use torg_platform::{Error, Result, UserId};
use torg_telegram::bot::{Act, Market, Talk, own_texts};
use torg_telegram::broadcasts::{Audience, Broadcasts, SendBroadcasts};
use torg_telegram::content::Button;
use torg_telegram::links::Links;
use torg_telegram::texts::{Lang, Texts};
use torg_testkit::{ADMIN_SECRET, Answer, TestApp, TestDb, both_engines};

const MIGRATIONS: &[torg_platform::db::Migrations] =
    &[torg_platform::MIGRATIONS, torg_telegram::MIGRATIONS];
const PATH: &str = "/api/admin/broadcasts";

torg_platform::sql! {
    /// People with the numbers from 1 on have started the bot.
    fn meet(people: i64, at: torg_platform::Timestamp) -> u64 =
        "WITH RECURSIVE n (i) AS (
             SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1)
         INSERT INTO telegram_people (user_id, started_at, seen_at) SELECT i, $2, $2 FROM n";
    fn speak(user: i64, language: &str) -> u64 =
        "UPDATE telegram_people SET language = $2 WHERE user_id = $1";
    fn leave(user: i64, at: torg_platform::Timestamp) -> () =
        "INSERT INTO telegram_chats (chat_id, next_at, unreachable, unreachable_at)
         VALUES ($1, $2, 'blocked', $2)";
    /// What the sender does, for the oldest so many.
    fn send_some(count: i64) -> u64 =
        "UPDATE telegram_messages SET state = 'shown', shown = version, message_id = id
         WHERE id IN (SELECT id FROM telegram_messages WHERE state = 'waiting'
                      ORDER BY id LIMIT $1)";
    fn fail_one() -> u64 =
        "UPDATE telegram_messages SET state = 'dead'
         WHERE id IN (SELECT id FROM telegram_messages WHERE state = 'waiting'
                      ORDER BY id LIMIT 1)";
    fn count_waiting() -> One<i64> =
        "SELECT count(*) FROM telegram_messages WHERE state = 'waiting'";
    fn all() -> Vec<(i64, String)> = "SELECT chat_id, content FROM telegram_messages ORDER BY id";
}

/// Everybody with an even number buys, whose number divides by three works; ten of both at most.
struct Crowd;

impl Market for Crowd {
    fn name(&self) -> &'static str {
        "crowd"
    }
    fn texts(&self) -> &'static Texts {
        own_texts()
    }
    fn commands(&self) -> &'static [&'static str] {
        &[]
    }
    fn links(&self) -> &'static [&'static str] {
        &[]
    }
    fn menu(&self, _: Lang) -> Vec<Button> {
        Vec::new()
    }
    fn act(&self, _: &mut Tx<'_>, _: &mut Talk, _: &Act) -> Result<()> {
        Ok(())
    }
    fn audience(
        &self,
        _: &mut Tx<'_>,
        audience: Audience,
        after: UserId,
        limit: i64,
    ) -> Result<Vec<UserId>> {
        let part = match audience {
            Audience::Buyers => 2,
            Audience::Executors => 3,
            Audience::Everyone | Audience::Customers | Audience::Staff => return Ok(Vec::new()),
        };
        let people = (1_i64..=20).filter(|n| n.checked_rem(part) == Some(0) && *n > after.0);
        Ok(people
            .take(usize::try_from(limit).unwrap())
            .map(UserId)
            .collect())
    }
}

struct World {
    app: TestApp,
    reconciler: SendBroadcasts,
}

impl World {
    async fn start(t: TestDb, people: i64) -> Self {
        let mut reconciler = None;
        let app = TestApp::start(t, async |ctx| {
            let links = Links::new("bot", Some("https://app.test"));
            let markets: Vec<Arc<dyn Market>> = vec![Arc::new(Crowd), Arc::new(Crowd)];
            let broadcasts = Broadcasts::new(ctx, links, markets, true);
            reconciler = Some(broadcasts.reconciler());
            vec![Module {
                name: "telegram",
                api: broadcasts.api(),
                reconcilers: Vec::new(),
                periodic: Vec::new(),
                handlers: Vec::new(),
                sinks: Vec::new(),
                payees: Vec::new(),
                waiting: Vec::new(),
                cards: Vec::new(),
                settings: Vec::new(),
            }]
        })
        .await;
        let world = Self {
            app,
            reconciler: reconciler.unwrap(),
        };
        world
            .write(move |tx| {
                let now = tx.now();
                Ok(meet(tx, people, now)?)
            })
            .await;
        world
    }

    async fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.app.t.db.write("bottest", f).await.unwrap()
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.app.request(method, &format!("{PATH}{path}"));
        let request = request
            .header("x-admin-secret", ADMIN_SECRET)
            .key(&format!("k{path}"));
        match body {
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    }

    async fn draft(&self, audience: &str) -> i64 {
        let made = self
            .ask(Method::POST, "", Some(text(audience)))
            .await
            .ok(201);
        assert_eq!(
            (&made["state"], &made["sent"]),
            (&json!("draft"), &json!(0))
        );
        made["id"].as_i64().unwrap()
    }

    /// Starts a broadcast and sends it to the end; who was shown it.
    async fn deliver(&self, audience: &str) -> (Value, Vec<i64>) {
        let id = self.draft(audience).await;
        self.ask(Method::POST, &format!("/{id}/start"), None)
            .await
            .ok(202);
        for _ in 0..100 {
            self.steps().await;
            self.write(|tx| Ok(send_some(tx, 1_000)?)).await;
            self.app.advance_asleep(Duration::from_secs(1));
        }
        let done = self.ask(Method::GET, &format!("/{id}"), None).await.ok(200);
        (
            done,
            self.write(|tx| Ok(all(tx)?))
                .await
                .into_iter()
                .map(|(chat, _)| chat)
                .collect(),
        )
    }

    async fn step(&self) -> Step {
        let reconciler = self.reconciler.clone();
        self.write(move |tx| reconciler.step(tx)).await
    }

    async fn steps(&self) {
        while self.step().await == Step::More {}
    }
}

fn text(audience: &str) -> Value {
    json!({
        "text": {"ru": "Привет <всем>", "en": "Hello"}, "audience": audience,
        "button": {"text": {"ru": "Открыть", "en": "Open"}, "path": "/shop"},
    })
}

both_engines! { MIGRATIONS =>
    async fn a_crowd_gets_it_in_bounded_steps_and_nobody_twice(t: TestDb) {
        let (people, rounds_least) = match t.engine() {
            Engine::Sqlite => (10_000_i64, 200),
            Engine::Postgres => (1_000, 20),
        };
        let world = World::start(t, people).await;
        let id = world.draft("everyone").await;
        let started = world.ask(Method::POST, &format!("/{id}/start"), None).await.ok(202);
        assert_eq!((&started["state"], &started["people"]), (&json!("sending"), &json!(people)));
        let again = world.ask(Method::POST, &format!("/{id}/start"), None).await;
        assert_eq!(again.ok(202), started);
        let mut rounds = 0_i32;
        loop {
            rounds = rounds.saturating_add(1);
            // A process dies in the middle of its step.
            let dying = world.reconciler.clone();
            let died = world.app.t.db.write("bottest.die", move |tx| {
                dying.step(tx)?;
                Err::<(), _>(Error::internal("killed"))
            });
            died.await.unwrap_err();
            // Two others are at it at once.
            tokio::join!(world.steps(), world.steps());
            let waiting = world.write(|tx| Ok(count_waiting(tx)?.0)).await;
            assert!(waiting <= 50, "{waiting} wait in round {rounds}");
            if waiting == 0 {
                break;
            }
            world.write(|tx| Ok(send_some(tx, 25)?)).await;
            world.app.advance_asleep(Duration::from_secs(1));
        }
        assert!(rounds > rounds_least, "not all at once");
        let shown: Vec<i64> = world.write(|tx| Ok(all(tx)?)).await.into_iter().map(|(c, _)| c).collect();
        let different: BTreeSet<i64> = shown.iter().copied().collect();
        assert_eq!((shown.len(), different.len()), (different.len(), usize::try_from(people).unwrap()));
        let done = world.ask(Method::GET, &format!("/{id}"), None).await.ok(200);
        assert_eq!((&done["state"], &done["sent"], &done["failed"]),
            (&json!("done"), &json!(people), &json!(0)));
    }

    async fn each_audience_gets_what_is_for_it(t: TestDb) {
        let world = World::start(t, 15).await;
        world.write(|tx| {
            let now = tx.now();
            speak(tx, 4, "en")?;
            leave(tx, 6, now)?;
            let person = auth::Person { id: UserId(8), first_name: "X".into(), last_name: None,
                username: None, language: None };
            auth::meet(tx, &Identity { person, auth_date: now })?;
            auth::block(tx, UserId(8), None, "test")?;
            staff::grant(tx, UserId(3), Role::Support, "test")?;
            staff::grant(tx, UserId(3), Role::Finance, "test")?;
            staff::grant(tx, UserId(99), Role::Owner, "test")?;
            Ok(())
        }).await;
        // Two of its markets know the same people; 6 has left, 8 is shut out, 16 never came.
        let (done, buyers) = world.deliver("buyers").await;
        assert_eq!(buyers, [2, 4, 10, 12, 14]);
        assert_eq!((&done["people"], &done["sent"], &done["state"]), (&json!(5), &json!(5), &json!("done")));
        let shown = world.write(|tx| Ok(all(tx)?)).await;
        let content: Value = serde_json::from_str(&shown[0].1).unwrap();
        assert_eq!(content["text"], "Привет &lt;всем&gt;");
        assert_eq!(content["buttons"][0][0], json!({"text": "Открыть", "web_app": {"url": "https://app.test/shop"}}));
        let english: Value = serde_json::from_str(&shown[1].1).unwrap();
        assert_eq!((&english["text"], &english["buttons"][0][0]["text"]), (&json!("Hello"), &json!("Open")));
        let (_, staff) = world.deliver("staff").await;
        assert_eq!(staff[5..], [3], "99 has not started the bot");
        let (done, _) = world.deliver("customers").await;
        assert_eq!((&done["state"], &done["people"]), (&json!("done"), &json!(0)));
    }

    async fn what_is_given_up_goes_to_nobody_else(t: TestDb) {
        let world = World::start(t, 200).await;
        let id = world.draft("everyone").await;
        world.ask(Method::POST, &format!("/{id}/start"), None).await.ok(202);
        world.steps().await;
        world.write(|tx| Ok(send_some(tx, 10)?)).await;
        world.write(|tx| Ok(fail_one(tx)?)).await;
        let canceled = world.ask(Method::POST, &format!("/{id}/cancel"), None).await.ok(200);
        assert_eq!((&canceled["state"], &canceled["sent"], &canceled["failed"]),
            (&json!("canceled"), &json!(10), &json!(40)));
        for _ in 0..5 {
            world.app.advance_asleep(Duration::from_secs(60));
            world.steps().await;
        }
        assert_eq!(world.write(|tx| Ok(count_waiting(tx)?.0)).await, 0);
        assert_eq!(world.write(|tx| Ok(all(tx)?)).await.len(), 50);
        let over = world.ask(Method::GET, &format!("/{id}"), None).await.ok(200);
        assert_eq!((&over["state"], &over["sent"]), (&json!("canceled"), &json!(10)));
        assert!(over["finished_at"].is_string());
        for act in ["cancel", "start"] {
            let path = format!("/{id}/{act}");
            let request = world.app.post(&format!("{PATH}{path}"));
            let request = request.header("x-admin-secret", ADMIN_SECRET).key("other");
            request.send().await.refused(409, "broadcast_state");
        }
        let list = world.ask(Method::GET, "", None).await.ok(200);
        assert_eq!(list["broadcasts"][0], over);
    }

    async fn one_tries_it_on_oneself(t: TestDb) {
        let world = World::start(t, 3).await;
        world.write(|tx| {
            for (user, role) in [(2, Role::Moderator), (3, Role::Support), (50, Role::Owner)] {
                staff::grant(tx, UserId(user), role, "test")?;
            }
            Ok(())
        }).await;
        for user in [2, 3, 50] {
            world.app.forget(UserId(user));
        }
        let id = world.draft("everyone").await;
        let test = format!("{PATH}/{id}/test");
        let by = |who: i64| world.app.post(&test).by(&world.app.person(who)).send();
        by(2).await.ok(204);
        by(3).await.refused(403, "role_required");
        by(50).await.refused(409, "no_chat");
        world.ask(Method::POST, &format!("/{id}/test"), None).await.refused(409, "no_chat");
        let shown = world.write(|tx| Ok(all(tx)?)).await;
        assert_eq!((shown.len(), shown[0].0), (1, 2));
        assert_eq!(world.ask(Method::GET, &format!("/{id}"), None).await.ok(200)["state"], "draft");
        let start = format!("{PATH}/{id}/start");
        let support = world.app.post(&start).by(&world.app.person(3)).key("k").send();
        support.await.refused(403, "role_required");
    }

    async fn what_cannot_be_shown_is_refused(t: TestDb) {
        let world = World::start(t, 1).await;
        for (field, wrong) in [
            ("text.ru", json!({"text": {"ru": " ", "en": "x"}, "audience": "everyone"})),
            ("text.en", json!({"text": {"ru": "x", "en": "x".repeat(3_501)}, "audience": "everyone"})),
            ("button.path", json!({"text": {"ru": "x", "en": "x"}, "audience": "staff",
                "button": {"text": {"ru": "x", "en": "x"}, "path": "//evil.example"}})),
            ("button.text.en", json!({"text": {"ru": "x", "en": "x"}, "audience": "staff",
                "button": {"text": {"ru": "x", "en": "x".repeat(41)}, "path": "/"}})),
        ] {
            let refused = world.ask(Method::POST, "", Some(wrong)).await;
            assert_eq!(refused.refused(422, "validation_error")["fields"][0]["field"], field);
        }
        let nobody = json!({"text": {"ru": "x", "en": "x"}, "audience": "martians"});
        world.ask(Method::POST, "", Some(nobody)).await.refused(422, "validation_error");
        world.ask(Method::GET, "/77", None).await.refused(404, "broadcast_not_found");
        let start = world.app.post(&format!("{PATH}/1/start")).header("x-admin-secret", ADMIN_SECRET);
        assert_eq!(start.send().await.status, 422, "a key is asked for");
    }
}
