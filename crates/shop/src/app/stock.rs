//! Stock as it is promised, let go, sold and brought back. The callers hold the order's row, so
//! each of these happens once per order; the database refuses what would oversell.

use crate::domain::{Item, OrderId, Product, ProductId, Refusal, Short};
use crate::error::Result;
use crate::events;
use crate::store::products;
use torg_platform::db::{Locked, Tx};
use torg_platform::outbox;
use torg_platform::planted::{self, Plant};

/// What of `wanted` there is not enough of.
pub(crate) fn short(found: &[Locked<Product>], wanted: &[(&ProductId, i64)]) -> Vec<Short> {
    if planted::is(Plant::StockUnchecked) {
        return Vec::new();
    }
    let lines = wanted.iter().filter_map(|(id, quantity)| {
        let product = found.iter().find(|product| product.id == **id)?;
        let available = product.available();
        (available < *quantity).then(|| Short {
            product: product.id.clone(),
            name: product.name.clone(),
            wanted: *quantity,
            available: available.max(0),
        })
    });
    lines.collect()
}

/// Promises `quantity` units of a product that was found to have them.
pub(crate) fn reserve(tx: &mut Tx<'_>, product: &Locked<Product>, quantity: i64) -> Result<()> {
    products::move_stock(tx, product, 0, quantity)?;
    let before = product.available();
    told_if_low(tx, product, before, before.saturating_sub(quantity))
}

/// Tells the outbox when what can be ordered has fallen below the product's mark.
pub(crate) fn told_if_low(
    tx: &mut Tx<'_>,
    product: &Product,
    before: i64,
    after: i64,
) -> Result<()> {
    if !product.runs_low(before, after) {
        return Ok(());
    }
    let payload = serde_json::json!({
        "product_id": product.id, "sku": product.sku, "name": product.name,
        "available": after, "low_stock": product.low_stock,
    });
    let event = outbox::Event {
        topic: events::STOCK_LOW,
        aggregate: &format!("shop.product/{}", product.id),
        payload: &payload.to_string(),
    };
    Ok(outbox::publish(tx, &event)?)
}

/// Locks the products of these lines, in the one order.
pub(crate) fn lock(tx: &mut Tx<'_>, items: &[Item]) -> Result<Vec<Locked<Product>>> {
    let mut ids: Vec<&ProductId> = items.iter().map(|item| &item.product).collect();
    ids.sort_unstable();
    Ok(products::lock_sorted(tx, &ids)?)
}

/// Lets go what was promised to an order that came to nothing.
pub(crate) fn release(tx: &mut Tx<'_>, items: &[Item]) -> Result<()> {
    for (product, quantity) in pairs(&lock(tx, items)?, items) {
        products::move_stock(tx, product, 0, quantity.saturating_neg())?;
    }
    Ok(())
}

/// Takes out of the store what was promised to an order that is paid now.
pub(crate) fn sell(tx: &mut Tx<'_>, order: &OrderId, items: &[Item]) -> Result<()> {
    for (product, quantity) in pairs(&lock(tx, items)?, items) {
        let out = quantity.saturating_neg();
        products::move_stock(tx, product, out, out)?;
        moved(tx, product, out, "sale", order)?;
    }
    Ok(())
}

/// Takes out of the store what an order wants that was paid after its end, and nothing if there
/// is not enough of everything.
///
/// # Errors
/// [`Refusal::InsufficientStock`]; nothing was taken then.
pub(crate) fn sell_unreserved(tx: &mut Tx<'_>, order: &OrderId, items: &[Item]) -> Result<()> {
    let found = lock(tx, items)?;
    let wanted: Vec<_> = items.iter().map(|i| (&i.product, i.quantity)).collect();
    let short = short(&found, &wanted);
    if !short.is_empty() {
        return Err(Refusal::InsufficientStock { short }.into());
    }
    for (product, quantity) in pairs(&found, items) {
        let (before, out) = (product.available(), quantity.saturating_neg());
        products::move_stock(tx, product, out, 0)?;
        moved(tx, product, out, "sale", order)?;
        told_if_low(tx, product, before, before.saturating_add(out))?;
    }
    Ok(())
}

/// Brings back what an order took out, but for keys, which the customer has seen.
pub(crate) fn bring_back(tx: &mut Tx<'_>, order: &OrderId, items: &[Item]) -> Result<()> {
    let goods: Vec<Item> = items.iter().filter(|i| !i.is_digital).cloned().collect();
    for (product, quantity) in pairs(&lock(tx, &goods)?, &goods) {
        products::move_stock(tx, product, quantity, 0)?;
        moved(tx, product, quantity, "return", order)?;
    }
    Ok(())
}

fn moved(
    tx: &mut Tx<'_>,
    product: &Locked<Product>,
    delta: i64,
    kind: &str,
    order: &OrderId,
) -> Result<()> {
    let (after, at) = (product.on_hand.saturating_add(delta), tx.now());
    let order = Some(order.as_str());
    Ok(products::insert_movement(
        tx,
        &product.id,
        delta,
        kind,
        "",
        order,
        "system",
        after,
        at,
    )?)
}

fn pairs<'a>(
    found: &'a [Locked<Product>],
    items: &'a [Item],
) -> impl Iterator<Item = (&'a Locked<Product>, i64)> {
    items.iter().filter_map(|item| {
        let product = found.iter().find(|product| product.id == item.product)?;
        Some((product, item.quantity))
    })
}
