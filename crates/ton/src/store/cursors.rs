//! How far an account is in the books.

use torg_platform::Timestamp;
use torg_platform::db::{Changed, Locked};

torg_platform::row! {
    /// The newest transaction that is in the books.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Cursor {
        pub(crate) account: String,
        /// 0 before the first transaction.
        pub(crate) lt: i64,
        /// In hex; empty before the first transaction.
        pub(crate) hash: String,
        /// Nanotons after it.
        pub(crate) balance: i64,
        /// Of the wallet's next order.
        pub(crate) seqno: i64,
        pub(crate) chain_time: Timestamp,
    }
}

torg_platform::sql! {
    pub(crate) fn read(account: &str) -> Option<Cursor> =
        "SELECT account, lt, hash, balance, seqno, chain_time FROM ton_cursors
         WHERE account = $1";
    pub(crate) fn lock(account: &str) -> Option<Locked<Cursor>> =
        "SELECT account, lt, hash, balance, seqno, chain_time FROM ton_cursors
         WHERE account = $1 FOR UPDATE";
    pub(crate) fn open(
        account: &str, lt: i64, hash: &str, balance: i64, seqno: i64, chain_time: Timestamp,
        at: Timestamp,
    ) -> u64 =
        "INSERT INTO ton_cursors
             (account, lt, hash, balance, seqno, chain_time, opened_at, moved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (account) DO NOTHING";
    pub(crate) fn advance(
        account: &str, from_lt: i64, lt: i64, hash: &str, balance: i64, seqno: i64,
        chain_time: Timestamp, at: Timestamp,
    ) -> Changed =
        "UPDATE ton_cursors SET lt = $3, hash = $4, balance = $5, seqno = $6, chain_time = $7,
             moved_at = $8
         WHERE account = $1 AND lt = $2 AND lt < $3";
}
