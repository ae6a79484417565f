//! `/admin/orders`: what the operator does with orders.

use super::by_staff;
use super::orders::{PageQuery, paged};
use crate::app::fulfil_order::{MoveOrder, deliver_order, fulfil_order};
use crate::app::get_order::show;
use crate::app::list_orders;
use crate::app::refund_order::{RefundOrder, refund_order};
use crate::app::state::Shop;
use crate::domain::{Order, Status};
use crate::events::view::OrderView;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::Uri;
use serde::{Deserialize, Serialize};
use torg_platform::auth::{Role, Staff};
use torg_platform::db::Tx;
use torg_platform::http::extract::parse_json;
use torg_platform::http::{
    Api, IdempotencyKey, Json, Origin, Path, Policy, Query, RawBody, operations,
};
use torg_platform::money::DecimalRub;
use torg_platform::{Error, Result, idempotency};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Longest reason or note.
const TEXT_CHARS: usize = 500;

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    let moderator = Policy::Role(Role::Moderator);
    Api::new()
        .routes(Policy::Admin, operations!(list))
        .routes(moderator, operations!(fulfil))
        .routes(moderator, operations!(deliver))
        .routes(Policy::Role(Role::Finance), operations!(refund))
}

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AdminListQuery {
    /// As it is written down; any when absent.
    status: Option<Status>,
    /// From the `Link` of the page before.
    cursor: Option<String>,
    /// How many, 20 unless said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// Lists everybody's orders
///
/// Newest first; the next page is in the header `Link`.
#[utoipa::path(get, path = "/admin/orders", tag = "shop admin", operation_id = "list_all_shop_orders",
    params(AdminListQuery), responses((status = 200, body = Vec<OrderView>)))]
pub(crate) async fn list(
    State(shop): State<Shop>,
    uri: Uri,
    Query(query): Query<AdminListQuery>,
) -> Result<Response> {
    let (status, page) = (
        query.status,
        PageQuery {
            cursor: query.cursor,
            limit: query.limit,
        },
    );
    let (after, limit) = page.place()?;
    let read = move |tx: &mut Tx<'_>| list_orders::list_orders(tx, None, status, &after, limit);
    let (orders, next) = shop.ctx.db.read("shop.list_all_orders", read).await?;
    paged(&uri, orders, next)
}

/// What the customer is told.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct NoteBody {
    /// A tracking number, for example.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
}

impl NoteBody {
    /// The body may be left out.
    fn read(body: &[u8]) -> Result<Self> {
        let note: Self = if body.is_empty() {
            Self::default()
        } else {
            parse_json(body)?
        };
        check("note", &note.note)?;
        Ok(note)
    }
}

fn check(field: &str, text: &str) -> Result<()> {
    if text.chars().count() > TEXT_CHARS || text.contains(char::is_control) {
        let message = "must have at most 500 characters and none that control";
        return Err(Error::field(field, message));
    }
    Ok(())
}

/// The goods have gone out
#[utoipa::path(post, path = "/admin/orders/{id}/fulfil", tag = "shop admin",
    operation_id = "fulfil_shop_order", params(("id" = Uuid, Path)),
    request_body = Option<NoteBody>,
    responses((status = 200, body = OrderView), (status = 404, description = "No such order"),
        (status = 409, description = "Not paid, or gone out before")))]
pub(crate) async fn fulfil(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    Path(id): Path<Uuid>,
    RawBody(body): RawBody,
) -> Result<Json<OrderView>> {
    let cmd = moving(id, &staff, origin, &body)?;
    step(&shop, "shop.fulfil_order", move |tx| fulfil_order(tx, &cmd)).await
}

/// The goods have arrived
#[utoipa::path(post, path = "/admin/orders/{id}/deliver", tag = "shop admin",
    operation_id = "deliver_shop_order", params(("id" = Uuid, Path)),
    request_body = Option<NoteBody>,
    responses((status = 200, body = OrderView), (status = 404, description = "No such order"),
        (status = 409, description = "Not gone out, or arrived before")))]
pub(crate) async fn deliver(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    Path(id): Path<Uuid>,
    RawBody(body): RawBody,
) -> Result<Json<OrderView>> {
    let cmd = moving(id, &staff, origin, &body)?;
    step(&shop, "shop.deliver_order", move |tx| {
        deliver_order(tx, &cmd)
    })
    .await
}

fn moving(id: Uuid, staff: &Staff, origin: Origin, body: &[u8]) -> Result<MoveOrder> {
    Ok(MoveOrder {
        id: id.into(),
        note: NoteBody::read(body)?.note,
        by: by_staff(origin, staff),
    })
}

async fn step(
    shop: &Shop,
    name: &'static str,
    work: impl Fn(&mut Tx<'_>) -> crate::error::Result<Order> + Send + 'static,
) -> Result<Json<OrderView>> {
    let write = move |tx: &mut Tx<'_>| {
        let order = work(tx)?;
        show(tx, order)
    };
    Ok(Json(shop.ctx.db.write(name, write).await?))
}

/// Money that goes back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct RefundBody {
    /// How much; all that is left of it when absent.
    amount: Option<DecimalRub>,
    /// Why, for the history.
    #[schema(max_length = 500)]
    reason: String,
    /// Whether the goods come back into the store with the last of the money; when absent, if
    /// they have not gone out.
    restock: Option<bool>,
}

/// Gives money back
///
/// To where it came from: the customer's balance, or the provider of the payment.
#[utoipa::path(post, path = "/admin/orders/{id}/refund", tag = "shop admin",
    operation_id = "refund_shop_order",
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header, min_length = 1,
        max_length = 255, description = "A repetition with the same key gets the first answer again")),
    request_body = RefundBody,
    responses((status = 200, body = OrderView), (status = 404, description = "No such order"),
        (status = 409, description = "Not paid, arrived, or more than is left of it")))]
pub(crate) async fn refund(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(body): Json<RefundBody>,
) -> Result<Response> {
    check("reason", &body.reason)?;
    if body.reason.trim().is_empty() {
        return Err(Error::field("reason", "must not be empty"));
    }
    if body.amount.is_some_and(|amount| !amount.0.is_positive()) {
        return Err(Error::field("amount", "must be above 0"));
    }
    let intent = (id, &body);
    let request = idempotency::Request::keyed(&staff, "shop.refund_order", Some(&key), &intent)?;
    let cmd = RefundOrder {
        id: id.into(),
        by: by_staff(origin, &staff),
        amount: body.amount.map(|amount| amount.0),
        reason: body.reason.trim().to_owned(),
        restock: body.restock,
    };
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 200, |tx| {
            let order = refund_order(tx, &cmd)?;
            Ok(show(tx, order)?)
        })
    };
    shop.prepare().await?;
    let reply = shop.ctx.db.write("shop.refund_order", write).await?;
    shop.recent.moved();
    Ok(reply.into_response())
}
