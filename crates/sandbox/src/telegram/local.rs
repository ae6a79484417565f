//! The local Telegram as one thing: the world, its file, and those who wait for news.

use super::error::{ApiError, Error, Refusal, Result};
use super::faults::Fault;
use super::methods;
use super::news::{Event, Ring};
use super::options::{NewBot, NewPerson, Options};
use super::params::Params;
use super::people::Act;
use super::world::{FloodCounters, FloodLimits, World};
use crate::store::telegram::Store;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;
use torg_platform::Clock;

/// Numbers of news that one opening of the file may use up.
const NEWS_PER_OPENING: u64 = 1_000_000_000;

/// A local Telegram. Clones are handles of the same one.
#[derive(Debug, Clone)]
pub struct LocalTelegram(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    state: Mutex<State>,
    /// Counts changes; whoever waits for one listens here.
    changed: watch::Sender<u64>,
    /// The latest `getUpdates` of each bot: an older one that still waits is ended.
    polls: Mutex<BTreeMap<i64, u64>>,
}

#[derive(Debug)]
struct State {
    world: World,
    store: Option<Store>,
    ring: Ring,
}

impl LocalTelegram {
    /// Opens the file, or makes a new world.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::BrokenFile`], [`Error::BadToken`].
    pub fn open(options: Options) -> Result<Self> {
        let store = options.path.as_deref().map(Store::open).transpose()?;
        let mut world = World::new(options.clock.now(), options.rng, options.limits);
        let rows = store.as_ref().map(Store::load).transpose()?;
        for (kind, key, value) in rows.unwrap_or_default() {
            let restored = world.restore(&kind, &key, &value);
            restored.map_err(|cause| Error::BrokenFile { kind, cause })?;
        }
        let opened = world.opened();
        let telegram = Self(Arc::new(Inner {
            clock: options.clock,
            state: Mutex::new(State {
                world,
                store,
                // A phone that was open before a restart must see that it has missed something.
                ring: Ring::new(opened.saturating_mul(NEWS_PER_OPENING)),
            }),
            changed: watch::Sender::new(0),
            polls: Mutex::default(),
        }));
        for person in options.people {
            telegram.add_person(person);
        }
        for bot in options.bots {
            telegram.add_bot(bot)?;
        }
        Ok(telegram)
    }

    /// Adds a bot; one with the same id keeps what it has set. Returns its id.
    ///
    /// # Errors
    /// [`Error::BadToken`].
    pub fn add_bot(&self, bot: NewBot) -> Result<i64> {
        self.change(|world| world.add_bot(bot))
    }

    /// Adds a person, unless somebody has this id.
    pub fn add_person(&self, person: NewPerson) {
        self.change(|world| world.add_person(person));
    }

    /// Does what a person does.
    ///
    /// # Errors
    /// Why they cannot.
    pub async fn act(&self, person: i64, act: Act) -> std::result::Result<Value, Refusal> {
        if let Act::Pay {
            link,
            chat,
            message,
        } = act
        {
            return self.pay(person, link.as_deref(), chat.zip(message)).await;
        }
        self.change(|world| world.act(person, act))
    }

    /// A person writes to a chat. Returns the contract's `{chat, message}`.
    ///
    /// # Errors
    /// Why they cannot.
    pub async fn send(
        &self,
        person: i64,
        chat: i64,
        text: &str,
    ) -> std::result::Result<Value, Refusal> {
        let text = text.to_owned();
        self.act(
            person,
            Act::Send {
                chat,
                text,
                reply_to: None,
            },
        )
        .await
    }

    /// A person starts a bot.
    ///
    /// # Errors
    /// Why they cannot.
    pub async fn start_bot(
        &self,
        person: i64,
        bot: i64,
        payload: Option<&str>,
    ) -> std::result::Result<Value, Refusal> {
        let payload = payload.map(str::to_owned);
        self.act(
            person,
            Act::Start {
                bot: bot.into(),
                payload,
            },
        )
        .await
    }

    /// A person taps a button.
    ///
    /// # Errors
    /// Why they cannot.
    pub async fn press(
        &self,
        person: i64,
        chat: i64,
        message: i64,
        row: usize,
        column: usize,
    ) -> std::result::Result<Value, Refusal> {
        self.act(
            person,
            Act::Press {
                chat,
                message,
                row,
                column,
            },
        )
        .await
    }

    /// The people, as the contract has them.
    pub fn people(&self) -> Value {
        self.change(|world| world.people_cards())
    }

    /// What a person's phone shows, with the number of the last event in it.
    ///
    /// # Errors
    /// Nobody has this id.
    pub fn state(&self, person: i64) -> std::result::Result<Value, Refusal> {
        let mut state = self.0.state.lock();
        state.world.tick(self.0.clock.now());
        let shown = state.world.phone_state(person);
        let mut shown = shown.ok_or_else(|| Refusal::unknown("person"))?;
        super::world::put(&mut shown, "seq", json!(state.ring.seq()));
        Ok(shown)
    }

    /// What a person's phone learns after the event `seq`. Waits until there is something.
    pub async fn events(&self, person: i64, seq: u64) -> Vec<Event> {
        let mut changed = self.0.changed.subscribe();
        loop {
            let events = self.0.state.lock().ring.after(person, seq);
            if !events.is_empty() {
                return events;
            }
            // The sender lives as long as `self`.
            let _changed = changed.changed().await;
        }
    }

    /// Calls a method of the Bot API in the name of a bot, without HTTP and without faults.
    /// `getUpdates` does not wait.
    ///
    /// # Errors
    /// As the Bot API refuses.
    pub fn call(
        &self,
        bot: i64,
        method: &str,
        params: &Value,
    ) -> std::result::Result<Value, ApiError> {
        let params = Params::of_json(params);
        let params = params.ok_or_else(|| ApiError::bad("parameters must be an object"))?;
        if method.eq_ignore_ascii_case("getUpdates") {
            return self.look_for_updates(bot, &params, true);
        }
        self.method(bot, method, &params)
    }

    pub(super) fn method(
        &self,
        bot: i64,
        method: &str,
        params: &Params,
    ) -> std::result::Result<Value, ApiError> {
        self.change(|world| methods::call(world, bot, method, params))
    }

    /// Gives a person, or a channel by its id, a unique gift from nowhere: `gift` is the Bot
    /// API's `UniqueGift`. Returns its `owned_gift_id`.
    pub fn give_unique_gift(&self, owner: i64, gift: Value) -> u64 {
        self.change(|world| world.give_unique_gift(owner, gift))
    }

    /// How often bots sent, and how often too fast.
    pub fn flood(&self) -> FloodCounters {
        self.0.state.lock().world.flood().counters()
    }

    /// Changes what is too fast.
    pub fn set_limits(&self, limits: FloodLimits) {
        self.0.state.lock().world.flood_mut().set_limits(limits);
    }

    /// What goes wrong on purpose.
    pub fn faults(&self) -> Vec<Fault> {
        self.look(|world| world.faults().list())
    }

    /// Changes what goes wrong on purpose: the whole list.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.change(|world| world.faults_mut().set(faults));
    }

    /// Number of a bot's updates that wait.
    pub fn pending_updates(&self, bot: i64) -> usize {
        self.0.state.lock().world.waiting(bot).count()
    }

    /// Waits until anything has changed after `look` was true the last time; returns when it is.
    pub(super) async fn until(&self, mut look: impl FnMut(&mut World) -> bool) {
        let mut changed = self.0.changed.subscribe();
        while !self.change(&mut look) {
            // The sender lives as long as `self`.
            let _changed = changed.changed().await;
        }
    }

    /// A new `getUpdates` of a bot: an older one that waits wakes up and sees that it is over.
    pub(super) fn new_poll(&self, bot: i64) -> u64 {
        let mut polls = self.0.polls.lock();
        let number = polls.entry(bot).or_default();
        *number = number.wrapping_add(1);
        let number = *number;
        drop(polls);
        self.0
            .changed
            .send_modify(|count| *count = count.wrapping_add(1));
        number
    }

    pub(super) fn is_latest_poll(&self, bot: i64, number: u64) -> bool {
        self.0.polls.lock().get(&bot) == Some(&number)
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    pub(super) fn look<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.0.state.lock().world)
    }

    /// Changes the world, keeps the change in the file, tells whoever waits.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut state = self.0.state.lock();
        let state = &mut *state;
        state.world.tick(self.0.clock.now());
        let done = change(&mut state.world);
        if !state.world.is_changed() {
            return done;
        }
        state.ring.add(state.world.take_news());
        let kept = match state.store.as_mut() {
            Some(store) => store.keep(&state.world.changes()),
            None => Ok(()),
        };
        match kept {
            Ok(()) => state.world.settle(),
            // What was not written is written with the next change.
            Err(error) => tracing::error!(%error, "the local Telegram was not kept"),
        }
        self.0
            .changed
            .send_modify(|count| *count = count.wrapping_add(1));
        done
    }
}
