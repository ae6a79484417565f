//! Wallets by name, whose keys everybody can compute: for people who try things out, and tests.

use super::chain::{Accepted, DevChain};
use super::machine::StackItem;
use super::{Error, Result};
use sha2::{Digest as _, Sha256};
use torg_ton::key::Key;
use torg_ton::message::Outgoing;
use torg_ton::wallet::Version;
use torg_ton::{Network, StdAddr, Wallet};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellBuilder};
use tycho_types::models::AccountState;

/// Seconds for which an order is good.
const ORDER_SECONDS: u32 = 300;
/// Letters of a name.
const NAME: usize = 40;

/// Wallets of a deal that is played: who pays, who is paid, and whose orders the contract takes.
pub const PARTIES: [&str; 3] = ["advertiser", "owner", "platform"];

/// A v5r1 wallet whose key follows from its name.
#[derive(Debug, Clone)]
pub struct NamedWallet {
    /// The name.
    pub name: String,
    wallet: Wallet,
}

impl NamedWallet {
    /// The wallet of this name; the same one on every development chain.
    ///
    /// # Errors
    /// [`Error::BadMessage`] for a name that is empty, too long, or has other letters than
    /// `a-z`, `0-9`, `-` and `_`.
    pub fn new(name: &str) -> Result<Self> {
        let good =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if name.is_empty() || name.len() > NAME || !name.bytes().all(good) {
            return Err(Error::BadMessage(
                "name: 1 to 40 of the characters a-z, 0-9, - and _",
            ));
        }
        let seed = Sha256::digest(format!("torg development wallet: {name}"));
        let key = Key::from_seed(seed.into());
        Ok(Self {
            name: name.to_owned(),
            wallet: Wallet::new(Version::V5R1, key, 0, Network::Mainnet)?,
        })
    }

    /// Where it is.
    pub const fn address(&self) -> &StdAddr {
        self.wallet.address()
    }

    /// Its key.
    pub const fn key(&self) -> &Key {
        self.wallet.key()
    }

    /// Its code and first data as a bag of cells, as TON Connect's `walletStateInit`.
    ///
    /// # Errors
    /// [`Error::Cell`], never in practice.
    pub fn state_init(&self) -> Result<String> {
        let cell = CellBuilder::build_from(self.wallet.init())?;
        Ok(Boc::encode_base64(cell))
    }

    /// Signs that whoever asks with `payload` on `domain` is talking to the owner of the wallet
    /// (TON Connect, `ton_proof`). `timestamp` is in seconds since 1970.
    pub fn prove(&self, domain: &str, timestamp: u64, payload: &str) -> [u8; 64] {
        let length = u32::try_from(domain.len()).unwrap_or(u32::MAX);
        let mut message = b"ton-proof-item-v2/".to_vec();
        message.extend(i32::from(self.address().workchain).to_be_bytes());
        message.extend(self.address().address.0);
        message.extend(length.to_le_bytes());
        message.extend(domain.as_bytes());
        message.extend(timestamp.to_le_bytes());
        message.extend(payload.as_bytes());
        let mut whole = vec![0xff, 0xff];
        whole.extend(b"ton-connect");
        whole.extend(Sha256::digest(message));
        self.key().sign(&Sha256::digest(whole))
    }
}

impl DevChain {
    /// The wallet of this name, which is listed from now on.
    ///
    /// # Errors
    /// As [`NamedWallet::new`], and [`Error::File`].
    pub fn named_wallet(&self, name: &str) -> Result<NamedWallet> {
        let wallet = NamedWallet::new(name)?;
        self.add_wallet_name(name)?;
        Ok(wallet)
    }

    /// The wallets that were asked for here, in that order.
    ///
    /// # Errors
    /// [`Error::BadMessage`] when the file has a name that is none.
    pub fn named_wallets(&self) -> Result<Vec<NamedWallet>> {
        let names = self.wallet_names();
        names.iter().map(|name| NamedWallet::new(name)).collect()
    }

    /// The signed order of a named wallet, as of now.
    ///
    /// # Errors
    /// [`Error::Ton`] for too many messages.
    pub fn order(&self, wallet: &NamedWallet, messages: &[Outgoing]) -> Result<Cell> {
        let account = self.account(wallet.address())?;
        let active = account.is_some_and(|a| matches!(a.state, AccountState::Active(_)));
        let seqno = if active {
            self.seqno(wallet.address())?
        } else {
            0
        };
        let until = self.now().max(self.head().unixtime);
        let until = until.saturating_add(ORDER_SECONDS);
        Ok(wallet.wallet.order(seqno, until, messages)?)
    }

    /// Signs an order and lets it wait for a block. What the wallet ordered before and is still
    /// waiting gets its block first: an order names how many there were before it.
    ///
    /// # Errors
    /// [`Error::NotAccepted`] when the wallet has no money for it.
    pub fn send_from(&self, wallet: &NamedWallet, messages: &[Outgoing]) -> Result<Accepted> {
        let waits = self.pending().iter().any(|message| {
            super::machine::destination(message).is_ok_and(|(to, _)| to == *wallet.address())
        });
        if waits {
            self.mine()?;
        }
        self.send(self.order(wallet, messages)?)
    }

    fn seqno(&self, wallet: &StdAddr) -> Result<u32> {
        let output = self.get(wallet, "seqno", Vec::new())?;
        match output.stack.first() {
            Some(StackItem::Int(number)) => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
            Some(
                StackItem::Null | StackItem::Cell(_) | StackItem::Slice(_) | StackItem::Tuple(_),
            )
            | None => Err(Error::NoContract),
        }
    }
}
