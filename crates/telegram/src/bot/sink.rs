//! Takes updates out of the inbox.

use super::Bot;
use super::market::Act;
use super::plan::{Plan, Private, What};
use crate::api::Update;
use crate::intake::{RECEIVED, Received};
use crate::store::updates;
use futures_util::future::BoxFuture;
use std::time::Duration;
use torg_platform::db::Tx;
use torg_platform::limits::Rule;
use torg_platform::outbox::{Delivery, Failure, Sink};
use torg_platform::{Error, Kind};

/// An update that our own fault has undone so often is parked, so that its chat goes on.
const ATTEMPTS: i64 = 4;
/// What one person may ask of the bot.
const ACTS: Rule = Rule {
    name: "telegram.acts",
    max: 30,
    per: Duration::from_secs(20),
};

impl Sink for Bot {
    fn name(&self) -> &'static str {
        "telegram.bot"
    }

    fn wants(&self, topic: &str) -> bool {
        topic == RECEIVED
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.take(delivery))
    }
}

impl Bot {
    async fn take(&self, delivery: &Delivery) -> Result<(), Failure> {
        let wrong = |error: serde_json::Error| Failure::permanent(error.to_string());
        let which: Received = serde_json::from_str(&delivery.payload).map_err(wrong)?;
        self.handle_update(which).await.map_err(|error| {
            let kind = error.kind();
            if kind == Kind::Unavailable {
                // Nobody's fault: the database is away.
                Failure::temporary(error.to_string())
            } else if kind == Kind::Malformed {
                Failure::permanent(error.to_string())
            } else if delivery.attempts >= ATTEMPTS {
                Failure::permanent(format!("given up: {error:?}"))
            } else {
                Failure::temporary(format!("{error:?}"))
            }
        })
    }

    async fn handle_update(&self, which: Received) -> torg_platform::Result<()> {
        let (bot_id, update_id) = (which.bot_id, which.update_id);
        let read = move |tx: &mut Tx<'_>| {
            Ok::<_, Error>(updates::read(tx, bot_id, update_id)?.and_then(|stored| stored.raw))
        };
        // Handled before, or long forgotten.
        let Some(raw) = self.0.db.read("telegram.read_update", read).await? else {
            return Ok(());
        };
        let update = Update::parse(&raw)
            .map_err(|error| Error::field(error.field.clone(), error.reason.clone()))?;
        let plan = self.plan(update);
        let refusal = match &plan {
            Plan::Private(private) => self.limit(private).await.err(),
            Plan::Checkout(_) | Plan::Group(_) | Plan::Member(_) | Plan::Nothing => None,
        };
        // A unit of work may run twice; what refused it is made anew from its parts.
        let limited = refusal.map(|error| error.retry_after().unwrap_or_default());
        let bot = self.clone();
        let handle = move |tx: &mut Tx<'_>| bot.handle(tx, which, &plan, limited);
        self.0.db.write("telegram.handle_update", handle).await
    }

    /// Whether the person may do this now. Payments are never too many.
    async fn limit(&self, private: &Private) -> torg_platform::Result<()> {
        let who = private.from.id.to_string();
        let act: Option<(&_, &Act)> = match &private.what {
            What::Money(_) => return Ok(()),
            What::Of(market, act) => Some((market, act)),
            What::Own(..) | What::Said(_) | What::Other | What::Unknown => None,
        };
        self.0.limits.check(&ACTS, &who).await?;
        match act.and_then(|(market, act)| market.rule(act)) {
            Some(rule) => self.0.limits.check(&rule, &who).await,
            None => Ok(()),
        }
    }
}
