//! `/admin/products/{id}/stock`: what is in the store, and how it came and went.

use super::by_staff;
use crate::app::adjust_stock::{self, AdjustStock, StockMovement};
use crate::app::state::Shop;
use crate::domain::STOCK_MAX;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::Uri;
use http::header::LINK;
use serde::Deserialize;
use torg_platform::auth::{Role, Staff};
use torg_platform::db::Tx;
use torg_platform::http::{
    Api, IdempotencyKey, IfMatch, Json, Origin, Path, Policy, Query, operations, page,
};
use torg_platform::{Error, Result, idempotency};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

const DEFAULT_LIMIT: i64 = 50;
/// Longest reason, in characters.
const REASON_CHARS: usize = 200;

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    Api::new()
        .routes(Policy::Role(Role::Moderator), operations!(adjust))
        .routes(Policy::Admin, operations!(history))
}

/// Units that come or go.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AdjustBody {
    /// How many come, or go when below zero; not zero.
    #[schema(minimum = -1_000_000_000, maximum = 1_000_000_000)]
    delta: i64,
    /// Why, for the history.
    #[schema(max_length = 200)]
    reason: Option<String>,
}

/// Which part of the history.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// From the `Link` of the page before.
    cursor: Option<String>,
    /// Movements of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
}

/// Changes the units in the store by a difference; never below what is promised to orders.
#[utoipa::path(post, path = "/admin/products/{id}/stock", tag = "products",
    operation_id = "adjust_stock", request_body = AdjustBody,
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header,
        description = "The version of the product that was seen"),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255,
        description = "A repetition with the same key gets the first answer again")),
    responses((status = 200, body = StockMovement),
        (status = 404, description = "No such product"),
        (status = 409, description = "Fewer would be left than are promised, or a digital product; \
            or the key was used for something else"),
        (status = 412, description = "Edited since")))]
pub(crate) async fn adjust(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    IfMatch(if_match): IfMatch,
    key: Option<IdempotencyKey>,
    Path(id): Path<Uuid>,
    Json(body): Json<AdjustBody>,
) -> Result<Response> {
    let cmd = AdjustStock {
        product: id.into(),
        by: by_staff(origin, &staff),
        if_match,
        delta: delta(body.delta)?,
        reason: reason(body.reason.as_deref().unwrap_or_default())?,
    };
    let intent = (id, if_match, cmd.delta, &cmd.reason);
    let route = "shop.adjust_stock";
    let request = idempotency::Request::keyed(&cmd.by.who, route, key.as_ref(), &intent)?;
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 200, |tx| {
            Ok(adjust_stock::adjust_stock(tx, &cmd)?)
        })
    };
    let reply = shop.ctx.db.write(route, write).await?;
    shop.recent.moved();
    Ok(reply.into_response())
}

/// What came into the store and went out of it, newest first.
#[utoipa::path(get, path = "/admin/products/{id}/stock", tag = "products",
    operation_id = "stock_history", params(("id" = Uuid, Path), HistoryQuery),
    responses((status = 200, body = Vec<StockMovement>,
            headers(("Link" = Option<String>, description = "The next page, with rel=\"next\"; absent in the last one"))),
        (status = 404, description = "No such product")))]
pub(crate) async fn history(
    State(shop): State<Shop>,
    uri: Uri,
    Path(id): Path<Uuid>,
    Query(query): Query<HistoryQuery>,
) -> Result<Response> {
    let before = adjust_stock::read_cursor(query.cursor.as_deref())?;
    let limit = page::limit(query.limit, DEFAULT_LIMIT)?;
    let read = move |tx: &mut Tx<'_>| adjust_stock::movements(tx, &id.into(), before, limit);
    let (movements, next) = shop.ctx.db.read("shop.stock_history", read).await?;
    let mut response = Json(movements).into_response();
    if let Some(next) = next.and_then(|next| page::link_next(&uri, &next)) {
        response.headers_mut().insert(LINK, next);
    }
    Ok(response)
}

fn delta(delta: i64) -> Result<i64> {
    match delta {
        0 => Err(Error::field("delta", "must not be zero")),
        delta if (STOCK_MAX.saturating_neg()..=STOCK_MAX).contains(&delta) => Ok(delta),
        _far => Err(Error::field(
            "delta",
            format!("must be from -{STOCK_MAX} to {STOCK_MAX}"),
        )),
    }
}

fn reason(text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > REASON_CHARS {
        let wrong = format!("must have at most {REASON_CHARS} characters");
        return Err(Error::field("reason", wrong));
    }
    Ok(text.to_owned())
}
