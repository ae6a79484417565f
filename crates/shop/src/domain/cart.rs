//! A cart: what somebody wants to order, what it costs now, and what he has seen that it costs.

use super::{PRICE_MAX, ProductId, Wanted};
use torg_platform::money::{Money, Rub};

/// A product in a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// Which.
    pub product: ProductId,
    /// What it is called.
    pub name: String,
    /// How many are wanted.
    pub quantity: i64,
    /// What one costs now.
    pub price: Money<Rub>,
    /// What one cost when the customer put it in, or agreed to its price last.
    pub price_seen: Money<Rub>,
    /// How many can be ordered now.
    pub available: i64,
    /// Whether it can be ordered at all.
    pub is_active: bool,
}

impl CartLine {
    /// Whether it costs something else than the customer has agreed to.
    pub fn price_changed(&self) -> bool {
        self.price != self.price_seen
    }

    /// What all of them cost now.
    pub fn total(&self) -> Money<Rub> {
        // The highest price a thousand times is far from what money can hold.
        self.price.checked_mul(self.quantity).unwrap_or(PRICE_MAX)
    }

    fn can_order(&self) -> bool {
        self.is_active && self.quantity <= self.available && !self.price_changed()
    }
}

/// Everything in somebody's cart, each product once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cart {
    /// In the order in which they were put in.
    pub lines: Vec<CartLine>,
}

impl Cart {
    /// What all of it costs now; it may be more than an order may cost.
    pub fn total(&self) -> Money<Rub> {
        let mut total = Money::ZERO;
        for line in &self.lines {
            total = total.checked_add(line.total()).unwrap_or(PRICE_MAX);
        }
        total
    }

    /// Whether anything costs something else than the customer has agreed to.
    pub fn price_changed(&self) -> bool {
        self.lines.iter().any(CartLine::price_changed)
    }

    /// Whether an order of it would be accepted as things are now.
    pub fn can_order(&self) -> bool {
        let each = self.lines.iter().all(CartLine::can_order);
        each && !self.lines.is_empty() && self.total() <= PRICE_MAX
    }

    /// The lines of an order and what the customer has agreed to pay for one of each, in the order
    /// of the products' names.
    pub fn wanted(&self) -> (Vec<Wanted>, Vec<Money<Rub>>) {
        let mut lines: Vec<&CartLine> = self.lines.iter().collect();
        lines.sort_unstable_by(|a, b| a.product.cmp(&b.product));
        let line = |line: &CartLine| {
            let wanted = Wanted {
                product: line.product.clone(),
                quantity: line.quantity,
            };
            (wanted, line.price_seen)
        };
        lines.into_iter().map(line).unzip()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: u128, price: i64, quantity: i64) -> CartLine {
        CartLine {
            product: uuid::Uuid::from_u128(n).into(),
            name: format!("P{n}"),
            quantity,
            price: Money::from_minor(price),
            price_seen: Money::from_minor(price),
            available: 1_000,
            is_active: true,
        }
    }

    fn cart(line: CartLine) -> Cart {
        Cart { lines: vec![line] }
    }

    #[test]
    fn what_stands_in_the_way_of_an_order() {
        let good = line(1, 100, 10);
        assert!(cart(good.clone()).can_order());
        assert!(!Cart::default().can_order(), "nothing in it");
        let off = CartLine {
            is_active: false,
            ..good.clone()
        };
        let short = CartLine {
            available: 9,
            ..good.clone()
        };
        let dearer = CartLine {
            price: Money::from_minor(101),
            ..good.clone()
        };
        let cheaper = CartLine {
            price: Money::from_minor(99),
            ..good
        };
        assert!(cart(dearer.clone()).price_changed() && cart(cheaper.clone()).price_changed());
        for bad in [off, short, dearer, cheaper, line(1, PRICE_MAX.minor(), 2)] {
            assert!(!cart(bad.clone()).can_order(), "{bad:?}");
        }
    }

    #[test]
    fn the_fullest_cart_of_the_dearest_products_still_adds_up() {
        let line = line(1, PRICE_MAX.minor(), 1_000);
        let full = Cart {
            lines: vec![line; 50],
        };
        assert_eq!(full.total().minor(), PRICE_MAX.minor() * 50_000);
    }

    #[test]
    fn an_order_has_its_lines_by_the_names_of_products_at_the_prices_seen() {
        let mut dearer = line(1, 100, 3);
        dearer.price = Money::from_minor(500);
        let cart = Cart {
            lines: vec![line(2, 200, 1), dearer],
        };
        let (lines, seen) = cart.wanted();
        let quantities: Vec<i64> = lines.iter().map(|l| l.quantity).collect();
        assert!(lines.is_sorted_by(|a, b| a.product < b.product));
        assert_eq!(quantities, [3, 1]);
        assert_eq!(seen, [Money::from_minor(100), Money::from_minor(200)]);
    }
}
