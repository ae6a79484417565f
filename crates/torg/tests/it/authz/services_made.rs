//! Orders of the market of services, in every state.

use super::canaries::Readers;
use super::world::{World, reason, text};
use serde_json::json;

/// An order of the customer with a contact that is a canary.
pub(crate) async fn order(world: &mut World, state: &'static str) -> String {
    let customer = world.people.customer;
    let contact = world.canaries.make("ct", Readers::people(&[customer]));
    let body = json!({
        "category": "Другое", "city": "Москва", "contact": format!("@{contact}"),
        "description": format!("Нужно отвезти документы в центр до вечера: {state}"),
        "location": { "lat": 55.751_244, "lon": 37.618_423 },
    });
    let made = world
        .party
        .by(customer, "POST /api/orders", Some(body))
        .await;
    let id = text(&made["id"]);
    world.add("services order", state, &id, Some(customer));
    world.contacts.insert(id.clone(), contact);
    id
}

/// Pays for the contact of an order.
pub(crate) async fn take(world: &mut World, state: &'static str, executor: i64) {
    let id = world.thing("services order", state).id.clone();
    world
        .party
        .by(executor, &format!("POST /api/orders/{id}/take"), None)
        .await;
    taken(world, &id, executor);
}

/// Whoever has paid may read it from now on.
pub(crate) fn taken(world: &mut World, id: &str, executor: i64) {
    let contact = world.contacts.get(id).unwrap().clone();
    world.canaries.let_read(&contact, executor);
    let mut things = world.things.iter_mut();
    let order = things.find(|thing| thing.id == id).unwrap();
    order.takers.push(executor);
}

async fn customer(world: &World, what: &str) {
    world.party.by(world.people.customer, what, None).await;
}

/// Those that time has ended.
pub(crate) async fn make_old(world: &mut World) {
    order(world, "expired").await;
    order(world, "unanswered").await;
    let (paid, refunded) = (world.people.paid, world.people.refunded);
    take(world, "unanswered", paid).await;
    take(world, "unanswered", refunded).await;
}

/// The others.
pub(crate) async fn make_new(world: &mut World) {
    let people = world.people.clone();
    order(world, "live").await;
    for state in [
        "taken",
        "answered",
        "full",
        "completed",
        "closed",
        "removed",
    ] {
        order(world, state).await;
        take(world, state, people.paid).await;
    }
    take(world, "taken", people.refunded).await;
    for filler in people.fillers {
        take(world, "full", filler).await;
    }
    take(world, "completed", people.refunded).await;
    let id = |world: &World, state: &str| world.thing("services order", state).id.clone();
    let (taken, removed) = (id(world, "taken"), id(world, "removed"));
    let why = world.canaries.make("rf", Readers::Staff);
    let refund = format!(
        "/api/admin/services/orders/{taken}/takes/{}/refund",
        people.refunded
    );
    world
        .party
        .operator("POST", &refund, reason(&format!("because {why}")))
        .await;
    customer(
        world,
        &format!("POST /api/orders/{}/respond", id(world, "answered")),
    )
    .await;
    let completed = id(world, "completed");
    customer(world, &format!("POST /api/orders/{completed}/complete")).await;
    customer(
        world,
        &format!("POST /api/orders/{}/close", id(world, "closed")),
    )
    .await;
    let why = world.canaries.make("rm", Readers::Staff);
    let remove = format!("/api/admin/services/orders/{removed}/remove");
    world
        .party
        .operator("POST", &remove, reason(&format!("because {why}")))
        .await;
    let deleted = order(world, "deleted").await;
    customer(world, &format!("DELETE /api/orders/{deleted}")).await;
    judge(world, &completed).await;
}

/// What both sides say about a finished order.
async fn judge(world: &mut World, completed: &str) {
    let people = world.people.clone();
    let word = world.canaries.make("cm", Readers::Staff);
    let complaint = json!({ "order_id": completed, "complaint": "Другое", "comment": word });
    world
        .party
        .by(
            people.refunded,
            "POST /api/reviews/executor",
            Some(complaint),
        )
        .await;
    let review = json!({ "order_id": completed, "rating": 5, "comment": "thanks" });
    let review = world
        .party
        .by(people.customer, "POST /api/reviews/client", Some(review))
        .await;
    world.add("review", "shown", &text(&review["review_id"]), None);
    let list = world
        .party
        .operator("GET", "/api/admin/services/complaints", None)
        .await;
    world.add(
        "complaint",
        "open",
        &text(&list["complaints"][0]["id"]),
        None,
    );
}
