//! What a person looks at: their statement, deposits and withdrawals, the newest first.

use super::views::{DepositView, WithdrawalView};
use crate::auth::Actor;
use crate::db::Tx;
use crate::http::page::{self, PageQuery};
use crate::http::{Json, Path, Query};
use crate::ledger::{self, AccountId, Line};
use crate::money::{self, Currency as _, Ton};
use crate::wallet::store::{deposits, withdrawals};
use crate::wallet::{Wallet, withdrawal};
use crate::{Error, Result, Timestamp};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Sorts after every id of a withdrawal.
const AFTER_ALL: &str = "g";

/// Which part of a statement.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TransactionsQuery {
    /// `TON` unless said.
    currency: Option<String>,
    /// Lines of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// One change of a balance.
#[derive(Debug, Serialize, ToSchema)]
struct LineView {
    /// Its place in the statement, from 1 without gaps.
    seq: i64,
    /// What it was for.
    kind: String,
    /// Decimal text; negative when it went out.
    amount: String,
    /// Decimal text.
    balance_after: String,
    /// Names of what it belongs to.
    #[schema(value_type = Object)]
    details: serde_json::Value,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A page of a statement, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TransactionsPage {
    currency: String,
    transactions: Vec<LineView>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// How my balance came to be
#[utoipa::path(get, path = "/api/wallet/transactions", tag = "wallet",
    operation_id = "list_wallet_transactions", params(TransactionsQuery),
    responses((status = 200, body = TransactionsPage)))]
pub(super) async fn list_transactions(
    State(wallet): State<Wallet>,
    actor: Actor,
    Query(query): Query<TransactionsQuery>,
) -> Result<Json<TransactionsPage>> {
    let currency = query.currency.unwrap_or_else(|| Ton::CODE.to_owned());
    if money::show(&currency, 0).is_none() {
        return Err(Error::field("currency", "is not known here"));
    }
    let limit = page::limit(query.limit, 50)?;
    let before: Option<i64> = query
        .cursor
        .as_deref()
        .map(page::decode_cursor)
        .transpose()?;
    let account = AccountId::user(actor.user, &currency);
    let read = move |tx: &mut Tx<'_>| {
        Ok::<_, Error>(ledger::lines(
            tx,
            &account,
            before,
            limit.saturating_add(1),
        )?)
    };
    let lines = wallet.ctx().db.read("platform.list_lines", read).await?;
    let (lines, next_cursor) = page::cut(lines, limit, |line| line.seq)?;
    let show = |line: Line| {
        Some(LineView {
            seq: line.seq,
            kind: line.kind,
            amount: money::show(&currency, line.amount)?,
            balance_after: money::show(&currency, line.balance_after)?,
            details: serde_json::from_str(&line.meta).unwrap_or_default(),
            at: line.at,
        })
    };
    Ok(Json(TransactionsPage {
        transactions: lines.into_iter().filter_map(show).collect(),
        currency,
        next_cursor,
    }))
}

/// A page of deposits, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DepositsPage {
    deposits: Vec<DepositView>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What has come in for me
#[utoipa::path(get, path = "/api/wallet/deposits", tag = "wallet",
    operation_id = "list_wallet_deposits", params(PageQuery),
    responses((status = 200, body = DepositsPage)))]
pub(super) async fn list_deposits(
    State(wallet): State<Wallet>,
    actor: Actor,
    Query(query): Query<PageQuery>,
) -> Result<Json<DepositsPage>> {
    let (position, limit) = query.position()?;
    let before = if position == 0 { i64::MAX } else { position };
    let read = move |tx: &mut Tx<'_>| {
        let more = limit.saturating_add(1);
        Ok::<_, Error>(deposits::of_user(tx, actor.user, before, more)?)
    };
    let found = wallet.ctx().db.read("platform.list_deposits", read).await?;
    let (found, next_cursor) = page::cut(found, limit, |deposit| deposit.id)?;
    Ok(Json(DepositsPage {
        deposits: found.iter().map(|d| DepositView::new(&wallet, d)).collect(),
        next_cursor,
    }))
}

/// A page of withdrawals, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WithdrawalsPage {
    withdrawals: Vec<WithdrawalView>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What I have sent out
#[utoipa::path(get, path = "/api/wallet/withdrawals", tag = "wallet",
    operation_id = "list_wallet_withdrawals", params(PageQuery),
    responses((status = 200, body = WithdrawalsPage)))]
pub(super) async fn list_withdrawals(
    State(wallet): State<Wallet>,
    actor: Actor,
    Query(query): Query<PageQuery>,
) -> Result<Json<WithdrawalsPage>> {
    let (before, limit) = query.after::<String>()?;
    let before = before.unwrap_or_else(|| AFTER_ALL.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let more = limit.saturating_add(1);
        Ok::<_, Error>(withdrawals::of_user(tx, actor.user, &before, more)?)
    };
    let found = wallet.ctx().db.read("platform.list_withdrawals", read);
    let (found, next_cursor) = page::cut(found.await?, limit, |w| w.id.clone())?;
    let views = found.iter().map(|w| WithdrawalView::new(&wallet, w));
    Ok(Json(WithdrawalsPage {
        withdrawals: views.collect(),
        next_cursor,
    }))
}

/// One of my withdrawals
#[utoipa::path(get, path = "/api/wallet/withdrawals/{id}", tag = "wallet",
    operation_id = "get_wallet_withdrawal", params(("id" = Uuid, Path)),
    responses((status = 200, body = WithdrawalView),
        (status = 404, description = "No such withdrawal, or somebody else's")))]
pub(super) async fn get_withdrawal(
    State(wallet): State<Wallet>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<WithdrawalView>> {
    let id = id.to_string();
    let read = move |tx: &mut Tx<'_>| {
        let found = withdrawals::find(tx, &id)?;
        let own = found.filter(|w| w.user_id == Some(actor.user));
        own.ok_or_else(withdrawal::not_found)
    };
    let found = wallet
        .ctx()
        .db
        .read("platform.get_withdrawal", read)
        .await?;
    Ok(Json(WithdrawalView::new(&wallet, &found)))
}
