//! Toncenter's HTTP API on a [`DevChain`]: v2, the part of v3 that Torg uses, and `/dev/`.
//!
//! Shapes, names and types of fields are Toncenter's (toncenter.com/api/v2 and /api/v3), 64-bit
//! numbers of v3 being strings. Whoever reaches this router can make test coins and act as each
//! of the wallets: it is for demo and tests only.

mod dev;
mod escrows;
mod find;
mod gate;
mod params;
mod phases;
mod rows;
mod show;
mod stack;
mod v2;
mod v3;
mod wallets;

use super::chain::DevChain;
use super::faults::{Fate, Faults};
use super::{Accepted, Result};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use gate::Gate;
use std::sync::Arc;
use tycho_types::cell::{Cell, HashBytes};

/// How the API treats those who call it.
#[derive(Debug, Clone, Default)]
pub struct ApiOptions {
    /// Keys that are known, with their requests per second. Another key is refused with 401.
    pub keys: Vec<(String, u32)>,
    /// Requests per second of those without a key; no limit when absent. Toncenter has 1.
    pub keyless_per_second: Option<u32>,
}

/// What every handler has.
#[derive(Debug, Clone)]
pub(super) struct Api {
    chain: DevChain,
    gate: Arc<Gate>,
}

/// The API below `/api/v2` and `/api/v3`, and what only a development chain has, below `/dev`.
pub fn router(chain: DevChain, options: ApiOptions) -> Router {
    let api = Api {
        chain,
        gate: Arc::new(Gate::new(options)),
    };
    let toncenter = Router::new()
        .route("/api/v2/jsonRPC", post(v2::json_rpc))
        .route("/api/v2/{method}", any(v2::method))
        .route("/api/v3/message", post(v3::message))
        .route("/api/v3/runGetMethod", post(v3::run_get_method))
        .route("/api/v3/nft/items", get(find::nft_items))
        .route("/api/v3/{method}", get(v3::method))
        .layer(from_fn_with_state(api.clone(), gate::pass));
    let own = Router::new()
        .route("/dev/info", get(dev::info))
        .route("/dev/faucet", post(dev::faucet))
        .route("/dev/mine", post(dev::mine))
        .route("/dev/time", post(dev::time))
        .route("/dev/faults", get(dev::faults).post(dev::set_faults))
        .route("/dev/decode", post(wallets::decode))
        .route("/dev/escrows", get(escrows::list).post(escrows::fund))
        .route("/dev/escrows/{address}", get(escrows::one))
        .route("/dev/escrows/{address}/{move}", post(escrows::play))
        .route("/dev/wallets", get(wallets::list).post(wallets::create))
        .route("/dev/wallets/{name}/send", post(wallets::send))
        .route("/dev/wallets/{name}/ton-proof", post(wallets::ton_proof));
    toncenter
        .merge(own)
        .with_state(api)
        .merge(super::page::router())
}

impl Api {
    fn faults(&self) -> Faults {
        self.chain.faults()
    }

    /// An external message as a liteserver takes it, and what the faults make of it.
    fn send(&self, message: &Cell) -> Result<Accepted> {
        let faults = self.faults();
        let accepted = self.chain.check(faults.lag_blocks, message)?;
        match faults.fate(self.chain.rng()) {
            Fate::Waits => self.chain.enqueue(message.clone())?,
            Fate::WaitsTwice => {
                self.chain.enqueue(message.clone())?;
                self.chain.enqueue(message.clone())?;
            }
            Fate::Lost => {}
            Fate::Later(blocks) => self.chain.withhold(message.clone(), blocks)?,
        }
        Ok(accepted)
    }
}

/// How far somebody is behind who sees only what is final.
const fn final_lag(faults: &Faults) -> u32 {
    faults.lag_blocks.saturating_add(faults.finality_blocks)
}

/// A hash as both versions write it.
fn base64_hash(hash: &HashBytes) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(hash.0)
}
