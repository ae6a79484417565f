//! The chain's server in the same process: no sockets, the whole client.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Request;
use http_body_util::BodyExt as _;
use std::fmt;
use std::time::Duration;
use torg_platform::outbound::configured::{Answer, Transport, TransportError};
use tower::ServiceExt as _;

/// Hands each request to a router.
#[derive(Clone)]
pub(crate) struct RouterTransport(pub(crate) axum::Router);

impl Transport for RouterTransport {
    fn call(
        &self,
        request: Request<Bytes>,
        _within: Duration,
    ) -> BoxFuture<'_, Result<Answer, TransportError>> {
        let router = self.0.clone();
        Box::pin(async move {
            let answer = router.oneshot(request.map(axum::body::Body::from)).await;
            let Ok(answer) = answer;
            let (head, body) = answer.into_parts();
            let body = body.collect().await;
            let body = body.map_err(|error| TransportError::unknown(error.to_string()))?;
            Ok((head.status, head.headers, body.to_bytes()))
        })
    }
}

impl fmt::Debug for RouterTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RouterTransport")
    }
}
