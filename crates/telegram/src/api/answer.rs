//! The envelope of every answer: `{"ok":true,"result":…}` or
//! `{"ok":false,"error_code":…,"description":…,"parameters":…}`.

use super::error::{ApiError, ApiErrorKind, ApiResult, Hints};
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;
use torg_platform::outbound::configured::Answer;

/// Most characters of a body that is no envelope that are kept.
const WORDS: usize = 200;

#[derive(Deserialize)]
struct Envelope<'a> {
    ok: bool,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error_code: Option<u16>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    parameters: Option<Parameters>,
}

#[derive(Deserialize, Default)]
struct Parameters {
    #[serde(default)]
    migrate_to_chat_id: Option<i64>,
    #[serde(default)]
    retry_after: Option<u64>,
}

/// What was asked for, out of the envelope.
pub(super) fn result<T>(
    (status, headers, body): &Answer,
    read: impl Fn(&RawValue) -> serde_json::Result<T>,
) -> ApiResult<T> {
    let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(body) else {
        return Err(not_telegram(*status, headers, body));
    };
    match envelope.result {
        Some(result) if envelope.ok => read(result).map_err(|error| ApiError {
            kind: ApiErrorKind::Malformed,
            description: error.to_string(),
        }),
        None if envelope.ok => Err(ApiError {
            kind: ApiErrorKind::Malformed,
            description: "an answer without a result".to_owned(),
        }),
        Some(_) | None => {
            let parameters = envelope.parameters.unwrap_or_default();
            let hints = Hints {
                retry_after: parameters.retry_after.or_else(|| seconds(headers)),
                migrate_to: parameters.migrate_to_chat_id,
            };
            let code = envelope.error_code.unwrap_or_else(|| status.as_u16());
            let description = envelope.description.unwrap_or_default();
            Err(ApiError::said(code, description, hints))
        }
    }
}

/// Somebody in between has answered, or the server has lost its mind.
fn not_telegram(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ApiError {
    let words: String = String::from_utf8_lossy(body).chars().take(WORDS).collect();
    let hints = Hints {
        retry_after: seconds(headers),
        migrate_to: None,
    };
    if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
        return ApiError::said(status.as_u16(), words, hints);
    }
    ApiError {
        kind: ApiErrorKind::Malformed,
        description: format!("{}: {words}", status.as_u16()),
    }
}

/// `Retry-After` in seconds.
fn seconds(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok()
}
