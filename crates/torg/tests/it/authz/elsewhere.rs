//! Where words go without having been asked for: live streams, and chats with the bot.

use super::canaries::words;
use super::report::Report;
use super::visitors::Visitor;
use super::world::World;
use crate::party::Party;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Nothing new for so long: the bot has said what it has to say.
const QUIET: Duration = Duration::from_millis(700);
/// Messages are sent within this time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Live streams of some visitors.
pub(crate) struct Streams(Vec<(usize, Arc<Mutex<String>>, JoinHandle<()>)>);

impl Streams {
    /// Begins to listen.
    pub(crate) async fn open(party: &Party, visitors: &[Visitor]) -> Self {
        let mut streams = Vec::new();
        for (number, visitor) in visitors.iter().enumerate() {
            let url = format!("{}/api/orders/stream", party.server.url);
            let mut request = party.http.get(url);
            for (name, value) in &visitor.headers {
                request = request.header(*name, value);
            }
            let mut response = request.send().await.unwrap();
            let heard = Arc::new(Mutex::new(String::new()));
            let into = heard.clone();
            let listener = tokio::spawn(async move {
                while let Ok(Some(part)) = response.chunk().await {
                    into.lock()
                        .unwrap()
                        .push_str(&String::from_utf8_lossy(&part));
                }
            });
            streams.push((number, heard, listener));
        }
        Self(streams)
    }

    /// What each has heard.
    pub(crate) fn close(self) -> Vec<(usize, String)> {
        let close = |(number, heard, listener): (usize, Arc<Mutex<String>>, JoinHandle<()>)| {
            listener.abort();
            let heard = heard.lock().unwrap().clone();
            (number, heard)
        };
        self.0.into_iter().map(close).collect()
    }
}

/// What the customer is told about his order, taken for an answer to a stranger: how many leaks that
/// would be. None means that leaks are not seen at all.
pub(crate) async fn control(world: &mut World, visitors: &[Visitor]) -> usize {
    let who = |name: &str| {
        visitors
            .iter()
            .find(|visitor| visitor.name == name)
            .unwrap()
    };
    let path = format!("/api/orders/{}", world.thing("services order", "taken").id);
    let headers = &who("customer").headers;
    let answer = world.party.ask("GET", &path, headers, None).await;
    let leaks = (world.canaries).leaks(who("stranger"), &path, "", &answer.all);
    leaks.len()
}

/// Everything that the bot has said to people, once it is quiet.
pub(crate) async fn chats(world: &mut World, report: &mut Report, visitors: &[Visitor]) {
    let mut tick = tokio::time::interval(QUIET);
    let quiet = tokio::time::timeout(PATIENCE, async {
        let mut before = Vec::new();
        loop {
            tick.tick().await;
            let mut now = Vec::new();
            for id in world.people.with_phones() {
                now.push(state(world, id).await);
            }
            if now == before {
                return;
            }
            before = now;
        }
    });
    // A bot that never stops is read as far as it has come.
    let _quiet = quiet.await;
    for id in world.people.with_phones() {
        let said = state(world, id).await;
        let messages: Value = serde_json::from_str(&said).unwrap();
        report.chats += messages["chats"].as_array().map_or(0, Vec::len);
        report.told += words(&said).len();
        let Some(visitor) = visitors.iter().find(|visitor| visitor.id == Some(id)) else {
            panic!("{id} is nobody")
        };
        for word in world.canaries.leaks(visitor, "", "", &said) {
            report.leaks += 1;
            report.wrong(format!("{word} in the chat of {}", visitor.name));
        }
    }
    if report.chats == 0 {
        report.wrong("the bot has said nothing".to_owned());
    }
}

async fn state(world: &World, id: i64) -> String {
    let url = format!(
        "{}/_sandbox/telegram/state?as={id}",
        world.party.telegram.url
    );
    let answer = world.party.http.get(url).send().await.unwrap();
    answer.text().await.unwrap()
}
