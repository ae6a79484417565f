//! `getUpdates`: order, confirmation, kinds, waiting, conflicts.

use super::{ANNA, BORIS, BOT, World, world};
use serde_json::{Value, json};
use std::time::Duration;

fn ids(updates: &Value) -> Vec<i64> {
    let updates = updates.as_array().unwrap();
    updates
        .iter()
        .map(|u| u["update_id"].as_i64().unwrap())
        .collect()
}

async fn write(world: &World, texts: &[&str]) {
    for text in texts {
        world.telegram.send(ANNA, BOT, text).await.unwrap();
    }
}

#[tokio::test]
async fn numbers_grow_by_one_and_an_offset_confirms() {
    let world = world();
    write(&world, &["a", "b", "c", "d"]).await;
    let all = ids(&world.call("getUpdates", json!({})).await);
    assert_eq!(all.len(), 4);
    assert!(all.windows(2).all(|pair| pair[1] == pair[0] + 1), "{all:?}");
    // Nothing was confirmed.
    assert_eq!(
        ids(&world.call("getUpdates", json!({ "limit": 2 })).await),
        all[..2]
    );
    let rest = world.call("getUpdates", json!({ "offset": all[2] })).await;
    assert_eq!(ids(&rest), all[2..]);
    assert_eq!(
        ids(&world.call("getUpdates", json!({})).await),
        all[2..],
        "a and b are gone"
    );
    let last = world.call("getUpdates", json!({ "offset": -1 })).await;
    assert_eq!(ids(&last), all[3..]);
    assert_eq!(
        ids(&world.call("getUpdates", json!({})).await),
        all[3..],
        "c is forgotten"
    );
    assert_eq!(
        world
            .call("getUpdates", json!({ "offset": all[3] + 1 }))
            .await,
        json!([])
    );
    write(&world, &["e"]).await;
    assert_eq!(
        ids(&world.call("getUpdates", json!({})).await),
        [all[3] + 1]
    );
}

#[tokio::test]
async fn updates_are_kept_for_a_day() {
    let world = world();
    write(&world, &["a"]).await;
    world.later(86_400);
    assert_eq!(ids(&world.call("getUpdates", json!({})).await).len(), 1);
    world.later(1);
    assert_eq!(world.call("getUpdates", json!({})).await, json!([]));
}

#[tokio::test]
async fn a_bot_gets_the_kinds_that_it_wants() {
    let world = world();
    let only = json!({ "allowed_updates": ["message", "nonsense"] });
    world.call("getUpdates", only).await;
    world.start(ANNA).await;
    world
        .act(ANNA, json!({ "type": "block", "bot": BOT }))
        .await;
    world.start(ANNA).await;
    let kinds = |updates: &[Value]| -> Vec<String> {
        let kind = |u: &Value| {
            u.as_object()
                .unwrap()
                .keys()
                .find(|k| *k != "update_id")
                .unwrap()
                .clone()
        };
        updates.iter().map(kind).collect()
    };
    assert_eq!(kinds(&world.updates().await), ["message", "message"]);
    // Without the parameter the list stays; an empty one is the usual list.
    let info = world.call("getWebhookInfo", json!({})).await;
    assert_eq!(info["allowed_updates"], json!(["message"]));
    world
        .call("getUpdates", json!({ "allowed_updates": [] }))
        .await;
    world
        .act(ANNA, json!({ "type": "block", "bot": BOT }))
        .await;
    assert_eq!(kinds(&world.updates().await), ["my_chat_member"]);
}

#[tokio::test]
async fn a_long_poll_ends_with_the_first_update() {
    let world = world();
    let telegram = world.telegram.clone();
    let writer = async {
        // The poll is there first: this yields until it waits.
        tokio::task::yield_now().await;
        telegram.send(ANNA, BOT, "x").await.unwrap();
    };
    let poll = world.call("getUpdates", json!({ "timeout": 50 }));
    let (found, ()) = tokio::join!(poll, writer);
    assert_eq!(found[0]["message"]["text"], "x");
}

#[tokio::test(start_paused = true)]
async fn a_long_poll_ends_in_time() {
    let world = world();
    let begin = tokio::time::Instant::now();
    assert_eq!(
        world.call("getUpdates", json!({ "timeout": 5 })).await,
        json!([])
    );
    let took = begin.elapsed();
    assert!(
        took >= Duration::from_secs(5) && took < Duration::from_secs(6),
        "{took:?}"
    );
}

#[tokio::test]
async fn a_second_poll_ends_the_first_and_a_webhook_both() {
    let world = world();
    let poll = || world.answer("getUpdates", json!({ "timeout": 50 }));
    let hook = async {
        tokio::task::yield_now().await;
        let url = json!({ "url": "http://127.0.0.1:1/hook" });
        world.call("setWebhook", url).await;
    };
    let (first, second, ()) = tokio::join!(poll(), poll(), hook);
    assert_eq!((first.0.as_u16(), second.0.as_u16()), (409, 409));
    assert_eq!(
        first.1["description"],
        "Conflict: terminated by other getUpdates request; \
         make sure that only one bot instance is running"
    );
    assert_eq!(
        second.1["description"],
        "Conflict: terminated by setWebhook request"
    );
    let refused = world.refused("getUpdates", json!({})).await;
    assert!(
        refused.starts_with("409 Conflict: can't use getUpdates method while webhook"),
        "{refused}"
    );
    world
        .call("deleteWebhook", json!({ "drop_pending_updates": true }))
        .await;
    world.call("getUpdates", json!({})).await;
}

#[tokio::test]
async fn each_bot_has_its_own() {
    let world = world();
    let other = torg_sandbox::telegram::NewBot::new("200:other", "other_bot", "Other");
    let other = world.telegram.add_bot(other).unwrap();
    world.telegram.send(BORIS, other, "x").await.unwrap();
    assert_eq!(world.updates().await, Vec::<Value>::new());
    assert_eq!(world.telegram.pending_updates(other), 1);
    let updates = world
        .telegram
        .call(other, "getUpdates", &json!({}))
        .unwrap();
    assert_eq!(updates[0]["message"]["text"], "x");
}
