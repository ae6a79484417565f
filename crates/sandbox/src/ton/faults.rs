//! What goes wrong on purpose, so that tests and people see how the rest copes.
//!
//! Everything is drawn from the chain's [`Rng`], so that a run with a seed can be repeated. The
//! chain itself stays right: faults are in what is answered, and in what becomes of a message
//! between its acceptance and a block.

use serde::{Deserialize, Serialize};
use torg_platform::rng::Rng;

/// Shares are of a thousand: 0 never, 1000 always.
const WHOLE: u64 = 1_000;

/// Faults of the answers below `/api/`. All of them are off by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Milliseconds before each answer.
    pub delay_ms: u64,
    /// Share of 429, with Toncenter's text in `result` and a `Retry-After`.
    pub status_429: u16,
    /// Seconds in `Retry-After`.
    pub retry_after: u16,
    /// Share of 500.
    pub status_500: u16,
    /// Share of 503.
    pub status_503: u16,
    /// Share of 504.
    pub status_504: u16,
    /// Share of JSON that ends early.
    pub truncated: u16,
    /// Share of answers that are a page for people, as of a proxy.
    pub html: u16,
    /// Share of requests that have their effect and end without an answer.
    pub dropped: u16,
    /// Share of requests that have their effect and answer 500.
    pub failed_after: u16,
    /// Share of external messages that arrive twice.
    pub duplicated_sends: u16,
    /// Share of external messages that are accepted and never seen again.
    pub swallowed_sends: u16,
    /// Share of external messages that are accepted and come into a block later.
    pub withheld_sends: u16,
    /// How many blocks later.
    pub withheld_blocks: u32,
    /// Answers are from this many blocks ago: head, accounts and transactions alike.
    pub lag_blocks: u32,
    /// The masterchain is this many blocks behind: newer transactions are not final, v2 and
    /// accounts do not show them.
    pub finality_blocks: u32,
    /// Transactions older than this many blocks need `archival` in v2; 0 keeps all.
    pub recent_blocks: u32,
    /// Share of rows that are left out of lists of transactions.
    pub missing_rows: u16,
    /// Share of rows that come twice.
    pub duplicated_rows: u16,
    /// Share of lists whose order is another.
    pub reordered_rows: u16,
    /// Share of transactions whose amounts are wrong in JSON, and right in the bag of cells.
    pub wrong_amounts: u16,
    /// Share of transactions whose bag of cells is another than its hash says (v2).
    pub wrong_bocs: u16,
}

/// Draws a share.
pub(super) fn happens(rng: &Rng, share: u16) -> bool {
    share > 0 && rng.next_u64() % WHOLE < u64::from(share)
}

/// What becomes of an accepted message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Waits,
    WaitsTwice,
    Lost,
    Later(u32),
}

impl Faults {
    /// Draws what becomes of a message.
    pub(super) fn fate(&self, rng: &Rng) -> Fate {
        if happens(rng, self.swallowed_sends) {
            Fate::Lost
        } else if happens(rng, self.withheld_sends) {
            Fate::Later(self.withheld_blocks)
        } else if happens(rng, self.duplicated_sends) {
            Fate::WaitsTwice
        } else {
            Fate::Waits
        }
    }
}
