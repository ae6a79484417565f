//! Every way in which a call can fail, and what is known of its effect then.

use super::server::{Script, Scripted, TOKEN, answer, api, ok, refusal};
use http::HeaderValue;
use std::time::Duration;
use torg_platform::outbound::configured::TransportError;
use torg_telegram::api::{ApiError, ApiErrorKind as Kind, BadRequest, Forbidden, SendMessage};

async fn failing(answer: Scripted) -> ApiError {
    let script = Script::new([answer]);
    let request = SendMessage::new(1, "text");
    api(&script).send_message(&request).await.unwrap_err()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table")]
async fn telegrams_words_have_a_kind() {
    let flood = |seconds| Kind::Flood {
        retry_after: Duration::from_secs(seconds),
    };
    for (code, words, kind) in [
        (
            400,
            "Bad Request: chat not found",
            Kind::BadRequest(BadRequest::ChatNotFound),
        ),
        (
            400,
            "Bad Request: PEER_ID_INVALID",
            Kind::BadRequest(BadRequest::ChatNotFound),
        ),
        (
            400,
            "Bad Request: message to edit not found",
            Kind::BadRequest(BadRequest::MessageNotFound),
        ),
        (
            400,
            "Bad Request: message to delete not found",
            Kind::BadRequest(BadRequest::MessageNotFound),
        ),
        (
            400,
            "Bad Request: message to forward not found",
            Kind::BadRequest(BadRequest::MessageNotFound),
        ),
        (
            400,
            "Bad Request: message to copy not found",
            Kind::BadRequest(BadRequest::MessageNotFound),
        ),
        (
            400,
            "Bad Request: message to be replied not found",
            Kind::BadRequest(BadRequest::MessageNotFound),
        ),
        (
            400,
            "Bad Request: MESSAGE_ID_INVALID",
            Kind::BadRequest(BadRequest::MessageNotFound),
        ),
        (
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
            Kind::BadRequest(BadRequest::NotModified),
        ),
        (
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
            Kind::BadRequest(BadRequest::QueryTooOld),
        ),
        (
            400,
            "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0",
            Kind::BadRequest(BadRequest::CantParse),
        ),
        (
            400,
            "Bad Request: message can't be edited",
            Kind::BadRequest(BadRequest::CantBeEdited),
        ),
        (
            400,
            "Bad Request: CHARGE_ALREADY_REFUNDED",
            Kind::BadRequest(BadRequest::ChargeAlreadyRefunded),
        ),
        (
            400,
            "Bad Request: message text is empty",
            Kind::BadRequest(BadRequest::Other),
        ),
        (
            400,
            "Bad Request: not enough rights to send text messages to the chat",
            Kind::Forbidden(Forbidden::NoRights),
        ),
        (
            400,
            "Bad Request: need administrator rights in the channel chat",
            Kind::Forbidden(Forbidden::NoRights),
        ),
        (
            400,
            "Bad Request: CHAT_ADMIN_REQUIRED",
            Kind::Forbidden(Forbidden::NoRights),
        ),
        (
            413,
            "Request Entity Too Large",
            Kind::BadRequest(BadRequest::Other),
        ),
        (401, "Unauthorized", Kind::Unauthorized),
        (
            403,
            "Forbidden: bot was blocked by the user",
            Kind::Forbidden(Forbidden::Blocked),
        ),
        (
            403,
            "Forbidden: bot can't initiate conversation with a user",
            Kind::Forbidden(Forbidden::NotStarted),
        ),
        (
            403,
            "Forbidden: user is deactivated",
            Kind::Forbidden(Forbidden::Deactivated),
        ),
        (
            403,
            "Forbidden: bot was kicked from the channel chat",
            Kind::Forbidden(Forbidden::Kicked),
        ),
        (
            403,
            "Forbidden: bot is not a member of the channel chat",
            Kind::Forbidden(Forbidden::Kicked),
        ),
        (
            403,
            "Forbidden: not enough rights",
            Kind::Forbidden(Forbidden::NoRights),
        ),
        (
            403,
            "Forbidden: bots can't send messages to bots",
            Kind::Forbidden(Forbidden::Other),
        ),
        (404, "Not Found", Kind::NotFound),
        (
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            Kind::Conflict,
        ),
        (429, "Too Many Requests: retry after 35", flood(35)),
        (429, "Too Many Requests", flood(1)),
        (500, "Internal Server Error", Kind::Server),
        (502, "Bad Gateway", Kind::Server),
    ] {
        let error = failing(refusal(code, words)).await;
        assert_eq!((error.kind, error.description.as_str()), (kind, words));
        assert_eq!(error.outcome_unknown(), kind == Kind::Server, "{words}");
    }
}

#[tokio::test]
async fn parameters_say_more_than_words() {
    let error = failing(answer(
        429,
        r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":7}}"#,
    ))
    .await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    let error = failing(answer(
        400,
        r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-100555}}"#,
    ))
    .await;
    assert_eq!(
        error.kind,
        Kind::BadRequest(BadRequest::Migrated { to: -100_555 })
    );
    // What stands in between may say it with a header alone.
    let mut limited = answer(429, "<html>slow down").unwrap();
    limited
        .1
        .insert("retry-after", HeaderValue::from_static("9"));
    assert_eq!(
        failing(Ok(limited)).await.retry_after(),
        Some(Duration::from_secs(9))
    );
}

#[tokio::test]
async fn what_is_not_telegrams_answer_proves_nothing() {
    for (answer, kind) in [
        (answer(200, "<html>welcome"), Kind::Malformed),
        (answer(200, ""), Kind::Malformed),
        (answer(200, r#"{"ok":true}"#), Kind::Malformed),
        (answer(200, r#"{"ok":true,"result":true}"#), Kind::Malformed),
        (
            answer(200, r#"{"ok":true,"result":{"message_id":"3"}}"#),
            Kind::Malformed,
        ),
        (answer(302, ""), Kind::Malformed),
        (answer(502, "<html>Bad Gateway"), Kind::Server),
        (answer(504, ""), Kind::Server),
        (
            Err(TransportError::unknown("no answer in time")),
            Kind::NoAnswer { sent: true },
        ),
    ] {
        let error = failing(answer).await;
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.outcome_unknown(), "{error}");
    }
    let error = failing(Err(TransportError::unsent("refused"))).await;
    assert_eq!(error.kind, Kind::NoAnswer { sent: false });
    assert!(!error.outcome_unknown(), "nobody has seen it");
}

#[tokio::test]
async fn nobody_gets_to_see_the_token() {
    let secret = TOKEN.split_once(':').unwrap().1;
    let echo = format!("no page at /bot{TOKEN}/sendMessage, nor at bot123456%3A{secret}");
    for answer in [
        answer(404, &echo),
        answer(502, &echo),
        answer(200, &echo),
        refusal(400, &echo),
        Err(TransportError::unknown(echo.clone())),
    ] {
        let error = failing(answer).await;
        let seen = format!("{error} {error:?}");
        assert!(!seen.contains(secret), "{seen}");
        assert!(seen.contains("***"), "{seen}");
    }
    let script = Script::new([ok("[]")]);
    let api = api(&script);
    assert!(!format!("{api:?}").contains(secret));
    assert!(format!("{api:?}").contains("123456"));
    let error = api
        .call("send/../Message", &params(), Duration::from_secs(1))
        .await
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains(secret));
}

fn params() -> Box<serde_json::value::RawValue> {
    serde_json::value::to_raw_value(&serde_json::json!({})).unwrap()
}
