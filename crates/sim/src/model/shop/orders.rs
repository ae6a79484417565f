//! Orders, from their stock to their end.

use super::notice::Payment;
use super::{Books, KEPT, Learn, Model, RUB, refused, rub};
use crate::model::{Expect, Learn as AnyLearn};
use crate::people::Who;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use torg_platform::Timestamp;

/// What is ordered.
#[derive(Debug, Clone)]
pub(crate) struct New {
    /// Products and quantities, a product perhaps twice.
    pub(super) lines: Vec<(usize, i64)>,
    /// Prices that were agreed to.
    pub(super) seen: Option<BTreeMap<usize, i64>>,
    pub(super) coupon: Option<String>,
    /// Begun by itself as soon as the order is there, when it is `test`.
    pub(super) way: Option<&'static str>,
}

/// Where an order is; `Open` until it is paid or over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Paid,
    Fulfilled,
    Delivered,
    Canceled,
    Expired,
    Refunded,
}

#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) id: Option<String>,
    pub(super) customer: Option<i64>,
    /// As it is written down; what is true by the clock is [`Order::state`].
    pub(super) stored: State,
    pub(super) lines: BTreeMap<usize, i64>,
    pub(super) items_total: i64,
    pub(super) total: i64,
    pub(super) refunded: i64,
    pub(super) coupon: Option<usize>,
    /// A provider may have begun by now, or not yet.
    pub(super) may_begin: bool,
    /// Place of the payment that has paid it; none when the balance has.
    pub(super) paid_by: Option<usize>,
    pub(super) expires: Timestamp,
    pub(super) payments: Vec<Payment>,
    /// When the company behind the test provider has something to do.
    pub(super) looks: Vec<Timestamp>,
    pub(super) events: BTreeMap<&'static str, u64>,
}

impl Order {
    pub(super) fn is_open(&self) -> bool {
        self.stored == State::Open
    }

    pub(super) fn state(&self, now: Timestamp) -> State {
        if self.is_open() && now >= self.expires {
            State::Expired
        } else {
            self.stored
        }
    }

    pub(super) fn was_paid(&self) -> bool {
        match self.stored {
            State::Paid | State::Fulfilled | State::Delivered | State::Refunded => true,
            State::Open | State::Canceled | State::Expired => false,
        }
    }

    pub(super) fn told(&mut self, topic: &'static str) {
        *self.events.entry(topic).or_insert(0) += 1;
    }

    /// Somebody else's is as unknown as one that does not exist; a guest's is whose who knows it.
    fn is_for(&self, who: Who) -> bool {
        match (self.customer, who) {
            (_, Who::Operator) | (None, _) => true,
            (Some(customer), Who::Person(id)) => customer == id,
            (Some(_), Who::Nobody) => false,
        }
    }

    /// The company is asked in a moment, and answers a little later.
    fn begin(&mut self, now: Timestamp) {
        self.may_begin = true;
        for seconds in [1, 5] {
            self.looks.push(now.plus(Duration::from_secs(seconds)));
        }
    }

    fn show(&self, prefix: Prefix, expect: Expect, now: Timestamp) -> Expect {
        let [status, items_total, total, refunded] = prefix.pointers();
        let expect = expect
            .with(items_total, rub(self.items_total))
            .with(total, rub(self.total))
            .with(refunded, rub(self.refunded));
        let word = match self.state(now) {
            State::Open if self.may_begin => {
                let either = vec![json!("reserved"), json!("payment_pending")];
                return expect.with_one_of(status, either);
            }
            State::Open => "reserved",
            State::Paid => "paid",
            State::Fulfilled => "fulfilled",
            State::Delivered => "delivered",
            State::Canceled => "canceled",
            State::Expired => "expired",
            State::Refunded => "refunded",
        };
        expect.with(status, word)
    }
}

/// Where in an answer the order stands.
#[derive(Clone, Copy)]
enum Prefix {
    Root,
    Order,
}

impl Prefix {
    const fn pointers(self) -> [&'static str; 4] {
        match self {
            Self::Root => ["/status", "/items_total", "/total", "/refunded"],
            Self::Order => [
                "/order/status",
                "/order/items_total",
                "/order/total",
                "/order/refunded",
            ],
        }
    }
}

impl Model {
    #[expect(
        clippy::too_many_lines,
        reason = "the order of checks stands in one place"
    )]
    pub(super) fn order(
        &mut self,
        books: &mut Books,
        who: Who,
        new: &New,
        now: Timestamp,
    ) -> Expect {
        let customer = match who {
            Who::Person(id) => Some(id),
            Who::Operator | Who::Nobody => None,
        };
        let coupon = match &new.coupon {
            Some(code) => match self.coupon(code) {
                None => return refused(400, "coupon_unknown"),
                known => known,
            },
            None => None,
        };
        let mut lines: BTreeMap<usize, i64> = BTreeMap::new();
        for (product, quantity) in &new.lines {
            *lines.entry(*product).or_insert(0) += quantity;
        }
        if lines.keys().any(|of| !self.products[*of].active) {
            return refused(400, "product_unavailable");
        }
        let seen = |of: usize| new.seen.as_ref().and_then(|seen| seen.get(&of));
        if (lines.keys()).any(|of| seen(*of).is_some_and(|seen| *seen != self.products[*of].price))
        {
            return refused(409, "prices_changed");
        }
        if (lines.iter()).any(|(of, quantity)| self.products[*of].available() < *quantity) {
            return refused(409, "insufficient_stock");
        }
        let price = |(of, quantity): (&usize, &i64)| self.products[*of].price * quantity;
        let items_total: i64 = lines.iter().map(price).sum();
        let mut total = items_total;
        if let Some(coupon) = coupon {
            let coupon = &self.coupons[coupon];
            if !coupon.active || coupon.ends.is_some_and(|ends| ends <= now) {
                return refused(400, "coupon_unknown");
            }
            if coupon.used_up() {
                return refused(409, "coupon_used_up");
            }
            if items_total < coupon.min_total {
                return refused(400, "coupon_minimum");
            }
            total -= coupon.off(items_total);
        }
        let at_once = new.way == Some("balance") || total == 0;
        if at_once && total > 0 && customer.is_none_or(|id| books.free(id, RUB) < total) {
            return refused(402, "insufficient_balance");
        }
        for (product, quantity) in &lines {
            self.products[*product].moving(|product| product.reserved += quantity);
        }
        if let Some(coupon) = coupon {
            self.coupons[coupon].used += 1;
        }
        let number = self.orders.len();
        self.orders.push(Order {
            id: None,
            customer,
            stored: State::Open,
            lines,
            items_total,
            total,
            refunded: 0,
            coupon,
            may_begin: false,
            paid_by: None,
            expires: now.plus(KEPT),
            payments: Vec::new(),
            looks: Vec::new(),
            events: BTreeMap::from([("shop.order_reserved", 1)]),
        });
        let learn = Some(AnyLearn::Shop(Learn::Order(number)));
        if at_once {
            self.sell(number);
            if let Some(id) = customer {
                books.add(id, RUB, -total);
            }
        }
        let expect = self.with_keys(who, number, Expect::ok(201));
        let expect = expect.with("/coupon", new.coupon.clone());
        let of = &mut self.orders[number];
        let expect = of.show(Prefix::Root, expect, now);
        if !at_once && new.way == Some("test") {
            of.begin(now);
        }
        Expect { learn, ..expect }
    }

    /// The goods of an open order leave the store: it is paid.
    pub(super) fn sell(&mut self, order: usize) {
        for (product, quantity) in self.orders[order].lines.clone() {
            self.products[product].reserved -= quantity;
            self.products[product].on_hand -= quantity;
        }
        self.hand_out(order);
    }

    /// Its keys are its customer's, and it is paid.
    pub(super) fn hand_out(&mut self, order: usize) {
        let mut only_keys = true;
        for (product, quantity) in self.orders[order].lines.clone() {
            let product = &mut self.products[product];
            only_keys &= product.digital;
            let quantity = usize::try_from(quantity).unwrap_or(0);
            let free = product.keys.iter_mut().filter(|(_, of)| of.is_none());
            for (_, of) in free.take(quantity) {
                *of = Some(order);
            }
        }
        let order = &mut self.orders[order];
        order.stored = if only_keys {
            State::Fulfilled
        } else {
            State::Paid
        };
        order.told("shop.order_paid");
        order.withdraw();
    }

    /// The keys that stand in an answer about an order of one digital product.
    fn with_keys(&self, who: Who, order: usize, expect: Expect) -> Expect {
        let of = &self.orders[order];
        let mut lines = of.lines.keys().map(|product| &self.products[*product]);
        let (Some(product), None) = (lines.next(), lines.next()) else {
            return expect;
        };
        if !product.digital || !of.was_paid() || who == Who::Operator {
            return expect;
        }
        let own = product.keys.iter().filter(|(_, of)| *of == Some(order));
        let own: Vec<String> = own.map(|(key, _)| key.clone()).collect();
        expect.with("/items/0/keys", own)
    }

    pub(super) fn look(&self, who: Who, order: usize, now: Timestamp) -> Expect {
        let of = &self.orders[order];
        if !of.is_for(who) {
            return refused(404, "order_not_found");
        }
        let expect = self.with_keys(who, order, Expect::ok(200));
        of.show(Prefix::Root, expect, now)
    }

    /// Lets go what was promised to an order that comes to nothing.
    fn end(&mut self, order: usize, state: State, topic: &'static str) {
        for (product, quantity) in self.orders[order].lines.clone() {
            self.products[product].reserved -= quantity;
        }
        let order = &mut self.orders[order];
        order.stored = state;
        order.told(topic);
        order.withdraw();
        if let Some(coupon) = order.coupon {
            self.coupons[coupon].used -= 1;
        }
    }

    pub(super) fn expire(&mut self, order: usize, now: Timestamp) {
        let of = &self.orders[order];
        if of.is_open() && now >= of.expires {
            self.end(order, State::Expired, "shop.order_expired");
        }
    }

    pub(super) fn fail(&mut self, order: usize) {
        if self.orders[order].is_open() {
            self.end(order, State::Canceled, "shop.order_canceled");
        }
    }

    pub(super) fn cancel(
        &mut self,
        books: &mut Books,
        who: Who,
        order: usize,
        now: Timestamp,
    ) -> Expect {
        let of = &self.orders[order];
        if !of.is_for(who) {
            return refused(404, "order_not_found");
        }
        match (of.state(now), who) {
            (State::Canceled, _) => {}
            (State::Open, _) => self.end(order, State::Canceled, "shop.order_canceled"),
            (State::Paid | State::Fulfilled, Who::Operator) => {
                return self.refund(books, order, None, None);
            }
            _ => return refused(409, "order_state"),
        }
        self.orders[order].show(Prefix::Root, Expect::ok(200), now)
    }

    pub(super) fn pay(
        &mut self,
        books: &mut Books,
        who: Who,
        order: usize,
        way: &'static str,
        now: Timestamp,
    ) -> Expect {
        if way == "balance" && who == Who::Nobody {
            return refused(400, "payment_method_unavailable");
        }
        let of = &mut self.orders[order];
        if !of.is_for(who) {
            return refused(404, "order_not_found");
        }
        let is_open = of.state(now) == State::Open;
        if way != "balance" {
            if !is_open {
                return refused(409, "order_state");
            }
            of.told("shop.payment_requested");
            of.open_payment();
            let expect = Expect::ok(200).with("/status", "pending");
            let expect = of.show(Prefix::Order, expect, now);
            of.begin(now);
            return Expect {
                learn: Some(AnyLearn::Shop(Learn::Payment(order))),
                ..expect
            };
        }
        let Some(customer) = of.customer else {
            return refused(400, "payment_method_unavailable");
        };
        if !is_open {
            return refused(409, "order_state");
        }
        if books.free(customer, RUB) < of.total {
            return refused(402, "insufficient_balance");
        }
        books.add(customer, RUB, -of.total);
        self.sell(order);
        let expect = Expect::ok(200).with("/status", "paid");
        self.orders[order].show(Prefix::Order, expect, now)
    }

    pub(super) fn refund(
        &mut self,
        books: &mut Books,
        order: usize,
        amount: Option<i64>,
        restock: Option<bool>,
    ) -> Expect {
        let of = &mut self.orders[order];
        if !matches!(of.stored, State::Paid | State::Fulfilled) {
            return refused(409, "order_state");
        }
        let left = of.total - of.refunded;
        let amount = amount.unwrap_or(left);
        if amount > left {
            return refused(409, "refund_too_large");
        }
        of.refunded += amount;
        match (of.paid_by, of.customer) {
            (Some(place), _) => of.payments[place].refunds += u64::from(amount > 0),
            (None, Some(customer)) => books.add(customer, RUB, amount),
            (None, None) => {}
        }
        if amount < left {
            of.told("shop.order_partly_refunded");
        } else {
            let back = restock.unwrap_or(of.stored == State::Paid);
            of.stored = State::Refunded;
            of.told("shop.order_refunded");
            for (product, quantity) in of.lines.iter().filter(|_| back) {
                let product = &mut self.products[*product];
                product.on_hand += if product.digital { 0 } else { *quantity };
            }
        }
        of.show(Prefix::Root, Expect::ok(200), Timestamp::default())
    }

    pub(super) fn fulfil(&mut self, order: usize) -> Expect {
        self.step(order, State::Paid, State::Fulfilled, "shop.order_fulfilled")
    }

    pub(super) fn deliver(&mut self, order: usize) -> Expect {
        self.step(
            order,
            State::Fulfilled,
            State::Delivered,
            "shop.order_delivered",
        )
    }

    fn step(&mut self, order: usize, from: State, to: State, topic: &'static str) -> Expect {
        let of = &mut self.orders[order];
        if of.stored != from {
            return refused(409, "order_state");
        }
        of.stored = to;
        of.told(topic);
        of.show(Prefix::Root, Expect::ok(200), Timestamp::default())
    }
}
