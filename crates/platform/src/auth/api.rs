//! `/api/auth`: sessions for those who cannot keep initData fresh, which is every Mini App that
//! stays open.

use super::Auth;
use super::actor::Actor;
use super::identity::Person;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::{Api, Json, Policy, operations};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is exchanged for a session.
#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    /// `Telegram.WebApp.initData`, unchanged, at most an hour old.
    #[schema(example = "query_id=…&user=…&auth_date=1750000000&signature=…&hash=…")]
    pub init_data: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(***)")
    }
}

/// An opened session.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// For `Authorization: Bearer …`.
    pub token: String,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Whose it is.
    pub user: Person,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("user", &self.user.id)
            .finish_non_exhaustive()
    }
}

/// The routes.
pub(super) fn api(auth: &Auth) -> Api {
    Api::new()
        .routes(Policy::Public, operations!(sign_in))
        .routes(Policy::User, operations!(sign_out))
        .with_state(auth.clone())
}

/// Exchange initData for a session
#[utoipa::path(
    post,
    path = "/api/auth/telegram",
    tag = "auth",
    request_body = SignIn,
    responses(
        (status = 200, description = "The session", body = SignedIn),
        (status = 401, description = "initData does not hold or is too old"),
        (status = 403, description = "The account is blocked"),
    )
)]
async fn sign_in(State(auth): State<Auth>, Json(body): Json<SignIn>) -> Result<Json<SignedIn>> {
    let opened = auth.open_session(&body.init_data).await?;
    Ok(Json(SignedIn {
        token: opened.token,
        expires_at: opened.expires_at,
        user: opened.person,
    }))
}

/// End the session of this request
///
/// A request that came with initData has no session to end.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "auth",
    responses((status = 204, description = "The session has ended"))
)]
async fn sign_out(State(auth): State<Auth>, actor: Actor) -> Result<StatusCode> {
    if let Some(session) = &actor.session {
        auth.close_session(session).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
