//! The way between the bot and Telegram, and what can happen on it.

use axum::Router;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use torg_platform::outbound::configured::{Answer, Transport, TransportError};
use torg_platform::rng::Rng;
use tower::ServiceExt as _;

/// How often, in a thousand calls.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weather {
    /// The connection is refused.
    pub(super) unsent: u64,
    /// The request is lost.
    pub(super) lost: u64,
    /// The answer is lost after the effect.
    pub(super) unanswered: u64,
    /// A page of HTML with 502, before the effect.
    pub(super) bad_gateway: u64,
    /// The same, after the effect.
    pub(super) late_gateway: u64,
    /// Nothing comes back for ever, after the effect; of messages only.
    pub(super) hangs: u64,
    /// 429 with a long wait.
    pub(super) flood: u64,
}

impl Weather {
    pub(super) const BAD: Self = Self {
        unsent: 20,
        lost: 20,
        unanswered: 20,
        bad_gateway: 20,
        late_gateway: 10,
        hangs: 0,
        flood: 15,
    };
}

/// What all wires of one test share.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Texts that were sent and whose answer was lost: they may be sent again.
    pub(super) doubtful: Mutex<Vec<String>>,
    pub(super) calls: AtomicU64,
    pub(super) faults: AtomicU64,
}

/// One process's wire.
#[derive(Clone)]
pub(super) struct Wire {
    router: Router,
    rng: Rng,
    weather: Arc<Mutex<Weather>>,
    log: Arc<Log>,
    /// Its process is dead: nothing comes back any more.
    cut: Arc<AtomicBool>,
}

impl Wire {
    pub(super) fn new(
        router: Router,
        rng: Rng,
        weather: Arc<Mutex<Weather>>,
        log: Arc<Log>,
    ) -> Self {
        Self {
            router,
            rng,
            weather,
            log,
            cut: Arc::default(),
        }
    }

    /// The process dies: calls that are out never return.
    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }

    async fn pass(&self, request: Request<Bytes>) -> Result<Answer, TransportError> {
        self.log.calls.fetch_add(1, Ordering::Relaxed);
        let weather = *self.weather.lock();
        let method = request.uri().path().rsplit('/').next().unwrap_or_default();
        let is_send = method == "sendMessage";
        let body = request.body().clone();
        let mut dice = self.rng.next_u64() % 1000;
        let mut falls = |share: u64| {
            let hit = dice < share;
            dice = dice.saturating_sub(share);
            if hit {
                dice = 1000;
            }
            hit
        };
        let (unsent, lost, bad) = (
            falls(weather.unsent),
            falls(weather.lost),
            falls(weather.bad_gateway),
        );
        let hangs = is_send && falls(weather.hangs);
        let (unanswered, late, flood) = (
            falls(weather.unanswered),
            falls(weather.late_gateway),
            falls(weather.flood),
        );
        if unsent || lost || bad || unanswered || late || flood {
            self.log.faults.fetch_add(1, Ordering::Relaxed);
        }
        if unsent {
            return Err(TransportError::unsent("refused"));
        }
        if lost {
            return Err(TransportError::unknown("lost on the way"));
        }
        if bad {
            return Ok(gateway());
        }
        if flood {
            return Ok(too_many(1 + self.rng.next_u64() % 40));
        }
        // Whoever dies now does not know whether it arrived.
        let doubt = || {
            let params: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
            if is_send {
                let text = params["text"].as_str().unwrap_or_default().to_owned();
                self.log.doubtful.lock().push(text);
            }
        };
        let request = request.map(axum::body::Body::from);
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        if hangs || self.cut.load(Ordering::SeqCst) {
            doubt();
            std::future::pending::<()>().await;
        }
        if unanswered {
            doubt();
            return Err(TransportError::unknown("the answer was lost"));
        }
        if late {
            doubt();
            return Ok(gateway());
        }
        Ok((head.status, head.headers, body))
    }
}

fn too_many(wait: u64) -> Answer {
    let text = serde_json::json!({
        "ok": false,
        "error_code": 429,
        "description": format!("Too Many Requests: retry after {wait}"),
        "parameters": {"retry_after": wait},
    });
    let status = StatusCode::TOO_MANY_REQUESTS;
    (status, HeaderMap::new(), text.to_string().into())
}

fn gateway() -> Answer {
    let html = "<html><body>502 Bad Gateway</body></html>";
    (StatusCode::BAD_GATEWAY, HeaderMap::new(), html.into())
}

impl Transport for Wire {
    fn call(
        &self,
        request: Request<Bytes>,
        _within: Duration,
    ) -> BoxFuture<'_, Result<Answer, TransportError>> {
        Box::pin(async move {
            if self.cut.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            // Others get a turn between asking and answering.
            tokio::task::yield_now().await;
            self.pass(request).await
        })
    }
}
