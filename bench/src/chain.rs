//! The development chain, beside its limit: the executor without blocks around it.

use crate::report::Report;
use std::time::Instant;
use torg_platform::Clock;
use torg_platform::rng::Rng;
use torg_sandbox::ton::{DevChain, DevChainOptions, Machine, Moment, NamedWallet};
use torg_ton::message::Outgoing;
use torg_ton::wallet::{Version, address_of, state_init};
use torg_ton::{Network, StdAddr, Wallet};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _, HashBytes, Store as _};
use tycho_types::models::StateInit;
use tycho_types::num::Tokens;

/// Orders of a wallet in one round, each with one transfer: two transactions.
const TRANSFERS: u32 = 2_000;
/// Deals in one round, each financed and released: nine transactions or so.
const DEALS: u32 = 500;
/// Questions to a getter.
const QUESTIONS: u32 = 10_000;
const TON: u64 = 1_000_000_000;

type Done<T = ()> = Result<T, String>;

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Transfers with and without a file, deals, and a getter.
pub(crate) fn measure(report: &mut Report, folder: &std::path::Path) -> Done {
    transfers(report, "chain transfers /s", None)?;
    transfers(
        report,
        "chain transfers in a file /s",
        Some(folder.join("ton.db")),
    )?;
    bare(report)?;
    deals(report)
}

/// Goals: what a block and its bookkeeping may cost, and what the demo needs.
pub(crate) fn goals(report: &mut Report) {
    report.ratio_goal(
        "chain: transfers with blocks / executor alone",
        "chain transfers /s",
        "chain executor alone /s",
        0.4,
    );
    report.bound_goal("chain: deals /s", "chain deals /s", 100.0, true);
    report.bound_goal("chain: getter, us at most", "chain getter us", 100.0, false);
}

struct World {
    chain: DevChain,
    wallet: Wallet,
    seqno: u32,
}

impl World {
    fn new(path: Option<std::path::PathBuf>) -> Done<Self> {
        let options = DevChainOptions::new(Clock::Real, Rng::from_seed(1));
        let options = match path {
            Some(path) => options.at(path),
            None => options,
        };
        let chain = DevChain::open(options).map_err(said)?;
        let named = NamedWallet::new("bench").map_err(said)?;
        let key = named.key().clone();
        let wallet = Wallet::new(Version::V5R1, key, 0, Network::Mainnet).map_err(said)?;
        let rich = 1_000_000 * TON;
        chain.faucet(wallet.address(), rich).map_err(said)?;
        chain.mine().map_err(said)?;
        let mut world = Self {
            chain,
            wallet,
            seqno: 0,
        };
        world.send(Outgoing::coins(nobody(9), TON))?;
        Ok(world)
    }

    fn order(&mut self, message: Outgoing) -> Done<Cell> {
        let until = self.chain.now().saturating_add(300);
        let order = self.wallet.order(self.seqno, until, &[message]);
        self.seqno += 1;
        order.map_err(said)
    }

    fn send(&mut self, message: Outgoing) -> Done {
        let order = self.order(message)?;
        self.chain.send(order).map_err(said)?;
        self.chain.mine().map(drop).map_err(said)
    }
}

fn nobody(byte: u8) -> StdAddr {
    StdAddr::new(0, HashBytes([byte; 32]))
}

/// Each order signed, checked, waited for in a block of its own.
fn transfers(report: &mut Report, series: &str, path: Option<std::path::PathBuf>) -> Done {
    let mut world = World::new(path)?;
    let begin = Instant::now();
    for _ in 0..TRANSFERS {
        world.send(Outgoing::coins(nobody(9), TON))?;
    }
    report.add(series, f64::from(TRANSFERS) / begin.elapsed().as_secs_f64());
    Ok(())
}

/// The same orders, signed, checked and executed with what they cause, and nothing kept.
fn bare(report: &mut Report) -> Done {
    let mut world = World::new(None)?;
    let machine = Machine::new(Network::Mainnet.global_id(), world.chain.now()).map_err(said)?;
    let own = world.wallet.address().clone();
    let account = |of: &StdAddr| world.chain.look(0, |view| view.shard_account(of));
    let (mut from, mut to) = (
        account(&own).map_err(said)?,
        account(&nobody(9)).map_err(said)?,
    );
    let mut lt = world.chain.head().lt;
    let begin = Instant::now();
    for _ in 0..TRANSFERS {
        let unixtime = world.chain.now();
        let order = world.order(Outgoing::coins(nobody(9), TON))?;
        let at = Moment { unixtime, lt };
        machine.check(at, &order, &from).map_err(said)?;
        let first = machine.execute(at, &order, &from).map_err(said)?;
        from = first.account;
        lt = first.next_lt + 1;
        for message in &first.internal {
            let second = machine
                .execute(Moment { unixtime, lt }, message, &to)
                .map_err(said)?;
            to = second.account;
            lt = second.next_lt + 1;
        }
    }
    let per_second = f64::from(TRANSFERS) / begin.elapsed().as_secs_f64();
    report.add("chain executor alone /s", per_second);
    Ok(())
}

fn deals(report: &mut Report) -> Done {
    let built: serde_json::Value =
        serde_json::from_str(include_str!("../../contracts/build/escrow.json")).map_err(said)?;
    let code = built.get("code").and_then(serde_json::Value::as_str);
    let code = Boc::decode_base64(code.unwrap_or_default()).map_err(said)?;
    let mut world = World::new(None)?;
    let own = world.wallet.address().clone();
    let mut escrow = own.clone();
    let begin = Instant::now();
    for id in 0..DEALS {
        let deadline = world.chain.now().saturating_add(86_400);
        let init = deal(&code, u64::from(id), deadline, &own).map_err(said)?;
        escrow = address_of(&init).map_err(said)?;
        world.send(Outgoing {
            bounce: true,
            init: Some(init),
            ..Outgoing::coins(escrow.clone(), 11 * TON).with_body(op(0x5447_0001).map_err(said)?)
        })?;
        let release = op(0x5447_0002).map_err(said)?;
        world.send(Outgoing {
            bounce: true,
            ..Outgoing::coins(escrow.clone(), TON).with_body(release)
        })?;
    }
    report.add(
        "chain deals /s",
        f64::from(DEALS) / begin.elapsed().as_secs_f64(),
    );
    let begin = Instant::now();
    for _ in 0..QUESTIONS {
        let output = world.chain.get(&escrow, "get_escrow_data", Vec::new());
        if !output.map_err(said)?.is_success() {
            return Err("the getter failed".to_owned());
        }
    }
    let micros = begin.elapsed().as_secs_f64() * 1e6 / f64::from(QUESTIONS);
    report.add("chain getter us", micros);
    if world.chain.get(&escrow, "get_state", Vec::new()).is_err() {
        return Err("no deal was finished".to_owned());
    }
    Ok(())
}

type Built<T> = Result<T, tycho_types::error::Error>;

fn op(op: u32) -> Built<Cell> {
    let mut body = CellBuilder::new();
    body.store_u32(op)?;
    body.store_u64(1)?;
    body.build()
}

/// A deal of somebody with himself: the advertiser is the controller too.
fn deal(code: &Cell, id: u64, deadline: u32, own: &StdAddr) -> Built<StateInit> {
    let context = Cell::empty_context();
    let mut parties = CellBuilder::new();
    own.store_into(&mut parties, context)?;
    nobody(3).store_into(&mut parties, context)?;
    let mut data = CellBuilder::new();
    data.store_u8(0)?;
    data.store_u16(0)?;
    data.store_u64(id)?;
    Tokens::new(u128::from(10 * TON)).store_into(&mut data, context)?;
    data.store_u16(500)?;
    data.store_u32(deadline)?;
    own.store_into(&mut data, context)?;
    nobody(4).store_into(&mut data, context)?;
    data.store_reference(parties.build()?)?;
    Ok(state_init(code.clone(), data.build()?))
}
