//! Changing and deleting in a private chat, and answers to messages.

use super::{ANNA, BOT, world};
use serde_json::json;

const SAME: &str = "400 Bad Request: message is not modified: specified new message content and \
                    reply markup are exactly the same as a current content and reply markup of \
                    the message";

#[tokio::test]
async fn a_message_is_edited_and_has_a_date_of_it() {
    let world = world();
    world.start(ANNA).await;
    let id = world.say(ANNA, "a").await;
    let keyboard = json!({ "inline_keyboard": [[{ "text": "x", "callback_data": "y" }]] });
    world.later(5);
    let edit = json!({ "chat_id": ANNA, "message_id": id, "text": "b", "reply_markup": keyboard });
    let seq = world.state(ANNA).await["seq"].as_u64().unwrap();
    let edited = world.call("editMessageText", edit.clone()).await;
    assert_eq!(edited["text"], "b");
    assert_eq!(
        edited["edit_date"].as_i64().unwrap() - edited["date"].as_i64().unwrap(),
        5
    );
    let events = world.telegram.events(ANNA, seq).await;
    assert_eq!(
        (events[0].kind, &events[0].data["message"]["text"]),
        ("edited", &json!("b"))
    );
    assert_eq!(world.refused("editMessageText", edit).await, SAME);
    let markup = json!({ "chat_id": ANNA, "message_id": id, "reply_markup": keyboard });
    assert_eq!(world.refused("editMessageReplyMarkup", markup).await, SAME);
    // Without a keyboard it loses the one that it has.
    let bare = json!({ "chat_id": ANNA, "message_id": id });
    let edited = world.call("editMessageReplyMarkup", bare.clone()).await;
    assert!(edited.get("reply_markup").is_none());
    assert_eq!(
        world.refused("editMessageReplyMarkup", bare.clone()).await,
        SAME
    );
    let caption = json!({ "chat_id": ANNA, "message_id": id, "caption": "c" });
    let refused = world.refused("editMessageCaption", caption).await;
    assert_eq!(
        refused,
        "400 Bad Request: there is no caption in the message to edit"
    );

    assert_eq!(world.call("deleteMessage", bare.clone()).await, true);
    let gone = world.refused("deleteMessage", bare.clone()).await;
    assert_eq!(gone, "400 Bad Request: message to delete not found");
    let gone = world.refused("editMessageReplyMarkup", bare).await;
    assert_eq!(gone, "400 Bad Request: message to edit not found");
    // The number is not given again.
    assert_eq!(world.say(ANNA, "c").await, id + 1);
}

#[tokio::test]
async fn what_cannot_be_edited_or_deleted() {
    let world = world();
    world.start(ANNA).await;
    let own = json!({ "chat_id": ANNA, "message_id": 1, "text": "x" });
    let refused = world.refused("editMessageText", own).await;
    assert_eq!(refused, "400 Bad Request: message can't be edited");
    let photo = json!({ "chat_id": ANNA, "photo": "https://x.org/a" });
    let photo = world.call("sendPhoto", photo).await["message_id"].clone();
    let text = json!({ "chat_id": ANNA, "message_id": photo, "text": "x" });
    let refused = world.refused("editMessageText", text).await;
    assert_eq!(
        refused,
        "400 Bad Request: there is no text in the message to edit"
    );
    let keyboard = json!({ "keyboard": [["x"]] });
    let markup = json!({ "chat_id": ANNA, "message_id": photo, "reply_markup": keyboard });
    let refused = world.refused("editMessageReplyMarkup", markup).await;
    assert_eq!(refused, "400 Bad Request: inline keyboard expected");
    // After two days a message stays.
    world.later(48 * 3600 + 1);
    let refused = world
        .refused(
            "deleteMessage",
            json!({ "chat_id": ANNA, "message_id": photo }),
        )
        .await;
    assert_eq!(
        refused,
        "400 Bad Request: message can't be deleted for everyone"
    );
}

#[tokio::test]
async fn an_answer_names_the_message_that_it_answers() {
    let world = world();
    world.start(ANNA).await;
    let reply =
        |parameters| json!({ "chat_id": ANNA, "text": "y", "reply_parameters": parameters });
    let sent = world
        .call("sendMessage", reply(json!({ "message_id": 1 })))
        .await;
    assert_eq!(sent["reply_to_message"]["text"], "/start");
    let refused = world
        .refused("sendMessage", reply(json!({ "message_id": 99 })))
        .await;
    assert_eq!(refused, "400 Bad Request: message to be replied not found");
    let anyway = json!({ "message_id": 99, "allow_sending_without_reply": true });
    let sent = world.call("sendMessage", reply(anyway)).await;
    assert!(sent.get("reply_to_message").is_none());
    world.updates().await;
    let said = json!({ "type": "send", "chat": BOT, "text": "z", "reply_to": 2 });
    world.act(ANNA, said).await;
    assert_eq!(
        world.updates().await[0]["message"]["reply_to_message"]["text"],
        "y"
    );
}

#[tokio::test]
async fn people_edit_and_delete_theirs() {
    let world = world();
    world.start(ANNA).await;
    let own = world
        .act(ANNA, json!({ "type": "send", "chat": BOT, "text": "a" }))
        .await;
    let own = own["message"]["message_id"].clone();
    world.updates().await;
    let edit = |message| json!({ "type": "edit", "chat": BOT, "message": message, "text": "b" });
    world.act(ANNA, edit(own.clone())).await;
    let updates = world.updates().await;
    assert_eq!(updates[0]["edited_message"]["text"], "b");
    let other = world.say(ANNA, "c").await;
    let (status, refusal) = world.try_act(ANNA, edit(json!(other))).await;
    assert_eq!(
        (status.as_u16(), &refusal["code"]),
        (409, &json!("not_allowed"))
    );
    world
        .act(
            ANNA,
            json!({ "type": "delete", "chat": BOT, "message": own }),
        )
        .await;
    let chat = world.chat(ANNA, BOT).await;
    let texts: Vec<_> = chat["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["text"])
        .collect();
    assert_eq!(texts, ["/start", "c"]);
}

#[tokio::test]
async fn many_are_deleted_at_once_and_what_is_not_there_is_skipped() {
    let world = world();
    world.start(ANNA).await;
    let (a, b) = (world.say(ANNA, "a").await, world.say(ANNA, "b").await);
    let seq = world.state(ANNA).await["seq"].as_u64().unwrap();
    let many = |ids: Vec<i64>| json!({ "chat_id": ANNA, "message_ids": ids });
    world.call("deleteMessages", many(vec![a, 99, b])).await;
    let events = world.telegram.events(ANNA, seq).await;
    assert_eq!(events[0].data["message_ids"], json!([a, b]));
    let refused = world
        .refused("deleteMessages", many((0..101).collect()))
        .await;
    assert_eq!(
        refused,
        "400 Bad Request: too many message identifiers specified"
    );
    let texts = json!({ "chat_id": ANNA, "message_ids": "[\"1\"]" });
    world.call("deleteMessages", texts).await;
}
