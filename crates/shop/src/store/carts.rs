//! Carts: what people want to order, and at which prices they saw it.

use crate::domain::{Cart, CartLine, ProductId};
use torg_platform::db::{Locked, One, Result, Tx};
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    /// Somebody's cart, without what is in it.
    pub(crate) struct Owner { pub(crate) user_id: UserId }
}

torg_platform::row! {
    struct LineRow {
        product_id: ProductId,
        name: String,
        quantity: i64,
        price_minor: Money<Rub>,
        price_seen_minor: Money<Rub>,
        available: i64,
        is_active: bool,
    }
}

torg_platform::sql! {
    fn open(user: UserId) -> () =
        "INSERT INTO shop_carts (user_id) VALUES ($1) ON CONFLICT (user_id) DO NOTHING";
    fn select_locked(user: UserId) -> One<Locked<Owner>> =
        "SELECT user_id FROM shop_carts WHERE user_id = $1 FOR UPDATE";
    fn select_lines(user: UserId) -> Vec<LineRow> =
        "SELECT c.product_id, p.name, c.quantity, p.price_minor, c.price_seen_minor,
             p.on_hand - p.reserved AS available, p.is_active
         FROM shop_cart_items c JOIN shop_products p ON p.id = c.product_id
         WHERE c.user_id = $1 ORDER BY c.added_at, c.product_id";
    fn count_others(user: UserId, product: &ProductId) -> One<i64> =
        "SELECT count(*) FROM shop_cart_items WHERE user_id = $1 AND product_id <> $2";
    /// Whether anything in the cart has to be brought to somebody.
    pub(crate) fn has_goods(user: UserId) -> One<bool> =
        "SELECT EXISTS (SELECT 1 FROM shop_cart_items c JOIN shop_products p ON p.id = c.product_id
             WHERE c.user_id = $1 AND NOT p.is_digital)";
    fn upsert_item(
        user: UserId, product: &ProductId, quantity: i64, price: Money<Rub>, at: Timestamp,
    ) -> () =
        "INSERT INTO shop_cart_items (user_id, product_id, quantity, price_seen_minor, added_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id, product_id) DO UPDATE SET quantity = excluded.quantity,
             price_seen_minor = excluded.price_seen_minor";
    fn update_seen(user: UserId, product: &ProductId, price: Money<Rub>) -> () =
        "UPDATE shop_cart_items SET price_seen_minor = $3 WHERE user_id = $1 AND product_id = $2";
    fn delete_item(user: UserId, product: &ProductId) -> () =
        "DELETE FROM shop_cart_items WHERE user_id = $1 AND product_id = $2";
    fn delete_items(user: UserId) -> () = "DELETE FROM shop_cart_items WHERE user_id = $1";
}

/// The cart of `user`, to be changed.
pub(crate) fn lock(tx: &mut Tx<'_>, user: UserId) -> Result<Locked<Owner>> {
    open(tx, user)?;
    Ok(select_locked(tx, user)?.0)
}

/// What is in the cart of `user`.
pub(crate) fn find(tx: &mut Tx<'_>, user: UserId) -> Result<Cart> {
    let lines = select_lines(tx, user)?;
    Ok(Cart {
        lines: lines.into_iter().map(CartLine::from).collect(),
    })
}

/// How many products but this one are in the cart.
pub(crate) fn others(tx: &mut Tx<'_>, of: &Locked<Owner>, product: &ProductId) -> Result<i64> {
    Ok(count_others(tx, of.user_id, product)?.0)
}

/// Puts so many of a product into the cart, in place of what was there of it.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    into: &Locked<Owner>,
    product: &ProductId,
    quantity: i64,
    price: Money<Rub>,
) -> Result<()> {
    let now = tx.now();
    upsert_item(tx, into.user_id, product, quantity, price, now)
}

/// Writes down that the customer has seen this price.
pub(crate) fn see(
    tx: &mut Tx<'_>,
    of: &Locked<Owner>,
    product: &ProductId,
    price: Money<Rub>,
) -> Result<()> {
    update_seen(tx, of.user_id, product, price)
}

/// Takes a product out, if it is there.
pub(crate) fn remove(tx: &mut Tx<'_>, from: &Locked<Owner>, product: &ProductId) -> Result<()> {
    delete_item(tx, from.user_id, product)
}

/// Takes everything out.
pub(crate) fn clear(tx: &mut Tx<'_>, of: &Locked<Owner>) -> Result<()> {
    delete_items(tx, of.user_id)
}

impl From<LineRow> for CartLine {
    fn from(row: LineRow) -> Self {
        Self {
            product: row.product_id,
            name: row.name,
            quantity: row.quantity,
            price: row.price_minor,
            price_seen: row.price_seen_minor,
            available: row.available,
            is_active: row.is_active,
        }
    }
}
