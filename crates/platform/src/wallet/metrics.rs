//! What the operator counts of money in and out.

use super::state::{DepositState, WithdrawalState};
use crate::Result;
use crate::db::Tx;
use crate::observe;
use prometheus::{IntCounterVec, IntGauge};

/// The wallet's metrics.
#[derive(Debug, Clone)]
pub(super) struct Metrics {
    deposits: IntCounterVec,
    withdrawals: IntCounterVec,
    pub(super) balance: IntGauge,
    pub(super) difference: IntGauge,
}

impl Metrics {
    pub(super) fn new(metrics: &observe::Metrics) -> Result<Self> {
        Ok(Self {
            deposits: metrics.counter_vec(
                "deposits_total",
                "Deposits of the chain that have come into a state",
                &["state"],
            )?,
            withdrawals: metrics.counter_vec(
                "withdrawals_total",
                "Withdrawals to the chain that have come into a state",
                &["state"],
            )?,
            balance: metrics.gauge(
                "wallet_chain_balance_nano",
                "What the chain held when this process looked last",
            )?,
            difference: metrics.gauge(
                "wallet_difference_nano",
                "What the chain held more than the ledger when this process looked last",
            )?,
        })
    }

    /// A deposit has come into `state`, once this unit is durable.
    pub(super) fn deposit(&self, tx: &mut Tx<'_>, state: DepositState) {
        tx.count(&self.deposits.with_label_values(&[state.as_str()]));
    }

    /// A withdrawal has come into `state`, once this unit is durable.
    pub(super) fn withdrawal(&self, tx: &mut Tx<'_>, state: WithdrawalState) {
        tx.count(&self.withdrawals.with_label_values(&[state.as_str()]));
    }
}
