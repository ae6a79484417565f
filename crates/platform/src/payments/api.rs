//! Where providers report, and where the operator sees what could not be believed.

use super::flagged::{self, Flagged, Position};
use super::notice::Receipt;
use super::payee::Payees;
use super::provider::Providers;
use super::receive::receive;
use crate::auth::{Role, Staff};
use crate::db::{Db, Tx};
use crate::http::{
    Api, Json, Origin, Path, Policy, Query, RawBody, operations, page, page::PageQuery,
};
use crate::{Error, Kind, Result, signature};
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Largest notice.
const NOTICE_MAX: usize = 256 * 1024;
/// Longest note of an operator, in characters.
const NOTE_MAX: usize = 1000;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Desk {
    db: Db,
    providers: Providers,
    payees: Payees,
}

/// The routes.
pub fn api(db: &Db, providers: &Providers, payees: &Payees) -> Api {
    let desk = Desk {
        db: db.clone(),
        providers: providers.clone(),
        payees: payees.clone(),
    };
    Api::new()
        .routes_with_body_limit(Policy::Signed, NOTICE_MAX, operations!(take_notice))
        .routes(Policy::Admin, operations!(list_flagged))
        .routes(Policy::Role(Role::Finance), operations!(resolve_flagged))
        .with_state(desk)
}

/// What a provider is told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeTaken {
    /// Always `ok`: there is no need to send this notice again.
    status: &'static str,
    /// What came of it.
    message: &'static str,
}

/// Take a payment provider's notice
///
/// The body is the provider's own; `X-Signature: t=<unix>,v1=<hex HMAC-SHA256 of "t.body">` signs
/// it. The same event has its effect once, however often it is sent.
#[utoipa::path(post, path = "/payments/webhook/{provider}", tag = "payments",
    operation_id = "take_payment_notice",
    params(("provider" = String, Path, description = "Name of the provider"),
        ("x-signature" = Option<String>, Header, description = "`t=<unix>,v1=<hex>`")),
    request_body(content = Object, description = "As the provider defines it"),
    responses((status = 200, description = "Applied, or nothing left to do", body = NoticeTaken),
        (status = 202, description = "Kept: what it is about is not known yet", body = NoticeTaken),
        (status = 401, description = "Not signed, wrongly, or at another time"),
        (status = 404, description = "No such provider")))]
async fn take_notice(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<(StatusCode, Json<NoticeTaken>)> {
    let unknown = || Error::new(Kind::Missing, "provider_unknown", "No such provider");
    let provider = desk.providers.get(&name).ok_or_else(unknown)?;
    let claimed = headers.get(signature::HEADER).map(|value| value.as_bytes());
    signature::verify(provider.secret(), desk.db.clock().now(), &body, claimed)?;
    let notice = provider.read_notice(&body)?;
    let text = String::from_utf8(body.into())
        .map_err(|error| Error::field("body", "is not UTF-8").with_source(error))?;
    let payees = desk.payees.clone();
    let write = move |tx: &mut Tx<'_>| receive(tx, &payees, &notice, &text);
    let (status, message) = match desk.db.write("platform.take_notice", write).await? {
        Receipt::Applied => (StatusCode::OK, "applied"),
        Receipt::Seen => (StatusCode::OK, "already seen"),
        Receipt::Flagged(_) => (StatusCode::OK, "kept for the operator"),
        Receipt::Kept => (StatusCode::ACCEPTED, "kept until its payment is known"),
    };
    let taken = NoticeTaken {
        status: "ok",
        message,
    };
    Ok((status, Json(taken)))
}

/// A page of flagged notices, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FlaggedPage {
    notices: Vec<Flagged>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Notices of providers that a person must look at
#[utoipa::path(get, path = "/api/admin/payments/flagged", tag = "payments",
    operation_id = "list_flagged_notices", params(PageQuery),
    responses((status = 200, body = FlaggedPage)))]
async fn list_flagged(
    State(desk): State<Desk>,
    Query(query): Query<PageQuery>,
) -> Result<Json<FlaggedPage>> {
    let (after, limit) = query.after::<Position>()?;
    let read = move |tx: &mut Tx<'_>| flagged::flagged(tx, after.clone(), limit.saturating_add(1));
    let notices = desk.db.read("platform.list_flagged", read).await?;
    let (notices, next_cursor) = page::cut(notices, limit, |n| {
        (n.received_at, n.provider.clone(), n.event_id.clone())
    })?;
    Ok(Json(FlaggedPage {
        notices,
        next_cursor,
    }))
}

/// What was done about a flagged notice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Resolution {
    /// For whoever asks later.
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
}

/// Take a flagged notice off the list
#[utoipa::path(post, path = "/api/admin/payments/flagged/{provider}/{event_id}/resolve",
    tag = "payments", operation_id = "resolve_flagged_notice", request_body = Resolution,
    params(("provider" = String, Path), ("event_id" = String, Path)),
    responses((status = 204, description = "It is off the list"),
        (status = 404, description = "No such flagged notice")))]
async fn resolve_flagged(
    State(desk): State<Desk>,
    staff: Staff,
    origin: Origin,
    Path((provider, event_id)): Path<(String, String)>,
    Json(body): Json<Resolution>,
) -> Result<StatusCode> {
    if body.note.trim().is_empty() || body.note.chars().count() > NOTE_MAX {
        let message = format!("must have 1 to {NOTE_MAX} characters");
        return Err(Error::field("note", message));
    }
    let by = staff.to_string();
    let write = move |tx: &mut Tx<'_>| {
        let notice = (provider.as_str(), event_id.as_str());
        flagged::resolve(tx, notice, &body.note, &by, &origin.request_id)
    };
    desk.db.write("platform.resolve_flagged", write).await?;
    Ok(StatusCode::NO_CONTENT)
}
