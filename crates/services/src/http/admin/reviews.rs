//! Reviews, the hidden ones included.

use crate::app::admin_reviews::{self, ReviewView};
use crate::app::hide_review;
use crate::app::state::Services;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use torg_platform::Result;
use torg_platform::audit::By;
use torg_platform::auth::Role;
use torg_platform::db::Tx;
use torg_platform::http::{Api, Json, Path, Policy, Query, ReasonBody, operations, page};
use utoipa::{IntoParams, ToSchema};

/// The routes.
pub(crate) fn api() -> Api<Services> {
    Api::new()
        .routes(Policy::Admin, operations!(list))
        .routes(Policy::Role(Role::Moderator), operations!(hide, show))
}

/// Which reviews.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StaffReviewsQuery {
    /// Only the hidden ones, or only the others.
    hidden: Option<bool>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
}

/// A page of reviews.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffReviews {
    /// Newest first.
    reviews: Vec<ReviewView>,
    /// Where the next page begins; absent in the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Lists reviews
#[utoipa::path(get, path = "/api/admin/services/reviews", tag = "services admin",
    operation_id = "list_all_reviews", params(StaffReviewsQuery),
    responses((status = 200, body = StaffReviews)))]
pub(crate) async fn list(
    State(services): State<Services>,
    Query(query): Query<StaffReviewsQuery>,
) -> Result<Json<StaffReviews>> {
    let (before, limit) = super::before(query.cursor.as_deref(), query.limit)?;
    let (hidden, more) = (query.hidden, limit.saturating_add(1));
    let read = move |tx: &mut Tx<'_>| admin_reviews::list(tx, hidden, before, more);
    let rows = services
        .ctx
        .db
        .read("services.list_all_reviews", read)
        .await?;
    let (reviews, next_cursor) = page::cut(rows, limit, ReviewView::id)?;
    Ok(Json(StaffReviews {
        reviews,
        next_cursor,
    }))
}

/// Hides a review
///
/// From everybody but its author; it no longer counts in the rating. Hiding it again changes
/// nothing.
#[utoipa::path(put, path = "/api/admin/services/reviews/{id}/hide", tag = "services admin",
    operation_id = "hide_review", params(("id" = i64, Path)), request_body = ReasonBody,
    responses((status = 204), (status = 404, description = "No such review")))]
pub(crate) async fn hide(
    State(services): State<Services>,
    by: By,
    Path(id): Path<i64>,
    Json(body): Json<ReasonBody>,
) -> Result<StatusCode> {
    let reason = body.check()?;
    let write = move |tx: &mut Tx<'_>| hide_review::hide_review(tx, id, &reason, &by);
    services.ctx.db.write("services.hide_review", write).await?;
    services.recent.changed();
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a review again
#[utoipa::path(delete, path = "/api/admin/services/reviews/{id}/hide", tag = "services admin",
    operation_id = "show_review", params(("id" = i64, Path)),
    responses((status = 204), (status = 404, description = "No such review")))]
pub(crate) async fn show(
    State(services): State<Services>,
    by: By,
    Path(id): Path<i64>,
) -> Result<StatusCode> {
    let write = move |tx: &mut Tx<'_>| hide_review::show_review(tx, id, &by);
    services.ctx.db.write("services.show_review", write).await?;
    services.recent.changed();
    Ok(StatusCode::NO_CONTENT)
}
