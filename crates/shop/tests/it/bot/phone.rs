//! People with a phone: what they write and press comes in as Telegram sends it, and what they see
//! is what waits to be sent to them.

use crate::app::{Shop, number};
use serde_json::{Value, json};
use torg_platform::db::Tx;
use torg_platform::{Error, UserId};
use torg_telegram::intake;

/// The bot of the tests.
const BOT: i64 = 7_000_000_001;

torg_platform::sql! {
    fn select_messages(chat: i64) -> Vec<(i64, String, String)> =
        "SELECT id, key, content FROM telegram_messages WHERE chat_id = $1 ORDER BY id";
    /// What the sender does, in a moment.
    fn send_all() -> u64 =
        "UPDATE telegram_messages SET message_id = id, shown = version, state = 'shown'
         WHERE state = 'waiting'";
    fn find_answer(key: &str) -> Option<String> =
        "SELECT params FROM telegram_calls WHERE key = $1";
    fn select_everything() -> Vec<(i64, String)> =
        "SELECT chat_id, content FROM telegram_messages";
    /// As if the process had died before it wrote down that it has handled them.
    fn unhandle(raw: &str, update: i64) -> u64 =
        "UPDATE telegram_updates SET raw = $1, handled_at = NULL WHERE update_id = $2";
}

/// A message in a chat.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) id: i64,
    pub(crate) key: String,
    pub(crate) text: String,
    pub(crate) silent: bool,
    pub(crate) buttons: Vec<Value>,
}

impl Seen {
    fn new((id, key, content): (i64, String, String)) -> Self {
        let content: Value = serde_json::from_str(&content).unwrap();
        let rows = content["buttons"].as_array().cloned().unwrap_or_default();
        let buttons = rows.iter().flat_map(|row| row.as_array().unwrap().clone());
        Self {
            id,
            key,
            text: content["text"].as_str().unwrap().replace('\u{a0}', " "),
            silent: content["silent"] == json!(true),
            buttons: buttons.collect(),
        }
    }

    /// What is written on its buttons.
    pub(crate) fn labels(&self) -> Vec<String> {
        let label = |button: &Value| button["text"].as_str().unwrap().replace('\u{a0}', " ");
        self.buttons.iter().map(label).collect()
    }

    /// What the button that says so sends.
    #[track_caller]
    pub(crate) fn data(&self, label: &str) -> String {
        let at = self.labels().iter().position(|text| text.contains(label));
        let at = at.ok_or_else(|| format!("no {label:?} in {:?}", self.labels()));
        let data = self.buttons[at.unwrap()]["callback_data"].as_str();
        data.unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        assert!(self.text.contains(text), "no {text:?} in {:?}", self.text);
    }
}

impl Shop {
    /// Somebody as Telegram describes them; they speak Russian.
    fn from(who: i64) -> Value {
        json!({"id": who, "is_bot": false, "first_name": format!("Person {who}"), "language_code": "ru"})
    }

    /// Writes to the bot.
    pub(crate) async fn write(&self, who: i64, text: &str) {
        let message = json!({
            "message_id": number() + 1_000_000, "date": self.app.now().seconds(), "text": text,
            "from": Self::from(who), "chat": {"id": who, "type": "private"},
        });
        self.come(json!({"message": message})).await;
    }

    /// Presses a button that sends `data`, under message `at`; returns what is said over the chat.
    pub(crate) async fn press_data(&self, who: i64, at: i64, data: &str) -> String {
        let query = format!("q{}", number());
        self.come(self.query(who, at, data, &query)).await;
        self.answer(&query).await
    }

    fn query(&self, who: i64, at: i64, data: &str, query: &str) -> Value {
        let message = json!({
            "message_id": at, "date": self.app.now().seconds(), "text": "…",
            "chat": {"id": who, "type": "private"},
        });
        json!({"callback_query": {
            "id": query, "from": Self::from(who), "message": message, "chat_instance": "1",
            "data": data,
        }})
    }

    async fn answer(&self, query: &str) -> String {
        let key = format!("telegram.answer/{query}");
        let read = move |tx: &mut Tx<'_>| Ok::<_, Error>(find_answer(tx, &key)?);
        let params = self.app.t.db.read("answer", read).await.unwrap();
        let params: Value = serde_json::from_str(&params.unwrap()).unwrap();
        params["text"].as_str().unwrap_or_default().to_owned()
    }

    /// Presses the button that says `label` under the newest message that has one.
    pub(crate) async fn press(&self, who: i64, label: &str) -> String {
        let all = self.chat(who).await;
        let has = |seen: &&Seen| seen.labels().iter().any(|text| text.contains(label));
        let labels: Vec<_> = all.iter().map(Seen::labels).collect();
        let seen = all.iter().rev().find(has);
        let seen = seen.ok_or_else(|| format!("{who} has no {label:?}: {labels:#?}"));
        let seen = seen.unwrap();
        self.press_data(who, seen.id, &seen.data(label)).await
    }

    /// The same press twice, as two updates that are in the inbox together.
    pub(crate) async fn press_twice(&self, who: i64, label: &str) {
        let seen = self.last(who).await;
        for _ in 0..2 {
            let query = format!("q{}", number());
            let update = self.query(who, seen.id, &seen.data(label), &query);
            self.receive(number(), update).await;
        }
        self.settle_chats().await;
    }

    /// So many presses of one button at once, each handled by whoever is free: the queue of the chat
    /// is gone around.
    pub(crate) async fn press_at_once(&self, who: i64, label: &str, times: usize) {
        let seen = self.last(who).await;
        for _ in 0..times {
            let (n, query) = (number(), format!("q{}", number()));
            let update = self.query(who, seen.id, &seen.data(label), &query);
            self.receive(n, update).await;
            self.tell(n, &format!("telegram_chat/{n}")).await;
        }
        futures_util::future::join_all((0..4).map(|_| self.app.settle())).await;
        self.settle_chats().await;
    }

    /// That update `n` is in the inbox, once more and in a queue of its own.
    async fn tell(&self, n: i64, queue: &str) {
        let queue = queue.to_owned();
        let tell = move |tx: &mut Tx<'_>| {
            let event = torg_platform::outbox::Event {
                topic: "telegram.update_received",
                aggregate: &queue,
                payload: &json!({"bot_id": BOT, "update_id": n}).to_string(),
            };
            Ok::<_, Error>(torg_platform::outbox::publish(tx, &event)?)
        };
        self.app.t.db.write("tell", tell).await.unwrap();
    }

    /// Presses, and the same update comes again: while it waits, after it was handled, and after a
    /// crash before that was written down.
    pub(crate) async fn press_again_and_again(&self, who: i64, label: &str) {
        let seen = self.last(who).await;
        let (n, query) = (number(), format!("q{}", number()));
        let update = self.query(who, seen.id, &seen.data(label), &query);
        assert!(self.receive(n, update.clone()).await);
        assert!(!self.receive(n, update.clone()).await);
        self.settle_chats().await;
        assert!(!self.receive(n, update.clone()).await);
        self.settle_chats().await;
        let mut raw = update;
        raw["update_id"] = json!(n);
        let undo = move |tx: &mut Tx<'_>| {
            assert_eq!(unhandle(tx, &raw.to_string(), n)?, 1);
            Ok::<_, Error>(())
        };
        self.app.t.db.write("unhandle", undo).await.unwrap();
        self.tell(n, "telegram_chat/again").await;
        self.settle_chats().await;
    }

    async fn come(&self, update: Value) {
        assert!(self.receive(number(), update).await);
        self.settle_chats().await;
    }

    async fn receive(&self, n: i64, mut update: Value) -> bool {
        update["update_id"] = json!(n);
        let raw = update.to_string();
        let receive = move |tx: &mut Tx<'_>| intake::receive(tx, BOT, n, &raw);
        self.app.t.db.write("receive", receive).await.unwrap()
    }

    /// Everything is handled and sent, and what follows from it.
    pub(crate) async fn settle_chats(&self) {
        self.app.settle().await;
        let send = |tx: &mut Tx<'_>| Ok::<_, Error>(send_all(tx)?);
        self.app.t.db.write("send", send).await.unwrap();
    }

    /// What somebody's chat shows.
    pub(crate) async fn chat(&self, who: i64) -> Vec<Seen> {
        let read = move |tx: &mut Tx<'_>| Ok::<_, Error>(select_messages(tx, who)?);
        let rows = self.app.t.db.read("messages", read).await.unwrap();
        rows.into_iter().map(Seen::new).collect()
    }

    /// The newest message.
    pub(crate) async fn last(&self, who: i64) -> Seen {
        self.chat(who).await.pop().unwrap()
    }

    /// The message about somebody's newest order.
    pub(crate) async fn order_of(&self, who: i64) -> Seen {
        let all = self.chat(who).await;
        let mut orders = all.into_iter().filter(|s| s.key.starts_with("shop.order/"));
        orders.next_back().unwrap()
    }

    /// The name of that order.
    pub(crate) async fn order_id(&self, who: i64) -> String {
        let seen = self.order_of(who).await;
        seen.key.trim_start_matches("shop.order/").to_owned()
    }

    /// Everything that any chat shows.
    pub(crate) async fn everything(&self) -> Vec<(i64, String)> {
        let read = |tx: &mut Tx<'_>| Ok::<_, Error>(select_everything(tx)?);
        self.app.t.db.read("everything", read).await.unwrap()
    }

    /// Gives somebody a role.
    pub(crate) async fn hire(&self, who: i64, role: torg_platform::auth::Role) {
        let grant =
            move |tx: &mut Tx<'_>| torg_platform::auth::staff::grant(tx, UserId(who), role, "test");
        assert!(self.app.t.db.write("hire", grant).await.unwrap());
    }

    /// A product as the operator makes it; returns its id.
    pub(crate) async fn made(&self, body: Value) -> String {
        let request = self.app.post("/admin/products");
        let request = request.header("x-admin-secret", torg_testkit::ADMIN_SECRET);
        let made = request.json(body).send().await.ok(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// Something that the operator does with a product.
    pub(crate) async fn edit(&self, id: &str, body: Value) {
        let request = self
            .app
            .request(http::Method::PATCH, &format!("/admin/products/{id}"));
        let request = request.header("x-admin-secret", torg_testkit::ADMIN_SECRET);
        request.json(body).send().await.ok(200);
    }

    /// How many orders somebody has.
    pub(crate) async fn count_orders(&self, who: i64) -> usize {
        let list = self.request(who, http::Method::GET, "/orders?limit=100");
        list.send().await.ok(200).as_array().unwrap().len()
    }
}
