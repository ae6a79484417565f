//! What each policy asks of a request.

use super::Auth;
use super::actor::{Actor, Roles, Staff, missing_credentials};
use crate::error::{Error, Kind, Result};
use crate::http::RequestContext;
use crate::http::routes::{Guard, Policy};
use crate::planted::{self, Plant};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use http::request::Parts;
use std::sync::Arc;

const ADMIN_SECRET: &str = "x-admin-secret";

impl Guard for Auth {
    async fn check(&self, policy: Policy, parts: &mut Parts) -> Result<()> {
        match policy {
            Policy::Admin | Policy::Role(_) | Policy::AnyOf(_)
                if planted::is(Plant::RouteWithoutPolicy) =>
            {
                self.admit(parts, |_| true).await
            }
            Policy::Signed => Ok(()),
            Policy::Public => self.welcome(parts).await,
            Policy::User => self.identify(parts).await.map(|_| ()),
            Policy::Admin => self.admit(parts, |roles| !roles.is_empty()).await,
            Policy::Role(role) => self.admit(parts, |roles| roles.cover(role)).await,
            Policy::AnyOf(any) => {
                let covers = |roles: Roles| any.iter().any(|role| roles.cover(*role));
                self.admit(parts, covers).await
            }
        }
    }
}

impl Auth {
    /// Anybody may pass, and the operator is known. A credential that does not hold counts as
    /// none, a wrong secret too; one that could not be checked is an error, because an anonymous
    /// answer would be a wrong one.
    async fn welcome(&self, parts: &mut Parts) -> Result<()> {
        let secret = parts.headers.get(ADMIN_SECRET);
        let is_operator = secret.is_some_and(|claimed| self.is_secret(claimed));
        if is_operator {
            parts.extensions.insert(Staff::Secret);
        }
        if !parts.headers.contains_key(AUTHORIZATION) {
            return Ok(());
        }
        match self.identify(parts).await {
            Ok(actor) => {
                if !is_operator && !actor.roles.is_empty() {
                    parts.extensions.insert(Staff::Member(actor));
                }
                Ok(())
            }
            Err(error) => match error.kind() {
                Kind::Unauthenticated | Kind::Denied => Ok(()),
                Kind::Invalid
                | Kind::Unpaid
                | Kind::Missing
                | Kind::MethodNotAllowed
                | Kind::Timeout
                | Kind::Conflict
                | Kind::Gone
                | Kind::Stale
                | Kind::TooLarge
                | Kind::Unsupported
                | Kind::Malformed
                | Kind::Limited
                | Kind::Internal
                | Kind::Unavailable => Err(error),
            },
        }
    }

    /// Leaves the actor where the handler and the access log find it.
    async fn identify(&self, parts: &mut Parts) -> Result<Actor> {
        let actor = self.authenticate(&parts.headers).await?;
        if let Some(context) = parts.extensions.get::<Arc<RequestContext>>() {
            context.set_user(actor.user);
        }
        parts.extensions.insert(actor.clone());
        Ok(actor)
    }

    fn is_secret(&self, claimed: &HeaderValue) -> bool {
        self.0.options.admin_secret.matches(claimed.as_bytes())
    }

    /// Staff whose roles are enough, or whoever knows the secret.
    async fn admit(&self, parts: &mut Parts, may: impl Fn(Roles) -> bool) -> Result<()> {
        let staff = if let Some(claimed) = parts.headers.get(ADMIN_SECRET) {
            if !self.is_secret(claimed) {
                return Err(Error::new(
                    Kind::Unauthenticated,
                    "admin_secret_invalid",
                    "X-Admin-Secret is not the operator's secret",
                ));
            }
            Staff::Secret
        } else {
            if !parts.headers.contains_key(AUTHORIZATION) {
                return Err(missing_credentials());
            }
            let actor = self.identify(parts).await?;
            if !may(actor.roles) {
                return Err(Error::new(
                    Kind::Denied,
                    "role_required",
                    "You may not do this",
                ));
            }
            Staff::Member(actor)
        };
        parts.extensions.insert(staff);
        Ok(())
    }
}
