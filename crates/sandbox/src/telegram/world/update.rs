//! What waits for a bot.

use super::World;
use crate::telegram::error::ApiError;
use crate::telegram::faults::{Effect, Occasion};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;
use torg_platform::Timestamp;

/// Updates are kept for a day (core.telegram.org/bots/api#getting-updates).
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// Kinds that a bot gets only if it asks for them.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// An update that was not confirmed yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::telegram) struct Update {
    pub(in crate::telegram) id: i64,
    /// Everything but `update_id`.
    pub(in crate::telegram) fields: Map<String, Value>,
    /// A webhook gets updates with the same number one after another.
    pub(in crate::telegram) queue: i64,
    pub(in crate::telegram) at: Timestamp,
    /// Nobody gets it before.
    pub(in crate::telegram) not_before: Timestamp,
}

impl Update {
    /// `message`, `callback_query` and so on.
    pub(in crate::telegram) fn kind(&self) -> &str {
        self.fields.keys().next().map_or("", String::as_str)
    }

    /// The Bot API's `Update`.
    pub(in crate::telegram) fn body(&self) -> Value {
        let mut body = json!({ "update_id": self.id });
        if let Some(fields) = body.as_object_mut() {
            fields.extend(self.fields.clone());
        }
        body
    }
}

impl World {
    /// Puts an update into a bot's queue, if it wants the kind.
    pub(in crate::telegram) fn push_update(
        &mut self,
        bot: i64,
        kind: &str,
        payload: Value,
        queue: i64,
    ) {
        let Some(robot) = self.bots.get(&bot) else {
            return;
        };
        let wanted = match &robot.allowed_updates {
            Some(kinds) => kinds.contains(kind),
            None => !ON_REQUEST.contains(&kind),
        };
        if !wanted {
            return;
        }
        self.inject(bot, kind, queue);
        let mut fields = Map::new();
        fields.insert(kind.to_owned(), payload);
        let id = self.push_raw(bot, fields, queue);
        let late = |effect: &Effect| matches!(effect, Effect::Late { .. });
        if let Some(Effect::Late { seconds }) = self.update_fault(bot, kind, queue, late) {
            let due = self.now().plus(Duration::from_secs(seconds));
            if let Some(update) = self.updates.edit(&(bot, id)) {
                update.not_before = due;
            }
        }
    }

    /// Puts something odd before an update, if a fault says so.
    fn inject(&mut self, bot: i64, kind: &str, queue: i64) {
        let odd = |effect: &Effect| matches!(effect, Effect::UnknownKind | Effect::Poison);
        let fields = match self.update_fault(bot, kind, queue, odd) {
            Some(Effect::UnknownKind) => json!({
                "thing_of_the_future": { "id": "1", "nested": [{ "deep": null }], "at": 1.5 },
                "another_field": true,
            }),
            Some(Effect::Poison) => json!({
                "message": {
                    "message_id": "not a number",
                    "date": null,
                    "chat": "not a chat",
                    "from": [],
                    "text": { "not": "a text" },
                },
            }),
            Some(_) | None => return,
        };
        if let Value::Object(fields) = fields {
            self.push_raw(bot, fields, queue);
        }
    }

    fn update_fault(
        &mut self,
        bot: i64,
        kind: &str,
        queue: i64,
        fits: impl Fn(&Effect) -> bool,
    ) -> Option<Effect> {
        let occasion = Occasion {
            bot,
            chat: Some(queue),
            method: None,
            kind: Some(kind),
        };
        let rng = self.rng().clone();
        self.faults_mut().of_update(&occasion, &rng, fits)
    }

    /// Updates as they are handed out: perhaps twice, perhaps in another order.
    pub(in crate::telegram) fn handed_out(&mut self, bot: i64, updates: &[Update]) -> Value {
        let mut bodies = Vec::new();
        for update in updates {
            let twice = |effect: &Effect| matches!(effect, Effect::Duplicate);
            bodies.push(update.body());
            if self
                .update_fault(bot, update.kind(), update.queue, twice)
                .is_some()
            {
                bodies.push(update.body());
            }
        }
        let moved = |effect: &Effect| matches!(effect, Effect::Reorder { .. });
        let mut at = 0_usize;
        while let Some(update) = updates.get(at) {
            let fault = self.update_fault(bot, update.kind(), update.queue, moved);
            if let Some(Effect::Reorder { window }) = fault {
                let other = at
                    .saturating_add(window)
                    .min(bodies.len().saturating_sub(1));
                bodies.swap(at, other);
            }
            at = at.saturating_add(1);
        }
        Value::Array(bodies)
    }

    /// Puts any update into a bot's queue. Returns its id.
    pub(in crate::telegram) fn push_raw(
        &mut self,
        bot: i64,
        fields: Map<String, Value>,
        queue: i64,
    ) -> i64 {
        let now = self.now();
        let Some(robot) = self.bots.edit(&bot) else {
            return 0;
        };
        robot.last_update = robot.last_update.saturating_add(1);
        let id = robot.last_update;
        let update = Update {
            id,
            fields,
            queue,
            at: now,
            not_before: now,
        };
        self.updates.put((bot, id), update);
        id
    }

    /// What waits for a bot, oldest first.
    pub(in crate::telegram) fn waiting(
        &self,
        bot: i64,
    ) -> impl DoubleEndedIterator<Item = &Update> {
        let past = self.now().minus(KEPT);
        let range = self.updates.range((bot, 0)..=(bot, i64::MAX));
        let kept = range.map(|(_, update)| update);
        kept.filter(move |update| update.at >= past)
    }

    /// The next updates for `getUpdates`. What is before `offset` is confirmed and goes; a
    /// negative offset counts from the end and lets all others go.
    pub(in crate::telegram) fn take_updates(
        &mut self,
        bot: i64,
        offset: i64,
        limit: usize,
    ) -> Result<Vec<Update>, ApiError> {
        self.no_webhook(bot)?;
        let first = if offset < 0 {
            let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let last = self.waiting(bot).rev().take(back).last();
            last.map_or(i64::MAX, |update| update.id)
        } else {
            offset
        };
        self.confirm(bot, first);
        let now = self.now();
        let due = self.waiting(bot).filter(|update| update.not_before <= now);
        Ok(due.take(limit).cloned().collect())
    }

    /// Lets the updates before `first` go.
    pub(in crate::telegram) fn confirm(&mut self, bot: i64, first: i64) {
        let gone: Vec<i64> = self
            .waiting(bot)
            .map(|update| update.id)
            .take_while(|id| *id < first)
            .collect();
        for id in gone {
            self.updates.take(&(bot, id));
        }
    }

    /// Whether `getUpdates` is refused because a webhook is set.
    pub(in crate::telegram) fn no_webhook(&self, bot: i64) -> Result<(), ApiError> {
        let robot = self.bots.get(&bot);
        if robot.is_some_and(|robot| robot.webhook.is_some()) {
            return Err(ApiError::conflict(
                "can't use getUpdates method while webhook is active; \
                 use deleteWebhook to delete the webhook first",
            ));
        }
        Ok(())
    }

    pub(super) fn forget_updates(&mut self) {
        let past = self.now().minus(KEPT);
        self.updates.retain(|_, update| update.at >= past);
    }
}
