//! Memos, addresses and challenges.

use crate::db::{Changed, Locked};
use crate::wallet::people::Address;
use crate::{Timestamp, UserId};

crate::sql! {
    pub(in crate::wallet) fn insert_memo(user: UserId, memo: &str, now: Timestamp) -> u64 =
        "INSERT INTO platform_deposit_memos (user_id, memo, created_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING";
    pub(in crate::wallet) fn memo_of(user: UserId) -> Option<String> =
        "SELECT memo FROM platform_deposit_memos WHERE user_id = $1";
    pub(in crate::wallet) fn user_of(memo: &str) -> Option<UserId> =
        "SELECT user_id FROM platform_deposit_memos WHERE memo = $1";

    pub(in crate::wallet) fn insert_address(
        chain: &str, user: UserId, address: &str, now: Timestamp, usable: Timestamp,
    ) -> u64 =
        "INSERT INTO platform_wallet_addresses (chain, user_id, address, first_used_at, usable_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (chain, user_id, address) DO NOTHING";
    pub(in crate::wallet) fn lock_address(chain: &str, user: UserId, address: &str)
        -> Option<Locked<Address>> =
        "SELECT user_id, address, first_used_at, usable_at, bound_at
         FROM platform_wallet_addresses
         WHERE chain = $1 AND user_id = $2 AND address = $3 FOR UPDATE";
    pub(in crate::wallet) fn bound_to(chain: &str, address: &str) -> Option<UserId> =
        "SELECT user_id FROM platform_wallet_addresses
         WHERE chain = $1 AND address = $2 AND bound_at IS NOT NULL";
    pub(in crate::wallet) fn bind(chain: &str, user: UserId, address: &str, now: Timestamp)
        -> Changed =
        "UPDATE platform_wallet_addresses SET bound_at = $4
         WHERE chain = $1 AND user_id = $2 AND address = $3 AND bound_at IS NULL";
    pub(in crate::wallet) fn addresses_of(chain: &str, user: UserId, limit: i64)
        -> Vec<Address> =
        "SELECT user_id, address, first_used_at, usable_at, bound_at
         FROM platform_wallet_addresses WHERE chain = $1 AND user_id = $2
         ORDER BY first_used_at DESC, address LIMIT $3";

    pub(in crate::wallet) fn insert_challenge(payload: &str, user: UserId, expires: Timestamp)
        -> () =
        "INSERT INTO platform_proof_challenges (payload, user_id, expires_at)
         VALUES ($1, $2, $3)";
    pub(in crate::wallet) fn use_challenge(payload: &str, user: UserId, now: Timestamp) -> u64 =
        "DELETE FROM platform_proof_challenges
         WHERE payload = $1 AND user_id = $2 AND expires_at > $3";
    pub(in crate::wallet) fn forget_challenges(now: Timestamp) -> u64 =
        "DELETE FROM platform_proof_challenges WHERE payload IN (
             SELECT payload FROM platform_proof_challenges WHERE expires_at <= $1 LIMIT 1000)";
}
