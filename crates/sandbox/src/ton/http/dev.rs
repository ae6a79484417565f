//! What only a development chain has: test coins, blocks on demand, faults.

use super::params::{Params, Refusal};
use super::{Api, base64_hash};
use crate::ton::Faults;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::time::Duration;

/// Blocks that one request makes, at most.
const BLOCKS: u64 = 10_000;

pub(super) type Answer = Result<Value, Refusal>;

pub(super) fn reply(answer: Answer) -> Response {
    match answer {
        Ok(body) => Json(body).into_response(),
        Err(refusal) => {
            // Whoever works on it may see what a market's caller may not.
            let status = match refusal.status {
                500 => StatusCode::CONFLICT,
                status => StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
            };
            (status, Json(json!({ "error": refusal.text }))).into_response()
        }
    }
}

pub(super) fn read(body: &Bytes) -> Result<Params, Refusal> {
    if body.is_empty() {
        return Ok(Params::default());
    }
    let read = serde_json::from_slice::<Value>(body);
    let read = read.map_err(|_broken| Refusal::invalid("not JSON"));
    read.and_then(Params::of_json)
}

/// Work of the executor, away from the threads that serve.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Refusal {
            status: 500,
            text: error.to_string(),
        }),
    }
}

/// `GET /dev/info`.
pub(super) async fn info(State(api): State<Api>) -> Json<Value> {
    let head = api.chain.head();
    let block_time = u64::try_from(api.chain.block_time().as_millis()).unwrap_or(u64::MAX);
    Json(json!({
        "seqno": head.seqno,
        "unixtime": head.unixtime,
        "lt": head.lt.to_string(),
        "block_time_ms": block_time,
        "pending": api.chain.pending().len(),
        "global_id": torg_ton::Network::Mainnet.global_id(),
        "faults": api.faults(),
    }))
}

/// `POST /dev/faucet {"address", "amount"}`: nanotons as a string. Answers when they are there.
pub(super) async fn faucet(State(api): State<Api>, body: Bytes) -> Response {
    let chain = api.chain.clone();
    let done = apart(move || {
        let params = read(&body)?;
        let address = params.address("address")?;
        let amount = params.number("amount")?;
        let amount = amount.ok_or_else(|| Refusal::invalid("amount: nanotons as a string"))?;
        let hash = chain.faucet(&address, amount)?;
        chain.mine()?;
        let balance = chain.balance(&address)?;
        let lt = chain.look(0, |view| {
            view.caused_by(&hash).map(|record| record.lt).max()
        });
        Ok(json!({
            "message_hash": base64_hash(&hash),
            "lt": lt.map(|lt| lt.to_string()),
            "balance": balance.to_string(),
        }))
    });
    reply(done.await)
}

/// `POST /dev/mine {"blocks"?}`.
pub(super) async fn mine(State(api): State<Api>, body: Bytes) -> Response {
    let chain = api.chain.clone();
    let done = apart(move || {
        let blocks = read(&body)?.number("blocks")?.unwrap_or(1);
        if blocks > BLOCKS {
            return Err(Refusal::invalid(format!("blocks: {BLOCKS} at most")));
        }
        let (mut transactions, mut refused) = (0_usize, 0_usize);
        for _ in 0..blocks {
            let mined = chain.mine()?;
            transactions = transactions.saturating_add(mined.transactions);
            refused = refused.saturating_add(mined.refused);
        }
        let seqno = chain.head().seqno;
        Ok(json!({ "seqno": seqno, "transactions": transactions, "refused": refused }))
    });
    reply(done.await)
}

/// `POST /dev/time {"block_time_ms"}`.
pub(super) async fn time(State(api): State<Api>, body: Bytes) -> Response {
    let set = read(&body).and_then(|params| {
        let time = params.number("block_time_ms")?;
        let time = time.ok_or_else(|| Refusal::invalid("block_time_ms: a number"))?;
        api.chain.set_block_time(Duration::from_millis(time));
        Ok(json!({ "block_time_ms": time }))
    });
    reply(set)
}

/// `GET /dev/faults`.
pub(super) async fn faults(State(api): State<Api>) -> Json<Faults> {
    Json(api.faults())
}

/// `POST /dev/faults`: the whole set; what is not named is off.
pub(super) async fn set_faults(State(api): State<Api>, body: Bytes) -> Response {
    match serde_json::from_slice::<Faults>(&body) {
        Ok(faults) => {
            api.chain.set_faults(faults.clone());
            Json(faults).into_response()
        }
        Err(error) => reply(Err(Refusal::invalid(error.to_string()))),
    }
}
