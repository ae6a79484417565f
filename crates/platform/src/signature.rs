//! Signatures of webhooks, ours and those of payment providers: HMAC-SHA256 over the bytes of the
//! body, never over what was read from them.
//!
//! Two forms exist. [`verify_hex`] is the bare one, `X-Signature: <hex>`; it can be replayed for
//! ever, so what it signs must be safe to repeat. [`sign`] and [`verify`] are the one with a time,
//! `X-Signature: t=<unix>,v1=<hex of HMAC over "t.body">`, the scheme that Stripe made common.

use crate::clock::Timestamp;
use crate::config::Secret;
use crate::error::{Error, Kind, Result};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::time::Duration;

/// How far the time in a signature may be from ours, in either direction.
pub const TOLERANCE: Duration = Duration::from_secs(300);
/// Signatures that are compared at most: a sender that changes its key sends one per key.
const CANDIDATES_MAX: usize = 8;

/// The header that carries a signature.
pub const HEADER: &str = "x-signature";

/// The HMAC-SHA256 of `body`, in hexadecimal.
///
/// # Errors
/// Internal, when the key cannot be used.
pub fn hex(secret: &Secret, body: &[u8]) -> Result<String> {
    Ok(hex::encode(mac(secret, &[body])?.finalize().into_bytes()))
}

/// Whether `claimed` is the hexadecimal HMAC-SHA256 of `body`, compared in constant time.
///
/// # Errors
/// `signature_invalid` (401) when it is not, or when no secret is set.
pub fn verify_hex(secret: &Secret, body: &[u8], claimed: Option<&[u8]>) -> Result<()> {
    let claimed = claimed.and_then(|text| hex::decode(text).ok());
    match claimed {
        Some(claimed) if !secret.is_empty() => mac(secret, &[body])?
            .verify_slice(&claimed)
            .map_err(|wrong| invalid().with_source(wrong)),
        Some(_) | None => Err(invalid()),
    }
}

/// `t=<unix>,v1=<hex>` for `body`, sent at `now`.
///
/// # Errors
/// Internal, when the key cannot be used.
pub fn sign(secret: &Secret, now: Timestamp, body: &[u8]) -> Result<String> {
    let at = now.seconds().to_string();
    let signature = mac(secret, &[at.as_bytes(), b".", body])?.finalize();
    Ok(format!("t={at},v1={}", hex::encode(signature.into_bytes())))
}

/// Whether `header` is `t=…,v1=…` for `body`, made at most [`TOLERANCE`] from `now`. One of
/// several `v1` suffices.
///
/// # Errors
/// `signature_invalid` or `signature_expired`, both 401.
pub fn verify(secret: &Secret, now: Timestamp, body: &[u8], header: Option<&[u8]>) -> Result<()> {
    let text = header.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let (mut at, mut candidates) = (None, Vec::new());
    for part in text.unwrap_or_default().split(',') {
        match part.trim().split_once('=') {
            Some(("t", value)) if at.is_none() => at = Some(value),
            // Two times would leave open which of them was signed.
            Some(("t", _)) => return Err(invalid()),
            Some(("v1", value)) if candidates.len() < CANDIDATES_MAX => {
                candidates.extend(hex::decode(value));
            }
            Some(_) | None => {}
        }
    }
    let digits = at.filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let (Some(at), Some(seconds)) = (at, digits.and_then(|t| t.parse::<i64>().ok())) else {
        return Err(invalid());
    };
    if secret.is_empty() {
        return Err(invalid());
    }
    let mac = mac(secret, &[at.as_bytes(), b".", body])?;
    if !candidates
        .iter()
        .any(|claimed| mac.clone().verify_slice(claimed).is_ok())
    {
        return Err(invalid());
    }
    // Only now: whether an unsigned time is old says nothing.
    let tolerance = i64::try_from(TOLERANCE.as_secs()).unwrap_or(i64::MAX);
    if now.seconds().abs_diff(seconds) > tolerance.unsigned_abs() {
        return Err(Error::new(
            Kind::Unauthenticated,
            "signature_expired",
            "The signature is from another time; sign each attempt anew",
        ));
    }
    Ok(())
}

fn mac(secret: &Secret, parts: &[&[u8]]) -> Result<Hmac<Sha256>> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).map_err(Error::internal)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac)
}

fn invalid() -> Error {
    Error::new(
        Kind::Unauthenticated,
        "signature_invalid",
        "X-Signature is not the signature of this body",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_750_000_000);

    fn secret() -> Secret {
        Secret::new("whsec")
    }

    fn code(result: Result<()>) -> &'static str {
        result.map_or_else(|error| error.code(), |()| "ok")
    }

    /// RFC 4231, test case 2.
    #[test]
    fn the_bare_form_is_plain_hmac_sha256() {
        let signature = hex(&Secret::new("Jefe"), b"what do ya want for nothing?").unwrap();
        assert_eq!(
            signature,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn another_body_key_or_nothing_is_refused() {
        let good = hex(&secret(), b"body").unwrap();
        let check =
            |body: &[u8], claimed: Option<&[u8]>| code(verify_hex(&secret(), body, claimed));
        assert_eq!(check(b"body", Some(good.as_bytes())), "ok");
        assert_eq!(check(b"body", Some(good.to_uppercase().as_bytes())), "ok");
        assert_eq!(check(b"bodY", Some(good.as_bytes())), "signature_invalid");
        assert_eq!(check(b"body", Some(b"zz")), "signature_invalid");
        assert_eq!(check(b"body", Some(b"")), "signature_invalid");
        assert_eq!(check(b"body", None), "signature_invalid");
        let empty = Secret::default();
        let made = hex(&empty, b"body").unwrap();
        let nobody = verify_hex(&empty, b"body", Some(made.as_bytes()));
        assert_eq!(code(nobody), "signature_invalid");
    }

    #[test]
    fn a_signature_holds_for_five_minutes_either_way() {
        let header = sign(&secret(), NOW, b"{}").unwrap();
        let at = |now| code(verify(&secret(), now, b"{}", Some(header.as_bytes())));
        for offset in [0, 300] {
            assert_eq!(at(NOW.plus(Duration::from_secs(offset))), "ok");
            assert_eq!(at(NOW.minus(Duration::from_secs(offset))), "ok");
        }
        assert_eq!(at(NOW.plus(Duration::from_secs(301))), "signature_expired");
        assert_eq!(at(NOW.minus(Duration::from_secs(301))), "signature_expired");
    }

    #[test]
    fn one_good_signature_of_several_suffices_and_a_second_time_does_not() {
        let header = sign(&secret(), NOW, b"{}").unwrap();
        let check = |text: &str| code(verify(&secret(), NOW, b"{}", Some(text.as_bytes())));
        let (at, signature) = header.split_once(',').unwrap();
        assert_eq!(check(&format!("{at},v1=00,{signature}, v0=11")), "ok");
        for wrong in [
            "",
            "t=,v1=",
            at,
            signature,
            &format!("t=1,{header}"),
            &format!("{at},v0=00"),
            &format!("t=+1750000000,{signature}"),
        ] {
            assert_eq!(check(wrong), "signature_invalid", "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_header_is_believed_by_accident(header in ".{0,120}", body in ".{0,40}") {
            let result = verify(&secret(), NOW, body.as_bytes(), Some(header.as_bytes()));
            prop_assert_eq!(code(result), "signature_invalid");
        }
    }
}
