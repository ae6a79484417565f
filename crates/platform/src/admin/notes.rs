//! `/api/admin/users/{user_id}/notes`: what the staff has written about a person.

use super::Panel;
use super::people::known;
use super::store::notes::{self, NoteRow};
use crate::audit::By;
use crate::auth::{Role, Staff};
use crate::db::{One, Tx};
use crate::http::{Api, Json, Path, Policy, operations};
use crate::{Error, Kind, Result, Timestamp, UserId};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest note, in characters.
const TEXT_MAX: usize = 2000;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Note {
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who wrote it: `user/123`, or `admin-secret`.
    by: String,
    text: String,
}

impl From<NoteRow> for Note {
    fn from(row: NoteRow) -> Self {
        Self {
            id: row.id,
            at: row.at,
            by: row.author,
            text: row.text,
        }
    }
}

/// What is to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewNote {
    /// For the staff only; outer blanks do not count.
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
}

/// The routes.
pub(super) fn api() -> Api<Panel> {
    let writers = Policy::AnyOf(&[Role::Support, Role::Moderator, Role::Finance]);
    Api::new()
        .routes(writers, operations!(add_note))
        .routes(Policy::Admin, operations!(delete_note))
}

/// A note without outer blanks.
fn written(text: &str) -> Result<String> {
    let text = text.trim();
    let odd = |c: char| c.is_control() && c != '\n';
    if (1..=TEXT_MAX).contains(&text.chars().count()) && !text.contains(odd) {
        return Ok(text.to_owned());
    }
    let rule = format!("must have 1 to {TEXT_MAX} characters and no control characters");
    Err(Error::field("text", rule))
}

/// Write a note about somebody
#[utoipa::path(post, path = "/api/admin/users/{user_id}/notes", tag = "admin people",
    operation_id = "add_note", params(("user_id" = i64, Path, minimum = 1)),
    request_body = NewNote,
    responses((status = 201, body = Note), (status = 404, description = "They never came")))]
async fn add_note(
    State(panel): State<Panel>,
    by: By,
    Path(user): Path<i64>,
    Json(body): Json<NewNote>,
) -> Result<(StatusCode, Json<Note>)> {
    let (user, text) = (UserId(user), written(&body.text)?);
    let write = move |tx: &mut Tx<'_>| {
        known(tx, user)?;
        let at = tx.now();
        let One(id) = notes::insert(tx, user, at, &by.actor, &text)?;
        let details = serde_json::json!({ "note_id": id }).to_string();
        by.did(tx, "platform.note.add", &format!("user/{user}"), &details)?;
        Ok::<_, Error>(Note {
            id,
            at,
            by: by.actor.clone(),
            text: text.clone(),
        })
    };
    let note = panel.ctx().db.write("platform.add_note", write).await?;
    Ok((StatusCode::CREATED, Json(note)))
}

/// Delete a note
///
/// Whoever wrote it may, and owners.
#[utoipa::path(delete, path = "/api/admin/users/{user_id}/notes/{note_id}", tag = "admin people",
    operation_id = "delete_note",
    params(("user_id" = i64, Path, minimum = 1), ("note_id" = i64, Path, minimum = 1)),
    responses((status = 204, description = "It is gone"),
        (status = 403, description = "Somebody else wrote it"),
        (status = 404, description = "No such note about this person")))]
async fn delete_note(
    State(panel): State<Panel>,
    staff: Staff,
    by: By,
    Path((user, id)): Path<(i64, i64)>,
) -> Result<StatusCode> {
    let (user, may_all) = (UserId(user), staff.covers(Role::Owner));
    let write = move |tx: &mut Tx<'_>| {
        let note = notes::lock(tx, user, id)?.ok_or_else(|| {
            let text = "No such note about this person";
            Error::new(Kind::Missing, "note_not_found", text)
        })?;
        if !may_all && note.author != by.actor {
            let text = "Only its author or an owner deletes a note";
            return Err(Error::new(Kind::Denied, "not_the_author", text));
        }
        notes::delete(tx, note.id)?;
        let details = serde_json::json!({ "note_id": id }).to_string();
        by.did(
            tx,
            "platform.note.delete",
            &format!("user/{user}"),
            &details,
        )?;
        Ok(())
    };
    panel.ctx().db.write("platform.delete_note", write).await?;
    Ok(StatusCode::NO_CONTENT)
}
