//! The client of the Bot API: the only way to Telegram.
//!
//! * One call is one request. Nothing is repeated here, and nothing is left untried because of
//!   earlier failures: whoever calls knows what a second attempt would do, and which calls must
//!   be made whatever happened before. [`ApiError`] says what is known of a call's effect.
//! * [`BotApi::call`] takes any method with its parameters as JSON, which is what a queue of
//!   messages keeps. [`BotApi::ask`] takes a request that knows its method ([`Method`]).
//! * The token is a part of every address. No error, log line or `Debug` shows an address.
//!
//! Nothing here knows a market, decides about money or remembers more than how the last calls went.

mod answer;
mod error;
mod health;
mod keyboard;
mod methods;
mod target;
mod types;

pub use error::{ApiError, ApiErrorKind, ApiResult, BadRequest, Forbidden};
pub use keyboard::{Action, Button, CopyText, InlineKeyboard, WebAppInfo};
pub use methods::*;
pub use target::ChatRef;
pub use types::*;

use bytes::Bytes;
use health::Record;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Request, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::config::Secret;
use torg_platform::observe::{CallMetrics, Check, Metrics};
use torg_platform::outbound::configured::Transport;
use torg_platform::{Clock, Error, Kind};

/// Time for a call that does not say how long it may take.
pub const TIMEOUT: Duration = Duration::from_secs(15);
/// Longest name of a method.
const METHOD_MAX: usize = 64;
/// How this program calls itself.
const AGENT: &str = concat!("Torg/", env!("CARGO_PKG_VERSION"));

/// Which bot, and where Telegram is.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where `/bot<token>/…` is, for example `https://api.telegram.org`.
    pub base_url: String,
    /// What @BotFather gave.
    pub token: Secret,
}

/// A request that knows its method. Its JSON is the parameters, so that a queue can keep both and
/// hand them to [`BotApi::call`] later.
pub trait Method: Serialize + Sync {
    /// As Telegram names it: `sendMessage`.
    const NAME: &'static str;
    /// What Telegram answers.
    type Answer: DeserializeOwned;

    /// The parameters as JSON.
    ///
    /// # Errors
    /// Internal, when they cannot be written: never for the requests of this module.
    fn params(&self) -> torg_platform::Result<Box<RawValue>> {
        serde_json::value::to_raw_value(self).map_err(Error::internal)
    }
}

/// The client. Clones share its connections and counters.
#[derive(Clone)]
pub struct BotApi(Arc<Inner>);

struct Inner {
    /// With the token: `https://api.telegram.org/bot<token>`.
    root: Secret,
    base: String,
    bot_id: i64,
    /// What no text may contain.
    hidden: Vec<Secret>,
    transport: Arc<dyn Transport>,
    clock: Clock,
    metrics: CallMetrics,
    record: Record,
}

impl BotApi {
    /// A client; it makes no call by itself.
    ///
    /// # Errors
    /// `telegram_settings` for an address that is none, or a token that cannot be one.
    pub fn new(
        options: &Options,
        transport: Arc<dyn Transport>,
        clock: Clock,
        metrics: &Metrics,
    ) -> torg_platform::Result<Self> {
        let wrong = |text: &'static str| Error::new(Kind::Invalid, "telegram_settings", text);
        let base = options.base_url.trim_end_matches('/').to_owned();
        let uri = base.parse::<Uri>().ok();
        let is_address = uri.is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.authority().is_some()
                && uri.query().is_none()
        });
        if !is_address {
            return Err(wrong("the server of the Bot API is not an address"));
        }
        let token = options.token.expose();
        let (bot_id, secret) = parts(token).ok_or_else(|| wrong("the bot's token is none"))?;
        Ok(Self(Arc::new(Inner {
            root: Secret::new(format!("{base}/bot{token}")),
            base,
            bot_id,
            hidden: vec![options.token.clone(), Secret::new(secret)],
            transport,
            clock,
            metrics: CallMetrics::new(
                metrics,
                "telegram_api",
                "Calls to the Bot API by method and outcome",
                "Time of a call to its whole answer; a long poll waits on purpose",
            )?,
            record: Record::default(),
        })))
    }

    /// The bot's own id, which is a part of its token.
    pub fn bot_id(&self) -> i64 {
        self.0.bot_id
    }

    /// For `/health`: well unless the token is refused, or the last calls brought no answer.
    ///
    /// # Errors
    /// `telegram_token_refused`, `telegram_unavailable`.
    pub fn health(&self) -> torg_platform::Result<Check> {
        self.0.record.check()
    }

    /// Calls any method with these parameters, a JSON object, and answers its `result`.
    ///
    /// # Errors
    /// See [`ApiErrorKind`].
    pub async fn call(
        &self,
        method: &str,
        params: &RawValue,
        within: Duration,
    ) -> ApiResult<Box<RawValue>> {
        self.exchange(method, params, within, |result| Ok(result.to_owned()))
            .await
    }

    /// Makes a request.
    ///
    /// # Errors
    /// See [`ApiErrorKind`].
    pub async fn ask<M: Method>(&self, request: &M) -> ApiResult<M::Answer> {
        self.ask_within(request, TIMEOUT).await
    }

    /// Makes a request that may take another time than most.
    ///
    /// # Errors
    /// See [`ApiErrorKind`].
    pub async fn ask_within<M: Method>(
        &self,
        request: &M,
        within: Duration,
    ) -> ApiResult<M::Answer> {
        let params = request
            .params()
            .map_err(|error| ApiError::refused_here(&error))?;
        let read = |result: &RawValue| serde_json::from_str(result.get());
        self.exchange(M::NAME, &params, within, read).await
    }

    /// One request, counted and judged.
    async fn exchange<T>(
        &self,
        method: &str,
        params: &RawValue,
        within: Duration,
        read: impl Fn(&RawValue) -> serde_json::Result<T>,
    ) -> ApiResult<T> {
        let inner = &self.0;
        let request = inner.request(method, params)?;
        let begun = inner.clock.now();
        let answer = inner.transport.call(request, within).await;
        inner.metrics.took(method, inner.clock.now().since(begun));
        let result = match answer {
            Ok(answer) => answer::result(&answer, read),
            Err(error) => Err(ApiError::no_answer(&error)),
        };
        let result = result.map_err(|error| error.hiding(&inner.hidden));
        inner.record.note(result.as_ref().err());
        match &result {
            Ok(_) => inner.metrics.called(method, "ok"),
            Err(error) => {
                inner.metrics.called(method, error.kind.label());
                tracing::debug!(method, %error, "a call to Telegram failed");
            }
        }
        result
    }
}

impl Inner {
    fn request(&self, method: &str, params: &RawValue) -> ApiResult<Request<Bytes>> {
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if method.is_empty() || method.len() > METHOD_MAX || !is_name(method) {
            return Err(ApiError::refused_here(&"no method has such a name"));
        }
        let json = HeaderValue::from_static("application/json");
        let request = Request::post(format!("{}/{method}", self.root.expose()))
            .header(ACCEPT, json.clone())
            .header(CONTENT_TYPE, json)
            .header(USER_AGENT, AGENT)
            .body(Bytes::copy_from_slice(params.get().as_bytes()));
        // Its words might contain the address.
        request.map_err(|_error| ApiError::refused_here(&"no request can say this"))
    }
}

/// The bot's id and the secret part of a token, `<id>:<secret>`.
fn parts(token: &str) -> Option<(i64, &str)> {
    let (id, secret) = token.split_once(':')?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || secret.is_empty() || !secret.bytes().all(fits) {
        return None;
    }
    Some((id.parse().ok()?, secret))
}

impl fmt::Debug for BotApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotApi")
            .field("base", &self.0.base)
            .field("bot_id", &self.0.bot_id)
            .finish_non_exhaustive()
    }
}
