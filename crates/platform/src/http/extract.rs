//! Extractors whose refusals are our errors: whatever a client sends, it is told what is wrong
//! with it, in one shape, with a 4xx.
//!
//! - body: 415 without `application/json` (or `…+json`), 413 over the limit, 408 when it takes
//!   too long, 422 with the field's path for everything that is wrong inside it;
//! - query: 422 for a wrong, unknown or repeated parameter;
//! - path: 422 when a segment cannot be read as its type (the document declares the type, so
//!   this is the request's shape); an id that is merely unknown is the handler's 404;
//! - NUL characters and invalid UTF-8 are refused everywhere: no database stores them.

use super::request::RequestContext;
use crate::error::{Error, Kind};
use axum::body::{Body, HttpBody as _};
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{
    FromRequest, FromRequestParts, MatchedPath, OptionalFromRequest, OptionalFromRequestParts,
    Request,
};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// Most bytes of a body when the router is called without the edge.
const DEFAULT_BODY_LIMIT: usize = 64 * 1024;
/// Time for a body when the router is called without the edge.
const DEFAULT_BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// Refused bodies are read on up to this many bytes, so that the client sees our answer and not
/// a connection that broke while it was still writing.
const COURTESY: usize = 1024 * 1024;

/// Another limit, in bytes, for the bodies of one route.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

/// A JSON body, and a JSON answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(Error::new(
                Kind::Unsupported,
                "unsupported_media_type",
                "Send the body as application/json",
            ));
        }
        let body = read_body(request).await?;
        // A derived reader would take `[a, b]` for `{"x": a, "y": b}`; clients never send that.
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(Error::field("body", "must be an object, not a list"));
        }
        parse_json(&body).map(Self)
    }
}

impl<T: DeserializeOwned, S: Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = Error;

    /// None for a request without a body and without a word about its type.
    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Error> {
        let says_nothing = !request.headers().contains_key(CONTENT_TYPE);
        if says_nothing && request.body().is_end_stream() {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state)
            .await
            .map(Some)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => {
                let json = HeaderValue::from_static("application/json");
                ([(CONTENT_TYPE, json)], bytes).into_response()
            }
            Err(error) => Error::internal(error).into_response(),
        }
    }
}

/// The body as it came, within limit and time: for signatures, which are made over raw bytes.
#[derive(Debug, Clone)]
pub struct RawBody(pub Bytes);

impl<S: Sync> FromRequest<S> for RawBody {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        read_body(request).await.map(Self)
    }
}

/// The query string.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parse_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// The variable segments of the path.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        if parts.uri.path().contains("%00") {
            return Err(Error::field("path", "contains a NUL character"));
        }
        <axum::extract::Path<T> as FromRequestParts<S>>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|rejection| path_error(rejection, parts.extensions.get::<MatchedPath>()))
    }
}

/// The key under which a request's effect happens once: header `Idempotency-Key`, 1 to 255
/// visible ASCII characters. Take `Option<IdempotencyKey>` where it may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Error> {
        let mut values = headers.get_all("idempotency-key").iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        let bytes = value.as_bytes();
        let valid = values.next().is_none()
            && (1..=255).contains(&bytes.len())
            && bytes.iter().all(u8::is_ascii_graphic);
        match value.to_str() {
            Ok(text) if valid => Ok(Some(Self(text.to_owned()))),
            Ok(_) | Err(_) => Err(Error::new(
                Kind::Malformed,
                "idempotency_key_invalid",
                "Idempotency-Key must be given once, as 1 to 255 visible ASCII characters",
            )),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::from_headers(&parts.headers)?.ok_or_else(|| {
            Error::new(
                Kind::Malformed,
                "idempotency_key_missing",
                "The header Idempotency-Key is required",
            )
        })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Error> {
        Self::from_headers(&parts.headers)
    }
}

/// `application/json` or `application/*+json`, with or without parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(CONTENT_TYPE).map(HeaderValue::to_str) else {
        return false;
    };
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence
        .strip_prefix("application/")
        .is_some_and(|sub| sub == "json" || sub.ends_with("+json"))
}

/// Reads a whole body within the limit and the time of its request.
async fn read_body(request: Request) -> Result<Bytes, Error> {
    let (parts, body) = request.into_parts();
    let context = parts.extensions.get::<Arc<RequestContext>>();
    let limit = match parts.extensions.get::<BodyLimit>() {
        Some(BodyLimit(limit)) => *limit,
        None => context.map_or(DEFAULT_BODY_LIMIT, |c| c.body_limit()),
    };
    let time = context.map_or(DEFAULT_BODY_TIMEOUT, |c| c.body_timeout());
    let declared = parts
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse().ok());
    tokio::time::timeout(time, collect(body, limit, declared))
        .await
        .unwrap_or_else(|_elapsed| {
            Err(Error::new(
                Kind::Timeout,
                "body_timeout",
                "The body did not arrive in time",
            ))
        })
}

async fn collect(mut body: Body, limit: usize, declared: Option<usize>) -> Result<Bytes, Error> {
    let too_large = || {
        let detail = format!("The body is larger than {limit} bytes");
        Error::new(Kind::TooLarge, "body_too_large", detail)
    };
    if declared.is_some_and(|length| length > limit) {
        drain(&mut body).await;
        return Err(too_large());
    }
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Error::new(
                Kind::Invalid,
                "body_broken",
                "The body ended early or is broken",
            )
            .with_source(error)
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if whole.len().saturating_add(data.len()) > limit {
            drain(&mut body).await;
            return Err(too_large());
        }
        // Nearly every body is one frame: then nothing is copied.
        if whole.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

async fn drain(body: &mut Body) {
    let mut left = COURTESY;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// Reads a JSON document; the error names the field.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    if bytes.is_empty() {
        return Err(Error::field("body", "is empty"));
    }
    if has_nul_escape(bytes) {
        return Err(Error::field("body", "contains a NUL character"));
    }
    // Twice only when it is wrong: the path costs time that a correct body need not pay.
    serde_json::from_slice(bytes).map_err(|first| {
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        match serde_path_to_error::deserialize::<_, T>(&mut reader) {
            Ok(_) => shape_error(None, &first.to_string()),
            Err(error) => shape_error(Some(error.path()), &error.inner().to_string()),
        }
    })
}

/// Whether a string in the document holds `\u0000` (an escape, not an escaped backslash).
fn has_nul_escape(bytes: &[u8]) -> bool {
    const ESCAPE: &[u8] = b"\\u0000";
    if !bytes.contains(&b'\\') {
        return false;
    }
    bytes
        .windows(ESCAPE.len())
        .enumerate()
        .filter(|(_, window)| *window == ESCAPE)
        .any(|(at, _)| {
            let before = bytes.get(..at).unwrap_or_default();
            before
                .iter()
                .rev()
                .take_while(|b| **b == b'\\')
                .count()
                .is_multiple_of(2)
        })
}

/// Reads a query string; the error names the parameter.
pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    if query.contains('%') {
        let mut bytes = Vec::with_capacity(query.len());
        let mut rest = query.as_bytes();
        while let Some((first, tail)) = rest.split_first() {
            rest = tail;
            let escape = (*first == b'%')
                .then(|| tail.split_first_chunk::<2>())
                .flatten();
            match escape.and_then(|(digits, after)| Some((hex_pair(*digits)?, after))) {
                Some((byte, after)) => {
                    bytes.push(byte);
                    rest = after;
                }
                None => bytes.push(*first),
            }
        }
        if std::str::from_utf8(&bytes).is_err() {
            return Err(Error::field("query", "is not valid UTF-8"));
        }
        if bytes.contains(&0) {
            return Err(Error::field("query", "contains a NUL character"));
        }
    }
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(reader)
        .map_err(|error| shape_error(Some(error.path()), &error.inner().to_string()))
}

fn hex_pair(digits: [u8; 2]) -> Option<u8> {
    let text = std::str::from_utf8(&digits).ok()?;
    // `from_str_radix` takes a sign, percent-encoding does not.
    text.bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u8::from_str_radix(text, 16).ok())?
}

/// A field error from a reader's path and message.
fn shape_error(path: Option<&serde_path_to_error::Path>, message: &str) -> Error {
    // " at line 1 column 7" says nothing that the path does not.
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(text, _)| text);
    // A reader that stopped inside a name or between fields shows that as `?`.
    let path = path.map(ToString::to_string).unwrap_or_default();
    let path = path.trim_end_matches(['.', '?']).to_owned();
    let inner = ["missing field `", "unknown field `", "duplicate field `"]
        .iter()
        .find_map(|prefix| message.strip_prefix(prefix)?.split_once('`'))
        .map(|(field, _)| field);
    let field = match (path.is_empty(), inner) {
        (true, Some(inner)) => inner.to_owned(),
        (false, Some(inner)) if path != inner && !path.ends_with(&format!(".{inner}")) => {
            format!("{path}.{inner}")
        }
        (false, Some(_) | None) => path,
        (true, None) => "body".to_owned(),
    };
    Error::field(short(&field), short(message))
}

/// A client's own text comes back in these messages; it need not come back whole.
fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(200) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

/// `pattern` is the route's, for the name of a lone parameter, which axum does not tell.
fn path_error(rejection: PathRejection, pattern: Option<&MatchedPath>) -> Error {
    let PathRejection::FailedToDeserializePathParams(failed) = rejection else {
        // The handler names parameters that the route does not have: our mistake.
        return Error::internal(rejection);
    };
    let wrong_type = |name: &str| Error::field(name, "has the wrong type");
    match failed.kind() {
        ErrorKind::ParseErrorAtKey { key, .. } => wrong_type(key),
        ErrorKind::ParseErrorAtIndex { .. } | ErrorKind::ParseError { .. } => {
            let lone = pattern
                .and_then(|pattern| pattern.as_str().rsplit_once('{')?.1.split_once('}'))
                .map(|(name, _)| name.trim_start_matches('*'));
            wrong_type(lone.unwrap_or("path"))
        }
        ErrorKind::InvalidUtf8InPathParam { key } => {
            Error::field(key.clone(), "is not valid UTF-8")
        }
        ErrorKind::DeserializeError { key, message, .. } => {
            Error::field(key.clone(), short(message))
        }
        ErrorKind::Message(message) => Error::field("path", short(message)),
        ErrorKind::WrongNumberOfParameters { .. } | ErrorKind::UnsupportedType { .. } | _ => {
            Error::internal(failed)
        }
    }
}
