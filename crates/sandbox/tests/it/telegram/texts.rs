//! Texts and keyboards: markup, limits, refusals.

use super::{ANNA, BOT, World, world};
use serde_json::{Value, json};

fn said(text: &str, mode: &str) -> Value {
    json!({ "chat_id": ANNA, "text": text, "parse_mode": mode })
}

#[tokio::test]
async fn markup_becomes_entities() {
    let world = world();
    world.start(ANNA).await;
    let fine: [(&str, &str, &str, Value); 5] = [
        (
            "<b>a</b> /help",
            "HTML",
            "a /help",
            json!([
                { "type": "bold", "offset": 0, "length": 1 },
                { "type": "bot_command", "offset": 2, "length": 5 },
            ]),
        ),
        (
            "*ж* 1\\.5",
            "MarkdownV2",
            "ж 1.5",
            json!([{ "type": "bold", "offset": 0, "length": 1 }]),
        ),
        (
            "_a_",
            "markdown",
            "a",
            json!([{ "type": "italic", "offset": 0, "length": 1 }]),
        ),
        (
            "  <i>a</i> \n",
            "html",
            "a",
            json!([{ "type": "italic", "offset": 0, "length": 1 }]),
        ),
        (
            "<a href=\"t.me/x\">a</a>",
            "HTML",
            "a",
            json!([
                { "type": "text_link", "offset": 0, "length": 1, "url": "http://t.me/x" },
            ]),
        ),
    ];
    for (text, mode, plain, entities) in fine {
        let sent = world.call("sendMessage", said(text, mode)).await;
        assert_eq!(
            (&sent["text"], &sent["entities"]),
            (&json!(plain), &entities),
            "{text}"
        );
    }
}

#[tokio::test]
async fn what_means_something_does_not_overlap() {
    let world = world();
    world.start(ANNA).await;
    let kinds = async |text: &str, mode: &str| -> Vec<Value> {
        let sent = world.call("sendMessage", said(text, mode)).await;
        let entities = sent["entities"].as_array().unwrap();
        entities
            .iter()
            .map(|entity| entity["type"].clone())
            .collect()
    };
    assert_eq!(kinds("<pre><code>x</code></pre>", "HTML").await, ["pre"]);
    assert_eq!(kinds("<code>/help x.org</code>", "HTML").await, ["code"]);
    assert_eq!(
        kinds("<b>/help <i>@anna</i></b>", "HTML").await,
        ["bold", "bot_command", "italic", "mention"]
    );
    assert_eq!(
        kinds("<code><b>x</b></code> #y", "HTML").await,
        ["code", "hashtag"]
    );
    let user = said(
        "[Анна](tg://user?id=1001) [никто](tg://user?id=77)",
        "MarkdownV2",
    );
    let sent = world.call("sendMessage", user).await;
    assert_eq!(sent["entities"].as_array().unwrap().len(), 1);
    assert_eq!(sent["entities"][0]["user"]["id"], ANNA);
    let own = json!([
        { "type": "bold", "offset": 2, "length": 1 }, { "type": "bot_command", "offset": 2, "length": 1 },
    ]);
    let own = json!({ "chat_id": ANNA, "text": "  x /help", "entities": own });
    let sent = world.call("sendMessage", own).await;
    assert_eq!(
        sent["entities"],
        json!([
            { "type": "bold", "offset": 0, "length": 1 },
            { "type": "bot_command", "offset": 2, "length": 5 },
        ])
    );
}

#[tokio::test]
async fn broken_markup_is_refused() {
    let world = world();
    world.start(ANNA).await;
    let bad = [
        (
            "<b>a",
            "HTML",
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            "a.b",
            "MarkdownV2",
            "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
        ),
        (
            "*a",
            "Markdown",
            "can't parse entities: Can't find end of the entity starting at byte offset 0",
        ),
        ("a", "BBCode", "unsupported parse_mode"),
        ("<b> </b>", "HTML", "message text is empty"),
        ("", "", "message text is empty"),
    ];
    for (text, mode, refusal) in bad {
        let refused = world.refused("sendMessage", said(text, mode)).await;
        assert_eq!(refused, format!("400 Bad Request: {refusal}"), "{text}");
    }
}

#[tokio::test]
async fn a_text_has_4096_units_after_its_markup_is_read() {
    let world = world();
    world.start(ANNA).await;
    let said = |text: String| json!({ "chat_id": ANNA, "text": text, "parse_mode": "HTML" });
    world
        .call("sendMessage", said(format!("<b>{}</b>", "ж".repeat(4096))))
        .await;
    let long = "400 Bad Request: message is too long";
    assert_eq!(
        world.refused("sendMessage", said("ж".repeat(4097))).await,
        long
    );
    world.call("sendMessage", said("😀".repeat(2048))).await;
    assert_eq!(
        world.refused("sendMessage", said("😀".repeat(2049))).await,
        long
    );
    let photo = |caption: String| json!({ "chat_id": ANNA, "photo": "https://x.org/a", "caption": caption });
    world.call("sendPhoto", photo("a".repeat(1024))).await;
    let refused = world.refused("sendPhoto", photo("a".repeat(1025))).await;
    assert_eq!(refused, "400 Bad Request: message caption is too long");
}

fn inline(button: Value) -> Value {
    json!({ "inline_keyboard": [[button]] })
}

async fn group(world: &World) -> i64 {
    let group = world
        .act(ANNA, json!({ "type": "create_group", "title": "G" }))
        .await;
    let group = group["chat"]["id"].as_i64().unwrap();
    world
        .act(
            ANNA,
            json!({ "type": "add_member", "chat": group, "user": BOT }),
        )
        .await;
    group
}

#[tokio::test]
async fn keyboards_of_every_kind() {
    let world = world();
    world.start(ANNA).await;
    let app = json!({ "text": "x", "web_app": { "url": "https://x.org/" } });
    let fine = [
        inline(json!({ "text": "x", "callback_data": "x".repeat(64) })),
        inline(json!({ "text": "x", "url": "https://x.org" })),
        inline(json!({ "text": "x", "copy_text": { "text": "y" } })),
        inline(app.clone()),
        json!({ "keyboard": [["a", { "text": "b" }]], "resize_keyboard": true }),
        json!({ "keyboard": [[app]] }),
        json!({ "remove_keyboard": true }),
    ];
    for markup in fine {
        let sent = json!({ "chat_id": ANNA, "text": "x", "reply_markup": markup });
        world.call("sendMessage", sent).await;
    }
}

#[tokio::test]
async fn wrong_keyboards_are_refused() {
    let world = world();
    world.start(ANNA).await;
    let group = group(&world).await;
    for (chat, markup, refusal) in wrong_keyboards(group) {
        let sent = json!({ "chat_id": chat, "text": "x", "reply_markup": markup });
        let refused = world.refused("sendMessage", sent).await;
        assert_eq!(refused, format!("400 Bad Request: {refusal}"));
    }
}

fn wrong_keyboards(group: i64) -> Vec<(i64, Value, &'static str)> {
    vec![
        (
            ANNA,
            inline(json!({ "text": "x", "callback_data": "ж".repeat(33) })),
            "BUTTON_DATA_INVALID",
        ),
        (
            ANNA,
            inline(json!({ "text": "x", "callback_data": "" })),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            ANNA,
            inline(json!({ "text": "x" })),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            ANNA,
            inline(json!({ "callback_data": "x" })),
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            ANNA,
            inline(json!({ "text": "x", "url": "not a url" })),
            "inline keyboard button URL 'not a url' is invalid: Wrong HTTP URL",
        ),
        (
            ANNA,
            inline(json!({ "text": "x", "pay": true })),
            "BUTTON_TYPE_INVALID",
        ),
        (
            ANNA,
            inline(json!({ "text": "x", "web_app": { "url": "http://x.org/" } })),
            "inline keyboard button Web App URL 'http://x.org/' is invalid: Only HTTPS links are allowed",
        ),
        (
            group,
            inline(json!({ "text": "x", "web_app": { "url": "https://x.org/" } })),
            "BUTTON_TYPE_INVALID",
        ),
        (
            group,
            json!({ "keyboard": [[{ "text": "x", "request_contact": true }]] }),
            "phone number can be requested in private chats only",
        ),
        (
            ANNA,
            json!({ "inline_keyboard": "x" }),
            "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays",
        ),
        (ANNA, json!([1]), "object expected as reply markup"),
        (
            ANNA,
            json!("{"),
            "can't parse reply keyboard markup JSON object",
        ),
        (
            ANNA,
            json!({ "inline_keyboard": vec![vec![json!({ "text": "x", "callback_data": "y" })]; 101] }),
            "reply markup is too long",
        ),
    ]
}
