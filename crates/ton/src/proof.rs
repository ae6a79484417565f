//! Who owns a wallet: TON Connect's `ton_proof`.
//!
//! A wallet signs its address, our domain, the time and a text that we gave it. The signature alone
//! says that somebody has *a* key; that it is the address's key follows from the wallet's first
//! code and data, whose hash is the address, when the code is one that we know. Rules:
//! ton-blockchain/ton-connect, `requests-responses.md`, "Address proof signature".
//!
//! Nothing here remembers which payloads were used: whoever gave the payload takes it back, once,
//! after everything else has been found right, so that a failed attempt burns nobody's.

use crate::address::parse;
use crate::api::{ApiError, TonApi};
use crate::key::Key;
use crate::{Network, StdAddr, Wallet};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use torg_platform::Timestamp;
use tycho_types::boc::Boc;
use tycho_types::cell::CellBuilder;
use tycho_types::models::StateInit;

/// Longest payload that is ours.
const PAYLOAD_MAX: usize = 256;
/// Code hashes of wallets, and where in their first data the key begins, in bits.
const KNOWN: &[(&str, u16)] = &[
    // v3r2 and v4r2: seqno:32 wallet_id:32 key:256.
    (
        "84dafa449f98a6987789ba232358072bc0f76dc4524002a5d0918b9a75d2d599",
        64,
    ),
    (
        "feb5ff6820e2ff0d9483e7e0d62c817d846789fb4ae580c878866d959dabd5c0",
        64,
    ),
    // v5r1: allows signatures:1 seqno:32 wallet_id:32 key:256.
    (
        "20834b7b72b112147e1b2fb457b84e74d1a30f04f737d4f62a668e9552d2b72f",
        65,
    ),
];

/// What a wallet's connector hands over. Every field may be missing or nonsense.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Proof {
    /// The account, in either form.
    pub address: String,
    /// Its chain: `-239` is the mainnet.
    pub network: String,
    /// The key that the wallet names, in hexadecimal.
    #[serde(alias = "publicKey")]
    pub public_key: Option<String>,
    /// The wallet's first code and data: a BoC in base64.
    #[serde(alias = "walletStateInit")]
    pub wallet_state_init: Option<String>,
    /// What was signed.
    pub proof: Signed,
}

/// What was signed, and the signature.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signed {
    /// Seconds since 1970; wallets write a number or a text.
    pub timestamp: Value,
    /// The site that the person saw.
    pub domain: Domain,
    /// The text that we gave.
    pub payload: String,
    /// Ed25519, in base64.
    pub signature: String,
}

/// A site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Domain {
    /// Its length in bytes.
    pub length_bytes: u64,
    /// Its name.
    pub value: String,
}

/// What a proof must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The sites that are us.
    pub domains: &'a [String],
    /// The chain that we are on.
    pub network: Network,
    /// The present moment.
    pub now: Timestamp,
    /// How old a proof may be.
    pub max_age: Duration,
    /// How far ahead of ours the wallet's clock may be.
    pub skew: Duration,
}

impl<'a> Expected<'a> {
    /// Proofs of the last fifteen minutes, and clocks that are ahead by a minute.
    pub const fn new(domains: &'a [String], network: Network, now: Timestamp) -> Self {
        Self {
            domains,
            network,
            now,
            max_age: Duration::from_secs(900),
            skew: Duration::from_secs(60),
        }
    }
}

/// What a proof has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Whoever sent it owns this account.
    pub address: StdAddr,
    /// With this key.
    pub public_key: [u8; 32],
    /// And answers to this text, which must now be found to be ours and unused.
    pub payload: String,
}

/// Why a proof shows nothing, in the order in which it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Signed on another chain.
    #[error("the wallet is on another network")]
    Network,
    /// Not an address of the base workchain.
    #[error("the wallet's address is none")]
    BadAddress,
    /// Signed for somebody else.
    #[error("the proof is for another site")]
    Domain,
    /// Too old, or from the future.
    #[error("the proof's time is not the present one")]
    Timestamp,
    /// No text, or none of ours.
    #[error("the proof's payload is not ours")]
    Payload,
    /// The wallet's state is missing or broken.
    #[error("the wallet's state cannot be read")]
    StateInit,
    /// The wallet's state belongs to another address.
    #[error("the wallet's state is another address's")]
    AddressMismatch,
    /// The state's code is no wallet that is known here.
    #[error("the wallet is of an unknown kind")]
    UnknownWallet,
    /// The wallet names another key than its state.
    #[error("the wallet's key is another one")]
    KeyMismatch,
    /// The signature is not that key's.
    #[error("the signature does not hold")]
    Signature,
}

impl ProofError {
    /// Its stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::BadAddress => "bad_address",
            Self::Domain => "domain",
            Self::Timestamp => "timestamp",
            Self::Payload => "payload",
            Self::StateInit => "state_init",
            Self::AddressMismatch => "address_mismatch",
            Self::UnknownWallet => "unknown_wallet",
            Self::KeyMismatch => "key_mismatch",
            Self::Signature => "signature",
        }
    }
}

/// Why a proof that needs the chain shows nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// It is wrong.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The chain could not be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// What the checks before the key have found.
struct Claim<'a> {
    address: StdAddr,
    domain: &'a str,
    time: u64,
}

/// Checks a proof by itself, without the chain.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn verify(proof: &Proof, expected: &Expected<'_>) -> Result<Proven, ProofError> {
    let claim = claim(proof, expected)?;
    let key = key_of(proof, &claim.address)?;
    finish(proof, claim, key)
}

/// Checks a proof with the key that the account's `get_public_key` has answered: for wallets whose
/// state is missing or of an unknown kind, and for no others.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn verify_with_key(
    proof: &Proof,
    expected: &Expected<'_>,
    key: [u8; 32],
) -> Result<Proven, ProofError> {
    let claim = claim(proof, expected)?;
    match key_of(proof, &claim.address) {
        // The proof's own key is the better one.
        Ok(own) => finish(proof, claim, own),
        Err(error) if needs_key(proof, error) => finish(proof, claim, key),
        Err(error) => Err(error),
    }
}

/// Checks a proof, and asks the account for its key where the proof has none that we can read.
///
/// # Errors
/// What is wrong with it, or why the chain could not be asked.
pub async fn check(
    api: &TonApi,
    proof: &Proof,
    expected: &Expected<'_>,
) -> Result<Proven, CheckError> {
    let error = match verify(proof, expected) {
        Ok(proven) => return Ok(proven),
        Err(error) => error,
    };
    if !needs_key(proof, error) {
        return Err(error.into());
    }
    let claim = claim(proof, expected)?;
    let answer = api.run_get(&claim.address, "get_public_key", &[]).await?;
    let key = answer.big_int(0).ok().and_then(|number| {
        let (sign, bytes) = number.to_bytes_be();
        let start = 32_usize.checked_sub(bytes.len())?;
        let mut key = [0_u8; 32];
        key.get_mut(start..)?.copy_from_slice(&bytes);
        (sign != num_bigint::Sign::Minus).then_some(key)
    });
    // No wallet, or one that keeps its key to itself.
    let key = key.ok_or(error)?;
    Ok(verify_with_key(proof, expected, key)?)
}

/// Whether the account itself may be asked for the key. A state that is there and wrong is a lie,
/// and not a reason to ask.
fn needs_key(proof: &Proof, error: ProofError) -> bool {
    error == ProofError::UnknownWallet
        || error == ProofError::StateInit && proof.wallet_state_init.is_none()
}

/// Everything that needs no key.
fn claim<'a>(proof: &'a Proof, expected: &Expected<'_>) -> Result<Claim<'a>, ProofError> {
    if proof.network != expected.network.global_id().to_string() {
        return Err(ProofError::Network);
    }
    let written = parse(&proof.address, expected.network);
    let address = written.map_err(|_text| ProofError::BadAddress)?.address;
    let signed = &proof.proof;
    let domain = signed.domain.value.as_str();
    let length = u64::try_from(domain.len()).unwrap_or(u64::MAX);
    if signed.domain.length_bytes != length || !expected.domains.iter().any(|ours| ours == domain) {
        return Err(ProofError::Domain);
    }
    let time = match &signed.timestamp {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let time = time.ok_or(ProofError::Timestamp)?;
    let seconds = i64::try_from(time).map_err(|_late| ProofError::Timestamp)?;
    let moment = Timestamp::from_seconds(seconds);
    if moment.plus(expected.max_age) < expected.now || moment > expected.now.plus(expected.skew) {
        return Err(ProofError::Timestamp);
    }
    if signed.payload.is_empty() || signed.payload.len() > PAYLOAD_MAX {
        return Err(ProofError::Payload);
    }
    Ok(Claim {
        address,
        domain,
        time,
    })
}

/// The key in the wallet's first data, if that state is the address's.
fn key_of(proof: &Proof, address: &StdAddr) -> Result<[u8; 32], ProofError> {
    let text = proof.wallet_state_init.as_deref();
    let text = text.ok_or(ProofError::StateInit)?;
    let state = Boc::decode_base64(text).map_err(|_boc| ProofError::StateInit)?;
    let init = state.parse::<StateInit>();
    let init = init.map_err(|_cell| ProofError::StateInit)?;
    if *state.repr_hash() != address.address {
        return Err(ProofError::AddressMismatch);
    }
    let (Some(code), Some(data)) = (init.code, init.data) else {
        return Err(ProofError::StateInit);
    };
    let code = code.repr_hash().to_string();
    let known = KNOWN.iter().find(|(hash, _)| *hash == code);
    let (_hash, key_at) = known.ok_or(ProofError::UnknownWallet)?;
    let key = data.as_slice().and_then(|mut slice| {
        slice.skip_first(*key_at, 0)?;
        slice.load_u256()
    });
    Ok(key.map_err(|_short| ProofError::StateInit)?.0)
}

fn finish(proof: &Proof, claim: Claim<'_>, key: [u8; 32]) -> Result<Proven, ProofError> {
    let named = proof.public_key.as_deref();
    if named.is_some_and(|named| !named.eq_ignore_ascii_case(&hex::encode(key))) {
        return Err(ProofError::KeyMismatch);
    }
    let payload = &proof.proof.payload;
    let digest = digest(&claim.address, claim.domain, claim.time, payload);
    let signature = STANDARD.decode(&proof.proof.signature).ok();
    let signature = signature.and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    let signature = signature.ok_or(ProofError::Signature)?;
    // Strict: a key of small order would make one signature fit many messages.
    VerifyingKey::from_bytes(&key)
        .and_then(|key| key.verify_strict(&digest, &Signature::from_bytes(&signature)))
        .map_err(|_wrong| ProofError::Signature)?;
    Ok(Proven {
        address: claim.address,
        public_key: key,
        payload: payload.clone(),
    })
}

/// The 32 bytes that a wallet signs.
fn digest(address: &StdAddr, domain: &str, time: u64, payload: &str) -> [u8; 32] {
    let length = u32::try_from(domain.len()).unwrap_or(u32::MAX);
    let mut inner = Sha256::new();
    inner.update(b"ton-proof-item-v2/");
    inner.update(i32::from(address.workchain).to_be_bytes());
    inner.update(address.address.0);
    inner.update(length.to_le_bytes());
    inner.update(domain.as_bytes());
    inner.update(time.to_le_bytes());
    inner.update(payload.as_bytes());
    let mut outer = Sha256::new();
    outer.update([0xff, 0xff]);
    outer.update(b"ton-connect");
    outer.update(inner.finalize());
    outer.finalize().into()
}

/// The proof that `wallet` gives: for the development chain's wallets, and for tests.
///
/// # Errors
/// Never in practice.
pub fn sign(
    wallet: &Wallet,
    network: Network,
    domain: &str,
    payload: &str,
    now: Timestamp,
) -> crate::Result<Proof> {
    let key: &Key = wallet.key();
    let time = u64::try_from(now.seconds()).unwrap_or(0);
    let digest = digest(wallet.address(), domain, time, payload);
    let state = CellBuilder::build_from(wallet.init())?;
    Ok(Proof {
        address: wallet.address().to_string(),
        network: network.global_id().to_string(),
        public_key: Some(hex::encode(key.public())),
        wallet_state_init: Some(Boc::encode_base64(state)),
        proof: Signed {
            timestamp: time.into(),
            domain: Domain {
                length_bytes: u64::try_from(domain.len()).unwrap_or(u64::MAX),
                value: domain.to_owned(),
            },
            payload: payload.to_owned(),
            signature: STANDARD.encode(key.sign(&digest)),
        },
    })
}
