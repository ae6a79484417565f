//! Money comes in: credited exactly once, or visibly in suspense.

use super::accounts;
use super::memo::Memo;
use super::state::DepositState;
use super::store::{deposits, people};
use super::{Wallet, halt, say};
use crate::audit::By;
use crate::db::Tx;
use crate::ledger::{self, AccountId};
use crate::money::{Currency as _, Money, Ton};
use crate::planted::{self, Plant};
use crate::{Error, Result, Timestamp, UserId};

/// The longest memo that is kept, in characters; ours have ten.
const MEMO_KEPT: usize = 200;

/// A transfer of coins to an account of ours, as the chain has it for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// [`super::Chain::name`].
    pub chain: &'static str,
    /// Ours, that received it; canonical.
    pub account: String,
    /// Place of the transaction in the life of the account.
    pub lt: i64,
    /// Its hash, in the one spelling that the adapter keeps to.
    pub tx_hash: String,
    /// Who sent it, canonical.
    pub sender: Option<String>,
    /// The comment, as it came.
    pub memo: Option<String>,
    /// What the message brought. Never a difference of balances.
    pub amount: Money<Ton>,
    /// When it happened, by the chain.
    pub chain_time: Timestamp,
    /// Why it must not be credited although it is there.
    pub doubt: Option<Doubt>,
}

/// Why coins that are there may not be anybody's deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// A message of ours came back.
    Bounced,
    /// The transaction was aborted.
    Aborted,
    /// The transaction has sent messages on, which no deposit does.
    OutMessages,
}

impl Doubt {
    /// The reason in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bounced => "bounced",
            Self::Aborted => "aborted",
            Self::OutMessages => "out_messages",
        }
    }
}

/// What has become of an [`Arrival`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    /// It is in somebody's account now.
    Credited {
        /// The deposit.
        id: i64,
        /// Whose account.
        user: UserId,
    },
    /// It is in suspense now, or dust.
    Suspended {
        /// The deposit.
        id: i64,
        /// Why.
        reason: &'static str,
    },
    /// It was known before. Nothing has changed.
    Seen,
    /// Something else is known in its place, so the chain or its adapter contradicts itself.
    /// Nothing was credited; withdrawals are halted.
    Contradiction,
    /// It brought nothing. Nothing was written.
    Empty,
}

crate::row! {
    /// A deposit as it was read.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Deposit {
        /// Number.
        pub id: i64,
        /// On which chain.
        pub chain: String,
        /// Ours, that received it; canonical.
        pub account: String,
        /// See [`Arrival::lt`].
        pub lt: i64,
        /// See [`Arrival::tx_hash`].
        pub tx_hash: String,
        /// Who sent it, canonical.
        pub sender: Option<String>,
        /// The comment.
        pub memo: Option<String>,
        /// How much.
        pub amount: Money<Ton>,
        /// What has become of it.
        pub state: DepositState,
        /// Why it was not credited at once: `memo_missing`, `memo_unknown`, `bounced`, `aborted`,
        /// `out_messages`, `too_small`.
        pub reason: Option<String>,
        /// Whose it is.
        pub user_id: Option<UserId>,
        /// When it happened, by the chain.
        pub chain_time: Timestamp,
        /// When we saw it.
        pub created_at: Timestamp,
        /// When it left suspense.
        pub resolved_at: Option<Timestamp>,
        /// Who decided so, as in the audit trail.
        pub resolved_by: Option<String>,
        /// The operator's note.
        pub note: Option<String>,
    }
}

/// What is to be done with an arrival.
struct Verdict {
    state: DepositState,
    reason: Option<&'static str>,
    user: Option<UserId>,
}

impl Wallet {
    /// Takes an arrival: credited once to whoever its memo names, else into suspense.
    ///
    /// Running it twice is harmless: the second finds the first one's row. Several in one unit may
    /// wait for each other's accounts crosswise with other units; the database then runs one of
    /// them again.
    ///
    /// # Errors
    /// For a negative amount; the database's.
    pub fn arrived(&self, tx: &mut Tx<'_>, arrival: &Arrival) -> Result<Arrived> {
        if arrival.amount == Money::ZERO {
            return Ok(Arrived::Empty);
        }
        if !arrival.amount.is_positive() {
            return Err(Error::internal("a deposit of less than nothing"));
        }
        let now = tx.now();
        let verdict = self.judge(tx, arrival)?;
        let memo = arrival.memo.as_deref().map(kept_memo);
        let inserted = deposits::insert(
            tx,
            arrival.chain,
            &arrival.account,
            arrival.lt,
            &arrival.tx_hash,
            arrival.sender.as_deref(),
            memo.as_deref(),
            arrival.amount,
            verdict.state,
            verdict.reason,
            verdict.user,
            arrival.chain_time,
            now,
        )?;
        match inserted {
            Some(id) => self.keep(tx, arrival, id, &verdict),
            None => self.known(tx, arrival),
        }
    }

    fn judge(&self, tx: &mut Tx<'_>, arrival: &Arrival) -> Result<Verdict> {
        let aside = |state, reason| Verdict {
            state,
            reason: Some(reason),
            user: None,
        };
        let doubt = arrival.doubt.filter(|_| !planted::is(Plant::DoubtIgnored));
        let doubt = doubt.map(Doubt::as_str);
        if arrival.amount < self.rules().floor {
            let reason = doubt.unwrap_or("too_small");
            return Ok(aside(DepositState::Dust, reason));
        }
        if let Some(reason) = doubt {
            return Ok(aside(DepositState::Suspense, reason));
        }
        let text = arrival.memo.as_deref().unwrap_or_default();
        if text.trim().is_empty() {
            return Ok(aside(DepositState::Suspense, "memo_missing"));
        }
        let user = match Memo::read(text) {
            Some(memo) => people::user_of(tx, memo.as_str())?,
            None => None,
        };
        Ok(match user {
            Some(user) => Verdict {
                state: DepositState::Credited,
                reason: None,
                user: Some(user),
            },
            None => aside(DepositState::Suspense, "memo_unknown"),
        })
    }

    /// Books a deposit that was just written down.
    fn keep(
        &self,
        tx: &mut Tx<'_>,
        arrival: &Arrival,
        id: i64,
        verdict: &Verdict,
    ) -> Result<Arrived> {
        let op = accounts::deposit_op(arrival.chain, &arrival.account, arrival.lt);
        let topic = match verdict.user {
            Some(_) => super::DEPOSIT_CREDITED,
            None => super::DEPOSIT_SUSPENDED,
        };
        let payload = serde_json::json!({
            "deposit_id": id, "chain": arrival.chain, "tx_hash": arrival.tx_hash,
            "user_id": verdict.user, "amount": arrival.amount.to_decimal(),
            "currency": Ton::CODE, "reason": verdict.reason,
        });
        say(tx, topic, &subject(id), &payload)?;
        let details = serde_json::json!({
            "amount_minor": arrival.amount.minor(), "tx_hash": arrival.tx_hash,
            "state": verdict.state.as_str(), "reason": verdict.reason, "user_id": verdict.user,
        });
        let by = By::system(super::CHAIN_ACTOR);
        by.did(tx, "platform.deposit", &subject(id), &details.to_string())?;
        self.metrics().deposit(tx, verdict.state);
        // The account comes last in the order of locks.
        let owner = match verdict.user {
            Some(user) => {
                ledger::open_user::<Ton>(tx, user)?;
                AccountId::user(user, Ton::CODE)
            }
            None => accounts::suspense(),
        };
        accounts::book_deposit(tx, &op, id, arrival.amount, &owner)?;
        Ok(match (verdict.user, verdict.reason) {
            (Some(user), _) => Arrived::Credited { id, user },
            (None, reason) => Arrived::Suspended {
                id,
                reason: reason.unwrap_or_default(),
            },
        })
    }

    /// There is a row of this place or this hash: it is this very arrival, or a contradiction.
    fn known(&self, tx: &mut Tx<'_>, arrival: &Arrival) -> Result<Arrived> {
        let hash = deposits::hash_at(tx, arrival.chain, &arrival.account, arrival.lt)?;
        if hash.as_ref() == Some(&arrival.tx_hash) {
            return Ok(Arrived::Seen);
        }
        tracing::error!(
            lt = arrival.lt,
            tx_hash = arrival.tx_hash,
            known = hash,
            "the chain contradicts what it said before"
        );
        let by = By::system(super::CHAIN_ACTOR);
        self.halt(tx, halt::CONTRADICTION, None, &by)?;
        Ok(Arrived::Contradiction)
    }
}

/// A deposit in events and in the audit trail.
pub(super) fn subject(id: i64) -> String {
    format!("deposit/{id}")
}

/// What is kept of a stranger's text: no database stores a zero byte, nobody reads a book.
fn kept_memo(text: &str) -> String {
    let printable = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().take(MEMO_KEPT).map(printable).collect()
}
