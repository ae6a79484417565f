//! `/api/admin/audit`: who did what.

use super::Panel;
use super::moment::{SCAN, Span, cut_scan};
use super::store::audit::{self, EntryRow};
use crate::auth::Role;
use crate::db::Tx;
use crate::http::page::{self, PageQuery};
use crate::http::table::{self, Cell, Part};
use crate::http::{Api, Json, Policy, Query, operations};
use crate::{Error, Result, Timestamp};
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

/// Entries in one part of a table.
const PART: i64 = 1000;

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
struct AuditEntry {
    /// Its place in the trail.
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who: `user/123`, `admin-secret`, `job/shop.expire_orders`, …
    actor: String,
    /// What, for example `platform.adjustment`.
    action: String,
    /// To what, for example `user/123`.
    subject: String,
    /// More about it.
    #[schema(value_type = Object)]
    details: Box<RawValue>,
    /// The request it came with; empty for acts of the system itself.
    request_id: String,
}

/// A page of the trail, the newest first.
#[derive(Debug, Serialize, ToSchema)]
struct AuditPage {
    entries: Vec<AuditEntry>,
    /// Absent on the last page. A page that was filtered may be short or empty and have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Who, in full.
    actor: Option<String>,
    /// What; the beginning is enough.
    action: Option<String>,
    /// To what; the beginning is enough.
    subject: Option<String>,
    /// From this moment on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Until before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Entries of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which entries a table has.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditFilter {
    /// Who, in full.
    actor: Option<String>,
    /// What; the beginning is enough.
    action: Option<String>,
    /// To what; the beginning is enough.
    subject: Option<String>,
    /// From this moment on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Until before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// The routes: all of the staff may look, owners may take it with them.
pub(super) fn api() -> Api<Panel> {
    Api::new()
        .routes(Policy::Admin, operations!(list_audit))
        .routes(Policy::Role(Role::Owner), operations!(export_audit))
}

/// Entries that fit before number `before`, and where to read on if there may be more.
fn read(
    tx: &mut Tx<'_>,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<(Vec<EntryRow>, Option<i64>)> {
    let span = Span {
        from: filter.from,
        to: filter.to,
    };
    let (low, high) = span.numbers(tx, audit::newest)?;
    let high = before.map_or(high, |before| before.min(high));
    let (from, to) = span.ends();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows = audit::page(
        tx,
        high,
        low,
        SCAN,
        limit.saturating_add(1),
        &text(&filter.actor),
        &text(&filter.action),
        &text(&filter.subject),
        from,
        to,
    )?;
    let end = audit::end_of_scan(tx, high, low, SCAN.saturating_sub(1))?;
    Ok(cut_scan(rows, limit, |row| row.id, end))
}

/// Who did what
///
/// The newest first. A filter is applied to portions of 100,000 entries: follow `next_cursor`
/// until there is none.
#[utoipa::path(get, path = "/api/admin/audit", tag = "admin", operation_id = "list_audit",
    params(AuditQuery), responses((status = 200, body = AuditPage)))]
async fn list_audit(
    State(panel): State<Panel>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditPage>> {
    let (before, limit) = PageQuery::new(query.limit, query.cursor).after::<i64>()?;
    let filter = AuditFilter {
        actor: query.actor,
        action: query.action,
        subject: query.subject,
        from: query.from,
        to: query.to,
    };
    let work = move |tx: &mut Tx<'_>| read(tx, &filter, before, limit);
    let (rows, next) = panel.ctx().db.read("platform.list_audit", work).await?;
    let entries = rows.into_iter().map(view).collect::<Result<Vec<_>>>()?;
    Ok(Json(AuditPage {
        entries,
        next_cursor: next.as_ref().map(page::encode_cursor).transpose()?,
    }))
}

fn view(row: EntryRow) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.id,
        at: row.at,
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        details: RawValue::from_string(row.details).map_err(Error::internal)?,
        request_id: row.request_id,
    })
}

/// The trail as a table
#[utoipa::path(get, path = "/api/admin/audit.csv", tag = "admin", operation_id = "export_audit",
    params(AuditFilter), responses((status = 200, body = String, content_type = "text/csv")))]
async fn export_audit(
    State(panel): State<Panel>,
    Query(filter): Query<AuditFilter>,
) -> Result<Response> {
    let filter = std::sync::Arc::new(filter);
    let part = move |before: Option<i64>| {
        let (db, filter) = (panel.ctx().db.clone(), filter.clone());
        async move {
            let work = move |tx: &mut Tx<'_>| read(tx, &filter, before, PART);
            let (rows, next) = db.read("platform.export_audit", work).await?;
            let rows = rows.into_iter().map(cells).collect();
            Ok(Part { rows, next })
        }
    };
    let columns = [
        "id",
        "at",
        "actor",
        "action",
        "subject",
        "details",
        "request_id",
    ];
    table::table("audit", &columns, part).await
}

fn cells(row: EntryRow) -> Vec<Cell> {
    vec![
        Cell::Plain(row.id.to_string()),
        Cell::Plain(row.at.to_string()),
        Cell::Text(row.actor),
        Cell::Text(row.action),
        Cell::Text(row.subject),
        Cell::Text(row.details),
        Cell::Text(row.request_id),
    ]
}
