//! Each fault is seen, and each is gone when it is turned off.

use super::{TON, chain, get, nobody, order, post, rich, send};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use torg_platform::rng::Rng;
use torg_sandbox::ton::{ApiOptions, DevChain, DevChainOptions, Faults, router};
use torg_ton::message::Outgoing;
use tower::ServiceExt as _;
use tycho_types::boc::Boc;
use tycho_types::cell::Cell;

/// A chain on which somebody got eleven payments, one a block.
fn world() -> (DevChain, Router, torg_ton::Wallet) {
    let chain = chain();
    let anna = rich(&chain, 1);
    for n in 1..=11 {
        send(&chain, &anna, &[Outgoing::coins(nobody(9), n * TON)]);
    }
    let router = router(chain.clone(), ApiOptions::default());
    (chain, router, anna)
}

async fn rows(router: &Router, version: u8) -> Vec<Value> {
    let (path, list) = match version {
        2 => (
            format!("/api/v2/getTransactions?limit=100&address={}", nobody(9)),
            "result",
        ),
        _ => (
            format!("/api/v3/transactions?limit=100&account={}", nobody(9)),
            "transactions",
        ),
    };
    get(router, &path).await.1[list].as_array().unwrap().clone()
}

fn lts(rows: &[Value]) -> Vec<u64> {
    let lt = |row: &Value| {
        let id = row.get("transaction_id").unwrap_or(row);
        id["lt"].as_str().unwrap().parse().unwrap()
    };
    rows.iter().map(lt).collect()
}

async fn raw(router: &Router, path: &str) -> (StatusCode, Result<String, axum::Error>) {
    let get = Request::get(path).body(Body::empty()).unwrap();
    let (head, body) = router.clone().oneshot(get).await.unwrap().into_parts();
    let body = body.collect().await.map(|body| body.to_bytes());
    (
        head.status,
        body.map(|b| String::from_utf8(b.to_vec()).unwrap()),
    )
}

const HEAD: &str = "/api/v2/getMasterchainInfo";

#[tokio::test]
async fn statuses_and_broken_answers() {
    let (chain, router, _) = world();
    let with = async |faults: Faults| {
        chain.set_faults(faults);
        raw(&router, HEAD).await
    };
    let f = Faults::default;
    let (status, text) = with(Faults {
        status_429: 1000,
        retry_after: 3,
        ..f()
    })
    .await;
    assert_eq!(status, 429);
    assert!(text.unwrap().contains("\"result\":\"Ratelimit exceed\""));
    assert_eq!(
        with(Faults {
            status_500: 1000,
            ..f()
        })
        .await
        .0,
        500
    );
    assert_eq!(
        with(Faults {
            status_503: 1000,
            ..f()
        })
        .await
        .0,
        503
    );
    assert_eq!(
        with(Faults {
            status_504: 1000,
            ..f()
        })
        .await
        .0,
        504
    );
    let (status, text) = with(Faults {
        truncated: 1000,
        ..f()
    })
    .await;
    assert_eq!(status, 200);
    assert!(serde_json::from_str::<Value>(&text.unwrap()).is_err());
    let (status, text) = with(Faults { html: 1000, ..f() }).await;
    assert_eq!(status, 200);
    assert!(text.unwrap().starts_with("<html>"));
    assert!(
        with(Faults {
            dropped: 1000,
            ..f()
        })
        .await
        .1
        .is_err()
    );
    let whole = with(f()).await;
    assert!(serde_json::from_str::<Value>(&whole.1.unwrap()).is_ok());
}

#[tokio::test(start_paused = true)]
async fn delays() {
    let (chain, router, _) = world();
    chain.set_faults(Faults {
        delay_ms: 5_000,
        ..Faults::default()
    });
    let begin = tokio::time::Instant::now();
    assert_eq!(raw(&router, HEAD).await.0, 200);
    assert_eq!(begin.elapsed().as_secs(), 5);
}

async fn send_boc(router: &Router, message: &Cell) -> StatusCode {
    let boc = Boc::encode_base64(message);
    post(router, "/api/v2/sendBoc", &json!({ "boc": boc }))
        .await
        .0
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_effect() {
    let (chain, router, anna) = world();
    chain.set_faults(Faults {
        failed_after: 1000,
        ..Faults::default()
    });
    let message = order(&chain, &anna, &[Outgoing::coins(nobody(8), TON)]);
    assert_eq!(send_boc(&router, &message).await, 500);
    assert_eq!(
        chain.mine().unwrap().transactions,
        2,
        "it was taken all the same"
    );
    assert_eq!(chain.balance(&nobody(8)).unwrap(), u128::from(TON));
}

#[tokio::test]
async fn messages_that_are_lost_late_or_double() {
    let (chain, router, anna) = world();
    let message = order(&chain, &anna, &[Outgoing::coins(nobody(8), TON)]);
    chain.set_faults(Faults {
        swallowed_sends: 1000,
        ..Faults::default()
    });
    assert_eq!(send_boc(&router, &message).await, 200);
    assert_eq!(chain.mine().unwrap().transactions, 0);
    chain.set_faults(Faults {
        withheld_sends: 1000,
        withheld_blocks: 3,
        ..Faults::default()
    });
    assert_eq!(send_boc(&router, &message).await, 200);
    let came: Vec<usize> = (0..5).map(|_| chain.mine().unwrap().transactions).collect();
    assert_eq!(came, [0, 0, 0, 2, 0]);
    chain.set_faults(Faults {
        duplicated_sends: 1000,
        ..Faults::default()
    });
    let message = order(&chain, &anna, &[Outgoing::coins(nobody(8), TON)]);
    assert_eq!(send_boc(&router, &message).await, 200);
    let mined = chain.mine().unwrap();
    assert_eq!(
        (mined.transactions, mined.refused),
        (2, 1),
        "its wallet takes it once"
    );
}

#[tokio::test]
async fn somebody_who_lags_sees_one_moment_of_the_past() {
    let (chain, router, anna) = world();
    let now = chain.head().seqno;
    chain.set_faults(Faults {
        lag_blocks: 4,
        ..Faults::default()
    });
    assert_eq!(
        get(&router, HEAD).await.1["result"]["last"]["seqno"],
        now - 4
    );
    assert_eq!(
        get(&router, "/api/v3/masterchainInfo").await.1["last"]["seqno"],
        now - 4
    );
    assert_eq!(
        (rows(&router, 2).await.len(), rows(&router, 3).await.len()),
        (7, 7)
    );
    let balance = get(
        &router,
        &format!("/api/v2/getAddressBalance?address={}", nobody(9)),
    )
    .await
    .1;
    assert_eq!(balance["result"], (28 * TON).to_string());
    let call = json!({ "address": anna.address().to_string(), "method": "seqno" });
    let seqno = post(&router, "/api/v2/runGetMethod", &call).await.1["result"]["stack"].clone();
    assert_eq!(seqno, json!([["num", "0x7"]]));
    assert!(
        rows(&router, 3)
            .await
            .iter()
            .all(|row| row["finality"] == "finalized")
    );
}

#[tokio::test]
async fn what_no_masterchain_block_names_is_not_final() {
    let (chain, router, _) = world();
    chain.set_faults(Faults {
        finality_blocks: 3,
        ..Faults::default()
    });
    let rows3 = rows(&router, 3).await;
    let finality: Vec<&str> = rows3
        .iter()
        .map(|r| r["finality"].as_str().unwrap())
        .collect();
    assert_eq!(
        finality[..4],
        ["confirmed", "confirmed", "confirmed", "finalized"]
    );
    assert_eq!((&rows3[0]["mc_block_seqno"], rows3.len()), (&json!(0), 11));
    assert_eq!(
        rows(&router, 2).await.len(),
        8,
        "v2 knows only the masterchain's view"
    );
    chain.mine().unwrap();
    assert_eq!(rows(&router, 3).await[2]["finality"], "finalized");
}

#[tokio::test]
async fn rows_that_are_missing_double_or_in_disorder() {
    let (chain, router, _) = world();
    for version in [2, 3] {
        chain.set_faults(Faults::default());
        let good = lts(&rows(&router, version).await);
        assert_eq!(good.len(), 11);
        chain.set_faults(Faults {
            missing_rows: 500,
            ..Faults::default()
        });
        let missing = lts(&rows(&router, version).await);
        assert!(missing.len() < 11 && missing.iter().all(|lt| good.contains(lt)));
        chain.set_faults(Faults {
            duplicated_rows: 1000,
            ..Faults::default()
        });
        assert_eq!(rows(&router, version).await.len(), 22);
        chain.set_faults(Faults {
            reordered_rows: 1000,
            ..Faults::default()
        });
        let mut other = lts(&rows(&router, version).await);
        assert_ne!(other, good);
        other.reverse();
        assert_eq!(other, good);
    }
}

#[tokio::test]
async fn amounts_that_are_not_true() {
    let (chain, router, _) = world();
    let hash = |row: &Value| {
        let boc = Boc::decode_base64(row["data"].as_str().unwrap()).unwrap();
        Boc::encode_base64(&boc);
        *boc.repr_hash()
    };
    let named = |row: &Value| {
        use base64::Engine as _;
        let text = row["transaction_id"]["hash"].as_str().unwrap();
        base64::engine::general_purpose::STANDARD
            .decode(text)
            .unwrap()
    };
    let good = rows(&router, 2).await;
    assert_eq!(good[0]["in_msg"]["value"], (11 * TON).to_string());
    chain.set_faults(Faults {
        wrong_amounts: 1000,
        ..Faults::default()
    });
    let bad = rows(&router, 2).await;
    assert_eq!(bad[0]["in_msg"]["value"], (1_011 * TON).to_string());
    assert_eq!(bad[0]["data"], good[0]["data"], "the bag of cells is true");
    assert_eq!(
        rows(&router, 3).await[0]["in_msg"]["value"],
        (1_011 * TON).to_string()
    );
    chain.set_faults(Faults {
        wrong_bocs: 1000,
        ..Faults::default()
    });
    let bad = rows(&router, 2).await;
    assert_eq!(hash(&good[0]).0.to_vec(), named(&good[0]));
    assert_ne!(
        hash(&bad[0]).0.to_vec(),
        named(&bad[0]),
        "its hash gives it away"
    );
    assert_eq!(bad[0]["in_msg"]["value"], (1_011 * TON).to_string());
}

#[tokio::test]
async fn what_is_old_needs_the_archive() {
    let (chain, router, _) = world();
    chain.set_faults(Faults {
        recent_blocks: 5,
        ..Faults::default()
    });
    let path = format!("/api/v2/getTransactions?limit=100&address={}", nobody(9));
    let (status, body) = get(&router, &path).await;
    assert_eq!(status, 500);
    assert!(body["error"].as_str().unwrap().ends_with("lt not in db"));
    let (status, body) = get(&router, &format!("{path}&archival=true")).await;
    assert_eq!(
        (status.as_u16(), body["result"].as_array().unwrap().len()),
        (200, 11)
    );
}

#[tokio::test]
async fn a_seed_repeats_everything() {
    let run = async || {
        let options = DevChainOptions::new(super::clock(), Rng::from_seed(99));
        let chain = DevChain::open(options).unwrap();
        chain.set_faults(Faults {
            status_500: 300,
            status_503: 300,
            ..Faults::default()
        });
        let router = router(chain, ApiOptions::default());
        let mut statuses = Vec::new();
        for _ in 0..50 {
            statuses.push(raw(&router, HEAD).await.0);
        }
        statuses
    };
    let first = run().await;
    assert_eq!(first, run().await);
    assert!(first.contains(&StatusCode::OK) && first.contains(&StatusCode::SERVICE_UNAVAILABLE));
}

#[tokio::test]
async fn over_http() {
    let (_, router, _) = world();
    let set = post(
        &router,
        "/dev/faults",
        &json!({ "lag_blocks": 2, "html": 5 }),
    )
    .await
    .1;
    assert_eq!(
        (&set["lag_blocks"], &set["status_500"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(get(&router, "/dev/faults").await.1, set);
    let (status, _) = post(&router, "/dev/faults", &json!({ "lag": 2 })).await;
    assert_eq!(status, 422, "a misspelt fault is no fault");
}
