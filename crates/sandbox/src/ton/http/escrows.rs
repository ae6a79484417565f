//! `/dev/escrows`: deals on the real contract, played by development wallets.

use super::Api;
use super::dev::{Answer, apart, read, reply};
use super::params::Refusal;
use super::show::friendly;
use crate::ton::escrows::{Deal, Move, NewDeal, stage_name};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};
use torg_ton::{Network, StdAddr, address};

/// Terms of a deal that names none: 10 coins, 5 percent, a day.
const AMOUNT: u64 = 10_000_000_000;
const FEE_BPS: u64 = 500;
const TERM: u64 = 86_400;

/// `GET /dev/escrows`: every deal on the chain, the newest first.
pub(super) async fn list(State(api): State<Api>) -> Response {
    let deals = apart(move || {
        let (deals, now) = (api.chain.deals()?, api.chain.head().unixtime);
        Ok(Value::Array(deals.iter().map(|d| show(d, now)).collect()))
    });
    reply(deals.await)
}

/// `POST /dev/escrows {"amount"?, "fee_bps"?, "term_seconds"?}`: the advertiser pays a new deal
/// in; its address, at which the contract is as soon as the next block is there.
pub(super) async fn fund(State(api): State<Api>, body: Bytes) -> Response {
    let funded = apart(move || {
        let params = read(&body)?;
        let number = |name: &str, usual: u64| params.number(name).map(|n| n.unwrap_or(usual));
        let invalid = |_large| Refusal::invalid("a number is too large");
        let new = NewDeal {
            amount: number("amount", AMOUNT)?,
            fee_bps: u16::try_from(number("fee_bps", FEE_BPS)?).map_err(invalid)?,
            term: u32::try_from(number("term_seconds", TERM)?).map_err(invalid)?,
        };
        let address = api.chain.fund_deal(new)?;
        Ok(json!({ "address": friendly(&address) }))
    });
    reply(funded.await)
}

/// `POST /dev/escrows/{address}/{release|refund|auto_refund}`: the first two by the platform, the
/// last by the owner, as anybody may.
pub(super) async fn play(
    State(api): State<Api>,
    Path((address, play)): Path<(String, String)>,
) -> Response {
    reply(
        apart(move || {
            let address = parse(&address)?;
            let play = match play.as_str() {
                "release" => Move::Release,
                "refund" => Move::Refund,
                "auto_refund" => Move::AutoRefund,
                _ => return Err(Refusal::invalid("release, refund or auto_refund")),
            };
            let accepted = api.chain.play(&address, play)?;
            Ok(json!({ "message_hash_norm": super::base64_hash(&accepted.normalized) }))
        })
        .await,
    )
}

/// `GET /dev/escrows/{address}`.
pub(super) async fn one(State(api): State<Api>, Path(address): Path<String>) -> Response {
    let found: Answer = apart(move || {
        let deal = api.chain.deal(&parse(&address)?)?;
        let deal = deal.ok_or_else(|| Refusal {
            status: 404,
            text: "no deal there".to_owned(),
        })?;
        Ok(show(&deal, api.chain.head().unixtime))
    })
    .await;
    reply(found)
}

fn parse(text: &str) -> Result<StdAddr, Refusal> {
    let written = address::parse(text, Network::Testnet).map_err(|_why| Refusal::address())?;
    Ok(written.address)
}

fn show(deal: &Deal, now: u32) -> Value {
    let (terms, stage, owner_bps) = &deal.parsed;
    json!({
        "address": friendly(&deal.address),
        "deal_id": terms.deal_id.to_string(),
        "stage": stage_name(*stage),
        "amount": terms.amount.to_string(),
        "fee_bps": terms.fee_bps,
        "owner_bps": owner_bps,
        "deadline": terms.deadline,
        "now": now,
        "balance": deal.balance.to_string(),
        "advertiser": friendly(&terms.advertiser),
        "owner": friendly(&terms.owner),
        "controller": friendly(&terms.controller),
    })
}
