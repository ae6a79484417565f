//! Transactions and messages as v2 and v3 write them.

use super::base64_hash;
use super::phases;
use crate::ton::{Record, Result};
use serde_json::{Value, json};
use torg_ton::message::{normalized_hash, read_comment};
use torg_ton::{Network, StdAddr, address};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellBuilder, HashBytes};
use tycho_types::models::{AccountStatus, IntAddr, Message, MsgInfo, Transaction, TxInfo};

/// Bytes of a text that are shown.
const COMMENT: usize = 16_384;

/// The form of v2.
pub(super) fn friendly(address: &StdAddr) -> String {
    address::show(address, Network::Mainnet, true)
}

/// The form of v3.
pub(super) fn raw(address: &StdAddr) -> String {
    let hash = hex::encode_upper(address.address.0);
    format!("{}:{hash}", address.workchain)
}

/// A message taken apart.
pub(super) struct Parts {
    pub(super) from: Option<StdAddr>,
    pub(super) to: Option<StdAddr>,
    /// None for messages from or to the outside.
    pub(super) value: Option<u128>,
    pub(super) fwd_fee: Option<u128>,
    ihr_fee: Option<u128>,
    pub(super) created_lt: Option<u64>,
    created_at: Option<u32>,
    flags: Option<(bool, bool, bool)>,
    import_fee: Option<u128>,
    body: Cell,
    init: Option<Cell>,
    comment: Option<String>,
    opcode: Option<u32>,
}

impl Parts {
    pub(super) fn of(cell: &Cell) -> Result<Self> {
        let message = cell.parse::<Message<'_>>()?;
        let std = |address: &IntAddr| torg_ton::message::std_addr(address);
        let mut body = CellBuilder::new();
        body.store_slice(message.body)?;
        let init = message.init.as_ref();
        let mut slice = message.body;
        let mut parts = Self {
            from: None,
            to: None,
            value: None,
            fwd_fee: None,
            ihr_fee: None,
            created_lt: None,
            created_at: None,
            flags: None,
            import_fee: None,
            body: body.build()?,
            init: init.map(CellBuilder::build_from).transpose()?,
            comment: read_comment(message.body, COMMENT),
            opcode: (slice.size_bits() >= 32)
                .then(|| slice.load_u32())
                .transpose()?,
        };
        match &message.info {
            MsgInfo::Int(info) => {
                parts.from = std(&info.src);
                parts.to = std(&info.dst);
                parts.value = Some(info.value.tokens.into_inner());
                parts.fwd_fee = Some(info.fwd_fee.into_inner());
                parts.ihr_fee = Some(0);
                parts.created_lt = Some(info.created_lt);
                parts.created_at = Some(info.created_at);
                parts.flags = Some((info.ihr_disabled, info.bounce, info.bounced));
            }
            MsgInfo::ExtIn(info) => {
                parts.to = std(&info.dst);
                parts.import_fee = Some(info.import_fee.into_inner());
            }
            MsgInfo::ExtOut(info) => {
                parts.from = std(&info.src);
                parts.created_lt = Some(info.created_lt);
                parts.created_at = Some(info.created_at);
            }
        }
        Ok(parts)
    }
}

fn message_v2(cell: &Cell) -> Result<Value> {
    let parts = Parts::of(cell)?;
    let number = |value: Option<u128>| value.unwrap_or(0).to_string();
    let place = |address: &Option<StdAddr>| address.as_ref().map(friendly).unwrap_or_default();
    let data = match &parts.comment {
        Some(text) => {
            use base64::Engine as _;
            let text = base64::engine::general_purpose::STANDARD.encode(text);
            json!({ "@type": "msg.dataText", "text": text })
        }
        None => {
            let init = parts.init.as_ref().map(Boc::encode_base64);
            json!({
                "@type": "msg.dataRaw",
                "body": Boc::encode_base64(&parts.body),
                "init_state": init.unwrap_or_default(),
            })
        }
    };
    Ok(json!({
        "@type": "raw.message",
        "hash": base64_hash(cell.repr_hash()),
        "source": place(&parts.from),
        "destination": place(&parts.to),
        "value": number(parts.value),
        "extra_currencies": [],
        "fwd_fee": number(parts.fwd_fee),
        "ihr_fee": number(parts.ihr_fee),
        "created_lt": parts.created_lt.unwrap_or(0).to_string(),
        "body_hash": base64_hash(parts.body.repr_hash()),
        "msg_data": data,
        "message": parts.comment.unwrap_or_default(),
    }))
}

/// A transaction in v2.
pub(super) fn transaction_v2(record: &Record) -> Result<Value> {
    let transaction = record.root.parse::<Transaction>()?;
    let storage = match transaction.load_info()? {
        TxInfo::Ordinary(info) => info.storage_phase,
        TxInfo::TickTock(info) => Some(info.storage_phase),
    };
    let storage = storage.map_or(0, |phase| phase.storage_fees_collected.into_inner());
    let fee = transaction.total_fees.tokens.into_inner();
    let mut out = Vec::new();
    for message in transaction.out_msgs.values() {
        out.push(message_v2(&message?)?);
    }
    let in_msg = transaction.in_msg.as_ref().map(message_v2).transpose()?;
    Ok(json!({
        "@type": "raw.transaction",
        "address": { "@type": "accountAddress", "account_address": friendly(&record.account) },
        "utime": record.unixtime,
        "data": Boc::encode_base64(&record.root),
        "transaction_id": {
            "@type": "internal.transactionId",
            "lt": record.lt.to_string(),
            "hash": base64_hash(&record.hash),
        },
        "fee": fee.to_string(),
        "storage_fee": storage.to_string(),
        "other_fee": fee.saturating_sub(storage).to_string(),
        "in_msg": in_msg,
        "out_msgs": out,
    }))
}

fn message_v3(cell: &Cell) -> Result<Value> {
    let parts = Parts::of(cell)?;
    let number = |value: Option<u128>| value.map(|value| value.to_string());
    let external = parts.import_fee.is_some();
    let normalized = external.then(|| normalized_hash(cell)).transpose()?;
    let decoded = parts.comment.as_ref().map(
        |comment| json!({ "type": "text_comment", "@type": "text_comment", "comment": comment }),
    );
    let init = parts.init.as_ref().map(
        |init| json!({ "hash": base64_hash(init.repr_hash()), "body": Boc::encode_base64(init) }),
    );
    let mut shown = json!({
        "hash": base64_hash(cell.repr_hash()),
        "source": parts.from.as_ref().map(raw),
        "destination": parts.to.as_ref().map(raw),
        "value": number(parts.value),
        "value_extra_currencies": {},
        "fwd_fee": number(parts.fwd_fee),
        "ihr_fee": number(parts.ihr_fee),
        "created_lt": parts.created_lt.map(|lt| lt.to_string()),
        "created_at": parts.created_at.map(|at| at.to_string()),
        "opcode": parts.opcode.map(|op| format!("0x{op:08x}")),
        "ihr_disabled": parts.flags.map(|flags| flags.0),
        "bounce": parts.flags.map(|flags| flags.1),
        "bounced": parts.flags.map(|flags| flags.2),
        "import_fee": number(parts.import_fee),
        "message_content": {
            "hash": base64_hash(parts.body.repr_hash()),
            "body": Boc::encode_base64(&parts.body),
            "decoded": decoded,
        },
        "init_state": init,
    });
    if let Some(hash) = normalized {
        set(&mut shown, "hash_norm", json!(base64_hash(&hash)));
    }
    Ok(shown)
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(map) = object {
        map.insert(name.to_owned(), value);
    }
}

/// How sure a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finality {
    /// Nobody has put it into a block.
    Pending,
    /// In a block that no block of the masterchain names yet; it may still be undone.
    Confirmed,
    /// For good.
    Finalized,
}

impl Finality {
    const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Finalized => "finalized",
        }
    }
}

/// A transaction in v3.
pub(super) fn transaction_v3(record: &Record, finality: Finality) -> Result<Value> {
    let transaction = record.root.parse::<Transaction>()?;
    let update = transaction.state_update.load()?;
    let mut out = Vec::new();
    for message in transaction.out_msgs.values() {
        let mut shown = message_v3(&message?)?;
        set(
            &mut shown,
            "out_msg_tx_hash",
            json!(base64_hash(&record.hash)),
        );
        out.push(shown);
    }
    let mut in_msg = transaction.in_msg.as_ref().map(message_v3).transpose()?;
    if let Some(message) = &mut in_msg {
        set(message, "in_msg_tx_hash", json!(base64_hash(&record.hash)));
    }
    // Only a block of the masterchain makes it final, and until then there is none to name.
    let seqno = match finality {
        Finality::Finalized => record.seqno,
        Finality::Pending | Finality::Confirmed => 0,
    };
    Ok(json!({
        "account": raw(&record.account),
        "hash": base64_hash(&record.hash),
        "lt": record.lt.to_string(),
        "now": record.unixtime,
        "mc_block_seqno": seqno,
        "trace_id": base64_hash(&record.hash),
        "prev_trans_hash": base64_hash(&transaction.prev_trans_hash),
        "prev_trans_lt": transaction.prev_trans_lt.to_string(),
        "orig_status": status(transaction.orig_status),
        "end_status": status(transaction.end_status),
        "total_fees": transaction.total_fees.tokens.into_inner().to_string(),
        "total_fees_extra_currencies": {},
        "description": phases::describe(&transaction.load_info()?),
        "block_ref": { "workchain": 0, "shard": "8000000000000000", "seqno": record.seqno },
        "in_msg": in_msg,
        "out_msgs": out,
        "account_state_before": state(&update.old),
        "account_state_after": state(&update.new),
        "emulated": finality == Finality::Pending,
        "finality": finality.name(),
    }))
}

fn state(hash: &HashBytes) -> Value {
    json!({
        "hash": base64_hash(hash), "balance": null, "account_status": null, "frozen_hash": null,
        "data_hash": null, "code_hash": null,
    })
}

/// The state of an account in v3.
pub(super) const fn status(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Uninit => "uninit",
        AccountStatus::Frozen => "frozen",
        AccountStatus::Active => "active",
        AccountStatus::NotExists => "nonexist",
    }
}
