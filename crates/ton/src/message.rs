//! Messages: what wallets send, what they carry, and the name that an external one is found by.

use crate::{Error, Result, StdAddr};
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _, CellSlice, HashBytes, Store as _};
use tycho_types::models::{
    CurrencyCollection, ExtInMsgInfo, IntAddr, Message, MsgInfo, OwnedMessage, OwnedRelaxedMessage,
    RelaxedIntMsgInfo, RelaxedMsgInfo, StateInit,
};
use tycho_types::num::Tokens;

/// First word of a body that is a text for people.
const COMMENT: u32 = 0;

/// A message from a wallet to an account, as it is put into the wallet's order.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Whom it is for.
    pub to: StdAddr,
    /// Nanotons that it carries.
    pub value: u64,
    /// Whether it comes back when the account refuses it.
    pub bounce: bool,
    /// Code and data of an account that is not deployed yet.
    pub init: Option<StateInit>,
    /// What it says; an empty cell for nothing.
    pub body: Cell,
}

impl Outgoing {
    /// Coins that stay where they arrive, with nothing to say.
    pub fn coins(to: StdAddr, value: u64) -> Self {
        Self {
            to,
            value,
            bounce: false,
            init: None,
            body: Cell::empty_cell(),
        }
    }

    /// The same with a body.
    pub fn with_body(mut self, body: Cell) -> Self {
        self.body = body;
        self
    }

    /// The cell that a wallet sends; the chain adds source, time and fees.
    ///
    /// # Errors
    /// [`Error::Cell`] when it has no room.
    pub fn to_cell(&self) -> Result<Cell> {
        let info = RelaxedIntMsgInfo {
            ihr_disabled: true,
            bounce: self.bounce,
            src: None,
            dst: self.to.clone().into(),
            value: CurrencyCollection::new(u128::from(self.value)),
            ..Default::default()
        };
        Ok(CellBuilder::build_from(&OwnedRelaxedMessage {
            info: RelaxedMsgInfo::Int(info),
            init: self.init.clone(),
            body: self.body.clone().into(),
            layout: None,
        })?)
    }
}

/// A message from outside the chain to `to`: how a wallet is told what to do.
///
/// # Errors
/// [`Error::Cell`] when it has no room.
pub fn external(to: &StdAddr, init: Option<StateInit>, body: Cell) -> Result<Cell> {
    Ok(CellBuilder::build_from(&OwnedMessage {
        info: MsgInfo::ExtIn(ExtInMsgInfo {
            src: None,
            dst: to.clone().into(),
            import_fee: Tokens::ZERO,
        }),
        init,
        body: body.into(),
        layout: None,
    })?)
}

/// The hash that an external message keeps whatever relays do to it: without source, import fee,
/// state and place of the body (TEP-467).
///
/// # Errors
/// [`Error::Unexpected`] for a message that is not external.
pub fn normalized_hash(message: &Cell) -> Result<HashBytes> {
    let message = message.parse::<Message<'_>>()?;
    let MsgInfo::ExtIn(info) = message.info else {
        return Err(Error::Unexpected("an external message"));
    };
    let mut body = CellBuilder::new();
    body.store_slice(message.body)?;
    let mut normal = CellBuilder::new();
    normal.store_small_uint(0b10, 2)?;
    normal.store_small_uint(0, 2)?;
    info.dst.store_into(&mut normal, Cell::empty_context())?;
    normal.store_small_uint(0, 4)?;
    normal.store_bit_zero()?;
    normal.store_bit_one()?;
    normal.store_reference(body.build()?)?;
    Ok(*normal.build()?.repr_hash())
}

/// A text as the body of a message.
///
/// # Errors
/// [`Error::Cell`] when it is longer than cells can nest.
pub fn comment(text: &str) -> Result<Cell> {
    /// Bytes of text in the first cell, after the four of the op, and in each cell after it.
    const FIRST: usize = 123;
    const NEXT: usize = 127;
    let bytes = text.as_bytes();
    let (first, rest) = bytes.split_at(bytes.len().min(FIRST));
    let mut tail: Option<Cell> = None;
    for part in rest.chunks(NEXT).rev() {
        let mut cell = CellBuilder::new();
        store_bytes(&mut cell, part)?;
        if let Some(tail) = tail {
            cell.store_reference(tail)?;
        }
        tail = Some(cell.build()?);
    }
    let mut cell = CellBuilder::new();
    cell.store_u32(COMMENT)?;
    store_bytes(&mut cell, first)?;
    if let Some(tail) = tail {
        cell.store_reference(tail)?;
    }
    Ok(cell.build()?)
}

fn store_bytes(cell: &mut CellBuilder, bytes: &[u8]) -> Result<()> {
    for byte in bytes {
        cell.store_u8(*byte)?;
    }
    Ok(())
}

/// The text in the body of a message, if it is one; `None` for anything else, broken UTF-8
/// included. At most `max` bytes are read, so that nobody makes us read for ever.
pub fn read_comment(body: CellSlice<'_>, max: usize) -> Option<String> {
    let mut part = body;
    if part.size_bits() < 32 || part.load_u32().ok()? != COMMENT {
        return None;
    }
    let mut text = Vec::new();
    loop {
        if part.size_bits().checked_rem(8)? != 0 {
            return None;
        }
        while part.size_bits() >= 8 {
            text.push(part.load_u8().ok()?);
        }
        if text.len() > max {
            return None;
        }
        if part.size_refs() == 0 {
            return String::from_utf8(text).ok();
        }
        part = part.load_reference_as_slice().ok()?;
    }
}

/// The account that a message is for; none when it leaves the chain or goes to a form of address
/// that nothing uses.
pub fn destination(message: &Message<'_>) -> Option<StdAddr> {
    match &message.info {
        MsgInfo::Int(info) => std_addr(&info.dst),
        MsgInfo::ExtIn(info) => std_addr(&info.dst),
        MsgInfo::ExtOut(_) => None,
    }
}

/// The ordinary form of an address.
pub fn std_addr(address: &IntAddr) -> Option<StdAddr> {
    match address {
        IntAddr::Std(address) => Some(address.clone()),
        IntAddr::Var(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_comment_comes_back(text in ".{0,400}") {
            let cell = comment(&text).unwrap();
            let read = read_comment(cell.as_slice().unwrap(), 4096);
            prop_assert_eq!(read.as_deref(), Some(text.as_str()));
        }
    }

    #[test]
    fn what_is_no_text_is_none() {
        let mut cell = CellBuilder::new();
        cell.store_u32(7).unwrap();
        let cell = cell.build().unwrap();
        assert_eq!(read_comment(cell.as_slice().unwrap(), 100), None);
        let empty = Cell::empty_cell();
        assert_eq!(read_comment(empty.as_slice().unwrap(), 100), None);
        let long = comment(&"x".repeat(300)).unwrap();
        assert_eq!(read_comment(long.as_slice().unwrap(), 100), None);
        let mut broken = CellBuilder::new();
        broken.store_u32(0).unwrap();
        broken.store_u8(0xff).unwrap();
        let broken = broken.build().unwrap();
        assert_eq!(read_comment(broken.as_slice().unwrap(), 100), None);
    }
}
