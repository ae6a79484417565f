//! The wire: paths, shapes and who may call. Whoever may see what is decided by the use cases.

mod balance;
mod cities;
mod live;
mod orders;
mod orders_list;
mod reviews;
mod users;

use crate::app::By;
use crate::app::state::Services;
use crate::domain::{OrderId, Refusal};
use crate::error::Error;
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::convert::Infallible;
use std::sync::Arc;
use torg_platform::UserId;
use torg_platform::auth::Actor;
use torg_platform::http::{Api, RequestContext};

/// All routes of this market.
pub(crate) fn api(services: Services) -> Api {
    Api::new()
        .merge(orders::api())
        .merge(live::api())
        .merge(users::api())
        .merge(balance::api())
        .merge(reviews::api())
        .merge(cities::api())
        .with_state(services)
}

/// What a request says about itself besides who sent it.
pub(crate) struct Origin {
    request_id: String,
    /// The sender's address, for limits of people without a name.
    peer: String,
}

impl Origin {
    /// `actor`, doing something in this request.
    fn by(self, actor: &Actor) -> By {
        By {
            user: actor.user,
            request_id: self.request_id,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<Arc<RequestContext>>();
        let peer = |c: &Arc<RequestContext>| c.client_ip().bucket().to_string();
        Ok(Self {
            request_id: context.map_or_else(|| "-".to_owned(), |c| c.id().as_str().to_owned()),
            peer: context.map_or_else(|| "-".to_owned(), peer),
        })
    }
}

/// Whom a limit counts: the person, or else the address.
fn caller(actor: Option<UserId>, origin: &Origin) -> String {
    match actor {
        Some(user) => user.to_string(),
        None => format!("ip:{}", origin.peer),
    }
}

/// The order that a path names; a text that cannot name any is as unknown as an unknown name.
fn order_id(text: &str) -> Result<OrderId, Error> {
    OrderId::parse(text).ok_or_else(|| Refusal::OrderNotFound.into())
}
