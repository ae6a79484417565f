//! Connections: who waits too long is cut, who works is not, and a stop loses nobody.

use super::*;

fn brief() -> ServerOptions {
    ServerOptions {
        header_timeout: Duration::from_millis(300),
        idle_timeout: Duration::from_millis(1500),
        write_timeout: Duration::from_millis(500),
        ..ServerOptions::default()
    }
}

/// Bytes that come until the server closes or resets the connection.
async fn until_closed(stream: &mut TcpStream) -> usize {
    let mut bytes = Vec::new();
    let _ = soon(stream.read_to_end(&mut bytes)).await;
    bytes.len()
}

/// Reads one answer of a kept-alive connection.
async fn one_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    loop {
        let read = soon(stream.read_buf(&mut bytes)).await.expect("bytes");
        assert!(read > 0, "closed after {} bytes", bytes.len());
        let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
            continue;
        };
        let answer = Answer::parse(&bytes);
        let length = answer
            .header("content-length")
            .parse::<usize>()
            .expect("a length");
        if bytes.len() >= end + 4 + length {
            return answer;
        }
    }
}

#[tokio::test]
async fn three_hundred_half_requests_are_cut() {
    let app = App::with(EdgeOptions::default(), brief()).await;
    let mut streams = Vec::new();
    for n in 0..300 {
        let mut stream = app.connect().await;
        // A third says nothing, a third half a header, a third half the HTTP/2 preface.
        let start: &[u8] = match n % 3 {
            0 => b"",
            1 => b"GET /hello HTTP/1.1\r\nHost:",
            _ => b"PRI * HTTP/2.0\r\n",
        };
        stream.write_all(start).await.expect("sent");
        streams.push(stream);
    }
    for mut stream in streams {
        assert_eq!(until_closed(&mut stream).await, 0);
    }
    assert_eq!(app.get("/hello").await.status, 200);
}

#[tokio::test]
async fn a_header_that_drips_is_cut_too() {
    let app = App::with(EdgeOptions::default(), brief()).await;
    let mut stream = app.connect().await;
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    let dripped = soon(async {
        let mut dripped = 0;
        while stream.write_all(b"G").await.is_ok() {
            dripped += 1;
            tick.tick().await;
        }
        dripped
    })
    .await;
    // 300 ms at 50 ms a byte, and some that the socket takes before it learns of the end.
    assert!(dripped < 40, "{dripped} bytes");
}

#[tokio::test]
async fn a_kept_connection_may_idle_longer_than_a_header_takes() {
    let app = App::with(EdgeOptions::default(), brief()).await;
    let mut stream = app.connect().await;
    let request = b"GET /hello HTTP/1.1\r\nHost: t\r\n\r\n";
    for _ in 0..2 {
        stream.write_all(request).await.expect("sent");
        assert_eq!(one_answer(&mut stream).await.text(), "hello");
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    // Half of a third request has only the header's time, an idle connection the idle time.
    stream.write_all(b"GET /h").await.expect("sent");
    let started = tokio::time::Instant::now();
    assert_eq!(until_closed(&mut stream).await, 0);
    assert!(
        started.elapsed() < Duration::from_millis(1200),
        "{:?}",
        started.elapsed()
    );
    let mut idle = app.connect().await;
    idle.write_all(request).await.expect("sent");
    one_answer(&mut idle).await;
    let started = tokio::time::Instant::now();
    assert_eq!(until_closed(&mut idle).await, 0);
    assert!(
        started.elapsed() > Duration::from_millis(1200),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_stream_may_be_silent_for_longer_than_a_connection_may_idle() {
    let options = ServerOptions {
        idle_timeout: Duration::from_millis(300),
        ..brief()
    };
    let app = App::with(EdgeOptions::default(), options).await;
    let mut stream = app.open("/drip").await;
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(700)).await;
        app.gate.leave.add_permits(1);
    }
    let answer = Answer::read_all(&mut stream).await;
    assert!(answer.text().contains("part 2"), "{answer:?}");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut() {
    let options = ServerOptions {
        idle_timeout: Duration::from_secs(20),
        ..brief()
    };
    let app = App::with(EdgeOptions::default(), options).await;
    let mut stream = app.open("/big").await;
    // The request is in flight until its answer has been given up or written.
    soon(async {
        let counted = |app: &App| app.metrics.json()["http_requests_total"].to_string();
        while !counted(&app).contains("/big") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(until_closed(&mut stream).await < 64 * 1024 * 1024);
}

#[tokio::test]
async fn a_client_that_reads_slowly_gets_everything() {
    let options = ServerOptions {
        idle_timeout: Duration::from_millis(200),
        write_timeout: Duration::from_secs(20),
        ..brief()
    };
    let app = App::with(EdgeOptions::default(), options).await;
    let mut stream = app.open("/big").await;
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert!(until_closed(&mut stream).await > 64 * 1024 * 1024);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let app = App::start().await;
    let three = "GET /hello HTTP/1.1\r\nHost: t\r\n\r\nGET /numbers/1 HTTP/1.1\r\nHost: t\r\n\r\n\
        GET /numbers/2 HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
    let mut stream = app.connect().await;
    stream.write_all(three.as_bytes()).await.expect("sent");
    let mut text = String::new();
    soon(stream.read_to_string(&mut text))
        .await
        .expect("answers");
    let bodies = text
        .split("\r\n\r\n")
        .skip(1)
        .map(|part| &part[..1])
        .collect::<Vec<_>>();
    assert_eq!(bodies, ["h", "1", "2"]);
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 3);
}

#[tokio::test]
async fn a_connection_too_many_is_told_so() {
    let options = ServerOptions {
        max_connections: 2,
        ..ServerOptions::default()
    };
    let app = App::with(EdgeOptions::default(), options).await;
    let mut first = app.open("/gate").await;
    let mut second = app.open("/gate").await;
    app.entered(2).await;
    let answer = Answer::read_all(&mut app.open("/hello").await).await;
    assert_eq!(answer.refusal(), (503, "overloaded".to_owned()));
    assert_eq!(answer.header("retry-after"), "1");
    app.gate.leave.add_permits(2);
    assert_eq!(Answer::read_all(&mut first).await.text(), "through");
    assert_eq!(Answer::read_all(&mut second).await.text(), "through");
    soon(async { while app.get("/hello").await.status != 200 {} }).await;
}

#[tokio::test]
async fn http2_is_spoken() {
    use http_body_util::{BodyExt as _, Empty};
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let app = App::start().await;
    let io = TokioIo::new(app.connect().await);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
        .await
        .expect("h2");
    let connection = tokio::spawn(connection);
    let url = format!("http://{}/hello", app.address);
    let request = http::Request::get(url)
        .body(Empty::<bytes::Bytes>::new())
        .expect("a request");
    let answer = soon(sender.send_request(request)).await.expect("an answer");
    assert_eq!(answer.version(), http::Version::HTTP_2);
    assert_eq!(answer.collect().await.expect("a body").to_bytes(), "hello");
    drop(sender);
    soon(connection)
        .await
        .expect("joined")
        .expect("closed well");
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight() {
    let app = App::start().await;
    let mut idle = app.connect().await;
    idle.write_all(b"GET /hello HTTP/1.1\r\nHost: t\r\n\r\n")
        .await
        .expect("sent");
    one_answer(&mut idle).await;
    let mut busy = app.open("/gate").await;
    app.entered(1).await;
    app.stop.cancel();
    // The idle connection is closed, and nobody gets in any more.
    assert_eq!(until_closed(&mut idle).await, 0);
    soon(async { while TcpStream::connect(app.address).await.is_ok() {} }).await;
    assert!(!app.served.is_finished());
    app.gate.leave.add_permits(1);
    assert_eq!(Answer::read_all(&mut busy).await.text(), "through");
    assert_eq!(soon(app.served).await.expect("joined"), Stopped::Clean);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let options = ServerOptions {
        stop_timeout: Duration::from_millis(200),
        ..ServerOptions::default()
    };
    let app = App::with(EdgeOptions::default(), options).await;
    let mut busy = app.open("/ever").await;
    app.entered(1).await;
    app.stop.cancel();
    assert_eq!(soon(app.served).await.expect("joined"), Stopped::Cut(1));
    assert_eq!(until_closed(&mut busy).await, 0);
}
