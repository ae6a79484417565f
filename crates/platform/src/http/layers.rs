//! The one pass that every request takes: request id, client address, load shedding, time limit,
//! panics, security headers, CORS, metrics and the access log.
//!
//! One hand-written service instead of a tower of layers, because each boxed layer costs every
//! request, and because these things must happen in one order and see one another.

use super::client::TrustedProxies;
use super::cors::Cors;
use super::request::{self, RequestContext, RequestId};
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Kind};
use crate::observe::Metrics;
use crate::rng::Rng;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, DATE, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tower::{Layer, Service};

/// `X-Request-ID`.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// What a page made of an API answer may do: nothing.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Settings of the edge.
#[derive(Debug, Clone)]
pub struct EdgeOptions {
    /// Most bytes of a body, unless its route says otherwise.
    pub body_limit: usize,
    /// Time for a client to send a whole body.
    pub body_timeout: Duration,
    /// Time for a handler to begin its answer; a stream that has begun may last.
    pub request_timeout: Duration,
    /// Most requests that are worked on at once; the next one is told to come back.
    pub max_in_flight: usize,
    /// The pages that may call.
    pub cors: Cors,
    /// The proxies that are believed.
    pub trusted_proxies: TrustedProxies,
    /// Whether browsers reach us over TLS only, so that they may be told to insist on it.
    pub hsts: bool,
    /// The clock that `Date` tells, by which a page counts down.
    pub clock: Clock,
}

impl Default for EdgeOptions {
    fn default() -> Self {
        Self {
            body_limit: 64 * 1024,
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            max_in_flight: 2048,
            cors: Cors::default(),
            trusted_proxies: TrustedProxies::default(),
            hsts: false,
            clock: Clock::Real,
        }
    }
}

/// Puts the edge around a router. Wrong methods answer 405 and, unless the router has a fallback
/// of its own, unknown paths answer 404, both in our shape.
pub fn edge(router: Router, options: EdgeOptions, metrics: Metrics, rng: Rng) -> Router {
    let body_limit = DefaultBodyLimit::max(options.body_limit);
    let shared = Arc::new(Shared {
        options,
        metrics,
        rng,
        in_flight: AtomicUsize::new(0),
    });
    router
        .method_not_allowed_fallback(method_not_allowed)
        // For handlers that take axum's own body extractors instead of ours.
        .layer(tower::layer::layer_fn(move |inner| Edge {
            inner: body_limit.layer(inner),
            shared: Arc::clone(&shared),
        }))
}

/// The answer to an unknown path.
pub(crate) fn not_found() -> Error {
    Error::new(
        Kind::Missing,
        "not_found",
        "There is nothing at this address",
    )
}

async fn method_not_allowed() -> Error {
    Error::new(
        Kind::MethodNotAllowed,
        "method_not_allowed",
        "This address does not take this method",
    )
}

struct Shared {
    options: EdgeOptions,
    metrics: Metrics,
    rng: Rng,
    in_flight: AtomicUsize,
}

/// The service that [`edge`] puts around each route.
#[derive(Clone)]
pub struct Edge<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S> Service<Request> for Edge<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        let pass = Pass::begin(Arc::clone(&self.shared), &mut request);
        let context = Arc::clone(&pass.context);
        Box::pin(request::scope(context, async move {
            let mut response = if Cors::is_preflight(&pass.method, request.headers()) {
                preflight()
            } else if pass.is_too_many() {
                overloaded()
            } else {
                let limit = pass.shared.options.request_timeout;
                // Called inside, so that a panic anywhere below is caught here.
                let work = AssertUnwindSafe(async move { inner.call(request).await });
                match tokio::time::timeout(limit, work.catch_unwind()).await {
                    Ok(Ok(Ok(response))) => response,
                    Ok(Ok(Err(never))) => match never {},
                    Ok(Err(panic)) => panicked(panic.as_ref()),
                    Err(_elapsed) => timed_out(),
                }
            };
            pass.finish(&mut response);
            Ok(response)
        }))
    }
}

/// What is known of one request on its way through.
struct Pass {
    shared: Arc<Shared>,
    context: Arc<RequestContext>,
    method: Method,
    uri: Uri,
    matched: Option<MatchedPath>,
    origin: Option<HeaderValue>,
    started: Instant,
    in_flight: usize,
    answered: bool,
}

impl Pass {
    fn begin(shared: Arc<Shared>, request: &mut Request) -> Self {
        let started = Instant::now();
        let options = &shared.options;
        let headers = request.headers();
        let id = headers
            .get(X_REQUEST_ID)
            .and_then(RequestId::accept)
            .unwrap_or_else(|| RequestId::generate(&shared.rng));
        let peer = request::peer_ip(request.extensions());
        let client = options.trusted_proxies.client_ip(peer, headers);
        let context = RequestContext::new(id, client, options.body_limit, options.body_timeout);
        let context = Arc::new(context);
        let origin = headers.get(ORIGIN).cloned();
        request.extensions_mut().insert(Arc::clone(&context));
        shared.metrics.in_flight().inc();
        Self {
            context,
            method: request.method().clone(),
            uri: request.uri().clone(),
            matched: request.extensions().get::<MatchedPath>().cloned(),
            origin,
            started,
            in_flight: shared.in_flight.fetch_add(1, Ordering::Relaxed),
            answered: false,
            shared,
        }
    }

    /// Overload is refused at once, except where somebody looks whether we live.
    fn is_too_many(&self) -> bool {
        let path = self.uri.path();
        self.in_flight >= self.shared.options.max_in_flight
            && path != "/metrics"
            && !path.starts_with("/health")
    }

    fn finish(mut self, response: &mut Response<Body>) {
        self.answered = true;
        let headers = response.headers_mut();
        headers.insert(X_REQUEST_ID, self.context.id().header());
        secure(headers, self.shared.options.hsts);
        tell_time(headers, &self.shared.options.clock);
        self.shared
            .options
            .cors
            .answer(self.origin.as_ref(), headers);
        self.record(response.status());
    }

    fn record(&self, status: StatusCode) {
        let took = self.started.elapsed();
        let path = self
            .matched
            .as_ref()
            .map_or("unmatched", MatchedPath::as_str);
        self.shared
            .metrics
            .record_request(&self.method, path, status, took);
        // Refusing must cost less than the work that it refuses.
        if self.in_flight >= self.shared.options.max_in_flight {
            return;
        }
        tracing::info!(
            target: "torg::access",
            request_id = self.context.id().as_str(),
            method = self.method.as_str(),
            path = self.uri.path(),
            status_code = status.as_u16(),
            duration_ms = milliseconds(took),
            user_id = self.context.user().map(|user| user.0),
            "request"
        );
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.shared.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.shared.metrics.in_flight().dec();
        if !self.answered {
            // The client went away before it had its answer; nginx's number for that.
            self.record(StatusCode::from_u16(499).unwrap_or(StatusCode::REQUEST_TIMEOUT));
        }
    }
}

#[expect(
    clippy::float_arithmetic,
    reason = "a figure for the log, not for money"
)]
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// Headers that every answer has; a handler that serves pages sets its own content policy, and
/// with it says who may frame it.
fn secure(headers: &mut HeaderMap, hsts: bool) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, NO_PAGE);
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    }
    if hsts {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
}

/// `Date` by a clock that is not the system's; the connection adds that one by itself, and cheaper.
fn tell_time(headers: &mut HeaderMap, clock: &Clock) {
    if matches!(clock, Clock::Real) {
        return;
    }
    let since = clock.now().since(Timestamp::default());
    let text = (std::time::UNIX_EPOCH.checked_add(since)).map(httpdate::fmt_http_date);
    if let Some(Ok(value)) = text.map(HeaderValue::try_from) {
        headers.insert(DATE, value);
    }
}

fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    Cors::preflight(response.headers_mut());
    response
}

fn overloaded() -> Response {
    Error::new(
        Kind::Unavailable,
        "overloaded",
        "Too many requests at once; try again shortly",
    )
    .with_retry_after(Duration::from_secs(1))
    .into_response()
}

fn timed_out() -> Response {
    let detail = "The answer took too long and its outcome is unknown; \
                  repeat the request with the same Idempotency-Key";
    Error::new(Kind::Unavailable, "request_timeout", detail)
        .with_retry_after(Duration::from_secs(1))
        .into_response()
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Response {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Error::internal(format!("panic: {message}")).into_response()
}
