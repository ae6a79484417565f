//! Strings from public test suites, and adversarial ones made from them. The tokens are those
//! of the suites: HMAC keys here, never sent to Telegram.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::time::Duration;
use torg_platform::{Timestamp, UserId};
use torg_telegram::init_data::{
    InitData, InitDataError, PRODUCTION_KEY, SecretKey, TEST_KEY, TelegramKey, verify,
    verify_third_party,
};

/// For vectors that name no moment: after all of them, before the one dated 2100.
const NOW: i64 = 1_800_000_000;

fn section(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../vectors/initdata.json")).unwrap();
    all[name].as_array().unwrap().clone()
}

fn check(entry: &Value) -> Result<InitData, InitDataError> {
    let raw = entry["init_data"].as_str().unwrap();
    let now = Timestamp::from_seconds(entry["now"].as_i64().unwrap_or(NOW));
    let max_age = entry["max_age"]
        .as_u64()
        .map_or(Duration::MAX, Duration::from_secs);
    match entry["method"].as_str().unwrap() {
        "hmac" => {
            let key = SecretKey::from_token(entry["token"].as_str().unwrap());
            verify(raw, &key, now, max_age)
        }
        "ed25519" => {
            let key = match entry["env"].as_str().unwrap() {
                "prod" => PRODUCTION_KEY,
                "test" => TEST_KEY,
                _ => entry["public_key_hex"].as_str().unwrap(),
            };
            let key = TelegramKey::try_from_hex(key).unwrap();
            verify_third_party(raw, entry["bot_id"].as_i64().unwrap(), &key, now, max_age)
        }
        other => panic!("unknown method {other}"),
    }
}

#[test]
fn valid() {
    let entries = section("valid");
    assert_eq!(entries.len(), 14, "none is skipped");
    for entry in &entries {
        let id = &entry["id"];
        let Some(user_id) = entry["user_id"].as_i64() else {
            // The hash holds, but the user's id is a JSON string: refused behind the hash.
            assert_eq!(id, "hmac-aiogram-plus-encoding");
            assert_eq!(check(entry), Err(InitDataError::UserInvalid));
            continue;
        };
        let data = check(entry).unwrap_or_else(|e| panic!("{id}: {e}"));
        assert_eq!(data.user.id, UserId(user_id), "{id}");
        assert_eq!(
            data.auth_date.seconds(),
            entry["auth_date"].as_i64().unwrap(),
            "{id}"
        );
    }
}

#[test]
fn valid_fields() {
    let named = |id: &str| check(section("valid").iter().find(|e| e["id"] == id).unwrap()).unwrap();
    let data = named("hmac-with-signature-hash-last");
    assert_eq!(data.user.first_name, "Vladislav + - ? /");
    assert_eq!(data.user.last_name.as_deref(), Some("Kibenko"));
    assert_eq!(data.user.username.as_deref(), Some("vdkfrost"));
    assert_eq!(data.user.language_code.as_deref(), Some("ru"));
    assert!(data.user.is_premium && data.user.allows_write_to_pm);
    assert!(
        data.user
            .photo_url
            .unwrap()
            .starts_with("https://t.me/i/userpic/320/4FPEE")
    );
    assert_eq!(data.chat_instance.as_deref(), Some("8134722200314281151"));
    assert_eq!(data.chat_type.as_deref(), Some("private"));
    assert_eq!((data.start_param, data.query_id), (None, None));
    assert_eq!(named("hmac-nimaxin-cyrillic").user.first_name, "Артём");
    assert_eq!(
        named("hmac-sanvew-start-param").start_param.as_deref(),
        Some("referral123")
    );
    assert_eq!(
        named("hmac-docs-example").query_id.as_deref(),
        Some("AAHdF6IQAAAAAN0XohDhrOrc")
    );
    let first = named("hmac-with-signature-hash-first");
    assert_eq!(
        first.fingerprint,
        named("hmac-with-signature-hash-last").fingerprint
    );
}

#[test]
fn invalid() {
    use InitDataError as E;
    let entries = section("invalid");
    assert_eq!(entries.len(), 31, "none is skipped");
    for entry in &entries {
        let by_hash = entry["method"] == "hmac";
        let allowed: &[E] = match entry["reason"].as_str().unwrap() {
            "format" => &[E::Malformed],
            "hash_missing" => &[E::HashMissing],
            "signature_missing" => &[E::SignatureMissing],
            "auth_date_missing" => &[E::AuthDateMissing],
            "auth_date_invalid" => &[E::AuthDateInvalid],
            "expired" => &[E::Expired],
            // The hash is judged first: of a forgery we do not say that it is old.
            "expired_or_mismatch" => &[E::HashMismatch],
            "mismatch" if by_hash => &[E::HashMismatch],
            // A damaged signature may no longer be 64 bytes in the one right spelling.
            "mismatch" => &[E::SignatureMismatch, E::SignatureInvalid],
            "signature_invalid" => &[E::SignatureInvalid],
            other => panic!("unknown reason {other}"),
        };
        let refused = check(entry).expect_err(&entry["id"].to_string());
        assert!(allowed.contains(&refused), "{}: {refused:?}", entry["id"]);
    }
}

#[test]
fn derived() {
    use InitDataError as E;
    let expected = [
        ("dup-user-last", Some(E::DuplicateKey)),
        ("dup-user-first", Some(E::DuplicateKey)),
        ("dup-hash", Some(E::DuplicateKey)),
        // Refused: one piece of data has one spelling of its hash.
        ("uppercase-hash", Some(E::HashMismatch)),
        ("future-auth-date", Some(E::FutureAuthDate)),
        ("newline-injection", Some(E::ForbiddenCharacter)),
        ("empty-user", Some(E::UserMissing)),
        ("semicolon-value", None),
        ("huge-auth-date", Some(E::AuthDateInvalid)),
    ];
    let entries = section("derived");
    assert_eq!(entries.len(), 9, "none is skipped");
    for (entry, (id, reason)) in entries.iter().zip(expected) {
        assert_eq!(entry["id"], id);
        assert_eq!(check(entry).err(), reason, "{id}");
    }
}

#[test]
fn intermediate() {
    let entries = section("intermediate");
    assert_eq!(entries.len(), 3, "none is skipped");
    let value = |at: usize| hex::decode(entries[at]["hex"].as_str().unwrap()).unwrap();
    // A key cannot be read back, but two that give the same HMAC are the same key.
    let probe = |secret: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(b"probe");
        hex::encode(mac.finalize().into_bytes())
    };
    let mine = SecretKey::from_token("my-secret-token");
    assert_eq!(mine.hash_hex("probe"), probe(&value(0)));
    assert_eq!(mine.hash_hex("abc"), hex::encode(value(1)));
    let bot = SecretKey::from_token("7342037359:AAFZehRPBRs8Seg40oDjTMIW8uTGPuW1zfQ");
    assert_eq!(bot.hash_hex("probe"), probe(&value(2)));
}
