//! The wire: paths, shapes and who may call. Whoever may see what is decided by the use cases.

mod admin;
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
use torg_platform::auth::Actor;
use torg_platform::http::{Api, Origin};

/// All routes of this market.
pub(crate) fn api(services: Services) -> Api {
    Api::new()
        .merge(orders::api())
        .merge(live::api())
        .merge(users::api())
        .merge(balance::api())
        .merge(reviews::api())
        .merge(cities::api())
        .merge(admin::api())
        .with_state(services)
}

/// `actor`, doing something in the request of `origin`.
fn by(origin: Origin, actor: &Actor) -> By {
    By {
        user: actor.user,
        request_id: origin.request_id,
    }
}

/// The order that a path names; a text that cannot name any is as unknown as an unknown name.
fn order_id(text: &str) -> Result<OrderId, Error> {
    OrderId::parse(text).ok_or_else(|| Refusal::OrderNotFound.into())
}
