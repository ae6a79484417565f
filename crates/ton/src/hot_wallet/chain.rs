//! What the kernel's wallet asks about this chain.

use crate::address::{self, AddressError};
use crate::proof::{self, Expected, Proof, ProofError};
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
    domains: Vec<String>,
}

impl TonChain {
    /// The chain `network`; deposits go to `hot`, and people prove their wallets on `domains`.
    pub fn new(network: Network, hot: StdAddr, domains: Vec<String>) -> Self {
        Self(Arc::new(Inner {
            network,
            hot,
            domains,
        }))
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

    /// `body` is a [`Proof`]; the key comes from the wallet's own first data.
    fn verify_proof(&self, body: &[u8], now: Timestamp) -> Result<Proven> {
        let proof: Proof = serde_json::from_slice(body).map_err(|error| {
            let text = "The body is not what a wallet gives as a proof";
            Error::new(Kind::Malformed, "proof_unreadable", text).with_source(error)
        })?;
        let expected = Expected::new(&self.0.domains, self.0.network, now);
        let proven = proof::verify(&proof, &expected).map_err(refused)?;
        Ok(Proven {
            address: proven.address.to_string(),
            payload: proven.payload,
        })
    }
}

/// What is wrong with a proof, as its sender is told.
fn refused(error: ProofError) -> Error {
    let code = match error {
        ProofError::Network => "proof_network",
        ProofError::BadAddress => "proof_address",
        ProofError::Domain => "proof_domain",
        ProofError::Timestamp => "proof_time",
        ProofError::Payload => "proof_payload",
        ProofError::StateInit => "proof_state",
        ProofError::AddressMismatch => "proof_address_mismatch",
        ProofError::UnknownWallet => "proof_wallet_unknown",
        ProofError::KeyMismatch => "proof_key_mismatch",
        ProofError::Signature => "proof_signature",
    };
    Error::new(
        Kind::Conflict,
        code,
        format!("The proof does not hold: {error}"),
    )
}
