//! `platform_chain_wallets` and `platform_withdrawal_halts`.

use crate::Timestamp;
use crate::money::{Money, Ton};
use crate::wallet::halt::{Halt, Seen};

crate::sql! {
    pub(in crate::wallet) fn observe(
        chain: &str, account: &str, balance: Money<Ton>, difference: Money<Ton>,
        chain_time: Timestamp, now: Timestamp,
    ) -> u64 =
        "INSERT INTO platform_chain_wallets
             (chain, account, balance, difference, chain_time, observed_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (chain, account) DO UPDATE SET balance = excluded.balance,
             difference = excluded.difference, chain_time = excluded.chain_time,
             observed_at = excluded.observed_at
         WHERE platform_chain_wallets.chain_time <= excluded.chain_time";
    pub(in crate::wallet) fn seen(chain: &str) -> Option<Seen> =
        "SELECT account, balance, difference, chain_time, observed_at
         FROM platform_chain_wallets WHERE chain = $1 ORDER BY observed_at DESC LIMIT 1";

    pub(in crate::wallet) fn halt(
        chain: &str, reason: &str, note: Option<&str>, at: Timestamp, by: &str,
    ) -> u64 =
        "INSERT INTO platform_withdrawal_halts (chain, reason, note, halted_at, halted_by)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (chain, reason) WHERE resumed_at IS NULL DO NOTHING";
    pub(in crate::wallet) fn resume(chain: &str, at: Timestamp, by: &str, note: &str) -> u64 =
        "UPDATE platform_withdrawal_halts
         SET resumed_at = $2, resumed_by = $3, resume_note = $4
         WHERE chain = $1 AND resumed_at IS NULL";
    pub(in crate::wallet) fn halts(chain: &str) -> Vec<Halt> =
        "SELECT reason, note, halted_at, halted_by FROM platform_withdrawal_halts
         WHERE chain = $1 AND resumed_at IS NULL ORDER BY id";
}
