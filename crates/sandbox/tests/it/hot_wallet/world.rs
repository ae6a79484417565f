//! A database, a chain and the wallet between them.

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::Request;
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use torg_platform::audit::By;
use torg_platform::cache::Cache;
use torg_platform::config::Secret;
use torg_platform::ctx::Ctx;
use torg_platform::db::{Engine, Tx};
use torg_platform::ledger;
use torg_platform::limits::Limiter;
use torg_platform::live::Live;
use torg_platform::money::{Currency as _, Money, Ton};
use torg_platform::observe::Metrics;
use torg_platform::outbound::configured::{Answer, Transport, TransportError};
use torg_platform::rng::Rng;
use torg_platform::wallet::{self, NewWithdrawal, Position, Wallet as Desk, WalletRules};
use torg_platform::{Clock, Result, UserId};
use torg_sandbox::ton::{ApiOptions, DevChain, DevChainOptions, Faults, router};
use torg_testkit::TestDb;
use torg_ton::api::{Options, TonApi};
use torg_ton::hot_wallet::{HotWallet, Settings, Sight};
use torg_ton::key::Key;
use torg_ton::tx::Tx as ChainTx;
use torg_ton::wallet::{Version, Wallet};
use torg_ton::{Network, StdAddr};
use tower::ServiceExt as _;
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _, HashBytes};
use tycho_types::models::{CurrencyCollection, IntMsgInfo, MsgInfo, OwnedMessage};

/// Calls the router without a socket, and kills the caller at a chosen call.
#[derive(Clone)]
pub(super) struct Wire {
    router: Router,
    /// Calls until the process dies; negative for never. Odd deaths come after the effect.
    left: Arc<AtomicI64>,
    pub(super) died: Arc<Notify>,
}

impl Wire {
    /// Lets the process die at the `call`-th call, before its effect or after it.
    pub(super) fn die_at(&self, call: i64, after: bool) {
        self.left
            .store(call * 2 + i64::from(after), Ordering::SeqCst);
    }

    pub(super) fn live(&self) {
        self.left.store(-1, Ordering::SeqCst);
    }

    /// Whether this call is the last: before its effect, or after it.
    fn fate(&self) -> Option<bool> {
        let left = self.left.load(Ordering::SeqCst);
        if left < 0 {
            return None;
        }
        if left < 2 {
            return Some(left == 1);
        }
        self.left.store(left - 2, Ordering::SeqCst);
        None
    }
}

impl Transport for Wire {
    fn call(
        &self,
        request: Request<Bytes>,
        _within: Duration,
    ) -> BoxFuture<'_, std::result::Result<Answer, TransportError>> {
        async move {
            let fate = self.fate();
            if fate == Some(false) {
                self.died.notify_one();
                return std::future::pending().await;
            }
            let broken = |error: axum::Error| TransportError::unknown(error.to_string());
            let request = request.map(Body::from);
            let answer = self.router.clone().oneshot(request).await.unwrap();
            if fate == Some(true) {
                self.died.notify_one();
                return std::future::pending().await;
            }
            let (head, body) = answer.into_parts();
            let body = body.collect().await.map_err(broken)?.to_bytes();
            Ok((head.status, head.headers, body))
        }
        .boxed()
    }
}

pub(super) struct World {
    pub(super) t: TestDb,
    pub(super) chain: DevChain,
    pub(super) wire: Wire,
    pub(super) desk: Desk,
    pub(super) hot: HotWallet,
    pub(super) wallet: Wallet,
    /// Everything that is drawn in a run.
    pub(super) dice: Rng,
}

/// Rules without an operator.
pub(super) fn rules() -> WalletRules {
    let far = Money::from_minor(i64::MAX >> 1);
    WalletRules {
        automatic_each: far,
        automatic_day: far,
        cool_down: Duration::ZERO,
        ..WalletRules::default()
    }
}

impl World {
    /// A world on a database of `engine`.
    pub(super) async fn new(
        engine: Engine,
        seed: u64,
        settings: Settings,
        rules: WalletRules,
    ) -> Self {
        let t = TestDb::start(engine, super::MIGRATIONS).await;
        let (clock, dice) = (t.clock.clone(), Rng::from_seed(seed));
        let ctx = Ctx {
            limits: Limiter::new(false, clock.clone(), None),
            cache: Cache::new(clock.clone(), 1 << 20, None),
            live: Live::new(dice.clone(), None),
            metrics: Metrics::new(&clock).unwrap(),
            settings: torg_platform::settings::Settings::default(),
            stopping: CancellationToken::new(),
            db: t.db.clone(),
            clock: clock.clone(),
            rng: dice.clone(),
        };
        let chain = DevChain::open(DevChainOptions::new(clock, dice.clone())).unwrap();
        let wire = Wire {
            router: router(chain.clone(), ApiOptions::default()),
            left: Arc::new(AtomicI64::new(-1)),
            died: Arc::new(Notify::new()),
        };
        let desk = Desk::new(&ctx, rules, None).unwrap();
        desk.prepare().await.unwrap();
        let mut key = [0; 32];
        dice.fill(&mut key);
        let key = Key::from_seed(key);
        let wallet = Wallet::new(Version::V5R1, key, 0, Network::Mainnet).unwrap();
        let api = client(&wire, &ctx, &t.clock);
        let hot = HotWallet::new(wallet.clone(), api, desk.clone(), ctx.clone(), settings);
        Self {
            t,
            chain,
            wire,
            desk,
            hot,
            wallet,
            dice,
        }
    }

    /// A number below `end`.
    pub(super) fn draw(&self, end: u64) -> u64 {
        self.dice.next_u64() % end
    }

    /// Whether something of so many percent happens.
    pub(super) fn chance(&self, percent: u64) -> bool {
        self.draw(100) < percent
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.t.advance(Duration::from_secs(seconds));
    }

    pub(super) fn mine(&self) {
        self.chain.mine().unwrap();
    }

    /// One turn of the hot wallet, which may be its last.
    pub(super) async fn turn(&self) {
        // As long as the server may have asked us to wait.
        self.advance(2);
        let before = self.cursor().await;
        // Sometimes two processes do the same; where one is told to wait, the other would wait for
        // a clock that stands still.
        let twice = self.chance(10) && self.chain.faults().status_429 == 0;
        let both = async {
            if twice {
                drop(tokio::join!(self.hot.turn(), self.hot.turn()));
            } else {
                drop(self.hot.turn().await);
            }
        };
        let died = tokio::select! {
            biased;
            () = both => false,
            () = self.wire.died.notified() => true,
        };
        self.wire.live();
        // The database finishes a unit whose caller is dead; on SQLite before the next one.
        self.write(|_, _| Ok(())).await.unwrap();
        let after = self.cursor().await;
        if before != after && !(died && self.t.engine() == Engine::Postgres) {
            self.check_final(after);
        }
    }

    /// What was booked just now was final.
    fn check_final(&self, lt: Option<i64>) {
        let records = self.chain.transactions(self.wallet.address());
        let booked = records.iter().find(|r| Some(r.lt.cast_signed()) == lt);
        let Some(booked) = booked else { return };
        let faults = self.chain.faults();
        let seen = self.chain.head().seqno - faults.lag_blocks - faults.finality_blocks;
        assert!(booked.seqno < seen, "{} was booked at {seen}", booked.seqno);
    }

    pub(super) async fn cursor(&self) -> Option<i64> {
        self.read(|tx, _| Ok(cursor(tx)?)).await
    }

    /// Turns without faults until the books are level with the chain and nothing is in flight.
    pub(super) async fn settle(&self) {
        self.chain.set_faults(Faults::default());
        for _ in 0..400 {
            self.advance(15);
            self.mine();
            self.mine();
            let open = self.read(|tx, _| open_withdrawals(tx)).await;
            if let Ok(Sight::Level(_)) = self.hot.scan().await
                && open == 0
            {
                return;
            }
            self.hot.turn().await.ok();
        }
        let halts = self.read(|tx, desk| desk.halts(tx)).await;
        panic!(
            "it does not settle; last {:?}, halts {halts:?}",
            self.hot.turn().await
        );
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>, &Desk) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let desk = self.desk.clone();
        let write = move |tx: &mut Tx<'_>| f(tx, &desk);
        self.t.db.write("test.unit", write).await
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>, &Desk) -> Result<T> + Send + 'static,
    ) -> T {
        let desk = self.desk.clone();
        let read = move |tx: &mut Tx<'_>| f(tx, &desk);
        self.t.db.read("test.read", read).await.unwrap()
    }

    pub(super) async fn memo(&self, user: i64) -> String {
        let fresh = wallet::Memo::generate(&self.dice);
        let write = move |tx: &mut Tx<'_>, desk: &Desk| desk.deposit_memo(tx, UserId(user), &fresh);
        self.write(write).await.unwrap().unwrap()
    }

    /// Coins from `from` to the hot wallet, as they leave another contract.
    pub(super) fn transfer(&self, from: u8, nano: u64, body: Cell, bounce: bool, bounced: bool) {
        let message = CellBuilder::build_from(OwnedMessage {
            info: MsgInfo::Int(IntMsgInfo {
                ihr_disabled: true,
                bounce,
                bounced,
                src: person(from).into(),
                dst: self.wallet.address().clone().into(),
                value: CurrencyCollection::new(u128::from(nano)),
                created_at: self.chain.now(),
                ..Default::default()
            }),
            init: None,
            body: body.into(),
            layout: None,
        });
        self.chain.enqueue(message.unwrap()).unwrap();
    }

    /// A deposit of the operator's own before the first look, and one that the contract's first
    /// order needs.
    pub(super) async fn begin(&self, capital: u64) {
        self.transfer(200, capital, Cell::empty_cell(), false, false);
        self.mine();
        self.settle().await;
        self.settle().await;
    }

    pub(super) async fn position(&self) -> Position {
        self.read(|tx, _| wallet::position(tx)).await
    }

    /// What somebody has, open holds included.
    pub(super) async fn balance(&self, user: i64) -> i64 {
        self.read(move |tx, _| {
            let id = ledger::AccountId::user(UserId(user), Ton::CODE);
            Ok(ledger::balance(tx, &id)?)
        })
        .await
    }

    pub(super) async fn ask(
        &self,
        user: i64,
        to: &StdAddr,
        nano: i64,
        text: Option<&str>,
    ) -> Result<String> {
        let now = self.t.clock.now();
        let new = NewWithdrawal {
            id: torg_platform::ids::uuid_v7(&self.dice, now).to_string(),
            user: UserId(user),
            destination: to.to_string(),
            comment: text.map(str::to_owned),
            amount: Money::from_minor(nano),
        };
        let id = new.id.clone();
        self.write(move |tx, desk| desk.request(tx, &new, &By::system("test")))
            .await?;
        Ok(id)
    }

    /// Every transaction of the hot wallet, oldest first, as the chain has it.
    pub(super) fn history(&self) -> Vec<ChainTx> {
        self.history_after(0)
    }

    fn history_after(&self, lt: u64) -> Vec<ChainTx> {
        let records = self.chain.transactions(self.wallet.address());
        let new = records.iter().take_while(|record| record.lt > lt);
        let address = self.wallet.address();
        let mut all: Vec<ChainTx> = new
            .map(|record| ChainTx::parse(&record.root, address).unwrap())
            .collect();
        all.reverse();
        all
    }

    /// The ledger is the chain less what is not booked yet, and there is enough for everybody.
    pub(super) async fn check_block(&self) {
        // At one moment: a unit whose caller is dead may still be running.
        let read = |tx: &mut Tx<'_>, _: &Desk| Ok((cursor(tx)?, wallet::position(tx)?));
        let (Some(lt), position) = self.read(read).await else {
            return;
        };
        let unbooked: i128 = self
            .history_after(lt.unsigned_abs())
            .iter()
            .map(ChainTx::balance_change)
            .sum();
        let held = self.chain.balance(self.wallet.address()).unwrap();
        let held = i128::try_from(held).unwrap();
        assert_eq!(
            held - unbooked,
            i128::from(position.assets.minor()),
            "{position:?}"
        );
        assert!(position.is_covered(), "{position:?}");
    }

    /// Ledger and books add up.
    pub(super) async fn check_books(&self) {
        let found = self.read(|tx, _| wallet::check_books(tx)).await;
        assert!(found.is_empty(), "{found:?}");
        let report = self.read(|tx, _| Ok(ledger::verify(tx)?)).await;
        assert!(report.differences.is_empty(), "{:?}", report.differences);
    }
}

torg_platform::sql! {
    fn cursor() -> Option<i64> = "SELECT lt FROM ton_cursors";
    fn count_open() -> torg_platform::db::One<i64> =
        "SELECT count(*) FROM platform_withdrawals
         WHERE state IN ('approved', 'sending', 'failed')";
}

fn open_withdrawals(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(count_open(tx)?.0)
}

/// An account that nobody has deployed.
pub(super) fn person(number: u8) -> StdAddr {
    StdAddr::new(0, HashBytes([number; 32]))
}

fn client(wire: &Wire, ctx: &Ctx, clock: &Clock) -> TonApi {
    let options = Options {
        base_url: "http://chain.test".to_owned(),
        api_key: Secret::new(""),
        network: Network::Mainnet,
        requests_per_second: Some(u32::MAX),
    };
    let (wire, rng) = (Arc::new(wire.clone()), ctx.rng.clone());
    let api = TonApi::new(&options, wire, clock.clone(), rng, &ctx.metrics);
    // The clock stands still during a turn, and the next turn asks again.
    api.unwrap().without_repeats()
}
