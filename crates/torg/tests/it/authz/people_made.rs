//! People come, get their roles, their money and what the staff writes about them.

use super::canaries::Readers;
use super::world::{World, reason, text};
use serde_json::json;

/// Roubles that somebody has.
const MONEY: i64 = 1000;

pub(crate) async fn make(world: &mut World) {
    let people = world.people.clone();
    let staff = [
        (people.read_only, "read_only"),
        (people.support, "support"),
        (people.moderator, "moderator"),
        (people.finance, "finance"),
        (people.owner, "owner"),
        (people.dismissed, "moderator"),
    ];
    for id in people.with_phones() {
        let act = json!({ "as": id, "type": "start", "bot": 100 });
        let url = format!("{}/_sandbox/telegram/act", world.party.telegram.url);
        let done = world.party.http.post(url).json(&act).send().await.unwrap();
        assert!(done.status().is_success(), "{}", done.text().await.unwrap());
    }
    for id in people.all() {
        // Whoever asks for the first time has come.
        world.party.by(id, "GET /api/users/me", None).await;
    }
    let role = |id: i64, role: &str| format!("/api/admin/staff/{id}/roles/{role}");
    for (id, name) in staff {
        world.party.operator("PUT", &role(id, name), None).await;
    }
    world
        .party
        .operator("DELETE", &role(people.dismissed, "moderator"), None)
        .await;
    let shut = world.canaries.make("bl", Readers::Staff);
    let block = format!("/api/admin/users/{}/block", people.blocked);
    world
        .party
        .operator("PUT", &block, reason(&format!("spam {shut}")))
        .await;
    let rich = [
        people.customer,
        people.paid,
        people.refunded,
        people.buyer,
        people.other_buyer,
    ];
    for id in rich.into_iter().chain(people.fillers) {
        let money = json!({ "amount": MONEY, "method": "card" });
        world
            .party
            .by(id, "POST /api/balance/recharge", Some(money))
            .await;
    }
    correct(world).await;
    withdraw(world).await;
    annotate(world).await;
    let invoice = json!({ "amount": 500, "provider": "test" });
    let invoice = world
        .party
        .by(
            people.buyer,
            "POST /api/balance/create-invoice",
            Some(invoice),
        )
        .await;
    world.add(
        "payment",
        "begun",
        &text(&invoice["payment_id"]),
        Some(people.buyer),
    );
}

/// A correction with its reason, which is how somebody gets coins here.
async fn correct(world: &mut World) {
    let why = world.canaries.make("cr", Readers::Staff);
    let path = format!("/api/admin/users/{}/adjustments", world.people.paid);
    let body =
        json!({ "currency": "TON", "amount": "100", "reason": format!("for the tests {why}") });
    world.party.operator("POST", &path, Some(body)).await;
}

/// Two withdrawals: one waits for its address to cool down, one was taken back.
async fn withdraw(world: &mut World) {
    let owner = world.people.paid;
    let wallet = json!({ "name": "anna" });
    let url = format!("{}/dev/wallets", world.party.chain.url);
    let answer = world
        .party
        .http
        .post(url)
        .json(&wallet)
        .send()
        .await
        .unwrap();
    let wallet: serde_json::Value = answer.json().await.unwrap();
    let address = text(&wallet["address"]);
    world.names.insert("address", address.clone());
    for state in ["waiting", "canceled"] {
        let said = world
            .canaries
            .make("wd", Readers::people_and_staff(&[owner]));
        let body = json!({ "address": address, "amount": "2", "comment": said });
        let made = world
            .party
            .by(owner, "POST /api/wallet/withdrawals", Some(body))
            .await;
        let id = text(&made["id"]);
        world.add("withdrawal", state, &id, Some(owner));
        if state == "canceled" {
            let cancel = format!("POST /api/wallet/withdrawals/{id}/cancel");
            world.party.by(owner, &cancel, None).await;
        }
    }
}

/// Notes about the stranger: by support, by the moderator, by nobody known.
async fn annotate(world: &mut World) {
    let (about, support, moderator) = (
        world.people.fillers[0],
        world.people.support,
        world.people.moderator,
    );
    for (state, author) in [("of support", support), ("of a moderator", moderator)] {
        let word = world.canaries.make("nt", Readers::Staff);
        let what = format!("POST /api/admin/users/{about}/notes");
        let note = world
            .party
            .by(
                author,
                &what,
                Some(json!({ "text": format!("see {word}") })),
            )
            .await;
        world.add("note", state, &text(&note["id"]), Some(author));
    }
}
