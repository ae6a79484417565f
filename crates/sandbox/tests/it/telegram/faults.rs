//! What goes wrong on request, and what is too fast.

use super::{ANNA, BORIS, BOT, TOKEN, World, get, post, request, world};
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use torg_sandbox::telegram::{Effect, Fault, FloodLimits};
use tower::ServiceExt as _;

const PLACE: &str = "/_sandbox/telegram/faults";

async fn fault(world: &World, faults: Value) {
    let (status, body) = post(&world.phones, PLACE, &faults).await;
    assert_eq!(status, 200, "{body}");
}

fn hello() -> Value {
    json!({ "chat_id": ANNA, "text": "x" })
}

fn send() -> Request<Body> {
    Request::post(format!("/bot{TOKEN}/sendMessage"))
        .header("content-type", "application/json")
        .body(Body::from(hello().to_string()))
        .unwrap()
}

async fn sent(world: &World) -> usize {
    let chat = world.chat(ANNA, BOT).await;
    chat["messages"].as_array().unwrap().len() - 1
}

#[tokio::test]
async fn refusals_by_method_chat_and_count() {
    let world = world();
    world.start(ANNA).await;
    world.start(BORIS).await;
    fault(&world, json!([
        { "method": "sendmessage", "chat": ANNA, "count": 2, "effect": "too_many", "retry_after": 7 },
        { "chat": ANNA, "count": 1, "effect": "blocked" },
        { "count": 1, "effect": "server_error" },
    ])).await;
    let (status, body) = world.answer("sendMessage", hello()).await;
    assert_eq!(status, 429);
    assert_eq!(body["description"], "Too Many Requests: retry after 7");
    assert_eq!(body["parameters"]["retry_after"], 7);
    let response = world.bots.clone().oneshot(send()).await.unwrap();
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(world.telegram.flood().impatient, 0);
    assert_eq!(
        world.refused("sendMessage", hello()).await,
        "403 Forbidden: bot was blocked by the user"
    );
    assert_eq!(
        world.refused("getMe", json!({})).await,
        "500 Internal Server Error"
    );
    assert_eq!(sent(&world).await, 0);
    world
        .call("sendMessage", json!({ "chat_id": BORIS, "text": "x" }))
        .await;
    assert_eq!(
        world.telegram.flood().impatient,
        0,
        "it was told to spare Anna only"
    );
    world.call("sendMessage", hello()).await;
    assert_eq!(
        world.telegram.flood().impatient,
        1,
        "seven seconds are not over"
    );
    world.later(7);
    world.call("sendMessage", hello()).await;
    assert_eq!(world.telegram.flood().impatient, 1);
    let (_, left) = get(&world.phones, PLACE).await;
    assert_eq!(left[0]["count"], 0);
    let delete = Request::delete(PLACE).body(Body::empty()).unwrap();
    assert_eq!(request(&world.phones, delete).await.1, "[]");
    let (status, _) = post(&world.phones, PLACE, &json!([{ "effect": "nonsense" }])).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_share_is_drawn_from_the_seed() {
    let world = world();
    let share = |share| Fault {
        share,
        ..Fault::new(Effect::ServerError)
    };
    for (share, most, least) in [
        (share(0), 0, 0),
        (share(500), 80, 20),
        (share(1000), 100, 100),
    ] {
        world.telegram.set_faults(vec![share]);
        let mut failed = 0;
        for _ in 0..100 {
            let (status, _) = world.answer("getMe", json!({})).await;
            failed += usize::from(status == 500);
        }
        assert!((least..=most).contains(&failed), "{failed}");
    }
}

#[tokio::test]
async fn a_page_for_people_and_a_cut_connection() {
    let world = world();
    world.start(ANNA).await;
    fault(&world, json!([{ "count": 1, "effect": "bad_gateway" }])).await;
    let (status, page) = request(&world.bots, send()).await;
    assert_eq!(status, 502);
    assert!(page.starts_with("<html>"), "{page}");
    for (effect, effects) in [("cut", 0), ("cut_after", 1)] {
        fault(&world, json!([{ "count": 1, "effect": effect }])).await;
        let response = world.bots.clone().oneshot(send()).await.unwrap();
        assert!(response.into_body().collect().await.is_err(), "{effect}");
        assert_eq!(sent(&world).await, effects, "{effect}");
    }
}

#[tokio::test(start_paused = true)]
async fn silence_with_and_without_an_effect_and_slowness() {
    let world = world();
    world.start(ANNA).await;
    for (effect, effects) in [("silent", 0), ("silent_after", 1)] {
        fault(
            &world,
            json!([{ "count": 1, "effect": effect, "ms": 60_000 }]),
        )
        .await;
        let answer = world.bots.clone().oneshot(send());
        let answer = tokio::time::timeout(Duration::from_secs(59), answer).await;
        assert!(answer.is_err(), "{effect}: an answer came");
        assert_eq!(sent(&world).await, effects, "{effect}");
    }
    fault(&world, json!([{ "effect": "slow", "ms": 3_000 }])).await;
    let begin = tokio::time::Instant::now();
    world.call("sendMessage", hello()).await;
    assert!(begin.elapsed() >= Duration::from_secs(3));
}

#[tokio::test]
async fn updates_come_twice_late_and_in_another_order() {
    let world = world();
    let texts = async || -> Vec<String> {
        let updates = world.updates().await;
        let text = |u: &Value| u["message"]["text"].as_str().unwrap().to_owned();
        updates.iter().map(text).collect()
    };
    let write = async |list: &[&str]| {
        for text in list {
            world.telegram.send(ANNA, BOT, text).await.unwrap();
        }
    };
    fault(
        &world,
        json!([{ "kind": "message", "count": 1, "effect": "duplicate" }]),
    )
    .await;
    write(&["a", "b"]).await;
    assert_eq!(texts().await, ["a", "a", "b"]);
    fault(
        &world,
        json!([{ "count": 1, "effect": "reorder", "window": 2 }]),
    )
    .await;
    write(&["a", "b", "c"]).await;
    let next = world.call("getUpdates", json!({})).await;
    let order: Vec<_> = next
        .as_array()
        .unwrap()
        .iter()
        .map(|u| u["message"]["text"].clone())
        .collect();
    assert_eq!(order, ["c", "b", "a"]);
    let ids = next
        .as_array()
        .unwrap()
        .iter()
        .map(|u| u["update_id"].as_i64().unwrap());
    let last = ids.max().unwrap();
    world
        .call("getUpdates", json!({ "offset": last + 1 }))
        .await;
    fault(
        &world,
        json!([{ "count": 1, "effect": "late", "seconds": 5 }]),
    )
    .await;
    write(&["a", "b"]).await;
    let waiting = world.call("getUpdates", json!({})).await;
    assert_eq!(waiting.as_array().unwrap().len(), 1);
    assert_eq!(waiting[0]["message"]["text"], "b");
    world.later(5);
    assert_eq!(texts().await, ["a", "b"]);
}

#[tokio::test]
async fn odd_updates_come_between() {
    let world = world();
    fault(
        &world,
        json!([
            { "count": 1, "effect": "unknown_kind" }, { "count": 1, "effect": "poison" },
        ]),
    )
    .await;
    for text in ["a", "b"] {
        world.telegram.send(ANNA, BOT, text).await.unwrap();
    }
    let updates = world.updates().await;
    assert_eq!(updates.len(), 4);
    assert!(updates[0].get("thing_of_the_future").is_some());
    assert_eq!(updates[1]["message"]["text"], "a");
    assert_eq!(updates[2]["message"]["message_id"], "not a number");
    assert_eq!(updates[3]["message"]["text"], "b");
}

#[tokio::test]
async fn what_is_too_fast_is_counted_and_refused_on_request() {
    let world = world();
    world.start(ANNA).await;
    world.say(ANNA, "a").await;
    assert_eq!(world.telegram.flood().over_chat, 0);
    world.say(ANNA, "b").await;
    let counted = world.telegram.flood();
    assert_eq!(
        (counted.sends, counted.over_chat, counted.over_second),
        (2, 1, 0)
    );
    world.telegram.set_limits(FloodLimits {
        enforced: true,
        ..FloodLimits::default()
    });
    let (status, body) = world.answer("sendMessage", hello()).await;
    assert_eq!(status, 429);
    let wait = body["parameters"]["retry_after"].as_u64().unwrap();
    world.later(wait);
    world.call("sendMessage", hello()).await;

    let made = json!({ "type": "create_group", "title": "G" });
    let group = world.act(ANNA, made).await["chat"]["id"].as_i64().unwrap();
    world
        .act(
            ANNA,
            json!({ "type": "add_member", "chat": group, "user": BOT }),
        )
        .await;
    for second in 0..20 {
        world.later(1);
        world.say(group, &second.to_string()).await;
    }
    let full = json!({ "chat_id": group, "text": "x" });
    let (status, body) = world.answer("sendMessage", full.clone()).await;
    assert_eq!(
        (status.as_u16(), world.telegram.flood().over_group),
        (429, 1)
    );
    let wait = body["parameters"]["retry_after"].as_u64().unwrap();
    assert!((41..=42).contains(&wait), "{wait}");
    world.later(wait);
    world.call("sendMessage", full).await;
}

#[tokio::test]
async fn thirty_in_a_second_are_the_most() {
    let world = world();
    for person in 0..31 {
        let id = 9_000 + person;
        let mut new: torg_sandbox::telegram::NewPerson =
            torg_sandbox::people::everybody().remove(0).into();
        new.id = id;
        world.telegram.add_person(new);
        world.start(id).await;
        world.say(id, "x").await;
    }
    assert_eq!(world.telegram.flood().over_second, 1);
    assert_eq!(world.telegram.flood().over_chat, 0);
}
