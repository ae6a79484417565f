//! One product, for everybody.

use crate::domain::{Product, ProductId, Refusal};
use crate::error::Result;
use crate::store::products;
use torg_platform::db::Tx;

/// The product, active or not.
///
/// # Errors
/// [`Refusal::ProductNotFound`].
pub fn get_product(tx: &mut Tx<'_>, id: &ProductId) -> Result<Product> {
    Ok(products::find(tx, id)?.ok_or(Refusal::ProductNotFound)?)
}
