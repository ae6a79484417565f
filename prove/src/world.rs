//! What the clients do, drawn by chance, and what their answers promise: the other side of the
//! books.

use crate::dice::Dice;
use crate::server::{ADMIN_SECRET, BOT_TOKEN, WEBHOOK_SECRET};
use crate::wire::{Answer, request};
use serde_json::{Value, json};
use torg_platform::config::Secret;
use torg_platform::{Clock, UserId, signature};
use torg_telegram::init_data::{SecretKey, User, sign};

/// People; everybody posts, takes and pays.
pub(crate) const PEOPLE: usize = 24;
/// What a take costs, kopecks.
const PRICE: i64 = 200;
/// What everybody begins with, roubles.
const PURSE: i64 = 100_000;

/// Telegram id of person `n`.
pub(crate) fn user_id(n: usize) -> i64 {
    1_000_000 + i64::try_from(n).unwrap_or(0)
}

/// One thing that somebody wants, once.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Recharge {
        who: usize,
        roubles: i64,
    },
    Order {
        customer: usize,
        contact: usize,
    },
    Take {
        order: String,
        who: usize,
    },
    Refund {
        order: String,
        who: usize,
    },
    Buy {
        n: usize,
        lines: Vec<(usize, i64)>,
    },
    Pay {
        n: usize,
        order: String,
        lines: Vec<(usize, i64)>,
    },
    Cancel {
        order: String,
        lines: Vec<(usize, i64)>,
    },
}

/// A deed under its key.
#[derive(Debug, Clone)]
pub(crate) struct Intent {
    pub(crate) key: String,
    pub(crate) deed: Deed,
}

/// What the acknowledged answers amount to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Answers with a stored record, refusals included.
    pub(crate) stored: i64,
    pub(crate) recharges: i64,
    pub(crate) orders: i64,
    pub(crate) takes: i64,
    pub(crate) refunds: i64,
    pub(crate) buys: i64,
    pub(crate) paid: i64,
    pub(crate) canceled: i64,
    /// Kopecks of each person.
    pub(crate) balances: Vec<i64>,
    /// Units in the store and promised, of each product.
    pub(crate) on_hand: Vec<i64>,
    pub(crate) reserved: Vec<i64>,
}

/// One database's clients.
#[derive(Debug)]
pub(crate) struct World {
    tokens: Vec<String>,
    products: Vec<String>,
    dice: Dice,
    next: usize,
    /// Deeds that earlier answers made possible.
    todo: Vec<Deed>,
    pub(crate) tally: Tally,
}

impl World {
    /// Keys and contacts are numbered from `first` on.
    pub(crate) fn new(dice: Dice, first: usize) -> Self {
        let key = SecretKey::from_token(BOT_TOKEN);
        let now = Clock::Real.now();
        let token = |n| {
            let user = User::new(UserId(user_id(n)), format!("Person {n}"));
            format!("Bearer {}", sign(&user, now, &[], &key))
        };
        Self {
            tokens: (0..PEOPLE).map(token).collect(),
            products: Vec::new(),
            dice,
            next: first,
            todo: Vec::new(),
            tally: Tally {
                balances: vec![0; PEOPLE],
                ..Tally::default()
            },
        }
    }

    /// Everybody's first money.
    pub(crate) fn purses(&mut self) -> Vec<Intent> {
        let roubles = PURSE;
        (0..PEOPLE)
            .map(|who| self.keyed(Deed::Recharge { who, roubles }))
            .collect()
    }

    /// The request that makes a product with this many units.
    pub(crate) fn product(units: i64, n: usize) -> Vec<u8> {
        let body = json!({ "name": format!("Mug {n}"), "price": "10.00", "stock": units });
        let headers = [("x-admin-secret", ADMIN_SECRET)];
        request("POST", "/admin/products", &headers, &body.to_string())
    }

    /// Notes a product that was made.
    pub(crate) fn has_product(&mut self, id: &str, units: i64) {
        self.products.push(id.to_owned());
        self.tally.on_hand.push(units);
        self.tally.reserved.push(0);
    }

    pub(crate) fn products(&self) -> &[String] {
        &self.products
    }

    fn keyed(&mut self, deed: Deed) -> Intent {
        self.next += 1;
        Intent {
            key: format!("intent-{}", self.next),
            deed,
        }
    }

    /// What somebody wants next.
    pub(crate) fn draw(&mut self) -> Intent {
        if !self.todo.is_empty() && self.dice.chance(70) {
            let at = self.dice.below(self.todo.len());
            let deed = self.todo.swap_remove(at);
            return self.keyed(deed);
        }
        let who = self.dice.below(PEOPLE);
        let deed = match self.dice.below(10) {
            0..=4 => Deed::Order {
                customer: who,
                contact: self.next,
            },
            5..=8 => Deed::Buy {
                n: self.next,
                lines: self.lines(),
            },
            _ => Deed::Recharge {
                who,
                roubles: 1 + i64::try_from(self.dice.below(50)).unwrap_or(0),
            },
        };
        self.keyed(deed)
    }

    /// One or two products, some units of each.
    fn lines(&mut self) -> Vec<(usize, i64)> {
        let count = self.products.len();
        let first = self.dice.below(count);
        let mut units = || i64::try_from(self.dice.between(1, 2)).unwrap_or(1);
        let mut lines = vec![(first, units())];
        if count > 1 && self.dice.chance(50) {
            let other = (first + 1 + self.dice.below(count - 1)) % count;
            lines.push((other, i64::try_from(self.dice.between(1, 2)).unwrap_or(1)));
        }
        lines
    }

    /// The request as bytes. With `other` the key is the same, and what is asked for is not.
    pub(crate) fn bytes(&self, intent: &Intent, other: bool) -> Vec<u8> {
        let key = ("idempotency-key", intent.key.as_str());
        let id = ("x-request-id", intent.key.as_str());
        let token = |who: usize| self.tokens.get(who).map_or("", String::as_str);
        let post = |path: &str, who: usize, body: &str| {
            let headers = [("authorization", token(who)), key, id];
            request("POST", path, &headers, body)
        };
        match &intent.deed {
            Deed::Recharge { who, roubles } => {
                let body = json!({ "amount": roubles + i64::from(other) });
                post("/api/balance/recharge", *who, &body.to_string())
            }
            Deed::Order { customer, contact } => {
                let body = json!({
                    "category": "plumbing", "city": "Москва",
                    "description": format!(
                        "Срочно течёт кран на кухне, заявка {}", contact + usize::from(other)),
                    "contact": format!("+79{contact:09}"),
                });
                post("/api/orders", *customer, &body.to_string())
            }
            Deed::Take { order, who } => {
                let price = if other { "?price=2.00" } else { "" };
                post(&format!("/api/orders/{order}/take{price}"), *who, "")
            }
            Deed::Refund { order, who } => {
                let who = user_id(*who);
                let path = format!("/api/admin/services/orders/{order}/takes/{who}/refund");
                let body = json!({ "reason": if other { "No reason" } else { "Nobody came" } });
                let headers = [("x-admin-secret", ADMIN_SECRET), key, id];
                request("POST", &path, &headers, &body.to_string())
            }
            Deed::Buy { n, lines } => {
                let line = |(at, (product, units)): (usize, &(usize, i64))| {
                    let more = i64::from(other && at == 0);
                    json!({ "product_id": self.products.get(*product), "quantity": units + more })
                };
                let items: Vec<Value> = lines.iter().enumerate().map(line).collect();
                let body = json!({ "user_email": format!("buyer{n}@example.com"), "items": items });
                request("POST", "/orders", &[key, id], &body.to_string())
            }
            Deed::Pay { n, order, .. } => {
                let notice = json!({
                    "payment_id": format!("pay-{n}"), "order_id": order, "status": "success",
                })
                .to_string();
                let secret = Secret::new(WEBHOOK_SECRET);
                let signed = signature::hex(&secret, notice.as_bytes()).unwrap_or_default();
                let headers = [("x-signature", signed.as_str())];
                request("POST", "/payments/callback", &headers, &notice)
            }
            Deed::Cancel { order, .. } => {
                request("POST", &format!("/orders/{order}/cancel"), &[key, id], "")
            }
        }
    }

    /// Notes the final answer to an intent.
    ///
    /// # Errors
    /// When no rule gives that answer.
    pub(crate) fn settle(&mut self, intent: &Intent, answer: &Answer) -> Result<(), String> {
        let code = if answer.status < 300 {
            String::new()
        } else {
            answer.code()
        };
        let id = || {
            let id = answer.json()["id"].as_str().map(str::to_owned);
            id.ok_or_else(|| format!("no id: {}", answer.text()))
        };
        let tally = &mut self.tally;
        tally.stored += i64::from(intent.keyed());
        match (&intent.deed, answer.status, code.as_str()) {
            (Deed::Recharge { who, roubles }, 200, _) => {
                tally.recharges += 1;
                add(&mut tally.balances, *who, roubles * 100);
            }
            (Deed::Order { customer, .. }, 201, _) => {
                tally.orders += 1;
                let order = id()?;
                // One more than there is room for.
                for n in 0..4 {
                    let who = (customer + 1 + n) % PEOPLE;
                    let order = order.clone();
                    self.todo.push(Deed::Take { order, who });
                }
            }
            (Deed::Take { order, who }, 200, _) => {
                tally.takes += 1;
                add(&mut tally.balances, *who, -PRICE);
                if self.dice.chance(20) {
                    let (order, who) = (order.clone(), *who);
                    self.todo.push(Deed::Refund { order, who });
                }
            }
            (Deed::Refund { who, .. }, 200, _) => {
                tally.refunds += 1;
                add(&mut tally.balances, *who, PRICE);
            }
            (Deed::Buy { n, lines }, 201, _) => {
                let order = id()?;
                self.bought(*n, lines, order);
            }
            (Deed::Pay { lines, .. }, 200, _) => {
                tally.paid += 1;
                for (product, units) in lines {
                    add(&mut tally.reserved, *product, -units);
                    add(&mut tally.on_hand, *product, -units);
                }
            }
            (Deed::Cancel { lines, .. }, 200, _) => {
                tally.canceled += 1;
                for (product, units) in lines {
                    add(&mut tally.reserved, *product, -units);
                }
            }
            // Refusals of a rule: three have it, or there are too few.
            (Deed::Take { .. }, 409, "order_full")
            | (Deed::Buy { .. }, 409, "insufficient_stock") => {}
            (deed, status, _) => {
                return Err(format!("{deed:?}: {status} {}", answer.text()));
            }
        }
        Ok(())
    }
}

impl World {
    /// An order of the shop is there: a third is paid, a third given up, the rest stays open.
    fn bought(&mut self, n: usize, lines: &[(usize, i64)], order: String) {
        self.tally.buys += 1;
        for (product, units) in lines {
            add(&mut self.tally.reserved, *product, *units);
        }
        let lines = lines.to_vec();
        match n % 3 {
            0 => self.todo.push(Deed::Pay { n, order, lines }),
            1 => self.todo.push(Deed::Cancel { order, lines }),
            _ => {}
        }
    }
}

impl Intent {
    /// Whether its answer is kept under its key; a payment's notice has a name of its own.
    pub(crate) fn keyed(&self) -> bool {
        !matches!(self.deed, Deed::Pay { .. })
    }

    /// Whether its key can be used for something else that has the right form.
    pub(crate) fn has_other(&self) -> bool {
        self.keyed() && !matches!(self.deed, Deed::Cancel { .. })
    }

    /// Whether a repetition got the first answer, byte for byte, and was called one.
    pub(crate) fn same(&self, first: &Answer, again: &Answer) -> bool {
        if !self.keyed() {
            return first.status == again.status;
        }
        again.replayed && first.status == again.status && first.body == again.body
    }
}

fn add(numbers: &mut [i64], at: usize, amount: i64) {
    if let Some(number) = numbers.get_mut(at) {
        *number += amount;
    }
}
