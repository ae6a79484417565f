//! Each reason for a refusal, its edge, and what the callers see of it.

use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeSet;
use std::time::Duration;
use torg_platform::{Error, Kind, Timestamp, UserId};
use torg_telegram::init_data::{
    InitDataError, MAX_BYTES, SecretKey, TelegramKey, User, bot_id, sign, verify,
    verify_third_party,
};

const TOKEN: &str = "42:TEST";
const DAY: Duration = Duration::from_secs(24 * 3600);

fn now() -> Timestamp {
    Timestamp::from_seconds(1_750_000_000)
}

fn key() -> SecretKey {
    SecretKey::from_token(TOKEN)
}

fn anna() -> User {
    User::new(UserId(1001), "Анна")
}

/// Raw text with the hash that belongs to `check_string`.
fn hashed(raw: &str, check_string: &str) -> String {
    format!("{raw}&hash={}", key().hash_hex(check_string))
}

fn refusal(raw: &str) -> InitDataError {
    verify(raw, &key(), now(), DAY).err().unwrap()
}

#[test]
fn age_is_bounded_to_the_microsecond() {
    let at = |auth_date| {
        let raw = sign(&anna(), auth_date, &[], &key());
        verify(&raw, &key(), now(), DAY)
            .map(|data| data.auth_date)
            .err()
    };
    let second = Duration::from_secs(1);
    assert_eq!(at(now().minus(DAY)), None);
    assert_eq!(
        at(now().minus(DAY).minus(second)),
        Some(InitDataError::Expired)
    );
    assert_eq!(at(now().plus(60 * second)), None);
    assert_eq!(
        at(now().plus(61 * second)),
        Some(InitDataError::FutureAuthDate)
    );
    let raw = sign(&anna(), now().minus(DAY), &[], &key());
    let late = now().plus(Duration::from_micros(1));
    assert_eq!(verify(&raw, &key(), late, DAY), Err(InitDataError::Expired));
}

#[test]
fn length_is_bounded_to_the_byte() {
    let of = |length: usize| {
        let short = sign(&anna(), now(), &[("start_param", "")], &key()).len();
        let raw = sign(
            &anna(),
            now(),
            &[("start_param", &"a".repeat(length - short))],
            &key(),
        );
        assert_eq!(raw.len(), length);
        verify(&raw, &key(), now(), DAY).err()
    };
    assert_eq!(of(MAX_BYTES), None);
    assert_eq!(of(MAX_BYTES + 1), Some(InitDataError::TooLong));
}

#[test]
fn encoding() {
    for raw in [
        "a=%",
        "a=%2",
        "a=%zz",
        "a=%+1",
        "a=%-1",
        "a=%FF",
        "a=%D0",
        "%C0%AF=1",
        "a=%ED%A0%80",
    ] {
        assert_eq!(refusal(raw), InitDataError::BadEncoding, "{raw}");
    }
    for raw in [
        "a=%0A", "a=%0a", "a=\n", "a=%00", "a=\0", "a%0Ab=c", "a=%0D",
    ] {
        assert_eq!(refusal(raw), InitDataError::ForbiddenCharacter, "{raw}");
    }
    for raw in [
        "", "&", "=", "=b", "a", "a=b&", "&a=b", "a=b&&c=d", "a%3Db=c",
    ] {
        assert_eq!(refusal(raw), InitDataError::Malformed, "{raw}");
    }
    for raw in ["a=1&a=1", "a=1&b=2&%61=3", "hash=1&x=2&hash=1"] {
        assert_eq!(refusal(raw), InitDataError::DuplicateKey, "{raw}");
    }
}

#[test]
fn dates_that_are_no_numbers() {
    for date in [
        "",
        "+1",
        "-1",
        "1.0",
        "1e3",
        "0x1",
        "%201",
        "1%20",
        "%D9%A1",
        "9223372036854775808",
    ] {
        let raw = format!("auth_date={date}&hash=abc");
        assert_eq!(refusal(&raw), InitDataError::AuthDateInvalid, "{date}");
    }
    let raw = sign(&anna(), Timestamp::from_micros(i64::MAX), &[], &key());
    assert_eq!(refusal(&raw), InitDataError::FutureAuthDate);
    let date = i64::MAX;
    let raw = hashed(&format!("auth_date={date}"), &format!("auth_date={date}"));
    assert_eq!(refusal(&raw), InitDataError::FutureAuthDate);
}

#[test]
fn users_that_are_none() {
    let date = now().seconds();
    for user in [
        "",
        "null",
        "1",
        "[]",
        "{}",
        "{\"id\":0}",
        "{\"id\":-1}",
        "{\"id\":1.5}",
        "{\"id\":\"1\"}",
        "{\"id\":9223372036854775808}",
        "{\"id\":1,\"id\":2}",
        "{\"id\":1,\"first_name\":2}",
        "{\"id\":1,\"first_name\":\"\\u0000\"}",
        "{\"id\":1,\"username\":\"\\u0000\"}",
        "{\"id\":1,\"first_name\":\"\\ud800\"}",
        "{\"id\":1}{}",
    ] {
        let lines = format!("auth_date={date}\nuser={user}");
        let raw = hashed(&lines.replace('\n', "&"), &lines);
        assert_eq!(refusal(&raw), InitDataError::UserInvalid, "{user}");
    }
    let lines = format!("auth_date={date}\nuser={{\"id\":5,\"new\":[1],\"last_name\":null}}");
    let data = verify(
        &hashed(&lines.replace('\n', "&"), &lines),
        &key(),
        now(),
        DAY,
    )
    .unwrap();
    assert_eq!(
        data.user,
        User::new(UserId(5), ""),
        "unknown fields and null are no obstacle"
    );
    let deep = "[".repeat(4000);
    let lines = format!("auth_date={date}\nuser={{\"id\":5,\"x\":{deep}");
    let raw = hashed(&lines.replace('\n', "&"), &lines);
    assert_eq!(refusal(&raw), InitDataError::UserInvalid);
}

#[test]
fn another_bot_does_not_enter() {
    let raw = sign(&anna(), now(), &[], &key());
    let other = SecretKey::from_token("43:TEST");
    assert_eq!(
        verify(&raw, &other, now(), DAY),
        Err(InitDataError::HashMismatch)
    );
}

#[test]
fn third_party_signature() {
    let signer = SigningKey::from_bytes(&[7; 32]);
    let public =
        TelegramKey::try_from_hex(&hex::encode(signer.verifying_key().as_bytes())).unwrap();
    let message = "42:WebAppData\nauth_date=1750000000\nuser={\"id\":5}";
    let signature = signer.sign(message.as_bytes()).to_bytes();
    let encode = |bytes: &[u8]| {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    };
    let check = |bot, signature: &str| {
        let raw = format!("user={{\"id\":5}}&auth_date=1750000000&signature={signature}&hash=x");
        verify_third_party(&raw, bot, &public, now(), DAY).map(|data| data.user.id)
    };
    let good = encode(&signature);
    assert_eq!(check(42, &good), Ok(UserId(5)));
    assert_eq!(check(43, &good), Err(InitDataError::SignatureMismatch));
    assert_eq!(
        check(42, &format!("{good}==")),
        Err(InitDataError::SignatureInvalid)
    );
    assert_eq!(
        check(42, &encode(&signature[1..])),
        Err(InitDataError::SignatureInvalid)
    );
    assert_eq!(check(42, ""), Err(InitDataError::SignatureInvalid));
    assert_eq!(
        check(42, &encode(&[0; 64])),
        Err(InitDataError::SignatureMismatch)
    );
    for at in (0..64).step_by(5) {
        let mut changed = signature;
        changed[at] ^= 1 << (at % 8);
        assert_eq!(
            check(42, &encode(&changed)),
            Err(InitDataError::SignatureMismatch),
            "{at}"
        );
    }
    // No hex, no 32 bytes, not on the curve, a point of small order.
    let off_curve = format!("02{}", "0".repeat(62));
    let weak = "0".repeat(64);
    for bad in ["", "00", "zz", &"0".repeat(63), &off_curve, &weak] {
        assert_eq!(TelegramKey::try_from_hex(bad), None, "{bad}");
    }
}

#[test]
fn codes_are_distinct_and_all_401() {
    let codes: BTreeSet<_> = InitDataError::ALL.iter().map(|e| e.code()).collect();
    assert_eq!(codes.len(), InitDataError::ALL.len());
    for reason in InitDataError::ALL {
        let error = Error::from(reason);
        assert_eq!(error.kind(), Kind::Unauthenticated);
        assert_eq!(error.code(), reason.code());
        assert!(reason.code().starts_with("init_data_") && !error.detail().is_empty());
    }
}

#[test]
fn the_key_does_not_print() {
    assert_eq!(format!("{:?}", key()), "SecretKey(***)");
}

#[test]
fn ids_of_bots() {
    assert_eq!(bot_id("123:abc"), Some(123));
    assert_eq!(bot_id("7342037359:AA:FZ"), Some(7_342_037_359));
    for bad in [
        "",
        ":",
        "123",
        "123:",
        ":abc",
        "0:a",
        "-1:a",
        "+1:a",
        "1 :a",
        "9223372036854775808:a",
    ] {
        assert_eq!(bot_id(bad), None, "{bad}");
    }
}
