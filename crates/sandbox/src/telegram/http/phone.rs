//! The phones: what people see and do.

use super::bot;
use crate::telegram::error::Refusal;
use crate::telegram::faults::Fault;
use crate::telegram::{Act, Event, LocalTelegram};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;

/// `GET people`.
pub(super) async fn people(State(telegram): State<LocalTelegram>) -> Json<Value> {
    Json(telegram.people())
}

/// Who looks.
#[derive(Deserialize)]
pub(super) struct Who {
    #[serde(rename = "as")]
    person: i64,
    #[serde(default)]
    after: Option<u64>,
}

/// `GET state?as=ID`.
pub(super) async fn state(
    State(telegram): State<LocalTelegram>,
    Query(who): Query<Who>,
) -> Response {
    reply(telegram.state(who.person))
}

/// `GET events?as=ID&after=SEQ`, or after the `Last-Event-ID` of a connection that was lost.
pub(super) async fn events(
    State(telegram): State<LocalTelegram>,
    Query(who): Query<Who>,
    headers: HeaderMap,
) -> Response {
    let last = headers.get("last-event-id");
    let last = last.and_then(|id| id.to_str().ok()?.parse().ok());
    let after = last.or(who.after);
    let now = match telegram.state(who.person) {
        Ok(state) => state.get("seq").and_then(Value::as_u64).unwrap_or(0),
        Err(refusal) => return reply(Err(refusal)),
    };
    let stream = follow(telegram, who.person, after.unwrap_or(now));
    Sse::new(stream)
        .keep_alive(KeepAlive::default())
        .into_response()
}

fn follow(
    telegram: LocalTelegram,
    person: i64,
    after: u64,
) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let batches = stream::unfold((telegram, after), move |(telegram, after)| async move {
        let events = telegram.events(person, after).await;
        let last = events.last().map_or(after, |event| event.seq);
        Some((stream::iter(events), (telegram, last)))
    });
    batches.flatten().map(|event: Event| {
        let shown = sse::Event::default()
            .id(event.seq.to_string())
            .event(event.kind)
            .data(event.data.to_string());
        Ok(shown)
    })
}

/// `POST act`.
pub(super) async fn act(State(telegram): State<LocalTelegram>, body: Bytes) -> Response {
    let bad = |detail: String| reply(Err(Refusal::new("bad_request", detail)));
    let mut value = match serde_json::from_slice::<Value>(&body) {
        Ok(value) => value,
        Err(error) => return bad(error.to_string()),
    };
    let person = value.as_object_mut().and_then(|fields| fields.remove("as"));
    let Some(person) = person.as_ref().and_then(Value::as_i64) else {
        return bad("as: the id of a person".to_owned());
    };
    match serde_json::from_value::<Act>(value) {
        Ok(act) => reply(telegram.act(person, act).await),
        Err(error) => bad(error.to_string()),
    }
}

/// `GET faults`.
pub(super) async fn faults(State(telegram): State<LocalTelegram>) -> Json<Vec<Fault>> {
    Json(telegram.faults())
}

/// `POST faults`: the whole list; what is not in it is off.
pub(super) async fn set_faults(State(telegram): State<LocalTelegram>, body: Bytes) -> Response {
    match serde_json::from_slice::<Vec<Fault>>(&body) {
        Ok(faults) => {
            telegram.set_faults(faults);
            Json(telegram.faults()).into_response()
        }
        Err(error) => reply(Err(Refusal::new("bad_request", error.to_string()))),
    }
}

/// `DELETE faults`.
pub(super) async fn clear_faults(State(telegram): State<LocalTelegram>) -> Json<Vec<Fault>> {
    telegram.set_faults(Vec::new());
    Json(telegram.faults())
}

/// `GET files/ID`: what a `file_id` of a message stands for, for the phone's pictures. 204 for one
/// that was sent by its address: the phone shows nothing from elsewhere.
pub(super) async fn file(
    State(telegram): State<LocalTelegram>,
    Path(id): Path<String>,
) -> Response {
    match telegram.look(|world| world.files.get(&id).cloned()) {
        Some(file) if file.address().is_some() => StatusCode::NO_CONTENT.into_response(),
        Some(file) => bot::content(&file),
        None => reply(Err(Refusal::new("unknown_file", "there is no such file"))),
    }
}

pub(super) fn reply(done: Result<Value, Refusal>) -> Response {
    match done {
        Ok(body) => Json(body).into_response(),
        Err(refusal) => {
            let status = if refusal.code.starts_with("unknown") {
                StatusCode::NOT_FOUND
            } else if refusal.code.starts_with("bad") {
                StatusCode::BAD_REQUEST
            } else {
                StatusCode::CONFLICT
            };
            let body = json!({ "code": refusal.code, "detail": refusal.detail });
            (status, Json(body)).into_response()
        }
    }
}
