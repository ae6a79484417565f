//! A product as the outside sees it.

use crate::domain::{Product, ProductId};
use serde::Serialize;
use serde_json::value::RawValue;
use torg_platform::Timestamp;
use torg_platform::money::{Currency as _, Decimal, DecimalRub, Rub};

/// A product.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[schema(as = Product)]
pub struct ProductView<'a> {
    /// Name.
    #[schema(value_type = uuid::Uuid)]
    pub id: &'a ProductId,
    /// What it is called.
    pub name: &'a str,
    /// What one costs.
    pub price: DecimalRub,
    /// What can be ordered: units in the store less those promised to orders.
    #[schema(minimum = 0)]
    pub stock: i64,
    /// Whether it can be ordered.
    pub is_active: bool,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was edited last.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// The operator's own number, unique.
    #[schema(required = true)]
    pub sku: Option<&'a str>,
    /// More about it.
    #[schema(required = true)]
    pub description: Option<&'a str>,
    /// Where it stands in the shop.
    #[schema(required = true)]
    pub category: Option<&'a str>,
    /// Addresses of pictures.
    #[schema(value_type = Vec<String>)]
    pub images: Images<'a>,
    /// Units promised to orders that are not paid yet.
    #[schema(minimum = 0)]
    pub reserved: i64,
    /// Grows with each edit; for `If-Match`.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Of the price.
    pub currency: &'static str,
    /// The product that this is a variant of.
    #[schema(required = true, value_type = Option<uuid::Uuid>)]
    pub parent_id: Option<&'a ProductId>,
    /// Whether its units are keys that are handed out.
    pub is_digital: bool,
    /// Below so many the operator is told.
    #[schema(required = true, minimum = 0)]
    pub low_stock: Option<i64>,
}

/// Addresses of pictures, read or as they are stored.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
pub enum Images<'a> {
    /// Read.
    Read(&'a [String]),
    /// As they are stored, which is as they are sent.
    Stored(&'a RawValue),
}

impl<'a> ProductView<'a> {
    /// What `product` looks like with these pictures.
    pub fn new(product: &'a Product, images: Images<'a>) -> Self {
        Self {
            id: &product.id,
            name: &product.name,
            price: Decimal(product.price),
            stock: product.available(),
            is_active: product.is_active,
            created_at: product.created_at,
            updated_at: product.updated_at,
            sku: product.sku.as_deref(),
            description: product.description.as_deref(),
            category: product.category.as_deref(),
            images,
            reserved: product.reserved,
            version: product.version,
            currency: Rub::CODE,
            parent_id: product.parent.as_ref(),
            is_digital: product.is_digital,
            low_stock: product.low_stock,
        }
    }
}

impl<'a> From<&'a Product> for ProductView<'a> {
    fn from(product: &'a Product) -> Self {
        Self::new(product, Images::Read(&product.images))
    }
}
