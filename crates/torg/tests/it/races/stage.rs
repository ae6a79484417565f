//! A small world for one race: one person with little money, and one of each thing.

use super::moves::{Move, Needs};
use crate::party::{Answer, Party};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Everybody's price of everything here, in kopecks.
const PRICE: i64 = 200;
/// What the person has left when the race begins, in kopecks, and what an invoice brings.
const GIVEN: i64 = 500;
const INVOICE: i64 = 1000;
/// Nanotons that the person is given.
const COINS: i64 = 4_200_000_000;
/// Units in stock, and uses of the coupon.
const STOCK: i64 = 5;
const USES: usize = 2;

/// Who and what one race is about.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    pub(crate) id: i64,
    pub(crate) round: usize,
    /// What the person was given, in kopecks and in nanotons.
    given: i64,
    coins: i64,
    pub(crate) person: Vec<(&'static str, String)>,
    pub(crate) customer: (&'static str, String),
    /// Executors with money, who compete for the slots.
    pub(crate) others: Vec<(&'static str, String)>,
    /// Orders of services; the person has taken the first.
    pub(crate) orders: Vec<String>,
    pub(crate) product: String,
    pub(crate) coupon: String,
    pub(crate) reserved: String,
    pub(crate) paid: String,
    pub(crate) invoice: String,
    pub(crate) withdrawal: String,
    pub(crate) address: String,
}

/// Who is the same in all races.
#[derive(Debug, Clone)]
pub(crate) struct Cast {
    pub(crate) customer: i64,
    pub(crate) others: Vec<i64>,
    pub(crate) address: String,
}

impl Cast {
    pub(crate) async fn gather(party: &Party) -> Self {
        let others: Vec<i64> = (901..=905).collect();
        for id in &others {
            let money = json!({ "amount": 100_000, "method": "card" });
            party
                .by(*id, "POST /api/balance/recharge", Some(money))
                .await;
        }
        let url = format!("{}/dev/wallets", party.chain.url);
        let wallet = party
            .http
            .post(url)
            .json(&json!({ "name": "anna" }))
            .send()
            .await
            .unwrap();
        let wallet: Value = wallet.json().await.unwrap();
        Self {
            customer: 900,
            others,
            address: wallet["address"].as_str().unwrap().to_owned(),
        }
    }
}

fn id(answer: &Value) -> String {
    answer["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no id: {answer}"))
        .to_owned()
}

impl Stage {
    pub(crate) async fn set(
        party: &Party,
        cast: &Cast,
        person: i64,
        round: usize,
        pair: [Move; 2],
    ) -> Self {
        let needs = |what: Needs| pair.iter().any(|a| a.needs() == what);
        let mut others = Vec::new();
        for other in &cast.others {
            others.push(party.signed(*other).await);
        }
        let mut stage = Self {
            id: person,
            round,
            given: GIVEN
                + PRICE * i64::from(needs(Needs::Services))
                + PRICE * i64::from(needs(Needs::Shop)),
            coins: 0,
            person: vec![party.signed(person).await],
            customer: party.signed(cast.customer).await,
            others,
            orders: Vec::new(),
            product: String::new(),
            coupon: format!("RACE{person}"),
            reserved: String::new(),
            paid: String::new(),
            invoice: String::new(),
            withdrawal: String::new(),
            address: cast.address.clone(),
        };
        let money = json!({ "amount": stage.given / 100, "method": "card" });
        party
            .by(person, "POST /api/balance/recharge", Some(money))
            .await;
        if needs(Needs::Services) {
            stage.set_services(party, cast).await;
        }
        if needs(Needs::Shop) {
            stage.set_shop(party).await;
        }
        if needs(Needs::Coins) {
            stage.set_coins(party).await;
        }
        if pair.iter().any(|a| a.name == "invoice") {
            let body = json!({ "amount": INVOICE / 100, "provider": "test" });
            let made = party
                .by(person, "POST /api/balance/create-invoice", Some(body))
                .await;
            made["payment_id"]
                .as_str()
                .unwrap()
                .clone_into(&mut stage.invoice);
        }
        stage
    }

    async fn set_services(&mut self, party: &Party, cast: &Cast) {
        let person = self.id;
        for n in 0..3 {
            let body = json!({
                "category": "Другое", "city": "Москва", "contact": format!("@race_{person}_{n}"),
                "description": "Нужно отвезти документы в центр до вечера",
            });
            let made = party
                .by(cast.customer, "POST /api/orders", Some(body))
                .await;
            self.orders.push(id(&made));
        }
        let take = format!("POST /api/orders/{}/take", self.orders[0]);
        party.by(person, &take, None).await;
    }

    async fn set_shop(&mut self, party: &Party) {
        let person = self.id;
        let product = json!({ "name": format!("Mug {person}"), "price": "2.00", "stock": STOCK });
        self.product = id(&party
            .operator("POST", "/admin/products", Some(product))
            .await);
        let body = json!({ "code": self.coupon, "percent_bps": 1000, "uses_max": USES });
        party.operator("POST", "/admin/coupons", Some(body)).await;
        let items = json!([{ "product_id": self.product, "quantity": 1 }]);
        let order = json!({ "items": items });
        self.reserved = id(&party.by(person, "POST /orders", Some(order)).await);
        let order = json!({ "items": items, "pay_with": "balance" });
        self.paid = id(&party.by(person, "POST /orders", Some(order)).await);
        let cart = format!("PUT /cart/items/{}", self.product);
        party
            .by(person, &cart, Some(json!({ "quantity": 1 })))
            .await;
    }

    async fn set_coins(&mut self, party: &Party) {
        let coins = json!({ "currency": "TON", "amount": "4.2", "reason": "for the race" });
        let path = format!("/api/admin/users/{}/adjustments", self.id);
        party.operator("POST", &path, Some(coins)).await;
        self.coins = COINS;
        let body = json!({ "address": self.address, "amount": "1" });
        let made = party
            .by(self.id, "POST /api/wallet/withdrawals", Some(body))
            .await;
        self.withdrawal = id(&made);
    }

    /// What does not add up afterwards, counted from what people see, not from the ledger.
    pub(crate) async fn problems(
        &self,
        party: &Party,
        done: &[(Move, String, Answer)],
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        // Each key that was answered well counts once.
        let made = |name: &str, status: u16| {
            let good =
                (done.iter()).filter(|(a, _, answer)| a.name == name && answer.status == status);
            let keys: BTreeSet<_> = good.map(|(_, key, _)| key).collect();
            i64::try_from(keys.len()).unwrap()
        };
        let mut money = self.given + 100 * made("recharge", 200);
        money += 100 * made("correct_up", 201) - 100 * made("correct_down", 201);
        if !self.invoice.is_empty() {
            let path = format!("/api/balance/payment/{}/status", self.invoice);
            if self.look(party, &path).await["status"] == "paid" {
                money += INVOICE;
            }
        }
        money -= self.spent_on_takes(party, &mut wrong).await;
        if !self.product.is_empty() {
            money -= self.spent_in_shop(party, &mut wrong).await;
        }
        let coins = self.coins - 1_000_000_000 * made("correct_coins", 201);
        let set_aside = if self.coins > 0 {
            self.set_aside(party).await
        } else {
            0
        };
        let wallet = self.look(party, "/api/wallet").await;
        for (currency, digits, meant, meant_held) in
            [("RUB", 2, money, 0), ("TON", 9, coins, set_aside)]
        {
            let balances = wallet["balances"].as_array().unwrap();
            let balance = balances.iter().find(|b| b["currency"] == currency);
            let part = |name: &str| balance.map_or(0, |balance| minor(&balance[name], digits));
            let (available, held) = (part("available"), part("held"));
            if available < 0 || held != meant_held || available + held != meant {
                wrong.push(format!(
                    "{currency}: {available} and {held} held instead of {meant} with {meant_held} held"
                ));
            }
        }
        wrong
    }

    async fn look(&self, party: &Party, path: &str) -> Value {
        party.ask("GET", path, &self.person, None).await.must(200)
    }

    /// What the takes cost that were not given back.
    async fn spent_on_takes(&self, party: &Party, wrong: &mut Vec<String>) -> i64 {
        let mut spent = 0;
        for order in &self.orders {
            let path = format!("/api/admin/services/orders/{order}");
            let card = party.operator("GET", &path, None).await;
            let takes = card["takes"]
                .as_array()
                .unwrap_or_else(|| panic!("no takes: {card}"));
            if takes.len() > 3 {
                wrong.push(format!("{} executors of one order", takes.len()));
            }
            let mine =
                |take: &&Value| take["executor_id"] == self.id && take["refunded_at"].is_null();
            let kept = takes.iter().filter(mine).count();
            if kept > 1 {
                wrong.push("one executor has one order twice".to_owned());
            }
            spent += PRICE * i64::try_from(kept).unwrap();
        }
        spent
    }

    /// What was paid from the balance and not given back.
    async fn spent_in_shop(&self, party: &Party, wrong: &mut Vec<String>) -> i64 {
        let orders = self.look(party, "/orders?limit=100").await;
        let (mut spent, mut alive, mut with_coupon) = (0, 0, 0);
        for order in orders
            .as_array()
            .unwrap_or_else(|| panic!("no orders: {orders}"))
        {
            let (total, refunded) = (minor(&order["total"], 2), minor(&order["refunded"], 2));
            if refunded > total {
                wrong.push(format!("more is refunded than was paid: {order}"));
            }
            let over = ["canceled", "refunded", "expired"];
            let is_over = over.iter().any(|status| order["status"] == *status);
            alive += i64::from(!is_over);
            with_coupon += usize::from(!is_over && order["coupon"].is_string());
            if order["pay_with"] == "balance" && !order["paid_at"].is_null() {
                spent += total - refunded;
            }
        }
        if alive > STOCK || with_coupon > USES {
            wrong.push(format!(
                "{alive} of {STOCK} units, {with_coupon} of {USES} uses"
            ));
        }
        let product = self
            .look(party, &format!("/products/{}", self.product))
            .await;
        if product["stock"].as_i64().is_none_or(|stock| stock < 0) {
            wrong.push(format!("stock below zero: {product}"));
        }
        spent
    }

    /// What withdrawals hold that are neither over nor taken back.
    async fn set_aside(&self, party: &Party) -> i64 {
        let list = self.look(party, "/api/wallet/withdrawals?limit=100").await;
        let withdrawals = list["withdrawals"]
            .as_array()
            .unwrap_or_else(|| panic!("none: {list}"));
        let open = ["requested", "approved", "sending"];
        let open = |w: &&Value| open.iter().any(|state| w["state"] == *state);
        withdrawals
            .iter()
            .filter(open)
            .map(|w| minor(&w["total"], 9))
            .sum()
    }
}

/// A decimal string in minor units.
fn minor(value: &Value, digits: usize) -> i64 {
    let text = value
        .as_str()
        .unwrap_or_else(|| panic!("no amount: {value}"));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<digits$}").parse().unwrap()
}
