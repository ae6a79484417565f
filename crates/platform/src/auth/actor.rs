//! Who is asking, as handlers receive it.

use super::role::Role;
use crate::audit::By;
use crate::error::{Error, Kind};
use crate::http::Origin;
use crate::ids::UserId;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u8);

impl Roles {
    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Adds one.
    #[must_use]
    pub fn with(self, role: Role) -> Self {
        Self(self.0 | bit(role))
    }

    /// Whether one of them may do what asks for `needed`.
    pub fn cover(self, needed: Role) -> bool {
        self.iter().any(|role| role.covers(needed))
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL
            .into_iter()
            .filter(move |role| self.0 & bit(*role) != 0)
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::default(), Self::with)
    }
}

const fn bit(role: Role) -> u8 {
    match role {
        Role::Owner => 1,
        Role::Finance => 2,
        Role::Moderator => 4,
        Role::Support => 8,
        Role::ReadOnly => 16,
    }
}

/// A signed-in person. A handler that takes one cannot be reached without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// Their roles on the operator's staff; mostly none.
    pub roles: Roles,
    /// The session that the request came with; none when it came with initData.
    pub session: Option<Arc<str>>,
}

/// The actor of a public route: the person, or nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaybeActor(pub Option<Actor>);

/// The actor of an operator's route; on a public one see [`MaybeStaff`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Staff {
    /// Whoever knows the operator's secret.
    Secret,
    /// A member of the staff.
    Member(Actor),
}

impl Staff {
    /// Whether they may do what asks for `needed`. The secret may do everything.
    pub fn covers(&self, needed: Role) -> bool {
        match self {
            Self::Secret => true,
            Self::Member(actor) => actor.roles.cover(needed),
        }
    }
}

/// The operator on a public route: whoever knows the secret, or a person with any role; or nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaybeStaff(pub Option<Staff>);

impl fmt::Display for Staff {
    /// The name in the audit trail.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret => f.write_str("admin-secret"),
            Self::Member(actor) => write!(f, "user/{}", actor.user),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(missing_credentials)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Actor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

impl<S: Sync> FromRequestParts<S> for MaybeActor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Actor>().cloned()))
    }
}

impl<S: Sync> FromRequestParts<S> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(missing_credentials)
    }
}

impl<S: Sync> FromRequestParts<S> for MaybeStaff {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Staff>().cloned()))
    }
}

impl<S: Sync> FromRequestParts<S> for By {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let staff = Staff::from_request_parts(parts, state).await?;
        let Ok(origin) = Origin::from_request_parts(parts, state).await;
        Ok(Self {
            actor: staff.to_string(),
            request_id: origin.request_id,
        })
    }
}

/// The refusal when nobody said who they are.
pub fn missing_credentials() -> Error {
    Error::new(
        Kind::Unauthenticated,
        "missing_credentials",
        "Send Authorization: Bearer with initData or a session token",
    )
}
