//! What the phone page needs of the local Telegram beside the phones themselves: bots of one's own,
//! unread messages of everybody, data of Mini Apps, and pictures from nowhere else.

use crate::telegram::{ANNA, BORIS, BOT, get, post, request, world};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

const BOTS: &str = "/_sandbox/telegram/bots";

#[tokio::test]
async fn a_bot_of_ones_own() {
    let world = world();
    let asked = json!({ "username": "my_own_bot", "first_name": "Mine" });
    let (status, made) = post(&world.phones, BOTS, &asked).await;
    assert_eq!(status, 200, "{made}");
    let token = made["token"].as_str().unwrap();
    let (_, me) = post(&world.bots, &format!("/bot{token}/getMe"), &json!({})).await;
    assert_eq!(me["result"]["id"], made["id"]);
    assert_eq!(me["result"]["username"], "my_own_bot");
    let state = world.state(ANNA).await;
    let bots = state["bots"].as_array().unwrap();
    assert!(bots.iter().any(|bot| bot["first_name"] == "Mine"));
    // Two bots that nobody told apart would share their chats.
    let (_, second) = post(
        &world.phones,
        BOTS,
        &json!({ "username": "other_bot", "first_name": "Other" }),
    )
    .await;
    assert_ne!(second["id"], made["id"]);
    assert_ne!(second["token"], made["token"]);
}

#[tokio::test]
async fn a_bot_that_cannot_be() {
    let world = world();
    let refused = async |asked: Value| {
        let (status, body) = post(&world.phones, BOTS, &asked).await;
        (
            status.as_u16(),
            body["code"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let named = |username: &str| json!({ "username": username, "first_name": "Mine" });
    let bad = |code: &str| (400, code.to_owned());
    assert_eq!(refused(named("bot")).await, bad("bad_username"));
    assert_eq!(refused(named("nobody")).await, bad("bad_username"));
    assert_eq!(refused(named("мой_bot")).await, bad("bad_username"));
    assert_eq!(
        refused(named("TORG_bot")).await,
        (409, "username_taken".to_owned())
    );
    let nameless = json!({ "username": "my_own_bot", "first_name": " " });
    assert_eq!(refused(nameless).await, bad("bad_name"));
    assert_eq!(refused(json!([])).await, bad("bad_request"));
}

#[tokio::test]
async fn everybodys_unread_messages() {
    let world = world();
    world.start(ANNA).await;
    world.start(BORIS).await;
    world.say(ANNA, "one").await;
    world.say(ANNA, "two").await;
    let unread = async |person: i64| {
        let (_, people) = get(&world.phones, "/_sandbox/telegram/people").await;
        let people = people.as_array().unwrap().clone();
        let found = people.into_iter().find(|one| one["id"] == person);
        found.unwrap()["unread"].clone()
    };
    assert_eq!(unread(ANNA).await, 2);
    assert_eq!(unread(BORIS).await, 0, "her messages are hers");
    world
        .act(ANNA, json!({ "type": "read", "chat": BOT }))
        .await;
    assert_eq!(unread(ANNA).await, 0);
}

#[tokio::test]
async fn data_of_a_mini_app() {
    let world = world();
    let sent = |data: &str| json!({ "type": "web_app_data", "bot": BOT, "button_text": "Form", "data": data });
    let (status, body) = world.try_act(ANNA, sent("x")).await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (409, &json!("bot_blocked"))
    );
    world.start(ANNA).await;
    world.updates().await;
    world.act(ANNA, sent("filled in")).await;
    let updates = world.updates().await;
    let data = &updates[0]["message"]["web_app_data"];
    assert_eq!(*data, json!({ "button_text": "Form", "data": "filled in" }));
    for data in [String::new(), "x".repeat(4097)] {
        let (status, body) = world.try_act(ANNA, sent(&data)).await;
        assert_eq!((status.as_u16(), &body["code"]), (400, &json!("bad_data")));
    }
}

#[tokio::test]
async fn a_picture_that_lives_elsewhere_is_not_shown() {
    let world = world();
    world.start(ANNA).await;
    let photo = json!({ "chat_id": ANNA, "photo": "https://torg.example/far.png" });
    let sent = world.call("sendPhoto", photo).await;
    let id = sent["photo"][0]["file_id"].as_str().unwrap();
    let path = format!("/_sandbox/telegram/files/{id}");
    let asked = Request::get(path).body(Body::empty()).unwrap();
    let (status, body) = request(&world.phones, asked).await;
    assert_eq!((status.as_u16(), body.as_str()), (204, ""));
}
