//! `/bot<token>/<method>`: a call, what goes wrong with it, and its answer.

use super::body;
use crate::telegram::LocalTelegram;
use crate::telegram::error::ApiError;
use crate::telegram::faults::{Effect, Occasion};
use crate::telegram::params::Params;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::time::Duration;

/// Everything that a bot can ask for.
pub(super) async fn serve(State(telegram): State<LocalTelegram>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let path = percent_decoded(&path);
    if let Some(rest) = path.strip_prefix("/file/bot") {
        return file(&telegram, rest);
    }
    let found = path
        .strip_prefix("/bot")
        .and_then(|rest| rest.split_once('/'));
    let Some((token, method)) = found else {
        return refused(&ApiError::new(404, "Not Found"));
    };
    // A token that cannot be one is answered as if there were no such place.
    if torg_telegram::init_data::bot_id(token).is_none() {
        return refused(&ApiError::new(404, "Not Found"));
    }
    let bot = telegram.look(|world| world.bot_by_token(token));
    let Some(bot) = bot else {
        return refused(&ApiError::new(401, "Unauthorized"));
    };
    match body::read(request).await {
        Ok(params) => answer(&telegram, bot, method.trim_end_matches('/'), &params).await,
        Err(error) => refused(&error),
    }
}

async fn answer(telegram: &LocalTelegram, bot: i64, method: &str, params: &Params) -> Response {
    let chat = params.int("chat_id");
    let occasion = Occasion {
        bot,
        chat,
        method: Some(method),
        kind: None,
    };
    let fault = telegram.change(|world| world.call_fault(&occasion));
    if let Some(Effect::TooMany { retry_after }) = fault {
        telegram.change(|world| {
            let until = world.now().plus(Duration::from_secs(retry_after.into()));
            world.flood_mut().told(bot, chat.unwrap_or(0), until);
        });
    }
    match fault {
        Some(Effect::Silent { ms }) => silence(ms).await,
        Some(Effect::Cut) => cut(),
        Some(Effect::SilentAfter { ms }) => {
            let _lost = obey(telegram, bot, method, params).await;
            silence(ms).await
        }
        Some(Effect::CutAfter) => {
            let _lost = obey(telegram, bot, method, params).await;
            cut()
        }
        Some(Effect::Slow { ms }) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            shown(method, obey(telegram, bot, method, params).await)
        }
        Some(Effect::BadGateway) => {
            let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
                        <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0\
                        </center>\r\n</body>\r\n</html>\r\n";
            let kind = [(CONTENT_TYPE, HeaderValue::from_static("text/html"))];
            (StatusCode::BAD_GATEWAY, kind, page).into_response()
        }
        Some(effect) => match refusal(&effect) {
            Some(error) => refused(&error),
            None => shown(method, obey(telegram, bot, method, params).await),
        },
        None => shown(method, obey(telegram, bot, method, params).await),
    }
}

/// The refusal that a fault is, if it is one.
fn refusal(effect: &Effect) -> Option<ApiError> {
    Some(match effect {
        Effect::TooMany { retry_after } => ApiError::flood(*retry_after),
        Effect::Blocked => ApiError::forbidden("bot was blocked by the user"),
        Effect::Deactivated => ApiError::forbidden("user is deactivated"),
        Effect::Kicked => ApiError::forbidden("bot was kicked from the channel chat"),
        Effect::Refused { code, description } => ApiError::new(*code, description),
        Effect::ServerError => ApiError::new(500, "Internal Server Error"),
        Effect::BadGateway
        | Effect::Silent { .. }
        | Effect::SilentAfter { .. }
        | Effect::Cut
        | Effect::CutAfter
        | Effect::Slow { .. }
        | Effect::Duplicate
        | Effect::Reorder { .. }
        | Effect::Late { .. }
        | Effect::UnknownKind
        | Effect::Poison => return None,
    })
}

async fn obey(
    telegram: &LocalTelegram,
    bot: i64,
    method: &str,
    params: &Params,
) -> Result<Value, ApiError> {
    if method.eq_ignore_ascii_case("getUpdates") {
        return telegram.get_updates(bot, params).await;
    }
    telegram.method(bot, method, params)
}

fn shown(method: &str, answer: Result<Value, ApiError>) -> Response {
    match answer {
        Ok(result) => {
            let mut body = json!({ "ok": true, "result": result });
            let said = match method.to_ascii_lowercase().as_str() {
                "setwebhook" => Some("Webhook was set"),
                "deletewebhook" => Some("Webhook was deleted"),
                _ => None,
            };
            if let Some(said) = said {
                crate::telegram::world::put(&mut body, "description", json!(said));
            }
            Json(body).into_response()
        }
        Err(error) => refused(&error),
    }
}

fn refused(error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.code).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = (status, Json(error.body())).into_response();
    if let Some(seconds) = error.retry_after {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The connection ends in the middle of the answer.
fn cut() -> Response {
    let parts: Vec<Result<Bytes, std::io::Error>> = vec![
        Ok(Bytes::from_static(b"{")),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ];
    Response::new(Body::from_stream(futures_util::stream::iter(parts)))
}

/// Nothing for so long, and then the end.
async fn silence(ms: u64) -> Response {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    cut()
}

/// `<token>/<path>`: the bytes, or the way to them.
fn file(telegram: &LocalTelegram, rest: &str) -> Response {
    let Some((token, path)) = rest.split_once('/') else {
        return refused(&ApiError::new(404, "Not Found"));
    };
    if telegram.look(|world| world.bot_by_token(token)).is_none() {
        return refused(&ApiError::new(401, "Unauthorized"));
    }
    let found = telegram.look(|world| {
        let mut files = world.files.values();
        files.find(|file| file.path() == path).cloned()
    });
    match found {
        Some(file) => content(&file),
        None => refused(&ApiError::new(404, "Not Found")),
    }
}

/// A file's bytes, or the way to them.
pub(super) fn content(file: &crate::telegram::world::StoredFile) -> Response {
    if let Some(url) = file.address() {
        let place = HeaderValue::from_str(url);
        let place = place.unwrap_or_else(|_odd| HeaderValue::from_static("/"));
        return (StatusCode::FOUND, [(LOCATION, place)]).into_response();
    }
    let kind = file.mime.as_deref().unwrap_or("application/octet-stream");
    let kind = HeaderValue::from_str(kind);
    let kind = kind.unwrap_or_else(|_odd| HeaderValue::from_static("application/octet-stream"));
    // A bot chose the type; nothing of it may run on the page's own origin.
    let headers = [
        (CONTENT_TYPE, kind),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
    ];
    (headers, file.bytes().unwrap_or_default()).into_response()
}

/// Some clients write the colon of a token as `%3A`.
fn percent_decoded(path: &str) -> String {
    let plus = path.replace('+', "%2B");
    let mut pairs = form_urlencoded::parse(plus.as_bytes());
    let first = pairs.next().map(|(name, _)| name.into_owned());
    first
        .filter(|_| path.contains('%'))
        .unwrap_or_else(|| path.to_owned())
}
