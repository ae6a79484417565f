//! `/orders`: order, look, give up, pay.

use super::place::{ORDER, place};
use super::{Caller, GUEST};
use crate::app::By;
use crate::app::cancel_order::{CancelOrder, cancel_order};
use crate::app::get_order::{get_order, show};
use crate::app::list_orders::{self, Place};
use crate::app::pay_order::{PayOrder, pay_order};
use crate::app::state::Shop;
use crate::domain::{NewOrder, NewOrderFields, OrderId, PayWith, ProductId, Wanted};
use crate::error::Error as ShopError;
use crate::events::view::OrderView;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::Uri;
use http::header::LINK;
use serde::{Deserialize, Serialize};
use torg_platform::auth::{Actor, MaybeActor, MaybeStaff};
use torg_platform::db::Tx;
use torg_platform::http::{
    Api, IdempotencyKey, Json, Origin, Path, Policy, Query, operations, page,
};
use torg_platform::money::{Decimal, DecimalRub, Money};
use torg_platform::payments::{Checkout, Payment, State as PaymentState};
use torg_platform::{Error, Kind, Result, idempotency, ids};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    Api::new()
        .routes(Policy::Public, operations!(create))
        .routes(Policy::User, operations!(list))
        .routes(Policy::Public, operations!(get))
        .routes(Policy::Public, operations!(cancel))
        .routes(Policy::Public, operations!(pay))
}

/// A new order.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PlaceBody {
    /// Where a guest is reached; somebody with a Telegram account may leave it out.
    #[schema(example = "anna@example.com", max_length = 254)]
    user_email: Option<String>,
    /// What is ordered; lines of one product are added up.
    #[schema(min_items = 1, max_items = 50)]
    items: Vec<ItemBody>,
    /// Where the goods go.
    #[schema(max_length = 500)]
    address: Option<String>,
    /// A coupon's code.
    #[schema(max_length = 64)]
    coupon: Option<String>,
    /// How it is to be paid.
    pay_with: Option<PayWith>,
}

/// A line of a new order.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ItemBody {
    /// Which product.
    product_id: ProductId,
    /// How many.
    #[schema(minimum = 1, maximum = 1000)]
    quantity: i64,
}

/// Orders
///
/// Promises stock for fifteen minutes. A guest finds the order again by its id, which nobody can
/// guess.
#[utoipa::path(post, path = "/orders", tag = "shop", operation_id = "create_shop_order",
    request_body = PlaceBody,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 255,
        description = "A repetition with the same key gets the first answer again")),
    responses((status = 201, body = OrderView),
        (status = 400, description = "Something is not for sale, the coupon does not count, or \
            the order cannot be paid that way"),
        (status = 402, description = "The balance is below the total"),
        (status = 409, description = "Insufficient stock, every short line is named; or the key \
            was used for another order")))]
pub(crate) async fn create(
    State(shop): State<Shop>,
    actor: MaybeActor,
    staff: MaybeStaff,
    origin: Origin,
    key: IdempotencyKey,
    Json(body): Json<PlaceBody>,
) -> Result<Response> {
    let caller = Caller::new(actor, staff);
    let lines = body.items.into_iter().map(|line| Wanted {
        product: line.product_id,
        quantity: line.quantity,
    });
    let new = NewOrder::check(&NewOrderFields {
        customer: caller.actor.as_ref().map(|actor| actor.user),
        email: body.user_email.as_deref(),
        lines: &lines.collect::<Vec<_>>(),
        address: body.address.as_deref(),
        coupon: body.coupon.as_deref(),
        pay_with: body.pay_with,
    })
    .map_err(Error::malformed)?;
    place(&shop, &caller, origin, &key, new, ORDER).await
}

/// A page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// From the `Link` of the page before.
    pub(crate) cursor: Option<String>,
    /// How many, 20 unless said.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<i64>,
}

impl PageQuery {
    pub(crate) fn place(&self) -> Result<(Place, i64)> {
        let after = match &self.cursor {
            None => list_orders::start(),
            Some(cursor) => page::decode_cursor(cursor)?,
        };
        Ok((after, page::limit(self.limit, 20)?))
    }
}

/// Lists one's own orders
///
/// Newest first; the next page is in the header `Link`.
#[utoipa::path(get, path = "/orders", tag = "shop", operation_id = "list_shop_orders",
    params(PageQuery), responses((status = 200, body = Vec<OrderView>)))]
pub(crate) async fn list(
    State(shop): State<Shop>,
    actor: Actor,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let (after, limit) = query.place()?;
    let read =
        move |tx: &mut Tx<'_>| list_orders::list_orders(tx, Some(actor.user), None, &after, limit);
    let (orders, next) = shop.ctx.db.read("shop.list_orders", read).await?;
    paged(&uri, orders, next)
}

/// Rows with the way to the next page.
pub(crate) fn paged<T: Serialize, K: Serialize>(
    uri: &Uri,
    rows: Vec<T>,
    next: Option<K>,
) -> Result<Response> {
    let mut response = Json(rows).into_response();
    if let Some(next) = next
        && let Some(link) = page::link_next(uri, &page::encode_cursor(&next)?)
    {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

/// Looks at an order
///
/// One's own; a guest's by its id; any for the operator's staff.
#[utoipa::path(get, path = "/orders/{id}", tag = "shop", operation_id = "get_shop_order",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = OrderView), (status = 404, description = "No such order")))]
pub(crate) async fn get(
    State(shop): State<Shop>,
    actor: MaybeActor,
    staff: MaybeStaff,
    Path(id): Path<Uuid>,
) -> Result<Json<OrderView>> {
    let reader = Caller::new(actor, staff).reader();
    let read = move |tx: &mut Tx<'_>| get_order(tx, &OrderId::from(id), reader);
    Ok(Json(shop.ctx.db.read("shop.get_order", read).await?))
}

/// Whose keys these are. Guests are told apart by their orders: one's key is not another's.
fn scope(by: &By, order: Uuid) -> String {
    if by.actor == GUEST {
        format!("{GUEST}:{order}")
    } else {
        by.actor.clone()
    }
}

/// Gives an order up
///
/// Before it is paid; the operator until it has arrived, and then the money goes back. Doing it
/// again changes nothing.
#[utoipa::path(post, path = "/orders/{id}/cancel", tag = "shop", operation_id = "cancel_shop_order",
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header, min_length = 1,
        max_length = 255, description = "A repetition with the same key gets the first answer again")),
    responses((status = 200, body = OrderView),
        (status = 403, description = "It is paid, and giving money back is not your role"),
        (status = 404, description = "No such order"), (status = 409, description = "Too late")))]
pub(crate) async fn cancel(
    State(shop): State<Shop>,
    actor: MaybeActor,
    staff: MaybeStaff,
    origin: Origin,
    key: Option<IdempotencyKey>,
    Path(id): Path<Uuid>,
) -> Result<Response> {
    let caller = Caller::new(actor, staff);
    let cmd = CancelOrder {
        id: id.into(),
        reader: caller.doer(),
        may_refund: caller.may_refund(),
        by: caller.by(origin),
    };
    let request =
        idempotency::Request::keyed(scope(&cmd.by, id), "shop.cancel_order", key.as_ref(), &id)?;
    let counters = shop.metrics.counters.clone();
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 200, |tx| {
            let order = cancel_order(tx, &cmd, &counters)?;
            Ok(show(tx, order, cmd.reader)?)
        })
    };
    shop.prepare().await?;
    let reply = shop.ctx.db.write("shop.cancel_order", write).await?;
    shop.recent.moved();
    Ok(reply.into_response())
}

/// How an order is to be paid.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct PayBody {
    /// The way.
    pay_with: PayWith,
}

/// A payment that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderPaymentView {
    /// Which order.
    order_id: OrderId,
    /// Name of the payment; none when the balance has paid.
    payment_id: Option<String>,
    /// Through whom.
    provider: PayWith,
    /// What became of it.
    status: PaymentState,
    /// How much.
    amount: DecimalRub,
    /// Where to pay, once the provider has said so.
    #[serde(flatten)]
    checkout: Checkout,
    /// The order as it is now.
    order: OrderView,
}

impl OrderPaymentView {
    fn new(order: OrderView, pay_with: PayWith, payment: Option<Payment>) -> Self {
        let checkout = payment.as_ref().and_then(Payment::saved_checkout);
        let amount = payment.as_ref().map(|p| Money::from_minor(p.amount_minor));
        Self {
            order_id: order.id.clone(),
            status: payment.as_ref().map_or(PaymentState::Paid, |p| p.state),
            amount: amount.map_or(order.total, Decimal),
            payment_id: payment.map(|p| p.id),
            provider: pay_with,
            checkout: checkout.unwrap_or_default(),
            order,
        }
    }
}

/// Pays an order
///
/// From the balance it is paid at once; through a provider a payment is begun, and the provider
/// reports what became of it.
#[utoipa::path(post, path = "/orders/{id}/pay", tag = "shop", operation_id = "pay_shop_order",
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header, min_length = 1,
        max_length = 255, description = "A repetition with the same key gets the first answer again")),
    request_body = PayBody,
    responses((status = 200, body = OrderPaymentView),
        (status = 400, description = "It cannot be paid that way"),
        (status = 402, description = "The balance is below the total"),
        (status = 404, description = "No such order"),
        (status = 409, description = "Paid before, or over")))]
pub(crate) async fn pay(
    State(shop): State<Shop>,
    actor: MaybeActor,
    origin: Origin,
    key: Option<IdempotencyKey>,
    Path(id): Path<Uuid>,
    Json(body): Json<PayBody>,
) -> Result<Response> {
    // The operator pays nobody's order.
    let caller = Caller::new(actor, MaybeStaff(None));
    shop.check_pay_with(body.pay_with)
        .map_err(ShopError::from)?;
    if body.pay_with == PayWith::Balance && caller.actor.is_none() {
        let text = "A balance needs a Telegram account";
        return Err(Error::new(
            Kind::Invalid,
            "payment_method_unavailable",
            text,
        ));
    }
    let cmd = PayOrder {
        id: id.into(),
        reader: caller.doer(),
        by: caller.by(origin),
        pay_with: body.pay_with,
        payment_id: ids::random_token(&shop.ctx.rng, 24),
        gate: shop.gate(),
    };
    let intent = (id, body.pay_with);
    let request =
        idempotency::Request::keyed(scope(&cmd.by, id), "shop.pay_order", key.as_ref(), &intent)?;
    let (providers, counters) = (shop.providers.clone(), shop.metrics.counters.clone());
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 200, |tx| {
            let (order, payment) = pay_order(tx, &cmd, &providers, &counters)?;
            Ok(OrderPaymentView::new(
                show(tx, order, cmd.reader)?,
                cmd.pay_with,
                payment,
            ))
        })
    };
    shop.prepare().await?;
    let reply = shop.ctx.db.write("shop.pay_order", write).await?;
    shop.recent.moved();
    Ok(reply.into_response())
}
