//! `/api/admin/settings` and the pause of a market: all of the staff may look.

use super::store::{self, Stored};
use super::{Setting, SettingKind, Settings, Value, pause_name};
use crate::audit::By;
use crate::auth::Role;
use crate::clock::Timestamp;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::{Error, Kind, Result};
use crate::http::page::{self, PageQuery};
use crate::http::{Api, Json, Path, Policy, Query, operations, reason};
use crate::module::Module;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value as Any;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Debug, Clone)]
struct Desk {
    ctx: Ctx,
    declared: Arc<Vec<Setting>>,
    markets: Arc<Vec<&'static str>>,
}

/// The routes, for what the modules declare and `more`, and for the pause of each module.
pub fn api(ctx: &Ctx, modules: &[Module], more: Vec<Setting>) -> Api {
    let declared = modules.iter().flat_map(|module| module.settings.clone());
    let declared = declared.chain(more);
    let desk = Desk {
        ctx: ctx.clone(),
        declared: Arc::new(declared.collect()),
        markets: Arc::new(modules.iter().map(|module| module.name).collect()),
    };
    Api::new()
        .routes(Policy::Admin, operations!(list_settings))
        .routes(Policy::Admin, operations!(list_setting_changes))
        .routes(
            Policy::Role(Role::Owner),
            operations!(change_setting, reset_setting),
        )
        .with_state(desk)
        .merge(super::pause_api::api(ctx, modules))
}

impl Desk {
    fn settings(&self) -> &Settings {
        &self.ctx.settings
    }

    fn setting(&self, name: &str) -> Result<&Setting> {
        let found = self.declared.iter().find(|setting| setting.name == name);
        found.ok_or_else(no_setting)
    }
}

fn no_setting() -> Error {
    Error::new(Kind::Missing, "setting_not_found", "No such setting")
}

/// Of which sort a setting is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ValueKind {
    /// A number.
    Integer,
    /// An amount, as a decimal string.
    Amount,
    /// A text.
    Text,
    /// On or off.
    Switch,
}

/// A setting.
#[derive(Debug, Serialize, ToSchema)]
struct SettingView {
    #[schema(example = "services.take_price")]
    name: &'static str,
    /// Whose it is.
    #[schema(example = "services")]
    market: &'static str,
    kind: ValueKind,
    /// What a number counts.
    #[schema(example = "minutes")]
    unit: Option<&'static str>,
    /// Of an amount.
    #[schema(example = "RUB")]
    currency: Option<&'static str>,
    /// The least: a number, or a decimal string of an amount.
    min: Any,
    /// The most: a number, a decimal string of an amount, or the characters of a text.
    max: Any,
    /// What an amount is a multiple of.
    step: Any,
    /// What it is now: a number, a decimal string, a text, true or false.
    value: Any,
    /// What it is when nobody changes it.
    default: Any,
    /// How often it was changed; 0 when it never was. To be named by whoever changes it.
    version: i64,
    /// When it was changed last.
    #[schema(value_type = Option<String>, format = DateTime)]
    changed_at: Option<Timestamp>,
    /// Who changed it last.
    #[schema(example = "user/7")]
    changed_by: Option<String>,
}

impl SettingView {
    fn new(setting: &Setting, stored: Option<&Stored>) -> Self {
        let (kind, unit, currency) = match &setting.kind {
            SettingKind::Integer { unit, .. } => (ValueKind::Integer, Some(*unit), None),
            SettingKind::Amount { currency, .. } => (ValueKind::Amount, None, Some(*currency)),
            SettingKind::Text { .. } => (ValueKind::Text, None, None),
            SettingKind::Switch => (ValueKind::Switch, None, None),
        };
        let (min, max, step) = match &setting.kind {
            SettingKind::Integer { min, max, .. } => (Any::from(*min), Any::from(*max), Any::Null),
            SettingKind::Amount { min, max, step, .. } => (
                setting.show_minor(*min),
                setting.show_minor(*max),
                setting.show_minor(*step),
            ),
            SettingKind::Text { max } => (Any::Null, Any::from(*max), Any::Null),
            SettingKind::Switch => (Any::Null, Any::Null, Any::Null),
        };
        let json = stored.and_then(|row| row.value.as_deref());
        let value = json.and_then(|json| read(setting, json));
        Self {
            name: setting.name,
            market: setting.market(),
            kind,
            unit,
            currency,
            min,
            max,
            step,
            value: setting.show(value.as_ref().unwrap_or(&setting.default)),
            default: setting.show(&setting.default),
            version: stored.map_or(0, |row| row.version),
            changed_at: stored.map(|row| row.changed_at),
            changed_by: stored.map(|row| row.changed_by.clone()),
        }
    }
}

fn read(setting: &Setting, json: &str) -> Option<Value> {
    setting.read(&serde_json::from_str(json).ok()?)
}

/// Everything that can be set.
#[derive(Debug, Serialize, ToSchema)]
struct SettingList {
    settings: Vec<SettingView>,
}

/// List what can be set while the program runs
#[utoipa::path(
    get,
    path = "/api/admin/settings",
    tag = "admin",
    responses((status = 200, description = "Everything that can be set", body = SettingList))
)]
async fn list_settings(State(desk): State<Desk>) -> Result<Json<SettingList>> {
    let all = |tx: &mut Tx<'_>| Ok::<_, Error>(store::all(tx)?);
    let stored = desk.ctx.db.read("platform.list_settings", all).await?;
    let stored: BTreeMap<&str, &Stored> = stored.iter().map(|r| (r.name.as_str(), r)).collect();
    let view = |setting: &Setting| SettingView::new(setting, stored.get(setting.name).copied());
    Ok(Json(SettingList {
        settings: desk.declared.iter().map(view).collect(),
    }))
}

/// A new value.
#[derive(Debug, Deserialize, ToSchema)]
struct NewValue {
    /// A number, a decimal string of an amount, a text, true or false.
    value: Any,
    /// Why, for the history.
    #[schema(min_length = 3, max_length = 500)]
    reason: String,
    /// The version that was looked at.
    version: i64,
}

/// Change a setting
///
/// It acts at once in the process that answers, and within a second in the others.
#[utoipa::path(
    put,
    path = "/api/admin/settings/{name}",
    tag = "admin",
    params(("name" = String, Path, example = "services.take_price")),
    request_body = NewValue,
    responses(
        (status = 200, description = "The setting", body = SettingView),
        (status = 404, description = "No such setting"),
        (status = 412, description = "Somebody else has changed it since"),
    )
)]
async fn change_setting(
    State(desk): State<Desk>,
    by: By,
    Path(name): Path<String>,
    Json(body): Json<NewValue>,
) -> Result<Json<SettingView>> {
    let setting = desk.setting(&name)?;
    let reason = reason(&body.reason)?;
    let value = setting.accept(&body.value)?;
    set(&desk, setting, by, (body.version, Some(value)), &reason).await
}

/// Why, and what was looked at.
#[derive(Debug, Deserialize, ToSchema)]
struct ResetValue {
    /// Why, for the history.
    #[schema(min_length = 3, max_length = 500)]
    reason: String,
    /// The version that was looked at.
    version: i64,
}

/// Set a setting back to what is configured
#[utoipa::path(
    delete,
    path = "/api/admin/settings/{name}",
    tag = "admin",
    params(("name" = String, Path, example = "services.take_price")),
    request_body = ResetValue,
    responses(
        (status = 200, description = "The setting", body = SettingView),
        (status = 404, description = "No such setting"),
        (status = 412, description = "Somebody else has changed it since"),
    )
)]
async fn reset_setting(
    State(desk): State<Desk>,
    by: By,
    Path(name): Path<String>,
    Json(body): Json<ResetValue>,
) -> Result<Json<SettingView>> {
    let setting = desk.setting(&name)?;
    let reason = reason(&body.reason)?;
    set(&desk, setting, by, (body.version, None), &reason).await
}

async fn set(
    desk: &Desk,
    setting: &Setting,
    by: By,
    change: (i64, Option<Value>),
    reason: &str,
) -> Result<Json<SettingView>> {
    let (settings, db) = (desk.settings(), &desk.ctx.db);
    let stored = settings.put(db, setting, change, by, reason).await?;
    Ok(Json(SettingView::new(setting, stored.as_ref())))
}

/// A change.
#[derive(Debug, Serialize, ToSchema)]
struct SettingChange {
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[schema(example = "user/7")]
    by: String,
    /// What it was; null for what is configured, or for an open market.
    from: Any,
    /// What it became; null for what is configured, or for an open market.
    to: Any,
    /// Empty where none is asked for.
    reason: String,
}

/// A page of changes, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct SettingChanges {
    changes: Vec<SettingChange>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// List the changes of a setting
///
/// The pauses of a market are the changes of `market.paused`.
#[utoipa::path(
    get,
    path = "/api/admin/settings/{name}/history",
    tag = "admin",
    params(("name" = String, Path, example = "services.take_price"), PageQuery),
    responses(
        (status = 200, description = "A page", body = SettingChanges),
        (status = 404, description = "No such setting"),
    )
)]
async fn list_setting_changes(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<SettingChanges>> {
    let setting = desk.setting(&name).ok();
    if setting.is_none() && !desk.markets.iter().any(|market| pause_name(market) == name) {
        return Err(no_setting());
    }
    let (before, limit) = query.after::<i64>()?;
    let before = before.unwrap_or(i64::MAX);
    let more = limit.saturating_add(1);
    let list = move |tx: &mut Tx<'_>| Ok::<_, Error>(store::changes(tx, &name, before, more)?);
    let rows = desk.ctx.db.read("platform.list_setting_changes", list);
    let (rows, next_cursor) = page::cut(rows.await?, limit, |change| change.version)?;
    let show = |json: Option<String>| {
        let Some(json) = json.and_then(|json| serde_json::from_str(&json).ok()) else {
            return Any::Null;
        };
        let value = setting.and_then(|setting| Some(setting.show(&setting.read(&json)?)));
        value.unwrap_or(json)
    };
    let changes = rows.into_iter().map(|change| SettingChange {
        version: change.version,
        at: change.changed_at,
        by: change.changed_by,
        from: show(change.old_value),
        to: show(change.new_value),
        reason: change.reason,
    });
    Ok(Json(SettingChanges {
        changes: changes.collect(),
        next_cursor,
    }))
}
