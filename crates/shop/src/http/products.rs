//! `/products`: what there is to buy.

use crate::app::get_product;
use crate::app::list_products::{Filter, ListProducts, Slice, Sort, list_products};
use crate::app::product_view::ProductView;
use crate::app::state::Shop;
use crate::domain::{Product, wanted};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, ETAG, LINK};
use http::{HeaderValue, StatusCode, Uri};
use serde::{Deserialize, Deserializer};
use torg_platform::auth::MaybeActor;
use torg_platform::db::Tx;
use torg_platform::http::{Api, Json, Origin, Path, Policy, Query, etag, operations, page};
use torg_platform::{Error, Result};
use utoipa::IntoParams;
use uuid::Uuid;

const DEFAULT_LIMIT: i64 = 20;
/// Longest search, in characters.
const QUERY_CHARS: usize = 200;
/// Longest category, as that of a product.
const CATEGORY_CHARS: usize = 100;

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    Api::new()
        .routes(Policy::Public, operations!(list))
        .routes(Policy::Public, operations!(get))
}

/// Which products.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Words in any form, all of which a product must have in its name, description, category or
    /// SKU; the last one may be unfinished.
    #[param(max_length = 200, example = "красные круж")]
    q: Option<String>,
    /// Where they stand in the shop.
    #[param(max_length = 100)]
    category: Option<String>,
    /// Only those that can be ordered, or only the others; all by default.
    #[serde(default, deserialize_with = "flag")]
    is_active: Option<bool>,
    /// created_at, price or name.
    #[param(default = "created_at", pattern = "^(|created_at|price|name)$")]
    sort_by: Option<String>,
    /// Whether the highest comes first.
    #[serde(default, deserialize_with = "flag")]
    #[param(default = true)]
    sort_desc: Option<bool>,
    /// From the `Link` of the page before; it is good for the same order only.
    cursor: Option<String>,
    /// Products of a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<i64>,
}

/// Products.
#[utoipa::path(get, path = "/products", tag = "products", operation_id = "list_products",
    params(ListQuery),
    responses((status = 200, body = Vec<ProductView<'static>>,
        headers(("Link" = Option<String>, description = "The next page, with rel=\"next\"; absent in the last one")))))]
pub(crate) async fn list(
    State(shop): State<Shop>,
    MaybeActor(actor): MaybeActor,
    origin: Origin,
    uri: Uri,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let who = origin.caller(actor.map(|actor| actor.user));
    shop.ctx.limits.check(&shop.limits().list, &who).await?;
    let query = ListProducts {
        filter: filter(&query)?,
        slice: slice(&query)?,
    };
    let listing = shop.recent.list(&query, || {
        let query = query.clone();
        let read = move |tx: &mut Tx<'_>| list_products(tx, &query);
        shop.ctx.db.read("shop.list_products", read)
    });
    let listing = listing.await?;
    let mut response = listing.json.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let next = listing
        .next_cursor
        .and_then(|next| page::link_next(&uri, &next));
    if let Some(next) = next {
        headers.insert(LINK, next);
    }
    Ok(response)
}

/// One product, active or not.
#[utoipa::path(get, path = "/products/{id}", tag = "products", operation_id = "get_product",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ProductView<'static>,
            headers(("ETag" = String, description = "The version, for If-Match"))),
        (status = 404, description = "No such product")))]
pub(crate) async fn get(State(shop): State<Shop>, Path(id): Path<Uuid>) -> Result<Response> {
    let read = move |tx: &mut Tx<'_>| get_product::get_product(tx, &id.into());
    let product = shop.ctx.db.read("shop.get_product", read).await?;
    Ok(show(StatusCode::OK, &product))
}

/// A product as an answer.
pub(crate) fn show(status: StatusCode, product: &Product) -> Response {
    let tag = [(ETAG, etag(product.version))];
    (status, tag, Json(ProductView::from(product))).into_response()
}

/// A parameter that is there and not empty: forms send what was not filled in as nothing.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn filter(query: &ListQuery) -> Result<Filter> {
    let (words, category) = (given(query.q.as_ref()), given(query.category.as_ref()));
    for (name, text, max) in [
        ("q", words, QUERY_CHARS),
        ("category", category, CATEGORY_CHARS),
    ] {
        if text.is_some_and(|text| text.chars().count() > max) {
            let wrong = format!("must have at most {max} characters");
            return Err(Error::field(name, wrong));
        }
    }
    Ok(Filter {
        terms: words.map(wanted),
        category: category.map(str::to_owned),
        is_active: query.is_active,
    })
}

fn slice(query: &ListQuery) -> Result<Slice> {
    let unknown = || Error::field("sort_by", "must be created_at, price or name");
    let sort = match given(query.sort_by.as_ref()) {
        None => Sort::Created,
        Some(name) => Sort::parse(name).ok_or_else(unknown)?,
    };
    let descending = query.sort_desc.unwrap_or(true);
    Ok(Slice {
        after: match given(query.cursor.as_ref()) {
            None => sort.start(descending),
            Some(cursor) => sort.read_cursor(cursor)?,
        },
        descending,
        limit: page::limit(query.limit, DEFAULT_LIMIT)?,
    })
}

/// The ways in which clients write a truth value; nothing for nothing.
fn flag<'de, D: Deserializer<'de>>(d: D) -> Result<Option<bool>, D::Error> {
    let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
    match text.to_ascii_lowercase().as_str() {
        "" => Ok(None),
        "true" | "1" | "yes" | "on" | "t" | "y" => Ok(Some(true)),
        "false" | "0" | "no" | "off" | "f" | "n" => Ok(Some(false)),
        _other => Err(serde::de::Error::custom("must be true or false")),
    }
}
