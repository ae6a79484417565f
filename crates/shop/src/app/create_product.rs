//! The operator adds a product.

use super::{By, record};
use crate::domain::{NewProduct, Product, ProductId, Refusal};
use crate::error::Result;
use crate::store::{products, terms};
use torg_platform::Timestamp;
use torg_platform::db::Tx;

/// Add this product.
#[derive(Debug, Clone)]
pub struct CreateProduct {
    /// Its name.
    pub id: ProductId,
    /// Who.
    pub by: By,
    /// What it is.
    pub new: NewProduct,
}

/// Adds a product, with its first units.
///
/// # Errors
/// [`Refusal::ParentUnknown`], [`Refusal::SkuTaken`].
pub fn create_product(tx: &mut Tx<'_>, cmd: &CreateProduct) -> Result<Product> {
    if let Some(parent) = &cmd.new.parent
        && products::find(tx, parent)?.is_none()
    {
        return Err(Refusal::ParentUnknown.into());
    }
    let product = product(&cmd.id, &cmd.new, tx.now());
    if !products::insert(tx, &product)? {
        return Err(Refusal::SkuTaken.into());
    }
    complete(tx, &cmd.by, &product)?;
    let subject = format!("shop.product/{}", product.id);
    let details = format!(r#"{{"stock":{}}}"#, product.on_hand);
    record(tx, &cmd.by, "shop.product.create", &subject, &details)?;
    Ok(product)
}

/// What a new product is when it is stored.
pub(super) fn product(id: &ProductId, new: &NewProduct, at: Timestamp) -> Product {
    let new = new.clone();
    Product {
        id: id.clone(),
        parent: new.parent,
        sku: new.sku,
        name: new.name,
        description: new.description,
        category: new.category,
        images: new.images,
        price: new.price,
        is_active: new.is_active,
        is_digital: new.is_digital,
        on_hand: new.stock,
        reserved: 0,
        low_stock: new.low_stock,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

/// Stores what belongs to a product that was stored just now, but for the audit.
pub(super) fn complete(tx: &mut Tx<'_>, by: &By, product: &Product) -> Result<()> {
    terms::insert(tx, product)?;
    let (id, units, at) = (&product.id, product.on_hand, product.created_at);
    if units > 0 {
        products::insert_movement(tx, id, units, "initial", "", None, &by.who, units, at)?;
    }
    Ok(())
}
