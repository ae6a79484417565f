//! Products, their stock, their keys, and coupons.

use super::{Learn, Model, refused, rub};
use crate::model::{Expect, Learn as AnyLearn};
use torg_platform::Timestamp;

/// A product as the operator makes it.
#[derive(Debug, Clone)]
pub(crate) struct New {
    pub(super) name: String,
    pub(super) price: i64,
    pub(super) stock: i64,
    pub(super) digital: bool,
    pub(super) low: Option<i64>,
}

/// What is new about a product.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edit {
    pub(super) price: Option<i64>,
    pub(super) active: Option<bool>,
    /// What can be ordered from now on.
    pub(super) stock: Option<i64>,
}

#[derive(Debug, Clone)]
pub(super) struct Product {
    pub(super) id: Option<String>,
    pub(super) price: i64,
    pub(super) active: bool,
    pub(super) digital: bool,
    pub(super) on_hand: i64,
    pub(super) reserved: i64,
    pub(super) low: Option<i64>,
    pub(super) version: i64,
    /// Oldest first, with the order that has got it.
    pub(super) keys: Vec<(String, Option<usize>)>,
    pub(super) told_low: u64,
}

impl Product {
    pub(super) fn available(&self) -> i64 {
        self.on_hand - self.reserved
    }

    /// Does `change`, and counts when that brings what can be ordered under the mark.
    pub(super) fn moving(&mut self, change: impl FnOnce(&mut Self)) {
        let before = self.available();
        change(self);
        let after = self.available();
        let fell = |mark: i64| before >= mark && after < mark;
        self.told_low += u64::from(self.low.is_some_and(fell));
    }

    fn show(&self, expect: Expect) -> Expect {
        expect
            .with("/price", rub(self.price))
            .with("/stock", self.available())
            .with("/reserved", self.reserved)
            .with("/is_active", self.active)
            .with("/version", self.version)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Coupon {
    pub(super) code: String,
    /// Hundredths of a percent, or else minor units.
    pub(super) percent: Option<i64>,
    pub(super) amount: i64,
    pub(super) min_total: i64,
    pub(super) uses_max: Option<i64>,
    pub(super) used: i64,
    pub(super) ends: Option<Timestamp>,
    pub(super) active: bool,
}

impl Coupon {
    /// What it takes off.
    pub(super) fn off(&self, items: i64) -> i64 {
        match self.percent {
            Some(bps) => items * bps / 10_000,
            None => self.amount.min(items),
        }
    }

    pub(super) fn used_up(&self) -> bool {
        self.uses_max.is_some_and(|max| self.used >= max)
    }

    fn show(&self, status: u16) -> Expect {
        Expect::ok(status)
            .with("/used", self.used)
            .with("/is_active", self.active)
            .with("/uses_max", self.uses_max)
    }
}

impl Model {
    pub(super) fn add_product(&mut self, new: &New) -> Expect {
        self.products.push(Product {
            id: None,
            price: new.price,
            active: true,
            digital: new.digital,
            on_hand: new.stock,
            reserved: 0,
            low: new.low,
            version: 1,
            keys: Vec::new(),
            told_low: 0,
        });
        let number = self.products.len() - 1;
        let learn = Some(AnyLearn::Shop(Learn::Product(number)));
        Expect {
            learn,
            ..self.products[number].show(Expect::ok(201))
        }
    }

    pub(super) fn show_product(&self, product: usize) -> Expect {
        self.products[product].show(Expect::ok(200))
    }

    pub(super) fn edit(&mut self, product: usize, seen: Option<i64>, edit: &Edit) -> Expect {
        let product = &mut self.products[product];
        if seen.is_some_and(|seen| seen != product.version) {
            return refused(412, "version_stale");
        }
        let delta = edit.stock.map_or(0, |stock| stock - product.available());
        if delta != 0 && product.digital {
            return refused(409, "product_digital");
        }
        let before = (product.price, product.active);
        product.price = edit.price.unwrap_or(product.price);
        product.active = edit.active.unwrap_or(product.active);
        if delta != 0 || before != (product.price, product.active) {
            product.version += 1;
            product.moving(|product| product.on_hand += delta);
        }
        product.show(Expect::ok(200))
    }

    pub(super) fn adjust(&mut self, product: usize, seen: Option<i64>, delta: i64) -> Expect {
        let product = &mut self.products[product];
        if seen.is_some_and(|seen| seen != product.version) {
            return refused(412, "version_stale");
        }
        if product.digital {
            return refused(409, "product_digital");
        }
        if product.on_hand + delta < product.reserved {
            return refused(409, "stock_reserved");
        }
        product.moving(|product| product.on_hand += delta);
        Expect::ok(200)
            .with("/on_hand", product.on_hand)
            .with("/reserved", product.reserved)
            .with("/stock", product.available())
    }

    pub(super) fn add_keys(&mut self, product: usize, keys: &[String]) -> Expect {
        let product = &mut self.products[product];
        if !product.digital {
            return refused(409, "product_not_digital");
        }
        let before = product.keys.len();
        for key in keys {
            if !product.keys.iter().any(|(known, _)| known == key) {
                product.keys.push((key.clone(), None));
            }
        }
        let added = i64::try_from(product.keys.len() - before).unwrap_or(0);
        let sent = i64::try_from(keys.len()).unwrap_or(0);
        product.on_hand += added;
        Expect::ok(200)
            .with("/added", added)
            .with("/duplicates", sent - added)
            .with("/stock", product.available())
    }

    pub(super) fn add_coupon(&mut self, coupon: &Coupon) -> Expect {
        if self.coupons.iter().any(|known| known.code == coupon.code) {
            return refused(409, "coupon_exists");
        }
        self.coupons.push(coupon.clone());
        coupon.show(201)
    }

    pub(super) fn switch_coupon(&mut self, coupon: usize, on: bool) -> Expect {
        self.coupons[coupon].active = on;
        self.show_coupon(coupon)
    }

    pub(super) fn show_coupon(&self, coupon: usize) -> Expect {
        self.coupons[coupon].show(200)
    }

    pub(super) fn coupon(&self, code: &str) -> Option<usize> {
        self.coupons.iter().position(|coupon| coupon.code == code)
    }
}
