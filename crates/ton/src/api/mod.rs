//! The client of a Toncenter-shaped server: the only way to the chain.
//!
//! * Calls wait for their turn under our own limit, then for the server's.
//! * Questions are asked up to three times, with growing delays; a signed order is sent once, and
//!   whoever sent it looks at the chain for what became of it.
//! * Five failures in a row, and the server is left alone for a minute. A refusal is no failure:
//!   it shows that the server is well.
//! * What can be checked is: a transaction is read from bytes whose hash is its name, and each
//!   names the one before it. What cannot is the server's word: which transactions there are last,
//!   balances, states, and what getters answer.
//!
//! Nothing here decides about money, and nothing is remembered.

mod account;
mod answer;
mod error;
mod limiter;
mod list;
mod metrics;
mod send;
mod transactions;

pub use account::{AccountView, State};
pub use error::{ApiError, ApiResult, ErrorKind};
pub use list::{Finality, Head, Listed, NftItem, SINCE_MAX};
pub use send::Sent;
pub use transactions::BACK_MAX;

use crate::Network;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};
use limiter::Limiter;
use metrics::ApiMetrics;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::config::Secret;
use torg_platform::observe::{Check, Metrics};
use torg_platform::outbound::configured::{Answer, Transport};
use torg_platform::resilience::{self, Backoff, Breaker, Retry};
use torg_platform::rng::Rng;
use torg_platform::{Clock, Error, Kind};

/// Failures in a row after which the server is left alone.
const FAILURES: u32 = 5;
/// For how long.
const COOL_DOWN: Duration = Duration::from_secs(60);
/// How often a question is asked, and how patiently.
const QUESTIONS: Retry = Retry {
    attempts: 3,
    backoff: Backoff::new(Duration::from_millis(500), Duration::from_secs(5)),
};
/// Only questions end well when they are asked again.
const ONCE: Retry = Retry {
    attempts: 1,
    backoff: QUESTIONS.backoff,
};
/// How long everybody waits after a "too many" that does not say for how long.
const HOLD: Duration = Duration::from_secs(1);
/// What Toncenter gives to whoever has no key, per second.
const RATE_WITHOUT_KEY: u32 = 1;
/// What it gives to the smallest key.
const RATE_WITH_KEY: u32 = 10;
/// Time for all of a call.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How this program calls itself.
const AGENT: &str = concat!("Torg/", env!("CARGO_PKG_VERSION"));

/// Which server, and how to treat it.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where `/api/v2` and `/api/v3` are, for example `https://toncenter.com`.
    pub base_url: String,
    /// The key; empty for none.
    pub api_key: Secret,
    /// The chain behind it.
    pub network: Network,
    /// Calls per second; none for what Toncenter gives with and without a key.
    pub requests_per_second: Option<u32>,
}

/// The client. Clones share its limit, its breaker and its connections.
#[derive(Clone)]
pub struct TonApi(Arc<Inner>);

struct Inner {
    base: String,
    key: Option<HeaderValue>,
    network: Network,
    transport: Arc<dyn Transport>,
    clock: Clock,
    rng: Rng,
    limiter: Limiter,
    breaker: Breaker,
    metrics: ApiMetrics,
    questions: Retry,
}

/// One call, before it becomes a request.
struct Call {
    /// Toncenter's name for it.
    name: &'static str,
    method: Method,
    /// Path and query.
    path: String,
    body: Bytes,
}

impl Call {
    fn get(name: &'static str, version: &str, query: &[(&str, &str)]) -> Self {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(query);
        Self {
            name,
            method: Method::GET,
            path: format!("/api/{version}/{name}?{}", pairs.finish()),
            body: Bytes::new(),
        }
    }

    fn post(name: &'static str, body: &serde_json::Value) -> Self {
        Self {
            name,
            method: Method::POST,
            path: format!("/api/v2/{name}"),
            body: Bytes::from(body.to_string()),
        }
    }
}

impl TonApi {
    /// A client; it makes no call by itself.
    ///
    /// # Errors
    /// `ton_settings` for an address that is none, or a key that no header can carry.
    pub fn new(
        options: &Options,
        transport: Arc<dyn Transport>,
        clock: Clock,
        rng: Rng,
        metrics: &Metrics,
    ) -> torg_platform::Result<Self> {
        let wrong = |text: &'static str| Error::new(Kind::Invalid, "ton_settings", text);
        let base = options.base_url.trim_end_matches('/').to_owned();
        let uri = base.parse::<Uri>().ok();
        let is_address = uri.is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.authority().is_some()
                && uri.query().is_none()
        });
        if !is_address {
            return Err(wrong("the server of the chain is not an address"));
        }
        let key = options.api_key.expose();
        let key = match key {
            "" => None,
            key => {
                let value = HeaderValue::from_str(key);
                let mut value = value.map_err(|_byte| wrong("the key has forbidden characters"))?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        let usual = match key {
            Some(_) => RATE_WITH_KEY,
            None => RATE_WITHOUT_KEY,
        };
        let rate = options.requests_per_second.unwrap_or(usual);
        Ok(Self(Arc::new(Inner {
            base,
            key,
            network: options.network,
            transport,
            limiter: Limiter::new(clock.clone(), rate),
            breaker: Breaker::new("ton", clock.clone(), FAILURES, COOL_DOWN),
            clock,
            rng,
            metrics: ApiMetrics::new(metrics)?,
            questions: QUESTIONS,
        })))
    }

    /// Asks each question once: for whoever comes again by itself, and has no clock that runs. To
    /// be called before the client is shared.
    #[must_use]
    pub fn without_repeats(mut self) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.questions = ONCE;
        }
        self
    }

    /// The chain behind it.
    pub fn network(&self) -> Network {
        self.0.network
    }

    /// What the breaker does with the next call.
    pub fn breaker(&self) -> resilience::State {
        self.0.breaker.state()
    }

    /// For `/health`: well unless the server is being left alone.
    ///
    /// # Errors
    /// `ton_unavailable`.
    pub fn health(&self) -> torg_platform::Result<Check> {
        let state = self.breaker();
        self.0.metrics.breaker(state);
        match state {
            resilience::State::Closed | resilience::State::HalfOpen => Ok(Check::Up),
            resilience::State::Open => Err(Error::new(
                Kind::Unavailable,
                "ton_unavailable",
                "the server of the chain does not answer",
            )),
        }
    }

    /// Asks, up to three times; `read` makes sense of the answer.
    async fn ask<T>(
        &self,
        call: &Call,
        read: impl Fn(&Answer) -> Result<T, ErrorKind>,
    ) -> ApiResult<T> {
        self.repeat(call, self.0.questions, read).await
    }

    /// Says something once.
    async fn tell<T>(
        &self,
        call: &Call,
        read: impl Fn(&Answer) -> Result<T, ErrorKind>,
    ) -> ApiResult<T> {
        self.repeat(call, ONCE, read).await
    }

    async fn repeat<T>(
        &self,
        call: &Call,
        policy: Retry,
        read: impl Fn(&Answer) -> Result<T, ErrorKind>,
    ) -> ApiResult<T> {
        let inner = &self.0;
        let (clock, rng) = (&inner.clock, &inner.rng);
        let attempt = |_number| inner.attempt(call, &read);
        let result = resilience::retry(policy, clock, rng, ErrorKind::again, attempt).await;
        result.map_err(|kind| ApiError {
            method: call.name,
            kind,
        })
    }
}

impl Inner {
    /// One request, counted and judged.
    async fn attempt<T>(
        &self,
        call: &Call,
        read: &impl Fn(&Answer) -> Result<T, ErrorKind>,
    ) -> Result<T, ErrorKind> {
        let result = self.guarded(call, read).await;
        let outcome = result.as_ref().err().map_or("ok", ErrorKind::label);
        self.metrics.called(call.name, outcome);
        self.metrics.breaker(self.breaker.state());
        result
    }

    async fn guarded<T>(
        &self,
        call: &Call,
        read: &impl Fn(&Answer) -> Result<T, ErrorKind>,
    ) -> Result<T, ErrorKind> {
        // Nobody queues for a server that is left alone, and whoever has queued may find it so.
        if self.breaker.state() == resilience::State::Open
            && let Err(open) = self.breaker.admit()
        {
            return Err(open.into());
        }
        self.limiter.turn().await;
        let permit = self.breaker.admit()?;
        let begun = self.clock.now();
        let answer = self.transport.call(self.request(call)?, TIMEOUT).await;
        self.metrics.took(call.name, self.clock.now().since(begun));
        let result = match answer {
            Ok(answer) => read(&answer),
            Err(error) => Err(ErrorKind::Unavailable(error.to_string())),
        };
        match &result {
            Err(kind) if kind.is_failure() => {
                tracing::debug!(call = call.name, %kind, "the server of the chain failed");
                permit.failure();
            }
            Ok(_) | Err(_) => permit.success(),
        }
        if let Err(ErrorKind::Limited { after }) = &result {
            self.limiter.hold(after.unwrap_or(HOLD));
        }
        result
    }

    fn request(&self, call: &Call) -> Result<Request<Bytes>, ErrorKind> {
        let json = HeaderValue::from_static("application/json");
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(format!("{}{}", self.base, call.path))
            .header(ACCEPT, json.clone())
            .header(http::header::USER_AGENT, AGENT);
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, json);
        }
        if let Some(key) = &self.key {
            request = request.header("X-API-Key", key.clone());
        }
        let request = request.body(call.body.clone());
        request.map_err(|error| ErrorKind::Refused {
            code: 0,
            text: format!("no request can say this: {error}"),
        })
    }
}

impl fmt::Debug for TonApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TonApi")
            .field("base", &self.0.base)
            .field("network", &self.0.network)
            .field("breaker", &self.0.breaker.state())
            .finish_non_exhaustive()
    }
}
