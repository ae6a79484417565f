//! What the operator is told at once: in the group that `/operators` was said in, else each owner
//! and each of the finance staff in their own chat.

use crate::bot::{OPERATORS_CHAT, texts};
use crate::content::Content;
use crate::messages::{self, ChatId, Terms};
use crate::store::people as store;
use crate::texts::{Arg, Lang, Texts};
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::collections::BTreeMap;
use torg_platform::auth::{Role, staff};
use torg_platform::db::{Db, Tx};
use torg_platform::outbox::{Delivery, Failure, Sink};
use torg_platform::{Result, UserId, payments, wallet};

/// Begins the keys of alerts.
const PREFIX: &str = "telegram.alert";

/// Where alerts go, each with its language, in the order of their ids.
///
/// # Errors
/// The database's.
pub fn recipients(tx: &mut Tx<'_>) -> Result<BTreeMap<ChatId, Lang>> {
    let of_group = store::setting(tx, OPERATORS_CHAT)?.and_then(|chat| chat.parse().ok());
    let mut all = BTreeMap::new();
    for grant in staff::list(tx)? {
        let user: UserId = grant.user_id;
        match grant.role {
            Role::Owner | Role::Finance => {}
            Role::Moderator | Role::Support | Role::ReadOnly => continue,
        }
        let lang = crate::people::language(tx, user)?;
        match of_group {
            Some(group) => {
                all.entry(ChatId(group)).or_insert(lang);
            }
            None if messages::can_reach(tx, user)? => {
                all.insert(ChatId::from(user), lang);
            }
            None => {}
        }
    }
    if let (Some(group), true) = (of_group, all.is_empty()) {
        all.insert(ChatId(group), Lang::Ru);
    }
    Ok(all)
}

/// Tells the operator once per `key`; `say` makes the message in a language.
///
/// # Errors
/// The database's.
pub fn raise(tx: &mut Tx<'_>, key: &str, say: impl Fn(Lang) -> Content) -> Result<()> {
    for (chat, lang) in recipients(tx)? {
        let key = format!("{PREFIX}/{key}/{}", chat.0);
        messages::send(tx, chat, &key, &say(lang), Terms::default())?;
    }
    Ok(())
}

/// Turns the kernel's bad news into alerts.
#[derive(Debug, Clone)]
pub struct Alerts(Db);

impl Alerts {
    /// Alerts through the queue in `db`.
    pub fn new(db: &Db) -> Self {
        Self(db.clone())
    }

    async fn tell(&self, delivery: &Delivery) -> Result<(), Failure> {
        let payload: Value = serde_json::from_str(&delivery.payload)
            .map_err(|error| Failure::permanent(error.to_string()))?;
        let is_alert = |key: &str| key.starts_with(PREFIX);
        if payload["key"].as_str().is_some_and(is_alert) {
            // An alert about an alert would go on for ever.
            return Ok(());
        }
        let (id, topic) = (delivery.id, delivery.topic.clone());
        let write = move |tx: &mut Tx<'_>| {
            raise(tx, &format!("{topic}/{id}"), |lang| {
                Content::html(words(texts(), lang, &topic, &payload))
            })
        };
        let written = self.0.write("telegram.raise_alert", write).await;
        written.map_err(|error| Failure::temporary(error.to_string()))
    }
}

/// Topics that are worth waking somebody.
const TOPICS: [&str; 5] = [
    crate::FAILED,
    payments::PAYMENT_FLAGGED,
    payments::REFUND_FAILED,
    wallet::WALLET_DIFFERS,
    wallet::WITHDRAWALS_HALTED,
];

/// What is said about an event: its own text, and below it what the event carries.
fn words(texts: &Texts, lang: Lang, topic: &str, payload: &Value) -> String {
    let mut lines = vec![texts.say(lang, &format!("alert.{topic}"), &[])];
    if let Some(fields) = payload.as_object() {
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let args = [("name", Arg::Text(name)), ("value", Arg::Text(&value))];
            lines.push(texts.say(lang, "alert.field", &args));
        }
    }
    lines.join("\n")
}

impl Sink for Alerts {
    fn name(&self) -> &'static str {
        "telegram.alerts"
    }

    fn wants(&self, topic: &str) -> bool {
        TOPICS.contains(&topic)
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.tell(delivery))
    }
}
