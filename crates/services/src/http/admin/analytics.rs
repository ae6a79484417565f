//! Charts.

use crate::app::analytics::{self, ServicesAnalytics};
use crate::app::state::Services;
use axum::extract::State;
use torg_platform::Result;
use torg_platform::admin::ChartQuery;
use torg_platform::db::Tx;
use torg_platform::http::{Api, Json, Policy, Query, operations};

/// The routes.
pub(crate) fn api() -> Api<Services> {
    Api::new().routes(Policy::Admin, operations!(services_analytics))
}

/// What came of orders, by hours or days
///
/// Each bucket tells of the orders that were posted in it, as far as it is known by now. At most
/// 400 buckets.
#[utoipa::path(get, path = "/api/admin/services/analytics", tag = "services admin",
    operation_id = "services_analytics", params(ChartQuery),
    responses((status = 200, body = ServicesAnalytics)))]
pub(crate) async fn services_analytics(
    State(services): State<Services>,
    Query(query): Query<ChartQuery>,
) -> Result<Json<ServicesAnalytics>> {
    let chart = query.chart(services.ctx.clock.now())?;
    let read = move |tx: &mut Tx<'_>| analytics::analytics(tx, &chart);
    Ok(Json(
        services.ctx.db.read("services.analytics", read).await?,
    ))
}
