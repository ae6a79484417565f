//! The escrow contract of one deal: its address, the messages that it obeys, its state.
//!
//! `contracts/src/escrow.tolk` is the contract and `contracts/README.md` its description. A deal's
//! address is the hash of the code and the terms, so it is known before anything is sent, and an
//! account with our code at that address can have no other terms. Nothing is asked of getters:
//! the state is read from the account's own data, after its code was found to be ours.

use crate::api::{ApiError, ApiResult, ErrorKind, State, TonApi};
use crate::message::Outgoing;
use crate::stack::load_address;
use crate::tx::TxId;
use crate::wallet::{address_of, state_init};
use crate::{Error, Result, StdAddr};
use torg_platform::Timestamp;
use tycho_types::boc::Boc;
use tycho_types::cell::{
    Cell, CellBuilder, CellFamily as _, CellSlice, HashBytes, Load as _, Store as _,
};
use tycho_types::models::StateInit;
use tycho_types::num::Tokens;

/// Hash of the contract's code, in hexadecimal.
pub const CODE_HASH: &str = "64bc7297f20fec1981aa2a4f0881fe904edd9c6a605fe364eee1df65ea550e2c";
/// What a deposit brings on top of the amount, in nanotons: rent until the deadline and the fees of
/// the payouts. What is left of it goes back to the advertiser.
pub const DEPOSIT_RESERVE: u64 = 30_000_000;
/// What every other message brings, in nanotons; it pays for its own computation, and the rest goes
/// to the advertiser.
pub const GAS: u64 = 10_000_000;
/// The largest fee, in hundredths of a percent.
pub const MAX_FEE_BPS: u16 = 2000;
/// The longest time from a deposit to the deadline, in seconds.
pub const MAX_TERM: u32 = 366 * 86_400;
/// The whole, in hundredths of a percent.
const WHOLE: u16 = 10_000;

const DEPOSIT: u32 = 0x5447_0001;
const RELEASE: u32 = 0x5447_0002;
const REFUND: u32 = 0x5447_0003;
const AUTO_REFUND: u32 = 0x5447_0004;
const CLOSE: u32 = 0x5447_0005;
const SETTLE: u32 = 0x5447_0006;

/// What a deal is about; the contract can never forget or change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Its number here: deals with equal terms have different addresses.
    pub deal_id: u64,
    /// What the deal costs, in nanotons.
    pub amount: u64,
    /// Our part of what the owner gets, in hundredths of a percent.
    pub fee_bps: u16,
    /// From this second since 1970 on, anybody may give the money back.
    pub deadline: u32,
    /// Whose orders the contract takes.
    pub controller: StdAddr,
    /// Where the fee goes.
    pub fee_address: StdAddr,
    /// Who pays.
    pub advertiser: StdAddr,
    /// Who is paid.
    pub owner: StdAddr,
}

/// Where a deal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has paid.
    Init,
    /// The money is there.
    Funded,
    /// The owner has it.
    Released,
    /// The advertiser has it back.
    Refunded,
    /// Each has a share.
    Settled,
}

/// Who gets what; the sum is the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// To the owner.
    pub owner: u64,
    /// To the fee address.
    pub fee: u64,
    /// To the advertiser, without what is left of the reserve.
    pub advertiser: u64,
}

/// A contract as it stands on the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscrowView {
    /// What it is about; proven by its address.
    pub terms: Terms,
    /// Where it is.
    pub stage: Stage,
    /// The owner's share of a finished deal, in hundredths of a percent; else 0.
    pub owner_bps: u16,
    /// What lies in it, in nanotons.
    pub balance: u64,
    /// Its last transaction.
    pub last: Option<TxId>,
    /// The chain's time when this was so.
    pub time: Timestamp,
}

/// What is at an address where an escrow should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing was deployed; there may be coins that somebody sent without being asked to.
    Nothing {
        /// Nanotons.
        balance: u64,
    },
    /// It owed rent for years, and must be brought back before it can be read.
    Frozen,
    /// Another contract, whatever it says of itself.
    Foreign,
    /// An escrow of ours.
    Escrow(Box<EscrowView>),
}

impl Terms {
    /// Whether the contract would take a deposit at `now` (seconds since 1970).
    ///
    /// # Errors
    /// [`Error::Unexpected`] names the term.
    pub fn check(&self, now: u32) -> Result<()> {
        let parties = [
            &self.controller,
            &self.fee_address,
            &self.advertiser,
            &self.owner,
        ];
        if self.amount == 0 || self.amount > u64::MAX.saturating_sub(DEPOSIT_RESERVE) {
            return Err(Error::Unexpected("an amount of a deal"));
        }
        if self.fee_bps > MAX_FEE_BPS {
            return Err(Error::Unexpected("a fee of a deal"));
        }
        if self.deadline <= now || self.deadline > now.saturating_add(MAX_TERM) {
            return Err(Error::Unexpected("a deadline of a deal"));
        }
        if parties.iter().any(|party| party.workchain != 0) {
            return Err(Error::Unexpected("a party in the base workchain"));
        }
        Ok(())
    }

    /// The contract's first code and data.
    ///
    /// # Errors
    /// Never in practice.
    pub fn init(&self) -> Result<StateInit> {
        let context = Cell::empty_context();
        let mut parties = CellBuilder::new();
        self.advertiser.store_into(&mut parties, context)?;
        self.owner.store_into(&mut parties, context)?;
        let mut data = CellBuilder::new();
        // State and the owner's share.
        data.store_u8(0)?;
        data.store_u16(0)?;
        data.store_u64(self.deal_id)?;
        Tokens::new(u128::from(self.amount)).store_into(&mut data, context)?;
        data.store_u16(self.fee_bps)?;
        data.store_u32(self.deadline)?;
        self.controller.store_into(&mut data, context)?;
        self.fee_address.store_into(&mut data, context)?;
        data.store_reference(parties.build()?)?;
        Ok(state_init(code()?, data.build()?))
    }

    /// Where the contract is, whether or not it was deployed.
    ///
    /// # Errors
    /// Never in practice.
    pub fn address(&self) -> Result<StdAddr> {
        address_of(&self.init()?)
    }

    /// The least that a deposit brings, in nanotons.
    pub const fn required_deposit(&self) -> u64 {
        self.amount.saturating_add(DEPOSIT_RESERVE)
    }

    /// Who gets what when the owner gets `owner_bps` hundredths of a percent. Both divisions round
    /// down, as the contract's do.
    pub fn parts(&self, owner_bps: u16) -> Parts {
        let gross = share(self.amount, owner_bps.min(WHOLE));
        let fee = share(gross, self.fee_bps.min(WHOLE));
        Parts {
            owner: gross.saturating_sub(fee),
            fee,
            advertiser: self.amount.saturating_sub(gross),
        }
    }

    /// What the advertiser's wallet sends: deploys the contract and fills it. Comes back when the
    /// contract does not take it.
    ///
    /// # Errors
    /// Never in practice.
    pub fn deposit(&self, query_id: u64) -> Result<Outgoing> {
        Ok(Outgoing {
            to: self.address()?,
            value: self.required_deposit(),
            bounce: true,
            init: Some(self.init()?),
            body: body(DEPOSIT, query_id)?,
        })
    }

    /// The controller's order: the owner gets everything.
    ///
    /// # Errors
    /// Never in practice.
    pub fn release(&self, query_id: u64) -> Result<Outgoing> {
        self.order(body(RELEASE, query_id)?)
    }

    /// The controller's order: the advertiser gets everything.
    ///
    /// # Errors
    /// Never in practice.
    pub fn refund(&self, query_id: u64) -> Result<Outgoing> {
        self.order(body(REFUND, query_id)?)
    }

    /// The controller's order: the owner gets `owner_bps` hundredths of a percent.
    ///
    /// # Errors
    /// [`Error::Unexpected`] for nothing and for everything, which are refund and release.
    pub fn settle(&self, query_id: u64, owner_bps: u16) -> Result<Outgoing> {
        if owner_bps == 0 || owner_bps >= WHOLE {
            return Err(Error::Unexpected("a share of a deal"));
        }
        let mut order = CellBuilder::new();
        order.store_u32(SETTLE)?;
        order.store_u64(query_id)?;
        order.store_u16(owner_bps)?;
        self.order(order.build()?)
    }

    /// Anybody's, from the deadline on: the advertiser gets everything.
    ///
    /// # Errors
    /// Never in practice.
    pub fn auto_refund(&self, query_id: u64) -> Result<Outgoing> {
        self.order(body(AUTO_REFUND, query_id)?)
    }

    /// Anybody's: the advertiser gets what lies in an unfunded or finished contract.
    ///
    /// # Errors
    /// Never in practice.
    pub fn close(&self, query_id: u64) -> Result<Outgoing> {
        self.order(body(CLOSE, query_id)?)
    }

    fn order(&self, body: Cell) -> Result<Outgoing> {
        Ok(Outgoing {
            to: self.address()?,
            value: GAS,
            bounce: true,
            init: None,
            body,
        })
    }
}

/// The contract's code.
///
/// # Errors
/// Never in a build that passed its tests.
pub fn code() -> Result<Cell> {
    let text = include_str!("../code/escrow.b64");
    Ok(Boc::decode_base64(text.trim())?)
}

fn body(op: u32, query_id: u64) -> Result<Cell> {
    let mut body = CellBuilder::new();
    body.store_u32(op)?;
    body.store_u64(query_id)?;
    Ok(body.build()?)
}

fn share(amount: u64, bps: u16) -> u64 {
    let product = u128::from(amount).saturating_mul(u128::from(bps));
    let share = product.checked_div(u128::from(WHOLE)).unwrap_or(0);
    u64::try_from(share).unwrap_or(u64::MAX)
}

/// What is at `address` now.
///
/// # Errors
/// See [`ErrorKind`]; `Malformed` when our code has data that are none of its.
pub async fn read(api: &TonApi, address: &StdAddr) -> ApiResult<Found> {
    let account = api.account(address).await?;
    match account.state {
        State::Uninitialized => {
            return Ok(Found::Nothing {
                balance: account.balance,
            });
        }
        State::Frozen => return Ok(Found::Frozen),
        State::Active => {}
    }
    let ours = account.code_hash.map(|hash| hash.to_string());
    if ours.as_deref() != Some(CODE_HASH) {
        return Ok(Found::Foreign);
    }
    let malformed = |error: Error| ApiError {
        method: "escrow",
        kind: ErrorKind::from(error),
    };
    let data = account.data.unwrap_or_default();
    let (terms, stage, owner_bps) = parse(&data).map_err(malformed)?;
    // With our code and other terms it would be somebody else's deal, or a server that lies.
    if terms.address().map_err(malformed)? != *address {
        return Ok(Found::Foreign);
    }
    Ok(Found::Escrow(Box::new(EscrowView {
        terms,
        stage,
        owner_bps,
        balance: account.balance,
        last: account.last,
        time: account.time,
    })))
}

/// What the contract's data say: the terms, the stage, and the owner's share.
pub type Parsed = (Terms, Stage, u16);

/// Reads the contract's data, every bit of them. They prove something only with the code beside
/// them, and the terms' address above them.
///
/// # Errors
/// [`Error::Unexpected`], [`Error::Cell`]: they are of another contract.
pub fn parse(data: &Cell) -> Result<Parsed> {
    let mut slice = data.as_slice()?;
    let stage = match slice.load_u8()? {
        0 => Stage::Init,
        1 => Stage::Funded,
        2 => Stage::Released,
        3 => Stage::Refunded,
        4 => Stage::Settled,
        _ => return Err(Error::Unexpected("a state of an escrow")),
    };
    let owner_bps = slice.load_u16()?;
    let deal_id = slice.load_u64()?;
    let amount = Tokens::load_from(&mut slice)?.into_inner();
    let amount = u64::try_from(amount).map_err(|_more| Error::Unexpected("so many coins"))?;
    let fee_bps = slice.load_u16()?;
    let deadline = slice.load_u32()?;
    let controller = party(&mut slice)?;
    let fee_address = party(&mut slice)?;
    let mut parties = slice.load_reference_as_slice()?;
    let advertiser = party(&mut parties)?;
    let owner = party(&mut parties)?;
    if !slice.is_empty() || !parties.is_empty() {
        return Err(Error::Unexpected("the whole of an escrow's data"));
    }
    let terms = Terms {
        deal_id,
        amount,
        fee_bps,
        deadline,
        controller,
        fee_address,
        advertiser,
        owner,
    };
    Ok((terms, stage, owner_bps))
}

fn party(slice: &mut CellSlice<'_>) -> Result<StdAddr> {
    load_address(slice)?.ok_or(Error::Unexpected("a party of a deal"))
}

/// [`CODE_HASH`] as bytes.
///
/// # Errors
/// Never in a build that passed its tests.
pub fn code_hash() -> Result<HashBytes> {
    Ok(*code()?.repr_hash())
}
