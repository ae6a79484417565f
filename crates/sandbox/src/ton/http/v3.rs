//! Version 3: an index of transactions and messages, and states of accounts.

use super::params::{Params, Refusal, parse_address};
use super::show::{Finality, raw, status, transaction_v3};
use super::v2::first_number;
use super::{Api, base64_hash, final_lag, rows, stack};
use crate::ton::{Faults, Record, View, method_id};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use torg_ton::StdAddr;
use torg_ton::wallet::Version;
use tycho_types::boc::Boc;
use tycho_types::models::{AccountState, StateInit};

pub(super) type Answer = Result<Value, Refusal>;

/// `GET /api/v3/{method}`.
pub(super) async fn method(
    State(api): State<Api>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::of_query(query.as_deref().unwrap_or_default());
    reply(match method.as_str() {
        "masterchainInfo" => Ok(masterchain_info(&api)),
        "transactions" => transactions(&api, &params),
        "transactionsByMessage" => by_message(&api, &params),
        "pendingTransactions" => pending(&api, &params),
        "addressInformation" => address_information(&api, &params),
        "walletStates" => wallet_states(&api, &params),
        _ => Err(Refusal {
            status: 404,
            text: "Not Found".to_owned(),
        }),
    })
}

pub(super) fn reply(answer: Answer) -> Response {
    match answer {
        Ok(body) => Json(body).into_response(),
        Err(refusal) => {
            // Here a bad address is a bad parameter like any other.
            let status = if refusal.status == 416 {
                422
            } else {
                refusal.status
            };
            let body = Json(json!({ "error": refusal.text, "code": status }));
            let status = StatusCode::from_u16(status);
            (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body).into_response()
        }
    }
}

fn of_body(body: &Bytes) -> Result<Params, Refusal> {
    let read = serde_json::from_slice::<Value>(body);
    let read = read.map_err(|_broken| Refusal::invalid("failed to parse the body"));
    read.and_then(Params::of_json)
}

/// `POST /api/v3/message`.
pub(super) async fn message(State(api): State<Api>, body: Bytes) -> Response {
    let sent = of_body(&body).and_then(|params| {
        let accepted = api.send(&params.boc("boc")?)?;
        Ok(json!({
            "message_hash": base64_hash(&accepted.hash),
            "message_hash_norm": base64_hash(&accepted.normalized),
        }))
    });
    reply(sent)
}

/// `POST /api/v3/runGetMethod`.
pub(super) async fn run_get_method(State(api): State<Api>, body: Bytes) -> Response {
    let ran = of_body(&body).and_then(|params| {
        let address = params.address("address")?;
        let method = params.text("method");
        let method = method.ok_or_else(|| Refusal::invalid("method: value is required"))?;
        let arguments = stack::read_v3(params.get("stack"))?;
        let behind = final_lag(&api.faults());
        let number = method_id(method);
        let output = api.chain.get_behind(behind, &address, number, arguments)?;
        let stack: Vec<Value> = output.stack.iter().map(stack::show_v3).collect();
        Ok(json!({
            "gas_used": output.gas_used, "exit_code": output.exit_code, "stack": stack,
        }))
    });
    reply(ran)
}

fn masterchain_info(api: &Api) -> Value {
    let head = api.chain.look(final_lag(&api.faults()), |view| view.head);
    let block = |seqno: u32, time: u32| {
        json!({
            "workchain": -1, "shard": "8000000000000000", "seqno": seqno,
            "root_hash": super::v2::block_id(head).get("root_hash"),
            "file_hash": super::v2::block_id(head).get("file_hash"),
            "global_id": torg_ton::Network::Mainnet.global_id(), "version": 0,
            "after_merge": false, "before_split": false, "after_split": false,
            "want_merge": false, "want_split": false, "key_block": false,
            "vert_seqno_incr": false, "flags": 0, "gen_utime": time.to_string(),
            "start_lt": head.lt.to_string(), "end_lt": head.lt.to_string(),
            "min_ref_mc_seqno": seqno, "prev_key_block_seqno": 0, "vert_seqno": 0,
            "tx_count": 0, "prev_blocks": [],
            "masterchain_block_ref": {
                "workchain": -1, "shard": "8000000000000000", "seqno": seqno,
            },
        })
    };
    json!({ "last": block(head.seqno, head.unixtime), "first": block(1, head.unixtime) })
}

/// Whether a block of the masterchain names it.
fn finality(record: &Record, view: &View<'_>, faults: &Faults) -> Finality {
    let last_final = view.head.seqno.saturating_sub(faults.finality_blocks);
    if record.seqno <= last_final {
        Finality::Finalized
    } else {
        Finality::Confirmed
    }
}

/// A page of rows.
fn page(found: Vec<(Record, Finality)>, api: &Api, faults: &Faults) -> Answer {
    let mut shown = Vec::with_capacity(found.len());
    for (record, finality) in found {
        let row = transaction_v3(&record, finality)?;
        shown.push(rows::spoil_v3(row, faults, api.chain.rng()));
    }
    let shown = rows::shuffle(shown, faults, api.chain.rng());
    Ok(json!({ "transactions": shown, "address_book": {} }))
}

/// `limit` and `offset` of a list of transactions.
fn window(params: &Params) -> Result<(usize, usize), Refusal> {
    let offset = params.number("offset")?.unwrap_or(0);
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    Ok((params.limit(10, 1_000)?, offset))
}

fn transactions(api: &Api, params: &Params) -> Answer {
    let faults = api.faults();
    let (limit, offset) = window(params)?;
    let number = |name: &str, other: u64| params.number(name).map(|n| n.unwrap_or(other));
    let (start_lt, end_lt) = (number("start_lt", 0)?, number("end_lt", u64::MAX)?);
    let (start, end) = (number("start_utime", 0)?, number("end_utime", u64::MAX)?);
    let (lt, hash) = (params.number("lt")?, params.hash("hash")?);
    let seqno = params.number("mc_seqno")?;
    let ascending = match params.text("sort") {
        None | Some("desc") => false,
        Some("asc") => true,
        Some(_) => return Err(Refusal::invalid("sort: must be asc or desc")),
    };
    let accounts = params.texts("account").into_iter().map(parse_address);
    let accounts = accounts.collect::<Result<Vec<StdAddr>, Refusal>>()?;
    let wanted = |record: &&Record| {
        (start_lt..=end_lt).contains(&record.lt)
            && (start..=end).contains(&u64::from(record.unixtime))
            && lt.is_none_or(|lt| lt == record.lt)
            && hash.is_none_or(|hash| hash == record.hash)
            && seqno.is_none_or(|seqno| seqno == u64::from(record.seqno))
            && (accounts.is_empty() || accounts.contains(&record.account))
    };
    let found = api.chain.look(faults.lag_blocks, |view| {
        let with = |record: &Record| (record.clone(), finality(record, view, &faults));
        // The list of one account is short; that of all is long.
        let all: Box<dyn DoubleEndedIterator<Item = &Record>> = match accounts.as_slice() {
            [one] => Box::new(view.transactions(one)),
            _ => Box::new(view.all_transactions()),
        };
        let cut = |all: &mut dyn Iterator<Item = &Record>| -> Vec<(Record, Finality)> {
            all.skip(offset).take(limit).map(with).collect()
        };
        if ascending {
            cut(&mut all.rev().filter(wanted))
        } else {
            cut(&mut all.filter(wanted))
        }
    });
    page(found, api, &faults)
}

fn by_message(api: &Api, params: &Params) -> Answer {
    let faults = api.faults();
    let (limit, offset) = window(params)?;
    let hash = params.hash("msg_hash")?;
    let hash = hash.ok_or_else(|| Refusal::invalid("msg_hash: value is required"))?;
    let (into, out_of) = match params.text("direction") {
        None => (true, true),
        Some("in") => (true, false),
        Some("out") => (false, true),
        Some(_) => return Err(Refusal::invalid("direction: must be in or out")),
    };
    let found: Vec<_> = api.chain.look(faults.lag_blocks, |view| {
        let caused = view.caused_by(&hash).rev().filter(|_| into);
        let sent = view.sent(&hash).into_iter().filter(|_| out_of);
        let all = caused.chain(sent).skip(offset).take(limit);
        all.map(|record| (record.clone(), finality(record, view, &faults)))
            .collect()
    });
    page(found, api, &faults)
}

/// What would come of the messages that wait.
fn pending(api: &Api, params: &Params) -> Answer {
    let accounts = params.texts("account").into_iter().map(parse_address);
    let accounts = accounts.collect::<Result<Vec<StdAddr>, Refusal>>()?;
    let mut found = Vec::new();
    for message in api.chain.pending() {
        // Whoever would no longer be taken is not pending.
        if let Ok(record) = api.chain.try_out(&message, false)
            && (accounts.is_empty() || accounts.contains(&record.account))
        {
            found.push((record, Finality::Pending));
        }
    }
    page(found, api, &api.faults())
}

fn address_information(api: &Api, params: &Params) -> Answer {
    let address = params.address("address")?;
    let behind = final_lag(&api.faults());
    let state = api
        .chain
        .look(behind, |view| view.shard_account(&address))?;
    let account = state.load_account().map_err(crate::ton::Error::from)?;
    let name = account
        .as_ref()
        .map_or("nonexist", |account| status(account.state.status()));
    let balance = account
        .as_ref()
        .map_or(0, |account| account.balance.tokens.into_inner());
    let (mut code, mut data, mut frozen) = (None, None, None);
    match account.map(|account| account.state) {
        Some(AccountState::Active(StateInit {
            code: has_code,
            data: has_data,
            ..
        })) => {
            code = has_code.as_ref().map(Boc::encode_base64);
            data = has_data.as_ref().map(Boc::encode_base64);
        }
        Some(AccountState::Frozen(hash)) => frozen = Some(base64_hash(&hash)),
        Some(AccountState::Uninit) | None => {}
    }
    Ok(json!({
        "balance": balance.to_string(), "code": code, "data": data, "frozen_hash": frozen,
        "last_transaction_lt": state.last_trans_lt.to_string(),
        "last_transaction_hash": base64_hash(&state.last_trans_hash),
        "status": name,
    }))
}

fn wallet_states(api: &Api, params: &Params) -> Answer {
    let mut wallets = Vec::new();
    for text in params.texts("address") {
        wallets.push(wallet_state(api, &parse_address(text)?)?);
    }
    if wallets.is_empty() {
        return Err(Refusal::invalid("address: value is required"));
    }
    Ok(json!({ "wallets": wallets, "address_book": {}, "metadata": {} }))
}

fn wallet_state(api: &Api, address: &StdAddr) -> Answer {
    let behind = final_lag(&api.faults());
    let state = api.chain.look(behind, |view| view.shard_account(address))?;
    let account = state.load_account().map_err(crate::ton::Error::from)?;
    let code = match account.as_ref().map(|account| &account.state) {
        Some(AccountState::Active(init)) => init.code.clone(),
        Some(AccountState::Frozen(_) | AccountState::Uninit) | None => None,
    };
    let mut kind = None;
    for (version, name) in [
        (Version::V5R1, "wallet v5 r1"),
        (Version::V4R2, "wallet v4 r2"),
    ] {
        let known = version.code().map_err(crate::ton::Error::from)?;
        if code.as_ref().map(|code| code.repr_hash()) == Some(known.repr_hash()) {
            kind = Some(name);
        }
    }
    let ask = |method: &str| {
        let output = api
            .chain
            .get_behind(behind, address, method_id(method), Vec::new());
        output.ok().and_then(|output| first_number(&output.stack))
    };
    let mut shown = json!({
        "address": raw(address),
        "is_wallet": kind.is_some(),
        "balance": account.as_ref().map_or(0, |a| a.balance.tokens.into_inner()).to_string(),
        "status": account.as_ref().map_or("nonexist", |a| status(a.state.status())),
        "code_hash": code.as_ref().map(|code| base64_hash(code.repr_hash())),
        "last_transaction_hash": base64_hash(&state.last_trans_hash),
        "last_transaction_lt": state.last_trans_lt.to_string(),
        "extra_currencies": {},
    });
    if let (Some(kind), Value::Object(shown)) = (kind, &mut shown) {
        shown.insert("wallet_type".to_owned(), json!(kind));
        shown.insert("seqno".to_owned(), json!(ask("seqno")));
        shown.insert("wallet_id".to_owned(), json!(ask("get_subwallet_id")));
    }
    Ok(shown)
}
