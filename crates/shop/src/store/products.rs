//! Products one at a time, and their stock.

use super::{column, json};
use crate::domain::{Product, ProductId};
use torg_platform::db::{Changed, Column, FromColumn, FromRow, Locked, One, Result, Row, Tx};
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, fold};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, parent_id, sku, name, description, category, images, price_minor, \
             is_active, is_digital, on_hand, reserved, low_stock, version, created_at, updated_at \
             FROM shop_products ",
            $rest
        )
    };
}
pub(crate) use columns;

macro_rules! insert_row {
    () => {
        "INSERT INTO shop_products (id, parent_id, sku, name, name_key, description, category,
            images, price_minor, is_active, is_digital, on_hand, reserved, low_stock, version,
            created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, 1, $14, $14)
         ON CONFLICT (sku) DO NOTHING"
    };
}

macro_rules! movement {
    ($rest:literal) => {
        concat!(
            "INSERT INTO shop_stock_movements \
             (product_id, delta, kind, reason, order_id, by_whom, on_hand_after, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            $rest
        )
    };
}

torg_platform::sql! {
    fn select(id: &ProductId) -> Option<Product> = columns!("WHERE id = $1");
    fn select_locked(id: &ProductId) -> Option<Locked<Product>> =
        columns!("WHERE id = $1 FOR NO KEY UPDATE");
    // The lock comes after the sort, so rows are locked in the order of their names.
    fn lock_four(a: &ProductId, b: &ProductId, c: &ProductId, d: &ProductId)
        -> Vec<Locked<Product>> =
        columns!("WHERE id IN ($1, $2, $3, $4) ORDER BY id FOR NO KEY UPDATE");

    fn insert_row(
        id: &ProductId, parent: Option<&ProductId>, sku: Option<&str>, name: &str, name_key: &str,
        description: Option<&str>, category: Option<&str>, images: &str, price: Money<Rub>,
        is_active: bool, is_digital: bool, on_hand: i64, low_stock: Option<i64>, at: Timestamp,
    ) -> u64 = insert_row!();
    fn insert_row_unseen(
        id: &ProductId, parent: Option<&ProductId>, sku: Option<&str>, name: &str, name_key: &str,
        description: Option<&str>, category: Option<&str>, images: &str, price: Money<Rub>,
        is_active: bool, is_digital: bool, on_hand: i64, low_stock: Option<i64>, at: Timestamp,
    ) -> () = insert_row!();
    fn update_sku(id: &ProductId, sku: Option<&str>) -> Changed =
        "UPDATE shop_products SET sku = $2 WHERE id = $1";
    fn update_row(
        id: &ProductId, version: i64, name: &str, name_key: &str, description: Option<&str>,
        category: Option<&str>, images: &str, price: Money<Rub>, is_active: bool,
        low_stock: Option<i64>, at: Timestamp,
    ) -> () =
        "UPDATE shop_products SET version = $2, name = $3, name_key = $4, description = $5,
            category = $6, images = $7, price_minor = $8, is_active = $9, low_stock = $10,
            updated_at = $11
         WHERE id = $1";

    fn update_stock(id: &ProductId, on_hand: i64, reserved: i64) -> () =
        "UPDATE shop_products SET on_hand = on_hand + $2, reserved = reserved + $3 WHERE id = $1";

    pub(crate) fn insert_movement(
        product: &ProductId, delta: i64, kind: &str, reason: &str, order: Option<&str>, by: &str,
        on_hand_after: i64, at: Timestamp,
    ) -> () = movement!("");
    /// The same, and tells the row's number.
    pub(crate) fn number_movement(
        product: &ProductId, delta: i64, kind: &str, reason: &str, order: Option<&str>, by: &str,
        on_hand_after: i64, at: Timestamp,
    ) -> One<i64> = movement!(" RETURNING id");

    /// Products after that name, in the order of names.
    pub(crate) fn after(id: &str, limit: i64) -> Vec<Product> =
        columns!("WHERE id > $1 ORDER BY id LIMIT $2");
}

/// The product of that name.
pub(crate) fn find(tx: &mut Tx<'_>, id: &ProductId) -> Result<Option<Product>> {
    select(tx, id)
}

/// The product of that name, to be changed.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &ProductId) -> Result<Option<Locked<Product>>> {
    select_locked(tx, id)
}

/// The products of these names, to be changed; `ids` must be sorted, which is the order in which
/// everybody locks products. What does not exist is left out.
pub(crate) fn lock_sorted(tx: &mut Tx<'_>, ids: &[&ProductId]) -> Result<Vec<Locked<Product>>> {
    let mut found = Vec::with_capacity(ids.len());
    for part in ids.chunks(4) {
        let at = |n: usize| part.get(n).or(part.last()).copied();
        if let (Some(a), Some(b), Some(c), Some(d)) = (at(0), at(1), at(2), at(3)) {
            found.append(&mut lock_four(tx, a, b, c, d)?);
        }
    }
    Ok(found)
}

/// Calls a statement that stores a product.
macro_rules! insert {
    ($statement:ident, $tx:ident, $product:ident) => {
        $statement(
            $tx,
            &$product.id,
            $product.parent.as_ref(),
            $product.sku.as_deref(),
            &$product.name,
            &fold(&$product.name),
            $product.description.as_deref(),
            $product.category.as_deref(),
            &images($product),
            $product.price,
            $product.is_active,
            $product.is_digital,
            $product.on_hand,
            $product.low_stock,
            $product.created_at,
        )
    };
}

/// Stores a new product; false when its SKU is another product's.
pub(crate) fn insert(tx: &mut Tx<'_>, product: &Product) -> Result<bool> {
    Ok(insert!(insert_row, tx, product)? == 1)
}

/// The same without waiting for the outcome: whoever stores many asks once for all of them.
pub(crate) fn insert_unseen(tx: &mut Tx<'_>, product: &Product) -> Result<()> {
    insert!(insert_row_unseen, tx, product)
}

/// Writes an edit over `was`; its stock stays. Another product's SKU is
/// [`torg_platform::db::Error::Unique`].
pub(crate) fn save(tx: &mut Tx<'_>, was: &Locked<Product>, now: &Product) -> Result<()> {
    if was.sku != now.sku {
        update_sku(tx, &was.id, now.sku.as_deref())?;
    }
    // The row is locked, and nothing else of it is unique: there is nothing to wait for.
    let at = tx.now();
    update_row(
        tx,
        &was.id,
        now.version,
        &now.name,
        &fold(&now.name),
        now.description.as_deref(),
        now.category.as_deref(),
        &images(now),
        now.price,
        now.is_active,
        now.low_stock,
        at,
    )
}

/// Changes units in the store and units promised by these differences. The row must have been
/// found to allow it: what it does not allow the database refuses.
pub(crate) fn move_stock(
    tx: &mut Tx<'_>,
    of: &Locked<Product>,
    on_hand: i64,
    reserved: i64,
) -> Result<()> {
    update_stock(tx, &of.id, on_hand, reserved)
}

fn images(product: &Product) -> String {
    serde_json::json!(product.images).to_string()
}

impl FromRow for Product {
    const COLUMNS: &'static [Column] = &[
        column::<ProductId>("id"),
        column::<Option<ProductId>>("parent_id"),
        column::<Option<String>>("sku"),
        column::<String>("name"),
        column::<Option<String>>("description"),
        column::<Option<String>>("category"),
        column::<String>("images"),
        column::<Money<Rub>>("price_minor"),
        column::<bool>("is_active"),
        column::<bool>("is_digital"),
        column::<i64>("on_hand"),
        column::<i64>("reserved"),
        column::<Option<i64>>("low_stock"),
        column::<i64>("version"),
        column::<Timestamp>("created_at"),
        column::<Timestamp>("updated_at"),
    ];

    fn from_row(row: &Row<'_>) -> Result<Self> {
        Self::with_images(row, json(row, 6, "list of images")?)
    }
}

impl Product {
    /// The product in a row of these columns; whoever lists many reads the pictures differently.
    pub(super) fn with_images(row: &Row<'_>, images: Vec<String>) -> Result<Self> {
        Ok(Self {
            id: ProductId::from_column(row, 0)?,
            parent: Option::from_column(row, 1)?,
            sku: Option::from_column(row, 2)?,
            name: String::from_column(row, 3)?,
            description: Option::from_column(row, 4)?,
            category: Option::from_column(row, 5)?,
            images,
            price: Money::from_column(row, 7)?,
            is_active: bool::from_column(row, 8)?,
            is_digital: bool::from_column(row, 9)?,
            on_hand: i64::from_column(row, 10)?,
            reserved: i64::from_column(row, 11)?,
            low_stock: Option::from_column(row, 12)?,
            version: i64::from_column(row, 13)?,
            created_at: Timestamp::from_column(row, 14)?,
            updated_at: Timestamp::from_column(row, 15)?,
        })
    }
}
