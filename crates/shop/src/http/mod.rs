//! The wire: paths, shapes and who may call. Whoever may see what is decided by the use cases.

pub(crate) mod products;

use crate::app::state::Shop;
use torg_platform::http::Api;

/// All routes of this market.
pub(crate) fn api(shop: Shop) -> Api {
    Api::new().merge(products::api()).with_state(shop)
}
