//! What the index of the chain knows: heads, names of transactions, who owns which NFT.
//!
//! All of it is the server's word. Contents come from
//! [`transactions_back`](TonApi::transactions_back), which checks them.

use super::answer::{Hash, Num, v3};
use super::{ApiResult, Call, ErrorKind, TonApi};
use crate::address::parse;
use crate::tx::TxId;
use crate::{Network, StdAddr};
use num_bigint::BigInt;
use serde::Deserialize;
use std::collections::BTreeMap;
use torg_platform::Timestamp;
use tycho_types::cell::HashBytes;

/// Most transactions in one answer.
pub const SINCE_MAX: u32 = 1000;
/// NFTs in one answer.
const ITEMS_PAGE: usize = 250;
/// Pages of NFTs that are read of one owner.
const ITEMS_PAGES: usize = 40;

/// The newest block of the masterchain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub seqno: u32,
    /// Its time: the chain's clock.
    pub time: Timestamp,
}

/// How sure a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finality {
    /// Expected, not in a block.
    Pending,
    /// In a block that may be replaced.
    Confirmed,
    /// In a block that the masterchain names: for ever.
    Finalized,
}

/// A transaction as the index lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub id: TxId,
    /// The account.
    pub account: StdAddr,
    /// The block of the masterchain that made it final.
    pub mc_seqno: Option<u32>,
    /// How sure it is.
    pub finality: Finality,
    /// Time of its block.
    pub time: Timestamp,
}

/// An NFT that the index believes to be somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NftItem {
    /// The item's contract.
    pub address: StdAddr,
    /// What it says of its collection: ask the collection before believing it.
    pub collection: Option<StdAddr>,
    /// Its number in the collection.
    pub index: BigInt,
    /// Whose it is.
    pub owner: Option<StdAddr>,
}

#[derive(Deserialize)]
struct Masterchain {
    last: Block,
}

#[derive(Deserialize)]
struct Block {
    seqno: u32,
    gen_utime: Num,
}

#[derive(Deserialize)]
struct Transactions {
    transactions: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    account: String,
    hash: Hash,
    lt: Num,
    now: Num,
    #[serde(default)]
    mc_block_seqno: Option<Num>,
    #[serde(default)]
    finality: Option<String>,
    #[serde(default)]
    emulated: bool,
    #[serde(default)]
    in_msg: Option<RowMessage>,
}

#[derive(Deserialize)]
struct RowMessage {
    #[serde(default)]
    hash: Option<Hash>,
    #[serde(default)]
    hash_norm: Option<Hash>,
}

#[derive(Deserialize)]
struct Items {
    nft_items: Vec<ItemRow>,
}

#[derive(Deserialize)]
struct ItemRow {
    address: String,
    #[serde(default)]
    collection_address: Option<String>,
    #[serde(default)]
    owner_address: Option<String>,
    index: String,
    #[serde(default)]
    init: bool,
}

impl TonApi {
    /// The newest block of the masterchain.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn head(&self) -> ApiResult<Head> {
        let call = Call::get("masterchainInfo", "v3", &[]);
        self.ask(&call, |answer| {
            let last = v3::<Masterchain>(answer)?.last;
            Ok(Head {
                seqno: last.seqno,
                time: seconds(last.gen_utime)?,
            })
        })
        .await
    }

    /// The account's transactions after the logical time `after_lt`, at most `limit` (1 to 1000)
    /// and the oldest first, each once.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn transactions_since(
        &self,
        address: &StdAddr,
        after_lt: u64,
        limit: u32,
    ) -> ApiResult<Vec<Listed>> {
        let account = address.to_string();
        let start = after_lt.saturating_add(1).to_string();
        let count = limit.clamp(1, SINCE_MAX).to_string();
        let query = [
            ("account", account.as_str()),
            ("start_lt", &start),
            ("limit", &count),
            ("sort", "asc"),
        ];
        self.ask(&Call::get("transactions", "v3", &query), |answer| {
            let rows = v3::<Transactions>(answer)?.transactions;
            let mut listed = BTreeMap::new();
            for row in &rows {
                let row = read(row)?;
                if row.account != *address {
                    return Err(ErrorKind::Malformed("another account's row".to_owned()));
                }
                if row.id.lt <= after_lt {
                    continue;
                }
                insert(&mut listed, row)?;
            }
            Ok(listed.into_values().collect())
        })
        .await
    }

    /// The transaction that an external message with this normalized hash caused; none while there
    /// is none.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn find_external(&self, normalized: &HashBytes) -> ApiResult<Option<Listed>> {
        let hash = hex::encode(normalized.0);
        let query = [("msg_hash", hash.as_str()), ("direction", "in")];
        let call = Call::get("transactionsByMessage", "v3", &query);
        let found = self.ask(&call, |answer| {
            let rows = v3::<Transactions>(answer)?.transactions;
            for row in &rows {
                let names = row.in_msg.as_ref();
                let is_it = names.is_some_and(|names| {
                    let both = [names.hash_norm, names.hash];
                    both.into_iter().flatten().any(|hash| hash.0 == *normalized)
                });
                if is_it {
                    return read(row).map(Some);
                }
            }
            match rows.is_empty() {
                true => Ok(None),
                false => Err(ErrorKind::Malformed("another message's row".to_owned())),
            }
        });
        match found.await {
            Err(error) if matches!(error.kind, ErrorKind::NotFound(_)) => Ok(None),
            result => result,
        }
    }

    /// The NFTs of `owner`, each once.
    ///
    /// # Errors
    /// See [`ErrorKind`]; `Refused` for an owner of more than ten thousand.
    pub async fn nft_items(&self, owner: &StdAddr) -> ApiResult<Vec<NftItem>> {
        let (address, limit) = (owner.to_string(), ITEMS_PAGE.to_string());
        let mut items = BTreeMap::new();
        for page in 0..ITEMS_PAGES {
            let offset = page.saturating_mul(ITEMS_PAGE).to_string();
            let query = [
                ("owner_address", address.as_str()),
                ("limit", &limit),
                ("offset", &offset),
            ];
            let call = Call::get("nft/items", "v3", &query);
            let rows = self.ask(&call, |answer| {
                let rows = v3::<Items>(answer)?.nft_items;
                let items = rows.iter().filter(|row| row.init).map(item);
                Ok((rows.len(), items.collect::<Result<Vec<_>, _>>()?))
            });
            let (rows, page) = rows.await?;
            let page = page.into_iter().filter(|i| i.owner.as_ref() == Some(owner));
            items.extend(page.map(|item| (item.address.address, item)));
            if rows < ITEMS_PAGE {
                return Ok(items.into_values().collect());
            }
        }
        Err(super::ApiError {
            method: "nft/items",
            kind: ErrorKind::Refused {
                code: 0,
                text: "more than can be read at once".to_owned(),
            },
        })
    }
}

/// One row per logical time: two transactions of one account at the same time cannot be.
fn insert(listed: &mut BTreeMap<u64, Listed>, row: Listed) -> Result<(), ErrorKind> {
    if let Some(known) = listed.get(&row.id.lt) {
        if known.id != row.id {
            return Err(ErrorKind::Malformed(format!("two at {}", row.id.lt)));
        }
        // The same twice: the less sure word counts.
        if known.finality <= row.finality {
            return Ok(());
        }
    }
    listed.insert(row.id.lt, row);
    Ok(())
}

fn read(row: &Row) -> Result<Listed, ErrorKind> {
    let mc_seqno = match row.mc_block_seqno {
        None | Some(Num(0)) => None,
        Some(Num(seqno)) => Some(u32::try_from(seqno).map_err(|_large| wrong("a block"))?),
    };
    let finality = match row.finality.as_deref() {
        _ if row.emulated => Finality::Pending,
        Some("pending") => Finality::Pending,
        Some("confirmed") => Finality::Confirmed,
        Some("finalized") => Finality::Finalized,
        // Servers from before the field list what is in the masterchain only.
        None if mc_seqno.is_some() => Finality::Finalized,
        None => Finality::Pending,
        Some(other) => return Err(ErrorKind::Malformed(format!("finality {other:?}"))),
    };
    Ok(Listed {
        id: TxId {
            lt: row.lt.0,
            hash: row.hash.0,
        },
        account: address(&row.account)?,
        mc_seqno,
        finality,
        time: seconds(row.now)?,
    })
}

fn item(row: &ItemRow) -> Result<NftItem, ErrorKind> {
    let optional = |text: &Option<String>| text.as_deref().map(address).transpose();
    Ok(NftItem {
        address: address(&row.address)?,
        collection: optional(&row.collection_address)?,
        index: row.index.parse().map_err(|_text| wrong("an index"))?,
        owner: optional(&row.owner_address)?,
    })
}

/// v3 writes accounts in the raw form, in capitals.
fn address(text: &str) -> Result<StdAddr, ErrorKind> {
    let written = parse(text, Network::Testnet);
    let written = written.map_err(|error| ErrorKind::Malformed(format!("{text:?} {error}")))?;
    Ok(written.address)
}

fn seconds(time: Num) -> Result<Timestamp, ErrorKind> {
    let seconds = i64::try_from(time.0).map_err(|_late| wrong("a time"))?;
    Ok(Timestamp::from_seconds(seconds))
}

fn wrong(what: &str) -> ErrorKind {
    ErrorKind::Malformed(format!("not {what}"))
}
