//! Conditional requests: whoever changes something may say which version of it they have seen.
//!
//! An answer with a versioned thing carries `ETag: "7"`; a write with `If-Match: "7"` happens only
//! to that version. Comparing is for the use case, inside its unit of work: 412 when it is stale.

use crate::error::{Error, Kind};
use axum::extract::FromRequestParts;
use http::header::IF_MATCH;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

/// The version that a write is meant for: header `If-Match`, `"7"` or `7`. None when there is no
/// condition: no header, or `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    fn from_headers(headers: &HeaderMap) -> Result<Self, Error> {
        let mut values = headers.get_all(IF_MATCH).iter();
        let Some(value) = values.next() else {
            return Ok(Self(None));
        };
        let invalid = || {
            Error::new(
                Kind::Malformed,
                "if_match_invalid",
                "If-Match must be given once, as the version that you have seen, or as *",
            )
        };
        let text = value.to_str().map_err(|e| invalid().with_source(e))?;
        if values.next().is_some() {
            return Err(invalid());
        }
        if text == "*" {
            return Ok(Self(None));
        }
        let quoted = text.strip_prefix('"').map(|rest| rest.strip_suffix('"'));
        let digits = quoted.unwrap_or(Some(text)).unwrap_or_default();
        // `parse` takes a sign, a version has none.
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(invalid());
        }
        let version = digits.parse().map_err(|e| invalid().with_source(e))?;
        Ok(Self(Some(version)))
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::from_headers(&parts.headers)
    }
}

/// The value of the header `ETag` for a version, as [`IfMatch`] reads it back.
pub fn etag(version: i64) -> HeaderValue {
    // Digits in quotes are always a header's value; an empty tag would match nothing.
    HeaderValue::try_from(format!("\"{version}\""))
        .unwrap_or_else(|_invalid| HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&[u8]]) -> Result<Option<i64>, (Kind, &'static str)> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(IF_MATCH, HeaderValue::from_bytes(value).unwrap());
        }
        IfMatch::from_headers(&headers)
            .map(|IfMatch(version)| version)
            .map_err(|error| (error.kind(), error.code()))
    }

    #[test]
    fn a_version_with_and_without_quotes() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[b"*"]), Ok(None));
        assert_eq!(read(&[b"\"7\""]), Ok(Some(7)));
        assert_eq!(read(&[b"7"]), Ok(Some(7)));
        assert_eq!(read(&[b"0"]), Ok(Some(0)));
        assert_eq!(read(&[b"9223372036854775807"]), Ok(Some(i64::MAX)));
    }

    #[test]
    fn everything_else_is_refused() {
        let wrong: &[&[u8]] = &[
            b"",
            b"\"",
            b"\"\"",
            b"\"7",
            b"7\"",
            b"\"\"7\"\"",
            b"W/\"7\"",
            b"\"7\", \"8\"",
            b"\"*\"",
            b"-7",
            b"+7",
            b"7.0",
            b"seven",
            b"9223372036854775808",
            b"\xff",
        ];
        let refused = Err((Kind::Malformed, "if_match_invalid"));
        for value in wrong {
            assert_eq!(read(&[value]), refused, "{value:?}");
        }
        assert_eq!(read(&[b"7", b"7"]), refused, "twice");
        assert_eq!(read(&[b"*", b"7"]), refused, "both");
    }

    #[test]
    fn what_is_shown_is_read_back() {
        assert_eq!(etag(7), "\"7\"");
        for version in [0, 1, i64::MAX] {
            let headers = HeaderMap::from_iter([(IF_MATCH, etag(version))]);
            let read = IfMatch::from_headers(&headers).unwrap();
            assert_eq!(read, IfMatch(Some(version)));
        }
    }
}
