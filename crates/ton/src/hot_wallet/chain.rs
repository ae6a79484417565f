//! What the kernel's wallet asks about this chain.

use crate::address::{self, AddressError};
use crate::{Network, StdAddr};
use std::sync::Arc;
use torg_platform::money::{Money, Ton};
use torg_platform::wallet::{CHAIN, Chain, Proven};
use torg_platform::{Error, Kind, Result, Timestamp};

/// The chain with the wallet that deposits go to.
#[derive(Debug, Clone)]
pub struct TonChain(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    network: Network,
    hot: StdAddr,
}

impl TonChain {
    /// The chain `network`; deposits go to `hot`.
    pub fn new(network: Network, hot: StdAddr) -> Self {
        Self(Arc::new(Inner { network, hot }))
    }
}

impl Chain for TonChain {
    fn name(&self) -> &'static str {
        CHAIN
    }

    fn deposit_address(&self) -> String {
        address::show(&self.0.hot, self.0.network, false)
    }

    fn deposit_link(&self, memo: &str, amount: Option<Money<Ton>>) -> String {
        let address = self.deposit_address();
        let amount = amount.map_or_else(String::new, |a| format!("amount={}&", a.minor()));
        format!("ton://transfer/{address}?{amount}text={memo}")
    }

    fn read_destination(&self, text: &str) -> Result<String> {
        let written = address::parse(text, self.0.network).map_err(|error| {
            let code = match error {
                AddressError::TestOnly => "address_testnet",
                AddressError::Malformed
                | AddressError::Checksum
                | AddressError::Tag
                | AddressError::Workchain => "address_invalid",
            };
            Error::new(Kind::Invalid, code, format!("The address {error}"))
        })?;
        if written.address == self.0.hot {
            let text = "This is the address that deposits go to";
            return Err(Error::new(Kind::Invalid, "address_own", text));
        }
        Ok(written.address.to_string())
    }

    fn show(&self, canonical: &str) -> String {
        match address::parse(canonical, self.0.network) {
            Ok(written) => address::show(&written.address, self.0.network, false),
            Err(_elsewhere) => canonical.to_owned(),
        }
    }

    fn verify_proof(&self, _body: &[u8], _now: Timestamp) -> Result<Proven> {
        Err(Error::internal("not yet"))
    }
}
