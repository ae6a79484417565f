//! `/api/admin/money`: what people own and what the platform has, at one moment.

use super::Panel;
use super::ledger::decimal;
use super::store::ledger::{self, BalanceRow};
use crate::db::Tx;
use crate::http::{Api, Json, Policy, operations};
use crate::{Error, Result};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// An account of the platform.
#[derive(Debug, Serialize, ToSchema)]
struct PlatformBalance {
    #[schema(example = "platform/adjustments/RUB")]
    account: String,
    /// What came in less what went out; negative where the outside has given or the platform has
    /// spent.
    balance: String,
}

/// The books in one currency.
#[derive(Debug, Serialize, ToSchema)]
struct CurrencyMoney {
    currency: String,
    /// What all people together have, what is held of it included.
    #[schema(example = "1200.00")]
    owed_to_people: String,
    /// What is held for something that is not decided yet.
    #[schema(example = "0.00")]
    held: String,
    accounts: Vec<PlatformBalance>,
}

/// The books.
#[derive(Debug, Serialize, ToSchema)]
struct MoneyView {
    currencies: Vec<CurrencyMoney>,
}

/// The routes.
pub(super) fn api() -> Api<Panel> {
    Api::new().routes(Policy::Admin, operations!(get_money))
}

/// What is there and whose it is
#[utoipa::path(get, path = "/api/admin/money", tag = "admin money", operation_id = "get_money",
    responses((status = 200, body = MoneyView)))]
async fn get_money(State(panel): State<Panel>) -> Result<Json<MoneyView>> {
    let work = |tx: &mut Tx<'_>| Ok::<_, Error>(ledger::balances(tx)?);
    let rows = panel.ctx().db.read("platform.money", work).await?;
    let same = |a: &BalanceRow, b: &BalanceRow| a.currency == b.currency;
    let currencies = rows.chunk_by(same).filter_map(currency).collect();
    Ok(Json(MoneyView { currencies }))
}

/// By double entry people have what the platform has not, and what they are held for is what holds
/// may bring to the platform: no row per person is read.
fn currency(rows: &[BalanceRow]) -> Option<CurrencyMoney> {
    let code = rows.first()?.currency.clone();
    let sum = |of: fn(&BalanceRow) -> i64| rows.iter().map(of).fold(0_i64, i64::saturating_add);
    let platform = sum(|row| row.balance);
    Some(CurrencyMoney {
        owed_to_people: decimal(&code, platform.saturating_neg()),
        held: decimal(&code, sum(|row| row.held)),
        accounts: rows
            .iter()
            .map(|row| PlatformBalance {
                account: row.id.to_string(),
                balance: decimal(&code, row.balance),
            })
            .collect(),
        currency: code,
    })
}
