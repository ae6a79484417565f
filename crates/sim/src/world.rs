//! One world: the program with its database, Telegram, the chain, the people, and the model beside
//! it.

use crate::ask::{Answer, Ask};
use crate::checks;
use crate::coins::{self, Coins};
use crate::dice::Dice;
use crate::execute::execute;
use crate::history::{Act, Kind};
use crate::log::Log;
use crate::model::wallet::State;
use crate::model::{Expect, Model};
use crate::network::{Network, Weather};
use crate::people::{CUSTOMERS, EXECUTORS, Who, everybody};
use crate::product::{Outside, Product, Program};
use crate::report::Finding;
use crate::stage::{SimStage, Trouble};
use crate::trace::Trace;
use crate::witness::Witness;
use futures_util::future::BoxFuture;
use http::Method;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::db::{Db, Options};
use torg_platform::rng::Rng;
use torg_platform::{Clock, Timestamp};
use torg_sandbox::telegram::{LocalTelegram, NewBot, NewPerson, Options as TelegramOptions};
use torg_sandbox::ton::{ApiOptions, DevChain, DevChainOptions, router};

/// The moment at which every world begins: 2026-01-02T03:04:05Z.
const START: Timestamp = Timestamp::from_seconds(1_767_323_045);
/// Number of the bot.
const BOT_ID: i64 = 4242;
/// A hop of the clock when everybody waits for it.
const HOP: Duration = Duration::from_millis(100);
/// As many hops are ten minutes; whoever waits longer is stuck.
const HOPS_MAX: u32 = 6_000;
/// The bot and the chain are looked at for this long.
const TALK: Duration = Duration::from_secs(5);
/// What the threads of a database get before it is looked again.
const THREADS: Duration = Duration::from_micros(300);
/// Time between two blocks.
const BLOCK: Duration = Duration::from_secs(2);
/// Every so many acts everything is computed again.
const VERIFY_EVERY: u64 = 25;

/// Where the program keeps its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Store {
    /// SQLite in memory, whose units run one after another.
    Memory,
    /// An empty database of a server: real threads, in which order only what is asked alone repeats.
    Server(String),
}

/// What is counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) requests: u64,
    pub(crate) deaths: u64,
    pub(crate) cancelled: u64,
}

/// See the module.
pub(crate) struct World {
    product: Product,
    /// The database's folder, gone with the world.
    folder: tempfile::TempDir,
    clock: Clock,
    rng: Rng,
    stage: SimStage,
    network: Network,
    telegram: LocalTelegram,
    chain: DevChain,
    /// None in a world without one.
    coins: Option<Coins>,
    has_chain: bool,
    store: Store,
    /// Status of each answer, in order.
    pub(crate) statuses: Vec<u16>,
    witness: Witness,
    log: Log,
    db: Option<Db>,
    program: Option<Program>,
    model: Model,
    /// Requests with a key and what was answered to them, to be asked again.
    answered: Vec<(Ask, Answer)>,
    acts: u64,
    pub(crate) trace: Trace,
    pub(crate) counts: Counts,
    _listening: tracing::subscriber::DefaultGuard,
}

/// The way on, or the reason to stop.
type Step<T> = Result<T, Finding>;

fn broken(rule: &str, error: impl std::fmt::Display) -> Finding {
    Finding::new(rule, error.to_string())
}

/// A file system in memory, where there is one: what a power cut does is another test's question.
fn memory() -> PathBuf {
    let shm = PathBuf::from("/dev/shm");
    if shm.is_dir() {
        shm
    } else {
        std::env::temp_dir()
    }
}

impl World {
    /// A world that `seed` makes, with a program that has started.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) async fn open(product: Product, seed: u64, store: Store) -> Result<Self, Finding> {
        let clock = Clock::manual(START);
        let rng = Rng::from_seed(seed);
        let stage = SimStage::default();
        let network = Network::new(seed, stage.clone());
        let folder = tempfile::tempdir_in(memory()).map_err(|e| broken("a folder", e))?;
        // The world's own randomness: what the program draws does not change what it meets.
        let theirs = Rng::from_seed(seed ^ 0x7468_6569_7273);
        let mut options = TelegramOptions::new(clock.clone(), theirs.clone())
            .with_bot(NewBot::new(Outside::BOT_TOKEN, Outside::BOT, "Simulated"));
        options.people = everybody().map(person).collect();
        let telegram = LocalTelegram::open(options).map_err(|e| broken("Telegram", e))?;
        network.place(Outside::TELEGRAM, telegram.router());
        let chain = DevChain::open(DevChainOptions::new(clock.clone(), theirs));
        let chain = chain.map_err(|e| broken("the chain", e))?;
        network.place(Outside::CHAIN, router(chain.clone(), ApiOptions::default()));
        let log = Log::default();
        let listening = log.listen();
        let mut world = Self {
            product,
            folder,
            clock,
            rng,
            stage,
            network,
            telegram,
            chain,
            coins: None,
            // Most worlds have none: a wallet takes its time to begin.
            has_chain: seed.is_multiple_of(6) && store == Store::Memory,
            store,
            witness: Witness::default(),
            log,
            db: None,
            program: None,
            model: Model::default(),
            answered: Vec::new(),
            acts: 0,
            trace: Trace::default(),
            statuses: Vec::new(),
            counts: Counts::default(),
            _listening: listening,
        };
        if world.has_chain {
            world.write_words()?;
        }
        world.start().await?;
        world.begin().await?;
        Ok(world)
    }

    fn write_words(&self) -> Step<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.path().join("wallet.txt");
        std::fs::write(&path, coins::words()).map_err(|e| broken("a file", e))?;
        let secret = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&path, secret).map_err(|e| broken("a file", e))
    }

    /// Lives one act; the first contradiction ends the world.
    pub(crate) async fn act(&mut self, act: &Act) -> Step<()> {
        let mut dice = Dice::new(act.dice);
        self.network.set_weather(if act.storm {
            Weather::BAD
        } else {
            Weather::default()
        });
        self.pass(Duration::from_secs(act.pause), act.awake).await?;
        match act.kind {
            Kind::Request => self.crowd(1, act.trouble, &mut dice).await?,
            Kind::Crowd(count) => self.crowd(count, act.trouble, &mut dice).await?,
            Kind::Repeat => self.repeat(act.trouble, &mut dice).await?,
            Kind::Trespass => self.trespass(&mut dice).await?,
            Kind::Work => self.work(act.trouble, &mut dice).await?,
            Kind::Talk => self.talk(TALK, act.trouble, &mut dice).await?,
            Kind::Deposit => self.deposit(&mut dice)?,
            Kind::Restart => self.restart().await?,
        }
        self.acts += 1;
        self.check(self.acts.is_multiple_of(VERIFY_EVERY)).await
    }

    /// The weather clears, everything that is under way comes to its end, and all is compared.
    pub(crate) async fn finish(&mut self) -> Step<String> {
        self.network.set_weather(Weather::default());
        let mut dice = Dice::new(0);
        for _ in 0..12 {
            self.pass(Duration::from_secs(1_800), true).await?;
            self.talk(TALK, Trouble::None, &mut dice).await?;
        }
        let left = self.model.wallet.under_way();
        if left > 0 {
            let detail = format!("{left} deposits and payouts are under way for ever");
            return Err(Finding::new("liveness", detail));
        }
        self.check(true).await?;
        if let Some(wrong) = self.witness.wrong() {
            return Err(Finding::new("order of events", wrong));
        }
        let (told, expected) = (self.witness.counts(), self.model.events());
        for (event, count) in &expected {
            let told = told.get(event).copied().unwrap_or(0);
            if told != *count {
                let detail = format!("{event:?} was told {told} times, not {count}");
                return Err(Finding::new("events", detail));
            }
        }
        let ours = |topic: &str| expected.keys().any(|(known, _)| known == topic);
        for (event, count) in &told {
            if ours(&event.0) && !expected.contains_key(event) {
                let detail = format!("{event:?} was told {count} times and never happened");
                return Err(Finding::new("events", detail));
            }
        }
        let books = checks::digest(self.db()?)
            .await
            .map_err(|e| broken("digest", e))?;
        self.trace.hash(books.as_bytes());
        Ok(self.trace.digest())
    }

    /// How many calls have met bad weather.
    pub(crate) fn faults(&self) -> u64 {
        self.network.faults()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn db(&self) -> Step<&Db> {
        self.db
            .as_ref()
            .ok_or_else(|| Finding::new("the world", "no database"))
    }

    fn program(&self) -> Step<&Program> {
        self.program
            .as_ref()
            .ok_or_else(|| Finding::new("the world", "no process"))
    }

    async fn start(&mut self) -> Step<()> {
        let db = self.open_database().await?;
        let wallet_file = self
            .has_chain
            .then(|| self.folder.path().join("wallet.txt"));
        let outside = Outside {
            wallet_file,
            db: db.clone(),
            clock: self.clock.clone(),
            rng: self.rng.clone(),
            network: Arc::new(self.network.clone()),
            witness: Arc::new(self.witness.clone()),
        };
        let program = (self.product.build)(outside)
            .await
            .map_err(|e| broken("start", e))?;
        self.network.place(Outside::SELF, program.router.clone());
        (self.db, self.program) = (Some(db), Some(program));
        Ok(())
    }

    async fn open_database(&self) -> Step<Db> {
        let (clock, migrations) = (self.clock.clone(), self.product.migrations.clone());
        let opened = match &self.store {
            Store::Memory => {
                let path = self.folder.path().join("torg.db");
                let options = Options::new(format!("sqlite://{}", path.display()));
                let stage = Arc::new(self.stage.clone());
                Db::open_staged(&options, clock, &migrations, stage)
            }
            Store::Server(url) => {
                let options = Options::new(url.clone());
                let open = move || Db::open(&options, clock, &migrations);
                let opened = tokio::task::spawn_blocking(open).await;
                opened.map_err(|e| broken("start", e))?
            }
        };
        opened.map_err(|e| broken("start", e))
    }

    /// What is in everybody's statement, without what only the program could choose.
    pub(crate) async fn statement(&self) -> Step<Vec<String>> {
        checks::statement(self.db()?)
            .await
            .map_err(|e| broken("statement", e))
    }

    /// People make themselves known, and coins come in.
    async fn begin(&mut self) -> Step<()> {
        for id in EXECUTORS {
            let wishes = serde_json::json!({
                "categories": ["plumbing", "electrical", "cleaning"], "cities": ["Москва"],
            });
            self.told(
                Who::Person(id),
                Method::PUT,
                "/api/users/me/preferences",
                Some(wishes),
            )
            .await?;
        }
        for id in everybody() {
            let started = self.telegram.start_bot(id, BOT_ID, None).await;
            started.map_err(|e| broken("Telegram", format!("{e:?}")))?;
        }
        if !self.has_chain {
            return Ok(());
        }
        self.model.wallet.switch_on();
        let mut wallets = Vec::new();
        for (id, who) in coins::holders() {
            wallets.push((id, self.told(who, Method::GET, "/api/wallet", None).await?));
        }
        let coins = Coins::new(&wallets).ok_or_else(|| broken("coins", format!("{wallets:?}")))?;
        coins
            .begin(&self.chain)
            .ok_or_else(|| broken("coins", "no capital"))?;
        self.coins = Some(coins);
        let mut dice = Dice::new(2);
        for _ in 0..3 {
            self.talk(TALK, Trouble::None, &mut dice).await?;
        }
        Ok(())
    }

    /// Asks something that the model has no say in.
    async fn told(
        &mut self,
        who: Who,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Step<Value> {
        self.stage.begin(Trouble::None, None);
        let ask = Ask::new(who, method, path, crate::model::Deed::Trespass);
        let ask = Ask { body, ..ask };
        let (line, now) = (ask.show(), self.now());
        let answer = ask.send(self.program()?.router.clone(), now).await;
        self.trace.hash(&answer.body);
        match answer.status {
            200..=299 => Ok(answer.json()),
            status => Err(broken(
                "the simulator",
                format!("{line}: {status} {}", answer.json()),
            )),
        }
    }

    /// Somebody sends coins to the program.
    fn deposit(&mut self, dice: &mut Dice) -> Step<()> {
        let Some(coins) = &self.coins else {
            return Ok(());
        };
        let who = *dice.pick(&CUSTOMERS).unwrap_or(&CUSTOMERS[0]);
        let nano = dice.between(2, 400) * 10_000_000 + dice.between(0, 999);
        let sent = coins.deposit(&self.chain, who, u64::try_from(nano).unwrap_or(0));
        sent.ok_or_else(|| broken("coins", "a deposit"))?;
        self.model.wallet.send(who, nano);
        self.trace
            .say(format!("{} {who} sends {nano} nanotons", self.now()));
        Ok(())
    }

    /// What the program says has become of coins.
    async fn look_at_coins(&mut self) -> Step<()> {
        if self.coins.is_none() {
            return Ok(());
        }
        for (id, who) in coins::holders() {
            let listed = self
                .told(who, Method::GET, "/api/wallet/deposits?limit=100", None)
                .await?;
            coins::book_deposits(&mut self.model, id, &listed)?;
        }
        for number in 0..self.model.wallet.withdrawals.len() {
            let of = &self.model.wallet.withdrawals[number];
            let is_over = matches!(of.state, State::Confirmed | State::Canceled);
            let Some(id) = of.id.clone().filter(|_| !is_over) else {
                continue;
            };
            let (who, path) = (Who::Person(of.who), format!("/api/wallet/withdrawals/{id}"));
            let view = self.told(who, Method::GET, &path, None).await?;
            let state = coins::state(&view).ok_or_else(|| broken("withdrawals", &view))?;
            self.model
                .wallet
                .move_on(&mut self.model.books, number, state);
        }
        coins::check_payouts(&self.model, &self.chain)
    }

    /// Nothing private stands in the chat of somebody who may not see it.
    fn look_at_chats(&self) -> Step<()> {
        for id in everybody() {
            let Ok(state) = self.telegram.state(id) else {
                continue;
            };
            if let Some(private) = self.model.leak(&state.to_string(), Some(Who::Person(id))) {
                let detail = format!("{id} reads {private}");
                return Err(Finding::new("private text in a chat", detail));
            }
        }
        let flood = self.telegram.flood();
        let over = (flood.over_second, flood.over_chat, flood.over_group);
        if over != (0, 0, 0) {
            return Err(broken("limits of Telegram", format!("{over:?}")));
        }
        Ok(())
    }

    /// The process is gone, whatever it was doing; another one begins.
    async fn restart(&mut self) -> Step<()> {
        self.program = None;
        self.network = self.network.cut();
        self.stage.reborn();
        if let Some(db) = self.db.take() {
            db.close().await;
        }
        // Tasks of the old process meet a closed database and end.
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        self.trace.say(format!("{} a process begins", self.now()));
        self.start().await
    }

    async fn died(&mut self) -> Step<()> {
        self.counts.deaths += 1;
        self.trace.say(format!("{} the process dies", self.now()));
        self.restart().await
    }

    /// Time passes; awake workers do what is due when it is due.
    async fn pass(&mut self, pause: Duration, awake: bool) -> Step<()> {
        let ends = self.now().plus(pause);
        while awake && let Some(due) = self.model.next_due().filter(|due| *due <= ends) {
            self.clock.advance(due.since(self.now()));
            self.settle().await?;
        }
        self.clock.advance(ends.since(self.now()));
        if awake {
            self.settle().await?;
        }
        Ok(())
    }

    /// Everything that is due in the background is done, and nothing goes wrong with it.
    async fn settle(&mut self) -> Step<()> {
        self.stage.begin(Trouble::None, None);
        let worker = self.program()?.worker.clone();
        let run: BoxFuture<'_, _> = Box::pin(async move { worker.run_due().await });
        let mut dice = Dice::new(1);
        let clock = self.clock.clone();
        let done = execute(&self.stage, &mut dice, vec![run], None, self.waits(&clock)).await;
        self.hear()?;
        match done.answers.into_iter().next().flatten() {
            Some(Ok(())) => {
                self.model.settle(self.now());
                Ok(())
            }
            Some(Err(error)) => Err(broken("work in the background", error)),
            None => Err(Finding::new(
                "liveness",
                "work in the background does not end",
            )),
        }
    }

    /// What the company behind the test provider has brought in the act that ends now: when it
    /// brings what is the network's doing, what comes of it is the model's to say.
    fn hear(&mut self) -> Step<()> {
        let (now, ran) = (self.now(), self.stage.ran());
        let mut all: Vec<_> = (self.network.brought().into_iter())
            .filter_map(|brought| {
                let own = |ran: &crate::stage::Ran| {
                    ran.caller == Some(brought.caller) && ran.decides(true)
                };
                ran.iter().rposition(own).map(|at| (at, brought))
            })
            .collect();
        all.sort_by_key(|(at, _)| *at);
        if !all.is_empty() {
            // What is over by the clock was written down before.
            self.model.shop.settle(now);
        }
        for (_, brought) in all {
            let body = serde_json::from_slice(&brought.body).unwrap_or_default();
            let expect = self.model.shop.company(&body, now);
            self.trace.say(format!("{now} the company brings {body}"));
            let Some((status, answer)) = brought.answer.filter(|(status, _)| *status != 503) else {
                continue;
            };
            self.trace.hash(&answer);
            let (who, path) = (Who::Nobody, "/payments/callback");
            let ask = Ask::new(who, http::Method::POST, path, crate::model::Deed::Trespass);
            let answer = Answer {
                status: status.as_u16(),
                body: answer,
            };
            if let Some(finding) = expect.differs(&ask.json(body), &answer) {
                return Err(finding);
            }
        }
        Ok(())
    }

    /// The same with trouble, and then without.
    async fn work(&mut self, trouble: Trouble, dice: &mut Dice) -> Step<()> {
        self.stage.begin(trouble, Some(dice.clone()));
        let worker = self.program()?.worker.clone();
        let run: BoxFuture<'_, _> = Box::pin(async move { worker.run_due().await });
        let clock = self.clock.clone();
        let patience = patience(trouble);
        // What fails is done by the next one.
        drop(execute(&self.stage, dice, vec![run], patience, self.waits(&clock)).await);
        self.hear()?;
        if self.stage.is_dead() {
            self.died().await?;
        }
        self.settle().await
    }

    /// The bot and the chain for some seconds of their time.
    async fn talk(&mut self, time: Duration, trouble: Trouble, dice: &mut Dice) -> Step<()> {
        self.stage.begin(trouble, None);
        let ends = self.now().plus(time);
        self.chain.mine().map_err(|e| broken("the chain", e))?;
        let pollers = self.program()?.pollers.clone();
        let looks: Vec<BoxFuture<'_, ()>> = (pollers.iter())
            .map(|poller| -> BoxFuture<'_, ()> {
                Box::pin(async move {
                    // What it cannot do now, it does at the next look.
                    let _looked = poller.look().await;
                })
            })
            .collect();
        let clock = self.clock.clone();
        let chain = self.has_chain.then(|| self.chain.clone());
        let mut mined = clock.now();
        let until = || {
            clock.advance(HOP);
            if clock.now().since(mined) >= BLOCK {
                mined = clock.now();
                // A chain that cannot go on is found by who waits for it.
                let _mined = chain.as_ref().map(DevChain::mine);
            }
            clock.now() < ends
        };
        drop(execute(&self.stage, dice, looks, patience(trouble), until).await);
        if self.stage.is_dead() {
            self.died().await?;
        }
        self.settle().await?;
        self.look_at_chats()?;
        self.look_at_coins().await
    }

    /// Several people ask for something at once.
    async fn crowd(&mut self, count: u32, trouble: Trouble, dice: &mut Dice) -> Step<()> {
        let now = self.now();
        let mut asks: Vec<Ask> = Vec::new();
        for _ in 0..count {
            // Twins: the same request a second time, at once.
            let twin = (asks.last()).filter(|ask| ask.key.is_some()).cloned();
            asks.push(match twin {
                Some(twin) if dice.chance(15) => twin,
                _ => {
                    let ask = self.model.draw(dice, now);
                    self.another_key(ask, &asks, dice)
                }
            });
        }
        self.ask(asks, trouble, dice).await
    }

    /// Sometimes a key that somebody else has used: it is another intent all the same.
    fn another_key(&self, ask: Ask, beside: &[Ask], dice: &mut Dice) -> Ask {
        let used = dice.chance(10).then(|| dice.pick(&self.answered)).flatten();
        let Some((other, _)) = used.filter(|_| ask.key.is_some()) else {
            return ask;
        };
        let clashes = |old: &Ask| old.who == ask.who && old.key == other.key;
        if (self.answered.iter().map(|(old, _)| old))
            .chain(beside)
            .any(clashes)
        {
            return ask;
        }
        Ask {
            key: other.key.clone(),
            ..ask
        }
    }

    async fn repeat(&mut self, trouble: Trouble, dice: &mut Dice) -> Step<()> {
        let day = Duration::from_secs(20 * 3600);
        let since = self.now().minus(day);
        self.answered.retain(|(ask, _)| ask.asked_at >= since);
        let Some((ask, _)) = dice.pick(&self.answered).cloned() else {
            return Ok(());
        };
        self.ask(vec![ask], trouble, dice).await
    }

    /// A route of the staff, asked by somebody who is not.
    async fn trespass(&mut self, dice: &mut Dice) -> Step<()> {
        let routes = &self.program()?.routes;
        let staff: Vec<_> = (routes.iter())
            .filter(|(_, path)| path.starts_with("/api/admin") || path.starts_with("/admin"))
            .collect();
        let Some((method, path)) = dice.pick(&staff).copied().cloned() else {
            return Ok(());
        };
        let who = if dice.chance(30) {
            Who::Nobody
        } else {
            Who::Person(101)
        };
        let path = path.replace(['{', '}'], "");
        let ask = Ask::new(who, method, path, crate::model::Deed::Trespass);
        let ask = ask
            .json(serde_json::json!({ "reason": "because" }))
            .keyed("mine".to_owned());
        self.ask(vec![ask], Trouble::None, dice).await
    }

    /// Asks all at once, and those that nobody answered once more, one after another.
    async fn ask(&mut self, asks: Vec<Ask>, trouble: Trouble, dice: &mut Dice) -> Step<()> {
        let crowd = (asks.len() > 1).then(|| Dice::new(dice.next()));
        self.stage.begin(trouble, crowd);
        let asks: Vec<Ask> = asks.into_iter().map(|ask| ask.at(self.now())).collect();
        let router = self.program()?.router.clone();
        let now = self.now();
        let work = asks.iter().cloned();
        let work =
            work.map(|ask| -> BoxFuture<'_, Answer> { Box::pin(ask.send(router.clone(), now)) });
        let clock = self.clock.clone();
        let done = execute(
            &self.stage,
            dice,
            work.collect(),
            patience(trouble),
            self.waits(&clock),
        )
        .await;
        if done.is_stuck {
            return Err(Finding::new(
                "liveness",
                format!("no answer to {}", asks[0].show()),
            ));
        }
        let is_dead = self.stage.is_dead();
        let expected = self.predict(&asks, &done.answers);
        let mut again = Vec::new();
        for ((ask, answer), expect) in asks.into_iter().zip(done.answers).zip(expected) {
            match (answer, expect) {
                (Some(answer), _) if answer.status == 503 && trouble != Trouble::None => {
                    self.trace.say(format!("{now} {}: not now", ask.show()));
                    again.push(ask);
                }
                (Some(answer), Some(expect)) => self.judge(ask, answer, &expect)?,
                (Some(answer), None) => {
                    let detail = format!("{}: {}", ask.show(), answer.status);
                    return Err(Finding::new("the simulator", detail));
                }
                (None, _) => {
                    self.counts.cancelled += u64::from(!is_dead);
                    self.trace
                        .say(format!("{now} {}: nobody waits for the answer", ask.show()));
                    again.push(ask);
                }
            }
        }
        if is_dead {
            self.died().await?;
        }
        for ask in again {
            Box::pin(self.ask(vec![ask], Trouble::None, dice)).await?;
        }
        Ok(())
    }

    /// What the model says to each, in the order in which their units ran. Who was not answered and
    /// whose unit did not run has not happened.
    fn predict(&mut self, asks: &[Ask], answers: &[Option<Answer>]) -> Vec<Option<Expect>> {
        let ran = self.stage.ran();
        let last = |caller: usize| {
            let write = asks[caller].is_write();
            let of_caller = |ran: &crate::stage::Ran| ran.caller == Some(caller);
            ran.iter()
                .rposition(|ran| of_caller(ran) && ran.decides(write))
        };
        let mut order: Vec<(usize, usize)> = Vec::new();
        for (caller, answer) in answers.iter().enumerate() {
            let unavailable = answer.as_ref().is_some_and(|answer| answer.status == 503);
            match (last(caller), answer) {
                (Some(at), _) if !unavailable => order.push((at, caller)),
                (None, Some(_)) if !unavailable => order.push((usize::MAX, caller)),
                _ => {}
            }
        }
        order.sort_unstable();
        let mut expected = vec![None; asks.len()];
        for (_, caller) in order {
            expected[caller] = Some(self.model.answer(&asks[caller], self.clock.now()));
        }
        expected
    }

    fn judge(&mut self, ask: Ask, answer: Answer, expect: &Expect) -> Step<()> {
        self.counts.requests += 1;
        self.statuses.push(answer.status);
        let line = format!("{} {}: {}", self.now(), ask.show(), answer.status);
        self.trace.say(line);
        self.trace.hash(&answer.body);
        if let Some(finding) = expect.differs(&ask, &answer) {
            return Err(finding);
        }
        if let Some(learn) = &expect.learn {
            self.model.learn(learn, &answer.json());
        }
        let text = String::from_utf8_lossy(&answer.body);
        if let Some(private) = self.model.leak(&text, Some(ask.who)) {
            let detail = format!("{}: {private} in {text}", ask.show());
            return Err(Finding::new("private text in an answer", detail));
        }
        if ask.key.is_none() || !expect.is_kept() {
            return Ok(());
        }
        let same = |(other, _): &&(Ask, Answer)| {
            (other.who, &other.path, &other.key) == (ask.who, &ask.path, &ask.key)
        };
        match self.answered.iter().find(same) {
            Some((_, first)) if first.body != answer.body => {
                let detail = format!(
                    "{}: first {:?}, then {:?}",
                    ask.show(),
                    first.body,
                    answer.body
                );
                return Err(Finding::new("one intent, one answer", detail));
            }
            Some(_) => {}
            None => self.answered.push((ask, answer)),
        }
        Ok(())
    }

    /// Balances after every act; with `all`, the books too.
    async fn check(&mut self, all: bool) -> Step<()> {
        self.stage.begin(Trouble::None, None);
        let log = self.log.take();
        if let Some(private) = self.model.leak(&log, None) {
            let line = log
                .lines()
                .find(|line| line.contains(&private[private.len().saturating_sub(10)..]));
            let detail = format!("{private} in {}", line.unwrap_or_default());
            return Err(Finding::new("private text in the log", detail));
        }
        let compared = checks::compare_balances(self.db()?, &self.model).await;
        if let Some(finding) = compared.map_err(|e| broken("balances", e))? {
            return Err(finding);
        }
        if all {
            let verified = checks::verify(self.db()?, self.product.verify).await;
            if let Some(finding) = verified.map_err(|e| broken("verify", e))? {
                return Err(finding);
            }
        }
        Ok(())
    }

    /// What is done when everybody waits: the clock hops; where there are threads, they get time.
    fn waits(&self, clock: &Clock) -> impl FnMut() -> bool + use<> {
        let (clock, is_alone) = (clock.clone(), self.store == Store::Memory);
        let mut left = HOPS_MAX;
        move || {
            left -= 1;
            if is_alone {
                clock.advance(HOP);
            } else {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the threads of the database get this one's time"
                )]
                std::thread::sleep(THREADS);
            }
            left > 0
        }
    }
}

fn patience(trouble: Trouble) -> Option<u32> {
    match trouble {
        Trouble::Cancel(turns) => Some(turns),
        Trouble::None
        | Trouble::DieBefore(_)
        | Trouble::DieAfter(_)
        | Trouble::Refuse(_)
        | Trouble::Fail(_) => None,
    }
}

fn person(id: i64) -> NewPerson {
    NewPerson {
        id,
        first_name: format!("P{id}"),
        last_name: None,
        username: None,
        language_code: "en".to_owned(),
        hint: String::new(),
        stars: 0,
    }
}
