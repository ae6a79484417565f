//! `/api/reviews`: what people say about each other.

use super::order_id;
use crate::app::list_reviews::{Filter, Submitted};
use crate::app::state::Services;
use crate::app::{file_complaint, leave_review, list_reviews};
use crate::domain::{Category, Complaint, Rating, Review};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use torg_platform::auth::{Actor, MaybeActor};
use torg_platform::http::{Api, Json, Policy, Query, operations, page};
use torg_platform::{Result, Timestamp, UserId};
use utoipa::{IntoParams, ToSchema};

/// The routes.
pub(crate) fn api() -> Api<Services> {
    Api::new()
        .routes(Policy::User, operations!(leave))
        .routes(Policy::User, operations!(complain))
        .routes(Policy::Public, operations!(list))
        .routes(Policy::User, operations!(check))
}

/// A customer's review of an executor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewBody {
    order_id: String,
    /// Who; by default whoever completed the order, or took it first.
    executor_id: Option<i64>,
    #[schema(minimum = 1, maximum = 5)]
    rating: i64,
    #[schema(max_length = 500)]
    comment: Option<String>,
}

/// The review is stored.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewDone {
    success: bool,
    review_id: i64,
}

/// Reviews an executor of one's own finished order.
#[utoipa::path(post, path = "/api/reviews/client", tag = "reviews",
    operation_id = "leave_review", request_body = ReviewBody,
    responses((status = 200, body = ReviewDone), (status = 403, description = "Not your order"),
        (status = 404, description = "No such order"),
        (status = 409, description = "Reviewed before, or not finished"),
        (status = 410, description = "Closed or deleted")))]
pub(crate) async fn leave(
    State(services): State<Services>,
    actor: Actor,
    Json(body): Json<ReviewBody>,
) -> Result<Json<ReviewDone>> {
    let review = Review::check(body.rating, body.comment.as_deref())?;
    let id = order_id(&body.order_id)?;
    let executor = body.executor_id.map(UserId);
    let write = move |tx: &mut torg_platform::db::Tx<'_>| {
        leave_review::leave_review(tx, actor.user, &id, executor, &review)
    };
    let review_id = services
        .ctx
        .db
        .write("services.leave_review", write)
        .await?;
    services.recent.changed();
    Ok(Json(ReviewDone {
        success: true,
        review_id,
    }))
}

/// An executor's complaint about an order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ComplaintBody {
    order_id: String,
    /// Не отвечал, Отменил заказ, Неадекватное поведение, Ложная информация or Другое.
    complaint: String,
    #[schema(max_length = 500)]
    comment: Option<String>,
}

/// The complaint is stored.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComplaintDone {
    success: bool,
    complaint_id: i64,
}

/// Complains about an order that the caller has taken.
#[utoipa::path(post, path = "/api/reviews/executor", tag = "reviews",
    operation_id = "file_complaint", request_body = ComplaintBody,
    responses((status = 200, body = ComplaintDone),
        (status = 403, description = "Not taken by you"),
        (status = 404, description = "No such order"),
        (status = 409, description = "Complained before")))]
pub(crate) async fn complain(
    State(services): State<Services>,
    actor: Actor,
    Json(body): Json<ComplaintBody>,
) -> Result<Json<ComplaintDone>> {
    let complaint = Complaint::check(&body.complaint, body.comment.as_deref())?;
    let id = order_id(&body.order_id)?;
    let write = move |tx: &mut torg_platform::db::Tx<'_>| {
        file_complaint::file_complaint(tx, actor.user, &id, &complaint)
    };
    let complaint_id = services
        .ctx
        .db
        .write("services.file_complaint", write)
        .await?;
    Ok(Json(ComplaintDone {
        success: true,
        complaint_id,
    }))
}

/// Which reviews.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReviewsQuery {
    /// Only with this many stars.
    #[param(minimum = 1, maximum = 5)]
    rating: Option<i64>,
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// Of me as executor.
    mine: Option<bool>,
    /// Written by me.
    about_me: Option<bool>,
}

/// A review.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewView {
    id: i64,
    author_name: String,
    rating: i64,
    comment: Option<String>,
    category: Category,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    order_id: String,
    description: String,
    /// Null unless the reader may see it.
    contact: Option<String>,
    city: String,
}

/// Reviews, newest first.
#[utoipa::path(get, path = "/api/reviews", tag = "reviews", operation_id = "list_reviews",
    params(ReviewsQuery),
    responses((status = 200, body = [ReviewView]),
        (status = 401, description = "mine and about_me need to know who asks")))]
pub(crate) async fn list(
    State(services): State<Services>,
    MaybeActor(actor): MaybeActor,
    Query(query): Query<ReviewsQuery>,
) -> Result<Json<Vec<ReviewView>>> {
    let rating = match query.rating {
        None => None,
        Some(stars) => Some(
            Rating::from_stars(stars)
                .ok_or_else(|| torg_platform::Error::field("rating", "must be between 1 and 5"))?,
        ),
    };
    let (mine, about_me) = (query.mine.unwrap_or(false), query.about_me.unwrap_or(false));
    let reader = actor.map(|a| a.user);
    let me = match reader {
        None if mine || about_me => return Err(torg_platform::auth::missing_credentials()),
        reader => reader,
    };
    let filter = Filter {
        rating,
        executor: me.filter(|_| mine),
        author: me.filter(|_| about_me),
        limit: page::limit(query.limit, 50)?,
    };
    let read =
        move |tx: &mut torg_platform::db::Tx<'_>| list_reviews::list_reviews(tx, filter, reader);
    let rows = services.ctx.db.read("services.list_reviews", read).await?;
    Ok(Json(
        rows.into_iter()
            .map(|(row, contact)| ReviewView {
                id: row.id,
                author_name: row.author_name,
                rating: row.rating,
                comment: row.comment,
                category: row.category,
                created_at: row.created_at,
                order_id: row.order_id,
                description: row.description,
                contact,
                city: row.city,
            })
            .collect(),
    ))
}

/// Which order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CheckQuery {
    order_id: String,
}

/// What the caller has said about an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubmittedView {
    submitted: bool,
    /// `review`, `complaint` or null.
    #[serde(rename = "type")]
    kind: Option<&'static str>,
}

/// Whether the caller has reviewed or complained about an order.
#[utoipa::path(get, path = "/api/reviews/check", tag = "reviews", operation_id = "check_review",
    params(CheckQuery),
    responses((status = 200, body = SubmittedView), (status = 404, description = "No such order")))]
pub(crate) async fn check(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<CheckQuery>,
) -> Result<Json<SubmittedView>> {
    let id = order_id(&query.order_id)?;
    let read = move |tx: &mut torg_platform::db::Tx<'_>| {
        list_reviews::check_submitted(tx, actor.user, &id)
    };
    let submitted = services.ctx.db.read("services.check_review", read).await?;
    let kind = match submitted {
        Submitted::Nothing => None,
        Submitted::Review => Some("review"),
        Submitted::Complaint => Some("complaint"),
    };
    Ok(Json(SubmittedView {
        submitted: kind.is_some(),
        kind,
    }))
}
