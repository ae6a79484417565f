//! Hostile proofs: never a panic, and nothing is believed that the genuine wallets did not sign.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use torg_platform::Timestamp;
use torg_ton::Network;
use torg_ton::proof::{Expected, Proof, verify};

const VECTORS: &str = include_str!("../../contracts/vectors/proofs.json");
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

static DOMAINS: LazyLock<Vec<String>> = LazyLock::new(|| vec!["torg.example".to_owned()]);
/// What the recorded proofs prove: account and payload.
static GENUINE: LazyLock<BTreeSet<(String, String)>> = LazyLock::new(|| {
    let vectors: serde_json::Value = serde_json::from_str(VECTORS).expect("vectors");
    let cases = vectors["cases"].as_array().expect("cases");
    let found: BTreeSet<_> = cases
        .iter()
        .filter_map(|case| proven(&case.to_string()))
        .collect();
    assert!(found.len() > 3, "the vectors are accepted");
    found
});

fn proven(text: &str) -> Option<(String, String)> {
    let proof = serde_json::from_str::<Proof>(text).ok()?;
    let expected = Expected::new(&DOMAINS, Network::Mainnet, NOW);
    let proven = verify(&proof, &expected).ok()?;
    Some((proven.address.to_string(), proven.payload))
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(found) = proven(text) {
        assert!(GENUINE.contains(&found), "forged: {text}");
    }
});
