//! A small world for one race: one person with little money, and one of each thing.

use super::moves::Move;
use crate::party::{Answer, Party};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Everybody's price of everything here, in kopecks.
const PRICE: i64 = 200;
/// What the person is given, in kopecks, and what an invoice brings.
const GIVEN: i64 = 900;
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
    pub(crate) async fn set(party: &Party, cast: &Cast, person: i64, round: usize) -> Self {
        let money = json!({ "amount": GIVEN / 100, "method": "card" });
        party
            .by(person, "POST /api/balance/recharge", Some(money))
            .await;
        let coins = json!({ "currency": "TON", "amount": "4.2", "reason": "for the race" });
        let path = format!("/api/admin/users/{person}/adjustments");
        party.operator("POST", &path, Some(coins)).await;
        let mut orders = Vec::new();
        for n in 0..3 {
            let body = json!({
                "category": "Другое", "city": "Москва", "contact": format!("@race_{person}_{n}"),
                "description": "Нужно отвезти документы в центр до вечера",
            });
            orders.push(id(&party
                .by(cast.customer, "POST /api/orders", Some(body))
                .await));
        }
        party
            .by(
                person,
                &format!("POST /api/orders/{}/take", orders[0]),
                None,
            )
            .await;
        let product = json!({ "name": format!("Mug {person}"), "price": "2.00", "stock": STOCK });
        let product = id(&party
            .operator("POST", "/admin/products", Some(product))
            .await);
        let coupon = format!("RACE{person}");
        let body = json!({ "code": coupon, "percent_bps": 1000, "uses_max": USES });
        party.operator("POST", "/admin/coupons", Some(body)).await;
        let items = json!([{ "product_id": product, "quantity": 1 }]);
        let order = json!({ "items": items });
        let reserved = id(&party.by(person, "POST /orders", Some(order)).await);
        let order = json!({ "items": items, "pay_with": "balance" });
        let paid = id(&party.by(person, "POST /orders", Some(order)).await);
        let cart = format!("PUT /cart/items/{product}");
        party
            .by(person, &cart, Some(json!({ "quantity": 1 })))
            .await;
        let invoice = json!({ "amount": INVOICE / 100, "provider": "test" });
        let invoice = party
            .by(person, "POST /api/balance/create-invoice", Some(invoice))
            .await;
        let withdrawal = json!({ "address": cast.address, "amount": "1" });
        let withdrawal = party
            .by(person, "POST /api/wallet/withdrawals", Some(withdrawal))
            .await;
        let mut others = Vec::new();
        for other in &cast.others {
            others.push(party.signed(*other).await);
        }
        Self {
            id: person,
            round,
            person: vec![party.signed(person).await],
            customer: party.signed(cast.customer).await,
            others,
            orders,
            product,
            coupon,
            reserved,
            paid,
            invoice: invoice["payment_id"].as_str().unwrap().to_owned(),
            withdrawal: id(&withdrawal),
            address: cast.address.clone(),
        }
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
            let good = done
                .iter()
                .filter(|(m, _, a)| m.name == name && a.status == status);
            let keys: BTreeSet<_> = good.map(|(_, key, _)| key).collect();
            i64::try_from(keys.len()).unwrap_or(i64::MAX)
        };
        let look = async |path: &str| party.ask("GET", path, &self.person, None).await.must(200);
        let mut money = GIVEN + 100 * made("recharge", 200);
        money += 100 * made("correct_up", 201) - 100 * made("correct_down", 201);
        let invoice = look(&format!("/api/balance/payment/{}/status", self.invoice)).await;
        if invoice["status"] == "paid" {
            money += INVOICE;
        }
        for order in &self.orders {
            let card = party
                .operator("GET", &format!("/api/admin/services/orders/{order}"), None)
                .await;
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
            money -= PRICE * i64::try_from(kept).unwrap_or(i64::MAX);
        }
        let orders = look("/orders?limit=100").await;
        let (mut alive, mut with_coupon) = (0, 0);
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
                money -= total - refunded;
            }
        }
        if alive > STOCK || with_coupon > USES {
            wrong.push(format!(
                "{alive} of {STOCK} units, {with_coupon} of {USES} uses"
            ));
        }
        let product = party
            .ask("GET", &format!("/products/{}", self.product), &[], None)
            .await
            .must(200);
        if product["stock"].as_i64().is_none_or(|stock| stock < 0) {
            wrong.push(format!("stock below zero: {product}"));
        }
        let coins = COINS - 1_000_000_000 * made("correct_coins", 201);
        let wallet = look("/api/wallet").await;
        for (currency, digits, meant) in [("RUB", 2, money), ("TON", 9, coins)] {
            let balances = wallet["balances"].as_array().unwrap();
            let Some(balance) = balances.iter().find(|b| b["currency"] == currency) else {
                wrong.push(format!("no {currency}: {wallet}"));
                continue;
            };
            let (available, held) = (
                minor(&balance["available"], digits),
                minor(&balance["held"], digits),
            );
            if available < 0 || held < 0 || available + held != meant {
                wrong.push(format!(
                    "{currency}: {available} and {held} held instead of {meant}"
                ));
            }
        }
        wrong
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
