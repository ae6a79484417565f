//! A product: what it is, what it costs, how much of it there is.

use super::ProductId;
use torg_platform::Timestamp;
use torg_platform::error::FieldError;
use torg_platform::money::{Money, Rub};

/// The highest price, and the highest total of an order: 9,999,999,999.99 ₽.
pub const PRICE_MAX: Money<Rub> = Money::from_minor(999_999_999_999);
/// The highest number of units of a product.
pub const STOCK_MAX: i64 = 1_000_000_000;
const NAME_CHARS: usize = 200;
const SKU_CHARS: usize = 64;
const CATEGORY_CHARS: usize = 100;
const DESCRIPTION_CHARS: usize = 10_000;
const IMAGES_MAX: usize = 20;
const IMAGE_CHARS: usize = 2_000;

/// A product as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Name.
    pub id: ProductId,
    /// The product that this is a variant of.
    pub parent: Option<ProductId>,
    /// The operator's own number, unique.
    pub sku: Option<String>,
    /// What it is called.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Where it stands in the shop.
    pub category: Option<String>,
    /// Addresses of pictures.
    pub images: Vec<String>,
    /// What one costs.
    pub price: Money<Rub>,
    /// Whether it can be ordered.
    pub is_active: bool,
    /// Whether its units are keys that are handed out.
    pub is_digital: bool,
    /// Units in the store, promised ones included.
    pub on_hand: i64,
    /// Units promised to orders that are not paid yet.
    pub reserved: i64,
    /// Below so many the operator is told.
    pub low_stock: Option<i64>,
    /// Grows with each edit.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was edited last.
    pub updated_at: Timestamp,
}

impl Product {
    /// What can still be ordered.
    pub fn available(&self) -> i64 {
        self.on_hand.saturating_sub(self.reserved)
    }

    /// Whether going from `before` to `after` units that can be ordered falls below the mark at
    /// which the operator wants to be told.
    pub fn runs_low(&self, before: i64, after: i64) -> bool {
        self.low_stock
            .is_some_and(|mark| before >= mark && after < mark)
    }
}

/// A product as an operator sends it; for an edit, what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct ProductFields {
    /// What it is called.
    pub name: Option<String>,
    /// What one costs.
    pub price: Option<Money<Rub>>,
    /// What can be ordered.
    pub stock: Option<i64>,
    /// Whether it can be ordered.
    pub is_active: Option<bool>,
    /// Empty for none.
    pub sku: Option<String>,
    /// Empty for none.
    pub description: Option<String>,
    /// Empty for none.
    pub category: Option<String>,
    /// Addresses of pictures.
    pub images: Option<Vec<String>>,
    /// Whether its units are keys; only at creation.
    pub is_digital: Option<bool>,
    /// Below so many the operator is told; below zero for never.
    pub low_stock: Option<i64>,
    /// The product that this is a variant of; only at creation.
    pub parent: Option<ProductId>,
}

/// A product that may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProduct {
    /// Trimmed.
    pub name: String,
    /// What one costs.
    pub price: Money<Rub>,
    /// Units to begin with.
    pub stock: i64,
    /// Whether it can be ordered.
    pub is_active: bool,
    /// The operator's own number.
    pub sku: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// Where it stands in the shop.
    pub category: Option<String>,
    /// Addresses of pictures.
    pub images: Vec<String>,
    /// Whether its units are keys.
    pub is_digital: bool,
    /// Below so many the operator is told.
    pub low_stock: Option<i64>,
    /// The product that this is a variant of.
    pub parent: Option<ProductId>,
}

impl NewProduct {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn check(fields: ProductFields) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Wrong::default();
        let name = wrong.name(fields.name.as_deref());
        let price = wrong.price(fields.price);
        if fields.name.is_none() {
            wrong.add("name", "is required");
        }
        if fields.price.is_none() {
            wrong.add("price", "is required");
        }
        let is_digital = fields.is_digital.unwrap_or(false);
        let stock = wrong.stock(fields.stock).unwrap_or(0);
        if is_digital && stock != 0 {
            wrong.add(
                "stock",
                "a digital product has as many units as keys: add keys",
            );
        }
        let new = Self {
            name: name.unwrap_or_default(),
            price: price.unwrap_or(Money::ZERO),
            stock,
            is_active: fields.is_active.unwrap_or(true),
            sku: wrong
                .text("sku", fields.sku.as_deref(), SKU_CHARS)
                .flatten(),
            description: wrong.description(fields.description.as_deref()).flatten(),
            category: wrong
                .text("category", fields.category.as_deref(), CATEGORY_CHARS)
                .flatten(),
            images: wrong.images(fields.images).unwrap_or_default(),
            is_digital,
            low_stock: wrong.low_stock(fields.low_stock).flatten(),
            parent: fields.parent,
        };
        wrong.or(new)
    }
}

/// An edit that may be applied; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductChange {
    /// Trimmed.
    pub name: Option<String>,
    /// What one costs.
    pub price: Option<Money<Rub>>,
    /// What can be ordered from now on.
    pub stock: Option<i64>,
    /// Whether it can be ordered.
    pub is_active: Option<bool>,
    /// The operator's own number, or none any more.
    pub sku: Option<Option<String>>,
    /// More about it, or nothing any more.
    pub description: Option<Option<String>>,
    /// Where it stands in the shop, or nowhere in particular.
    pub category: Option<Option<String>>,
    /// Addresses of pictures.
    pub images: Option<Vec<String>>,
    /// Below so many the operator is told, or never.
    pub low_stock: Option<Option<i64>>,
}

impl ProductChange {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn check(fields: ProductFields) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Wrong::default();
        if fields.is_digital.is_some() {
            wrong.add("is_digital", "cannot be changed");
        }
        if fields.parent.is_some() {
            wrong.add("parent_id", "cannot be changed");
        }
        let change = Self {
            name: wrong.name(fields.name.as_deref()),
            price: wrong.price(fields.price),
            stock: wrong.stock(fields.stock),
            is_active: fields.is_active,
            sku: wrong.text("sku", fields.sku.as_deref(), SKU_CHARS),
            description: wrong.description(fields.description.as_deref()),
            category: wrong.text("category", fields.category.as_deref(), CATEGORY_CHARS),
            images: wrong.images(fields.images),
            low_stock: wrong.low_stock(fields.low_stock),
        };
        wrong.or(change)
    }

    /// `product` with the edit applied, all but its stock.
    #[must_use]
    pub fn apply(&self, product: &Product) -> Product {
        let mut next = product.clone();
        let change = self.clone();
        next.name = change.name.unwrap_or(next.name);
        next.price = change.price.unwrap_or(next.price);
        next.is_active = change.is_active.unwrap_or(next.is_active);
        next.sku = change.sku.unwrap_or(next.sku);
        next.description = change.description.unwrap_or(next.description);
        next.category = change.category.unwrap_or(next.category);
        next.images = change.images.unwrap_or(next.images);
        next.low_stock = change.low_stock.unwrap_or(next.low_stock);
        next.version = next.version.saturating_add(1);
        next
    }
}

/// The wrong fields so far.
#[derive(Debug, Default)]
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    fn or<T>(self, right: T) -> Result<T, Vec<FieldError>> {
        if self.0.is_empty() {
            Ok(right)
        } else {
            Err(self.0)
        }
    }

    /// A text that may be taken away by sending an empty one.
    fn text(&mut self, field: &str, text: Option<&str>, max: usize) -> Option<Option<String>> {
        let text = text?;
        // As it was sent: that is what the document's `maxLength` is about.
        if text.chars().count() > max {
            self.add(field, format!("must have at most {max} characters"));
        }
        let text = text.trim();
        if text.contains(char::is_control) {
            self.add(field, "contains a control character");
        }
        Some((!text.is_empty()).then(|| text.to_owned()))
    }

    fn description(&mut self, text: Option<&str>) -> Option<Option<String>> {
        let text = text?;
        if text.chars().count() > DESCRIPTION_CHARS {
            let message = format!("must have at most {DESCRIPTION_CHARS} characters");
            self.add("description", message);
        }
        let text = text.trim();
        Some((!text.is_empty()).then(|| text.to_owned()))
    }

    fn name(&mut self, name: Option<&str>) -> Option<String> {
        let name = self.text("name", name, NAME_CHARS)?;
        if name.is_none() {
            self.add("name", "must not be empty");
        }
        name
    }

    fn price(&mut self, price: Option<Money<Rub>>) -> Option<Money<Rub>> {
        let price = price?;
        if !(Money::ZERO..=PRICE_MAX).contains(&price) {
            self.add("price", "must be from 0 to 9999999999.99");
        }
        Some(price)
    }

    fn stock(&mut self, stock: Option<i64>) -> Option<i64> {
        let stock = stock?;
        if !(0..=STOCK_MAX).contains(&stock) {
            self.add("stock", format!("must be from 0 to {STOCK_MAX}"));
        }
        Some(stock)
    }

    fn low_stock(&mut self, mark: Option<i64>) -> Option<Option<i64>> {
        let mark = mark?;
        if mark > STOCK_MAX {
            self.add("low_stock", format!("must be at most {STOCK_MAX}"));
        }
        Some((mark >= 0).then_some(mark))
    }

    fn images(&mut self, images: Option<Vec<String>>) -> Option<Vec<String>> {
        let images = images?;
        if images.len() > IMAGES_MAX {
            self.add("images", format!("must be at most {IMAGES_MAX}"));
        }
        for (n, image) in images.iter().enumerate() {
            let address = image.starts_with("https://") || image.starts_with("http://");
            let plain = |c: char| !c.is_whitespace() && !c.is_control();
            if !address || image.chars().count() > IMAGE_CHARS || !image.chars().all(plain) {
                self.add(&format!("images[{n}]"), "must be an http or https address");
            }
        }
        Some(images)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mug() -> ProductFields {
        ProductFields {
            name: Some(" Mug ".to_owned()),
            price: Some(Money::from_minor(19_990)),
            ..ProductFields::default()
        }
    }

    fn names(wrong: Vec<FieldError>) -> Vec<String> {
        wrong.into_iter().map(|f| f.field).collect()
    }

    #[test]
    fn a_name_and_a_price_suffice() {
        let product = NewProduct::check(mug()).unwrap();
        assert_eq!(
            (product.name.as_str(), product.stock, product.is_active),
            ("Mug", 0, true)
        );
        let wrong = NewProduct::check(ProductFields::default()).unwrap_err();
        assert_eq!(names(wrong), ["name", "price"]);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = NewProduct::check(ProductFields {
            name: Some(" ".to_owned()),
            price: Some(Money::from_minor(-1)),
            stock: Some(-1),
            sku: Some("x".repeat(65)),
            images: Some(vec!["javascript:alert(1)".to_owned()]),
            ..ProductFields::default()
        });
        assert_eq!(
            names(wrong.unwrap_err()),
            ["name", "price", "stock", "sku", "images[0]"]
        );
        let keys = NewProduct::check(ProductFields {
            stock: Some(1),
            is_digital: Some(true),
            ..mug()
        });
        assert_eq!(names(keys.unwrap_err()), ["stock"]);
    }

    #[test]
    fn an_edit_changes_what_it_names_and_takes_away_what_it_empties() {
        let product = Product {
            id: uuid::Uuid::from_u128(1).into(),
            parent: None,
            sku: Some("A-1".to_owned()),
            name: "Mug".to_owned(),
            description: None,
            category: Some("Kitchen".to_owned()),
            images: Vec::new(),
            price: Money::from_minor(100),
            is_active: true,
            is_digital: false,
            on_hand: 5,
            reserved: 2,
            low_stock: Some(3),
            version: 4,
            created_at: Timestamp::from_seconds(0),
            updated_at: Timestamp::from_seconds(0),
        };
        let change = ProductChange::check(ProductFields {
            sku: Some(String::new()),
            is_active: Some(false),
            low_stock: Some(-1),
            ..ProductFields::default()
        });
        let next = change.unwrap().apply(&product);
        assert_eq!(
            (next.sku, next.is_active, next.low_stock, next.version),
            (None, false, None, 5)
        );
        assert_eq!(
            (next.name, next.category),
            (product.name.clone(), product.category.clone())
        );
        assert!(product.runs_low(3, 2) && !product.runs_low(2, 1) && !product.runs_low(4, 3));
    }
}
