//! The development chain, in process and over HTTP.
#![expect(
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "helpers of tests fail the test, and it says what it met or left out"
)]

mod api;
mod blocks;
mod faults;
mod fuzz;
mod nft;
mod official;
mod replay;
mod wallets;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use torg_platform::rng::Rng;
use torg_platform::{Clock, Timestamp};
use torg_sandbox::ton::{DevChain, DevChainOptions, StackItem};
use torg_ton::key::Key;
use torg_ton::message::Outgoing;
use torg_ton::wallet::{Version, address_of, state_init};
use torg_ton::{Network, StdAddr, Wallet};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _, HashBytes, Store as _};
use tycho_types::models::StateInit;
use tycho_types::num::Tokens;

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const TON: u64 = 1_000_000_000;
pub(crate) const DEPOSIT: u32 = 0x5447_0001;
pub(crate) const RELEASE: u32 = 0x5447_0002;
pub(crate) const REFUND: u32 = 0x5447_0003;
pub(crate) const AUTO_REFUND: u32 = 0x5447_0004;

pub(crate) fn clock() -> Clock {
    Clock::manual(Timestamp::from_seconds(NOW))
}

pub(crate) fn chain() -> DevChain {
    DevChain::open(DevChainOptions::new(clock(), Rng::from_seed(7))).unwrap()
}

pub(crate) fn wallet(seed: u8) -> Wallet {
    let key = Key::from_seed([seed; 32]);
    Wallet::new(Version::V5R1, key, 0, Network::Mainnet).unwrap()
}

/// An address that nobody has.
pub(crate) fn nobody(byte: u8) -> StdAddr {
    StdAddr::new(0, HashBytes([byte; 32]))
}

/// The time that the next block will have at least.
pub(crate) fn now(chain: &DevChain) -> u32 {
    chain.now().max(chain.head().unixtime)
}

pub(crate) fn seqno(chain: &DevChain, wallet: &Wallet) -> u32 {
    let Ok(output) = chain.get(wallet.address(), "seqno", Vec::new()) else {
        return 0;
    };
    match output.stack.first() {
        Some(StackItem::Int(number)) => u32::try_from(number).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The signed order of a wallet, as of now.
pub(crate) fn order(chain: &DevChain, wallet: &Wallet, messages: &[Outgoing]) -> Cell {
    let valid_until = now(chain) + 300;
    wallet
        .order(seqno(chain, wallet), valid_until, messages)
        .unwrap()
}

/// Sends and makes a block.
pub(crate) fn send(chain: &DevChain, wallet: &Wallet, messages: &[Outgoing]) {
    chain.send(order(chain, wallet, messages)).unwrap();
    assert_eq!(chain.mine().unwrap().refused, 0);
}

/// A wallet with money.
pub(crate) fn rich(chain: &DevChain, seed: u8) -> Wallet {
    let wallet = wallet(seed);
    chain.faucet(wallet.address(), 1_000 * TON).unwrap();
    chain.mine().unwrap();
    wallet
}

pub(crate) fn built(name: &str) -> Cell {
    let path = format!(
        "{}/../../contracts/build/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    Boc::decode_base64(file["code"].as_str().unwrap()).unwrap()
}

/// A deal of the escrow.
#[derive(Debug, Clone)]
pub(crate) struct Deal {
    pub(crate) id: u64,
    pub(crate) amount: u64,
    pub(crate) fee_bps: u16,
    pub(crate) deadline: u32,
    pub(crate) advertiser: StdAddr,
    pub(crate) owner: StdAddr,
    pub(crate) controller: StdAddr,
    pub(crate) fee: StdAddr,
}

impl Deal {
    pub(crate) fn init(&self, code: Cell) -> StateInit {
        let context = Cell::empty_context();
        let mut parties = CellBuilder::new();
        self.advertiser.store_into(&mut parties, context).unwrap();
        self.owner.store_into(&mut parties, context).unwrap();
        let mut data = CellBuilder::new();
        data.store_u8(0).unwrap();
        data.store_u16(0).unwrap();
        data.store_u64(self.id).unwrap();
        let amount = Tokens::new(u128::from(self.amount));
        amount.store_into(&mut data, context).unwrap();
        data.store_u16(self.fee_bps).unwrap();
        data.store_u32(self.deadline).unwrap();
        self.controller.store_into(&mut data, context).unwrap();
        self.fee.store_into(&mut data, context).unwrap();
        data.store_reference(parties.build().unwrap()).unwrap();
        state_init(code, data.build().unwrap())
    }

    pub(crate) fn address(&self, code: Cell) -> StdAddr {
        address_of(&self.init(code)).unwrap()
    }
}

pub(crate) fn op(op: u32) -> Cell {
    let mut body = CellBuilder::new();
    body.store_u32(op).unwrap();
    body.store_u64(1).unwrap();
    body.build().unwrap()
}

pub(crate) fn number(chain: &DevChain, address: &StdAddr, getter: &str) -> u64 {
    let output = chain.get(address, getter, Vec::new()).unwrap();
    match output.stack.first() {
        Some(StackItem::Int(number)) => u64::try_from(number).unwrap(),
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn request(router: &Router, request: Request<Body>) -> (StatusCode, String) {
    use tower::ServiceExt as _;
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status, String::from_utf8(body.to_vec()).unwrap())
}

pub(crate) async fn get(router: &Router, path: &str) -> (StatusCode, Value) {
    let get = Request::get(path).body(Body::empty()).unwrap();
    let (status, text) = request(router, get).await;
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

pub(crate) async fn post(router: &Router, path: &str, body: &Value) -> (StatusCode, Value) {
    let post = Request::post(path)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let (status, text) = request(router, post).await;
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}
