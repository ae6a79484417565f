//! The market behind the bot: updates come in as Telegram brings them, and what chats are to show
//! is read as it stands in the queue. Nothing is sent; a message counts as shown when it is looked
//! at.

use crate::app::App;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use torg_platform::config::Secret;
use torg_platform::db::{Migrations, Tx};
use torg_platform::jobs::{Reconciler, Worker};
use torg_platform::payments::Payees;
use torg_platform::{Timestamp, UserId};
use torg_telegram::content::{Button, Content};
use torg_telegram::intake;
use torg_telegram::links::Links;
use torg_testkit::TestDb;

pub(crate) const MIGRATIONS: &[Migrations] = &[
    torg_platform::MIGRATIONS,
    torg_telegram::MIGRATIONS,
    torg_services::MIGRATIONS,
];

const BOT: i64 = 4242;

torg_platform::row! {
    #[derive(Debug, Clone)]
    struct Row {
        key: String, chat_id: i64, content: String, shown: i64, expires_at: Option<Timestamp>,
    }
}

torg_platform::sql! {
    fn all() -> Vec<Row> =
        "SELECT key, chat_id, content, shown, expires_at FROM telegram_messages ORDER BY id";
    fn place_of(key: &str) -> Option<i64> = "SELECT id FROM telegram_messages WHERE key = $1";
    /// What the sender does.
    fn show(key: &str) -> () =
        "UPDATE telegram_messages SET shown = version, message_id = id, state = 'shown'
         WHERE key = $1";
    fn repeat_events(topic: &str) -> u64 =
        "INSERT INTO platform_outbox (topic, aggregate, payload, created_at)
         SELECT topic, aggregate, payload, created_at FROM platform_stream WHERE topic = $1";
    fn start(user: UserId, now: Timestamp) -> () =
        "INSERT INTO telegram_people (user_id, started_at) VALUES ($1, $2)";
    fn calls() -> Vec<String> = "SELECT params FROM telegram_calls ORDER BY id";
}

/// A message as its chat shows it, or will.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) key: String,
    pub(crate) user: i64,
    pub(crate) text: String,
    pub(crate) content: Content,
    /// Whether the chat has shown it, in any version.
    pub(crate) was_sent: bool,
    /// Not sent after that.
    pub(crate) expires_at: Option<Timestamp>,
}

impl Shown {
    /// The data of its buttons, without the market's name; addresses as they are.
    pub(crate) fn buttons(&self) -> Vec<String> {
        use torg_telegram::api::Action;
        let data = |button: &Button| match &button.action {
            Action::CallbackData(data) => data.trim_start_matches("services:").to_owned(),
            Action::Url(url) => url.clone(),
            Action::WebApp(app) => app.url.clone(),
            Action::CopyText(copied) => format!("copy {}", copied.text),
            Action::Pay(_) => "pay".to_owned(),
        };
        self.content.buttons.iter().flatten().map(data).collect()
    }

    pub(crate) fn has(&self, button: &str) -> bool {
        self.buttons().iter().any(|data| data == button)
    }
}

pub(crate) struct Chat {
    pub(crate) app: App,
    pub(crate) worker: Worker,
    events: Worker,
    reconcilers: Vec<Arc<dyn Reconciler>>,
    updates: AtomicI64,
}

impl Chat {
    pub(crate) async fn start(t: TestDb) -> Self {
        Self::around(App::start(t).await)
    }

    pub(crate) fn around(app: App) -> Self {
        let links = links();
        let services = &app.services;
        let module = torg_services::module(services.clone(), &links);
        let bot = torg_telegram::bot::Bot::new(
            &services.ctx,
            links.clone(),
            vec![torg_services::bot(services, &links)],
            Payees::new(module.payees.clone()),
            Secret::new(String::new()),
        )
        .unwrap();
        let mut sinks = module.sinks.clone();
        sinks.push(Arc::new(bot));
        let ctx = &services.ctx;
        let events = Worker::new(
            ctx.db.clone(),
            ctx.live.clone(),
            ctx.rng.clone(),
            sinks.into(),
            ctx.metrics.clone(),
        );
        let worker = events.clone().reconcilers(module.reconcilers.clone());
        Self {
            app,
            worker,
            events,
            reconcilers: module.reconcilers,
            updates: AtomicI64::new(1),
        }
    }

    /// Everything that follows from what has happened.
    pub(crate) async fn settle(&self) {
        self.worker.run_due().await.unwrap();
    }

    pub(crate) async fn minutes(&self, minutes: u64) {
        self.app.minutes(minutes);
        self.settle().await;
    }

    /// These people have opened the chat; they read Russian.
    pub(crate) async fn meet(&self, people: impl IntoIterator<Item = i64>) {
        for user in people {
            self.say(user, "/start").await;
        }
    }

    /// Every event of this topic happens once more.
    pub(crate) async fn repeat(&self, topic: &str) {
        let topic = topic.to_owned();
        let again =
            move |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(repeat_events(tx, &topic)?);
        assert!(self.app.t.db.write("again", again).await.unwrap() >= 1);
        self.settle().await;
    }

    /// The same for many at once.
    pub(crate) async fn meet_crowd(&self, people: std::ops::Range<i64>) {
        let work = move |tx: &mut Tx<'_>| {
            let now = tx.now();
            for user in people.clone() {
                start(tx, UserId(user), now)?;
            }
            Ok::<_, torg_platform::Error>(())
        };
        self.app.t.db.write("meet", work).await.unwrap();
    }

    /// What follows from events alone, no reconciler.
    pub(crate) async fn settle_events(&self) {
        self.events.run_due().await.unwrap();
    }

    /// The message `key` is sent.
    pub(crate) async fn show(&self, key: &str) {
        self.showing(key).await;
    }

    /// One step of the reconciler of this name.
    pub(crate) async fn step(&self, name: &str) -> torg_platform::jobs::Step {
        let found = self.reconcilers.iter().find(|job| job.name() == name);
        let job = found.expect("there is such a job").clone();
        let step = move |tx: &mut Tx<'_>| job.step(tx);
        self.app.t.db.write("step", step).await.unwrap()
    }

    fn next(&self) -> i64 {
        self.updates.fetch_add(1, Ordering::SeqCst)
    }

    /// Those from 500 to 599 read English.
    fn from(user: i64) -> Value {
        let language = match user {
            500..600 => "en",
            _ => "ru",
        };
        json!({"id": user, "is_bot": false, "first_name": format!("Человек{user}"),
            "username": format!("account_{user}"), "language_code": language})
    }

    pub(crate) async fn receive(&self, update: &Value) {
        let (id, raw) = (update["update_id"].as_i64().unwrap(), update.to_string());
        let receive = move |tx: &mut Tx<'_>| intake::receive(tx, BOT, id, &raw);
        self.app.t.db.write("receive", receive).await.unwrap();
        self.settle().await;
    }

    fn message(&self, user: i64, text: &str, reply_to: Option<i64>) -> Value {
        let n = self.next();
        let date = self.app.t.clock.now().seconds();
        let chat = json!({"id": user, "type": "private"});
        let mut message = json!({"message_id": 1_000_000 + n, "from": Self::from(user),
            "chat": chat, "date": date, "text": text});
        if let Some(place) = reply_to {
            message["reply_to_message"] =
                json!({"message_id": place, "chat": {"id": user, "type": "private"}, "date": date});
        }
        json!({"update_id": n, "message": message})
    }

    /// A press on a button of the newest message of `user`.
    pub(crate) async fn press_last(&self, user: i64, data: &str) -> String {
        let key = self.last(user).await.key;
        self.press(user, &key, data).await
    }

    pub(crate) async fn say(&self, user: i64, text: &str) {
        let update = self.message(user, text, None);
        self.receive(&update).await;
    }

    /// Answers the message `key`.
    pub(crate) async fn reply(&self, user: i64, key: &str, text: &str) {
        let place = self.showing(key).await;
        let update = self.message(user, text, Some(place));
        self.receive(&update).await;
    }

    async fn showing(&self, key: &str) -> i64 {
        let key = key.to_owned();
        let place = move |tx: &mut Tx<'_>| {
            let place = place_of(tx, &key)?;
            show(tx, &key)?;
            Ok::<_, torg_platform::Error>(place)
        };
        let place = self.app.t.db.write("show", place).await.unwrap();
        place.expect("there is such a message")
    }

    /// A press on a button of the message `key`, as an update.
    pub(crate) async fn pressing(&self, user: i64, key: &str, data: &str) -> Value {
        let place = self.showing(key).await;
        let n = self.next();
        json!({"update_id": n, "callback_query": {"id": format!("q{n}"), "from": Self::from(user),
            "chat_instance": "1", "data": format!("services:{data}"),
            "message": {"message_id": place, "date": 1, "chat": {"id": user, "type": "private"}}}})
    }

    /// Presses a button that the message `key` has; returns what is said over the button.
    pub(crate) async fn press(&self, user: i64, key: &str, data: &str) -> String {
        let message = self.find(key).await.expect("there is such a message");
        assert!(
            message.has(data),
            "{data} is none of {:?}",
            message.buttons()
        );
        self.press_old(user, key, data).await
    }

    /// The same for a button that may be gone.
    pub(crate) async fn press_old(&self, user: i64, key: &str, data: &str) -> String {
        let update = self.pressing(user, key, data).await;
        self.receive(&update).await;
        let id = update["callback_query"]["id"].as_str().unwrap().to_owned();
        self.said_over(&id).await
    }

    pub(crate) async fn said_over(&self, query: &str) -> String {
        let read = |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(calls(tx)?);
        let calls = self.app.t.db.read("calls", read).await.unwrap();
        let answers = calls
            .iter()
            .map(|params| serde_json::from_str::<Value>(params).unwrap());
        let mut mine = answers.filter(|call| call["callback_query_id"] == query);
        let answer = mine.next().expect("every press is answered");
        answer["text"].as_str().unwrap_or_default().to_owned()
    }

    /// Everything that chats are to show, oldest first.
    pub(crate) async fn shown(&self) -> Vec<Shown> {
        let read = |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(all(tx)?);
        let rows = self.app.t.db.read("shown", read).await.unwrap();
        rows.into_iter()
            .map(|row| {
                let content: Content = serde_json::from_str(&row.content).unwrap();
                Shown {
                    key: row.key,
                    user: row.chat_id,
                    text: content.text.clone(),
                    content,
                    was_sent: row.shown > 0,
                    expires_at: row.expires_at,
                }
            })
            .collect()
    }

    pub(crate) async fn of(&self, user: i64) -> Vec<Shown> {
        let mut shown = self.shown().await;
        shown.retain(|message| message.user == user);
        shown
    }

    /// Whether any message of `user` says so.
    pub(crate) async fn was_told(&self, user: i64, part: &str) -> bool {
        let of = self.of(user).await;
        of.iter().any(|message| message.text.contains(part))
    }

    /// The newest message of `user`.
    pub(crate) async fn last(&self, user: i64) -> Shown {
        self.of(user).await.pop().expect("somebody wrote to them")
    }

    pub(crate) async fn find(&self, key: &str) -> Option<Shown> {
        self.shown()
            .await
            .into_iter()
            .find(|message| message.key == key)
    }

    pub(crate) async fn get(&self, key: &str) -> Shown {
        let found = self.find(key).await;
        found.unwrap_or_else(|| panic!("no message {key}"))
    }

    /// How many messages have such a key.
    pub(crate) async fn count(&self, part: &str) -> usize {
        let shown = self.shown().await;
        shown
            .iter()
            .filter(|message| message.key.contains(part))
            .count()
    }
}

pub(crate) fn links() -> Links {
    Links::new("torg_test_bot", Some("https://app.test"))
}
