//! Many products at once.

use crate::domain::{Product, ProductId};
use crate::store::products::columns;
use std::collections::HashMap;
use torg_platform::db::{Locked, Result, Tx};

/// Products of one statement.
const BATCH: usize = 16;

torg_platform::sql! {
    fn select_skus(
        a: &str, b: &str, c: &str, d: &str, e: &str, f: &str, g: &str, h: &str, i: &str, j: &str,
        k: &str, l: &str, m: &str, n: &str, o: &str, p: &str,
    ) -> Vec<(String, ProductId)> =
        "SELECT sku, id FROM shop_products WHERE sku IN
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    /// The products whose names are not before the first and not after the second.
    pub(crate) fn between(first: &ProductId, last: &ProductId) -> Vec<ProductId> =
        "SELECT id FROM shop_products WHERE id >= $1 AND id <= $2";
    // The lock comes after the sort, so rows are locked in the order of their names.
    fn lock_sixteen(
        a: &str, b: &str, c: &str, d: &str, e: &str, f: &str, g: &str, h: &str, i: &str, j: &str,
        k: &str, l: &str, m: &str, n: &str, o: &str, p: &str,
    ) -> Vec<Locked<Product>> =
        columns!("WHERE id IN
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ORDER BY id FOR NO KEY UPDATE");
}

/// Calls a statement of sixteen texts for each sixteen of `all`; the last one is repeated.
macro_rules! by_sixteen {
    ($tx:expr, $all:expr, $statement:ident, $found:ident => $keep:expr) => {
        for part in $all.chunks(BATCH) {
            let last = part.last().copied().unwrap_or_default();
            let t = |n: usize| part.get(n).copied().unwrap_or(last);
            let $found = $statement(
                $tx,
                t(0),
                t(1),
                t(2),
                t(3),
                t(4),
                t(5),
                t(6),
                t(7),
                t(8),
                t(9),
                t(10),
                t(11),
                t(12),
                t(13),
                t(14),
                t(15),
            )?;
            $keep;
        }
    };
}

/// The products of these SKUs.
pub(crate) fn by_sku(tx: &mut Tx<'_>, skus: &[&str]) -> Result<HashMap<String, ProductId>> {
    let mut all = HashMap::with_capacity(skus.len());
    by_sixteen!(tx, skus, select_skus, found => all.extend(found));
    Ok(all)
}

/// The products of these names, to be changed. `ids` must be sorted.
pub(crate) fn lock(
    tx: &mut Tx<'_>,
    ids: &[&ProductId],
) -> Result<HashMap<ProductId, Locked<Product>>> {
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let mut all = HashMap::with_capacity(ids.len());
    let entry = |product: Locked<Product>| (product.id.clone(), product);
    by_sixteen!(tx, ids, lock_sixteen, found => all.extend(found.into_iter().map(entry)));
    Ok(all)
}
