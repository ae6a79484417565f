//! A POST to ourselves: what the test provider needs, and no more.

use crate::outbound::configured::Transport;
use crate::outbox::Failure;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Time for the whole call.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The client. Clones share its connections.
#[derive(Clone)]
pub struct HttpClient(Arc<dyn Transport>);

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpClient")
    }
}

impl HttpClient {
    /// A client that calls over `network`.
    pub fn new(network: Arc<dyn Transport>) -> Self {
        Self(network)
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
            .body(Bytes::from(json))
            .map_err(|error| Failure::permanent(error.to_string()))?;
        let answer = self.0.call(request, TIMEOUT).await;
        let (status, ..) = answer.map_err(|error| Failure::temporary(error.reason))?;
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
