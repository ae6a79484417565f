//! What moves money or limited goods, and how it is asked for.

use super::stage::Stage;
use crate::party::ADMIN_SECRET;
use serde_json::{Value, json};

/// One way to move something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) name: &'static str,
    /// As the route table has it.
    pub(crate) route: &'static str,
    /// Whether twins by key get one answer.
    pub(crate) keyed: bool,
}

const fn keyed(name: &'static str, route: &'static str) -> Move {
    Move {
        name,
        route,
        keyed: true,
    }
}

const fn once(name: &'static str, route: &'static str) -> Move {
    Move {
        name,
        route,
        keyed: false,
    }
}

/// What a move needs to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Money,
    Services,
    Shop,
    Coins,
}

impl Move {
    pub(crate) fn needs(self) -> Needs {
        match self.name {
            "take" | "respond" | "close" | "complete" | "remove" | "refund_take" => Needs::Services,
            "recharge" | "invoice" | "correct_up" | "correct_down" => Needs::Money,
            name if name.contains("withdraw") || name == "correct_coins" => Needs::Coins,
            _ => Needs::Shop,
        }
    }
}

/// All of them.
pub(crate) const MOVES: &[Move] = &[
    keyed("recharge", "POST /api/balance/recharge"),
    once("invoice", "POST /_fake_payments/balance/{id}"),
    keyed("take", "POST /api/orders/{id}/take"),
    once("respond", "POST /api/orders/{id}/respond"),
    once("close", "POST /api/orders/{id}/close"),
    once("complete", "POST /api/orders/{id}/complete"),
    keyed("remove", "POST /api/admin/services/orders/{id}/remove"),
    keyed(
        "refund_take",
        "POST /api/admin/services/orders/{id}/takes/{executor_id}/refund",
    ),
    keyed("order", "POST /orders"),
    keyed("order_coupon", "POST /orders"),
    keyed("checkout", "POST /cart/checkout"),
    keyed("pay", "POST /orders/{id}/pay"),
    keyed("cancel", "POST /orders/{id}/cancel"),
    keyed("cancel_paid", "POST /orders/{id}/cancel"),
    keyed("refund_order", "POST /admin/orders/{id}/refund"),
    once("paid", "POST /payments/callback"),
    once("failed", "POST /payments/callback"),
    keyed("stock_down", "POST /admin/products/{id}/stock"),
    keyed("withdraw", "POST /api/wallet/withdrawals"),
    once(
        "cancel_withdrawal",
        "POST /api/wallet/withdrawals/{id}/cancel",
    ),
    once(
        "reject_withdrawal",
        "POST /api/admin/wallet/withdrawals/{id}/reject",
    ),
    once(
        "approve_withdrawal",
        "POST /api/admin/wallet/withdrawals/{id}/approve",
    ),
    keyed("correct_up", "POST /api/admin/users/{user_id}/adjustments"),
    keyed(
        "correct_down",
        "POST /api/admin/users/{user_id}/adjustments",
    ),
    keyed(
        "correct_coins",
        "POST /api/admin/users/{user_id}/adjustments",
    ),
];

/// Routes that take a key, and move neither money nor a limited good.
pub(crate) const NOT_MONEY: &[&str] = &[
    "POST /api/orders",
    "POST /api/admin/broadcasts/{id}/start",
    // Adds goods and takes none.
    "POST /admin/products/{id}/keys",
];

/// A request: method and path, headers, key, body.
pub(crate) type Ask = (String, Vec<(&'static str, String)>, String, Option<Value>);

/// The `intent`-th request of a move; twins share their intent.
#[expect(
    clippy::too_many_lines,
    reason = "one table, a line or two for each row"
)]
pub(crate) fn ask(stage: &Stage, a: Move, side: usize, intent: usize) -> Ask {
    let person = || stage.person.clone();
    let secret = || vec![("x-admin-secret", ADMIN_SECRET.to_owned())];
    let order = |n: usize| stage.orders[n % stage.orders.len()].clone();
    let note = || Some(json!({ "note": "decided by the tests" }));
    let reason = || Some(json!({ "reason": "decided by the tests" }));
    let items = json!([{ "product_id": stage.product, "quantity": 1 }]);
    let correct = |currency: &str, amount: &str| {
        Some(json!({ "currency": currency, "amount": amount, "reason": "by the tests" }))
    };
    let adjustments = format!("POST /api/admin/users/{}/adjustments", stage.id);
    let (what, headers, body) = match a.name {
        "recharge" => (
            a.route.to_owned(),
            person(),
            Some(json!({ "amount": 1, "method": "card" })),
        ),
        "invoice" => (a.route.replace("{id}", &stage.invoice), person(), None),
        // The person takes every other time, each time another order; somebody else the last slot.
        "take" if intent.is_multiple_of(2) => {
            (a.route.replace("{id}", &order(intent / 2)), person(), None)
        }
        "take" => {
            let other = &stage.others[intent / 2 % stage.others.len()];
            (
                a.route.replace("{id}", &order(1)),
                vec![other.clone()],
                None,
            )
        }
        "respond" | "close" | "complete" => (
            a.route.replace("{id}", &order(intent)),
            vec![stage.customer.clone()],
            None,
        ),
        "remove" => (a.route.replace("{id}", &order(intent)), secret(), reason()),
        "refund_take" => {
            let path = a.route.replace("{id}", &order(intent % 2));
            (
                path.replace("{executor_id}", &stage.id.to_string()),
                secret(),
                reason(),
            )
        }
        "order" => (
            a.route.to_owned(),
            person(),
            Some(json!({ "items": items, "pay_with": "balance" })),
        ),
        "order_coupon" => {
            let body = json!({ "items": items, "coupon": stage.coupon });
            (a.route.to_owned(), person(), Some(body))
        }
        "checkout" => (
            a.route.to_owned(),
            person(),
            Some(json!({ "pay_with": "balance" })),
        ),
        "pay" => {
            let body = json!({ "pay_with": "balance" });
            (
                a.route.replace("{id}", &stage.reserved),
                person(),
                Some(body),
            )
        }
        "cancel" => (a.route.replace("{id}", &stage.reserved), person(), None),
        "cancel_paid" => {
            let id = if intent.is_multiple_of(2) {
                &stage.paid
            } else {
                &stage.reserved
            };
            (a.route.replace("{id}", id), secret(), None)
        }
        "refund_order" => {
            let body = json!({ "amount": "0.90", "reason": "by the tests" });
            (a.route.replace("{id}", &stage.paid), secret(), Some(body))
        }
        "paid" | "failed" => {
            let status = if a.name == "paid" {
                "success"
            } else {
                "failed"
            };
            let (headers, body) = crate::party::notice(&stage.reserved, status, None);
            (a.route.to_owned(), headers, Some(body))
        }
        "stock_down" => (
            a.route.replace("{id}", &stage.product),
            secret(),
            Some(json!({ "delta": -1 })),
        ),
        "withdraw" => {
            let body = json!({ "address": stage.address, "amount": "1" });
            (a.route.to_owned(), person(), Some(body))
        }
        "cancel_withdrawal" => (a.route.replace("{id}", &stage.withdrawal), person(), None),
        "reject_withdrawal" | "approve_withdrawal" => {
            (a.route.replace("{id}", &stage.withdrawal), secret(), note())
        }
        "correct_up" => (adjustments, secret(), correct("RUB", "1.00")),
        "correct_down" => (adjustments, secret(), correct("RUB", "-1.00")),
        "correct_coins" => (adjustments, secret(), correct("TON", "-1")),
        other => panic!("nobody has said how to {other}"),
    };
    let key = format!("{}-{}-{side}-{}-{intent}", stage.id, a.name, stage.round);
    (what, headers, key, body)
}
