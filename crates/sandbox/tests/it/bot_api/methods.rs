//! Every method does what it says.

use super::*;
use std::time::Duration;
use torg_telegram::api::{
    AnswerCallbackQuery, AnswerPreCheckoutQuery, BadRequest, BotCommand, Button, ChatKind,
    CommandScope, CopyMessage, CreateInvoiceLink, DeleteMessage, DeleteWebhook,
    EditMessageReplyMarkup, EditMessageText, ForwardMessage, GetChat, GetChatAdministrators,
    GetChatMember, GetChatMemberCount, GetMe, GetMyStarBalance, GetStarTransactions,
    GetWebhookInfo, InlineKeyboard, Invoice, LeaveChat, MemberStatus, MenuButton, PinChatMessage,
    Posted, RefundStarPayment, SendInvoice, SendMessage, SetChatMenuButton, SetMyCommands,
    SetMyDescription, SetWebhook, Update, UpdateKind, WebAppInfo,
};

async fn next(world: &World) -> UpdateKind {
    let wait = Duration::from_secs(5);
    let updates = world.api.get_updates(None, wait, &[]).await.unwrap();
    let first = updates.0.first().unwrap();
    let kind = Update::parse(first.raw.get()).unwrap().kind;
    let next = Some(first.update_id.saturating_add(1));
    world
        .api
        .get_updates(next, Duration::ZERO, &[])
        .await
        .unwrap();
    kind
}

#[tokio::test]
async fn the_bot_itself() {
    let world = World::start().await;
    let me = world.api.get_me(&GetMe {}).await.unwrap();
    assert_eq!(
        (me.id, me.is_bot, me.username.as_deref()),
        (BOT, true, Some("torg_bot"))
    );
    let commands = SetMyCommands {
        commands: vec![BotCommand {
            command: "start".to_owned(),
            description: "Begin".to_owned(),
        }],
        scope: Some(CommandScope::AllPrivateChats),
        language_code: None,
    };
    assert!(world.api.set_my_commands(&commands).await.unwrap());
    let menu = SetChatMenuButton {
        chat_id: None,
        menu_button: Some(MenuButton::WebApp {
            text: "Open".to_owned(),
            web_app: WebAppInfo {
                url: "https://torg.example/app".to_owned(),
            },
        }),
    };
    assert!(world.api.set_chat_menu_button(&menu).await.unwrap());
    let description = SetMyDescription {
        description: Some("A market".to_owned()),
        language_code: None,
    };
    assert!(world.api.set_my_description(&description).await.unwrap());
}

#[tokio::test]
async fn messages_and_their_buttons() {
    let world = World::started().await;
    let api = &world.api;
    let keyboard = InlineKeyboard::new().row([Button::callback("Take", "take:1")]);
    let text = SendMessage::new(ANNA, "<b>Hello</b>")
        .html()
        .keyboard(keyboard);
    let sent = api.send_message(&text).await.unwrap();
    assert_eq!((sent.text.as_deref(), sent.chat.id), (Some("Hello"), ANNA));
    assert_eq!(sent.entities[0].kind, "bold");

    world
        .telegram
        .press(ANNA, BOT, sent.message_id, 0, 0)
        .await
        .unwrap();
    let UpdateKind::CallbackQuery(query) = next(&world).await else {
        panic!("no query")
    };
    assert_eq!(
        (query.from.id, query.data.as_deref()),
        (ANNA, Some("take:1"))
    );
    let answer = AnswerCallbackQuery::new(query.id.as_str())
        .text("Taken")
        .alert();
    assert!(api.answer_callback_query(&answer).await.unwrap());

    let edited = EditMessageText::new(ANNA, sent.message_id, "Bye");
    let Posted::Message(edited) = api.edit_message_text(&edited).await.unwrap() else {
        panic!("no message")
    };
    assert_eq!(
        (edited.text.as_deref(), edited.reply_markup),
        (Some("Bye"), None)
    );
    let again = EditMessageText::new(ANNA, sent.message_id, "Bye");
    let error = api.edit_message_text(&again).await.unwrap_err();
    assert_eq!(error.kind, BadRequest::NotModified.into());
    let buttons = InlineKeyboard::new().row([Button::url("Open", "https://torg.example/")]);
    let buttons = EditMessageReplyMarkup::new(ANNA, sent.message_id).keyboard(buttons);
    api.edit_message_reply_markup(&buttons).await.unwrap();

    let forwarded = ForwardMessage::new(ANNA, ANNA, sent.message_id);
    let forwarded = api.forward_message(&forwarded).await.unwrap();
    assert_eq!(forwarded.text.as_deref(), Some("Bye"));
    assert!(forwarded.rest.contains_key("forward_origin"));
    let copied = CopyMessage::new(ANNA, ANNA, sent.message_id);
    assert!(api.copy_message(&copied).await.unwrap().message_id > forwarded.message_id);
    let pinned = PinChatMessage::new(ANNA, sent.message_id).silent();
    assert!(api.pin_chat_message(&pinned).await.unwrap());
    let deleted = DeleteMessage::new(ANNA, sent.message_id);
    assert!(api.delete_message(&deleted).await.unwrap());
    let error = api.edit_message_text(&again).await.unwrap_err();
    assert_eq!(error.kind, BadRequest::MessageNotFound.into());
}

#[tokio::test]
async fn channels_and_who_is_there() {
    let world = World::started().await;
    let (api, id) = (&world.api, world.channel().await);
    world.forget_updates().await;
    let chat = api.get_chat(&GetChat::new("@torg_news")).await.unwrap();
    assert_eq!((chat.id, chat.kind), (id, ChatKind::Channel));
    let me = api
        .get_chat_member(&GetChatMember::new(id, BOT))
        .await
        .unwrap();
    assert!(me.is_admin() && me.can_post_messages);
    let anna = api
        .get_chat_member(&GetChatMember::new("@torg_news", ANNA))
        .await
        .unwrap();
    assert_eq!(anna.status, MemberStatus::Creator);
    let admins = GetChatAdministrators::new(id);
    let admins = api.get_chat_administrators(&admins).await.unwrap();
    assert!(admins.iter().any(|member| member.user.id == ANNA));
    assert_eq!(
        api.get_chat_member_count(&GetChatMemberCount::new(id))
            .await
            .unwrap(),
        2
    );
    let post = api
        .send_message(&SendMessage::new("@torg_news", "News"))
        .await
        .unwrap();
    assert_eq!((post.chat.id, post.from), (id, None));
    assert!(api.leave_chat(&LeaveChat::new(id)).await.unwrap());
}

#[tokio::test]
async fn updates_are_brought_or_fetched() {
    let world = World::started().await;
    let api = &world.api;
    world.telegram.send(ANNA, BOT, "Hello").await.unwrap();
    let UpdateKind::Message(message) = next(&world).await else {
        panic!("no message")
    };
    assert_eq!(message.text.as_deref(), Some("Hello"));
    let webhook = SetWebhook {
        url: "https://torg.example/telegram".to_owned(),
        secret_token: Secret::new("a_secret"),
        max_connections: Some(7),
        ..SetWebhook::default()
    };
    assert!(api.set_webhook(&webhook).await.unwrap());
    let info = api.get_webhook_info(&GetWebhookInfo {}).await.unwrap();
    assert_eq!(
        (info.url.as_str(), info.max_connections),
        ("https://torg.example/telegram", Some(7))
    );
    let error = api
        .get_updates(None, Duration::ZERO, &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind, torg_telegram::api::ApiErrorKind::Conflict);
    assert!(api.delete_webhook(&DeleteWebhook::default()).await.unwrap());
    assert_eq!(
        api.get_updates(None, Duration::ZERO, &[])
            .await
            .unwrap()
            .0
            .len(),
        0
    );
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn stars_come_and_go() {
    let world = World::started().await;
    let api = &world.api;
    world.act(Act::AddStars { amount: 100 }).await;
    let invoice = Invoice::stars("Balance", "Money for the balance", "payment-1", 56);
    let sent = SendInvoice::new(ANNA, invoice.clone());
    assert!(
        api.send_invoice(&sent)
            .await
            .unwrap()
            .rest
            .contains_key("invoice")
    );
    let link = api
        .create_invoice_link(&CreateInvoiceLink(invoice))
        .await
        .unwrap();
    let pay = || Act::Pay {
        link: Some(link.clone()),
        chat: None,
        message: None,
    };
    // The phone waits for the bot, and the bot for the phone.
    let refused = async {
        let UpdateKind::PreCheckoutQuery(query) = next(&world).await else {
            panic!("no query")
        };
        let answer = AnswerPreCheckoutQuery::refuse(query.id.as_str(), "Sold");
        api.answer_pre_checkout_query(&answer).await.unwrap()
    };
    let (outcome, answered) = tokio::join!(world.act(pay()), refused);
    assert!(answered);
    assert_eq!(outcome["status"], "failed", "{outcome}");
    let agreed = async {
        let UpdateKind::PreCheckoutQuery(query) = next(&world).await else {
            panic!("no query")
        };
        assert_eq!((query.total_amount, query.currency.as_str()), (56, "XTR"));
        assert_eq!(query.invoice_payload, "payment-1");
        let answer = AnswerPreCheckoutQuery::go_on(query.id.as_str());
        assert!(api.answer_pre_checkout_query(&answer).await.unwrap());
        api.answer_pre_checkout_query(&answer).await.unwrap_err()
    };
    let (outcome, again) = tokio::join!(world.act(pay()), agreed);
    assert_eq!(outcome["status"], "paid", "{outcome}");
    assert_eq!(again.kind, BadRequest::QueryTooOld.into());
    let UpdateKind::Message(paid) = next(&world).await else {
        panic!("no message")
    };
    let paid = paid.successful_payment.unwrap();
    assert_eq!(
        api.get_my_star_balance(&GetMyStarBalance {})
            .await
            .unwrap()
            .amount,
        56
    );

    let refund = RefundStarPayment {
        user_id: ANNA,
        telegram_payment_charge_id: paid.telegram_payment_charge_id.clone(),
    };
    assert!(api.refund_star_payment(&refund).await.unwrap());
    let error = api.refund_star_payment(&refund).await.unwrap_err();
    assert_eq!(error.kind, BadRequest::ChargeAlreadyRefunded.into());
    let UpdateKind::Message(back) = next(&world).await else {
        panic!("no message")
    };
    assert_eq!(back.refunded_payment.unwrap().total_amount, 56);
    let page = GetStarTransactions {
        offset: Some(0),
        limit: Some(10),
    };
    let rows = api.get_star_transactions(&page).await.unwrap().transactions;
    let ids: Vec<_> = rows.iter().map(|row| row.id.as_str()).collect();
    let charge = paid.telegram_payment_charge_id.as_str();
    assert_eq!(
        ids,
        [charge, charge],
        "the oldest first, both under the charge's name"
    );
    let source = rows[0].source.as_ref().unwrap();
    assert_eq!(source.invoice_payload.as_deref(), Some("payment-1"));
    assert_eq!(source.user.as_ref().unwrap().id, ANNA);
    assert!(rows[1].receiver.is_some() && rows[1].source.is_none());
    let rest = GetStarTransactions {
        offset: Some(2),
        limit: Some(10),
    };
    assert_eq!(
        api.get_star_transactions(&rest).await.unwrap().transactions,
        []
    );
}
