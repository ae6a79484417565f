//! What the operator decides. Each of these is refused, not repeated, when it comes twice: the
//! state of the row says that it was done.

use super::check_note;
use super::views::{AdminDepositView, AdminWithdrawalView};
use crate::audit::By;
use crate::db::Tx;
use crate::http::{Json, Path};
use crate::wallet::store::withdrawals;
use crate::wallet::{Decision, Wallet, Withdrawal, halt};
use crate::{Error, Kind, Result, UserId, ids};
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Why, for whoever asks later. It is seen by the staff only.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionNote {
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
}

/// As [`DecisionNote`], when nothing need be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ApprovalNote {
    #[schema(min_length = 1, max_length = 1000)]
    note: Option<String>,
}

/// Whose a deposit is, and how that is known.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignDeposit {
    /// Whoever has opened the app at least once.
    user_id: i64,
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
}

/// Lets a withdrawal out
///
/// Above `ton.two_people_above` two different members of the staff must do so.
#[utoipa::path(post, path = "/api/admin/wallet/withdrawals/{id}/approve", tag = "wallet admin",
    operation_id = "approve_withdrawal", params(("id" = Uuid, Path)), request_body = ApprovalNote,
    responses((status = 200, body = AdminWithdrawalView),
        (status = 404, description = "No such withdrawal"),
        (status = 409, description = "`withdrawal_step_impossible`: decided before; \
            `second_person_needed`: the same person twice")))]
pub(super) async fn approve_withdrawal(
    State(wallet): State<Wallet>,
    by: By,
    Path(id): Path<Uuid>,
    Json(body): Json<ApprovalNote>,
) -> Result<Json<AdminWithdrawalView>> {
    if let Some(note) = &body.note {
        check_note(note)?;
    }
    let of = wallet.clone();
    let work = move |tx: &mut Tx<'_>| of.approve(tx, &id.to_string(), body.note.as_deref(), &by);
    about(&wallet, "platform.approve_withdrawal", work).await
}

/// Says no to a withdrawal
///
/// As long as it is not on its way; the money goes back.
#[utoipa::path(post, path = "/api/admin/wallet/withdrawals/{id}/reject", tag = "wallet admin",
    operation_id = "reject_withdrawal", params(("id" = Uuid, Path)), request_body = DecisionNote,
    responses((status = 200, body = AdminWithdrawalView),
        (status = 404, description = "No such withdrawal"),
        (status = 409, description = "`withdrawal_step_impossible`: on its way, or over")))]
pub(super) async fn reject_withdrawal(
    State(wallet): State<Wallet>,
    by: By,
    Path(id): Path<Uuid>,
    Json(body): Json<DecisionNote>,
) -> Result<Json<AdminWithdrawalView>> {
    check_note(&body.note)?;
    let of = wallet.clone();
    let work = move |tx: &mut Tx<'_>| of.reject(tx, &id.to_string(), &body.note, &by);
    about(&wallet, "platform.reject_withdrawal", work).await
}

/// Does something with a withdrawal and shows it.
async fn about(
    wallet: &Wallet,
    name: &'static str,
    work: impl Fn(&mut Tx<'_>) -> Result<Withdrawal> + Send + 'static,
) -> Result<Json<AdminWithdrawalView>> {
    let write = move |tx: &mut Tx<'_>| {
        let withdrawal = work(tx)?;
        let agreed = withdrawals::agreed(tx, &withdrawal.id)?.0;
        Ok::<_, Error>((withdrawal, agreed))
    };
    let (withdrawal, agreed) = wallet.ctx().db.write(name, write).await?;
    let view = AdminWithdrawalView::new(wallet, &withdrawal, agreed);
    Ok(Json(view))
}

/// Gives a deposit that waits to its owner
#[utoipa::path(post, path = "/api/admin/wallet/deposits/{id}/assign", tag = "wallet admin",
    operation_id = "assign_deposit", params(("id" = i64, Path)), request_body = AssignDeposit,
    responses((status = 200, body = AdminDepositView),
        (status = 404, description = "No such deposit, or nobody of this id has ever come"),
        (status = 409, description = "`deposit_step_impossible`: it does not wait")))]
pub(super) async fn assign_deposit(
    State(wallet): State<Wallet>,
    by: By,
    Path(id): Path<i64>,
    Json(body): Json<AssignDeposit>,
) -> Result<Json<AdminDepositView>> {
    let decision = Decision::Assign(UserId(body.user_id));
    decide(&wallet, id, decision, body.note, by).await
}

/// Takes a deposit that waits as the platform's own
///
/// What the operator has sent to top the hot wallet up.
#[utoipa::path(post, path = "/api/admin/wallet/deposits/{id}/keep", tag = "wallet admin",
    operation_id = "keep_deposit", params(("id" = i64, Path)), request_body = DecisionNote,
    responses((status = 200, body = AdminDepositView),
        (status = 404, description = "No such deposit"),
        (status = 409, description = "`deposit_step_impossible`: it does not wait")))]
pub(super) async fn keep_deposit(
    State(wallet): State<Wallet>,
    by: By,
    Path(id): Path<i64>,
    Json(body): Json<DecisionNote>,
) -> Result<Json<AdminDepositView>> {
    decide(&wallet, id, Decision::Keep, body.note, by).await
}

/// Sends a deposit that waits back to its sender, less the fee
#[utoipa::path(post, path = "/api/admin/wallet/deposits/{id}/return", tag = "wallet admin",
    operation_id = "return_deposit", params(("id" = i64, Path)), request_body = DecisionNote,
    responses((status = 200, body = AdminDepositView),
        (status = 404, description = "No such deposit"),
        (status = 409, description = "`deposit_step_impossible`: it does not wait; \
            `sender_unknown`; `too_small_to_return`")))]
pub(super) async fn return_deposit(
    State(wallet): State<Wallet>,
    by: By,
    Path(id): Path<i64>,
    Json(body): Json<DecisionNote>,
) -> Result<Json<AdminDepositView>> {
    let ctx = wallet.ctx();
    let withdrawal_id = ids::uuid_v7(&ctx.rng, ctx.clock.now()).to_string();
    let decision = Decision::SendBack { withdrawal_id };
    decide(&wallet, id, decision, body.note, by).await
}

async fn decide(
    wallet: &Wallet,
    id: i64,
    decision: Decision,
    note: String,
    by: By,
) -> Result<Json<AdminDepositView>> {
    check_note(&note)?;
    let of = wallet.clone();
    let write = move |tx: &mut Tx<'_>| of.decide(tx, id, &decision, &note, &by);
    let deposit = wallet.ctx().db.write("platform.decide_deposit", write);
    Ok(Json(AdminDepositView::new(wallet, &deposit.await?)))
}

/// Stops withdrawals
///
/// Deposits are credited all the same.
#[utoipa::path(post, path = "/api/admin/wallet/halt", tag = "wallet admin",
    operation_id = "halt_withdrawals", request_body = DecisionNote,
    responses((status = 204, description = "Nothing goes out any more"),
        (status = 409, description = "`halted_already`: by an operator")))]
pub(super) async fn halt_withdrawals(
    State(wallet): State<Wallet>,
    by: By,
    Json(body): Json<DecisionNote>,
) -> Result<StatusCode> {
    check_note(&body.note)?;
    let of = wallet.clone();
    let write = move |tx: &mut Tx<'_>| {
        if of.halt(tx, halt::OPERATOR, Some(&body.note), &by)? {
            return Ok(());
        }
        let text = "An operator has halted them before";
        Err(Error::new(Kind::Conflict, "halted_already", text))
    };
    wallet
        .ctx()
        .db
        .write("platform.halt_withdrawals", write)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets withdrawals go out again
///
/// Whatever they were halted for; what is still wrong halts them again.
#[utoipa::path(post, path = "/api/admin/wallet/resume", tag = "wallet admin",
    operation_id = "resume_withdrawals", request_body = DecisionNote,
    responses((status = 204, description = "Withdrawals go out"),
        (status = 409, description = "`not_halted`")))]
pub(super) async fn resume_withdrawals(
    State(wallet): State<Wallet>,
    by: By,
    Json(body): Json<DecisionNote>,
) -> Result<StatusCode> {
    check_note(&body.note)?;
    let of = wallet.clone();
    let write = move |tx: &mut Tx<'_>| of.resume(tx, &body.note, &by);
    let db = &wallet.ctx().db;
    db.write("platform.resume_withdrawals", write).await?;
    Ok(StatusCode::NO_CONTENT)
}
