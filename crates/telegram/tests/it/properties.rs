//! What must hold for every input, not only for the ones somebody thought of.

use proptest::prelude::*;
use std::time::Duration;
use torg_platform::{Timestamp, UserId};
use torg_telegram::init_data::{
    InitData, InitDataError, PRODUCTION_KEY, SecretKey, TelegramKey, User, sign, verify,
    verify_third_party,
};

const NOW: Timestamp = Timestamp::from_seconds(1_750_000_000);
const HOUR: Duration = Duration::from_secs(3600);

fn key() -> SecretKey {
    SecretKey::from_token("42:TEST")
}

fn check(raw: &str) -> Result<InitData, InitDataError> {
    verify(raw, &key(), NOW, HOUR)
}

/// Any text but NUL, often made of what separates and escapes.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "[^\\x00]{0,40}",
        "[&=%+;?#\\\\/\"'{}<>\\n\\r\\t \u{202e}\u{200b}\u{feff}Ёё😀]{0,40}",
        Just("&hash=0&user={\"id\":9}".to_owned()),
        Just("a\nuser={\"id\":9}".to_owned()),
    ]
}

fn user() -> impl Strategy<Value = User> {
    let optional = || proptest::option::of(hostile());
    (
        1_i64..,
        hostile(),
        optional(),
        optional(),
        optional(),
        any::<bool>(),
    )
        .prop_map(
            |(id, first_name, last_name, username, language_code, is_premium)| User {
                last_name,
                username,
                language_code,
                is_premium,
                ..User::new(UserId(id), first_name)
            },
        )
}

proptest! {
    #[test]
    fn any_text_is_refused_without_a_panic(raw in "\\PC{0,200}", bytes in any::<Vec<u8>>()) {
        let public = TelegramKey::try_from_hex(PRODUCTION_KEY).unwrap();
        for raw in [raw.as_str(), &String::from_utf8_lossy(&bytes)] {
            prop_assert!(check(raw).is_err());
            prop_assert!(verify_third_party(raw, 42, &public, NOW, HOUR).is_err());
        }
    }

    #[test]
    fn any_fields_are_refused_without_a_panic(
        pairs in proptest::collection::vec(
            ("(hash|user|auth_date|signature|[a-z%]{0,3})", "([0-9]{0,22}|[ -~]{0,30}|(%[0-9a-g]{2}){0,9})"),
            0..9,
        )
    ) {
        let pairs: Vec<String> = pairs.into_iter().map(|(k, v)| format!("{k}={v}")).collect();
        prop_assert!(check(&pairs.join("&")).is_err());
    }

    #[test]
    fn what_is_signed_comes_back(
        user in user(),
        start_param in "[^\\x00\\n\\r]{0,60}",
        signature in proptest::option::of("[A-Za-z0-9_-]{86}"),
        age in 0_u64..3600,
    ) {
        let auth_date = NOW.minus(Duration::from_secs(age));
        let mut extra = vec![("start_param", start_param.as_str()), ("query_id", "AAH d+F&6=")];
        extra.extend(signature.as_deref().map(|s| ("signature", s)));
        let raw = sign(&user, auth_date, &extra, &key());
        let data = check(&raw).unwrap();
        prop_assert_eq!(data.user, user);
        prop_assert_eq!(data.auth_date, auth_date);
        prop_assert_eq!(data.start_param, Some(start_param));
        prop_assert_eq!(data.query_id.as_deref(), Some("AAH d+F&6="));
        // Every part of it is covered, and plus and %20 are the same space.
        prop_assert_eq!(check(&raw.replace("%20", "+")).unwrap().fingerprint, data.fingerprint);
        let extended = format!("{raw}&x=1");
        prop_assert!(check(&extended).is_err());
    }

    #[test]
    fn changed_bytes_change_nothing_or_are_refused(
        user in user(), at in any::<prop::sample::Index>(), with in any::<u8>(), kind in 0..3,
    ) {
        let raw = sign(&user, NOW, &[("start_param", "deal_1")], &key());
        let mut bytes = raw.clone().into_bytes();
        let at = at.index(bytes.len());
        match kind {
            0 => bytes[at] = with,
            1 => { bytes.remove(at); }
            _ => bytes.insert(at, with),
        }
        unchanged_or_refused(&raw, &bytes);
    }
}

/// Bytes that are not UTF-8 never get as far as `verify`.
fn unchanged_or_refused(raw: &str, bytes: &[u8]) {
    if let Some(data) = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| check(text).ok())
    {
        assert_eq!(data, check(raw).unwrap(), "{bytes:?}");
    }
}

#[test]
fn every_single_bit_and_every_separator() {
    let mut user = User::new(UserId(5_000_000_001), "Анна + Я?");
    user.username = Some("anna".to_owned());
    let raw = sign(
        &user,
        NOW,
        &[("start_param", "order_1"), ("signature", "c2ln")],
        &key(),
    );
    let flips = (0..8).map(|bit| 1_u8 << bit);
    let mut same = 0;
    for at in 0..raw.len() {
        let old = raw.as_bytes()[at];
        for new in flips.clone().map(|bit| old ^ bit).chain(*b"&=%+ \n\0;#") {
            let mut bytes = raw.clone().into_bytes();
            bytes[at] = new;
            unchanged_or_refused(&raw, &bytes);
            let accepted = String::from_utf8(bytes).is_ok_and(|text| check(&text).is_ok());
            same += usize::from(accepted && new != old);
        }
    }
    // Nothing but the case of an escape's digits can be changed at no effect.
    let digits = raw
        .split('%')
        .skip(1)
        .flat_map(|escape| escape.bytes().take(2));
    assert_eq!(same, digits.filter(u8::is_ascii_alphabetic).count());
}
