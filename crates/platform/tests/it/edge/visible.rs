//! What an operator sees: log lines, metrics, health.

use super::*;
use parking_lot::Mutex;
use std::io::Write;
use torg_platform::observe::log::subscriber;
use torg_platform::observe::{Check, Health, LogFormat};

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Page {
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().clone()).expect("text");
        text.lines().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn the_access_log_has_its_shape() {
    let page = Page::default();
    let (log, guard) = subscriber(LogFormat::Json, "info", page.clone()).expect("a log");
    let default = tracing::subscriber::set_default(log);
    let app = App::start().await;
    let get =
        "GET /me?secret=1 HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Request-ID: r1\r\n\r\n";
    app.send(get).await;
    app.get("/fails").await;
    drop((default, guard));
    let lines = page.lines();
    let lines = lines
        .iter()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).expect("JSON"));
    let lines = lines.collect::<Vec<_>>();
    let me = lines.iter().find(|l| l["path"] == "/me").expect("a line");
    assert_eq!(me["request_id"], "r1");
    assert_eq!(me["method"], "GET");
    assert_eq!(me["status_code"], 200);
    assert_eq!(me["user_id"], 42);
    assert_eq!(me["level"], "INFO");
    assert!(
        me["duration_ms"].is_number() && me["timestamp"].as_str().expect("text").ends_with('Z')
    );
    // The failure is logged once, with its cause and the request's id.
    let failure = lines
        .iter()
        .filter(|l| l["level"] == "ERROR")
        .collect::<Vec<_>>();
    assert_eq!(failure.len(), 1);
    assert!(
        failure[0]["cause"]
            .as_str()
            .expect("text")
            .contains("hunter2")
    );
    let fails = lines
        .iter()
        .find(|l| l["path"] == "/fails")
        .expect("a line");
    assert_eq!(fails["request_id"], failure[0]["request_id"]);
    assert_eq!(fails["request_id"].as_str().expect("text").len(), 22);
    assert!(fails["user_id"].is_null());
}

#[test]
fn nobody_can_forge_a_line() {
    for format in [LogFormat::Json, LogFormat::Text] {
        let page = Page::default();
        let (log, guard) = subscriber(format, "info", page.clone()).expect("a log");
        tracing::subscriber::with_default(log, || {
            let evil = "x\n{\"level\":\"ERROR\"}\u{1b}[2J";
            tracing::info!(name = evil, shown = ?evil, "said {evil}");
            tracing::debug!("below the filter");
        });
        drop(guard);
        let lines = page.lines();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(!lines[0].contains('\u{1b}'), "{lines:?}");
    }
    assert!(subscriber(LogFormat::Text, "nonsense=loud=1", Page::default()).is_err());
}

#[test]
fn every_line_is_written_before_the_guard_is_gone() {
    let page = Page::default();
    let (log, guard) = subscriber(LogFormat::Text, "info", page.clone()).expect("a log");
    tracing::subscriber::with_default(log, || {
        for n in 0..10_000 {
            tracing::info!(n, "line");
        }
    });
    drop(guard);
    let lines = page.lines();
    assert_eq!(lines.len(), 10_000);
    assert!(lines[9_999].ends_with("line n=9999"), "{}", lines[9_999]);
}

fn gate() -> Gate {
    Gate {
        entered: Arc::new(Semaphore::new(0)),
        leave: Arc::new(Semaphore::new(0)),
    }
}

#[tokio::test]
async fn metrics_count_by_route_and_not_by_path() {
    let metrics = Metrics::new(&Clock::Real).expect("metrics");
    let orders = metrics
        .counter("orders_total", "Orders")
        .expect("a counter");
    orders.inc_by(3);
    assert!(metrics.counter("orders_total", "Again").is_err());
    let app = App::start().await;
    for path in [
        "/numbers/1",
        "/numbers/2",
        "/numbers/x",
        "/secret",
        "/other",
    ] {
        app.get(path).await;
    }
    app.send("BREW /hello HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
        .await;
    let text = app.metrics.text().expect("text");
    for line in [
        r#"http_requests_total{method="GET",path="/numbers/{id}",status="200"} 2"#,
        r#"http_requests_total{method="GET",path="/numbers/{id}",status="422"} 1"#,
        r#"http_requests_total{method="GET",path="unmatched",status="404"} 2"#,
        r#"http_requests_total{method="OTHER",path="/hello",status="405"} 1"#,
        r#"http_request_duration_seconds_count{method="GET",path="/numbers/{id}"} 3"#,
        "http_requests_in_flight 0",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let api = metrics.api(Policy::Public);
    let app = App::serving(
        api,
        gate(),
        EdgeOptions::default(),
        ServerOptions::default(),
    )
    .await;
    let scraped = app.get("/metrics").await;
    assert!(
        scraped
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    assert!(scraped.text().contains("\norders_total 3\n"));
    let json = app.get("/api/metrics").await.json();
    assert_eq!(json["orders_total"][0]["value"], 3.0);
    assert!(
        json["process_resident_memory_bytes"][0]["value"]
            .as_f64()
            .expect("a number")
            > 1e6
    );
}

#[tokio::test]
async fn health_is_red_for_required_parts_slow_parts_and_a_stop() {
    use std::sync::atomic::{AtomicU8, Ordering};
    let mood = Arc::new(AtomicU8::new(0));
    let part = |shift: u8| {
        let mood = Arc::clone(&mood);
        move || {
            let mood = mood.load(Ordering::SeqCst) >> shift & 1;
            async move {
                match mood {
                    0 => Ok(Check::Up),
                    _ => Err(Error::internal("host db.internal refused")),
                }
            }
        }
    };
    let stopping = CancellationToken::new();
    let health = Health::new(stopping.clone())
        .required("database", part(0))
        .optional("redis", part(1))
        .optional("disk", async || Ok(Check::Off("not looked at")));
    let start = async |health: &Health| {
        App::serving(
            health.api(),
            gate(),
            EdgeOptions::default(),
            ServerOptions::default(),
        )
        .await
    };
    let app = start(&health).await;
    let status = async |path: &str| app.get(path).await.status;
    let answer = app.get("/health").await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (200, &"ok".into())
    );
    assert_eq!(answer.json()["checks"]["disk"]["status"], "off");
    assert_eq!(status("/health/db").await, 200);
    assert_eq!(status("/health/nothing").await, 404);

    mood.store(2, Ordering::SeqCst);
    let answer = app.get("/health").await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (200, &"degraded".into())
    );
    assert_eq!(status("/health/redis").await, 503);

    mood.store(1, Ordering::SeqCst);
    let answer = app.get("/health").await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (503, &"unavailable".into())
    );
    assert!(!answer.text().contains("db.internal"));
    assert_eq!(status("/health/database").await, 503);

    mood.store(0, Ordering::SeqCst);
    stopping.cancel();
    let answer = app.get("/health").await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (503, &"stopping".into())
    );
    assert_eq!(status("/healthz").await, 200);
}

#[tokio::test]
async fn a_part_that_does_not_answer_is_not_well() {
    let slow = Health::new(CancellationToken::new())
        .required("database", std::future::pending::<Result<Check, Error>>);
    let app = App::serving(
        slow.api(),
        gate(),
        EdgeOptions::default(),
        ServerOptions::default(),
    )
    .await;
    let answer = app.get("/health").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["checks"]["database"]["status"], "timeout");
}
