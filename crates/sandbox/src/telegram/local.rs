//! The local Telegram as one thing: the world, its file, and those who wait for news.

use super::error::{ApiError, Error, Refusal, Result};
use super::faults::Fault;
use super::methods;
use super::news::{Event, Ring};
use super::params::Params;
use super::people::Act;
use super::world::{FloodCounters, FloodLimits, World};
use crate::people;
use crate::store::telegram::Store;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use torg_platform::Clock;
use torg_platform::rng::Rng;

/// Seconds that a long poll lasts at most.
const LONGEST_POLL: i64 = 50;
/// Numbers of news that one opening of the file may use up.
const NEWS_PER_OPENING: u64 = 1_000_000_000;

/// A bot that is there from the beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewBot {
    /// Its token: id, colon, secret.
    pub token: String,
    /// Its public name, without `@`.
    pub username: String,
    /// Its name.
    pub name: String,
    /// Address of its main Mini App.
    pub web_app: Option<String>,
    /// Addresses of further Mini Apps by their short names.
    pub apps: BTreeMap<String, String>,
    /// Whether it gets everything that is written in groups.
    pub reads_groups: bool,
}

impl NewBot {
    /// A bot without a Mini App.
    pub fn new(token: &str, username: &str, name: &str) -> Self {
        Self {
            token: token.to_owned(),
            username: username.to_owned(),
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

/// A person who is there from the beginning, or comes later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Their Telegram id.
    pub id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Public name, without `@`.
    pub username: Option<String>,
    /// Language of their Telegram.
    pub language_code: String,
    /// What they do in the demo.
    pub hint: String,
    /// Their Stars.
    pub stars: i64,
}

impl From<people::Person> for NewPerson {
    fn from(person: people::Person) -> Self {
        Self {
            id: person.id.0,
            first_name: person.first_name.to_owned(),
            last_name: person.last_name.map(str::to_owned),
            username: person.username.map(str::to_owned),
            language_code: "ru".to_owned(),
            hint: person.role.to_owned(),
            stars: 0,
        }
    }
}

/// How a local Telegram begins.
#[derive(Debug, Clone)]
pub struct Options {
    /// Its file; in memory without one.
    pub path: Option<PathBuf>,
    /// Time of everything that has a date.
    pub clock: Clock,
    /// What secrets and faults are drawn from.
    pub rng: Rng,
    /// Bots. One that the file knows keeps what it has set and gets this token and name.
    pub bots: Vec<NewBot>,
    /// People. One whom the file knows stays as they are there.
    pub people: Vec<NewPerson>,
    /// What is too fast.
    pub limits: FloodLimits,
}

impl Options {
    /// In memory, with [`people::everybody`] and no bot.
    pub fn new(clock: Clock, rng: Rng) -> Self {
        Self {
            path: None,
            clock,
            rng,
            bots: Vec::new(),
            people: people::everybody()
                .into_iter()
                .map(NewPerson::from)
                .collect(),
            limits: FloodLimits::default(),
        }
    }

    /// The same in a file.
    #[must_use]
    pub fn at(self, path: PathBuf) -> Self {
        Self {
            path: Some(path),
            ..self
        }
    }

    /// The same with one more bot.
    #[must_use]
    pub fn with_bot(mut self, bot: NewBot) -> Self {
        self.bots.push(bot);
        self
    }
}

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

    fn look_for_updates(
        &self,
        bot: i64,
        params: &Params,
        first: bool,
    ) -> std::result::Result<Value, ApiError> {
        let limit = params.int("limit").unwrap_or(100).clamp(1, 100);
        let limit = usize::try_from(limit).unwrap_or(100);
        // Only the first look confirms: what comes while one waits was not seen.
        let offset = if first {
            params.int("offset").unwrap_or(0)
        } else {
            0
        };
        self.change(|world| {
            if first {
                methods::allow_updates(world, bot, params);
            }
            let updates = world.take_updates(bot, offset, limit)?;
            Ok(world.handed_out(bot, &updates))
        })
    }

    /// `getUpdates`: waits for up to `timeout` seconds.
    pub(super) async fn get_updates(
        &self,
        bot: i64,
        params: &Params,
    ) -> std::result::Result<Value, ApiError> {
        let own = {
            let mut polls = self.0.polls.lock();
            let number = polls.entry(bot).or_default();
            *number = number.wrapping_add(1);
            *number
        };
        self.0
            .changed
            .send_modify(|count| *count = count.wrapping_add(1));
        let timeout = params.int("timeout").unwrap_or(0).clamp(0, LONGEST_POLL);
        let timeout = Duration::from_secs(timeout.unsigned_abs());
        let end = tokio::time::Instant::now().checked_add(timeout);
        let mut changed = self.0.changed.subscribe();
        let mut first = true;
        loop {
            changed.mark_unchanged();
            if self.0.polls.lock().get(&bot) != Some(&own) {
                return Err(ApiError::conflict(
                    "terminated by other getUpdates request; \
                     make sure that only one bot instance is running",
                ));
            }
            let updates = self.look_for_updates(bot, params, first);
            let updates = updates.map_err(|error| match first {
                true => error,
                false => ApiError::conflict("terminated by setWebhook request"),
            })?;
            first = false;
            let now = tokio::time::Instant::now();
            if updates != json!([]) || end.is_none_or(|end| now >= end) {
                return Ok(updates);
            }
            let due = self.look(|world| world.next_due(bot));
            let rest = end.unwrap_or(now);
            tokio::select! {
                _ = changed.changed() => {}
                () = tokio::time::sleep_until(rest) => {}
                () = wait_for(&self.0.clock, due) => {}
            }
        }
    }

    async fn pay(
        &self,
        person: i64,
        link: Option<&str>,
        place: Option<(i64, i64)>,
    ) -> std::result::Result<Value, Refusal> {
        let failed = |error: &str| json!({ "status": "failed", "error": error });
        let begun = self.change(|world| {
            let slug = world.invoice_of(person, link, place)?;
            world.begin_payment(person, &slug)
        });
        let id = match begun {
            Ok(id) => id,
            Err(refusal) if refusal.code.starts_with("unknown") => return Err(refusal),
            Err(refusal) => return Ok(failed(refusal.code)),
        };
        let until = self.0.clock.now().plus(super::world::CONSENT);
        let answered = self.until(|world| {
            world
                .checkouts
                .get(&id)
                .is_none_or(|checkout| checkout.outcome.is_some())
        });
        tokio::select! {
            () = answered => {}
            () = self.0.clock.sleep_until(until) => {}
        }
        self.change(|world| world.give_up_payment(&id));
        let outcome = self.look(|world| world.checkouts.get(&id)?.outcome.clone());
        Ok(match outcome {
            Some(Ok(())) => json!({ "status": "paid" }),
            Some(Err(error)) => failed(&error),
            None => json!({ "status": "cancelled" }),
        })
    }
}

async fn wait_for(clock: &Clock, due: Option<torg_platform::Timestamp>) {
    match due {
        Some(due) => clock.sleep_until(due).await,
        None => std::future::pending().await,
    }
}
