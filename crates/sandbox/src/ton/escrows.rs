//! Deals that are played on the real contract, between development wallets.

use super::chain::{Accepted, DevChain};
use super::wallets::{NamedWallet, PARTIES};
use super::{Error, Result};
use torg_ton::StdAddr;
use torg_ton::escrow::{CODE_HASH, Parsed, Stage, Terms, parse};
use torg_ton::message::Outgoing;
use tycho_types::models::AccountState;

/// A deal on the chain.
#[derive(Debug, Clone)]
pub struct Deal {
    /// Its contract.
    pub address: StdAddr,
    /// What it says of itself.
    pub parsed: Parsed,
    /// Nanotons in it.
    pub balance: u128,
}

/// What a played deal begins with.
#[derive(Debug, Clone, Copy)]
pub struct NewDeal {
    /// Nanotons.
    pub amount: u64,
    /// The platform's part, in hundredths of a percent.
    pub fee_bps: u16,
    /// Seconds until anybody may give the money back.
    pub term: u32,
}

/// What is done with a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The platform pays the owner.
    Release,
    /// The platform gives the money back.
    Refund,
    /// The owner, whom the deal does not favour, gives it back after the deadline: anybody may.
    AutoRefund,
}

impl DevChain {
    /// Makes a deal between the wallets of [`PARTIES`] and pays it in; its address.
    ///
    /// # Errors
    /// [`Error::Ton`] for terms that the contract would refuse, [`Error::NotAccepted`] when the
    /// advertiser has no coins.
    pub fn fund_deal(&self, new: NewDeal) -> Result<StdAddr> {
        let [advertiser, owner, platform] = self.parties()?;
        let terms = Terms {
            // Numbers that a browser can write.
            deal_id: self.rng().next_u64() >> 12,
            amount: new.amount,
            fee_bps: new.fee_bps,
            deadline: self.asked_now().saturating_add(new.term),
            controller: platform.address().clone(),
            fee_address: platform.address().clone(),
            advertiser: advertiser.address().clone(),
            owner: owner.address().clone(),
        };
        terms.check(self.asked_now())?;
        self.send_from(&advertiser, &[terms.deposit(terms.deal_id)?])?;
        Ok(terms.address()?)
    }

    /// Sends what a move needs from the wallet whose it is. Whether the contract takes it is seen
    /// on the chain.
    ///
    /// # Errors
    /// [`Error::NoContract`] when there is no deal at `address`; [`Error::NotAccepted`].
    pub fn play(&self, address: &StdAddr, play: Move) -> Result<Accepted> {
        let deal = self.deal(address)?.ok_or(Error::NoContract)?;
        let [_, owner, platform] = self.parties()?;
        let (terms, id) = (&deal.parsed.0, self.rng().next_u64());
        let (who, order): (NamedWallet, Outgoing) = match play {
            Move::Release => (platform, terms.release(id)?),
            Move::Refund => (platform, terms.refund(id)?),
            Move::AutoRefund => (owner, terms.auto_refund(id)?),
        };
        self.send_from(&who, &[order])
    }

    /// The deal at `address`, if there is one.
    ///
    /// # Errors
    /// [`Error::Cell`], [`Error::Ton`]: the contract's code with data that are none of its.
    pub fn deal(&self, address: &StdAddr) -> Result<Option<Deal>> {
        let Some(account) = self.account(address)? else {
            return Ok(None);
        };
        let AccountState::Active(state) = &account.state else {
            return Ok(None);
        };
        let (Some(code), Some(data)) = (&state.code, &state.data) else {
            return Ok(None);
        };
        if code.repr_hash().to_string() != CODE_HASH {
            return Ok(None);
        }
        Ok(Some(Deal {
            address: address.clone(),
            parsed: parse(data)?,
            balance: account.balance.tokens.into_inner(),
        }))
    }

    /// Every deal on the chain, the newest first.
    ///
    /// # Errors
    /// As [`DevChain::deal`].
    pub fn deals(&self) -> Result<Vec<Deal>> {
        let addresses: Vec<StdAddr> = self.look(0, |view| view.addresses().cloned().collect());
        let mut deals = Vec::new();
        for address in addresses {
            deals.extend(self.deal(&address)?);
        }
        // Of deals with one term, the later deadline is the newer one.
        deals.sort_by_key(|deal| std::cmp::Reverse(deal.parsed.0.deadline));
        Ok(deals)
    }

    fn parties(&self) -> Result<[NamedWallet; 3]> {
        let [advertiser, owner, platform] = PARTIES;
        Ok([
            self.named_wallet(advertiser)?,
            self.named_wallet(owner)?,
            self.named_wallet(platform)?,
        ])
    }

    fn asked_now(&self) -> u32 {
        self.now().max(self.head().unixtime)
    }
}

/// A stage as the page names it.
pub(super) const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Init => "init",
        Stage::Funded => "funded",
        Stage::Released => "released",
        Stage::Refunded => "refunded",
        Stage::Settled => "settled",
    }
}
