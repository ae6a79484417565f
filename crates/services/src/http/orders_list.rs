//! `GET /api/orders`.

use crate::app::list_orders::{self, Filter, ListOrders, OrderList, Scope, Slice};
use crate::app::state::Services;
use crate::domain::{Category, MAX_RADIUS_KM, Point, Radius, Status, fold};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Deserializer};
use torg_platform::auth::{Actor, MaybeActor};
use torg_platform::db::Tx;
use torg_platform::http::{Origin, Query, page};
use torg_platform::{Error, Kind, Result};
use utoipa::IntoParams;

const DEFAULT_LIMIT: i64 = 50;
const DEFAULT_RADIUS_KM: f64 = 10.0;

/// Which orders.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Russian name or slug of a category.
    category: Option<String>,
    /// Name of a city, in any case.
    #[param(max_length = 100)]
    city: Option<String>,
    /// active, expired, closed_no_response, completed, deleted (only with `mine`), or all.
    #[param(
        default = "active",
        pattern = "^(|active|expired|closed_no_response|completed|deleted|all)$"
    )]
    status: Option<String>,
    /// Orders of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// Orders to pass over.
    #[param(minimum = 0, default = 0)]
    offset: Option<i64>,
    /// `next_cursor` of the page before: cheaper than an offset, and nothing is seen twice.
    cursor: Option<String>,
    /// Only those I posted.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    mine: bool,
    /// Only those I took.
    #[serde(default, deserialize_with = "flag")]
    #[param(value_type = Option<bool>)]
    taken_by_me: bool,
    /// Only those around this place: latitude and longitude in degrees, with a comma.
    #[param(example = "55.75,37.62")]
    near: Option<String>,
    /// How far around, 10 by default.
    #[param(exclusive_minimum = 0, maximum = 1000)]
    radius_km: Option<f64>,
}

/// Orders, newest first. Contacts are always null here.
#[utoipa::path(get, path = "/api/orders", tag = "orders", operation_id = "list_orders",
    params(ListQuery),
    responses((status = 200, body = OrderList<'static>),
        (status = 400, description = "Unknown category"),
        (status = 401, description = "mine and taken_by_me need to know who asks")))]
pub(crate) async fn list(
    State(services): State<Services>,
    MaybeActor(actor): MaybeActor,
    origin: Origin,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let who = origin.caller(actor.as_ref().map(|a| a.user));
    services
        .ctx
        .limits
        .check(&services.limits().list, &who)
        .await?;
    let price = services.price();
    let query = ListOrders {
        filter: filter(&query, actor.as_ref())?,
        near: near(&query)?,
        slice: slice(&query)?,
        price,
    };
    let json = services.recent.list(&query, |known| {
        let query = query.clone();
        let read = move |tx: &mut Tx<'_>| list_orders::list_orders(tx, &query, known);
        services.ctx.db.read("services.list_orders", read)
    });
    let json = json.await?;
    let kind = HeaderValue::from_static("application/json");
    Ok(([(CONTENT_TYPE, kind)], json).into_response())
}

/// A parameter that is there and not empty: forms send what was not filled in as nothing.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn filter(query: &ListQuery, actor: Option<&Actor>) -> Result<Filter> {
    let scope = match (query.mine, query.taken_by_me, actor) {
        (false, false, _) => Scope::All,
        (_, _, None) => return Err(sign_in()),
        (true, true, Some(_)) => {
            return Err(Error::field("taken_by_me", "cannot be combined with mine"));
        }
        (true, false, Some(actor)) => Scope::PostedBy(actor.user),
        (false, true, Some(actor)) => Scope::TakenBy(actor.user),
    };
    if scope != Scope::All && query.near.is_some() {
        let text = "cannot be combined with mine and taken_by_me";
        return Err(Error::field("near", text));
    }
    let status = match given(query.status.as_ref()) {
        None => Some(Status::Active),
        Some("all") => None,
        Some(text) => Some(
            Status::parse(text).ok_or_else(|| Error::field("status", "is not a known status"))?,
        ),
    };
    let city = given(query.city.as_ref());
    if city.is_some_and(|city| city.chars().count() > 100) {
        return Err(Error::field("city", "must have at most 100 characters"));
    }
    let category = given(query.category.as_ref()).map(Category::parse);
    Ok(Filter {
        scope,
        status,
        category: category.transpose().map_err(crate::Error::from)?,
        city_key: city.map(fold),
    })
}

fn near(query: &ListQuery) -> Result<Option<(Point, Radius)>> {
    let Some(text) = given(query.near.as_ref()) else {
        return match query.radius_km {
            None => Ok(None),
            Some(_) => Err(Error::field("radius_km", "needs near")),
        };
    };
    let point = Point::parse(text)
        .ok_or_else(|| Error::field("near", "must be a latitude and a longitude with a comma"))?;
    let radius =
        Radius::from_km(query.radius_km.unwrap_or(DEFAULT_RADIUS_KM)).ok_or_else(|| {
            Error::field(
                "radius_km",
                format!("must be above 0 and at most {MAX_RADIUS_KM}"),
            )
        })?;
    Ok(Some((point, radius)))
}

fn slice(query: &ListQuery) -> Result<Slice> {
    let before = match given(query.cursor.as_ref()) {
        None => list_orders::start(),
        Some(cursor) => list_orders::read_cursor(cursor)?,
    };
    Ok(Slice {
        before,
        limit: page::limit(query.limit, DEFAULT_LIMIT)?,
        offset: page::offset(query.offset)?,
    })
}

fn sign_in() -> Error {
    let text = "Sign in to see your own orders";
    Error::new(Kind::Unauthenticated, "missing_credentials", text)
}

/// The ways in which clients write a truth value.
fn flag<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" | "" => Ok(false),
        _other => Err(serde::de::Error::custom("must be true or false")),
    }
}
