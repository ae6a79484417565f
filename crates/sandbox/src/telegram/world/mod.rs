//! Everything that is the case in the local Telegram, and how it changes.
//!
//! A state machine without IO: what comes in is a call of a bot or an act of a person, what goes
//! out are updates for bots and news for people. Time is told to it, randomness is given to it.

mod access;
mod bot;
mod callback;
mod cast;
mod chat;
mod emit;
mod file;
mod flood;
mod gift;
mod kept;
mod link;
mod message;
mod person;
mod render;
mod stars;
mod update;

pub(super) use access::Need;
pub(super) use bot::{Bot, Commands, Webhook, localized};
pub(super) use callback::{Callback, too_old};
pub(super) use chat::{Chat, ChatId, Kind, Member, Rights, Status};
pub(super) use file::StoredFile;
pub use flood::{FloodCounters, FloodLimits};
pub(super) use gift::{CATALOGUE, Gift, on_sale};
pub(crate) use kept::Change;
pub(super) use kept::Kept;
pub(super) use link::{Target, target};
pub(super) use message::{Draft, Message, Sender};
pub(super) use person::Person;
pub(super) use render::{Viewer, put};
pub(super) use stars::{CONSENT, Checkout, Invoice, Transaction};
pub(super) use update::Update;

use crate::telegram::faults::{Effect, Faults, Occasion};
use flood::Flood;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use torg_platform::Timestamp;
use torg_platform::rng::Rng;

/// How long a message that a person deleted still answers to `copyMessage`.
const CACHE: Duration = Duration::from_secs(30 * 60);
/// How often it is looked for what is too old.
const CLEANED: Duration = Duration::from_secs(60);

/// What a person's phone learns.
#[derive(Debug, Clone)]
pub(super) struct News {
    /// Who learns it.
    pub(super) person: i64,
    /// `message`, `edited`, `deleted` and so on.
    pub(super) kind: &'static str,
    pub(super) data: Value,
}

/// Numbers that are given once.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Counters {
    /// How often the file was opened.
    pub(super) opened: u64,
    /// Groups and channels made so far.
    pub(super) chats: i64,
    /// Everything else that wants a number of its own.
    pub(super) things: u64,
}

/// The state.
#[derive(Debug)]
pub(super) struct World {
    now: Timestamp,
    rng: Rng,
    pub(super) bots: Kept<i64, Bot>,
    pub(super) people: Kept<i64, Person>,
    pub(super) chats: Kept<ChatId, Chat>,
    pub(super) messages: Kept<(ChatId, i64), Message>,
    pub(super) updates: Kept<(i64, i64), Update>,
    pub(super) callbacks: Kept<String, Callback>,
    pub(super) invoices: Kept<String, Invoice>,
    pub(super) checkouts: Kept<String, Checkout>,
    pub(super) transactions: Kept<(i64, u64), Transaction>,
    pub(super) gifts: Kept<(i64, u64), Gift>,
    pub(super) files: Kept<String, StoredFile>,
    /// Query ids of opened Mini Apps: bot and person.
    pub(super) web_apps: Kept<String, (i64, i64)>,
    counters: Kept<u8, Counters>,
    flood: Flood,
    faults: Faults,
    news: Vec<News>,
    /// Nothing is too old before.
    clean_until: Timestamp,
}

macro_rules! tables {
    ($world:expr, $table:ident => $body:expr) => {{
        {
            let $table = &mut $world.bots;
            $body
        }
        {
            let $table = &mut $world.people;
            $body
        }
        {
            let $table = &mut $world.chats;
            $body
        }
        {
            let $table = &mut $world.messages;
            $body
        }
        {
            let $table = &mut $world.updates;
            $body
        }
        {
            let $table = &mut $world.callbacks;
            $body
        }
        {
            let $table = &mut $world.invoices;
            $body
        }
        {
            let $table = &mut $world.checkouts;
            $body
        }
        {
            let $table = &mut $world.transactions;
            $body
        }
        {
            let $table = &mut $world.gifts;
            $body
        }
        {
            let $table = &mut $world.files;
            $body
        }
        {
            let $table = &mut $world.web_apps;
            $body
        }
        {
            let $table = &mut $world.counters;
            $body
        }
    }};
}

impl World {
    /// Nobody and nothing.
    pub(super) fn new(now: Timestamp, rng: Rng, limits: FloodLimits) -> Self {
        Self {
            now,
            rng,
            bots: Kept::new("bot"),
            people: Kept::new("person"),
            chats: Kept::new("chat"),
            messages: Kept::new("message"),
            updates: Kept::new("update"),
            callbacks: Kept::new("callback"),
            invoices: Kept::new("invoice"),
            checkouts: Kept::new("checkout"),
            transactions: Kept::new("transaction"),
            gifts: Kept::new("gift"),
            files: Kept::new("file"),
            web_apps: Kept::new("web_app"),
            counters: Kept::new("counters"),
            flood: Flood::new(limits),
            faults: Faults::default(),
            news: Vec::new(),
            clean_until: now,
        }
    }

    /// Tells the world what time it is. What is too old to be kept goes.
    pub(super) fn tick(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        self.forget();
    }

    /// The time that it was told.
    pub(super) const fn now(&self) -> Timestamp {
        self.now
    }

    /// The time as Telegram gives it: whole seconds.
    pub(super) const fn date(&self) -> i64 {
        self.now.seconds()
    }

    pub(super) const fn rng(&self) -> &Rng {
        &self.rng
    }

    /// A number that no other thing has.
    pub(super) fn number(&mut self) -> u64 {
        let counters = self.counters.edit_or(&0, Counters::default);
        counters.things = counters.things.saturating_add(1);
        counters.things
    }

    /// The id of a new group, or of a new supergroup or channel.
    pub(super) fn chat_number(&mut self, large: bool) -> i64 {
        let counters = self.counters.edit_or(&0, Counters::default);
        counters.chats = counters.chats.saturating_add(1);
        if large {
            (-1_002_000_000_000_i64).saturating_sub(counters.chats)
        } else {
            (-5_000_000_i64).saturating_sub(counters.chats)
        }
    }

    /// Counts the openings of the file; the number is higher every time.
    pub(super) fn opened(&mut self) -> u64 {
        let counters = self.counters.edit_or(&0, Counters::default);
        counters.opened = counters.opened.saturating_add(1);
        counters.opened
    }

    /// Letters and digits of chance, for what nobody shall guess.
    pub(super) fn secret(&self) -> String {
        format!("{:016x}{:016x}", self.rng.next_u64(), self.rng.next_u64())
    }

    /// Tells a phone.
    pub(super) fn tell(&mut self, person: i64, kind: &'static str, data: Value) {
        if self.people.get(&person).is_some() {
            self.news.push(News { person, kind, data });
        }
    }

    /// What phones have not been told yet.
    pub(super) fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    /// Whether something has changed since the last [`World::settle`].
    pub(super) fn is_changed(&mut self) -> bool {
        tables!(self, table => if table.is_dirty() { return true; });
        !self.news.is_empty()
    }

    /// What the file does not have yet.
    pub(super) fn changes(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        tables!(self, table => table.changes(&mut changes));
        changes
    }

    /// The file has everything.
    pub(super) fn settle(&mut self) {
        tables!(self, table => table.settle());
    }

    /// A row from the file; one of a kind that is not known is left alone.
    pub(super) fn restore(&mut self, kind: &str, key: &str, value: &str) -> serde_json::Result<()> {
        tables!(self, table => if table.kind() == kind { return table.restore(key, value); });
        Ok(())
    }

    /// Calls that came too fast.
    pub(super) const fn flood(&self) -> &Flood {
        &self.flood
    }

    pub(super) const fn flood_mut(&mut self) -> &mut Flood {
        &mut self.flood
    }

    pub(super) const fn faults(&self) -> &Faults {
        &self.faults
    }

    pub(super) const fn faults_mut(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// Draws what goes wrong with a call.
    pub(super) fn call_fault(&mut self, occasion: &Occasion<'_>) -> Option<Effect> {
        self.faults.of_call(occasion, &self.rng)
    }

    /// What nobody can ask for any more goes, from time to time.
    fn forget(&mut self) {
        if self.now < self.clean_until {
            return;
        }
        self.clean_until = self.now.plus(CLEANED);
        let past = self.now.minus(CACHE);
        self.messages
            .retain(|_, message| message.deleted.is_none_or(|at| at > past));
        self.forget_updates();
        self.forget_callbacks();
    }
}
