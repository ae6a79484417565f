//! Requests to addresses that the operator has configured: one trait, and the client of the real
//! network. Nothing of it protects from addresses that a person has typed; those go through
//! [`super::Outbound`].

use super::tls_config;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::fmt;
use std::time::Duration;

/// Time for a name, a connection and TLS.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Most bytes of an answer.
const ANSWER_MAX: usize = 8 * 1024 * 1024;
/// Connections that wait for the next call.
const IDLE_MAX: usize = 8;
/// For how long they wait: shorter than what servers usually wait, so that they rarely close one
/// while we begin to use it.
const IDLE_TIME: Duration = Duration::from_secs(20);

/// Status, headers and the whole body.
pub type Answer = (StatusCode, HeaderMap, Bytes);

/// Why there is no answer. The words are for the log and never contain the address: its path may
/// be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct TransportError {
    /// In words.
    pub reason: String,
    /// Whether the other side may have seen the request, and done what it says.
    pub is_sent: bool,
}

impl TransportError {
    /// No connection: nobody has seen the request.
    pub fn unsent(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_sent: false,
        }
    }

    /// What became of the request is unknown.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_sent: true,
        }
    }
}

/// Sends a request to the server and brings the answer, whatever its status. Does not repeat,
/// follow redirects or judge.
pub trait Transport: Send + Sync + 'static {
    /// One request, one answer, all of it `within` a time.
    fn call(
        &self,
        request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<Answer, TransportError>>;
}

/// The real network: HTTP/1.1 over kept connections, TLS where the address says so.
#[derive(Clone)]
pub struct HttpTransport(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl HttpTransport {
    /// A client without connections yet.
    ///
    /// # Errors
    /// Internal, when the cryptography cannot be used.
    pub fn new() -> crate::Result<Self> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let connector = HttpsConnector::from((tcp, tls_config()?));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIME)
            .pool_max_idle_per_host(IDLE_MAX)
            // Only a request of which not a byte has left is sent on another connection.
            .retry_canceled_requests(true)
            .build(connector);
        Ok(Self(client))
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Answer, TransportError> {
        let answer = self.0.request(request.map(Full::new)).await;
        let (head, body) = answer.map_err(|error| said(&error))?.into_parts();
        let body = Limited::new(body, ANSWER_MAX).collect().await;
        let body = body.map_err(|error| TransportError::unknown(format!("the answer: {error}")))?;
        Ok((head.status, head.headers, body.to_bytes()))
    }
}

impl Transport for HttpTransport {
    fn call(
        &self,
        request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<Answer, TransportError>> {
        Box::pin(async move {
            tokio::time::timeout(within, self.exchange(request))
                .await
                .unwrap_or_else(|_elapsed| Err(TransportError::unknown("no answer in time")))
        })
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpTransport")
    }
}

/// An error with what caused it: the outermost alone says "client error (Connect)".
fn said(error: &hyper_util::client::legacy::Error) -> TransportError {
    let mut reason = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        reason.push_str(": ");
        reason.push_str(&error.to_string());
        cause = error.source();
    }
    TransportError {
        reason,
        is_sent: !error.is_connect(),
    }
}
