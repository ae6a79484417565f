//! The operator adds units of a digital product: keys, each of which one customer gets.

use super::By;
use super::update_product::lock;
use crate::domain::{ProductId, Refusal, Secrets};
use crate::error::Result;
use crate::store::{keys, products};
use serde::Serialize;
use torg_platform::db::Tx;

/// Add these keys.
#[derive(Debug, Clone)]
pub struct AddKeys {
    /// To which product.
    pub product: ProductId,
    /// Who.
    pub by: By,
    /// The keys.
    pub keys: Secrets,
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct KeysAdded {
    /// New ones.
    pub added: i64,
    /// Those that were there before, or stood in the request twice.
    pub duplicates: i64,
    /// What can be ordered now.
    pub stock: i64,
}

/// Adds keys, each of which is a unit in the store. Those that the product has or had are passed
/// over, so that sending them again is harmless.
///
/// # Errors
/// [`Refusal::ProductNotFound`], [`Refusal::ProductNotDigital`].
pub fn add_keys(tx: &mut Tx<'_>, cmd: &AddKeys) -> Result<KeysAdded> {
    let product = lock(tx, &cmd.product, None)?;
    if !product.is_digital {
        return Err(Refusal::ProductNotDigital.into());
    }
    let sent = i64::try_from(cmd.keys.all().len()).unwrap_or(i64::MAX);
    let added = keys::insert(tx, &product.id, cmd.keys.all())?;
    let added = i64::try_from(added).unwrap_or(i64::MAX);
    if added > 0 {
        let (id, who) = (&product.id, &cmd.by.actor);
        let (on_hand, at) = (product.on_hand.saturating_add(added), tx.now());
        products::move_stock(tx, &product, added, 0)?;
        products::insert_movement(tx, id, added, "keys", "", None, who, on_hand, at)?;
        let details = format!(r#"{{"delta":{added},"on_hand":{on_hand}}}"#);
        let subject = format!("shop.product/{id}");
        cmd.by.did(tx, "shop.keys.add", &subject, &details)?;
    }
    Ok(KeysAdded {
        added,
        duplicates: sent.saturating_sub(added),
        stock: product.available().saturating_add(added),
    })
}
