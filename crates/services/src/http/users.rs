//! `/api/users/me`: profile, subscription, notices.

use crate::app::state::Services;
use crate::app::{get_me, preferences};
use crate::domain::{Category, NoticeSettings, Preferences};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use torg_platform::Result;
use torg_platform::auth::Actor;
use torg_platform::http::{Api, Json, Policy, operations};
use utoipa::ToSchema;

/// The routes.
pub(crate) fn api() -> Api<Services> {
    Api::new()
        .routes(Policy::User, operations!(me))
        .routes(Policy::User, operations!(get_preferences, set_preferences))
        .routes(
            Policy::User,
            operations!(get_notification_settings, set_notification_settings),
        )
}

/// The caller's profile.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// Telegram user id.
    id: i64,
    first_name: String,
    last_name: Option<String>,
    username: Option<String>,
    /// Orders completed as executor.
    completed_orders: i64,
    /// Own orders that are open now.
    active_orders: i64,
    /// Average stars as executor, two decimals; 0 without reviews.
    rating: f64,
    /// Whole roubles, rounded down.
    balance: i64,
}

/// The caller's profile.
#[utoipa::path(get, path = "/api/users/me", tag = "users", operation_id = "get_me",
    responses((status = 200, body = Me)))]
pub(crate) async fn me(State(services): State<Services>, actor: Actor) -> Result<Json<Me>> {
    let user = actor.user;
    let me = services
        .ctx
        .db
        .read("services.get_me", move |tx| get_me::get_me(tx, user))
        .await?;
    Ok(Json(Me {
        id: user.0,
        first_name: me.person.first_name,
        last_name: me.person.last_name,
        username: me.person.username,
        completed_orders: me.completed_orders,
        active_orders: me.active_orders,
        rating: me.rating,
        balance: me.balance.major_floor(),
    }))
}

/// Done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Success {
    /// Always true.
    success: bool,
}

/// Which orders an executor wants to hear about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreferencesBody {
    /// Names or slugs of categories.
    #[schema(max_items = 10)]
    categories: Vec<String>,
    #[schema(max_items = 20)]
    cities: Vec<String>,
}

/// Which orders an executor wants to hear about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreferencesView {
    categories: Vec<Category>,
    cities: Vec<String>,
}

/// The caller's subscription.
#[utoipa::path(get, path = "/api/users/me/preferences", tag = "users",
    operation_id = "get_preferences", responses((status = 200, body = PreferencesView)))]
pub(crate) async fn get_preferences(
    State(services): State<Services>,
    actor: Actor,
) -> Result<Json<PreferencesView>> {
    let name = "services.get_preferences";
    let read =
        move |tx: &mut torg_platform::db::Tx<'_>| preferences::get_preferences(tx, actor.user);
    let Preferences { categories, cities } = services.ctx.db.read(name, read).await?;
    Ok(Json(PreferencesView { categories, cities }))
}

/// Replaces the caller's subscription.
#[utoipa::path(put, path = "/api/users/me/preferences", tag = "users",
    operation_id = "set_preferences", request_body = PreferencesBody,
    responses((status = 200, body = Success)))]
pub(crate) async fn set_preferences(
    State(services): State<Services>,
    actor: Actor,
    Json(body): Json<PreferencesBody>,
) -> Result<Json<Success>> {
    let checked = Preferences::check(&body.categories, &body.cities)?;
    let write = move |tx: &mut torg_platform::db::Tx<'_>| {
        preferences::set_preferences(tx, actor.user, &checked)
    };
    services
        .ctx
        .db
        .write("services.set_preferences", write)
        .await?;
    Ok(Json(Success { success: true }))
}

/// Whether and how often notices come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeSettingsView {
    enabled: bool,
    /// Least minutes between two notices.
    frequency: i64,
}

/// A change of the notice settings; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeSettingsBody {
    enabled: Option<bool>,
    /// Least minutes between two notices.
    #[schema(minimum = 5, maximum = 15)]
    frequency: Option<i64>,
}

/// The caller's notice settings.
#[utoipa::path(get, path = "/api/users/me/notification-settings", tag = "users",
    operation_id = "get_notification_settings",
    responses((status = 200, body = NoticeSettingsView)))]
pub(crate) async fn get_notification_settings(
    State(services): State<Services>,
    actor: Actor,
) -> Result<Json<NoticeSettingsView>> {
    let name = "services.get_notification_settings";
    let read =
        move |tx: &mut torg_platform::db::Tx<'_>| preferences::get_notice_settings(tx, actor.user);
    let (enabled, frequency) = services.ctx.db.read(name, read).await?;
    Ok(Json(NoticeSettingsView { enabled, frequency }))
}

/// Changes the caller's notice settings.
#[utoipa::path(put, path = "/api/users/me/notification-settings", tag = "users",
    operation_id = "set_notification_settings", request_body = NoticeSettingsBody,
    responses((status = 200, body = Success)))]
pub(crate) async fn set_notification_settings(
    State(services): State<Services>,
    actor: Actor,
    Json(body): Json<NoticeSettingsBody>,
) -> Result<Json<Success>> {
    let checked = NoticeSettings::check(body.enabled, body.frequency)?;
    let write = move |tx: &mut torg_platform::db::Tx<'_>| {
        preferences::set_notice_settings(tx, actor.user, checked)
    };
    services
        .ctx
        .db
        .write("services.set_notification_settings", write)
        .await?;
    Ok(Json(Success { success: true }))
}
