//! A good body for each route, so that nothing but who asks can be the reason of a refusal.

use super::world::World;
use serde_json::{Value, json};

#[expect(
    clippy::too_many_lines,
    reason = "one table, a line or two for each row"
)]
pub(crate) fn body(world: &World, method: &str, route: &str, fresh: &str) -> Option<Value> {
    if matches!(method, "GET" | "DELETE") && !route.starts_with("/api/admin/settings/") {
        return None;
    }
    let reserved = || world.thing("shop order", "reserved").id.clone();
    let mug = || world.thing("product", "for sale").id.clone();
    let completed = || world.thing("services order", "completed").id.clone();
    let both = json!({ "ru": "text", "en": "text" });
    let note = json!({ "note": "seen and decided" });
    let reason = json!({ "reason": "because of the tests" });
    Some(match (method, route) {
        ("POST", "/_clock") => json!({ "advance_seconds": 0 }),
        ("POST", "/_fake_payments") => json!({ "order_id": reserved(), "amount": "10.00" }),
        ("POST", "/api/auth/redeem") => json!({ "code": "no-such-code" }),
        ("POST", "/api/auth/telegram") => json!({ "init_data": "hash=0" }),
        ("POST", "/orders") => json!({
            "items": [{ "product_id": mug(), "quantity": 1 }], "user_email": "who@example.com",
        }),
        ("POST", "/orders/{id}/pay") => json!({ "pay_with": "test" }),
        ("POST", "/api/balance/create-invoice") => json!({ "amount": 100, "provider": "test" }),
        ("POST", "/api/balance/recharge") => json!({ "amount": 100, "method": "card" }),
        ("PUT", "/api/me/language") => json!({ "language": "en" }),
        ("POST", "/api/orders") => json!({
            "category": "Другое", "city": "Москва", "contact": format!("@{fresh}"),
            "description": "Нужно отвезти документы в центр до вечера",
        }),
        ("PUT", "/api/orders/{id}") => {
            json!({ "description": "Нужно отвезти документы в центр к утру" })
        }
        ("POST", "/api/reviews/client") => json!({ "order_id": completed(), "rating": 5 }),
        ("POST", "/api/reviews/executor") => {
            json!({ "order_id": completed(), "complaint": "Другое" })
        }
        ("PUT", "/api/users/me/notification-settings") => json!({ "enabled": true }),
        ("PUT", "/api/users/me/preferences") => json!({ "categories": [], "cities": [] }),
        ("POST", "/api/wallet/withdrawals") => {
            json!({ "address": world.name("address"), "amount": "1" })
        }
        ("POST", "/api/wallet/ton-proof") => json!({}),
        ("POST", "/cart/checkout") => json!({}),
        ("PUT", "/cart/items/{product_id}") => json!({ "quantity": 1 }),
        ("POST", "/payments/callback") => json!({
            "payment_id": "forged", "order_id": reserved(), "status": "success",
        }),
        ("POST", "/payments/webhook/{provider}" | "/telegram/webhook") => json!({ "update_id": 1 }),
        ("POST", "/api/admin/users/{user_id}/notes") => json!({ "text": "a note" }),
        ("POST", "/admin/coupons") => json!({ "code": format!("C{fresh}"), "percent_bps": 100 }),
        ("PATCH", "/admin/coupons/{code}") => json!({ "is_active": true }),
        ("POST", "/admin/orders/{id}/deliver" | "/admin/orders/{id}/fulfil") => note,
        ("POST", "/admin/products") => json!({ "name": "Cup", "price": "1.00" }),
        ("POST", "/admin/products/import") => Value::String("name,price\nCup,1.00\n".to_owned()),
        ("PATCH", "/admin/products/{id}") => json!({ "name": "Mug" }),
        ("POST", "/admin/products/{id}/keys") => json!({ "keys": [format!("A-{fresh}")] }),
        ("POST", "/admin/products/{id}/stock") => json!({ "delta": 1 }),
        ("POST", "/api/admin/broadcasts") => json!({ "text": both, "audience": "staff" }),
        ("POST", "/api/admin/services/complaints/{id}/resolve") => {
            json!({ "resolution": "talked to them" })
        }
        ("PUT", "/api/admin/users/{user_id}/block") => reason,
        ("POST", "/admin/orders/{id}/refund") => json!({ "reason": "did not fit" }),
        ("POST", "/api/admin/payments/flagged/{provider}/{event_id}/resolve") => note,
        ("POST", "/api/admin/users/{user_id}/adjustments") => json!({
            "currency": "RUB", "amount": "1.00", "reason": "for the tests",
        }),
        ("POST", "/api/admin/wallet/deposits/{id}/assign") => {
            json!({ "user_id": world.people.paid, "note": "theirs" })
        }
        (_, path) if path.starts_with("/api/admin/wallet/") => note,
        ("PATCH", "/api/admin/outbox/dead-letters/{id}") => json!({ "payload": {} }),
        ("PUT", "/api/admin/settings/{name}") => json!({
            "value": "2.00", "reason": "for the tests", "version": 0,
        }),
        ("DELETE", "/api/admin/settings/{name}") => {
            json!({ "reason": "for the tests", "version": 0 })
        }
        ("POST", "/api/admin/webhooks") => json!({
            "url": "https://example.org/hook", "topics": ["nothing.*"],
        }),
        ("PATCH", "/api/admin/webhooks/{id}") => json!({ "is_active": true }),
        (_, path)
            if path.ends_with("/pause")
                || path.ends_with("/hide")
                || path.ends_with("/remove")
                || path.ends_with("/takes/{executor_id}/refund") =>
        {
            reason
        }
        _ => return None,
    })
}
