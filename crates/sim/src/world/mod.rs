//! One world: the program with its database, Telegram, the chain, the people, and the model beside
//! it.

mod asking;
mod outside;
mod process;
mod time;

use crate::ask::{Answer, Ask};
use crate::checks;
use crate::coins::Coins;
use crate::dice::Dice;
use crate::history::{Act, Kind};
use crate::log::Log;
use crate::model::Model;
use crate::network::{Network, Weather};
use crate::people::{Who, everybody};
use crate::product::{Outside, Product, Program};
use crate::report::Finding;
use crate::stage::{SimStage, Trouble};
use crate::trace::Trace;
use crate::witness::Witness;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;
use torg_platform::db::Db;
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
    /// How often each kind of request met each kind of answer.
    pub(crate) met: BTreeMap<String, u64>,
    witness: Witness,
    log: Log,
    db: Option<Db>,
    program: Option<Program>,
    model: Model,
    /// Requests with a key and what was answered to them, to be asked again.
    answered: Vec<(Ask, Answer)>,
    /// Every key that somebody has used, for as long as the world lasts.
    keys: BTreeSet<(Who, String)>,
    acts: u64,
    pub(crate) trace: Trace,
    pub(crate) counts: Counts,
    _listening: tracing::subscriber::DefaultGuard,
}

impl Drop for World {
    fn drop(&mut self) {
        self.network.empty();
    }
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
            keys: BTreeSet::new(),
            acts: 0,
            trace: Trace::default(),
            statuses: Vec::new(),
            met: BTreeMap::new(),
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
            Kind::Deposit => self.deposits(&mut dice)?,
            Kind::Restart => self.restart().await?,
        }
        self.acts += 1;
        self.check(self.acts.is_multiple_of(VERIFY_EVERY)).await
    }

    /// The weather clears, everything that is under way comes to its end, and all is compared.
    pub(crate) async fn finish(&mut self) -> Step<String> {
        self.network.set_weather(Weather::default());
        let mut dice = Dice::new(0);
        self.resume_payouts().await?;
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

    /// What is in everybody's statement, without what only the program could choose.
    pub(crate) async fn statement(&self) -> Step<Vec<String>> {
        checks::statement(self.db()?)
            .await
            .map_err(|e| broken("statement", e))
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
