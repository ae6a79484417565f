//! What a transaction of the wallet means for the books. Pure.

use crate::message::std_addr;
use crate::tx::{InKind, Tx, TxId};
use crate::{Error, Result, StdAddr};
use torg_platform::wallet::Doubt;
use tycho_types::cell::{Cell, HashBytes};

/// First words of the bodies of v5 orders that use up a seqno: signed and sent from outside, or
/// inside a message.
const ORDERS: [u32; 2] = [0x7369_676e, 0x7369_6e74];

/// A transaction, as far as the books want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Movement {
    pub(super) id: TxId,
    pub(super) prev: Option<TxId>,
    /// Seconds since 1970, by the chain.
    pub(super) at: u32,
    /// What came to stay.
    pub(super) arrival: Option<Coming>,
    /// The order that the wallet obeyed.
    pub(super) order: Option<Obeyed>,
    /// What went out, a message that bounced aside.
    pub(super) outs: Vec<Going>,
    /// Of the balance.
    pub(super) change: i64,
}

/// Coins that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coming {
    pub(super) sender: StdAddr,
    pub(super) memo: Option<String>,
    pub(super) value: i64,
    pub(super) doubt: Option<Doubt>,
}

/// An order that was obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Obeyed {
    /// Its name, when it came from outside.
    pub(super) hash: Option<HashBytes>,
    /// Which it used up.
    pub(super) seqno: u32,
}

/// Coins that left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Going {
    pub(super) to: Option<StdAddr>,
    pub(super) value: i64,
    pub(super) body_hash: HashBytes,
}

/// Reads a transaction.
///
/// # Errors
/// [`Error::Unexpected`] for amounts that cannot be.
pub(super) fn read(tx: &Tx) -> Result<Movement> {
    let mut movement = Movement {
        id: tx.id,
        prev: tx.prev,
        at: tx.now,
        arrival: None,
        order: None,
        outs: Vec::new(),
        change: i64::try_from(tx.balance_change()).map_err(|_range| too_much())?,
    };
    // What came was sent back: all that is left of it are fees.
    if tx.bounced_back {
        return Ok(movement);
    }
    for out in &tx.out_msgs {
        movement.outs.push(Going {
            to: out.to.clone(),
            value: i64::try_from(out.value).map_err(|_range| too_much())?,
            body_hash: *out.body.repr_hash(),
        });
    }
    let Some(message) = &tx.in_msg else {
        return Ok(movement);
    };
    match &message.kind {
        InKind::External { normalized_hash } => {
            // The contract takes nothing from outside but a valid order.
            let seqno = seqno_of(&message.body);
            movement.order = Some(Obeyed {
                hash: Some(*normalized_hash),
                seqno: seqno.ok_or(Error::Unexpected("an order of this wallet"))?,
            });
        }
        InKind::Internal {
            source,
            value,
            bounced,
            ..
        } => {
            if !movement.outs.is_empty() {
                movement.order = seqno_of(&message.body).map(|seqno| Obeyed { hash: None, seqno });
            }
            let value = i64::try_from(*value).map_err(|_range| too_much())?;
            let doubt = if *bounced {
                Some(Doubt::Bounced)
            } else if tx.aborted {
                Some(Doubt::Aborted)
            } else if !movement.outs.is_empty() {
                Some(Doubt::OutMessages)
            } else {
                None
            };
            movement.arrival = (value > 0).then(|| Coming {
                sender: source.clone(),
                memo: message.comment.clone(),
                value,
                doubt,
            });
        }
    }
    Ok(movement)
}

fn seqno_of(body: &Cell) -> Option<u32> {
    let mut body = body.as_slice().ok()?;
    let op = body.load_u32().ok()?;
    let _wallet_id = body.load_u32().ok()?;
    let _valid_until = body.load_u32().ok()?;
    let seqno = body.load_u32().ok()?;
    ORDERS.contains(&op).then_some(seqno)
}

const fn too_much() -> Error {
    Error::Unexpected("an amount that can be")
}

/// Which of the planned payouts are among what went out: for each planned one, whether it is
/// there; and how much went out that nobody planned, with the first such destination.
///
/// The wallet sends in the order of the list and skips what it cannot pay for.
pub(super) fn match_payouts(planned: &[Payout], outs: &[Going]) -> (Vec<bool>, Vec<Going>) {
    let mut found = vec![false; planned.len()];
    let mut strange = Vec::new();
    for out in outs {
        let same = |payout: &Payout| {
            out.to.as_ref() == Some(&payout.to)
                && out.value == payout.value
                && out.body_hash == payout.body_hash
        };
        let place = planned
            .iter()
            .zip(&mut found)
            .find(|(payout, found)| !**found && same(payout));
        match place {
            Some((_payout, found)) => *found = true,
            None => strange.push(out.clone()),
        }
    }
    (found, strange)
}

/// A payout as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payout {
    pub(super) to: StdAddr,
    pub(super) value: i64,
    pub(super) body_hash: HashBytes,
}

/// The account that a canonical address names.
pub(super) fn account(canonical: &str) -> Option<StdAddr> {
    let address: StdAddr = canonical.parse().ok()?;
    std_addr(&address.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(byte: u8) -> StdAddr {
        StdAddr::new(0, HashBytes([byte; 32]))
    }

    fn payout(byte: u8, value: i64) -> Payout {
        Payout {
            to: to(byte),
            value,
            body_hash: HashBytes::ZERO,
        }
    }

    fn going(byte: u8, value: i64) -> Going {
        Going {
            to: Some(to(byte)),
            value,
            body_hash: HashBytes::ZERO,
        }
    }

    #[test]
    fn a_skipped_payout_is_missed() {
        let planned = [payout(1, 5), payout(2, 5), payout(1, 5)];
        let (found, strange) = match_payouts(&planned, &[going(1, 5), going(1, 5)]);
        assert_eq!(found, [true, false, true]);
        assert_eq!(strange, []);
    }

    #[test]
    fn twins_count_as_often_as_they_went_out() {
        let planned = [payout(1, 5), payout(1, 5)];
        let (found, _strange) = match_payouts(&planned, &[going(1, 5)]);
        assert_eq!(found, [true, false]);
    }

    #[test]
    fn another_amount_or_destination_is_strange() {
        let planned = [payout(1, 5)];
        let outs = [going(1, 6), going(2, 5)];
        let (found, strange) = match_payouts(&planned, &outs);
        assert_eq!(found, [false]);
        assert_eq!(strange, outs);
    }
}
