//! `/api/admin/ledger`: what moved, of everybody and of one person.

use super::Panel;
use super::moment::{SCAN, Span, cut_scan};
use super::people::known;
use super::store::ledger::{self, LineRow, TransferRow};
use crate::auth::Role;
use crate::db::Tx;
use crate::http::page::{self, PageQuery};
use crate::http::table::{self, Cell, Part};
use crate::http::{Api, Json, Path, Policy, Query, operations};
use crate::ledger::AccountId;
use crate::{Error, Result, Timestamp, UserId, money};
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Transfers in one part of a table.
const PART: i64 = 1000;

/// Money that moved. What is only held is not here.
#[derive(Debug, Serialize, ToSchema)]
struct LedgerTransfer {
    id: i64,
    /// The operation that it is a leg of.
    op: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who gave.
    debit: String,
    /// Who received.
    credit: String,
    currency: String,
    /// More than nothing.
    #[schema(example = "2.00")]
    amount: String,
    /// What it was for, in the words of the market.
    kind: String,
    /// What it is about, for example `order/Zr0oV1nVvJqk`; the operation when nothing is said.
    subject: String,
}

/// A page of transfers, the newest first.
#[derive(Debug, Serialize, ToSchema)]
struct LedgerPage {
    transfers: Vec<LedgerTransfer>,
    /// Absent on the last page. A page that was filtered may be short or empty and have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Which transfers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LedgerQuery {
    /// One of the two accounts, in full: `platform/adjustments/RUB`, `user/1/RUB`.
    account: Option<String>,
    /// What it was for, in full.
    kind: Option<String>,
    /// Whose accounts.
    #[param(minimum = 1)]
    user: Option<i64>,
    /// From this moment on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Until before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Transfers of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which transfers a table has.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LedgerFilter {
    /// One of the two accounts, in full.
    account: Option<String>,
    /// What it was for, in full.
    kind: Option<String>,
    /// Whose accounts.
    #[param(minimum = 1)]
    user: Option<i64>,
    /// From this moment on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Until before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// A line of a person's statement.
#[derive(Debug, Serialize, ToSchema)]
struct PersonLine {
    /// The transfer.
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    currency: String,
    /// Negative when it went out.
    #[schema(example = "-2.00")]
    amount: String,
    #[schema(example = "498.00")]
    balance_after: String,
    /// What it was for, in the words of the market.
    kind: String,
    /// What it is about.
    subject: String,
    /// What the person reads beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    memo: Option<String>,
}

/// A page of a person's statement, the newest first.
#[derive(Debug, Serialize, ToSchema)]
struct PersonLinePage {
    lines: Vec<PersonLine>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Which part of a person's statement.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LinesQuery {
    /// Of one currency: `RUB`, `TON`.
    currency: Option<String>,
    /// Lines of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The routes: all of the staff may look, finance may take it with them.
pub(super) fn api() -> Api<Panel> {
    Api::new()
        .routes(Policy::Admin, operations!(list_ledger))
        .routes(Policy::Role(Role::Finance), operations!(export_ledger))
        .routes(Policy::Admin, operations!(list_user_lines))
}

/// The decimal text of minor units; these themselves in a currency that nobody knows any more.
pub(super) fn decimal(currency: &str, minor: i64) -> String {
    money::show(currency, minor).unwrap_or_else(|| minor.to_string())
}

/// What a transfer is about: the first name that its JSON gives (`order_id` is an order), or its
/// operation.
fn subject(op: &str, meta: &serde_json::Value) -> String {
    let named = meta.as_object().and_then(|meta| {
        meta.iter().find_map(|(key, value)| {
            let what = key.strip_suffix("_id")?;
            let id = value.as_str().map(str::to_owned);
            let id = id.or_else(|| value.as_i64().map(|id| id.to_string()))?;
            Some(format!("{what}/{id}"))
        })
    });
    named.unwrap_or_else(|| op.to_owned())
}

fn meta(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// All names of accounts that begin with `prefix` and a slash, or the account `prefix` itself.
fn names(prefix: &str, is_whole: bool) -> (String, String) {
    if is_whole {
        // No name has a character before `!`.
        return (prefix.to_owned(), format!("{prefix}!"));
    }
    // The character after the slash is the zero.
    (format!("{prefix}/"), format!("{prefix}0"))
}

/// Transfers that fit before number `before`, and where to read on if there may be more.
fn read(
    tx: &mut Tx<'_>,
    filter: &LedgerFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<(Vec<TransferRow>, Option<i64>)> {
    let span = Span {
        from: filter.from,
        to: filter.to,
    };
    let (low, high) = span.numbers(tx, ledger::newest)?;
    let high = before.map_or(high, |before| before.min(high));
    let (from, to) = span.ends();
    if filter.user.is_some_and(|user| user < 1) {
        return Err(Error::field("user", "must be at least 1"));
    }
    let account = filter.account.as_deref().unwrap_or_default();
    let kind = filter.kind.as_deref().unwrap_or_default();
    let more = limit.saturating_add(1);
    let statement = match filter.user {
        Some(user) => Some(names(&format!("user/{user}"), false)),
        None if account.starts_with("user/") => Some(names(account, true)),
        None => None,
    };
    let (rows, end) = match statement {
        Some((first, end)) => {
            let rows = ledger::page_of(tx, high, low, more, account, &first, &end, kind, from, to)?;
            (rows, None)
        }
        None => {
            let rows = ledger::page(tx, high, low, SCAN, more, account, kind, from, to)?;
            let end = ledger::end_of_scan(tx, high, low, SCAN.saturating_sub(1))?;
            (rows, end)
        }
    };
    Ok(cut_scan(rows, limit, |row| row.id, end))
}

/// What moved
///
/// The newest first. A filter is applied to portions of 100,000 transfers: follow `next_cursor`
/// until there is none.
#[utoipa::path(get, path = "/api/admin/ledger", tag = "admin money", operation_id = "list_ledger",
    params(LedgerQuery), responses((status = 200, body = LedgerPage)))]
async fn list_ledger(
    State(panel): State<Panel>,
    Query(query): Query<LedgerQuery>,
) -> Result<Json<LedgerPage>> {
    let (before, limit) = PageQuery::new(query.limit, query.cursor).after::<i64>()?;
    let filter = LedgerFilter {
        account: query.account,
        kind: query.kind,
        user: query.user,
        from: query.from,
        to: query.to,
    };
    let work = move |tx: &mut Tx<'_>| read(tx, &filter, before, limit);
    let (rows, next) = panel.ctx().db.read("platform.list_ledger", work).await?;
    Ok(Json(LedgerPage {
        transfers: rows.into_iter().map(view).collect(),
        next_cursor: next.as_ref().map(page::encode_cursor).transpose()?,
    }))
}

fn view(row: TransferRow) -> LedgerTransfer {
    LedgerTransfer {
        id: row.id,
        subject: subject(&row.op, &meta(&row.meta)),
        op: row.op,
        at: row.at,
        debit: row.debit.to_string(),
        credit: row.credit.to_string(),
        amount: decimal(&row.currency, row.amount),
        currency: row.currency,
        kind: row.kind,
    }
}

/// What moved, as a table
#[utoipa::path(get, path = "/api/admin/ledger.csv", tag = "admin money",
    operation_id = "export_ledger", params(LedgerFilter),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn export_ledger(
    State(panel): State<Panel>,
    Query(filter): Query<LedgerFilter>,
) -> Result<Response> {
    let filter = Arc::new(filter);
    let part = move |before: Option<i64>| {
        let (db, filter) = (panel.ctx().db.clone(), filter.clone());
        async move {
            let work = move |tx: &mut Tx<'_>| read(tx, &filter, before, PART);
            let (rows, next) = db.read("platform.export_ledger", work).await?;
            let rows = rows.into_iter().map(cells).collect();
            Ok(Part { rows, next })
        }
    };
    let columns = [
        "id", "op", "at", "debit", "credit", "currency", "amount", "kind", "subject",
    ];
    table::table("ledger", &columns, part).await
}

fn cells(row: TransferRow) -> Vec<Cell> {
    let transfer = view(row);
    vec![
        Cell::Plain(transfer.id.to_string()),
        Cell::Text(transfer.op),
        Cell::Plain(transfer.at.to_string()),
        Cell::Text(transfer.debit),
        Cell::Text(transfer.credit),
        Cell::Plain(transfer.currency),
        Cell::Plain(transfer.amount),
        Cell::Text(transfer.kind),
        Cell::Text(transfer.subject),
    ]
}

/// What somebody received and gave
#[utoipa::path(get, path = "/api/admin/users/{user_id}/ledger", tag = "admin people",
    operation_id = "list_user_lines", params(("user_id" = i64, Path, minimum = 1), LinesQuery),
    responses((status = 200, body = PersonLinePage),
        (status = 404, description = "They never came")))]
async fn list_user_lines(
    State(panel): State<Panel>,
    Path(user): Path<i64>,
    Query(query): Query<LinesQuery>,
) -> Result<Json<PersonLinePage>> {
    let (before, limit) = PageQuery::new(query.limit, query.cursor).after::<i64>()?;
    let user = UserId(user);
    let (first, end) = match &query.currency {
        Some(currency) => names(AccountId::user(user, currency).as_str(), true),
        None => names(&format!("user/{user}"), false),
    };
    let work = move |tx: &mut Tx<'_>| {
        known(tx, user)?;
        let before = before.unwrap_or(i64::MAX);
        let rows = ledger::lines(tx, &first, &end, before, limit.saturating_add(1))?;
        Ok::<_, Error>(rows)
    };
    let rows = panel.ctx().db.read("platform.user_lines", work).await?;
    let (rows, next_cursor) = page::cut(rows, limit, |row| row.id)?;
    Ok(Json(PersonLinePage {
        lines: rows.into_iter().map(line).collect(),
        next_cursor,
    }))
}

fn line(row: LineRow) -> PersonLine {
    let meta = meta(&row.meta);
    let memo = meta.get("description").and_then(serde_json::Value::as_str);
    PersonLine {
        id: row.id,
        at: row.at,
        amount: decimal(&row.currency, row.amount),
        balance_after: decimal(&row.currency, row.balance_after),
        currency: row.currency,
        kind: row.kind,
        subject: subject(&row.op, &meta),
        memo: memo.map(str::to_owned),
    }
}
