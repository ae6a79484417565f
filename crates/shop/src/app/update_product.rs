//! The operator edits a product.

use super::{By, stock};
use crate::domain::{Product, ProductChange, ProductId, Refusal};
use crate::error::Result;
use crate::store::{products, terms};
use torg_platform::db::{Error as DbError, Locked, Tx};

/// Edit this product.
#[derive(Debug, Clone)]
pub struct UpdateProduct {
    /// Which.
    pub product: ProductId,
    /// Who.
    pub by: By,
    /// The version that was seen, if that matters.
    pub if_match: Option<i64>,
    /// What is new; the rest stays.
    pub change: ProductChange,
}

/// Edits a product. An edit that changes nothing is none: its version stays.
///
/// # Errors
/// [`Refusal::ProductNotFound`], [`Refusal::StaleVersion`], [`Refusal::ProductDigital`] for the
/// number of units of what is sold as keys, [`Refusal::SkuTaken`].
pub fn update_product(tx: &mut Tx<'_>, cmd: &UpdateProduct) -> Result<Product> {
    let was = lock(tx, &cmd.product, cmd.if_match)?;
    let Some(now) = change(tx, &cmd.by, &was, &cmd.change, "adjusted")? else {
        return Ok(Product::clone(&was));
    };
    let (version, delta) = (now.version, now.on_hand.saturating_sub(was.on_hand));
    let subject = format!("shop.product/{}", now.id);
    let details = format!(r#"{{"version":{version},"delta":{delta}}}"#);
    cmd.by.did(tx, "shop.product.update", &subject, &details)?;
    Ok(now)
}

/// The product, to be changed by whoever has seen `version` of it.
pub(super) fn lock(
    tx: &mut Tx<'_>,
    id: &ProductId,
    version: Option<i64>,
) -> Result<Locked<Product>> {
    let product = products::lock(tx, id)?.ok_or(Refusal::ProductNotFound)?;
    if version.is_some_and(|seen| seen != product.version) {
        let version = product.version;
        return Err(Refusal::StaleVersion { version }.into());
    }
    Ok(product)
}

/// Applies an edit, all but the audit; none when it changes nothing. `kind` is that of a movement
/// of stock.
pub(super) fn change(
    tx: &mut Tx<'_>,
    by: &By,
    was: &Locked<Product>,
    change: &ProductChange,
    kind: &str,
) -> Result<Option<Product>> {
    let available = was.available();
    let after = change.stock.unwrap_or(available);
    let delta = after.saturating_sub(available);
    if delta != 0 && was.is_digital {
        return Err(Refusal::ProductDigital.into());
    }
    let mut now = change.apply(was);
    let untouched = Product {
        version: was.version,
        ..now.clone()
    };
    if delta == 0 && untouched == **was {
        return Ok(None);
    }
    match products::save(tx, was, &now) {
        Ok(()) => {}
        Err(DbError::Unique { .. }) => return Err(Refusal::SkuTaken.into()),
        Err(error) => return Err(error.into()),
    }
    now.updated_at = tx.now();
    terms::update(tx, was, &now)?;
    if delta != 0 {
        now.on_hand = was.on_hand.saturating_add(delta);
        products::move_stock(tx, was, delta, 0)?;
        let (who, at) = (&by.actor, now.updated_at);
        products::insert_movement(tx, &was.id, delta, kind, "", None, who, now.on_hand, at)?;
        stock::told_if_low(tx, &now, available, after)?;
    }
    Ok(Some(now))
}
