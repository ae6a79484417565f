//! A bot, its people and a Telegram in one process; time goes as fast as there is nothing to do.

use super::market::{self, Counter, Failures};
use super::wire::{Log, Weather, Wire};
use parking_lot::Mutex;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use torg_platform::cache::Cache;
use torg_platform::config::Secret;
use torg_platform::ctx::Ctx;
use torg_platform::db::Tx;
use torg_platform::jobs::{Periodic, Poller, Reconciler, Running, Worker, start_pollers};
use torg_platform::limits::Limiter;
use torg_platform::live::Live;
use torg_platform::observe::Metrics;
use torg_platform::outbox::Sink;
use torg_platform::payments::Payees;
use torg_platform::rng::Rng;
use torg_platform::settings::Settings;
use torg_sandbox::telegram::{LocalTelegram, NewBot, NewPerson, Options};
use torg_telegram::api::{self, BotApi};
use torg_telegram::bot::Bot;
use torg_telegram::broadcasts::Broadcasts;
use torg_telegram::intake::{Fetch, Forget};
use torg_telegram::links::Links;
use torg_telegram::sender::Sender;
use torg_testkit::TestDb;

pub(super) const TOKEN: &str = "4242:local";
pub(super) const BOT: i64 = 4242;
pub(super) const SETUP_CODE: &str = "the-setup-code";
/// The first of the people.
pub(super) const FIRST: i64 = 1_000;

/// What a process of the bot is made of; dropping the loops is killing it.
struct Process {
    wire: Wire,
    worker: Running,
    pollers: Running,
}

pub(super) struct World {
    pub(super) t: TestDb,
    pub(super) telegram: LocalTelegram,
    pub(super) weather: Arc<Mutex<Weather>>,
    pub(super) log: Arc<Log>,
    pub(super) failures: Failures,
    pub(super) rng: Rng,
    process: Option<Process>,
}

impl World {
    /// People with the ids from [`FIRST`] on; no process yet.
    pub(super) async fn new(t: TestDb, seed: u64, people: i64) -> Self {
        let rng = Rng::from_seed(seed);
        let mut options = Options::new(t.clock.clone(), rng.clone()).with_bot(NewBot::new(
            TOKEN,
            "counter_bot",
            "Counter",
        ));
        options.people = (0..people).map(person).collect();
        Self {
            telegram: LocalTelegram::open(options).unwrap(),
            weather: Arc::default(),
            log: Arc::default(),
            failures: Failures::default(),
            process: None,
            rng,
            t,
        }
    }

    /// Starts a process.
    pub(super) fn start(&mut self) {
        assert!(self.process.is_none(), "one process at a time");
        let ctx = self.ctx();
        let wire = Wire::new(
            self.telegram.router(),
            self.rng.clone(),
            self.weather.clone(),
            self.log.clone(),
        );
        let api = self.api(&wire, &ctx);
        let links = Links::new("counter_bot", None);
        let broadcasts = Broadcasts::new(&ctx, links.clone(), vec![Arc::new(Counter)], true);
        let tell: [Arc<dyn Reconciler>; 1] = [Arc::new(broadcasts.reconciler())];
        let code = Secret::new(SETUP_CODE);
        let bot = Bot::new(
            &ctx,
            links,
            vec![Arc::new(Counter)],
            Payees::default(),
            code,
        )
        .unwrap();
        let sinks: Vec<Arc<dyn Sink>> = vec![Arc::new(bot), Arc::new(self.failures.clone())];
        let tidy: [Arc<dyn Periodic>; 1] = [Arc::new(Forget)];
        let worker = Worker::new(
            ctx.db.clone(),
            ctx.live.clone(),
            ctx.rng.clone(),
            Arc::new(sinks),
            ctx.metrics.clone(),
        )
        .reconcilers(tell)
        .periodic(tidy);
        let pollers: Vec<Arc<dyn Poller>> = vec![
            Arc::new(Sender::new(&ctx, api.clone())),
            Arc::new(Fetch::new(&ctx, api).without_waiting()),
        ];
        self.process = Some(Process {
            wire,
            worker: worker.start(),
            pollers: start_pollers(&ctx.db, &ctx.metrics, pollers),
        });
    }

    /// A sender by itself, as another process has it.
    pub(super) fn sender(&self) -> Sender {
        let (router, rng) = (self.telegram.router(), self.rng.clone());
        let wire = Wire::new(router, rng, self.weather.clone(), self.log.clone());
        let ctx = self.ctx();
        Sender::new(&ctx, self.api(&wire, &ctx))
    }

    /// Kills it: what it was doing is not finished, what it had asked never answered.
    pub(super) fn kill(&mut self) {
        if let Some(Process {
            wire,
            worker,
            pollers,
        }) = self.process.take()
        {
            wire.cut();
            drop((worker, pollers));
        }
    }

    fn ctx(&self) -> Ctx {
        Ctx {
            db: self.t.db.clone(),
            clock: self.t.clock.clone(),
            rng: self.rng.clone(),
            limits: Limiter::new(false, self.t.clock.clone(), None),
            cache: Cache::new(self.t.clock.clone(), 1024, None),
            live: Live::new(self.rng.clone(), None),
            settings: Settings::default(),
            stopping: CancellationToken::new(),
            metrics: Metrics::new(&self.t.clock).unwrap(),
        }
    }

    fn api(&self, wire: &Wire, ctx: &Ctx) -> BotApi {
        let options = api::Options {
            base_url: "http://telegram.test".to_owned(),
            token: Secret::new(TOKEN),
        };
        BotApi::new(
            &options,
            Arc::new(wire.clone()),
            ctx.clock.clone(),
            &ctx.metrics,
        )
        .unwrap()
    }

    /// Lets time pass until `is_done`, at most `limit` of it; whether it was.
    pub(super) async fn until(
        &self,
        limit: Duration,
        mut is_done: impl AsyncFnMut(&Self) -> bool,
    ) -> bool {
        let ends = self.t.clock.now().plus(limit);
        loop {
            if is_done(self).await {
                return true;
            }
            if self.t.clock.now() >= ends {
                return false;
            }
            self.pass(Duration::from_millis(250)).await;
        }
    }

    /// Lets this much time pass, in small steps in which everybody gets a turn.
    pub(super) async fn pass(&self, time: Duration) {
        const STEP: Duration = Duration::from_millis(25);
        let ends = self.t.clock.now().plus(time);
        while self.t.clock.now() < ends {
            self.t.advance(STEP);
            tokio::time::sleep(Duration::from_micros(300)).await;
        }
    }

    /// Lets time pass until `work` is done.
    pub(super) async fn passing<T>(&self, work: impl Future<Output = T>) -> T {
        let time = async {
            loop {
                self.pass(Duration::from_millis(25)).await;
            }
        };
        tokio::select! { done = work => done, never = time => never }
    }

    /// Whether nothing is under way: no update waits at Telegram or here, no message is to be
    /// sent.
    pub(super) async fn is_quiet(&self) -> bool {
        if self.telegram.pending_updates(BOT) > 0 {
            return false;
        }
        let read = |tx: &mut Tx<'_>| {
            let (waiting, pending, _) = torg_platform::outbox::dead::counts(tx)?;
            Ok::<_, torg_platform::Error>(waiting + pending + torg_telegram::messages::waiting(tx)?)
        };
        self.t.db.read("bottest.quiet", read).await.unwrap() == 0
    }

    /// Every act that had an effect.
    pub(super) async fn hits(&self) -> Vec<market::Hit> {
        self.t.db.read("bottest.hits", market::hits).await.unwrap()
    }

    /// What a person's chat with the bot shows of the bot's, oldest first.
    pub(super) fn shown(&self, person: i64) -> Vec<Value> {
        let state = self.telegram.state(person).unwrap();
        let chats = state["chats"].as_array().cloned().unwrap_or_default();
        let of_bot = chats.into_iter().find(|chat| chat["id"] == BOT);
        let messages = of_bot.map(|chat| chat["messages"].as_array().cloned().unwrap_or_default());
        messages
            .unwrap_or_default()
            .into_iter()
            .filter(|message| message["from"]["id"] == BOT)
            .collect()
    }

    /// The same, the texts only.
    pub(super) fn texts(&self, person: i64) -> Vec<String> {
        let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
        self.shown(person).iter().map(text).collect()
    }
}

fn person(number: i64) -> NewPerson {
    NewPerson {
        id: FIRST + number,
        first_name: format!("P{number}"),
        last_name: None,
        username: None,
        language_code: "en".to_owned(),
        hint: "customer".to_owned(),
        stars: 0,
    }
}
