//! What people ask of the shop.

use super::goods::{Coupon, Edit, New as NewProduct};
use super::notice::{Notice, Way};
use super::orders::New;
use super::{Deed, Model, rub};
use crate::ask::Ask;
use crate::dice::Dice;
use crate::model::{Deed as AnyDeed, services};
use crate::people::{CUSTOMERS, EXECUTORS, Who};
use crate::product::Outside;
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::config::Secret;
use torg_platform::{Timestamp, signature};

/// So many products, of which there is little.
const PRODUCTS: usize = 5;
const COUPONS: usize = 3;

fn ask(who: Who, method: Method, path: impl Into<String>, deed: Deed) -> Ask {
    Ask::new(who, method, path, AnyDeed::Shop(deed))
}

fn post(who: Who, path: impl Into<String>, deed: Deed) -> Ask {
    ask(who, Method::POST, path, deed)
}

/// Mostly those who earn money; some who have none, and guests.
fn buyer(dice: &mut Dice) -> Who {
    let some = match dice.weighted(&[70, 15, 15]) {
        0 => dice.pick(&EXECUTORS),
        1 => dice.pick(&CUSTOMERS),
        _ => None,
    };
    some.map_or(Who::Nobody, |id| Who::Person(*id))
}

impl Model {
    pub(crate) fn draw(&self, dice: &mut Dice, now: Timestamp) -> Ask {
        let key = format!("s{:016x}", dice.next());
        let buyer = buyer(dice);
        let person = match buyer {
            Who::Person(_) => buyer,
            Who::Operator | Who::Nobody => Who::Person(EXECUTORS[0]),
        };
        let known: Vec<usize> = (0..self.products.len())
            .filter(|product| self.products[*product].id.is_some())
            .collect();
        let Some(product) = dice
            .pick(&known)
            .copied()
            .filter(|_| known.len() >= PRODUCTS)
        else {
            return self.new_product(dice);
        };
        if self.coupons.len() < COUPONS && dice.chance(5) {
            return self.new_coupon(dice, now);
        }
        match dice.weighted(&[10, 24, 14, 14, 38]) {
            0 => self.of_operator(dice, product, key),
            1 => self.place(dice, buyer, &known, key),
            2 => self.of_cart(dice, person, product, key),
            3 => self.look_around(dice, buyer, product),
            _ => {
                let orders: Vec<usize> = (0..self.orders.len())
                    .filter(|order| self.orders[*order].id.is_some())
                    .collect();
                // Mostly the newest: there is something to win or to lose.
                let all = dice.chance(20);
                let recent = orders
                    .len()
                    .saturating_sub(if all { orders.len() } else { 6 });
                match dice.pick(&orders[recent..]) {
                    Some(order) => self.of_order(dice, *order, buyer, key, now),
                    None => self.place(dice, buyer, &known, key),
                }
            }
        }
    }

    fn product_id(&self, product: usize) -> String {
        self.products[product].id.clone().unwrap_or_default()
    }

    fn new_product(&self, dice: &mut Dice) -> Ask {
        let digital = self.products.len() % 3 == 2;
        let new = NewProduct {
            name: format!("Thing {}", self.products.len()),
            price: dice.between(30, 700),
            stock: if digital { 0 } else { dice.between(0, 6) },
            digital,
            low: dice.chance(50).then(|| dice.between(1, 3)),
        };
        let body = json!({
            "name": new.name, "price": rub(new.price), "stock": new.stock,
            "is_digital": new.digital, "low_stock": new.low,
        });
        post(Who::Operator, "/admin/products", Deed::Product(new)).json(body)
    }

    fn new_coupon(&self, dice: &mut Dice, now: Timestamp) -> Ask {
        let share = dice.chance(50);
        let coupon = Coupon {
            code: format!("SALE-{}", dice.below(4)),
            percent: share.then(|| dice.between(1, 9_999)),
            amount: dice.between(50, 1_500),
            min_total: dice.between(0, 300),
            uses_max: dice.chance(70).then(|| dice.between(1, 3)),
            used: 0,
            ends: dice
                .chance(30)
                .then(|| now.plus(Duration::from_secs(3_600 * (1 + dice.below(30))))),
            active: true,
        };
        let mut body = json!({
            "code": coupon.code, "min_total": rub(coupon.min_total), "uses_max": coupon.uses_max,
            "ends_at": coupon.ends,
        });
        match coupon.percent {
            Some(bps) => body["percent_bps"] = json!(bps),
            None => body["amount"] = json!(rub(coupon.amount)),
        }
        post(Who::Operator, "/admin/coupons", Deed::Coupon(coupon)).json(body)
    }

    #[expect(
        clippy::too_many_lines,
        reason = "a list of what the operator may ask for"
    )]
    fn of_operator(&self, dice: &mut Dice, product: usize, key: String) -> Ask {
        let (of, id) = (&self.products[product], self.product_id(product));
        // Sometimes of a version that is not there any more.
        let seen = match dice.below(4) {
            0 => Some(of.version),
            1 => Some(of.version - 1).filter(|seen| *seen > 0),
            _ => None,
        };
        let seen_by = |ask: Ask| match seen {
            Some(seen) => ask.header("if-match", format!("\"{seen}\"")),
            None => ask,
        };
        let what = dice.weighted(&[if of.digital { 60 } else { 0 }, 40, 25, 8, 6, 5]);
        match what {
            0 => {
                // Some that are there already.
                let old = of.keys.first().filter(|_| dice.chance(20));
                let mut keys: Vec<String> = old.map(|(key, _)| key.clone()).into_iter().collect();
                for _ in 0..=dice.below(3) {
                    keys.push(format!("KEY-{:016X}", dice.next()));
                }
                let path = format!("/admin/products/{id}/keys");
                let body = json!({ "keys": keys });
                post(Who::Operator, path, Deed::Keys(product, keys))
                    .json(body)
                    .keyed(key)
            }
            1 => {
                let delta = *dice.pick(&[1, 2, 3, 5, -1, -2]).unwrap_or(&1);
                let path = format!("/admin/products/{id}/stock");
                let ask = post(Who::Operator, path, Deed::Stock(product, seen, delta));
                seen_by(
                    ask.json(json!({ "delta": delta, "reason": "Counted" }))
                        .keyed(key),
                )
            }
            2 | 3 => {
                let mut edit = Edit::default();
                let mut body = json!({});
                if what == 2 {
                    let price = dice.between(30, 700);
                    edit.price = Some(price);
                    body["price"] = json!(rub(price));
                } else {
                    let stock = dice.between(0, 5);
                    edit.stock = Some(stock);
                    body["stock"] = json!(stock);
                }
                let (path, deed) = (
                    format!("/admin/products/{id}"),
                    Deed::Edit(product, seen, edit),
                );
                seen_by(ask(Who::Operator, Method::PATCH, path, deed).json(body))
            }
            4 => {
                let active = !of.active || dice.chance(30);
                let edit = Edit {
                    active: Some(active),
                    ..Edit::default()
                };
                let (path, deed) = (
                    format!("/admin/products/{id}"),
                    Deed::Edit(product, seen, edit),
                );
                let ask = ask(Who::Operator, Method::PATCH, path, deed);
                seen_by(ask.json(json!({ "is_active": active })))
            }
            _ => {
                let coupons: Vec<usize> = (0..self.coupons.len()).collect();
                let Some(coupon) = dice.pick(&coupons).copied() else {
                    return self.new_product(dice);
                };
                let on = dice.chance(75);
                let path = format!("/admin/coupons/{}", self.coupons[coupon].code);
                let deed = Deed::SwitchCoupon(coupon, on);
                ask(Who::Operator, Method::PATCH, path, deed).json(json!({ "is_active": on }))
            }
        }
    }

    fn some_coupon(dice: &mut Dice) -> Option<String> {
        let code = format!("SALE-{}", dice.below(5));
        dice.chance(25).then_some(code)
    }

    fn place(&self, dice: &mut Dice, buyer: Who, known: &[usize], key: String) -> Ask {
        let mut lines = Vec::new();
        for _ in 0..=dice.below(3) {
            if let Some(product) = dice.pick(known) {
                lines.push((*product, *dice.pick(&[1, 1, 1, 2, 3]).unwrap_or(&1)));
            }
        }
        let coupon = Self::some_coupon(dice);
        let by_balance = buyer != Who::Nobody && dice.chance(45);
        let line = |(product, quantity): &(usize, i64)| json!({ "product_id": self.product_id(*product), "quantity": quantity });
        let mut body = json!({ "items": lines.iter().map(line).collect::<Vec<_>>() });
        if let Some(code) = &coupon {
            body["coupon"] = json!(code);
        }
        if by_balance {
            body["pay_with"] = json!("balance");
        }
        if buyer == Who::Nobody {
            body["user_email"] = json!(format!("guest{}@example.com", dice.below(3)));
        }
        // Without a word it is the test provider that is asked.
        let way = Some(if by_balance { "balance" } else { "test" });
        let new = New {
            lines,
            seen: None,
            coupon,
            way,
        };
        post(buyer, "/orders", Deed::Order(new))
            .json(body)
            .keyed(key)
    }

    fn of_cart(&self, dice: &mut Dice, person: Who, product: usize, key: String) -> Ask {
        let id = self.product_id(product);
        let item = format!("/cart/items/{id}");
        match dice.weighted(&[40, 8, 4, 10, 8, 30]) {
            0 => {
                let quantity = dice.between(1, 3);
                ask(person, Method::PUT, item, Deed::Put(product, quantity))
                    .json(json!({ "quantity": quantity }))
            }
            1 => ask(person, Method::DELETE, item, Deed::Remove(product)),
            2 => ask(person, Method::DELETE, "/cart", Deed::Clear),
            3 => ask(person, Method::GET, "/cart", Deed::LookIntoCart),
            4 => post(person, "/cart/confirm", Deed::Confirm),
            _ => {
                let coupon = Self::some_coupon(dice);
                let way = *dice
                    .pick(&[None, None, Some("balance"), Some("test")])
                    .unwrap_or(&None);
                let body = json!({ "coupon": coupon, "pay_with": way });
                let deed = Deed::CheckOut(coupon, way);
                post(person, "/cart/checkout", deed).json(body).keyed(key)
            }
        }
    }

    fn look_around(&self, dice: &mut Dice, buyer: Who, product: usize) -> Ask {
        let get = |who: Who, path: String, deed: Deed| ask(who, Method::GET, path, deed);
        let coupons: Vec<usize> = (0..self.coupons.len()).collect();
        match (dice.weighted(&[60, 12, 14, 14]), dice.pick(&coupons), buyer) {
            (1, ..) => get(buyer, "/products?limit=50".to_owned(), Deed::ListProducts),
            (2, Some(coupon), _) => {
                let path = format!("/admin/coupons/{}", self.coupons[*coupon].code);
                get(Who::Operator, path, Deed::LookAtCoupon(*coupon))
            }
            (3, _, Who::Person(_)) => get(buyer, "/orders".to_owned(), Deed::ListOrders),
            _ => {
                let path = format!("/products/{}", self.product_id(product));
                get(buyer, path, Deed::LookAtProduct(product))
            }
        }
    }

    fn of_order(
        &self,
        dice: &mut Dice,
        order: usize,
        buyer: Who,
        key: String,
        now: Timestamp,
    ) -> Ask {
        let of = &self.orders[order];
        let id = of.id.clone().unwrap_or_default();
        // Sometimes somebody else, sometimes the operator.
        let who = match (dice.weighted(&[85, 10, 5]), of.customer) {
            (0, Some(customer)) => Who::Person(customer),
            (0, None) => Who::Nobody,
            (1, _) => buyer,
            _ => Who::Operator,
        };
        let admin = |verb: &str| format!("/admin/orders/{id}/{verb}");
        match dice.weighted(&[16, 12, 16, 14, 10, 6, 26]) {
            0 => {
                let path = format!("/orders/{id}");
                ask(who, Method::GET, path, Deed::LookAtOrder(order))
            }
            1 => {
                let path = format!("/orders/{id}/cancel");
                post(who, path, Deed::Cancel(order)).keyed(key)
            }
            2 => {
                let payer = if who == Who::Operator { buyer } else { who };
                let way = if dice.chance(60) { "balance" } else { "test" };
                let path = format!("/orders/{id}/pay");
                post(payer, path, Deed::Pay(order, way))
                    .json(json!({ "pay_with": way }))
                    .keyed(key)
            }
            3 => {
                let amount = dice.chance(60).then(|| dice.between(1, of.total.max(1)));
                let restock = *dice
                    .pick(&[None, None, Some(true), Some(false)])
                    .unwrap_or(&None);
                let body = json!({
                    "amount": amount.map(rub), "reason": "It was broken", "restock": restock,
                });
                let deed = Deed::Refund(order, amount, restock);
                post(Who::Operator, admin("refund"), deed)
                    .json(body)
                    .keyed(key)
            }
            4 => post(Who::Operator, admin("fulfil"), Deed::Fulfil(order))
                .json(json!({ "note": "by post" })),
            5 => post(Who::Operator, admin("deliver"), Deed::Deliver(order)),
            _ => self.notice_of(dice, order, now),
        }
    }

    /// A notice of the company, or of somebody who would like to be it.
    fn notice_of(&self, dice: &mut Dice, order: usize, now: Timestamp) -> Ask {
        let of = &self.orders[order];
        let fresh = format!("own-{:08x}", dice.below(u64::from(u32::MAX)));
        let known: Vec<&String> = (of.payments.iter())
            .filter_map(|payment| payment.id.as_ref())
            .collect();
        let old = dice.pick(&known).copied().cloned();
        let payment = old.filter(|_| dice.chance(65)).unwrap_or(fresh);
        let paid = dice.chance(75);
        let status = if paid { "success" } else { "failed" };
        let amount = match dice.weighted(&[50, 35, 15]) {
            0 => Some(of.total),
            1 => None,
            _ => Some(of.total + dice.between(1, 100)),
        };
        let way = if dice.chance(70) {
            Way::Callback
        } else {
            Way::Webhook
        };
        let (event, charge) = match way {
            Way::Callback => (format!("callback:{payment}:{status}"), payment.clone()),
            Way::Webhook => {
                let charge = match dice.chance(85) {
                    true => payment.clone(),
                    false => format!("charge-{}", dice.below(20)),
                };
                (
                    format!("event-{:08x}", dice.below(u64::from(u32::MAX))),
                    charge,
                )
            }
        };
        let unknown = dice.chance(6);
        let id = match unknown {
            true => format!("00000000-0000-4000-8000-{:012x}", dice.below(1 << 40)),
            false => of.id.clone().unwrap_or_default(),
        };
        let notice = Notice {
            way,
            event,
            payment,
            order: (!unknown).then_some(order),
            paid,
            amount,
            charge,
            signed: !dice.chance(6),
        };
        notice.ask(&id, status, now)
    }
}

impl Notice {
    fn ask(self, order: &str, status: &str, now: Timestamp) -> Ask {
        let mut body = json!({
            "payment_id": self.payment, "order_id": order, "status": status,
        });
        if let Some(amount) = self.amount {
            body["amount"] = json!(rub(amount));
        }
        if self.way == Way::Webhook {
            body["event_id"] = json!(self.event);
            body["charge_id"] = json!(self.charge);
        }
        let signature = self.sign(&body, now);
        let path = match self.way {
            Way::Callback => "/payments/callback",
            Way::Webhook => "/payments/webhook/test",
        };
        let ask = post(Who::Nobody, path, Deed::Notice(self)).json(body);
        ask.header(signature::HEADER, signature)
    }

    fn sign(&self, body: &Value, now: Timestamp) -> String {
        let secret = Secret::new(if self.signed {
            Outside::WEBHOOK_SECRET
        } else {
            "a guess"
        });
        let body = body.to_string();
        let signed = match self.way {
            Way::Callback => signature::hex(&secret, body.as_bytes()),
            Way::Webhook => signature::sign(&secret, now, body.as_bytes()),
        };
        signed.expect("a signature")
    }
}

/// Money for the shop comes onto the balance as everywhere.
pub(crate) fn recharge(dice: &mut Dice) -> Ask {
    let key = format!("r{:016x}", dice.next());
    let who = *dice.pick(&EXECUTORS).unwrap_or(&EXECUTORS[0]);
    services::recharge(dice, who, key)
}
