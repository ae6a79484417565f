//! The key of a wallet, from the words that the operator keeps.

use crate::{Error, Result};
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha512;
use std::fmt;

/// Rounds that stretch the words into a key (ton-crypto, `mnemonicToSeed`).
const ROUNDS: u32 = 100_000;
/// Rounds of the check that tells whether words are a mnemonic of this chain.
const CHECK_ROUNDS: u32 = 390;

/// A private key. Prints as `***`.
#[derive(Clone)]
pub struct Key(SigningKey);

impl Key {
    /// From 24 words without a password, separated by white space.
    ///
    /// # Errors
    /// [`Error::Mnemonic`] when the words are not a mnemonic of this chain: a wrong word would
    /// otherwise be another, empty wallet.
    pub fn from_mnemonic(words: &str) -> Result<Self> {
        let entropy = checked(words).ok_or(Error::Mnemonic)?;
        let mut seed = [0_u8; 32];
        pbkdf2::pbkdf2_hmac::<Sha512>(&entropy, b"TON default seed", ROUNDS, &mut seed);
        Ok(Self::from_seed(seed))
    }

    /// Whether words are a mnemonic of this chain, without making the key.
    pub fn is_mnemonic(words: &str) -> bool {
        checked(words).is_some()
    }

    /// From the 32 bytes that the words stand for.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// The public half.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs; the same bytes always give the same signature.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }
}

/// What the words stand for, if they pass the check that one in 256 random ones passes.
fn checked(words: &str) -> Option<[u8; 64]> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let mac = Hmac::<Sha512>::new_from_slice(words.join(" ").to_lowercase().as_bytes());
    let entropy = mac.ok()?.finalize().into_bytes();
    let mut check = [0_u8; 64];
    pbkdf2::pbkdf2_hmac::<Sha512>(&entropy, b"TON seed version", CHECK_ROUNDS, &mut check);
    (check[0] == 0).then(|| entropy.into())
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}
