//! The client's manners: when it asks again, when it waits, when it leaves the server alone.

use crate::server::{START, Script, answer, api, api_at, json_answer, limited, turn, v2};
use crate::vectors::raw;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use torg_platform::Clock;
use torg_platform::config::Secret;
use torg_platform::observe::Metrics;
use torg_platform::outbound::configured::{Answer, TransportError};
use torg_platform::resilience::State as BreakerState;
use torg_platform::rng::Rng;
use torg_ton::Network;
use torg_ton::api::{ErrorKind, Finality, Options, Sent, State, TonApi};
use torg_ton::stack::StackItem;
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellFamily as _, HashBytes};

const OWNER: &str = "0:177735fa0b725f1f187b80798d2cc96505a46faaeebde9f3592bb98ec6b25ac0";

fn head() -> Value {
    json!({"last": {"seqno": 7, "gen_utime": "1800000000"}, "first": {}})
}

/// A server with these answers, a clock in the hand, and the metrics.
fn world(answers: Vec<Result<Answer, TransportError>>) -> (Script, Clock, Metrics, TonApi) {
    let script = Script::new(answers);
    let clock = Clock::manual(START);
    let metrics = Metrics::new(&clock).unwrap();
    let api = api_at(&script, &clock, &metrics, 1000);
    (script, clock, metrics, api)
}

fn count(metrics: &Metrics, method: &str, outcome: &str) -> u64 {
    let all = metrics.json();
    let rows = all["ton_api_requests_total"].as_array().cloned();
    let row = rows
        .unwrap_or_default()
        .into_iter()
        .find(|row| row["labels"] == json!({"method": method, "outcome": outcome}));
    row.map_or(0, |row| {
        row["value"]
            .as_f64()
            .map_or(0, |v| format!("{v}").parse().unwrap())
    })
}

#[tokio::test]
async fn a_question_is_asked_three_times_and_counted() {
    for (bad, outcome) in [
        (answer(502, "<html>"), "unavailable"),
        (answer(200, "<html>"), "malformed"),
        (answer(200, r#"{"last":{"seqno":7"#), "malformed"),
        (answer(200, r#"{"last":{}}"#), "malformed"),
        (answer(429, "slow down"), "limited"),
    ] {
        let answers = vec![bad.clone(), bad.clone(), json_answer(&head()), bad];
        let (script, clock, metrics, api) = world(answers);
        let found = turn(&clock, api.head()).await.unwrap();
        assert_eq!((found.seqno, found.time), (7, START));
        assert_eq!(script.calls(), 3);
        assert!(
            clock.now().since(START) >= Duration::from_millis(750),
            "{outcome}: no delay"
        );
        assert_eq!(count(&metrics, "masterchainInfo", outcome), 2);
        assert_eq!(count(&metrics, "masterchainInfo", "ok"), 1);
    }
    let (script, clock, _metrics, api) = world(vec![]);
    let error = turn(&clock, api.head()).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Unavailable(_)), "{error}");
    assert_eq!(script.calls(), 3, "and no more");
}

#[tokio::test]
async fn a_refusal_is_final_and_no_failure() {
    let no = || answer(422, r#"{"ok":false,"error":"no","code":422}"#);
    let (script, clock, _metrics, api) = world((0..20).map(|_| no()).collect());
    for _ in 0..20 {
        let error = turn(&clock, api.account(&raw(OWNER))).await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Refused { code: 422, .. }));
    }
    assert_eq!(script.calls(), 20);
    assert_eq!(api.breaker(), BreakerState::Closed);
}

#[tokio::test]
async fn a_signed_order_is_sent_once_whatever_happens() {
    for bad in [
        answer(500, r#"{"ok":false,"error":"timeout"}"#),
        answer(504, "<html>"),
        answer(200, "<html>"),
        limited("1"),
    ] {
        let (script, clock, _metrics, api) = world(vec![bad, v2(&json!({"@type": "ok"}))]);
        turn(&clock, api.send(b"order")).await.unwrap_err();
        assert_eq!(script.calls(), 1);
        let again = turn(&clock, api.send(b"order")).await.unwrap();
        assert_eq!(again, Sent::Accepted, "the caller may send the same bytes");
        assert_eq!(script.asked(0).1, script.asked(1).1);
        assert_eq!(script.asked(0).0, "http://chain.example/api/v2/sendBoc");
    }
    let text = "LITE_SERVER_UNKNOWN: cannot apply external message to current state";
    let body = json!({"ok": false, "error": text, "code": 500}).to_string();
    let (_script, clock, _metrics, api) = world((0..9).map(|_| answer(500, &body)).collect());
    for _ in 0..9 {
        let sent = turn(&clock, api.send(b"order")).await.unwrap();
        assert!(matches!(sent, Sent::Refused(words) if words.contains(text)));
    }
    assert_eq!(
        api.breaker(),
        BreakerState::Closed,
        "refused messages are no failures"
    );
}

#[tokio::test]
async fn the_servers_patience_is_respected_by_everybody() {
    let (script, clock, _metrics, api) = world(vec![limited("7"), json_answer(&head())]);
    turn(&clock, api.head()).await.unwrap();
    assert!(clock.now().since(START) >= Duration::from_secs(7));
    // Too long to wait inside a call: the caller hears it, and the next one waits.
    script.push(limited("40"));
    script.push(json_answer(&head()));
    let before = clock.now();
    let error = turn(&clock, api.head()).await.unwrap_err();
    let after = Some(Duration::from_secs(40));
    assert_eq!(error.kind, ErrorKind::Limited { after });
    assert!(clock.now().since(before) < Duration::from_secs(1));
    turn(&clock, api.head()).await.unwrap();
    assert!(clock.now().since(before) >= Duration::from_secs(40));
    assert_eq!(api.breaker(), BreakerState::Closed);
}

#[tokio::test]
async fn the_limit_holds_for_all_calls_together() {
    let script = Script::new((0..20).map(|_| json_answer(&head())).collect());
    let clock = Clock::manual(START);
    let metrics = Metrics::new(&clock).unwrap();
    let api = api_at(&script, &clock, &metrics, 2);
    let calls = (0..10).map(|_| api.head());
    let all = turn(&clock, futures_util::future::join_all(calls)).await;
    assert!(all.iter().all(Result::is_ok));
    assert!(
        clock.now().since(START) >= Duration::from_millis(4500),
        "ten calls at two per second"
    );
}

#[tokio::test]
async fn a_server_that_fails_is_left_alone_for_a_minute() {
    let (script, clock, metrics, api) = world(vec![]);
    let _ = turn(&clock, api.head()).await;
    let error = turn(&clock, api.head()).await.unwrap_err();
    assert_eq!(script.calls(), 5);
    assert!(matches!(error.kind, ErrorKind::Open { .. }), "{error}");
    assert_eq!(api.breaker(), BreakerState::Open);
    assert_eq!(api.health().unwrap_err().code(), "ton_unavailable");
    assert_eq!(metrics.json()["ton_api_breaker_state"][0]["value"], 2.0);
    let error = turn(&clock, api.send(b"x")).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Open { .. }));
    assert_eq!(script.calls(), 5, "not even tried");
    // One probe; its failure is another minute.
    clock.advance(Duration::from_secs(60));
    assert_eq!(api.breaker(), BreakerState::HalfOpen);
    let _ = turn(&clock, api.head()).await;
    assert_eq!(script.calls(), 6);
    assert_eq!(api.breaker(), BreakerState::Open);
    clock.advance(Duration::from_secs(60));
    script.push(json_answer(&head()));
    turn(&clock, api.head()).await.unwrap();
    assert_eq!(api.breaker(), BreakerState::Closed);
    assert!(api.health().is_ok());
    assert_eq!(metrics.json()["ton_api_breaker_state"][0]["value"], 0.0);
}

#[tokio::test]
async fn a_server_that_answers_nonsense_is_left_alone_too() {
    let (script, clock, _metrics, api) = world((0..9).map(|_| answer(200, "<html>")).collect());
    for _ in 0..3 {
        turn(&clock, api.head()).await.unwrap_err();
    }
    assert_eq!(script.calls(), 5);
    assert_eq!(api.breaker(), BreakerState::Open);
}

#[tokio::test]
async fn accounts_in_all_their_states() {
    let code = Boc::encode_base64(Cell::empty_cell());
    let account = |state: &str, balance: Value, code: &str, lt: &str| {
        json!({"state": state, "balance": balance, "code": code, "data": code, "sync_utime": 1_800_000_000,
            "last_transaction_id": {"lt": lt, "hash": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}})
    };
    let script = Script::new(vec![
        v2(&account(
            "active",
            json!("9007199254740993"),
            &code,
            "46000000000001",
        )),
        v2(&account("uninitialized", json!(-1), "", "0")),
        v2(&account("frozen", json!(5), "", "7")),
    ]);
    let api = api(&script);
    let active = api.account(&raw(OWNER)).await.unwrap();
    assert_eq!(
        (active.state, active.balance),
        (State::Active, 9_007_199_254_740_993)
    );
    assert_eq!(active.code_hash, Some(*Cell::empty_cell().repr_hash()));
    assert_eq!(active.last.unwrap().lt, 46_000_000_000_001);
    assert_eq!(active.time, START);
    let empty = api.account(&raw(OWNER)).await.unwrap();
    assert_eq!(
        (empty.state, empty.balance, empty.last),
        (State::Uninitialized, 0, None)
    );
    assert_eq!((empty.code, empty.data), (None, None));
    assert_eq!(api.account(&raw(OWNER)).await.unwrap().state, State::Frozen);
    let (path, _) = script.asked(0);
    assert!(path.ends_with(&format!(
        "getAddressInformation?address={}",
        OWNER.replace(':', "%3A")
    )));
    assert_eq!(script.header(0, "x-api-key").unwrap(), "a-key");
    assert!(script.header(0, "x-api-key").unwrap().is_sensitive());
    for wrong in [
        account("active", json!("1"), "", "1"),
        account("melted", json!("1"), "", "1"),
        account("active", json!("1"), "AAAA", "1"),
        account("active", json!("18446744073709551616"), &code, "1"),
    ] {
        let (script, clock, _metrics, api) = world((0..3).map(|_| v2(&wrong)).collect());
        let error = turn(&clock, api.account(&raw(OWNER))).await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Malformed(_)), "{wrong}");
        assert_eq!(script.calls(), 3);
    }
}

#[tokio::test]
async fn a_seqno_is_read_from_the_state_and_not_from_an_error() {
    let code = Boc::encode_base64(Cell::empty_cell());
    let account = |state: &str, code: &str| {
        v2(
            &json!({"state": state, "balance": "0", "code": code, "data": "", "sync_utime": 1,
            "last_transaction_id": {"lt": "0", "hash": ""}}),
        )
    };
    let empty_hash = |answer: &str| answer.replace(r#""hash":"""#, r#""hash":null"#);
    let fix = |scripted: Result<Answer, TransportError>| {
        let scripted = scripted.unwrap();
        answer(200, &empty_hash(std::str::from_utf8(&scripted.2).unwrap()))
    };
    let script = Script::new(vec![
        fix(account("uninitialized", "")),
        fix(account("active", &code)),
        v2(&json!({"exit_code": 0, "stack": [["num", "0x5"]]})),
        fix(account("active", &code)),
        v2(&json!({"exit_code": 11, "stack": [["num", "0x0"]]})),
        fix(account("frozen", "")),
    ]);
    let api = api(&script);
    assert_eq!(api.seqno(&raw(OWNER)).await.unwrap(), 0);
    assert_eq!(script.calls(), 1);
    assert_eq!(api.seqno(&raw(OWNER)).await.unwrap(), 5);
    assert!(
        api.seqno(&raw(OWNER)).await.is_err(),
        "no wallet, and surely not 0"
    );
    assert!(api.seqno(&raw(OWNER)).await.is_err(), "frozen");
}

#[tokio::test]
async fn getters_take_and_give_values() {
    let cell = Boc::encode_base64(Cell::empty_cell());
    let script = Script::new(vec![v2(&json!({
        "@type": "smc.runResult", "gas_used": 5, "exit_code": 0,
        "stack": [["num", "-0x1"], ["cell", {"bytes": cell}], ["list", {"elements": []}]],
    }))]);
    let arguments = [StackItem::from(7_u64), StackItem::Slice(Cell::empty_cell())];
    let api = api(&script);
    let result = api.run_get(&raw(OWNER), "get", &arguments).await.unwrap();
    assert_eq!(result.int::<i64>(0).unwrap(), -1);
    assert_eq!(result.stack[1], StackItem::Cell(Cell::empty_cell()));
    assert_eq!(result.stack[2], StackItem::Null);
    let asked: Value = serde_json::from_str(&script.asked(0).1).unwrap();
    let stack = json!([["num", "7"], ["tvm.Slice", cell]]);
    assert_eq!(
        asked,
        json!({"address": OWNER, "method": "get", "stack": stack})
    );
    let unsayable = api.run_get(&raw(OWNER), "get", &[StackItem::Null]).await;
    assert!(matches!(
        unsayable.unwrap_err().kind,
        ErrorKind::Refused { .. }
    ));
    assert_eq!(script.calls(), 1);
}

fn row(lt: u64, hash: u8, finality: &str) -> Value {
    json!({"account": OWNER.to_uppercase(), "lt": lt.to_string(), "hash": hex::encode([hash; 32]),
        "now": 1_800_000_000, "mc_block_seqno": 9, "finality": finality,
        "in_msg": {"hash": hex::encode([hash; 32]), "hash_norm": hex::encode([99; 32])}})
}

#[tokio::test]
async fn lists_are_sorted_and_each_row_is_once() {
    let rows = json!({"transactions": [
        row(30, 3, "finalized"), row(10, 1, "finalized"), row(20, 2, "confirmed"),
        row(20, 2, "finalized"), row(5, 5, "finalized"), row(40, 4, "pending"),
    ]});
    let script = Script::new(vec![json_answer(&rows)]);
    let listed = api(&script)
        .transactions_since(&raw(OWNER), 5, 5000)
        .await
        .unwrap();
    let lts: Vec<_> = listed.iter().map(|row| (row.id.lt, row.finality)).collect();
    use Finality::{Confirmed, Finalized, Pending};
    assert_eq!(
        lts,
        [
            (10, Finalized),
            (20, Confirmed),
            (30, Finalized),
            (40, Pending)
        ]
    );
    assert_eq!(listed[0].mc_seqno, Some(9));
    let (path, _) = script.asked(0);
    assert!(path.contains("start_lt=6&limit=1000&sort=asc"), "{path}");
    let mut foreign = row(1, 1, "finalized");
    foreign["account"] = json!(format!("0:{}", "11".repeat(32)));
    for wrong in [
        json!([row(10, 1, "finalized"), row(10, 2, "finalized")]),
        json!([foreign]),
        json!([row(10, 1, "perhaps")]),
    ] {
        let wrong = json!({"transactions": wrong});
        let (_script, clock, _metrics, api) = world((0..3).map(|_| json_answer(&wrong)).collect());
        let error = turn(&clock, api.transactions_since(&raw(OWNER), 0, 10))
            .await
            .unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Malformed(_)), "{wrong}");
    }
}

#[tokio::test]
async fn what_is_not_final_is_not_said_to_be() {
    let mut old = row(10, 1, "x");
    old.as_object_mut().unwrap().remove("finality");
    let mut loose = old.clone();
    loose["mc_block_seqno"] = Value::Null;
    let mut emulated = row(10, 1, "finalized");
    emulated["emulated"] = json!(true);
    for (row, finality) in [
        (old, Finality::Finalized),
        (loose, Finality::Pending),
        (emulated, Finality::Pending),
    ] {
        let script = Script::new(vec![json_answer(&json!({"transactions": [row]}))]);
        let listed = api(&script)
            .transactions_since(&raw(OWNER), 0, 10)
            .await
            .unwrap();
        assert_eq!(listed[0].finality, finality);
    }
}

#[tokio::test]
async fn an_order_is_found_by_its_name_only() {
    let script = Script::new(vec![
        json_answer(&json!({"transactions": [row(10, 1, "finalized")]})),
        json_answer(&json!({"transactions": []})),
        answer(404, r#"{"error":"transactions not found"}"#),
    ]);
    let api = api(&script);
    let name = HashBytes([99; 32]);
    let found = api.find_external(&name).await.unwrap().unwrap();
    assert_eq!((found.id.lt, found.account), (10, raw(OWNER)));
    assert_eq!(api.find_external(&name).await.unwrap(), None);
    assert_eq!(api.find_external(&name).await.unwrap(), None);
    for bad in [
        json_answer(&json!({"transactions": [row(10, 1, "finalized")]})),
        answer(404, r#"{"detail":"Not Found"}"#),
    ] {
        let (_script, clock, _metrics, api) = world((0..3).map(|_| bad.clone()).collect());
        let error = turn(&clock, api.find_external(&HashBytes([98; 32]))).await;
        assert!(
            error.is_err(),
            "another row, or another server, is not the absence of one"
        );
    }
}

#[tokio::test]
async fn nfts_come_page_by_page() {
    let item = |number: usize, owner: &str| {
        json!({"address": format!("0:{number:064x}"), "index": "340282366920938463463374607431768211456",
            "init": true, "owner_address": owner, "collection_address": null})
    };
    let full: Vec<_> = (0..250).map(|number| item(number, OWNER)).collect();
    // One comes twice because the list has moved, one is somebody else's.
    let stranger = format!("0:{}", "22".repeat(32));
    let rest = vec![item(249, OWNER), item(250, OWNER), item(251, &stranger)];
    let script = Script::new(vec![
        json_answer(&json!({"nft_items": full})),
        json_answer(&json!({"nft_items": rest})),
    ]);
    let items = api(&script).nft_items(&raw(OWNER)).await.unwrap();
    assert_eq!(items.len(), 251);
    assert_eq!(items[0].index.bits(), 129);
    assert!(script.asked(1).0.contains("offset=250"));
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused() {
    let make = |base: &str, key: &str| {
        let options = Options {
            base_url: base.to_owned(),
            api_key: Secret::new(key),
            network: Network::Testnet,
            requests_per_second: None,
        };
        let metrics = Metrics::new(&Clock::Real).unwrap();
        TonApi::new(
            &options,
            Arc::new(Script::new(vec![])),
            Clock::Real,
            Rng::from_seed(1),
            &metrics,
        )
    };
    for base in ["", "toncenter.com", "ftp://x", "https://", "https://x/?a=b"] {
        assert_eq!(make(base, "").unwrap_err().code(), "ton_settings", "{base}");
    }
    assert!(make("https://toncenter.com", "key\n").is_err());
    let api = make("https://toncenter.com/", "key").unwrap();
    assert!(!format!("{api:?}").contains("key"));
    assert_eq!(api.network(), Network::Testnet);
}
