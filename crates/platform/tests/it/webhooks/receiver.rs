//! Somebody else's server.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// One request and how it was answered.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    pub(super) headers: HeaderMap,
    pub(super) raw: Vec<u8>,
    pub(super) body: Value,
    pub(super) status: u16,
}

/// What it answers.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    Status(u16),
    With(u16, &'static str, String),
    /// Nothing, until it is let go; then 200.
    Hang,
}

type Script = Arc<dyn Fn(&Value) -> Reply + Send + Sync>;

struct Inner {
    script: Mutex<Script>,
    heard: Mutex<Vec<Heard>>,
    arrived: Notify,
    released: Notify,
}

/// Listens on this machine until it is dropped.
pub(super) struct Receiver {
    address: SocketAddr,
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    /// Takes everything until it is told otherwise.
    pub(super) async fn start() -> Self {
        let inner = Arc::new(Inner {
            script: Mutex::new(Arc::new(|_| Reply::Status(200))),
            heard: Mutex::default(),
            arrived: Notify::new(),
            released: Notify::new(),
        });
        let router = Router::new().fallback(take).with_state(inner.clone());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            inner,
            task,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook?x=1", self.address)
    }

    /// Answers like this from now on, by what the event carries.
    pub(super) fn answer(&self, script: impl Fn(&Value) -> Reply + Send + Sync + 'static) {
        *self.inner.script.lock().unwrap() = Arc::new(script);
    }

    pub(super) fn heard(&self) -> Vec<Heard> {
        self.inner.heard.lock().unwrap().clone()
    }

    /// Waits until it has heard `count` requests.
    pub(super) async fn wait_for(&self, count: usize) {
        while self.heard().len() < count {
            self.inner.arrived.notified().await;
        }
    }

    /// Lets those go that hang.
    pub(super) fn release(&self) {
        self.inner.released.notify_waiters();
    }
}

async fn take(State(inner): State<Arc<Inner>>, headers: HeaderMap, raw: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&raw).unwrap();
    let reply = inner.script.lock().unwrap().clone()(&body["data"]);
    let (status, header) = match reply {
        Reply::Status(status) => (status, None),
        Reply::With(status, name, value) => (status, Some((name, value))),
        Reply::Hang => (0, None),
    };
    let released = inner.released.notified();
    tokio::pin!(released);
    released.as_mut().enable();
    inner.heard.lock().unwrap().push(Heard {
        headers,
        raw: raw.to_vec(),
        body,
        status,
    });
    inner.arrived.notify_one();
    if status == 0 {
        released.await;
    }
    let status = StatusCode::from_u16(if status == 0 { 200 } else { status }).unwrap();
    let mut response = (status, "what the stranger says is nobody's business").into_response();
    if let Some((name, value)) = header {
        let name = HeaderName::from_static(name);
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
