//! What the edge knows about the request that is being answered.
//!
//! It travels as a request extension (`Arc<RequestContext>`) and as a task-local, so that the
//! log, the audit trail and an error deep inside can name the request without an argument.

use super::client::{ClientIp, Peer};
use axum::extract::FromRequestParts;
use http::HeaderValue;
use http::request::Parts;
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The longest inbound request id that is kept.
pub const MAX_REQUEST_ID: usize = 64;

/// Name of a request in logs, audit and answers: the client's own, when it is harmless, or ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// Takes a client's id when it is 1 to 64 letters, digits, `-`, `_`, `.` or `:`.
    pub fn accept(value: &HeaderValue) -> Option<Self> {
        let bytes = value.as_bytes();
        let safe = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
        let fits = !bytes.is_empty() && bytes.len() <= MAX_REQUEST_ID;
        (fits && bytes.iter().all(safe)).then(|| Self(value.clone()))
    }

    /// A new id: 22 random URL-safe characters (132 bits).
    pub fn generate(rng: &crate::rng::Rng) -> Self {
        let token = crate::ids::random_token(rng, 22);
        Self(HeaderValue::try_from(token).unwrap_or(HeaderValue::from_static("-")))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or("-")
    }

    /// The id as the value of `X-Request-ID`.
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// What the edge found out, shared by everyone who works on the request.
#[derive(Debug)]
pub struct RequestContext {
    id: RequestId,
    client_ip: ClientIp,
    body_limit: usize,
    body_timeout: Duration,
    user: OnceLock<crate::UserId>,
}

impl RequestContext {
    /// A context; `body_limit` in bytes, `body_timeout` for the whole body.
    pub fn new(
        id: RequestId,
        client_ip: ClientIp,
        body_limit: usize,
        body_timeout: Duration,
    ) -> Self {
        Self {
            id,
            client_ip,
            body_limit,
            body_timeout,
            user: OnceLock::new(),
        }
    }

    /// The request's name.
    pub fn id(&self) -> &RequestId {
        &self.id
    }

    /// The client's address.
    pub fn client_ip(&self) -> ClientIp {
        self.client_ip
    }

    /// Most bytes of a body, unless the route says otherwise.
    pub fn body_limit(&self) -> usize {
        self.body_limit
    }

    /// How long a client may take to send its body.
    pub fn body_timeout(&self) -> Duration {
        self.body_timeout
    }

    /// Called by authentication; the access log then names the person.
    pub fn set_user(&self, user: crate::UserId) {
        self.user.get_or_init(|| user);
    }

    /// The person that authentication found.
    pub fn user(&self) -> Option<crate::UserId> {
        self.user.get().copied()
    }
}

tokio::task_local! {
    static CURRENT: Arc<RequestContext>;
}

/// Runs `work` as part of the request that `context` describes. The edge does this; a task that
/// is spawned on behalf of a request does it again, because task-locals do not follow a spawn.
pub fn scope<F: Future>(context: Arc<RequestContext>, work: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(context, work)
}

/// The request that the present task works on, if it works on one.
pub fn current() -> Option<Arc<RequestContext>> {
    CURRENT.try_with(Arc::clone).ok()
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    /// The id given at the edge; `-` when a router is called without the edge.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<Arc<RequestContext>>();
        Ok(context.map_or(Self(HeaderValue::from_static("-")), |c| c.id().clone()))
    }
}

/// The client's address, from the server's [`Peer`] extension.
pub(crate) fn peer_ip(extensions: &http::Extensions) -> IpAddr {
    extensions
        .get::<Peer>()
        .map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0.ip())
}

/// What a request says about itself besides who sent it: for the audit trail, and for limits of
/// people without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Name of the request.
    pub request_id: String,
    /// The sender's address, or the block that one customer owns.
    pub peer: String,
}

impl Origin {
    /// Whom a limit counts: the person, or else the address.
    pub fn caller(&self, user: Option<crate::UserId>) -> String {
        match user {
            Some(user) => user.to_string(),
            None => format!("ip:{}", self.peer),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    /// What was found at the edge; `-` when a router is called without the edge.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<Arc<RequestContext>>();
        let peer = |c: &Arc<RequestContext>| c.client_ip().bucket().to_string();
        Ok(Self {
            request_id: context.map_or_else(|| "-".to_owned(), |c| c.id().as_str().to_owned()),
            peer: context.map_or_else(|| "-".to_owned(), peer),
        })
    }
}
