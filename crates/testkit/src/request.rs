//! One request to the router, and its answer.

use crate::Person;
use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use torg_platform::Timestamp;
use tower::ServiceExt as _;

/// A request that is being written. It owns what it needs, so it can be sent from a task.
#[derive(Debug)]
pub struct Request {
    router: Router,
    now: Timestamp,
    inner: http::Request<Body>,
}

impl Request {
    pub(crate) fn new(router: Router, now: Timestamp, method: Method, path: &str) -> Self {
        let inner = http::Request::builder().method(method).uri(path);
        Self {
            router,
            now,
            inner: inner.body(Body::empty()).expect("a path"),
        }
    }

    /// Sent by `person`, whose Mini App was opened just now.
    #[must_use]
    pub fn by(self, person: &Person) -> Self {
        let init_data = person.init_data(self.now);
        self.bearer(&init_data)
    }

    /// With a session token or somebody's initData.
    #[must_use]
    pub fn bearer(self, credential: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {credential}"))
    }

    /// With an idempotency key.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        let value = HeaderValue::from_str(value).expect("a header's value");
        self.inner.headers_mut().insert(name, value);
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With any body.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Body>) -> Self {
        let mut with_type = self.header(CONTENT_TYPE.as_str(), content_type);
        *with_type.inner.body_mut() = body.into();
        with_type
    }

    /// Sends it; the body may still be streaming.
    pub async fn open(self) -> Response<Body> {
        self.router
            .oneshot(self.inner)
            .await
            .unwrap_or_else(|never| match never {})
    }

    /// Sends it and reads the whole answer.
    pub async fn send(self) -> Answer {
        let what = format!("{} {}", self.inner.method(), self.inner.uri());
        let (head, body) = self.open().await.into_parts();
        let body = body.collect().await.expect("the whole body").to_bytes();
        Answer {
            what,
            status: head.status,
            headers: head.headers,
            text: String::from_utf8(body.to_vec()).expect("UTF-8"),
        }
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Method and path of the request.
    pub what: String,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub text: String,
}

impl Answer {
    /// The body as JSON; null when it is empty.
    ///
    /// # Panics
    /// When it is something else.
    pub fn json(&self) -> Value {
        if self.text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.text)
            .unwrap_or_else(|e| panic!("{}: {e}: {}", self.what, self.text))
    }

    /// The body of a success.
    ///
    /// # Panics
    /// When the status is another.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.what, self.text);
        self.json()
    }

    /// The body of a refusal.
    ///
    /// # Panics
    /// When status or code are others.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let body = self.ok(status);
        assert_eq!(body["code"], code, "{}: {}", self.what, self.text);
        body
    }
}
