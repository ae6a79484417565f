//! `contracts/vectors/proofs.json`: each proof with the one thing that is wrong with it.

use crate::server::{Script, api, json_answer};
use crate::vectors::wallet_vectors;
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::Timestamp;
use torg_ton::Network;
use torg_ton::proof::{
    CheckError, Expected, Proof, ProofError, check, sign, verify, verify_with_key,
};

const VECTORS: &str = include_str!("../../../../contracts/vectors/proofs.json");

fn vectors() -> Value {
    serde_json::from_str(VECTORS).unwrap()
}

fn our_domains() -> Vec<String> {
    vec!["other.example".to_owned(), "torg.example".to_owned()]
}

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

#[test]
fn each_proof_is_judged_for_its_own_reason() {
    let all = vectors();
    let domains = our_domains();
    assert_eq!(all["now"], NOW.seconds());
    let expected = Expected::new(&domains, Network::Mainnet, NOW);
    assert_eq!(
        expected.max_age,
        Duration::from_secs(all["max_age"].as_u64().unwrap())
    );
    assert_eq!(
        expected.skew,
        Duration::from_secs(all["max_ahead"].as_u64().unwrap())
    );
    let cases = all["cases"].as_array().unwrap();
    assert!(cases.len() > 40);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let proof = serde_json::from_value::<Proof>(case.clone()).unwrap();
        let verdict = match verify(&proof, &expected) {
            // Whoever gave the payload compares it; a test has given only one.
            Ok(proven) if proven.payload != all["payload"].as_str().unwrap() => "payload",
            Ok(proven) => {
                assert!(
                    proof
                        .address
                        .eq_ignore_ascii_case(&proven.address.to_string())
                );
                "ok"
            }
            Err(error) => error.code(),
        };
        assert_eq!(verdict, case["expected"].as_str().unwrap(), "{name}");
    }
}

#[test]
fn what_our_own_wallets_sign_is_believed() {
    let domains = our_domains();
    for v in wallet_vectors() {
        let wallet = v.wallet();
        let proof = sign(&wallet, Network::Mainnet, "torg.example", "nonce", NOW).unwrap();
        let expected = Expected::new(&domains, Network::Mainnet, NOW);
        let proven = verify(&proof, &expected).unwrap();
        assert_eq!(proven.address, *wallet.address());
        assert_eq!(proven.public_key, wallet.key().public());
        assert_eq!(proven.payload, "nonce");
        // A day later, and on another chain.
        let later = Expected::new(
            &domains,
            Network::Mainnet,
            NOW.plus(Duration::from_secs(901)),
        );
        assert_eq!(verify(&proof, &later), Err(ProofError::Timestamp));
        let test = Expected::new(&domains, Network::Testnet, NOW);
        assert_eq!(verify(&proof, &test), Err(ProofError::Network));
    }
}

#[tokio::test]
async fn the_account_is_asked_only_where_the_proof_has_no_key() {
    let domains = our_domains();
    let expected = Expected::new(&domains, Network::Mainnet, NOW);
    let wallet = wallet_vectors()[0].wallet();
    let whole = sign(&wallet, Network::Mainnet, "torg.example", "nonce", NOW).unwrap();
    let without = Proof {
        wallet_state_init: None,
        ..whole.clone()
    };
    let broken = Proof {
        wallet_state_init: Some("AAAA".to_owned()),
        ..whole.clone()
    };
    let key = wallet.key().public();
    let number = format!("0x{}", hex::encode(key));
    let run = |code: i32| json!({"exit_code": code, "stack": [["num", number]]});
    let script = Script::new(vec![
        json_answer(&json!({"ok": true, "result": run(0)})),
        json_answer(&json!({"ok": true, "result": run(11)})),
    ]);
    let api = api(&script);
    assert_eq!(
        check(&api, &whole, &expected).await.unwrap().public_key,
        key
    );
    assert_eq!(script.calls(), 0, "its own key is enough");
    let lie = check(&api, &broken, &expected).await;
    assert_eq!(lie, Err(CheckError::Proof(ProofError::StateInit)));
    assert_eq!(script.calls(), 0, "a broken state is no reason to ask");
    assert_eq!(
        check(&api, &without, &expected).await.unwrap().public_key,
        key
    );
    let silent = check(&api, &without, &expected).await;
    assert_eq!(silent, Err(CheckError::Proof(ProofError::StateInit)));
    // A foreign key neither replaces a known wallet's nor makes a signature good.
    assert!(verify_with_key(&whole, &expected, [7; 32]).is_ok());
    let foreign = verify_with_key(&without, &expected, [7; 32]);
    assert_eq!(foreign, Err(ProofError::KeyMismatch));
}
