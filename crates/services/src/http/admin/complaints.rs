//! Complaints.

use crate::app::admin_complaints::{self, ComplaintState, ComplaintView};
use crate::app::resolve_complaint;
use crate::app::state::Services;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use torg_platform::audit::By;
use torg_platform::auth::Role;
use torg_platform::db::Tx;
use torg_platform::http::{Api, Json, Path, Policy, Query, operations, page, reason};
use torg_platform::{Error, Result};
use utoipa::{IntoParams, ToSchema};

/// The routes.
pub(crate) fn api() -> Api<Services> {
    Api::new()
        .routes(Policy::Admin, operations!(list))
        .routes(Policy::Role(Role::Moderator), operations!(resolve))
}

/// Which complaints.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ComplaintsQuery {
    /// Any when absent.
    #[param(inline)]
    state: Option<ComplaintState>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
}

/// A page of complaints.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceComplaints {
    /// Newest first.
    complaints: Vec<ComplaintView>,
    /// Where the next page begins; absent in the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Lists what executors complained about
#[utoipa::path(get, path = "/api/admin/services/complaints", tag = "services admin",
    operation_id = "list_complaints", params(ComplaintsQuery),
    responses((status = 200, body = ServiceComplaints)))]
pub(crate) async fn list(
    State(services): State<Services>,
    Query(query): Query<ComplaintsQuery>,
) -> Result<Json<ServiceComplaints>> {
    let (before, limit) = super::before(query.cursor.as_deref(), query.limit)?;
    let (state, more) = (query.state, limit.saturating_add(1));
    let read = move |tx: &mut Tx<'_>| admin_complaints::list(tx, state, before, more);
    let rows = services
        .ctx
        .db
        .read("services.list_complaints", read)
        .await?;
    let (complaints, next_cursor) = page::cut(rows, limit, ComplaintView::id)?;
    Ok(Json(ServiceComplaints {
        complaints,
        next_cursor,
    }))
}

/// What came of a complaint.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolutionBody {
    /// Seen by the staff only.
    #[schema(min_length = 3, max_length = 500)]
    resolution: String,
}

/// Says what came of a complaint
///
/// Once. Whether money goes back is decided apart, take by take.
#[utoipa::path(post, path = "/api/admin/services/complaints/{id}/resolve", tag = "services admin",
    operation_id = "resolve_complaint", params(("id" = i64, Path)), request_body = ResolutionBody,
    responses((status = 200, body = ComplaintView),
        (status = 404, description = "No such complaint"),
        (status = 409, description = "`complaint_resolved`: somebody has dealt with it")))]
pub(crate) async fn resolve(
    State(services): State<Services>,
    by: By,
    Path(id): Path<i64>,
    Json(body): Json<ResolutionBody>,
) -> Result<Json<ComplaintView>> {
    let resolution = reason(&body.resolution).map_err(|_rule| {
        let rule = "must have 3 to 500 characters and no control characters";
        Error::field("resolution", rule)
    })?;
    let write =
        move |tx: &mut Tx<'_>| resolve_complaint::resolve_complaint(tx, id, &resolution, &by);
    let db = &services.ctx.db;
    Ok(Json(db.write("services.resolve_complaint", write).await?))
}
