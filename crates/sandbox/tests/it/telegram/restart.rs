//! What is left after a restart: everything.

use super::{ANNA, BOT, World, bot, options};
use serde_json::json;
use torg_platform::{Clock, Timestamp};
use torg_sandbox::telegram::{LocalTelegram, NewBot};

fn invoice() -> serde_json::Value {
    json!({
        "title": "t", "description": "d", "payload": "p", "currency": "XTR",
        "prices": [{ "label": "l", "amount": 5 }],
    })
}

#[tokio::test]
async fn a_file_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telegram.db");
    let clock = Clock::manual(Timestamp::from_seconds(super::NOW));
    let open = || {
        let options = options(&clock).at(path.clone());
        World::of(clock.clone(), LocalTelegram::open(options).unwrap())
    };
    let world = open();
    world
        .act(ANNA, json!({ "type": "add_stars", "amount": 50 }))
        .await;
    world
        .act(ANNA, json!({ "type": "language", "language_code": "en" }))
        .await;
    world.start(ANNA).await;
    let commands = json!({ "commands": [{ "command": "start", "description": "Start" }] });
    world.call("setMyCommands", commands.clone()).await;
    let keyboard = json!({ "inline_keyboard": [[{ "text": "x", "callback_data": "y" }]] });
    let sent = json!({ "chat_id": ANNA, "text": "a", "reply_markup": keyboard });
    let sent = world.call("sendMessage", sent).await["message_id"]
        .as_i64()
        .unwrap();
    let press = json!({ "type": "press", "chat": BOT, "message": sent, "row": 0, "column": 0 });
    let query = world.act(ANNA, press).await["callback_query_id"].clone();
    let link = world.call("createInvoiceLink", invoice()).await;
    let before = world.state(ANNA).await;
    let gone = world.say(ANNA, "b").await;
    world
        .call(
            "deleteMessage",
            json!({ "chat_id": ANNA, "message_id": gone }),
        )
        .await;
    let waiting = world.call("getUpdates", json!({})).await;
    drop(world);

    let world = open();
    let mut after = world.state(ANNA).await;
    // Numbers of news begin anew, higher: a phone that was open fetches the state again.
    assert!(after["seq"].as_u64() > before["seq"].as_u64());
    after["seq"] = before["seq"].clone();
    assert_eq!(after, before);
    let missed = world
        .telegram
        .events(ANNA, before["seq"].as_u64().unwrap())
        .await;
    assert_eq!(missed[0].kind, "reset");
    assert_eq!(world.call("getUpdates", json!({})).await, waiting);
    world
        .call("answerCallbackQuery", json!({ "callback_query_id": query }))
        .await;
    assert_eq!(
        world.say(ANNA, "c").await,
        gone + 1,
        "no number is given twice"
    );
    let seen = world
        .act(ANNA, json!({ "type": "invoice", "link": link }))
        .await;
    assert_eq!(seen["invoice"]["total_amount"], 5);
    assert_eq!(
        world.call("getMyCommands", json!({})).await,
        commands["commands"]
    );
    world.updates().await;
    drop(world);
    assert_eq!(
        open().updates().await.len(),
        0,
        "what was confirmed is gone for good"
    );
}

#[tokio::test]
async fn a_bot_may_get_a_new_token_and_a_broken_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telegram.db");
    let clock = Clock::manual(Timestamp::from_seconds(super::NOW));
    let options = options(&clock).at(path.clone());
    let telegram = LocalTelegram::open(options.clone()).unwrap();
    World::of(clock.clone(), telegram).start(ANNA).await;
    let mut renamed = options.clone();
    renamed.bots = vec![NewBot {
        token: format!("{BOT}:new"),
        ..bot()
    }];
    let telegram = LocalTelegram::open(renamed).unwrap();
    let world = World::of(clock, telegram);
    assert_eq!(world.answer("getMe", json!({})).await.0, 401);
    assert_eq!(world.telegram.pending_updates(BOT), 1);
    drop(world);
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute(
        "UPDATE sandbox_telegram SET value = '{' WHERE kind = 'chat'",
        [],
    )
    .unwrap();
    drop(file);
    let error = LocalTelegram::open(options).unwrap_err().to_string();
    assert!(
        error.starts_with("the file of the local Telegram holds chat"),
        "{error}"
    );
}
