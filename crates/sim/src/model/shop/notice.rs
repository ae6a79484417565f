//! What the company behind the test provider reports, and what becomes of the money.

use super::orders::{Order, State};
use super::{Model, refused};
use crate::model::Expect;
use serde_json::Value;
use std::time::Duration;
use torg_platform::Timestamp;

/// How long a notice of an unknown order waits.
const WAITS: Duration = Duration::from_secs(24 * 3600);

/// Where a notice is brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Callback,
    Webhook,
}

/// A notice.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub(super) way: Way,
    /// The company's name for it.
    pub(super) event: String,
    pub(super) payment: String,
    /// None for one that nobody knows.
    pub(super) order: Option<usize>,
    pub(super) paid: bool,
    /// Minor units, if it says so.
    pub(super) amount: Option<i64>,
    pub(super) charge: String,
    pub(super) signed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Is {
    Pending,
    Paid,
    Failed,
    Withdrawn,
}

/// A payment through the test provider.
#[derive(Debug, Clone)]
pub(super) struct Payment {
    /// None until somebody has said it.
    pub(super) id: Option<String>,
    pub(super) is: Is,
    pub(super) charge: Option<String>,
    /// How often money of it went back.
    pub(super) refunds: u64,
}

impl Payment {
    fn pending(id: Option<String>) -> Self {
        Self {
            id,
            is: Is::Pending,
            charge: None,
            refunds: 0,
        }
    }
}

impl Order {
    /// The payment that waits, which is there or begins now.
    pub(super) fn open_payment(&mut self) {
        if !self
            .payments
            .iter()
            .any(|payment| payment.is == Is::Pending)
        {
            self.payments.push(Payment::pending(None));
        }
    }

    /// Nobody need pay it any more.
    pub(super) fn withdraw(&mut self) {
        let pending = |payment: &&mut Payment| payment.is == Is::Pending;
        for payment in self.payments.iter_mut().filter(pending) {
            payment.is = Is::Withdrawn;
        }
    }

    /// The payment without a name has this one, unless it is another's.
    pub(super) fn name_payment(&mut self, id: &str) {
        let named = |payment: &Payment| payment.id.as_deref() == Some(id);
        let is_known = self.payments.iter().any(named);
        let unnamed = self.payments.iter_mut().find(|p| p.id.is_none());
        if let (Some(unnamed), false) = (unnamed, is_known) {
            unnamed.id = Some(id.to_owned());
        }
    }
}

/// What came of a notice.
#[derive(Debug, Clone, Copy)]
enum Came {
    Applied,
    Seen,
    Flagged,
    Kept,
}

impl Came {
    fn expect(self, way: Way) -> Expect {
        let (status, callback, webhook) = match self {
            Self::Applied => (200, "applied", "applied"),
            Self::Seen => (
                200,
                "seen before, or overtaken: nothing changed",
                "already seen",
            ),
            Self::Flagged => (
                200,
                "does not fit the order: the operator will look",
                "kept for the operator",
            ),
            Self::Kept => (
                202,
                "no such order yet: kept",
                "kept until its payment is known",
            ),
        };
        let message = match way {
            Way::Callback => callback,
            Way::Webhook => webhook,
        };
        Expect::ok(status).with("/message", message)
    }
}

impl Model {
    /// The company itself has called, with this body.
    pub(crate) fn company(&mut self, body: &Value, now: Timestamp) -> Expect {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let (payment, status) = (text("payment_id"), text("status"));
        let id = text("order_id");
        let order = (self.orders.iter()).position(|order| order.id.as_ref() == Some(&id));
        let amount: String = text("amount").chars().filter(|c| *c != '.').collect();
        if let Some(order) = order {
            let of = &mut self.orders[order];
            of.name_payment(&payment);
            let known = |known: &Payment| known.id.as_ref() == Some(&payment);
            if !of.payments.iter().any(known) {
                of.payments.push(Payment::pending(Some(payment.clone())));
            }
        }
        let notice = Notice {
            way: Way::Callback,
            event: format!("callback:{payment}:{status}"),
            charge: payment.clone(),
            payment,
            order,
            paid: status == "success",
            amount: amount.parse().ok(),
            signed: true,
        };
        self.notice(&notice, now)
    }

    pub(super) fn notice(&mut self, notice: &Notice, now: Timestamp) -> Expect {
        if !notice.signed {
            return refused(401, "signature_invalid");
        }
        self.take(notice, now).expect(notice.way)
    }

    fn take(&mut self, notice: &Notice, now: Timestamp) -> Came {
        if self.inbox.contains(&notice.event) {
            return Came::Seen;
        }
        let (known, subject) = (self.find_payment(&notice.payment), notice.order);
        let came = match (known, subject) {
            (None, None) => {
                let event = notice.event.clone();
                self.waiting.entry(event).or_insert(now.plus(WAITS));
                self.give_up(now);
                let given_up = self.inbox.contains(&notice.event);
                return if given_up { Came::Flagged } else { Came::Kept };
            }
            (None, Some(order)) => {
                let of = &mut self.orders[order];
                if of.total == 0 || notice.amount.is_some_and(|said| said != of.total) {
                    Came::Flagged
                } else {
                    let id = Some(notice.payment.clone());
                    of.payments.push(Payment::pending(id));
                    let place = of.payments.len() - 1;
                    self.decide(notice, order, place, now)
                }
            }
            (Some((order, place)), _) => {
                let total = self.orders[order].total;
                let fits = notice.amount.is_none_or(|said| said == total);
                if subject == Some(order) && fits {
                    self.decide(notice, order, place, now)
                } else {
                    Came::Flagged
                }
            }
        };
        self.inbox.insert(notice.event.clone());
        if matches!(came, Came::Flagged) {
            self.flagged.push(notice.event.clone());
        }
        came
    }

    fn decide(&mut self, notice: &Notice, order: usize, place: usize, now: Timestamp) -> Came {
        let payment = &self.orders[order].payments[place];
        let same_charge = payment.charge.as_ref() == Some(&notice.charge);
        match (notice.paid, payment.is) {
            (true, Is::Paid) if same_charge => return Came::Seen,
            (true, Is::Paid) => return Came::Flagged,
            (true, Is::Pending | Is::Failed | Is::Withdrawn) if self.is_charged(&notice.charge) => {
                return Came::Flagged;
            }
            (false, Is::Paid | Is::Failed | Is::Withdrawn) => return Came::Seen,
            (true, Is::Pending | Is::Failed | Is::Withdrawn) | (false, Is::Pending) => {}
        }
        let payment = &mut self.orders[order].payments[place];
        if notice.paid {
            (payment.is, payment.charge) = (Is::Paid, Some(notice.charge.clone()));
            self.expire(order, now);
            self.paid(order, place);
        } else {
            payment.is = Is::Failed;
            self.expire(order, now);
            self.fail(order);
        }
        Came::Applied
    }

    /// The money is there: it buys the goods, or goes back.
    fn paid(&mut self, order: usize, place: usize) {
        self.orders[order].withdraw();
        let bought = match self.orders[order].stored {
            State::Open => {
                self.sell(order);
                true
            }
            State::Canceled | State::Expired => self.sell_late(order),
            State::Paid | State::Fulfilled | State::Delivered | State::Refunded => false,
        };
        let of = &mut self.orders[order];
        if bought {
            of.paid_by = Some(place);
        } else {
            of.told("shop.payment_returned");
            of.payments[place].refunds += 1;
        }
    }

    /// Other goods of the same, if they are there and the coupon still counts.
    fn sell_late(&mut self, order: usize) -> bool {
        let of = &self.orders[order];
        let lines = of.lines.clone();
        let coupon = of.coupon;
        if coupon.is_some_and(|coupon| self.coupons[coupon].used_up()) {
            return false;
        }
        if (lines.iter()).any(|(of, quantity)| self.products[*of].available() < *quantity) {
            return false;
        }
        if let Some(coupon) = coupon {
            self.coupons[coupon].used += 1;
        }
        for (product, quantity) in &lines {
            self.products[*product].moving(|product| product.on_hand -= quantity);
        }
        self.hand_out(order);
        true
    }

    /// Order and place of the payment of this name.
    fn find_payment(&self, id: &str) -> Option<(usize, usize)> {
        let place = |order: &Order| {
            order
                .payments
                .iter()
                .position(|p| p.id.as_deref() == Some(id))
        };
        let mut orders = self.orders.iter().enumerate();
        orders.find_map(|(number, order)| Some((number, place(order)?)))
    }

    fn is_charged(&self, charge: &str) -> bool {
        let mut payments = self.orders.iter().flat_map(|order| &order.payments);
        payments.any(|payment| payment.charge.as_deref() == Some(charge))
    }

    /// What has waited for a day is for the operator to look at.
    pub(super) fn give_up(&mut self, now: Timestamp) {
        let over: Vec<String> = (self.waiting.iter())
            .filter(|(_, ends)| **ends <= now)
            .map(|(event, _)| event.clone())
            .collect();
        for event in over {
            self.waiting.remove(&event);
            self.inbox.insert(event.clone());
            self.flagged.push(event);
        }
    }
}
