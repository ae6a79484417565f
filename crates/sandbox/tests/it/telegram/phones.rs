//! What a phone sees: people, bots, languages, news, Mini Apps, links.

use super::{ANNA, BORIS, BOT, OWNER, TOKEN, get, world};
use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use torg_sandbox::people::everybody;
use torg_telegram::init_data::{SecretKey, verify};
use tower::ServiceExt as _;

#[tokio::test]
async fn everybody_has_a_phone() {
    let world = world();
    let (status, people) = get(&world.phones, "/_sandbox/telegram/people").await;
    assert_eq!(status, 200);
    let people = people.as_array().unwrap();
    assert_eq!(people.len(), everybody().len());
    let mut hints: Vec<_> = people.iter().map(|p| p["hint"].as_str().unwrap()).collect();
    hints.sort_unstable();
    hints.dedup();
    assert_eq!(
        hints,
        [
            "advertiser",
            "channel_owner",
            "customer",
            "executor",
            "finance",
            "moderator",
            "operator",
            "read_only",
            "support"
        ]
    );
    let state = world.state(ANNA).await;
    assert_eq!(state["me"]["first_name"], "Анна");
    assert_eq!(state["chats"], json!([]));
    assert_eq!(state["bots"][0]["username"], "torg_bot");
    let (status, refusal) = get(&world.phones, "/_sandbox/telegram/state?as=7").await;
    assert_eq!(
        (status.as_u16(), &refusal["code"]),
        (404, &json!("unknown_person"))
    );
    let (status, _) = world.try_act(ANNA, json!({ "type": "dance" })).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn commands_speak_the_persons_language() {
    let world = world();
    let command = |text: &str| json!([{ "command": "help", "description": text }]);
    let set = |text: &str, more: Value| {
        let mut params = json!({ "commands": command(text) });
        for (name, value) in more.as_object().unwrap() {
            params[name] = value.clone();
        }
        params
    };
    let shown = async |person| world.state(person).await["bots"][0]["commands"].clone();
    world.call("setMyCommands", set("Help", json!({}))).await;
    world
        .call(
            "setMyCommands",
            set("Помощь", json!({ "language_code": "ru" })),
        )
        .await;
    assert_eq!(shown(ANNA).await, command("Помощь"));
    let seq = world.state(ANNA).await["seq"].as_u64().unwrap();
    world
        .act(ANNA, json!({ "type": "language", "language_code": "en" }))
        .await;
    assert_eq!(shown(ANNA).await, command("Help"));
    assert_eq!(world.telegram.events(ANNA, seq).await[0].kind, "bots");
    world.start(ANNA).await;
    let own = json!({ "scope": { "type": "chat", "chat_id": ANNA } });
    world
        .call("setMyCommands", set("Только Анне", own.clone()))
        .await;
    assert_eq!(shown(ANNA).await, command("Только Анне"));
    assert_eq!(shown(BORIS).await, command("Помощь"));
    assert_eq!(
        world.call("getMyCommands", own.clone()).await,
        command("Только Анне")
    );
    world.call("deleteMyCommands", own).await;
    assert_eq!(shown(ANNA).await, command("Help"));
}

#[tokio::test]
async fn commands_are_checked() {
    let world = world();
    for (bad, refusal) in [
        (
            json!({ "commands": [{ "command": "Help", "description": "x" }] }),
            "BOT_COMMAND_INVALID",
        ),
        (
            json!({ "commands": [{ "command": "help", "description": "" }] }),
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            json!({ "commands": [], "language_code": "russian" }),
            "invalid language code specified",
        ),
    ] {
        assert_eq!(
            world.refused("setMyCommands", bad).await,
            format!("400 Bad Request: {refusal}")
        );
    }
}

#[tokio::test]
async fn the_menu_button_is_a_persons_own_or_everybodys() {
    let world = world();
    world.start(ANNA).await;
    let app =
        json!({ "type": "web_app", "text": "Открыть", "web_app": { "url": "https://a.org/" } });
    world
        .call("setChatMenuButton", json!({ "menu_button": app }))
        .await;
    let button = json!({ "type": "commands" });
    world
        .call(
            "setChatMenuButton",
            json!({ "chat_id": ANNA, "menu_button": button }),
        )
        .await;
    assert_eq!(world.state(BORIS).await["bots"][0]["menu_button"], app);
    assert_eq!(world.state(ANNA).await["bots"][0]["menu_button"], button);
    assert_eq!(world.call("getChatMenuButton", json!({})).await, app);
    world
        .call(
            "setMyDescription",
            json!({ "description": "О боте", "language_code": "ru" }),
        )
        .await;
    assert_eq!(world.state(BORIS).await["bots"][0]["description"], "О боте");
    assert_eq!(
        world
            .call("getMyDescription", json!({ "language_code": "ru" }))
            .await["description"],
        "О боте"
    );
}

#[tokio::test]
async fn news_come_by_server_sent_events() {
    let world = world();
    let seq = world.state(ANNA).await["seq"].as_u64().unwrap();
    world.start(ANNA).await;
    let id = world.say(ANNA, "привет").await;
    world.start(BORIS).await;
    world
        .call(
            "deleteMessage",
            json!({ "chat_id": ANNA, "message_id": id }),
        )
        .await;
    let path = format!("/_sandbox/telegram/events?as={ANNA}&after={seq}");
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = world.phones.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let mut text = String::new();
    while !text.contains("event: deleted") {
        let next = tokio::time::timeout(Duration::from_secs(10), stream.next());
        let chunk = next.await.expect("news in ten seconds").unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    let kinds: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("event: "))
        .collect();
    assert_eq!(
        kinds,
        ["chat", "chat", "message", "message", "deleted"],
        "{text}"
    );
    let ids: Vec<u64> = text
        .lines()
        .filter_map(|line| line.strip_prefix("id: ")?.parse().ok())
        .collect();
    assert!(ids.is_sorted() && ids[0] > seq, "{ids:?}");
    let data: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
        .collect();
    assert_eq!(data[3]["message"]["text"], "привет");
    assert_eq!(data[3]["chat"], BOT);
    assert_eq!(data[4], json!({ "chat": BOT, "message_ids": [id] }));
    // A phone that has seen the first three goes on from there.
    let path = format!("/_sandbox/telegram/events?as={ANNA}");
    let request = Request::get(path).header("last-event-id", ids[3].to_string());
    let response = world
        .phones
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let chunk = response
        .into_body()
        .into_data_stream()
        .next()
        .await
        .unwrap()
        .unwrap();
    assert!(
        std::str::from_utf8(&chunk)
            .unwrap()
            .contains("event: deleted")
    );
}

#[tokio::test]
async fn links_and_buttons_lead_where_they_say() {
    let world = world();
    world.start(ANNA).await;
    let follow = async |link: &str| {
        world
            .act(ANNA, json!({ "type": "follow", "link": link }))
            .await
    };
    assert_eq!(
        follow("https://x.org/").await,
        json!({ "open": "https://x.org/" })
    );
    let start = json!({ "start": { "bot": BOT, "payload": "order_1" } });
    assert_eq!(follow("https://t.me/torg_bot?start=order_1").await, start);
    assert_eq!(
        follow("https://t.me/nobody").await,
        json!({ "open": "https://t.me/nobody" })
    );
    let opened = follow("https://t.me/torg_bot?startapp=order_1").await["web_app"].clone();
    assert_eq!(opened["url"], "https://torg.example/app/");
    let key = SecretKey::from_token(TOKEN);
    let check = |opened: &Value| {
        let raw = opened["init_data"].as_str().unwrap();
        verify(raw, &key, world.clock.now(), Duration::ZERO).unwrap()
    };
    let data = check(&opened);
    assert_eq!(
        (data.user.id.0, data.start_param.as_deref()),
        (ANNA, Some("order_1"))
    );
    assert!(data.user.allows_write_to_pm);

    let keyboard = json!({ "inline_keyboard": [[
        { "text": "a", "web_app": { "url": "https://a.org/b" } },
        { "text": "b", "url": "https://t.me/torg_bot?start=x" },
    ]] });
    let sent = json!({ "chat_id": ANNA, "text": "x", "reply_markup": keyboard });
    let id = world.call("sendMessage", sent).await["message_id"].clone();
    let press = async |column: usize| {
        let press =
            json!({ "type": "press", "chat": BOT, "message": id, "row": 0, "column": column });
        world.act(ANNA, press).await
    };
    let opened = press(0).await["web_app"].clone();
    assert_eq!(opened["url"], "https://a.org/b");
    assert_ne!(check(&opened).fingerprint, data.fingerprint);
    assert_eq!(press(1).await["start"]["payload"], "x");
    let none = json!({ "type": "press", "chat": BOT, "message": id, "row": 1, "column": 0 });
    assert_eq!(world.try_act(ANNA, none).await.0, 404);

    world
        .act(ANNA, json!({ "type": "language", "language_code": "en" }))
        .await;
    let open = json!({ "type": "open_web_app", "bot": BOT, "start_param": "y" });
    let opened = world.act(ANNA, open).await;
    assert_eq!(check(&opened).user.language_code.as_deref(), Some("en"));

    let query = opened["init_data"]
        .as_str()
        .unwrap()
        .split('&')
        .find_map(|part| part.strip_prefix("query_id="));
    let result = json!({ "type": "article", "id": "1", "title": "t",
        "input_message_content": { "message_text": "из приложения" } });
    let answer = json!({ "web_app_query_id": query, "result": result });
    let sent = world.call("answerWebAppQuery", answer.clone()).await;
    assert_eq!(sent, json!({}), "nothing names it later without a keyboard");
    let updates = world.updates().await;
    assert_eq!(updates.last().unwrap()["message"]["via_bot"]["id"], BOT);
    assert_eq!(
        world.refused("answerWebAppQuery", answer).await,
        "400 Bad Request: QUERY_ID_INVALID"
    );
}

#[tokio::test]
async fn a_deep_link_carries_what_telegram_lets_it_carry() {
    let world = world();
    for (payload, status) in [
        ("a".repeat(64), 200),
        ("a".repeat(65), 400),
        ("a b".to_owned(), 400),
        ("ж".to_owned(), 400),
    ] {
        let act = json!({ "type": "start", "bot": "torg_bot", "payload": payload });
        assert_eq!(world.try_act(ANNA, act).await.0, status, "{payload}");
    }
}

#[tokio::test]
async fn what_was_read_is_not_unread() {
    let world = world();
    let made = json!({ "type": "create_channel", "title": "К", "username": "kanal" });
    let id = world.act(OWNER, made).await["chat"]["id"].as_i64().unwrap();
    world
        .act(
            ANNA,
            json!({ "type": "add_member", "chat": id, "user": ANNA }),
        )
        .await;
    for text in ["a", "b"] {
        world
            .act(OWNER, json!({ "type": "post", "chat": id, "text": text }))
            .await;
    }
    let chat = world.chat(ANNA, id).await;
    assert_eq!(
        (&chat["unread"], &chat["can_post"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(world.chat(OWNER, id).await["unread"], 0);
    world.act(ANNA, json!({ "type": "read", "chat": id })).await;
    assert_eq!(world.chat(ANNA, id).await["unread"], 0);
    let taken = json!({ "type": "create_channel", "title": "К", "username": "Kanal" });
    let (status, refusal) = world.try_act(ANNA, taken).await;
    assert_eq!(
        (status.as_u16(), &refusal["code"]),
        (409, &json!("username_taken"))
    );
    // A private place is none for who is not in it.
    let made = world
        .act(OWNER, json!({ "type": "create_group", "title": "Г" }))
        .await;
    let act = json!({ "type": "send", "chat": made["chat"]["id"], "text": "x" });
    assert_eq!(world.try_act(BORIS, act).await.0, 404);
}
