//! Hostile initData: never a panic, never accepted unless Telegram signed it, and never read
//! differently from what an independent parser reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::time::Duration;
use torg_platform::{Timestamp, UserId};
use torg_telegram::init_data::{
    InitData, InitDataError, PRODUCTION_KEY, SecretKey, TelegramKey, User, sign, verify,
    verify_third_party,
};

const VECTORS: &str = include_str!("../../crates/telegram/tests/vectors/initdata.json");
/// After every date in the vectors but the one that lies in the future on purpose.
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// Keys that the seeds are signed for, and the fingerprints of everything genuine.
struct World {
    secrets: Vec<SecretKey>,
    public: Vec<(i64, TelegramKey)>,
    genuine: BTreeSet<[u8; 32]>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let vectors: serde_json::Value = serde_json::from_str(VECTORS).expect("vectors");
    let entries = || {
        ["valid", "derived"]
            .into_iter()
            .flat_map(|k| vectors[k].as_array().unwrap())
    };
    let tokens: BTreeSet<&str> = entries().filter_map(|e| e["token"].as_str()).collect();
    let public = entries()
        .filter(|e| e["method"] == "ed25519")
        .map(|e| {
            let key = e["public_key_hex"].as_str().unwrap_or(PRODUCTION_KEY);
            (
                e["bot_id"].as_i64().unwrap(),
                TelegramKey::try_from_hex(key).unwrap(),
            )
        })
        .collect();
    let secrets = tokens.into_iter().map(SecretKey::from_token).collect();
    let mut world = World {
        secrets,
        public,
        genuine: BTreeSet::new(),
    };
    let accepted = entries().flat_map(|e| world.accepted(e["init_data"].as_str().unwrap()));
    world.genuine = accepted
        .collect::<Vec<_>>()
        .iter()
        .map(|d| d.fingerprint)
        .collect();
    assert!(world.genuine.len() > 10, "the vectors are accepted");
    world
});

impl World {
    fn accepted(&self, raw: &str) -> Vec<InitData> {
        let by_token = self
            .secrets
            .iter()
            .map(|key| verify(raw, key, NOW, Duration::MAX));
        let by_signature = self
            .public
            .iter()
            .map(|(bot, key)| verify_third_party(raw, *bot, key, NOW, Duration::MAX));
        by_token
            .chain(by_signature)
            .filter_map(Result::ok)
            .collect()
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for data in WORLD.accepted(text) {
        assert!(WORLD.genuine.contains(&data.fingerprint), "forged: {text}");
    }
    signed_fields(text);
    signed_name(text);
});

/// The same text with the hash that belongs to it, so that the code behind the hash runs. The
/// pairs are read, sorted and judged here without any code of ours.
fn signed_fields(text: &str) {
    let key = &WORLD.secrets[0];
    let parts: Vec<&str> = text
        .split('&')
        .filter(|part| !part.starts_with("hash="))
        .collect();
    let text = parts.join("&");
    let mut pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).collect();
    pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
    let lines: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let fields: BTreeMap<&str, &str> = pairs.iter().map(|(k, v)| (&**k, &**v)).collect();
    let raw = format!("{text}&hash={}", key.hash_hex(&lines.join("\n")));
    let Ok(data) = verify(&raw, key, NOW, Duration::MAX) else {
        return;
    };
    assert_eq!(fields.len(), pairs.len(), "a key twice");
    assert!(
        fields.values().all(|v| !v.contains(['\n', '\0'])),
        "a smuggled line"
    );
    let user: serde_json::Value = serde_json::from_str(fields["user"]).expect("JSON");
    assert_eq!(user["id"].as_i64(), Some(data.user.id.0));
    assert!(data.user.id.0 > 0);
    assert_eq!(fields["auth_date"].parse(), Ok(data.auth_date.seconds()));
    assert_eq!(
        fields.get("start_param").copied(),
        data.start_param.as_deref()
    );
    assert_eq!(fields.get("query_id").copied(), data.query_id.as_deref());
}

/// The text as a name and a start parameter: what was signed comes back, or is refused for a
/// reason that the text gives.
fn signed_name(text: &str) {
    let key = &WORLD.secrets[0];
    let mut user = User::new(UserId(7), text);
    user.username = Some(text.chars().rev().collect());
    let raw = sign(&user, NOW, &[("start_param", text)], key);
    match verify(&raw, key, NOW, Duration::ZERO) {
        Ok(data) => {
            assert_eq!(data.user, user);
            assert_eq!(data.start_param.as_deref(), Some(text));
        }
        Err(InitDataError::ForbiddenCharacter) => assert!(text.contains(['\n', '\r', '\0'])),
        Err(InitDataError::TooLong) => assert!(raw.len() > 8192),
        Err(other) => panic!("{other}: {text}"),
    }
}
