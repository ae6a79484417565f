//! `/admin/products`: the operator's catalogue.

use super::by_staff;
use super::products::show;
use crate::app::add_keys::{self, AddKeys, KeysAdded};
use crate::app::create_product::{self, CreateProduct};
use crate::app::product_view::ProductView;
use crate::app::state::Shop;
use crate::app::update_product::{self, UpdateProduct};
use crate::domain::{NewProduct, Product, ProductChange, ProductFields, ProductId, Secrets};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;
use torg_platform::auth::{Role, Staff};
use torg_platform::db::Tx;
use torg_platform::http::{Api, IdempotencyKey, IfMatch, Json, Origin, Path, Policy, operations};
use torg_platform::money::{Decimal, DecimalRub};
use torg_platform::{Result, idempotency};
use utoipa::ToSchema;
use uuid::Uuid;

/// Bytes of a body with keys.
const KEYS_BYTES: usize = 1024 * 1024;
const MODERATOR: Policy = Policy::Role(Role::Moderator);

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    Api::new()
        .routes(MODERATOR, operations!(create))
        .routes(MODERATOR, operations!(edit, deactivate))
        .routes_with_body_limit(MODERATOR, KEYS_BYTES, operations!(keys))
}

/// A new product.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CreateProductBody {
    /// What it is called.
    #[schema(required = true, nullable = false, min_length = 1, max_length = 200)]
    name: Option<String>,
    /// What one costs, from 0 to 9999999999.99.
    #[schema(required = true, nullable = false)]
    price: Option<DecimalRub>,
    /// Units to begin with; a digital product has none without keys.
    #[schema(minimum = 0, maximum = 1_000_000_000, default = 0)]
    stock: Option<i64>,
    /// Whether it can be ordered.
    #[schema(default = true)]
    is_active: Option<bool>,
    /// The operator's own number, unique.
    #[schema(max_length = 64)]
    sku: Option<String>,
    /// More about it.
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// Where it stands in the shop.
    #[schema(max_length = 100)]
    category: Option<String>,
    /// http and https addresses of pictures.
    #[schema(max_items = 20)]
    images: Option<Vec<String>>,
    /// Whether its units are keys that are handed out.
    #[schema(default = false)]
    is_digital: Option<bool>,
    /// Below so many the operator is told; below zero for never.
    #[schema(maximum = 1_000_000_000)]
    low_stock: Option<i64>,
    /// The product that this is a variant of.
    parent_id: Option<Uuid>,
}

/// An edit; what is absent or null stays, an empty text or list takes away.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EditProductBody {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// What one costs, from 0 to 9999999999.99.
    price: Option<DecimalRub>,
    /// What can be ordered from now on; units promised to orders come on top. Not for digital
    /// products.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    stock: Option<i64>,
    /// Whether it can be ordered.
    is_active: Option<bool>,
    /// The operator's own number, unique.
    #[schema(max_length = 64)]
    sku: Option<String>,
    /// More about it.
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// Where it stands in the shop.
    #[schema(max_length = 100)]
    category: Option<String>,
    /// http and https addresses of pictures.
    #[schema(max_items = 20)]
    images: Option<Vec<String>>,
    /// Below so many the operator is told; below zero for never.
    #[schema(maximum = 1_000_000_000)]
    low_stock: Option<i64>,
}

/// Keys of a digital product. Not to be shown, so it has no form for that.
#[derive(Deserialize, ToSchema)]
pub(crate) struct KeysBody {
    /// The keys, each of which one customer gets.
    #[schema(min_items = 1, max_items = 1_000)]
    keys: Vec<String>,
}

/// Adds a product.
#[utoipa::path(post, path = "/admin/products", tag = "products", operation_id = "create_product",
    request_body = CreateProductBody,
    responses((status = 201, body = ProductView<'static>,
            headers(("ETag" = String, description = "The version, for If-Match"))),
        (status = 400, description = "Unknown parent"),
        (status = 409, description = "Another product has this SKU")))]
pub(crate) async fn create(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    Json(body): Json<CreateProductBody>,
) -> Result<Response> {
    let mut new = NewProduct::check(ProductFields {
        name: body.name,
        price: body.price.map(|Decimal(price)| price),
        stock: body.stock,
        is_active: body.is_active,
        sku: body.sku,
        description: body.description,
        category: body.category,
        images: body.images,
        is_digital: body.is_digital,
        low_stock: body.low_stock,
        parent: body.parent_id.map(ProductId::from),
    })
    .map_err(crate::Error::from)?;
    new.low_stock = new.low_stock.or_else(|| shop.low_stock());
    let cmd = CreateProduct {
        id: ProductId::new(&shop.ctx.rng, shop.ctx.clock.now()),
        by: by_staff(origin, &staff),
        new,
    };
    let write = move |tx: &mut Tx<'_>| create_product::create_product(tx, &cmd);
    let product = shop.ctx.db.write("shop.create_product", write).await?;
    shop.recent.moved();
    Ok(show(StatusCode::CREATED, &product))
}

/// Edits a product.
#[utoipa::path(patch, path = "/admin/products/{id}", tag = "products",
    operation_id = "edit_product", request_body = EditProductBody,
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header,
        description = "The version that was seen")),
    responses((status = 200, body = ProductView<'static>,
            headers(("ETag" = String, description = "The version, for If-Match"))),
        (status = 404, description = "No such product"),
        (status = 409, description = "Another product has this SKU, or units of a digital product"),
        (status = 412, description = "Edited since")))]
pub(crate) async fn edit(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    IfMatch(if_match): IfMatch,
    Path(id): Path<Uuid>,
    Json(body): Json<EditProductBody>,
) -> Result<Response> {
    let change = ProductChange::check(ProductFields {
        name: body.name,
        price: body.price.map(|Decimal(price)| price),
        stock: body.stock,
        is_active: body.is_active,
        sku: body.sku,
        description: body.description,
        category: body.category,
        images: body.images,
        low_stock: body.low_stock,
        ..ProductFields::default()
    });
    let product = update(
        &shop,
        UpdateProduct {
            product: id.into(),
            by: by_staff(origin, &staff),
            if_match,
            change: change.map_err(crate::Error::from)?,
        },
    );
    Ok(show(StatusCode::OK, &product.await?))
}

/// Takes a product out of the shop. It stays where orders name it, and can be put back.
#[utoipa::path(delete, path = "/admin/products/{id}", tag = "products",
    operation_id = "deactivate_product",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header,
        description = "The version that was seen")),
    responses((status = 204, description = "It is inactive now"),
        (status = 404, description = "No such product"),
        (status = 412, description = "Edited since")))]
pub(crate) async fn deactivate(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    IfMatch(if_match): IfMatch,
    Path(id): Path<Uuid>,
) -> Result<StatusCode> {
    let off = UpdateProduct {
        product: id.into(),
        by: by_staff(origin, &staff),
        if_match,
        change: ProductChange {
            is_active: Some(false),
            ..ProductChange::default()
        },
    };
    update(&shop, off).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn update(shop: &Shop, cmd: UpdateProduct) -> Result<Product> {
    let write = move |tx: &mut Tx<'_>| update_product::update_product(tx, &cmd);
    let product = shop.ctx.db.write("shop.update_product", write).await?;
    shop.recent.moved();
    Ok(product)
}

/// Adds units of a digital product. Keys that the product has or had are passed over.
#[utoipa::path(post, path = "/admin/products/{id}/keys", tag = "products",
    operation_id = "add_keys", request_body = KeysBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header, min_length = 1,
        max_length = 255, description = "A repetition with the same key gets the first answer again")),
    responses((status = 200, body = KeysAdded),
        (status = 404, description = "No such product"),
        (status = 409, description = "Not a digital product; or the key was used for something else")))]
pub(crate) async fn keys(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    key: Option<IdempotencyKey>,
    Path(id): Path<Uuid>,
    Json(body): Json<KeysBody>,
) -> Result<Response> {
    let cmd = AddKeys {
        product: id.into(),
        by: by_staff(origin, &staff),
        keys: Secrets::check(&body.keys).map_err(crate::Error::from)?,
    };
    let (route, intent) = ("shop.add_keys", (id, body.keys));
    let request = idempotency::Request::keyed(&cmd.by.actor, route, key.as_ref(), &intent)?;
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 200, |tx| {
            Ok(add_keys::add_keys(tx, &cmd)?)
        })
    };
    let reply = shop.ctx.db.write(route, write).await?;
    shop.recent.moved();
    Ok(reply.into_response())
}
