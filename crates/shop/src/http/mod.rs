//! The wire: paths, shapes and who may call. Whoever may see what is decided by the use cases.

mod admin_orders;
mod admin_products;
mod carts;
mod coupons;
mod orders;
mod panel;
mod payments;
mod place;
pub(crate) mod products;
mod stock;
mod tables;

use crate::app::By;
use crate::app::get_order::Reader;
use crate::app::state::Shop;
use torg_platform::auth::{Actor, MaybeActor, MaybeStaff, Role, Staff};
use torg_platform::http::{Api, Origin};

/// The audit trail's name for somebody without an account.
const GUEST: &str = "guest";

/// All routes of this market.
pub(crate) fn api(shop: Shop) -> Api {
    Api::new()
        .merge(products::api())
        .merge(admin_products::api())
        .merge(stock::api())
        .merge(tables::api())
        .merge(orders::api())
        .merge(carts::api())
        .merge(coupons::api())
        .merge(admin_orders::api())
        .merge(payments::api())
        .merge(panel::api())
        .with_state(shop)
}

/// Whoever asks on a route that is open to everybody, and in which part.
pub(crate) struct Caller {
    pub(crate) actor: Option<Actor>,
    pub(crate) staff: Option<Staff>,
}

impl Caller {
    fn new(MaybeActor(actor): MaybeActor, MaybeStaff(staff): MaybeStaff) -> Self {
        Self { actor, staff }
    }

    /// In which part he looks: every member of the staff sees all orders.
    fn reader(&self) -> Reader {
        match (&self.staff, &self.actor) {
            (Some(_), actor) => Reader::Staff(actor.as_ref().map(|actor| actor.user)),
            (None, Some(actor)) => Reader::User(actor.user),
            (None, None) => Reader::Guest,
        }
    }

    /// In which part he acts: on other people's orders only with the role for it.
    fn doer(&self) -> Reader {
        let may = |staff: &Staff| staff.covers(Role::Moderator);
        match (&self.staff, &self.actor) {
            (Some(staff), actor) if may(staff) => {
                Reader::Staff(actor.as_ref().map(|actor| actor.user))
            }
            (Some(_) | None, Some(actor)) => Reader::User(actor.user),
            (Some(_) | None, None) => Reader::Guest,
        }
    }

    /// Whether he may give money back.
    fn may_refund(&self) -> bool {
        (self.staff.as_ref()).is_some_and(|staff| staff.covers(Role::Finance))
    }

    /// As the audit trail names him.
    fn by(&self, origin: Origin) -> By {
        let who = match (&self.actor, &self.staff) {
            (Some(actor), _) => format!("user/{}", actor.user),
            (None, Some(staff)) => staff.to_string(),
            (None, None) => GUEST.to_owned(),
        };
        By {
            actor: who,
            request_id: origin.request_id,
        }
    }
}

/// A member of the staff, doing something in the request of `origin`.
pub(crate) fn by_staff(origin: Origin, staff: &Staff) -> By {
    By {
        actor: staff.to_string(),
        request_id: origin.request_id,
    }
}
