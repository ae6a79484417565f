//! How requests leave: one trait, and the client of the real network.

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
use torg_platform::outbound::tls_config;

/// Time for a name, a connection and TLS.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time for all of a call.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);
/// Most bytes of an answer.
const ANSWER_MAX: usize = 8 * 1024 * 1024;
/// Connections that wait for the next call.
const IDLE_MAX: usize = 8;
/// For how long they wait: shorter than what servers usually wait, so that they rarely close one
/// while we begin to use it.
const IDLE_TIME: Duration = Duration::from_secs(20);

/// Status, headers and the whole body.
pub type Answer = (StatusCode, HeaderMap, Bytes);

/// Why there is no answer, in words for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TransportError(pub String);

/// Sends a request to the server and brings the answer, whatever its status. Does not repeat,
/// follow redirects or judge.
pub trait Transport: Send + Sync + 'static {
    /// One request, one answer.
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Answer, TransportError>>;
}

/// The real network: HTTP/1.1 over kept connections, TLS where the address says so.
///
/// For addresses that the operator has configured; those that a person has typed go through
/// [`torg_platform::outbound`].
#[derive(Clone)]
pub struct HttpTransport(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl HttpTransport {
    /// A client without connections yet.
    ///
    /// # Errors
    /// Internal, when the cryptography cannot be used.
    pub fn new() -> torg_platform::Result<Self> {
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
        let body = body.map_err(|error| TransportError(format!("the answer: {error}")))?;
        Ok((head.status, head.headers, body.to_bytes()))
    }
}

impl Transport for HttpTransport {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Answer, TransportError>> {
        Box::pin(async move {
            tokio::time::timeout(TOTAL_TIMEOUT, self.exchange(request))
                .await
                .unwrap_or_else(|_elapsed| Err(TransportError("no answer in time".to_owned())))
        })
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpTransport")
    }
}

/// An error with what caused it: the outermost alone says "client error (Connect)".
fn said(error: &dyn std::error::Error) -> TransportError {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    TransportError(text)
}
