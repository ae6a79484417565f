//! What the operator looks at: whether there is enough for everybody, and what waits for a person.

use super::views::{AdminDepositView, AdminWithdrawalView};
use crate::db::Tx;
use crate::http::{Json, Query, page};
use crate::money::DecimalTon;
use crate::wallet::accounts::{self, Position};
use crate::wallet::state::{DepositState, WithdrawalState};
use crate::wallet::store::{deposits, withdrawals};
use crate::wallet::{Halt, Seen, Wallet};
use crate::{Error, Result, Timestamp};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The hot wallet as it was seen last.
#[derive(Debug, Serialize, ToSchema)]
struct SeenView {
    address: String,
    balance: DecimalTon,
    /// What it held more than the ledger said then.
    difference: DecimalTon,
    /// The moment, by the chain.
    #[schema(value_type = String, format = DateTime)]
    chain_time: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    observed_at: Timestamp,
}

/// Why nothing is paid out.
#[derive(Debug, Serialize, ToSchema)]
struct HaltView {
    /// `operator`, `differs`, `contradiction`, `uncovered`, `unexplained`, or the chain's own word.
    reason: String,
    note: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    by: String,
}

/// What is there and whose it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PositionView {
    currency: &'static str,
    /// What the chain holds, by the ledger.
    assets: DecimalTon,
    /// What it holds, by the chain; absent until somebody has looked.
    chain: Option<SeenView>,
    /// What is not the operator's: of people, and in suspense.
    liabilities: DecimalTon,
    /// What people own, what is held of it included.
    users: DecimalTon,
    /// Deposits that wait for their owner.
    suspense: DecimalTon,
    /// What open withdrawals hold, fees included.
    held_in_withdrawals: DecimalTon,
    /// The operator's own coins.
    capital: DecimalTon,
    /// What withdrawals have earned.
    fees: DecimalTon,
    /// What the network has cost; negative.
    costs: DecimalTon,
    /// What has gone without an order; negative.
    unexplained: DecimalTon,
    /// Whether there is enough for everybody.
    is_covered: bool,
    /// Why nothing is paid out; empty when it is.
    halts: Vec<HaltView>,
}

/// Read at one moment.
struct Books {
    position: Position,
    held: crate::Money<crate::money::Ton>,
    seen: Option<Seen>,
    halts: Vec<Halt>,
}

/// Whether there is enough for everybody
#[utoipa::path(get, path = "/api/admin/wallet", tag = "wallet admin",
    operation_id = "get_wallet_position", responses((status = 200, body = PositionView)))]
pub(super) async fn get_position(State(wallet): State<Wallet>) -> Result<Json<PositionView>> {
    let of = wallet.clone();
    let read = move |tx: &mut Tx<'_>| {
        Ok::<_, Error>(Books {
            position: accounts::position(tx)?,
            held: withdrawals::held(tx)?.0,
            seen: of.seen(tx)?,
            halts: of.halts(tx)?,
        })
    };
    let books = wallet.ctx().db.read("platform.wallet_position", read);
    let Books {
        position,
        held,
        seen,
        halts,
    } = books.await?;
    let seen = seen.map(|seen| SeenView {
        address: wallet.show_address(&seen.account),
        balance: seen.balance.into(),
        difference: seen.difference.into(),
        chain_time: seen.chain_time,
        observed_at: seen.observed_at,
    });
    let halt = |halt: Halt| HaltView {
        reason: halt.reason,
        note: halt.note,
        at: halt.halted_at,
        by: halt.halted_by,
    };
    Ok(Json(PositionView {
        currency: "TON",
        assets: position.assets.into(),
        chain: seen,
        liabilities: position.liabilities().into(),
        users: position.users.into(),
        suspense: position.suspense.into(),
        held_in_withdrawals: held.into(),
        capital: position.capital.into(),
        fees: position.fees.into(),
        costs: position.costs.into(),
        unexplained: position.unexplained.into(),
        is_covered: position.is_covered(),
        halts: halts.into_iter().map(halt).collect(),
    }))
}

/// Which withdrawals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WithdrawalsQuery {
    /// `requested` unless said.
    state: Option<WithdrawalState>,
    /// Withdrawals of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of withdrawals, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdminWithdrawalsPage {
    withdrawals: Vec<AdminWithdrawalView>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Withdrawals in one state
#[utoipa::path(get, path = "/api/admin/wallet/withdrawals", tag = "wallet admin",
    operation_id = "list_all_withdrawals", params(WithdrawalsQuery),
    responses((status = 200, body = AdminWithdrawalsPage)))]
pub(super) async fn list_withdrawals(
    State(wallet): State<Wallet>,
    Query(query): Query<WithdrawalsQuery>,
) -> Result<Json<AdminWithdrawalsPage>> {
    let state = query.state.unwrap_or(WithdrawalState::Requested);
    let limit = page::limit(query.limit, 50)?;
    let cursor = query.cursor.as_deref();
    let after: Option<String> = cursor.map(page::decode_cursor).transpose()?;
    let after = after.unwrap_or_default();
    let read = move |tx: &mut Tx<'_>| {
        let found = withdrawals::in_state(tx, state, &after, limit.saturating_add(1))?;
        let (found, next) = page::cut(found, limit, |w| w.id.clone())?;
        let mut rows = Vec::with_capacity(found.len());
        for withdrawal in found {
            let agreed = withdrawals::agreed(tx, &withdrawal.id)?.0;
            rows.push((withdrawal, agreed));
        }
        Ok::<_, Error>((rows, next))
    };
    let db = &wallet.ctx().db;
    let (rows, next_cursor) = db.read("platform.list_all_withdrawals", read).await?;
    let views = rows
        .iter()
        .map(|(withdrawal, agreed)| AdminWithdrawalView::new(&wallet, withdrawal, *agreed));
    Ok(Json(AdminWithdrawalsPage {
        withdrawals: views.collect(),
        next_cursor,
    }))
}

/// Which deposits.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DepositsQuery {
    /// `suspense` unless said.
    state: Option<DepositState>,
    /// Deposits of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of deposits, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdminDepositsPage {
    deposits: Vec<AdminDepositView>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Deposits in one state
#[utoipa::path(get, path = "/api/admin/wallet/deposits", tag = "wallet admin",
    operation_id = "list_all_deposits", params(DepositsQuery),
    responses((status = 200, body = AdminDepositsPage)))]
pub(super) async fn list_deposits(
    State(wallet): State<Wallet>,
    Query(query): Query<DepositsQuery>,
) -> Result<Json<AdminDepositsPage>> {
    let state = query.state.unwrap_or(DepositState::Suspense);
    let limit = page::limit(query.limit, 50)?;
    let after: Option<i64> = query
        .cursor
        .as_deref()
        .map(page::decode_cursor)
        .transpose()?;
    let after = after.unwrap_or(0);
    let read = move |tx: &mut Tx<'_>| {
        let more = limit.saturating_add(1);
        Ok::<_, Error>(deposits::in_state(tx, state, after, more)?)
    };
    let db = &wallet.ctx().db;
    let found = db.read("platform.list_all_deposits", read).await?;
    let (found, next_cursor) = page::cut(found, limit, |deposit| deposit.id)?;
    let views = found.iter().map(|d| AdminDepositView::new(&wallet, d));
    Ok(Json(AdminDepositsPage {
        deposits: views.collect(),
        next_cursor,
    }))
}
