//! What is simulated, as the application hands it in.

use axum::Router;
use futures_util::future::BoxFuture;
use http::Method;
use std::path::PathBuf;
use std::sync::Arc;
use torg_platform::Result;
use torg_platform::clock::Clock;
use torg_platform::db::{Db, Migrations, Tx};
use torg_platform::jobs::{Poller, Worker};
use torg_platform::ledger::Difference;
use torg_platform::outbound::configured::Transport;
use torg_platform::outbox::Sink;
use torg_platform::rng::Rng;

/// What a process of the program gets from outside.
#[derive(Clone)]
pub struct Outside {
    /// Its database, open.
    pub db: Db,
    /// Stands until the simulation moves it.
    pub clock: Clock,
    /// Its randomness.
    pub rng: Rng,
    /// Its way to Telegram, the chain and itself, at the addresses below.
    pub network: Arc<dyn Transport>,
    /// File with the words of its wallet; none in a world without a chain.
    pub wallet_file: Option<PathBuf>,
    /// A further sink, which sees every event.
    pub witness: Arc<dyn Sink>,
}

impl Outside {
    /// Where the Bot API is.
    pub const TELEGRAM: &'static str = "http://telegram.sim";
    /// Where Toncenter's API is.
    pub const CHAIN: &'static str = "http://chain.sim";
    /// Where the program finds itself.
    pub const SELF: &'static str = "http://torg.sim";
    /// Token of its bot.
    pub const BOT_TOKEN: &'static str = "4242:sim";
    /// Name of its bot.
    pub const BOT: &'static str = "sim_bot";
    /// What the operator shows.
    pub const ADMIN_SECRET: &'static str = "the-secret-of-the-simulated-operator";
    /// Key of the test provider's notices.
    pub const WEBHOOK_SECRET: &'static str = "the-secret-of-the-simulated-provider";
}

/// A process of the program, put together and prepared.
pub struct Program {
    /// What people are served.
    pub router: Router,
    /// What it does in the background.
    pub worker: Worker,
    /// What talks to Telegram, and looks at the chain.
    pub pollers: Vec<Arc<dyn Poller>>,
    /// Every operation of its document.
    pub routes: Vec<(Method, String)>,
}

/// Puts a process together.
pub type Build = Arc<dyn Fn(Outside) -> BoxFuture<'static, Result<Program>> + Send + Sync>;

/// Computes the books again: by whose rule it is, and what does not add up.
pub type Verify = fn(&mut Tx<'_>) -> Result<Vec<(&'static str, Difference)>>;

/// The program under simulation.
#[derive(Clone)]
pub struct Product {
    /// Puts a process together.
    pub build: Build,
    /// Its tables.
    pub migrations: Vec<Migrations>,
    /// Computes its books again.
    pub verify: Verify,
}
