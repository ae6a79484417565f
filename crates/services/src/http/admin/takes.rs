//! Money of one take.

use super::super::order_id;
use crate::app::admin_orders::{self, TakeView};
use crate::app::refund_take::{self, RefundTake};
use crate::app::state::Services;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use torg_platform::audit::By;
use torg_platform::auth::Role;
use torg_platform::db::Tx;
use torg_platform::http::{Api, IdempotencyKey, Json, Path, Policy, ReasonBody, operations};
use torg_platform::{Result, UserId, idempotency};

/// The routes.
pub(crate) fn api() -> Api<Services> {
    Api::new().routes(Policy::Role(Role::Finance), operations!(refund))
}

/// Gives the price of a take back
///
/// Whatever has become of the order, but once: silence and removal refund the same take.
#[utoipa::path(post, path = "/api/admin/services/orders/{id}/takes/{executor_id}/refund",
    tag = "services admin", operation_id = "refund_take",
    params(("id" = String, Path), ("executor_id" = i64, Path),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255,
        description = "A repetition with the same key gets the first answer again")),
    request_body = ReasonBody,
    responses((status = 200, body = TakeView),
        (status = 404, description = "No such order, or not taken by this executor"),
        (status = 409, description = "`already_refunded`")))]
pub(crate) async fn refund(
    State(services): State<Services>,
    by: By,
    key: IdempotencyKey,
    Path((id, executor)): Path<(String, i64)>,
    Json(body): Json<ReasonBody>,
) -> Result<Response> {
    let reason = body.check()?;
    let (route, intent) = ("services.refund_take", (&id, executor, &body));
    let request = idempotency::Request::keyed(&by.actor, route, Some(&key), &intent)?;
    let cmd = RefundTake {
        order: order_id(&id)?,
        executor: UserId(executor),
        by,
        reason,
        price: services.price(),
    };
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 200, |tx| {
            refund_take::refund_take(tx, &cmd)?;
            Ok(admin_orders::take(tx, &cmd.order, cmd.executor)?)
        })
    };
    services.prepare().await?;
    let reply = services.ctx.db.write(route, write).await?;
    Ok(reply.into_response())
}
