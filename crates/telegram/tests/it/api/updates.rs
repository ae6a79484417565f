//! Updates: known kinds, unknown ones, and nonsense.

use super::server::{Script, api, ok};
use proptest::prelude::*;
use std::time::Duration;
use torg_telegram::api::{ChatKind, MemberStatus, Message, Update, UpdateKind};

fn parse(text: &str) -> UpdateKind {
    let update = Update::parse(text).unwrap();
    assert_eq!(update.update_id, 7);
    update.kind
}

const PERSON: &str =
    r#"{"id":5000000001,"is_bot":false,"first_name":"A","language_code":"ru","new":1}"#;

fn message(more: &str) -> String {
    format!(
        r#"{{"message_id":3,"date":1,"chat":{{"id":5000000001,"type":"private","first_name":"A"}},
            "from":{PERSON}{more}}}"#
    )
}

fn update(kind: &str, value: &str) -> String {
    format!(r#"{{"update_id":7,"{kind}":{value}}}"#)
}

#[test]
fn every_known_kind_is_read() {
    let text = message(
        r#","text":"/start x","entities":[{"type":"bot_command","offset":0,"length":6}],
          "photo":[{"file_unique_id":"u"}]"#,
    );
    let of = |kind| parse(&update(kind, &text));
    let UpdateKind::Message(read) = of("message") else {
        panic!("no message")
    };
    assert_eq!(read.text.as_deref(), Some("/start x"));
    assert_eq!(read.chat.kind, ChatKind::Private);
    assert_eq!(read.from.as_ref().unwrap().id, 5_000_000_001);
    assert_eq!(read.entities[0].kind, "bot_command");
    assert_eq!(
        read.rest["photo"][0]["file_unique_id"], "u",
        "the rest is kept"
    );
    assert!(matches!(of("edited_message"), UpdateKind::EditedMessage(_)));
    assert!(matches!(of("channel_post"), UpdateKind::ChannelPost(_)));
    assert!(matches!(
        of("edited_channel_post"),
        UpdateKind::EditedChannelPost(_)
    ));

    let pressed = format!(
        r#"{{"id":"q","from":{PERSON},"data":"take:1","chat_instance":"1","message":
            {{"message_id":3,"date":0,"chat":{{"id":1,"type":"forum of the future"}}}}}}"#
    );
    let UpdateKind::CallbackQuery(pressed) = parse(&update("callback_query", &pressed)) else {
        panic!("no query")
    };
    let gone: Message = pressed.message.clone().unwrap();
    assert_eq!((gone.date, pressed.data.as_deref()), (0, Some("take:1")));
    assert_eq!(
        gone.chat.kind,
        ChatKind::Other("forum of the future".into())
    );

    let query = format!(
        r#"{{"id":"q","from":{PERSON},"currency":"XTR","total_amount":56,"invoice_payload":"p"}}"#
    );
    let UpdateKind::PreCheckoutQuery(query) = parse(&update("pre_checkout_query", &query)) else {
        panic!("no query")
    };
    assert_eq!(
        (query.total_amount, query.invoice_payload.as_str()),
        (56, "p")
    );

    let member =
        |status: &str, more: &str| format!(r#"{{"status":"{status}","user":{PERSON}{more}}}"#);
    let changed = format!(
        r#"{{"chat":{{"id":-1,"type":"channel","title":"C"}},"from":{PERSON},"date":1,
            "old_chat_member":{},"new_chat_member":{}}}"#,
        member("restricted", r#","is_member":false"#),
        member("administrator", r#","can_post_messages":true"#),
    );
    let UpdateKind::MyChatMember(changed_me) = parse(&update("my_chat_member", &changed)) else {
        panic!("no change")
    };
    assert!(!changed_me.old_chat_member.is_in());
    let now = &changed_me.new_chat_member;
    assert!(now.is_in() && now.is_admin() && now.can_post_messages && !now.can_pin_messages);
    assert_eq!(now.status, MemberStatus::Administrator);
    assert!(matches!(
        parse(&update("chat_member", &changed)),
        UpdateKind::ChatMember(_)
    ));
}

#[test]
fn payments_are_service_messages() {
    let more = r#","successful_payment":{"currency":"XTR","total_amount":56,"invoice_payload":"p",
        "telegram_payment_charge_id":"c","provider_payment_charge_id":""}"#;
    let UpdateKind::Message(paid) = parse(&update("message", &message(more))) else {
        panic!("no message")
    };
    assert_eq!(
        paid.successful_payment.unwrap().telegram_payment_charge_id,
        "c"
    );
    let more = r#","refunded_payment":{"currency":"XTR","total_amount":56,"invoice_payload":"p",
        "telegram_payment_charge_id":"c"}"#;
    let UpdateKind::Message(back) = parse(&update("message", &message(more))) else {
        panic!("no message")
    };
    assert_eq!(back.refunded_payment.unwrap().total_amount, 56);
}

#[test]
fn what_is_unknown_has_a_name_and_what_is_broken_a_place() {
    assert_eq!(
        parse(&update("purchased_paid_media", "{}")),
        UpdateKind::Other("purchased_paid_media".into())
    );
    assert_eq!(
        parse(r#"{"update_id":7}"#),
        UpdateKind::Other(String::new())
    );
    for (text, field) in [
        ("", "update_id"),
        ("[]", "update_id"),
        (r#"{"message":{}}"#, "update_id"),
        (r#"{"update_id":"7"}"#, "update_id"),
        (r#"{"update_id":7.5}"#, "update_id"),
        (r#"{"update_id":99999999999999999999}"#, "update_id"),
        (r#"{"update_id":7,"message":{}}"#, "message"),
        (r#"{"update_id":7,"message":null}"#, "message"),
        (
            r#"{"update_id":7,"callback_query":{"id":5}}"#,
            "callback_query",
        ),
        (
            r#"{"update_id":7,"pre_checkout_query":{"id":"q"}}"#,
            "pre_checkout_query",
        ),
    ] {
        assert_eq!(Update::parse(text).unwrap_err().field, field, "{text}");
    }
}

#[tokio::test]
async fn one_broken_update_does_not_spoil_the_others() {
    let good = update("message", &message(""));
    let batch = format!(r#"[{good},{{"message":{{}}}},5,{{"update_id":8,"message":"nonsense"}}]"#);
    let script = Script::new([ok(&batch)]);
    let wait = Duration::from_secs(50);
    let updates = api(&script)
        .get_updates(Some(7), wait, &["message"])
        .await
        .unwrap();
    let numbers: Vec<i64> = updates.0.iter().map(|update| update.update_id).collect();
    assert_eq!(numbers, [7, 8], "a number is all that an inbox needs");
    Update::parse(updates.0[0].raw.get()).unwrap();
    Update::parse(updates.0[1].raw.get()).unwrap_err();
    let (method, body, within) = script.last();
    assert_eq!(method, "getUpdates");
    assert_eq!(
        body,
        r#"{"offset":7,"timeout":50,"allowed_updates":["message"]}"#
    );
    assert!(within > wait, "the poll ends before our patience");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(text in ".{0,200}") {
        let _ = Update::parse(&text);
    }

    #[test]
    fn no_values_make_it_panic(kind in "[a-z_]{1,20}", value in r#"(\{|\[|"|[a-z0-9:,"]){0,40}"#) {
        let _ = Update::parse(&format!(r#"{{"update_id":7,"{kind}":{value}}}"#));
        let _ = Update::parse(&format!(r#"{{"update_id":7,"message":{{"message_id":1,"chat":{value}}}}}"#));
    }
}
