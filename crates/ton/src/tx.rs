//! Transactions, read from the chain's own bytes.
//!
//! A transaction's name is the hash of its cell, so what is read here is what the name stands for,
//! whoever delivered it. Numbers that a server writes beside the bytes are not looked at.

use crate::message::{normalized_hash, read_comment, std_addr};
use crate::{Error, Result, StdAddr};
use std::fmt;
use tycho_types::cell::{Cell, CellBuilder, CellSlice, HashBytes};
use tycho_types::models::{
    BouncePhase, ComputePhase, IntMsgInfo, Message, MsgInfo, OrdinaryTxInfo, Transaction, TxInfo,
};
use tycho_types::num::Tokens;

pub use tycho_types::models::{AccountStatus, ComputePhaseSkipReason as SkipReason};

/// Most bytes of a comment that are read.
const COMMENT_MAX: usize = 4096;

/// A transaction's name and place: logical times of one account only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TxId {
    /// Logical time.
    pub lt: u64,
    /// Hash of its cell.
    pub hash: HashBytes,
}

impl fmt::Display for TxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.lt, self.hash)
    }
}

/// What happened to one account at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tx {
    /// Its name.
    pub id: TxId,
    /// The account.
    pub account: StdAddr,
    /// The one before it on this account; none for the first.
    pub prev: Option<TxId>,
    /// Time of its block, in seconds since 1970.
    pub now: u32,
    /// All fees that the account has paid in it, in nanotons.
    pub total_fees: u64,
    /// What caused it.
    pub in_msg: Option<InMsg>,
    /// What it sent, in the order in which it was sent.
    pub out_msgs: Vec<OutMsg>,
    /// How the contract ran.
    pub compute: Compute,
    /// What became of what the contract wanted; none when it did not get that far.
    pub actions: Option<Actions>,
    /// Nothing of what the contract wanted was done.
    pub aborted: bool,
    /// The money of the incoming message was sent back, less fees.
    pub bounced_back: bool,
    /// The account after it.
    pub end_status: AccountStatus,
}

/// The message that caused a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InMsg {
    /// Hash of its cell.
    pub hash: HashBytes,
    /// Where it came from.
    pub kind: InKind,
    /// What it says.
    pub body: Cell,
    /// Its text, when it says one; see [`read_comment`].
    pub comment: Option<String>,
}

/// Where a message came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InKind {
    /// From outside the chain: a signed order.
    External {
        /// The name that [`normalized_hash`] gives it.
        normalized_hash: HashBytes,
    },
    /// From another account.
    Internal {
        /// That account; the chain vouches for it.
        source: StdAddr,
        /// What it brings, in nanotons.
        value: u64,
        /// It comes back if it is refused.
        bounce: bool,
        /// It is one that came back.
        bounced: bool,
    },
}

/// A message that a transaction sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutMsg {
    /// Hash of its cell.
    pub hash: HashBytes,
    /// Whom it is for; none when it leaves the chain.
    pub to: Option<StdAddr>,
    /// What it carries, in nanotons.
    pub value: u64,
    /// What the account paid for its way, beside the value and the transaction's fees.
    pub fwd_fee: u64,
    /// It comes back if it is refused.
    pub bounce: bool,
    /// It leaves the chain: an event, not money.
    pub is_external: bool,
    /// What it says.
    pub body: Cell,
}

/// How the contract ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compute {
    /// Not at all.
    Skipped(SkipReason),
    /// To its end.
    Ran {
        /// It ended well.
        success: bool,
        /// 0 or 1 when it did.
        exit_code: i32,
    },
}

/// What became of what the contract wanted to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actions {
    /// All was done, save what was skipped.
    pub success: bool,
    /// 0 when it was.
    pub result_code: i32,
    /// Messages that were sent.
    pub messages: u16,
    /// What was skipped because it may be ([`IGNORE_ERRORS`](crate::wallet::IGNORE_ERRORS)).
    pub skipped: u16,
}

impl Tx {
    /// Reads the transaction of `account` whose cell is `root`.
    ///
    /// # Errors
    /// [`Error::Cell`] for what is no transaction; [`Error::Unexpected`] for another account's, and
    /// for what happens to the chain's own contracts only.
    pub fn parse(root: &Cell, account: &StdAddr) -> Result<Self> {
        let tx = root.parse::<Transaction>()?;
        if tx.account != account.address {
            return Err(Error::Unexpected("a transaction of this account"));
        }
        let TxInfo::Ordinary(info) = tx.load_info()? else {
            return Err(Error::Unexpected("an ordinary transaction"));
        };
        let prev = (tx.prev_trans_lt != 0).then_some(TxId {
            lt: tx.prev_trans_lt,
            hash: tx.prev_trans_hash,
        });
        let mut out_msgs = Vec::new();
        for entry in tx.out_msgs.iter() {
            let (_place, cell) = entry?;
            out_msgs.push(out_msg(&cell)?);
        }
        if usize::from(tx.out_msg_count.into_inner()) != out_msgs.len() {
            return Err(Error::Unexpected("as many messages as are counted"));
        }
        Ok(Self {
            id: TxId {
                lt: tx.lt,
                hash: *root.repr_hash(),
            },
            account: account.clone(),
            prev,
            now: tx.now,
            total_fees: nanos(tx.total_fees.tokens)?,
            in_msg: tx.in_msg.as_ref().map(in_msg).transpose()?,
            out_msgs,
            compute: compute(&info),
            actions: info.action_phase.as_ref().map(|phase| Actions {
                success: phase.success,
                result_code: phase.result_code,
                messages: phase.messages_created,
                skipped: phase.skipped_actions,
            }),
            aborted: info.aborted,
            bounced_back: matches!(info.bounce_phase, Some(BouncePhase::Executed(_))),
            end_status: tx.end_status,
        })
    }

    /// By how much it changed the account's balance, in nanotons: what came, less fees, less what
    /// was sent and its way.
    pub fn balance_change(&self) -> i128 {
        let came = self.in_msg.as_ref().map_or(0, InMsg::value);
        let sent = self.out_msgs.iter().fold(0_i128, |sum, out| {
            sum.saturating_add(i128::from(out.value))
                .saturating_add(i128::from(out.fwd_fee))
        });
        i128::from(came)
            .saturating_sub(i128::from(self.total_fees))
            .saturating_sub(sent)
    }
}

impl InMsg {
    /// What it brings, in nanotons; an order from outside brings nothing.
    pub const fn value(&self) -> u64 {
        match self.kind {
            InKind::External { .. } => 0,
            InKind::Internal { value, .. } => value,
        }
    }
}

fn compute(info: &OrdinaryTxInfo) -> Compute {
    match &info.compute_phase {
        ComputePhase::Skipped(skipped) => Compute::Skipped(skipped.reason),
        ComputePhase::Executed(phase) => Compute::Ran {
            success: phase.success,
            exit_code: phase.exit_code,
        },
    }
}

fn in_msg(cell: &Cell) -> Result<InMsg> {
    let message = cell.parse::<Message<'_>>()?;
    let kind = match &message.info {
        MsgInfo::ExtIn(_) => InKind::External {
            normalized_hash: normalized_hash(cell)?,
        },
        MsgInfo::Int(info) => InKind::Internal {
            source: std_addr(&info.src).ok_or(Error::Unexpected("an ordinary source"))?,
            value: nanos(info.value.tokens)?,
            bounce: info.bounce,
            bounced: info.bounced,
        },
        MsgInfo::ExtOut(_) => return Err(Error::Unexpected("a message to this chain")),
    };
    Ok(InMsg {
        hash: *cell.repr_hash(),
        kind,
        body: whole(message.body)?,
        comment: read_comment(message.body, COMMENT_MAX),
    })
}

fn out_msg(cell: &Cell) -> Result<OutMsg> {
    let message = cell.parse::<Message<'_>>()?;
    let internal: Option<&IntMsgInfo> = match &message.info {
        MsgInfo::Int(info) => Some(info),
        MsgInfo::ExtOut(_) => None,
        MsgInfo::ExtIn(_) => return Err(Error::Unexpected("a message that was sent")),
    };
    let (value, fwd_fee) = match internal {
        Some(info) => (nanos(info.value.tokens)?, nanos(info.fwd_fee)?),
        None => (0, 0),
    };
    Ok(OutMsg {
        hash: *cell.repr_hash(),
        to: internal.and_then(|info| std_addr(&info.dst)),
        value,
        fwd_fee,
        bounce: internal.is_some_and(|info| info.bounce),
        is_external: internal.is_none(),
        body: whole(message.body)?,
    })
}

/// All coins that exist are less than 2^63 nanotons.
fn nanos(tokens: Tokens) -> Result<u64> {
    u64::try_from(tokens.into_inner()).map_err(|_more| Error::Unexpected("so many coins"))
}

fn whole(slice: CellSlice<'_>) -> Result<Cell> {
    let mut cell = CellBuilder::new();
    cell.store_slice(slice)?;
    Ok(cell.build()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tycho_types::boc::Boc;

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..128)) {
            let account = StdAddr::new(0, HashBytes::ZERO);
            if let Ok(cell) = Boc::decode(&bytes) {
                let _ = Tx::parse(&cell, &account);
            }
            let mut cell = CellBuilder::new();
            // Behind the tag, so that the parser gets further.
            cell.store_small_uint(0b0111, 4).unwrap();
            for byte in bytes.iter().take(120) {
                cell.store_u8(*byte).unwrap();
            }
            for _ in 0..3 {
                cell.store_reference(Cell::default()).unwrap();
            }
            let _ = Tx::parse(&cell.build().unwrap(), &account);
        }
    }
}
