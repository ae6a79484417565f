//! Addresses as people write them.
//!
//! Two forms: raw (`0:<64 hex digits>`) and user-friendly, which is base64 of a tag byte, the
//! workchain, the hash and a CRC16 (docs.ton.org, "Address formats"). The tag and the checksum are
//! checked here, because the library's parser takes any tag. Only the base workchain is accepted:
//! nobody's wallet is elsewhere.

use crate::{Network, StdAddr};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use tycho_types::cell::HashBytes;
use tycho_types::crc::crc_16;

/// Tag: a message that the account refuses comes back.
const BOUNCEABLE: u8 = 0x11;
/// Tag: a message stays, whatever the account says; for wallets that are not deployed yet.
const NON_BOUNCEABLE: u8 = 0x51;
/// Added to the tag of an address that is only for test networks.
const TEST_ONLY: u8 = 0x80;
/// Tag, workchain, hash, checksum.
const FRIENDLY_BYTES: usize = 36;
/// The same in base64.
const FRIENDLY_CHARS: usize = 48;

/// Why a text is no address that money may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither form.
    #[error("is not a TON address")]
    Malformed,
    /// A mistyped character: the checksum says so.
    #[error("has a mistake in it: the checksum does not match")]
    Checksum,
    /// The first byte says that it is something else.
    #[error("is not an address of an account")]
    Tag,
    /// Not in the base workchain.
    #[error("is not in the base workchain")]
    Workchain,
    /// For test networks only, and this is not one.
    #[error("is for test networks only")]
    TestOnly,
}

/// An address as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The account.
    pub address: StdAddr,
    /// What the writer wants to happen to what the account refuses; the raw form does not say.
    pub bounceable: Option<bool>,
}

/// Reads an address in either form, spaces around it ignored.
///
/// # Errors
/// Whatever is wrong with it; see [`AddressError`].
pub fn parse(text: &str, network: Network) -> Result<Written, AddressError> {
    let text = text.trim();
    if text.contains(':') {
        let address = parse_raw(text)?;
        return Ok(Written {
            address,
            bounceable: None,
        });
    }
    parse_friendly(text, network)
}

fn parse_raw(text: &str) -> Result<StdAddr, AddressError> {
    let (workchain, hash) = text.split_once(':').ok_or(AddressError::Malformed)?;
    let mut bytes = [0_u8; 32];
    hex::decode_to_slice(hash, &mut bytes).map_err(|_malformed| AddressError::Malformed)?;
    match workchain {
        "0" => Ok(StdAddr::new(0, HashBytes(bytes))),
        "-1" => Err(AddressError::Workchain),
        _ => Err(AddressError::Malformed),
    }
}

fn parse_friendly(text: &str, network: Network) -> Result<Written, AddressError> {
    if text.len() != FRIENDLY_CHARS {
        return Err(AddressError::Malformed);
    }
    // One alphabet or the other; a mixture was never written by a wallet.
    let bytes = URL_SAFE.decode(text).or_else(|_| STANDARD.decode(text));
    let bytes: [u8; FRIENDLY_BYTES] = bytes
        .map_err(|_malformed| AddressError::Malformed)?
        .try_into()
        .map_err(|_length| AddressError::Malformed)?;
    let [tag, workchain, hash @ .., high, low] = bytes;
    let (signed, _checksum) = bytes.split_at(FRIENDLY_BYTES.saturating_sub(2));
    if crc_16(signed).to_be_bytes() != [high, low] {
        return Err(AddressError::Checksum);
    }
    let bounceable = match tag & !TEST_ONLY {
        BOUNCEABLE => true,
        NON_BOUNCEABLE => false,
        _ => return Err(AddressError::Tag),
    };
    if tag & TEST_ONLY != 0 && network == Network::Mainnet {
        return Err(AddressError::TestOnly);
    }
    if workchain != 0 {
        return Err(AddressError::Workchain);
    }
    Ok(Written {
        address: StdAddr::new(0, HashBytes(hash)),
        bounceable: Some(bounceable),
    })
}

/// The user-friendly form, in the alphabet that is safe in URLs.
pub fn show(address: &StdAddr, network: Network, bounceable: bool) -> String {
    let tag = if bounceable {
        BOUNCEABLE
    } else {
        NON_BOUNCEABLE
    };
    let test_only = if network == Network::Mainnet {
        0
    } else {
        TEST_ONLY
    };
    let mut bytes = Vec::with_capacity(FRIENDLY_BYTES);
    bytes.push(tag | test_only);
    bytes.extend(address.workchain.to_be_bytes());
    bytes.extend(address.address.0);
    let checksum = crc_16(&bytes);
    bytes.extend(checksum.to_be_bytes());
    URL_SAFE.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &str = "0:83dfd552e63729b472fcbcc8c45ebcc6691702558b68ec7527e1ba403a0f31a8";

    #[test]
    fn both_forms_name_the_same_account() {
        let raw = parse(RAW, Network::Mainnet).unwrap();
        assert_eq!(raw.address.to_string(), RAW);
        for bounceable in [true, false] {
            let text = show(&raw.address, Network::Mainnet, bounceable);
            let written = parse(&format!(" {text}\n"), Network::Mainnet).unwrap();
            assert_eq!(written.address, raw.address);
            assert_eq!(written.bounceable, Some(bounceable));
        }
    }

    #[test]
    fn the_zero_address_is_the_documented_one() {
        let zero = StdAddr::new(0, HashBytes::ZERO);
        assert_eq!(
            show(&zero, Network::Mainnet, true),
            "EQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM9c"
        );
    }

    #[test]
    fn each_mistake_has_its_name() {
        let address = parse(RAW, Network::Mainnet).unwrap().address;
        let good = show(&address, Network::Mainnet, true);
        let bytes = URL_SAFE.decode(&good).unwrap();
        let with = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = bytes[..34].to_vec();
            change(&mut bytes);
            let checksum = crc_16(&bytes);
            bytes.extend(checksum.to_be_bytes());
            parse(&URL_SAFE.encode(bytes), Network::Mainnet).unwrap_err()
        };
        assert_eq!(with(&|b| b[0] = 0x23), AddressError::Tag);
        assert_eq!(with(&|b| b[0] = 0x91), AddressError::TestOnly);
        assert_eq!(with(&|b| b[1] = 0xff), AddressError::Workchain);
        let mut typo = good.clone().into_bytes();
        typo[20] = if typo[20] == b'A' { b'B' } else { b'A' };
        let typo = String::from_utf8(typo).unwrap();
        assert_eq!(parse(&typo, Network::Mainnet), Err(AddressError::Checksum));
        for text in ["", "0:", "1:00", &good[1..], "-1:zz", "здесь:был"] {
            assert_eq!(parse(text, Network::Mainnet), Err(AddressError::Malformed));
        }
        let test = show(&address, Network::Testnet, true);
        assert!(parse(&test, Network::Testnet).is_ok());
    }
}
