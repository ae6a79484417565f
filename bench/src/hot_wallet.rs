//! Money in and out over the development chain: how fast deposits are booked and payouts leave,
//! beside the client alone reading the same transactions. All over a socket.

use crate::report::Report;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use torg_platform::audit::By;
use torg_platform::cache::Cache;
use torg_platform::config::Secret;
use torg_platform::ctx::Ctx;
use torg_platform::db::{Db, Options as DbOptions, Tx};
use torg_platform::ids::uuid_v7;
use torg_platform::limits::Limiter;
use torg_platform::live::Live;
use torg_platform::money::Money;
use torg_platform::observe::Metrics;
use torg_platform::outbound::configured::HttpTransport;
use torg_platform::rng::Rng;
use torg_platform::wallet::{Memo, NewWithdrawal, Wallet as Desk, WalletRules};
use torg_platform::{Clock, Result, UserId};
use torg_sandbox::ton::{ApiOptions, DevChain, DevChainOptions, NamedWallet, router};
use torg_ton::api::{Options, TonApi};
use torg_ton::hot_wallet::{HotWallet, Settings, Sight};
use torg_ton::message::{Outgoing, comment};
use torg_ton::wallet::{Version, Wallet};
use torg_ton::{Network, StdAddr};
use tycho_types::cell::HashBytes;

/// Deposits in one round.
const DEPOSITS: usize = 2_000;
/// Payouts in one round: four batches.
const PAYOUTS: usize = 1_000;
const TON: u64 = 1_000_000_000;
const USER: UserId = UserId(1);

type Done<T = ()> = std::result::Result<T, String>;

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

struct World {
    chain: DevChain,
    api: TonApi,
    hot: HotWallet,
    desk: Desk,
    ctx: Ctx,
    wallet: Wallet,
    memo: String,
}

/// Deposits and payouts.
pub(crate) async fn measure(report: &mut Report, folder: &std::path::Path) -> Done {
    let world = World::start(folder).await?;
    world.deposits(report).await?;
    world.payouts(report).await
}

/// Goals: more than the whole chain does in its usual second, and an exchange's busy hour.
pub(crate) fn goals(report: &mut Report) {
    report.bound_goal("deposits booked /s", "deposits booked /s", 1_000.0, true);
    report.bound_goal("payouts confirmed /s", "payouts confirmed /s", 25.0, true);
}

impl World {
    async fn start(folder: &std::path::Path) -> Done<Self> {
        let (clock, rng) = (Clock::Real, Rng::from_seed(7));
        let path = folder.join("hot.db");
        drop(std::fs::remove_file(&path));
        let migrations = [torg_platform::MIGRATIONS, torg_ton::MIGRATIONS];
        let url = format!("sqlite://{}", path.display());
        let db = Db::open(&DbOptions::new(url), clock.clone(), &migrations).map_err(said)?;
        let ctx = Ctx {
            limits: Limiter::new(false, clock.clone(), None),
            cache: Cache::new(clock.clone(), 1 << 20, None),
            live: Live::new(rng.clone(), None),
            metrics: Metrics::new(&clock).map_err(said)?,
            settings: torg_platform::settings::Settings::default(),
            stopping: CancellationToken::new(),
            db,
            clock: clock.clone(),
            rng: rng.clone(),
        };
        let chain = DevChain::open(DevChainOptions::new(clock.clone(), rng.clone()));
        let chain = chain.map_err(said)?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(said)?;
        let base_url = format!("http://{}", listener.local_addr().map_err(said)?);
        let server = router(chain.clone(), ApiOptions::default());
        tokio::spawn(async move { axum::serve(listener, server).await });
        let options = Options {
            base_url,
            api_key: Secret::new(""),
            network: Network::Mainnet,
            requests_per_second: Some(u32::MAX),
        };
        let transport = Arc::new(HttpTransport::new().map_err(said)?);
        let api = TonApi::new(&options, transport, clock, rng, &ctx.metrics).map_err(said)?;
        let far = Money::from_minor(i64::MAX >> 1);
        let rules = WalletRules {
            automatic_each: far,
            automatic_day: far,
            cool_down: Duration::ZERO,
            ..WalletRules::default()
        };
        let desk = Desk::new(&ctx, rules, None).map_err(said)?;
        desk.prepare().await.map_err(said)?;
        let key = NamedWallet::new("hot").map_err(said)?.key().clone();
        let wallet = Wallet::new(Version::V5R1, key, 0, Network::Mainnet).map_err(said)?;
        let settings = Settings::default();
        let hot = HotWallet::new(
            wallet.clone(),
            api.clone(),
            desk.clone(),
            ctx.clone(),
            settings,
        );
        chain.faucet(wallet.address(), 100 * TON).map_err(said)?;
        let mut world = Self {
            chain,
            api,
            hot,
            desk,
            ctx,
            wallet,
            memo: String::new(),
        };
        world.settle().await?;
        let fresh = Memo::generate(&world.ctx.rng);
        let memo = move |tx: &mut Tx<'_>, desk: &Desk| desk.deposit_memo(tx, USER, &fresh);
        world.memo = world.unit(memo).await?.unwrap_or_default();
        Ok(world)
    }

    async fn unit<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>, &Desk) -> Result<T> + Send + 'static,
    ) -> Done<T> {
        let desk = self.desk.clone();
        let write = move |tx: &mut Tx<'_>| f(tx, &desk);
        self.ctx.db.write("bench.unit", write).await.map_err(said)
    }

    fn mine(&self) -> Done {
        for _ in 0..3 {
            self.chain.mine().map_err(said)?;
        }
        Ok(())
    }

    /// Until the books are level and nothing is open.
    async fn settle(&self) -> Done {
        loop {
            self.mine()?;
            self.hot.turn().await.map_err(said)?;
            self.mine()?;
            let open = self.unit(|tx, _| Ok(open(tx)?.0)).await?;
            if let Sight::Level(level) = self.hot.scan().await.map_err(said)?
                && level.is_active
                && open == 0
            {
                return Ok(());
            }
        }
    }

    async fn deposits(&self, report: &mut Report) -> Done {
        let body = comment(&self.memo).map_err(said)?;
        let payer = NamedWallet::new("payer").map_err(said)?.key().clone();
        let payer = Wallet::new(Version::V5R1, payer, 0, Network::Mainnet).map_err(said)?;
        self.chain
            .faucet(payer.address(), 100_000 * TON)
            .map_err(said)?;
        self.mine()?;
        let (mut sent, mut seqno) = (0, 0);
        while sent < DEPOSITS {
            let some = (DEPOSITS - sent).min(200);
            let to = self.wallet.address();
            let one = Outgoing::coins(to.clone(), 2 * TON).with_body(body.clone());
            let until = self.chain.now().saturating_add(300);
            let order = payer.order(seqno, until, &vec![one; some]).map_err(said)?;
            self.chain.send(order).map_err(said)?;
            self.mine()?;
            (sent, seqno) = (sent + some, seqno + 1);
        }
        let address = self.wallet.address();
        let begin = Instant::now();
        let mut from = self.api.account(address).await.map_err(said)?.last;
        let mut read = 0;
        while let (Some(id), true) = (from, read < DEPOSITS) {
            let page = self
                .api
                .transactions_back(address, id, 100)
                .await
                .map_err(said)?;
            read += page.len();
            from = page.last().and_then(|tx| tx.prev);
        }
        let took = begin.elapsed().as_secs_f64();
        report.add("transactions read /s", number(read)? / took);
        let begin = Instant::now();
        while !matches!(self.hot.scan().await.map_err(said)?, Sight::Level(_)) {}
        let took = begin.elapsed().as_secs_f64();
        report.add("deposits booked /s", number(DEPOSITS)? / took);
        Ok(())
    }

    async fn payouts(&self, report: &mut Report) -> Done {
        for place in 0..PAYOUTS {
            let byte = u8::try_from(1 + place % 200).map_err(said)?;
            let new = NewWithdrawal {
                id: uuid_v7(&self.ctx.rng, self.ctx.clock.now()).to_string(),
                user: USER,
                destination: StdAddr::new(0, HashBytes([byte; 32])).to_string(),
                comment: None,
                amount: Money::from_minor(1_000_000_000),
            };
            let ask = move |tx: &mut Tx<'_>, desk: &Desk| {
                desk.request(tx, &new, &By::system("bench")).map(drop)
            };
            self.unit(ask).await?;
        }
        let begin = Instant::now();
        self.settle().await?;
        let took = begin.elapsed().as_secs_f64();
        report.add("payouts confirmed /s", number(PAYOUTS)? / took);
        Ok(())
    }
}

fn number(count: usize) -> Done<f64> {
    u32::try_from(count).map(f64::from).map_err(said)
}

torg_platform::sql! {
    fn open() -> torg_platform::db::One<i64> =
        "SELECT count(*) FROM platform_withdrawals
         WHERE state NOT IN ('confirmed', 'returned')";
}
