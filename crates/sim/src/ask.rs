//! A request, what it means to the model, and its answer.

use crate::model::Deed;
use crate::people::{Who, init_data};
use crate::product::Outside;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use serde_json::Value;
use torg_platform::Timestamp;
use tower::ServiceExt as _;

/// Something that somebody asks of the program.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) who: Who,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    /// Idempotency key.
    pub(crate) key: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) deed: Deed,
    /// When it was asked for the first time.
    pub(crate) asked_at: Timestamp,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Ask {
    pub(crate) fn new(who: Who, method: Method, path: impl Into<String>, deed: Deed) -> Self {
        Self {
            who,
            method,
            path: path.into(),
            body: None,
            key: None,
            headers: Vec::new(),
            deed,
            asked_at: Timestamp::default(),
        }
    }

    /// Asked now, if it was not before.
    #[must_use]
    pub(crate) fn at(self, now: Timestamp) -> Self {
        match self.asked_at.micros() {
            0 => Self {
                asked_at: now,
                ..self
            },
            _ => self,
        }
    }

    #[must_use]
    pub(crate) fn json(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    #[must_use]
    pub(crate) fn keyed(self, key: String) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    /// Whether it may change something.
    pub(crate) fn is_write(&self) -> bool {
        self.method != Method::GET
    }

    /// In one line, for people.
    pub(crate) fn show(&self) -> String {
        let body = self.body.as_ref().map(ToString::to_string);
        let body = body.unwrap_or_default();
        format!("{} {} {} {body}", self.who, self.method, self.path)
    }

    /// Asks it.
    pub(crate) async fn send(self, router: Router, now: Timestamp) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        match self.who {
            Who::Person(id) => {
                let bearer = format!("Bearer {}", init_data(id, now));
                request = request.header("authorization", bearer);
            }
            Who::Operator => request = request.header("x-admin-secret", Outside::ADMIN_SECRET),
            Who::Nobody => {}
        }
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = match &self.body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let request = request.body(body).expect("a request that can be written");
        let Ok(response) = router.oneshot(request).await;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await;
        Answer {
            status,
            body: body.map(|body| body.to_bytes()).unwrap_or_default(),
        }
    }
}
