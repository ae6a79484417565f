//! The wire: paths, shapes and who may call. Whoever may see what is decided by the use cases.

mod admin_products;
pub(crate) mod products;
mod stock;
mod tables;

use crate::app::By;
use crate::app::state::Shop;
use torg_platform::auth::Staff;
use torg_platform::http::{Api, Origin};

/// All routes of this market.
pub(crate) fn api(shop: Shop) -> Api {
    Api::new()
        .merge(products::api())
        .merge(admin_products::api())
        .merge(stock::api())
        .merge(tables::api())
        .with_state(shop)
}

/// The operator, doing something in the request of `origin`.
fn by(origin: Origin, staff: &Staff) -> By {
    By {
        who: staff.to_string(),
        request_id: origin.request_id,
    }
}
