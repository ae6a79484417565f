//! Which web pages may call the API from a browser.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    VARY,
};
use http::{HeaderMap, HeaderValue, Method};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID, X-Request-ID",
);
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static(
    "X-Request-ID, Retry-After, Idempotent-Replayed, Link, ETag, Content-Disposition",
);
/// Two hours: the longest that Chromium honours.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// The pages that may read answers. Credentials are never allowed: the API takes a bearer
/// header, so a foreign page has nothing to ride on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cors {
    /// Any page.
    #[default]
    Any,
    /// The pages of these origins, for example `https://app.example.org`.
    Origins(Vec<HeaderValue>),
}

impl Cors {
    /// `*` alone, or a list of origins; the error is the first text that is neither.
    pub fn parse<T: AsRef<str>>(origins: &[T]) -> Result<Self, String> {
        if origins.iter().any(|origin| origin.as_ref().trim() == "*") {
            return Ok(Self::Any);
        }
        origins
            .iter()
            .map(|origin| {
                let text = origin.as_ref().trim().trim_end_matches('/');
                let has_scheme = text.starts_with("https://") || text.starts_with("http://");
                HeaderValue::try_from(text)
                    .ok()
                    .filter(|_| has_scheme)
                    .ok_or_else(|| origin.as_ref().to_owned())
            })
            .collect::<Result<_, _>>()
            .map(Self::Origins)
    }

    /// Whether this is a browser asking what it may send.
    pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
        method == Method::OPTIONS
            && headers.contains_key(ORIGIN)
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// Headers of the answer to a preflight request, besides those of any answer.
    pub(crate) fn preflight(headers: &mut HeaderMap) {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }

    /// Headers of any answer to a page of `origin`.
    pub(crate) fn answer(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        let allowed = match self {
            Self::Any => origin.map(|_| HeaderValue::from_static("*")),
            Self::Origins(origins) => {
                // Caches must not show one origin's answer to another.
                headers.append(VARY, HeaderValue::from_static("Origin"));
                origin.filter(|origin| origins.contains(origin)).cloned()
            }
        };
        if let Some(allowed) = allowed {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
    }
}
