//! Goods and orders of the shop, in every state.

use super::canaries::Readers;
use super::world::{World, text};
use serde_json::{Value, json};

/// Goods, and an order that time will end.
pub(crate) async fn begin(world: &mut World) {
    let mug = json!({ "name": "Mug", "price": "10.00", "stock": 1_000_000 });
    let mug = world
        .party
        .operator("POST", "/admin/products", Some(mug))
        .await;
    world.add("product", "for sale", &text(&mug["id"]), None);
    let hidden = json!({ "name": "Hidden", "price": "10.00", "stock": 5, "is_active": false });
    let hidden = world
        .party
        .operator("POST", "/admin/products", Some(hidden))
        .await;
    world.add("product", "hidden", &text(&hidden["id"]), None);
    let coupon = json!({ "code": "TENPERCENT", "percent_bps": 1000 });
    world
        .party
        .operator("POST", "/admin/coupons", Some(coupon))
        .await;
    world.add("coupon", "active", "TENPERCENT", None);
    order(world, "expired").await;
}

/// A product to be deleted.
pub(crate) async fn product(world: &mut World) -> String {
    let product = json!({ "name": "Short-lived", "price": "10.00", "stock": 1 });
    let product = world
        .party
        .operator("POST", "/admin/products", Some(product))
        .await;
    text(&product["id"])
}

fn line(product: &str) -> Value {
    json!([{ "product_id": product, "quantity": 1 }])
}

/// An order of the buyer with an address that is a canary.
async fn order(world: &mut World, state: &'static str) -> String {
    let mug = world.thing("product", "for sale").id.clone();
    order_of(world, state, &mug).await
}

async fn order_of(world: &mut World, state: &'static str, product: &str) -> String {
    let buyer = world.people.buyer;
    let address = world
        .canaries
        .make("ad", Readers::people_and_staff(&[buyer]));
    let email = world
        .canaries
        .make("em", Readers::people_and_staff(&[buyer]));
    let body = json!({
        "items": line(product), "address": format!("1 {address} street"),
        "user_email": format!("{email}@example.com"),
    });
    let made = world.party.by(buyer, "POST /orders", Some(body)).await;
    let id = text(&made["id"]);
    world.add("shop order", state, &id, Some(buyer));
    id
}

async fn pay(world: &World, id: &str, with: &str) {
    let body = json!({ "pay_with": with });
    world
        .party
        .by(
            world.people.buyer,
            &format!("POST /orders/{id}/pay"),
            Some(body),
        )
        .await;
}

/// The orders that are alive.
pub(crate) async fn make(world: &mut World) {
    order(world, "reserved").await;
    let pending = order(world, "pending").await;
    pay(world, &pending, "test").await;
    for state in ["paid", "fulfilled", "delivered", "refunded"] {
        let id = order(world, state).await;
        pay(world, &id, "balance").await;
    }
    let canceled = order(world, "canceled").await;
    let cancel = format!("POST /orders/{canceled}/cancel");
    world.party.by(world.people.buyer, &cancel, None).await;
    for state in ["fulfilled", "delivered"] {
        let path = format!(
            "/admin/orders/{}/fulfil",
            world.thing("shop order", state).id
        );
        world.party.operator("POST", &path, None).await;
    }
    let path = format!(
        "/admin/orders/{}/deliver",
        world.thing("shop order", "delivered").id
    );
    world.party.operator("POST", &path, None).await;
    let path = format!(
        "/admin/orders/{}/refund",
        world.thing("shop order", "refunded").id
    );
    let body = json!({ "reason": "did not fit" });
    world.party.operator("POST", &path, Some(body)).await;
    digital(world).await;
    guests(world).await;
    let event = flagged(world).await;
    world.add("flagged payment", "waiting", &event, None);
    let cart = json!({ "quantity": 2 });
    let mug = world.thing("product", "for sale").id.clone();
    world
        .party
        .by(
            world.people.buyer,
            &format!("PUT /cart/items/{mug}"),
            Some(cart),
        )
        .await;
}

/// A key that the buyer has bought, and one that nobody has.
async fn digital(world: &mut World) {
    let sold = world
        .canaries
        .make("ky", Readers::people(&[world.people.buyer]));
    let kept = world.canaries.make("kk", Readers::Nobody);
    for (state, word) in [("digital", &sold), ("digital kept", &kept)] {
        let product = json!({ "name": state, "price": "10.00", "is_digital": true });
        let product = world
            .party
            .operator("POST", "/admin/products", Some(product))
            .await;
        let id = text(&product["id"]);
        world.add("product", state, &id, None);
        let path = format!("/admin/products/{id}/keys");
        let body = json!({ "keys": [format!("KEY-{word}")] });
        world.party.operator("POST", &path, Some(body)).await;
    }
    let product = world.thing("product", "digital").id.clone();
    let id = order_of(world, "digital", &product).await;
    pay(world, &id, "balance").await;
}

/// An order of somebody without an account.
async fn guests(world: &mut World) {
    let mug = world.thing("product", "for sale").id.clone();
    let body = json!({ "items": line(&mug), "user_email": "guest@example.com" });
    let answer = world.party.ask("POST", "/orders", &[], Some(&body)).await;
    let id = text(&answer.must(201)["id"]);
    world.add("shop order", "guest's", &id, None);
    let whoever = Readers::StaffAndWhoever(id);
    let address = world.canaries.make("ga", whoever);
    let body = json!({
        "items": line(&mug), "user_email": "guest@example.com", "address": format!("2 {address}"),
    });
    let answer = world.party.ask("POST", "/orders", &[], Some(&body)).await;
    let id = text(&answer.must(201)["id"]);
    world.canaries.name_of(&address, &id);
    world.add("shop order", "guest's with an address", &id, None);
}

/// A payment of the wrong sum, which waits for the operator.
pub(crate) async fn flagged(world: &mut World) -> String {
    let id = order(world, "paid too little").await;
    world
        .party
        .callback(&id, "success", Some("1.00"))
        .await
        .must(200);
    let event = format!("callback:pay-{id}:success");
    format!("test}}{event}")
}
