//! Wallet contracts: their addresses and the signed orders that they obey.
//!
//! v5r1 sends up to 255 messages per order, v4r2 up to 4. An order names the wallet's `seqno` and
//! a time after which it is worth nothing; the contract takes each `seqno` once, so the same
//! signed bytes can be sent any number of times. Code: ton-blockchain/wallet-contract-v5 and
//! toncenter/tonweb's v4r2; the bytes are compared with those of the chain's own library.

use crate::key::Key;
use crate::message::{self, Outgoing};
use crate::{Error, Network, Result, StdAddr};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _, HashBytes};
use tycho_types::dict::Dict;
use tycho_types::models::StateInit;

/// `wallet_id` of the first v4 wallet of a key.
const V4_WALLET_ID: u32 = 698_983_191;
/// "sign": the op of a v5 order that is sent from outside.
const V5_SIGNED_EXTERNAL: u32 = 0x7369_676e;
/// An action of a v5 order: send a message.
const SEND_MESSAGE: u32 = 0x0ec3_c86d;
/// Pay the message's fees beside its value.
pub const PAY_FEES_SEPARATELY: u8 = 1;
/// A message that cannot be paid for is skipped and the others go: v5 asks for it in orders from
/// outside, and it is why a used `seqno` proves nothing about a single message.
pub const IGNORE_ERRORS: u8 = 2;

/// Which contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Four messages at once.
    V4R2,
    /// 255 messages at once.
    V5R1,
}

impl Version {
    /// Messages in one order, at most.
    pub const fn max_messages(self) -> usize {
        match self {
            Self::V4R2 => 4,
            Self::V5R1 => 255,
        }
    }

    /// Its code.
    ///
    /// # Errors
    /// Never in a build that passed its tests.
    pub fn code(self) -> Result<Cell> {
        let text = match self {
            Self::V4R2 => include_str!("../code/wallet_v4r2.b64"),
            Self::V5R1 => include_str!("../code/wallet_v5r1.b64"),
        };
        Ok(Boc::decode_base64(text.trim())?)
    }
}

/// A wallet whose key we have.
#[derive(Debug, Clone)]
pub struct Wallet {
    version: Version,
    key: Key,
    wallet_id: u32,
    init: StateInit,
    address: StdAddr,
}

impl Wallet {
    /// The wallet number `subwallet` of `key`.
    ///
    /// # Errors
    /// [`Error::Cell`], never in practice.
    pub fn new(version: Version, key: Key, subwallet: u16, network: Network) -> Result<Self> {
        let subwallet = u32::from(subwallet);
        let mut data = CellBuilder::new();
        let wallet_id = match version {
            Version::V4R2 => V4_WALLET_ID.saturating_add(subwallet),
            // A client's context: 1, workchain:8, version:8, subwallet:15; tied to the network.
            Version::V5R1 => ((1 << 31) | subwallet) ^ network.global_id().cast_unsigned(),
        };
        if version == Version::V5R1 {
            // Orders from outside are allowed.
            data.store_bit_one()?;
        }
        data.store_u32(0)?;
        data.store_u32(wallet_id)?;
        data.store_u256(&HashBytes(key.public()))?;
        // No extensions, no plugins.
        data.store_bit_zero()?;
        let init = state_init(version.code()?, data.build()?);
        Ok(Self {
            version,
            key,
            wallet_id,
            address: address_of(&init)?,
            init,
        })
    }

    /// Where it is, deployed or not.
    pub const fn address(&self) -> &StdAddr {
        &self.address
    }

    /// What has to come with the first order.
    pub const fn init(&self) -> &StateInit {
        &self.init
    }

    /// Which contract it is.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Its key.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// The whole external message of an order, with the wallet's state when `seqno` is 0. Each
    /// message pays its fees separately, so that what arrives is exactly its value.
    ///
    /// `valid_until` is in seconds since 1970, by the chain's clock.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`].
    pub fn order(&self, seqno: u32, valid_until: u32, messages: &[Outgoing]) -> Result<Cell> {
        let mut cells = Vec::with_capacity(messages.len());
        for message in messages {
            cells.push((PAY_FEES_SEPARATELY | IGNORE_ERRORS, message.to_cell()?));
        }
        let body = self.body(seqno, valid_until, &cells)?;
        let init = (seqno == 0).then(|| self.init.clone());
        message::external(&self.address, init, body)
    }

    /// The signed body of an order: `(send mode, message)` each.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`].
    pub fn body(&self, seqno: u32, valid_until: u32, messages: &[(u8, Cell)]) -> Result<Cell> {
        let max = self.version.max_messages();
        if messages.len() > max {
            return Err(Error::TooManyMessages(max));
        }
        let mut order = CellBuilder::new();
        match self.version {
            Version::V4R2 => {
                order.store_u32(self.wallet_id)?;
                order.store_u32(valid_until)?;
                order.store_u32(seqno)?;
                order.store_u8(0)?;
                for (mode, message) in messages {
                    order.store_u8(*mode)?;
                    order.store_reference(message.clone())?;
                }
                let mut body = CellBuilder::new();
                body.store_raw(&self.sign(&order)?, 512)?;
                body.store_builder(&order)?;
                Ok(body.build()?)
            }
            Version::V5R1 => {
                order.store_u32(V5_SIGNED_EXTERNAL)?;
                order.store_u32(self.wallet_id)?;
                order.store_u32(valid_until)?;
                order.store_u32(seqno)?;
                if messages.is_empty() {
                    order.store_bit_zero()?;
                } else {
                    order.store_bit_one()?;
                    order.store_reference(action_list(messages)?)?;
                }
                // No actions of other kinds.
                order.store_bit_zero()?;
                let signature = self.sign(&order)?;
                order.store_raw(&signature, 512)?;
                Ok(order.build()?)
            }
        }
    }

    fn sign(&self, order: &CellBuilder) -> Result<[u8; 64]> {
        let cell = order.clone().build()?;
        Ok(self.key.sign(cell.repr_hash().as_slice()))
    }
}

/// Each action refers to those before it.
fn action_list(messages: &[(u8, Cell)]) -> Result<Cell> {
    let mut list = Cell::empty_cell();
    for (mode, message) in messages {
        let mut action = CellBuilder::new();
        action.store_reference(list)?;
        action.store_u32(SEND_MESSAGE)?;
        action.store_u8(*mode | IGNORE_ERRORS)?;
        action.store_reference(message.clone())?;
        list = action.build()?;
    }
    Ok(list)
}

/// Code and data of an account, and nothing else.
pub fn state_init(code: Cell, data: Cell) -> StateInit {
    StateInit {
        split_depth: None,
        special: None,
        code: Some(code),
        data: Some(data),
        libraries: Dict::new(),
    }
}

/// The address that `init` has in the base workchain: its hash.
///
/// # Errors
/// [`Error::Cell`], never in practice.
pub fn address_of(init: &StateInit) -> Result<StdAddr> {
    let cell = CellBuilder::build_from(init)?;
    Ok(StdAddr::new(0, *cell.repr_hash()))
}
