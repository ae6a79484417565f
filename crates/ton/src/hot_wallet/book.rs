//! Books transactions of the wallet, inside a unit of work.

use super::movement::{self, Coming, Movement};
use crate::store::batches::{self, Batch, BatchState};
use crate::store::cursors::{self, Cursor};
use torg_platform::db::{Locked, Tx};
use torg_platform::money::Money;
use torg_platform::wallet::{Arrival, Arrived, CHAIN, Landed, Wallet as Desk};
use torg_platform::{Error, Result, Timestamp};

/// How far booking came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Booked {
    /// To the end.
    All,
    /// Somebody else has moved the cursor.
    Overtaken,
}

/// Books `movements` one after the other, the first being the successor of `from`; the cursor
/// after them, or `None` when it is not at `from` any more.
///
/// # Errors
/// For what contradicts the books: then nothing of it is booked. The database's.
pub(super) fn book(
    tx: &mut Tx<'_>,
    desk: &Desk,
    account: &str,
    from: &Cursor,
    movements: &[Movement],
) -> Result<Option<Cursor>> {
    let Some(cursor) = cursors::lock(tx, account)? else {
        return Ok(None);
    };
    if *cursor != *from {
        return Ok(None);
    }
    let now = tx.now();
    let mut at = from.clone();
    for movement in movements {
        let prev = movement.prev.map(|prev| (prev.lt, prev.hash.to_string()));
        let expected = (at.lt > 0).then(|| (at.lt.unsigned_abs(), at.hash.clone()));
        if prev != expected {
            return Err(Error::internal("a transaction that does not follow"));
        }
        one(tx, desk, account, &mut at, movement)?;
    }
    if at.lt > from.lt {
        let Cursor {
            lt,
            hash,
            balance,
            seqno,
            chain_time,
            ..
        } = &at;
        cursors::advance(
            tx,
            account,
            from.lt,
            *lt,
            hash,
            *balance,
            *seqno,
            *chain_time,
            now,
        )?;
    }
    Ok(Some(at))
}

fn one(
    tx: &mut Tx<'_>,
    desk: &Desk,
    account: &str,
    at: &mut Cursor,
    movement: &Movement,
) -> Result<()> {
    let op = format!("chain/{CHAIN}/{account}/{}", movement.id.lt);
    let came = match &movement.arrival {
        Some(coming) => {
            let arrival = arrival(account, movement, coming)?;
            match desk.arrived(tx, &arrival)? {
                Arrived::Contradiction => return Err(Error::internal("another deposit is there")),
                Arrived::Credited { .. }
                | Arrived::Suspended { .. }
                | Arrived::Seen
                | Arrived::Empty => coming.value,
            }
        }
        None => 0,
    };
    let (mut paid, mut strange) = (0_i64, movement.outs.clone());
    if let Some(order) = movement.order {
        at.seqno = i64::from(order.seqno).saturating_add(1);
        let ours = match order.hash {
            Some(hash) => batches::lock_of_order(tx, &hash.to_string())?,
            None => None,
        };
        match ours {
            Some(batch) => (paid, strange) = land(tx, desk, &batch, movement)?,
            None => void_batch(tx, desk, account, order.seqno)?,
        }
    }
    let mut lost = 0_i64;
    for (place, out) in strange.iter().enumerate().filter(|(_, out)| out.value > 0) {
        lost = lost.checked_add(out.value).ok_or_else(overflow)?;
        let to = out
            .to
            .as_ref()
            .map_or_else(String::new, ToString::to_string);
        let reason = format!(
            "{} nanotons went to {to} without an order of ours",
            out.value
        );
        let op = format!("{op}/out/{place}");
        desk.unexplained(tx, &op, Money::from_minor(out.value), &reason)?;
    }
    let cost = came
        .checked_sub(paid)
        .and_then(|rest| rest.checked_sub(lost))
        .and_then(|rest| rest.checked_sub(movement.change))
        .ok_or_else(overflow)?;
    if cost < 0 {
        return Err(Error::internal("a transaction that made coins"));
    }
    if cost > 0 {
        desk.cost(tx, &format!("{op}/cost"), Money::from_minor(cost))?;
    }
    at.lt = i64::try_from(movement.id.lt).map_err(Error::internal)?;
    at.hash = movement.id.hash.to_string();
    at.balance = at
        .balance
        .checked_add(movement.change)
        .ok_or_else(overflow)?;
    at.chain_time = Timestamp::from_seconds(i64::from(movement.at));
    Ok(())
}

fn arrival(account: &str, movement: &Movement, coming: &Coming) -> Result<Arrival> {
    Ok(Arrival {
        chain: CHAIN,
        account: account.to_owned(),
        lt: i64::try_from(movement.id.lt).map_err(Error::internal)?,
        tx_hash: movement.id.hash.to_string(),
        sender: Some(coming.sender.to_string()),
        memo: coming.memo.clone(),
        amount: Money::from_minor(coming.value),
        chain_time: Timestamp::from_seconds(i64::from(movement.at)),
        doubt: coming.doubt,
    })
}

/// A batch of ours has landed: what went out is paid, what is missing goes out again. Returns
/// what was paid, and what went out beside it.
fn land(
    tx: &mut Tx<'_>,
    desk: &Desk,
    batch: &Locked<Batch>,
    movement: &Movement,
) -> Result<(i64, Vec<movement::Going>)> {
    if batch.state != BatchState::Open {
        // The contract takes a seqno once, and whoever voided it has seen it used.
        return Err(Error::internal("a batch that lands although it cannot"));
    }
    let rows = batches::payouts(tx, &batch.id)?;
    let mut planned = Vec::with_capacity(rows.len());
    for row in &rows {
        planned.push(movement::Payout {
            to: movement::account(&row.destination)
                .ok_or_else(|| Error::internal("a destination that is no address"))?,
            value: row.amount,
            body_hash: row.body_hash.parse().map_err(Error::internal)?,
        });
    }
    let (found, strange) = movement::match_payouts(&planned, &movement.outs);
    let tx_hash = movement.id.hash.to_string();
    let landed = Landed {
        tx_hash: tx_hash.clone(),
        at: Timestamp::from_seconds(i64::from(movement.at)),
    };
    let mut paid = 0_i64;
    for (row, is_there) in rows.iter().zip(found) {
        if is_there {
            paid = paid.checked_add(row.amount).ok_or_else(overflow)?;
            desk.confirm(tx, &batch.id, &row.withdrawal_id, &landed)?;
        } else {
            desk.send_again(tx, &batch.id, &row.withdrawal_id, "skipped_by_the_wallet")?;
        }
    }
    let now = tx.now();
    batches::land(tx, &batch.id, &tx_hash, now)?;
    Ok((paid, strange))
}

/// Somebody else who has the key has used `seqno`: what we have signed under it, or under one
/// before it, can never land.
pub(super) fn void_batch(tx: &mut Tx<'_>, desk: &Desk, account: &str, seqno: u32) -> Result<()> {
    let Some(batch) = batches::lock_open(tx, account)? else {
        return Ok(());
    };
    if batch.seqno > i64::from(seqno) {
        return Ok(());
    }
    for row in batches::payouts(tx, &batch.id)? {
        desk.send_again(tx, &batch.id, &row.withdrawal_id, "seqno_used_by_another")?;
    }
    let now = tx.now();
    batches::void(tx, &batch.id, now)?;
    Ok(())
}

fn overflow() -> Error {
    Error::internal("more coins than there are")
}
