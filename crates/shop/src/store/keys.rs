//! Units of digital goods: keys that customers get. No statement here is for a list; a key is
//! read by the order that it was handed out to.

use crate::domain::{OrderId, ProductId};
use torg_platform::Timestamp;
use torg_platform::db::{Result, Tx};

/// Keys of one statement.
const BATCH: usize = 8;

torg_platform::sql! {
    fn insert_eight(
        product: &ProductId, at: Timestamp, a: &str, b: &str, c: &str, d: &str, e: &str, f: &str,
        g: &str, h: &str,
    ) -> u64 =
        "INSERT INTO shop_keys (product_id, added_at, secret)
         VALUES ($1, $2, $3), ($1, $2, $4), ($1, $2, $5), ($1, $2, $6), ($1, $2, $7), ($1, $2, $8),
            ($1, $2, $9), ($1, $2, $10)
         ON CONFLICT (product_id, secret) DO NOTHING";
    fn hand_out_rows(product: &ProductId, order: &OrderId, quantity: i64, at: Timestamp) -> u64 =
        "UPDATE shop_keys SET order_id = $2, handed_at = $4
         WHERE order_id IS NULL AND id IN (
            SELECT id FROM shop_keys WHERE product_id = $1 AND order_id IS NULL
            ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)";
    /// The keys that were handed out to an order, with their products.
    pub(crate) fn of_order(order: &OrderId) -> Vec<(ProductId, String)> =
        "SELECT product_id, secret FROM shop_keys WHERE order_id = $1 ORDER BY id";
}

/// Adds keys to a product, whose row the caller has locked; returns how many were new.
pub(crate) fn insert(tx: &mut Tx<'_>, product: &ProductId, keys: &[String]) -> Result<u64> {
    let at = tx.now();
    let mut added = 0_u64;
    for part in keys.chunks(BATCH) {
        let last = part.last().map_or("", String::as_str);
        let key = |n: usize| part.get(n).map_or(last, String::as_str);
        let new = insert_eight(
            tx,
            product,
            at,
            key(0),
            key(1),
            key(2),
            key(3),
            key(4),
            key(5),
            key(6),
            key(7),
        )?;
        added = added.saturating_add(new);
    }
    Ok(added)
}

/// Hands out the `quantity` keys that wait longest to an order, for ever; returns how many there
/// were. The caller has locked the product, and refuses the whole unit when they are too few.
pub(crate) fn hand_out(
    tx: &mut Tx<'_>,
    product: &ProductId,
    order: &OrderId,
    quantity: i64,
) -> Result<u64> {
    let at = tx.now();
    hand_out_rows(tx, product, order, quantity, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Product;
    use crate::store::products;
    use torg_platform::db::Migrations;
    use torg_platform::money::Money;
    use torg_testkit::{START, TestDb, both_engines};

    const MIGRATIONS: &[Migrations] = &[torg_platform::MIGRATIONS, crate::MIGRATIONS];

    fn order(n: usize) -> OrderId {
        uuid::Uuid::from_u128(u128::try_from(n).unwrap()).into()
    }

    /// A digital product with `count` keys, `K0` and so on.
    async fn game(t: &TestDb, n: u128, count: usize) -> ProductId {
        let product = Product {
            id: uuid::Uuid::from_u128(n).into(),
            parent: None,
            sku: None,
            name: "Game".to_owned(),
            description: None,
            category: None,
            images: Vec::new(),
            price: Money::from_minor(100),
            is_active: true,
            is_digital: true,
            on_hand: 0,
            reserved: 0,
            low_stock: None,
            version: 1,
            created_at: START,
            updated_at: START,
        };
        let id = product.id.clone();
        let keys: Vec<String> = (0..count).map(|n| format!("K{n}")).collect();
        let write = move |tx: &mut Tx<'_>| {
            assert!(products::insert(tx, &product)?);
            insert(tx, &product.id, &keys)
        };
        t.db.write("game", write).await.unwrap();
        id
    }

    async fn hand(t: &TestDb, product: &ProductId, to: usize, quantity: i64) -> u64 {
        let (product, to) = (product.clone(), order(to));
        let write = move |tx: &mut Tx<'_>| {
            products::lock(tx, &product)?;
            hand_out(tx, &product, &to, quantity)
        };
        t.db.write("hand_out", write).await.unwrap()
    }

    async fn has(t: &TestDb, who: usize) -> Vec<(ProductId, String)> {
        let read = move |tx: &mut Tx<'_>| of_order(tx, &order(who));
        t.db.read("of_order", read).await.unwrap()
    }

    both_engines! { MIGRATIONS =>
        async fn keys_are_handed_out_in_their_order(t: TestDb) {
            let (one, other) = (game(&t, 1, 10).await, game(&t, 2, 10).await);
            let key = |id: &ProductId, n: usize| (id.clone(), format!("K{n}"));
            assert_eq!(hand(&t, &one, 1, 2).await, 2);
            assert_eq!(hand(&t, &other, 1, 1).await, 1);
            assert_eq!(hand(&t, &one, 2, 9).await, 8, "there were no more");
            assert_eq!(hand(&t, &one, 3, 1).await, 0);
            assert_eq!(has(&t, 1).await, [key(&one, 0), key(&one, 1), key(&other, 0)]);
            let rest: Vec<_> = (2..10).map(|n| key(&one, n)).collect();
            assert_eq!(has(&t, 2).await, rest);
            assert!(has(&t, 3).await.is_empty());
        }

        async fn each_key_goes_to_one_of_sixty_four(t: TestDb) {
            let id = game(&t, 1, 100).await;
            let hands = (0..64).map(|n| hand(&t, &id, n, 2));
            let handed: u64 = futures_util::future::join_all(hands).await.into_iter().sum();
            assert_eq!(handed, 100);
            let mut seen = std::collections::BTreeSet::new();
            for who in 0..64 {
                for (_, key) in has(&t, who).await {
                    assert!(seen.insert(key), "handed out twice");
                }
            }
            assert_eq!(seen.len(), 100);
        }
    }
}
