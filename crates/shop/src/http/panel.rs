//! `/api/admin/shop/…`: charts and tables for the operator's panel. What the operator does with
//! orders and products is under `/admin`.

use crate::app::analytics::{self, ShopAnalytics};
use crate::app::export_orders;
use crate::app::list_orders::{self, Place};
use crate::app::state::Shop;
use crate::domain::Status;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use torg_platform::Result;
use torg_platform::admin::ChartQuery;
use torg_platform::db::Tx;
use torg_platform::http::{Api, Json, Policy, Query, operations, table};
use utoipa::IntoParams;

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    Api::new()
        .routes(Policy::Admin, operations!(shop_analytics))
        .routes(Policy::Admin, operations!(export))
}

/// What came of orders, by hours or days
///
/// Each bucket tells of the orders that were made in it, as far as it is known by now. At most 400
/// buckets.
#[utoipa::path(get, path = "/api/admin/shop/analytics", tag = "shop admin",
    operation_id = "shop_analytics", params(ChartQuery),
    responses((status = 200, body = ShopAnalytics)))]
pub(crate) async fn shop_analytics(
    State(shop): State<Shop>,
    Query(query): Query<ChartQuery>,
) -> Result<Json<ShopAnalytics>> {
    let chart = query.chart(shop.ctx.clock.now())?;
    let read = move |tx: &mut Tx<'_>| analytics::analytics(tx, &chart);
    Ok(Json(shop.ctx.db.read("shop.analytics", read).await?))
}

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// As it is written down; any when absent.
    status: Option<Status>,
}

/// All orders as a table
///
/// Newest first. Who ordered is a number: no e-mail, no address.
#[utoipa::path(get, path = "/api/admin/shop/orders.csv", tag = "shop admin",
    operation_id = "export_shop_orders", params(ExportQuery),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub(crate) async fn export(
    State(shop): State<Shop>,
    Query(query): Query<ExportQuery>,
) -> Result<Response> {
    let status = query.status;
    table::table(
        "shop-orders",
        &export_orders::COLUMNS,
        move |after: Option<Place>| {
            let (db, after) = (
                shop.ctx.db.clone(),
                after.unwrap_or_else(list_orders::start),
            );
            async move {
                let read = move |tx: &mut Tx<'_>| export_orders::export_orders(tx, status, &after);
                Ok(db.read("shop.export_orders", read).await?)
            }
        },
    )
    .await
}
