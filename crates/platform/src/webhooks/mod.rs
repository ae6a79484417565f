//! Outgoing webhooks: an operator registers addresses, and each hears of the events that it
//! wants, signed, in order per aggregate, at least once.
//!
//! Every endpoint has a queue of its own, so that one that is down or slow delays nobody else.
//! What it has not taken is tried again as the [`crate::outbox`] does with any delivery, and waits
//! among the dead letters after that.

mod api;
mod sink;
mod store;
mod topics;

pub use sink::WebhookSink;

use crate::audit::By;
use crate::config::Secret;
use crate::db::{Db, Error as DbError, Tx};
use crate::error::{Error, Kind, Result};
use crate::http::Api;
use crate::ids::random_token;
use crate::outbound::{Outbound, Target};
use crate::outbox::{Sink, dead};
use crate::rng::Rng;
use std::sync::Arc;
use store::Endpoint;

/// Name of the sink; its queues are `platform.webhooks/ID`.
pub const SINK: &str = "platform.webhooks";
/// Characters of an id: 72 bits.
const ID_LENGTH: usize = 12;
/// Characters of a secret after its prefix: 258 bits.
const SECRET_LENGTH: usize = 43;

/// Endpoints and how they are reached. Clones share it.
#[derive(Debug, Clone)]
pub struct Webhooks {
    db: Db,
    rng: Rng,
    outbound: Outbound,
}

impl Webhooks {
    /// Webhooks that go out through `outbound`.
    pub fn new(db: Db, rng: Rng, outbound: Outbound) -> Self {
        Self { db, rng, outbound }
    }

    /// The receiver of events, for the worker.
    pub fn sink(&self) -> Arc<dyn Sink> {
        Arc::new(WebhookSink::new(self.db.clone(), self.outbound.clone()))
    }

    /// The routes of the operator: all of the staff may look, owners may change.
    pub fn api(&self) -> Api {
        api::api(self)
    }

    /// A new endpoint's id and secret.
    fn mint(&self) -> (String, Secret) {
        (random_token(&self.rng, ID_LENGTH), self.mint_secret())
    }

    fn mint_secret(&self) -> Secret {
        Secret::new(format!("whsec_{}", random_token(&self.rng, SECRET_LENGTH)))
    }
}

/// What an operator has typed about an endpoint, checked.
#[derive(Debug, Clone, Default)]
struct Change {
    url: Option<Target>,
    topics: Option<String>,
    is_active: Option<bool>,
}

fn create(
    tx: &mut Tx<'_>,
    (id, secret): (&str, &Secret),
    url: &Target,
    topics: &str,
    by: &By,
) -> Result<Endpoint> {
    let now = tx.now();
    let (address, actor) = (url.as_str(), by.actor.as_str());
    store::insert(tx, id, address, secret.expose(), topics, now, actor)?;
    note(tx, by, "platform.webhook.create", id, &host(url))?;
    Ok(Endpoint {
        id: id.to_owned(),
        url: address.to_owned(),
        topics: topics.to_owned(),
        is_active: true,
        created_at: now,
        created_by: by.actor.clone(),
        disabled_reason: None,
    })
}

fn change(tx: &mut Tx<'_>, id: &str, change: &Change, by: &By) -> Result<Endpoint> {
    let mut endpoint = store::lock(tx, id)?.ok_or_else(missing)?.clone();
    let mut details = serde_json::Map::new();
    if let Some(url) = &change.url {
        url.as_str().clone_into(&mut endpoint.url);
        details = host(url);
    }
    if let Some(topics) = &change.topics {
        topics.clone_into(&mut endpoint.topics);
        details.insert("topics".to_owned(), topics.as_str().into());
    }
    if let Some(is_active) = change.is_active {
        endpoint.is_active = is_active;
        // Whoever switches it by hand knows why.
        endpoint.disabled_reason = None;
        details.insert("is_active".to_owned(), is_active.into());
    }
    if details.is_empty() {
        return Ok(endpoint);
    }
    let Endpoint { url, topics, .. } = &endpoint;
    let reason = endpoint.disabled_reason.as_deref();
    store::update(tx, id, url, topics, endpoint.is_active, reason)?;
    note(tx, by, "platform.webhook.change", id, &details)?;
    Ok(endpoint)
}

fn rotate(tx: &mut Tx<'_>, id: &str, secret: &Secret, by: &By) -> Result<()> {
    found(store::set_secret(tx, id, secret.expose()))?;
    note(
        tx,
        by,
        "platform.webhook.rotate",
        id,
        &serde_json::Map::new(),
    )
}

/// Removes an endpoint and what was on its way there.
fn delete(tx: &mut Tx<'_>, id: &str, by: &By) -> Result<()> {
    found(store::delete(tx, id))?;
    dead::drop_queue(tx, &queue(id))?;
    note(
        tx,
        by,
        "platform.webhook.delete",
        id,
        &serde_json::Map::new(),
    )
}

/// Switches an endpoint off that has said that it is gone, unless it has got another address in
/// the meantime.
fn disable(tx: &mut Tx<'_>, id: &str, url: &str, reason: &str) -> Result<()> {
    if store::disable(tx, id, url, reason)? == 0 {
        return Ok(());
    }
    let mut details = serde_json::Map::new();
    details.insert("reason".to_owned(), reason.into());
    let by = By::system("sink/platform.webhooks");
    note(tx, &by, "platform.webhook.disable", id, &details)
}

fn queue(id: &str) -> String {
    format!("{SINK}/{id}")
}

/// The trail is for ever and an address may have a secret in its path: only the host is kept.
fn host(url: &Target) -> serde_json::Map<String, serde_json::Value> {
    let mut details = serde_json::Map::new();
    details.insert("host".to_owned(), url.host().into());
    details
}

fn note(
    tx: &mut Tx<'_>,
    by: &By,
    action: &'static str,
    id: &str,
    details: &serde_json::Map<String, serde_json::Value>,
) -> Result<()> {
    let details = serde_json::to_string(details).map_err(Error::internal)?;
    Ok(by.did(tx, action, &format!("webhook/{id}"), &details)?)
}

fn found(result: Result<crate::db::Changed, DbError>) -> Result<()> {
    match result {
        Ok(crate::db::Changed) => Ok(()),
        Err(DbError::Stale(_)) => Err(missing()),
        Err(error) => Err(error.into()),
    }
}

fn missing() -> Error {
    Error::new(Kind::Missing, "webhook_not_found", "No such webhook")
}
