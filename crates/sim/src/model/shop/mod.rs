//! The market of products: stock, carts, orders, coupons, keys and who pays how.

mod cart;
mod draw;
mod goods;
mod notice;
mod orders;

pub(crate) use draw::recharge;
use notice::Notice;

use super::{Books, Expect};
use crate::people::Who;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use torg_platform::Timestamp;

const RUB: &str = "RUB";
/// How long stock is promised.
const KEPT: Duration = Duration::from_secs(15 * 60);

/// What somebody wants; products, orders and coupons by their numbers in the model.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// A new product.
    Product(goods::New),
    /// An edit, by whoever has seen this version.
    Edit(usize, Option<i64>, goods::Edit),
    /// So many units come, or go.
    Stock(usize, Option<i64>, i64),
    Keys(usize, Vec<String>),
    LookAtProduct(usize),
    ListProducts,
    Coupon(goods::Coupon),
    SwitchCoupon(usize, bool),
    LookAtCoupon(usize),
    Order(orders::New),
    LookAtOrder(usize),
    ListOrders,
    Cancel(usize),
    Pay(usize, &'static str),
    /// Minor units, all that is left without; whether the goods come back.
    Refund(usize, Option<i64>, Option<bool>),
    Fulfil(usize),
    Deliver(usize),
    LookIntoCart,
    Put(usize, i64),
    Remove(usize),
    Clear,
    Confirm,
    /// With this coupon, paid in this way.
    CheckOut(Option<String>, Option<&'static str>),
    Notice(Notice),
}

/// What only the program can choose.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Learn {
    Product(usize),
    Order(usize),
    /// The name of the payment that this order waits for.
    Payment(usize),
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    products: Vec<goods::Product>,
    coupons: Vec<goods::Coupon>,
    orders: Vec<orders::Order>,
    /// Quantity and the price that was agreed to, by customer and product.
    carts: BTreeMap<i64, BTreeMap<usize, (i64, i64)>>,
    /// Notices that need not be read again.
    inbox: BTreeSet<String>,
    /// Notices of unknown orders, and until when they are tried.
    waiting: BTreeMap<String, Timestamp>,
    /// Notices that are for the operator to look at.
    flagged: Vec<String>,
}

fn refused(status: u16, code: &'static str) -> Expect {
    Expect::refused(status, code)
}

/// As money stands in an answer.
fn rub(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

impl Model {
    pub(super) fn answer(
        &mut self,
        books: &mut Books,
        who: Who,
        deed: &Deed,
        now: Timestamp,
    ) -> Expect {
        let me = who.id();
        match deed {
            Deed::Product(new) => self.add_product(new),
            Deed::Edit(product, seen, edit) => self.edit(*product, *seen, edit),
            Deed::Stock(product, seen, delta) => self.adjust(*product, *seen, *delta),
            Deed::Keys(product, keys) => self.add_keys(*product, keys),
            Deed::LookAtProduct(product) => self.show_product(*product),
            // What is kept for a second may be older than what a neighbour of a crowd has just
            // done.
            Deed::ListProducts | Deed::ListOrders => Expect::ok(200),
            Deed::Coupon(coupon) => self.add_coupon(coupon),
            Deed::SwitchCoupon(coupon, on) => self.switch_coupon(*coupon, *on),
            Deed::LookAtCoupon(coupon) => self.show_coupon(*coupon),
            Deed::Order(new) => self.order(books, who, new, now),
            Deed::LookAtOrder(order) => self.look(who, *order, now),
            Deed::Cancel(order) => self.cancel(books, who, *order, now),
            Deed::Pay(order, way) => self.pay(books, who, *order, way, now),
            Deed::Refund(order, amount, restock) => self.refund(books, *order, *amount, *restock),
            Deed::Fulfil(order) => self.fulfil(*order),
            Deed::Deliver(order) => self.deliver(*order),
            Deed::LookIntoCart => self.show_cart(me),
            Deed::Put(product, quantity) => self.put(me, *product, *quantity),
            Deed::Remove(product) => self.take_out(me, *product),
            Deed::Clear => self.clear(me),
            Deed::Confirm => self.confirm(me),
            Deed::CheckOut(coupon, way) => self.check_out(books, who, coupon.as_deref(), *way, now),
            Deed::Notice(notice) => self.notice(notice, now),
        }
    }

    pub(super) fn learn(&mut self, learn: &Learn, answer: &Value) {
        let id = |pointer: &str| {
            let id = answer.pointer(pointer).and_then(Value::as_str);
            id.map(str::to_owned)
        };
        match learn {
            Learn::Product(product) => self.products[*product].id = id("/id"),
            Learn::Order(order) => self.orders[*order].id = id("/id"),
            Learn::Payment(order) => {
                if let Some(id) = id("/payment_id") {
                    self.orders[*order].name_payment(&id);
                }
            }
        }
    }

    /// What is over by now has been written down.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.give_up(now);
        for order in 0..self.orders.len() {
            self.expire(order, now);
            self.orders[order].looks.retain(|at| *at > now);
        }
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let ends = |order: &orders::Order| order.is_open().then_some(order.expires);
        let due = self.orders.iter().filter_map(ends);
        let looks = self.orders.iter().flat_map(|order| order.looks.clone());
        due.chain(looks).min()
    }

    pub(super) fn events(&self) -> BTreeMap<(String, String), u64> {
        let mut all = BTreeMap::new();
        for order in &self.orders {
            let Some(id) = &order.id else { continue };
            for (topic, count) in &order.events {
                all.insert(((*topic).to_owned(), format!("shop.order/{id}")), *count);
            }
        }
        for payment in self.orders.iter().flat_map(|order| &order.payments) {
            let (Some(id), 1..) = (&payment.id, payment.refunds) else {
                continue;
            };
            for topic in ["platform.refund_requested", "platform.refund_done"] {
                all.insert((topic.to_owned(), format!("payment/{id}")), payment.refunds);
            }
        }
        for event in &self.flagged {
            let topic = "platform.payment_flagged".to_owned();
            all.insert((topic, format!("notice/test/{event}")), 1);
        }
        for product in &self.products {
            let Some(id) = &product.id else { continue };
            if product.told_low > 0 {
                let event = ("shop.stock_low".to_owned(), format!("shop.product/{id}"));
                all.insert(event, product.told_low);
            }
        }
        all
    }

    /// A key in `text` that `reader` has not bought; nobody may read one in a log.
    pub(super) fn leak(&self, text: &str, reader: Option<Who>) -> Option<String> {
        let may = |order: usize| match (self.orders[order].customer, reader) {
            (Some(customer), Some(Who::Person(id))) => customer == id,
            // A guest's order is whose who knows its name.
            (None, Some(Who::Person(_) | Who::Nobody)) => true,
            (Some(_), Some(Who::Nobody)) | (_, Some(Who::Operator) | None) => false,
        };
        let mut keys = self.products.iter().flat_map(|product| &product.keys);
        let leaked =
            keys.find(|(key, order)| !order.is_some_and(may) && text.contains(key.as_str()));
        leaked.map(|(key, _)| key.clone())
    }
}
