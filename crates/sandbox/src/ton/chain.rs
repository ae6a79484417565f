//! The chain itself: what waits, how a block is made, and when.

use super::faults::Faults;
use super::ledger::{Block, Head, Ledger, Record, View};
use super::machine::{GetterOutput, Machine, Moment, StackItem, destination, method_id};
use super::{Error, Result};
use crate::store::chain::Store;
use parking_lot::{Mutex, RwLock};
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use torg_platform::Clock;
use torg_platform::rng::Rng;
use torg_ton::message::normalized_hash;
use torg_ton::{Network, StdAddr};
use tycho_types::cell::{Cell, CellBuilder, HashBytes};
use tycho_types::models::{
    Account, CurrencyCollection, IntMsgInfo, MsgInfo, OwnedMessage, ShardAccount,
};

/// Logical time at which a block may begin.
const LT_STEP: u64 = 1_000_000;
/// Transactions in one block, at most; the rest comes in the next one.
const BLOCK_TRANSACTIONS: usize = 10_000;
/// Messages that wait, at most.
const POOL: usize = 100_000;
/// Blocks do not come faster than this.
const FASTEST: Duration = Duration::from_millis(10);
/// Where test coins come from. Nobody has its key.
const FAUCET: StdAddr = StdAddr::new(0, HashBytes([0xfa; 32]));

/// How a chain begins.
#[derive(Debug, Clone)]
pub struct DevChainOptions {
    /// Its file; in memory without one.
    pub path: Option<PathBuf>,
    /// Time of its blocks.
    pub clock: Clock,
    /// What faults are drawn from.
    pub rng: Rng,
    /// Time between two blocks, when it makes them by itself.
    pub block_time: Duration,
}

impl DevChainOptions {
    /// In memory, with a block every second.
    pub fn new(clock: Clock, rng: Rng) -> Self {
        Self {
            path: None,
            clock,
            rng,
            block_time: Duration::from_secs(1),
        }
    }

    /// The same in a file.
    #[must_use]
    pub fn at(self, path: PathBuf) -> Self {
        Self {
            path: Some(path),
            ..self
        }
    }
}

/// An external message that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Its hash as it was sent.
    pub hash: HashBytes,
    /// The hash that it is found by (TEP-467).
    pub normalized: HashBytes,
}

/// What came of making a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mined {
    /// The block.
    pub head: Head,
    /// Transactions in it.
    pub transactions: usize,
    /// External messages that their accounts no longer took.
    pub refused: usize,
}

/// A development chain. Clones are handles of the same one.
#[derive(Debug, Clone)]
pub struct DevChain(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    machine: Machine,
    clock: Clock,
    rng: Rng,
    ledger: RwLock<Ledger>,
    pool: Mutex<Pool>,
    /// Whoever holds it makes a block.
    store: Mutex<Option<Store>>,
    faults: RwLock<Faults>,
    wallets: Mutex<Vec<String>>,
    block_time: watch::Sender<Duration>,
    head: watch::Sender<Head>,
    /// Makes messages of the faucet differ.
    minted: AtomicU64,
}

/// Messages that wait for a block.
#[derive(Debug, Default)]
struct Pool {
    internal: VecDeque<Cell>,
    external: VecDeque<Cell>,
    /// Messages that come into the pool with a block's number.
    drawer: Vec<(u32, Cell)>,
}

impl DevChain {
    /// Opens the chain's file, or makes a chain.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::BrokenFile`].
    pub fn open(options: DevChainOptions) -> Result<Self> {
        let now = seconds(&options.clock);
        let mut store = options.path.as_deref().map(Store::open).transpose()?;
        let found = store.as_mut().map(Store::load).transpose()?.flatten();
        let ledger = match found {
            Some(ledger) => ledger,
            None => {
                let head = Head {
                    seqno: 1,
                    unixtime: now,
                    lt: LT_STEP,
                };
                if let Some(store) = &mut store {
                    store.settle(head)?;
                }
                Ledger::new(head)
            }
        };
        let wallets = store.as_ref().map(Store::wallets).transpose()?;
        Ok(Self(Arc::new(Inner {
            machine: Machine::new(Network::Mainnet.global_id(), now)?,
            clock: options.clock,
            rng: options.rng,
            head: watch::Sender::new(ledger.head),
            ledger: RwLock::new(ledger),
            pool: Mutex::default(),
            store: Mutex::new(store),
            faults: RwLock::default(),
            wallets: Mutex::new(wallets.unwrap_or_default()),
            block_time: watch::Sender::new(options.block_time),
            minted: AtomicU64::new(0),
        })))
    }

    /// The last block.
    pub fn head(&self) -> Head {
        self.0.ledger.read().head
    }

    /// Looks at the chain as somebody who is `behind` blocks behind.
    pub fn look<T>(&self, behind: u32, see: impl FnOnce(&View<'_>) -> T) -> T {
        see(&self.0.ledger.read().view(behind))
    }

    /// The account; none when there is nothing at this address.
    ///
    /// # Errors
    /// [`Error::Cell`], never in practice.
    pub fn account(&self, address: &StdAddr) -> Result<Option<Account>> {
        self.look(0, |view| view.account(address))
    }

    /// Nanotons of an account.
    ///
    /// # Errors
    /// [`Error::Cell`], never in practice.
    pub fn balance(&self, address: &StdAddr) -> Result<u128> {
        let account = self.account(address)?;
        Ok(account.map_or(0, |account| account.balance.tokens.into_inner()))
    }

    /// Transactions of an account, newest first.
    pub fn transactions(&self, address: &StdAddr) -> Vec<Record> {
        self.look(0, |view| view.transactions(address).cloned().collect())
    }

    /// Asks a contract something.
    ///
    /// # Errors
    /// [`Error::NoContract`].
    pub fn get(
        &self,
        address: &StdAddr,
        method: &str,
        arguments: Vec<StackItem>,
    ) -> Result<GetterOutput> {
        self.get_behind(0, address, method_id(method), arguments)
    }

    /// The same for somebody who is `behind` blocks behind, by the getter's number.
    ///
    /// # Errors
    /// [`Error::NoContract`].
    pub fn get_behind(
        &self,
        behind: u32,
        address: &StdAddr,
        method: u32,
        arguments: Vec<StackItem>,
    ) -> Result<GetterOutput> {
        let (account, moment) = self.look(behind, |view| (view.account(address), view.moment()));
        let account = account?.ok_or(Error::NoContract)?;
        let at = self.asked_at(behind, moment);
        self.0.machine.get(at, address, &account, method, arguments)
    }

    /// Takes an external message if its account would take it now; it waits for a block.
    ///
    /// # Errors
    /// [`Error::NotAccepted`], [`Error::BadMessage`].
    pub fn send(&self, message: Cell) -> Result<Accepted> {
        let accepted = self.check(0, &message)?;
        self.enqueue(message)?;
        Ok(accepted)
    }

    /// Whether somebody who is `behind` blocks behind would take the external `message`.
    ///
    /// # Errors
    /// [`Error::NotAccepted`], [`Error::BadMessage`].
    pub fn check(&self, behind: u32, message: &Cell) -> Result<Accepted> {
        let (to, external) = destination(message)?;
        if !external {
            return Err(Error::BadMessage("not an external message"));
        }
        let (account, moment) = self.look(behind, |view| (view.shard_account(&to), view.moment()));
        let at = self.asked_at(behind, moment);
        self.0.machine.check(at, message, &account?)?;
        Ok(Accepted {
            hash: *message.repr_hash(),
            normalized: normalized_hash(message)?,
        })
    }

    /// The transaction that an external message would cause now, with any signature if
    /// `unsigned`. Nothing comes of it.
    ///
    /// # Errors
    /// [`Error::NotAccepted`], [`Error::BadMessage`].
    pub fn try_out(&self, message: &Cell, unsigned: bool) -> Result<Record> {
        let (to, _external) = destination(message)?;
        let (account, moment) = self.look(0, |view| (view.shard_account(&to), view.moment()));
        let at = self.asked_at(0, moment);
        let account = account?;
        let done = if unsigned {
            self.0.machine.execute_unsigned(at, message, &account)?
        } else {
            self.0.machine.execute(at, message, &account)?
        };
        Record::new(to, self.head().seqno.saturating_add(1), done.transaction)
    }

    /// Lets a message wait for a block, whatever its account thinks of it.
    ///
    /// # Errors
    /// [`Error::BadMessage`] when too many wait.
    pub fn enqueue(&self, message: Cell) -> Result<()> {
        let (_to, external) = destination(&message)?;
        let mut pool = self.0.pool.lock();
        if pool.internal.len().saturating_add(pool.external.len()) >= POOL {
            return Err(Error::BadMessage("too many messages wait"));
        }
        if external {
            pool.external.push_back(message);
        } else {
            pool.internal.push_back(message);
        }
        Ok(())
    }

    /// Keeps a message back; it comes to wait when `blocks` more blocks were made.
    ///
    /// # Errors
    /// [`Error::BadMessage`].
    pub fn withhold(&self, message: Cell, blocks: u32) -> Result<()> {
        destination(&message)?;
        let due = self.head().seqno.saturating_add(blocks);
        self.0.pool.lock().drawer.push((due, message));
        Ok(())
    }

    /// External messages that wait for a block, in their order.
    pub fn pending(&self) -> Vec<Cell> {
        self.0.pool.lock().external.iter().cloned().collect()
    }

    /// Test coins from nowhere: an ordinary message that does not bounce. Returns its hash.
    ///
    /// # Errors
    /// [`Error::BadMessage`].
    pub fn faucet(&self, to: &StdAddr, nano: u64) -> Result<HashBytes> {
        let head = self.head();
        let number = self.0.minted.fetch_add(1, Ordering::SeqCst);
        let info = IntMsgInfo {
            ihr_disabled: true,
            bounce: false,
            src: FAUCET.into(),
            dst: to.clone().into(),
            value: CurrencyCollection::new(u128::from(nano)),
            created_lt: head.lt.saturating_add(number),
            created_at: head.unixtime,
            ..Default::default()
        };
        let message = CellBuilder::build_from(OwnedMessage {
            info: MsgInfo::Int(info),
            init: None,
            body: Cell::default().into(),
            layout: None,
        })?;
        let hash = *message.repr_hash();
        self.enqueue(message)?;
        Ok(hash)
    }

    /// Makes one block now: what the last one had no room for, then internal messages from
    /// outside the chain, then external ones, then everything that follows from them.
    ///
    /// # Errors
    /// [`Error::File`]: then there is no block and all messages still wait.
    pub fn mine(&self) -> Result<Mined> {
        let mut store = self.0.store.lock();
        let head = self.head();
        let next = Head {
            seqno: head.seqno.saturating_add(1),
            unixtime: head.unixtime.max(seconds(&self.0.clock)),
            lt: head.lt,
        };
        let (taken, given) = self.take(next.seqno);
        let made = self.execute(next, &taken);
        let mined = Mined {
            head: made.block.head,
            transactions: made.block.records.len(),
            refused: made.refused,
        };
        if mined.transactions == 0 && taken.is_empty() {
            if let Some(store) = store.as_mut() {
                store.pass(mined.head)?;
            }
            self.0.ledger.write().advance(mined.head);
        } else {
            if let Some(store) = store.as_mut() {
                store.keep(&made.block)?;
            }
            self.0.ledger.write().append(made.block);
        }
        // Others only ever add at the end.
        let mut pool = self.0.pool.lock();
        pool.internal = pool.internal.split_off(given.0);
        pool.external = pool.external.split_off(given.1);
        drop(pool);
        self.0.head.send_replace(mined.head);
        Ok(mined)
    }

    /// What the block is made of, and how much of it is from the two queues of the pool.
    fn take(&self, seqno: u32) -> (VecDeque<Cell>, (usize, usize)) {
        let mut taken: VecDeque<Cell> = self.0.ledger.read().waiting.iter().cloned().collect();
        let mut pool = self.0.pool.lock();
        let drawer = std::mem::take(&mut pool.drawer);
        let (due, rest): (Vec<_>, Vec<_>) = drawer.into_iter().partition(|(at, _)| *at < seqno);
        pool.drawer = rest;
        for (_, message) in due {
            match destination(&message) {
                Ok((_, false)) => pool.internal.push_back(message),
                Ok((_, true)) | Err(_) => pool.external.push_back(message),
            }
        }
        let room = BLOCK_TRANSACTIONS.saturating_sub(taken.len());
        let internal = pool.internal.len().min(room);
        let external = pool.external.len().min(room.saturating_sub(internal));
        taken.extend(pool.internal.iter().take(internal).cloned());
        taken.extend(pool.external.iter().take(external).cloned());
        (taken, (internal, external))
    }

    fn execute(&self, next: Head, taken: &VecDeque<Cell>) -> Made {
        let begin = next.lt.saturating_add(1);
        let mut made = Made {
            block: Block {
                head: next,
                records: Vec::new(),
                accounts: HashMap::new(),
                waiting: Vec::new(),
            },
            refused: 0,
        };
        let mut lt = begin.checked_next_multiple_of(LT_STEP).unwrap_or(begin);
        let mut queue = taken.clone();
        while made.block.records.len() < BLOCK_TRANSACTIONS
            && let Some(message) = queue.pop_front()
        {
            let at = Moment {
                unixtime: next.unixtime,
                lt,
            };
            match self.apply(at, &message, &mut made.block) {
                Ok((next_lt, sent)) => {
                    lt = next_lt.max(lt.saturating_add(1));
                    made.block.head.lt = lt;
                    queue.extend(sent);
                }
                Err(Error::NotAccepted) => made.refused = made.refused.saturating_add(1),
                // A defect of the executor must not stop the chain.
                Err(error) => tracing::error!(%error, "a message was lost"),
            }
        }
        made.block.waiting = queue.into();
        made
    }

    /// Executes one message on top of the block so far.
    fn apply(&self, at: Moment, message: &Cell, block: &mut Block) -> Result<(u64, Vec<Cell>)> {
        let (to, _external) = destination(message)?;
        let before: ShardAccount = match block.accounts.get(&to) {
            Some(account) => account.clone(),
            None => self.look(0, |view| view.shard_account(&to))?,
        };
        let done = self.0.machine.execute(at, message, &before)?;
        let record = Record::new(to.clone(), block.head.seqno, done.transaction)?;
        block.records.push(record);
        block.accounts.insert(to, done.account);
        Ok((done.next_lt, done.internal))
    }

    /// Makes blocks until `stop`: every [`DevChain::block_time`], empty ones too, so that number
    /// and time move on. Keeps the head at the end.
    pub async fn run(self, stop: CancellationToken) {
        let mut changed = self.0.block_time.subscribe();
        loop {
            let wait = self.block_time().max(FASTEST);
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(wait) => {}
                _ = changed.changed() => continue,
            }
            let chain = self.clone();
            match tokio::task::spawn_blocking(move || chain.mine()).await {
                Ok(Ok(_mined)) => {}
                Ok(Err(error)) => tracing::error!(%error, "no block"),
                Err(error) => tracing::error!(%error, "no block"),
            }
        }
        if let Err(error) = self.settle() {
            tracing::error!(%error, "the head was not kept");
        }
    }

    /// Keeps the head in the file, so that the next start begins at the same block.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn settle(&self) -> Result<()> {
        let mut store = self.0.store.lock();
        let head = self.head();
        store.as_mut().map_or(Ok(()), |store| store.settle(head))
    }

    /// Lets every write to the file fail, or succeed again: for tests of what is left then.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn break_file(&self, broken: bool) -> Result<()> {
        let store = self.0.store.lock();
        store.as_ref().map_or(Ok(()), |store| store.refuse(broken))
    }

    /// Waits until a block with this number is there.
    pub async fn reached(&self, seqno: u32) {
        let mut head = self.0.head.subscribe();
        // The sender lives as long as `self`.
        let _there = head.wait_for(|head| head.seqno >= seqno).await;
    }

    /// Time between two blocks.
    pub fn block_time(&self) -> Duration {
        *self.0.block_time.borrow()
    }

    /// Changes the time between two blocks, the one that is waited for included.
    pub fn set_block_time(&self, time: Duration) {
        self.0.block_time.send_replace(time);
    }

    /// What goes wrong on purpose.
    pub fn faults(&self) -> Faults {
        self.0.faults.read().clone()
    }

    /// Changes what goes wrong on purpose.
    pub fn set_faults(&self, faults: Faults) {
        *self.0.faults.write() = faults;
    }

    /// What faults are drawn from.
    pub(super) fn rng(&self) -> &Rng {
        &self.0.rng
    }

    /// The time that a message or a question meets: that of the next block for those who are up
    /// to date.
    fn asked_at(&self, behind: u32, moment: Moment) -> Moment {
        if behind > 0 {
            return moment;
        }
        let unixtime = moment.unixtime.max(seconds(&self.0.clock));
        Moment { unixtime, ..moment }
    }

    /// Names of the wallets that were made here.
    pub(super) fn wallet_names(&self) -> Vec<String> {
        self.0.wallets.lock().clone()
    }

    /// Remembers a wallet's name.
    pub(super) fn add_wallet_name(&self, name: &str) -> Result<()> {
        let store = self.0.store.lock();
        let mut names = self.0.wallets.lock();
        if !names.iter().any(|known| known == name) {
            if let Some(store) = store.as_ref() {
                store.add_wallet(name, names.len())?;
            }
            names.push(name.to_owned());
        }
        Ok(())
    }

    /// The time of the chain's clock in seconds since 1970.
    pub fn now(&self) -> u32 {
        seconds(&self.0.clock)
    }
}

/// A block, and how many messages found no taker.
struct Made {
    block: Block,
    refused: usize,
}

fn seconds(clock: &Clock) -> u32 {
    u32::try_from(clock.now().seconds()).unwrap_or(0)
}
