//! Orders: everybody's, in every status.

use super::super::order_id;
use crate::app::admin_orders::{self, OrderCard, OrderRow, Place, Search, Wanted};
use crate::app::list_orders::{self, Filter, Scope};
use crate::app::remove_order::{self, RemoveOrder};
use crate::app::state::Services;
use crate::domain::{Category, Status, fold};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use torg_platform::audit::By;
use torg_platform::auth::Role;
use torg_platform::db::Tx;
use torg_platform::http::table::{self, Part};
use torg_platform::http::{
    Api, IdempotencyKey, Json, Path, Policy, Query, ReasonBody, operations, page,
};
use torg_platform::{Error, Result, idempotency};
use utoipa::{IntoParams, ToSchema};

/// Orders of a page unless said.
const DEFAULT_LIMIT: i64 = 50;
/// Orders of a part of a table.
const TABLE_PART: i64 = 500;
/// Longest text to look for.
const SEARCH_CHARS: usize = 200;
/// The longest name of a city, in characters.
const CITY_CHARS: usize = 100;

/// The routes.
pub(crate) fn api() -> Api<Services> {
    Api::new()
        .routes(Policy::Admin, operations!(list))
        .routes(Policy::Admin, operations!(export))
        .routes(Policy::Admin, operations!(get))
        .routes(Policy::Role(Role::Moderator), operations!(remove))
}

/// Which orders.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StaffOrdersQuery {
    /// Id of an order, id of a customer, or words of the description in any case.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Their status now; any when absent.
    status: Option<String>,
    /// Name of a city, in any case.
    #[param(max_length = 100)]
    city: Option<String>,
    /// Russian name or slug of a category.
    category: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
}

impl StaffOrdersQuery {
    fn wanted(&self, services: &Services) -> Result<Wanted> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let status = given(&self.status).map(|status| {
            let wrong = || Error::field("status", "is not a status of an order");
            Status::parse(&status).ok_or_else(wrong)
        });
        let category = given(&self.category).map(|text| Category::parse(&text));
        let search = self.q.as_deref().unwrap_or_default();
        if search.chars().count() > SEARCH_CHARS {
            return Err(Error::field("q", "must have at most 200 characters"));
        }
        if (self.city.as_ref()).is_some_and(|city| city.chars().count() > CITY_CHARS) {
            return Err(Error::field("city", "must have at most 100 characters"));
        }
        Ok(Wanted {
            filter: Filter {
                scope: Scope::All,
                status: status.transpose()?,
                category: category.transpose().map_err(crate::Error::from)?,
                city_key: given(&self.city).map(|city| fold(city.trim())),
            },
            search: Search::read(search),
            price: services.price(),
        })
    }

    fn after(&self) -> Result<Place> {
        match &self.cursor {
            None => Ok(list_orders::start()),
            Some(cursor) => list_orders::read_cursor(cursor),
        }
    }
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffOrders {
    /// Newest first.
    orders: Vec<OrderRow>,
    /// Where the next page begins; absent in the last one. A page of a search may be short although
    /// another one follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Lists orders
#[utoipa::path(get, path = "/api/admin/services/orders", tag = "services admin",
    operation_id = "list_all_orders", params(StaffOrdersQuery),
    responses((status = 200, body = StaffOrders), (status = 400, description = "Unknown category")))]
pub(crate) async fn list(
    State(services): State<Services>,
    Query(query): Query<StaffOrdersQuery>,
) -> Result<Json<StaffOrders>> {
    let limit = page::limit(query.limit, DEFAULT_LIMIT)?;
    let (orders, next) = part(&services, query.wanted(&services)?, query.after()?, limit).await?;
    let next = next.map(|(at, id)| page::encode_cursor(&(at.micros(), id)));
    Ok(Json(StaffOrders {
        orders,
        next_cursor: next.transpose()?,
    }))
}

/// The same orders as a table
///
/// All of them, or those from a cursor on.
#[utoipa::path(get, path = "/api/admin/services/orders.csv", tag = "services admin",
    operation_id = "export_all_orders", params(StaffOrdersQuery),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = 400, description = "Unknown category")))]
pub(crate) async fn export(
    State(services): State<Services>,
    Query(query): Query<StaffOrdersQuery>,
) -> Result<Response> {
    // A table has no pages, but a question that no list takes is none for a table either.
    page::limit(query.limit, DEFAULT_LIMIT)?;
    let (wanted, start) = (query.wanted(&services)?, query.after()?);
    table::table("orders", &OrderRow::COLUMNS, move |after: Option<Place>| {
        let (services, wanted) = (services.clone(), wanted.clone());
        let after = after.unwrap_or_else(|| start.clone());
        async move {
            let (orders, next) = part(&services, wanted, after, TABLE_PART).await?;
            let rows = orders.iter().map(|order| order.cells().into()).collect();
            Ok(Part { rows, next })
        }
    })
    .await
}

async fn part(
    services: &Services,
    wanted: Wanted,
    after: Place,
    limit: i64,
) -> Result<(Vec<OrderRow>, Option<Place>)> {
    let read = move |tx: &mut Tx<'_>| admin_orders::list(tx, &wanted, &after, limit);
    Ok(services
        .ctx
        .db
        .read("services.list_all_orders", read)
        .await?)
}

/// An order with everything that happened to it
#[utoipa::path(get, path = "/api/admin/services/orders/{id}", tag = "services admin",
    operation_id = "get_any_order", params(("id" = String, Path)),
    responses((status = 200, body = OrderCard), (status = 404, description = "No such order")))]
pub(crate) async fn get(
    State(services): State<Services>,
    Path(id): Path<String>,
) -> Result<Json<OrderCard>> {
    let (id, price) = (order_id(&id)?, services.price());
    let read = move |tx: &mut Tx<'_>| admin_orders::get(tx, &id, price);
    Ok(Json(
        services.ctx.db.read("services.get_any_order", read).await?,
    ))
}

/// Takes an active order out
///
/// Everybody who paid for it gets the money back; customer and executors are told.
#[utoipa::path(post, path = "/api/admin/services/orders/{id}/remove", tag = "services admin",
    operation_id = "remove_order", params(("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255,
        description = "A repetition with the same key gets the first answer again")),
    request_body = ReasonBody,
    responses((status = 200, body = OrderCard), (status = 404, description = "No such order"),
        (status = 410, description = "No longer active")))]
pub(crate) async fn remove(
    State(services): State<Services>,
    by: By,
    key: Option<IdempotencyKey>,
    Path(id): Path<String>,
    Json(body): Json<ReasonBody>,
) -> Result<Response> {
    let reason = body.check()?;
    let route = "services.remove";
    let request = idempotency::Request::keyed(&by.actor, route, key.as_ref(), &(&id, &body))?;
    let cmd = RemoveOrder {
        order: order_id(&id)?,
        by,
        reason,
        price: services.price(),
    };
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 200, |tx| {
            remove_order::remove_order(tx, &cmd)?;
            Ok(admin_orders::get(tx, &cmd.order, cmd.price)?)
        })
    };
    services.prepare().await?;
    let reply = services
        .ctx
        .db
        .write("services.remove_order", write)
        .await?;
    services.recent.moved();
    Ok(reply.into_response())
}
