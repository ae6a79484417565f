//! `/api/admin/broadcasts`: what the operator tells many people at once.

use super::send::{NAME, Tally};
use super::{Audience, Broadcasts, State as Stage};
use crate::messages::{self, Terms};
use crate::people;
use crate::store::broadcasts::{self, Broadcast};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use torg_platform::audit::By;
use torg_platform::auth::{Role, Staff};
use torg_platform::db::Tx;
use torg_platform::http::page::{self, PageQuery};
use torg_platform::http::{Api, IdempotencyKey, Json, Path, Policy, Query, operations};
use torg_platform::{Error, Kind, Result, Timestamp, UserId, idempotency};
use utoipa::ToSchema;

/// Characters of a text, so that it fits into one message.
const TEXT_CHARS: usize = 3_500;
/// Characters of a button.
const BUTTON_CHARS: usize = 40;
/// Characters of a path.
const PATH_CHARS: usize = 200;
/// A message that is on its way when its broadcast is given up has its answer by then.
const LANDED: Duration = Duration::from_mins(2);

/// The routes: all of the staff may look, moderators and owners may act.
pub(super) fn api(broadcasts: Broadcasts) -> Api {
    let moderator = Policy::Role(Role::Moderator);
    Api::new()
        .routes(Policy::Admin, operations!(list_broadcasts))
        .routes(Policy::Admin, operations!(get_broadcast))
        .routes(moderator, operations!(create_broadcast))
        .routes(moderator, operations!(start_broadcast))
        .routes(moderator, operations!(cancel_broadcast))
        .routes(moderator, operations!(test_broadcast))
        .with_state(broadcasts)
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct InBoth {
    #[schema(min_length = 1)]
    ru: String,
    #[schema(min_length = 1)]
    en: String,
}

/// A button that opens the Mini App.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct BroadcastButton {
    /// What stands on it, up to 40 characters.
    text: InBoth,
    /// The page, from the Mini App's own address on.
    #[schema(example = "/shop", min_length = 1, max_length = 200)]
    path: String,
}

/// A broadcast to be written.
#[derive(Debug, Deserialize, ToSchema)]
struct NewBroadcast {
    /// Plain text, up to 3500 characters in each language.
    text: InBoth,
    audience: Audience,
    button: Option<BroadcastButton>,
}

/// A broadcast.
#[derive(Debug, Serialize, ToSchema)]
struct BroadcastView {
    id: i64,
    state: Stage,
    text: InBoth,
    audience: Audience,
    button: Option<BroadcastButton>,
    /// Whom it is for: as of when it was written, and again when it began.
    people: i64,
    /// Who has it.
    sent: i64,
    /// Who did not get it, or of whom nobody knows.
    failed: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(example = "user/7")]
    created_by: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
}

/// A page of broadcasts, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct BroadcastPage {
    broadcasts: Vec<BroadcastView>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// As it is now.
fn view(tx: &mut Tx<'_>, of: Broadcast) -> Result<BroadcastView> {
    let (sent, failed) = match of.finished_at {
        Some(_) => (of.sent, of.failed),
        None => {
            let tally = Tally::of(tx, of.id)?;
            (tally.sent, tally.failed)
        }
    };
    let button = (of.button_ru.zip(of.button_en).zip(of.button_path)).map(|((ru, en), path)| {
        BroadcastButton {
            text: InBoth { ru, en },
            path,
        }
    });
    Ok(BroadcastView {
        id: of.id,
        state: of.state,
        text: InBoth {
            ru: of.text_ru,
            en: of.text_en,
        },
        audience: of.audience,
        button,
        people: of.people,
        sent,
        failed,
        created_at: of.created_at,
        created_by: of.created_by,
        started_at: of.started_at,
        finished_at: of.finished_at,
    })
}

fn found(tx: &mut Tx<'_>, id: i64) -> Result<BroadcastView> {
    let of = broadcasts::find(tx, id)?.ok_or_else(missing)?;
    view(tx, of)
}

fn missing() -> Error {
    Error::new(Kind::Missing, "broadcast_not_found", "No such broadcast")
}

fn wrong_state(state: Stage) -> Error {
    let text = format!("The broadcast is {} already", state.as_str());
    Error::new(Kind::Conflict, "broadcast_state", text)
}

fn note(tx: &mut Tx<'_>, by: &By, action: &'static str, id: i64) -> Result<()> {
    Ok(by.did(tx, action, &format!("broadcast/{id}"), "{}")?)
}

/// A text that people can be shown, trimmed.
fn text(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    let odd = |c: char| c.is_control() && c != '\n';
    if (1..=most).contains(&text.chars().count()) && !text.contains(odd) {
        return Ok(text.to_owned());
    }
    let rule = format!("must have 1 to {most} characters and no control characters");
    Err(Error::field(field, rule))
}

impl NewBroadcast {
    fn check(self, broadcasts: &Broadcasts) -> Result<Self> {
        let button = match self.button {
            None => None,
            Some(button) => {
                let legal = |c: char| c.is_ascii_alphanumeric() || "/-_.~?=&%".contains(c);
                let is_path = button.path.starts_with('/')
                    && !button.path.starts_with("//")
                    && button.path.len() <= PATH_CHARS
                    && button.path.chars().all(legal);
                if !is_path {
                    let rule = "must be a path that begins with one /";
                    return Err(Error::field("button.path", rule));
                }
                if broadcasts.0.links.app_path(&button.path).is_none() {
                    return Err(Error::field("button", "there is no Mini App to open"));
                }
                let (ru, en) = (&button.text.ru, &button.text.en);
                Some(BroadcastButton {
                    text: InBoth {
                        ru: text("button.text.ru", ru, BUTTON_CHARS)?,
                        en: text("button.text.en", en, BUTTON_CHARS)?,
                    },
                    path: button.path,
                })
            }
        };
        Ok(Self {
            text: InBoth {
                ru: text("text.ru", &self.text.ru, TEXT_CHARS)?,
                en: text("text.en", &self.text.en, TEXT_CHARS)?,
            },
            audience: self.audience,
            button,
        })
    }
}

/// List broadcasts
#[utoipa::path(get, path = "/api/admin/broadcasts", tag = "broadcasts", params(PageQuery),
    responses((status = 200, description = "A page", body = BroadcastPage)))]
async fn list_broadcasts(
    State(desk): State<Broadcasts>,
    Query(query): Query<PageQuery>,
) -> Result<Json<BroadcastPage>> {
    let (before, limit) = query.after::<i64>()?;
    let before = before.unwrap_or(i64::MAX);
    let read = move |tx: &mut Tx<'_>| {
        let rows = broadcasts::list(tx, before, limit.saturating_add(1))?;
        let (rows, next_cursor) = page::cut(rows, limit, |broadcast| broadcast.id)?;
        let views: Result<_> = rows.into_iter().map(|of| view(tx, of)).collect();
        Ok::<_, Error>((views?, next_cursor))
    };
    let (broadcasts, next_cursor) = desk.0.db.read("telegram.list_broadcasts", read).await?;
    Ok(Json(BroadcastPage {
        broadcasts,
        next_cursor,
    }))
}

/// One broadcast, as far as it has come
#[utoipa::path(get, path = "/api/admin/broadcasts/{id}", tag = "broadcasts",
    params(("id" = i64, Path)),
    responses((status = 200, body = BroadcastView),
        (status = 404, description = "No such broadcast")))]
async fn get_broadcast(
    State(desk): State<Broadcasts>,
    Path(id): Path<i64>,
) -> Result<Json<BroadcastView>> {
    let read = move |tx: &mut Tx<'_>| found(tx, id);
    Ok(Json(desk.0.db.read("telegram.get_broadcast", read).await?))
}

/// Write a broadcast
///
/// It is a draft and is sent to nobody.
#[utoipa::path(post, path = "/api/admin/broadcasts", tag = "broadcasts",
    request_body = NewBroadcast,
    responses((status = 201, description = "The draft", body = BroadcastView)))]
async fn create_broadcast(
    State(desk): State<Broadcasts>,
    by: By,
    Json(body): Json<NewBroadcast>,
) -> Result<(StatusCode, Json<BroadcastView>)> {
    let new = body.check(&desk)?;
    let db = desk.0.db.clone();
    let write = move |tx: &mut Tx<'_>| {
        let (people, now) = (desk.size(tx, new.audience)?, tx.now());
        let button = new.button.as_ref();
        let id = broadcasts::insert(
            tx,
            &new.text.ru,
            &new.text.en,
            new.audience,
            button.map(|button| button.text.ru.as_str()),
            button.map(|button| button.text.en.as_str()),
            button.map(|button| button.path.as_str()),
            people,
            now,
            &by.actor,
        )?
        .0;
        note(tx, &by, "telegram.broadcast.create", id)?;
        found(tx, id)
    };
    let made = db.write("telegram.create_broadcast", write).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Start a broadcast
#[utoipa::path(post, path = "/api/admin/broadcasts/{id}/start", tag = "broadcasts",
    params(("id" = i64, Path), ("Idempotency-Key" = String, Header, min_length = 1,
        max_length = 255, description = "A repetition with the same key gets the first answer again")),
    responses((status = 202, description = "It is on its way", body = BroadcastView),
        (status = 404, description = "No such broadcast"),
        (status = 409, description = "It is no draft any more, or there is no bot")))]
async fn start_broadcast(
    State(desk): State<Broadcasts>,
    by: By,
    key: IdempotencyKey,
    Path(id): Path<i64>,
) -> Result<Response> {
    let request =
        idempotency::Request::keyed(&by.actor, "telegram.start_broadcast", Some(&key), &id)?;
    let db = desk.0.db.clone();
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 202, |tx| start(&desk, tx, &by, id))
    };
    let reply = db.write("telegram.start_broadcast", write).await?;
    Ok(reply.into_response())
}

fn start(desk: &Broadcasts, tx: &mut Tx<'_>, by: &By, id: i64) -> Result<BroadcastView> {
    let of = broadcasts::lock(tx, id)?.ok_or_else(missing)?;
    if of.state != Stage::Draft {
        return Err(wrong_state(of.state));
    }
    if !desk.0.is_on {
        let text = "There is no bot that could send it";
        return Err(Error::new(Kind::Conflict, "bot_off", text));
    }
    let (people, now) = (desk.size(tx, of.audience)?, tx.now());
    broadcasts::start(tx, id, people, now)?;
    tx.signal(NAME);
    note(tx, by, "telegram.broadcast.start", id)?;
    found(tx, id)
}

/// Give a broadcast up
///
/// Who has not got it does not get it any more, but for the messages that are on their way.
#[utoipa::path(post, path = "/api/admin/broadcasts/{id}/cancel", tag = "broadcasts",
    params(("id" = i64, Path)),
    responses((status = 200, body = BroadcastView),
        (status = 404, description = "No such broadcast"),
        (status = 409, description = "It is over")))]
async fn cancel_broadcast(
    State(desk): State<Broadcasts>,
    by: By,
    Path(id): Path<i64>,
) -> Result<Json<BroadcastView>> {
    let write = move |tx: &mut Tx<'_>| {
        let of = broadcasts::lock(tx, id)?.ok_or_else(missing)?;
        match of.state {
            Stage::Draft | Stage::Sending => {}
            Stage::Done | Stage::Canceled => return Err(wrong_state(of.state)),
        }
        let now = tx.now();
        broadcasts::cancel(tx, id, now.plus(LANDED))?;
        broadcasts::withdraw(tx, id, now)?;
        note(tx, &by, "telegram.broadcast.cancel", id)?;
        found(tx, id)
    };
    let canceled = desk.0.db.write("telegram.cancel_broadcast", write).await?;
    Ok(Json(canceled))
}

/// Send a broadcast to oneself
#[utoipa::path(post, path = "/api/admin/broadcasts/{id}/test", tag = "broadcasts",
    params(("id" = i64, Path)),
    responses((status = 204, description = "It is on its way"),
        (status = 404, description = "No such broadcast"),
        (status = 409, description = "The bot cannot write to whoever asks")))]
async fn test_broadcast(
    State(desk): State<Broadcasts>,
    staff: Staff,
    by: By,
    Path(id): Path<i64>,
) -> Result<StatusCode> {
    let user = match &staff {
        Staff::Member(actor) => Some(actor.user),
        Staff::Secret => None,
    };
    let db = desk.0.db.clone();
    let write = move |tx: &mut Tx<'_>| test(&desk, tx, user, &by, id);
    db.write("telegram.test_broadcast", write).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn test(desk: &Broadcasts, tx: &mut Tx<'_>, user: Option<UserId>, by: &By, id: i64) -> Result<()> {
    let of = broadcasts::find(tx, id)?.ok_or_else(missing)?;
    let no_chat = || {
        let text = "Start the bot yourself first, and sign in through Telegram";
        Error::new(Kind::Conflict, "no_chat", text)
    };
    let user = user.ok_or_else(no_chat)?;
    if !messages::can_reach(tx, user)? {
        return Err(no_chat());
    }
    let content = desk.content(&of, people::language(tx, user)?);
    let key = format!("telegram.broadcast_test/{id}/{}", by.request_id);
    messages::send(tx, user, &key, &content, Terms::default())?;
    note(tx, by, "telegram.broadcast.test", id)
}
