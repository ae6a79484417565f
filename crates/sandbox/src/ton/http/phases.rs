//! The phases of a transaction in v3.

use super::base64_hash;
use serde_json::{Map, Value, json};
use tycho_types::models::{
    AccountStatusChange, ActionPhase, BouncePhase, ComputePhase, ComputePhaseSkipReason,
    OrdinaryTxInfo, TxInfo,
};
use tycho_types::num::Tokens;

/// Everything that happened, as `description`.
pub(super) fn describe(info: &TxInfo) -> Value {
    match info {
        TxInfo::Ordinary(info) => ordinary(info),
        // Only special accounts of the masterchain have these, and there is none.
        TxInfo::TickTock(info) => json!({ "type": "tick_tock", "aborted": info.aborted }),
    }
}

/// Without what is not there.
fn object(fields: Vec<(&str, Value)>) -> Value {
    let there = fields.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(
        there
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    )
}

fn coins(value: Tokens) -> Value {
    json!(value.into_inner().to_string())
}

fn some_coins(value: Option<Tokens>) -> Value {
    value.map_or(Value::Null, coins)
}

fn ordinary(info: &OrdinaryTxInfo) -> Value {
    let storage = info.storage_phase.as_ref().map(|phase| {
        object(vec![
            (
                "storage_fees_collected",
                coins(phase.storage_fees_collected),
            ),
            ("storage_fees_due", some_coins(phase.storage_fees_due)),
            ("status_change", json!(change(phase.status_change))),
        ])
    });
    let credit = info.credit_phase.as_ref().map(|phase| {
        object(vec![
            ("due_fees_collected", some_coins(phase.due_fees_collected)),
            ("credit", coins(phase.credit.tokens)),
        ])
    });
    object(vec![
        ("type", json!("ord")),
        ("aborted", json!(info.aborted)),
        ("destroyed", json!(info.destroyed)),
        ("credit_first", json!(info.credit_first)),
        ("storage_ph", json!(storage)),
        ("credit_ph", json!(credit)),
        ("compute_ph", compute(&info.compute_phase)),
        ("action", json!(info.action_phase.as_ref().map(action))),
        ("bounce", json!(info.bounce_phase.as_ref().map(bounce))),
    ])
}

const fn change(change: AccountStatusChange) -> &'static str {
    match change {
        AccountStatusChange::Unchanged => "unchanged",
        AccountStatusChange::Frozen => "frozen",
        AccountStatusChange::Deleted => "deleted",
    }
}

fn compute(phase: &ComputePhase) -> Value {
    match phase {
        ComputePhase::Skipped(phase) => {
            let reason = match phase.reason {
                ComputePhaseSkipReason::NoState => "no_state",
                ComputePhaseSkipReason::BadState => "bad_state",
                ComputePhaseSkipReason::NoGas => "no_gas",
                ComputePhaseSkipReason::Suspended => "suspended",
            };
            json!({ "skipped": true, "reason": reason })
        }
        ComputePhase::Executed(phase) => object(vec![
            ("skipped", json!(false)),
            ("success", json!(phase.success)),
            ("msg_state_used", json!(phase.msg_state_used)),
            ("account_activated", json!(phase.account_activated)),
            ("gas_fees", coins(phase.gas_fees)),
            ("gas_used", json!(phase.gas_used.into_inner().to_string())),
            ("gas_limit", json!(phase.gas_limit.into_inner().to_string())),
            (
                "gas_credit",
                json!(phase.gas_credit.map(|gas| gas.into_inner().to_string())),
            ),
            ("mode", json!(phase.mode)),
            ("exit_code", json!(phase.exit_code)),
            ("exit_arg", json!(phase.exit_arg)),
            ("vm_steps", json!(phase.vm_steps)),
            (
                "vm_init_state_hash",
                json!(base64_hash(&phase.vm_init_state_hash)),
            ),
            (
                "vm_final_state_hash",
                json!(base64_hash(&phase.vm_final_state_hash)),
            ),
        ]),
    }
}

fn action(phase: &ActionPhase) -> Value {
    object(vec![
        ("success", json!(phase.success)),
        ("valid", json!(phase.valid)),
        ("no_funds", json!(phase.no_funds)),
        ("status_change", json!(change(phase.status_change))),
        ("total_fwd_fees", some_coins(phase.total_fwd_fees)),
        ("total_action_fees", some_coins(phase.total_action_fees)),
        ("result_code", json!(phase.result_code)),
        ("result_arg", json!(phase.result_arg)),
        ("tot_actions", json!(phase.total_actions)),
        ("spec_actions", json!(phase.special_actions)),
        ("skipped_actions", json!(phase.skipped_actions)),
        ("msgs_created", json!(phase.messages_created)),
        (
            "action_list_hash",
            json!(base64_hash(&phase.action_list_hash)),
        ),
        (
            "tot_msg_size",
            json!({
                "cells": phase.total_message_size.cells.into_inner().to_string(),
                "bits": phase.total_message_size.bits.into_inner().to_string(),
            }),
        ),
    ])
}

fn bounce(phase: &BouncePhase) -> Value {
    let size =
        |cells: u64, bits: u64| json!({ "cells": cells.to_string(), "bits": bits.to_string() });
    match phase {
        BouncePhase::NegativeFunds => json!({ "type": "negfunds" }),
        BouncePhase::NoFunds(phase) => object(vec![
            ("type", json!("nofunds")),
            (
                "msg_size",
                size(
                    phase.msg_size.cells.into_inner(),
                    phase.msg_size.bits.into_inner(),
                ),
            ),
            ("req_fwd_fees", coins(phase.req_fwd_fees)),
        ]),
        BouncePhase::Executed(phase) => object(vec![
            ("type", json!("ok")),
            (
                "msg_size",
                size(
                    phase.msg_size.cells.into_inner(),
                    phase.msg_size.bits.into_inner(),
                ),
            ),
            ("msg_fees", coins(phase.msg_fees)),
            ("fwd_fees", coins(phase.fwd_fees)),
        ]),
    }
}
