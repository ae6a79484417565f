//! `/dev/wallets`: the wallets with a name, what they send and what they sign.

use super::dev::{Answer, apart, read, reply};
use super::params::{Params, Refusal};
use super::show::friendly;
use super::{Api, base64_hash};
use crate::ton::{DevChain, NamedWallet, Result};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use torg_ton::message::{Outgoing, comment};
use torg_ton::{Network, address};
use tycho_types::boc::Boc;
use tycho_types::models::{AccountState, StateInit};

/// Bytes of a domain and of a payload that are signed.
const PROOF: usize = 1_024;

/// `GET /dev/wallets`: `[{"name", "address", "balance", "active"}]`.
pub(super) async fn list(State(api): State<Api>) -> Response {
    let all = api.chain.named_wallets().map_err(Refusal::from);
    let all = all.and_then(|wallets| {
        let shown: Result<Vec<Value>> = wallets.iter().map(|w| show(&api.chain, w)).collect();
        Ok(Value::Array(shown?))
    });
    reply(all)
}

/// `POST /dev/wallets {"name"}`: the same name is the same wallet.
pub(super) async fn create(State(api): State<Api>, body: Bytes) -> Response {
    reply(read(&body).and_then(|params| {
        let name = params.text("name").unwrap_or_default();
        // Of what this can refuse, only a bad name is the caller's doing.
        let wallet = NamedWallet::new(name).map_err(|error| Refusal::invalid(error.to_string()))?;
        api.chain.named_wallet(&wallet.name)?;
        Ok(show(&api.chain, &wallet)?)
    }))
}

fn show(chain: &DevChain, wallet: &NamedWallet) -> Result<Value> {
    let account = chain.account(wallet.address())?;
    let active = account
        .as_ref()
        .is_some_and(|account| matches!(account.state, AccountState::Active(_)));
    Ok(json!({
        "name": wallet.name,
        "address": friendly(wallet.address()),
        "raw_address": wallet.address().to_string(),
        "public_key": hex::encode(wallet.key().public()),
        "balance": account.map_or(0, |a| a.balance.tokens.into_inner()).to_string(),
        "active": active,
    }))
}

fn known(chain: &DevChain, name: &str) -> std::result::Result<NamedWallet, Refusal> {
    let found = chain.named_wallets()?.into_iter().find(|w| w.name == name);
    found.ok_or_else(|| Refusal {
        status: 404,
        text: "no such wallet".to_owned(),
    })
}

/// `POST /dev/wallets/{name}/send {"to", "amount", "comment"?, "payload"?, "state_init"?,
/// "bounce"?}`: a signed order that waits for a block. `payload` and `state_init` are bags of
/// cells in base64, of either alphabet.
pub(super) async fn send(
    State(api): State<Api>,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    let done = apart(move || {
        let wallet = known(&api.chain, &name)?;
        let message = outgoing(&api.chain, &read(&body)?)?;
        let accepted = api.chain.send_from(&wallet, &[message])?;
        Ok(json!({
            "message_hash": base64_hash(&accepted.hash),
            "message_hash_norm": base64_hash(&accepted.normalized),
        }))
    });
    reply(done.await)
}

fn outgoing(chain: &DevChain, params: &Params) -> std::result::Result<Outgoing, Refusal> {
    let to = params.text("to").ok_or_else(Refusal::address)?;
    let to = address::parse(to, Network::Testnet).map_err(|_why| Refusal::address())?;
    let value = params.number("amount")?;
    let value = value.ok_or_else(|| Refusal::invalid("amount: nanotons as a string"))?;
    let bounce = match (params.get("bounce"), to.bounceable) {
        (Some(_), _) => params.flag("bounce"),
        (None, Some(bounce)) => bounce,
        // As wallets do: what nobody would take back stays where it was sent.
        (None, None) => chain.account(&to.address)?.is_some(),
    };
    let mut message = Outgoing {
        bounce,
        ..Outgoing::coins(to.address, value)
    };
    match (params.text("comment"), params.text("payload")) {
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid("comment and payload: one of them"));
        }
        (Some(text), None) => {
            message.body = comment(text).map_err(crate::ton::Error::from)?;
        }
        (None, Some(_)) => message.body = params.boc("payload")?,
        (None, None) => {}
    }
    if params.text("state_init").is_some() {
        let init = params.boc("state_init")?.parse::<StateInit>();
        let init = init.map_err(|_broken| Refusal::invalid("state_init: not a StateInit"))?;
        message.init = Some(init);
    }
    Ok(message)
}

/// `POST /dev/wallets/{name}/ton-proof {"payload", "domain"}`: the account and the proof as TON
/// Connect hands them to an application.
pub(super) async fn ton_proof(
    State(api): State<Api>,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    reply(prove(&api.chain, &name, &body))
}

fn prove(chain: &DevChain, name: &str, body: &Bytes) -> Answer {
    let wallet = known(chain, name)?;
    let params = read(body)?;
    let text = |name: &str| match params.text(name) {
        Some(text) if text.len() <= PROOF => Ok(text),
        Some(_) | None => Err(Refusal::invalid(format!("{name}: 1 to {PROOF} bytes"))),
    };
    let (payload, domain) = (text("payload")?, text("domain")?);
    let now = u64::from(chain.now());
    let signature = wallet.prove(domain, now, payload);
    Ok(json!({
        "account": {
            "address": wallet.address().to_string(),
            "chain": Network::Mainnet.global_id().to_string(),
            "publicKey": hex::encode(wallet.key().public()),
            "walletStateInit": wallet.state_init()?,
        },
        "proof": {
            "timestamp": now,
            "domain": { "lengthBytes": domain.len(), "value": domain },
            "payload": payload,
            "signature": STANDARD.encode(signature),
        },
    }))
}

/// The text of a link or a request, as the page shows it before anybody confirms.
///
/// `POST /dev/decode {"payload"?, "state_init"?}`: the comment or the op in a payload, and the
/// address that a StateInit has.
pub(super) async fn decode(body: Bytes) -> Response {
    reply(read(&body).and_then(|params| {
        let mut shown = json!({ "comment": null, "opcode": null, "address": null });
        if params.text("payload").is_some() {
            let cell = params.boc("payload")?;
            let mut slice = cell.as_slice().map_err(crate::ton::Error::from)?;
            shown["comment"] = json!(torg_ton::message::read_comment(slice, PROOF));
            shown["opcode"] = json!(slice.load_u32().ok().map(|op| format!("0x{op:08x}")));
        }
        if params.text("state_init").is_some() {
            let cell = params.boc("state_init")?;
            let hash = cell.repr_hash();
            let at = torg_ton::StdAddr::new(0, *hash);
            shown["address"] = json!(friendly(&at));
            shown["init_hash"] = json!(base64_hash(hash));
            shown["init_bytes"] = json!(Boc::encode(&cell).len());
        }
        Ok(shown)
    }))
}
