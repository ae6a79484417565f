//! Stars: invoices, payments, refunds, transactions; gifts.

use super::{ANNA, BORIS, BOT, World, world};
use serde_json::{Value, json};

fn invoice(amount: i64) -> Value {
    json!({
        "title": "Буст", "description": "Показ", "payload": "boost:1", "currency": "XTR",
        "prices": [{ "label": "Буст", "amount": amount }], "provider_token": "",
    })
}

async fn link(world: &World, amount: i64) -> String {
    let link = world.call("createInvoiceLink", invoice(amount)).await;
    link.as_str().unwrap().to_owned()
}

/// Pays, the bot consenting or not.
async fn pay(world: &World, person: i64, act: Value, consent: Value) -> Value {
    let paid = world.act(person, act);
    let bot = async {
        let query = loop {
            let updates = world.updates().await;
            let query = updates.iter().find_map(|u| u.get("pre_checkout_query"));
            if let Some(query) = query.cloned() {
                break query;
            }
            tokio::task::yield_now().await;
        };
        let mut answer = consent;
        answer["pre_checkout_query_id"] = query["id"].clone();
        world.call("answerPreCheckoutQuery", answer).await;
        query
    };
    let (paid, query) = tokio::join!(paid, bot);
    assert_eq!(query["currency"], "XTR");
    assert_eq!(query["invoice_payload"], "boost:1");
    paid
}

async fn rich(world: &World, person: i64) {
    world
        .act(person, json!({ "type": "add_stars", "amount": 100 }))
        .await;
}

async fn stars(world: &World, person: i64) -> (i64, i64) {
    let bot = world.call("getMyStarBalance", json!({})).await["amount"].as_i64();
    let own = world.state(person).await["me"]["stars"].as_i64();
    (own.unwrap(), bot.unwrap())
}

#[tokio::test]
async fn a_link_is_paid_and_refunded_once() {
    let world = world();
    rich(&world, ANNA).await;
    let link = link(&world, 30).await;
    let seen = world
        .act(ANNA, json!({ "type": "invoice", "link": link }))
        .await;
    assert_eq!(seen["invoice"]["total_amount"], 30);
    assert_eq!(seen["paid"], false);
    let act = json!({ "type": "pay", "link": link });
    let paid = pay(&world, ANNA, act, json!({ "ok": true })).await;
    assert_eq!(paid, json!({ "status": "paid" }));
    assert_eq!(stars(&world, ANNA).await, (70, 30));
    let updates = world.updates().await;
    let payment = &updates[0]["message"]["successful_payment"];
    assert_eq!(payment["total_amount"], 30);
    assert_eq!(payment["invoice_payload"], "boost:1");
    let charge = payment["telegram_payment_charge_id"].clone();
    let seen = world
        .act(ANNA, json!({ "type": "invoice", "link": link }))
        .await;
    assert_eq!(seen["paid"], true);

    let refund = |user: i64| json!({ "user_id": user, "telegram_payment_charge_id": charge });
    let refused = world.refused("refundStarPayment", refund(BORIS)).await;
    assert_eq!(refused, "400 Bad Request: CHARGE_NOT_FOUND");
    world.call("refundStarPayment", refund(ANNA)).await;
    assert_eq!(stars(&world, ANNA).await, (100, 0));
    let updates = world.updates().await;
    assert_eq!(
        updates[0]["message"]["refunded_payment"]["telegram_payment_charge_id"],
        charge
    );
    let refused = world.refused("refundStarPayment", refund(ANNA)).await;
    assert_eq!(refused, "400 Bad Request: CHARGE_ALREADY_REFUNDED");

    let all = world.call("getStarTransactions", json!({})).await["transactions"].clone();
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert_eq!((&all[0]["id"], &all[1]["id"]), (&charge, &charge));
    assert_eq!(all[0]["source"]["invoice_payload"], "boost:1");
    assert_eq!(all[0]["source"]["user"]["id"], ANNA);
    assert_eq!(all[0]["source"]["transaction_type"], "invoice_payment");
    assert_eq!(all[1]["receiver"]["user"]["id"], ANNA);
    let page = json!({ "offset": 1, "limit": 1 });
    let page = world.call("getStarTransactions", page).await["transactions"].clone();
    assert_eq!(page, json!([all[1]]));
}

#[tokio::test]
async fn an_invoice_in_the_chat_is_paid_once_by_its_button() {
    let world = world();
    rich(&world, ANNA).await;
    world.start(ANNA).await;
    let mut sent = invoice(10);
    sent["chat_id"] = json!(ANNA);
    let sent = world.call("sendInvoice", sent).await;
    assert_eq!(sent["invoice"]["total_amount"], 10);
    let button = sent.pointer("/reply_markup/inline_keyboard/0/0").unwrap();
    assert_eq!(button["pay"], true);
    let id = sent["message_id"].clone();
    let press = json!({ "type": "press", "chat": BOT, "message": id, "row": 0, "column": 0 });
    let pressed = world.act(ANNA, press).await;
    assert_eq!(pressed["invoice"]["title"], "Буст");
    let act = json!({ "type": "pay", "chat": pressed["chat"], "message": pressed["message"] });
    let paid = pay(&world, ANNA, act.clone(), json!({ "ok": true })).await;
    assert_eq!(paid["status"], "paid");
    let again = world.act(ANNA, act).await;
    assert_eq!(
        again,
        json!({ "status": "failed", "error": "already_paid" })
    );
    assert_eq!(stars(&world, ANNA).await, (90, 10));
    let copy = json!({ "chat_id": ANNA, "from_chat_id": ANNA, "message_id": id });
    assert_eq!(
        world.refused("copyMessage", copy).await,
        "400 Bad Request: message can't be copied"
    );
}

#[tokio::test]
async fn nothing_moves_without_the_bots_consent() {
    let world = world();
    rich(&world, ANNA).await;
    let link = link(&world, 30).await;
    let act = json!({ "type": "pay", "link": link });
    let no = json!({ "ok": false, "error_message": "Уже продано" });
    let paid = pay(&world, ANNA, act.clone(), no).await;
    assert_eq!(paid, json!({ "status": "failed", "error": "Уже продано" }));
    // Silence for ten seconds is a refusal, and an answer after that is none.
    let clock = async {
        while world.telegram.pending_updates(BOT) == 0 {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
        world.later(10);
    };
    let (paid, ()) = tokio::join!(world.act(ANNA, act), clock);
    assert_eq!(
        paid,
        json!({ "status": "failed", "error": "BOT_PRECHECKOUT_TIMEOUT" })
    );
    let query = world.updates().await[0]["pre_checkout_query"]["id"].clone();
    let late = json!({ "pre_checkout_query_id": query, "ok": true });
    let refused = world.refused("answerPreCheckoutQuery", late).await;
    assert!(refused.contains("query is too old"), "{refused}");
    assert_eq!(stars(&world, ANNA).await, (100, 0));
    let dear = json!({ "type": "pay", "link": self::link(&world, 101).await });
    let paid = world.act(ANNA, dear).await;
    assert_eq!(
        paid,
        json!({ "status": "failed", "error": "not_enough_stars" })
    );
    let (status, _) = world
        .try_act(
            ANNA,
            json!({ "type": "pay", "link": "https://t.me/$nothing" }),
        )
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn invoices_are_checked() {
    let world = world();
    let with = |name: &str, value: Value| {
        let mut invoice = invoice(1);
        invoice[name] = value;
        invoice
    };
    let price = json!({ "label": "x", "amount": 1 });
    let bad = [
        (with("title", json!("")), "parameter \"title\" is required"),
        (
            with("title", json!("x".repeat(33))),
            "INVOICE_TITLE_TOO_LONG",
        ),
        (
            with("payload", json!("ж".repeat(65))),
            "INVOICE_PAYLOAD_INVALID",
        ),
        (with("currency", json!("RUB")), "CURRENCY_INVALID"),
        (
            with("provider_token", json!("1:TEST")),
            "PAYMENT_PROVIDER_INVALID",
        ),
        (
            with("prices", json!([price, price])),
            "STARS_INVOICE_INVALID",
        ),
        (
            with("prices", json!([])),
            "there must be at least one price",
        ),
        (
            with("prices", json!([{ "label": "", "amount": 1 }])),
            "can't parse labeled price: LabeledPrice label must be non-empty",
        ),
        (invoice(0), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (invoice(100_001), "CURRENCY_TOTAL_AMOUNT_INVALID"),
    ];
    for (invoice, refusal) in bad {
        let refused = world.refused("createInvoiceLink", invoice).await;
        assert_eq!(refused, format!("400 Bad Request: {refusal}"));
    }
    world.start(ANNA).await;
    let mut second = invoice(1);
    second["chat_id"] = json!(ANNA);
    second["reply_markup"] = json!({ "inline_keyboard": [
        [{ "text": "x", "callback_data": "y" }], [{ "text": "z", "pay": true }],
    ] });
    let refused = world.refused("sendInvoice", second).await;
    assert_eq!(refused, "400 Bad Request: BUTTON_POS_INVALID");
}

#[tokio::test]
async fn a_bot_gives_gifts_for_its_stars() {
    let world = world();
    let gifts = world.call("getAvailableGifts", json!({})).await["gifts"].clone();
    let gift = gifts
        .as_array()
        .unwrap()
        .iter()
        .find(|gift| gift["star_count"] == 25)
        .unwrap();
    let give = json!({ "user_id": ANNA, "gift_id": gift["id"], "text": "С днём *рождения*",
        "text_parse_mode": "MarkdownV2" });
    let refused = world.refused("sendGift", give.clone()).await;
    assert_eq!(refused, "400 Bad Request: BALANCE_TOO_LOW");
    rich(&world, BORIS).await;
    let link = link(&world, 40).await;
    let act = json!({ "type": "pay", "link": link });
    pay(&world, BORIS, act, json!({ "ok": true })).await;
    world.call("sendGift", give).await;
    assert_eq!(stars(&world, ANNA).await.1, 15);
    let owned = world.call("getUserGifts", json!({ "user_id": ANNA })).await;
    assert_eq!(owned["total_count"], 1);
    assert_eq!(owned["gifts"][0]["type"], "regular");
    assert_eq!(owned["gifts"][0]["gift"], *gift);
    assert_eq!(owned["gifts"][0]["sender_user"]["id"], BOT);
    assert_eq!(owned["gifts"][0]["text"], "С днём рождения");
    let chat = world.chat(ANNA, BOT).await;
    assert_eq!(chat["messages"][0]["gift"]["gift"]["id"], gift["id"]);
    let all = world.call("getStarTransactions", json!({})).await["transactions"].clone();
    assert_eq!(all[1]["receiver"]["transaction_type"], "gift_purchase");
    let refused = world
        .refused("sendGift", json!({ "user_id": ANNA, "gift_id": "1" }))
        .await;
    assert_eq!(refused, "400 Bad Request: STARGIFT_INVALID");
}

#[tokio::test]
async fn unique_gifts_are_shown_and_a_channel_can_be_given_to() {
    let world = world();
    let unique = json!({
        "base_name": "Rocket", "name": "Rocket-7", "number": 7,
        "model": { "name": "M", "rarity_per_mille": 5 },
    });
    let id = world.telegram.give_unique_gift(ANNA, unique.clone());
    let owned = world.call("getUserGifts", json!({ "user_id": ANNA })).await;
    assert_eq!(owned["gifts"][0]["type"], "unique");
    assert_eq!(owned["gifts"][0]["gift"], unique);
    assert_eq!(owned["gifts"][0]["owned_gift_id"], id.to_string());
    assert!(owned["gifts"][0].get("sender_user").is_none());

    rich(&world, BORIS).await;
    let act = json!({ "type": "pay", "link": link(&world, 100).await });
    pay(&world, BORIS, act, json!({ "ok": true })).await;
    let made = json!({ "type": "create_channel", "title": "К", "username": "kanal" });
    let channel = world.act(ANNA, made).await["chat"]["id"].clone();
    let gift = json!({ "chat_id": channel, "gift_id": "5170145012310081615" });
    for _ in 0..3 {
        world.call("sendGift", gift.clone()).await;
    }
    let page = json!({ "chat_id": channel, "limit": 2 });
    let owned = world.call("getChatGifts", page).await;
    assert_eq!(owned["total_count"], 3);
    assert_eq!(owned["gifts"].as_array().unwrap().len(), 2);
    let rest = json!({ "chat_id": channel, "offset": owned["next_offset"] });
    let rest = world.call("getChatGifts", rest).await;
    assert_eq!(rest["gifts"].as_array().unwrap().len(), 1);
    assert!(rest.get("next_offset").is_none());
}
