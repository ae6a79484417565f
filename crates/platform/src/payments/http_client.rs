//! A POST to ourselves, in plain HTTP: what the test provider needs, and no more.

use crate::outbox::Failure;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::time::Duration;

/// Time for the whole call.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The client. Clones share its connections.
#[derive(Debug, Clone)]
pub struct HttpClient(Client<HttpConnector, Full<Bytes>>);

impl Default for HttpClient {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpClient {
    /// A client without connections yet.
    pub fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }

    /// Sends `json` with further headers.
    ///
    /// # Errors
    /// Anything but a 2xx is a failure, for good when asking again cannot help.
    pub async fn post(
        &self,
        url: &str,
        json: String,
        headers: &[(&str, &str)],
    ) -> Result<(), Failure> {
        let request = Request::post(url).header(CONTENT_TYPE, "application/json");
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| {
                request.header(*name, *value)
            })
            .body(Full::from(json))
            .map_err(|error| Failure::permanent(error.to_string()))?;
        let answer = tokio::time::timeout(TIMEOUT, self.0.request(request)).await;
        let status = match answer {
            Ok(Ok(response)) => response.status(),
            Ok(Err(error)) => return Err(Failure::temporary(error.to_string())),
            Err(_elapsed) => return Err(Failure::temporary("no answer in time")),
        };
        let reason = format!("{url} answered {status}");
        if status.is_success() {
            Ok(())
        } else if status.is_client_error()
            && status != StatusCode::REQUEST_TIMEOUT
            && status != StatusCode::TOO_MANY_REQUESTS
        {
            Err(Failure::permanent(reason))
        } else {
            Err(Failure::temporary(reason))
        }
    }
}
