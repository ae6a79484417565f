//! `/products`: what there is to buy.

use crate::app::state::Shop;
use torg_platform::http::Api;

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    Api::new()
}
