//! What people ask of the market of jobs.

use super::{Deed, Model, State};
use crate::ask::Ask;
use crate::dice::Dice;
use crate::model::Deed as AnyDeed;
use crate::people::{CUSTOMERS, EXECUTORS, Who};
use http::Method;
use serde_json::json;
use torg_platform::Timestamp;

/// Who may ask for what about an order.
struct Cast {
    order: usize,
    id: String,
    /// Its customer, or sometimes somebody else.
    owner: i64,
    /// Its customer.
    author: i64,
    customer: i64,
    executor: i64,
    /// One of those who took it, if there is one.
    taker: i64,
    key: String,
}

impl Model {
    pub(in crate::model) fn draw(&self, dice: &mut Dice, now: Timestamp) -> Ask {
        let key = format!("k{:016x}", dice.next());
        let order = self.draw_order(dice, now);
        let executor = *dice.pick(&EXECUTORS).unwrap_or(&EXECUTORS[0]);
        let customer = *dice.pick(&CUSTOMERS).unwrap_or(&CUSTOMERS[0]);
        let weights = [12, 24, 40, 8, 4, 6, 3, 6, 5, 4, 4, 4, 2];
        let (Some(order), what) = (order, dice.weighted(&weights)) else {
            return match dice.chance(50) {
                true => recharge(dice, executor, key),
                false => post_one(dice, customer, key, now),
            };
        };
        let of = &self.orders[order];
        let is_own = dice.chance(90);
        let taker = (dice.pick(&of.takes)).map_or(executor, |take| take.who);
        let cast = Cast {
            order,
            id: of.id.clone().unwrap_or_default(),
            owner: if is_own { of.customer } else { customer },
            author: of.customer,
            customer,
            executor,
            taker,
            key,
        };
        match what {
            0 => recharge(dice, executor, cast.key),
            1 => post_one(dice, customer, cast.key, now),
            2..=6 => cast.change(what, dice),
            7..=9 => cast.look(what, dice),
            10 => cast.review(dice),
            _ => cast.decide(what),
        }
    }

    /// Mostly where there is something to win or to lose.
    fn draw_order(&self, dice: &mut Dice, now: Timestamp) -> Option<usize> {
        let known: Vec<usize> = (self.orders.iter().enumerate())
            .filter(|(_, order)| order.id.is_some())
            .map(|(number, _)| number)
            .collect();
        let lives = |number: &&usize| self.orders[**number].state(now) == State::Active;
        let live: Vec<usize> = known.iter().filter(lives).copied().collect();
        let newest = &known[known.len().saturating_sub(5)..];
        let order = match dice.weighted(&[70, 20, 10]) {
            0 if !live.is_empty() => dice.pick(&live),
            0 | 1 => dice.pick(newest),
            _ => dice.pick(&known),
        };
        order.copied()
    }
}

impl Cast {
    fn ask(&self, who: i64, method: Method, path: String, deed: Deed) -> Ask {
        Ask::new(Who::Person(who), method, path, AnyDeed::Services(deed))
    }

    fn post(&self, who: i64, verb: &str, deed: Deed) -> Ask {
        let path = format!("/api/orders/{}/{verb}", self.id);
        self.ask(who, Method::POST, path, deed)
    }

    /// Takes it, or does with it what its customer does.
    fn change(self, what: usize, dice: &mut Dice) -> Ask {
        let order = self.order;
        match what {
            2 => {
                let is_foreign = dice.chance(95);
                let who = if is_foreign {
                    self.executor
                } else {
                    self.author
                };
                let taken = self.post(who, "take", Deed::Take(order));
                taken.keyed(self.key)
            }
            3 => self.post(self.owner, "respond", Deed::Respond(order)),
            4 => self.post(self.owner, "close", Deed::Close(order)),
            5 => {
                let named = match dice.below(4) {
                    0 => None,
                    1 => Some(self.executor),
                    _ => Some(self.taker),
                };
                let body = match named {
                    Some(id) => json!({ "executor_id": id }),
                    None => json!({}),
                };
                let deed = Deed::Complete(order, named);
                self.post(self.owner, "complete", deed).json(body)
            }
            _ => {
                let path = format!("/api/orders/{}", self.id);
                self.ask(self.owner, Method::DELETE, path, Deed::Delete(order))
            }
        }
    }

    fn look(self, what: usize, dice: &mut Dice) -> Ask {
        let get = |who, path: String, deed| self.ask(who, Method::GET, path, deed);
        match what {
            7 => {
                let who = if dice.chance(50) {
                    self.executor
                } else {
                    self.customer
                };
                get(
                    who,
                    format!("/api/orders/{}", self.id),
                    Deed::Look(self.order),
                )
            }
            8 => get(self.executor, "/api/balance".to_owned(), Deed::Balance),
            _ => get(self.executor, "/api/orders?limit=20".to_owned(), Deed::List),
        }
    }

    fn review(self, dice: &mut Dice) -> Ask {
        let stars = dice.between(1, 5);
        let deed = Deed::Review(self.order, self.taker);
        let path = "/api/reviews/client".to_owned();
        let body = json!({
            "order_id": self.id, "executor_id": self.taker, "rating": stars,
        });
        self.ask(self.owner, Method::POST, path, deed).json(body)
    }

    /// What the staff decides about it.
    fn decide(self, what: usize) -> Ask {
        let Self {
            order, id, taker, ..
        } = self;
        let (path, deed, reason) = match what {
            11 => (
                format!("/api/admin/services/orders/{id}/takes/{taker}/refund"),
                Deed::Refund(order, taker),
                "The customer was rude",
            ),
            _ => (
                format!("/api/admin/services/orders/{id}/remove"),
                Deed::Remove(order),
                "Not a job",
            ),
        };
        Ask::new(Who::Operator, Method::POST, path, AnyDeed::Services(deed))
            .json(json!({ "reason": reason }))
            .keyed(self.key)
    }
}

fn post_one(dice: &mut Dice, customer: i64, key: String, now: Timestamp) -> Ask {
    // A few contacts that meet again, and many of their own.
    let number = match dice.chance(30) {
        true => 5_550_000 + dice.below(3),
        false => 1_000 + dice.below(8_999_000),
    };
    let contact = format!("+7900{number:07}");
    let categories = ["plumbing", "electrical", "cleaning"];
    let category = *dice.pick(&categories).unwrap_or(&"other");
    let deed = AnyDeed::Services(Deed::Post(contact.clone()));
    let text = format!("Urgent job that was found at second {}", now.seconds());
    Ask::new(Who::Person(customer), Method::POST, "/api/orders", deed)
        .json(json!({
            "category": category, "city": "Москва", "description": text, "contact": contact,
        }))
        .keyed(key)
}

/// Whole roubles onto somebody's balance.
pub(in crate::model) fn recharge(dice: &mut Dice, who: i64, key: String) -> Ask {
    let roubles = dice.between(1, 9);
    let deed = AnyDeed::Services(Deed::Recharge(roubles));
    let path = "/api/balance/recharge";
    Ask::new(Who::Person(who), Method::POST, path, deed)
        .json(json!({ "amount": roubles }))
        .keyed(key)
}
