//! `/api/orders/…`: post, read, change, take, answer, close, complete.

use super::orders_list::{__path_list, list};
use super::{by, order_id};
use crate::app::state::Services;
use crate::app::{
    close_order, complete_order, create_order, delete_order, edit_order, get_order, respond_order,
    take_order,
};
use crate::domain::{NewOrder, NewOrderFields, Order, OrderChange, OrderChangeFields, OrderId};
use crate::events::view::{self, Location, OrderView};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use torg_platform::auth::{Actor, MaybeActor};
use torg_platform::db::Tx;
use torg_platform::http::extract::parse_json;
use torg_platform::http::{
    Api, IdempotencyKey, Json, Origin, Path, Policy, Query, RawBody, operations,
};
use torg_platform::money::{Decimal, DecimalRub, Money, Rub};
use torg_platform::{Result, UserId, idempotency};
use utoipa::{IntoParams, ToSchema};

/// The routes.
pub(crate) fn api() -> Api<Services> {
    Api::new()
        .routes(Policy::User, operations!(create))
        .routes(Policy::Public, operations!(list))
        .routes(Policy::Public, operations!(get))
        .routes(Policy::User, operations!(edit, delete))
        .routes(Policy::User, operations!(take))
        .routes(Policy::User, operations!(respond))
        .routes(Policy::User, operations!(close))
        .routes(Policy::User, operations!(complete))
}

/// A new order.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CreateBody {
    /// Russian name or slug of a category.
    #[schema(example = "Сантехника")]
    category: String,
    /// What is to be done.
    #[schema(min_length = 20, max_length = 1000)]
    description: String,
    /// Where; it never changes.
    #[schema(min_length = 2, max_length = 100, example = "Москва")]
    city: String,
    /// `@name` or a Russian phone.
    #[schema(max_length = 64, example = "@customer")]
    contact: String,
    /// Where exactly: for searches nearby. Shown to those who may see the contact.
    location: Option<Location>,
}

/// An edit; what is absent stays. The city never changes.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EditBody {
    /// Russian name or slug of a category.
    category: Option<String>,
    /// What is to be done.
    #[schema(min_length = 20, max_length = 1000)]
    description: Option<String>,
    /// `@name` or a Russian phone.
    #[schema(max_length = 64)]
    contact: Option<String>,
}

/// Who did the job.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct CompleteBody {
    /// One of the takers; the first one when absent.
    executor_id: Option<i64>,
}

/// Posts an order.
#[utoipa::path(post, path = "/api/orders", tag = "orders", operation_id = "create_order",
    request_body = CreateBody,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255,
        description = "A repetition with the same key gets the first answer again")),
    responses((status = 201, body = OrderView<'static>),
        (status = 400, description = "Unknown category"),
        (status = 409, description = "There is an active order with this contact")))]
pub(crate) async fn create(
    State(services): State<Services>,
    actor: Actor,
    origin: Origin,
    key: Option<IdempotencyKey>,
    Json(body): Json<CreateBody>,
) -> Result<Response> {
    let who = actor.user.to_string();
    services
        .ctx
        .limits
        .check(&services.limits().create, &who)
        .await?;
    let new = NewOrder::check(&NewOrderFields {
        category: &body.category,
        description: &body.description,
        city: &body.city,
        contact: &body.contact,
        place: body.location.map(|place| (place.lat, place.lon)),
    })?;
    let request = idempotency::Request::keyed(actor.user, "services.create", key.as_ref(), &body)?;
    let cmd = create_order::CreateOrder {
        id: OrderId::random(&services.ctx.rng),
        by: by(origin, &actor),
        new,
        price: services.price(),
        gate: services.gate(),
    };
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 201, |tx| {
            let order = create_order::create_order(tx, &cmd)?;
            own(tx, &order, "[]", cmd.by.user, cmd.price)
        })
    };
    let reply = services
        .ctx
        .db
        .write("services.create_order", write)
        .await?;
    if reply.status == 201 && !reply.replayed {
        services.recent.moved();
        services.metrics.orders_created.inc();
    }
    Ok(reply.into_response())
}

/// One order. Its contact is there for the customer and for executors who took it.
#[utoipa::path(get, path = "/api/orders/{id}", tag = "orders", operation_id = "get_order",
    params(("id" = String, Path)),
    responses((status = 200, body = OrderView<'static>),
        (status = 404, description = "No such order")))]
pub(crate) async fn get(
    State(services): State<Services>,
    MaybeActor(actor): MaybeActor,
    Path(id): Path<String>,
) -> Result<Json<Box<RawValue>>> {
    let (id, reader) = (order_id(&id)?, actor.map(|a| a.user));
    let price = services.price();
    let read = move |tx: &mut Tx<'_>| get_order::get_order(tx, &id, reader, price);
    Ok(Json(
        services.ctx.db.read("services.get_order", read).await?,
    ))
}

/// Changes an order that nobody has taken.
#[utoipa::path(put, path = "/api/orders/{id}", tag = "orders", operation_id = "edit_order",
    params(("id" = String, Path)), request_body = EditBody,
    responses((status = 200, body = OrderView<'static>),
        (status = 400, description = "Unknown category"),
        (status = 403, description = "Not yours, or taken"),
        (status = 404, description = "No such order"),
        (status = 409, description = "There is an active order with this contact"),
        (status = 410, description = "No longer active")))]
pub(crate) async fn edit(
    State(services): State<Services>,
    actor: Actor,
    origin: Origin,
    Path(id): Path<String>,
    Json(body): Json<EditBody>,
) -> Result<Json<Box<RawValue>>> {
    let change = OrderChange::check(&OrderChangeFields {
        category: body.category.as_deref(),
        description: body.description.as_deref(),
        contact: body.contact.as_deref(),
    })?;
    let cmd = edit_order::EditOrder {
        order: order_id(&id)?,
        by: by(origin, &actor),
        change,
        price: services.price(),
    };
    let write = move |tx: &mut Tx<'_>| {
        let (order, taken_by) = edit_order::edit_order(tx, &cmd)?;
        own(tx, &order, &taken_by, cmd.by.user, cmd.price)
    };
    let order = services.ctx.db.write("services.edit_order", write).await?;
    services.recent.moved();
    Ok(Json(order))
}

/// Takes back an order that nobody has taken.
#[utoipa::path(delete, path = "/api/orders/{id}", tag = "orders", operation_id = "delete_order",
    params(("id" = String, Path)),
    responses((status = 204), (status = 403, description = "Not yours, or taken"),
        (status = 404, description = "No such order"),
        (status = 410, description = "No longer active")))]
pub(crate) async fn delete(
    State(services): State<Services>,
    actor: Actor,
    origin: Origin,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let cmd = delete_order::DeleteOrder {
        order: order_id(&id)?,
        by: by(origin, &actor),
        price: services.price(),
    };
    let write = move |tx: &mut Tx<'_>| delete_order::delete_order(tx, &cmd);
    services
        .ctx
        .db
        .write("services.delete_order", write)
        .await?;
    services.recent.moved();
    Ok(StatusCode::NO_CONTENT)
}

/// What the executor agrees to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TakeQuery {
    /// The price that was shown; if it is another one by now, nothing is paid.
    #[param(value_type = Option<String>, example = "2.00")]
    price: Option<DecimalRub>,
}

/// Pays for the contact. Once: whoever has taken the order gets the contact again for nothing.
#[utoipa::path(post, path = "/api/orders/{id}/take", tag = "orders", operation_id = "take_order",
    params(("id" = String, Path), TakeQuery,
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255,
            description = "A repetition with the same key gets the first answer again")),
    responses((status = 200, body = take_order::Taken),
        (status = 402, description = "The balance is below the price"),
        (status = 403, description = "Your own order"),
        (status = 404, description = "No such order"),
        (status = 409, description = "Three executors have it, or it costs something else by now"),
        (status = 410, description = "No longer active")))]
pub(crate) async fn take(
    State(services): State<Services>,
    actor: Actor,
    origin: Origin,
    key: Option<IdempotencyKey>,
    Path(id): Path<String>,
    Query(query): Query<TakeQuery>,
) -> Result<Response> {
    let who = actor.user.to_string();
    services
        .ctx
        .limits
        .check(&services.limits().take, &who)
        .await?;
    let seen = query.price.map(|Decimal(price)| price);
    let intent = match seen {
        None => id.clone(),
        Some(price) => format!("{id} for {price}"),
    };
    let request = idempotency::Request::keyed(actor.user, "services.take", key.as_ref(), &intent)?;
    let cmd = take_order::TakeOrder {
        order: order_id(&id)?,
        by: by(origin, &actor),
        price: services.price(),
        seen,
        gate: services.gate(),
    };
    let write = move |tx: &mut Tx<'_>| {
        let mut charged = false;
        let reply = idempotency::run(tx, request.as_ref(), 200, |tx| {
            let taken = take_order::take_order(tx, &cmd)?;
            charged = taken.charged;
            Ok(taken)
        })?;
        Ok::<_, torg_platform::Error>((reply, charged))
    };
    services.prepare().await?;
    let began = services.ctx.clock.now();
    let (reply, charged) = services.ctx.db.write("services.take_order", write).await?;
    if charged {
        let took = services.ctx.clock.now().since(began);
        services.recent.changed();
        services.metrics.orders_taken.inc();
        services.metrics.balance_transaction("take");
        services.metrics.take_seconds.observe(took.as_secs_f64());
    }
    Ok(reply.into_response())
}

/// Says "I answered": nobody is refunded for silence any more.
#[utoipa::path(post, path = "/api/orders/{id}/respond", tag = "orders",
    operation_id = "respond_order", params(("id" = String, Path)),
    responses((status = 200, body = OrderView<'static>),
        (status = 403, description = "Not yours"), (status = 404, description = "No such order"),
        (status = 409, description = "Answered before, or nobody has taken it"),
        (status = 410, description = "No longer active")))]
pub(crate) async fn respond(
    State(services): State<Services>,
    actor: Actor,
    origin: Origin,
    Path(id): Path<String>,
) -> Result<Json<Box<RawValue>>> {
    let cmd = respond_order::RespondOrder {
        order: order_id(&id)?,
        by: by(origin, &actor),
        price: services.price(),
    };
    let write = move |tx: &mut Tx<'_>| {
        let (order, taken_by) = respond_order::respond_order(tx, &cmd)?;
        own(tx, &order, &taken_by, cmd.by.user, cmd.price)
    };
    let order = services
        .ctx
        .db
        .write("services.respond_order", write)
        .await?;
    services.recent.moved();
    Ok(Json(order))
}

/// No longer needs it. Whoever paid is refunded unless the customer has answered.
#[utoipa::path(post, path = "/api/orders/{id}/close", tag = "orders", operation_id = "close_order",
    params(("id" = String, Path)),
    responses((status = 204), (status = 403, description = "Not yours"),
        (status = 404, description = "No such order"),
        (status = 409, description = "Nobody has taken it: delete it instead"),
        (status = 410, description = "No longer active")))]
pub(crate) async fn close(
    State(services): State<Services>,
    actor: Actor,
    origin: Origin,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let cmd = close_order::CloseOrder {
        order: order_id(&id)?,
        by: by(origin, &actor),
        price: services.price(),
    };
    let write = move |tx: &mut Tx<'_>| close_order::close_order(tx, &cmd);
    services.ctx.db.write("services.close_order", write).await?;
    services.recent.moved();
    Ok(StatusCode::NO_CONTENT)
}

/// The job is done.
#[utoipa::path(post, path = "/api/orders/{id}/complete", tag = "orders",
    operation_id = "complete_order", params(("id" = String, Path)),
    request_body = Option<CompleteBody>,
    responses((status = 200, body = OrderView<'static>),
        (status = 400, description = "The one named has not taken it"),
        (status = 403, description = "Not yours"), (status = 404, description = "No such order"),
        (status = 409, description = "Nobody has taken it"),
        (status = 410, description = "Refunded, deleted or completed before")))]
pub(crate) async fn complete(
    State(services): State<Services>,
    actor: Actor,
    origin: Origin,
    Path(id): Path<String>,
    RawBody(body): RawBody,
) -> Result<Json<Box<RawValue>>> {
    // Clients without anybody to name send no body at all.
    let body: Option<CompleteBody> = match body.is_empty() {
        true => None,
        false => parse_json(&body)?,
    };
    let cmd = complete_order::CompleteOrder {
        order: order_id(&id)?,
        by: by(origin, &actor),
        executor: body.unwrap_or_default().executor_id.map(UserId),
        price: services.price(),
    };
    let write = move |tx: &mut Tx<'_>| {
        let (order, taken_by) = complete_order::complete_order(tx, &cmd)?;
        own(tx, &order, &taken_by, cmd.by.user, cmd.price)
    };
    let order = services
        .ctx
        .db
        .write("services.complete_order", write)
        .await?;
    services.recent.moved();
    Ok(Json(order))
}

/// The order as its customer sees it.
fn own(
    tx: &Tx<'_>,
    order: &Order,
    taken_by: &str,
    customer: UserId,
    price: Money<Rub>,
) -> Result<Box<RawValue>> {
    view::personal(order, taken_by, &[], Some(customer), tx.now(), price)?.to_json()
}
