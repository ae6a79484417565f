//! Groups: privacy, members, rights.

use super::{ANNA, BORIS, BOT, World, world};
use serde_json::{Value, json};

async fn group(world: &World, supergroup: bool) -> i64 {
    let made = json!({ "type": "create_group", "title": "Группа", "supergroup": supergroup });
    let id = world.act(ANNA, made).await["chat"]["id"].as_i64().unwrap();
    for user in [BOT, BORIS] {
        let add = json!({ "type": "add_member", "chat": id, "user": user });
        world.act(ANNA, add).await;
    }
    id
}

#[tokio::test]
async fn a_bot_with_privacy_hears_only_what_is_for_it() {
    let world = world();
    let id = group(&world, true).await;
    let joined = world.updates().await;
    assert_eq!(
        joined[0]["my_chat_member"]["new_chat_member"]["status"],
        "member"
    );
    assert_eq!(joined[1]["message"]["new_chat_members"][0]["id"], BOT);
    assert_eq!(joined[2]["message"]["new_chat_members"][0]["id"], BORIS);
    let own = world.say(id, "привет").await;
    let say = async |text: &str, reply_to: Option<i64>| {
        let act = json!({ "type": "send", "chat": id, "text": text, "reply_to": reply_to });
        world.act(BORIS, act).await;
    };
    say("болтовня", None).await;
    say("/take", None).await;
    say("/take@torg_bot 1", None).await;
    say("/take@other_bot", None).await;
    say("ответ", Some(own)).await;
    let heard: Vec<Value> = world.updates().await;
    let texts: Vec<_> = heard.iter().map(|u| u["message"]["text"].clone()).collect();
    assert_eq!(texts, ["/take", "/take@torg_bot 1", "ответ"]);
    let rights = json!({ "type": "set_admin", "chat": id, "user": BOT, "rights": {} });
    world.act(ANNA, rights).await;
    say("болтовня", None).await;
    let heard = world.updates().await;
    assert_eq!(
        heard[1]["message"]["text"], "болтовня",
        "an administrator hears everything"
    );
}

#[tokio::test]
async fn members_come_and_go() {
    let world = world();
    let id = group(&world, false).await;
    assert!((-1_000_000_000_000..0).contains(&id));
    let asked = json!({ "chat_id": id });
    assert_eq!(world.call("getChatMemberCount", asked.clone()).await, 3);
    let admins = world.call("getChatAdministrators", asked.clone()).await;
    assert_eq!(admins.as_array().unwrap().len(), 1);
    assert_eq!(admins[0]["status"], "creator");
    let boris = json!({ "chat_id": id, "user_id": BORIS });
    assert_eq!(
        world.call("getChatMember", boris.clone()).await["status"],
        "member"
    );
    let refused = world
        .refused("getChatMember", json!({ "chat_id": id, "user_id": 77 }))
        .await;
    assert_eq!(refused, "400 Bad Request: PARTICIPANT_ID_INVALID");
    let refused = world.refused("banChatMember", boris.clone()).await;
    assert_eq!(
        refused,
        "400 Bad Request: not enough rights to restrict/unrestrict chat member"
    );
    let rights = json!({ "can_restrict_members": true, "can_pin_messages": true });
    let act = json!({ "type": "set_admin", "chat": id, "user": BOT, "rights": rights });
    world.act(ANNA, act).await;
    world.call("banChatMember", boris.clone()).await;
    assert_eq!(
        world.call("getChatMember", boris.clone()).await["status"],
        "kicked"
    );
    let owner = json!({ "chat_id": id, "user_id": ANNA });
    let refused = world.refused("banChatMember", owner).await;
    assert_eq!(refused, "400 Bad Request: can't remove chat owner");
    world.call("unbanChatMember", boris.clone()).await;
    assert_eq!(world.call("getChatMember", boris).await["status"], "left");

    let message = world.say(id, "важно").await;
    world
        .call(
            "pinChatMessage",
            json!({ "chat_id": id, "message_id": message }),
        )
        .await;
    let chat = world.call("getChat", asked.clone()).await;
    assert_eq!(chat["pinned_message"]["text"], "важно");
    assert_eq!(chat["type"], "group");

    world
        .act(
            ANNA,
            json!({ "type": "remove_member", "chat": id, "user": BOT }),
        )
        .await;
    let refused = world
        .refused("sendMessage", json!({ "chat_id": id, "text": "x" }))
        .await;
    assert_eq!(refused, "403 Forbidden: bot was kicked from the group chat");
}

#[tokio::test]
async fn a_bot_that_asks_for_it_hears_of_members() {
    let world = world();
    let id = group(&world, true).await;
    world
        .call(
            "getUpdates",
            json!({ "allowed_updates": ["chat_member"], "offset": -1 }),
        )
        .await;
    let act = json!({ "type": "set_admin", "chat": id, "user": BOT, "rights": {} });
    world.act(ANNA, act).await;
    world
        .act(
            ANNA,
            json!({ "type": "remove_member", "chat": id, "user": BORIS }),
        )
        .await;
    let updates = world.updates().await;
    let change = &updates.last().unwrap()["chat_member"];
    assert_eq!(change["new_chat_member"]["user"]["id"], BORIS);
    assert_eq!(change["old_chat_member"]["status"], "member");
    let left = json!({ "chat_id": id });
    world.call("leaveChat", left.clone()).await;
    let refused = world.refused("leaveChat", left).await;
    assert_eq!(
        refused,
        "403 Forbidden: bot is not a member of the supergroup chat"
    );
}

#[tokio::test]
async fn titles_and_links_need_a_right() {
    let world = world();
    let id = group(&world, true).await;
    let title = json!({ "chat_id": id, "title": "Новая" });
    let refused = world.refused("setChatTitle", title.clone()).await;
    assert_eq!(
        refused,
        "400 Bad Request: not enough rights to set chat title"
    );
    let rights = json!({ "can_change_info": true, "can_invite_users": true });
    let act = json!({ "type": "set_admin", "chat": id, "user": BOT, "rights": rights });
    world.act(ANNA, act).await;
    world.call("setChatTitle", title).await;
    assert_eq!(world.chat(BORIS, id).await["title"], "Новая");
    let link = world
        .call("createChatInviteLink", json!({ "chat_id": id }))
        .await;
    assert!(
        link["invite_link"]
            .as_str()
            .unwrap()
            .starts_with("https://t.me/+")
    );
    let refused = world
        .refused("pinChatMessage", json!({ "chat_id": id, "message_id": 1 }))
        .await;
    assert_eq!(
        refused,
        "400 Bad Request: not enough rights to manage pinned messages in the chat"
    );
    let refused = world.refused("getChat", json!({ "chat_id": BORIS })).await;
    assert_eq!(
        refused, "400 Bad Request: chat not found",
        "he has never met the bot alone"
    );
}
