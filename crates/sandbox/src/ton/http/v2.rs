//! Version 2: one question per method, by JSON-RPC, GET or POST.

use super::params::{Params, Refusal};
use super::show::{Parts, friendly, transaction_v2};
use super::{Api, base64_hash, final_lag, rows, stack};
use crate::ton::{Head, Record, StackItem, method_id};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tycho_types::boc::Boc;
use tycho_types::cell::HashBytes;
use tycho_types::models::{AccountState, ComputePhase, StateInit, Transaction, TxInfo};
use tycho_types::num::Tokens;

type Answer = Result<Value, Refusal>;

/// Exit code that Toncenter gives for a getter of an account without code.
const NO_CONTRACT: i32 = -13;

/// `POST /api/v2/jsonRPC`.
pub(super) async fn json_rpc(State(api): State<Api>, body: Bytes) -> Response {
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return reply(Err(Refusal::invalid("not JSON")), None);
    };
    let id = request.get("id").cloned().unwrap_or(Value::Null);
    let method = request.get("method").and_then(Value::as_str);
    let params = request.get("params").cloned().unwrap_or(Value::Null);
    let answer = Params::of_json(params).and_then(|params| match method {
        Some(method) => call(&api, method, &params),
        None => Err(Refusal::invalid("method: field required")),
    });
    reply(answer, Some(id))
}

/// `GET` and `POST /api/v2/{method}`.
pub(super) async fn method(
    State(api): State<Api>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let params = if body.is_empty() {
        Ok(Params::of_query(query.as_deref().unwrap_or_default()))
    } else {
        let read = serde_json::from_slice::<Value>(&body);
        let read = read.map_err(|_broken| Refusal::invalid("not JSON"));
        read.and_then(Params::of_json)
    };
    reply(params.and_then(|params| call(&api, &method, &params)), None)
}

fn reply(answer: Answer, id: Option<Value>) -> Response {
    let (status, mut body) = match answer {
        Ok(result) => (200, json!({ "ok": true, "result": result })),
        Err(refusal) => (
            refusal.status,
            json!({ "ok": false, "error": refusal.text, "code": refusal.status }),
        ),
    };
    if let (Some(id), Value::Object(body)) = (id, &mut body) {
        body.insert("id".to_owned(), id);
        body.insert("jsonrpc".to_owned(), json!("2.0"));
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}

fn call(api: &Api, method: &str, params: &Params) -> Answer {
    match method {
        "getMasterchainInfo" => Ok(masterchain_info(api)),
        "getAddressInformation" => address_information(api, params),
        "getExtendedAddressInformation" => extended_information(api, params),
        "getAddressBalance" => field(address_information(api, params)?, "balance"),
        "getAddressState" => field(address_information(api, params)?, "state"),
        "getTransactions" => transactions(api, params),
        "runGetMethod" => run_get_method(api, params),
        "sendBoc" => send(api, params).map(|_sent| json!({ "@type": "ok" })),
        "sendBocReturnHash" => send(api, params),
        "estimateFee" => estimate_fee(api, params),
        "tryLocateResultTx" | "tryLocateTx" => locate(api, params, false),
        "tryLocateSourceTx" => locate(api, params, true),
        "packAddress" => Ok(json!(friendly(&params.address("address")?))),
        "unpackAddress" => Ok(json!(params.address("address")?.to_string())),
        "detectAddress" => detect(params),
        _ => Err(Refusal::invalid(format!("Unknown method {method}"))),
    }
}

fn field(mut object: Value, name: &str) -> Answer {
    Ok(object.get_mut(name).map_or(Value::Null, Value::take))
}

/// The head as a block's name. Nothing has its hashes, so they are made of its number.
pub(super) fn block_id(head: Head) -> Value {
    let mut hash = HashBytes([0x11; 32]);
    hash.0[..4].copy_from_slice(&head.seqno.to_be_bytes());
    let hash = base64_hash(&hash);
    json!({
        "@type": "ton.blockIdExt", "workchain": -1, "shard": "-9223372036854775808",
        "seqno": head.seqno, "root_hash": hash, "file_hash": hash,
    })
}

fn masterchain_info(api: &Api) -> Value {
    let head = api.chain.look(final_lag(&api.faults()), |view| view.head);
    let first = Head { seqno: 0, ..head };
    json!({
        "@type": "blocks.masterchainInfo",
        "last": block_id(head),
        "state_root_hash": base64_hash(&HashBytes::ZERO),
        "init": block_id(first),
    })
}

fn address_information(api: &Api, params: &Params) -> Answer {
    let address = params.address("address")?;
    let (state, head) = api.chain.look(final_lag(&api.faults()), |view| {
        (view.shard_account(&address), view.head)
    });
    let state = state?;
    let account = state.load_account().map_err(crate::ton::Error::from)?;
    let balance = account
        .as_ref()
        .map_or(0, |account| account.balance.tokens.into_inner());
    let (mut name, mut code, mut data, mut frozen) =
        ("uninitialized", String::new(), String::new(), String::new());
    match account.map(|account| account.state) {
        Some(AccountState::Active(StateInit {
            code: has_code,
            data: has_data,
            ..
        })) => {
            name = "active";
            code = has_code
                .as_ref()
                .map(Boc::encode_base64)
                .unwrap_or_default();
            data = has_data
                .as_ref()
                .map(Boc::encode_base64)
                .unwrap_or_default();
        }
        Some(AccountState::Frozen(hash)) => {
            name = "frozen";
            frozen = base64_hash(&hash);
        }
        Some(AccountState::Uninit) | None => {}
    }
    Ok(json!({
        "@type": "raw.fullAccountState",
        "balance": balance.to_string(),
        "extra_currencies": [],
        "code": code,
        "data": data,
        "last_transaction_id": {
            "@type": "internal.transactionId",
            "lt": state.last_trans_lt.to_string(),
            "hash": base64_hash(&state.last_trans_hash),
        },
        "block_id": block_id(head),
        "frozen_hash": frozen,
        "sync_utime": head.unixtime,
        "state": name,
    }))
}

fn extended_information(api: &Api, params: &Params) -> Answer {
    let address = params.address("address")?;
    let mut known = address_information(api, params)?;
    let mut take = |name: &str| known.get_mut(name).map_or(Value::Null, Value::take);
    let active = take("state") == "active";
    let account_state = if active {
        json!({
            "@type": "raw.accountState", "code": take("code"), "data": take("data"),
            "frozen_hash": take("frozen_hash"),
        })
    } else {
        json!({ "@type": "uninited.accountState", "frozen_hash": take("frozen_hash") })
    };
    Ok(json!({
        "@type": "fullAccountState",
        "address": { "@type": "accountAddress", "account_address": friendly(&address) },
        "balance": take("balance"),
        "extra_currencies": [],
        "last_transaction_id": take("last_transaction_id"),
        "block_id": take("block_id"),
        "sync_utime": take("sync_utime"),
        "account_state": account_state,
        "revision": 0,
    }))
}

fn lite_server(text: &str) -> Refusal {
    Refusal {
        status: 500,
        text: format!("LITE_SERVER_UNKNOWN: {text}"),
    }
}

fn transactions(api: &Api, params: &Params) -> Answer {
    let faults = api.faults();
    let address = params.address("address")?;
    let limit = params.limit(10, 100)?;
    let from = params.number("lt")?;
    let hash = params.hash("hash")?;
    let until = params.number("to_lt")?.unwrap_or(0);
    let recent = if params.flag("archival") || faults.recent_blocks == 0 {
        0
    } else {
        let head = api.chain.head().seqno;
        head.saturating_sub(faults.recent_blocks)
    };
    let found: Vec<Record> = api.chain.look(final_lag(&faults), |view| {
        let all = view.transactions(&address);
        let from = from.unwrap_or(u64::MAX);
        let wanted = all.filter(|record| record.lt <= from && record.lt > until);
        wanted.take(limit).cloned().collect()
    });
    if let (Some(lt), Some(first)) = (from, found.first()) {
        // Inclusive: the first one is the one that was named.
        if first.lt != lt || hash.is_some_and(|hash| hash != first.hash) {
            return Err(lite_server(
                "cannot find transaction with specified lt and hash",
            ));
        }
    }
    if found.iter().any(|record| record.seqno < recent) {
        let lt = from.unwrap_or(0);
        return Err(lite_server(&format!(
            "cannot find block (0,-9223372036854775808) lt={lt}: lt not in db"
        )));
    }
    let mut shown = Vec::with_capacity(found.len());
    for record in &found {
        let row = transaction_v2(record)?;
        shown.push(rows::spoil_v2(row, &faults, api.chain.rng()));
    }
    Ok(Value::Array(rows::shuffle(shown, &faults, api.chain.rng())))
}

fn run_get_method(api: &Api, params: &Params) -> Answer {
    let address = params.address("address")?;
    let arguments = stack::read_v2(params.get("stack"))?;
    let method = match params.get("method") {
        Some(Value::String(name)) => method_id(name),
        Some(Value::Number(number)) => number
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| Refusal::invalid("method: not a number of a method"))?,
        Some(_) | None => return Err(Refusal::invalid("method: field required")),
    };
    let behind = final_lag(&api.faults());
    let block = api.chain.look(behind, |view| view.head);
    let (gas_used, exit_code, stack) =
        match api.chain.get_behind(behind, &address, method, arguments) {
            Ok(output) => {
                let stack = output.stack.iter().map(stack::show_v2).collect();
                (output.gas_used, output.exit_code, stack)
            }
            Err(crate::ton::Error::NoContract) => (0, NO_CONTRACT, Vec::<Value>::new()),
            Err(error) => return Err(error.into()),
        };
    Ok(json!({
        "@type": "smc.runResult", "gas_used": gas_used, "stack": stack, "exit_code": exit_code,
        "block_id": block_id(block),
    }))
}

fn send(api: &Api, params: &Params) -> Answer {
    let message = params.boc("boc")?;
    let accepted = api.send(&message)?;
    Ok(json!({
        "@type": "raw.extMessageInfo",
        "hash": base64_hash(&accepted.hash),
        "hash_norm": base64_hash(&accepted.normalized),
    }))
}

/// What an external message with this body would cost: by executing it.
fn estimate_fee(api: &Api, params: &Params) -> Answer {
    let address = params.address("address")?;
    let body = params.boc("body")?;
    let optional = |name: &str| params.text(name).map(|_| params.boc(name)).transpose();
    let init = match (optional("init_code")?, optional("init_data")?) {
        (Some(code), Some(data)) => Some(torg_ton::wallet::state_init(code, data)),
        (Some(_), None) | (None, Some(_)) | (None, None) => None,
    };
    let message = torg_ton::message::external(&address, init, body);
    let message = message.map_err(crate::ton::Error::from)?;
    let ignore = params.get("ignore_chksig").is_none() || params.flag("ignore_chksig");
    let record = api.chain.try_out(&message, ignore)?;
    let transaction = record.root.parse::<Transaction>();
    let transaction = transaction.map_err(crate::ton::Error::from)?;
    let fees = transaction.load_info().map_err(crate::ton::Error::from)?;
    let TxInfo::Ordinary(info) = fees else {
        return Err(lite_server("not an ordinary transaction"));
    };
    let coins = |tokens: Option<Tokens>| {
        let nano = tokens.map_or(0, Tokens::into_inner);
        u64::try_from(nano).unwrap_or(u64::MAX)
    };
    let storage = coins(info.storage_phase.map(|phase| phase.storage_fees_collected));
    let gas = match info.compute_phase {
        ComputePhase::Executed(phase) => coins(Some(phase.gas_fees)),
        ComputePhase::Skipped(_) => 0,
    };
    let (forward, action) = match info.action_phase {
        Some(phase) => (coins(phase.total_fwd_fees), coins(phase.total_action_fees)),
        None => (0, 0),
    };
    let total = coins(Some(transaction.total_fees.tokens));
    let import = [storage, gas, action]
        .into_iter()
        .fold(total, u64::saturating_sub);
    Ok(json!({
        "@type": "query.fees",
        "source_fees": {
            "@type": "fees", "in_fwd_fee": import, "storage_fee": storage, "gas_fee": gas,
            "fwd_fee": forward,
        },
        "destination_fees": [],
    }))
}

/// The transaction that a message between two accounts caused, or the one that sent it.
fn locate(api: &Api, params: &Params, source: bool) -> Answer {
    let (from, to) = (params.address("source")?, params.address("destination")?);
    let created = params.number("created_lt")?;
    let created = created.ok_or_else(|| Refusal::invalid("created_lt: field required"))?;
    let faults = api.faults();
    let found = api.chain.look(final_lag(&faults), |view| {
        let is = |record: &&Record| {
            let root = record.root.parse::<Transaction>().ok();
            let message = root.and_then(|transaction| transaction.in_msg);
            let parts = message.and_then(|message| Parts::of(&message).ok());
            parts.is_some_and(|parts| {
                parts.from.as_ref() == Some(&from) && parts.created_lt == Some(created)
            })
        };
        let caused = view.transactions(&to).find(is);
        match (caused, source) {
            (Some(record), true) => view.sent(&record.in_hash).cloned(),
            (found, _) => found.cloned(),
        }
    });
    match found {
        Some(record) => Ok(transaction_v2(&record)?),
        None => Err(lite_server("cannot locate transaction")),
    }
}

fn detect(params: &Params) -> Answer {
    let text = params.text("address").unwrap_or_default();
    let address = params.address("address")?;
    let form = |bounceable: bool| {
        let text = torg_ton::address::show(&address, torg_ton::Network::Mainnet, bounceable);
        json!({ "b64": text, "b64url": text })
    };
    let raw = text.contains(':');
    Ok(json!({
        "raw_form": address.to_string(),
        "bounceable": form(true),
        "non_bounceable": form(false),
        "given_type": if raw { "raw_form" } else { "friendly" },
        "test_only": false,
    }))
}

/// A number as most getters return it.
pub(super) fn first_number(stack: &[StackItem]) -> Option<u64> {
    match stack.first() {
        Some(StackItem::Int(number)) => u64::try_from(number).ok(),
        Some(StackItem::Null | StackItem::Cell(_) | StackItem::Slice(_) | StackItem::Tuple(_))
        | None => None,
    }
}
