//! Sends what is to go out.

use super::scan::{Level, cursor_id};
use super::{HotWallet, Inner, SEQNO_DIFFERS, away, book, movement, unreadable};
use crate::api::Sent;
use crate::message::{self, Outgoing};
use crate::store::{batches, cursors};
use std::collections::HashMap;
use torg_platform::audit::By;
use torg_platform::db::Tx;
use torg_platform::ids::uuid_v7;
use torg_platform::money::Money;
use torg_platform::planted::{self, Plant};
use torg_platform::wallet::Payout;
use torg_platform::{Error, Result, Timestamp};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellFamily as _};

/// What was done about payouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paid {
    /// Nothing is to go out, or nothing may.
    Nothing,
    /// The chain's newest block is too old, or of the future.
    Lagging,
    /// A signed order was handed to the server, whatever it made of it.
    Sent,
    /// An order can still land, or its death is not proven yet.
    InFlight,
}

impl HotWallet {
    /// Sends the open batch, or signs the next one, given that the books were [`Level`] just now.
    /// While withdrawals are halted, neither: what was sent before may still land.
    ///
    /// # Errors
    /// `ton_unavailable`; the database's. What was signed stays signed.
    pub async fn pay(&self, level: &Level) -> Result<Paid> {
        let inner = self.0.clone();
        let read = move |tx: &mut Tx<'_>| {
            let order = match batches::find_open(tx, &inner.account)? {
                Some(batch) => batches::newest_order(tx, &batch.id)?,
                None => None,
            };
            Ok::<_, Error>((order, inner.desk.is_halted(tx)?))
        };
        let (order, is_halted) = self.0.ctx.db.read("ton.read_open_batch", read).await?;
        if is_halted {
            return Ok(Paid::Nothing);
        }
        let Some(order) = order else {
            return self.sign_next(level).await;
        };
        if planted::is(Plant::ExpiryByOurClock) && self.0.ctx.clock.now() > order.valid_until {
            return self.forget_order().await;
        }
        if level.time <= order.valid_until {
            return self.send(&order.message).await;
        }
        if level.time <= order.valid_until.plus(self.0.settings.margin) {
            return Ok(Paid::InFlight);
        }
        self.sign_again(level, &order.hash).await
    }

    /// Hands the very bytes to the server. Whether they land is for the scanner to see.
    async fn send(&self, bytes: &[u8]) -> Result<Paid> {
        match self.0.api.send(bytes).await {
            Ok(Sent::Accepted) => {}
            // Refused is what it also is after it has landed.
            Ok(Sent::Refused(text)) => tracing::debug!(%text, "the order was not taken"),
            Err(_) if planted::is(Plant::UnknownIsFailed) => return self.forget_order().await,
            Err(error) => tracing::debug!(%error, "it is not known whether the order was taken"),
        }
        Ok(Paid::Sent)
    }

    /// Takes the open batch for dead, for the plants that do so without proof.
    async fn forget_order(&self) -> Result<Paid> {
        let inner = self.0.clone();
        let unit =
            move |tx: &mut Tx<'_>| book::void_batch(tx, &inner.desk, &inner.account, u32::MAX);
        self.0.ctx.db.write("ton.forget_order", unit).await?;
        Ok(Paid::Nothing)
    }

    /// Signs the next batch under the seqno that the books say is next.
    async fn sign_next(&self, level: &Level) -> Result<Paid> {
        if self.is_lagging(level) {
            return Ok(Paid::Lagging);
        }
        let level = level.clone();
        let inner = self.0.clone();
        let id = uuid_v7(&self.0.ctx.rng, self.0.ctx.clock.now()).to_string();
        let unit = move |tx: &mut Tx<'_>| sign_next(tx, &inner, &id, &level);
        match self.0.ctx.db.write("ton.sign_batch", unit).await? {
            Some(bytes) => self.send(&bytes).await,
            None => Ok(Paid::Nothing),
        }
    }

    /// The newest order can no longer land: the chain's clock has passed its time, and everything
    /// up to then is in the books without it. The same payouts under the same seqno again.
    async fn sign_again(&self, level: &Level, dead: &str) -> Result<Paid> {
        if self.is_lagging(level) {
            return Ok(Paid::Lagging);
        }
        // Not what this rests on, but a chain that contradicts itself is not to be trusted.
        let chain = self.0.api.seqno(self.address()).await.map_err(away)?;
        let (inner, level, dead) = (self.0.clone(), level.clone(), dead.to_owned());
        let unit = move |tx: &mut Tx<'_>| sign_again(tx, &inner, &dead, &level, chain);
        match self.0.ctx.db.write("ton.sign_batch_again", unit).await? {
            Some(bytes) => self.send(&bytes).await,
            None => Ok(Paid::InFlight),
        }
    }

    fn is_lagging(&self, level: &Level) -> bool {
        let now = self.0.ctx.clock.now();
        let max = self.0.settings.max_lag;
        level.time < now.minus(max) || level.time > now.plus(max)
    }
}

/// Whether the books are still where they were level with the chain; and the next seqno.
fn seqno_at(tx: &mut Tx<'_>, inner: &Inner, level: &Level) -> Result<Option<i64>> {
    let Some(cursor) = cursors::lock(tx, &inner.account)? else {
        return Ok(None);
    };
    Ok((cursor_id(&cursor)? == level.last).then_some(cursor.seqno))
}

fn sign_next(tx: &mut Tx<'_>, inner: &Inner, id: &str, level: &Level) -> Result<Option<Vec<u8>>> {
    let Some(seqno) = seqno_at(tx, inner, level)? else {
        return Ok(None);
    };
    if batches::lock_open(tx, &inner.account)?.is_some() {
        return Ok(None);
    }
    let settings = &inner.settings;
    let spendable = Money::from_minor(level.balance)
        .checked_sub(settings.reserve)
        .filter(|rest| *rest > Money::ZERO);
    let Some(spendable) = spendable else {
        return Ok(None);
    };
    let cost = settings.payout_cost;
    let payouts = (inner.desk).next_payouts(tx, id, settings.batch_max, spendable, cost)?;
    // An empty order puts the contract there, so that deposits are not aborted.
    if payouts.is_empty() && (level.is_active || inner.desk.is_halted(tx)?) {
        return Ok(None);
    }
    let now = tx.now();
    batches::insert(tx, id, &inner.account, seqno, now)?;
    for (place, payout) in (0_i64..).zip(&payouts) {
        let (body, amount) = (body(payout)?, payout.amount.minor());
        let body_hash = body.repr_hash().to_string();
        let (withdrawal, to) = (&payout.id, &payout.destination);
        batches::insert_payout(tx, id, place, withdrawal, to, amount, &body_hash)?;
    }
    let messages = payouts
        .iter()
        .map(|payout| outgoing(&payout.destination, payout.amount.minor(), body(payout)?))
        .collect::<Result<Vec<_>>>()?;
    sign(tx, inner, id, seqno, 1, level, &messages).map(Some)
}

fn sign_again(
    tx: &mut Tx<'_>,
    inner: &Inner,
    dead: &str,
    level: &Level,
    chain_seqno: u32,
) -> Result<Option<Vec<u8>>> {
    let Some(seqno) = seqno_at(tx, inner, level)? else {
        return Ok(None);
    };
    if inner.desk.is_halted(tx)? {
        return Ok(None);
    }
    let Some(batch) = batches::lock_open(tx, &inner.account)? else {
        return Ok(None);
    };
    let Some(newest) = batches::newest_order(tx, &batch.id)? else {
        return Err(Error::internal("a batch that was never signed"));
    };
    if newest.hash != dead {
        return Ok(None);
    }
    if batch.seqno != seqno || i64::from(chain_seqno) != seqno {
        tracing::error!(
            books = seqno,
            chain = chain_seqno,
            batch = batch.seqno,
            "the wallet's seqno is not the one in the books"
        );
        (inner.desk).halt(tx, SEQNO_DIFFERS, None, &By::system("chain/ton"))?;
        return Ok(None);
    }
    let asked = inner.desk.payouts_of(tx, &batch.id)?;
    let asked: HashMap<_, _> = asked.iter().map(|p| (p.id.as_str(), p)).collect();
    let mut messages = Vec::new();
    for row in batches::payouts(tx, &batch.id)? {
        let payout = asked.get(row.withdrawal_id.as_str());
        let body = body(payout.ok_or_else(|| Error::internal("a payout without a withdrawal"))?)?;
        if body.repr_hash().to_string() != row.body_hash {
            return Err(Error::internal("a payout that says something else now"));
        }
        messages.push(outgoing(&row.destination, row.amount, body)?);
    }
    let form = newest.form.saturating_add(1);
    sign(tx, inner, &batch.id, seqno, form, level, &messages).map(Some)
}

/// Signs and stores; the bytes.
fn sign(
    tx: &mut Tx<'_>,
    inner: &Inner,
    batch: &str,
    seqno: i64,
    form: i64,
    level: &Level,
    messages: &[Outgoing],
) -> Result<Vec<u8>> {
    let valid_until = level.time.plus(inner.settings.valid_for).seconds();
    let seconds = u32::try_from(valid_until).map_err(Error::internal)?;
    let seqno = u32::try_from(seqno).map_err(Error::internal)?;
    let order = inner.wallet.order(seqno, seconds, messages);
    let order = order.map_err(unreadable)?;
    let hash = message::normalized_hash(&order).map_err(unreadable)?;
    let (bytes, now) = (Boc::encode(&order), tx.now());
    let valid_until = Timestamp::from_seconds(valid_until);
    batches::insert_order(tx, &hash.to_string(), batch, form, valid_until, &bytes, now)?;
    Ok(bytes)
}

fn body(payout: &Payout) -> Result<Cell> {
    match &payout.comment {
        Some(text) => message::comment(text).map_err(unreadable),
        None => Ok(Cell::empty_cell()),
    }
}

fn outgoing(destination: &str, amount: i64, body: Cell) -> Result<Outgoing> {
    let to = movement::account(destination)
        .ok_or_else(|| Error::internal("a destination that is no address"))?;
    let value = u64::try_from(amount).map_err(Error::internal)?;
    Ok(Outgoing::coins(to, value).with_body(body))
}
