//! NFTs in our keeping, after TEP-62 (items and collections) and TEP-66 (royalties).
//!
//! An item tells its new owner `ownership_assigned`. Anybody can send such a message, and anybody
//! can write a contract that claims to be of a famous collection and ours. So three things are
//! asked: the *sender* says that it is an item and that we own it; its collection is one that the
//! operator allows; and the collection says that its item of this number is the sender.
//!
//! The answers are those of the present moment, not of the message's: an item that has already gone
//! on is not ours.

use crate::api::{ApiError, ApiResult, TonApi};
use crate::message::{Outgoing, comment, read_comment};
use crate::stack::{GetResult, StackItem, load_address};
use crate::tx::{InKind, Tx};
use crate::{Result, StdAddr};
use num_bigint::BigInt;
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _, CellSlice, Store as _};
use tycho_types::num::Tokens;

/// `ownership_assigned`: an item to its new owner.
const OWNERSHIP_ASSIGNED: u32 = 0x0513_8d91;
/// `transfer`: an owner to the item.
const TRANSFER: u32 = 0x5fcc_3d14;
/// Longest memo that is read, in bytes.
const MEMO_MAX: usize = 256;
/// What a transfer brings, in nanotons: enough for the items in use; the rest comes back.
pub const TRANSFER_VALUE: u64 = 100_000_000;
/// With how much the new owner is told, in nanotons: the message is what counts.
pub const FORWARD: u64 = 1;

/// What somebody who says that it is an item has told us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Who says it; the chain vouches for the sender, and for nothing else.
    pub item: StdAddr,
    /// Whose it was.
    pub previous_owner: Option<StdAddr>,
    /// What the previous owner wrote to us.
    pub memo: Option<String>,
    /// The number of the transfer.
    pub query_id: u64,
}

/// An item that is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The item.
    pub item: StdAddr,
    /// Its collection, which has confirmed it.
    pub collection: StdAddr,
    /// Its number there; some collections number by hashes.
    pub index: BigInt,
}

/// Why an item is not taken for ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotHeld {
    /// It does not answer as items do.
    #[error("is no NFT item")]
    NoItem,
    /// Its collection has not given it to anybody yet.
    #[error("is not initialised")]
    NotInitialised,
    /// It belongs to somebody else.
    #[error("is not ours")]
    NotOurs,
    /// The operator does not take NFTs of its collection, or it has none.
    #[error("is of a collection that is not taken")]
    Collection,
    /// The collection's item of this number is another contract.
    #[error("is not the collection's item of this number")]
    NotConfirmed,
}

/// Why it is not known that an item is ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustodyError {
    /// It is not.
    #[error(transparent)]
    Refused(#[from] NotHeld),
    /// The chain could not be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// What a collection wants of each sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Royalty {
    /// `numerator / denominator`, less than one.
    pub numerator: u32,
    /// See `numerator`; never 0.
    pub denominator: u32,
    /// Who gets it.
    pub destination: StdAddr,
}

impl Notification {
    /// What the transaction's message says, if it is an item's notification. One that came back to
    /// us is none.
    pub fn read(tx: &Tx) -> Option<Self> {
        let message = tx.in_msg.as_ref()?;
        let InKind::Internal {
            source,
            bounced: false,
            ..
        } = &message.kind
        else {
            return None;
        };
        let mut body = message.body.as_slice().ok()?;
        if body.load_u32().ok()? != OWNERSHIP_ASSIGNED {
            return None;
        }
        let query_id = body.load_u64().ok()?;
        let previous_owner = load_address(&mut body).ok()?;
        Some(Self {
            item: source.clone(),
            previous_owner,
            memo: memo(body),
            query_id,
        })
    }
}

/// The text in a forwarded payload, which stands here or in a cell of its own.
fn memo(rest: CellSlice<'_>) -> Option<String> {
    let mut payload = rest;
    if payload.load_bit().ok()? {
        let inner = payload.load_reference_as_slice().ok()?;
        return read_comment(inner, MEMO_MAX);
    }
    read_comment(payload, MEMO_MAX)
}

/// Finds out whether `item` is ours, whoever has said so.
///
/// # Errors
/// Why not, or why nobody knows.
pub async fn held(
    api: &TonApi,
    vault: &StdAddr,
    allowed: &[StdAddr],
    item: &StdAddr,
) -> std::result::Result<Held, CustodyError> {
    let data = api.run_get(item, "get_nft_data", &[]).await?;
    let (collection, index) = claims(&data, vault)?;
    if !allowed.contains(&collection) {
        return Err(NotHeld::Collection.into());
    }
    let number = StackItem::Int(index.clone());
    let confirmed = api
        .run_get(&collection, "get_nft_address_by_index", &[number])
        .await?;
    if confirmed.address(0).ok().flatten().as_ref() != Some(item) {
        return Err(NotHeld::NotConfirmed.into());
    }
    Ok(Held {
        item: item.clone(),
        collection,
        index,
    })
}

/// Collection and number that an item of ours claims.
fn claims(data: &GetResult, vault: &StdAddr) -> std::result::Result<(StdAddr, BigInt), NotHeld> {
    let no_item = |_error: crate::Error| NotHeld::NoItem;
    // init, index, collection, owner, content
    if !data.is_success() || data.stack.len() != 5 {
        return Err(NotHeld::NoItem);
    }
    let zero = BigInt::default();
    let is_initialised = *data.big_int(0).map_err(no_item)? != zero;
    if !is_initialised {
        return Err(NotHeld::NotInitialised);
    }
    let index = data.big_int(1).map_err(no_item)?.clone();
    let collection = data.address(2).map_err(no_item)?;
    if data.address(3).map_err(no_item)?.as_ref() != Some(vault) {
        return Err(NotHeld::NotOurs);
    }
    // An item without a collection is vouched for by nobody.
    let collection = collection.ok_or(NotHeld::Collection)?;
    Ok((collection, index))
}

/// What a collection wants of each sale; none when it wants nothing, cannot be asked, or asks for
/// everything.
///
/// # Errors
/// See [`ErrorKind`](crate::api::ErrorKind).
pub async fn royalty(api: &TonApi, collection: &StdAddr) -> ApiResult<Option<Royalty>> {
    let answer = api.run_get(collection, "royalty_params", &[]).await?;
    Ok(royalty_of(&answer))
}

fn royalty_of(answer: &GetResult) -> Option<Royalty> {
    let royalty = Royalty {
        numerator: answer.int(0).ok()?,
        denominator: answer.int(1).ok()?,
        destination: answer.address(2).ok()??,
    };
    let is_sound = royalty.numerator > 0 && royalty.numerator < royalty.denominator;
    is_sound.then_some(royalty)
}

impl Royalty {
    /// The part of `price`, rounded down; both in nanotons.
    pub fn part(&self, price: u64) -> u64 {
        let product = u128::from(price).saturating_mul(u128::from(self.numerator));
        let part = product.checked_div(u128::from(self.denominator));
        // Less than the price, because the fraction is less than one.
        u64::try_from(part.unwrap_or(0)).unwrap_or(0)
    }
}

/// The vault's message that hands `item` over. What is left of its money goes to `excess_to`.
///
/// # Errors
/// [`Error::Cell`](crate::Error::Cell) for a memo that is longer than cells can nest.
pub fn transfer(
    item: &StdAddr,
    new_owner: &StdAddr,
    excess_to: &StdAddr,
    memo: Option<&str>,
    query_id: u64,
) -> Result<Outgoing> {
    let context = Cell::empty_context();
    let mut body = CellBuilder::new();
    body.store_u32(TRANSFER)?;
    body.store_u64(query_id)?;
    new_owner.store_into(&mut body, context)?;
    excess_to.store_into(&mut body, context)?;
    // No custom payload.
    body.store_bit_zero()?;
    Tokens::new(u128::from(FORWARD)).store_into(&mut body, context)?;
    match memo {
        Some(memo) => {
            body.store_bit_one()?;
            body.store_reference(comment(memo)?)?;
        }
        None => body.store_bit_zero()?,
    }
    Ok(Outgoing {
        to: item.clone(),
        value: TRANSFER_VALUE,
        bounce: true,
        init: None,
        body: body.build()?,
    })
}
