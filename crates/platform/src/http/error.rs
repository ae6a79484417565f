//! The one place that turns a [`Kind`] into a status, and an [`Error`] into an answer.

use crate::error::{Error, FieldError, Kind};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use std::error::Error as StdError;
use std::fmt::Write as _;

/// The body of every refusal and failure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ErrorBody<'a> {
    /// What went wrong, for people.
    pub detail: &'a str,
    /// What went wrong, for programs; stable.
    pub code: &'a str,
    /// The wrong fields of a request with status 422.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Vec<FieldError>, required = false)]
    pub fields: &'a [FieldError],
}

impl Kind {
    /// The status of an answer of this kind.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Invalid => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Unpaid => StatusCode::PAYMENT_REQUIRED,
            Self::Denied => StatusCode::FORBIDDEN,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Limited => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for Error {
    /// Logs our own failures with their causes, once, and answers with status, code and text.
    fn into_response(self) -> Response {
        match self.kind() {
            Kind::Internal => {
                tracing::error!(code = self.code(), cause = %chain(&self), "request failed");
            }
            // Overload is refused thousands of times a second; only a failure with a cause is
            // worth a line.
            Kind::Unavailable if self.source().is_some() => {
                tracing::warn!(code = self.code(), cause = %chain(&self), "unavailable");
            }
            Kind::Unavailable
            | Kind::Invalid
            | Kind::Unauthenticated
            | Kind::Unpaid
            | Kind::Denied
            | Kind::Missing
            | Kind::MethodNotAllowed
            | Kind::Timeout
            | Kind::Conflict
            | Kind::Gone
            | Kind::Stale
            | Kind::TooLarge
            | Kind::Unsupported
            | Kind::Malformed
            | Kind::Limited => {}
        }
        let mut response = Response::new(body(&self).into());
        *response.status_mut() = self.kind().status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(after) = self.retry_after() {
            // Whole seconds, rounded up: a client that obeys never comes too early.
            let seconds = after
                .as_secs()
                .saturating_add(u64::from(after.subsec_nanos() > 0));
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind() == Kind::Unauthenticated {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The error as JSON, without anything that only the log may know.
pub fn body(error: &Error) -> Vec<u8> {
    let detail = match error.kind() {
        Kind::Internal => "Internal server error",
        Kind::Invalid
        | Kind::Unauthenticated
        | Kind::Unpaid
        | Kind::Denied
        | Kind::Missing
        | Kind::MethodNotAllowed
        | Kind::Timeout
        | Kind::Conflict
        | Kind::Gone
        | Kind::Stale
        | Kind::TooLarge
        | Kind::Unsupported
        | Kind::Malformed
        | Kind::Limited
        | Kind::Unavailable => error.detail(),
    };
    let body = ErrorBody {
        detail,
        code: error.code(),
        fields: error.fields(),
    };
    serde_json::to_vec(&body).unwrap_or_default()
}

/// `error: cause: cause of the cause`.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let _ = write!(text, ": {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn our_own_failures_tell_the_caller_nothing() {
        let error = Error::new(Kind::Internal, "internal", "password is hunter2")
            .with_source("secret table is gone");
        let text = String::from_utf8(body(&error)).unwrap();
        assert_eq!(
            text,
            r#"{"detail":"Internal server error","code":"internal"}"#
        );
        assert!(chain(&error).ends_with("secret table is gone"));
    }

    #[test]
    fn wrong_fields_are_listed() {
        let text = String::from_utf8(body(&Error::field("items[0].quantity", "too big"))).unwrap();
        assert_eq!(
            text,
            r#"{"detail":"items[0].quantity: too big","code":"validation_error","fields":[{"field":"items[0].quantity","message":"too big"}]}"#
        );
    }

    #[test]
    fn headers_help_the_client() {
        let error =
            Error::new(Kind::Limited, "x", "y").with_retry_after(Duration::from_millis(1500));
        let response = error.into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "2");
        let response = Error::new(Kind::Unauthenticated, "x", "y").into_response();
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
    }
}
