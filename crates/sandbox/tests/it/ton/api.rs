//! Toncenter's shapes: what clients that were written for it rely on.

use super::{DEPOSIT, Deal, TON, built, chain, get, nobody, op, order, post, rich, send};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use torg_sandbox::ton::{ApiOptions, DevChain, router};
use torg_ton::message::{Outgoing, comment};
use torg_ton::{Network, address};
use tycho_types::boc::Boc;
use tycho_types::cell::CellBuilder;
use tycho_types::models::OwnedMessage;

fn api(chain: &DevChain) -> axum::Router {
    router(chain.clone(), ApiOptions::default())
}

fn escaped(text: &str) -> String {
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

#[tokio::test]
async fn one_question_in_three_forms() {
    let chain = chain();
    let anna = rich(&chain, 1);
    let router = api(&chain);
    let friendly = address::show(anna.address(), Network::Mainnet, true);
    let path = format!("/api/v2/getAddressInformation?address={friendly}");
    let (status, by_get) = get(&router, &path).await;
    assert_eq!(status, 200);
    assert_eq!(by_get["result"]["balance"], "1000000000000");
    assert_eq!(by_get["result"]["state"], "uninitialized");
    let params = json!({ "address": anna.address().to_string() });
    let (_, by_post) = post(&router, "/api/v2/getAddressInformation", &params).await;
    let call =
        json!({ "id": "1", "jsonrpc": "2.0", "method": "getAddressInformation", "params": params });
    let (_, mut by_rpc) = post(&router, "/api/v2/jsonRPC", &call).await;
    assert_eq!(
        (&by_rpc["id"], &by_rpc["jsonrpc"]),
        (&json!("1"), &json!("2.0"))
    );
    by_rpc
        .as_object_mut()
        .unwrap()
        .retain(|name, _| name != "id" && name != "jsonrpc");
    assert_eq!((&by_post, &by_rpc), (&by_get, &by_get));
    let path = format!("/api/v2/getAddressBalance?address={friendly}");
    let balance = get(&router, &path).await.1;
    assert_eq!(balance, json!({ "ok": true, "result": "1000000000000" }));
}

#[tokio::test]
async fn refusals_have_toncenters_form() {
    let router = api(&chain());
    let (status, body) = get(&router, "/api/v2/getAddressInformation?address=zzz").await;
    assert_eq!(
        (status.as_u16(), &body["code"], &body["ok"]),
        (416, &json!(416), &json!(false))
    );
    let own = nobody(1).to_string();
    let many = format!("/api/v2/getTransactions?address={own}&limit=101");
    assert_eq!(get(&router, &many).await.0, 422);
    let (status, body) = post(&router, "/api/v2/sendBoc", &json!({ "boc": "AAAA" })).await;
    assert_eq!((status.as_u16(), &body["code"]), (422, &json!(422)));
    let (status, _) = post(&router, "/api/v2/jsonRPC", &json!({ "method": "nope" })).await;
    assert_eq!(status, 422);
    for path in [
        "/api/v3/transactions?account=zzz",
        "/api/v3/transactions?limit=1001",
        "/api/v3/transactions?sort=up",
        "/api/v3/transactionsByMessage",
        "/api/v3/transactionsByMessage?msg_hash=x",
        "/api/v3/walletStates",
    ] {
        let (status, body) = get(&router, path).await;
        assert_eq!(status, 422, "{path}");
        assert!(body["error"].is_string(), "{path}: {body}");
    }
    assert_eq!(get(&router, "/api/v3/nothing").await.0, 404);
    let call = json!({ "address": own, "method": "seqno", "stack": [] });
    let (status, body) = post(&router, "/api/v2/runGetMethod", &call).await;
    assert_eq!(
        (status.as_u16(), &body["result"]["exit_code"]),
        (200, &json!(-13))
    );
}

#[tokio::test]
async fn a_message_from_its_acceptance_to_its_transaction() {
    let chain = chain();
    let anna = rich(&chain, 1);
    let router = api(&chain);
    let body = comment("заказ 42").unwrap();
    let message = order(
        &chain,
        &anna,
        &[Outgoing::coins(nobody(9), TON).with_body(body)],
    );
    let boc = Boc::encode_base64(&message);
    let sent = post(&router, "/api/v3/message", &json!({ "boc": boc }))
        .await
        .1;
    let hash = sent["message_hash_norm"].as_str().unwrap();
    assert_ne!(
        sent["message_hash"], sent["message_hash_norm"],
        "it carries a state"
    );
    let find = format!("/api/v3/transactionsByMessage?msg_hash={}", escaped(hash));
    assert_eq!(get(&router, &find).await.1["transactions"], json!([]));
    let pending = format!("/api/v3/pendingTransactions?account={}", anna.address());
    let pending = get(&router, &pending).await.1["transactions"][0].clone();
    assert_eq!(
        (&pending["finality"], &pending["emulated"]),
        (&json!("pending"), &json!(true))
    );
    chain.mine().unwrap();
    let found = get(&router, &find).await.1["transactions"][0].clone();
    assert_eq!(found["finality"], "finalized");
    assert_eq!(found["mc_block_seqno"], chain.head().seqno);
    assert_eq!(
        (&found["in_msg"]["hash_norm"], &found["in_msg"]["value"]),
        (&json!(hash), &Value::Null)
    );
    let info = &found["description"];
    assert_eq!(
        (&info["aborted"], &info["compute_ph"]["exit_code"]),
        (&json!(false), &json!(0))
    );
    assert_eq!(
        (&info["action"]["msgs_created"], &info["type"]),
        (&json!(1), &json!("ord"))
    );
    let out = &found["out_msgs"][0];
    assert_eq!(
        (&out["value"], &out["bounced"]),
        (&json!("1000000000"), &json!(false))
    );
    assert_eq!(out["message_content"]["decoded"]["comment"], "заказ 42");
    assert!(out["destination"].as_str().unwrap().starts_with("0:0909"));
    let again = post(&router, "/api/v2/sendBoc", &json!({ "boc": boc })).await;
    let text = again.1["error"].as_str().unwrap().to_owned();
    assert_eq!(again.0, 500);
    assert!(
        text.starts_with("LITE_SERVER_UNKNOWN: cannot apply external message"),
        "{text}"
    );
}

#[tokio::test]
async fn a_message_between_accounts_leads_to_both() {
    let chain = chain();
    let anna = rich(&chain, 1);
    let router = api(&chain);
    let body = comment("заказ 42").unwrap();
    send(
        &chain,
        &anna,
        &[Outgoing::coins(nobody(9), TON).with_body(body)],
    );
    let own = format!("/api/v3/transactions?account={}&limit=1", anna.address());
    let out = get(&router, &own).await.1["transactions"][0]["out_msgs"][0].clone();
    let out = escaped(out["hash"].as_str().unwrap());
    let path = format!("/api/v3/transactionsByMessage?msg_hash={out}");
    let both = get(&router, &path).await.1;
    assert_eq!(both["transactions"].as_array().unwrap().len(), 2);
    let arrived = get(&router, &format!("{path}&direction=in")).await.1["transactions"][0].clone();
    assert_eq!(arrived["description"]["credit_ph"]["credit"], "1000000000");
    let skipped = json!({ "skipped": true, "reason": "no_state" });
    assert_eq!(arrived["description"]["compute_ph"], skipped);
    let located = format!(
        "/api/v2/tryLocateResultTx?source={}&destination={}&created_lt={}",
        anna.address(),
        nobody(9),
        arrived["in_msg"]["created_lt"].as_str().unwrap()
    );
    let located = get(&router, &located).await.1["result"].clone();
    assert_eq!(located["transaction_id"]["hash"], arrived["hash"]);
    assert_eq!(located["in_msg"]["message"], "заказ 42");
}

#[tokio::test]
async fn paging_meets_every_transaction_once() {
    let chain = chain();
    let anna = rich(&chain, 1);
    for _ in 0..3 {
        send(&chain, &anna, &vec![Outgoing::coins(nobody(9), TON); 7]);
    }
    let router = api(&chain);
    let (mut seen, mut from) = (Vec::new(), String::new());
    loop {
        let path = format!(
            "/api/v2/getTransactions?address={}&limit=4{from}",
            nobody(9)
        );
        let rows = get(&router, &path).await.1["result"]
            .as_array()
            .unwrap()
            .clone();
        // Inclusive: the first row of a later page is the last of the one before.
        let skip = usize::from(!from.is_empty());
        for row in &rows[skip..] {
            seen.push(row["transaction_id"]["lt"].as_str().unwrap().to_owned());
        }
        if rows.len() <= skip {
            break;
        }
        let last = &rows[rows.len() - 1]["transaction_id"];
        let hash = escaped(last["hash"].as_str().unwrap());
        from = format!("&lt={}&hash={hash}", last["lt"].as_str().unwrap());
    }
    let different = seen.iter().collect::<BTreeSet<_>>().len();
    assert_eq!((seen.len(), different), (21, 21));
    let until = format!(
        "/api/v2/getTransactions?address={}&to_lt={}",
        nobody(9),
        seen[3]
    );
    assert_eq!(
        get(&router, &until).await.1["result"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let hash = "0".repeat(64);
    let wrong = format!(
        "/api/v2/getTransactions?address={}&lt={}&hash={hash}",
        nobody(9),
        seen[0]
    );
    assert_eq!(get(&router, &wrong).await.0, 500);
    let v3 = async |more: &str| {
        let path = format!("/api/v3/transactions?account={}{more}", nobody(9));
        let body = get(&router, &path).await.1;
        let rows = body["transactions"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["lt"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(v3("&limit=1000").await, seen);
    assert_eq!(v3("&limit=5&offset=4").await, seen[4..9]);
    let mut ascending = seen.clone();
    ascending.reverse();
    assert_eq!(v3("&limit=3&sort=asc").await, ascending[..3]);
    let range = format!("&start_lt={}&end_lt={}", seen[5], seen[2]);
    assert_eq!(v3(&range).await, seen[2..=5]);
    assert_eq!(v3(&format!("&lt={}", seen[6])).await, seen[6..7]);
}

#[tokio::test]
async fn getters_and_states() {
    let chain = chain();
    let anna = rich(&chain, 1);
    send(&chain, &anna, &[Outgoing::coins(nobody(9), TON)]);
    let router = api(&chain);
    let own = anna.address().to_string();
    let call = json!({ "address": own, "method": "seqno", "stack": [] });
    let v2 = post(&router, "/api/v2/runGetMethod", &call).await.1["result"].clone();
    assert_eq!(
        (&v2["exit_code"], &v2["stack"]),
        (&json!(0), &json!([["num", "0x1"]]))
    );
    let v3 = post(&router, "/api/v3/runGetMethod", &call).await.1;
    assert_eq!(v3["stack"], json!([{ "type": "num", "value": "0x1" }]));
    let states = format!("/api/v3/walletStates?address={own}&address={}", nobody(9));
    let states = get(&router, &states).await.1["wallets"].clone();
    assert_eq!(states[0]["wallet_type"], "wallet v5 r1");
    assert_eq!(
        (&states[0]["seqno"], &states[0]["is_wallet"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(
        (&states[1]["status"], &states[1]["is_wallet"]),
        (&json!("uninit"), &json!(false))
    );
    let info = get(
        &router,
        &format!("/api/v3/addressInformation?address={own}"),
    )
    .await
    .1;
    assert_eq!(info["status"], "active");
    assert!(Boc::decode_base64(info["code"].as_str().unwrap()).is_ok());
    let head = get(&router, "/api/v3/masterchainInfo").await.1;
    assert_eq!(head["last"]["seqno"], chain.head().seqno);
    assert_eq!(head["last"]["gen_utime"], chain.head().unixtime.to_string());
    let head = get(&router, "/api/v2/getMasterchainInfo").await.1;
    assert_eq!(head["result"]["last"]["seqno"], chain.head().seqno);
}

#[tokio::test]
async fn getters_of_a_deal() {
    let chain = chain();
    let anna = rich(&chain, 1);
    let router = api(&chain);
    let deal = Deal {
        id: 1,
        amount: 10 * TON,
        fee_bps: 500,
        deadline: chain.now() + 1_000,
        advertiser: anna.address().clone(),
        owner: nobody(3),
        controller: nobody(4),
        fee: nobody(5),
    };
    let code = built("escrow");
    let escrow = deal.address(code.clone()).to_string();
    let mut deposit = Outgoing::coins(deal.address(code.clone()), 11 * TON).with_body(op(DEPOSIT));
    deposit.init = Some(deal.init(code));
    send(&chain, &anna, &[deposit]);
    let call = json!({ "address": escrow, "method": "get_parts", "stack": [["num", "10000"]] });
    let parts = post(&router, "/api/v2/runGetMethod", &call).await.1["result"]["stack"].clone();
    let want = json!([
        ["num", "0x2363e7f00"],
        ["num", "0x1dcd6500"],
        ["num", "0x0"]
    ]);
    assert_eq!(parts, want);
    let call = json!({ "address": escrow, "method": "get_escrow_data" });
    let data = post(&router, "/api/v2/runGetMethod", &call).await.1["result"].clone();
    assert_eq!(
        (&data["exit_code"], &data["stack"][5][0]),
        (&json!(0), &json!("cell"))
    );
}

#[tokio::test]
async fn an_estimate_is_what_it_then_costs() {
    let chain = chain();
    let anna = rich(&chain, 1);
    send(&chain, &anna, &[Outgoing::coins(nobody(9), TON)]);
    let message = order(&chain, &anna, &[Outgoing::coins(nobody(9), TON)]);
    let (range, cell) = message.parse::<OwnedMessage>().unwrap().body;
    let body = CellBuilder::build_from(range.apply_allow_exotic(&cell)).unwrap();
    let ask = json!({ "address": anna.address().to_string(), "body": Boc::encode_base64(body) });
    let fees = post(&api(&chain), "/api/v2/estimateFee", &ask).await.1;
    let fees = &fees["result"]["source_fees"];
    chain.send(message).unwrap();
    let before = chain.balance(anna.address()).unwrap();
    chain.mine().unwrap();
    let cost = before - chain.balance(anna.address()).unwrap() - u128::from(TON);
    let sum: u64 = ["in_fwd_fee", "storage_fee", "gas_fee", "fwd_fee"]
        .iter()
        .map(|name| fees[name].as_u64().unwrap())
        .sum();
    assert_eq!(u128::from(sum), cost, "{fees}");
}

#[tokio::test(start_paused = true)]
async fn keys_and_rates() {
    let options = ApiOptions {
        keys: vec![("good".to_owned(), 3)],
        keyless_per_second: Some(1),
    };
    let router = router(chain(), options);
    let path = "/api/v3/masterchainInfo";
    assert_eq!(get(&router, path).await.0, 200);
    let (status, body) = get(&router, path).await;
    assert_eq!(
        (status.as_u16(), &body["result"]),
        (429, &json!("Ratelimit exceed"))
    );
    assert_eq!(get(&router, &format!("{path}?api_key=bad")).await.0, 401);
    for _ in 0..3 {
        assert_eq!(get(&router, &format!("{path}?api_key=good")).await.0, 200);
    }
    assert_eq!(get(&router, &format!("{path}?api_key=good")).await.0, 429);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    assert_eq!(get(&router, path).await.0, 200);
}
