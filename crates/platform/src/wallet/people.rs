//! By what a person is known on the chain: the memo of their deposits, their addresses, and which
//! of these they have proven to own.

use super::Wallet;
use super::chain::Proven;
use super::memo::Memo;
use super::store::people;
use crate::audit::By;
use crate::db::{Error as DbError, Tx};
use crate::money::{Money, Ton};
use crate::{Error, Kind, Result, Timestamp, UserId};
use std::time::Duration;

/// How long a challenge may be answered.
pub(super) const CHALLENGE_LIVES: Duration = Duration::from_mins(10);

crate::row! {
    /// An address that a person has had money sent to or has proven to own.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Address {
        /// Whose.
        pub user_id: UserId,
        /// Canonical.
        pub address: String,
        /// When we heard of it first.
        pub first_used_at: Timestamp,
        /// From when on money is sent to it.
        pub usable_at: Timestamp,
        /// When they have proven to own it.
        pub bound_at: Option<Timestamp>,
    }
}

/// What a proof has brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// How many deposits were credited that had waited for their owner.
    pub claimed: u32,
    /// How much they were together.
    pub amount: Money<Ton>,
}

impl Wallet {
    /// The memo of a person: `candidate` for somebody who has none. `None` when the candidate
    /// belongs to somebody else; try another.
    ///
    /// # Errors
    /// The database's.
    pub fn deposit_memo(
        &self,
        tx: &mut Tx<'_>,
        user: UserId,
        candidate: &Memo,
    ) -> Result<Option<String>> {
        if let Some(memo) = people::memo_of(tx, user)? {
            return Ok(Some(memo));
        }
        let now = tx.now();
        people::insert_memo(tx, user, candidate.as_str(), now)?;
        Ok(people::memo_of(tx, user)?)
    }

    /// The memo of a person, if one was ever drawn.
    ///
    /// # Errors
    /// The database's.
    pub(super) fn memo_of(tx: &mut Tx<'_>, user: UserId) -> Result<Option<String>> {
        Ok(people::memo_of(tx, user)?)
    }

    /// Keeps a challenge for a person; until when it may be answered. `payload` cannot be guessed
    /// ([`crate::ids::random_token`]).
    ///
    /// # Errors
    /// The database's.
    pub fn challenge(&self, tx: &mut Tx<'_>, user: UserId, payload: &str) -> Result<Timestamp> {
        let expires = tx.now().plus(CHALLENGE_LIVES);
        people::insert_challenge(tx, payload, user, expires)?;
        Ok(expires)
    }

    /// Binds a wallet to the person who has proven to own it, and credits what came from it
    /// without a memo that names anybody.
    ///
    /// The challenge counts once; binding again what is theirs is harmless and claims what came
    /// since.
    ///
    /// # Errors
    /// `challenge_unknown` (409): not this person's, used, or too old; `wallet_bound_elsewhere`
    /// (409).
    pub fn bind(&self, tx: &mut Tx<'_>, user: UserId, proven: &Proven, by: &By) -> Result<Bound> {
        let (now, address) = (tx.now(), proven.address.as_str());
        if people::use_challenge(tx, &proven.payload, user, now)? == 0 {
            let text = "Ask for a new challenge and sign that";
            return Err(Error::new(Kind::Conflict, "challenge_unknown", text));
        }
        match people::bound_to(tx, super::CHAIN, address)? {
            Some(owner) if owner == user => {}
            Some(_) => return Err(bound_elsewhere()),
            None => self.bind_new(tx, user, address, by)?,
        }
        self.claim(tx, user, address, by)
    }

    fn bind_new(&self, tx: &mut Tx<'_>, user: UserId, address: &str, by: &By) -> Result<()> {
        let now = tx.now();
        let usable = now.plus(self.rules().cool_down);
        people::insert_address(tx, super::CHAIN, user, address, now, usable)?;
        people::lock_address(tx, super::CHAIN, user, address)?;
        match people::bind(tx, super::CHAIN, user, address, now) {
            Err(DbError::Unique { .. }) => {
                // Somebody else binds it at this moment; the next look will find it.
                tx.outdated();
                return Err(bound_elsewhere());
            }
            other => other?,
        };
        let details = serde_json::json!({ "address": address }).to_string();
        Ok(by.did(
            tx,
            "platform.bind_wallet",
            &format!("user/{user}"),
            &details,
        )?)
    }

    /// The addresses of a person, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn addresses(&self, tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Address>> {
        Ok(people::addresses_of(tx, super::CHAIN, user, 50)?)
    }
}

fn bound_elsewhere() -> Error {
    let text = "Somebody else has proven that this wallet is theirs";
    Error::new(Kind::Conflict, "wallet_bound_elsewhere", text)
}

/// Deletes challenges that nobody can answer any more; returns how many.
///
/// # Errors
/// The database's.
pub fn forget_challenges(tx: &mut Tx<'_>) -> Result<u64> {
    let now = tx.now();
    Ok(people::forget_challenges(tx, now)?)
}
