//! Webhooks with a receiver that answers as it is told, and back-off by a clock in the hand.

use super::{ANNA, BORIS, BOT, World, options, world};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use torg_sandbox::telegram::start;

type Answers = Arc<Mutex<VecDeque<Response>>>;

/// Takes updates, and answers 200 unless something else was put there.
#[derive(Clone)]
struct Receiver {
    answers: Answers,
    got: mpsc::UnboundedSender<(HeaderMap, Value)>,
}

struct Hook {
    world: World,
    answers: Answers,
    got: mpsc::UnboundedReceiver<(HeaderMap, Value)>,
    stop: CancellationToken,
}

fn receiver() -> (Router, Answers, mpsc::UnboundedReceiver<(HeaderMap, Value)>) {
    let (got, receive) = mpsc::unbounded_channel();
    let answers = Answers::default();
    let state = Receiver {
        answers: Arc::clone(&answers),
        got,
    };
    let hook = async |State(receiver): State<Receiver>, headers: HeaderMap, body: String| {
        let update = serde_json::from_str(&body).unwrap();
        let answer = receiver.answers.lock().pop_front();
        let _gone = receiver.got.send((headers, update));
        answer.unwrap_or_else(|| StatusCode::OK.into_response())
    };
    (
        Router::new().fallback(hook).with_state(state),
        answers,
        receive,
    )
}

async fn hook() -> Hook {
    let world = world();
    let (router, answers, got) = receiver();
    let stop = CancellationToken::new();
    tokio::spawn(world.telegram.clone().run(Arc::new(router), stop.clone()));
    let url = json!({ "url": "http://bot/hook", "secret_token": "se-cret_1" });
    world.call("setWebhook", url).await;
    Hook {
        world,
        answers,
        got,
        stop,
    }
}

impl Hook {
    async fn next(&mut self) -> Value {
        let next = tokio::time::timeout(Duration::from_secs(10), self.got.recv());
        next.await.unwrap().unwrap().1
    }

    /// Lets everything that can run do so.
    async fn settle(&self) {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    async fn nothing(&mut self) {
        self.settle().await;
        assert!(self.got.try_recv().is_err(), "an update came too early");
    }

    fn answer(&self, answer: impl axum::response::IntoResponse) {
        self.answers.lock().push_back(answer.into_response());
    }

    async fn send(&self, person: i64, text: &str) {
        self.world.telegram.send(person, BOT, text).await.unwrap();
    }
}

#[tokio::test]
async fn an_update_comes_with_the_secret_and_an_answer_is_obeyed() {
    let mut hook = hook().await;
    let call = json!({ "method": "sendMessage", "chat_id": ANNA, "text": "в ответ" });
    hook.answer((StatusCode::CREATED, axum::Json(call)));
    hook.send(ANNA, "x").await;
    let (headers, update) = hook.got.recv().await.unwrap();
    assert_eq!(headers["x-telegram-bot-api-secret-token"], "se-cret_1");
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(update["message"]["text"], "x");
    assert!(update["update_id"].is_i64());
    hook.settle().await;
    let chat = hook.world.chat(ANNA, BOT).await;
    assert_eq!(chat["messages"][1]["text"], "в ответ");
    let info = hook.world.call("getWebhookInfo", json!({})).await;
    assert_eq!(info["pending_update_count"], 0);
    assert_eq!(info["url"], "http://bot/hook");
    assert!(info.get("last_error_message").is_none());
    hook.stop.cancel();
}

#[tokio::test]
async fn a_call_in_an_answer_may_be_a_form() {
    let mut hook = hook().await;
    let parts = format!(
        "--b\r\nContent-Disposition: form-data; name=\"method\"\r\n\r\nsendMessage\r\n\
         --b\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n{ANNA}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nчасти\r\n--b--\r\n"
    );
    let kind = |kind: &'static str| [("content-type", HeaderValue::from_static(kind))];
    hook.answer((kind("multipart/form-data; boundary=b"), parts));
    let pairs = format!("method=sendMessage&chat_id={ANNA}&text=pairs");
    hook.answer((kind("application/x-www-form-urlencoded"), pairs));
    hook.answer(axum::Json(json!({ "method": "deleteWebhook" })));
    for text in ["a", "b", "c"] {
        hook.send(ANNA, text).await;
        hook.next().await;
        hook.settle().await;
    }
    let chat = hook.world.chat(ANNA, BOT).await;
    let texts: Vec<_> = chat["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["text"])
        .collect();
    assert_eq!(texts, ["a", "части", "b", "pairs", "c"]);
    let info = hook.world.call("getWebhookInfo", json!({})).await;
    assert_eq!(
        info["url"], "http://bot/hook",
        "this method is not obeyed in an answer"
    );
    hook.stop.cancel();
}

#[tokio::test]
async fn a_failed_update_holds_back_its_chat_and_no_other() {
    let mut hook = hook().await;
    for _ in 0..4 {
        hook.answer(StatusCode::INTERNAL_SERVER_ERROR);
    }
    hook.send(ANNA, "a").await;
    assert_eq!(hook.next().await["message"]["text"], "a");
    assert_eq!(hook.next().await["message"]["text"], "a", "again at once");
    hook.send(ANNA, "b").await;
    hook.nothing().await;
    let info = hook.world.call("getWebhookInfo", json!({})).await;
    assert_eq!(info["pending_update_count"], 2);
    assert_eq!(
        info["last_error_message"],
        "Wrong response from the webhook: 500 Internal Server Error"
    );
    assert_eq!(info["last_error_date"], super::NOW);
    // After 2 and 4 seconds; the fifth try is 8 seconds later.
    hook.world.later(1);
    hook.nothing().await;
    hook.world.later(1);
    assert_eq!(hook.next().await["message"]["text"], "a");
    hook.world.later(3);
    hook.nothing().await;
    hook.world.later(1);
    assert_eq!(hook.next().await["message"]["text"], "a");
    hook.send(BORIS, "c").await;
    assert_eq!(
        hook.next().await["message"]["text"],
        "c",
        "another chat goes on"
    );
    hook.world.later(8);
    assert_eq!(hook.next().await["message"]["text"], "a");
    assert_eq!(hook.next().await["message"]["text"], "b");
    hook.stop.cancel();
}

#[tokio::test]
async fn a_wish_to_wait_is_obeyed() {
    let mut hook = hook().await;
    let later = [("retry-after", HeaderValue::from_static("30"))];
    hook.answer((StatusCode::SERVICE_UNAVAILABLE, later));
    hook.send(ANNA, "a").await;
    hook.next().await;
    hook.settle().await;
    hook.world.later(29);
    hook.nothing().await;
    hook.world.later(1);
    assert_eq!(hook.next().await["message"]["text"], "a");
    hook.stop.cancel();
}

#[tokio::test]
async fn the_slowest_tries_are_one_to_two_minutes_apart() {
    let mut hook = hook().await;
    for _ in 0..12 {
        hook.answer(StatusCode::BAD_GATEWAY);
    }
    hook.send(ANNA, "a").await;
    let mut seconds = Vec::new();
    hook.next().await;
    for _ in 0..11 {
        hook.settle().await;
        let mut waited = 0;
        while hook.got.try_recv().is_err() {
            waited += 1;
            hook.world.later(1);
            hook.settle().await;
        }
        seconds.push(waited);
    }
    assert_eq!(seconds[..6], [0, 2, 4, 8, 16, 32]);
    assert!(
        seconds[6..].iter().all(|s| (60..=120).contains(s)),
        "{seconds:?}"
    );
    hook.stop.cancel();
}

/// Answers when it is let.
#[tokio::test]
async fn so_many_chats_side_by_side_as_the_bot_wants() {
    let world = world();
    let (got, mut receive) = mpsc::unbounded_channel();
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let inside = Arc::clone(&gate);
    let slow = async move |body: String| {
        let _gone = got.send(serde_json::from_str::<Value>(&body).unwrap());
        inside.acquire().await.unwrap().forget();
    };
    let router = Router::new().fallback(slow);
    let stop = CancellationToken::new();
    tokio::spawn(world.telegram.clone().run(Arc::new(router), stop.clone()));
    let url = json!({ "url": "http://bot/", "max_connections": 2 });
    world.call("setWebhook", url).await;
    for person in [ANNA, ANNA, BORIS, 2002] {
        world.telegram.send(person, BOT, "x").await.unwrap();
    }
    let mut first = Vec::new();
    for _ in 0..2 {
        first.push(receive.recv().await.unwrap()["message"]["chat"]["id"].clone());
    }
    assert_eq!(first, [ANNA, BORIS], "one of each chat");
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert!(receive.try_recv().is_err(), "a third one is away");
    gate.add_permits(4);
    let mut rest = Vec::new();
    for _ in 0..2 {
        rest.push(
            receive.recv().await.unwrap()["message"]["chat"]["id"]
                .as_i64()
                .unwrap(),
        );
    }
    rest.sort_unstable();
    assert_eq!(rest, [ANNA, 2002]);
    stop.cancel();
}

#[tokio::test]
async fn an_update_may_come_twice_or_later() {
    use torg_sandbox::telegram::{Effect, Fault};
    let mut hook = hook().await;
    hook.world.telegram.set_faults(vec![
        Fault::new(Effect::Duplicate).times(1),
        Fault::new(Effect::Late { seconds: 9 }).times(1),
    ]);
    hook.send(ANNA, "a").await;
    hook.send(ANNA, "b").await;
    let (b, twice) = (hook.next().await, hook.next().await);
    assert_eq!(b, twice);
    assert_eq!(b["message"]["text"], "b");
    hook.nothing().await;
    hook.world.later(9);
    assert_eq!(hook.next().await["message"]["text"], "a");
    hook.stop.cancel();
}

/// The same over the network, and a receiver that is not there at first.
#[tokio::test]
async fn over_http() {
    let clock = torg_platform::Clock::manual(torg_platform::Timestamp::from_seconds(super::NOW));
    let stop = CancellationToken::new();
    let running = start(options(&clock), stop.clone()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let world = World::of(clock, running.telegram);
    world
        .call(
            "setWebhook",
            json!({ "url": format!("http://{address}/hook") }),
        )
        .await;
    world.telegram.send(ANNA, BOT, "x").await.unwrap();
    let text = loop {
        let info = world.call("getWebhookInfo", json!({})).await;
        if let Some(text) = info.get("last_error_message") {
            break text.clone();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(text, "Connection refused");
    let (router, _answers, mut got) = receiver();
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let served = tokio::spawn(async move { axum::serve(listener, router).await });
    let update = loop {
        world.later(1);
        let next = tokio::time::timeout(Duration::from_millis(20), got.recv()).await;
        if let Ok(Some((_, update))) = next {
            break update;
        }
    };
    assert_eq!(update["message"]["text"], "x");
    served.abort();
    stop.cancel();
    running.done.await.unwrap();
}

#[tokio::test]
async fn a_webhook_is_checked() {
    let world = world();
    let bad = [
        (json!({ "url": "ftp://x" }), "invalid webhook URL specified"),
        (
            json!({ "url": "https://" }),
            "invalid webhook URL specified",
        ),
        (
            json!({ "url": "https://x", "secret_token": "a b" }),
            "secret token contains unallowed characters",
        ),
        (
            json!({ "url": "https://x", "secret_token": "a".repeat(257) }),
            "secret token is too long",
        ),
    ];
    for (hook, refusal) in bad {
        let refused = world.refused("setWebhook", hook).await;
        assert_eq!(refused, format!("400 Bad Request: {refusal}"));
    }
    let hook =
        json!({ "url": "https://x", "max_connections": 500, "allowed_updates": ["message"] });
    world.call("setWebhook", hook).await;
    let info = world.call("getWebhookInfo", json!({})).await;
    assert_eq!(
        (&info["max_connections"], &info["allowed_updates"]),
        (&json!(100), &json!(["message"]))
    );
    world.call("setWebhook", json!({ "url": "" })).await;
    assert_eq!(world.call("getWebhookInfo", json!({})).await["url"], "");
}
