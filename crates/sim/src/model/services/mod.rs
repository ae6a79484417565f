//! The market of urgent jobs.

mod draw;

pub(super) use draw::recharge;

use super::{Books, Expect, Learn};
use crate::people::Who;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use torg_platform::Timestamp;

const RUB: &str = "RUB";
const PRICE: i64 = 200;
const LIFE: Duration = Duration::from_secs(60 * 60);
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// What somebody wants; orders by their number in the model.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// Whole roubles onto the balance.
    Recharge(i64),
    /// A new order, with this contact.
    Post(String),
    Take(usize),
    Respond(usize),
    Close(usize),
    Complete(usize, Option<i64>),
    Delete(usize),
    Look(usize),
    Balance,
    List,
    Review(usize, i64),
    /// The staff gives this executor the money back.
    Refund(usize, i64),
    /// The staff takes it out.
    Remove(usize),
}

/// What the database says; what is true by the clock is [`Order::state`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Active,
    Expired,
    Closed,
    Completed,
    Deleted,
}

#[derive(Debug, Clone)]
struct Take {
    who: i64,
    refunded: bool,
}

#[derive(Debug, Clone)]
struct Order {
    id: Option<String>,
    customer: i64,
    contact: String,
    created: Timestamp,
    stored: State,
    takes: Vec<Take>,
    first_take: Option<Timestamp>,
    answered: bool,
    /// The end has been written down and told.
    ended: bool,
    reviewed: BTreeSet<i64>,
    events: BTreeMap<&'static str, u64>,
}

impl Order {
    fn silent_at(&self) -> Option<Timestamp> {
        self.first_take
            .filter(|_| !self.answered)
            .map(|at| at.plus(PATIENCE))
    }

    fn state(&self, now: Timestamp) -> State {
        let lives = matches!(self.stored, State::Active | State::Expired);
        if lives && self.silent_at().is_some_and(|at| now >= at) {
            return State::Closed;
        }
        if self.stored == State::Active && now >= self.created.plus(LIFE) {
            return State::Expired;
        }
        self.stored
    }

    fn told(&mut self, topic: &'static str) {
        *self.events.entry(topic).or_insert(0) += 1;
    }

    fn has_taken(&self, who: i64) -> bool {
        self.takes.iter().any(|take| take.who == who)
    }

    /// What time has decided is written down and told.
    fn settle(&mut self, books: &mut Books, now: Timestamp) {
        match self.state(now) {
            State::Closed if self.stored != State::Closed => {
                self.refund(books);
                self.stored = State::Closed;
                self.ended = true;
                self.told("services.order_closed");
            }
            State::Expired if !self.ended => {
                self.stored = State::Expired;
                self.ended = true;
                self.told("services.order_expired");
            }
            _ => {}
        }
    }

    fn refund(&mut self, books: &mut Books) {
        for take in self.takes.iter_mut().filter(|take| !take.refunded) {
            take.refunded = true;
            books.add(take.who, RUB, PRICE);
        }
    }
}

/// All orders.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    orders: Vec<Order>,
    reviews: u64,
}

fn refused(status: u16, code: &'static str) -> Expect {
    Expect::refused(status, code)
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
            Deed::Recharge(roubles) => {
                books.add(me, RUB, roubles * 100);
                Expect::ok(200).with("/new_balance", books.free(me, RUB) / 100)
            }
            Deed::Balance => Expect::ok(200).with("/balance", books.free(me, RUB) / 100),
            Deed::List => Expect::ok(200),
            Deed::Post(contact) => self.post(books, me, contact, now),
            Deed::Look(order) => self.look(*order, me, now),
            Deed::Take(order) => self.take(books, *order, me, now),
            Deed::Respond(order) => self.respond(*order, me, now),
            Deed::Close(order) => self.close(books, *order, me, now),
            Deed::Complete(order, named) => self.complete(*order, me, *named, now),
            Deed::Delete(order) => self.delete(*order, me, now),
            Deed::Review(order, executor) => self.review(*order, me, *executor, now),
            Deed::Refund(order, executor) => self.give_back(books, *order, *executor),
            Deed::Remove(order) => self.remove(books, *order, now),
        }
    }

    fn post(&mut self, books: &mut Books, me: i64, contact: &str, now: Timestamp) -> Expect {
        // Whose hour is over makes room, and is written down at once.
        let same = |order: &&mut Order| order.contact == contact;
        for order in self.orders.iter_mut().filter(same) {
            if order.stored == State::Active {
                order.settle(books, now);
            }
        }
        let taken = |order: &Order| order.contact == contact && order.stored == State::Active;
        if self.orders.iter().any(taken) {
            return refused(409, "duplicate_contact");
        }
        self.orders.push(Order {
            id: None,
            customer: me,
            contact: contact.to_owned(),
            created: now,
            stored: State::Active,
            takes: Vec::new(),
            first_take: None,
            answered: false,
            ended: false,
            reviewed: BTreeSet::new(),
            events: BTreeMap::from([("services.order_created", 1)]),
        });
        Expect {
            learn: Some(Learn::Order(self.orders.len() - 1)),
            ..Expect::ok(201)
                .with("/contact", contact)
                .with("/status", "active")
                .with("/seconds_left", 3600)
        }
    }

    fn look(&self, order: usize, me: i64, now: Timestamp) -> Expect {
        let order = &self.orders[order];
        let state = order.state(now);
        let shown = order.customer == me || order.has_taken(me);
        let contact = shown.then(|| order.contact.clone());
        if state == State::Deleted && !shown {
            return refused(404, "order_not_found");
        }
        let status = match state {
            State::Active => "active",
            State::Expired => "expired",
            State::Closed => "closed_no_response",
            State::Completed => "completed",
            State::Deleted => "deleted",
        };
        let takes = u64::try_from(order.takes.len()).unwrap_or(0);
        let expect = Expect::ok(200)
            .with("/status", status)
            .with("/contact", contact);
        match takes {
            0 => expect.with("/taken_by", Vec::<Value>::new()),
            _ => expect,
        }
    }

    fn take(&mut self, books: &mut Books, order: usize, me: i64, now: Timestamp) -> Expect {
        let order = &mut self.orders[order];
        if order.customer == me {
            return refused(403, "own_order");
        }
        let contact = order.contact.clone();
        if order.has_taken(me) {
            return Expect::ok(200)
                .with("/contact", contact)
                .with("/executor_count", order.takes.len())
                .with("/new_balance", books.free(me, RUB) / 100);
        }
        if order.state(now) != State::Active {
            return refused(410, "order_gone");
        }
        if order.takes.len() == 3 {
            return refused(409, "order_full");
        }
        if books.free(me, RUB) < PRICE {
            return refused(402, "insufficient_balance");
        }
        books.add(me, RUB, -PRICE);
        order.takes.push(Take {
            who: me,
            refunded: false,
        });
        order.first_take = order.first_take.or(Some(now));
        order.told("services.order_taken");
        Expect::ok(200)
            .with("/contact", contact)
            .with("/executor_count", order.takes.len())
            .with("/new_balance", books.free(me, RUB) / 100)
    }

    fn respond(&mut self, order: usize, me: i64, now: Timestamp) -> Expect {
        let order = &mut self.orders[order];
        if order.customer != me {
            return refused(403, "not_your_order");
        }
        match (order.state(now), order.takes.is_empty()) {
            (State::Active | State::Expired, false) if order.answered => {
                return refused(409, "already_responded");
            }
            (State::Active, true) => return refused(409, "order_not_taken"),
            (State::Active, false) => {}
            // Written down at once: it can only have been the hour.
            (State::Expired, false) => order.stored = State::Expired,
            _ => return refused(410, "order_gone"),
        }
        order.ended |= order.stored == State::Expired;
        order.answered = true;
        order.told("services.order_responded");
        Expect::ok(200)
    }

    fn close(&mut self, books: &mut Books, order: usize, me: i64, now: Timestamp) -> Expect {
        let order = &mut self.orders[order];
        if order.customer != me {
            return refused(403, "not_your_order");
        }
        let state = order.state(now);
        if order.takes.is_empty() {
            return match state {
                State::Active => refused(409, "order_not_taken"),
                _ => refused(410, "order_gone"),
            };
        }
        match (state, order.answered) {
            (State::Active | State::Expired, false) => {
                order.refund(books);
                order.stored = State::Closed;
                order.told("services.order_closed");
            }
            (State::Active, true) => {
                order.stored = State::Expired;
                order.told("services.order_expired");
            }
            _ => return refused(410, "order_gone"),
        }
        order.ended = true;
        Expect::ok(204)
    }

    fn complete(&mut self, order: usize, me: i64, named: Option<i64>, now: Timestamp) -> Expect {
        let order = &mut self.orders[order];
        if order.customer != me {
            return refused(403, "not_your_order");
        }
        match (order.state(now), order.takes.is_empty()) {
            (State::Active | State::Expired, false) => {}
            (State::Active, true) => return refused(409, "order_not_taken"),
            _ => return refused(410, "order_gone"),
        }
        if named.is_some_and(|named| !order.has_taken(named)) {
            return refused(400, "executor_not_taker");
        }
        order.stored = State::Completed;
        order.answered = true;
        order.ended = true;
        order.told("services.order_completed");
        Expect::ok(200).with("/status", "completed")
    }

    fn delete(&mut self, order: usize, me: i64, now: Timestamp) -> Expect {
        let order = &mut self.orders[order];
        if order.customer != me {
            return refused(403, "not_your_order");
        }
        if !order.takes.is_empty() {
            return refused(403, "order_locked");
        }
        if !matches!(order.state(now), State::Active | State::Expired) {
            return refused(410, "order_gone");
        }
        order.stored = State::Deleted;
        order.ended = true;
        order.told("services.order_deleted");
        Expect::ok(204)
    }

    fn review(&mut self, order: usize, me: i64, executor: i64, now: Timestamp) -> Expect {
        let order_number = order;
        let order = &mut self.orders[order];
        if order.customer != me {
            return refused(403, "not_your_order");
        }
        match order.state(now) {
            State::Active => return refused(409, "order_not_finished"),
            State::Expired | State::Completed => {}
            State::Closed | State::Deleted => return refused(410, "order_gone"),
        }
        if order.takes.is_empty() {
            return refused(409, "order_not_taken");
        }
        if !order.has_taken(executor) {
            return refused(400, "executor_not_taker");
        }
        if !order.reviewed.insert(executor) {
            return refused(409, "already_reviewed");
        }
        order.told("services.review_left");
        self.reviews += 1;
        Expect {
            learn: Some(Learn::Review(order_number)),
            ..Expect::ok(200)
        }
    }

    fn give_back(&mut self, books: &mut Books, order: usize, executor: i64) -> Expect {
        let order = &mut self.orders[order];
        let Some(take) = order.takes.iter_mut().find(|take| take.who == executor) else {
            return refused(404, "take_not_found");
        };
        if take.refunded {
            return refused(409, "already_refunded");
        }
        take.refunded = true;
        books.add(executor, RUB, PRICE);
        order.told("services.take_refunded");
        Expect::ok(200)
    }

    fn remove(&mut self, books: &mut Books, order: usize, now: Timestamp) -> Expect {
        let order = &mut self.orders[order];
        if order.state(now) != State::Active {
            return refused(410, "order_gone");
        }
        order.refund(books);
        order.stored = State::Deleted;
        order.ended = true;
        order.told("services.order_deleted");
        Expect::ok(200)
    }

    pub(super) fn learn(&mut self, learn: &Learn, answer: &Value) {
        if let Learn::Order(order) = learn {
            self.orders[*order].id = answer["id"].as_str().map(str::to_owned);
        }
    }

    pub(super) fn settle(&mut self, books: &mut Books, now: Timestamp) {
        for order in &mut self.orders {
            order.settle(books, now);
        }
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let due = |order: &Order| match order.stored {
            State::Active => {
                let expires = order.created.plus(LIFE);
                Some(order.silent_at().map_or(expires, |at| at.min(expires)))
            }
            State::Expired => order.silent_at(),
            State::Closed | State::Completed | State::Deleted => None,
        };
        self.orders.iter().filter_map(due).min()
    }

    pub(super) fn events(&self) -> BTreeMap<(String, String), u64> {
        let mut all = BTreeMap::new();
        for order in &self.orders {
            let Some(id) = &order.id else { continue };
            for (topic, count) in &order.events {
                all.insert(((*topic).to_owned(), format!("order/{id}")), *count);
            }
        }
        all
    }

    /// A contact in `text` that `reader` has not paid for; nobody may read one in a log.
    pub(super) fn leak(&self, text: &str, reader: Option<Who>) -> Option<String> {
        let may = |order: &Order| match reader {
            Some(Who::Person(id)) => order.customer == id || order.has_taken(id),
            Some(Who::Operator) => true,
            Some(Who::Nobody) | None => false,
        };
        let mut contacts: BTreeMap<&str, bool> = BTreeMap::new();
        for order in &self.orders {
            *contacts.entry(&order.contact).or_insert(false) |= may(order);
        }
        let leaked = contacts.into_iter().find(|(contact, may)| {
            // Phones are written in several ways; the last ten digits are in all of them.
            let core = &contact[contact.len().saturating_sub(10)..];
            !may && text.contains(core)
        });
        leaked.map(|(contact, _)| contact.to_owned())
    }
}
