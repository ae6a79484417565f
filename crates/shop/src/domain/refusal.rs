//! Every "no" of the shop's rules, with the code that clients rely on.

use super::{LINES_MAX, ProductId, Status};
use std::fmt;
use torg_platform::Kind;
use torg_platform::error::FieldError;
use torg_platform::money::{Money, Rub};
use torg_platform::refusal;

/// A product of which there is less than was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// Which.
    pub product: ProductId,
    /// What it is called.
    pub name: String,
    /// How many were wanted.
    pub wanted: i64,
    /// How many can be ordered.
    pub available: i64,
}

/// A rule that was not met. The code is part of the API's contract; the text is for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// 400: products that do not exist or are not for sale.
    ProductUnavailable {
        /// Which.
        products: Vec<ProductId>,
    },
    /// 400: a variant of a product that does not exist.
    ParentUnknown,
    /// 400: the sum is above the highest price.
    TooExpensive,
    /// 400: no coupon of that code counts now.
    CouponUnknown,
    /// 400: the order is too small for the coupon.
    CouponMinimum {
        /// What it must come to.
        min_total: Money<Rub>,
    },
    /// 400: this way to pay is not set up, or not for this customer.
    PaymentMethodUnavailable,
    /// 402: the balance is below the total.
    InsufficientBalance {
        /// What is to be paid.
        total: Money<Rub>,
    },
    /// 403: the test provider is switched off.
    TestPaymentsOff,
    /// 403: canceling a paid order gives money back, which is the finance role's.
    RefundNotAllowed,
    /// 404: no such product.
    ProductNotFound,
    /// 404: no such order, or somebody else's.
    OrderNotFound,
    /// 404: no such coupon.
    CouponNotFound,
    /// 409: there is less than was wanted.
    InsufficientStock {
        /// Every short line.
        short: Vec<Short>,
    },
    /// 409: the coupon was used as often as it may be.
    CouponUsedUp,
    /// 409: the coupon exists already.
    CouponExists,
    /// 409: another product has this SKU.
    SkuTaken,
    /// 409: the order is at a point where this cannot be done.
    IllegalStep {
        /// Where it is.
        from: Status,
    },
    /// 409: promised units cannot be taken out of the store.
    StockReserved {
        /// How many are promised.
        reserved: i64,
    },
    /// 409: units of digital goods come and go with their keys.
    ProductDigital,
    /// 409: only digital goods have keys.
    ProductNotDigital,
    /// 409: what is in the cart costs something else than the customer has seen.
    PricesChanged {
        /// Which products.
        products: Vec<ProductId>,
    },
    /// 409: there is nothing in the cart.
    CartEmpty,
    /// 409: more than was paid, or than is left of it.
    RefundTooLarge {
        /// What can still be given back.
        refundable: Money<Rub>,
    },
    /// 422: a cart holds no more products.
    CartFull,
    /// 412: somebody has edited the product since it was read.
    StaleVersion {
        /// The present version.
        version: i64,
    },
}

impl refusal::Refusal for Refusal {
    fn kind(&self) -> Kind {
        match self {
            Self::ProductUnavailable { .. }
            | Self::ParentUnknown
            | Self::TooExpensive
            | Self::CouponUnknown
            | Self::CouponMinimum { .. }
            | Self::PaymentMethodUnavailable => Kind::Invalid,
            Self::InsufficientBalance { .. } => Kind::Unpaid,
            Self::TestPaymentsOff | Self::RefundNotAllowed => Kind::Denied,
            Self::ProductNotFound | Self::OrderNotFound | Self::CouponNotFound => Kind::Missing,
            Self::InsufficientStock { .. }
            | Self::CouponUsedUp
            | Self::CouponExists
            | Self::SkuTaken
            | Self::IllegalStep { .. }
            | Self::StockReserved { .. }
            | Self::ProductDigital
            | Self::ProductNotDigital
            | Self::PricesChanged { .. }
            | Self::CartEmpty
            | Self::RefundTooLarge { .. } => Kind::Conflict,
            Self::CartFull => Kind::Malformed,
            Self::StaleVersion { .. } => Kind::Stale,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::ProductUnavailable { .. } => "product_unavailable",
            Self::ParentUnknown => "parent_unknown",
            Self::TooExpensive => "too_expensive",
            Self::CouponUnknown => "coupon_unknown",
            Self::CouponMinimum { .. } => "coupon_minimum",
            Self::PaymentMethodUnavailable => "payment_method_unavailable",
            Self::InsufficientBalance { .. } => "insufficient_balance",
            Self::TestPaymentsOff => "test_payments_off",
            Self::RefundNotAllowed => "role_required",
            Self::ProductNotFound => "product_not_found",
            Self::OrderNotFound => "order_not_found",
            Self::CouponNotFound => "coupon_not_found",
            Self::InsufficientStock { .. } => "insufficient_stock",
            Self::CouponUsedUp => "coupon_used_up",
            Self::CouponExists => "coupon_exists",
            Self::SkuTaken => "sku_taken",
            Self::IllegalStep { .. } => "order_state",
            Self::StockReserved { .. } => "stock_reserved",
            Self::ProductDigital => "product_digital",
            Self::ProductNotDigital => "product_not_digital",
            Self::PricesChanged { .. } => "prices_changed",
            Self::CartEmpty => "cart_empty",
            Self::RefundTooLarge { .. } => "refund_too_large",
            Self::CartFull => "cart_full",
            Self::StaleVersion { .. } => "version_stale",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::ProductUnavailable { products } => about(products, "is not for sale"),
            Self::PricesChanged { products } => about(products, "has another price now"),
            Self::InsufficientStock { short } => short
                .iter()
                .map(|short| FieldError {
                    field: short.product.to_string(),
                    message: format!("{} wanted, {} available", short.wanted, short.available),
                })
                .collect(),
            Self::ParentUnknown
            | Self::TooExpensive
            | Self::CouponUnknown
            | Self::CouponMinimum { .. }
            | Self::PaymentMethodUnavailable
            | Self::InsufficientBalance { .. }
            | Self::TestPaymentsOff
            | Self::RefundNotAllowed
            | Self::ProductNotFound
            | Self::OrderNotFound
            | Self::CouponNotFound
            | Self::CouponUsedUp
            | Self::CouponExists
            | Self::SkuTaken
            | Self::IllegalStep { .. }
            | Self::StockReserved { .. }
            | Self::ProductDigital
            | Self::ProductNotDigital
            | Self::CartEmpty
            | Self::RefundTooLarge { .. }
            | Self::CartFull
            | Self::StaleVersion { .. } => Vec::new(),
        }
    }
}

fn about(products: &[ProductId], message: &str) -> Vec<FieldError> {
    let field = |product: &ProductId| FieldError {
        field: product.to_string(),
        message: message.to_owned(),
    };
    products.iter().map(field).collect()
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProductUnavailable { products } => {
                f.write_str("Not for sale: ")?;
                list(f, products)
            }
            Self::ParentUnknown => f.write_str("The product that this is a variant of is unknown"),
            Self::TooExpensive => f.write_str("The order comes to more than 9999999999.99"),
            Self::CouponUnknown => f.write_str("This coupon does not count"),
            Self::CouponMinimum { min_total } => {
                write!(f, "This coupon is for orders of at least {min_total}")
            }
            Self::PaymentMethodUnavailable => f.write_str("This order cannot be paid that way"),
            Self::InsufficientBalance { total } => {
                write!(f, "Insufficient balance. Need {total}")
            }
            Self::TestPaymentsOff => f.write_str("Test payments are switched off"),
            Self::RefundNotAllowed => f.write_str(
                "The order is paid: canceling it gives money back, which is not your role",
            ),
            Self::ProductNotFound => f.write_str("Product not found"),
            Self::OrderNotFound => f.write_str("Order not found"),
            Self::CouponNotFound => f.write_str("Coupon not found"),
            Self::InsufficientStock { short } => {
                f.write_str("Insufficient stock: ")?;
                for (n, line) in short.iter().enumerate() {
                    let comma = if n == 0 { "" } else { ", " };
                    let (name, wanted, left) = (&line.name, line.wanted, line.available);
                    write!(f, "{comma}{name} ({wanted} wanted, {left} available)")?;
                }
                Ok(())
            }
            Self::CouponUsedUp => f.write_str("This coupon was used up"),
            Self::CouponExists => f.write_str("There is a coupon with this code"),
            Self::SkuTaken => f.write_str("Another product has this SKU"),
            Self::IllegalStep { from } => {
                write!(
                    f,
                    "The order is {}, this cannot be done any more",
                    from.as_str()
                )
            }
            Self::StockReserved { reserved } => {
                write!(f, "{reserved} units are promised to orders")
            }
            Self::ProductDigital => {
                f.write_str("A digital product has as many units as keys: add keys")
            }
            Self::ProductNotDigital => f.write_str("Only digital products have keys"),
            Self::PricesChanged { products } => {
                f.write_str("Prices have changed, look at the cart again: ")?;
                list(f, products)
            }
            Self::CartEmpty => f.write_str("The cart is empty"),
            Self::RefundTooLarge { refundable } => {
                write!(f, "At most {refundable} can be refunded")
            }
            Self::CartFull => write!(f, "A cart holds at most {LINES_MAX} products"),
            Self::StaleVersion { version } => {
                write!(
                    f,
                    "The product was changed meanwhile, its version is {version}"
                )
            }
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, products: &[ProductId]) -> fmt::Result {
    for (n, product) in products.iter().enumerate() {
        let comma = if n == 0 { "" } else { ", " };
        write!(f, "{comma}{product}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use torg_platform::refusal::Refusal as _;

    #[test]
    fn every_short_line_is_named() {
        let short = |n, available| Short {
            product: uuid::Uuid::from_u128(n).into(),
            name: format!("P{n}"),
            wanted: 2,
            available,
        };
        let refusal = Refusal::InsufficientStock {
            short: vec![short(1, 1), short(2, 0)],
        };
        let text = "Insufficient stock: P1 (2 wanted, 1 available), P2 (2 wanted, 0 available)";
        assert_eq!(refusal.to_string(), text);
        assert_eq!(refusal.fields().len(), 2);
        assert_eq!(
            (refusal.kind(), refusal.code()),
            (Kind::Conflict, "insufficient_stock")
        );
    }
}
