//! Batches of payouts and their signed forms.

use torg_platform::Timestamp;
use torg_platform::db::{Changed, Locked};

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BatchState {
    /// It may land at any moment.
    Open,
    /// It has landed.
    Landed,
    /// It cannot land: another order has used its seqno.
    Void,
}

impl BatchState {
    /// The name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Landed => "landed",
            Self::Void => "void",
        }
    }

    /// The state of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Open, Self::Landed, Self::Void]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

torg_platform::text_column!(BatchState);

torg_platform::row! {
    /// A list of payouts under one seqno.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Batch {
        pub(crate) id: String,
        pub(crate) seqno: i64,
        pub(crate) state: BatchState,
    }
}

torg_platform::row! {
    /// A payout as it was signed.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Planned {
        pub(crate) withdrawal_id: String,
        pub(crate) destination: String,
        pub(crate) amount: i64,
        /// In hex.
        pub(crate) body_hash: String,
    }
}

torg_platform::row! {
    /// A signed form of a batch.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Order {
        pub(crate) hash: String,
        pub(crate) form: i64,
        pub(crate) valid_until: Timestamp,
        pub(crate) message: Vec<u8>,
    }
}

torg_platform::sql! {
    pub(crate) fn insert(id: &str, account: &str, seqno: i64, at: Timestamp) -> () =
        "INSERT INTO ton_batches (id, account, seqno, state, opened_at)
         VALUES ($1, $2, $3, 'open', $4)";
    pub(crate) fn find_open(account: &str) -> Option<Batch> =
        "SELECT id, seqno, state FROM ton_batches WHERE account = $1 AND state = 'open'";
    pub(crate) fn lock_open(account: &str) -> Option<Locked<Batch>> =
        "SELECT id, seqno, state FROM ton_batches WHERE account = $1 AND state = 'open'
         FOR UPDATE";
    pub(crate) fn lock_of_order(hash: &str) -> Option<Locked<Batch>> =
        "SELECT id, seqno, state FROM ton_batches
         WHERE id = (SELECT batch_id FROM ton_orders WHERE hash = $1) FOR UPDATE";
    pub(crate) fn land(id: &str, tx_hash: &str, at: Timestamp) -> Changed =
        "UPDATE ton_batches SET state = 'landed', tx_hash = $2, settled_at = $3
         WHERE id = $1 AND state = 'open'";
    pub(crate) fn void(id: &str, at: Timestamp) -> Changed =
        "UPDATE ton_batches SET state = 'void', settled_at = $2 WHERE id = $1 AND state = 'open'";

    pub(crate) fn insert_payout(
        batch: &str, place: i64, withdrawal: &str, destination: &str, amount: i64,
        body_hash: &str,
    ) -> () =
        "INSERT INTO ton_batch_payouts
             (batch_id, place, withdrawal_id, destination, amount, body_hash)
         VALUES ($1, $2, $3, $4, $5, $6)";
    pub(crate) fn payouts(batch: &str) -> Vec<Planned> =
        "SELECT withdrawal_id, destination, amount, body_hash FROM ton_batch_payouts
         WHERE batch_id = $1 ORDER BY place";

    pub(crate) fn insert_order(
        hash: &str, batch: &str, form: i64, valid_until: Timestamp, message: &[u8], at: Timestamp,
    ) -> () =
        "INSERT INTO ton_orders (hash, batch_id, form, valid_until, message, signed_at)
         VALUES ($1, $2, $3, $4, $5, $6)";
    pub(crate) fn newest_order(batch: &str) -> Option<Order> =
        "SELECT hash, form, valid_until, message FROM ton_orders
         WHERE batch_id = $1 ORDER BY form DESC LIMIT 1";
}
