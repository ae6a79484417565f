//! Every request with every field, as JSON: kept in a file that an independent client's models are
//! held against (`tools/telegram-schema.sh`), so that what we send and what was checked is the same.

use super::server::{Script, api, ok};
use serde_json::value::RawValue;
use std::fmt::Write as _;
use torg_platform::config::Secret;
use torg_telegram::api::{
    AnswerCallbackQuery, AnswerPreCheckoutQuery, BotCommand, Button, ChatRef, CommandScope,
    CopyMessage, CreateInvoiceLink, DeleteMessage, DeleteWebhook, EditMessageReplyMarkup,
    EditMessageText, ForwardMessage, GetChat, GetChatAdministrators, GetChatMember,
    GetChatMemberCount, GetMe, GetMyStarBalance, GetStarTransactions, GetUpdates, GetWebhookInfo,
    InlineKeyboard, Invoice, LeaveChat, LinkPreviewOptions, MenuButton, Method, ParseMode,
    PinChatMessage, RefundStarPayment, ReplyParameters, SendInvoice, SendMessage,
    SetChatMenuButton, SetMyCommands, SetMyDescription, SetWebhook, WebAppInfo,
};

/// Where they are kept.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema/requests.jsonl");

fn line<M: Method>(request: &M) -> (&'static str, Box<RawValue>) {
    (M::NAME, request.params().unwrap())
}

fn keyboard() -> InlineKeyboard {
    InlineKeyboard::new()
        .row([
            Button::callback("Take", "take:1"),
            Button::url("Open", "https://example.org/"),
        ])
        .row([
            Button::web_app("Shop", "https://example.org/app"),
            Button::copy("Copy", "the address"),
        ])
}

fn preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: Some(false),
        url: Some("https://example.org/picture".to_owned()),
        prefer_small_media: Some(true),
        show_above_text: Some(true),
    }
}

fn reply() -> ReplyParameters {
    ReplyParameters {
        message_id: 7,
        chat_id: Some(ChatRef::from("@channel")),
        allow_sending_without_reply: Some(true),
    }
}

fn invoice() -> Invoice {
    let mut invoice = Invoice::stars("Balance", "Money for your balance", "payment-1", 56);
    invoice.photo_url = Some("https://example.org/star.png".to_owned());
    invoice
}

fn messages() -> Vec<(&'static str, Box<RawValue>)> {
    let mut full = SendMessage::new("@channel", "<b>text</b>")
        .html()
        .silent()
        .protected()
        .keyboard(keyboard());
    full.link_preview_options = Some(preview());
    full.reply_parameters = Some(reply());
    let mut forwarded = ForwardMessage::new(-100_123, "@channel", 5).silent();
    forwarded.protect_content = Some(true);
    let mut copied = CopyMessage::new(1, -100_123, 5)
        .silent()
        .keyboard(keyboard());
    copied.caption = Some("a _caption_".to_owned());
    copied.parse_mode = Some(ParseMode::MarkdownV2);
    copied.protect_content = Some(true);
    copied.reply_parameters = Some(reply());
    let mut edited = EditMessageText::new(1, 5, "text")
        .html()
        .keyboard(keyboard());
    edited.link_preview_options = Some(preview());
    vec![
        line(&SendMessage::new(1, "text")),
        line(&SendMessage::new(1, "text").without_preview().reply_to(3)),
        line(&full),
        line(&forwarded),
        line(&copied),
        line(&edited),
        line(&EditMessageText::new(1, 5, "text").without_preview()),
        line(&EditMessageReplyMarkup::new(1, 5)),
        line(&EditMessageReplyMarkup::new("@channel", 5).keyboard(keyboard())),
        line(&DeleteMessage::new(1, 5)),
        line(&AnswerCallbackQuery::new("q")),
        line(&AnswerCallbackQuery {
            url: Some("https://t.me/bot?start=x".to_owned()),
            cache_time: Some(5),
            ..AnswerCallbackQuery::new("q").text("done").alert()
        }),
    ]
}

fn payments() -> Vec<(&'static str, Box<RawValue>)> {
    let mut sent = SendInvoice::new(1, invoice());
    sent.start_parameter = Some("pay".to_owned());
    sent.disable_notification = Some(true);
    sent.protect_content = Some(true);
    sent.reply_parameters = Some(reply());
    sent.reply_markup = Some(InlineKeyboard::new().row([Button::pay("Pay ⭐️56")]));
    vec![
        line(&sent),
        line(&CreateInvoiceLink(invoice())),
        line(&AnswerPreCheckoutQuery::go_on("q")),
        line(&AnswerPreCheckoutQuery::refuse("q", "It is sold")),
        line(&RefundStarPayment {
            user_id: 1,
            telegram_payment_charge_id: "c".to_owned(),
        }),
        line(&GetStarTransactions {
            offset: Some(100),
            limit: Some(100),
        }),
        line(&GetMyStarBalance {}),
    ]
}

fn chats() -> Vec<(&'static str, Box<RawValue>)> {
    vec![
        line(&GetChat::new("@channel")),
        line(&GetChatMember::new(-100_123, 1)),
        line(&GetChatAdministrators::new(-100_123)),
        line(&GetChatMemberCount::new("@channel")),
        line(&LeaveChat::new(-100_123)),
        line(&PinChatMessage::new("@channel", 5).silent()),
    ]
}

fn bot() -> Vec<(&'static str, Box<RawValue>)> {
    let kinds = || Some(vec!["message".to_owned(), "chat_member".to_owned()]);
    let commands = |scope| SetMyCommands {
        commands: vec![BotCommand {
            command: "start".to_owned(),
            description: "Begin".to_owned(),
        }],
        scope: Some(scope),
        language_code: Some("ru".to_owned()),
    };
    let menu = |button| SetChatMenuButton {
        chat_id: Some(1),
        menu_button: Some(button),
    };
    let (text, url) = ("Open".to_owned(), "https://example.org/app".to_owned());
    let web_app = WebAppInfo { url };
    vec![
        line(&GetMe {}),
        line(&GetUpdates {
            offset: Some(1),
            limit: Some(100),
            timeout: Some(50),
            allowed_updates: kinds(),
        }),
        line(&SetWebhook {
            url: "https://example.org/telegram".to_owned(),
            secret_token: Secret::new("a_secret"),
            ip_address: Some("192.0.2.1".to_owned()),
            max_connections: Some(10),
            allowed_updates: kinds(),
            drop_pending_updates: Some(true),
        }),
        line(&DeleteWebhook {
            drop_pending_updates: Some(false),
        }),
        line(&GetWebhookInfo {}),
        line(&commands(CommandScope::Default)),
        line(&commands(CommandScope::AllPrivateChats)),
        line(&commands(CommandScope::AllGroupChats)),
        line(&commands(CommandScope::Chat {
            chat_id: ChatRef::from(1),
        })),
        line(&menu(MenuButton::Default)),
        line(&menu(MenuButton::Commands)),
        line(&menu(MenuButton::WebApp { text, web_app })),
        line(&SetMyDescription {
            description: Some("A market".to_owned()),
            language_code: Some("ru".to_owned()),
        }),
    ]
}

#[test]
fn the_checked_requests_are_those_that_are_sent() {
    let mut text = String::new();
    for (method, params) in [messages(), payments(), chats(), bot()].concat() {
        writeln!(text, r#"{{"method":"{method}","params":{params}}}"#).unwrap();
    }
    if std::env::var_os("TORG_WRITE_REQUESTS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    let advice = "run this test with TORG_WRITE_REQUESTS=1, then tools/telegram-schema.sh";
    assert_eq!(text, kept, "{advice}");
}

#[tokio::test]
async fn what_a_queue_keeps_is_what_the_typed_method_sends() {
    let script = Script::new([ok("true"), ok("true")]);
    let api = api(&script);
    let request = AnswerCallbackQuery::new("q").text("done");
    assert!(api.answer_callback_query(&request).await.unwrap());
    let (method, body, within) = script.last();
    let params = request.params().unwrap();
    let answer = api
        .call(AnswerCallbackQuery::NAME, &params, within)
        .await
        .unwrap();
    assert_eq!(answer.get(), "true");
    assert_eq!(script.last(), (method, body, within));
}
