//! `/api/admin/markets`: the pause of a market.

use crate::audit::By;
use crate::auth::Role;
use crate::ctx::Ctx;
use crate::error::{Error, Kind, Result};
use crate::http::{Api, Json, Path, Policy, ReasonBody, operations};
use crate::module::Module;
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

#[derive(Debug, Clone)]
struct Desk {
    ctx: Ctx,
    markets: Arc<Vec<&'static str>>,
}

/// The routes.
pub(super) fn api(ctx: &Ctx, modules: &[Module]) -> Api {
    let desk = Desk {
        ctx: ctx.clone(),
        markets: Arc::new(modules.iter().map(|module| module.name).collect()),
    };
    Api::new()
        .routes(
            Policy::Role(Role::Moderator),
            operations!(pause_market, resume_market),
        )
        .with_state(desk)
}

impl Desk {
    fn market(&self, name: &str) -> Result<&'static str> {
        let found = self.markets.iter().find(|market| **market == name);
        found
            .copied()
            .ok_or_else(|| Error::new(Kind::Missing, "market_not_found", "No such market"))
    }
}

/// Pause a market
///
/// Nothing new is begun in it: such requests are answered 503 `market_paused`. What has begun can
/// be finished. People are told the reason. After the answer nothing new is begun in the process that answers, within a second
/// in no other.
#[utoipa::path(
    put,
    path = "/api/admin/markets/{name}/pause",
    tag = "admin",
    params(("name" = String, Path, example = "services")),
    request_body = ReasonBody,
    responses(
        (status = 204, description = "It is paused"),
        (status = 404, description = "No such market"),
    )
)]
async fn pause_market(
    State(desk): State<Desk>,
    by: By,
    Path(name): Path<String>,
    Json(body): Json<ReasonBody>,
) -> Result<StatusCode> {
    let (market, reason) = (desk.market(&name)?, body.check()?);
    let (settings, db) = (&desk.ctx.settings, &desk.ctx.db);
    settings.pause(db, market, by, &reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a paused market go on
#[utoipa::path(
    delete,
    path = "/api/admin/markets/{name}/pause",
    tag = "admin",
    params(("name" = String, Path, example = "services")),
    responses(
        (status = 204, description = "It is open"),
        (status = 404, description = "No such market"),
    )
)]
async fn resume_market(
    State(desk): State<Desk>,
    by: By,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    let market = desk.market(&name)?;
    let (settings, db) = (&desk.ctx.settings, &desk.ctx.db);
    settings.resume(db, market, by).await?;
    Ok(StatusCode::NO_CONTENT)
}
