//! The operator asks for a comparison now.

use super::reconcile::{Reconcile, Report};
use axum::extract::State;
use torg_platform::auth::Role;
use torg_platform::http::{Api, Json, Policy, operations};
use torg_platform::{Error, Kind, Result};

/// The routes; without a bot there is nothing to compare with.
pub fn api(reconcile: Option<Reconcile>) -> Api {
    Api::new()
        .routes(Policy::Role(Role::Finance), operations!(reconcile_stars))
        .with_state(reconcile)
}

/// Compare Telegram's list of Stars with the books
///
/// Happens every hour by itself. What is found is in the list of flagged notices.
#[utoipa::path(post, path = "/api/admin/telegram/stars/reconcile", tag = "telegram",
    operation_id = "reconcile_stars",
    responses((status = 200, description = "What was not known before", body = Report),
        (status = 409, description = "There is no bot"),
        (status = 503, description = "Telegram does not answer")))]
async fn reconcile_stars(State(reconcile): State<Option<Reconcile>>) -> Result<Json<Report>> {
    let off = || Error::new(Kind::Conflict, "telegram_off", "There is no bot");
    Ok(Json(reconcile.ok_or_else(off)?.compare().await?))
}
