//! The local Telegram, by HTTP through its routers, as clients and phones meet it.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod bodies;
mod channels;
mod edits;
mod faults;
mod groups;
mod phones;
mod restart;
mod stars;
mod talk;
mod texts;
mod updates;
mod webhooks;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::rng::Rng;
use torg_platform::{Clock, Timestamp};
use torg_sandbox::telegram::{LocalTelegram, NewBot, Options};
use tower::ServiceExt as _;

pub(crate) const TOKEN: &str = "100:secret";
pub(crate) const BOT: i64 = 100;
pub(crate) const ANNA: i64 = 1001;
pub(crate) const BORIS: i64 = 2001;
pub(crate) const OWNER: i64 = 5001;
pub(crate) const NOW: i64 = 1_800_000_000;

/// A local Telegram with one bot, and a clock in the hand.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) telegram: LocalTelegram,
    pub(crate) bots: Router,
    pub(crate) phones: Router,
}

pub(crate) fn options(clock: &Clock) -> Options {
    Options::new(clock.clone(), Rng::from_seed(7)).with_bot(bot())
}

pub(crate) fn bot() -> NewBot {
    NewBot {
        web_app: Some("https://torg.example/app/".to_owned()),
        ..NewBot::new(TOKEN, "torg_bot", "Torg")
    }
}

pub(crate) fn world() -> World {
    let clock = Clock::manual(Timestamp::from_seconds(NOW));
    let telegram = LocalTelegram::open(options(&clock)).unwrap();
    World::of(clock, telegram)
}

impl World {
    pub(crate) fn of(clock: Clock, telegram: LocalTelegram) -> Self {
        Self {
            bots: telegram.router(),
            phones: telegram.phone_router(),
            clock,
            telegram,
        }
    }

    pub(crate) fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds)).unwrap();
    }

    /// The whole answer of a method.
    pub(crate) async fn answer(&self, method: &str, params: Value) -> (StatusCode, Value) {
        let path = format!("/bot{TOKEN}/{method}");
        post(&self.bots, &path, &params).await
    }

    /// The result of a method that works.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        let (status, body) = self.answer(method, params).await;
        assert_eq!(status, 200, "{method}: {body}");
        assert_eq!(body["ok"], true, "{method}: {body}");
        body["result"].clone()
    }

    /// Status and text of a method that is refused.
    pub(crate) async fn refused(&self, method: &str, params: Value) -> String {
        let (status, body) = self.answer(method, params).await;
        assert_eq!(body["ok"], false, "{method}: {body}");
        assert_eq!(body["error_code"], status.as_u16(), "{method}: {body}");
        let text = body["description"].as_str().unwrap();
        format!("{} {text}", status.as_u16())
    }

    /// The next updates, which are confirmed.
    pub(crate) async fn updates(&self) -> Vec<Value> {
        let updates = self.call("getUpdates", json!({})).await;
        let updates = updates.as_array().unwrap().clone();
        if let Some(last) = updates.last() {
            let next = last["update_id"].as_i64().unwrap() + 1;
            self.call("getUpdates", json!({ "offset": next, "limit": 1 }))
                .await;
        }
        updates
    }

    /// The answer to what a person does.
    pub(crate) async fn try_act(&self, person: i64, act: Value) -> (StatusCode, Value) {
        let mut act = act;
        act["as"] = json!(person);
        post(&self.phones, "/_sandbox/telegram/act", &act).await
    }

    /// What a person does, and it works.
    pub(crate) async fn act(&self, person: i64, act: Value) -> Value {
        let (status, body) = self.try_act(person, act.clone()).await;
        assert_eq!(status, 200, "{act}: {body}");
        body
    }

    /// A person starts the bot.
    pub(crate) async fn start(&self, person: i64) {
        self.act(person, json!({ "type": "start", "bot": BOT }))
            .await;
    }

    pub(crate) async fn state(&self, person: i64) -> Value {
        let path = format!("/_sandbox/telegram/state?as={person}");
        let (status, body) = get(&self.phones, &path).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// A chat as a phone shows it.
    pub(crate) async fn chat(&self, person: i64, id: i64) -> Value {
        let state = self.state(person).await;
        let chats = state["chats"].as_array().unwrap();
        let found = chats.iter().find(|chat| chat["id"] == id);
        found
            .unwrap_or_else(|| panic!("no chat {id} in {state}"))
            .clone()
    }

    /// The bot sends a text; the message's id.
    pub(crate) async fn say(&self, chat: i64, text: &str) -> i64 {
        let sent = self
            .call("sendMessage", json!({ "chat_id": chat, "text": text }))
            .await;
        sent["message_id"].as_i64().unwrap()
    }
}

pub(crate) async fn request(router: &Router, request: Request<Body>) -> (StatusCode, String) {
    // What waits for something that never comes shall fail and not hang.
    let answer = tokio::time::timeout(Duration::from_secs(20), router.clone().oneshot(request));
    let (head, body) = answer.await.unwrap().unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status, String::from_utf8(body.to_vec()).unwrap())
}

pub(crate) async fn get(router: &Router, path: &str) -> (StatusCode, Value) {
    let get = Request::get(path).body(Body::empty()).unwrap();
    let (status, text) = request(router, get).await;
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

pub(crate) async fn post(router: &Router, path: &str, body: &Value) -> (StatusCode, Value) {
    let post = Request::post(path)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let (status, text) = request(router, post).await;
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}
