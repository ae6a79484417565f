//! What goes wrong on purpose, so that tests and people see how the rest copes.
//!
//! Drawn from the [`Rng`] of the world, so that a run with a seed can be repeated. A fault is
//! either of a call and its answer, or of the updates that a bot gets.

use serde::{Deserialize, Serialize};
use torg_platform::rng::Rng;

/// Shares are of a thousand: 0 never, 1000 always.
const WHOLE: u16 = 1_000;

/// Something that goes wrong, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Only calls of this method; of any without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only calls about this `chat_id`, as the call has it, or updates of this chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<i64>,
    /// Only of this bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot: Option<i64>,
    /// Only updates of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// How often; always without a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Share of the calls or updates that fit, of a thousand.
    #[serde(default = "whole")]
    pub share: u16,
    /// What goes wrong.
    #[serde(flatten)]
    pub effect: Effect,
}

const fn whole() -> u16 {
    WHOLE
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// 429.
    TooMany {
        /// Seconds.
        retry_after: u32,
    },
    /// 403: the person has blocked the bot.
    Blocked,
    /// 403: the account is gone.
    Deactivated,
    /// 403: the bot is not in the chat.
    Kicked,
    /// Any refusal.
    Refused {
        /// The status.
        code: u16,
        /// The text, whole.
        description: String,
    },
    /// 500 in JSON.
    ServerError,
    /// 502 with a page for people.
    BadGateway,
    /// No answer for so long, and no effect. Then the connection ends.
    Silent {
        /// Milliseconds.
        #[serde(default = "long")]
        ms: u64,
    },
    /// No answer for so long, though the call had its effect. Then the connection ends.
    SilentAfter {
        /// Milliseconds.
        #[serde(default = "long")]
        ms: u64,
    },
    /// The connection ends at once, without an effect.
    Cut,
    /// The connection ends in the answer, after the effect.
    CutAfter,
    /// The call is obeyed and answered, later.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// An update comes twice.
    Duplicate,
    /// Updates that are handed out together come in another order.
    Reorder {
        /// How many places one may move.
        window: usize,
    },
    /// An update comes after those that follow it.
    Late {
        /// Seconds.
        seconds: u64,
    },
    /// Before an update there comes one of a kind that nobody knows, with fields that nobody
    /// knows.
    UnknownKind,
    /// Before an update there comes one whose message has the wrong types.
    Poison,
}

const fn long() -> u64 {
    75_000
}

impl Effect {
    /// Whether it is about updates and not about calls.
    const fn is_of_updates(&self) -> bool {
        matches!(
            self,
            Self::Duplicate
                | Self::Reorder { .. }
                | Self::Late { .. }
                | Self::UnknownKind
                | Self::Poison
        )
    }
}

impl Fault {
    /// Always, with every call or update.
    pub const fn new(effect: Effect) -> Self {
        Self {
            method: None,
            chat: None,
            bot: None,
            kind: None,
            count: None,
            share: WHOLE,
            effect,
        }
    }

    /// The same, so often.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self {
            count: Some(count),
            ..self
        }
    }

    /// The same, only of this method.
    #[must_use]
    pub fn of(self, method: &str) -> Self {
        Self {
            method: Some(method.to_owned()),
            ..self
        }
    }
}

/// What can go wrong now, in this order.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults(Vec<Fault>);

/// What is about to happen.
pub(super) struct Occasion<'a> {
    pub(super) bot: i64,
    pub(super) chat: Option<i64>,
    /// The method of a call.
    pub(super) method: Option<&'a str>,
    /// The kind of an update.
    pub(super) kind: Option<&'a str>,
}

impl Faults {
    pub(super) fn set(&mut self, faults: Vec<Fault>) {
        self.0 = faults;
    }

    pub(super) fn list(&self) -> Vec<Fault> {
        self.0.clone()
    }

    /// Draws what goes wrong with a call.
    pub(super) fn of_call(&mut self, occasion: &Occasion<'_>, rng: &Rng) -> Option<Effect> {
        self.draw(occasion, rng, |effect| !effect.is_of_updates())
    }

    /// Draws what goes wrong with an update, of what `fits`.
    pub(super) fn of_update(
        &mut self,
        occasion: &Occasion<'_>,
        rng: &Rng,
        fits: impl Fn(&Effect) -> bool,
    ) -> Option<Effect> {
        self.draw(occasion, rng, |effect| {
            effect.is_of_updates() && fits(effect)
        })
    }

    fn draw(
        &mut self,
        occasion: &Occasion<'_>,
        rng: &Rng,
        fits: impl Fn(&Effect) -> bool,
    ) -> Option<Effect> {
        let found = self.0.iter_mut().find(|fault| {
            let method = fault.method.as_deref();
            let kind = fault.kind.as_deref();
            fits(&fault.effect)
                && fault.count != Some(0)
                && fault.bot.is_none_or(|bot| bot == occasion.bot)
                && fault.chat.is_none_or(|chat| Some(chat) == occasion.chat)
                && method.is_none_or(|m| occasion.method.is_some_and(|o| o.eq_ignore_ascii_case(m)))
                && kind.is_none_or(|k| occasion.kind == Some(k))
                && rng.next_u64().rem_euclid(u64::from(WHOLE)) < u64::from(fault.share)
        })?;
        found.count = found.count.map(|count| count.saturating_sub(1));
        Some(found.effect.clone())
    }
}
