//! The operator adds a product.

use super::{By, record};
use crate::domain::{NewProduct, Product, ProductId, Refusal};
use crate::error::Result;
use crate::store::{products, terms};
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
    let product = add(tx, &cmd.by, &cmd.id, &cmd.new)?;
    let subject = format!("shop.product/{}", product.id);
    let details = format!(r#"{{"stock":{}}}"#, product.on_hand);
    record(tx, &cmd.by, "shop.product.create", &subject, &details)?;
    Ok(product)
}

/// Stores a product with what belongs to it, but for the audit.
pub(super) fn add(tx: &mut Tx<'_>, by: &By, id: &ProductId, new: &NewProduct) -> Result<Product> {
    let (new, at) = (new.clone(), tx.now());
    let product = Product {
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
    };
    if !products::insert(tx, &product)? {
        return Err(Refusal::SkuTaken.into());
    }
    terms::insert(tx, &product)?;
    let units = product.on_hand;
    if units > 0 {
        products::insert_movement(tx, id, units, "initial", "", None, &by.who, units, at)?;
    }
    Ok(product)
}
