//! Carts: what people want, and at which prices they have seen it.

use super::orders::New;
use super::{Books, Model, refused, rub};
use crate::model::Expect;
use crate::people::Who;
use torg_platform::Timestamp;

impl Model {
    pub(super) fn show_cart(&self, me: i64) -> Expect {
        let empty = std::collections::BTreeMap::new();
        let cart = self.carts.get(&me).unwrap_or(&empty);
        let mut can_order = !cart.is_empty();
        let (mut total, mut changed) = (0, false);
        for (product, (quantity, seen)) in cart {
            let product = &self.products[*product];
            total += quantity * product.price;
            changed |= product.price != *seen;
            can_order &= product.active && *quantity <= product.available();
        }
        Expect::ok(200)
            .with("/items_total", rub(total))
            .with("/price_changed", changed)
            .with("/can_order", can_order && !changed)
    }

    pub(super) fn put(&mut self, me: i64, product: usize, quantity: i64) -> Expect {
        let (price, active) = (self.products[product].price, self.products[product].active);
        if !active {
            return refused(400, "product_unavailable");
        }
        let cart = self.carts.entry(me).or_default();
        cart.insert(product, (quantity, price));
        self.show_cart(me)
    }

    pub(super) fn take_out(&mut self, me: i64, product: usize) -> Expect {
        self.carts.entry(me).or_default().remove(&product);
        self.show_cart(me)
    }

    pub(super) fn clear(&mut self, me: i64) -> Expect {
        self.carts.remove(&me);
        self.show_cart(me)
    }

    pub(super) fn confirm(&mut self, me: i64) -> Expect {
        for (product, (_, seen)) in self.carts.entry(me).or_default() {
            *seen = self.products[*product].price;
        }
        self.show_cart(me)
    }

    pub(super) fn check_out(
        &mut self,
        books: &mut Books,
        who: Who,
        coupon: Option<&str>,
        way: Option<&'static str>,
        now: Timestamp,
    ) -> Expect {
        let Who::Person(me) = who else {
            return refused(401, "missing_credentials");
        };
        let cart = self.carts.entry(me).or_default();
        if cart.is_empty() {
            return refused(409, "cart_empty");
        }
        let new = New {
            lines: cart.iter().map(|(of, (n, _))| (*of, *n)).collect(),
            seen: Some(cart.iter().map(|(of, (_, seen))| (*of, *seen)).collect()),
            coupon: coupon.map(str::to_owned),
            way,
        };
        let expect = self.order(books, who, &new, now);
        if expect.status == 201 {
            self.carts.remove(&me);
        }
        expect
    }
}
