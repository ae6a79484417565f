//! Named wallets, `/dev/` and the page.

use super::{TON, chain, clock, get, nobody, post, request};
use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;
use torg_platform::rng::Rng;
use torg_sandbox::ton::{ApiOptions, NamedWallet, router, start};
use torg_ton::message::comment;
use tycho_types::boc::Boc;

#[tokio::test]
async fn a_name_is_a_wallet() {
    let chain = chain();
    let router = router(chain.clone(), ApiOptions::default());
    assert_eq!(get(&router, "/dev/wallets").await.1, json!([]));
    let anna = post(&router, "/dev/wallets", &json!({ "name": "anna" }))
        .await
        .1;
    let again = post(&router, "/dev/wallets", &json!({ "name": "anna" }))
        .await
        .1;
    assert_eq!((&anna, &anna["balance"]), (&again, &json!("0")));
    assert_eq!(
        anna["raw_address"],
        NamedWallet::new("anna").unwrap().address().to_string()
    );
    for name in ["", "Анна", "a b", "../x", &"x".repeat(41)] {
        let (status, _) = post(&router, "/dev/wallets", &json!({ "name": name })).await;
        assert_eq!(status, 422, "{name}");
    }
    let paid = json!({ "address": anna["address"], "amount": (5 * TON).to_string() });
    let paid = post(&router, "/dev/faucet", &paid).await.1;
    assert_eq!(paid["balance"], (5 * TON).to_string());
    let list = get(&router, "/dev/wallets").await.1;
    assert_eq!(
        (&list[0]["name"], &list[0]["balance"]),
        (&json!("anna"), &json!((5 * TON).to_string()))
    );
    let (status, _) = post(&router, "/dev/wallets/boris/send", &json!({})).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn it_sends_texts_payloads_and_states() {
    let chain = chain();
    let router = router(chain.clone(), ApiOptions::default());
    let anna = post(&router, "/dev/wallets", &json!({ "name": "anna" }))
        .await
        .1;
    let paid = json!({ "address": anna["address"], "amount": (50 * TON).to_string() });
    post(&router, "/dev/faucet", &paid).await;
    let path = "/dev/wallets/anna/send";
    let to = nobody(9).to_string();
    let amount = TON.to_string();
    let text = json!({ "to": to, "amount": amount, "comment": "привет" });
    let (status, sent) = post(&router, path, &text).await;
    assert_eq!(status, 200, "{sent}");
    // The second one waits for nothing: the first gets its block.
    let payload = URL_SAFE_NO_PAD.encode(Boc::encode(comment("+/").unwrap()));
    let (status, _) = post(
        &router,
        path,
        &json!({ "to": to, "amount": amount, "payload": payload }),
    )
    .await;
    assert_eq!(status, 200);
    post(&router, "/dev/mine", &json!({})).await;
    assert_eq!(chain.balance(&nobody(9)).unwrap(), u128::from(2 * TON));
    let init = NamedWallet::new("boris").unwrap().state_init().unwrap();
    let boris = NamedWallet::new("boris").unwrap().address().to_string();
    let deploy = json!({ "to": boris, "amount": amount, "state_init": init, "bounce": false });
    assert_eq!(post(&router, path, &deploy).await.0, 200);
    chain.mine().unwrap();
    let state = get(&router, &format!("/api/v2/getAddressState?address={boris}"))
        .await
        .1;
    assert_eq!(state["result"], "active");
    let both = json!({ "to": to, "amount": amount, "payload": payload, "comment": "x" });
    assert_eq!(post(&router, path, &both).await.0, 422);
    let bad = json!({ "to": "zzz", "amount": amount });
    assert_eq!(post(&router, path, &bad).await.0, 416);
    let read = json!({ "payload": STANDARD.encode(Boc::encode(comment("да").unwrap())), "state_init": init });
    let read = post(&router, "/dev/decode", &read).await.1;
    assert_eq!(
        (&read["comment"], &read["opcode"]),
        (&json!("да"), &json!("0x00000000"))
    );
    assert_eq!(
        torg_ton::address::parse(
            read["address"].as_str().unwrap(),
            torg_ton::Network::Mainnet
        )
        .unwrap()
        .address
        .to_string(),
        boris
    );
}

#[tokio::test]
async fn its_proof_is_one() {
    let chain = chain();
    let router = router(chain.clone(), ApiOptions::default());
    post(&router, "/dev/wallets", &json!({ "name": "anna" })).await;
    let ask = json!({ "payload": "nonce", "domain": "torg.example" });
    let proof = post(&router, "/dev/wallets/anna/ton-proof", &ask).await.1;
    let anna = NamedWallet::new("anna").unwrap();
    assert_eq!(proof["account"]["chain"], "-239");
    assert_eq!(
        proof["proof"]["domain"],
        json!({ "lengthBytes": 12, "value": "torg.example" })
    );
    let mut message = b"ton-proof-item-v2/\0\0\0\0".to_vec();
    message.extend(anna.address().address.0);
    message.extend(b"\x0c\0\0\0torg.example");
    message.extend(proof["proof"]["timestamp"].as_u64().unwrap().to_le_bytes());
    message.extend(b"nonce");
    let mut whole = b"\xff\xffton-connect".to_vec();
    whole.extend(Sha256::digest(&message));
    let signature = STANDARD
        .decode(proof["proof"]["signature"].as_str().unwrap())
        .unwrap();
    let key = VerifyingKey::from_bytes(&anna.key().public()).unwrap();
    let signature = Signature::from_slice(&signature).unwrap();
    key.verify(&Sha256::digest(&whole), &signature).unwrap();
    let init = Boc::decode_base64(proof["account"]["walletStateInit"].as_str().unwrap()).unwrap();
    assert_eq!(*init.repr_hash(), anna.address().address);
}

#[tokio::test]
async fn a_started_chain_keeps_its_wallets_and_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ton.db");
    let mut seen = None;
    for _ in 0..2 {
        let stop = CancellationToken::new();
        let running = start(clock(), path.clone(), Rng::from_seed(1), stop.clone()).unwrap();
        let names = get(&running.router, "/dev/wallets").await.1;
        assert_eq!(names.as_array().unwrap().len(), 3);
        if let Some(seen) = seen {
            assert_eq!(running.chain.head(), seen);
        }
        running.chain.mine().unwrap();
        stop.cancel();
        running.done.await.unwrap();
        seen = Some(running.chain.head());
    }
}

#[tokio::test]
async fn the_page_has_its_files_and_nothing_from_elsewhere() {
    let router = router(chain(), ApiOptions::default());
    let mut files = vec!["/wallet".to_owned()];
    for name in [
        "theme.css",
        "wallet.css",
        "icon.svg",
        "wallet.js",
        "chain.js",
        "dom.js",
        "link.js",
        "words.js",
    ] {
        files.push(format!("/wallet/{name}"));
    }
    let svg = "xmlns=\"http://www.w3.org/2000/svg\"";
    for file in &files {
        let (status, text) =
            request(&router, Request::get(file).body(Body::empty()).unwrap()).await;
        assert_eq!(status, 200, "{file}");
        let text = text.replace(svg, "");
        for sign in ["://", "innerHTML", " onclick=", " style=", "eval(", "url("] {
            assert!(!text.contains(sign), "{file} contains {sign}");
        }
        for part in text.split(['"', '\'']) {
            let named = part
                .strip_prefix("./")
                .map(|name| format!("/wallet/{name}"));
            let named = named.or_else(|| part.starts_with("/wallet/").then(|| part.to_owned()));
            if let Some(named) = named {
                assert!(files.contains(&named), "{file} needs {named}");
            }
        }
    }
}
