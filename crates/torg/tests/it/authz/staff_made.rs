//! What the staff has made: webhooks, broadcasts; and things that the operator's routes name.

use super::canaries::Readers;
use super::world::{World, text};
use serde_json::json;

pub(crate) async fn make(world: &mut World) {
    webhook(world, "first").await;
    let word = world.canaries.make("bc", Readers::Staff);
    let both = json!({ "ru": word, "en": word });
    let body = json!({ "text": both, "audience": "staff" });
    let made = world
        .party
        .operator("POST", "/api/admin/broadcasts", Some(body))
        .await;
    world.add("broadcast", "draft", &text(&made["id"]), None);
    world.add("market", "services", "services", None);
    world.add("setting", "price", "services.take_price", None);
    let jobs = world.party.operator("GET", "/api/admin/jobs", None).await;
    let name = jobs["jobs"][0]["name"].as_str();
    let name = name.unwrap_or_else(|| panic!("no jobs: {jobs}"));
    world.add("job", "a job", name, None);
    let people = world.people.clone();
    for (state, id) in [
        ("known", people.fillers[0]),
        ("corrected", people.paid),
        ("blocked", people.blocked),
    ] {
        world.add("person", state, &id.to_string(), None);
    }
}

/// An address that hears of nothing; its secret is shown once and never again.
pub(crate) async fn webhook(world: &mut World, state: &'static str) -> String {
    let word = world.canaries.make("wh", Readers::Staff);
    let body = json!({ "url": format!("https://example.org/{word}"), "topics": ["nothing.*"] });
    let made = world
        .party
        .operator("POST", "/api/admin/webhooks", Some(body))
        .await;
    let id = text(&made["id"]);
    world.add("webhook", state, &id, None);
    world.names.insert("webhook secret", text(&made["secret"]));
    id
}
