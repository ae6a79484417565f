//! What every request passes through: ids, headers, limits, panics.

use super::*;
use torg_platform::http::{Cors, TrustedProxies};

#[tokio::test]
async fn a_request_id_is_kept_when_harmless_and_made_when_not() {
    let app = App::start().await;
    let with = |id: &str| {
        format!("GET /me HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Request-ID: {id}\r\n\r\n")
    };
    let answer = app.send(with("abc-1.2:3_Z")).await;
    assert_eq!(
        (answer.header("x-request-id"), answer.text()),
        ("abc-1.2:3_Z", "abc-1.2:3_Z")
    );
    let long = "x".repeat(65);
    let mut seen = std::collections::BTreeSet::new();
    for id in ["", "a b", "a\"b", "<script>", "ж", &long] {
        let made = app.send(with(id)).await;
        assert_eq!(made.header("x-request-id").len(), 22, "{id}");
        assert_eq!(made.header("x-request-id"), made.text());
        assert!(seen.insert(made.text().to_owned()));
    }
}

#[tokio::test]
async fn answers_have_the_security_headers() {
    let app = App::start().await;
    for path in ["/hello", "/nowhere", "/fails", "/panic"] {
        let answer = app.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'none'")
        );
        assert_ne!(answer.header("x-request-id"), "");
    }
}

#[tokio::test]
async fn the_time_of_an_answer_is_that_of_the_clock() {
    let clock = Clock::manual(torg_platform::Timestamp::from_seconds(784_111_777));
    let options = EdgeOptions {
        clock: clock.clone(),
        ..EdgeOptions::default()
    };
    let app = App::with(options, ServerOptions::default()).await;
    // The example of RFC 9110, section 5.6.7.
    let date = app.get("/hello").await;
    assert_eq!(date.header("date"), "Sun, 06 Nov 1994 08:49:37 GMT");
    clock.advance(Duration::from_mins(15));
    let later = app.get("/nowhere").await;
    assert_eq!(later.header("date"), "Sun, 06 Nov 1994 09:04:37 GMT");
}

#[tokio::test]
async fn unknown_paths_and_methods_have_our_shape() {
    let app = App::start().await;
    assert_eq!(
        app.get("/nowhere").await.refusal(),
        (404, "not_found".to_owned())
    );
    let answer = app.post("/hello", "", b"").await;
    assert_eq!(answer.refusal(), (405, "method_not_allowed".to_owned()));
    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_next_request_is_fine() {
    let app = App::start().await;
    for path in ["/panic", "/fails"] {
        let answer = app.get(path).await;
        assert_eq!(answer.refusal(), (500, "internal".to_owned()));
        assert_eq!(
            answer.text(),
            r#"{"detail":"Internal server error","code":"internal"}"#
        );
    }
    // Also on the connection that saw the panic.
    let two = "GET /panic HTTP/1.1\r\nHost: t\r\n\r\n\
        GET /hello HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
    let mut stream = app.connect().await;
    stream.write_all(two.as_bytes()).await.expect("sent");
    let mut text = String::new();
    soon(stream.read_to_string(&mut text))
        .await
        .expect("answers");
    assert!(
        text.starts_with("HTTP/1.1 500") && text.ends_with("hello"),
        "{text}"
    );
}

#[tokio::test]
async fn overload_is_refused_at_once_and_health_is_not() {
    let options = EdgeOptions {
        max_in_flight: 3,
        ..EdgeOptions::default()
    };
    let app = App::with(options, ServerOptions::default()).await;
    let mut busy = Vec::new();
    for _ in 0..3 {
        busy.push(app.open("/gate").await);
    }
    app.entered(3).await;
    for _ in 0..20 {
        let answer = app.get("/gate").await;
        assert_eq!(answer.refusal(), (503, "overloaded".to_owned()));
        assert_eq!(answer.header("retry-after"), "1");
    }
    // Not a route here, but the answer comes from behind the limit.
    assert_eq!(app.get("/healthz").await.status, 404);
    app.gate.leave.add_permits(3);
    for stream in &mut busy {
        assert_eq!(Answer::read_all(stream).await.text(), "through");
    }
    soon(async { while app.get("/hello").await.status != 200 {} }).await;
}

#[tokio::test]
async fn a_client_that_goes_away_gives_its_place_back() {
    let options = EdgeOptions {
        max_in_flight: 1,
        ..EdgeOptions::default()
    };
    let app = App::with(options, ServerOptions::default()).await;
    let busy = app.open("/ever").await;
    app.entered(1).await;
    assert_eq!(app.get("/hello").await.status, 503);
    drop(busy);
    soon(async { while app.get("/hello").await.status != 200 {} }).await;
    assert!(
        app.metrics
            .text()
            .expect("metrics")
            .contains(r#"path="/ever",status="499"} 1"#)
    );
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_a_503() {
    let options = EdgeOptions {
        request_timeout: Duration::from_millis(100),
        ..EdgeOptions::default()
    };
    let app = App::with(options, ServerOptions::default()).await;
    assert_eq!(
        app.get("/ever").await.refusal(),
        (503, "request_timeout".to_owned())
    );
    // A stream has begun its answer and may go on.
    let mut stream = app.open("/drip").await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    app.gate.leave.add_permits(3);
    assert!(
        Answer::read_all(&mut stream)
            .await
            .text()
            .contains("part 2")
    );
}

fn preflight(path: &str, origin: &str) -> String {
    format!(
        "OPTIONS {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\nOrigin: {origin}\r\n\
         Access-Control-Request-Method: POST\r\n\
         Access-Control-Request-Headers: authorization,idempotency-key\r\n\r\n"
    )
}

#[tokio::test]
async fn any_page_may_call_by_default() {
    let app = App::start().await;
    let answer = app.send(preflight("/things", "https://a.example")).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(
        answer.header("access-control-allow-methods"),
        "GET, POST, PUT, PATCH, DELETE"
    );
    let allowed = answer.header("access-control-allow-headers");
    for name in [
        "Authorization",
        "Content-Type",
        "Idempotency-Key",
        "Last-Event-ID",
        "X-Request-ID",
    ] {
        assert!(allowed.contains(name), "{name}");
    }
    // Refusals too must be readable by the page.
    for path in ["/hello", "/fails", "/nowhere"] {
        let get = format!("GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n");
        let answer = app
            .send(format!("{get}Origin: https://a.example\r\n\r\n"))
            .await;
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let exposed = answer.header("access-control-expose-headers");
        for name in ["X-Request-ID", "Retry-After", "Idempotent-Replayed", "Link"] {
            assert!(exposed.contains(name), "{name}");
        }
    }
    assert_eq!(
        app.get("/hello")
            .await
            .header("access-control-allow-origin"),
        ""
    );
}

#[tokio::test]
async fn a_list_of_origins_lets_in_those_alone() {
    let cors = Cors::parse(&["https://a.example/"]).expect("an origin");
    let app = App::with(
        EdgeOptions {
            cors,
            ..EdgeOptions::default()
        },
        ServerOptions::default(),
    )
    .await;
    let answer = app.send(preflight("/things", "https://a.example")).await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://a.example"
    );
    assert_eq!(answer.header("vary"), "Origin");
    let answer = app.send(preflight("/things", "https://b.example")).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert_eq!(Cors::parse(&["b.example"]), Err("b.example".to_owned()));
    assert_eq!(Cors::parse(&["https://b.example", "*"]), Ok(Cors::Any));
}

#[tokio::test]
async fn the_client_address_comes_from_the_socket_or_a_trusted_proxy() {
    let get = "GET /ip HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\
        X-Forwarded-For: 6.6.6.6, 2.2.2.2\r\n\r\n";
    let app = App::start().await;
    assert_eq!(app.send(get).await.text(), "127.0.0.1");
    let trusted_proxies = TrustedProxies::parse(&["127.0.0.0/8"]).expect("a block");
    let options = EdgeOptions {
        trusted_proxies,
        ..EdgeOptions::default()
    };
    let app = App::with(options, ServerOptions::default()).await;
    assert_eq!(app.send(get).await.text(), "2.2.2.2");
}
