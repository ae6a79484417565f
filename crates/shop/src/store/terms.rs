//! The words by which products are found.

use crate::domain::{Product, ProductId, stems};
use torg_platform::db::{Result, Tx};

/// Words of one statement.
const BATCH: usize = 16;

torg_platform::sql! {
    fn delete_all(product: &ProductId) -> () = "DELETE FROM shop_terms WHERE product_id = $1";
    fn insert_sixteen(
        product: &ProductId, a: &str, b: &str, c: &str, d: &str, e: &str, f: &str, g: &str, h: &str,
        i: &str, j: &str, k: &str, l: &str, m: &str, n: &str, o: &str, p: &str,
    ) -> () =
        "INSERT INTO shop_terms (term, product_id)
         VALUES ($2, $1), ($3, $1), ($4, $1), ($5, $1), ($6, $1), ($7, $1), ($8, $1), ($9, $1),
            ($10, $1), ($11, $1), ($12, $1), ($13, $1), ($14, $1), ($15, $1), ($16, $1), ($17, $1)
         ON CONFLICT DO NOTHING";
}

/// Makes a new product known by its words.
pub(crate) fn insert(tx: &mut Tx<'_>, product: &Product) -> Result<()> {
    let stems = stems(&text(product));
    for part in stems.chunks(BATCH) {
        let last = part.last().map_or("", String::as_str);
        let at = |n: usize| part.get(n).map_or(last, String::as_str);
        insert_sixteen(
            tx,
            &product.id,
            at(0),
            at(1),
            at(2),
            at(3),
            at(4),
            at(5),
            at(6),
            at(7),
            at(8),
            at(9),
            at(10),
            at(11),
            at(12),
            at(13),
            at(14),
            at(15),
        )?;
    }
    Ok(())
}

/// Makes an edited product known by its words, if they have changed.
pub(crate) fn update(tx: &mut Tx<'_>, was: &Product, now: &Product) -> Result<()> {
    if text(was) == text(now) {
        return Ok(());
    }
    delete_all(tx, &now.id)?;
    insert(tx, now)
}

/// Everything by which a product is found.
fn text(product: &Product) -> String {
    let optional = [&product.description, &product.category, &product.sku];
    let texts = optional.into_iter().flatten();
    texts.fold(product.name.clone(), |all, text| all + "\n" + text)
}
