//! Faults of lists: rows that are missing, come twice, in another order, or are not true.

use crate::ton::faults::{Faults, happens};
use serde_json::{Value, json};
use torg_platform::rng::Rng;
use tycho_types::boc::Boc;
use tycho_types::cell::CellBuilder;
use tycho_types::models::{MsgInfo, OwnedMessage, Transaction};
use tycho_types::num::Tokens;

/// A thousand tons more than there were.
const TOO_MUCH: u128 = 1_000_000_000_000;

/// Drops, doubles and swaps rows.
pub(super) fn shuffle(rows: Vec<Value>, faults: &Faults, rng: &Rng) -> Vec<Value> {
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        if happens(rng, faults.missing_rows) {
            continue;
        }
        if happens(rng, faults.duplicated_rows) {
            shown.push(row.clone());
        }
        shown.push(row);
    }
    if happens(rng, faults.reordered_rows) {
        shown.reverse();
    }
    shown
}

/// A row of v2 that may not be true.
pub(super) fn spoil_v2(mut row: Value, faults: &Faults, rng: &Rng) -> Value {
    if happens(rng, faults.wrong_amounts) {
        spoil_value(&mut row);
    }
    if happens(rng, faults.wrong_bocs)
        && let Some(wrong) = row.get("data").and_then(Value::as_str).and_then(wrong_boc)
        && let Some(data) = row.get_mut("data")
    {
        *data = json!(wrong);
        // Whoever reads the fields alone sees the same untruth.
        spoil_value(&mut row);
    }
    row
}

/// A row of v3 that may not be true. There is no bag of cells to compare with.
pub(super) fn spoil_v3(mut row: Value, faults: &Faults, rng: &Rng) -> Value {
    if happens(rng, faults.wrong_amounts) {
        spoil_value(&mut row);
    }
    row
}

/// What arrived is more than it was.
fn spoil_value(row: &mut Value) {
    let value = row
        .get_mut("in_msg")
        .and_then(|message| message.get_mut("value"));
    if let Some(value) = value
        && let Some(nano) = value.as_str().and_then(|text| text.parse::<u128>().ok())
    {
        *value = json!(nano.saturating_add(TOO_MUCH).to_string());
    }
}

/// The same transaction with more in its message, which gives it another hash.
fn wrong_boc(boc: &str) -> Option<String> {
    let root = Boc::decode_base64(boc).ok()?;
    let mut transaction = root.parse::<Transaction>().ok()?;
    let message = transaction.in_msg.as_ref()?;
    let mut message = message.parse::<OwnedMessage>().ok()?;
    if let MsgInfo::Int(info) = &mut message.info {
        let nano = info.value.tokens.into_inner();
        info.value.tokens = Tokens::new(nano.saturating_add(TOO_MUCH));
    }
    transaction.in_msg = Some(CellBuilder::build_from(&message).ok()?);
    let root = CellBuilder::build_from(&transaction).ok()?;
    Some(Boc::encode_base64(root))
}
