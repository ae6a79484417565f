//! Channels: rights, posts, and what a bot can and cannot learn of a deletion.

use super::{ANNA, BOT, OWNER, World, world};
use serde_json::{Value, json};

/// A channel of the owner, with the bot as an administrator who may post and edit.
async fn channel(world: &World, username: Option<&str>) -> i64 {
    let made = json!({ "type": "create_channel", "title": "Канал", "username": username });
    let made = world.act(OWNER, made).await;
    let id = made["chat"]["id"].as_i64().unwrap();
    let rights = json!({ "can_post_messages": true, "can_edit_messages": true });
    admin(world, id, rights).await;
    world.updates().await;
    id
}

async fn admin(world: &World, channel: i64, rights: Value) {
    let act = json!({ "type": "set_admin", "chat": channel, "user": BOT, "rights": rights });
    world.act(OWNER, act).await;
}

async fn post(world: &World, channel: i64, text: &str) -> i64 {
    let posted = world
        .act(
            OWNER,
            json!({ "type": "post", "chat": channel, "text": text }),
        )
        .await;
    posted["message"]["message_id"].as_i64().unwrap()
}

async fn delete(world: &World, channel: i64, message: i64) {
    world
        .act(
            OWNER,
            json!({ "type": "delete", "chat": channel, "message": message }),
        )
        .await;
}

fn probe(channel: i64, message: i64) -> Value {
    json!({ "chat_id": ANNA, "from_chat_id": channel, "message_id": message })
}

fn at(channel: i64, message: i64) -> Value {
    json!({ "chat_id": channel, "message_id": message })
}

#[tokio::test]
async fn an_administrator_sees_posts_and_edits() {
    let world = world();
    let made = json!({ "type": "create_channel", "title": "К", "username": "torg_channel" });
    let id = world.act(OWNER, made).await["chat"]["id"].as_i64().unwrap();
    assert!(id < -1_000_000_000_000, "{id}");
    let foreign = world
        .refused(
            "sendMessage",
            json!({ "chat_id": "@torg_channel", "text": "x" }),
        )
        .await;
    assert_eq!(
        foreign,
        "403 Forbidden: bot is not a member of the channel chat"
    );
    admin(&world, id, json!({})).await;
    let change = world.updates().await[0]["my_chat_member"].clone();
    assert_eq!(change["old_chat_member"]["status"], "left");
    assert_eq!(change["new_chat_member"]["status"], "administrator");
    assert_eq!(change["from"]["id"], OWNER);
    for right in [
        "can_post_messages",
        "can_manage_direct_messages",
        "can_post_stories",
    ] {
        assert_eq!(change["new_chat_member"][right], false, "{right} is there");
    }
    let silent = world
        .refused("sendMessage", json!({ "chat_id": id, "text": "x" }))
        .await;
    assert_eq!(
        silent,
        "400 Bad Request: need administrator rights in the channel chat"
    );
    admin(&world, id, json!({ "can_post_messages": true })).await;
    let sent = world
        .call(
            "sendMessage",
            json!({ "chat_id": "@torg_channel", "text": "x" }),
        )
        .await;
    assert_eq!(sent["sender_chat"]["id"], id);
    assert!(sent.get("from").is_none());
    world.updates().await;
    let first = post(&world, id, "a").await;
    let act = json!({ "type": "edit", "chat": id, "message": first, "text": "b" });
    world.act(OWNER, act).await;
    let updates = world.updates().await;
    assert_eq!(updates[0]["channel_post"]["text"], "a");
    assert_eq!(updates[1]["edited_channel_post"]["text"], "b");
    assert!(updates[1]["edited_channel_post"]["edit_date"].is_i64());
    // Its own posts it may edit, those of others not.
    let foreign = json!({ "chat_id": id, "message_id": first });
    let refused = world.refused("editMessageReplyMarkup", foreign).await;
    assert_eq!(refused, "400 Bad Request: message can't be edited");
    let (status, _) = world
        .try_act(ANNA, json!({ "type": "post", "chat": id, "text": "x" }))
        .await;
    assert_eq!(status, 409);
}

#[tokio::test]
async fn of_a_deleted_post_a_copy_can_be_had_for_half_an_hour() {
    let world = world();
    world.start(ANNA).await;
    let id = channel(&world, Some("torg_channel")).await;
    let alive = post(&world, id, "жив").await;
    let forwarded = world.call("forwardMessage", probe(id, alive)).await;
    assert_eq!(forwarded["text"], "жив");
    let origin = &forwarded["forward_origin"];
    assert_eq!(
        (&origin["type"], &origin["message_id"]),
        (&json!("channel"), &json!(alive))
    );
    assert_eq!(origin["chat"]["username"], "torg_channel");
    let same = world.refused("editMessageReplyMarkup", at(id, alive)).await;
    assert!(
        same.starts_with("400 Bad Request: message is not modified"),
        "{same}"
    );

    let dead = post(&world, id, "удалён").await;
    delete(&world, id, dead).await;
    world.later(30 * 60 - 1);
    assert!(world.call("copyMessage", probe(id, dead)).await["message_id"].is_i64());
    let refused = world.refused("forwardMessage", probe(id, dead)).await;
    assert_eq!(refused, "400 Bad Request: message to forward not found");
    assert_eq!(
        world.call("deleteMessage", at(id, dead)).await,
        true,
        "it lies"
    );
    let refused = world.refused("editMessageReplyMarkup", at(id, dead)).await;
    assert_eq!(refused, "400 Bad Request: MESSAGE_ID_INVALID");
    world.later(1);
    let refused = world.refused("copyMessage", probe(id, dead)).await;
    assert_eq!(refused, "400 Bad Request: message to copy not found");
    let refused = world.refused("deleteMessage", at(id, dead)).await;
    assert_eq!(refused, "400 Bad Request: message to delete not found");
    let refused = world.refused("editMessageReplyMarkup", at(id, dead)).await;
    assert_eq!(refused, "400 Bad Request: message to edit not found");
}

#[tokio::test]
async fn a_bot_that_was_removed_cannot_tell_a_living_post_from_a_deleted_one() {
    let world = world();
    world.start(ANNA).await;
    for (username, refusal) in [
        (
            Some("torg_channel"),
            "400 Bad Request: message to forward not found",
        ),
        (
            None,
            "403 Forbidden: bot is not a member of the channel chat",
        ),
    ] {
        let id = channel(&world, username).await;
        let alive = post(&world, id, "жив").await;
        world.call("forwardMessage", probe(id, alive)).await;
        world
            .act(
                OWNER,
                json!({ "type": "remove_member", "chat": id, "user": BOT }),
            )
            .await;
        assert_eq!(
            world.refused("forwardMessage", probe(id, alive)).await,
            refusal
        );
        let updates = world.updates().await;
        let change = &updates.last().unwrap()["my_chat_member"];
        assert_eq!(change["new_chat_member"]["status"], "left");
        // So one asks for oneself first.
        let me = json!({ "chat_id": id, "user_id": BOT });
        match username {
            Some(_) => {
                let member = world.call("getChatMember", me).await;
                assert_eq!(member["status"], "left");
                let other = json!({ "chat_id": id, "user_id": OWNER });
                let refused = world.refused("getChatMember", other).await;
                assert_eq!(refused, "400 Bad Request: member list is inaccessible");
            }
            None => assert_eq!(world.refused("getChatMember", me).await, refusal),
        }
    }
}

#[tokio::test]
async fn many_at_once_and_what_is_protected() {
    let world = world();
    world.start(ANNA).await;
    let id = channel(&world, None).await;
    let (a, b) = (post(&world, id, "a").await, post(&world, id, "b").await);
    delete(&world, id, b).await;
    let many = |ids: Vec<i64>| json!({ "chat_id": ANNA, "from_chat_id": id, "message_ids": ids });
    let done = world.call("forwardMessages", many(vec![a, b, 99])).await;
    assert_eq!(done.as_array().unwrap().len(), 1);
    let done = world.call("copyMessages", many(vec![a, b, 99])).await;
    assert_eq!(
        done.as_array().unwrap().len(),
        2,
        "one of them from the cache"
    );
    let refused = world.refused("forwardMessages", many(vec![b])).await;
    assert_eq!(refused, "400 Bad Request: there are no messages to forward");
    let refused = world.refused("forwardMessages", many(vec![])).await;
    assert_eq!(
        refused,
        "400 Bad Request: message identifiers are not specified"
    );

    let sent = json!({ "chat_id": ANNA, "text": "x", "protect_content": true });
    let sent = world.call("sendMessage", sent).await["message_id"].clone();
    let of = json!({ "chat_id": ANNA, "from_chat_id": ANNA, "message_id": sent });
    let refused = world.refused("forwardMessage", of.clone()).await;
    assert_eq!(
        refused,
        "400 Bad Request: message has protected content and can't be forwarded"
    );
    assert_eq!(
        world.refused("copyMessage", of).await,
        "400 Bad Request: message can't be copied"
    );
}

#[tokio::test]
async fn a_copy_is_new_and_may_have_another_caption() {
    let world = world();
    world.start(ANNA).await;
    let photo = json!({ "chat_id": ANNA, "photo": "https://x.org/a", "caption": "a" });
    let photo = world.call("sendPhoto", photo).await;
    let copy = json!({
        "chat_id": ANNA, "from_chat_id": ANNA, "message_id": photo["message_id"],
        "caption": "<b>b</b>", "parse_mode": "HTML",
        "reply_markup": { "inline_keyboard": [[{ "text": "x", "callback_data": "y" }]] },
    });
    let copied = world.call("copyMessage", copy).await["message_id"].clone();
    let chat = world.chat(ANNA, BOT).await;
    let shown = chat["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(shown["message_id"], copied);
    assert_eq!(shown["caption"], "b");
    assert_eq!(shown["photo"], photo["photo"]);
    assert!(shown.get("forward_origin").is_none());
    assert!(shown.get("reply_markup").is_some());
}
