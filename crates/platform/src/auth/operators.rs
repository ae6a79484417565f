//! `/api/admin`: the staff and the people, for those who run the place.

use super::role::Role;
use super::store::Grant;
use super::{Auth, people, staff};
use crate::audit::By;
use crate::db::Tx;
use crate::error::{Error, Kind, Result};
use crate::http::{Api, Json, Path, Policy, operations, reason};
use crate::ids::UserId;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Everybody who has a role.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StaffList {
    staff: Vec<Grant>,
}

/// The routes.
pub(super) fn api(auth: &Auth) -> Api {
    let owner = Policy::Role(Role::Owner);
    let moderator = Policy::Role(Role::Moderator);
    Api::new()
        .routes(owner, operations!(list_staff))
        .routes(owner, operations!(grant_role, revoke_role))
        .routes(moderator, operations!(block_user, unblock_user))
        .with_state(auth.clone())
}

impl Auth {
    /// Changes something about a person and looks at them anew.
    async fn change(
        &self,
        name: &'static str,
        user: UserId,
        change: impl Fn(&mut Tx<'_>) -> Result<()> + Send + 'static,
    ) -> Result<StatusCode> {
        self.0.db.write(name, change).await?;
        self.forget(user);
        Ok(StatusCode::NO_CONTENT)
    }
}

/// List the staff
#[utoipa::path(
    get,
    path = "/api/admin/staff",
    tag = "admin",
    responses((status = 200, description = "Everybody who has a role", body = StaffList))
)]
async fn list_staff(State(auth): State<Auth>) -> Result<Json<StaffList>> {
    let staff = auth.0.db.read("platform.list_staff", staff::list).await?;
    Ok(Json(StaffList { staff }))
}

/// Give somebody a role
#[utoipa::path(
    put,
    path = "/api/admin/staff/{user_id}/roles/{role}",
    tag = "admin",
    params(("user_id" = i64, Path, minimum = 1), ("role" = Role, Path)),
    responses((status = 204, description = "They have it"))
)]
async fn grant_role(
    State(auth): State<Auth>,
    by: By,
    Path((user, role)): Path<(i64, Role)>,
) -> Result<StatusCode> {
    let user = person(user)?;
    let change = move |tx: &mut Tx<'_>| staff::grant(tx, user, role, &by).map(drop);
    auth.change("platform.grant_role", user, change).await
}

/// Take a role away
#[utoipa::path(
    delete,
    path = "/api/admin/staff/{user_id}/roles/{role}",
    tag = "admin",
    params(("user_id" = i64, Path, minimum = 1), ("role" = Role, Path)),
    responses((status = 204, description = "They do not have it"))
)]
async fn revoke_role(
    State(auth): State<Auth>,
    by: By,
    Path((user, role)): Path<(i64, Role)>,
) -> Result<StatusCode> {
    let user = person(user)?;
    let change = move |tx: &mut Tx<'_>| staff::revoke(tx, user, role, &by).map(drop);
    auth.change("platform.revoke_role", user, change).await
}

/// Why somebody is shut out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BlockBody {
    /// For the staff; outer blanks do not count.
    #[schema(min_length = 3, max_length = 500)]
    reason: Option<String>,
}

/// Shut somebody out
///
/// Their sessions end; their orders and their money stay as they are. Whoever is shut out already
/// stays so, for the reason that was given first.
#[utoipa::path(
    put,
    path = "/api/admin/users/{user_id}/block",
    tag = "admin",
    params(("user_id" = i64, Path, minimum = 1)),
    request_body = Option<BlockBody>,
    responses(
        (status = 204, description = "They are shut out"),
        (status = 404, description = "They never came"),
    )
)]
async fn block_user(
    State(auth): State<Auth>,
    by: By,
    Path(user): Path<i64>,
    body: Option<Json<BlockBody>>,
) -> Result<StatusCode> {
    let user = person(user)?;
    let given = body.and_then(|Json(body)| body.reason);
    let why = given.as_deref().map(reason).transpose()?;
    let change = move |tx: &mut Tx<'_>| {
        people::person(tx, user)?.ok_or_else(unknown)?;
        people::block(tx, user, why.as_deref(), &by).map(drop)
    };
    auth.change("platform.block_user", user, change).await
}

/// Let somebody in again
#[utoipa::path(
    delete,
    path = "/api/admin/users/{user_id}/block",
    tag = "admin",
    params(("user_id" = i64, Path, minimum = 1)),
    responses(
        (status = 204, description = "They are let in"),
        (status = 404, description = "They never came"),
    )
)]
async fn unblock_user(
    State(auth): State<Auth>,
    by: By,
    Path(user): Path<i64>,
) -> Result<StatusCode> {
    let user = person(user)?;
    let change = move |tx: &mut Tx<'_>| {
        people::person(tx, user)?.ok_or_else(unknown)?;
        people::unblock(tx, user, &by).map(drop)
    };
    auth.change("platform.unblock_user", user, change).await
}

fn person(id: i64) -> Result<UserId> {
    if id > 0 {
        Ok(UserId(id))
    } else {
        Err(Error::field("user_id", "must be at least 1"))
    }
}

fn unknown() -> Error {
    Error::new(Kind::Missing, "user_not_found", "This person never came")
}
