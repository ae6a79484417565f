//! Follows the wallet's transactions. Asks the chain, never decides about money.

use super::book::{self, Booked};
use super::movement::{self, Movement};
use super::{HotWallet, away, unreadable};
use crate::api::{AccountView, Finality, Head, Listed, State};
use crate::store::cursors::{self, Cursor};
use crate::tx::TxId;
use std::sync::Arc;
use torg_platform::db::Tx;
use torg_platform::money::Money;
use torg_platform::planted::{self, Plant};
use torg_platform::wallet::{CHAIN, Observed};
use torg_platform::{Error, Kind, Result, Timestamp};
use tycho_types::cell::HashBytes;

/// Transactions that one call asks for.
const PAGE: u32 = 100;
/// Transactions that are walked back in one go; more than a server leaves out of a list.
const WALK_MAX: usize = 10_000;
/// Transactions in one unit of work; others wait for it.
const UNIT: usize = 25;

/// How the books stand to the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// There was more than was looked at, or somebody else moves the same cursor.
    Behind,
    /// There are newer transactions, not final yet.
    Waiting,
    /// Everything up to that moment is in the books, and nothing else has happened.
    Level(Level),
}

/// The moment up to which nothing is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// By the chain.
    pub time: Timestamp,
    /// The newest transaction; none before the first.
    pub last: Option<TxId>,
    /// What the wallet holds, in nanotons.
    pub balance: i64,
    /// Whether its contract is there.
    pub is_active: bool,
}

impl HotWallet {
    /// Books what is final and new, a bounded number of transactions.
    ///
    /// # Errors
    /// `ton_unavailable` while the server does not answer or does not make sense;
    /// `ton_history_differs` when the chain's history is not the one in the books; the database's.
    pub async fn scan(&self) -> Result<Sight> {
        let api = &self.0.api;
        let Some(cursor) = self.cursor().await? else {
            return self.open().await;
        };
        // The head first: what is final below it is final for whatever is asked later.
        let head = api.head().await.map_err(away)?;
        let view = self.view().await?;
        let booked = cursor_id(&cursor)?;
        if view.last == booked {
            return self.observe(&cursor, &view).await;
        }
        let since = u64::try_from(cursor.lt).map_err(Error::internal)?;
        let list = api.transactions_since(self.address(), since, PAGE).await;
        let list = list.map_err(away)?;
        let is_final = |listed: &Listed| self.is_final(listed, head);
        let is_full = u32::try_from(list.len()).is_ok_and(|rows| rows >= PAGE);
        let Some(tip) = list.iter().take_while(|l| is_final(l)).last() else {
            return Ok(Sight::Waiting);
        };
        let movements = self.walk_back(tip.id, booked).await?;
        let booked = self.book(cursor, movements).await?;
        Ok(match booked {
            Booked::All if is_full => Sight::Behind,
            // What remains was not final when it was listed.
            Booked::All if list.last().is_some_and(|last| !is_final(last)) => Sight::Waiting,
            Booked::All | Booked::Overtaken => Sight::Behind,
        })
    }

    /// Reads the transactions from `tip` back to `booked`, oldest first.
    async fn walk_back(&self, tip: TxId, booked: Option<TxId>) -> Result<Vec<Movement>> {
        let floor = booked.map_or(0, |id| id.lt);
        let (mut from, mut movements) = (tip, Vec::new());
        loop {
            let page = self.0.api.transactions_back(self.address(), from, PAGE);
            let page = page.await.map_err(away)?;
            for tx in &page {
                if Some(tx.id) == booked {
                    return Ok(oldest_first(movements));
                }
                if tx.id.lt <= floor {
                    return Err(differs(&tx.id, booked));
                }
                movements.push(movement::read(tx).map_err(unreadable)?);
            }
            // The client has checked that each row is the one that the row before names.
            match page.last().map(|oldest| oldest.prev) {
                Some(Some(prev)) => from = prev,
                Some(None) if booked.is_none() => return Ok(oldest_first(movements)),
                Some(None) => return Err(differs(&tip, booked)),
                None => {
                    let text = "The server of the chain gives no transactions";
                    return Err(Error::new(Kind::Unavailable, "ton_unavailable", text));
                }
            }
            if movements.len() >= WALK_MAX {
                let text = "The gap in the server's list is too long";
                return Err(Error::new(Kind::Unavailable, "ton_gap", text));
            }
        }
    }

    async fn book(&self, mut cursor: Cursor, movements: Vec<Movement>) -> Result<Booked> {
        for part in movements.chunks(UNIT) {
            let (inner, part): (_, Arc<[Movement]>) = (self.0.clone(), part.into());
            let from = cursor.clone();
            let unit =
                move |tx: &mut Tx<'_>| book::book(tx, &inner.desk, &inner.account, &from, &part);
            match self.0.ctx.db.write("ton.book_transactions", unit).await? {
                Some(moved) => cursor = moved,
                None => return Ok(Booked::Overtaken),
            }
        }
        Ok(Booked::All)
    }

    /// The first look: what is there belongs to the operator.
    async fn open(&self) -> Result<Sight> {
        let (api, head) = (&self.0.api, self.0.api.head().await.map_err(away)?);
        let view = self.view().await?;
        let time = view.time;
        let balance = nanos(view.balance)?;
        let seqno = api.seqno(self.address()).await.map_err(away)?;
        let (mut lt, mut hash) = (0, String::new());
        if let Some(last) = view.last {
            let before = last.lt.saturating_sub(1);
            let listed = api.transactions_since(self.address(), before, PAGE).await;
            let listed = listed.map_err(away)?;
            let row = listed.iter().find(|row| row.id == last);
            let is_final = row.is_some_and(|row| self.is_final(row, head));
            // A later transaction would have another seqno and balance.
            if !is_final || self.view().await?.last != view.last {
                return Ok(Sight::Waiting);
            }
            lt = i64::try_from(last.lt).map_err(Error::internal)?;
            hash = last.hash.to_string();
        }
        let inner = self.0.clone();
        let unit = move |tx: &mut Tx<'_>| {
            let (account, now) = (inner.account.as_str(), tx.now());
            let seqno = i64::from(seqno);
            if cursors::open(tx, account, lt, &hash, balance, seqno, time, now)? == 1 && balance > 0
            {
                let op = format!("capital/{CHAIN}/{account}");
                inner.desk.capital(tx, &op, Money::from_minor(balance))?;
            }
            Ok::<_, Error>(())
        };
        self.0.ctx.db.write("ton.open_cursor", unit).await?;
        Ok(Sight::Behind)
    }

    /// The books and the chain are at the same transaction: they must agree.
    async fn observe(&self, cursor: &Cursor, view: &AccountView) -> Result<Sight> {
        let (inner, lt) = (self.0.clone(), cursor.lt);
        let level = Level {
            time: view.time,
            last: view.last,
            balance: nanos(view.balance)?,
            is_active: view.state == State::Active,
        };
        let seen = Observed {
            chain: CHAIN,
            account: inner.account.clone(),
            balance: Money::from_minor(level.balance),
            chain_time: level.time,
        };
        let unit = move |tx: &mut Tx<'_>| {
            let cursor = cursors::lock(tx, &inner.account)?;
            if cursor.is_none_or(|cursor| cursor.lt != lt) {
                return Ok::<_, Error>(false);
            }
            inner.desk.observed(tx, &seen)?;
            Ok(true)
        };
        let is_level = self.0.ctx.db.write("ton.observe_wallet", unit).await?;
        Ok(if is_level {
            Sight::Level(level)
        } else {
            Sight::Behind
        })
    }

    /// Whether a transaction stays for ever, and lies as deep below `head` as is asked.
    fn is_final(&self, listed: &Listed, head: Head) -> bool {
        let depth = self.0.settings.confirmations;
        let block = listed.mc_seqno.map(|seqno| seqno.saturating_add(depth));
        planted::is(Plant::NotFinal)
            || listed.finality == Finality::Finalized
                && block.is_some_and(|block| block <= head.seqno)
    }

    async fn cursor(&self) -> Result<Option<Cursor>> {
        let inner = self.0.clone();
        let read = move |tx: &mut Tx<'_>| cursors::read(tx, &inner.account);
        Ok(self.0.ctx.db.read("ton.read_cursor", read).await?)
    }

    async fn view(&self) -> Result<AccountView> {
        self.0.api.account(self.address()).await.map_err(away)
    }

    pub(super) fn address(&self) -> &crate::StdAddr {
        self.0.wallet.address()
    }
}

fn oldest_first(mut movements: Vec<Movement>) -> Vec<Movement> {
    movements.reverse();
    movements
}

/// The transaction at the cursor; none before the first.
pub(super) fn cursor_id(cursor: &Cursor) -> Result<Option<TxId>> {
    if cursor.lt == 0 {
        return Ok(None);
    }
    let hash: HashBytes = cursor.hash.parse().map_err(Error::internal)?;
    let lt = u64::try_from(cursor.lt).map_err(Error::internal)?;
    Ok(Some(TxId { lt, hash }))
}

fn nanos(balance: u64) -> Result<i64> {
    i64::try_from(balance).map_err(Error::internal)
}

/// The chain that the server shows does not contain what is in the books. Nothing is booked; a
/// person must find out who is wrong.
fn differs(found: &TxId, booked: Option<TxId>) -> Error {
    tracing::error!(%found, ?booked, "the history of the wallet is not the one in the books");
    let text = "The history that the server of the chain shows is not the one in the books";
    Error::new(Kind::Unavailable, "ton_history_differs", text)
}
