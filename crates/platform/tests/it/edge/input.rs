//! Whatever a client sends, it gets a 4xx with a code.

use super::*;

const RED: &str = r#"{"name":"a","colour":"red"}"#;

fn validation() -> (u16, String) {
    (422, "validation_error".to_owned())
}

#[tokio::test]
async fn a_wrong_body_is_a_422_that_names_the_field() {
    let app = App::start().await;
    let long = format!(r#"{{"name":"a","colour":"{}"}}"#, "x".repeat(9000));
    let deep = "[".repeat(5000);
    let cases: &[(&[u8], &str)] = &[
        (b"", "body"),
        (b"{", "body"),
        (b"nonsense", "body"),
        (b"null", "body"),
        (b"[]", "body"),
        (b"{} {}", "name"),
        (deep.as_bytes(), "body"),
        (br#"["a","red"]"#, "body"),
        (br#"{"colour":"red"}"#, "name"),
        (br#"{"name":1,"colour":"red"}"#, "name"),
        (br#"{"name":"a","name":"b","colour":"red"}"#, "name"),
        (br#"{"name":"a","colour":"blue"}"#, "colour"),
        (long.as_bytes(), "colour"),
        (br#"{"name":"a","colour":"red","x":1}"#, "x"),
        (
            br#"{"name":"a","colour":"red","items":[{"quantity":1},{"quantity":256}]}"#,
            "items[1].quantity",
        ),
        (
            br#"{"name":"a","colour":"red","items":[{"quantity":-1}]}"#,
            "items[0].quantity",
        ),
        (
            br#"{"name":"a","colour":"red","items":[{"quantity":1.5}]}"#,
            "items[0].quantity",
        ),
        (
            br#"{"name":"a","colour":"red","items":[{"quantity":1e400}]}"#,
            "items[0].quantity",
        ),
        (
            br#"{"name":"a","colour":"red","items":[{}]}"#,
            "items[0].quantity",
        ),
        (
            br#"{"name":"a","colour":"red","items":[{"quantity":1,"y":2}]}"#,
            "items[0].y",
        ),
        (br#"{"name":"a\u0000b","colour":"red"}"#, "body"),
        (b"{\"name\":\"a\0b\",\"colour\":\"red\"}", "name"),
        (b"{\"name\":\"\xff\",\"colour\":\"red\"}", "name"),
        (br#"{"name":"\ud800","colour":"red"}"#, "name"),
        (b"\xef\xbb\xbf{\"name\":\"a\",\"colour\":\"red\"}", "body"),
    ];
    for (body, field) in cases {
        let answer = app.post_json("/things", body).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]);
        assert_eq!(answer.refusal(), validation(), "{shown}");
        assert_eq!(answer.fields(), [*field], "{shown}");
        assert!(
            answer.body.len() < 2000,
            "the client's own text comes back short"
        );
    }
}

#[tokio::test]
async fn a_right_body_passes_as_it_is() {
    let app = App::start().await;
    for kind in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/x+json",
    ] {
        let answer = app
            .post(
                "/things",
                &format!("Content-Type: {kind}\r\n"),
                RED.as_bytes(),
            )
            .await;
        assert_eq!(answer.status, 200, "{kind}");
    }
    // An escaped backslash before `u0000` is not a NUL.
    let answer = app
        .post_json("/things", r#"{"name":"a\\u0000","colour":"red"}"#)
        .await;
    assert_eq!(answer.json()["name"], "a\\u0000");
}

#[tokio::test]
async fn a_body_of_another_kind_is_a_415() {
    let app = App::start().await;
    let kinds = [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/jsonx\r\n",
    ];
    for kind in kinds {
        let answer = app.post("/things", kind, RED.as_bytes()).await;
        assert_eq!(
            answer.refusal(),
            (415, "unsupported_media_type".to_owned()),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_a_413() {
    let too_large = (413, "body_too_large".to_owned());
    let app = App::start().await;
    let body = vec![b' '; 64 * 1024 + 1];
    assert_eq!(app.post_json("/things", &body).await.refusal(), too_large);
    assert_eq!(app.post("/raw", "", &body).await.refusal(), too_large);
    assert_eq!(app.post("/raw", "", &body[1..]).await.text(), "65536");
    // Without a declared length it is counted.
    let mut chunked = b"POST /raw HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\
        Transfer-Encoding: chunked\r\n\r\n"
        .to_vec();
    for _ in 0..20 {
        chunked.extend_from_slice(b"1000\r\n");
        chunked.extend_from_slice(&body[..0x1000]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(app.send(chunked).await.refusal(), too_large);
}

#[tokio::test]
async fn a_slow_body_is_a_408() {
    let options = EdgeOptions {
        body_timeout: Duration::from_millis(200),
        ..EdgeOptions::default()
    };
    let app = App::with(options, ServerOptions::default()).await;
    let head = "POST /raw HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nhalf";
    let answer = app.send(head).await;
    assert_eq!(answer.refusal(), (408, "body_timeout".to_owned()));
}

#[tokio::test]
async fn a_body_that_ends_early_harms_nobody_else() {
    let app = App::start().await;
    let head = "POST /raw HTTP/1.1\r\nHost: t\r\n";
    for broken in [
        "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "Content-Length: 9\r\n\r\nhalf",
    ] {
        let mut stream = app.connect().await;
        stream
            .write_all(format!("{head}{broken}").as_bytes())
            .await
            .expect("sent");
        stream.shutdown().await.expect("half closed");
        let mut bytes = Vec::new();
        // hyper closes a connection whose framing is broken without waiting for the answer.
        let _ = soon(stream.read_to_end(&mut bytes)).await;
        if !bytes.is_empty() {
            assert_eq!(
                Answer::parse(&bytes).refusal(),
                (400, "body_broken".to_owned())
            );
        }
        assert_eq!(app.get("/hello").await.status, 200);
    }
    assert!(!app.metrics.text().expect("metrics").contains("status=\"5"));
}

#[tokio::test]
async fn a_wrong_query_is_a_422_that_names_the_parameter() {
    let app = App::start().await;
    let cases = [
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=1&limit=2", "limit"),
        ("colour=blue", "colour"),
        ("city=%ff", "query"),
        ("city=%00", "query"),
        ("city=a%C3", "query"),
    ];
    for (query, field) in cases {
        let answer = app.get(&format!("/filter?{query}")).await;
        assert_eq!(answer.refusal(), validation(), "{query}");
        assert_eq!(answer.fields(), [field], "{query}");
    }
    let answer = app
        .get("/filter?limit=-5&city=%D0%90+%25zz%2500&unknown=1&&=")
        .await;
    assert_eq!(answer.json()["limit"], -5);
    assert_eq!(answer.json()["city"], "А %zz%00");
}

#[tokio::test]
async fn a_path_that_cannot_be_read_is_a_422() {
    let app = App::start().await;
    for path in [
        "/numbers/x",
        "/numbers/1.5",
        "/numbers/99999999999999999999",
        "/numbers/%20",
    ] {
        let answer = app.get(path).await;
        assert_eq!(
            (answer.refusal(), answer.fields()),
            (validation(), vec!["id".to_owned()])
        );
    }
    assert_eq!(app.get("/texts/%ff").await.refusal(), validation());
    assert_eq!(app.get("/texts/a%00b").await.refusal(), validation());
    assert_eq!(app.get("/texts/%D0%90").await.text(), "А");
    assert_eq!(app.get("/numbers/-7").await.text(), "-7");
}

#[tokio::test]
async fn an_idempotency_key_is_checked() {
    let app = App::start().await;
    let invalid = (422, "idempotency_key_invalid".to_owned());
    let header = |key: &str| format!("Idempotency-Key: {key}\r\n");
    for key in ["", "a b", "ключ", &"x".repeat(256)] {
        for path in ["/keyed", "/maybe-keyed"] {
            assert_eq!(
                app.post(path, &header(key), b"").await.refusal(),
                invalid,
                "{key}"
            );
        }
    }
    let twice = header("a").repeat(2);
    assert_eq!(app.post("/keyed", &twice, b"").await.refusal(), invalid);
    let missing = (422, "idempotency_key_missing".to_owned());
    assert_eq!(app.post("/keyed", "", b"").await.refusal(), missing);
    assert_eq!(app.post("/maybe-keyed", "", b"").await.text(), "");
    let longest = "~".repeat(255);
    assert_eq!(
        app.post("/keyed", &header(&longest), b"").await.text(),
        longest
    );
}

#[tokio::test]
async fn requests_that_are_not_http_never_make_a_5xx() {
    let app = App::start().await;
    let huge = format!(
        "GET / HTTP/1.1\r\nHost: t\r\nX: {}\r\n\r\n",
        "x".repeat(200_000)
    );
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(500));
    let long = format!("GET /{} HTTP/1.1\r\nHost: t\r\n\r\n", "x".repeat(70_000));
    let cases = [
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nbad header\r\n\r\n",
        "POST /raw HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
        "POST /raw HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /raw HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999\r\n\r\n",
        &huge,
        &many,
        &long,
    ];
    for case in cases {
        let mut stream = app.connect().await;
        // The server may close before it has read everything.
        let _ = stream.write_all(case.as_bytes()).await;
        let _ = stream.shutdown().await;
        let mut bytes = Vec::new();
        let _ = soon(stream.read_to_end(&mut bytes)).await;
        if !bytes.is_empty() {
            let status = Answer::parse(&bytes).status;
            let start = &case[..case.len().min(60)];
            assert!((400..500).contains(&status), "{status} for {start}");
        }
    }
    assert_eq!(app.get("/hello").await.status, 200);
}
