//! What came into the store and went out of it, and why.

use crate::domain::ProductId;
use torg_platform::Timestamp;

torg_platform::row! {
    /// A change of the units in the store.
    #[derive(Debug, Clone)]
    pub(crate) struct Movement {
        /// Its number; later ones are higher.
        pub(crate) id: i64,
        /// How many came, or went when below zero.
        pub(crate) delta: i64,
        /// What it was: `initial`, `adjusted`, `imported`, `keys`, `sale`, `return`.
        pub(crate) kind: String,
        /// Why, in the operator's words.
        pub(crate) reason: String,
        /// The order of a sale or a return.
        pub(crate) order_id: Option<String>,
        /// Who.
        pub(crate) by_whom: String,
        /// Units in the store afterwards.
        pub(crate) on_hand_after: i64,
        /// When.
        pub(crate) created_at: Timestamp,
    }
}

torg_platform::sql! {
    /// Movements of a product before a number, newest first.
    pub(crate) fn page(product: &ProductId, before: i64, limit: i64) -> Vec<Movement> =
        "SELECT id, delta, kind, reason, order_id, by_whom, on_hand_after, created_at
         FROM shop_stock_movements WHERE product_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
}
