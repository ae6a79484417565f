//! `/admin/coupons`: what the operator does with coupons.

use super::by_staff;
use super::orders::{PageQuery, paged};
use crate::app::list_coupons::{get_coupon, list_coupons};
use crate::app::save_coupon::{create_coupon, set_coupon_active};
use crate::app::state::Shop;
use crate::domain::{Coupon, CouponCode, CouponFields, Discount, NewCoupon, Refusal};
use crate::error::Error as ShopError;
use axum::extract::State;
use axum::response::Response;
use http::{StatusCode, Uri};
use serde::{Deserialize, Serialize};
use torg_platform::auth::{Role, Staff};
use torg_platform::db::Tx;
use torg_platform::http::{Api, Json, Origin, Path, Policy, Query, operations, page};
use torg_platform::money::{Decimal, DecimalRub};
use torg_platform::{Error, Result, Timestamp};
use utoipa::ToSchema;

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    let moderator = Policy::Role(Role::Moderator);
    Api::new()
        .routes(moderator, operations!(create))
        .routes(Policy::Admin, operations!(list))
        .routes(Policy::Admin, operations!(get))
        .routes(moderator, operations!(change))
}

/// A coupon.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CouponView {
    /// What people type.
    #[schema(example = "SPRING-10")]
    code: String,
    /// The share that it takes off, in hundredths of a percent; or `amount`.
    percent_bps: Option<u16>,
    /// The sum that it takes off; or `percent_bps`.
    amount: Option<DecimalRub>,
    /// Only for orders of at least this sum.
    min_total: DecimalRub,
    /// How often it may be used; none for as often as people like.
    uses_max: Option<i64>,
    /// How often it was; given back when the order came to nothing.
    used: i64,
    /// Not before.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    /// No longer from then on.
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
    /// Whether people may use it.
    is_active: bool,
}

impl From<Coupon> for CouponView {
    fn from(coupon: Coupon) -> Self {
        let (percent_bps, amount) = match coupon.discount {
            Discount::Percent(bps) => (Some(bps), None),
            Discount::Amount(amount) => (None, Some(Decimal(amount))),
        };
        Self {
            code: coupon.code.to_string(),
            percent_bps,
            amount,
            min_total: Decimal(coupon.min_total),
            uses_max: coupon.uses_max,
            used: coupon.used,
            starts_at: coupon.starts_at,
            ends_at: coupon.ends_at,
            is_active: coupon.is_active,
        }
    }
}

/// A new coupon: either a share or a sum.
#[derive(Debug, Deserialize, ToSchema)]
// A limit with a typing error in its name would be a coupon without that limit.
#[serde(deny_unknown_fields)]
pub(crate) struct CouponBody {
    /// 3 to 32 letters, digits, `-` and `_`; letter case does not matter.
    #[schema(example = "SPRING-10", min_length = 3, max_length = 32)]
    code: String,
    /// A share, in hundredths of a percent.
    #[schema(minimum = 1, maximum = 10000)]
    percent_bps: Option<i64>,
    /// A sum.
    amount: Option<DecimalRub>,
    /// Only for orders of at least this sum.
    min_total: Option<DecimalRub>,
    /// How often it may be used.
    #[schema(minimum = 1)]
    uses_max: Option<i64>,
    /// Not before.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    /// No longer from then on.
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
}

/// Makes a coupon
#[utoipa::path(post, path = "/admin/coupons", tag = "shop admin",
    operation_id = "create_shop_coupon", request_body = CouponBody,
    responses((status = 201, body = CouponView),
        (status = 409, description = "There is a coupon with this code")))]
pub(crate) async fn create(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    Json(body): Json<CouponBody>,
) -> Result<(StatusCode, Json<CouponView>)> {
    let new = NewCoupon::check(&CouponFields {
        code: &body.code,
        percent_bps: body.percent_bps,
        amount: body.amount.map(|amount| amount.0),
        min_total: body.min_total.map(|total| total.0),
        uses_max: body.uses_max,
        starts_at: body.starts_at,
        ends_at: body.ends_at,
    })
    .map_err(Error::malformed)?;
    let by = by_staff(origin, &staff);
    let write = move |tx: &mut Tx<'_>| create_coupon(tx, &new, &by);
    let coupon = shop.ctx.db.write("shop.create_coupon", write).await?;
    Ok((StatusCode::CREATED, Json(coupon.into())))
}

/// Lists coupons
///
/// In the order of their codes; the next page is in the header `Link`.
#[utoipa::path(get, path = "/admin/coupons", tag = "shop admin",
    operation_id = "list_shop_coupons", params(PageQuery),
    responses((status = 200, body = Vec<CouponView>)))]
pub(crate) async fn list(
    State(shop): State<Shop>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let after: String = match &query.cursor {
        None => String::new(),
        Some(cursor) => page::decode_cursor(cursor)?,
    };
    let limit = page::limit(query.limit, 20)?;
    let read = move |tx: &mut Tx<'_>| list_coupons(tx, &after, limit);
    let (coupons, next) = shop.ctx.db.read("shop.list_coupons", read).await?;
    let shown: Vec<CouponView> = coupons.into_iter().map(CouponView::from).collect();
    paged(&uri, shown, next)
}

/// Looks at a coupon
#[utoipa::path(get, path = "/admin/coupons/{code}", tag = "shop admin",
    operation_id = "get_shop_coupon", params(("code" = String, Path)),
    responses((status = 200, body = CouponView), (status = 404, description = "No such coupon")))]
pub(crate) async fn get(
    State(shop): State<Shop>,
    Path(code): Path<String>,
) -> Result<Json<CouponView>> {
    let code = known(&code)?;
    let read = move |tx: &mut Tx<'_>| get_coupon(tx, &code);
    let coupon = shop.ctx.db.read("shop.get_coupon", read).await?;
    Ok(Json(coupon.into()))
}

/// A change of a coupon.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CouponChangeBody {
    /// Whether people may use it.
    is_active: bool,
}

/// Switches a coupon off, or on again
///
/// What was ordered with it stays as it is.
#[utoipa::path(patch, path = "/admin/coupons/{code}", tag = "shop admin",
    operation_id = "change_shop_coupon", params(("code" = String, Path)),
    request_body = CouponChangeBody,
    responses((status = 200, body = CouponView), (status = 404, description = "No such coupon")))]
pub(crate) async fn change(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    Path(code): Path<String>,
    Json(body): Json<CouponChangeBody>,
) -> Result<Json<CouponView>> {
    let (code, by) = (known(&code)?, by_staff(origin, &staff));
    let write = move |tx: &mut Tx<'_>| set_coupon_active(tx, &code, body.is_active, &by);
    let coupon = shop.ctx.db.write("shop.change_coupon", write).await?;
    Ok(Json(coupon.into()))
}

/// What is no code is no coupon's.
fn known(code: &str) -> Result<CouponCode> {
    let unknown = || ShopError::from(Refusal::CouponNotFound);
    Ok(CouponCode::parse(code).ok_or_else(unknown)?)
}
