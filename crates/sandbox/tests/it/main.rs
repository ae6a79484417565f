//! The sandbox as a browser and a test client meet it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod bot;
mod bot_api;
mod hot_wallet;
mod open;
mod page;
mod people;
mod phone;
mod telegram;
mod ton;
mod ton_api;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use torg_platform::rng::Rng;
use torg_platform::{Clock, Timestamp};
use torg_sandbox::{SandboxOptions, router};
use tower::ServiceExt as _;

const TOKEN: &str = "100:demo";
const START: Timestamp = Timestamp::from_seconds(1_750_000_000);

fn sandbox(clock: Clock) -> Router {
    router(SandboxOptions {
        bot_token: TOKEN.to_owned(),
        clock,
        rng: Rng::from_seed(1),
        app: "/app/",
        chain: None,
    })
}

async fn get(router: &Router, path: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(body.to_vec()).unwrap();
    (head.status, head.headers, text)
}
