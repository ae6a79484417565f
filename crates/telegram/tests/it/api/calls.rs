//! Settings, health, what is counted, and the client on a real socket.

use super::server::{Script, TOKEN, api, api_with, ok, refusal};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::Clock;
use torg_platform::config::Secret;
use torg_platform::observe::{Check, Metrics};
use torg_platform::outbound::configured::{HttpTransport, TransportError};
use torg_telegram::api::{ApiErrorKind, BotApi, GetMe, Options, SendMessage};

const ME: &str = r#"{"id":123456,"is_bot":true,"first_name":"B","username":"b_bot"}"#;

fn at(base_url: &str, token: &str) -> torg_platform::Result<BotApi> {
    let options = Options {
        base_url: base_url.to_owned(),
        token: Secret::new(token),
    };
    let metrics = Metrics::new(&Clock::Real).unwrap();
    BotApi::new(
        &options,
        Arc::new(HttpTransport::new().unwrap()),
        Clock::Real,
        &metrics,
    )
}

#[test]
fn settings_that_cannot_work_are_refused_without_being_repeated() {
    for (base, token) in [
        ("", TOKEN),
        ("api.telegram.org", TOKEN),
        ("ftp://api.telegram.org", TOKEN),
        ("https://api.telegram.org?x", TOKEN),
        ("https://api.telegram.org", ""),
        ("https://api.telegram.org", "123456"),
        ("https://api.telegram.org", "123456:"),
        ("https://api.telegram.org", ":zebra"),
        ("https://api.telegram.org", "x:zebra"),
        ("https://api.telegram.org", "123456:zeb/zebra"),
        ("https://api.telegram.org", "123456:zeb zebra"),
        ("https://api.telegram.org", "99999999999999999999:zebra"),
    ] {
        let error = at(base, token).unwrap_err();
        assert_eq!(error.code(), "telegram_settings", "{base} {token}");
        assert!(!format!("{error} {error:?}").contains("zebra"), "{error}");
    }
    assert_eq!(
        at("https://api.telegram.org/", TOKEN).unwrap().bot_id(),
        123_456
    );
}

#[tokio::test]
async fn health_follows_the_calls() {
    let script = Script::default();
    let api = api(&script);
    let me = async |answer| {
        script.push(answer);
        api.get_me(&GetMe {}).await.is_ok()
    };
    let away = || Err(TransportError::unknown("no answer in time"));
    assert_eq!(api.health().unwrap(), Check::Up, "nothing is known yet");
    assert!(!me(away()).await && !me(away()).await);
    assert_eq!(api.health().unwrap(), Check::Up, "that happens");
    assert!(!me(away()).await);
    assert_eq!(api.health().unwrap_err().code(), "telegram_unavailable");
    assert!(!me(refusal(429, "Too Many Requests: retry after 3")).await);
    assert_eq!(api.health().unwrap(), Check::Up, "it is there");
    assert!(!me(refusal(401, "Unauthorized")).await);
    assert_eq!(api.health().unwrap_err().code(), "telegram_token_refused");
    assert!(!me(away()).await);
    assert_eq!(api.health().unwrap_err().code(), "telegram_token_refused");
    assert!(me(ok(ME)).await);
    assert_eq!(api.health().unwrap(), Check::Up);
}

#[tokio::test]
async fn calls_are_counted_by_method_and_outcome() {
    let metrics = Metrics::new(&Clock::Real).unwrap();
    let script = Script::new([
        ok(ME),
        refusal(403, "Forbidden: bot was blocked by the user"),
    ]);
    let api = api_with(&script, &metrics);
    assert_eq!(
        api.get_me(&GetMe {}).await.unwrap().username.as_deref(),
        Some("b_bot")
    );
    api.send_message(&SendMessage::new(1, "x"))
        .await
        .unwrap_err();
    api.send_message(&SendMessage::new(1, "x"))
        .await
        .unwrap_err();
    let text = metrics.text().unwrap();
    for line in [
        r#"telegram_api_requests_total{method="getMe",outcome="ok"} 1"#,
        r#"telegram_api_requests_total{method="sendMessage",outcome="forbidden"} 1"#,
        r#"telegram_api_requests_total{method="sendMessage",outcome="no_answer"} 1"#,
        r#"telegram_api_request_duration_seconds_count{method="sendMessage"} 2"#,
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

/// A server that reads one request and then does `reply`.
fn once(reply: impl FnOnce(std::net::TcpStream) + Send + 'static) -> BotApi {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let api = at(&format!("http://{}", listener.local_addr().unwrap()), TOKEN).unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4096];
        assert!(stream.read(&mut buffer).unwrap() > 0);
        reply(stream);
    });
    api
}

#[tokio::test]
async fn a_socket_tells_what_was_sent_from_what_was_not() {
    let answer = format!(r#"{{"ok":true,"result":{ME}}}"#);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
        answer.len()
    );
    let (whole, cut) = (format!("{head}{answer}"), format!("{head}{{\"ok\""));
    let api = once(move |mut stream| stream.write_all(whole.as_bytes()).unwrap());
    assert_eq!(api.get_me(&GetMe {}).await.unwrap().id, 123_456);

    let sent = |error: torg_telegram::api::ApiError| {
        assert!(!format!("{error} {error:?}").contains(TOKEN), "{error}");
        assert!(!format!("{error}").contains("hunter"), "{error}");
        let ApiErrorKind::NoAnswer { sent } = error.kind else {
            panic!("{error:?}")
        };
        sent
    };
    let api = once(drop);
    assert!(
        sent(api.get_me(&GetMe {}).await.unwrap_err()),
        "closed without a word"
    );
    let api = once(move |mut stream| stream.write_all(cut.as_bytes()).unwrap());
    assert!(sent(api.get_me(&GetMe {}).await.unwrap_err()), "cut off");
    let (held, wait) = std::sync::mpsc::channel::<()>();
    let api = once(move |_stream| {
        let _ = wait.recv();
    });
    let slow = api.ask_within(&GetMe {}, Duration::from_millis(50)).await;
    assert!(sent(slow.unwrap_err()), "too late");
    drop(held);

    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let api = at(&format!("http://{free}"), TOKEN).unwrap();
    assert!(
        !sent(api.get_me(&GetMe {}).await.unwrap_err()),
        "nobody there"
    );
}
