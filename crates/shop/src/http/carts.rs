//! `/cart`: what a signed-in person wants to order, kept on this side.

use super::Caller;
use super::place::{CHECKOUT, place};
use crate::app::confirm_cart::confirm_cart;
use crate::app::fill_cart::{clear_cart, put_into_cart, take_from_cart};
use crate::app::get_cart::get_cart;
use crate::app::state::Shop;
use crate::domain::{Cart, CartLine, NewOrder, NewOrderFields, PayWith, ProductId, QUANTITY_MAX};
use crate::events::view::OrderView;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use torg_platform::auth::{Actor, MaybeActor, MaybeStaff};
use torg_platform::db::Tx;
use torg_platform::http::{Api, IdempotencyKey, Json, Origin, Path, Policy, operations};
use torg_platform::money::{Currency as _, Decimal, DecimalRub, Rub};
use torg_platform::{Error, Result};
use utoipa::ToSchema;
use uuid::Uuid;

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    Api::new()
        .routes(Policy::User, operations!(get, clear))
        .routes(Policy::User, operations!(put, remove))
        .routes(Policy::User, operations!(confirm))
        .routes(Policy::User, operations!(check_out))
}

/// A cart.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CartView {
    /// In the order in which they were put in.
    items: Vec<CartItemView>,
    /// What all of it costs now.
    items_total: DecimalRub,
    /// Code of the currency.
    currency: &'static str,
    /// Whether any of it costs something else than the customer has agreed to.
    price_changed: bool,
    /// Whether an order of it would be accepted as things are now.
    can_order: bool,
}

/// A product in a cart.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CartItemView {
    /// Which.
    product_id: ProductId,
    /// What it is called.
    name: String,
    /// How many are wanted.
    quantity: i64,
    /// What one costs now.
    price: DecimalRub,
    /// What one cost when it was put in, or when prices were confirmed last.
    price_seen: DecimalRub,
    /// Whether these two differ.
    price_changed: bool,
    /// How many can be ordered now.
    available: i64,
    /// Whether it can be ordered at all.
    is_active: bool,
    /// What all of them cost now.
    line_total: DecimalRub,
}

impl From<CartLine> for CartItemView {
    fn from(line: CartLine) -> Self {
        Self {
            quantity: line.quantity,
            price: Decimal(line.price),
            price_seen: Decimal(line.price_seen),
            price_changed: line.price_changed(),
            available: line.available,
            is_active: line.is_active,
            line_total: Decimal(line.total()),
            product_id: line.product,
            name: line.name,
        }
    }
}

impl From<Cart> for CartView {
    fn from(cart: Cart) -> Self {
        Self {
            items_total: Decimal(cart.total()),
            currency: Rub::CODE,
            price_changed: cart.price_changed(),
            can_order: cart.can_order(),
            items: cart.lines.into_iter().map(CartItemView::from).collect(),
        }
    }
}

/// Looks into one's cart
///
/// Looking agrees to no price.
#[utoipa::path(get, path = "/cart", tag = "shop", operation_id = "get_shop_cart",
    responses((status = 200, body = CartView)))]
pub(crate) async fn get(State(shop): State<Shop>, actor: Actor) -> Result<Json<CartView>> {
    let read = move |tx: &mut Tx<'_>| get_cart(tx, actor.user);
    let cart = shop.ctx.db.read("shop.get_cart", read).await?;
    Ok(Json(cart.into()))
}

/// How many.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuantityBody {
    /// In place of what there was of it.
    #[schema(minimum = 1, maximum = 1000)]
    quantity: i64,
}

/// Puts a product into one's cart, or changes how many of it there are
///
/// At the price that it has now.
#[utoipa::path(put, path = "/cart/items/{product_id}", tag = "shop",
    operation_id = "put_into_shop_cart", params(("product_id" = Uuid, Path)),
    request_body = QuantityBody,
    responses((status = 200, body = CartView),
        (status = 400, description = "There is no such product, or it is not for sale"),
        (status = 422, description = "Wrong quantity, or fifty products in the cart already")))]
pub(crate) async fn put(
    State(shop): State<Shop>,
    actor: Actor,
    Path(product): Path<Uuid>,
    Json(body): Json<QuantityBody>,
) -> Result<Json<CartView>> {
    let quantity = body.quantity;
    if !(1..=QUANTITY_MAX).contains(&quantity) {
        let message = format!("must be from 1 to {QUANTITY_MAX}");
        return Err(Error::field("quantity", message));
    }
    let product = ProductId::from(product);
    let write = move |tx: &mut Tx<'_>| put_into_cart(tx, actor.user, &product, quantity);
    let cart = shop.ctx.db.write("shop.put_into_cart", write).await?;
    Ok(Json(cart.into()))
}

/// Takes a product out of one's cart
///
/// Harmless when it is not there.
#[utoipa::path(delete, path = "/cart/items/{product_id}", tag = "shop",
    operation_id = "take_from_shop_cart", params(("product_id" = Uuid, Path)),
    responses((status = 200, body = CartView)))]
pub(crate) async fn remove(
    State(shop): State<Shop>,
    actor: Actor,
    Path(product): Path<Uuid>,
) -> Result<Json<CartView>> {
    let product = ProductId::from(product);
    let write = move |tx: &mut Tx<'_>| take_from_cart(tx, actor.user, &product);
    let cart = shop.ctx.db.write("shop.take_from_cart", write).await?;
    Ok(Json(cart.into()))
}

/// Takes everything out of one's cart
#[utoipa::path(delete, path = "/cart", tag = "shop", operation_id = "clear_shop_cart",
    responses((status = 200, body = CartView)))]
pub(crate) async fn clear(State(shop): State<Shop>, actor: Actor) -> Result<Json<CartView>> {
    let write = move |tx: &mut Tx<'_>| clear_cart(tx, actor.user);
    let cart = shop.ctx.db.write("shop.clear_cart", write).await?;
    Ok(Json(cart.into()))
}

/// Agrees to what the products in one's cart cost now
///
/// The answer shows the prices that were agreed to.
#[utoipa::path(post, path = "/cart/confirm", tag = "shop", operation_id = "confirm_shop_cart",
    responses((status = 200, body = CartView)))]
pub(crate) async fn confirm(State(shop): State<Shop>, actor: Actor) -> Result<Json<CartView>> {
    let write = move |tx: &mut Tx<'_>| confirm_cart(tx, actor.user);
    let cart = shop.ctx.db.write("shop.confirm_cart", write).await?;
    Ok(Json(cart.into()))
}

/// An order of what is in the cart.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CheckoutBody {
    /// Where the goods go.
    #[schema(max_length = 500)]
    address: Option<String>,
    /// A coupon's code.
    #[schema(max_length = 64)]
    coupon: Option<String>,
    /// How it is to be paid.
    pay_with: Option<PayWith>,
    /// Where else the customer is reached.
    #[schema(example = "anna@example.com", max_length = 254)]
    user_email: Option<String>,
}

/// Orders what is in one's cart
///
/// The cart is empty then. An order at other prices than the customer has agreed to is refused:
/// he looks at the cart, confirms, and tries again with another key.
#[utoipa::path(post, path = "/cart/checkout", tag = "shop", operation_id = "check_out_shop_cart",
    request_body = CheckoutBody,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 255,
        description = "A repetition with the same key gets the first answer again")),
    responses((status = 201, body = OrderView),
        (status = 400, description = "Something is not for sale, the coupon does not count, or \
            the order cannot be paid that way"),
        (status = 402, description = "The balance is below the total"),
        (status = 409, description = "The cart is empty; prices have changed, every product with \
            another price is named; insufficient stock, every short line is named; the coupon is \
            used up; or the key was used for another request"),
        (status = 429, description = "Too many orders")))]
pub(crate) async fn check_out(
    State(shop): State<Shop>,
    actor: Actor,
    origin: Origin,
    key: IdempotencyKey,
    Json(body): Json<CheckoutBody>,
) -> Result<Response> {
    let new = NewOrder::check_checkout(&NewOrderFields {
        customer: Some(actor.user),
        email: body.user_email.as_deref(),
        lines: &[],
        address: body.address.as_deref(),
        coupon: body.coupon.as_deref(),
        pay_with: body.pay_with,
    })
    .map_err(Error::malformed)?;
    // Whoever is staff besides orders as himself.
    let caller = Caller::new(MaybeActor(Some(actor)), MaybeStaff(None));
    place(&shop, &caller, origin, &key, new, CHECKOUT).await
}
