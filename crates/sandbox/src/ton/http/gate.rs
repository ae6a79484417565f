//! What stands before every answer of the API: keys, rates, and faults of the way.

use super::{Api, ApiOptions};
use crate::ton::faults::happens;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use parking_lot::Mutex;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// How often each key was used in the second that runs.
#[derive(Debug)]
pub(super) struct Gate {
    options: ApiOptions,
    used: Mutex<HashMap<String, (Instant, u32)>>,
}

impl Gate {
    pub(super) fn new(options: ApiOptions) -> Self {
        Self {
            options,
            used: Mutex::default(),
        }
    }

    /// The status of a refusal.
    fn admit(&self, key: Option<&str>) -> Result<(), StatusCode> {
        let most = match key {
            None => self.options.keyless_per_second,
            // Where no key is known, every key is good.
            Some(_) if self.options.keys.is_empty() => None,
            Some(key) => {
                let known = self.options.keys.iter().find(|(known, _)| known == key);
                Some(known.ok_or(StatusCode::UNAUTHORIZED)?.1)
            }
        };
        let Some(most) = most else { return Ok(()) };
        let now = Instant::now();
        let mut used = self.used.lock();
        let (since, count) = used
            .entry(key.unwrap_or_default().to_owned())
            .or_insert((now, 0));
        if now.duration_since(*since) >= Duration::from_secs(1) {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        if *count > most {
            return Err(StatusCode::TOO_MANY_REQUESTS);
        }
        Ok(())
    }
}

/// The key of a request: a header or a parameter.
fn key_of(request: &Request) -> Option<String> {
    let header = request.headers().get("x-api-key");
    if let Some(key) = header.and_then(|key| key.to_str().ok()) {
        return Some(key.to_owned());
    }
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(name, _)| name == "api_key");
    found.map(|(_, key)| key.into_owned())
}

/// Lets a request through, or not, and does to the answer what the faults say.
pub(super) async fn pass(State(api): State<Api>, request: Request, next: Next) -> Response {
    match api.gate.admit(key_of(&request).as_deref()) {
        Ok(()) => {}
        Err(StatusCode::TOO_MANY_REQUESTS) => return too_many(1),
        Err(status) => {
            let body = json!({ "ok": false, "error": "API key does not exist", "code": 401 });
            return (status, Json(body)).into_response();
        }
    }
    let faults = api.faults();
    let rng = api.chain.rng();
    if faults.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(faults.delay_ms)).await;
    }
    if happens(rng, faults.status_429) {
        return too_many(faults.retry_after.max(1));
    }
    let refusals = [
        (
            faults.status_500,
            StatusCode::INTERNAL_SERVER_ERROR,
            "LITE_SERVER_NETWORK",
        ),
        (
            faults.status_503,
            StatusCode::SERVICE_UNAVAILABLE,
            "no working liteservers",
        ),
        (faults.status_504, StatusCode::GATEWAY_TIMEOUT, "timeout"),
    ];
    for (share, status, text) in refusals {
        if happens(rng, share) {
            return failed(status, text);
        }
    }
    let answer = next.run(request).await;
    if happens(rng, faults.dropped) {
        return dropped();
    }
    if happens(rng, faults.failed_after) {
        return failed(StatusCode::INTERNAL_SERVER_ERROR, "LITE_SERVER_NETWORK");
    }
    if happens(rng, faults.html) {
        let page = "<html><head><title>502 Bad Gateway</title></head></html>";
        return ([(CONTENT_TYPE, "text/html")], page).into_response();
    }
    if happens(rng, faults.truncated) {
        return truncated(answer).await;
    }
    answer
}

fn too_many(seconds: u16) -> Response {
    // The text is in `result`, unlike that of every other refusal.
    let body = json!({ "ok": false, "result": "Ratelimit exceed", "code": 429 });
    let after = HeaderValue::from(seconds);
    let headers = [(RETRY_AFTER, after)];
    (StatusCode::TOO_MANY_REQUESTS, headers, Json(body)).into_response()
}

fn failed(status: StatusCode, text: &str) -> Response {
    let body = json!({ "ok": false, "error": text, "code": status.as_u16() });
    (status, Json(body)).into_response()
}

/// The connection ends in the middle of the answer.
fn dropped() -> Response {
    let parts: Vec<Result<Bytes, std::io::Error>> = vec![
        Ok(Bytes::from_static(b"{")),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ];
    Response::new(Body::from_stream(futures_util::stream::iter(parts)))
}

/// The first half of the answer, as if it were all.
async fn truncated(answer: Response) -> Response {
    let (mut head, body) = answer.into_parts();
    let whole = body.collect().await.map(|body| body.to_bytes());
    let whole = whole.unwrap_or_default();
    let half = whole.len().div_euclid(2);
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, Body::from(whole.slice(..half)))
}
