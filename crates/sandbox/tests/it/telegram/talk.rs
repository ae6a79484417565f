//! A person and a bot talk: messages, updates, buttons, and who may not be written to.

use super::{ANNA, BORIS, BOT, world};
use serde_json::json;

#[tokio::test]
async fn a_person_starts_the_bot_and_presses_its_button() {
    let world = world();
    let refused = world
        .refused("sendMessage", json!({ "chat_id": ANNA, "text": "x" }))
        .await;
    assert_eq!(
        refused,
        "403 Forbidden: bot can't initiate conversation with a user"
    );
    world
        .act(
            ANNA,
            json!({ "type": "start", "bot": BOT, "payload": "order_1" }),
        )
        .await;
    let updates = world.updates().await;
    let message = &updates[0]["message"];
    assert_eq!(message["text"], "/start order_1");
    assert_eq!(message["chat"]["id"], ANNA);
    assert_eq!(message["chat"]["type"], "private");
    assert_eq!(message["from"]["language_code"], "ru");
    let command = json!([{ "type": "bot_command", "offset": 0, "length": 6 }]);
    assert_eq!(message["entities"], command);

    let keyboard = json!({ "inline_keyboard": [[{ "text": "Взять", "callback_data": "take:1" }]] });
    let sent = world
        .call("sendMessage", json!({
            "chat_id": ANNA, "text": "<b>Заказ</b> 1", "parse_mode": "HTML", "reply_markup": keyboard,
        }))
        .await;
    assert_eq!(sent["text"], "Заказ 1");
    assert_eq!(
        sent["entities"],
        json!([{ "type": "bold", "offset": 0, "length": 5 }])
    );
    assert_eq!(sent["from"]["is_bot"], true);
    let id = sent["message_id"].as_i64().unwrap();
    let chat = world.chat(ANNA, BOT).await;
    assert_eq!(chat["unread"], 1);
    assert_eq!(chat["messages"][1]["reply_markup"], keyboard);
    assert_eq!(chat["messages"][0]["out"], true);

    let seq = world.state(ANNA).await["seq"].as_u64().unwrap();
    let press = json!({ "type": "press", "chat": BOT, "message": id, "row": 0, "column": 0 });
    let pressed = world.act(ANNA, press).await;
    let query = &world.updates().await[0]["callback_query"];
    assert_eq!(query["id"], pressed["callback_query_id"]);
    assert_eq!(query["data"], "take:1");
    assert_eq!(query["message"]["message_id"], id);
    let answer = json!({ "callback_query_id": query["id"], "text": "Готово" });
    assert_eq!(
        world.call("answerCallbackQuery", answer.clone()).await,
        true
    );
    let events = world.telegram.events(ANNA, seq).await;
    assert_eq!(events[0].kind, "answer");
    assert_eq!(events[0].data["text"], "Готово");
    let old =
        "400 Bad Request: query is too old and response timeout expired or query ID is invalid";
    assert_eq!(world.refused("answerCallbackQuery", answer).await, old);
}

#[tokio::test]
async fn a_press_is_forgotten_after_a_quarter_of_an_hour() {
    let world = world();
    world.start(ANNA).await;
    world.updates().await;
    let keyboard = json!({ "inline_keyboard": [[{ "text": "x", "callback_data": "x" }]] });
    let sent = json!({ "chat_id": ANNA, "text": "x", "reply_markup": keyboard });
    let id = world.call("sendMessage", sent).await["message_id"].clone();
    let press = json!({ "type": "press", "chat": BOT, "message": id, "row": 0, "column": 0 });
    let early = world.act(ANNA, press.clone()).await["callback_query_id"].clone();
    world.later(15 * 60 - 1);
    let answer = |id| json!({ "callback_query_id": id });
    world.call("answerCallbackQuery", answer(early)).await;
    let late = world.act(ANNA, press).await["callback_query_id"].clone();
    // One second before, somebody looks: that must not matter.
    world.later(15 * 60 - 1);
    world.state(ANNA).await;
    world.call("getMe", json!({})).await;
    world.later(1);
    let refused = world.refused("answerCallbackQuery", answer(late)).await;
    assert!(refused.contains("query is too old"), "{refused}");
}

#[tokio::test]
async fn who_may_not_be_written_to() {
    let world = world();
    let to = |chat: i64| json!({ "chat_id": chat, "text": "x" });
    assert_eq!(
        world.refused("sendMessage", to(77)).await,
        "400 Bad Request: chat not found"
    );
    assert_eq!(
        world.refused("sendMessage", to(-77)).await,
        "400 Bad Request: chat not found"
    );
    let empty = json!({ "text": "x" });
    assert_eq!(
        world.refused("sendMessage", empty).await,
        "400 Bad Request: chat_id is empty"
    );
    world.start(BORIS).await;
    world.call("sendMessage", to(BORIS)).await;
    world
        .act(BORIS, json!({ "type": "block", "bot": BOT }))
        .await;
    let blocked = "403 Forbidden: bot was blocked by the user";
    assert_eq!(world.refused("sendMessage", to(BORIS)).await, blocked);
    let updates = world.updates().await;
    let member = &updates.last().unwrap()["my_chat_member"];
    assert_eq!(member["new_chat_member"]["status"], "kicked");
    assert_eq!(member["chat"]["id"], BORIS);
    let (status, refusal) = world
        .try_act(BORIS, json!({ "type": "send", "chat": BOT, "text": "x" }))
        .await;
    assert_eq!(
        (status.as_u16(), &refusal["code"]),
        (409, &json!("bot_blocked"))
    );
    world.start(BORIS).await;
    world.call("sendMessage", to(BORIS)).await;
    let updates = world.updates().await;
    assert_eq!(
        updates[0]["my_chat_member"]["new_chat_member"]["status"],
        "member"
    );
    assert_eq!(updates[1]["message"]["text"], "/start");
}
