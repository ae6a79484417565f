//! What the chain knows: accounts, transactions and where to find them, as of any recent block.
//!
//! Blocks are put together in `chain` and arrive here whole, after the file has them.

use super::machine::{Moment, no_account};
use super::{Error, Result};
use std::collections::HashMap;
use torg_ton::StdAddr;
use torg_ton::message::normalized_hash;
use tycho_types::cell::{Cell, HashBytes};
use tycho_types::models::{Account, Message, MsgInfo, ShardAccount, Transaction};

/// States of an account are kept for this many blocks, for those who look at the past.
const KEPT_BLOCKS: u32 = 1_000;

/// The last block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number in the masterchain.
    pub seqno: u32,
    /// Its time in seconds since 1970; never less than the one before.
    pub unixtime: u32,
    /// The logical time after its last transaction.
    pub lt: u64,
}

/// A transaction with what it is found by.
#[derive(Debug, Clone)]
pub struct Record {
    /// The account that it happened to.
    pub account: StdAddr,
    /// Its logical time, which no other transaction of the chain has.
    pub lt: u64,
    /// Its hash.
    pub hash: HashBytes,
    /// Its time in seconds since 1970.
    pub unixtime: u32,
    /// The block that it is in.
    pub seqno: u32,
    /// Itself.
    pub root: Cell,
    /// Hash of the message that caused it.
    pub in_hash: HashBytes,
    /// The same message's normalized hash (TEP-467), when it came from outside.
    pub normalized: Option<HashBytes>,
    /// Hashes of the messages that it sent.
    pub out_hashes: Vec<HashBytes>,
}

impl Record {
    /// Reads what it is found by out of the transaction itself.
    pub(crate) fn new(account: StdAddr, seqno: u32, root: Cell) -> Result<Self> {
        let transaction = root.parse::<Transaction>()?;
        let message = transaction.in_msg.as_ref();
        let message = message.ok_or(Error::BrokenFile("a transaction without a message"))?;
        let external = matches!(message.parse::<Message<'_>>()?.info, MsgInfo::ExtIn(_));
        let mut out_hashes = Vec::new();
        for out in transaction.out_msgs.values() {
            out_hashes.push(*out?.repr_hash());
        }
        Ok(Self {
            account,
            lt: transaction.lt,
            hash: *root.repr_hash(),
            unixtime: transaction.now,
            seqno,
            in_hash: *message.repr_hash(),
            normalized: external.then(|| normalized_hash(message)).transpose()?,
            out_hashes,
            root,
        })
    }
}

/// A block that is ready to be kept.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) head: Head,
    pub(crate) records: Vec<Record>,
    /// Every account that changed, as it is at the end.
    pub(crate) accounts: HashMap<StdAddr, ShardAccount>,
    /// Messages that found no room and come first next time.
    pub(crate) waiting: Vec<Cell>,
}

/// Accounts, transactions, and the ways to find them.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) head: Head,
    /// Each account's states with the block that made them, oldest first.
    accounts: HashMap<StdAddr, Vec<(u32, ShardAccount)>>,
    records: Vec<Record>,
    of_account: HashMap<StdAddr, Vec<usize>>,
    of_in_message: HashMap<HashBytes, Vec<usize>>,
    of_out_message: HashMap<HashBytes, usize>,
    /// Internal messages that the last block had no room for.
    pub(crate) waiting: Vec<Cell>,
    /// Time of recent blocks by number; for those who look at the past.
    times: Vec<(u32, u32)>,
}

impl Ledger {
    pub(crate) fn new(head: Head) -> Self {
        Self {
            head,
            accounts: HashMap::new(),
            records: Vec::new(),
            of_account: HashMap::new(),
            of_in_message: HashMap::new(),
            of_out_message: HashMap::new(),
            waiting: Vec::new(),
            times: vec![(head.seqno, head.unixtime)],
        }
    }

    /// Takes over what the file has.
    pub(crate) fn restore(&mut self, account: StdAddr, seqno: u32, state: ShardAccount) {
        self.accounts.insert(account, vec![(seqno, state)]);
    }

    /// Takes a transaction; they come in the order of their logical times.
    pub(crate) fn add(&mut self, record: Record) {
        let at = self.records.len();
        let of_account = self.of_account.entry(record.account.clone());
        of_account.or_default().push(at);
        let mut names = vec![record.in_hash];
        names.extend(record.normalized.filter(|name| *name != record.in_hash));
        for name in names {
            self.of_in_message.entry(name).or_default().push(at);
        }
        for hash in &record.out_hashes {
            self.of_out_message.insert(*hash, at);
        }
        self.records.push(record);
    }

    /// Takes a block.
    pub(crate) fn append(&mut self, block: Block) {
        let oldest = block.head.seqno.saturating_sub(KEPT_BLOCKS);
        for (address, state) in block.accounts {
            let states = self.accounts.entry(address).or_default();
            states.push((block.head.seqno, state));
            // The last one that the oldest block still sees stays.
            let forgotten = states.partition_point(|(seqno, _)| *seqno <= oldest);
            states.drain(..forgotten.saturating_sub(1));
        }
        for record in block.records {
            self.add(record);
        }
        self.waiting = block.waiting;
        self.advance(block.head);
    }

    /// Takes a block in which nothing happened.
    pub(crate) fn advance(&mut self, head: Head) {
        self.head = head;
        self.times.push((head.seqno, head.unixtime));
        let oldest = head.seqno.saturating_sub(KEPT_BLOCKS);
        if self
            .times
            .first()
            .is_some_and(|(seqno, _)| seqno.saturating_add(KEPT_BLOCKS) <= oldest)
        {
            self.times.retain(|(seqno, _)| *seqno > oldest);
        }
    }

    /// What somebody sees who is `blocks` behind.
    pub(crate) fn view(&self, blocks: u32) -> View<'_> {
        let seqno = self.head.seqno.saturating_sub(blocks);
        let at = self.times.partition_point(|(known, _)| *known <= seqno);
        let time = at.checked_sub(1).and_then(|at| self.times.get(at));
        let time = time.or(self.times.first());
        let last = self.records.partition_point(|record| record.seqno <= seqno);
        let lt = if blocks == 0 {
            self.head.lt
        } else {
            let last = last.checked_sub(1).and_then(|at| self.records.get(at));
            last.map_or(0, |record| record.lt.saturating_add(1))
        };
        View {
            ledger: self,
            head: Head {
                seqno,
                unixtime: time.map_or(self.head.unixtime, |(_, time)| *time),
                lt,
            },
        }
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = &StdAddr> {
        self.accounts.keys()
    }
}

/// The chain as of one block: later ones have not happened.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    ledger: &'a Ledger,
    /// Its last block.
    pub head: Head,
}

impl<'a> View<'a> {
    /// When something that is asked now is executed.
    pub fn moment(&self) -> Moment {
        Moment {
            unixtime: self.head.unixtime,
            lt: self.head.lt,
        }
    }

    /// The account with its last transaction; an empty one when nothing has happened to it.
    ///
    /// # Errors
    /// [`Error::Cell`], never in practice.
    pub fn shard_account(&self, address: &StdAddr) -> Result<ShardAccount> {
        let states = self.ledger.accounts.get(address);
        let states = states.map_or(&[][..], Vec::as_slice);
        let seen = states.partition_point(|(seqno, _)| *seqno <= self.head.seqno);
        match seen.checked_sub(1).and_then(|at| states.get(at)) {
            Some((_, state)) => Ok(state.clone()),
            None => no_account(),
        }
    }

    /// The account; none when there is nothing at this address.
    ///
    /// # Errors
    /// [`Error::Cell`], never in practice.
    pub fn account(&self, address: &StdAddr) -> Result<Option<Account>> {
        Ok(self.shard_account(address)?.load_account()?)
    }

    /// Transactions of an account, newest first.
    pub fn transactions(
        &self,
        address: &StdAddr,
    ) -> impl DoubleEndedIterator<Item = &'a Record> + use<'a> {
        let places = self.ledger.of_account.get(address);
        let places = places.map_or(&[][..], Vec::as_slice);
        self.seen(places).rev()
    }

    /// All transactions, newest first.
    pub fn all_transactions(&self) -> impl DoubleEndedIterator<Item = &'a Record> + use<'a> {
        let until = self.head.seqno;
        let all = self.ledger.records.iter().rev();
        all.filter(move |record| record.seqno <= until)
    }

    /// The transactions that the message with this hash, plain or normalized, caused.
    pub fn caused_by(
        &self,
        message: &HashBytes,
    ) -> impl DoubleEndedIterator<Item = &'a Record> + use<'a> {
        let places = self.ledger.of_in_message.get(message);
        self.seen(places.map_or(&[][..], Vec::as_slice))
    }

    /// The transaction that sent the message with this hash.
    pub fn sent(&self, message: &HashBytes) -> Option<&'a Record> {
        let place = self.ledger.of_out_message.get(message)?;
        let record = self.ledger.records.get(*place)?;
        (record.seqno <= self.head.seqno).then_some(record)
    }

    /// Addresses that something has happened to, in no order.
    pub fn addresses(&self) -> impl Iterator<Item = &'a StdAddr> + use<'a> {
        self.ledger.accounts()
    }

    fn seen(&self, places: &'a [usize]) -> impl DoubleEndedIterator<Item = &'a Record> + use<'a> {
        let (ledger, until) = (self.ledger, self.head.seqno);
        let records = places.iter().filter_map(|at| ledger.records.get(*at));
        records.filter(move |record| record.seqno <= until)
    }
}
